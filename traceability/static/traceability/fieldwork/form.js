// The screen on which one thing is recorded, for one plot or several. It opens filled with what was said last.
import { FieldError, bodyOf, inWords, privateOf } from "./bodies.js";
import { daysBefore, momentOn, waitsOn } from "./days.js";
import { readyPhoto } from "./photos.js";
import { lastOf, nowBy, plus, todayBy, waitsOf } from "./plots.js";
import { namedUuid, newUuid } from "./uuids.js";
import { copyOf, find, show } from "./screens.js";
import { readableDay, say } from "./words.js";

const UNITS = {
  "growth.irrigated": ["m3", "cm"],
  "growth.fertilised": ["jin", "kg", "t"],
  "growth.sprayed": ["mL/mu", "g/mu", "L/mu", "kg/mu", "mL/L", "g/L", "dilution"],
  "season.harvested": ["jin", "kg", "t"],
};
const NEEDS_AMOUNT = new Set(["growth.fertilised", "growth.sprayed", "season.harvested"]);
const form = document.querySelector("[data-entry]");
let open = null;

export function typeOf(kind) {
  return kind === "check" ? "growth.observed" : kind;
}

export function openForm(kind, world) {
  open = { kind, type: typeOf(kind), world, photos: [], reading: null };
  form.reset();
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind);
    part.disabled = part.hidden;
  }
  find("what", form).textContent = document.querySelector(`.actions-grid [href="#${kind}"]`).textContent.trim();
  fillChoices(world);
  fillUnits();
  fillLists(world);
  fillLast(lastOf(world.chosen, open.type));
  form.elements.day.hidden = true;
  form.elements.day.max = todayBy(world.snapshot);
  show(find("photo", form), "");
  fault("");
  look();
}

function fillChoices({ plots, chosen }) {
  const grown = plots.filter((plot) => plot.season);
  const rows = grown.map((plot) => {
    const row = copyOf("plot-choice");
    row.firstElementChild.value = plot.id;
    row.firstElementChild.checked = plot.id === chosen?.id;
    row.lastElementChild.textContent = plot.holder ? `${plot.name} · ${say("for_other", { name: plot.holder.name })}` : plot.name;
    return row;
  });
  find("choices", form).replaceChildren(...rows);
}

function fillUnits() {
  const units = UNITS[open.kind] ?? [];
  form.elements.unit.replaceChildren(...units.map((unit) => new Option(say(unit), unit)));
  form.elements.amount.required = NEEDS_AMOUNT.has(open.kind);
  find("amount-label", form).textContent = document.getElementById("amounts").content.querySelector(`[data-amount="${open.kind}"]`)?.textContent ?? "";
}

function fillLists({ snapshot, chosen }) {
  const known = snapshot.products.filter((one) => one.type === open.type);
  const names = (list, values) => document.getElementById(list).replaceChildren(...[...new Set(values)].filter(Boolean).map((value) => new Option("", value)));
  names("products", known.map((one) => one.body.product));
  names("targets", known.map((one) => one.body.target));
  const stages = chosen ? snapshot.stages[chosen.season.crop] : [];
  form.elements.stage.replaceChildren(new Option("—", ""), ...stages.map(([code, name]) => new Option(name, code)));
}

// The numbers of last time stand there already, so that a routine entry is: plot, action, save.
function fillLast(last) {
  if (!last || open.type === "season.harvested" || open.type === "growth.observed") {
    fillUnit(last);
    return;
  }
  const { body } = last;
  for (const name of ["product", "registration_no", "target", "phi_days"]) {
    form.elements[name].value = body[name] ?? "";
  }
  form.elements.amount.value = (body.typed ?? body.dose)?.value ?? body.kg ?? body.water_m3 ?? "";
  fillUnit(last);
}

function fillUnit(last) {
  const unit = (last?.body.typed ?? last?.body.dose)?.unit ?? (last?.body.kg && "kg");
  if (unit && UNITS[open.kind]?.includes(unit)) {
    form.elements.unit.value = unit;
  }
}

// What follows from what is typed: the first day of harvest, and whether this harvest comes too early.
function look() {
  const day = chosenDay();
  const plots = chosenPlots();
  const several = plots.length > 1;
  find("each", form).hidden = !several;
  const days = Number(form.elements.phi_days.value);
  const sprayed = open.kind === "growth.sprayed" && form.elements.phi_days.value !== "" && Number.isInteger(days);
  show(find("harvest-from", form), sprayed && day ? say("harvest_from", { day: readableDay(plus(day, days)) }) : "");
  const wait = open.kind === "season.harvested" && day ? plots.flatMap((plot) => waitsOn(day, waitsOf(plot)))[0] : undefined;
  const interval = find("interval", form);
  interval.hidden = interval.disabled = !wait;
  find("interval-text", form).textContent = wait ? say("inside_interval", { ...wait, from: readableDay(wait.from), to: readableDay(wait.to) }) : "";
}

function chosenPlots() {
  const ids = new FormData(form).getAll("plots");
  return open.world.plots.filter((plot) => ids.includes(plot.id));
}

function chosenDay() {
  const back = form.elements.when.value;
  return back === "" ? form.elements.day.value : daysBefore(todayBy(open.world.snapshot), Number(back));
}

// Gives what is to be kept: {said, photos, text}; null where something is wrong, which then stands beside it.
export async function readForm() {
  fault("");
  try {
    await open.reading;
    return await read();
  } catch (error) {
    if (!(error instanceof FieldError)) {
      throw error;
    }
    fault(error.message, form.elements[error.field]);
    return null;
  }
}

async function read() {
  const fields = Object.fromEntries(new FormData(form));
  const missing = [...form.elements].find((one) => one.required && !one.disabled && !one.closest("fieldset:disabled") && !one.value.trim());
  const plots = chosenPlots();
  if (!plots.length) {
    throw new FieldError("plots", say("choose_plot"));
  }
  if (missing || !chosenDay()) {
    throw new FieldError(missing?.name ?? "day", say("missing"));
  }
  if (open.kind === "growth.photographed" && !open.photos.length) {
    throw new FieldError("photo", say("missing"));
  }
  const body = bodyOf(open.type, fields);
  return composed({ plots, type: open.type, body, secret: privateOf(fields), day: chosenDay(), photos: open.photos, world: open.world });
}

// One entry for each plot: each has a history of its own.
export async function composed({ plots, type, body, secret, day, photos, world }) {
  const said = [];
  for (const plot of plots) {
    const id = newUuid();
    const whole = { date: day, ...body };
    if (type === "season.harvested") {
      whole.lot = `lot:${await namedUuid(id, "lot")}`;
      if (waitsOn(day, waitsOf(plot)).length) {
        whole.inside_interval = true;
      }
    }
    const time = momentOn(day, nowBy(world.snapshot));
    const hidden = whole.inside_interval ? secret : { ...secret, interval_reason: undefined };
    said.push({
      id,
      type,
      entity: plot.season.entity,
      time,
      body: whole,
      private: JSON.parse(JSON.stringify(hidden)),
      holder: plot.holder?.id,
      shown: { what: inWords(type, body), plot: plot.name, holder: plot.holder?.name, day },
    });
  }
  return { said, photos, text: say("recorded", { what: inWords(type, body), plots: plots.map((plot) => plot.name).join("、") }) };
}

function fault(message, field) {
  for (const one of form.querySelectorAll("[aria-invalid]")) {
    one.removeAttribute("aria-invalid");
  }
  show(find("fault", form), message);
  const place = field instanceof RadioNodeList ? field[0] : field;
  if (message && place) {
    place.setAttribute("aria-invalid", "true");
    place.focus();
  }
}

async function takePhoto() {
  const [file] = form.elements.photo.files;
  open.photos = [];
  if (!file) {
    return;
  }
  try {
    open.photos = [await readyPhoto(file)];
    show(find("photo", form), say("photo_ready", { size: Math.ceil(open.photos[0].size / 1024) }));
  } catch {
    show(find("photo", form), say("photo_failed"));
  }
}

// A product that was used before brings its number, dose and wait.
function takeProduct() {
  const known = open.world.snapshot.products.find((one) => one.type === open.type && one.body.product === form.elements.product.value);
  if (known) {
    fillLast({ body: known.body });
  }
}

form.addEventListener("input", (event) => {
  if (event.target.name === "when") {
    form.elements.day.hidden = form.elements.when.value !== "";
  }
  if (event.target.name === "photo") {
    open.reading = takePhoto();
  }
  if (event.target.name === "product") {
    takeProduct();
  }
  look();
});
