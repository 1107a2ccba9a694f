// The score sheet with scripts: a running total, and saving by itself two seconds after the last change.
(() => {
  const form = document.getElementById("sheet");
  const running = document.getElementById("running");
  const saved = document.getElementById("saved");
  const marks = [...form.querySelectorAll("input.mark")];

  function add() {
    const given = marks.filter((mark) => mark.value.trim() !== "" && !Number.isNaN(Number(mark.value)));
    const sum = given.reduce((total, mark) => total + Number(mark.value) * Number(mark.dataset.weight), 0);
    running.textContent = given.length ? String(Math.round(sum * 100) / 100) : "—";
  }

  let timer = 0;
  let request = null;
  async function save() {
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" }, signal: request.signal,
        redirect: "manual", // to the sign-in page: then nothing was saved
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      saved.textContent = `${form.dataset.saved} ${time}`;
    } catch (error) {
      if (error.name !== "AbortError") saved.textContent = form.dataset.unsaved;
    }
  }

  form.addEventListener("input", () => { add(); clearTimeout(timer); timer = setTimeout(save, 2000); });
  form.addEventListener("submit", () => { clearTimeout(timer); request?.abort(); });
  add();
  document.getElementById("refusal")?.scrollIntoView();
})();
