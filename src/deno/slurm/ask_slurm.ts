/**
 * Asks Slurm. Each question has a time limit, as the controller may be down; what is not answered is not known.
 *
 * @module
 */

/** How long an answer may take, in seconds. */
const answerSecondsMax = 10;

/**
 * Asks, and waits for the answer.
 *
 * @returns What the command printed; `undefined` if it failed, is not there, or took too long.
 */
export function askNow(command: string, args: readonly string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("timeout", {
      args: ["-s", "KILL", String(answerSecondsMax), command, ...args],
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

/** As {@linkcode askNow}, without waiting. */
export async function ask(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("timeout", {
      args: ["-s", "KILL", String(answerSecondsMax), command, ...args],
      stdin: "null",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}
