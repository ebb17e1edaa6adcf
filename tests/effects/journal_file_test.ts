import "../support/empty_home.ts";
import { dirname } from "@std/path";
import {
  assert,
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JournalFile, readJournal } from "../../src/deno/files/journal/journal_file.ts";
import type { JournalHeader } from "../../src/journal/codec/header.ts";
import { JournalError, PermissionScopeError } from "../../src/errors.ts";
import { header, readAll, turnOf, turnsOf, withFolder } from "./support/journals.ts";

/** A header as it stands in a file: it says in which. */
function placed(written: JournalHeader, path: string): JournalHeader {
  const { dev, ino } = Deno.statSync(path);
  return { ...written, metadata: { ...written.metadata, file: { path, device: dev, inode: ino! } } };
}

for (const durability of ["process", "power"] as const) {
  Deno.test(`JournalFile with durability "${durability}" keeps events, and a resume goes on after them`, () =>
    withFolder(async (path) => {
      const journal = JournalFile.create(path, header, durability);
      for (let number = 0; number < 20; number++) {
        const durable = journal.append(turnOf(number));
        assertEquals(durable instanceof Promise, durability === "power");
        await durable;
      }
      assertEquals(readAll(path).events, turnsOf(0, 20), "before it is closed");
      await journal.close();

      const resumed = JournalFile.resume(path, durability, (replay) => {
        assertEquals(replay.header, placed(header, path));
        assertEquals([...replay], turnsOf(0, 20));
        return { ...header, runId: "other", nodeNames: ["node-b"] };
      });
      assertEquals(resumed.report.events, 40);
      await resumed.journal.append(turnOf(20));
      await resumed.journal.close();
      const { events, report } = readAll(path);
      assertEquals(events, turnsOf(0, 21));
      assertEquals([report.losses, report.tornTail], [[], undefined]);
      assertEquals(report.header, placed({ ...header, nodeNames: ["node-a", "node-b"] }, path));
    }));
}

Deno.test("JournalFile.append() that come together share a sync, and each resolves", () =>
  withFolder(async (path) => {
    const journal = JournalFile.create(path, header, "power");
    const appends = Array.from({ length: 500 }, (_, number) => journal.append(turnOf(number)));
    assertEquals(new Set(appends).size, 2);
    await Promise.all(appends);
    await journal.close();
    assertEquals(readAll(path).events, turnsOf(0, 500));
  }));

Deno.test("JournalFile.close() waits for what is on its way, and nothing can be appended after it", () =>
  withFolder(async (path) => {
    const journal = JournalFile.create(path, header, "power");
    let isDurable = false;
    const durable = Promise.resolve(journal.append(turnOf(0))).then(() => isDurable = true);
    await journal.close();
    assert(isDurable);
    await durable;
    await journal.close();
    const error = assertThrows(() => journal.append(turnOf(1)), JournalError);
    assertEquals(error.message, `Cannot write the journal ${path}: it is closed`);
  }));

Deno.test("JournalFile.create() refuses a file that holds a run, and leaves it as it is", () =>
  withFolder(async (path) => {
    const journal = JournalFile.create(path, header, "process");
    journal.append(turnOf(0));
    await journal.close();
    const before = await Deno.readFile(path);
    const error = assertThrows(() => JournalFile.create(path, header, "process"), JournalError);
    assertEquals(
      error.message,
      `Cannot begin the journal ${path}: it holds a run already; resume that run, or choose another folder`,
    );
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("JournalFile.resume() goes on wherever the file was cut, and changes nothing that is in it", () =>
  withFolder(async (path) => {
    const journal = JournalFile.create(path, header, "process");
    for (let number = 0; number < 4; number++) journal.append(turnOf(number));
    await journal.close();
    const whole = await Deno.readFile(path);
    for (let end = 0; end < whole.length; end++) {
      await Deno.writeFile(path, whole.subarray(0, end));
      await Deno.remove(`${path}.copy`);
      const kept = readAll(path).events;
      const resumed = JournalFile.resume(path, "process", () => header);
      assertEquals(resumed.report.events, kept.length);
      resumed.journal.append(turnOf(9));
      await resumed.journal.close();
      const { events, report } = readAll(path);
      assertEquals(events, [...kept, ...turnOf(9)], `cut at ${end}`);
      assertEquals(report.tornTail, undefined);
      assertEquals(report.losses.filter(({ recordsLost }) => recordsLost > 0), []);
      // Half of the first line is no journal yet, and is begun again.
      if (end < 16) assertEquals(report.losses, []);
      else assertEquals((await Deno.readFile(path)).subarray(0, end), whole.subarray(0, end));
    }
    assertGreater(whole.length, 100);
  }));

Deno.test("JournalFile.resume() refuses what it cannot read, and leaves it as it is", () =>
  withFolder(async (path) => {
    for (const [text, reason] of [["qcgpj-journal 9\nnew", "version 9"], ["#!/bin/sh\n echo no", "not a journal"]]) {
      await Deno.writeTextFile(path, text!);
      const error = assertThrows(() => JournalFile.resume(path, "process", () => header), JournalError);
      assertStringIncludes(error.message, reason!);
      assertEquals(await Deno.readTextFile(path), text);
    }
  }));

Deno.test("JournalFile.resume() gives the lock back when the replay is refused", () =>
  withFolder(async (path) => {
    await JournalFile.create(path, header, "process").close();
    const refusal = new Error("other resources");
    const refuse = (): never => {
      throw refusal;
    };
    assertEquals(assertThrows(() => JournalFile.resume(path, "process", refuse)), refusal);
    await JournalFile.resume(path, "process", () => header).journal.close();
  }));

Deno.test("JournalFile says which file or folder is missing", () =>
  withFolder((path, folder) => {
    const missing = assertThrows(() => JournalFile.resume(path, "process", () => header), JournalError);
    assertEquals(missing.message, `Cannot read the journal ${path}: there is no such file`);
    assertThrows(() => readJournal(path, () => {}), JournalError, "there is no such file");
    const deep = `${folder}/a/journal`;
    const noFolder = assertThrows(() => JournalFile.create(deep, header, "process"), JournalError);
    assertEquals(noFolder.message, `Cannot open the journal ${deep}: there is no folder ${folder}/a; create it first`);
    assertThrows(() => JournalFile.create(folder, header, "process"), JournalError, "it is a folder");
    assertThrows(() => readJournal(folder, () => {}), JournalError, "it is a folder");
  }));

Deno.test({
  name: "JournalFile names the permission that is missing",
  permissions: { read: true, write: false },
  fn: () => {
    const error = assertThrows(() => JournalFile.create("/somewhere/journal", header, "process"), PermissionScopeError);
    assertEquals(
      error.message,
      'The journal /somewhere/journal needs write permission for "/somewhere/journal": ' +
        "run deno again with --allow-read=/somewhere --allow-write=/somewhere",
    );
    assertInstanceOf(error.cause, Deno.errors.NotCapable);
  },
});

Deno.test("JournalFile.findChange() says that it was removed, replaced, cut or written to by somebody else", async () => {
  const changes: readonly [(path: string) => void, RegExp | undefined][] = [
    [() => {}, undefined],
    [(path) => Deno.removeSync(path), /was removed or moved while/],
    [(path) => Deno.renameSync(dirname(path), `${dirname(path)}-moved`), /was removed or moved while/],
    [(path) => (Deno.renameSync(path, `${path}-old`), Deno.writeTextFileSync(path, "x")), /was replaced by another/],
    [(path) => Deno.truncateSync(path, 10), /was cut while/],
    [(path) => Deno.writeTextFileSync(path, "x", { append: true }), /Another program has written/],
  ];
  for (const [change, sentence] of changes) {
    await withFolder(async (outer) => {
      const path = `${outer}-run/journal`;
      Deno.mkdirSync(dirname(path));
      const journal = JournalFile.create(path, header, "process");
      await journal.append(turnOf(0));
      assertEquals(journal.findChange(), undefined);
      change(path);
      const told = journal.findChange();
      if (sentence === undefined) assertEquals(told, undefined);
      else assertMatch(told ?? "", sentence);
      await journal.close();
    });
  }
});
