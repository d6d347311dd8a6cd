import { stateFolder, type HomeEnvironment } from "../../config/home.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { NO_MEMORY, openDigestMemory, type DigestMemory } from "../../model/hash/digest-memory.ts";

/** The digests of earlier runs of this person; none where the home cannot be written, which is only slower. */
export function digestMemory(where: HomeEnvironment, now: Date): DigestMemory {
  try {
    return openDigestMemory(stateFolder("cache", where), now);
  } catch (error) {
    if (PlimsollError.isInstance(error) && error.code === "home-unwritable") return NO_MEMORY;
    throw error;
  }
}
