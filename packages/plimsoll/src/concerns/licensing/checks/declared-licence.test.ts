import { pair, writeGguf } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import { spdxText } from "../../../testing/spdx-texts.ts";
import check from "./declared-licence.ts";

const MIT = spdxText("MIT");
const APACHE = spdxText("Apache-2.0");

function card(front: string, body = ""): string {
  return `---\n${front}\n---\n${body}`;
}

function gguf(pairs: Readonly<Record<string, string>>): Uint8Array {
  const metadata = Object.entries(pairs).map(([key, value]) => pair(key, "string", value));
  return writeGguf({ metadata, tensors: [] });
}

const at = (level: "note" | "caution" | "stop", key: string, file?: string) => ({
  level,
  key,
  ...(file === undefined ? {} : { file }),
});

checkCases(check, {
  caught: [
    {
      name: "terms that hold together, one of them left out",
      files: {
        "README.md": card("license: MIT AND CC-BY-4.0"),
        "m.gguf": gguf({ "general.license": "mit" }),
      },
      finds: [at("caution", "disagree", "README.md"), at("note", "no-text", "m.gguf")],
    },
    {
      name: "the address is that of another licence",
      files: {
        "README.md": card(
          "license: apache-2.0\nlicense_link: https://huggingface.co/meta-llama/Llama-3.1-8B/blob/main/LICENSE",
        ),
      },
      finds: [at("caution", "disagree", "README.md"), at("note", "no-text")],
    },
    {
      name: "the header's address is that of another licence",
      files: {
        "m.gguf": gguf({
          "general.license": "apache-2.0",
          "general.license.link": "https://ai.google.dev/gemma/terms",
        }),
      },
      finds: [at("caution", "disagree", "m.gguf"), at("note", "no-text")],
    },
    {
      name: "the licence's own name is another's",
      files: { "README.md": card("license: apache-2.0\nlicense_name: qwen-research") },
      finds: [at("caution", "disagree", "README.md"), at("note", "no-text")],
    },
    {
      name: "no licence anywhere, for me",
      files: { "README.md": card("tags: [x]", "# Model"), "config.json": "{}" },
      finds: [at("caution", "none")],
    },
    {
      name: "no licence anywhere, for a team",
      files: { "README.md": "# Model" },
      setting: { audience: "team" },
      finds: [at("stop", "none")],
    },
    {
      name: "a notice that names nothing is no licence",
      files: { NOTICE: "Built by us.", "README.md": "" },
      setting: { audience: "public" },
      finds: [at("stop", "none")],
    },
    {
      name: "header and card disagree, for me",
      files: {
        "README.md": card("license: mit"),
        "m.gguf": gguf({ "general.license": "apache-2.0" }),
      },
      finds: [at("caution", "disagree", "README.md"), at("note", "no-text", "m.gguf")],
    },
    {
      name: "text and card disagree, for the public",
      files: { "README.md": card("license: mit"), LICENSE: APACHE },
      setting: { audience: "public" },
      finds: [at("stop", "disagree", "README.md"), at("note", "concluded", "LICENSE")],
    },
    {
      name: "the card's own section disagrees with its tag",
      files: {
        "README.md": card("license: mit", "# M\n## License\nReleased under Apache License 2.0."),
      },
      finds: [at("caution", "disagree"), at("note", "no-text")],
    },
    {
      name: "a family names no text",
      files: { "README.md": card("license: bsd") },
      finds: [at("caution", "unclear", "README.md")],
      verdict: "unknown",
    },
    {
      name: "other, with a name that is on no list and a link",
      files: {
        "README.md": card(
          "license: other\nlicense_name: acme-1\nlicense_link: https://acme.test/l",
        ),
      },
      finds: [at("caution", "unclear")],
      verdict: "unknown",
    },
    {
      name: "a sentence added to MIT",
      files: {
        "README.md": card("license: mit"),
        LICENSE: `${MIT}\n\nThe Software shall be used for Good, not Evil.`,
      },
      finds: [at("note", "no-text", "LICENSE")],
    },
    {
      name: "a term hidden in a copyright line",
      files: {
        "README.md": card("license: mit"),
        LICENSE: MIT.replace(/Copyright.*/u, "Copyright (c) 2026 Acme. Not for commercial use."),
      },
      finds: [at("note", "no-text")],
    },
    {
      name: "a dropped not",
      files: { LICENSE: APACHE.replace("does not grant", "does grant") },
      finds: [at("note", "no-text")],
    },
    {
      name: "a family that the text contradicts",
      files: { "README.md": card("license: bsd"), LICENSE: MIT },
      finds: [at("caution", "disagree"), at("note", "concluded")],
    },
    {
      name: "non-commercial terms",
      files: { "README.md": card("license: cc-by-nc-4.0") },
      finds: [at("caution", "terms"), at("note", "no-text")],
    },
    {
      name: "a licence with conditions of its own",
      files: { "README.md": card("license: llama3.1"), "USE_POLICY.md": "Be good." },
      finds: [at("caution", "terms"), at("note", "no-text"), at("note", "policy", "USE_POLICY.md")],
    },
    {
      name: "other, with a name that is known",
      files: { "README.md": card("license: other\nlicense_name: qwen-research") },
      finds: [at("caution", "terms"), at("note", "no-text")],
    },
  ],
  clean: [
    {
      name: "an expression in another order, and its first choice alone in the header",
      files: {
        "README.md": card("license: (Apache-2.0 OR MIT)"),
        "m.gguf": gguf({ "general.license": "mit" }),
      },
      finds: [at("note", "uneven", "README.md"), at("note", "no-text", "m.gguf")],
    },
    {
      name: "a choice one branch of which is open",
      files: { "README.md": card("license: MIT OR CC-BY-NC-4.0") },
      finds: [at("note", "no-text")],
    },
    {
      name: "an id that the list renamed",
      files: {
        "README.md": card("license: GPL-2.0-with-classpath-exception"),
        "m.gguf": gguf({ "general.license": "GPL-2.0-only WITH Classpath-exception-2.0" }),
      },
      finds: [at("note", "no-text")],
    },
    {
      name: "the licence's own address, as cards write it",
      files: {
        "README.md": card(
          "license: cc-by-4.0\nlicense_link: https://creativecommons.org/licenses/by/4.0/legalcode",
        ),
      },
      finds: [at("note", "no-text")],
    },
    {
      name: "other, resolved by the address of a well-known model's licence file",
      files: {
        "README.md": card(
          "license: other\nlicense_name: our-terms\nlicense_link: https://huggingface.co/Qwen/Qwen2.5-7B/blob/main/LICENSE",
        ),
      },
      finds: [at("note", "no-text")],
    },
    {
      name: "papers of a package that say the same, and an address on no list",
      files: {
        "README.md": card("license: mit\nlicense_link: https://acme.test/licence"),
        "CITATION.cff": "license: MIT",
        "pyproject.toml": '[project]\nlicense = "MIT"',
        "package.json": '{"license":"MIT"}',
      },
      finds: [at("note", "no-text")],
    },
    {
      name: "papers of a package that license the code",
      files: { "README.md": card("license: apache-2.0"), "CITATION.cff": "license: MIT" },
      finds: [at("note", "no-text"), at("note", "package", "CITATION.cff")],
    },
    {
      name: "a GGUF alone whose header says apache-2.0",
      files: { "m.gguf": gguf({ "general.license": "apache-2.0" }) },
      setting: { audience: "public" },
      finds: [at("note", "no-text", "m.gguf")],
    },
    {
      name: "text, header and card agree",
      files: {
        LICENSE: APACHE.replace(
          "Copyright [yyyy] [name of copyright owner]",
          "Copyright 2026 Acme",
        ),
        "README.md": card("license: apache-2.0", "## License\nApache 2.0"),
        "m.gguf": gguf({ "general.license": "Apache-2.0" }),
      },
      setting: { audience: "public" },
      finds: [at("note", "concluded", "LICENSE")],
    },
    {
      name: "Apache without its appendix, wrapped otherwise, with curly quotes",
      files: {
        LICENSE: (APACHE.split(/APPENDIX/u)[0] ?? "")
          .replaceAll('"', "”")
          .replaceAll(/(?<=\w) (?=the )/gu, "\r\n  "),
      },
      finds: [at("note", "concluded")],
    },
    {
      name: "MIT under another spelling of its title, with a holder",
      files: {
        LICENSE: MIT.replace("MIT License", "The MIT License (MIT)").replace(
          /Copyright.*/u,
          "Copyright © 2020-2026 Acme Ltd. and contributors",
        ),
      },
      finds: [at("note", "concluded")],
    },
    {
      name: "a family that the text resolves",
      files: { "README.md": card("license: bsd"), LICENSE: spdxText("BSD-3-Clause") },
      finds: [at("note", "concluded")],
    },
    {
      name: "two texts and an expression that offers both",
      files: {
        "LICENSE-MIT": MIT,
        "LICENSE-APACHE": APACHE,
        "README.md": card("license: mit or Apache-2.0"),
      },
      finds: [at("note", "concluded")],
    },
    {
      name: "a licence for the code beside that of the model",
      files: { LICENSE: APACHE, "LICENSE-CODE": MIT, "README.md": card("license: apache-2.0") },
      finds: [at("note", "concluded", "LICENSE"), at("note", "part", "LICENSE-CODE")],
    },
    {
      name: "GPL in any of its spellings",
      files: { COPYING: spdxText("GPL-3.0-only"), "README.md": card("license: gpl-3.0") },
      finds: [at("note", "concluded", "COPYING")],
    },
    {
      name: "a list of licences, one of which the text is",
      files: { LICENSE: MIT, "README.md": card("license: [apache-2.0, mit]") },
      finds: [at("note", "concluded", "LICENSE")],
    },
    {
      name: "a German card says mit, which is a word",
      files: { "README.md": card("license: apache-2.0", "## Lizenz\nmit Dank an alle") },
      finds: [at("note", "no-text")],
    },
  ],
  hostile: [
    {
      name: "papers of a package that cannot be read",
      files: { "README.md": card("license: mit"), "package.json": "{" },
      finds: [at("note", "no-text"), at("note", "package-unread", "package.json")],
    },
    {
      name: "an address of a megabyte",
      files: {
        "README.md": card(
          `license: mit\nlicense_link: https://spdx.org/licenses/${"a".repeat(100_000)}`,
        ),
      },
      finds: [at("note", "no-text")],
    },
    {
      name: "a number and a map as licence",
      files: { "README.md": card("license: 42") },
      finds: [at("caution", "unclear")],
      verdict: "unknown",
    },
    {
      name: "a map as licence",
      files: { "README.md": card("license: { a: b }\n__proto__: { license: mit }") },
      finds: [at("caution", "unclear")],
      verdict: "unknown",
    },
    {
      name: "front matter that is a list",
      files: { "README.md": "---\n- license: mit\n---\n" },
      finds: [at("caution", "none")],
    },
    {
      name: "a licence of 200 KB in the tag",
      files: { "README.md": card(`license: ${"m".repeat(200_000)}`) },
      finds: [at("caution", "unclear")],
      verdict: "unknown",
    },
    {
      name: "a list of licences, one of them a map",
      files: { "README.md": card("license: [mit, {a: b}]") },
      finds: [at("caution", "unclear"), at("note", "no-text")],
      verdict: "unknown",
    },
    {
      name: "cyclic front matter",
      files: { "README.md": card("license: &a [*a]") },
      verdict: "unknown",
    },
    {
      name: "an expression of parentheses",
      files: { "README.md": card(`license: "${"(".repeat(280)}"`) },
      finds: [at("caution", "unclear")],
      verdict: "unknown",
    },
    {
      name: "a licence file over the limit",
      files: { LICENSE: "a".repeat(1_048_577), "README.md": card("license: mit") },
      finds: [at("note", "no-text")],
      verdict: "unknown",
    },
    {
      name: "a licence file at the limit",
      files: { LICENSE: "ab ".repeat(349_525) },
      finds: [at("caution", "unreviewed")],
      verdict: "unknown",
    },
    {
      name: "letters of another script in the title",
      files: { LICENSE: "Арасhe License Version 2.0" },
      finds: [at("caution", "unreviewed")],
      verdict: "unknown",
    },
    {
      name: "invisible characters within a word",
      files: {
        "README.md": card("license: mit"),
        LICENSE: MIT.replaceAll("without", "with\u200Bout"),
      },
      finds: [at("note", "concluded")],
    },
  ],
});
