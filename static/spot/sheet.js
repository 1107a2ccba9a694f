// The page of one score sheet. Every change is kept on the device first and then sent; with or without network the page
// shows what was typed last. Without scripts it is a form that works as it stands.
(() => {
  const { store, send, total, photo, both, left, standing, element, button } = self.Spot;
  const root = document.getElementById("spot");
  const say = root.dataset;
  const { user, title } = say;
  const sheet = Number(say.sheet);
  const form = document.getElementById("sheet");
  const says = root.querySelector("[data-spot-says]");
  const saved = document.getElementById("saved");
  const savedBefore = saved?.textContent ?? "";
  const TYPED = 800; // milliseconds after the last key
  const RETRY = 30000;
  const NUMBER = /^\d{1,5}([.,]\d{1,2})?$/;
  let state = "";
  let facts = { user, sheet, at: say.at, marks: {} };

  const now = () => new Date().toISOString();
  const cards = form ? [...form.querySelectorAll("[data-indicator]")].map((card) => ({
    card,
    ...card.dataset,
    code: card.dataset.indicator,
    name: card.querySelector("legend").textContent,
    mark: card.querySelector("input.mark"),
    note: card.querySelector("textarea"),
    file: card.querySelector("input[type=file]"),
    photos: card.querySelector("[data-photos]"),
    asks: card.querySelector("[data-spot-ask]"),
    errors: card.querySelector(".marking > .errors"),
    fileErrors: card.querySelector(".field:last-child > .errors"),
  })) : [];
  const ofSheet = (entries) => entries.filter((entry) => entry.sheet === sheet);

  function complain(list, words, input) {
    list.replaceChildren(...(words ? [element("li", words)] : []));
    list.hidden = !words;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  // The mark as the platform takes it; null when it is none.
  function typed({ mark, full, errors }) {
    const text = mark.value.trim().replace(",", ".");
    const isNumber = !mark.validity.badInput && (text === "" || (NUMBER.test(text) && Number(text) <= Number(full)));
    complain(errors, isNumber ? "" : say.outOfRange.replace("{n}", full), mark);
    return isNumber ? text : null;
  }

  const rows = () => cards.map(({ kind, weight, full, mark }) => ({ kind, weight, full, value: NUMBER.test(mark.value) ? mark.value.replace(",", ".") : "" }));
  const hasPhoto = ({ photos }) => Boolean(photos.querySelector(".photo"));

  function add() {
    const { places, roundIndicators, bonusCap } = form.dataset;
    document.getElementById("running").textContent = total(rows(), { places: Number(places), roundIndicators: Boolean(roundIndicators), bonusCap }) ?? "—";
    document.getElementById("given").textContent = cards.filter(({ mark, note }) => mark.value || note.value.trim()).length;
  }

  // Keeps what stands in these indicators, unless it is what is kept already.
  async function keep(some) {
    const marks = some.map((one) => [one, typed(one)]).filter(([, value]) => value !== null);
    await store.change(user, (entries) => marks.flatMap(([one, value]) => changeOf(one, value, lastOf(ofSheet(entries), one.code))));
  }

  // What has not left yet is written over; what may have arrived is what the next change is based on.
  function changeOf(one, value, last) {
    const note = one.note.value.trim();
    const fresh = { value, note, typedAt: now() };
    const known = facts.marks[one.code];
    const isRefused = last?.state === "refused";
    if (!isRefused && sameMark(last ?? known ?? { value: "", note: "" }, fresh)) return [];
    if (last && (last.state === "asking" || (last.state === "waiting" && !last.tried))) return [{ ...last, ...fresh }];
    const basedOn = last && !isRefused ? last.key : known?.change ?? null;
    const made = { user, sheet, title, kind: "mark", indicator: one.code, name: one.name, key: store.key(), basedOn, state: "waiting", ...fresh };
    return [isRefused ? { ...made, id: last.id } : made];
  }

  async function record(...some) {
    await keep(some);
    await deliver();
  }

  const sameMark = (a, b) => (a.value === "" || b.value === "" ? a.value === b.value : Number(a.value) === Number(b.value)) && a.note === b.note;

  async function deliver() {
    await show();
    await send(user);
  }

  async function choose(one, entry, keepHere) {
    const { theirs } = entry;
    await store.changeKnown(user, sheet, (known) => { known.marks[entry.indicator] = { value: theirs.value ?? "", note: theirs.note, change: theirs.change }; });
    facts = await store.known(user, sheet);
    if (keepHere) await store.put({ ...entry, key: store.key(), basedOn: theirs.change, state: "waiting", tried: false, theirs: null });
    else await store.drop(entry.id);
    one.asks.hidden = true;
    fill(one, keepHere ? entry : facts.marks[entry.indicator]);
    add();
    await deliver();
  }

  function fill({ mark, note, card }, { value, note: words }) {
    mark.value = value === "" || value === null ? "" : String(Number(value));
    note.value = words;
    if (words) card.querySelector("details").open = true;
  }

  const lastOf = (entries, code) => entries.filter((entry) => entry.kind === "mark" && entry.indicator === code).at(-1);

  // What is known, over it what waits here. Not while somebody types: only when the page opens, or has new words.
  async function fillAll() {
    const entries = ofSheet(await store.queue(user));
    for (const one of cards) {
      const there = lastOf(entries, one.code) ?? facts.marks[one.code];
      if (there) fill(one, there);
    }
  }

  async function show() {
    const entries = ofSheet(await store.queue(user));
    facts = (await store.known(user, sheet)) ?? facts;
    const stopped = entries.filter((entry) => entry.state === "stopped");
    for (const one of cards) {
      const last = lastOf(entries, one.code);
      if (last?.state === "asking") both(one.asks, last, say, (here) => choose(one, last, here));
      else one.asks.hidden = true;
      if (last?.state === "refused") complain(one.errors, last.said, one.mark);
    }
    if (form) add();
    status(entries);
    if (stopped.length) left(says, stopped, say, () => location.reload());
    else if (entries.some((entry) => entry.kind === "submit")) tell(say.willSubmit, "notice", button(say.takeBack, takeBack));
    else if (facts.status === "submitted") tell(say.submitted, "notice");
    else if (state === "signed-out") tell(say.signedOut, "warning", signInLink());
    else if (facts.notice) tell(facts.notice, "warning");
    else says.hidden = true;
    if (form) form.inert = Boolean(stopped.length) || facts.status === "submitted" || entries.some((entry) => entry.kind === "submit");
  }

  function tell(words, className, ...more) {
    says.replaceChildren(element("p", words), ...more);
    says.className = className;
    says.setAttribute("role", "status");
    says.hidden = false;
  }

  function signInLink() {
    const made = element("a", say.signIn, "button");
    made.href = `${say.door}?next=${encodeURIComponent(location.pathname)}`;
    return made;
  }

  function status(entries) {
    const waiting = store.things(entries.filter((entry) => entry.state !== "stopped")).length;
    if (saved) saved.textContent = standing(state, waiting, say, facts.saved) || savedBefore;
  }

  // Photos

  async function addPhotos(one) {
    complain(one.fileErrors, "", one.file);
    const where = document.getElementById("with-place").checked ? await photo.place() : null;
    for (const file of [...one.file.files]) {
      const blob = await photo.shrink(file).catch(() => null);
      if (blob) await store.put({ user, sheet, title, kind: "photo", indicator: one.code, name: one.name, key: store.key(), blob, place: where, takenAt: now(), state: "waiting" });
      else complain(one.fileErrors, say.noPicture.replace("{s}", file.name), one.file);
    }
    one.file.value = "";
    await showPhotos();
    await deliver();
  }

  async function showPhotos() {
    const entries = ofSheet(await store.queue(user));
    for (const entry of entries.filter((each) => each.kind === "unphoto")) root.querySelector(`[data-photo="${entry.photo}"]`)?.remove();
    for (const entry of entries.filter((each) => each.kind === "photo" && !each.gone)) {
      const one = cards.find(({ code }) => code === entry.indicator);
      if (!one) continue;
      if (!one.photos.querySelector(`[data-key="${entry.key}"]`)) one.photos.append(figure(one, entry));
      if (entry.state === "refused") complain(one.fileErrors, entry.said, one.file);
    }
  }

  function figure(one, entry) {
    const made = element("figure", "", "photo");
    made.dataset.key = entry.key;
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(entry.blob);
    picture.alt = `${say.photo} · ${one.name}`;
    picture.width = picture.height = 96;
    const remove = button(say.removePhoto, () => removePhoto(made, entry.key));
    remove.setAttribute("aria-label", `${say.removePhoto} · ${one.name}`);
    made.append(picture, element("figcaption", entry.place ? `${entry.place.latitude}, ${entry.place.longitude}` : "", "muted"), remove);
    one.card.querySelector("details").open = true;
    return made;
  }

  // One that may have arrived is taken back there as soon as its number is known.
  async function removePhoto(shown, of) {
    if (shown.dataset.photo) await store.put({ user, sheet, title, kind: "unphoto", photo: Number(shown.dataset.photo), state: "waiting" });
    const here = ofSheet(await store.queue(user)).filter((entry) => entry.kind === "photo" && entry.key === of);
    const mayBeThere = (entry) => entry.tried && entry.state === "waiting";
    await store.change(user, (entries) => entries.filter((entry) => entry.kind === "photo" && entry.key === of && mayBeThere(entry)).map((entry) => ({ ...entry, gone: true })));
    await store.drop(...here.filter((entry) => !mayBeThere(entry)).map((entry) => entry.id));
    shown.remove();
    await deliver();
  }

  addEventListener("spot-photo", ({ detail }) => {
    const shown = root.querySelector(`[data-key="${detail.key}"]`);
    if (shown) shown.dataset.photo = detail.id;
  });

  // Submitting

  const unfinished = (one) => {
    const nothing = one.mark.value === "" && !one.note.value.trim();
    if (nothing) return one.kind === "score" ? say.wantsMark : "";
    return "evidence" in one && !one.note.value.trim() && !hasPhoto(one) ? say.wantsEvidence : "";
  };

  // Before the first sheet of a project one says that one has no interest in it.
  function lacksDeclaration() {
    const box = form.elements.no_interest;
    if (!box || box.checked) return false;
    tell(say.undeclared, "refusal");
    box.focus();
    return true;
  }

  async function submit() {
    const wrong = cards.filter((one) => typed(one) === null);
    const open = cards.filter((one) => !wrong.includes(one) && unfinished(one));
    for (const one of open) complain(one.errors, unfinished(one), one.mark);
    const [first] = cards.filter((one) => wrong.includes(one) || open.includes(one));
    if (first) {
      first.card.querySelector("details").open = true;
      first.card.scrollIntoView({ block: "center" });
      first.mark.focus({ preventScroll: true });
      return;
    }
    if (lacksDeclaration()) return;
    await keep(cards);
    await store.changeKnown(user, sheet, (known) => { known.notice = ""; });
    await store.put({ user, sheet, title, kind: "submit", key: store.key(), declares: Boolean(form.elements.no_interest), state: "waiting" });
    await deliver();
    facts = await store.known(user, sheet);
    if (facts.status === "submitted") return location.assign(say.list);
    if (facts.notice) await fillAll();
    return says.scrollIntoView({ block: "center" });
  }

  async function takeBack() {
    await store.drop(...ofSheet(await store.queue(user)).filter((entry) => entry.kind === "submit").map((entry) => entry.id));
    await show();
  }

  function listen() {
    const timers = new Map();
    for (const one of cards) {
      one.file.multiple = true;
      one.file.addEventListener("change", () => addPhotos(one));
      for (const input of [one.mark, one.note]) {
        input.addEventListener("input", () => {
          add();
          clearTimeout(timers.get(one));
          timers.set(one, setTimeout(record, TYPED, one));
        });
        input.addEventListener("change", () => { clearTimeout(timers.get(one)); record(one); });
      }
    }
    for (const shown of form.querySelectorAll(".photo")) {
      shown.querySelector("button").addEventListener("click", (event) => { event.preventDefault(); removePhoto(shown, shown.dataset.key); });
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (event.submitter?.name === "submit") return submit();
      return record(...cards);
    });
    for (const hidden of root.querySelectorAll("[data-spot-only]")) hidden.hidden = false;
  }

  // What the page was made from, unless this device has learned more since it was made.
  async function learn() {
    const known = await store.known(user, sheet);
    if (known && Date.parse(known.at) > Date.parse(say.at)) {
      facts = known;
      return;
    }
    const marks = Object.fromEntries(cards.map(({ code, mark, note, change }) => [code, { value: mark.defaultValue, note: note.defaultValue.trim(), change: change || null }]));
    facts = { user, sheet, at: say.at, marks };
    await store.know(facts);
  }

  addEventListener("spot-state", async ({ detail }) => {
    state = detail;
    await show();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload()); // it may be somebody else's by now
  addEventListener("online", () => send(user));
  setInterval(() => { if (!document.hidden) send(user); }, RETRY);

  async function begin() {
    await store.belongTo(user);
    await learn();
    await fillAll();
    await show();
    await showPhotos();
    if (form) listen();
    root.dataset.open = "";
    await send(user);
    document.getElementById("refusal")?.scrollIntoView();
  }

  begin();
  navigator.serviceWorker?.register(say.worker);
  navigator.storage?.persist?.();
})();
