/** Choices in a reply: lines that begin with "[ ] " are boxes to tick. tipline/web/choices.py reads the same. */

const MARK = "[ ] ";
const TICKED = "[x] ";
const CHOICES_MAX = 20;
const LENGTH_MAX = 200;

/** @typedef {{text: string, choices: string[]}} Piece */

/**
 * A reply's pieces in their order: text, or the choices of one list.
 * @param {string} text
 * @returns {Piece[]}
 */
export function pieces(text) {
  const lines = text.split("\n");
  const count = lines.filter(isChoice).length;
  if (count === 0 || count > CHOICES_MAX) return [{ text, choices: [] }];
  /** @type {Piece[]} */
  const found = [];
  /** @type {string[]} */
  let words = [];
  const close = () => {
    const said = words.join("\n").replace(/^\n+|\n+$/g, "");
    if (said) found.push({ text: said, choices: [] });
    words = [];
  };
  for (const line of lines) {
    if (!isChoice(line)) {
      words.push(line);
      continue;
    }
    const last = found[found.length - 1];
    const begun = words.length === 0 && last && last.choices.length > 0 ? last : null;
    close();
    if (begun) begun.choices.push(choiceOf(line));
    else found.push({ text: "", choices: [choiceOf(line)] });
  }
  close();
  return found;
}

/**
 * A message with one choice ticked, as a line of its own, or without that line.
 * @param {string} message
 * @param {string} choice
 * @param {boolean} on
 */
export function ticked(message, choice, on) {
  const line = TICKED + choice;
  const others = message.split("\n").filter((one) => one !== line);
  if (!on) return others.join("\n");
  const before = others.join("\n").replace(/\n+$/, "");
  return before ? `${before}\n${line}\n` : `${line}\n`;
}

/** @param {string} line */
function choiceOf(line) {
  return line.slice(MARK.length).trim();
}

/** @param {string} line */
function isChoice(line) {
  const length = [...choiceOf(line)].length;
  return line.startsWith(MARK) && length > 0 && length <= LENGTH_MAX;
}
