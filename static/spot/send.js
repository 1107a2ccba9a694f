// Sends what waits on this device, oldest first, each thing under the key it was given when it was made: the platform
// takes a key once, so that sending again after a lost answer changes nothing.
self.Spot = self.Spot ?? {};
(() => {
  const { store } = self.Spot;
  const PATIENCE = 20000; // milliseconds for one request
  const SHEETS = "/api/v1/score-sheets/";
  const PHOTOS = "/api/v1/mark-photos/";
  const HOUSEHOLDS = "/api/v1/survey-households/";
  const page = self.document; // none in the service worker
  // What cannot be helped by sending again: what was typed stays here, and the person is told.
  const STOPS = ["round_is_closed", "sheet_is_sealed", "recused", "own_project", "seat_has_passed", "interest_declared"];
  let token = "";
  let running = null;
  let again = false;

  class Later extends Error {}
  class SignedOut extends Error {}

  async function call(user, method, url, body) {
    token ||= page?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    let response = await request(method, url, body);
    // A page kept on the device has an old token; and who is signed in may have changed since.
    if (response.status === 403 || response.status === 404) {
      await askWho(user);
      response = await request(method, url, body);
      if (response.status === 403) throw new SignedOut();
    }
    if (response.status >= 500 || response.status === 429) throw new Later();
    const data = response.status === 204 ? {} : await response.json().catch(() => { throw new Later(); });
    return { status: response.status, data, error: data.error };
  }

  async function request(method, url, body) {
    const headers = { Accept: "application/json", "X-CSRFToken": token, "Accept-Language": page?.documentElement.lang ?? navigator.language };
    const isForm = body instanceof FormData;
    if (body && !isForm) headers["Content-Type"] = "application/json";
    try {
      return await fetch(url, {
        method, headers, body: isForm || !body ? body : JSON.stringify(body), credentials: "same-origin",
        redirect: "error", signal: AbortSignal.timeout?.(PATIENCE),
      });
    } catch {
      throw new Later();
    }
  }

  async function askWho(user) {
    const response = await request("GET", "/api/v1/me/");
    if (response.status === 401 || response.status === 403) throw new SignedOut();
    if (!response.ok) throw new Later();
    const me = await response.json();
    if (String(me.id) !== user) throw new SignedOut();
    token = me.csrf_token;
  }

  // The oldest waiting change of each indicator; a later one of the same is based on it and comes in the next round.
  async function takeMarks(user, sheet) {
    return store.change(user, (entries) => {
      const first = new Map();
      for (const entry of entries) {
        if (entry.sheet === sheet && entry.kind === "mark" && entry.state === "waiting" && !first.has(entry.indicator)) first.set(entry.indicator, entry);
      }
      return [...first.values()].map((entry) => ({ ...entry, tried: true }));
    });
  }

  // What was typed while this device's change before it was just being taken is based on that one.
  const basis = (entry, known) => (known?.mine && known.before === entry.basedOn ? known.change : entry.basedOn);

  async function sendMarks(user, sheet) {
    for (;;) {
      const batch = await takeMarks(user, sheet);
      if (!batch.length) return;
      const marks = (await store.known(user, sheet))?.marks ?? {};
      for (const entry of batch) entry.basedOn = basis(entry, marks[entry.indicator]);
      const changes = batch.map((entry) => ({
        key: entry.key, indicator: entry.indicator, value: entry.value === "" ? null : entry.value, note: entry.note,
        based_on: entry.basedOn, typed_at: entry.typedAt,
      }));
      const { status, data, error } = await call(user, "POST", `${SHEETS}${sheet}/changes/`, { changes });
      if (status === 200) await acknowledged(user, sheet, batch, data.saved_at);
      else if (error?.code === "conflict") await ask(user, error.conflicts);
      else if (status === 400) await refuse(user, batch, error);
      else return stop(user, sheet, error);
    }
  }

  async function acknowledged(user, sheet, batch, at) {
    await store.changeKnown(user, sheet, (facts) => {
      facts.at = facts.saved = at;
      for (const { indicator, value, note, key, basedOn } of batch) facts.marks[indicator] = { value, note, change: key, mine: true, before: basedOn };
    });
    await store.drop(...batch.map((entry) => entry.id));
  }

  // Both marks stand beside each other until somebody chooses; of several typed here the last one counts.
  async function ask(user, conflicts) {
    const theirs = new Map(conflicts.map((conflict) => [conflict.key, conflict.theirs]));
    const left = [];
    await store.change(user, (entries) => entries.filter((entry) => theirs.has(entry.key)).map((entry) => {
      const last = entries.filter((one) => one.kind === "mark" && one.sheet === entry.sheet && one.indicator === entry.indicator).at(-1);
      if (last.id !== entry.id) left.push(entry.id);
      return { ...last, state: "asking", theirs: theirs.get(entry.key) };
    }));
    await store.drop(...left);
  }

  // What is wrong stands at its indicator; the rest of the batch is sent again without it.
  async function refuse(user, batch, error) {
    const said = error?.fields?.changes ?? {};
    const of = (entry, at) => (Array.isArray(said) ? Object.values(said[at] ?? {}) : [said[entry.indicator] ?? []]).flat().join(" ");
    const wrong = batch.filter((entry, at) => of(entry, at));
    await store.change(user, () => (wrong.length ? wrong : batch).map((entry) => (
      { ...entry, state: "refused", said: of(entry, batch.indexOf(entry)) || error?.message || "" })));
  }

  // Everything of this sheet that was not taken stays on the device, with the platform's words for why.
  async function stop(user, sheet, error) {
    const said = { code: error?.code ?? "", words: error?.message ?? "" };
    await store.change(user, (entries) => entries
      .filter((entry) => entry.sheet === sheet)
      .map((entry) => ({ ...entry, state: "stopped", stopped: said })));
  }

  async function sendPhoto(user, entry) {
    const body = new FormData();
    const { key, sheet, indicator, takenAt, place } = entry;
    for (const [name, value] of Object.entries({ key, sheet, indicator, taken_at: takenAt, ...place })) body.append(name, value);
    body.append("file", entry.blob, "photo.jpg");
    await store.change(user, (entries) => entries.filter((one) => one.id === entry.id).map((one) => ({ ...one, tried: true })));
    const { status, data, error } = await call(user, "POST", PHOTOS, body);
    if (status === 201) {
      const [now] = await store.change(user, (entries) => entries.filter((one) => one.id === entry.id));
      if (now?.gone) await store.put({ user, sheet, title: entry.title, kind: "unphoto", photo: data.id, state: "waiting" });
      await store.drop(entry.id);
      dispatchEvent(new CustomEvent("spot-photo", { detail: { key, id: data.id } }));
      return;
    }
    if (STOPS.includes(error?.code) || status === 404) return stop(user, sheet, error);
    const said = error?.fields?.file?.[0] ?? error?.message ?? "";
    await store.change(user, (entries) => entries.filter((one) => one.id === entry.id).map((one) => ({ ...one, state: "refused", said })));
  }

  async function takePhotoBack(user, entry) {
    const { status, error } = await call(user, "DELETE", `${PHOTOS}${entry.photo}/`);
    if (status === 204 || status === 404) return store.drop(entry.id);
    return stop(user, entry.sheet, error);
  }

  async function submit(user, entry) {
    const facts = await store.known(user, entry.sheet);
    const seen = Object.fromEntries(Object.entries(facts?.marks ?? {}).map(([code, mark]) => [code, mark.change]));
    const declared = entry.declares ? await call(user, "POST", `${SHEETS}${entry.sheet}/declare/`, { has_interest: false }) : {};
    const { status, data, error } = declared.error ? declared : await call(user, "POST", `${SHEETS}${entry.sheet}/submit/`, { seen });
    if (STOPS.includes(error?.code) || status === 404) return stop(user, entry.sheet, error);
    await store.changeKnown(user, entry.sheet, (now) => {
      if (status === 200) Object.assign(now, { status: "submitted", at: data.submitted_at });
      else now.notice = error?.message ?? "";
      for (const { indicator, theirs } of error?.conflicts ?? []) {
        now.marks[indicator] = { value: theirs.value ?? "", note: theirs.note, change: theirs.change };
      }
    });
    return store.drop(entry.id);
  }

  // A voucher that a till accepted without network; a double use is taken too, and said.
  async function sendUse(user, entry) {
    const { code, key, title, presentedAt, sheet } = entry;
    const { status, data, error } = await call(user, "POST", "/api/v1/offline-uses/", { code, key, presented_at: presentedAt });
    if (status === 201) {
      if (data.status === "double") await store.changeKnown(user, sheet, (facts) => { (facts.doubles ??= {})[code] = { title, at: presentedAt, found: data.found }; });
      return store.drop(entry.id);
    }
    const stopped = { code: error?.code ?? "", words: error?.message ?? "" };
    return store.change(user, (entries) => entries.filter((one) => one.id === entry.id).map((one) => ({ ...one, state: "stopped", stopped })));
  }

  // A check-in or check-out: a volunteer's code, or a leader's tick on the list. What cannot be noted waits for the leader there.
  async function sendScan(user, entry) {
    const about = entry.kind === "code" ? { code: entry.code } : { volunteer: entry.number };
    const body = { key: entry.key, leaving: entry.leaving, kept_at: entry.keptAt, ...about };
    const { status, data, error } = await call(user, "POST", `/api/v1/activities/${entry.activity}/send-${entry.kind}/`, body);
    if (status === 200) await store.drop(entry.id);
    else {
      const said = Object.values(error?.fields ?? {}).flat().join(" ") || error?.message || "";
      await store.change(user, (entries) => entries.filter((one) => one.id === entry.id).map((one) => ({ ...one, state: "refused", said })));
    }
    dispatchEvent(new CustomEvent("spot-scan", { detail: { entry, data: status === 200 ? data : null } }));
  }

  // What was met at a door; one that is refused holds up no other of the same household.
  async function sendVisit(user, entry) {
    const { key, on, outcome, answers } = entry;
    // Without any network nothing has left the device, and it can still be taken back.
    if (navigator.onLine) await store.change(user, (entries) => entries.filter((one) => one.id === entry.id).map((one) => ({ ...one, tried: true })));
    const [path, said] = outcome === "answered" ? ["answer/", { answers }] : ["visit/", { outcome }];
    const { status, error } = await call(user, "POST", `${HOUSEHOLDS}${entry.household}/${path}`, { key, on, ...said });
    if (status === 200) return store.drop(entry.id);
    const stopped = { code: error?.code ?? "", words: error?.message ?? "" };
    return store.change(user, (entries) => entries.filter((one) => one.id === entry.id).map((one) => ({ ...one, state: "stopped", stopped })));
  }

  const waits = (entry) => entry.state === "waiting";

  async function sendSheet(user, sheet) {
    const of = async () => (await store.queue(user)).filter((entry) => entry.sheet === sheet);
    for (const entry of (await of()).filter((one) => one.kind === "use" && waits(one))) await sendUse(user, entry);
    for (const entry of (await of()).filter((one) => ["code", "tick"].includes(one.kind) && waits(one))) await sendScan(user, entry);
    for (const entry of (await of()).filter((one) => one.kind === "visit" && waits(one))) await sendVisit(user, entry);
    await sendMarks(user, sheet);
    for (const entry of (await of()).filter((one) => one.kind === "photo" && waits(one))) await sendPhoto(user, entry);
    for (const entry of (await of()).filter((one) => one.kind === "unphoto" && waits(one))) await takePhotoBack(user, entry);
    const left = await of();
    // What still wants an answer is settled first.
    if (left.length === 1 && left[0].kind === "submit" && waits(left[0])) await submit(user, left[0]);
  }

  async function sendAll(user) {
    const sheets = new Set((await store.queue(user)).filter(waits).map((entry) => entry.sheet));
    for (const sheet of sheets) await sendSheet(user, sheet);
    return "sent";
  }

  function outcome(error) {
    if (error instanceof SignedOut) return "signed-out";
    if (error instanceof Later) return "later";
    throw error;
  }

  async function run(user) {
    say("sending");
    const alone = (act) => (navigator.locks ? navigator.locks.request("spot", act) : act());
    const result = await alone(() => sendAll(user)).catch(outcome);
    if (result === "later") await sendInBackground();
    say(result);
    return result;
  }

  // Where the browser has it, the service worker sends what waits when the network is back, be the page open or not.
  const sendInBackground = async () => (await navigator.serviceWorker?.getRegistration())?.sync?.register("spot-send").catch(() => {});

  const say = (state) => dispatchEvent(new CustomEvent("spot-state", { detail: state }));

  // Whoever calls while something is being sent gets the answer of the next run, which includes what they just kept.
  async function send(user) {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      let result;
      do {
        again = false;
        result = await run(user);
      } while (again && result === "sent");
      running = null;
      return result;
    })();
    return running;
  }

  self.Spot.send = send;
})();
