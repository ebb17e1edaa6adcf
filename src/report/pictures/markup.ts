/**
 * Text and numbers in SVG and HTML. What a user or a program wrote is shown as text, whatever it contains.
 *
 * @module
 */

/**
 * Writes text so that it stands for itself in SVG and HTML, also in an attribute. What cannot stand in XML, or turns the
 * direction of what follows, is shown by a sign in its place.
 *
 * @param text The text.
 * @param lengthMax How many characters of it are shown at most; a mark says that there are more.
 */
export function escapeMarkup(text: string, lengthMax = 400): string {
  const shown = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return shownText(shown).replaceAll(/[&<>"']/g, (sign) => entities[sign]!);
}

/** Text for a page that sets it as text: with a sign in place of what cannot be shown, or turns the direction. */
export function shownText(text: string): string {
  return text.replaceAll(notShown, "\ufffd");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Controls but the line feed and the tab, marks of direction, and what is no character. */
// deno-lint-ignore no-control-regex -- control characters are exactly what may not stand in markup
const noText = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/;
/** A half of a pair that stands alone. */
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const notShown = new RegExp(`${noText.source}|${lone.source}`, "g");

/** Writes an element. Attributes that are `undefined` are left out; children are markup, or escaped already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    text += ` ${key}="${typeof value === "number" ? coordinate(value) : value}"`;
  }
  return children.length === 0 ? `${text}/>` : `${text}>${children.join("")}</${name}>`;
}

/** Writes a coordinate: no more digits than one can see. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
