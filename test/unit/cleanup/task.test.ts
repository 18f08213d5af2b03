import { expect, test } from 'vitest'
import { type CleanUpTask, decodeTasks, encodeTask } from '../../../src/cleanup/task.ts'

const builder: CleanUpTask = { kind: 'builder', name: 'b', buildx: '/x/docker-buildx', env: { DOCKER_CONFIG: '/t' } }
const image: CleanUpTask = { kind: 'image', reference: 'a:1\n', env: {} }
const file = encodeTask(builder) + encodeTask(image)

test.each([
  { name: 'the newest first', file, tasks: [image, builder] },
  { name: 'nothing of nothing', file: '', tasks: [] },
  { name: 'all but a line that was cut', file: file.slice(0, -20), tasks: [builder] },
  { name: 'all but a line of another version', file: file.replace('"version":1', '"version":2'), tasks: [image] },
  { name: 'all but what is no task', file: `null\n5\n"x"\n[]\n{}\n${file}`, tasks: [image, builder] },
])('decodeTasks() gives $name', ({ file, tasks }) => {
  expect(decodeTasks(file)).toEqual(tasks)
})

test('encodeTask() gives one line', () => {
  expect(encodeTask(image)).toMatch(/^[^\n]+\n$/)
})
