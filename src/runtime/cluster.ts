/**
 * An allocation of several nodes, as a run is set up with it.
 *
 * @module
 */

import type { Hello } from "../agent/hello.ts";
import type { AllocationEnd } from "./allocation_end.ts";

/** How agents come to the other nodes. */
export interface AgentTerms {
  /** How long to wait for the first agents, in milliseconds. */
  readonly initMs: number;
  /** Work begins when this share of the nodes is ready, above 0 and up to 1. */
  readonly threshold: number;
  /** By what they are started; with `"none"` there are no agents, and each task is started by `srun`. */
  readonly method: "slurm" | "ssh" | "none";
}

/** The terms that hold where no option says otherwise. */
export const agentTerms: AgentTerms = { initMs: 600_000, threshold: 1, method: "slurm" };

/** The key of a run's metadata under which the id of its batch job stands. */
export const slurmJobKey = "slurmJob";

/** The nodes of a run that are not all on this machine. */
export interface Cluster {
  /** Id of the batch job. */
  readonly jobId: string;
  /** Names of all nodes, by their indexes in the pool. */
  readonly nodeNames: readonly string[];
  /** Indexes of those that this process serves by itself. */
  readonly ownNodes: readonly number[];
  /** How agents come to the others. */
  readonly terms: AgentTerms;
  /** How many GPUs the step of an agent must ask for, by the index of its node; nothing where it gets them unasked. */
  readonly stepGpus?: readonly (number | undefined)[];
  /** As {@linkcode RunSettings.processSamples}. */
  readonly samples?: string;
  /** When work has to stop. */
  readonly end: AllocationEnd;
  /**
   * Hears what an agent sees of its node, before the node is used.
   *
   * @returns What the user should know of it, in sentences without their ends.
   */
  readonly met: (node: number, hello: Hello) => readonly string[];
}

/** What is told of what happens while agents are started and watched. */
export interface ClusterNews {
  /** What the user should know; a sentence without its end. */
  readonly warn: (text: string) => void;
  /** What belongs in the log only. */
  readonly log: (level: "info" | "debug", text: string) => void;
}
