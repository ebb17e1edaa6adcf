import { assertEquals } from "@std/assert";
import { formatIsoTime, formatLogTime, formatTime } from "../../../src/report/times.ts";

const noonMs = Date.UTC(2026, 0, 31, 12);

Deno.test("formatTime() writes six digits, in UTC or another zone", () => {
  assertEquals(formatTime(noonMs), "2026-01-31 12:00:00.000000");
  assertEquals(formatTime(noonMs + 123), "2026-01-31 12:00:00.123000");
  assertEquals(formatTime(noonMs + 0.25), "2026-01-31 12:00:00.000250");
  assertEquals(formatTime(noonMs + 7, 60), "2026-01-31 13:00:00.007000");
  assertEquals(formatTime(noonMs, -720), "2026-01-31 00:00:00.000000");
  assertEquals(formatTime(noonMs, 765), "2026-02-01 00:45:00.000000");
});

Deno.test("formatIsoTime() writes the same with a T, and no zone", () => {
  assertEquals(formatIsoTime(noonMs, 60), "2026-01-31T13:00:00.000000");
});

Deno.test("formatLogTime() writes three digits behind a comma", () => {
  assertEquals(formatLogTime(noonMs + 7.9, 60), "2026-01-31 13:00:00,007");
});
