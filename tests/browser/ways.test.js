// Ways that are harder than a mouse and a good line: the keyboard alone, and a connection that
// breaks at the wrong moment.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start } from "./county.js";

let county;
before(async () => (county = await start()), { timeout: 150_000 });
after(() => county?.stop());

// Presses Tab until this element has the focus, as somebody without a mouse would.
async function tabTo(page, locator) {
  await locator.waitFor();
  for (let step = 0; step < 200; step++) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${locator} can't be reached with the Tab key on ${page.url()}`);
}

// The focus is seen: an outline or a shadow that is not there without it.
async function isSeen(locator) {
  const style = await locator.evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return { outline: outlineStyle !== "none" && outlineWidth !== "0px", shadow: boxShadow !== "none" };
  });
  assert.ok(style.outline || style.shadow, `${locator} has the focus and doesn't show it`);
}

async function follow(page, name, heading) {
  const link = page.getByRole("link", { name }).first();
  await tabTo(page, link);
  await isSeen(link);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

async function signInByKeyboard(page, role) {
  const { email, password } = county.account(role);
  await page.goto("/");
  await tabTo(page, page.getByLabel("E-mail address"));
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /what to do next/ }).waitFor();
}

describe("with the keyboard alone", () => {
  let context, page;
  before(async () => {
    context = await county.visitor();
    page = await context.newPage();
  });
  after(() => context?.close());

  test("a school improvement manager finds schools without a partner and reads about one", async () => {
    await signInByKeyboard(page, "SIM");
    await tabTo(page, page.getByLabel("Phase"));
    await page.keyboard.press("I");
    await tabTo(page, page.getByRole("button", { name: "Show schools" }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/phase=infant/);
    await page.getByText(/^\d+ of \d+ schools$/).first().waitFor();
    await page.goto("/schools/900001");
    await follow(page, "Inspections", "Inspections");
    await follow(page, "Support", "Support");
    await follow(page, "Figures", "Figures");
    await follow(page, "Programme", /./);
    await tabTo(page, page.getByRole("button", { name: "Sign out" }));
    await page.keyboard.press("Enter");
    await page.getByText("You have signed out.").waitFor();
  });

  test("an administrator changes a number of a draft", async () => {
    await signInByKeyboard(page, "ADMINISTRATOR");
    await page.goto("/programme/years");
    await tabTo(page, page.getByLabel("Academic year"));
    await page.keyboard.type("2025/26");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Draft for 2025/26" }).waitFor();
    await follow(page, "Change numbers", "Change numbers");
    const field = page.locator("#draft_days");
    await tabTo(page, field);
    await isSeen(field);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("0");
    await page.keyboard.press("Enter");
    // The summary has the focus, and its first link leads to the field.
    await page.getByText("There is a problem").waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.matches(".govuk-error-summary")));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "draft_days");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("12");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The draft is saved").waitFor();
  });
});

test("a form whose answer was cut off is sent again and done once", async () => {
  const context = await county.visitor();
  const page = await context.newPage();
  await signInByKeyboard(page, "ADMINISTRATOR");
  await page.goto("/people/new");
  await page.getByLabel("Name", { exact: true }).fill("Cut Off");
  await page.getByLabel("E-mail address").fill("cut.off@marlshire.example");
  // It arrives, and its answer doesn't.
  let sent = 0;
  await page.route("**/people", async (route) => {
    if (route.request().method() !== "POST" || sent++ > 0) return route.continue();
    await route.fetch({ maxRedirects: 0 });
    await route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.waitForURL("chrome-error://**");
  await page.reload();
  await page.getByText("Cut Off has an account.").waitFor();
  assert.equal(sent, 2);
  await page.goto("/people?q=cut.off");
  assert.equal(await page.getByRole("link", { name: "Cut Off" }).count(), 1);
  await context.close();
});

test("without a connection nothing is lost, and the form goes through when it is back", async () => {
  const context = await county.visitor();
  const page = await context.newPage();
  await signInByKeyboard(page, "ADMINISTRATOR");
  await page.goto("/people/new");
  await page.getByLabel("Name", { exact: true }).fill("Off Line");
  await page.getByLabel("E-mail address").fill("off.line@marlshire.example");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.waitForURL("chrome-error://**");
  await context.setOffline(false);
  await page.reload();
  await page.getByText("Off Line has an account.").waitFor();
  await context.close();
});
