/**
 * Runs a core by commands in words: the events and actions of a step come out as lines. Time stands still unless a
 * command moves it.
 *
 * @module
 */

import { Core } from "../../src/core/core.ts";
import type { LearntTimes } from "../../src/core/estimates.ts";
import { Intake } from "../../src/core/intake.ts";
import type { AdmittedJob, Input, JobId, Output, TaskId } from "../../src/core/types.ts";
import { parseTaskName } from "../../src/job/name.ts";
import type { Counts } from "../../src/resources/counted.ts";
import type { Node } from "../../src/resources/node.ts";
import { parseNodeSpec } from "../../src/resources/node_spec.ts";
import { readExit, readJob, writeOutput } from "./words.ts";

/** What a core is set up with. */
export interface TraceRunnerOptions {
  /** A node specification, or nodes. */
  readonly nodes?: string | readonly Node[];
  readonly reserveCore?: boolean;
  readonly absentNodes?: readonly number[];
  readonly launchesMax?: number;
  readonly piecesMax?: number;
  readonly graceMs?: number;
  readonly holdBackAfterMs?: number;
  readonly stopAtMs?: number;
  readonly order?: "rank" | "age";
  readonly learnt?: LearntTimes;
  readonly groups?: Counts;
  readonly unknownDependency?: "refuse" | "omit";
}

/** Serves a core. */
export class TraceRunner {
  readonly intake: Intake;
  readonly core: Core;
  /** All jobs that were ever submitted. */
  readonly jobs: Map<JobId, AdmittedJob> = new Map();
  nowMs = 0;
  /** What the last step gave back. */
  output: Output = { events: [], actions: [] };

  constructor(options: TraceRunnerOptions = {}) {
    const { nodes = "4", ...others } = options;
    const all = { graceMs: 1000, ...others, nodes: typeof nodes === "string" ? parseNodeSpec(nodes) : nodes };
    this.core = new Core(all);
    this.intake = new Intake({ ...all, pool: this.core.pool });
  }

  /** Does some commands, separated by ` & `, in one step; returns the lines of its output. */
  tell(commands: string): string[] {
    const inputs = commands.split(" & ").map((command) => this.#read(command));
    return this.step(...inputs);
  }

  /** Does many commands, each in its own step; returns the lines of the last. */
  tellAll(...commands: string[]): string[] {
    return commands.map((command) => this.tell(command)).at(-1) ?? [];
  }

  /** Steps the core until it has done all that the inputs lead to, and checks its books. */
  step(...inputs: Input[]): string[] {
    this.output = this.core.step(inputs);
    while (this.core.isUnfinished) {
      const { events, actions } = this.core.step([]);
      this.output.events.push(...events);
      this.output.actions.push(...actions);
    }
    this.core.checkInvariants();
    return writeOutput(this.output, this.jobs);
  }

  /** The number of a task, by its name. */
  task(name: string): TaskId {
    const { job, iteration } = parseTaskName(name)!;
    // A job that was forgotten, or never known, has a number that nobody has.
    const found = this.intake.find(job);
    if (found === undefined) return 1e9;
    return found.firstTask + (iteration === undefined ? 0 : iteration - (found.description.iteration?.start ?? 0));
  }

  #read(command: string): Input {
    const [verb, ...words] = command.trim().split(/\s+/) as [string, ...string[]];
    const atMs = this.nowMs;
    const rest = words.join(" ");
    const key = () => {
      const [name, attempt = "1"] = words[0]!.split("#") as [string, string?];
      return { task: this.task(name), attempt: Number(attempt) };
    };
    switch (verb) {
      case "submit": {
        const jobs = this.intake.admit(rest.split("|").map(readJob));
        for (const job of jobs) this.jobs.set(job.id, job);
        return { kind: "jobsSubmitted", atMs, jobs };
      }
      case "start":
        return { kind: "taskStarted", atMs, ...key(), pid: 1 };
      case "fail":
        return {
          kind: "taskStartFailed",
          atMs,
          ...key(),
          failure: { kind: "other", message: words.slice(1).join(" ") },
        };
      case "exit":
        return { kind: "taskExited", atMs, ...key(), exit: readExit(words[1] ?? "0"), usage: {} };
      case "oom":
        return { kind: "limitExceeded", atMs, ...key(), cause: "oom", reason: "it used too much memory" };
      case "cancel":
      case "shutdown":
        return { kind: "cancelRequested", atMs, target: this.#target(rest), cause: verb };
      case "forget": {
        const job = this.intake.find(rest)!;
        this.intake.forget(rest);
        return { kind: "jobForgotten", atMs, job: job.id };
      }
      case "priority":
        return { kind: "prioritySet", atMs, job: this.intake.find(words[0]!)!.id, priority: Number(words[1]) };
      case "drain":
        return { kind: "drainRequested", atMs };
      case "lose":
        return { kind: "nodeLost", atMs, node: Number(words[0]), reason: words.slice(1).join(" ") };
      case "ready":
        return { kind: "nodeReady", atMs, node: Number(rest) };
      case "refused":
        return { kind: "signalRefused", atMs, ...key() };
      case "freeze":
        return { kind: "tasksFrozen", atMs };
      case "thaw":
        return { kind: "tasksThawed", atMs };
      case "time":
        this.nowMs = Number(rest);
        return { kind: "timePassed", atMs: this.nowMs };
      default:
        throw new Error(`There is no command "${command}"`);
    }
  }

  #target(text: string): (Input & { kind: "cancelRequested" })["target"] {
    if (text === "all" || text === "queued") return { kind: text };
    const name = parseTaskName(text)!;
    const job = this.intake.find(name.job)!;
    if (name.iteration === undefined) return { kind: "job", job: job.id };
    return { kind: "job", job: job.id, offset: name.iteration - job.description.iteration!.start };
  }
}
