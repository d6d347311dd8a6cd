import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import type { ModelSubject } from "../subject.ts";
import { readGgufTokenizer } from "../tokenizer-gguf.ts";
import { readHubTokenizer } from "../tokenizer-hf.ts";
import type { TokenizerFacts } from "../tokenizer.ts";
import { rankOf } from "../vocabulary/names.ts";
import { readJsonFile } from "./configs.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every tokenizer: one for each GGUF file that carries one, one for each folder with tokenizer files or a vocabulary. */
    readonly tokenizers: readonly TokenizerFacts[];
  }
}

/** Bytes of tokenizer.json. The largest in use are some 35 MB; ten times that is an attack on memory (CWE-770). */
const TOKENIZER_MAX_BYTES = 134_217_728;

export default defineEvidence({
  name: "tokenizers",
  needs: ["configs", "gguf", "vocabularies"],
  provide: ({ configs, gguf, vocabularies }, { snapshot }: ModelSubject) => {
    const value: TokenizerFacts[] = [];
    const unreads: Unread[] = [];
    for (const model of gguf) {
      const facts = readGgufTokenizer(model.file, model.gguf);
      if (facts !== undefined) value.push(facts);
    }
    const named = snapshot.files.filter(
      ({ base }) => base === "tokenizer.json" || base === "tokenizer_config.json",
    );
    const folders = new Set([
      ...named.map(({ path }) => folderOf(path)),
      ...vocabularies.map(({ file }) => folderOf(file)),
    ]);
    for (const folder of folders) {
      const file = snapshot.files.find(
        ({ path, base }) => base === "tokenizer.json" && folderOf(path) === folder,
      );
      const read =
        file === undefined
          ? undefined
          : readJsonFile(file, TOKENIZER_MAX_BYTES, "TOKENIZER_MAX_BYTES");
      if (read?.kind === "unread") unreads.push(read);
      const facts = readHubTokenizer({
        folder,
        configs: configs.filter((config) => folderOf(config.file) === folder),
        tokenizer: read?.kind === "read" ? read.value : undefined,
        vocabularies: vocabularies
          .filter((one) => folderOf(one.file) === folder)
          .toSorted((a, b) => rankOf(baseOf(a.file)) - rankOf(baseOf(b.file))),
      });
      if (facts !== undefined) value.push(facts);
    }
    return { value, unread: unreads };
  },
});

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
