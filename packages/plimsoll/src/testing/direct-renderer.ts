import { BatchRunner, packBatch } from "../model/templates/render/batch.ts";
import type { Renderer, RenderResult } from "../model/templates/render/contract.ts";
import { Pulse } from "../model/templates/render/pulse.ts";

/** Renders in this thread, which is quick for the few templates of a test; it knows steps and sizes, and no time. */
export function directRenderer(): Renderer {
  const runner = new BatchRunner();
  const render: Renderer["renderMany"] = (requests) => {
    const results: RenderResult[] = [];
    runner.run(packBatch(requests), new Pulse(), (more) => {
      results.push(...more);
    });
    return Promise.resolve(results);
  };
  return {
    renderMany: render,
    renderChat: async (request) =>
      (await render([request]))[0] ?? { kind: "failed", message: "no answer" },
    close: () => Promise.resolve(),
  };
}
