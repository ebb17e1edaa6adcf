/**
 * What the stand-in for `@std/path` promises. Also runs against the real package (`deno task test:jsr`).
 *
 * @module
 */
import { posix } from "node:path";
import fc from "../../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { basename, dirname, extname, isAbsolute, join, normalize, relative, resolve } from "@std/path";

const pathParts: [path: string, folder: string, name: string][] = [
  ["", ".", ""],
  ["/", "/", "/"],
  ["///", "/", "/"],
  ["a", ".", "a"],
  ["a/", ".", "a"],
  ["/a", "/", "a"],
  ["//a", "/", "a"],
  ["a/b", "a", "b"],
  ["a//b", "a", "b"],
  ["a//b//", "a", "b"],
  ["/a/b.txt", "/a", "b.txt"],
  ["../x", "..", "x"],
];

for (const [path, folder, name] of pathParts) {
  Deno.test(`dirname() and basename() part "${path}"`, () => {
    assertEquals([dirname(path), basename(path)], [folder, name]);
  });
}

Deno.test("basename() takes a suffix off, but not all there is", () => {
  assertEquals(["a/b.txt", "b.txt", ".txt", "a/b.md"].map((path) => basename(path, ".txt")), [
    "b",
    "b",
    ".txt",
    "b.md",
  ]);
});

Deno.test("Joining, resolving and comparing paths", () => {
  assertEquals(join("a", "..", "b", "./c"), "b/c");
  assertEquals(join("a", "/b"), "a/b");
  assertEquals(resolve("/a", "b", "../c"), "/a/c");
  assertEquals(resolve("/a", "/b"), "/b");
  assertEquals(normalize("/a/./b//../c/"), "/a/c/");
  assertEquals(relative("/a/b", "/a/c"), "../c");
  assertEquals([isAbsolute("/a"), isAbsolute("a")], [true, false]);
  assertEquals([extname("a/b.tar.gz"), extname(".bashrc"), extname("a.b/c")], [".gz", "", ""]);
});

Deno.test("Joining, resolving and comparing any paths is as in Node.js", () => {
  const part = fc.constantFrom("", ".", "..", "a", "b.txt", ".c", "d.", "ü", "...");
  const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join("/"));
  fc.assert(fc.property(path, path, (one, other) => {
    assertEquals(join(one, other), posix.join(one, other));
    assertEquals(resolve(one, other), posix.resolve(one, other));
    assertEquals(relative(one, other), posix.relative(one, other));
    assertEquals([normalize(one), extname(one), isAbsolute(one)], [
      posix.normalize(one),
      posix.extname(one),
      posix.isAbsolute(one),
    ]);
  }));
});
