// Runs in the page: no import reaches this file, a test puts it there.
const boxOf = (node, from, to) => {
  const range = document.createRange()
  range.setStart(node, from)
  range.setEnd(node, to)
  return range
}

const textsOf = (element) =>
  [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '')

/** Words of sentences, beside the names in them, whose letters do not stand from left to right. */
globalThis.turnedAround = (place) => {
  const texts = [...document.querySelectorAll(place)].flatMap(textsOf)
  const leftOf = (node, at) => boxOf(node, at, at + 1).getBoundingClientRect().left
  const turned = texts.filter((node) => {
    const begin = node.data.search(/\S/)
    return leftOf(node, begin + 1) <= leftOf(node, begin)
  })
  return texts.length === 0 ? ['there is no sentence'] : turned.map(({ data }) => data)
}

/** Words that begin in one line and end in another. */
globalThis.brokenWords = (place) => {
  const texts = [...document.querySelectorAll(place)].flatMap(textsOf)
  const words = texts.flatMap((node) =>
    [...node.data.matchAll(/\w+/g)].map(({ 0: word, index }) => ({
      word,
      lines: new Set([...boxOf(node, index, index + word.length).getClientRects()].map(({ top }) => top)).size,
    })),
  )
  return words.length === 0 ? ['there are no words'] : words.flatMap(({ word, lines }) => (lines > 1 ? word : []))
}
