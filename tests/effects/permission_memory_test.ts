/**
 * Asking Deno for permissions: it costs no memory by the number of paths, and an exception is still seen.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Manager } from "../../src/api/manager.ts";
import { runSettings } from "../../src/api/options.ts";
import { Submits } from "../../src/api/submits.ts";
import { Submitter } from "../../src/api/submitter.ts";
import { requirePermissions } from "../../src/deno/host/permissions.ts";
import { systemPorts } from "../../src/deno/run_ports.ts";
import { jobNeeds } from "../../src/launch/needs.ts";
import { Admission } from "../../src/runtime/admission.ts";
import type { Launcher } from "../../src/runtime/ports.ts";
import { Run } from "../../src/runtime/run.ts";
import { Scratch } from "../e2e/support/scratch.ts";

/** A launcher whose tasks succeed at once. */
const pretending: Launcher = {
  launch: (key, _plan, sink) => {
    sink.started(key, { node: 0, pid: 1 });
    sink.exited(key, { code: 0 }, {});
  },
  signal: () => {},
  reclaim: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** The size of the heap in MB once all garbage is gone. */
function heapMB(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round++) collect();
  return Deno.memoryUsage().heapUsed / 1e6;
}

Deno.test("map() of 50,000 jobs with files of their own keeps the heap flat, though Deno is asked about each", async () => {
  await using scratch = new Scratch();
  const settings = runSettings({ wd: scratch.path, resources: "8", durability: "memory" });
  const run = new Run(settings, { ...systemPorts(), createLauncher: () => pretending });
  const { pilot } = run;
  const rootWd = scratch.path;
  const admission = new Admission({
    guard: { admit: (job) => job },
    pilot,
    submitVariables: (number) => run.submitVariables(number),
    requireGrants: (job) => requirePermissions(job.name, jobNeeds(job, rootWd)),
    openRecords: () => run.open(),
  });
  const manager = new Manager(
    pilot,
    run.zone,
    (jobs) => admission.submit(jobs).map((job) => job.description),
    notAsked,
  );
  const guard = { narrow: () => ({}) };
  const submits = new Submits({ pilot, admission, guard, manager, warn: (text) => run.warn(text) });
  const jobs = function* (): Generator<{ name: string; execution: { exec: string; stdout: string } }> {
    for (let n = 0; n < 50_000; n++) yield { name: `job${n}`, execution: { exec: "true", stdout: `out/${n}.txt` } };
  };
  let count = 0;
  let early = 0;
  for await (const _ of new Submitter(submits, { signals: [] }).map(jobs())) if (++count === 20_000) early = heapMB();
  const grown = heapMB() - early;
  assert(grown < 10, `the heap grew by ${grown.toFixed(1)} MB over 30,000 jobs`);
  assertEquals(count, 50_000);
  pilot.drain();
  await run.release();
});

Deno.test("A part that is denied is still denied where the whole is granted", async () => {
  await using scratch = new Scratch();
  const program = scratch.write(
    "ask.ts",
    `import { mayUse } from "${new URL("../../src/deno/host/permissions.ts", import.meta.url)}";
     const paths = ["/tmp/x/y", "/tmp/x/z", "/tmp/x", "/usr/a"];
     console.log(JSON.stringify([...paths, ...paths].map((path) => mayUse("read", path))));
     console.log(JSON.stringify(["date", "ls", "date"].map((name) => mayUse("run", name))));`,
  );
  const ask = async (...flags: string[]) => {
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const args = ["run", "--no-prompt", "--no-check", "--config", config, ...flags, program];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
    return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line) as boolean[]);
  };
  const [yes, no] = [true, false];
  const twice = (answers: readonly boolean[]) => [...answers, ...answers];
  assertEquals(await ask("-A"), [twice([yes, yes, yes, yes]), [yes, yes, yes]]);
  assertEquals(await ask("--allow-read", "--deny-read=/tmp/x/y", "--allow-run", "--deny-run=date"), [
    twice([no, yes, yes, yes]),
    [no, yes, no],
  ]);
  assertEquals(await ask("--allow-read=/tmp", "--deny-read=/tmp/x/y", "--allow-run=date"), [
    twice([no, yes, yes, no]),
    [yes, no, yes],
  ]);
  assertEquals(await ask("--allow-read=/tmp/x/z"), [twice([no, yes, no, no]), [no, no, no]]);
});

/** What none of these tests asks of a manager. */
const notAsked = {
  nextEnd: (): never => {
    throw new Error("Nobody asks for it");
  },
  status: (): never => {
    throw new Error("Nobody asks for it");
  },
};
