// How the phone asks the server. Each failure says whether it is worth to come again.
const API = "/api/fieldwork/";
const PATIENCE_MS = 45000;
let token = "";

// The network or the server is away: the same may be sent again.
export class AwayError extends Error {
  constructor(message, retrySeconds = 0) {
    super(message);
    this.retrySeconds = retrySeconds;
  }
}

export class LoggedOutError extends Error {}

// The server has read it and says no: to send it again changes nothing.
export class RefusedError extends Error {}

export async function fetchSnapshot() {
  const snapshot = await (await ask("snapshot", {})).json();
  token = snapshot.csrf;
  delete snapshot.csrf;
  return snapshot;
}

// Whether the server has told this page to whom it belongs.
export function isKnown() {
  return Boolean(token);
}

export async function post(path, members) {
  const answer = await ask(path, { method: "POST", body: JSON.stringify(members), headers: { "Content-Type": "application/json" } });
  return answer.json();
}

export async function putPhoto(sha256, bytes) {
  await ask(`photos/${sha256}`, { method: "PUT", body: bytes, headers: { "Content-Type": "image/jpeg" } });
}

async function ask(path, options) {
  if (options.method && !token) {
    await fetchSnapshot();
  }
  const answer = await request(path, options);
  if (answer.status === 403 && options.method) {
    // A new log-in brings a new token; who is logged out learns it here.
    await fetchSnapshot();
    return checked(await request(path, options));
  }
  return checked(answer);
}

async function request(path, options) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const headers = { ...options.headers, Accept: "application/json", ...(options.method && { "X-CSRFToken": token }) };
    return await fetch(API + path, { ...options, headers, signal: patience.signal, cache: "no-store", redirect: "error" });
  } catch (error) {
    throw new AwayError(error.message);
  } finally {
    clearTimeout(timer);
  }
}

async function checked(answer) {
  if (answer.ok) {
    return answer;
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new LoggedOutError();
  }
  if (answer.status === 429 || answer.status >= 500) {
    throw new AwayError(`${answer.status}`, Number(answer.headers.get("Retry-After")) || 0);
  }
  const problem = await answer.json().catch(() => ({}));
  throw new RefusedError(problem.errors?.[0]?.message ?? problem.detail ?? `${answer.status}`);
}
