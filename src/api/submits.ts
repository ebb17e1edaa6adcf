/**
 * What `submit()` and `map()` do, for an executor and for all views of it: from a job, a list of jobs or a template to a
 * future.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { ExecutorClosedError } from "../errors.ts";
import type { OutputName } from "../job/description.ts";
import { nameValue, type Scalar } from "../job/json.ts";
import type { JobSpelling } from "../job/parse.ts";
import type { PermissionScope } from "../job/permissions.ts";
import type { ScopeGuard } from "../launch/scope_guard.ts";
import type { Admission } from "../runtime/admission.ts";
import type { Pilot } from "../runtime/pilot.ts";
import { defaultOutputs } from "../template/basic_template.ts";
import { renderTemplate } from "../template/render.ts";
import type { AnyTemplate, Template } from "../template/types.ts";
import { AbortCancels } from "./abort_cancels.ts";
import { checkMapOptions } from "./check_options.ts";
import type { MapOptions } from "./executor_options.ts";
import { QCGPJFuture } from "./future.ts";
import { separateInputs } from "./input_streams.ts";
import { mapJobs } from "./map_outputs.ts";
import { checkRunArguments, type RunOptions, type RunOutput, runProgram } from "./run_program.ts";
import type { Manager } from "./manager.ts";

/** What all submits of a view have in common. */
export interface SubmitTerms {
  /** What its jobs are allowed of what the executor allows. */
  readonly permissions?: PermissionScope;
  /** An abort of any of them cancels the jobs. */
  readonly signals: readonly AbortSignal[];
  /** Whether jobs that say nothing of their output are captured. */
  readonly captures?: boolean;
}

/** What submits need. */
export interface SubmitPorts {
  readonly pilot: Pilot;
  /** Lets jobs in. */
  readonly admission: Pick<Admission, "submit">;
  /** Narrows permissions. */
  readonly guard: Pick<ScopeGuard, "narrow">;
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
    const { admission, pilot } = this.#ports;
    const { jobs: written, streams } = separateInputs(jobs);
    const admitted = admission.submit(written, permissions, spelling, unnamed);
    admitted.forEach(({ id, description: { name } }, index) => {
      const stream = streams[index];
      if (stream === undefined) return;
      pilot.files.hold(name, stream);
      const drop = () => pilot.files.drop(name);
      pilot.watch(id, { seen: ({ kind }) => kind === "jobEnded" && drop(), broken: drop });
    });
    return admitted;
  }

  /** Submits what was given first: a template, whose parameters are the rest, or a job or a list of them. */
  submit(first: unknown, rest: readonly unknown[], terms: SubmitTerms): QCGPJFuture<unknown> {
    this.#refuseIfClosed();
    const { permissions, signals, captures = false } = terms;
    for (const signal of signals) signal.throwIfAborted();
    const { pilot, warn } = this.#ports;
    const isTemplate = typeof first === "function";
    const given = isTemplate ? renderTemplate(first as AnyTemplate, rest) : readJobs(first, rest);
    const parse = isTemplate ? (first as Template<never, never, unknown>).output : undefined;
    const listed = Array.isArray(given) ? given : [given];
    const jobs = captures || parse !== undefined ? listed.map(captured) : listed;
    const unnamed = isTemplate ? defaultOutputs(first as AnyTemplate, rest) : [];
    const admitted = this.admit(jobs, permissions, isTemplate ? "templates" : "jobs", unnamed);
    const future = new QCGPJFuture(pilot, admitted, warn, parse);
    for (const signal of signals) this.#cancels.bind(future, signal);
    return future;
  }

  /** Submits one job for each set of parameters of a template, or each of the jobs, as the results are asked for. */
  map(first: unknown, rest: readonly unknown[], terms: SubmitTerms): AsyncGenerator<unknown, void, void> {
    const isTemplate = typeof first === "function";
    const [items, options = {}, ...more] = isTemplate ? rest : [first, ...rest];
    const what = isTemplate ? "a list or a generator of parameters" : "a template, or a list or a generator of jobs";
    if (!isIterable(items)) throw new TypeError(`map() takes ${what}, not ${nameValue(items)}`);
    if (more.length > 0) throw new TypeError(`map() takes nothing after its options, but got ${nameValue(more[0])}`);
    if (hasSignal(options)) throw new TypeError(`map() has no option "signal". ${signalHint}`);
    checkMapOptions(options as MapOptions);
    const { output } = options as MapOptions;
    const { manager, pilot: { clock } } = this.#ports;
    const all = output === undefined ? terms : { ...terms, captures: true };
    return mapJobs(items, options as MapOptions, {
      clock,
      signals: terms.signals,
      submit: (item) => isTemplate ? this.submit(first, [item], all) : this.submit(item, [], all),
      remove: (names) => void manager.remove(names),
      window: Math.max(1000, 4 * manager.resources().total_cores),
    });
  }

  /** Runs one program and hands over what it wrote. */
  async run(program: string, args: readonly Scalar[], options: RunOptions, terms: SubmitTerms): Promise<RunOutput> {
    checkRunArguments(program, args, options);
    const { signal, ...others } = options;
    const signals = signal === undefined ? terms.signals : [...terms.signals, signal];
    const { manager } = this.#ports;
    return await runProgram(program, args, others, {
      submit: (job) => this.submit(job, [], { ...terms, signals }),
      remove: (names) => void manager.remove(names),
      signals,
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

/** Captures the output of a job that says nothing of it. What is no job, the parser says. */
function captured(job: unknown): unknown {
  if (typeof job !== "object" || job === null || !("execution" in job)) return job;
  const { execution } = job;
  const isKept = "capture" in job && (job.capture ?? undefined) !== undefined;
  const hasFile = typeof execution === "object" && execution !== null && "stdout" in execution && execution.stdout;
  return isKept || hasFile ? job : { ...job, capture: "stdout" };
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
