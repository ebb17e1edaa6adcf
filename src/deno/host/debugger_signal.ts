/**
 * SIGUSR1 opens the debugger's port of the runtime, from half a second after the start on and whether a program listens
 * to it or not (Deno 2.9.2 and later). Every user of the machine can reach the port and run anything there with the
 * program's rights, and batch systems send that signal to programs that asked only to be warned.
 *
 * @module
 */

import { signalNumber } from "../../core/exit.ts";

const symbols = {
  setHandler: { name: "signal", parameters: ["i32", "pointer"], result: "pointer" },
  // It does nothing, and may be called at any moment.
  harmless: { name: "getpid", type: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Lets SIGUSR1 do nothing in this process, for good. It is caught rather than ignored, as programs that are started
 * inherit what is ignored. The runtime sets its own handler with the first listener and never again, so there is one
 * first, and ours right after it. Without every permission, and on other systems than Linux, the signal opens the port.
 */
export function keepDebuggerShut(): void {
  const replace = findReplacement();
  Deno.addSignalListener("SIGUSR1", () => {});
  replace?.();
}

/** Gets ready all that takes time, as the signal may come between the two handlers. */
function findReplacement(): (() => void) | undefined {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
  try {
    // Stays open, as the handler is a part of it.
    const { setHandler, harmless } = Deno.dlopen("libc.so.6", symbols).symbols;
    return () => setHandler(signalNumber("SIGUSR1"), harmless);
  } catch {
    return undefined; // There is no such library.
  }
}
