import { assertEquals, assertThrows } from "@std/assert";
import { readDashboard, readPlace } from "../../../src/service/dashboard_options.ts";
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
