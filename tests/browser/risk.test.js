// The annual risk analysis: a school improvement manager's morning, a partner's proposal, what the
// county manager is shown, and the few words that a headteacher reads.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn, start, violations } from "./county.js";

const DISTRICT = "/districts/north-marl";
const NOTE = "Two of three year groups had a teacher who was new to the phase.";
const SECRET = "Seen on two visits: the plan has no end.";
const WORDING = "We will look at attendance together this term.";

let county, manager, partner;
before(
  async () => {
    county = await start();
    manager = await signedIn("SIM");
    partner = await signedIn("LLP");
  },
  { timeout: 150_000 },
);
after(() => county?.stop());

// Somebody of this role at a page of their own.
async function signedIn(role, options = {}) {
  const context = await county.visitor({ bypassCSP: true, ...options });
  const page = await context.newPage();
  await signIn(page, county.account(role));
  await page.getByRole("heading", { name: /what to do next/ }).waitFor();
  return page;
}

const noBarrier = async (page) => assert.deepEqual(await violations(page), []);
const focused = (page) => page.evaluate(() => document.activeElement.id);
const toDecide = async (page) => Number((await page.getByText(/^\d+\s*to decide$/).first().innerText()).match(/\d+/)[0]);
const done = (page, text) => page.getByRole("alert").getByText(text).waitFor();

test("a partner proposes a criterion, and sees nothing of the analysis before it is shared", async () => {
  await partner.goto("/schools/900001/risk");
  await partner.getByText("Not reviewed yet").waitFor();
  assert.equal(await partner.getByRole("button", { name: "Keep the assessment" }).count(), 0);
  await partner.getByRole("button", { name: "Propose it" }).click();
  await partner.getByText("There is a problem").waitFor();
  await noBarrier(partner);
  await partner.getByLabel("Criterion").selectOption("h");
  await partner.getByLabel("The evidence in words").fill(SECRET);
  await partner.getByRole("button", { name: "Propose it" }).click();
  await done(partner, "Criterion h is proposed.");
  await partner.getByText(SECRET).waitFor();
  await noBarrier(partner);
});

test("with keys alone: from one suggestion to the next, to figures, button and reasons", async () => {
  const page = manager;
  await page.goto("/");
  await page.getByRole("link", { name: "Decide what figures suggest in North Marl" }).click();
  await page.getByText("Keys, while the focus is within the list").waitFor();
  const before = await toDecide(page);
  assert.ok(before > 4, `${before} to decide`);
  // A key does nothing outside the list.
  await page.keyboard.press("j");
  assert.equal(await focused(page), "");
  const cards = await page.locator(".llpr-card").evaluateAll((all) => all.map(({ id }) => id));
  await page.locator(`[id="${cards[0]}"]`).focus();
  await page.keyboard.press("j");
  assert.equal(await focused(page), cards[1]);
  await page.keyboard.press("k");
  assert.equal(await focused(page), cards[0]);
  await page.keyboard.press("f");
  await page.getByRole("columnheader", { name: "England, the benchmark" }).waitFor();
  await page.getByText("Chance of such a result or a worse one").first().waitFor();
  await noBarrier(page);
  await page.keyboard.press("c");
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText(/^Confirmed: a\. /).waitFor();
  assert.equal(await toDecide(page), before - 1);
  // What was next has the focus, and says above it what was done.
  await page.waitForFunction((id) => document.activeElement.id === id, cards[1]);
  await noBarrier(page);

  await page.keyboard.press("d");
  assert.equal(await focused(page), `reason-${cards[1]}`);
  await page.locator(`[id="note-${cards[1]}"]`).fill("");
  await page.locator(`[id="note-${cards[1]}"]`).pressSequentially("jckd");
  assert.equal(await page.locator(`[id="note-${cards[1]}"]`).inputValue(), "jckd");
  const card = page.locator(`[id="${cards[1]}"]`);
  await card.getByRole("button", { name: /^Dismiss/ }).click();
  await page.getByRole("link", { name: /choose a reason/ }).waitFor();
  await noBarrier(page);
  await card.getByLabel("Why it is dismissed").selectOption({ label: "Another reason, which the note says" });
  await card.getByLabel("Note").fill("");
  await card.getByRole("button", { name: /^Dismiss/ }).click();
  await page.getByRole("link", { name: /other reason/ }).waitFor();
  assert.equal(await card.getByLabel("Why it is dismissed").inputValue(), "other");
  await card.getByLabel("Note").fill(NOTE);
  await card.getByRole("button", { name: /^Dismiss/ }).click();
  await page.getByRole("status").getByText(/^Dismissed: /).waitFor();
  assert.equal(await toDecide(page), before - 2);

  await page.getByLabel("Show", { exact: true }).selectOption("decided");
  await page.getByRole("button", { name: "Show suggestions" }).click();
  await page.getByText(NOTE).waitFor();
  assert.equal(await page.locator(".llpr-card").count(), 2);
  await noBarrier(page);
});

test("somebody else's decision is shown beside what was typed, and nothing is lost", async () => {
  const [mine, other] = [manager, await manager.context().newPage()];
  for (const page of [mine, other]) await page.goto(`${DISTRICT}/suggestions`);
  const first = (page) => page.locator(".llpr-card").first();
  await first(other).getByRole("button", { name: /^Confirm/ }).click();
  await other.getByRole("status").getByText(/^Confirmed: /).waitFor();
  const id = await first(mine).getAttribute("id");
  await first(mine).getByText("Dismiss it with a reason").click();
  await first(mine).getByLabel("Why it is dismissed").selectOption({ label: "The school has it in hand" });
  await first(mine).getByLabel("Note").fill("My own view");
  await first(mine).getByRole("button", { name: /^Dismiss/ }).click();
  await mine.getByText("Nothing was kept").waitFor();
  const card = mine.locator(`[id="${id}"]`);
  await card.getByText(/Confirmed by Helen Ashgrove/).waitFor();
  assert.equal(await card.getByLabel("Note").inputValue(), "My own view");
  assert.equal(await card.getByLabel("Why it is dismissed").inputValue(), "in-hand");
  await noBarrier(mine);
  await card.getByRole("button", { name: /^Dismiss/ }).click();
  await mine.getByText(/^Dismissed: /).first().waitFor();
  await other.close();
});

test("without scripts the list is worked through to its end, and each answer is followed by the next", async () => {
  const page = await signedIn("SIM", { javaScriptEnabled: false });
  await page.goto(`${DISTRICT}/suggestions`);
  assert.equal(await page.getByText("Keys, while the focus is within the list").isVisible(), false);
  for (let left = await toDecide(page); left > 0; left--) {
    const card = page.locator(".llpr-card").first();
    await card.getByRole("button", { name: /^Confirm/ }).click();
    await page.getByText(/^Confirmed: /).waitFor();
    if (left > 1) assert.match(page.url(), /#\d{6}-[a-z]$/);
    assert.equal(await toDecide(page), left - 1);
  }
  await page.getByText("Nothing is left to decide here").waitFor();
  await page.getByText("Partners propose").waitFor();
  await page.getByRole("link", { name: "mark schools as reviewed without concern" }).click();
  await page.getByRole("heading", { level: 1, name: "Reviewed without concern" }).waitFor();
  await page.getByRole("button", { name: "Choose all" }).click();
  assert.ok(await page.getByRole("checkbox").last().isChecked());
  await page.getByRole("button", { name: "Choose none" }).click();
  assert.equal(await page.getByRole("checkbox").last().isChecked(), false);
  await page.context().close();
});

test("schools are marked as without concern together, and those that can't be are explained", async () => {
  const page = manager;
  await page.goto(`${DISTRICT}/no-concern`);
  await page.getByRole("button", { name: "Mark as reviewed without concern" }).click();
  await page.getByRole("link", { name: "Choose the schools that you reviewed without concern" }).waitFor();
  await noBarrier(page);
  // One tick stays while another button is pressed, and nothing is sent.
  await page.getByRole("checkbox").first().check();
  await page.evaluate(() => (window.stillHere = true));
  await page.getByRole("button", { name: "Choose all" }).click();
  assert.ok(await page.getByRole("checkbox").last().isChecked());
  assert.ok(await page.evaluate(() => window.stillHere), "the page was not loaded anew");
  const many = await page.getByRole("checkbox").count();
  assert.ok(many > 5, `${many} schools`);
  // The partner's proposal waits, so this school is not among them.
  assert.equal(await page.getByLabel("Ashmarl Primary School").count(), 0);
  await page.getByText("To decide: h.").waitFor();
  await page.getByText(/In evidence: .*Assess the school as at risk/).first().waitFor();
  await page.getByRole("button", { name: "Mark as reviewed without concern" }).click();
  await done(page, `Reviewed without concern: ${many} schools.`);
  await page.getByText("No school is left that can be marked").waitFor();
  await noBarrier(page);
  await page.goto(`${DISTRICT}/risk?show=no-concern`);
  assert.equal(await page.getByRole("row").count(), many + 1);
  await noBarrier(page);
});

test("a proposal is dismissed only with a reason, and confirmed", async () => {
  const page = manager;
  await page.goto("/schools/900001/risk");
  await page.getByText("Proposed by Margaret Lyle, the school's partner,").waitFor();
  await page.getByRole("button", { name: "Dismiss the judgement on h" }).click();
  await page.getByRole("link", { name: /say why it is dismissed/i }).waitFor();
  await noBarrier(page);
  await page.getByRole("button", { name: "Confirm the judgement on h" }).click();
  await done(page, "Criterion h: in evidence.");
  await noBarrier(page);
});

test("a school is assessed on what was seen, with everything typed kept", async () => {
  const [page, other] = [manager, await manager.context().newPage()];
  await page.goto("/schools/900001/risk");
  await page.getByLabel("At risk").check();
  await page.getByRole("button", { name: "Keep the assessment" }).click();
  await page.getByRole("link", { name: /why it is urgent/ }).waitFor();
  await page.getByRole("link", { name: /reason for the urgency/ }).waitFor();
  await noBarrier(page);
  await page.getByLabel("To arrest decline").check();
  await page.getByLabel("The reason for the urgency").fill("Attendance falls in two year groups.");

  // Somebody adds a restricted criterion meanwhile.
  await other.goto("/schools/900001/risk");
  await other.getByLabel("Criterion").selectOption("e");
  await other.getByLabel("The evidence in words").fill("A restricted note.");
  await other.getByRole("button", { name: "Add it" }).click();
  await done(other, "Criterion e is in evidence.");
  await other.getByText("Restricted", { exact: true }).first().waitFor();

  await page.getByRole("button", { name: "Keep the assessment" }).click();
  await page.getByText("What stands now:").waitFor();
  await page.locator("#assess .govuk-inset-text").getByText("In evidence: e, h.").waitFor();
  assert.equal(await page.getByLabel("The reason for the urgency").inputValue(), "Attendance falls in two year groups.");
  assert.ok(await page.getByLabel("To arrest decline").isChecked());
  await noBarrier(page);
  await page.getByRole("button", { name: "Keep mine as the next version" }).click();
  await done(page, "Ashmarl Primary School: at risk");
  await page.getByRole("cell", { name: "e, h" }).waitFor();
  // Nothing is typed twice: the next assessment begins with this one.
  assert.ok(await page.getByLabel("At risk").isChecked());
  await noBarrier(page);
  await other.close();
});

test("what is shared reaches partner and county manager, each their part", async () => {
  const page = manager;
  await page.goto(`${DISTRICT}/share`);
  await page.getByRole("button", { name: "Choose none" }).click();
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("link", { name: "Choose the schools to share" }).waitFor();
  await noBarrier(page);
  await page.getByRole("button", { name: "Choose all" }).click();
  await page.getByRole("button", { name: "Share" }).click();
  await done(page, /^Shared with the county manager/);
  await page.getByText("Nothing waits to be shared").waitFor();
  await noBarrier(page);

  await partner.goto("/risk");
  await partner.getByRole("link", { name: "Ashmarl Primary School" }).click();
  await partner.getByText("Attendance falls in two year groups.").first().waitFor();
  await partner.getByText("A restricted note.").waitFor();
  await noBarrier(partner);

  const county_manager = await signedIn("COUNTY_MANAGER");
  await county_manager.goto("/risk");
  await county_manager.getByRole("heading", { name: "North Marl" }).waitFor();
  const row = county_manager.getByRole("row", { name: /Ashmarl Primary School/ });
  await row.getByText("To arrest decline").waitFor();
  await row.getByText("e, h").waitFor();
  await noBarrier(county_manager);
  await county_manager.getByLabel("Urgency").selectOption({ label: "Threat of an adverse inspection" });
  await county_manager.getByRole("button", { name: "Show schools" }).click();
  await county_manager.getByText(/shared none fits these filters/).first().waitFor();
  await county_manager.goto("/schools/900001/risk");
  await county_manager.getByText("To arrest decline").waitFor();
  const main = await county_manager.locator("main").innerText();
  for (const prose of ["Attendance falls", "A restricted note", SECRET]) assert.ok(!main.includes(prose), prose);
  await noBarrier(county_manager);
  await county_manager.context().close();
});

test("a headteacher reads what the school was told, and nothing else", async () => {
  await partner.goto("/schools/900001/risk");
  await partner.getByText("Keep what you told the school").click();
  await partner.getByRole("button", { name: "Keep the wording" }).click();
  await partner.getByText("There is a problem").waitFor();
  await noBarrier(partner);
  await partner.getByLabel("What you told the school, word for word").fill(WORDING);
  await partner.getByRole("button", { name: "Keep the wording" }).click();
  await done(partner, "The wording is kept");

  const head = await signedIn("HEADTEACHER");
  await head.getByRole("link", { name: "What Ashmarl Primary School was told" }).click();
  await head.getByText(WORDING).waitFor();
  await head.getByText("Margaret Lyle to the headteacher.").waitFor();
  await noBarrier(head);
  const whole = (await head.content()).toLowerCase();
  for (const word of ["at risk", "criteri", "urgen", "/risk", SECRET.toLowerCase()]) assert.ok(!whole.includes(word), word);
  for (const path of ["/schools/900001/risk", "/risk", `${DISTRICT}/suggestions`, `${DISTRICT}/risk`]) {
    assert.equal((await head.goto(path)).status(), 404, path);
  }
  await head.context().close();
});

test("another district's pages and those of one that does not exist are the same", async () => {
  const body = async (path) => {
    const response = await manager.goto(path);
    assert.equal(response.status(), 404, path);
    return (await manager.locator("main").innerText()).replace(/Reference: .*/, "");
  };
  for (const below of ["/suggestions", "/risk", "/no-concern", "/share"]) {
    assert.equal(await body(`/districts/saltmere-coast${below}`), await body(`/districts/nowhere${below}`));
  }
  assert.equal((await manager.goto(`${DISTRICT}/suggestions?page_token=nonsense`)).url().endsWith(`${DISTRICT}/suggestions`), true);
});
