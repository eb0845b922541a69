/** The public page: starts every part, and tells them what the agency's keys allow. */

import { suiteNamed } from "../seal/suite.js";
import { Agency } from "./agency.js";
import { ComeBack } from "./come-back.js";
import { button, byId, make, onPress, painted, say } from "./dom.js";
import * as exit from "./exit.js";
import * as receiptView from "./receipt-view.js";
import { Tell } from "./tell.js";
import * as unsent from "./unsent.js";
import { go } from "./views.js";
import * as words from "./words.js";

exit.start();
byId("skip").addEventListener("click", (event) => {
  // As a link it would change the address.
  event.preventDefault();
  byId("main").focus();
});
if (globalThis.crypto?.subtle) start();
else showNotice(words.noCrypto.title, [words.noCrypto.text]);

function start() {
  const {
    rootFingerprint = "",
    serialFloors = "{}",
    revocationsFloor = "0",
    suite = "",
  } = document.body.dataset;
  const floors = /** @type {const} */ ([JSON.parse(serialFloors), Number(revocationsFloor)]);
  const agency = new Agency(rootFingerprint, ...floors, suiteNamed(suite), () => changed());
  const tell = new Tell(agency);
  const comeBack = new ComeBack(agency);
  const parts = [tell, comeBack];
  /** @type {unknown} */
  let offered = null;
  const changed = () => {
    if (agency.keyring && agency.keyring !== offered) {
      offered = agency.keyring;
      for (const { composer } of parts) composer.offer(agency.categories, agency.missing);
    }
    showAgency(agency, parts.map((part) => agency.datesOf(part.console)).find(Boolean) ?? null);
    openDoors(agency, parts);
  };
  for (const { composer } of parts) composer.chosen = changed;

  unsent.start();
  receiptView.start();
  onPress("tell", () => go("tell-view"));
  onPress("come-back", () => go("come-back-view"));
  onPress("retry", () => agency.load());
  onPress("dates-continue", () => agency.acceptDates());
  for (const back of document.querySelectorAll(".back")) {
    back.addEventListener("click", () => {
      comeBack.forgetInput();
      go("start");
    });
  }
  for (const door of ["tell", "come-back"]) button(door).disabled = false;
  byId("not-ready").hidden = true;
  painted().then(() => agency.load());
}

/**
 * Open or shut Send and the answers, as the keys allow.
 * @param {Agency} agency
 * @param {(Tell | ComeBack)[]} parts
 */
function openDoors(agency, parts) {
  const shut = agency.state === "waiting" ? words.sendWaiting : words.sendShut;
  for (const { composer, console } of parts) {
    const open = agency.ready && !agency.datesOf(console);
    if (!composer.isBusy) composer.open(open, open ? words.sendReady : shut);
  }
  const readable = agency.boardState === "" && agency.keyring !== null;
  const waiting = agency.boardState === "waiting";
  button("show-replies").disabled = !readable;
  say(
    byId("show-replies-reason"),
    readable ? "" : waiting ? words.repliesWaiting : words.repliesShut,
  );
}

/**
 * Say what did not load, in the same place for everybody.
 * @param {Agency} agency
 * @param {import("./agency.js").Dates | null} dates of what would be sealed to, when they do not fit
 */
function showAgency({ state, boardState }, dates) {
  byId("retry").hidden = dates !== null && boardState === "";
  button("retry").disabled = state === "waiting" || boardState === "waiting";
  byId("dates-continue").hidden = dates === null;
  if (dates) {
    const [notBefore, notAfter, today] = [dates.notBefore, dates.notAfter, dates.today].map(
      words.dayInWords,
    );
    const { title, text } = words.dates(notBefore ?? "", notAfter ?? "", today ?? "");
    showNotice(title, text);
  } else if (state === "network" || state === "trust") {
    showNotice(words.loading[state].title, [words.loading[state].text]);
  } else if (boardState === "network" || boardState === "trust") {
    showNotice(words.loading.board.title, [words.loading.board.text]);
  } else if (state === "" && boardState === "") {
    byId("notice").hidden = true;
  }
}

/**
 * @param {string} title
 * @param {string[]} text
 */
function showNotice(title, text) {
  byId("notice-title").textContent = title;
  byId("notice-text").replaceChildren(...text.map((line) => make("p", {}, line)));
  byId("notice").hidden = false;
}
