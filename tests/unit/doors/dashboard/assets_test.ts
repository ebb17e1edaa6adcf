import { assert } from "@std/assert";
import { assets } from "../../../../src/doors/dashboard/assets.ts";
import palette from "../../../../src/report/pictures/palette.css" with { type: "text" };

Deno.test("the style of the dashboard begins with the palette of pictures", () => {
  assert(assets["/style.css"]!.text.startsWith(palette));
});
