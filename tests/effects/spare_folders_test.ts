/**
 * Spare folders, which become the folders of runs.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { hasSpares, makeSpares, takeSpare } from "../../src/deno/host/spare_folders.ts";
import { Scratch } from "../e2e/support/scratch.ts";

Deno.test("takeSpare() gives an empty spare folder the name of a run's, and takes none that holds something", async () => {
  await using scratch = new Scratch();
  const names = () => [...Deno.readDirSync(scratch.path)].map(({ name }) => name).sort();
  assertEquals([hasSpares(scratch.path), takeSpare(scratch.path, scratch.in("run"))], [false, false]);
  makeSpares(scratch.path);
  assertEquals(hasSpares(scratch.path), true);
  const spares = names();
  scratch.write(`${spares[0]}/file`, "a user's own");
  const identity = Deno.statSync(scratch.in(spares[1]!)).ino;
  assertEquals(takeSpare(scratch.path, scratch.in("run")), true);
  // What was hidden under its first name stays hidden: it is the same folder.
  assertEquals([names(), Deno.statSync(scratch.in("run")).ino], [[spares[0], spares[2], "run"], identity]);
  assertEquals(takeSpare(scratch.path, scratch.in("run")), false, "that run has its folder");
  makeSpares(scratch.path);
  assertEquals(names(), [...spares, "run"]);
});

Deno.test("takeSpare() takes none that is not as this process makes them, by its rights, or as it is a link", async () => {
  await using scratch = new Scratch();
  makeSpares(scratch.path);
  const [first, second, third] = [1, 2, 3].map((number) => scratch.in(`.qcgpjm-spare-${number}`));
  Deno.chmodSync(first!, 0o777);
  Deno.removeSync(second!);
  Deno.mkdirSync(scratch.in("elsewhere"));
  Deno.symlinkSync(scratch.in("elsewhere"), second!);
  Deno.chmodSync(third!, 0o700);
  assertEquals(takeSpare(scratch.path, scratch.in("run")), false);
  const entries = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  // Not for a moment is there a folder of the run's name that a task could see and put something into.
  assertEquals(entries(scratch.path), [".qcgpjm-spare-1", ".qcgpjm-spare-2", ".qcgpjm-spare-3", "elsewhere"]);
  assertEquals([first!, third!, scratch.in("elsewhere")].flatMap(entries), [], "nothing is left in them");
});

Deno.test({
  name: "takeSpare() takes none of another user, to whom the records of the run would belong",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using scratch = new Scratch();
    makeSpares(scratch.path);
    const theirs = [1, 2].map((number) => scratch.in(`.qcgpjm-spare-${number}`));
    theirs.forEach((path) => Deno.chownSync(path, 65_534, 65_534));
    const own = Deno.statSync(scratch.in(".qcgpjm-spare-3")).ino;
    assertEquals(takeSpare(scratch.path, scratch.in("run")), true);
    assertEquals(takeSpare(scratch.path, scratch.in("other")), false);
    assertEquals(Deno.statSync(scratch.in("run")).ino, own);
    assertEquals(theirs.map((path) => Deno.statSync(path).uid), [65_534, 65_534]);
  },
});
