/**
 * What `qcgpj top` shows of a run: the models of the other commands, read again and again.
 *
 * @module
 */

import { wordsReader } from "../../deno/files/runs/words_reader.ts";
import { localZone } from "../../deno/host/machine.ts";
import { elapsedTime } from "../../report/breaks.ts";
import { gridOf } from "../../report/dashboard/core_grid.ts";
import { KnownWords } from "../../report/dashboard/known_words.ts";
import { listTasks, readPage, type TaskPage } from "../../report/dashboard/task_pages.ts";
import { WorkBudget } from "../../report/dashboard/work_budget.ts";
import { formatDetails } from "../../report/look/details_text.ts";
import { type ExplainedTask, formatExplained } from "../../report/look/explained_task.ts";
import { groupFailures } from "../../report/look/failure_groups.ts";
import { describeRun, nameOf } from "../../report/look/run_status.ts";
import { describeTask } from "../../report/look/task_details.ts";
import type { TopSize } from "../../report/top/looks.ts";
import { headLines, type TopScreen } from "../../report/top/top_frame.ts";
import { filterStates, type TopState } from "../../report/top/top_state.ts";
import { findTarget } from "../../service/target.ts";
import type { FollowedRun } from "../dashboard/followed_source.ts";

/** The share of the time that looking may take: another process than the run, but on the same machine. */
const workShare = 0.1;

/** Looks at a run. */
export class TopRun {
  readonly #source: FollowedRun;
  readonly #budget: WorkBudget = new WorkBudget(workShare, () => performance.now());
  #known: KnownWords | undefined;
  #knownOf: FollowedRun["model"] | undefined;
  #details: readonly string[] = [];

  /** Looks at this run. */
  constructor(source: FollowedRun) {
    this.#source = source;
  }

  /** How the run stands by now; `head` is how many lines the head of the screen takes. */
  look(
    state: TopState,
    rows: number,
    offset: number,
    size?: TopSize,
  ): { readonly screen: TopScreen; readonly head: number } {
    const source = this.#source;
    source.refresh();
    const { model, nodes } = source;
    const { number, view } = model;
    const facts = source.facts();
    const nowMs = this.#nowMs();
    if (this.#knownOf !== model) {
      this.#knownOf = model;
      this.#known = new KnownWords(view, wordsReader({ view, rootWd: source.rootWd }));
    }
    const known = this.#known!;
    const failures = this.#budget.answer(
      "failures",
      known.hasUnread ? NaN : number,
      () => groupFailures(view, known.reader(), nameOf),
    );
    const status = this.#budget.answer("status", number, () => describeRun(view, facts, failures, nowMs));
    const begunMs = facts.begunAtMs ?? view.firstAtMs ?? nowMs;
    const screen: TopScreen = {
      status: {
        ...{ ...status, ...facts, failures, counts: model.counts, coresInUse: model.coresInUse },
        elapsedMs: elapsedTime(facts.breaks, begunMs, nowMs),
      },
      timeline: model.timeline(nowMs),
      grid: this.#budget.answer("grid", number, () => gridOf(model, nodes)),
      perSecond: model.endsPerSecond(nowMs),
      isPaused: source.isPaused,
      page: this.page(state, offset, rows),
      details: this.#details,
    };
    return { screen, head: size === undefined ? 0 : headLines(screen, size).length };
  }

  /** Some of the tasks that are listed. */
  page({ filter, order, isReversed, search }: TopState, offset: number, rows: number): TaskPage {
    const { view, number } = this.#source.model;
    const nowMs = this.#nowMs();
    const query = { states: filterStates[filter], search, isReversed, ...(order === undefined ? {} : { order }) };
    const list = this.#budget.answer(`tasks ${JSON.stringify(query)}`, number, () => listTasks(view, query, nowMs));
    return readPage(view, list, offset, rows, nowMs);
  }

  /** Reads all that is known of a task, to be shown as lines. */
  async show(name: string): Promise<void> {
    const { model, rootWd } = this.#source;
    const { view } = model;
    const { job, offset = 0 } = findTarget(view, name);
    const task = { job, offset };
    const lastWords = wordsReader({ view, rootWd })(task);
    const details = describeTask(view, task, {
      launches: model.attempts(task),
      rootWd,
      lastWords,
      nowMs: this.#nowMs(),
    });
    const explained = details.state === "QUEUED" ? await this.#explain(name) : "";
    this.#details = `${formatDetails(details, localZone())}${explained}`.trimEnd().split("\n");
  }

  async #explain(name: string): Promise<string> {
    const reply = await this.#source.ask({ request: "explain", jobNames: [name] });
    if (reply?.code !== 0) return "";
    const { tasks } = reply.data as { readonly tasks: readonly ExplainedTask[] };
    return `\n${tasks.map((task) => formatExplained(task, Date.now())).join("")}`;
  }

  /** The time; of a run that does not live, the time of its last event. */
  #nowMs(): number {
    const { liveness } = this.#source.facts();
    const isLive = liveness === "alive" || liveness === "elsewhere";
    return isLive ? Date.now() : this.#source.model.view.lastAtMs ?? Date.now();
  }
}
