/**
 * Replacing a method for a while: how the simulator watches the core at work, and how bugs are planted.
 *
 * @module
 */

// deno-lint-ignore no-explicit-any -- Any method of any class may be replaced.
type Method = (...args: any[]) => any;

/** Replaces a method of a class until it is disposed of; `make` gets the original. */
export function replaceMethod<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  make: (original: T[K]) => T[K] extends Method ? (this: T, ...args: Parameters<T[K]>) => ReturnType<T[K]> : never,
): Disposable {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)!;
  Object.defineProperty(owner, name, { ...descriptor, value: make(owner[name]) });
  return { [Symbol.dispose]: () => Object.defineProperty(owner, name, descriptor) };
}

/** Replaces a getter of a class until disposal. */
export function replaceGetter<T extends object>(prototype: T, name: keyof T, get: (this: T) => unknown): Disposable {
  const before = Object.getOwnPropertyDescriptor(prototype, name)!;
  Object.defineProperty(prototype, name, { get, configurable: true });
  return { [Symbol.dispose]: () => Object.defineProperty(prototype, name, before) };
}
