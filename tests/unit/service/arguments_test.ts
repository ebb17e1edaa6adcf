import { assertEquals, assertThrows } from "@std/assert";
import { type OptionSpec, parseArguments } from "../../../src/service/arguments.ts";
import { UsageError } from "../../../src/service/usage.ts";

const table: readonly OptionSpec[] = [
  { name: "wd", value: { kind: "text" }, placeholder: "DIR", help: "" },
  { name: "only", value: { kind: "texts" }, placeholder: "NAME", help: "" },
  { name: "tags", value: { kind: "list" }, placeholder: "LIST", help: "" },
  { name: "end", value: { kind: "text" }, takesEmpty: true, help: "" },
  { name: "grace", value: { kind: "time", takesZero: true }, help: "" },
  { name: "patience", value: { kind: "time", takesNever: true }, help: "" },
  { name: "size", value: { kind: "size", min: 1, max: 4096 }, help: "" },
];
const read = (...args: string[]) => Object.fromEntries(parseArguments(table, args).options);

Deno.test("parseArguments() refuses an empty value, which is often a variable that is not set", () => {
  for (const args of [["--wd="], ["--wd", ""], ["--only", "a", "--only="], ["--tags="], ["--tags", " , "]]) {
    const name = args[0]!.replace("=", "");
    const { message } = assertThrows(
      () => read(...args),
      UsageError,
      `Option ${name} has an empty value; write ${name}`,
    );
    assertEquals(message.endsWith(", or leave it out"), true, message);
  }
  assertEquals(read("--end=", "--wd= "), { end: "", wd: " " });
});

Deno.test("parseArguments() leaves out empty values where it is told to", () => {
  const { options } = parseArguments(table, ["--wd=a", "--wd=", "--only=", "--tags=,"], { ignoresEmpty: true });
  assertEquals([...options], []);
});

Deno.test("parseArguments() reads times as milliseconds", () => {
  assertEquals(read("--grace", "0", "--patience", "1.5m"), { grace: 0, patience: 90_000 });
  assertEquals(read("--patience=Never"), { patience: Infinity });
  for (const bad of ["0", "", "soon", "-1"]) {
    assertThrows(() => read(`--patience=${bad}`), UsageError, "Option --patience must be never, or seconds, or a time");
  }
  assertThrows(() => read("--grace=never"), UsageError, "Option --grace must be seconds, or a time");
});

Deno.test("parseArguments() reads sizes as bytes, within bounds", () => {
  assertEquals(read("--size", "4K"), { size: 4096 });
  for (const bad of ["0", "4097", "5k"]) {
    assertThrows(
      () => read(`--size=${bad}`),
      UsageError,
      `Option --size must be a size from 1 to 4096 bytes, not "${bad}"`,
    );
  }
  for (const bad of ["", "much"]) {
    assertThrows(() => read(`--size=${bad}`), UsageError, "Option --size must be a number of bytes, or a size such as");
  }
});
