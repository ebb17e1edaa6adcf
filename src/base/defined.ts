/**
 * Objects without the keys that have no value.
 *
 * @module
 */

/** Copies an object without the keys whose value is `undefined`; the others stay in their order. */
export function defined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
