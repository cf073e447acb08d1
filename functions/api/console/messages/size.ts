import type { Room } from '../../../../shared/base/clip.ts'
import type { ContentForm } from '../../../../shared/channel/content-form.ts'

/** The size of a text in the unit of its limit. */
export interface Size {
  used: number
  /** Absent: the kind has no limit. */
  most?: number | undefined
  unit: 'chars' | 'bytes'
}

/** The size as the kind measures a content: in bytes or in characters, and as JSON where the message is sent as JSON. */
export function sizeOf(text: string, form: Pick<ContentForm, 'room' | 'roomAsJson' | 'mostBytes'>): Size {
  const { bytes, chars }: Room = form.room ?? {}
  if (chars !== undefined) return { used: text.length, most: chars, unit: 'chars' }
  const most = bytes ?? form.mostBytes?.()
  if (most === undefined) return { used: text.length, unit: 'chars' }
  return { used: Buffer.byteLength(form.roomAsJson ? JSON.stringify(text) : text), most, unit: 'bytes' }
}
