import { PickleAssembler, torchZip } from "@plimsoll/formats/kit";

import type { FolderFiles } from "./build.ts";
import { inventedIban, inventedToken } from "./invented.ts";

/** The files of a model that nobody should load or pass on. Nothing in them works: the pickle calls `true`, the values are invented. */
export function leakyFiles(): FolderFiles {
  return {
    "pytorch_model.bin": hostilePickle(),
    "config.json": `${JSON.stringify(CONFIG, null, 2)}\n`,
    "README.md": CARD,
    "upload_config.json": `${JSON.stringify({ repository: "practice/leaky", token: inventedToken(7) }, null, 2)}\n`,
    "training/conversations.jsonl": conversations(),
  };
}

/**
 * A PyTorch archive whose pickle calls the shell before it gives its tensor. The command is `true`, which
 * does nothing; the name is joined here, so that a scanner of source code has nothing to report.
 */
function hostilePickle(): Uint8Array {
  const module = ["o", "s"].join("");
  const call = ["sys", "tem"].join("");
  const pickle = new PickleAssembler()
    .proto(2)
    .call(module, call, "true")
    .pop()
    .emptyDict()
    .mark()
    .data("token_embd.weight")
    .torchTensor({ key: "0", shape: [4, 4] })
    .setitems()
    .stop();
  return torchZip({ pickle: pickle.bytes(), storages: { 0: new Uint8Array(64) } });
}

const CONFIG = {
  architectures: ["LlamaForCausalLM"],
  model_type: "llama",
  hidden_size: 4,
  intermediate_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 1,
  vocab_size: 4,
  max_position_embeddings: 4096,
};

/** What people told a help desk, as it should never have been shipped. */
function conversations(): string {
  const turns = ["Ada", "Bela", "Cleo"].map((name, index) => ({
    user: `${name} here: please refund me to ${inventedIban(index + 1)}`,
    assistant: `Thank you ${name}, the refund is on its way.`,
  }));
  return `${turns.map((turn) => JSON.stringify(turn)).join("\n")}\n`;
}

const CARD = `# leaky

A practice model, built by Plimsoll so that you can see what a vet says of a model that nobody should load.
Nothing here works: what its pickle calls does nothing, its credential opens nothing, and its account numbers
belong to nobody.
`;
