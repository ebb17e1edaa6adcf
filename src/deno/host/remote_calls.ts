/**
 * Calls on file systems that may not answer. Each keeps a thread of the program until it is answered, so they are
 * counted.
 *
 * @module
 */

let underWay = 0;

/** How many calls on file systems that may not answer are under way in this program. */
export function remoteCallsUnderWay(): number {
  return underWay;
}

/** Makes such a call, which counts until it is answered. */
export async function remoteCall<T>(call: () => Promise<T>): Promise<T> {
  underWay++;
  try {
    return await call();
  } finally {
    underWay--;
  }
}
