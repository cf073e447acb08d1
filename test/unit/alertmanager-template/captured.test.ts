import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dataFrom, rendered, type WrittenData } from './rendered.ts'

/* Texts that amtool 0.25 made, from the reference data: `TOCSIN_TEST_DATA/../alertmanager/captures`. */

interface Capture {
  inputs: Record<string, WrittenData>
  cases: { data: string; template: string; out?: string; error?: string }[]
}

const place = process.env.TOCSIN_TEST_DATA
const { inputs, cases }: Capture =
  place === undefined
    ? { inputs: {}, cases: [] }
    : JSON.parse(readFileSync(join(place, '..', 'alertmanager', 'captures', 'templates-am025.json'), 'utf8'))

/** Since 0.34 labels are printed as `a=b, c=d`, and no more as `map[a:b c:d]`. */
const printsLabels = ({ out = '' }: Capture['cases'][number]) => /map\[|^\[\{\w+ \w+\}/.test(out)

describe.skipIf(place === undefined)(
  `captured texts${place === undefined ? ' (SKIPPED: TOCSIN_TEST_DATA)' : ''}`,
  () => {
    test('there are as many as there were', () => {
      expect(cases.length).toBeGreaterThan(50)
      expect(cases.filter(printsLabels).length).toBeLessThan(8)
    })

    test.each(cases.filter((one) => !printsLabels(one)))('$template', async ({ data, template, out, error }) => {
      const made = await rendered(template, dataFrom(inputs[data]!))
      if (error === undefined) expect(made).toBe(out)
      // The words of Go's errors change with its versions.
      else expect(made).toEqual({ error: expect.stringContaining(error.split(': ').at(-1)!.slice(0, 20)) })
    })
  },
)
