import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import { codeReferences } from "../reach/config-keys.ts";
import { unjudgedReason } from "../reach/judged.ts";
import { parseReachFacts } from "../reach/schema.ts";

/** Things in one file told one by one; the rest is counted: an archive can have 200,000 members (CWE-400). */
const SHOWN_PER_FILE = 200;

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
  ],
  limits: [
    "behaviour trained into the weights cannot be seen in files",
    "texts are taken as words and data: what a person is told to run in them is not examined",
    "pictures are taken for pictures by their first bytes",
    "the .git folder beside a model is not opened",
  ],
  page: {
    detects:
      "Every file of the model, and everything in its archives and compressed files, must have been read by a reader of this version or be something that no loader runs. Configurations are searched at every depth for keys that make a loader import code (`auto_map` and others, listed with sources in `knowledge/reach.yaml`).",
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
    const { kinds, configs, indexes, gguf, safetensors, pickles, members, contents, texts } =
      evidence;
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
        const remedy = {
          text: "Load the model without allowing remote code, or read that code first and pin it by digest.",
        };
        yield finding.caution("names-code", args, at, { judged: false, remedy });
      }
    }
    const read = new Set([
      ...gguf.map((one) => one.file),
      ...safetensors.map((one) => one.file),
      ...pickles.filter((one) => one.member === undefined).map((one) => one.file),
      ...contents.opened,
    ]);
    const textOf = new Map(texts.map((one) => [one.file, one.text]));
    for (const { file, formats } of kinds) {
      const covered = { base: file.base, size: file.size, formats, isRead: read.has(file.path) };
      const reason = unjudgedReason(covered, facts, textOf.get(file.path));
      if (reason !== undefined) yield unread(file.path, reason);
    }
    const readInside = new Set([...pickles, ...evidence["packed-weights"]].map(keyOf));
    const packedText = new Map(evidence["packed-texts"].map((one) => [keyOf(one), one.text]));
    const unjudged = new Map<string, number>();
    for (const one of members) {
      if (isTorchNote(one.base)) continue;
      const isRead = one.isStorage || one.isOpened || readInside.has(keyOf(one));
      const covered = { ...one, isRead, isPacked: true };
      const reason = unjudgedReason(covered, facts, packedText.get(keyOf(one)));
      if (reason === undefined) continue;
      const told = (unjudged.get(one.file) ?? 0) + 1;
      unjudged.set(one.file, told);
      if (told <= SHOWN_PER_FILE) yield unread(one.file, reason, { member: one.member });
    }
    for (const [file, told] of unjudged) {
      const more = told - SHOWN_PER_FILE;
      if (more > 0) yield unread(file, `${more} more things in it were judged by nobody`);
    }
    return undefined;
  },
});

function keyOf(one: { readonly file: string; readonly member: string | undefined }): string {
  return `${one.file}\0${one.member}`;
}

/** Members in which PyTorch writes what an archive is: a number or a word each. */
const TORCH_NOTES = new Set([
  "version",
  "byteorder",
  "serialization_id",
  ".format_version",
  ".storage_alignment",
]);

function isTorchNote(base: string): boolean {
  return TORCH_NOTES.has(base);
}
