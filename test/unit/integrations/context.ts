import type { DecodeContext } from '../../../shared/integrations/integration.ts'

export const NOW = Date.UTC(2026, 10, 21)

/** How a body is decoded in these tests, unless they say otherwise. */
export function context(more: Partial<DecodeContext> = {}): DecodeContext {
  return { receivedAt: NOW, recoverAfterMs: 300_000, self: () => 'acme~1', name: 'Things', ...more }
}
