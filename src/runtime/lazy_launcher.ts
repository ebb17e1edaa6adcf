/**
 * A launcher that is made when it is first needed, so that a pilot without tasks costs nothing and leaves nothing open.
 * Only for one whose nodes are always there: nothing would ever be launched on nodes that only a launcher makes ready.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { cleanOfNothing, type Cleanup } from "../core/exit.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import type { AttemptKey, Launcher, LaunchSink, StopSignal } from "./ports.ts";

/** Makes its launcher at the first launch, unless that is prepared for. */
export class LazyLauncher implements Launcher {
  readonly #make: () => Launcher;
  #launcher: Launcher | undefined;
  #isClosed = false;

  /** Creates the launcher; `make` is called at most once. */
  constructor(make: () => Launcher) {
    this.#make = make;
  }

  /** Makes the launcher before there is a task, and lets it prepare itself. */
  prepare(): void {
    this.#made().prepare?.();
  }

  /** Lets tasks stand still, if there are any. */
  async freeze(): Promise<void> {
    await this.#launcher?.freeze?.();
  }

  /** Lets them go on. */
  thaw(): void {
    this.#launcher?.thaw?.();
  }

  /** Lets what was launched go on its way. */
  flush(): void {
    this.#launcher?.flush?.();
  }

  /** Starts the plan's process. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    this.#made().launch(key, plan, sink);
  }

  /** Sends a signal; before the first launch there is no process to get it. */
  signal(key: AttemptKey, signal: StopSignal): void {
    this.#launcher?.signal(key, signal);
  }

  /** A task of several nodes may have processes here. */
  expectGuest(key: AttemptKey, mark: string, node: number): void {
    this.#made().expectGuest?.(key, mark, node);
  }

  /** Ends what it left here. */
  sweepGuest(key: AttemptKey, mark: string, node: number): Promise<Cleanup> {
    return this.#made().sweepGuest?.(key, mark, node) ?? Promise.resolve(cleanOfNothing);
  }

  /** Ends what an earlier run left. */
  reclaim(runId: string): Promise<void> {
    return this.#made().reclaim(runId);
  }

  /** Closes the launcher, if there is one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#launcher?.close();
  }

  #made(): Launcher {
    invariant(!this.#isClosed, "Nothing is launched when the run has given everything back");
    return this.#launcher ??= this.#make();
  }
}
