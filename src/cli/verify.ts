import { cleanUpStep } from '../clean-up-step.ts'
import { ActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Log } from '../host/host.ts'
import { createHost } from '../host/node.ts'
import { readPlatforms } from '../inputs/platforms.ts'
import { parseList } from '../inputs/read/list.ts'
import { quote } from '../inputs/read/problem.ts'
import { readRetries } from '../inputs/read/value.ts'
import { inputRows } from '../inputs/schema.ts'
import { formatPlatform, suits } from '../oci/platform.ts'
import type { BlobReader, ImageContent } from '../oci/store.ts'
import type { Platform } from '../oci/types.ts'
import { formatBytes } from '../text/bytes.ts'
import { verifyPublished } from '../verify/verify-published.ts'
import type { Command, CommandContext } from './command.ts'
import { displayFlags, readDisplay } from './display-flags.ts'
import { renderHelp } from './help.ts'
import { type FlagRows, isOn, readFlags, usageError } from './read-flags.ts'
import { isGood, type Verification, verificationDocument, verificationLines } from './verify-report.ts'

const ownFlags = {
  platforms: {
    kind: 'list',
    doc: 'Platforms that the image must have, as os/arch[/variant] or by a common alias (amd64, arm64). A missing one is a failure. Default: those that it has.',
  },
  insecure: {
    kind: 'switch',
    doc: 'Allow plain HTTP to the registry. Plain HTTP is always allowed for a registry on this machine.',
  },
  retries: { kind: 'value', doc: `${inputRows.retries.doc} Default: ${inputRows.retries.default}.` },
} as const satisfies FlagRows

/** Checks a published image, platform by platform. */
export const verifyCommand: Command = {
  help: () =>
    renderHelp({
      usage: 'verify REFERENCE [FLAGS]',
      about:
        'Check an image in a registry, or in an OCI layout, without Docker: whether it has the expected platforms, and whether the configuration and all binaries of each platform are for that platform. All layers are read, each once; nothing is run or stored.',
      examples: [
        { does: 'Check every platform of an image.', line: 'polyarch verify ghcr.io/acme/app:1.2.3' },
        {
          does: 'Fail also if one of two platforms is missing.',
          line: 'polyarch verify ghcr.io/acme/app:1.2.3 --platforms linux/amd64,linux/arm64',
        },
        { does: 'Check an OCI archive before it is published.', line: 'polyarch verify oci:image.tar' },
        {
          does: 'Print the digest of each platform that passed.',
          line: 'polyarch verify acme/app --json | jq -r ".platforms[] | select(.ok) | .digest"',
        },
      ],
      sections: [{ title: 'Flags', flags: { ...ownFlags, ...displayFlags } }],
      notes: [
        'REFERENCE is an image name with a tag or digest (default: latest), or oci: and the path of an OCI layout, a directory or a .tar file, with :TAG to select one of several images in it.',
        'The credentials of docker login and podman login are used, credential helpers included.',
        'Binaries of another architecture are accepted in the cases that docs/verification.md lists, such as emulators and directories named after an architecture.',
        'Exit status: 0 all platforms passed, 1 a mismatch, a missing platform or no access, 66 the image does not exist, 75 a transient failure such as a registry outage, or content that was damaged in transfer.',
      ],
    }),
  read: (args) => {
    const given = readFlags(args, { command: 'verify', rows: { ...ownFlags, ...displayFlags } })
    const [reference, ...more] = given.others
    if (reference === undefined || more.length > 0) {
      throw usageError('verify', [
        reference === undefined
          ? 'the reference of an image is missing'
          : `expected one reference, found ${given.others.slice(0, 5).join(' ')}`,
      ])
    }
    const problems: string[] = []
    const { items } = parseList('list', (given.flags.get('platforms') ?? []).join('\n'))
    const platforms = readPlatforms(items, (message) => void problems.push(`--platforms: ${message}`))
    const retries = readRetries(given.flags.get('retries')?.[0] ?? inputRows.retries.default)
    if ('problem' in retries) problems.push(`--retries: ${retries.problem}`)
    if (problems.length > 0 || 'problem' in retries) throw usageError('verify', problems)
    const insecure = isOn(given, 'insecure')
    const path = explainPath(reference)
    if (path !== undefined) throw usageError('verify', [path])
    const display = readDisplay(given)
    return {
      display,
      run: (context) =>
        verifyImage({ reference, platforms, insecure, retries: retries.value, json: display.json }, context),
    }
  },
}

type Asked = {
  readonly reference: string
  readonly platforms: readonly Platform[]
  readonly insecure: boolean
  readonly retries: number
  readonly json: boolean
}

async function verifyImage(asked: Asked, { env, signal, outlet, fail }: CommandContext): Promise<number> {
  const { reference, platforms, json } = asked
  const host = createHost(env, signal, outlet)
  try {
    const { tree, blobs } = await open(asked, host)
    if (tree.images.length === 0) {
      throw new ActionError('platform-mismatch', `Cannot verify ${reference}: it has no image for any platform`, {
        hint: 'Charts, signatures and other artifacts have no binaries to check.',
      })
    }
    const images = await verifyPublished({ tree, blobs: counted({ tree, blobs }, outlet.log) }, { signal })
    const missing = platforms
      .filter((platform) => !tree.images.some((image) => suits(platform, image.platform)))
      .map(formatPlatform)
    const found: Verification = { reference, digest: tree.root.digest, images, missing }
    if (!json) for (const line of verificationLines(found)) outlet.print(line)
    const errors = errorsOf(found)
    if (errors.length > 0) return fail(combine('Verification', errors), verificationDocument(found))
    if (json) outlet.printJson(verificationDocument(found))
    return 0
  } catch (thrown) {
    return fail(thrown, { reference, ok: false })
  } finally {
    for (const problem of await cleanUpStep(host.tempDir, host)) outlet.log.warning(problem)
    host.close()
  }
}

const layoutPrefix = 'oci:'

/** Explains a reference that means a file: a path without `oci:`, or the prefix of another tool. */
function explainPath(reference: string): string | undefined {
  if (reference === layoutPrefix) return `${quote(reference)}: the path of the OCI layout is missing`
  if (reference.trim() === '') return 'the reference of an image is empty'
  if (reference.startsWith(layoutPrefix)) return undefined
  const [, path] = /^(?:oci-archive:|oci-layout:(?:\/\/)?)(.+)$/s.exec(reference) ?? []
  if (path !== undefined) return `${quote(reference)}: write ${layoutPrefix}${path} for a directory or a .tar file`
  if (/^docker-archive:|^docker-daemon:|^dir:/.test(reference)) {
    return `${quote(reference)}: only images in a registry and OCI layouts (${layoutPrefix}PATH) can be verified`
  }
  const isPath = /^(?:\.{0,2}|~)\//.test(reference) || /^\.{1,2}$|\/$|\.(?:tar|tgz)(?:\.[a-z0-9]+)?$/.test(reference)
  return isPath
    ? `${quote(reference)} is a path, not an image name; write ${layoutPrefix}${reference} for an OCI layout`
    : undefined
}

async function open(
  { reference, insecure, retries }: Asked,
  host: Parameters<typeof import('./open-published.ts').openPublished>[2],
): Promise<ImageContent> {
  if (reference.startsWith(layoutPrefix)) {
    return await (await import('./open-layout.ts')).openLayout(reference.slice(layoutPrefix.length), host.tempDir)
  }
  return await (await import('./open-published.ts')).openPublished(reference, { insecure, retries }, host)
}

/** Wraps the blobs to show how much was read. */
function counted({ tree, blobs }: ImageContent, log: Log): BlobReader {
  const layers = new Map(tree.images.flatMap((image) => image.layers).map(({ digest, size }) => [digest, size]))
  const total = [...layers.values()].reduce((sum, size) => sum + size, 0)
  let read = 0
  async function* count(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      read += piece.length
      log.progress(`Reading layers: ${formatBytes(read)} of ${formatBytes(total)}`)
      yield piece
    }
  }
  return {
    ...blobs,
    open: async (blob, options) => {
      const content = await blobs.open(blob, options)
      return layers.has(blob.digest) ? count(content) : content
    },
  }
}

function errorsOf({ reference, images, missing }: Verification): readonly ActionError[] {
  const unread = images.flatMap(({ outcome }) => ('error' in outcome ? [outcome.error] : []))
  const wrong = images.filter((one) => !isGood(one) && !('error' in one.outcome))
  const found = [
    ...(wrong.length === 0 ? [] : [`${nameAll(wrong.map(({ image }) => formatPlatform(image.platform)))}: mismatches`]),
    ...(missing.length === 0 ? [] : [`${nameAll(missing)}: missing`]),
  ]
  if (found.length === 0) return unread
  return [
    new ActionError('platform-mismatch', `Verification of ${reference} failed: ${found.join('; ')}`, {
      hint:
        wrong.length === 0
          ? 'Build the image for every expected platform, and publish it again.'
          : 'Compile for TARGETARCH, or copy the file of the platform, and publish the image again.',
    }),
    ...unread,
  ]
}

/** Maximum number of platforms that an error names. */
const mostNamed = 10

function nameAll(platforms: readonly string[]): string {
  const more = platforms.length - mostNamed
  return `${platforms.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
