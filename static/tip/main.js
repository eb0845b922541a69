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
  const changed = () => {
    showAgency(agency);
    openDoors(agency, tell, comeBack);
  };

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
 * @param {Tell} tell
 * @param {ComeBack} comeBack
 */
function openDoors(agency, tell, comeBack) {
  const sendReason = agency.ready
    ? words.sendReady
    : agency.state === "waiting"
      ? words.sendWaiting
      : words.sendShut;
  for (const { composer } of [tell, comeBack]) {
    if (agency.keyring) composer.category.offer(agency.categories);
    if (!composer.isBusy) composer.open(agency.ready, sendReason);
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
 */
function showAgency({ state, boardState, dates }) {
  byId("retry").hidden = state === "dates" && boardState === "";
  button("retry").disabled = state === "waiting" || boardState === "waiting";
  byId("dates-continue").hidden = state !== "dates";
  if (state === "dates" && dates) {
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
