/**
 * Reads a launch plan that came over a channel.
 *
 * @module
 */

import type { LaunchPlan } from "../launch/plan.ts";
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

/** The members that are texts, and whether a plan must have them. */
const textMembers: readonly (readonly [name: keyof LaunchPlan, isNeeded: boolean])[] = [
  ["taskName", true],
  ["program", true],
  ["cwd", true],
  ["tag", true],
  ["stdin", false],
  ["stdout", false],
  ["stderr", false],
];

/**
 * Checks that a value is a launch plan; members that are not known are left as they are.
 *
 * @throws {ProtocolError} If a member is missing or of another type.
 */
export function readPlan(value: unknown): LaunchPlan {
  const plan = readMembers(value, "a plan");
  for (const [name, isNeeded] of textMembers) {
    if (isNeeded || plan[name] !== undefined) readText(plan[name], `${name} of a plan`);
  }
  readList(plan["args"], readText, "args of a plan");
  readPlace(plan["place"], "place of a plan");
  readEnvironment(plan["env"], "env of a plan");
  readOptional(plan["keep"], (list, what) => readList(list, readRename, what), "keep of a plan");
  readOptional(plan["bindCpus"], (list, what) => readList(list, readCount, what), "bindCpus of a plan");
  readOptional(plan["limits"], readLimits, "limits of a plan");
  readOptional(plan["append"], (list, what) => readList(list, readOutputName, what), "append of a plan");
  readOptional(plan["tailBytes"], readCount, "tailBytes of a plan");
  readOptional(plan["held"], readHeld, "held of a plan");
  const { isContained } = plan;
  require(isContained === undefined || typeof isContained === "boolean", "isContained must be a boolean", isContained);
  return plan as unknown as LaunchPlan;
}

function readPlace(value: unknown, what: string): void {
  readShare(value, what);
  readList(readMembers(value, what)["further"], readShare, `further of ${what}`);
}

function readShare(value: unknown, what: string): void {
  const { node, name, cores, gpus } = readMembers(value, what);
  readCount(node, `node of ${what}`);
  readText(name, `name of ${what}`);
  readList(cores, readText, `cores of ${what}`);
  readList(gpus, readText, `gpus of ${what}`);
}

function readEnvironment(value: unknown, what: string): void {
  const { shared, own } = readMembers(value, what);
  const { kind, variables, without } = readMembers(shared, `shared of ${what}`);
  if (readChoice(kind, ["whole", "inherited"], `kind of shared of ${what}`) === "whole") {
    readTexts(variables, `shared of ${what}`);
  } else readList(without, readText, `shared of ${what}`);
  readTexts(own, what);
}

function readHeld(value: unknown, what: string): void {
  const held = readMembers(value, what);
  for (const name of ["cwd", "stdin", "stdout", "stderr"]) readOptional(held[name], readText, `${name} of ${what}`);
  readOptional(held["shown"], (list, what) => readList(list, readHeldPlace, what), `shown of ${what}`);
  readOptional(held["programAt"], readCount, `programAt of ${what}`);
}

function readHeldPlace(value: unknown, what: string): void {
  const { path, at, by, without } = readMembers(value, what);
  readText(path, `path of ${what}`);
  readCount(at, `at of ${what}`);
  readChoice(by, ["descriptor", "identity"], `by of ${what}`);
  readOptional(without, (list, what) => readList(list, readCount, what), `without of ${what}`);
}

function readRename(value: unknown, what: string): void {
  const { from, to } = readMembers(value, what);
  readText(from, `from of ${what}`);
  readText(to, `to of ${what}`);
}

function readOutputName(value: unknown, what: string): void {
  readChoice(value, ["stdout", "stderr"], what);
}

function readLimits(value: unknown, what: string): void {
  const { memoryMiB, idleMs } = readMembers(value, what);
  readOptional(memoryMiB, readAmount, `memoryMiB of ${what}`);
  readOptional(idleMs, readAmount, `idleMs of ${what}`);
}
