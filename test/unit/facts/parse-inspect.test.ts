import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseInspect } from '../../../src/facts/parse-inspect.ts'
import { createRandom } from '../../support/random.ts'

/** Recorded from `docker buildx inspect`. */
const golden = new URL('../../golden/inspect/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, golden), 'utf8')

test.each(readdirSync(golden))('parseInspect() reads the golden case %s', (name) => {
  expect(parseInspect(read(`${name}/output.txt`))).toEqual(JSON.parse(read(`${name}/expected.json`)))
})

test('parseInspect() reads CRLF line endings', () => {
  const output = read('docker-container/output.txt')
  expect(parseInspect(output.replaceAll('\n', '\r\n'))).toEqual(parseInspect(output))
})

test('parseInspect() never throws and returns no empty platform for any text', () => {
  const random = createRandom(20260103)
  const real = read('remote-two-nodes/output.txt')
  for (let round = 0; round < 500; round++) {
    const from = Math.floor(random() * real.length)
    const bytes = Buffer.from(real.slice(from, from + Math.floor(random() * 2000)))
    for (let change = 0; change < 20; change++) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
    }
    expect(parseInspect(bytes.toString('latin1')).platforms).not.toContain('')
  }
})
