// What a check found wrong. Pages put `code` into words; the message is for people who know the formats.
export class LedgerError extends Error {
  constructor(code, message, detail = {}) {
    super(message);
    this.name = "LedgerError";
    this.code = code;
    this.detail = detail;
  }
}
