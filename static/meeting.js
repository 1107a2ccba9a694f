// The pages of an evaluation meeting renew what is on every four seconds; nothing moves while somebody types or chooses.
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const EVERY = 4000, unsigned = (text) => text.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
  let last = unsigned(live.innerHTML);

  const isBusy = () => document.hidden || live.contains(document.activeElement) || live.querySelector("details[open]");

  async function renew() {
    if (!isBusy()) {
      const answer = await fetch(live.dataset.live, { redirect: "error" }).catch(() => null);
      const text = answer?.ok ? await answer.text() : last;
      if (!isBusy() && unsigned(text) !== last) live.innerHTML = text;
      last = unsigned(text);
    }
    setTimeout(renew, EVERY);
  }

  setTimeout(renew, EVERY);
})();
