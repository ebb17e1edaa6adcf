import { assertEquals } from "@std/assert";
import { commandText, commandWords } from "../../../src/report/command_text.ts";

Deno.test("commandWords() gives the words that are started: a path from its folder, a script in its shell", () => {
  const rest = { args: ["a b"], env: {}, modelOptions: { mpirunArgs: [], srunArgs: [] } };
  assertEquals(commandText(commandWords({ ...rest, exec: "./sim" }, "/w")), "/w/sim 'a b'");
  assertEquals(commandWords({ ...rest, args: [], script: "date" }, "/w"), ["bash", "-l", "-c", "date"]);
  assertEquals(commandWords({ ...rest, args: [], script: "date", login: false }, "/w"), ["bash", "-c", "date"]);
});
