import fc from "../../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { literalText } from "../../../src/job/literal_text.ts";
import { launchVariables, substitute } from "../../../src/job/variables.ts";
import { parseJob } from "../../../src/job/parse.ts";

const plain = parseJob({ name: "plain", execution: { exec: "date" } }, {});

Deno.test("literalText() survives the substitution of variables, whatever is in it", () => {
  const known = launchVariables({ job: plain, offset: 0, rootWd: "/root", allocation: { nodes: [] } });
  const pieces = fc.constantFrom("$", "$$", "{", "}", "${it}", "${ncores}", "{nlist}", "a", "\\", "${HOME}", "$$${it}");
  fc.assert(
    fc.property(fc.array(pieces).map((parts) => parts.join("")), (text) => {
      assertEquals(substitute(literalText(text), known), text);
    }),
    { numRuns: 2000 },
  );
});
