import { expect, test } from 'vitest'
import { startProblem, stateOf } from '../../../../src/containers/kubernetes/pod-state.ts'
import { ActionError } from '../../../../src/errors/action-error.ts'

// Of Kubernetes 1.36 with containerd 2.1.

const pod = (phase: string, state: object, more: object = {}) => ({
  status: { phase, containerStatuses: [{ state }], ...more },
})

test('stateOf() believes the container and not the phase, which lags behind', () => {
  const terminated = { exitCode: 7, reason: 'Error' }
  expect(stateOf(pod('Running', { terminated }))).toEqual({ kind: 'ended', exit: 7, reason: 'Error', message: '' })
  expect(stateOf(pod('Pending', { running: { startedAt: 'x' } }))).toEqual({ kind: 'running' })
})

test.each([
  { name: 'nothing yet', found: {}, is: { kind: 'waiting', reason: '', message: '' } },
  {
    name: 'no node',
    found: {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }],
      },
    },
    is: { kind: 'waiting', reason: 'Unschedulable', message: '0/1 nodes' },
  },
  {
    name: 'a node that does not admit it',
    found: { status: { phase: 'Failed', reason: 'NodeAffinity', message: 'Pod was rejected' } },
    is: { kind: 'ended', exit: undefined, reason: 'NodeAffinity', message: 'Pod was rejected' },
  },
  {
    name: 'a program that is missing',
    found: pod('Running', { terminated: { exitCode: 128, reason: 'StartError', message: 'exec: "/nope"' } }),
    is: { kind: 'ended', exit: undefined, reason: 'StartError', message: 'exec: "/nope"' },
  },
  {
    name: 'an image that is pulled',
    found: pod('Pending', { waiting: { reason: 'ContainerCreating' } }),
    is: { kind: 'waiting', reason: 'ContainerCreating', message: '' },
  },
] as const)('stateOf() of $name', ({ found, is }) => {
  expect(stateOf(found)).toEqual(is)
})

const waiting = (reason: string, message: string) => ({ kind: 'waiting', reason, message }) as const

test.each([
  { reason: 'ErrImagePull', message: 'failed to resolve image: r/app@sha256:0: not found', code: 'image-not-found' },
  { reason: 'ImagePullBackOff', message: 'failed to authorize: 401 Unauthorized', code: 'registry-denied' },
  {
    reason: 'ErrImagePull',
    message: 'http: server gave HTTP response to HTTPS client',
    code: 'registry-unreachable',
  },
])('startProblem() explains $reason at once: $code', ({ reason, message, code }) => {
  const problem = startProblem(waiting(reason, message), 'r/app@sha256:0', 0)
  expect(problem).toMatchObject({
    code,
    message: `Cannot start the pod of the smoke test from r/app@sha256:0: ${message} (${reason})`,
  })
})

test('startProblem() waits for what can go away, and then explains it', () => {
  for (const [state, code] of [
    [waiting('Unschedulable', '0/1 nodes are available: 1 Insufficient memory.'), 'engine-failed'],
    [waiting('ErrImagePull', 'dial tcp 10.0.0.1:443: i/o timeout'), 'registry-unreachable'],
  ] as const) {
    expect(startProblem(state, 'r/app', 10_000)).toBeUndefined()
    expect(startProblem(state, 'r/app', 31_000)).toMatchObject({
      code,
      message: expect.stringContaining(state.message),
    })
  }
  expect(startProblem(waiting('ContainerCreating', ''), 'r/app', 100_000)).toBeUndefined()
})

test('startProblem() leaves to the smoke test what the container itself does wrong', () => {
  const ended = { kind: 'ended', exit: undefined, reason: 'StartError', message: 'exec: "/nope"' } as const
  expect(startProblem(ended, 'r/app', 0)).toEqual({ reason: 'exec: "/nope"' })
  expect(startProblem(waiting('CreateContainerError', 'no such directory'), 'r/app', 0)).toEqual({
    reason: 'no such directory',
  })
  expect(startProblem({ ...ended, exit: 1, reason: 'Error' }, 'r/app', 0)).toBeUndefined()
  expect(startProblem({ kind: 'running' }, 'r/app', 0)).toBeUndefined()
  const evicted = startProblem({ ...ended, reason: 'Evicted', message: 'low on disk' }, 'r/app', 0)
  expect(evicted).toBeInstanceOf(ActionError)
})
