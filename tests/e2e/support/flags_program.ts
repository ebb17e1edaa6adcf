/**
 * Runs one job and prints what became of it; the arguments are the options of the executor and the job, as JSON.
 *
 * @module
 */

import { PilotJobError, QCGPJExecutor } from "@qcg/pilotjob";

try {
  const [options, execution] = Deno.args.map((arg) => JSON.parse(arg));
  await using executor = new QCGPJExecutor(options);
  executor.manager.submit({ name: "job", execution });
  await executor.manager.wait4("job");
  const { status, messages } = executor.manager.info("job").jobs["job"]!.data;
  console.log(`${status}${messages ? `: ${messages}` : ""}`);
} catch (error) {
  if (!(error instanceof PilotJobError)) throw error;
  console.log(`${error.name}: ${error.message}`);
}
