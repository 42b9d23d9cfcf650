// Checks in the reader's own browser what this page shows, and puts the verdict where it belongs.
import { showFailure, showProgress, showReport } from "./answer.js";
import { markRecords, publishedPlaces } from "./marks.js";

const answer = document.querySelector("[data-check]");

if (answer) {
  answer.querySelector("[data-again]").addEventListener("click", () => check(answer));
  check(answer);
}

async function check(section) {
  section.querySelector("[data-again]").hidden = true;
  let bytes;
  try {
    bytes = await fetchBundle(section.dataset.bundle);
  } catch {
    showFailure(section, "offline");
    return;
  }
  if (bytes === null) {
    // Nothing is published yet, and the page says so; unless it shows what is.
    if (publishedPlaces().length > 0) {
      showFailure(section, "offline");
    }
    return;
  }
  try {
    // Fetched only here: an engine that cannot even read the modules fails with a reason, not with silence.
    const { verifyBundle } = await import("../ledger/verify.js");
    const vkeys = [section.dataset.vkey];
    const report = await verifyBundle(bytes, { vkeys, onRecords: (done, all) => showProgress(section, done, all) });
    if (report.subject !== section.dataset.subject) {
      // A true proof, and of another lot: it says nothing about this page.
      report.ok = false;
      report.problems.push({ code: "subject", message: report.subject });
    }
    showReport(section, report, markRecords(report));
  } catch (error) {
    showFailure(section, error.code ? "bad-whole" : "old", error);
  }
}

async function fetchBundle(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (response.status === 404) {
    return null;
  }
  if (!response.ok) {
    throw new Error(`the server answered ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
