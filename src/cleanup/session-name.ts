import { basename } from 'node:path'

/** Returns a name that is unique to this run and valid for builders, images and containers, derived from the step's directory. */
export function sessionName(tempDir: string): string {
  return basename(tempDir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
}
