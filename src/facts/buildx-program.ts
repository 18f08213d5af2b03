import { join } from 'node:path'

/** Returns the file name of the buildx binary on a system. */
export function buildxProgram(os: NodeJS.Platform): string {
  return os === 'win32' ? 'docker-buildx.exe' : 'docker-buildx'
}

/** The name of buildx releases in the runner's tool cache, defined by docker/setup-buildx-action. */
export const toolOfReleases = 'buildx-dl-bin'

/** The directory, below the step's directory, of a buildx that the step downloads. */
export function ownBuildxFolder(tempDir: string): string {
  return join(tempDir, 'buildx-program')
}
