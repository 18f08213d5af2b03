import { contextName } from '../dockerfile/instructions/source.ts'
import { ActionError } from '../errors/action-error.ts'
import { isDigest } from '../oci/digest.ts'
import { isTag, parseReference } from '../oci/reference.ts'
import { nearest } from '../text/nearest.ts'
import type { ImageArchive, NamedContext } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { quote, type Read, readWith } from './read/problem.ts'
import { readContext, splitPair } from './read/value.ts'

/**
 * Reads named contexts, `name=value`, one per line. Names are normalized as in buildx: `docker.io/library/alpine` and
 * `alpine:latest` both become `alpine`. https://docs.docker.com/reference/cli/docker/buildx/build/#build-context
 */
export function readBuildContexts(items: readonly ListItem[], report: ReportLine): readonly NamedContext[] {
  const contexts = new Map<string, NamedContext>()
  for (const { text, line } of items) {
    const read = readBuildContext(text)
    if ('problem' in read) report(read.problem, line)
    else if (contexts.has(read.value.name)) report(`${quote(read.value.name)} is given a second time`, line)
    else contexts.set(read.value.name, read.value)
  }
  return [...contexts.values()]
}

function readBuildContext(text: string): Read<NamedContext> {
  const { key, value } = splitPair(text)
  if (key === '') return { problem: 'expected name=value, found nothing before "="' }
  if (!value) return { problem: `expected name=value, found no value for ${quote(key)}` }
  const name = readWith(key, parseReference)
  if ('problem' in name) return { problem: `expected a name in the form of an image's: ${name.problem}` }
  const source = readSource(value)
  return 'problem' in source ? source : { value: { name: contextName(key), source: source.value } }
}

function readSource(value: string): Read<NamedContext['source']> {
  const [, scheme, rest = ''] = /^(docker-image:\/\/|oci-layout:\/\/|target:)(.*)$/.exec(value) ?? []
  if (scheme === 'target:') {
    return { problem: `${quote(value)} names a target of docker buildx bake; a step has one build and no others` }
  }
  if (scheme === 'docker-image://') {
    const reference = readWith(rest, parseReference)
    return 'problem' in reference ? reference : { value: { kind: 'image', reference: rest } }
  }
  if (scheme === undefined) return readArchive(value) ?? readContext(value)
  const [, path = '', tag, digest] = /^(.+?)(?::([^:/\\@]+))?(?:@(.+))?$/.exec(rest.slice(0, 4096)) ?? []
  if (path === '') return { problem: `expected oci-layout://directory[:tag][@digest], found ${quote(value)}` }
  if (digest !== undefined && !isDigest(digest)) return { problem: `${quote(digest)} is not a digest` }
  return { value: { kind: 'layout', path, tag, digest } }
}

const archiveForms = { 'docker-archive': 'docker', 'oci-archive': 'oci' } as const
const schemes = ['docker-image', 'oci-layout', ...Object.keys(archiveForms)]

/**
 * Reads a tar archive of images in the syntax of containers/image, `docker-archive:file[:name | :@position]`; returns
 * undefined for other values. https://github.com/containers/image/blob/main/docs/containers-transports.5.md
 */
function readArchive(value: string): Read<ImageArchive> | undefined {
  const [, scheme = '', rest = ''] = /^([a-z]+-[a-z]+):(.*)$/.exec(value.slice(0, 4096)) ?? []
  const [, form] = Object.entries(archiveForms).find(([name]) => name === scheme) ?? []
  if (form === undefined) {
    const near = nearest(scheme, schemes)
    return near === undefined
      ? undefined
      : { problem: `${quote(scheme)} is not a kind of context. Did you mean ${near}?` }
  }
  // The drive of a Windows path contains a colon.
  const [, path = '', image] = /^((?:[A-Za-z]:(?=[\\/]))?[^:]+)(?::(.+))?$/.exec(rest) ?? []
  if (path === '' || path.startsWith('//')) {
    return { problem: `expected ${scheme}:file[:tag], found ${quote(value)}` }
  }
  if (image !== undefined && form === 'docker' && !/^@[0-9]{1,6}$/.test(image) && !isTag(image)) {
    const reference = readWith(image, parseReference)
    if ('problem' in reference)
      return { problem: `expected a tag or name of an image after the file: ${reference.problem}` }
  }
  return { value: { kind: 'archive', form, path, image } }
}

/** Formats a named context for buildx. Archives are unpacked to layouts before. */
export function formatContextSource(source: Exclude<NamedContext['source'], { kind: 'default-git' }>): string {
  switch (source.kind) {
    case 'path':
      return source.path
    case 'git':
      return source.url
    case 'image':
      return `docker-image://${source.reference}`
    case 'archive':
      throw new ActionError('internal', `The archive ${source.path} was not unpacked for buildx`)
    case 'layout': {
      const tag = source.tag === undefined ? '' : `:${source.tag}`
      return `oci-layout://${source.path}${tag}${source.digest === undefined ? '' : `@${source.digest}`}`
    }
  }
}
