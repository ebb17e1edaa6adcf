import { assertEquals } from "@std/assert";
import { formatDetails } from "../../../../src/report/look/details_text.ts";
import { groupFailures } from "../../../../src/report/look/failure_groups.ts";
import { failuresHeading, formatFailures, summarizeFailures } from "../../../../src/report/look/failures_text.ts";
import { lastLine, patternOf, visible } from "../../../../src/report/look/last_words.ts";
import { nameOf } from "../../../../src/report/look/run_status.ts";
import { describeTask } from "../../../../src/report/look/task_details.ts";
import { failedWith, ViewedRun } from "./support.ts";

Deno.test("patternOf() makes numbers, addresses, ids and paths equal, and nothing else", () => {
  const same = (a: string, b: string) => assertEquals(patternOf(a), patternOf(b));
  same("bad value 17 in /data/17.dat", "bad value -3.5e2 in ../x/y");
  same("at 0xdeadbeef", "at 0x1f");
  same("job 123e4567-e89b-12d3-a456-426614174000 gone", "job 00000000-0000-0000-0000-00000000000a gone");
  same("commit 9fceb02d1", "commit 00ab12cd9");
  same("cannot read runs/alpha/out.txt", "cannot read runs/beta/old/in.csv");
  same("get https://a.example/x/y", "get https://b.example/z");
  assertEquals(patternOf("and/or either, step 3/10"), "and/or either, step <n>/<n>");
  assertEquals(patternOf("[Errno 5] Input/output error: '/scratch/7'"), "[Errno <n>] Input/output error: '<path>'");
  assertEquals(patternOf("<b>no</b> '</td>' in ~/x/"), "<b>no</b> '</td>' in <path>");
  assertEquals(patternOf("x.".repeat(150)), "x.".repeat(150));
  assertEquals(patternOf("out of licences"), "out of licences");
  assertEquals(patternOf("deadbeef feedface"), "deadbeef feedface");
});

Deno.test("lastLine() takes the standard error first, the last of what was rewritten, and shows no escape codes", () => {
  assertEquals(lastLine({ stderr: "a\nb\n\n", stdout: "c\n" }), "b");
  assertEquals(lastLine({ stderr: " \n", stdout: "c\nd" }), "d");
  assertEquals(lastLine({ stderr: "10 %\r100 %\x1b[K\n" }), "100 %");
  assertEquals(lastLine({}), undefined);
  assertEquals(visible("\x1b[31mred\x1b[0m\x07"), "red\ufffd");
  assertEquals(visible("a\u202eb\u2066c\x9bd\te"), "a\ufffdb\ufffdc\ufffdd\te");
  assertEquals(lastLine({ stderr: "x".repeat(400) })?.length, 300);
});

Deno.test("groupFailures() puts together what failed in the same way, the commonest first, what was omitted last", () => {
  const run = new ViewedRun("A x6", "B after=A", "C");
  const words: Record<string, string> = {
    "A:0": "no 1 in /a",
    "A:1": "no 2 in /b",
    "A:2": "full",
    "A:3": "no 3 in /c",
  };
  for (let task = 0; task < 6; task++) run.start(task, 1_000);
  for (const task of [0, 1, 2]) run.end(task, 1_100, failedWith(4));
  run.end(3, 1_100, failedWith(5));
  run.end(4, 1_100, {
    kind: "failed",
    cause: "timeout",
    exit: { signal: "SIGTERM" },
    reason: "ran for longer than 1 s",
  });
  run.end(5, 1_100);
  const outcome = { kind: "omitted", cause: "dependency", reason: 'job "A" did not succeed' } as const;
  run.apply({ kind: "tasksDropped", atMs: 1_200, job: 1, first: 6, count: 1, outcome });
  const readWords = (task: Parameters<typeof nameOf>[0]) => ({ stderr: words[nameOf(task)] ?? "killed" });
  const failures = groupFailures(run.view, readWords, nameOf);
  assertEquals(failures.groups.map(({ words, tasks, state, cause }) => [state, cause, words, tasks]), [
    ["FAILED", "exit", "no <n> in <path>", ["A:0", "A:1"]],
    ["FAILED", "exit", "full", ["A:2"]],
    ["FAILED", "exit", "no 3 in /c", ["A:3"]],
    // What stopped it is told by us; what it said last plays no part.
    ["FAILED", "timeout", "ran for longer than 1 s", ["A:4"]],
    ["OMITTED", "dependency", 'job "A" did not succeed', ["B"]],
  ]);
  assertEquals(failuresHeading(failures), "of 8 tasks 5 failed, 1 omitted, in 5 ways");
  const text = formatFailures(failures, { readWords, groupsMax: 2, namesMax: 1, linesMax: [3, 0] });
  assertEquals(text.split("\n"), [
    "2 × FAILED exit code 4",
    "    no <n> in <path>",
    "    A:0 and 1 more",
    "1 × FAILED exit code 4",
    "    full",
    "    A:2",
    "and 3 tasks in 3 more ways",
    "",
  ]);
});

Deno.test("formatFailures() shows the last lines of the first task of a group, and paints states", () => {
  const run = new ViewedRun("A");
  run.start(0, 1_000);
  run.end(0, 1_100, failedWith(1));
  const readWords = () => ({ stderr: "Traceback:\n  line 3\nValueError\n" });
  const failures = groupFailures(run.view, readWords, nameOf);
  const paint = (text: string, code: number) => `<${code}>${text}`;
  assertEquals(
    formatFailures(failures, { readWords, groupsMax: 9, namesMax: 9, linesMax: [2, 2], paint }),
    "1 × <31>FAILED exit code 1\n    ValueError\n    A\n    |   line 3\n    | ValueError\n",
  );
});

Deno.test("formatFailures() and summarizeFailures() show what would turn the direction of names and reasons", () => {
  const run = new ViewedRun("a\u202eb");
  run.start(0, 1_000);
  run.end(0, 2_000, { kind: "failed", cause: "start", reason: "no \u202e program" });
  const readWords = () => ({});
  const options = { readWords, groupsMax: 9, namesMax: 9, linesMax: [3, 3] } as const;
  const failures = groupFailures(run.view, readWords, nameOf);
  assertEquals(formatFailures(failures, options), "1 × FAILED start\n    no \ufffd program\n    a\ufffdb\n");
  assertEquals(summarizeFailures(failures, options), ["FAILED   a\ufffdb: no \ufffd program"]);
});

Deno.test("formatDetails() shows what would turn the direction of names, and leaves the command to be pasted", () => {
  const run = new ViewedRun("a\u202eb", "next after=a\u202eb");
  const [, task] = [...run.view.tasks()];
  const details = describeTask(run.view, task!, { launches: [], rootWd: "/w", lastWords: undefined, nowMs: 2_000 });
  const text = formatDetails({ ...details, command: "echo \u202e" }, 0);
  assertEquals(text.match(/^(?:after|waits) .*$/gm), ["waits    for a\ufffdb", "after    a\ufffdb"]);
  assertEquals(/^command .*$/m.exec(text)?.[0], "command  echo \u202e");
});
