/**
 * How this program is called: by a file of its own, or by the runtime.
 *
 * @module
 */

/** The words that stand before the arguments of the command line. */
export function programWords(): string[] {
  const program = Deno.execPath();
  if (Deno.build.standalone) return [program];
  const main = Deno.mainModule.startsWith("file://") ? new URL(Deno.mainModule).pathname : Deno.mainModule;
  return [program, "run", "-A", decodeURIComponent(main)];
}
