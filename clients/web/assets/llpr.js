// Everything works without this file; it only makes some things more comfortable.
import { choices } from "./choose.js";
import { decisions } from "./decide.js";
import { initAll } from "./govuk-frontend.js";
import { uploads } from "./upload.js";

function enliven() {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  initAll();
  uploads(enliven);
}

enliven();
choices();
decisions();

// A session ends when nobody opens a page for some time. This warns before, and tells afterwards.
const dialog = document.getElementById("timeout");
if (dialog?.showModal) watch(dialog);

function watch(dialog) {
  const MINUTE = 60_000;
  const SEEN = "llpr-seen";
  const life = Number(dialog.dataset.minutes) * MINUTE;
  // Five minutes before, or half-way where a session is that short.
  const notice = Math.min(5 * MINUTE, life / 2);
  const title = document.getElementById("timeout-title");
  const text = document.getElementById("timeout-text");
  const stay = document.getElementById("timeout-stay");
  const leave = document.getElementById("timeout-leave");
  let told = "";

  // Other windows of this browser share the session, and so the moment.
  const seen = () => Number(localStorage.getItem(SEEN)) || Date.now();
  const note = () => localStorage.setItem(SEEN, String(Date.now()));
  const say = (words) => {
    // Only what is new is read out.
    if (words !== told) text.textContent = told = words;
  };

  function look() {
    const left = seen() + life - Date.now();
    if (left > notice) {
      if (dialog.open) dialog.close();
      return;
    }
    if (left > 0) {
      const minutes = Math.ceil(left / MINUTE);
      say(`You have not opened a page for some time. For your security you will be signed out in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`);
    } else {
      title.textContent = "You have been signed out";
      say("If you were filling in a form, close this and send it: you can then sign in again, and what you typed is kept.");
      stay.textContent = "Close";
      leave.hidden = true;
    }
    if (!dialog.open && !dialog.dataset.closed) {
      dialog.showModal();
      title.focus();
    }
  }

  stay.addEventListener("click", async () => {
    if (seen() + life <= Date.now()) {
      dialog.dataset.closed = "yes";
      dialog.close();
      return;
    }
    const answer = await fetch("/stay", { redirect: "manual" }).catch(() => undefined);
    if (answer?.status === 204) {
      note();
      dialog.close();
    } else {
      say("That did not work. Save what you typed elsewhere, and load the page again.");
    }
  });
  // Escape means the same as the button that goes on.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay.click();
  });

  note();
  setInterval(look, 5_000);
  document.addEventListener("visibilitychange", look);
}
