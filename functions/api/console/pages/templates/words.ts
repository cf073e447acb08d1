import { FUNCTIONS } from '../../../../../shared/content-template/functions.ts'
import { sampleValues } from '../../../../../shared/content-template/sample-values.ts'
import type { PageAsk } from '../../page/ask.ts'
import { type Html, html, nothing } from '../../page/html.ts'
import { said } from '../../parts/said.ts'

const SAMPLE_CHARS = 40

interface Word {
  /** The text for a template. */
  text: string
  sample: string
}

/** Variables and functions for the writer of a template; with a script a press puts the word at the cursor. */
export function wordList(ask: PageAsk): Html {
  const { prefs, base } = ask
  const words = ask.text.templates
  const values = sampleValues({ language: prefs.language, timeZone: prefs.timeZone, url: `${base}/incidents/…` })
  const [ofMessage = [], ofAlert = []] = [true, false].map((wanted) =>
    values
      .filter((one) => one.ofMessage === wanted)
      .map(({ expression, value }) => ({ text: `{{ ${expression} }}`, sample: value })),
  )
  const functions = [...FUNCTIONS.keys()].sort().map((name) => ({ text: `| ${name}`, sample: '' }))
  const fold = (title: string, list: readonly Word[], open = false): Html =>
    html`<details${open ? html` open` : nothing}><summary>${title}</summary><ul class="words">${list.map((word) => wordItem(ask, word))}</ul></details>`
  return html`<aside class="panel beside"><h2>${words.variables}</h2><p class="meta">${words.variablesHelp}</p>${fold(words.ofAlert, ofAlert, true)}${fold(words.ofMessage, ofMessage)}${fold(words.functions, functions)}<p class="meta">${words.functionsHelp}</p></aside>`
}

function wordItem({ text }: PageAsk, { text: word, sample }: Word): Html {
  return html`<li><code>${word}</code><button type="button" class="quiet" data-insert="${word}" aria-label="${text.templates.insert(word)}" hidden>+</button>${sample === '' ? nothing : html` <span class="meta">${said(sample, SAMPLE_CHARS)}</span>`}</li>`
}
