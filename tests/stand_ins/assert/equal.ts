/**
 * Deep equality as `@std/assert` defines it: 0 equals -0, NaN equals NaN, a null-prototype object equals a plain one,
 * and two errors made at different places differ (their stacks do).
 *
 * @module
 */

type Compare = (a: unknown, b: unknown) => boolean;

/** Tells whether two values are deeply equal. Cycles are allowed. */
export function equal(a: unknown, b: unknown): boolean {
  const underComparison = new Map<object, object>();
  const compare: Compare = (a, b) => {
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
    if (!isObject(a) || !isObject(b)) return false;
    if (!prototypesAgree(a, b)) return false;
    const byNature = compareByNature(a, b);
    if (byNature !== undefined) return byNature;
    // A pair met again inside itself is equal as far as the outer comparison can tell.
    if (underComparison.get(a) === b) return true;
    underComparison.set(a, b);
    return compareContents(a, b, compare) && compareProperties(a, b, compare);
  };
  return compare(a, b);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** A null prototype counts as that of a plain object: `await child.status` has one. */
function prototypesAgree(a: object, b: object): boolean {
  const plain = (value: object): unknown => Object.getPrototypeOf(value) ?? Object.prototype;
  return plain(a) === plain(b);
}

/** Compares what is wholly described by its value; `undefined` when properties have to be looked at. */
function compareByNature(a: object, b: object): boolean | undefined {
  if (typeof a === "function") return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp && b instanceof RegExp) return String(a) === String(b);
  if (a instanceof URL || a instanceof URLSearchParams) return String(a) === String(b);
  if (a instanceof WeakMap || a instanceof WeakSet) throw new TypeError("Cannot compare WeakMap or WeakSet instances");
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return equalItems(new Uint8Array(a), new Uint8Array(b));
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return equalItems(itemsOf(a), itemsOf(b));
  return undefined;
}

type Items = ArrayLike<number | bigint>;

function itemsOf(view: ArrayBufferView): Items {
  if (view instanceof DataView) return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return view as unknown as Items;
}

function equalItems(a: Items, b: Items): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  }
  return true;
}

/** Compares the contents of maps and sets, whose order does not matter. */
function compareContents(a: object, b: object, compare: Compare): boolean {
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size && (a.isSubsetOf(b) || everyHasPartner([...a], [...b], compare));
  }
  if (a instanceof Map && b instanceof Map) {
    if (a.size !== b.size) return false;
    // Looking a key up is quick; only keys that are objects may be equal without being the same.
    if (a.keys().every((key) => b.has(key))) return a.entries().every(([key, value]) => compare(value, b.get(key)));
    return everyHasPartner([...a], [...b], compare);
  }
  return true;
}

/** Each item of `as` takes one equal item of `bs` away, so that two equal items need two partners. */
function everyHasPartner(as: unknown[], bs: unknown[], compare: Compare): boolean {
  const left = [...bs];
  return as.every((item) => {
    const partner = left.findIndex((other) => compare(item, other));
    if (partner >= 0) left.splice(partner, 1);
    return partner >= 0;
  });
}

function compareProperties(a: object, b: object, compare: Compare): boolean {
  const [keysOfA, keysOfB] = [keysOf(a), keysOf(b)];
  if (keysOfA.size !== keysOfB.size) return false;
  return keysOfA.values().every((key) => keysOfB.has(key) && compare(Reflect.get(a, key), Reflect.get(b, key)));
}

/** Of plain objects and arrays the enumerable keys, of instances all of their own and what their getters show. */
function keysOf(value: object): Set<PropertyKey> {
  const keys = new Set<PropertyKey>(Reflect.ownKeys(value));
  const isPlain = Array.isArray(value) || prototypesAgree(value, {});
  if (isPlain) return new Set(keys.values().filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)));
  for (let kind = Object.getPrototypeOf(value); kind !== Object.prototype; kind = Object.getPrototypeOf(kind)) {
    if (kind === null) break;
    for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(kind))) if (get) keys.add(key);
  }
  return keys;
}
