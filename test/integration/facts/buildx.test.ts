import { writeFileSync } from 'node:fs'
import { arch } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { findBuildx } from '../../../src/facts/buildx.ts'
import { pluginFolders } from '../../../src/facts/plugin-folders.ts'
import { tempFolder } from '../../support/temp.ts'

describe('pluginFolders()', () => {
  test("contains the user's directory, then those of config.json, then the system's", () => {
    const config = tempFolder({ 'config.json': '{"cliPluginsExtraDirs":["/a","/b"]}' })
    expect(pluginFolders({}, 'linux', config)).toEqual([
      join(config, 'cli-plugins'),
      '/a',
      '/b',
      '/usr/local/lib/docker/cli-plugins',
      '/usr/local/libexec/docker/cli-plugins',
      '/usr/lib/docker/cli-plugins',
      '/usr/libexec/docker/cli-plugins',
    ])
  })

  test('contains the program directories of Windows', () => {
    const folders = pluginFolders({ ProgramData: 'C:\\Data', ProgramFiles: 'C:\\Files' }, 'win32', 'C:\\c')
    expect(folders.slice(1).map((folder) => folder.replaceAll('/', '\\'))).toEqual([
      'C:\\Data\\Docker\\cli-plugins',
      'C:\\Files\\Docker\\cli-plugins',
    ])
  })
})

describe('findBuildx()', () => {
  // As on Windows, whose plugin directories do not exist on this machine. A Linux directory may contain a buildx.
  const os = 'win32'
  const program = 'docker-buildx.exe'
  const own = `config/cli-plugins/${program}`
  const extra = `extra/${program}`
  const onPath = `bin/${program}`
  const cached = `tools/buildx-dl-bin/0.29.1/${os}-${arch()}`

  test.each([
    { name: "the user's plugin first", there: [own, extra, onPath], found: own },
    { name: "then the plugin of config.json's directories", there: [extra, onPath], found: extra },
    { name: 'then the one on PATH', there: [onPath], found: onPath },
    { name: 'then the one in the tool cache', there: [], found: `${cached}/${program}` },
  ])('returns $name', async ({ there, found }) => {
    const files = [...there, `${cached}/${program}`, `${cached}.complete`]
    const root = tempFolder(Object.fromEntries([...files, 'config/'].map((path) => [path, ''])))
    const config = join(root, 'config')
    writeFileSync(join(config, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: [join(root, 'extra')] }))
    const tools = join(root, 'tools')
    // @actions/tool-cache reads it from the process.
    vi.stubEnv('RUNNER_TOOL_CACHE', tools)
    onTestFinished(() => void vi.unstubAllEnvs())
    const env = { PATH: `:${join(root, 'bin')}`, RUNNER_TOOL_CACHE: tools }
    expect(await findBuildx({ env, os }, config)).toEqual({ path: join(root, found) })
  })

  test('reports where it searched', async () => {
    expect(await findBuildx({ env: {}, os }, '/nowhere')).toEqual({
      kind: 'missing',
      reason: 'docker-buildx.exe is not in /nowhere/cli-plugins, on PATH or in the tool cache',
    })
  })
})
