/** The rows of all outputs: action.yml and the README's table are rendered from them. */
export const outputRows = {
  digest:
    'Digest of the image, or of its index. Never empty after a push of all platforms. Empty in a job with platform that does not complete the image, and for an image that is only in the build cache of the classic image store or with verify: off.',
  imageid:
    'ID of a loaded image as docker image inspect shows it, otherwise the digest of the configuration, or of the index of several platforms. Empty in the same cases as digest.',
  metadata: 'Result of the build as JSON, in the form of docker/build-push-action.',
  image: 'First image name, without tag.',
  tags: 'References that the image got in a registry, the local image store or an archive (name:tag), one per line; not those that were skipped, not updated or failed.',
  'tag-names': 'The tags of `tags` without the image name, each once, one per line.',
  labels: 'Every label of the image (key=value), one per line.',
  annotations: 'Every annotation of the image with its level (manifest:key=value), one per line.',
  json: 'JSON object with tags, tag-names, labels and annotations, in the form of docker/metadata-action.',
  'bake-file':
    'Path of a file with the planned tags and the labels for docker buildx bake, in the form of docker/metadata-action. It is deleted at the end of the job.',
  'bake-file-tags': 'Like bake-file, with the tags only.',
  'bake-file-labels': 'Like bake-file, with the labels only.',
  'bake-file-annotations': 'Like bake-file, with the annotations only.',
  version: 'Main tag: the first that is not latest.',
  digests: 'JSON object from platform to the digest of its manifest.',
  refs: 'The image by digest in every repository it was pushed to (name@digest), one per line.',
  'omitted-platforms':
    'Optional platforms (linux/riscv64?) that failed and are therefore not in the image, one per line.',
  sizes: 'JSON object from platform to the compressed size of its image, in bytes.',
  pushed: 'true if the image was pushed, and no tag failed; else false.',
  matrix:
    'Result of mode: plan as JSON for strategy.matrix: include with platform, runner, slug, optional and emulated for each platform. Empty in other modes.',
  complete:
    'true if the image has all platforms; false in a job with platform while the image is incomplete, or if another job has completed it. In a job matrix, at least one job sets true.',
  missing: 'Platforms that no job had pushed when this job with platform ended, one per line.',
  'call-result':
    'Result of call: check, outline or targets as JSON, in the form of docker buildx build --call, without the text of the Dockerfile. Empty after a build.',
  files: 'Files and directories written by outputs, one per line.',
  engine: 'Engine that built the image. Empty with a mode other than build.',
  attempts: 'Maximum number of attempts of any request or build: 1 if nothing was retried. Set also if the step fails.',
  'error-code': 'Error code such as registry-denied if the step failed, otherwise empty.',
} as const satisfies Record<string, string>

export type OutputName = keyof typeof outputRows

/** The outputs that are paths of files for `docker buildx bake`. */
export type BakeFileName = Extract<OutputName, `bake-file${string}`>

/** The format of an output's text. */
export type OutputKind = 'text' | 'json' | 'lines' | 'boolean' | 'number'

export const outputKinds: Readonly<Record<OutputName, OutputKind>> = {
  digest: 'text',
  imageid: 'text',
  metadata: 'json',
  image: 'text',
  tags: 'lines',
  'tag-names': 'lines',
  labels: 'lines',
  annotations: 'lines',
  json: 'json',
  version: 'text',
  digests: 'json',
  refs: 'lines',
  'omitted-platforms': 'lines',
  sizes: 'json',
  pushed: 'boolean',
  complete: 'boolean',
  missing: 'lines',
  'bake-file': 'text',
  'bake-file-tags': 'text',
  'bake-file-labels': 'text',
  'bake-file-annotations': 'text',
  matrix: 'json',
  'call-result': 'json',
  files: 'lines',
  engine: 'text',
  attempts: 'number',
  'error-code': 'text',
}
