/**
 * `qcgpj run -`: a pipe as an interface.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  call,
  exists,
  findRecords,
  letGo,
  readStates,
  shell,
  start,
  untilStarted,
  waitingJob,
} from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const submit = (...jobs: readonly object[]): string => `${JSON.stringify({ request: "submit", jobs })}\n`;
const yes = { name: "yes", execution: { exec: "true" } };

Deno.test("qcgpj run - answers each line in order, and ends with the input after all jobs", async () => {
  await using scratch = new Scratch();
  const input = submit(yes) + '\n{"request": "resourcesInfo"}\n{"request": "jobStatus", "jobNames": ["yes"]}';
  const { code, out, err } = await call(["run", "-", "--nodes", "2", "--wd", scratch.path], { input });
  assertEquals(code, 0);
  const replies = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(replies.length, 3);
  assertEquals(replies[0], { code: 0, message: "1 jobs submitted", data: { submitted: 1, jobs: ["yes"] } });
  assertEquals([replies[1].code, replies[1].data.total_cores], [0, 2]);
  assertEquals(replies[2].data.jobs.yes.status, 0);
  assertStringIncludes(err, "1 job: 1 succeeded");
});

Deno.test("qcgpj run - takes requests while jobs run", async () => {
  await using scratch = new Scratch();
  const running = start(["run", "-", "--events", "--nodes", "2", "--wd", scratch.path]);
  await running.write(submit(waitingJob(scratch, "first")));
  await untilStarted(scratch, "first");
  // The task may be quicker than the news of it.
  await running.untilLine((line) => line.includes('"taskStarted"'), "the start");
  await running.write('{"request": "jobStatus", "jobNames": ["first"]}\n');
  await running.untilLine((line) => line.includes('"EXECUTING"'), "the job executing");
  await running.write(submit({ ...yes, dependencies: { after: ["first"] } }));
  await running.untilLine((line) => line.includes('"jobs":["yes"]'), "the second job");
  await letGo(scratch, "first");
  await running.closeInput();
  assertEquals((await running.ended).code, 0);
  assertEquals(readStates(scratch.path), { first: "SUCCEED", yes: "SUCCEED" });
});

Deno.test("qcgpj run - cancels a running job when asked to", async () => {
  await using scratch = new Scratch();
  const running = start(["run", "-", "--wd", scratch.path]);
  await running.write(submit(waitingJob(scratch, "long")));
  await untilStarted(scratch, "long");
  await running.write('{"request": "cancelJob", "jobNames": ["long"]}\n');
  await running.closeInput();
  const { code, out } = await running.ended;
  assertStringIncludes(out, '{"canceled":1}');
  assertEquals([code, readStates(scratch.path)], [1, { long: "CANCELED" }]);
});

Deno.test("qcgpj run - answers what is no request and goes on; a refused submit makes the exit code 1", async () => {
  await using scratch = new Scratch();
  const bad: [line: string, told: string][] = [
    ["nonsense", "Not a JSON value"],
    ["null", "Invalid request: null stands where a request must, such as {"],
    ["[]", "Invalid request: an array stands where"],
    [JSON.stringify(yes), "Invalid request: a job stands where"],
    ['{"request": "dance"}', "Unknown request name: dance"],
    [submit({ name: "no" }).trimEnd(), "Missing execution element in job description"],
    ['{"request": "notify", "entity": "job"}', "missing register parameters"],
  ];
  const input = bad.map(([line]) => `${line}\n`).join("") + submit(yes);
  const { code, out } = await call(["run", "-", "--wd", scratch.path], { input });
  const replies = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(replies.map((reply) => reply.code), [1, 1, 1, 1, 1, 1, 1, 0]);
  bad.forEach(([, told], i) => assertStringIncludes(replies[i].message, told));
  assertEquals([code, readStates(scratch.path)], [1, { yes: "SUCCEED" }]);
  // A question about a job that nobody knows is only a question.
  const asked = await call(["run", "-", "--wd", scratch.in("asked")], {
    input: '{"request": "jobStatus", "jobNames": ["x"]}\n',
  });
  assertEquals([asked.code, JSON.parse(asked.out).message], [0, "Job 'x' doesn't exist"]);
});

Deno.test("qcgpj run - holds a job to its own permissions, at submit and when it runs", async () => {
  await using scratch = new Scratch();
  const shell = (name: string, permissions: object): object => ({
    name,
    execution: { exec: "sh", args: ["-c", "echo [$LANG_OF_TEST]"], stdout: `${name}.out` },
    permissions,
  });
  const may = { run: ["sh"], write: ["."] };
  const input = submit(shell("refused", { run: ["date"], write: ["."] })) + submit(shell("blind", may)) +
    submit(shell("seeing", { ...may, env: ["LANG_OF_TEST"] }));
  const { out } = await call(["run", "-", "--wd", scratch.path], { input, env: { LANG_OF_TEST: "value" } });
  const replies = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(replies.map(({ code }) => code), [1, 0, 0]);
  assertEquals(replies[0].data.error, "PERMISSION_SCOPE");
  assertEquals([scratch.read("blind.out"), scratch.read("seeing.out")], ["[]\n", "[value]\n"]);
});

Deno.test("qcgpj run - tells an input that cannot be read, and runs to their end the jobs that it has", async () => {
  await using scratch = new Scratch();
  const { code, out, err } = await shell("qcgpj run - --wd work < .", scratch.path);
  assertEquals([code, out], [1, ""]);
  assertMatch(err, /^qcgpj run: door PIPE broke, all else goes on: Cannot read standard input: .*\nno jobs ended/);
  assertStringIncludes(
    Deno.readTextFileSync(`${findRecords(scratch.in("work"))}/service.log`),
    "Cannot read standard input",
  );
});

Deno.test("qcgpj run - ends by itself when all is done after finishAfterAllTasksDone", async () => {
  await using scratch = new Scratch();
  const running = start(["run", "-", "--wd", scratch.path]);
  await running.write(submit(waitingJob(scratch, "first")));
  await running.write('{"request": "control", "command": "finishAfterAllTasksDone"}\n');
  await running.untilLine((line) => line.includes("command accepted"), "the reply to control");
  await running.write(submit(yes)); // Still taken, as in QCG-PilotJob.
  await running.untilLine((line) => line.includes('"jobs":["yes"]'), "the second job");
  await letGo(scratch, "first");
  assertEquals((await running.ended).code, 0); // Its input is still open.
  assertEquals(readStates(scratch.path), { first: "SUCCEED", yes: "SUCCEED" });
  await running.closeInput();
});

Deno.test("qcgpj run - ends by itself after finish, and cancels the jobs if it is to be now", async () => {
  await using scratch = new Scratch();
  const running = start(["run", "-", "--wd", scratch.path]);
  await running.write(submit(waitingJob(scratch, "long")));
  await untilStarted(scratch, "long");
  await running.write('{"request": "finish", "params": {"now": true}}\n');
  assertEquals((await running.ended).code, 1);
  assertMatch(running.out, /\{"code":0,"data":\{"when":"2s"\}\}/);
  assertEquals(readStates(scratch.path), { long: "CANCELED" });
  await running.closeInput();
});

Deno.test("qcgpj run - --events tells what happens after the reply to the submit, in the library's words", async () => {
  await using scratch = new Scratch();
  const input = submit({
    name: "it",
    iteration: { start: 1, stop: 3 },
    execution: { exec: "test", args: ["${it}", "=", "1"] },
  });
  const { code, out } = await call(["run", "-", "--events", "--nodes", "1", "--wd", scratch.path], { input });
  assertEquals(code, 1);
  const events = out.trimEnd().split("\n").slice(1).map((line) => JSON.parse(line));
  assertEquals(
    events.map(({ event, number }) => `${number} ${event}`),
    [
      "1 jobSubmitted",
      ...["2 taskScheduled", "3 taskStarted", "4 iterationFinished"],
      ...["5 taskScheduled", "6 taskStarted", "7 iterationFinished"],
      ...["8 jobFinished", "9 runFinished"],
    ].toSorted((a, b) => parseInt(a) - parseInt(b)),
  );
  const ends = events.filter(({ event }) => event.endsWith("Finished") && event !== "runFinished");
  // The first keys of these are what programs have read since there are events.
  assertEquals(ends.map((end) => JSON.stringify({ ...end, atMs: 0, number: 0 })), [
    '{"event":"iterationFinished","job":"it","iteration":1,"state":"SUCCEED","atMs":0,"number":0}',
    '{"event":"iterationFinished","job":"it","iteration":2,"state":"FAILED","reason":"exit code 1","cause":"exit",' +
    '"exitCode":1,"atMs":0,"number":0}',
    '{"event":"jobFinished","job":"it","state":"FAILED",' +
    '"iterations":{"succeeded":1,"failed":1,"canceled":0,"omitted":0},"atMs":0,"number":0}',
  ]);
});

Deno.test("qcgpj run - --events loses no event to a reader who reads nothing for a while", async () => {
  await using scratch = new Scratch();
  // More events than are held, and far more bytes than fit into the pipe, before the reader begins.
  const input = submit(
    { name: "first", execution: { exec: "true" } },
    { name: "many", iteration: { stop: 15_000 }, execution: { exec: "true" }, dependencies: { after: ["no"] } },
    { name: "last", execution: { script: "echo > ran" } },
  );
  scratch.write("requests", input);
  const reader = "{ until [ -e ran ]; do sleep 0.02; done; cat; }";
  const line = `qcgpj run - --events --nodes 1 --wd . < requests | ${reader} > events`;
  await shell(line, scratch.path);
  const events = scratch.read("events").trimEnd().split("\n").map((line) => JSON.parse(line)).slice(1);
  assertEquals(events.map(({ number }) => number), events.map((_, i) => i + 1));
  assertEquals(events.filter(({ event }) => event === "iterationFinished").length, 15_000);
  assertEquals(events.at(-1).event, "runFinished");
});

Deno.test("qcgpj run - goes on with requests and jobs when nobody reads the replies any more", async () => {
  await using scratch = new Scratch();
  const requests = Array.from({ length: 200 }, (_, i) => submit({ name: `j${i}`, execution: { exec: "true" } })).join(
    "",
  );
  // More replies than a pipe holds: some are written when the reader has gone, however late it reads.
  const questions = '{"request": "status"}\n'.repeat(500);
  scratch.write(
    "requests",
    requests + questions + submit({ name: "last", execution: { exec: "touch", args: ["ran"] } }),
  );
  const { code, out, err } = await shell("qcgpj run - --wd . < requests | head -1", scratch.path);
  assertEquals([code, out.split("\n").length, exists(scratch.in("ran"))], [0, 2, true]);
  assertEquals(err.match(/nobody gets the replies any more/g)?.length, 1);
  assertEquals(Object.keys(readStates(scratch.path)).length, 201);
});

Deno.test("qcgpj run - holds the writer back while nobody reads the replies, and the jobs go on", async () => {
  await using scratch = new Scratch();
  // The replies fill the pipe to the reader, who reads nothing before the job has let him.
  const input = submit({ name: "first", execution: { exec: "bash", args: ["-c", "sleep 0.3; echo > ran"] } }) +
    '{"request": "status"}\n'.repeat(500);
  scratch.write("requests", input);
  const line = "qcgpj run - --wd . < requests | { until [ -e ran ]; do sleep 0.02; done; cat; } | wc -l";
  const { code, out } = await shell(line, scratch.path);
  assertEquals([code, out.trim()], [0, "501"]);
});

Deno.test("qcgpj run - stops and keeps what is unfinished at Ctrl-C, though its input is open", async () => {
  await using scratch = new Scratch();
  const running = start(["run", "-", "--wd", scratch.path]);
  await running.write(submit(yes, waitingJob(scratch, "long")));
  await untilStarted(scratch, "long");
  await until(() => exists(scratch.path) && Object.keys(readStates(scratch.path)).length === 1, "the first has ended");
  running.signal("SIGINT");
  const { code, err } = await running.ended;
  assertEquals(code, 1);
  assert(err.includes("interrupted by SIGINT: 1 job is unfinished; go on with: qcgpj run --resume"), err);
  await running.closeInput();
});
