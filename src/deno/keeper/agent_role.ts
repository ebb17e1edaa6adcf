/**
 * What makes a keeper the agent of another node: it tells what it sees there, lives by a lease, and ends what an earlier
 * agent left.
 *
 * @module
 */

import type { Hello } from "../../agent/hello.ts";
import { Lease } from "../../agent/lease.ts";
import type { Welcome } from "../../agent/messages.ts";
import { lookAtNode } from "../host/node_sight.ts";
import { findMarked } from "../local/process_scan.ts";
import { TagSearch, tagsFrom } from "../local/tag_search.ts";

/** Variables by which the node of a task differs from that of its pilot. */
const ofNode = /^(SLURMD_NODENAME|HOSTNAME|SLURM_TOPOLOGY_ADDR(_PATTERN)?)$/;
/** How long to look for the end of what is left; a process that waits for a device cannot be ended any sooner. */
const goneMsMax = 5000;
/** What was just being forked by a process that was killed is not seen at once. */
const cleanLooks = 4;
const lookMs = 20;

/** What a keeper can do as an agent of another node. */
export class AgentRole {
  #helloMs = 0;
  #lease: Lease | undefined;

  /** What the hello tells beside what every keeper does. */
  sayHello(): Pick<Hello, "node" | "step" | "sight"> {
    this.#helloMs = performance.now();
    const [job, step] = [Deno.env.get("SLURM_JOB_ID"), Deno.env.get("SLURM_STEP_ID")];
    const node = Deno.env.get("SLURMD_NODENAME");
    return {
      ...(node === undefined ? {} : { node }),
      ...(job === undefined || step === undefined ? {} : { step: `${job}.${step}` }),
      sight: lookAtNode(),
    };
  }

  /** Takes the pilot's word. */
  welcomed({ fenceMs }: Welcome): void {
    if (fenceMs !== undefined) this.#lease = new Lease(fenceMs, this.#helloMs);
  }

  /** A ping has come, and its pong is sent now. */
  pinged(number: number, lastPong: number): void {
    this.#lease?.pinged(lastPong);
    this.#lease?.ponged(number, performance.now());
  }

  /** The pilot stands still, or goes on. */
  paused(isPaused: boolean): void {
    if (isPaused) this.#lease?.suspend();
    else this.#lease?.resume();
  }

  /** When everything must be over. */
  get endMs(): number {
    return this.#lease?.endMs ?? Infinity;
  }

  /** The environment that tasks inherit: the pilot's, with what is this node's own. */
  environment(pilots: Readonly<Record<string, string>>): Record<string, string> {
    const own = Object.entries(Deno.env.toObject()).filter(([name]) => ofNode.test(name));
    const others = Object.entries(pilots).filter(([name]) => !ofNode.test(name));
    return Object.fromEntries([...others, ...own]);
  }
}

/**
 * Kills what carries a tag or a mark that begins with one of these, until several looks in a row have found nothing.
 *
 * @returns Whether nothing is left.
 */
export function endLeftovers(
  { tags = [], marks = [] }: { readonly tags?: readonly string[]; readonly marks?: readonly string[] },
  kill: (pid: number) => void,
  pause: (ms: number) => void,
): boolean {
  if (tags.length + marks.length === 0) return true;
  const endMs = performance.now() + goneMsMax;
  const filters = tags.map((digits) => tagsFrom(digits, "tasks"));
  using search = new TagSearch((tag) => filters.some((isWanted) => isWanted(tag)));
  for (let clean = 0; clean < cleanLooks;) {
    const found: number[] = [];
    const end = (pid: number) => {
      kill(pid); // At once: what forks all the time has another number a moment later.
      found.push(pid);
    };
    for (const pid of tags.length > 0 ? search.look() : []) end(pid);
    for (const { pid } of findMarked(marks)) end(pid);
    if (found.length > 0 && performance.now() > endMs) return false;
    clean = found.length === 0 ? clean + 1 : 0;
    pause(lookMs);
  }
  return true;
}
