/**
 * Tries everything that users can ask for, one thing after the other in one process, and prints what is told with
 * anything but a sentence of ours. Whether Deno asked the user meanwhile shows on the terminal.
 *
 * The argument says what to try: `options` of an executor, `jobs` with each key, or `lines` of the command line.
 *
 * @module
 */

import { type ExecutorOptions, type JobInput, PilotJobError, QCGPJExecutor } from "@qcg/pilotjob";
import { zmq } from "@qcg/pilotjob/doors";
import { main } from "../../../src/cli/main.ts";
import { commands } from "../../../src/cli/commands.ts";
import { MemoryTerminal } from "../../unit/cli/support.ts";

/** One thing may take so long, in milliseconds. */
const triedMsMax = 4000;

/** Every option of an executor, each with a value that makes it do what it can. */
const options: Required<{ [name in keyof ExecutorOptions]: readonly ExecutorOptions[name][] }> = {
  wd: ["deeper", "/root/elsewhere"],
  resources: [2, "n1:2,n2:2"],
  gpus: ["auto", "devices", "none"],
  counted: [{ seats: 2 }],
  binding: ["cores", "none"],
  reserveCore: [true],
  graceMs: [10],
  order: ["age"],
  learn: ["earlier", "nowhere"],
  holdBackAfterMs: [1000],
  haltOn: [{ failures: 1 }],
  groups: [{ io: 1 }],
  envSchema: ["slurm"],
  env: [{ A: "1" }, { PATH: "/usr/bin:/bin" }, { LD_PRELOAD: "" }],
  login: [false],
  launcher: ["auto", "keeper", "native", "direct"],
  permissions: [{ run: ["date"], write: ["."] }, { run: ["date"], read: ["/etc"], env: ["HOME"] }],
  sandbox: ["auto", "require", "off"],
  durability: ["memory", "process", "power"],
  tailBytes: [0, 100],
  resume: ["earlier", "nowhere"],
  logLevel: ["debug"],
  enableRtStats: [true],
  wrapperRtStats: ["/bin/true"],
  otherArgs: [["--log", "debug"]],
  doors: [[zmq()]],
  progress: [true, () => {}],
  door: [true],
};

const date = { exec: "date" } as const;

/** Jobs that together have every key, as each may need something else of Deno. */
const jobs: readonly JobInput[] = [
  { name: "args", execution: { exec: "date", args: ["-u"] } },
  { name: "script", execution: { script: "date" } },
  { name: "login", execution: { script: "date", login: false } },
  { name: "env", execution: { ...date, env: { PATH: "/usr/bin:/bin", HOME: "/" } } },
  { name: "preload", execution: { ...date, env: { LD_LIBRARY_PATH: "/lib" } } },
  { name: "wd", execution: { ...date, wd: "deep" } },
  { name: "far", execution: { ...date, wd: "/root/far" } },
  { name: "stdin", execution: { ...date, stdin: "/etc/hostname" } },
  { name: "stdout", execution: { ...date, stdout: "out", stderr: "err" } },
  { name: "own", execution: { ...date, stdout: "/dev/stdout", stderr: "/dev/null" } },
  { name: "append", execution: { ...date, stdout: { path: "all", append: true } } },
  { name: "elsewhere", execution: { ...date, stdout: "/root/out" } },
  { name: "modules", execution: { ...date, modules: ["none"] } },
  { name: "venv", execution: { ...date, venv: "/opt/none" } },
  ...(["threads", "openmpi", "intelmpi", "srunmpi"] as const).map((model) => ({
    name: model,
    execution: { ...date, model, model_opts: { mpirun: "/usr/bin/mpirun" } },
  })),
  { name: "path", execution: { exec: "/usr/bin/date" } },
  { name: "other", execution: { exec: "uname" } },
  { name: "none", execution: { exec: "no-such-program" } },
  { name: "cores", execution: date, resources: { numCores: 2 } },
  { name: "nodes", execution: date, resources: { numNodes: 1 } },
  { name: "gpus", execution: date, resources: { nodeCrs: { gpu: 1 } } },
  { name: "memory", execution: date, resources: { memory: "1 MB" }, enforceMemory: true },
  { name: "wt", execution: date, resources: { wt: "1m" }, timeoutMs: 1000, idleMs: 1000, graceMs: 10 },
  { name: "fails", execution: { ...date, args: ["--none"], stdout: "failed" }, retry: { max: 1, backoffMs: 1 } },
  { name: "sweep", execution: { ...date, stdout: "${it}" }, iteration: { stop: 2 }, maxRunning: 1, priority: 3 },
  { name: "scoped", execution: date, permissions: { run: ["date"] } },
  { name: "after", execution: date, dependencies: { after: [] }, onFailure: "continue", finally: true },
  { name: "attributes", execution: date, attributes: { a: 1 }, group: "io" },
];

/** What stands before an option, and behind it, by command. */
const around: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  each: [[], ["date", ":::", "1"]],
  run: [["jobs.json"], []],
  validate: [["jobs.json"], []],
  plan: [["jobs.json"], []],
  service: [["--file", "--file-path", "jobs.json"], []],
  sbatch: [["--dry-run"], ["jobs.json"]],
  journal: [["verify"], ["earlier"]],
  completion: [["bash"], []],
  submit: [["jobs.json"], []],
  show: [["date"], []],
  explain: [["date"], []],
  cancel: [["date"], []],
  top: [["--once"], []], // Else it reads the terminal for good.
};
/** What an option may be given. */
const values = ["1", "jobs.json", "earlier", "date", "/root/x", "info", "true"];

async function tryOptions(): Promise<void> {
  for (const [name, given] of Object.entries(options)) {
    for (const value of given) await tryExecutor({ [name]: value }, { name: "job", execution: date }, name);
  }
}

async function tryJobs(): Promise<void> {
  for (const job of jobs) {
    for (const more of [{}, { launcher: "direct" as const, env: { PATH: "/bin" } }]) {
      await tryExecutor({ durability: "memory", groups: { io: 1 }, ...more }, job, job.name);
    }
  }
}

async function tryExecutor(given: ExecutorOptions, job: JobInput, what: string): Promise<void> {
  await attempt(what, async () => {
    await using executor = new QCGPJExecutor({ resources: 2, graceMs: 10, ...given });
    const future = executor.submit(job);
    await future.result({ timeoutMs: triedMsMax });
    return JSON.stringify(future.info());
  });
}

async function tryLines(): Promise<void> {
  for (const { name, options } of commands) {
    const [before, behind] = around[name] ?? [[], []];
    await tryLine([name, ...before, ...behind]);
    for (const { name: option, value } of options) {
      const given = value.kind === "flag" ? [[]] : values.map((text) => [text]);
      for (const text of given) await tryLine([name, ...before, `--${option}`, ...text, ...behind]);
    }
  }
}

async function tryLine(line: readonly string[]): Promise<void> {
  await attempt(line.join(" "), async () => {
    const terminal = new MemoryTerminal({ input: "1\n" });
    const code = await main(line, terminal);
    return code === 70 ? `RAW ${terminal.complaints}` : "";
  });
}

/** Prints what is told otherwise than it should be. */
async function attempt(what: string, does: () => Promise<string>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => timer = setTimeout(() => resolve("slow"), triedMsMax));
  try {
    const told = await Promise.race([does(), late]);
    if (/NotCapable|RAW|Requires \w+ access/.test(told)) console.log(`RAW ${what}: ${told.slice(0, 600)}`);
    if (told === "slow") console.log(`slow ${what}`);
  } catch (error) {
    if (!(error instanceof PilotJobError)) console.log(`RAW ${what}: ${error}`);
  } finally {
    clearTimeout(timer);
  }
}

const tries: Readonly<Record<string, () => Promise<void>>> = { options: tryOptions, jobs: tryJobs, lines: tryLines };
await tries[Deno.args[0]!]!();
console.log("all was tried");
Deno.exit(0);
