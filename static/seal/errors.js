/** Everything the sealed format refuses. Each class's comment is the sentence its reader needs. */

/** Something Tipline refuses to do. Never thrown itself, only its kinds are. */
export class TiplineError extends Error {}

/** These bytes are not what docs/format.md describes, so nothing was done with them. */
export class FormatError extends TiplineError {
  /**
   * @param {string} failure the rule that was broken, in the words that the failing vectors use
   * @param {string} [detail]
   */
  constructor(failure, detail = "") {
    super(detail ? `${failure}: ${detail}` : failure);
    this.failure = failure;
    this.detail = detail;
  }
}

/** This keyring or board is not vouched for by the agency's root, so it is not used. */
export class KeyringError extends FormatError {
  /**
   * @param {string} failure
   * @param {string} [detail]
   * @param {{notBefore?: string, notAfter?: string}} [dates] the "YYYY-MM-DD" that failed, for "dates"
   */
  constructor(failure, detail = "", { notBefore = "", notAfter = "" } = {}) {
    super(failure, detail);
    this.notBefore = notBefore;
    this.notAfter = notAfter;
  }
}

/** This receipt code has a typing mistake. Compare it with what you wrote down. */
export class ReceiptError extends FormatError {}
