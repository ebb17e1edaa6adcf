/**
 * What `submit()` and `map()` do, for an executor and for all views of it: from a job, a list of jobs or a template to a
 * future.
 *
 * @module
 */

import { readAhead } from "../base/read_ahead.ts";
import type { AdmittedJob } from "../core/types.ts";
import { ExecutorClosedError } from "../errors.ts";
import { nameValue } from "../job/json.ts";
import type { OutputName } from "../job/description.ts";
import type { JobSpelling } from "../job/parse.ts";
import type { PermissionScope } from "../job/permissions.ts";
import type { Guard } from "../launch/guard.ts";
import type { Admission } from "../runtime/admission.ts";
import type { Pilot } from "../runtime/pilot.ts";
import { defaultOutputs } from "../template/basic_template.ts";
import { renderTemplate } from "../template/render.ts";
import type { AnyTemplate } from "../template/types.ts";
import { AbortCancels } from "./abort_cancels.ts";
import { checkMapOptions } from "./check_options.ts";
import type { MapOptions } from "./executor_options.ts";
import { type JobResult, QCGPJFuture } from "./future.ts";
import type { Manager } from "./manager.ts";

/** What all submits of a view have in common. */
export interface SubmitTerms {
  /** What its jobs are allowed of what the executor allows. */
  readonly permissions?: PermissionScope;
  /** Every one of them cancels its jobs. */
  readonly signals: readonly AbortSignal[];
}

/** What submits need. */
export interface SubmitPorts {
  readonly pilot: Pilot;
  /** Lets jobs in. */
  readonly admission: Pick<Admission, "submit">;
  /** Narrows permissions. */
  readonly guard: Pick<Guard, "narrow">;
  /** Counts cores, and forgets what has ended. */
  readonly manager: Manager;
  /** Tells the user what went wrong in code of theirs. */
  readonly warn: (text: string) => void;
}

/** Takes what users submit, until it is closed. */
export class Submits {
  readonly #ports: SubmitPorts;
  readonly #cancels: AbortCancels = new AbortCancels();
  #isClosed = false;

  /** Joins the ports. */
  constructor(ports: SubmitPorts) {
    this.#ports = ports;
  }

  /** Takes no more jobs. */
  close(): void {
    this.#isClosed = true;
  }

  /** Narrows the permissions of a view. */
  narrow(permissions: PermissionScope, outer: SubmitTerms): PermissionScope {
    return this.#ports.guard.narrow(outer.permissions, permissions, "withPermissions");
  }

  /** Parses, checks and queues jobs: all or none. */
  admit(
    jobs: readonly unknown[],
    permissions?: PermissionScope,
    spelling?: JobSpelling,
    unnamed?: readonly OutputName[],
  ): AdmittedJob[] {
    this.#refuseIfClosed();
    return this.#ports.admission.submit(jobs, permissions, spelling, unnamed);
  }

  /** Submits what was given first: a template, whose parameters are the rest, or a job or a list of them. */
  submit(first: unknown, rest: readonly unknown[], { permissions, signals }: SubmitTerms): QCGPJFuture {
    this.#refuseIfClosed();
    for (const signal of signals) signal.throwIfAborted();
    const { pilot, warn } = this.#ports;
    const isTemplate = typeof first === "function";
    const given = isTemplate ? renderTemplate(first as AnyTemplate, rest) : readJobs(first, rest);
    const jobs = Array.isArray(given) ? given : [given];
    const unnamed = isTemplate ? defaultOutputs(first as AnyTemplate, rest) : [];
    const admitted = this.admit(jobs, permissions, isTemplate ? "templates" : "jobs", unnamed);
    const future = new QCGPJFuture(pilot, admitted, warn);
    for (const signal of signals) this.#cancels.bind(future, signal);
    return future;
  }

  /** Submits one job for each set of parameters of a template, or each of the jobs, as the results are asked for. */
  map(first: unknown, rest: readonly unknown[], terms: SubmitTerms): AsyncGenerator<JobResult, void, void> {
    const isTemplate = typeof first === "function";
    const [items, options = {}, ...more] = isTemplate ? rest : [first, ...rest];
    const what = isTemplate ? "a list or a generator of parameters" : "a template, or a list or a generator of jobs";
    if (!isIterable(items)) throw new TypeError(`map() takes ${what}, not ${nameValue(items)}`);
    if (more.length > 0) throw new TypeError(`map() takes nothing after its options, but got ${nameValue(more[0])}`);
    if (hasSignal(options)) throw new TypeError(`map() has no option "signal". ${signalHint}`);
    checkMapOptions(options as MapOptions);
    const submit = (item: unknown) => isTemplate ? this.submit(first, [item], terms) : this.submit(item, [], terms);
    return this.#map(submit, items, options as MapOptions, terms.signals);
  }

  async *#map(
    submit: (item: unknown) => QCGPJFuture,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: MapOptions,
    signals: readonly AbortSignal[],
  ): AsyncGenerator<JobResult, void, void> {
    const { manager } = this.#ports;
    const { window = Math.max(1000, 4 * manager.resources().total_cores), keep = false } = options;
    const limit = signals.length === 0
      ? {}
      : { signal: signals.length > 1 ? AbortSignal.any([...signals]) : signals[0]! };
    yield* readAhead(items, window, {
      start: submit,
      finish: async (future) => {
        const result = await future.result(limit);
        if (!keep) manager.remove(future.jobNames);
        return result;
      },
      abandon: (future) => future.cancel(),
    });
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new ExecutorClosedError("Cannot submit a job: the executor was shut down");
  }
}

const signalHint = "An AbortSignal is given by executor.with({ signal })";

function hasSignal(value: unknown): boolean {
  return value instanceof AbortSignal ||
    (typeof value === "object" && value !== null && "signal" in value && value.signal instanceof AbortSignal);
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** Refuses what is neither a job nor a list of them, and what follows them. The parser says whether jobs are right. */
function readJobs(jobs: unknown, rest: readonly unknown[]): unknown {
  if (typeof jobs !== "object" || jobs === null) {
    const hint = typeof jobs === "string" ? ". Read JSON with JSON.parse() first" : "";
    throw new TypeError(`submit() takes a job, a list of jobs or a template, not ${nameValue(jobs)}${hint}`);
  }
  const extra = rest.find((one) => one !== undefined);
  if (extra !== undefined) {
    const hint = hasSignal(extra) ? `. ${signalHint}` : "";
    throw new TypeError(`submit() takes nothing after a job or a list of jobs, but got ${nameValue(extra)}${hint}`);
  }
  return jobs;
}
