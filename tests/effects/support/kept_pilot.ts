/**
 * A program for the tests of the keeper: launches shell scripts, one task for each further argument, says what it does
 * in lines, and closes when its input ends.
 *
 * @module
 */

import { chooseLauncher } from "../../../src/deno/local/launch.ts";
import { launchMarked, newRunId, shell } from "./launches.ts";

const [folder, ...scripts] = Deno.args;
const runId = newRunId();
const launcher = chooseLauncher({ runId }, "keeper");
console.log("launching");
for (const [index, script] of scripts.entries()) {
  const { over, started } = launchMarked(launcher, shell(`${folder}/${index}`, script), runId);
  started.then((pid) => console.log("started", index, pid));
  over.then(({ exit, failure }) => console.log("over", index, JSON.stringify(exit ?? failure)));
}
await Deno.stdin.read(new Uint8Array(1));
await launcher.close();
