// Cards are dragged, and moved by keys; what the server answers is the board as it is then. Without scripts a card has
// a page that asks where it goes, and the links and forms of the board do all the rest.
//
//   drop, Ctrl/Alt + arrow, "m" ──► the card goes there at once ──► POST ──► the board of the answer takes its place
//
// What is refused comes back with the card where it was, and says why.
const BOARD = "#board";
let busy = false;

const place = () => document.querySelector(BOARD);
const board = () => place().querySelector(".board");
const lanes = () => [...board().querySelectorAll(".col")];
const open = () => lanes().filter((lane) => !lane.classList.contains("fold"));
const cards = (lane) => [...lane.querySelectorAll("[data-card]")];
const held = (node) => node?.closest?.("[data-card]");
const movable = () => "movable" in board().dataset;
const sorts = () => "sorts" in board().dataset;

const say = (text) => {
  document.querySelector("#said").textContent = text;
};

// -- the answer of the server takes the place of what is shown ------------------------------------------

async function show(address, options = {}) {
  const scrolls = new Map(lanes().map((lane) => [lane.dataset.lane, lane.querySelector(".cards-of")?.scrollTop ?? 0]));
  const left = board().scrollLeft;
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(BOARD);
  if (!fresh) {
    // A question before something happens, or a log-in: the browser goes there itself.
    if (options.body) send(address, options.body);
    else location.assign(address);
    return answer;
  }
  place().replaceWith(document.adoptNode(fresh));
  board().scrollLeft = left;
  for (const lane of lanes()) {
    const list = lane.querySelector(".cards-of");
    if (list) list.scrollTop = scrolls.get(lane.dataset.lane) ?? 0;
  }
  if (answer.ok) history.replaceState(null, "", answer.url);
  place().dispatchEvent(new CustomEvent("shown", { bubbles: true }));
  return answer;
}

function send(address, data) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  for (const [name, value] of data) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

const focusCard = (id) => board().querySelector(`[data-card="${CSS.escape(id)}"] .open`)?.focus();

async function submit(form) {
  return show(form.action, { method: "POST", body: new FormData(form) });
}

// -- moving ------------------------------------------------------------------------------------------------

async function move(card, lane, before = null) {
  if (busy || !lane || !("takes" in lane.dataset)) return;
  const same = held(card).closest(".col") === lane;
  if (same && !sorts()) return;
  const name = card.querySelector(".open").textContent;
  const column = lane.querySelector("h2").textContent;
  const form = document.querySelector("#mover");
  const { id, version, to } = form.elements;
  id.value = card.dataset.card;
  version.value = card.dataset.version;
  to.value = lane.dataset.lane;
  const data = new FormData(form);
  if (sorts()) data.set("before", before?.dataset.card ?? "");
  const [home, next] = [card.parentNode, card.nextSibling];
  lane.querySelector(".cards-of")?.insertBefore(card, before);
  card.classList.add("sent");
  busy = true;
  const { moved, away } = place().dataset;
  try {
    const answer = await show(form.action, { method: "POST", body: data });
    if (document.contains(lane)) return; // nothing was shown: the page is being left for a question
    focusCard(id.value);
    if (answer.ok) say(moved.replace("%name", () => name).replace("%column", () => column));
    else say(place().querySelector(".message")?.textContent.trim() ?? "");
  } catch {
    home.insertBefore(card, next);
    card.classList.remove("sent");
    say(away);
  } finally {
    busy = false;
  }
}

// -- by mouse ------------------------------------------------------------------------------------------------

let dragged = null;
const unmark = () => {
  for (const marked of document.querySelectorAll(".drop, .drop-before")) marked.classList.remove("drop", "drop-before");
};

const below = (lane, y) =>
  cards(lane).find((card) => {
    const { top, height } = card.getBoundingClientRect();
    return card !== dragged && y < top + height / 2;
  }) ?? null;

document.addEventListener("dragstart", (event) => {
  dragged = held(event.target);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector(".open").textContent);
  requestAnimationFrame(() => dragged?.classList.add("dragged"));
});

document.addEventListener("dragover", (event) => {
  const lane = event.target.closest?.(".col[data-takes]");
  if (!dragged || !lane) return;
  event.preventDefault();
  unmark();
  lane.classList.add("drop");
  if (sorts()) below(lane, event.clientY)?.classList.add("drop-before");
});

document.addEventListener("drop", (event) => {
  const lane = event.target.closest?.(".col[data-takes]");
  if (!dragged || !lane) return;
  event.preventDefault();
  move(dragged, lane, sorts() ? below(lane, event.clientY) : (cards(lane)[0] ?? null));
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  unmark();
});

// -- by keys --------------------------------------------------------------------------------------------------

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function walk(card, [across, down]) {
  const lane = card.closest(".col");
  const at = cards(lane).indexOf(card);
  if (down) return cards(lane)[at + down]?.querySelector(".open").focus();
  const beside = open().filter((one) => one === lane || cards(one).length);
  const target = beside[beside.indexOf(lane) + across];
  const there = target ? cards(target) : [];
  there[Math.min(at, there.length - 1)]?.querySelector(".open").focus();
}

function carry(card, [across, down]) {
  const lane = card.closest(".col");
  if (across) {
    const takes = lanes().filter((one) => one === lane || "takes" in one.dataset);
    const target = takes[takes.indexOf(lane) + across];
    return target && move(card, target, cards(target)[0] ?? null);
  }
  const rest = cards(lane);
  const at = rest.indexOf(card) + down;
  if (sorts() && at >= 0 && at < rest.length) return move(card, lane, down < 0 ? rest[at] : (rest[at + 1] ?? null));
}

function pick(card) {
  const dialog = document.querySelector("#picker");
  const here = card.closest(".col").dataset.lane;
  for (const button of dialog.querySelectorAll("button")) button.disabled = button.value === here;
  dialog.returnValue = "";
  dialog.onclose = () => {
    const lane = lanes().find((one) => one.dataset.lane === dialog.returnValue);
    if (lane) move(card, lane, cards(lane)[0] ?? null);
    else card.querySelector(".open").focus();
  };
  dialog.showModal();
  dialog.querySelector("button:not([disabled])")?.focus();
}

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("#picker");
  if (picker && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const all = [...picker.querySelectorAll("button:not([disabled])")];
    const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    all[(at + all.length) % all.length]?.focus();
    return;
  }
  const card = event.target.matches?.(".open, .move") ? held(event.target) : null;
  if (event.key === "Escape" && event.target.closest?.("[data-quick]")) {
    event.preventDefault();
    event.target.closest("[data-quick]").querySelector("[data-close]").click();
  }
  if (!card || event.isComposing) return;
  const step = STEPS[event.key];
  if (step) {
    event.preventDefault();
    if (!event.ctrlKey && !event.altKey && !event.metaKey) walk(card, step);
    else if (movable()) carry(card, step);
  } else if (event.key.toLowerCase() === "m" && movable() && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    pick(card);
  }
});

// -- links and forms of the board ------------------------------------------------------------------------------

document.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const mover = event.target.closest?.(".card .move");
  if (mover) {
    event.preventDefault();
    pick(held(mover));
    return;
  }
  const link = event.target.closest?.("#board [data-add], #board [data-close], #board [data-more]");
  if (!link) return;
  event.preventDefault();
  const lane = link.closest(".col").dataset.lane;
  const after = "more" in link.dataset ? cards(link.closest(".col")).length : -1;
  await show(link.href);
  const again = lanes().find((one) => one.dataset.lane === lane);
  if (after >= 0) cards(again)[after]?.querySelector(".open").focus();
  else (again.querySelector("[data-quick] input:not([type=hidden])") ?? again.querySelector("[data-add]"))?.focus();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("#board [data-quick], #board [data-fold]")) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  const lane = form.closest(".col").dataset.lane;
  const name = [...form.querySelectorAll("input[type=text]")].map((input) => input.value)[0] ?? "";
  const { moved, away } = place().dataset;
  try {
    const answer = await submit(form);
    const again = lanes().find((one) => one.dataset.lane === lane);
    if ("fold" in form.dataset) again.querySelector(".folder").focus();
    else {
      const wrong = again.querySelector("[data-quick] [aria-invalid]");
      (wrong ?? again.querySelector("[data-quick] input:not([type=hidden])"))?.focus();
      const column = again.querySelector("h2").textContent;
      if (answer.ok) say(moved.replace("%name", () => name).replace("%column", () => column));
    }
  } catch {
    say(away);
  } finally {
    busy = false;
  }
});

document.querySelector("#board [data-quick] input:not([type=hidden])")?.focus();
