// Signs what the page shows, where this browser has a key that counts; else the record goes by log-in.
import { toBase64 } from "../ledger/encoding.js";
import { contentBytes } from "./content.js";
import { findKey, ownerOf, sign } from "./keys.js";

const form = document.querySelector("[data-sign]");

if (form) {
  offer();
}

async function offer() {
  const key = await findKey(ownerOf(form.dataset));
  if (key === null || !form.dataset.keys.split(" ").includes(key.id)) {
    return;
  }
  const button = form.querySelector("[data-with-key]");
  button.hidden = false;
  form.querySelector("[data-without-key]").classList.add("button--quiet");
  for (const hint of document.querySelectorAll("[data-no-key]")) {
    hint.hidden = true;
  }
  button.addEventListener("click", () => signAndSend(key));
}

async function signAndSend(key) {
  try {
    const bytes = contentBytes(document.querySelector("[data-content]").textContent, form.dataset);
    form.elements.signature.value = toBase64(await sign(key, bytes));
    form.elements.key.value = key.id;
  } catch {
    document.querySelector("[data-cannot]").hidden = false;
    return;
  }
  form.submit();
}
