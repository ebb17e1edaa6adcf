/**
 * Looking at the machine's processes, for tests that promise that none is left.
 *
 * @module
 */

/** The ids of the processes whose command line or environment contains a text. */
export function processesWith(text: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    if (["cmdline", "environ"].some((file) => readQuietly(`/proc/${name}/${file}`).includes(text))) {
      found.push(Number(name));
    }
  }
  return found;
}

/** Resolves as soon as a condition holds; throws after `limitMs`, by which something has hung, not been slow. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 120_000,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!await condition()) {
    if (performance.now() > endMs) throw new Error(`Waited ${limitMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether a program of this name can be run. */
export function isOnPath(name: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${name}`).isFile;
    } catch {
      return false;
    }
  });
}

function readQuietly(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // It has ended in the meantime.
  }
}
