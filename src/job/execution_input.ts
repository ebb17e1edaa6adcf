/**
 * The type of a job's `execution` as users write it.
 *
 * @module
 */

import type { Absent, Scalar } from "./json.ts";

/** What runs: a program, or a script. */
export type ExecutionInput = ProgramInput | ScriptInput;

/** A program with its arguments. No shell reads them: each arrives as it is. */
export interface ProgramInput extends ExecutionSettings {
  /** A name that is looked up on the PATH, or a path, relative to the task's `wd`. */
  readonly exec: string;
  /**
   * The arguments. What is no text is written as JavaScript does (`true`, `null`); in request files and templates, as
   * Python does (`True`, `None`).
   *
   * @default {[]}
   */
  readonly args?: readonly Scalar[] | Absent;
  /** Not beside `exec`. */
  readonly script?: Absent;
}

/** A script for bash, run in a login shell (`bash -l -c`) unless `login` is `false`. */
export interface ScriptInput extends ExecutionSettings {
  /** The text of the script. */
  readonly script: string;
  /** Not beside `script`. */
  readonly exec?: Absent;
  /** Not beside `script`: write the arguments into it. */
  readonly args?: readonly [] | Absent;
}

/** How a program or a script is run. */
export interface ExecutionSettings {
  /**
   * Variables by name that are added to the environment of the task.
   *
   * @default {{}}
   */
  readonly env?: Readonly<Record<string, string | number>> | Absent;
  /**
   * The working directory, relative to that of the executor; created when missing.
   *
   * @default {the working directory of the executor}
   */
  readonly wd?: string | Absent;
  /**
   * What to read: a file by its path, relative to `wd`; a text or bytes; the output of another job; or a stream.
   *
   * @default {nothing: the null device}
   */
  readonly stdin?: string | StdinInput | Absent;
  /**
   * The file to write, relative to `wd`; created with its folder when missing, emptied when the task starts. With
   * `{ path, append: true }` it is added to instead.
   *
   * @default {no file; the end of it is kept if the task does not succeed}
   */
  readonly stdout?: string | OutputInput | Absent;
  /**
   * As `stdout`, for the standard error. The same text for both makes them share the file.
   *
   * @default {no file; the end of it is kept if the task does not succeed}
   */
  readonly stderr?: string | OutputInput | Absent;
  /**
   * Environment modules that a login shell loads first; an empty list means the login shell alone.
   *
   * @default {none, and no login shell}
   */
  readonly modules?: string | readonly string[] | Absent;
  /** The folder of a Python virtual environment that is activated first. */
  readonly venv?: string | Absent;
  /**
   * Whether the shell of a script, of modules or of a virtual environment is a login shell, which reads your profile
   * first. That takes as long as the profile takes, for each task.
   *
   * @default {true, or what the option `login` of the executor says}
   */
  readonly login?: boolean | Absent;
  /**
   * How a program of several cores is started: as it is; with `OMP_NUM_THREADS` (`"threads"`); by `mpirun` of Open MPI or
   * Intel MPI, one process for each core; by `srun`, in a Slurm allocation only.
   *
   * @default {"default"}
   */
  readonly model?: "default" | "threads" | "openmpi" | "intelmpi" | "srunmpi" | Absent;
  /** Options of the model. */
  readonly model_opts?: ModelOptionsInput | Absent;
}

/**
 * What a task reads that is no file of yours. A stream is read as far as the task reads it, and only once: such a job
 * has no iterations, is not tried again, and does not survive the program that submitted it.
 */
export type StdinInput = TextInput | BytesInput | Base64Input | SourceInput | ReadableStream<Uint8Array>;

/** A text to read. */
export interface TextInput {
  /** The text, as it is: variables in it are not filled in. */
  readonly text: string;
}

/** Bytes to read. */
export interface BytesInput {
  /** The bytes; they are copied. */
  readonly bytes: Uint8Array;
}

/** Bytes to read, as JSON can hold them. */
export interface Base64Input {
  /** The bytes in base64. */
  readonly base64: string;
}

/** The standard output of another job to read, as soon as that has succeeded. No shell is involved. */
export interface SourceInput {
  /**
   * The job, or one iteration of it: `"job"`, `"job:3"`; `"job:${it}"` for the iteration of the same index. It need not be
   * among the dependencies. Its output must be in a file (`stdout`) or captured; in one submit that is seen to.
   */
  readonly from: string;
}

/** Options of a parallel launch model. */
export interface ModelOptionsInput {
  /**
   * The launcher of `openmpi` and `intelmpi`.
   *
   * @default {"mpirun"}
   */
  readonly mpirun?: string | Absent;
  /**
   * Further arguments of it.
   *
   * @default {[]}
   */
  readonly mpirun_args?: readonly Scalar[] | Absent;
  /**
   * Further arguments of `srun`, for `srunmpi`.
   *
   * @default {[]}
   */
  readonly srun_args?: readonly Scalar[] | Absent;
}

/** A file for an output. */
export interface OutputInput {
  /** The file, relative to `wd`. */
  readonly path: string;
  /**
   * Whether what it holds already stays. `text()` of a future and its kind give all that the file holds then.
   *
   * @default {false}
   */
  readonly append?: boolean | Absent;
}
