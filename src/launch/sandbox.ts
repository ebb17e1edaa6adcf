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
import type { HeldPlace, LaunchPlan } from "./plan.ts";
import { SandboxWords } from "./sandbox_words.ts";
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
  /**
   * How it is made sure that what is shown is what was meant, whatever becomes of names meanwhile: bubblewrap is given
   * open descriptors, or what it has shown is compared with them. Absent where files cannot be opened that way: then
   * places are shown by their paths.
   */
  readonly shows?: HeldPlace["by"];
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
  /** Where other tasks may change names, as real paths. */
  readonly movable: "all" | readonly string[];
}

/**
 * What programs need to run at all, shown where the scope limits what is seen: programs and libraries, the linker's
 * memory, names of users and hosts, the time zone, certificates, and what a login shell reads.
 */
const systemPlaces: readonly string[] = [
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
  const words = new SandboxWords(tool.shows, order.movable);
  if (ignoring !== undefined) words.add("--ignore-signal=TERM", tool.bwrap);
  words.add("--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL");
  if (tool.endsWithPilot) words.add("--die-with-parent");
  if (!scope.net) words.add("--unshare-net");
  // A task in a session of its own has no terminal to type into; under `env` the launcher has seen to that.
  if (ignoring === undefined) words.add("--new-session");
  addFiles(words, order);
  words.add("--chdir", order.realCwd);
  words.addProgram(isPrivate);
  const programAt = words.args.length;
  words.add(...(ignoring === undefined ? [] : [ignoring, "--default-signal=TERM"]), plan.program, ...plan.args);
  const granted = order.devices.length === 0 ? plan.env.own : countAnew(plan.env.own);
  const own = isPrivate.length === 0
    ? granted
    : Object.fromEntries(Object.entries(granted).filter(([name]) => !isReadByLinker(name)));
  const { shown } = words;
  return {
    ...plan,
    program: ignoring ?? tool.bwrap,
    args: words.args,
    env: { ...plan.env, own },
    isContained: true,
    held: { ...plan.held, programAt, ...(shown.length === 0 ? {} : { shown }) },
  };
}

/** Adds the part of bubblewrap's arguments that makes the file system. Later ones lie on top of earlier ones. */
function addFiles(words: SandboxWords, { plan, scope, realCwd, hidden, devices }: SandboxOrder): void {
  const writable = scope.write === "all" ? ["/"] : byDepth(scope.write);
  const readable = scope.read === "all" ? [] : byDepth(scope.read).filter((path) => !isWithin(path, writable));
  const seesAll = scope.seesAll || scope.write === "all";
  const base = scope.write === "all" ? "--bind" : "--ro-bind";
  const shown = [...readable, ...writable.filter((path) => path !== "/")];
  const isShown = (path: string): boolean =>
    isWithin(path, shown) || (seesAll ? !isWithin(path, privatePlaces) : isWithin(path, systemPlaces));
  if (seesAll) words.add(base, "/", "/");
  else for (const path of systemPlaces) words.add("--ro-bind-try", path, path);
  words.add("--dev", "/dev", "--proc", "/proc");
  for (const file of devices) words.add("--dev-bind", file, file);
  for (const path of privatePlaces) if (seesAll || path !== "/var/tmp") words.add("--tmpfs", path);
  for (const path of readable) words.show("--ro-bind", path, false);
  for (const path of writable) {
    if (path.startsWith("/dev/")) words.add("--dev-bind-try", path, path); // Devices keep their meaning only so.
    else if (path !== "/") words.show("--bind", path, false);
  }
  if (!isShown(realCwd) && seesAll) words.show(base, realCwd, true);
  // It is made if it is missing, and may be: where the launcher has made it, it is there.
  else words.add("--dir", realCwd);
  const isInCwd = seesAll && isWithin(plan.program, [realCwd]);
  if (!isShown(plan.program) && !isInCwd) words.show("--ro-bind", plan.program, true);
  for (const path of hidden) words.add("--tmpfs", path);
}

/** Drivers count the GPUs that they see from 0, so those that are told by number have new numbers. */
function countAnew(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isNumbered = (name: string) => /^[0-9]+(,[0-9]+)*$/.test(env[name] ?? "");
  const counted = (list: string) => list.split(",").map((_, index) => index).join(",");
  const numbered = visibleDevices.filter(isNumbered).map((name) => [name, counted(env[name]!)]);
  return { ...env, ...Object.fromEntries(numbered) };
}

/** The outer ones first, so that none hides another. */
function byDepth(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => a.length - b.length);
}
