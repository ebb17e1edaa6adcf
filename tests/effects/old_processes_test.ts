import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { endOldProcesses } from "../../src/deno/local/earlier_processes.ts";
import { markName } from "../../src/deno/local/process_scan.ts";

function startMarked(mark: string): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: ["600"], env: { [markName]: mark } }).spawn();
}

function terminate(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGTERM");
  } catch {
    // It has ended.
  }
}

Deno.test("Processes of an earlier run are ended, and those of another run live on", async () => {
  const [runId, otherId] = [crypto.randomUUID(), crypto.randomUUID()];
  const ours = startMarked(`${runId}.7.1`);
  const other = startMarked(`${otherId}.7.1`);
  try {
    await endOldProcesses(runId);
  } finally {
    for (const process of [ours, other]) terminate(process);
  }
  const [{ signal: oursEndedBy }, { signal: otherEndedBy }] = await Promise.all([ours.status, other.status]);
  // The first signal is the one that counts: nobody but this test sends SIGTERM.
  assertEquals({ oursEndedBy, otherEndedBy }, { oursEndedBy: "SIGKILL", otherEndedBy: "SIGTERM" });
});
