// Lists the schools that a person may see, as JSON: a whole client of llpr in one file.
//
// Everything it knows of the server comes from the descriptor image (`llpr-proto export`), from
// which `npm run generate` makes the folder `gen`.

import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { toJson } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

import { ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import { AuthService, type SessionTokens } from "./gen/llpr/v1/auth_service_pb.js";
import { type School, SchoolSchema, SchoolService } from "./gen/llpr/v1/school_service_pb.js";

const USAGE = `Usage: node dist/list-schools.js --server HOST:PORT [options]

Lists the schools that a person may see, as JSON.

  --server HOST:PORT         the server
  --email ADDRESS            or the variable LLPR_EMAIL
  --district districts/SLUG  only schools of this district
  --page-size N              schools per page (default: 100)
  --ca FILE                  certificates to trust, PEM; without it those of the system
  --help                     this text

The password is read from LLPR_PASSWORD or else from the first line of standard input.`;

/** Exit codes, as those of the `llpr` command. */
const exit = { other: 1, usage: 2, notAllowed: 3, unavailable: 6 } as const;

const signInReasons = ["SIGN_IN_REQUIRED", "TOKEN_INVALID", "SESSION_ENDED", "CREDENTIALS_REFUSED"];
const waitReasons = ["SERVER_BUSY", "UNAVAILABLE"];
const mostTries = 4;

/** Why the server refused a call: the reason for programs; the message is for people. */
function reasonOf(error: ConnectError): string {
  const info = error.findDetails(ErrorInfoSchema).find((it) => it.domain === "llpr.v1");
  return info?.reason ?? "";
}

/** How long the server asks to wait, in milliseconds. */
function retryDelay(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
}

/** Makes a call; waits and repeats where the server asks for that. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (cause) {
      const error = ConnectError.from(cause);
      if (!waitReasons.includes(reasonOf(error)) || attempt === mostTries) throw error;
      await sleep(retryDelay(error) ?? 200 * 2 ** attempt);
    }
  }
}

/** A signed-in person: sends the access token, refreshes it once when it has run out. */
class Session {
  private constructor(
    private readonly auth: Client<typeof AuthService>,
    private tokens: SessionTokens,
  ) {}

  static async signIn(transport: Transport, email: string, password: string): Promise<Session> {
    const auth = createClient(AuthService, transport);
    const { tokens } = await patiently(() => auth.signIn({ email, password }));
    return new Session(auth, present(tokens));
  }

  /** Calls a method as this person. */
  async call<T>(method: (options: { headers: HeadersInit }) => Promise<T>): Promise<T> {
    try {
      return await patiently(() => method(this.options()));
    } catch (cause) {
      if (reasonOf(ConnectError.from(cause)) !== "TOKEN_INVALID") throw cause;
    }
    const { refreshToken } = this.tokens;
    const { tokens } = await patiently(() => this.auth.refreshSession({ refreshToken }));
    this.tokens = present(tokens);
    return patiently(() => method(this.options()));
  }

  /** Ends the session at the server. */
  async signOut(): Promise<void> {
    await this.auth.signOut({}, this.options());
  }

  private options() {
    return { headers: { authorization: `Bearer ${this.tokens.accessToken}` } };
  }
}

function present(tokens: SessionTokens | undefined): SessionTokens {
  if (!tokens) throw new ConnectError("the server sent no tokens", Code.Internal);
  return tokens;
}

/** Yields every school, page by page. */
async function* listSchools(
  transport: Transport,
  session: Session,
  filter: { district: string; pageSize: number },
): AsyncGenerator<School> {
  const schools = createClient(SchoolService, transport);
  let pageToken = "";
  do {
    const page = await session.call((options) =>
      schools.listSchools({ ...filter, pageToken }, options),
    );
    yield* page.schools;
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}

/** Plain text to this very machine, TLS to any other. */
function connect(server: string, ca: string | undefined): Transport {
  const host = server.slice(0, server.lastIndexOf(":")).replace(/^\[|\]$/g, "");
  const own = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  const plain = ca === undefined && own;
  return createGrpcTransport({
    baseUrl: `${plain ? "http" : "https"}://${server}`,
    defaultTimeoutMs: 30_000,
    ...(ca === undefined ? {} : { nodeOptions: { ca: readFileSync(ca) } }),
  });
}

function options() {
  const { values } = parseArgs({
    options: {
      server: { type: "string" },
      email: { type: "string", default: process.env["LLPR_EMAIL"] ?? "" },
      district: { type: "string", default: "" },
      "page-size": { type: "string", default: "100" },
      ca: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.server === undefined) throw new TypeError("give --server HOST:PORT");
  if (values.email === "") throw new TypeError("give --email or set LLPR_EMAIL");
  return { ...values, server: values.server };
}

async function main(): Promise<number> {
  let given: ReturnType<typeof options>;
  try {
    given = options();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return exit.usage;
  }
  const password = process.env["LLPR_PASSWORD"] || readFileSync(0, "utf8").split("\n")[0] || "";
  const transport = connect(given.server, given.ca);
  try {
    const session = await Session.signIn(transport, given.email, password);
    const filter = { district: given.district, pageSize: Number(given["page-size"]) };
    const found = [];
    for await (const school of listSchools(transport, session, filter)) {
      found.push(toJson(SchoolSchema, school));
    }
    await session.signOut();
    console.log(JSON.stringify(found, null, 2));
    return 0;
  } catch (cause) {
    const error = ConnectError.from(cause);
    const reason = reasonOf(error);
    console.error(`${reason || Code[error.code]}: ${error.rawMessage}`);
    if (signInReasons.includes(reason) || error.code === Code.PermissionDenied) {
      return exit.notAllowed;
    }
    return error.code === Code.Unavailable ? exit.unavailable : exit.other;
  }
}

process.exitCode = await main();
