/**
 * Variables that are known to make a program load code it would not load by itself. No such list is whole, so a scope
 * that names variables lets a job set those and no others; the list is for scopes that allow all variables at once.
 *
 * @module
 */

/** Beginnings of names: the dynamic linkers, functions of bash, plugins of Git's configuration. */
const prefixes: readonly string[] = ["LD_", "DYLD_", "BASH_FUNC_", "GIT_CONFIG"];

/** Names of single variables. */
const names: ReadonlySet<string> = new Set([
  // The C library.
  ...["GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH", "NLSPATH"],
  // Shells read a file, or run what is in a variable, before anything else.
  ...["BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "ZDOTDIR", "FPATH"],
  ...["PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONBREAKPOINT", "PYTHONWARNINGS"],
  ...["PERL5LIB", "PERLLIB", "PERL5OPT", "PERL5DB", "RUBYLIB", "RUBYOPT", "GEM_HOME", "GEM_PATH"],
  ...["NODE_OPTIONS", "NODE_PATH", "NODE_REPL_EXTERNAL_MODULE", "BUN_OPTIONS"],
  ...["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "DOTNET_STARTUP_HOOKS"],
  ...["CORECLR_PROFILER_PATH", "LUA_INIT", "LUA_PATH", "LUA_CPATH", "TCLLIBPATH", "GUILE_LOAD_PATH"],
  ...["R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER", "R_LIBS", "R_LIBS_USER", "R_LIBS_SITE"],
  ...["JULIA_LOAD_PATH", "JULIA_DEPOT_PATH", "PHPRC", "PHP_INI_SCAN_DIR", "ERL_LIBS", "ERL_FLAGS", "ERL_AFLAGS"],
  ...["ERL_ZFLAGS", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_EXEC_PATH", "LESSOPEN", "VIMINIT", "EXINIT"],
  // Libraries with plugins.
  ...["OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES", "QT_PLUGIN_PATH", "GTK_MODULES", "GTK_PATH"],
  ...["GIO_EXTRA_MODULES", "GST_PLUGIN_PATH", "OCL_ICD_VENDORS", "VK_LAYER_PATH", "HDF5_PLUGIN_PATH"],
]);

/** Whether setting a variable can make programs load code. */
export function loadsCode(name: string): boolean {
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Whether a variable is read by the C library of every program: also by the sandbox itself before it closes. */
export function isReadByLinker(name: string): boolean {
  return name.startsWith("LD_") || ["GCONV_PATH", "GLIBC_TUNABLES", "LOCPATH"].includes(name);
}
