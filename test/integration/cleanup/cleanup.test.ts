import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cleanUp, dropTask, recordTask } from '../../../src/cleanup/cleanup.ts'
import type { CleanUpTask } from '../../../src/cleanup/task.ts'
import { createExec } from '../../../src/host/exec.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

/** A step's folder, and docker and buildx as scripts that write down how they were called. */
function step(script = 'exit 0') {
  const root = tempFolder({ 'bin/': '', 'step/docker/config.json': '{}', calls: '' })
  const [folder, bin] = [join(root, 'step'), join(root, 'bin')]
  for (const name of ['docker', 'docker-buildx']) {
    writeProgram(join(bin, name), `echo "${name} $*|$DOCKER_HOST" >> ${root}/calls\n${script}`)
  }
  const env = { PATH: `${bin}:/usr/bin:/bin` }
  const exec = createExec({ env, signal: new AbortController().signal })
  const builder = (name: string) => ({ kind: 'builder', name, buildx: join(bin, 'docker-buildx'), env: {} }) as const
  const image = (reference: string): CleanUpTask => ({ kind: 'image', reference, env: { DOCKER_HOST: 'unix:///d' } })
  const container = (name: string): CleanUpTask => ({ kind: 'container', name, env: {} })
  const calls = () => readFileSync(join(root, 'calls'), 'utf8').split('\n').filter(Boolean)
  return { folder, exec, builder, image, container, calls }
}

describe('cleanUp()', () => {
  test('undoes what was written down, the newest first, and removes the folder', async () => {
    const { folder, exec, builder, image, container, calls } = step()
    for (const task of [builder('b1'), image('a:1'), image('a:2'), container('c')]) recordTask(folder, task)
    expect(await cleanUp(folder, exec)).toEqual([])
    expect(calls()).toEqual([
      'docker rm --force --volumes c|',
      'docker image rm --force a:2|unix:///d',
      'docker image rm --force a:1|unix:///d',
      'docker-buildx rm --force b1|',
    ])
    expect(existsSync(folder)).toBe(false)
  })

  test('does not undo what was taken back', async () => {
    const { folder, exec, image, calls } = step()
    for (const task of [image('a:1'), image('a:2')]) recordTask(folder, task)
    dropTask(folder, image('a:2'))
    expect(await cleanUp(folder, exec)).toEqual([])
    expect(calls()).toEqual(['docker image rm --force a:1|unix:///d'])
  })

  test('tells of a builder that buildx forgot without removing it, and how to remove it', async () => {
    const { folder, exec, builder } = step('echo "ERROR: no builder \\"b\\" found" >&2; exit 1')
    const made = { ...builder('b'), byHand: 'kubectl delete deployment/b0' } as const
    recordTask(folder, made)
    recordTask(folder, { ...made, forgotten: true })
    expect(await cleanUp(folder, exec)).toEqual([
      'Cannot remove the builder b: an earlier attempt failed, and what it is made of may be left. Remove it by hand: kubectl delete deployment/b0',
    ])
  })

  test('says nothing of a builder that could be removed the second time', async () => {
    const { folder, exec, builder } = step()
    recordTask(folder, { ...builder('b'), byHand: 'x', forgotten: true })
    expect(await cleanUp(folder, exec)).toEqual([])
  })

  test('removes an emulator with the image that set it up', async () => {
    const { folder, exec, calls } = step()
    recordTask(folder, { kind: 'emulator', name: 'qemu-arm', image: 'a/binfmt', env: { DOCKER_HOST: 'unix:///d' } })
    expect(await cleanUp(folder, exec)).toEqual([])
    expect(calls()).toEqual(['docker run --rm --privileged a/binfmt --uninstall qemu-arm|unix:///d'])
  })

  test('tells that an emulator stays where its image is gone', async () => {
    const { folder, exec } = step(
      'echo "docker: Error response from daemon: manifest for a/binfmt not found" >&2; exit 125',
    )
    recordTask(folder, { kind: 'emulator', name: 'qemu-arm', image: 'a/binfmt', env: {} })
    expect(await cleanUp(folder, exec)).toEqual([
      expect.stringContaining('Cannot remove the emulator qemu-arm: docker: '),
    ])
  })

  test('may run again', async () => {
    const { folder, exec, image, calls } = step()
    recordTask(folder, image('a:1'))
    await cleanUp(folder, exec)
    expect(await cleanUp(folder, exec)).toEqual([])
    expect(calls()).toHaveLength(1)
  })

  test.each([
    { name: "Docker's", words: 'Error response from daemon: No such image: a:1' },
    { name: "Docker's, of a container", words: 'Error response from daemon: No such container: c' },
    {
      name: "Docker's, of a container on its way",
      words: 'Error response from daemon: removal of container c is already in progress',
    },
    { name: "buildx's", words: 'ERROR: no builder \\"b\\" found' },
    { name: "an older buildx's", words: 'ERROR: builder \\"b\\" not found' },
  ])('takes "not found" in $name words for done', async ({ words }) => {
    const { folder, exec, builder } = step(`echo "${words}" >&2; exit 1`)
    recordTask(folder, builder('b'))
    expect(await cleanUp(folder, exec)).toEqual([])
  })

  test('tells what it could not undo, and goes on', async () => {
    const { folder, exec, builder, image, calls } = step('case "$*" in *a:1*) echo "it is in use" >&2; exit 1;; esac')
    for (const task of [builder('b1'), image('a:1')]) recordTask(folder, task)
    expect(await cleanUp(folder, exec)).toEqual(['Cannot remove the image a:1: it is in use'])
    expect(calls()).toHaveLength(2)
    expect(existsSync(folder)).toBe(false)
  })

  test('tells that a program is gone', async () => {
    const { folder, exec } = step()
    recordTask(folder, { kind: 'builder', name: 'b', buildx: '/no/docker-buildx', env: {} })
    expect(await cleanUp(folder, exec)).toEqual(['Cannot remove the builder b: /no/docker-buildx exited with 127'])
  })

  test('has nothing to do where there is no folder', async () => {
    const { exec, calls } = step()
    expect(await cleanUp('/nonexistent', exec)).toEqual([])
    expect(calls()).toEqual([])
  })
})

test('recordTask() writes what only this user can read', () => {
  const { folder, image } = step()
  recordTask(folder, image('a:1'))
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
})
