/**
 * The steps of the gate, as data: what is run, where, and what it needs to be there.
 *
 * @module
 */

/** One command of the gate. */
export interface Step {
  /** One word, to be named on the command line of the gate. */
  readonly name: string;
  /** What is proven when it passes. */
  readonly promise: string;
  /** Arguments of `deno`. */
  readonly args: readonly string[];
  /** A step is one pass or failure; tests are counted one by one. */
  readonly counts: "step" | "tests";
  /** Whether it mostly waits, for processes and clocks. Such steps share the machine with each other alone. */
  readonly waits: boolean;
  /** Whether it runs in a folder of its own, so that what it writes does not litter the project. */
  readonly scratch: boolean;
  /** Folders of the project that must hold at least one file ending in the suffix; else the step is skipped. */
  readonly needs?: readonly { readonly folder: string; readonly suffix: string }[];
}

const staticCheck = { counts: "step", waits: false, scratch: false } as const;
const testRun = { counts: "tests", scratch: false } as const;
// The types of all files are checked once, by the step of that name.
const testCommand = ["test", "--no-check"] as const;

/** The tests of the command line, one file or more for each command. */
const commandTests = "tests/e2e/cli_*_test.ts";

const tests = (folder: string): { folder: string; suffix: string } => ({ folder, suffix: "_test.ts" });

/** All steps, among them one for each example. */
export function stepsOf(project: string, entryPoints: readonly string[], examples: readonly string[]): Step[] {
  return [
    ...staticSteps(entryPoints),
    ...insideSteps,
    ...documentSteps(project, entryPoints, examples),
    ...outsideSteps,
  ];
}

/** Whatever needs no test to run. */
function staticSteps(entryPoints: readonly string[]): Step[] {
  return [
    { ...staticCheck, name: "types", promise: "All files type-check", args: ["check"] },
    {
      ...staticCheck,
      name: "page",
      promise: "The scripts of pages type-check",
      args: [
        "check",
        "--config",
        "tests/deno.page.json",
        "src/doors/dashboard/page/main.js",
        "src/report/html/report.js",
      ],
    },
    { ...staticCheck, name: "format", promise: "All files are formatted", args: ["fmt", "--check"] },
    { ...staticCheck, name: "lint", promise: "No lint rule is broken", args: ["lint"] },
    {
      ...staticCheck,
      name: "documentation",
      promise: "All that is exported is documented",
      args: ["doc", "--lint", ...entryPoints],
    },
    {
      ...staticCheck,
      name: "publish",
      promise: "The package can be published",
      args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    },
  ];
}

/** Tests that watch no clock. */
const insideSteps: readonly Step[] = [
  {
    ...testRun,
    name: "pure",
    promise: "Unit and simulator tests pass with no permission",
    args: ["run", "-A", "--no-check", "tests/support/pure.ts"],
    waits: false,
    needs: [tests("tests/unit"), tests("tests/sim")],
  },
  {
    ...testRun,
    name: "mutants",
    promise: "Mistakes that are planted in the program are noticed",
    args: ["run", "-A", "--no-check", "tests/mutants/run.ts"],
    waits: false,
    needs: [{ folder: "tests/mutants", suffix: ".ts" }],
  },
  {
    ...testRun,
    name: "house",
    promise: "Architecture, style and package are as agreed",
    args: [
      ...testCommand,
      "-A",
      "tests/architecture_test.ts",
      "tests/style_test.ts",
      "tests/package_test.ts",
      "tests/documents_test.ts",
    ],
    waits: false,
  },
];

/** What the documents show. */
function documentSteps(project: string, entryPoints: readonly string[], examples: readonly string[]): Step[] {
  return [
    {
      ...testRun,
      name: "documents",
      promise: "The examples in the documentation run",
      args: [
        "test",
        "--doc",
        "-A",
        "--config",
        `${project}/deno.json`,
        ...entryPoints,
        "./src",
        "./README.md",
        "./docs",
      ]
        .map((arg) => arg.startsWith("./") ? `${project}/${arg.slice(2)}` : arg),
      waits: false,
      scratch: true,
    },
    ...examples.map((example): Step => ({
      name: `example:${example.replace(/\.ts$/, "")}`,
      promise: `examples/${example} runs`,
      args: ["run", "-A", "--no-check", "--config", `${project}/deno.json`, `${project}/examples/${example}`],
      counts: "step",
      waits: false,
      scratch: true,
    })),
  ];
}

/** Tests with real processes, the longest first. */
const outsideSteps: readonly Step[] = [
  {
    ...testRun,
    name: "slurm",
    promise: "In allocations of a real Slurm all nodes are used, lost and left as told",
    args: [...testCommand, "-A", "tests/e2e/slurm"],
    waits: true,
    needs: [tests("tests/e2e/slurm")],
  },
  {
    ...testRun,
    name: "effects",
    promise: "Real processes start, end and leave nothing behind",
    args: [...testCommand, "-A", "tests/effects"],
    waits: true,
    needs: [tests("tests/effects")],
  },
  {
    ...testRun,
    name: "commands",
    promise: "The command line does what its help and the documents say",
    args: [...testCommand, "-A", commandTests],
    waits: true,
    needs: [tests("tests/e2e")],
  },
  {
    ...testRun,
    name: "e2e",
    promise: "The published entry points do what the documents say",
    args: [...testCommand, "-A", `--ignore=tests/e2e/slurm,${commandTests}`, "tests/e2e"],
    waits: true,
    needs: [tests("tests/e2e")],
  },
];

/** Picks the steps that are named, or all when none is. */
export function selectSteps(steps: readonly Step[], names: readonly string[]): Step[] {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new TypeError(`No step "${unknown}": there are ${steps.map((step) => step.name).join(", ")}`);
  }
  return steps.filter(({ name }) => names.length === 0 || names.includes(name));
}
