/**
 * Runs programs where the kernel refuses a call, as filters of containers do.
 *
 * @module
 */

import { assert } from "@std/assert";

/** Becomes a program that the kernel refuses a call, as filters of containers do: for one second argument. */
const filter = `#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **words) {
  unsigned call = strtoul(words[1], 0, 10), second = strtoul(words[2], 0, 10);
  struct sock_filter steps[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { sizeof steps / sizeof *steps, steps };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
  execvp(words[3], words + 3);
  return 98;
}
`;

/** Whether there is a compiler for the filter. */
export const hasCompiler: boolean = (() => {
  try {
    return new Deno.Command("cc", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

/**
 * Makes a program that refuses a call by its number when it has a certain second argument.
 *
 * @returns What to put before a command line.
 */
export async function refuseCall(folder: string, call: readonly [number: number, second: number]): Promise<string[]> {
  await Deno.writeTextFile(`${folder}/filter.c`, filter);
  const args = ["-o", `${folder}/filter`, `${folder}/filter.c`];
  assert((await new Deno.Command("cc", { args }).output()).success);
  return [`${folder}/filter`, ...call.map(String)];
}
