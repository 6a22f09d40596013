// The finding above the charts over time, for every cut: words of the locale (over_time) with the numbers of `end`.
// sim/report/findings.py says the same of the national metrics; a test compares the two.
function metricName(metric, cut) {
  const words = own().texts.over_time;
  const [group, province, age] = cut.split(".");
  const label = words.metrics[metric];
  const values = { metric: label, group: words.groups[group] };
  const parts = [label.includes("{group}") || group === "all" ? fillWords(label, values) : fillWords(words.in_group, values)];
  if (province !== "all") parts.push(province);
  if (age !== "all") parts.push(fillWords(words.aged, { age: age.replace("-", words.dash) }));
  return parts.join(", ");
}

function unitName(metric, { sum, difference }) {
  const index = payload.data.series_index[metric], words = own().texts.over_time;
  const unit = sum ? index.sum_unit : index.unit;
  return (difference && words.unit_differences[unit]) || words.units[unit];
}

// What is known of the end of the period: exactly of the national metrics, otherwise as well as the chart knows it.
function endOf(metric, cut, scenario) {
  const [group, province, age] = cut.split("."), { ends } = payload.data;
  const exact = province === "all" && age === "all" ? ends[`${metric}.${group}`] ?? (group === "all" ? ends[metric] : undefined) : undefined;
  return { ...find(payload.data, `over_time/${metric}/${cut}/${scenario}/end`), ...exact?.[scenario] };
}

// The paired difference of a scenario at the end (or added up over the whole period): mean, low, high, half, isClear.
function effectAtEnd(metric, cut, scenario, sum) {
  const end = endOf(metric, cut, scenario);
  const [mean, low, high] = ["mean", "low", "high"].map((key) => end[(sum ? "sum_" : "") + key] ?? null);
  const half = low === null || high === null ? null : (high - low) / 2;
  return { scenario, mean: mean ?? NaN, low, high, half, isClear: half !== null && (low > 0 || high < 0), isSame: mean === 0 && !half };
}

function overTimeTitle(metric, cut, scenarios, sum) {
  const words = own().texts.over_time;
  const effects = scenarios.filter((id) => payload.against[id] !== id).map((id) => effectAtEnd(metric, cut, id, sum));
  if (!effects.length) return levelTitle(metric, cut, scenarios[0], sum);
  const clear = effects.filter((effect) => effect.isClear);
  const known = effects.filter((effect) => Number.isFinite(effect.mean));
  if (!known.length) return fillWords(words.finding_unknown, { metric: metricName(metric, cut) });
  const largest = (clear.length ? clear : known).reduce((a, b) => (Math.abs(b.mean) > Math.abs(a.mean) ? b : a));
  const kind = effects.length === 1 ? kindOfOne(largest) : kindOfMany(effects, clear, known);
  const { mean, low, high, half, isClear, scenario } = largest;
  return fillWords(words[kind], {
    metric: metricName(metric, cut),
    scenario: own().texts.name[scenario],
    reference: own().texts.references[payload.against[scenario]],
    unit: unitName(metric, { sum, difference: true }),
    difference: uncertain(isClear ? Math.abs(mean) : mean, half, { signed: !isClear }),
    direction: words[mean > 0 ? "higher" : "lower"],
    interval: half === null ? "" : intervalText(low, high),
    when: words[sum ? "whole" : "end"],
    clear: clear.length,
    n: effects.length,
  });
}

const kindOfOne = (effect) =>
  effect.isSame ? "finding_same" : effect.half === null ? "finding_single" : effect.isClear ? "finding_clear" : "finding_none";

function kindOfMany(effects, clear, known) {
  if (effects.every((effect) => effect.isSame)) return "many_same";
  if (known.every((effect) => effect.half === null)) return "many_single";
  return ["many_none", "many_one"][clear.length] ?? "many_clear";
}

function levelTitle(metric, cut, scenario, sum) {
  const words = own().texts.over_time, index = payload.data.series_index[metric];
  const level = sum ? find(payload.data, `over_time/${metric}/${cut}/${scenario}/level_sum/p50`).at(-1) : endOf(metric, cut, scenario).level;
  return fillWords(words[sum ? "finding_level_sum" : "finding_level"], {
    metric: metricName(metric, cut),
    level: uncertain(level ?? NaN, null, { decimals: index.decimals }),
    unit: unitName(metric, { sum }),
  });
}
