/**
 * The launcher of an allocation: this machine's own for its own node, agents for all others.
 *
 * @module
 */

import { agentsMax, tagsOfRun } from "../../agent/tag.ts";
import { watchTimes } from "../../agent/node_watch.ts";
import { SlurmError } from "../../errors.ts";
import { AgentsLauncher } from "../../runtime/agents_launcher.ts";
import type { Cluster } from "../../runtime/cluster.ts";
import { HeldEnds } from "../../runtime/held_ends.ts";
import type { Clock, Launcher } from "../../runtime/ports.ts";
import { RouterLauncher } from "../../runtime/router_launcher.ts";
import type { ClusterParts } from "../../runtime/run_ports.ts";
import { isOfStep } from "../../slurm/srun_command.ts";
import { currentDirectory } from "../host/machine.ts";
import { readVariables } from "../host/variables.ts";
import { planAgent } from "../keeper/start_self.ts";
import { SrunStarter } from "./srun_starter.ts";

/** Starts tasks on all nodes of an allocation. */
class ClusterLauncher extends RouterLauncher {
  readonly #own: Launcher;
  readonly #agents: AgentsLauncher;
  readonly #isIdle: boolean;

  constructor(cluster: Cluster, own: Launcher, agents: AgentsLauncher, clock: Clock) {
    const routes = cluster.nodeNames.map((_, node) => [node, cluster.ownNodes.includes(node) ? own : agents] as const);
    super(routes, new HeldEnds(clock));
    this.#own = own;
    this.#isIdle = cluster.ownNodes.length === 0;
    this.#agents = agents;
  }

  override reclaim(runId: string): Promise<void> {
    const reclaimed = this.#own.reclaim(runId);
    this.#agents.beginAfter(reclaimed);
    return reclaimed;
  }

  override async close(): Promise<void> {
    await super.close();
    // Where no node is its own, it was not asked yet.
    if (this.#isIdle) await this.#own.close();
  }
}

/**
 * Makes the launcher of an allocation. Agents are started as soon as its nodes are watched.
 *
 * @throws {SlurmError} If this program cannot start itself as an agent.
 */
export function launchCluster({ cluster, news, runId, own, spoolFolders }: ClusterParts, clock: Clock): Launcher {
  const self = planAgent();
  if (self === undefined) throw new SlurmError("This process was itself started to be an agent");
  const variables = Object.entries(readVariables()).filter(([name]) => !isOfStep(name));
  const env = Object.fromEntries(variables);
  const starter = new SrunStarter({
    jobId: cluster.jobId,
    nodeName: (node) => cluster.nodeNames[node]!,
    self,
    env: readVariables(),
    directory: currentDirectory(),
    said: (line) => news.log("debug", line),
  });
  const nodes = cluster.nodeNames.map((name, index) => ({ name, index }))
    .filter(({ index }) => !cluster.ownNodes.includes(index));
  const agents = new AgentsLauncher(starter, clock, {
    nodes,
    ownNodes: cluster.ownNodes,
    env,
    spoolFolders,
    runTags: tagsOfRun(runId),
    nextAgent: drawNumber,
    threshold: cluster.terms.threshold,
    times: { ...watchTimes, initMs: cluster.terms.initMs },
    met: (node, hello) => cluster.met(node, hello).forEach((text) => news.log("info", text)),
    warn: news.warn,
  });
  return new ClusterLauncher(cluster, own, agents, clock);
}

/** By lot, so that a pilot that resumes a run, and what the one before left, mean different processes. */
function drawNumber(): number {
  return Math.floor(Math.random() * agentsMax);
}
