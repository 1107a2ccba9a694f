// The screen at the place: the code of each half minute, out of those that came with the page, so that it goes on
// changing without network. The platform's time counts, which the device remembers beside its own.
(() => {
  const { store, send, ready } = self.Spot;
  const root = document.getElementById("spot");
  const { first, seconds, codes } = JSON.parse(document.getElementById("codes").textContent);
  const { user, scan } = root.dataset;
  const picture = root.querySelector("[data-qr]");
  const letters = root.querySelector("[data-code]");
  const over = root.querySelector("[data-over]");
  const present = root.querySelector("[data-present]");
  const SVG = "http://www.w3.org/2000/svg";
  const QUIET = 2; // modules of white around
  let ahead = 0;
  let shown = null;

  function draw(text) {
    const made = self.qrcode(0, "M");
    made.addData(text);
    made.make();
    const size = made.getModuleCount();
    let path = "";
    for (let row = 0; row < size; row += 1) for (let column = 0; column < size; column += 1) if (made.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${size + 2 * QUIET} ${size + 2 * QUIET}`);
    const dark = document.createElementNS(SVG, "path");
    dark.setAttribute("d", path);
    svg.append(dark);
    picture.replaceChildren(svg);
  }

  function tick() {
    const number = Math.floor((Date.now() + ahead) / 1000 / seconds) - first;
    if (number === shown) return;
    shown = number;
    const code = codes[number];
    over.hidden = Boolean(code);
    picture.hidden = letters.hidden = !code;
    if (!code) return;
    letters.textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    draw(scan.replace("CODE", code));
    root.dataset.shown = code;
  }

  // How many are here, when there is network to ask.
  async function count() {
    const answer = navigator.onLine && (await fetch(location.pathname).catch(() => null));
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    present.textContent = page.querySelector("[data-present]")?.textContent ?? present.textContent;
  }

  async function begin() {
    await ready(root.dataset);
    ahead = (await store.ahead()) ?? 0;
    shown = null;
    tick();
    navigator.wakeLock?.request("screen").catch(() => {}); // a dark screen shows no code
    root.dataset.open = "";
    send(user);
  }

  tick();
  setInterval(tick, 500);
  setInterval(count, seconds * 1000);
  begin();
})();
