/**
 * Lines as messages. Every element is checked; a word that is not known is no error, as a later version may say more.
 *
 * @module
 */

import {
  askingSignals,
  type Cleanup,
  type Exit,
  type StartFailure,
  type StartFailureKind,
  type Tails,
  type Usage,
} from "../core/exit.ts";
import {
  readAmount,
  readChoice,
  readCount,
  readList,
  readMembers,
  readOptional,
  readText,
  readTexts,
  require,
} from "./fields.ts";
import type { Addressed, AgentMessage, AttemptNumber, Guest, PilotMessage } from "./messages.ts";
import type { PlanChange } from "./plan_change.ts";
import { excerptOf, ProtocolError } from "./protocol_error.ts";
import { readPlan } from "./read_plan.ts";

type Elements = readonly unknown[];

/**
 * Reads a line of a pilot.
 *
 * @returns The message, or `undefined` for a word that is not known.
 * @throws {ProtocolError} If the line is no message, or an element of it is missing or wrong.
 */
export function readPilotMessage(line: string): Addressed<PilotMessage> | undefined {
  return readLine(line, pilotReaders);
}

/**
 * Reads a line of an agent.
 *
 * @returns The message, or `undefined` for a word that is not known.
 * @throws {ProtocolError} If the line is no message, or an element of it is missing or wrong.
 */
export function readAgentMessage(line: string): Addressed<AgentMessage> | undefined {
  return readLine(line, agentReaders);
}

type Readers<M extends { readonly word: string }> = {
  readonly [W in M["word"]]: (elements: Elements) => Omit<Extract<M, { word: W }>, "word">;
};

function readLine<M extends { readonly word: string }>(line: string, readers: Readers<M>): Addressed<M> | undefined {
  const elements = parse(line);
  const node = readCount(elements[0], "The node of a message");
  const word = readText(elements[1], "The word of a message");
  if (!Object.hasOwn(readers, word)) return undefined;
  const rest = readers[word as M["word"]](elements.slice(2));
  return { node, message: { word, ...rest } as unknown as M };
}

function parse(line: string): Elements {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError(`A message must be JSON, got ${excerptOf(line)}`);
  }
  require(Array.isArray(value), "A message must be an array", value);
  return value as unknown[];
}

const pilotReaders: Readers<PilotMessage> = {
  welcome: ([value]) => {
    const { family, env, fenceMs, ends, marks, spoolFolders, samples } = readMembers(value, "welcome");
    require(typeof family === "string" && /^[1-9]\d{12}$/.test(family), "family must be 13 digits", family);
    const lease = readOptional(fenceMs, readAmount, "fenceMs of welcome");
    const readNames = (list: unknown, what: string) => readList(list, readText, what);
    const digits = readOptional(ends, readNames, "ends of welcome");
    const beginnings = readOptional(marks, readNames, "marks of welcome");
    const folders = readOptional(spoolFolders, readNames, "spoolFolders of welcome");
    const directory = readOptional(samples, readText, "samples of welcome");
    return {
      welcome: {
        family,
        env: readTexts(env, "env of welcome"),
        ...(lease === undefined ? {} : { fenceMs: lease }),
        ...(digits === undefined ? {} : { ends: digits }),
        ...(beginnings === undefined ? {} : { marks: beginnings }),
        ...(folders === undefined ? {} : { spoolFolders: folders }),
        ...(directory === undefined ? {} : { samples: directory }),
      },
    };
  },
  share: ([slot, plan]) => ({ slot: readCount(slot, "slot"), plan: readPlan(plan) }),
  launch: (elements) => ({ ...readAttempt(elements), plan: readChange(elements[2]) }),
  signal: (elements) => ({
    ...readAttempt(elements),
    signal: readChoice(elements[2], [...askingSignals, "SIGKILL"], "signal"),
  }),
  guest: (elements) => readGuest(elements),
  sweep: (elements) => readGuest(elements),
  ping: ([number, lastPong]) => ({ number: readCount(number, "ping"), lastPong: readCount(lastPong, "lastPong") }),
  pause: () => ({}),
  continue: () => ({}),
  end: () => ({}),
};

const agentReaders: Readers<AgentMessage> = {
  ready: () => ({}),
  started: (elements) => ({
    ...readAttempt(elements),
    pid: readCount(elements[2], "pid"),
    agoMs: readAmount(elements[3], "agoMs"),
  }),
  startFailed: (elements) => ({ ...readAttempt(elements), failure: readFailure(elements[2]) }),
  exited: (elements) => {
    const cleanup = readOptional(elements[4] ?? undefined, readCleanup, "cleanup");
    const tails = readOptional(elements[5], readTails, "tails");
    return {
      ...readAttempt(elements),
      exit: readExit(elements[2]),
      usage: readUsage(elements[3]),
      ...(cleanup === undefined ? {} : { cleanup }),
      ...(tails === undefined ? {} : { tails }),
    };
  },
  limit: (elements) => ({
    ...readAttempt(elements),
    cause: readChoice(elements[2], ["idle", "oom"], "cause"),
    reason: readText(elements[3], "reason"),
  }),
  refused: (elements) => readAttempt(elements),
  swept: (elements) => ({ ...readAttempt(elements), cleanup: readCleanup(elements[2]) }),
  pong: ([number]) => ({ number: readCount(number, "pong") }),
  stopping: ([signal]) => ({ signal: readText(signal, "signal") }),
  bye: () => ({}),
};

function readAttempt([task, attempt]: Elements): AttemptNumber {
  return { task: readCount(task, "task"), attempt: readCount(attempt, "attempt") };
}

function readGuest(elements: Elements): Guest {
  return { ...readAttempt(elements), mark: readText(elements[2], "mark") };
}

function readChange(value: unknown): PlanChange {
  const change = readMembers(value, "a plan");
  readCount(change["like"], "like of a plan");
  return change as PlanChange;
}

function readExit(value: unknown): Exit {
  const { code, signal } = readMembers(value, "exit");
  return code === undefined
    ? { signal: readText(signal, "signal of exit") }
    : { code: readCount(code, "code of exit") };
}

function readUsage(value: unknown): Usage {
  const { cpuMs, peakKiB } = readMembers(value, "usage");
  return {
    ...(cpuMs === undefined ? {} : { cpuMs: readAmount(cpuMs, "cpuMs") }),
    ...(peakKiB === undefined ? {} : { peakKiB: readAmount(peakKiB, "peakKiB") }),
  };
}

function readCleanup(value: unknown): Cleanup {
  const { found, terminated, killed, left } = readMembers(value, "cleanup");
  return {
    found: readCount(found, "found"),
    terminated: readCount(terminated, "terminated"),
    killed: readCount(killed, "killed"),
    left: readCount(left, "left"),
  };
}

function readTails(value: unknown): Tails {
  const { stdout, stderr, problem } = readMembers(value, "tails");
  return {
    ...(stdout === undefined ? {} : { stdout: readText(stdout, "stdout of tails") }),
    ...(stderr === undefined ? {} : { stderr: readText(stderr, "stderr of tails") }),
    ...(problem === undefined ? {} : { problem: readText(problem, "problem of tails") }),
  };
}

/** Every kind, so that the compiler notices one that is missing here. */
const failureKinds: Readonly<Record<StartFailureKind, true>> = {
  "program-not-found": true,
  "not-executable": true,
  "working-directory": true,
  stdin: true,
  output: true,
  descriptors: true,
  arguments: true,
  permission: true,
  variables: true,
  preparation: true,
  other: true,
};

function readFailure(value: unknown): StartFailure {
  const { kind, message } = readMembers(value, "failure");
  return {
    kind: readChoice(kind, Object.keys(failureKinds) as StartFailureKind[], "kind of failure"),
    message: readText(message, "message of failure"),
  };
}
