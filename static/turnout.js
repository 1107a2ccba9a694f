// Keeps the turnout of an open poll current: asks the API every ten seconds, and stops when nobody looks.
for (const place of document.querySelectorAll('[data-turnout^="/"]')) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(place.dataset.turnout, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const figures = await answer.json();
    for (const figure of place.querySelectorAll("[data-figure]")) figure.textContent = figures[figure.dataset.figure];
  }, 10000);
}
