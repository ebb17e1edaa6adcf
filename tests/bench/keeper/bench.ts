/**
 * What the keeper costs beside the native launcher, each in a program of its own, in turn: the rate of short tasks, the
 * time for tasks of a tenth of a second, and a program with one task.
 *
 * Run as `deno run -A tests/bench/keeper/bench.ts`; on a machine with other work as `chrt -r 1 deno run …`.
 *
 * @module
 */

const mod = new URL("../../../mod.ts", import.meta.url).href;
const config = new URL("../../../deno.json", import.meta.url).pathname;
const rounds = 5;

interface Scene {
  readonly name: string;
  readonly exec: string;
  readonly args: readonly string[];
  readonly tasks: number;
  readonly cores: number;
}

const scenes: readonly Scene[] = [
  { name: "/bin/true, 2 at once", exec: "/bin/true", args: [], tasks: 1500, cores: 2 },
  { name: "/bin/true, 8 at once", exec: "/bin/true", args: [], tasks: 1500, cores: 8 },
  { name: "sleep 0.1, 2 at once", exec: "/bin/sleep", args: ["0.1"], tasks: 60, cores: 2 },
  { name: "one task, whole program", exec: "/bin/true", args: [], tasks: 1, cores: 2 },
];

/** Runs a program with an executor; returns how long its tasks took, or the program where there is one task only. */
function time({ exec, args, tasks, cores }: Scene, launcher: string, folder: string): number {
  const program = `import { QCGPJExecutor } from "${mod}";
    await using executor = new QCGPJExecutor({
      wd: "${folder}", durability: "memory", launcher: "${launcher}", resources: "${cores}",
    });
    const execution = { exec: "${exec}", args: ${JSON.stringify(args)} };
    if (${tasks} > 1) await executor.submit({ name: "first", execution }).result();
    const startMs = performance.now();
    await executor.submit({ name: "a", iteration: { stop: ${tasks} }, execution }).result();
    console.log(performance.now() - startMs);`;
  Deno.writeTextFileSync(`${folder}/p.ts`, program);
  const deno = ["run", "-A", "--no-check", "--config", config, `${folder}/p.ts`];
  const startMs = performance.now();
  const { stdout } = new Deno.Command(Deno.execPath(), { args: deno }).outputSync();
  return tasks === 1 ? performance.now() - startMs : Number(new TextDecoder().decode(stdout));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  for (const scene of scenes) {
    const [native, keeper]: number[][] = [[], []];
    for (let round = 0; round < rounds * (scene.tasks === 1 ? 3 : 1); round++) {
      native!.push(time(scene, "native", folder));
      keeper!.push(time(scene, "keeper", folder));
    }
    const [without, kept] = [median(native!), median(keeper!)];
    const rate = ` (rate ${(without / kept).toFixed(2)} of the native launcher's)`;
    console.log(`${scene.name}: ${without.toFixed(0)} → ${kept.toFixed(0)} ms${scene.tasks === 1 ? "" : rate}`);
  }
  await Deno.remove(folder, { recursive: true });
}
