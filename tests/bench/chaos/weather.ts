/**
 * What may happen to a pilot while it runs, and to its records while it does not.
 *
 * @module
 */

import { existsSync } from "node:fs";
import type { Random } from "../../sim/random.ts";
import { recordsIn } from "./observe.ts";

/** What happens while a pilot runs. */
export type Weather =
  | { readonly kind: "calm" }
  /** The pilot is killed. */
  | { readonly kind: "killPilot"; readonly afterMs: number }
  /** Another process of it is killed: a task, the keeper, the guard, the watchdog. */
  | { readonly kind: "killOther"; readonly afterMs: number }
  /** Some files of the records, or all, take no more. */
  | { readonly kind: "fault"; readonly errno: "ENOSPC" | "EIO"; readonly path: string; readonly bytes: number }
  /** The time of day steps, forward and back. */
  | { readonly kind: "clock" }
  /** Few files may be open. */
  | { readonly kind: "descriptors" };

/** The numbers of errors that files give. */
export const errorNumbers = { ENOSPC: 28, EIO: 5 } as const;

/** Chooses the weather of one life of a pilot. */
export function chooseWeather(random: Random, canFault: boolean): Weather {
  const weights = { calm: 1, killPilot: 6, killOther: 2, descriptors: 1, ...(canFault ? { fault: 2, clock: 1 } : {}) };
  const kind = random.weighted<string>(weights) as Weather["kind"];
  switch (kind) {
    case "killPilot":
    case "killOther":
      return { kind, afterMs: random.between(0, 500) };
    case "fault": {
      const path = random.pick(["/journal", "/.qcgpjm-service-", "/jobs.report", "/service.log"]);
      return { kind, errno: random.pick(["ENOSPC", "EIO"] as const), path, bytes: random.between(0, 6000) };
    }
    case "calm":
    case "clock":
    case "descriptors":
      return { kind };
    default:
      return kind satisfies never;
  }
}

/** What is done to records. */
export type Damage = "none" | "bit" | "zeros" | "cut" | "noCopy" | "swap";

/** Chooses what is done to the records between two lives of a pilot. */
export function chooseDamage(random: Random): Damage {
  return random.weighted({ none: 8, bit: 1, zeros: 1, cut: 1, noCopy: 1, swap: 1 });
}

/** Damages the records of a life; the returned function puts back what a user would put back. */
export function damage(kind: Damage, random: Random, folder: string): () => void {
  const records = recordsIn(`${folder}/work`);
  const nothing = () => {};
  if (records === undefined || kind === "none") return nothing;
  const path = `${records}/${random.pick(["journal", "journal", "journal.copy"])}`;
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch {
    return nothing; // It is not there yet.
  }
  const at = random.between(0, Math.max(0, bytes.length - 1));
  switch (kind) {
    case "bit":
      if (bytes.length > 0) bytes[at]! ^= 1 << random.between(0, 7);
      Deno.writeFileSync(path, bytes);
      return nothing;
    case "zeros":
      Deno.writeFileSync(path, bytes.fill(0, at, at + 512));
      return nothing;
    case "cut":
      Deno.truncateSync(path, at);
      return nothing;
    case "noCopy":
      // It is gone already where the pilot since has not come to write it anew.
      if (existsSync(`${records}/journal.copy`)) Deno.removeSync(`${records}/journal.copy`);
      return nothing;
    case "swap":
      return swap(`${records}/journal`, folder);
    default:
      return kind satisfies never;
  }
}

/** Puts the journal of another run in the place of a life's. */
function swap(path: string, folder: string): () => void {
  const other = recordsIn(`${folder}/../other`);
  if (other === undefined) return () => {};
  Deno.renameSync(path, `${path}.own`);
  Deno.copyFileSync(`${other}/journal`, path);
  return () => Deno.renameSync(`${path}.own`, path);
}
