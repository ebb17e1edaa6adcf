/**
 * Output in hand: one call for the common case, lines while a task runs, a pipe between two jobs without a shell.
 *
 * @module
 */

import { defineTemplate, QCGPJExecutor, TaskFailedError } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor({ wd: "output", resources: 4 });

// One program: no shell reads its arguments, and what it wrote is there when it has ended.
const { text } = await executor.run("wc", ["-w"], { stdin: { text: "no words get lost" } });
console.log("words:", Number(text));

// What goes wrong says what was run, how it ended, and what it said last.
try {
  await executor.run("ls", ["/no/such/folder"]);
} catch (error) {
  if (!(error instanceof TaskFailedError)) throw error;
  console.log("failed:", error.command, error.exitCode, error.stderrTail !== "");
}

// Lines as they come.
const counting = executor.submit({
  name: "counting",
  execution: { script: "for i in 1 2 3; do echo step $i; sleep 0.1; done", login: false },
  capture: "stdout",
});
for await (const line of counting.lines()) console.log(line);

// One job reads what another wrote, iteration by iteration; the order follows from that.
const [numbers, squares] = [
  { name: "numbers", iteration: { stop: 4 }, execution: { exec: "echo", args: ["${it}"] } },
  {
    name: "squares",
    iteration: { stop: 4 },
    execution: { exec: "awk", args: ["{ print $1 * $1 }"], stdin: { from: "numbers:${it}" } },
    capture: "stdout",
  },
] as const;
const both = executor.submit([numbers, squares]);
for (const task of both.tasks().filter(({ name }) => name.startsWith("squares"))) {
  console.log(task.name, await task.json<number>());
}

// Typed values: the parser of a template says what its tasks give.
const sum = defineTemplate(
  "{'name': 'sum-${a}-${b}', 'execution': {'exec': 'awk', 'args': ['BEGIN { print ${a} + ${b} }']}}",
  { output: Number },
);
const parameters = [{ a: 1, b: 2 }, { a: 3, b: 4 }];
for await (const value of executor.map(sum, parameters, { output: "value" })) console.log("sum:", value.toFixed(1));
