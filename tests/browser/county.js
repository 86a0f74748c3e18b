// Starts `llpr dev` with its invented county on free ports, a mail server that it sends to, and a
// browser to look at it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PROGRAM = process.env.LLPR_TEST_BINARY;
const PYTHON = process.env.LLPR_TEST_PYTHON;
const MAIL_SERVER = process.env.LLPR_TEST_MAIL_SERVER;
const FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export async function start() {
  if (!PROGRAM) throw new Error("LLPR_TEST_BINARY must name the llpr program");
  const folder = await mkdtemp(join(tmpdir(), "llpr-browser-"));
  const accountsFile = join(folder, "accounts.json");
  const post = await mailServer();
  const server = spawn(
    PROGRAM,
    ["dev", "--data", join(folder, "data"), "--port", "0", "--web-port", "0", "--accounts-json", accountsFile, "--output", "json"],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...post.settings } },
  );
  const ended = new Promise((resolve) => server.once("exit", (_, signal) => resolve(signal)));
  let said = "";
  server.stdout.on("data", (text) => (said += text));
  // The accounts are written last, when everything listens.
  let accounts;
  for (let wait = 0; !accounts; wait++) {
    if (wait > 1200 || server.exitCode !== null) throw new Error(`llpr dev did not start: ${said}`);
    await pause(100);
    accounts = await readFile(accountsFile, "utf8").then(JSON.parse, () => undefined);
  }
  let web;
  while (!(web = said.match(/http:\/\/127\.0\.0\.1:\d+/g)?.at(1))) await pause(50);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS.split(" ") });
  return {
    web,
    account: (role) => accounts.find((account) => account.role === role),
    person: (email) => accounts.find((account) => account.email === email),
    mail: post.mail,
    async visitor(options = {}) {
      const context = await browser.newContext({ baseURL: web, ...options });
      const close = context.close.bind(context);
      // Chromium sometimes never answers when it is to forget a visitor whose page is on its way.
      context.close = () => Promise.race([close(), pause(10_000)]);
      return context;
    },
    async stop() {
      await browser.close();
      server.kill("SIGTERM");
      const late = setTimeout(() => server.kill("SIGKILL"), 60_000);
      const signal = await ended;
      clearTimeout(late);
      post.stop();
      if (signal) throw new Error(`llpr dev did not stop by itself within a minute of SIGTERM: ${signal}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// A real SMTP server; `mail(to)` gives the next mail to an address.
async function mailServer() {
  if (!PYTHON || !MAIL_SERVER) throw new Error("LLPR_TEST_PYTHON and LLPR_TEST_MAIL_SERVER must be set");
  const child = spawn(PYTHON, [MAIL_SERVER], { stdio: ["pipe", "pipe", "inherit"] });
  const mails = [];
  let port;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line);
    if (told.port) port = told.port;
    else mails.push(told);
  });
  for (let wait = 0; !port; wait++) {
    if (wait > 200) throw new Error("the mail server did not start");
    await pause(50);
  }
  return {
    settings: {
      LLPR_MAIL_HOST: "127.0.0.1",
      LLPR_MAIL_PORT: String(port),
      LLPR_MAIL_TLS: "none",
      LLPR_MAIL_FROM: "Review <review@marlshire.example>",
    },
    async mail(to) {
      for (let wait = 0; wait < 600; wait++) {
        const place = mails.findIndex((mail) => mail.to?.includes(to));
        if (place >= 0) return mails.splice(place, 1)[0];
        await pause(50);
      }
      throw new Error(`no mail to ${to}`);
    },
    stop: () => child.kill(),
  };
}

// The address of the link in a mail.
export const linkIn = (mail) => mail.body.match(/http:\S+/)[0];

// Signs in as somebody would: by label and button.
export async function signIn(page, { email, password }, path = "/") {
  await page.goto(path);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

// What axe finds on this page, in a line each. It needs scripts.
export async function violations(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await page.evaluate(() =>
    window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
