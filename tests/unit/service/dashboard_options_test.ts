import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../src/service/arguments.ts";
import { dashboardOptionTable, readDashboard, readPlace } from "../../../src/service/dashboard_options.ts";
import { UsageError } from "../../../src/service/usage.ts";

Deno.test("readPlace() takes this machine's own address and a free port where none is given", () => {
  assertEquals(readPlace(undefined, "--listen"), { hostname: "127.0.0.1", port: 0 });
  assertEquals(readPlace(":8080", "--listen"), { hostname: "127.0.0.1", port: 8080 });
  assertEquals(readPlace("n1:8080", "--listen"), { hostname: "n1", port: 8080 });
  assertEquals(readPlace("[::1]:65535", "--listen"), { hostname: "::1", port: 65_535 });
  for (const wrong of ["", "8080", "n1", "n1:", "n1:65536", "a/b:1"]) {
    assertThrows(() => readPlace(wrong, "--listen"), UsageError, "Option --listen must be ADDRESS:PORT");
  }
});

Deno.test("readDashboard() is asked for by either of its options", () => {
  assertEquals(readDashboard(new Map()), undefined);
  const place = { hostname: "127.0.0.1", port: 0 };
  assertEquals(readDashboard(new Map([["dashboard", true]])), { ...place, control: false });
  assertEquals(readDashboard(new Map([["dashboard-control", true]])), { ...place, control: true });
});

Deno.test("--dashboard takes an address or a number behind it, which must be right, and no other word", () => {
  const parse = (...args: string[]) => parseArguments(dashboardOptionTable, args);
  assertEquals(parse("--dashboard", "jobs.json").rest, ["jobs.json"]);
  assertEquals(parse("--dashboard", ":8080", "jobs.json").options.get("dashboard"), ":8080");
  for (const wrong of ["8080", ":999999"]) {
    const told = `Option --dashboard must be ADDRESS:PORT, such as 127.0.0.1:8080 or :8080, not "${wrong}"`;
    assertThrows(() => parse("--dashboard", wrong, "jobs.json"), UsageError, told);
  }
});
