/**
 * How a program starts itself again as a keeper.
 *
 * Where the package lies in files of its own (a checkout, or an import from a registry), the keeper's file is run. In a
 * compiled program there is only the program, and in a bundle only the bundle: each is run again with an argument that
 * no user gives, which this package obeys when it is imported. A variable goes with it, and both must agree. A process
 * that has the variable and did not become a keeper never starts one: it would be a copy of the user's program, and
 * each copy would start another.
 *
 * @module
 */

/** A further argument: the keeper is the agent of a pilot on another node. */
export const agentArgument = "agent";
/** As {@linkcode agentArgument}, with the beginning of tags, and marks: it only ends what another agent left, and goes. */
export const sweepArgument = "sweep";
/** What the argument begins with. */
const argumentMark = "--qcgpj-keeper=";
/** The variable that must hold the rest of the argument. */
const variable = "QCGPJ_KEEPER_ID";
/** Where this file lies in the package. */
const ownPath = "/src/deno/keeper/start_self.ts";

/** A program to start. */
export interface SelfStart {
  /** The program's file. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Variables that it must have. */
  readonly env: Readonly<Record<string, string>>;
}

/** The keeper of this program, as a program to start; `undefined` in a process that should be one itself. */
export function planKeeper(): SelfStart | undefined {
  if (Deno.env.get(variable) !== undefined) return undefined;
  const id = crypto.randomUUID();
  const argument = argumentMark + id;
  const env = { [variable]: id };
  const program = Deno.execPath();
  const run = ["run", "--allow-all", "--no-prompt", "--quiet"];
  if (Deno.build.standalone) return { program, args: [argument], env };
  // The keeper imports nothing but files of the package, so no configuration can be missing or in its way.
  const alone = ["--no-config", "--no-lock", "--no-npm"];
  return import.meta.url.endsWith(ownPath)
    ? { program, args: [...run, ...alone, import.meta.resolve("./run_keeper.ts")], env }
    : { program, args: [...run, import.meta.url, argument], env };
}

/** The agent of this program for another node, whose environment is that of the program that starts it. */
export function planAgent(): SelfStart | undefined {
  return withArguments(agentArgument);
}

/**
 * This program as one that ends what an agent left on its node: what carries a tag that begins with `family`, or one of
 * these marks.
 */
export function planSweep(family: string, marks: readonly string[]): SelfStart | undefined {
  return withArguments(sweepArgument, family, ...marks);
}

function withArguments(...more: readonly string[]): SelfStart | undefined {
  const start = planKeeper();
  return start && { ...start, args: [...start.args, ...more] };
}

/** What a process that is to be a keeper was started for, beside being one. */
export function roleArguments(): readonly string[] {
  return Deno.args[0]?.startsWith(argumentMark) ? Deno.args.slice(1) : Deno.args;
}

/** Whether this process is to be a keeper. */
export function isKeeper(): boolean {
  const [argument, ...others] = Deno.args;
  if (argument === undefined) return false;
  if (others.length > 0 && others[0] !== agentArgument && others[0] !== sweepArgument) return false;
  if (!argument.startsWith(argumentMark)) return false;
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return false;
  return Deno.env.get(variable) === argument.slice(argumentMark.length);
}
