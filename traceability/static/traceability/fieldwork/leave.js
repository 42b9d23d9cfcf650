// Logging out leaves nothing on the phone; what is not uploaded would be lost, so it is said first.
import { counts } from "./queue.js";
import { find } from "./screens.js";
import { wipe } from "./store.js";
import { say } from "./words.js";

export async function showLeave() {
  const { unsent, failed } = await counts();
  find("leave").textContent = unsent + failed ? say("leave_waiting", { count: unsent + failed }) : "";
}

export async function leave() {
  await empty();
  location.assign("/account/logout/");
}

async function empty() {
  await wipe();
  for (const name of await caches.keys()) {
    await caches.delete(name);
  }
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    await registration.unregister();
  }
}
