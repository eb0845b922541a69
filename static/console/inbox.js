// The inbox: says what came since without moving the list, and how many cases are chosen.

const SECONDS = 20;
const news = /** @type {HTMLElement} */ (document.querySelector("#news"));
const show = /** @type {HTMLAnchorElement} */ (news.querySelector("a"));
let said = 0;

/** @param {number} count */
function say(count) {
  if (count === said) return;
  said = count;
  show.textContent = `${count} new: show`;
  show.hidden = count === 0;
}

async function ask() {
  if (document.hidden) return;
  const answer = await fetch(news.dataset.from ?? "", { redirect: "error" }).catch(() => null);
  if (answer?.ok) say((await answer.json()).new);
}

window.setInterval(() => void ask(), SECONDS * 1000);
document.addEventListener("visibilitychange", () => void ask());

const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (
  document.querySelectorAll('input[name="case"][form="bulk"]')
);
const chosen = document.querySelector("#chosen");

function count() {
  const checked = [...boxes].filter((box) => box.checked).length;
  if (chosen) chosen.textContent = checked > 0 ? ` (${checked})` : "";
}

for (const box of boxes) box.addEventListener("change", count);
count();
