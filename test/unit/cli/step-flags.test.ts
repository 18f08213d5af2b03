import { expect, it } from 'vitest'
import { inputFlags, inputsWithoutFlag, secretVariables } from '../../../src/cli/step-flags.ts'
import { inputRows } from '../../../src/inputs/schema.ts'

const { common, others } = inputFlags()
const flags = { ...common, ...others }

it('every input is a flag or has a reason why not, and nothing else is a flag', () => {
  const names = [...Object.keys(flags), ...Object.keys(inputsWithoutFlag())]
  expect(names.toSorted()).toEqual(Object.keys(inputRows).toSorted())
})

it('no input of the kind secret is a flag: arguments are visible', () => {
  const secrets = Object.entries(inputRows).flatMap(([name, { kind }]) => (kind === 'secret' ? [name] : []))
  expect(secrets.length).toBeGreaterThan(0)
  for (const name of secrets) {
    expect(flags).not.toHaveProperty(name)
    expect(secretVariables).toHaveProperty(name)
  }
})

it('lists can be repeated, and booleans need no value', () => {
  expect(flags['images']?.kind).toBe('list')
  expect(flags['secret-files']?.kind).toBe('list')
  expect(flags['before-tags']?.kind).toBe('list')
  expect(flags['no-cache']?.kind).toBe('optional')
  expect(flags['push']?.kind).toBe('optional')
  expect(flags['target']?.kind).toBe('value')
})

it('describes each flag as the schema does, with the default', () => {
  expect(flags['retries']?.doc).toBe(`${inputRows.retries.doc} Default: ${inputRows.retries.default}.`)
  for (const [name, { doc }] of Object.entries(flags)) {
    expect(doc).toContain(inputRows[name as keyof typeof inputRows].doc)
    expect(doc.match(/\bDefault:/g) ?? []).toHaveLength(/\bDefault:/.test(doc) ? 1 : 0)
  }
})
