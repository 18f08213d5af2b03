import { expect, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { ganttOf, timelineOf, totalSpan } from '../../../src/report/timeline.ts'
import { stepAt } from '../../support/summary-sample.ts'

const around = { only: undefined, isEmulated: () => false }

test('timelineOf() returns executed steps by start time, and their total', () => {
  const steps = [
    stepAt('[linux/arm64 2/3] RUN b', 2, 12),
    stepAt('[linux/amd64 2/3] RUN a', 1, 4),
    stepAt('[linux/amd64 1/3] FROM x', 0, 0, { cached: true }),
    stepAt('[linux/amd64 3/3] RUN short', 4, 4.01),
    { name: '[linux/amd64 9/9] RUN never', platform: 'linux/amd64', cached: false, milliseconds: 0 },
  ]
  const timeline = timelineOf(steps, { ...around, isEmulated: ({ platform }) => platform === 'linux/arm64' })
  expect(timeline && ganttOf(timeline).slice(1)).toEqual([
    'gantt',
    '  dateFormat x',
    '  axisFormat %s s',
    '  tickInterval 2second',
    '  todayMarker off',
    '  section linux/amd64',
    '  [2/3] RUN a, 3.0 s :0, 3000ms',
    '  section linux/arm64',
    '  [2/3] RUN b, 10.0 s emulated :crit, 1000, 10000ms',
  ])
})

test('timelineOf() groups the numbered steps by platform, and lists those of the builder first', () => {
  const steps = [
    { ...stepAt('[2/2] RUN a', 1, 3), platform: undefined },
    { ...stepAt('exporting to image', 3, 5), platform: undefined },
  ]
  const timeline = timelineOf(steps, { ...around, only: 'linux/amd64' })
  expect(timeline && ganttOf(timeline).slice(6)).toEqual([
    '  section builder',
    '  [exporting] to image, 2.0 s :done, 2000, 2000ms',
    '  section linux/amd64',
    '  [2/2] RUN a, 2.0 s :0, 2000ms',
  ])
})

test('timelineOf() is undefined for a build of less than a second or without times', () => {
  expect(timelineOf([stepAt('[1/1] RUN a', 0, 0.9)], around)).toBeUndefined()
  expect(timelineOf([{ name: 'a', platform: undefined, cached: false, milliseconds: 9000 }], around)).toBeUndefined()
  expect(totalSpan([stepAt('[1/1] RUN a', 0, 9, { cached: true })])).toBeUndefined()
})

test('ganttOf() stays below the limits of GitHub, whatever the builder reports', () => {
  const steps = Array.from({ length: 2000 }, (_, at) =>
    stepAt(`[linux/p${at % 50} s 1/9] RUN ${'; : # '.repeat(1000)}`, at, at + 1000),
  )
  const timeline = timelineOf(steps, around)
  expect(timeline?.bars).toHaveLength(limits.timelineBars)
  expect(new Set(timeline?.bars.map(({ section }) => section)).size).toBe(50)
  expect(timeline?.left).toBe(2000 - limits.timelineBars)
  expect(timeline && ganttOf(timeline).join('\n').length).toBeLessThan(20_000)
})
