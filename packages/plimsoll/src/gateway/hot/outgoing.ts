/** An answer on its way to a client: what an HTTP response is to a turn. */
export type Outgoing = {
  /** False once the client has left. */
  readonly isOpen: () => boolean;
  readonly head: (status: number, headers: Readonly<Record<string, string>>) => void;
  /** False when the client reads slowly: `onDrain` then tells when to go on. */
  readonly write: (text: string) => boolean;
  readonly end: (text: string) => void;
  /** Breaks the connection off, so that no client takes half an answer for a whole one. */
  readonly destroy: () => void;
  readonly onDrain: (listener: () => void) => void;
  /** Told once when the client leaves before the answer ended. */
  readonly onLeave: (listener: () => void) => void;
};
