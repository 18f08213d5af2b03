import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptFolder } from '../cleanup/cleanup.ts'
import { messageOf } from '../errors/action-error.ts'
import type { Host } from '../host/host.ts'
import { showReference, showRepository } from '../oci/reference.ts'
import { repositoriesOf } from '../oci/repositories.ts'
import type { Plan } from '../plan/plan.ts'
import type { BakeFileName } from './output-rows.ts'
import { annotationsOf } from './outputs.ts'

/** The path of each file; "" for one that was not written. */
export type BakeFiles = Readonly<Record<BakeFileName, string>>

/**
 * Writes the planned tags, labels and annotations as definitions for `docker buildx bake` in later steps; the files are
 * kept until the end of the job. A file that cannot be written causes a warning.
 * https://github.com/docker/metadata-action#bake-definition
 */
export function writeBakeFiles(plan: Plan, { tempDir, log }: Pick<Host, 'tempDir' | 'log'>): BakeFiles {
  const folder = join(tempDir, keptFolder)
  try {
    mkdirSync(folder, { mode: 0o700 })
    const paths = Object.entries(definitionsOf(plan)).map(([name, definition]) => {
      const path = join(folder, `docker-metadata-action-${name.replace('-file', '')}.json`)
      const target = escapeTemplates({ [plan.bakeTarget]: definition })
      writeFileSync(path, JSON.stringify({ target }, null, 2))
      return [name, path] as const
    })
    return Object.fromEntries(paths) as BakeFiles
  } catch (error) {
    log.warning(`Cannot write the files of the outputs bake-file…: ${messageOf(error)}`)
    return { 'bake-file': '', 'bake-file-tags': '', 'bake-file-labels': '', 'bake-file-annotations': '' }
  }
}

function definitionsOf(plan: Plan): Readonly<Record<BakeFileName, unknown>> {
  const tags = {
    tags: plan.listed.map(showReference),
    args: {
      DOCKER_META_IMAGES: repositoriesOf(plan.listed).map(showRepository).join(','),
      DOCKER_META_VERSION: plan.version,
    },
  }
  const { labels } = plan.build
  return {
    'bake-file': { tags: tags.tags, labels, args: tags.args },
    'bake-file-tags': tags,
    'bake-file-labels': { labels },
    'bake-file-annotations': { annotations: annotationsOf(plan) },
  }
}

/**
 * Escapes `${` and `%{` in every text and key, which bake would interpret as the start of an expression.
 * https://github.com/hashicorp/hcl/blob/v2.24.0/json/spec.md#strings
 */
function escapeTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/([$%])\{/g, '$1$1{')
  if (Array.isArray(value)) return value.map(escapeTemplates)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [escapeTemplates(key), escapeTemplates(one)]))
}
