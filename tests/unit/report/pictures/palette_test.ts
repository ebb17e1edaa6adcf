import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { colours } from "../../../../src/report/pictures/colours.ts";
import palette from "../../../../src/report/pictures/palette.css" with { type: "text" };

const [light = "", dark = ""] = palette.split("@media (prefers-color-scheme: dark)");

Deno.test("palette.css has the colours that pictures have by themselves on white ground", () => {
  for (const [paint, colour] of Object.entries(colours)) assertStringIncludes(light, `--${paint}: ${colour};`);
});

Deno.test("palette.css gives each colour a dark counterpart", () => {
  const coloursOf = (part: string) => [...part.matchAll(/--([a-z-]+): #/g)].map(([, name]) => name);
  assert(coloursOf(light).length > 10);
  assertEquals(coloursOf(dark), coloursOf(light));
});
