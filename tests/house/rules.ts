import type { ImportEdge } from "./imports.ts";

/** The rooms of the house, and which other rooms each may import (ARCHITECTURE, "Who may import whom"). */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  formats: [],
  kit: ["formats"],
  kernel: [],
  config: ["kernel"],
  text: ["kernel"],
  machine: ["kernel"],
  store: ["kernel"],
  signature: ["kernel", "formats"],
  audit: ["kernel", "signature"],
  engine: ["kernel", "machine"],
  gateway: ["kernel", "text", "machine", "engine", "store", "audit"],
  model: ["kernel", "formats", "text", "machine"],
  concern: ["kernel", "formats", "text", "machine", "model"],
  report: ["kernel", "formats"],
  practice: ["kernel", "formats", "kit"],
  generated: ["kernel", "model", "machine", "concern", "verbs"],
  verbs: [
    "kernel",
    "formats",
    "text",
    "machine",
    "model",
    "config",
    "report",
    "practice",
    "store",
    "signature",
    "audit",
    "engine",
    "gateway",
    "generated",
  ],
  executable: ["kernel", "config", "report", "verbs", "generated"],
  // Tests may use what they test, the harness and the builders of files.
  testing: [
    "kernel",
    "formats",
    "kit",
    "text",
    "machine",
    "model",
    "config",
    "report",
    "store",
    "signature",
    "audit",
    "engine",
    "gateway",
    "generated",
    "verbs",
    "testing",
  ],
};

/** The room a module belongs to: its folder, one room a concern. */
export function roomOf(path: string): string | undefined {
  if (path.startsWith("formats/src/kit/")) return "kit";
  if (path.startsWith("formats/src/")) return "formats";
  const match = /^plimsoll\/src\/(?:([a-z]+)\/)?/u.exec(path);
  if (match === null) return undefined;
  const [, folder] = match;
  if (folder === undefined) return "executable";
  return folder === "concerns" ? "concern" : folder;
}

/** Every import that breaks a rule, as a sentence. */
export function violations(edges: readonly ImportEdge[]): string[] {
  return edges.flatMap((edge) => {
    const broken = brokenRule(edge);
    return broken === undefined ? [] : [`${edge.from} imports ${edge.to}: ${broken}`];
  });
}

function brokenRule({ from, to, isLazy }: ImportEdge): string | undefined {
  const isTest = from.endsWith(".test.ts");
  const own = roomOf(from);
  const other = roomOf(to);
  if (own === undefined) return "it lies in no room";
  if (other === undefined) return isTest ? undefined : foreignRule(own, to);
  if (to.endsWith(".test.ts")) return "nothing imports a test";
  if (isTest && ["testing", "kit", "config", "generated"].includes(other)) return undefined;
  if (own === "testing" || other === "testing") {
    return own === "testing" && MAY_IMPORT["testing"]?.includes(other) === true
      ? undefined
      : "only tests import the harness";
  }
  if (own === "concern" && other === "concern") {
    return concernOf(from) === concernOf(to) ? undefined : "no concern imports another";
  }
  if (own === "verbs" && other === "verbs") {
    return to.endsWith("/command.ts")
      ? "a verb imports another's use case, never its command"
      : undefined;
  }
  if (own === other) return undefined;
  if (own === "generated" && !isLazy && other === "concern")
    return "a registry loads what it lists lazily";
  if (other === "generated" && to.endsWith("/verbs.ts") && own !== "executable") {
    return "only the executable knows the list of verbs";
  }
  return MAY_IMPORT[own]?.includes(other) === true ? undefined : `${own} may not import ${other}`;
}

/** Packages from outside: formats and kernel have none at all. */
function foreignRule(room: string, name: string): string | undefined {
  if (room === "kernel") return "the kernel imports nothing";
  if ((room === "formats" || room === "kit") && !name.startsWith("node:")) {
    return "formats has no dependency";
  }
  return undefined;
}

function concernOf(path: string): string | undefined {
  return path.split("/")[3];
}
