import { assertEquals, assertThrows } from "@std/assert";
import { timeForeignRun } from "../../../../src/report/figures/foreign_run.ts";
import {
  parseAllocation,
  parseMicros,
  parseReportLine,
  RecordFormatError,
} from "../../../../src/report/figures/report_record.ts";
import { formatMicros } from "../../../../src/report/figures/timed_run.ts";

const line = JSON.stringify({
  name: "it:0",
  state: "FAILED",
  history: [
    { state: "SCHEDULED", date: "2026-01-31T12:00:00" },
    { state: "EXECUTING", date: "2026-01-31T12:00:00.000500" },
    { state: "FAILED", date: "2026-01-31T12:00:02.5" },
  ],
  runtime: { allocation: "n1[0:1],n2[3]", rtime: "1 day, 0:00:02.003583", exit_code: "-9", pid: "77", pname: "sleep" },
});
const noon = Date.UTC(2026, 0, 31, 12) * 1000;
const files = { reports: [{ path: "/x/jobs.report", text: `${line}\n` }], finalStatuses: [], runTimes: [] };

Deno.test("timeForeignRun() reads what QCG-PilotJob has written, whatever of it there is", () => {
  const run = timeForeignRun(files, 0);
  assertEquals(run.tasks, [{
    ...{ name: "it:0", state: "FAILED", exitCode: "-9", pid: "77", program: "sleep" },
    nodes: [{ name: "n1", cores: ["0", "1"] }, { name: "n2", cores: ["3"] }],
    ...{ scheduledAt: noon, executingAt: noon + 500, endedAt: noon + 2_500_000 },
    ranMicros: 86_402_003_583,
  }]);
  const { tasks: _, ...rest } = run;
  assertEquals(rest, { taskCount: 1, failedCount: 1, knowsProcessTimes: false, zone: 0 });
});

Deno.test("timeForeignRun() adds what the final status of each partition and the run times tell", () => {
  const status = (started: string, generated: string) => ({
    path: "/x/final_status.json",
    text: JSON.stringify({
      System: { Started: started, Generated: generated },
      Resources: { TotalNodes: 1, TotalCores: 2 },
      IterationStats: { TotalIterations: 5, FailedIterations: 1 },
    }),
  });
  const rt = { "it:0": { s: "2026-01-31 13:00:01.000000", f: "2026-01-31 13:00:02.000000" } };
  const { tasks: [task], ...run } = timeForeignRun({
    ...files,
    finalStatuses: [
      status("2026-01-31 13:00:00.000001", "2026-01-31 13:00:03.000000"),
      status("2026-01-31 12:59:00.000000", "2026-01-31 13:00:02.000000"),
    ],
    runTimes: [{ path: "/x/rtimes_n1.log", text: JSON.stringify({ node: "n1", rt }) }],
  }, 60);
  assertEquals([task!.beganAt, task!.finishedAt], [noon + 1_000_000, noon + 2_000_000]);
  assertEquals(run, {
    ...{ begunAt: noon - 60_000_000, endedAt: noon + 3_000_000, nodes: 2, cores: 4, taskCount: 10, failedCount: 2 },
    ...{ knowsProcessTimes: true, zone: 60 },
  });
});

Deno.test("timeForeignRun() takes the last attempt of a task, and says which line is no record", () => {
  const again = line.replace('"FAILED"', '"SUCCEED"');
  const run = timeForeignRun({ ...files, reports: [{ path: "/x/jobs.report", text: `${line}\n${again}\n` }] }, 0);
  assertEquals(run.tasks.map(({ state }) => state), ["SUCCEED"]);
  const wrong = (text: string) => ({ ...files, reports: [{ path: "/x/jobs.report", text: `${line}\n${text}` }] });
  for (
    const [text, why] of [
      ["a (SUCCEED) ", "line 2 of /x/jobs.report: it is the text form; only the JSON form can be read"],
      ["{", "line 2 of /x/jobs.report: it is no JSON"],
      ['{"name":"a"}', "it is no record of a job, which has a name, a state and a history"],
      ["null", "it is no record of a job"],
    ]
  ) {
    assertThrows(() => timeForeignRun(wrong(text!), 0), RecordFormatError, why);
  }
  assertThrows(
    () => timeForeignRun({ ...files, finalStatuses: [{ path: "/x/final_status.json", text: "[" }] }, 0),
    RecordFormatError,
    "/x/final_status.json: it is no JSON object",
  );
});

Deno.test("parseMicros() reads what formatMicros() writes, in any zone", () => {
  for (let step = 0; step < 2000; step++) {
    const at = noon + step * 987_654_321;
    const zone = (step % 49 - 24) * 30;
    assertEquals(parseMicros(formatMicros(at, zone), zone), at);
    assertEquals(parseMicros(formatMicros(at, zone).replace(" ", "T"), zone), at);
  }
  for (const text of [undefined, "", "2026-01-31", "None", "2026-01-31 25:00:00", "2026-01-31 12:00:00Z"]) {
    assertEquals(parseMicros(text, 0), undefined, text);
  }
});

Deno.test("parseAllocation() and parseReportLine() take what is missing for nothing", () => {
  assertEquals([parseAllocation(undefined), parseAllocation(""), parseAllocation("n1[]")], [[], [], [{
    name: "n1",
    cores: [],
  }]]);
  assertEquals(parseReportLine('{"name":"a","state":"OMITTED"}', "here"), {
    ...{ name: "a", state: "OMITTED", history: [], runtime: {} } as const,
  });
});
