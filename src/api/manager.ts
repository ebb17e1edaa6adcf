/**
 * The manager: QCG-PilotJob's `qcgpj_manager`, with its methods and reply shapes.
 *
 * @module
 */

import type { JobDescription } from "../job/description.ts";
import type { UnknownJobError } from "../errors.ts";
import type { JobInput } from "../job/input.ts";
import type { TerminalState } from "../report/states.ts";
import { countOf } from "../resources/request.ts";
import { type Jobs, standardJobs } from "./jobs.ts";
import { cancelProblem, removeProblem } from "./manager_problems.ts";
import { endOf } from "./end_of.ts";
import type { CancelReply, JobNames, ListReply, ManagedRun, PriorityReply, RemoveReply } from "./manager_replies.ts";
import { listNames } from "./manager_replies.ts";
import { type JobInfo, parseInfo } from "./parsed_info.ts";
import { untilSettled, type WaitLimit } from "../runtime/limit.ts";
import type { Pilot } from "../runtime/pilot.ts";
import { checkOptionBag, waitLimitRules, yesOrNo } from "../runtime/option_bag.ts";
import {
  cancelJobs,
  countDone,
  type Done,
  infosOf,
  listJobs,
  type NameAnswer,
  priorityProblem,
  removeJobs,
  setPriorities,
  statesOf,
} from "../service/answers.ts";
import { nameValue } from "../job/json.ts";
import { isPriority, priorityForm } from "../job/parse_order.ts";
import {
  type Books,
  findTarget,
  type InfoReply,
  replyResources,
  replyStatus,
  type ResourcesReply,
  type StatusReply,
} from "../service/replies.ts";
import type { StatusData } from "../service/status.ts";
import { unknownJob } from "../service/target.ts";
import type { SimpleJobInput } from "../job/simple_job.ts";

/**
 * Controls the pilot by the names of jobs, as QCG-PilotJob's `LocalManager` does: `executor.manager`.
 *
 * @example Submitting in the standard form
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "4" });
 * const { manager } = executor;
 * manager.submit([{ name: "hello", execution: { exec: "echo", args: ["hello"] } }]);
 * assertEquals(await manager.wait4("hello"), { hello: "SUCCEED" });
 * assertEquals(manager.resources(), { total_nodes: 1, total_cores: 4, used_cores: 0, free_cores: 4 });
 * ```
 */
export class Manager {
  readonly #pilot: Pilot;
  readonly #zone: number;
  readonly #admit: (jobs: readonly unknown[]) => readonly JobDescription[];
  readonly #run: ManagedRun;

  /**
   * Made by the executor, not by users.
   *
   * @param pilot The pilot to control.
   * @param zone The zone of written times, in minutes ahead of UTC.
   * @param admit Parses and submits jobs.
   * @param run What else the manager asks of the run.
   * @internal
   */
  constructor(
    pilot: Pilot,
    zone: number,
    admit: (jobs: readonly unknown[]) => readonly JobDescription[],
    run: ManagedRun,
  ) {
    this.#pilot = pilot;
    this.#zone = zone;
    this.#admit = admit;
    this.#run = run;
  }

  /** What a manager that shares the run of another is made of. @internal */
  get parts(): ConstructorParameters<typeof Manager> {
    return [this.#pilot, this.#zone, this.#admit, this.#run];
  }

  /** Counts nodes and cores, now. A core that is reserved for the pilot counts as used. */
  resources(): ResourcesReply {
    return replyResources(this.#pilot.resources);
  }

  /**
   * Submits jobs in the standard form of QCG-PilotJob's request files, or in the simple form of its class `Jobs`. All are
   * taken or none.
   *
   * @param jobs One job, a list of jobs, or {@linkcode Jobs}. They may depend on one another. What was parsed from JSON
   * is checked here, so that it may be passed as {@linkcode JobInput}.
   * @returns The names of the jobs, in the same order.
   * @throws {JobDescriptionError} If a description is wrong, a name is taken, or a job could never run.
   * @throws {PermissionScopeError} If a job is outside its permission scope, or Deno does not grant what it needs.
   * @throws {JournalError} If the records of the run cannot be begun; a later submit tries again.
   * @throws {ExecutorClosedError} If the executor was shut down, or broke (`cause` tells by what).
   */
  submit(jobs: JobInput | SimpleJobInput | readonly (JobInput | SimpleJobInput)[] | Jobs): string[] {
    return this.#admit(standardJobs(jobs)).map((job) => job.name);
  }

  /** Tells the state of every job that is known, in the order of submission. */
  list(): Readonly<Record<string, ListReply>> {
    const replies = [...listJobs(this.#pilot)].map(({ name, state, inQueue }) =>
      [name, { status: state, ...(inQueue === undefined ? {} : { inQueue }) }] as const
    );
    return Object.fromEntries(replies);
  }

  /**
   * Tells the state of jobs or iterations.
   *
   * @param names `job`, `job:iteration`, or several.
   * @returns QCG-PilotJob's shape: `{ jobs: { NAME: { status: 0, data: { jobName, status } } } }`.
   * @throws {UnknownJobError} If a name is not known.
   */
  status(names: JobNames): { readonly jobs: Readonly<Record<string, StatusReply>> } {
    const states = this.#known(statesOf(this.#pilot, listNames(names)));
    return { jobs: Object.fromEntries(states.map(([name, state]) => [name, replyStatus(name, state)])) };
  }

  /**
   * Tells all that is known of jobs or iterations.
   *
   * @param names `job`, `job:iteration`, or several.
   * @param options With `withChilds`, an iterative job lists its iterations.
   * @returns QCG-PilotJob's shape: `{ jobs: { NAME: { status: 0, data: { jobName, status, … } } } }`.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {UnknownJobError} If a name is not known.
   */
  info(
    names: JobNames,
    options: { readonly withChilds?: boolean } = {},
  ): { readonly jobs: Readonly<Record<string, { readonly status: 0; readonly data: InfoReply }>> } {
    checkOptionBag("info()", options, { withChilds: yesOrNo });
    const infos = this.#known(infosOf(this.#books(), listNames(names), options));
    return { jobs: Object.fromEntries(infos.map(([name, data]) => [name, { status: 0 as const, data }])) };
  }

  /**
   * Tells all that is known of jobs or iterations, as values.
   *
   * @param names `job`, `job:iteration`, or several.
   * @param options As those of {@linkcode info}.
   * @returns What is known, by name.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {UnknownJobError} If a name is not known.
   */
  infoParsed(names: JobNames, options: { readonly withChilds?: boolean } = {}): Readonly<Record<string, JobInfo>> {
    const { jobs } = this.info(names, options);
    return Object.fromEntries(Object.entries(jobs).map(([name, { data }]) => [name, parseInfo(data)]));
  }

  /** Tells about the pilot, its resources and its jobs: the reply of the service to `status`. */
  systemStatus(): StatusData {
    return this.#run.status();
  }

  /**
   * Waits for the next end of a job or of an iteration. Those that have ended before do not count.
   *
   * @param limit When to give up waiting.
   * @returns The name, `job` or `job:iteration`, and the terminal state.
   * @throws As {@linkcode wait4all}, and when no more jobs will end.
   */
  async waitForAnyJobFinish(limit: WaitLimit = {}): Promise<readonly [name: string, state: TerminalState]> {
    checkOptionBag("waitForAnyJobFinish()", limit, waitLimitRules);
    const { end, callOff } = this.#run.nextEnd();
    try {
      return await untilSettled(end, limit, this.#pilot.clock, () => "waiting for the end of a job");
    } finally {
      callOff();
    }
  }

  /**
   * Asks to stop jobs or single iterations that have not ended. Does not wait; {@linkcode wait4} does.
   *
   * @param names `job`, `job:iteration`, or several. A name that is not known is told in the reply, not thrown.
   * @returns How many are being stopped, and why others are not.
   */
  cancel(names: JobNames): CancelReply {
    const { done, errors } = this.#done(cancelJobs(this.#pilot, listNames(names)), cancelProblem);
    return { canceled: done, errors };
  }

  /**
   * Gives jobs that have not ended another priority. What of them waits takes its new place; what runs goes on.
   *
   * @param names Names of whole jobs. One that is not known or has ended is told in the reply, not thrown.
   * @param priority A whole number from -1,000,000 to 1,000,000; jobs of a greater one start first.
   * @returns How many were given it, and why others were not.
   * @throws {RangeError} If it is no such number.
   */
  setPriority(names: JobNames, priority: number): PriorityReply {
    if (!isPriority(priority)) throw new RangeError(`priority must be ${priorityForm}, got ${nameValue(priority)}`);
    const { done, errors } = this.#done(setPriorities(this.#pilot, listNames(names), priority), priorityProblem);
    return { set: done, errors };
  }

  /**
   * Forgets jobs that have ended, and frees their names and memory.
   *
   * @param names Names of whole jobs. One that is not known or has not ended is told in the reply, not thrown.
   * @returns How many were removed, and why others were not.
   */
  remove(names: JobNames): RemoveReply {
    const { done, errors } = this.#done(removeJobs(this.#pilot, listNames(names)), removeProblem);
    return { removed: done, errors };
  }

  /**
   * Waits until jobs or iterations have ended.
   *
   * @param names `job`, `job:iteration`, or several.
   * @param limit When to give up waiting; the jobs are left alone then.
   * @returns The terminal state of each, by name.
   * @throws {UnknownJobError} If a name is not known.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If `timeoutMs` is negative or not a number.
   * @throws {DOMException} Named `TimeoutError`, if `timeoutMs` passed; or the signal's reason.
   * @throws {JournalError} If the executor broke meanwhile: whatever broke it is thrown.
   */
  async wait4(names: JobNames, limit: WaitLimit = {}): Promise<Readonly<Record<string, TerminalState>>> {
    checkOptionBag("wait4()", limit, waitLimitRules);
    const list = listNames(names);
    const targets = list.map((name) => findTarget(this.#pilot.intake, name));
    const callsOff: (() => void)[] = [];
    const all = Promise.all(targets.map((target) => endOf(this.#pilot, target, callsOff)));
    try {
      const states = await untilSettled(
        all,
        limit,
        this.#pilot.clock,
        () => `waiting for ${countOf(list.length, "job")}`,
      );
      return Object.fromEntries(list.map((name, i) => [name, states[i]!]));
    } finally {
      // A wait that is given up and begun again must not leave something behind each time.
      for (const callOff of callsOff) callOff();
    }
  }

  /**
   * Waits until no job is queued or running, also those submitted meanwhile.
   *
   * @param limit When to give up waiting.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If `timeoutMs` is negative or not a number.
   * @throws {DOMException} Named `TimeoutError`, if `timeoutMs` passed; or the signal's reason.
   * @throws {JournalError} If the executor broke meanwhile: whatever broke it is thrown.
   */
  async wait4all(limit: WaitLimit = {}): Promise<void> {
    checkOptionBag("wait4all()", limit, waitLimitRules);
    const idle = async () => {
      while (this.#pilot.openJobs > 0) await this.#pilot.idle();
    };
    const what = () => `waiting for ${countOf(this.#pilot.openJobs, "job")}`;
    await untilSettled(idle(), limit, this.#pilot.clock, what);
  }

  #done<T>(answers: Iterable<NameAnswer<T>>, explain: (name: string, answer: T) => string | undefined): Done {
    const told = (one: NameAnswer<T>) =>
      one.kind === "unknown" ? this.#unknown(one).message : explain(one.name, one.answer);
    return countDone(answers, told);
  }

  /** The answers by name; throws for the first name that is not known. */
  #known<T>(answers: Iterable<NameAnswer<T>>): (readonly [name: string, answer: T])[] {
    return Array.from(answers, (one) => {
      if (one.kind === "unknown") throw this.#unknown(one);
      return [one.name, one.answer] as const;
    });
  }

  #unknown({ name, why }: NameAnswer<unknown> & { readonly kind: "unknown" }): UnknownJobError {
    return unknownJob(this.#pilot.intake, name, why);
  }

  #books(): Books {
    const { intake, ledger, nodes, rootWd } = this.#pilot;
    return { intake, ledger, nodes, rootWd, zone: this.#zone };
  }
}
