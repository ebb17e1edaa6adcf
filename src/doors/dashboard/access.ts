/**
 * Who may ask the dashboard: only who has its secret, and only from its own page. Other pages that a browser has open
 * are kept out even if they find the port, be it by a name that they let point here (DNS rebinding).
 *
 * @module
 */

/** What is looked at of a request. */
export interface AskedBy {
  /** The value of a header, by its name in small letters; `null` without one. */
  readonly header: (name: string) => string | null;
}

/** Who is let in. */
export interface AccessRules {
  /** The secret that a request must have. */
  readonly secret: string;
  /** Names of this machine under which it may be asked, beside its addresses. */
  readonly hostNames: readonly string[];
}

/** Why a request is refused. */
export interface Refused {
  /** The status of HTTP. */
  readonly status: number;
  /** A sentence without its end. */
  readonly problem: string;
}

/** The header that carries the secret. A page of another origin cannot send it without being asked for first. */
const secretHeader = "x-qcgpj-secret";

/**
 * Says why not even the page itself is given out; `undefined` when it is. Names can be rebound and addresses cannot, so
 * every address is accepted: behind a tunnel of ssh the browser asks for another one than that served here.
 */
export function refuseHost({ header }: AskedBy, { hostNames }: AccessRules): Refused | undefined {
  const host = header("host") ?? "";
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name) || /^\[[0-9a-f:.]+\]$/.test(name);
  if (isAddress || name === "localhost" || hostNames.some((one) => one.toLowerCase() === name)) return undefined;
  return {
    status: 421,
    problem: `The host ${JSON.stringify(host)} is not this dashboard; open the address that it printed`,
  };
}

/** Says why nothing of the run is told; `undefined` when the request may be answered. */
export function refuseAccess(asked: AskedBy, rules: AccessRules): Refused | undefined {
  const { header } = asked;
  const refused = refuseHost(asked, rules);
  if (refused !== undefined) return refused;
  const origin = header("origin");
  const site = header("sec-fetch-site");
  const isForeign = (origin !== null && origin !== `http://${header("host")}`) ||
    (site !== null && site !== "same-origin" && site !== "none");
  if (isForeign) return { status: 403, problem: "Only the page of the dashboard itself may ask it" };
  const secret = header(secretHeader) ?? "";
  if (isSame(secret, rules.secret)) return undefined;
  return {
    status: 401,
    problem: "The secret is missing or wrong; open the whole address that was printed, with what follows #",
  };
}

/** Compares in a time that does not depend on where two texts differ. */
export function isSame(given: string, secret: string): boolean {
  const length = Math.max(given.length, secret.length);
  let difference = given.length ^ secret.length;
  for (let at = 0; at < length; at++) difference |= (given.charCodeAt(at) || 0) ^ (secret.charCodeAt(at) || 0);
  return difference === 0;
}

/** The headers of every response: nothing is loaded from elsewhere, kept, framed, or guessed at. */
export const safeHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
