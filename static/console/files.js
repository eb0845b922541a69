// Pictures made of a file: choosing one shows it sharp in its place, Escape blurs all again.

/** @type {HTMLAnchorElement[]} */
const shots = [...document.querySelectorAll("a[data-sharp]")].filter(
  (one) => one instanceof HTMLAnchorElement,
);

/**
 * @param {HTMLAnchorElement} shot
 * @param {boolean} sharp
 */
function show(shot, sharp) {
  const picture = shot.querySelector("img");
  const says = shot.querySelector("[data-says]");
  if (!picture || !says) return;
  shot.classList.toggle("sharp", sharp);
  picture.src = (sharp ? shot.dataset.sharp : shot.dataset.blurred) ?? "";
  picture.alt = `${shot.dataset.called}${sharp ? "" : ", blurred"}`;
  says.textContent = sharp ? "hide" : "show";
}

for (const shot of shots) {
  shot.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(shot, !shot.classList.contains("sharp"));
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const shot of shots) show(shot, false);
});
