import * as z from 'zod'
import { isZone } from '../interval/zone.ts'

/** The name of a time zone, as the IANA database has the name. */
export const timeZone = z
  .string()
  .max(64)
  .refine((zone) => zone !== '' && isZone(zone), 'is not a time zone, such as Asia/Shanghai')
