import type { Level } from "../../kernel/finding.ts";
import type { FileRole } from "./file-role.ts";
import type { Tally } from "./tally.ts";

/** Different addresses in a data file from which they are a list of people and no longer a contact or two. */
const ADDRESS_LIST = 10;

/** How grave it is that values of one kind are in a file of this role. */
export function levelOfValues(
  { kind, distinct }: Pick<Tally, "kind" | "distinct">,
  role: FileRole,
): Exclude<Level, "stop"> {
  switch (kind) {
    case "card":
    case "iban":
    case "ssn":
      return "caution";
    case "phone":
      return role === "data" || role === "log" ? "caution" : "note";
    case "email":
      if (role === "log") return "caution";
      return role === "data" && distinct >= ADDRESS_LIST ? "caution" : "note";
  }
}
