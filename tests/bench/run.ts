/**
 * Runs every benchmark, one after another, and prints their tables. Each of them compares with something else in the
 * same run, so that the ratios hold on a noisy machine too.
 *
 * Run as `deno task bench`; name benchmarks to run only those: `deno task bench core launch`.
 *
 * @module
 */

const folder = import.meta.dirname!;

/** The benchmarks, and what each of them answers. */
const benchmarks: Readonly<Record<string, string>> = {
  launch: "How fast are processes started, beside a loop in C and xargs?",
  latency: "What does one task cost over an empty program?",
  control: "What do the watchdog and the search for leftovers cost, and how long does a stop take?",
  keeper: "What does the keeper cost, beside the native launcher?",
  sandbox: "What does the sandbox cost a task?",
  each: "How fast is qcgpj each, beside xargs and GNU parallel?",
  core: "What does a task cost the pilot itself, and does that grow with their number?",
  net: "How many requests of Python clients are answered, and what do they cost the launches?",
  qcg_pilotjob: "How fast is the same request file run by QCG-PilotJob itself?",
  order: "How much sooner do workflows end by rank than by age, and what does the rank cost?",
  slurm: "What do agents on the nodes of Slurm cost, beside one launcher and beside srun for each task?",
  see: "What does it cost a pilot to be looked at, by its page and by top?",
  journal: "How large is a journal, and how fast is it written and replayed?",
};

if (import.meta.main) {
  const names = Deno.args.length > 0 ? Deno.args : Object.keys(benchmarks);
  for (const name of names) {
    const question = benchmarks[name];
    if (question === undefined) {
      throw new TypeError(`No benchmark "${name}": there are ${Object.keys(benchmarks).join(", ")}`);
    }
    console.log(`\n## ${name}: ${question}`);
    const args = ["run", "-A", "--no-check", `${folder}/${name}/bench.ts`];
    const { success } = await new Deno.Command(Deno.execPath(), { args }).spawn().status;
    if (!success) Deno.exit(1);
  }
}
