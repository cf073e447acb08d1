// Runs in the page: no import reaches this file, a test puts it there.
const CONTROLS =
  'button, a.button, select, input:not([type=hidden]), textarea, .tabs a, nav a, .list td.wide a, summary:not(.tag)'

globalThis.layoutFindings = (least) => {
  const found = []
  const { scrollWidth, clientWidth } = document.documentElement
  const all = [...document.querySelectorAll('body *')]
  if (scrollWidth > clientWidth) {
    const wide = all.find((one) => one.getBoundingClientRect().right > clientWidth + 1)
    found.push(`the page scrolls sideways (${scrollWidth} of ${clientWidth}): ${wide?.outerHTML.slice(0, 150)}`)
  }
  for (const one of document.querySelectorAll(CONTROLS)) {
    const { width, height } = (one.closest('label') ?? one).getBoundingClientRect()
    const hidden = one.closest('.vh, [disabled]') !== null || !one.checkVisibility()
    if (!hidden && (height < least || width < 24)) {
      found.push(`too small to hit (${Math.round(width)}×${Math.round(height)}): ${one.outerHTML.slice(0, 150)}`)
    }
  }
  for (const one of all) {
    const text = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '')
    const box = one.parentElement.closest('td, li, p, dd, button, .card, .panel, .tag, .chip, main')
    if (!text || box === null || one.closest('.vh, svg, select, pre, .skip') !== null || !one.checkVisibility())
      continue
    if (one.getBoundingClientRect().right > box.getBoundingClientRect().right + 1) {
      found.push(`a text leaves its box: ${one.outerHTML.slice(0, 150)}`)
    }
  }
  return found
}
