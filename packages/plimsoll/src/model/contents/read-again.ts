import { Budget, type ByteSource } from "@plimsoll/formats";

import type { Unread } from "../../kernel/unread.ts";
import { readWith, unreadOf } from "../read.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Content } from "./content.ts";

/**
 * Opens contents again, those of one file after the other, and hands each to `use`; returns what could not
 * be read.
 *
 * Containers stay open while what lies in them is read, so that each is decompressed once. What a file costs
 * is paid from a budget of its own, which is enough for whatever the first walk could open.
 */
export function readContents(
  snapshot: Snapshot,
  contents: readonly Content[],
  use: (content: Content, source: ByteSource) => void,
): readonly Unread[] {
  const unreads: Unread[] = [];
  const wanted = Map.groupBy(contents, ({ file }) => file);
  for (const file of wanted.size === 0 ? [] : snapshot.files) {
    const own = wanted.get(file.path);
    if (own === undefined) continue;
    const read = readWith(file, (root) => {
      const budget = new Budget();
      let open: readonly Opened[] = [];
      for (const content of own) {
        try {
          open = reach(content, open, root, budget);
          const source = open.at(-1)?.source;
          if (source !== undefined) use(content, source);
        } catch (error) {
          unreads.push(unreadOf(file.path, error, content.member));
        }
      }
    });
    if (read.kind === "unread") unreads.push(read);
  }
  return unreads;
}

type Opened = { readonly content: Content; readonly source: ByteSource };

/** Opens the way to a content, keeping of what is open the containers that it shares. */
function reach(
  content: Content,
  open: readonly Opened[],
  root: ByteSource,
  budget: Budget,
): readonly Opened[] {
  const way = wayTo(content);
  let shared = 0;
  while (shared < open.length && open[shared]?.content === way[shared]) shared += 1;
  const reached = open.slice(0, shared);
  for (const next of way.slice(shared)) {
    const source = next.open(reached.at(-1)?.source ?? root, budget);
    reached.push({ content: next, source });
  }
  return reached;
}

/** The containers around a content, outermost first, and itself. */
function wayTo(content: Content): readonly Content[] {
  const way: Content[] = [];
  for (let at: Content | undefined = content; at !== undefined; at = at.parent()) way.unshift(at);
  return way;
}
