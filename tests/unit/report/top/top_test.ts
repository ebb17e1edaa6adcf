import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "../../../support/seeded_check.ts";
import { cutToWidth, textWidth } from "../../../../src/base/columns.ts";
import { gridOf } from "../../../../src/report/dashboard/core_grid.ts";
import { DashboardModel } from "../../../../src/report/dashboard/dashboard_model.ts";
import { listTasks, readPage } from "../../../../src/report/dashboard/task_pages.ts";
import { groupFailures } from "../../../../src/report/look/failure_groups.ts";
import { describeRun, nameOf } from "../../../../src/report/look/run_status.ts";
import { readKeys } from "../../../../src/report/top/keys.ts";
import { oneLine, sparkline, wrapToWidth } from "../../../../src/report/top/screen_text.ts";
import { headLines, listRows, renderTop, type TopScreen } from "../../../../src/report/top/top_frame.ts";
import { filterStates, firstState, type KeyPlace, press, type TopState } from "../../../../src/report/top/top_state.ts";
import { failedWith, submittedAtMs, ViewedRun } from "../look/support.ts";

const plain = (text: string): string => text;
const place: KeyPlace = { task: "A:3", total: 50, rows: 10, isPaused: false, isLive: true };

function screenOf(run: ViewedRun, state: TopState = firstState, nodes = 1): TopScreen {
  const { view } = run;
  const model = new DashboardModel(view, submittedAtMs);
  const said = () => ({ stderr: "cannot open \u202egnp.exe\x1b[2J and so on and so on, over the whole line\n" });
  const failures = groupFailures(view, said, nameOf);
  const facts = { id: "r1", folder: "/f", liveness: "alive", cores: 4 * nodes, processId: 7 } as const;
  const all = Array.from(
    { length: nodes },
    (_, at) => ({ name: at === 0 ? "a" : `b${at}`, cores: ["0", "1", "2", "3"] }),
  );
  const list = listTasks(view, { ...state, states: filterStates[state.filter] }, 2_000);
  return {
    status: describeRun(view, facts, failures, 2_000),
    timeline: model.timeline(2_000),
    grid: gridOf(model, all),
    perSecond: 1.5,
    isPaused: false,
    page: readPage(view, list, 0, 200, 2_000),
    details: ["task     A:0", "command  " + "x".repeat(500)],
  };
}

function busyRun(): ViewedRun {
  const run = new ViewedRun("sweep x30", "B after=sweep", "文字幅文字幅 x2");
  for (let task = 0; task < 8; task++) run.start(task, 1_100 + task);
  run.end(0, 1_300);
  run.end(1, 1_400, failedWith(3));
  return run;
}

Deno.test("readKeys() tells keys from characters, and passes over what means nothing here", () => {
  assertEquals(readKeys("a\x1b[A\x1bOB\x1b[5~é\r"), [
    { text: "a" },
    { name: "up" },
    { name: "down" },
    { name: "pageUp" },
    { text: "é" },
    { name: "enter" },
  ]);
  assertEquals(readKeys("\x1b"), [{ name: "escape" }]);
  assertEquals(readKeys("\x1b[?1;2c\x1b[200~\x00\x01"), []);
  assertEquals(readKeys("\x03\x1a\x7f"), [{ name: "interrupt" }, { name: "suspend" }, { name: "backspace" }]);
});

Deno.test("press() asks before it cancels or pauses, and takes nothing but y for yes", () => {
  const asked = press(firstState, { text: "c" }, place);
  assertEquals([asked.wish, asked.state.question?.text], [undefined, "Cancel A:3? What runs of it is stopped."]);
  for (const key of [{ text: "n" }, { name: "enter" }, { name: "escape" }, { text: "c" }] as const) {
    const { state, wish } = press(asked.state, key, place);
    assertEquals([wish, state.mode, state.question], [undefined, "list", undefined]);
  }
  assertEquals(press(asked.state, { text: "y" }, place).wish, { kind: "cancel", task: "A:3" });
  const pausing = press(firstState, { text: "p" }, place).state;
  assertEquals(press(pausing, { text: "Y" }, place).wish, { kind: "pause" });
  for (const text of ["c", "p"]) {
    const { state, wish } = press(firstState, { text }, { ...place, isLive: false });
    assertEquals([state.mode, state.message, wish], ["list", "the run does not live any more", undefined]);
  }
  const going = press(firstState, { text: "p" }, { ...place, isPaused: true }).state;
  assertEquals(press(going, { text: "y" }, place).wish, { kind: "continue" });
  assertEquals(press(firstState, { text: "c" }, { ...place, task: undefined }).state.mode, "list");
});

Deno.test("press() searches, filters, sorts and moves within the list", () => {
  const type = (state: TopState, ...keys: Parameters<typeof press>[1][]) =>
    keys.reduce((last, key) => press(last, key, place).state, state);
  const searching = type(firstState, { text: "/" }, { text: "q" }, { text: "x" }, { name: "backspace" });
  assertEquals([searching.mode, searching.search], ["search", "q"]);
  assertEquals(type(searching, { name: "enter" }).mode, "list");
  assertEquals(type(searching, { name: "escape" }).search, "");
  assertEquals(type(firstState, { text: "f" }).filter, "failed");
  assertEquals(type(firstState, { text: "s" }, { text: "r" }).order, "waited");
  assertEquals(type(firstState, { name: "down" }, { name: "pageDown" }).chosen, 11);
  assertEquals([type(firstState, { name: "end" }).chosen, type(firstState, { name: "up" }).chosen], [49, 0]);
  assertEquals(press(firstState, { name: "enter" }, place).wish, { kind: "show", task: "A:3" });
  assertEquals(press(firstState, { text: "q" }, place).wish, { kind: "quit" });
  assertEquals(press(searching, { name: "interrupt" }, place).wish, { kind: "quit" });
});

for (const columns of [40, 41, 80, 100, 133, 200, 300]) {
  Deno.test(`renderTop() fills a terminal of ${columns} columns and never more, at any height and in any mode`, () => {
    const run = busyRun();
    for (const rows of [1, 2, 5, 16, 24, 30, 60]) {
      for (const mode of ["list", "search", "help", "question", "task"] as const) {
        const state: TopState = {
          ...{ ...firstState, filter: "all", mode, search: "\x1b[31m", scroll: Number.MAX_SAFE_INTEGER },
          question: { text: "Cancel 文字幅? What runs of it is stopped.", wish: { kind: "pause" } },
        };
        const lines = renderTop(screenOf(run, { ...state, search: "" }, 40), state, { columns, rows, paint: plain });
        assertEquals(lines.length, rows);
        for (const line of lines) {
          assert(textWidth(line) <= columns, `${rows} ${mode}: ${textWidth(line)} ${line}`);
          // deno-lint-ignore no-control-regex -- Nothing of the kind may get to a terminal.
          assert(!/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e]/.test(line), JSON.stringify(line));
        }
      }
    }
  });
}

Deno.test("renderTop() says how far the run is, what runs and what failed, without colours", () => {
  const text = renderTop(screenOf(busyRun()), firstState, { columns: 100, rows: 30, paint: plain }).join("\n");
  for (
    const part of [
      "r1  alive (process 7), for 1.0s",
      "1.5 tasks/s",
      "2 of 33 done, 6 %",
      "● 1 succeeded  ✕ 1 failed  ▶ 6 running  ○ 25 waiting",
      "cores 6 of 4 in use",
      "a ▶···",
      "✕ 1 × exit code 3: cannot open \ufffdgnp.exe",
      "6 running, by ran, 1 to 6",
      ">▶ sweep:2",
      "q quit",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("headLines() tells what of the records is damaged, and nothing where nothing is", () => {
  const screen = screenOf(busyRun());
  const size = { columns: 60, rows: 30, paint: plain };
  const damaged = { ...screen, status: { ...screen.status, damage: "2 records are lost" } };
  assertEquals(headLines(damaged, size)[1], "damage: 2 records are lost");
  assertEquals(headLines(damaged, size).length, headLines(screen, size).length + 1);
});

Deno.test("headLines() and listRows() leave the list all that is left of the screen", () => {
  const screen = screenOf(busyRun());
  for (const rows of [10, 24, 50]) {
    const size = { columns: 80, rows, paint: plain };
    const head = headLines(screen, size).length;
    assertEquals(head + 3 + listRows(head, size) + 1, Math.max(rows, head + 5));
  }
});

Deno.test("cutToWidth(), wrapToWidth() and oneLine() keep to the width whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 2, max: 40 }), (text, width) => {
    const line = oneLine(text);
    assert(textWidth(cutToWidth(line, width)) <= width);
    for (const part of wrapToWidth(line, width)) assert(textWidth(part) <= width);
    assertEquals(wrapToWidth(line, width).join(""), line);
  }));
  assertEquals(oneLine("a\tb\r\nc\u202ed\x1b[1me\x00"), "a b c\ufffdde\ufffd");
  assertEquals(oneLine("a\u200bb\u2060c\ufeff"), "a\ufffdb\ufffdc\ufffd");
});

Deno.test("sparkline() is as wide as it may be, and shows what is there at all", () => {
  assertEquals(sparkline([0, 0.01, 4, 8], 8, 10), " ▁▄█");
  assertEquals([...sparkline(Array.from({ length: 480 }, () => 3), 3, 60)].length, 60);
});
