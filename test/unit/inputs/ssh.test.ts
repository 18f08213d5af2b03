import { expect, test } from 'vitest'
import type { ActionError } from '../../../src/errors/action-error.ts'
import { inputsOf } from '../../support/plan.ts'

test.each([
  { name: 'an agent', text: 'default', is: [{ id: 'default', paths: [], line: 1 }] },
  {
    name: 'sockets and keys, by comma or newline',
    text: 'default=/run/agent.sock,a=./key\nb',
    is: [
      { id: 'default', paths: ['/run/agent.sock'], line: 1 },
      { id: 'a', paths: ['./key'], line: 1 },
      { id: 'b', paths: [], line: 2 },
    ],
  },
  {
    name: 'several keys of one id',
    text: '"a=./one,./two",b=x=y',
    is: [
      { id: 'a', paths: ['./one', './two'], line: 1 },
      { id: 'b', paths: ['x=y'], line: 1 },
    ],
  },
  { name: 'nothing', text: ' \n# default\n', is: [] },
])('readSsh() reads $name', ({ text, is }) => {
  expect(inputsOf({ ssh: text }).ssh).toEqual(is)
})

const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter==\n-----END OPENSSH PRIVATE KEY-----'

test.each([
  { name: 'no id', text: '=hunter', says: 'ssh, line 1: expected default or id=path, found no id' },
  { name: 'no path', text: 'a\ndefault=', says: 'ssh, line 2: expected id=path, found nothing after "="' },
  { name: 'an id twice', text: 'a\na=hunter', says: 'ssh, line 2: has the same id as line 1' },
  {
    name: 'white space',
    text: 'hunter two',
    says: 'ssh, line 1: expected default or id=path, found whitespace in the id',
  },
  { name: 'a key itself', text: key, says: 'ssh, line 1: contains a key; write it to a file and set its path' },
])('readSsh() rejects $name, and shows no part of it', ({ text, says }) => {
  const refused = (): unknown => {
    try {
      return inputsOf({ ssh: text })
    } catch (thrown) {
      return (thrown as ActionError).message
    }
  }
  expect(refused()).toContain(`Invalid input: ${says}`)
  expect(refused()).not.toContain('hunter')
})
