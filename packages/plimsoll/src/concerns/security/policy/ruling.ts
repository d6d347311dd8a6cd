/** What one effect of a pickle amounts to; `safe` effects make no ruling. */
export type PickleRuling = {
  readonly kind:
    | "sink"
    | "standard-call"
    | "shipped-code"
    | "computed"
    | "alters-code"
    | "dunder-state"
    | "code-argument"
    | "frozen"
    | "unlisted"
    | "arguments"
    | "state"
    | "extension";
  /** The symbol, or what there is in its place. */
  readonly subject: string;
  /** What the subject does, where that is known. */
  readonly why: string;
  readonly offset: number;
};

/** Rules on one effect. Most effects are safe, so this is called seldom: what judges them only calls, and makes nothing. */
export type Rule = (kind: PickleRuling["kind"], subject: string, why: string) => void;
