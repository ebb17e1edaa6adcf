/**
 * Tasks that are bound to CPUs, by every launcher, on real processes: what their first instruction may use.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { usableCpus } from "../../src/deno/host/machine.ts";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { DirectLauncher } from "../../src/deno/local/launch_direct.ts";
import { NativeLauncher } from "../../src/deno/local/native/launch_native.ts";
import { Libc } from "../../src/deno/local/native/libc.ts";
import type { Launcher } from "../../src/runtime/ports.ts";
import { formatCpus } from "../../src/launch/binding.ts";
import type { LaunchPlan } from "../../src/launch/plan.ts";
import { planOf, type PlanPart, run } from "./support/launches.ts";

const cpus = usableCpus()!;
const last = cpus.at(-1)!;
const field = "Cpus_allowed_list:\t";
const launchers: Readonly<Record<string, () => Launcher>> = {
  KeeperLauncher: () => new KeeperLauncher(Deno.env.toObject()),
  NativeLauncher: () => new NativeLauncher(Libc.open()!, Deno.env.toObject()),
  DirectLauncher: () => new DirectLauncher(),
};

function tell(folder: string, more: PlanPart): LaunchPlan {
  const args = ["Cpus_allowed_list", "/proc/self/status"];
  return planOf(folder, { program: "grep", args, stdout: join(folder, "cpus"), ...more });
}

for (const [name, make] of Object.entries(launchers)) {
  const withLauncher = (criterion: string, body: (launcher: Launcher, folder: string) => Promise<void>) =>
    Deno.test(`${name} ${criterion}`, async () => {
      const folder = await Deno.makeTempDir();
      const launcher = make();
      try {
        await body(launcher, folder);
      } finally {
        await launcher.close();
        await Deno.remove(folder, { recursive: true });
      }
    });

  withLauncher("binds a task to its CPUs before its first instruction, and nothing else", async (launcher, folder) => {
    await run(launcher, tell(folder, { bindCpus: [last] }));
    assertEquals(await Deno.readTextFile(join(folder, "cpus")), `${field}${last}\n`);
    await run(launcher, tell(folder, {}));
    assertEquals(await Deno.readTextFile(join(folder, "cpus")), `${field}${formatCpus(cpus)}\n`);
    assertEquals(usableCpus(), cpus);
  });

  withLauncher("binds what a bound task starts", async (launcher, folder) => {
    const args = ["-c", "(grep Cpus_allowed_list /proc/self/status)"];
    await run(launcher, tell(folder, { program: "sh", args, bindCpus: [last] }));
    assertEquals(await Deno.readTextFile(join(folder, "cpus")), `${field}${last}\n`);
  });

  withLauncher("tells what is wrong with the program of a bound task, and not with what binds it", async (...given) => {
    const [launcher, folder] = given;
    const { failure } = await run(launcher, tell(folder, { program: "no-such-program", bindCpus: [last] }));
    assertEquals(failure?.kind, "program-not-found");
    assertStringIncludes(failure!.message, "no-such-program");
    await Deno.writeTextFile(join(folder, "plain"), "x");
    const plain = await run(launcher, tell(folder, { program: join(folder, "plain"), bindCpus: [last] }));
    assert(plain.failure !== undefined, "A file that is no program was started");
  });

  // Without binding, too, the other launcher opens files itself and waits.
  if (name === "DirectLauncher") continue;
  withLauncher("does not wait for the other end of a bound task's pipe", async (launcher, folder) => {
    const pipe = join(folder, "pipe");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const ended = run(launcher, tell(folder, { stdout: pipe, bindCpus: [last] }));
    // A launcher that waited for a reader would not let us become one.
    assertEquals(await Deno.readTextFile(pipe), `${field}${last}\n`);
    assertEquals((await ended).exit, { code: 0 });
  });
}
