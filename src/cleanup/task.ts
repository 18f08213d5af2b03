/** One thing to undo. Written down before the thing is made, so that no crash can leave it behind unknown. */
export type CleanUpTask =
  | { readonly kind: 'builder'; readonly name: string; readonly buildx: string; readonly env: Environment }
  | { readonly kind: 'emulator'; readonly name: string; readonly image: string; readonly env: Environment }
  | { readonly kind: 'image'; readonly reference: string; readonly env: Environment }
  | { readonly kind: 'container'; readonly name: string; readonly env: Environment }

export type Environment = Readonly<Record<string, string>>

/** Version of the file's form: the post step of a newer release may meet a file of an older one. */
const version = 1

/** One line of the clean-up file. */
export function encodeTask(task: CleanUpTask): string {
  return `${JSON.stringify({ version, ...task })}\n`
}

/** The tasks of a clean-up file, newest first; a line cut short by a crash is left out. */
export function decodeTasks(file: string): readonly CleanUpTask[] {
  return file
    .split('\n')
    .flatMap((line) => {
      try {
        const { version: found, ...task } = JSON.parse(line) as CleanUpTask & { version: number }
        return found === version ? [task] : []
      } catch {
        return []
      }
    })
    .reverse()
}
