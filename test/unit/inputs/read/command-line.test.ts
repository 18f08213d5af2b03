import { expect, test } from 'vitest'
import { splitCommand } from '../../../../src/inputs/read/command-line.ts'

test.each([
  { name: 'white space', text: '  app  --version\t-v ', words: ['app', '--version', '-v'] },
  {
    name: 'single quotes, which escape everything',
    text: `sh -c 'echo "$HOME" \\ && x'`,
    words: ['sh', '-c', 'echo "$HOME" \\ && x'],
  },
  { name: 'double quotes, which keep some backslashes special', text: '"a \\"b\\" \\$c \\n"', words: ['a "b" $c \\n'] },
  { name: 'an empty word', text: `app '' ""`, words: ['app', '', ''] },
  { name: 'adjacent parts', text: `a'b c'"d"\\ e`, words: ['ab cd e'] },
  { name: 'a line continued with a backslash', text: 'app \\\n  --version', words: ['app', '--version'] },
  { name: 'a line break in quotes', text: `sh -c 'a\nb'`, words: ['sh', '-c', 'a\nb'] },
  { name: 'a variable, which is not expanded', text: 'echo $HOME', words: ['echo', '$HOME'] },
])('splitCommand() splits $name', ({ text, words }) => {
  expect(splitCommand(text)).toEqual({ value: words })
})

test.each([
  { name: 'an operator of a shell', text: 'a && b', problem: '"&" needs a shell' },
  { name: 'several lines', text: 'a\nb', problem: 'expected one command, found several lines' },
  { name: 'an open quote', text: `echo 'a`, problem: 'a quote is not closed' },
  { name: 'an open double quote', text: 'echo "a', problem: 'a quote is not closed' },
  { name: 'a backslash at the end', text: 'echo \\', problem: 'nothing follows the backslash' },
  { name: 'nothing', text: ' ', problem: 'expected a command' },
])('splitCommand() rejects $name', ({ text, problem }) => {
  expect(splitCommand(text)).toEqual({ problem: expect.stringContaining(problem) })
})
