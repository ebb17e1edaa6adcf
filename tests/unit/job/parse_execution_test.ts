import { assertEquals, assertStringIncludes } from "@std/assert";
import { numberText } from "../../../src/job/shape.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { parse, refusal } from "./support.ts";

const read = (execution: Record<string, unknown>) => parse({ execution }).execution;
const refuse = (execution: unknown) => refusal({ execution });

Deno.test("parseExecution() takes exactly one of exec and script; empty and null count as not given", () => {
  assertEquals(read({ exec: "date" }).exec, "date");
  assertEquals(read({ script: "date", exec: "", args: [] }).script, "date");
  assertEquals("exec" in read({ script: "date", exec: null }), false);
  for (const neither of [{}, { exec: "" }, { exec: "", script: "" }, { exec: null }]) {
    const error = refuse(neither);
    assertEquals(error.path, "execution");
    assertStringIncludes(error.message, 'needs a program ("exec") or a "script"');
  }
  assertStringIncludes(refuse({ exec: "a", script: "b" }).message, 'both "exec" and "script"');
});

Deno.test("parseExecution() allows env with script, but no arguments", () => {
  assertEquals(read({ script: "echo $A", env: { A: "1" } }).env, { A: "1" });
  assertEquals(refuse({ script: "echo", args: ["a"] }).path, "execution.args");
});

Deno.test("parseExecution() turns scalar arguments into text: JavaScript's, Python's in request files and templates", () => {
  const execution = { exec: "e", args: ["a", 1, -2.5, 1e-7, true, false, null, ""] };
  assertEquals(read(execution).args, ["a", "1", "-2.5", "1e-7", "true", "false", "null", ""]);
  for (const spelling of ["requests", "templates"] as const) {
    const { args } = parseJob({ name: "tj", execution }, { spelling }).execution;
    assertEquals(args, ["a", "1", "-2.5", "1e-07", "True", "False", "None", ""]);
  }
  assertEquals(refuse({ exec: "e", args: ["a", "b", ["c"]] }).path, "execution.args[2]");
  assertStringIncludes(
    refuse({ exec: "e", args: [{}] }).message,
    "execution.args[0] must be a string, a number, true, false or null, not an object",
  );
  for (const args of ["-v", 1, {}, true]) {
    assertStringIncludes(refuse({ exec: "e", args }).message, "execution.args must be an array of arguments, not ");
  }
});

Deno.test("parseExecution() takes true or false for login", () => {
  assertEquals(read({ script: "date", login: false }).login, false);
  assertEquals("login" in read({ script: "date" }), false);
  assertStringIncludes(refuse({ script: "date", login: "no" }).message, "execution.login must be true or false");
});

Deno.test("numberText() writes numbers as Python does", () => {
  const table: [number, string][] = [
    [0, "0"],
    [-0, "0"],
    [1.5, "1.5"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [-0.0000123, "-1.23e-05"],
    [1e-7, "1e-07"],
    [1e-300, "1e-300"],
    [1e21, "1e+21"],
    [123456789012, "123456789012"],
  ];
  for (const [value, text] of table) assertEquals(numberText(value), text);
});

Deno.test("parseExecution() takes texts and numbers in env, and refuses the rest with the variable's path", () => {
  assertEquals(read({ exec: "e", env: { A: "", B: 1, C: 0.5 } }).env, { A: "", B: "1", C: "0.5" });
  for (const value of [null, true, {}, []]) {
    const error = refuse({ exec: "e", env: { A: "a", OMP: value } });
    assertEquals(error.path, "execution.env.OMP");
    assertStringIncludes(error.message, "must be a string or a number");
  }
  assertStringIncludes(refuse({ exec: "e", env: { "": "a" } }).message, "empty name");
  assertStringIncludes(refuse({ exec: "e", env: { "A=B": "a" } }).message, 'name with "="');
  for (const env of [[], "A=1", 1]) assertEquals(refuse({ exec: "e", env }).path, "execution.env");
});

Deno.test("parseExecution() reads paths; an empty one counts as not given", () => {
  const paths = { stdin: "in", stdout: "out", stderr: "err", wd: "w", venv: "v" };
  assertEquals({ ...read({ exec: "e", ...paths }), ...paths }, read({ exec: "e", ...paths }));
  for (const key of Object.keys(paths)) {
    assertEquals(key in read({ exec: "e", [key]: "" }), false);
    for (const wrong of [1, true, []]) assertEquals(refuse({ exec: "e", [key]: wrong }).path, `execution.${key}`);
    const isOutput = key === "stdout" || key === "stderr";
    assertEquals(refuse({ exec: "e", [key]: {} }).path, `execution.${key}${isOutput ? ".path" : ""}`);
  }
});

Deno.test("parseExecution() reads outputs that are added to; a file that both share is added to by both", () => {
  const log = { path: "log", append: true };
  assertEquals(read({ exec: "e", stdout: log }), { ...read({ exec: "e", stdout: "log" }), append: ["stdout"] });
  assertEquals(read({ exec: "e", stdout: { path: "log" } }), read({ exec: "e", stdout: "log" }));
  assertEquals(read({ exec: "e", stdout: { path: "log", append: false } }), read({ exec: "e", stdout: "log" }));
  assertEquals(read({ exec: "e", stdout: "log", stderr: log }).append, ["stdout", "stderr"]);
  assertEquals(read({ exec: "e", stdout: log, stderr: "err" }).append, ["stdout"]);
  assertEquals(refuse({ exec: "e", stdout: { path: "log", append: 1 } }).path, "execution.stdout.append");
  assertStringIncludes(refuse({ exec: "e", stderr: { path: "" } }).message, "must be the path of a file");
  assertStringIncludes(refuse({ exec: "e", stderr: { path: "l", apend: true } }).message, "append");
});

Deno.test("parseExecution() takes one module as a text, keeps an empty list, and refuses empty names", () => {
  assertEquals(read({ exec: "e", modules: "gcc" }).modules, ["gcc"]);
  assertEquals(read({ exec: "e", modules: ["gcc", "mpi"] }).modules, ["gcc", "mpi"]);
  assertEquals(read({ exec: "e", modules: [] }).modules, []);
  assertEquals(read({ exec: "e" }).modules, undefined);
  assertEquals(refuse({ exec: "e", modules: ["gcc", 1] }).path, "execution.modules[1]");
  assertEquals(refuse({ exec: "e", modules: "" }).path, "execution.modules");
  assertEquals(refuse({ exec: "e", modules: {} }).path, "execution.modules");
});

Deno.test("parseExecution() lower-cases the model, and refuses an unknown one with the near miss", () => {
  assertEquals(read({ exec: "e", model: "OpenMPI" }).model, "openmpi");
  const error = refuse({ exec: "e", model: "openmp" });
  assertEquals(error.path, "execution.model");
  assertStringIncludes(error.message, 'did you mean "openmpi"?');
  assertStringIncludes(refuse({ exec: "e", model: "x" }).message, "default, threads, openmpi, intelmpi, srunmpi");
});

Deno.test("parseExecution() reads model options", () => {
  const options = { mpirun: "mpiexec", mpirun_args: ["-v", 1], srun_args: [] };
  assertEquals(read({ exec: "e", model_opts: options }).modelOptions, {
    ...{ mpirun: "mpiexec", mpirunArgs: ["-v", "1"], srunArgs: [] },
  });
  assertEquals(refuse({ exec: "e", model_opts: [] }).path, "execution.model_opts");
  assertEquals(refuse({ exec: "e", model_opts: { mpirun: 1 } }).path, "execution.model_opts.mpirun");
  assertEquals(refuse({ exec: "e", model_opts: { srun_args: ["a", []] } }).path, "execution.model_opts.srun_args[1]");
});
