// Keys: the desk is worked without a mouse. It works without this file, too, as it does without the others.
"use strict";

let rows = [];
let here = -1;

function findRows() {
  const focused = rows[here]?.dataset.case;
  rows = [...document.querySelectorAll(".row, .made > li, .told > li, .sentences > li:has(> p input)")];
  here = focused ? rows.findIndex((row) => row.dataset.case === focused) : -1;
  for (const [place, row] of rows.entries()) row.addEventListener("focusin", () => { here = place; });
}
findRows();

// Where there is no list, on a case, the same keys lead through the claims of its story.
const follow = (key) => document.querySelector(`main a[data-key="${key}"]`)?.click();

function go(step) {
  if (!rows.length) return follow(step > 0 ? "j" : "k");
  here = Math.max(0, Math.min(rows.length - 1, here + step));
  (rows[here].querySelector(".open") ?? rows[here].querySelector("input")).focus();
}

// The list before or after the one that is shown; from elsewhere, the first.
function goToList(step) {
  const lists = [...document.querySelectorAll(".rail li > a")];
  const shown = lists.findIndex((one) => one.ariaCurrent === "page");
  lists.at((shown + step) % lists.length)?.click();
}

// As the Tab key does it: what stands in a line is marked, so that what is typed takes its place.
function reach(field) {
  field?.focus();
  if (field?.matches("input:not([type=radio], [type=checkbox])")) field.select();
}

// Of a form that was not sent it is said to who can't see it, too.
function goInto(field) {
  reach(field);
  const kept = field?.form?.querySelector(".draft");
  if (kept?.textContent.trim() && !field.getAttribute("aria-describedby")) field.setAttribute("aria-describedby", kept.id);
}

function unfold(id) {
  const part = document.getElementById(id);
  if (!part) return;
  part.open = true;
  const first = part.querySelector("textarea, select, input:not([type=hidden])");
  const chosen = first?.type === "radio" && part.querySelector(`input[name="${first.name}"]:checked`);
  goInto(chosen || first);
  part.scrollIntoView({ block: "nearest" });
}

// Of the act on several claims: how many are ticked, and the fields that it takes.
function showTicked() {
  const told = document.getElementById("ticked");
  const count = document.querySelectorAll(".tick:checked").length;
  if (told) told.textContent = count ? `: ${count} ticked` : "";
}

function showFields() {
  const chosen = document.getElementById("bulk-act")?.value;
  for (const field of document.querySelectorAll("#bulk [data-for]")) {
    field.hidden = !field.dataset.for.split(" ").includes(chosen);
    field.querySelector("input, select").required = !field.hidden;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches(".tick")) showTicked();
  if (event.target.id === "bulk-act") showFields();
});
window.addEventListener("pageshow", () => {
  showTicked();
  showFields();
});

function tickAll() {
  const ticks = [...document.querySelectorAll(".tick")];
  const isEvery = ticks.every((one) => one.checked);
  for (const one of ticks) one.checked = !isEvery;
  showTicked();
}

const button = (key) => (rows[here] ?? document.querySelector(".next"))?.querySelector(`[data-key="${key}"]`);
// The candidate that has the focus, or the first that is seen and on which nobody has decided.
function decide(key) {
  const first = [...document.querySelectorAll(".candidate")].find((one) => one.checkVisibility());
  const candidate = document.activeElement.closest(".candidate") ?? first;
  candidate?.querySelector(`[data-key="${key}"]`)?.click();
}

// A link to a form that is folded away opens it.
document.addEventListener("click", (event) => {
  const form = event.target.closest("a.unfolds")?.hash.slice(1);
  if (!form) return;
  event.preventDefault();
  unfold(form);
});

const keys = {
  "+": () => location.assign("/stories/new"),
  j: () => go(1),
  k: () => go(-1),
  o: () => (rows.length ? rows[here]?.querySelector(".open")?.click() : follow("o")),
  t: () => button("t")?.click(),
  X: () => {
    if (document.querySelector(".tick")) tickAll();
    else rows[here]?.querySelectorAll("p input:not(:checked), fieldset input:not(:checked)").forEach((one) => one.click());
  },
  x: () => rows[here]?.querySelector(".tick, p input")?.click(),
  "]": () => goToList(1),
  "[": () => goToList(-1),
  g: () => document.querySelector("[data-key=g]")?.click(),
  p: () => unfold("plan"),
  a: () => button("a")?.focus(), // publishing is worth a second key
  e: () => unfold("evidence"),
  n: () => unfold("note"),
  s: () => unfold("statement"),
  r: () => unfold("ask"),
  w: () => unfold("describe"),
  c: () => (document.getElementById("check") ? unfold("check") : document.querySelector("[name=decision], .proposal button")?.focus()),
  v: () => unfold("second"),
  S: () => unfold("schedule"),
  "!": () => unfold(document.querySelector(".alarm details")?.id),
  Q: () => unfold("question"),
  R: () => unfold("urge"),
  M: () => unfold("move"),
  T: () => button("T")?.focus(),
  N: () => (button("N") ? button("N").focus() : unfold("notice")),
  f: () => document.querySelector(".checks .open :is(button, summary)")?.focus(),
  m: () => unfold(document.querySelector('.act > summary[aria-keyshortcuts="m"]')?.parentElement.id),
  b: () => unfold(document.getElementById("bulk-acts") ? "bulk-acts" : "return"),
  u: () => document.querySelector(".flash button")?.click() ?? unfold("reopen"),
  h: () => unfold("assign"),
  l: () => unfold(document.getElementById("unflag") ? "unflag" : "flag"),
  z: () => unfold("close"),
  q: () => location.assign("/"),
  y: () => decide("y"),
  d: () => decide("d"),
  i: () => location.assign("/notifications"),
  "/": () => (document.getElementById("q") ? document.getElementById("q").focus() : location.assign("/")),
  "?": () => document.getElementById("keys")?.showModal(),
};

// Who speaks to their computer, or whose screen reader has letters of its own, switches ours off in this browser (WCAG 2.1.4).
const KEYS_OFF = "keys-off";
let offHere = false; // on this page alone, where the browser keeps nothing

function hasKeys() {
  try {
    return localStorage.getItem(KEYS_OFF) === null;
  } catch {
    return !offHere;
  }
}

function keepKeys(on) {
  offHere = !on;
  try {
    if (on) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "yes");
  } catch {
    // it holds until the page is left
  }
}

function showKeys() {
  for (const hint of document.querySelectorAll(".needs-keys")) hint.hidden = false;
  document.documentElement.classList.toggle("keys", hasKeys());
  const [here, there] = hasKeys() ? ["data-shortcut", "aria-keyshortcuts"] : ["aria-keyshortcuts", "data-shortcut"];
  for (const one of document.querySelectorAll(`[${here}]`)) {
    one.setAttribute(there, one.getAttribute(here));
    one.removeAttribute(here);
  }
}
showKeys();

document.querySelector(".needs-keys button")?.addEventListener("click", keys["?"]);
const keysOn = document.getElementById("keys-on");
if (keysOn) {
  keysOn.checked = hasKeys();
  keysOn.addEventListener("change", () => {
    keepKeys(keysOn.checked);
    showKeys();
  });
}

// What is being typed: Ctrl or Cmd with Enter sends the form, Escape leaves it, so that keys act again. What was typed stays.
function inForm(event) {
  const { target } = event;
  if (event.isComposing || !target.form?.matches("main form[method=post]")) return false;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) target.form.requestSubmit();
  else if (event.key === "Escape" && target.matches("input, textarea, select")) leave(target);
  else return false;
  event.preventDefault();
  return true;
}

function leave(field) {
  const fold = field.form.closest("details")?.querySelector("summary");
  if (fold) fold.focus();
  else field.blur();
}

// A digit chooses a rating where one is chosen, in the order in which they stand.
function rate(event) {
  const choices = event.target.closest(".ratings")?.querySelectorAll("input[type=radio]");
  const chosen = choices && /^[0-9]$/.test(event.key) && choices[(Number(event.key) + 9) % 10];
  if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return false;
  event.preventDefault();
  chosen.click();
  chosen.focus();
  return true;
}

// A time that one only passes by is one step of the Tab key, not six: its day, month, hour and the rest are steps once it is changed.
let foundAs = "";
document.addEventListener("focusin", ({ target }) => {
  foundAs = target.value;
  // On a phone the lists of links scroll; browsers leave one half hidden that the Tab key comes to.
  if (target.matches("nav a")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

const isChosen = ({ form, name, type, checked }) => type !== "radio" || checked || !form?.querySelector(`[name="${name}"]:checked`);

function pass(event) {
  const field = event.target;
  if (event.key !== "Tab" || !/^(date|datetime-local)$/.test(field.type) || field.value !== foundAs || field.validity.badInput) return;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
  const steps = all.filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility() && isChosen(one));
  const next = steps[steps.indexOf(field) + (event.shiftKey ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  reach(next);
}

document.addEventListener("keydown", (event) => {
  pass(event);
  if (inForm(event) || rate(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]")) return;
  const act = hasKeys() && keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
