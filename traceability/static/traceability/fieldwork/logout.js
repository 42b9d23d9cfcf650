// Whoever logs out on a phone that keeps entries is led to where they are counted and cleared first.
const form = document.querySelector("[data-logout]");

async function keepsEntries() {
  // Where the browser cannot list its stores, rather look once too often.
  const known = await indexedDB.databases?.();
  return known ? known.some((one) => one.name === "suyuan-fields") : "serviceWorker" in navigator && Boolean(await navigator.serviceWorker.getRegistration("/fields/"));
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await keepsEntries()) {
    location.assign(form.dataset.logout);
  } else {
    form.submit();
  }
});
