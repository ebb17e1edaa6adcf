import { assertEquals, assertThrows } from "@std/assert";
import { JournalError } from "../../../../../src/errors.ts";
import { type FarSight, refuseFarWriter } from "../../../../../src/deno/files/journal/far_writer.ts";
import type { Host } from "../../../../../src/runtime/run_ports.ts";

const here = { host: "n1", slurmJob: "8" } as Host;
const sight = (state: string | undefined, ageMs?: number): FarSight => ({ stateOf: () => state, ageMs: () => ageMs });

function tell(metadata: Record<string, string>, seen: FarSight, host = here): string | undefined {
  try {
    refuseFarWriter("/w/journal", metadata, host, seen);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test("refuseFarWriter() refuses while the batch job of another host lives", () => {
  const metadata = { host: "n2", slurmJob: "7" };
  for (const state of ["RUNNING\n", "COMPLETING\n", "SUSPENDED\n"]) {
    const error = assertThrows(() => refuseFarWriter("/w/journal", metadata, here, sight(state, 1)), JournalError);
    assertEquals(
      error.message,
      "Cannot resume /w/journal: batch job 7 on n2 still runs it; wait until that has ended, or end it (scancel 7)",
    );
  }
  for (const state of ["", "TIMEOUT\n", "PENDING\n"]) assertEquals(tell(metadata, sight(state, 1)), undefined);
  assertEquals(tell({ host: "n2", slurmJob: "8" }, sight("RUNNING\n", 1)), undefined, "it was requeued");
});

Deno.test("refuseFarWriter() goes by the time of the last record where Slurm cannot be asked", () => {
  const fresh =
    "Cannot resume /w/journal: n2 wrote it 3 s ago, so that its pilot may still run there; stop that, or try " +
    "again when nothing was written for 30 s";
  assertEquals(tell({ host: "n2", slurmJob: "7" }, sight(undefined, 3000)), fresh);
  assertEquals(tell({ host: "n2" }, sight("RUNNING", 3000)), fresh);
  assertEquals(tell({ host: "n2" }, sight(undefined, 30_000)), undefined);
  assertEquals(tell({ host: "n2" }, sight(undefined)), undefined, "it cannot be seen");
});

Deno.test("refuseFarWriter() leaves this host to the lock, and hosts that have no name", () => {
  for (const metadata of [{ host: "n1", slurmJob: "7" }, { host: "local" }, {}] as Record<string, string>[]) {
    assertEquals(tell(metadata, sight("RUNNING", 1)), undefined);
  }
  assertEquals(tell({ host: "n2" }, sight(undefined, 1), { host: "local" } as Host), undefined);
});
