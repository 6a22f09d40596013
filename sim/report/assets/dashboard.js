// Draws the page: unpacks the data and the chart library, fills what follows the reader's choices, and nothing else.
// It knows no chart: figures come ready, with {"ref": "path/{choice}"} where data go and "var(--name)" where colours go.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from) => [...(from || document).querySelectorAll(selector)];
  const page = () => document.querySelector(`[data-page="${state.language}"]`);
  const own = () => payload.pages[state.language];
  let payload, state, printing = false;

  async function unpack(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }

  async function loadLibrary() {
    const url = URL.createObjectURL(new Blob([await unpack("library")], { type: "text/javascript" }));
    await new Promise((done, fail) => {
      const script = document.createElement("script");
      Object.assign(script, { src: url, onload: done, onerror: fail });
      document.head.append(script);
    });
    URL.revokeObjectURL(url);
    const nl = payload.pages.nl;
    window.Plotly.register({
      moduleType: "locale", name: "nl", dictionary: {},
      format: { months: nl.months, shortMonths: nl.months_short, decimal: ",", thousands: ".", date: "%d-%m-%Y" },
    });
  }

  const fill = (path) => path.replace(/\{(\w+)\}/g, (_, choice) => state[choice]);
  const find = (tree, path) => fill(path).split("/").reduce((node, part) => (node == null ? undefined : node[part]), tree);

  function resolve(node, colours) {
    if (typeof node === "string") {
      return node.startsWith("var(--") ? colours.getPropertyValue(node.slice(4, -1)).trim() : node;
    }
    if (Array.isArray(node)) return typeof node[0] === "number" ? node.slice() : node.map((item) => resolve(item, colours));
    if (node === null || typeof node !== "object") return node;
    if (typeof node.ref === "string") {
      const found = find(own().chart_words, node.ref);
      const value = found === undefined ? find(payload.data, node.ref) : found;
      return value === undefined ? null : resolve(value, colours);
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value, colours)]));
  }

  function draw() {
    if (!window.Plotly) return Promise.resolve();
    const colours = getComputedStyle(root);
    const config = { ...payload.config, locale: state.language === "nl" ? "nl" : "en-US" };
    return Promise.all(all("[data-figure]", page()).map((element) => {
      const figure = resolve(own().figures[element.dataset.figure], colours);
      if (printing) Object.assign(figure.layout, { width: 680 });
      return window.Plotly.react(element, figure.data, figure.layout, config);
    }));
  }

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

  function refresh() {
    for (const element of all("[data-text]", page())) {
      const text = find(own().texts, element.dataset.text);
      if (text !== undefined) element.textContent = text;
    }
    for (const element of all("[data-fragment]", page())) {
      const html = find(own().fragments, element.dataset.fragment);
      if (html !== undefined) element.innerHTML = html;
    }
    for (const element of all("[data-columns]", page())) columnsTable(element);
    for (const select of all("[data-choice]")) select.value = state[select.dataset.choice];
    return draw();
  }

  function setLanguage(language) {
    state.language = language;
    root.lang = language;
    document.title = own().title;
    for (const part of all("[data-page]")) part.hidden = part.dataset.page !== language;
    for (const button of all("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    return refresh();
  }

  function csv(button) {
    const table = (button.closest("details") || button.closest("figure")).querySelector("table");
    const quote = (text) => `"${text.replace(/"/g, '""').replace(/\s+/g, " ").trim()}"`;
    const below = (cell) => cell.querySelector(".below");
    // A second line in the cells of a column (an interval) becomes a column of its own.
    const twofold = [...table.rows[0].cells].map((_, column) => [...table.tBodies[0].rows].some((row) => below(row.cells[column])));
    const fields = (cell, column) => {
      const own = cell.dataset.value ?? quote(cell.innerText);
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
      return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
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

  async function copy(button) {
    await navigator.clipboard.writeText(button.previousElementSibling.innerText);
    button.textContent = own().copied;
  }

  function listen() {
    document.addEventListener("change", (event) => {
      const choice = event.target.dataset.choice;
      if (choice) {
        state[choice] = event.target.value;
        state.against = payload.against[state.scenario];
        refresh();
      }
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.language) setLanguage(button.dataset.language);
      if (button.dataset.csv) csv(button);
      if (button.dataset.sort !== undefined) sort(button);
      if (button.dataset.copy !== undefined) copy(button);
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    const setPrinting = (on) => {
      printing = on;
      root.toggleAttribute("data-print", on);
      draw();
    };
    addEventListener("beforeprint", () => setPrinting(true));
    addEventListener("afterprint", () => setPrinting(false));
  }

  async function start() {
    if (!("DecompressionStream" in window)) {
      for (const element of all(".no-unpack")) element.hidden = false;
      root.dataset.ready = "without-charts";
      return;
    }
    payload = JSON.parse(await unpack("payload"));
    state = payload.state;
    root.dataset.script = "";
    if (payload.data.quarterly) for (const element of all(".quarterly")) element.hidden = false;
    listen();
    await loadLibrary();
    await setLanguage(state.language);
    root.dataset.ready = "";
  }
  start();
})();
