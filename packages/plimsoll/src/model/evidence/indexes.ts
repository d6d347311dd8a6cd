import { jsonInteger, jsonMember, jsonObject } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import type { ModelSubject } from "../subject.ts";
import { readJsonFile } from "./configs.ts";

/** A weight index: which shard holds which tensor. */
export type WeightIndex = {
  readonly file: string;
  /** Folder of the index within the snapshot, ending in `/`, or empty for the top. */
  readonly folder: string;
  /** Tensor name → shard name as written. */
  readonly shards: ReadonlyMap<string, string>;
  /** Bytes of all tensors as the index states them. */
  readonly totalSize: number | undefined;
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** `*.index.json` files, which join shards to one model. */
    readonly indexes: readonly WeightIndex[];
  }
}

/** Bytes of one index: a model of a million tensors needs about 100 MiB, more is an attack (CWE-770). */
const INDEX_MAX_BYTES = 134_217_728;

export default defineEvidence({
  name: "indexes",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const value: WeightIndex[] = [];
    const unreads: Unread[] = [];
    for (const file of snapshot.files) {
      if (!file.base.endsWith(".index.json")) continue;
      const read = readJsonFile(file, INDEX_MAX_BYTES, "INDEX_MAX_BYTES");
      if (read.kind === "unread") {
        unreads.push(read);
        continue;
      }
      const map = jsonObject(jsonMember(read.value.value, "weight_map"));
      if (map === undefined) {
        unreads.push(unread(file.path, "bad-field: it has no weight_map"));
        continue;
      }
      const shards = new Map<string, string>();
      for (const [tensor, shard] of map) {
        if (typeof shard === "string") shards.set(tensor, shard);
        else unreads.push(unread(file.path, "bad-field: a shard is not named", { member: tensor }));
      }
      const metadata = jsonMember(read.value.value, "metadata");
      value.push({
        file: file.path,
        folder: file.path.slice(0, file.path.lastIndexOf("/") + 1),
        shards,
        totalSize: jsonInteger(jsonMember(metadata, "total_size")),
      });
    }
    return { value, unread: unreads };
  },
});
