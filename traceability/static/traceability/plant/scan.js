// Reads a code with the camera into the box that data-camera names, where the browser can; else the box is all there is.
const place = document.querySelector("[data-camera]");

async function read(video, detector) {
  for (;;) {
    const [found] = video.videoWidth ? await detector.detect(video) : [];
    if (found) return found.rawValue;
    await new Promise(requestAnimationFrame);
  }
}

async function scan(video) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  try {
    return await read(video, new BarcodeDetector({ formats: ["qr_code", "data_matrix", "ean_13", "code_128"] }));
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.hidden = true;
  }
}

if (place && "BarcodeDetector" in window && navigator.mediaDevices) {
  const box = document.getElementById(place.dataset.camera);
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    try {
      box.value = await scan(place.querySelector("video"));
      box.form.requestSubmit();
    } catch {
      place.querySelector("[role=status]").textContent = place.dataset.denied;
      box.focus();
    }
  });
}
