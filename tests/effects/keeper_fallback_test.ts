/**
 * Where the system refuses what a keeper needs, tasks run without one, and the user is told why. The refusals are real: by
 * a filter of system calls, or by limits.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stoppedEarly } from "../../src/core/exit.ts";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { DirectLauncher } from "../../src/deno/local/launch_direct.ts";
import { listChildren } from "../../src/deno/local/process_scan.ts";
import type { LaunchPlan } from "../../src/launch/plan.ts";
import { launch, shell } from "./support/launches.ts";
import { hasCompiler, refuseCall } from "./support/refused_call.ts";

const project = new URL("../../", import.meta.url).pathname;

interface Refusal {
  /** A call by its number, and what its second argument must be to be refused. */
  readonly call?: readonly [number: number, second: number];
  /** What a shell does before. */
  readonly before?: string;
}

/** Numbers of calls. */
const pidfdOpen = 434;
const setLimit = Deno.build.arch === "x86_64" ? 302 : 261;
const fileLocks = 10;

/** Runs a task that writes, and one that is stopped with what it left, where something is refused. */
async function runRefused({ call, before = ":" }: Refusal): Promise<{ out: string; err: string }> {
  const folder = await Deno.makeTempDir({ prefix: "refused-" });
  const program = `import { QCGPJExecutor } from "${project}mod.ts";
    await using executor = new QCGPJExecutor({ wd: "${folder}", durability: "memory", resources: "4", graceMs: 200 });
    const sh = (script) => ({ exec: "sh", args: ["-c", script]});
    const a = executor.submit({ name: "a", execution: { ...sh("echo text; exit 3"), stdout: "o" } });
    const b = executor.submit({ name: "b", execution: sh("sleep 600 & touch ready; wait"), timeoutMs: 500 });
    console.log(JSON.stringify([await a.result(), a.info().a.reason, await b.result(), b.info().b.cause]));`;
  await Deno.writeTextFile(`${folder}/p.ts`, program);
  const deno = [Deno.execPath(), "run", "-A", "--no-check", "--config", `${project}deno.json`, `${folder}/p.ts`];
  if (call !== undefined) {
    deno.unshift(...await refuseCall(folder, call));
  }
  const { stdout, stderr } = await new Deno.Command("bash", { args: ["-c", `${before}; exec "$0" "$@"`, ...deno] })
    .output();
  await Deno.remove(folder, { recursive: true });
  return { out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const refusals: readonly (Refusal & { readonly name: string; readonly told: string })[] = [
  {
    name: "the kernel makes no descriptors for processes",
    call: [pidfdOpen, 0],
    told: "the kernel has no descriptors for processes",
  },
  { name: "a filter lets nobody set a limit", call: [setLimit, fileLocks], told: "tasks cannot be tagged" },
  { name: "the limit of file locks is set", before: "ulimit -x 1000", told: "tasks cannot be tagged" },
];

for (const { name, told, ...refusal } of refusals) {
  Deno.test({
    name: `Where ${name}, tasks run without a keeper, and that is told`,
    ignore: refusal.call !== undefined && !hasCompiler,
    fn: async () => {
      const { out, err } = await runRefused(refusal);
      assertStringIncludes(err, told);
      assertStringIncludes(err, "Tasks are started without a keeper");
      assertEquals(out, '[{"a":"FAILED"},"exit code 3",{"b":"FAILED"},"timeout"]\n');
    },
  });
}

Deno.test("Where nothing is refused, nothing is told", async () => {
  assertEquals(await runRefused({}), { out: '[{"a":"FAILED"},"exit code 3",{"b":"FAILED"},"timeout"]\n', err: "" });
});

/** A launcher whose keeper is killed before it has begun: Ctrl-C does that, as the whole terminal hears of it. */
function startDoomed(plans: readonly LaunchPlan[], stopped: number, warn: (text: string) => void) {
  const before = listChildren();
  const launcher = new KeeperLauncher(Deno.env.toObject(), { otherwise: () => new DirectLauncher(), warn });
  const launched = plans.map((plan) => launch(launcher, plan));
  for (const { key } of launched.slice(0, stopped)) launcher.signal(key, "SIGTERM");
  listChildren().filter((pid) => !before.includes(pid)).forEach((pid) => Deno.kill(pid, "SIGKILL"));
  return { launcher, launched };
}

Deno.test("A launcher that takes over from a keeper starts no task that was asked to stop meanwhile", async () => {
  const folder = await Deno.makeTempDir({ prefix: "replaced-" });
  const warnings: string[] = [];
  const plans = ["stopped", "wanted"].map((name) => shell(folder, `echo > ${name}`));
  const { launcher, launched: [stopped, wanted] } = startDoomed(plans, 1, (text) => warnings.push(text));
  assertEquals((await stopped!.over).failure, stoppedEarly);
  assertEquals((await wanted!.over).exit, { code: 0 });
  await launcher.close();
  assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["wanted"]);
  assertStringIncludes(warnings.join(), "was killed (SIGKILL)");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("That a keeper did not begin is not told where nothing is to be started any more", async () => {
  const warnings: string[] = [];
  const { launcher, launched } = startDoomed([shell("/", "exit 0")], 1, (text) => warnings.push(text));
  assertEquals((await launched[0]!.over).failure, stoppedEarly);
  await launcher.close();
  assert(warnings.every((text) => !text.includes("without a keeper")), warnings.join());
});
