import { describe, expect, test } from 'vitest'
import { ActionError, exitStatus } from '../../../src/errors/action-error.ts'
import { combine } from '../../../src/errors/gather.ts'
import { describeWithLink, failureSection, reportFailure } from '../../../src/report/failure.ts'
import { createRecordingLog } from '../../support/log.ts'

/** The last line of an error. */
function linked(code: string): string {
  return `${code}: https://github.com/polyarch/build/blob/v1/docs/reference/errors.md#${code}`
}

describe('describeWithLink()', () => {
  test('contains the message, the hint, and the code with its link', () => {
    const error = new ActionError('disk-full', 'Cannot build: no space', { hint: 'Free some.' })
    expect(describeWithLink(error)).toBe(`Cannot build: no space\nFree some.\n${linked('disk-full')}`)
    expect(describeWithLink(new ActionError('disk-full', 'No space'))).toBe(`No space\n${linked('disk-full')}`)
  })

  test.each([
    { url: 'https://user:pass@host/x', is: 'https://***@host/x' },
    { url: 'https://token@host', is: 'https://***@host' },
    { url: 'ssh://git@host:22/x', is: 'ssh://***@host:22/x' },
    { url: 'https://user:p@ss@host/x', is: 'https://***@host/x' },
    { url: 'https://a:b@one https://c:d@two', is: 'https://***@one https://***@two' },
    { url: '"https://user:pass@host/x"', is: '"https://***@host/x"' },
    { url: 'https://host/a@b', is: 'https://host/a@b' },
    { url: 'https://host/x?mail=a@b', is: 'https://host/x?mail=a@b' },
    { url: 'app@sha256:0', is: 'app@sha256:0' },
  ])('removes user information from $url', ({ url, is }) => {
    const error = new ActionError('internal', `Cannot read ${url}`, { hint: `See ${url}.` })
    expect(describeWithLink(error)).toBe(`Cannot read ${is}\nSee ${is}.\n${linked('internal')}`)
  })
})

test('reportFailure() reports to the runner, in the output and, with debug logging, the causes', () => {
  const told: unknown[] = []
  const debug: string[] = []
  const runner = {
    setOutput: (...output: unknown[]) => void told.push(output),
    error: (...error: unknown[]) => void told.push(error),
    mask: () => {},
    notice: () => {},
    exportVariable: () => {},
    writeSummary: () => {},
  }
  const cause = new Error('outer', { cause: new Error('inner') })
  const place = { file: 'Dockerfile', line: 3 }
  const error = new ActionError('registry-unavailable', 'Cannot push', { place, cause })
  const log = { ...createRecordingLog(), debug: (message: string) => void debug.push(message.split('\n')[0] ?? '') }
  expect(reportFailure(error, { runner, log })).toBe(75)
  expect(told).toEqual([
    [`Cannot push\n${linked('registry-unavailable')}`, { title: 'Polyarch: registry-unavailable', place }],
    ['error-code', 'registry-unavailable'],
  ])
  expect(debug).toEqual(['Error: outer', 'Error: inner'])
})

test('reportFailure() annotates no file for a Dockerfile in the workflow', () => {
  const told: unknown[] = []
  const runner = {
    setOutput: () => {},
    error: (...error: unknown[]) => void told.push(error),
    mask: () => {},
    notice: () => {},
    exportVariable: () => {},
    writeSummary: () => {},
  }
  const place = { file: 'dockerfile-inline', line: 3 }
  const error = new ActionError('dockerfile-invalid', 'dockerfile-inline:3: no', { place })
  reportFailure(error, { runner, log: createRecordingLog() })
  expect(told).toEqual([
    [`dockerfile-inline:3: no\n${linked('dockerfile-invalid')}`, { title: 'Polyarch: dockerfile-invalid' }],
  ])
})

test('reportFailure() annotates each of several problems, and logs all of them once', () => {
  const told: unknown[] = []
  const runner = {
    setOutput: (...output: unknown[]) => void told.push(output),
    error: (...error: unknown[]) => void told.push(error),
    mask: () => {},
    notice: () => {},
    exportVariable: () => {},
    writeSummary: () => {},
  }
  const place = { file: 'Dockerfile', line: 3 }
  const error = combine('Preflight', [
    new ActionError('registry-denied', 'No push'),
    new ActionError('image-not-found', 'No base', { place, hint: 'Look.' }),
  ])
  const log = createRecordingLog()
  expect(reportFailure(error, { runner, log })).toBe(exitStatus(error.code))
  expect(told).toHaveLength(3)
  expect(told).toContainEqual([`No push\n${linked('registry-denied')}`, { title: 'Polyarch: registry-denied' }])
  expect(told).toContainEqual([
    `No base\nLook.\n${linked('image-not-found')}`,
    { title: 'Polyarch: image-not-found', place },
  ])
  expect(told).toContainEqual(['error-code', error.code])
  expect(log.lines.filter((line) => line.includes('found 2 problems'))).toHaveLength(1)
})

test('reportFailure() prints the error and returns its status even if the output cannot be written', () => {
  const told: unknown[] = []
  const runner = {
    setOutput: () => {
      throw new Error('ENOSPC')
    },
    error: (...error: unknown[]) => void told.push(error),
    mask: () => {},
    notice: () => {},
    exportVariable: () => {},
    writeSummary: () => {},
  }
  const log = createRecordingLog()
  expect(reportFailure(new ActionError('registry-unavailable', 'Cannot push'), { runner, log })).toBe(75)
  expect(told).toHaveLength(1)
  expect(log.lines.join()).toContain('Cannot write the output error-code: ENOSPC')
})

describe('failureSection()', () => {
  test('shows the error as text', () => {
    const error = new ActionError('build-failed', 'Cannot build at Dockerfile:2\n  ```\n  <img src=x> @user', {
      hint: 'Read https://user:pass@host/x.',
    })
    expect(failureSection(error)).toBe(
      [
        '### Failed: `build-failed`',
        '',
        '````text',
        'Cannot build at Dockerfile:2',
        '  ```',
        '  <img src=x> @user',
        'Read https://***@host/x.',
        linked('build-failed'),
        '````',
        '',
      ].join('\n'),
    )
  })

  test('lists each problem, and counts those after the first twenty', () => {
    const problems = Array.from({ length: 23 }, (_, at) => new ActionError('image-not-found', `Cannot find ${at}`))
    const text = failureSection(combine('Preflight', problems))
    expect(text.match(/Cannot find/g)).toHaveLength(20)
    expect(text).toContain('3 more in the log.')
  })
})

test('reportFailure() writes the job summary, except for a cancelled run', () => {
  const written: string[] = []
  const runner = {
    setOutput: () => {},
    error: () => {},
    mask: () => {},
    notice: () => {},
    exportVariable: () => {},
    writeSummary: (text: string) => void written.push(text),
  }
  reportFailure(new ActionError('disk-full', 'No space'), { runner, log: createRecordingLog() })
  reportFailure(new ActionError('cancelled', 'The run was canceled'), { runner, log: createRecordingLog() })
  expect(written).toEqual([expect.stringContaining('### Failed: `disk-full`')])
})
