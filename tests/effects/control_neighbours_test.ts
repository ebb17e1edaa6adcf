/**
 * What the search for leftovers must leave alone, and pilots beside and inside pilots.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { chooseLauncher } from "../../src/deno/local/launch.ts";
import { deadChildren, livingIn, taskDaemons } from "./support/hostile.ts";
import { isAlive, launchMarked, newRunId, shell, until } from "./support/launches.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const hidden = taskDaemons.find(({ name }) => name.includes("without environment"))!.script;

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "neighbours-" });
  try {
    await body(folder);
  } finally {
    livingIn(folder).forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs tasks that leave daemons, long enough for the janitor, and closes. */
async function launchAndClose(folder: string, makeOthers: () => void): Promise<void> {
  const runId = newRunId();
  const launcher = chooseLauncher({ runId }, "native");
  makeOthers();
  for (let round = 0; round < 3; round++) {
    await launchMarked(launcher, shell(`${folder}/tasks${round}`, hidden), runId).over;
    await pause(1100);
  }
  await launcher.close();
}

for (const when of ["before", "after"] as const) {
  Deno.test(`Processes that this program started itself ${when} the launcher are left alone`, () =>
    withFolder(async (folder) => {
      const started: Deno.ChildProcess[] = [];
      const start = () => {
        for (const detached of [false, true]) {
          for (const clearEnv of [false, true]) {
            const options = { args: ["600"], cwd: folder, detached, clearEnv };
            started.push(new Deno.Command("/bin/sleep", options).spawn());
          }
        }
      };
      if (when === "before") start();
      await launchAndClose(folder, when === "before" ? () => {} : start);
      assertEquals(livingIn(folder).toSorted(), started.map(({ pid }) => pid).toSorted());
      started.forEach((child) => child.kill("SIGKILL"));
      // Nobody but this program may reap them, or it would not learn how they ended.
      for (const { status } of started) assertEquals((await status).signal, "SIGKILL");
    }));
}

Deno.test("A daemon that this program itself let go is left alone", () =>
  withFolder(async (folder) => {
    await launchAndClose(folder, () => {
      const script = "setsid sh -c 'touch ready; sleep 600; :' & while [ ! -e ready ]; do sleep 0.01; done";
      const streams = { stdin: "null", stdout: "null", stderr: "null" } as const;
      new Deno.Command("/bin/sh", { args: ["-c", script], cwd: folder, clearEnv: true, ...streams }).outputSync();
    });
    assertEquals(livingIn(folder).length, 2);
  }));

Deno.test("A launcher leaves the tasks of another one alone, whichever is closed first, and each ends its own", () =>
  withFolder(async (folder) => {
    const deadBefore = deadChildren();
    const runIds = [newRunId(), newRunId()];
    const launchers = runIds.map((runId) => chooseLauncher({ runId }, "native"));
    const daemon = taskDaemons[0]!.script;
    const lasting = launchers.map((launcher, index) =>
      launchMarked(launcher, shell(`${folder}/${index}`, `${daemon}; exec env -i sleep 600`), runIds[index]!)
    );
    await until(() => [0, 1].every((index) => existsSync(`${folder}/${index}/ready`)));
    await pause(1500);
    await launchers[0]!.close();
    await lasting[0]!.over;
    assertEquals(livingIn(`${folder}/0`), []);
    await pause(300);
    assert(isAlive(await lasting[1]!.started));
    assertEquals(livingIn(`${folder}/1`).length >= 3, true);
    await launchers[1]!.close();
    await lasting[1]!.over;
    assertEquals(livingIn(folder), []);
    await until(() => deadChildren().every((pid) => deadBefore.includes(pid)));
  }));

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`A task that is itself a pilot ends with all its tasks by ${signal}`, () =>
    withFolder(async (folder) => {
      const program = new URL("./support/doomed_pilot.ts", import.meta.url).pathname;
      const config = new URL("../../deno.json", import.meta.url).pathname;
      const inner = `setsid sh -c 'touch ready; sleep 600; :' & sleep 600`;
      // It waits for input, and gets a pipe that nobody writes to.
      const script = `sleep 600 | "${Deno.execPath()}" run -A --no-check --config "${config}" "${program}" ` +
        `exit "${folder}" "${newRunId()}" "${inner}" "exec sleep 600"`;
      const runId = newRunId();
      const launcher = chooseLauncher({ runId }, "native");
      const { key, over } = launchMarked(launcher, shell(folder, script), runId);
      await until(() => existsSync(`${folder}/0/ready`));
      launcher.signal(key, signal);
      const { cleanup } = await over;
      await until(() => livingIn(folder).length === 0);
      assertEquals(cleanup!.left, 0);
      await launcher.close();
      assertEquals(livingIn(folder), []);
    }));
}
