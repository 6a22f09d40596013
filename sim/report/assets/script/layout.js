// The frame: marks the present section in the contents, and tells which tables go on beyond their box.
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

// The short contents fold away before the page goes where their link leads.
function foldContents(event) {
  const box = event.target.closest?.(".contents-small a") && event.target.closest("details");
  if (box) box.open = false;
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
  document.addEventListener("click", foldContents, true);
  document.addEventListener("toggle", mark, true);
  addEventListener("scroll", mark, { passive: true, capture: true });
  addEventListener("resize", mark);
}
