import { expect, test } from 'vitest'
import { cutDockerfile } from '../../../src/inputs/dockerfile-credentials.ts'

test('cutDockerfile() removes passwords from the sources of ADD, and keeps the lines', () => {
  const text = `# syntax=docker/dockerfile:1
FROM alpine
RUN curl https://me:hunter2@a.example/run
ADD --keep-git-dir https://me:hunter2@a.example/x.git#main /x
ADD ["https://me:hunter2@b.example/file", "https://c.example/@/y", "/y/"]
ADD https://a.example/plain \
    https://me:hunter3@d.example:8080/z.git \
    /z/
`
  const cut = cutDockerfile(text, 'Dockerfile')
  expect(cut.text).toBe(
    text
      .replace('ADD --keep-git-dir https://me:hunter2@', 'ADD --keep-git-dir https://')
      .replace('me:hunter2@b.example', 'b.example')
      .replace('me:hunter3@', ''),
  )
  expect(cut.found.map(({ line, credentials }) => [line, credentials.kind, credentials.host])).toEqual([
    [4, 'git', 'a.example'],
    [5, 'http', 'b.example'],
    [6, 'git', 'd.example:8080'],
  ])
})

test.each([
  'FROM alpine\nADD https://a.example/x /\n',
  'FROM alpine\nCOPY https://me:pw@a.example /\n',
  'FROM alpine\nADD https://$USER:$PASSWORD@a.example/x /\n',
  'no Dockerfile https://me:pw@a.example\n',
  '',
])('cutDockerfile() keeps %j unchanged', (text) => {
  expect(cutDockerfile(text, 'Dockerfile')).toEqual({ text, found: [] })
})
