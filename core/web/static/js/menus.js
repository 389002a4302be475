// What opens (details.pop) closes on Escape, on a click elsewhere and when another one opens; arrows walk in it.
const open = () => document.querySelectorAll("details.pop[open]");
const items = (pop) =>
  [...pop.querySelectorAll(".panel a, .panel summary, .panel button:not([disabled]), .panel input, .panel select")].filter(
    (item) => item.checkVisibility(),
  );

document.addEventListener("click", (event) => {
  for (const pop of open()) if (!pop.contains(event.target)) pop.open = false;
});

document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.("details.pop[open]")) return;
    for (const pop of open()) if (pop !== event.target) pop.open = false;
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const pop = document.activeElement?.closest("details.pop[open]");
  if (!pop) return;
  if (event.key === "Escape") {
    pop.open = false;
    pop.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = items(pop);
    if (!all.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = all.indexOf(document.activeElement);
    event.preventDefault();
    all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length].focus();
  }
});
