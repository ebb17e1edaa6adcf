/**
 * Messages as lines.
 *
 * @module
 */

import type { AgentMessage, PilotMessage } from "./messages.ts";

/** Writes what a pilot says to the agent of a node: one line, with its end. */
export function writePilotMessage(node: number, message: PilotMessage): string {
  return lineOf(node, message.word, pilotElements(message));
}

/** Writes what the agent of a node says: one line, with its end. */
export function writeAgentMessage(node: number, message: AgentMessage): string {
  return lineOf(node, message.word, agentElements(message));
}

function lineOf(node: number, word: string, elements: readonly unknown[]): string {
  return `${JSON.stringify([node, word, ...elements])}\n`;
}

function pilotElements(message: PilotMessage): readonly unknown[] {
  switch (message.word) {
    case "welcome":
      return [message.welcome];
    case "share":
      return [message.slot, message.plan];
    case "launch":
      return [message.task, message.attempt, message.plan];
    case "signal":
      return [message.task, message.attempt, message.signal];
    case "guest":
    case "sweep":
      return [message.task, message.attempt, message.mark];
    case "ping":
      return [message.number, message.lastPong];
    case "pause":
    case "continue":
    case "end":
      return [];
    default:
      return message satisfies never;
  }
}

function agentElements(message: AgentMessage): readonly unknown[] {
  switch (message.word) {
    case "started":
      return [message.task, message.attempt, message.pid, message.agoMs];
    case "startFailed":
      return [message.task, message.attempt, message.failure];
    case "exited": {
      const { task, attempt, exit, usage, cleanup, tails } = message;
      const remains = tails === undefined ? [cleanup] : [cleanup ?? null, tails];
      return [task, attempt, exit, usage, ...remains.filter((one) => one !== undefined)];
    }
    case "limit":
      return [message.task, message.attempt, message.cause, message.reason];
    case "swept":
      return [message.task, message.attempt, message.cleanup];
    case "refused":
      return [message.task, message.attempt];
    case "pong":
      return [message.number];
    case "stopping":
      return [message.signal];
    case "ready":
    case "bye":
      return [];
    default:
      return message satisfies never;
  }
}
