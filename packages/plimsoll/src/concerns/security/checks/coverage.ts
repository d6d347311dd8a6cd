import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import { codeReferences } from "../reach/config-keys.ts";
import { unjudgedInside } from "../reach/inside.ts";
import { unjudgedReason } from "../reach/judged.ts";
import { readPackedConfig } from "../reach/packed.ts";
import { parseReachFacts } from "../reach/schema.ts";

const CODE = {
  text: "Load the model without allowing remote code, or read that code first and pin it by digest.",
};

export default defineCheck({
  id: "security/coverage",
  code: "PLM-SEC-039",
  title: "Something a loader may read or run was judged by nobody",
  why: "What was not read is not clean: a file that no check looked at may hold anything.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/104be98e245914f55716434b8e2591e376860625/docs/source/en/custom_models.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: [
    "kinds",
    "configs",
    "indexes",
    "gguf",
    "safetensors",
    "pickles",
    "archives",
    "members",
    "contents",
    "texts",
    "packed-texts",
    "packed-weights",
    "tokenizers",
    "vocabularies",
  ],
  limits: [
    "behaviour trained into the weights cannot be seen in files",
    "texts are taken as words and data: what a person is told to run in them is not examined",
    "containers within more than 8 others, and data that decompresses to more than 256 MiB at once or 2 GiB in all, are unread",
    "pictures are taken for pictures by their first bytes",
    "the .git folder beside a model is not opened",
    "vocabularies (SentencePiece, tiktoken, Tekken) are data and name no code; faults of the programs that read them are looked for in SentencePiece's table of replacements alone",
  ],
  page: {
    detects:
      "Every file of the model, and everything in its archives and compressed files, must have been read by a reader of this version or be something that no loader runs. Vocabularies in SentencePiece, tiktoken and Tekken form are read whole: no field of theirs names code or a file to open, and a SentencePiece table of replacements must not lead past its end (CVE-2026-1260). Configurations are searched at every depth for keys that make a loader import code (`auto_map` and others, listed with sources in `knowledge/reach.yaml`).",
    levels: {
      unknown:
        "a configuration names code; a file is code, a package list or a script; or its format has no reader here. The file is named with its reason.",
    },
    mend: "Read the code yourself, or take a variant of the model that needs none: a plain safetensors or GGUF file with a class that your engine already has.",
  },
  messages: {
    "names-code": (a: { file: string; path: string; target: string; does: string }) =>
      `${a.file} names code: ${a.path} = ${a.target}, which ${a.does}`,
  },
  *run(evidence, { knowledge }, finding) {
    const { kinds, configs, indexes, gguf, safetensors, pickles, contents, texts } = evidence;
    const { vocabularies } = evidence;
    const facts = knowledge.read("reach", parseReachFacts);
    if (kinds.length === 0) yield unread(".", "there is no file to look at");
    for (const { file, shards } of indexes) {
      const away = [...new Set(shards.values())].find((shard) => /[\\/:]/u.test(shard));
      if (away !== undefined) {
        yield unread(file, `it names a shard outside its folder: ${away.slice(0, 120)}`);
      }
    }
    for (const config of configs) {
      const twice = config.faults.find((fault) => fault.startsWith("duplicate"));
      if (twice !== undefined)
        yield unread(config.file, `${twice}: two loaders may see two values`);
      for (const { key, path, target } of codeReferences(config.base, config.value, facts.keys)) {
        const args = { file: config.file, path, target, does: key.does };
        const at = { file: config.file, member: path };
        yield finding.caution("names-code", args, at, { judged: false, remedy: CODE });
      }
    }
    const read = new Set([
      ...gguf.map((one) => one.file),
      ...safetensors.map((one) => one.file),
      ...pickles.filter((one) => one.member === undefined).map((one) => one.file),
      ...contents.opened,
      ...vocabularies.map((one) => one.file),
    ]);
    const textOf = new Map(texts.map((one) => [one.file, one.text]));
    for (const { file, formats } of kinds) {
      const covered = { base: file.base, size: file.size, formats, isRead: read.has(file.path) };
      const reason = unjudgedReason(covered, facts, textOf.get(file.path));
      if (reason !== undefined) yield unread(file.path, reason);
    }
    for (const { file, member, base, text } of evidence["packed-texts"]) {
      const config = readPackedConfig(base, text);
      if (config?.kind === "unjudged") yield unread(file, config.reason, { member });
      if (config?.kind !== "read") continue;
      for (const { key, path, target } of codeReferences(base, config.value, facts.keys)) {
        const args = { file: member, path, target, does: key.does };
        yield finding.caution(
          "names-code",
          args,
          { file, member },
          { judged: false, remedy: CODE },
        );
      }
    }
    yield* unjudgedInside(evidence, facts);
    return undefined;
  },
});
