// Lets the device fill a form that says data-passkey: "create" makes a passkey, "get" proves that one has it.
// Without script, or where a browser knows no passkeys, such a form stays hidden.

const NAMED_BYTES = ["challenge", "id"];

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// The server writes bytes as base64url (WebAuthn, 5.1); browsers older than 2024 cannot read that by themselves.
function withBytes(value) {
  if (Array.isArray(value)) return value.map(withBytes);
  if (value === null || typeof value !== "object") return value;
  const read = ([name, one]) => [name, NAMED_BYTES.includes(name) && typeof one === "string" ? toBytes(one) : withBytes(one)];
  return Object.fromEntries(Object.entries(value).map(read));
}

function optionsOf({ publicKey: { rp, ...rest } }) {
  // The id of a party is a host, the only id that is no bytes.
  return rp ? { rp, ...withBytes(rest) } : withBytes(rest);
}

function asJson(credential) {
  const { response } = credential;
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const present = names.filter((name) => response[name]);
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(present.map((name) => [name, toText(response[name])])),
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function offered(form) {
  if (!form.dataset.optionsUrl) return JSON.parse(document.getElementById("passkey-options").textContent);
  const answer = await fetch(form.dataset.optionsUrl, {
    headers: { accept: "application/json", "x-requested-with": "XMLHttpRequest" },
  });
  if (!answer.ok) throw new Error(`passkey: ${answer.status}`);
  return answer.json();
}

async function make(options, alone) {
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : "preferred",
  };
  return navigator.credentials.create({ publicKey: options });
}

async function fill(form) {
  const { creation_options: creation, request_options: request } = await offered(form);
  const credential =
    form.dataset.passkey === "create"
      ? await make(optionsOf(creation), form.elements.passwordless.checked)
      : await navigator.credentials.get({ publicKey: optionsOf(request) });
  form.elements.credential.value = asJson(credential);
  form.submit();
}

function start(form) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      await fill(form);
    } catch {
      failed.hidden = false;
    }
  });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) start(form);
  for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = true;
}
