import { assertEquals, assertRejects } from "@std/assert";
import { tellEvents } from "../../../../src/cli/run/tell_events.ts";
import { quiet } from "../../../sim/virtual_clock.ts";
import { RunHarness } from "../../runtime/run_harness.ts";

/** A reader of lines who reads only when he is let. */
class SlowReader {
  text = "";
  #gate: PromiseWithResolvers<void> = Promise.withResolvers();

  readonly send = async (text: string): Promise<void> => {
    await this.#gate.promise;
    this.text += text;
  };

  read(): void {
    this.#gate.resolve();
  }

  get events(): { readonly event: string; readonly number: number; readonly missed?: number }[] {
    return this.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  }
}

/** A run in which more happens than a stream and the lines before it hold. */
async function busyRun(harness: RunHarness): Promise<void> {
  await harness.submit("no", "many x30000 after=no");
  await harness.finish("no", "1");
  await harness.release();
}

Deno.test("tellEvents() reads what a slow reader missed from the journal, so that nothing is missing", async () => {
  const harness = new RunHarness({ reportFormat: "none", logLevel: "critical" });
  const reader = new SlowReader();
  const told = tellEvents(harness.run, true, reader.send, quiet);
  await busyRun(harness);
  reader.read();
  const isOver = { is: false };
  told.finally(() => isOver.is = true);
  while (!isOver.is) {
    harness.clock.advance();
    await quiet();
  }
  await told;
  const numbers = reader.events.map(({ number }) => number);
  assertEquals(numbers, Array.from({ length: 30_007 }, (_, i) => i + 1));
});

Deno.test("tellEvents() tells what is missing where there is no journal", async () => {
  const harness = new RunHarness({ durability: "memory", reportFormat: "none", logLevel: "critical" });
  const reader = new SlowReader();
  const told = tellEvents(harness.run, false, reader.send, quiet);
  await busyRun(harness);
  reader.read();
  await told;
  const { events } = reader;
  const missed = events.find(({ event }) => event === "lagged")!.missed!;
  assertEquals(events.length - 1 + missed, 30_007);
});

Deno.test("tellEvents() tells as missing what the journal has lost, and does not look for it for ever", async () => {
  const harness = new RunHarness({ reportFormat: "none", logLevel: "critical" });
  const reader = new SlowReader();
  const told = tellEvents(harness.run, true, reader.send, quiet);
  await busyRun(harness);
  harness.disk.journals.get(harness.run.folderPath)!.splice(1);
  reader.read();
  await told;
  assertEquals(reader.events.at(-1)?.event, "lagged");
});

Deno.test("tellEvents() leaves what broke the run to others to tell, and tells what else goes wrong", async () => {
  const harness = new RunHarness();
  const reader = new SlowReader();
  reader.read();
  const told = tellEvents(harness.run, true, reader.send, quiet);
  await harness.submit("a");
  harness.run.pilot.abandon(new TypeError("enough"));
  await told;
  assertEquals(reader.events.map(({ event }) => event), ["jobSubmitted", "taskScheduled"]);
  await harness.run.release().catch(() => {});
  const broken = { events: () => harness.run.events({ from: "start" }), pilot: { failure: undefined } };
  harness.disk.journals.delete(harness.run.folderPath);
  await assertRejects(() => tellEvents(broken as unknown as RunHarness["run"], false, reader.send, quiet));
});
