import { assertEquals } from "@std/assert";
import { operatorWarning } from "../../../../src/cli/each/read_command.ts";

Deno.test("operatorWarning() tells of a word that only a shell would read", () => {
  const told = (...words: string[]) => operatorWarning(words)?.split(" as it is")[0];
  assertEquals(told("gzip", "-dc", "{}", ">", "{.}"), 'The word ">" goes to gzip');
  assertEquals(told("wc", "-l", "<", "{}"), 'The word "<" goes to wc');
  assertEquals(told("zcat", "{}", "|", "wc"), 'The word "|" goes to zcat');
});

Deno.test("operatorWarning() leaves alone what programs have of their own", () => {
  const lines = ["cut -d | -f1 {}", "expr {} > 3", "/usr/bin/grep > {}", "awk -F | {}", "> {}", "cat {}", "tool a>b"];
  for (const line of lines) assertEquals([line, operatorWarning(line.split(" "))], [line, undefined]);
});
