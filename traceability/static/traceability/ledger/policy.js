// Which keys a reader trusts to say what a log holds (c2sp.org/tlog-policy).
import { sameBytes } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { parseVkey } from "./note.js";

const MAX_LENGTH = 65_536;
const ALLOWED = /^[\t\n\x20-\x7e\u0080-\u{10ffff}]*$/u;
const THRESHOLD = /^[1-9][0-9]{0,4}$/;

const wrong = (message) => new LedgerError("checkpoint", `policy: ${message}`);

// {logs, witnesses, groups, quorum}: keys by their lines, and by the name of each group or witness what it takes to meet
// it, {key} or {needed, members}. `quorum` is such a name, or "none".
export async function parsePolicy(text) {
  if (text.length > MAX_LENGTH || !ALLOWED.test(text) || !text.endsWith("\n")) {
    throw wrong("too long, a control character, or no newline at the end");
  }
  const policy = { logs: [], witnesses: [], groups: new Map(), quorum: null, used: new Set() };
  for (const line of text.split("\n")) {
    const [word, ...items] = line.split(/[ \t]+/).filter(Boolean);
    if (word && !word.startsWith("#")) {
      if (!Object.keys(LINES).includes(word)) {
        throw wrong(`unknown line ${word.slice(0, 40)}`);
      }
      await LINES[word](policy, items);
    }
  }
  if (policy.quorum === null) {
    throw wrong("no quorum line");
  }
  return policy;
}

export function policyKeys({ logs, witnesses }) {
  return [...logs, ...witnesses];
}

// The policy without comments: logs, witnesses, groups, quorum.
export function policyText({ logs, witnesses, groups, quorum }) {
  const lines = [...logs, ...witnesses].map((key) => key.line);
  for (const [name, { needed, members }] of groups) {
    if (members) {
      const word = new Map([[1, "any"], [members.length, "all"]]).get(needed) ?? needed;
      lines.push(["group", name, word, ...members].join(" "));
    }
  }
  return [...lines, `quorum ${quorum}`, ""].join("\n");
}

// How the policy calls those of its witnesses that are among the signers.
export function witnessNames({ groups }, { signers }) {
  const signed = new Set(signers.map((key) => key.text));
  return [...groups].filter(([, { key }]) => key && signed.has(key.text)).map(([name]) => name);
}

// Requires the opened checkpoint with the keys that signed it.
export function requireQuorum({ logs, groups, quorum }, { origin, signers }) {
  const signed = new Set(signers.map((key) => key.text));
  // A log's key is named for its origin, so that one log's key does not vouch for another log.
  if (!logs.some((key) => key.name === origin && signed.has(key.text))) {
    throw wrong(`no log key of ${origin} has signed the checkpoint`);
  }
  const isMet = (name) => {
    const { key, needed, members } = groups.get(name);
    return key ? signed.has(key.text) : members.filter(isMet).length >= needed;
  };
  if (quorum !== "none" && !isMet(quorum)) {
    throw wrong(`the quorum ${quorum} has not cosigned the checkpoint`);
  }
}

const LINES = {
  async log(policy, items) {
    policy.logs.push(await readKey(policy.logs, items, { type: 0x01, line: ["log", ...items] }));
  },
  async witness(policy, [name, ...items]) {
    const key = await readKey(policy.witnesses, items, { type: 0x04, line: ["witness", name, ...items] });
    define(policy, name, { key });
    policy.witnesses.push(key);
  },
  group(policy, [name, threshold, ...members]) {
    members.forEach((member) => checkMember(policy, member));
    const words = new Map([["any", 1], ["all", members.length]]);
    const needed = words.get(threshold) ?? (THRESHOLD.test(threshold) ? Number(threshold) : 0);
    if (needed < 1 || needed > members.length) {
      throw wrong(`group ${name}: needs ${threshold} of ${members.length}`);
    }
    define(policy, name, { needed, members });
  },
  quorum(policy, [name, ...rest]) {
    if (rest.length > 0 || policy.quorum !== null || (name !== "none" && !policy.groups.has(name))) {
      throw wrong("not one quorum line that names what stands before it");
    }
    policy.quorum = name;
  },
};

async function readKey(known, [vkey, ...url], { type, line }) {
  const key = await parseVkey(vkey ?? "");
  if (key.type !== type || url.length > 1 || known.some(({ public: raw }) => sameBytes(raw, key.public))) {
    throw wrong(`key ${key.name}: of another type, or twice`);
  }
  return { ...key, line: line.join(" ") };
}

function define(policy, name, group) {
  if (!name || name === "none" || policy.groups.has(name)) {
    throw wrong(`the name ${name} is empty, reserved or taken`);
  }
  policy.groups.set(name, group);
}

function checkMember(policy, member) {
  // One that counted in two groups could make up a quorum alone.
  if (!policy.groups.has(member) || policy.used.has(member)) {
    throw wrong(`member ${member} is not defined before, or is a member twice`);
  }
  policy.used.add(member);
}
