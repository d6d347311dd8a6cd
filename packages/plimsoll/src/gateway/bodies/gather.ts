import type { Turn } from "../../engine/turn.ts";
import type { ChannelKind } from "../../kernel/guard.ts";
import type { RequestOutcome } from "../../store/contract.ts";
import type { HotPorts, HotRequest, Snapshot } from "../hot/contract.ts";

/** Characters of an answer that are kept; the rest of a longer one is not (CWE-770). */
export const KEPT_ANSWER_CHARS = 524_288;

/** A piece of an answer as guards let it go, before anything was put back. */
export type KeptPiece = {
  readonly choice: number;
  readonly channel: ChannelKind;
  /** Of the tool call that it belongs to. */
  readonly index: number;
  readonly text: string;
};

/** What is kept of one request: what an engine was shown and what left, with surrogates where guards found something. */
export type KeptBody = {
  readonly requestId: string;
  readonly at: number;
  readonly caller: HotRequest["caller"];
  /** Whom it is for, as the client's system names them. */
  readonly subject: string | undefined;
  readonly alias: string;
  readonly dialect: string;
  readonly turn: Turn;
  readonly pieces: readonly KeptPiece[];
  /** True when the answer was longer than what is kept. */
  readonly isCut: boolean;
};

/** Gathers what is to be kept of one turn, and nothing where the policy keeps nothing. */
export class BodyGather {
  readonly #request: Pick<HotRequest, "id" | "caller" | "dialect" | "route" | "startedAt" | "turn">;
  readonly #keep: HotPorts["keepBody"] | undefined;
  #turn: Turn | undefined;
  #pieces: KeptPiece[] = [];
  #chars = 0;

  constructor(
    request: HotRequest,
    { keepsBodies }: Pick<Snapshot, "keepsBodies">,
    { keepBody }: Pick<HotPorts, "keepBody">,
  ) {
    this.#request = request;
    this.#keep = keepsBodies ? keepBody : undefined;
  }

  /** An engine is shown this; what another one said before is forgotten. */
  begin(turn: Turn): void {
    this.#turn = turn;
    this.#pieces = [];
    this.#chars = 0;
  }

  /** Takes a piece that guards let go. Where nothing is kept there is nobody to call. */
  get piece(): ((piece: KeptPiece) => void) | undefined {
    if (this.#keep === undefined) return undefined;
    return (piece) => {
      const room = KEPT_ANSWER_CHARS - this.#chars;
      this.#chars += piece.text.length;
      if (room <= 0) return;
      this.#add({ ...piece, text: piece.text.slice(0, room) });
    };
  }

  /** The turn came to its end. What waits for a person is sealed with the others of its kind. */
  close(outcome: RequestOutcome): void {
    if (this.#keep === undefined || this.#turn === undefined || outcome === "held") return;
    const { id, caller, dialect, route, startedAt, turn } = this.#request;
    this.#keep({
      requestId: id,
      at: startedAt,
      caller,
      subject: turn.subject,
      alias: route.alias,
      dialect: dialect.name,
      turn: this.#turn,
      pieces: this.#pieces,
      isCut: this.#chars > KEPT_ANSWER_CHARS,
    });
  }

  #add(piece: KeptPiece): void {
    const last = this.#pieces.at(-1);
    const goesOn =
      last?.choice === piece.choice && last.channel === piece.channel && last.index === piece.index;
    if (goesOn) this.#pieces.splice(-1, 1, { ...last, text: last.text + piece.text });
    else this.#pieces.push(piece);
  }
}
