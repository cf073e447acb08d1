import type { Language } from '../../../shared/message-text/words.ts'

/** The first known language in `Accept-Language`: browsers send languages in the order of preference. */
export function acceptedLanguage({ headers }: Request): Language {
  for (const part of (headers.get('accept-language') ?? '').slice(0, 500).split(',')) {
    const [language] = part.trim().toLowerCase().split(/[-;]/)
    if (language === 'zh' || language === 'en') return language
  }
  return 'en'
}
