import { assertEquals } from "@std/assert";
import { formatElapsed, parseElapsed } from "../../../src/base/duration.ts";
import { parseInfo } from "../../../src/api/parsed_info.ts";

Deno.test("parseElapsed() reads what formatElapsed() writes", () => {
  for (const ms of [0, 3.583, 2003.583, 59_999, 3_600_000, 86_400_000, 90_061_001.5, -1]) {
    assertEquals(parseElapsed(formatElapsed(ms)), ms);
  }
  assertEquals(["", "0", "1:2:3"].map(parseElapsed), [NaN, NaN, NaN]);
});

Deno.test("parseInfo() takes the texts of a reply apart", () => {
  const runtime = { allocation: "n0[0:3],n1[2]", wd: "/w", rtime: "0:00:02.500000", exit_code: "-15", pid: "7" };
  const info = parseInfo({
    jobName: "a",
    status: "FAILED",
    messages: "killed",
    runtime,
    history: "\n2026-01-31 13:00:00.000000: QUEUED\n2026-01-31 13:00:01.000000: FAILED",
  });
  assertEquals(info, {
    name: "a",
    status: "FAILED",
    nodes: { n0: ["0", "3"], n1: ["2"] },
    totalCores: 3,
    wdir: "/w",
    timeMs: 2500,
    exitCode: -15,
    history: [
      { state: "QUEUED", date: "2026-01-31 13:00:00.000000" },
      { state: "FAILED", date: "2026-01-31 13:00:01.000000" },
    ],
    messages: "killed",
  });
});

Deno.test("parseInfo() tells iterations by their names, and nothing of what has not begun", () => {
  const iterations = { start: 0, stop: 2, total: 2, finished: 1, failed: 0 };
  const childs = [{ iteration: 0, state: "SUCCEED", runtime: { allocation: "n[1]", rtime: "0:00:01.000000" } }, {
    iteration: 1,
    state: "QUEUED",
  }] as const;
  const info = parseInfo({ jobName: "it", status: "QUEUED", iterations, childs, history: "\n" });
  assertEquals([info.totalCores, info.timeMs, info.history], [0, undefined, []]);
  assertEquals(info.childs?.map(({ name, status, totalCores, timeMs }) => [name, status, totalCores, timeMs]), [
    ["it:0", "SUCCEED", 1, 1000],
    ["it:1", "QUEUED", 0, undefined],
  ]);
});
