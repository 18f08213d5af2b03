import { readFileSync, writeFileSync } from 'node:fs'
import { actionBlocks, readmeBlocks, render } from './render.ts'
import { helpFiles } from './render-help.ts'

for (const [file, blocks] of [
  ['action.yml', actionBlocks()],
  ['README.md', readmeBlocks()],
] as const) {
  const path = new URL(`../${file}`, import.meta.url)
  writeFileSync(path, render(readFileSync(path, 'utf8'), blocks))
}

for (const [name, text] of Object.entries(await helpFiles())) {
  writeFileSync(new URL(`../test/golden/cli/${name}`, import.meta.url), text)
}
