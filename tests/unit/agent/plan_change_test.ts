import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { PlanReader, PlanWriter, slotsMax } from "../../../src/agent/plan_change.ts";
import { ProtocolError } from "../../../src/agent/protocol_error.ts";
import { readPilotMessage } from "../../../src/agent/read_message.ts";
import { writePilotMessage } from "../../../src/agent/write_message.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { anyPlan } from "./arbitraries.ts";

/** Sends plans as lines, as a channel does. */
class Wire {
  readonly lines: string[] = [];
  readonly #writer = new PlanWriter();
  readonly #reader = new PlanReader();

  send(plan: LaunchPlan): LaunchPlan {
    const { share, change } = this.#writer.write(plan);
    if (share !== undefined) this.lines.push(writePilotMessage(0, { word: "share", slot: change.like, plan: share }));
    this.lines.push(writePilotMessage(0, { word: "launch", task: 1, attempt: 1, plan: change }));
    let received: LaunchPlan | undefined;
    for (const line of this.lines.slice(share === undefined ? -1 : -2)) {
      const { message } = readPilotMessage(line)!;
      if (message.word === "share") this.#reader.share(message.slot, message.plan);
      if (message.word === "launch") received = this.#reader.read(message.plan);
    }
    return received!;
  }
}

const shared = { kind: "inherited", without: ["SLURM_NTASKS_PER_NODE"] } as const;

function iteration(it: number): LaunchPlan {
  return {
    taskName: `sweep:${it}`,
    program: "/usr/bin/simulate",
    args: ["--model", "/data/model.bin", "--seed", `${it}`],
    cwd: "/scratch/run",
    place: { node: 0, name: "n0", cores: ["0"], gpus: [], further: [] },
    tag: `00ff${it}`,
    env: { shared, own: { QCG_PM_NNODES: "1", QCG_PM_STEP_ID: `00ff${it}`, OMP_NUM_THREADS: "1" } },
    stdout: `/scratch/run/${it}.out`,
  };
}

Deno.test("Any plans in any order arrive as they were sent", () => {
  fc.assert(fc.property(fc.array(anyPlan, { maxLength: 8 }), (plans) => {
    const wire = new Wire();
    for (const plan of plans) assertEquals(wire.send(plan), plan);
  }));
});

Deno.test("PlanWriter.write() sends what the tasks of a job have in common once", () => {
  const wire = new Wire();
  for (let it = 0; it < 100; it++) assertEquals(wire.send(iteration(it)), iteration(it));
  assertEquals(wire.lines.filter((line) => line.includes('"share"')).length, 1);
  assertEquals(
    wire.lines.at(-1),
    '[0,"launch",1,1,{"like":0,"taskName":"sweep:99","args":[3,"99"],"tag":"00ff99","stdout":"/scratch/run/99.out",' +
      '"env":{"QCG_PM_STEP_ID":"00ff99"}}]\n',
  );
});

Deno.test("PlanWriter.write() says what a plan does not have", () => {
  const wire = new Wire();
  wire.send({ ...iteration(1), stdin: "/in", limits: { idleMs: 5 } });
  const { env: { own: { ["OMP_NUM_THREADS"]: _, ...own } }, ...bare } = iteration(2);
  const env = { shared: { kind: "whole", variables: { A: "b" } }, own } as const;
  assertEquals(wire.send({ ...bare, env }), { ...bare, env });
});

Deno.test("PlanWriter and PlanReader keep a fixed number of plans", () => {
  const wire = new Wire();
  const plans = Array.from({ length: 3 * slotsMax }, (_, index) => ({ ...iteration(index), program: `/bin/${index}` }));
  for (const plan of [...plans, ...plans]) assertEquals(wire.send(plan), plan);
  for (const line of wire.lines) {
    const { message } = readPilotMessage(line)!;
    assert(message.word !== "share" || message.slot < slotsMax);
  }
  assertThrows(() => new PlanReader().share(slotsMax, iteration(0)), ProtocolError);
});

const wrongChanges: readonly (readonly [change: Record<string, unknown>, part: string])[] = [
  [{ like: 1 }, "No plan is kept in slot 1"],
  [{ like: 0, args: ["a"] }, "number of kept ones"],
  [{ like: 0, args: [9] }, "number of kept ones"],
  [{ like: 0, args: {} }, "no array"],
  [{ like: 0, args: [0, 1] }, "element of args"],
  [{ like: 0, env: 1 }, "no object"],
  [{ like: 0, env: { A: 1 } }, "A of env"],
  [{ like: 0, shared: { kind: "odd" } }, "whole, inherited"],
  [{ like: 0, place: { node: -1 } }, "node of place"],
  [{ like: 0, cwd: null }, "cwd of a plan"],
];
for (const [change, part] of wrongChanges) {
  Deno.test(`PlanReader.read() refuses ${JSON.stringify(change)}`, () => {
    const reader = new PlanReader();
    reader.share(0, iteration(0));
    const read = () => reader.read(change as { like: number });
    assertStringIncludes(assertThrows(read, ProtocolError).message, part);
  });
}
