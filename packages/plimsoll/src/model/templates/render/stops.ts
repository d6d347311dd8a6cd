/** Why a rendering ended before its prompt was whole. */
export type RenderStop =
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "late" }
  | { readonly kind: "too-large" };

const MARK = Symbol.for("plimsoll/RenderStopped");

/** Carries a stop out of the interpreter, which knows nothing of it. */
export class RenderStopped extends Error {
  readonly stop: RenderStop;

  constructor(stop: RenderStop) {
    super(stop.kind);
    this.stop = stop;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** Recognises a stop among whatever was thrown. */
  static isInstance(value: unknown): value is RenderStopped {
    return typeof value === "object" && value !== null && MARK in value;
  }
}
