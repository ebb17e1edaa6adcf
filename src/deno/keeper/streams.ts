/**
 * Opens the streams of a task, so that no open ever holds up the keeper.
 *
 * Nothing is opened that waits for somebody: a named pipe is left to the task's own process, which is a shell until its
 * streams are open and then becomes the program. So it may wait as long as it likes, has the tag of its task, counts as
 * running, and ends at a stop or its time limit.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import { nameError } from "../local/error_names.ts";
import type { LaunchFault, LaunchStep } from "../local/launch_failure.ts";
import { descriptorOf, ownDescriptor } from "../local/own_descriptor.ts";
import type { Kernel } from "./kernel.ts";
import { fifoType, openFlags } from "./kernel_numbers.ts";

/** The open streams of a task. */
export interface OpenStreams {
  /** Descriptors of the three streams. */
  readonly descriptors: readonly [number, number, number];
  /** Named pipes that a shell must open before the program begins, by stream; empty for the other streams. */
  readonly late: readonly string[];
}

/** Opens in the order of its arguments, then becomes the program. An empty name is a stream that is open already. */
const lateScript = `if [ -n "$1" ]; then exec <"$1" || exit 126; fi
if [ -n "$2" ]; then exec >"$2" || exit 126; fi
if [ "$3" = "$2" ] && [ -n "$3" ]; then exec 2>&1; elif [ -n "$3" ]; then exec 2>"$3" || exit 126; fi
shift 3
exec "$@"`;

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

  /** Opens the streams of a plan. Nothing stays open when one cannot be opened. */
  open(plan: LaunchPlan): OpenStreams | LaunchFault {
    const { stdin, stdout, stderr } = plan;
    const opened: number[] = [];
    const late: string[] = [];
    let fault: LaunchFault | undefined;
    const open = (path: string | undefined, step: LaunchStep): number => {
      const unused = step === "stdin" ? this.#nullInput : this.nullOutput;
      // The other end of a descriptor of our own is there already, and nobody else can open it.
      const isLate = path !== undefined && ownDescriptor(path) === undefined && this.#kernel.typeOf(path) === fifoType;
      late.push(isLate ? path : "");
      if (path === undefined || fault !== undefined || isLate) return unused;
      const descriptor = this.#open(path, step);
      if (descriptor < 0) fault = { step, code: nameError(-descriptor) };
      else opened.push(descriptor);
      return descriptor;
    };
    const [input, output] = [open(stdin, "stdin"), open(stdout, "stdout")];
    let errors = output;
    if (stderr === undefined || stderr !== stdout) errors = open(stderr, "stderr");
    else late.push(late[1]!);
    if (fault === undefined) return { descriptors: [input, output, errors], late };
    for (const descriptor of opened) this.#kernel.close(descriptor);
    return fault;
  }

  /** Closes what {@linkcode open} opened. */
  close({ descriptors }: OpenStreams): void {
    for (const descriptor of new Set(descriptors)) {
      if (descriptor !== this.#nullInput && descriptor !== this.nullOutput) this.#kernel.close(descriptor);
    }
  }

  #open(path: string, step: LaunchStep): number {
    const { read, write, create, truncate, append, noTerminal, nonblock } = openFlags;
    // What goes where our own output goes stands behind it.
    const writing = ownDescriptor(path) === undefined ? write | create | truncate : write | append;
    const flags = step === "stdin" ? read : writing;
    // Without waiting, whatever it has become since the look at its type.
    const descriptor = this.#kernel.open(descriptorOf(Deno.ppid, path), flags | noTerminal | nonblock);
    if (descriptor >= 0) this.#kernel.setNonblocking(descriptor, false, flags & append);
    return descriptor;
  }
}

/** The arguments of the shell that opens what was left to it, and then becomes the program. */
export function lateArgs({ late }: OpenStreams, file: string, args: readonly string[]): string[] {
  return ["-c", lateScript, "sh", ...late, file, ...args];
}
