// The section over time: what can be chosen, and `payload.data.view`, the data of its charts and its table for the present choice.
// Charts and table refer to view/…; nothing else knows which cut, view or resolution they come from.
const CUT = ["group", "province", "age"];
const narrow = matchMedia("(max-width: 600px)");
const cutOf = (choice) => CUT.map((dimension) => choice[dimension]).join(".");
let fallenBack = "";

function settleCut() {
  const index = payload.data.series_index[state.metric], wanted = cutOf(state), words = own().texts.over_time;
  const present = `${state.metric}/${wanted}`;
  if (!index.cumulative && state.sum !== "monthly") {
    state.sum = "monthly";
    fallenBack = fillWords(words.fell_sum, { metric: words.families[state.metric] });
  } else if (present !== settleCut.last) fallenBack = "";
  if (!index.cuts.includes(wanted)) {
    Object.assign(state, nearestCut(index.cuts));
    const given = metricName(state.metric, cutOf(state));
    fallenBack = fillWords(words.fell_back, { wanted: metricName(state.metric, wanted), given });
  }
  settleCut.last = `${state.metric}/${cutOf(state)}`;
}

// The cut that keeps most of what was chosen: what was chosen or "all" in each dimension, least given up first.
function nearestCut(cuts) {
  const keep = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]];
  const tries = keep.map((kept) => CUT.map((dimension, i) => (kept[i] ? state[dimension] : "all")).join("."));
  const [group, province, age] = (tries.find((cut) => cuts.includes(cut)) ?? cuts[0]).split(".");
  return { group, province, age };
}

// Options without data cannot be chosen; why not stands below.
function offerCuts() {
  const index = payload.data.series_index[state.metric], words = own().texts.over_time, lacking = { why_never: [], why_some: [], why_cross: [] };
  for (const [position, dimension] of CUT.entries()) {
    const missing = offer(dimension, (value) => index.cuts.includes(cutOf({ ...state, [dimension]: value })));
    const isEver = index.cuts.some((cut) => cut.split(".")[position] !== "all");
    const isCrossed = CUT.some((other) => other !== dimension && state[other] !== "all");
    if (missing.length) lacking[!isEver ? "why_never" : isCrossed ? "why_cross" : "why_some"].push(words.dimensions[dimension]);
  }
  const reasons = Object.entries(lacking).filter(([, found]) => found.length).map(([kind, found]) => {
    const chosen = CUT.filter((other) => state[other] !== "all").map((other) => words.dimensions[other]);
    return fillWords(words[kind], { metric: words.families[state.metric], found: listWords(found, words.or), chosen: listWords(chosen, words.and) });
  });
  if (lacking.why_cross.length && payload.data.series_left_out.length) reasons.push(words.why_small);
  if (offer("sum", (value) => value === "monthly" || index.cumulative).length) reasons.push(words.why_sum);
  tell("over-time-why", reasons.join(" "));
  tell("over-time-fell", fallenBack);
}

const listWords = (names, last) => [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(last);

// Disables the options for which `isThere` is false, and returns them.
function offer(choice, isThere) {
  const missing = [];
  for (const option of all(`[data-choice=${choice}] option`, page())) {
    option.disabled = !isThere(option.value);
    if (option.disabled) missing.push(option.value);
  }
  return missing;
}

function tell(name, text) {
  for (const element of all(`[data-said=${name}]`, page())) {
    if (element.textContent !== text) element.textContent = text; // read out only when it changes
    element.hidden = !text;
  }
}

// --- what is shown ----------------------------------------------------------------------------------------------------------------
function makeView() {
  const { metric, scenarios } = state, cut = cutOf(state), sum = state.sum === "cumulative", data = payload.data;
  const resolution = find(data, `resolution/${metric}/${cut}`), times = data.times[sum ? `${resolution}_end` : resolution];
  const series = Object.fromEntries(
    [...new Set(scenarios.flatMap((id) => [id, payload.against[id]]))].map((id) => [id, seriesOf(metric, cut, id, sum)]),
  );
  for (const id of scenarios) series[id].end = lineEnds(series[id], series[payload.against[id]]);
  const hasChange = scenarios.some((id) => series[id].change);
  const show = hasChange ? state.show : "level", both = show === "both", many = scenarios.length > 1;
  const labelled = show !== "difference" && !many && !narrow.matches;
  const pick = (what, ids, keys) => ids.flatMap((id) => keys.flatMap((key) => series[id][what]?.[key] ?? []));
  const references = scenarios.map((id) => payload.against[id]);
  const decimals = sum ? 0 : data.series_index[metric].decimals;
  const unit = { sum };
  data.view = {
    resolution, times, series, show,
    labels: data.times[`${resolution}_end`].map((day) => day.slice(0, 7)),
    last: times.at(-1),
    time_range: [times[0], times.at(-1)],
    labelled,
    margin: labelled ? 170 : 12,
    level_shown: show !== "difference",
    change_shown: show !== "level",
    anchor: show === "level" ? "y" : "y2",
    level_domain: both ? [0.44, 1] : [0, 1],
    change_domain: both ? [0, 0.32] : [0, 1],
    level_top: 1,
    change_top: both ? 0.32 : 1,
    height: both ? (many ? 420 : 480) : many ? 280 : 360,
    level_range: sharedRange([...pick("level", scenarios, ["p05", "p50", "p95"]), ...pick("level", references, ["p50"])]),
    change_range: sharedRange([0, ...pick("change", scenarios, ["mean", "low", "high"])]),
    format: `,.${decimals}f`,
    mode: resolution === "year" ? "lines+markers" : "lines",
    dtick: `M${12 * Math.max(1, Math.ceil(yearsOf(times) / (many ? 8 : 16)))}`,
    level_unit: unitName(metric, unit),
    change_unit: fillWords(own().texts.over_time.difference_axis, { unit: unitName(metric, { ...unit, difference: true }) }),
  };
}

function seriesOf(metric, cut, id, sum) {
  const found = find(payload.data, `over_time/${metric}/${cut}/${id}`) ?? {};
  const suffix = sum ? "_sum" : "";
  return { level: found[`level${suffix}`], change: found[`change${suffix}`] };
}

// Where the labels of the two lines stand: at the last median, the higher one above its line and the lower one below.
function lineEnds(scenario, reference) {
  const [own_end, other] = [scenario, reference].map((one) => one.level.p50.at(-1));
  const isHigher = own_end >= other;
  return { scenario: own_end, reference: other, scenario_anchor: isHigher ? "bottom" : "top", reference_anchor: isHigher ? "top" : "bottom" };
}

// A range that all panels share, with room for the labels at the ends.
function sharedRange(values) {
  const known = values.filter((value) => value !== null);
  if (!known.length) return [-1, 1];
  const low = known.reduce((a, b) => Math.min(a, b)), high = known.reduce((a, b) => Math.max(a, b));
  const room = high > low ? 0.09 * (high - low) : Math.abs(high) / 10 || 1;
  return [low - room, high + room];
}

const yearsOf = (times) => (Date.parse(times.at(-1)) - Date.parse(times[0])) / 31556952000;

// --- words and table --------------------------------------------------------------------------------------------------------------
function tellOverTime() {
  const { metric, scenarios } = state, cut = cutOf(state), sum = state.sum === "cumulative", words = own().texts.over_time;
  const { view } = payload.data;
  const shown = [view.level_shown && "level", view.change_shown && "change"].filter(Boolean);
  tell("over-time-title", overTimeTitle(metric, cut, scenarios, sum));
  tell("over-time-meaning", [
    own().texts.meaning[metric],
    ...CUT.filter((dimension) => state[dimension] !== "all").map((dimension) => words.basis[words.basis_of[metric]][dimension]),
    sum ? words.note_sum : "",
  ].filter(Boolean).join(" "));
  tell("over-time-reading", [
    ...shown.map((what) => words[what === "level" && !view.series[scenarios[0]].level.p25?.length ? "reading_level_90" : `reading_${what}`]),
    words.resolutions[view.resolution],
    scenarios.length > 1 ? words.reading_shared : "",
  ].filter(Boolean).join(" "));
  const caption = [metricName(metric, cut), words.sums[state.sum], words.resolution_names[view.resolution]].join("; ");
  tell("over-time-caption", caption);
  own().columns.fan = tableColumns(shown);
}

// The twin of the charts: every series of every panel; a reference that panels share stands in it once.
function tableColumns(shown) {
  const { scenarios } = state, { view } = payload.data, words = own().texts.over_time, { name } = own().texts;
  const column = (id, what, key) => ({
    label: `${name[id]}: ${words.columns[key]} (${what === "level" ? view.level_unit : unitName(state.metric, { sum: state.sum === "cumulative", difference: true })})`,
    ref: `view/series/${id}/${what}/${key}`,
  });
  const filled = (id, what, keys) => keys.filter((key) => view.series[id][what]?.[key]?.some((value) => value !== null)).map((key) => column(id, what, key));
  const order = [...new Set([...scenarios.map((id) => payload.against[id]), ...scenarios])];
  const quantiles = (id) => (scenarios.includes(id) ? ["p50", "p05", "p95", "p25", "p75"] : ["p50"]); // a reference is a line only
  const levels = shown.includes("level") ? order.flatMap((id) => filled(id, "level", quantiles(id))) : [];
  const changes = shown.includes("change") ? scenarios.flatMap((id) => filled(id, "change", ["mean", "low", "high"])) : [];
  return [{ label: words.times[view.resolution], ref: "view/labels" }, ...levels, ...changes];
}

narrow.addEventListener("change", () => state && refresh());
refreshers.push(() => {
  if (!payload.data.series_index) return;
  settleCut();
  offerCuts();
  makeView();
  tellOverTime();
});
