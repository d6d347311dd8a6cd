import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import { countSecrets, type SecretCount } from "../secrets/count.ts";
import { openSecrets } from "../../../text/secrets/find.ts";
import { parseSecretFacts } from "../../../text/secrets/schema.ts";
import { headerTexts, packedTexts, plainTexts, type SearchedText } from "../secrets/sources.ts";
import { TOKEN_MAX_CANDIDATES } from "../../../text/secrets/tokens.ts";

/** Credentials told one by one for each file; the rest is counted, so that one file cannot fill the report (CWE-400). */
const SHOWN_PER_TEXT = 20;

export default defineCheck({
  id: "security/secrets",
  code: "PLM-SEC-031",
  title: "Passwords, keys and tokens in the files",
  why: "A credential that is published with a model can be used by everybody who downloads it, and its owner may not know.",
  source: {
    url: "https://cwe.mitre.org/data/definitions/798.html",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "texts", "packed-texts", "gguf"],
  limits: [
    "credentials are known by eleven issuers' forms, private key blocks, and names such as password or api_key before a value that looks drawn at random; others are not seen",
    "credentials are looked for in texts of up to 16 MiB in UTF-8 or UTF-16, in archives and compressed files too, and in GGUF headers; not in vocabularies, weights or pickles, and not where they are encoded, split or part of a web address",
    "whether a credential still works is not tried",
  ],
  page: {
    detects:
      "Every text file, every text in an archive or a compressed file, and every text in a GGUF header is searched for tokens that carry their issuer's mark (Hugging Face, AWS, GitHub, GitLab, OpenAI, Anthropic, Google, Slack, Stripe, npm, signed web tokens), for private keys in PEM blocks, and for values that look drawn at random behind names such as `password`, `secret` or `api_key`. Placeholders, repeated or counted characters, values from manuals and UUIDs are left out. A finding names the kind, the place and the last four characters, never the credential.",
    levels: {
      caution: "something that looks like a working credential is in a file.",
      unknown:
        "a file could not be read, is too large, or holds more strings like tokens than are looked at.",
    },
    mend: "If it is yours, revoke it at its issuer first: whoever has a copy of the files has it. Then remove it from the file and from every older revision. If it is somebody else's, tell them, and do not use it.",
  },
  messages: {
    secret: (a: SecretEvidence) =>
      `${a.kind} that ends in …${a.endsWith}${a.companion === null ? "" : `, with its ${a.companion} near it`}${a.count > 1 ? `, ${a.count} times` : ""}`,
    more: (a: { count: number }) => `${a.count} more credentials are in this file`,
  },
  *run({ kinds, texts, "packed-texts": packed, gguf }, { knowledge }, finding) {
    const find = openSecrets(knowledge.read("secrets", parseSecretFacts));
    for (const one of [...plainTexts(texts, kinds), ...packedTexts(packed), ...headerTexts(gguf)]) {
      if (one.kind === "unread") {
        yield one;
        continue;
      }
      const { hits, complete } = find(one.text, one.base);
      const secrets = countSecrets(one.text, hits);
      for (const secret of secrets.slice(0, SHOWN_PER_TEXT)) {
        const { line, offset } = one.placeOf(secret.start);
        const at = { file: one.file, member: one.member, offset };
        yield finding.caution("secret", evidenceOf(secret, line), at, { remedy: REMEDY });
      }
      const count = secrets.length - SHOWN_PER_TEXT;
      if (count > 0) {
        yield finding.caution("more", { count }, { file: one.file, member: one.member });
      }
      if (!complete) yield tooMany(one);
    }
  },
});

const REMEDY = { text: "revoke it at its issuer, then remove it from every revision" };

type SecretEvidence = {
  readonly kind: string;
  readonly rule: string;
  readonly endsWith: string;
  readonly line: number | null;
  readonly count: number;
  readonly companion: string | null;
};

function evidenceOf(secret: SecretCount, line: number | undefined): SecretEvidence {
  const { title, rule, endsWith, count, companion } = secret;
  return { kind: title, rule, endsWith, line: line ?? null, count, companion: companion ?? null };
}

function tooMany({ file, member }: SearchedText) {
  return unread(
    file,
    `limit TOKEN_MAX_CANDIDATES (${TOKEN_MAX_CANDIDATES}) reached: too many strings begin like tokens`,
    { member },
  );
}
