// What a harvest gives: its lot's code at once, and the QR as soon as the server has it.
import { find } from "./screens.js";
import { say } from "./words.js";

export function showTicket(row) {
  const harvest = row?.sent.content.type === "season.harvested";
  find("ticket").hidden = !harvest;
  if (!harvest) {
    return;
  }
  const { lot, date } = row.sent.content.body;
  // Made as the server makes it: the day, and the beginning of the lot's own name.
  const code = row.lot?.code ?? `${date.replaceAll("-", "")}-${lot.slice(4, 10).toUpperCase()}`;
  find("code").textContent = say("lot", { code });
  const svg = find("qr");
  svg.toggleAttribute("hidden", !row.lot);
  find("qr-later").hidden = Boolean(row.lot);
  if (row.lot) {
    svg.setAttribute("viewBox", `0 0 ${row.lot.qr.size} ${row.lot.qr.size}`);
    svg.firstElementChild.setAttribute("d", row.lot.qr.path);
  }
}
