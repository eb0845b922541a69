/** The few things the page does to its document. Text goes in as text, never as markup. */

/**
 * The element with this id. It is a mistake of ours if there is none.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} id @returns {HTMLButtonElement} */
export function button(id) {
  return /** @type {HTMLButtonElement} */ (byId(id));
}

/** @param {string} id @returns {HTMLTextAreaElement} */
export function textArea(id) {
  return /** @type {HTMLTextAreaElement} */ (byId(id));
}

/** @param {string} id @returns {HTMLInputElement} */
export function input(id) {
  return /** @type {HTMLInputElement} */ (byId(id));
}

/**
 * Make an element with attributes and children; strings become text.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Show some words in an element, or hide it when there are none.
 * @param {HTMLElement} element
 * @param {string} words
 */
export function say(element, words) {
  element.textContent = words;
  element.hidden = words === "";
}

/**
 * Do something when a button is pressed.
 * @param {string} id
 * @param {() => unknown} action
 */
export function onPress(id, action) {
  byId(id).addEventListener("click", action);
}

/** Let the browser paint before work that keeps it busy. @returns {Promise<void>} */
export function painted() {
  return new Promise((resolve) => {
    // A page in the background paints nothing, so a timer stands by.
    const late = setTimeout(resolve, 200);
    requestAnimationFrame(() => {
      setTimeout(() => {
        clearTimeout(late);
        resolve();
      }, 0);
    });
  });
}
