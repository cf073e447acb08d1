import * as z from 'zod'
import { field } from '../settings/field.ts'
import { alertFields } from './alert-settings.ts'

/** Settings of the format: a new episode of an alert has a new start there. */
export const prometheusFields = {
  ...alertFields,
  absorbRefreshes: field(z.boolean().optional(), {
    label: 'Absorb refreshes',
    help: 'On AWS: a firing alert that comes again unchanged soon after it was processed is answered and not processed. This costs less, and the alerts of a Prometheus that falls silent may end after about two and a half minutes in the place of four. Not for two Prometheus servers that send the same labels.',
  }),
}
