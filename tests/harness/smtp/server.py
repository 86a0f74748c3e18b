"""A real SMTP server on the loopback, for the stories of mails.

The first line on standard output says the port and, with --tls, the file of the authority's
certificate. Then each mail that it took is a line of JSON. Each line on standard input changes how
the next mails are met: take, refuse-for-now, refuse, drop (the connection) or hold (take it, and
answer only when told otherwise).
"""

import argparse
import asyncio
import email.policy
import json
import ssl
import sys
import tempfile

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = b"llpr", b"a password for tests"


def tell(value):
    print(json.dumps(value), flush=True)


class Handler:
    def __init__(self):
        self.mode = "take"
        self.changed = asyncio.Event()

    def set(self, mode):
        self.mode = mode
        self.changed.set()
        self.changed = asyncio.Event()

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "refuse-for-now":
            tell({"met": self.mode})
            return "451 4.3.0 come again later"
        if self.mode == "refuse":
            tell({"met": self.mode})
            return "550 5.1.1 no such mailbox"
        if self.mode == "drop":
            tell({"met": self.mode})
            server.transport.abort()
            return "421 gone"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        tell(
            {
                "met": self.mode,
                "to": envelope.rcpt_tos,
                "from": envelope.mail_from,
                "protected": session.ssl is not None,
                "subject": message["subject"],
                "message_id": message["message-id"],
                "automatic": message["auto-submitted"],
                "body": message.get_content(),
            }
        )
        while self.mode == "hold":
            await self.changed.wait()
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    # Not handled: the server says itself that it refuses.
    return AuthResult(success=fits, handled=False)


def protection():
    """An authority of our own, and a certificate that it signed."""
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with tempfile.NamedTemporaryFile(prefix="llpr-ca-", suffix=".pem", delete=False) as file:
        file.write(authority.cert_pem.bytes())
    return context, file.name


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", action="store_true", help="ask for STARTTLS and for a password")
    arguments = parser.parse_args()
    handler = Handler()
    options, authority = {}, None
    if arguments.tls:
        context, authority = protection()
        options = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": authenticate,
        }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", loop=loop, **options), "127.0.0.1", 0
    )
    tell({"port": server.sockets[0].getsockname()[1], "authority": authority})
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    # Ends with whoever started it.
    while line := await commands.readline():
        handler.set(line.decode().strip())


asyncio.run(main())
