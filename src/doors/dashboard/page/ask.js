/**
 * Asking the run: each request has the secret, which stands in the address behind # and is sent to nobody else.
 */

const secret = location.hash.slice(1).split("/")[0] ?? "";
const headers = { "x-qcgpj-secret": secret };

/** A refusal, in a sentence. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} problem
   */
  constructor(status, problem) {
    super(problem);
    this.status = status;
  }
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function read(response) {
  const value = await response.json();
  if (response.ok) return value;
  throw new Refusal(response.status, value.problem ?? value.message ?? `The answer is ${response.status}`);
}

/**
 * Asks for something.
 * @param {string} what
 * @param {Readonly<Record<string, string | number | undefined>>} [query]
 */
export async function ask(what, query = {}) {
  const words = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(words.map(([name, value]) => [name, String(value)]));
  return await read(await fetch(`api/${what}?${search}`, { headers }));
}

/**
 * Asks for something to be done.
 * @param {object} control
 */
export async function order(control) {
  return await read(await fetch("api/control", { method: "POST", headers, body: JSON.stringify(control) }));
}

/** How long a page waits before it asks for the stream again, and how long it believes in a silent one. */
const againMs = [250, 1000, 2000, 5000];
const silenceMs = 25_000;

/**
 * Follows the run, for ever: a stream that breaks, or falls asleep with the page, is asked for again from the last number.
 * @param {{
 *   happened: (name: string, value: any) => void,
 *   lost: (problem: Error) => void,
 *   found: () => void,
 * }} listener
 */
export async function follow({ happened, lost, found }) {
  let number = "0";
  for (let tries = 0;;) {
    try {
      const giveUp = new AbortController();
      const response = await fetch("api/stream", {
        headers: { ...headers, "last-event-id": number },
        signal: giveUp.signal,
      });
      if (!response.ok || response.body === null) await read(response);
      found();
      tries = 0;
      for await (const block of blocks(/** @type {ReadableStream<Uint8Array>} */ (response.body), giveUp)) {
        const lines = block.split("\n");
        const field = (/** @type {string} */ name) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const text = field("data");
        number = field("id") ?? number;
        if (text !== undefined) happened(field("event") ?? "message", JSON.parse(text));
        if (field("event") === "closed") return;
      }
      throw new Error("The run does not answer");
    } catch (error) {
      lost(/** @type {Error} */ (error));
      if (error instanceof Refusal && error.status === 401) return;
    }
    await new Promise((resolve) => setTimeout(resolve, againMs[Math.min(tries++, againMs.length - 1)]));
  }
}

/**
 * The blocks of a stream of events. A page that wakes up does not wait for one that has gone.
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortController} giveUp
 */
async function* blocks(body, giveUp) {
  let heardAt = Date.now();
  const look = () => {
    if (Date.now() - heardAt > silenceMs) giveUp.abort(new Error("The run has not been heard of for a while"));
  };
  const timer = setInterval(look, 5000);
  document.addEventListener("visibilitychange", look);
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      heardAt = Date.now();
      const parts = (rest + decoder.decode(piece.value, { stream: true })).split("\n\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  } finally {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  }
}
