/**
 * The socket of a run: a Unix socket in a folder of the run's folder that only its user may enter. No port is open, and
 * no other account of the machine can connect.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { PermissionScopeError } from "../../errors.ts";
import { isOwnUser } from "../host/own_user.ts";

/** The folder of the socket, in the folder of the run. */
const folderName = "door";
const socketName = "socket";

/** The longest path that the system takes, in bytes. */
const pathBytesMax = 107;

/** The path of the socket of a run. */
function socketPath(runFolder: string): string {
  return join(runFolder, folderName, socketName);
}

/**
 * Listens at the socket of a run. One that an earlier pilot of the run has left is removed: the caller has the run's
 * journal, so no run listens there any more.
 *
 * @param runFolder The folder of the run.
 * @throws {Error} If the folder cannot be written to, or is not ours alone.
 */
export function listenAtRun(runFolder: string): Deno.UnixListener {
  const folder = join(runFolder, folderName);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  Deno.chmodSync(folder, 0o700);
  requireOwn(folder);
  const path = socketPath(runFolder);
  removeIfThere(path);
  using short = shortPath(path);
  requireSocket(short.path);
  const listener = Deno.listen({ transport: "unix", path: short.path });
  Deno.chmodSync(path, 0o600);
  return listener;
}

/** Deno asks for the network although no port is opened. */
function requireSocket(path: string): void {
  if (Deno.permissions.querySync({ name: "net", host: `unix:${path}` }).state === "granted") return;
  throw new PermissionScopeError(
    "Net permission is needed for the socket in the folder of the run: run deno again with --allow-net",
    "net",
    path,
  );
}

/** Takes the socket of a run away. */
export function removeSocket(runFolder: string): void {
  removeIfThere(socketPath(runFolder));
  try {
    Deno.removeSync(join(runFolder, folderName));
  } catch { /* Something has been put into it, or it has gone with the run. */ }
}

/**
 * Connects to the socket of a run.
 *
 * @throws {Error} If no run listens there.
 */
export async function connectToRun(runFolder: string): Promise<Deno.UnixConn> {
  // An account that could put a socket there could answer in the name of the run.
  requireOwn(join(runFolder, folderName));
  using short = shortPath(socketPath(runFolder));
  requireSocket(short.path);
  return await Deno.connect({ transport: "unix", path: short.path });
}

/** Refuses a folder that others may enter, or that is another user's. */
function requireOwn(folder: string): void {
  const { mode, uid } = Deno.statSync(folder);
  // Where we may not know who we are, the mode decides: what belongs to another lets us in only if it lets all in.
  if (!isOwnUser(uid)) throw new Error(`the folder ${folder} belongs to another user`);
  if (mode !== null && (mode & 0o077) !== 0) throw new Error(`the folder ${folder} may be entered by others`);
}

/** A path that the system takes: a longer one is shortened by a link to its folder, which is removed when disposed. */
function shortPath(path: string): Disposable & { readonly path: string } {
  if (new TextEncoder().encode(path).length <= pathBytesMax) return { path, [Symbol.dispose]: () => {} };
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name }).state === "granted") continue;
    throw new PermissionScopeError(
      `The path of the socket in the folder of the run is too long for the system (${path}), and Deno makes links only ` +
        `where everything may be read and written: choose a shorter folder, or run deno again with --allow-${name}`,
      name,
      path,
    );
  }
  const folder = Deno.makeTempDirSync({ prefix: "qcgpj-" });
  const link = join(folder, "d");
  Deno.symlinkSync(dirname(path), link);
  return {
    path: join(link, socketName),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
