// A reply is kept as a draft while it is typed: sealed to its officer alone, and gone when it is sent.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-draft]"));
const PAUSE = 2000;

/**
 * @param {HTMLFormElement} at
 * @param {HTMLTextAreaElement} text
 */
function keepDrafts(at, text) {
  const said = document.getElementById("draft-kept");
  let kept = text.value;
  let waiting = 0;
  const stop = new AbortController();

  async function keep() {
    if (stop.signal.aborted || text.value === kept) return;
    const [typed, body] = [text.value, new FormData(at)];
    const token = String(body.get("csrf_token"));
    const sent = new URLSearchParams({ text: typed });
    const headers = { "X-CSRFToken": token };
    const how = /** @type {const} */ ({ method: "POST", redirect: "error", signal: stop.signal });
    const answer = await fetch(at.dataset.draft ?? "", { ...how, headers, body: sent }).catch(
      () => null,
    );
    if (answer?.ok) kept = typed;
    if (stop.signal.aborted) return;
    if (said) said.textContent = answer?.ok ? "Draft kept." : "The draft could not be kept.";
  }

  text.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void keep(), PAUSE);
    if (said) said.textContent = "";
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void keep();
  });
  at.addEventListener("submit", () => {
    stop.abort();
    window.clearTimeout(waiting);
  });
}

const text = form?.querySelector("textarea");
if (form && text) keepDrafts(form, text);
