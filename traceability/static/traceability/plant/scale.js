// Shows net weight, difference and what is paid for while somebody types. The server reckons all of it again.
const number = (form, name) => {
  const text = form.elements[name]?.value.trim() ?? "";
  return /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : null;
};
const written = (grams) => (grams / 1000).toLocaleString("en", { maximumFractionDigits: 3 });

function show(line, template, grams) {
  line.hidden = grams === null;
  if (grams !== null) line.textContent = template.replace("{kg}", written(grams));
}

function net(form) {
  const [gross, tare] = [number(form, "gross_kg"), number(form, "tare_kg")];
  return gross !== null && tare !== null && gross > tare ? gross - tare : null;
}

function update(form, typedNet) {
  const reckoned = net(form);
  if (reckoned !== null && !typedNet()) form.elements.net_kg.value = String(reckoned / 1000);
  const kg = number(form, "net_kg") ?? reckoned;
  const shipped = form.dataset.shipped ? Math.round(Number(form.dataset.shipped) * 1000) : null;
  const difference = form.querySelector("[data-difference]");
  if (difference) {
    show(difference, difference.dataset.difference, kg !== null && shipped !== null ? kg - shipped : null);
    difference.classList.toggle("bad", kg !== null && shipped !== null && Math.abs(kg - shipped) > shipped * 0.005);
  }
  const payable = form.querySelector("[data-payable]");
  const off = (number(form, "moisture_deduction_kg") ?? 0) + (number(form, "impurity_deduction_kg") ?? 0);
  show(payable, payable.dataset.payable, kg !== null && off ? kg - off : null);
}

for (const form of document.querySelectorAll("form[data-scale]")) {
  let typed = form.elements.net_kg.value !== "";
  form.addEventListener("input", (event) => {
    if (event.target.name === "net_kg") typed = event.target.value !== "";
    update(form, () => typed);
  });
  update(form, () => typed);
}
