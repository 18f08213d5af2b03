import { expect, test } from 'vitest'
import { type CleanUpTask, decodeTasks, encodeTask, type TaskRules } from '../../../src/cleanup/task.ts'

const builder: CleanUpTask = { kind: 'builder', name: 's', buildx: '/x/docker-buildx', env: { DOCKER_CONFIG: '/t' } }
const image: CleanUpTask = { kind: 'image', reference: 's:1' }
const file = encodeTask(builder) + encodeTask(image)
const rules: TaskRules = {
  session: 's',
  isBuildx: (path) => path === '/x/docker-buildx',
  isPodman: (path) => path === '/x/podman',
  isApple: (path) => path === '/x/container',
  emulatorImages: ['a/binfmt'],
  maySet: (name) => name === 'DOCKER_CONFIG',
}

test.each([
  { name: 'the newest first', file, tasks: [image, builder] },
  { name: 'nothing of an empty text', file: '', tasks: [] },
  { name: 'all but a truncated line', file: file.slice(0, -20), tasks: [builder] },
  { name: 'all but a line of another version', file: file.replace('"version":1', '"version":2'), tasks: [image] },
  { name: 'all but a line that is not a task', file: `null\n5\n"x"\n[]\n{}\n${file}`, tasks: [image, builder] },
])('decodeTasks() returns $name', ({ file, tasks }) => {
  expect(decodeTasks(file, rules)).toEqual({ tasks, refused: 0 })
})

test('decodeTasks() rejects tasks that the step cannot have recorded', () => {
  const foreign = encodeTask({ ...image, kind: 'image', reference: 'mine:1' })
  expect(decodeTasks(`${file}${foreign}${foreign}`, rules)).toEqual({ tasks: [image, builder], refused: 2 })
})

test('encodeTask() returns one line', () => {
  expect(encodeTask({ ...image, kind: 'image', reference: 'a\n' })).toMatch(/^[^\n]+\n$/)
})

test('decodeTasks() accepts only directories with a name of the run', () => {
  const lines = ['/kept/s', '/kept/other', '/kept/../s', 'kept/s', '/kept/s/'].map((path) =>
    encodeTask({ kind: 'folder', path }),
  )
  expect(decodeTasks(lines.join(''), rules)).toEqual({ tasks: [{ kind: 'folder', path: '/kept/s' }], refused: 4 })
})

test.each(['pod', 'deployment'] as const)(
  'decodeTasks() takes no %s but one of the run, in a namespace of a server',
  (kind) => {
    const pod: Extract<CleanUpTask, { kind: 'pod' | 'deployment' }> = {
      kind,
      name: 's-smoke',
      namespace: 'team-a',
      server: 'https://k:6443',
      context: 'one',
    }
    const { context, ...inPod } = pod
    const foreign = [
      { ...pod, name: 'other' },
      { ...pod, namespace: '../../nodes' },
      { ...pod, server: 'file:///etc' },
      { ...pod, context: 1 as unknown as string },
    ]
    const lines = [pod, inPod, ...foreign].map(encodeTask)
    expect(context).toBe('one')
    expect(decodeTasks(lines.join(''), rules)).toEqual({ tasks: [inPod, pod], refused: 4 })
  },
)

test('decodeTasks() accepts only names and programs of the run for Podman', () => {
  const container = { kind: 'podman-container', name: 's-smoke', program: '/x/podman' } as const
  const loaded = { kind: 'podman-image', name: 'localhost/s:1', program: '/x/podman', isLoaded: true } as const
  const foreign = [
    { ...container, name: 'mine' },
    { ...container, program: '/tmp/podman' },
    { ...loaded, name: 's:1' },
    { ...loaded, name: 'localhost/mine:1' },
  ]
  const lines = [container, loaded, ...foreign].map(encodeTask)
  expect(decodeTasks(lines.join(''), rules)).toEqual({ tasks: [loaded, container], refused: 4 })
})

test("decodeTasks() accepts only names of the run, and the program, of Apple's container", () => {
  const program = '/x/container'
  const services: CleanUpTask = { kind: 'apple-services', program }
  const made: CleanUpTask = { kind: 'apple-container', name: 's-smoke', program }
  const built: CleanUpTask = { kind: 'apple-image', name: 'docker.io/library/s:linux-arm64', program }
  const foreign: readonly CleanUpTask[] = [
    { ...services, program: '/tmp/container' },
    { ...made, name: 'other' },
    { ...built, name: 's:linux-arm64' },
    { ...built, name: 'docker.io/library/alpine:3' },
  ]
  const lines = [services, made, built, ...foreign].map(encodeTask).join('')
  expect(decodeTasks(lines, rules)).toEqual({ tasks: [built, made, services], refused: 4 })
})
