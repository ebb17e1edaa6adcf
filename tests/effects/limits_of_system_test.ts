/**
 * Where the system has no room for another process or descriptor, tasks wait for it, and none fails.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";

const project = new URL("../../", import.meta.url).pathname;
const config = `${project}deno.json`;
/** A user other than the superuser: the kernel does not limit the processes of the superuser. */
const user = 64_321;

/** Runs many tasks by a launcher, in a program that `/bin/sh` starts after `limit`; tells how many ended in which way. */
async function runMany(launcher: string, limit: string, script: string, asUser = false): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "limited-" });
  await Deno.chmod(folder, 0o777);
  const program = `import { QCGPJExecutor } from "${project}mod.ts";
    await using executor = new QCGPJExecutor({
      wd: "${folder}", durability: "memory", launcher: "${launcher}", resources: "60",
    });
    const execution = { exec: "sh", args: ["-c", ${JSON.stringify(script)}] };
    const future = executor.submit(Array.from({ length: 60 }, (_, index) => ({ name: "a" + index, execution })));
    const ended = {};
    for (const state of Object.values(await future.result())) ended[state] = (ended[state] ?? 0) + 1;
    console.log(JSON.stringify(ended));`;
  await Deno.writeTextFile(`${folder}/p.ts`, program);
  const deno = [Deno.execPath(), "run", "-A", "--no-check", "--config", config, `${folder}/p.ts`];
  const env = { HOME: folder, DENO_DIR: asUser ? `${folder}/deno` : Deno.env.get("DENO_DIR") ?? `${folder}/deno` };
  const words = asUser ? ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"] : ["env"];
  const { stdout, stderr } = await new Deno.Command(words[0]!, {
    args: [...words.slice(1), "/bin/sh", "-c", `${limit}; exec "$0" "$@"`, ...deno],
    env,
  }).output();
  await Deno.remove(folder, { recursive: true });
  return new TextDecoder().decode(stdout).trim() || new TextDecoder().decode(stderr);
}

/** Whether another user can be had who may read the project. */
function hasOtherUser(): boolean {
  try {
    const words = [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", "cat", config, Deno.execPath()];
    return new Deno.Command("setpriv", { args: words, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

for (const launcher of ["keeper", "native", "direct"]) {
  Deno.test({
    name: `With launcher ${launcher} all tasks of a user who may have 60 processes succeed, with those that they start`,
    ignore: Deno.uid() === 0 && !hasOtherUser(),
    fn: async () => {
      const told = await runMany(launcher, "ulimit -u 60", "sleep 0.1; :", Deno.uid() === 0);
      assertEquals(told, '{"SUCCEED":60}');
    },
  });

  Deno.test(`With launcher ${launcher} all tasks of a program that may have 64 descriptors succeed`, async () => {
    assertEquals(await runMany(launcher, "ulimit -n 64", "sleep 0.1"), '{"SUCCEED":60}');
  });
}
