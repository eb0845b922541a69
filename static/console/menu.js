// The menu of further pages opens and closes without this. With it, Escape, a click elsewhere and Tab out of it
// close it too, as in any other program.
{
  const menu = document.querySelector(".more-menu");
  if (menu instanceof HTMLDetailsElement) {
    const close = () => {
      menu.open = false;
    };
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close();
      menu.querySelector("summary")?.focus();
    });
    document.addEventListener("click", (event) => {
      if (event.target instanceof Node && !menu.contains(event.target)) close();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) close();
    });
  }
}
