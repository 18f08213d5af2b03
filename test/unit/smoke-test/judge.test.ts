import { expect, test } from 'vitest'
import type { SmokeTest } from '../../../src/inputs/inputs.ts'
import { judge, notStarted, type Ran } from '../../../src/smoke-test/judge.ts'
import { smokeTestOf } from '../../support/smoke-test.ts'

const native = { platform: 'linux/amd64', emulated: false }
const emulated = { platform: 'linux/arm64', emulated: true }
const http = { path: '/health', port: 8080, status: undefined, contains: undefined }

const exited = (status: number, ...log: readonly string[]): Ran => ({ end: { kind: 'exited', status }, log })

test.each<{ name: string; ran: Ran; test: Partial<SmokeTest> }>([
  { name: 'the exit status 0', ran: exited(0), test: {} },
  { name: 'the expected exit status', ran: exited(3), test: { status: 3 } },
  { name: 'output that contains the text', ran: exited(0, 'a', 'version 1.2'), test: { output: '1.2' } },
  { name: 'output that matches across lines', ran: exited(0, 'a', 'b'), test: { output: /a\nb/ } },
  { name: 'an answer', ran: { end: { kind: 'answered' }, log: [] }, test: { http } },
])('judge() accepts $name', ({ ran, test }) => {
  expect(judge(ran, smokeTestOf(test), native)).toBeUndefined()
})

test.each<{ name: string; ran: Ran; test?: Partial<SmokeTest>; message: string }>([
  { name: 'another status', ran: exited(1), message: 'it exited with 1, expected 0. It printed nothing' },
  {
    name: 'an unexpected status 0',
    ran: exited(0),
    test: { status: 1 },
    message: 'it exited with 0, expected 1',
  },
  {
    name: 'missing output',
    ran: exited(0, 'a'),
    test: { output: 'b' },
    message: 'it did not print "b". The end of its log:\n  a',
  },
  {
    name: 'missing output beside an answer',
    ran: { end: { kind: 'answered' }, log: [] },
    test: { http, output: /up/ },
    message: 'it answered, but did not print /up/',
  },
  {
    name: 'a service that exits',
    ran: exited(0),
    test: { http },
    message: 'it exited with 0 before GET /health on port 8080 was answered',
  },
  {
    name: 'a program that does not exit',
    ran: { end: { kind: 'late', problem: undefined }, log: [] },
    test: { timeout: 1500 },
    message: 'it was still running after 1.5 s',
  },
  {
    name: 'a wrong answer',
    ran: { end: { kind: 'late', problem: 'it answered 503, expected less than 400' }, log: [] },
    test: { http },
    message:
      'GET /health on port 8080 was not answered as expected within 60 s (it answered 503, expected less than 400)',
  },
])('judge() rejects $name', ({ ran, test = {}, message }) => {
  const error = judge(ran, smokeTestOf(test), native)
  expect(error).toMatchObject({ code: 'smoke-failed', platform: 'linux/amd64' })
  expect(error?.message).toContain(`The image for linux/amd64 does not pass the smoke test: ${message}`)
})

test('judge() shows the last 30 lines of the log', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`)
  const message = judge(exited(1, ...lines), smokeTestOf(), native)?.message ?? ''
  expect(message.split('\n').slice(1)).toEqual(lines.slice(10).map((line) => `  ${line}`))
})

test.each([
  { name: 'a crash under an emulator', ran: exited(139), subject: emulated, hint: 'the emulator crashed' },
  {
    name: 'a message of QEMU',
    ran: exited(134, 'qemu: uncaught target signal 6 (Aborted)'),
    subject: emulated,
    hint: 'newer QEMU',
  },
  { name: 'a kill', ran: exited(137), subject: native, hint: 'ran out of memory' },
])('judge() explains $name', ({ ran, subject, hint }) => {
  expect(judge(ran, smokeTestOf(), subject)?.hint).toContain(hint)
})

test('judge() blames no emulator for a crash on a native machine', () => {
  expect(judge(exited(139), smokeTestOf(), native)?.hint).not.toMatch(/emulator/)
})

test.each([
  { name: 'emulated', subject: emulated, hint: 'Set up an emulator for this platform' },
  { name: 'native', subject: native, hint: 'a script without a #! line' },
])('judge() reports a program that cannot be started, $name', ({ subject, hint }) => {
  const error = judge(exited(255, 'exec /bin/sh: exec format error'), smokeTestOf(), subject)
  expect(error).toMatchObject({ code: 'platform-unsupported', platform: subject.platform })
  expect(error?.message).toBe(`The image for ${subject.platform} cannot be run here: exec /bin/sh: exec format error`)
  expect(error?.hint).toContain(hint)
})

test('notStarted() names the port that is in use, and its holder', () => {
  const reason = 'port is already allocated'
  const message = (holder: string | undefined) =>
    notStarted({ reason, busyPort: { port: 5000, holder } }, native).message
  expect(message('container web (nginx)')).toBe(
    'The image for linux/amd64 does not start: port 5000 is in use by container web (nginx)',
  )
  expect(message(undefined)).toContain('port 5000 is in use by another process')
})

test("notStarted() keeps the daemon's message", () => {
  const { code, message } = notStarted({ reason: 'exec: "/nothere": no such file or directory' }, native)
  expect({ code, message }).toEqual({
    code: 'smoke-failed',
    message: 'The image for linux/amd64 does not start: exec: "/nothere": no such file or directory',
  })
})
