/**
 * Runs shell scripts under permissions and in the sandbox, with each launcher.
 *
 * @module
 */

import {
  BasicTemplate,
  type ExecutionInput,
  type ExecutionSettings,
  type ExecutorOptions,
  QCGPJExecutor,
} from "@qcg/pilotjob";
import { Scratch } from "../../e2e/support/scratch.ts";

/** How a confined task ended. */
export interface Ended {
  /** `SUCCEED`, `FAILED` or `CANCELED`. */
  readonly status: string;
  /** What it wrote, both streams. */
  readonly output: string;
  /** Why it failed. */
  readonly message: string;
  /** Its exit code as text; negative for a signal. */
  readonly exitCode: string | undefined;
}

/** An executor in a folder of its own, for tests. */
export class Confined implements AsyncDisposable {
  /** The folder; the executor works in `work` in it, so that there is an outside. */
  readonly scratch: Scratch = new Scratch();
  /** The executor. */
  readonly executor: QCGPJExecutor;
  #jobs = 0;

  /** Creates both; `options` gets the path of the folder, to name places in it. */
  constructor(options: (folder: string) => ExecutorOptions) {
    Deno.mkdirSync(this.scratch.in("work"));
    // Some tasks wait for others, on a machine with one core too.
    this.executor = new QCGPJExecutor({ wd: this.scratch.in("work"), resources: 4, ...options(this.scratch.path) });
  }

  /** Runs a shell script to its end. */
  sh(script: string, settings: ExecutionSettings = {}): Promise<Ended> {
    return this.run({ exec: "sh", args: ["-c", script], ...settings });
  }

  /** Runs a job to its end; its streams go to one file unless `execution` says otherwise. */
  async run(execution: ExecutionInput): Promise<Ended> {
    const name = `j${++this.#jobs}`;
    const stream = `${name}.txt`;
    this.executor.manager.submit({ name, execution: { stdout: stream, stderr: stream, ...execution } });
    await this.executor.manager.wait4(name);
    const { status, messages, runtime } = this.executor.manager.info(name).jobs[name]!.data;
    return { status, output: this.#read(stream), message: messages ?? "", exitCode: runtime?.exit_code };
  }

  /** Submits what the basic template makes of `parameters`. */
  submit(parameters: { readonly name: string; readonly exec: string } & Record<string, unknown>): void {
    this.executor.submit(BasicTemplate.template, parameters);
  }

  #read(name: string): string {
    try {
      return this.scratch.read(`work/${name}`);
    } catch {
      return "";
    }
  }

  /** Ends both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.executor.shutdown();
    await this.scratch[Symbol.asyncDispose]();
  }
}

/** Grants that lead to each of the launchers, and to each way of stopping a sandbox. */
export const launchers: Readonly<Record<string, Deno.PermissionOptions>> = {
  "the fast launcher": "inherit",
  "the direct launcher": { run: true, read: true, write: true, env: true },
  "the direct launcher that may run bwrap only": { run: ["/usr/bin/bwrap"], read: true, write: true, env: ["PATH"] },
};
