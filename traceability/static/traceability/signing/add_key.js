// Makes this browser's key, and sends its public half with the proof that the secret one is here.
import { toBase64 } from "../ledger/encoding.js";
import { findKey, makeKey, ownerOf, signClaim } from "./keys.js";

const form = document.querySelector("[data-add-key]");

if (form) {
  form.addEventListener("submit", addKey);
  showKeyOfThisBrowser();
}

async function addKey(event) {
  if (form.elements.public.value) {
    return;
  }
  event.preventDefault();
  const owner = ownerOf(form.dataset);
  // A key that was made before and not added, since the network was gone, is as good as a new one; one that is
  // out of use is not.
  const found = await findKey(owner);
  const key = found && !form.dataset.revoked.split(" ").includes(found.id) ? found : await makeKey(owner);
  if (key === null) {
    document.querySelector("[data-cannot]").hidden = false;
    return;
  }
  form.elements.public.value = toBase64(key.public);
  form.elements.proof.value = toBase64(await signClaim(key, form.dataset));
  form.requestSubmit();
}

async function showKeyOfThisBrowser() {
  const key = await findKey(ownerOf(form.dataset));
  const row = key && document.querySelector(`[data-key="${key.id}"]`);
  if (row) {
    row.querySelector("[data-here]").hidden = false;
  }
  if (row && form.dataset.living.split(" ").includes(key.id)) {
    form.hidden = true;
  }
}
