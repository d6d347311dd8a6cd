import { shortened } from "../foreign-text.ts";
import { mark, STANDING_WORD, type Standing } from "./marks.ts";
import { markup, type Markup, type Part } from "./markup.ts";

/** Characters of a name; a file name in an archive may have megabytes (CWE-400). */
const NAME_MAX = 240;

/** Where in the page a part stands: how deep its headings are, and what its identifiers begin with. */
export type Outline = {
  /** Level of the headings of a model's sections: 2 where it is alone, 3 in a fleet. */
  readonly level: 2 | 3;
  readonly id: (name: string) => string;
};

/** A heading `below` the sections' own level. */
export function heading({ level }: Outline, below: number, content: Part, id: string): Markup {
  const tag = { html: `h${level + below}` };
  return markup`<${tag} id="${id}">${content}</${tag}>`;
}

/** A foreign name: cut, in code, and kept from turning the text around it. */
export function nameOf(text: string): Markup {
  return markup`<code><bdi>${shortened(text, NAME_MAX)}</bdi></code>`;
}

/** A verdict as mark and word. */
export function wordOf(standing: Standing): Markup {
  return markup`<span class="word ${standing}">${mark(standing)}${STANDING_WORD[standing]}</span>`;
}
