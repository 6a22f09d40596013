// Along the grid: what lies between the computed points of a sweep, never beyond them, and what the chart and the sentence show of it.
// All names here stay within the braces.
{
const NET_WORK = "net_fte_months", PROGRAMMES = "programme_eur", PRICE = "price", MILLION = 1e6;
const asMonth = (label) => { const [year, month] = String(label).split("-").map(Number); return (year - 1900) * 12 + month - 1; };
const monthParts = (index) => [1900 + Math.floor(index / 12), index % 12];
const asLabel = (index) => { const [year, month] = monthParts(index); return `${year}-${String(month + 1).padStart(2, "0")}`; };
const insert = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const gridWords = () => own().texts.grid_words;

// --- the reader's place -----------------------------------------------------------------------------------------------------------
// Along a setting with numbers or months the value itself; along one with words the number of the word. Null when it is not in reach.
function placeOf(axis, value) {
  if (axis.kind === "choice") {
    const found = axis.values.map(String).indexOf(String(value));
    return found < 0 ? null : found;
  }
  const wanted = value === "" ? NaN : axis.kind === "month" ? asMonth(value) : Number(value);
  if (!(wanted >= axis.values[0] && wanted <= axis.values[axis.values.length - 1])) return null;
  return axis.scale.reduce((best, step) => (Math.abs(step - wanted) < Math.abs(best - wanted) ? step : best));
}
// A place as text, as it stands among the reader's choices and so in the address.
const stated = (axis, place) => (axis.kind === "choice" ? axis.values[place] : axis.kind === "month" ? asLabel(place) : String(place));

function readerPlace(grid) {
  return grid.axes.map((axis, k) => {
    const place = placeOf(axis, state[`g${k}`]) ?? placeOf(axis, grid.start[k]);
    state[`g${k}`] = stated(axis, place);
    return place;
  });
}

// --- interpolation ----------------------------------------------------------------------------------------------------------------
// Pairs of computed values around a place, [n, n] where it is one itself.
function around(axis, place) {
  if (axis.kind === "choice") return [[place, place]];
  const found = [];
  axis.values.forEach((low, a) => axis.values.forEach((high, b) => {
    if (a === b ? low === place : low < place && place < high) found.push([a, b]);
  }));
  return found;
}

// The computed points that surround a place, with their weights: of all boxes whose corners were all computed the smallest one.
function cellAt(grid, place) {
  grid.index ??= new Map(grid.at.map((point, n) => [point.join(), n]));
  let boxes = [[]];
  for (const [k, axis] of grid.axes.entries()) boxes = boxes.flatMap((box) => around(axis, place[k]).map((pair) => [...box, pair]));
  const relative = ([a, b], k) => {
    const values = grid.axes[k].values;
    return a === b ? 0 : (values[b] - values[a]) / (values[values.length - 1] - values[0]);
  };
  const size = (box) => box.reduce((sum, pair, k) => sum + pair[1] - pair[0] + relative(pair, k) / 10, 0);
  boxes.sort((a, b) => size(a) - size(b));
  for (const box of boxes) {
    let corners = [[[], 1]];
    for (const [k, [a, b]] of box.entries()) {
      const values = grid.axes[k].values, share = a === b ? 0 : (place[k] - values[a]) / (values[b] - values[a]);
      corners = corners.flatMap(([point, weight]) => (a === b
        ? [[[...point, a], weight]]
        : [[[...point, a], weight * (1 - share)], [[...point, b], weight * share]]));
    }
    const known = corners.map(([point, weight]) => [grid.index.get(point.join()), weight]);
    if (known.every(([n]) => n !== undefined)) return { box, corners: known };
  }
  return null;
}

// Mean and half width of the interpolated differences; see sim/analysis/grid_response.py.
function mixed(grid, outcome, corners) {
  const mean = grid.mean[outcome], half = grid.half[outcome], together = grid.together?.[outcome], n = mean.length;
  const goTogether = (a, b) => {
    if (a === b || !together) return 1;
    const [first, second] = a < b ? [a, b] : [b, a];
    return together[first * (2 * n - first - 1) / 2 + second - first - 1] / 1000;
  };
  let square = 0;
  for (const [a, u] of corners) for (const [b, v] of corners) square += u * v * half[a] * half[b] * goTogether(a, b);
  const known = corners.every(([a]) => half[a] !== null);
  return { mean: corners.reduce((sum, [a, u]) => sum + u * mean[a], 0), half: known ? Math.sqrt(Math.max(square, 0)) : null };
}

// What is known at a place: null where no complete cell is, a mean of null where there is no price.
function known(grid, outcome, place) {
  const cell = cellAt(grid, place);
  if (!cell) return null;
  const found = { ...cell, computed: cell.corners.length === 1 };
  if (outcome !== PRICE) {
    const { mean, half } = mixed(grid, outcome, cell.corners);
    return { ...found, mean, half, low: half === null ? null : mean - half, high: half === null ? null : mean + half };
  }
  const gain = mixed(grid, NET_WORK, cell.corners), cost = mixed(grid, PROGRAMMES, cell.corners).mean * MILLION;
  if (gain.half === null || gain.mean - gain.half <= 0) return { ...found, mean: null, low: null, high: null };
  const ends = [cost / (gain.mean + gain.half), cost / (gain.mean - gain.half)].sort((a, b) => a - b);
  return { ...found, mean: cost / gain.mean, half: null, low: ends[0], high: ends[1] };
}

// --- words ------------------------------------------------------------------------------------------------------------------------
const minus = (text) => text.replace("-", "\u2212");
// Rounded to two digits of the uncertainty (three of its own without one), as sim/report/numbers.py does it; with its decimals.
function nearly(value, half) {
  const power = Math.max(half ? Math.floor(Math.log10(half)) - 1 : value ? Math.floor(Math.log10(Math.abs(value))) - 2 : 0, -4);
  const decimals = Math.max(0, -power), step = 10 ** power;
  return [Number((Math.round(value / step) * step).toFixed(decimals)), decimals];
}

function rounded(value, half, signed) {
  const [near, decimals] = nearly(value, half);
  const text = Math.abs(near).toLocaleString(state.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (near < 0 ? "\u2212" : near > 0 && signed ? "+" : "") + text;
}

function euros(value) {
  const words = gridWords(), near = Number(value.toPrecision(2));
  const [size, word] = [[1e9, words.billion], [1e6, words.million]].find(([size]) => Math.abs(near) >= size) ?? [1, "{value}"];
  const decimals = size > 1 && Math.abs(near) < 10 * size ? 1 : 0;
  const text = minus((near / size).toLocaleString(state.language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  return insert(words.eur, { value: insert(word, { value: text }) }).replaceAll(" ", "\u00a0");
}

function bare(axis, place) {
  const words = gridWords();
  if (axis.kind === "choice") return String(words.choices[axis.values[place]] ?? axis.values[place]);
  if (axis.kind === "month") { const [year, month] = monthParts(place); return `${own().months[month]} ${year}`; }
  const text = minus((axis.share ? 100 * place : place).toLocaleString(state.language, { maximumSignificantDigits: 6 }));
  return axis.share ? insert(words.percent, { value: text }) : text;
}

const isMoney = (outcome) => outcome === PROGRAMMES || outcome === "net_eur";
const amount = (outcome, found) => (outcome === PRICE ? euros(found.mean) : rounded(found.mean, found.half, !isMoney(outcome)));
const ends = (outcome, found) => [found.low, found.high].map((end) => (
  end === null ? gridWords().unknown : outcome === PRICE ? euros(end) : rounded(end, found.half, false)));

function sentence(grid, outcome, place, found) {
  const words = gridWords(), said = words.said, names = words.axes[state.grid];
  const plain = grid.axes.map((axis, k) => insert(names[k].value, { value: bare(axis, place[k]) })).join(", ");
  const where = plain[0].toUpperCase() + plain.slice(1);
  if (!found) return insert(said.no_cell, { place: where });
  const status = howKnown(grid, found, said);
  if (found.mean === null) return insert(said.no_price, { place: where, status });
  const unit = outcome === PRICE ? "" : ` ${words.unit[outcome]}`;
  const [low, high] = ends(outcome, found);
  const width = found.low === null ? said.single : found.computed || grid.together ? said.interval : said.at_most;
  const interval = insert(width, { interval: insert(words.range, { low, high }) });
  return insert(said.sentence, { place: where, amount: amount(outcome, found) + unit, interval, status });
}

function howKnown(grid, found, said) {
  if (found.computed) return insert(said.computed, { n: grid.pairs[found.corners[0][0]] });
  const ranges = found.box.flatMap(([a, b], k) => {
    const axis = grid.axes[k];
    return a === b ? [] : [{ low: bare(axis, axis.values[a]), high: bare(axis, axis.values[b]) }];
  });
  if (ranges.length === 1) return insert(said.between, ranges[0]);
  return insert(said.between_many, { n: found.corners.length, ranges: ranges.map((range) => insert(said.between_range, range)).join("; ") });
}

// --- chart ------------------------------------------------------------------------------------------------------------------------
const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const drawnAt = (axis, place) => (axis.kind === "month" ? `${asLabel(place)}-01` : axis.kind === "choice" ? safe(bare(axis, place)) : place);
const placesOf = (axis) => axis.values.map((value, k) => (axis.kind === "choice" ? k : value));

// One line: the curve between points, and the computed points on it; `rest` are the places along the other axes.
function lineAt(grid, outcome, rest) {
  const along = grid.axes[0], curve = { x: [], y: [] }, points = { x: [], y: [], up: [], down: [], symbol: [], text: [] };
  for (const step of along.scale ?? []) {
    const found = known(grid, outcome, [step, ...rest]);
    curve.x.push(drawnAt(along, step));
    curve.y.push(found?.mean ?? null);
  }
  for (const place of placesOf(along)) {
    const found = known(grid, outcome, [place, ...rest]);
    if (!found?.computed || found.mean === null) continue;
    points.x.push(drawnAt(along, place));
    points.y.push(found.mean);
    points.up.push(found.high === null ? 0 : found.high - found.mean);
    points.down.push(found.low === null ? 0 : found.mean - found.low);
    points.symbol.push(isMoney(outcome) || found.low > 0 || found.high < 0 ? "diamond" : "diamond-open");
    points.text.push(safe(sentence(grid, outcome, [place, ...rest], found)));
  }
  return { curve, points };
}

// Names of lines at their right ends, kept apart so that none covers another.
function endNotes(lines, reach) {
  const apart = (reach[1] - reach[0]) * 17 / 290;
  const labels = lines.filter((line) => line.end).sort((a, b) => a.end.y - b.end.y);
  labels.forEach((label, n) => {
    const below = labels.slice(0, n).filter((other) => other.end.x === label.end.x);
    label.y = below.length ? Math.max(label.end.y, below[below.length - 1].y + apart) : label.end.y;
  });
  return labels.map(({ name, y, end, chosen }) => ({
    text: safe(name), x: end.x, xanchor: "left", xshift: 10, y, yanchor: "middle", showarrow: false,
    font: { size: 12, color: chosen ? "var(--accent)" : "var(--muted)" }, bgcolor: "var(--surface)",
  }));
}

function chartNow(grid, outcome, place, found) {
  const [along, second] = grid.axes, rest = place.slice(1);
  const mine = lineAt(grid, outcome, rest), lines = [{ ...mine, chosen: true, name: second ? bare(second, place[1]) : "" }];
  for (const other of second ? placesOf(second) : []) {
    if (other !== place[1]) lines.push({ ...lineAt(grid, outcome, [other, ...place.slice(2)]), name: bare(second, other) });
  }
  const joined = (part, key) => lines.slice(1).flatMap((line) => (part === "curve" ? [...line.curve[key], null] : line.points[key]));
  const here = found && found.mean !== null ? found : null;
  const heights = [0, ...lines.flatMap((line) => [...line.curve.y, ...line.points.y]).filter((y) => y !== null),
    ...mine.points.y.flatMap((y, n) => [y + mine.points.up[n], y - mine.points.down[n]]), ...(here?.high != null ? [here.low, here.high] : [])];
  const [low, high] = [Math.min(...heights), Math.max(...heights)], room = (high - low || 1) * 0.08;
  const reach = [low < 0 ? low - room : low - room / 4, high + room];
  for (const line of lines) {
    const part = line.curve.y.length ? line.curve : line.points, n = part.y.findLastIndex((y) => y !== null);
    line.end = n < 0 ? null : { x: part.x[n], y: part.y[n] };
  }
  const first = along.values[0], last = along.values[along.values.length - 1], margin = (last - first) * 0.06;
  const range = along.kind === "choice" ? [-0.5, along.values.length - 0.5]
    : along.kind === "month" ? [`${asLabel(Math.floor(first - margin))}-01`, `${asLabel(Math.ceil(last + margin))}-01`] : [first - margin, last + margin];
  const unit = { text: gridWords().unit[outcome], xref: "paper", yref: "paper", x: 0, y: 1, xanchor: "left", yanchor: "bottom", yshift: 6,
    showarrow: false, font: { size: 12, color: "var(--muted)" } };
  return {
    other_lines: { x: joined("curve", "x").map((x) => x ?? null), y: joined("curve", "y") },
    other_points: { x: joined("points", "x"), y: joined("points", "y"), symbol: joined("points", "symbol"), text: joined("points", "text") },
    line: mine.curve,
    points: mine.points,
    here: {
      x: here ? [drawnAt(along, place[0])] : [], y: here ? [here.mean] : [], text: [],
      up: here && !here.computed && here.high !== null ? [here.high - here.mean] : [], down: here && !here.computed && here.low !== null ? [here.mean - here.low] : [],
    },
    type: along.kind === "month" ? "date" : along.kind === "choice" ? "category" : "linear",
    range, reach,
    ticks: placesOf(along).map((value) => drawnAt(along, value)),
    tick_texts: placesOf(along).map((value) => safe(along.kind === "month" ? `${own().months_short[monthParts(value)[1]]} ${monthParts(value)[0]}` : bare(along, value))),
    margin: { l: 8, r: second ? 16 + 7 * Math.max(...lines.map((line) => line.name.length)) : 14, t: 30, b: 46 },
    notes: [unit, ...(second ? endNotes(lines, reach) : [])],
  };
}

// --- table ------------------------------------------------------------------------------------------------------------------------
function gridTable(grid, outcome) {
  const words = gridWords(), table = page().querySelector("[data-grid-table] table"), names = words.axes[state.grid];
  const heading = (text, isNumber) => Object.assign(document.createElement("th"), { scope: "col", textContent: text, className: isNumber ? "number" : "" });
  table.tHead.rows[0].replaceChildren(...names.map(({ name }) => heading(name, false)),
    ...[`${words.outcome[outcome]} (${words.unit[outcome]})`, ...words.ends].map((text) => heading(text, true)));
  table.tBodies[0].replaceChildren(...grid.at.map((point, n) => {
    const row = document.createElement("tr"), place = point.map((k, j) => placesOf(grid.axes[j])[k]), found = known(grid, outcome, place);
    point.forEach((_, j) => {
      const cell = Object.assign(document.createElement(j ? "td" : "th"), { textContent: bare(grid.axes[j], place[j]) });
      if (j === 0) cell.scope = "row";
      if (grid.axes[j].kind !== "choice") cell.dataset.value = stated(grid.axes[j], place[j]);
      row.append(cell);
    });
    const texts = [found.mean === null ? words.unknown : amount(outcome, found), ...ends(outcome, found), String(grid.pairs[n])];
    [found.mean, found.low, found.high, grid.pairs[n]].forEach((value, k) => {
      const cell = Object.assign(row.insertCell(), { className: "number" });
      cell.dataset.value = value === null ? "" : outcome === PRICE && k < 3 ? Number(value.toPrecision(2)) : k < 3 ? nearly(value, found.half)[0] : value;
      const isClear = k === 0 && !isMoney(outcome) && outcome !== PRICE && (found.low > 0 || found.high < 0);
      cell.append(isClear ? Object.assign(document.createElement("strong"), { textContent: texts[k] }) : texts[k]);
    });
    return row;
  }));
}

// --- together ---------------------------------------------------------------------------------------------------------------------
function showGrid() {
  const grid = payload.data.grid?.[state.grid] ?? payload.data.grid?.r0;
  if (!grid || !page().querySelector("[data-grid-said]")) return;
  const place = readerPlace(grid), outcome = state.grid_outcome, found = known(grid, outcome, place);
  payload.data.grid_now = chartNow(grid, outcome, place, found);
  const text = sentence(grid, outcome, place, found), said = page().querySelector("[data-grid-said]");
  if (said.textContent !== text) said.textContent = text;
  for (const controls of all("[data-grid]", page())) {
    controls.hidden = controls.dataset.grid !== state.grid;
    if (controls.hidden) continue;
    for (const slider of all("[data-slider]", controls)) {
      const k = Number(slider.dataset.slider), axis = grid.axes[k], shown = bare(axis, place[k]);
      slider.value = axis.scale.indexOf(place[k]);
      slider.setAttribute("aria-valuetext", shown);
      slider.parentNode.querySelector("output").textContent = shown;
    }
  }
}

// While a slider moves only this chart is drawn.
function drawGrid() {
  return window.Plotly && drawOne(page().querySelector("[data-figure=grid]"));
}

function refreshGrid() {
  if (!payload.data.grid) return;
  if (!(state.grid in payload.data.grid)) state.grid = "r0";
  showGrid();
  gridTable(payload.data.grid[state.grid], state.grid_outcome);
}
refreshers.push(refreshGrid);
// A place that is not in reach becomes that of the start.
for (const choice of ["g0", "g1", "g2"]) readers[choice] = (text) => text;

document.addEventListener("input", (event) => {
  const slider = event.target.dataset.slider;
  if (slider === undefined) return;
  const axis = payload.data.grid[state.grid].axes[Number(slider)];
  state[`g${slider}`] = stated(axis, axis.scale[Number(event.target.value)]);
  showGrid();
  drawGrid();
});
// The address follows when a slider is let go.
document.addEventListener("change", (event) => {
  if (event.target.dataset.slider !== undefined && typeof writeAddress === "function") writeAddress();
});
}
