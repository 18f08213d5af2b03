import { join } from 'node:path'

/** The name of the program buildx on a system. */
export function buildxProgram(os: NodeJS.Platform): string {
  return os === 'win32' ? 'docker-buildx.exe' : 'docker-buildx'
}

/** The name of releases of buildx in the tool cache of the runner, which docker/setup-buildx-action gave them. */
export const toolOfReleases = 'buildx-dl-bin'

/** The folder of a buildx that the step downloads, below that of the step. */
export function ownBuildxFolder(tempDir: string): string {
  return join(tempDir, 'buildx-program')
}
