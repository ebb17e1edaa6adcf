/**
 * Where we differ from QCG-PilotJob on purpose, as data: the table of docs/MIGRATION.md is made of it.
 *
 * @module
 */

/** One difference. */
export interface Difference {
  /** What it is about. */
  readonly about: string;
  /** What QCG-PilotJob does. */
  readonly there: string;
  /** What happens here. */
  readonly here: string;
  /** The beginning of the name of the test that proves it. */
  readonly test: string;
}

/** All differences, the most noticeable first. */
export const differences: readonly Difference[] = [
  {
    about: "Ctrl-C, SIGTERM, SIGHUP",
    there: "tasks are left running; SIGTERM loses the final status",
    here: "tasks are stopped with their grace, a second signal kills at once, `--resume` runs what had not ended",
    test: "qcgpj run stops its tasks at ",
  },
  {
    about: "cancel",
    there: "signals one process of a task",
    here: "signals the task's whole process group, and wakes whoever can run now",
    test: "qcgpj run - cancels a running job when asked to",
  },
  {
    about: "`finish`",
    there: "waits for all jobs, although its documentation says that it kills them",
    here: 'waits too; with `"params": {"now": true}` it cancels them',
    test: "qcgpj run - ends by itself after finish, and cancels the jobs if it is to be now",
  },
  {
    about: "`finish` after `control`",
    there: "refused",
    here: "taken: an end may be hastened, not put off",
    test: "Service.answer() lets finish override control, and nothing put off the end",
  },
  {
    about: "exit code",
    there: "0 whatever the jobs did",
    here: "the same of `qcgpj service`; `qcgpj run` gives 1 when a job did not succeed",
    test: "qcgpj run exits with 1 when some did not succeed, and says which and why",
  },
  {
    about: "errors at the start",
    there: "a traceback",
    here: "the same exit code and a sentence, with line, column and path of what is wrong in the file",
    test: "qcgpj service exits with 1 when it cannot start, in QCG-PilotJob's words, and its log says why",
  },
  {
    about: "what is no JSON, or `null`",
    there: "ends the service without a reply",
    here: "gets a reply, and the service goes on",
    test: "qcgpj service runs what stands behind a refused request, a finish and a control in its file",
  },
  {
    about: "a submit with a bad job",
    there: "some faults leave jobs behind that are queued for ever",
    here: "all jobs of the request are taken or none",
    test: "Service.answer() leaves no job queued when one is refused: ",
  },
  {
    about: "jobs that wait for one another, empty `values`, iterations that do not exist",
    there: "accepted; the service never ends",
    here: "refused at submit",
    test: "Intake.admit() names the ring of jobs that wait for one another, also by single iterations",
  },
  {
    about: "`min` without `max`, `nodeCrs` without `numNodes`, 0 cores, and what no node can ever give (GPUs too)",
    there: "fails, hangs or stops the scheduler when the job's turn comes",
    here: "refused at submit",
    test: "Intake.admit() refuses what could never run, with a reason; the reserved core does not count",
  },
  {
    about: "what a task reads that has no `stdin`",
    there: "the standard input of the service",
    here: "nothing: `/dev/null`",
    test: "qcgpj service: no input, missing folders, no interpreter line, children left behind, names twice",
  },
  {
    about: "processes that a task leaves behind",
    there: "stay",
    here: "end with it",
    test: "qcgpj service: no input, missing folders, no interpreter line, children left behind, names twice",
  },
  {
    about: "a folder of `stdout` or `stderr` that is missing",
    there: "the task fails",
    here: "is made",
    test: "qcgpj service: no input, missing folders, no interpreter line, children left behind, names twice",
  },
  {
    about: "jobs of `BasicTemplate` that name no outputs, several in one folder",
    there: "all write `stdout` and `stderr`, over one another",
    here: "the second and later ones write `stdout.NAME`, `stderr.NAME`",
    test: "Jobs of BasicTemplate that name no outputs write over nothing, and tell where they have written",
  },
  {
    about: "what a task writes that has no `stdout`",
    there: "goes to the output of the service",
    here: "the end of it is kept if the task fails",
    test: "The ends are in summary, report, events and logs, and survive a resume; --tail-bytes says how much",
  },
  {
    about: "an executable file without `#!`",
    there: "the task fails",
    here: "is run by `/bin/sh`, as by a shell",
    test: "qcgpj service: no input, missing folders, no interpreter line, children left behind, names twice",
  },
  {
    about: "`dependencies` in the job report",
    there: "as they were written",
    here: "each name once",
    test: "qcgpj service: no input, missing folders, no interpreter line, children left behind, names twice",
  },
  {
    about: "`true` as a number of cores, nodes or iterations",
    there: "is 1",
    here: "refused",
    test: "A submit that QCG-PilotJob would take is refused in our words alone",
  },
  {
    about: "a module or virtual environment that cannot be had",
    there: "the task runs without it",
    here: "the task fails (cause `start`), in the words of the shell, and does not run",
    test: "What cannot be prepared fails as a start, in the shell's words, and nothing of it runs",
  },
  {
    about: "`model` outside of Slurm",
    there: "ignored",
    here: "`openmpi`, `intelmpi` and `threads` work; `srunmpi` is refused at submit",
    test: "openmpi and intelmpi run mpirun with as many hosts as cores, where there is one",
  },
  {
    about: "an unknown iteration `scheduler`",
    there: "means `maximum-iters`",
    here: "refused, with the place and the near miss",
    test: "parseResources() refuses an unknown scheduler, and names the one that was meant",
  },
  {
    about: "unknown `model`, options and words",
    there: "ignored",
    here: "refused, with the place and the near miss",
    test: "parseJob() refuses unknown keys anywhere, and suggests the near miss",
  },
  {
    about: "`${it}`, `${jname}` … with quotes or backslashes in their values",
    there: "put into the JSON text, which breaks or changes it",
    here: "put into the parsed strings as they are",
    test: "parseJob() inserts a value verbatim, whatever it contains",
  },
  {
    about: "`${date}`, `${time}`",
    there: "date and time; always 00:00:00",
    here: "the date; the time",
    test: "submitVariablesAt() tells date and time apart, in local time",
  },
  {
    about: "`${uniq}` of an iterative job",
    there: "one for all iterations, as for the whole request",
    here: "one for each iteration",
    test: "parseJob() gives each iteration a unique text of its own, however it is spelt",
  },
  {
    about: "`wt`",
    there: "enforced only by some Slurm commands; `3s2m` means three seconds",
    here: "enforced everywhere; the whole text must be hours, minutes, seconds",
    test: "qcgpj service stops a task whose wall time is over, and reports it as failed",
  },
  {
    about: "`env` with `script`, numbers in `env`",
    there: "refused; the task fails at its start",
    here: "allowed",
    test: "parseExecution() allows env with script, but no arguments",
  },
  {
    about: "arguments and `values` that are arrays or objects, paths that are no texts",
    there: "passed on as Python writes them",
    here: "refused",
    test: "parseExecution() turns scalar arguments into text",
  },
  {
    about: "arguments of programs with `modules` or `venv`",
    there: "read again by a shell",
    here: "passed on as they are",
    test: "planTask() gives a shell its modules and environment to prepare, and a program that it never reads",
  },
  {
    about: '`after: ["job:3"]`',
    there: "omitted unless iteration 3 ends last",
    here: "waits for that iteration",
    test: "qcgpj service lets a job run after one iteration of another",
  },
  {
    about: "iterations of an omitted job",
    there: "stay QUEUED and are not reported",
    here: "are OMITTED, counted and reported",
    test: "qcgpj service omits and reports every iteration of a job that can never run",
  },
  {
    about: "a large job behind many small ones",
    there: "may wait for ever",
    here: "starts after a bounded number of younger tasks",
    test: "schedule() starts a large task behind an endless stream of small ones within its bound",
  },
  {
    about: "`scheduler` of a size",
    there: "an object in files, a text in the client, which breaks",
    here: "either",
    test: "parseResources() reads a scheduler as a text and as an object, its name in any case",
  },
  {
    about: "`--resume`",
    there: "skips the first iterations instead of the finished ones, and cannot do `values`",
    here: "runs exactly those that had not ended, once their old processes have gone",
    test: "qcgpj run --resume runs just the iterations that had not ended, of values too",
  },
  {
    about: "`--resume` without `--wd`",
    there: "goes on in the current directory",
    here: "goes on where the run worked",
    test: "qcgpj run --resume goes on where the run worked, unless --wd says otherwise",
  },
  {
    about: "`track.reqs`, `track.states`",
    there: "what `--resume` reads",
    here: "one file `journal`, with checksums; `qcgpj journal salvage` tells what is intact in it",
    test: "qcgpj service runs a file, exits with 0 whatever the jobs did, and leaves QCG-PilotJob's files",
  },
  {
    about: "`jobs.report`",
    there: "written every 100 lines: a kill loses them",
    here: "written through",
    test: "qcgpj service writes the report through, so that a kill loses none of it",
  },
  {
    about: "`jobs.report`: a task that cannot be started",
    there: "the message of the operating system; a run time of `0` breaks `info_parsed()` and `qcg-pm-report`",
    here: "the message says what to do; the run time is `0:00:00.000000`, which both read",
    test: "JobsReport.records() tells of a task that could not start",
  },
  {
    about: "`jobs.report`: why a job or iteration did not succeed",
    there: "only when it could not be started",
    here: "always, in `messages`",
    test: "JobsReport.records() tells of an iterative job why the first iteration failed that did",
  },
  {
    about: "`env.log`",
    there: "all variables with their values, secrets too, for everybody to read",
    here: "names and lengths, for the owner",
    test: "qcgpj service keeps the values of variables out of env.log, and the file to its owner",
  },
  {
    about: "`--report-format none`",
    there: "crashes",
    here: "writes no report",
    test: "qcgpj service takes --report-file relative and absolute, and writes none with --report-format none",
  },
  {
    about: "`--nodes n1:4,2`",
    there: "two nodes called `n1`",
    here: "the second gets a free name",
    test: "parseNodeSpec() gives an unnamed node the first free name when its own is claimed",
  },
  {
    about: "`cancelJob` of a job that has ended",
    there: "answers `job_name`",
    here: "answers a sentence",
    test: "cancelJob cancels what has not ended, and says what is wrong with every other name",
  },
  {
    about: "`jobInfo` of an iteration",
    there: "does not tell why it failed",
    here: "does",
    test: "jobInfo tells why an iteration failed, asked for by name or as a child",
  },
  {
    about: "`listJobs`: `inQueue`",
    there: "stays when a job has left the queue",
    here: "only of queued jobs",
    test: "listJobs tells states, places of queued jobs only, and reasons",
  },
];

/** What docs/MIGRATION.md tells below its table: the beginning of each paragraph, and the test that proves it. */
export const furtherDifferences: readonly { readonly begins: string; readonly test: string }[] = [
  { begins: "A refused request gets the message", test: "Service.answer() refuses in the words of QCG-PilotJob" },
  { begins: "A value that is put in for a variable", test: "readRequestText() never scans an inserted value again" },
  {
    begins: "`true` and `null` in `args`",
    test: "parseExecution() turns scalar arguments into text: JavaScript's, Python's in request files and templates",
  },
  { begins: "Numbers in `args` and `values`", test: "qcgpj run passes numbers of a file on as they are written" },
  {
    begins: "A key that stands twice in an object",
    test: "qcgpj refuses a key that stands twice, and names both places",
  },
  { begins: "Under `-A` on Linux a task is bound", test: "bindTask() gives the CPU of each granted core to jobs" },
];

/** Writes the table of docs/MIGRATION.md. */
export function formatDifferences(): string {
  const rows = differences.map(({ about, there, here }) => [about, there, here]);
  const head = ["what", "QCG-PilotJob", "here"];
  const widths = head.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i]!)].map((cell) => cell.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |\n`;
  return line(head) + line(widths.map((width) => "-".repeat(width))) + rows.map(line).join("");
}

if (import.meta.main) console.log(formatDifferences());
