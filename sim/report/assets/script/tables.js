// Tables: those made of data, CSV downloads, and sorting by a heading.
function number(value) {
  return typeof value === "number" ? value.toLocaleString(state.language, { maximumSignificantDigits: 4 }).replace("-", "\u2212") : String(value ?? "");
}

function columnsTable(element) {
  const columns = own().columns[element.dataset.columns];
  const data = columns.map((column) => find(payload.data, column.ref) || []);
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column.label;
    head.append(cell);
  }
  const body = table.createTBody();
  data[0].forEach((month, row) => {
    const line = body.insertRow();
    data.forEach((values, column) => {
      const cell = line.insertCell();
      const value = values[row];
      cell.textContent = column ? number(value) : month.slice(0, 7);
      if (column) Object.assign(cell, { className: "number" }).dataset.value = value ?? "";
    });
  });
  element.querySelector(".scroll").replaceChildren(table);
}

function csv(button) {
  const table = (button.closest("details") || button.closest("figure")).querySelector("table");
  const quote = (text) => `"${text.replace(/"/g, '""').replace(/\s+/g, " ").trim()}"`;
  const below = (cell) => cell.querySelector(".below");
  // A second line in the cells of a column (an interval) becomes a column of its own.
  const twofold = [...table.rows[0].cells].map((_, column) => [...table.tBodies[0].rows].some((row) => below(row.cells[column])));
  const fields = (cell, column) => {
    const unit = cell.tagName === "TH" && cell.classList.contains("number") && table.dataset.unit ? ` (${table.dataset.unit})` : "";
    const own = cell.dataset.value ?? quote(cell.innerText + unit);
    if (!twofold[column]) return [own];
    return [own, quote(cell.tagName === "TH" ? `${cell.innerText} ${table.dataset.below}` : below(cell)?.innerText ?? "")];
  };
  const lines = [...table.rows].map((row) => [...row.cells].flatMap(fields).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
  link.download = `loopbrug-${button.dataset.csv}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function sort(button) {
  const heading = button.closest("th");
  const body = heading.closest("table").tBodies[0];
  const column = heading.cellIndex;
  const down = heading.getAttribute("aria-sort") !== "descending";
  for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => {
    const cell = row.cells[column];
    return cell.dataset.value ? Number(cell.dataset.value) : cell.dataset.value ?? cell.textContent;
  };
  const missing = (value) => typeof value === "string" && value.length < 2;
  const order = (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (missing(x) || missing(y)) return missing(x) - missing(y);
    const difference = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), state.language);
    return down ? -difference : difference;
  };
  body.append(...[...body.rows].sort(order));
}
