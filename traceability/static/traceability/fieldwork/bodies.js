// From what was typed to the members of an event, and back: as typed, and beside it in the unit of the SI.
import { say } from "./words.js";

// Grams in one of these.
const GRAMS = { jin: 500n, kg: 1000n, t: 1000000n };
const DIGITS = /^[0-9]{1,9}(\.[0-9]{1,6})?$/;
const WEIGHT_IN = { "growth.fertilised": "kg", "growth.sown": "seed_kg", "season.harvested": "kg" };
const PLAIN = {
  "growth.irrigated": ["method"],
  "growth.fertilised": ["product", "registration_no", "use"],
  "growth.sprayed": ["product", "registration_no", "target"],
  "growth.observed": ["stage"],
  "growth.tended": ["operation"],
};
const NUMBERS = { "growth.observed": ["height_cm", "pest_percent"] };
const PRIVATE = ["operator", "observer", "caption", "interval_reason", "note"];

// Names the field that is wrong, for the form to show.
export class FieldError extends Error {
  constructor(name, message) {
    super(message);
    this.field = name;
  }
}

export function bodyOf(type, fields) {
  const body = {};
  for (const name of PLAIN[type] ?? []) {
    put(body, name, clean(fields[name]));
  }
  for (const name of NUMBERS[type] ?? []) {
    put(body, name, fields[name] && decimal(name, fields[name]));
  }
  if (type === "growth.sprayed") {
    body.dose = { value: decimal("amount", fields.amount), unit: fields.unit };
    body.phi_days = Number(decimal("phi_days", fields.phi_days));
  } else if (fields.amount) {
    measure(body, type, decimal("amount", fields.amount), fields.unit);
  }
  return body;
}

export function privateOf(fields) {
  const found = {};
  PRIVATE.forEach((name) => put(found, name, clean(fields[name])));
  return found;
}

// What was recorded, for the eye: "Watering 30 m³".
export function inWords(type, body) {
  const amount = body.typed ?? body.dose ?? (body.kg && { value: body.kg, unit: "kg" }) ?? (body.water_m3 && { value: body.water_m3, unit: "m3" });
  return [say(type), body.product, amount && `${amount.value} ${say(amount.unit)}`].filter(Boolean).join(" ");
}

function measure(body, type, value, unit) {
  body.typed = { value, unit };
  if (type !== "growth.irrigated") {
    body[WEIGHT_IN[type]] = kilograms(value, unit);
  } else if (unit === "cm") {
    body.depth_mm = scaled(value, 10n, 1n);
  } else {
    body.water_m3 = value;
  }
}

export function kilograms(value, unit) {
  return scaled(value, GRAMS[unit], 1000n);
}

// value * factor, to whole parts as the server rounds them (half to even), written by so many parts in one.
function scaled(value, factor, parts) {
  const [whole, rest = ""] = value.split(".");
  const below = 10n ** BigInt(rest.length);
  const product = BigInt(whole + rest) * factor;
  if (parts === 1n) {
    return text(product * 10n, below * 10n);
  }
  const floor = product / below;
  const twice = 2n * (product % below);
  const up = twice > below || (twice === below && floor % 2n === 1n);
  return text(floor + (up ? 1n : 0n), parts);
}

function text(number, below) {
  const whole = number / below;
  const rest = String(number % below).padStart(String(below).length - 1, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : String(whole);
}

// Canonical decimal text; takes the digits of Chinese keyboards too.
function decimal(name, typed) {
  const plain = (typed ?? "").normalize("NFKC").trim().replace("。", ".");
  if (!DIGITS.test(plain)) {
    throw new FieldError(name, say(plain ? "number" : "missing"));
  }
  return plain.replace(/^0+(?=[0-9])/, "");
}

function clean(typed) {
  return (typed ?? "").normalize("NFC").trim();
}

function put(target, name, value) {
  if (value) {
    target[name] = value;
  }
}
