/**
 * A door without a way in: it writes the numbers of the run to a file, for a collector such as the node exporter of
 * Prometheus.
 *
 * @module
 */

import { resolve } from "@std/path";
import { fileProblem } from "../deno/files/file_problem.ts";
import { writeWhole } from "../deno/files/replace_file.ts";
import { SystemClock } from "../deno/host/clock.ts";
import { currentDirectory } from "../deno/host/machine.ts";
import { Metrics } from "../report/metrics.ts";
import type { Door } from "../runtime/door.ts";
import { checkOptionBag, numberFrom, textOf } from "../runtime/option_bag.ts";

/** Options of {@linkcode metrics}. */
export interface MetricsOptions {
  /** The file, relative to the current directory. It is replaced as a whole, so that no reader finds a part of it. */
  readonly path: string;
  /**
   * How often it is written, in milliseconds; and once more at the end.
   *
   * @default {10_000}
   */
  readonly intervalMs?: number;
}

/**
 * Makes a door that writes the numbers of the run to a file, in the text form of OpenMetrics: tasks that wait and run,
 * that have ended and how, cores in use, core-seconds. They count from when this pilot began; a collector knows how to
 * add up the counters of one that went on.
 *
 * @param options Where, and how often.
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If the interval is less than 100 milliseconds.
 *
 * @example For the node exporter's collector of text files
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { metrics } from "@qcg/pilotjob/doors";
 * import { assertMatch } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/qcgpj.prom`;
 * const executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), doors: [metrics({ path })] });
 * await executor.submit({ name: "task", execution: { exec: "true" } }).result();
 * await executor.shutdown();
 * assertMatch(await Deno.readTextFile(path), /qcgpj_tasks_ended_total\{run=".*",outcome="succeeded"\} 1\n/);
 * ```
 */
export function metrics(options: MetricsOptions): Door {
  checkOptionBag("metrics()", options, { path: textOf("the path of a file"), intervalMs: numberFrom(100) });
  const { path, intervalMs = 10_000 } = options;
  if (path === undefined || path === "") throw new TypeError('Option "path" of metrics() must be the path of a file');
  const file = resolve(currentDirectory(), path);
  return (session) => {
    const shown = session.show();
    const counts = shown.view.counts();
    const reader = new Metrics(counts.QUEUED + counts.SCHEDULED);
    const leave = shown.watch("metrics", reader);
    const clock = new SystemClock();
    let hasFailed = false;
    const write = () => {
      const { id, cores = 0, begunAtMs = 0 } = shown.facts();
      try {
        writeWhole(file, new TextEncoder().encode(reader.text(id, cores, begunAtMs)));
        hasFailed = false;
      } catch (error) {
        // The jobs do not depend on it. The failure is told once, and the file is tried again.
        const problem = () =>
          `cannot write the metrics to ${file}, the jobs go on: ${fileProblem("write", file, error)}`;
        if (!hasFailed) session.warn(problem());
        hasFailed = true;
      }
    };
    let callOff = () => {};
    const writeAgain = () => {
      write();
      callOff = clock.wakeAt(clock.nowMs() + intervalMs, writeAgain);
    };
    writeAgain();
    return {
      label: "METRICS",
      isAside: true,
      [Symbol.asyncDispose]: () => {
        callOff();
        leave();
        write();
        return Promise.resolve();
      },
    };
  };
}
