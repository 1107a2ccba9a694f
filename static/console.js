// Fills the sections of the console's front page from the API. Only text is ever inserted.
const said = document.documentElement.lang;
const lang = said === "en" ? "en-GB" : said; // 29 November, as everywhere on the platform
const day = new Intl.DateTimeFormat(lang, { month: "long", day: "numeric" });
const weekday = new Intl.DateTimeFormat(lang, { weekday: "short" });
const time = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hour12: false });

function element(name, text, classes = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = classes;
  return made;
}

function rowOf(url, ...parts) {
  const row = document.createElement("li");
  const link = element("a", "");
  link.href = url;
  link.append(...parts);
  row.append(link);
  return row;
}

function listOf(results, empty, row) {
  if (!results.length) return element("p", empty, "nothing");
  const list = element("ul", "", "rows");
  list.append(...results.map(row));
  return list;
}

function showTodo(section, { results }) {
  return listOf(results, section.dataset.empty, (entry) =>
    rowOf(
      entry.url,
      element("span", entry.label, "what"),
      element("span", entry.oldest ? `${section.dataset.since} ${day.format(new Date(entry.oldest))}` : "", "when"),
      element("strong", entry.is_more ? `${entry.count}+` : String(entry.count)),
    ),
  );
}

function showComing(section, { results }) {
  return listOf(results, section.dataset.empty, (entry) => {
    const moment = new Date(entry.at ?? `${entry.on}T00:00:00`);
    const date = [day.format(moment), weekday.format(moment)];
    const when = `${(said === "en" ? date.reverse() : date).join(" ")}${entry.at ? ` ${time.format(moment)}` : ""}`;
    const what = element("span", "", "what");
    what.append(element("span", entry.label, "kind"), ` ${entry.thing}`);
    return rowOf(entry.url, element("span", when, "date"), what);
  });
}

function showCount(_section, { count, count_is_capped }) {
  return element("p", count_is_capped ? `${count}+` : String(count));
}

const SHOW = { todo: showTodo, coming: showComing, count: showCount };

async function fill(section) {
  const place = section.querySelector("[data-fill]");
  try {
    const answer = await fetch(section.dataset.api, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    place.replaceChildren(SHOW[section.dataset.show](section, await answer.json()));
  } catch {
    place.replaceChildren(element("p", section.dataset.failed));
  }
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("section[data-api]").forEach(fill));
