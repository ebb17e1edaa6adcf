/**
 * Paths that name a descriptor of their opener, such as `/dev/stdout`: for a task those of the program that runs it,
 * as that is who would open its files without a launcher of ours between them.
 *
 * @module
 */

const standardStreams = ["stdin", "stdout", "stderr"];

/** The number of the descriptor that a path names; `undefined` for all other paths. */
export function ownDescriptor(path: string): number | undefined {
  const stream = standardStreams.indexOf(/^\/dev\/(std\w+)$/.exec(path)?.[1] ?? "");
  if (stream >= 0) return stream;
  const number = /^\/(?:dev|proc\/(?:self|thread-self))\/fd\/([0-9]{1,9})$/.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The length of a path that {@linkcode descriptorOf} gives, at most. */
export const descriptorPathMax = 32;

/** A path by which other processes reach the descriptor of a process that a path names; any other path as it is. */
export function descriptorOf(process: number, path: string): string {
  const number = ownDescriptor(path);
  return number === undefined ? path : `/proc/${process}/fd/${number}`;
}
