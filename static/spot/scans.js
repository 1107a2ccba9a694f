// Check-ins and check-outs that are kept on this device: a volunteer's codes and a leader's list. Each goes under the key
// it was given when it was kept; the platform takes a key once and loses nothing.
self.Spot = self.Spot ?? {};
(() => {
  const { store } = self.Spot;
  const KINDS = ["code", "tick"];
  const SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; // as volunteers/services/spot_codes.py

  // A code as it was typed; "" when it cannot be one: its last letter checks the others.
  function codeOf(text) {
    const code = text.replace(/\s/g, "").toUpperCase();
    const values = [...code].map((letter) => SIGNS.indexOf(letter));
    if (values.length !== 8 || values.includes(-1)) return "";
    const sum = values.slice(0, 7).reduce((before, value, at) => before + (at + 1) * value, 0);
    return sum % SIGNS.length === values[7] ? code : "";
  }

  // The platform's time as far as this device knows it.
  const clock = async () => new Date(Date.now() + ((await store.ahead()) ?? 0)).toISOString();

  async function keep(user, entry) {
    const [kept] = await store.change(user, () => [{ ...entry, user, sheet: `activity ${entry.activity}`, key: store.key(), keptAt: entry.keptAt ?? new Date().toISOString(), state: "waiting" }]);
    return kept;
  }

  const scansOf = async (user) => (await store.queue(user)).filter((entry) => KINDS.includes(entry.kind));

  Object.assign(self.Spot, { scans: { codeOf, clock, keep, of: scansOf } });
})();
