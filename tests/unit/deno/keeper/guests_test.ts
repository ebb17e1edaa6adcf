import { assertEquals } from "@std/assert";
import { Guests } from "../../../../src/deno/keeper/guests.ts";
import type { SeenProcess } from "../../../../src/deno/local/process_scan.ts";

/** Processes that carry marks, by their numbers, and the signals that they got. */
class Machine {
  readonly processes = new Map<number, SeenProcess & { readonly mark: string }>();
  readonly signals: string[] = [];
  readonly guests = new Guests({
    kernel: {
      openProcess: (pid) => this.processes.has(pid) ? pid : -1,
      kill: () => 0,
      signalProcess: (descriptor, signal) => this.signals.push(`${signal} to ${descriptor}`) - this.signals.length,
      close: () => {},
    },
    reads: { process: (pid) => this.processes.get(pid) },
    find: (marks) => [...this.processes.values()].filter(({ mark }) => marks.includes(mark)),
  });

  add(pid: number, mark: string): void {
    const seen = { parent: 1, group: pid, session: pid, startTicks: pid, isEnded: false, pages: 0 };
    this.processes.set(pid, { pid, mark, ...seen });
  }
}

const attempt = { task: 5, attempt: 1 };
const guest = { ...attempt, mark: "m5" };

Deno.test("Guests.look() says at once that nothing is left", () => {
  const { guests } = new Machine();
  guests.expect(guest);
  guests.sweep(guest, 1000);
  assertEquals(guests.dueMs, 1000);
  const cleanup = { found: 0, terminated: 0, killed: 0, left: 0 };
  assertEquals(guests.look(1000), [{ word: "swept", ...attempt, cleanup }]);
  assertEquals([guests.dueMs, guests.marks], [Infinity, []]);
});

Deno.test("Guests.look() signals nothing that ends by itself in a moment, and nothing of other tasks", () => {
  const machine = new Machine();
  machine.add(7, "m5");
  machine.add(8, "m6");
  machine.guests.sweep(guest, 1000);
  assertEquals(machine.guests.look(1000), []);
  assertEquals(machine.guests.look(1199), []);
  machine.processes.delete(7);
  const [swept] = machine.guests.look(1220);
  assertEquals([swept?.cleanup.found, machine.signals], [0, []]);
});

Deno.test("Guests.look() sends SIGTERM once, SIGKILL after a grace, and gives up on what cannot be ended", () => {
  const machine = new Machine();
  machine.add(7, "m5");
  machine.add(9, "m5");
  machine.guests.sweep(guest, 1000);
  for (const atMs of [1000, 1200, 1220, 1699]) assertEquals(machine.guests.look(atMs), []);
  assertEquals(machine.signals, ["15 to 7", "15 to 9"]);
  machine.processes.delete(7);
  assertEquals(machine.guests.look(1700), []);
  assertEquals(machine.signals.splice(0), ["15 to 7", "15 to 9", "9 to 9"]);
  assertEquals(machine.guests.look(6700), []);
  const cleanup = { found: 2, terminated: 1, killed: 0, left: 1 };
  assertEquals(machine.guests.look(6701), [{ word: "swept", ...attempt, cleanup }]);
});

Deno.test("Guests.signalEverything() lets stand still what is expected, and what is being swept", () => {
  const machine = new Machine();
  machine.add(7, "m5");
  machine.add(8, "m6");
  machine.add(9, "m7");
  machine.guests.expect(guest);
  machine.guests.sweep({ task: 6, attempt: 1, mark: "m6" }, 0);
  machine.guests.signalEverything("SIGSTOP");
  assertEquals(machine.signals, ["19 to 7", "19 to 8"]);
});
