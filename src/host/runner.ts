import * as core from '@actions/core'
import type { Annotation, Runner } from './host.ts'

/** The runner as @actions/core speaks to it. */
export function createRunner(env: Readonly<Record<string, string | undefined>>): Runner {
  return {
    setOutput: (name, value) => core.setOutput(name, value),
    mask: (secret) => {
      // The runner hides whole values only; a secret of several lines reaches the log line by line.
      for (const line of new Set([secret, ...secret.split(/\r?\n/)])) if (line.trim() !== '') core.setSecret(line)
    },
    error: (message, annotation) => core.error(message, properties(annotation)),
    notice: (message, annotation) => core.notice(message, properties(annotation)),
    writeSummary: async (markdown) => {
      // act and older self-hosted runners set no GITHUB_STEP_SUMMARY, and core throws without it.
      if (!env['GITHUB_STEP_SUMMARY']) return
      await core.summary.addRaw(markdown, true).write()
    },
  }
}

function properties(annotation: Annotation = {}): core.AnnotationProperties {
  return {
    ...(annotation.title === undefined ? {} : { title: annotation.title }),
    ...(annotation.place === undefined ? {} : { file: annotation.place.file, startLine: annotation.place.line }),
  }
}
