// Draws the charts. It knows none of them: figures come ready, with {"ref": "path/{choice}"} where data go and "var(--name)" where
// colours go; braces take the reader's present choice, or what a panel is bound to.
let bound = {};
const drawn = new WeakMap(); // what stands in each chart, so that a choice redraws only what it changes
const fill = (path) => path.replace(/\{(\w+)\}/g, (_, choice) => bound[choice] ?? state[choice]);
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
  return Promise.all(all("[data-figure]", page()).flatMap((place) => panels(place).map(({ element, bound: own_bound }) => {
    bound = own_bound;
    const figure = resolve(own().figures[place.dataset.figure], colours);
    bound = {};
    if (printing || place.dataset.each) figure.layout.width = printing ? printWidth(element) : element.clientWidth;
    const text = JSON.stringify([figure, config.locale]);
    if (drawn.get(element) === text) return undefined;
    drawn.set(element, text);
    return window.Plotly.react(element, figure.data, figure.layout, config);
  })));
}
