// The wait for another code counts down.
for (const wait of document.querySelectorAll("[data-wait]")) {
  const until = Date.now() + 1000 * Number(wait.dataset.wait);
  wait.querySelector("[data-count]").hidden = false;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    wait.querySelector("[data-seconds]").textContent = left;
    if (left) return;
    clearInterval(timer);
    wait.hidden = true;
  }, 1000);
}
