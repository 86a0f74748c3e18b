// Keys for a list that is worked through: from one entry to the next, to its figures, its button
// and its reasons. Only while the focus is within the list, so that they do nothing elsewhere; and
// they lead to a button, which Enter presses, so that a slip decides nothing.

export function decisions() {
  const list = document.querySelector("[data-decide]");
  if (!list) return;
  const entries = [...list.children].filter((entry) => entry.matches(".llpr-card"));
  const told = document.querySelector("[data-keys]");
  if (told) told.hidden = false;
  // Only the first is a stop of the Tab key: the keys lead to the others.
  if (entries.length > 0) entries[0].tabIndex = 0;

  const aim = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (aim && entries.includes(aim)) aim.focus();

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea")) return;
    const place = entries.findIndex((entry) => entry.contains(event.target));
    const act = KEYS[event.key];
    if (place < 0 || !act) return;
    act(entries, place);
    event.preventDefault();
  });
}

const go = (entry) => {
  entry?.focus();
  entry?.scrollIntoView({ block: "nearest" });
};

const open = (entry, which) => {
  const details = entry.querySelector(`details[${which}]`);
  if (details) details.open = true;
  return details;
};

const KEYS = {
  j: (entries, place) => go(entries[place + 1]),
  k: (entries, place) => go(entries[place - 1]),
  c: (entries, place) => {
    const button = entries[place].querySelector("[data-confirm]");
    // Where somebody has decided, it stands with the reasons.
    const details = button?.closest("details");
    if (details) details.open = true;
    button?.focus();
  },
  d: (entries, place) => open(entries[place], "data-dismiss")?.querySelector("select").focus(),
  f: (entries, place) => {
    const details = entries[place].querySelector("details[data-figures]");
    if (details) details.open = !details.open;
  },
};
