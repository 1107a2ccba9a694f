// A kiosk goes back to its start after a while without a touch and by the back button, and its number pad types without a page between digits.
(() => {
  const { start, idle } = document.currentScript.dataset;
  const LENGTH = 6;
  const leave = () => location.replace(start);
  let timer;

  function touched() {
    clearTimeout(timer);
    timer = setTimeout(leave, Number(idle) * 1000);
  }
  for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, touched, { passive: true });
  touched();
  // Going back would ask whether to send somebody's form again: a step within this page comes first.
  history.pushState(null, "");
  addEventListener("popstate", leave);
  addEventListener("pageshow", (event) => event.persisted && leave());

  const pad = document.querySelector(".pad");
  if (!pad) return;
  const code = pad.elements.code;
  pad.addEventListener("click", (event) => {
    const pressed = event.target.closest("[name=press]")?.value;
    if (!pressed) return;
    event.preventDefault();
    code.value = pressed === "back" ? code.value.slice(0, -1) : (code.value + pressed).slice(0, LENGTH);
    if (code.value.length === LENGTH && pressed !== "back") pad.requestSubmit();
  });
})();
