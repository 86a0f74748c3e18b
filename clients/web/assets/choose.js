// Choosing all of a list, some or none, without an answer from the server, which would do the same.

export function choices() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-choose]");
    if (!button?.form) return;
    event.preventDefault();
    for (const box of button.form.querySelectorAll("input[type=checkbox]")) {
      if (button.dataset.choose === "all") box.checked = true;
      else if (button.dataset.choose === "none") box.checked = false;
      else if (box.hasAttribute("data-clear")) box.checked = true;
    }
  });
}
