/**
 * Reads one placeholder.
 *
 * @module
 */

import type { Scanner } from "./scanner.ts";
import type { Placeholder } from "./syntax.ts";

const placeholderForm = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/y;

/** Passes over the placeholder that starts at the current dollar; a dollar that starts none is an error. */
export function scanPlaceholder(scanner: Scanner): Placeholder {
  const start = scanner.offset;
  const match = scanner.match(placeholderForm);
  if (match !== null) return { name: (match[1] ?? match[2])!, ...scanner.positionOf(start) };
  if (scanner.text[start + 1] === "{") {
    scanner.fail(
      'this "${" starts no placeholder: write ${name}, with letters, digits and underscores and no digit in front, ' +
        'or "$${" for a dollar and a brace',
    );
  }
  scanner.fail('a bare "$": write "$$" for a dollar, or "${name}" for a placeholder');
}
