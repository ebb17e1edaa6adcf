/**
 * The head of a request of HTTP/1.1, read strictly: what could be understood in two ways is refused.
 *
 * @module
 */

/** The head of a request. */
export interface RequestHead {
  /** The method, in capitals. */
  readonly method: string;
  /** The path and the query. */
  readonly target: string;
  /** The headers. */
  readonly headers: Headers;
  /** How many bytes follow the head. */
  readonly bodyBytes: number;
  /** Whether the peer wants to ask more on this connection. */
  readonly keepsOpen: boolean;
}

/** Why a request cannot be read. */
export interface BadRequest {
  /** The status of HTTP. */
  readonly status: number;
  /** A sentence without its end. */
  readonly problem: string;
}

/** Longer heads are refused. Cookies of other programs on this machine come along, and may take some of it. */
export const headBytesMax: number = 32 * 1024;
/** Longer bodies are refused. */
export const bodyBytesMax: number = 128 * 1024;

const requestLine = /^([A-Z]{1,16}) (\/[\x21-\x7e]*) HTTP\/1\.([01])$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;
/** Headers that must not come twice. */
const singles = ["host", "content-length", "origin", "transfer-encoding"];
/** Methods that `Request` takes. */
const forbiddenMethods = ["CONNECT", "TRACE", "TRACK"];

const bad = (problem: string, status = 400): BadRequest => ({ status, problem });

/**
 * Reads the head of a request.
 *
 * @param head Its bytes, without the empty line at its end.
 */
export function readHead(head: Uint8Array): RequestHead | BadRequest {
  // Each byte is a letter, as headers have it.
  const [first = "", ...lines] = Array.from(head, (byte) => String.fromCharCode(byte)).join("").split("\r\n");
  const [, method = "", target = "", minor] = requestLine.exec(first) ?? [];
  if (method === "") return bad("The first line is no request of HTTP/1.1");
  if (forbiddenMethods.includes(method)) return bad(`The method ${method} is not known here`, 405);
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value = ""] = headerLine.exec(line) ?? [];
    if (name === undefined) return bad("A line of the head is no header");
    if (singles.includes(name.toLowerCase()) && headers.has(name)) return bad(`There are several headers ${name}`);
    headers.append(name, value);
  }
  if (headers.has("transfer-encoding")) return bad("The length of the request must be told before", 411);
  const length = headers.get("content-length") ?? "0";
  if (!/^\d{1,15}$/.test(length)) return bad("The length is no number");
  if (Number(length) > bodyBytesMax) return bad(`A request may have ${bodyBytesMax} bytes at most`, 413);
  const keepsOpen = minor === "1" && !/\bclose\b/i.test(headers.get("connection") ?? "");
  return { method, target, headers, bodyBytes: Number(length), keepsOpen };
}

/** Whether a request cannot be read. */
export function isBad(head: RequestHead | BadRequest): head is BadRequest {
  return "status" in head;
}
