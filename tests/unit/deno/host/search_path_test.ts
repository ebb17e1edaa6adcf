import { assertEquals } from "@std/assert";
import { findOnPath } from "../../../../src/deno/host/search_path.ts";

const modes = new Map([["/a/tool", 0o644], ["/b/tool", 0o755], ["/c/tool", 0o711], ["/a/notes", 0o600], ["/top", 0o1]]);
const find = (program: string, path: string) => findOnPath(program, path, (file) => modes.get(file));

Deno.test("findOnPath() gives the first file that may be executed, in the order of the PATH", () => {
  assertEquals(find("tool", "/a:/b:/c"), { file: "/b/tool", isExecutable: true });
  assertEquals(find("tool", "/c/:/b"), { file: "/c/tool", isExecutable: true });
  assertEquals(find("top", "/"), { file: "/top", isExecutable: true });
});

Deno.test("findOnPath() gives a file that may not be executed where there is no other", () => {
  assertEquals(find("notes", "/b:/a:/c"), { file: "/a/notes", isExecutable: false });
});

Deno.test("findOnPath() passes over the current folder, and says when there is none", () => {
  const asked: string[] = [];
  assertEquals(findOnPath("x", "::.:bin:/d", (file) => void asked.push(file)), undefined);
  assertEquals(asked, ["/d/x"]);
});
