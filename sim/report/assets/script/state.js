// What the parts of the script share: the page's data, the reader's choices, and short ways to elements.
const root = document.documentElement;
const all = (selector, from) => [...(from || document).querySelectorAll(selector)];
const page = () => document.querySelector(`[data-page="${state.language}"]`);
const own = () => payload.pages[state.language];
let payload, state, printing = false;
