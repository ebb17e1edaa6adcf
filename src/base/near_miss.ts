/**
 * The near miss: which known word a misspelt one probably meant.
 *
 * @module
 */

// A suggestion must not cost more than the answer that it is part of: so many candidates, and letters of a word.
const candidatesMax = 2_000;
const lettersMax = 100;

/**
 * Returns the candidate nearest to `word` if it is near enough to be worth suggesting; else the one that begins most like
 * it, as `timout` is the beginning of `timeoutMs`; else `undefined`. Looks at the first 2,000, and finds nothing for a word
 * of more than 100 letters.
 */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > lettersMax) return undefined;
  const folded = word.toLowerCase();
  // A third of the letters may differ: "exce" finds "exec", "foo" finds nothing.
  const whole = new Nearest(Math.max(1, Math.floor(word.length / 3)));
  const beginning = new Nearest(Math.floor(word.length / 5));
  let looked = 0;
  for (const candidate of candidates) {
    if (looked++ === candidatesMax) break;
    const other = candidate.toLowerCase();
    whole.offer(candidate, folded, other);
    if (whole.candidate !== undefined || word.length < 3 || folded[0] !== other[0]) continue;
    // The beginning may be longer or shorter than the word by a letter that is missing in it, or too many.
    const more = beginning.distanceMax;
    beginning.offer(
      candidate,
      folded,
      other.slice(0, Math.min(word.length + more, other.length - 1)),
      word.length - more,
    );
  }
  return whole.candidate ?? beginning.candidate;
}

/** The candidate that is nearest so far. */
class Nearest {
  candidate: string | undefined;
  readonly distanceMax: number;
  #distance: number;

  constructor(distanceMax: number) {
    this.distanceMax = distanceMax;
    this.#distance = distanceMax + 1;
  }

  /** Compares a word with another, or with each beginning of that of at least `lengthMin` letters. */
  offer(candidate: string, word: string, other: string, lengthMin = other.length): void {
    // Words without a letter in common are not near, however short they are.
    const bound = Math.min(this.#distance, Math.max(word.length, lengthMin));
    if (Math.max(lengthMin - word.length, word.length - other.length) >= bound) return;
    const distance = word === other ? 0 : editDistance(word, other, bound, lengthMin);
    if (distance < bound) [this.candidate, this.#distance] = [candidate, distance];
  }
}

/** Returns ` (did you mean "x"?)`, or an empty text when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearMiss(word, candidates);
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}

/**
 * Counts the insertions, deletions, replacements and neighbour swaps that turn `a` into a beginning of `b` of at least
 * `lengthMin` letters, the nearest; where there are `bound` or more, gives `bound` as soon as that is known.
 */
function editDistance(a: string, b: string, bound: number, lengthMin: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, replaced);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    // A swap reaches back by two rows, at the cost of one.
    if (least > bound) return bound;
    [before, previous] = [previous, current];
  }
  return Math.min(bound, ...previous.slice(lengthMin));
}
