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
import { jobsAfter } from "./forecast.ts";
import type { RunView } from "./look/run_view.ts";
import type { PicturedRun } from "./pictures/pictured_run.ts";

/** How many flows are written at most: viewers become slow with more. */
const flowsMax = 20_000;

/** Writes the trace as JSON, piece by piece. */
export function* traceLines(view: RunView, { ran, cores, lengthMs }: PicturedRun): Generator<string, void, void> {
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

/** From the end of what was waited for to the start of what waited: of a job the last, and of the other the first. */
function* flows(
  view: RunView,
  ran: ReadonlyMap<string, Ran>,
  places: readonly { readonly pid: number; readonly tid: number }[],
) {
  let id = 0;
  for (const job of view.jobs()) {
    for (const [source, target] of pairsOf(view, job, ran)) {
      if (++id > flowsMax) return;
      const shared = { cat: "dependency", name: "after", id };
      yield { ph: "s", ...shared, ts: Math.round(source.to * 1000), ...places[source.rows[0]!]! };
      yield { ph: "f", bp: "e", ...shared, ts: Math.round(target.from * 1000), ...places[target.rows[0]!]! };
    }
  }
}

function* pairsOf(view: RunView, job: AdmittedJob, ran: ReadonlyMap<string, Ran>) {
  const aligned = new Set(job.edges.flatMap((edge) => edge.kind === "aligned" ? [edge.job] : []));
  for (const id of new Set(jobsAfter(job))) {
    const source = view.job(id);
    if (source === undefined) continue;
    if (!aligned.has(id)) {
      const [last, first] = [pick(source, ran, (a, b) => a.to > b.to), pick(job, ran, (a, b) => a.from < b.from)];
      if (last !== undefined && first !== undefined) yield [last, first] as const;
      continue;
    }
    const shift = job.edges.find((edge) => edge.kind === "aligned" && edge.job === id);
    for (let offset = 0; offset < taskCount(job.description); offset++) {
      const other = offset + (shift?.kind === "aligned" ? shift.shift : 0);
      if (other < 0 || other >= taskCount(source.description)) continue;
      const pair = [ran.get(taskName(source.description, other)), ran.get(taskName(job.description, offset))] as const;
      if (pair[0] !== undefined && pair[1] !== undefined) yield [pair[0], pair[1]] as const;
    }
  }
}

/** The task of a job that is before all others of it. */
function pick(
  { description }: AdmittedJob,
  ran: ReadonlyMap<string, Ran>,
  isBefore: (a: Ran, b: Ran) => boolean,
): Ran | undefined {
  let found: Ran | undefined;
  for (let offset = 0; offset < taskCount(description); offset++) {
    const task = ran.get(taskName(description, offset));
    if (task !== undefined && (found === undefined || isBefore(task, found))) found = task;
  }
  return found;
}
