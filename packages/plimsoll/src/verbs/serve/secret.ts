import { readFileSync, statSync } from "node:fs";

/** Where a secret is. */
export type SecretSource = { readonly env: string } | { readonly file: string };

/** Reads a secret from where it is. A file that others may read holds none. */
export function readSecret(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
):
  | { readonly kind: "read"; readonly value: string }
  | { readonly kind: "missing"; readonly reason: string } {
  if ("env" in source) {
    const value = env[source.env] ?? "";
    return value === ""
      ? { kind: "missing", reason: `the variable ${source.env} is not set` }
      : { kind: "read", value };
  }
  try {
    const others = statSync(source.file).mode & 0o077;
    if (others !== 0 && process.platform !== "win32") {
      return { kind: "missing", reason: `${source.file} can be read by others: chmod 600 it` };
    }
    const value = readFileSync(source.file, "utf8").trim();
    return value === ""
      ? { kind: "missing", reason: `${source.file} is empty` }
      : { kind: "read", value };
  } catch {
    // Why it cannot be read is for its owner to see; that it cannot is enough here.
    return { kind: "missing", reason: `${source.file} cannot be read` };
  }
}
