// Keys and local times. The desk works without this file.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
function showLocalTimes(part) {
  for (const time of part.querySelectorAll("time[datetime]:not([data-day])")) showLocalTime(time);
}

function showLocalTime(time) {
  const moment = new Date(time.dateTime);
  const thisYear = moment.getFullYear() === new Date().getFullYear();
  const local = moment.toLocaleString("en-GB", {
    day: "numeric", month: "short", year: thisYear ? undefined : "numeric", hour: "2-digit", minute: "2-digit",
  });
  time.title = `${local}, ${zone} (${time.title})`;
  if (time.classList.contains("at")) time.textContent = local;
}
showLocalTimes(document);

// Times are typed in the zone of whoever sits here: a form with one says which.
for (const field of document.querySelectorAll("input[type=datetime-local]")) {
  if (field.value && !("typed" in field.dataset)) {
    const moment = new Date(`${field.value}Z`);
    field.value = new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  field.closest(".field").querySelector(".zone").textContent = zone;
  if (!field.form.elements.zone) {
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "zone", value: zone });
    field.form.append(hidden);
  }
}

// What happens at this moment need not be typed.
for (const button of document.querySelectorAll("button[data-now]")) {
  const field = document.getElementById(button.dataset.now);
  button.hidden = false;
  button.addEventListener("click", () => {
    const at = new Date();
    field.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

let rows = [];
let here = -1;

function findRows() {
  const focused = rows[here]?.dataset.case;
  rows = [...document.querySelectorAll(".row, .made > li, .told > li, .sentences > li:has(> p input)")];
  here = focused ? rows.findIndex((row) => row.dataset.case === focused) : -1;
  for (const [place, row] of rows.entries()) row.addEventListener("focusin", () => { here = place; });
}
findRows();

function go(step) {
  if (!rows.length) return;
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
  for (const field of document.querySelectorAll("#bulk [data-for]")) field.hidden = !field.dataset.for.split(" ").includes(chosen);
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
// The candidate that has the focus, or the first on which nobody has decided.
function decide(key) {
  const candidate = document.activeElement.closest(".candidate") ?? document.querySelector(".candidate");
  candidate?.querySelector(`[data-key="${key}"]`)?.click();
}

const keys = {
  "+": () => location.assign("/stories/new"),
  j: () => go(1),
  k: () => go(-1),
  o: () => rows[here]?.querySelector(".open")?.click(),
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
  c: () => (document.getElementById("check") ? unfold("check") : document.querySelector("[name=decision]")?.focus()),
  v: () => unfold("second"),
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
document.addEventListener("focusin", ({ target }) => { foundAs = target.value; });

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

// A page that comes with a message says it to screen readers only if it comes into the page after it.
const flashes = document.querySelector(".flashes");
if (flashes) setTimeout(() => { if (!flashes.contains(document.activeElement)) flashes.replaceChildren(...flashes.childNodes); }, 300);

// What was just done stands in view until somebody goes on to the next thing; then it covers nothing.
document.addEventListener("focusin", (event) => {
  if (event.target.form && !event.target.closest(".flash")) for (const flash of document.querySelectorAll(".flash")) flash.classList.add("read");
});

// A second click while the first is on its way does nothing; whoever comes back to the page may send anew.
document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Who says why a source is withheld means that it is.
document.getElementById("evidence-withheld_reason")?.addEventListener("input", (event) => {
  const withheld = event.target.form.querySelector('[name="public"][value="false"]');
  if (event.target.value) withheld.checked = true;
});

// A file that is too large is said to be before it is sent.
for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  field.addEventListener("change", () => {
    const isLarge = field.files[0]?.size > Number(field.dataset.most);
    field.setCustomValidity(isLarge ? "This file is larger than the desk takes." : "");
    field.reportValidity();
  });
}

// What is typed is kept on the server a moment later, and the verdict's text shown as readers will see it.
const KEEP_AFTER = 900;
const keeping = new WeakMap();

function showPreview(form, html, inside) {
  const preview = form.querySelector(".preview");
  if (!preview) return;
  preview.hidden = !html;
  preview.querySelector(".read").innerHTML = html; // made safe by the server, which makes the reader's page by the same
  const warning = preview.querySelector(".inside");
  warning.hidden = !inside.length;
  warning.querySelector("bdi").textContent = inside.join(", ");
}

function draftOf(form) {
  const body = new FormData(form);
  body.set("draft", form.dataset.draft);
  body.delete("file"); // it goes with the form itself
  return body;
}

async function keepDraft(form) {
  const state = keeping.get(form);
  state.timer = null;
  const body = draftOf(form);
  const told = form.querySelector(".draft output");
  try {
    state.request = new AbortController();
    const address = form.action.replace(/\/[^/]*$/, "/draft");
    const answer = await fetch(address, { method: "POST", body, signal: state.request.signal, headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const kept = await answer.json();
    told.textContent = kept.saved_at ? `Kept ${new Date(kept.saved_at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}; not sent yet.` : "";
    showPreview(form, kept.preview, kept.inside);
  } catch (error) {
    if (error.name !== "AbortError") told.textContent = "Not kept: the desk can't be reached. It is tried again when you type on.";
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  keeping.set(form, {});
  form.addEventListener("input", () => {
    const state = keeping.get(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(keepDraft, KEEP_AFTER, form);
  });
  form.addEventListener("submit", () => {
    const state = keeping.get(form);
    clearTimeout(state.timer);
    state.timer = null;
    state.request?.abort();
  });
}
window.addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (!keeping.get(form).timer) continue;
    navigator.sendBeacon(form.action.replace(/\/[^/]*$/, "/draft"), draftOf(form));
  }
});

// What is on its way is looked for again, unless somebody has begun to choose.
if (document.querySelector("[data-waits]")) {
  setTimeout(() => document.querySelector("main input:checked") || location.reload(), 1500);
}

// A refused form: to the first field that needs another look, or to what is said of the whole.
function showRefusal() {
  const field = document.querySelector("[aria-invalid=true]");
  const said = document.querySelector("main .problem[role=alert]:not([hidden])");
  if (field) goInto(field);
  else if (said && !document.querySelector("main [autofocus]")) {
    said.tabIndex = -1;
    said.focus();
  }
}
showRefusal();

// What colleagues do shows within two seconds: the queue is drawn anew where nothing is being typed; a case says that there is news.
const NEWS_EVERY = 1500;
const queue = document.querySelector(".queue[data-newest]");
const file = document.querySelector(".file[data-case]");

function isBusy() {
  const working = queue.querySelector(".tick:checked, .bulk[open], .keep:focus-within, .place[open]");
  return working || (queue.contains(document.activeElement) && document.activeElement.matches("input, select"));
}

async function drawQueue() {
  if (isBusy()) return; // it is looked at again a moment later
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Background": "1" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".queue");
  if (!fresh || isBusy()) return;
  queue.dataset.newest = fresh.dataset.newest;
  const known = new Map(rows.map((row) => [row.dataset.case, row.dataset.etag]));
  const focused = rows[here]?.contains(document.activeElement) ? rows[here].dataset.case : null;
  const old = queue.querySelector(".rows, .empty");
  const drawn = fresh.querySelector(".rows, .empty");
  if (!old || !drawn) return;
  old.replaceWith(document.adoptNode(drawn));
  document.querySelector(".rail").replaceWith(document.adoptNode(page.querySelector(".rail")));
  showKeys();
  showLocalTimes(queue);
  findRows();
  for (const row of rows) if (known.get(row.dataset.case) !== row.dataset.etag) row.classList.add("changed");
  here = rows.findIndex((row) => row.dataset.case === focused);
  if (here >= 0) rows[here].querySelector(".open").focus({ preventScroll: true });
}

function tellOfCase(news) {
  if (news.version && String(news.version) !== file.dataset.version) document.getElementById("news").hidden = false;
  const names = news.present.join(", ");
  const words = names && `${names} ${news.present.length === 1 ? "has" : "have"} it open`;
  const present = document.getElementById("present");
  if (present && present.textContent !== words) present.textContent = words;
}

async function lookForNews() {
  if (!document.hidden) {
    try {
      const answer = await fetch(file ? `/news?case=${file.dataset.case}` : "/news", { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.redirected) return;
      const news = await answer.json();
      const unread = document.getElementById("unread");
      unread.textContent = news.unread || "";
      unread.classList.toggle("some", news.unread > 0);
      if (file) tellOfCase(news);
      else if (queue && String(news.newest) !== queue.dataset.newest) await drawQueue();
    } catch { /* the desk can't be reached just now: it is asked again */ }
  }
  setTimeout(lookForNews, NEWS_EVERY);
}
if (document.getElementById("unread")) setTimeout(lookForNews, NEWS_EVERY);
