// Runs in the page: no import reaches this file, a test puts it there.
globalThis.layoutFindings = (least) => {
  const found = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) {
    const wide = [...document.querySelectorAll('body *')].find(
      (one) => one.getBoundingClientRect().right > clientWidth + 1,
    )
    found.push(`the page scrolls sideways (${scrollWidth} of ${clientWidth}): ${wide?.outerHTML.slice(0, 150)}`)
  }
  for (const one of document.querySelectorAll('button, a.button, select, input:not([type=hidden]), textarea')) {
    const { width, height } = (one.closest('label') ?? one).getBoundingClientRect()
    const hidden = one.closest('.vh') !== null || !one.checkVisibility()
    if (!hidden && (height < least || width < Math.min(least, 24))) {
      found.push(`too small to hit (${Math.round(width)}×${Math.round(height)}): ${one.outerHTML.slice(0, 150)}`)
    }
  }
  return found
}
