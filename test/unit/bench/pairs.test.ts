import { expect, test, vi } from 'vitest'
import { runContest } from '../../../bench/pairs.ts'

test('does not know the processor time of programs that have not ended', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const idle = async () => {}
  const [outcome] = await runContest({ name: 'start', rounds: 1, ours: idle, rivals: [{ name: 'node', run: idle }] })
  expect(outcome).toMatchObject({ ours: { processor: undefined }, theirs: { processor: undefined } })
  expect(outcome).toHaveProperty('processorRatio', undefined)
  vi.restoreAllMocks()
})
