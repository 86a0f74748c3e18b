// A programme year from draft to approval, with somebody else at it at the same time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn, start, violations } from "./county.js";

const YEAR = "2025-2026";

let county, administrator, manager;
before(
  async () => {
    county = await start();
    administrator = await signedIn("ADMINISTRATOR");
    manager = await signedIn("COUNTY_MANAGER");
  },
  { timeout: 150_000 },
);
after(() => county?.stop());

// Somebody of this role at a page of their own.
async function signedIn(role) {
  const context = await county.visitor({ bypassCSP: true });
  const page = await context.newPage();
  await signIn(page, county.account(role));
  await page.getByRole("heading", { name: /what to do next/ }).waitFor();
  return page;
}

const noBarrier = async (page) => assert.deepEqual(await violations(page), []);
const draft = (end = "") => `/programme/${YEAR}/draft${end}`;

test("an administrator begins a draft and mends what is wrong with a number", async () => {
  const page = administrator;
  await page.goto("/programme/years");
  await page.getByLabel("Academic year").fill("next year");
  await page.getByRole("button", { name: "Begin the draft" }).click();
  await page.getByRole("link", { name: /such as 2025\/26/ }).waitFor();
  await noBarrier(page);
  await page.getByLabel("Academic year").fill("2025/26");
  await page.getByRole("button", { name: "Begin the draft" }).click();
  await page.getByRole("heading", { name: "Draft for 2025/26" }).waitFor();
  await noBarrier(page);

  await page.getByRole("link", { name: "Change numbers" }).click();
  await noBarrier(page);
  await page.locator("#plan_agreed_days").fill("3");
  await page.locator("#draft_days").fill("soon");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await page.getByText("enter a whole number").first().waitFor();
  assert.equal(await page.locator("#plan_agreed_days").inputValue(), "3");
  await page.locator("#draft_days").fill("10");
  await page.getByRole("button", { name: "Save the draft" }).click();
  // The server's own words, at the field that they are about.
  await page.locator("#plan_agreed_days-error").waitFor();
  assert.match(await page.locator("#plan_agreed_days-error").innerText(), /must be/i);
  await noBarrier(page);
  await page.locator("#plan_agreed_days").fill("9");
  await page.getByRole("button", { name: "Save the draft" }).click();
  await page.getByRole("alert").getByText("The draft is saved").waitFor();
  await page.getByRole("cell", { name: "9 days" }).waitFor();
  await noBarrier(page);
});

test("a stale form keeps what was typed and shows what was saved meanwhile", async () => {
  const [mine, other] = [administrator, await administrator.context().newPage()];
  for (const page of [mine, other]) await page.goto(draft("/numbers"));
  await other.locator("#plan_agreed_days").fill("12");
  await other.getByRole("button", { name: "Save the draft" }).click();
  await other.getByRole("alert").getByText("The draft is saved").waitFor();

  await mine.locator("#plan_agreed_days").fill("14");
  await mine.getByRole("button", { name: "Save the draft" }).click();
  await mine.getByText("Saved meanwhile: 12").waitFor();
  assert.equal(await mine.locator("#plan_agreed_days").inputValue(), "14");
  await noBarrier(mine);
  await mine.getByRole("button", { name: "Save the draft" }).click();
  await mine.getByRole("alert").getByText("The draft is saved").waitFor();

  for (const page of [mine, other]) await page.goto(draft("/document"));
  const title = (text) => (document) => document.replace(/^title = .*$/m, `title = "${text}"`);
  const write = async (page, change) => {
    const field = page.getByLabel("The document");
    await field.fill(change(await field.inputValue()));
    await page.getByRole("button", { name: /^Save/ }).click();
  };
  await write(other, title("Their title"));
  await other.getByRole("alert").getByText("The draft is saved").waitFor();
  await write(mine, title("My title"));
  await mine.getByText("somebody else has saved this draft").first().waitFor();
  await mine.getByText('Saved: title = "Their title"').waitFor();
  await mine.getByText('Yours: title = "My title"').waitFor();
  assert.match(await mine.getByLabel("The document").inputValue(), /My title/);
  await noBarrier(mine);
  await mine.getByRole("button", { name: "Save mine in its place" }).click();
  await mine.getByRole("alert").getByText("The draft is saved").waitFor();
  await other.close();
});

test("a document's faults are told with the lines that are at fault", async () => {
  const page = administrator;
  await page.goto(draft("/document"));
  const field = page.getByLabel("The document");
  const typed = (await field.inputValue()).replace(/^title = .*$/m, "titel = 1");
  await field.fill(typed);
  await page.getByRole("button", { name: "Save the draft" }).click();
  await page.getByRole("cell", { name: "titel = 1" }).waitFor();
  assert.equal((await field.inputValue()).trim(), typed.trim());
  await noBarrier(page);
});

test("nobody approves their own draft, or one that they have not read", async () => {
  await administrator.goto(draft());
  assert.equal(await administrator.getByRole("button", { name: "Approve the draft" }).count(), 0);
  await manager.goto(draft());
  await noBarrier(manager);

  await administrator.goto(draft("/numbers"));
  await administrator.locator("#plan_agreed_days").fill("8");
  await administrator.getByRole("button", { name: "Save the draft" }).click();
  await administrator.getByRole("alert").getByText("The draft is saved").waitFor();

  await manager.getByRole("button", { name: "Approve the draft" }).click();
  await manager.getByText("changed while you were reading").waitFor();
  await manager.getByRole("cell", { name: "8 days" }).waitFor();
  await noBarrier(manager);
  await manager.getByRole("button", { name: "Approve the draft" }).click();
  await manager.getByRole("alert").getByText("Version 1 of 2025/26 is in force.").waitFor();
  assert.equal(await manager.getByRole("heading", { level: 1 }).innerText(), "My title");

  await manager.goto(`/programme/compare?version=${YEAR}/1`);
  await manager.getByRole("cell", { name: "8 days" }).waitFor();
  await noBarrier(manager);
});

test("a draft is thrown away only after asking", async () => {
  const page = administrator;
  await page.goto("/programme/years");
  await page.getByLabel("Academic year").fill("2026/27");
  await page.getByRole("button", { name: "Begin the draft" }).click();
  await page.getByRole("link", { name: "Throw the draft away" }).click();
  await noBarrier(page);
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByRole("alert").getByText("thrown away").waitFor();
  assert.equal((await page.goto("/programme/2026-2027/draft")).status(), 404);
});

test("the audit log tells who approved, keeps its filters, and is found whole", async () => {
  const page = administrator;
  await page.goto("/audit");
  await page.getByLabel("Did what").selectOption("ProgrammeService/ApproveProgrammeDraft");
  await page.getByRole("button", { name: "Show entries" }).click();
  await page.getByRole("cell", { name: "County education manager" }).waitFor();
  assert.match(page.url(), /method=ProgrammeService%2FApproveProgrammeDraft/);
  await page.getByLabel("Who").fill(county.account("DATA_OFFICER").email);
  await page.getByRole("button", { name: "Show entries" }).click();
  await page.getByText("No entry fits these filters").waitFor();
  assert.equal(await page.getByLabel("Did what").inputValue(), "ProgrammeService/ApproveProgrammeDraft");

  await page.goto("/audit/check");
  await page.getByRole("button", { name: "Check now" }).click();
  await page.getByText("The record is whole").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /Save the whole record/ }).click(),
  ]);
  const { readFile } = await import("node:fs/promises");
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n").map(JSON.parse);
  assert.equal(lines.find(({ entry }) => entry).entry.seq, "1");
});
