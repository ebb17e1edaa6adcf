/**
 * `qcgpj top`: a full-screen view of a run.
 *
 * @module
 */

import { FullScreen } from "../../deno/host/full_screen.ts";
import { readVariable } from "../../deno/host/machine.ts";
import { listRows, renderTop } from "../../report/top/top_frame.ts";
import { readKeys } from "../../report/top/keys.ts";
import { beginTop, type KeyPlace, press, type TopState, type Wish } from "../../report/top/top_state.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { problemsOf } from "../../service/reply.ts";
import type { Command, Terminal } from "../command.ts";
import { FollowedRun } from "../dashboard/followed_source.ts";
import { onInterrupt } from "../interrupts.ts";
import { lookExitText, namingText, parseTarget, runOption } from "../look/target_run.ts";
import { TopRun } from "./top_run.ts";

const optionTable: readonly OptionSpec[] = [
  runOption,
  { name: "once", value: { kind: "flag" }, help: "prints one screen and ends, as it does where there is no terminal" },
];

/** How often it looks, in milliseconds. */
const lookMs = 1000;
/** How many rows of tasks are printed where there is no terminal. */
const onceRows = 10;

/** `qcgpj top`. */
export const topCommand: Command = {
  name: "top",
  summary: "shows a run on the whole screen",
  usage: "[DIR] [OPTION …]",
  details: [
    "How far the run is, how its cores are used, what runs longest, what failed and why; the keys stand at the bottom. " +
    "Tasks can be listed by state, searched and sorted, shown in full, and canceled; the run can be paused. The run is " +
    "read from its records and does not notice; only a cancel and a pause go through its door, as of qcgpj cancel.",
    namingText,
    lookExitText,
  ],
  examples: [
    { line: "qcgpj top work", does: "Shows the newest run in work." },
    { line: "qcgpj top --once | head -4", does: "Says in four lines how it stands." },
  ],
  options: optionTable,
  run: runTop,
};

async function runTop(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, folder } = parseTarget(optionTable, args, "directory");
  using source = new FollowedRun(folder);
  const run = new TopRun(source);
  if (options.has("once") || !FullScreen.isPossible) {
    // A shell does not export its own COLUMNS: where it is in the environment, the user has set it.
    const wanted = Number(readVariable("COLUMNS"));
    const columns = Number.isInteger(wanted) && wanted > 0 ? wanted : terminal.columns();
    const state = begin(source);
    const { screen } = run.look(state, onceRows, 0);
    const size = { columns, rows: 30, paint: (text: string) => text };
    const lines = renderTop(screen, state, size).slice(0, -1).map((line) => line.trimEnd());
    terminal.out(`${lines.join("\n").trimEnd()}\n`);
    return 0;
  }
  return await new Top(run, source, terminal.hasColour).run();
}

function begin(source: FollowedRun): TopState {
  const { liveness } = source.facts();
  return beginTop(liveness === "alive" || liveness === "elsewhere", source.model.counts.FAILED);
}

/** The screen, the keys, and what connects them. */
class Top {
  readonly #run: TopRun;
  readonly #source: FollowedRun;
  readonly #paint: (text: string, code: string) => string;
  readonly #screen: FullScreen = new FullScreen();
  #state: TopState;
  #place: KeyPlace = { task: undefined, total: 0, rows: 1, isPaused: false, isLive: true };
  #ended: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(run: TopRun, source: FollowedRun, hasColour: boolean) {
    this.#run = run;
    this.#source = source;
    this.#state = begin(source);
    // Which row is chosen is told by a sign; what is reversed or underlined is no colour.
    const isPlain = new Set(["1", "4", "7"]);
    this.#paint = (text, code) => hasColour || isPlain.has(code) ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  /** Shows the run until the user leaves. */
  async run(): Promise<number> {
    using screen = this.#screen;
    // Other ways to end give the terminal back, too.
    using _signals = onInterrupt(() => this.#ended.resolve());
    const resized = () => this.#redraw();
    const suspended = () => this.#suspend();
    Deno.addSignalListener("SIGWINCH", resized);
    Deno.addSignalListener("SIGTSTP", suspended);
    const reader = Deno.stdin.readable.getReader();
    screen.take();
    const timer = setInterval(() => this.#draw(), lookMs);
    try {
      this.#draw();
      await Promise.race([this.#ended.promise, this.#readKeys(reader)]);
    } finally {
      clearInterval(timer);
      Deno.removeSignalListener("SIGWINCH", resized);
      Deno.removeSignalListener("SIGTSTP", suspended);
      screen.giveBack();
      reader.cancel().catch(() => {});
    }
    return 0;
  }

  async #readKeys(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      for (const key of readKeys(decoder.decode(piece.value, { stream: true }))) {
        const { state, wish } = press(this.#state, key, this.#place);
        this.#state = state;
        if (wish?.kind === "quit") return;
        if (wish !== undefined) await this.#grant(wish);
        this.#draw();
      }
    }
  }

  #draw(): void {
    const size = { ...this.#screen.size, paint: this.#paint };
    const { screen, head } = this.#run.look(this.#state, 0, 0, size);
    const rows = listRows(head, size);
    const chosen = Math.max(0, Math.min(this.#state.chosen, screen.page.total - 1));
    const first = Math.floor(chosen / rows) * rows;
    const page = this.#run.page(this.#state, first, rows);
    this.#state = { ...this.#state, chosen };
    this.#place = {
      task: page.rows[chosen - first]?.name,
      total: page.total,
      rows: this.#state.mode === "task" ? Math.max(1, size.rows - 2) : rows,
      isPaused: screen.isPaused === true,
      isLive: screen.status.liveness === "alive" || screen.status.liveness === "elsewhere",
    };
    this.#screen.show(renderTop({ ...screen, page }, this.#state, size));
  }

  async #grant(wish: Wish): Promise<void> {
    switch (wish.kind) {
      case "suspend":
        return this.#suspend();
      case "redraw":
        return this.#redraw();
      case "show":
        return await this.#run.show(wish.task);
      case "cancel":
        return this.#tell(
          await this.#source.ask({ request: "cancelJob", jobNames: [wish.task] }),
          `${wish.task} is being canceled`,
        );
      case "pause":
        return this.#tell(await this.#source.ask({ request: "pause" }), "nothing more is started");
      case "continue":
        return this.#tell(await this.#source.ask({ request: "continue" }), "tasks are started again");
      case "quit":
        return;
      default:
        wish satisfies never;
    }
  }

  #tell(reply: Awaited<ReturnType<FollowedRun["ask"]>>, done: string): void {
    const problem = reply === undefined ? "the run cannot be asked" : problemsOf(reply)[0];
    this.#state = { ...this.#state, message: problem ?? done };
  }

  /** Stands still as any program does, and gives the terminal back meanwhile. */
  #suspend(): void {
    this.#screen.giveBack();
    Deno.kill(Deno.pid, "SIGSTOP"); // Comes back when the program is let go on.
    this.#screen.take();
    this.#redraw();
  }

  #redraw(): void {
    this.#screen.forget();
    this.#draw();
  }
}
