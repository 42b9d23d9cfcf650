// Photos made small enough for a weak network, and free of what cameras write into them, before they are signed for.
import { toHex } from "../ledger/encoding.js";
import { sha256 } from "../ledger/sha2.js";

const LONGEST = 1280;
const QUALITY = 0.72;
const MEDIA = "image/jpeg";
const SCAN = 0xda;
const JFIF = 0xe0;

export async function readyPhoto(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, MEDIA, QUALITY));
  const bytes = bare(new Uint8Array(await blob.arrayBuffer()));
  return { sha256: toHex(await sha256(bytes)), size: bytes.length, media: MEDIA, bytes };
}

// Leaves out the segments of applications and comments (ITU T.81, B.1.1.3), which some engines write as well.
function bare(bytes) {
  const parts = [bytes.subarray(0, 2)];
  let place = 2;
  while (bytes[place + 1] !== SCAN) {
    const kind = bytes[place + 1];
    const length = 2 + (bytes[place + 2] << 8) + bytes[place + 3];
    if (kind <= JFIF) {
      parts.push(bytes.subarray(place, place + length));
    }
    place += length;
  }
  parts.push(bytes.subarray(place));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((start, part) => (whole.set(part, start), start + part.length), 0);
  return whole;
}
