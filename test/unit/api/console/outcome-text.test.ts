import { describe, expect, test } from 'vitest'
import type { PageAsk } from '../../../../functions/api/console/page/ask.ts'
import { outcomeText } from '../../../../functions/api/console/pages/deliveries.ts'
import { en } from '../../../../functions/api/console/text/en.ts'
import { zh } from '../../../../functions/api/console/text/zh.ts'

type Outcome = Parameters<typeof outcomeText>[1]

describe('the outcome of a delivery', () => {
  test.each<[what: string, outcome: Partial<Outcome>, en: string, zh: string]>([
    [
      'that failed',
      { reason: 'serverError', detail: 'status 503' },
      'has an error: status 503',
      '目标出错: status 503',
    ],
    ['without a detail', { reason: 'timeout' }, 'did not answer in time', '未及时应答'],
    ['that arrived in part', { note: 'mailbox 2 refused' }, 'mailbox 2 refused', 'mailbox 2 refused'],
    ['that arrived', {}, '', ''],
  ])('%s is told in both languages', (_what, outcome, english, chinese) => {
    const told = [en, zh].map((text) => {
      const given = { kind: 'refused', at: '2026-06-01T10:00:00Z', ...outcome }
      return String(outcomeText({ text } as PageAsk, given)).replaceAll(/<[^>]*>/g, '')
    })
    expect(told).toEqual([english, chinese])
  })
})
