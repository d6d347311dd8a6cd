import type { OperandForm } from "../pickle/opcodes.ts";
import { opcodeNamed, type PickleOperand } from "./pickle-encode.ts";
import { PickleAssembler } from "./pickle.ts";

/**
 * Assembles a pickle from text: one opcode a line, as in `GLOBAL os system`.
 *
 * - fields are numbers (`BININT -5`, `FRAME 0x10`); lines and texts are what follows, as it is;
 * - payloads are what follows, a JSON string, or `hex:00ff`; `claims:N` in front makes the length lie;
 * - `RAW hex:…` writes bytes; empty lines and lines that begin with `#` are skipped.
 * @throws RangeError for a name that is no opcode.
 */
export function assemblePickle(text: string): Uint8Array {
  const assembler = new PickleAssembler();
  for (const raw of text.split("\n")) {
    const line = raw.trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const [name = ""] = line.split(" ", 1);
    assembleLine(assembler, name, line.slice(name.length + 1));
  }
  return assembler.bytes();
}

function assembleLine(assembler: PickleAssembler, name: string, rest: string): void {
  if (name === "RAW") {
    assembler.raw(payload(rest));
    return;
  }
  const { form } = opcodeNamed(name);
  const claim = /^claims:(\S+) ?/.exec(rest);
  if (form.startsWith("bytes") && claim !== null) {
    const operand = payload(rest.slice(claim[0].length));
    assembler.op(name, [operand], { claims: BigInt(claim[1] ?? 0) });
    return;
  }
  assembler.op(name, operands(form, rest));
}

function operands(form: OperandForm, rest: string): PickleOperand[] {
  switch (form) {
    case "none":
      return [];
    case "f8":
      return [Number(rest)];
    case "u1":
    case "u2":
    case "u4":
    case "i4":
    case "u8":
    case "long1":
    case "long4":
      return [integer(rest)];
    case "line":
    case "text":
      return [rest];
    case "lines": {
      const [module = ""] = rest.split(" ", 1);
      return [module, rest.slice(module.length + 1)];
    }
    case "bytes1":
    case "bytes4":
    case "bytes4s":
    case "bytes8":
      return [payload(rest)];
  }
}

function integer(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

function payload(text: string): Uint8Array {
  if (text.startsWith("hex:")) return Buffer.from(text.slice(4), "hex");
  return Buffer.from(text.startsWith('"') ? String(JSON.parse(text)) : text);
}
