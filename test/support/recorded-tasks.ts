import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CleanUpTask, decodeTasks } from '../../src/cleanup/task.ts'

/** The recorded tasks of a step in `tempDir` that may have used the emulator image, and kept a builder, as the post step reads them. */
export function recordedTasks(
  tempDir: string,
  emulatorImage?: string | readonly string[],
  keptBuilder?: string,
): readonly CleanUpTask[] {
  const rules = {
    session: 'polyarch-',
    isBuildx: () => true,
    isPodman: () => true,
    isApple: () => true,
    emulatorImages: [emulatorImage ?? []].flat(),
    keptBuilder,
    maySet: () => true,
  }
  const { tasks, refused } = decodeTasks(readFileSync(join(tempDir, 'clean-up.jsonl'), 'utf8'), rules)
  if (refused > 0) throw new Error(`${refused} tasks would be refused`)
  return tasks
}
