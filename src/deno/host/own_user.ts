/**
 * Whose a file is.
 *
 * @module
 */

/**
 * Whether a user is the one that this process runs as. Where Deno does not let us know who that is, everybody is.
 *
 * @param uid The owner of a file; `null` on a system that has no such numbers.
 */
export function isOwnUser(uid: number | null): boolean {
  if (Deno.permissions.querySync({ name: "sys", kind: "uid" }).state !== "granted") return true;
  return uid === Deno.uid();
}
