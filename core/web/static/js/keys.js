// Few keys: "/" goes to the search of the page, Ctrl K (or ⌘ K) to "go to", "n" to the main button's new record,
// Ctrl S (⌘ S) saves the form. An element names its key: data-key="/".
const typing = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

const named = (event) => {
  if (event.altKey || event.isComposing) return "";
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return `ctrl ${key}`;
  return typing(event.target) ? "" : key;
};

document.addEventListener("keydown", (event) => {
  const key = named(event);
  const target = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target || target.closest("[hidden]")) return;
  event.preventDefault();
  if (typing(target)) {
    target.focus();
    target.select?.();
  } else target.click();
});
