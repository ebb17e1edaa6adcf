/**
 * Types of `parseArgs`: what the real package's inference gives for names declared as `string`, `boolean`, `collect`,
 * `negatable` or with a `default`. Names of aliases are `unknown` here; the real package types them too.
 *
 * @module
 */

/** Options of `parseArgs`. Every option with a value must be declared as `string`: see `parse_args.ts`. */
export interface ParseOptions<
  S extends string = string,
  B extends string = string,
  C extends string = string,
  N extends string = string,
  D extends Record<string, unknown> = Record<string, unknown>,
  T extends boolean = boolean,
> {
  /** Options with a value; `"_"` keeps positional arguments from being read as numbers. */
  string?: readonly S[];
  /** Options without a value. */
  boolean?: readonly B[];
  /** Options whose values gather in an array. */
  collect?: readonly C[];
  /** Options that `--no-<name>` sets to `false`. */
  negatable?: readonly N[];
  /** Values of options that are not given. */
  default?: D;
  /** Other names of options. */
  alias?: Record<string, string | readonly string[]>;
  /** Whether all after the first positional argument is positional. */
  stopEarly?: boolean;
  /** Whether what follows `--` goes to a list of its own. */
  "--"?: T;
  /** Told of what is not declared; returns `false` to leave it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Values<S extends string, B extends string, C extends string, N extends string> =
  & { [K in Exclude<S, C>]?: K extends N ? string | false : string }
  & { [K in S & C]: string[] }
  & { [K in Exclude<B, C>]: boolean }
  & { [K in B & C]: boolean[] };

type WithDefaults<V, D> =
  & Omit<V, keyof D>
  & { [K in keyof D]: K extends keyof V ? D[K] | NonNullable<V[K]> : unknown };

/** What `parseArgs` returns. */
export type Args<
  S extends string = never,
  B extends string = never,
  C extends string = never,
  N extends string = never,
  D extends Record<string, unknown> = Record<never, never>,
  T extends boolean = false,
> =
  & Record<string, unknown>
  & WithDefaults<Values<S, B, C, N>, D>
  & { _: (string | number)[] }
  & (T extends true ? { "--": string[] } : Record<never, never>);
