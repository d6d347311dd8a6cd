/** The first draft of a check: it works, and every sentence in it waits to be replaced. */
export function checkDraft(draft: {
  readonly concern: string;
  readonly name: string;
  readonly code: string;
}): string {
  const words = draft.name.replaceAll("-", " ");
  return `import { defineCheck } from "../../../kernel/check.ts";

/** The words that this draft looks for in the card; replace them with what the check is about. */
const LOOKED_FOR = "replace these words";

export default defineCheck({
  id: "${draft.concern}/${draft.name}",
  code: "${draft.code}",
  title: "The card mentions ${words}",
  why: "Say in one sentence why a user should care.",
  source: { url: "https://huggingface.co/docs/hub/model-cards", read: "${today()}" },
  basis: "declared",
  needs: ["card"],
  limits: ["only the card was read"],
  page: {
    detects: "Say what it looks at and how.",
    levels: { caution: "say when it is given." },
    mend: "Say what a person can do about it.",
  },
  messages: {
    found: (a: { words: string }) => \`the card says "\${a.words}"\`,
  },
  *run({ card }, _context, finding) {
    if (card === null) return "not-applicable";
    if (card.body.toLowerCase().includes(LOOKED_FOR)) {
      yield finding.caution("found", { words: LOOKED_FOR }, { file: card.file });
    }
    return undefined;
  },
});
`;
}

/** The table of a drafted check, with a near twin for its caught case. */
export function checkTestDraft(name: string): string {
  return `import { checkCases } from "../../../testing/check-cases.ts";
import check from "./${name}.ts";

checkCases(check, {
  caught: [
    {
      name: "the words in the card",
      files: { "README.md": "# Model\\n\\nReplace these words.\\n" },
      finds: [{ level: "caution", key: "found", file: "README.md" }],
    },
  ],
  clean: [
    { name: "nearly the words", files: { "README.md": "# Model\\n\\nReplace those words.\\n" } },
    { name: "no card", files: { "config.json": "{}" } },
  ],
  hostile: [
    {
      name: "a card that is no text",
      files: { "README.md": new Uint8Array([0xff, 0x00, 0xfe]) },
      finds: [],
    },
  ],
});
`;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
