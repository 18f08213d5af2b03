/** One thing to undo. Written down before the thing is made, so that no crash can leave it behind unknown. */
export type CleanUpTask =
  | {
      readonly kind: 'builder'
      readonly name: string
      readonly buildx: string
      readonly env: Environment
      /** The command that removes what the builder is made of without buildx. */
      readonly byHand?: string | undefined
      /** buildx failed to remove it once, and does not know it any more: that it has no such builder says nothing. */
      readonly forgotten?: boolean
    }
  | { readonly kind: 'emulator'; readonly name: string; readonly image: string; readonly env: Environment }
  | { readonly kind: 'image'; readonly reference: string; readonly env: Environment }
  | { readonly kind: 'container'; readonly name: string; readonly env: Environment }

export type Environment = Readonly<Record<string, string>>

/** Version of the file's form: the post step of a newer release may meet a file of an older one. */
const version = 1

/** A line that takes back what was written down: the thing was not made after all. */
export function encodeUndone(task: CleanUpTask): string {
  return `${JSON.stringify({ version, undone: encodeTask(task) })}\n`
}

/** One line of the clean-up file. */
export function encodeTask(task: CleanUpTask): string {
  return `${JSON.stringify({ version, ...task })}\n`
}

/** The tasks of a clean-up file, newest first; a line cut short by a crash is left out. */
export function decodeTasks(file: string): readonly CleanUpTask[] {
  const lines = file.split('\n').flatMap((line) => {
    try {
      const { version: found, ...entry } = JSON.parse(line) as Entry & { version: number }
      return found === version ? [entry] : []
    } catch {
      return []
    }
  })
  const undone = new Set(lines.flatMap((entry) => ('undone' in entry ? [entry.undone] : [])))
  return lines.flatMap((entry) => ('undone' in entry || undone.has(encodeTask(entry)) ? [] : [entry])).reverse()
}

type Entry = CleanUpTask | { readonly undone: string }
