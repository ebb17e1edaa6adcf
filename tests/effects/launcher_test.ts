/**
 * Runs the launcher contract against every launcher.
 *
 * @module
 */

import "../support/empty_home.ts";
import { mkdirSync } from "node:fs";
import { familyOf, findTag, tagOf, tagsOfRun } from "../../src/agent/tag.ts";
import { DirectLauncher } from "../../src/deno/local/launch_direct.ts";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { NativeLauncher } from "../../src/deno/local/native/launch_native.ts";
import { Libc } from "../../src/deno/local/native/libc.ts";
import { markName } from "../../src/deno/local/process_scan.ts";
import {
  badInterpreter,
  contractPrograms,
  launcherContract,
  missingProgram,
  notExecutable,
  plainScript,
} from "./support/launcher_contract.ts";
import { textOf, until } from "./support/launches.ts";

// `Deno.Command` rejects the status of a process that a real-time signal ended, and keeps its resource for ever.
const leaking = ["SIG34"];
const root = Deno.makeTempDirSync({ prefix: "launcher-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

function folder(name: string): string {
  mkdirSync(`${root}/${name}`);
  return `${root}/${name}`;
}

/** A process that carries a tag as the local launchers make it. */
function leave(tag: string): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: ["600"], env: { [markName]: tag } }).spawn();
}

/** A process that carries a tag as a keeper makes it, of the first launch of its first keeper. */
async function leaveTagged(tag: string): Promise<Deno.ChildProcess> {
  const number = tagOf(familyOf(tagsOfRun(tag.slice(0, 16)), 0), 1);
  const args = ["-c", `ulimit -S -x ${number}; exec sleep 600`];
  const process = new Deno.Command("/bin/bash", { args }).spawn();
  await until(() => findTag(textOf(`/proc/${process.pid}/limits`)) === `${number}`);
  return process;
}

launcherContract("NativeLauncher", () => new NativeLauncher(Libc.open()!), {
  root: folder("native"),
  groups: true,
  leave,
  usage: true,
});

launcherContract("KeeperLauncher", () => new KeeperLauncher(Deno.env.toObject()), {
  root: folder("keeper"),
  groups: true,
  leave: leaveTagged,
  usage: true,
});

launcherContract("DirectLauncher", () => new DirectLauncher(), {
  root: folder("direct"),
  groups: true,
  inheritsIgnored: true,
  leave,
  usage: false,
  leaking,
});

launcherContract("DirectLauncher with pipes", () => new DirectLauncher({ descriptors: false }), {
  root: folder("pipes"),
  groups: true,
  inheritsIgnored: true,
  leave,
  usage: false,
  leaking,
});

const restricted = folder("restricted");
launcherContract("DirectLauncher under restricted permissions", () => new DirectLauncher(), {
  root: restricted,
  groups: false,
  usage: false,
  leaking,
  permissions: {
    run: [
      ...contractPrograms,
      ...[missingProgram, notExecutable, badInterpreter, plainScript].map((name) => `${restricted}/${name}`),
    ],
    read: [restricted],
    write: [restricted],
  },
});
