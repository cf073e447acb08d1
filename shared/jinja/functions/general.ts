import type { TemplateFunctions } from '../values/define.ts'
import { CODES } from './codes.ts'
import { DATES } from './dates.ts'
import { LISTS } from './lists.ts'
import { NUMBERS } from './numbers.ts'
import { TEXTS } from './texts.ts'

/** The functions that know nothing of alerts. */
export const GENERAL: TemplateFunctions = new Map([...NUMBERS, ...TEXTS, ...LISTS, ...CODES, ...DATES])
