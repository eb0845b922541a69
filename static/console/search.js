// "/" leads to the search box, from anywhere but a field that somebody types in.

const typing = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  const here = event.target instanceof Element && event.target.closest(typing);
  if (event.key !== "/" || here || event.ctrlKey || event.altKey || event.metaKey) return;
  const box = document.querySelector("form.search input[type=search]");
  if (!(box instanceof HTMLInputElement)) return;
  event.preventDefault();
  box.focus();
  box.select();
});
