import { jsonString, jsonMember } from "@plimsoll/formats";

import type { DeclaredParent, Lineage } from "../../../kernel/parents.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import { cutReference } from "./reference.ts";

/**
 * The origin that configurations name: `base_model_name_or_path` of an adapter, and the `_name_or_path`
 * that a library leaves in `config.json` when it saves a model it had loaded from there.
 * @see https://github.com/huggingface/peft/blob/5d602fdbff04c33c1c4de55cda9d4ae1d7cb7e40/src/peft/config.py, read 2026-11-25
 */
export function configLineage(configs: readonly ConfigFile[]): Partial<Lineage> {
  const adapters = configs.filter(({ base }) => base === "adapter_config.json");
  const own = configs.filter(({ file }) => file === "config.json");
  return {
    adapters: adapters.map(({ file }) => file),
    parents: [
      ...adapters.flatMap((config) =>
        named(config, "base_model_name_or_path", "adapter", "stated"),
      ),
      ...own.flatMap((config) => named(config, "_name_or_path", "unstated", "weak")),
    ],
    malformed: adapters.flatMap(({ file, value }) => {
      const base = jsonMember(value, "base_model_name_or_path");
      const isText = base === undefined || base === null || typeof base === "string";
      return isText ? [] : [{ file, member: "base_model_name_or_path" }];
    }),
  };
}

function named(
  { file, value }: ConfigFile,
  member: string,
  relation: DeclaredParent["relation"],
  strength: DeclaredParent["strength"],
): readonly DeclaredParent[] {
  const reference = jsonString(jsonMember(value, member))?.trim() ?? "";
  if (reference === "") return [];
  const revision = jsonString(jsonMember(value, "revision"));
  return [
    {
      reference: cutReference(reference),
      ...(revision === undefined || revision === "" ? {} : { revision: cutReference(revision) }),
      relation,
      state: "declared",
      strength,
      at: { file, member },
    },
  ];
}
