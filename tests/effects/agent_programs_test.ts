/**
 * How agents are started on other nodes, without any.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import type { ChannelEnd } from "../../src/agent/node_watch.ts";
import { AgentPrograms } from "../../src/deno/slurm/agent_programs.ts";

Deno.test("AgentPrograms.start() tells that a program is missing as the end of its channel", async () => {
  const programs = new AgentPrograms({
    jobId: "1",
    nodeName: () => "n1",
    self: { program: "/bin/true", args: [], env: {} },
    env: { PATH: "/nonexistent" },
    method: "ssh",
    directory: "/",
    said: () => {},
  });
  const { promise, resolve } = Promise.withResolvers<ChannelEnd | undefined>();
  const channel = programs.start(0, { greeted: () => {}, heard: () => {}, closed: resolve });
  channel.send({ word: "end" });
  assertEquals(await promise, { problem: "there is no ssh on the PATH", mayReturn: false });
  channel.cut();
});
