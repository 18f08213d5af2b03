import { join } from 'node:path'
import { type Build, runQuietly } from './sides.ts'

/**
 * The same image built with crane, as an experienced user does: each different layer is archived and appended to an empty image once, in
 * parallel; then the image of each platform is created from it, in parallel; then the index.
 */
export async function runCrane(
  crane: string,
  { job, reference, platforms }: Build,
  layerOf: (platform: string) => readonly [string, string],
): Promise<void> {
  const options = { cwd: job.workspace, env: job.env }
  const run = (args: readonly string[]) => runQuietly(crane, args, options)
  const repository = reference.slice(0, reference.lastIndexOf(':'))
  const layers = new Map(platforms.map((platform) => [layerOf(platform)[0], layerOf(platform)[1]]))
  await Promise.all(
    [...layers].map(async ([source, target]) => {
      const archive = join(job.temp, `${source}.tar`)
      await runQuietly('tar', ['-cf', archive, '--transform', `s,^${source},${target},`, source], options)
      await run(['append', '--oci-empty-base', '-f', archive, '-t', `${repository}:layer-${source}`])
    }),
  )
  const images = platforms.map((platform) => ({
    source: `${repository}:layer-${layerOf(platform)[0]}`,
    platform,
    image: platforms.length === 1 ? reference : `${repository}:${platform.replaceAll('/', '-')}`,
  }))
  await Promise.all(
    images.map(({ source, platform, image }) =>
      run(['mutate', source, '--set-platform', platform, '--entrypoint', '/app', '-t', image]),
    ),
  )
  if (images.length > 1) {
    await run(['index', 'append', ...images.flatMap(({ image }) => ['-m', image]), '-t', reference])
  }
}
