/** Lines of a project file that are looked at: tables of dependencies may be long, the licence stands at the head. */
const LINES_MAX = 5_000;

/**
 * The licence in `[project]` or `[tool.poetry]` of a pyproject.toml: `license = "MIT"` or `license = {text = "MIT"}`.
 *
 * A reader of lines, not of TOML: a value over several lines is not seen.
 * @see https://packaging.python.org/en/latest/specifications/pyproject-toml/#license
 */
export function tomlLicence(text: string): string | undefined {
  let table = "";
  for (const raw of text.split("\n", LINES_MAX)) {
    const line = raw.trim();
    if (line.startsWith("[")) table = line;
    if (table !== "[project]" && table !== "[tool.poetry]") continue;
    const stated = /^license\s{0,20}=\s{0,20}(.{1,300})$/u.exec(line)?.[1];
    if (stated === undefined) continue;
    const whole = /^["']([^"']{1,200})["']/u.exec(stated)?.[1];
    return whole ?? /\btext\s{0,20}=\s{0,20}["']([^"']{1,200})["']/u.exec(stated)?.[1];
  }
  return undefined;
}
