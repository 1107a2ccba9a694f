// A form is sent once, however often its button is clicked; and long text outlives a session that ended meanwhile.
const { hash: reader } = new URL(document.currentScript.src);
document.addEventListener("DOMContentLoaded", () => {
  const PATIENCE = 15000; // milliseconds; then the answer is lost, or was a file, and the form may be sent again
  const KEPT = "kept";
  const here = location.pathname + location.search;
  const { interrupted } = document.body.dataset; // what to tell who had to sign in, or was refused, in between
  const CHECKED = ["checkbox", "radio"];
  const NEVER_KEPT = ["hidden", "password", "file", "submit", "button"];

  const fields = (form) => [...form.elements].filter((one) => one.name && !NEVER_KEPT.includes(one.type));

  // Only this window can read it, and only until its next page. A ballot has no text, and is never kept.
  function keep(form) {
    if (interrupted || form.autocomplete === "off" || !form.querySelector("textarea")) return;
    const values = fields(form).map((one) => [one.name, one.value, Boolean(one.checked)]);
    sessionStorage.setItem(KEPT, JSON.stringify({ here, reader, values }));
  }

  function putBack({ values, said }) {
    const names = new Set(values.map(([name]) => name));
    const form = [...document.forms].find((one) => one.querySelector("textarea") && fields(one).some((field) => names.has(field.name)));
    if (!form) return;
    for (const one of fields(form)) {
      const isCheck = CHECKED.includes(one.type);
      const at = values.findIndex(([name, value]) => name === one.name && (!isCheck || value === one.value));
      if (at < 0) continue;
      const [[, value, checked]] = values.splice(at, 1);
      if (isCheck) one.checked = checked;
      else one.value = value;
    }
    const note = document.createElement("p");
    note.className = "warning";
    note.setAttribute("role", "status");
    note.textContent = said;
    form.before(note);
  }

  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  if (kept && interrupted) sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, said: interrupted }));
  else if (kept) {
    sessionStorage.removeItem(KEPT);
    if (kept.said && kept.here === here && kept.reader === reader) putBack(kept);
  }

  function free(form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-busy]")) {
      delete button.dataset.busy;
      button.disabled = false;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    keep(form);
    // Once the browser has read the form: a disabled button would not say that it was the one pressed.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button:not([type=button], [disabled])")) {
        button.dataset.busy = "";
        button.disabled = true;
      }
    });
    setTimeout(free, PATIENCE, form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));
});
