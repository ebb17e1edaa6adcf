/**
 * Plants each mutant of the list in a copy of the project, one after another on each core, and runs the tests that
 * must notice it. Then the tests that have noticed run without any mutant, all at once: what fails there too was not
 * the mutant's doing. The last line is the sum, as `deno test` writes it. Parts of mistakes or file names as arguments
 * try only the mutants that they are of.
 *
 * A mutant whose place is gone is a failure, so that the list cannot rot; so is one that does not load or hangs.
 *
 * @module
 */

import { project } from "../support/project_files.ts";
import { controlArgs, isPure, type NamedTest, notPassed } from "./control.ts";
import { mutants } from "./list.ts";
import { judge, type Mutant, type Noticer, plantMutant, type Verdict } from "./mutant.ts";

/** The longest that the tests of one mutant may take, and the control: what takes longer has hung. */
const testsMsMax = 600_000;
/** What of the project the tests need. */
const copied = ["src", "tests", "mod.ts", "deno.json", "docs"];

/** How a process of tests ended; without a code it had to be killed. */
interface Ended {
  readonly code?: number;
  readonly output: string;
}

/** A copy of the project in which one mutant at a time stands. */
class Copy implements AsyncDisposable {
  readonly #folder: string = Deno.makeTempDirSync({ prefix: "mutants-" });

  /** Copies; what Deno makes of the copied files lies with them, so that nothing is left. */
  async fill(packages: string): Promise<void> {
    const args = ["-R", ...copied.map((name) => `${project}/${name}`), this.#folder];
    const { success, stderr } = await new Deno.Command("cp", { args, stderr: "piped" }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    await Deno.mkdir(`${this.#folder}/deno`);
    await Deno.symlink(packages, `${this.#folder}/deno/npm`);
  }

  /** Runs the tests that must notice a mutant; returns what came of it. */
  async try({ test, filter }: Noticer, mutant: Mutant): Promise<Verdict> {
    const path = `${this.#folder}/${mutant.file}`;
    const original = await Deno.readTextFile(path);
    try {
      await Deno.writeTextFile(path, plantMutant(mutant, original));
      const { code, output } = await this.run([
        ...["test", "--no-check", "--no-prompt", "--fail-fast"],
        ...(isPure({ file: test }) ? [] : ["-A"]),
        ...(filter === undefined ? [] : ["--filter", filter]),
        `tests/${test}`,
      ]);
      return judge(output, code);
    } catch (error) {
      if (error instanceof RangeError) return { kind: "broken", why: error.message };
      throw error;
    } finally {
      await Deno.writeTextFile(path, original);
    }
  }

  /** Runs `deno` in the copy. */
  async run(args: readonly string[]): Promise<Ended> {
    const command = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.#folder,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", DENO_DIR: `${this.#folder}/deno` },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(testsMsMax),
    });
    const { code, signal, stdout, stderr } = await command.output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return signal === null ? { code, output } : { output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** One thing to try: a mutant with one of its noticers. */
interface Trial {
  readonly noticer: Noticer;
  readonly mutant: Mutant;
}

/** What came of all trials. */
interface Findings {
  readonly complaints: string[];
  /** The tests that have noticed. */
  readonly noticed: NamedTest[];
}

const nameOf = ({ test, filter }: Noticer): string => `${test}${filter === undefined ? "" : ` "${filter}"`}`;

/** Those with real programs come first, as they take longest: at the end no core stands idle for long. */
function trialsOf(list: readonly Mutant[]): Trial[] {
  const all = list.flatMap((mutant) => mutant.noticedBy.map((noticer): Trial => ({ mutant, noticer })));
  const isSlow = ({ noticer }: Trial): number => isPure({ file: noticer.test }) ? 0 : 1;
  return all.toSorted((a, b) => isSlow(b) - isSlow(a));
}

/** Makes the trials, one after another in each copy. */
async function tryAll(trials: readonly Trial[], copies: readonly Copy[]): Promise<Findings> {
  const left = [...trials];
  const findings: Findings = { complaints: [], noticed: [] };
  const work = async (copy: Copy): Promise<void> => {
    for (let trial = left.shift(); trial !== undefined; trial = left.shift()) {
      const { mutant, noticer } = trial;
      const verdict = await copy.try(noticer, mutant);
      if (verdict.kind === "noticed") findings.noticed.push(...verdict.by);
      else {
        const what = verdict.kind === "broken" ? `: ${verdict.why}` : " survived";
        findings.complaints.push(`${mutant.file}: "${mutant.mistake}" for ${nameOf(noticer)}${what}`);
      }
    }
  };
  await Promise.all(copies.map(work));
  return findings;
}

/** Runs tests without any mutant; returns what of them does not pass. Those with real programs run one by one. */
async function control(noticed: readonly NamedTest[], copy: Copy): Promise<string[]> {
  const groups = [noticed.filter(isPure), noticed.filter((test) => !isPure(test))].filter((tests) => tests.length > 0);
  const complaints: string[] = [];
  for (const tests of groups) {
    const { output } = await copy.run(controlArgs(tests));
    const failed = notPassed(tests, output);
    if (failed.length > 0) console.log(output.slice(Math.max(0, output.indexOf("\n ERRORS "))));
    complaints.push(...failed.map(({ file, name }) => `${file} "${name}" does not pass without any mutant`));
  }
  return complaints;
}

/** Where Deno keeps the packages of this user. */
async function packagesFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  await Deno.mkdir(npmCache, { recursive: true });
  return npmCache;
}

if (import.meta.main) {
  const wanted = mutants.filter(({ file, mistake }) =>
    Deno.args.length === 0 || Deno.args.some((part) => file.includes(part) || mistake.includes(part))
  );
  const trials = trialsOf(wanted);
  await using stack = new AsyncDisposableStack();
  const copies = Array.from({ length: navigator.hardwareConcurrency }, () => stack.use(new Copy()));
  const packages = await packagesFolder();
  await Promise.all(copies.map((copy) => copy.fill(packages)));
  const { complaints, noticed } = await tryAll(trials, copies);
  const tests = [...new Map(noticed.map((test) => [`${test.file}\n${test.name}`, test])).values()];
  complaints.push(...await control(tests, copies[0]!));
  for (const complaint of complaints) console.log(complaint);
  if (trials.length === 0) console.log("No mutant is of that");
  const failed = complaints.length;
  console.log(`${failed > 0 ? "FAILED" : "ok"} | ${trials.length + tests.length - failed} passed | ${failed} failed`);
  Deno.exitCode = failed > 0 || trials.length === 0 ? 1 : 0;
}
