import { assertEquals } from "@std/assert";
import { CatchUpFile } from "../../../src/events/catch_up_file.ts";
import { LogWriter } from "../../../src/events/log_writer.ts";
import { Ledger } from "../../../src/report/ledger.ts";

Deno.test("LogWriter keeps the times of its lines in order, whenever an event is told", () => {
  const written: string[] = [];
  const decoder = new TextDecoder();
  const file = new CatchUpFile({
    open: () => ({ write: (bytes) => (written.push(decoder.decode(bytes)), bytes.length), close: () => {} }),
    nowMs: () => 0,
    troubled: () => {},
  });
  const log = new LogWriter(file, "info", 0);
  log.log(5000, { level: "info", text: "a message" });
  log.apply({ kind: "pilotDrained", atMs: 4000 }, new Ledger());
  log.log(6000, { level: "debug", text: "not written" });
  log.log(5500, { level: "info", text: "the last" });
  assertEquals(written.join("").split("\n").map((line) => line.slice(17, 40)), [
    "05,000: a message",
    "05,000: all jobs have ended".slice(0, 23),
    "05,500: the last",
    "",
  ]);
});
