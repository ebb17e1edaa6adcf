/**
 * `qcgpj report svg`: pictures of a run.
 *
 * @module
 */

import { type FigureSource, findFigureSource } from "../../deno/files/runs/figures_reader.ts";
import { localZone } from "../../deno/host/machine.ts";
import { didYouMean } from "../../base/near_miss.ts";
import { layOutJobs } from "../../report/dashboard/job_graph.ts";
import type { RunView } from "../../report/look/run_view.ts";
import { graphPicture } from "../../report/pictures/graph_picture.ts";
import { ganttPicture, gapsPicture } from "../../report/pictures/gantt_picture.ts";
import { histogramPicture } from "../../report/pictures/histogram_picture.ts";
import { queuePicture, utilisationPicture } from "../../report/pictures/lines_picture.ts";
import { type Picture, renderPicture } from "../../report/pictures/picture.ts";
import { type PicturedRun, pictureRun } from "../../report/pictures/pictured_run.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import { expectNoMore } from "../only_argument.ts";
import { type ReportAction, type ReportRequest, tellNotes } from "./report_action.ts";
import { pictureFormat, writePicture } from "./output.ts";

const kinds: Readonly<Record<string, (source: FigureSource) => Picture>> = {
  "gantt": ofRun(ganttPicture),
  "gantt-gaps": ofRun(gapsPicture),
  "utilisation": ofRun((run) => utilisationPicture(run)),
  "queue": ofRun((run) => queuePicture(run)),
  "histogram": ofRun((run) => histogramPicture(run, "run")),
  "waits": ofRun((run) => histogramPicture(run, "wait")),
  "dag": (source) => graphPicture(layOutJobs(viewOf(source))),
};

function ofRun(picture: (run: PicturedRun) => Picture): (source: FigureSource) => Picture {
  return (source) => picture(pictureRun(source.read()));
}

function viewOf({ view }: FigureSource): RunView {
  if (view !== undefined) return view();
  throw new UsageError("What waits for what can be drawn of runs of qcgpj, not of a directory of QCG-PilotJob");
}

/** The options of pictures. */
export const pictureOptions: readonly OptionSpec[] = [{
  name: "format",
  value: { kind: "choice", choices: ["svg", "png"] },
  placeholder: "FORMAT",
  default: "svg",
  help: "svg: svg, or png where rsvg-convert, inkscape or ImageMagick is installed",
}];

async function draw(kind: string, words: readonly string[], { options, terminal }: ReportRequest): Promise<number> {
  const [out = "-", ...more] = words;
  expectNoMore(more, out);
  const where = (options.get("run") as string | undefined) ?? ".";
  const format = pictureFormat(out, options.get("format") as string | undefined);
  const source = findFigureSource(where, localZone());
  tellNotes(source, terminal);
  const svg = renderPicture(kinds[kind]!(source));
  await writePicture(out, svg, format, terminal);
  return 0;
}

/** The actions. */
export const pictureActions: readonly ReportAction[] = [
  {
    name: "svg",
    usage: `${Object.keys(kinds).join("|")} [OUT]`,
    does: "A picture, to the standard output or a file.",
    takes: ["run", "format"],
    run: (request) => {
      const [kind, ...words] = request.words;
      const known = Object.keys(kinds);
      if (kind === undefined || !known.includes(kind)) {
        const problem = kind === undefined
          ? "Which picture is missing"
          : `There is no picture "${kind}"${didYouMean(kind, known)}`;
        throw new UsageError(`${problem}; write one of ${known.join(", ")}`);
      }
      return draw(kind, words, request);
    },
  },
  ...["gantt", "gantt-gaps"].map((kind): ReportAction => ({
    name: kind,
    usage: "[OUT]",
    does: kind === "gantt" ? "The same as svg gantt." : "The same as svg gantt-gaps: when cores were idle.",
    takes: ["run", "format"],
    run: (request) => draw(kind, request.words, request),
  })),
];
