const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Reads bytes from a number or a text such as `8 GiB`; undefined when it is neither. */
export function readBytes(text: string | number): number | undefined {
  if (typeof text === "number") return text;
  const match = /^(\d+(?:\.\d+)?) ?([KMGT]i?B|B)?$/u.exec(text);
  const unit = UNITS[match?.[2] ?? "B"];
  return match?.[1] === undefined || unit === undefined
    ? undefined
    : Math.round(Number(match[1]) * unit);
}
