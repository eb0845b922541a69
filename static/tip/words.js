/**
 * Every word that the page's code says. The words of the document itself stand in templates/intake/page.html.
 * Short and calm: a frightened person reads them on a small screen.
 */

/** @param {number} left */
export const shiftLeft = (left) =>
  `Press Shift ${left} more ${left === 1 ? "time" : "times"} to leave.`;

// Loading

export const noCrypto = {
  title: "This browser cannot lock your words",
  text: "It is too old, or this page was not opened over a safe connection. Nothing can be sent from here. Use another browser.",
};

export const loading = {
  network: {
    title: "Something did not load",
    text: "This page could not get what it needs from our site. Check your network and try again. Nothing was sent.",
  },
  trust: {
    title: "Something is wrong with this site",
    text: "What this page got from our site does not carry the agency's signature, so it is not used and nothing can be sent with it. It can be a fault, or somebody may be changing it on the way. Try again later, from another network, or tell us in another way.",
  },
  board: {
    title: "The answers are not here",
    text: "The list of answers could not be loaded, or does not carry the agency's signature. You can tell us something, but you cannot read answers now. Try again.",
  },
};

/**
 * @param {string} notBefore
 * @param {string} notAfter
 * @param {string} today
 */
export const dates = (notBefore, notAfter, today) => ({
  title: "Is the date on your device right?",
  text: [
    `Your device says that today is ${today}.`,
    `The agency's keys are for ${notBefore} to ${notAfter}.`,
    "If the date on your device is wrong, go on. If it is right, do not go on: these keys are not for today, and somebody may be keeping the right ones from you. Try again later.",
  ],
});

/** @param {string} called */
export const readBy = (called) => (called ? `Read by: ${called}` : "");
/** @param {string[]} called */
export const missing = (called) =>
  called.length > 0
    ? `The keys of ${called.join(" and of ")} are not here now, so nothing can be sent to them. Do not choose something else instead: others would read it. Come back later, or try another network.`
    : "";

export const sendReady = "Your words are locked on this device first. Only then are they sent.";
export const sendWaiting = "Send opens when the agency's keys have arrived and are checked.";
export const sendShut =
  "Send is shut, because this page has no keys that it can trust. See the top of the page.";
export const repliesReady = "";
export const repliesWaiting = "This opens when the answers have arrived and are checked.";
export const repliesShut =
  "This is shut, because the answers did not arrive. See the top of the page.";

// Asking

export const inDanger = "Call 112, 911 or 999 now, if you can do it safely. Then send this too.";
export const problemTitle = "There is a problem";
export const chooseCategory = "Choose what it is about";
export const chooseDanger = "Say if anyone is in danger now";
export const writeSomething = "Write something, or add a file";
/** @param {number} characters */
export const tooLong = (characters) =>
  `Your words are too long. Take out about ${characters} letters, or some files`;
/** @param {number} characters */
export const spaceLeft = (characters) => `Room for about ${characters} more letters.`;

// Files

export const remove = "Remove";
/** @param {string} name */
export const removeFile = (name) => `Remove ${name}`;
/** @param {string} name @param {string} original @param {string} size */
export const fileLine = (name, original, size) => `${original} (${size}), sent as ${name}`;
export const tooManyFiles = "You can add 64 files. The rest was not added.";
export const tooMuch = "That is more than 64 MB in all. The rest was not added.";
/** @param {string} name */
export const fileGone = (name) =>
  `${name} cannot be read any more, or was changed. Remove it, or add it again.`;
/** @param {number} bytes */
export const size = (bytes) =>
  bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;

// Sending

export const locking = "Locking your words on this device…";
/** @param {number} done @param {number} all */
export const sendingFiles = (done, all) =>
  `Sending your files, locked: part ${done} of ${all}. Keep this page open.`;
export const sending = "Sending. Keep this page open.";
export const notSent = "It was NOT sent";
export const tryAgain = "Try again";
const kept = "Your words are still here. Keep this page open.";
export const failures = {
  network: `We got no answer from the site, so count it as not sent. ${kept} Check your network and try again.`,
  keys: `The agency has changed its keys, and this page could not get the new ones. ${kept} Try again in a few minutes.`,
  refused: `The site did not take it. ${kept} Try again. If it fails again, try tomorrow, or tell us in another way.`,
  page: `Something in this page failed before anything was sent. ${kept} Try again, or use another browser.`,
};
/** @param {number | null} seconds */
export const full = (seconds) =>
  `The site cannot take more at this moment. ${kept} Wait ${duration(seconds)}, then try again.`;

/** @param {number | null} seconds */
function duration(seconds) {
  if (seconds === null) return "some minutes";
  if (seconds <= 90) return "about a minute";
  if (seconds <= 90 * 60) return `about ${Math.ceil(seconds / 60)} minutes`;
  return `about ${Math.ceil(seconds / 3600)} hours`;
}

// Coming back

/** @type {Record<string, string>} */
export const receiptProblems = {
  empty: "Write your receipt",
  length: "Some letters are missing, or there are too many. A receipt has 28",
  character: "There is a sign in it that no receipt has",
  check: "Something in it is mistyped. Compare it with your paper, letter by letter",
};
export const looking = "Looking for your answers…";
export const noReplies = "There is no answer here for this receipt. Come back in a few days.";
/** @param {string} day */
export const replyOf = (day) => `Answer of ${day}`;
export const choicesHint =
  "Tick what is right. It is put into your words at the end of this page, and sent only when you send them.";
export const boardNone = "The agency has not put up a list of answers yet. Come back in two days.";
/** @param {string} day */
export const boardOf = (day) => `The newest list of answers is of ${day}.`;
/** @param {string} day */
export const boardOld = (day) =>
  `This list of answers is old: it is of ${day}. Newer answers may be missing. Come back later, or try another network.`;
/** @param {string[]} days */
export const collected = (days) =>
  `What you sent has arrived: the agency stored it on ${days.join(" and on ")}. That does not mean that it was read yet.`;
export const notCollected = [
  "This site does not show that your message arrived.",
  "If you sent it today or yesterday, that is normal. Come back in two days.",
  "If you sent it more than two weeks ago, it is normal too: the sign is shown for two weeks.",
  "If you sent it between, it may be lost. Please tell us again.",
];
export const notCollectedSince = [
  "You have an answer, so what you sent before it arrived.",
  "Did you send more after it? This site does not show yet that it arrived. If you sent that two to fourteen days ago, it may be lost. Please tell us again.",
];
export const toSameDesk = "This goes to the people who answered you.";
export const askAgain = "Say again what it is about, so that it reaches the right people.";
export const followUpSent =
  "It is sent. Your receipt stays the same. Come back with it in two days.";

/**
 * A day in words.
 * @param {string} day "YYYY-MM-DD"
 */
export function dayInWords(day) {
  const options = /** @type {const} */ ({
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(day));
}
