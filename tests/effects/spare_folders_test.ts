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
