import type { IdentifierKind } from "./found.ts";

/**
 * A value as a report may show it: enough for its owner to find it, too little for anyone to use it.
 * @param value as a finder gave it, without separators
 */
export function maskIdentifier(kind: IdentifierKind, value: string): string {
  switch (kind) {
    case "card":
      // PCI DSS 3.4.1 allows the last four digits of a card to be shown.
      return `…${value.slice(-4)}`;
    case "iban":
      return `${value.slice(0, 2)}…${value.slice(-4)}`;
    case "ssn":
      return `…${value.slice(-2)}`;
    case "phone":
      return `+${value.slice(0, 2)}…${value.slice(-2)}`;
    case "email":
      return maskEmail(value);
  }
}

/** `jane@example.org` as `j…@e….org`; of a name or domain of two letters nothing is shown. */
function maskEmail(value: string): string {
  const [local = "", domain = ""] = value.split("@");
  const dot = domain.lastIndexOf(".");
  return `${initial(local)}@${initial(domain.slice(0, dot))}${domain.slice(dot)}`;
}

function initial(text: string): string {
  return text.length > 2 ? `${text.slice(0, 1)}…` : "…";
}
