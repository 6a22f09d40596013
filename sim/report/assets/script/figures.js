// Draws the charts. It knows none of them: figures come ready, with {"ref": "path/{choice}"} where data go and "var(--name)" where
// colours go; braces take the reader's present choice, or what a panel is bound to. A chart is drawn when it comes near the screen, all of them for print, and again
// only when what it shows has changed; until then its element has data-stale.
let bound = {};
const fill = (path) => path.replace(/\{(\w+)\}/g, (_, choice) => bound[choice] ?? state[choice]);
const find = (tree, path) => fill(path).split("/").reduce((node, part) => (node == null ? undefined : node[part]), tree);
const NEAR = 800;
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

// The figure of a panel of a place, resolved.
function figureOf(place, panel, colours) {
  bound = panel.bound;
  const figure = resolve(own().figures[place.dataset.figure], colours);
  bound = {};
  return figure;
}

// Keeps the room of charts that are not drawn yet, so that the page does not jump when they are.
function reserve(place, colours) {
  for (const panel of panels(place)) {
    bound = panel.bound;
    const height = resolve(own().figures[place.dataset.figure].layout.height, colours);
    bound = {};
    if (typeof height === "number") panel.element.style.minHeight = `${height}px`;
  }
}

function watch(place) {
  watcher ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      nearby[isIntersecting ? "add" : "delete"](target);
      if (isIntersecting && "stale" in target.dataset) drawOne(target);
    }
  }, { rootMargin: `${NEAR}px` });
  watcher.observe(place);
}

function isNear(place) {
  const { top, bottom } = place.getBoundingClientRect();
  return nearby.has(place) || (top < innerHeight + NEAR && bottom > -NEAR);
}

function drawOne(place) {
  delete place.dataset.stale;
  const colours = getComputedStyle(root);
  const config = { ...payload.config, locale: state.language === "nl" ? "nl" : "en-US" };
  return Promise.all(panels(place).map((panel) => {
    const { element } = panel, figure = figureOf(place, panel, colours), width = printing ? printWidth(element) : element.clientWidth;
    figure.layout.width = width;
    const shows = JSON.stringify([config.locale, figure]);
    if (drawn.get(element) === shows) return undefined;
    drawn.set(element, shows);
    return window.Plotly.react(element, figure.data, figure.layout, config);
  }));
}

// Resolves when the charts near the screen (in print: all that are shown) have been drawn.
function draw() {
  if (!window.Plotly) return Promise.resolve();
  const colours = getComputedStyle(root);
  const places = all("[data-figure]", page());
  for (const place of places) {
    place.dataset.stale = "";
    reserve(place, colours);
    watch(place);
  }
  return Promise.all(places.filter((place) => isShown(place) && (printing || isNear(place))).map(drawOne));
}

// Charts have the width of their place, which the window changes.
let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(draw, 150);
});
