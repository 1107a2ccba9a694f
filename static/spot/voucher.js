// One's voucher opens without network too: the device keeps the page as it was seen last.
(() => {
  const { store } = self.Spot;
  const root = document.getElementById("spot");
  const { user, worker } = root.dataset;

  async function keep() {
    await store.belongTo(user);
    await navigator.serviceWorker.ready;
    const fresh = await fetch(location.pathname);
    if (fresh.ok && !fresh.redirected) await (await caches.open(store.PAGES + user)).put(location.pathname, fresh);
    root.dataset.ready = "1";
  }

  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register(worker);
  keep().catch(() => {});
})();
