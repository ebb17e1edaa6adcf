/**
 * The gate: runs every check of the project and ends with `N passed, N failed`. Names of steps as arguments run only
 * those. What fails is shown whole, what passes in one line. With `CI=true` nothing may be skipped.
 *
 * @module
 */
import "./empty_home.ts";
import { addCounts, type Counts, countTests, noCounts } from "./counts.ts";
import { selectSteps, type Step, stepsOf } from "./steps.ts";

// Nothing here takes longer than some minutes, or twice that on a machine with other work; a step that does has hung.
const stepMsMax = 20 * 60_000;

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
  const signal = AbortSignal.timeout(stepMsMax);
  const command = new Deno.Command(Deno.execPath(), {
    args: [...step.args],
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  });
  const { success, stdout, stderr } = await command.output();
  const late = signal.aborted ? `\nStopped: it did not end within ${stepMsMax / 60_000} minutes\n` : "";
  return { success, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) + late };
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

/** Runs two of the steps at a time, and shows each verdict as soon as it is there. */
async function runAll(steps: readonly Step[]): Promise<Counts> {
  let sum = noCounts;
  const queue = [...steps];
  const work = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const verdict = await runStep(step);
      show(verdict);
      sum = addCounts(sum, verdict.counts);
    }
  };
  await Promise.all(Array.from({ length: 2 }, work));
  return sum;
}

if (import.meta.main) {
  const steps = selectSteps(await allSteps(), Deno.args);
  const working = await runAll(steps.filter(({ waits }) => !waits));
  const waiting = await runAll(steps.filter(({ waits }) => waits));
  const { passed, failed } = addCounts(working, waiting);
  console.log(`${passed} passed, ${failed} failed`);
  Deno.exitCode = failed > 0 ? 1 : 0;
}
