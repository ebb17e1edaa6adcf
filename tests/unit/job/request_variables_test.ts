/**
 * Variables of request files, against a plain reading of Python's templates.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { fillRequestText, readRequestText } from "../../../src/job/request_variables.ts";
import { substitute, type Variables } from "../../../src/job/variables.ts";

const submit = new Map([["rcnt", "12"], ["jname", "tj"]]);
const launch = new Map([["it", "7"], ["ncores", "4"]]);
const launchNames = new Set(launch.keys());

/** What the program sees. */
const seen = (text: string) => substitute(readRequestText(text, submit, launchNames), launch);

/** One pass of `string.Template.safe_substitute`. */
const pythonPass = (text: string, variables: Variables) =>
  text.replace(
    /\$(?:(\$)|([_a-z]\w*)|\{([_a-z]\w*)\})/gi,
    (all, dollar, bare, braced) => dollar ?? variables.get(bare ?? braced) ?? all,
  );

Deno.test("readRequestText() reads what request files hold", () => {
  const cases: readonly [text: string, program: string][] = [
    ["w$it", "w7"],
    ["w${it}", "w7"],
    ["w$${it}", "w7"],
    ["w$$it", "w7"],
    ["$it.$ncores", "7.4"],
    ["$items", "$items"],
    ["$item_${it}", "$item_7"],
    ["echo $$V", "echo $V"],
    ["echo $$$$", "echo $"],
    ["echo $$$$$$$$", "echo $$"],
    ["$$$$it", "$it"],
    ["$$$${it}", "${it}"],
    ["$$$$$$$${it}", "$${it}"],
    ["$$$$$it", "$7"],
    ["$HOME ${PATH} $1 $? $(date) ${it:-0}", "$HOME ${PATH} $1 $? $(date) ${it:-0}"],
    ["$rcnt-${jname}-$$jname", "12-tj-$jname"],
    ["a$", "a$"],
    ["", ""],
  ];
  for (const [text, program] of cases) assertEquals(seen(text), program, text);
});

Deno.test("readRequestText() gives what two passes of Python's templates give", () => {
  const piece = fc.constantFrom(
    "$",
    "{",
    "}",
    "it",
    "ncores",
    "rcnt",
    "jname",
    "V",
    "_",
    " ",
    "é",
    "$it",
    "${it}",
    "$$",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join("");
      // Values that no name can go on with: there QCG-PilotJob reads "$it$rcnt" as the name "it12".
      const values = new Map([["rcnt", "<12>"], ["jname", "<tj>"]]);
      const program = substitute(readRequestText(text, values, launchNames), launch);
      assertEquals(program, pythonPass(pythonPass(text, values), launch), text);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("fillRequestText() is one pass of Python's templates", () => {
  assertEquals(fillRequestText("$$${rcnt} $it $$it", submit), "$12 $it $it");
});

Deno.test("readRequestText() never scans an inserted value again", () => {
  const values = new Map([["jname", "$it ${it} $$"], ["rcnt", "12"]]);
  const text = readRequestText("$jname|$it$rcnt", values, launchNames);
  assertEquals(substitute(text, launch), "$it ${it} $$|712");
});
