/**
 * Which run is meant by a path, and replacing a file as a whole.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { findRunFolder, findRunToResume } from "../../src/deno/files/runs/find_run.ts";
import { JournalError } from "../../src/errors.ts";
import { JournalFile } from "../../src/deno/files/journal/journal_file.ts";
import { replaceFile, writeWhole } from "../../src/deno/files/replace_file.ts";
import { header, withFolder } from "./support/journals.ts";
import { turnsOf } from "../unit/journal/support.ts";

const finder = new URL("../../src/deno/files/runs/find_run.ts", import.meta.url).href;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** What a program says that runs as another user. */
function asNobody(words: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const args = ["--reuid=65534", "--regid=65534", "--clear-groups", ...words];
  const { stdout, stderr } = new Deno.Command("setpriv", { args, env: { ...env } }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** Makes the folder of a run, which was last changed at a second of the epoch. */
async function makeRun(wd: string, id: string, second: number, holdsJob: boolean): Promise<string> {
  const folder = join(wd, `.qcgpjm-service-${id}`);
  Deno.mkdirSync(folder);
  const path = join(folder, "journal");
  const journal = JournalFile.create(path, header, "process");
  if (holdsJob) journal.append(turnsOf(1)[0]!);
  await journal.close();
  Deno.utimeSync(path, second, second);
  return folder;
}

Deno.test("findRunToResume() and findRunFolder() pass over newer runs without a job, a look only where they do not live", () =>
  withFolder(async (_, wd) => {
    const first = await makeRun(wd, "first", 1000, true);
    const worked = await makeRun(wd, "worked", 2000, true);
    const failed = await makeRun(wd, "failed", 3000, false);
    assertEquals([findRunToResume(wd), findRunFolder(wd)], [worked, worked]);
    assertEquals([findRunToResume(first), findRunToResume(failed), findRunFolder(failed)], [first, failed, failed]);
    const waits = join(wd, ".qcgpjm-service-waits");
    Deno.mkdirSync(waits);
    const journal = JournalFile.create(join(waits, "journal"), header, "process");
    assertEquals([findRunToResume(wd), findRunFolder(wd)], [worked, waits]);
    await journal.close();
  }));

Deno.test("findRunToResume() finds the newest where no run has a job, and one that is damaged", () =>
  withFolder(async (_, wd) => {
    await makeRun(wd, "first", 1000, false);
    const last = await makeRun(wd, "last", 2000, false);
    assertEquals(findRunToResume(wd), last);
    const damaged = await makeRun(wd, "damaged", 3000, true);
    for (const name of ["journal", "journal.copy"]) Deno.writeTextFileSync(join(damaged, name), "no journal\n");
    assertEquals(findRunToResume(wd), damaged);
  }));

Deno.test({
  name: "findRunToResume() goes on with a run of another user by its own name only, and a look prefers this user's",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withFolder(async (_, wd) => {
      const own = await makeRun(wd, "own", 1000, true);
      const theirs = await makeRun(wd, "theirs", 2000, true);
      Deno.chownSync(theirs, 65_534, 65_534);
      assertEquals([findRunToResume(wd), findRunFolder(wd), findRunToResume(theirs)], [own, own, theirs]);
      Deno.removeSync(own, { recursive: true });
      assertThrows(() => findRunToResume(wd), JournalError, "belong to other users");
      assertEquals(findRunFolder(wd), theirs);
    }),
});

Deno.test({
  name: "findRunToResume() and findRunFolder() pass over folders that do not let this user in",
  ignore: Deno.uid() !== 0 || asNobody(["cat", config]) !== Deno.readTextFileSync(config),
  fn: () =>
    withFolder(async (_, wd) => {
      await makeRun(wd, "closed", 2000, true);
      Deno.chmodSync(join(wd, ".qcgpjm-service-closed"), 0o700);
      Deno.chmodSync(wd, 0o777);
      const own = await makeRun(wd, "own", 1000, true);
      [own, join(own, "journal")].forEach((path) => Deno.chownSync(path, 65_534, 65_534));
      const source = `import { findRunFolder, findRunToResume } from ${JSON.stringify(finder)};
        console.log(findRunFolder(${JSON.stringify(wd)}), findRunToResume(${JSON.stringify(wd)}));`;
      Deno.writeTextFileSync(join(wd, "find.ts"), source);
      const deno = ["run", "-A", "--no-check", "--config", config, join(wd, "find.ts")];
      const told = asNobody([Deno.execPath(), ...deno], { HOME: wd, DENO_DIR: join(wd, "deno") });
      assertEquals(told, `${own} ${own}\n`);
    }),
});

Deno.test("writeWhole() writes through a link, and leaves a device what it is", () =>
  withFolder((path, folder) => {
    const bytes = new TextEncoder().encode("new");
    writeWhole(path, bytes);
    Deno.symlinkSync(path, join(folder, "link"));
    writeWhole(join(folder, "link"), new TextEncoder().encode("newer"));
    assertEquals([Deno.readTextFileSync(path), Deno.lstatSync(join(folder, "link")).isSymlink], ["newer", true]);
    writeWhole("/dev/null", bytes);
    assertEquals([Deno.statSync("/dev/null").isCharDevice, [...Deno.readDirSync(folder)].length], [true, 2]);
    assertThrows(() => writeWhole("/dev/full", bytes));
    assertEquals(Deno.statSync("/dev/full").isCharDevice, true);
  }));

Deno.test("replaceFile() leaves the old file, and no other, when the new one breaks off", () =>
  withFolder((path, folder) => {
    const encoder = new TextEncoder();
    replaceFile(path, ["the ", "old one"].map((text) => encoder.encode(text)));
    function* broken() {
      yield encoder.encode("the new");
      throw new Error("no more");
    }
    assertThrows(() => replaceFile(path, broken()), Error, "no more");
    assertEquals([Deno.readTextFileSync(path), [...Deno.readDirSync(folder)].length], ["the old one", 1]);
    replaceFile(path, [encoder.encode("new")]);
    assertEquals(Deno.readTextFileSync(path), "new");
  }));
