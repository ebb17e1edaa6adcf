/**
 * A small machine in memory for permission scopes: links and programs.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";
import type { JobDescription } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import type { PermissionScope } from "../../../src/job/permissions.ts";
import { ScopeGuard, type ScopeGuardOptions } from "../../../src/launch/scope_guard.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { planTask } from "../../../src/launch/plan_task.ts";
import type { HostView } from "../../../src/launch/scope.ts";
import type { StartFailure } from "../../../src/core/exit.ts";

/** What is on the machine. */
export interface MachinePlan {
  /** Where each link leads. */
  readonly links?: Record<string, string>;
  /** The programs' files. */
  readonly programs?: readonly string[];
}

/** A machine whose links can be changed. */
export class FakeMachine implements HostView {
  /** Where each link leads. */
  readonly links: Map<string, string>;
  readonly #programs: ReadonlySet<string>;

  /** Creates the machine; `/usr/bin` has a few programs in any case, and `/bin` leads there. */
  constructor({ links = {}, programs = [] }: MachinePlan = {}) {
    this.links = new Map(Object.entries({ "/bin": "/usr/bin", ...links }));
    this.#programs = new Set(["sh", "bash", "date", "env", "cat"].map((name) => `/usr/bin/${name}`).concat(programs));
  }

  /** Finds a program on `path`. */
  findProgram(program: string, path = "/usr/local/bin:/bin:/usr/bin"): string | undefined {
    const files = program.includes("/") ? [program] : path.split(":").map((folder) => join(folder, program));
    return files.find((file) => this.#programs.has(this.realPath(file)));
  }

  /** Follows links. */
  realPath(path: string): string {
    if (path === "/") return path;
    const here = join(this.realPath(dirname(path)), basename(path));
    const target = this.links.get(here);
    return target === undefined ? here : this.realPath(resolve(dirname(here), target));
  }

  /** Every variable may be read. */
  requireVariable(): void {}

  /** Every variable is set to its own name. */
  readVariable(name: string): string {
    return name;
  }

  /** One folder of a pilot. */
  serviceFolders(folder: string): readonly string[] {
    return [`${folder}/.qcgpjm-service-1`];
  }
}

/** The executor's working directory in these tests. */
export const rootWd = "/work";

/** A guard over a machine. */
export function guardOf(
  permissions: PermissionScope | undefined,
  machine: FakeMachine = new FakeMachine(),
  more: Partial<ScopeGuardOptions> = {},
): ScopeGuard {
  return new ScopeGuard({ rootWd, ...(permissions === undefined ? {} : { permissions }), ...more }, machine);
}

/** A job that runs `date`, or what else `execution` says. */
export function jobOf(execution: Record<string, unknown>, more: Record<string, unknown> = {}): JobDescription {
  const what = "script" in execution ? execution : { exec: "date", ...execution };
  const variables = { rcnt: "1", uniq: "u", sname: "local", date: "", time: "", dateTime: "" };
  return parseJob({ name: "job", execution: what, ...more }, { variables });
}

/** Plans the launch of the first task of a job under a guard. */
export function launchOf(
  guard: ScopeGuard,
  job: JobDescription,
  gpus: readonly string[] = [],
): LaunchPlan | StartFailure {
  return planTask({
    job,
    offset: 0,
    allocation: { nodes: [{ name: "ENV", cores: ["0"], gpus }] },
    nodes: [0],
    tag: "step",
    attempt: 1,
    memoryMiB: 0,
  }, { rootWd, environmentSchema: "common", confine: (task) => guard.confine(task) });
}

/** The plan of a launch that must not fail. */
export function planOf(guard: ScopeGuard, job: JobDescription, gpus: readonly string[] = []): LaunchPlan {
  const plan = launchOf(guard, job, gpus);
  if ("message" in plan) throw new Error(plan.message);
  return plan;
}
