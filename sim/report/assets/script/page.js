// The page: fills what follows the reader's choices, changes the language, listens, and starts.
// What other parts do whenever a choice or the language changes, before the charts are drawn.
const refreshers = [];
const filled = new WeakMap();
const FOCUSABLE = "a[href], button, select, input, summary, [tabindex]";
const SAID = 3;
let sliding = false;

// Replaces HTML where it differs, and gives back the focus and the place of what scrolls.
function replaceHtml(element, html) {
  if (filled.get(element) === html) return;
  filled.set(element, html);
  const at = all(FOCUSABLE, element).indexOf(document.activeElement);
  const left = all(".scroll", element).map((part) => part.scrollLeft);
  element.innerHTML = html;
  all(".scroll", element).forEach((part, position) => (part.scrollLeft = left[position] ?? 0));
  if (at >= 0) all(FOCUSABLE, element)[at]?.focus({ preventScroll: true });
}

// Tells who listens to the page what its findings have become.
function say(texts) {
  document.getElementById("status").textContent = texts.slice(0, SAID).join(" ");
}

function refresh() {
  const headings = all("h1, h2, .lead, .finding", page()), before = headings.map((heading) => heading.textContent);
  for (const also of refreshers) also();
  for (const element of all("[data-text]", page())) {
    const text = find(own().texts, element.dataset.text);
    if (text !== undefined && element.textContent !== text) element.textContent = text;
  }
  for (const element of all("[data-fragment]", page())) {
    const html = find(own().fragments, element.dataset.fragment);
    if (html !== undefined) replaceHtml(element, html);
  }
  for (const element of all("[data-columns]", page())) columnsTable(element);
  for (const element of all("[data-twin]", page())) twin(element);
  for (const control of all("[data-choice]", page())) showChoice(control);
  const changed = headings.filter((heading, at) => heading.textContent !== before[at] && isShown(heading));
  if ("ready" in root.dataset && changed.length) say(changed.map((heading) => heading.textContent));
  if (!sliding) writeAddress();
  return draw();
}

function setLanguage(language) {
  const before = document.activeElement?.closest("[data-page]");
  const held = before && all(FOCUSABLE, before).indexOf(document.activeElement);
  state.language = language;
  root.lang = language;
  document.title = own().title;
  const shown = page();
  // The other languages are packed with the data. Their markup is escaped by the same template as that of the first.
  if (!shown.firstElementChild) {
    shown.innerHTML = own().body;
    showData();
  }
  for (const part of all("[data-page]")) part.hidden = part.dataset.page !== language;
  for (const button of all("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  if (before && before !== shown && held >= 0) all(FOCUSABLE, shown)[held]?.focus({ preventScroll: true });
  return refresh();
}

function showData() {
  if (payload.data.quarterly) for (const element of all(".quarterly")) element.hidden = false;
}

// Puts a text on the clipboard; where there is none (or it is refused), shows it beside the button, selected, to be copied by hand.
async function copy(button, text) {
  const shown = button.dataset.label ?? button.textContent;
  button.dataset.label = shown;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = button.parentNode.querySelector("input.by-hand") ?? document.createElement("input");
    Object.assign(box, { className: "by-hand", readOnly: true, value: text });
    box.setAttribute("aria-label", own().copy_by_hand);
    button.after(box);
    box.select();
    return;
  }
  button.textContent = own().copied;
  say([own().copied]);
  setTimeout(() => (button.textContent = shown), 2000);
}

// To a place in the page without losing the view that stands in the address.
function goTo(link, event) {
  const target = document.getElementById(decode(link.hash.slice(1)) ?? "");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!target.matches(FOCUSABLE)) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView();
}

function press(button) {
  if (button.dataset.language) setLanguage(button.dataset.language);
  if (button.dataset.csv) csv(button);
  if (button.dataset.sort !== undefined) sort(button);
  if (button.dataset.copy !== undefined) copy(button, button.previousElementSibling.innerText);
  if (button.dataset.link !== undefined) copy(button, linkToView());
  if (button.dataset.print !== undefined) print();
}

function listen() {
  document.addEventListener("change", ({ target }) => {
    if (target.dataset.choice) choose(target);
  });
  // While a slider moves; the address follows when it is let go, since browsers limit how often it may change.
  document.addEventListener("input", ({ target }) => {
    if (!target.dataset.choice || target.type !== "range") return;
    sliding = true;
    choose(target);
    sliding = false;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const link = event.target.closest('a[href^="#"]');
    if (button) press(button);
    if (link) goTo(link, event);
  });
  document.addEventListener("toggle", ({ target }) => {
    for (const element of all("[data-columns]", target)) columnsTable(element);
  }, true);
  addEventListener("hashchange", openAddress);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  const setPrinting = (on) => {
    printing = on;
    root.toggleAttribute("data-print", on);
    draw();
  };
  addEventListener("beforeprint", () => setPrinting(true));
  addEventListener("afterprint", () => setPrinting(false));
}

// Without charts: every finding and table stands in the page all the same.
function withoutCharts() {
  for (const element of all(".no-unpack")) element.hidden = false;
  root.dataset.ready = "without-charts";
}

async function start() {
  if (!("DecompressionStream" in window)) return withoutCharts();
  const library = unpack("library");
  payload = JSON.parse(await unpack("payload"));
  payload.names ??= {};
  first = payload.state;
  root.dataset.script = "";
  state = viewAt(location.hash);
  showData();
  listen();
  layOut();
  setLanguage(state.language);
  runLibrary(await library);
  // Ready: what is near the screen is drawn.
  await draw();
  root.dataset.ready = "";
}
