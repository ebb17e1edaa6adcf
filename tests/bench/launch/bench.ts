/**
 * Whole programs that run 2,000 tasks `/bin/true`: loops in C by `fork` and by `posix_spawn`, `xargs -P`, ten lines of
 * Python, a bare loop of `Deno.Command`, and the executor in its ways. One round runs every way once, so that what else
 * the machine does falls on all; the table shows medians, and what processor time a task costs, its own included.
 *
 * The yardstick is the loop by `fork`. (One by `posix_spawn` with a session for each task gets the processor back only
 * when the task has all but ended, and so looks slower than a loop in C is.) `true` is given no argument: with exactly
 * one it loads its locales, and that takes longer than all the rest.
 *
 * `deno run -A tests/bench/launch/bench.ts [--rounds=5] [--tasks=2000] [--folder=DIR] [--files=no]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";

const options = parseArgs(Deno.args, { string: ["rounds", "tasks", "folder", "files"] });
const rounds = Number(options.rounds ?? 5);
const tasks = Number(options.tasks ?? 2000);
const hasFiles = options.files !== "no";
const atOnce = [2, 8] as const;
/** How long the kernel counts processor time in, in milliseconds. */
const tickMs = 10;

/** The command of a program for so many tasks at once, with both outputs in a folder if there is one. */
type Way = (count: number, folder: string | undefined) => readonly [program: string, args: readonly string[]];

/** What one run took. */
interface Cost {
  readonly seconds: number;
  /** Processor time of the program and of all that it started. */
  readonly cpuMs: number;
}

const path = (name: string) => new URL(name, import.meta.url).pathname;

function denoWay(how: string, flags: readonly string[]): Way {
  const program = ["run", "--no-check", ...flags, path("program.ts"), how];
  return (
    count,
    folder,
  ) => [Deno.execPath(), [...program, `${tasks}`, `${count}`, ...(folder === undefined ? [] : [folder])]];
}

function plainWay(program: string, ...first: readonly string[]): Way {
  return (count, folder) => [program, [...first, `${tasks}`, `${count}`, ...(folder === undefined ? [] : [folder])]];
}

const xargs: Way = (count, folder) => {
  const task = folder === undefined
    ? "sh -c 'exec /bin/true' sh"
    : `sh -c 'exec /bin/true </dev/null >"$0/$1.out" 2>"$0/$1.err"' "$0"`;
  return ["/bin/sh", ["-c", `seq ${tasks} | xargs -P ${count} -n 1 ${task}`, folder ?? "sh"]];
};

const restricted = ["--allow-run=/bin/true", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

async function measure(way: Way, base: string, count: number): Promise<Cost> {
  const folder = hasFiles ? await Deno.makeTempDir({ dir: base }) : undefined;
  const [program, args] = way(count, folder);
  const [startMs, startTicks] = [performance.now(), childTicks()];
  const command = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null", stderr: "piped" });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  const cost = { seconds: (performance.now() - startMs) / 1000, cpuMs: (childTicks() - startTicks) * tickMs };
  if (folder !== undefined) await Deno.remove(folder, { recursive: true });
  return cost;
}

/** Processor time of all children that were waited for, and of theirs, in ticks. */
function childTicks(): number {
  const fields = Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /, "").split(" ");
  return Number(fields[13]) + Number(fields[14]);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function compile(name: string, base: string): Promise<string> {
  const { success } = await new Deno.Command("cc", { args: ["-O2", "-o", `${base}/${name}`, path(`${name}.c`)] })
    .output();
  if (!success) throw new Error(`${name}.c cannot be compiled`);
  return `${base}/${name}`;
}

const base = await Deno.makeTempDir(options.folder === undefined ? {} : { dir: options.folder });
try {
  const spawnLoop = await compile("spawn_loop", base);
  const ways: readonly (readonly [string, Way])[] = [
    ["C fork + setsid loop", plainWay(await compile("fork_loop", base))],
    ...(hasFiles ? [["C posix_spawn loop", plainWay(spawnLoop)] as const] : []),
    ["xargs -P, sh -c exec", xargs],
    ["Python, ThreadPoolExecutor", plainWay("python3", path("thread_pool.py"))],
    ...(hasFiles ? [] : [["Deno.Command, bare loop", denoWay("loop", ["-A"])] as const]),
    ["executor, records in memory", denoWay("auto:memory", ["-A"])],
    ["executor, records on disk", denoWay("auto:process", ["-A"])],
    ["executor, launcher native", denoWay("native:memory", ["-A"])],
    ["executor, launcher direct", denoWay("direct:memory", ["-A"])],
    ["executor, --allow-run=/bin/true", denoWay("auto:memory", restricted)],
  ];
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < rounds; round++) {
    for (const count of atOnce) {
      for (const [name, way] of ways) {
        const key = `${name} ${count}`;
        costs.set(key, [...costs.get(key) ?? [], await measure(way, base, count)]);
      }
    }
  }
  const streams = hasFiles ? `both streams to files in ${base}` : "no streams";
  console.log(`${tasks} tasks /bin/true, ${streams}; whole programs, median of ${rounds} rounds`);
  console.log(
    "| way | at once | seconds | tasks/s | to the fork loop | CPU of a task, µs |\n|---|---|---|---|---|---|",
  );
  for (const count of atOnce) {
    const secondsOf = (name: string) => median(costs.get(`${name} ${count}`)!.map(({ seconds }) => seconds));
    const yardstick = secondsOf(ways[0]![0]);
    for (const [name] of ways) {
      const seconds = secondsOf(name);
      const cpu = median(costs.get(`${name} ${count}`)!.map(({ cpuMs }) => cpuMs)) / tasks * 1000;
      const figures = [
        seconds.toFixed(2),
        (tasks / seconds).toFixed(0),
        (yardstick / seconds).toFixed(2),
        cpu.toFixed(0),
      ];
      console.log(`| ${name} | ${count} | ${figures.join(" | ")} |`);
    }
  }
} finally {
  await Deno.remove(base, { recursive: true });
}
