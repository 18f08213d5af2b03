import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bundle } from './bundle/bundle.ts'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

const files = await bundle(root)
rmSync(dist, { recursive: true, force: true })
for (const { path, text } of files) {
  const file = join(dist, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
// npm makes installed commands executable; in a checkout it is up to the build.
chmodSync(join(dist, 'cli/index.js'), 0o755)
