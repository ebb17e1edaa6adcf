/**
 * The least flags of Deno for each use of the library: the table of docs/PERMISSIONS.md, as data that tests can run.
 *
 * @module
 */

import type { ExecutorOptions } from "@qcg/pilotjob";

/** One line of the table. */
export interface FlagUse {
  /** What is done, for the table. */
  readonly use: string;
  /** The flags; relative paths are relative to the folder that the program is started in. */
  readonly flags: readonly string[];
  /** The executor of the proof. */
  readonly options: ExecutorOptions;
  /** The door that it has. */
  readonly opens?: "zmq" | "dashboard";
  /** Whether its output is captured. */
  readonly captures?: boolean;
  /** The job of the proof. */
  readonly execution: Record<string, unknown>;
}

const memory = { durability: "memory" } as const;
const scoped = { run: ["date"], write: ["."] };

/** The lines, in the order of the table. */
export const flagUses: readonly FlagUse[] = [
  {
    use: 'Run a program; keep nothing (`durability: "memory"`)',
    flags: ["--allow-run=date"],
    options: memory,
    execution: { exec: "date" },
  },
  {
    use: "The same, with `stdout` and `stderr` in files",
    flags: ["--allow-run=date", "--allow-write=."],
    options: memory,
    execution: { exec: "date", stdout: "out", stderr: "err" },
  },
  {
    use: "The same, with its output in hand (`capture`, `run()`), or a text for its `stdin`",
    flags: ["--allow-run=cat", "--allow-read=.", "--allow-write=."],
    options: memory,
    execution: { exec: "cat", stdin: { text: "words" } },
    captures: true,
  },
  {
    use: "Run a program; keep the records of the run (the default)",
    flags: ["--allow-run=date", "--allow-read=.", "--allow-write=."],
    options: {},
    execution: { exec: "date", stdout: "out", stderr: "err" },
  },
  {
    use: "Work in another folder (`wd`)",
    flags: ["--allow-run=date", "--allow-read=run", "--allow-write=run"],
    options: { wd: "run" },
    execution: { exec: "date", stdout: "out", wd: "deeper" },
  },
  {
    use: "Read `stdin` from a file elsewhere",
    flags: ["--allow-run=cat", "--allow-read=.,/etc/passwd", "--allow-write=."],
    options: {},
    execution: { exec: "cat", stdin: "/etc/passwd" },
  },
  {
    use: "Run scripts, modules, virtual environments",
    flags: ["--allow-run=bash", "--allow-read=.", "--allow-write=."],
    options: {},
    execution: { script: "date", stdout: "out" },
  },
  {
    use: "Hold jobs to `permissions`, programs by absolute path",
    flags: ["--allow-run=/usr/bin/date", "--allow-read=.,/usr/bin", "--allow-write=."],
    options: { permissions: { ...scoped, run: ["/usr/bin/date"] } },
    execution: { exec: "/usr/bin/date", stdout: "out" },
  },
  {
    use: "Hold jobs to `permissions`, programs by name",
    flags: ["--allow-run=date", "--allow-read", "--allow-write=.", "--allow-env=PATH"],
    options: { permissions: scoped },
    execution: { exec: "date", stdout: "out" },
  },
  {
    use: "The same, and pass on `HOME`",
    flags: ["--allow-run=date", "--allow-read", "--allow-write=.", "--allow-env=PATH,HOME"],
    options: { permissions: { ...scoped, env: ["HOME"] } },
    execution: { exec: "date", stdout: "out" },
  },
  {
    use: 'The sandbox (`sandbox: "require"`)',
    flags: ["--allow-run=bwrap", "--allow-read", "--allow-write=.", "--allow-env=PATH"],
    options: { sandbox: "require", permissions: { run: ["date"], write: ["."] } },
    execution: { exec: "date", stdout: "out" },
  },
  {
    use: "Take requests over the network, by `zmq()`",
    flags: ["--allow-run=date", "--allow-read=.", "--allow-write=.", "--allow-net=127.0.0.1"],
    options: {},
    opens: "zmq",
    execution: { exec: "date", stdout: "out" },
  },
  {
    use: "Serve a web page about the run, by `dashboard()`",
    flags: ["--allow-run=date", "--allow-read=.", "--allow-write=.", "--allow-net=127.0.0.1"],
    options: {},
    opens: "dashboard",
    execution: { exec: "date", stdout: "out" },
  },
  {
    use: "Everything: the fast launcher, process groups, CPU time and memory of tasks",
    flags: ["--allow-all"],
    options: {},
    execution: { script: "date", stdout: "out" },
  },
];

/** The command line, whose proof is a test of its own. */
export const commandLineUse: Pick<FlagUse, "use" | "flags"> = {
  use: "The command line, `qcgpj run FILE`, where the programs of the jobs are known",
  flags: ["--allow-run=date", "--allow-read=.", "--allow-write=."],
};

/** The table as the document shows it. */
export function flagsTable(): string {
  const rows = [...flagUses, commandLineUse].map(({ use, flags }) => `| ${use} | \`${flags.join(" ")}\` |`);
  return ["| Use | Flags |", "| --- | --- |", ...rows].join("\n");
}

/** Every way to grant one thing less, and the flag that must be named then. */
export function lessFlags(
  flags: readonly string[],
): readonly { readonly flags: readonly string[]; readonly missing: string }[] {
  return flags.flatMap((flag, index) => {
    const others = flags.filter((_, other) => other !== index);
    const [name, values = ""] = flag.split("=") as [string, string?];
    const list = values.split(",");
    if (list.length === 1) return [{ flags: others, missing: flag === "--allow-all" ? "--allow-run=" : `${name}` }];
    return list.map((value) => ({
      flags: [...others, `${name}=${list.filter((one) => one !== value).join(",")}`],
      missing: value.startsWith("/") || value === value.toUpperCase() && value !== "."
        ? `${name}=${value}`
        : `${name}=`,
    }));
  });
}
