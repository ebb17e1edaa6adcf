/**
 * Lets Deno refuse on a terminal what it refuses elsewhere, instead of asking the user in the middle of a run.
 *
 * Only for programs of our own, such as the command line: what a program may be asked is its own matter, so the library
 * asks before each use instead (`permissions.ts`).
 *
 * @module
 */

import { notCapable } from "./permissions.ts";

type Named = "read" | "write" | "run";
type Path = string | URL;

/** Functions that take a path first, and what they need for it. */
const byPath: Readonly<Record<"read" | "write", readonly string[]>> = {
  read: ["readFile", "readTextFile", "stat", "lstat", "readDir", "realPath", "readLink"],
  write: ["mkdir", "remove", "writeFile", "writeTextFile", "truncate", "chmod", "utime"],
};
/** Functions that need a part of the permission for the system, and its name where it is another. */
const ofSystem: Readonly<Record<string, string>> = {
  hostname: "hostname",
  uid: "uid",
  gid: "gid",
  osRelease: "osRelease",
  osUptime: "osUptime",
  loadavg: "loadavg",
  systemMemoryInfo: "systemMemoryInfo",
};

let isDone = false;

/** From now on nothing prompts, in the whole process. Does nothing where Deno would not ask. */
export function neverPrompt(): void {
  if (isDone || !Deno.stdin.isTerminal()) return;
  isDone = true;
  for (const need of ["read", "write"] as const) {
    for (const name of byPath[need]) {
      for (const each of [name, `${name}Sync`]) precede(each, (path) => requirePath(need, path as Path));
    }
  }
  for (const name of ["open", "openSync"]) precede(name, requireOpen);
  for (const name of ["rename", "renameSync"]) {
    precede(name, (from, to) => {
      requirePath("read", from as Path);
      requirePath("write", from as Path);
      requirePath("write", to as Path);
    });
  }
  for (const name of ["symlink", "symlinkSync"]) {
    precede(name, () => {
      requireWhole("read");
      requireWhole("write");
    });
  }
  for (const name of ["makeTempDir", "makeTempDirSync", "makeTempFile", "makeTempFileSync"]) {
    precede(name, (options) => requirePath("write", (options as Deno.MakeTempOptions | undefined)?.dir ?? "/tmp"));
  }
  for (const name in ofSystem) precede(name, () => requireSystem(ofSystem[name]!));
  precede("kill", () => requireWhole("run"));
  precede("connect", (options) => requireNet(options as Deno.ConnectOptions));
  precede("listen", (options) => requireNet(options as Deno.ListenOptions));
  precede("get", (name) => requireEnv(String(name)), Deno.env);
  Object.defineProperty(Deno, "Command", { value: withCheck(Deno.Command) });
}

/** Lets a check come before a function. */
function precede(name: string, check: (...args: unknown[]) => void, owner: object = Deno): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") return;
  const checked = (...args: unknown[]): unknown => {
    check(...args);
    return Reflect.apply(original, owner, args);
  };
  Object.defineProperty(owner, name, { value: checked, configurable: true, writable: true });
}

function withCheck(original: typeof Deno.Command): typeof Deno.Command {
  return class extends original {
    constructor(command: Path, options?: Deno.CommandOptions) {
      if (!isGranted({ name: "run", command })) throw notCapable({ name: "run", value: String(command) });
      super(command, options);
    }
  };
}

function requirePath(name: "read" | "write", path: Path): void {
  if (!isGranted({ name, path })) throw notCapable({ name, value: String(path) });
}

function requireOpen(path: unknown, given: unknown): void {
  const { read, write, append, create, createNew, truncate }: Deno.OpenOptions = given ?? { read: true };
  if (read) requirePath("read", path as Path);
  if (write || append || create || createNew || truncate) requirePath("write", path as Path);
}

function requireWhole(name: Named): void {
  if (!isGranted({ name })) throw notCapable({ name, value: "everything" });
}

function requireSystem(kind: string): void {
  if (isGranted({ name: "sys", kind } as Deno.SysPermissionDescriptor)) return;
  throw new Deno.errors.NotCapable(`Requires sys access to "${kind}", run again with the --allow-sys flag`);
}

function requireEnv(variable: string): void {
  // Deno reads these itself, and lets everybody.
  if (variable.startsWith("NODE_") || isGranted({ name: "env", variable })) return;
  throw new Deno.errors.NotCapable(`Requires env access to "${variable}", run again with the --allow-env flag`);
}

function requireNet(options: Deno.ConnectOptions | Deno.ListenOptions): void {
  const { path, hostname = "0.0.0.0", port } = options as { path?: string; hostname?: string; port?: number };
  const host = path === undefined ? `${hostname}:${port}` : `unix:${path}`;
  if (isGranted({ name: "net", host })) return;
  throw new Deno.errors.NotCapable(`Requires net access to "${host}", run again with the --allow-net flag`);
}

function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  try {
    return Deno.permissions.querySync(descriptor).state === "granted";
  } catch {
    return true; // What cannot be asked about is refused, or not, by the call itself.
  }
}
