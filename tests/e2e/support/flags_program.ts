/**
 * Runs one job and prints what became of it; the arguments are the options of the executor, the job, whether it has a
 * door and which, and whether its output is captured, as JSON.
 *
 * @module
 */

import { PilotJobError, QCGPJExecutor } from "@qcg/pilotjob";
import { dashboard, zmq } from "@qcg/pilotjob/doors";

const doors = { zmq, dashboard: () => dashboard({ opened: () => {} }) };

try {
  const [options, execution, opens, captures] = Deno.args.map((arg) => JSON.parse(arg));
  await using executor = new QCGPJExecutor({
    ...options,
    ...(opens === null ? {} : { doors: [doors[opens as keyof typeof doors]()] }),
  });
  executor.manager.submit({ name: "job", execution, ...(captures ? { capture: "both" } : {}) });
  await executor.manager.wait4("job");
  const { status, messages } = executor.manager.info("job").jobs["job"]!.data;
  console.log(`${status}${messages ? `: ${messages}` : ""}`);
} catch (error) {
  if (!(error instanceof PilotJobError)) throw error;
  console.log(`${error.name}: ${error.message}`);
}
