/**
 * Nothing: what a Deno process costs by itself.
 *
 * @module
 */
