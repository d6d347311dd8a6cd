import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./stray-files.ts";

const stray = (level: "note" | "caution", file?: string) => ({
  level,
  key: "stray",
  ...(file === undefined ? {} : { file }),
});

const config = { "config.json": "{}" };

/** The first bytes of a core dump: ELF, 64 bits, little-endian, type 4. */
const CORE = Uint8Array.from([
  0x7f,
  0x45,
  0x4c,
  0x46,
  2,
  1,
  1,
  ...Array.from({ length: 9 }, () => 0),
  4,
  0,
  62,
  0,
]);
const PROGRAM = CORE.map((byte, index) => (index === 16 ? 2 : byte));

const notebook = (outputs: unknown[]) =>
  JSON.stringify({ cells: [{ cell_type: "code", outputs, source: ["x"] }], nbformat: 4 });

checkCases(check, {
  caught: [
    {
      name: "a history",
      files: { ".bash_history": "ls\n" },
      finds: [stray("caution", ".bash_history")],
    },
    {
      name: "settings with passwords",
      files: { ...config, ".env": "A=b", "home/.ssh/config": "x", "prod.env": "x" },
      finds: [stray("caution", ".env")],
    },
    {
      name: "a crash dump",
      files: { ...config, "core.1234": CORE },
      finds: [stray("caution", "core.1234")],
    },
    {
      name: "a swap file",
      files: { ...config, ".train.py.swp": `b0VIM 9.0${"\u0000".repeat(80)}` },
      finds: [stray("caution", ".train.py.swp")],
    },
    { name: "mail", files: { ...config, "inbox.mbox": "From a" }, finds: [stray("caution")] },
    {
      name: "a desktop's and an editor's",
      files: {
        ...config,
        ".DS_Store": "\u0000\u0000\u0000\u0001Bud1\u0000",
        ".ipynb_checkpoints/a-checkpoint.txt": "x",
        "a.py~": "x",
        ".idea/workspace.xml": "x",
      },
      finds: [stray("note"), stray("note", ".DS_Store"), stray("note", ".idea/workspace.xml")],
    },
    {
      name: "a notebook that keeps outputs",
      files: {
        "a.ipynb": notebook([
          { data: { "text/html": ["<div>", "<table border=1>"], "text/plain": ["x"] } },
          { data: { "image/png": "x" } },
        ]),
      },
      finds: [{ level: "note", key: "notebook", file: "a.ipynb" }],
    },
  ],
  clean: [
    {
      name: "weights alone",
      files: { "m.gguf": tinyLlama() },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "files with names near them",
      files: {
        ...config,
        ".env.example": "A=",
        "environment.yml": "x",
        ".gitattributes": "x",
        "core.py": "x",
        "core/model.py": "x",
        "history.md": "x",
        "robot.msg": "float64 x",
        "original.txt": "x",
      },
      finds: [],
    },
    { name: "a program called core", files: { ...config, core: PROGRAM }, finds: [] },
    { name: "empty files", files: { ...config, ".env": "", ".bash_history": "" }, finds: [] },
    {
      name: "a text that is called a swap file",
      files: { ...config, "a.swp": "b0VIP", ".DS_Store": "text" },
      finds: [],
    },
    {
      name: "a notebook without outputs",
      files: { "a.ipynb": notebook([]) },
      finds: [],
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "notebooks that are none",
      files: {
        "a.ipynb": "[".repeat(10_000),
        "b.ipynb": '{"cells":{"a":1}}',
        "c.ipynb": '{"cells":[1,null,[]]}',
      },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a hundred thousand outputs",
      files: {
        "a.ipynb": notebook(
          Array.from({ length: 100_000 }, () => ({ data: { "text/html": "<table" } })),
        ),
      },
      finds: [{ level: "note", key: "notebook" }],
    },
    {
      name: "names that would stall a pattern",
      files: { ...config, [`${"~".repeat(200)}x`]: "x", [`.env.${"a.".repeat(100)}example`]: "x" },
      finds: [],
      verdict: "clear",
    },
  ],
});
