// The yearly review of a district: written, shared, read by the county manager, with its figures
// and plot; and the county at a glance.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { signIn, start, violations } from "./county.js";

const REVIEW = "/districts/north-marl/review";

let county, manager, chief;
before(
  async () => {
    county = await start();
    manager = await signedIn("SIM");
    chief = await signedIn("COUNTY_MANAGER");
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
const done = (page, text) => page.getByRole("alert").getByText(text).waitFor();

test("a review is written, with what is missing said at its place", async () => {
  const page = manager;
  await page.goto(REVIEW);
  await page.getByText("There is no version to read yet").waitFor();
  await noBarrier(page);
  await page.getByRole("button", { name: "Keep the review" }).click();
  await page.getByRole("link", { name: /at least one strength or priority/ }).waitFor();
  // The first place is left empty, and the problem stands at the second.
  await page.getByLabel("Priority 2: in words").fill("Attendance of disadvantaged pupils");
  await page.getByRole("button", { name: "Keep the review" }).click();
  await page.locator("#priorities-tag-1-error").waitFor();
  await noBarrier(page);
  assert.equal(await page.getByLabel("Priority 2: in words").inputValue(), "Attendance of disadvantaged pupils");
  await page.getByLabel("Priority 2: what it belongs to").selectOption("criteria/c");
  await page.getByLabel("Strength 1: in words").fill("Early reading");
  await page.getByRole("button", { name: "Keep the review" }).click();
  await done(page, "The review is kept");
  await page.getByText("Attendance of disadvantaged pupils").first().waitFor();
  await noBarrier(page);
});

test("the county manager reads a version once it is shared, and says so", async () => {
  await chief.goto(REVIEW);
  await chief.getByText("There is no version to read yet").waitFor();
  assert.equal(await chief.getByText("Early reading").count(), 0);

  await manager.goto(REVIEW);
  await manager.getByRole("button", { name: "Share this version" }).click();
  await done(manager, "The review is shared");

  await chief.goto(REVIEW);
  await chief.getByText("Early reading").waitFor();
  assert.equal(await chief.getByRole("button", { name: "Keep the review" }).count(), 0);
  await noBarrier(chief);

  // A later version is shared while it is read.
  await manager.goto(REVIEW);
  await manager.getByLabel("Strength 2: in words").fill("Music in every school");
  await manager.getByRole("button", { name: "Keep the review" }).click();
  await done(manager, "The review is kept");
  await manager.getByRole("button", { name: "Share this version" }).click();
  await done(manager, "The review is shared");
  await chief.getByRole("button", { name: "I have read it" }).click();
  await chief.getByText("there is a later version than the one you read").first().waitFor();
  await chief.getByText("Music in every school").first().waitFor();
  await noBarrier(chief);
  await chief.getByRole("button", { name: "I have read it" }).click();
  await done(chief, "you have read the review");
  await manager.goto(REVIEW);
  await manager.getByText(/Read by Judith Amberley/).first().waitFor();
});

test("somebody else's version is shown above what was typed", async () => {
  const [mine, other] = [manager, await manager.context().newPage()];
  for (const page of [mine, other]) await page.goto(REVIEW);
  await other.getByLabel("Strength 3: in words").fill("Theirs");
  await other.getByRole("button", { name: "Keep the review" }).click();
  await done(other, "The review is kept");
  await mine.getByLabel("Strength 3: in words").fill("Mine");
  await mine.getByRole("button", { name: "Keep the review" }).click();
  await mine.getByText("Nothing was kept").waitFor();
  await mine.locator("#latest").getByText("Theirs").waitFor();
  assert.equal(await mine.getByLabel("Strength 3: in words").inputValue(), "Mine");
  await noBarrier(mine);
  await mine.getByRole("button", { name: "Keep mine as the next version" }).click();
  await done(mine, "The review is kept");
  await other.close();
});

test("figures and plot stand beside tables that say the same", async () => {
  for (const page of [manager, chief]) {
    await page.goto("/districts/north-marl/figures");
    await page.getByRole("columnheader", { name: "To England, points" }).first().waitFor();
    await noBarrier(page);
    await page.goto("/districts/north-marl/funnel");
    const plot = page.getByRole("img", { name: /Reading, writing and maths/ });
    await plot.waitFor();
    const marks = await plot.locator("path.mark").count();
    assert.ok(marks > 3, `${marks} schools`);
    assert.equal(await page.locator("tbody").getByRole("row").count(), marks);
    await noBarrier(page);
  }
  // Which schools data suggests is for who decides about it.
  assert.equal(await chief.getByRole("columnheader", { name: "Suggested" }).count(), 0);
  assert.equal(await chief.locator("path.suggested").count(), 0);
  await manager.goto("/districts/north-marl/funnel");
  const named = await manager.locator("path.suggested").count();
  assert.ok(named > 0, "a suggested school is in the plot");
  assert.equal(await manager.locator("svg text.name").count(), named);
  await manager.getByLabel("Measure").selectOption("persistent-absence");
  await manager.getByRole("button", { name: "Show the plot" }).click();
  await manager.getByText("Here more is worse").waitFor();
  await noBarrier(manager);
});

test("the county at a glance leads to each district", async () => {
  await chief.goto("/");
  await chief.getByRole("link", { name: "County", exact: true }).click();
  await chief.getByRole("heading", { level: 1, name: "The county" }).waitFor();
  await noBarrier(chief);
  await chief.getByRole("row", { name: /North Marl/ }).getByRole("link", { name: "North Marl" }).click();
  await chief.getByRole("heading", { level: 1, name: "District review" }).waitFor();
  assert.equal((await manager.goto("/county")).status(), 404);
  assert.equal((await manager.goto("/districts/saltmere-coast/review")).status(), 404);
});

test("a manager saves the pack for the briefing, and nobody else can", async () => {
  await manager.goto(REVIEW);
  const [download] = await Promise.all([
    manager.waitForEvent("download"),
    manager.getByRole("link", { name: "Print the pack for the briefing" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "risk-analysis-north-marl-2024-2025.pdf");
  const start = (await readFile(await download.path())).subarray(0, 5).toString();
  assert.equal(start, "%PDF-");

  await chief.goto(REVIEW);
  assert.equal(await chief.getByRole("link", { name: /Print the pack/ }).count(), 0);
  const answer = await chief.request.get(`${REVIEW}/pack.pdf`);
  assert.equal(answer.status(), 404);
});
