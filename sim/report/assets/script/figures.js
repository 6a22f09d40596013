// Draws the charts. It knows none of them: figures come ready, with {"ref": "path/{choice}"} where data go and "var(--name)" where
// colours go; braces take the reader's present choice. A chart is drawn when it comes near the screen, all of them for print, and again
// only when what it shows has changed; until then its element has data-stale.
const fill = (path) => path.replace(/\{(\w+)\}/g, (_, choice) => state[choice]);
const find = (tree, path) => fill(path).split("/").reduce((node, part) => (node == null ? undefined : node[part]), tree);
const NEAR = 800;
const PRINT_WIDTH = 680;
const drawn = new WeakMap(), nearby = new Set();
let watcher;

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

const figureOf = (element) => own().figures[element.dataset.figure];

// Keeps the room of a chart that is not drawn yet, so that the page does not jump when it is.
function reserve(element, colours) {
  const height = resolve(figureOf(element).layout.height, colours);
  if (typeof height === "number") element.style.minHeight = `${height}px`;
}

function watch(element) {
  watcher ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      nearby[isIntersecting ? "add" : "delete"](target);
      if (isIntersecting && "stale" in target.dataset) drawOne(target);
    }
  }, { rootMargin: `${NEAR}px` });
  watcher.observe(element);
}

function isNear(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return nearby.has(element) || (top < innerHeight + NEAR && bottom > -NEAR);
}

function drawOne(element) {
  delete element.dataset.stale;
  const figure = resolve(figureOf(element), getComputedStyle(root));
  if (printing) figure.layout.width = PRINT_WIDTH;
  const shows = JSON.stringify([state.language, figure, printing ? PRINT_WIDTH : element.clientWidth]);
  if (drawn.get(element) === shows) return Promise.resolve();
  drawn.set(element, shows);
  const config = { ...payload.config, locale: state.language === "nl" ? "nl" : "en-US" };
  return window.Plotly.react(element, figure.data, figure.layout, config);
}

// Resolves when the charts near the screen (in print: all that are shown) have been drawn.
function draw() {
  if (!window.Plotly) return Promise.resolve();
  const colours = getComputedStyle(root);
  const elements = all("[data-figure]", page());
  for (const element of elements) {
    element.dataset.stale = "";
    reserve(element, colours);
    watch(element);
  }
  return Promise.all(elements.filter((element) => isShown(element) && (printing || isNear(element))).map(drawOne));
}
