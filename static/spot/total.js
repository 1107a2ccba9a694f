// What one's own marks come to, in whole numbers, so that it is the platform's figure to the last digit
// (evaluations/own_total.py): points are mark × weight ÷ full; half a unit is rounded up.
self.Spot = self.Spot ?? {};
(() => {
  const HUNDREDTHS = 2; // marks, weights and full marks have two places at most

  function hundredths(text) {
    const [whole, part = ""] = text.split(".");
    return BigInt(whole + part.padEnd(HUNDREDTHS, "0"));
  }

  const add = (a, b) => ({ up: a.up * b.down + b.up * a.down, down: a.down * b.down });
  const less = (a, b) => a.up * b.down < b.up * a.down;

  // In units of the last place.
  const round = ({ up, down }, places) => (2n * up * 10n ** BigInt(places) + down) / (2n * down);

  function shown(units, places) {
    const digits = String(units).padStart(places + 1, "0");
    return places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  }

  // `rows` are {kind, value, weight, full} as text, value "" for none; `rules` {places, roundIndicators, bonusCap}.
  function total(rows, { places, roundIndicators, bonusCap }) {
    const given = rows.filter((row) => row.value !== "" && row.kind !== "veto");
    if (!given.length) return null;
    const sums = { score: { up: 0n, down: 1n }, bonus: { up: 0n, down: 1n } };
    for (const row of given) {
      let points = { up: hundredths(row.value) * hundredths(row.weight), down: 100n * hundredths(row.full) };
      if (roundIndicators) points = { up: round(points, places), down: 10n ** BigInt(places) };
      sums[row.kind] = add(sums[row.kind], points);
    }
    const cap = bonusCap === "" ? null : { up: hundredths(bonusCap), down: 100n };
    const bonus = cap && less(cap, sums.bonus) ? cap : sums.bonus;
    return shown(round(add(sums.score, bonus), places), places);
  }

  self.Spot.total = total;
})();
