/**
 * Programs that do not want to end, or leave something behind. All stay in the folder where they were started: that is
 * how the tests find what is left of them, whatever else they hide.
 *
 * @module
 */

import { readlinkSync } from "node:fs";
import { isAlive } from "./launches.ts";

/** A program for `/bin/sh -c`. */
export interface Hostile {
  readonly name: string;
  readonly script: string;
  /** Whether it only ends when it is stopped; otherwise it ends by itself with 0 and leaves something behind. */
  readonly isLasting: boolean;
}

/** Says `ready` in a file, so that nobody stops it before it is what it wants to be. */
const ready = "touch ready";
/** Waits until a child is that. */
const daemonIsReady = "while [ ! -e ready ]; do sleep 0.01; done";
/** Keeps its parent waiting. */
const last = `${ready}; while :; do sleep 600; done`;

const perl = (code: string): string => `exec perl -MPOSIX -e '${code}'`;

/** Programs that a stop must end, or that end by themselves with members of their group left. */
export const hostiles: readonly Hostile[] = [
  { name: "ignores SIGTERM", script: `trap '' TERM; ${last}`, isLasting: true },
  {
    name: "has children that ignore SIGTERM, and goes itself",
    script: `(trap '' TERM; ${last}) & (trap '' TERM; sleep 600) & wait`,
    isLasting: true,
  },
  {
    name: "forks a tree in sessions of their own",
    script: perl(`for (1..7) { fork; setsid } sleep 1; open F, ">ready"; sleep 600`),
    isLasting: true,
  },
  {
    name: "is followed by a new child whenever it would be caught",
    script: perl(
      `$SIG{TERM} = "IGNORE"; open F, ">ready"; close F; ` +
        `for (1..3000) { my $p = fork; exit if $p; setsid; select undef, undef, undef, 0.04 }`,
    ),
    isLasting: false,
  },
  { name: "double-forks", script: `(sh -c 'sleep 600 & sleep 600 &' &) ; ${last}`, isLasting: true },
  { name: "leaves its session", script: `setsid sh -c 'sleep 600; :' & ${last}`, isLasting: true },
  {
    name: "leaves its session and double-forks and ignores SIGTERM and SIGHUP",
    script: `setsid sh -c "trap '' TERM HUP; (setsid nohup sleep 600 &) ; sleep 600; :" & ${last}`,
    isLasting: true,
  },
  { name: "closes its streams", script: `exec 0<&- 1>&- 2>&-; ${last}`, isLasting: true },
  {
    name: "is the parent of zombies",
    script: perl(`for (1..20) { exit unless fork } open F, ">ready"; $SIG{TERM} = "IGNORE"; sleep 600`),
    isLasting: true,
  },
  {
    name: "changes its title and overwrites its environment",
    script: perl(`$0 = "x" x 4000; %ENV = (); $SIG{TERM} = "IGNORE"; open F, ">ready"; sleep 600`),
    isLasting: true,
  },
  {
    name: "has a name like a line of the process table",
    script: perl(`open C, ">/proc/self/comm"; print C "a) Z 1 1 1\\n2 (b"; close C; open F, ">ready"; sleep 600`),
    isLasting: true,
  },
  { name: "scrubs its environment", script: `exec env -i sh -c '${last}'`, isLasting: true },
  {
    name: "scrubs the environment of a child in another session",
    script: `env -i setsid sh -c '${ready}; sleep 600; :' & while :; do sleep 600; done`,
    isLasting: true,
  },
  { name: "floods its output", script: `touch ready; head -c 100000000 /dev/zero; ${last}`, isLasting: true },
  { name: "leaves a child that holds its files", script: `sleep 600 & ${ready}`, isLasting: false },
  {
    name: "leaves a child that ignores SIGTERM",
    script: `(trap '' TERM; ${last}) & ${daemonIsReady}`,
    isLasting: false,
  },
];

/** A program that leaves a process behind which left its group. */
export interface Daemon extends Pick<Hostile, "name" | "script"> {
  /** Whether that process has no mark any more. */
  readonly isHidden?: true;
}

/** Programs that end by themselves with 0, and leave processes behind that left their group. */
export const taskDaemons: readonly Daemon[] = [
  { name: "leaves a daemon", script: `setsid sh -c '(sleep 600; :) & ${ready}; sleep 600' & ${daemonIsReady}` },
  {
    name: "leaves a daemon that ignores SIGTERM",
    script: `setsid sh -c "trap '' TERM; (nohup setsid sleep 600 &) ; ${ready}; sleep 600; :" & ${daemonIsReady}`,
  },
  {
    name: "leaves a daemon without environment",
    script: `env -i setsid sh -c '${ready}; sleep 600; :' & ${daemonIsReady}`,
    isHidden: true,
  },
  {
    name: "leaves a daemon that changed its title and environment",
    script: `perl -MPOSIX -e 'setsid; exit if fork; $0 = "x" x 4000; open F, ">ready"; sleep 600' & ${daemonIsReady}`,
    isHidden: true,
  },
  {
    name: "leaves a daemon and a dead child of it",
    script: `setsid perl -e 'exit unless fork; exit if fork; open F, ">ready"; sleep 600' & ${daemonIsReady}`,
  },
];

/** The living processes whose current folder is `folder` or below it. */
export function livingIn(folder: string): number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name))
    .filter((pid) => pid > 0 && isIn(pid, folder) && isAlive(pid));
}

/** The children of this process that have ended and were not reaped. */
export function deadChildren(): number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name)).filter((pid) => {
    try {
      return new RegExp(`\\) Z ${Deno.pid} `).test(Deno.readTextFileSync(`/proc/${pid}/stat`));
    } catch {
      return false;
    }
  });
}

/** How many descriptors this process has open. */
export function openDescriptors(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

function isIn(pid: number, folder: string): boolean {
  try {
    const path = readlinkSync(`/proc/${pid}/cwd`);
    return path === folder || path.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}
