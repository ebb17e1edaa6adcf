/**
 * A copy of a run's folder: refused while the run lives, a run of its own when it is dead.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { copySync } from "./support/copy.ts";
import { readJournal } from "../../src/deno/files/journal/journal_file.ts";
import { call, findRecords, type Running, start, untilStarted, writeJobs } from "./support/command_line.ts";
import { processesWith } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

/** Starts a run of two jobs, of which the second waits to be let go. */
async function startTwo(scratch: Scratch): Promise<Running> {
  const file = writeJobs(scratch, "jobs.json", [
    { name: "yes", execution: { exec: "true" } },
    {
      name: "long",
      execution: {
        exec: "bash",
        args: ["-c", "echo > started-long; until [ -e go ]; do sleep 0.02; done"],
        wd: scratch.path,
      },
      dependencies: { after: ["yes"] },
    },
  ]);
  const running = start(["run", file, "--wd", scratch.in("w"), "--nodes", "2"]);
  await untilStarted(scratch, "long");
  return running;
}

function runIdsOf(wd: string): string[] {
  return readJournal(`${findRecords(wd)}/journal`, (replay) => {
    const ids = new Set([replay.header!.runId]);
    for (const _ of replay) ids.add(replay.header!.runId);
    return [...ids];
  });
}

Deno.test("qcgpj run --resume refuses the copy of a run that lives, also of one that was moved, and harms neither", async () => {
  await using scratch = new Scratch();
  const running = await startTwo(scratch);
  copySync(scratch.in("w"), scratch.in("copy"));
  const refused = await call(["run", "--resume", scratch.in("copy")]);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, `copy/.qcgpjm-service-`);
  assertStringIncludes(
    refused.err,
    `is a copy of ${findRecords(scratch.in("w"))}/journal, and process ${running.pid} is still`,
  );
  Deno.renameSync(scratch.in("w"), scratch.in("moved"));
  const again = await call(["run", "--resume", scratch.in("copy")]);
  assertEquals([again.code, again.err.includes(`process ${running.pid} is still writing`)], [2, true], again.err);
  Deno.renameSync(scratch.in("moved"), scratch.in("w"));
  scratch.write("go", "");
  assertEquals((await running.ended).code, 0);
});

Deno.test("qcgpj run --resume of the copy of a dead run is a run of its own, which leaves the other's tasks alone", async () => {
  await using scratch = new Scratch();
  const running = await startTwo(scratch);
  running.signal("SIGKILL");
  await running.ended;
  copySync(scratch.in("w"), scratch.in("copy"));
  scratch.write("go", "");
  const { code, err } = await call(["run", "--resume", scratch.in("copy"), "--wd", scratch.in("copy")]);
  assertEquals(code, 0, err);
  assertStringIncludes(err, "go on as a run of their own");
  assertStringIncludes(err, "2 jobs: 2 succeeded");
  const [original, own, ...more] = runIdsOf(scratch.in("copy"));
  assert(own !== undefined && own !== original);
  assertEquals([more, runIdsOf(scratch.in("w"))], [[], [original]]);
  // It is itself from now on, and so is the other one.
  for (const wd of ["copy", "w"]) {
    const resumed = await call(["run", "--resume", scratch.in(wd), "--wd", scratch.in(wd)]);
    assertEquals([resumed.code, resumed.err.includes("run of their own")], [0, false], resumed.err);
  }
  assertEquals(runIdsOf(scratch.in("copy")), [original, own]);
  assertEquals(processesWith(scratch.path), []);
});

Deno.test("qcgpj run --resume goes on with a run that was moved, or put back in its place, as the same run", async () => {
  await using scratch = new Scratch();
  const running = await startTwo(scratch);
  running.signal("SIGKILL");
  await running.ended;
  scratch.write("go", "");
  copySync(scratch.in("w"), scratch.in("elsewhere"));
  Deno.removeSync(scratch.in("w"), { recursive: true });
  const moved = await call(["run", "--resume", scratch.in("elsewhere")]);
  assertEquals([moved.code, moved.err.includes("run of their own")], [0, false], moved.err);
  copySync(scratch.in("elsewhere"), scratch.in("backup"));
  Deno.removeSync(scratch.in("elsewhere"), { recursive: true });
  copySync(scratch.in("backup"), scratch.in("elsewhere"));
  const restored = await call(["run", "--resume", scratch.in("elsewhere")]);
  assertEquals([restored.code, restored.err.includes("run of their own")], [0, false], restored.err);
  assertEquals(runIdsOf(scratch.in("elsewhere")).length, 1);
});
