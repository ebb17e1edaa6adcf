/**
 * Gives every program that a test starts an empty home folder and no start-up file of a shell, so that nothing depends
 * on how the account that runs the tests is set up. To be imported by each test that starts programs, for its
 * effect alone; what Deno has downloaded and compiled stays where it was.
 *
 * @module
 */

/** Variables that make shells and interpreters read files, or run code, before anything else. */
const startUpVariables: readonly string[] = [
  ...["BASH_ENV", "ENV", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "INPUTRC", "ZDOTDIR", "PROFILEREAD"],
  ...["PYTHONSTARTUP", "PYTHONHOME", "PYTHONPATH", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "CDPATH"],
];

/** Where Deno keeps what it downloads, when nobody says otherwise. */
function cacheFolder(): string {
  const caches = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? ""}/.cache`;
  return Deno.env.get("DENO_DIR") ?? `${caches}/deno`;
}

Deno.env.set("DENO_DIR", cacheFolder());
const home = Deno.makeTempDirSync({ prefix: "empty-home-" });
Deno.env.set("HOME", home);
for (const name of startUpVariables) Deno.env.delete(name);
globalThis.addEventListener("unload", () => Deno.removeSync(home, { recursive: true }));
