/**
 * Runs the launcher contract against every launcher.
 *
 * @module
 */

import "../support/empty_home.ts";
import { mkdirSync } from "node:fs";
import { DirectLauncher } from "../../src/deno/local/launch_direct.ts";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { NativeLauncher } from "../../src/deno/local/native/launch_native.ts";
import { Libc } from "../../src/deno/local/native/libc.ts";
import {
  badInterpreter,
  contractPrograms,
  launcherContract,
  missingProgram,
  notExecutable,
  plainScript,
} from "./support/launcher_contract.ts";

// `Deno.Command` rejects the status of a process that a real-time signal ended, and keeps its resource for ever.
const leaking = ["SIG34"];
const root = Deno.makeTempDirSync({ prefix: "launcher-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));

function folder(name: string): string {
  mkdirSync(`${root}/${name}`);
  return `${root}/${name}`;
}

launcherContract("NativeLauncher", () => new NativeLauncher(Libc.open()!, Deno.env.toObject()), {
  root: folder("native"),
  groups: true,
  usage: true,
});

launcherContract("KeeperLauncher", () => new KeeperLauncher(Deno.env.toObject()), {
  root: folder("keeper"),
  groups: true,
  usage: true,
});

launcherContract("DirectLauncher", () => new DirectLauncher(), {
  root: folder("direct"),
  groups: true,
  usage: false,
  leaking,
});

launcherContract("DirectLauncher with pipes", () => new DirectLauncher({ descriptors: false }), {
  root: folder("pipes"),
  groups: true,
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
