// A form with data-guard warns before what was typed is lost; one with data-confirm (or a button with it) asks first.
const states = new Map();
const state = (form) => new URLSearchParams(new FormData(form)).toString();
let leaving = false;

for (const form of document.querySelectorAll("form[data-guard]")) states.set(form, state(form));

const changed = () => [...states].some(([form, before]) => state(form) !== before || form.hasAttribute("data-unsaved"));

addEventListener("beforeunload", (event) => {
  if (!leaving && changed()) event.preventDefault();
});

addEventListener("pageshow", () => (leaving = false));

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
    return;
  }
  leaving = true;
});
