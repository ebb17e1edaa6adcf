/**
 * Mistakes in what shows a run: the page, who may see it, and the whole screen.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inDashboard: readonly Mutant[] = [
  plant(
    "doors/dashboard/access.ts",
    "  if (isSame(secret, rules.secret)) return undefined;",
    "  if (secret.length === rules.secret.length) return undefined;",
    "any secret of the right length opens the dashboard",
    "unit/doors/dashboard/access_test.ts",
  ),
  plant(
    "doors/dashboard/access.ts",
    "isAddress || name ===",
    'name.startsWith("127.0.0.1") || isAddress || name ===',
    "a name that begins like an address is let in",
    "unit/doors/dashboard/access_test.ts",
  ),
  plant(
    "doors/dashboard/access.ts",
    '(origin !== null && origin !== `http://${header("host")}`) ||',
    "",
    "the page of another origin may ask the dashboard",
    "unit/doors/dashboard/access_test.ts",
  ),
  plant(
    "doors/dashboard/respond.ts",
    "isAsset ? refuseHost(asked, rules) : refuseAccess(asked, rules)",
    "refuseHost(asked, rules)",
    "the run is told to whoever asks without the secret",
    "unit/doors/dashboard/respond_test.ts",
  ),
  plant(
    "doors/dashboard/respond.ts",
    "    if (!mayControl) {",
    "    if (false as boolean) {",
    "a dashboard that only shows cancels and pauses",
    "unit/doors/dashboard/respond_test.ts",
  ),
  plant(
    "doors/http/http_connection.ts",
    "= [true, undefined, Infinity];",
    "= [true, this.waitsSinceMs, Infinity];",
    "a request that is being answered makes room for others",
    "unit/doors/http/http_server_test.ts",
  ),
  plant(
    "doors/http/http_server.ts",
    "if (connection.isLate(nowMs)) connection.close();",
    "connection.isLate(nowMs);",
    "a peer may take as long as it likes",
    "unit/doors/http/http_server_test.ts",
  ),
  plant(
    "doors/http/request_head.ts",
    'if (headers.has("transfer-encoding"))',
    "if (false as boolean)",
    "a request of unknown length is taken for an empty one, and its body for the next",
    "unit/doors/http/request_head_test.ts",
  ),
  plant(
    "doors/dashboard/control.ts",
    '  if (request !== "cancelJob") return wrong("The request must be cancelJob, pause or continue");',
    "",
    "anything can be asked of a run through its page",
    "unit/doors/dashboard/respond_test.ts",
  ),
  plant(
    "report/dashboard/dashboard_model.ts",
    "        this.#takeBack(event.counts);\n",
    "",
    "tasks that run again count as ended",
    "unit/report/dashboard/dashboard_model_test.ts",
  ),
  plant(
    "report/dashboard/dashboard_model.ts",
    "    this.#started--;\n",
    "",
    "tasks that have ended count as running",
    "unit/report/dashboard/dashboard_model_test.ts",
  ),
  plant(
    "report/dashboard/timeline.ts",
    "    this.#levels = levels;\n",
    "",
    "nothing is told of what a run did over time",
    "unit/report/dashboard/timeline_test.ts",
  ),
  plant(
    "report/dashboard/work_budget.ts",
    "    this.#leftMs -= this.#nowMs() - begunMs;\n",
    "",
    "who looks at a large run takes all of the time",
    "unit/report/dashboard/timeline_test.ts",
  ),
  plant(
    "report/dashboard/task_pages.ts",
    "|| offset >= taskCount(job.description) ?",
    "?",
    "a task of a removed job is shown as one of the job before it",
    "unit/report/dashboard/task_pages_test.ts",
  ),
  plant(
    "report/top/top_state.ts",
    'key.text.toLowerCase() === "y"',
    'key.text.toLowerCase() !== "n"',
    "anything but n cancels a task",
    "unit/report/top/top_test.ts",
  ),
  plant(
    "report/top/screen_text.ts",
    '.replaceAll(unseen, "\\ufffd")',
    "",
    "marks in names turn the direction of what stands on the screen",
    "unit/report/top/top_test.ts",
  ),
];
