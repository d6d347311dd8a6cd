import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { randomFrom } from "../packages/plimsoll/src/testing/split-secrets.ts";

/** A kind of text that guards are measured on. */
export type GuardText = {
  readonly name: string;
  /** True for texts that nobody writes, made to be slow. */
  readonly isHostile: boolean;
  readonly text: string;
};

const CHARACTERS = 40_000;

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Texts of every kind, the same each time but for what the repository's own pages and sources say. */
export function guardTexts(root: string): readonly GuardText[] {
  const next = randomFrom(20_261_125);
  const drawn = (parts: readonly string[] | string): string => {
    let text = "";
    while (text.length < CHARACTERS) text += parts[next(parts.length)] ?? "";
    return text;
  };
  return [
    natural("prose", proseOf(root)),
    natural("code", sourcesOf(join(root, "packages/plimsoll/src/gateway/pipeline"))),
    natural("json", readFileSync(join(root, "package-lock.json"), "utf8")),
    natural("numbers", Array.from({ length: 10_000 }, () => String(next(10_000))).join(" ")),
    natural("japanese", "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"),
    natural("base64", drawn(BASE64)),
    natural("base64 in lines", (drawn(BASE64).match(/.{1,76}/gu) ?? []).join("\n")),
    hostile("digits and signs", drawn("0123456789 -().+/")),
    hostile("digits and spaces", drawn("0123456789  ")),
    hostile(
      "words of rules",
      drawn(["kind:", "secret", "data:", "curl", " ", "-u", "\n", "a:b", '"', "key", "="]),
    ),
    hostile(
      "names before values",
      drawn(["twitter", "sumo", "key", "-", "=", " ", "access", "_", "."]),
    ),
    hostile("a name, over and over", "secret_key = "),
    hostile("nothing but addresses", "a@b.co "),
  ];
}

function natural(name: string, text: string): GuardText {
  return { name, isHostile: false, text: filled(text) };
}

function hostile(name: string, text: string): GuardText {
  return { name, isHostile: true, text: filled(text) };
}

function filled(text: string): string {
  return text.repeat(Math.ceil(CHARACTERS / text.length)).slice(0, CHARACTERS);
}

/** The pages of the documentation without what stands in fences. */
function proseOf(root: string): string {
  const pages = ["README.md", "docs/threat-model.md", "docs/guides/vet.md", "docs/guides/lock.md"];
  const decisions = readdirSync(join(root, "docs/decisions")).map(
    (name) => `docs/decisions/${name}`,
  );
  return [...pages, ...decisions]
    .map((page) => readFileSync(join(root, page), "utf8").replaceAll(/^```[\s\S]*?^```/gmu, ""))
    .join("\n");
}

function sourcesOf(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}
