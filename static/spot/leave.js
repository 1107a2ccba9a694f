// Before signing out with marks that were not sent: how many there are, and sending them now.
(() => {
  const { store, send } = self.Spot;
  const root = document.getElementById("spot");
  const { user, waiting, nothing } = root.dataset;
  const line = root.querySelector("[data-spot-line]");
  const button = root.querySelector("[data-spot-send]");

  async function show() {
    const { length } = store.things(await store.queue(user));
    line.textContent = length ? waiting.replace("{n}", length) : nothing;
    button.hidden = !length;
  }

  button.addEventListener("click", async () => {
    await send(user);
    await show();
  });
  show();
})();
