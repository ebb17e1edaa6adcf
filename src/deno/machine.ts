/**
 * The machine that we run on.
 *
 * @module
 */

/** What is known of the machine without asking for a permission. */
export interface Machine {
  /** A name for its one node. */
  readonly hostName: string;
  /** Cores that this process may use. */
  readonly cores: number;
}

/** Looks at the machine. The host's name needs `--allow-sys=hostname`; without it the node is called `local`. */
export function describeMachine(): Machine {
  return { hostName: hostName(), cores: navigator.hardwareConcurrency };
}

function hostName(): string {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return state === "granted" ? Deno.hostname() : "local";
}

/** The current directory. */
export function currentDirectory(): string {
  return Deno.cwd();
}

/** Draws a number of random hexadecimal digits. */
export function randomHex(digits: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(digits)), (byte) => (byte & 15).toString(16)).join("");
}

/** Draws a UUID. */
export function randomUuid(): string {
  return crypto.randomUUID();
}
