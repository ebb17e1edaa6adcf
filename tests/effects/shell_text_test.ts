/**
 * Values in texts that real shells read: each arrives as it is, wherever its placeholder stands, and none is ever run.
 *
 * @module
 */

import "../support/empty_home.ts";
import fc, { anyCharacter } from "../support/seeded_check.ts";
import { assert, assertEquals } from "@std/assert";
import { fillCommandWords, parseCommandWords } from "../../src/job/command_words.ts";
import { ShellTextProblem } from "../../src/job/shell_reader.ts";
import { encodeText } from "../../src/base/byte_text.ts";

const shells = ["bash", "dash"].filter((shell) => {
  try {
    return new Deno.Command(shell, { args: ["-c", "true"] }).outputSync().success;
  } catch {
    return false;
  }
});

/** What a shell writes that reads the text as its input. */
function run(shell: string, text: string, cwd?: string): Uint8Array {
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(file, encodeText(text));
    const args = ["-c", `. "$1"`, shell, file];
    return new Deno.Command(shell, { args, ...(cwd === undefined ? {} : { cwd }), stdin: "null" }).outputSync().stdout;
  } finally {
    Deno.removeSync(file);
  }
}

function fill(text: string, value: string): string {
  return fillCommandWords(parseCommandWords([text], { shell: "sh" }), [value], { number: 1 }).at(-1)!;
}

/** Lines in which the value is printed, and what else is printed around it. */
const lines: readonly [text: string, before: string, after: string][] = [
  ["printf '%s\\0' {}", "", ""],
  ["printf '%s\\0' a{}b", "a", "b"],
  [`printf '%s\\0' "a {} b"`, "a ", " b"],
  ["printf '%s\\0' 'a {} b'", "a ", " b"],
  [`printf '%s\\0' "a'{}'b"`, "a'", "'b"],
  [`printf '%s\\0' 'a"{}"b'`, 'a"', '"b'],
  [`printf '%s\\0' "\\"{}\\\\"`, '"', "\\"],
  [`printf '%s\\0' "$(printf '%s.' {})"`, "", "."],
  [`printf '%s\\0' "$(printf '%s.' "{}")$((1 + 1))"`, "", ".2"],
  [`v={}; printf '%s\\0' "$v"`, "", ""],
  ["(printf '%s\\0' {})", "", ""],
  ["case {} in *) printf '%s\\0' {};; esac", "", ""],
  ["# don't\nif true; then printf '%s\\0' {}; fi", "", ""],
  ["printf '%s\\0' ${NOTHING:+x}{} # it's", "", ""],
  ["printf '%s\\0' \\{{}\\}", "{", "}"],
  ["f() { printf '%s\\0' {}; }; f x", "", ""],
  ["printf '%s\\0' {} | cat", "", ""],
];

const hostile = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.constantFrom(..."'\"\\$`(){};&|<>#*?[]~! \n\t-=a", "\udcff", "é") }),
  fc.constantFrom("$(exit 3)", "'; exit 3; '", '"; exit 3; "', "`exit 3`", "-n", "\\", "$'\\n'", "!!", "~", "{a,b}"),
).filter((value) => !value.includes("\0") && encodeText(value).length > 0);

for (const shell of shells) {
  Deno.test(`fillCommandWords() quotes any value for ${shell} wherever it stands`, () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const text = lines.map(([line]) => fill(line, value)).join("\n");
        const wanted = lines.map(([, before, after]) => `${before}${value}${after}\0`).join("");
        assertEquals(run(shell, text), encodeText(wanted));
      }),
      { numRuns: 100 },
    );
  });
}

/** Of these a text is made that may mean anything to a shell. */
const tokens = [
  ..."'\"\\$(){}`#;|&<\n ",
  ...["$(", "$((", "))", "${", "<<", "<<<", "$'", "((", "x", "x ", " {} ", " {} ", "{}", "{}", "case x in x) ", "esac"],
  ...["[[ ", " ]]", "echo ", 'echo "', "echo '", "if true; then ", "fi;", " #", "E\n", "\\\n", "eval ", "sh -c ", "&&"],
];
const intruders = [
  ..."'\"`;\n)}(".split("").map((end) => `${end} touch PWNED ${end}`),
  ...[
    "$(touch PWNED)",
    "'\"; touch PWNED;\"'",
    "\n;touch PWNED\n#",
    "\\",
    "x[$(touch PWNED)]",
    "*/touch PWNED/*",
    "E\ntouch PWNED\n",
  ],
];

for (const shell of shells) {
  Deno.test(`parseCommandWords() refuses a text, or ${shell} does not run what is in a value`, () => {
    const folder = Deno.makeTempDirSync();
    let filled = 0;
    try {
      const text = fc.array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 12 }).map((all) => all.join(""));
      fc.assert(
        fc.property(text, fc.constantFrom(...intruders), (text, value) => {
          try {
            run(shell, fill(text, value), folder);
            filled++;
          } catch (error) {
            if (!(error instanceof ShellTextProblem)) throw error;
          }
          const found = [...Deno.readDirSync(folder)].map(({ name }) => name);
          for (const name of found) Deno.removeSync(`${folder}/${name}`, { recursive: true });
          assertEquals(found.filter((name) => name === "PWNED"), []);
        }),
        { numRuns: Number(Deno.env.get("SHELL_TEXT_RUNS") ?? 200) },
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
    // Of 200 texts some 40 to 55 are taken; with next to none this would prove nothing.
    assert(filled > 20, `only ${filled} texts were taken`);
  });
}
