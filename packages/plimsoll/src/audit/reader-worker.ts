import { parentPort, workerData } from "node:worker_threads";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { keyBeside, proveConsistency } from "./consistency.ts";
import { exportLog } from "./export.ts";
import { readEvents } from "./page.ts";
import { proveEvent } from "./prove.ts";
import type { ReaderAnswer, ReaderAsk } from "./reader-messages.ts";

/** Characters of one piece of an export. */
const PIECE_CHARS = 65_536;

// The thread that started this worker made it, in `LogReader`.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { folder, ask } = workerData as { readonly folder: string; readonly ask: ReaderAsk };

const answers = answersTo(ask);
parentPort?.on("message", () => {
  parentPort?.postMessage(nextOf(answers));
});

function nextOf(from: Generator<ReaderAnswer, void>): ReaderAnswer {
  try {
    const { value, done } = from.next();
    return done === true || value === undefined ? { kind: "end" } : value;
  } catch (error) {
    const known = PlimsollError.isInstance(error) ? error.code : "environment";
    const code = known === "audit-altered" || known === "usage" ? known : "environment";
    return { kind: "failed", code, message: reasonOf(error) };
  }
}

function* answersTo(asked: ReaderAsk): Generator<ReaderAnswer, void> {
  switch (asked.kind) {
    case "events":
      yield { kind: "events", page: readEvents(folder, asked.ask) };
      break;
    case "prove":
      yield { kind: "proof", text: proveEvent(folder, keyBeside(folder), asked.what) };
      break;
    case "consistency":
      yield { kind: "consistency", proven: proveConsistency(folder, asked.first) };
      break;
    case "export": {
      let text = "";
      for (const line of exportLog(folder, asked.options)) {
        text += line;
        if (text.length < PIECE_CHARS) continue;
        yield { kind: "piece", text };
        text = "";
      }
      if (text !== "") yield { kind: "piece", text };
    }
  }
}
