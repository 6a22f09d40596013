// Tables as files that a spreadsheet opens in the manner of the reader's language: in English commas between fields and a decimal point,
// in Dutch semicolons and a decimal comma; UTF-8 with its mark, no line of comment. Units stand in the headings.
// A text that a spreadsheet would run as a formula gets an apostrophe, unless it is only a number.
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const ONLY_NUMBER = /^[+-]?[\d\s.,]+\s?%?$/;

function field(text) {
  const line = text.replace(/[ \n\u00a0]+/g, " ").trim();
  const harmless = FORMULA.test(line) && !ONLY_NUMBER.test(line) ? `'${line}` : line;
  return `"${harmless.replace(/"/g, '""')}"`;
}

// The second line of a cell, and what stands in the cell without it.
const BELOW = ".below, .heat td > span";
const textOfCell = (cell) => [...cell.childNodes].filter((node) => !node.matches?.(BELOW)).map((node) => node.textContent).join(" ");

// A number in full, without the last digits that only computers make.
const exact = (value) => String(Number(Number(value).toPrecision(12)));

// The table that a button is for: the last one before it in the same details, figure or section.
function tableOf(button) {
  const around = button.closest("details, figure, section");
  return all("table", around).filter((table) => table.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
}

// The choices that a table follows, for the name of its file.
function choicesOf(table) {
  const holder = table.closest("[data-fragment], [data-columns], [data-twin], [data-follows]");
  if (!holder) return [];
  const columns = own().columns[holder.dataset.columns ?? holder.dataset.twin] ?? [];
  const braces = [holder.dataset.fragment, ...columns.map((column) => column.ref)].join("/").match(/\{\w+\}/g) ?? [];
  const named = [...braces.map((brace) => brace.slice(1, -1)), ...(holder.dataset.follows?.split(" ") ?? [])];
  return [...new Set(named)].filter((choice) => !derived.has(choice) && state[choice] !== undefined);
}

function fileName(button, table) {
  const chosen = choicesOf(table).flatMap((choice) => [state[choice]].flat().map((value) => nameOf(String(value))));
  const plainName = (text) => text.normalize("NFKD").replace(/[^A-Za-z0-9._]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 40);
  return `${["loopbrug", button.dataset.csv, ...chosen].map(plainName).filter(Boolean).join("_").slice(0, 120)}.csv`;
}

function linesOf(table) {
  const [comma, decimal] = [own().decimal === "," ? ";" : ",", own().decimal];
  const below = (cell) => cell?.querySelector(BELOW);
  const rows = [...table.rows], bodies = [...table.tBodies].flatMap((part) => [...part.rows]);
  // A second line in the cells of a column (an interval) becomes a column of its own.
  const twofold = [...rows[0].cells].map((_, column) => bodies.some((row) => below(row.cells[column])));
  const isHeading = (cell) => Boolean(cell.closest("thead"));
  const unitOf = (cell) => cell.dataset.unit ?? (cell.classList.contains("number") ? table.closest("[data-unit]")?.dataset.unit : undefined);
  const unit = (cell) => (unitOf(cell) ? ` (${unitOf(cell)})` : "");
  const upper = (cell) => {
    const value = cell.dataset.value;
    if (value === undefined) return field(textOfCell(cell) + (isHeading(cell) ? unit(cell) : ""));
    return value === "" || Number.isFinite(Number(value)) ? (value && exact(value)).replace(".", decimal) : field(value);
  };
  const lower = (cell) => field(isHeading(cell) ? `${textOfCell(cell)} ${cell.dataset.below ?? table.dataset.below ?? ""}` : below(cell)?.textContent ?? "");
  return rows.map((row) => [...row.cells].flatMap((cell, column) => (twofold[column] ? [upper(cell), lower(cell)] : [upper(cell)])).join(comma));
}

function csv(button) {
  const holder = tableOf(button).closest("[data-columns]");
  if (holder) columnsTable(holder);
  const table = tableOf(button);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + linesOf(table).join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
  link.download = fileName(button, table);
  link.click();
  URL.revokeObjectURL(link.href);
}
