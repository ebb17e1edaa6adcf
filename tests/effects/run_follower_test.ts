/**
 * Following a run by its records: what is read later is what would be read at once, whatever is half there by then.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Event } from "../../src/core/types.ts";
import { JournalFile } from "../../src/deno/files/journal/journal_file.ts";
import { RunFollower } from "../../src/deno/files/runs/run_follower.ts";
import { readTimedRun } from "../../src/deno/files/runs/figures_reader.ts";
import { readRun } from "../../src/deno/files/runs/run_reader.ts";
import { ranTasks } from "../../src/report/figures/timed_run.ts";
import { parseJob } from "../../src/job/parse.ts";

const header = {
  ...{ runId: "0".repeat(16), startedMs: 1_000_000, nodeNames: ["n1"] },
  metadata: { cores: 2, coreIds: [[1, "0-1"]] },
};
const description = parseJob({ name: "a", iteration: { start: 0, stop: 400 }, execution: { exec: "true" } }, {});
const requests = [{ count: 400, request: { cores: { min: 1, max: 1 }, gpus: 0, memoryMiB: 0 } }];
const submitted: Event = {
  ...{ kind: "jobSubmitted", atMs: 1_000_000 },
  job: { id: 0, firstTask: 0, description, requests, edges: [] },
};

function eventsOf(task: number): Event[] {
  const which = { task, job: 0, attempt: 1, atMs: 1_000_010 + task };
  const allocation = { nodes: [{ name: "n1", cores: ["1"], gpus: [] }] };
  return [
    { kind: "taskScheduled", ...which, allocation },
    { kind: "taskStarted", ...which, pid: 70 },
    { kind: "taskEnded", ...which, outcome: { kind: "succeeded" }, usage: {} },
  ];
}

async function inRun(use: (folder: string, journal: JournalFile) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    const journal = JournalFile.create(join(folder, "journal"), header, "process");
    await journal.append([submitted]);
    await use(folder, journal);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What is seen of a run, at once and by following it. */
function compare(follower: RunFollower, folder: string): void {
  follower.refresh();
  const { view } = readRun(folder);
  assertEquals(follower.model.counts, view.counts());
  assertEquals(follower.model.view.lastAtMs, view.lastAtMs);
}

Deno.test("RunFollower reads on where it was, without reading anew, over further copies of the header", async () => {
  await inRun(async (folder, journal) => {
    const follower = new RunFollower(folder);
    assertEquals([follower.nodes, follower.facts.liveness], [[{ name: "n1", cores: ["0", "1"] }], "alive"]);
    const { model } = follower;
    for (let task = 0; task < 400; task++) {
      await journal.append(eventsOf(task));
      if (task % 7 === 0) compare(follower, folder);
    }
    compare(follower, folder);
    assertEquals(follower.model === model, true);
    assertEquals([model.counts.SUCCEED, model.number], [400, 1201]);
    await journal.close();
    follower.refresh();
    assertEquals(follower.facts.liveness, "ended");
  });
});

Deno.test("RunFollower and readRun() tell of the time between two pilots, which is none of the run's", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "journal");
    const begun = (pilotBegunMs: number) => ({ ...header, metadata: { ...header.metadata, pilotBegunMs } });
    const journal = JournalFile.create(path, begun(1_000_000), "process");
    await journal.append([submitted, ...eventsOf(0), ...eventsOf(9).slice(0, 2)]);
    await journal.close();
    assertEquals(readRun(folder).facts.breaks, undefined);
    const follower = new RunFollower(folder);
    const resumed = JournalFile.resume(path, "process", (replay) => {
      for (const _ of replay);
      return begun(1_500_000);
    });
    const lost = [{ fromMs: 1_000_019, toMs: 1_500_000 }];
    // Also before the new pilot has done anything.
    assertEquals(readRun(folder).facts.breaks, lost);
    await resumed.journal.append(eventsOf(9).map((event) => ({ ...event, attempt: 2, atMs: 1_500_100 })));
    await resumed.journal.close();
    follower.refresh();
    const { facts, model } = follower;
    assertEquals([facts.breaks, model.counts.SUCCEED, model.coresInUse], [lost, 2, 0]);
    assertEquals(model.timeline(1_500_100).breaks, [{ afterMs: 19, lengthMs: 499_981 }]);
    const { timed } = readTimedRun(folder, 0);
    assertEquals(ranTasks(timed).map(({ name, finishedAt }) => [name, finishedAt / 1000]), [
      ...[["a:0", 1_000_010], ["a:9", 1_500_100], ["a:9", 1_000_019]],
    ]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("RunFollower takes a record that is half there when it is whole, and each event once", async () => {
  await inRun(async (folder, journal) => {
    for (const task of [0, 1, 2]) await journal.append(eventsOf(task));
    await journal.close();
    const path = join(folder, "journal");
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
    const follower = new RunFollower(folder);
    for (let length = bytes.length >> 1; length <= bytes.length; length++) {
      Deno.writeFileSync(path, bytes.subarray(0, length));
      compare(follower, folder);
    }
    assertEquals([follower.model.counts.SUCCEED, follower.model.number], [3, 10]);
  });
});

Deno.test("RunFollower reads everything anew when a record was damaged, or the file is another one", async () => {
  await inRun(async (folder, journal) => {
    await journal.append(eventsOf(0));
    const follower = new RunFollower(folder);
    await journal.append(eventsOf(1));
    await journal.append(eventsOf(2));
    await journal.close();
    const path = join(folder, "journal");
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 20]! ^= 0x55;
    Deno.writeFileSync(path, bytes);
    compare(follower, folder);
    Deno.writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
    compare(follower, folder);
    Deno.removeSync(path);
    follower.refresh(); // What was read is still there to be looked at.
    assertEquals(follower.model.view.find("a")?.id, 0);
  });
});
