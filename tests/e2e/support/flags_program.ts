/**
 * Runs one job and prints what became of it; the arguments are the options of the executor, the job, whether it has a
 * network door, and whether its output is captured, as JSON.
 *
 * @module
 */

import { PilotJobError, QCGPJExecutor } from "@qcg/pilotjob";
import { zmq } from "@qcg/pilotjob/doors";

try {
  const [options, execution, opensNetwork, captures] = Deno.args.map((arg) => JSON.parse(arg));
  await using executor = new QCGPJExecutor({ ...options, ...(opensNetwork ? { doors: [zmq()] } : {}) });
  executor.manager.submit({ name: "job", execution, ...(captures ? { capture: "both" } : {}) });
  await executor.manager.wait4("job");
  const { status, messages } = executor.manager.info("job").jobs["job"]!.data;
  console.log(`${status}${messages ? `: ${messages}` : ""}`);
} catch (error) {
  if (!(error instanceof PilotJobError)) throw error;
  console.log(`${error.name}: ${error.message}`);
}
