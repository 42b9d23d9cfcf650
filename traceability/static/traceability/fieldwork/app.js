// The farmer's app starts here.
import { leave, showLeave } from "./leave.js";
import { composed, openForm, readForm } from "./form.js";
import { showBadge, showHome, showStatus } from "./home.js";
import { showDone, showQueue } from "./list.js";
import { choose, todayBy, world } from "./plots.js";
import { engineSigns } from "./device.js";
import { enqueue, onChange, start, wake } from "./queue.js";
import { find, go, route } from "./screens.js";
import { say } from "./words.js";

let here = "home";
let text = "";

async function opened(screen, name) {
  here = screen;
  const found = await world();
  if (!found) {
    showStatus(say("first_visit"));
    return;
  }
  showStatus(screen === "home" ? text : "");
  if (screen === "entry") {
    openForm(name, found);
  } else {
    await refresh(found, name);
    text = "";
  }
}

async function refresh(found, name = location.hash.slice(1)) {
  await showBadge();
  if (here === "home") {
    await showHome(found, again);
  } else if (here === "queue") {
    await showQueue(found.snapshot.actor.id);
  } else if (here === "done") {
    await showDone(name.split("/")[1], text);
  } else if (here === "leave") {
    await showLeave();
  }
}

async function save(made, found) {
  await enqueue(made.said, { log: found.snapshot.log, actor: found.snapshot.actor }, made.photos);
  text = `${made.text} ${say("recorded_waiting")}`;
  const [first] = made.said;
  go(first.type === "season.harvested" ? `done/${first.id}` : "home");
}

async function again(plot, last) {
  const found = await world();
  const day = todayBy(found.snapshot);
  const { date, ...body } = last.body;
  await save(await composed({ plots: [plot], type: last.type, body, secret: {}, day, photos: [], world: found }), found);
}

find("entry").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector(".save .button");
  if (button.disabled) {
    return;
  }
  button.disabled = true;
  try {
    const found = await world();
    const made = await readForm();
    if (made) {
      await choose({ id: new FormData(event.target).get("plots") });
      await save(made, found);
    }
  } finally {
    button.disabled = false;
  }
});
find("wake").addEventListener("click", wake);
find("leave-now").addEventListener("click", leave);

async function begin() {
  find("plain")?.remove();
  onChange(async () => {
    const found = await world();
    if (found && here !== "entry") {
      showStatus(here === "home" ? find("status").textContent.replace(say("first_visit"), "") : "");
      await refresh(found);
    } else if (found) {
      await showBadge();
    }
  });
  await route(opened);
  start();
  await navigator.serviceWorker?.register(document.body.dataset.worker + ((await engineSigns()) ? "" : "?scripted"));
  await navigator.storage?.persist?.();
}

if (globalThis.indexedDB && globalThis.crypto?.subtle) {
  begin();
} else {
  showStatus(say("too_old"));
}
