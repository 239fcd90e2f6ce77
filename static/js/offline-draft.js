// Starts the app's worker, and keeps what is being typed on this device until it has reached us.
// Kept words are offered, never put back by themselves; they go when they are saved and when the person signs out.
"use strict";

(() => {
  const PREFIX = "draft:";

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js").catch(() => {});

  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const read = (key) => JSON.parse(localStorage.getItem(key));
  const keep = (key, draft) => localStorage.setItem(key, JSON.stringify(draft));
  const eraseAll = () => keys().forEach((key) => localStorage.removeItem(key));

  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname.endsWith("/logout/")) eraseAll();
  });

  if ("offline" in document.documentElement.dataset) offlinePage();
  else onlinePage();

  function onlinePage() {
    const field = document.querySelector("[data-keeps-draft]");
    if (field) forgetOthers(field);
    // A page of the person's answered after these were sent: they have arrived. Where the sign-in page or an error's
    // answered, they may not have, and are offered again.
    const arrived = document.querySelector("#menu") && !document.querySelector(".error-page");
    for (const key of keys()) {
      if (!read(key).sent) continue;
      if (arrived) localStorage.removeItem(key);
      else keep(key, { ...read(key), sent: false });
    }
    if (field) composer(field);
  }

  function composer(field) {
    const key = PREFIX + field.dataset.keepsDraft;
    const kept = localStorage.getItem(key) ? read(key) : null;
    if (kept && kept.text !== field.value) offer(field, key, kept);
    else localStorage.removeItem(key);
    field.addEventListener("input", () => {
      const { person, story } = field.dataset;
      keep(key, { text: field.value, path: location.pathname, person, story, sent: false });
    });
    field.form.addEventListener("submit", () => {
      if (localStorage.getItem(key)) keep(key, { ...read(key), text: field.value, sent: true });
    });
  }

  function offer(field, key, kept) {
    const notice = document.getElementById("kept-draft");
    notice.querySelector("[data-kept-words]").textContent = kept.text;
    notice.hidden = false;
    notice.addEventListener("click", (event) => {
      const act = event.target.closest("[data-kept]")?.dataset.kept;
      if (!act) return;
      notice.hidden = true;
      if (act === "forget") localStorage.removeItem(key);
      if (act === "use") {
        field.value = kept.text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      field.focus();
    });
  }

  // Somebody else writes in this company on this device now.
  function forgetOthers(field) {
    const company = location.pathname.split("/").slice(0, 3).join("/") + "/";
    for (const key of keys()) {
      const { path, person } = read(key);
      if (path.startsWith(company) && person !== field.dataset.person) localStorage.removeItem(key);
    }
  }

  function offlinePage() {
    const place = document.querySelector("[data-kept-drafts]");
    const pattern = place.querySelector("[data-kept-draft]");
    for (const [number, key] of keys().entries()) {
      const draft = { ...read(key), sent: false };
      keep(key, draft);
      const card = pattern.content.cloneNode(true);
      const [label, field, link] = [card.querySelector("label"), card.querySelector("textarea"), card.querySelector("a")];
      field.id = `kept-${number}`;
      label.htmlFor = field.id;
      label.textContent = draft.story;
      field.value = draft.text;
      field.addEventListener("input", () => keep(key, { ...draft, text: field.value }));
      link.href = draft.path;
      place.append(card);
      place.hidden = false;
    }
    // The page was asked for by a GET (the worker sees to that); whoever is writing is not interrupted.
    if (place.hidden) window.addEventListener("online", () => location.reload());
  }
})();
