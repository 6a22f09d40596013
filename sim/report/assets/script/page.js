// The page: fills what follows the reader's choices, changes the language, listens, and starts.
// What other parts do whenever a choice or the language changes, before the charts are drawn.
const refreshers = [];

function refresh() {
  for (const also of refreshers) also();
  for (const element of all("[data-text]", page())) {
    const text = find(own().texts, element.dataset.text);
    if (text !== undefined) element.textContent = text;
  }
  for (const element of all("[data-fragment]", page())) {
    const html = find(own().fragments, element.dataset.fragment);
    if (html !== undefined) element.innerHTML = html;
  }
  for (const element of all("[data-columns]", page())) columnsTable(element);
  for (const element of all("[data-twin]", page())) twin(element);
  for (const select of all("[data-choice]")) select.value = state[select.dataset.choice];
  return draw();
}

function setLanguage(language) {
  state.language = language;
  root.lang = language;
  document.title = own().title;
  const shown = page();
  // The other languages are packed with the data. Their markup is escaped by the same template as that of the first.
  if (!shown.firstElementChild) shown.innerHTML = own().body;
  for (const part of all("[data-page]")) part.hidden = part.dataset.page !== language;
  for (const button of all("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  return refresh();
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
  layOut();
  await loadLibrary();
  await setLanguage(state.language);
  root.dataset.ready = "";
}
