/**
 * Runs what is promised of outputs against every launcher, and against Deno's own means.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { mkdirSync, statSync, writeSync } from "node:fs";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { DirectLauncher } from "../../src/deno/local/launch_direct.ts";
import { Libc } from "../../src/deno/local/native/libc.ts";
import { NativeLauncher } from "../../src/deno/local/native/launch_native.ts";
import { plainSystem, Spool, type SpoolFile, spoolLookMs } from "../../src/deno/local/spool.ts";
import { outputContract } from "./support/output_contract.ts";

const root = Deno.makeTempDirSync({ prefix: "outputs-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

function folder(name: string): string {
  mkdirSync(`${root}/${name}`);
  return `${root}/${name}`;
}

outputContract("KeeperLauncher", folder("keeper"), (spoolFolders) => {
  return new KeeperLauncher(Deno.env.toObject(), { spoolFolders });
});
outputContract(
  "NativeLauncher",
  folder("native"),
  (spoolFolders) => new NativeLauncher(Libc.open()!, { spoolFolders }),
);
outputContract("DirectLauncher", folder("direct"), (spoolFolders) => new DirectLauncher({ spoolFolders }));
outputContract("DirectLauncher with pipes", folder("pipes"), (spoolFolders) => {
  return new DirectLauncher({ spoolFolders, descriptors: false });
});

const bytesOf = (text: string) => new TextEncoder().encode(text);

function take(spool: Spool): SpoolFile {
  const file = spool.take(0);
  assert("descriptor" in file);
  return file;
}

function endOf(spool: Spool, file: SpoolFile, bytesMax: number): string {
  return new TextDecoder().decode(spool.readEnd(file, bytesMax).bytes);
}

for (const [means, libc] of [["holes", Libc.open()!], ["Deno's own means", undefined]] as const) {
  const system = libc?.files ?? plainSystem;

  Deno.test(`Spool.look() with ${means} gives back what is beyond the bound, and keeps the end`, () => {
    const spool = new Spool({ folders: [folder(`bound-${libc === undefined}`)], system });
    const file = take(spool);
    const line = "0123456789abcde\n".repeat(4096); // 64 KiB
    for (let count = 0; count < 32; count++) {
      writeSync(file.descriptor, bytesOf(line));
      spool.look((count + 1) * spoolLookMs, 256 * 1024);
    }
    const { blocks } = statSync(`/proc/self/fd/${file.descriptor}`);
    assert(blocks * 512 <= 512 * 1024, `${blocks} blocks`);
    writeSync(file.descriptor, bytesOf("the last words"));
    assertEquals(endOf(spool, file, 30), "0123456789abcde\nthe last words");
    assertEquals(spool.readEnd(file, 30).isCut, true);
    spool.giveBack(file, true);
    // What comes next begins with nothing, and gives the space back.
    const next = take(spool);
    assertEquals([next.descriptor, endOf(spool, next, 100)], [file.descriptor, ""]);
    assertEquals(statSync(`/proc/self/fd/${next.descriptor}`).size < 1 << 20, true);
    spool.close();
  });
}

Deno.test("Spool takes the next folder where one cannot be written, and says why where none can", () => {
  const good = folder("good");
  const spool = new Spool({ folders: ["/proc/1", good] });
  assert("descriptor" in spool.take(0));
  spool.close();
  const forbidden = new Spool({ folders: [good], mayUse: (name) => name === "read" });
  assertEquals(forbidden.take(0), {
    problem: `it can be written nowhere (${good}: Deno does not permit it, /tmp: Deno does not permit it)`,
  });
});
