// Tables that are twins of a chart: the script fills them with the same data as the chart, for any choice, rounded already. A column says
// where its numbers stand (ref), their decimals (digits) and which are clear (clear); "last…" is the same of the last row, the total.
const looked = (path) => [own().texts, own().chart_words, payload.data].map((tree) => find(tree, path)).find((found) => found !== undefined);

function exactly(value, digits, sign) {
  const text = Math.abs(value).toLocaleString(state.language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (value < 0 ? "\u2212" : value > 0 ? sign : "") + text;
}

function twinCell(line, column, at, value, digits, clear) {
  const cell = line.appendChild(document.createElement(at ? "td" : "th"));
  if (!at) return Object.assign(cell, { scope: "row", textContent: value });
  const text = typeof value === "number" ? exactly(value, digits || 0, column.sign || "") : "\u2013";
  Object.assign(cell, { className: "number" }).dataset.value = value ?? "";
  (clear ? cell.appendChild(document.createElement("strong")) : cell).textContent = text;
}

function twin(element) {
  const columns = own().columns[element.dataset.twin];
  const table = element.querySelector("table");
  [...table.tHead.rows[0].cells].forEach((heading, at) => {
    heading.removeAttribute("aria-sort");
    const text = columns[at].label ?? looked(columns[at].heading);
    (heading.querySelector("button") || heading).textContent = text;
  });
  const of = (column, what) => (column[what] === undefined ? undefined : looked(column[what]));
  const read = columns.map((column) => ({ values: of(column, "ref"), digits: of(column, "digits"), clear: of(column, "clear") }));
  table.tBodies[0].replaceChildren();
  read[0].values.forEach((_, row) => {
    const line = table.tBodies[0].insertRow();
    columns.forEach((column, at) => twinCell(line, column, at, read[at].values[row], read[at].digits?.[row], read[at].clear?.[row]));
  });
  if (columns[0].last === undefined) return;
  const line = Object.assign(table.tBodies[0].insertRow(), { className: "total" });
  columns.forEach((column, at) => twinCell(line, column, at, of(column, "last"), of(column, "last_digits"), of(column, "last_clear")));
}
