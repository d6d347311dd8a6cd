import type { ChannelKind } from "../../kernel/guard.ts";

/** What became of the characters of one channel. */
export type ChannelTally = {
  readonly channel: ChannelKind;
  received: number;
  /** Characters that every guard of the channel has seen. */
  scanned: number;
  /** Characters of what was received that left, replaced or not. */
  released: number;
  /** Characters that never left. */
  withheld: number;
  redacted: number;
  /** The most characters that waited at once. */
  longestHold: number;
};

/** Counts by kind of channel: a receipt tells them. */
export class Tally {
  readonly #channels = new Map<ChannelKind, ChannelTally>();

  of(channel: ChannelKind): ChannelTally {
    let tally = this.#channels.get(channel);
    if (tally === undefined) {
      tally = {
        channel,
        received: 0,
        scanned: 0,
        released: 0,
        withheld: 0,
        redacted: 0,
        longestHold: 0,
      };
      this.#channels.set(channel, tally);
    }
    return tally;
  }

  /** In the order in which the channels were met. */
  all(): readonly ChannelTally[] {
    return [...this.#channels.values()];
  }
}
