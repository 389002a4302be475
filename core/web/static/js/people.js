// A password that can be shown while it is typed; what is shown once can be copied.
for (const label of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(label.dataset.reveal);
  label.hidden = false;
  label.querySelector("input").addEventListener("change", (event) => {
    input.type = event.target.checked ? "text" : "password";
  });
  input.form?.addEventListener("submit", () => (input.type = "password"));
}

for (const input of document.querySelectorAll("[data-select]")) input.addEventListener("focus", () => input.select());

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const input = document.getElementById(button.dataset.copy);
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      document.execCommand("copy"); // no clipboard without https
    }
    button.querySelector("use").setAttribute("href", button.querySelector("use").getAttribute("href").replace(/#.*/, "#icon-check"));
  });
}
