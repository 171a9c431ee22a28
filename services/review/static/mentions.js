// `@` in a note offers colleagues' names while one types. Without this file names are written out, as the note's hint says.
"use strict";

const MOST_OFFERED = 8;
const BEGUN = /(?:^|[^\p{L}\p{N}_@.])@([^\s@]*)$/u; // as the server reads a name in a note, up to where somebody types
const NOTES = "form[data-draft^=note] textarea";

// Without accents and capital letters, as people type names.
const plain = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const colleagues = [...document.querySelectorAll("#colleagues option")].map(({ value, label }) => ({
  handle: value,
  name: label,
  begins: [plain(value), ...plain(label).split(/[\s-]+/)],
}));

let offered = null; // the names that stand below a note: { field, list, begun, chosen }

function nameBegun(field) {
  if (field.selectionStart !== field.selectionEnd) return null;
  return BEGUN.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null;
}

function withdraw() {
  if (!offered) return;
  offered.list.remove();
  told.textContent = "";
  for (const name of ["aria-controls", "aria-activedescendant"]) offered.field.removeAttribute(name);
  offered = null;
}

function choose(place) {
  const options = [...offered.list.children];
  offered.chosen = (place + options.length) % options.length;
  for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === offered.chosen));
  offered.field.setAttribute("aria-activedescendant", options[offered.chosen].id);
  options[offered.chosen].scrollIntoView({ block: "nearest" });
}

function take(place = offered.chosen) {
  const { field, list, begun } = offered;
  const end = field.selectionStart;
  const space = /^\s/.test(field.value.slice(end)) ? "" : " ";
  field.setRangeText(`@${list.children[place].dataset.handle}${space}`, end - begun.length - 1, end, "end");
  withdraw();
  field.dispatchEvent(new Event("input", { bubbles: true })); // what was typed is kept
}

// Those who do not see the names hear how many there are.
const told = Object.assign(document.createElement("p"), { role: "status", className: "hidden" });

function optionOf({ name, handle }, id) {
  const option = Object.assign(document.createElement("li"), { id, role: "option" });
  option.dataset.handle = handle;
  const [who, address] = ["bdi", "bdi"].map((kind) => document.createElement(kind));
  who.textContent = name;
  address.textContent = `@${handle}`;
  address.className = "small";
  option.append(who, " ", address);
  return option;
}

function offer(field) {
  const begun = nameBegun(field);
  const sought = begun === null ? null : plain(begun);
  const fitting = sought === null ? [] : colleagues.filter((one) => one.begins.some((word) => word.startsWith(sought)));
  withdraw();
  if (!fitting.length) return;
  const list = Object.assign(document.createElement("ul"), { id: `${field.id}-colleagues`, role: "listbox", className: "colleagues" });
  list.ariaLabel = "Colleagues";
  list.append(...fitting.slice(0, MOST_OFFERED).map((one, at) => optionOf(one, `${list.id}-${at}`)));
  field.after(list);
  list.style.insetBlockStart = `${field.offsetTop + field.offsetHeight + 4}px`;
  field.setAttribute("aria-controls", list.id);
  offered = { field, list, begun };
  choose(0);
  const count = list.children.length;
  told.textContent = `${count} ${count === 1 ? "colleague" : "colleagues"}: arrows choose, Enter takes.`;
}

const typing = {
  ArrowDown: () => choose(offered.chosen + 1),
  ArrowUp: () => choose(offered.chosen - 1),
  Enter: () => take(),
  Tab: () => take(),
  Escape: withdraw,
};

if (colleagues.length) document.querySelector("main").append(told);
for (const field of colleagues.length ? document.querySelectorAll(NOTES) : []) {
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.addEventListener("input", () => offer(field));
  field.addEventListener("blur", withdraw);
  field.addEventListener("keydown", (event) => {
    const act = offered?.field === field && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && typing[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  // Where else one goes on, nothing is offered: what was typed there is done.
  field.addEventListener("pointerup", withdraw);
  field.addEventListener("keyup", (event) => {
    if (offered && /^(ArrowLeft|ArrowRight|Home|End|Page)/.test(event.key) && nameBegun(field) !== offered.begun) withdraw();
  });
}
// A press on a name takes it, and the note keeps the focus.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".colleagues")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest(".colleagues [role=option]");
  if (option) take([...offered.list.children].indexOf(option));
});
