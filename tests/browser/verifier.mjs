// Answers questions to the browser's verifier, one JSON line each: {module, name, args} in, {value} or {error} out.
// Bytes travel as {"$base64": ...} and big integers as {"$big": "..."}. With "scripted" as argument the engine's own
// cryptography is taken away first, as on a page without TLS.
import { createInterface } from "node:readline";

if (process.argv.includes("scripted")) {
  Object.defineProperty(globalThis, "crypto", { value: undefined });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { module, name, args } = JSON.parse(line, revive);
  try {
    const found = await import(module.startsWith("./") ? module : `./traceability/ledger/${module}.js`);
    process.stdout.write(`${JSON.stringify({ value: (await found[name](...args)) ?? null }, express)}\n`);
  } catch (error) {
    const { code = "unexpected", message, stack } = error;
    process.stdout.write(`${JSON.stringify({ error: { code, message, stack } })}\n`);
  }
}

function revive(_name, value) {
  if (typeof value?.$base64 === "string") {
    return Uint8Array.from(Buffer.from(value.$base64, "base64"));
  }
  return typeof value?.$big === "string" ? BigInt(value.$big) : value;
}

function express(_name, value) {
  if (value instanceof Uint8Array) {
    return { $base64: Buffer.from(value).toString("base64") };
  }
  return typeof value === "bigint" ? { $big: String(value) } : value;
}
