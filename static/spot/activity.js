// An activity's page: with it, what is needed at the place is kept on the device of whoever comes or leads.
(() => {
  const { store, send, ready } = self.Spot;
  const root = document.getElementById("spot");
  const line = root.querySelector("[data-spot-line]");

  async function begin() {
    const kept = await ready(root.dataset);
    if (kept) {
      line.hidden = false;
      root.dataset.ready = kept;
    }
    const before = (await store.queue(root.dataset.user)).length;
    if (before && (await send(root.dataset.user)) === "sent" && !(await store.queue(root.dataset.user)).length) location.reload();
  }

  addEventListener("online", begin);
  begin();
})();
