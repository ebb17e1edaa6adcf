/**
 * Python programs of QCG-PilotJob's own client classes, as they are, on our service: `Manager`, `LocalManager`, the
 * executor API, and its tools `qcg-pm` and `qcg-pm-report`; and that our reports tell the same as these.
 *
 * Needs `QCG_PM_SERVICE`, the path of `qcg-pm-service` in a virtual environment with the packages qcg-pilotjob,
 * qcg-pilotjob-executor-api and qcg-pilotjob-cmds 0.14.2.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call, commandLine, exists, type Running, start } from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const service = Deno.env.get("QCG_PM_SERVICE");
const ignore = service === undefined;
if (ignore) console.warn("Python clients are not tested: QCG_PM_SERVICE names no qcg-pm-service, see CONTRIBUTING.md");

const programs = new URL("python/", import.meta.url).pathname;
const moduleFolder = new URL("../../examples/python", import.meta.url).pathname;
const commandText = commandLine.map((word) => `'${word}'`).join(" ");

/** Runs a program of the virtual environment. */
async function runTool(name: string, args: readonly string[], cwd: string, code = 0): Promise<string> {
  const command = new Deno.Command(service!.replace(/[^/]+$/, name), {
    args: [...args],
    cwd,
    stdin: "null",
    env: { QCGPJ: commandText, QCG_PM_ZMQ_ADDRESS: "" },
  });
  const ended = await command.output();
  const [out, err] = [ended.stdout, ended.stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([ended.code, /^error: /m.test(err!)], [code, false], `${name} ${args.join(" ")}\n${out}${err}`);
  return out!;
}

/** Starts our service with `--net`; its address. */
async function serve(scratch: Scratch): Promise<{ readonly running: Running; readonly address: string }> {
  const running = start(["service", "--net", "--nodes", "4", "--id", "served"], { cwd: scratch.path });
  const path = scratch.in(".qcgpjm-service-served/address");
  await until(() => exists(path), "there is an address");
  return { running, address: Deno.readTextFileSync(path) };
}

Deno.test({
  name: "A Python program of Manager submits, waits, asks, cancels, removes and finishes",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    const { running, address } = await serve(scratch);
    assertStringIncludes(await runTool("python", [`${programs}manager.py`, address], scratch.path), "all is well");
    const { code, err } = await running.endedSoon();
    assertEquals([code, err], [0, `qcgpj service: requests are taken at ${address}\n`]);
  },
});

Deno.test({
  name: "Python programs of LocalManager start our service, end it, and go on after a crash",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    const args = [`${programs}local_manager.py`, moduleFolder];
    assertStringIncludes(await runTool("python", args, scratch.path), "all is well");
  },
});

Deno.test({
  name: "Python programs of the executor API run their templates on our service",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    const args = [`${programs}executor.py`, moduleFolder];
    assertStringIncludes(await runTool("python", args, scratch.path), "all is well");
  },
});

Deno.test({
  name: "The Python examples do what they say",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    const run = (name: string) => runTool("python", [`${moduleFolder}/${name}`, scratch.path], scratch.path);
    assertEquals(await run("local_manager.py"), "hello SUCCEED\nsteps SUCCEED\n");
    assertEquals(scratch.read("step-2.out"), "step 2\n");
    const told = [0, 1, 2].map((number) => `{'task${number}': 'SUCCEED'}\n`).join("");
    assertEquals(await run("executor.py"), told);
  },
});

Deno.test({
  name: "qcg-pm status finds our service by its address and by its folder",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    const { running, address } = await serve(scratch);
    for (const args of [["-a", address], ["-p", scratch.path]]) {
      const told = await runTool("qcg-pm", [...args, "status"], scratch.path);
      assertStringIncludes(told, `[System]\nInstanceId=served\n`);
      assertStringIncludes(told, `Zmqaddress=${address}\nIfaces=['ZMQ']\n`);
      assertStringIncludes(told, "[Resources]\nTotalNodes=1\nTotalCores=4\n");
    }
    running.signal("SIGINT");
    assertEquals((await running.endedSoon()).code, 0);
  },
});

const job = (name: string, exec: string, ...args: readonly string[]) => ({ name, execution: { exec, args } });
const reported = [
  { ...job("it", "sleep", "0.05"), iteration: { stop: 3 } },
  job("a", "sleep", "0.1"),
  job("bad", "false"),
  job("lost", "/no/such/program"),
];

/** Subcommands of `qcg-pm-report`; WD stands for the working directory of a run. */
const subcommands: readonly string[] = [
  ...["stats WD", "stats --details WD", "text WD", "job WD a it:1 bad lost nobody", "jobs WD", "jobs --details WD"],
  ...["jobs --state failed WD", "jobs --sort start --node n1 WD", "launch-stats WD", "launch-stats --details WD"],
  ...["rusage WD", "rusage --details WD", "rusage --wo-init --until-last-job WD", "efficiency --details WD"],
  ...["efficiency-core WD n1 0", "allocation WD n1 0", "allocation WD n1 1"],
];

/** What QCG-PilotJob measures on nodes alone: when its tasks ran. Written as there, from its report. */
function writeTheirTimes(wd: string): void {
  const folder = [...Deno.readDirSync(wd)].find(({ name }) => name.startsWith(".qcgpjm-service-"))!.name;
  const lines = Deno.readTextFileSync(`${wd}/${folder}/jobs.report`).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  const times = lines.flatMap(({ name, history }) => {
    const begin = history.find(({ state }: { state: string }) => state === "EXECUTING");
    const at = ({ date }: { date: string }) => date.replace("T", " ");
    return begin === undefined ? [] : [[name, { s: at(begin), f: at(history.at(-1)) }]];
  });
  const text = JSON.stringify({ node: "n1", rt: Object.fromEntries(times) });
  Deno.writeTextFileSync(`${wd}/rtimes_n1_2026-01-01-00-00-00_1.log`, text);
}

/** A report without what differs from run to run: figures, and the words of reasons. */
function layoutOf(text: string): readonly string[] {
  return text.split("\n")
    .map((line) => line.replace(/^(\S+ \(\w+\)).*/, "$1").replace(/wd: .*/, "wd: …").replaceAll(/[\d.:-]+(e-N)?/g, "N"))
    .map((line) => line.replaceAll(/N( N)?e?N?/g, "N").replaceAll(/ +/g, " "))
    .toSorted();
}

Deno.test({
  name: "qcg-pm-report tells of our runs as of its own, also of a task that could not be started",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    scratch.write("jobs.json", JSON.stringify([{ request: "submit", jobs: reported }]));
    const args = (wd: string) => ["--file-path", "jobs.json", "--wd", wd, "--nodes", "n1:2", "--enable-rt-stats"];
    assertEquals((await call(["service", ...args("ours")], { cwd: scratch.path })).err, "");
    await runTool("qcg-pm-service", args("theirs"), scratch.path);
    writeTheirTimes(scratch.in("theirs"));
    const tell = (line: string, wd: string) =>
      runTool("qcg-pm-report", line.split(" ").map((word) => word === "WD" ? wd : word), scratch.path);
    await Promise.all(subcommands.map(async (line) => {
      const [ours, theirs] = [await tell(line, "ours"), await tell(line, "theirs")];
      assert(ours.length > 20, line);
      assertEquals(layoutOf(ours), layoutOf(theirs), line);
    }));
  },
});

/** A report without what its tool warns of, and without the last digits of floats. */
function toldBy(text: string): string {
  const told = text.split("\n").filter((line) => !line.startsWith("WARNING")).join("\n");
  return told.replaceAll(/\d+\.\d{7,}/g, (float) => String(Number(Number(float).toPrecision(12))));
}

Deno.test({
  name: "qcgpj report tells of a directory of QCG-PilotJob what qcg-pm-report tells of it, word for word",
  ignore,
  fn: async () => {
    await using scratch = new Scratch();
    scratch.write("jobs.json", JSON.stringify([{ request: "submit", jobs: reported }]));
    await runTool("qcg-pm-service", ["--file-path", "jobs.json", "--wd", "theirs", "--nodes", "n1:2"], scratch.path);
    writeTheirTimes(scratch.in("theirs"));
    for (const line of subcommands) {
      const words = line.split(" ").filter((word) => word !== "WD");
      const theirs = await runTool("qcg-pm-report", line.replace("WD", "theirs").split(" "), scratch.path);
      const { code, out } = await call(["report", words[0]!, "-C", "theirs", ...words.slice(1)], { cwd: scratch.path });
      // Ours tells by its exit code, too, that there is no such task.
      assertEquals([code, toldBy(out)], [line.includes("nobody") ? 1 : 0, toldBy(theirs)], line);
    }
  },
});
