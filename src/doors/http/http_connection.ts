/**
 * A connection of HTTP: one request after the other, each answered before the next is read. What is held of a peer is
 * bounded, and a peer that keeps us waiting can be told.
 *
 * @module
 */

import { concatenate } from "../../base/bytes.ts";
import { ByteQueue } from "../../zmtp/byte_queue.ts";
import type { ByteStream } from "../../zmtp/stream.ts";
import { type BadRequest, headBytesMax, isBad, readHead, type RequestHead } from "./request_head.ts";

/** Answers a request; never rejects. */
export type Respond = (request: Request) => Promise<Response>;

/** How long a peer may take, in milliseconds: for a whole request, between two, and to take what it is sent. */
const requestMsMax = 10_000;
const idleMsMax = 60_000;
const writeMsMax = 30_000;

const headEnd = [13, 10, 13, 10];

/** Serves one peer, until it goes or is closed. */
export class HttpConnection {
  /** Settles when the connection is closed. */
  readonly ended: Promise<void>;
  /** Since when the peer keeps us waiting; `undefined` while an answer is made, or told as it comes. */
  waitsSinceMs: number | undefined;
  readonly #stream: ByteStream;
  readonly #respond: Respond;
  readonly #nowMs: () => number;
  readonly #come: ByteQueue = new ByteQueue();
  readonly #into: Uint8Array = new Uint8Array(4096);
  #deadlineMs = Infinity;
  #isAnswering = false;
  #isClosing = false;

  /**
   * Begins to serve.
   *
   * @param stream The connection.
   * @param respond Answers requests.
   * @param nowMs Tells the time, in milliseconds.
   */
  constructor(stream: ByteStream, respond: Respond, nowMs: () => number) {
    this.#stream = stream;
    this.#respond = respond;
    this.#nowMs = nowMs;
    // A peer that goes in the middle of anything is none of our trouble.
    this.ended = this.#serve().catch(() => {}).finally(() => this.close());
  }

  /** Whether the peer takes longer than it may. */
  isLate(nowMs: number): boolean {
    return nowMs > this.#deadlineMs;
  }

  /** Asks for nothing more: closes it at once if nothing is being answered, else afterwards. */
  finish(): void {
    this.#isClosing = true;
    if (!this.#isAnswering) this.close();
  }

  /** Closes the connection. May be called again. */
  close(): void {
    this.#isClosing = true;
    this.#stream.close();
  }

  async #serve(): Promise<void> {
    let isFirst = true;
    for (let mayStay = true; mayStay && !this.#isClosing; isFirst = false) {
      this.waitsSinceMs = this.#nowMs();
      const head = await this.#readHead(isFirst);
      if (head === undefined) return;
      const request = isBad(head) ? head : await this.#readRequest(head);
      if (request === undefined) return;
      [this.#isAnswering, this.waitsSinceMs, this.#deadlineMs] = [true, undefined, Infinity];
      const response = request instanceof Request ? await this.#respond(request) : refusal(request);
      mayStay = request instanceof Request && (head as RequestHead).keepsOpen && !this.#isClosing;
      mayStay = await this.#write(response, mayStay, request instanceof Request && request.method === "HEAD");
      this.#isAnswering = false;
    }
  }

  async #readHead(isFirst: boolean): Promise<RequestHead | BadRequest | undefined> {
    // A peer that has just connected has something to say.
    this.#deadlineMs = this.#nowMs() + (isFirst ? requestMsMax : idleMsMax);
    if (this.#come.length === 0 && !await this.#readMore()) return undefined;
    this.#deadlineMs = this.#nowMs() + requestMsMax;
    for (let at = 0; at <= headBytesMax; at++) {
      while (this.#come.length < at + headEnd.length) if (!await this.#readMore()) return undefined;
      if (headEnd.some((byte, index) => this.#come.at(at + index) !== byte)) continue;
      const bytes = this.#come.take(at);
      this.#come.drop(headEnd.length);
      return readHead(bytes);
    }
    return { status: 431, problem: `The head of a request may have ${headBytesMax} bytes at most` };
  }

  async #readRequest(head: RequestHead): Promise<Request | BadRequest | undefined> {
    const { method, target, headers, bodyBytes } = head;
    while (this.#come.length < bodyBytes) if (!await this.#readMore()) return undefined;
    const body = this.#come.take(bodyBytes);
    try {
      const takesBody = method !== "GET" && method !== "HEAD" && bodyBytes > 0;
      return new Request(`http://dashboard${target}`, { method, headers, ...(takesBody ? { body } : {}) });
    } catch {
      return { status: 400, problem: "The request makes no sense" };
    }
  }

  /** Takes what has come; `false` at the end. */
  async #readMore(): Promise<boolean> {
    const count = await this.#stream.read(this.#into);
    if (count === null) return false;
    this.#come.push(this.#into.subarray(0, count));
    return true;
  }

  /** Writes a response; returns whether another request may follow. */
  async #write(response: Response, mayStay: boolean, isHeadOnly: boolean): Promise<boolean> {
    const isEndless = response.headers.get("content-type") === "text/event-stream";
    if (isEndless && !isHeadOnly) {
      await this.#writePiece(headText(response, { connection: "close" }));
      await this.#writeEndless(response.body!);
      return false;
    }
    const body = new Uint8Array(await response.arrayBuffer());
    const connection = mayStay ? "keep-alive" : "close";
    const head = headText(response, { connection, "content-length": String(body.length) });
    this.waitsSinceMs = this.#nowMs();
    await this.#writePiece(isHeadOnly ? head : concatenate([head, body]));
    return mayStay;
  }

  /** Writes what comes as it comes, until it ends or the peer goes. */
  async #writeEndless(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    // Whatever a peer says after such a request is of no interest, but its end is.
    this.#stream.read(this.#into).then((count) => count === null ? this.close() : undefined, () => this.close())
      .then(() => this.#isClosing ? reader.cancel() : undefined).catch(() => {});
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        await this.#writePiece(piece.value);
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  }

  async #writePiece(bytes: Uint8Array): Promise<void> {
    this.#deadlineMs = this.#nowMs() + writeMsMax;
    await this.#stream.write(bytes);
    this.#deadlineMs = Infinity;
  }
}

function headText({ status, headers }: Response, more: Readonly<Record<string, string>>): Uint8Array {
  const lines = [...headers, ...Object.entries(more)].map(([name, value]) => `${name}: ${value}\r\n`);
  return new TextEncoder().encode(`HTTP/1.1 ${status} ${status === 200 ? "OK" : "Refused"}\r\n${lines.join("")}\r\n`);
}

function refusal({ status, problem }: BadRequest): Response {
  return Response.json({ problem }, { status });
}
