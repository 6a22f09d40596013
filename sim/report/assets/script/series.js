// Unpacks the data of the charts over time (sim/report/series.py says how they are packed), a cut when it is first asked for.
{
  const DIGITS = Array.from({ length: 95 }, (_, k) => String.fromCharCode(32 + k)).filter((c) => !"\"\\'".includes(c));
  const BASE = DIGITS.length / 2;
  const DIGIT = Object.fromEntries(DIGITS.map((character, digit) => [character, digit]));
  const MANY = ["p05", "p25", "p50", "p75", "p95"], FEW = ["p05", "p50", "p95"];

  // The whole numbers of a text, one at a time; null for nothing.
  function numbersOf(text) {
    let at = 0;
    return () => {
      for (let code = 0, unit = 1; ; unit *= BASE) {
        const digit = DIGIT[text[at++]];
        code += (digit % BASE) * unit;
        if (digit < BASE) return code === 0 ? null : code % 2 ? (code - 1) / 2 : -code / 2;
      }
    };
  }

  const inSteps = (count, number, times = 1) => {
    if (count === null) return null;
    const power = Math.floor(number / 3), whole = count * times * [1, 2, 5][number - 3 * power];
    return power < 0 ? whole / 10 ** -power : whole * 10 ** power;
  };
  const short = (value) => (value === null ? null : Number(value.toPrecision(6)));
  // Numbers whose differences were packed; what is not defined stays so.
  const summed = (list) => {
    let last = 0;
    return list.map((value) => (value === null ? null : (last += value)));
  };
  const plus = (list, other) => list.map((value, k) => (value === null ? null : value + (other[k] ?? 0)));

  function unpackCut(metric, cut, text) {
    const { series_index: index, series_scenarios: scenarios, resolution, series_period: period } = payload.data;
    const adds = index[metric].cumulative, kind = resolution[metric][cut];
    const months = period.months[kind], length = period.length[kind], last = Math.min(period.last[kind], months.length);
    const next = numbersOf(text);
    const list = (n) => Array.from({ length: n }, next);
    const names = cut.endsWith(".all.all") ? MANY : FEW;
    const [levelStep, totalStep, endStep] = adds ? list(3) : [next(), null, next()];
    const found = Object.fromEntries(scenarios.map((id) => [id, {}]));
    for (const [view, step] of adds ? [["level", levelStep], ["level_sum", totalStep]] : [["level", levelStep]]) {
      const first = {};
      scenarios.forEach((id, k) => {
        found[id][view] = Object.fromEntries(names.map((name) => {
          let counts = summed(list(months.length));
          if (k) counts = plus(counts, first[name]);
          else first[name] = counts;
          return [name, counts.map((count) => inSteps(count, step))];
        }));
      });
    }
    const ends = ["level", "spread"].map(() => {
      const counts = list(scenarios.length);
      return counts.map((count, k) => inSteps(k && count !== null ? count + (counts[0] ?? 0) : count, endStep));
    });
    scenarios.forEach((id, k) => {
      const none = { mean: null, low: null, high: null, sum_mean: null, sum_low: null, sum_high: null };
      Object.assign(found[id], next() ? changes() : { end: none });
      found[id].end = { level: ends[0][k], spread: ends[1][k], ...found[id].end };
    });
    return found;

    function changes() {
      const [step, totalStep] = list(adds ? 2 : 1);
      const counts = summed(summed(list(months.length)));
      const halves = summed(list(months.length)).map((count) => inSteps(count, step));
      const totals = adds ? counts.map((count) => inSteps(count, step, length)) : null;
      const means = adds
        ? counts.map((count, k) => inSteps(count - (k ? counts[k - 1] : 0), step, length) / months[k])
        : counts.map((count) => inSteps(count, step));
      const totalHalves = adds ? summed(list(months.length)).map((count) => inSteps(count, totalStep)) : null;
      const endHalf = inSteps(next(), step - 3);
      const late = means.slice(-last), weights = months.slice(-last);
      const all = weights.reduce((a, b) => a + b);
      const mean = late.includes(null) ? null : late.reduce((sum, value, k) => sum + value * weights[k], 0) / all;
      const end = { ...named("", mean, endHalf), ...named("sum_", ...(adds ? [totals.at(-1), totalHalves.at(-1)] : [null, null])) };
      return { change: bounds(means, halves), ...(adds ? { change_sum: bounds(totals, totalHalves) } : {}), end };
    }
    function named(prefix, mean, half) {
      const known = mean !== null && half !== null;
      return { [`${prefix}mean`]: short(mean), [`${prefix}low`]: known ? short(mean - half) : null, [`${prefix}high`]: known ? short(mean + half) : null };
    }
    function bounds(means, halves) {
      const mean = means.map(short);
      if (halves.every((half) => half === null)) return { mean };
      const end = (sign) => means.map((value, k) => (value === null || halves[k] === null ? null : short(value + sign * halves[k])));
      return { mean, low: end(-1), high: end(1) };
    }
  }

  let seriesReady = false;
  refreshers.push(() => {
    if (seriesReady) return;
    seriesReady = true;
    for (const [metric, cuts] of Object.entries(payload.data.over_time ?? {})) {
      for (const [cut, text] of Object.entries(cuts)) {
        let made;
        Object.defineProperty(cuts, cut, { enumerable: true, get: () => (made ??= unpackCut(metric, cut, text)) });
      }
    }
  });
}
