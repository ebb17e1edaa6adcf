import { assertThrows } from "@std/assert";
import { findRunFolder, findRunToResume } from "../../../../../src/deno/files/runs/find_run.ts";
import { PermissionScopeError } from "../../../../../src/errors.ts";

Deno.test("findRunToResume() and findRunFolder() name the permission that they miss, and do not throw what Deno does", () => {
  for (const find of [findRunToResume, findRunFolder]) {
    assertThrows(
      () => find("/somewhere"),
      PermissionScopeError,
      'Read permission for "/somewhere" is needed to read the records of the run: run deno again with --allow-read=',
    );
  }
});
