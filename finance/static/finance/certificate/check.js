// Checks in the reader's own browser the certificate that this page shows, and says what came of it.
import { verifyCertificate } from "./verify.js";

const box = document.querySelector("[data-certificate]");

if (box) {
  check();
}

async function check() {
  try {
    const certificate = await read(box.dataset.certificate);
    // The list is asked for whole, from this site: nobody learns which certificate was looked at.
    const list = await read(new URL(certificate.credentialStatus.statusListCredential).pathname);
    const controller = await read("/.well-known/did.json");
    await verifyCertificate(certificate, { controller, list, now: new Date() });
    show("ok");
  } catch (error) {
    show(["time", "status", "proof", "issuer", "form"].includes(error.part) ? error.part : "offline");
  }
}

async function read(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}`);
  }
  return response.json();
}

function show(outcome) {
  for (const one of box.querySelectorAll("[data-outcome]")) {
    one.hidden = one.dataset.outcome !== outcome;
  }
  box.dataset.done = outcome;
}
