import { parseForRendering, type RunnableTemplate } from "../parse.ts";
import type { ChatRequest, RenderResult } from "./contract.ts";
import type { Pulse } from "./pulse.ts";
import { renderParsed } from "./render.ts";

/** Requests as they go to a worker: each template once, since copying a template costs more than rendering it. */
export type RenderBatch = {
  readonly templates: readonly string[];
  readonly requests: readonly (Omit<ChatRequest, "template"> & { readonly template: number })[];
};

/** Templates that stay parsed: large trees take megabytes, and requests for one template come together. */
const PARSED_KEPT = 4;

/** Results handed over at once: enough to be fast, and few to lose when the next request stalls. */
const RESULTS_TOGETHER = 32;

/** Puts requests together for one message. */
export function packBatch(requests: readonly ChatRequest[]): RenderBatch {
  const numbers = new Map<string, number>();
  const packed = requests.map(({ template, ...request }) => {
    const number = numbers.get(template) ?? numbers.size;
    numbers.set(template, number);
    return { ...request, template: number };
  });
  return { templates: [...numbers.keys()], requests: packed };
}

/** Renders batches in this thread, one request after the other, and keeps the last templates parsed. */
export class BatchRunner {
  readonly #parsed = new Map<string, RunnableTemplate>();

  /** Tells the pulse what it begins, and `tell` the results in the order of the batch, some at a time. */
  run(batch: RenderBatch, pulse: Pulse, tell: (results: readonly RenderResult[]) => void): void {
    let results: RenderResult[] = [];
    for (const [index, request] of batch.requests.entries()) {
      const template = batch.templates[request.template] ?? "";
      pulse.beat("parsing", index);
      const parsed = this.#parse(template);
      pulse.beat("rendering", index);
      results.push(renderParsed(parsed, { ...request, template }));
      if (results.length < RESULTS_TOGETHER) continue;
      tell(results);
      results = [];
    }
    pulse.beat("idle", batch.requests.length);
    if (results.length > 0) tell(results);
  }

  #parse(template: string): RunnableTemplate {
    const known = this.#parsed.get(template);
    if (known !== undefined) return known;
    const parsed = parseForRendering(template);
    const [oldest] = this.#parsed.keys();
    if (this.#parsed.size >= PARSED_KEPT && oldest !== undefined) this.#parsed.delete(oldest);
    this.#parsed.set(template, parsed);
    return parsed;
  }
}
