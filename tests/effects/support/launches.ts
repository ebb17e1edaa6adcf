/**
 * Launches plans and waits for what becomes of them.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import type { Cleanup, Exit, StartFailure, Tails, Usage } from "../../../src/core/exit.ts";
import type { LaunchPlan, Place, SharedEnvironment } from "../../../src/launch/plan.ts";
import type { AttemptKey, Launcher } from "../../../src/runtime/ports.ts";

/** What a launcher told about one attempt. */
export interface Told {
  readonly node?: number;
  readonly pid?: number;
  readonly exit?: Exit;
  readonly usage?: Usage;
  readonly failure?: StartFailure;
  readonly cleanup?: Cleanup;
  readonly tails?: Tails;
}

/** One attempt under way. */
export interface Launched {
  readonly key: AttemptKey;
  /** Settled with the process id when it runs, or with 0 when it will not. */
  readonly started: Promise<number>;
  /** Settled when the attempt is over. */
  readonly over: Promise<Told>;
  /** Settled when a limit was exceeded. */
  readonly limit: Promise<{ readonly cause: string; readonly reason: string }>;
}

let tasks = 0;

/** What a test says of a plan; `env` are the task's own variables. */
export type PlanPart = Partial<Omit<LaunchPlan, "env">> & {
  readonly env?: Readonly<Record<string, string>>;
  /** What it has in common with others: what the launcher's process has when absent. */
  readonly shared?: SharedEnvironment;
};

/** The place of all tasks here. */
export const here: Place = { node: 0, name: "here", cores: ["0"], gpus: [], further: [] };

/** The environment of this process. */
export const inherited: SharedEnvironment = { kind: "inherited", without: [] };

/** Makes a plan from what matters to a test. */
export function planOf(folder: string, part: PlanPart & { readonly program: string }): LaunchPlan {
  const { env: own = {}, shared = inherited, ...others } = part;
  const tag = crypto.randomUUID();
  return { taskName: "task", args: [], cwd: folder, place: here, tag, env: { shared, own }, ...others };
}

/** A plan for a few words of shell. */
export function shell(folder: string, script: string, part: PlanPart = {}): LaunchPlan {
  return planOf(folder, { program: "/bin/sh", args: ["-c", script], ...part });
}

/** Launches a plan; a second word about the start or the end of the attempt is an error. */
export function launch(launcher: Launcher, plan: LaunchPlan): Launched {
  const key = { task: ++tasks, attempt: 1 };
  const started = Promise.withResolvers<number>();
  const over = Promise.withResolvers<Told>();
  const limit = Promise.withResolvers<{ cause: string; reason: string }>();
  let node: number | undefined;
  let pid: number | undefined;
  let ended = false;
  const end = (told: Told) => {
    if (ended) throw new Error("told the end twice");
    ended = true;
    over.resolve(told);
  };
  launcher.launch(key, plan, {
    started(_key, process) {
      if (pid !== undefined || ended) throw new Error("told the start twice, or after the end");
      node = process.node;
      pid = process.pid;
      started.resolve(pid);
    },
    startFailed(_key, failure) {
      if (pid !== undefined) throw new Error("told a failed start after a start");
      started.resolve(0);
      end({ failure });
    },
    exited(_key, exit, usage, cleanup, tails) {
      if (pid === undefined) throw new Error("told an end without a start");
      const remains = { ...(cleanup === undefined ? {} : { cleanup }), ...(tails === undefined ? {} : { tails }) };
      end({ ...(node === undefined ? {} : { node }), pid, exit, usage, ...remains });
    },
    limitExceeded(_key, cause, reason) {
      if (pid === undefined || ended) throw new Error("told of a limit while nothing ran");
      limit.resolve({ cause, reason });
    },
  });
  return { key, started: started.promise, over: over.promise, limit: limit.promise };
}

/** 16 hexadecimal digits that no other launcher has. */
export function newRunId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}

/** Launches a plan with a tag of a run. */
export function launchMarked(launcher: Launcher, plan: LaunchPlan, runId: string): Launched {
  return launch(launcher, { ...plan, tag: runId + (tasks + 1).toString(16).padStart(12, "0") + "0001" });
}

/** Launches a plan and waits until it is over. */
export function run(launcher: Launcher, plan: LaunchPlan): Promise<Told> {
  return launch(launcher, plan).over;
}

/** What takes so many milliseconds hangs; less may be the machine's other work. */
export const hangMs = 60_000;

/** Waits until `condition` holds; fails when that hangs. `limitMs` is for what is much work. */
export async function until(condition: () => boolean, limitMs: number = hangMs): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The text of a file, empty when there is none. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether a process exists and has not ended: an orphan may wait a while until it is reaped. */
export function isAlive(pid: number): boolean {
  const state = /\) (\w)/.exec(textOf(`/proc/${pid}/stat`))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}
