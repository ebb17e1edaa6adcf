/**
 * Shows how two values differ, line by line.
 *
 * @module
 */

// The table below costs the product of the two lengths; longer texts are shown one after the other.
const linesMax = 500;

/** Prints a value as the assertions' messages show it. */
export function format(value: unknown): string {
  return Deno.inspect(value, { depth: 50, sorted: true, trailingComma: true, compact: false, iterableLimit: 1000 });
}

/** Returns the lines of both values: `-` for what only the actual one has, `+` for what only the expected one has. */
export function difference(actual: unknown, expected: unknown): string {
  const bothTexts = typeof actual === "string" && typeof expected === "string";
  const show = (value: unknown): string[] => (bothTexts ? String(value) : format(value)).split("\n");
  const [before, after] = [show(actual), show(expected)];
  const tooLong = before.length > linesMax || after.length > linesMax;
  const lines = tooLong ? [...marked("-", before), ...marked("+", after)] : mergeLines(before, after);
  return ["    [Diff] Actual (-) / Expected (+)", "", ...lines].join("\n");
}

function marked(mark: string, lines: string[]): string[] {
  return lines.map((line) => `${mark}   ${line}`);
}

function mergeLines(before: string[], after: string[]): string[] {
  const common = commonLengths(before, after);
  const merged: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      merged.push(`    ${before[i]}`);
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      merged.push(`-   ${before[i++]}`);
    } else {
      merged.push(`+   ${after[j++]}`);
    }
  }
  return merged;
}

/** Cell `[i][j]`: the length of the longest common subsequence of what follows line i and line j. */
function commonLengths(before: string[], after: string[]): number[][] {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      table[i]![j] = before[i] === after[j]
        ? table[i + 1]![j + 1]! + 1
        : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}
