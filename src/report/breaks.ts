/**
 * The breaks of a run: from the last word of one pilot to the beginning of the next, which went on with its records. As no
 * task outlives its pilot, and nobody has the cores then, this is nobody's idle time: no figure counts it.
 *
 * @module
 */

import type { Event } from "../core/types.ts";

/** A time in which no pilot had a run, in milliseconds since the epoch. */
export interface RunBreak {
  /** When the last event of the earlier pilot happened. */
  readonly fromMs: number;
  /** When the next pilot began. */
  readonly toMs: number;
}

/** A time, in any unit. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The part of a header that tells when the pilot began which wrote it. */
interface PilotHeader {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Finds the breaks of a run while its journal is read. */
export class BreakFinder {
  readonly #found: RunBreak[] = [];
  #begunMs: unknown;
  #lastAtMs: number | undefined;

  /** The breaks so far, in order. */
  get found(): readonly RunBreak[] {
    return this.#found;
  }

  /**
   * Looks at the newest header that was read. Copies of it that the same pilot has written change nothing.
   *
   * @returns The break that has just ended with it, if one has.
   */
  look(header: PilotHeader | undefined): RunBreak | undefined {
    const begunMs = header?.metadata["pilotBegunMs"];
    if (begunMs === undefined || begunMs === this.#begunMs) return undefined;
    this.#begunMs = begunMs;
    const fromMs = this.#lastAtMs;
    if (fromMs === undefined || typeof begunMs !== "number" || begunMs <= fromMs) return undefined;
    const one = { fromMs, toMs: begunMs };
    this.#found.push(one);
    return one;
  }

  /** Takes in one event. */
  apply({ atMs }: Event): void {
    this.#lastAtMs = Math.max(this.#lastAtMs ?? atMs, atMs);
  }
}

/** How much of a time is breaks. */
export function breakTime(breaks: readonly Span[], from: number, to: number): number {
  let sum = 0;
  for (const one of breaks) sum += Math.max(0, Math.min(to, one.to) - Math.max(from, one.from));
  return sum;
}

/** How long something lasted, without the breaks in it; never less than nothing. */
export function timeBetween(breaks: readonly Span[], from: number, to: number): number {
  return to <= from ? 0 : to - from - breakTime(breaks, from, to);
}

/** How long a run has been going, or went, in milliseconds: the breaks in it do not count. */
export function elapsedTime(breaks: readonly RunBreak[] | undefined, fromMs: number, untilMs: number): number {
  return timeBetween(spansOf(breaks), fromMs, untilMs);
}

/** How long no pilot had a run, in milliseconds. */
export function breakLength(breaks: readonly RunBreak[] | undefined): number {
  return breakTime(spansOf(breaks), -Infinity, Infinity);
}

function spansOf(breaks: readonly RunBreak[] = []): Span[] {
  return breaks.map(({ fromMs, toMs }) => ({ from: fromMs, to: toMs }));
}

/** The parts of a time that lie between breaks, in order. */
export function* betweenBreaks(breaks: readonly Span[], from: number, to: number): Generator<Span, void, void> {
  let begin = from;
  for (const one of breaks) {
    if (one.to <= begin) continue;
    if (one.from >= to) break;
    if (one.from > begin) yield { from: begin, to: one.from };
    begin = one.to;
  }
  if (to > begin) yield { from: begin, to };
}
