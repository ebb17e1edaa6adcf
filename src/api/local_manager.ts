/**
 * A manager with a run of its own: QCG-PilotJob's class `LocalManager`.
 *
 * @module
 */

import { QCGPJExecutor } from "./executor.ts";
import type { ExecutorOptions } from "./executor_options.ts";
import { Manager } from "./manager.ts";
import type { JobNames } from "./manager_replies.ts";
import type { JobInfo } from "./parsed_info.ts";
import type { WaitLimit } from "../runtime/limit.ts";
import type { TerminalState } from "../report/states.ts";
import type { StatusData } from "../service/status.ts";

/**
 * Runs jobs on this machine, or in the allocation that it is in, and controls them by their names: a {@linkcode Manager}
 * that is a {@linkcode QCGPJExecutor} at the same time. There is no service behind it, so nothing has to be connected.
 *
 * The methods of QCG-PilotJob that are spelt with underscores are here by those names too.
 *
 * @example As in QCG-PilotJob's documentation
 * ```ts
 * import { Jobs, LocalManager } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * const manager = new LocalManager({ wd: await Deno.makeTempDir(), resources: "4" });
 * const names = manager.submit(new Jobs().add({ name: "sweep", exec: "true", iteration: 4 }));
 * await manager.wait4(names);
 * const { sweep } = manager.info_parsed(names);
 * assertEquals([sweep?.status, sweep?.iterations?.finished], ["SUCCEED", 4]);
 * await manager.finish();
 * ```
 */
export class LocalManager extends Manager implements AsyncDisposable {
  readonly #executor: QCGPJExecutor;

  /**
   * Creates a manager. Nothing is started before the first submit.
   *
   * @param options Those of an executor; what QCG-PilotJob's class takes as arguments of the service is `otherArgs`.
   * @throws As the constructor of {@linkcode QCGPJExecutor}.
   */
  constructor(options: ExecutorOptions = {}) {
    const executor = new QCGPJExecutor(options);
    const [pilot, zone, admit, run] = executor.manager.parts;
    super(pilot, zone, admit, run);
    this.#executor = executor;
  }

  /**
   * Takes no more jobs, and waits for those that it has.
   *
   * @throws {JournalError} If the run broke.
   */
  async finish(): Promise<void> {
    await this.#executor.shutdown();
  }

  /**
   * Gives back what is held, as {@linkcode finish} does: there is no log of a client to close.
   *
   * @throws {JournalError} If the run broke.
   */
  async cleanup(): Promise<void> {
    await this.finish();
  }

  /** Leaves the scope of `await using`, as {@linkcode finish} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  /** As `systemStatus`. */
  system_status(): StatusData {
    return this.systemStatus();
  }

  /** As `infoParsed`. */
  info_parsed(names: JobNames, options: { readonly withChilds?: boolean } = {}): Readonly<Record<string, JobInfo>> {
    return this.infoParsed(names, options);
  }

  /** As `waitForAnyJobFinish`. */
  async wait4_any_job_finish(limit: WaitLimit = {}): Promise<readonly [name: string, state: TerminalState]> {
    return await this.waitForAnyJobFinish(limit);
  }
}
