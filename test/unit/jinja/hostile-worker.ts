import { parentPort } from 'node:worker_threads'
import { finish } from '../../../shared/base/steps.ts'
import { GENERAL } from '../../../shared/jinja/functions/general.ts'
import { METHODS } from '../../../shared/jinja/methods.ts'
import { parseTemplate, TEMPLATE_CHARS } from '../../../shared/jinja/parse.ts'
import { runTemplate } from '../../../shared/jinja/run.ts'
import { TESTS } from '../../../shared/jinja/tests.ts'
import { HTML, JSON_FORM, PLAIN } from '../../../shared/jinja/values/form.ts'
import { HOSTILE, ORDINARY } from './hostile.ts'
import { TOOLS, variables } from './render.ts'

/*
 * Runs the hostile templates in a thread of its own, whose memory is limited, and tells the processor time of each. The
 * parent ends with an error when the thread runs out of memory.
 */

export interface Cost {
  name: string
  /** Milliseconds of processor time. The longest step of the reading, and the run. */
  step: number
  run: number
}

const scope = variables({ alert: { project: 'p-1', labels: { a: 'x', b: 'y' }, fire_time: 1616744734 }, a: 1 })

function milliseconds(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

function costOf(name: string, text: string): Cost {
  const reading = parseTemplate(text.slice(0, TEMPLATE_CHARS), { functions: GENERAL, methods: METHODS, tests: TESTS })
  let step = 0
  let next = reading.next()
  while (!next.done) {
    step = Math.max(
      step,
      milliseconds(() => {
        next = reading.next()
      }),
    )
  }
  const parsed = next.value
  if (!parsed.ok) return { name, step, run: 0 }
  const runs = [PLAIN, HTML, JSON_FORM].map((form) =>
    milliseconds(() => void runTemplate(parsed.template.body, { ...TOOLS, variables: scope, form })),
  )
  return { name, step, run: Math.max(...runs) }
}

const ordinary = finish(parseTemplate(ORDINARY, { functions: GENERAL, methods: METHODS, tests: TESTS }))
if (!ordinary.ok) throw new Error('the ordinary template is wrong')
const often = (): void => {
  for (let at = 0; at < 1000; at++) {
    runTemplate(ordinary.template.body, { ...TOOLS, variables: scope, form: PLAIN })
  }
}
often()
const costs = Object.entries(HOSTILE).map(([name, text]) => {
  costOf(name, text)
  return costOf(name, text)
})
parentPort?.postMessage([{ name: 'ordinary', step: 0, run: milliseconds(often) / 1000 }, ...costs])
