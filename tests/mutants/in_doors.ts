/**
 * Mistakes in what lets requests in: the admission, the answers, the session and its doors.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inDoors: readonly Mutant[] = [
  plant(
    "runtime/admission.ts",
    "placeFiles(admitted);",
    "placeFiles([...descriptions]);",
    "a job is queued without what the guard has narrowed",
    "unit/runtime/admission_test.ts",
  ),
  plant(
    "runtime/admission.ts",
    "  skipSubmit(): void {\n    this.#submits++;",
    "  skipSubmit(): void {",
    "a refused submit is not counted for ${rcnt}",
    "unit/runtime/admission_test.ts",
  ),
  plant(
    "service/answers.ts",
    "asked.add(name);",
    "",
    "a name that stands twice is canceled twice",
    "unit/service/answers_test.ts",
  ),
  plant(
    "runtime/session.ts",
    "await this.#close();\n    const { publisher: _",
    "this.#close();\n    const { publisher: _",
    "the records are closed before the doors",
    "unit/runtime/session_test.ts",
  ),
  plant(
    "runtime/session.ts",
    "for (const wake of this.#wakers) wake();",
    "for (const wake of [...this.#wakers].slice(-1)) wake();",
    "only the last door that waits is woken",
    "unit/runtime/session_test.ts",
  ),
  plant(
    "runtime/opened_door.ts",
    "{ timeoutMs: closeMsMax }",
    "{}",
    "a door that never closes keeps the executor from ending",
    "unit/runtime/session_test.ts",
  ),
  plant(
    "doors/file.ts",
    "isAbandoned = session.isStopped;",
    "isAbandoned = false;",
    "a file goes on after an interruption",
    "unit/doors/file_test.ts",
  ),
  plant(
    "runtime/session.ts",
    "      await run.pilot.recorded();\n    } catch",
    "    } catch",
    "a reply is given, and logged, before what it tells is on record",
    "unit/runtime/session_test.ts|when it is on record",
  ),
  plant(
    "runtime/session.ts",
    "await run.pilot.recorded().catch(() => {}); // and so is what was answered.",
    "",
    "an interruption leaves out of the records what was accepted just before",
    "unit/runtime/session_test.ts|leaves nothing that was accepted out",
  ),
  plant(
    "doors/reply_line.ts",
    "      await before;\n      const given = await reply;",
    "      const given = await reply;",
    "a reply overtakes one that waits for its record",
    "unit/doors/reply_line_test.ts",
  ),
  plant(
    "api/future.ts",
    "this.#asked = pilot.askedSoFar;",
    "this.#asked = 0;",
    "accepted() resolves before the jobs are on record",
    "unit/api/future_test.ts",
  ),
  plant(
    "runtime/session.ts",
    "for (const { door, over } of this.#doors) if (door.isAwaited) await over;",
    "",
    "what a file of requests still has is lost when the scope of the executor is left",
    "unit/runtime/session_test.ts",
  ),
];
