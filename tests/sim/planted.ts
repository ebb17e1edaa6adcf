/**
 * Bugs, planted one at a time to see that the checkers bark.
 *
 * @module
 */

import { Core } from "../../src/core/core.ts";
import { Propagation } from "../../src/core/propagate.ts";
import { CoreState } from "../../src/core/state.ts";
import { TaskTable } from "../../src/core/task_table.ts";
import type { Action, Event, Input, Output } from "../../src/core/types.ts";
import { QCGPJFuture } from "../../src/api/future.ts";
import { EventHub } from "../../src/events/event_hub.ts";
import { Ledger } from "../../src/report/ledger.ts";
import { CountedBooks } from "../../src/resources/counted.ts";
import { GpuBooks } from "../../src/resources/gpu_books.ts";
import { Pool } from "../../src/resources/pool.ts";
import { JobWatchers } from "../../src/runtime/job_watchers.ts";
import { type JobEvent, Pilot } from "../../src/runtime/pilot.ts";
import type { JournalStore, Launcher } from "../../src/runtime/ports.ts";
import { inTheOrder } from "./planted_order.ts";
import { replaceMethod } from "./replace.ts";
import type { Plants } from "./world.ts";

/** A bug, and the promise that it breaks. */
export interface PlantedBug {
  /** What the bug does. */
  readonly bug: string;
  /** The first seed whose life shows it, if that is not among the first few: the search begins there. */
  readonly seed?: number;
  /** The beginning of the promise whose checker must bark. */
  readonly breaks: string;
  /** Puts the bug into the code. */
  readonly plant?: () => Disposable;
  /** Puts the bug between the pilot and its ports. */
  readonly ports?: Plants;
}

/** Changes what a step gives back. */
function changeOutput(change: (output: Output) => void): () => Disposable {
  return () =>
    replaceMethod(Core.prototype, "step", (original) =>
      function (inputs) {
        const output = original.call(this, inputs);
        change(output);
        return output;
      });
}

/** Keeps inputs from the core. */
function loseInputs(isLost: (input: Input) => boolean): () => Disposable {
  return () =>
    replaceMethod(Core.prototype, "step", (original) =>
      function (inputs) {
        return original.call(this, inputs.filter((input) => !isLost(input)));
      });
}

/** Changes single events. */
function changeEvents(change: (event: Event) => Event[]): () => Disposable {
  return changeOutput(({ events }) => {
    events.splice(0, events.length, ...events.flatMap(change));
  });
}

function wrapLauncher(launcher: Launcher, changes: Partial<Launcher>): Launcher {
  return {
    launch: (key, plan, sink) => launcher.launch(key, plan, sink),
    signal: (key, signal) => launcher.signal(key, signal),
    reclaim: (runId) => launcher.reclaim(runId),
    close: () => launcher.close(),
    ...changes,
  };
}

const dropsKills: Plants = {
  launcher: (launcher) =>
    wrapLauncher(launcher, {
      signal: (key, signal) => signal === "SIGTERM" ? launcher.signal(key, signal) : undefined,
    }),
};

const answersEarly: Plants = {
  journal: (journal: JournalStore) => ({
    append: (events) => void journal.append(events)?.catch(() => {}),
    close: () => journal.close(),
  }),
};

const inTheWorld: readonly PlantedBug[] = [
  { bug: "SIGKILL gets lost", breaks: "A stopped task ends within its grace", ports: dropsKills },
  {
    bug: "SIGKILL gets lost when the pilot breaks",
    seed: 20,
    breaks: "After the end nothing is launched",
    ports: dropsKills,
  },
  { bug: "the journal is not waited for", breaks: "A future settles exactly once", ports: answersEarly },
  { bug: "the journal is not waited for", breaks: "Nothing is launched before", ports: answersEarly },
  {
    bug: "the loop ends as soon as it drains",
    breaks: "After the end nothing is launched",
    plant: () => {
      let drains = false;
      return replaceMethod(Core.prototype, "step", (original) =>
        function (inputs) {
          const output = original.call(this, inputs);
          drains = inputs.some((input) => input.kind === "drainRequested");
          if (drains) output.actions.push({ kind: "stop" });
          return output;
        });
    },
  },
  {
    bug: "SIGKILL comes right after SIGTERM",
    seed: 8,
    breaks: "A stopped task ends within its grace",
    plant: changeOutput(({ actions }) => {
      const kill = (action: Action): Action[] =>
        action.kind === "signal" ? [action, { ...action, signal: "SIGKILL" }] : [action];
      actions.splice(0, actions.length, ...actions.flatMap(kill));
    }),
  },
  {
    bug: "no timer is ever set",
    breaks: "A task that runs longer than its time limit",
    plant: () => replaceMethod(Core.prototype, "nextDeadlineMs", () => () => undefined),
  },
  {
    bug: "time limits are taken by half",
    breaks: "A task that runs longer than its time limit",
    plant: () =>
      replaceMethod(CoreState.prototype, "setLive", (original) =>
        function (task, live) {
          const early = live.kind === "running" && live.dueMs !== undefined;
          const halfMs = early ? live.job.description.timeLimitMs! / 2 : 0;
          original.call(this, task, early ? { ...live, dueMs: live.dueMs! - halfMs } : live);
        }),
  },
  {
    bug: "every fourth exit is not believed",
    breaks: "A task ends as soon as its process has gone",
    plant: loseInputs((input) => input.kind === "taskExited" && input.task % 4 === 0),
  },
  {
    bug: "cancels get lost",
    breaks: "A canceled task ends canceled",
    plant: loseInputs((input) => input.kind === "cancelRequested" && input.cause === "cancel"),
  },
  {
    bug: "a canceled task fails",
    breaks: "A canceled task ends canceled",
    plant: changeEvents((event) =>
      event.kind === "taskEnded" && event.outcome.kind === "canceled"
        ? [{ ...event, outcome: { ...event.outcome, kind: "failed" } }]
        : [event]
    ),
  },
];

const inWords: readonly PlantedBug[] = [
  {
    bug: "the last words of an attempt that is tried again are lost",
    breaks: "What an attempt said last",
    plant: changeEvents((event) => {
      if (event.kind !== "attemptEnded") return [event];
      const { tails: _, ...rest } = event;
      return [rest];
    }),
  },
  {
    bug: "the last words of another attempt are recorded",
    breaks: "What an attempt said last",
    plant: changeEvents((event) =>
      event.kind === "taskEnded" && event.tails !== undefined
        ? [{ ...event, tails: { stderr: `I was attempt 1 of task ${event.task + 1}` } }]
        : [event]
    ),
  },
];

const inTheBooks: readonly PlantedBug[] = [
  {
    bug: "a core is granted twice",
    breaks: "No core and no GPU is granted twice",
    plant: () => {
      let first: (Event & { kind: "taskScheduled" })["allocation"] | undefined;
      return changeEvents((event) =>
        event.kind === "taskScheduled" ? [{ ...event, allocation: first ??= event.allocation }] : [event]
      )();
    },
  },
  {
    bug: "nobody writes down what is taken of a GPU",
    seed: 10,
    breaks: "Tasks that share a GPU",
    plant: () => replaceMethod(GpuBooks.prototype, "take", () => () => {}),
  },
  {
    bug: "a GPU that others share counts as whole",
    breaks: "Tasks that share a GPU",
    plant: () =>
      changeEvents((event) => {
        if (event.kind !== "taskScheduled") return [event];
        const nodes = event.allocation.nodes.map(({ gpuShare: _, ...node }) => node);
        return [{ ...event, allocation: { ...event.allocation, nodes } }];
      })(),
  },
  {
    bug: "nobody writes down what is taken of a counted resource",
    breaks: "Of a counted resource",
    plant: () => replaceMethod(CountedBooks.prototype, "take", () => () => {}),
  },
  {
    bug: "of a counted resource half of a request is believed to be enough",
    seed: 7,
    breaks: "Of a counted resource",
    plant: () =>
      replaceMethod(CountedBooks.prototype, "take", (original) =>
        function (counts) {
          original.call(this, Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, Math.ceil(n / 2)])));
        }),
  },
  {
    bug: "an allocation is not given back",
    breaks: "Free and granted cores add up",
    plant: () => {
      let releases = 0;
      return replaceMethod(Pool.prototype, "release", (original) =>
        function (allocation) {
          if (++releases % 5 > 0) original.call(this, allocation);
        });
    },
  },
  {
    bug: "a node that was lost is not believed to be",
    seed: 9,
    breaks: "A task starts only on nodes that are ready",
    plant: loseInputs((input) => input.kind === "nodeLost"),
  },
  {
    bug: "absent nodes are used before they have come",
    breaks: "A task starts only on nodes that are ready",
    plant: () =>
      replaceMethod(Pool.prototype, "fit", (original) =>
        function (request) {
          for (let node = 0; node < this.nodes.length; node++) this.addNode(node);
          return original.call(this, request);
        }),
  },
  {
    bug: "nobody hears that a node has come",
    seed: 170,
    breaks: "Every job ends",
    plant: loseInputs((input) => input.kind === "nodeReady"),
  },
  {
    bug: "a core is kept back from a task",
    breaks: "A task gets as many cores and nodes as it asks for",
    plant: () =>
      replaceMethod(Pool.prototype, "fit", (original) =>
        function (request) {
          const found = original.call(this, request);
          const last = found?.parts.at(-1);
          if (found === undefined || last === undefined || last.cores.length < 2) return found;
          return { parts: [...found.parts.slice(0, -1), { ...last, cores: last.cores.slice(1) }] };
        }),
  },
  {
    bug: "a dependency is forgotten",
    seed: 11,
    breaks: "A task runs only after all that it waits for",
    plant: () => replaceMethod(TaskTable.prototype, "addWaiting", () => function () {}),
  },
  {
    bug: "a job that can never run fails",
    breaks: "A task is omitted if, and only if",
    plant: () =>
      replaceMethod(Propagation.prototype, "drop", (original) =>
        function (record, first, stop, outcome) {
          const kind = outcome.kind === "omitted" ? "failed" : outcome.kind;
          original.call(this, record, first, stop, { ...outcome, kind });
        }),
  },
  {
    bug: "what is canceled before it runs is omitted",
    breaks: "A task is omitted if, and only if",
    plant: () =>
      replaceMethod(Propagation.prototype, "drop", (original) =>
        function (record, first, stop, outcome) {
          original.call(this, record, first, stop, { ...outcome, kind: "omitted" });
        }),
  },
  {
    bug: "a task that was stopped is not tried again",
    breaks: "A task that fails is tried again",
    plant: () =>
      replaceMethod(CoreState.prototype, "setLive", (original) =>
        function (task, live) {
          original.call(this, task, live.kind === "stopping" ? { ...live, isLast: true } : live);
        }),
  },
  {
    bug: "every job succeeds",
    breaks: "A job ends as its tasks add up",
    plant: changeEvents((event) => event.kind === "jobEnded" ? [{ ...event, outcome: "succeeded" }] : [event]),
  },
  {
    bug: "counts are of yesterday",
    breaks: "A job ends as its tasks add up",
    plant: changeEvents((event) =>
      event.kind === "jobEnded" ? [{ ...event, counts: { ...event.counts, failed: event.counts.failed + 1 } }] : [event]
    ),
  },
];

const inTheTelling: readonly PlantedBug[] = [
  {
    bug: "the end of a job is not told to those who watch it",
    breaks: "A future settles exactly once",
    plant: () =>
      replaceMethod(JobWatchers.prototype, "tell", (original) =>
        function (event) {
          if (event.kind !== "jobEnded" || event.job !== 1) original.call(this, event);
        }),
  },
  {
    bug: "a start is told twice",
    breaks: "The events of a task come in order",
    plant: changeEvents((event) => event.kind === "taskStarted" ? [event, event] : [event]),
  },
  {
    bug: "the end of a task is told twice",
    breaks: "The events of a task come in order",
    plant: changeEvents((event) => event.kind === "taskEnded" ? [event, event] : [event]),
  },
  {
    bug: "events come in reverse",
    breaks: "The events of a task come in order",
    plant: changeOutput(({ events }) => void events.reverse()),
  },
  {
    bug: "callbacks are called twice",
    breaks: "A future settles exactly once",
    plant: () =>
      replaceMethod(QCGPJFuture.prototype, "addDoneCallback", (original) =>
        function (callback) {
          original.call(this, callback);
          original.call(this, callback);
        }),
  },
  {
    bug: "a watcher sees the ends of tasks twice",
    breaks: "A future gives each of its tasks exactly once",
    plant: () =>
      replaceMethod(Pilot.prototype, "watch", (original) =>
        function (job, watcher) {
          const seen = (event: JobEvent) => {
            if (event.kind === "taskEnded") watcher.seen(event);
            watcher.seen(event);
          };
          return original.call(this, job, { seen, broken: (error) => watcher.broken(error) });
        }),
  },
  {
    bug: "the cause of a break is hidden",
    seed: 20,
    breaks: "When the pilot breaks, every open future rejects",
    plant: () =>
      replaceMethod(Pilot.prototype, "watch", (original) =>
        function (job, watcher) {
          return original.call(this, job, {
            seen: (event) => watcher.seen(event),
            broken: () => watcher.broken(new Error("something broke")),
          });
        }),
  },
  {
    bug: "futures do not learn that the pilot broke",
    seed: 20,
    breaks: "A future settles exactly once",
    plant: () =>
      replaceMethod(Pilot.prototype, "watch", (original) =>
        function (job, watcher) {
          return original.call(this, job, { seen: (event) => watcher.seen(event), broken: () => {} });
        }),
  },
  {
    bug: "starts are not written down",
    breaks: "What the manager answers agrees",
    plant: () =>
      replaceMethod(Ledger.prototype, "apply", (original) =>
        function (event) {
          if (event.kind !== "taskStarted") original.call(this, event);
        }),
  },
  {
    bug: "an event cannot be written down",
    breaks: "Nothing throws that should not",
    plant: () =>
      replaceMethod(Ledger.prototype, "apply", (original) =>
        function (event) {
          if (event.kind === "tasksDropped") throw new TypeError("by a bug");
          original.call(this, event);
        }),
  },
];

const amongReaders: readonly PlantedBug[] = [
  {
    bug: "a reader that fails breaks the pilot",
    breaks: "Nothing throws that should not",
    plant: () =>
      replaceMethod(EventHub.prototype, "add", (original) =>
        function (name, reader) {
          const failures: unknown[] = [];
          const isolated = {
            apply: (event: Event, ledger: Ledger) => {
              try {
                reader.apply(event, ledger);
              } catch (error) {
                failures.push(error);
              }
            },
          };
          const tell = this.tell.bind(this);
          this.tell = (events, ledger) => {
            tell(events, ledger);
            if (failures.length > 0) throw failures[0];
          };
          return original.call(this, name, isolated);
        }),
  },
  {
    bug: "a reader that fails is told events again",
    breaks: "A reader of events hears each event",
    plant: () =>
      replaceMethod(EventHub.prototype, "add", (original) =>
        function (name, reader) {
          const dropped = () => void this.add(name, reader);
          return original.call(this, name, { ...reader, dropped });
        }),
  },
  {
    bug: "all readers are left out when one fails",
    breaks: "A reader of events hears each event",
    plant: () =>
      replaceMethod(EventHub.prototype, "add", (original) =>
        function (name, reader) {
          return original.call(this, name, { ...reader, dropped: () => this.silence() });
        }),
  },
  {
    bug: "readers are told the events of a turn in reverse",
    breaks: "A reader of events hears each event",
    plant: () =>
      replaceMethod(EventHub.prototype, "add", (original) =>
        function (name, reader) {
          const gathered: [Event, Ledger][] = [];
          return original.call(this, name, {
            apply: (...told) => void gathered.unshift(told),
            flush: () => gathered.splice(0).forEach((told) => reader.apply(...told)),
          });
        }),
  },
];

/** All of them. */
export const plantedBugs: readonly PlantedBug[] = [
  ...inTheWorld,
  ...inTheBooks,
  ...inWords,
  ...inTheOrder,
  ...inTheTelling,
  ...amongReaders,
];
