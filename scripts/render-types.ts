import { type InputRow, inputRows } from '../src/inputs/schema.ts'
import { type OutputKind, type OutputName, outputKinds, outputRows } from '../src/report/output-rows.ts'

/** A type as https://github.com/typesafegithub/github-actions-typing defines it. */
type Typing =
  | { readonly type: 'string' | 'boolean' | 'integer' }
  | { readonly type: 'enum'; readonly 'allowed-values': readonly string[] }
  | { readonly type: 'list'; readonly separator: string; readonly 'list-item': { readonly type: 'string' } }

const text: Typing = { type: 'string' }
const lines: Typing = { type: 'list', separator: '\n', 'list-item': { type: 'string' } }

const outputTypes: Readonly<Record<OutputKind, Typing>> = {
  text,
  json: text,
  lines,
  boolean: { type: 'boolean' },
  number: { type: 'integer' },
}

/** The text of action-types.yml: the type of every input and output, for tools that write workflows. */
export function actionTypes(): string {
  const inputs = Object.entries(inputRows).map(([name, row]): [string, Typing] => [name, typeOf(row)])
  const outputs = (Object.keys(outputRows) as OutputName[]).map((name): [string, Typing] => [
    name,
    outputTypes[outputKinds[name]],
  ])
  return [
    '# Rendered by `npm run render`. See https://github.com/typesafegithub/github-actions-typing\n',
    `inputs:\n${inputs.map(member).join('')}`,
    `outputs:\n${outputs.map(member).join('')}`,
  ].join('')
}

function typeOf(row: InputRow): Typing {
  switch (row.kind) {
    case 'boolean':
      return { type: 'boolean' }
    case 'count':
      return { type: 'integer' }
    case 'choice':
      return { type: 'enum', 'allowed-values': row.choices }
    case 'list':
    case 'lines':
    case 'options':
    case 'verbatim':
      return lines
    default:
      return text
  }
}

function member([name, typing]: readonly [string, Typing]): string {
  const head = `  ${name}:\n    type: ${typing.type}\n`
  if (typing.type === 'enum') {
    return `${head}    allowed-values:\n${typing['allowed-values'].map((value) => `      - '${value}'\n`).join('')}`
  }
  if (typing.type !== 'list') return head
  return `${head}    separator: ${JSON.stringify(typing.separator)}\n    list-item:\n      type: ${typing['list-item'].type}\n`
}
