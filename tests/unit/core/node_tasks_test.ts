import { assert, assertEquals } from "@std/assert";
import { NodeTasks } from "../../../src/core/node_tasks.ts";
import type { Allocation } from "../../../src/resources/node.ts";

Deno.test("NodeTasks knows which tasks hold something on a node, however many came and went", () => {
  const live = new Map<number, { allocation: Allocation }>();
  let looks = 0;
  const tasks = new NodeTasks(3, (task) => (looks++, live.get(task)));
  const start = (task: number, ...nodes: number[]) => {
    const parts = nodes.map((node) => ({ node, cores: [0], gpus: [], memoryMiB: 0 }));
    live.set(task, { allocation: { parts } });
    tasks.add(task, { parts });
  };
  start(7, 0, 2);
  for (let task = 10; task < 20_000; task++) {
    start(task, 1);
    if (task % 100 !== 0) live.delete(task);
  }
  // Tried again on another node, and then on the first one once more.
  start(7, 1);
  assertEquals([tasks.on(0), tasks.on(2)], [[], []]);
  start(7, 0);
  assertEquals(tasks.on(0), [7]);
  assertEquals(tasks.on(1), [...live.keys()].filter((task) => task % 100 === 0).sort((a, b) => a - b));
  assert(looks < 5 * 20_000, `${looks} looks`);
});
