/**
 * `env.log`: which variables the service was started with. Their values may be secrets, so only their lengths are told,
 * and only the owner may read the file.
 *
 * @module
 */

import { join } from "@std/path";
import { errorText } from "../../base/error_text.ts";

/**
 * Writes the file into an auxiliary directory, if Deno lets us see the variables: without them the service works too.
 *
 * @param folder The directory.
 * @param warn Tells the user that the file cannot be written.
 */
export function writeEnvironmentLog(folder: string, warn: (text: string) => void): void {
  if (Deno.permissions.querySync({ name: "env" }).state !== "granted") return;
  const path = join(folder, "env.log");
  try {
    Deno.writeTextFileSync(path, formatEnvironment(Deno.env.toObject()), { mode: 0o600 });
    Deno.chmodSync(path, 0o600); // It may have been there with another mode.
  } catch (error) {
    warn(`Cannot write ${path}, the jobs go on: ${errorText(error)}`);
  }
}

/** Writes one line for each variable, by name. */
export function formatEnvironment(variables: Readonly<Record<string, string>>): string {
  const names = Object.keys(variables).toSorted();
  return names.map((name) => `${name}=[${[...variables[name]!].length} characters]\n`).join("");
}
