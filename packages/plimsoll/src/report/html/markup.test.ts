import fc from "fast-check";
import { expect, test } from "vitest";

import { markup } from "./markup.ts";

test("text is escaped, markup is not, and lists may hold both", () => {
  const part = markup`<b>${"<i>"}</b>`;
  expect(markup`<p>${[part, "&", 3, undefined]}</p>`.html).toBe("<p><b>&lt;i&gt;</b>&amp;3</p>");
});

test("no text ends a quoted attribute, opens a tag, or begins a reference of its own", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", ";", "a", "\0") }),
      (text) => {
        const { html } = markup`${text}`;
        return !/[<>"'\0]/u.test(html) && !/&(?!(?:amp|lt|gt|quot|#39);)/u.test(html);
      },
    ),
  );
});
