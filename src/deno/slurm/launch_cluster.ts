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
import { DeferredEnds } from "../../runtime/deferred_ends.ts";
import type { AttemptKey, Clock, Launcher, NodeSink, StopSignal } from "../../runtime/ports.ts";
import { RouterLauncher } from "../../runtime/router_launcher.ts";
import { SweptLauncher } from "../../runtime/swept_launcher.ts";
import type { ClusterParts } from "../../runtime/run_ports.ts";
import { isOfStep } from "../../slurm/srun_command.ts";
import { currentDirectory } from "../host/machine.ts";
import { readVariables } from "../host/variables.ts";
import { planAgent } from "../keeper/start_self.ts";
import { AgentPrograms } from "./agent_programs.ts";
import { SrunLauncher } from "./launch_by_srun.ts";

/** Starts tasks on all nodes of an allocation. */
class ClusterLauncher extends RouterLauncher {
  readonly #cluster: Cluster;
  readonly #own: Launcher;
  readonly #others: AgentsLauncher | SrunLauncher;

  constructor({ cluster, own }: ClusterParts, others: AgentsLauncher | SrunLauncher, clock: Clock) {
    const routes = cluster.nodeNames.map((_, node) => [node, cluster.ownNodes.includes(node) ? own : others] as const);
    super(routes, new DeferredEnds(clock));
    this.#cluster = cluster;
    this.#own = own;
    this.#others = others;
  }

  override signal(key: AttemptKey, signal: StopSignal): void {
    super.signal(key, this.#cluster.end.signalFor(signal));
  }

  override async reclaim(runId: string): Promise<void> {
    const reclaimed = Promise.all([this.#own.reclaim(runId), this.#others.reclaim(runId)]);
    this.#others.beginAfter(reclaimed);
    await reclaimed;
  }

  override watchNodes(sink: NodeSink): void {
    super.watchNodes(sink);
    if (this.#isAlone) this.#others.watchNodes(sink);
  }

  override async close(): Promise<void> {
    await super.close();
    // Who serves no node was not asked yet.
    if (this.#cluster.ownNodes.length === 0) await this.#own.close();
    if (this.#isAlone) await this.#others.close();
  }

  /** Whether there are no other nodes, so that nothing is routed to them; that work may begin is told all the same. */
  get #isAlone(): boolean {
    return this.#cluster.ownNodes.length === this.#cluster.nodeNames.length;
  }
}

/**
 * Makes the launcher of an allocation. Agents are started as soon as its nodes are watched.
 *
 * @throws {SlurmError} If this program cannot start itself as an agent.
 */
export function launchCluster(parts: ClusterParts, clock: Clock): Launcher {
  const { cluster, news, own } = parts;
  if (cluster.terms.method === "none") {
    news.warn("each task of another node is started by srun (--disable-nl), which is slow, and bound to no cores");
    const nodes = cluster.nodeNames.map((_, node) => node);
    return new ClusterLauncher(parts, new SrunLauncher({ jobId: cluster.jobId, nodes, own, clock }), clock);
  }
  const all = new ClusterLauncher(parts, launchAgents(parts, clock, cluster.terms.method), clock);
  return new SweptLauncher(all, clock);
}

function launchAgents(
  { cluster, news, runId, spoolFolders }: ClusterParts,
  clock: Clock,
  method: "slurm" | "ssh",
): AgentsLauncher {
  const self = planAgent();
  if (self === undefined) throw new SlurmError("This process was itself started to be an agent");
  const variables = Object.entries(readVariables()).filter(([name]) => !isOfStep(name));
  const env = Object.fromEntries(variables);
  const starter = new AgentPrograms({
    jobId: cluster.jobId,
    nodeName: (node) => cluster.nodeNames[node]!,
    stepGpus: cluster.stepGpus,
    self,
    env: readVariables(),
    directory: currentDirectory(),
    method,
    said: (line) => news.log("debug", line),
  });
  const nodes = cluster.nodeNames.map((name, index) => ({ name, index }))
    .filter(({ index }) => !cluster.ownNodes.includes(index));
  return new AgentsLauncher(starter, clock, {
    nodes,
    ownNodes: cluster.ownNodes,
    env,
    spoolFolders,
    runTags: tagsOfRun(runId),
    runMark: runId,
    nextAgent: drawNumber,
    samples: cluster.samples,
    threshold: cluster.terms.threshold,
    times: { ...watchTimes, initMs: cluster.terms.initMs },
    met: (node, hello) => cluster.met(node, hello).forEach((text) => news.log("info", text)),
    warn: news.warn,
  });
}

/** By lot, so that a pilot that resumes a run, and what the one before left, mean different processes. */
function drawNumber(): number {
  return Math.floor(Math.random() * agentsMax);
}
