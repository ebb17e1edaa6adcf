import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { shellQuote } from "../../../src/base/shell_quote.ts";
import { SplitProblem, splitWords } from "../../../src/job/split_words.ts";

Deno.test("splitWords() reads blanks, quotes and backslashes as a POSIX shell does", () => {
  const lines: [line: string, words: string[]][] = [
    ["echo", ["echo"]],
    ["  a\tb  c ", ["a", "b", "c"]],
    [`a 'b c' "d e"`, ["a", "b c", "d e"]],
    [`a'b'"c"\\d`, ["abcd"]],
    [`a '' ""`, ["a", "", ""]],
    [`a\\ b`, ["a b"]],
    [`a \\\n b`, ["a", "b"]],
    [`"a\\\nb"`, ["ab"]],
    [`"\\"\\$x\\\\\\n"`, ['"$x\\\\n']],
    [`'$HOME | *'`, ["$HOME | *"]],
    [`a~b c#d`, ["a~b", "c#d"]],
    [`cost 5$ "5$" $`, ["cost", "5$", "5$", "$"]],
    [`x \${it} "\${itval}.png" '\${it}'`, ["x", "${it}", "${itval}.png", "${it}"]],
    [`awk '{print $1}' {} {.}`, ["awk", "{print $1}", "{}", "{.}"]],
    ["echo a\n", ["echo", "a"]],
    [`a b=c`, ["a", "b=c"]],
  ];
  for (const [line, words] of lines) assertEquals(splitWords(line), words, line);
});

Deno.test("splitWords() undoes shellQuote(), whatever is in the words", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: anyCharacter }), { minLength: 1 }), (words) => {
      const line = ["x", ...words].map((word) => shellQuote(word)).join(" ");
      assertEquals(splitWords(line), ["x", ...words]);
    }),
  );
});

const refused: [line: string, told: string, offset: number][] = [
  ["a | b", '"|" would be a pipe', 2],
  ["a > b", '">" would be a redirection', 2],
  ["a < b", '"<" would be a redirection', 2],
  ["a; b", '";" would be a further command', 1],
  ["a & b", '"&" would be the background', 2],
  ["a\nb", "a line end would be a further command", 1],
  ["a `b`", '"`" would be a command substitution', 2],
  ['a "`b`"', '"`" would be a command substitution', 3],
  ["a $(b)", '"$(" would be a command substitution', 2],
  ['a "$(b)"', '"$(" would be a command substitution', 3],
  ["a $HOME", '"$HOME" would be a variable', 2],
  ['a "${HOME}"', '"${HOME}" would be a variable', 3],
  ["a $?", '"$" would be a variable', 2],
  ["a $'b'", "would be a quote of another kind", 2],
  ["a *.tif", '"*" would be a pattern', 2],
  ["(a)", '"(" would be a subshell', 0],
  ["~/bin/a", '"~" would be a home directory', 0],
  ["a #b", '"#" would be a comment', 2],
  ["A=1 b", '"A=…" would set a variable', 0],
  ["a 'b", "a single quote is not closed", 2],
  ['a "b', "a double quote is not closed", 2],
  ["a \\", "a backslash stands at the end", 2],
  ["  ", "has no word", 0],
];

for (const [line, told, offset] of refused) {
  Deno.test(`splitWords() refuses ${JSON.stringify(line)} and says where`, () => {
    const problem = assertThrows(() => splitWords(line), SplitProblem);
    assertStringIncludes(problem.message, told);
    assertEquals(problem.offset, offset);
  });
}
