// 审核台: shows what /api/v1/review/ says waits for me, and posts the steps it names. It knows no noun by name.
const desk = document.getElementById("review");
const say = desk.dataset;
const list = desk.querySelector("[data-list]");
const sheet = desk.querySelector("[data-sheet]");
const message = desk.querySelector("[data-message]");
let rows = [];
let chosen = null;

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function moment(iso) {
  return iso ? new Date(iso).toLocaleString((document.documentElement.lang || "zh-CN").replace(/^en$/, "en-GB"), { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" }) : "";
}

function token() {
  return desk.querySelector("[name=csrfmiddlewaretoken]").value;
}

async function call(url, body) {
  const options = { credentials: "same-origin", headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang } };
  if (body) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = token();
    options.body = JSON.stringify(body);
  }
  const response = await fetch(url, options);
  const data = await response.json().catch(() => ({}));
  if (!response.ok) {
    const fields = Object.values(data.error?.fields ?? {}).flat();
    throw new Error([data.error?.message ?? say.failed, ...fields].join(" "));
  }
  return data;
}

function listRow(row) {
  const button = element("button");
  button.type = "button";
  button.dataset.key = row.key;
  button.append(element("strong", row.title), element("span", `${row.kind} · ${row.region} · ${row.status_label}`), element("span", `${say.waits} ${moment(row.since)}`));
  button.addEventListener("click", () => choose(row.key, true));
  return button;
}

function markChosen() {
  for (const button of list.querySelectorAll("button")) {
    if (button.dataset.key === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function showList() {
  list.replaceChildren(...rows.map(listRow));
  if (!rows.length) {
    list.replaceChildren(element("p", say.empty, "review-empty"));
    sheet.replaceChildren();
  }
  markChosen();
}

function facts(pairs) {
  const made = element("dl");
  for (const pair of pairs) made.append(element("dt", pair.label), element("dd", pair.text || "—"));
  return made;
}

function link(text, address) {
  const made = element("a", text);
  made.href = address;
  return made;
}

function files(entries) {
  const made = element("ul");
  for (const entry of entries) {
    const line = element("li");
    const anchor = link(entry.name, entry.url);
    anchor.target = "_blank";
    anchor.rel = "noopener";
    line.append(anchor);
    made.append(line);
  }
  return made;
}

function record(entries) {
  const made = element("ul");
  for (const entry of entries) made.append(element("li", [moment(entry.at), entry.by, entry.to, entry.reason].filter(Boolean).join(" · ")));
  return made;
}

function show(thing) {
  const parts = [element("h2", thing.title), facts(thing.facts)];
  for (const text of thing.texts) parts.push(element("h3", text.label), element("p", text.text || "—", "review-text"));
  if (thing.files.length) parts.push(element("h3", say.documents), files(thing.files));
  const steps = element("div", undefined, "review-steps");
  for (const step of thing.steps) {
    const button = element("button", step.label, step.hurts ? "hurts" : "");
    button.type = "button";
    button.addEventListener("click", () => ask(thing, step, steps));
    steps.append(button);
  }
  parts.push(steps, element("h3", say.record), record(thing.record));
  const foot = element("p");
  foot.append(link(say.console, thing.console));
  parts.push(foot);
  sheet.replaceChildren(...parts);
}

function ask(thing, step, steps) {
  const form = element("form", undefined, "review-ask");
  form.noValidate = true;
  const error = element("p", "", "review-error");
  error.setAttribute("role", "alert");
  let input = null;
  if (step.asks) {
    const label = element("label", step.asks_label);
    input = element("textarea");
    input.id = "review-asked";
    input.rows = 4;
    input.maxLength = 2000;
    label.htmlFor = input.id;
    form.append(label, input);
  } else form.append(element("p", `${step.label}: ${thing.title}. ${say.sure}`));
  const buttons = element("div", undefined, "buttons");
  const yes = element("button", step.asks ? step.label : say.yes, step.hurts ? "hurts" : "");
  const no = element("button", say.no, "plain");
  no.type = "button";
  no.addEventListener("click", () => {
    form.replaceWith(steps);
    steps.querySelector("button").focus();
  });
  buttons.append(yes, no);
  form.append(error, buttons);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input && !input.value.trim()) {
      error.textContent = say.needed;
      input.focus();
      return;
    }
    take(thing, step, input ? { [step.asks]: input.value } : {}, yes, error);
  });
  steps.replaceWith(form);
  (input ?? yes).focus();
}

async function take(thing, step, body, button, error) {
  button.disabled = true;
  try {
    await call(step.url, body);
  } catch (refusal) {
    error.textContent = refusal.message;
    button.disabled = false;
    return;
  }
  message.textContent = `${thing.title}: ${step.label}. ${say.done}`;
  const place = rows.findIndex((row) => row.key === thing.key);
  chosen = null;
  await load();
  const next = rows[Math.min(place, rows.length - 1)];
  if (next) await choose(next.key, true);
}

// What was chosen stays as it is when chosen again (somebody may be typing in it); of two answers under way, only
// the one that was asked for last is shown, and meanwhile no button of another thing stands there.
async function choose(key, withFocus) {
  if (key === chosen) {
    if (withFocus) sheet.focus();
    return;
  }
  chosen = key;
  markChosen();
  sheet.replaceChildren(element("p", say.loading));
  try {
    const thing = await call(`${say.api}${key}/`);
    if (chosen !== key) return;
    show(thing);
    if (withFocus) sheet.focus({ preventScroll: window.innerWidth > 960 });
  } catch (error) {
    if (chosen !== key) return;
    chosen = null;
    sheet.replaceChildren(element("p", error.message, "review-error"));
  }
}

async function load() {
  try {
    rows = (await call(say.api)).results;
  } catch (error) {
    list.replaceChildren(element("p", error.message, "review-error"));
    return;
  }
  showList();
}

list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll("button")];
  buttons[buttons.indexOf(document.activeElement) + step]?.focus();
});

const help = desk.querySelector("[data-help]");
help.textContent = say.keys;
help.hidden = false;
load().then(() => (rows.length ? choose(rows[0].key, false) : undefined));
