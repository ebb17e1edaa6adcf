/**
 * What a run did over time: how many cores were in use, how many tasks waited and ran, how many ended. However long a run
 * takes, it is told in a bounded number of equal pieces of time, each with the mean over it.
 *
 * @module
 */

/** What a run does at one moment. */
export interface Levels {
  /** Cores on which a task's process runs. */
  readonly cores: number;
  /** Tasks that wait. */
  readonly waiting: number;
  /** Tasks that hold cores. */
  readonly running: number;
}

/** A run over time, without its breaks: the piece at index `i` begins `i * stepMs` after the start. */
export interface Timeline {
  /** When the first piece begins, in milliseconds since the epoch. */
  readonly startMs: number;
  /** Where breaks were: so many milliseconds after the start, without earlier breaks; and how long each was. */
  readonly breaks: readonly { readonly afterMs: number; readonly lengthMs: number }[];
  /** How long each piece is, in milliseconds. */
  readonly stepMs: number;
  /** The mean number of cores in use. */
  readonly cores: readonly number[];
  /** The mean number of tasks that waited. */
  readonly waiting: readonly number[];
  /** The mean number of tasks that held cores. */
  readonly running: readonly number[];
  /** How many tasks ended. */
  readonly ended: readonly number[];
  /** The cores in use all in all, multiplied by the time, in core-milliseconds. */
  readonly coreMs: number;
}

/** How many pieces there are at most; when there would be more, each two become one. */
const piecesMax = 480;
const stepMsMin = 250;

/** Sums over one piece: level multiplied by milliseconds. */
interface Piece {
  cores: number;
  waiting: number;
  running: number;
  ended: number;
}

const emptyPiece = (): Piece => ({ cores: 0, waiting: 0, running: 0, ended: 0 });

/** Takes in levels as they change. */
export class TimelineRecorder {
  readonly #startMs: number;
  #stepMs = stepMsMin;
  #pieces: Piece[] = [emptyPiece()];
  #atMs: number;
  #levels: Levels = { cores: 0, waiting: 0, running: 0 };
  readonly #breaks: { readonly afterMs: number; readonly lengthMs: number }[] = [];
  #skippedMs = 0;

  /** Begins at a time, with nothing. */
  constructor(startMs: number) {
    this.#startMs = this.#atMs = startMs;
  }

  /** The levels are these from now on; `ended` tasks have ended just now. */
  set(atMs: number, levels: Levels, ended: number = 0): void {
    this.#moveTo(atMs);
    this.#levels = levels;
    if (ended > 0) this.#pieces.at(-1)!.ended += ended;
  }

  /** Nothing is recorded of a time, as no pilot had the run. */
  skip(fromMs: number, toMs: number): void {
    this.#moveTo(fromMs);
    // What was recorded already, as clocks differ, stays as it is.
    const lengthMs = toMs - this.#skippedMs - this.#atMs;
    if (lengthMs <= 0) return;
    this.#breaks.push({ afterMs: this.#atMs - this.#startMs, lengthMs });
    this.#skippedMs += lengthMs;
  }

  /**
   * What was recorded, if nothing changes until a time. It moves nothing on: that a run has ended, or was killed, may be
   * known later than that time has passed.
   */
  read(untilMs: number): Timeline {
    return this.#copy().#readTo(untilMs);
  }

  #copy(): TimelineRecorder {
    const copy = new TimelineRecorder(this.#startMs);
    copy.#stepMs = this.#stepMs;
    copy.#pieces = this.#pieces.map((piece) => ({ ...piece }));
    [copy.#atMs, copy.#levels, copy.#skippedMs] = [this.#atMs, this.#levels, this.#skippedMs];
    copy.#breaks.push(...this.#breaks);
    return copy;
  }

  #readTo(untilMs: number): Timeline {
    this.#moveTo(untilMs);
    const last = this.#pieces.length - 1;
    const lengthOf = (index: number) =>
      index < last ? this.#stepMs : Math.max(1, this.#atMs - this.#startMs - last * this.#stepMs);
    const mean = (key: keyof Piece) => this.#pieces.map((piece, index) => piece[key] / lengthOf(index));
    return {
      startMs: this.#startMs,
      stepMs: this.#stepMs,
      breaks: this.#breaks,
      cores: mean("cores"),
      waiting: mean("waiting"),
      running: mean("running"),
      ended: this.#pieces.map(({ ended }) => ended),
      coreMs: this.#pieces.reduce((sum, { cores }) => sum + cores, 0),
    };
  }

  /** Adds what the levels were since the last change. A clock that goes back moves nothing. */
  #moveTo(realMs: number): void {
    const atMs = realMs - this.#skippedMs;
    while (atMs - this.#startMs >= this.#stepMs * piecesMax) this.#halve();
    while (this.#atMs < atMs) {
      const endMs = this.#startMs + this.#pieces.length * this.#stepMs;
      const untilMs = Math.min(atMs, endMs);
      const piece = this.#pieces.at(-1)!;
      const lengthMs = untilMs - this.#atMs;
      piece.cores += this.#levels.cores * lengthMs;
      piece.waiting += this.#levels.waiting * lengthMs;
      piece.running += this.#levels.running * lengthMs;
      this.#atMs = untilMs;
      if (untilMs === endMs) this.#pieces.push(emptyPiece());
    }
  }

  #halve(): void {
    const halved: Piece[] = [];
    for (let at = 0; at < this.#pieces.length; at += 2) {
      const [one, other = emptyPiece()] = [this.#pieces[at]!, this.#pieces[at + 1]];
      halved.push({
        cores: one.cores + other.cores,
        waiting: one.waiting + other.waiting,
        running: one.running + other.running,
        ended: one.ended + other.ended,
      });
    }
    this.#stepMs *= 2;
    this.#pieces = halved;
    if (this.#atMs === this.#startMs + halved.length * this.#stepMs) halved.push(emptyPiece());
  }
}
