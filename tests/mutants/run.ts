/**
 * Plants each mutant of the list in a copy of the project, one after another on each core, and runs the tests that
 * must notice it. The last line is the sum, as `deno test` writes it. Parts of mistakes or file names as arguments
 * try only the mutants that they are of.
 *
 * A mutant whose place is gone is a failure, so that the list cannot rot; so is one that does not load or hangs.
 *
 * @module
 */

import { project } from "../support/project_files.ts";
import { mutants } from "./list.ts";
import { judge, type Mutant, type Noticer, plantMutant, type Verdict } from "./mutant.ts";

/** The longest that the tests of one mutant may take. */
const testsMsMax = 120_000;
/** What of the project the tests need. */
const copied = ["src", "tests", "mod.ts", "deno.json", "docs"];

/** A copy of the project in which one mutant at a time stands. */
class Copy implements AsyncDisposable {
  readonly #folder: string = Deno.makeTempDirSync({ prefix: "mutants-" });

  async fill(): Promise<void> {
    const args = ["-R", ...copied.map((name) => `${project}/${name}`), this.#folder];
    const { success, stderr } = await new Deno.Command("cp", { args, stderr: "piped" }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }

  /** Runs the tests without any mutant, or with one; returns what was wrong. */
  async try(noticer: Noticer, mutant?: Mutant): Promise<Verdict> {
    const path = `${this.#folder}/${mutant?.file}`;
    const original = mutant && await Deno.readTextFile(path);
    try {
      if (mutant !== undefined) await Deno.writeTextFile(path, plantMutant(mutant, original!));
      return await this.#test(noticer);
    } catch (error) {
      if (error instanceof RangeError) return { kind: "broken", why: error.message };
      throw error;
    } finally {
      if (original !== undefined) await Deno.writeTextFile(path, original);
    }
  }

  async #test({ test, filter }: Noticer): Promise<Verdict> {
    const permissions = /^(unit|sim)\//.test(test) ? [] : ["-A"];
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        ...["test", "--no-check", "--no-prompt", "--fail-fast", ...permissions],
        ...(filter === undefined ? [] : ["--filter", filter]),
        `tests/${test}`,
      ],
      cwd: this.#folder,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(testsMsMax),
    });
    const { code, signal, stdout, stderr } = await command.output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return judge(output, signal === null ? code : undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** One thing to try: a mutant with one of its noticers, or the noticer alone, which must pass. */
interface Trial {
  readonly noticer: Noticer;
  readonly mutant?: Mutant;
}

const nameOf = ({ test, filter }: Noticer): string => `${test}${filter === undefined ? "" : ` "${filter}"`}`;

/** What is wrong with the verdict of a trial, in a sentence; `undefined` is well. */
function complain({ noticer, mutant }: Trial, verdict: Verdict): string | undefined {
  const subject = mutant === undefined ? nameOf(noticer) : `${mutant.file}: "${mutant.mistake}" for ${nameOf(noticer)}`;
  if (verdict.kind === "broken") return `${subject}: ${verdict.why}`;
  if (mutant === undefined) return verdict.kind === "survived" ? undefined : `${subject} fails without any mutant`;
  return verdict.kind === "noticed" ? undefined : `${subject} survived`;
}

function trialsOf(list: readonly Mutant[]): Trial[] {
  const noticers = new Map(list.flatMap(({ noticedBy }) => noticedBy.map((one) => [nameOf(one), one])));
  const bare = [...noticers.values()].map((noticer): Trial => ({ noticer }));
  return [...bare, ...list.flatMap((mutant) => mutant.noticedBy.map((noticer): Trial => ({ mutant, noticer })))];
}

if (import.meta.main) {
  const wanted = mutants.filter(({ file, mistake }) =>
    Deno.args.length === 0 || Deno.args.some((part) => file.includes(part) || mistake.includes(part))
  );
  const trials = trialsOf(wanted);
  const count = trials.length;
  let failed = 0;
  const work = async (): Promise<void> => {
    await using copy = new Copy();
    await copy.fill();
    for (let trial = trials.shift(); trial !== undefined; trial = trials.shift()) {
      const complaint = complain(trial, await copy.try(trial.noticer, trial.mutant));
      if (complaint === undefined) continue;
      failed++;
      console.log(complaint);
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, work));
  if (count === 0) console.log("No mutant is of that");
  console.log(`${failed > 0 ? "FAILED" : "ok"} | ${count - failed} passed | ${failed} failed`);
  Deno.exitCode = failed > 0 || count === 0 ? 1 : 0;
}
