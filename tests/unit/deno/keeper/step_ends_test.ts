import { assertEquals } from "@std/assert";
import { endSteps } from "../../../../src/deno/keeper/step_ends.ts";
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
    reads: { process: (pid) => nowMs < goneAfterMs ? living.find((one) => one.pid === pid) : undefined },
    pause: (ms) => nowMs += ms,
    nameOf: (pid) => processes[pid]?.[0],
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
