/**
 * A pilot that is driven by hand, for tests of what stands around it: real intake, core, ledger and statistics, no
 * processes and a clock that the test moves.
 *
 * @module
 */

import { Core } from "../../../src/core/core.ts";
import type { WaitExplanation } from "../../../src/core/explain_wait.ts";
import type { Exit } from "../../../src/core/exit.ts";
import { Intake } from "../../../src/core/intake.ts";
import type { Action, AdmittedJob, CancelTarget, Input } from "../../../src/core/types.ts";
import { EventHub } from "../../../src/events/event_hub.ts";
import type { JobDescription } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import type { SubmitVariables } from "../../../src/job/variables.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { Statistics } from "../../../src/report/statistics.ts";
import type { Node } from "../../../src/resources/node.ts";
import type { PoolPresence } from "../../../src/resources/pool.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Admission, type AdmissionPorts } from "../../../src/runtime/admission.ts";
import type { ServedPilot } from "../../../src/service/served_pilot.ts";
import type { Reply } from "../../../src/service/reply.ts";
import { Service, type ServicePorts, type ShutdownMode } from "../../../src/service/service.ts";

/** When every test begins: 2026-01-31 12:00:00 UTC. */
export const startMs: number = Date.UTC(2026, 0, 31, 12);

/** A pilot that does nothing by itself. */
export class HandPilot implements ServedPilot {
  readonly intake: Intake;
  readonly ledger: Ledger = new Ledger();
  readonly statistics: Statistics = new Statistics();
  readonly nodes: readonly Node[];
  readonly rootWd = "/work";
  /** Time, moved by the test. */
  nowMs: number = startMs;
  failure: { readonly error: unknown } | undefined;
  /** Tells the events; what a reader throws is thrown on, as it is the test that fails then. */
  readonly hub: EventHub = new EventHub((_, error) => {
    throw error;
  });
  /** The tasks that were told to launch, by name. */
  readonly launches: Map<string, Action & { kind: "launch" }> = new Map();
  readonly #core: Core;
  readonly #inbox: Input[] = [];
  readonly #open: Set<number> = new Set();

  constructor(nodes = "n0:4") {
    this.nodes = parseNodeSpec(nodes);
    const options = { nodes: this.nodes, graceMs: 5000, piecesMax: Infinity, unknownDependency: "omit" as const };
    this.hub.add("statistics", this.statistics);
    this.#core = new Core(options);
    this.intake = new Intake({ ...options, pool: this.#core.pool });
  }

  explainWait(task: number): WaitExplanation {
    return this.#core.explain(task, this.nowMs);
  }

  isPaused = false;

  pause(): void {
    this.isPaused = true;
    this.#inbox.push({ kind: "pauseRequested", atMs: this.nowMs });
  }

  unpause(): void {
    this.isPaused = false;
    this.#inbox.push({ kind: "pauseEnded", atMs: this.nowMs });
  }

  get resources(): PoolPresence {
    return this.#core.pool.present;
  }

  get openJobs(): number {
    return this.#open.size;
  }

  submit(descriptions: readonly JobDescription[]): AdmittedJob[] {
    const jobs = this.intake.admit(descriptions);
    for (const job of jobs) this.#open.add(job.id);
    this.#inbox.push({ kind: "jobsSubmitted", atMs: this.nowMs, jobs });
    return jobs;
  }

  cancel(target: CancelTarget): void {
    this.#inbox.push({ kind: "cancelRequested", atMs: this.nowMs, target, cause: "cancel" });
  }

  setPriority(job: AdmittedJob, priority: number): void {
    this.#inbox.push({ kind: "prioritySet", atMs: this.nowMs, job: job.id, priority });
  }

  forget(job: AdmittedJob): void {
    this.intake.forget(job.description.name);
    this.#inbox.push({ kind: "jobForgotten", atMs: this.nowMs, job: job.id });
  }

  /** Submits jobs in the standard form, and turns. */
  take(...jobs: readonly object[]): void {
    this.submit(jobs.map((job) => parseJob({ execution: { exec: "date" }, ...job }, { variables: variablesOf(1) })));
    this.turn();
  }

  /** Does a turn of the loop. */
  turn(): void {
    const { events, actions } = this.#core.step(this.#inbox.splice(0));
    for (const event of events) if (event.kind === "jobEnded") this.#open.delete(event.job);
    this.hub.tell(events, this.ledger);
    for (const action of actions) {
      if (action.kind !== "launch") continue;
      const { description, firstTask } = action.job;
      const index = (description.iteration?.start ?? 0) + action.task - firstTask;
      this.launches.set(
        description.iteration === undefined ? description.name : `${description.name}:${index}`,
        action,
      );
    }
  }

  /** Starts what was launched, `afterMs` later. */
  start(name: string, afterMs = 1): void {
    this.nowMs += afterMs;
    const { task, attempt } = this.launches.get(name)!;
    this.#inbox.push({ kind: "taskStarted", atMs: this.nowMs, task, attempt, pid: 1000 + task });
    this.turn();
  }

  /** Ends what was started, `afterMs` later. */
  exit(name: string, exit: Exit = { code: 0 }, afterMs = 2000): void {
    this.nowMs += afterMs;
    const { task, attempt } = this.launches.get(name)!;
    this.#inbox.push({ kind: "taskExited", atMs: this.nowMs, task, attempt, exit, usage: {} });
    this.turn();
  }

  /** Says that what was launched cannot be started. */
  failToStart(name: string, message: string): void {
    const { task, attempt } = this.launches.get(name)!;
    const failure = { kind: "program-not-found" as const, message };
    this.#inbox.push({ kind: "taskStartFailed", atMs: this.nowMs, task, attempt, failure });
    this.turn();
  }

  /** Starts and ends. */
  run(name: string, exit: Exit = { code: 0 }): void {
    this.start(name);
    this.exit(name, exit);
  }
}

/** Submit variables that a test can recognise. */
export function variablesOf(requestNumber: number): SubmitVariables {
  const [date, time] = ["2026-01-31", "12:00:00"];
  return { rcnt: `${requestNumber}`, uniq: "u-1", sname: "local", date, time, dateTime: `${date} ${time}` };
}

/** A service over a pilot driven by hand, with what it told its ports. */
export interface Served {
  readonly pilot: HandPilot;
  readonly service: Service;
  readonly ends: ShutdownMode[];
  /** Answers a request given as its name and the rest. */
  readonly ask: (request: string, rest?: object) => Reply;
}

/** Sets up a service. */
export function serve(nodes?: string, ports: Partial<ServicePorts & AdmissionPorts> = {}): Served {
  const pilot = new HandPilot(nodes);
  const ends: ShutdownMode[] = [];
  const service = new Service({
    admission: new Admission({
      pilot,
      guard: { admit: (job) => job },
      submitVariables: variablesOf,
      requireGrants: () => {},
      openRecords: () => {},
      ...ports,
    }),
    pilot,
    statistics: pilot.statistics,
    nowMs: () => pilot.nowMs,
    facts: {
      instanceId: "host.7",
      startedAtMs: startMs,
      host: "host",
      account: "ada",
      directory: "/here",
      runtimeVersion: "deno 2.9.6",
      runtimePath: "/bin/qcgpj",
      platform: "linux x86_64",
    },
    interfaces: () => ({ names: ["FILE"], publisher: "tcp://192.0.2.7:4321" }),
    zone: 60,
    shutdownRequested: (end) => ends.push(end),
    ...ports,
  });
  return { pilot, service, ends, ask: (request, rest = {}) => service.answer({ request, ...rest }).reply };
}

/** A job in the standard form that runs `date`. */
export function jobOf(name: string, parts: object = {}): object {
  return { name, execution: { exec: "date" }, ...parts };
}
