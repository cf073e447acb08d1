/**
 * `cases.Title(language.AmericanEnglish)`: the first letter of each word large, the others small. Words are told apart by
 * an approximation of Unicode's rules (facts from golang.org/x/text/cases, BSD-3-Clause).
 */
export function titleCase(text: string): string {
  let title = ''
  let inWord = false
  let afterMiddle = false
  for (const character of text) {
    const isMiddle = MIDDLE.test(character)
    // Two characters that may stand in the middle of a word end the word.
    if (afterMiddle && isMiddle) inWord = false
    if (CASED.test(character)) {
      title += inWord ? character.toLowerCase() : large(character)
      inWord = true
    } else {
      title += character
      if (!isMiddle && !LETTER.test(character)) inWord = false
    }
    afterMiddle = isMiddle
  }
  return title.replace(FINAL_SIGMA, 'ς')
}

const CASED = /^\p{Cased}$/u
/** MidLetter, MidNumLet and Single_Quote of https://www.unicode.org/reports/tr29/ */
const MIDDLE = /^[':.\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a]$/
/** Letters, digits, marks and what joins them; scripts without spaces between words are no letters here. */
const LETTER =
  /^(?![\p{Ideographic}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{Nl}\p{Nd}\p{Pc}\p{M}\p{Cf}]$/u
const FINAL_SIGMA = /(?<=\p{Cased}\p{Case_Ignorable}*)σ(?!\p{Case_Ignorable}*\p{Cased})/gu

/** Digraphs whose title form is a character of its own. */
const DIGRAPHS: Record<string, string> = { Ǆ: 'ǅ', Ǉ: 'ǈ', Ǌ: 'ǋ', Ǳ: 'ǲ' }

function large(character: string): string {
  const upper = character.toUpperCase()
  // `ß` is written as two letters, of which the second is small.
  if (character !== upper && upper.length > character.length) return upper.charAt(0) + upper.slice(1).toLowerCase()
  return DIGRAPHS[upper] ?? (/^\p{sc=Georgian}$/u.test(character) ? character : upper)
}
