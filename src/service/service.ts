/**
 * The service: takes requests as JSON values, whichever way they came, and answers each of them.
 *
 * Whatever comes gets a reply and the service goes on, also where QCG-PilotJob stops or stays silent. A submit is one
 * transaction. How the service ends is only noted here; its session acts on {@linkcode Service.end}:
 *
 * - `finishAfterAllTasksDone`: as soon as no job is open, the interfaces are closed and the service ends. Jobs may be
 *   submitted until then.
 * - `finish`: two seconds later the interfaces are closed, and the service ends after the jobs that it has. This is what
 *   QCG-PilotJob does; its documentation says that it kills them.
 * - `finish` with `"params": { "now": true }`, which is ours: as above, but the jobs are canceled.
 *
 * A later request may hasten the end, never put it off.
 *
 * @module
 */

import { JobDescriptionError, PilotJobError } from "../errors.ts";
import { JsonTextError, parseJsonText } from "../job/json_text.ts";
import { submitLookup } from "../job/variables.ts";
import type { Statistics } from "../report/statistics.ts";
import type { ZoneMinutes } from "../report/times.ts";
import { answerCancel, answerInfo, answerList, answerPriority, answerRemove, answerStatus } from "./job_requests.ts";
import { findSubmitRefusal } from "./refusals/submit_refusal.ts";
import { answerContinue, answerExplain, answerPause, answerProgress } from "./own_requests.ts";
import { replyResources } from "./replies.ts";
import { accept, refuse, refuseFor, type Reply } from "./reply.ts";
import { asksToSubmit, parseRequest, type Request, RequestError } from "./requests.ts";
import type { ServedAdmission, ServedPilot } from "./served_pilot.ts";
import { describeStatus, type HostFacts, type OpenInterfaces, type StatusData } from "./status.ts";

/** How the service is to end: not yet; when no job is open; soon, after its jobs; soon, and its jobs are canceled. */
export type ShutdownMode = "none" | "whenIdle" | "afterJobs" | "now";

/** From the latest end to the soonest. */
const shutdownModes: readonly ShutdownMode[] = ["none", "whenIdle", "afterJobs", "now"];

/** How long the interfaces stay open after `finish`, in milliseconds, so that its reply can be read. */
export const finishDelayMs = 2000;

/** What the service needs from outside. */
export interface ServicePorts {
  /** Lets the jobs in. */
  readonly admission: ServedAdmission;
  /** Has them. */
  readonly pilot: ServedPilot;
  /** Counts; it is fed with the pilot's events. */
  readonly statistics: Statistics;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Who runs the service. */
  readonly facts: HostFacts;
  /** Where requests come from at the moment. */
  readonly interfaces: () => OpenInterfaces;
  /** The zone of written times. */
  readonly zone: ZoneMinutes;
  /** Is told when {@linkcode Service.end} has changed. */
  readonly shutdownRequested?: (end: ShutdownMode) => void;
}

/** What a request was answered with. It must not be told before what the request has changed is on record. */
export interface Answer {
  /** What the request is called, `?` for one that is none. */
  readonly request: string;
  /** Whether it has changed something. */
  readonly hasChanged: boolean;
  /** The reply. */
  readonly reply: Reply;
}

/** Answers requests. */
export class Service {
  readonly #ports: ServicePorts;
  #end: ShutdownMode = "none";
  #isStopped = false;

  /** Creates a service that has answered nothing yet. */
  constructor(ports: ServicePorts) {
    this.#ports = ports;
  }

  /** How the service is to end. */
  get end(): ShutdownMode {
    return this.#end;
  }

  /** From now on everything that would change something is refused. To be called when the pilot stops. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Answers a request that came as text. A text that is no JSON is answered too. */
  answerText(text: string): Answer {
    let value: unknown;
    try {
      value = parseJsonText(text);
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
      const { column, problem } = error.where;
      return this.refuse(`Not a JSON value (column ${column}: ${problem})`);
    }
    return this.answer(value);
  }

  /** Answers what cannot be read as a request at all, for the reason that is given. */
  refuse(problem: string): Answer {
    return answerTo(undefined, refuseFor(new RequestError(problem)));
  }

  /** Answers a request. Never throws for what is in it. */
  answer(value: unknown): Answer {
    let request: Request | undefined;
    try {
      request = parseRequest(value);
      return answerTo(request, this.#dispatch(request));
    } catch (error) {
      if (!(error instanceof PilotJobError)) throw error;
      // Refused submits count too, as in QCG-PilotJob: a number stands for the request as it was sent.
      if (request === undefined && asksToSubmit(value)) this.#ports.admission.skipSubmit();
      const message = error instanceof RequestError ? error.wireMessage : error.message;
      return answerTo(request, refuseFor(error, message));
    }
  }

  /** What `final_status.json` holds: the status without the address of the events, where none are published any more. */
  finalStatus(): StatusData {
    const status = this.#status();
    return { ...status, System: { ...status.System, StatusPublisher: null } };
  }

  #dispatch(request: Request): Reply {
    const { pilot, zone, statistics, facts, nowMs } = this.#ports;
    const isStopped = this.#isStopped || pilot.failure !== undefined;
    if (isStopped && changesSomething(request)) return refuse("processing stopped", { error: "STOPPED" });
    switch (request.request) {
      case "submit":
        return this.#submit(request.jobs);
      case "listJobs":
        return answerList(pilot);
      case "jobStatus":
        return answerStatus(pilot, request.jobNames);
      case "jobInfo":
        return answerInfo(pilot, request.jobNames, { ...request.params, zone });
      case "cancelJob":
        return answerCancel(pilot, request.jobNames);
      case "removeJob":
        return answerRemove(pilot, request.jobNames);
      case "setPriority":
        return answerPriority(pilot, request.jobNames, request.priority);
      case "resourcesInfo":
        return accept(replyResources(pilot.resources));
      case "status":
        return accept(request.options.allJobsFinished ? { AllJobsFinished: pilot.openJobs === 0 } : this.#status());
      case "control":
        return this.#hasten("whenIdle") ?? accept(undefined, `${request.command} command accepted`);
      case "finish":
        return this.#hasten(request.params.now ? "now" : "afterJobs") ?? accept({ when: `${finishDelayMs / 1000}s` });
      case "pause":
        return answerPause(pilot, statistics);
      case "continue":
        return answerContinue(pilot, statistics);
      case "progress":
        return answerProgress(pilot, statistics, { startedAtMs: facts.startedAtMs, nowMs: nowMs() });
      case "explain":
        return answerExplain(pilot, request.jobNames);
      case "notify":
        return refuse("Operation not supported", { error: "NOT_SUPPORTED" });
      case "register": {
        const message = "Register manager request not supported in this kind of manager (direct)";
        return refuse(message, { error: "NOT_SUPPORTED" });
      }
      default:
        return request satisfies never;
    }
  }

  /** All jobs are taken or none. */
  #submit(jobs: readonly object[]): Reply {
    const { admission } = this.#ports;
    try {
      const names = admission.admit(admission.parse(jobs, "requests")).map((job) => job.description.name);
      return accept({ submitted: names.length, jobs: names }, `${names.length} jobs submitted`);
    } catch (error) {
      if (!(error instanceof JobDescriptionError)) throw error;
      return refuseFor(error, this.#submitRefusal(jobs) ?? `Wrong submit request: ${error.message}`);
    }
  }

  /** What QCG-PilotJob says of a submit that is refused. */
  #submitRefusal(jobs: readonly object[]): string | undefined {
    const { admission: { variables }, pilot: { intake, nodes } } = this.#ports;
    if (variables === undefined) return undefined;
    return findSubmitRefusal(jobs, {
      variables: submitLookup(variables, undefined),
      find: (name) => intake.find(name)?.description,
      nodeCores: nodes.map(({ coreIds }) => coreIds.length),
    });
  }

  /** Notes an end that is sooner than the one that was asked for; refuses any other. */
  #hasten(end: ShutdownMode): Reply | undefined {
    if (shutdownModes.indexOf(end) <= shutdownModes.indexOf(this.#end)) {
      return refuse("Finish request already requested", { error: "ALREADY_FINISHING" });
    }
    this.#end = end;
    // A pause could not be ended any more once the interfaces are closed.
    this.#ports.pilot.unpause();
    this.#ports.shutdownRequested?.(end);
    return undefined;
  }

  #status(): StatusData {
    const { pilot, statistics, facts, interfaces, nowMs, zone } = this.#ports;
    return describeStatus({ pilot, statistics, facts, interfaces: interfaces(), nowMs: nowMs(), zone });
  }
}

function answerTo(request: Request | undefined, reply: Reply): Answer {
  const hasChanged = request !== undefined && reply.code === 0 && changesSomething(request);
  return { request: request?.request ?? "?", hasChanged, reply };
}

function changesSomething({ request }: Request): boolean {
  return ["submit", "cancelJob", "removeJob", "setPriority", "pause", "continue", "control", "finish"].includes(
    request,
  );
}
