import "../support/empty_home.ts";
import fc, { anyCharacter } from "../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
import { Scratch } from "./support/scratch.ts";

/** Text that breaks what splices: quotes, dollars, braces, newlines, backslashes, leading dashes, odd letters. */
const hostile = fc.oneof(
  fc.string({ unit: anyCharacter }).filter((text) => !text.includes("\0") && text.isWellFormed()),
  fc.string({ unit: fc.constantFrom("'", '"', "$", "{", "}", "\\", "\n", "\t", "`", "-", " ", "*", "é", "𝄞") }),
  fc.constantFrom("${name}", "$name", "$$", "'; rm -rf x; '", '", "x": "', "-rf", "", "%s%n", "${other}", "\\'"),
);

// A run-time variable that is known is filled in, wherever it came from: that is its purpose.
const known = /\$\{(root_wd|ncores|nnodes|nlist|it|itval|rcnt|uniq|sname|date|time|dateTime|jname)\}/;

Deno.test("Whatever goes into BasicTemplate comes out in the program's argv, byte for byte", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const lists = fc.array(hostile.filter((text) => !known.test(text)), { maxLength: 6 });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(lists, async (values) => {
      const name = `t${count++}`;
      // printf writes nothing of its own here, not even for no value, and ends each with a NUL.
      const args = ["-c", 'for a in "$@"; do printf "%s\\0" "$a"; done', "sh", ...values];
      const future = executor.submit(BasicTemplate.template, { name, exec: "sh", args, stdout: name });
      assertEquals(await future.result(), { [name]: "SUCCEED" });
      assertEquals(scratch.read(name), values.map((value) => `${value}\0`).join(""));
    }),
    { numRuns: 300 },
  );
});

Deno.test("Hostile names of output files stay files", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  for (const [i, stdout] of ["a b", "'q'", "$HOME", "-x", "a\nb", "*", '"', "sub dir/ünïcode"].entries()) {
    const future = executor.submit(BasicTemplate.template, { name: `t${i}`, exec: "echo", args: ["hi"], stdout });
    assertEquals(await future.result(), { [`t${i}`]: "SUCCEED" });
    assertEquals(scratch.read(stdout), "hi\n");
  }
});
