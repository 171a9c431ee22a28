// Times as they are where one sits: those that are read, and those that are typed.
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

// Nobody has to know what their zone is called.
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value = zone;

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
