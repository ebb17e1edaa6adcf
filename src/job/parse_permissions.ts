/**
 * The `permissions` of a job: what it gives up of what its executor allows.
 *
 * @module
 */

import { copyPermissions, findPermissionsProblem, permissionKinds, type PermissionScope } from "./permissions.ts";
import { refuse } from "./json.ts";
import type { Field } from "./shape.ts";

/**
 * Reads `permissions`.
 *
 * @param field The element.
 * @returns The frozen scope.
 * @throws {JobDescriptionError} If a key is unknown or a value is of the wrong type.
 */
export function parsePermissions(field: Field): PermissionScope {
  const value = field.shaped('an object such as { "run": ["date"] }', permissionKinds).object("an object");
  const found = findPermissionsProblem(value);
  if (found !== undefined) refuse({ jobName: field.jobName, path: `${field.path}${found.path}` }, found.problem);
  return copyPermissions(value as PermissionScope);
}
