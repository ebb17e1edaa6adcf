/**
 * QCG-PilotJob's own tests of its Executor API, by their names there, against ours.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { BasicTemplate, QCGPJExecutor, QCGPJFuture, TemplateError, type TemplateSource } from "@qcg/pilotjob";
import { Scratch } from "./support/scratch.ts";

Deno.test("test_qcgpj_executor_create: resources '2' gives one node with two cores", async () => {
  await using executor = new QCGPJExecutor({ resources: "2" });
  assertEquals(executor.manager.resources(), { total_nodes: 1, total_cores: 2, used_cores: 0, free_cores: 2 });
});

Deno.test("test_qcgpj_template: the basic template returns text and defaults", () => {
  const [text, defaults] = BasicTemplate.template();
  for (const placeholder of ["${name}", "${exec}", "${args}", "${stdout}", "${stderr}"]) {
    assertStringIncludes(text, placeholder);
  }
  assertEquals({ ...defaults }, { args: [], stdout: "stdout", stderr: "stderr" });
});

Deno.test("test_qcgpj_executor_submit_basic_template: submit gives a future, a missing placeholder is named", async () => {
  await using scratch = new Scratch();
  const executor = new QCGPJExecutor({ wd: scratch.path });
  const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "date" });
  assert(future instanceof QCGPJFuture);
  assertEquals(future.jobNames, ["tj"]);
  const withoutExec = BasicTemplate.template as () => TemplateSource;
  const error = assertThrows(() => executor.submit(withoutExec, { name: "tj2" }), TemplateError);
  assertEquals(error.placeholder, "exec");
  const listAsText = { name: "tj3", exec: "cat", args: '["-A", "/etc/hostname"]', stdout: "tj3.out" };
  assertEquals(await executor.submit(BasicTemplate.template, listAsText).result(), { tj3: "SUCCEED" });
  assertStringIncludes(scratch.read("tj3.out"), "$");
  await executor.shutdown();
});

Deno.test("test_qcgpj_executor_submit_custom_template_with_defaults: a pair of text and defaults", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const template = (): TemplateSource => [
    "{'name': '${name}', 'execution': {'exec': '${exec}', 'args': ${args}, 'stdout': '${stdout}'}}",
    { args: ["default"], stdout: "out" },
  ];
  assertEquals(await executor.submit(template, { name: "c1", exec: "echo" }).result(), { c1: "SUCCEED" });
  assertEquals(scratch.read("out"), "default\n");
});

Deno.test("test_qcgpj_executor_submit_custom_template_without_defaults: a plain text", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const template = () => "{'name': '${name}', 'execution': {'exec': 'date'}}";
  assertEquals(await executor.submit(template, { name: "c2" }).result(), { c2: "SUCCEED" });
});

Deno.test("test_qcgpj_executor_run_basic_template: result() equals { tj: 'SUCCEED' }", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "date" });
  assertEquals(await future.result(), { tj: "SUCCEED" });
  assert(scratch.read("stdout").length > 0);
  assertEquals(scratch.read("stderr"), "");
});

Deno.test("test_qcgpj_executor_done and _running: during a long task and after it", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "cat", args: [fifoOf(scratch)] });
  assertFalse(future.done());
  assert(future.running());
  await Deno.writeTextFile(scratch.in("fifo"), "go on\n");
  assertEquals(await future.result(), { tj: "SUCCEED" });
  assert(future.done());
  assertFalse(future.running());
});

Deno.test("test_qcgpj_executor_cancel: cancelled() is false, then true after cancel()", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "sleep", args: ["600"] });
  assertFalse(future.cancelled());
  assert(future.cancel());
  assert(future.cancelled());
  assertEquals(await future.result(), { tj: "CANCELED" });
  assertFalse(future.cancel(), "a second cancel finds nothing to stop");
});

Deno.test("test_qcgpj_executor_args and _args_kwargs: several objects, later ones win over earlier and defaults", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const { template } = BasicTemplate;
  const first = executor.submit(template, { name: "a1", exec: "echo", args: ["one"], stdout: "a1" });
  const second = executor.submit(template, { name: "a2", exec: "date" }, { exec: "echo", args: ["two"], stdout: "a2" });
  const third = executor.submit(template, { name: "x" }, { exec: "echo", stdout: "x" }, { name: "a3", stdout: "a3" });
  assertEquals(await first.result(), { a1: "SUCCEED" });
  assertEquals(await second.result(), { a2: "SUCCEED" });
  assertEquals(await third.result(), { a3: "SUCCEED" });
  assertEquals([scratch.read("a1"), scratch.read("a2"), scratch.read("a3")], ["one\n", "two\n", "\n"]);
});

Deno.test("The task sees its own job name in QCG_PM_EXEC_API_JOB_ID, also in a script template (Q39)", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const template = () =>
    `{'name': 'who', 'execution': {'script': 'echo $QCG_PM_EXEC_API_JOB_ID $QCG_PM_NPROCS', 'stdout': 'who'}}`;
  assertThrows(() => executor.submit(template), TemplateError, "QCG_PM_EXEC_API_JOB_ID");
  const escaped = () => template().replaceAll("$Q", "$$$$Q");
  assertEquals(await executor.submit(escaped).result(), { who: "SUCCEED" });
  assertEquals(scratch.read("who"), "who 1\n");
});

/** Makes a named pipe, and returns its path. */
function fifoOf(scratch: Scratch): string {
  const { success } = new Deno.Command("mkfifo", { args: [scratch.in("fifo")] }).outputSync();
  assert(success);
  return scratch.in("fifo");
}
