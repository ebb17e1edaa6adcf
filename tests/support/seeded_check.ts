/**
 * Property tests that try the same cases each time, so that a test neither fails nor notices a mistake by chance. With
 * `deno test … -- --seed=7` they try others. A failure tells its seed, the path to the case, and the smallest case.
 *
 * @module
 */

import fc from "fast-check";

const seedOption = "--seed=";
const given = Deno.args.find((arg) => arg.startsWith(seedOption))?.slice(seedOption.length);
if (given !== undefined && !/^-?\d{1,9}$/.test(given)) throw new TypeError(`"${given}" is no seed: give an integer`);
fc.configureGlobal({ seed: Number(given ?? 1) });

export default fc;
