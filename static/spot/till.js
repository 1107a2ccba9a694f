// The partner's till. With network a scanned code opens the voucher's own page; without, the service worker shows this
// page in its place: it checks the signature by itself, keeps what was accepted on the device, and sends it later.
(() => {
  const { store, send, element, button } = self.Spot;
  const root = document.getElementById("spot");
  const say = root.dataset;
  const { user, list } = say;
  const SHEET = "till";
  const CHINA = "Asia/Shanghai";
  const RETRY = 30000;
  const says = root.querySelector("[data-spot-says]");
  const line = root.querySelector("[data-spot-line]");
  const waitingList = root.querySelector("[data-till-waiting]");
  const rewards = new Map([...root.querySelectorAll("[data-reward]")].map((row) => [row.dataset.reward, row]));
  const partners = new Set(say.partners.split(" "));
  let state = "";

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: CHINA }).replaceAll("-", "");
  const time = (iso) => new Date(iso).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: CHINA });

  function tell(words, className, ...more) {
    says.className = className;
    says.setAttribute("role", className === "refusal" ? "alert" : "status");
    says.replaceChildren(element("p", words), ...more);
    says.hidden = false;
  }

  // /till/CODE/#partner.reward.day.signature, as it stands in the QR code.
  function scanned() {
    const [, code] = location.pathname.match(/^\/till\/([0-9A-Z]{10})\/$/) ?? [];
    const [partner, reward, day, signature] = location.hash.slice(1).split(".");
    return code ? { code, partner, reward, day, signature } : null;
  }

  async function isGenuine({ code, partner, reward, day, signature }) {
    try {
      const key = await crypto.subtle.importKey("spki", bytes(say.key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      const message = new TextEncoder().encode(`voucher:${code}.${partner}.${reward}.${day}`);
      return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(signature), message);
    } catch {
      return false;
    }
  }

  const acceptedHere = async (code) => ((await store.known(user, SHEET))?.used ?? {})[code];

  // Why it is not accepted without network; empty when it may be.
  async function fault(voucher) {
    if (!voucher.signature) return say.onlyScanned;
    if (!(await isGenuine(voucher))) return say.notGenuine;
    if (!partners.has(voucher.partner)) return say.otherPartner;
    if (voucher.day < today()) return say.tooLate.replace("{d}", voucher.day.replace(/(....)(..)(..)/, "$1-$2-$3"));
    const before = await acceptedHere(voucher.code);
    return before ? say.acceptedBefore.replace("{t}", time(before)) : "";
  }

  async function judge(voucher) {
    const wrong = await fault(voucher);
    if (wrong) return tell(wrong, "refusal", another());
    const title = rewards.get(voucher.reward)?.textContent ?? say.newReward;
    return tell(say.genuine, "notice", element("h2", title), button(say.accept, () => accept(voucher, title), "button wide"));
  }

  function another() {
    const link = element("a", say.another, "button plain");
    link.href = list;
    return link;
  }

  // Once for each code, however often the button is pressed.
  async function accept({ code }, title) {
    const entry = { title, kind: "use", key: store.key(), presentedAt: new Date().toISOString(), state: "waiting" };
    const isKept = await store.useOnce(user, SHEET, code, entry).then(() => true, () => false);
    if (!isKept) return tell(say.notKept, "refusal", another());
    tell(say.accepted, "success notice", element("h2", title), another());
    await deliver();
  }

  async function show() {
    const entries = (await store.queue(user)).filter((entry) => entry.kind === "use");
    const doubles = Object.entries((await store.known(user, SHEET))?.doubles ?? {});
    const waiting = entries.filter((entry) => entry.state === "waiting").length;
    line.textContent = state === "signed-out" ? say.signedOut : waiting ? say.waiting.replace("{n}", waiting) : root.dataset.ready ? say.readyHere : "";
    line.hidden = !line.textContent;
    waitingList.replaceChildren(...entries.map((entry) => row(entry)), ...doubles.map(([code, words]) => double(code, words)));
    waitingList.hidden = !waitingList.children.length;
  }

  function row(entry) {
    const made = element("li", "");
    const cell = element("div", "", "cell");
    const words = entry.state === "stopped" ? entry.stopped.words || say.stopped : say.notSent;
    const text = element("span", `${entry.title} · …${entry.code.slice(-4)}`);
    text.append(document.createElement("br"), element("small", `${time(entry.presentedAt)} · ${words}`));
    cell.append(text);
    if (entry.state === "stopped") cell.append(button(say.remove, async () => { await store.drop(entry.id); await show(); }));
    made.append(cell);
    return made;
  }

  function double(code, { title, at, found }) {
    const made = element("li", "");
    const cell = element("div", "", "cell");
    const text = element("span", `${title} · …${code.slice(-4)}`);
    text.append(document.createElement("br"), element("small", `${time(at)} · ${found === "otherday" ? say.otherDay : say.double}`));
    cell.append(text, button(say.seen, async () => {
      await store.changeKnown(user, SHEET, (facts) => { delete facts.doubles[code]; });
      await show();
    }));
    made.append(cell);
    return made;
  }

  async function deliver() {
    await show();
    const result = await send(user);
    await show();
    return result;
  }

  // The list page as it is now; it is what opens when there is no network.
  async function keepPage() {
    await navigator.serviceWorker.ready;
    const fresh = await fetch(list);
    if (!fresh.ok || fresh.redirected) return;
    await (await caches.open(store.PAGES + user)).put(list, fresh);
    root.dataset.ready = "1";
    await show();
  }

  function listen() {
    root.querySelector("form[data-typed]")?.addEventListener("submit", (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      tell(say.onlyScanned, "refusal");
    });
    addEventListener("spot-state", ({ detail }) => { state = detail; show(); });
    addEventListener("pageshow", (event) => event.persisted && location.reload()); // it may be somebody else's by now
    addEventListener("hashchange", () => location.reload());
    addEventListener("online", deliver);
    setInterval(() => { if (!document.hidden) deliver(); }, RETRY);
  }

  async function begin() {
    await store.belongTo(user);
    listen();
    const voucher = scanned();
    if (voucher) await judge(voucher);
    root.dataset.open = "1";
    const result = await deliver();
    if (result === "sent" && navigator.onLine && navigator.serviceWorker) await keepPage().catch(() => {});
  }

  navigator.serviceWorker?.register(say.worker);
  navigator.storage?.persist?.();
  begin();
})();
