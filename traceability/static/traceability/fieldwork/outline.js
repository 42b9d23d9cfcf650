// A plot's boundary, drawn on the spot: by walking along it, by its corners one by one, or by tapping them into a drawing.
// Positions are those of the phone's receiver (WGS 84); no map is needed, and none is asked for.
const METRES_A_DEGREE = 111319.49;
const MU_M2 = 2000 / 3;
const GOOD_METRES = 25;
const STEP_METRES = 5;
const DRAFT = "suyuan-outline";
const box = document.querySelector("[data-outline]");
const part = (name) => box.querySelector(`[data-${name}]`);
const field = document.querySelector("[name=boundary]");
let corners = [];
let watch = null;

// A first corner by tapping has no place yet: the point that was typed, or was received, gives it.
function origin() {
  const typed = ["longitude", "latitude"].map((name) => Number(document.querySelector(`[name=${name}]`)?.value || NaN));
  return corners[0] ?? (typed.every(Number.isFinite) ? typed : null);
}

function metres([longitude, latitude], [east, north]) {
  return [(longitude - east) * METRES_A_DEGREE * Math.cos((north * Math.PI) / 180), (latitude - north) * METRES_A_DEGREE];
}

function degrees([x, y], [east, north]) {
  return [east + x / (METRES_A_DEGREE * Math.cos((north * Math.PI) / 180)), north + y / METRES_A_DEGREE];
}

function squareMetres(points) {
  const twice = points.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = points[(at + 1) % points.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function add(corner) {
  corners.push(corner.map((number) => Number(number.toFixed(7))));
  changed();
}

function changed() {
  sessionStorage.setItem(DRAFT, JSON.stringify(corners));
  const ring = corners.length > 2 ? [...corners, corners[0]] : null;
  field.value = ring ? JSON.stringify({ type: "Polygon", coordinates: [ring] }) : "";
  if (ring) {
    // One way of saying where it lies is enough, and the form takes no two.
    ["longitude", "latitude"].forEach((name) => (document.querySelector(`[name=${name}]`).value = ""));
  }
  draw();
}

function draw() {
  const from = origin() ?? [0, 0];
  const points = corners.map((corner) => metres(corner, from));
  const reach = Math.max(40, ...points.flat().map(Math.abs)) * 1.25;
  const square = [5, 10, 20, 50, 100, 200, 500, 1000].find((one) => one * 6 >= reach) ?? 2000;
  const sketch = part("sketch");
  sketch.setAttribute("viewBox", `${-reach} ${-reach} ${2 * reach} ${2 * reach}`);
  const lines = [];
  for (let at = -Math.floor(reach / square) * square; at <= reach; at += square) {
    lines.push(line(at, -reach, at, reach), line(-reach, at, reach, at));
  }
  part("grid").replaceChildren(...lines);
  part("shape").setAttribute("d", points.length ? `M${points.map(([x, y]) => `${x} ${-y}`).join("L")}Z` : "");
  part("points").replaceChildren(...points.map(([x, y]) => shaped("circle", { cx: x, cy: -y, r: reach / 40 })));
  const mu = (squareMetres(points) / MU_M2).toFixed(1);
  said("words", { corners: corners.length, mu, metres: square });
}

function line(x1, y1, x2, y2) {
  return shaped("line", { x1, y1, x2, y2 });
}

function shaped(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function said(name, places = {}) {
  part("said").textContent = part("said").dataset[name].replace(/\{(\w+)\}/g, (_place, key) => places[key]);
}

function take(position, { walking }) {
  const { longitude, latitude, accuracy } = position.coords;
  if (accuracy > GOOD_METRES) {
    said("weak", { metres: Math.round(accuracy) });
    return;
  }
  const here = [longitude, latitude];
  const last = corners.at(-1);
  if (!walking || !last || Math.hypot(...metres(here, last)) >= STEP_METRES) {
    add(here);
  }
}

// What the form was sent with and came back, or what was being drawn when the page went away.
function known() {
  try {
    return JSON.parse(field.value).coordinates[0].slice(0, -1);
  } catch {
    return JSON.parse(sessionStorage.getItem(DRAFT) ?? "[]");
  }
}

function walk(event) {
  const button = event.currentTarget;
  button.dataset.start ??= button.textContent;
  if (watch !== null) {
    navigator.geolocation.clearWatch(watch);
    watch = null;
  } else {
    watch = navigator.geolocation.watchPosition((position) => take(position, { walking: true }), () => said("none"), { enableHighAccuracy: true });
  }
  button.textContent = watch === null ? button.dataset.start : button.dataset.stop;
  button.setAttribute("aria-pressed", String(watch !== null));
}

function corner() {
  navigator.geolocation.getCurrentPosition((position) => take(position, { walking: false }), () => said("none"), { enableHighAccuracy: true, maximumAge: 0 });
}

function tap(event) {
  const from = origin();
  if (!from) {
    corner();
    return;
  }
  const sketch = part("sketch");
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(sketch.getScreenCTM().inverse());
  add(degrees([place.x, -place.y], from));
}

if (box && field) {
  box.hidden = false;
  corners = known();
  part("walk").addEventListener("click", walk);
  part("corner").addEventListener("click", corner);
  part("undo").addEventListener("click", () => (corners.pop(), changed()));
  part("clear").addEventListener("click", () => ((corners = []), changed()));
  part("sketch").addEventListener("click", tap);
  // What was drawn is the server's now; another plot begins with an empty sheet.
  field.form.addEventListener("submit", () => sessionStorage.removeItem(DRAFT));
  corners.length ? changed() : draw();
}
