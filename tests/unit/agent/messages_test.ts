import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import type { AgentMessage, PilotMessage } from "../../../src/agent/messages.ts";
import { ProtocolError } from "../../../src/agent/protocol_error.ts";
import { readAgentMessage, readPilotMessage } from "../../../src/agent/read_message.ts";
import { writeAgentMessage, writePilotMessage } from "../../../src/agent/write_message.ts";
import { anyAgentMessage, anyPilotMessage, count } from "./arbitraries.ts";

const place = { node: 3, name: "n3", cores: ["0"], gpus: [], further: [] };
const env = { shared: { kind: "inherited", without: [] }, own: {} } as const;
const plan = { taskName: "t", program: "/bin/true", args: [], cwd: "/w", place, tag: "g", env };

/** What other versions and other programs will send and expect: a changed line is a changed protocol. */
const pilotLines: readonly (readonly [line: string, message: PilotMessage])[] = [
  ['[3,"welcome",{"family":"1234567890100","env":{"A":"b"}}]', {
    word: "welcome",
    welcome: { family: "1234567890100", env: { A: "b" } },
  }],
  [
    '[3,"share",0,{"taskName":"t","program":"/bin/true","args":[],"cwd":"/w","place":{"node":3,"name":"n3",' +
    '"cores":["0"],"gpus":[],"further":[]},"tag":"g","env":{"shared":{"kind":"inherited","without":[]},"own":{}}}]',
    { word: "share", slot: 0, plan },
  ],
  ['[3,"launch",7,1,{"like":0,"args":[2,"x"]}]', {
    word: "launch",
    task: 7,
    attempt: 1,
    plan: { like: 0, args: [2, "x"] },
  }],
  ['[3,"welcome",{"family":"1234567890100","env":{},"spoolFolders":["/run/here","/tmp"]}]', {
    word: "welcome",
    welcome: { family: "1234567890100", env: {}, spoolFolders: ["/run/here", "/tmp"] },
  }],
  ['[3,"signal",7,1,"SIGTERM"]', { word: "signal", task: 7, attempt: 1, signal: "SIGTERM" }],
  ['[3,"welcome",{"family":"1234567890100","env":{},"marks":["0123456789abcdef"]}]', {
    word: "welcome",
    welcome: { family: "1234567890100", env: {}, marks: ["0123456789abcdef"] },
  }],
  ['[3,"guest",7,1,"0123"]', { word: "guest", task: 7, attempt: 1, mark: "0123" }],
  ['[3,"sweep",7,1,"0123"]', { word: "sweep", task: 7, attempt: 1, mark: "0123" }],
  ['[3,"ping",5,4]', { word: "ping", number: 5, lastPong: 4 }],
  ['[3,"pause"]', { word: "pause" }],
  ['[3,"continue"]', { word: "continue" }],
  ['[3,"end"]', { word: "end" }],
];

const agentLines: readonly (readonly [line: string, message: AgentMessage])[] = [
  ['[3,"ready"]', { word: "ready" }],
  ['[3,"started",7,1,4711,0.25]', { word: "started", task: 7, attempt: 1, pid: 4711, agoMs: 0.25 }],
  ['[3,"startFailed",7,1,{"kind":"stdin","message":"no"}]', {
    word: "startFailed",
    task: 7,
    attempt: 1,
    failure: { kind: "stdin", message: "no" },
  }],
  ['[3,"exited",7,1,{"code":0},{"cpuMs":1.5}]', {
    word: "exited",
    task: 7,
    attempt: 1,
    exit: { code: 0 },
    usage: { cpuMs: 1.5 },
  }],
  ['[3,"exited",7,1,{"signal":"SIGKILL"},{},{"found":2,"terminated":1,"killed":1,"left":0}]', {
    word: "exited",
    task: 7,
    attempt: 1,
    exit: { signal: "SIGKILL" },
    usage: {},
    cleanup: { found: 2, terminated: 1, killed: 1, left: 0 },
  }],
  ['[3,"exited",7,1,{"code":1},{},null,{"stdout":"o","stderr":"e","problem":"p"}]', {
    word: "exited",
    task: 7,
    attempt: 1,
    exit: { code: 1 },
    usage: {},
    tails: { stdout: "o", stderr: "e", problem: "p" },
  }],
  ['[3,"limit",7,1,"oom","used 9 MiB"]', { word: "limit", task: 7, attempt: 1, cause: "oom", reason: "used 9 MiB" }],
  ['[3,"refused",7,1]', { word: "refused", task: 7, attempt: 1 }],
  ['[3,"swept",7,1,{"found":2,"terminated":1,"killed":1,"left":0}]', {
    word: "swept",
    task: 7,
    attempt: 1,
    cleanup: { found: 2, terminated: 1, killed: 1, left: 0 },
  }],
  ['[3,"pong",5]', { word: "pong", number: 5 }],
  ['[3,"stopping","SIGTERM"]', { word: "stopping", signal: "SIGTERM" }],
  ['[3,"bye"]', { word: "bye" }],
];

for (const [line, message] of pilotLines) {
  Deno.test(`A pilot's line is ${line.slice(0, 40)}`, () => {
    assertEquals(writePilotMessage(3, message), `${line}\n`);
    assertEquals(readPilotMessage(line), { node: 3, message });
  });
}

for (const [line, message] of agentLines) {
  Deno.test(`An agent's line is ${line.slice(0, 40)}`, () => {
    assertEquals(writeAgentMessage(3, message), `${line}\n`);
    assertEquals(readAgentMessage(line), { node: 3, message });
  });
}

Deno.test("Every message arrives as it was sent, in one line", () => {
  fc.assert(fc.property(count, anyPilotMessage, (node, message) => {
    const line = writePilotMessage(node, message);
    assertEquals(line.indexOf("\n"), line.length - 1);
    assertEquals(readPilotMessage(line), { node, message });
  }));
  fc.assert(fc.property(count, anyAgentMessage, (node, message) => {
    const line = writeAgentMessage(node, message);
    assertEquals(line.indexOf("\n"), line.length - 1);
    assertEquals(readAgentMessage(line), { node, message });
  }));
});

Deno.test("readPilotMessage() and readAgentMessage() ignore words and elements that they do not know", () => {
  for (const read of [readPilotMessage, readAgentMessage]) {
    for (const word of ["output", "__proto__", "constructor", "toString"]) {
      assertEquals(read(JSON.stringify([0, word, 1, 2])), undefined);
    }
  }
  const launch = readPilotMessage('[0,"launch",7,1,{"like":0},{"after":[6,1]}]');
  assertEquals(launch?.message, { word: "launch", task: 7, attempt: 1, plan: { like: 0 } });
});

const wrongLines: readonly (readonly [line: string, part: string])[] = [
  ["", "must be JSON"],
  ["{}", "must be an array"],
  ["[]", "node of a message"],
  ['[-1,"end"]', "node of a message"],
  ['[0.5,"end"]', "node of a message"],
  ["[0,1]", "word of a message"],
  ['[0,"launch",1]', "attempt must be a whole number"],
  ['[0,"launch",1,1,{}]', "like of a plan"],
  ['[0,"share",0,{"taskName":"t"}]', "program of a plan"],
  ['[0,"share",0,{"taskName":"t","program":"p","cwd":"/","tag":"","args":[1],"env":{}}]', "element of args"],
  ['[0,"signal",1,1,"SIGSEGV"]', "one of SIGTERM, SIGINT"],
  ['[0,"welcome",{"family":"12","env":{}}]', "family must be 13 digits"],
  ['[0,"welcome",{"family":"1234567890123","env":{"A":1}}]', "A of env"],
];
for (const [line, part] of wrongLines) {
  Deno.test(`readPilotMessage() refuses ${line || "an empty line"}`, () => {
    assertStringIncludes(assertThrows(() => readPilotMessage(line), ProtocolError).message, part);
  });
}

const values = fc.jsonValue({ maxDepth: 3 });
const words = fc.constantFrom(
  ...pilotLines.map(([, { word }]) => word),
  ...agentLines.map(([, { word }]) => word),
);
Deno.test("Whatever comes, reading it gives a message, nothing, or a ProtocolError", () => {
  const line = fc.oneof(
    fc.string({ unit: anyCharacter }),
    values.map((value) => JSON.stringify(value)),
    fc.tuple(fc.nat(), words, fc.array(values, { maxLength: 6 })).map(([node, word, rest]) =>
      JSON.stringify([node, word, ...rest])
    ),
  );
  let read = 0;
  fc.assert(
    fc.property(line, (text) => {
      for (const reader of [readPilotMessage, readAgentMessage]) {
        try {
          if (reader(text) !== undefined) read++;
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          assert(error.message.length < 300);
        }
      }
    }),
    { numRuns: 3000 },
  );
  assert(read > 100, "hardly any line was a message");
});
