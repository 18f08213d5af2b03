import { join } from 'node:path'
import type { Host } from '../host/host.ts'
import { readDockerConfig } from '../registry/auth/docker-config-file.ts'

/** Returns the directories in which the Docker CLI searches for plugins, in its order. */
export function pluginFolders(env: Host['env'], os: NodeJS.Platform, configDir: string): readonly string[] {
  const system =
    os === 'win32'
      ? [env['ProgramData'], env['ProgramFiles']].flatMap((root) => (root ? [join(root, 'Docker', 'cli-plugins')] : []))
      : ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map((root) => `${root}/docker/cli-plugins`)
  const extra = readDockerConfig(configDir).config.cliPluginsExtraDirs ?? []
  return [join(configDir, 'cli-plugins'), ...extra, ...system]
}
