// The reader's choices. Every control with data-choice="name" shows state[name] and changes it: select, radio buttons, a range, one
// checkbox (true or false), or several of one name (a list, in the order of the page; data-least and data-most on an element around them
// bound its length). What a choice may be is what its controls offer; what state.name is first says whether it is a number or a list.
const controls = (choice, from) => all(`[data-choice="${CSS.escape(choice)}"]`, from);
const limit = (control, which) => Number(control.closest(`[data-${which}]`)?.dataset[which] ?? (which === "most" ? Infinity : 0));
// Follows from other choices, so neither stands in the address.
const derived = new Set(["against"]);

function derive(chosen) {
  if (payload.against) chosen.against = payload.against[chosen.scenario];
  return chosen;
}

function showChoice(control) {
  const value = state[control.dataset.choice];
  if (control.type === "radio") control.checked = control.value === String(value);
  else if (control.type !== "checkbox") control.value = value;
  else if (!Array.isArray(value)) control.checked = value;
  else {
    control.checked = value.includes(control.value);
    control.disabled = control.checked ? value.length <= limit(control, "least") : value.length >= limit(control, "most");
  }
}

function readControl(control) {
  const choice = control.dataset.choice;
  if (Array.isArray(first[choice])) return controls(choice, page()).filter((one) => one.checked).map((one) => one.value);
  if (control.type === "checkbox") return control.checked;
  return typeof first[choice] === "number" ? Number(control.value) : control.value;
}

// Whether a control of the page offers a value (text); of a range, the nearest value that it has.
function offered(choice, text) {
  for (const control of controls(choice)) {
    if (control.type === "range") {
      if (text.trim() === "" || !Number.isFinite(Number(text))) return undefined;
      const probe = control.cloneNode();
      probe.value = text;
      return Number(probe.value);
    }
    if (control.type === "checkbox" && !Array.isArray(first[choice])) return text === "1" ? true : text === "0" ? false : undefined;
    const values = control.options ? [...control.options].map((option) => option.value) : [control.value];
    if (values.includes(text)) return typeof first[choice] === "number" ? Number(text) : text;
  }
  return undefined;
}

function choose(control) {
  state[control.dataset.choice] = readControl(control);
  derive(state);
  refresh();
}
