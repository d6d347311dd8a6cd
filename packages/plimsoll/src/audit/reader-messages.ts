import type { ConsistencyAnswer } from "./consistency.ts";
import type { ExportOptions } from "./export.ts";
import type { EventPage, EventsAsk } from "./page.ts";

/** What a thread that reads the log is asked. */
export type ReaderAsk =
  | { readonly kind: "events"; readonly ask: EventsAsk }
  | { readonly kind: "prove"; readonly what: string }
  | { readonly kind: "consistency"; readonly first: number }
  | { readonly kind: "export"; readonly options: ExportOptions };

/** What it says, one thing for each time that it is asked to go on. */
export type ReaderAnswer =
  | { readonly kind: "events"; readonly page: EventPage }
  | { readonly kind: "proof"; readonly text: string }
  | { readonly kind: "consistency"; readonly proven: ConsistencyAnswer }
  | { readonly kind: "piece"; readonly text: string }
  | { readonly kind: "end" }
  | {
      readonly kind: "failed";
      readonly code: "audit-altered" | "usage" | "environment";
      readonly message: string;
    };
