/**
 * Descriptors that no task is to inherit: those that were open when this program started, and are not its three streams.
 *
 * @module
 */

const symbols = { fcntl: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32" } } as const;
const getFlags = 1;
const setFlags = 2;
const closeOnExec = 1;

/**
 * Lets no process that this program starts inherit a descriptor beside its three streams. All that the runtime opens is
 * not inherited anyway; what is comes from the program that started this one.
 */
export function keepDescriptorsPrivate(): void {
  let library: Deno.DynamicLibrary<typeof symbols>;
  try {
    library = Deno.dlopen("libc.so.6", symbols);
  } catch {
    return; // Another C library: nothing can be done about it.
  }
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    const descriptor = Number(name);
    if (descriptor > 2 && library.symbols.fcntl(descriptor, getFlags, 0) === 0) {
      library.symbols.fcntl(descriptor, setFlags, closeOnExec);
    }
  }
  library.close();
}
