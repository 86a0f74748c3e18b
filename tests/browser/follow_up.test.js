// What follows from the risk analysis: contacts, also about an academy at risk, actions until they
// are done, and the programme contexts of schools. A school improvement manager, a partner, a
// headteacher and the county manager each see their part of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn, start, violations } from "./county.js";

const DISTRICT = "/districts/north-marl";
const SCHOOL = "/schools/900001";
const TITLE = "Look at reading in key stage 2";
const NOTE = "Begin with the two classes that were new to the scheme.";
const SAID = "The trust sends its plan within a fortnight.";
const WORDING = "We look at reading together before Christmas.";
const REASON = "Two new leaders: the school wants a second visit.";

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

// Somebody of this role, or of this address, at a page of their own.
async function signedIn(who, options = {}) {
  const context = await county.visitor({ bypassCSP: true, ...options });
  const page = await context.newPage();
  await signIn(page, who.includes("@") ? county.person(who) : county.account(who));
  await page.getByRole("heading", { name: /what to do next/ }).waitFor();
  return page;
}

const noBarrier = async (page) => assert.deepEqual(await violations(page), []);
const done = (page, text) => page.getByRole("alert").getByText(text).waitFor();
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const problems = (page) => page.locator(".govuk-error-summary__list li").count();

test("p13e: those who answer for an academy at risk are contacted, and no longer due", async () => {
  const page = await signedIn("david.penhale@marlshire.example");
  await page.goto("/districts/wenbourne-vale/contacts");
  await page.getByText("No academy of the district is assessed as at risk.").waitFor();
  await noBarrier(page);
  await page.goto("/schools/900025/risk");
  await page.getByLabel("Criterion").selectOption("e");
  await page.getByLabel("The evidence in words").fill("Two leaders left within a year.");
  await page.getByRole("button", { name: "Add it" }).click();
  await done(page, "Criterion e is in evidence.");
  await page.getByLabel("At risk").check();
  await page.getByLabel("To arrest decline").check();
  await page.getByLabel("The reason for the urgency").fill("Leaders leave.");
  await page.getByRole("button", { name: "Keep the assessment" }).click();
  await done(page, "Cranmarsh Primary Academy: at risk");

  await page.goto("/");
  await page.getByText("1 academy", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Contact those who answer for academies of Wenbourne Vale at risk" }).click();
  assert.equal(await page.getByText("To contact", { exact: true }).count(), 3);
  await noBarrier(page);
  await page.getByRole("link", { name: /Keep a contact with The academy trust/ }).click();
  assert.equal(await page.getByLabel("Who was contacted").inputValue(), "trust");
  assert.equal(await page.getByLabel("What for").inputValue(), "academy-concern");
  await page.getByLabel("What was said").fill(SAID);
  await page.getByRole("button", { name: "Keep the contact" }).click();
  await page.getByRole("link", { name: /say how the contact was made/i }).waitFor();
  assert.equal(await page.getByLabel("What was said").inputValue(), SAID);
  await noBarrier(page);
  await page.getByLabel("How").selectOption("letter");
  await page.getByRole("button", { name: "Keep the contact" }).click();
  await done(page, "The contact is kept.");
  await page.getByRole("cell", { name: SAID }).waitFor();
  await noBarrier(page);
  await page.goto("/districts/wenbourne-vale/contacts");
  assert.equal(await page.getByText("To contact", { exact: true }).count(), 2);
  await page.getByRole("cell", { name: SAID }).waitFor();
  await noBarrier(page);
  await page.context().close();
});

test("an action is made of a contact, with everything that is missing said at once", async () => {
  const page = manager;
  await page.goto(`${SCHOOL}/contacts`);
  await page.getByText("There was no contact yet that you may see.").waitFor();
  assert.equal(await page.getByRole("option", { name: "The academy trust" }).count(), 0);
  await page.getByLabel("Who was contacted").selectOption("school");
  await page.getByLabel("With whom there").fill("the headteacher");
  await page.getByLabel("How").selectOption("telephone");
  await page.getByLabel("What for").selectOption("agree-actions");
  await page.getByRole("button", { name: "Keep the contact" }).click();
  await done(page, "The contact is kept.");
  await page.getByRole("link", { name: /Make an action of it/ }).click();
  await page.getByText("It is kept with the contact that you chose.").waitFor();
  await page.getByLabel("More about it").fill(NOTE);
  await page.getByRole("button", { name: "Keep the action" }).click();
  await page.getByText("There is a problem").waitFor();
  assert.equal(await problems(page), 4);
  assert.equal(await page.getByLabel("More about it").inputValue(), NOTE);
  await noBarrier(page);
  await page.getByLabel("Which kind").selectOption("early-review");
  await page.getByLabel("What is to be done, in a line").fill(TITLE);
  await page.getByLabel("Who does it").selectOption({ label: "Margaret Lyle, the school's partner" });
  await page.getByLabel("By which day").fill(day(-1));
  await page.getByRole("button", { name: "Keep the action" }).click();
  await page.getByRole("link", { name: /before the action was made/ }).waitFor();
  await page.getByLabel("By which day").fill(day(20));
  await page.getByRole("button", { name: "Keep the action" }).click();
  await done(page, "The action is kept.");
  await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
  await page.getByRole("link", { name: "A contact", exact: true }).waitFor();
  await noBarrier(page);
  await page.goto(`${SCHOOL}/actions`);
  await page.getByRole("link", { name: TITLE }).waitFor();
  await noBarrier(page);
  await page.goto(`${DISTRICT}/actions?show=overdue`);
  await page.getByText("No action is past its day.").waitFor();
  await noBarrier(page);
});

test("a partner finds what is theirs to do, changes it, and nothing typed is lost", async () => {
  const page = partner;
  await page.goto("/");
  await page.getByText(/^Next by /).waitFor();
  await page.getByRole("link", { name: "Do what you are to do at schools" }).click();
  await page.getByRole("heading", { level: 1, name: "My actions" }).waitFor();
  await noBarrier(page);
  await page.getByRole("link", { name: TITLE }).click();
  const other = await manager.context().newPage();
  await other.goto(page.url());
  await other.getByText("Change it", { exact: true }).click();
  await other.getByLabel("By which day").fill(day(30));
  await other.getByRole("button", { name: "Keep the change" }).click();
  await done(other, "The action is changed.");
  await other.getByText(/, first by /).waitFor();

  await page.getByText("It is done", { exact: true }).click();
  await page.getByLabel("What was done, and what came of it").fill("Seen in four classes.");
  await page.getByRole("button", { name: "Keep it as done" }).click();
  await page.getByText("Nothing was kept").waitFor();
  assert.equal(await page.getByLabel("What was done, and what came of it").inputValue(), "Seen in four classes.");
  await noBarrier(page);
  await other.close();
});

test("what is shared is all that a headteacher reads", async () => {
  const page = manager;
  await page.goto(`${SCHOOL}/actions`);
  await page.getByRole("link", { name: TITLE }).click();
  await page.getByText("Share it with the headteacher").click();
  await page.getByLabel("With whom at the school it was agreed").fill("");
  await page.getByRole("button", { name: "Share it" }).click();
  await page.getByText("There is a problem").waitFor();
  assert.equal(await problems(page), 2);
  await noBarrier(page);
  await page.getByLabel("What was agreed, as the school reads it").fill(WORDING);
  await page.getByLabel("With whom at the school it was agreed").fill("the headteacher");
  await page.getByRole("button", { name: "Share it" }).click();
  await done(page, "The action is shared");
  await page.getByText(WORDING).first().waitFor();

  const head = await signedIn("HEADTEACHER");
  await head.getByRole("link", { name: "What was agreed with Ashmarl Primary School" }).click();
  await head.getByText(WORDING).waitFor();
  await head.getByText("Margaret Lyle", { exact: true }).waitFor();
  await noBarrier(head);
  const whole = (await head.content()).toLowerCase();
  for (const word of [TITLE, NOTE, "at risk", "criteri", "urgen", "/risk"]) assert.ok(!whole.includes(word.toLowerCase()), word);
  const action = new URL(page.url()).pathname;
  for (const path of [action, `${SCHOOL}/actions`, `${SCHOOL}/contacts`, `${SCHOOL}/actions/new`, "/actions", "/county/actions"]) {
    assert.equal((await head.goto(path)).status(), 404, path);
  }
  await head.context().close();
});

test("done is done: a partner says what came of it, and the list keeps it", async () => {
  const page = partner;
  await page.goto("/actions");
  await page.getByRole("link", { name: TITLE }).click();
  await page.getByText("It is done", { exact: true }).click();
  await page.getByRole("button", { name: "Keep it as done" }).click();
  await page.getByRole("link", { name: /say what was done/i }).waitFor();
  await noBarrier(page);
  await page.getByLabel("What was done, and what came of it").fill("Seen in four classes.");
  await page.getByRole("button", { name: "Keep it as done" }).click();
  await done(page, "The action is done.");
  await page.getByText("Seen in four classes.").waitFor();
  assert.equal(await page.getByText("Change it", { exact: true }).count(), 0);
  await noBarrier(page);
  await page.goto("/actions");
  await page.getByText("No action is open.").waitFor();
  await page.getByLabel("Show", { exact: true }).selectOption("done");
  await page.getByRole("button", { name: "Show actions" }).click();
  await page.getByRole("link", { name: TITLE }).waitFor();
});

test("the county manager sees kinds and days once an assessment was shared, and no prose", async () => {
  const page = manager;
  await page.goto(`${DISTRICT}/actions?show=all`);
  const action = await page.getByRole("link", { name: TITLE }).getAttribute("href");
  const chief = await signedIn("COUNTY_MANAGER");
  await chief.goto("/county");
  await chief.getByRole("link", { name: "actions overdue" }).click();
  await chief.getByText("No action is past its day.").waitFor();
  await noBarrier(chief);
  await chief.goto("/county/actions?show=all");
  await chief.getByText("There is no action yet.").waitFor();
  assert.equal((await chief.goto(action)).status(), 404);

  await page.goto(`${SCHOOL}/risk`);
  await page.getByLabel("Reviewed without concern").check();
  await page.getByRole("button", { name: "Keep the assessment" }).click();
  await done(page, "Ashmarl Primary School: reviewed without concern");
  await page.goto(`${DISTRICT}/share`);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await done(page, /^Shared with the county manager/);

  await chief.goto("/county/actions?show=all");
  await chief.getByRole("link", { name: "Early review" }).click();
  await chief.getByRole("heading", { level: 1, name: "Early review" }).waitFor();
  const main = await chief.locator("main").innerText();
  for (const prose of [TITLE, NOTE, WORDING, "Seen in four"]) assert.ok(!main.includes(prose), prose);
  await noBarrier(chief);
  await chief.context().close();
});

test("p7: contexts are confirmed together where the proposal fits, and one is decided otherwise", async () => {
  const page = manager;
  await page.goto("/");
  await page.getByRole("link", { name: "Decide the programme context of each school of North Marl" }).click();
  await page.getByRole("button", { name: "Confirm what is proposed" }).click();
  await page.getByRole("link", { name: "Choose the schools whose proposal you confirm" }).waitFor();
  await noBarrier(page);
  await page.evaluate(() => (window.stillHere = true));
  await page.getByRole("button", { name: "Choose those that paragraph 7 says outright" }).click();
  const chosen = await page.locator("input[type=checkbox]:checked").count();
  assert.ok(chosen > 3, `${chosen} are clear`);
  await page.getByRole("button", { name: "Choose none" }).click();
  assert.equal(await page.locator("input[type=checkbox]:checked").count(), 0);
  await page.getByRole("button", { name: "Choose all" }).click();
  assert.ok(await page.evaluate(() => window.stillHere), "the page was not loaded anew");
  await page.getByLabel("Ashmarl Primary School").uncheck();
  const many = await page.locator("input[type=checkbox]:checked").count();
  await page.getByRole("button", { name: "Confirm what is proposed" }).click();
  await done(page, `Decided as proposed: ${many} schools.`);
  await noBarrier(page);

  await page.getByRole("link", { name: "Decide about Ashmarl Primary School" }).click();
  await page.getByLabel("Recent successful support").check();
  await page.getByRole("button", { name: "Keep the decision" }).click();
  await page.getByRole("link", { name: /say why/i }).waitFor();
  assert.ok(await page.getByLabel("Recent successful support").isChecked());
  await noBarrier(page);
  await page.getByLabel("Why", { exact: true }).fill(REASON);
  await page.getByRole("button", { name: "Keep the decision" }).click();
  await done(page, "Ashmarl Primary School: recent successful support");
  await page.getByRole("heading", { name: "All decisions" }).waitFor();
  await noBarrier(page);
  await page.goto(DISTRICT);
  await page.getByRole("link", { name: /^Recent support.*Ashmarl Primary School/ }).click();
  await page.getByRole("heading", { level: 1, name: /^Programme context/ }).waitFor();

  const head = await signedIn("HEADTEACHER");
  await head.goto(`${SCHOOL}/context`);
  await head.getByText(REASON).waitFor();
  await head.getByText("2 visits, one of which is the review").waitFor();
  assert.equal(await head.getByText("What is proposed").count(), 0);
  await noBarrier(head);
  await head.context().close();
});

test("without scripts an action is made and dropped, and ticks stay while more are chosen", async () => {
  const context = await county.visitor({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, county.person("priya.venner@marlshire.example"), "/districts/saltmere-coast/contexts");
  await page.getByRole("heading", { name: "Programme contexts" }).waitFor();
  const boxes = page.locator("input[type=checkbox]");
  const judged = page.locator("input[type=checkbox]:not([data-clear])").first();
  await judged.check();
  const id = await judged.getAttribute("id");
  await page.getByRole("button", { name: "Choose those that paragraph 7 says outright" }).click();
  assert.ok(await page.locator(`[id="${id}"]`).isChecked(), "the tick stayed");
  const many = await page.locator("input[type=checkbox]:checked").count();
  assert.ok(many > 1 && many <= (await boxes.count()));
  await page.getByRole("button", { name: "Confirm what is proposed" }).click();
  await page.getByText(`Decided as proposed: ${many} schools.`).waitFor();

  await page.goto("/schools/900043/actions");
  await page.getByRole("button", { name: "Add an action" }).click();
  await page.getByLabel("Which kind").selectOption("academy-contact");
  await page.getByLabel("What is to be done, in a line").fill("Meet the trust");
  await page.getByLabel("Who does it").selectOption({ label: "Priya Venner (you)" });
  await page.getByLabel("By which day").fill(day(10));
  await page.getByRole("button", { name: "Keep the action" }).click();
  await page.getByText("The action is kept.").waitFor();
  await page.getByText("It is not to be done any more").click();
  await page.getByLabel("Why", { exact: true }).fill("The trust has met us.");
  await page.getByRole("button", { name: "Drop the action" }).click();
  await page.getByText("The action is dropped.").waitFor();
  await page.getByText("The trust has met us.").waitFor();
  await context.close();
});

test("visits of years before are read by who may read reports", async () => {
  const officer = await signedIn("DATA_OFFICER");
  await officer.goto("/imports/new");
  await officer.getByLabel("What the file is").selectOption("last-year");
  const file = "URN,School,Visit,Report,Priority,Actions,Report file,SHA-256\n900001,Ashmarl,12/11/2024,29/11/2024,no,Map the reading curriculum; Train new staff,900001-report.pdf,\n";
  await officer.getByLabel("File", { exact: true }).setInputFiles({ name: "visits.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await officer.getByRole("button", { name: "Upload" }).click();
  await officer.getByRole("button", { name: "Apply" }).click();
  await officer.getByText("Applied").first().waitFor();
  await officer.context().close();
  await partner.goto(SCHOOL);
  await partner.getByRole("link", { name: "Past visits" }).click();
  await partner.getByRole("heading", { name: "Visit on 12 November 2024" }).waitFor();
  await partner.getByText("Train new staff").waitFor();
  await partner.getByText("900001-report.pdf").waitFor();
  await noBarrier(partner);
});

test("what is not there, and what is another's, are the same page; a list begins anew", async () => {
  const page = manager;
  const body = async (path) => {
    assert.equal((await page.goto(path)).status(), 404, path);
    return (await page.locator("main").innerText()).replace(/Reference: .*/, "");
  };
  for (const below of ["/actions", "/contacts", "/contexts"]) {
    assert.equal(await body(`/districts/saltmere-coast${below}`), await body(`/districts/nowhere${below}`));
  }
  const id = "0198f0c8-0000-7000-8000-000000000001";
  assert.equal(await body(`/schools/900043/actions/${id}`), await body(`${SCHOOL}/actions/${id}`));
  for (const path of ["/actions", `${DISTRICT}/actions`, `${DISTRICT}/contacts`, `${SCHOOL}/actions`, `${SCHOOL}/contacts`, `${SCHOOL}/agreed`]) {
    const response = await page.goto(`${path}?page_token=nonsense`);
    assert.equal(response.status(), 200, path);
    assert.equal(new URL(page.url()).search, "", path);
  }
  await page.goto(`${SCHOOL}/figures?year=2023/24&page_token=nonsense`);
  assert.ok(page.url().endsWith("/figures?year=2023%2F24"), page.url());
});
