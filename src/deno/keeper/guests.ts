/**
 * Guests: what tasks of several nodes have on this one. The processes come from Slurm or from an MPI, so the keeper is
 * no parent of theirs, and they do not carry its tag: they are known by the mark in their environment, which `srun` and
 * `mpirun` pass on.
 *
 * When the own process of such a task has ended, what is left here gets a moment to end as well, then SIGTERM, then
 * SIGKILL. A guest whose keeper goes is killed with everything else.
 *
 * @module
 */

import type { AgentMessage, Guest } from "../../agent/messages.ts";
import { attemptName } from "../../runtime/attempt_name.ts";
import { countCleanup, goneMsMax, leftoverGraceMs } from "../local/cleanup.ts";
import { findMarked, type SeenProcess } from "../local/process_scan.ts";
import type { Found } from "./task.ts";
import type { ProcessReads } from "./process_reads.ts";
import { sendExactly, type SignalCalls } from "./send_exactly.ts";

/** What ends by itself in this time is not signalled: a launcher may go a moment before what it has started elsewhere. */
const goesByItselfMs = 200;
const lookMs = 20;

/** What is said of a guest that was swept. */
export type Swept = AgentMessage & { readonly word: "swept" };

/** A guest of which nothing is to be left. */
interface Sweep extends Guest {
  /** What was signalled. */
  readonly found: Map<number, Found>;
  /** Since when it is ended. */
  readonly sinceMs: number;
}

/** What guests are found and signalled by. */
export interface GuestsAround {
  /** Sends signals. */
  readonly kernel: SignalCalls;
  /** Looks whether a process is still the one that was seen. */
  readonly reads: Pick<ProcessReads, "process">;
  /** Finds the living processes whose mark begins with one of these; those of this machine when absent. */
  readonly find?: (beginnings: readonly string[]) => SeenProcess[];
}

/** The guests of a keeper. */
export class Guests {
  readonly #around: GuestsAround;
  readonly #marks = new Map<string, string>();
  readonly #sweeps = new Set<Sweep>();
  #lookMs = Infinity;

  /** Has none yet. */
  constructor(around: GuestsAround) {
    this.#around = around;
  }

  /** When the next look is due. */
  get dueMs(): number {
    return this.#lookMs;
  }

  /** The marks of all that may be here. */
  get marks(): string[] {
    return [...this.#marks.values(), ...Array.from(this.#sweeps, ({ mark }) => mark)];
  }

  /** Processes of a guest may come. */
  expect(guest: Guest): void {
    this.#marks.set(attemptName(guest), guest.mark);
  }

  /** Begins to end what is left of a guest; {@linkcode look} goes on with it. */
  sweep({ task, attempt, mark }: Guest, nowMs: number): void {
    this.#marks.delete(attemptName({ task, attempt }));
    this.#sweeps.add({ task, attempt, mark, found: new Map(), sinceMs: nowMs });
    this.#lookMs = nowMs;
  }

  /** Looks at what is left of those that are being swept, and signals it. Gives those of which nothing more is to come. */
  look(nowMs: number): Swept[] {
    const living = this.#find(Array.from(this.#sweeps, ({ mark }) => mark));
    const swept: Swept[] = [];
    for (const sweep of this.#sweeps) {
      const { task, attempt, found, sinceMs } = sweep;
      const left = living.filter(({ mark }) => mark === sweep.mark);
      const forMs = nowMs - sinceMs - goesByItselfMs;
      if (left.length === 0 || forMs > leftoverGraceMs + goneMsMax) {
        this.#sweeps.delete(sweep);
        swept.push({ word: "swept", task, attempt, cleanup: countCleanup(found, left) });
      } else if (forMs >= 0) {
        const signal = forMs < leftoverGraceMs ? "SIGTERM" : "SIGKILL";
        for (const process of left) {
          const { pid, startTicks } = process;
          const known = found.get(pid);
          if (known?.startTicks === startTicks && known.sent === "SIGTERM" && signal === "SIGTERM") continue;
          if (this.#send(process, signal)) found.set(pid, { startTicks, sent: signal });
        }
      }
    }
    this.#lookMs = this.#sweeps.size === 0 ? Infinity : nowMs + lookMs;
    return swept;
  }

  /** Lets everything that is here stand still, or go on. */
  signalEverything(signal: "SIGSTOP" | "SIGCONT"): void {
    for (const process of this.#find(this.marks)) this.#send(process, signal);
  }

  #find(marks: readonly string[]): SeenProcess[] {
    return (this.#around.find ?? findMarked)(marks);
  }

  #send(process: SeenProcess, signal: string): boolean {
    return sendExactly(this.#around.kernel, this.#around.reads, process, signal);
  }
}
