// Single keys that do what buttons, links and fields of the page do. A page names them itself: data-key="t" on
// what a key presses or leads to, data-says for the sheet that `?` opens. They can be switched off there (WCAG
// 2.1.4), and are never taken from somebody who types, nor with Ctrl, Alt or Meta.
{
  const SWITCH = "tipline-shortcuts";
  const isOn = () => localStorage.getItem(SWITCH) !== "off";

  const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("tr.line")]);
  const current = () => document.activeElement?.closest("tr.line") ?? null;
  /** @param {Element | null | undefined} row */
  const linkIn = (row) => /** @type {HTMLElement | null} */ (row?.querySelector("th a") ?? null);

  /** @param {number} by */
  const step = (by) => {
    const all = rows();
    const row = /** @type {HTMLElement | null} */ (current());
    const at = row ? all.indexOf(row) + by : 0;
    linkIn(all[at])?.focus();
  };
  const choose = () =>
    /** @type {HTMLElement | null} */ (current()?.querySelector(".choose input") ?? null)?.click();

  /** What is there on every page with a list. @type {Record<string, [string, () => void]>} */
  const LIST = {
    j: ["Next case in the list", () => step(1)],
    k: ["The case before it", () => step(-1)],
    o: ["Open it (Enter does so too)", () => linkIn(current())?.click()],
    x: ["Choose it, or leave it", choose],
  };

  /** @returns {HTMLElement[]} */
  const named = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-key]")]);

  /** Press a button or link; go to a field, or to the first one under a heading that opens. @param {HTMLElement} what */
  const go = (what) => {
    for (let at = what.closest("details"); at; at = at.parentElement?.closest("details") ?? null) {
      at.open = true;
    }
    const below = what.matches("summary") ? what.parentElement : null;
    const field = /** @type {HTMLElement | null} */ (
      below?.querySelector("select, textarea") ?? null
    );
    if (what.matches("button, a")) what.click();
    /** @type {HTMLElement} */ else (field ?? what).focus();
  };

  /** @returns {[string, string][]} */
  const known = () => [
    ...(rows().length > 0 ? Object.entries(LIST) : []).map(
      ([key, [says]]) => /** @type {[string, string]} */ ([key, says]),
    ),
    ...named().map(
      (one) =>
        /** @type {[string, string]} */ ([
          one.dataset.key ?? "",
          one.dataset.says ?? one.textContent?.trim() ?? "",
        ]),
    ),
    ["?", "This sheet"],
  ];

  const sheet = document.createElement("dialog");
  sheet.className = "shortcuts";
  sheet.setAttribute("aria-labelledby", "shortcuts-title");
  document.body.append(sheet);

  /** @param {string} tag @param {string} [text] */
  const made = (tag, text = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const fill = () => {
    const title = made("h2", "Shortcuts");
    title.id = "shortcuts-title";
    const lines = made("dl");
    for (const [key, says] of known()) {
      const term = made("dt");
      term.append(made("kbd", key));
      lines.append(term, made("dd", says));
    }
    const label = made("label", " Shortcuts are on, in this browser");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = isOn();
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(SWITCH);
      else localStorage.setItem(SWITCH, "off");
    });
    label.prepend(box);
    const form = document.createElement("form");
    form.method = "dialog";
    form.append(label, made("button", "Close"));
    sheet.replaceChildren(title, lines, form);
  };

  const open = () => {
    fill();
    sheet.showModal();
  };

  /** @param {EventTarget | null} target */
  const types = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit])"));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (!isOn() || sheet.open || types(event.target)) return;
    const listed = rows().length > 0 ? LIST[event.key] : undefined;
    const one = named().find((each) => each.dataset.key === event.key);
    if (event.key === "?") open();
    else if (listed) listed[1]();
    else if (one && !event.repeat) go(one);
    else return;
    event.preventDefault();
  });

  const button = document.querySelector("#shortcuts");
  if (button instanceof HTMLElement) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
}
