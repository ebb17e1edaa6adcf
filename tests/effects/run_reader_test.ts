/**
 * Reading runs to look at them: which one is meant, whether it lives, and what of it is damaged.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { lockHolder } from "../../src/deno/files/journal/journal_lock.ts";
import { JournalFile } from "../../src/deno/files/journal/journal_file.ts";
import { findRun, readRun, runFolders } from "../../src/deno/files/runs/run_reader.ts";
import { readRemotePart, RemoteFile } from "../../src/deno/files/remote_file.ts";
import { readPart, readTail } from "../../src/deno/files/tail.ts";
import { hostName } from "../../src/deno/host/machine.ts";
import { connectToRun, listenAtRun, removeSocket } from "../../src/deno/net/run_socket.ts";
import { JournalError } from "../../src/errors.ts";
import { livenessText } from "../../src/report/look/status_text.ts";
import { parseJob } from "../../src/job/parse.ts";
import { Scratch } from "../e2e/support/scratch.ts";

/** Begins the journal of a run with one job, which has not ended. */
function begin(folder: string, metadata: Record<string, string> = { host: hostName() }): JournalFile {
  Deno.mkdirSync(folder, { recursive: true });
  const journal = JournalFile.create(
    join(folder, "journal"),
    { runId: "0".repeat(16), startedMs: 1_000_000, nodeNames: ["n1"], metadata },
    "process",
  );
  const description = parseJob({ name: "a", execution: { exec: "true" } }, {});
  const requests = [{ count: 1, request: { cores: { min: 1, max: 1 }, gpus: 0, memoryMiB: 0 } }];
  journal.append([{
    kind: "jobSubmitted",
    atMs: 1_000_000,
    job: { id: 0, firstTask: 0, description, requests, edges: [] },
  }]);
  return journal;
}

async function inFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("readRun() tells a run that lives from one that was broken off, has ended, or is on another host", async () => {
  await inFolder(async (folder) => {
    const here = join(folder, ".qcgpjm-service-here");
    const journal = begin(here);
    assertEquals(readRun(here).facts.liveness, "alive");
    assertEquals([readRun(here).facts.processId, lockHolder(join(here, "journal"))], [Deno.pid, Deno.pid]);
    // Half a record at the end is what a run that lives is about to write.
    Deno.writeFileSync(join(here, "journal"), new Uint8Array([0x90, 1, 2]), { append: true });
    assertEquals(readRun(here).facts.damage, undefined);
    await journal.close();
    assertEquals([readRun(here).facts.liveness, lockHolder(join(here, "journal"))], ["brokenOff", undefined]);

    const there = join(folder, ".qcgpjm-service-there");
    await begin(there, { host: "another", slurmJob: "77" }).close();
    const { facts } = readRun(there);
    assertEquals(facts.liveness, "elsewhere");
    assertEquals(livenessText(facts), "not ended on another, Slurm job 77; whether it lives can be told there only");

    const over = join(folder, ".qcgpjm-service-over");
    const last = begin(over);
    last.append([{ kind: "pilotDrained", atMs: 1_000_500 }]);
    await last.close();
    assertEquals(readRun(over).facts.liveness, "ended");
    assertEquals(runFolders(folder).sort(), [here, over, there]);
  });
});

Deno.test("findRun() takes a run's folder, the newest run of a folder, and an id; it refuses what could be several", async () => {
  await inFolder(async (folder) => {
    const before = Deno.cwd();
    for (const id of ["one-x", "two-x"]) await begin(join(folder, `.qcgpjm-service-${id}`)).close();
    Deno.utimeSync(join(folder, ".qcgpjm-service-one-x/journal"), 1, 1);
    Deno.chdir(folder);
    try {
      const path = (id: string) => join(Deno.cwd(), `.qcgpjm-service-${id}`);
      assertEquals([findRun("."), findRun("one-x"), findRun("two")], [path("two-x"), path("one-x"), path("two-x")]);
      assertEquals(findRun(path("one-x")), path("one-x"));
      assertThrows(() => findRun("-x"), JournalError, "the runs one-x, two-x");
      assertThrows(() => findRun("oen-x"), JournalError, 'did you mean "one-x"');
    } finally {
      Deno.chdir(before);
    }
  });
});

Deno.test("the socket of a run refuses a folder that others may enter, and is taken away with its folder", async () => {
  await inFolder(async (folder) => {
    {
      using listener = listenAtRun(folder);
      const accepted = listener.accept();
      (await connectToRun(folder)).close();
      (await accepted).close();
      Deno.chmodSync(join(folder, "door"), 0o755);
      const refused = await connectToRun(folder).catch((error) => error.message);
      assertStringIncludes(refused, "may be entered by others");
    }
    removeSocket(folder);
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("readTail() reads the end of regular files, and nothing else", async () => {
  await inFolder((folder) => {
    const path = join(folder, "file");
    Deno.writeTextFileSync(path, "0123456789");
    assertEquals([readTail(path), readTail(path, 3), readTail(join(folder, "none"))], ["0123456789", "789", undefined]);
    Deno.writeFileSync(path, new Uint8Array([0x61, 0xff, 0x62]));
    assertEquals(readTail(path), "a\ufffdb");
    const { success } = new Deno.Command("mkfifo", { args: [join(folder, "pipe")] }).outputSync();
    assertEquals([success, readTail(join(folder, "pipe")), readTail(folder), readTail("/dev/zero")], [
      true,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

Deno.test("readRemotePart() and RemoteFile read as they do whose file system always answers", async () => {
  await using scratch = new Scratch();
  const path = scratch.write("grows", "0123456789");
  for (const [count, end] of [[3, "head"], [3, "tail"], [20, "tail"]] as const) {
    assertEquals(await readRemotePart(path, count, end), readPart(path, count, end));
  }
  await assertRejects(() => readRemotePart(scratch.path, 3, "head"), Error, "it is no regular file");
  const file = new RemoteFile(scratch.in("later"));
  const next = async () => new TextDecoder().decode(await file.read());
  assertEquals(await next(), "");
  scratch.write("later", "one");
  assertEquals([await next(), await next()], ["one", ""]);
  Deno.writeTextFileSync(scratch.in("later"), "two", { append: true });
  assertEquals(await next(), "two");
  scratch.write("later", "anew");
  assertEquals(await next(), "anew");
  file.close();
});
