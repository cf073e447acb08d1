import type { IntegrationType } from '../config/config.ts'
import type { Inbound } from './integration.ts'
import { prometheus } from './prometheus.ts'

/** Every format that comes in, one line each. */
export const integrations: Record<IntegrationType, Inbound> = {
  prometheus,
}
