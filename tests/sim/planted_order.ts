/**
 * Bugs in the order in which tasks start; see `planted.ts`.
 *
 * @module
 */

import { OrderHeap } from "../../src/base/order_heap.ts";
import type { Cap } from "../../src/core/caps.ts";
import { Core } from "../../src/core/core.ts";
import { Estimates } from "../../src/core/estimates.ts";
import { Ranks } from "../../src/core/ranks.ts";
import { ReadyQueues } from "../../src/core/ready_queues.ts";
import { CoreState } from "../../src/core/state.ts";
import type { AdmittedJob } from "../../src/core/types.ts";
import { Pool } from "../../src/resources/pool.ts";
import type { PlantedBug } from "./planted.ts";
import { replaceGetter, replaceMethod } from "./replace.ts";

/** The same cap, with room for one more. */
function widen(cap: Cap): Cap {
  return {
    max: cap.max + 1,
    get running() {
      return cap.running;
    },
    set running(count) {
      cap.running = count;
    },
  };
}

/** Bugs in the order of tasks. */
export const inTheOrder: readonly PlantedBug[] = [
  {
    bug: "ready tasks are put aside for a while",
    seed: 41,
    breaks: "Among equal requests of equal priority and rank",
    plant: () => {
      let aside: (() => void) | undefined;
      return replaceMethod(ReadyQueues.prototype, "push", (original) =>
        function (request, first, stop, key, caps) {
          const now = aside;
          aside = now === undefined ? () => original.call(this, request, first, stop, key, caps) : undefined;
          if (now === undefined) return;
          original.call(this, request, first, stop, key, caps);
          now();
        });
    },
  },
  {
    bug: "what is held back is given to younger tasks",
    seed: 28,
    breaks: "Once the oldest ready task",
    plant: () =>
      replaceMethod(Pool.prototype, "fit", (original) =>
        function (request) {
          const held = this.reservedFor;
          this.unreserve();
          const found = original.call(this, request);
          if (held !== undefined) this.reserve(held);
          return found;
        }),
  },
  {
    bug: "nothing is ever held back",
    seed: 28,
    breaks: "Once the oldest ready task",
    plant: () => replaceMethod(Pool.prototype, "reserve", () => () => true),
  },
  {
    bug: "priority is given away",
    seed: 4,
    breaks: "Among equal requests the task of the greatest priority",
    plant: () =>
      replaceMethod(OrderHeap.prototype, "push", (original) =>
        function (_level, rank, age, value) {
          original.call(this, 0, rank, age, value);
        }),
  },
  {
    bug: "another priority is put on record only",
    seed: 36,
    breaks: "Among equal requests the task of the greatest priority",
    plant: () =>
      replaceMethod(CoreState.prototype, "enqueue", (original) => {
        return function (record, request, first, stop) {
          const { priority } = record;
          record.priority = record.job.description.priority ?? 0;
          original.call(this, record, request, first, stop);
          record.priority = priority;
        };
      }),
  },
  {
    bug: "who waits for a job plays no part",
    seed: 29,
    breaks: "Among equal requests of equal priority the task of the greatest rank",
    plant: () => replaceMethod(Ranks.prototype, "enter", () => function* () {}),
  },
  {
    bug: "one start of five goes to the oldest task though all run times are known",
    breaks: "Among equal requests of equal priority the task of the greatest rank",
    plant: () => replaceGetter(Estimates.prototype, "hasUnknown", () => true),
  },
  {
    bug: "a cap lets one task too many start",
    breaks: "No more tasks of a job or of a group",
    plant: () =>
      replaceMethod(ReadyQueues.prototype, "push", (original) =>
        function (request, first, stop, key, caps) {
          original.call(this, request, first, stop, key, caps?.map(widen));
        }),
  },
  {
    bug: "nothing is held back once no job may come, whatever is known of the end",
    seed: 92,
    breaks: "Once the oldest ready task",
    plant: () =>
      replaceGetter(CoreState.prototype, "mayStarve", function () {
        return !this.draining;
      }),
  },
  {
    bug: "what is to run last waits for nobody",
    seed: 7,
    breaks: "A job with finally runs only when all others",
    plant: () =>
      replaceMethod(Core.prototype, "step", (original) => {
        const withoutFinally = (job: AdmittedJob): AdmittedJob => {
          const { finally: _, ...description } = job.description;
          return { ...job, description };
        };
        return function (inputs) {
          return original.call(
            this,
            inputs.map((input) =>
              input.kind === "jobsSubmitted" ? { ...input, jobs: input.jobs.map(withoutFinally) } : input
            ),
          );
        };
      }),
  },
];
