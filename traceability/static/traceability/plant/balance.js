// Shows yield and loss while somebody types a run. In grams and whole numbers, as the server reckons it again.
const GRAMS = { kg: 1000, jin: 500, t: 1000000 };
const decimal = (text) => (/^\d+(\.\d+)?$/.test(text?.trim() ?? "") ? Number(text) : null);
const grams = (text, unit = "kg") => Math.round((decimal(text) ?? 0) * GRAMS[unit]);
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
const kg = (weight) => (weight / 1000).toLocaleString("en", { maximumFractionDigits: 3 });
const percent = (part, whole) => (whole > 0 ? (Math.round((part / whole) * 10000) / 100).toString() : "–");

// W2 = W1 (100 - M1) / (100 - M2), rounded once, half to even, as traceability.balance does it.
function atMoisture(weight, measured, wanted) {
  const top = BigInt(weight) * BigInt(Math.round((100 - measured) * 100));
  const bottom = BigInt(Math.round((100 - wanted) * 100));
  const [whole, twice] = [top / bottom, 2n * (top % bottom)];
  return Number(twice > bottom || (twice === bottom && whole % 2n) ? whole + 1n : whole);
}

const rows = (form, prefix) =>
  [...form.querySelectorAll(`[name^="${prefix}-"][name$="-amount_value"]`)].map((box) => {
    const of = (end) => form.elements[box.name.replace("amount_value", end)];
    return { weight: grams(box.value, of("amount_unit").value), reason: of("reason")?.value };
  });

function moistureIn(form, inputs) {
  const typed = decimal(form.elements.moisture_in_percent.value);
  if (typed !== null) return typed;
  const used = inputs.filter((box) => grams(box.value));
  if (!used.length || used.some((box) => box.dataset.moisture === undefined)) return null;
  const water = sum(used.map((box) => grams(box.value) * Number(box.dataset.moisture)));
  return Math.round((water / sum(used.map((box) => grams(box.value)))) * 100) / 100;
}

function balance(form) {
  const inputs = [...form.querySelectorAll('[name^="in-"]')];
  const into = sum(inputs.map((box) => grams(box.value)));
  const losses = rows(form, "loss");
  const [wet, dry] = [moistureIn(form, inputs), decimal(form.elements.moisture_out_percent.value)];
  const stated = sum(losses.filter((one) => one.reason === "moisture").map((one) => one.weight));
  const measured = wet !== null && dry !== null && dry < 100;
  const corrected = measured ? atMoisture(into, wet, dry) : into - stated;
  const out = sum(rows(form, "out").map((one) => one.weight));
  const away = sum(rows(form, "by").map((one) => one.weight));
  const declared = sum(losses.filter((one) => one.reason !== "moisture").map((one) => one.weight));
  return { into, corrected, out, lost: corrected - out - away, unexplained: corrected - out - away - declared };
}

function sentence(form, words, found) {
  const filled = {
    yield: percent(found.out, found.corrected),
    loss: percent(found.lost, found.corrected),
    lost: kg(found.lost),
    unexplained: kg(found.unexplained),
  };
  const text = [words.line.replace(/\{(\w+)\}/g, (_, name) => filled[name])];
  if (form.dataset.low && Number(filled.yield) < Number(form.dataset.low)) text.push(words.below);
  if (form.dataset.high && Number(filled.yield) > Number(form.dataset.high)) text.push(words.above);
  const tolerance = found.corrected * 0.005;
  if (found.unexplained > tolerance) text.push(words.explain);
  if (-found.unexplained > tolerance) text.push(words.impossible);
  return text.join(" · ");
}

for (const form of document.querySelectorAll("form[data-balance]")) {
  const readout = form.querySelector("[data-readout]");
  const update = () => {
    const found = balance(form);
    readout.hidden = !found.into || !found.out;
    if (readout.hidden) return;
    readout.textContent = sentence(form, readout.dataset, found);
    readout.classList.toggle("bad", Math.abs(found.unexplained) > found.corrected * 0.005);
  };
  form.addEventListener("input", update);
  update();
}
