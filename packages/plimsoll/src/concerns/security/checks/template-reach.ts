import { defineCheck } from "../../../kernel/check.ts";
import type { Place } from "../../../kernel/finding.ts";
import { unread } from "../../../kernel/unread.ts";
import type { TemplateCopy } from "../../../model/evidence/templates.ts";
import { auditTemplate, type TemplateAudit } from "../template/audit.ts";
import { placeOfWord } from "../template/place.ts";
import { parseTemplateFacts } from "../template/schema.ts";
import type { Sighting } from "../template/sighting.ts";

type Use = { readonly word: string; readonly as: string; readonly line: number | undefined };

export default defineCheck({
  id: "security/template-reach",
  code: "PLM-SEC-020",
  title: "A chat template reaches beyond the conversation",
  why: "A chat template is a program; an engine that runs it without a sandbox gives its author your machine.",
  source: {
    url: "https://github.com/pallets/jinja/blob/5ef70112a1ff19c05324ff889dd30405b1002044/src/jinja2/sandbox.py",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["templates"],
  limits: [
    "what a chat template does to the conversation (adding, dropping or rewriting text) is not examined, only what it can reach",
    "keys and attribute names that a chat template puts together from pieces are stopped, not worked out",
    "how long a chat template renders is not measured here: seen are constants that are far too large, and values put together from themselves; macros that call themselves are taken to end",
  ],
  page: {
    detects:
      "Every copy of a chat template (tokenizer and processor configurations, template files, GGUF metadata) is parsed as Jinja and never rendered. Each name, attribute, key, filter, test and call is held against a list of what templates need (`knowledge/templates.yaml`). A template that the parser cannot read is searched word by word, with escapes such as `\\x5f` resolved. Text outside the braces, comments and printed texts are left alone: they do nothing.",
    levels: {
      stop: "a name or key between double underscores (`__class__`), a word that leads into the interpreter (`lipsum`, `mro`, `|attr`), a call of anything off the list (`.format(…)`), a key glued together from pieces (`'__cla' ~ 'ss__'`), or a statement that loads another file (`include`)",
      caution:
        "a range, repetition, power, width or text by a constant so large that rendering takes all memory; constant loops within loops of more than a million rounds; or a value that is doubled again and again",
      unknown:
        "a filter, test, name or attribute that nobody reviewed (told as a caution), or a template that could not be read",
    },
    mend: "Do not load the model with an engine that renders its template outside a sandbox. Take the template of the original publisher, or give the engine one of your own (llama.cpp: `--chat-template-file`, transformers: `chat_template=`).",
  },
  messages: {
    dunder: (a: Use) => `${at(a)}uses \`${a.word}\` as a ${a.as}: a way into the interpreter`,
    reach: (a: Use) =>
      `${at(a)}uses \`${a.word}\` as a ${a.as}: it leads out of the conversation, to code`,
    call: (a: Use) => `${at(a)}calls \`${a.word}\` (${a.as}), which no chat template needs`,
    "constructed-key": (a: Use) =>
      `${at(a)}puts a key together at run time (\`${a.word}\`, ${a.as}), which hides what it reaches`,
    "loads-template": (a: Use) => `${at(a)}loads another file with \`${a.word}\``,
    exhausts: (a: Use) =>
      `${at(a)}makes far too much with \`${a.word}\` (${a.as}): rendering may take all memory or time`,
    unlisted: (a: Use) => `${at(a)}uses the ${a.as} \`${a.word}\`, which nobody reviewed`,
  },
  *run({ templates }, { knowledge }, finding) {
    if (templates.length === 0) return "not-applicable";
    const facts = knowledge.read("templates", parseTemplateFacts);
    // A model often carries one template in several places.
    const audits = new Map<string, TemplateAudit>();
    for (const copy of templates) {
      const audit = audits.get(copy.text) ?? auditTemplate(copy.text, facts);
      audits.set(copy.text, audit);
      for (const sighting of audit.sightings) {
        const { place, line } = locate(copy, sighting);
        const args = { word: sighting.word, as: sighting.as, line };
        switch (sighting.key) {
          case "exhausts":
            yield finding.caution(sighting.key, args, place);
            break;
          case "unlisted":
            yield finding.caution(sighting.key, args, place, { judged: false });
            break;
          case "dunder":
          case "reach":
          case "call":
          case "constructed-key":
          case "loads-template":
            yield finding.stop(sighting.key, args, place, { remedy: REMEDY });
            break;
        }
      }
      if (audit.unread !== undefined) {
        yield unread(copy.file, audit.unread, { member: copy.member });
      }
    }
  },
});

const REMEDY = {
  text: "Do not load this model as it is. Take the template of the original publisher, or give your engine one of your own.",
};

function at(use: Use): string {
  return use.line === undefined ? "the chat template " : `line ${use.line} of the chat template `;
}

function locate(
  copy: TemplateCopy,
  sighting: Sighting,
): { readonly place: Place; readonly line: number | undefined } {
  const found = placeOfWord(copy.text, sighting.word);
  const offset =
    copy.offset === undefined || found === undefined ? copy.offset : copy.offset + found.bytes;
  return { place: { file: copy.file, member: copy.member, offset }, line: found?.line };
}
