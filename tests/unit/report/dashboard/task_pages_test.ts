import { assert, assertEquals } from "@std/assert";
import { layOutJobs } from "../../../../src/report/dashboard/job_graph.ts";
import { readCoreIds, writeCoreIds } from "../../../../src/report/dashboard/node_cores.ts";
import { listTasks, readPage, type TaskQuery } from "../../../../src/report/dashboard/task_pages.ts";
import { nearAddress, tunnelCommand } from "../../../../src/report/dashboard/tunnel.ts";
import { compareRows, rowOf, rowOrders } from "../../../../src/report/look/task_row.ts";
import { failedWith, ViewedRun } from "../look/support.ts";

const all: TaskQuery = { states: [], search: "", isReversed: false };

function busyRun(): ViewedRun {
  const run = new ViewedRun("sweep x30", "B", "fit x5 after=B", "Alpha");
  for (let task = 0; task < 20; task++) {
    run.start(task, 1_100 + 7 * (task % 5));
    if (task % 3 > 0) run.end(task, 1_200 + 31 * (task % 7), task % 2 === 0 ? failedWith(task) : undefined);
  }
  return run;
}

Deno.test("listTasks() finds the tasks in some states with a text in their names", () => {
  const { view } = busyRun();
  const names = (query: Partial<TaskQuery>) =>
    readPage(view, listTasks(view, { ...all, ...query }, 2_000), 0, 100, 2_000).rows.map(({ name }) => name);
  assertEquals(names({}).length, 37);
  assertEquals(names({ search: "ALPHA" }), ["Alpha"]);
  assertEquals(names({ search: "sweep:2" }).length, 11);
  assertEquals(names({ search: "p:7" }), ["sweep:7"]);
  assertEquals(names({ states: ["FAILED"] }), ["sweep:2", "sweep:4", "sweep:8", "sweep:10", "sweep:14", "sweep:16"]);
  assertEquals(names({ states: ["FAILED"], search: "sweep:1", isReversed: true }), [
    "sweep:16",
    "sweep:14",
    "sweep:10",
  ]);
  assertEquals(names({ search: "nothing" }), []);
});

for (const order of rowOrders) {
  Deno.test(`listTasks() sorts by ${order} as qcgpj tasks does`, () => {
    const { view } = busyRun();
    const rows = [...view.tasks()].map((task) => rowOf(view, task, 2_000)).sort(compareRows(order));
    const page = readPage(view, listTasks(view, { ...all, order }, 2_000), 0, 100, 2_000);
    assertEquals(page.rows.map(({ name }) => name), rows.map(({ name }) => name));
  });
}

Deno.test("readPage() gives the rows of a page, none behind the end, and passes over jobs that were removed", () => {
  const { view, jobs } = busyRun();
  const list = listTasks(view, all, 2_000);
  const page = readPage(view, list, 30, 4, 2_000);
  assertEquals([page.total, page.offset, page.rows.map(({ name }) => name)], [37, 30, [
    "B",
    "fit:0",
    "fit:1",
    "fit:2",
  ]]);
  assertEquals(readPage(view, list, 99, 4, 2_000).rows, []);
  view.follow({ kind: "jobForgotten", atMs: 2_000, job: jobs[1]!.id });
  assertEquals(readPage(view, list, 30, 2, 2_000).rows.map(({ name }) => name), ["fit:0"]);
});

Deno.test("layOutJobs() puts each job right of what it waits for, with each arrow once", () => {
  const run = new ViewedRun("A x2", "B after=A", "C after=A", "D after=B,C", "E");
  run.start(0, 1_010);
  run.end(0, 1_020);
  const { nodes, edges, jobs, isAggregated } = layOutJobs(run.view);
  assertEquals([jobs, isAggregated], [5, false]);
  assertEquals(nodes.map(({ name, column }) => [name, column]).toSorted(), [
    ...[["A", 0], ["B", 1], ["C", 1], ["D", 2], ["E", 0]],
  ]);
  assertEquals(nodes.find(({ name }) => name === "A")?.counts, { SUCCEED: 1, QUEUED: 1 });
  const named = edges.map(([from, to]) => `${nodes[from]!.name}${nodes[to]!.name}`).toSorted();
  assertEquals(named, ["AB", "AC", "BD", "CD"]);
  for (const [from, to] of edges) assert(nodes[from]!.column < nodes[to]!.column);
});

Deno.test("layOutJobs() draws at most 500 nodes, and loses no task", () => {
  const texts = Array.from({ length: 700 }, (_, at) => at < 350 ? `s${at}` : `t${at} after=s${at - 350}`);
  const { nodes, edges, isAggregated } = layOutJobs(new ViewedRun(...texts).view);
  assertEquals(isAggregated, true);
  assertEquals(nodes.map(({ jobs, column, counts }) => [jobs, column, counts.QUEUED]), [[350, 0, 350], [350, 1, 350]]);
  assertEquals(edges, [[0, 1]]);
  // A chain has a column for each job.
  const chain = Array.from({ length: 1200 }, (_, at) => at === 0 ? "c0" : `c${at} after=c${at - 1}`);
  const graph = layOutJobs(new ViewedRun(...chain).view);
  assert(graph.nodes.length <= 500);
  assertEquals(graph.nodes.reduce((sum, { jobs }) => sum + jobs, 0), 1200);
});

Deno.test("readCoreIds() gives back what writeCoreIds() was given, and bears what is of another form", () => {
  const nodes = [
    { name: "a", coreIds: ["0", "1", "2", "7", "9", "10"] },
    { name: "b", coreIds: ["0", "1", "2", "7", "9", "10"] },
    { name: "c", coreIds: ["x", "01", "3"] },
    { name: "d", coreIds: [] },
  ];
  const written = writeCoreIds(nodes);
  assertEquals(written, [[2, "0-2,7,9-10"], [1, "x,01,3"], [1, ""]]);
  const names = nodes.map(({ name }) => name);
  assertEquals(readCoreIds(names, written), nodes.map(({ name, coreIds }) => ({ name, cores: coreIds })));
  for (const other of [undefined, 7, [[1]], [["a", 2]]]) {
    assertEquals(readCoreIds(["a"], other), [{ name: "a", cores: [] }]);
  }
});

Deno.test("tunnelCommand() reaches a node through the machine that one logs in to", () => {
  const place = { port: 8123, host: "node7", account: "ada" };
  assertEquals(tunnelCommand(place), "ssh -N -L 8123:127.0.0.1:8123 ada@node7");
  assertEquals(
    tunnelCommand({ ...place, through: "login1" }),
    "ssh -N -L 8123:127.0.0.1:8123 -J ada@login1 ada@node7",
  );
  assertEquals(nearAddress("http://node7:8123/#secret", 8123), "http://localhost:8123/#secret");
});
