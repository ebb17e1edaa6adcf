/**
 * A picture: an SVG that can be put into a paper as it is, and that a screen reader can tell of. The same data give the
 * same picture, byte for byte.
 *
 * @module
 */

import { fill, type Paint, stroke } from "./colours.ts";
import { coordinate, element, escapeMarkup } from "./markup.ts";
import type { Scale } from "./scale.ts";

/** What a picture is made of. */
export interface Picture {
  /** What is seen, in a few words; it stands above the picture. */
  readonly title: string;
  /** What it tells, in sentences, for those who do not see it. */
  readonly description: string;
  /** How wide and how high it is, in pixels. */
  readonly width: number;
  readonly height: number;
  /** What is drawn below the title: markup. */
  readonly body: string;
}

/** How wide pictures are. */
export const pictureWidth = 960;
/** Where the drawing begins below the title. */
export const topMargin = 44;
/** What is left free at the right. */
export const rightMargin = 24;

/** What is left free around a picture that stands alone. */
const padding = 16;

/** Writes a picture as SVG, to stand alone. */
export function renderPicture(picture: Picture): string {
  const { title, width, height } = picture;
  const heading = { x: 0, y: 18, "font-size": 16, "font-weight": 600, ...fill("text") };
  const box = { x: -padding, y: -padding / 2, width: width + 2 * padding, height: height + 1.5 * padding };
  return `${render(picture, box, element("text", heading, escapeMarkup(title)))}\n`;
}

/** What is seen of a picture, in pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Writes a picture as SVG for a page, below a heading that tells its title. */
export function renderFigure(picture: Picture): string {
  const y = topMargin - 20;
  return render(picture, { x: 0, y, width: picture.width, height: picture.height - y }, "");
}

function render({ title, description, body }: Picture, { x, y, width, height }: Box, heading: string): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: [x, y, width, height].map(coordinate).join(" "),
    width,
    height,
    role: "img",
    "font-family": "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif",
    "font-size": 12,
  };
  const told = [element("title", {}, escapeMarkup(title)), element("desc", {}, escapeMarkup(description, 2000))];
  return element("svg", attributes, ...told, heading, body);
}

/** Text at a place. */
export function label(
  x: number,
  y: number,
  text: string,
  { paint = "quiet", anchor, size, lengthMax = 60 }: {
    readonly paint?: Paint;
    readonly anchor?: "middle" | "end";
    readonly size?: number;
    readonly lengthMax?: number;
  } = {},
): string {
  return element(
    "text",
    { x, y, "text-anchor": anchor, "font-size": size, ...fill(paint) },
    escapeMarkup(text, lengthMax),
  );
}

/** The axis at the bottom, with light lines up to the top of the drawing. */
export function bottomAxis(scale: Scale, area: Area, quantity: string): string {
  const { left, right, top, bottom } = area;
  const lines = scale.ticks.map((tick) => `M${coordinate(scale.at(tick))},${coordinate(top)}V${coordinate(bottom)}`);
  const ticks = scale.ticks.map((tick) => label(scale.at(tick), bottom + 16, scale.text(tick), { anchor: "middle" }));
  const name = scale.unit === undefined ? quantity : `${quantity} (${scale.unit})`;
  return element("path", { d: lines.join(""), "stroke-width": 1, ...stroke("line") }) + ticks.join("") +
    label((left + right) / 2, bottom + 34, name, { anchor: "middle" });
}

/** The axis at the left, with light lines across the drawing. */
export function leftAxis(scale: Scale, { left, right, top }: Area, quantity: string): string {
  const lines = scale.ticks.map((tick) => `M${coordinate(left)},${coordinate(scale.at(tick))}H${coordinate(right)}`);
  const ticks = scale.ticks.map((tick) => label(left - 8, scale.at(tick) + 4, scale.text(tick), { anchor: "end" }));
  return element("path", { d: lines.join(""), "stroke-width": 1, ...stroke("line") }) + ticks.join("") +
    label(0, top - 10, quantity);
}

/** Where something is drawn, in pixels. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
