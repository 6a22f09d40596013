// What the parts of the script share: the page's data, the reader's choices, and short ways to elements.
const root = document.documentElement;
const all = (selector, from) => [...(from || document).querySelectorAll(selector)];
const page = () => document.querySelector(`[data-page="${state.language}"]`);
const own = () => payload.pages[state.language];
const isShown = (element) => element.getClientRects().length > 0 && !element.closest("details:not([open])");
// `first` is what the page shows when nobody chose anything yet, `state` what it shows now.
let payload, first, state, printing = false;
