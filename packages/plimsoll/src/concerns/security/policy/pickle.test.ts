import { memorySource, readPickles, runSync } from "@plimsoll/formats";
import { assemblePickle } from "@plimsoll/formats/kit";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { judgeStream } from "./pickle.ts";
import { parseImportFacts } from "./schema.ts";
import { Work } from "./shapes/work.ts";

const FACTS = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "imports",
  parseImportFacts,
);

/** The kinds of ruling over all streams of a pickle, in order, each once. */
function judge(bytes: Uint8Array): string[] {
  const { streams } = runSync(readPickles(bytes.length), memorySource(bytes)).value;
  const policy = { facts: FACTS, shipped: new Map<string, string>(), work: new Work() };
  const rulings = streams.flatMap((stream) => [...judgeStream(stream, streams, policy)]);
  return [...new Set(rulings.map(({ kind }) => kind))];
}

const pickle = (body: string): Uint8Array => assemblePickle(`PROTO 4\n${body}\nSTOP`);

const STORAGE = `MARK\nBINUNICODE "storage"\nGLOBAL torch FloatStorage\nBINUNICODE "0"\nBINUNICODE "cpu"\nBININT1 4\nTUPLE\nBINPERSID`;
const HOOKS = "GLOBAL collections OrderedDict\nEMPTY_TUPLE\nREDUCE";
const SIZE = "BININT1 2\nTUPLE1\nBININT1 1\nTUPLE1";
const rebuild = (args: string): string =>
  `GLOBAL torch._utils _rebuild_tensor_v2\nMARK\n${args}\nTUPLE\nREDUCE`;
const TENSOR = rebuild(`${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}`);
const DTYPE = `GLOBAL numpy dtype\nBINUNICODE "f4"\nNEWFALSE\nNEWTRUE\nTUPLE3\nREDUCE`;
const OBJECTS = DTYPE.replace("f4", "O8");
const ARRAY = `GLOBAL numpy._core.multiarray _reconstruct\nGLOBAL numpy ndarray\nBININT1 0\nTUPLE1\nSHORT_BINBYTES "b"\nTUPLE3\nREDUCE`;
const stateOf = (dtype: string, data: string): string =>
  `MARK\nBININT1 1\nBININT1 1\nTUPLE1\n${dtype}\nNEWFALSE\n${data}\nTUPLE\nBUILD`;
const LINEAR = "GLOBAL sklearn.linear_model._base LinearRegression\nEMPTY_TUPLE\nNEWOBJ";
const withKey = (key: string, value = "NONE"): string =>
  `EMPTY_DICT\nBINUNICODE "${key}"\n${value}\nSETITEM\nBUILD`;
/** Two opcodes that are a pickle of nothing, within bytes. */
const NESTED = "hex:80024e2e";

/** What is caught, with what, and the twin that differs in one thing and passes. */
const TWINS: readonly (readonly [string, string, string, string])[] = [
  [
    "a call where the number of an offset belongs",
    rebuild(`${STORAGE}\n${DTYPE}\n${SIZE}\nNEWFALSE\n${HOOKS}`),
    "arguments",
    TENSOR,
  ],
  [
    "an offset below zero",
    rebuild(`${STORAGE}\nBININT -1\n${SIZE}\nNEWFALSE\n${HOOKS}`),
    "arguments",
    rebuild(`${STORAGE}\nBININT 0\n${SIZE}\nNEWFALSE\n${HOOKS}`),
  ],
  ["an argument too few", rebuild(`${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE`), "arguments", TENSOR],
  [
    "an argument too many",
    rebuild(`${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nNONE\nNONE`),
    "arguments",
    rebuild(`${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nNONE`),
  ],
  [
    "a callable among the hooks' place",
    rebuild(`${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\nGLOBAL collections OrderedDict`),
    "code-argument",
    TENSOR,
  ],
  [
    "a callable deep in what a tensor says of itself",
    rebuild(
      `${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nEMPTY_DICT\nBINUNICODE "x"\nGLOBAL torch Size\nTUPLE1\nSETITEM`,
    ),
    "code-argument",
    rebuild(
      `${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nEMPTY_DICT\nBINUNICODE "x"\nNEWTRUE\nTUPLE1\nSETITEM`,
    ),
  ],
  [
    "hooks that are filled one opcode later",
    `GLOBAL torch._utils _rebuild_tensor_v2\nMARK\n${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nBINPUT 9\nTUPLE\nREDUCE\nBINGET 9\nBININT1 0\nNONE\nSETITEM\nTUPLE2`,
    "frozen",
    `GLOBAL torch._utils _rebuild_tensor_v2\nMARK\n${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nBINPUT 9\nTUPLE\nREDUCE\nBINGET 9\nTUPLE1`,
  ],
  [
    "hooks that are given a state later",
    `GLOBAL torch._utils _rebuild_tensor_v2\nMARK\n${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nBINPUT 9\nTUPLE\nREDUCE\nBINGET 9\n${withKey("_metadata")}\nTUPLE2`,
    "frozen",
    `${TENSOR}\n${HOOKS}\n${withKey("_metadata")}\nTUPLE2`,
  ],
  [
    "hooks that hold something already",
    rebuild(`${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nBININT1 0\nNONE\nSETITEM`),
    "arguments",
    TENSOR,
  ],
  [
    "a persistent id of another form",
    `BINUNICODE "storage"\nTUPLE1\nBINPERSID`,
    "unlisted",
    STORAGE,
  ],
  [
    "a storage that is no class of torch",
    STORAGE.replace("torch FloatStorage", "collections OrderedDict"),
    "unlisted",
    STORAGE,
  ],
  [
    "bytes that are no pickle, loaded as one",
    `GLOBAL torch.storage _load_from_bytes\nSHORT_BINBYTES "data"\nTUPLE1\nREDUCE`,
    "arguments",
    `GLOBAL torch.storage _load_from_bytes\nSHORT_BINBYTES ${NESTED}\nTUPLE1\nREDUCE`,
  ],
  [
    "a pickle where a text belongs",
    `GLOBAL torch device\nSHORT_BINBYTES ${NESTED}\nTUPLE1\nREDUCE`,
    "arguments",
    `GLOBAL torch device\nBINUNICODE "cpu"\nTUPLE1\nREDUCE`,
  ],
  [
    "a pickle where the bytes of an array belong",
    `${ARRAY}\n${stateOf(DTYPE, `SHORT_BINBYTES ${NESTED}`)}`,
    "code-argument",
    `${ARRAY}\n${stateOf(DTYPE, "SHORT_BINBYTES hex:81024e2e")}`,
  ],
  [
    "another encoding",
    `GLOBAL _codecs encode\nBINUNICODE "x"\nBINUNICODE "rot13"\nTUPLE2\nREDUCE`,
    "arguments",
    `GLOBAL _codecs encode\nBINUNICODE "x"\nBINUNICODE "latin1"\nTUPLE2\nREDUCE`,
  ],
  [
    "a rebuild by a function that is none",
    `GLOBAL torch._tensor _rebuild_from_type_v2\nMARK\nGLOBAL torch.storage _load_from_bytes\nGLOBAL torch Tensor\nSHORT_BINBYTES ${NESTED}\nTUPLE1\nNONE\nTUPLE\nREDUCE`,
    "arguments",
    `GLOBAL torch._tensor _rebuild_from_type_v2\nMARK\nGLOBAL torch._utils _rebuild_tensor_v2\nGLOBAL torch Tensor\nMARK\n${STORAGE}\nBININT1 0\n${SIZE}\nNEWFALSE\n${HOOKS}\nTUPLE\nNONE\nTUPLE\nREDUCE`,
  ],
  [
    "arguments handed through that do not fit what they go to",
    `GLOBAL torch._tensor _rebuild_from_type_v2\nMARK\nGLOBAL torch._utils _rebuild_parameter\nGLOBAL torch Tensor\nNONE\nTUPLE1\nNONE\nTUPLE\nREDUCE`,
    "arguments",
    `GLOBAL torch._tensor _rebuild_from_type_v2\nMARK\nGLOBAL torch._utils _rebuild_parameter\nGLOBAL torch Tensor\nMARK\n${TENSOR}\nNEWTRUE\n${HOOKS}\nTUPLE\nNONE\nTUPLE\nREDUCE`,
  ],
  [
    "a dunder among the attributes of a parameter",
    `GLOBAL torch._utils _rebuild_parameter_with_state\nMARK\n${TENSOR}\nNEWTRUE\n${HOOKS}\nEMPTY_DICT\nBINUNICODE "__class__"\nNONE\nSETITEM\nTUPLE\nREDUCE`,
    "dunder-state",
    `GLOBAL torch._utils _rebuild_parameter_with_state\nMARK\n${TENSOR}\nNEWTRUE\n${HOOKS}\nEMPTY_DICT\nBINUNICODE "tag"\nNONE\nSETITEM\nTUPLE\nREDUCE`,
  ],
  [
    "a factory that is not listed for it",
    `GLOBAL collections defaultdict\nGLOBAL torch Tensor\nTUPLE1\nREDUCE`,
    "arguments",
    `GLOBAL collections defaultdict\nGLOBAL builtins list\nTUPLE1\nREDUCE`,
  ],
  [
    "a generator with another constructor",
    `GLOBAL numpy.random._pickle __randomstate_ctor\nBINUNICODE "MT19937"\nGLOBAL torch device\nTUPLE2\nREDUCE`,
    "arguments",
    `GLOBAL numpy.random._pickle __randomstate_ctor\nBINUNICODE "MT19937"\nGLOBAL numpy.random._pickle __bit_generator_ctor\nTUPLE2\nREDUCE`,
  ],
  [
    "a scalar of objects",
    `GLOBAL numpy._core.multiarray scalar\n${OBJECTS}\nSHORT_BINBYTES "abcd"\nTUPLE2\nREDUCE`,
    "arguments",
    `GLOBAL numpy._core.multiarray scalar\n${DTYPE}\nSHORT_BINBYTES "abcd"\nTUPLE2\nREDUCE`,
  ],
  [
    "an array of objects with something unlisted in it",
    `${ARRAY}\n${stateOf(OBJECTS, "EMPTY_LIST\nGLOBAL nowhere thing\nAPPEND")}`,
    "unlisted",
    `${ARRAY}\n${stateOf(OBJECTS, `EMPTY_LIST\n${DTYPE}\nAPPEND`)}`,
  ],
  [
    "a state of an array that is none",
    `${ARRAY}\nEMPTY_DICT\nBUILD`,
    "arguments",
    `${ARRAY}\n${stateOf(DTYPE, 'SHORT_BINBYTES "abcd"')}`,
  ],
  [
    "an attribute that nobody reviewed",
    `${LINEAR}\n${withKey("predict")}`,
    "state",
    `${LINEAR}\n${withKey("coef_")}`,
  ],
  [
    "a state of something that has none",
    `GLOBAL torch Size\nEMPTY_TUPLE\nTUPLE1\nREDUCE\n${withKey("x")}`,
    "state",
    "GLOBAL torch Size\nEMPTY_TUPLE\nTUPLE1\nREDUCE",
  ],
  [
    "a callable among the attributes of a namespace",
    `GLOBAL argparse Namespace\nEMPTY_TUPLE\nNEWOBJ\n${withKey("f", "GLOBAL torch Size")}`,
    "code-argument",
    `GLOBAL argparse Namespace\nEMPTY_TUPLE\nNEWOBJ\n${withKey("f", 'BINUNICODE "x"')}`,
  ],
  [
    "a class that is not to be built without its own words",
    `GLOBAL copyreg _reconstructor\nGLOBAL torch Size\nGLOBAL builtins object\nNONE\nTUPLE3\nREDUCE`,
    "arguments",
    `GLOBAL copyreg _reconstructor\nGLOBAL argparse Namespace\nGLOBAL builtins object\nNONE\nTUPLE3\nREDUCE\n${withKey("a")}`,
  ],
  [
    "the attributes of the class that was rebuilt count",
    `GLOBAL copyreg _reconstructor\nGLOBAL sklearn.linear_model._base LinearRegression\nGLOBAL builtins object\nNONE\nTUPLE3\nREDUCE\n${withKey("predict")}`,
    "state",
    `GLOBAL copyreg _reconstructor\nGLOBAL sklearn.linear_model._base LinearRegression\nGLOBAL builtins object\nNONE\nTUPLE3\nREDUCE\n${withKey("coef_", ARRAY)}`,
  ],
  [
    "an item set on a thing that takes none",
    `${DTYPE}\nBININT1 0\nNONE\nSETITEM`,
    "state",
    `${HOOKS}\nBININT1 0\nNONE\nSETITEM`,
  ],
  [
    "an item appended to a thing that takes none",
    `${HOOKS}\nNONE\nAPPEND`,
    "state",
    `GLOBAL collections deque\nEMPTY_TUPLE\nREDUCE\nNONE\nAPPEND`,
  ],
  [
    "a value of a list replaced by another",
    "EMPTY_LIST\nNONE\nAPPEND\nBININT1 0\nNEWTRUE\nSETITEM",
    "state",
    "EMPTY_LIST\nNONE\nAPPEND\nNEWTRUE\nAPPEND",
  ],
  [
    "a wrapper of joblib over what is no array class",
    `GLOBAL joblib.numpy_pickle NumpyArrayWrapper\nEMPTY_TUPLE\nNEWOBJ\n${withKey("subclass", "GLOBAL torch Size")}`,
    "arguments",
    `GLOBAL joblib.numpy_pickle NumpyArrayWrapper\nEMPTY_TUPLE\nNEWOBJ\n${withKey("subclass", "GLOBAL numpy ndarray")}`,
  ],
  [
    "arguments by name",
    `GLOBAL argparse Namespace\nEMPTY_TUPLE\nEMPTY_DICT\nBINUNICODE "a"\nNONE\nSETITEM\nNEWOBJ_EX`,
    "arguments",
    `GLOBAL argparse Namespace\nEMPTY_TUPLE\nEMPTY_DICT\nNEWOBJ_EX`,
  ],
  [
    "a function of Python's own machinery",
    "GLOBAL sklearn._loss __call__",
    "sink",
    "GLOBAL torch Tensor",
  ],
];

describe("each rule, and the twin that passes", () => {
  test.each(TWINS)("%s", (_, caught, kind, clean) => {
    expect(judge(pickle(caught))).toContain(kind);
    expect(judge(pickle(clean))).toEqual([]);
  });
});

test("what stems from an unlisted call is told once, where it was imported", () => {
  const offset = "GLOBAL nowhere thing\nEMPTY_TUPLE\nREDUCE";
  const body = rebuild(`${STORAGE}\n${offset}\n${SIZE}\nNEWFALSE\n${HOOKS}`);
  expect(judge(pickle(body))).toEqual(["unlisted"]);
});

test("a function that Cython writes is only not reviewed", () => {
  const module = "GLOBAL sklearn._loss._loss";
  expect(judge(pickle(`${module} __pyx_unpickle_Loss`))).toEqual(["unlisted"]);
  expect(judge(pickle(`${module} __pyx_unpickle___class__.x`))).toEqual(["sink"]);
});
