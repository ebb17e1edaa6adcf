/**
 * Streams and folders of tasks under a permission scope, against a neighbour that keeps swapping folders and links.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BasicTemplate, type ExecutionSettings, type ExecutorOptions } from "@qcg/pilotjob";
import { Confined } from "./support/confined.ts";
import { makeSwapped, outsideOf, untouched, whenAllowed, whileSwapped } from "./support/swapped.ts";

/** Under which permissions and options streams are opened in which way. */
interface Way {
  readonly options: ExecutorOptions;
  readonly permissions?: Deno.PermissionOptions;
  /** Whether the sandbox opens them, whose words are those of a shell. */
  readonly isInside?: true;
}

const ways: Readonly<Record<string, Way>> = {
  "the keeper": { options: {} },
  "the native launcher": { options: { launcher: "native" } },
  "the direct launcher": { options: { launcher: "direct" } },
  "the keeper and a sandbox": { options: { sandbox: "require" } },
  "the native launcher and a sandbox": { options: { sandbox: "require", launcher: "native" } },
  "the direct launcher and a sandbox": { options: { sandbox: "require", launcher: "direct" }, isInside: true },
  "the direct launcher without -A and a sandbox": {
    options: { sandbox: "require" },
    permissions: { run: true, read: true, write: true, env: true },
    isInside: true,
  },
};

/** How many jobs of a round there are, and how many rounds at least and at most. */
const [count, roundsMin, roundsMax] = [40, 5, 200];

/** Runs jobs with streams below `flip`, and tells how many succeeded. */
async function launchMany(confined: Confined, round: number): Promise<number> {
  const { manager } = confined.executor;
  const names = [`new-${round}`, `old-${round}`];
  await whenAllowed(() =>
    manager.submit([
      {
        name: names[0]!,
        execution: {
          exec: "sh",
          args: ["-c", "cat; echo written"],
          stdin: "flip/precious",
          stdout: "flip/${jname}-${it}",
          stderr: "flip/made-${jname}-${it}/new",
        },
        iteration: { stop: count / 2 },
      },
      {
        name: names[1]!,
        execution: { exec: "sh", args: ["-c", "echo written"], stdout: "precious", wd: "flip" },
        iteration: { stop: count / 2 },
      },
    ])
  );
  await manager.wait4(names);
  const { jobs } = manager.info(names, { withChilds: true });
  const states = Object.values(jobs).flatMap(({ data }) => data.childs ?? []).map(({ state }) => state);
  assertEquals(states.length, count);
  return states.filter((state) => state === "SUCCEED").length;
}

/** The files below a folder, links aside, that hold a text. */
function filesWith(folder: string, text: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory, isFile }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return filesWith(path, text);
    return isFile && Deno.readTextFileSync(path).includes(text) ? [path] : [];
  });
}

function held(options: ExecutorOptions): ExecutorOptions {
  return { permissions: { run: ["sh", "cat"], read: ["."], write: ["."] }, durability: "memory", ...options };
}

for (const [name, { options, permissions = "inherit", isInside }] of Object.entries(ways)) {
  const test = (criterion: string, body: () => Promise<void>) =>
    Deno.test(`A scope with ${name} ${criterion}`, { permissions }, body);

  test("opens no stream outside while a neighbour swaps folders and links", async () => {
    await using confined = new Confined(() => held(options));
    await whileSwapped(confined, async () => {
      let [round, succeeded] = [0, 0];
      // Some must find a folder, and some a link.
      const hasMetBoth = () => succeeded > 0 && succeeded < round * count;
      while (round < roundsMin || !hasMetBoth() && round < roundsMax) succeeded += await launchMany(confined, round++);
      assert(hasMetBoth(), `${succeeded} of ${round * count} succeeded`);
    });
    assertEquals(outsideOf(confined), [...untouched]);
    assertEquals(filesWith(confined.scratch.in("work"), "precious"), [], "what lies outside was read");
  });

  test("makes folders, adds nothing to what was there, and gives one file to both outputs", async () => {
    await using confined = new Confined(() => held(options));
    const streams = { stdout: "a/b/both", stderr: "a/b/both", wd: "x/y" };
    const { status } = await confined.sh("pwd; echo more >&2", streams);
    assertEquals(status, "SUCCEED");
    const folder = confined.scratch.in("work/x/y");
    assertEquals(confined.scratch.read("work/x/y/a/b/both"), `${Deno.realPathSync(folder)}\nmore\n`);
    assertEquals((await confined.sh("echo once", streams)).status, "SUCCEED");
    assertEquals(confined.scratch.read("work/x/y/a/b/both"), "once\n");
  });

  test("keeps what an earlier attempt wrote", async () => {
    await using confined = new Confined(() => held(options));
    confined.executor.manager.submit({
      name: "twice",
      execution: { exec: "sh", args: ["-c", "echo $QCG_PM_STEP_ID; exit 3"], stdout: "deep/out" },
      retry: 1,
    });
    await confined.executor.manager.wait4("twice");
    const [first, second] = ["out.attempt-1", "out"].map((file) => confined.scratch.read(`work/deep/${file}`));
    assert(first !== second && first !== "" && second !== "", `${first} and ${second}`);
  });

  test("opens named pipes in the task's own process", async () => {
    await using confined = new Confined(() => held(options));
    const pipe = confined.scratch.in("work/pipe");
    assert(new Deno.Command("mkfifo", { args: [pipe] }).outputSync().success);
    confined.executor.manager.submit([
      { name: "from", execution: { exec: "sh", args: ["-c", "echo through"], stdout: "pipe" } },
      { name: "to", execution: { exec: "cat", stdin: "pipe", stdout: "got" } },
    ]);
    await confined.executor.manager.wait4(["from", "to"]);
    assertEquals(confined.scratch.read("work/got"), "through\n");
  });

  test("tells the end of no file that an output has become a link to", async () => {
    await using confined = new Confined(() => held(options));
    confined.scratch.write("secret", "the secret");
    const tailOf = async (file: string, script: string) => {
      const future = confined.executor.submit(BasicTemplate.template, {
        name: file,
        exec: "sh",
        args: ["-c", script],
        stdout: file,
      });
      await future.result();
      return Object.values(future.info())[0]!.stdoutTail;
    };
    assertEquals(await tailOf("own", "echo said; exit 3"), "said\n");
    assertEquals(await tailOf("link", "echo said; rm link; ln -s ../secret link; exit 3"), undefined);
  });

  test("says what is wrong with a stream", async () => {
    await using confined = new Confined(() => held(options));
    makeSwapped(confined);
    const refusals: readonly (readonly [ExecutionSettings, string, string])[] = [
      [{ stdin: "flip/none" }, 'stdin "PATH/flip/none" does not exist', "No such file"],
      [{ stdout: "flip" }, 'stdout "PATH/flip" is a folder; name a file', "Is a directory"],
      [
        { stderr: "flip/precious/x" },
        'stderr "PATH/flip/precious/x" has a file where a folder is needed',
        "File exists",
      ],
    ];
    for (const [settings, outside, inside] of refusals) {
      const path = Object.values(settings)[0];
      const words = isInside ? `"PATH/${path}" cannot be opened in the sandbox: ${inside}` : outside;
      const { message, status } = await confined.sh(":", settings);
      assertEquals(status, "FAILED");
      assertStringIncludes(message, words.replace("PATH", confined.scratch.in("work")));
    }
  });
}
