import { readNpy, runSync, sliceSource } from "@plimsoll/formats";

import { unreadOfParsed } from "../parsed-unread.ts";
import type { Container, Finder, Inner, Opened } from "./inner.ts";
import { namelessStep } from "./member-path.ts";

/** Looks into a NumPy array: one of Python objects is a header with a pickle behind it, any other is only numbers. */
export function* lookIntoNpy(container: Container, finder: Finder): Generator<Inner, boolean> {
  const { file, member, source } = container;
  const parsed = runSync(readNpy(source.size), source);
  const { holdsPickle, dataOffset } = parsed.value;
  finder.tell(...unreadOfParsed(file.path, parsed, member));
  if (holdsPickle === false || dataOffset >= source.size) return true;
  yield {
    step: namelessStep("objects"),
    name: container.name,
    isPickle: holdsPickle === true,
    isNumbers: false,
    at: dataOffset,
    willHold: 0,
    open: (array): Opened => ({
      source: sliceSource(array, dataOffset, array.size - dataOffset, `${array.id}!objects`),
      held: 0,
      unread: [],
    }),
  };
  return true;
}
