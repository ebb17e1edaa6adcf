/**
 * The answers of a dashboard, as plain values. They are made of the models that the commands use: `qcgpj status`, `tasks`,
 * `show`, `failures` and `explain` say the same.
 *
 * @module
 */

import { join } from "@std/path";
import { type FilePiece, readPiece } from "../../deno/files/file_piece.ts";
import { wordsReader } from "../../deno/files/runs/words_reader.ts";
import { mayUse } from "../../deno/host/permissions.ts";
import { elapsedTime } from "../../report/breaks.ts";
import { gridOf } from "../../report/dashboard/core_grid.ts";
import type { DashboardModel } from "../../report/dashboard/dashboard_model.ts";
import { layOutJobs } from "../../report/dashboard/job_graph.ts";
import { KnownWords } from "../../report/dashboard/known_words.ts";
import { listTasks, readPage } from "../../report/dashboard/task_pages.ts";
import { WorkBudget } from "../../report/dashboard/work_budget.ts";
import { type ExplainedTask, formatExplained } from "../../report/look/explained_task.ts";
import { type Failures, groupFailures, type ReadWords } from "../../report/look/failure_groups.ts";
import { describeRun, nameOf, type RunStatus } from "../../report/look/run_status.ts";
import type { ViewedTask } from "../../report/look/run_view.ts";
import { describeTask, fillTask } from "../../report/look/task_details.ts";
import { rowOf } from "../../report/look/task_row.ts";
import { logName } from "../../report/run_files.ts";
import { findTarget } from "../../service/target.ts";
import type { Route } from "./routes.ts";
import type { DashboardSource } from "./source.ts";

/** The share of the time that answers about the whole run may take. */
const workShare = 0.01;
/** How many tasks of a group of failures are named, how many groups are told, and how many of the longest tasks. */
const namesMax = 100;
const groupsMax = 200;
const longestMax = 8;

/** Answers what is asked of a run. */
export class DashboardAnswers {
  readonly #source: DashboardSource;
  readonly #budget: WorkBudget = new WorkBudget(workShare, () => performance.now());
  #words: { readonly model: DashboardModel; readonly known: KnownWords } | undefined;

  /** Answers from a source. */
  constructor(source: DashboardSource) {
    this.#source = source;
  }

  /** What holds for the whole run. */
  run(mayControl: boolean): object {
    const { model, isPaused } = this.#source;
    const nowMs = this.nowMs();
    const { failures: { groups, ...failureCounts }, longest: _, ...status } = this.#status(nowMs);
    const perSecond = this.#isLive ? model.endsPerSecond(nowMs) : undefined;
    return {
      ...status,
      number: model.number,
      nowMs,
      counts: model.counts,
      coresInUse: model.coresInUse,
      elapsedMs: elapsedTime(status.breaks, status.begunAtMs ?? nowMs, nowMs),
      ...(perSecond === undefined ? {} : { perSecond }),
      ...(this.#isLive ? {} : { coreMs: model.timeline(nowMs).coreMs }),
      ...(isPaused === undefined ? {} : { isPaused }),
      mayControl: mayControl && this.#isLive,
      longest: this.#longest(nowMs),
      failures: { ...failureCounts, ways: groups.length, groups: groups.slice(0, 5).map(groupValue) },
    };
  }

  /** What is asked for by a route that only reads. */
  async read(route: Exclude<Route, { kind: "asset" | "stream" | "control" | "run" }>): Promise<object> {
    const { model, nodes } = this.#source;
    const { view, number } = model;
    const nowMs = this.nowMs();
    switch (route.kind) {
      case "failures": {
        const { groups, ...counts } = this.#failures();
        return { ...counts, ways: groups.length, groups: groups.slice(0, groupsMax).map(groupValue) };
      }
      case "timeline":
        return { ...model.timeline(nowMs), number, coresOfRun: this.#source.facts().cores };
      case "grid":
        return this.#budget.answer("grid", number, () => gridOf(model, nodes));
      case "graph":
        return this.#budget.answer("graph", number, () => layOutJobs(view));
      case "tasks": {
        const { query, offset, limit } = route;
        const list = this.#budget.answer(`tasks ${JSON.stringify(query)}`, number, () => listTasks(view, query, nowMs));
        return { number, ...readPage(view, list, offset, limit, nowMs) };
      }
      case "task":
        return this.#details(findTarget(view, route.name), nowMs);
      case "explain":
        return { text: await this.#explain(route.name, nowMs) };
      case "output":
        return this.#output(findTarget(view, route.name), route);
      case "log":
        return readGranted(join(this.#source.facts().folder, logName), route.from) ??
          { why: "There is no log: a run without records keeps none" };
      default:
        return route satisfies never;
    }
  }

  /** The time; of a run that does not live, the time of its last event. */
  nowMs(): number {
    const { model: { view } } = this.#source;
    return this.#isLive ? Date.now() : view.lastAtMs ?? Date.now();
  }

  get #isLive(): boolean {
    const { liveness } = this.#source.facts();
    return liveness === "alive" || liveness === "elsewhere";
  }

  #status(nowMs: number): RunStatus {
    const { model } = this.#source;
    const facts = this.#source.facts();
    const failures = this.#failures();
    const status = this.#budget.answer("status", model.number, () => describeRun(model.view, facts, failures, nowMs));
    return { ...status, ...facts, failures };
  }

  #failures(): Failures {
    const { model, rootWd } = this.#source;
    if (this.#words?.model !== model) {
      const read = wordsReader({ view: model.view, rootWd });
      const readable: ReadWords = (task) => mayReadOutput(model, task, rootWd) ? read(task) : undefined;
      this.#words = { model, known: new KnownWords(model.view, readable) };
    }
    const { known } = this.#words;
    // While some words are still to be read there is something new even if nothing has happened.
    const number = known.hasUnread ? NaN : model.number;
    return this.#budget.answer("failures", number, () => groupFailures(model.view, known.reader(), nameOf));
  }

  /** The tasks that were granted their cores first. */
  #longest(nowMs: number): object[] {
    const { model } = this.#source;
    const rows: object[] = [];
    for (const task of model.live()) {
      if (rows.length >= longestMax) break;
      const row = rowOf(model.view, task, nowMs);
      if (row.ranMs !== undefined) rows.push(row);
    }
    return rows;
  }

  #details({ job, offset }: { readonly job: ViewedTask["job"]; readonly offset?: number | undefined }, nowMs: number) {
    const { model, rootWd } = this.#source;
    const task = { job, offset: offset ?? 0 };
    return {
      ...describeTask(model.view, task, { launches: model.attempts(task), rootWd, lastWords: undefined, nowMs }),
      nowMs,
    };
  }

  #output(
    { job, offset }: { readonly job: ViewedTask["job"]; readonly offset?: number | undefined },
    { stream, from }: Route & { readonly kind: "output" },
  ): object {
    const { model, rootWd } = this.#source;
    const task = { job, offset: offset ?? 0 };
    const path = fillTask(model.view, task, rootWd)?.paths[stream];
    if (path === undefined) {
      const isKept = (model.attempts(task).at(-1)?.tails?.[stream] ?? "") !== "";
      return { why: isKept ? "goes to no file; its end stands above" : "goes to no file" };
    }
    return { path, ...(readGranted(path, from) ?? { why: "There is no such file yet, or it cannot be read" }) };
  }

  async #explain(name: string, nowMs: number): Promise<string> {
    const reply = await this.#source.ask({ request: "explain", jobNames: [name] });
    if (reply?.code !== 0) return reply?.message ?? "The run cannot be asked";
    const { tasks } = reply.data as { readonly tasks: readonly ExplainedTask[] };
    return tasks.map((task) => formatExplained(task, nowMs)).join("");
  }
}

/** Deno would ask on the terminal what it was not granted, and the run would stand still meanwhile. */
function readGranted(path: string, from: number | undefined): FilePiece | undefined {
  return mayUse("read", path) ? readPiece(path, from) : undefined;
}

function mayReadOutput({ view }: DashboardModel, task: ViewedTask, rootWd: string): boolean {
  const { stdout, stderr } = fillTask(view, task, rootWd)?.paths ?? {};
  return [stdout, stderr].every((path) => path === undefined || mayUse("read", path));
}

/** A group of failures, as a plain value. */
function groupValue({ first, tasks, ...group }: Failures["groups"][number]): object {
  return { ...group, tasks: tasks.slice(0, namesMax), first: nameOf(first) };
}
