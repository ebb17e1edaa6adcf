/**
 * What one task costs from the start of a program to its end: create, submit, result, shutdown; beside an empty program,
 * in turn, so that both see the same machine.
 *
 * Run as `deno run -A tests/bench/latency/bench.ts`.
 *
 * @module
 */

const folder = import.meta.dirname!;
const rounds = 21;

/** Runs a program and returns how long it took, in milliseconds. */
function time(program: string, ...args: string[]): number {
  const flags = ["run", "-A", "--no-check", "--config", `${folder}/../../../deno.json`];
  const command = new Deno.Command(Deno.execPath(), { args: [...flags, `${folder}/${program}`, ...args] });
  const startMs = performance.now();
  const { success } = command.outputSync();
  if (!success) throw new Error(`${program} failed`);
  return performance.now() - startMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.main) {
  const wd = await Deno.makeTempDir();
  time("one_task.ts", wd); // Warm up: the first run fills the caches.
  const [task, empty]: number[][] = [[], []];
  for (let i = 0; i < rounds; i++) {
    empty!.push(time("empty.ts"));
    task!.push(time("one_task.ts", wd));
  }
  const overMs = median(task!.map((ms, i) => ms - empty![i]!));
  console.log(
    `empty program ${median(empty!).toFixed(0)} ms, one task ${median(task!).toFixed(0)} ms (medians of ${rounds})`,
  );
  console.log(`one task over an empty program: ${overMs.toFixed(0)} ms (aim: under 60 ms)`);
  await Deno.remove(wd, { recursive: true });
}
