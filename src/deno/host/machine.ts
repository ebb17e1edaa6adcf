/**
 * The machine that we run on.
 *
 * @module
 */

import type { Host } from "../../runtime/run_ports.ts";

import { parseCpus } from "../../launch/binding.ts";
import { canScan, readProcess } from "../local/process_scan.ts";

/** What is known of the machine without asking for a permission. */
export interface Machine {
  /** A name for its one node. */
  readonly hostName: string;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Memory in MiB; 0 when it is not known. */
  readonly memoryMiB: number;
}

/**
 * Looks at the machine. The host's name needs `--allow-sys=hostname`; without it the node is called `local`. The memory
 * needs `--allow-sys=systemMemoryInfo`; where a container has less of it, only `-A` shows that.
 */
export function describeMachine(): Machine {
  return { hostName: hostName(), cores: navigator.hardwareConcurrency, memoryMiB: memoryMiB() };
}

function memoryMiB(): number {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  if (state !== "granted") return 0;
  return Math.floor(Math.min(Deno.systemMemoryInfo().total, containerBytes()) / 2 ** 20);
}

/** How much memory our control group may use, infinite when it is not limited or that cannot be read. */
function containerBytes(): number {
  try {
    const group = /^0::(.*)$/m.exec(Deno.readTextFileSync("/proc/self/cgroup"))?.[1] ?? "/";
    const bytes = Number.parseInt(Deno.readTextFileSync(`/sys/fs/cgroup${group}/memory.max`));
    return Number.isNaN(bytes) ? Infinity : bytes;
  } catch {
    return Infinity;
  }
}

/** The CPUs that this process may use, ascending; `undefined` where that is not known, as on other systems than Linux. */
export function usableCpus(): readonly number[] | undefined {
  if (!canScan()) return undefined;
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? "";
  const cpus = parseCpus(list);
  return cpus.length === 0 ? undefined : cpus;
}

/** The name of this host; `local` where it may not be known. */
export function hostName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "local";
}

/** Looks at the host without asking for a permission. */
export function describeHost(): Host {
  const slurmJob = readVariable("SLURM_JOB_ID");
  return {
    host: hostName(),
    account: readVariable("USER") ?? readVariable("LOGNAME") ?? userName(),
    runtimeVersion: `Deno ${Deno.version.deno}`,
    runtimePath: Deno.execPath(),
    platform: Deno.build.os,
    directory: currentDirectory(),
    processId: Deno.pid,
    ...describeProcess(),
    ...(slurmJob === undefined ? {} : { slurmJob }),
    zone: localZone(),
  };
}

/** What names this process for good, where that may be known. */
function describeProcess(): Pick<Host, "startTicks" | "bootId"> {
  if (!canScan()) return {};
  try {
    const bootId = Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
    const startTicks = readProcess(Deno.pid)?.startTicks;
    return { bootId, ...(startTicks === undefined ? {} : { startTicks }) };
  } catch {
    return {}; // Some containers hide it.
  }
}

/** Minutes by which local time is ahead of UTC right now. */
export function localZone(): number {
  return -new Date().getTimezoneOffset() || 0;
}

/** The user's name as the list of users has it, where it may be read. */
function userName(): string {
  const users = "/etc/passwd";
  const needs = [{ name: "sys", kind: "uid" }, { name: "read", path: users }] as const;
  if (needs.some((need) => Deno.permissions.querySync(need).state !== "granted")) return "";
  try {
    return new RegExp(`^([^:]*):[^:]*:${Deno.uid()}:`, "m").exec(Deno.readTextFileSync(users))?.[1] ?? "";
  } catch {
    return ""; // Some systems keep their users elsewhere.
  }
}

/** Reads a variable of the environment; one that may not be read is as if it were not set. */
export function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The current directory. */
export function currentDirectory(): string {
  return Deno.cwd();
}

/** Draws a number of random hexadecimal digits. */
export function randomHex(digits: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(digits)), (byte) => (byte & 15).toString(16)).join("");
}

/** Draws a UUID. */
export function randomUuid(): string {
  return crypto.randomUUID();
}
