import { assertMatch } from "@std/assert";
import { Propagation } from "../../src/core/propagate.ts";
import { TaskPhase, TaskTable } from "../../src/core/task_table.ts";
import { replaceMethod } from "./replace.ts";
import { checkRestarts } from "./restart.ts";
import { runWorld } from "./world.ts";

const planted: readonly { readonly bug: string; readonly found: RegExp; readonly plant: () => Disposable }[] = [
  {
    bug: "finished tasks are forgotten",
    found: /runs again|wrong count of succeeded tasks/,
    plant: () =>
      replaceMethod(TaskTable.prototype, "setPhase", (original) =>
        function (task, phase) {
          if (phase < TaskPhase.succeeded || this.phase(task) === TaskPhase.live) original.call(this, task, phase);
        }),
  },
  {
    bug: "attempts are counted anew",
    found: /runs as attempt 1 after/,
    plant: () =>
      replaceMethod(TaskTable.prototype, "setAttempt", (original) =>
        function (task, attempt) {
          if (this.phase(task) === TaskPhase.live) original.call(this, task, attempt);
        }),
  },
  {
    bug: "a job whose tasks have all ended is not ended",
    found: /has not ended after the restart|Job .* ended too early or too late/,
    plant: () => replaceMethod(Propagation.prototype, "endRestored", () => () => {}),
  },
];

for (const { bug, found, plant } of planted) {
  Deno.test(`The checker of restarts barks when ${bug}`, async () => {
    for (let seed = 0; seed < 300; seed++) {
      const history = await runWorld(seed);
      using _bug = plant();
      const wrong = complaintOf(() => checkRestarts(history));
      if (wrong === undefined) continue;
      if (found.test(wrong)) return;
    }
    assertMatch("no seed below 300 shows the bug", found);
  });
}

function complaintOf(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return (error as Error).message;
  }
}
