import { assertNever } from "../../kernel/assert-never.ts";
import type { ConcernVerdict } from "../../kernel/verdict.ts";
import { markup, type Markup } from "./markup.ts";

/** How a gauge stands: a verdict, or nothing that was looked at. */
export type Standing = ConcernVerdict | "absent";

/** The word of each standing. */
export const STANDING_WORD: Readonly<Record<Standing, string>> = {
  clear: "clear",
  caution: "caution",
  stop: "stop",
  unknown: "unknown",
  "not-applicable": "not applicable",
  absent: "not looked at",
};

/** A small mark beside a word; the word says it, so that the picture is hidden from screen readers. */
export function mark(standing: Standing): Markup {
  return markup`<svg class="mark ${standing}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${shapeOf(standing, 8, 8, 6)}</svg>`;
}

/** One gauge: the load line across it, the water as high as the verdict says, the mark afloat. */
export function gauge(standing: Standing): Markup {
  const level = GAUGE_WATER[standing];
  return markup`<svg class="gauge ${standing}" viewBox="0 0 96 96" aria-hidden="true" focusable="false">${waterOf(standing, level, GAUGE_WAVE)}<path class="line" d="M-400 46h900"/>${shapeOf(standing, 48, level ?? 46, 8)}</svg>`;
}

/** The Plimsoll mark itself, a circle cut by a bar, in water as high as the whole verdict. */
export function disc(standing: Standing): Markup {
  const level = DISC_WATER[standing];
  return markup`<svg class="disc ${standing}" viewBox="0 0 160 160" aria-hidden="true" focusable="false">${waterOf(standing, level, DISC_WAVE)}<circle class="hull" cx="80" cy="80" r="42"/><path class="hull" d="M14 80h132"/></svg>`;
}

/** Depth of the water's surface: well below the load line, at it, above it. Where nobody looked there is fog. */
const GAUGE_WATER: Readonly<Partial<Record<Standing, number>>> = {
  clear: 70,
  caution: 48,
  stop: 22,
};
const DISC_WATER: Readonly<Partial<Record<Standing, number>>> = {
  clear: 112,
  caution: 83,
  stop: 46,
};

/** Half a wave: its length and height, drawn beyond both edges so that a wider picture shows no end. */
const GAUGE_WAVE = { from: -400, length: 24, height: 5, count: 38 };
const DISC_WAVE = { from: -40, length: 40, height: 9, count: 6 };

function waterOf(
  standing: Standing,
  level: number | undefined,
  wave: {
    readonly from: number;
    readonly length: number;
    readonly height: number;
    readonly count: number;
  },
): Markup | undefined {
  if (level === undefined) return standing === "unknown" ? fog() : undefined;
  const { from, length, height, count } = wave;
  const waves = `q${length / 2} ${-height} ${length} 0${`t${length} 0`.repeat(count - 1)}`;
  return markup`<path class="water" d="M${from} ${level}${waves}V200H${from}z"/>`;
}

/** Slanted strokes from edge to edge. */
function fog(): Markup {
  const strokes = Array.from({ length: 70 }, (_, index) => `M${index * 14 - 420} 170l130 -170`);
  return markup`<path class="fog" d="${strokes.join("")}"/>`;
}

/** The mark of a verdict, by shape: a disc, a half disc, a square, a dotted ring. Colour only follows. */
function shapeOf(standing: Standing, x: number, y: number, r: number): Markup {
  switch (standing) {
    case "clear":
      return markup`<circle class="fill" cx="${x}" cy="${y}" r="${r}"/>`;
    case "caution":
      return markup`<circle class="ring" cx="${x}" cy="${y}" r="${r}"/><path class="fill" d="M${x} ${y - r}a${r} ${r} 0 0 0 0 ${2 * r}z"/>`;
    case "stop":
      return markup`<rect class="fill" x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" rx="1"/>`;
    case "unknown":
      return markup`<circle class="dots" cx="${x}" cy="${y}" r="${r}"/>`;
    case "not-applicable":
    case "absent":
      return markup`<path class="ring" d="M${x - r / 2} ${y}h${r}"/>`;
    default:
      return assertNever(standing);
  }
}
