/**
 * The summary at the end of a run.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { RunOutcome } from "../../../../src/cli/run/run_outcome.ts";
import { formatSummary, type SummaryFacts } from "../../../../src/cli/run/summary.ts";
import { groupFailures } from "../../../../src/report/look/failure_groups.ts";
import { nameOf } from "../../../../src/report/look/run_status.ts";
import { RunView } from "../../../../src/report/look/run_view.ts";
import { HandPilot } from "../../service/support.ts";

/** The facts about a run in which jobs ended in some way. */
function factsOf(
  jobs: readonly object[],
  endings: (pilot: HandPilot) => void,
  words: Readonly<Record<string, string>> = {},
): SummaryFacts {
  const pilot = new HandPilot("n0:64");
  const outcome = new RunOutcome();
  pilot.hub.add("summary", outcome);
  pilot.take(...jobs);
  endings(pilot);
  const view = new RunView(pilot.ledger, [...pilot.intake.names()].map((name) => pilot.intake.find(name)!));
  const readWords = (task: Parameters<typeof nameOf>[0]) => ({ stderr: words[nameOf(task)] ?? "" });
  const failed = { failures: groupFailures(view, readWords, nameOf), readWords };
  return { outcome, failed, unfinished: { jobs: 0, tasks: 0 }, elapsedMs: 1234, hasColour: false };
}

const job = (name: string, more: object = {}) => ({ name, execution: { exec: "x" }, ...more });

Deno.test("formatSummary() counts jobs and tasks, and tells which did not succeed and why", () => {
  const facts = factsOf(
    [job("a"), job("b"), job("c", { dependencies: { after: ["b"] } }), job("it", { iteration: { start: 2, stop: 4 } })],
    (pilot) => {
      pilot.run("a");
      pilot.run("b", { code: 3 });
      pilot.run("it:2");
      pilot.run("it:3", { code: 1 });
    },
  );
  assertEquals(
    formatSummary({ ...facts, folder: "/work/f" }),
    `4 jobs: 1 succeeded, 2 failed, 1 omitted (5 tasks: 2 succeeded, 2 failed, 1 omitted) in 1.2 s
FAILED   b: exit code 3
FAILED   it:3: exit code 1
OMITTED  c: job "b" did not succeed (it failed)
look at all of it: qcgpj failures /work/f
run it again: qcgpj run --resume /work/f --failed
records: /work/f
`,
  );
});

Deno.test("formatSummary() puts together what failed in the same way, with the end of what the first of them said", () => {
  const names = ["it:0", "it:1", "it:2"];
  const facts = factsOf(
    [job("it", { iteration: { stop: 3 } }), job("z")],
    (pilot) => {
      for (const name of names) pilot.run(name, { code: 4 });
      pilot.run("z", { code: 5 });
    },
    { ...Object.fromEntries(names.map((name) => [name, `at\nno ${name.slice(3)}\n`])), z: "broken" },
  );
  assertEquals(
    formatSummary(facts),
    `2 jobs: 2 failed (4 tasks: 4 failed) in 1.2 s
FAILED   3 tasks: exit code 4: no <n>
         it:0 it:1 it:2
         | at
         | no 0
FAILED   z: exit code 5: broken
`,
  );
});

Deno.test("formatSummary() paints states only where colours are wanted", () => {
  const facts = factsOf([job("a")], (pilot) => pilot.run("a", { code: 1 }));
  const text = formatSummary({ ...facts, hasColour: true });
  assertEquals(text, "1 job: 1 failed in 1.2 s\n\x1b[31mFAILED\x1b[0m   a: exit code 1\n");
});

Deno.test("formatSummary() says how to go on after an interruption, and counts the tasks, with a path for a shell", () => {
  const facts = { outcome: new RunOutcome(), interrupted: "SIGINT", elapsedMs: 61_000, hasColour: false };
  const text = (tasks: number) => formatSummary({ ...facts, unfinished: { jobs: 2, tasks }, folder: "/my work" });
  const rest = "; go on with: qcgpj run --resume '/my work'\nrecords: /my work\n";
  const begin = "no jobs ended in 0:01:01\ninterrupted by SIGINT: 2 jobs";
  assertEquals([text(2), text(70)], [`${begin} are unfinished${rest}`, `${begin} with 70 tasks are unfinished${rest}`]);
});

Deno.test("formatSummary() lists the first ways to fail and counts the others", () => {
  const names = Array.from({ length: 13 }, (_, i) => `j${i}`);
  const facts = factsOf(names.map((name) => job(name)), (pilot) => {
    names.forEach((name, i) => pilot.run(name, { code: i + 1 }));
  });
  const lines = formatSummary(facts).split("\n");
  assertEquals([lines.length, lines.at(-2)], [13, "and 3 more that did not succeed"]);
});

Deno.test("RunOutcome does not say that all succeeded when it has not heard all", () => {
  const { outcome } = factsOf([job("a")], (pilot) => pilot.run("a"));
  assertEquals(outcome.allSucceeded, true);
  outcome.dropped();
  assertEquals(outcome.allSucceeded, false);
});
