// Runs in the page: no import reaches this file, a test puts it there.
const LOOK = [
  ...['color', 'backgroundColor', 'fontSize', 'fontWeight', 'display', 'position', 'paddingTop', 'paddingLeft'],
  ...[
    'borderTopWidth',
    'borderTopColor',
    'borderLeftWidth',
    'borderLeftColor',
    'borderTopLeftRadius',
    'textDecorationLine',
  ],
]

/** The elements of the page with their own words and styles, each once: times, numbers and ids do not count, nor does the axis of a time line. */
globalThis.shownOfPage = () => {
  const lines = new Set()
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility() || element.closest('.vh, #lost, dialog')) continue
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
    const words = own.map((node) => node.textContent).join(' ')
    const text = element.matches('time, svg text') ? '' : plain(words)
    const style = getComputedStyle(element)
    const look = LOOK.map((name) => style[name]).join('|')
    lines.add(`${element.tagName.toLowerCase()} ${JSON.stringify(text.slice(0, 100))} ${look}`)
  }
  return [...lines].sort()
}

// An id has letters and digits; a duration may be of one unit or of two.
function plain(words) {
  return words
    .replaceAll(/\b[0-9a-f]{8,}(?:-[0-9a-z]+)?/g, '0')
    .replaceAll(/(?:\d+ ?(?:小时|[dhms天分秒])(?![a-z]) ?)+/g, '0 ')
    .replaceAll(/\d+/g, '0')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
