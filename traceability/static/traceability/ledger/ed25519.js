// Ed25519 as a verifier needs it: keys that may be trusted, and signatures, with the same answer on every engine.
import { concat, sameBytes, toHex } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { sha512 } from "./sha2.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
// y of the points whose order divides 8. Engines take such keys, and under them one signature fits many texts.
const Y_OF_ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const SMALL_ORDER_YS = [0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8];

export function checkPublicKey(raw) {
  const wrong = (reason) => new LedgerError("key", `public key: ${reason}`);
  if (raw.length !== 32) {
    throw wrong(`${raw.length} bytes in place of 32`);
  }
  const y = BigInt.asUintN(255, littleEndian(raw));
  if (y >= P) {
    throw wrong("not in canonical form");
  }
  if (SMALL_ORDER_YS.includes(y)) {
    throw wrong("a point of small order");
  }
  if (!isOnCurve(y)) {
    throw wrong("not a point of the curve");
  }
}

// Requires a key that checkPublicKey passes.
export async function verifySignature(raw, signature, message) {
  // RFC 8032, 5.1.7: S is below the order, else a second spelling of the same signature would pass.
  const bounded = signature.length === 64 && littleEndian(signature.subarray(32)) < ORDER;
  if (!bounded || !((await byEngine(raw, signature, message)) ?? (await byScript(raw, signature, message)))) {
    throw new LedgerError("signature", "signature: does not verify");
  }
}

// True or false, or null where the engine has no Ed25519.
async function byEngine(raw, signature, message) {
  if (!globalThis.crypto?.subtle) {
    return null;
  }
  try {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch {
    return null;
  }
}

// The library's own verify multiplies by the cofactor, which engines do not: a crafted signature would pass here only.
async function byScript(raw, signature, message) {
  const { Point } = await import("../../vendor/noble-ed25519/index.js");
  const commitment = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  const k = littleEndian(await sha512(concat(commitment, raw, message))) % ORDER;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(raw).multiplyUnsafe(k));
  return sameBytes(expected.toBytes(), commitment);
}

function littleEndian(bytes) {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

// -x^2 + y^2 = 1 + d x^2 y^2, so x^2 = (y^2 - 1) / (d y^2 + 1) is a square, and so is (y^2 - 1) (d y^2 + 1).
function isOnCurve(y) {
  return power((y * y - 1n) * (D * y * y + 1n), (P - 1n) / 2n) === 1n;
}

function power(base, exponent) {
  let result = 1n;
  for (let square = base % P; exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) {
      result = (result * square) % P;
    }
  }
  return result;
}
