import type { DoorPorts } from "../server/contract.ts";
import { chat } from "./chat/dialect.ts";
import { completions } from "./completions/dialect.ts";
import { embeddings } from "./embeddings/dialect.ts";
import { messages } from "./messages/dialect.ts";
import { responses } from "./responses/dialect.ts";

/** Every dialect that is spoken, by name. */
export const DIALECTS: DoorPorts["dialects"] = {
  chat,
  completions,
  embeddings,
  messages,
  responses,
};
