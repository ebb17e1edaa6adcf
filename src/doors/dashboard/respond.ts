/**
 * From a request of HTTP to its response: access, then the route, then the answer. Whatever is asked, the run is not
 * harmed by it.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { PilotJobError } from "../../errors.ts";
import { type AccessRules, type AskedBy, refuseAccess, type Refused, refuseHost, safeHeaders } from "./access.ts";
import type { DashboardAnswers } from "./answers.ts";
import { assets } from "./assets.ts";
import { readControl } from "./control.ts";
import { problemsOf } from "../../service/reply.ts";
import { isRefused, readRoute, type Route } from "./routes.ts";
import type { DashboardSource } from "./source.ts";
import { DashboardStream } from "./stream.ts";

/** How many pages may be told of changes at once. */
const streamsMax = 32;

/** What responses are made of. */
export interface ResponderParts {
  readonly source: DashboardSource;
  readonly answers: DashboardAnswers;
  readonly rules: AccessRules;
  /** Whether a page may cancel and pause. */
  readonly mayControl: boolean;
}

/** Responds to requests. */
export class Responder {
  readonly #parts: ResponderParts;
  readonly #streams: Set<DashboardStream> = new Set();

  /** Responds for a run. */
  constructor(parts: ResponderParts) {
    this.#parts = parts;
  }

  /** Responds. Never rejects. */
  async respond(request: Request): Promise<Response> {
    try {
      return await this.#respond(request);
    } catch (error) {
      const isTold = error instanceof PilotJobError;
      return refusal({ status: isTold ? 404 : 500, problem: isTold ? error.message : `A bug: ${errorText(error)}` });
    }
  }

  /** Ends all streams. */
  close(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  async #respond(request: Request): Promise<Response> {
    const { rules, source, answers, mayControl } = this.#parts;
    const asked: AskedBy = { header: (name) => request.headers.get(name) };
    const route = readRoute(request.method, new URL(request.url));
    const isAsset = !isRefused(route) && route.kind === "asset";
    const refused = isAsset ? refuseHost(asked, rules) : refuseAccess(asked, rules);
    if (refused !== undefined) return refusal(refused);
    if (isRefused(route)) return refusal(route);
    switch (route.kind) {
      case "asset":
        return assetResponse(route);
      case "run":
        source.refresh();
        return valueResponse(answers.run(mayControl));
      case "stream":
        return this.#stream(Number(request.headers.get("last-event-id") ?? "0") || 0);
      case "control":
        return await this.#control(request);
      default:
        source.refresh();
        return valueResponse(await answers.read(route));
    }
  }

  #stream(from: number): Response {
    if (this.#streams.size >= streamsMax) {
      return refusal({ status: 503, problem: `${streamsMax} pages are open already; close some of them` });
    }
    const { source, answers, mayControl } = this.#parts;
    const stream = new DashboardStream({ source, run: () => answers.run(mayControl), from }, (gone) => {
      this.#streams.delete(gone);
    });
    this.#streams.add(stream);
    return new Response(stream.body, { headers: { ...safeHeaders, "content-type": "text/event-stream" } });
  }

  async #control(request: Request): Promise<Response> {
    const { source, mayControl } = this.#parts;
    if (!mayControl) {
      const problem = "This dashboard only shows; start it with --dashboard-control to let it cancel and pause";
      return refusal({ status: 403, problem });
    }
    const control = await readControl(request.body);
    if ("status" in control) return refusal(control);
    const reply = await source.ask(control);
    if (reply === undefined) return refusal({ status: 409, problem: "The run does not live, or cannot be asked" });
    const problems = problemsOf(reply);
    return problems.length > 0 ? refusal({ status: 409, problem: problems.join("; ") }) : valueResponse(reply);
  }
}

function assetResponse({ name }: Route & { readonly kind: "asset" }): Response {
  const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (asset === undefined) return refusal({ status: 404, problem: `There is no ${JSON.stringify(name)}` });
  return new Response(asset.text, { headers: { ...safeHeaders, "content-type": asset.type } });
}

function valueResponse(value: object): Response {
  return Response.json(value, { headers: safeHeaders });
}

function refusal({ status, problem }: Refused): Response {
  return Response.json({ problem }, { status, headers: safeHeaders });
}
