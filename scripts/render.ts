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

/** The parts of README.md that come from the schema. */
export function readmeBlocks(): readonly Block[] {
  const inputs = rows().map(([name, row]) => {
    const comment = wrap(row.doc, 100).map((line) => `    # ${line}\n`)
    const shown = row.example ?? row.default
    const fallback = row.default !== '' && row.default !== shown ? `    # Default: ${row.default}\n` : ''
    return `${comment.join('')}${fallback}    ${name}: ${shown === '' ? "''" : shown}\n`
  })
  const outputs = Object.entries(outputRows).map(([name, doc]) => `| \`${name}\` | ${doc} |\n`)
  return [
    { marker: 'inputs', body: `\`\`\`yaml\n- uses: polyarch/build@v1\n  with:\n${inputs.join('\n')}\`\`\`\n` },
    { marker: 'outputs', body: `| output | holds |\n| --- | --- |\n${outputs.join('')}` },
  ]
}

/** `text` with each block between its begin and end marker lines. Throws where a marker is missing. */
export function render(text: string, blocks: readonly Block[]): string {
  return blocks.reduce((before, { marker, body }) => {
    const pattern = new RegExp(`^(.*\\b${marker}:begin\\b.*\\n)[\\s\\S]*?^(.*\\b${marker}:end\\b.*)$`, 'm')
    if (!pattern.test(before)) throw new Error(`The markers ${marker}:begin and ${marker}:end are missing`)
    return before.replace(pattern, (_, begin: string, end: string) => begin + body + end)
  }, text)
}

function rows(): readonly (readonly [string, InputRow])[] {
  return Object.entries(inputRows)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function wrap(text: string, width: number): readonly string[] {
  return (text.match(new RegExp(`.{1,${width}}(?: |$)`, 'g')) ?? []).map((line) => line.trim())
}
