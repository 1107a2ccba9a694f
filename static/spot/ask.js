// What only a person can settle: two devices gave different marks; or a sheet can no longer take what was typed.
self.Spot = self.Spot ?? {};
(() => {
  const { store } = self.Spot;
  const CHINA = "Asia/Shanghai";

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function button(text, act, className = "button plain") {
    const made = element("button", text, className);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  const time = (iso) => (iso ? new Date(iso).toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: CHINA }) : "");

  const mark = (value, note, say) => [value === "" || value === null ? say.noMark : String(Number(value)), note].filter(Boolean).join(" · ");

  // Both marks of an indicator, each with a button that keeps it.
  function both(slot, entry, say, choose) {
    const { theirs } = entry;
    const list = element("ul");
    list.append(
      element("li", `${say.there}${theirs.at ? ` (${time(theirs.at)})` : ""}: ${mark(theirs.value, theirs.note, say)}`),
      element("li", `${say.here} (${time(entry.typedAt)}): ${mark(entry.value, entry.note, say)}`),
    );
    const buttons = element("div", "", "actions");
    buttons.append(button(say.keepThere, () => choose(false)), button(say.keepHere, () => choose(true)));
    slot.replaceChildren(element("strong", say.two), list, buttons);
    slot.className = "warning";
    slot.setAttribute("role", "alert");
    slot.hidden = false;
  }

  // A spreadsheet takes what begins with one of these for a formula.
  const cell = (text) => `"${String(text ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

  function rows(entries, say) {
    const marks = entries.filter((entry) => entry.kind === "mark").map((entry) => [entry.title, entry.name, mark(entry.value, "", say), entry.note, time(entry.typedAt)]);
    const photos = entries.filter((entry) => entry.kind === "photo").map((entry) => [entry.title, entry.name, say.photo, "", time(entry.takenAt)]);
    const visits = entries.filter((entry) => entry.kind === "visit").map((entry) => [entry.title, entry.words, "", entry.stopped?.words ?? "", entry.on]);
    return [say.columns.split("|"), ...marks, ...photos, ...visits];
  }

  function link(text, blob, name) {
    const made = element("a", text, "button plain");
    made.href = URL.createObjectURL(blob);
    made.download = name;
    return made;
  }

  // What was typed and cannot be handed in any more: to read, to take along as a file, and then to remove.
  function left(box, entries, say, done) {
    const table = rows(store.things(entries), say);
    const text = element("pre", table.slice(1).map((row) => row.filter(Boolean).join(" · ")).join("\n"));
    const csv = new Blob([`\ufeff${table.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`], { type: "text/csv" });
    const buttons = element("div", "", "actions");
    buttons.append(link(say.asFile, csv, `${say.file}.csv`));
    entries.filter((entry) => entry.blob).forEach((entry, at) => buttons.append(link(`${say.photo} ${at + 1}`, entry.blob, `${entry.name} ${at + 1}.jpg`)));
    buttons.append(button(say.remove, async () => {
      await store.drop(...entries.map((entry) => entry.id));
      box.hidden = true;
      done?.();
    }));
    const { code, words } = entries[0].stopped;
    box.replaceChildren(element("strong", !words || code === "not_found" ? say.stopped : words), element("p", say.stoppedMore), text, buttons);
    box.className = "refusal";
    box.setAttribute("role", "alert");
    box.hidden = false;
  }

  // How it stands, in one line, wherever that is shown.
  function standing(state, waiting, say, at) {
    if (state === "signed-out") return say.signedOut;
    if (state === "sending") return say.saving;
    if (waiting) return say.waiting.replace("{n}", waiting);
    return at ? `${say.saved} ${new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: CHINA })}` : "";
  }

  Object.assign(self.Spot, { both, left, standing, element, button });
})();
