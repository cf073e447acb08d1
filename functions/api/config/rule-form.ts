import { inSlices, type Steps } from '../../../shared/base/steps.ts'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { isKnownForm, keepParsedRules, parsedFrame, parsedLines } from '../../../shared/rule-book/parsed.ts'
import { piecesOfEntries } from '../../../shared/store/entry-lines.ts'
import type { RuleForm, StoredConfig } from '../../../shared/store/whole-config.ts'

/** The form of rules that is stored beside their texts. */
export function ruleFormOf(rules: readonly RuleEntry[]): RuleForm {
  return {
    *pieces(of): Steps<string[]> {
      return yield* piecesOfEntries(yield* parsedLines(rules), parsedFrame(of))
    },
    isKnown: isKnownForm,
  }
}

/** Keeps the stored form of the account's rules, so that their texts need not be read. */
export async function keepRuleForm({ config, parsedRules }: StoredConfig): Promise<void> {
  if (config.rules.length === 0) return
  const form = await parsedRules()
  if (form !== undefined) await inSlices(keepParsedRules(form.text, form.of, config.rules))
}
