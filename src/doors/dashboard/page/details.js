/**
 * One task: what it runs, what became of each attempt, why it waits, and what it writes while it writes it.
 */
import { ask, order } from "./ask.js";
import { count, countOf, make, memory, plain, span, stateMark, time } from "./words.js";

/**
 * @typedef {{ attempt: number, allocation: string, gpus: string, scheduledAtMs: number, startedAtMs?: number, pid?: number,
 *   endedAtMs?: number, succeeded?: boolean, cause?: string, reason?: string, cpuMs?: number, peakKiB?: number,
 *   cleanup?: { found: number, terminated: number, killed: number, left: number },
 *   tails?: { stdout?: string, stderr?: string, problem?: string } }} Attempt
 * @typedef {import("./tasks.js").Row & { command?: string, env: Record<string, string>, paths: Record<string, string>,
 *   needs: string, after: string, timeLimitMs?: number, queuedAtMs: number, launches: Attempt[], nowMs: number,
 *   wait?: { kind: string, on?: string[] } }} Task
 */

/** How many characters of an output are kept on the page. */
const keptMax = 400_000;
const followMs = 1000;

/** The panel of one task. */
export class Details {
  /** @type {string | undefined} */
  name;
  /** @type {number | undefined} */
  #timer;
  /** @type {Element | null} */
  #before = null;
  #mayControl = false;

  /**
   * @param {HTMLElement} box
   * @param {{ sure: (question: string) => Promise<boolean>, tell: (text: string) => void, closed: () => void }} parts
   */
  constructor(box, { sure, tell, closed }) {
    this.box = box;
    this.sure = sure;
    this.tell = tell;
    this.closed = closed;
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /**
   * Opens a task.
   * @param {string} name
   */
  async open(name) {
    if (this.box.hidden) this.#before = document.activeElement;
    this.name = name;
    this.title = make("h2", { tabindex: "-1" }, make("bdi", {}, plain(name)));
    this.cancel = make("button", { type: "button", hidden: true, click: () => this.#cancel() }, "Cancel task");
    const close = make("button", { type: "button", click: () => this.close() }, "Close");
    this.facts = make("div");
    this.streams = ["stdout", "stderr"].map((stream) => new Output(name, stream));
    this.box.replaceChildren(
      make("div", { class: "head" }, this.title, this.cancel, close),
      this.facts,
      ...this.streams.map(({ box }) => box),
    );
    this.box.hidden = false;
    this.title.focus();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#follow(), followMs);
    await this.show();
    await this.#follow();
  }

  /** Closes the panel; what had the focus before has it again. */
  close() {
    clearInterval(this.#timer);
    this.name = undefined;
    this.box.hidden = true;
    if (this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus();
    this.closed();
  }

  /**
   * What may be done, as the run stands.
   * @param {boolean} mayControl
   */
  setControl(mayControl) {
    this.#mayControl = mayControl;
  }

  /** Shows what is known by now. */
  async show() {
    const { name } = this;
    if (name === undefined) return;
    try {
      /** @type {Task} */
      const task = await ask("task", { task: name });
      if (name !== this.name) return;
      const explained = task.state === "QUEUED" ? (await ask("explain", { task: name })).text : undefined;
      if (name === this.name) this.facts?.replaceChildren(...factsOf(task, explained));
      const isOpen = ["QUEUED", "SCHEDULED", "EXECUTING"].includes(task.state);
      if (this.cancel !== undefined) this.cancel.hidden = !(isOpen && this.#mayControl);
    } catch (error) {
      this.facts?.replaceChildren(make("p", { class: "quiet" }, plain(/** @type {Error} */ (error).message)));
    }
  }

  async #follow() {
    if (document.hidden) return;
    await Promise.all((this.streams ?? []).map((stream) => stream.follow()));
  }

  async #cancel() {
    const { name } = this;
    if (name === undefined || !await this.sure(`Cancel ${plain(name)}? What runs of it is stopped.`)) return;
    try {
      await order({ request: "cancelJob", jobNames: [name] });
      this.tell(`${plain(name)} is being canceled`);
    } catch (error) {
      this.tell(plain(/** @type {Error} */ (error).message));
    }
    await this.show();
  }
}

/**
 * @param {Task} task
 * @param {string | undefined} explained
 * @returns {Node[]}
 */
function factsOf(task, explained) {
  const { state, reason, cause, command, env, paths, needs, after, timeLimitMs, queuedAtMs, launches, wait } = task;
  const why = reason === undefined ? "" : `: ${plain(reason)}${cause === undefined ? "" : ` (${cause})`}`;
  const list = make("dl");
  const add = (/** @type {string} */ term, /** @type {string | Node | undefined} */ text) => {
    if (text !== undefined && text !== "") list.append(make("dt", {}, term), make("dd", {}, text));
  };
  const mono = (/** @type {string} */ text) => make("bdi", { class: "mono" }, plain(text));
  add("State", make("span", {}, stateMark(state), why));
  if (wait?.kind === "dependencies") add("Waits for", mono((wait.on ?? []).join(", ")));
  add("Needs", plain(needs));
  add("After", plain(after));
  add("Time limit", timeLimitMs === undefined ? undefined : span(timeLimitMs));
  add("Queued", time(queuedAtMs));
  add("Waited", span(task.waitedMs));
  add("Ran", task.ranMs === undefined ? undefined : span(task.ranMs));
  for (const [name, value] of Object.entries(env)) add("Variable", mono(`${name}=${value}`));
  for (const [name, path] of Object.entries(paths)) add(name, mono(path));
  return [
    list,
    ...(explained === undefined
      ? []
      : [make("h3", {}, "Why it waits"), make("pre", { tabindex: 0 }, plain(explained, true))]),
    ...(command === undefined
      ? []
      : [make("h3", {}, "Command"), make("pre", { tabindex: 0, "aria-label": "Command" }, plain(command, true))]),
    ...(launches.length === 0
      ? []
      : [make("h3", {}, launches.length === 1 ? "Attempt" : `${countOf(launches.length, "attempt")}`)]),
    ...launches.flatMap((one, index) => attemptOf(one, index < launches.length - 1 ? {} : paths)),
  ];
}

/**
 * An attempt, with its last words where they stand in no file that is followed below.
 * @param {Attempt} attempt
 * @param {Record<string, string>} paths
 */
function attemptOf(
  {
    attempt,
    allocation,
    gpus,
    scheduledAtMs,
    startedAtMs,
    pid,
    endedAtMs,
    succeeded,
    cause,
    reason,
    cpuMs,
    peakKiB,
    cleanup,
    tails = {},
  },
  paths,
) {
  const list = make("dl", { class: "list" });
  const add = (/** @type {string} */ term, /** @type {string | undefined} */ text) => {
    if (text !== undefined && text !== "") list.append(make("dt", {}, term), make("dd", {}, text));
  };
  add(
    `No. ${count(attempt)}`,
    succeeded === undefined ? "has not ended" : succeeded ? "succeeded" : `failed: ${plain(reason ?? "")} (${cause})`,
  );
  add("On", plain(`${allocation}${gpus === "" ? "" : `, GPUs ${gpus}`}`));
  add(
    startedAtMs === undefined ? "Granted" : "Started",
    `${time(startedAtMs ?? scheduledAtMs)}${pid === undefined ? "" : `, process ${pid}`}`,
  );
  add("Ran", startedAtMs === undefined || endedAtMs === undefined ? undefined : span(endedAtMs - startedAtMs));
  add("CPU", cpuMs === undefined ? undefined : span(cpuMs));
  add("Memory", peakKiB === undefined ? undefined : `${memory(peakKiB)} at most`);
  add("Output", plain(tails.problem ?? ""));
  if (cleanup !== undefined) {
    const rest = cleanup.left === 0 ? "none is left" : `${cleanup.left} could not be ended`;
    add(
      "Processes",
      `found ${cleanup.found}, ended by SIGTERM ${cleanup.terminated}, by SIGKILL ${cleanup.killed}; ${rest}`,
    );
  }
  const words = /** @type {const} */ (["stdout", "stderr"]).flatMap((stream) => {
    const text = paths[stream] === undefined ? tails[stream] ?? "" : "";
    return text === "" ? [] : [
      make("p", { class: "quiet tail" }, `The end of ${stream}`),
      make("pre", { tabindex: 0, "aria-label": `The end of ${stream}`, dir: "ltr" }, plain(text, true)),
    ];
  });
  return [list, ...words];
}

/** A stream of a task that is followed. */
class Output {
  /** @type {number | undefined} */
  #next;
  #isAsking = false;

  /**
   * @param {string} name
   * @param {string} stream
   */
  constructor(name, stream) {
    this.name = name;
    this.stream = stream;
    this.note = make("span", { class: "quiet" });
    const label = stream === "stdout" ? "Standard output" : "Standard error";
    this.text = make("pre", { tabindex: 0, "aria-label": label, dir: "ltr" });
    this.box = make("section", {}, make("h3", {}, `${label} `, this.note), this.text);
    this.text.hidden = true;
  }

  /** Takes what was written since. */
  async follow() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      for (let isMore = true; isMore;) {
        const piece = await ask("output", { task: this.name, stream: this.stream, from: this.#next });
        if (piece.text === undefined) {
          this.note.textContent = piece.why;
          return;
        }
        this.#add(piece);
        isMore = piece.next < piece.size && piece.text !== "";
      }
    } catch {
      /* It is asked for again. */
    } finally {
      this.#isAsking = false;
    }
  }

  /** @param {{ from: number, next: number, size: number, text: string }} piece */
  #add({ from, next, size, text }) {
    const isNew = this.#next === undefined || from !== this.#next;
    this.#next = next;
    this.note.textContent = size === 0
      ? "is empty so far"
      : isNew && from > 0
      ? `the end of ${count(size)} bytes`
      : this.note.textContent;
    if (text === "" && !isNew) return;
    const { text: box } = this;
    const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    const whole = (isNew ? "" : box.textContent ?? "") + plain(text, true);
    box.textContent = whole.length > keptMax ? whole.slice(-keptMax) : whole;
    box.hidden = box.textContent === "";
    if (isAtEnd || isNew) box.scrollTop = box.scrollHeight;
  }
}
