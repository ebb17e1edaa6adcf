import { assertEquals } from "@std/assert";
import { idleMessage, publishedEvents } from "../../../src/service/published_events.ts";

const at = { number: 1, atMs: 0 };

Deno.test("publishedEvents() writes topics, keys and blanks as QCG-PilotJob does", () => {
  const events = [
    publishedEvents({ event: "taskScheduled", job: "a", attempt: 1, nodes: [], ...at }, "here.1"),
    publishedEvents({ event: "taskStarted", job: "it", iteration: 3, attempt: 1, pid: 7, ...at }, "here.1"),
    publishedEvents({ event: "iterationFinished", job: "it", iteration: -1, state: "OMITTED", ...at }, "here.1"),
    publishedEvents({ event: "jobFinished", job: "naïve", state: "SUCCEED", ...at }, 'host "1"'),
    publishedEvents({ event: "jobSubmitted", job: "a", ...at }, "here.1"),
    publishedEvents({ event: "runFinished", ...at }, "here.1"),
  ];
  assertEquals(events, [
    ['JST {"manager": "here.1", "job": "a", "state": "SCHEDULED"}'],
    ['IST {"manager": "here.1", "job": "it", "state": "EXECUTING", "it": 3}'],
    [
      'IST {"manager": "here.1", "job": "it", "state": "OMITTED", "it": -1}',
      'IFI {"manager": "here.1", "job": "it", "state": "OMITTED", "it": -1}',
    ],
    [
      'JST {"manager": "host \\"1\\"", "job": "na\\u00efve", "state": "SUCCEED"}',
      'JFI {"manager": "host \\"1\\"", "job": "na\\u00efve", "state": "SUCCEED"}',
    ],
    [],
    [],
  ]);
  assertEquals(idleMessage("here.1"), 'NOJ {"manager": "here.1"}');
});

Deno.test("publishedEvents() tells that a task that is tried again waits again", () => {
  const failed = { job: "a", cause: "exit", reason: "exit code 1", attempt: 1, retryAtMs: 0 } as const;
  assertEquals(publishedEvents({ event: "attemptFailed", ...failed, ...at }, "m"), [
    'JST {"manager": "m", "job": "a", "state": "QUEUED"}',
  ]);
});
