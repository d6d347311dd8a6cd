import { existsSync } from "node:fs";
import { join } from "node:path";

import { settingSchemaText } from "../../config/published-schema.ts";
import { buildPractice } from "../../practice/build.ts";
import { settleFile } from "../../practice/settle.ts";

/**
 * Writes the practice models with a setting file beside them. The setting is the reader's to change: one that is
 * there stays as it is.
 * @throws PlimsollError `home-unwritable` when the folder cannot be written.
 */
export async function writePracticeFiles(folder: string): Promise<void> {
  buildPractice(folder);
  settleFile(join(folder, SCHEMA), await settingSchemaText());
  const setting = join(folder, "plimsoll.yaml");
  if (!existsSync(setting)) settleFile(setting, SETTING);
}

const SCHEMA = "plimsoll.schema.json";

/** The first line is for the editor, the field for those who look. */
const SETTING = `# yaml-language-server: $schema=./${SCHEMA}
$schema: ./${SCHEMA}

# What you mean to do with a model. Every line may be left out; change one and vet again.
use: trying plimsoll on its practice models
# me, team or public: decides which concerns make up the verdict.
audience: me
# What people will type into it: public, internal, personal or health.
data: internal
# Tokens that one conversation may fill.
context: 4096
`;
