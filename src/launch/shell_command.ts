/**
 * The shell that scripts, modules and virtual environments need, as a command.
 *
 * Everything that prepares a task must succeed before the task begins: when a module cannot be loaded, the shell writes
 * what it was and what was said of it to a note, and ends. The pilot finds the note, and knows that the task
 * never ran.
 *
 * @module
 */

import { shellQuote } from "../base/shell_quote.ts";

/** What a shell is to run, after what preparations. */
export interface ShellOrder {
  /** Text of a script; absent for a program. */
  readonly script?: string;
  /** A program and its arguments, which the shell never reads as code. */
  readonly command?: readonly [program: string, ...args: string[]];
  /** Modules to load. */
  readonly modules?: readonly string[] | undefined;
  /** Folder of a virtual environment to activate. */
  readonly venv?: string | undefined;
  /** Whether the shell is a login shell. */
  readonly isLogin: boolean;
  /** The path of the note, absolute. */
  readonly note: string;
}

/** A program and its arguments. */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** How a note begins that says what went wrong. */
export const noteBeginning = "cannot prepare: ";

/**
 * The number of a signal that no program uses. A login shell reads its profile before it listens to this signal, so that
 * it can be seen from outside whether it has got that far: a trap shows in `/proc`, costs nothing, and is not passed on
 * to programs.
 */
export const profileReadSignal = 64;

/** Writes the command of a shell. */
export function shellCommand({ script, command, modules, venv, isLogin, note }: ShellOrder): ShellCommand {
  const steps = [
    ...(modules === undefined ? [] : ["source /etc/profile", ...modules.map(loadModule)]),
    ...(venv === undefined
      ? []
      : [attempt(`source ${shellQuote(`${venv}/bin/activate`)}`, shellQuote(`virtual environment ${venv}`))]),
  ];
  if (steps.length > 0 && command !== undefined) {
    steps.push('type -P -- "$1" >/dev/null || { echo "not found" >"$qcgpj_note"; qcgpj_failed "program $1"; }');
  }
  const text = [
    ...(isLogin ? [`trap : ${profileReadSignal} 2>/dev/null`] : []),
    ...(steps.length === 0 ? [] : [beginNote(note), ...steps, endNote]),
    command === undefined ? script ?? "" : 'exec "$@"',
  ].join("; ");
  return {
    program: "bash",
    args: [...(isLogin ? ["-l"] : []), "-c", text, ...(command === undefined ? [] : ["bash", ...command])],
  };
}

/** The note is made empty, and a function that ends the shell with it. Where it cannot be made nothing is noted. */
function beginNote(note: string): string {
  return `qcgpj_note=${shellQuote(note)}; { : >"$qcgpj_note"; } 2>/dev/null || qcgpj_note=/dev/null; ` +
    'qcgpj_failed() { local words; words=$(cat -- "$qcgpj_note"); printf "%s\\n" "$words" >&2; ' +
    `printf '${noteBeginning}%s: %s\\n' "$1" "$words" >"$qcgpj_note"; exit 1; }`;
}

const endNote = '[ "$qcgpj_note" = /dev/null ] || rm -f -- "$qcgpj_note"; unset qcgpj_note; unset -f qcgpj_failed';

/** Does a step. What it said goes to the task's standard error, whether it worked or not. */
function attempt(step: string, what: string, isUndone?: string): string {
  const looks = isUndone === undefined ? "" : `if ${isUndone}; then qcgpj_failed ${what}; fi; `;
  return `${step} 2>"$qcgpj_note" || qcgpj_failed ${what}; ` +
    `if [ -s "$qcgpj_note" ]; then ${looks}cat -- "$qcgpj_note" >&2; fi`;
}

/** Older versions of the command `module` say that they failed, and exit as if they had not. */
function loadModule(module: string): string {
  const name = shellQuote(module);
  const isUndone = `grep -q ERROR "$qcgpj_note" && [[ ":$LOADEDMODULES:" != *:${name}[:/]* ]]`;
  return attempt(`module load ${name}`, shellQuote(`module ${module}`), isUndone);
}
