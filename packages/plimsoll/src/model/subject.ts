import type { Snapshot } from "./snapshot.ts";
import type { Renderer } from "./templates/render/contract.ts";

/** What a model's evidence is computed from. */
export type ModelSubject = {
  readonly snapshot: Snapshot;
  /** Opens a renderer in place of the one with a thread of its own, for tests. */
  readonly openRenderer?: () => Renderer;
};
