// Small multiples: data-each="scenarios" repeats a figure, a panel for each chosen scenario, with {scenario} and {against} bound to it.
function panels(element) {
  const each = element.dataset.each;
  if (!each) return [{ element, bound: {} }];
  const ids = state[each];
  while (element.children.length > ids.length) {
    window.Plotly.purge(element.lastElementChild.lastElementChild);
    element.lastElementChild.remove();
  }
  while (element.children.length < ids.length) element.append(panel());
  const { view } = payload.data;
  element.dataset.count = ids.length;
  element.toggleAttribute("data-labelled", view.labelled); // the names stand in the chart
  return ids.map((scenario, position) => {
    const [heading, note, chart] = element.children[position].children;
    const against = payload.against[scenario];
    heading.textContent = own().texts.name[scenario];
    note.textContent = against === scenario ? "" : fillWords(own().texts.over_time.against, { reference: own().texts.references[against] });
    note.classList.toggle("dashed", view.level_shown);
    return { element: chart, bound: { scenario, against } };
  });
}

function panel() {
  const made = document.createElement("div");
  const [heading, note, chart] = ["h3", "p", "div"].map((tag) => made.appendChild(document.createElement(tag)));
  made.className = "panel";
  note.className = "note";
  chart.className = "chart";
  return made;
}

// Width in print: the paper's, or half of it when panels stand side by side.
const printWidth = (element) => (element.closest("[data-each]")?.dataset.count > 1 ? 330 : 680);
