import { EMAIL_HTML } from './email.ts'
import type { DefaultName } from './names.ts'
import { DEFAULT_TEXTS } from './texts.ts'

/** Alertmanager's default templates by name. */
export const DEFAULT_TEMPLATES: Readonly<Record<DefaultName, string>> = {
  ...DEFAULT_TEXTS,
  'email.default.html': EMAIL_HTML,
}
