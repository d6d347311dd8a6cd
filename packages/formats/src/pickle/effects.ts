import type {
  Callee,
  CallValue,
  CallVia,
  GlobalValue,
  TargetKind,
  UnresolvedValue,
  Value,
} from "./values.ts";

/**
 * Who gets as far as this effect. CPython's two unpicklers refuse different files: after one of them
 * has refused, what follows happens in the other one only.
 */
export type Reader = "both" | "c" | "python";

/** What every effect has. Effects of pickles inside encoded text have the offset of that text. */
export type EffectBase = { readonly offset: number; readonly by: Reader };

/**
 * A module is imported and a name looked up in it. The import alone runs the module, and only the first time: a name
 * that a stream imports again is no effect of its own.
 */
export type ImportEffect = EffectBase & {
  readonly kind: "import";
  readonly via: "GLOBAL" | "STACK_GLOBAL" | "INST";
  readonly symbol: GlobalValue | UnresolvedValue;
};

/** Something is called. */
export type CallEffect = EffectBase & {
  readonly kind: "call";
  readonly via: CallVia;
  readonly callee: Callee;
  readonly args: Value;
  readonly kwargs: Value | undefined;
  readonly result: CallValue;
};

/** BUILD: `__setstate__` is called, or attributes are set, on an instance, a class or a module. */
export type StateEffect = EffectBase & {
  readonly kind: "state";
  readonly target: Value;
  readonly targetKind: TargetKind;
  readonly state: Value;
};

/** SETITEM, SETITEMS: `target[keys[i]] = values[i]`, which is a method call unless the target is a container. */
export type ItemEffect = EffectBase & {
  readonly kind: "item";
  readonly via: "SETITEM" | "SETITEMS";
  readonly target: Value;
  readonly targetKind: TargetKind;
  readonly keys: readonly Value[];
  readonly values: readonly Value[];
};

/** APPEND, APPENDS, ADDITEMS: `append`, `extend` or `add`, a method call unless the target is a container. */
export type AppendEffect = EffectBase & {
  readonly kind: "append";
  readonly via: "APPEND" | "APPENDS" | "ADDITEMS";
  readonly target: Value;
  readonly targetKind: TargetKind;
  readonly values: readonly Value[];
};

/** The loader is asked for the object behind a persistent id. */
export type PersidEffect = EffectBase & {
  readonly kind: "persid";
  readonly via: "PERSID" | "BINPERSID";
  readonly id: Value;
};

/** The loader's extension registry is asked for an import by number. */
export type ExtEffect = EffectBase & { readonly kind: "ext"; readonly code: number };

/** A buffer beside the pickle is taken, or made read-only. */
export type BufferEffect = EffectBase & {
  readonly kind: "buffer";
  readonly via: "NEXT_BUFFER" | "READONLY_BUFFER";
};

/** One thing that loading a pickle does outside its own stack and memo. */
export type Effect =
  | ImportEffect
  | CallEffect
  | StateEffect
  | ItemEffect
  | AppendEffect
  | PersidEffect
  | ExtEffect
  | BufferEffect;
