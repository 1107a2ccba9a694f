// The big screen: asks for the figures every second (they come from a cache, 304 while nothing changed), counts the
// clocks between, and after closing uncovers the result from the last place up.
(() => {
  const hall = document.querySelector("[data-screen]");
  if (!hall) return;
  const EVERY = 1000, CODE_EVERY = 10000, STEP = 4000, OLD_NEWS = 600; // the last in seconds
  const ON_A_PAGE = 12, TURN = 8, SMALLEST = 0.7; // lines, seconds, em
  const scrolls = matchMedia("(max-width: 48rem)"); // a phone at home shows the whole list
  const COUNTED = ["closed", "tied", "settled"];
  const find = (what) => hall.querySelector(what);
  const all = (what) => hall.querySelectorAll(what);
  const show = (one, is) => { if (one) one.hidden = !is; };
  let ahead = Number(hall.dataset.now) - Date.now(), seen = null, open = 0, page = 0, stepped = 0, isAlone = true, missed = 0;
  const seconds = () => (Date.now() + ahead) / 1000;
  const two = (number) => String(number).padStart(2, "0");
  const number = (value) => Number(value).toLocaleString("en-US");

  function clockOf(left) {
    const whole = Math.abs(Math.trunc(left)), hours = Math.floor(whole / 3600);
    if (hours >= 24) return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "day", unitDisplay: "long" }).format(Math.floor(hours / 24));
    const rest = `${hours ? two(Math.floor((whole % 3600) / 60)) : Math.floor(whole / 60)}:${two(whole % 60)}`;
    return (left < 0 ? "+" : "") + (hours ? `${hours}:${rest}` : rest);
  }

  function tick() {
    const at = new Date(Date.now() + ahead);
    find("[data-clock]").textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" }).format(at);
    if (!seen) return;
    if (seen.now) {
      const left = seen.now.since + seen.now.minutes * 60 - seconds(), timer = find("[data-timer]");
      timer.textContent = clockOf(left > 0 ? Math.ceil(left) : left);
      timer.classList.toggle("soon", left <= 60 && left > 0);
      timer.classList.toggle("over", left <= 0);
    }
    const until = { announced: "opens", open: "closes" }[seen.status] || "none";
    const left = until === "opens" ? seen.opens_at - seconds() : seen.closes_at - seconds();
    for (const one of all("[data-until]")) show(one, one.dataset.until === until);
    const shown = until === "none" ? "–" : clockOf(Math.max(0, Math.ceil(left)));
    find("[data-left]").textContent = shown;
    find("[data-left]").classList.toggle("long", shown.length > 5);
    if (!hall.dataset.code && open < ranks().length && seconds() - stepped > STEP / 1000) step(1);
    else if (COUNTED.includes(seen.status) && pageOf() !== page) drawResult();
  }

  const ranks = () => [...new Set((seen?.results || []).map((line) => line.rank))]; // the last place first

  // Where a long list stands: at the place uncovered last; when all are, its pages take turns, the first places first.
  function pageOf() {
    const lines = [...seen.results].reverse(), pages = Math.ceil(lines.length / ON_A_PAGE);
    if (scrolls.matches || pages < 2) return 0;
    if (open >= ranks().length) return Math.floor((seconds() - stepped) / TURN) % pages;
    const uncovered = new Set(ranks().slice(0, open)), latest = lines.findIndex((line) => uncovered.has(line.rank));
    return latest < 0 ? pages - 1 : Math.floor(latest / ON_A_PAGE);
  }

  // As large as fits: long titles take two lines.
  function fit(count) {
    let size = Math.max(0.8, Math.min(2, 13.4 / count));
    const put = () => hall.style.setProperty("--line-size", `${size}em`);
    for (put(); !scrolls.matches && size > SMALLEST && document.documentElement.scrollHeight > innerHeight + 1; put()) size -= 0.05;
  }

  function step(by) {
    open = Math.min(Math.max(open + by, 0), ranks().length);
    stepped = seconds();
    drawResult();
  }

  function cell(name, text) {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = text;
    return made;
  }

  function drawResult() {
    const isCounted = COUNTED.includes(seen.status) && seen.results.length > 0;
    show(find("[data-result]"), isCounted);
    show(find("[data-stage]"), !isCounted && !["counting", "failed", "cancelled"].includes(seen.status));
    show(find("[data-turnout-part]"), !isCounted && seen.status !== "failed");
    const uncovered = new Set(ranks().slice(0, open)), isAll = open >= ranks().length;
    for (const one of all("[data-said]")) {
      const mine = one.dataset.said === seen.status;
      show(one, mine && (!isCounted || isAll));
    }
    show(find("[data-hint]"), Boolean(hall.dataset.code) && isCounted && !isAll);
    if (!isCounted) return;
    const lines = [...seen.results].reverse().map((line) => {
      const row = document.createElement("li"), isOpen = uncovered.has(line.rank);
      row.className = isOpen ? line.outcome : "shut";
      row.append(cell("rank", line.rank));
      if (!isOpen) return row.append(cell("", "···")), row;
      const what = cell("", line.title), team = document.createElement("small");
      team.textContent = ` ${line.team}`;
      what.append(team);
      const key = `word${line.outcome[0].toUpperCase()}${line.outcome.slice(1)}`;
      row.append(what, cell("votes", `${number(line.votes)} ${hall.dataset.votes}`));
      row.append(cell("outcome", hall.dataset[key] + (line.by_tie_rule ? ` · ${hall.dataset.byTie}` : "")));
      return row;
    });
    page = pageOf();
    const from = page * ON_A_PAGE, isPaged = !scrolls.matches && lines.length > ON_A_PAGE;
    const shown = isPaged ? lines.slice(from, from + ON_A_PAGE) : lines;
    find("[data-lines]").replaceChildren(...shown);
    show(find("[data-pages]"), isPaged);
    find("[data-pages]").textContent = `${from + 1}–${from + shown.length} / ${lines.length}`;
    fit(shown.length);
  }

  function draw() {
    hall.dataset.status = seen.status;
    for (const one of all("[data-figure]")) one.textContent = number(seen[one.dataset.figure]);
    show(find("[data-quorum]"), seen.needed > 0);
    const bar = find("progress");
    bar.max = seen.needed || 1;
    bar.value = Math.min(seen.counts_presence ? seen.present : seen.voted, bar.max);
    show(find("[data-missing-part]"), seen.missing > 0);
    show(find("[data-reached]"), seen.missing === 0);
    show(find("[data-door]"), ["announced", "open"].includes(seen.status));
    show(find("[data-on-stage]"), Boolean(seen.now));
    show(find("[data-off-stage]"), !seen.now);
    if (seen.now) {
      for (const one of all("[data-phase]")) show(one, one.dataset.phase === seen.now.phase);
      find("[data-title]").textContent = seen.now.title;
      find("[data-team]").textContent = seen.now.team;
    }
    // Who comes long after the closing, or sees it closed before, is not kept waiting.
    if (isAlone && !hall.dataset.code && seen.closed_at && seconds() - seen.closed_at > OLD_NEWS) open = ranks().length;
    isAlone = false;
    drawResult();
    tick();
  }

  let last = "";
  async function ask() {
    try {
      // Without cookies: nobody's session is looked up for a screen.
      const answer = await fetch(hall.dataset.screen, { credentials: "omit", cache: "no-cache" });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text(), clock = Number(answer.headers.get("X-Now"));
      if (clock) ahead = clock - Date.now();
      missed = 0;
      if (text !== last) {
        seen = JSON.parse((last = text));
        draw();
      }
    } catch {
      missed += 1;
    }
    show(find("[data-offline]"), missed > 2);
    setTimeout(ask, EVERY);
  }

  if (hall.dataset.code) {
    setInterval(() => {
      const picture = new Image();
      picture.onload = () => { find("[data-qr]").src = picture.src; };
      picture.src = `${hall.dataset.code}&at=${Date.now()}`;
    }, CODE_EVERY);
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { " ": 1, ArrowRight: 1, ArrowDown: 1, PageDown: 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
      if (by && seen?.results.length) { event.preventDefault(); step(by); }
    });
    hall.addEventListener("click", () => { if (seen?.results.length) step(1); });
  }
  setInterval(tick, 250);
  ask();
})();
