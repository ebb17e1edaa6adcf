import { assertEquals, assertThrows } from "@std/assert";
import cancel from "../../traces/cancel.trace" with { type: "text" };
import dependencies from "../../traces/dependencies.trace" with { type: "text" };
import edges from "../../traces/edges.trace" with { type: "text" };
import end from "../../traces/end.trace" with { type: "text" };
import frozen from "../../traces/frozen.trace" with { type: "text" };
import nodeLost from "../../traces/node_lost.trace" with { type: "text" };
import nodeReady from "../../traces/node_ready.trace" with { type: "text" };
import order from "../../traces/order.trace" with { type: "text" };
import reservation from "../../traces/reservation.trace" with { type: "text" };
import { checkTrace, playTrace } from "../../traces/run.ts";
import staleInputs from "../../traces/stale_inputs.trace" with { type: "text" };
import timeLimit from "../../traces/time_limit.trace" with { type: "text" };
import whichCores from "../../traces/which_cores.trace" with { type: "text" };
import workedExample from "../../traces/worked_example.trace" with { type: "text" };

const traces: Readonly<Record<string, string>> = {
  "worked_example.trace": workedExample,
  "which_cores.trace": whichCores,
  "dependencies.trace": dependencies,
  "cancel.trace": cancel,
  "time_limit.trace": timeLimit,
  "frozen.trace": frozen,
  "stale_inputs.trace": staleInputs,
  "node_lost.trace": nodeLost,
  "node_ready.trace": nodeReady,
  "reservation.trace": reservation,
  "order.trace": order,
  "edges.trace": edges,
  "end.trace": end,
};

for (const [name, text] of Object.entries(traces)) {
  Deno.test(`The core does what ${name} says`, () => checkTrace(text));
}

Deno.test("checkTrace() barks at a line that is missing, wrong or too many", () => {
  const right = playTrace("pool a:1\nsubmit A\nexit A 0\n");
  checkTrace(right);
  const lines = right.split("\n");
  assertEquals(lines.length, 9);
  for (let at = 2; at < 8; at++) {
    if (!lines[at]!.startsWith(" ")) continue;
    assertThrows(() => checkTrace(lines.toSpliced(at, 1).join("\n")));
    assertThrows(() => checkTrace(lines.with(at, "  something else").join("\n")));
    assertThrows(() => checkTrace(lines.toSpliced(at, 0, lines[at]!).join("\n")));
  }
});
