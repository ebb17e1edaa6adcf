import { assertEquals } from "@std/assert";
import type { SignalName } from "../../../../src/agent/messages.ts";
import { endSteps, SparedSteps } from "../../../../src/deno/keeper/step_ends.ts";
import type { SeenProcess } from "../../../../src/deno/local/process_scan.ts";

/** Processes by their numbers, each with its name and its parent's number. */
function machine(processes: Readonly<Record<number, readonly [name: string, parent: number]>>, goneAfterMs: number) {
  const notes: string[] = [];
  let nowMs = 0;
  const living = Object.entries(processes).map(([pid, [, parent]]): SeenProcess => ({
    ...{ pid: Number(pid), parent, group: 1, session: 1, startTicks: 7, isEnded: false, pages: 0 },
  }));
  endSteps(living, {
    kernel: {
      openProcess: (pid) => pid,
      kill: () => 0,
      signalProcess: (pid, signal) => (notes.push(`${signal} to ${pid}`), 0),
      close: () => {},
    },
    reads: {
      process: (pid) => nowMs < goneAfterMs ? living.find((one) => one.pid === pid) : undefined,
      name: (pid) => processes[pid]?.[0],
    },
    pause: (ms) => nowMs += ms,
  });
  return { notes, waitedMs: nowMs };
}

Deno.test("endSteps() kills the first process of each srun while all else stands still, and waits for the second", () => {
  const processes = { 5: ["sh", 2], 6: ["srun", 5], 7: ["srun", 6], 8: ["srun", 2], 9: ["srun", 8] } as const;
  assertEquals(machine(processes, 60), { notes: ["19 to 5", "9 to 6", "9 to 8"], waitedMs: 60 });
});

Deno.test("endSteps() waits no longer than a second", () => {
  assertEquals(machine({ 6: ["srun", 2], 7: ["srun", 6] }, Infinity), { notes: ["9 to 6"], waitedMs: 1000 });
});

Deno.test("endSteps() leaves all as it is where there is no srun, or only one process of it", () => {
  assertEquals(machine({ 5: ["sh", 2], 6: ["srun", 5], 7: ["sleep", 6] }, 0), { notes: [], waitedMs: 0 });
});

/** A process that was seen. */
function seen(pid: number, parent: number): SeenProcess {
  return { pid, parent, group: 1, session: 1, startTicks: pid, isEnded: false, pages: 0 };
}

Deno.test("SparedSteps.split() spares the second process of an srun for a second, also when it has lost the first", () => {
  const names: Readonly<Record<number, string>> = { 5: "sh", 6: "srun", 7: "srun", 8: "srun" };
  const steps = new SparedSteps({ name: (pid) => names[pid] });
  const pids = (living: readonly SeenProcess[], signal: SignalName, nowMs: number) => {
    const { spared, others } = steps.split(living, signal, nowMs);
    return [spared.map(({ pid }) => pid), others.map(({ pid }) => pid)];
  };
  const task = [seen(5, 2), seen(6, 5), seen(7, 6), seen(8, 5)];
  assertEquals(pids(task, "SIGTERM", 0), [[], [5, 6, 7, 8]]);
  assertEquals(pids(task, "SIGKILL", 0), [[7], [5, 6, 8]]);
  const left = [seen(7, 2)];
  assertEquals(pids(left, "SIGKILL", 999), [[7], []]);
  assertEquals(pids([{ ...left[0]!, startTicks: 1 }], "SIGKILL", 999), [[], [7]], "another process has its number");
  assertEquals(pids(left, "SIGKILL", 1000), [[], [7]]);
});
