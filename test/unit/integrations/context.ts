import type { DecodeContext } from '../../../shared/integrations/integration.ts'

export const NOW = Date.UTC(2026, 10, 21)

/** The context of a decode in these tests, unless a test gives other values. */
export function context(more: Partial<DecodeContext> = {}): DecodeContext {
  return { receivedAt: NOW, recoverAfterMs: 300_000, recoverToldMs: 0, self: () => 'acme~1', name: 'Things', ...more }
}
