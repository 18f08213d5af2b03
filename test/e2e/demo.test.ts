import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { missing, part, rig } from './support/rig.ts'

const demo = resolve(import.meta.dirname, '../../scripts/demo.ts')

function runDemo(dockerHost: string, ...args: readonly string[]) {
  const path = [rig.cli, rig.plugins, process.env['PATH']].filter(Boolean).join(':')
  const env = { ...process.env, PATH: path, DOCKER_HOST: dockerHost }
  return spawnSync(process.execPath, [demo, ...args], { env, encoding: 'utf8' })
}

describe.skipIf(missing('docker', 'classic'))('npm run demo', () => {
  it.each(['docker', 'classic'] as const)('publishes three platforms with the daemon %s and shows them', (name) => {
    const { status, stdout, stderr } = runDemo(part(name).host, 'buildx')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const [, shown = ''] = stdout.split('The registry now has:')
    expect(shown.match(/linux\/(?:amd64|arm64|arm\/v7) +sha256:[0-9a-f]{64}/g)).toHaveLength(3)
    expect(shown.match(/^ {2}127\.0\.0\.1:\d+\/hello:\S+ {2}sha256:[0-9a-f]{64}$/gm)).toHaveLength(2)
    expect(shown).toContain('Hello from a 64-bit Arm image')
    expect(stdout).not.toContain('::')
  })

  it("ends with the action's own error and status where no daemon answers", () => {
    const { status, stdout } = runDemo('unix:///nonexistent.sock', 'buildx')
    expect(status).toBe(75)
    expect(stdout).toContain('error: Cannot reach Docker at unix:///nonexistent.sock')
    expect(stdout).toContain('Nothing was published')
  })
})

it('npm run demo publishes three platforms without Docker', () => {
  const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', DOCKER_HOST: 'unix:///nonexistent.sock' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain('Engine embedded: it was asked for')
  const [, shown = ''] = stdout.split('The registry now has:')
  expect(shown.match(/linux\/(?:amd64|arm64|arm\/v7) +sha256:[0-9a-f]{64}/g)).toHaveLength(3)
  expect(shown).toContain('Hello from a 32-bit Arm image')
})
