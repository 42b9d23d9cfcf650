// Checks in the reader's own browser the certificate that this page shows, and says what came of it.
import { verifyCertificate } from "./verify.js";

const OUTCOMES = ["revoked", "time", "status", "proof", "issuer", "form"];
const box = document.querySelector("[data-certificate]");

if (box) {
  check();
}

async function check() {
  let certificate, list, controller;
  try {
    certificate = await read(box.dataset.certificate);
    // The list is asked for whole, from this site: nobody learns which certificate was looked at.
    list = await read(new URL(certificate.credentialStatus.statusListCredential).pathname);
    controller = await read("/.well-known/did.json");
  } catch {
    show("offline");
    return;
  }
  try {
    await verifyCertificate(certificate, { controller, list, now: new Date() });
    show(isAsShown(certificate.credentialSubject) ? "ok" : "proof");
  } catch (error) {
    // What cannot even be read, such as a number that is no integer, has not the form of a certificate.
    show(OUTCOMES.includes(error.part) ? error.part : "form");
  }
}

// What a person reads on the page came from the server as well: it must be what was signed.
function isAsShown(subject) {
  return [...document.querySelectorAll("[data-said]")].every(
    (one) => one.textContent.trim() === String(subject[one.dataset.said] ?? ""),
  );
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
