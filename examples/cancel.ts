/**
 * Cancelling, and giving up waiting. A timeout of `result()` leaves the task alone; `cancel()` stops it and everything
 * that it started; a time limit (`wt`) belongs to the task itself.
 *
 * @module
 */

import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor({ wd: "cancel", graceMs: 1000 });
const long = executor.submit(BasicTemplate.template, { name: "long", exec: "sleep", args: ["600"] });
try {
  await long.result({ timeoutMs: 200 });
} catch (error) {
  console.log(error instanceof DOMException && error.name, "- running still:", long.running());
}
console.log("stopped:", long.cancel(), await long.result(), long.info()["long"]!.reason);

const limited = executor.submit({
  name: "limited",
  execution: { exec: "sleep", args: ["600"] },
  resources: { numCores: 1, wt: "1s" },
});
console.log(await limited.result(), limited.info()["limited"]!.reason);
