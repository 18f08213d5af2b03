import { readFileSync, writeFileSync } from 'node:fs'
import { actionBlocks, readmeBlocks, render } from './render.ts'
import { actionTypes } from './render-types.ts'

for (const [file, blocks] of [
  ['action.yml', actionBlocks()],
  ['README.md', readmeBlocks()],
] as const) {
  const path = new URL(`../${file}`, import.meta.url)
  writeFileSync(path, render(readFileSync(path, 'utf8'), blocks))
}

writeFileSync(new URL('../action-types.yml', import.meta.url), actionTypes())
