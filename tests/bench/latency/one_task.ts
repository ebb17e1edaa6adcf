/**
 * The shortest program: create, submit, result, shutdown.
 *
 * @module
 */

import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor({ wd: Deno.args[0]! });
await executor.submit(BasicTemplate.template, { name: "tj", exec: "true" }).result();
