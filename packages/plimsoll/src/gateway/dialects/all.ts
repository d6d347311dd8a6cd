import type { DoorPorts } from "../server/contract.ts";
import { chat } from "./chat/dialect.ts";
import { messages } from "./messages/dialect.ts";

export const DIALECTS = { chat, messages } as unknown as DoorPorts["dialects"];
