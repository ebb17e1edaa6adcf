/**
 * From bytes that come in pieces to lines of text.
 *
 * @module
 */

/** Longer lines are not kept. */
const lineBytesMax: number = 64 * 1024 * 1024;

/** A line, or what is wrong with it. */
export type Line = { readonly text: string } | { readonly problem: string };

/**
 * Splits a stream into lines. A last one without a line feed counts too.
 *
 * @param pieces The bytes.
 * @param bytesMax Lines longer than this are told as a problem and passed over.
 */
export async function* readLines(
  pieces: AsyncIterable<Uint8Array>,
  bytesMax: number = lineBytesMax,
): AsyncGenerator<Line, void, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array) => {
    length += part.length;
    if (length <= bytesMax) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const line = length > bytesMax ? { problem: `the line is longer than ${bytesMax} bytes` } : decode(parts);
    parts = [];
    length = 0;
    return line;
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      take(piece.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    if (start < piece.length) take(piece.slice(start));
  }
  if (length > 0) yield finish();
}

function decode(parts: readonly Uint8Array[]): Line {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return { text: parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode() };
  } catch {
    return { problem: "the line is not UTF-8 text" };
  }
}
