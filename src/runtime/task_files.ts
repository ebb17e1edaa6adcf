/**
 * The port to the files of tasks: what they have written is read there, and what they are given to read is put there.
 *
 * @module
 */

/** Which end of an output is kept where all of it is too much. */
export type OutputEnd = "head" | "tail";

/** An output that is read piece by piece, also while more is being written. */
export interface OutputPieces {
  /** The next piece; `undefined` when there is none at the moment. A promise where the file system may not answer. */
  read(): Uint8Array<ArrayBuffer> | undefined | Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Gives back what was opened. */
  close(): void;
}

/** A part of an output. */
export interface OutputPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many bytes there were in all. */
  readonly size: number;
}

/** A stream on its way into a task. */
export interface Feeding {
  /** Ends it: the task does not read any more. */
  stop(): void;
}

/** The files of tasks. All paths are absolute. */
export interface TaskFiles {
  /** Follows a file as it grows. It need not be there yet. */
  follow(path: string): OutputPieces;
  /**
   * Reads a file, or its beginning or end.
   *
   * @param path The file.
   * @param bytesMax How much of it.
   * @param end Which end, where it is larger.
   * @returns The part; a promise where the file system may not answer.
   * @throws What the system has against it, and an error for what is no regular file.
   */
  read(path: string, bytesMax: number, end: OutputEnd): OutputPart | Promise<OutputPart>;
  /** Writes a file with its folder, unless it is there: a task that reads it already is not disturbed. */
  write(path: string, bytes: Uint8Array): void;
  /** Holds the stream that a job reads. */
  hold(job: string, stream: ReadableStream<Uint8Array>): void;
  /** Lets go of it, if it was not read. */
  drop(job: string): void;
  /**
   * Lets the stream of a job go into a named pipe that is made for it, as fast as it is read there.
   *
   * @param path The pipe.
   * @param job The job.
   * @param failed Is told when the stream itself fails; what has been read of it then was not all.
   * @throws If no stream is held for the job, or what the system has against it.
   */
  feed(path: string, job: string, failed: (error: unknown) => void): Feeding;
  /** How many bytes a file has; 0 if it is not there, or its file system may not answer. Never throws. */
  size(path: string): number;
  /** Gives a part of a file back to the disk, where that can be done; it reads as zeros from then on. Never throws. */
  release(path: string, from: number, count: number): void;
  /** Removes a file, if it is there. Never throws. */
  remove(path: string): void;
  /**
   * Makes a folder for files that {@linkcode close} removes.
   *
   * @param isShared Whether other machines must see it: then it is in `rootWd`.
   * @param rootWd The working directory, where it is, too, if the folder for temporary files may not be used.
   * @returns Its path; `undefined` if none may be made.
   */
  makeFolder(isShared: boolean, rootWd: string): string | undefined;
  /** Waits for what is on its way, and removes the folders that were made. */
  close(): Promise<void>;
}

/** Where there are no files. */
export const noTaskFiles: TaskFiles = {
  follow: () => ({ read: () => undefined, close: () => {} }),
  read: refuse,
  write: refuse,
  hold: () => {},
  drop: () => {},
  feed: refuse,
  size: () => 0,
  release: () => {},
  remove: () => {},
  makeFolder: () => undefined,
  close: () => Promise.resolve(),
};

function refuse(): never {
  throw new Error("there are no files here");
}
