// The app's worker (advocacy/web_app.py puts OFFLINE, STATIC, PAGE and ICON above this line).
// It keeps static files and the one offline page. It never keeps a person's page, and never answers for the network
// while there is one. It also shows what the person asked to be told on this device.
"use strict";

const KEPT = `kept-${PAGE}`;
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => withoutNetwork(request)));
  else if (request.method === "GET" && address.pathname.startsWith(STATIC)) event.respondWith(staticFile(request, address));
});

self.addEventListener("push", (event) => {
  const { title, body, path } = event.data.json();
  if (!isOurs(path)) return;
  event.waitUntil(self.registration.showNotification(title, { body, icon: ICON, tag: path, data: { path } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data;
  if (isOurs(path)) event.waitUntil(show(path));
});

// The page and every file it names, so that it stands complete without a network.
async function keepOfflinePage() {
  const kept = await caches.open(KEPT);
  const page = await fetch(OFFLINE, { cache: "no-store" });
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="([^"]+)"/g)].map((found) => found[1]);
  await kept.put(OFFLINE, page);
  await kept.addAll([...new Set(named.filter((file) => file.startsWith(STATIC)))]); // one named twice is refused
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
}

// What was sent and did not arrive is never sent again by itself: the page it was sent from is asked for instead.
function withoutNetwork(request) {
  if (request.method !== "GET") return Response.redirect(request.referrer || "/", 303);
  return caches.match(OFFLINE);
}

// A file whose name tells its content never changes; any other comes from the network while there is one.
async function staticFile(request, address) {
  const kept = await caches.match(request);
  if (kept && NAMED_BY_CONTENT.test(address.pathname)) return kept;
  return fetch(request).catch((trouble) => kept ?? Promise.reject(trouble));
}

function isOurs(path) {
  return typeof path === "string" && path.startsWith("/") && !path.startsWith("//");
}

async function show(path) {
  const windows = await self.clients.matchAll({ type: "window" });
  const open = windows.find((one) => new URL(one.url).pathname === path);
  return open ? open.focus() : self.clients.openWindow(path);
}
