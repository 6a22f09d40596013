// The scenarios shown side by side: `state.scenarios`, the one in focus (`state.scenario`) always among them and first.
const MOST_SCENARIOS = 6;

// A list of one follows the focus; a longer one keeps its scenarios when the focus moves.
function settleScenarios() {
  const known = Object.keys(payload.against);
  const chosen = [...new Set(state.scenarios)].filter((id) => known.includes(id));
  const others = chosen.length > 1 ? chosen.filter((id) => id !== state.scenario) : [];
  state.scenarios = [state.scenario, ...others].slice(0, MOST_SCENARIOS);
}

function showScenarios() {
  if (!state.scenarios) return;
  settleScenarios();
  const box = page().querySelector("[data-compare]");
  if (!box) return;
  const words = own().texts.compare, n = state.scenarios.length, isFull = n >= MOST_SCENARIOS;
  for (const input of all("input[data-with]", box)) {
    const id = input.dataset.with;
    input.checked = state.scenarios.includes(id);
    input.disabled = id === state.scenario || (isFull && !input.checked);
  }
  box.querySelector("[data-count]").textContent = fillWords(words.count, { n, most: MOST_SCENARIOS });
  const status = box.querySelector("[data-status]");
  const text = fillWords(words[isFull ? "full" : "status"], { n, most: MOST_SCENARIOS });
  if (status.textContent !== text) status.textContent = text; // read out only when it changes
  box.querySelector("[data-only]").disabled = n === 1;
}

document.addEventListener("change", (event) => {
  const id = event.target.dataset.with;
  if (!id) return;
  state.scenarios = event.target.checked ? [...state.scenarios, id] : state.scenarios.filter((other) => other !== id);
  refresh();
});

document.addEventListener("click", (event) => {
  for (const box of all("[data-compare][open]")) if (!box.contains(event.target)) box.open = false;
  const button = event.target.closest("[data-only]");
  if (!button) return;
  state.scenarios = [state.scenario];
  button.closest("[data-compare]").querySelector("summary").focus(); // the button is about to be disabled
  refresh();
});

document.addEventListener("keydown", (event) => {
  const box = event.key === "Escape" && event.target.closest("[data-compare][open]");
  if (!box) return;
  box.open = false;
  box.querySelector("summary").focus();
});

refreshers.push(showScenarios);
readers.scenarios = idOf;
silent.scenarios = () => state.scenarios.length === 1; // the one in focus, which stands there itself
