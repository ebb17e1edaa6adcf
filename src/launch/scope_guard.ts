/**
 * The guard: lets in only jobs that keep to the permission scope, and makes launches that can do nothing else.
 *
 * @module
 */

import { PermissionScopeError } from "../errors.ts";
import type { StartFailure } from "../core/exit.ts";
import type { Execution, JobDescription } from "../job/description.ts";
import { nestPermissions, type PermissionScope } from "../job/permissions.ts";
import type { DeviceFiles } from "../resources/gpu_devices.ts";
import { checkAtLaunch, checkAtSubmit } from "./check_scope.ts";
import { jobNeeds, type Need } from "./needs.ts";
import type { LaunchPlan } from "./plan.ts";
import { ownStreams } from "./plan_input.ts";
import { planSandbox, type SandboxTool } from "./sandbox.ts";
import { type HostView, narrowScope, quote, resolveScope, type Scope } from "./scope.ts";
import { EnvironmentFilter } from "./shared_environment.ts";

/** What a guard is set up with. */
export interface ScopeGuardOptions {
  /** The executor's working directory, absolute. */
  readonly rootWd: string;
  /** What the executor allows; everything when absent. */
  readonly permissions?: PermissionScope;
  /** What tasks are sandboxed with, if they are. */
  readonly sandbox?: SandboxTool;
  /** Finds the device files of GPUs, for tasks in a sandbox; none are shown when absent. */
  readonly gpuDevices?: (ids: readonly string[]) => DeviceFiles;
  /** Whether a sandbox was asked for: tasks are held to a scope then, though there may be no sandbox to be had. */
  readonly wantsSandbox?: boolean;
}

/** A planned launch, to be confined. */
export interface PlannedTask {
  /** The task's job. */
  readonly job: JobDescription;
  /** Its execution, variables filled in. */
  readonly execution: Execution;
  /** The plan. */
  readonly plan: LaunchPlan;
}

/** What holds in a sandbox when no permissions are given: everything may be seen and run, the own folder written. */
const sandboxPermissions: PermissionScope = { run: true, read: true, write: ["."], env: true, net: false };

/** Checks jobs and confines launches. */
export class ScopeGuard {
  readonly #rootWd: string;
  readonly #host: HostView;
  readonly #sandbox: SandboxTool | undefined;
  readonly #base: Scope | undefined;
  readonly #scopes = new WeakMap<PermissionScope, Scope>();
  readonly #filter: EnvironmentFilter;
  readonly #gpuDevices: (ids: readonly string[]) => DeviceFiles;

  /**
   * Resolves the executor's scope.
   *
   * @throws {PermissionScopeError} If it cannot be resolved; see {@linkcode resolveScope}.
   */
  constructor(options: ScopeGuardOptions, host: HostView) {
    this.#rootWd = options.rootWd;
    this.#host = host;
    this.#sandbox = options.sandbox;
    this.#gpuDevices = options.gpuDevices ?? (() => ({ files: [] }));
    this.#filter = new EnvironmentFilter((name) => host.readVariable(name));
    const permissions = options.permissions ?? (options.wantsSandbox ? sandboxPermissions : undefined);
    this.#base = permissions && resolveScope(permissions, this.#rootWd, host);
  }

  /** Whether tasks run in a sandbox. */
  get isSandboxed(): boolean {
    return this.#sandbox !== undefined;
  }

  /**
   * Narrows permissions.
   *
   * @param outer What holds inside the executor's scope so far.
   * @param inner What shall hold.
   * @param owner What it is for, as the beginning of a sentence.
   * @throws {PermissionScopeError} If the inner ones are wider.
   */
  narrow(outer: PermissionScope | undefined, inner: PermissionScope, owner: string): PermissionScope {
    const scope = this.#scopeOf(outer);
    if (scope !== undefined) narrowScope(scope, resolveScope(inner, this.#rootWd, this.#host), owner);
    return nestPermissions(outer, inner)!;
  }

  /**
   * Checks a job as far as its variables let it.
   *
   * @param job The job.
   * @param outer The permissions of its submitter, inside the executor's scope.
   * @returns The job with the permissions that it is left with.
   * @throws {PermissionScopeError} For the first thing that is outside the scope.
   */
  admit(job: JobDescription, outer?: PermissionScope): JobDescription {
    const owner = `Job ${quote(job.name)}`;
    const permissions = job.permissions === undefined ? outer : this.narrow(outer, job.permissions, owner);
    const scope = this.#scopeOf(permissions);
    if (scope === undefined) return job;
    const { name: jobName, execution } = job;
    checkAtSubmit({ jobName, execution, scope, rootWd: this.#rootWd, host: this.#host });
    return permissions === job.permissions ? job : Object.freeze({ ...job, permissions: permissions! });
  }

  /** What Deno must grant for a job: in a sandbox it is the sandbox that is run, and it runs the program. */
  needs(job: JobDescription): Need[] {
    const needs = jobNeeds(job, this.#rootWd);
    if (this.#sandbox === undefined) return needs;
    const bwrap = { name: "run", value: this.#sandbox.bwrap, purpose: "to run the sandbox" } as const;
    return [bwrap, ...needs.filter(({ name }) => name !== "run")];
  }

  /** Checks a launch once more, now that its variables are filled in, and confines it. */
  confine({ job, execution, plan }: PlannedTask): LaunchPlan | StartFailure {
    try {
      // A resumed job may have been let in by an executor that allowed more than this one.
      const scope = this.#scopeOf(job.permissions);
      if (scope === undefined) return plan;
      const source = execution.input?.kind === "output" ? plan.stdin : undefined;
      const { file, held } = checkAtLaunch({
        ...{ jobName: job.name, execution, scope, rootWd: this.#rootWd, host: this.#host },
        own: ownStreams(job),
        ...(source === undefined ? {} : { source }),
      });
      const { own, shared } = plan.env;
      const env = scope.env === "all" ? plan.env : { own, shared: this.#filter.keep(shared, scope.env) };
      const confined = { ...plan, env, program: file ?? plan.program, ...(isEmpty(held) ? {} : { held }) };
      return this.#sandbox === undefined ? confined : this.#shut(confined, scope, this.#sandbox);
    } catch (error) {
      if (error instanceof PermissionScopeError) return { kind: "permission", message: error.message };
      throw error;
    }
  }

  #shut(plan: LaunchPlan, scope: Scope, tool: SandboxTool): LaunchPlan | StartFailure {
    const program = this.#host.findProgram(plan.program, plan.env.own["PATH"]);
    if (program === undefined) {
      const message = `program ${
        quote(plan.program)
      } was not found or may not be executed; check the name and the file`;
      return { kind: "program-not-found", message };
    }
    const devices = plan.place.gpus.length === 0 ? { files: [] } : this.#gpuDevices(plan.place.gpus);
    if ("problem" in devices) return { kind: "permission", message: devices.problem };
    const realCwd = plan.held?.cwd ?? this.#host.realPath(plan.cwd);
    return planSandbox({
      plan: { ...plan, program },
      scope,
      realCwd,
      hidden: this.#host.serviceFolders(this.#rootWd),
      devices: devices.files,
      // Where the executor has no permissions, each job has its own, and may write to other folders than this one.
      movable: this.#base?.write ?? "all",
    }, tool);
  }

  #scopeOf(permissions: PermissionScope | undefined): Scope | undefined {
    if (permissions === undefined) return this.#base;
    const known = this.#scopes.get(permissions);
    if (known !== undefined) return known;
    const resolved = resolveScope(permissions, this.#rootWd, this.#host);
    const scope = this.#base === undefined ? resolved : narrowScope(this.#base, resolved, "A job");
    this.#scopes.set(permissions, scope);
    return scope;
  }
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}
