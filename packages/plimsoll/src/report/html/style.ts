/**
 * Every colour of the page, light then dark: paper, ink, two greys, water, and four states of like lightness. A test
 * holds each text colour to a contrast of 4.5 against each ground it stands on.
 */
export const COLOURS = {
  paper: ["#fbfaf6", "#10171c"],
  sheet: ["#ffffff", "#172026"],
  ink: ["#17222b", "#e8edf0"],
  soft: ["#52606b", "#a3b1bb"],
  rule: ["#dcdfdf", "#2c3841"],
  water: ["#d3e5ec", "#1d3a48"],
  deep: ["#2b5d73", "#8cc3da"],
  clear: ["#0c6a63", "#63cbbd"],
  caution: ["#85560a", "#e3b159"],
  stop: ["#b02a20", "#ff968a"],
  unknown: ["#6546a8", "#bda9f4"],
} as const;

const VARIABLES = Object.entries(COLOURS);

/** Printing keeps to the light set: the dark one is for screens alone. */
const THEMES = `:root{color-scheme:light;${variables(0)}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${variables(1)}}}`;

function variables(theme: 0 | 1): string {
  return VARIABLES.map(([name, pair]) => `--${name}:${pair[theme]}`).join(";");
}

const BASE = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Open Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.page{max-width:62rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1,h2,h3,h4,h5{line-height:1.25;margin:0;font-weight:650;letter-spacing:-.011em}
p,ul,ol,dl,dd,table,pre,figure{margin:0;padding:0}
ul{list-style:none}
a{color:var(--deep);text-underline-offset:.18em;text-decoration-thickness:.06em}
a:focus-visible{outline:2px solid var(--deep);outline-offset:3px;border-radius:3px}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
bdi{unicode-bidi:isolate}
.soft{color:var(--soft)}
.clear{--state:var(--clear)}.caution{--state:var(--caution)}.stop{--state:var(--stop)}.unknown{--state:var(--unknown)}
.not-applicable,.absent,.note{--state:var(--soft)}
.word{color:var(--state);font-weight:650;white-space:nowrap}
.mark{width:.95em;height:.95em;margin-right:.4em;vertical-align:-.1em;overflow:visible}
.fill{fill:var(--state)}
.ring{fill:none;stroke:var(--state);stroke-width:2}
.dots{fill:none;stroke:var(--state);stroke-width:2.4;stroke-dasharray:.1 4.1;stroke-linecap:round}
`;

const TOP = `
.brand{display:flex;gap:.7em;align-items:baseline;font-size:.8125rem;color:var(--soft);letter-spacing:.02em}
.brand b{color:var(--ink);font-weight:650;letter-spacing:.16em;text-transform:uppercase}
.top h1{margin-top:1.1rem;font-size:clamp(1.6rem,1.2rem + 1.8vw,2.35rem)}
.facts{margin-top:.55rem;color:var(--soft)}
.facts li{display:inline}.facts li+li::before{content:"·";margin:0 .55em}
.contents{margin-top:1.4rem;padding-top:.8rem;border-top:1px solid var(--rule);font-size:.875rem}
.contents li{display:inline-block;margin-right:1.5rem}
.contents a{display:inline-block;padding:.25rem 0}
.verdict{display:grid;grid-template-columns:10rem 1fr;gap:2rem;align-items:center;margin-top:1.75rem;padding:1.5rem 1.75rem;background:var(--sheet);border:1px solid var(--rule);border-radius:6px}
.verdict .big{color:var(--state);font-size:2.6rem;letter-spacing:-.02em;text-transform:capitalize}
.verdict .means{margin-top:.15rem;font-size:1.0625rem}
.verdict .measure{margin-top:.35rem;color:var(--soft);font-size:.9375rem}
.verdict .because{margin-top:1rem;padding-top:.85rem;border-top:1px solid var(--rule);font-size:.9375rem}
.because li{display:grid;grid-template-columns:7.2rem 1fr;gap:.75rem;margin-top:.4rem}
.disc{display:block;width:100%;max-width:10rem;border-radius:50%;background:var(--paper)}
.hull{fill:none;stroke:var(--ink);stroke-width:9}
.water{fill:var(--water)}
.line{fill:none;stroke:var(--ink);stroke-width:2}
.fog{fill:none;stroke:var(--rule);stroke-width:2}
`;

const GAUGES = `
.gauges{display:grid;grid-template-columns:repeat(10,1fr);margin-top:1rem;background:var(--sheet);border:1px solid var(--rule);border-radius:6px;overflow:hidden}
.gauges li{min-width:0;border-left:1px solid var(--rule)}.gauges li:first-child{border-left:0}
.gauges a,.gauges .still{display:block;height:100%;color:inherit;text-decoration:none;text-align:center}
.gauges a:hover .name{text-decoration:underline}
.gauges a:focus-visible{outline-offset:-3px}
.tile{display:block;overflow:hidden;background:var(--paper)}
.gauge{display:block;width:100%;height:6rem;overflow:visible}
.label{display:block;padding:.55rem .2rem .7rem;border-top:1px solid var(--rule);font-size:.75rem;line-height:1.35;overflow-wrap:normal}
.name{display:block}
.gauges .required .name{font-weight:700}
.label .word{white-space:normal}
.key{margin-top:.6rem;font-size:.8125rem;color:var(--soft)}
table{width:100%;margin-top:1.25rem;border-collapse:collapse;font-size:.9375rem}
caption{text-align:left;color:var(--soft);font-size:.8125rem;padding-bottom:.35rem}
th,td{text-align:left;vertical-align:top;padding:.55rem 1rem .55rem 0;border-top:1px solid var(--rule)}
thead th{border-top:0;padding-top:.2rem;color:var(--soft);font-size:.8125rem;font-weight:500}
tbody th{font-weight:400}tbody .required th,.models tbody th{font-weight:650}.models td:last-child{min-width:9rem}
th:last-child,td:last-child{padding-right:0}
.concerns tbody th,.state{width:1%;padding-right:1.75rem;white-space:nowrap}
`;

const BODY = `
.section{margin-top:3rem}
.section>h2,.section>h3{font-size:1.35rem;padding-bottom:.5rem;border-bottom:2px solid var(--ink)}
.lead{margin-top:.6rem;color:var(--soft);font-size:.9375rem;max-width:46rem}
.concern{margin-top:1.75rem}
.concern-head{display:flex;flex-wrap:wrap;gap:.2rem .8rem;align-items:baseline}
.concern-head h3,.concern-head h4{font-size:1.0625rem;text-transform:capitalize}
.check{margin-top:.75rem;background:var(--sheet);border:1px solid var(--rule);border-radius:6px}
.check-head{padding:.8rem 1.1rem}
.check-head h4,.check-head h5{font-size:.9375rem}
.check-head code{color:var(--soft);font-weight:500;margin-right:.5em;white-space:nowrap}
.check-head p{font-size:.875rem;color:var(--soft)}
.finding{display:grid;grid-template-columns:6.2rem 1fr;gap:.15rem 1rem;padding:.8rem 1.1rem .9rem;border-top:1px solid var(--rule);border-left:3px solid var(--state)}
.said{max-width:46rem}
.finding dl{grid-column:2;font-size:.875rem;color:var(--soft)}
.finding dl div{display:grid;grid-template-columns:3.6rem 1fr;margin-top:.25rem}
.finding dd{color:var(--ink)}
.finding dt{color:var(--soft)}
.place code+code::before{content:"›";margin:0 .45em;color:var(--soft)}
.command{display:inline-block;padding:.1rem .5rem;background:var(--paper);border:1px solid var(--rule);border-radius:4px;white-space:pre-wrap}
.more{padding:.6rem 1.1rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.875rem}
.lines{margin-top:.9rem;font-size:.9375rem}
.lines li{padding:.5rem 0;border-top:1px solid var(--rule)}.lines li:first-child{border-top:0}
.lines code{margin-right:.6em}
.rests{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1.5rem 2.5rem;margin-top:1.25rem}
.rests h3,.rests h4{font-size:1rem;text-transform:capitalize}
.rests ul{margin-top:.35rem;font-size:.875rem;color:var(--soft)}
.rests li{padding-left:1em;text-indent:-1em;margin-top:.2rem}.rests li::before{content:"–";display:inline-block;width:1em;text-indent:0}
.pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.85rem 2rem;margin-top:1.1rem;font-size:.9375rem}
.pairs dt{color:var(--soft);font-size:.8125rem}
.foot{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule);font-size:.8125rem;color:var(--soft)}
.fleet .model{margin-top:3.5rem;padding-top:2.25rem;border-top:2px solid var(--ink)}
.model>h2{font-size:1.75rem}
`;

/** Below 700 pixels the gauges are one column of ten rows; a wide table keeps its columns. */
const NARROW = `
@media screen and (max-width:700px){
.page{padding:1.5rem 1rem 3rem}
.verdict{grid-template-columns:4.5rem 1fr;gap:1rem;padding:1rem;align-items:start}
.verdict .big{font-size:1.9rem}
.because li,.finding{grid-template-columns:1fr}.because li{gap:0;margin-top:.7rem}.finding dl{grid-column:1}
.gauges{grid-template-columns:1fr}
.gauges li{border-left:0;border-top:1px solid var(--rule)}.gauges li:first-child{border-top:0}
.gauges a,.gauges .still{display:grid;grid-template-columns:1fr 11rem;align-items:stretch;text-align:left}
.gauge{height:4rem}
.label{border-top:0;border-left:1px solid var(--rule);padding:.75rem;font-size:.875rem}
th,td{padding-right:.75rem}.concerns tbody th,.state{padding-right:.75rem}.models td:last-child{min-width:0}
.rests{grid-template-columns:1fr}
}`;

const PRINT = `
@media print{
@page{size:A4;margin:15mm 14mm 17mm}
html{font-size:9.5pt}
body{background:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page{max-width:none;padding:0}
.contents{display:none}
.section{margin-top:1.8rem}
.verdict,.gauges,.finding,.check-head,tr,.lines li,.rests>section,.pairs div{break-inside:avoid}
h2,h3,h4,h5,.check-head,caption,.concern-head{break-after:avoid}
.fleet .model{break-before:page;border-top:0;margin-top:0;padding-top:0}
a{color:inherit;text-decoration:none}
.verdict{grid-template-columns:7rem 1fr}
.gauge{height:4.5rem}
}
@media (forced-colors:active){.fill,.water{forced-color-adjust:none}}`;

/** The one style sheet of the page. */
export const STYLE: string = `${THEMES}${BASE}${TOP}${GAUGES}${BODY}${NARROW}${PRINT}`;
