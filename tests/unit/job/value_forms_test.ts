import { assertEquals } from "@std/assert";
import { partOfValue, type ValueForm } from "../../../src/job/value_forms.ts";

const forms: readonly ValueForm[] = ["..", "...", "/..", "/...", "+/", "+.", "+..", "+..."];

// What `parallel --plus --dry-run echo {..} {...} {/..} {/...} {+/} {+.} {+..} {+...}` prints.
const values: [value: string, ...parts: string[]][] = [
  ["d/a.b.c.d", "d/a.b", "d/a", "a.b", "a", "d", "d", "c.d", "b.c.d"],
  ["a/b/c.x.y", "a/b/c", "a/b/c.x.y", "c", "c.x.y", "a/b", "y", "x.y", ""],
  ["e", "e", "e", "e", "e", "", "", "", ""],
  [".a.b", "", ".a.b", "", ".a.b", "", "b", "a.b", ""],
  ["/f.", "/f.", "/f.", "f.", "f.", "", "", "", ""],
];
for (const [value, ...parts] of values) {
  Deno.test(`partOfValue() takes ${value} apart as GNU parallel does`, () => {
    assertEquals(forms.map((form) => partOfValue(value, form)), parts);
  });
}

Deno.test("partOfValue() takes no dot in a directory for an extension", () => {
  assertEquals((["+.", "..", "."] as const).map((form) => partOfValue("a.b/c", form)), ["", "a.b/c", "a.b/c"]);
});
