// Two small services: nobody is signed out while typing, and a page left open closes at the idle limit.

/** @param {string} name */
const meta = (name) =>
  document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

const idleMilliseconds = Number(meta("idle-seconds")) * 1000;
const between = Math.min(60_000, idleMilliseconds / 3);
let closing = 0;
let touched = Date.now();

function rest() {
  window.clearTimeout(closing);
  closing = window.setTimeout(
    () => window.location.replace("/sign-in?rest"),
    idleMilliseconds + 5000,
  );
}

async function touch() {
  if (Date.now() - touched < between) return;
  touched = Date.now();
  const headers = { "X-CSRFToken": meta("csrf-token") };
  const answer = await fetch("/touch", { method: "POST", headers, redirect: "error" }).catch(
    () => null,
  );
  if (answer?.ok) rest();
}

/** @param {HTMLTextAreaElement} text */
function measure(text) {
  const shown = document.querySelector(`output[for="${text.id}"]`);
  if (!shown) return;
  const size = new TextEncoder().encode(text.value.trim()).length;
  const left = Number(text.dataset.max) - size;
  shown.textContent = left < 0 ? `${-left} bytes too long` : size > 0 ? `${left} bytes left` : "";
}

if (idleMilliseconds > 0) rest();
for (const text of document.querySelectorAll("textarea")) {
  text.addEventListener("input", () => {
    measure(text);
    void touch();
  });
  measure(text);
}
