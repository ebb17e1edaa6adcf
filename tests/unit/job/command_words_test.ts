import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { fillCommandWords, parseCommandWords } from "../../../src/job/command_words.ts";

const fill = (words: string[], input: string[], number = 3, valueWord?: string): string[] =>
  fillCommandWords(parseCommandWords(words, valueWord), input, number);

Deno.test("fillCommandWords() fills in every placeholder of GNU parallel, and ${it}", () => {
  const words = ["x", "{}", "${it}", "${itval}", "{.}", "{/}", "{//}", "{/.}", "{#}", "a{.}b{#}"];
  assertEquals(fill(words, ["dir/photo.tif"]), [
    "x",
    "dir/photo.tif",
    "dir/photo.tif",
    "dir/photo.tif",
    "dir/photo",
    "photo.tif",
    "dir",
    "photo",
    "3",
    "adir/photob3",
  ]);
});

// What `parallel --dry-run echo {} {.} {/} {//} {/.}` prints.
const forms: [value: string, ...forms: string[]][] = [
  ["d/x y.tar.gz", "d/x y.tar", "x y.tar.gz", "d", "x y.tar"],
  [".bashrc", "", ".bashrc", ".", ""],
  ["noext", "noext", "noext", ".", "noext"],
  ["/a/", "/a/", "", "/", ""],
  ["/", "/", "", "/", ""],
  ["a.b/c", "a.b/c", "c", "a.b", "c"],
  ["a//b", "a//b", "b", "a", "b"],
];
for (const [value, ...wanted] of forms) {
  Deno.test(`fillCommandWords() shortens ${value} as GNU parallel does`, () => {
    assertEquals(fill(["{.}", "{/}", "{//}", "{/.}"], [value]), wanted);
  });
}

Deno.test("fillCommandWords() appends the value where there is no placeholder", () => {
  assertEquals(fill(["gzip", "-9"], ["a b"]), ["gzip", "-9", "a b"]);
  assertEquals(fill(["echo"], ["a", "b"]), ["echo", "a", "b"]);
});

Deno.test("fillCommandWords() takes several sources by number, or all of them", () => {
  assertEquals(fill(["x", "{2}", "{1.}", "{1/}"], ["d/a.x", "q"]), ["x", "q", "d/a", "a.x"]);
  assertEquals(fill(["x", "{}", "<{}>"], ["a b", "c"]), ["x", "a b", "c", "<a b c>"]);
  assertEquals(parseCommandWords(["{2}", "{10/}"]).sourcesMin, 10);
});

Deno.test("parseCommandWords() leaves other braces alone", () => {
  const words = ["awk", "{print $1}", "{a}", "${x}", "{ }", "{0}", "{%}", "$it"];
  assertEquals(fill([...words, "{}"], ["v"]), [...words, "v"]);
});

Deno.test("parseCommandWords() takes another word for the value, and then leaves {} alone", () => {
  assertEquals(fill(["mv", "%", "{}", "a$.%", "{.}"], ["f.x"], 1, "%"), ["mv", "f.x", "{}", "a$.f.x", "f"]);
  assertEquals(fill(["x", "[$.]"], ["v"], 1, "[$.]"), ["x", "v"]);
});

Deno.test("fillCommandWords() never looks at a value again", () => {
  const hostile = fc.oneof(fc.string(), fc.constantFrom("{}", "${it}", "{#}", "$&", "$1", "{1}", "'; rm x", "-rf"));
  fc.assert(
    fc.property(hostile, (value) => assertEquals(fill(["x", "{}", "a{}"], [value]), ["x", value, `a${value}`])),
  );
});
