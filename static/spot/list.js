// The leader's list: each tap is kept on this device first and then sent, once, with or without network.
(() => {
  const { store, send, scans, ready, element, button, standing } = self.Spot;
  const root = document.getElementById("spot");
  const say = root.dataset;
  const { user, title } = say;
  const activity = Number(say.activity);
  const line = root.querySelector("[data-spot-line]");
  const list = root.querySelector("[data-spot-kept]");
  const door = root.querySelector("[data-spot-door]");
  const RETRY = 30000;
  let state = "";

  const time = (iso) => new Date(iso).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

  async function show() {
    const entries = (await scans.of(user)).filter((entry) => entry.kind === "tick" && entry.activity === activity);
    list.replaceChildren(...entries.map((entry) => {
      const row = element("li");
      row.append(element("span", `${entry.name || entry.number} · ${entry.leaving ? say.out : say.in} ${time(entry.keptAt)}`));
      row.append(element("small", entry.state === "refused" ? entry.said : say.unsent));
      if (entry.state === "refused") row.append(button(say.remove, async () => { await store.drop(entry.id); show(); }));
      return row;
    }));
    list.hidden = !entries.length;
    // Who was ticked here is not ticked again before it was sent.
    for (const form of root.querySelectorAll("form[data-tick]")) {
      const { number, tick } = form.dataset;
      const isKept = number && entries.some((entry) => entry.number === number && entry.leaving === (tick === "out") && entry.state === "waiting");
      form.querySelector("button").disabled = isKept;
    }
    const waiting = entries.filter((entry) => entry.state === "waiting").length;
    line.textContent = waiting || state === "signed-out" ? standing(state, waiting, say, "") : "";
    line.hidden = !line.textContent;
  }

  async function deliver() {
    const before = (await scans.of(user)).filter((entry) => entry.state === "waiting").length;
    const result = await send(user);
    await show();
    const after = await scans.of(user);
    if (before && result === "sent" && !after.length) location.replace(location.pathname);
  }

  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-tick]");
    if (!form) return;
    event.preventDefault();
    const number = (form.dataset.number || form.elements.number.value).trim();
    const pressed = form.querySelector("button");
    if (!number || pressed.disabled) return;
    pressed.disabled = true;
    await scans.keep(user, { kind: "tick", activity, title, number, name: form.dataset.name ?? "", leaving: form.dataset.tick === "out", keptAt: await scans.clock() });
    if (!form.dataset.number) {
      form.reset();
      pressed.disabled = false;
    }
    await show();
    await deliver();
  });
  addEventListener("spot-state", ({ detail }) => { state = detail; door.hidden = state !== "signed-out"; show(); });
  addEventListener("online", deliver);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  setInterval(() => { if (!document.hidden) deliver(); }, RETRY);

  async function begin() {
    await ready(say);
    await show();
    await deliver();
    root.dataset.open = "";
  }
  begin();
})();
