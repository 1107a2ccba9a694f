// At the place: a code that was scanned or typed is kept on this device first and then sent, with or without network.
// Without scripts the page is a form that works as it stands, with network.
(() => {
  const { store, send, scans, ready, element, button, standing } = self.Spot;
  const root = document.getElementById("spot");
  const say = root.dataset;
  const { user, title } = say;
  const activity = Number(say.activity);
  const form = root.querySelector("form");
  const input = form.elements.code;
  const line = root.querySelector("[data-spot-line]");
  const list = root.querySelector("[data-spot-kept]");
  const door = root.querySelector("[data-spot-door]");
  const RETRY = 30000;
  let state = "";
  let answer = null;

  const time = (iso) => new Date(iso).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

  function tell(words, className) {
    line.textContent = words;
    line.className = className;
    line.hidden = !words;
  }

  async function show() {
    const entries = (await scans.of(user)).filter((entry) => entry.kind === "code" && entry.activity === activity);
    const rows = entries.map((entry) => {
      const row = element("li");
      const text = element("span", `${entry.leaving ? say.out : say.in} · ${entry.code} · ${time(entry.keptAt)}`);
      row.append(text, element("small", entry.state === "refused" ? entry.said : say.unsent));
      if (entry.state === "refused") row.append(button(say.remove, async () => { await store.drop(entry.id); show(); }));
      return row;
    });
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
    const waiting = entries.filter((entry) => entry.state === "waiting").length;
    if (answer) tell(...answer);
    else if (waiting || state === "signed-out") tell(standing(state, waiting, say, ""), "warning");
    else tell("", "");
  }

  async function take(leaving) {
    const code = scans.codeOf(input.value);
    if (!code) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      answer = [say.wrong, "refusal"];
      return show();
    }
    input.removeAttribute("aria-invalid");
    answer = null;
    await scans.keep(user, { kind: "code", activity, title, code, leaving });
    input.value = "";
    await show();
    await send(user);
    return show();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(event.submitter?.value === "out");
  });
  addEventListener("spot-scan", ({ detail: { entry, data } }) => {
    if (entry.activity !== activity || !data) return;
    const words = data.status === "waiting" ? say.forLeader : entry.leaving ? say.wentAt : say.cameAt;
    answer = [words.replace("{time}", time(data.at)), data.status === "waiting" ? "warning" : "success notice"];
  });
  addEventListener("spot-state", ({ detail }) => { state = detail; door.hidden = state !== "signed-out"; show(); });
  addEventListener("online", () => send(user));
  setInterval(() => { if (!document.hidden) send(user); }, RETRY);

  async function begin() {
    const scanned = location.pathname.match(/\/scan\/(\w+)\/$/)?.[1];
    if (scanned && !input.value) input.value = scanned;
    await ready(say);
    await show();
    await send(user);
    root.dataset.open = "";
  }
  begin();
})();
