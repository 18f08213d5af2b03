import { expect, it } from 'vitest'
import { maskInputs } from '../../../src/login/mask-secrets.ts'
import { createTestHost } from '../../support/host.ts'

function masksOf(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const masks: string[] = []
  const runner = { ...createTestHost().runner, mask: (secret: string) => void masks.push(secret) }
  maskInputs((name) => inputs[name] ?? '', { env, runner })
  return masks
}

it.each([
  { inputs: { images: 'ghcr.io/a/b\nme:word-1@127.0.0.1:9/app' }, is: ['word-1'] },
  { inputs: { 'emulator-image': 'http://me:word-1@host/x' }, is: ['word-1'] },
  { inputs: { 'build-contexts': 'a=docker-image://me:wo@rd@host/x\nb=x:word-2@host' }, is: ['wo@rd', 'word-2'] },
  { inputs: { context: 'git+https://me:word-1@host/x.git' }, is: ['word-1'] },
  { inputs: { outputs: 'type=local,dest=http://me:word-1@host/x' }, is: ['word-1'] },
  { inputs: {}, env: { DOCKER_HOST: 'ssh://me:word-1@host:9' }, is: ['word-1'] },
  { inputs: { images: `ghcr.io/a/b:tag@sha256:${'a'.repeat(64)}`, tags: `b:1@sha512:${'a'.repeat(64)}` }, is: [] },
  { inputs: { context: 'git@github.com:acme/app.git', 'build-args': 'URL=postgres://postgres:postgres@db/x' }, is: [] },
])('maskInputs() masks passwords if a server is set: $inputs $env', ({ inputs, env, is }) => {
  expect(masksOf(inputs, env)).toEqual(is)
})
