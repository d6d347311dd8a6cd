/** One spelling for ids that name the same text: `GPL-3.0-or-later`, `-only` and `+` are about later versions. */
export function foldId(id: string): string {
  return id.replace(/(?:-only|-or-later|\+)$/u, "");
}
