/**
 * The sandbox: a launch plan becomes one for bubblewrap (`bwrap`), which holds the task to its permission scope.
 *
 * Inside, the file system is read-only but for what may be written; where `read` is given nothing is there but that,
 * the program, and the system's own folders. `/tmp`, `/var/tmp` and `/run` are private and empty, `/dev` has the
 * harmless devices and those of the GPUs that the task was granted, there is no network unless allowed, and the
 * processes are a world of their own that ends with the task's main process. Standard streams are opened outside and
 * inherited.
 *
 * What differs from a task outside: death by signal n is told as exit code 128 + n, because that is all that bubblewrap
 * tells; and a program that starts other programs may start any that it sees.
 *
 * @module
 */

import { isReadByLinker } from "./code_variables.ts";
import { visibleDevices } from "./environment.ts";
import type { LaunchPlan } from "./plan.ts";
import { isWithin, type Scope } from "./scope.ts";

/** The programs that make a sandbox, as absolute paths. */
export interface SandboxTool {
  /** Bubblewrap. */
  readonly bwrap: string;
  /**
   * An `env` that can ignore signals, where process groups are signalled. With it SIGTERM passes bubblewrap by and
   * reaches the task, which may end in its own way; without it SIGTERM ends bubblewrap and so the task at once.
   */
  readonly env?: string;
  /**
   * Whether bubblewrap itself ends with the pilot. It asks the kernel for that, which takes the end of the thread that
   * started it for the end of the pilot: only for a launcher that starts processes on the main thread.
   */
  readonly endsWithPilot: boolean;
}

/** A launch to put into a sandbox. */
export interface SandboxOrder {
  /** The plan; its program is an absolute path. */
  readonly plan: LaunchPlan;
  /** What the task may do. */
  readonly scope: Scope;
  /** The real path of the plan's working directory. */
  readonly realCwd: string;
  /** Existing folders that no task may see into. */
  readonly hidden: readonly string[];
  /** The device files of the GPUs that the task was granted. */
  readonly devices: readonly string[];
}

/**
 * What programs need to run at all, shown where the scope limits what is seen: programs and libraries, the linker's
 * memory, names of users and hosts, the time zone, certificates, and what a login shell reads.
 */
export const systemPlaces: readonly string[] = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"],
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"],
  ...["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf"],
  ...["/etc/localtime", "/etc/ssl", "/etc/profile", "/etc/profile.d", "/etc/bash.bashrc"],
];

/** Folders that are private and empty in every sandbox. */
const privatePlaces: readonly string[] = ["/tmp", "/var/tmp", "/run"];

/** Plans a task's launch in a sandbox. */
export function planSandbox(order: SandboxOrder, tool: SandboxTool): LaunchPlan {
  const { plan, scope } = order;
  const isPrivate = Object.entries(plan.env.own).filter(([name]) => isReadByLinker(name));
  // `env` would take a path with "=" in it for a variable.
  const ignoring = tool.env !== undefined && !plan.program.includes("=") ? tool.env : undefined;
  const args = [
    ...["--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL"],
    ...(tool.endsWithPilot ? ["--die-with-parent"] : []),
    ...(scope.net ? [] : ["--unshare-net"]),
    // A task in a session of its own has no terminal to type into; under `env` the launcher has seen to that.
    ...(ignoring === undefined ? ["--new-session"] : []),
    ...planFiles(order),
    ...["--chdir", order.realCwd],
    // They would load code into bubblewrap itself, which is still outside.
    ...isPrivate.flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--", ...(ignoring === undefined ? [] : [ignoring, "--default-signal=TERM"]), plan.program, ...plan.args],
  ];
  const granted = order.devices.length === 0 ? plan.env.own : countAnew(plan.env.own);
  const own = isPrivate.length === 0
    ? granted
    : Object.fromEntries(Object.entries(granted).filter(([name]) => !isReadByLinker(name)));
  const contained = { ...plan, env: { ...plan.env, own }, isContained: true };
  return ignoring === undefined
    ? { ...contained, program: tool.bwrap, args }
    : { ...contained, program: ignoring, args: ["--ignore-signal=TERM", tool.bwrap, ...args] };
}

/** The part of bubblewrap's arguments that makes the file system. Later ones lie on top of earlier ones. */
function planFiles({ plan, scope, realCwd, hidden, devices }: SandboxOrder): string[] {
  const writable = scope.write === "all" ? ["/"] : byDepth(scope.write);
  const readable = scope.read === "all" ? [] : byDepth(scope.read).filter((path) => !isWithin(path, writable));
  const seesAll = scope.seesAll || scope.write === "all";
  const base = seesAll ? [scope.write === "all" ? "--bind" : "--ro-bind", "/", "/"] : showSystem();
  const shown = [...readable, ...writable.filter((path) => path !== "/")];
  const isShown = (path: string): boolean =>
    isWithin(path, shown) || (seesAll ? !isWithin(path, privatePlaces) : isWithin(path, systemPlaces));
  const cwd = isShown(realCwd)
    ? []
    : seesAll
    ? [scope.write === "all" ? "--bind" : "--ro-bind", realCwd, realCwd]
    : ["--dir", realCwd];
  return [
    ...base,
    ...["--dev", "/dev", "--proc", "/proc"],
    ...devices.flatMap((file) => ["--dev-bind", file, file]),
    ...privatePlaces.flatMap((path) => seesAll || path !== "/var/tmp" ? ["--tmpfs", path] : []),
    ...readable.flatMap((path) => ["--ro-bind-try", path, path]),
    ...writable.filter((path) => path !== "/").flatMap(bindWritable),
    ...cwd,
    ...(isShown(plan.program) || isWithin(plan.program, [realCwd]) && seesAll
      ? []
      : ["--ro-bind", plan.program, plan.program]),
    ...hidden.flatMap((path) => ["--tmpfs", path]),
  ];
}

function showSystem(): string[] {
  return systemPlaces.flatMap((path) => ["--ro-bind-try", path, path]);
}

/** Drivers count the GPUs that they see from 0, so those that are told by number have new numbers. */
function countAnew(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isNumbered = (name: string) => /^[0-9]+(,[0-9]+)*$/.test(env[name] ?? "");
  const counted = (list: string) => list.split(",").map((_, index) => index).join(",");
  const numbered = visibleDevices.filter(isNumbered).map((name) => [name, counted(env[name]!)]);
  return { ...env, ...Object.fromEntries(numbered) };
}

/** Devices keep their meaning only when they are bound as such. */
function bindWritable(path: string): string[] {
  return [path.startsWith("/dev/") ? "--dev-bind-try" : "--bind-try", path, path];
}

/** The outer ones first, so that none hides another. */
function byDepth(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => a.length - b.length);
}
