import { en, type Texts } from './en.ts'
import type { Language } from './language.ts'
import { zh } from './zh.ts'

export type { Texts } from './en.ts'

export function textsOf(language: Language): Texts {
  return language === 'zh' ? zh : en
}
