import { expect, it } from 'vitest'
import { warnFindings } from '../../../src/engine/warn-findings.ts'
import type { Annotation, Log } from '../../../src/host/host.ts'

type Warned = { readonly message: string; readonly annotation: Annotation | undefined }

function warningsOf(file: string, message: string): readonly Warned[] {
  const found: Warned[] = []
  const log = { warning: (text: string, annotation?: Annotation) => void found.push({ message: text, annotation }) }
  warnFindings([{ message, place: { file, line: 3 } }], log as unknown as Log)
  return found
}

const title = 'Polyarch: build check'

it('names the line in the text too, once, because the log of the runner shows only the text', () => {
  const place = { file: 'app/Dockerfile', line: 3 }
  const expected = [{ message: 'app/Dockerfile:3: StageNameCasing', annotation: { title, place } }]
  expect(warningsOf('app/Dockerfile', 'StageNameCasing')).toEqual(expected)
  expect(warningsOf('app/Dockerfile', 'app/Dockerfile:3: StageNameCasing')).toEqual(expected)
})

it('has the title for a Dockerfile in the workflow, which is not a file', () => {
  expect(warningsOf('dockerfile-inline', 'StageNameCasing')).toEqual([
    { message: 'dockerfile-inline:3: StageNameCasing', annotation: { title } },
  ])
})
