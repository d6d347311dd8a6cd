/**
 * What a pickle builds, without building it.
 *
 * Values have identity: one object reached through the stack, the memo and a container is one object
 * here too, and it changes when the stream changes it later. The graph may be cyclic and a million
 * levels deep: walk it with a work list and a set of visited values, never by recursion.
 */
export type Value =
  | NoneValue
  | BoolValue
  | IntValue
  | LongValue
  | FloatValue
  | StringValue
  | BytesValue
  | SequenceValue
  | DictValue
  | GlobalValue
  | UnresolvedValue
  | CallValue
  | PersidValue
  | ExtValue
  | BufferValue;

/** None. */
export type NoneValue = { readonly kind: "none" };
/** True or False. */
export type BoolValue = { readonly kind: "bool"; readonly value: boolean };
/** A number when it is exact as one, else a bigint. */
export type IntValue = { readonly kind: "int"; readonly value: number | bigint };
/** An integer too long to be loaded: its digits or bytes lie at `offset`. */
export type LongValue = { readonly kind: "long"; readonly offset: number; readonly length: number };
/** A float; NaN also stands for one of more than 4,096 digits. */
export type FloatValue = { readonly kind: "float"; readonly value: number };

/**
 * A string. `offset` and `length` are the payload's bytes in the source; `value` is undefined when it
 * was too long to load. Python 2 strings (STRING, BINSTRING) hold one character per byte.
 */
export type StringValue = {
  readonly kind: "string";
  readonly value: string | undefined;
  readonly offset: number;
  readonly length: number;
};

/** Bytes; `value` is undefined when they were too long to load. Both tell what was read, not later changes. */
export type BytesValue = {
  readonly kind: "bytes" | "bytearray";
  /** True when a bytearray was changed after it was made: it no longer is what the source holds. */
  mutated: boolean;
  readonly value: Uint8Array | undefined;
  readonly offset: number;
  readonly length: number;
};

/** A container of items, in the order they were given: a set may hold equal ones. */
export type SequenceValue = {
  readonly kind: "list" | "tuple" | "set" | "frozenset";
  readonly items: Value[];
};

/** A dict as it was filled: `keys[i]` belongs to `values[i]`; of equal keys the last one counts. */
export type DictValue = {
  readonly kind: "dict";
  readonly keys: Value[];
  readonly values: Value[];
};

/** Something imported by a name that is known. */
export type GlobalValue = {
  readonly kind: "global";
  /** What an unpickler looks up, after the renames that the protocol in force asks for. */
  readonly module: string;
  readonly name: string;
  /** What the file says. */
  readonly written: { readonly module: string; readonly name: string };
  /** True when the name has dots and they are walked as attributes (protocol 4 and later). */
  readonly walked: boolean;
};

/** Something imported by a name that cannot be known without running the pickle. */
export type UnresolvedValue = {
  readonly kind: "unresolved";
  readonly module: Value;
  readonly name: Value;
};

/** What is called: an import, or something that only running the pickle would tell. */
export type Callee = GlobalValue | { readonly kind: "unknown"; readonly value: Value };

/** The opcode that made a call. */
export type CallVia = "REDUCE" | "NEWOBJ" | "NEWOBJ_EX" | "INST" | "OBJ";

/** Whatever a call returns, with what is done to it later. */
export type CallValue = {
  readonly kind: "call";
  readonly via: CallVia;
  readonly callee: Callee;
  /** Normally a tuple; Python unpacks anything else that can be iterated. */
  readonly args: Value;
  readonly kwargs: Value | undefined;
  /** Each state given by BUILD. */
  states: Value[] | undefined;
  /** Each item given by APPEND, APPENDS or ADDITEMS. */
  items: Value[] | undefined;
  /** Each pair given by SETITEM or SETITEMS, as in {@link DictValue}. */
  entries: { readonly keys: Value[]; readonly values: Value[] } | undefined;
};

/** What the loader returns for a persistent id. */
export type PersidValue = { readonly kind: "persid"; readonly id: Value };
/** What the loader's extension registry holds under a code. */
export type ExtValue = { readonly kind: "ext"; readonly code: number };
/** The next buffer handed to the loader beside the pickle. */
export type BufferValue = { readonly kind: "buffer" };

/** The target of a change: built by a call, an import itself, a plain container, a constant, or only known to the loader. */
export type TargetKind = "instance" | "import" | "container" | "constant" | "unknown";

/** What kind of thing a change is done to. */
export function targetKindOf(target: Value): TargetKind {
  switch (target.kind) {
    case "call":
      return "instance";
    case "global":
    case "unresolved":
      return "import";
    case "list":
    case "dict":
    case "set":
    case "bytearray":
      return "container";
    case "persid":
    case "ext":
    case "buffer":
      return "unknown";
    case "none":
    case "bool":
    case "int":
    case "long":
    case "float":
    case "string":
    case "bytes":
    case "tuple":
    case "frozenset":
      return "constant";
  }
}
