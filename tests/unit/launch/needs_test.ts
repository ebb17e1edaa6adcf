import { assertEquals } from "@std/assert";
import { parseJob } from "../../../src/job/parse.ts";
import { jobNeeds } from "../../../src/launch/needs.ts";

function needs(execution: Record<string, unknown>): string[] {
  const iteration = { stop: 2 };
  return jobNeeds(parseJob({ name: "tj", execution, iteration }, {}), "/r").map(({ name, value }) =>
    `${name} ${value}`
  );
}

Deno.test("jobNeeds() lists the program, and paths as the task will see them", () => {
  assertEquals(needs({ exec: "date" }), ["run date"]);
  assertEquals(needs({ exec: "./x", wd: "w", stdin: "in", stdout: "out", stderr: "/abs" }), [
    "run /r/w/x",
    "write /r/w",
    "read /r/w/in",
    "write /r/w/out",
    "write /abs",
  ]);
});

Deno.test("jobNeeds() asks for the shell when there is one between", () => {
  assertEquals(needs({ script: "date" }), ["run bash"]);
  assertEquals(needs({ exec: "date", modules: [] }), ["run bash"]);
  assertEquals(needs({ exec: "date", venv: "v" }), ["run bash"]);
});

Deno.test("jobNeeds() counts of a path with a variable the folder that is certain", () => {
  assertEquals(needs({ exec: "${itval}" }), []);
  assertEquals(needs({ exec: "date", stdout: "logs/run_${it}/out" }), ["run date", "write /r/logs"]);
  assertEquals(needs({ exec: "date", wd: "w${it}", stdout: "out" }), ["run date", "write /r", "write /r/out"]);
});

Deno.test("jobNeeds() asks for what limits and further attempts take", () => {
  const all = (job: Record<string, unknown>) =>
    jobNeeds(parseJob({ name: "tj", execution: { exec: "date", stdout: "o" }, ...job }, {}), "/r")
      .map(({ name, value }) => `${name} ${value}`).slice(2);
  assertEquals(all({ retry: 1 }), ["write /r/o.attempt-1", "read /r/o"]);
  assertEquals(all({ retry: 1, execution: { exec: "date", stdout: "logs/${it}" } }), ["write /r/logs", "read /r/logs"]);
  assertEquals(all({ idleMs: 1000 }), ["read /r/o"]);
  assertEquals(all({ enforceMemory: true, resources: { memory: "1GiB" } }), ["read /proc"]);
});
