// The button "Tell me on this device". Without it a person is told by mail and on the list of notices.
"use strict";

const asks = document.querySelector("[data-push]");
const help = document.querySelector("[data-push-help]");

if (asks) {
  if ("serviceWorker" in navigator && "PushManager" in window) asks.hidden = false;
  else help.textContent = help.dataset.cannot;
  asks.addEventListener("click", tellHere);
}

async function tellHere() {
  asks.disabled = true;
  try {
    const worker = await navigator.serviceWorker.ready;
    const applicationServerKey = bytesOf(asks.dataset.push);
    const { endpoint, keys } = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON();
    const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, label: nameOfBrowser() });
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const answer = await fetch(asks.dataset.address, { method: "POST", body, headers });
    if (answer.ok) window.location.reload();
    else help.textContent = (await answer.json()).sentence;
  } catch {
    help.textContent = Notification.permission === "denied" ? help.dataset.denied : help.dataset.cannot;
  }
  asks.disabled = false;
}

function bytesOf(text) {
  const whole = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(whole, (letter) => letter.charCodeAt(0));
}

// As a person would say it: "Firefox, Android".
function nameOfBrowser() {
  const about = navigator.userAgent;
  const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((name) => about.includes(name)) ?? "";
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"].find((name) => about.includes(name)) ?? "";
  const plain = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return [plain, system].filter(Boolean).join(", ");
}
