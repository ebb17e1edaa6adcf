/**
 * A program for the launcher tests: launches one shell command with the launcher that its own permissions allow, and
 * prints what came of it; with `--native` by the native one. With `--exhaust` it does so with no descriptor left, and
 * again after giving them back; with `--briefly` it gives them back while the first launch waits. What follows `--run=`
 * is the command instead of one that ends with 5.
 *
 * @module
 */

import { closeSync, openSync } from "node:fs";
import { chooseLauncher } from "../../../src/deno/local/launch.ts";
import { run, shell } from "./launches.ts";

const launcher = chooseLauncher({}, Deno.args.includes("--native") ? "native" : "auto");
const folder = Deno.cwd();
const command = Deno.args.find((arg) => arg.startsWith("--run="))?.slice("--run=".length) ?? "exit 5";
const plan = shell(folder, command, { stdout: `${folder}/once.out`, stderr: `${folder}/once.err` });
const told = [launcher.constructor.name];

async function tell(): Promise<void> {
  const { exit, failure } = await run(launcher, plan);
  told.push(failure?.message ?? JSON.stringify(exit));
}

if (Deno.args.includes("--exhaust")) {
  const descriptors: number[] = [];
  try {
    while (true) descriptors.push(openSync("once.txt", "a"));
  } catch {
    const isTold = tell();
    if (Deno.args.includes("--briefly")) await new Promise((resolve) => setTimeout(resolve, 100));
    else await isTold;
    descriptors.forEach(closeSync);
    await isTold;
  }
}
await tell();
await launcher.close();
console.log(told.join("\n"));
