/** Colours of the escape codes that the terminal report uses, on a dark ground. */
const COLOURS: Readonly<Record<string, string>> = {
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#e3b341",
  "35": "#d2a8ff",
};

const LINE = 18;
const CHARACTER = 8.2;
const MARGIN = 16;

/** Most lines that are drawn; a picture is a glance, the rest is in the terminal. */
const LINES = 34;

/** Draws what a terminal shows as SVG: one text a line, one span a colour. */
export function svgOfTerminal(output: string, columns: number): string {
  const all = output.trimEnd().split("\n");
  const lines = all.length > LINES ? [...all.slice(0, LINES), "…"] : all;
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  const rows = lines.map(
    (line, index) =>
      `  <text x="${MARGIN}" y="${MARGIN + (index + 0.75) * LINE}" xml:space="preserve">${spans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="plimsoll vet of a leaky practice model: stop">
  <style>text { font: 13.6px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; fill: #e6edf3; }</style>
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join("\n")}
</svg>
`;
}

/** Turns escape codes into spans; a code that is not known ends the style before it. */
function spans(line: string): string {
  let style = "";
  let drawn = "";
  for (const part of line.split("\u001B[")) {
    const [, code, text] = /^([0-9;]*)m([\s\S]*)$/u.exec(part) ?? ["", undefined, part];
    if (code !== undefined) style = styleOf(code, style);
    if (text === undefined || text === "") continue;
    drawn += style === "" ? escapeXml(text) : `<tspan ${style}>${escapeXml(text)}</tspan>`;
  }
  return drawn;
}

function styleOf(code: string, before: string): string {
  const colour = COLOURS[code];
  if (colour !== undefined) return `${before} fill="${colour}"`.trim();
  if (code === "1") return `${before} font-weight="bold"`.trim();
  if (code === "2") return `${before} fill="#8b949e"`.trim();
  return "";
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
