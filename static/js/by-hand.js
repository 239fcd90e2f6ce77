// Posting by hand: one tap copies the text and opens the place; whoever comes back is asked once whether it is out.
// Without this the page has the text to select, a link to open and the same question below.
"use strict";

const steps = document.querySelector("[data-by-hand]");

if (steps) {
  let left = false;
  let asked = false;

  const copy = (id) => {
    const text = document.getElementById(id);
    text.select();
    // At once: what is copied later would be refused, since the new tab has the focus by then.
    if (!document.execCommand("copy")) navigator.clipboard?.writeText(text.value).catch(() => {});
  };

  const ask = () => {
    if (!left || asked) return;
    asked = true;
    for (const step of steps.children) {
      const isLast = step.hasAttribute("data-asks");
      step.classList.toggle("is-now", isLast);
      step.classList.toggle("is-done", !isLast);
    }
    steps.querySelector("[data-asks] h2").focus();
  };

  for (const opener of steps.querySelectorAll("[data-copying]")) {
    opener.querySelector("[data-words]").textContent = opener.dataset.copying;
  }

  steps.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    copy(opener.dataset.opens);
    left = true;
  });

  // A browser that hands over to apps: the text goes to the one the person picks.
  const handsOver = steps.querySelector("[data-hands-over]");
  if (navigator.share) {
    handsOver.hidden = false;
    handsOver.addEventListener("click", async () => {
      try {
        await navigator.share({ text: document.getElementById(handsOver.dataset.handsOver).value });
        left = true;
        ask();
      } catch {
        // The person closed the list of apps: nothing was handed over.
      }
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
  window.addEventListener("focus", ask);
}
