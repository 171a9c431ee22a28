// Passkeys: asks the browser to make one or to sign by one, and hands its answer to the server, which decides.
"use strict";

async function post(form, address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: JSON.stringify(body),
  });
  if (answer.redirected) throw new Error("You were signed out. Open the page again.");
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

async function make(form) {
  const asked = await post(form, form.dataset.options, { password: form.elements.password?.value ?? "" });
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  return post(form, form.dataset.answer, { credential: made.toJSON(), name: form.elements.name.value });
}

async function use(form) {
  const asked = await post(form, form.dataset.options, {});
  const used = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  return post(form, form.dataset.answer, { credential: used.toJSON() });
}

async function come(form) {
  const name = document.getElementById("name");
  if (!name.reportValidity()) throw new Error("Write your name first.");
  const asked = await post(form, form.dataset.options, { name: name.value });
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  return post(form, form.dataset.answer, { credential: made.toJSON(), name: name.value });
}

function words(error) {
  if (error.name === "NotAllowedError") return "It was not done: you stopped it, or it took too long.";
  if (error.name === "InvalidStateError") return "This device has a passkey of yours already.";
  if (error.name === "SecurityError") return "Passkeys belong to another address of this desk. Ask an admin which one people use.";
  return error.message;
}

for (const [id, act] of [["add-passkey", make], ["use-passkey", use], ["come-by-passkey", come]]) {
  const form = document.getElementById(id);
  if (!form || !window.PublicKeyCredential?.parseCreationOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("[role=alert]");
    told.hidden = true;
    try {
      location.assign((await act(form)).next);
    } catch (error) {
      told.textContent = words(error);
      told.hidden = false;
    } finally {
      delete form.dataset.sent;
    }
  });
}
