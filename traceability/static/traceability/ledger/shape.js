// Rules for the members of objects. A rule takes a value and its path, and throws where the value is unfit.
import { LedgerError } from "./errors.js";

export function refuse(path, reason) {
  throw new LedgerError("form", `${path}: ${reason}`);
}

// The members that an object must have, and those that it may have; no others.
export function shape(required, optional = {}) {
  return (value, path) => {
    if (!isObject(value)) {
      refuse(path, "not an object");
    }
    for (const name of Object.keys(required)) {
      if (!has(value, name)) {
        refuse(path, `member ${name} is missing`);
      }
    }
    for (const [name, member] of Object.entries(value)) {
      const rules = has(required, name) ? required : optional;
      if (!has(rules, name)) {
        refuse(path, `unknown member ${name.slice(0, 80)}`);
      }
      rules[name](member, `${path}.${name}`);
    }
  };
}

export function text(pattern, wanted) {
  return (value, path) => {
    if (typeof value !== "string" || !pattern.test(value)) {
      refuse(path, `not ${wanted}`);
    }
  };
}

export function count(value, path) {
  if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
    refuse(path, "not an integer from 0 to 2^53-1");
  }
}

export function list(rule, atLeast = 0) {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < atLeast) {
      refuse(path, `not a list of at least ${atLeast}`);
    }
    value.forEach((item, position) => rule(item, `${path}[${position}]`));
  };
}

// Objects in the order of what `keyOf` gives (an array of texts and numbers), each key once.
export function sortedList(rule, keyOf, atLeast = 0) {
  const checkItems = list(rule, atLeast);
  return (value, path) => {
    checkItems(value, path);
    for (let position = 1; position < value.length; position += 1) {
      if (!comesBefore(keyOf(value[position - 1]), keyOf(value[position]))) {
        refuse(`${path}[${position}]`, "not sorted, each once");
      }
    }
  };
}

export function has(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name);
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function comesBefore(left, right) {
  const differing = left.findIndex((part, position) => part !== right[position]);
  return differing >= 0 && left[differing] < right[differing];
}
