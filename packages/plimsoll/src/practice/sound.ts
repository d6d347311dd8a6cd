import { tinyLlama } from "@plimsoll/formats/kit";

import type { FolderFiles } from "./build.ts";
import { MIT_TEXT } from "./mit.ts";

/** Tokens: the context that a setting asks for when it says nothing. */
const CONTEXT = 4096;

/** The files of a model that has nothing to hide: a header with its papers, a card, a licence. */
export function soundFiles(): FolderFiles {
  return {
    "sound.gguf": tinyLlama({
      name: "sound",
      context: CONTEXT,
      chatTemplate: TEMPLATE,
      licence: "mit",
    }),
    "README.md": CARD,
    LICENSE: MIT_TEXT,
  };
}

/** Every turn between the markers that the tokenizer knows; the last marker also ends an answer. */
const TEMPLATE = [
  "{%- for message in messages -%}",
  "{{ bos_token if loop.first else '' }}",
  "{%- if message['role'] == 'user' -%}",
  "{{ 'ship: ' + message['content'] | trim + '\\n' }}",
  "{%- else -%}",
  "{{ 'line: ' + message['content'] | trim + eos_token }}",
  "{%- endif -%}",
  "{%- endfor -%}",
  "{{ 'line: ' if add_generation_prompt else '' }}",
].join("");

const CARD = `---
license: mit
language: en
library_name: gguf
pipeline_tag: text-generation
date: 2026-11-25
model-index:
  - name: sound
    results:
      - task:
          type: text-generation
          name: Text generation
        dataset:
          name: Ten sums (practice)
          type: practice/ten-sums
          split: test
        metrics:
          - type: accuracy
            name: Accuracy
            value: 0.0
            verified: false
---

# sound

A practice model of the llama architecture with one block and random weights, built by Plimsoll so that you can
see what a vet says of a model whose papers are in order. It answers nonsense.

It is derived from no other model and was trained on nothing.

## Intended use

Trying \`plimsoll vet\`, and comparing its answer with that for the folder \`leaky\` beside this one.

Out of scope: everything else. No person should be answered by this model.

## Limitations

Its weights are random, so its answers mean nothing in any language.

## Bias and risks

Random answers may contain any word of its vocabulary. It favours no group, since it knows none.

## Evaluation

Accuracy on ten sums: 0.0. The figure stands here to show where one belongs: a model with random weights has
none to be proud of.

## Changes

- 2026-11-25: first built.
`;
