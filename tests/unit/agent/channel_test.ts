import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { formatHello, HelloSearch, noiseMax, refuseVersion } from "../../../src/agent/hello.ts";
import { lineMax, LineSplitter } from "../../../src/agent/lines.ts";
import { ProtocolError } from "../../../src/agent/protocol_error.ts";
import { familyOf, findTag, serialOf, serialsMax, tagOf, tagsOfRun } from "../../../src/agent/tag.ts";

const encoder = new TextEncoder();

Deno.test("LineSplitter.push() gives the same lines however the bytes are cut", () => {
  const text = fc.array(fc.string({ unit: anyCharacter, maxLength: 9 }), { maxLength: 9 })
    .map((lines) => lines.map((line) => line.toWellFormed().replaceAll("\n", "")));
  fc.assert(fc.property(text, fc.array(fc.nat(20), { maxLength: 20 }), (lines, cuts) => {
    const bytes = encoder.encode(lines.map((line) => `${line}\n`).join("") + "rest");
    const splitter = new LineSplitter();
    const got: string[] = [];
    let at = 0;
    for (const cut of [...cuts, bytes.length]) {
      got.push(...splitter.push(bytes.subarray(at, at + cut)));
      at += cut;
    }
    // A byte order mark at the very beginning is no text.
    assertEquals(
      [...got, splitter.rest],
      `${lines.join("\n")}${lines.length > 0 ? "\n" : ""}rest`.replace(/^\ufeff/, "").split("\n"),
    );
  }));
});

Deno.test("LineSplitter.push() refuses a line that is too long, and what is no UTF-8", () => {
  const splitter = new LineSplitter();
  const part = encoder.encode("x".repeat(lineMax / 16));
  for (let count = 0; count < 16; count++) assertEquals(splitter.push(part), []);
  assertThrows(() => splitter.push(part), ProtocolError, "characters");
  assertThrows(() => new LineSplitter().push(new Uint8Array([0xff, 10])), ProtocolError, "UTF-8");
});

const hello = { version: "1.2.3", pid: 77, node: "n2" };

Deno.test("HelloSearch.read() finds the hello behind what a prolog prints, even on the same line", () => {
  const line = formatHello(hello);
  assertEquals(line, 'qcgpj-agent {"protocol":1,"version":"1.2.3","pid":77,"node":"n2"}\n');
  for (const noise of [[], ["Loading modules"], ["qcgpj-agent {not yet", ""]]) {
    const search = new HelloSearch();
    for (const other of noise) assertEquals(search.read(other), undefined);
    assertEquals(search.read(`loaded.${line.trimEnd()}`), hello);
    assertEquals(search.noise, noise.map((other) => `${other}\n`).join(""));
  }
});

Deno.test("HelloSearch.read() refuses another protocol, a hello that is none, and too much noise", () => {
  const refused: [string, string][] = [
    ['qcgpj-agent {"protocol":2,"version":"1","pid":1}', "speaks protocol 2, this pilot 1"],
    ['qcgpj-agent {"protocol":1,"version":"1"}', "pid of a hello"],
    ["x".repeat(noiseMax), "No hello"],
  ];
  for (const [line, part] of refused) {
    assertStringIncludes(assertThrows(() => new HelloSearch().read(line), ProtocolError).message, part);
  }
});

Deno.test("refuseVersion() names both versions and what may be the cause", () => {
  assertEquals(refuseVersion(hello, "1.2.3", "n2"), undefined);
  assertEquals(
    refuseVersion(hello, "1.2.4", "n2"),
    "Node n2 runs qcgpj 1.2.3, this pilot 1.2.4: both must be the same; is another copy first on the PATH there?",
  );
});

Deno.test("A tag has 19 digits, is a positive number of 64 bits, and tells its run, agent and launch", () => {
  fc.assert(fc.property(fc.string(), fc.nat(), fc.nat({ max: serialsMax - 1 }), (runId, agent, serial) => {
    const family = familyOf(tagsOfRun(runId), agent);
    const tag = tagOf(family, serial);
    assert(tag < 2n ** 63n && `${tag}`.length === 19 && `${tag}`.startsWith(tagsOfRun(runId)));
    assertEquals(serialOf(family, `${tag}`), serial);
    assertEquals(serialOf(familyOf(tagsOfRun(runId), agent + 1), `${tag}`), undefined);
    const line = `Max file locks            ${tag}  unlimited            locks     \n`;
    assertEquals(findTag(`Max pending signals       1                    2       signals\n${line}`), `${tag}`);
  }));
  assertEquals(tagsOfRun("0123456789abcdef"), "784279677");
  assertEquals(findTag("Max file locks            unlimited            unlimited            locks     \n"), undefined);
});
