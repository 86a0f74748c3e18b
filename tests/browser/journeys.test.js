// Each role's way through the web client, in a real browser, with scripts and without.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { linkIn, signIn, start, violations } from "./county.js";

let county;
before(async () => (county = await start()), { timeout: 150_000 });
after(() => county?.stop());

// What each role may open, beside home, account and notices.
const PAGES = {
  SIM: ["/?partner=none", "/?phase=no-such-phase", "/schools", "/schools?q=nothing-like-it", "/districts/north-marl", "/schools/900001", "/schools/900001/figures", "/schools/900001/figures?year=2023/24", "/schools/900001/inspections", "/schools/900013/inspections", "/schools/900001/support", "/roles", "/roles/new?role=llp&node=schools/900009", "/data-health", "/data-health?place=north-marl&year=2023/24", "/invitations", "/invitations/new", "/risk", "/districts/north-marl/suggestions", "/districts/north-marl/suggestions?show=all&criterion=a", "/districts/north-marl/suggestions?show=changed", "/districts/north-marl/risk", "/districts/north-marl/risk?show=unassessed", "/districts/north-marl/no-concern", "/districts/north-marl/share", "/districts/north-marl/review", "/districts/north-marl/figures", "/districts/north-marl/figures?measure=phonics-met", "/districts/north-marl/funnel", "/districts/north-marl/funnel?group=disadvantaged", "/schools/900001/risk", "/schools/900008/risk", "/actions", "/districts/north-marl/actions", "/districts/north-marl/actions?show=overdue", "/districts/north-marl/contacts", "/districts/north-marl/contexts", "/schools/900001/contacts", "/schools/900001/actions", "/schools/900001/actions?show=all", "/schools/900001/actions/new", "/schools/900001/agreed", "/schools/900001/context", "/schools/900001/past-visits"],
  LLP: ["/actions", "/schools/900001/contacts", "/schools/900001/actions", "/schools/900001/actions/new", "/schools/900001/agreed", "/schools/900001/context", "/schools/900001/past-visits", "/risk", "/schools/900001/risk", "/schools", "/schools/900001", "/schools/900001/figures", "/schools/900001/inspections", "/schools/900001/support"],
  HEADTEACHER: ["/schools/900001/agreed", "/schools/900001/context", "/schools/900001/past-visits", "/schools/900001/told", "/schools", "/schools/900001", "/schools/900001/figures", "/schools/900001/inspections", "/schools/900001/support", "/roles", "/roles/new", "/invitations", "/invitations/new"],
  SCHOOL_LEADER: ["/schools/900001", "/schools/900001/figures", "/schools/900001/inspections"],
  GOVERNOR: ["/schools/900001/past-visits", "/schools", "/schools/900001", "/schools/900001/figures", "/schools/900001/figures?year=2023/24", "/schools/900001/inspections", "/programme/years"],
  CLERK: ["/schools/900001"],
  COUNTY_MANAGER: ["/county/actions", "/county/actions?show=overdue", "/districts/north-marl/actions", "/districts/north-marl/contexts", "/schools/900001/actions", "/schools/900001/context", "/county", "/districts/north-marl/review", "/districts/north-marl/figures", "/districts/north-marl/funnel?measure=persistent-absence", "/risk", "/risk?show=all&district=north-marl", "/schools/900001/risk", "/programme/years", "/programme/2024-2025", "/programme/2024-2025/versions", "/programme/2024-2025/versions/1", "/programme/compare", "/schools", "/districts/north-marl", "/schools/900001", "/imports", "/data-health"],
  ADVISER: ["/actions", "/schools/900001/past-visits", "/schools/900001"],
  DATA_OFFICER: ["/schools", "/imports", "/imports/new", "/schools/900001", "/data-health", "/data-health?place=county&year=2018/19"],
  ADMINISTRATOR: ["/people", "/people?q=nobody-like-that", "/people/new", "/roles", "/roles?when=all", "/roles/new", "/imports", "/programme/years", "/audit", "/audit?target=nothing/", "/audit?method=UserService/", "/audit/refusals", "/audit/heads", "/audit/check", "/audit/check?now=true", "/invitations?show=all", "/invitations/new", "/mails"],
};

// What anybody may read, signed in or not.
const PUBLIC = ["/developers", "/developers/guide", "/developers/reference", "/developers/access", "/developers/errors", "/developers/examples", "/developers/changes"];

describe("every page of every role", () => {
  for (const [role, paths] of Object.entries(PAGES)) {
    test(`${role} finds no barrier that axe knows`, async () => {
      const context = await county.visitor({ bypassCSP: true });
      const page = await context.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await signIn(page, county.account(role));
      await page.getByRole("heading", { name: /what to do next/ }).waitFor();
      const found = await violations(page);
      for (const path of [...paths, "/programme", "/account", "/nowhere", "/privacy"]) {
        const response = await page.goto(path);
        assert.equal(response.status(), path === "/nowhere" ? 404 : 200, `${role} ${path}`);
        found.push(...(await violations(page)));
      }
      assert.deepEqual(found, []);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
});

test("whoever is not signed in reads the pages for developers and takes the descriptor image", async () => {
  const context = await county.visitor({ bypassCSP: true });
  const page = await context.newPage();
  const found = [];
  for (const path of PUBLIC) {
    assert.equal((await page.goto(path)).status(), 200, path);
    found.push(...(await violations(page)));
  }
  assert.deepEqual(found, []);
  const image = await context.request.get("/developers/llpr.binpb");
  assert.match(image.headers()["content-disposition"], /llpr\.binpb/);
  assert.ok((await image.body()).includes("llpr.v1"));
  await context.close();
});

test("the content security policy stops nothing of ours", async () => {
  const context = await county.visitor();
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => message.type() === "error" && said.push(message.text()));
  await signIn(page, county.account("SIM"));
  await page.goto("/schools/900001");
  assert.deepEqual(said, []);
  assert.ok(await page.evaluate(() => document.body.classList.contains("govuk-frontend-supported")));
  await context.close();
});

test("another's school and one that does not exist are the same page", async () => {
  const context = await county.visitor();
  const page = await context.newPage();
  await signIn(page, county.account("GOVERNOR"));
  const body = async (urn) => {
    const response = await page.goto(`/schools/${urn}`);
    assert.equal(response.status(), 404);
    return (await page.locator("main").innerText()).replace(/Reference: .*/, "");
  };
  assert.equal(await body("900002"), await body("999999"));
  for (const below of ["/figures", "/inspections", "/support", "/risk", "/told", "/contacts", "/actions", "/actions/new", "/agreed", "/context", "/past-visits"]) {
    assert.equal(await body(`900002${below}`), await body(`999999${below}`));
  }
  await context.close();
});

test("an upload that is cut off says so, keeps the form and can be sent again", async () => {
  const context = await county.visitor();
  const page = await context.newPage();
  await signIn(page, county.account("DATA_OFFICER"), "/imports/new");
  await page.getByLabel("What the file is").selectOption("districts");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "districts.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await page.route("**/imports", (route) => (route.request().method() === "POST" ? route.abort("connectionreset") : route.continue()));
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("status").filter({ hasText: "The upload broke off" }).waitFor();
  assert.equal(await page.getByLabel("What the file is").inputValue(), "districts");
  await page.unroute("**/imports");
  // The button takes a second click after a moment only.
  await page.waitForTimeout(1100);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText(/must be mended/).first().waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByText("The file is discarded.").first().waitFor();
  await context.close();
});

test("a warning comes before the session ends, and a button keeps it", async () => {
  const context = await county.visitor({ bypassCSP: true });
  const page = await context.newPage();
  await page.clock.install();
  await signIn(page, county.account("SIM"));
  await page.getByText("You are signed out after 60 minutes without opening a page").waitFor();
  const dialog = page.getByRole("dialog");
  await page.clock.fastForward("50:00");
  assert.equal(await dialog.isVisible(), false);
  await page.clock.fastForward("06:00");
  await dialog.getByText(/you will be signed out in [45] minutes/).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "timeout-title");
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole("button", { name: "Stay signed in" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.clock.fastForward("50:00");
  assert.equal(await dialog.isVisible(), false);
  await page.clock.fastForward("12:00");
  await dialog.getByRole("heading", { name: "You have been signed out" }).waitFor();
  assert.deepEqual(await violations(page), []);
  await context.close();
});

test("the first tab stop skips to the content", async () => {
  const context = await county.visitor();
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to main content");
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    let context, page;
    // axe itself is a script.
    const noBarrier = async () => javaScriptEnabled && assert.deepEqual(await violations(page), []);
    before(async () => {
      context = await county.visitor({ javaScriptEnabled, bypassCSP: true });
      page = await context.newPage();
    });
    after(() => context?.close());

    test("a wrong password keeps the address and says what is wrong", async () => {
      const { email } = county.account("ADMINISTRATOR");
      await signIn(page, { email, password: "wrong" });
      assert.match(await page.title(), /^Error: /);
      assert.equal(await page.getByLabel("E-mail address").inputValue(), email);
      await page.getByRole("heading", { name: "There is a problem" }).waitFor();
      await noBarrier();
    });

    test("an administrator creates an account, gives it a role and ends that", async () => {
      const email = `new.${javaScriptEnabled ? "with" : "without"}@marlshire.example`;
      await signIn(page, county.account("ADMINISTRATOR"), "/people/new");
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByText("There is a problem").waitFor();
      await noBarrier();
      await page.getByLabel("Name", { exact: true }).fill("Nora Newly");
      await page.getByLabel("E-mail address").fill(email);
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByText("Nora Newly has an account.").waitFor();
      await noBarrier();
      await page.getByRole("link", { name: "Give a role" }).click();
      await page.getByLabel("Role", { exact: true }).selectOption({ label: "Governor" });
      await page.getByRole("button", { name: "Give the role" }).click();
      await page.getByRole("link", { name: /six digits/ }).waitFor();
      await noBarrier();
      assert.equal(await page.getByLabel("E-mail address of the person").inputValue(), email);
      await page.getByLabel("School's URN").fill("900002");
      await page.getByRole("button", { name: "Give the role" }).click();
      await page.getByRole("alert").getByText(/Nora Newly: Governor/).waitFor();
      await page.getByRole("row", { name: /Nora Newly/ }).getByRole("link", { name: /^End/ }).first().click();
      await page.getByRole("button", { name: "End the role" }).waitFor();
      await noBarrier();
      await page.getByRole("button", { name: "End the role" }).click();
      await page.getByRole("alert").getByText(/no longer held from/).waitFor();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByText("You have signed out.").waitFor();
    });

    test("a data officer uploads a file that is at fault, reads why, and discards it", async () => {
      await signIn(page, county.account("DATA_OFFICER"), "/imports/new");
      await page.getByLabel("What the file is").selectOption("districts");
      await page.getByLabel("File", { exact: true }).setInputFiles({ name: "districts.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByText(/must be mended/).first().waitFor();
      await noBarrier();
      await page.getByRole("button", { name: "Discard" }).click();
      await page.getByText("The file is discarded.").first().waitFor();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
    });

    test("a data officer sees what an upload does, and is told of a wrong kind of file", async () => {
      await signIn(page, county.account("DATA_OFFICER"), "/imports/new");
      // No dataset is chosen: the page comes again with what is missing, and can be sent again.
      const file = page.getByLabel("File", { exact: true });
      await file.setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]) });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByRole("heading", { name: "There is a problem" }).waitFor();
      await page.getByText("Choose what the file is").first().waitFor();
      await noBarrier();
      await page.getByLabel("What the file is").selectOption("districts");
      await page.getByLabel("File", { exact: true }).setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]) });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByText(/must be mended/).first().waitFor();
      await page.getByRole("button", { name: "Discard" }).click();
      await page.getByText("The file is discarded.").first().waitFor();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
    });

    test("a form that is stale, because somebody else was quicker, says so and changes nothing", async () => {
      await signIn(page, county.account("DATA_OFFICER"), "/imports/new");
      await page.getByLabel("What the file is").selectOption("districts");
      await page.getByLabel("File", { exact: true }).setInputFiles({ name: "districts.csv", mimeType: "text/csv", buffer: Buffer.from("URN,School,District,From,Until,Kind\n900001,,North Marl,2018-09-01,,improvement\n") });
      await page.getByRole("button", { name: "Upload" }).click();
      await page.getByRole("button", { name: "Apply" }).waitFor();
      const other = await context.newPage();
      await other.goto(page.url());
      await other.getByRole("button", { name: "Discard" }).click();
      await other.getByText("The file is discarded.").first().waitFor();
      await other.close();
      await page.getByRole("button", { name: "Apply" }).click();
      await page.waitForLoadState();
      assert.match(await page.locator("main").innerText(), /changed|discarded|state/i);
      await noBarrier();
      await page.goto("/");
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
    });

    test("a headteacher invites a governor, who chooses a password and ends an old session", async () => {
      const email = `una.${javaScriptEnabled ? "with" : "without"}@marlshire.example`;
      await signIn(page, county.account("HEADTEACHER"), "/invitations/new");
      await page.getByRole("button", { name: "Send the invitation" }).click();
      await page.getByText("There is a problem").waitFor();
      await noBarrier();
      await page.getByLabel("Name", { exact: true }).fill("Una Fenn");
      await page.getByLabel("E-mail address").fill(email);
      await page.getByLabel("Role", { exact: true }).selectOption({ label: "Governor" });
      await page.getByRole("button", { name: "Send the invitation" }).click();
      await page.getByRole("alert").getByText("Una Fenn is invited.").waitFor();
      await noBarrier();
      const first = linkIn(await county.mail(email));
      await page.getByRole("row", { name: new RegExp(email) }).getByRole("button", { name: /^Send again/ }).click();
      await page.getByRole("alert").getByText("sent again").waitFor();
      const link = linkIn(await county.mail(email));
      await page.getByRole("button", { name: "Sign out", exact: true }).click();

      assert.equal((await page.goto(first)).status(), 410);
      await page.getByRole("heading", { name: "This link can't be used" }).waitFor();
      await noBarrier();
      // Looked at twice, as a program that checks mails does.
      await page.goto(link);
      await page.goto(link);
      await page.getByText("has invited you, Una Fenn").waitFor();
      await noBarrier();
      const choose = async (password) => {
        await page.getByLabel("Password", { exact: true }).fill(password);
        await page.getByLabel("The same password again").fill(password);
        await page.getByRole("button", { name: "Set the password" }).click();
      };
      await choose("qwertyuiop123");
      await page.getByText(/easy to guess/).first().waitFor();
      await noBarrier();
      await choose("harbour violet anvil");
      await page.getByText("Your password is set.").waitFor();
      await noBarrier();
      assert.equal((await page.goto(link)).status(), 410);

      await signIn(page, { email, password: "harbour violet anvil" });
      const other = await county.visitor();
      const elsewhere = await other.newPage();
      await signIn(elsewhere, { email, password: "harbour violet anvil" });
      await page.goto("/account");
      await noBarrier();
      await page.getByRole("button", { name: "End all others" }).click();
      await page.getByRole("alert").getByText("Your other sessions have ended.").waitFor();
      await elsewhere.goto("/");
      await elsewhere.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
      await other.close();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();

      // And by a link, without the password.
      await page.getByRole("link", { name: /sign in by e-mail/ }).click();
      await page.getByLabel("E-mail address").fill(email);
      await noBarrier();
      await page.getByRole("button", { name: "Send the link" }).click();
      await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
      await noBarrier();
      await page.goto(linkIn(await county.mail(email)));
      await noBarrier();
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: /Una Fenn: what to do next/ }).waitFor();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
    });

    test("an address that nobody has is answered like any other, and an administrator makes a link", async () => {
      await page.goto("/sign-in/password");
      await page.getByRole("button", { name: "Send the link" }).click();
      await page.getByText("There is a problem").waitFor();
      await page.getByLabel("E-mail address").fill("nobody.at.all@marlshire.example");
      await page.getByRole("button", { name: "Send the link" }).click();
      await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
      await signIn(page, county.account("ADMINISTRATOR"), "/people?q=ashgrove");
      await page.getByRole("row").getByRole("link").first().click();
      await page.getByRole("button", { name: "Make a link" }).click();
      assert.match(await page.getByLabel("The link").inputValue(), /\/link\?secret=/);
      await noBarrier();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
    });

    test("a session that ended while somebody typed keeps what was typed", async () => {
      const { email, password } = county.account("ADMINISTRATOR");
      await signIn(page, { email, password }, "/people/new");
      await page.getByLabel("Name", { exact: true }).fill("Kept Person");
      await page.getByLabel("E-mail address").fill(`kept.${javaScriptEnabled}@marlshire.example`);
      // Ended from another computer.
      const other = await county.visitor();
      const elsewhere = await other.newPage();
      await signIn(elsewhere, { email, password }, "/account");
      await elsewhere.getByRole("button", { name: "Sign out everywhere" }).click();
      await elsewhere.getByText("You have signed out.").waitFor();
      await other.close();
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByText("What you typed is kept").waitFor();
      await noBarrier();
      await page.getByLabel("E-mail address").fill(email);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("button", { name: "Send the form now" }).waitFor();
      await noBarrier();
      await page.getByRole("button", { name: "Send the form now" }).click();
      await page.getByText("Kept Person has an account.").waitFor();
    });
  });
}
