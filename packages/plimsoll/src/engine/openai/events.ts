import { StringDecoder } from "node:string_decoder";

/** Characters of one line of an event stream. A server that sends more is broken or wants our memory (CWE-770). */
export const SSE_LINE_MAX = 1_048_576;

/** What is wrong with a stream of events. */
export class EventFault extends RangeError {}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const DATA = "data:";
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Reads server-sent events from pieces cut anywhere (WHATWG HTML, "Server-sent events"): lines end with LF, CR
 * or CRLF, `data` lines of one event are joined, comments and other fields are passed over.
 */
export class EventReader {
  readonly #take: (data: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #line = "";
  #data: string[] = [];
  #dataChars = 0;
  #isFirst = true;
  #hasReturn = false;

  /** `take` gets the data of each event. */
  constructor(take: (data: string) => void) {
    this.#take = take;
  }

  /** @throws EventFault when a line or an event is too long. */
  push(bytes: Buffer): void {
    let text = this.#decoder.write(bytes);
    if (text === "") return;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    }
    let from = 0;
    if (this.#hasReturn && text.charCodeAt(0) === LINE_FEED) from = 1;
    this.#hasReturn = false;
    if (text.includes("\r")) from = this.#anyLines(text, from);
    else {
      for (let at = text.indexOf("\n", from); at >= 0; at = text.indexOf("\n", from)) {
        this.#endWith(text.slice(from, at));
        from = at + 1;
      }
    }
    this.#line += text.slice(from);
    if (this.#line.length > SSE_LINE_MAX) throw new EventFault("a line is too long");
  }

  /** Lines that end in any of the three ways; returns where the last, open one begins. */
  #anyLines(text: string, first: number): number {
    let from = first;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== LINE_FEED && code !== RETURN) continue;
      this.#endWith(text.slice(from, at));
      if (code === RETURN) {
        if (at + 1 === text.length) this.#hasReturn = true;
        else if (text.charCodeAt(at + 1) === LINE_FEED) at += 1;
      }
      from = at + 1;
    }
    return from;
  }

  #endWith(rest: string): void {
    const line = this.#line === "" ? rest : this.#line + rest;
    this.#line = "";
    this.#end(line);
  }

  #end(line: string): void {
    if (line === "") {
      if (this.#data.length === 0) return;
      const data = this.#data.length === 1 ? (this.#data[0] ?? "") : this.#data.join("\n");
      this.#data = [];
      this.#dataChars = 0;
      this.#take(data);
      return;
    }
    if (!line.startsWith(DATA) && line !== "data") return;
    const data = line.slice(line.startsWith(" ", DATA.length) ? DATA.length + 1 : DATA.length);
    this.#dataChars += data.length;
    if (this.#dataChars > SSE_LINE_MAX) throw new EventFault("an event is too long");
    this.#data.push(data);
  }
}
