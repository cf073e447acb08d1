/** What the most generous reader of Markdown would make of a text: more than any chat does. */
export interface Marks {
  links: string[]
  images: string[]
  mentions: string[]
  tags: string[]
  /** Bold, italic, struck or code. */
  emphasis: string[]
  /** Headings, quotes, lists, rules, tables. */
  lineMarks: string[]
}

/** A space without width is no letter, and no space. */
export function readMarks(text: string): Marks {
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([whole]) => whole)
  return {
    links: [
      ...all(/\[[^\]]*\]\([^)]*\)/g),
      ...all(/\[[^\]]*\]\[[^\]]*\]/g),
      ...all(/^\s*\[[^\]]+\]:/gm),
      ...all(/[a-z][a-z0-9+.-]*:\/\/\S/gi),
      ...all(/\bwww\.\S/gi),
    ],
    images: all(/!\[/g),
    mentions: all(/@[\p{L}\p{N}]/gu),
    tags: [...all(/<[a-z/!?@#$][^>]*>/gi), ...all(/&#?\w+;/g)],
    emphasis: [
      ...all(/(\*{1,3}|~{1,2})(?=[^\s])[^*~]*?[^\s]\1/g),
      ...all(/(?<![\p{L}\p{N}])(_{1,3})(?=[^\s])[^_]*?[^\s]\1(?![\p{L}\p{N}])/gu),
      ...all(/`/g),
    ],
    lineMarks: [
      ...all(/^[ \t]*(?:#{1,6}[ \t]|[>|]|[-+*][ \t]|\d{1,9}[.)][ \t]|[-=]+[ \t]*$)/gm),
      ...all(/^(?: {4}|\t)\S/gm),
    ],
  }
}
