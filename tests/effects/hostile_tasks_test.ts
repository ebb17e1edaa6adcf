/**
 * Programs that do not want to end: nothing of them survives a stop, or an end of their own.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import type { Cleanup } from "../../src/core/exit.ts";
import { DirectLauncher } from "../../src/deno/local/launch_direct.ts";
import { NativeLauncher } from "../../src/deno/local/native/launch_native.ts";
import { Libc } from "../../src/deno/local/native/libc.ts";
import { chooseLauncher } from "../../src/deno/local/launch.ts";
import type { Launcher } from "../../src/runtime/ports.ts";
import { type Daemon, deadChildren, hostiles, livingIn, openDescriptors, taskDaemons } from "./support/hostile.ts";
import { hangMs, launchMarked, newRunId, shell, until } from "./support/launches.ts";

const graceMs = 500;
/** What takes so many milliseconds hangs, when it is for a crowd. */
const crowdHangMs = 4 * hangMs;

const launchers: readonly {
  readonly name: string;
  readonly make: (runId: string) => Launcher;
  readonly adopts: boolean;
  /** Whether nothing of a task runs when its end is told, even if it has no mark any more. */
  readonly isExact?: true;
}[] = [
  { name: "KeeperLauncher", make: (runId) => chooseLauncher({ runId }, "keeper"), adopts: true, isExact: true },
  {
    name: "NativeLauncher",
    make: (runId) => new NativeLauncher(Libc.open()!, { runId }),
    adopts: true,
    isExact: true,
  },
  { name: "DirectLauncher", make: (runId) => new DirectLauncher({ runId }), adopts: false },
];

/** Runs the body with a launcher and a folder; then nothing may be left. */
async function withLauncher(
  make: (runId: string) => Launcher,
  body: (launcher: Launcher, folder: string, runId: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hostile-" });
  const [before, deadBefore] = [openDescriptors(), deadChildren()];
  const runId = newRunId();
  const launcher = make(runId);
  try {
    await body(launcher, folder, runId);
  } finally {
    await launcher.close();
    const left = livingIn(folder);
    left.forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await Deno.remove(folder, { recursive: true });
    assertEquals(left, [], "left after the close");
  }
  // What an earlier test has left may be reaped and closed only now; of this one nothing stays.
  await until(() => deadChildren().every((pid) => deadBefore.includes(pid)));
  await until(() => openDescriptors() <= before);
}

function assertNoneLeft({ found, terminated, killed, left }: Cleanup): void {
  assertEquals([left, terminated + killed], [0, found]);
}

for (const { name: launcherName, make, adopts, isExact = false } of launchers) {
  for (const { name, script, isLasting } of hostiles) {
    // Without a subreaper nobody can tell whose child a process without a mark was.
    if (!adopts && name.includes("followed")) continue;
    const plan = (folder: string) => shell(folder, script, { stdout: `${folder}/o`, stderr: `${folder}/e` });
    if (isLasting) {
      Deno.test(`${launcherName} leaves nothing after a stop of what ${name}`, () =>
        withLauncher(make, async (launcher, folder, runId) => {
          const attempt = launchMarked(launcher, plan(folder), runId);
          await until(() => existsSync(`${folder}/ready`));
          const startMs = performance.now();
          launcher.signal(attempt.key, "SIGTERM");
          const timer = setTimeout(() => launcher.signal(attempt.key, "SIGKILL"), graceMs);
          const { cleanup } = await attempt.over;
          clearTimeout(timer);
          assert(performance.now() - startMs < hangMs, `took ${performance.now() - startMs} ms`);
          assertEquals(livingIn(folder), []);
          assertNoneLeft(cleanup!);
          assert(cleanup!.found >= 1);
        }));
    } else {
      Deno.test(`${launcherName} leaves nothing after the end of what ${name}`, () =>
        withLauncher(make, async (launcher, folder, runId) => {
          const { exit, cleanup } = await launchMarked(launcher, plan(folder), runId).over;
          assertEquals(exit, { code: 0 });
          if (cleanup !== undefined) assertNoneLeft(cleanup);
        }));
    }
  }

  // Without a subreaper nobody can tell whose child a process without a mark was.
  const daemons = taskDaemons.filter(({ isHidden }) => adopts || !isHidden);
  // What has no mark any more is found a little later, or with the close.
  const isFound = ({ isHidden }: Daemon) => isExact || !isHidden;
  for (const { name, script } of daemons.filter(isFound)) {
    Deno.test(`${launcherName} tells the end when nothing runs of what ${name}`, () =>
      withLauncher(make, async (launcher, folder, runId) => {
        const { exit, cleanup } = await launchMarked(launcher, shell(folder, script), runId).over;
        assertEquals(livingIn(folder), []);
        assertEquals(exit, { code: 0 });
        assertNoneLeft(cleanup!);
      }));
  }

  for (const { name, script } of daemons.filter((one) => !isFound(one))) {
    Deno.test(`${launcherName}.close() ends what ${name}`, () =>
      withLauncher(make, async (launcher, folder, runId) => {
        const { exit } = await launchMarked(launcher, shell(folder, script), runId).over;
        assertEquals(exit, { code: 0 });
        assert(livingIn(folder).length > 0, "there is nothing to end");
      }));
  }

  Deno.test(`${launcherName} ends 200 hostile tasks at once`, () =>
    withLauncher(make, async (launcher, folder, runId) => {
      const script = hostiles.find(({ name }) => name.includes("SIGTERM and SIGHUP"))!.script;
      const attempts = Array.from(
        { length: 200 },
        (_, index) => launchMarked(launcher, shell(`${folder}/${index}`, script), runId),
      );
      await until(() => attempts.every((_, index) => existsSync(`${folder}/${index}/ready`)), crowdHangMs);
      const startMs = performance.now();
      for (const { key } of attempts) launcher.signal(key, "SIGTERM");
      const timer = setTimeout(() => attempts.forEach(({ key }) => launcher.signal(key, "SIGKILL")), graceMs);
      const told = await Promise.all(attempts.map(({ over }) => over));
      clearTimeout(timer);
      assert(performance.now() - startMs < crowdHangMs, `took ${performance.now() - startMs} ms`);
      assertEquals(livingIn(folder), []);
      told.forEach(({ cleanup }) => assertNoneLeft(cleanup!));
    }));
}
