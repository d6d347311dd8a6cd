import type { Concern } from "./concern.ts";
import type { Waiver } from "./waive.ts";

/** Who will use the model: the person at the keyboard, a team, or anybody. */
export type Audience = "me" | "team" | "public";

/** How the key-value cache is stored: bytes a value follow from it. */
export type KvCacheType = "f16" | "q8_0";

/** Tokens of context that are planned for when nobody says otherwise. */
export const DEFAULT_CONTEXT = 4096;

/**
 * What the user means to do. Every field has a default that a person with a laptop would want, so a
 * setting is always whole.
 */
export type Setting = {
  /** One line in the user's words, or empty. */
  readonly use: string;
  readonly audience: Audience;
  /** What will be typed into the model. */
  readonly data: "public" | "internal" | "personal" | "health";
  /** What to do when unsure. */
  readonly appetite: "refuse" | "ask" | "note";
  /** Countries or unions, such as `DE` or `EU`: where the user is seated, and where the people are who use the model. Empty when not said. */
  readonly territory: { readonly seat: readonly string[]; readonly users: readonly string[] };
  /** Tokens of context a conversation may fill. */
  readonly context: number;
  /** Conversations at the same time. */
  readonly concurrency: number;
  readonly kvCache: KvCacheType;
  readonly hardware: {
    /** Bytes of memory the model may use; null takes what this machine has free. */
    readonly memory: number | null;
  };
};

/** What the outcome is judged by: which concerns count, and how strictly. */
export type Policy = {
  /** The concerns that make up the overall verdict. */
  readonly require: readonly Concern[];
  /** True when `caution` fails too. */
  readonly strict: boolean;
  /** Findings that somebody answers for; none when left out. */
  readonly waivers?: readonly Waiver[];
};

/** The concerns each audience requires (see docs/concerns). */
export const REQUIRED_BY_AUDIENCE: Record<Audience, readonly Concern[]> = {
  me: ["security", "resources", "licensing", "ease"],
  team: ["security", "quality", "resources", "licensing", "privacy", "ease"],
  public: ["security", "quality", "ethics", "resources", "licensing", "privacy", "ease"],
};
