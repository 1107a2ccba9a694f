// Fills the sections of the console's front page from the API. Only text is ever inserted.
const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" });

function element(name, text, classes = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = classes;
  return made;
}

function showTodo(section, { results }) {
  const list = document.createElement("ul");
  list.className = "flex flex-col gap-2";
  for (const entry of results) {
    const row = document.createElement("li");
    const link = element("a", "", "flex flex-wrap justify-between gap-2 p-4 rounded-default border border-base-200 hover:bg-base-100 dark:border-base-700 dark:hover:bg-base-800");
    link.href = entry.url;
    link.append(element("span", entry.label, "font-medium"));
    const right = element("span", "", "flex gap-4");
    if (entry.oldest) right.append(element("span", `${section.dataset.since} ${day.format(new Date(entry.oldest))}`));
    right.append(element("strong", entry.is_more ? `${entry.count}+` : String(entry.count), "text-lg"));
    link.append(right);
    row.append(link);
    list.append(row);
  }
  return results.length ? list : element("p", section.dataset.empty);
}

function showCount(_section, { count, count_is_capped }) {
  return element("p", count_is_capped ? `${count}+` : String(count), "text-3xl font-semibold");
}

const SHOW = { todo: showTodo, count: showCount };

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
