/**
 * The near miss: which known word a misspelt one probably meant.
 *
 * @module
 */

/** How many candidates are looked at: a suggestion must not cost more than the answer that it is part of. */
const candidatesMax = 10_000;

/**
 * Returns the candidate nearest to `word` if it is near enough to be worth suggesting, else `undefined`. Looks at the
 * first 10,000.
 */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
  // A third of the letters may differ: "exce" finds "exec", "foo" finds nothing.
  const distanceMax = Math.max(1, Math.floor(word.length / 3));
  const folded = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = distanceMax + 1;
  let looked = 0;
  for (const candidate of candidates) {
    if (looked++ === candidatesMax) break;
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = candidate.toLowerCase() === folded ? 0 : editDistance(folded, candidate.toLowerCase());
    // Words without a letter in common are not near, however short they are.
    if (distance < Math.min(bestDistance, Math.max(word.length, candidate.length))) {
      [best, bestDistance] = [candidate, distance];
    }
  }
  return best;
}

/** Returns ` (did you mean "x"?)`, or an empty text when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearMiss(word, candidates);
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}

/** Counts the insertions, deletions, replacements and neighbour swaps that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, replaced);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      current.push(cost);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
