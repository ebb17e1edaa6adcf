/**
 * The machine as the search for GPUs and for their device files asks about it: without ever asking the user for a
 * permission.
 *
 * @module
 */

import type { GpuHost } from "../../resources/find_gpus.ts";
import type { DeviceHost } from "../../resources/gpu_devices.ts";
import { readVariable } from "./machine.ts";
import { mayDoAnything, mayUse } from "./permissions.ts";

/** How long a tool may take: its driver may hang, which must not hold us up. */
const toolSecondsMax = 20;

/** This machine. What may not be looked at is as if it were not there. */
export class DenoGpuHost implements GpuHost, DeviceHost {
  /** Reads a variable. */
  variable(name: string): string | undefined {
    return readVariable(name);
  }

  /** Runs a program. */
  output(program: string, args: readonly string[]): string | undefined {
    if (!mayUse("run", program)) return undefined;
    const limited = mayUse("run", "timeout") ? runTool("timeout", [`${toolSecondsMax}`, program, ...args]) : undefined;
    // Not every system has the program that watches the time.
    return limited ?? runTool(program, args);
  }

  /** Lists a folder. */
  names(folder: string): readonly string[] {
    if (!mayUse("read", folder)) return [];
    try {
      return [...Deno.readDirSync(folder)].map(({ name }) => name);
    } catch {
      return []; // Most machines have no such devices, and some no such folder.
    }
  }

  /** Reads a file. */
  text(path: string): string | undefined {
    if (!mayUse("read", path)) return undefined;
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return undefined;
    }
  }

  /** Deno shows devices only to those who may do anything. */
  get mayLook(): boolean {
    return mayDoAnything();
  }

  /** Opens a device and closes it again. */
  mayOpen(path: string): boolean {
    try {
      Deno.openSync(path, { read: true }).close();
      return true;
    } catch {
      return false; // Of no use to a task either.
    }
  }
}

/** What a program prints, empty when it fails; `undefined` when it cannot be started. */
function runTool(program: string, args: readonly string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command(program, { args: [...args], stdin: "null", stderr: "null" })
      .outputSync();
    return success ? new TextDecoder().decode(stdout) : "";
  } catch {
    return undefined;
  }
}
