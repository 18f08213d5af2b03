import { type InputRow, inputRows } from '../src/inputs/schema.ts'
import { outputRows } from '../src/report/output-rows.ts'

type Block = { readonly marker: string; readonly body: string }

/** The parts of action.yml that come from the schema. */
export function actionBlocks(): readonly Block[] {
  const inputs = rows().map(([name, row]) => {
    return `  ${name}:\n    description: ${quoted(row.doc)}\n    default: ${quoted(row.default)}\n`
  })
  const outputs = Object.entries(outputRows).map(([name, doc]) => `  ${name}:\n    description: ${quoted(doc)}\n`)
  return [
    { marker: 'inputs', body: inputs.join('') },
    { marker: 'outputs', body: outputs.join('') },
  ]
}

/** The part of docs/reference/inputs.md that comes from the schema: a section for each input. */
export function inputsBlock(): Block {
  const sections = rows().map(([name, row]) => {
    const values = row.kind === 'choice' ? ` One of ${row.choices.map((choice) => `\`${choice}\``).join(', ')}.` : ''
    const fallback = row.default === '' ? '' : `\n\nDefault: \`${row.default}\``
    const example = row.example === undefined ? '' : `\n\n\`\`\`yaml\n${name}: ${row.example}\n\`\`\``
    return `## ${name}\n\n${row.doc}${values}${fallback}${example}\n`
  })
  return { marker: 'inputs', body: sections.join('\n') }
}

/** The part of docs/reference/outputs.md that comes from the table of outputs: a section for each. */
export function outputsBlock(): Block {
  const sections = Object.entries(outputRows).map(([name, doc]) => `## ${name}\n\n${doc}\n`)
  return { marker: 'outputs', body: sections.join('\n') }
}

/** `text` with each block between its marker lines replaced. Throws if a marker is missing. */
export function render(text: string, blocks: readonly Block[]): string {
  return blocks.reduce((before, { marker, body }) => {
    const pattern = new RegExp(`^(.*\\b${marker}:begin\\b.*\\n)[\\s\\S]*?^(.*\\b${marker}:end\\b.*)$`, 'm')
    if (!pattern.test(before)) throw new Error(`The markers ${marker}:begin and ${marker}:end are missing`)
    return before.replace(pattern, (_, begin: string, end: string) => begin + body + end)
  }, text)
}

/** Pins the steps of the reusable workflow to the release that it is part of, so that both have the same version. */
export function pinRelease(workflow: string, version: string): string {
  return workflow.replaceAll(/(?<=uses: polyarch\/build@)\S+/g, `v${version}`)
}

function rows(): readonly (readonly [string, InputRow])[] {
  return Object.entries(inputRows)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
