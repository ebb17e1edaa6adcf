/**
 * The same request files through QCG-PilotJob's own service and through ours: states, exit codes, statistics, and what
 * is in the report.
 *
 * Needs `QCG_PM_SERVICE`, the path of `qcg-pm-service` in a virtual environment with the package qcg-pilotjob 0.14.2.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { call, findRecords, readReport, type ReportLine } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";
import refusals from "../fixtures/refusals.json" with { type: "json" };

const reference = Deno.env.get("QCG_PM_SERVICE");

/** What came of a request file. */
interface Outcome {
  readonly code: number;
  readonly states: Readonly<Record<string, string>>;
  readonly statistics: unknown;
  readonly report: readonly ReportLine[];
  readonly files: Readonly<Record<string, string>>;
  readonly progress: readonly string[];
}

async function runBoth(
  requests: unknown,
  nodes: string,
): Promise<{ readonly theirs: Outcome; readonly ours: Outcome }> {
  await using scratch = new Scratch();
  scratch.write("requests.json", JSON.stringify(requests));
  const args = (wd: string) => ["--file-path", "requests.json", "--wd", wd, "--nodes", nodes, "--show-progress"];
  const command = new Deno.Command(reference!, { args: args("theirs"), cwd: scratch.path, stdin: "null" });
  const [theirs, ours] = await Promise.all([
    command.output().then(({ code, stdout }) => ({ code, out: new TextDecoder().decode(stdout) })),
    call(["service", ...args("ours")], { cwd: scratch.path }),
  ]);
  return { theirs: outcomeOf(scratch.in("theirs"), theirs), ours: outcomeOf(scratch.in("ours"), ours) };
}

/** What a status says of the service; QCG-PilotJob does not tell the zone of its times. */
function systemKeys({ System }: { readonly System: object }): readonly string[] {
  return Object.keys(System).filter((key) => key !== "TimeZone");
}

function outcomeOf(wd: string, { code, out }: { readonly code: number; readonly out: string }): Outcome {
  const report = readReport(wd);
  const status = JSON.parse(Deno.readTextFileSync(`${findRecords(wd)}/final_status.json`));
  const files = [...Deno.readDirSync(wd)].filter(({ isFile }) => isFile).map(({ name }) => name);
  return {
    code,
    states: Object.fromEntries(report.map(({ name, state }) => [name, state])),
    statistics: [status.Resources, status.JobStats, status.IterationStats, systemKeys(status)],
    report,
    files: Object.fromEntries(files.map((name) => [name, Deno.readTextFileSync(`${wd}/${name}`)])),
    // Without times; who comes first is chance.
    progress: out.trimEnd().split("\n").map((line) => line.replace(/^\S+ \S+ /, "")).toSorted(),
  };
}

/** What of a record does not change from run to run. Ours has a message where QCG-PilotJob's has none. */
function shapeOf({ name, state, history, runtime, messages: _, ...job }: ReportLine) {
  return {
    name,
    state,
    history: history.map((change) => change.state),
    runtime: Object.keys(runtime),
    exitCode: runtime["exit_code"],
    program: runtime["pname"],
    job,
  };
}

const shapesOf = ({ report }: Outcome) =>
  report.map(shapeOf).toSorted((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const submit = (...jobs: readonly object[]) => ({ request: "submit", jobs });
const finish = { request: "control", command: "finishAfterAllTasksDone" };
const sh = (script: string, stdout: string) => ({ exec: "bash", args: ["-c", script], stdout });
const after = (...names: readonly string[]) => ({ dependencies: { after: names } });

/** Request files on which both must agree in everything. */
const agreed: readonly (readonly [name: string, nodes: string, requests: readonly unknown[]])[] = [
  ["one job, as in the documentation", "2", [
    submit({
      name: "msleep2",
      execution: { exec: "/bin/sleep", args: ["0.1s"], env: {}, wd: "sleep.sandbox", stdout: "out", stderr: "err" },
      resources: { numCores: { exact: 1 } },
    }),
    finish,
  ]],
  ["success, failure, signal and a script", "4", [
    submit(
      { name: "good", execution: sh("echo good", "good.out") },
      { name: "bad", execution: sh("exit 3", "bad.out") },
      { name: "killed", execution: sh("kill -9 $BASHPID", "killed.out") },
      { name: "script", execution: { script: "echo one\necho two", stdout: "script.out" } },
    ),
  ]],
  ["a diamond of dependencies", "4", [
    submit(
      { name: "a", execution: sh("echo a", "a.out") },
      { name: "b", execution: sh("cat a.out; echo b", "b.out"), ...after("a") },
      { name: "c", execution: sh("cat a.out; echo c", "c.out"), ...after("a") },
      { name: "d", execution: sh("cat b.out c.out; echo d", "d.out"), ...after("b", "c") },
    ),
    finish,
  ]],
  ["jobs after a failed one, and after an unknown one", "2", [
    submit(
      { name: "bad", execution: { exec: "false" } },
      { name: "next", execution: { exec: "true" }, ...after("bad") },
      { name: "last", execution: { exec: "true" }, ...after("next") },
      { name: "lost", execution: { exec: "true" }, ...after("nobody") },
      { name: "free", execution: { exec: "true" } },
    ),
  ]],
  ["iterations with their variables, from a start and by values", "3", [
    submit(
      {
        name: "it",
        iteration: { start: 2, stop: 6 },
        execution: sh("echo $0 ${it} ${itval} ${ncores} ${nnodes}", "it-${it}.out"),
      },
      { name: "val", iteration: { values: ["x", "y z"] }, execution: sh("echo ${it} '${itval}'", "val-${it}.out") },
      { name: "odd", iteration: { stop: 4 }, execution: sh("exit $(( ${it} % 2 ))", "odd-${it}.out") },
    ),
  ]],
  ["iterations after those of the same index", "3", [
    submit(
      { name: "first", iteration: { stop: 3 }, execution: sh("test ${it} != 1", "first-${it}.out") },
      {
        name: "second",
        iteration: { stop: 3 },
        execution: sh("echo ${it}", "second-${it}.out"),
        ...after("first:${it}"),
      },
    ),
  ]],
  ["cores and nodes", "n1:2,n2:3", [
    submit(
      {
        name: "cores",
        execution: sh("echo $QCG_PM_NPROCS ${ncores} ${nnodes} ${nlist}", "c.out"),
        resources: { numCores: { exact: 5 } },
      },
      {
        name: "nodes",
        execution: sh("echo $QCG_PM_NNODES $QCG_PM_NODELIST $QCG_PM_TASKS_PER_NODE", "n.out"),
        resources: { numNodes: { exact: 2 }, numCores: { exact: 2 } },
      },
      { name: "range", execution: sh("echo ${ncores}", "r.out"), resources: { numCores: { min: 2, max: 4 } } },
      { name: "whole", execution: sh("echo ${ncores} ${nlist}", "w.out"), resources: { numNodes: { exact: 2 } } },
    ),
  ]],
  ["refused requests beside good ones", "2", [
    submit({ name: "one", execution: { exec: "true" } }),
    submit({ name: "one", execution: { exec: "false" } }, { name: "other", execution: { exec: "true" } }),
    submit({ name: "wide", execution: { exec: "true" }, resources: { numCores: { exact: 3 } } }),
    submit({ name: "b", execution: { exec: "true" } }, { name: "a:b", execution: { exec: "true" } }),
    submit({ name: "c", execution: {} }),
    { request: "dance" },
    submit({ name: "two", execution: { exec: "true" } }),
    finish,
  ]],
  ["a job that is canceled right behind its submit", "2", [
    submit({ name: "long", execution: { exec: "sleep", args: ["600"] } }, {
      name: "short",
      execution: { exec: "true" },
    }),
    { request: "cancelJob", jobNames: ["long"] },
    finish,
  ]],
  ["variables of the submit", "2", [
    submit({ name: "j${rcnt}", execution: sh("echo ${jname} ${rcnt} ${sname}", "${jname}.out") }),
    submit({ name: "j${rcnt}", execution: sh("echo ${unknown} ${root_wd} | wc -w", "${jname}.out") }),
  ]],
];

for (const [name, nodes, requests] of agreed) {
  Deno.test({
    name: `qcgpj service does as QCG-PilotJob: ${name}`,
    ignore: reference === undefined,
    fn: async () => {
      const { theirs, ours } = await runBoth(requests, nodes);
      assertEquals(ours.states, theirs.states);
      assertEquals(ours.code, theirs.code);
      assertEquals(ours.statistics, theirs.statistics);
      assertEquals(ours.files, theirs.files);
      assertEquals(shapesOf(ours), shapesOf(theirs));
      assertEquals(ours.progress, theirs.progress);
      assert(ours.report.length > 0);
    },
  });
}

/** Asks QCG-PilotJob over its network interface, after the jobs that `tests/unit/service/refusals_test.ts` has too. */
const askThem = `
import glob, json, signal, subprocess, sys, time, zmq
signal.alarm(60)
wd = sys.argv[2]
service = subprocess.Popen([sys.argv[1], "--net", "--wd", wd, "--nodes", "n1:4,n2:4", "--log", "critical"],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
text = ""
while text == "":
    time.sleep(0.05)
    for path in glob.glob(wd + "/.qcgpjm-service-*/address"): text = open(path).read()
address = "tcp://127.0.0.1:" + text.split(":")[2]
socket = zmq.Context().socket(zmq.REQ)
socket.connect(address)
def ask(request):
    socket.send_string(json.dumps(request))
    return json.loads(socket.recv())
def states():
    return [job["data"]["status"] for job in ask({"request": "jobStatus", "jobNames": ["a", "it"]})["data"]["jobs"].values()]
true = {"exec": "true"}
ask({"request": "submit", "jobs": [{"name": "a", "execution": true}, {"name": "it", "iteration": {"stop": 2},
    "execution": true}, {"name": "slow", "execution": {"exec": "sleep", "args": ["50"]}}]})
while states() != ["SUCCEED", "SUCCEED"]: time.sleep(0.05)
json.dump([ask(request) for request in json.load(sys.stdin)], sys.stdout)
service.kill()
`;

Deno.test({
  name: "The recorded texts of refused requests are those of QCG-PilotJob",
  ignore: reference === undefined,
  fn: async () => {
    await using scratch = new Scratch();
    const python = new Deno.Command(reference!.replace(/[^/]+$/, "python"), {
      args: ["-c", askThem, reference!, scratch.path],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = python.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(refusals.map(([request]) => request))));
    await writer.close();
    const replies = JSON.parse(new TextDecoder().decode((await python.output()).stdout));
    assertEquals(replies.map(refusedIn), refusals.map(([, refusal]) => refusal));
  },
});

function refusedIn({ code, message, data }: {
  readonly code: number;
  readonly message?: string;
  readonly data?: { readonly errors?: object; readonly jobs?: Record<string, { status: number; message?: string }> };
}): unknown {
  if (code === 1) return message;
  const wrong = Object.entries(data?.jobs ?? {}).filter(([, { status }]) => status === 1);
  return data?.errors ?? Object.fromEntries(wrong.map(([name, one]) => [name, one.message]));
}
