import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import type { ErrorCode } from '../../src/errors/action-error.ts'
import { recordDocument } from '../../src/ledger/leg-record.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import { parsePlatform } from '../../src/oci/platform.ts'
import { logOf } from './daemon.ts'
import { elf } from './elf.ts'
import type { RequestKind } from './fault.ts'
import { randomImage } from './image.ts'
import type { Scenario } from './provoke.ts'
import { createRandom, randomBytes } from './random.ts'
import type { TestRegistry, TestRegistryOptions } from './registry.ts'
import { type Answer, fault } from './registry-answer.ts'

const scratch = { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'hello\n' }
const embedded = { engine: 'embedded', emulators: 'off', retries: '2' } as const
const toFile = { ...embedded, outputs: 'type=oci,dest=ROOT/../image.tar', push: 'false' } as const
const toGhcr = {
  ...embedded,
  images: 'ghcr.io/acme/app',
  tags: '1.0',
  push: 'true',
  registry: 'ghcr.io',
  username: 'octocat',
  password: 'ghs_x',
}
const toExample = { ...embedded, images: 'registry.example/acme/app', tags: '1.0', push: 'true' } as const
/** What buildx is given; the stand-in builds nothing. */
const onBuildx = {
  engine: 'buildx',
  retries: '0',
  load: 'false',
  push: 'false',
  outputs: 'type=oci,dest=ROOT/../image.tar',
} as const
const example = { name: 'registry.example' } as const

/** A step of BuildKit that failed, as buildx prints it with `--progress rawjson`. */
function failing(
  step: string,
  { line, error, logs = [] }: { line?: string; error: string; logs?: readonly string[] },
): string {
  const digest = `sha256:${'a'.repeat(64)}`
  const started = '2026-01-02T03:04:05Z'
  const lines = [
    { vertexes: [{ digest, name: step, started }] },
    ...logs.map((text) => ({
      logs: [{ vertex: digest, stream: 1, data: Buffer.from(`${text}\n`).toString('base64') }],
    })),
    { vertexes: [{ digest, name: step, started, completed: started, error }] },
  ]
  const excerpt =
    line === undefined
      ? []
      : [
          `Dockerfile:${line.split(' ')[0]}`,
          '--------------------',
          `   ${line.replace(' ', ' | >>> ')}`,
          '--------------------',
        ]
  return shell([
    ...lines.map((one) => JSON.stringify(one)),
    ...excerpt,
    `ERROR: failed to build: failed to solve: ${error}`,
  ])
}

/** Prints the lines as the whole of a failed build; any other call succeeds. */
function shell(lines: readonly string[]): string {
  return `[ "$1" = build ] || exit 0\ncat >&2 <<'END'\n${lines.join('\n')}\nEND\nexit 1`
}

const runFails = (command: string, status: number, logs: readonly string[]) =>
  failing(`[2/2] RUN ${command}`, {
    line: `2 RUN ${command}`,
    error: `process "/bin/sh -c ${command}" did not complete successfully: exit code: ${status}`,
    logs,
  })

/** Pushes an image of amd64 as `repository`:1.0. */
async function store(registry: TestRegistry, repository = 'library/base'): Promise<void> {
  const { tree, content } = await randomImage(createRandom(7), ['linux/amd64'])
  registry.store.blobs.set(repository, new Map(content))
  for (const { descriptor, bytes } of tree.documents) {
    const name = descriptor.digest === tree.root.digest ? '1.0' : descriptor.digest
    registry.store.putManifest(repository, name, descriptor.mediaType, Buffer.from(bytes))
  }
}

/** A registry that gives these answers to these requests, and normal answers to all others. */
function answering(kind: RequestKind, answer: Answer): TestRegistryOptions {
  return { quirk: { instead: (asked) => (asked.kind === kind ? answer : undefined) } }
}

/** A registry that is down. */
const down: TestRegistryOptions = { quirk: { instead: () => ({ status: 503, body: 'Service Unavailable' }) } }

/** A registry with the record of a job whose plan has these parts. */
function recordedBy(plan: Readonly<Record<string, string>>): TestRegistryOptions {
  const { bytes, descriptor } = recordDocument({
    platform: parsePlatform('linux/arm64'),
    manifests: [{ mediaType: mediaType.ociManifest, digest: `sha256:${'a'.repeat(64)}`, size: 2 }],
    plan: {
      ...{ commit: '', platforms: 'linux/amd64, linux/arm64', 'if-exists': 'overwrite', annotations: '' },
      ...plan,
    },
    ...{ annotations: {}, attempt: 1, job: 'image 2', nonce: '2', time: '2026-01-02T03:04:05.000Z' },
  })
  const answer = { status: 200, headers: { 'content-type': descriptor.mediaType }, body: Buffer.from(bytes) }
  const isRecord = ({ kind, url }: { readonly kind: RequestKind; readonly url: URL }) =>
    kind === 'manifest-get' && url.pathname.includes('polyarch-leg-')
  return { quirk: { instead: (asked) => (isRecord(asked) ? answer : undefined) } }
}

/** A registry in which another run writes the tag 1.0 right after this one. */
const contested: TestRegistryOptions = {
  quirk: {
    change: (answer, { url }) =>
      url.pathname.endsWith('/1.0') && answer.status === 200
        ? { ...answer, headers: { ...answer.headers, 'docker-content-digest': `sha256:${'b'.repeat(64)}` } }
        : answer,
  },
}

/** A daemon whose containers print this and exit with `status`. */
function containersThat(status: number, prints: string): NonNullable<Scenario['daemon']> {
  return {
    'POST /images/load': { body: { stream: 'Loaded image' } },
    'POST /containers/create': { status: 201, body: { Id: 'a' } },
    'POST /containers/': (request, response) => {
      if (request.url?.endsWith('/wait')) response.writeHead(200).end(JSON.stringify({ StatusCode: status }))
      else response.writeHead(204).end()
    },
    'GET /containers/': { body: logOf(prints) },
    'DELETE /': { status: 204 },
  }
}

/** Text of this length that does not compress. */
function noise(length: number): string {
  return randomBytes(createRandom(1), length).toString('base64').slice(0, length)
}

/** The answer of a containerd image store to `GET /info`. */
const storeOfImages = { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }

const kubeconfig = `current-context: ci
contexts: [{ name: ci, context: { cluster: ci } }]
clusters: [{ name: ci, cluster: { server: 'https://k8s.example', proxy-url: 'http://proxy.example' } }]
`

/** Steps that fail, by the code of their error and a title. */
export const errorScenarios: Readonly<Record<ErrorCode, Readonly<Record<string, Scenario>>>> = {
  'input-invalid': {
    'Several inputs are wrong': {
      files: scratch,
      inputs: {
        images: 'ghcr.io/Acme/app',
        tags: 'type=semvr,pattern={{version}}',
        platforms: 'linux/amd64\nlinux/arm46',
        push: 'ture',
        timeout: '10 minuts',
      },
    },
    'One input is wrong': { files: scratch, inputs: { platforms: 'linux/amd64,linux/arm65' } },
  },
  'context-not-found': {
    'The context does not exist': {
      inputs: { ...embedded, outputs: 'type=oci,dest=ROOT/i.tar', context: 'ROOT/services/ap' },
    },
  },
  'context-unreadable': {
    'A FIFO in the context': {
      files: { Dockerfile: 'FROM scratch\nCOPY . /\n' },
      inputs: toFile,
      arrange: (root) => void execFileSync('mkfifo', [join(root, 'queue')]),
    },
  },
  'context-changed': {
    'A file gives more bytes than it has': {
      // Like a file that grows while it is copied.
      inputs: { ...toFile, context: '/proc/sys/kernel', 'dockerfile-inline': 'FROM scratch\nCOPY ostype /\n' },
    },
  },
  'path-invalid': {
    'Links in a circle': {
      files: { Dockerfile: 'FROM scratch\nCOPY a/config /\n' },
      inputs: toFile,
      arrange: (root) => {
        symlinkSync('b', join(root, 'a'))
        symlinkSync('a', join(root, 'b'))
      },
    },
  },
  'archive-invalid': {
    'A base image from a file that is not an archive': {
      files: { Dockerfile: 'FROM base\n', 'base.tar': 'not an archive\n'.repeat(80) },
      inputs: { ...toFile, 'build-contexts': 'base=docker-archive:ROOT/base.tar' },
    },
  },
  'archive-unsupported': {
    'An archive in a format that is not supported': {
      files: { Dockerfile: 'FROM scratch\nADD files.tar /\n' },
      inputs: toFile,
      arrange: (root) =>
        void execFileSync('sh', ['-c', 'truncate -s 1M disk && tar -S --format=gnu -cf files.tar disk'], { cwd: root }),
    },
  },
  'dockerfile-not-found': {
    'The Dockerfile is not in the context': { files: { 'docker/Dockerfile': '' }, inputs: toFile },
  },
  'dockerfile-invalid': {
    'Several lines of the Dockerfile are wrong': {
      files: { Dockerfile: 'FROM scratch\nCOPPY app /app\nCOPY app\nEXPOSE http\n', app: '' },
      inputs: toFile,
    },
    'BuildKit does not know an instruction': {
      files: { Dockerfile: 'FROM scratch\nCOPPY app /app\n' },
      inputs: { ...onBuildx },
      daemon: {},
      buildx: shell([
        'Dockerfile:2',
        '--------------------',
        '   2 | >>> COPPY app /app',
        '--------------------',
        'ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)',
      ]),
    },
  },
  'secret-not-found': {
    'A secret is not set': {
      files: scratch,
      inputs: { ...toFile, 'secret-envs': 'npm_token=NPM_TOKEN', 'secret-files': 'netrc=ROOT/netrc' },
    },
  },
  'download-failed': {
    'A server of ADD is down': {
      files: { Dockerfile: 'FROM scratch\nADD https://registry.example/tool.tar.gz /\n' },
      registry: { ...example, options: down },
      inputs: toFile,
    },
  },
  'download-refused': {
    'A file of ADD does not exist': {
      files: { Dockerfile: 'FROM scratch\nADD https://registry.example/tool.tar.gz /\n' },
      registry: example,
      inputs: toFile,
    },
  },
  'image-not-found': {
    'A base image does not exist': {
      files: { Dockerfile: '# syntax=docker/dockerfile:1\nFROM registry.example/library/nod:22\n' },
      registry: example,
      inputs: toFile,
    },
  },
  'builder-not-found': {
    'The builder does not exist': {
      files: scratch,
      inputs: { ...onBuildx, builder: 'big-one' },
      env: { SILENT: '1' },
      daemon: {},
      buildx: `echo 'ERROR: no builder "big-one" found' >&2; exit 1`,
    },
  },
  'builder-denied': {
    'The user of the kubeconfig has no permission': {
      files: scratch,
      env: { KUBECONFIG: 'ROOT/kubeconfig' },
      inputs: { ...onBuildx, driver: 'kubernetes', preflight: 'false' },
      arrange: (root) => void writeFileSync(join(root, 'kubeconfig'), kubeconfig),
      buildx: `[ "$1" = create ] || exit 0; echo 'ERROR: error while calling deploymentClient.Create for "builder0": deployments.apps is forbidden: User "ci" cannot create resource "deployments" in API group "apps" in the namespace "default"' >&2; exit 1`,
    },
  },
  'daemon-unreachable': {
    'No daemon for buildx': { files: scratch, inputs: { ...onBuildx }, buildx: 'exit 0' },
    'No daemon to load the image into': { files: scratch, inputs: { ...embedded, load: 'true', tags: 'app:1' } },
    'The daemon stops during the build': {
      files: scratch,
      inputs: { ...onBuildx },
      daemon: {},
      buildx: failing('[2/2] RUN make', {
        error: 'failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      }),
    },
  },
  'buildx-missing': {
    'buildx is not installed': {
      inputs: { ...onBuildx },
      facts: {
        buildx: {
          kind: 'missing',
          reason: 'docker-buildx is not in /home/runner/.docker/cli-plugins, on PATH or in the tool cache',
        },
      },
    },
  },
  'engine-too-old': {
    'Docker is older than required': {
      files: scratch,
      inputs: { ...onBuildx, 'minimum-engine-version': '99' },
      daemon: {},
      buildx: 'exit 0',
    },
  },
  'engine-failed': {
    'A builder does not start': {
      files: scratch,
      inputs: { ...onBuildx, driver: 'docker-container' },
      daemon: {},
      buildx: `[ "$1" = create ] || exit 0; echo 'ERROR: failed to initialize builder: Error response from daemon: could not select device driver' >&2; exit 1`,
    },
  },
  'feature-missing': {
    'RUN with the embedded engine': {
      files: { Dockerfile: 'FROM registry.example/library/base:1.0\nRUN make\n' },
      registry: { ...example, prepare: store },
      inputs: toFile,
    },
  },
  'platform-unsupported': {
    'The base image does not have the platform': {
      files: { Dockerfile: 'FROM registry.example/library/base:1.0\n' },
      registry: { ...example, prepare: store },
      inputs: { ...toFile, platforms: 'linux/amd64,linux/arm64' },
    },
  },
  'platform-mismatch': {
    'A binary of another architecture': {
      files: { Dockerfile: 'FROM scratch\nCOPY app /usr/bin/app\n' },
      arrange: (root) => void writeFileSync(join(root, 'app'), elf('amd64')),
      inputs: { ...toFile, platforms: 'linux/arm64' },
    },
  },
  'secret-in-image': {
    'A build secret is copied': {
      files: {
        Dockerfile: 'FROM scratch\nCOPY .npmrc /root/.npmrc\n',
        '.npmrc': '//registry.npmjs.org/:_authToken=npm_4bXr8sQm1T\n',
      },
      inputs: { ...toFile, secrets: 'npm_token=npm_4bXr8sQm1T' },
    },
  },
  'image-too-large': {
    'The image exceeds max-size': {
      files: { Dockerfile: 'FROM scratch\nCOPY model.bin /\n', 'model.bin': noise(200_000) },
      inputs: { ...toFile, 'max-size': '100kB' },
    },
  },
  'emulator-missing': {
    'RUN for a platform without an emulator': {
      files: { Dockerfile: 'FROM scratch\nRUN ["/make"]\n' },
      daemon: { 'GET /info': { body: { ...storeOfImages, KernelVersion: release() } } },
      buildx: 'exit 0',
      docker:
        "echo 'docker: Error response from daemon: privileged mode is incompatible with user namespaces' >&2; exit 125",
      inputs: { ...onBuildx, platforms: 'linux/s390x' },
    },
  },
  'emulator-crashed': {
    'QEMU crashes': {
      files: scratch,
      daemon: {},
      buildx: runFails('npm ci', 139, [
        'qemu: uncaught target signal 11 (Segmentation fault) - core dumped',
        'Segmentation fault',
      ]),
      inputs: { ...onBuildx },
    },
  },
  'out-of-memory': {
    'A RUN is killed': {
      files: scratch,
      daemon: {},
      buildx: runFails('npm run build', 137, ['> app@1.0.0 build', 'Killed']),
      inputs: { ...onBuildx },
    },
  },
  'smoke-failed': {
    'The image exits with another status': {
      files: scratch,
      inputs: { ...toFile, load: 'false', 'smoke-test': '/app --version' },
      daemon: containersThat(127, '/app: error while loading shared libraries: libssl.so.3\n'),
    },
  },
  'gate-failed': {
    'A command before the tags fails': {
      files: scratch,
      inputs: { ...toExample, 'before-tags': 'sh -c "echo CVE-2026-0001 in openssl; exit 3"' },
      registry: example,
    },
  },
  'build-failed': {
    'A RUN fails': {
      files: scratch,
      daemon: {},
      buildx: runFails('npm test', 1, ['> app@1.0.0 test', 'FAIL src/app.test.js', '1 test failed']),
      inputs: { ...onBuildx },
    },
    'A file to COPY does not exist': {
      files: { Dockerfile: 'FROM scratch\nCOPY dist/app /app\n', '.dockerignore': 'dist\n', 'dist/app': '' },
      inputs: toFile,
    },
  },
  'registry-unreachable': {
    'The registry does not answer': { files: scratch, inputs: { ...toExample, images: '127.0.0.1:1/acme/app' } },
  },
  'registry-unavailable': {
    'The registry is down': { files: scratch, inputs: { ...toExample }, registry: { ...example, options: down } },
  },
  'registry-unauthorized': {
    'The password is wrong': {
      files: scratch,
      inputs: toGhcr,
      registry: { name: 'ghcr.io', options: { auth: { kind: 'token', username: 'octocat', password: 'other' } } },
    },
    'No credentials': {
      files: scratch,
      inputs: { ...toExample },
      registry: {
        name: 'registry.example',
        options: { auth: { kind: 'basic', username: 'octocat', password: 'other' } },
      },
    },
  },
  'registry-denied': {
    'ghcr.io without `packages: write`': {
      files: scratch,
      inputs: toGhcr,
      registry: {
        name: 'ghcr.io',
        options: { ...answering('upload-start', fault(403, 'DENIED', 'permission_denied: write_package')) },
      },
    },
    'Another registry denies the push': {
      files: scratch,
      inputs: { ...toExample },
      registry: {
        name: 'registry.example',
        options: { ...answering('upload-start', fault(403, 'DENIED', 'requested access to the resource is denied')) },
      },
    },
  },
  'registry-full': {
    'The quota is exceeded': {
      files: scratch,
      inputs: { ...toExample, preflight: 'false' },
      registry: { name: 'registry.example', options: { ...answering('upload-start', { status: 507 }) } },
    },
  },
  'registry-refused': {
    'The repository does not exist on Amazon ECR': {
      files: scratch,
      inputs: { ...toExample },
      registry: {
        name: 'registry.example',
        options: {
          ...answering(
            'upload-start',
            fault(
              404,
              'NAME_UNKNOWN',
              "The repository with name 'acme/app' does not exist in the registry with id '123456789012'",
            ),
          ),
        },
      },
    },
  },
  'content-mismatch': {
    'A layer of the base image is altered': {
      files: { Dockerfile: 'FROM registry.example/library/base:1.0\nCOPY app /layer/app\n', app: '' },
      inputs: { ...toFile },
      registry: {
        ...example,
        prepare: async (registry) => {
          await store(registry)
          registry.misbehave({ on: 'blob-get', do: 'corrupt', skip: 1, times: 99 })
        },
      },
    },
  },
  'tag-moved': {
    'Another run writes the tag': {
      files: scratch,
      inputs: { ...toExample },
      registry: { name: 'registry.example', options: contested },
    },
  },
  'tag-exists': {
    'The tag exists': {
      files: scratch,
      inputs: { ...toExample, 'if-exists': 'fail' },
      registry: { name: 'registry.example', prepare: (registry) => store(registry, 'acme/app') },
    },
  },
  'legs-differ': {
    'A job for another platform has other tags': {
      files: scratch,
      inputs: { ...toExample, platforms: 'amd64, arm64', platform: 'amd64', ledger: 'registry' },
      env: { GITHUB_RUN_ID: '1' },
      registry: { name: 'registry.example', options: recordedBy({ tags: 'registry.example/acme/app:1.1' }) },
    },
  },
  'ledger-failed': {
    'The token of the runner is for another service': {
      files: scratch,
      inputs: { ...toExample, platforms: 'amd64, arm64', platform: 'amd64' },
      env: { GITHUB_RUN_ID: '1', ACTIONS_RUNTIME_TOKEN: 'a.b.c', ACTIONS_RESULTS_URL: 'https://results.example/' },
      registry: { name: 'registry.example' },
    },
  },
  'disk-full': {
    'The builder has no space': {
      files: scratch,
      daemon: {},
      buildx: failing('[2/2] RUN npm ci', {
        line: '2 RUN npm ci',
        error: 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 228',
        logs: ['npm error ENOSPC: no space left on device, write'],
      }),
      inputs: { ...onBuildx },
    },
  },
  'output-unwritable': {
    'A file where a directory is required': {
      files: { ...scratch, out: '' },
      inputs: { ...embedded, outputs: 'type=local,dest=ROOT/out' },
    },
  },
  'timed-out': {
    'The time limit': {
      files: { Dockerfile: 'FROM registry.example/library/base:1.0\n' },
      inputs: { ...toFile, timeout: '1s' },
      registry: { ...example, prepare: (registry) => registry.misbehave({ on: 'ping', do: 'hang', times: 99 }) },
    },
  },
  cancelled: {
    'The run is cancelled': { files: scratch, inputs: { ...toFile }, host: () => ({ signal: AbortSignal.abort() }) },
  },
  internal: {
    'A bug': {
      files: scratch,
      inputs: { ...toFile },
      host: (host) => ({
        runner: {
          ...host.runner,
          setOutput: (name, value) => {
            if (name !== 'error-code') throw new TypeError("Cannot read properties of undefined (reading 'digest')")
            host.runner.setOutput(name, value)
          },
        },
      }),
    },
  },
}
