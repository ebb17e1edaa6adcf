/**
 * Tags: the numbers that tell whose a process is, whatever it does to its environment, its session and its parents.
 *
 * A tag is the soft limit of file locks (`ulimit -x`), which the kernel has not enforced since its version 2.4.25:
 * every process inherits it, keeps it when it loads another program, and shows it in `/proc/PID/limits`. It has 19
 * digits: 9 of the run, 4 of the agent, 6 of the launch. The first 13 are the agent's family.
 *
 * The digits of an agent are drawn by lot for each that is started, so that the pilot that resumes a run, and whoever
 * still ends the tasks of the one before, mean different processes.
 *
 * @module
 */

/** Digits of a run. */
const runDigits = 9;
const agentDigits = 4;
/** Agents are numbered below this. */
export const agentsMax: number = 10 ** agentDigits;
/** How many launches an agent numbers before it begins again. */
export const serialsMax = 1_000_000;
/** How many digits a tag has. */
export const tagDigits: number = runDigits + agentDigits + String(serialsMax - 1).length;
/** The number that no launch has: an agent carries it itself. */
export const ownSerial = 0;

/**
 * The first digits of all tags of a run.
 *
 * @param runId The run's id; two of the same text have the same digits, two others hardly ever.
 */
export function tagsOfRun(runId: string): string {
  // The hash of Fowler, Noll and Vo.
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(runId)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  const least = 10n ** BigInt(runDigits - 1);
  // Not up to nine times that: programs that take the limit for a signed number are to see a positive one.
  return String(least + hash % (8n * least));
}

/** The first digits of all tags of an agent, which has a number below {@linkcode agentsMax}. */
export function familyOf(runTags: string, agent: number): string {
  return runTags + String(agent % agentsMax).padStart(agentDigits, "0");
}

/** The tag of a launch. */
export function tagOf(family: string, serial: number): bigint {
  return BigInt(family) * BigInt(serialsMax) + BigInt(serial);
}

/** The number of the launch that a tag names, or `undefined` for a tag of another family. */
export function serialOf(family: string, tag: string): number | undefined {
  return tag.length === tagDigits && tag.startsWith(family) ? Number(tag.slice(family.length)) : undefined;
}

/** Whether a tag is that of a keeper itself. */
export function isOwnTag(tag: string): boolean {
  return serialOf(familyOfTag(tag), tag) === ownSerial;
}

/** The family that a tag belongs to. */
export function familyOfTag(tag: string): string {
  return tag.slice(0, runDigits + agentDigits);
}

/** Finds the tag in the text of `/proc/PID/limits`; `undefined` when the process has none. */
export function findTag(limits: string): string | undefined {
  return /^Max file locks +(\d{19}) /m.exec(limits)?.[1];
}
