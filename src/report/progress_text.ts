/**
 * How far a run is, in one line: what matters most stays, however narrow the terminal.
 *
 * @module
 */

import { padToWidth, textWidth } from "../base/columns.ts";
import { formatSpan } from "../base/duration.ts";
import type { RunProgress } from "./progress.ts";

/** A part of the line. */
interface Part {
  /** What it says. */
  readonly text: string;
  /** The parts that matter most come first when there is too little room: 1 is the last to go. */
  readonly rank: number;
  /** Whether it is painted as a failure. */
  readonly isBad?: true;
}

const separator = ", ";
/** A bar is drawn where so much room is left, and is at most so wide. */
const barMin = 12;
const barMax = 40;

/** How a line looks. */
export interface ProgressLineOptions {
  /** Paints a text as a failure; as it is when absent. */
  readonly paint?: (text: string) => string;
  /**
   * Whether a bar is drawn where there is room.
   *
   * @default {true}
   */
  readonly hasBar?: boolean;
}

/**
 * Writes how far a run is.
 *
 * @param progress How far it is.
 * @param columns How many columns there are; the text is never wider.
 * @param options How it looks.
 */
export function progressLine(progress: RunProgress, columns: number, options: ProgressLineOptions = {}): string {
  const { paint = (text: string) => text, hasBar = true } = options;
  const parts = partsOf(progress);
  const kept = new Set<Part>();
  let width = 0;
  for (const part of parts.toSorted((a, b) => a.rank - b.rank)) {
    const more = textWidth(part.text) + (kept.size === 0 ? 0 : separator.length);
    // What matters less never takes the place of what matters more.
    if (width + more > columns) break;
    kept.add(part);
    width += more;
  }
  const line = parts.filter((part) => kept.has(part))
    .map(({ text, isBad }) => isBad ? paint(text) : text).join(separator);
  const bar = hasBar && kept.size === parts.length ? barOf(progress, columns - width - 1) : "";
  if (kept.size === 0) return parts[0]!.text.slice(0, Math.max(0, columns));
  return bar === "" ? line : `${bar} ${line}`;
}

/** The parts in the order in which they stand. */
function partsOf(progress: RunProgress): Part[] {
  const { total, ended, failed, running, waiting, coresInUse, cores, perSecond, elapsedMs, leftMs, longest } = progress;
  const isCounted = progress.isTotalKnown !== false;
  return [
    { text: isCounted ? `${ended}/${total}` : `${ended} ended`, rank: 1 },
    ...(isCounted && total > 0 ? [{ text: `${Math.floor(100 * ended / total)}%`, rank: 8 }] : []),
    ...(failed > 0 ? [{ text: `${failed} failed`, rank: 2, isBad: true as const }] : []),
    ...(progress.isPaused ? [{ text: "paused", rank: 3 }] : []),
    { text: `${running} running`, rank: 4 },
    { text: `${waiting} waiting`, rank: 6 },
    { text: `${coresInUse}/${cores} cores`, rank: 7 },
    ...(perSecond === undefined ? [] : [{ text: `${rateText(perSecond)}/s`, rank: 9 }]),
    { text: secondsText(elapsedMs), rank: 10 },
    ...(leftMs === undefined ? [] : [{ text: `${secondsText(Math.max(1000, leftMs))} left`, rank: 5 }]),
    ...(longest === undefined ? [] : [{ text: `longest ${longest.name} ${secondsText(longest.ranMs)}`, rank: 11 }]),
  ];
}

/** Whole seconds: what changes ten times a second cannot be read. */
function secondsText(ms: number): string {
  return ms < 1000 ? "0s" : formatSpan(Math.floor(ms / 1000) * 1000).replace(".0s", "s");
}

function rateText(perSecond: number): string {
  return perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(perSecond >= 10 ? 0 : 1);
}

/** A bar of what has ended; empty where there is no room or the total is not known. */
function barOf({ total, ended, isTotalKnown }: RunProgress, room: number): string {
  const width = Math.min(barMax, room) - 2;
  if (width + 2 < barMin || total === 0 || isTotalKnown === false) return "";
  return `[${padToWidth("=".repeat(Math.floor(width * ended / total)), width)}]`;
}
