/**
 * A real Slurm for a test: it comes up with some nodes, and is gone when the test is.
 *
 * @module
 */

import { assert } from "@std/assert";
import { commandLine } from "../support/command_line.ts";
import { until } from "../support/processes.ts";

const script = new URL("./cluster.sh", import.meta.url).pathname;
/** No test has its cluster for longer: it catches what hangs. */
const secondsMax = 600;

/** Why there can be no Slurm here; absent when there can. */
const problem: string | undefined = findProblem();

function findProblem(): string | undefined {
  const path = (Deno.env.get("PATH") ?? "").split(":").concat("/usr/sbin", "/sbin");
  const isThere = (program: string) => path.some((folder) => exists(`${folder}/${program}`));
  if (!["slurmctld", "slurmd", "munged", "srun"].every(isThere)) return "no Slurm";
  return Deno.uid() === 0 ? undefined : "Slurm's daemons need root";
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** What a cluster is set up with. */
export interface ClusterSetup {
  /** Cores of each node, separated by commas. */
  readonly cpus: string;
  /** Variables for its script. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A cluster that is up, and a folder to work in. */
export class TestCluster {
  /** Where the test's files are. */
  readonly folder: string;
  readonly #env: Record<string, string>;
  #batches = 0;

  constructor(folder: string, setup: ClusterSetup) {
    this.folder = folder;
    this.#env = {
      SLURM_CLUSTER_DIR: `${folder}/slurm`,
      SLURM_CONF: `${folder}/slurm/slurm.conf`,
      SLURM_CLUSTER_PORT: String(freePort(setup.cpus.split(",").length + 1)),
      SLURM_CLUSTER_OWNER: String(Deno.pid),
      SLURM_CLUSTER_LIMIT: String(secondsMax),
      // Two virtual nodes share one shared memory, in which Open MPI would crash.
      OMPI_MCA_btl: "self,tcp",
      OMPI_MCA_btl_tcp_if_include: "lo",
      OMPI_MCA_oob_tcp_if_include: "lo",
      OMPI_ALLOW_RUN_AS_ROOT: "1",
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
      ...setup.env,
    };
  }

  /** Calls the script of the cluster. */
  async script(...args: string[]): Promise<void> {
    const { code, err } = await this.run(["bash", script, ...args]);
    assert(code === 0, `cluster.sh ${args.join(" ")}: ${err}`);
  }

  /** Runs a program to its end. */
  async run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    const { ended } = this.start(words, env);
    return await ended;
  }

  /** Starts a program. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    const [program, ...args] = words as [string, ...string[]];
    const child = new Deno.Command(program, {
      args,
      cwd: this.folder,
      env: { ...this.#env, NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new Started(child);
  }

  /** Runs the command line in an allocation; `options` are those of `salloc`. */
  allocate(options: readonly string[], args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    return this.start(["salloc", "-Q", ...options, ...commandLine, ...args], env);
  }

  /** What comes before the arguments of the command line. */
  readonly commandLine: readonly string[] = commandLine;

  /** Submits a batch job that becomes the command line; its output comes to the file `out`. */
  async submit(options: readonly string[], line: string): Promise<void> {
    const wrapped = `exec ${commandLine.join(" ")} ${line}`;
    const { code, err } = await this.run(["sbatch", ...options, "-o", "out", "--wrap", wrapped]);
    assert(code === 0, err);
  }

  /** Submits a batch job that goes on when the command line has ended, as nothing but it would end what that left. */
  async submitBefore(options: readonly string[], line: string): Promise<void> {
    const wrapped = `${commandLine.join(" ")} ${line}; while :; do sleep 0.5; done`;
    const { code, err } = await this.run(["sbatch", ...options, "-o", "out", "--wrap", wrapped]);
    assert(code === 0, err);
  }

  /** Whether a batch job runs. */
  async isBusy(): Promise<boolean> {
    return (await this.run(["squeue", "-h", "-t", "running"])).out !== "";
  }

  /**
   * Runs the command line as a batch job to its end. (`sbatch --wait` looks for the end at long intervals only.)
   *
   * @param options Options of `sbatch`.
   * @param line The arguments of the command line; its output is added to the file `out`.
   * @returns The exit code.
   */
  async batch(options: readonly string[], line: string): Promise<number> {
    const file = `code-${this.#batches++}`;
    const wrapped = `(exec ${commandLine.join(" ")} ${line}); echo $? >${file}-made; mv ${file}-made ${file}`;
    const words = ["sbatch", ...options, "-o", "out", "--open-mode=append", "--wrap", wrapped];
    const { code, err } = await this.run(words);
    assert(code === 0, err);
    await until(() => this.exists(file), "the batch job ends", 500_000);
    return Number(this.read(file));
  }

  /** Writes a file into the folder. */
  async write(name: string, content: string | object): Promise<void> {
    await Deno.writeTextFile(
      `${this.folder}/${name}`,
      typeof content === "string" ? content : JSON.stringify(content),
      { mode: 0o755 },
    );
  }

  /** Reads a file of the folder; empty when there is none yet. */
  read(name: string): string {
    try {
      return Deno.readTextFileSync(`${this.folder}/${name}`);
    } catch {
      return "";
    }
  }

  /** Whether there is a file. */
  exists(name: string): boolean {
    return exists(`${this.folder}/${name}`);
  }

  /** The lines of a file that have been written. */
  lines(name: string): string[] {
    return this.read(name).split("\n").slice(0, -1);
  }

  /** The log of the run in a folder; empty when there is none yet. */
  log(folder = "."): string {
    if (!this.#hasFolder(folder)) return "";
    const run = [...Deno.readDirSync(`${this.folder}/${folder}`)].find(({ name }) => name.startsWith(".qcgpjm"));
    return run === undefined ? "" : this.read(`${folder}/${run.name}/service.log`);
  }

  #hasFolder(name: string): boolean {
    try {
      return Deno.statSync(`${this.folder}/${name}`).isDirectory;
    } catch {
      return false;
    }
  }

  /** The processes whose environment has a text, and whose command line matches. */
  processes(command: RegExp, variable = `SLURM_CONF=${this.folder}/slurm/slurm.conf`): number[] {
    const found: number[] = [];
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^[0-9]+$/.test(name)) continue;
      try {
        if (!Deno.readTextFileSync(`/proc/${name}/environ`).split("\0").includes(variable)) continue;
        if (command.test(Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " "))) {
          found.push(Number(name));
        }
      } catch {
        // It has gone.
      }
    }
    return found;
  }

  /** The process of the agent of a node. */
  agentOf(node: string): number | undefined {
    return this.processes(/^\S*deno .*qcgpj-\w+\.js --qcgpj-keeper=\S+ agent/, `SLURMD_NODENAME=${node}`)
      .find((pid) => this.processes(/^\S*deno .*qcgpj-\w+\.js --qcgpj-keeper=\S+ agent/).includes(pid));
  }
}

/** Whether a process runs; one that nobody reaps does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

/** A program that was started. */
export class Started {
  /** Resolves at its end. */
  readonly ended: Promise<Finished>;
  /** Its process id. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.pid = child.pid;
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    this.ended = child.output().then(({ code, stdout, stderr }) => ({
      code,
      out: decode(stdout),
      err: decode(stderr),
    }));
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }
}

/** A row of free ports. Another program may take one meanwhile; there are many to choose from. */
function freePort(count: number): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 12_000 / count) * count;
    try {
      for (let port = first; port < first + count; port++) Deno.listen({ port }).close();
      return first;
    } catch {
      // The next row.
    }
  }
  throw new Error("No free ports");
}

/** Declares a test that has a cluster of its own. */
export function slurmTest(name: string, setup: ClusterSetup, body: (cluster: TestCluster) => Promise<void>): void {
  const isMissing = problem !== undefined;
  if (isMissing) assert(!Deno.env.get("CI"), `CI must have Slurm: ${problem}`);
  Deno.test({
    name: isMissing ? `${name} (skipped: ${problem})` : name,
    ignore: isMissing,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "slurm-" });
      const cluster = new TestCluster(folder, setup);
      try {
        await cluster.script("start", setup.cpus);
        await body(cluster);
      } catch (error) {
        console.error(cluster.log(), cluster.read("slurm/ctld.log"));
        throw error;
      } finally {
        await cluster.script("stop");
        await until(() => cluster.processes(/slurmd|slurmctld/).length === 0, "the daemons to go");
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** A request file with jobs, which ends when they have ended. */
export function requests(...jobs: readonly object[]): object {
  return [{ request: "submit", jobs }, { request: "control", command: "finishAfterAllTasksDone" }];
}
