import { basename } from 'node:path'

/** A name of this run alone, fit for builders, images and containers, after the step's folder. */
export function sessionName(tempDir: string): string {
  return basename(tempDir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
}
