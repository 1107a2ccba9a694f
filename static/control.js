// The control page renews what changes every three seconds and counts the clocks between; buttons are plain forms.
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const EVERY = 3000, TOO_WRONG = 60000;
  const two = (number) => String(number).padStart(2, "0");
  let ahead = 0, last = "";

  function read() {
    ahead = Number(live.querySelector("[data-now]").dataset.now) - Date.now();
    live.querySelector("[data-skew]").hidden = Math.abs(ahead) < TOO_WRONG;
    tick();
  }

  function tick() {
    const at = new Date(Date.now() + ahead);
    live.querySelector("[data-clock]").textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Asia/Shanghai" }).format(at);
    for (const one of live.querySelectorAll("[data-left]")) {
      const left = Math.ceil(Number(one.dataset.left) - at / 1000), isOver = left < 0 && "over" in one.dataset;
      if (left > 24 * 3600) continue; // days stay in the server's words
      const whole = isOver ? -left : Math.max(left, 0);
      one.textContent = `${isOver ? "+" : ""}${Math.floor(whole / 60)}:${two(whole % 60)}`;
      one.classList.toggle("over", isOver);
    }
  }

  // The clocks differ at each answer; what else is the same is left alone, so that no button moves under a finger.
  const unclocked = (text) => text.replace(/data-now="\d+"/, "").replace(/data-clock>[^<]*/, "").replace(/(data-left="\d+")>[^<]*/, "$1>");

  async function renew() {
    if (!document.hidden) {
      const answer = await fetch(live.dataset.live, { redirect: "error" }).catch(() => null);
      if (answer?.ok) {
        const text = await answer.text();
        if (unclocked(text) !== last) live.innerHTML = text;
        last = unclocked(text);
        live.querySelector("[data-now]").dataset.now = text.match(/data-now="(\d+)"/)[1];
        read();
      }
    }
    setTimeout(renew, EVERY);
  }

  read();
  setInterval(tick, 500);
  setTimeout(renew, EVERY);
})();
