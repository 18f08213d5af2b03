import { readFileSync, writeFileSync } from 'node:fs'
import { docFiles } from './doc-files.ts'
import { renderExamples } from './example-blocks.ts'
import { actionBlocks, inputsBlock, outputsBlock, pinRelease, render } from './render.ts'
import { helpFiles } from './render-help.ts'
import { actionTypes } from './render-types.ts'

const root = new URL('../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')

for (const [file, blocks] of [
  ['action.yml', actionBlocks()],
  ['docs/reference/inputs.md', [inputsBlock()]],
  ['docs/reference/outputs.md', [outputsBlock()]],
] as const) {
  writeFileSync(new URL(file, root), render(read(file), blocks))
}
writeFileSync(new URL('action-types.yml', root), actionTypes())
const reusable = '.github/workflows/image.yml'
writeFileSync(new URL(reusable, root), pinRelease(read(reusable), JSON.parse(read('package.json')).version))
for (const [name, text] of Object.entries(await helpFiles())) {
  writeFileSync(new URL(`test/golden/cli/${name}`, root), text)
}
for (const file of docFiles(root)) writeFileSync(new URL(file, root), renderExamples(read(file), read))
