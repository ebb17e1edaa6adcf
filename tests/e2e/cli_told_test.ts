/**
 * Nothing is told before it is on record: the pilot is killed at the moment in which it has told something, and what it
 * has told is looked for in the journal.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { readEvents } from "../../src/deno/files/journal/journal_file.ts";
import { call, findRecords, type Running, start } from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const count = 60;
const jobs = Array.from({ length: count }, (_, i) => ({ name: `j${i}`, execution: { exec: "sleep", args: ["30"] } }));

function namesOnRecord(wd: string): Set<string> {
  const names = new Set<string>();
  for (const event of readEvents(`${findRecords(wd)}/journal`)) {
    if (event.kind === "jobSubmitted") names.add(event.job.description.name);
  }
  return names;
}

/** Kills the pilot when a condition has become true. */
async function killWhen(running: Running, isTold: () => boolean): Promise<void> {
  await until(isTold, `something is told, after:\n${running.err}`);
  running.signal("SIGKILL");
  await running.ended;
}

Deno.test("qcgpj run - has every job on record whose reply was sent, killed in that moment", async () => {
  for (let round = 0; round < 10; round++) {
    const durability = round % 2 === 0 ? "process" : "power";
    await using scratch = new Scratch();
    const running = start(["run", "-", "--nodes", "1", "--durability", durability, "--wd", scratch.path]);
    await running.write(jobs.map((job) => `${JSON.stringify({ request: "submit", jobs: [job] })}\n`).join(""));
    const replies = () => running.out.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    await killWhen(running, () => replies().length > round * 5);
    const onRecord = namesOnRecord(scratch.path);
    const told = replies().flatMap(({ data }) => data.jobs as string[]);
    assert(told.length > round * 5);
    assertEquals(told.filter((name) => !onRecord.has(name)), []);
  }
});

Deno.test("qcgpj service has every job on record that its log says was accepted, killed in that moment", async () => {
  for (let round = 0; round < 10; round++) {
    await using scratch = new Scratch();
    const file = scratch.write("jobs.json", JSON.stringify(jobs.map((job) => ({ request: "submit", jobs: [job] }))));
    const running = start(["service", "--file-path", file, "--nodes", "1", "--wd", scratch.path]);
    const accepted = () => {
      try {
        const log = Deno.readTextFileSync(`${findRecords(scratch.path)}/service.log`);
        return log.split("request submit accepted").length - 1;
      } catch {
        return 0; // It is not there yet.
      }
    };
    await killWhen(running, () => accepted() > round * 5);
    assert(namesOnRecord(scratch.path).size >= accepted());
    assert(accepted() > round * 5);
  }
});

Deno.test("A resume that finds no job on record does not end with success, unless it is given jobs", async () => {
  await using scratch = new Scratch();
  const wd = scratch.in("w");
  const empty = await call(["run", "-", "--wd", wd], { input: '{"request": "listJobs"}\n' });
  assertEquals(empty.code, 0);
  const sentence = /No job is on record in \S*w\/\.qcgpjm-service-\S+, so there was nothing to go on with/;
  for (const [command, told] of [["run", "qcgpj run: "], ["service", "Error: "]] as const) {
    const { code, err } = await call([command, "--resume", wd]);
    assertEquals([code, sentence.test(err), err.includes(`${told}No job`)], [1, true, true], err);
  }
  const file = scratch.write("jobs.json", JSON.stringify([{ name: "a", execution: { exec: "true" } }]));
  const { code, err } = await call(["run", file, "--resume", wd]);
  assertEquals([code, sentence.test(err)], [0, false], err);
  // From now on there is one.
  assertEquals((await call(["run", "--resume", wd])).code, 0);
});
