// Passes the page on by the device's own means; where it has none, copies the address.
const button = document.querySelector("[data-share]");

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => share(button));
}

async function share({ dataset: { title, text, url, copied } }) {
  try {
    if (navigator.share) {
      await navigator.share({ title, text, url });
    } else {
      await navigator.clipboard.writeText(url);
      button.textContent = copied;
    }
  } catch (error) {
    // Who closes the sheet without choosing anybody has not asked for the address.
    if (error.name !== "AbortError") {
      showAddress(url);
    }
  }
}

// Some engines let a page do neither, those without TLS among them: the reader can still mark the address.
function showAddress(url) {
  const field = document.createElement("input");
  Object.assign(field, { value: url, readOnly: true });
  field.setAttribute("aria-label", button.textContent);
  button.replaceWith(field);
  field.select();
}
