import { assertEquals } from "@std/assert";
import { isEveryInterface, isLoopback, tcpAddress } from "../../../src/zmtp/address.ts";

Deno.test("tcpAddress() writes a host and a port, and version 6 in brackets", () => {
  assertEquals(tcpAddress("n1.cluster", 5555), "tcp://n1.cluster:5555");
  assertEquals(tcpAddress("::1", 5555), "tcp://[::1]:5555");
});

Deno.test("isLoopback() and isEveryInterface() know which addresses others can reach", () => {
  const names = [
    "127.0.0.1",
    "127.1.2.3",
    "localhost",
    "::1",
    "0.0.0.0",
    "::",
    "0:0:0:0:0:0:0:0",
    "10.0.0.1",
    "n1",
    "::2",
  ];
  assertEquals(names.filter(isLoopback), ["127.0.0.1", "127.1.2.3", "localhost", "::1"]);
  assertEquals(names.filter(isEveryInterface), ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"]);
  assertEquals(["127.0.0.1.example.org", "localhost.example.org"].filter(isLoopback), []);
});
