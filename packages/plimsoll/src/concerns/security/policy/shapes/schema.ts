import * as v from "valibot";

/**
 * Kinds of value that need no further words.
 *
 * `text` and `bytes` hold no pickle; `payload` may hold one, which is judged by itself, and `pickle` must. `plain`
 * is data all the way down. `any` is whatever was judged where it was made. `attributes` is what `setattr` is given.
 */
const ATOMS = [
  "none",
  "bool",
  "int",
  "count",
  "number",
  "text",
  "bytes",
  "ints",
  "plain",
  "any",
  "pairs",
  "payload",
  "pickle",
  "attributes",
  "empty-ordered-dict",
  "args-of-first",
] as const;

/** One of the kinds of value above. */
export type Atom = (typeof ATOMS)[number];

/**
 * What an argument or a state must look like: the closed language of `knowledge/imports.yaml`.
 *
 * Roles are the words that entries of the allow-list give to what they build (`gives`) or name (`is`).
 */
export type Shape =
  | Atom
  /** One of these texts. */
  | { readonly text: readonly string[] }
  /** A text that begins with one of these. */
  | { readonly begins: readonly string[] }
  /** Something of one of these roles; `first` is what it must have been built with. */
  | { readonly is: readonly string[]; readonly first?: Shape | undefined }
  /** One of these symbols, named and not called. */
  | { readonly class: readonly string[] }
  /** A symbol that gives one of these roles when it is called, named and not called. */
  | { readonly "class-of": readonly string[] }
  /** A list or tuple of any length. */
  | { readonly list: Shape }
  /** A tuple of these, then of none or more of `more`, each of which may be absent. */
  | { readonly tuple: readonly Shape[]; readonly more?: readonly Shape[] | undefined }
  /** A dict with such values. */
  | { readonly dict: Shape }
  | { readonly either: readonly Shape[] }
  /** Such a value, never changed afterwards. */
  | { readonly frozen: Shape }
  /** Plain data in which things of these roles may occur too. */
  | { readonly with: readonly string[] };

const words = v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1));

/** Reads a shape. */
export const shapeSchema: v.GenericSchema<Shape> = v.lazy(() =>
  v.union([
    v.picklist(ATOMS),
    v.strictObject({ text: words }),
    v.strictObject({ begins: words }),
    v.strictObject({ is: words, first: v.optional(shapeSchema) }),
    v.strictObject({ class: words }),
    v.strictObject({ "class-of": words }),
    v.strictObject({ list: shapeSchema }),
    v.strictObject({ tuple: v.array(shapeSchema), more: v.optional(v.array(shapeSchema)) }),
    v.strictObject({ dict: shapeSchema }),
    v.strictObject({ either: v.pipe(v.array(shapeSchema), v.minLength(2)) }),
    v.strictObject({ frozen: shapeSchema }),
    v.strictObject({ with: words }),
  ]),
);
