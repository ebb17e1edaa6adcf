/**
 * A keeper that is started ahead: as soon as a program knows that it will run tasks, so that what both have to load and
 * to set up goes on side by side. The first launcher that needs a keeper takes it.
 *
 * @module
 */

import { planKeeper, type SelfStart } from "./start_self.ts";

/** The keeper that nobody has taken yet. */
let ahead: Deno.ChildProcess | undefined;

/** Starts a keeper that the next launcher takes. Where none can be started, the launcher will find that out, too. */
export function startAhead(): void {
  const start = planKeeper();
  if (start === undefined || ahead !== undefined) return;
  try {
    ahead = spawnKeeper(start);
    ahead.unref();
  } catch {
    // There may be room for it when a task needs it.
  }
}

/** Takes the keeper that was started ahead; `undefined` where there is none. */
export function takeAhead(): Deno.ChildProcess | undefined {
  const taken = ahead;
  ahead = undefined;
  taken?.ref();
  return taken;
}

/** Ends the keeper that was started ahead and that nobody has taken: no task will need it. It has nothing to do yet. */
export function dismissAhead(): void {
  const keeper = takeAhead();
  if (keeper === undefined) return;
  keeper.unref();
  try {
    keeper.kill("SIGKILL");
  } catch {
    // It has gone by itself.
  }
  keeper.stdin.close().catch(() => {});
  keeper.stdout.cancel().catch(() => {});
}

/**
 * Starts a keeper, with a channel of its own to this program.
 *
 * @throws {Error} If the process cannot be started.
 */
export function spawnKeeper(start: SelfStart): Deno.ChildProcess {
  requireDescriptors();
  return new Deno.Command(start.program, {
    args: [...start.args],
    env: start.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Descriptors that the runtime opens for its first child. */
const descriptorsNeeded = 16;

/** Throws unless there are as many descriptors as a start needs: the runtime would panic for want of them. */
function requireDescriptors(): void {
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < descriptorsNeeded) files.push(Deno.openSync("/dev/null"));
  } finally {
    files.forEach((file) => file.close());
  }
}
