/**
 * What the options of the service come to.
 *
 * @module
 */

import type { AskingSignal } from "../core/exit.ts";
import type { BindingMode } from "../launch/binding.ts";
import type { LogLevel } from "../report/log_lines.ts";
import type { Counts } from "../resources/counted.ts";
import type { DashboardChoice } from "./dashboard_options.ts";
import type { OrderOptions } from "./order_options.ts";
import type { GpuSource } from "../resources/find_gpus.ts";

/** How tasks are told what they were granted; `auto` is `slurm` inside a Slurm allocation, else `common`. */
export type EnvironmentSchemaChoice = "auto" | "common" | "slurm";

/** Where nodes come from. `--nodes` wins over `auto` and `slurm`, as in QCG-PilotJob. */
export type ResourceSource = "auto" | "local" | "slurm" | "file";

/** Where the network interface listens. */
export interface NetworkOptions {
  /** The host name or address; absent: this machine's own. */
  readonly address?: string;
  /** Exactly this port; else one from `portMin` up to, not including, `portMax`. */
  readonly port?: number;
  /** The lowest port to choose from. */
  readonly portMin: number;
  /** The port above the highest. */
  readonly portMax: number;
  /** Exactly this port for events. */
  readonly eventPort?: number;
  /** How many clients may be connected; absent: as many as the door says. */
  readonly connectionsMax?: number;
}

/** What is said about managers of managers. */
export interface GovernorOptions {
  /** Whether this service is a governor. */
  readonly governs: boolean;
  /** The address of the governor of this service. */
  readonly parent?: string;
  /** How many nodes each manager gets. */
  readonly partitionNodes?: number;
}

/** What is said about Slurm. */
export interface SlurmOptions {
  /** Index of the first node to use. */
  readonly rangeBegin?: number;
  /** Index after the last node to use. */
  readonly rangeEnd?: number;
  /** JSON file with the nodes. */
  readonly resourcesFile?: string;
  /** Whether node agents start tasks. */
  readonly agents: boolean;
  /** How long to wait for agents, in seconds. */
  readonly agentTimeoutSeconds: number;
  /** Share of the agents that must be there, 0.1 to 1. */
  readonly agentThreshold: number;
  /** How agents start. */
  readonly agentStart: "slurm" | "ssh";
  /** How long before the end of an allocation work stops, in seconds. */
  readonly leadSeconds: number;
  /** By which signal tasks are asked to end then; SIGTERM when absent. */
  readonly walltimeSignal?: AskingSignal;
  /** Whether each hardware thread is a core. */
  readonly hyperthreads: boolean;
}

/** What the service was asked to be. */
export interface ServiceOptions extends OrderOptions {
  /** Only help is wanted. */
  readonly help: boolean;
  /** The request file, relative to the current directory; absent: none. */
  readonly requestFile?: string;
  /** Working directory; absent: the current one, or where the resumed run worked. */
  readonly wd?: string;
  /** Virtual nodes: a node specification that has been checked. */
  readonly nodes?: string;
  /** How GPUs are found where the nodes name none. */
  readonly gpus: GpuSource;
  /** Counted resources: how many of each there are; absent: none. */
  readonly counted?: Counts;
  /** Which tasks are bound to their cores. */
  readonly binding: BindingMode;
  /** Where nodes come from. */
  readonly resources: ResourceSource;
  /** How tasks are told what they were granted. */
  readonly environmentSchema: EnvironmentSchemaChoice;
  /** How many bytes of the end of each output are kept of a task that does not succeed; absent: not said. */
  readonly tailBytes?: number;
  /** Whether a core is kept for the service. */
  readonly systemCore: boolean;
  /** How much is logged. */
  readonly logLevel: LogLevel;
  /** How the job report is written, if at all. */
  readonly reportFormat: "json" | "text" | "none";
  /** File of the job report; relative names lie in the auxiliary directory. */
  readonly reportFile: string;
  /** Whether progress is printed. */
  readonly showProgress: boolean;
  /** Name of the instance; the caller makes one up when absent. */
  readonly id?: string;
  /** Tags beside the id. */
  readonly tags: readonly string[];
  /** Directory of the run to go on with. */
  readonly resume?: string;
  /** Whether it may go on although something of its records is lost. */
  readonly acceptLoss: boolean;
  /** Present if the network interface is wanted. */
  readonly network?: NetworkOptions;
  /** Whether events are published on the network. */
  readonly publishes: boolean;
  /** The file for its numbers. */
  readonly metricsFile?: string;
  /** Present if a dashboard is wanted. */
  readonly dashboard?: DashboardChoice;
  /** What is said about managers of managers. */
  readonly governor: GovernorOptions;
  /** What is said about Slurm. */
  readonly slurm: SlurmOptions;
  /** Whether run times are measured on the nodes, and by which program. */
  readonly runTimes: { readonly enabled: boolean; readonly wrapper: string };
  /** Whether processes are sampled on the nodes. */
  readonly processSamples: boolean;
  /** The options that do something in an allocation of Slurm only, as they are written. */
  readonly slurmOnly: readonly string[];
  /** One sentence for each option that was accepted but does nothing yet. */
  readonly unsupported: readonly string[];
}
