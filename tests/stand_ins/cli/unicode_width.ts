/**
 * How many places of a terminal a text takes. The real package looks characters up in a table; here the wide ones are
 * told by their script, which is the same but for rare symbols.
 *
 * @module
 */

/** Takes no place: combining marks, what only steers the layout, and control characters. */
const none = /^[\p{Mn}\p{Me}\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]$/u;
/** Takes two places: by script, by block, or as a picture. */
const wide = new RegExp(
  `[${
    [
      ...["Han", "Hiragana", "Katakana", "Bopomofo", "Yi"].map((script) => `\\p{Script=${script}}`),
      "\\p{Emoji_Presentation}",
      "\\u1100-\\u115f\\uac00-\\ud7a3\\u3000-\\u303e\\u30fc\\u3105-\\u33ff",
      "\\ufe30-\\ufe6b\\uff01-\\uff60\\uffe0-\\uffe6",
    ].join("")
  }]`,
  "u",
);
/** Of these scripts, but one place: halfwidth letters, and letters that stand for regions. */
const narrow = /^[\uff61-\uffdc\u{1f1e6}-\u{1f1ff}]$/u;

/** Adds up the places that the characters of a text take, each by itself. */
export function unicodeWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!none.test(character)) width += wide.test(character) && !narrow.test(character) ? 2 : 1;
  }
  return width;
}
