// Tables with many rows: a button shows all of them, or the first ones again. Print and who reads without script have all.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-all-rows]");
  if (!button) return;
  const whole = button.parentNode.querySelector("table[data-cut]").classList.toggle("whole");
  button.setAttribute("aria-expanded", String(whole));
});
