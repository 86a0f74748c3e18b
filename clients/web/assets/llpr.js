// Everything works without this file; it only makes some things more comfortable.
import { initAll } from "./govuk-frontend.js";
import { uploads } from "./upload.js";

function enliven() {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  initAll();
  uploads(enliven);
}

enliven();
