import type { CheckEntry } from "../../kernel/run.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { ModelSubject } from "../../model/subject.ts";
import { openRenderer } from "../../model/templates/render/renderer.ts";

/** The renderer of one vet: part of what evidence is computed from, and to be closed when the vet ends. */
export type EarlyRenderer = Pick<ModelSubject, "openRenderer"> & {
  readonly close: () => Promise<void>;
};

/** Files that may carry a chat template. */
const MAY_HOLD_TEMPLATE =
  /\.(?:gguf|jinja2?)$|^(?:tokenizer_config|chat_template|processor_config)\.json$/u;

/**
 * Starts the thread that renders chat templates where there will be some: it takes as long to start as headers take
 * to be read, and both go on at the same time.
 */
export function startRenderer(snapshot: Snapshot, checks: readonly CheckEntry[]): EarlyRenderer {
  // Only these look at what a template writes.
  const isWanted = checks.some(({ concern }) => concern === "ease");
  if (!isWanted || !snapshot.files.some(({ base }) => MAY_HOLD_TEMPLATE.test(base))) {
    return { close: () => Promise.resolve() };
  }
  const renderer = openRenderer({ startsAtOnce: true });
  return { openRenderer: () => renderer, close: renderer.close };
}
