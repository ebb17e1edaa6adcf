/**
 * Finding out that standard output was closed, as by `>&-`. Deno opens the null device in its place before any program of
 * it runs, and whatever is written there is lost without an error.
 *
 * @module
 */

/** How Deno opens it: for reading and writing. A shell opens `>/dev/null` for writing only. */
const readWrite = 0o2;
const accessMode = 0o3;

/**
 * Whether standard output was closed when this program began. Some programs give their children a null device like Deno's
 * on purpose, but no shell does; so it counts only where a shell has started us, or a program that stands in for one.
 */
export function isOutputClosed(): boolean {
  if (Deno.permissions.querySync({ name: "read" }).state !== "granted") return false;
  try {
    if (Deno.readLinkSync("/proc/self/fd/1") !== "/dev/null") return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(Deno.readTextFileSync("/proc/self/fdinfo/1"))?.[1] ?? "0";
    if ((Number.parseInt(flags, 8) & accessMode) !== readWrite) return false;
    return /^((ba|da|z|k|a|fi)?sh|timeout|sudo|make|cron)$/.test(
      Deno.readTextFileSync(`/proc/${Deno.ppid}/comm`).trim(),
    );
  } catch {
    return false; // Not on Linux.
  }
}
