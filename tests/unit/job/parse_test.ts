import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { JobDescriptionError } from "../../../src/errors.ts";
import { nameProblem } from "../../../src/job/name.ts";
import { fillExecution } from "../../../src/job/filled_execution.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { asStated, parse, refusal, submitVariables, validJobs } from "./support.ts";

const execution = { exec: "date" };
const refuseValue = (value: unknown, defaultName?: string) =>
  assertThrows(
    () => parseJob(value, { variables: submitVariables, ...(defaultName !== undefined && { defaultName }) }),
    JobDescriptionError,
  );

Deno.test("parseJob() reads a minimal job: one core, no arguments, nothing before it", () => {
  assertEquals(parse({}), {
    name: "tj",
    execution: { exec: "date", args: [], env: {}, modelOptions: { mpirunArgs: [], srunArgs: [] } },
    resources: { cores: { min: 1, max: 1 }, hasDefaultCores: true, gpus: 0, memoryMiB: 0 },
    dependencies: [],
  });
});

Deno.test("parseJob() takes null for absent in every optional key", () => {
  const none = Object.fromEntries(["resources", "iteration", "dependencies", "attributes"].map((key) => [key, null]));
  const unused = ["args", "env", "script", "stdin", "stdout", "stderr", "wd", "modules", "venv", "model", "model_opts"];
  const nulls = { exec: "date", ...Object.fromEntries(unused.map((key) => [key, null])) };
  assertEquals(parse({ ...none, execution: nulls }), parse({}));
  assertEquals(parse({ resources: { numCores: 1, numNodes: null, nodeCrs: null, wt: null } }), asStated(parse({})));
});

Deno.test("parseJob() refuses what is not an object, and a job without execution", () => {
  for (const value of [null, undefined, 1, "job", true, [], [{}], () => 0]) {
    assertStringIncludes(refuseValue(value).message, 'the description must be an object such as { "name": "job"');
  }
  assertEquals(refuseValue({ name: "tj" }).path, "execution");
  assertEquals(refuseValue({ name: "tj", execution: [] }).path, "execution");
});

Deno.test("parseJob() refuses unknown keys anywhere, and suggests the near miss", () => {
  const table: [Record<string, unknown>, string, string][] = [
    [{ resource: {} }, "resource", "resources"],
    [{ execution: { exce: "date" } }, "execution.exce", "exec"],
    [{ execution: { exec: "a", model_opts: { mpirunargs: [] } } }, "execution.model_opts.mpirunargs", "mpirun_args"],
    [{ resources: { numcores: 1 } }, "resources.numcores", "numCores"],
    [{ resources: { numCores: { maxx: 1 } } }, "resources.numCores.maxx", "max"],
    [{ iteration: { stopp: 1 } }, "iteration.stopp", "stop"],
    [{ dependencies: { aftr: [] } }, "dependencies.aftr", "after"],
  ];
  for (const [parts, path, near] of table) {
    const error = refusal(parts);
    assertEquals([error.jobName, error.path], ["tj", path]);
    assertStringIncludes(error.message, `Job "tj": ${path} is unknown (did you mean "${near}"?)`);
  }
  assertEquals(refusal({ "my key": 1 }).path, '["my key"]');
  assertStringIncludes(refusal({ zzz: 1 }).message, "the keys here are name, execution, resources");
});

Deno.test("parseJob() keeps attributes that are an object, and refuses others", () => {
  const attributes = { a: [1, { b: null }], c: "${rcnt}" };
  assertEquals(parse({ attributes }).attributes, { a: [1, { b: null }], c: "12" });
  for (const wrong of [[], "a", 1, true]) assertEquals(refusal({ attributes: wrong }).path, "attributes");
});

Deno.test("parseJob() names a job without a name by the default, or refuses it", () => {
  const context = { variables: submitVariables };
  assertEquals(parseJob({ execution }, { ...context, defaultName: "job-${rcnt}" }).name, "job-12");
  assertEquals(parseJob({ name: null, execution }, { ...context, defaultName: "d" }).name, "d");
  assertEquals(parseJob({ name: "own", execution }, { ...context, defaultName: "d" }).name, "own");
  const missing = refuseValue({ execution });
  assertEquals([missing.jobName, missing.path], [undefined, "name"]);
  assertStringIncludes(missing.message, "name is missing");
});

Deno.test("parseJob() refuses QCG-PilotJob's forbidden characters in a name, a colon, and an empty name", () => {
  for (const character of "${}()'\" \t\n:\0") {
    const error = refusal({ name: `a${character}b` });
    assertEquals([error.jobName, error.path], [`a${character}b`, "name"]);
  }
  assertStringIncludes(refusal({ name: "" }).message, "is empty");
  assertStringIncludes(refusal({ name: "a:1" }).message, 'contains ":"');
  for (const variable of ["${nope}", "${it}", "${jname}"]) {
    assertStringIncludes(refusal({ name: `a${variable}` }).message, `contains ${variable}, which is no variable`);
  }
  for (const wrong of [5, true, {}, []]) assertStringIncludes(refusal({ name: wrong }).message, "must be a string");
  for (const good of [".", "..", "a/b", "ä", "a-b_c.d", "[1]"]) assertEquals(parse({ name: good }).name, good);
});

Deno.test("nameProblem() finds a problem exactly in names with a forbidden character", () => {
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (name) => {
    assertEquals(nameProblem(name) === undefined, name !== "" && !/[${}()'" \t\n:\0]/.test(name));
  }));
});

Deno.test("parseJob() replaces submit variables in every string, in keys too", () => {
  const job = parse({
    name: "j${rcnt}",
    execution: {
      exec: "${sname}",
      args: ["${jname}", "${uniq}", "${date}", "${time}", "${it}"],
      env: { "A${rcnt}": "" },
    },
    attributes: { "k${jname}": ["${dateTime}"] },
  });
  assertEquals(job.name, "j12");
  assertEquals(job.execution.exec, "local");
  assertEquals(job.execution.args, ["j12", "u-1", "2026-01-02", "03:04:05", "${it}"]);
  assertEquals(job.execution.env, { A12: "" });
  assertEquals(job.attributes, { kj12: ["2026-01-02 03:04:05"] });
});

Deno.test("parseJob() gives each iteration a unique text of its own, however it is spelt", () => {
  const job = { name: "j", iteration: { stop: 2 }, execution: { exec: "e", args: ["<${uniq}>", "$uniq.x"] } };
  for (const [spelling, args] of [["jobs", ["<u-1-1>", "$uniq.x"]], ["requests", ["<u-1-1>", "u-1-1.x"]]] as const) {
    const parsed = parseJob(job, { variables: submitVariables, spelling });
    const allocation = { nodes: [] };
    assertEquals(fillExecution({ job: parsed, offset: 1, rootWd: "/", allocation }).execution.args, args);
  }
  const recorded = parseJob({ ...job, execution: { exec: "e", args: ["${uniq}"] } }, {});
  assertEquals(recorded.execution.args, ["${uniq}"]);
});

Deno.test("parseJob() inserts a value verbatim, whatever it contains", () => {
  const uniq = 'a"b\\b\n${it}$$';
  const job = parseJob({ name: "tj", execution: { exec: "e", args: ["<${uniq}>"] } }, {
    variables: { ...submitVariables, uniq },
  });
  assertEquals(job.execution.args, [`<${uniq}>`]);
});

Deno.test("parseJob() leaves all variables alone when it has none, as for a recorded job", () => {
  const job = parseJob({ name: "tj", execution: { exec: "e", args: ["${rcnt}", "$$${jname}"] } }, {});
  assertEquals(job.execution.args, ["${rcnt}", "$$${jname}"]);
});

function assertFrozen(value: unknown, path: string): void {
  if (typeof value !== "object" || value === null) return;
  assert(Object.isFrozen(value), `${path} is not frozen`);
  for (const [key, entry] of Object.entries(value)) assertFrozen(entry, `${path}.${key}`);
}

Deno.test("parseJob() accepts every right job and freezes all of it", () => {
  fc.assert(fc.property(validJobs, (value) => assertFrozen(parse(value), "job")), { numRuns: 300 });
});

const keys = [
  ...["name", "execution", "resources", "iteration", "dependencies", "attributes", "exec", "args", "script", "env"],
  ...["numCores", "numNodes", "nodeCrs", "wt", "exact", "min", "max", "scheduler", "params", "parts", "gpu", "mem"],
  ...["start", "stop", "values", "after", "model", "model_opts", "__proto__", "toString"],
];
const { anyJson } = fc.letrec<{ anyJson: unknown }>((tie) => ({
  anyJson: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(null, true, 0, 1, -1, 1.5, 1e300, "", "a", "a:${it}", "${it}", "10m", "split-into", "\0"),
    fc.dictionary(fc.constantFrom(...keys), tie("anyJson")),
    fc.array(tie("anyJson")),
    fc.dictionary(fc.constantFrom("exec", "name"), fc.string()),
  ),
}));

Deno.test("parseJob() reads any JSON or throws JobDescriptionError with a job's name and a path", () => {
  const wrong = (value: unknown) => {
    try {
      parse(value as Record<string, unknown>);
    } catch (error) {
      assert(error instanceof JobDescriptionError, String(error));
      assertMatch(error.message, /^Job (?:without a name|".*): /s);
      return error.path;
    }
    return undefined;
  };
  fc.assert(fc.property(anyJson, (value) => void wrong(value)), { numRuns: 1000 });
  // Right jobs with one part replaced by anything reach the readers behind the first checks.
  const parts = fc.constantFrom("execution", "resources", "iteration", "dependencies");
  fc.assert(
    fc.property(validJobs, parts, fc.constantFrom(...keys), anyJson, (value, part, key, broken) => {
      wrong({ ...value, [part]: broken });
      wrong({ ...value, [part]: { ...value[part] as Record<string, unknown>, [key]: broken } });
    }),
    { numRuns: 1000 },
  );
  fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
    assertThrows(() => parseJob(value, { defaultName: "d" }), JobDescriptionError);
  }));
});
