/**
 * The reply to `status`, which is also what `final_status.json` holds.
 *
 * @module
 */

import { formatElapsed } from "../base/duration.ts";
import type { StateCounts, Statistics } from "../report/statistics.ts";
import { formatTime, formatZone, type ZoneMinutes } from "../report/times.ts";
import { replyResources } from "./replies.ts";
import type { ServedPilot } from "./served_pilot.ts";

/** Who runs the service, and where. */
export interface HostFacts {
  /** The instance's id. */
  readonly instanceId: string;
  /** When the service began, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The name of the host. */
  readonly host: string;
  /** The name of the user. */
  readonly account: string;
  /** The service's current directory, absolute. */
  readonly directory: string;
  /** The runtime and its version; stands under QCG-PilotJob's key `PythonVersion`. */
  readonly runtimeVersion: string;
  /** The path of the program that runs; stands under QCG-PilotJob's key `Python`. */
  readonly runtimePath: string;
  /** The operating system and machine. */
  readonly platform: string;
}

/** Where requests come from at the moment. */
export interface OpenInterfaces {
  /** `FILE`, `ZMQ`, … */
  readonly names: readonly string[];
  /** The address for requests, when there is one. */
  readonly address?: string;
  /** The address of the events, when there is one. */
  readonly publisher?: string;
}

/** What a status is made of. */
export interface StatusSources {
  /** Knows nodes and cores. */
  readonly pilot: Pick<ServedPilot, "resources">;
  /** Counts. */
  readonly statistics: Statistics;
  /** Who runs the service. */
  readonly facts: HostFacts;
  /** Where requests come from. */
  readonly interfaces: OpenInterfaces;
  /** When the status is made. */
  readonly nowMs: number;
  /** The zone of written times. */
  readonly zone: ZoneMinutes;
  /** What of the records of an earlier pilot was lost when the run went on, in sentences without their ends. */
  readonly losses?: readonly string[];
}

/** The data of a status, its keys in QCG-PilotJob's order. */
export interface StatusData {
  /**
   * Who runs it. QCG-PilotJob's tools expect nothing beside these four groups, so what it does not have stands here:
   * `TimeZone`, the zone of all times, such as `+01:00`; and `Losses`, where something of the records was lost before
   * the run was resumed.
   */
  readonly System: Readonly<Record<string, unknown>>;
  /** What there is. */
  readonly Resources: Readonly<Record<string, number>>;
  /** How many jobs do what. */
  readonly JobStats: Readonly<Record<string, number>>;
  /** How many iterations do what; a plain job is one. */
  readonly IterationStats: Readonly<Record<string, number>>;
}

/** Tells the state of the service. */
export function describeStatus(sources: StatusSources): StatusData {
  const { pilot, statistics, facts, interfaces, nowMs, zone, losses = [] } = sources;
  const { total_nodes, total_cores, used_cores, free_cores } = replyResources(pilot.resources);
  return {
    System: {
      InstanceId: facts.instanceId,
      Started: formatTime(facts.startedAtMs, zone),
      Generated: formatTime(nowMs, zone),
      Uptime: formatElapsed(nowMs - facts.startedAtMs),
      Zmqaddress: interfaces.address ?? null,
      Ifaces: interfaces.names,
      StatusPublisher: interfaces.publisher ?? null,
      Host: facts.host,
      Account: facts.account,
      Wd: facts.directory,
      PythonVersion: facts.runtimeVersion,
      Python: facts.runtimePath,
      Platform: facts.platform,
      TimeZone: formatZone(zone),
      ...(losses.length === 0 ? {} : { Losses: losses }),
    },
    Resources: { TotalNodes: total_nodes, TotalCores: total_cores, UsedCores: used_cores, FreeCores: free_cores },
    JobStats: countsReply(statistics.jobs, "Jobs"),
    IterationStats: countsReply(statistics.iterations, "Iterations"),
  };
}

function countsReply(counts: StateCounts, what: "Jobs" | "Iterations"): Readonly<Record<string, number>> {
  return {
    [`Total${what}`]: counts.total,
    [`InSchedule${what}`]: counts.inSchedule,
    [`Failed${what}`]: counts.failed,
    [`Finished${what}`]: counts.finished,
    [`Executing${what}`]: counts.executing,
  };
}
