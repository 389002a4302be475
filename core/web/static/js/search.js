// The search box: while somebody types, the fields in which it can be looked for; in the panel, only what fits a field.
const box = document.querySelector("input[data-suggest]");
const list = box && document.getElementById(box.dataset.suggest);

if (list) {
  const options = [...list.querySelectorAll("[role=option]")];
  let at = -1;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-autocomplete", "list");
  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) mark(-1);
  };
  const mark = (place) => {
    at = place;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", options[place].id);
  };
  const follow = (option) => (location.href = option.dataset.href + encodeURIComponent(box.value.trim()));
  show(false);
  box.addEventListener("input", () => {
    const text = box.value.trim();
    for (const option of options) option.querySelector("[data-typed]").textContent = text;
    show(text !== "");
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark((at + (event.key === "ArrowDown" ? 1 : options.length) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      follow(options[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      show(false);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
  box.addEventListener("blur", () => show(false));
}

const field = document.querySelector("select[data-ways]");
if (field) {
  const how = field.form.elements.how;
  const to = field.form.elements.to;
  const fit = () => {
    const chosen = field.selectedOptions[0];
    const ways = chosen?.dataset.ways.split("|") ?? [];
    for (const option of how.options) option.hidden = option.disabled = !ways.includes(option.value);
    if (how.selectedOptions[0]?.disabled !== false) how.value = ways[0] ?? "";
    const options = chosen?.dataset.options ? chosen.dataset.options.split("|") : [];
    to.list.replaceChildren(...options.map((value) => Object.assign(document.createElement("option"), { value })));
    to.hidden = ["set", "unset"].includes(how.value);
  };
  field.addEventListener("change", fit);
  how.addEventListener("change", fit);
  fit();
}
