import { expect, it } from 'vitest'
import { createPathTable } from '../../../src/tree/path-table.ts'

it('createPathTable() has after each change the entries of a map', () => {
  const expected = new Map<string, number>()
  const paths = new Map<number, string>()
  const table = createPathTable((number) => paths.get(number) ?? '')
  let state = 1
  const random = (limit: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * limit)
  }
  for (let change = 0; change < 20_000; change += 1) {
    const path = `folder-${random(40)}/é-${random(50)}`
    const number = random(2) === 0 ? change : -1 - change
    paths.set(number, path)
    if (random(3) === 0) {
      table.delete(path)
      expected.delete(path)
    } else {
      table.set(path, number)
      expected.set(path, number)
    }
    const other = `folder-${random(40)}/é-${random(50)}`
    if (table.get(other) !== expected.get(other)) throw new Error(other)
  }
  expect(new Map(table.entries())).toEqual(expected)
})

it('createPathTable() takes a bounded number of steps for paths with equal hashes', () => {
  const paths: string[] = []
  const table = createPathTable((number) => {
    compared += 1
    return paths[number] ?? ''
  })
  let compared = 0
  const hashOf = (text: string): number => {
    let hash = 0x811c9dc5
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    return hash ^ (hash >>> 15)
  }
  // As many bits as the table has for so many paths.
  for (let index = 0; paths.length < 300; index += 1) if ((hashOf(`${index}`) & 1023) === 0) paths.push(`${index}`)
  for (const [number, path] of paths.entries()) table.set(path, number)
  compared = 0
  expect(paths.map(table.get)).toEqual([...paths.keys()])
  expect(compared).toBeLessThan(paths.length * 65)
})
