// Keeps pages on this device for when there is no network, and what the platform's clock says beside the device's own.
self.Spot = self.Spot ?? {};
(() => {
  const { store } = self.Spot;
  const KEEP = "X-Keep-For";

  async function keepPages(user, paths) {
    await navigator.serviceWorker.ready;
    const cache = await caches.open(store.PAGES + user);
    let kept = 0;
    for (const path of paths) {
      const asked = Date.now();
      const fresh = await fetch(path).catch(() => null);
      if (!fresh) return kept;
      if (fresh.redirected || fresh.headers.get(KEEP) !== user) continue;
      const stamp = Date.parse(fresh.headers.get("Date"));
      if (stamp) await store.setAhead(Math.round(stamp + 500 - (asked + Date.now()) / 2));
      await cache.put(path, fresh);
      kept += 1;
    }
    return kept;
  }

  // From the element that says whose device this is, where the worker is and which pages are kept.
  async function ready({ user, worker, keep }) {
    await store.belongTo(user);
    if (!navigator.serviceWorker) return 0;
    await navigator.serviceWorker.register(worker);
    return navigator.onLine ? keepPages(user, keep.split(" ").filter(Boolean)) : 0;
  }

  Object.assign(self.Spot, { ready });
})();
