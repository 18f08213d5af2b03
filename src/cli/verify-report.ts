import { formatPlatform } from '../oci/platform.ts'
import { formatBytes } from '../text/bytes.ts'
import type { Mismatch } from '../verify/check-files.ts'
import type { PublishedImage } from '../verify/verify-published.ts'

/** The findings of `polyarch verify`. */
export type Verification = {
  readonly reference: string
  /** Digest of the image or its index. */
  readonly digest: string
  readonly images: readonly PublishedImage[]
  /** Expected platforms that are missing from the image. */
  readonly missing: readonly string[]
}

/** Maximum number of mismatches per platform in the log. */
const mostShown = 20
/** Maximum number of mismatches per platform in the JSON document. */
const mostListed = 1000

/** Renders a table with one row per platform, followed by the mismatches. */
export function verificationLines({ reference, digest, images, missing }: Verification): readonly string[] {
  const rows = [
    ['PLATFORM', 'RESULT', 'BINARIES', 'LAYERS', 'SIZE', 'DIGEST'],
    ...images.map((one) => {
      const { outcome, image } = one
      const counts = 'error' in outcome ? ['-', '-'] : [String(outcome.programs), String(outcome.read)]
      return [platformOf(one), resultOf(one), ...counts, formatBytes(image.size), image.manifest.digest]
    }),
    ...missing.map((platform) => [platform, 'missing', '-', '-', '-', '-']),
  ]
  const details = images.flatMap(detailsOf)
  return [`${reference} (${digest})`, '', ...table(rows), ...(details.length === 0 ? [] : ['', ...details])]
}

/** Returns the findings as a JSON document. */
export function verificationDocument({
  reference,
  digest,
  images,
  missing,
}: Verification): Readonly<Record<string, unknown>> {
  return {
    reference,
    digest,
    ok: missing.length === 0 && images.every(isGood),
    platforms: images.map((one) => ({
      platform: platformOf(one),
      ok: isGood(one),
      digest: one.image.manifest.digest,
      size: one.image.size,
      ...outcomeDocument(one),
    })),
    missing,
  }
}

/** Whether an image was read and matches its platform. */
export function isGood({ outcome }: PublishedImage): boolean {
  return !('error' in outcome) && outcome.mismatches.length === 0 && outcome.declares === undefined
}

function outcomeDocument({ outcome, image }: PublishedImage): Readonly<Record<string, unknown>> {
  if ('error' in outcome) return { error: { code: outcome.error.code, message: outcome.error.message } }
  const { programs, read, mismatches, missing, declares } = outcome
  return {
    layers: read,
    binaries: programs,
    ...(declares === undefined ? {} : { declares }),
    mismatches: mismatches.slice(0, mostListed).map((mismatch) => ({
      path: `/${mismatch.path}`,
      expected: image.platform.architecture,
      found: architecturesOf(mismatch),
      started: mismatch.because ?? null,
      layer: mismatch.found.layer,
    })),
    notes: missing.map(({ path, because }) => describeMissing(path, because)),
  }
}

function detailsOf(one: PublishedImage): readonly string[] {
  const { outcome, image } = one
  const platform = platformOf(one)
  if ('error' in outcome) return [`${platform}: ${outcome.error.message.replaceAll(/\s+/g, ' ')}`]
  const { mismatches, declares, missing } = outcome
  const expected = image.platform.architecture
  const lines = mismatches.slice(0, mostShown).map((mismatch) => {
    const { path, because, found } = mismatch
    return `${platform}: /${path}${because === undefined ? '' : ` (${because})`}: expected ${expected}, found ${formatOf(mismatch)} for ${architecturesOf(mismatch).join(', ')} (layer ${found.layer})`
  })
  const more = mismatches.length - lines.length
  return [
    ...(declares === undefined ? [] : [`${platform}: the configuration ${image.config.digest} declares ${declares}`]),
    ...lines,
    ...(more > 0 ? [`${platform}: and ${more} more binaries of another architecture`] : []),
    ...missing.map(({ path, because }) => `${platform}: ${describeMissing(path, because)}`),
  ]
}

function describeMissing(path: string, because: string): string {
  return `note: the image starts ${path} (${because}), which does not exist in it`
}

function resultOf({ outcome }: PublishedImage): string {
  if ('error' in outcome) return `not read (${outcome.error.code})`
  const count = outcome.mismatches.length + (outcome.declares === undefined ? 0 : 1)
  return count === 0 ? 'OK' : count === 1 ? '1 mismatch' : `${count} mismatches`
}

function architecturesOf({ found: { binary } }: Mismatch): readonly string[] {
  return binary.kind === 'program' ? binary.architectures : []
}

function formatOf({ found: { binary } }: Mismatch): string {
  return binary.kind === 'program' ? binary.format : 'a script'
}

/** Maximum width of a platform (characters). Longer names would misalign the other columns. */
const longestCell = 80

function platformOf({ image }: PublishedImage): string {
  return formatPlatform(image.platform).replaceAll(/\s+/g, ' ').slice(0, longestCell)
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (sofar, row) => row.map((cell, column) => Math.max(sofar[column] ?? 0, cell.length)),
    [],
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
