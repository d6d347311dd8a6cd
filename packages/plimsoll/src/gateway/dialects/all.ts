import type { DoorPorts } from "../server/contract.ts";
import { chat } from "./chat/dialect.ts";

export const DIALECTS = { chat } as unknown as DoorPorts["dialects"];
