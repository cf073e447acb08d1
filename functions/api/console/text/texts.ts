import { en, type Texts } from './en.ts'
import { zh } from './zh.ts'

export type { Texts } from './en.ts'

export type Language = 'en' | 'zh'

export function textsOf(language: Language): Texts {
  return language === 'zh' ? zh : en
}
