/**
 * Mistakes about what starts first, and what is held back for it.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants of this file. */
export const inOrder: readonly Mutant[] = [
  plant(
    "core/share.ts",
    "const cores = Math.max(1, free - others.cores, Math.ceil(wanted));",
    "const cores = free;",
    "a task with a range takes all that is free",
    "unit/core/share_test.ts",
  ),
  plant(
    "core/share.ts",
    "|| leastOf(other.request, pool) > rest",
    "",
    "cores are left to tasks that have no place beside this one",
    "unit/core/share_test.ts",
  ),
  plant(
    "resources/best_fit.ts",
    "const whole = fullest(max);",
    "const whole = undefined as number | undefined;",
    "a task is spread over nodes though one has room for it",
    "unit/resources/best_fit_test.ts",
  ),
  plant(
    "resources/best_fit.ts",
    "byOffer(offer) : [];",
    "free.byFree() : [];",
    "a task with a range gets less than there is where something is held back",
    "unit/resources/best_fit_test.ts|though one with more free cores",
  ),
  plant(
    "resources/free_nodes.ts",
    "if (this.#firstWith[cores]! > node) this.#firstWith[cores] = node;",
    "",
    "the fullest node is not found when it stands before the others",
    "unit/resources/free_nodes_test.ts",
  ),
  plant(
    "core/schedule.ts",
    "pool.unreserve();\n      this.#start(queue, task, allocation);",
    "this.#start(queue, task, allocation);",
    "what was held back for a task stays so after its start",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/schedule.ts",
    "this.#atMs - oldest.sinceMs < holdBackAfterMs",
    "this.#atMs - oldest.sinceMs <= holdBackAfterMs",
    "a task is passed over for a moment too long",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/schedule.ts",
    "{ task: oldest, queue: found!, sinceMs: atMs }",
    "{ task: oldest, queue: found!, sinceMs: state.oldest?.sinceMs ?? atMs }",
    "who becomes the oldest inherits the time of who was",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/estimates.ts",
    "if (this.#unknown.has(times.command)) this.#countUnknown(times.command, 0);",
    "",
    "one start of five goes to the oldest task for ever",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/queue_line.ts",
    "if (task === heap.firstAge) return queue;",
    "return queue;",
    "a kind keeps the turn of its first task when that has started",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/state.ts",
    "return !this.draining || this.stopAtMs !== undefined;",
    "return !this.draining;",
    "in an allocation that ends a large task may never have its turn",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    "const isLast = this.#performAll(actions);\n        this.#publish(events);",
    "this.#publish(events);\n        const isLast = this.#performAll(actions);",
    "a core waits until all is told of the task that it had before",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    "if (actions.length > 0) this.#ports.launcher.flush?.();",
    "",
    "a launch stays in this program until all is told of the task before",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    "const isLast = this.#performAll(actions);",
    "const isLast = this.#performAll(actions);\n        if (isLast) this.#stop();",
    "the loop ends before the last ends are told",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "core/ready_queues.ts",
    "return isAwaited ? sizeEnd - 1 : Math.min(size, sizeEnd - 2);",
    "return Math.min(size, sizeEnd - 2);",
    "a large task starts before a small one that others wait for",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/ready_queues.ts",
    "return isAwaited ? sizeEnd - 1 : Math.min(size, sizeEnd - 2);",
    "return isAwaited ? sizeEnd - 1 : 0;",
    "of equal rank small tasks start before large ones",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/estimates.ts",
    "const ms = Math.max(tookMs, leastMs);",
    "const ms = tookMs;",
    "when a task takes no time no chain is longer than another",
    "unit/core/ranks_test.ts",
  ),
  plant(
    "report/learnt_times.ts",
    "new Map([...first.jobs, ...second.jobs])",
    "new Map([...second.jobs, ...first.jobs])",
    "what a workflow tells counts more than what a run of it has taught",
    "unit/report/learnt_times_test.ts",
  ),
  plant(
    "job/wfformat.ts",
    "if (ms > 0) timed.push",
    "timed.push",
    "a task that never ran is taken for one that takes no time",
    "unit/job/wfformat_test.ts",
  ),
  plant(
    "core/estimates.ts",
    "return this.#unknownShared > 0;",
    "return this.#unknown.size > 0;",
    "one start of five goes to the oldest task though what is unknown teaches nothing about another",
    "unit/core/schedule_test.ts",
  ),
  plant(
    "core/priority.ts",
    "while (next < end && !state.retries.has(next)) next++;",
    "while (next < end) next++;",
    "a task that ran out of memory gets no more of it once its job has another priority",
    "unit/core/retry_test.ts",
  ),
  plant(
    "core/propagate.ts",
    "for (let task = from; task < to; task++) this.#state.retries.delete(task);",
    "",
    "a canceled task is still to be tried again, and the pilot cannot end: an invariant says so",
    "unit/core/retry_test.ts",
  ),
  plant(
    "core/core.ts",
    "openJobs === 0 || isPaused) return false;",
    "openJobs === 0) return false;",
    "a run that pauses is taken for one that is out of time",
    "unit/core/stop_time_test.ts",
  ),
  plant(
    "runtime/reruns.ts",
    'state === "OMITTED" || before?.(task, state) === true',
    'state === "OMITTED"',
    "a failed task does not run again where others of its job were omitted",
    "unit/runtime/reruns_test.ts",
  ),
];
