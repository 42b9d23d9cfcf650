// Which part of the page shows: named by the address, so that the phone's own way back works.
const ENTRY = /^(growth\.[a-z]+|season\.harvested|check)$/;
const screens = document.querySelectorAll("[data-screen]");

export function go(name) {
  if (location.hash === `#${name}`) {
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = name;
  }
}

// Calls `opened(screen, kind)` before a screen shows; the kind is the action of the entry's screen.
export function route(opened) {
  const follow = async () => {
    const name = location.hash.slice(1) || "home";
    const wanted = ENTRY.test(name) ? "entry" : name.split("/")[0];
    const screen = document.getElementById(wanted)?.matches("[data-screen]") ? wanted : "home";
    await opened(screen, name);
    screens.forEach((one) => (one.hidden = one.id !== screen));
    scrollTo(0, 0);
    (document.querySelector(`#${screen} > h2[tabindex], #${screen} form > h2[tabindex]`) ?? document.getElementById("main")).focus();
  };
  addEventListener("hashchange", follow);
  return follow();
}

export function find(name, inside = document) {
  return inside.querySelector(`[data-${name}]`);
}

export function copyOf(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

export function show(element, text) {
  element.textContent = text;
  element.hidden = !text;
}
