/**
 * Property tests that try the same cases each time, so that a test neither fails nor notices a mistake by chance. With
 * `deno test … -- --seed=7` they try others. A failure tells its seed, the path to the case, and the smallest case.
 *
 * The package is named here and not in `deno.json`, and locked where tests run and not for the whole project: a task of
 * `deno.json` brings all that these two name before it begins, for users of a clone who run no test.
 *
 * @module
 */

import fc from "npm:fast-check@4.10.2";

const seedOption = "--seed=";
const given = Deno.args.find((arg) => arg.startsWith(seedOption))?.slice(seedOption.length);
if (given !== undefined && !/^-?\d{1,9}$/.test(given)) throw new TypeError(`"${given}" is no seed: give an integer`);
fc.configureGlobal({ seed: Number(given ?? 1) });

export default fc;

const surrogates = { from: 0xd800, count: 0x800 };

/**
 * Any character that text may have, as a unit of strings. As the unit `"binary"` of fast-check, which takes seconds of
 * every test file to make its tables.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat({ max: 0x10ffff - surrogates.count }).map(
  (index) => String.fromCodePoint(index < surrogates.from ? index : index + surrogates.count),
  (text) => {
    const point = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== text) throw new TypeError("no single character");
    return point < surrogates.from ? point : point - surrogates.count;
  },
);
