/**
 * Why a task could not be started, as a sentence for the user: which thing, and what to do. Pure.
 *
 * @module
 */

import { hasRawBytes } from "../../base/byte_text.ts";
import type { StartFailure, StartFailureKind } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";

/** What was being prepared when it failed. */
export type LaunchStep =
  | "program"
  | "interpreter"
  | "working-directory"
  | "stdin"
  | "stdout"
  | "stderr"
  | "arguments"
  | "variables"
  | "sandbox";

/** What failed, at which step. */
export interface LaunchFault {
  /** The step; when it is not known, `"program"`. */
  readonly step: LaunchStep;
  /** The operating system's name of the error, such as `"ENOENT"`; `"NotCapable"` for a missing permission. */
  readonly code: string;
  /** What the system said, for the cases that have no sentence of their own. */
  readonly detail?: string;
  /** The interpreter that the program's first line names. */
  readonly interpreter?: string;
  /** Whether the working directory has a file of the name that was looked for on the PATH. */
  readonly isInFolder?: boolean;
}

/** Faults that concern the machine, whatever the step. */
const machineProblems: Readonly<Record<string, readonly [StartFailureKind, string]>> = {
  EMFILE: ["descriptors", "no file descriptors are left; run fewer tasks at once or raise the limit (ulimit -n)"],
  ENFILE: ["descriptors", "no file descriptors are left on this machine; run fewer tasks at once"],
  EAGAIN: ["other", "no more processes are allowed; run fewer tasks at once or raise the limit (ulimit -u)"],
  ENOMEM: ["other", "the machine is out of memory; run fewer tasks at once"],
};

/** What is wrong with a path, and what to do. */
const pathProblems: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "is not accessible; check the permissions of it and of its parent folders",
  EPERM: "may not be used; check its permissions",
  EISDIR: "is a folder; name a file",
  ENOTDIR: "has a file where a folder is needed; remove that file or choose another path",
  EEXIST: "is a file, not a folder; remove it or choose another path",
  ENOSPC: "cannot be created because the disk is full; free some space",
  EDQUOT: "cannot be created because the disk quota is used up; free some space",
  EROFS: "lies on a file system that is read-only; choose another path",
  ELOOP: "is a symbolic link that leads to itself; repair the link",
  ENAMETOOLONG: "is longer than the system allows; choose a shorter path",
  ENXIO: "cannot be opened; nobody is at the other end of it",
  EILSEQ: "has bytes in its name that are no UTF-8, and cannot be opened by it; choose another name",
  ETXTBSY: "is being written right now; start the task when it is complete",
};

/** What each step's thing is called, where it is, and what kind of failure it is. */
function subject(plan: LaunchPlan, step: LaunchStep): readonly [noun: string, value: string, kind: StartFailureKind] {
  switch (step) {
    case "program":
    case "interpreter":
      return ["program", plan.program, "not-executable"];
    case "working-directory":
      return ["working directory", plan.cwd, "working-directory"];
    case "stdin":
      return ["stdin", plan.stdin ?? "/dev/null", "stdin"];
    case "stdout":
      return ["stdout", plan.stdout ?? "/dev/null", "output"];
    case "stderr":
      return ["stderr", plan.stderr ?? "/dev/null", "output"];
    case "arguments":
      return ["arguments", "", "arguments"];
    case "variables":
      return ["environment", "", "variables"];
    case "sandbox":
      return ["sandbox", "", "permission"];
    default:
      return step satisfies never;
  }
}

/** The sentence for a program, which unlike a file can also be of the wrong kind. */
function programFailure(plan: LaunchPlan, fault: LaunchFault): StartFailure | undefined {
  const program = JSON.stringify(plan.program);
  const isPath = plan.program.includes("/");
  if (fault.step === "interpreter") {
    const { interpreter = "" } = fault;
    const message = interpreter.endsWith("\r")
      ? `program ${program} has the line ends of Windows, so that its first line names no interpreter; ` +
        "write it with those of Unix (dos2unix)"
      : `program ${program} names an interpreter in its first line that does not exist, ` +
        `${JSON.stringify(interpreter)}; correct that line`;
    return { kind: "not-executable", message };
  }
  switch (fault.code) {
    case "ENOENT":
    case "ENOTDIR":
      return {
        kind: "program-not-found",
        message: isPath
          ? `program ${program} does not exist; check the path`
          : `program ${program} was not found on the PATH; ${whatInstead(plan.program, fault.isInFolder ?? false)}`,
      };
    case "EACCES":
      return {
        kind: "not-executable",
        message: `program ${program} may not be executed; make it executable (chmod +x)`,
      };
    case "EISDIR":
      return { kind: "not-executable", message: `program ${program} is a folder; name a file that can be executed` };
    case "ENOEXEC":
      return { kind: "not-executable", message: `program ${program} is no program for this machine; check the file` };
    case "NotCapable":
      return { kind: "permission", message: permissionMessage(plan, fault.detail ?? "") };
    default:
      return undefined;
  }
}

/** Words that only a shell knows, and that look like programs where commands are written without one. */
const shellWords: ReadonlySet<string> = new Set([
  ...["alias", "cd", "eval", "exec", "exit", "export", "for", "if", "read", "return", "set", "shift", "source", "trap"],
  ...["ulimit", "umask", "unset", "until", "wait", "while", ":", ".", "{", "("],
]);

/** What would be right where there is no program of a name. */
function whatInstead(program: string, isInFolder: boolean): string {
  if (isInFolder) return `for the file in the working directory write ${JSON.stringify(`./${program}`)}`;
  if (/\s/.test(program)) return "put its arguments into args";
  if (shellWords.has(program)) return "it is a word of shells: write a script (qcgpj each: add --shell)";
  return "check the name or give an absolute path";
}

/** Deno also refuses variables that choose a program's libraries, unless every program is permitted. */
function permissionMessage(plan: LaunchPlan, detail: string): string {
  const variable = /\b((?:LD|DYLD)_\w*) environment variable/i.exec(detail)?.[1];
  if (variable === undefined) {
    return `program ${JSON.stringify(plan.program)} may not be run; add the flag --allow-run=${plan.program}`;
  }
  return `program ${JSON.stringify(plan.program)} may not be run while ${variable} is set and only some programs are ` +
    `permitted; unset ${variable} or add the flag --allow-run`;
}

/**
 * Says why a task could not be started.
 *
 * @param plan What should have been started.
 * @param fault What failed, at which step.
 * @returns The kind of failure and one sentence that names the thing and says what to do.
 */
export function explainStartFailure(plan: LaunchPlan, fault: LaunchFault): StartFailure {
  const machine = machineProblems[fault.code];
  if (machine !== undefined) return { kind: machine[0], message: `cannot start ${quoted(plan)}: ${machine[1]}` };
  if (fault.code === "E2BIG") {
    return {
      kind: "arguments",
      message: `arguments and environment of ${quoted(plan)} are too long for the system; pass long values in a file`,
    };
  }
  if (fault.step === "arguments" || fault.step === "variables") {
    const [noun, , kind] = subject(plan, fault.step);
    return { kind, message: `${noun} of ${quoted(plan)}: ${fault.detail ?? fault.code}` };
  }
  if (fault.step === "program" || fault.step === "interpreter") {
    const failure = programFailure(plan, fault);
    if (failure !== undefined) return failure;
  }
  const [noun, value, kind] = subject(plan, fault.step);
  if (fault.step === "sandbox") return { kind, message: `${fault.detail}: it ${heldProblem(fault.code)}` };
  if (fault.code === "ELOOP" && isHeld(plan, fault.step)) {
    return { kind: "permission", message: `${noun} ${JSON.stringify(value)} ${heldProblem(fault.code)}` };
  }
  if (fault.code === "NotCapable") {
    const flag = fault.step === "stdin" ? "read" : "write";
    return {
      kind: "permission",
      message: `${noun} "${value}" may not be opened; add the flag --allow-${flag}=${value}`,
    };
  }
  const known = pathProblems[fault.code];
  if (known !== undefined) return { kind, message: `${noun} ${JSON.stringify(value)} ${known}` };
  const detail = fault.detail ?? fault.code;
  return { kind: "other", message: `cannot start ${quoted(plan)}: ${noun} ${JSON.stringify(value)}: ${detail}` };
}

function isHeld({ held }: LaunchPlan, step: LaunchStep): boolean {
  return step === "working-directory" ? held?.cwd !== undefined : held?.[step as "stdin"] !== undefined;
}

function heldProblem(code: string): string {
  if (code !== "ELOOP") return pathProblems[code] ?? `cannot be opened (${code})`;
  return "is, or lies in, a symbolic link that came after the permission scope was checked; leave it alone meanwhile";
}

/** The task and its program, for sentences that concern neither alone. */
function quoted(plan: LaunchPlan): string {
  return `${JSON.stringify(plan.program)} of task ${JSON.stringify(plan.taskName)}`;
}

/** Bytes of a program's arguments and environment together: more than any Linux takes. */
const argumentBytesMax = 6 << 20;

/** Finds arguments and variables that are too long for every system, before they are sent anywhere. */
export function findTooLong({ args, env: { own } }: LaunchPlan): LaunchFault | undefined {
  let bytesMin = 0;
  for (const arg of args) bytesMin += arg.length;
  for (const name in own) bytesMin += name.length + own[name]!.length;
  return bytesMin > argumentBytesMax ? { step: "arguments", code: "E2BIG" } : undefined;
}

/**
 * Finds what no operating system would accept, before asking it, and names that would become other names on the way.
 *
 * @param plan What is to be started.
 * @param passesBytes Whether the launcher passes bytes that are no UTF-8 to programs; no launcher can open such paths.
 * @returns The fault, or `undefined` when the texts of the plan can be passed on.
 */
export function findUnpassable(plan: LaunchPlan, passesBytes: boolean): LaunchFault | undefined {
  const nul = "contains a NUL character, which no program can be given; remove it";
  if (plan.program.includes("\0") || plan.program === "") {
    return { step: "program", code: "ENOENT" };
  }
  for (let index = 0; index < plan.args.length; index++) {
    if (plan.args[index]!.includes("\0")) return { step: "arguments", code: "EINVAL", detail: `args[${index}] ${nul}` };
  }
  const { own } = plan.env;
  for (const name in own) {
    if (name === "" || name.includes("=") || name.includes("\0")) {
      return {
        step: "variables",
        code: "EINVAL",
        detail: `${JSON.stringify(name)} is no name of a variable; it must not be empty or contain "=" or NUL`,
      };
    }
    if (own[name]!.includes("\0")) return { step: "variables", code: "EINVAL", detail: `${name} ${nul}` };
  }
  for (const step of ["cwd", "stdin", "stdout", "stderr"] as const) {
    if (plan[step]?.includes("\0")) {
      return { step: step === "cwd" ? "working-directory" : step, code: "ENOENT" };
    }
    if (hasRawBytes(plan[step] ?? "")) return { step: step === "cwd" ? "working-directory" : step, code: "EILSEQ" };
  }
  return passesBytes ? undefined : findRawBytes(plan);
}

function findRawBytes({ program, args, env }: LaunchPlan): LaunchFault | undefined {
  const detail = "bytes that are no UTF-8 can be passed to a program only where everything is permitted (-A)";
  if (hasRawBytes(program)) return { step: "program", code: "EILSEQ", detail };
  const index = args.findIndex(hasRawBytes);
  if (index >= 0) return { step: "arguments", code: "EILSEQ", detail: `args[${index}]: ${detail}` };
  const name = Object.keys(env.own).find((name) => hasRawBytes(name) || hasRawBytes(env.own[name]!));
  return name === undefined ? undefined : { step: "variables", code: "EILSEQ", detail: `${name}: ${detail}` };
}
