import type { EngineFailure } from "../contract.ts";

/** Bytes of an answer that comes whole (CWE-770). */
export const WHOLE_MAX_BYTES = 67_108_864;

/** Bytes that must come for a time limit to begin anew: a byte now and then holds a place for ever (CWE-400). */
const STEP_BYTES = 16_384;

/** What is no answer. */
export const MALFORMED: EngineFailure = {
  code: "malformed",
  message: "the server sent what is no answer",
};

/** What is more than an answer can be. */
export const TOO_LONG: EngineFailure = {
  code: "malformed",
  message: "limit WHOLE_MAX_BYTES reached",
};

/** A body that comes whole, up to a limit. */
export class Whole {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #seen = 0;

  /** False when it is too long. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > WHOLE_MAX_BYTES) return false;
    this.#chunks.push(chunk);
    return true;
  }

  /** True when enough came since this was last true for its server not to count as one that stopped. */
  isMore(): boolean {
    if (this.#seen > 0 && this.#bytes - this.#seen < STEP_BYTES) return false;
    this.#seen = this.#bytes;
    return true;
  }

  /** Its JSON; undefined when it is none. */
  json(): unknown {
    return parsed(Buffer.concat(this.#chunks).toString("utf8"));
  }
}

/** The value of a text; undefined when it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is told by whoever reads the value.
    return undefined;
  }
}
