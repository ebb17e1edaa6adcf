import { assertEquals, assertMatch } from "@std/assert";
import { isSame, refuseAccess, refuseHost } from "../../../../src/doors/dashboard/access.ts";
import { isRefused, readRoute } from "../../../../src/doors/dashboard/routes.ts";

const secret = "0123456789abcdef";
const rules = { secret, hostNames: ["node7"] };

function asked(headers: Readonly<Record<string, string>>): { header: (name: string) => string | null } {
  return { header: (name) => headers[name] ?? null };
}

Deno.test("refuseHost() lets in addresses and the names of this machine, and no name that may be rebound", () => {
  for (const host of ["127.0.0.1:80", "localhost:1", "LOCALHOST", "[::1]:8080", "10.0.0.7:9", "node7:5", "NODE7"]) {
    assertEquals(refuseHost(asked({ host }), rules), undefined, host);
  }
  for (const host of ["evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil:1", "node7.evil", "1.2.3:4"]) {
    assertEquals(refuseHost(asked({ host }), rules)?.status, 421, host);
  }
  assertEquals(refuseHost(asked({}), rules)?.status, 421);
});

Deno.test("refuseAccess() wants the secret, and refuses the pages of others even with it", () => {
  const right = { host: "127.0.0.1:80", "x-qcgpj-secret": secret };
  const status = (headers: Readonly<Record<string, string>>) => refuseAccess(asked(headers), rules)?.status;
  assertEquals(status(right), undefined);
  assertEquals(status({ ...right, origin: "http://127.0.0.1:80", "sec-fetch-site": "same-origin" }), undefined);
  assertEquals(status({ host: "127.0.0.1:80" }), 401);
  assertEquals(status({ ...right, "x-qcgpj-secret": `${secret}0` }), 401);
  assertEquals(status({ ...right, "x-qcgpj-secret": secret.replace("0", "1") }), 401);
  assertEquals(status({ ...right, origin: "http://evil.example" }), 403);
  assertEquals(status({ ...right, origin: "null" }), 403);
  assertEquals(status({ ...right, origin: "http://127.0.0.1:81" }), 403);
  assertEquals(status({ ...right, "sec-fetch-site": "cross-site" }), 403);
  assertEquals(status({ ...right, host: "evil.example" }), 421);
});

Deno.test("isSame() is true of equal texts only", () => {
  assertEquals(isSame("abc", "abc"), true);
  for (const other of ["", "ab", "abcd", "abd", "xbc", "abc\0"]) assertEquals(isSame(other, "abc"), false, other);
});

function route(method: string, path: string) {
  return readRoute(method, new URL(path, "http://h"));
}

Deno.test("readRoute() reads what is wanted", () => {
  assertEquals(route("GET", "/style.css"), { kind: "asset", name: "/style.css" });
  assertEquals(route("GET", "/api/grid"), { kind: "grid" });
  assertEquals(route("POST", "/api/control"), { kind: "control" });
  assertEquals(route("GET", "/api/tasks?state=FAILED,QUEUED&search=a%3A1&sort=ran&reverse=1&offset=40&limit=9"), {
    kind: "tasks",
    query: { states: ["FAILED", "QUEUED"], search: "a:1", order: "ran", isReversed: true },
    offset: 40,
    limit: 9,
  });
  assertEquals(route("GET", "/api/output?task=a&stream=stderr&from=7"), {
    ...{ kind: "output", name: "a", stream: "stderr", from: 7 },
  });
});

Deno.test("readRoute() says what is wrong with what makes no sense", () => {
  const problems: readonly (readonly [string, string, number, RegExp])[] = [
    ["POST", "/", 405, /must be GET/],
    ["DELETE", "/api/run", 405, /must be GET/],
    ["GET", "/api/control", 405, /must be POST/],
    ["GET", "/api/taks", 404, /did you mean "tasks"/],
    ["GET", "/api/run/more", 404, /There is no/],
    ["GET", "/api/tasks?state=failed", 400, /"failed"/],
    ["GET", "/api/tasks?sort=size", 400, /"size"/],
    ["GET", "/api/tasks?offset=-1", 400, /offset must be a number/],
    ["GET", "/api/task", 400, /task is missing/],
    ["GET", "/api/output?task=a&stream=../../etc/passwd", 400, /stdout or stderr/],
  ];
  for (const [method, path, status, problem] of problems) {
    const refused = route(method, path);
    assertEquals(isRefused(refused) ? refused.status : undefined, status, path);
    assertMatch(isRefused(refused) ? refused.problem : "", problem);
  }
});
