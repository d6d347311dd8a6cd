import type { SafetensorsModel } from "../../../model/evidence/safetensors.ts";

/** What the headers of one folder's weights say about the shape of the model. */
export type Stack = {
  /** Layers of the language model: the highest number plus one; undefined when names follow no known rule. */
  readonly layers: number | undefined;
  /** The table of tokens: elements of one row, and where it lies. */
  readonly table:
    | {
        readonly file: string;
        readonly name: string;
        readonly width: number;
        readonly dtype: string;
      }
    | undefined;
};

/** Names of layers in the weights of a language model: `model.layers.3.…`, `language_model.model.layers.3.…`. */
const LAYER = /^(?:model\.|language_model\.model\.|model\.language_model\.)layers\.(\d{1,5})\./u;

/** Names of the table of tokens beside them. */
const TABLE = /^(?:model\.|language_model\.model\.|model\.language_model\.)embed_tokens\.weight$/u;

/** Reads the shape of a model off the headers of some weight files. */
export function stackOf(files: readonly SafetensorsModel[]): Stack {
  let layers: number | undefined;
  let table: Stack["table"];
  for (const { file, header } of files) {
    for (const { name, shape, dtype } of header.tensors) {
      const number = LAYER.exec(name)?.[1];
      if (number !== undefined) layers = Math.max(layers ?? 0, Number(number) + 1);
      const width = shape[1];
      if (shape.length === 2 && width !== undefined && TABLE.test(name)) {
        table = { file, name, width, dtype };
      }
    }
  }
  return { layers, table };
}
