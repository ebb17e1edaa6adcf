/**
 * The permission scope as a user gives it, for an executor or for one job: what tasks may run, read, write, see of the
 * environment, and whether they may use the network.
 *
 * @module
 */

/**
 * What tasks are allowed. Inside a scope everything is denied that is not given; `true` gives all of a kind.
 *
 * Relative paths are relative to the executor's `wd`. A folder stands for all that is in it, after symbolic links.
 */
export interface PermissionScope {
  /**
   * Programs, by name or path. A name is looked up once, on the PATH of this process, so that neither `env.PATH` nor
   * `wd` nor a link of a job changes what it means. Scripts, modules and virtual environments need `"bash"`. A program
   * that runs other programs (`sh`, `env`, `xargs`, `python3`) is as good as all of them.
   */
  readonly run?: boolean | readonly string[];
  /**
   * Files and folders to read `stdin` from. In the sandbox a task sees nothing else but the system's own folders;
   * where `read` is absent no `stdin` is allowed, but the sandbox shows all.
   */
  readonly read?: boolean | readonly string[];
  /**
   * Files and folders for `stdout`, `stderr` and `wd`; the executor's own `wd` is always allowed to work in. In the
   * sandbox everything else is read-only.
   */
  readonly write?: boolean | readonly string[];
  /**
   * Variables of this process that are passed on, and that a job may set. Beside them a task gets what it is told of
   * its resources and a `PATH` of the system's folders. `true` passes all on and lets a job set any but those that are
   * known to load code (`LD_PRELOAD` and its kind), which must be named.
   */
  readonly env?: boolean | readonly string[];
  /** Whether the network may be used; only the sandbox can keep a task from it. */
  readonly net?: boolean;
}

/** The kinds of permission. */
export const permissionKinds = ["run", "read", "write", "env", "net"] as const;

/** What is wrong with a value that should be a scope. */
export interface PermissionsProblem {
  /** The place inside the value, such as `.run[0]`; empty for the whole. */
  readonly path: string;
  /** The rest of a sentence that starts with the place. */
  readonly problem: string;
}

/** Finds what is wrong with a value that should be a {@linkcode PermissionScope}; keys that are known are not checked. */
export function findPermissionsProblem(value: Readonly<Record<string, unknown>>): PermissionsProblem | undefined {
  for (const kind of permissionKinds) {
    const given = Object.hasOwn(value, kind) ? value[kind] ?? undefined : undefined;
    if (given === undefined || typeof given === "boolean") continue;
    if (kind === "net") return { path: ".net", problem: "must be true or false" };
    const noun = kind === "run" ? "programs" : kind === "env" ? "variables" : "paths";
    if (!Array.isArray(given)) return { path: `.${kind}`, problem: `must be true, false or an array of ${noun}` };
    const wrong = given.findIndex((entry) => typeof entry !== "string" || entry === "" || entry.includes("\0"));
    if (wrong >= 0) return { path: `.${kind}[${wrong}]`, problem: "must be a text that is not empty and has no NUL" };
  }
  return undefined;
}

/** Copies a scope without what is absent; deep-frozen. */
export function copyPermissions(value: PermissionScope): PermissionScope {
  const entries = permissionKinds.flatMap((kind) => {
    const given = Object.hasOwn(value, kind) ? value[kind] : undefined;
    if (given === undefined || given === null) return [];
    return [[kind, typeof given === "boolean" ? given : Object.freeze([...given])] as const];
  });
  return Object.freeze(Object.fromEntries(entries));
}

/**
 * Puts one scope inside another that has been found to contain it. Where the outer one limits what is seen and the
 * inner one says nothing of `read`, nothing is seen.
 */
export function nestPermissions(
  outer: PermissionScope | undefined,
  inner: PermissionScope | undefined,
): PermissionScope | undefined {
  if (outer === undefined || inner === undefined) return inner ?? outer;
  const seesLess = inner.read === undefined && outer.read !== undefined && outer.read !== true;
  return seesLess ? Object.freeze({ ...inner, read: false }) : inner;
}
