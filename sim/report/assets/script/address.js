// The address of a view: what the reader chose stands behind # as name=value, with the names of scenarios (their ids on the page change
// with the ranking), and only where it differs from what is shown first. Read back, what is unknown is passed over.
const code = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
// Choices whose controls are not data-choice: how their section reads a value from the address (undefined when it cannot), and when
// it need not stand there.
const readers = {}, silent = {};
const isView = (hash) => hash.length < 2 || hash.includes("=");

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;  // not a code: nobody's name
  }
}

// Names of scenarios by id, and ids by name.
const nameOf = (value) => (Object.hasOwn(payload.names, value) ? payload.names[value] : value);
const idOf = (name) => Object.keys(payload.names).find((id) => payload.names[id] === name);

function valueAt(choice, text) {
  const name = text === undefined ? undefined : decode(text);
  if (name === undefined) return undefined;
  if (choice === "language") return Object.hasOwn(payload.pages, name) ? name : undefined;
  if (readers[choice]) return readers[choice](name);
  const id = idOf(name);
  const found = id === undefined ? undefined : offered(choice, id);
  return found !== undefined || Object.hasOwn(payload.names, name) ? found : offered(choice, name);
}

function listAt(choice, text) {
  const [control] = controls(choice);
  if (!control && !readers[choice]) return undefined;
  const asked = text.split(",").map((part) => valueAt(choice, part)).filter((value) => value !== undefined);
  const [least, most] = control ? ["least", "most"].map((which) => limit(control, which)) : [0, Infinity];
  const found = [...new Set(asked)].slice(0, most);
  return found.length >= least && (found.length || !text) ? found : undefined;
}

function viewAt(hash) {
  const chosen = { ...first };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [name, text] = [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)];
    const choice = decode(name);
    if (choice === undefined || !part.includes("=") || !Object.hasOwn(first, choice) || derived.has(choice)) continue;
    const value = Array.isArray(first[choice]) ? listAt(choice, text) : valueAt(choice, text);
    if (value !== undefined) chosen[choice] = value;
  }
  return derive(chosen);
}

function hashOfView() {
  const write = (value) => code(typeof value === "boolean" ? String(Number(value)) : nameOf(String(value)));
  const parts = Object.keys(first)
    .filter((choice) => !derived.has(choice) && JSON.stringify(state[choice]) !== JSON.stringify(first[choice]))
    .filter((choice) => !silent[choice]?.())
    .filter((choice) => choice === "language" || readers[choice] || controls(choice).length)
    .map((choice) => `${code(choice)}=${Array.isArray(state[choice]) ? state[choice].map(write).join(",") : write(state[choice])}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

const linkToView = () => location.href.split("#")[0] + hashOfView();

function writeAddress() {
  if ("ready" in root.dataset && linkToView() !== location.href) history.replaceState(null, "", linkToView());
}

// The back button, or a link pasted into the address bar.
function openAddress() {
  if (!isView(location.hash)) return;
  state = viewAt(location.hash);
  setLanguage(state.language);
}
