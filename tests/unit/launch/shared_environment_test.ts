import { assertEquals, assertStrictEquals } from "@std/assert";
import { EnvironmentFilter, SharedEnvironments, unreadEnvironments } from "../../../src/launch/shared_environment.ts";

/** What every task has. */
const fixed = { PATH: "/usr/local/bin:/usr/bin:/bin" };
const variables = { HOME: "/h", PATH: "/bin", SLURM_NTASKS_PER_NODE: "2" };

Deno.test("EnvironmentFilter.keep() lets only named variables through, and makes each combination once", () => {
  const filter = new EnvironmentFilter(() => "never asked");
  const whole = new SharedEnvironments({ all: () => variables }).without([]);
  const kept = filter.keep(whole, ["HOME", "UNSET", "toString", "__proto__"]);
  assertEquals(kept, { kind: "whole", variables: { ...fixed, HOME: "/h" } });
  assertStrictEquals(filter.keep(whole, ["HOME", "UNSET", "toString", "__proto__"]), kept);
  assertEquals(filter.keep(whole, []), { kind: "whole", variables: fixed });
});

Deno.test("EnvironmentFilter.keep() reads the named variables where not all may be read, but those that are taken away", () => {
  const asked: string[] = [];
  const filter = new EnvironmentFilter((name) => (asked.push(name), name === "HOME" ? "/h" : undefined));
  const inherited = unreadEnvironments.without(["SLURM_NTASKS_PER_NODE"]);
  const kept = filter.keep(inherited, ["HOME", "SLURM_NTASKS_PER_NODE", "UNSET"]);
  assertEquals(kept, { kind: "whole", variables: { ...fixed, HOME: "/h" } });
  filter.keep(inherited, ["HOME", "SLURM_NTASKS_PER_NODE", "UNSET"]);
  assertEquals(asked, ["HOME", "UNSET"]);
});
