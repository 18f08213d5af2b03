import { annotationAt } from '../dockerfile/read/inline.ts'
import { ActionError } from '../errors/action-error.ts'
import { parseReference } from '../oci/reference.ts'
import type { Run } from '../run-context.ts'
import { baseUses } from '../source/bases.ts'

/**
 * Checks that credentials without `registry`, which are for Docker Hub, are needed there: by an image name or a base image. Otherwise they
 * are most likely for another registry, and must not be sent to Docker Hub. Runs before any request.
 * | @throws ActionError `input-invalid`, with the `registry` to set
 */
export async function checkHubLogin(run: Run): Promise<void> {
  const { plan, host } = run
  if (!plan.needsHubBase) return
  // Errors of the Dockerfile are reported with all other findings. A Dockerfile that only the builder parses may use any base image.
  const reading = await run.source.reading().catch(() => undefined)
  if (reading === undefined) return
  const bases = baseUses(reading, plan.build.contexts).map(({ reference, line }) => {
    return { line, registry: parseReference(reference).registry }
  })
  const registries = bases.map(({ registry }) => registry)
  const names = [...new Set(plan.references.map(({ registry }) => registry))]
  const hub = bases.find(({ registry }) => registry === 'docker.io')
  if (hub !== undefined) {
    if (names.length > 0) {
      host.runner.notice(
        `username and password are used for Docker Hub, where a base image is, and not for ${names.join(', ')}: registry is empty`,
        annotationAt(reading.dockerfile.file, hub.line),
      )
    }
    return
  }
  const others = names.length > 0 ? names : [...new Set(registries)]
  const [only] = others
  throw new ActionError(
    'input-invalid',
    'Cannot use `username` and `password`: without `registry` they are for Docker Hub, but this step uses no image from Docker Hub',
    {
      hint:
        others.length === 1
          ? `Set \`registry: ${only}\`.`
          : others.length === 0
            ? 'Set `registry` to the registry that they are for.'
            : `Set \`registry\` to the one that they are for: ${others.join(', ')}.`,
    },
  )
}
