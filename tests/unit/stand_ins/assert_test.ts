/**
 * What the stand-in for `@std/assert` promises. Also runs against the real package (`deno task test:jsr`).
 *
 * @module
 */
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "@std/assert";

/** The one check that does not rest on what is being tested. */
function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

function refuses(name: string, fn: () => unknown): void {
  try {
    fn();
  } catch (error) {
    return expect(error instanceof AssertionError, `${name}: ${error}`);
  }
  throw new Error(`${name} let it pass`);
}

const nullPrototype = Object.assign(Object.create(null), { code: 0 }) as object;
const cycle = (): Record<string, unknown> => {
  const ring: Record<string, unknown> = { name: "ring" };
  ring["self"] = ring;
  return ring;
};
const sameError = new Error("one place");
class Box {
  constructor(readonly content: number) {}
}
class Sealed {
  readonly #content: number;
  constructor(content: number) {
    this.#content = content;
  }
  get content(): number {
    return this.#content;
  }
}

const equalValues: [string, unknown, unknown][] = [
  ["zero and minus zero", 0, -0],
  ["NaN", NaN, NaN],
  ["plain and null prototype", { code: 0 }, nullPrototype],
  ["nested", { a: [1, { b: "c" }] }, { a: [1, { b: "c" }] }],
  ["key order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["dates", new Date(5), new Date(5)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["regular expressions", /a+/g, /a+/g],
  ["URLs", new URL("file:///a"), new URL("file:///a")],
  ["sets in any order", new Set([1, 2]), new Set([2, 1])],
  ["sets of objects", new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 2 }, { a: 1 }])],
  ["maps in any order", new Map([["a", { x: 1 }], ["b", { x: 2 }]]), new Map([["b", { x: 2 }], ["a", { x: 1 }]])],
  ["maps with object keys", new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]])],
  ["typed arrays", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ["typed zeros", new Float64Array([0]), new Float64Array([-0])],
  ["boxed numbers, by their lack of keys", Object(1), Object(2)],
  ["cycles", cycle(), cycle()],
  ["instances", new Box(1), new Box(1)],
  ["getters", new Sealed(1), new Sealed(1)],
  ["one error", sameError, sameError],
];

const notEqual: [string, unknown, unknown][] = [
  ["numbers", 1, 2],
  ["number and text", 1, "1"],
  ["null and undefined", null, undefined],
  ["null and object", null, {}],
  ["array and object", [1], { 0: 1 }],
  ["missing key", { a: undefined }, {}],
  ["other key", { a: undefined }, { b: undefined }],
  ["longer", [1, 2], [1]],
  ["classes", new Box(1), { content: 1 }],
  ["instances", new Box(1), new Box(2)],
  ["getters", new Sealed(1), new Sealed(2)],
  ["URLs", new URL("file:///a"), new URL("file:///b")],
  ["sets of objects", new Set([{ a: 1 }, { a: 2 }]), new Set([{ a: 1 }, { a: 3 }])],
  ["maps of objects", new Map([["a", { x: 1 }]]), new Map([["a", { x: 2 }]])],
  ["dates", new Date(1), new Date(2)],
  ["regular expressions", /a/, /a/i],
  ["sets", new Set([1]), new Set([2])],
  ["set sizes", new Set([1]), new Set([1, 2])],
  ["maps", new Map([["a", 1]]), new Map([["a", 2]])],
  ["typed arrays", new Uint8Array([1]), new Uint8Array([2])],
  ["kinds of typed arrays", new Uint8Array([1]), new Int8Array([1])],
  ["symbol keys", { [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 2 }],
  ["functions", () => 1, () => 1],
  ["error messages", new Error("a"), new Error("b")],
];

Deno.test("equal() holds for what is the same by value", () => {
  for (const [name, a, b] of equalValues) expect(equal(a, b) && equal(b, a), name);
});

Deno.test("equal() does not hold for what differs", () => {
  for (const [name, a, b] of notEqual) expect(!equal(a, b) && !equal(b, a), name);
});

Deno.test("assertEquals() and assertNotEquals() follow equal()", () => {
  for (const [name, a, b] of equalValues) {
    assertEquals(a, b);
    refuses(name, () => assertNotEquals(a, b));
  }
  for (const [name, a, b] of notEqual) {
    assertNotEquals(a, b);
    refuses(name, () => assertEquals(a, b));
  }
});

Deno.test("assertEquals() shows both values and the message", () => {
  const error = assertThrows(() => assertEquals({ a: 1, b: 2 }, { a: 1, b: 3 }, "sums"), AssertionError, "sums");
  for (const part of ["Values are not equal", "b: 2", "b: 3"]) expect(error.message.includes(part), error.message);
});

Deno.test("Assertions about one value pass what is right and refuse what is not", () => {
  assert(1);
  refuses("assert", () => assert(0));
  assertFalse("");
  refuses("assertFalse", () => assertFalse("x"));
  assertExists(0);
  refuses("assertExists", () => assertExists(null));
  refuses("assertExists", () => assertExists(undefined));
  assertInstanceOf(new TypeError(), Error);
  refuses("assertInstanceOf", () => assertInstanceOf(new Error(), TypeError));
  refuses("assertInstanceOf", () => assertInstanceOf(undefined, TypeError));
  refuses("fail", () => fail("x"));
  refuses("unreachable", () => unreachable());
});

Deno.test("Assertions about two values pass what is right and refuse what is not", () => {
  const shared = { a: 1 };
  assertStrictEquals(shared, shared);
  assertStrictEquals(NaN, NaN);
  refuses("assertStrictEquals", () => assertStrictEquals({ a: 1 }, shared));
  refuses("assertStrictEquals", () => assertStrictEquals(0, -0));
  refuses("assertNotStrictEquals", () => assertNotStrictEquals(shared, shared));
  assertNotStrictEquals({ a: 1 }, shared);
  assertGreater(2, 1);
  refuses("assertGreater", () => assertGreater(1, 1));
  assertGreaterOrEqual(1, 1);
  refuses("assertGreaterOrEqual", () => assertGreaterOrEqual(0, 1));
  assertLess(1, 2);
  refuses("assertLess", () => assertLess(1, 1));
  assertLessOrEqual(1, 1);
  refuses("assertLessOrEqual", () => assertLessOrEqual(2, 1));
  refuses("assertLessOrEqual", () => assertLessOrEqual(NaN, 1));
  assertAlmostEquals(0.1 + 0.2, 0.3);
  refuses("assertAlmostEquals", () => assertAlmostEquals(1, 2, 0.5));
  assertMatch("abc", /b/);
  refuses("assertMatch", () => assertMatch("abc", /x/));
  assertStringIncludes("abc", "bc");
  refuses("assertStringIncludes", () => assertStringIncludes("abc", "cb"));
  assertArrayIncludes([1, { a: 2 }], [{ a: 2 }]);
  refuses("assertArrayIncludes", () => assertArrayIncludes([1, 2], [3]));
});

Deno.test("assertThrows() returns the error and minds class and message", () => {
  const thrown = new TypeError("wrong colour");
  const throwing = () => {
    throw thrown;
  };
  assertStrictEquals(assertThrows(throwing), thrown);
  assertStrictEquals(assertThrows(throwing, TypeError, "colour"), thrown);
  assertStrictEquals(assertThrows(throwing, Error), thrown);
  refuses("other class", () => assertThrows(throwing, RangeError));
  refuses("other message", () => assertThrows(throwing, TypeError, "shape"));
  refuses("nothing thrown", () => assertThrows(() => 1));
  refuses("no error", () =>
    assertThrows(() => {
      throw "text";
    }, Error));
  assertStrictEquals(
    assertThrows(() => {
      throw "text";
    }),
    "text",
  );
});

Deno.test("assertRejects() resolves to the error and minds class and message", async () => {
  const reason = new TypeError("wrong colour");
  const rejecting = () => Promise.reject(reason);
  assertStrictEquals(await assertRejects(rejecting), reason);
  assertStrictEquals(await assertRejects(rejecting, TypeError, "colour"), reason);
  const refusals: [string, () => Promise<unknown>][] = [
    ["other class", () => assertRejects(rejecting, RangeError)],
    ["other message", () => assertRejects(rejecting, TypeError, "shape")],
    ["resolved", () => assertRejects(() => Promise.resolve(1))],
    ["synchronous throw", () =>
      assertRejects(() => {
        throw reason;
      })],
  ];
  for (const [name, refusal] of refusals) {
    const outcome = await refusal().then(() => undefined, (error: unknown) => error);
    expect(outcome instanceof AssertionError, name);
  }
});
