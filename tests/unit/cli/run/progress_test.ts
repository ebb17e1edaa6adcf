/**
 * Progress, on a clock that the test moves.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { plainMs, Progress, progressText, rewriteMs } from "../../../../src/cli/run/progress.ts";
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
