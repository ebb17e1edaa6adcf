/**
 * A run as pictures show it: in milliseconds from its beginning, without its breaks, which are marked where they were.
 *
 * @module
 */

import { formatSpan } from "../../base/duration.ts";
import { type Span, timeBetween } from "../breaks.ts";
import { rangeOf, ranTasks, type TimedRun, type TimedTask } from "../figures/timed_run.ts";
import { isTerminal, type JobState } from "../states.ts";

/** A task on its cores. Times are milliseconds from the beginning of the run, without its breaks. */
export interface PicturedTask {
  readonly name: string;
  readonly state: JobState;
  /** Whether it ran; what could not be started held its cores only. */
  readonly hasRun: boolean;
  readonly from: number;
  readonly to: number;
  /** The rows of its cores, in order. */
  readonly rows: readonly number[];
}

/** A time in which a task waited. */
export interface Wait extends Span {
  /** Whether it ran then. */
  readonly endsInStart: boolean;
}

/** A core. */
export interface PicturedCore {
  readonly node: string;
  readonly core: string;
}

/** A run as pictures show it. */
export interface PicturedRun {
  /** All tasks, with those that never ran. */
  readonly all: readonly TimedTask[];
  /** Those that ran, by their start. */
  readonly ran: readonly PicturedTask[];
  /** The cores that a task was on, by node and number; a row each. */
  readonly cores: readonly PicturedCore[];
  /** How many cores there were. */
  readonly coreCount: number;
  /** When the run began, in milliseconds since the epoch. */
  readonly begunAtMs: number;
  /** How long the run took, without its breaks. */
  readonly lengthMs: number;
  /** Its breaks: where each is, and how long it was. */
  readonly breaks: readonly { readonly at: number; readonly lengthMs: number }[];
  /** How long after the beginning a time is, without breaks; the time is in milliseconds since the epoch. */
  readonly since: (atMs: number) => number;
}

/** Turns the times of a run into what pictures show of it. */
export function pictureRun(run: TimedRun): PicturedRun {
  const ran = ranTasks(run);
  const times = rangeOf(run.tasks.flatMap(({ queuedAt, endedAt }) => [queuedAt, endedAt]));
  const begun = run.begunAt ?? times?.min ?? 0;
  const ended = Math.max(run.endedAt ?? run.untilAt ?? 0, times?.max ?? 0, ...[
    rangeOf(ran.map(({ finishedAt }) => finishedAt))?.max ?? 0,
  ]);
  const { breaks = [] } = run;
  const cores = coresOf(ran);
  const rows = new Map(cores.map(({ node, core }, row) => [`${node} ${core}`, row]));
  const since = (at: number) => timeBetween(breaks, begun, at) / 1000;
  return {
    all: run.tasks,
    ran: ran.map(({ name, state, beganAt, finishedAt, nodes, hasRun }) => ({
      ...{ name, state, hasRun, from: since(beganAt), to: since(finishedAt) },
      rows: nodes.flatMap(({ name, cores }) => cores.map((core) => rows.get(`${name} ${core}`)!)).sort((a, b) => a - b),
    })).sort((a, b) => a.from - b.from),
    cores,
    coreCount: Math.max(run.cores ?? 0, cores.length),
    begunAtMs: begun / 1000,
    lengthMs: Math.max(1e-3, since(ended)),
    breaks: breaks.map(({ from, to }) => ({ at: since(from), lengthMs: (to - from) / 1000 })),
    since: (atMs) => since(atMs * 1000),
  };
}

/**
 * When each task waited to run, in milliseconds from the beginning of the run: from its submission to its first start, and
 * between one attempt and the next; until the end of the picture where it waits still.
 */
export function waitsOf(
  { all, ran, since, lengthMs }: PicturedRun,
): { readonly name: string; readonly waits: Wait[] }[] {
  const byName = new Map<string, PicturedTask[]>();
  for (const task of ran) {
    const known = byName.get(task.name);
    if (known === undefined) byName.set(task.name, [task]);
    else known.push(task);
  }
  return all.flatMap(({ name, queuedAt, endedAt, executingAt, state, nodes }) => {
    if (queuedAt === undefined) return [];
    let from = since(queuedAt / 1000);
    // A removed job may have had a successor of the same name.
    const [queued, ended] = [from, endedAt === undefined ? Infinity : since(endedAt / 1000)];
    const own = (byName.get(name) ?? []).filter((task) => queued <= task.from && task.from <= ended);
    const waits = own.map((task): Wait => {
      const wait = { from, to: Math.max(from, task.from), endsInStart: true };
      from = task.to;
      return wait;
    });
    // What was dropped between two attempts waited until then.
    if (isTerminal(state) && nodes.length > 0 && waits.length > 0) return [{ name, waits }];
    const until = state === "QUEUED" || state === "SCHEDULED" ? undefined : endedAt ?? executingAt;
    const to = until === undefined ? lengthMs : since(until / 1000);
    return [{ name, waits: [...waits, { from, to: Math.max(from, to), endsInStart: false }] }];
  });
}

/** A length of time in words: `3 min 20 s`, `1.2 s`. */
export function lengthText(ms: number): string {
  if (ms < 59_950) return formatSpan(ms).replace(/^([\d.]+)(\D+)$/, "$1 $2");
  const parts = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]] as const;
  const seconds = Math.round(ms / 1000);
  const first = parts.findIndex(([length]) => seconds >= length);
  const least = parts[Math.min(first + 1, 3)]![0];
  let rest = Math.round(seconds / least) * least;
  return parts.slice(first, first + 2).flatMap(([length, unit]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [`${count} ${unit}`];
  }).join(" ");
}

function coresOf(ran: readonly TimedTask[]): PicturedCore[] {
  const nodes = new Map<string, Set<string>>();
  for (const task of ran) {
    for (const { name, cores } of task.nodes) {
      const known = nodes.get(name) ?? new Set<string>();
      nodes.set(name, known);
      for (const core of cores) known.add(core);
    }
  }
  const inOrder = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
  return [...nodes].sort(([a], [b]) => inOrder(a, b)).flatMap(([node, cores]) =>
    [...cores].sort(inOrder).map((core) => ({ node, core }))
  );
}
