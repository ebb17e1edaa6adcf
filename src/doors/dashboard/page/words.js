/**
 * Texts: numbers and times for people, and names and output of others, which are shown as text whatever they contain.
 */

/** @typedef {"QUEUED" | "SCHEDULED" | "EXECUTING" | "SUCCEED" | "FAILED" | "CANCELED" | "OMITTED"} State */

/**
 * The states in the order of a bar, each with its word and its shape.
 * @type {readonly (readonly [State, string, string])[]}
 */
export const states = [
  ["SUCCEED", "succeeded", "●"],
  ["FAILED", "failed", "✕"],
  ["CANCELED", "canceled", "■"],
  ["OMITTED", "omitted", "–"],
  ["EXECUTING", "running", "▶"],
  ["SCHEDULED", "starting", "▷"],
  ["QUEUED", "waiting", "○"],
];

/** Longer texts are cut where they are not asked for whole. */
const shownMax = 2000;

/**
 * Makes visible what would move or hide text: control characters, and marks that turn the direction of writing. What
 * joins letters of scripts that need it, or the parts of an emoji, stays.
 * @param {string} text
 * @param {boolean} [keepsLines]
 */
export function plain(text, keepsLines = false) {
  const cut = keepsLines || text.length <= shownMax ? text : `${text.slice(0, shownMax)}… (${text.length} characters)`;
  return cut
    // deno-lint-ignore no-control-regex -- control sequences are what is looked for
    .replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "")
    .replaceAll(keepsLines ? /\r\n/g : /[\r\n]+/g, keepsLines ? "\n" : " ")
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    .replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd")
    .replaceAll(
      /(?<![^ -~])[\u200c\u200d]|[\u200c\u200d](?![^ -~])|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      (mark) => {
        return `⟨U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
      },
    );
}

/**
 * Makes an element. Attributes that are `undefined` or `false` are left out; texts among the children stay texts.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>} [attributes]
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * Makes an element of a picture.
 * @param {string} tag
 * @param {Readonly<Record<string, string | number>>} [attributes]
 * @param {...(Node | string)} children
 */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * The shape of a state, in its colour, with its word.
 * @param {State} state
 * @param {string} [text]
 */
export function stateMark(state, text) {
  const [, word = state, shape = ""] = states.find(([one]) => one === state) ?? [];
  return make("span", { class: state }, make("span", { class: "mark", "aria-hidden": "true" }, shape), text ?? word);
}

/**
 * A number with its thousands apart.
 * @param {number} value
 */
export function count(value) {
  return value.toLocaleString("en-US");
}

/**
 * A number and a word, which is right for one too.
 * @param {number} value
 * @param {string} word
 */
export function countOf(value, word) {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

/**
 * A length of time, rounded to what matters.
 * @param {number | undefined} ms
 */
export function span(ms) {
  if (ms === undefined) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.round((minutes % 1440) / 60)} h`;
}

/**
 * An amount of memory.
 * @param {number | undefined} kib
 */
export function memory(kib) {
  if (kib === undefined) return "–";
  if (kib < 1024) return `${Math.round(kib)} KiB`;
  return kib < 1024 ** 2 ? `${(kib / 1024).toFixed(1)} MiB` : `${(kib / 1024 ** 2).toFixed(1)} GiB`;
}

/**
 * A time of day, with the date where it is another one.
 * @param {number | undefined} ms
 */
export function time(ms) {
  if (ms === undefined) return "–";
  const date = new Date(ms);
  const text = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? text : `${date.toLocaleDateString("en-CA")} ${text}`;
}
