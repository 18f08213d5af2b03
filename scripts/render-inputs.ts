import { readFileSync, writeFileSync } from 'node:fs'
import { actionBlocks, inputsBlock, outputsBlock, render } from './render.ts'
import { actionTypes } from './render-types.ts'

for (const [file, blocks] of [
  ['action.yml', actionBlocks()],
  ['docs/reference/inputs.md', [inputsBlock()]],
  ['docs/reference/outputs.md', [outputsBlock()]],
] as const) {
  const path = new URL(`../${file}`, import.meta.url)
  writeFileSync(path, render(readFileSync(path, 'utf8'), blocks))
}

writeFileSync(new URL('../action-types.yml', import.meta.url), actionTypes())
