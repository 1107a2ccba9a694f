// The list of one's score sheets, or of the households one visits: keeps the open ones on the device, says what waits here, and sends it.
(() => {
  const { store, send, left, standing, element } = self.Spot;
  const root = document.getElementById("spot");
  const say = root.dataset;
  const { user } = say;
  const says = root.querySelector("[data-spot-says]");
  const line = root.querySelector("[data-spot-line]");
  const STAMP = "X-Keep-Stamp";
  const RETRY = 30000;
  let state = "";

  const open = [...root.querySelectorAll("a[data-stamp]")];

  async function show() {
    const entries = await store.queue(user);
    for (const link of root.querySelectorAll("a[data-sheet]")) {
      const here = store.things(entries.filter((entry) => String(entry.sheet) === link.dataset.sheet));
      link.querySelector(".here")?.remove();
      if (here.length) link.querySelector("small").after(element("small", say.waiting.replace("{n}", here.length), "here"));
    }
    const stopped = entries.filter((entry) => entry.state === "stopped");
    const waiting = store.things(entries.filter((entry) => entry.state !== "stopped")).length;
    const signedOut = state === "signed-out";
    line.textContent = waiting || signedOut ? standing(state, waiting, say, "") : line.textContent;
    line.hidden = !line.textContent;
    if (stopped.length) left(says, stopped, say, show);
    else if (signedOut) {
      const door = element("a", say.signIn, "button");
      door.href = `${say.door}?next=${encodeURIComponent(location.pathname)}`;
      says.className = "warning";
      says.replaceChildren(element("p", say.signedOut), door);
      says.hidden = false;
    } else says.hidden = true;
  }

  // One after the other, and only what changed since; a page that is no longer mine goes.
  async function keepPages() {
    await navigator.serviceWorker.ready;
    const cache = await caches.open(store.PAGES + user);
    const paths = new Set([...root.querySelectorAll("a[data-sheet]")].map((link) => link.pathname));
    for (const { url } of await cache.keys()) {
      const path = new URL(url).pathname;
      if (path.startsWith(say.list) && path !== say.list && path !== say.leave && !paths.has(path)) await cache.delete(url);
    }
    for (const link of open) {
      const kept = await cache.match(link.pathname, { ignoreVary: true });
      if (kept?.headers.get(STAMP) === link.dataset.stamp) continue;
      const fresh = await fetch(link.href).catch(() => null);
      if (!fresh) return;
      if (fresh.headers.get(STAMP) && !fresh.redirected) await cache.put(link.pathname, fresh);
    }
    for (const path of [say.list, say.leave]) await cache.put(path, await fetch(path));
    root.dataset.ready = open.length;
    if (open.length) {
      line.textContent = say.readyHere.replace("{n}", open.length);
      line.hidden = false;
    }
  }

  // What was submitted just now stands as such when the page is asked for again.
  async function deliver() {
    const before = (await store.queue(user)).length;
    const result = await send(user);
    if (result === "sent" && before && !(await store.queue(user)).length) location.reload();
    return result;
  }

  addEventListener("spot-state", ({ detail }) => { state = detail; show(); });
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // it may be somebody else's by now
  addEventListener("online", deliver);
  setInterval(() => { if (!document.hidden) deliver(); }, RETRY);

  async function begin() {
    await store.belongTo(user);
    await show();
    if ((await deliver()) === "sent" && navigator.onLine) await keepPages().catch(() => {});
  }

  if (navigator.serviceWorker) navigator.serviceWorker.register(say.worker);
  else {
    line.textContent = say.onlyOnline;
    line.hidden = false;
  }
  begin();
})();
