/**
 * `qcgpj run`: runs the jobs of a file or of the standard input to their end.
 *
 * @module
 */

import type { AdmittedJob } from "../../core/types.ts";
import { isInSlurm } from "../../api/choose_resources.ts";
import { startKeeperAhead } from "../../deno/local/launch.ts";
import { fileDoor } from "../../doors/file.ts";
import { pipeDoor } from "../../doors/pipe.ts";
import { nextTurn } from "../../deno/host/next_turn.ts";
import { PilotJobError } from "../../errors.ts";
import { parseJob } from "../../job/parse.ts";
import { serializeJob } from "../../job/serialize.ts";
import type { SubmitVariables } from "../../job/variables.ts";
import type { Door } from "../../runtime/door.ts";
import type { Run } from "../../runtime/run.ts";
import type { Refusal, Reply } from "../../service/reply.ts";
import { asksToSubmit } from "../../service/requests.ts";
import type { Command, Terminal } from "../command.ts";
import { metrics } from "../../doors/metrics.ts";
import { dashboardDoor } from "../dashboard/open_dashboard.ts";
import { networkDoor } from "../network.ts";
import { createSender, tellEvents } from "./tell_events.ts";
import { type FileRequest, problemAt, readJobsFile, type RequestFile, type RequestFileError } from "../request_file.ts";
import { parseRunOptions, type RunOptions, runOptionTable } from "./options.ts";
import { whyNothingResumed } from "../resume_lines.ts";
import { openRunDoor, untilIdle } from "../run_door.ts";
import { RunProgressReader } from "../run_progress.ts";
import { outOfTimeExitCode } from "../end_in_time.ts";
import { CommandSession } from "../session.ts";
import { settingsOf } from "../settings.ts";
import { formatSummary } from "./summary.ts";
import { findFailures } from "./run_failures.ts";
import { findRestarted } from "./restarted.ts";
import { RunOutcome } from "./run_outcome.ts";
import { examineFile, locate } from "../validate/validate.ts";

/** More problems of a file than these are only counted. */
const problemsMax = 20;

/** `qcgpj run`. */
export const runCommand: Command = {
  name: "run",
  summary: "runs the jobs of a file, or of the standard input, to their end",
  usage: "FILE|-|--net [OPTION …]",
  details: [
    "FILE is JSON: an array of requests as for qcg-pm-service, one request, one job, an array of jobs, or an object " +
    'with "jobs". It is checked as a whole before anything is run. Progress and a summary go to standard error.',
    "With - requests are read from standard input, one JSON value in each line, while the jobs run; each is answered " +
    "by one line of JSON on standard output, in the same order. The end of the input lets the jobs finish. With " +
    '--events lines like {"event":"jobFinished","job":"a","state":"SUCCEED", …} stand between the replies, one for ' +
    "each jobSubmitted, taskScheduled, taskStarted, stopRequested, attemptFailed, iterationFinished, jobFinished, " +
    "tasksReopened, nodeReady, nodeLost and runFinished: the events of the library, with number and atMs. When nobody " +
    "reads standard output any more, requests are still taken and the jobs go on.",
    "With --net requests are taken over the network too, as qcgpj service does, and the run ends when one of them asks " +
    "for that, by finish or control. FILE may be left out then.",
    "With --resume what is on record as ended in an earlier run is not run again, and the rest is; jobs of FILE that " +
    "the earlier run knows already are left out. --failed also runs again what failed, and what was omitted because of " +
    "it; --only NAME runs that again, whatever became of it.",
    "Ctrl-C, SIGTERM and SIGHUP stop all tasks (SIGTERM, and SIGKILL when the grace is over); a second one kills at " +
    "once. What had not ended is run again by --resume. SIGUSR1 and SIGUSR2 do nothing, and are not passed on to tasks.",
    "In an allocation of Slurm all of its nodes are used, and all tasks are stopped in time before it ends (--lead): what " +
    "was running is unfinished then, and --resume in another allocation goes on. QCG_PM_DEADLINE tells tasks when, in " +
    "seconds since 1970. A batch job that Slurm starts anew goes on with the run that it had begun.",
    "Exit code: 0 all jobs succeeded; 1 some did not, were never run, with - a submit was refused, the job report lacks " +
    "something, or a resume found no job on record; 2 wrong usage or a bad file, and nothing was run; 75 the allocation " +
    "was about to end before all jobs had.",
  ],
  examples: [
    { line: "qcgpj run jobs.json", does: "Runs a request file." },
    { line: "qcgpj run jobs.json --nodes n1:4,n2:4 --wd work", does: "Rehearses two nodes of four cores." },
    { line: "qcgpj run --resume work", does: "Goes on with the newest run in a directory that was given a job." },
    { line: "qcgpj run --resume work --failed", does: "Runs what failed again, and keeps the rest." },
    { line: "./make-requests | qcgpj run - | jq .code", does: "Lets a program submit jobs while others run." },
  ],
  options: runOptionTable,
  run: (args, terminal) => {
    const options = parseRunOptions(args);
    if (!isInSlurm()) startKeeperAhead();
    return runRequests(goOnAfterRestart(options, terminal), terminal);
  },
};

async function runRequests(options: RunOptions, terminal: Terminal): Promise<number> {
  const startedMs = performance.now();
  const source = readSource(options);
  const outcome = new RunOutcome();
  const progress = options.isQuiet
    ? undefined
    : new RunProgressReader(terminal, { run: () => command.run, tellsFailures: true });
  const settings = settingsOf(options.common, {
    durability: options.durability,
    graceMs: options.graceMs,
    login: options.login,
    unknownDependency: options.file === "-" || options.common.network !== undefined ? "omit" : "refuse",
    readers: { summary: outcome, ...(progress === undefined ? {} : { progress }) },
    ...{ rerun: options.rerun, learn: options.learn, haltOn: options.haltOn },
    ...{ file: source && options.file, times: source?.times },
  });
  if (source !== undefined && options.common.resume === undefined) {
    const { findings } = examineFile(source, { groups: {}, ...settings.pilot });
    if (findings.length > 0) return complain(findings.map((finding) => locate(source, finding)), terminal);
  }
  const command: CommandSession = new CommandSession(settings, {
    warned: (text) => {
      progress?.clear();
      terminal.err(`qcgpj run: ${text}\n`);
    },
    interrupted: (signal, isFirst) => {
      progress?.clear();
      terminal.err(
        isFirst ? `${signal}: stopping all tasks; once more kills them at once\n` : `${signal}: killing all tasks\n`,
      );
    },
  });
  const { session, run: { pilot, statistics, folderPath } } = command;
  outcome.takeEarlier(jobsOf(command.run), pilot.ledger);
  let [hasRefused, isBroken] = [false, false];
  try {
    const send = createSender(terminal);
    const told = options.tellsEvents
      ? tellEvents(command.run, options.durability !== "memory", send, nextTurn)
      : undefined;
    told?.catch(() => {}); // What ends it is told below.
    const refused = () => hasRefused = true;
    await openNetwork(command, options, terminal, () => progress?.clear());
    if (source !== undefined) session.open(sourceDoor(command, source, terminal, refused));
    else if (options.file === "-") {
      const { input } = terminal;
      session.open(pipeDoor({ input, inputName: "standard input", send, refused }));
    }
    const isAsked = openRunDoor(session, options.durability === "memory" ? undefined : folderPath);
    await session.served();
    if (isAsked) await untilIdle(pilot);
    await command.end();
    await told;
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    terminal.err(`qcgpj run: ${error.message}\n`);
    isBroken = true;
  } finally {
    progress?.close();
  }
  const whyNothing = whyNothingResumed(command.run);
  if (whyNothing !== undefined) terminal.err(`qcgpj run: ${whyNothing}\n`);
  const counts = statistics.jobs;
  const tasks = statistics.iterations;
  const unfinished = { jobs: counts.inSchedule + counts.executing, tasks: tasks.inSchedule + tasks.executing };
  const isWell = outcome.allSucceeded && unfinished.jobs === 0 && !hasRefused && !isBroken && !session.hasBrokenDoor &&
    command.run.areRecordsWhole && whyNothing === undefined;
  if (!options.isQuiet || !isWell) {
    terminal.err(formatSummary({
      outcome,
      failed: outcome.allSucceeded ? undefined : findFailures(command.run, options.durability !== "memory"),
      unfinished,
      ...{ interrupted: command.interrupted, collisions: command.collisions },
      elapsedMs: performance.now() - startedMs,
      folder: options.durability === "memory" ? undefined : folderPath,
      hasColour: terminal.hasColour,
    }));
  }
  return isWell ? 0 : command.isOutOfTime && unfinished.jobs > 0 ? outOfTimeExitCode : 1;
}

/** The file of jobs, if there is one. */
function readSource({ file, from }: RunOptions): RequestFile | undefined {
  return file === undefined || file === "-" ? undefined : readJobsFile(file, from);
}

/** Opens what listens on a port: that can fail, and nothing has been run by then. */
async function openNetwork(
  command: CommandSession,
  { common, isQuiet }: RunOptions,
  terminal: Terminal,
  clear: () => void,
): Promise<void> {
  const network = networkDoor(common, (text) => isQuiet || terminal.err(`qcgpj run: ${text}\n`));
  if (network !== undefined) await command.open(network);
  // Told even with --quiet: without the secret in its address nobody could open the page.
  const page = dashboardDoor(common.dashboard, (text) => {
    clear();
    terminal.err(`qcgpj run: ${text}\n`);
  });
  if (page !== undefined) await command.open(page);
  if (common.metricsFile !== undefined) await command.open(metrics({ path: common.metricsFile }));
}

/** Goes on with the run of the same batch job, if Slurm has started the job anew. */
function goOnAfterRestart(options: RunOptions, terminal: Terminal): RunOptions {
  const { common } = options;
  const isOpen = common.resume === undefined && options.file !== "-" && options.durability !== "memory";
  const resume = isOpen ? findRestarted(common.wd ?? ".") : undefined;
  if (resume === undefined) return options;
  terminal.err(`qcgpj run: Slurm has started this batch job anew: going on with ${resume}\n`);
  return { ...options, common: { ...common, resume } };
}

/** A request of a file that is to be answered. */
interface Wanted {
  readonly value: unknown;
  /** The way to it in the file. */
  readonly steps: FileRequest["steps"];
  readonly isSubmit: boolean;
}

/** The door of a file; `refused` is told of submits that were refused, or never came to be answered. */
function sourceDoor(command: CommandSession, source: RequestFile, terminal: Terminal, refused: () => void): Door {
  return fileDoor(wantedOf(command, source), {
    answered: ({ value, steps, isSubmit }, reply) => {
      if (reply.code === 0 || !isSubmit) return;
      refused();
      const problem = changedJob(command.run, value) ?? refusalReason(reply);
      terminal.err(`qcgpj run: ${problemAt(source, steps, problem).message}\n`);
    },
    abandoned: refused,
  });
}

/** Why a request was refused, in our own words. */
function refusalReason({ message = "refused", data }: Reply): string {
  const { reason } = (data ?? {}) as Partial<Refusal>;
  return reason ?? message;
}

/** What is wrong with a job that the resumed run knows by another definition; `undefined` if there is none. */
function changedJob({ resumed, pilot: { intake } }: Run, submit: unknown): string | undefined {
  if (resumed === undefined) return undefined;
  const { jobs } = submit as { readonly jobs: readonly { readonly name?: unknown }[] };
  const changed = jobs.find((job) => typeof job?.name === "string" && intake.find(job.name) !== undefined);
  return changed && `Job ${JSON.stringify(changed.name)} has another definition than in the run that is resumed, ` +
      "which goes on with its own: give the new job another name, or run the file anew without --resume";
}

/** The requests of a file, without the jobs that the resumed run knows already. */
function* wantedOf(command: CommandSession, source: RequestFile): Generator<Wanted> {
  let submits = 0;
  for (const { value, steps } of source.requests) {
    const isSubmit = asksToSubmit(value);
    const left = isSubmit ? leaveOutKnown(command.run, value, ++submits) : value;
    if (left === undefined) command.skipSubmit();
    else yield { value: left, steps, isSubmit };
  }
}

/** A submit without the jobs that the resumed run knows already; `undefined` when it knows all. */
function leaveOutKnown(run: Run, value: unknown, submitNumber: number): unknown {
  if (run.resumed === undefined) return value;
  const variables = run.submitVariables(submitNumber);
  const { jobs } = value as { readonly jobs: readonly unknown[] };
  const fresh = jobs.filter((job) => !isKnown(run, job, variables));
  return fresh.length === 0 ? undefined : { ...(value as object), jobs: fresh };
}

function isKnown({ pilot: { intake } }: Run, job: unknown, variables: SubmitVariables): boolean {
  try {
    const parsed = parseJob(job, { variables, spelling: "requests" });
    const known = intake.find(parsed.name);
    return known !== undefined &&
      JSON.stringify(serializeJob(known.description)) === JSON.stringify(serializeJob(parsed));
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    return false; // The reply to its submit says what is wrong.
  }
}

function complain(problems: readonly RequestFileError[], terminal: Terminal): number {
  for (const problem of problems.slice(0, problemsMax)) terminal.err(`qcgpj run: ${problem.message}\n`);
  const more = problems.length - problemsMax;
  if (more > 0) terminal.err(`qcgpj run: and ${more} more problem${more === 1 ? "" : "s"}; nothing was run\n`);
  return 2;
}

function* jobsOf({ pilot: { intake } }: Run): Generator<AdmittedJob> {
  for (const name of intake.names()) yield intake.find(name)!;
}
