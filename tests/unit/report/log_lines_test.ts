import { assertEquals } from "@std/assert";
import {
  eventMessage,
  isLogged,
  logLevels,
  logLine,
  type LogMessage,
  resourcesText,
  startText,
} from "../../../src/report/log_lines.ts";
import type { Event } from "../../../src/core/types.ts";
import type { Ledger } from "../../../src/report/ledger.ts";
import { HandPilot, jobOf, startMs } from "../service/support.ts";

Deno.test("logLine() begins like Python's log, and indents further lines", () => {
  assertEquals(logLine(startMs + 5, "all is well", 60), "2026-01-31 13:00:00,005: all is well\n");
  assertEquals(
    logLine(startMs, "one\r\n2026-01-31 13:00:00,000: two\nthree"),
    "2026-01-31 12:00:00,000: one\n\t2026-01-31 13:00:00,000: two\n\tthree\n",
  );
});

Deno.test("logLine() has nothing that moves the cursor of who reads the log, or turns the direction of writing", () => {
  const line = logLine(startMs, "job a\x1b[2J\x1b]0;title\x07\u202eb\x9b31m\tc", 60).slice(
    "2026-01-31 13:00:00,000".length,
  );
  assertEquals(line, ": job a\ufffd]0;title\ufffd\ufffdb\ufffd31m\tc\n");
});

Deno.test("logLine() has the beginning of a text of any length", () => {
  const line = logLine(startMs, `a${"x".repeat(300_000)}`);
  assertEquals([line.length < 10_100, line.endsWith("xx… (290001 characters more)\n")], [true, true]);
});

Deno.test("startText() and resourcesText() are what other programs look for", () => {
  const identity = { instanceId: "id7", version: "0.1.0", startedAtMs: startMs, host: "h", tags: ["id7", "a", "b"] };
  assertEquals(
    startText(identity),
    "service id7 version 0.1.0 started 2026-01-31 12:00:00.000000 @ h (with tags id7,a,b)",
  );
  const resources = { total_cores: 8, used_cores: 1, total_nodes: 2 };
  assertEquals(resourcesText(resources), "available resources: 8 (1 used) cores on 2 nodes");
});

Deno.test("isLogged() takes messages of the log's level and more important ones", () => {
  const messages = ["critical", "error", "warning", "info", "debug"] as const;
  const taken = logLevels.map((log) => messages.filter((message) => isLogged(message, log)).length);
  assertEquals(taken, [1, 2, 3, 4, 5, 5]);
});

function logged(work: (pilot: HandPilot) => void, nodes?: string): LogMessage[] {
  const pilot = new HandPilot(nodes);
  const log: LogMessage[] = [];
  const apply = (event: Event, ledger: Ledger) => {
    const message = eventMessage(event, ledger);
    if (message !== undefined) log.push(message);
  };
  pilot.hub.add("log", { apply });
  work(pilot);
  return log;
}

const lines = (log: readonly LogMessage[]) => log.map(({ level, text }) => `${level} ${text}`);

Deno.test("eventMessage() tells of a plain job's life", () => {
  const log = logged((pilot) => {
    pilot.take(jobOf("a"));
    pilot.run("a");
  });
  assertEquals(lines(log), [
    "info job a submitted",
    "debug job a SCHEDULED on n0[0]",
    "debug job a EXECUTING as process 1000",
    "info job a SUCCEED",
  ]);
});

Deno.test("eventMessage() warns of what failed, with the reason, and of what was omitted for it", () => {
  const log = logged((pilot) => {
    pilot.take(jobOf("a"), jobOf("b", { dependencies: { after: ["a"] } }));
    pilot.failToStart("a", "there is no program a");
  });
  assertEquals(lines(log).slice(3), [
    "warning job a FAILED: there is no program a",
    'warning job b OMITTED: job "a" did not succeed (it failed)',
  ]);
});

Deno.test("eventMessage() tells of iterations at debug, and of their job with counts", () => {
  const log = logged((pilot) => {
    pilot.take(jobOf("it", { iteration: { start: 3, stop: 6 } }));
    pilot.run("it:3");
    pilot.failToStart("it:4", "no memory");
    pilot.start("it:5");
    pilot.exit("it:5");
  });
  assertEquals(lines(log), [
    "info job it submitted with 3 iterations",
    "debug job it:3 SCHEDULED on n0[0]",
    "debug job it:4 SCHEDULED on n0[1]",
    "debug job it:5 SCHEDULED on n0[2]",
    "debug job it:3 EXECUTING as process 1000",
    "debug job it:3 SUCCEED",
    "warning job it:4 FAILED: no memory",
    "debug job it:5 EXECUTING as process 1002",
    "debug job it:5 SUCCEED",
    "warning job it FAILED (2 succeeded, 1 failed)",
  ]);
});

Deno.test("eventMessage() tells of a dropped range in one line", () => {
  const log = logged((pilot) => {
    pilot.take(jobOf("first"), jobOf("it", { iteration: { stop: 1000 } }));
    pilot.cancel({ kind: "job", job: pilot.intake.find("it")!.id });
    pilot.turn();
  }, "n0:1");
  assertEquals(log.slice(-2).map(({ level, text }) => [level, text.split(":").slice(0, 3).join(":")]), [
    ["debug", `job it:0 … it:999 CANCELED`],
    ["info", "job it CANCELED (1000 canceled)"],
  ]);
});
