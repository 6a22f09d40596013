// Tables made of data, and sorting by a heading.
const built = new WeakMap();

function number(value) {
  return typeof value === "number" ? value.toLocaleString(state.language, { maximumSignificantDigits: 4 }).replace("-", "\u2212") : String(value ?? "");
}

// Fills a table of data; one in closed details waits until they open.
function columnsTable(element) {
  const columns = own().columns[element.dataset.columns];
  const data = columns.map((column) => find(payload.data, column.ref) || []);
  const shows = JSON.stringify([state.language, columns.map((column) => column.label), data]);
  if (built.get(element) === shows || (!printing && !isShown(element))) return;
  built.set(element, shows);
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
      const value = values[row];
      if (!column) {
        const name = document.createElement("th");
        name.scope = "row";
        name.textContent = String(month).slice(0, 7);
        line.append(name);
        return;
      }
      const cell = line.insertCell();
      cell.textContent = number(value);
      Object.assign(cell, { className: "number" }).dataset.value = value ?? "";
    });
  });
  element.querySelector(".scroll").replaceChildren(table);
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
