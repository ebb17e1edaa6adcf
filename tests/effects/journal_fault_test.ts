import "../support/empty_home.ts";
import {
  assert,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JournalFile } from "../../src/deno/files/journal/journal_file.ts";
import { explainJournalFailure } from "../../src/deno/files/journal/journal_failure.ts";
import { JournalError } from "../../src/errors.ts";
import {
  header,
  makeReadOnly,
  readAll,
  turnOf,
  turnsOf,
  withDisk,
  withFolder,
  WriterProcess,
} from "./support/journals.ts";

Deno.test("JournalFile.resume() is refused while another process writes, and free as soon as that is dead", () =>
  withFolder(async (path) => {
    await using writer = new WriterProcess(path, 3);
    await writer.wrote(3);
    const before = await Deno.readFile(path);
    const error = assertThrows(() => JournalFile.resume(path, "process", () => header), JournalError);
    assertEquals(
      error.message,
      `Cannot open the journal ${path}: process ${writer.pid} is writing it; ` +
        "wait until that run has ended, or stop it",
    );
    assertThrows(() => JournalFile.create(path, header, "process"), JournalError, "is writing it");
    assertEquals(await Deno.readFile(path), before);
    assertEquals(readAll(path).events, turnsOf(0, 3), "looking at it is not refused");

    await writer.kill();
    const { journal } = JournalFile.resume(path, "process", () => header);
    journal.append(turnOf(3));
    await journal.close();
    assertEquals(readAll(path).events, turnsOf(0, 4));
  }));

Deno.test("JournalFile.resume() is refused while this very process writes", () =>
  withFolder(async (path) => {
    const journal = JournalFile.create(path, header, "process");
    assertThrows(() => JournalFile.resume(path, "process", () => header), JournalError, `process ${Deno.pid} is`);
    await journal.close();
  }));

Deno.test("JournalFile loses no turn that was appended before the process was killed", async () => {
  for (const turns of [1, 60, 400]) {
    await withFolder(async (path) => {
      await using writer = new WriterProcess(path, 1_000_000);
      await writer.wrote(turns);
      const written = await writer.kill();
      const { events, report } = readAll(path);
      assertGreaterOrEqual(events.length, 2 * written);
      assertEquals(events, turnsOf(0, events.length / 2));
      assertEquals(report.losses, []);
    });
  }
});

Deno.test("JournalFile on a full disk says so, keeps every turn before, and a resume goes on", async () => {
  const mounted = await withDisk(64, async (path, folder) => {
    await Deno.writeFile(`${folder}/filler`, new Uint8Array(20_000));
    const journal = JournalFile.create(path, header, "process");
    const tasks = 400; // One turn takes about 7 KiB, so that the disk gets full within a write.
    let written = 0;
    const error = assertThrows(() => {
      for (;; written++) journal.append(turnOf(written, tasks));
    }, JournalError);
    assertGreater(written, 1);
    assertEquals(
      error.message,
      `Cannot write the journal ${path}: no space is left on the device; ` +
        "free some, then resume the run: what was written so far is kept",
    );
    assertEquals([error.path, error.offset], [path, (await Deno.stat(path)).size]);
    const expected = Array.from({ length: written }, (_, number) => turnOf(number, tasks)).flat();
    const full = readAll(path);
    assertEquals(full.events, expected);
    assertEquals([full.report.losses, full.report.tornTail], [[], undefined]);

    await Deno.remove(`${folder}/filler`);
    assertEquals(assertThrows(() => journal.append(turnOf(99))), error, "it takes no more, even if there is room");
    await journal.close();
    const resumed = JournalFile.resume(path, "process", () => header);
    resumed.journal.append(turnOf(99));
    await resumed.journal.close();
    assertEquals(readAll(path).events, [...expected, ...turnOf(99)]);
  });
  if (!mounted) {
    assertThrows(() => JournalFile.create("/dev/full", header, "process"), JournalError, "no space is left");
  }
});

Deno.test("JournalFile on a read-only disk says so, and the journal can be read", async () => {
  const mounted = await withDisk(64, async (path, folder) => {
    const journal = JournalFile.create(path, header, "power");
    await journal.append(turnOf(0));
    await journal.close();
    await makeReadOnly(folder);
    const advice = "the file system is read-only; choose a folder that can be written to";
    const resume = assertThrows(() => JournalFile.resume(path, "process", () => header), JournalError);
    assertStringIncludes(resume.message, advice);
    const other = `${folder}/other`;
    const create = assertThrows(() => JournalFile.create(other, header, "process"), JournalError);
    assertEquals(create.message, `Cannot open the journal ${other}: ${advice}`);
    assertEquals(readAll(path).events, turnOf(0));
  });
  if (mounted) return;
  await withFolder(async (path, folder) => {
    await Deno.chmod(folder, 0o500);
    assertThrows(() => JournalFile.create(path, header, "process"), JournalError, "access is denied");
    await Deno.chmod(folder, 0o700);
  });
});

Deno.test("JournalFile on a device that takes nothing fails at once", () => {
  const error = assertThrows(() => JournalFile.create("/dev/full", header, "process"), JournalError);
  assertStringIncludes(error.message, "no space is left on the device");
});

Deno.test("explainJournalFailure() keeps the cause, and repeats what it has no advice for", () => {
  const failure = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
  const error = explainJournalFailure("write", "/run/journal", failure, 4096);
  assert(error instanceof JournalError);
  assertEquals([error.cause, error.offset], [failure, 4096]);
  assertStringIncludes(error.message, "Cannot write the journal /run/journal: the device reports an error");
  const strange = explainJournalFailure("read", "/run/journal", Object.assign(new Error("odd"), { code: "EODD" }));
  assertEquals(strange.message, "Cannot read the journal /run/journal: odd");
});

Deno.test("JournalFile that cannot be forced to the disk is refused from the start", () => {
  assertThrows(() => JournalFile.create("/dev/null", header, "power"), JournalError, "Cannot write the journal");
});
