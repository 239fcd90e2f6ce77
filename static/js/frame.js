// The frame's small comforts. Every page works without them.
"use strict";

document.documentElement.classList.add("scripted");

// A choice that speaks for itself: send the form as soon as it is made.
document.addEventListener("change", (event) => {
  const chooser = event.target.closest("[data-submit-on-change]");
  if (chooser) chooser.form.requestSubmit();
});

// A button with data-copies="id" copies that element's text and says so in its own words.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  await navigator.clipboard.writeText("value" in source ? source.value : source.textContent);
  button.classList.add("is-done");
  if (button.dataset.copied) button.querySelector("[data-words]").textContent = button.dataset.copied;
});

// A time zone that nobody chose yet: the browser's own, where we know it.
for (const chooser of document.querySelectorAll("[data-guess-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...chooser.options].some((option) => option.value === own);
  if (known && chooser.value === "UTC") chooser.value = own;
}

// A second press on a form that is on its way does nothing; going back makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 10_000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A passkey that did not work out says so on the page.
document.addEventListener("allauth.error", (event) => {
  const words = document.getElementById("passkey-trouble");
  if (words) words.hidden = false;
  event.preventDefault();
});

// Where a page came back with problems, start at the first one.
document.querySelector("main [aria-invalid='true']")?.focus();
