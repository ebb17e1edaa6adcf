/**
 * The table of tasks: filter, search, sort. Only the rows that can be seen are there, and only their pages are asked for,
 * so that a hundred thousand tasks scroll as ten do.
 */
import { ask } from "./ask.js";
import { taskLink } from "./overview.js";
import { count, countOf, make, memory, plain, span, stateMark, states } from "./words.js";

/** @typedef {import("./words.js").State} State */
/**
 * @typedef {{ name: string, state: State, attempts: number, nodes: string[], cores: number, cause?: string,
 *   reason?: string, exitCode?: number, signal?: string, waitedMs?: number, ranMs?: number, cpuMs?: number,
 *   peakKiB?: number }} Row
 */

const rowHeight = 32;
const pageRows = 200;
/** The tallest box that browsers draw; longer tables are scrolled in proportion. */
const heightMax = 8_000_000;

/** The columns: title, what it is sorted by, whether it is left out on small screens. */
const columns = /** @type {const} */ ([
  ["Task", "name", ""],
  ["State", "state", ""],
  ["Why", undefined, "wide"],
  ["Tries", "attempts", "wide right"],
  ["Node", undefined, "wide"],
  ["Cores", undefined, "wide right"],
  ["Waited", "waited", "wide right"],
  ["Ran", "ran", "right"],
  ["CPU", "cpu", "wide right"],
  ["Memory", "memory", "wide right"],
]);

/** The table. */
export class Tasks {
  /** @type {Map<number, Row[]>} */
  #pages = new Map();
  /** @type {Set<number>} */
  #asked = new Set();
  #total = 0;
  #version = 0;
  #isReversed = false;
  /** @type {string | undefined} */
  #order;
  /** @type {Set<State>} */
  #states = new Set();
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {HTMLElement} box
   * @param {{ open: (name: string) => void, state?: State | undefined }} parts
   */
  constructor(box, { open, state }) {
    this.open = open;
    if (state !== undefined) this.#states.add(state);
    this.search = make("input", {
      ...{ type: "search", placeholder: "Search by name", "aria-label": "Search tasks by name", spellcheck: "false" },
      input: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#change(), 200);
      },
    });
    this.filters = make("div", { class: "states", role: "group", "aria-label": "States" });
    for (const [one, word] of states) {
      const button = make("button", {
        ...{ type: "button", "aria-pressed": String(this.#states.has(one)) },
        click: () => this.#toggle(one, button),
      }, stateMark(one, word));
      this.filters.append(button);
    }
    this.count = make("span", { class: "count", role: "status" });
    this.heading = make("div", { class: "row heading", role: "row" });
    this.rows = make("div", { role: "rowgroup" });
    this.scroll = make(
      "div",
      { class: "table scroll", role: "table", "aria-label": "Tasks", tabindex: 0, scroll: () => this.#draw() },
      make("div", { role: "rowgroup" }, this.heading),
      this.rows,
    );
    this.rows.style.position = "relative";
    this.#drawHeading();
    box.append(make("div", { class: "filters" }, this.search, this.filters, this.count), this.scroll);
  }

  /** Asks for what can be seen anew. */
  async show() {
    this.#asked.clear();
    await this.#draw();
  }

  /**
   * @param {State} state
   * @param {HTMLElement} button
   */
  #toggle(state, button) {
    if (!this.#states.delete(state)) this.#states.add(state);
    button.setAttribute("aria-pressed", String(this.#states.has(state)));
    this.#change();
  }

  #change() {
    this.#version++;
    this.#pages.clear();
    this.#asked.clear();
    this.scroll.scrollTop = 0;
    this.#draw();
  }

  #drawHeading() {
    this.heading.replaceChildren(...columns.map(([title, order, kind]) => {
      const isChosen = order !== undefined && order === this.#order;
      const sort = isChosen
        ? (this.#isReversed !== (order === "name" || order === "state") ? "ascending" : "descending")
        : "none";
      const sign = isChosen ? (sort === "ascending" ? " ↑" : " ↓") : "";
      const cell = make("span", {
        role: "columnheader",
        class: kind,
        ...(order === undefined ? {} : { "aria-sort": sort }),
      });
      if (order === undefined) cell.append(title);
      else cell.append(make("button", { type: "button", click: () => this.#sort(order) }, `${title}${sign}`));
      return cell;
    }));
  }

  /** @param {string} order */
  #sort(order) {
    if (this.#order !== order) [this.#order, this.#isReversed] = [order, false];
    else if (!this.#isReversed) this.#isReversed = true;
    else [this.#order, this.#isReversed] = [undefined, false];
    this.#drawHeading();
    this.#change();
  }

  /** @param {number} page */
  async #load(page) {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const version = this.#version;
    const { total, rows } = await ask("tasks", {
      offset: page * pageRows,
      limit: pageRows,
      search: this.search.value,
      state: [...this.#states].join(","),
      sort: this.#order,
      reverse: this.#isReversed ? 1 : undefined,
    });
    if (version !== this.#version) return;
    this.#pages.set(page, rows);
    this.#total = total;
    this.#draw();
  }

  async #draw() {
    const tall = this.#total * rowHeight;
    const height = Math.min(tall, heightMax);
    // Where the box cannot be as tall as the rows, one pixel of it stands for several.
    const top = Math.max(0, this.scroll.scrollTop);
    const room = Math.max(1, height - this.scroll.clientHeight);
    const first = tall <= heightMax
      ? Math.floor(top / rowHeight)
      : Math.floor(Math.min(1, top / room) * (this.#total - Math.floor(this.scroll.clientHeight / rowHeight)));
    const shown = Math.ceil(this.scroll.clientHeight / rowHeight) + 2;
    const shift = tall <= heightMax ? 0 : top - first * rowHeight;
    this.rows.style.height = `${height}px`;
    const focused = document.activeElement?.closest(".row.item")?.getAttribute("aria-rowindex");
    const rows = [];
    for (let at = first; at < Math.min(this.#total, first + shown); at++) {
      const row = this.#pages.get(Math.floor(at / pageRows))?.[at % pageRows];
      if (row !== undefined) rows.push(this.#row(row, at, at * rowHeight + shift));
    }
    this.rows.replaceChildren(...rows);
    if (focused !== undefined && focused !== null) {
      const link = this.rows.querySelector(`[aria-rowindex="${focused}"] button`);
      if (link instanceof HTMLElement) link.focus({ preventScroll: true });
    }
    this.scroll.setAttribute("aria-rowcount", String(this.#total + 1));
    const isAll = this.#states.size === 0 && this.search.value === "";
    this.count.textContent = this.#total === 0 && !isAll ? "No task is like this" : countOf(this.#total, "task");
    const pages = new Set([Math.floor(first / pageRows), Math.floor((first + shown) / pageRows)]);
    // What is far from what can be seen is forgotten.
    for (const page of this.#pages.keys()) if (!pages.has(page)) [this.#pages.delete(page), this.#asked.delete(page)];
    await Promise.all(
      [...pages].filter((page) => page === 0 || page * pageRows < this.#total).map((page) => this.#load(page)),
    );
  }

  /**
   * @param {Row} row
   * @param {number} at
   * @param {number} top
   */
  #row({ name, state, cause, reason, attempts, nodes, cores, waitedMs, ranMs, cpuMs, peakKiB }, at, top) {
    const why = reason === undefined ? "" : plain(reason);
    const node = nodes.length === 0 ? "–" : `${nodes[0]}${nodes.length > 1 ? ` +${nodes.length - 1}` : ""}`;
    const cell = (/** @type {string | Node} */ text, /** @type {string} */ kind, /** @type {string} */ title = "") =>
      make("span", { role: "cell", class: kind, title: title || undefined }, text);
    const element = make(
      "div",
      { class: "row item", role: "row", "aria-rowindex": at + 2 },
      cell(taskLink(name, this.open), "", plain(name)),
      cell(stateMark(state), ""),
      cell(why || (cause ?? ""), "wide quiet", why),
      cell(count(attempts), "wide right"),
      cell(make("bdi", {}, plain(node)), "wide mono", plain(nodes.join(", "))),
      cell(cores === 0 ? "–" : count(cores), "wide right"),
      ...[waitedMs, ranMs, cpuMs].map((ms, index) =>
        cell(span(ms), index === 1 ? "right" : "wide right", ms === undefined ? "" : `${ms} ms`)
      ),
      cell(memory(peakKiB), "wide right"),
    );
    element.style.top = `${top}px`;
    return element;
  }
}
