import { describe, test } from 'vitest'
import { play } from './play.ts'
import { referenceScenarios } from './reference.ts'
import { scenarios } from './scenarios.ts'

describe("Alertmanager's timing, on a virtual clock", () => {
  test.each(scenarios)('$name', play)
})

const dataDir = process.env.TOCSIN_TEST_DATA
describe.skipIf(!dataDir)('the reference scenarios (TOCSIN_TEST_DATA names no folder when skipped)', () => {
  test.each(dataDir ? referenceScenarios(dataDir) : [])('$name', play)
})
