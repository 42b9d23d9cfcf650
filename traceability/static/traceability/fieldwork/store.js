// What the phone keeps: entries with their signatures, photos, and under names of their own the key, the snapshot and
// what was used last. A write is on the disk before its promise is kept.
const NAME = "suyuan-fields";
let opening = null;
let wiped = false;

function open() {
  if (wiped) {
    // What still runs, such as a delivery that was cut off, must not begin the store anew behind whoever logged out.
    return new Promise(() => {});
  }
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "id" });
      request.result.createObjectStore("photos", { keyPath: "sha256" });
      request.result.createObjectStore("kept");
    };
    request.onsuccess = () => {
      // Another tab logs out: what it wipes must not wait for us.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Runs the work in one transaction, and gives what the request that it returns found.
async function run(mode, stores, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability: "strict" });
    const request = work(transaction);
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export function kept(name) {
  return run("readonly", ["kept"], (transaction) => transaction.objectStore("kept").get(name));
}

export function keep(name, value) {
  return run("readwrite", ["kept"], (transaction) => transaction.objectStore("kept").put(value, name));
}

// Keeps a value unless another tab was first, and gives the one that is kept.
export async function keepFirst(name, value) {
  await run("readwrite", ["kept"], (transaction) => {
    const store = transaction.objectStore("kept");
    store.getKey(name).onsuccess = (event) => event.target.result ?? store.put(value, name);
  });
  return kept(name);
}

export function all(store) {
  return run("readonly", [store], (transaction) => transaction.objectStore(store).getAll());
}

export function one(store, key) {
  return run("readonly", [store], (transaction) => transaction.objectStore(store).get(key));
}

// Entries and the photos that they name stand or fall together.
export function add(entries, photos) {
  return run("readwrite", ["entries", "photos"], (transaction) => {
    photos.forEach((photo) => transaction.objectStore("photos").put(photo));
    entries.forEach((entry) => transaction.objectStore("entries").add(entry));
  });
}

// Changes a row as it stands now: between reading and writing nobody else gets in.
export function change(store, key, changes) {
  return run("readwrite", [store], (transaction) => {
    const rows = transaction.objectStore(store);
    rows.get(key).onsuccess = (event) => event.target.result && rows.put({ ...event.target.result, ...changes });
  });
}

export function drop(store, keys) {
  return run("readwrite", [store], (transaction) => {
    keys.forEach((key) => transaction.objectStore(store).delete(key));
  });
}

export async function wipe() {
  const database = await open();
  wiped = true;
  database.close();
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
