// The week of My queue: dragging a post to another day, and moving it with the arrow keys.
// Both fill in and send the form that every post has anyway; without this file its buttons do the same.
"use strict";

const week = document.querySelector("[data-week]");

if (week) {
  const says = document.getElementById("week-says");
  const spoken = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC",
  });

  // A wall time is reckoned with as if it were UTC: no clock changes under it, the server knows the zone.
  const shifted = (wall, minutes) => new Date(Date.parse(`${wall}Z`) + minutes * 60_000).toISOString().slice(0, 16);
  const needsYes = (card, wall) => card.dataset.until && (wall < card.dataset.from || wall >= card.dataset.until);
  const isPast = (wall) => wall < week.dataset.now;
  const say = (card, wall, words) => {
    const sentence = isPast(wall) ? week.dataset.past : needsYes(card, wall) ? week.dataset[`${words}Again`] : week.dataset[words];
    says.textContent = sentence.replace("{time}", spoken.format(Date.parse(`${wall}Z`)));
  };
  const send = (card, wall) => {
    const form = card.querySelector("[data-move]");
    form.elements.at.value = wall;
    form.requestSubmit(form.querySelector("[value=pick]"));
  };
  const mark = (wall) => {
    for (const day of week.children) day.classList.toggle("is-aim", day.dataset.day === wall.slice(0, 10));
  };
  const leave = (card, words) => {
    if (!card?.dataset.aim) return;
    delete card.dataset.aim;
    mark("");
    says.textContent = words;
  };

  // --- keys, on the button of a post ---
  const KEYS = { ArrowLeft: -1440, ArrowRight: 1440, ArrowUp: -30, ArrowDown: 30 };
  week.addEventListener("keydown", (event) => {
    const card = event.target.matches("[data-moves]") && event.target.closest("[data-card]");
    if (!card || event.altKey || event.ctrlKey || event.metaKey) return;
    const aim = card.dataset.aim;
    if (event.key in KEYS) {
      event.preventDefault();
      card.dataset.aim = shifted(aim || card.dataset.wall, KEYS[event.key]);
      mark(card.dataset.aim);
      say(card, card.dataset.aim, "says");
    } else if (aim && event.key === "Enter") {
      event.preventDefault();
      if (!isPast(aim)) send(card, aim);
    } else if (aim && event.key === "Escape") {
      event.preventDefault();
      leave(card, week.dataset.stays);
    }
  });
  week.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-moves]")) leave(event.target.closest("[data-card]"), "");
  });

  // --- dragging ---
  let dragged = null;
  const there = (day) => `${day.dataset.day}T${dragged.dataset.wall.slice(11)}`;
  for (const card of week.querySelectorAll("[data-card]")) card.draggable = true;
  week.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("[popover]")) return;
    dragged = event.target.closest?.("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.getAttribute("aria-label"));
    dragged.classList.add("is-dragged");
  });
  week.addEventListener("dragover", (event) => {
    const day = dragged && event.target.closest("[data-day]");
    if (!day) return;
    event.preventDefault();
    if (day.classList.contains("is-aim")) return;
    mark(there(day));
    if (there(day) === dragged.dataset.wall) says.textContent = week.dataset.stays;
    else say(dragged, there(day), "drops");
  });
  week.addEventListener("drop", (event) => {
    const day = dragged && event.target.closest("[data-day]");
    if (!day) return;
    event.preventDefault();
    if (there(day) !== dragged.dataset.wall && !isPast(there(day))) send(dragged, there(day));
  });
  week.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark("");
    says.textContent = "";
  });
}
