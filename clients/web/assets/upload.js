// Shows how far an upload is. Without this file the form is sent as any other.

const words = (bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`;

// `renew` brings the components of a page that was put in place of this one to life.
export function uploads(renew) {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, renew);
    });
  }
}

function send(form, renew) {
  if (form.dataset.upload === "sending") return;
  form.dataset.upload = "sending";
  const { bar, text } = place(form);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.max = total;
    bar.value = loaded;
    // Every tenth is enough for those who listen.
    const tenth = Math.floor((10 * loaded) / total) * 10;
    const said = `Sent ${tenth} % of ${words(total)}.`;
    if (text.textContent !== said) text.textContent = said;
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    text.textContent = "Sent. The file is being read and compared.";
  });
  const broken = () => {
    form.dataset.upload = "";
    bar.hidden = true;
    text.textContent = "The upload broke off, and nothing was kept. Check your connection, then choose Upload again.";
  };
  request.addEventListener("error", broken);
  request.addEventListener("abort", broken);
  request.addEventListener("load", () => {
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = answer.title;
    document.body.replaceChildren(...answer.body.childNodes);
    renew();
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
}

// The bar and its words, once.
function place(form) {
  let part = form.querySelector("[data-upload-progress]");
  if (!part) {
    part = document.createElement("div");
    part.dataset.uploadProgress = "";
    part.className = "govuk-form-group";
    const bar = document.createElement("progress");
    bar.className = "llpr-progress";
    bar.setAttribute("aria-label", "Upload");
    const text = document.createElement("p");
    text.className = "govuk-body";
    text.setAttribute("role", "status");
    part.append(bar, text);
    form.append(part);
  }
  const [bar, text] = part.children;
  bar.hidden = false;
  bar.value = 0;
  text.textContent = "The upload begins.";
  return { bar, text };
}
