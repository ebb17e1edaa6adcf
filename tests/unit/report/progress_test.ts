import { assert, assertEquals } from "@std/assert";
import { textWidth } from "../../../src/base/columns.ts";
import { FailureLines } from "../../../src/report/failure_lines.ts";
import { Pace } from "../../../src/report/pace.ts";
import { describeProgress, type RunProgress } from "../../../src/report/progress.ts";
import { plainMs, ProgressDisplay, rewriteMs } from "../../../src/report/progress_display.ts";
import { progressLine } from "../../../src/report/progress_text.ts";
import { HandPilot } from "../service/support.ts";

const far: RunProgress = {
  ...{ total: 1000, ended: 600, failed: 20, running: 8, waiting: 392, coresInUse: 8, cores: 8, perSecond: 12.34 },
  ...{ elapsedMs: 49_600, leftMs: 32_400, longest: { name: "sweep:17", ranMs: 65_000 } },
};

/** A screen in memory. */
function screenOf(isInteractive: boolean, columns = 80, hasColour = false) {
  const screen = {
    written: "",
    isInteractive,
    hasColour,
    columns: () => columns,
    err: (text: string) => void (screen.written += text),
  };
  return screen;
}

Deno.test("progressLine() tells all where there is room, and keeps what matters most at 40 columns", () => {
  const all =
    "600/1000, 60%, 20 failed, 8 running, 392 waiting, 8/8 cores, 12/s, 49s, 32s left, longest sweep:17 1m05s";
  assertEquals(progressLine(far, 200), `[${"=".repeat(22).padEnd(38)}] ${all}`);
  assertEquals(progressLine(far, 200, { hasBar: false }), all);
  assertEquals(
    progressLine(far, 80),
    "600/1000, 60%, 20 failed, 8 running, 392 waiting, 8/8 cores, 12/s, 49s, 32s left",
  );
  assertEquals(progressLine(far, 40), "600/1000, 20 failed, 8 running, 32s left");
  assertEquals(progressLine(far, 20), "600/1000, 20 failed");
  assertEquals(progressLine(far, 4), "600/");
});

Deno.test("progressLine() is never wider than it may be, whatever is in it, and counts no colours", () => {
  for (let columns = 1; columns <= 220; columns++) {
    for (const one of [far, { ...far, longest: { name: "東京:1", ranMs: 5 } }, { ...far, isPaused: true as const }]) {
      const painted = progressLine(one, columns, { paint: (text) => `\x1b[31m${text}\x1b[0m` });
      // deno-lint-ignore no-control-regex -- colours are what is taken away
      assert(textWidth(painted.replaceAll(/\x1b\[\d+m/g, "")) <= columns, `${columns}: ${painted}`);
    }
  }
});

Deno.test("progressLine() says no total, share or time left where more may come, and that a run is paused", () => {
  const { leftMs: _, ...rest } = far;
  assertEquals(
    progressLine({ ...rest, isTotalKnown: false }, 60),
    "600 ended, 20 failed, 8 running, 392 waiting, 8/8 cores",
  );
  assertEquals(progressLine({ ...rest, isPaused: true }, 50), "600/1000, 20 failed, paused, 8 running");
});

Deno.test("ProgressDisplay rewrites one line of a terminal, not too often and only when it changes", () => {
  const screen = screenOf(true, 41);
  const display = new ProgressDisplay(screen);
  display.show(far, 1000);
  display.show({ ...far, ended: 601 }, 1000 + rewriteMs - 1);
  display.show(far, 1000 + rewriteMs);
  display.show({ ...far, ended: 602 }, 1000 + 2 * rewriteMs);
  display.clear();
  display.clear();
  assertEquals(screen.written.split("\r").slice(1), [
    "600/1000, 20 failed, 8 running, 32s left\x1b[K",
    "602/1000, 20 failed, 8 running, 32s left\x1b[K",
    "\x1b[K",
  ]);
});

Deno.test("ProgressDisplay tells what happens above its line, in one write, and paints failures if that is wanted", () => {
  const screen = screenOf(true, 25, true);
  const display = new ProgressDisplay(screen);
  display.tell("first\n");
  display.show(far, 0);
  display.tell("second\n");
  const line = "600/1000, \x1b[31m20 failed\x1b[0m";
  assertEquals(screen.written, `first\n\r${line}\x1b[K\r\x1b[Ksecond\n${line}`);
});

Deno.test("ProgressDisplay writes plain lines at growing intervals where there is no terminal", () => {
  const screen = screenOf(false);
  const display = new ProgressDisplay(screen);
  const at: number[] = [];
  for (let nowMs = 0; nowMs <= 16 * plainMs; nowMs += 500) {
    const before = screen.written;
    display.show(far, nowMs);
    if (screen.written !== before) at.push(nowMs / plainMs);
  }
  display.clear();
  assertEquals(at, [1, 3, 7, 15]);
  assertEquals(screen.written.split("\n")[0], progressLine(far, 200, { hasBar: false }));
});

Deno.test("Pace counts the last half minute, and no more", () => {
  const pace = new Pace();
  assertEquals(pace.perSecond(5_000), undefined);
  for (let i = 0; i < 20; i++) pace.add(10_000 + 100 * i);
  assertEquals(pace.perSecond(12_000), 10);
  assertEquals(pace.perSecond(30_000), 1);
  assertEquals(pace.perSecond(45_000), 0);
  pace.add(44_000);
  assertEquals(Math.round(pace.perSecond(45_000)! * 29), 1);
});

Deno.test("describeProgress() counts removed jobs too, and knows who runs longest", () => {
  const pilot = new HandPilot("n0:4");
  pilot.take({ name: "a", execution: { exec: "x" } }, { name: "it", iteration: { stop: 4 }, execution: { exec: "x" } });
  pilot.run("a", { code: 1 });
  pilot.forget(pilot.intake.find("a")!);
  pilot.start("it:1");
  pilot.start("it:0");
  const sources = { statistics: pilot.statistics, ledger: pilot.ledger, resources: pilot.resources };
  const startedAtMs = pilot.nowMs - 5_000;
  const progress = describeProgress(sources, startedAtMs, pilot.nowMs + 2_000);
  assertEquals([progress.total, progress.ended, progress.failed, progress.running, progress.waiting], [5, 1, 1, 2, 2]);
  assertEquals([progress.elapsedMs, progress.longest], [7_000, { name: "it:1", ranMs: 2_001 }]);
  assertEquals(progress.leftMs, undefined, "one task tells too little of the others");
  const open = describeProgress({ ...sources, expected: { total: undefined } }, startedAtMs, pilot.nowMs);
  assertEquals([open.isTotalKnown, open.leftMs], [false, undefined]);
  const more = describeProgress({ ...sources, expected: { total: 9 } }, startedAtMs, pilot.nowMs);
  assertEquals([more.total, more.waiting], [9, 6]);
});

Deno.test("FailureLines tells the first failures, and then only that there are more", () => {
  const pilot = new HandPilot("n0:64");
  const lines: string[] = [];
  const failures = new FailureLines();
  pilot.hub.add("lines", {
    apply: (event, ledger) => {
      const line = failures.lineOf(event, ledger);
      if (line !== undefined) lines.push(line);
    },
  });
  pilot.take({ name: "ok", execution: { exec: "x" } }, { name: "o\u202ek", execution: { exec: "x" } }, {
    name: "it",
    iteration: { stop: 30 },
    execution: { exec: "x" },
  });
  pilot.run("ok");
  pilot.run("o\u202ek", { code: 2 });
  for (let i = 0; i < 30; i++) pilot.run(`it:${i}`, { code: 2 });
  assertEquals(lines.length, 21);
  assertEquals([lines[0], lines.at(-1)], ["FAILED o\ufffdk: exit code 2\n", "further failures are counted only\n"]);
});

Deno.test("ProgressDisplay brings back the line that was taken away for something else", () => {
  const screen = screenOf(true, 21);
  const display = new ProgressDisplay(screen);
  display.restore();
  display.show(far, 0);
  display.clear();
  screen.err("output\n");
  display.restore();
  display.restore();
  assertEquals(screen.written, "\r600/1000, 20 failed\x1b[K\r\x1b[Koutput\n\r600/1000, 20 failed\x1b[K");
});
