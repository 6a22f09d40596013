// The frame: marks the present section in the contents, follows its links, and tells which tables go on beyond their box.
// The address keeps the reader's choices, so a link of the contents moves the page and leaves the address alone.
function markSection() {
  const anchors = all(".anchor", page());
  const passed = anchors.filter((anchor) => anchor.getBoundingClientRect().top < innerHeight / 3);
  const current = (passed.length ? passed[passed.length - 1] : anchors[0])?.id;
  for (const link of all(".parts a", page())) {
    if (link.hash === `#${current}`) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

function markScrollers() {
  for (const box of all(".scroll", page())) box.toggleAttribute("data-more", box.scrollLeft + box.clientWidth < box.scrollWidth - 4);
}

function follow(event) {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  const anchor = document.getElementById(link.hash.slice(1));
  const box = link.closest("details");
  if (box) box.open = false;
  anchor.scrollIntoView();
  let next = anchor.nextElementSibling;
  while (next && !next.matches("h1, h2") && !next.querySelector("h1, h2")) next = next.nextElementSibling;
  const heading = next && (next.matches("h1, h2") ? next : next.querySelector("h1, h2"));
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function layOut() {
  let asked = false;
  const mark = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      markSection();
      markScrollers();
    });
  };
  refreshers.push(mark);
  document.addEventListener("click", follow);
  document.addEventListener("toggle", mark, true);
  addEventListener("scroll", mark, { passive: true, capture: true });
  addEventListener("resize", mark);
}
