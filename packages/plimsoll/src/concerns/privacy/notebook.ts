import { jsonArray, jsonMember, jsonObject, jsonString, parseJson } from "@plimsoll/formats";

/** What a notebook keeps of what its cells answered. */
export type NotebookOutputs = {
  /** Cells that have an output. */
  readonly cells: number;
  /** Outputs that are a table of data, as data frames are shown. */
  readonly tables: number;
  /** Outputs that are a picture. */
  readonly pictures: number;
};

/** Cells of one notebook, and outputs of one cell (CWE-400). */
const CELLS_MAX = 20_000;
const OUTPUTS_MAX = 1_000;

/**
 * Counts the outputs of a notebook; undefined where the text is none.
 * @see https://nbformat.readthedocs.io/en/latest/format_description.html, recalled 2026-11-25
 */
export function notebookOutputs(text: string): NotebookOutputs | undefined {
  const cells = jsonArray(jsonMember(parsed(text), "cells"));
  if (cells === undefined) return undefined;
  let [withOutput, tables, pictures] = [0, 0, 0];
  for (const cell of cells.slice(0, CELLS_MAX)) {
    const outputs = jsonArray(jsonMember(cell, "outputs")) ?? [];
    if (outputs.length > 0) withOutput += 1;
    for (const output of outputs.slice(0, OUTPUTS_MAX)) {
      const data = jsonMember(output, "data");
      if (isTable(data)) tables += 1;
      const forms = [...(jsonObject(data)?.keys() ?? [])];
      if (forms.some((form) => form.startsWith("image/"))) pictures += 1;
    }
  }
  return { cells: withOutput, tables, pictures };
}

function parsed(text: string) {
  try {
    return parseJson(text).value;
  } catch {
    // A notebook that cannot be read has no outputs that could be counted; its text is searched all the same.
    return undefined;
  }
}

/** A data frame is shown as a table in HTML, in lines or as one text. */
function isTable(data: ReturnType<typeof jsonMember>): boolean {
  const html = jsonMember(data, "text/html");
  const first =
    jsonString(html) ??
    (jsonArray(html) ?? [])
      .slice(0, 60)
      .flatMap((line) => jsonString(line) ?? [])
      .join("");
  return first.slice(0, 4_096).includes("<table");
}
