// Counting in by keyboard: the code, then the numbers of the ticked projects, S for spoiled, Enter.
(() => {
  const form = document.querySelector("form.count");
  if (!form) return;
  const FULL = 12; // letters and digits of a code
  const { code } = form.elements;
  const ticks = [...form.querySelectorAll("[name=choices]")];
  const first = form.querySelector("[name=choices], [type=number]");

  code.focus();
  code.addEventListener("input", () => {
    if (code.value.replace(/[^0-9a-z]/gi, "").length >= FULL) first?.focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.target === code || event.target.type === "number" || event.ctrlKey || event.metaKey || event.altKey) return;
    const tick = event.key.toLowerCase() === "s" ? form.elements.is_spoiled : ticks[Number(event.key) - 1];
    if (!tick) return;
    event.preventDefault();
    tick.checked = !tick.checked;
  });
})();
