// A link with data-swap="id" brings only that part of its page, and keeps the place and the focus; data-keep names the
// link among its kind. Without scripts, or where that fails, it is a link as any other.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const id = link.dataset.swap;
  const keep = link.dataset.keep;
  const part = document.getElementById(id);
  part.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(id);
    if (!fresh) throw new Error("no such part");
    part.replaceWith(document.adoptNode(fresh));
    history.replaceState(history.state, "", link.href);
    if (keep) fresh.querySelector(`[data-keep="${CSS.escape(keep)}"]`)?.focus();
    document.dispatchEvent(new CustomEvent("swapped", { detail: fresh }));
  } catch {
    location.href = link.href;
  }
});
