import { appendFileSync } from 'node:fs'
import type { Commands, Properties } from './commands.ts'
import type { Annotation, Runner } from './host.ts'

/** The runner as a step meets it: commands on standard output, files named in the environment. */
export function createRunner(env: Readonly<Record<string, string | undefined>>, commands: Commands): Runner {
  const masked = new Set<string>()
  return {
    setOutput: (name, value) => commands.set('OUTPUT', name, value),
    mask: (secret) => {
      // The runner hides whole values only; a secret of several lines reaches the log line by line.
      for (const line of [secret, ...secret.split(/\r?\n/)]) {
        if (line.trim() === '' || masked.has(line)) continue
        masked.add(line)
        commands.issue('add-mask', {}, line)
      }
    },
    error: (message, annotation) => commands.issue('error', properties(annotation), message),
    notice: (message, annotation) => commands.issue('notice', properties(annotation), message),
    writeSummary: (markdown) => {
      const path = env['GITHUB_STEP_SUMMARY']
      if (path) appendFileSync(path, `${markdown}\n`)
    },
  }
}

/** The properties of a command that makes an annotation. */
export function properties({ title, place }: Annotation = {}): Properties {
  return { title, file: place?.file, line: place?.line }
}
