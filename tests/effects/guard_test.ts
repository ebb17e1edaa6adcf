/**
 * The guard's shell, by itself.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert } from "@std/assert";
import { familyOf, tagOf, tagsOfRun } from "../../src/agent/tag.ts";
import { guardScript } from "../../src/deno/keeper/guard.ts";
import { ignoredSignals } from "../../src/deno/local/process_scan.ts";
import { isAlive, newRunId, until } from "./support/launches.ts";

/** Its bit in a mask of signals. */
const sigterm = 1n << 14n;

/** Starts a process with a tag. */
function startTagged(tag: bigint): Deno.ChildProcess {
  const script = `ulimit -S -x ${tag} && exec env -i sleep 600`;
  return new Deno.Command("bash", { args: ["-c", script], stdin: "null", stdout: "null", stderr: "null" }).spawn();
}

/** Runs the body with a guard, a process of its keeper, and processes of others. */
async function withGuard(
  path: string,
  body: (guard: Deno.ChildProcess, ours: number, others: number[]) => Promise<void>,
): Promise<void> {
  const runTags = tagsOfRun(newRunId());
  const family = familyOf(runTags, 0);
  const tags = [tagOf(family, 7), tagOf(familyOf(runTags, 1), 7), tagOf(familyOf(tagsOfRun(newRunId()), 0), 7)];
  const children = tags.map(startTagged);
  const [ours, ...others] = children.map(({ pid }) => pid);
  const guard = new Deno.Command("/bin/sh", {
    args: ["-c", guardScript, "guard", family],
    clearEnv: true,
    env: { PATH: path },
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(() => Deno.readTextFileSync(`/proc/${ours}/comm`) === "sleep\n");
  await body(guard, ours!, others);
  for (const child of children) if (isAlive(child.pid)) child.kill("SIGKILL");
  await Promise.all([...children, guard].map(({ status }) => status));
}

for (const path of ["/usr/local/bin:/usr/bin:/bin", "/nonexistent"]) {
  Deno.test(`With PATH=${path} the guard of a keeper that is gone kills what has its tag, and nothing else`, () =>
    withGuard(path, async (guard, ours, others) => {
      await guard.stdin.close();
      await until(() => !isAlive(ours));
      await guard.status;
      for (const pid of others) assert(isAlive(pid));
    }));

  Deno.test(`With PATH=${path} the guard of a keeper that is done leaves everything alone`, () =>
    withGuard(path, async (guard, ours) => {
      const writer = guard.stdin.getWriter();
      await writer.write(new TextEncoder().encode("done\n"));
      await guard.status;
      await writer.close().catch(() => {});
      assert(isAlive(ours));
    }));

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP"] as const) {
    Deno.test(`With PATH=${path} the guard stays when it gets ${signal}`, () =>
      withGuard(path, async (guard, ours) => {
        await until(() => (ignoredSignals(guard.pid)! & sigterm) !== 0n);
        guard.kill(signal);
        await guard.stdin.close();
        await until(() => !isAlive(ours));
      }));
  }
}
