import fc from "../../../support/seeded_check.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ranTasks } from "../../../../src/report/figures/timed_run.ts";
import { timeView } from "../../../../src/report/figures/view_run.ts";
import { renderReport } from "../../../../src/report/html/report_page.ts";
import { columnElement } from "../../../../src/report/html/column_element.ts";
import { columnsOf, criticalTasks, type TaskColumns } from "../../../../src/report/html/task_columns.ts";
import { groupFailures } from "../../../../src/report/look/failure_groups.ts";
import { nameOf } from "../../../../src/report/look/run_status.ts";
import { pictureRun } from "../../../../src/report/pictures/pictured_run.ts";
import type { AdmittedJob } from "../../../../src/core/types.ts";
import { taskCount } from "../../../../src/job/description.ts";
import { longestChain, sourcesOf } from "../../../../src/report/task_chain.ts";
import { failedWith, ViewedRun } from "../look/support.ts";
import golden from "./small_html.txt" with { type: "text" };

const facts = {
  id: "n1.42",
  folder: "/w/.qcgpjm-service-n1.42",
  begunAtMs: 1_000,
  liveness: "ended",
  cores: 4,
} as const;

function render({ view }: ViewedRun, words = ""): Promise<string> {
  const readWords = () => words === "" ? undefined : { stderr: words };
  const timed = timeView(view, facts, 0);
  const ranMs = new Map(ranTasks(timed).map(({ name, beganAt, finishedAt }) => [name, (finishedAt - beganAt) / 1000]));
  const critical = criticalTasks([...view.jobs()], ranMs);
  return renderReport({
    ...{ view, facts, readWords, timed, critical },
    ...{
      failures: groupFailures(view, readWords, nameOf),
      again: "qcgpj run --resume /w --failed",
      scriptHash: "aGFzaA==",
    },
  });
}

/** The columns that the page reads. */
async function columnsIn(html: string): Promise<TaskColumns> {
  const [, attributes = "", text = ""] = /<script ([^>]*) id="tasks"[^>]*>(.*?)<\/script>/s.exec(html)!;
  if (attributes === 'type="application/json"') return JSON.parse(text);
  const packed = new Blob([Uint8Array.fromBase64(text)]).stream();
  return await new Response(packed.pipeThrough(new DecompressionStream("deflate-raw"))).json();
}

Deno.test("renderReport() tells in its first screen what ran, how long, how well, and what failed and why", async () => {
  const run = new ViewedRun("good", "bad x4", "waits");
  run.start(0, 2_000);
  run.end(0, 4_000);
  for (let task = 1; task < 5; task++) {
    run.start(task, 4_000 + task);
    run.end(task, 5_000, task === 3 ? failedWith(3) : { kind: "succeeded" });
  }
  const html = await render(run, "first\nno convergence at 7 in /x/y\n");
  assertStringIncludes(html, "<h1>6 tasks in 4.0 s: 1 failed, 1 not ended</h1>");
  assertStringIncludes(html, "Run n1.42, begun 1970-01-01 00:00:01.");
  assertMatch(html, /4 succeeded <span class="quiet">67 %<\/span>/);
  // One core of four was held for 3 s of 4 s.
  assertStringIncludes(html, "<dd>19 %</dd>");
  assertStringIncludes(html, '<th scope="row" title="good">good</th>');
  assertStringIncludes(html, "<strong>1 failed</strong>: exit code 3");
  assertStringIncludes(html, "<p>no convergence at 7 in /x/y</p>");
  assertStringIncludes(html, "<pre>first\nno convergence at 7 in /x/y</pre>");
  assertStringIncludes(html, "<pre>qcgpj run --resume /w --failed</pre>");
  assertStringIncludes(html, "script-src 'sha256-aGFzaA=='");
  assertEquals(/https?:(?!\/\/www\.w3\.org\/2000\/svg")/.exec(html), null);
});

Deno.test("columnsOf() shows what turns the direction of writing, and no try of a task that was never launched", () => {
  const run = new ViewedRun("a\u202eb", "never after=a\u202eb");
  run.start(0, 2_000);
  run.end(0, 3_000, { kind: "failed", cause: "exit", exit: { code: 1 }, reason: "why\u2067" });
  const outcome = { kind: "omitted", cause: "dependency", reason: "a\u202eb failed" } as const;
  run.apply({ kind: "tasksDropped", atMs: 3_000, job: run.jobs[1]!.id, first: 1, count: 1, outcome });
  const columns = columnsOf(run.view, pictureRun(timeView(run.view, facts, 0)), []);
  assertEquals(columns.jobs, [["a\ufffdb", 1], ["never", 1]]);
  assertEquals([columns.reasons, columns.attempts], [["why\ufffd", "a\ufffdb failed"], { 1: 0 }]);
});

Deno.test("renderReport() gives its page all tasks, as they are on record", async () => {
  const run = new ViewedRun("one", "it x3 after=one");
  run.start(0, 2_000);
  run.end(0, 2_500.4);
  run.start(2, 3_000, 2);
  run.end(2, 3_100, failedWith(9), 2);
  const columns = await columnsIn(await render(run));
  assertEquals(columns.jobs, [["one", 1], ["it", 3, 0]]);
  assertEquals([columns.states, columns.start, columns.ran], ["2030", [1000, -1, 2000, -1], [500, -1, 100, -1]]);
  assertEquals([columns.row, columns.attempts, columns.why, columns.reasons], [
    [0, -1, 0, -1],
    { 1: 0, 2: 2, 3: 0 },
    { 2: 0 },
    ["exit code 9"],
  ]);
  assertEquals([columns.cores, columns.critical], [["a:0"], [0, 2]]);
});

Deno.test("renderReport() shows hostile names and words as text", async () => {
  const hostile = `</script><img src=x onerror=alert(1)>`;
  const run = new ViewedRun("x");
  run.start(0, 2_000);
  run.end(0, 3_000, { kind: "failed", cause: "exit", exit: { code: 1 }, reason: hostile });
  const html = await render(run, `${hostile}\n\u202e${hostile}\n`);
  assertEquals([html.includes("<img"), html.includes("\u202e")], [false, false]);
  assertEquals((await columnsIn(html)).reasons, [hostile]);
  assertEquals(html.match(/<\/script>/g)?.length, 2);
});

Deno.test("renderReport() writes 100,000 tasks within 5 MB, and its charts as densities", async () => {
  const run = new ViewedRun("big x100000");
  for (let task = 0; task < 100_000; task++) {
    run.start(task, 2_000 + task * 10);
    run.end(task, 2_009 + task * 10);
  }
  const html = await render(run);
  assert(html.length < 5_000_000, `${html.length}`);
  const { row, start } = await columnsIn(html);
  assertEquals([row.length, start.at(-1)], [100_000, 1_000_990]);
});

Deno.test("columnElement() keeps 100,000 jobs of long names within 4 MB, and all that they are", async () => {
  const numbers = Array.from({ length: 100_000 }, (_, task) => task * 7919 % 60_000);
  const columns: TaskColumns = {
    jobs: numbers.map((
      number,
      task,
    ) => [`simulation_at_temperature_${number / 100}_</script>_and_pressure_${task}`, 1]),
    states: "2".repeat(100_000),
    ...{ start: numbers, ran: numbers, queued: numbers.map(() => 0), cpu: numbers, memory: numbers, row: numbers },
    ...{ rows: {}, attempts: {}, why: {}, reasons: [], cores: ["a:0"], lengthMs: 1, breaks: [], critical: [] },
  };
  const element = await columnElement(columns);
  assert(element.length < 4_000_000, `${element.length}`);
  assertEquals(element.match(/<\/script>/g)?.length, 1);
  assertEquals(JSON.stringify(await columnsIn(element)), JSON.stringify(columns));
});

Deno.test("columnsOf() names every core of a task that has several", () => {
  const run = new ViewedRun("wide");
  const nodes = [{ name: "a", cores: ["1", "0"], gpus: [] }, { name: "b", cores: ["7"], gpus: [] }];
  run.apply({ kind: "taskScheduled", atMs: 2_000, task: 0, job: 0, attempt: 1, allocation: { nodes } });
  run.apply({ kind: "taskStarted", atMs: 2_000, task: 0, job: 0, attempt: 1, pid: 7 });
  run.end(0, 3_000);
  const columns = columnsOf(run.view, pictureRun(timeView(run.view, facts, 0)), []);
  assertEquals([columns.cores, columns.row, columns.rows], [["a:0", "a:1", "b:7"], [1], { 0: [0, 2] }]);
});

Deno.test("criticalTasks() follows what each task waited for, not what its job did", () => {
  // Of `a` iteration 0 takes longest, and of `b` iteration 1, which waits for another.
  const run = new ViewedRun("a x2", "b x2 after=a:${it}", "end after=b", "alone");
  const ranMs = new Map([["a:0", 90], ["a:1", 10], ["b:0", 5], ["b:1", 60], ["end", 1], ["alone", 95]]);
  assertEquals(criticalTasks(run.jobs, ranMs), [
    { task: 0, name: "a:0", ranMs: 90 },
    { task: 2, name: "b:0", ranMs: 5 },
    { task: 4, name: "end", ranMs: 1 },
  ]);
  assertEquals(criticalTasks(new ViewedRun("one", "two").jobs, new Map([["one", 5]])), []);
});

Deno.test("longestChain() is as long as any chain can be, in any run of any order of jobs", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), fc.nat(9), fc.nat(2)), { maxLength: 6 }),
      fc.boolean(),
      (plan, isReversed) => {
        const texts = plan.map(([size, , how], index) => {
          const after = index === 0 || how === 0 ? "" : ` after=j${index - 1}${how === 2 ? ":${it}" : ""}`;
          return `j${index} x${size + 1}${after}`;
        });
        let jobs: readonly AdmittedJob[];
        try {
          jobs = new ViewedRun(...texts).jobs;
        } catch {
          return; // An iteration that is not there cannot be waited for.
        }
        const ms = (task: number) => 1 + (task * 7 + (plan[0]?.[1] ?? 0)) % 11;
        // By recursion, from each task back to all that it waits for.
        const back = (job: AdmittedJob, offset: number): number =>
          ms(job.firstTask + offset) + Math.max(
            0,
            ...[...sourcesOf(job, offset)].flatMap((source) => {
              const other = jobs[source.job]!;
              const offsets = source.offset === undefined
                ? [...Array(taskCount(other.description)).keys()]
                : [source.offset];
              return offsets.map((one) => back(other, one));
            }),
          );
        const most = Math.max(
          0,
          ...jobs.flatMap((job) => [...Array(taskCount(job.description)).keys()].map((offset) => back(job, offset))),
        );
        const chain = longestChain(isReversed ? jobs.toReversed() : jobs, ms);
        assertEquals(chain.reduce((sum, task) => sum + ms(task), 0), most);
      },
    ),
  );
});

/** What the report says and how it is built, without what is the same in every report: style, script, policy. */
function partsOf(html: string): string {
  return html.replace(/<style>.*?<\/style>/s, "<style></style>")
    .replace(/<script type="module">.*?<\/script>/s, "<script></script>")
    .replaceAll(/(<[^/][^>]*>)/g, "\n$1")
    .replaceAll(/\n+/g, "\n");
}

Deno.test("renderReport() writes a small run as it did", async () => {
  const run = new ViewedRun("mesh", "solve x3 after=mesh cores=2", "plot after=solve");
  run.start(0, 2_000);
  run.end(0, 3_000);
  for (const task of [1, 2, 3]) {
    run.start(task, 2_000 + 1_000 * task);
    run.end(task, 2_900 + 1_000 * task, task === 3 ? failedWith(3) : { kind: "succeeded" });
  }
  const outcome = { kind: "omitted", cause: "dependency", reason: 'job "solve" did not succeed' } as const;
  run.apply({ kind: "tasksDropped", atMs: 5_950, job: run.jobs[2]!.id, first: 4, count: 1, outcome });
  assertEquals(partsOf(await render(run, "residual is NaN at step 481\n")), golden);
});

/** The tags of a report in order, each once where it stands again and again: rows, bars, names. */
function outlineOf(html: string): string[] {
  const main = /<body>.*<\/main>/s.exec(html)![0].replaceAll(/<svg.*?<\/svg>/gs, "<svg>");
  const tags = [...main.matchAll(/<(h1|h2|section|figure|svg|canvas|table|dl|nav)\b/g)].map(([, tag]) => tag!);
  return tags.filter((tag, index) => tag !== tags[index - 1]);
}

Deno.test("renderReport() builds the report of a large run as that of a small one", async () => {
  const report = async (tasks: number) => {
    const run = new ViewedRun("first", `it x${tasks} after=first`);
    for (let task = 0; task <= tasks; task++) {
      run.start(task, 2_000 + task * 10);
      run.end(task, 2_009 + task * 10, task % 100 === 7 ? failedWith(task % 3) : { kind: "succeeded" });
    }
    return outlineOf(await render(run, "why\n"));
  };
  const small = await report(8);
  assertEquals(small.slice(0, 4), ["h1", "dl", "section", "h2"]);
  assertEquals(await report(5_000), small);
});
