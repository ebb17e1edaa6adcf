import { assertEquals } from "@std/assert";
import { absentTask, placeProblem } from "../../../../src/report/figures/places.ts";
import { ran, runOf } from "./support.ts";

Deno.test("placeProblem() says where no task ran, and which node was probably meant", () => {
  const other = { ...ran("b", ["7"], 0, 1), nodes: [{ name: "node12", cores: ["7"] }] };
  const run = runOf([ran("a", ["0", "1"], 0, 1), other]);
  const found = (node?: string, core?: string) => placeProblem(run, { node, core });
  assertEquals([found(), found("n"), found("n", "1"), found(undefined, "7")], Array(4).fill(undefined));
  assertEquals(found("node21"), 'no task ran on node node21 (did you mean "node12"?)');
  assertEquals(found("n", "7"), "no task ran on core 7 of node n");
  assertEquals(found(undefined, "9"), "no task ran on core 9");
});

Deno.test("absentTask() suggests a task, or a job of several", () => {
  const tasks = [ran("sweep:3", ["0"], 0, 1), ran("fit", ["0"], 1, 2)];
  assertEquals(absentTask(tasks, "sweep:30"), 'there is no task sweep:30 (did you mean "sweep:3"?)');
  assertEquals(absentTask(tasks, "sweap"), 'there is no task sweap (did you mean "sweep"?)');
  assertEquals(absentTask(tasks, "x"), "there is no task x");
});
