// The page of one household on the interviewer's phone. What was met at the door is kept on the device first and then
// sent from the list; with or without network it happens once. Without scripts the page is a form as it stands.
(() => {
  const { store, element, button } = self.Spot;
  const root = document.getElementById("spot");
  const say = root.dataset;
  const { user, sheet, title } = say;
  const box = root.querySelector("[data-spot-says]");
  const forms = [...root.querySelectorAll("form[data-door]")];
  const CHINA = "Asia/Shanghai";
  const OUTCOMES = { absent: say.absent, refused: say.refused, answered: say.answered };
  let busy = false;

  const today = () => new Date().toLocaleDateString("sv-SE", { timeZone: CHINA });

  function tell(words, className, ...more) {
    box.className = className;
    box.replaceChildren(element("p", words), ...more);
    box.hidden = false;
  }

  // Each question that was answered; nothing ticked, or “I do not know”, is no answer.
  function answers(form) {
    return [...new FormData(form)].flatMap(([name, value]) => {
      const [, question, project] = name.match(/^answer-(\d+)(?:-(\d+))?$/) ?? [];
      if (!question || !value.trim() || value === "0") return [];
      const isText = form.elements[name] instanceof HTMLTextAreaElement;
      const place = { question: Number(question), project: project ? Number(project) : null };
      return [isText ? { ...place, text: value.trim() } : { ...place, level: Number(value) }];
    });
  }

  async function note(form, outcome) {
    const given = outcome === "answered" ? answers(form) : undefined;
    if (given && !given.length) {
      tell(say.nothingSaid, "refusal");
      box.scrollIntoView({ block: "center" });
      return;
    }
    busy = true;
    const entry = { user, sheet, title, kind: "visit", household: Number(sheet.slice(1)), words: OUTCOMES[outcome], outcome, key: store.key(), on: today(), state: "waiting" };
    await store.put(given ? { ...entry, answers: given } : entry);
    location.assign(say.list);
  }

  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!busy) note(form, event.submitter?.value === "answer" ? "answered" : event.submitter?.value);
    });
  }

  // What was noted here already and waits; as long as it was never sent it can be taken back.
  async function show() {
    const entries = (await store.queue(user)).filter((entry) => entry.sheet === sheet && entry.state === "waiting");
    const last = entries.at(-1);
    const isOver = last && (last.outcome !== "absent" || last.on === today());
    for (const form of forms) form.hidden = Boolean(isOver);
    box.hidden = !isOver;
    if (!isOver) return;
    const undo = async () => {
      await store.drop(last.id);
      await show();
    };
    tell(`${say.noted} ${OUTCOMES[last.outcome]}`, "notice", ...(last.tried ? [] : [button(say.takeBack, undo)]));
  }

  addEventListener("pageshow", () => { busy = false; });
  store.belongTo(user).then(show).then(() => { root.dataset.open = "1"; });
})();
