/**
 * `qcgpj each` with names that are no UTF-8: they reach the program as they are, however they come, or nothing runs. A
 * program such as `rm` must never get another name.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { shell } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

/** Makes a file whose name is Latin-1, one with the name that a careless program makes of it, and lists of them. */
const prepare = `name=$'caf\\xe9 .txt'; other=$'caf\\xef\\xbf\\xbd .txt'; mkdir d; printf 'right\\n' > "d/$name"
printf 'wrong\\n' > "d/$other"; printf '%s\\n' "$name" > lines; printf '%s\\0' "$name" > nuls; cd d; `;

const ways: readonly string[] = [
  "qcgpj each -0 cat < ../nuls",
  "qcgpj each cat < ../lines",
  "qcgpj each -a ../lines cat",
  "qcgpj each cat :::: ../lines",
  'qcgpj each cat ::: "$name"',
  `qcgpj each sh -c 'cat "$1"' sh "$name" {} ::: 1`,
  "qcgpj each --shell 'cat {} | cat' ::: caf*.txt | grep -a right",
  'qcgpj each --shell "cat <"{}"" ::: "$name"',
  'qcgpj each -I% cat % ::: "$name"',
];
for (const way of ways) {
  Deno.test(`A name that is no UTF-8 reaches the program as it is: ${way}`, async () => {
    await using scratch = new Scratch();
    const { out } = await shell(prepare + way, scratch.path);
    assertEquals(out, "right\n");
  });
}

Deno.test("qcgpj each removes the file that was named and no other, and shows its name byte for byte", async () => {
  await using scratch = new Scratch();
  const line =
    `${prepare} qcgpj each --joblog ../log rm ::: "$name"; ls | od -An -c; cut -f9 ../log | tail -1 | od -An -tx1;
    qcgpj each --dry-run rm ::: "$name" | od -An -tx1; qcgpj each --tag echo ::: "$name" | od -An -tx1`;
  const { out, err } = await shell(line, scratch.path);
  const bytes = "63 61 66 e9 20 2e 74 78 74";
  assertEquals([err, out.split("\n").map((one) => one.trim().replaceAll(/ +/g, " ")).filter((one) => one !== "")], [
    "",
    [
      "c a f 357 277 275 . t x t \\n",
      `72 6d 20 27 ${bytes} 27 0a`,
      `72 6d 20 27 ${bytes} 27 0a`,
      `${bytes} 09 ${bytes.slice(0, 17)}`,
      `${bytes.slice(18)} 0a`,
    ].map((one) => one.replaceAll(/ +/g, " ").trim()),
  ]);
});

Deno.test("qcgpj each keeps names that are no UTF-8 in its records: a resume knows them", async () => {
  await using scratch = new Scratch();
  const line = `${prepare} qcgpj each --run ../run cat ::: "$name"; qcgpj each --run ../run --resume cat ::: "$name";
    qcgpj each --run ../run --resume cat ::: "$other"`;
  const { code, out, err } = await shell(line, scratch.path);
  assertEquals([code, out, err.includes("input 1 is another one now")], [2, "right\n", true], err);
});

Deno.test("Where a name would have to be opened, one that is no UTF-8 is refused", async () => {
  const lines = [
    "qcgpj each cat :::: $'caf\\xe9'",
    "qcgpj each -a $'caf\\xe9' cat",
    "qcgpj each --joblog $'caf\\xe9' true ::: 1",
    "qcgpj run $'caf\\xe9'",
    "qcgpj validate $'caf\\xe9'",
  ];
  for (const line of lines) {
    const { code, out, err } = await shell(line, ".");
    assertEquals([line, code, out, /no UTF-8/.test(err)], [line, 2, "", true], err);
  }
});

Deno.test("Tasks inherit variables that are no UTF-8", async () => {
  const line = `X=$'caf\\xe9'; export X; qcgpj each sh -c 'printf %s "$X"' ::: 1 | od -An -tx1`;
  assertEquals((await shell(line, ".")).out.trim(), "63 61 66 e9");
});
