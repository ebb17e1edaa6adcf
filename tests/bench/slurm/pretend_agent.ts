/**
 * An agent that starts nothing: every task has ended as soon as it is told to start it. What is left is what a pilot and
 * its channels cost.
 *
 * @module
 */

import { formatHello } from "../../../src/agent/hello.ts";
import { LineSplitter } from "../../../src/agent/lines.ts";
import type { AgentMessage } from "../../../src/agent/messages.ts";
import { readPilotMessage } from "../../../src/agent/read_message.ts";
import { writeAgentMessage } from "../../../src/agent/write_message.ts";
import { version } from "../../../src/version.ts";

/** Answers to one message of the pilot. */
function answersTo(line: string): readonly [node: number, answer: AgentMessage][] {
  const addressed = readPilotMessage(line);
  if (addressed === undefined) return [];
  const { node, message } = addressed;
  switch (message.word) {
    case "welcome":
      return [[node, { word: "ready" }]];
    case "launch": {
      const { task, attempt } = message;
      return [
        [node, { word: "started", task, attempt, pid: 1, agoMs: 0 }],
        [node, { word: "exited", task, attempt, exit: { code: 0 }, usage: { cpuMs: 1, peakKiB: 1000 } }],
      ];
    }
    case "ping":
      return [[node, { word: "pong", number: message.number }]];
    case "end":
      return [[node, { word: "bye" }]];
    default:
      return [];
  }
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  const writer = Deno.stdout.writable.getWriter();
  const lines = new LineSplitter();
  await writer.write(encoder.encode(formatHello({ version, pid: Deno.pid })));
  for await (const bytes of Deno.stdin.readable) {
    const answers = [...lines.push(bytes)].flatMap(answersTo);
    const text = answers.map(([node, answer]) => writeAgentMessage(node, answer)).join("");
    if (text !== "") await writer.write(encoder.encode(text));
    if (answers.some(([, { word }]) => word === "bye")) break;
  }
  Deno.exit(0);
}
