/**
 * The run's own log, followed.
 */
import { ask } from "./ask.js";
import { count, make, plain } from "./words.js";

/** How many characters of it are kept on the page. */
const keptMax = 1_000_000;

/** The view of the log. */
export class Log {
  /** @type {number | undefined} */
  #next;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.note = make("p", { class: "quiet small" });
    this.text = make("pre", {
      class: "tall",
      tabindex: 0,
      "aria-label": "Log of the run",
      role: "log",
      "aria-live": "off",
    });
    box.append(make("h2", {}, "Log of the run"), this.note, this.text);
  }

  /** Takes what was written since. */
  async show() {
    const { from, next, size, text, why } = await ask("log", { from: this.#next });
    if (text === undefined) {
      this.note.textContent = why;
      return;
    }
    const isNew = from !== this.#next;
    this.#next = next;
    if (isNew) this.note.textContent = from > 0 ? `The end of ${count(size)} bytes` : "";
    const isAtEnd = this.text.scrollHeight - this.text.scrollTop - this.text.clientHeight < 24;
    const whole = (isNew ? "" : this.text.textContent ?? "") + plain(text, true);
    this.text.textContent = whole.length > keptMax ? whole.slice(-keptMax) : whole;
    if (isAtEnd || isNew) this.text.scrollTop = this.text.scrollHeight;
  }
}
