/** Work in pieces: what a step leaves to the next ones comes to the same as one long step. */
import { assert, assertEquals } from "@std/assert";
import { type Pieces, Work } from "../../../src/core/work.ts";
import type { Output } from "../../../src/core/types.ts";
import { Random } from "../../sim/random.ts";
import { TraceRunner, type TraceRunnerOptions } from "../../traces/trace_runner.ts";

Deno.test("Work does what a piece adds before it goes on, counts the pieces, and stops at the most that it may", () => {
  const work = new Work();
  const done: string[] = [];
  function* pieces(name: string, inner?: () => Pieces, counts?: number): Pieces {
    done.push(`${name}1`);
    if (inner !== undefined) work.add(inner());
    yield counts;
    done.push(`${name}2`);
  }
  work.add(pieces("a", () => pieces("b", () => pieces("c"), 5)));
  assertEquals([work.do(1), done.join(" ")], [1, "a1"]);
  assertEquals([work.do(1), done.join(" ")], [5, "a1 b1"]);
  assertEquals([work.do(Infinity), done.join(" "), work.isDone], [4, "a1 b1 c1 c2 b2 a2", true]);
  assertEquals(work.do(9), 0);
  // A last piece may add work too.
  // deno-lint-ignore require-yield -- work of one piece
  work.add(function* (): Pieces {
    work.add(pieces("d"));
  }());
  assertEquals([work.do(Infinity), done.slice(-2), work.isDone], [3, ["d1", "d2"], true]);
});

/** Steps by hand, one bounded step at a time. */
class SteppedRunner extends TraceRunner {
  readonly steps: Output[] = [];

  constructor(options: TraceRunnerOptions) {
    super(options);
    const step = this.core.step.bind(this.core);
    this.core.step = (inputs) => {
      const output = step(inputs);
      this.steps.push({ events: [...output.events], actions: [...output.actions] });
      return output;
    };
  }
}

Deno.test("A cancel of many running tasks is spread over steps; nothing starts and no input is taken in between", () => {
  const runner = new SteppedRunner({ nodes: "40", piecesMax: 10, launchesMax: 100 });
  runner.tellAll("submit A x50 | B", ...Array.from({ length: 40 }, (_, it) => `start A:${it}`));
  runner.steps.length = 0;
  const lines = runner.tell("cancel A & exit A:0 SIGTERM");
  const signals = runner.steps.map(({ actions }) => actions.filter(({ kind }) => kind === "signal").length);
  assertEquals(signals.reduce((sum, count) => sum + count, 0), 40);
  assert(signals.length > 4 && signals.every((count) => count <= 10), `${signals}`);
  const launches = runner.steps.map(({ actions }) => actions.filter(({ kind }) => kind === "launch").length);
  assertEquals(launches, [...signals.slice(1).map(() => 0), 1], "only the last step makes a pass");
  const ended = lines.findIndex((line) => line.startsWith("ended A:0 canceled"));
  assert(ended > lines.findIndex((line) => line.startsWith("dropped A:40..")), lines.join("\n"));
});

Deno.test("Core.nextDeadlineMs() is now while something is left over; time alone brings it to its end", () => {
  const runner = new SteppedRunner({ nodes: "4", piecesMax: 1 });
  const jobs = runner.intake.admit([]);
  assertEquals(jobs, []);
  runner.tell("submit A x4");
  runner.nowMs = 7;
  const cancel = { kind: "cancelRequested", atMs: 7, target: { kind: "all" }, cause: "cancel" } as const;
  runner.core.step([cancel, { kind: "drainRequested", atMs: 7 }]);
  assertEquals([runner.core.isUnfinished, runner.core.nextDeadlineMs()], [true, 7]);
  let steps = 1;
  while (runner.core.isUnfinished && steps < 100) {
    runner.core.step([{ kind: "timePassed", atMs: 7 }]);
    steps++;
  }
  assertEquals([steps < 20, runner.core.nextDeadlineMs()], [true, undefined]);
});

Deno.test("A lost node ends its own tasks in pieces, and what can never fit is dropped once for all lost nodes", () => {
  const runner = new SteppedRunner({ nodes: "a:8,b:8,c:8", piecesMax: 3 });
  runner.tell("submit A x20 | big cores=8 | wide nodes=2 cores=8");
  const lines = runner.tell("lose 0 & lose 1");
  assert(runner.steps.every(({ actions }) => actions.filter(({ kind }) => kind === "signal").length <= 3));
  assertEquals(lines.filter((line) => line.startsWith("ended")).length, 16);
  assertEquals(lines.filter((line) => line.startsWith("dropped")).length, 1);
  const last = lines.findLastIndex((line) => line.startsWith("ended"));
  assert(lines.findIndex((line) => line.startsWith("dropped wide")) > last);
});

Deno.test("Deadlines that are due together are kept a few at a time, and the rest at once after", () => {
  const runner = new TraceRunner({ nodes: "9", piecesMax: 4 });
  runner.tellAll("submit A x9 limit=5", ...Array.from({ length: 9 }, (_, it) => `start A:${it}`));
  const stops = (atMs: number) => runner.tell(`time ${atMs}`).filter((line) => line.includes("SIGTERM")).length;
  const seen = [stops(5000)];
  while (runner.core.nextDeadlineMs()! <= 5000) seen.push(stops(5000));
  assertEquals(seen, [4, 4, 1]);
});

/** Random commands: jobs that depend on one another, ends, cancels, and nodes that come and go. */
function* commands(random: Random): Generator<string> {
  const names: string[] = [];
  const task = () => {
    const [name, count] = random.pick(names).split(" x") as [string, string];
    return `${name}:${random.between(0, Number(count) - 1)}`;
  };
  for (let i = 0; i < 30; i++) {
    const kind = names.length === 0 ? "submit" : random.weighted({ submit: 3, exit: 6, cancel: 1, lose: 1, ready: 1 });
    if (kind === "submit") {
      const after = names.length === 0 ? "" : random.pick(["", "", ` after=${random.pick(names).split(" x")[0]}`]);
      const retry = random.pick(["", " retry=2"]);
      names.push(`j${i} x${random.between(1, 12)}`);
      yield `submit ${names.at(-1)}${after}${retry} cores=${random.between(1, 3)}`;
    } else if (kind === "exit") yield `exit ${task()}#${random.between(1, 2)} ${random.pick(["0", "0", "1"])}`;
    else if (kind === "cancel") yield `cancel ${random.pick(["all", "queued", task(), task().split(":")[0]!])}`;
    else yield `${kind} ${random.between(0, 3)}`;
  }
}

Deno.test("Core.step() in pieces of any size comes to the same events and actions, in the same order", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const spec = { nodes: "a:4,b:4,c:2,d:2" };
    const [whole, pieced] = [
      new TraceRunner({ ...spec, piecesMax: Infinity }),
      new TraceRunner({
        ...spec,
        piecesMax: 1 + seed % 4,
      }),
    ];
    const random = new Random(seed);
    let together: string[] = [];
    for (const single of commands(random)) {
      together.push(single);
      if (random.chance(0.5)) continue;
      const command = together.join(" & ");
      together = [];
      // A job that was refused or has gone is refused alike.
      const outcome = (runner: TraceRunner) => {
        try {
          return runner.tell(command);
        } catch (error) {
          return (error as Error).message;
        }
      };
      assertEquals(outcome(pieced), outcome(whole), `seed ${seed}: ${command}`);
    }
  }
});
