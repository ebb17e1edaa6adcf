/**
 * Restarts: a run is cut off at some event, as if the pilot had died there, and another core goes on from what was on
 * record.
 *
 * @module
 */

import { Core } from "../../src/core/core.ts";
import type { RecordedRun } from "../../src/core/restore.ts";
import type { Action, Edge, Event, Input, Output, TaskId } from "../../src/core/types.ts";
import { Ledger } from "../../src/report/ledger.ts";
import { ReplayedRun } from "../../src/runtime/replayed_run.ts";
import type { History } from "./history.ts";
import { Model } from "./model.ts";
import { Random } from "./random.ts";

type StopRequest = Event & { kind: "stopRequested" };

/** What the checks of restarts hold. */
export const restartPromise: string = "A restart keeps what is on record";

/** What was on record when the pilot died. */
export interface Record {
  readonly events: readonly Event[];
  /** The world as it was then; nothing runs any more. */
  readonly model: Model;
  /** The stops that were asked for and not over. */
  readonly stops: ReadonlyMap<TaskId, StopRequest>;
  readonly earlier: RecordedRun;
}

/** Where something that belongs together may be torn apart: after what is dropped, or after a stop or an attempt. */
const seams: readonly (readonly Event["kind"][])[] = [[], ["tasksDropped"], ["stopRequested", "attemptEnded"]];

/** Cuts a run off at a random event, or right after one of those kinds. */
export function cutOff(history: History, random: Random, kinds: readonly Event["kind"][] = []): Record {
  const model = new Model(history.workload);
  const all: Event[] = [];
  for (const entry of history.entries) {
    if (entry.kind === "step") entry.inputs.forEach((input) => model.takeInput(input));
    if (entry.kind === "durable") all.push(...entry.events);
  }
  const places = all.flatMap((event, index) => kinds.includes(event.kind) ? [index + 1] : []);
  let count = places.length === 0 ? random.between(0, all.length) : random.pick(places);
  // Jobs of one submit may depend on one another in any order: they are on record together.
  while (all[count]?.kind === "jobSubmitted") count++;
  const events = all.slice(0, count);
  const stops = new Map<TaskId, StopRequest>();
  for (const event of events) {
    model.apply(event);
    if (event.kind === "stopRequested") stops.set(event.task, event);
    if (event.kind === "taskEnded" || event.kind === "attemptEnded") stops.delete(event.task);
  }
  const submitted = events.filter((event) => event.kind === "jobSubmitted");
  const known = new Set(submitted.map((event) => event.job.id));
  for (const id of [...model.jobs.keys()]) {
    if (known.has(id)) continue;
    model.jobs.get(id)!.tasks.forEach((task) => model.tasks.delete(task.id));
    model.jobs.delete(id);
  }
  for (const task of model.tasks.values()) Object.assign(task, { isLive: false, readyAtMs: 0 });
  const earlier = new ReplayedRun(new Ledger());
  events.forEach((event) => earlier.apply(event));
  earlier.finish();
  return { events, model, stops, earlier };
}

/** Goes on with another core until every job has ended; returns what is wrong. */
export function goOn(
  { workload }: History,
  { events, model, stops, earlier }: Record,
  random: Random,
): string | undefined {
  const canceled = new Set(events.flatMap((event) => event.kind === "jobCanceled" ? [event.job] : []));
  const { stopAtMs: _, ...options } = workload;
  const core = new Core({ ...options, absentNodes: [] });
  const before = new Map([...model.tasks].map(([id, { attempt, outcome }]) => [id, { attempt, outcome }]));
  const ended = new Set([...model.jobs].filter(([, job]) => job.outcome !== undefined).map(([id]) => id));
  const running: (Action & { kind: "launch" })[] = [];
  let nowMs = 2_000_000_000_000;
  const take = ({ events, actions }: Output): string | undefined => {
    core.checkInvariants();
    for (const event of events) {
      const wrong = checkEvent(event, model, before, stops, ended);
      if (event.kind === "taskScheduled" && event.attempt === 1 && canceled.has(event.job)) {
        return `job ${event.job} was canceled and runs again`;
      }
      if (wrong !== undefined) return wrong;
      model.apply(event);
    }
    for (const action of actions) if (action.kind === "launch") running.push(action);
    return undefined;
  };
  const restored = core.restore(earlier, nowMs);
  // Nothing runs yet: what ends now was being stopped.
  const unasked = restored.events.find((event) => event.kind === "taskEnded" && !stops.has(event.task));
  if (unasked?.kind === "taskEnded") return `${model.task(unasked.task).name} ended at the restart for nothing`;
  let wrong = take(restored);
  let drained = false;
  wrong ??= take(core.step([{ kind: "drainRequested", atMs: nowMs }]));
  for (let round = 0; wrong === undefined && (running.length > 0 || core.nextDeadlineMs() !== undefined); round++) {
    if (round > 100_000) return "the restored core goes on for ever";
    const inputs: Input[] = [];
    if (running.length === 0) nowMs = core.nextDeadlineMs()!;
    const launched = running.splice(random.between(0, running.length - 1), 1)[0];
    if (launched === undefined) inputs.push({ kind: "timePassed", atMs: nowMs });
    else {
      const key = { atMs: nowMs, task: launched.task, attempt: launched.attempt };
      inputs.push({ kind: "taskStarted", ...key, pid: 1 });
      inputs.push({ kind: "taskExited", ...key, exit: { code: random.chance(0.9) ? 0 : 1 }, usage: {} });
    }
    const output = core.step(inputs);
    drained ||= output.events.some((event) => event.kind === "pilotDrained");
    wrong = take(output);
  }
  if (wrong !== undefined) return wrong;
  const open = [...model.jobs.values()].find((job) => job.outcome === undefined);
  return open && `job ${open.job.description.name} has not ended after the restart`;
}

function checkEvent(
  event: Event,
  model: Model,
  before: ReadonlyMap<TaskId, { readonly attempt: number; readonly outcome: string | undefined }>,
  stops: ReadonlyMap<TaskId, StopRequest>,
  ended: Set<number>,
): string | undefined {
  if (event.kind === "jobEnded") {
    const job = model.jobs.get(event.job)!;
    const { name, iteration } = job.job.description;
    if (ended.has(event.job)) return `job ${name} ended twice`;
    ended.add(event.job);
    for (const kind of ["succeeded", "failed", "canceled", "omitted"] as const) {
      const count = job.tasks.filter((task) => task.outcome === kind).length;
      if (event.counts[kind] !== count) {
        return `job ${name} counts ${event.counts[kind]} ${kind}, but there are ${count}`;
      }
    }
    const { outcome } = job.tasks[0]!;
    if (iteration === undefined && event.outcome !== outcome) return `plain job ${name} is ${event.outcome}`;
    const isOmitted = iteration !== undefined && event.counts.omitted > 0 && job.job.edges.every(isOfWhole);
    if (isOmitted && event.outcome === "failed") return `job ${name} was omitted as a whole, and failed`;
  }
  if (event.kind === "tasksDropped") {
    for (let task = event.first; task < event.first + event.count; task++) {
      if (model.task(task).outcome !== undefined) return `${model.task(task).name} was dropped after it had ended`;
    }
  }
  if (event.kind === "taskEnded") {
    const { name, outcome } = model.task(event.task);
    if (outcome !== undefined) return `${name} ended twice`;
    const stop = stops.get(event.task);
    if (stop !== undefined && event.outcome.kind === "succeeded") return `${name} was stopped and succeeded`;
  }
  if (event.kind !== "taskScheduled") return undefined;
  const { name, needs } = model.task(event.task);
  const known = before.get(event.task)!;
  if (known.outcome !== undefined) return `${name} had ${known.outcome} and runs again`;
  if (stops.has(event.task)) return `${name} was being stopped and runs again`;
  const isNext = event.attempt === model.task(event.task).attempt + 1;
  if (!isNext || event.attempt <= known.attempt) {
    return `${name} runs as attempt ${event.attempt} after ${known.attempt}`;
  }
  const unmet = needs.find((need) => model.isMet(need) !== true);
  return unmet && `${name} runs though it waits for ${JSON.stringify(unmet)}`;
}

/** Whether a job as a whole waits for something. */
function isOfWhole({ kind }: Edge): boolean {
  return kind === "job" || kind === "missing";
}

/** Cuts a run off three times, and goes on each time; returns what is wrong. */
export function checkRestarts(history: History): string | undefined {
  for (const [cut, kinds] of seams.entries()) {
    const random = new Random(history.seed * 3 + cut);
    const record = cutOff(history, random, kinds);
    const wrong = goOn(history, record, random);
    if (wrong !== undefined) return `after ${record.events.length} events (cut ${cut}): ${wrong}`;
  }
  return undefined;
}
