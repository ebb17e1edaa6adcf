/**
 * The gate: runs every check of the project and ends with `N passed, N failed`. Names of steps as arguments run only
 * those. What fails is shown whole, and once more in short before the last line; what passes in one line. With `CI=true`
 * nothing may be skipped.
 *
 * @module
 */
import "./empty_home.ts";
import { deadline } from "@std/async/deadline";
import { addCounts, type Counts, countTests, noCounts } from "./counts.ts";
import { ignoredTests, shortFailures } from "./failures.ts";
import { selectSteps, type Step, stepsOf } from "./steps.ts";

// Nothing here takes longer than some minutes, or twice that on a machine with other work; a step that does has hung.
const stepMsMax = 20 * 60_000;
/** How long what a step left running may hold its output open. */
const outputMsMax = 60_000;
/** The most failures that are told once more. */
const failuresMax = 30;

interface Verdict {
  readonly step: Step;
  readonly counts: Counts;
  readonly skipped?: string;
  readonly output: string;
  readonly elapsedMs: number;
}

const project = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const inCi = Deno.env.get("CI") === "true";

async function* filesOf(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesOf(path);
    else yield path;
  }
}

async function holds(folder: string, suffix: string): Promise<boolean> {
  try {
    for await (const path of filesOf(`${project}/${folder}`)) if (path.endsWith(suffix)) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

async function allSteps(): Promise<Step[]> {
  const { exports } = JSON.parse(await Deno.readTextFile(`${project}/deno.json`)) as {
    exports: Record<string, string>;
  };
  const examples = await holds("examples", ".ts") ? await Array.fromAsync(Deno.readDir(`${project}/examples`)) : [];
  const programs = examples.filter(({ isFile, name }) => isFile && name.endsWith(".ts")).map(({ name }) => name);
  return stepsOf(project, Object.values(exports), programs.toSorted());
}

async function runStep(step: Step): Promise<Verdict> {
  const startedAtMs = performance.now();
  for (const { folder, suffix } of step.needs ?? []) {
    if (await holds(folder, suffix)) continue;
    const skipped = `${folder} holds no file *${suffix}`;
    return { step, counts: inCi ? { ...noCounts, failed: 1 } : noCounts, skipped, output: "", elapsedMs: 0 };
  }
  const cwd = step.scratch ? await Deno.makeTempDir({ prefix: "gate-" }) : project;
  try {
    const { success, output } = await run(step, cwd);
    return { step, counts: countOf(step, output, success), output, elapsedMs: performance.now() - startedAtMs };
  } finally {
    if (step.scratch) await Deno.remove(cwd, { recursive: true });
  }
}

async function run(step: Step, cwd: string): Promise<{ success: boolean; output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...step.args],
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, stepMsMax);
  const texts = [child.stdout, child.stderr].map(() => "");
  const gathered = Promise.all([child.stdout, child.stderr].map(async (stream, index) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) texts[index] += text;
  }));
  const { success } = await child.status;
  clearTimeout(timer);
  const isOpen = await deadline(gathered, outputMsMax).then(() => false, () => true);
  const told = [
    isLate ? `Stopped: it did not end within ${stepMsMax / 60_000} minutes` : "",
    isOpen ? "It left a process that holds its output open" : "",
  ].filter((text) => text !== "").map((text) => `\n${text}\n`);
  return { success: success && !isOpen, output: texts.join("") + told.join("") };
}

function countOf(step: Step, output: string, success: boolean): Counts {
  if (step.counts === "step") return { passed: success ? 1 : 0, failed: success ? 0 : 1, ignored: 0 };
  const counts = countTests(output, success);
  return inCi ? { passed: counts.passed, failed: counts.failed + counts.ignored, ignored: counts.ignored } : counts;
}

function show({ step, counts, skipped, output, elapsedMs }: Verdict): void {
  const sign = counts.failed > 0 ? "FAILED" : skipped !== undefined ? "SKIPPED" : "ok";
  const ignored = counts.ignored > 0 ? `, ${counts.ignored} not run` : "";
  const sum = skipped ?? (step.counts === "tests" ? `${counts.passed} passed, ${counts.failed} failed${ignored}` : "");
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (counts.failed > 0 || counts.ignored > 0) console.log(`\n$ deno ${step.args.join(" ")}\n${output}`);
  console.log(`${sign.padEnd(8)}${step.name.padEnd(26)}${seconds.padStart(8)}  ${step.promise}${sum && `: ${sum}`}`);
}

/** Tells once more, in short, what failed and what did not run. */
function tellAgain(verdicts: readonly Verdict[]): void {
  const told = verdicts.filter(({ counts }) => counts.failed > 0).flatMap(({ step, skipped, output, counts }) => {
    const ignored = ignoredTests(output).map((name) => `${name}: did not run`);
    const failures = skipped !== undefined ? [skipped] : counts.failed > ignored.length ? shortFailures(output) : [];
    return [...failures, ...ignored].map((text) => `[${step.name}] ${text}`);
  });
  if (told.length === 0) return;
  console.log(`\nFailed, in short:\n\n${told.slice(0, failuresMax).join("\n\n")}\n`);
  if (told.length > failuresMax) console.log(`and ${told.length - failuresMax} more\n`);
}

/** Runs two of the steps at a time, and shows each verdict as soon as it is there. */
async function runAll(steps: readonly Step[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const queue = [...steps];
  const work = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const verdict = await runStep(step);
      show(verdict);
      verdicts.push(verdict);
    }
  };
  await Promise.all(Array.from({ length: 2 }, work));
  return verdicts;
}

if (import.meta.main) {
  const steps = selectSteps(await allSteps(), Deno.args);
  const verdicts = [
    ...await runAll(steps.filter(({ waits }) => !waits)),
    ...await runAll(steps.filter(({ waits }) => waits)),
  ];
  tellAgain(verdicts);
  const { passed, failed } = verdicts.map(({ counts }) => counts).reduce(addCounts, noCounts);
  console.log(`${passed} passed, ${failed} failed`);
  Deno.exit(failed > 0 ? 1 : 0);
}
