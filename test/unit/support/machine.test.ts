import { readdirSync, utimesSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isKept, makeFolderInMemory, noDocker, ownEnvironment, removeAbandoned } from '../../support/machine.ts'
import { tempFolder } from '../../support/temp.ts'

const machine = {
  PATH: '/bin',
  CI: 'true',
  HOME: '/home/user',
  DOCKER_HOST: 'unix:///var/run/docker.sock',
  DOCKER_CONFIG: '/home/user/.docker',
  DOCKER_CONTEXT: 'far',
  CONTAINER_HOST: 'unix:///run/podman/podman.sock',
  XDG_RUNTIME_DIR: '/run/user/1000',
  XDG_CONFIG_HOME: '/home/user/.config',
  REGISTRY_AUTH_FILE: '/home/user/auth.json',
  HTTP_PROXY: 'http://proxy.example',
  https_proxy: 'http://proxy.example',
  no_proxy: '*',
  GIT_DIR: '/elsewhere',
  GIT_CONFIG_GLOBAL: '/home/user/.gitconfig',
  npm_config_registry: 'http://npm.example',
  NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  GITHUB_TOKEN: 'secret',
  GITHUB_ACTIONS: 'true',
  RUNNER_TEMP: '/runner',
  INPUT_TAGS: 'a',
  STATE_folder: '/x',
  SSH_AUTH_SOCK: '/agent',
  SOURCE_DATE_EPOCH: '1',
  COLIMA_HOME: '/colima',
  BUILDX_BUILDER: 'mine',
}

it('passes to tests only the variables that a process needs', () => {
  expect(ownEnvironment(machine, '/empty')).toEqual({
    PATH: '/bin',
    CI: 'true',
    HOME: '/empty',
    USERPROFILE: '/empty',
    APPDATA: expect.stringContaining('empty'),
    LOCALAPPDATA: expect.stringContaining('empty'),
    XDG_RUNTIME_DIR: expect.stringContaining('empty'),
    GIT_CONFIG_NOSYSTEM: '1',
    DOCKER_HOST: noDocker,
  })
})

it('is the environment of this test', () => {
  const set = new Set(['HOME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'XDG_RUNTIME_DIR', 'GIT_CONFIG_NOSYSTEM'])
  // Flags of the test runner, as in Vite's `import.meta.env`.
  const runner = new Set(['TEST', 'MODE', 'DEV', 'PROD', 'SSR', 'BASE_URL', 'DOCKER_HOST'])
  const others = Object.keys(process.env).filter((name) => !isKept(name) && !set.has(name) && !runner.has(name))
  expect(others).toEqual([])
  expect(process.env['DOCKER_HOST']).toBe(noDocker)
  expect(readdirSync(homedir())).toEqual(['run'])
})

it('has its temporary files in memory only if a file system in memory is large enough', () => {
  // No file system of files.
  expect(makeFolderInMemory('/proc')).toBeUndefined()
  expect(makeFolderInMemory('/nonexistent')).toBeUndefined()
  expect(readdirSync(tmpdir())).not.toEqual([])
})

it('removes the temporary files of runs that were killed, and of no other', () => {
  const [killed, recent, running] = [
    'polyarch-tests-0-a',
    'polyarch-tests-0-b',
    `polyarch-tests-${process.pid}-c`,
  ] as const
  const parent = tempFolder({ [`${killed}/x`]: '', [`${recent}/x`]: '', [`${running}/x`]: '', 'other/x': '' })
  for (const name of [killed, running, 'other']) utimesSync(join(parent, name), 0, 0)
  removeAbandoned(parent)
  expect(readdirSync(parent).toSorted()).toEqual([recent, running, 'other'].toSorted())
})
