import { describe, expect, test } from 'vitest'
import { bootError, bootProblem } from '../../../../src/engine/buildx/kubernetes/boot-problem.ts'
import { mostAttempts } from '../../../support/most-attempts.ts'

// Statuses as Kubernetes 1.36 with containerd 2.1 reports them.
const pod = (status: object) => ({ metadata: { name: 'x0-abc' }, status: { phase: 'Pending', ...status } })
const waiting = (reason: string, message = '') =>
  pod({ containerStatuses: [{ state: { waiting: { reason, message } } }] })
const ofPod = (found: object) => bootProblem({ deployment: {}, pods: [found] })
const replicaFailure = (message: string) => ({
  status: {
    conditions: [
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message },
    ],
  },
})

describe('bootProblem()', () => {
  test.each([
    { name: 'a pod that is created', found: waiting('ContainerCreating') },
    { name: 'a pod without a status', found: {} },
    {
      name: 'a pod that runs',
      found: pod({ phase: 'Running', containerStatuses: [{ state: { running: {} }, restartCount: 0 }] }),
    },
    {
      name: 'an init container that has ended',
      found: pod({ initContainerStatuses: [{ state: { terminated: { exitCode: 0 } }, restartCount: 0 }] }),
    },
  ])('finds nothing wrong with $name', ({ found }) => {
    expect(ofPod(found)).toBeUndefined()
  })

  test.each([
    {
      found: waiting(
        'ErrImagePull',
        'rpc error: code = NotFound desc = failed to pull and unpack image "r.example/nope:1": failed to resolve image: r.example/nope:1: not found',
      ),
      code: 'image-not-found',
      at: 'once',
      hint: /image=/,
    },
    {
      found: pod({
        initContainerStatuses: [
          { state: { waiting: { reason: 'ErrImagePull', message: 'r.example/binfmt:1: not found' } } },
        ],
        containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
      }),
      code: 'image-not-found',
      at: 'once',
      hint: /`qemu\.image=…`.*tonistiigi\/binfmt/,
    },
    {
      found: waiting('InvalidImageName', 'couldn\'t parse image name "A:b:c"'),
      code: 'image-not-found',
      at: 'once',
      hint: /image=/,
    },
    {
      found: waiting(
        'ErrImagePull',
        'failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
      ),
      code: 'registry-denied',
      at: 'once',
      hint: /imagePullSecrets/,
    },
    {
      found: waiting(
        'ErrImagePull',
        'failed to do request: Head "https://r.example/v2/x": dial tcp 10.0.0.1:443: connect: connection refused',
      ),
      code: 'engine-failed',
      at: 'later',
      hint: /nodes of the cluster reach/,
    },
    { found: waiting('ImagePullBackOff'), code: 'engine-failed', at: 'later', hint: /registry/ },
    {
      found: waiting('CreateContainerConfigError', 'secret "x" not found'),
      code: 'engine-failed',
      at: 'once',
      hint: /describe pods/,
    },
    {
      found: pod({
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available: 1 Insufficient cpu.',
          },
        ],
      }),
      code: 'engine-failed',
      at: 'later',
      hint: /requests\.cpu/,
    },
    {
      found: pod({
        phase: 'Running',
        containerStatuses: [
          {
            restartCount: 1,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } },
            lastState: { terminated: { exitCode: 128, reason: 'StartError', message: 'exec: "/nope": no such file' } },
          },
        ],
      }),
      code: 'engine-failed',
      at: 'once',
      hint: /kubectl logs/,
    },
    {
      found: pod({ phase: 'Failed', reason: 'Evicted', message: 'low on ephemeral-storage' }),
      code: 'engine-failed',
      at: 'later',
      hint: /describe pods/,
    },
  ] as const)('$code $at: $found.status', ({ found, code, at, hint }) => {
    const problem = ofPod(found)
    expect(problem).toMatchObject({ code, pod: 'x0-abc', hint: expect.stringMatching(hint) })
    expect(problem?.patience === 0).toBe(at === 'once')
  })

  test.each([
    {
      message:
        'pods "x0-abc" is forbidden: violates PodSecurity "restricted:latest": privileged (container "buildkitd" must not set securityContext.privileged=true)',
      code: 'builder-denied',
      hint: /pod-security\.kubernetes\.io\/enforce/,
    },
    {
      message: 'pods "x0-abc" is forbidden: exceeded quota: q, requested: cpu=2, used: cpu=0, limited: cpu=1',
      code: 'engine-failed',
      hint: /quota/,
    },
    {
      message: 'pods "x0-abc" is forbidden: error looking up service account b/ci: serviceaccount "ci" not found',
      code: 'builder-not-found',
      hint: /serviceaccount=/,
    },
    {
      message: 'admission webhook "policy" denied the request: is forbidden: no',
      code: 'builder-denied',
      hint: /policy/,
    },
    {
      message: 'Internal error occurred: failed calling webhook "x"',
      code: 'engine-failed',
      hint: /describe replicasets/,
    },
  ])('$code for a pod that is not created: $message', ({ message, code, hint }) => {
    const problem = bootProblem({ deployment: replicaFailure(message), pods: [] })
    expect(problem).toMatchObject({
      code,
      pod: undefined,
      reason: `FailedCreate: ${message}`,
      hint: expect.stringMatching(hint),
    })
  })

  test('takes a container whose exit has no message by its status', () => {
    const ended = { terminated: { exitCode: 3, reason: 'Error' } }
    const found = ofPod(pod({ containerStatuses: [{ restartCount: 1, state: ended, lastState: ended }] }))
    expect(found?.reason).toBe('Error: the container exited with 3')
  })
})

test('bootError() names pod, namespace and reason, and is not retried: Kubernetes has', () => {
  const problem = ofPod(waiting('ErrImagePull', 'dial tcp 10.0.0.1:443: connect: connection refused'))
  if (problem === undefined) throw new Error('there is no problem')
  const error = bootError(problem, { namespace: 'builds' })
  expect(error.message).toBe(
    'Cannot start a kubernetes builder: the pod x0-abc does not start in the namespace builds: ErrImagePull: dial tcp 10.0.0.1:443: connect: connection refused',
  )
  expect(bootError(problem, { namespace: 'builds', pool: 'linux/arm64' }).message).toMatch(
    /^Cannot start a kubernetes builder for linux\/arm64: the pod x0-abc does not start in the namespace builds: /,
  )
  expect(mostAttempts(error, { ownNetwork: true, answeredBefore: false })).toBe(1)
})
