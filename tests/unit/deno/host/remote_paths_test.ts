import { assertEquals } from "@std/assert";
import { findRemoteMounts, type LinkSight, RemotePaths } from "../../../../src/deno/host/remote_paths.ts";

const kinds = "nodev\tproc\nnodev\ttmpfs\n\text4\n\tfuseblk\nnodev\tautofs\nnodev\tnfs4\n";
const mounts = [
  "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
  "22 27 0:21 / /proc rw,relatime shared:1 master:2 - proc proc rw",
  "23 22 0:30 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw",
  "24 27 0:31 / /home rw - nfs4 server:/home rw",
  "25 27 0:32 / /my\\040data rw - fuse.sshfs a@b: rw",
  "26 27 0:33 / /disk rw - fuseblk /dev/sdb rw",
  "28 27 0:34 / /auto rw - autofs auto rw",
  "29 27 0:35 / /tmp rw - tmpfs tmpfs rw",
  "",
].join("\n");

function paths(links: Readonly<Record<string, string>>, text: () => string = () => mounts) {
  const asked: string[] = [];
  let nowMs = 0;
  const sight: LinkSight = {
    linkAt: (path) => {
      asked.push(path);
      return links[path];
    },
    mounts: text,
    kinds: () => {
      asked.push("kinds");
      return kinds;
    },
    nowMs: () => nowMs,
  };
  return { paths: new RemotePaths(sight), asked, pass: (ms: number) => nowMs += ms };
}

Deno.test("findRemoteMounts() finds what other machines and programs serve, and nothing else", () => {
  assertEquals(findRemoteMounts(mounts, kinds), ["/home", "/my data", "/disk", "/auto"]);
});

Deno.test("findRemoteMounts() takes for remote what it does not know", () => {
  assertEquals(findRemoteMounts("1 0 0:1 / /x rw - newfs a rw\n2 0 0:1 / /y rw - ext4 a rw", kinds), ["/x"]);
});

Deno.test("RemotePaths.has() follows links as far as they are on this machine, and asks nothing beyond", () => {
  const { paths: remote, asked } = paths({
    "/a": "/home/me",
    "/b": "c/..",
    "/c": "/tmp/../d",
    "/tmp/l": "/l2",
    "/l2": "l2",
  });
  const cases: readonly (readonly [string, boolean])[] = [
    ["/home", true],
    ["/home/x/y", true],
    ["/homes/x", false],
    ["/a/x", true],
    ["/tmp/../a", true],
    ["/b", false],
    ["/c/x", false],
    ["/my data/f", true],
    ["/tmp/../../home/./x", true],
    ["/tmp/x", false],
    ["/tmp/l", false],
    ["/", false],
  ];
  assertEquals(cases.map(([path]) => [path, remote.has(path)]), cases as [string, boolean][]);
  assertEquals(asked.filter((path) => /^\/(home|my data|disk|auto)(\/|$)/.test(path)), []);
});

Deno.test("RemotePaths.has() asks for no link where nothing is remote", () => {
  const { paths: remote, asked } = paths({ "/a": "/b" }, () => mounts.split("\n")[0]!);
  assertEquals([remote.has("/a/b"), asked], [false, ["kinds"]]);
});

Deno.test("RemotePaths.has() asks for a folder once, and sees a second later what is mounted or linked anew", () => {
  const links: Record<string, string> = {};
  let text = mounts;
  const { paths: remote, asked, pass } = paths(links, () => text);
  assertEquals([remote.has("/d/e/1"), remote.has("/d/e/2")], [false, false]);
  assertEquals(asked.splice(0), ["kinds", "/d", "/d/e", "/d/e/1", "/d/e/2"]);
  links["/d"] = "/home";
  pass(1000);
  assertEquals([remote.has("/d/e/1"), remote.has("/f/x")], [true, false]);
  text += "30 27 0:36 / /f rw - nfs4 server:/f rw\n";
  assertEquals([remote.has("/f/x"), asked.splice(0)], [false, ["/d", "/f", "/f/x", "/f/x"]]);
  pass(1000);
  assertEquals([remote.has("/f/x"), asked], [true, ["kinds"]]);
});

Deno.test("RemotePaths.has() asks for a common path once in a second, whatever it is", () => {
  const links: Record<string, string> = { "/bin": "usr/bin" };
  const { paths: remote, asked, pass } = paths(links);
  const look = () => [remote.has("/bin/true", true), remote.has("/bin/true", true), remote.has("/work", true)];
  assertEquals(look(), [false, false, false]);
  assertEquals(asked.splice(0), ["kinds", "/bin", "/usr", "/usr/bin", "/usr/bin/true", "/work"]);
  links["/usr/bin/true"] = "/home/true";
  pass(1000);
  assertEquals(look(), [true, true, false]);
});

Deno.test("RemotePaths.forget() lets what has been mounted a moment ago be seen", () => {
  let text = mounts;
  const { paths: remote } = paths({}, () => text);
  assertEquals(remote.has("/f/x"), false);
  text += "30 27 0:36 / /f rw - nfs4 server:/f rw\n";
  remote.forget();
  assertEquals(remote.has("/f/x"), true);
});
