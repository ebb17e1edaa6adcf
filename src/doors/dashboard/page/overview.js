/**
 * The first screen: is it well, how far, when done, what failed and why.
 */
import { ask } from "./ask.js";
import { axisWidth, chart } from "./chart.js";
import { drawGrid } from "./grid.js";
import { count, countOf, make, plain, span, stateMark, states, time } from "./words.js";

/**
 * @typedef {import("./words.js").State} State
 * @typedef {{ state: State, cause: string, exitCode?: number, signal?: string, words: string, isSaid: boolean,
 *   count: number, tasks: string[], first: string }} Group
 * @typedef {{ failed: number, canceled: number, omitted: number, total: number, ways: number, groups: Group[] }} Failures
 * @typedef {{ name: string, state: State, ranMs?: number, cores: number, nodes: string[] }} Row
 * @typedef {{ id: string, folder: string, liveness: string, counts: Record<State, number>, coresInUse: number,
 *   cores?: number, elapsedMs: number, leftMs?: number, perSecond?: number, isPaused?: boolean, mayControl: boolean,
 *   number: number, nowMs: number, host?: string, coreMs?: number, damage?: string, breaks?: { fromMs: number, toMs: number }[], longest: Row[], failures: Failures,
 *   waits: { kind: string, tasks: number, on?: string[] }[] }} Run
 * @typedef {{ number: number, atMs: number, level: string, text: string, task?: string }} Happening
 */

/** How many of the newest happenings are shown. */
const happeningsMax = 12;

/** The words of what stopped tasks, as the commands say them. */
const waitWords = { retry: "the next attempt", resources: "resources", dependencies: "others" };

/**
 * How a group of tasks ended, in words.
 * @param {Group} group
 */
export function howOf({ cause, exitCode, signal }) {
  const how = exitCode !== undefined ? `exit code ${exitCode}` : signal;
  if (how === undefined) return cause;
  return cause === "exit" || cause === "signal" ? how : `${cause}, ${how}`;
}

/**
 * A button with the name of a task, which opens it.
 * @param {string} name
 * @param {(name: string) => void} open
 */
export function taskLink(name, open) {
  const shown = plain(name);
  const index = /:\d+$/.exec(shown)?.[0] ?? "";
  // Where there is no room for all of it the index stays, as it tells an iteration from the others.
  const begin = make("span", { class: "begin" }, shown.slice(0, shown.length - index.length));
  begin.style.maxWidth = `calc(100% - ${index.length + 0.5}ch)`;
  return make(
    "button",
    { type: "button", class: "link", "aria-label": shown, click: () => open(name) },
    make("bdi", {}, begin, index),
  );
}

/**
 * How well the cores of a run that is over were used.
 * @param {Run} run
 */
function onTheWhole({ cores, coreMs, elapsedMs }) {
  if (cores === undefined || coreMs === undefined || cores * elapsedMs === 0) return undefined;
  return `${countOf(cores, "core")}, in use ${Math.round(100 * coreMs / (cores * elapsedMs))} % of the time`;
}

/** The first screen. */
export class Overview {
  /**
   * @param {HTMLElement} box
   * @param {{ open: (name: string) => void, go: (view: string) => void, happenings: Happening[] }} parts
   */
  constructor(box, { open, go, happenings }) {
    this.open = open;
    this.go = go;
    this.happenings = happenings;
    this.summary = make("section", { "aria-label": "Summary" });
    this.charts = make("div");
    this.failed = make("section");
    this.running = make("section");
    this.waiting = make("section");
    this.cores = make("section");
    this.happened = make("section");
    const left = make("div", {}, this.charts, this.cores);
    const right = make("div", {}, this.failed, this.running, this.waiting, this.happened);
    box.append(
      this.summary,
      make("div", { class: "columns" }, left, right),
    );
  }

  /**
   * Shows how the run stands.
   * @param {Run} run
   */
  async show(run) {
    this.#showSummary(run);
    this.#showFailures(run);
    this.#showRunning(run);
    this.#showWaiting(run);
    this.#showHappened();
    const [timeline, grid] = await Promise.all([ask("timeline"), ask("grid")]);
    this.#showCharts(timeline);
    this.cores.replaceChildren(
      make("h2", {}, `Nodes and cores: ${count(grid.busy)} of ${count(grid.cores)} in use`),
      drawGrid(grid, this.open),
    );
  }

  /** @param {Run} run */
  #showSummary(run) {
    const { counts, failures, elapsedMs, leftMs, perSecond, coresInUse, cores, isPaused, liveness, damage } = run;
    const total = states.reduce((sum, [state]) => sum + counts[state], 0);
    const open = counts.QUEUED + counts.SCHEDULED + counts.EXECUTING;
    const headline = total === 0
      ? "No task yet"
      : `${count(total - open)} of ${countOf(total, "task")} done${
        failures.failed > 0 ? `, ${count(failures.failed)} failed` : ""
      }`;
    const isLive = liveness === "alive" || liveness === "elsewhere";
    const used = cores === undefined || cores === 0 ? "" : ` (${Math.round(100 * coresInUse / cores)} %)`;
    const stoodMs = (run.breaks ?? []).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const stood = stoodMs > 0 ? `, without the ${span(stoodMs)} before it was resumed` : "";
    const facts = [
      isPaused === true ? "paused: nothing more is started" : undefined,
      `${isLive ? "for" : "took"} ${span(elapsedMs)}${stood}`,
      isLive && leftMs !== undefined && open > 0 && isPaused !== true ? `about ${span(leftMs)} left` : undefined,
      isLive && perSecond !== undefined
        ? `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))} tasks/s`
        : undefined,
      isLive
        ? `${count(coresInUse)}${cores === undefined ? "" : ` of ${count(cores)}`} cores in use${used}`
        : onTheWhole(run),
    ];
    const bar = make("div", { class: "bar", role: "img", "aria-label": "Tasks by state" });
    const legend = make("ul", { class: "legend" });
    for (const [state, word] of states) {
      if (counts[state] === 0) continue;
      const part = make("span", { class: state, title: `${count(counts[state])} ${word}` });
      part.style.width = `${100 * counts[state] / total}%`;
      bar.append(part);
      legend.append(make("li", {}, stateMark(state, `${count(counts[state])} ${word}`)));
    }
    this.summary.replaceChildren(
      make("p", { class: "headline" }, headline),
      make("p", { class: "facts" }, facts.filter((fact) => fact !== undefined).join(" · ")),
      bar,
      legend,
      ...(damage === undefined ? [] : [make("p", { class: "small" }, `Damage: ${plain(damage)}`)]),
      ...(total === 0 ? [make("p", { class: "quiet" }, "Tasks are shown here as soon as a job is submitted.")] : []),
    );
  }

  /** @param {import("./chart.js").Timeline} timeline */
  #showCharts({ cores, waiting, stepMs, coresOfRun, breaks }) {
    const width = Math.max(300, Math.round(this.charts.clientWidth));
    const parts = [
      { title: "Cores in use", unit: "cores", values: cores, limit: coresOfRun, kind: "cores" },
      { title: "Tasks waiting", unit: "tasks", values: waiting, kind: "waits" },
    ];
    const left = Math.max(axisWidth(cores, coresOfRun), axisWidth(waiting));
    this.charts.replaceChildren(
      ...parts.map((part) =>
        make("section", {}, make("h2", {}, part.title), chart({ ...part, stepMs, breaks }, width, left))
      ),
    );
  }

  /** @param {Run} run */
  #showFailures({ failures, counts }) {
    const heading = make("h2", {}, "What failed, and why");
    if (failures.groups.length === 0) {
      const isOver = counts.QUEUED + counts.SCHEDULED + counts.EXECUTING === 0;
      const text = failures.total === 0 || !isOver ? "Nothing so far." : "Nothing: all tasks succeeded.";
      this.failed.replaceChildren(heading, make("p", { class: "quiet small" }, text));
      return;
    }
    const list = make("ul", { class: "plain" });
    for (const group of failures.groups) {
      const name = taskLink(group.first, this.open);
      const more = group.count > 1 ? ` and ${count(group.count - 1)} more` : "";
      list.append(make(
        "li",
        { class: "small" },
        stateMark(group.state, `${count(group.count)} × ${howOf(group)}`),
        group.words === howOf(group) ? undefined : make("p", { class: "why" }, make("bdi", {}, plain(group.words))),
        make("p", { class: "quiet" }, name, more),
      ));
    }
    const rest = failures.ways - failures.groups.length;
    this.failed.replaceChildren(heading, list);
    if (rest > 0) {
      const all = make("button", { type: "button", click: () => this.go("failures") }, `All ${failures.ways} ways`);
      this.failed.append(make("p", {}, all));
    }
  }

  /** @param {Run} run */
  #showRunning({ longest, liveness }) {
    const heading = make("h2", {}, "Running longest");
    const list = make("div", { class: "pairs" });
    for (const { name, ranMs, nodes, cores } of longest) {
      const where = `${nodes.slice(0, 2).join(", ")}${nodes.length > 2 ? ` +${nodes.length - 2}` : ""}`;
      list.append(
        make("span", {}, taskLink(name, this.open)),
        make("span", { class: "right" }, plain(`${span(ranMs)} on ${where}, ${countOf(cores, "core")}`)),
      );
    }
    const isOver = liveness === "ended" || liveness === "brokenOff";
    const none = make("p", { class: "quiet small" }, "Nothing runs.");
    this.running.replaceChildren(...(isOver ? [] : [heading, longest.length === 0 ? none : list]));
  }

  /** @param {Run} run */
  #showWaiting({ waits }) {
    const list = make("ul", { class: "plain close" });
    for (const { kind, tasks, on = [] } of waits) {
      const words = waitWords[/** @type {keyof typeof waitWords} */ (kind)];
      const names = on.length === 0
        ? ""
        : `: ${on.map((name) => plain(name)).join(", ")}${tasks > on.length ? " …" : ""}`;
      list.append(make("li", { class: "small" }, `${countOf(tasks, "task")} for ${words}${names}`));
    }
    this.waiting.replaceChildren(...(waits.length === 0 ? [] : [make("h2", {}, "Waiting"), list]));
  }

  #showHappened() {
    const list = make("div", { class: "pairs" });
    for (const { atMs, text, task } of this.happenings.slice(-happeningsMax).reverse()) {
      const what = make("span", {}, make("bdi", {}, plain(text)));
      list.append(
        task === undefined ? what : make("span", {}, taskLink(task, this.open), " ", plain(text.slice(task.length))),
      );
      list.append(make("span", { class: "right" }, time(atMs)));
    }
    const none = make("p", { class: "quiet small" }, "Failures, stops and lost nodes are told here.");
    this.happened.replaceChildren(make("h2", {}, "What happened"), this.happenings.length === 0 ? none : list);
  }
}
