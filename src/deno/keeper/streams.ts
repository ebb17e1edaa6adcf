/**
 * Opens the streams of a task, so that no open ever holds up the keeper: what waits for others is left to the task's
 * own process, see `late_streams.ts`.
 *
 * @module
 */

import type { LaunchPlan, OutputName } from "../../launch/plan.ts";
import { isRemote } from "../host/remote_paths.ts";
import { nameError } from "../local/error_names.ts";
import type { LaunchFault, LaunchStep } from "../local/launch_failure.ts";
import { bothLate, findLate, type LateStart } from "../local/late_streams.ts";
import type { HeldLaunch } from "../local/native/held_launch.ts";
import { descriptorOf, ownDescriptor } from "../local/own_descriptor.ts";
import type { TaskOutputs } from "../local/task_outputs.ts";
import type { Kernel } from "./kernel.ts";
import { fifoType, openFlags } from "../local/native/file_numbers.ts";

/** The open streams of a task. */
export interface OpenStreams {
  /** Descriptors of the three streams, and of what is reported by where something is late. */
  readonly descriptors: readonly number[];
  /** Those of them that are the task's own. */
  readonly opened: readonly number[];
  /** What the task's process must do before the program begins, and where it is read what of that failed. */
  readonly late?: LateStart & { readonly report: number };
}

/** Opens and closes streams. */
export class Streams {
  readonly #kernel: Kernel;
  readonly #nullInput: number;
  /** Descriptor of the null device, for writing. */
  readonly nullOutput: number;

  /** Opens the null device once and for all. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#nullInput = kernel.open("/dev/null", openFlags.read);
    this.nullOutput = kernel.open("/dev/null", openFlags.write);
  }

  /**
   * Opens the streams of a plan whose program is `file`, but for those that are spooled or held. Nothing stays open when
   * one cannot be opened.
   *
   * @param held What is open of them, which its opener keeps.
   */
  open(plan: LaunchPlan, file: string, spooled: TaskOutputs, held?: HeldLaunch): OpenStreams | LaunchFault {
    const { stdin, stdout, stderr } = plan;
    const isPipe = (path: string) => this.#kernel.typeOf(path) === fifoType;
    const own = findLate(plan, file, { isPipe, isRemote: held === undefined ? isRemote : () => false });
    const opened: number[] = [];
    let fault: LaunchFault | undefined;
    const open = (path: string | undefined, step: LaunchStep, isLate: boolean): number => {
      if (path === undefined || fault !== undefined || isLate) {
        return step === "stdin" ? this.#nullInput : spooled[step as OutputName]?.descriptor ?? this.nullOutput;
      }
      const isAdded = plan.append?.includes(step as OutputName) ?? false;
      const descriptor = this.#open(path, step, isAdded);
      if (descriptor < 0) fault = { step, code: nameError(-descriptor) };
      else opened.push(descriptor);
      return descriptor;
    };
    const isLate = (index: 0 | 1 | 2) => own !== undefined && own.streams[index] !== "";
    const input = open(stdin, "stdin", isLate(0));
    const output = open(stdout, "stdout", isLate(1));
    const errors = stderr !== undefined && stderr === stdout ? output : open(stderr, "stderr", isLate(2));
    const late = bothLate(own, held?.late);
    const report = fault === undefined && late !== undefined ? this.#kernel.pipe() : undefined;
    if (late !== undefined && report === undefined) fault ??= { step: "program", code: "EMFILE" };
    if (fault === undefined) {
      const streams = held?.streams ?? {};
      const descriptors = [streams.stdin ?? input, streams.stdout ?? output, streams.stderr ?? errors];
      if (late === undefined) return { descriptors, opened };
      descriptors.push(report![1]);
      opened.push(report![1]);
      return { descriptors, opened, late: { ...late, report: report![0] } };
    }
    for (const descriptor of opened) this.#kernel.close(descriptor);
    return fault;
  }

  /** Closes what {@linkcode open} opened, but for the end of a report that is read. */
  close({ opened }: OpenStreams): void {
    for (const descriptor of opened) this.#kernel.close(descriptor);
  }

  #open(path: string, step: LaunchStep, isAdded: boolean): number {
    const { read, write, create, truncate, append, noTerminal, nonblock } = openFlags;
    // What goes where our own output goes stands behind it.
    const creating = write | create | (isAdded ? append : truncate);
    const writing = ownDescriptor(path) === undefined ? creating : write | append;
    const flags = step === "stdin" ? read : writing;
    // Without waiting, whatever it has become since the look at its type.
    const descriptor = this.#kernel.open(descriptorOf(Deno.ppid, path), flags | noTerminal | nonblock);
    if (descriptor >= 0) this.#kernel.setNonblocking(descriptor, false, flags & append);
    return descriptor;
  }
}
