/**
 * One life of a run: it is begun, disturbed, killed, damaged and resumed, until at last nothing disturbs it any more; and
 * all the time it is checked.
 *
 * @module
 */

import { shellQuote } from "../../../src/base/shell_quote.ts";
import { commandLine } from "../../e2e/support/command_line.ts";
import { processesWith } from "../../e2e/support/processes.ts";
import { Random } from "../../sim/random.ts";
import { checkEnd, checkMoment, checkStep, type Excuses, type Observation } from "./checker.ts";
import { acceptedInLog, observe, recordsIn } from "./observe.ts";
import { chooseDamage, chooseWeather, damage, errorNumbers, type Weather } from "./weather.ts";
import { makeWorkload, type Workload } from "./workload.ts";

/** How a pilot ended. */
interface Ended {
  readonly code: number;
  readonly told: string;
}

/** A run that survives no more than this is stuck. */
const roundsMax = 6;
/** A pilot that takes longer is stuck, in milliseconds: it has half a second of work, and the machine may have more. */
const pilotMsMax = 120_000;
/** What survives a pilot for longer stays, in milliseconds: tasks take a fifth of a second, all else waits for nothing. */
const survivalMsMax = 60_000;

/** What a life needs. */
export interface LifeOptions {
  readonly seed: number;
  /** The library of faults, if it could be compiled. */
  readonly faults: string | undefined;
  /** The folder of this life, made and removed by the caller; beside it `other` has another run. */
  readonly folder: string;
}

/** Lives one life; returns what went wrong, and what happened. */
export async function live(options: LifeOptions): Promise<{ readonly wrong: string[]; readonly story: string[] }> {
  const life = new Life(options);
  const wrong = await life.run().catch((error) => [String(error)]);
  return { wrong, story: life.story };
}

class Life {
  readonly story: string[] = [];
  readonly #options: LifeOptions;
  readonly #random: Random;
  readonly #workload: Workload;
  readonly #door: "run" | "service" | "pipe";
  #areTasksDisturbed = false;
  /** Whether there is something to go on with. */
  #isOnRecord = false;
  #excuses: Excuses = { areRecordsDamaged: false, isLossTold: false };

  constructor(options: LifeOptions) {
    const { folder, seed } = options;
    this.#options = options;
    this.#random = new Random(seed);
    this.#workload = makeWorkload(this.#random, folder);
    this.#door = this.#random.pick(["run", "service", "pipe"]);
    Deno.mkdirSync(`${folder}/locks`);
    const { requests } = this.#workload;
    Deno.writeTextFileSync(`${folder}/requests.json`, JSON.stringify(requests));
    Deno.writeTextFileSync(`${folder}/requests`, requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
  }

  async run(): Promise<string[]> {
    const { folder, faults } = this.#options;
    let before = observe(folder);
    for (let round = 1; round <= roundsMax; round++) {
      const isLast = round === roundsMax || this.#random.chance(0.15 * round);
      const weather = isLast ? { kind: "calm" } as const : chooseWeather(this.#random, faults !== undefined);
      const ended = await this.#pilot(weather);
      const now = observe(folder);
      const wrong = [...this.#checkPilot(ended, weather), ...checkStep(before, now, this.#excuses)];
      if (wrong.length === 0 && !this.#excuses.areRecordsDamaged && acceptedInLog(folder) > now.submitted.size) {
        wrong.push(`the log has more accepted submits than the ${now.submitted.size} on record`);
      }
      if (wrong.length > 0) return wrong;
      before = now;
      this.#isOnRecord ||= now.submitted.size > 0;
      if (isLast) break;
      before = await this.#damage(before);
    }
    const expected = this.#areTasksDisturbed ? undefined : this.#workload.expected;
    return [...checkEnd(before, expected, this.#excuses.isLossTold), ...await this.#left()];
  }

  /** Damages the records, and sees that a resume runs nothing, or loses nothing, in silence. */
  async #damage(before: Observation): Promise<Observation> {
    const { folder } = this.#options;
    if (Deno.uid() === 0 && this.#random.chance(0.05)) await this.#letOtherUserResume();
    const kind = chooseDamage(this.#random);
    if (kind === "none" || !this.#isOnRecord) return before;
    const putBack = damage(kind, this.#random, folder);
    this.story.push(`damage: ${kind}`);
    if (kind === "noCopy") return before;
    if (kind === "swap") {
      const { code, told } = await this.#pilot({ kind: "calm" });
      if (code !== 2 && code !== 1) throw new Error(`the journal of another run was taken for its own: ${told}`);
      putBack();
      return before;
    }
    this.#excuses = { ...this.#excuses, areRecordsDamaged: true };
    return before;
  }

  /** A second pilot tries to resume the run: nothing may change. */
  async #letOtherUserResume(): Promise<void> {
    const { folder } = this.#options;
    const records = recordsIn(`${folder}/work`);
    if (records === undefined || !this.#isOnRecord) return;
    this.story.push("another user resumes");
    const home = `${folder}/home`;
    Deno.mkdirSync(home, { recursive: true });
    for (const path of [`${folder}/..`, folder]) Deno.chmodSync(path, 0o755);
    Deno.chmodSync(home, 0o777);
    const journal = Deno.readFileSync(`${records}/journal`);
    const user = ["--reuid=65534", "--regid=65534", "--clear-groups", "env", `HOME=${home}`, `DENO_DIR=${home}/deno`];
    const call = (...words: string[]) =>
      new Deno.Command("setpriv", { args: [...user, ...commandLine, ...words], stdout: "null" }).output();
    // The program itself may lie where nobody else can read it.
    if (!(await call("version")).success) return;
    const { code, stderr } = await call("run", "--resume", `${folder}/work`);
    const told = new TextDecoder().decode(stderr);
    const isSame = journal.length === Deno.statSync(`${records}/journal`).size;
    if (code !== 2 || !isSame) throw new Error(`another user could go on with the run (exit code ${code}): ${told}`);
  }

  #checkPilot({ code, told }: Ended, weather: Weather): string[] {
    if (code === 70 || /a bug of|Uncaught/.test(told)) return [`the program failed: ${told}`];
    if (code === -1) return [`the pilot did not end within ${pilotMsMax} ms: ${told}`];
    const mayFail = weather.kind !== "calm" || this.#areTasksDisturbed || code === 1;
    return mayFail || code === 0 ? [] : [`exit code ${code}: ${told}`];
  }

  /** Runs a pilot to its end. Where it refuses damaged records nothing may have run; then the loss is accepted. */
  async #pilot(weather: Weather): Promise<Ended> {
    const { folder } = this.#options;
    // A keeper may hear a moment late that its pilot was killed; what begins until then is not this pilot's.
    if (this.#excuses.areRecordsDamaged) await this.#left();
    const begun = observe(folder);
    const ended = await this.#start(weather, []);
    // The service has one exit code for all that keeps it from its work.
    if (![1, 2].includes(ended.code) || !this.#excuses.areRecordsDamaged) return ended;
    if (!/nothing was run/.test(ended.told)) return ended;
    const wrong = checkMoment(observe(folder), this.#excuses);
    const ran = [...observe(folder).begun].filter(([name, count]) => count !== (begun.begun.get(name) ?? 0));
    if (wrong.length + ran.length > 0) {
      throw new Error(`something ran although records are lost: ${JSON.stringify([wrong, ran])}: ${ended.told}`);
    }
    this.#excuses = { areRecordsDamaged: true, isLossTold: true };
    this.story.push("the loss is told, and accepted");
    return await this.#start(weather, ["--accept-loss"]);
  }

  async #start(weather: Weather, more: readonly string[]): Promise<Ended> {
    const { folder } = this.#options;
    this.story.push(`${this.#door} ${JSON.stringify(weather)}`);
    Deno.writeTextFileSync(`${folder}/told`, "");
    const child = new Deno.Command("bash", {
      args: ["-c", this.#line(weather, more)],
      cwd: folder,
      env: { ...this.#variables(weather), CHAOS_LIFE: folder },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const timers = [setTimeout(() => quietly(() => child.kill("SIGKILL")), pilotMsMax)];
    if (weather.kind === "killPilot") {
      timers.push(setTimeout(() => quietly(() => child.kill("SIGKILL")), weather.afterMs));
    }
    if (weather.kind === "killOther") timers.push(setTimeout(() => this.#killOther(child.pid), weather.afterMs));
    const startedAtMs = performance.now();
    const { code } = await child.status;
    timers.forEach((timer) => clearTimeout(timer));
    const told = Deno.readTextFileSync(`${folder}/told`);
    this.story.push(`exit code ${code}`);
    return { code: performance.now() - startedAtMs > pilotMsMax ? -1 : code, told };
  }

  #line(weather: Weather, more: readonly string[]): string {
    const { folder } = this.#options;
    const hasRun = this.#isOnRecord;
    const wd = ["--wd", `${folder}/work`, "--nodes", "3", ...more];
    const resume = hasRun ? ["--resume", `${folder}/work`] : [];
    if (!hasRun) quietly(() => Deno.removeSync(`${folder}/work`, { recursive: true }));
    const words = {
      run: ["run", `${folder}/requests.json`, ...resume],
      service: ["service", ...(hasRun ? resume : ["--file-path", `${folder}/requests.json`])],
      pipe: ["run", ...(hasRun ? resume : ["-"])],
    }[this.#door];
    const command = [...commandLine, ...words, ...wd].map(shellQuote).join(" ");
    const limit = weather.kind === "descriptors" ? "ulimit -n 64; " : "";
    const preload = weather.kind === "fault" || weather.kind === "clock" ? `LD_PRELOAD=${this.#options.faults} ` : "";
    return `${limit}${preload}exec ${command} < ${folder}/requests >> ${folder}/replies 2> ${folder}/told`;
  }

  #variables(weather: Weather): Record<string, string> {
    if (weather.kind === "clock") return { CLOCK_STEPS: "1" };
    if (weather.kind !== "fault") return {};
    const { path, bytes, errno } = weather;
    return { FAULT_PATH: path, FAULT_BYTES: `${bytes}`, FAULT_ERRNO: `${errorNumbers[errno]}` };
  }

  #killOther(pilot: number): void {
    const others = processesWith(this.#options.folder).filter((pid) => pid !== pilot);
    if (others.length === 0) return;
    this.#areTasksDisturbed = true;
    quietly(() => Deno.kill(this.#random.pick(others), "SIGKILL"));
  }

  /** Waits until nothing of the life runs any more. */
  async #left(): Promise<string[]> {
    const endMs = performance.now() + survivalMsMax;
    let left = processesWith(this.#options.folder);
    while (left.length > 0 && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      left = processesWith(this.#options.folder);
    }
    for (const pid of left) quietly(() => Deno.kill(pid, "SIGKILL"));
    return left.map((pid) => `process ${pid} is left`);
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // It has gone already.
  }
}
