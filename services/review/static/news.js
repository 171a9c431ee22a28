// What others do shows by itself. `rows`, `findRows` and `showKeys` come from keys.js, `showLocalTimes` from times.js.
"use strict";

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

// A verdict that is on its way to the site changes by itself alone: that readers read it now is shown without a click, unless
// somebody has begun to write.
const isLeftAlone = () => "waitsForSite" in file.dataset && !document.querySelector("main details[open] textarea");

function tellOfCase(news) {
  if (news.version && String(news.version) !== file.dataset.version) {
    if (isLeftAlone()) return location.reload();
    document.getElementById("news").hidden = false;
  }
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

// What is on its way is looked for again, unless somebody has begun to choose.
if (document.querySelector("[data-waits]")) {
  setTimeout(() => document.querySelector("main input:checked") || location.reload(), 1500);
}
