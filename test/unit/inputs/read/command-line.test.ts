import { expect, test } from 'vitest'
import { splitCommand } from '../../../../src/inputs/read/command-line.ts'

test.each([
  { name: 'white space', text: '  app  --version\t-v ', words: ['app', '--version', '-v'] },
  {
    name: 'single quotes, in which nothing is special',
    text: `sh -c 'echo "$HOME" \\ && x'`,
    words: ['sh', '-c', 'echo "$HOME" \\ && x'],
  },
  { name: 'double quotes, in which some backslashes are', text: '"a \\"b\\" \\$c \\n"', words: ['a "b" $c \\n'] },
  { name: 'an empty word', text: `app '' ""`, words: ['app', '', ''] },
  { name: 'parts that stand together', text: `a'b c'"d"\\ e`, words: ['ab cd e'] },
  { name: 'a line that goes on after a backslash', text: 'app \\\n  --version', words: ['app', '--version'] },
  { name: 'a line break in quotes', text: `sh -c 'a\nb'`, words: ['sh', '-c', 'a\nb'] },
  { name: 'a variable, which nobody expands', text: 'echo $HOME', words: ['echo', '$HOME'] },
])('splitCommand() takes $name', ({ text, words }) => {
  expect(splitCommand(text)).toEqual({ value: words })
})

test.each([
  { name: 'an operator of a shell', text: 'a && b', problem: '"&" needs a shell' },
  { name: 'several lines', text: 'a\nb', problem: 'expected one command, found several lines' },
  { name: 'an open quote', text: `echo 'a`, problem: 'a quote is not closed' },
  { name: 'an open double quote', text: 'echo "a', problem: 'a quote is not closed' },
  { name: 'a backslash at the end', text: 'echo \\', problem: 'nothing follows the backslash' },
  { name: 'nothing', text: ' ', problem: 'expected a command' },
])('splitCommand() refuses $name', ({ text, problem }) => {
  expect(splitCommand(text)).toEqual({ problem: expect.stringContaining(problem) })
})
