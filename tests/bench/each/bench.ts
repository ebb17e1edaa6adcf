/**
 * The rate of `qcgpj each` beside `xargs -P` and GNU parallel, for the same inputs, in turn, so that all see the same
 * machine. xargs does less: it starts a program in no group of its own, and lets outputs mix.
 *
 * Run as `deno run -A tests/bench/each/bench.ts`. With a number, it instead runs that many tasks from a pipe and tells
 * how the memory of `qcgpj each` grows.
 *
 * @module
 */

const main = `${import.meta.dirname!}/../../../src/cli/main.ts`;
const inputs = 2000;
const rounds = 3;
const each = `deno run -A --no-check ${main} each`;

/** What is compared; every line reads the inputs from the file `inputs`. */
const lines: readonly { readonly name: string; readonly task: string; readonly line: string }[] = [
  { task: "true", name: "qcgpj each -j2", line: `${each} -j2 -a inputs true` },
  { task: "true", name: "xargs -P2 -n1", line: "xargs -P2 -n1 true < inputs" },
  { task: "true", name: "parallel -j2", line: "parallel -j2 -a inputs true" },
  { task: "echo", name: "qcgpj each -j2", line: `${each} -j2 -a inputs echo > out` },
  { task: "echo", name: "qcgpj each -j2 -k", line: `${each} -j2 -k -a inputs echo > out` },
  { task: "echo", name: "qcgpj each -j2 --run", line: `rm -rf run; ${each} -j2 --run run -a inputs echo > out` },
  { task: "echo", name: "xargs -P2 -n1", line: "xargs -P2 -n1 echo < inputs > out" },
  { task: "echo", name: "parallel -j2", line: "parallel -j2 -a inputs echo > out" },
  { task: "echo", name: "parallel -j2 -k", line: "parallel -j2 -k -a inputs echo > out" },
];

function isThere(program: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" }).outputSync().success;
}

function rateOf(line: string, cwd: string): number {
  const startMs = performance.now();
  const { success } = new Deno.Command("bash", { args: ["-c", line], cwd, stdin: "null" }).outputSync();
  if (!success) throw new Error(`${line} failed`);
  return inputs / (performance.now() - startMs) * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function compare(cwd: string): void {
  Deno.writeTextFileSync(`${cwd}/inputs`, Array.from({ length: inputs }, (_, i) => `${i}\n`).join(""));
  const known = lines.filter(({ line }) => !line.startsWith("parallel") || isThere("parallel"));
  const rates = known.map((): number[] => []);
  for (let round = 0; round < rounds; round++) known.forEach(({ line }, i) => rates[i]!.push(rateOf(line, cwd)));
  console.log(`${inputs} inputs, two at once, whole programs with their start; medians of ${rounds}`);
  known.forEach(({ name, task }, i) => {
    const base = known.findIndex((one) => one.task === task && one.name.startsWith("xargs"));
    const ratio = median(rates[i]!.map((rate, round) => rate / rates[base]![round]!));
    console.log(
      `${task}  ${name.padEnd(22)} ${median(rates[i]!).toFixed(0).padStart(6)}/s  ${ratio.toFixed(2)} x xargs`,
    );
  });
}

/** Runs many tasks from a pipe, and samples the memory. */
async function watchMemory(count: number): Promise<void> {
  const [program, ...args] = `${each} -j2 true`.split(" ");
  const command = new Deno.Command(program!, { args, stdin: "piped", stdout: "null" });
  const child = command.spawn();
  const startMs = performance.now();
  const timer = setInterval(() => {
    const rss = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`))?.[1];
    console.log(`${((performance.now() - startMs) / 1000).toFixed(0)} s: ${(Number(rss) / 1024).toFixed(0)} MiB`);
  }, 10_000);
  await ReadableStream.from(numbers(count)).pipeTo(child.stdin);
  await child.status;
  clearInterval(timer);
  console.log(`${count} inputs: ${(count / (performance.now() - startMs) * 1000).toFixed(0)}/s`);
}

function* numbers(count: number): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let i = 0; i < count; i++) yield encoder.encode(`${i}\n`);
}

if (import.meta.main) {
  const [count] = Deno.args;
  if (count !== undefined) await watchMemory(Number(count));
  else {
    const cwd = await Deno.makeTempDir();
    try {
      compare(cwd);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  }
}
