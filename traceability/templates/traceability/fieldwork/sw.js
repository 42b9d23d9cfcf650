// Keeps this version of the farmer's app on the phone, and answers with it whether there is a network or not.
const VERSION = "fields-{{ version }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const SHELL = FILES[0];
// For browsers that do not sign by themselves; the page says so when it registers this worker.
if (new URL(self.location).searchParams.has("scripted")) {
  FILES.push("{{ scripted|escapejs }}");
}
const HOME = new URL("./", self.location).pathname;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  // Pages of the version before have all their files loaded; what they lie in may go.
  const drop = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("fields-") && name !== VERSION);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (event.request.mode === "navigate" && url.pathname === HOME) {
    event.respondWith(url.search ? renewed(event.request) : fromPhone(SHELL, event.request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(fromPhone(event.request, event.request));
  }
});

async function fromPhone(name, request) {
  const cache = await caches.open(VERSION);
  const found = await cache.match(name);
  if (found) {
    return found;
  }
  return fetch(request);
}

// Another language was chosen: the copy on the phone must speak it, too.
async function renewed(request) {
  try {
    const answer = await fetch(request);
    const cache = await caches.open(VERSION);
    await cache.add(SHELL);
    return answer;
  } catch {
    return fromPhone(SHELL, request);
  }
}
