import { assertEquals } from "@std/assert";
import document from "../../docs/PROMISES.md" with { type: "text" };
import { checkers } from "./checkers.ts";
import { restartPromise } from "./restart.ts";

/** The sentences of the list that the simulator is for. */
function promisesOf(text: string): string[] {
  const section = text.split("## By the simulator")[1]!.split("\n## ")[0]!;
  const list = section.split("\n\n").find((part) => part.startsWith("- "))!;
  return list.split(/^- /m).slice(1).map((item) => item.replaceAll(/\s+/g, " ").trim());
}

Deno.test("Every promise of the document has a checker, and every checker a promise", () => {
  const sentences = [...checkers.map((checker) => checker.promise), restartPromise].map((promise) => `${promise}.`);
  const promises = promisesOf(document).map((promise) => promise.replace(/ \(.*\)$/, ""));
  assertEquals(promises.toSorted(), sentences.toSorted());
});
