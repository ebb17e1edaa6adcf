/**
 * Files and folders by their real paths, against a neighbour that makes and takes away a folder in the one moment that
 * counts.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openFlags } from "../../src/deno/local/native/file_numbers.ts";
import { openPathLibrary, type PathLibrary, RealPaths } from "../../src/deno/local/native/real_paths.ts";
import { Scratch } from "../e2e/support/scratch.ts";

const missing = -2; // ENOENT
const loop = -40; // ELOOP

/** What a neighbour does to a folder that is missing. */
interface Neighbour {
  /** Right before it is made. */
  readonly makesIt?: () => void;
  /** Right after, before it is opened. */
  readonly takesIt?: () => void;
}

/** The C library on a machine with a neighbour who is always in time. */
function libraryBeside({ makesIt, takesIt }: Neighbour): PathLibrary {
  const library = openPathLibrary();
  const { mkdirat, openat } = library.symbols;
  let isNew = false;
  const symbols: PathLibrary["symbols"] = {
    ...library.symbols,
    mkdirat: (...given) => {
      makesIt?.();
      isNew = true;
      return mkdirat(...given);
    },
    openat: (...given) => {
      if (isNew) takesIt?.();
      isNew = false;
      return openat(...given);
    },
  };
  return { symbols, close: () => library.close() };
}

/** Where the standard input of this program leads. */
function ownInput(): string {
  return Deno.readLinkSync("/proc/self/fd/0");
}

Deno.test("RealPaths tells a folder that goes once it is made as missing, and leaves our own input open", async () => {
  await using scratch = new Scratch();
  const folder = Deno.realPathSync(scratch.path);
  const before = ownInput();
  let count = 0;
  const takesIt = () => {
    Deno.removeSync(`${folder}/new`);
    count++;
  };
  using paths = new RealPaths(libraryBeside({ takesIt }));
  assertEquals(paths.folder(`${folder}/new`, true), missing);
  assertEquals(paths.folder(`${folder}/new/below`, true), missing);
  assertEquals(paths.file(`${folder}/new/file`, openFlags.write | openFlags.create, true), missing);
  assertEquals(count, 3);
  assertEquals(ownInput(), before);
});

Deno.test("RealPaths opens a folder that another has made, and tells it as missing when that one takes it away", async () => {
  await using scratch = new Scratch();
  const folder = Deno.realPathSync(scratch.path);
  const makesIt = () => Deno.mkdirSync(`${folder}/new`);
  const takesIt = () => Deno.removeSync(`${folder}/new`);
  using hasty = new RealPaths(libraryBeside({ makesIt, takesIt }));
  assertEquals(hasty.folder(`${folder}/new`, true), missing);
  using kind = new RealPaths(libraryBeside({ makesIt }));
  const opened = kind.folder(`${folder}/new`, true);
  assert(opened > 2, `${opened}`);
  kind.close(opened);
});

Deno.test("RealPaths follows no link, neither on the way nor at the end of a path", async () => {
  await using scratch = new Scratch();
  const folder = Deno.realPathSync(scratch.path);
  Deno.mkdirSync(`${folder}/real/deep`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/real/file`, "");
  for (const [link, target] of [["link", "real"], ["up", "."], ["file", "real/file"]] as const) {
    Deno.symlinkSync(target, `${folder}/${link}`);
  }
  using paths = new RealPaths();
  for (const creates of [false, true]) {
    for (const path of ["link", "link/deep", "up/real"]) assertEquals(paths.folder(`${folder}/${path}`, creates), loop);
    for (const path of ["link/file", "link/new", "file", "up/real/file"]) {
      assertEquals(paths.file(`${folder}/${path}`, openFlags.write | openFlags.create, creates), loop, path);
    }
  }
  for (const path of ["link", "file", "link/file"]) assertEquals(paths.place(`${folder}/${path}`), loop, path);
  assertEquals([...Deno.readDirSync(`${folder}/real`)].map(({ name }) => name).sort(), ["deep", "file"]);
  const opened = paths.file(`${folder}/real/file`, openFlags.read);
  assert(opened > 2, `${opened}`);
  paths.close(opened);
});

Deno.test("RealPaths closes none of the program's own streams", () => {
  using paths = new RealPaths();
  const before = ownInput();
  for (const stream of [0, 1, 2]) assertThrows(() => paths.close(stream), RangeError, `Descriptor ${stream}`);
  assertEquals(ownInput(), before);
});
