/**
 * The command line, run as a user runs it: a process of its own.
 *
 * @module
 */

import { commandBundle } from "../../support/command_bundle.ts";
import { until } from "./processes.ts";
import type { Scratch } from "./scratch.ts";

/** What comes before the arguments of the command line, which is one file as users have it installed. */
export const commandLine: readonly string[] = [Deno.execPath(), "run", "-A", "--no-config", commandBundle()];

/** How the command line is called. */
export interface CallOptions {
  /** Its current directory. */
  readonly cwd?: string;
  /** What it reads. */
  readonly input?: string;
  /** Variables beside those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What came of a call. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line to its end. */
export async function call(args: readonly string[], options: CallOptions = {}): Promise<Ended> {
  const running = start(args, options);
  await running.write(options.input ?? "");
  await running.closeInput();
  return await running.ended;
}

/** Runs a line of bash in which `qcgpj` is the command line. */
export async function shell(line: string, cwd: string): Promise<Ended> {
  const quoted = commandLine.map((word) => `'${word}'`).join(" ");
  const script = `set -o pipefail; qcgpj() { ${quoted} "$@"; }; ${line}`;
  const command = new Deno.Command("bash", { args: ["-c", script], cwd, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** The command line while it runs. */
export class Running {
  /** Resolves at the end. */
  readonly ended: Promise<Ended>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #out = "";
  #err = "";
  #hasEnded = false;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    const out = gather(child.stdout, (text) => this.#out += text);
    const err = gather(child.stderr, (text) => this.#err += text);
    this.ended = Promise.all([child.status, out, err]).then(async ([{ code }]) => {
      await this.closeInput();
      this.#hasEnded = true;
      return { code, out: this.#out, err: this.#err };
    });
  }

  /** What it has written to the standard output. */
  get out(): string {
    return this.#out;
  }

  /** What it has written to the standard error. */
  get err(): string {
    return this.#err;
  }

  /** The process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits for the end, but not for ever: what should end at once must not wait for a grace of a minute. */
  async endedSoon(): Promise<Ended> {
    await until(() => this.#hasEnded, `it ends, after:\n${this.#out}${this.#err}`, 50_000);
    return await this.ended;
  }

  /** Gives it input. */
  async write(text: string): Promise<void> {
    try {
      if (text !== "") await this.#input.write(new TextEncoder().encode(text));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // It has ended without reading.
    }
  }

  /** Ends its input. */
  async closeInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Resolves as soon as a line of the standard output satisfies a condition. */
  async untilLine(matches: (line: string) => boolean, what: string): Promise<string> {
    const find = () => this.#out.split("\n").slice(0, -1).find(matches);
    await until(() => find() !== undefined, `there is a line with ${what}, after:\n${this.#out}${this.#err}`);
    return find()!;
  }
}

/** Starts the command line. */
export function start(args: readonly string[], { cwd, env }: CallOptions = {}): Running {
  const command = new Deno.Command(commandLine[0]!, {
    args: [...commandLine.slice(1), ...args],
    ...(cwd === undefined ? {} : { cwd }),
    // Tasks inherit the variable, so that a test finds those that are left of its folder.
    env: { ...env, TEST_FOLDER: cwd ?? "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  return new Running(command.spawn());
}

/** Starts the command line at a terminal of its own; keys are what is written to it. */
export function startAtTerminal(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Running {
  const line = [...commandLine, ...args].map((word) => `'${word}'`).join(" ");
  const command = new Deno.Command("script", {
    args: ["-qec", `stty cols 100; exec ${line}`, "/dev/null"],
    cwd,
    env: { TERM: "xterm", NO_COLOR: "", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  return new Running(command.spawn());
}

/** Writes a request file with one submit. */
export function writeJobs(scratch: Scratch, name: string, jobs: readonly object[]): string {
  return scratch.write(name, JSON.stringify([{ request: "submit", jobs }]));
}

/** A job that creates the file `started-NAME` and then waits until the test writes to the pipe `go-NAME`. */
export function waitingJob(scratch: Scratch, name: string, options: { readonly before?: string } = {}): object {
  makeFifo(scratch.in(`go-${name}`));
  const script = `${options.before ?? ":"}; echo $BASHPID > started-${name}; read line < go-${name}`;
  return { name, execution: { exec: "bash", args: ["-c", script], wd: scratch.path } };
}

/** Waits until a job of {@linkcode waitingJob} runs. */
export async function untilStarted(scratch: Scratch, name: string): Promise<void> {
  // The file is there before its text.
  const path = scratch.in(`started-${name}`);
  await until(() => exists(path) && Deno.statSync(path).size > 0, `job ${name} has started`);
}

/** Waits until the run in a folder knows that a task of it runs, as a task may be quicker than the news of it. */
export async function untilKnown(folder: string): Promise<void> {
  const isKnown = async () => JSON.parse((await call(["status", "--json"], { cwd: folder })).out).counts.EXECUTING > 0;
  await until(isKnown, "the run knows of its task");
}

/** The process of a job of {@linkcode waitingJob}; `undefined` when it has gone. */
export function processOf(scratch: Scratch, name: string): number | undefined {
  const pid = Number(scratch.read(`started-${name}`));
  return exists(`/proc/${pid}`) ? pid : undefined;
}

/** Lets a job of {@linkcode waitingJob} end. */
export async function letGo(scratch: Scratch, name: string): Promise<void> {
  await Deno.writeTextFile(scratch.in(`go-${name}`), "go\n");
}

/** The auxiliary directory in a folder; there must be exactly one. */
export function findRecords(folder: string): string {
  const found = listRecords(folder);
  if (found.length !== 1) throw new Error(`${found.length} auxiliary directories in ${folder}`);
  return `${folder}/${found[0]}`;
}

/** The names of the auxiliary directories in a folder. */
export function listRecords(folder: string): string[] {
  if (!exists(folder)) return [];
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.startsWith(".qcgpjm-service-"));
}

/** A line of `jobs.report`. */
export interface ReportLine {
  readonly name: string;
  readonly state: string;
  readonly history: readonly { readonly state: string; readonly date: string }[];
  readonly runtime: Readonly<Record<string, string>>;
  readonly messages?: string;
}

/** Reads `jobs.report` of the one run in a folder; before the first end there may be none. */
export function readReport(folder: string): ReportLine[] {
  const path = `${findRecords(folder)}/jobs.report`;
  const text = exists(path) ? Deno.readTextFileSync(path) : "";
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The state of each job and iteration in the report, by name. */
export function readStates(folder: string): Record<string, string> {
  return Object.fromEntries(readReport(folder).map(({ name, state }) => [name, state]));
}

/** Whether a path exists. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function makeFifo(path: string): void {
  const { success } = new Deno.Command("mkfifo", { args: [path] }).outputSync();
  if (!success) throw new Error(`Cannot make the pipe ${path}`);
}

async function gather(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of stream) take(decoder.decode(piece, { stream: true }));
}
