// Finding a related record while typing. Without scripts the text itself is sent and looked up on saving.
//
//   <span class="pick" data-find="/find/res.partner">  text · hidden id · hidden name of that id
//   <span class="pick" data-find="…" data-adds="tags">  text whose choices become ticked chips
const WAIT = 150; // ms after the last key
let count = 0;

for (const box of document.querySelectorAll("[data-find]")) enhance(box);
document.addEventListener("shown", (event) => {
  for (const box of event.target.querySelectorAll("[data-find]")) enhance(box);
});

function enhance(box) {
  const input = box.querySelector("input[type=text]");
  const [id, was] = box.querySelectorAll("input[type=hidden]");
  const adds = box.dataset.adds;
  const list = document.createElement("ul");
  list.className = "offers panel";
  list.id = `offers-${++count}`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  box.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asked = null;
  let at = -1;

  const close = () => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (place) => {
    const all = [...list.children];
    if (!all.length) return;
    at = (place + all.length) % all.length;
    for (const [index, item] of all.entries()) item.setAttribute("aria-selected", String(index === at));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };

  const choose = (item) => {
    if (adds) addChip(box, adds, item.dataset.id, item.dataset.title);
    else {
      input.value = was.value = item.dataset.title;
      id.value = item.dataset.id;
    }
    if (adds) input.value = "";
    input.removeAttribute("aria-invalid");
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const show = (records) => {
    list.replaceChildren(
      ...records.map((record, place) => {
        const item = document.createElement("li");
        item.className = "item";
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.dataset.id = record.id;
        item.dataset.title = record.title;
        const title = document.createElement("span");
        title.textContent = record.title;
        item.append(title);
        if (record.hint) {
          const hint = document.createElement("span");
          hint.className = "quiet small";
          hint.textContent = record.hint;
          item.append(hint);
        }
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          choose(item);
        });
        return item;
      }),
    );
    list.hidden = !records.length;
    input.setAttribute("aria-expanded", String(records.length > 0));
    at = -1;
    if (records.length && input.value.trim()) mark(0);
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = `${box.dataset.find}?q=${encodeURIComponent(input.value.trim())}`;
    const headers = { Accept: "application/json" };
    const companies = input.form?.elements._companies?.value; // another tab may have chosen others since
    if (companies) headers["X-Company"] = companies;
    try {
      const answer = await fetch(address, { headers, signal: asked.signal });
      if (answer.ok) show((await answer.json()).records);
    } catch (error) {
      if (error.name !== "AbortError") close(); // the server is away: the text will be looked up on saving
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const opened = !list.hidden;
    if (event.key === "ArrowDown" && !opened) ask();
    else if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp" && opened) mark(at < 0 ? -1 : at - 1);
    else if (event.key === "Enter" && opened && at >= 0) choose(list.children[at]);
    else if (event.key === "Escape" && opened) close();
    else if (event.key === "Tab" && opened && at >= 0 && input.value.trim()) return choose(list.children[at]);
    else return;
    event.preventDefault();
  });
}

function addChip(box, name, id, title) {
  const group = box.parentElement;
  const there = group.querySelector(`input[type=checkbox][value="${CSS.escape(id)}"]`);
  if (there) {
    there.checked = true;
    return;
  }
  const chip = document.createElement("label");
  chip.className = "chip";
  const tick = document.createElement("input");
  tick.type = "checkbox";
  tick.name = name;
  tick.value = id;
  tick.checked = true;
  const text = document.createElement("span");
  text.textContent = title;
  chip.append(tick, text);
  box.before(chip);
}
