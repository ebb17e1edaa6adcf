/**
 * A program for the watchdog tests: launches shell scripts by the native launcher, one task for each further argument,
 * says so when all have started, and then goes in the way that is asked for without closing anything.
 *
 * @module
 */

import { chooseLauncher } from "../../../src/deno/local/launch.ts";
import { launchMarked, newRunId, shell } from "./launches.ts";

const [way, folder, runId = newRunId(), ...scripts] = Deno.args;
const launcher = chooseLauncher({ runId }, "native");
const attempts = scripts.map((script, index) => launchMarked(launcher, shell(`${folder}/${index}`, script), runId));
await Promise.all(attempts.map(({ started }) => started));
console.log("started");
await Deno.stdin.read(new Uint8Array(1));
switch (way) {
  case "exit":
    Deno.exit(3);
    break;
  case "throw":
    throw new Error("nobody catches this");
  case "reject":
    Promise.reject(new Error("nobody catches this"));
    break;
  default:
    console.log("waiting");
}
