#!/usr/bin/env python3
"""Lists the schools that a person may see, as JSON: a whole client of llpr in one file.

Everything it knows of the server comes from the descriptor image (`llpr-proto export`): the
client code is generated from it at the start, into a folder that is removed at the end.
"""

import argparse
import ipaddress
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import grpc
from google.protobuf import descriptor_pb2, json_format
from google.rpc import error_details_pb2, status_pb2
from grpc_tools import protoc

# Exit codes, as those of the `llpr` command.
OTHER, USAGE, NOT_ALLOWED, UNAVAILABLE = 1, 2, 3, 6

# Reasons after which signing in (again), or somebody's permission, is what helps.
SIGN_IN_REASONS = {"SIGN_IN_REQUIRED", "TOKEN_INVALID", "SESSION_ENDED", "CREDENTIALS_REFUSED"}
WAIT_REASONS = {"SERVER_BUSY", "UNAVAILABLE"}
MOST_TRIES = 4


class Refused(Exception):
    """A call that the server refused: the reason for programs, the message for people."""

    def __init__(self, error):
        self.code = error.code()
        self.message = error.details()
        self.reason = ""
        self.retry_after = None
        trailers = dict(error.trailing_metadata() or ())
        status = status_pb2.Status.FromString(trailers.get("grpc-status-details-bin", b""))
        for detail in status.details:
            info = error_details_pb2.ErrorInfo()
            retry = error_details_pb2.RetryInfo()
            if detail.Unpack(info) and info.domain == "llpr.v1":
                self.reason = info.reason
            elif detail.Unpack(retry):
                self.retry_after = retry.retry_delay.ToTimedelta().total_seconds()
        super().__init__(f"{self.reason or self.code.name}: {self.message}")


def generate(image, folder):
    """Generates messages and stubs of every file in the image, but for google's own."""
    files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes()).file
    names = [file.name for file in files if not file.name.startswith("google/")]
    outcome = protoc.main(
        [
            "protoc",
            f"--descriptor_set_in={image}",
            f"--python_out={folder}",
            f"--grpc_python_out={folder}",
            *names,
        ]
    )
    if outcome != 0:
        raise SystemExit("protoc could not read the image")
    sys.path.insert(0, str(folder))


def connect(server, ca):
    """Opens a channel: plain text to this very machine, TLS to any other."""
    host = server.rsplit(":", 1)[0].strip("[]")
    if ca is None and is_loopback(host):
        return grpc.insecure_channel(server)
    roots = ca.read_bytes() if ca else None
    return grpc.secure_channel(server, grpc.ssl_channel_credentials(roots))


def is_loopback(host):
    """Whether an address is one of this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Session:
    """A signed-in person: sends the access token, refreshes it once when it has run out."""

    def __init__(self, channel, email, password):
        from llpr.v1 import auth_service_pb2, auth_service_pb2_grpc

        self.messages = auth_service_pb2
        self.auth = auth_service_pb2_grpc.AuthServiceStub(channel)
        request = self.messages.SignInRequest(email=email, password=password)
        self.tokens = unary(self.auth.SignIn, request).tokens

    def call(self, method, request):
        """Calls a method as this person."""
        try:
            return unary(method, request, self.metadata())
        except Refused as refused:
            if refused.reason != "TOKEN_INVALID":
                raise
        request_next = self.messages.RefreshSessionRequest(refresh_token=self.tokens.refresh_token)
        self.tokens = unary(self.auth.RefreshSession, request_next).tokens
        return unary(method, request, self.metadata())

    def sign_out(self):
        """Ends the session at the server."""
        unary(self.auth.SignOut, self.messages.SignOutRequest(), self.metadata())

    def metadata(self):
        """What proves to the server who calls."""
        return (("authorization", f"Bearer {self.tokens.access_token}"),)


def unary(method, request, metadata=()):
    """Calls a method with a deadline; waits and repeats where the server asks for that."""
    for attempt in range(1, MOST_TRIES + 1):
        try:
            return method(request, metadata=metadata, timeout=30)
        except grpc.RpcError as error:
            refused = Refused(error)
            if refused.reason not in WAIT_REASONS or attempt == MOST_TRIES:
                raise refused from None
            time.sleep(refused.retry_after or 0.2 * 2**attempt)


def list_schools(channel, session, district, page_size):
    """Yields every school, page by page."""
    from llpr.v1 import school_service_pb2, school_service_pb2_grpc

    schools = school_service_pb2_grpc.SchoolServiceStub(channel)
    request = school_service_pb2.ListSchoolsRequest(district=district, page_size=page_size)
    while True:
        page = session.call(schools.ListSchools, request)
        yield from page.schools
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def arguments():
    """The command line and the environment."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="The password is read from LLPR_PASSWORD or else from the first line of "
        "standard input.",
    )
    parser.add_argument("--server", required=True, metavar="HOST:PORT")
    parser.add_argument(
        "--image",
        type=Path,
        default=Path("llpr.binpb"),
        help="descriptor image, from `llpr-proto export` (default: %(default)s)",
    )
    parser.add_argument(
        "--email", default=os.environ.get("LLPR_EMAIL"), help="or the variable LLPR_EMAIL"
    )
    parser.add_argument("--district", default="", metavar="districts/SLUG")
    parser.add_argument("--page-size", type=int, default=100)
    parser.add_argument(
        "--ca", type=Path, help="certificates to trust, PEM; without it those of the system"
    )
    given = parser.parse_args()
    if not given.email:
        parser.error("give --email or set LLPR_EMAIL")
    return given


def main():
    """Signs in, lists, signs out."""
    given = arguments()
    password = os.environ.get("LLPR_PASSWORD") or sys.stdin.readline().rstrip("\n")
    with tempfile.TemporaryDirectory() as folder, connect(given.server, given.ca) as channel:
        generate(given.image, Path(folder))
        try:
            session = Session(channel, given.email, password)
            found = [
                json_format.MessageToDict(school)
                for school in list_schools(channel, session, given.district, given.page_size)
            ]
            session.sign_out()
        except Refused as refused:
            print(refused, file=sys.stderr)
            if refused.reason in SIGN_IN_REASONS or refused.code is grpc.StatusCode.PERMISSION_DENIED:
                return NOT_ALLOWED
            if refused.code is grpc.StatusCode.UNAVAILABLE:
                return UNAVAILABLE
            return OTHER
    json.dump(found, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
