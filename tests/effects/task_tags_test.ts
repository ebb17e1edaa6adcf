/**
 * What a task of the direct or the native launcher starts is found under `-A` although it scrubs its environment, leaves
 * its session and loses its parents: it carries the tag of its task.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { readTag } from "../../src/deno/local/process_scan.ts";
import { livingIn } from "./support/hostile.ts";
import { hangMs, until } from "./support/launches.ts";

/** Each has a hard end of its own, should all else fail. */
const hides = "setsid env -i /bin/sh -c '/bin/sleep 60 & exit' & wait";
const multiplies = `exec perl -MPOSIX -e 'for (1..16) { if (!fork) { setsid; %ENV = (); my $end = time + 100;
  while (time < $end) { select undef, undef, undef, 0.02; exit if fork; setsid } exit } }
  open F, ">ready"; close F; sleep 100'`;

/** Becomes another process every few milliseconds, for a hundred seconds; writes down that it lives. */
const leaps = `exit if fork; %ENV = (); $SIG{TERM} = "IGNORE"; my $end = time + 100; open F, ">>", $ARGV[0];
  while (time < $end) { setsid; exit if fork; syswrite F, "x"; select undef, undef, undef, 0.002 }`;

async function onStage(
  launcher: "direct" | "native",
  body: (executor: QCGPJExecutor, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "tags-" });
  try {
    const options = { wd: folder, durability: "memory", launcher, graceMs: 200, resources: "2" } as const;
    await using executor = new QCGPJExecutor(options);
    await body(executor, folder);
  } finally {
    assertEquals(livingIn(folder), []);
    await Deno.remove(folder, { recursive: true });
  }
}

const sh = (script: string) => ({ exec: "/bin/sh", args: ["-c", script] });
const isThere = (path: string) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
};

for (const launcher of ["direct", "native"] as const) {
  Deno.test(`A canceled task of the ${launcher} launcher leaves nothing that has hidden itself`, () =>
    onStage(launcher, async (executor, folder) => {
      const future = executor.submit({ name: "a", execution: sh(`${hides}; touch ready; sleep 60`) });
      await until(() => isThere(`${folder}/ready`));
      assert(livingIn(folder).length >= 2);
      future.cancel();
      assertEquals(await future.result(), { a: "CANCELED" });
      assertEquals(livingIn(folder), []);
    }));

  Deno.test(`When the end of a task of the ${launcher} launcher is told, nothing runs that has hidden itself`, () =>
    onStage(launcher, async (executor, folder) => {
      // Whose it is cannot be told by what else runs.
      const other = executor.submit({ name: "b", execution: { exec: "sleep", args: ["60"] } });
      await until(() => other.running());
      const future = executor.submit({ name: "a", execution: sh(hides) });
      const ended = await future.result();
      const living = livingIn(folder).length;
      other.cancel();
      assertEquals([ended, living], [{ a: "SUCCEED" }, 1]);
      assertEquals(future.info()["a"]!.cleanup?.found, 1, "it is known to be of its task, not only ended with it");
    }));

  Deno.test(`When the end of a task of the ${launcher} launcher is told, nothing of it leaps on`, () =>
    onStage(launcher, async (executor, folder) => {
      const written = () => Deno.statSync(`${folder}/beats`).size;
      const execution = { exec: "perl", args: ["-MPOSIX", "-e", leaps, `${folder}/beats`] };
      assertEquals(await executor.submit({ name: "a", execution }).result(), { a: "SUCCEED" });
      const atEnd = written();
      assert(atEnd > 0);
      // Others start and end, so that what were still there had its turn.
      await executor.submit({ name: "b", iteration: { stop: 20 }, execution: sh("true") }).result();
      assertEquals(written(), atEnd);
    }));

  Deno.test(`A canceled task of the ${launcher} launcher leaves nothing that forks all the time`, () =>
    onStage(launcher, async (executor, folder) => {
      const future = executor.submit({ name: "a", execution: sh(multiplies) });
      await until(() => isThere(`${folder}/ready`));
      const startMs = performance.now();
      future.cancel();
      await future.result();
      assertEquals(livingIn(folder), []);
      assert(performance.now() - startMs < hangMs, "they ended by themselves");
    }));

  Deno.test(`This program has its own limit again after a start by the ${launcher} launcher`, () =>
    onStage(launcher, async (executor) => {
      const before = readTag(Deno.pid);
      await executor.submit({ name: "a", execution: sh("true"), iteration: { stop: 4 } }).result();
      assertEquals(readTag(Deno.pid), before);
    }));
}
