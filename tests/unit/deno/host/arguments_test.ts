import { assertEquals, assertThrows } from "@std/assert";
import { concatenate } from "../../../../src/base/bytes.ts";
import { ArgumentsError, exactArguments } from "../../../../src/deno/host/arguments.ts";

const encoder = new TextEncoder();
const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9]);
const commandLine = (...words: (string | Uint8Array)[]) => () =>
  concatenate(words.flatMap((word) => [typeof word === "string" ? encoder.encode(word) : word, Uint8Array.of(0)]));

Deno.test("exactArguments() leaves alone what nothing was lost of, and then reads no command line", () => {
  const given = ["é", "", "\ud83d\ude00"];
  assertEquals(exactArguments(given, () => assertEquals(true, false) as never), given);
});

Deno.test("exactArguments() escapes bytes that are no UTF-8", () => {
  const read = commandLine("deno", "run", "x.ts", "a", latin, "", "\ufffd");
  assertEquals(exactArguments(["a", "caf\ufffd", "", "\ufffd"], read), ["a", "caf\udce9", "", "\ufffd"]);
});

Deno.test("exactArguments() refuses what it cannot read again", () => {
  const failing = () => {
    throw new Error("no such file");
  };
  for (const read of [failing, commandLine("other", latin), commandLine(latin), commandLine("a", "b")]) {
    assertThrows(() => exactArguments(["a", "caf\ufffd"], read), ArgumentsError, "Argument 2");
  }
});
