/**
 * Messages and plans for property tests.
 *
 * @module
 */

import fc, { anyCharacter } from "../../support/seeded_check.ts";
import type { AgentMessage, PilotMessage, Welcome } from "../../../src/agent/messages.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";

const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 12 }).map((value) => value.toWellFormed()),
  fc.constantFrom("", "__proto__", "constructor", "\n", "a\u2028b", '"', "\\", "𝒳"),
);
/** Numbers of tasks, attempts, processes. */
export const count: fc.Arbitrary<number> = fc.nat({ max: 2 ** 40 });
const texts = fc.array(text, { maxLength: 5 });
/**
 * Without a backslash: once an object had such a key, `JSON.parse` of V8 15 may take an escaped key of the next object
 * for it.
 */
const name = text.filter((value) => !value.includes("\\"));
const variables = fc.array(fc.tuple(name, text), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));

/** An object without the members that are `undefined`. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

const share = { node: fc.nat({ max: 9 }), name: text, cores: texts, gpus: texts };

/** Launch plans of every shape. */
export const anyPlan: fc.Arbitrary<LaunchPlan> = fc.record({
  taskName: text,
  program: fc.oneof(text, fc.constantFrom("/bin/true", "/bin/echo")),
  args: texts,
  cwd: text,
  place: fc.record({ ...share, further: fc.array(fc.record(share), { maxLength: 2 }) }),
  tag: text,
  env: fc.record({
    shared: fc.oneof(
      fc.record({ kind: fc.constant("whole"), variables }),
      fc.record({ kind: fc.constant("inherited"), without: texts }),
    ),
    own: variables,
  }),
  isContained: fc.option(fc.boolean(), { nil: undefined }),
  stdin: fc.option(text, { nil: undefined }),
  stdout: fc.option(text, { nil: undefined }),
  stderr: fc.option(text, { nil: undefined }),
  keep: fc.option(fc.array(fc.record({ from: text, to: text }), { maxLength: 2 }), { nil: undefined }),
  bindCpus: fc.option(fc.array(fc.nat(9)), { nil: undefined }),
  limits: fc.option(
    fc.record({ memoryMiB: fc.option(count, { nil: undefined }), idleMs: fc.option(count, { nil: undefined }) })
      .map(present),
    { nil: undefined },
  ),
  held: fc.option(
    fc.record({
      cwd: fc.option(text, { nil: undefined }),
      stdout: fc.option(text, { nil: undefined }),
      programAt: fc.option(count, { nil: undefined }),
      shown: fc.option(
        fc.array(
          fc.record({ path: text, at: count, by: fc.constantFrom("descriptor", "identity"), without: fc.array(count) }),
          { maxLength: 2 },
        ),
        { nil: undefined },
      ),
    }).map(present),
    { nil: undefined },
  ),
}).map((plan) => present(plan) as unknown as LaunchPlan);

const attempt = { task: count, attempt: count };
const amount = fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0);

/** Everything that a pilot may say; plans are whole. */
export const anyPilotMessage: fc.Arbitrary<PilotMessage> = fc.oneof(
  fc.record({
    word: fc.constant("welcome" as const),
    welcome: fc.record({
      family: fc.constantFrom("1234567890123", "9000000000099"),
      env: variables,
      marks: fc.option(texts, { nil: undefined }),
    }).map((welcome) => present(welcome) as Welcome),
  }),
  fc.record({ word: fc.constant("share" as const), slot: fc.nat({ max: 63 }), plan: anyPlan }),
  fc.record({ word: fc.constant("launch" as const), ...attempt, plan: fc.record({ like: fc.nat({ max: 63 }) }) }),
  fc.record({ word: fc.constant("signal" as const), ...attempt, signal: fc.constantFrom("SIGTERM", "SIGKILL") }),
  fc.record({ word: fc.constantFrom("guest" as const, "sweep" as const), ...attempt, mark: text }),
  fc.record({ word: fc.constant("ping" as const), number: count, lastPong: count }),
  fc.record({ word: fc.constantFrom("pause" as const, "continue" as const, "end" as const) }),
);

/** Everything that an agent may say. */
export const anyAgentMessage: fc.Arbitrary<AgentMessage> = fc.oneof(
  fc.record({ word: fc.constantFrom("ready" as const, "bye" as const) }),
  fc.record({ word: fc.constant("started" as const), ...attempt, pid: count, agoMs: amount }),
  fc.record({
    word: fc.constant("startFailed" as const),
    ...attempt,
    failure: fc.record({ kind: fc.constantFrom("stdin" as const, "other" as const), message: text }),
  }),
  fc.record({
    word: fc.constant("exited" as const),
    ...attempt,
    exit: fc.oneof(fc.record({ code: fc.nat(255) }), fc.record({ signal: text })),
    usage: fc.record({
      cpuMs: fc.option(amount, { nil: undefined }),
      peakKiB: fc.option(amount, { nil: undefined }),
    }).map(present),
    cleanup: fc.option(
      fc.record({ found: count, terminated: count, killed: count, left: count }),
      { nil: undefined },
    ),
  }).map(present) as fc.Arbitrary<AgentMessage>,
  fc.record({
    word: fc.constant("swept" as const),
    ...attempt,
    cleanup: fc.record({ found: count, terminated: count, killed: count, left: count }),
  }),
  fc.record({
    word: fc.constant("limit" as const),
    ...attempt,
    cause: fc.constantFrom("idle" as const, "oom" as const),
    reason: text,
  }),
  fc.record({ word: fc.constant("pong" as const), number: count }),
  fc.record({ word: fc.constant("stopping" as const), signal: text }),
);
