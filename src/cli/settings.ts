/**
 * From options of the command line to what a run is set up with.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import { findRunToResume } from "../deno/files/runs/find_run.ts";
import { pathToResume } from "../deno/files/runs/run_reader.ts";
import type { LearntTimes } from "../core/estimates.ts";
import type { Durability } from "../journal/durability.ts";
import { chooseResources, isInSlurm, type ResourceChoice } from "../api/choose_resources.ts";
import { tailBytesDefault } from "../launch/plan.ts";
import type { RunSettings } from "../runtime/run_settings.ts";
import type { ServiceOptions } from "../service/option_types.ts";
import { learnAsAsked } from "./learn.ts";

/** The options of the service that a run is made of. */
export type CommonOptions = Pick<
  ServiceOptions,
  | "wd"
  | "nodes"
  | "gpus"
  | "counted"
  | "groups"
  | "order"
  | "holdBackAfterMs"
  | "binding"
  | "resources"
  | "slurm"
  | "environmentSchema"
  | "systemCore"
  | "logLevel"
  | "reportFormat"
  | "reportFile"
  | "id"
  | "tags"
  | "resume"
  | "acceptLoss"
  | "network"
  | "publishes"
  | "dashboard"
  | "metricsFile"
  | "runTimes"
  | "tailBytes"
  | "processSamples"
  | "slurmOnly"
  | "unsupported"
>;

/** Those of them that are about nodes. */
export type ResourceOptions = Partial<
  Pick<CommonOptions, "nodes" | "gpus" | "counted" | "binding" | "resources" | "slurm">
>;

/** What the service has no option for. */
export interface OwnOptions {
  /** What the records survive. */
  readonly durability: Durability;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  /** What becomes of a job that depends on one that does not exist. */
  readonly unknownDependency: "refuse" | "omit";
  /** Which tasks of the resumed run are to run again although they have ended. */
  readonly rerun?: RunSettings["rerun"] | undefined;
  /** Whether scripts get a login shell; they do when absent. */
  readonly login?: boolean;
  /** Which run teaches how long tasks take: what `--learn` says. */
  readonly learn?: string | undefined;
  /** What the request file tells of how long tasks take. */
  readonly times?: LearntTimes | undefined;
  /** When the run halts because of failures. */
  readonly haltOn?: RunSettings["haltOn"] | undefined;
  /** The request file. */
  readonly file?: string | undefined;
  /** Further readers of events, by what each is called when it fails. */
  readonly readers?: NonNullable<RunSettings["readers"]>;
}

/** How long a stopped task may take to end, where no option says it. */
export const graceMsDefault = 5000;

/** Makes the settings of a run. */
export function settingsOf(options: CommonOptions, own: OwnOptions): RunSettings {
  const { id, groups, order, holdBackAfterMs } = options;
  const resume = options.resume === undefined ? undefined : pathToResume(options.resume);
  const rootWd = resolve(Deno.cwd(), options.wd ?? whereItWorked(resume));
  // In the order of age times change little: the earlier run of the same file is read only where a user asks for it.
  const { learnt, lesson } = learnAsAsked(own.learn, {
    ...(order === "age" ? {} : { file: own.file }),
    times: own.times,
    directory: rootWd,
  });
  const { pool, cluster, warnings } = chooseResources(resourceChoiceOf(options));
  return {
    pilot: {
      ...pool,
      ...(groups === undefined ? {} : { groups }),
      ...(order === undefined ? {} : { order }),
      ...(holdBackAfterMs === undefined ? {} : { holdBackAfterMs }),
      ...(learnt === undefined ? {} : { learnt }),
      reserveCore: options.systemCore,
      graceMs: own.graceMs,
      ...(own.login === undefined ? {} : { login: own.login }),
      tailBytes: options.tailBytes ?? tailBytesDefault,
      rootWd,
      environmentSchema: schemaOf(options.environmentSchema),
      unknownDependency: own.unknownDependency,
    },
    ...(cluster === undefined ? {} : { cluster: options.processSamples ? { ...cluster, samples: rootWd } : cluster }),
    durability: own.durability,
    ...(resume === undefined ? {} : { resume, acceptLoss: options.acceptLoss }),
    ...(id === undefined ? {} : { instanceId: id }),
    tags: options.tags,
    warnings: [...warnings, ...options.unsupported, ...tellSlurmOnly(cluster, options), ...(lesson?.warnings ?? [])],
    logLevel: options.logLevel,
    reportFormat: options.reportFormat,
    reportFile: options.reportFile,
    runTimes: options.runTimes.enabled,
    ...(options.processSamples ? { processSamples: rootWd } : {}),
    ...(own.haltOn === undefined ? {} : { haltOn: own.haltOn }),
    ...(own.file === undefined ? {} : { file: resolve(Deno.cwd(), own.file) }),
    ...(own.rerun === undefined ? {} : { rerun: own.rerun }),
    ...(own.readers === undefined ? {} : { readers: own.readers }),
  };
}

/** What the options say about the nodes. */
function resourceChoiceOf({ slurm, resources, ...options }: ResourceOptions): ResourceChoice {
  return {
    ...options,
    source: resources,
    nodesFile: slurm?.resourcesFile,
    firstNode: slurm?.rangeBegin,
    endNode: slurm?.rangeEnd,
    ...(slurm === undefined ? {} : {
      leadMs: slurm.leadSeconds * 1000,
      walltimeSignal: slurm.walltimeSignal,
      hyperthreads: slurm.hyperthreads,
      terms: {
        initMs: slurm.agentTimeoutSeconds * 1000,
        threshold: slurm.agentThreshold,
        method: slurm.agents ? slurm.agentStart : "none",
      },
    }),
  };
}

/** Says which options do nothing, as no node of an allocation is used. */
function tellSlurmOnly(cluster: RunSettings["cluster"], { slurmOnly }: CommonOptions): string[] {
  if (cluster !== undefined || slurmOnly.length === 0) return [];
  const have = slurmOnly.length === 1 ? "has" : "have";
  return [`${slurmOnly.join(", ")} ${have} no effect: no allocation of Slurm is used`];
}

function schemaOf(schema: CommonOptions["environmentSchema"]): "common" | "slurm" {
  return schema === "auto" ? (isInSlurm() ? "slurm" : "common") : schema;
}

/** The working directory where no option names one: a resumed run goes on where it was begun. */
function whereItWorked(resume: string | undefined): string {
  return resume === undefined ? "." : dirname(findRunToResume(resume));
}
