/**
 * When the end of a task is told, on a tree of processes that changes between any two looks at it.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { AgentMessage } from "../../../../src/agent/messages.ts";
import { tagOf } from "../../../../src/agent/tag.ts";
import { signalNumber, type StartFailure } from "../../../../src/core/exit.ts";
import { TaskEnds } from "../../../../src/deno/keeper/ends.ts";
import type { EndingCalls } from "../../../../src/deno/keeper/ends_around.ts";
import { errors } from "../../../../src/deno/keeper/kernel_numbers.ts";
import type { ProcessReads } from "../../../../src/deno/keeper/process_reads.ts";
import { crowdMin, goneMsMax } from "../../../../src/deno/local/cleanup.ts";
import { Standstill } from "../../../../src/deno/local/standstill.ts";
import type { Task } from "../../../../src/deno/keeper/task.ts";
import type { LaunchPlan } from "../../../../src/launch/plan.ts";

const family = "1234567890001";
const main = 100;
const plan: LaunchPlan = {
  taskName: "t",
  program: "true",
  args: [],
  cwd: "/",
  place: { node: 0, name: "n", cores: [], gpus: [], further: [] },
  tag: "g",
  env: { shared: { kind: "whole", variables: {} }, own: {} },
};

/** A process of the tree; all carry the tag of the one task and ignore SIGTERM. */
interface Process {
  parent: number;
  isEnded: boolean;
  name?: string;
}

/** The keeper's processes. `moment` comes before each call that looks at them or changes them. */
class Tree implements ProcessReads, EndingCalls {
  readonly #processes = new Map<number, Process>();
  readonly #moment: (tree: Tree) => void;
  #newest = main;
  /** What waits for a device: it does not end when it is killed. */
  readonly stuck = new Set<number>();
  /** How many processes were looked at one by one. */
  looks = 0;

  constructor(moment: (tree: Tree) => void = () => {}) {
    this.#moment = moment;
    this.#processes.set(main, { parent: Deno.pid, isEnded: false });
  }

  /** Process ids of what lives. */
  get living(): number[] {
    return [...this.#processes].filter(([, { isEnded }]) => !isEnded).map(([pid]) => pid);
  }

  fork(parent: number, name?: string): number {
    this.#processes.set(++this.#newest, { parent, isEnded: false, ...(name === undefined ? {} : { name }) });
    return this.#newest;
  }

  /** A process ends, and the keeper gets its children. */
  exit(pid: number): void {
    this.#processes.get(pid)!.isEnded = true;
    for (const process of this.#processes.values()) if (process.parent === pid) process.parent = Deno.pid;
  }

  ownChildren(): number[] {
    return this.childrenOf(Deno.pid);
  }

  childrenOf(pid: number): number[] {
    this.#moment(this);
    return [...this.#processes].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  }

  process(pid: number) {
    this.#moment(this);
    this.looks++;
    const process = this.#processes.get(pid);
    return process &&
      { pid, parent: process.parent, isEnded: process.isEnded, group: main, session: main, startTicks: pid, pages: 1 };
  }

  name(pid: number): string | undefined {
    return this.#processes.get(pid)?.name;
  }

  tag(pid: number): string | undefined {
    this.#moment(this);
    return this.#processes.has(pid) ? String(tagOf(family, 1)) : undefined;
  }

  reap(pid: number) {
    this.#moment(this);
    const process = this.#processes.get(pid);
    if (process?.parent !== Deno.pid || !process.isEnded) return undefined;
    this.#processes.delete(pid);
    return { status: 0, cpuMs: 0, peakKiB: 0 };
  }

  kill(pid: number, signal: number): number {
    this.#moment(this);
    if (pid === -main) {
      for (const one of signal === signalNumber("SIGKILL") ? this.living : []) this.exit(one);
      return 0;
    }
    if (!this.#processes.has(pid)) return -errors.ESRCH;
    if (signal === signalNumber("SIGKILL") && !this.stuck.has(pid)) this.exit(pid);
    return 0;
  }

  /** The descriptor of a process is its number. */
  openProcess(pid: number): number {
    return this.#processes.has(pid) ? pid : -errors.ESRCH;
  }

  signalProcess(descriptor: number, signal: number): number {
    return this.kill(descriptor, signal);
  }

  close(): void {}
  closeWatched(): void {}
  selfPeakKiB(): number {
    return 0;
  }
}

/** How a task ends. */
interface EndedTask {
  readonly failure?: StartFailure;
  /** How long it may take. */
  readonly limitMs?: number;
  /** Whether the pilot has it killed. */
  readonly isKilled?: boolean;
}

/**
 * Ends the one task of a tree whose main process has ended, or is killed by the pilot, look after look; what was told
 * when nothing is due.
 */
function endTask(
  tree: Tree,
  { failure, limitMs = 4000, isKilled = false }: EndedTask = {},
): { readonly told: AgentMessage[]; readonly livingWhenTold: number[]; readonly atMs: number } {
  const told: AgentMessage[] = [];
  let livingWhenTold: number[] = [];
  const ends = new TaskEnds(tree, tree, family, {
    tell: (_, message) => {
      told.push(message);
      livingWhenTold = tree.living;
    },
    isGuard: () => false,
    reports: { finish: () => failure },
    outputs: { finish: () => undefined, giveBack: () => {} },
  });
  const task: Task = {
    ...{ node: 0, task: 7, attempt: 1, serial: 1, plan, outputs: {}, pid: main, descriptor: 3 },
    ...{
      wasAsked: false,
      isRefused: false,
      found: new Map(),
      killFromMs: Infinity,
      standstill: new Standstill(goneMsMax),
    },
  };
  ends.add(task, 0);
  if (isKilled) ends.signal(new Map([[task, "SIGKILL"]]), 0);
  else tree.exit(main);
  ends.mainEnded(task, 0);
  let nowMs = 0;
  for (; ends.count > 0; nowMs += 100) {
    assert(nowMs < limitMs, "the end is not told");
    ends.look(nowMs);
  }
  return { told, livingWhenTold, atMs: nowMs };
}

Deno.test("TaskEnds tells the end of a task at the first look that finds nothing of it", () => {
  const { told } = endTask(new Tree());
  assertEquals(told, [{ word: "exited", task: 7, attempt: 1, exit: { code: 0 }, usage: {} }]);
});

Deno.test("TaskEnds kills what does not end by itself, and its children, before it tells the end of the task", () => {
  const tree = new Tree();
  tree.fork(tree.fork(main));
  const { told, livingWhenTold } = endTask(tree);
  const cleanup = { found: 2, terminated: 0, killed: 2, left: 0 };
  assertEquals(told, [{ word: "exited", task: 7, attempt: 1, exit: { code: 0 }, usage: {}, cleanup }]);
  assertEquals(livingWhenTold, []);
});

Deno.test("TaskEnds tells no end while something of the task lives, whenever it is followed by a child of its own", () => {
  // Each bit is a moment between two calls, at which the one process that lives is followed by its child or is not.
  const moments = 12;
  for (let leaps = 0; leaps < 2 ** moments; leaps++) {
    let moment = 0;
    let leaper = 0;
    const tree: Tree = new Tree(() => {
      if (leaper === 0 || moment === moments || !(leaps >> moment++ & 1) || !tree.living.includes(leaper)) return;
      const child = tree.fork(leaper);
      tree.exit(leaper);
      leaper = child;
    });
    leaper = tree.fork(main);
    const { told, livingWhenTold } = endTask(tree);
    assert(told.at(-1)?.word === "exited" && livingWhenTold.length === 0, `followed at ${leaps.toString(2)}`);
  }
});

Deno.test("TaskEnds tells what a task's own process could not prepare as a start that failed", () => {
  const failure: StartFailure = { kind: "stdin", message: "no such file" };
  assertEquals(endTask(new Tree(), { failure }).told, [{ word: "startFailed", task: 7, attempt: 1, failure }]);
});

Deno.test("TaskEnds tells what is left when it was killed and shows again for five seconds, not before", () => {
  const tree = new Tree();
  tree.stuck.add(tree.fork(main));
  const { told, atMs } = endTask(tree, { limitMs: 10_000 });
  const cleanup = { found: 1, terminated: 0, killed: 0, left: 1 };
  assertEquals(told, [{ word: "exited", task: 7, attempt: 1, exit: { code: 0 }, usage: {}, cleanup }]);
  assert(atMs > goneMsMax, `told after ${atMs} ms`);
});

Deno.test("TaskEnds tells no end as long as what it kills is followed by others, however long that takes", () => {
  let generations = 100;
  const tree: Tree = new Tree();
  const kill = tree.kill.bind(tree);
  tree.kill = (pid, signal) => {
    // Another is there before it has ended.
    if (signal === signalNumber("SIGKILL") && tree.living.includes(pid) && generations-- > 0) tree.fork(pid);
    return kill(pid, signal);
  };
  tree.fork(main);
  const { livingWhenTold, atMs } = endTask(tree, { limitMs: 20_000 });
  assertEquals([livingWhenTold, generations < 0], [[], true]);
  assert(atMs > 1.5 * goneMsMax, `told after ${atMs} ms`);
});

Deno.test("TaskEnds kills a crowd without a look at each of it", () => {
  const tree = new Tree();
  for (let count = 0; count < crowdMin; count++) tree.fork(main);
  const { told, livingWhenTold } = endTask(tree);
  const cleanup = { found: crowdMin, terminated: 0, killed: crowdMin, left: 0 };
  assertEquals(told, [{ word: "exited", task: 7, attempt: 1, exit: { code: 0 }, usage: {}, cleanup }]);
  assertEquals(livingWhenTold, []);
  assert(tree.looks < 10, `${tree.looks} looks`);
});

Deno.test("TaskEnds gives the second process of an srun the time to end the step when it kills a task", () => {
  const tree = new Tree();
  const second = tree.fork(tree.fork(main, "srun"), "srun");
  const process = tree.process.bind(tree);
  let looks = 0;
  tree.process = (pid) => {
    // It is looked at in the look that kills the others, and in some that follow; then it has ended the step.
    if (pid === second && ++looks === 6) tree.exit(second);
    return process(pid);
  };
  const { told, livingWhenTold, atMs } = endTask(tree, { isKilled: true });
  const cleanup = { found: 2, terminated: 0, killed: 2, left: 0 };
  assertEquals(told, [{ word: "exited", task: 7, attempt: 1, exit: { code: 0 }, usage: {}, cleanup }]);
  assertEquals(livingWhenTold, []);
  assert(looks >= 6 && atMs <= 1000, `${looks} looks, told after ${atMs} ms`);
});

Deno.test("TaskEnds kills the second process of an srun that does not end for a second", () => {
  const tree = new Tree();
  tree.fork(tree.fork(main, "srun"), "srun");
  const { livingWhenTold, atMs } = endTask(tree, { isKilled: true });
  assertEquals(livingWhenTold, []);
  assert(atMs > 1000, `told after ${atMs} ms`);
});
