// What a device keeps of scoring on the spot, in IndexedDB: whose it is, what is known of each sheet, and what waits
// to be sent. The page and the service worker both read it.
self.Spot = self.Spot ?? {};
(() => {
  const NAME = "spot";
  const PAGES = "spot-pages-"; // the cache of one person's sheets
  let opened = null;

  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    if (opened) return opened;
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("about");
      request.result.createObjectStore("known", { keyPath: ["user", "sheet"] });
      request.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true }).createIndex("user", "user");
    };
    opened = answer(request);
    return opened;
  }

  // Runs `act` with one store or several in one transaction, and is done when what it wrote is safe; all of it or nothing.
  async function within(stores, mode, act) {
    const transaction = (await open()).transaction(stores, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    const acting = (async () => act(...[stores].flat().map((name) => transaction.objectStore(name))))();
    acting.catch(() => { try { transaction.abort(); } catch { /* a write that failed has ended it already */ } });
    const [result] = await Promise.all([acting, finished]);
    return result;
  }

  const read = (store, act) => within(store, "readonly", act);
  const write = (store, act) => within(store, "readwrite", act);
  const get = (store, key) => read(store, (rows) => answer(rows.get(key)));
  const mine = (rows, user) => answer(rows.index("user").getAll(user));

  const whose = () => get("about", "whose");

  // From now on the device serves this person; sheets of somebody else are no longer shown, what they did not send stays.
  async function belongTo(user) {
    if ((await whose()) === user) return;
    await write("about", (rows) => answer(rows.put(user, "whose")));
    if (!self.caches) return; // only where the connection is encrypted
    const others = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== PAGES + user);
    await Promise.all(others.map((name) => caches.delete(name)));
  }

  // How far the platform's clock is ahead of this device's, in milliseconds.
  const ahead = () => get("about", "ahead");
  const setAhead = (by) => write("about", (rows) => answer(rows.put(by, "ahead")));

  const queue = (user) => read("queue", (rows) => mine(rows, user));
  const put = (entry) => write("queue", (rows) => answer(rows.put(entry)));
  const drop = (...ids) => write("queue", (rows) => Promise.all(ids.map((id) => answer(rows.delete(id)))));
  const known = (user, sheet) => get("known", [user, sheet]);
  const know = (facts) => write("known", (rows) => answer(rows.put(facts)));

  // Changes entries of this person in one transaction: `act(entries)` gives those to write anew; without id they are new.
  const change = (user, act) => write("queue", async (rows) => {
    const changed = act(await mine(rows, user)) ?? [];
    const ids = await Promise.all(changed.map((entry) => answer(rows.put(entry))));
    return changed.map((entry, at) => ({ ...entry, id: ids[at] }));
  });

  const changeKnown = (user, sheet, act) => write("known", async (rows) => {
    const facts = (await answer(rows.get([user, sheet]))) ?? { user, sheet, at: "", marks: {} };
    act(facts);
    await answer(rows.put(facts));
    return facts;
  });

  // Notes under its code what is done once on this device, and queues its entry, both or neither; not a second time.
  const useOnce = (user, sheet, code, entry) => within(["known", "queue"], "readwrite", async (known, rows) => {
    const facts = (await answer(known.get([user, sheet]))) ?? { user, sheet, at: "", marks: {} };
    facts.used ??= {};
    if (facts.used[code]) return;
    facts.used[code] = entry.presentedAt;
    await Promise.all([answer(rows.put({ ...entry, user, sheet, code })), answer(known.put(facts))]);
  });

  // What somebody would count: of several changes of one indicator the last.
  function things(entries) {
    const of = (entry) => (entry.kind === "mark" ? `${entry.sheet} ${entry.indicator}` : `id ${entry.id}`);
    return [...new Map(entries.map((entry) => [of(entry), entry])).values()];
  }

  // A key that nobody else makes up, also where the browser's own way is not offered.
  function key() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // Signed out: what was not sent waits for this person to sign in again; nobody opens their pages meanwhile.
  async function lock(user) {
    await write("about", (rows) => answer(rows.delete("whose")));
    await caches.delete(PAGES + user);
  }

  // Whoever signed out without network is signed out by the service worker as soon as there is some.
  const leaving = () => get("about", "leaving");
  const leave = (user) => write("about", (rows) => answer(user ? rows.put(user, "leaving") : rows.delete("leaving")));

  // All of this person's data leaves the device.
  async function forget(user) {
    await write("queue", async (rows) => {
      for (const entry of await mine(rows, user)) await answer(rows.delete(entry.id));
    });
    await write("known", async (rows) => {
      for (const key of await answer(rows.getAllKeys())) if (key[0] === user) await answer(rows.delete(key));
    });
    await write("about", (rows) => answer(rows.clear()));
    await caches.delete(PAGES + user);
  }

  Object.assign(self.Spot, { store: { PAGES, whose, belongTo, ahead, setAhead, queue, put, drop, known, know, change, changeKnown, useOnce, lock, leaving, leave, forget, key, things } });
})();
