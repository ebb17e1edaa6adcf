/**
 * Finds the word of a command that a shell will read as a program, so that no value is put into it unquoted.
 *
 * @module
 */

/** Where a shell reads words of a command. */
export interface ShellProgram {
  /** The shell, `ssh` or `eval`, as it was written. */
  readonly shell: string;
  /** Index of the first word that is read as a program. */
  readonly from: number;
  /** Whether all words behind it belong to the program, too: `ssh` and `eval` join them. */
  readonly takesAll: boolean;
}

const shells: readonly string[] = ["sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "csh", "tcsh"];

/** Programs that give the text behind `-c` to a shell, wherever that option stands. */
const commandTakers: readonly string[] = ["su", "runuser", "sg", "flock", "script"];

/** Programs that run a command which stands somewhere behind their own words. */
const runners: readonly string[] = [
  ...[
    "find",
    "unshare",
    "chroot",
    "nsenter",
    "systemd-run",
    "setpriv",
    "prlimit",
    "flock",
    "parallel",
    "entr",
    "bwrap",
  ],
  ...["docker", "podman", "kubectl", "apptainer", "singularity", "mpirun", "mpiexec", "fakeroot", "xvfb-run", "proot"],
  ...["gosu", "su-exec", "tini", "dumb-init", "firejail", "valgrind", "ltrace", "gdb", "cgexec", "dbus-run-session"],
];

/** Programs that run the command behind their own options. */
const wrappers: readonly string[] = [
  ...["env", "nice", "timeout", "nohup", "setsid", "stdbuf", "time", "ionice", "chrt", "taskset", "sudo", "doas"],
  ...["command", "exec", "unbuffer", "busybox", "numactl", "srun", "xargs", "catchsegv", "strace"],
  // Words of a shell that a command follows.
  ...["if", "then", "else", "elif", "while", "until", "do", "!", "{"],
];

const assignment = /^[A-Za-z_][A-Za-z0-9_]*=/;
/** Options of shells that take the word behind them. */
const shellOptionWithValue = /^(?:[-+][oO]|--(?:rcfile|init-file))$/;
/** Letters of ssh's options that take a value. */
const sshLettersWithValue = "BbcDEeFIiJLlmOopQRSWw";

/**
 * Finds the program text in a command.
 *
 * @param words The words of the command; what is behind the last one need not be known yet.
 * @returns Where it stands, even if that is behind the last word; `undefined` when the command starts no shell with a
 * program on its command line.
 */
export function findShellProgram(words: readonly string[]): ShellProgram | undefined {
  const at = skipWrappers(words);
  const shell = words[at];
  if (shell === undefined) return undefined;
  if (shell === "eval") return { shell, from: at + 1, takesAll: true };
  if (isNamed(shell, ["ssh"])) return findRemoteCommand(words, shell, at);
  if (isNamed(shell, ["watch"])) return findWatched(words, shell, at);
  if (isNamed(shell, commandTakers)) return findTakenCommand(words, shell, at) ?? findShellBehind(words, at);
  if (isNamed(shell, shells)) return findProgramOption(words, shell, at);
  return isNamed(shell, runners) ? findShellBehind(words, at) : undefined;
}

/** The first word behind a program such as `find -exec` that is the name of a shell with a program. */
function findShellBehind(words: readonly string[], at: number): ShellProgram | undefined {
  for (let i = at + 1; i < words.length; i++) {
    const found = isNamed(words[i]!, shells) ? findProgramOption(words, words[i]!, i) : undefined;
    if (found !== undefined && found.from < words.length) return found;
  }
  return undefined;
}

function findTakenCommand(words: readonly string[], shell: string, at: number): ShellProgram | undefined {
  const option = words.findIndex((word, i) => i > at && /^(?:-[A-Za-z]*c|--command)$/.test(word));
  return option < 0 ? undefined : { shell, from: option + 1, takesAll: false };
}

/** `watch` gives all words to a shell, unless it is told to run them itself. */
function findWatched(words: readonly string[], shell: string, at: number): ShellProgram | undefined {
  let i = at + 1;
  for (; i < words.length && words[i]!.startsWith("-"); i++) {
    if (/^(?:-[a-z]*x|--exec)$/.test(words[i]!)) return findShellBehind(words, at);
    if (/^(?:-n|--interval|-q|--equexit)$/.test(words[i]!)) i++;
  }
  return { shell, from: i, takesAll: true };
}

/** Whether a word is the name of a shell. */
export function isShell(word: string): boolean {
  return isNamed(word, shells);
}

function isNamed(word: string, names: readonly string[]): boolean {
  return names.includes(word.slice(word.lastIndexOf("/") + 1));
}

/** The index of the program that wrappers such as `env A=1 nice -n 5` run in the end. */
function skipWrappers(words: readonly string[]): number {
  let at = 0;
  while (at < words.length && assignment.test(words[at]!)) at++;
  while (at < words.length && isNamed(words[at]!, wrappers)) {
    at++;
    for (; at < words.length; at++) {
      const word = words[at]!;
      if (isNamed(word, [...shells, ...wrappers, "ssh", "eval"])) break;
      const isOwn = word.startsWith("-") || assignment.test(word) || /^[0-9.,]+[smhd]?$/.test(word);
      // Behind an option of one letter may stand its value.
      if (!isOwn && !/^-[A-Za-z]$/.test(words[at - 1]!)) return at;
    }
  }
  return at;
}

function findProgramOption(words: readonly string[], shell: string, at: number): ShellProgram | undefined {
  let hasProgram = false;
  for (let i = at + 1; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--" || !/^[-+]./.test(word)) {
      const from = word === "--" ? i + 1 : i;
      return hasProgram ? { shell, from, takesAll: false } : undefined;
    }
    if (/^--command(?:=|$)/.test(word)) return { shell, from: word.includes("=") ? i : i + 1, takesAll: false };
    if (/^-[A-Za-z]*c/.test(word)) hasProgram = true;
    if (shellOptionWithValue.test(word)) i++;
  }
  return hasProgram ? { shell, from: words.length, takesAll: false } : undefined;
}

function findRemoteCommand(words: readonly string[], shell: string, at: number): ShellProgram {
  let i = at + 1;
  for (; i < words.length && words[i]!.startsWith("-") && words[i] !== "--"; i++) {
    if (words[i]!.length === 2 && sshLettersWithValue.includes(words[i]![1]!)) i++;
  }
  if (words[i] === "--") i++;
  return { shell, from: i + 1, takesAll: true };
}
