import { assert, assertEquals } from "@std/assert";
import fc from "../../../support/seeded_check.ts";
import { bodyBytesMax, isBad, readHead } from "../../../../src/doors/http/request_head.ts";

const read = (...lines: readonly string[]) => readHead(new TextEncoder().encode(lines.join("\r\n")));
const problem = (...lines: readonly string[]) => {
  const head = read(...lines);
  return isBad(head) ? [head.status, head.problem] : head.target;
};

Deno.test("readHead() reads what a browser sends", () => {
  const head = read(
    "POST /api/control?a=%20b HTTP/1.1",
    "Host: localhost:80",
    "content-LENGTH:  12 ",
    "X-A:",
    "x-a: c d",
  );
  assert(!isBad(head));
  const { method, target, bodyBytes, keepsOpen, headers } = head;
  assertEquals([method, target, bodyBytes, keepsOpen], ["POST", "/api/control?a=%20b", 12, true]);
  assertEquals([headers.get("host"), headers.get("x-a")], ["localhost:80", ", c d"]);
  const last = ["GET / HTTP/1.0", "GET / HTTP/1.1\r\nConnection: Close"].map((text) => read(text));
  assertEquals(last.map((one) => !isBad(one) && one.keepsOpen), [false, false]);
});

Deno.test("readHead() refuses what is no request, or could be understood in two ways", () => {
  const line = "The first line is no request of HTTP/1.1";
  for (
    const first of ["", "GET /", "get / HTTP/1.1", "GET http://evil/ HTTP/1.1", "GET  / HTTP/1.1", "GET / HTTP/2.0"]
  ) {
    assertEquals(problem(first), [400, line], first);
  }
  assertEquals(problem("GET /a b HTTP/1.1"), [400, line]);
  assertEquals(problem("TRACE / HTTP/1.1"), [405, "The method TRACE is not known here"]);
  const header = [400, "A line of the head is no header"];
  for (const text of ["no colon", " folded: x", "a b: c", "a : c", "a: \u0000", "a: b\nc: d", ""]) {
    assertEquals(problem("GET / HTTP/1.1", text), header, text);
  }
  assertEquals(problem("GET / HTTP/1.1", "Host: a", "host: b"), [400, "There are several headers host"]);
  assertEquals(problem("GET / HTTP/1.1", "Transfer-Encoding: chunked"), [
    411,
    "The length of the request must be told before",
  ]);
  assertEquals(problem("GET / HTTP/1.1", "Content-Length: -1"), [400, "The length is no number"]);
  assertEquals(problem("GET / HTTP/1.1", `Content-Length: ${bodyBytesMax}`), "/");
  assertEquals(problem("GET / HTTP/1.1", `Content-Length: ${bodyBytesMax + 1}`), [
    413,
    `A request may have ${bodyBytesMax} bytes at most`,
  ]);
});

Deno.test("readHead() throws at no bytes at all", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    readHead(bytes);
    const begun = new Uint8Array([...new TextEncoder().encode("GET / HTTP/1.1\r\nA: "), ...bytes]);
    readHead(begun);
  }));
});
