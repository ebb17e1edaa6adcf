/**
 * Progress, on a clock that the test moves, and the summary.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { plainMs, Progress, progressText, rewriteMs } from "../../../../src/cli/run/progress.ts";
import { formatSummary } from "../../../../src/cli/run/summary.ts";
import { failuresMax, RunOutcome } from "../../../../src/cli/run/run_outcome.ts";
import { HandPilot } from "../../service/support.ts";
import { MemoryTerminal } from "../support.ts";

const counts = (finished: number, failed = 0, executing = 2, total = 10) => ({
  total,
  executing,
  failed,
  finished,
  inSchedule: total - executing - failed - finished,
});

Deno.test("progressText() tells counts, time and, from two ended tasks on, what may be left", () => {
  assertEquals(progressText(counts(0), 0), "0 of 10 tasks ended, 2 running, 8 waiting, 0:00:00");
  assertEquals(progressText(counts(1), 4000), "1 of 10 tasks ended, 2 running, 7 waiting, 0:00:04");
  assertEquals(
    progressText(counts(3, 2), 60_000),
    "5 of 10 tasks ended, 2 failed, 2 running, 3 waiting, 0:01:00, about 0:01:00 left",
  );
  assertEquals(progressText(counts(10, 0, 0), 1000), "10 of 10 tasks ended, 0 running, 0 waiting, 0:00:01");
});

Deno.test("Progress rewrites one line of a terminal, not too often and only when it changes", () => {
  const terminal = new MemoryTerminal({ isInteractive: true });
  let now = counts(0);
  const progress = new Progress(terminal, () => now, 1000);
  progress.tick(1000 + rewriteMs - 1);
  assertEquals(terminal.complaints, "");
  progress.tick(1000 + rewriteMs);
  assertEquals(terminal.complaints, "\r0 of 10 tasks ended, 2 running, 8 waiting, 0:00:00\x1b[K");
  progress.tick(1000 + 2 * rewriteMs);
  now = counts(1);
  progress.tick(1000 + 3 * rewriteMs);
  progress.clear();
  progress.clear();
  assertEquals(terminal.complaints.split("\r").slice(2), [
    "1 of 10 tasks ended, 2 running, 7 waiting, 0:00:00\x1b[K",
    "\x1b[K",
  ]);
});

Deno.test("Progress cuts its line to the terminal", () => {
  const terminal = new MemoryTerminal({ isInteractive: true, columns: 20 });
  new Progress(terminal, () => counts(0), 0).tick(rewriteMs);
  assertEquals(terminal.complaints, "\r0 of 10 tasks ended\x1b[K");
});

Deno.test("Progress writes plain lines at intervals where there is no terminal", () => {
  const terminal = new MemoryTerminal();
  const progress = new Progress(terminal, () => counts(1), 0);
  for (let nowMs = 0; nowMs <= 2 * plainMs + 500; nowMs += 500) progress.tick(nowMs);
  progress.clear();
  assertEquals(
    terminal.complaints,
    [
      "1 of 10 tasks ended, 2 running, 7 waiting, 0:00:10\n",
      "1 of 10 tasks ended, 2 running, 7 waiting, 0:00:20\n",
    ].join(""),
  );
});

function outcomeOf(jobs: readonly object[], endings: (pilot: HandPilot) => void): RunOutcome {
  const pilot = new HandPilot("n0:64");
  const outcome = new RunOutcome();
  pilot.hub.add("summary", outcome);
  pilot.take(...jobs);
  endings(pilot);
  return outcome;
}

const job = (name: string, more: object = {}) => ({ name, execution: { exec: "x" }, ...more });

Deno.test("formatSummary() counts jobs and tasks, and tells which did not succeed and why", () => {
  const outcome = outcomeOf(
    [job("a"), job("b"), job("c", { dependencies: { after: ["b"] } }), job("it", { iteration: { start: 2, stop: 4 } })],
    (pilot) => {
      pilot.run("a");
      pilot.run("b", { code: 3 });
      pilot.run("it:2");
      pilot.run("it:3", { code: 1 });
    },
  );
  assertEquals(
    formatSummary({ outcome, unfinished: 0, elapsedMs: 1234, folder: "/work/f", hasColour: false }),
    `4 jobs: 1 succeeded, 2 failed, 1 omitted (5 tasks: 2 succeeded, 2 failed, 1 omitted) in 1.2 s
FAILED   b: exit code 3
OMITTED  c: job "b" did not succeed (it failed)
FAILED   it: 1 of 2 iterations, it:3: exit code 1
records: /work/f
`,
  );
});

Deno.test("formatSummary() paints states only where colours are wanted", () => {
  const outcome = outcomeOf([job("a")], (pilot) => pilot.run("a", { code: 1 }));
  const text = formatSummary({ outcome, unfinished: 0, elapsedMs: 0, hasColour: true });
  assertEquals(text, "1 job: 1 failed in 0.0 s\n\x1b[31mFAILED\x1b[0m   a: exit code 1\n");
});

Deno.test("formatSummary() says how to go on after an interruption, with a path that a shell reads right", () => {
  const text = formatSummary({
    outcome: new RunOutcome(),
    unfinished: 2,
    interrupted: "SIGINT",
    elapsedMs: 61_000,
    folder: "/my work",
    hasColour: false,
  });
  assertEquals(
    text,
    "no jobs ended in 0:01:01\n" +
      "interrupted by SIGINT: 2 jobs are unfinished; go on with: qcgpj run --resume '/my work'\nrecords: /my work\n",
  );
});

Deno.test("formatSummary() lists the first failures and counts the others", () => {
  const names = Array.from({ length: failuresMax + 3 }, (_, i) => `j${i}`);
  const outcome = outcomeOf(names.map((name) => job(name)), (pilot) => {
    for (const name of names) pilot.run(name, { code: 1 });
  });
  const lines = formatSummary({ outcome, unfinished: 0, elapsedMs: 0, hasColour: false }).split("\n");
  assertEquals([lines.length, lines.at(-2)], [failuresMax + 3, "and 3 more that did not succeed"]);
});

Deno.test("RunOutcome does not say that all succeeded when it has not heard all", () => {
  const outcome = outcomeOf([job("a")], (pilot) => pilot.run("a"));
  assertEquals(outcome.allSucceeded, true);
  outcome.dropped();
  assertEquals(outcome.allSucceeded, false);
});
