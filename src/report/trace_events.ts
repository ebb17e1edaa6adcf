/**
 * A run in the form that the trace viewers of Chrome and Perfetto open: nodes as processes, cores as threads, tasks as
 * slices, dependencies as flows.
 *
 * The form is described in "Trace Event Format" of the Catapult project. Times are microseconds.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { taskCount, taskName } from "../job/description.ts";
import type { RunView } from "./look/run_view.ts";
import { lengthText, type PicturedRun } from "./pictures/pictured_run.ts";
import { sourcesOf } from "./task_chain.ts";

/** How many flows are written at most: viewers become slow with more. */
const flowsMax = 20_000;

/** Writes the trace as JSON, piece by piece. */
export function* traceLines(
  view: RunView,
  { ran, cores, lengthMs, breaks }: PicturedRun,
): Generator<string, void, void> {
  yield '{"displayTimeUnit":"ms","traceEvents":[\n';
  const nodes = new Map<string, number>();
  for (const { node } of cores) if (!nodes.has(node)) nodes.set(node, nodes.size + 1);
  const places = cores.map(({ node }, row) => ({ pid: nodes.get(node)!, tid: row + 1 }));
  const events = function* () {
    for (const [name, pid] of nodes) yield { ph: "M", name: "process_name", pid, args: { name: `node ${name}` } };
    for (const [row, { core }] of cores.entries()) {
      yield { ph: "M", name: "thread_name", ...places[row]!, args: { name: `core ${core}` } };
    }
    for (const { name, state, from, to, rows } of ran) {
      const [ts, dur] = [Math.round(from * 1000), Math.round((to - from) * 1000)];
      for (const row of rows) {
        yield { ph: "X", name, cat: state, ts, dur, ...places[row]!, args: { state, cores: rows.length } };
      }
    }
    yield* flows(view, new Map(ran.map((task) => [task.name, task])), places);
    for (const { at, lengthMs } of breaks) {
      const name = `stopped for ${lengthText(lengthMs)}, which is left out`;
      yield { ph: "i", s: "g", name, ts: Math.round(at * 1000), pid: 1, tid: 1 };
    }
    yield { ph: "i", s: "g", name: "end of what is on record", ts: Math.round(lengthMs * 1000), pid: 1, tid: 1 };
  };
  let before = "";
  for (const event of events()) {
    yield before + JSON.stringify(event);
    before = ",\n";
  }
  yield "\n]}\n";
}

type Ran = PicturedRun["ran"][number];

/**
 * From the end of what was waited for to the start of each task that waited; of a whole job, from the end of its last
 * task. Of a task with several attempts the last counts.
 */
function* flows(
  view: RunView,
  ran: ReadonlyMap<string, Ran>,
  places: readonly { readonly pid: number; readonly tid: number }[],
) {
  let id = 0;
  for (const [source, target] of pairsOf(view, ran)) {
    if (++id > flowsMax) return;
    const shared = { cat: "dependency", name: "after", id };
    yield { ph: "s", ...shared, ts: Math.round(source.to * 1000), ...places[source.rows[0]!]! };
    yield { ph: "f", bp: "e", ...shared, ts: Math.round(target.from * 1000), ...places[target.rows[0]!]! };
  }
}

function* pairsOf(view: RunView, ran: ReadonlyMap<string, Ran>) {
  const lastOf = new Map<number, Ran | undefined>();
  for (const { job, offset } of view.tasks()) {
    if (job.edges.length === 0) continue;
    const target = ran.get(taskName(job.description, offset));
    if (target === undefined) continue;
    for (const { job: id, offset: other } of sourcesOf(job, offset)) {
      const waited = view.job(id);
      if (waited === undefined) continue;
      if (other === undefined && !lastOf.has(id)) lastOf.set(id, lastTask(waited, ran));
      const source = other === undefined ? lastOf.get(id) : ran.get(taskName(waited.description, other));
      if (source !== undefined) yield [source, target] as const;
    }
  }
}

/** The task of a job that ended last. */
function lastTask({ description }: AdmittedJob, ran: ReadonlyMap<string, Ran>): Ran | undefined {
  let found: Ran | undefined;
  for (let offset = 0; offset < taskCount(description); offset++) {
    const task = ran.get(taskName(description, offset));
    if (task !== undefined && (found === undefined || task.to > found.to)) found = task;
  }
  return found;
}
