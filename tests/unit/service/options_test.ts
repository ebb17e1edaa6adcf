import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { ResourceSpecError } from "../../../src/errors.ts";
import { executorOptionsOf } from "../../../src/service/executor_share.ts";
import { serviceOptionTable } from "../../../src/service/option_table.ts";
import type { ServiceOptions } from "../../../src/service/option_types.ts";
import { parseServiceOptions, requireInterface } from "../../../src/service/options.ts";
import { UsageError } from "../../../src/service/usage.ts";

const defaults: ServiceOptions = {
  help: false,
  gpus: "auto",
  binding: "auto",
  resources: "auto",
  environmentSchema: "auto",
  systemCore: false,
  logLevel: "info",
  reportFormat: "json",
  reportFile: "jobs.report",
  showProgress: false,
  tags: [],
  acceptLoss: false,
  publishes: true,
  governor: { governs: false },
  slurm: {
    ...{ agents: true, agentTimeoutSeconds: 600, agentThreshold: 1, agentStart: "slurm" },
    ...{ leadSeconds: 60, hyperthreads: false },
  },
  runTimes: { enabled: false, wrapper: "qcg_pj_launch_wrapper" },
  processSamples: false,
  slurmOnly: [],
  unsupported: [],
};
const network = { portMin: 2222, portMax: 9999 };
const { slurm } = defaults;

Deno.test("parseServiceOptions() of nothing gives QCG-PilotJob's defaults", () => {
  assertEquals(parseServiceOptions([]), defaults);
});

/** Command lines, and what they change beside `unsupported`. */
const read: readonly (readonly [line: string, changes: Partial<ServiceOptions>])[] = [
  ["--file", { requestFile: "qcg_pm_reqs.json" }],
  ["--file-path r.json", { requestFile: "r.json" }],
  ["--file --file-path=r.json", { requestFile: "r.json" }],
  ["--wd /tmp/w", { wd: "/tmp/w" }],
  ["--wd a --wd b", { wd: "b" }],
  ["--wd=-strange", { wd: "-strange" }],
  ["--wd=", {}],
  ["--wd=a=b", { wd: "a=b" }],
  ["--wd=a --system-core --id=i --file", { wd: "a", systemCore: true, id: "i", requestFile: "qcg_pm_reqs.json" }],
  ["--nodes n1:4,2", { nodes: "n1:4,2" }],
  ["--nodes=", {}],
  ["--nodes n1:4:gpu=0|2", { nodes: "n1:4:gpu=0|2" }],
  ["--gpus Devices", { gpus: "devices" }],
  ["--binding NONE", { binding: "none" }],
  ["--counted licences=3,disk=0", { counted: { licences: 3, disk: 0 } }],
  ["--tail-bytes 0", { tailBytes: 0 }],
  ["--tail-bytes 16K", { tailBytes: 16_384 }],
  ["--groups io=4,net=1", { groups: { io: 4, net: 1 } }],
  ["--order AGE", { order: "age" }],
  ["--hold-back-after 1h30m", { holdBackAfterMs: 5_400_000 }],
  ["--hold-back-after 90", { holdBackAfterMs: 90_000 }],
  ["--hold-back-after never", { holdBackAfterMs: Infinity }],
  ["--resources LOCAL", { resources: "local" }],
  ["--resources slurm", { resources: "slurm" }],
  ["--resources file --slurm-resources-file f", { resources: "file", slurm: { ...slurm, resourcesFile: "f" } }],
  ["--envschema auto", { environmentSchema: "auto" }],
  ["--envschema Common", { environmentSchema: "common" }],
  ["--envschema common,auto", { environmentSchema: "auto" }],
  ["--envschema auto,SLURM", { environmentSchema: "slurm" }],
  ["--system-core", { systemCore: true }],
  ["--log debug", { logLevel: "debug" }],
  ["--log NOTSET", { logLevel: "notset" }],
  ["--report-format text", { reportFormat: "text" }],
  ["--report-format none", { reportFormat: "none" }],
  ["--report-file /tmp/r", { reportFile: "/tmp/r" }],
  ["--show-progress", { showProgress: true }],
  ["--id run7", { id: "run7" }],
  ["--tags a,b", { tags: ["a", "b"] }],
  ["--tags ,a,,", { tags: ["a"] }],
  ["--resume dir", { resume: "dir" }],
  ["--resume d --accept-loss", { resume: "d", acceptLoss: true }],
  ["--help", { help: true }],
  ["-h", { help: true }],
  ["--net", { network }],
  ["--net-port 65535", { network: { ...network, port: 65535 } }],
  ["--net-port-min 1", { network: { ...network, portMin: 1 } }],
  ["--net-port-max 3000", { network: { ...network, portMax: 3000 } }],
  ["--net-pub-port 5", {}],
  ["--net-address 0.0.0.0", { network: { ...network, address: "0.0.0.0" } }],
  ["--net-connections 200", { network: { ...network, connectionsMax: 200 } }],
  ["--net --net-pub-port 5", { network: { ...network, eventPort: 5 } }],
  ["--disable-pub", { publishes: false }],
  ["--dashboard", { dashboard: { hostname: "127.0.0.1", port: 0, control: false } }],
  ["--dashboard :8080", { dashboard: { hostname: "127.0.0.1", port: 8080, control: false } }],
  ["--dashboard=[::1]:8080", { dashboard: { hostname: "::1", port: 8080, control: false } }],
  ["--dashboard node-7.cluster:0 --net", {
    dashboard: { hostname: "node-7.cluster", port: 0, control: false },
    network,
  }],
  ["--dashboard --net", { dashboard: { hostname: "127.0.0.1", port: 0, control: false }, network }],
  ["--dashboard-control", { dashboard: { hostname: "127.0.0.1", port: 0, control: true } }],
  ["--metrics-file m.prom", { metricsFile: "m.prom" }],
  ["--governor", { governor: { governs: true } }],
  ["--parent tcp://h:1", { governor: { governs: false, parent: "tcp://h:1" } }],
  ["--slurm-partition-nodes 2", { governor: { governs: true, partitionNodes: 2 } }],
  ["--slurm-limit-nodes-range-begin 0", { slurm: { ...slurm, rangeBegin: 0 } }],
  ["--slurm-limit-nodes-range-end 3", { slurm: { ...slurm, rangeEnd: 3 } }],
  ["--slurm-resources-file f", { slurm: { ...slurm, resourcesFile: "f" } }],
  ["--disable-nl", { slurm: { ...slurm, agents: false } }],
  ["--walltime-signal sigusr1", { slurm: { ...slurm, walltimeSignal: "SIGUSR1" } }],
  ["--lead 5 --hyperthreads", { slurm: { ...slurm, leadSeconds: 5, hyperthreads: true } }],
  ["--lead 1m30s", { slurm: { ...slurm, leadSeconds: 90 } }],
  ["--lead 0", { slurm: { ...slurm, leadSeconds: 0 } }],
  ["--nl-init-timeout 5", { slurm: { ...slurm, agentTimeoutSeconds: 5 } }],
  ["--nl-ready-threshold 0.5", { slurm: { ...slurm, agentThreshold: 0.5 } }],
  ["--nl-ready-threshold 7", { slurm: { ...slurm, agentThreshold: 1 } }],
  ["--nl-ready-threshold -1", { slurm: { ...slurm, agentThreshold: 0.1 } }],
  ["--nl-start-method SSH", { slurm: { ...slurm, agentStart: "ssh" } }],
  ["--enable-rt-stats", { runTimes: { enabled: true, wrapper: "qcg_pj_launch_wrapper" } }],
  ["--wrapper-rt-stats w", { runTimes: { enabled: false, wrapper: "w" } }],
  ["--enable-proc-stats", { processSamples: true }],
  ["--file-p r.json", { requestFile: "r.json" }],
  ["--resum d --sys --show", { resume: "d", systemCore: true, showProgress: true }],
];
for (const [line, changes] of read) {
  Deno.test(`parseServiceOptions() reads ${line}`, () => {
    const { unsupported: _, slurmOnly: _s, ...parsed } = parseServiceOptions(line.split(" "));
    const { unsupported: __, slurmOnly: __s, ...expected } = { ...defaults, ...changes };
    assertEquals<unknown>(parsed, expected);
  });
}

Deno.test("parseServiceOptions() is tested with every option of the table", () => {
  const tested = new Set(read.flatMap(([line]) => line.split(/[ =]/)));
  assertEquals(serviceOptionTable.map(({ name }) => `--${name}`).filter((name) => !tested.has(name)), []);
});

/** Command lines that are refused, and what is said. */
const refused: readonly (readonly [line: string, message: string, option?: string])[] = [
  [
    "--dashboard=8080",
    'Option --dashboard must be ADDRESS:PORT, such as 127.0.0.1:8080 or :8080, not "8080"',
    "--dashboard",
  ],
  [
    "--dashboard h:70000",
    "Option --dashboard must be ADDRESS:PORT, such as 127.0.0.1:8080 or :8080, with a port of at most 65535, " +
    'not "h:70000"',
    "--dashboard",
  ],
  [
    "--dashboard jobs.json",
    'Argument "jobs.json" is not expected; there are only options, and --file-path FILE names a request file',
  ],
  ["--nodez 4", 'Option "--nodez" is unknown (did you mean "--nodes"?); --help lists all options', "--nodez"],
  ["--xyzzy", 'Option "--xyzzy" is unknown; --help lists all options', "--xyzzy"],
  ["-x", 'Option "-x" is unknown; --help lists all options', "-x"],
  ["-wd .", 'Option "-wd" is unknown (did you mean "--wd"?); --help lists all options', "-wd"],
  ["--res x", 'Option "--res" is ambiguous: it could be --resources, --resume', "--res"],
  [
    "--net-p 5",
    'Option "--net-p" is ambiguous: it could be --net-port, --net-port-min, --net-port-max, --net-pub-port',
  ],
  ["--net-port", "Option --net-port lacks its value; write --net-port PORT", "--net-port"],
  ["--file-path --net", "Option --file-path lacks its value; write --file-path FILE", "--file-path"],
  ["--accept-loss", "Option --accept-loss needs the run that has lost something; give --resume DIR", "--accept-loss"],
  ["--net=5", 'Option --net takes no value, got "5"; write only --net', "--net"],
  ["--help=", 'Option --help takes no value, got ""; write only --help', "--help"],
  [
    "--net-port 5 --net-pub-port 5",
    "Options --net-port and --net-pub-port are both 5; requests and events need a port each",
    "--net-pub-port",
  ],
  ["--net-port 65536", 'Option --net-port must be an integer from 1 to 65535, not "65536"', "--net-port"],
  ["--net-port 0", 'Option --net-port must be an integer from 1 to 65535, not "0"', "--net-port"],
  ["--net-port -5", 'Option --net-port must be an integer from 1 to 65535, not "-5"', "--net-port"],
  ["--net-port 0x50", 'Option --net-port must be an integer from 1 to 65535, not "0x50"', "--net-port"],
  ["--net-port=", 'Option --net-port must be an integer from 1 to 65535, not ""', "--net-port"],
  ["--nl-init-timeout 0", 'Option --nl-init-timeout must be seconds, or a time such as "1m30s", "2h" or "7d", not "0"'],
  ["--lead=-1", 'Option --lead must be seconds, or a time such as "1m30s", "2h" or "7d", not "-1"', "--lead"],
  [
    "--tail-bytes 1M",
    'Option --tail-bytes must be a size from 0 to 65536 bytes, not "1M"',
    "--tail-bytes",
  ],
  ["--nl-ready-threshold all", 'Option --nl-ready-threshold must be a number, not "all"'],
  ["--nl-ready-threshold 1.2.3", 'Option --nl-ready-threshold must be a number, not "1.2.3"'],
  [
    "--log inof",
    "Option --log must be one of critical, error, warning, info, debug, notset, " +
    'not "inof" (did you mean "info"?)',
    "--log",
  ],
  ["--report-format xml", 'Option --report-format must be one of json, text, none, not "xml"'],
  ["--resources nonsense", 'Option --resources must be one of auto, local, slurm, file, not "nonsense"'],
  ["--resources file", "Option --resources file needs --slurm-resources-file FILE", "--resources"],
  [
    "--envschema auto,slrum",
    'Option --envschema: environment "slrum" not available (did you mean "slurm"?); there are auto, common, slurm',
    "--envschema",
  ],
  ["--order size", 'Option --order must be one of rank, age, not "size"', "--order"],
  ["--groups io", 'Option --groups must be name=number such as "io=4", not "io"', "--groups"],
  ["--groups io=0", 'Option --groups must be at least 1 of each, as nothing of "io" could run', "--groups"],
  [
    "--hold-back-after soon",
    'Option --hold-back-after must be never, or seconds, or a time such as "1m30s", "2h" or "7d", not "soon"',
    "--hold-back-after",
  ],
  ["--id a/b", 'Option --id has "/" in it, which no directory name can have', "--id"],
  [
    "reqs.json",
    'Argument "reqs.json" is not expected; there are only options, and --file-path FILE names a request file',
  ],
  [
    "--net -- --wd",
    'Argument "--wd" is not expected; there are only options, and --file-path FILE names a request file',
  ],
  [
    "--net-port-min 9999",
    "Option --net-port-min (9999) must be below --net-port-max (9999); the highest port is not used",
  ],
  [
    "--slurm-limit-nodes-range-begin 3 --slurm-limit-nodes-range-end 2",
    "Option --slurm-limit-nodes-range-begin (3) is above --slurm-limit-nodes-range-end (2)",
  ],
  ["--governor --resume d", "Option --resume cannot be used in a governor; resume its managers", "--resume"],
];
for (const [line, message, option] of refused) {
  Deno.test(`parseServiceOptions() refuses ${line}`, () => {
    const error = assertThrows(() => parseServiceOptions(line.split(" ")), UsageError);
    assertEquals(error.message, message);
    assertEquals([error.code, error.exitCode], ["USAGE", 2]);
    if (option !== undefined) assertEquals(error.option, option);
  });
}

Deno.test("parseServiceOptions() tells what is wrong with --nodes, and keeps the cause", () => {
  const error = assertThrows(
    () => parseServiceOptions(["--nodes", "n1:x"]),
    UsageError,
    "Option --nodes is wrong: Node",
  );
  assertInstanceOf(error.cause, ResourceSpecError);
});

Deno.test("parseServiceOptions() names what is accepted but does nothing yet", () => {
  assertEquals(parseServiceOptions(["--net-port", "5", "--wd", "w", "--parent", "a"]).unsupported, [
    "--parent is accepted, but has no effect: it needs the governor, which this version does not have",
  ]);
  const slurms = ["--disable-nl", "--nl-start-method", "ssh", "--enable-proc-stats", "--walltime-signal", "SIGUSR1"];
  assertEquals(parseServiceOptions(slurms).unsupported, []);
  assertEquals(parseServiceOptions(slurms).slurmOnly, ["--disable-nl", "--nl-start-method", "--walltime-signal"]);
  assertEquals(parseServiceOptions(["--resources", "slurm"]).unsupported, []);
  assertEquals(parseServiceOptions(["--resources", "local"]).unsupported, []);
  assertEquals(parseServiceOptions(["--net-pub-port", "5"]).unsupported, [
    "--net-pub-port is accepted, but has no effect without --net",
  ]);
  assertEquals(parseServiceOptions(["--net", "--net-pub-port", "5"]).unsupported, []);
  const told = (line: string) => parseServiceOptions(line.split(" ")).unsupported;
  assertEquals(told("--disable-pub"), ["--disable-pub is accepted, but has no effect without --net"]);
  assertEquals(told("--net --disable-pub --net-pub-port 5"), [
    "--net-pub-port is accepted, but has no effect with --disable-pub",
  ]);
  const range = "--net-port-min 7 --net-port-max 9";
  assertEquals(told(`--net-port 5 --net-pub-port 6 ${range}`), [
    "--net-port-min is accepted, but has no effect with --net-port",
    "--net-port-max is accepted, but has no effect with --net-port",
  ]);
  assertEquals(told(`--net-port 5 --disable-pub ${range}`).length, 2);
  assertEquals(told(`--net-port 5 --net-port-min 7`), [
    "--net-port-min is for the port of the events only, as --net-port says where requests are taken",
  ]);
  assertEquals(told(`--net ${range}`), []);
});

Deno.test("parseServiceOptions() shows help even when options contradict each other", () => {
  assertEquals(parseServiceOptions(["--governor", "--resume", "d", "-h"]).help, true);
});

Deno.test("parseServiceOptions() makes of any arguments options or a UsageError", () => {
  const argument = fc.oneof(
    fc.constantFrom(...serviceOptionTable.flatMap(({ name }) => [`--${name}`, `--${name}=`, `--${name}=1`])),
    fc.string(),
    fc.string({ unit: anyCharacter }).map((text) => `--${text}`),
    fc.constantFrom("-", "--", "--=", "---", "--__proto__", "-=", "1", "info", "slurm"),
  );
  fc.assert(fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
    try {
      assertEquals(typeof parseServiceOptions(args).reportFile, "string");
    } catch (error) {
      assertInstanceOf(error, UsageError);
    }
  }));
});

Deno.test("Every unambiguous prefix of an option means that option", () => {
  const names = serviceOptionTable.map(({ name }) => name);
  for (const spec of serviceOptionTable.filter(({ value }) => value.kind === "flag")) {
    for (let length = 1; length <= spec.name.length; length++) {
      const prefix = spec.name.slice(0, length);
      const meant = names.filter((name) => name.startsWith(prefix));
      // What is another option's whole name means that one.
      if (prefix !== spec.name && names.includes(prefix)) continue;
      if (meant.length > 1 && prefix !== spec.name) {
        assertThrows(() => parseServiceOptions([`--${prefix}`]), UsageError, "is ambiguous");
      } else {
        // Some options make no sense without another one.
        const others = spec.name === "accept-loss" ? ["--resume", "d"] : [];
        assertEquals(
          parseServiceOptions([`--${prefix}`, ...others]),
          parseServiceOptions([`--${spec.name}`, ...others]),
        );
      }
    }
  }
});

Deno.test("requireInterface() wants somewhere for requests to come from", () => {
  requireInterface(parseServiceOptions(["--file"]));
  requireInterface(parseServiceOptions(["--resume", "d"]));
  requireInterface(parseServiceOptions(["--net"]));
  const none = assertThrows(() => requireInterface(parseServiceOptions([])), UsageError);
  assertEquals(none.message, "no interface enabled - finishing: give --file-path FILE, --net, or --resume DIR");
});

Deno.test("executorOptionsOf() gives what was given and an executor honours, and nothing else", () => {
  assertEquals(executorOptionsOf([], "process"), { unsupported: [] });
  const line = "--wd w --nodes 4 --envschema slurm --system-core --log debug --id i --tags a,b --report-format text " +
    "--report-file r --resume d";
  assertEquals(executorOptionsOf(line.split(" "), "process"), {
    ...{ wd: "w", nodes: "4", environmentSchema: "slurm", reserveCore: true, logLevel: "debug", id: "i" },
    ...{ tags: ["a", "b"], reportFormat: "text", reportFile: "r", resume: "d", unsupported: [] },
  });
});

Deno.test("executorOptionsOf() names what has no effect on an executor", () => {
  assertEquals(executorOptionsOf(["--file-path", "r.json", "--show-progress", "--net"], "process").unsupported, [
    "--file-path is accepted, but has no effect on an executor",
    "--show-progress is accepted, but has no effect on an executor",
    "--net is accepted, but has no effect on an executor: give it the option doors: [zmq()]",
  ]);
  assertThrows(() => executorOptionsOf(["--nope"], "process"), UsageError);
});

Deno.test("Options for files that are not written are told", () => {
  const unwritten = ["--report-file", "r", "--report-format", "text", "--log", "debug", "--tags", "a", "--id", "i"];
  const told = ["--tags", "--log", "--report-format", "--report-file"].map((option) =>
    `${option} is accepted, but has no effect: with durability "memory" neither report nor log is written`
  );
  assertEquals(executorOptionsOf(unwritten, "memory").unsupported, told);
  assertEquals(executorOptionsOf(unwritten, "power").unsupported, []);
  assertEquals(parseServiceOptions(["--report-format", "none", "--report-file", "r"]).unsupported, [
    "--report-file is accepted, but has no effect: with --report-format none there is no job report",
  ]);
});
