import { readFileSync, writeFileSync } from 'node:fs'
import { docFiles } from './doc-files.ts'
import { renderExamples } from './example-blocks.ts'
import { actionBlocks, readmeBlocks, render } from './render.ts'

const root = new URL('../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')

for (const [file, blocks] of [
  ['action.yml', actionBlocks()],
  ['README.md', readmeBlocks()],
] as const) {
  writeFileSync(new URL(file, root), render(read(file), blocks))
}
for (const file of docFiles(root)) writeFileSync(new URL(file, root), renderExamples(read(file), read))
