// What is typed is not lost.
"use strict";

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

// Words that are put in anew are read out anew, so those that stand there are left: whoever listens hears it once a minute at most.
function tell(told, words) {
  if (told.textContent !== words) told.textContent = words;
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
    tell(told, kept.saved_at ? `Kept ${new Date(kept.saved_at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}; not sent yet.` : "");
    showPreview(form, kept.preview, kept.inside);
  } catch (error) {
    if (error.name !== "AbortError") tell(told, "Not kept: the desk can't be reached. It is tried again when you type on.");
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
