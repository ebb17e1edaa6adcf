/**
 * The first line of an agent. What comes before it on the same channel, such as what a prolog of the cluster prints,
 * is passed over, and kept for the case that there is never a hello.
 *
 * @module
 */

import { defined } from "../base/defined.ts";
import { readCount, readList, readMembers, readOptional, readText } from "./fields.ts";
import type { NodeSight } from "../resources/node_sight.ts";
import { protocolNumber } from "./messages.ts";
import { ProtocolError } from "./protocol_error.ts";

/** What the line begins with. */
const mark = "qcgpj-agent ";

/** How many characters may come before the hello. */
export const noiseMax = 65_536;

/** Who an agent is. */
export interface Hello {
  /** The version of the package that it runs; a pilot talks to none but its own. */
  readonly version: string;
  /** Its process id. */
  readonly pid: number;
  /** Name of its node. */
  readonly node?: string;
  /** The step that it runs in, such as `41.3`. */
  readonly step?: string;
  /** What it sees of its node; only agents of other nodes look. */
  readonly sight?: NodeSight;
  /** Why nothing would end its tasks if both it and its pilot were killed at once; absent when something would. */
  readonly unguarded?: string;
}

/** Writes the line, with its end. */
export function formatHello(hello: Hello): string {
  return `${mark}${JSON.stringify({ protocol: protocolNumber, ...hello })}\n`;
}

/** Looks for the hello in the lines of a channel. */
export class HelloSearch {
  #noise = "";

  /** What came instead of a hello. */
  get noise(): string {
    return this.#noise;
  }

  /**
   * Looks at the next line.
   *
   * @returns The hello, or `undefined` if this is another line.
   * @throws {ProtocolError} If the hello is of another protocol, or there is more noise than is allowed.
   */
  read(line: string): Hello | undefined {
    const at = line.indexOf(`${mark}{`);
    const value = at < 0 ? undefined : parse(line.slice(at + mark.length));
    if (value !== undefined) return readHello(value);
    this.#noise += `${line}\n`;
    if (this.#noise.length > noiseMax) throw new ProtocolError(`No hello among the first ${noiseMax} characters`);
    return undefined;
  }
}

/** Says what is wrong with the version of an agent, or nothing. */
export function refuseVersion(hello: Hello, version: string, nodeName: string): string | undefined {
  if (hello.version === version) return undefined;
  return `Node ${nodeName} runs qcgpj ${hello.version}, this pilot ${version}: both must be the same; ` +
    "is another copy first on the PATH there?";
}

function readHello(value: unknown): Hello {
  const { protocol, version, pid, node, step, sight, unguarded } = readMembers(value, "a hello");
  if (protocol !== protocolNumber) {
    throw new ProtocolError(`The agent speaks protocol ${JSON.stringify(protocol)}, this pilot ${protocolNumber}`);
  }
  const told = {
    node: readOptional(node, readText, "node of a hello"),
    step: readOptional(step, readText, "step of a hello"),
    sight: readOptional(sight, readSight, "sight of a hello"),
    unguarded: readOptional(unguarded, readText, "unguarded of a hello"),
  };
  return {
    version: readText(version, "version of a hello"),
    pid: readCount(pid, "pid of a hello"),
    ...defined(told),
  };
}

function readSight(value: unknown, what: string): NodeSight {
  const { cpus, siblings, gpus, memoryMiB } = readMembers(value, what);
  const ids = readOptional(gpus, (list, what) => readList(list, readText, what), `gpus of ${what}`);
  return {
    cpus: readList(cpus, readCount, `cpus of ${what}`),
    siblings: readList(siblings, (list, what) => readList(list, readCount, what), `siblings of ${what}`),
    memoryMiB: readCount(memoryMiB, `memoryMiB of ${what}`),
    ...(ids === undefined ? {} : { gpus: ids }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
