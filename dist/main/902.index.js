export const id = 902;
export const ids = [902];
export const modules = {

/***/ 2902:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  build: () => (/* binding */ build)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/oci/digest.ts
var oci_digest = __webpack_require__(8825);
// EXTERNAL MODULE: ./src/oci/repositories.ts
var repositories = __webpack_require__(1745);
// EXTERNAL MODULE: ./src/oci/image-tree.ts
var image_tree = __webpack_require__(8409);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(1994);
// EXTERNAL MODULE: ./src/oci/reference.ts
var oci_reference = __webpack_require__(2148);
// EXTERNAL MODULE: ./src/registry/read-config.ts
var read_config = __webpack_require__(9310);
;// CONCATENATED MODULE: ./src/registry/read-image.ts





/**
 * All documents of an image that was pushed a moment ago; no layer is read.
 *
 * @throws ActionError `registry-unavailable` when it is gone, and those of the registry
 */
async function readImage(client, repository, { digest, signal }) {
    const documentOf = async (name) => {
        const found = await client.getManifest(repository, name, { signal, justPushed: true });
        if (found)
            return found;
        throw new errors/* ActionError */.lZ('registry-unavailable', `Cannot read back ${name} of ${(0,oci_reference/* formatRepository */.Sh)(repository)}: the registry does not have it, although the builder pushed it`, {
            hint: 'The registry lost content that was pushed a moment ago. Check its storage and its clean-up jobs, and run the job again.',
        });
    };
    const root = await documentOf(digest);
    return (0,image_tree/* walkImage */.v)(root.descriptor, async (descriptor) => {
        if (descriptor.digest === digest)
            return root.bytes;
        const { mediaType } = descriptor;
        if ((0,media_type/* isIndexType */.$U)(mediaType) || (0,media_type/* isManifestType */.Q3)(mediaType))
            return (await documentOf(descriptor.digest)).bytes;
        return await (0,read_config/* readConfig */.X)(client, repository, { config: descriptor, signal });
    });
}

// EXTERNAL MODULE: ./src/engine/session-name.ts
var session_name = __webpack_require__(1444);
// EXTERNAL MODULE: ./src/inputs/build-contexts.ts
var build_contexts = __webpack_require__(5694);
// EXTERNAL MODULE: ./src/oci/annotations.ts
var oci_annotations = __webpack_require__(2427);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/positional.ts
var positional = __webpack_require__(6857);
;// CONCATENATED MODULE: ./src/engine/buildx/args.ts






/** The arguments of `docker-buildx` for a build. Secrets never pass here: they travel by environment and file. */
function buildArguments(spec, call) {
    return [
        'build',
        ...['--builder', call.builder],
        ...['--progress', call.progress],
        ...['--platform', call.platforms.map(oci_platform/* formatPlatform */.Bq).join(',')],
        ...call.outputs.flatMap((output) => ['--output', outputAttributes(output, spec.compression)]),
        ...['--metadata-file', call.metadataFile],
        ...['--iidfile', call.imageIdFile],
        ...attestation('provenance', spec.provenance),
        ...attestation('sbom', spec.sbom),
        ...spec.contexts.flatMap(({ name, source }) => ['--build-context', `${name}=${(0,build_contexts/* formatContextSource */.M)(source)}`]),
        ...dockerfileArguments(spec),
        ...(spec.target === undefined ? [] : ['--target', spec.target]),
        ...Object.entries(spec.buildArgs).flatMap(([name, value]) => [
            '--build-arg',
            value === null ? name : `${name}=${value}`,
        ]),
        ...spec.secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
        ...spec.ssh.flatMap(({ id, paths }) => ['--ssh', paths.length === 0 ? id : `${id}=${paths.join(',')}`]),
        ...pairs('--label', spec.labels),
        ...pairs('--annotation', normalized(spec.annotations)),
        // Without it BuildKit makes an index of several platforms only, and refuses annotations for one after the build.
        ...(call.platforms.length === 1 && (0,oci_annotations/* needsIndex */.A)(spec.annotations)
            ? ['--build-arg', 'BUILDKIT_MULTI_PLATFORM=1']
            : []),
        ...spec.addHosts.flatMap((host) => ['--add-host', host]),
        ...(spec.noCache ? ['--no-cache'] : []),
        ...(spec.pull ? ['--pull'] : []),
        spec.contextIsFolder ? (0,positional/* pathArgument */.d)(spec.context) : spec.context,
    ];
}
function dockerfileArguments({ sentFile, file }) {
    const path = sentFile ?? file;
    return path === undefined ? [] : ['--file', (0,positional/* pathArgument */.d)(path)];
}
/** https://docs.docker.com/reference/cli/docker/buildx/build/#secret */
function secretAttributes({ id, source }) {
    switch (source.kind) {
        case 'env':
            return csv([`id=${id}`, `env=${source.name}`]);
        case 'file':
            return csv([`id=${id}`, `src=${source.path}`]);
        case 'value':
            throw new errors/* ActionError */.lZ('internal', 'The value of a build secret is in no file');
    }
}
/** https://docs.docker.com/build/exporters/ */
function outputAttributes(output, compression) {
    // gzip is what BuildKit does by itself. Without force, what is compressed already stays so: base images, and its cache.
    const compressed = compression === 'gzip' ? [] : [`compression=${compression}`, 'force-compression=false'];
    switch (output.kind) {
        case 'layout':
            return csv(['type=oci', 'tar=false', `dest=${output.dir}`, ...compressed]);
        case 'digest': {
            const repositories = [...new Set(output.references.map(oci_reference/* formatRepository */.Sh))];
            return csv([
                'type=image',
                `name=${repositories.join(',')}`,
                'push-by-digest=true',
                'name-canonical=true',
                'push=true',
                'oci-mediatypes=true',
                ...compressed,
            ]);
        }
        case 'image':
            return csv(['type=image', `name=${output.name}`, 'oci-mediatypes=true', ...compressed]);
        case 'cache':
            return 'type=cacheonly';
        case 'store':
            return csv(['type=docker', ...(output.names.length === 0 ? [] : [`name=${output.names.join(',')}`])]);
    }
}
/** The names of an image in the engine's store. */
function storeNames(references) {
    return references.map(oci_reference/* formatReference */.FH);
}
/** buildx reads attributes as one CSV record: a field with a comma or a quote must be quoted. */
function csv(fields) {
    return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
function attestation(type, attributes) {
    // Said even when off: buildx adds provenance by itself, and with it an entry for unknown/unknown.
    if (attributes === undefined)
        return [`--${type}=false`];
    const fields = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
    return [`--${type}=${fields.length === 0 ? 'true' : csv(fields)}`];
}
function normalized(annotations) {
    return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [(0,oci_annotations/* normalizeAnnotation */.B)(key), value]));
}
function pairs(flag, values) {
    return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(3487);
// EXTERNAL MODULE: ./src/dockerfile/inline.ts
var inline = __webpack_require__(4157);
// EXTERNAL MODULE: ./src/dockerfile/source-kind.ts
var source_kind = __webpack_require__(1188);
// EXTERNAL MODULE: ./src/facts/builder.ts
var facts_builder = __webpack_require__(8060);
// EXTERNAL MODULE: ./src/host/child-environment.ts
var child_environment = __webpack_require__(372);
// EXTERNAL MODULE: ./src/plan/sbom-generator.ts
var sbom_generator = __webpack_require__(2326);
// EXTERNAL MODULE: ./src/engine/large-context.ts
var large_context = __webpack_require__(1835);
// EXTERNAL MODULE: ./src/engine/missing-source.ts
var missing_source = __webpack_require__(10);
// EXTERNAL MODULE: ./src/engine/warn-findings.ts
var warn_findings = __webpack_require__(5663);
// EXTERNAL MODULE: ./src/bounds/excerpt.ts
var excerpt = __webpack_require__(8508);
// EXTERNAL MODULE: ./src/known-failure.ts
var known_failure = __webpack_require__(7879);
// EXTERNAL MODULE: ./src/engine/git-failures.ts
var git_failures = __webpack_require__(4704);
;// CONCATENATED MODULE: ./src/engine/buildx/gone.ts
/** Nothing answers: the daemon, its containerd or the builder is down or restarting. Nothing was begun. */
const absent = /Cannot connect to the Docker daemon|Error while dialing|connect: connection refused|connect: no such file or directory|waiting for connection: |^(?:Cannot build: )?context deadline exceeded$/im;
/** A connection to the daemon or builder that was there ended: it was killed, restarted or drained. Words of gRPC and Docker's client. */
const lost = /code = Unavailable|error reading from server|transport is closing|connection is draining|closing transport due to|graceful_stop|client connection is closing|error during connect: .{0,200}(?:EOF|connection reset|broken pipe)|failed to receive status: .{0,200}(?:EOF|connection reset|broken pipe|DeadlineExceeded)|listing workers/i;
/** What an error says of a step that was running when the daemon or builder went away. */
const wentAwayDuring = 'the builder went away during ';
/** Whether an error tells of a daemon or builder that went away: before anything began, or in the middle of a build. */
function goneHow(message) {
    if (message.includes(wentAwayDuring))
        return 'lost';
    if (lost.test(message))
        return 'lost';
    return absent.test(message) ? 'absent' : undefined;
}
/** Words by which a failed build is known for a daemon or builder that went away. */
const gone = new RegExp([
    /Cannot connect to the Docker daemon|permission denied while trying to connect|error during connect/,
    /connection refused.{0,200}buildkit|listing workers|failed to receive status|^context deadline exceeded$/,
    /transport: Error while dialing|code = Unavailable desc = |error reading from server|transport is closing/,
    /connection is draining|closing transport due to|graceful_stop|client connection is closing/,
]
    .map(({ source }) => source)
    .join('|'), 'i');

;// CONCATENATED MODULE: ./src/engine/buildx/internal-failures.ts
const buildkit = (number) => `https://github.com/moby/buildkit/issues/${number}`;
/**
 * Races and lost state inside BuildKit, mostly between builds side by side and the removal of old cache. The same build passes
 * when it is run again. A file that the Dockerfile names and that is missing reads `"/path": not found`, which is none of these.
 */
const rows = [
    {
        // "failed to commit X to Y during finalize: failed to stat active key during commit: snapshot X does not exist: not found"
        pattern: /\bsnapshot (?:extract-)?[\w.:-]+(?: sha256:[0-9a-f]+)? does not exist: not found/,
        seen: [6808, 6821, 6977, 4024, 3008, 2288].map(buildkit),
    },
    {
        pattern: /failed to prepare extraction snapshot "[^"]{0,400}":.{0,400}does not exist: not found/s,
        seen: [6521].map(buildkit),
    },
    { pattern: /failed to get edge: inconsistent graph state/, seen: [2303, 4818].map(buildkit) },
    { pattern: /failed to get state for index/, seen: ['https://github.com/depot/cli/pull/90'] },
    { pattern: /buildkit scheduler error: return leaving \w+ open/, seen: [4278, 3628].map(buildkit) },
    { pattern: /frontend grpc server closed unexpectedly/, seen: [5811, 3035, 1090].map(buildkit) },
    {
        pattern: /no active session for \w+: context deadline exceeded/,
        seen: [6422, 2367].map(buildkit).concat('https://github.com/docker/buildx/issues/456'),
    },
    {
        pattern: /\blease (?:"\w+"|does not exist): not found|missing lease requirement for setBlob/,
        seen: [1937, 4419].map(buildkit).concat('https://github.com/containerd/nerdctl/issues/2464'),
    },
    {
        // "ref buildkit/1/layer-sha256:… locked for 234ms (since 2026-09-11 …): unavailable"
        pattern: /\bref [\w./:-]+ locked(?: for \S+ \(since [^)\n]{0,200}\))?: unavailable/,
        seen: [1491].map(buildkit),
    },
    {
        pattern: /content digest sha256:[0-9a-f]{64}: not found/,
        seen: [2631].map(buildkit).concat('https://github.com/docker/buildx/issues/101'),
    },
    { pattern: /unknown blob sha256:[0-9a-f]{64} in history/, seen: ['https://github.com/earthly/earthly/issues/3000'] },
    { pattern: /invalid mutable ref/, seen: [1956].map(buildkit) },
    { pattern: /failed to receive status: .{0,80}no such job /, seen: [2088].map(buildkit) },
    { pattern: /mount already exists with name/, seen: [1460].map(buildkit) },
    {
        // "failed to mount /tmp/buildkit-mount1: [{Type:overlay Source:overlay Options:[lowerdir=…]}]: device or resource busy"
        pattern: /Options:\[[^[\]\n]{0,8000}\]\}\]: (?:device or resource busy|no such file or directory)/,
        seen: [3812].map(buildkit).concat('https://github.com/earthly/earthly/issues/4191'),
    },
    {
        // Two fetches into the one repository that BuildKit keeps for a remote.
        pattern: /shallow file has changed since we read it|(?:cannot|could not) lock ref '/i,
        seen: [4832].map(buildkit).concat('https://github.com/JarvusInnovations/hologit/issues/450'),
    },
];
/** What failed inside of the engine, none of it by what the user gave. */
const internalFailures = rows.map(({ pattern, seen: [first = ''] }) => ({
    code: 'engine-failed',
    pattern,
    hint: `Run the job again: BuildKit failed internally, which is not a fault of the Dockerfile. If it stays, update Docker or BuildKit, or clear its cache with \`docker buildx prune\`. Seen before in ${first}.`,
}));
/** Whether an error tells of a failure inside BuildKit that passes when the build is run again. */
function isInternal(message) {
    return rows.some(({ pattern }) => pattern.test(message));
}

// EXTERNAL MODULE: ./src/registry/known-answers.ts
var known_answers = __webpack_require__(822);
// EXTERNAL MODULE: ./src/registry/network-faults.ts
var network_faults = __webpack_require__(8511);
// EXTERNAL MODULE: ./src/engine/hanging-daemon.ts
var hanging_daemon = __webpack_require__(99);
;// CONCATENATED MODULE: ./src/engine/buildx/known-failures.ts





const noEmulator = {
    code: 'platform-unsupported',
    pattern: /exec format error/i,
    hint: 'A RUN step needs to run a program of another platform and there is no emulator for it: set one up (docker/setup-qemu-action), build on a native node, or cross-compile with FROM --platform=$BUILDPLATFORM.',
};
const noRights = 'The session may be expired or missing: give `username` and `password`, or run docker login before this step. For a private base image the credentials must be allowed to read it.';
/**
 * What a RUN that failed says of the machine it ran on, in its last lines or by its exit status (`exit code: 137` on a
 * line of its own). Nothing else of what it prints counts: a `permission denied` there is the program's own affair.
 */
const runFailures = [
    {
        code: 'emulator-crashed',
        // "qemu: uncaught target signal 11 (Segmentation fault) - core dumped", with exit status 139.
        pattern: /uncaught target signal \d+/,
        hint: 'The emulator crashed, not your program. Build this platform on a native node, cross-compile with FROM --platform=$BUILDPLATFORM, or set up a newer QEMU.',
    },
    noEmulator,
    {
        code: 'disk-full',
        pattern: /no space left on device|ENOSPC|disk quota exceeded/i,
        hint: 'Free disk space on the machine of the builder, or write less in this step.',
    },
    {
        code: 'out-of-memory',
        pattern: /^exit code: 137$|cannot allocate memory|out of memory: killed process/im,
        hint: 'The command was killed, which is mostly what Linux does when memory runs out. Use a larger runner, let fewer jobs of the compiler run at once, or build fewer platforms at once.',
    },
];
/** The same statuses on a platform that is emulated: crashes (SIGILL, SIGABRT, SIGSEGV) of QEMU that it says nothing of. */
const emulatedFailures = [
    {
        code: 'emulator-crashed',
        pattern: /^exit code: (?:132|139)$/m,
        hint: 'The command crashed on an emulated platform: most likely the emulator did, not your program. Build this platform on a native node, cross-compile with FROM --platform=$BUILDPLATFORM, or set up a newer QEMU.',
    },
];
/**
 * What the error of buildx means, first match wins. Texts are those of BuildKit 0.8 to 0.32, buildx 0.29 and 0.36, and of
 * registries. What a registry said comes before everything that could quote it, the particular before the general.
 */
const knownFailures = [
    {
        code: 'out-of-memory',
        // BuildKit, when the kernel killed something in the container of the step.
        pattern: /did not complete successfully: cannot allocate memory|: cannot allocate memory$/,
        hint: 'The machine of the builder ran out of memory. Use a larger runner, or build fewer platforms at once.',
    },
    ...internalFailures,
    { code: 'daemon-unreachable', pattern: gone, hint: hanging_daemon/* deadDaemonHint */.Cz },
    {
        code: 'builder-not-found',
        pattern: /no builder "|failed to find (?:driver|instance)/i,
        hint: '`docker buildx ls` lists the builders of this machine.',
    },
    {
        code: 'feature-missing',
        pattern: /(?:Multi-platform build|Attestation|Cache export|\w+ exporter) is not supported for the docker driver|docker exporter does not (?:currently )?support exporting manifest lists|push-by-digest is currently not implemented for docker driver/,
        hint: "The docker driver cannot do this with the classic image store. Turn on the daemon's containerd image store, or set `driver: docker-container`.",
    },
    {
        code: 'engine-too-old',
        pattern: /unknown flag: --|unsupported frontend capability|the --\S+ option requires BuildKit/i,
        hint: 'buildx or the BuildKit of the daemon is too old for this. Update Docker, or leave out the input that needs it.',
    },
    {
        code: 'input-invalid',
        pattern: /target stage "?[^"]*"? could not be found/i,
        hint: '`target` must be the name of a stage, as in `FROM … AS name`.',
    },
    {
        code: 'secret-not-found',
        // "secret token: not found", and "secret token not found: not found" by Docker 20.10.
        pattern: /^secret \S+:? not found/m,
        hint: 'A RUN needs a build secret that was not given to the build: give it with `secrets`, `secret-envs` or `secret-files`.',
    },
    {
        code: 'secret-not-found',
        pattern: /unset ssh forward key \S+/,
        hint: 'A RUN needs an SSH agent or key that was not given to the build: give it with `ssh`.',
    },
    {
        code: 'dockerfile-not-found',
        pattern: /failed to read dockerfile|failed to fetch dockerfile/i,
        hint: 'Name the Dockerfile with `file`; its path starts from the workspace.',
    },
    {
        code: 'dockerfile-invalid',
        pattern: /dockerfile parse error/i,
        hint: 'Mend that line: https://docs.docker.com/reference/dockerfile/',
    },
    {
        code: 'dockerfile-invalid',
        pattern: /invalid reference format/,
        hint: 'A name of an image is `registry/repository:tag`, the repository in lower case. An ARG in it that has no value gives this too.',
    },
    ...known_answers/* knownAnswers */.bo,
    {
        code: 'registry-denied',
        pattern: /push access denied|insufficient_scope/i,
        hint: "The token's scope does not reach this repository: check its name and that the user may use it. BuildKit before 0.23 also says so when it mounts a layer from a private repository of the same registry: update it.",
    },
    {
        code: 'registry-denied',
        pattern: /pull access denied|(?:401 Unauthorized|403 Forbidden)|authorization failed|unauthorized: |(?<!permission )denied: /i,
        hint: noRights,
    },
    {
        code: 'platform-unsupported',
        pattern: /no match for platform in manifest/i,
        hint: 'The base image has no such platform: build for fewer platforms or take another base image.',
    },
    noEmulator,
    {
        code: 'download-failed',
        // ADD of a URL, or an archive that is the context. A registry is asked with "failed to do request: ".
        pattern: /failed to load cache key: (?:Get|Head) "/,
        hint: 'Check the URL, and the network, certificates and proxy of the builder, which are not those of the job.',
    },
    {
        code: 'registry-unreachable',
        pattern: network_faults/* untrusted */.bp,
        hint: "The builder does not trust the registry's certificate. Its authority's goes into /etc/docker/certs.d/<host>/ca.crt on the daemon's machine, for a builder in a container into `buildkitd-config`: [registry.\"<host>\"] ca=[…].",
    },
    {
        code: 'registry-unreachable',
        pattern: network_faults/* plainHttp */.BN,
        hint: 'The registry speaks plain HTTP. Name it under insecure-registries in the daemon.json of Docker, for a builder in a container in `buildkitd-config`: [registry."<host>"] http = true.',
    },
    {
        code: 'registry-unreachable',
        pattern: network_faults/* proxyRefused */.rZ,
        hint: 'The proxy of the builder does not let it through: check HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the daemon or builder, which are not those of the job.',
    },
    {
        code: 'registry-full',
        pattern: /(?:unexpected status.*|: )507(?: |$)/im,
        hint: 'The storage of the registry is full, or your quota there is used up. Free some space and run again.',
    },
    {
        code: 'download-failed',
        // ADD of a URL.
        pattern: /invalid response status (?:408|425|429|5\d\d)\b/,
        hint: 'Run the job again when the server of the URL answers.',
    },
    {
        code: 'registry-unavailable',
        // How containerd tells of a 500 with an error UNKNOWN as its body, of a registry or its token server; distribution gives it on a full disk.
        pattern: /failed to (?:push .*|fetch (?:oauth|anonymous) token): unknown: (?!unknown blob)/,
        hint: 'A registry failed in passing, or its storage is full: run the job again, or look at the log of the registry.',
    },
    {
        code: 'registry-unavailable',
        pattern: network_faults/* passing */.qO,
        hint: 'A registry failed in passing; run the job again.',
    },
    {
        code: 'registry-unreachable',
        pattern: network_faults/* unreachable */.HB,
        hint: 'The builder cannot reach the registry: check its name, the network of the builder and its proxy settings.',
    },
    {
        code: 'registry-denied',
        // Last: a token server that is down, away or not trusted is no denial, and BuildKit begins all of it with these words.
        pattern: /failed to authorize/i,
        hint: noRights,
    },
    {
        code: 'image-not-found',
        pattern: /failed to (?:resolve source metadata|solve: \S+: failed to resolve).*not found|manifest unknown|: not found: not found|^\S+:\S+: not found$/i,
        hint: 'The base image does not exist under this name and tag.',
    },
    {
        code: 'disk-full',
        pattern: /no space left on device|disk quota exceeded/i,
        hint: 'Free disk space on the machine of the builder.',
    },
];

;// CONCATENATED MODULE: ./src/engine/buildx/failure.ts







/** What every error begins with, the longer forms from Docker 20.10. */
const preamble = /^ERROR: (?:(?:failed to build|failed to solve|rpc error: code = Unknown desc = failed to solve with frontend \S+|failed to create LLB definition): )*/;
/** The lines buildx prints above the error: `Dockerfile:5`, then the lines around it between two rules. */
const placeLine = /^(\S.*):(\d+)$/;
/** How BuildKit names a file of the context that is not there: from its root. Docker 20.10 names its own folder. */
const missingPath = /"\/([^"]+)"(?:: not found| not found: not found)$/m;
const parseErrorLine = /dockerfile parse error (?:on )?line (\d+)/i;
/** How BuildKit, and the one in Docker 20.10, name a RUN that failed. The command itself may hold any words. */
const ranCommand = /(?:process ".*" did not complete successfully|executor failed running \[.*\]): exit code: (\d+)/s;
/** How BuildKit names what it fetched with Git, in `git stderr:` or, by Docker 20, in the output of the step. */
const byGit = /git stderr:|error: exit status \d+\nstderr:|error fetching default branch for repository|failed to (?:fetch|checkout) remote \S+:|failed to update submodules for |repository does not contain ref|\binvalid subdir\b/;
/** What comes before the reason where a RUN could not be run to its end; the command is the user's. */
const commandOfRun = /^process ".*"(?= did not complete successfully: )|^executor failed running \[.*\]/s;
/**
 * The error behind a failed build: what failed, on which platform and line, with the last lines of that step.
 * Pure; the texts it knows are those of BuildKit 0.8 to 0.25.
 */
function toBuildError(failure) {
    const { failed, messages } = failure;
    const summary = (0,excerpt/* excerptOf */.z)(summaryOf(messages) ?? failed?.error ?? `buildx exited with ${failure.status}`);
    const [, exitCode] = ranCommand.exec(summary) ?? [];
    const place = placeOf(messages, failure.dockerfile);
    const platform = failed && (failed.platform ?? failure.platform);
    // A RUN that failed may have printed anything; little of it counts.
    if (exitCode === undefined) {
        const fetched = fetchError(summary, failure) ?? contextError(summary, failure) ?? generatorError(summary, failure);
        if (fetched)
            return fetched;
    }
    const reason = summary.replace(commandOfRun, '');
    const known = exitCode === undefined
        ? (0,known_failure/* recognise */.G)(knownFailures, reason)
        : (0,known_failure/* recognise */.G)(platform !== undefined && failure.isEmulated?.(platform) ? emulated : runFailures, [...(failed?.output ?? []), `exit code: ${exitCode}`].join('\n'));
    // No line of the Dockerfile is to blame for what the engine did.
    if (known?.code === 'daemon-unreachable' || (known?.code === 'engine-failed' && isInternal(reason))) {
        const during = known.code === 'daemon-unreachable' && failed && failed.name !== '' && goneHow(reason) !== undefined
            ? isWaiting(failed.name)
                ? ''
                : `${wentAwayDuring}${failed.name}: `
            : '';
        return new errors/* ActionError */.lZ(known.code, `Cannot build: ${during}${summary}`, { hint: known.hint });
    }
    const where = [
        platform && `for ${platform}`,
        place && `at ${place.file}:${place.line}`,
        failed && failed.name !== '' && `in ${failed.name}`,
    ].filter(Boolean);
    return new errors/* ActionError */.lZ(known?.code ?? 'build-failed', [
        `Cannot build${where.length === 0 ? '' : ` ${where.join(' ')}`}: ${summary}`,
        ...(failed && failed.output.length > 0
            ? ['Last lines of that step:', ...failed.output.map((line) => `  ${line}`)]
            : []),
    ].join('\n'), {
        hint: known?.hint ?? hintFor(summary, exitCode, failure),
        ...(place ? { place } : {}),
        ...(platform ? { platform } : {}),
    });
}
function isWaiting(stepName) {
    return /^\[internal\] (?:waiting for connection|booting buildkit)/.test(stepName);
}
/** For a context, a named context or an `ADD` that the builder fetches with Git. */
function fetchError(summary, failure) {
    if (!byGit.test(summary) || isInternal(summary))
        return undefined;
    const output = failure.failed?.output ?? [];
    const text = (0,excerpt/* excerptOf */.z)([...output, summary].join('\n'));
    // The last word is the reason: a step prints what Git says of each try.
    const reason = (0,git_failures/* gitReason */.th)(summary) ??
        (0,git_failures/* gitReason */.th)(output.join('\n')) ??
        (summary.split('\n')[0] ?? '').replace(/^(?:failed to [\w .]+: )+(?=\S)/, '').replace(/, output: ""$/, '');
    const known = (0,known_failure/* recognise */.G)(git_failures/* gitFailures */.mk, reason) ?? (0,known_failure/* recognise */.G)(git_failures/* gitFailures */.mk, text);
    return new errors/* ActionError */.lZ(known?.code ?? 'context-unreadable', `Cannot fetch ${remoteOf(text, failure)}: ${reason}`, {
        hint: known?.hint ?? 'The log above shows what Git says.',
    });
}
/** The repository that an error is about, without user and password. */
function remoteOf(text, { failed, remote }) {
    const said = /(?:for repository|failed to (?:fetch|checkout) remote|unable to access|repository) '?(\S+?\.git)\b/.exec(text);
    const named = /(?:git source|ADD) (\S+:\S+|github\.com\/\S+)/.exec((0,excerpt/* excerptOf */.z)(failed?.name ?? ''));
    return withoutUser(named?.[1] ?? said?.[1] ?? remote?.url ?? 'a Git repository');
}
/** For a context that the builder fetched, or could not: an archive by HTTP, or a repository without the Dockerfile. */
function contextError(summary, { remote }) {
    if (remote === undefined)
        return undefined;
    const url = withoutUser(remote.url);
    const missing = /failed to read dockerfile: (?:open|failed to open|lstat|stat) (\S+?): no such file or directory/.exec(summary);
    if (missing) {
        return new errors/* ActionError */.lZ('dockerfile-not-found', `Cannot build: there is no ${remote.file} in ${url}`, {
            hint: remote.kind === 'git'
                ? 'Set `file` to a path in the repository, or in the directory that the URL names after `#ref:`. It does not start from the workspace.'
                : 'Set `file` to a path in the archive. It does not start from the workspace.',
        });
    }
    if (remote.kind !== 'archive' || !/failed to (?:read downloaded context|stat policy file)/.test(summary))
        return undefined;
    const [, status] = /invalid response status (\d{3})/.exec(summary) ?? [];
    if (status === '404' || status === '410') {
        return new errors/* ActionError */.lZ('context-not-found', `Cannot fetch ${url}: the server answered ${status}`, {
            hint: 'Check the URL in `context`.',
        });
    }
    if (status === '401' || status === '403') {
        return new errors/* ActionError */.lZ('context-unreadable', `Cannot fetch ${url}: the server answered ${status}`, {
            hint: 'Download the archive in a step before this one: the builder sends no credentials.',
        });
    }
    return undefined;
}
/** For the image that makes the SBOM, which BuildKit asks for after everything is built. */
function generatorError(summary, { sbomGenerator }) {
    if (sbomGenerator === undefined || !summary.includes(sbomGenerator))
        return undefined;
    const known = (0,known_failure/* recognise */.G)(knownFailures, summary);
    return new errors/* ActionError */.lZ(known?.code ?? 'image-not-found', `Cannot attach an SBOM: ${summary}`, {
        hint: `Check that the builder can pull the generator, name another one with \`sbom: generator=…\`, or set \`sbom: false\`.`,
    });
}
function withoutUser(url) {
    return url.replace(/:\/\/[^/@\s]*@/, '://');
}
const emulated = [...runFailures, ...emulatedFailures];
function hintFor(summary, exitCode, { explainMissing }) {
    if (exitCode === '139') {
        return 'The command of this step crashed. If the platform is emulated, that is often the emulator: build it on a native node, or cross-compile.';
    }
    if (exitCode !== undefined)
        return 'The command of this step failed; its own output above says why.';
    const [, missing] = missingPath.exec(summary) ?? [];
    if (missing !== undefined || /failed to calculate checksum|failed to walk|no such file|not found$/.test(summary)) {
        const more = missing === undefined ? undefined : explainMissing?.(missing);
        return (more ??
            'A file that the Dockerfile copies is not in the build context, or not in the stage that --from names: check its path, `context`, and .dockerignore.');
    }
    return 'The log above shows the steps of the build.';
}
/** buildx's `ERROR:` line with the words removed that every error has. */
function summaryOf(messages) {
    const index = messages.findLastIndex((line) => line.startsWith('ERROR: '));
    if (index < 0)
        return messages.findLast((line) => line.trim() !== '');
    const [first = '', ...rest] = messages.slice(index);
    const text = first.replace(preamble, '');
    return [text, ...rest.filter((line) => line.trim() !== '' && !line.startsWith('View build details'))]
        .join('\n')
        .trim();
}
function placeOf(messages, dockerfile) {
    for (const [index, line] of messages.entries()) {
        const found = placeLine.exec(line);
        if (found && messages[index + 1]?.startsWith('-----'))
            return { file: dockerfile, line: Number(found[2]) };
    }
    const parseError = parseErrorLine.exec(messages.join('\n'));
    return parseError ? { file: dockerfile, line: Number(parseError[1]) } : undefined;
}

// EXTERNAL MODULE: external "node:string_decoder"
var external_node_string_decoder_ = __webpack_require__(6193);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(6525);
;// CONCATENATED MODULE: ./src/engine/buildx/progress.ts



/** Lines of a step's output kept for the error. */
const keptOutput = 15;
/** Lines of what buildx prints besides progress that are kept. */
const keptMessages = 1000;
/**
 * Two platforms that share a layer write it into the same layout folder at the same time; the second waits and says so
 * as an error although all is well (exit status 0).
 */
const harmless = /^ERROR: \(\*service\)\.Write failed: .* locked for /;
/**
 * Turns BuildKit's events into lines for people, as they come: a number for each step, its output behind the number,
 * and how it ended. Lines that are not events pass through.
 */
function createProgress(print) {
    const seen = new Map();
    const messages = [];
    const findings = new Map();
    const sent = new Map();
    let failed;
    const stepOf = (digest, name) => {
        const known = seen.get(digest);
        if (known)
            return known;
        const step = {
            number: seen.size + 1,
            name,
            announced: false,
            told: undefined,
            spent: 0,
            started: undefined,
            cached: false,
            error: undefined,
            output: [],
            decoder: new external_node_string_decoder_.StringDecoder('utf8'),
            partial: '',
        };
        seen.set(digest, step);
        return step;
    };
    const announce = (step) => {
        if (step.announced)
            return;
        step.announced = true;
        print(`#${step.number} ${step.name}`);
    };
    const onVertex = (vertex) => {
        const step = stepOf(vertex.digest, vertex.name);
        if (vertex.started !== undefined) {
            announce(step);
            step.started ??= Date.parse(vertex.started);
        }
        if (vertex.completed === undefined)
            return;
        announce(step);
        const begun = step.started ?? Date.parse(vertex.completed);
        step.spent += Math.max(0, Date.parse(vertex.completed) - begun);
        step.started = undefined;
        step.cached ||= vertex.cached === true;
        flush(step);
        if (vertex.error === undefined) {
            tell(step, step.cached ? 'CACHED' : 'DONE', step.cached ? '' : ` ${seconds(step.spent)}`);
        }
        else if (/context canceled/.test(vertex.error)) {
            tell(step, 'CANCELED');
        }
        else {
            step.error = vertex.error;
            failed ??= step;
            tell(step, 'ERROR', `: ${vertex.error}`);
        }
    };
    const tell = (step, end, more = '') => {
        if (step.told !== end)
            print(`#${step.number} ${end}${more}`);
        step.told = end;
    };
    const onOutput = (step, bytes) => {
        const lines = (step.partial + step.decoder.write(bytes)).split('\n');
        step.partial = lines.pop() ?? '';
        for (const line of lines)
            addLine(step, line);
        // A program may print gigabytes without an end of line.
        if (step.partial.length > limits/* limits */.F.openLine)
            flush(step);
    };
    const addLine = (step, line) => {
        const shown = line.replace(/\r$/, '').split('\r').at(-1) ?? '';
        step.output = [...step.output.slice(1 - keptOutput), (0,excerpt/* excerptOf */.z)(shown, limits/* limits */.F.outputLine)];
        print(`#${step.number} ${shown}`);
    };
    const flush = (step) => {
        if (step.partial !== '')
            addLine(step, step.partial);
        step.partial = '';
    };
    return {
        line: (line) => {
            const status = parseEvent(line);
            if (status === undefined) {
                if (harmless.test(line))
                    return;
                messages.push(line);
                // The error and the lines of the Dockerfile above it are the last.
                if (messages.length > 2 * keptMessages)
                    messages.splice(0, keptMessages);
                print(line);
                return;
            }
            for (const vertex of status.vertexes ?? [])
                onVertex(vertex);
            for (const log of status.logs ?? []) {
                onOutput(stepOf(log.vertex, ''), Buffer.from(log.data, 'base64'));
            }
            for (const warning of status.warnings ?? []) {
                const step = seen.get(warning.vertex);
                const text = Buffer.from(warning.short, 'base64').toString('utf8');
                print(`#${step?.number ?? 0} WARNING: ${text}`);
                const line = firstLine(warning.range);
                const message = line === undefined ? text : text.replace(` (line ${line})`, '');
                findings.set(`${line} ${message}`, { message, line });
            }
            for (const { id, vertex, current } of status.statuses ?? []) {
                if (id === 'transferring context:' && typeof current === 'number')
                    sent.set(vertex, current);
            }
        },
        findings: () => [...findings.values()],
        sent: () => [...sent.values()].reduce((sum, bytes) => sum + bytes, 0),
        steps: () => [...seen.values()].map(({ name, cached, spent }) => ({
            name,
            platform: platformOf(name),
            cached,
            milliseconds: spent,
        })),
        running: () => [...seen.values()]
            .flatMap(({ name, started }) => (started === undefined ? [] : [{ name, since: started }]))
            .sort((a, b) => a.since - b.since),
        failed: () => failed && {
            name: failed.name,
            platform: platformOf(failed.name),
            error: failed.error ?? '',
            output: failed.output,
        },
        messages: () => messages,
    };
}
/**
 * The platform that a step is built for. BuildKit puts it first when a build has several, `[linux/arm64 builder 2/5] RUN make`,
 * and behind the one it runs on when that is another: `[linux/amd64->arm64 builder 2/5] RUN make`.
 */
function platformOf(stepName) {
    const [, os, architecture, target] = /^\[(?:[\w.-]+ )?([a-z]+)\/([a-z0-9_]+(?:\/v\d+)?)(?:->([a-z0-9_/]+))?[ \]]/.exec(stepName) ?? [];
    if (os === undefined)
        return undefined;
    if (target === undefined)
        return `${os}/${architecture}`;
    return /^\w+(?:\/v\d+)?$/.test(target) ? `${os}/${target}` : target;
}
/** Undefined for what is not an event: buildx writes other lines between them. */
function parseEvent(line) {
    if (!line.startsWith('{'))
        return undefined;
    try {
        const event = JSON.parse(line);
        const known = isList(event.vertexes, ['digest', 'name']) &&
            isList(event.logs, ['vertex', 'data']) &&
            isList(event.warnings, ['vertex', 'short']) &&
            isList(event.statuses, ['id', 'vertex']);
        return known ? event : undefined;
    }
    catch {
        return undefined;
    }
}
/** The first line of BuildKit's ranges, `[{"start":{"line":2},"end":{"line":2}}]`. */
function firstLine(ranges) {
    const [range] = Array.isArray(ranges) ? ranges : [];
    const line = Object(Object(range).start).line;
    return typeof line === 'number' && line > 0 ? line : undefined;
}
/** Whether `value` is absent (Go leaves empty lists out, or writes null) or a list of objects that have these texts. */
function isList(value, texts) {
    const isItem = (item) => typeof item === 'object' && item !== null && texts.every((key) => typeof Reflect.get(item, key) === 'string');
    return value === undefined || value === null || (Array.isArray(value) && value.every(isItem));
}
function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)}s`;
}

// EXTERNAL MODULE: ./src/registry/retry.ts
var retry = __webpack_require__(1521);
// EXTERNAL MODULE: ./src/registry/try-again.ts
var try_again = __webpack_require__(283);
;// CONCATENATED MODULE: ./src/engine/buildx/retry-table.ts






const always = Number.POSITIVE_INFINITY;
/** Registries that lag behind themselves right after a push, and gateways whose page stands for an answer. */
const lagging = /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /;
/** How often a build, or the boot of a builder, is worth another attempt. First match wins; no match: it is not. docs/retries.md */
const retry_table_rows = [
    // Learned from registries and token servers behind `test/e2e/faults.test.ts`.
    { code: 'registry-unavailable', attempts: always },
    { code: 'registry-full', attempts: retry/* doubtfulAttempts */.Cz },
    { code: 'registry-unreachable', when: network_faults/* isMisconfigured */.AX, attempts: 1 },
    {
        code: 'registry-unreachable',
        when: (message, { ownNetwork }) => /no such host/.test(message) || (ownNetwork && /dial tcp (?:127\.|\[::1\])/.test(message)),
        attempts: retry/* doubtfulAttempts */.Cz,
    },
    { code: 'registry-unreachable', attempts: always },
    // GHCR and others deny those who may, now and then; and preflight has just found what is not there.
    { code: 'registry-denied', attempts: 2 },
    { code: 'image-not-found', when: (message) => !/^Cannot (?:attach an SBOM|boot )/.test(message), attempts: 2 },
    { code: 'build-failed', when: (message) => lagging.test(message), attempts: retry/* doubtfulAttempts */.Cz },
    // Git servers and those of `ADD`: 503, 429, closed connections and unknown names, on Docker 20 to 28 and BuildKit 0.32.
    { code: 'download-failed', when: (message) => /^Cannot fetch /.test(message), attempts: git_failures/* gitAttempts */.Zq },
    { code: 'download-failed', when: network_faults/* isMisconfigured */.AX, attempts: 1 },
    { code: 'download-failed', when: (message) => network_faults/* unreachable */.HB.test(message), attempts: retry/* doubtfulAttempts */.Cz },
    { code: 'download-failed', when: (message) => network_faults/* passing */.qO.test(message), attempts: always },
    // BuildKit fetches the frontend that reads the Dockerfile from a registry.
    {
        code: 'dockerfile-not-found',
        when: (message) => network_faults/* passing */.qO.test(message) && !(0,network_faults/* isMisconfigured */.AX)(message),
        attempts: always,
    },
    // dockerd, its containerd and buildkitd, killed and started again during builds.
    { code: 'daemon-unreachable', when: network_faults/* isMisconfigured */.AX, attempts: 1 },
    { code: 'daemon-unreachable', when: (message, { met }) => met && goneHow(message) !== undefined, attempts: always },
    {
        code: 'daemon-unreachable',
        when: (message) => goneHow(message) !== undefined || network_faults/* passing */.qO.test(message),
        attempts: retry/* doubtfulAttempts */.Cz,
    },
    // BuildKit's own races, from its issues.
    { code: 'engine-failed', when: isInternal, attempts: retry/* doubtfulAttempts */.Cz },
    // The boot of a builder, whose image the daemon pulls, or whose machine is not there.
    {
        code: 'engine-failed',
        when: (message, { met }) => met && /Cannot connect to the Docker daemon/.test(message),
        attempts: always,
    },
    { code: 'engine-failed', attempts: network_faults/* attemptsToStart */.Gf },
];
/** How many attempts an error is worth, apart from the policy. */
function mostAttempts({ code, message }, circumstances) {
    // What the command of a RUN printed is part of the message, and may hold any words.
    if (/did not complete successfully: exit code|executor failed running/.test(message))
        return 1;
    const said = (0,excerpt/* excerptOf */.z)(message.split('\nLast lines of that step:', 1)[0] ?? '');
    const row = retry_table_rows.find((one) => one.code === code && (one.when?.(said, circumstances) ?? true));
    return typeof row?.attempts === 'function' ? row.attempts(said) : (row?.attempts ?? 1);
}
/** Whether the daemon or builder went away in the middle of a build. */
function isLost({ code, message }) {
    return code === 'daemon-unreachable' && goneHow((0,excerpt/* excerptOf */.z)(message)) === 'lost';
}

;// CONCATENATED MODULE: ./src/engine/buildx/retry-build.ts




/** A build that the engine did not survive is run again once: it may be what the engine did not survive. */
const mostLosses = 2;
/**
 * Runs a build, or the boot of a builder, again when its failure is transient: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after fractions of one. Its cache makes the second time cheap. A daemon or builder
 * that has answered before is waited for as long as the policy says. A failed RUN, a bad input and a network that is set up
 * wrong are not retried; a denial is, once.
 *
 * @throws what the last try threw
 */
async function retryBuild(once, { policy, onRetry, ...circumstances }, { log, clock, signal }) {
    let losses = 0;
    for (let attempt = 1;; attempt++) {
        try {
            return await once();
        }
        catch (error) {
            if (!(error instanceof errors/* ActionError */.lZ))
                throw error;
            if (isLost(error))
                losses++;
            const worth = mostAttempts(error, circumstances);
            const most = Math.min(policy.attempts, worth);
            if (attempt >= most || losses >= mostLosses)
                throw error;
            const wait = (0,retry/* backOff */.fu)(policy, attempt, Math.random);
            const how = worth === 2 ? 'perhaps transient' : 'transient';
            const [what = ''] = error.message.split('\n');
            await (0,try_again/* tryAgain */.Q)({ what, how, attempt: attempt + 1, most, wait }, { log, clock, signal, onRetry });
        }
    }
}

// EXTERNAL MODULE: ./src/duration.ts
var duration = __webpack_require__(7607);
;// CONCATENATED MODULE: ./src/engine/buildx/watch.ts




/** Milliseconds without a line after which the builder is asked whether it is there, and again each time they have passed. */
const silence = 60_000;
/** So many times in a row the builder may leave that question open. */
const patience = 3;
/** Milliseconds without a line after which the log says what is waited for. */
const longSilence = 600_000;
/**
 * Watches over one call of buildx, which waits for ever where a builder or a daemon hangs: `work` hands each line to
 * `onLine` and ends when `signal` is aborted. A step may well be silent, so silence alone is only told.
 *
 * @throws ActionError `daemon-unreachable` when nothing comes and the builder no longer answers
 */
async function watch({ progress, answers }, { clock, log, signal }, work) {
    const over = new AbortController();
    const lost = new AbortController();
    let last = clock.now().getTime();
    let warned = false;
    const quiet = () => clock.now().getTime() - last;
    const onLine = (line) => {
        last = clock.now().getTime();
        warned = false;
        progress.line(line);
    };
    const look = async () => {
        let unanswered = 0;
        while (!lost.signal.aborted) {
            await clock.sleep(silence, over.signal);
            if (quiet() < silence) {
                unanswered = 0;
                continue;
            }
            if (quiet() >= longSilence && !warned) {
                warned = true;
                log.warning(`Nothing came from the builder for ${(0,duration/* formatDuration */.a)(quiet())}: ${describeRunning(progress, clock)}`);
            }
            unanswered = (await answers()) || quiet() < silence ? 0 : unanswered + 1;
            if (unanswered === patience)
                lost.abort(watch_gone(quiet()));
        }
    };
    // Now, because buildx calls its steps cancelled before it ends.
    let interrupted;
    const note = () => {
        const [first] = progress.running();
        interrupted ??= { running: describeRunning(progress, clock), platform: first && platformOf(first.name) };
    };
    const stop = AbortSignal.any([signal, lost.signal]);
    stop.addEventListener('abort', note);
    // Its sleep ends with a rejection when the work is over.
    const looking = look().catch(() => undefined);
    try {
        return await work(onLine, lost.signal);
    }
    catch (error) {
        throw error instanceof errors/* ActionError */.lZ && interrupted ? withRunning(error, interrupted) : error;
    }
    finally {
        stop.removeEventListener('abort', note);
        over.abort();
        await looking;
    }
}
function watch_gone(quiet) {
    return new errors/* ActionError */.lZ('daemon-unreachable', `Stopped the build: nothing came from the builder for ${(0,duration/* formatDuration */.a)(quiet)}, and it no longer answers`, { hint: hanging_daemon/* deadDaemonHint */.Cz });
}
function withRunning(error, { running, platform }) {
    return new errors/* ActionError */.lZ(error.code, `${error.message}; ${running}`, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        ...(platform === undefined ? {} : { platform }),
        cause: error.cause,
    });
}
/** The steps that run, the one that has for longest first. */
function describeRunning({ running }, clock) {
    const now = clock.now().getTime();
    const steps = running().map(({ name, since }) => `${name} (for ${(0,duration/* formatDuration */.a)(Math.max(0, now - since))})`);
    if (steps.length === 0)
        return 'no step was running';
    const [shown, more] = [steps.slice(0, 3), steps.length - 3];
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${steps.length === 1 ? 'was' : 'were'} running`;
}

;// CONCATENATED MODULE: ./src/engine/buildx/call.ts


















/**
 * Runs `docker-buildx build`, again when it failed for a reason that passes, and streams its progress to the log.
 *
 * @throws ActionError what the build failed from
 */
async function callBuildx(host, plan, target) {
    let found = [];
    const onFailed = (findings) => {
        found = findings;
    };
    try {
        return await retryBuild(() => callOnce(host, plan, { ...target, onFailed }), target.retries, host);
    }
    catch (error) {
        // Of a build that succeeds the caller says them, once for all its calls.
        if (!host.signal.aborted)
            (0,warn_findings/* warnFindings */.v)(found, host.log);
        throw error;
    }
}
async function callOnce(host, plan, target) {
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(host.tempDir, 'call-'));
    const call = {
        ...target,
        metadataFile: (0,external_node_path_.join)(folder, 'metadata.json'),
        imageIdFile: (0,external_node_path_.join)(folder, 'image-id'),
    };
    const run = async (progressMode) => {
        const progress = createProgress(host.log.info);
        const args = buildArguments(specFor(plan, target.outputs), { ...call, progress: progressMode });
        host.log.debug(`docker-buildx ${withoutValues(args).join(' ')}`);
        // Without this buildx works out a provenance for the metadata file too, asked for or not.
        const named = (0,child_environment/* withheldVariables */.BN)(Object.keys(plan.build.buildArgs).filter((name) => plan.build.buildArgs[name] === null), host.env);
        const env = { ...named, ...target.env, BUILDX_METADATA_PROVENANCE: 'disabled' };
        const { builder } = target;
        const answers = () => (0,facts_builder/* builderAnswers */.b4)(host, { buildx: plan.engine.program, builder, env: target.env });
        const result = await watch({ progress, answers }, host, (onStderrLine, signal) => host.exec(plan.engine.program, args, { env, onStderrLine, signal }));
        return { progress, result };
    };
    const platforms = target.platforms.map(oci_platform/* formatPlatform */.Bq).join(', ');
    const { progress, result } = await host.log.group(`Build ${platforms}`, async () => {
        const first = await run('rawjson');
        return !first.result.ok && /invalid progress mode/.test(first.result.stderr) ? run('plain') : first;
    });
    const findings = progress.findings().map(({ message, line }) => ({
        message,
        place: line === undefined ? undefined : { file: dockerfileName(plan.build), line },
    }));
    if (!result.ok) {
        target.onFailed(findings);
        const error = toBuildError({
            status: result.status,
            messages: progress.messages(),
            failed: progress.failed(),
            dockerfile: dockerfileName(plan.build),
            platform: target.platforms.length === 1 ? platforms : undefined,
            isEmulated: (platform) => isEmulated(platform, plan.engine.natives),
            explainMissing: (path) => whyMissing(path, plan.build),
            ...remoteContext(plan.build),
            ...sbomGenerator(plan.build),
        });
        if (error.code !== 'platform-unsupported')
            throw error;
        const { builder, env } = target;
        throw (0,errors/* withHint */.mu)(error, (await (0,facts_builder/* describeOffer */.qN)(host, { buildx: plan.engine.program, builder, env })) ?? '');
    }
    const notice = (0,large_context/* largeContextNotice */.p)(progress.sent(), 'The build context sent to the builder has', plan.build);
    if (notice !== undefined)
        host.runner.notice(notice);
    const imageId = readIfThere(call.imageIdFile);
    return {
        metadata: (0,json/* parseJson */.q)(readIfThere(call.metadataFile) ?? '{}'),
        imageId,
        steps: progress.steps(),
        findings,
    };
}
/** The classic image store holds no annotations, and refuses those of an index after the build. */
function specFor({ build, engine }, outputs) {
    const onlyStore = outputs.every(({ kind }) => kind === 'store');
    return onlyStore && engine.store === 'classic' ? { ...build, annotations: {} } : build;
}
function remoteContext({ contextIsFolder, context, file }) {
    if (contextIsFolder)
        return {};
    const isGit = context.startsWith('github.com/') || (0,source_kind/* sourceKind */.u)(context) === 'git';
    return { remote: { kind: isGit ? 'git' : 'archive', url: context, file: file ?? 'Dockerfile' } };
}
function sbomGenerator({ sbom }) {
    return sbom === undefined ? {} : { sbomGenerator: (0,sbom_generator/* generatorOf */.b)(sbom) };
}
/** The Dockerfile as the user would name it. */
function dockerfileName({ file, dockerfileInline, contextIsFolder, context }) {
    if (dockerfileInline !== undefined)
        return inline/* inlineDockerfile */.W;
    return file ?? (contextIsFolder ? (0,external_node_path_.join)(context, 'Dockerfile') : 'Dockerfile');
}
/** Whether the daemon's machine needs an emulator for `platform`; nodes elsewhere may be of any kind. */
function isEmulated(platform, natives) {
    if (natives.length === 0 || (natives.includes('linux/amd64') && platform === 'linux/386'))
        return false;
    return !natives.some((native) => platform === native || platform.startsWith(`${native}/`));
}
function whyMissing(path, build) {
    return build.contextIsFolder ? (0,missing_source/* explainMissing */.C)(path, build.context, dockerfileName(build)) : undefined;
}
function readIfThere(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8').trim() || undefined;
    }
    catch {
        return undefined;
    }
}
/** For the log: build arguments by name only, since people put into them what they should not. */
function withoutValues(args) {
    return args.map((arg, index) => (args[index - 1] === '--build-arg' ? arg.replace(/=.*/s, '=…') : arg));
}

// EXTERNAL MODULE: ./src/cleanup/cleanup.ts + 1 modules
var cleanup = __webpack_require__(5141);
;// CONCATENATED MODULE: ./src/plan/driver-options.ts
/** Names of options that may follow a comma, by driver. https://docs.docker.com/build/builders/drivers/ */
const names = {
    'docker-container': /^(?:image|network|memory|memory-swap|cpu-(?:quota|period|shares)|cpuset-(?:cpus|mems)|cgroup-parent|restart-policy|default-load|provenance-add-gha|gpus|env\.[^=]+)=/,
    kubernetes: /^(?:image|namespace|default-load|provenance-add-gha|replicas|(?:requests|limits)\.[\w-]+|buildkit-root-volume-memory|nodeselector|annotations|labels|tolerations|serviceaccount|schedulername|rootless|loadbalance|qemu\.\w+|timeout|env\.[^=]+)=/,
    remote: /^(?:key|cert|cacert|servername|default-load|provenance-add-gha)=/,
};
/**
 * The options of a new builder, `key=value` each, from the lines of the input `driver-opts`. A comma begins another option if one of
 * this driver's names follows it; otherwise it is part of the value, as in `env.no_proxy=localhost,10.0.0.0/8`. Double quotes
 * around an option or around its value make all of it one.
 */
function driverOptions(driver, lines) {
    return lines.flatMap((line) => {
        const options = [];
        for (const { text, quoted } of fieldsOf(line)) {
            const last = options.at(-1);
            if (last === undefined || quoted || names[driver]?.test(text))
                options.push(text);
            else
                options[options.length - 1] = `${last},${text}`;
        }
        return options;
    });
}
/** One option for `--driver-opt`, which buildx reads as a CSV record. */
function quoteOption(option) {
    return /[",\n]/.test(option) ? `"${option.replaceAll('"', '""')}"` : option;
}
/** Splits at commas outside of quotes. Quotes that do not close, or stand inside of a value, are its own. */
function fieldsOf(line) {
    const fields = [];
    let rest = line;
    for (;;) {
        // An option in quotes, then one whose value is in quotes, then any other; a quote inside of quotes is written twice.
        const [all, whole, key, value] = /^(?:"((?:[^"]|"")*)"|([^",=]+=)"((?:[^"]|"")*)")(?=,|$)/.exec(rest) ?? [];
        const text = all === undefined ? (rest.split(',', 1)[0] ?? '') : unquote(whole ?? '') + (key ?? '') + unquote(value ?? '');
        fields.push({ text, quoted: whole !== undefined });
        const used = all?.length ?? text.length;
        if (used >= rest.length)
            return fields;
        rest = rest.slice(used + 1);
    }
}
function unquote(text) {
    return text.replaceAll('""', '"');
}

;// CONCATENATED MODULE: ./src/engine/buildx/boot-failure.ts






/** What the Kubernetes API, its client and buildx's driver say. Learned from Kubernetes 1.36 with buildx 0.29 and 0.36. */
const kubernetesFailures = [
    {
        code: 'builder-not-found',
        pattern: /no configuration has been provided|\b(?:stat|open) \S{1,4096}: no such file or directory|invalid kube-?config|context "[^"]*" does not exist/im,
        hint: 'Set KUBECONFIG to the path of a kubeconfig with a current context, in a step before this one.',
    },
    {
        code: 'builder-not-found',
        pattern: /namespaces "[^"]*" not found/i,
        hint: 'Create the namespace, or name another one: `namespace=…` in `driver-opts`.',
    },
    {
        code: 'builder-denied',
        pattern: /is forbidden: |forbidden: User |Unauthorized|asked for the client to provide credentials|must be logged in/i,
        hint: 'Give the user of the kubeconfig these rights in the namespace: deployments (get, create, delete), configmaps (create, update, delete), pods (list), pods/exec (create, get).',
    },
    {
        code: 'engine-failed',
        pattern: /expected \d+ replicas to be ready/i,
        hint: 'Look at why the pod does not start: `kubectl describe pods` in its namespace. Mostly its image cannot be pulled (`image=…` in `driver-opts` names another one), a policy refuses it, or no node has room.',
    },
    {
        code: 'daemon-unreachable',
        pattern: /dial tcp|connection (?:refused|reset)|EOF|TLS handshake timeout|i\/o timeout|no such host|context deadline exceeded/i,
        hint: 'Check that the Kubernetes API answers at the address in the kubeconfig, and that this machine reaches it.',
    },
];
/** What the daemon says of the image of a builder in a container. */
const imageHint = (image) => image === undefined
    ? 'Check that the daemon can pull the image of the builder, moby/buildkit from Docker Hub; `image=…` in `driver-opts` names another one. Leave `driver` empty to need no builder if the daemon can build by itself.'
    : `Check that the daemon can pull the image ${image}, which \`driver-opts\` names.`;
/**
 * What daemons say of an image that is not there, or not for this user: trying again changes nothing.
 * Docker 28 `failed to resolve reference "x:1": x:1: not found`; 20 to 26 `manifest for x:1 not found: manifest unknown`, `pull access denied
 * for x, repository does not exist or may require 'docker login'`.
 */
function lacksImage(found) {
    if (/manifest unknown|pull access denied|repository does not exist/i.test(found))
        return true;
    return found.includes('failed to resolve reference') && found.includes(': not found');
}
/** Codes of `knownFailures` that keep their meaning when the image of a builder is pulled. */
const ofImage = [
    'registry-unreachable',
    'registry-unavailable',
    'registry-denied',
    'image-not-found',
];
/** What buildx said last of a builder that did not boot, as an error. */
function bootFailure(driver, found, options = []) {
    const fail = (code, hint) => new errors/* ActionError */.lZ(code, `Cannot boot a ${driver} builder: ${found.replace(/^ERROR: /, '')}`, { hint });
    if (/(?:invalid|unknown) driver option|invalid (?:value|option) .{0,200}driver|bare " in non-quoted/i.test((0,excerpt/* excerptOf */.z)(found))) {
        return fail('input-invalid', `Correct \`driver-opts\`: https://docs.docker.com/build/builders/drivers/${driver}/`);
    }
    if (driver === 'kubernetes') {
        const known = (0,known_failure/* recognise */.G)(kubernetesFailures, found);
        return fail(known?.code ?? 'engine-failed', known?.hint ?? 'Look at the events of the namespace: `kubectl get events`.');
    }
    if (driver === 'remote') {
        const tls = (0,network_faults/* isMisconfigured */.AX)(found);
        return fail('engine-failed', tls
            ? 'Check the certificates: `cacert=…`, `cert=…`, `key=…` and `servername=…` in `driver-opts`.'
            : 'Check that buildkitd runs at `endpoint` and that this machine reaches it.');
    }
    const known = (0,known_failure/* recognise */.G)(knownFailures, found);
    const image = options.find((option) => option.startsWith('image='))?.slice('image='.length);
    if (known?.code === 'daemon-unreachable' || gone.test(found))
        return fail('daemon-unreachable', known?.hint ?? '');
    if (lacksImage(found))
        return fail('image-not-found', imageHint(image));
    const ofNetwork = known !== undefined && ofImage.includes(known.code);
    const more = ofNetwork || network_faults/* passing */.qO.test(found) ? [known?.hint ?? ''] : [];
    return fail('engine-failed', [imageHint(image), ...more].join(' ').trim());
}

;// CONCATENATED MODULE: ./src/engine/buildx/create-builder.ts








/** Milliseconds for the boot of a builder, whose image is pulled first. */
const bootTimeout = 600_000;
/**
 * Makes and boots a builder for this step alone, again when that fails for a reason that passes, and writes down that it must go.
 *
 * @returns its name
 * @throws ActionError `engine-failed` when it does not boot
 */
async function createBuilder(planned, plan, { host, env, name, retries }) {
    const options = driverOptions(planned.driver, planned.driverOpts);
    const task = {
        kind: 'builder',
        ...{ name, buildx: plan.engine.program, env },
        byHand: removalByHand(planned.driver, name, options),
    };
    (0,cleanup/* recordTask */.R)(host.tempDir, task);
    const args = createArguments(planned, { name, options, config: configArguments(planned.config, host.tempDir) });
    const once = async () => {
        const result = await host.log.group(`Create a ${planned.driver} builder`, () => host.exec(plan.engine.program, args, { env, timeout: bootTimeout, onStderrLine: host.log.info }));
        if (result.ok)
            return name;
        // One that did not boot is there all the same, and its name taken.
        const removed = await host.exec(plan.engine.program, ['rm', '--force', name], { env, timeout: hanging_daemon/* shortCall */.fz });
        // buildx forgets a builder also when it could not remove it: asked again, it would say that there is none.
        if (!removed.ok && !/no builder/i.test(removed.stderr))
            (0,cleanup/* recordTask */.R)(host.tempDir, { ...task, forgotten: true });
        const found = result.stderr.trim().split('\n').at(-1) ?? '';
        throw bootFailure(planned.driver, found, options);
    };
    return retryBuild(once, retries, host);
}
/** The arguments of `docker-buildx` that make and boot a builder. */
function createArguments({ driver, endpoint }, { name, options, config, }) {
    return [
        'create',
        ...['--name', name],
        ...['--driver', driver],
        ...options.flatMap((option) => ['--driver-opt', quoteOption(option)]),
        ...config,
        '--bootstrap',
        ...(endpoint === undefined ? [] : (0,positional/* positional */.n)(endpoint)),
    ];
}
/** The command with which a user removes what a builder is made of, when buildx could not; undefined where nothing is made. */
function removalByHand(driver, name, options) {
    if (driver === 'docker-container') {
        return `docker rm --force buildx_buildkit_${name}0 && docker volume rm --force buildx_buildkit_${name}0_state`;
    }
    if (driver !== 'kubernetes')
        return undefined;
    const namespace = optionOf(options, 'namespace');
    const place = namespace === undefined ? '' : ` --namespace ${namespace}`;
    return `kubectl delete${place} --ignore-not-found deployment/${name}0 statefulset/${name}0 configmap/${name}0-config`;
}
function optionOf(options, key) {
    return options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1);
}
function configArguments(config, tempDir) {
    if (config === undefined)
        return [];
    if (config.kind === 'file')
        return ['--buildkitd-config', config.path];
    const path = (0,external_node_path_.join)(tempDir, 'buildkitd.toml');
    (0,external_node_fs_.writeFileSync)(path, config.text, { mode: 0o600 });
    return ['--buildkitd-config', path];
}

// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(9362);
// EXTERNAL MODULE: ./src/inputs/dockerfile-credentials.ts
var dockerfile_credentials = __webpack_require__(8864);
// EXTERNAL MODULE: ./src/login/mask-secrets.ts
var mask_secrets = __webpack_require__(9941);
// EXTERNAL MODULE: ./src/plan/url-logins.ts
var url_logins = __webpack_require__(8845);
// EXTERNAL MODULE: ./src/tree/named-file.ts
var named_file = __webpack_require__(1324);
;// CONCATENATED MODULE: ./src/engine/buildx/git-redirects.ts

/** Milliseconds that a Git server is waited for: BuildKit waits longer, and tells what is wrong with it. */
const git_redirects_patience = 10_000;
/**
 * Asks the servers of Git repositories that BuildKit gets credentials for whether they redirect to another host. Git in BuildKit has the
 * credentials in a header, and sends it along with all requests after a redirect (tried with BuildKit 0.25). A server that does not
 * answer here may answer the builder.
 *
 * @throws ActionError `context-unreadable` for one that redirects to another host
 */
async function refuseRedirects(urls, logins, host) {
    await Promise.all(urls.map(async (url) => {
        const [remote = ''] = url.split(/[?#]/);
        const login = URL.canParse(remote)
            ? logins.find(({ kind, origin }) => kind === 'git' && origin === new URL(remote).origin)
            : undefined;
        if (login === undefined)
            return;
        const target = await redirectOf(remote, login, host);
        if (target === undefined || target.origin === login.origin)
            return;
        throw new errors/* ActionError */.lZ('context-unreadable', `Cannot fetch ${remote} with credentials: it redirects to ${target.host}`, {
            hint: `Credentials are sent to ${login.host} only. Use the address on ${target.host}, with credentials for that host.`,
        });
    }));
}
/** https://git-scm.com/docs/http-protocol#_smart_clients */
async function redirectOf(remote, { username, password }, { http, signal }) {
    const authorization = `Basic ${Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64')}`;
    try {
        const { status, headers, body } = await http({
            method: 'GET',
            url: `${remote}/info/refs?service=git-upload-pack`,
            headers: { authorization, 'user-agent': 'git/2.47.0' },
            signal,
            timeout: git_redirects_patience,
        });
        body.destroy();
        const { location } = headers;
        if (status < 300 || status > 399 || location === undefined || !URL.canParse(location, remote))
            return undefined;
        return new URL(location, remote);
    }
    catch (error) {
        if (signal.aborted)
            throw error;
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/engine/buildx/cut-dockerfile.ts










/**
 * The plan with the Dockerfile as buildx is to be given it, where that is not the user's own file: one of the workflow, and one that has
 * passwords in URLs, without these. It stands alone in a folder, with the ignore file that belongs to it, so that the context's counts else.
 *
 * @throws ActionError `input-invalid` for two passwords for one host, `context-unreadable` for a server that would send them on
 */
async function withSentDockerfile(plan, host) {
    const { dockerfileInline, contextIsFolder, context, file: given } = plan.build;
    const own = contextIsFolder
        ? [given ?? (0,external_node_path_.join)(context, 'Dockerfile'), (0,external_node_path_.join)(context, 'dockerfile')].find(external_node_fs_.existsSync)
        : undefined;
    const text = dockerfileInline ?? (own === undefined ? undefined : textOf(own));
    if (text === undefined)
        return plan;
    const name = dockerfileInline === undefined ? (own ?? '') : inline/* inlineDockerfile */.W;
    const cut = (0,dockerfile_credentials/* cutDockerfile */.t)(text, name);
    if (dockerfileInline === undefined && cut.found.length === 0)
        return plan;
    for (const { line, credentials } of cut.found)
        (0,mask_secrets/* tellCut */.OT)({ file: name, line, credentials }, host);
    const urlLogins = (0,url_logins/* mergeUrlLogins */.a)([...plan.build.urlLogins, ...cut.found.map(({ credentials }) => credentials)]);
    await refuseRedirects(cut.found.map(({ url }) => url), urlLogins, host);
    const folder = (0,external_node_path_.join)(host.tempDir, 'inline');
    (0,external_node_fs_.mkdirSync)(folder);
    const sentFile = (0,external_node_path_.join)(folder, 'Dockerfile');
    (0,external_node_fs_.writeFileSync)(sentFile, cut.text, { mode: 0o600 });
    const ignore = dockerfileInline === undefined ? await (0,named_file/* findNamedFile */.$)(`${own}.dockerignore`) : undefined;
    if (ignore !== undefined)
        (0,external_node_fs_.copyFileSync)(ignore, `${sentFile}.dockerignore`);
    return { ...plan, build: { ...plan.build, sentFile, urlLogins } };
}
/** Undefined for what cannot be read here: BuildKit says what is wrong. */
function textOf(path) {
    try {
        return (0,read_limited/* readFileLimitedSync */.Ex)(path, limits/* limits */.F.dockerfile);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./src/bytes.ts
var src_bytes = __webpack_require__(6136);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(5823);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(2614);
// EXTERNAL MODULE: ./src/registry/parallel.ts
var parallel = __webpack_require__(8676);
;// CONCATENATED MODULE: ./src/engine/buildx/seed.ts











/** Bytes; what is smaller is exported faster than it is asked for. */
const worthwhile = 1024 * 1024;
const requestsAtOnce = 8;
/**
 * Makes BuildKit leave out of its export what the registry has already. It skips a blob whose file is in the layout
 * folder, so the large layers that every target repository's current image has get an empty file of their size:
 * half a gigabyte that was built before need not leave the daemon again.
 *
 * Meant to run beside the build, until `signal` says that it is over; what comes too late is merely exported. Never
 * throws: it is a short cut.
 */
async function seedLayout(dir, references, { registry, log, signal }) {
    const seeded = [];
    try {
        const layers = await Promise.all((0,repositories/* repositoriesOf */.U)(references).map((repository) => currentLayers(repository, references, { registry, signal })));
        const [first = [], ...others] = layers;
        const elsewhere = others.map((found) => new Map(found.map((layer) => [layer.digest, layer.publishedFor])));
        for (const layer of first.filter(({ digest }) => elsewhere.every((found) => found.has(digest)))) {
            if (signal.aborted)
                break;
            const everywhere = (platform) => elsewhere.every((found) => found.get(layer.digest)?.includes(platform));
            const publishedFor = layer.publishedFor.filter(everywhere);
            if (await writePlaceholder(dir, layer))
                seeded.push({ ...layer, publishedFor });
        }
    }
    catch (error) {
        log.debug(`No more is taken over from the registry: ${(0,errors/* messageOf */.bD)(error)}`);
    }
    return seeded;
}
/** Placeholders for those of `layers` that are worth it, written before the build begins. */
async function writeSeed(dir, layers) {
    const seeded = [];
    for (const layer of layers) {
        if (layer.size >= worthwhile && (await writePlaceholder(dir, layer)))
            seeded.push(layer);
    }
    return seeded;
}
/** The placeholders that `tree` stands on. */
function usedSeed(seed, tree) {
    const needed = new Set(tree.blobs.map(({ digest }) => digest));
    return seed.filter(({ digest }) => needed.has(digest));
}
/** Whether every one of `seed` is in every repository at this moment. If not, the layout is worthless. */
async function seedHolds(seed, references, registry) {
    const checks = seed.flatMap(({ digest }) => (0,repositories/* repositoriesOf */.U)(references).map((repository) => ({ repository, digest })));
    const found = await (0,parallel/* parallel */._)(requestsAtOnce, checks, ({ repository, digest }) => registry.hasBlob(repository, digest));
    return found.every(Boolean);
}
/** The large layers of the image that a repository has under one of the tags to be written, the last of them first. */
async function currentLayers(repository, references, { registry, signal }) {
    const tags = references
        .filter((one) => one.registry === repository.registry && one.repository === repository.repository)
        .flatMap(({ tag }) => tag ?? []);
    for (const tag of tags.toReversed()) {
        const root = await registry.getManifest(repository, tag, { signal });
        if (root === undefined)
            continue;
        const tree = await (0,image_tree/* walkImage */.v)(root.descriptor, async (descriptor) => {
            if (descriptor.digest === root.descriptor.digest)
                return root.bytes;
            // Of a manifest that stands alone: only its configuration says what the image is for.
            if (!(0,media_type/* isIndexType */.$U)(descriptor.mediaType) && !(0,media_type/* isManifestType */.Q3)(descriptor.mediaType))
                return hasLargeLayers(root.bytes) ? (0,read_config/* readConfig */.X)(registry, repository, { config: descriptor, signal }) : noConfig;
            const found = await registry.getManifest(repository, descriptor.digest, { signal });
            if (found === undefined)
                throw new Error(`${descriptor.digest} is not in ${repository.repository}`);
            return found.bytes;
        });
        return tree.blobs
            .filter(({ size }) => size >= worthwhile)
            .map((layer) => ({ ...layer, publishedFor: platformsOf(layer, tree) }));
    }
    return [];
}
function platformsOf({ digest }, { images }) {
    const own = images.filter(({ layers }) => layers.some((layer) => layer.digest === digest));
    return own.map(({ platform }) => (0,oci_platform/* formatPlatform */.Bq)(platform));
}
function hasLargeLayers(manifest) {
    return (0,parse/* parseManifest */.Ng)(manifest, 'Cannot read the current image').layers.some(({ size }) => size >= worthwhile);
}
/** Stands for the configuration of an image of which nothing is taken over. */
const noConfig = Buffer.from('{"os":"linux","architecture":"unknown","rootfs":{"type":"layers","diff_ids":[]}}');
/** False when BuildKit has written the blob meanwhile. */
async function writePlaceholder(dir, { digest, size }) {
    const path = (0,layout/* blobPath */.nD)(dir, digest);
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true });
    const file = await (0,promises_.open)(path, 'wx').catch(() => undefined);
    // Sparse: it takes no room on the disk.
    await file?.truncate(size).finally(() => file.close());
    return file !== undefined;
}

;// CONCATENATED MODULE: ./src/engine/buildx/export-layout.ts







/**
 * Builds all platforms in one call into the OCI layout folder `dir`. What every repository has already is not exported;
 * should one of them have lost it meanwhile, everything is exported by a second call, which the cache answers.
 */
async function exportLayout(plan, dir, { session, target, leaveOut }) {
    const { host, registry } = session;
    const call = () => callBuildx(host, plan, { ...target, outputs: [{ kind: 'layout', dir }] });
    (0,external_node_fs_.mkdirSync)(dir);
    // Placeholders of the seed could not be written to an output.
    if (!plan.push || plan.outputs.length > 0) {
        const seed = await writeSeed(dir, [...leaveOut.keys()]);
        const result = await call();
        const tree = await readTree(dir);
        const elsewhere = new Map(usedSeed(seed, tree).flatMap((layer) => {
            const repository = leaveOut.get(layer);
            return repository ? [[layer.digest, repository]] : [];
        }));
        return { ...result, content: { kind: 'layout', dir, tree, ...(elsewhere.size === 0 ? {} : { elsewhere }) } };
    }
    const over = new AbortController();
    const seeding = seedLayout(dir, plan.references, {
        registry,
        log: host.log,
        signal: AbortSignal.any([host.signal, over.signal]),
    });
    const first = await call().finally(() => over.abort());
    const tree = await readTree(dir);
    const seed = usedSeed(await seeding, tree);
    if (await seedHolds(seed, plan.references, registry)) {
        const bytes = seed.reduce((sum, { size }) => sum + size, 0);
        if (bytes > 0)
            host.log.info(`${(0,src_bytes/* formatBytes */.z)(bytes)} are in the registry already and stayed on the daemon`);
        const [repository] = (0,repositories/* repositoriesOf */.U)(plan.references);
        const elsewhere = new Map(repository ? seed.map(({ digest }) => [digest, repository]) : []);
        const publishedFor = new Map(seed.map((layer) => [layer.digest, layer.publishedFor]));
        return { ...first, content: { kind: 'layout', dir, tree, elsewhere, publishedFor } };
    }
    host.log.info('The registry has lost layers of the image before: exporting all of them');
    (0,external_node_fs_.rmSync)(dir, { recursive: true });
    (0,external_node_fs_.mkdirSync)(dir);
    return { ...(await call()), content: { kind: 'layout', dir, tree: await readTree(dir) } };
}
async function readTree(dir) {
    return (0,image_tree/* walkImage */.v)(await (0,layout/* readLayout */.T4)(dir), (descriptor) => (0,layout/* readBlob */.gm)(dir, descriptor));
}

;// CONCATENATED MODULE: ./src/engine/buildx/fresh.ts

/**
 * Removes from the engine what earlier runs left of this image: its containers (stopped first) and the image itself
 * under every reference, then all stopped containers and dangling images of the machine. What is not there, or cannot
 * be removed, does not stop the build.
 */
async function freshen(plan, host, env) {
    const docker = async (...args) => {
        const result = await host.exec('docker', args, { env: { ...plan.engine.env, ...env }, timeout: 60_000 });
        if (!result.ok)
            host.log.debug(`docker ${args.join(' ')}: ${result.stderr.trim()}`);
        return result;
    };
    await host.log.group('Remove what earlier runs left', async () => {
        for (const name of plan.references.map(oci_reference/* formatReference */.FH)) {
            const containers = (await docker('ps', '--all', '--quiet', '--filter', `ancestor=${name}`)).stdout
                .split('\n')
                .filter((id) => id !== '');
            if (containers.length > 0) {
                await docker('stop', '--time', '10', ...containers);
                await docker('rm', '--force', ...containers);
            }
            const removed = await docker('image', 'rm', '--force', name);
            if (removed.ok)
                host.log.info(`Removed ${name} and ${containers.length} of its containers`);
        }
        await docker('container', 'prune', '--force');
        await docker('image', 'prune', '--force');
    });
}

// EXTERNAL MODULE: ./src/oci/write-image.ts
var write_image = __webpack_require__(3170);
// EXTERNAL MODULE: ./src/engine/load-image.ts
var load_image = __webpack_require__(5472);
// EXTERNAL MODULE: ./src/engine/open-blobs.ts
var open_blobs = __webpack_require__(8421);
// EXTERNAL MODULE: ./src/facts/docker-endpoint.ts
var docker_endpoint = __webpack_require__(8369);
;// CONCATENATED MODULE: ./src/engine/tag-image.ts






/**
 * Gives the image that a daemon's store has as `image` one more name, which takes the place of an image that had it.
 *
 * @throws ActionError `engine-failed` with what the daemon says
 */
async function tagImage(image, server, { reference, host, env }) {
    const socket = (0,docker_endpoint/* socketPath */.Xy)(server.endpoint);
    const problem = await (socket === undefined
        ? tagByProgram(image, reference, { host, env: { ...server.endpoint.env, ...env } })
        : tagBySocket(image, reference, { host, socket }));
    if (problem === undefined)
        return;
    throw new errors/* ActionError */.lZ('engine-failed', `Cannot tag the image ${(0,oci_reference/* formatReference */.FH)(reference)} in Docker ${server.version}: ${problem}`);
}
/** What went wrong, if anything did. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageTag */
async function tagBySocket(image, reference, { host, socket }) {
    const query = new URLSearchParams({ repo: (0,oci_reference/* formatRepository */.Sh)(reference), tag: reference.tag ?? 'latest' });
    try {
        const response = await host.http({
            method: 'POST',
            url: `http://docker/images/${image}/tag?${query}`,
            socket,
            signal: host.signal,
            timeout: hanging_daemon/* shortCall */.fz,
        });
        const answer = (await (0,read_limited/* readLimited */.tk)(response.body, limits/* limits */.F.answer)).toString('utf8');
        return response.status === 201 ? undefined : `it answered ${response.status}: ${answer.trim()}`;
    }
    catch (error) {
        if (host.signal.aborted) {
            throw new errors/* ActionError */.lZ('cancelled', 'Stopped loading the image because the run was cancelled');
        }
        return (0,errors/* messageOf */.bD)(error);
    }
}
/** Over SSH and TLS the Docker CLI speaks, which knows the keys. */
async function tagByProgram(image, reference, { host, env }) {
    const args = ['image', 'tag', image, (0,oci_reference/* formatReference */.FH)(reference)];
    const result = await host.exec('docker', args, { env, timeout: hanging_daemon/* shortCall */.fz });
    if (result.timedOut)
        throw (0,hanging_daemon/* hangingDaemon */.V5)(`tag the image ${(0,oci_reference/* formatReference */.FH)(reference)}`, result);
    return result.ok ? undefined : result.stderr.trim() || `docker image tag exited with ${result.status}`;
}

;// CONCATENATED MODULE: ./src/engine/buildx/load.ts









/**
 * For a builder that is part of the daemon, with the containerd store: a second call, all from the cache, puts the image into the
 * store under a name of this run, where it has the digest of the layout. Then its tags need no copy of it. Where that
 * is not possible, or when the cache has lost something meanwhile and the digest is another one, the layout itself is loaded.
 */
function loadFromCache(content, plan, means) {
    const { session, target, server } = means;
    const { host, env, name } = session;
    const reference = `${name}:image`;
    const put = async () => {
        if (!loadsFromCache(plan))
            return undefined;
        (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference, env });
        const outputs = [{ kind: 'image', name: reference }];
        const { metadata } = await callBuildx(host, fromCache(plan), { ...target, outputs });
        return metadata['containerimage.digest'] === content.tree.root.digest ? reference : undefined;
    };
    let made;
    const nameInStore = () => {
        made ??= put();
        return made;
    };
    const load = async () => {
        const image = await nameInStore();
        if (image === undefined)
            return loadContent(content, plan, means);
        await tagAll(image, plan, { host, env, server });
        return content.tree.root.digest;
    };
    return plan.load ? { load, nameInStore } : { nameInStore };
}
/**
 * Whether the image need not be copied. Attestations hold times, so those of a second call differ; and an image without any other name
 * would be deleted with the one of this run.
 */
function loadsFromCache({ load, references, build: { provenance, sbom } }) {
    return provenance === undefined && sbom === undefined && (!load || references.length > 0);
}
/** For an image that is in the daemon's store under `image`, a name of this run. `imageId` is what the daemon calls it. */
function loadFromStore(image, plan, { server, session: { host, env }, imageId }) {
    return {
        load: async () => {
            await tagAll(image, plan, { host, env, server });
            return imageId;
        },
    };
}
/** For a builder elsewhere: the daemon gets exactly the documents that were verified, and so the same digest. */
function loadFromBuilder(content, plan, means) {
    return { load: () => loadContent(content, plan, means) };
}
async function loadContent(content, plan, { session, target, server }) {
    const { host, env, registry } = session;
    const { references } = plan;
    const open = (0,open_blobs/* openBlobs */.d)(content, registry, host.signal);
    const { tree } = content;
    if (content.kind === 'layout')
        return (0,load_image/* loadImage */.y)({ tree, open }, server, { references, host, env });
    // The builder has the layers at hand, and the registry may be far away.
    const dir = (0,external_node_path_.join)(host.tempDir, 'layout');
    const exported = await exportLayout({ ...fromCache(plan), push: false, outputs: [] }, dir, {
        session,
        target,
        leaveOut: new Map(),
    });
    const here = new Set(exported.content.tree.blobs.map(({ digest }) => digest));
    const fromHere = async (blob) => (here.has(blob.digest) ? (0,layout/* openBlob */.Ym)(dir, blob.digest) : open(blob));
    return (0,load_image/* loadImage */.y)({ tree, open: fromHere }, server, { references, host, env });
}
async function tagAll(image, { references }, { server, host, env }) {
    for (const reference of references)
        await tagImage(image, server, { reference, host, env });
}
function fromCache(plan) {
    return { ...plan, build: { ...plan.build, noCache: false, pull: false } };
}
/** The daemon that the plan loads into. */
function requireServer({ engine }) {
    if (engine.server)
        return engine.server;
    throw new errors/* ActionError */.lZ('internal', 'The plan loads the image into a daemon that is not there');
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
var external_node_zlib_default = /*#__PURE__*/__webpack_require__.n(external_node_zlib_);
;// CONCATENATED MODULE: ./src/engine/buildx/docker-archive.ts







/** Entries up to this many bytes are kept until it is known what they are; a bigger one can only be a layer. */
const smallEntry = 4 * 1024 * 1024;
/**
 * Reads what `docker image save` writes and puts config and layers, these compressed, into the OCI layout at `dir`.
 * Streams: memory stays flat in the image's size. Layers that are left out are listed, but not written.
 *
 * @throws ActionError `content-mismatch` when the archive is not what Docker writes
 */
async function readDockerArchive(archive, dir, { compression, leaveOut } = { compression: 'gzip', leaveOut: new Set() }) {
    const { extract } = await __webpack_require__.e(/* import() */ 118).then(__webpack_require__.t.bind(__webpack_require__, 6118, 19));
    const small = new Map();
    const layers = new Map();
    /** Docker 23 and older write a layer that occurs twice as a link to the first. */
    const links = new Map();
    const entries = extract();
    // `pipe` passes no error on: without this, a stream that breaks off would be waited for.
    (0,external_node_stream_.finished)(archive, (error) => error && entries.destroy(error));
    try {
        for await (const entry of archive.pipe(entries)) {
            const { name, type, linkname, size = 0 } = entry.header;
            if (type === 'symlink' && linkname)
                links.set(name, external_node_path_.posix.join(external_node_path_.posix.dirname(name), linkname));
            if (type !== 'file') {
                entry.resume();
                continue;
            }
            const digest = digestIn(name);
            if (digest !== undefined && leaveOut.has(digest)) {
                layers.set(name, { mediaType: media_type/* mediaType */.JL.ociLayer, digest, size });
                entry.resume();
                continue;
            }
            const bytes = size <= smallEntry ? await (0,consumers_.buffer)(entry) : undefined;
            // Many small layers are as large as a big one: only what may be a document is kept.
            if (bytes && !mayBeTar(bytes))
                small.set(name, bytes);
            else
                layers.set(name, await writeLayer(dir, bytes ? external_node_stream_.Readable.from([bytes]) : external_node_stream_.Readable.from(entry), compression));
        }
    }
    catch (error) {
        // One that names a system call is about our disk.
        if (error instanceof Error && 'syscall' in error)
            throw error;
        throw unreadable((0,errors/* messageOf */.bD)(error), error);
    }
    const resolve = (name) => links.get(name) ?? name;
    const layer = async (path) => {
        const name = resolve(path);
        const written = layers.get(name);
        if (written)
            return written;
        const bytes = small.get(name);
        if (bytes === undefined)
            throw unreadable(`it has no ${name}`);
        return writeLayer(dir, external_node_stream_.Readable.from([bytes]), compression);
    };
    const image = readManifest(small.get('manifest.json'));
    const config = small.get(resolve(image.Config));
    if (config === undefined)
        throw unreadable(`it has no ${image.Config}`);
    const ordered = [];
    for (const path of image.Layers ?? [])
        ordered.push(await layer(path));
    return { config: await (0,layout/* writeBlob */.Zh)(dir, config, media_type/* mediaType */.JL.ociConfig), layers: ordered };
}
function digestIn(name) {
    const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? [];
    return hex === undefined ? undefined : `sha256:${hex}`;
}
/** Whether an entry has the form of a layer: whole blocks, and no document, which begins with a brace or a bracket. */
function mayBeTar(bytes) {
    return bytes.length > 0 && bytes.length % 512 === 0 && !/^[[{]/.test(String.fromCharCode(bytes[0] ?? 0));
}
/** Docker's archive has all layers uncompressed, those of the base too: what they were in a registry it does not know. */
function writeLayer(dir, tar, compression) {
    if (compression === 'uncompressed')
        return (0,layout/* writeBlob */.Zh)(dir, tar, media_type/* mediaType */.JL.ociLayer);
    const compressor = compression === 'gzip' ? external_node_zlib_default().createGzip() : createZstd();
    // writeBlob listens only once its folder is there, and gives the error then.
    compressor.on('error', () => undefined);
    tar.once('error', (error) => compressor.destroy(error));
    return (0,layout/* writeBlob */.Zh)(dir, tar.pipe(compressor), compression === 'gzip' ? media_type/* mediaType */.JL.ociLayerGzip : media_type/* mediaType */.JL.ociLayerZstd);
}
function createZstd() {
    if (typeof (external_node_zlib_default()).createZstdCompress === 'function')
        return external_node_zlib_default().createZstdCompress();
    throw new errors/* ActionError */.lZ('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
        hint: 'Use gzip, or run on Node.js 24.',
    });
}
function readManifest(bytes) {
    if (bytes === undefined)
        throw unreadable('it has no manifest.json');
    try {
        const [image] = JSON.parse(bytes.toString('utf8'));
        const { Config, Layers = null } = image ?? {};
        if (typeof Config === 'string' && (Layers === null || Array.isArray(Layers)))
            return { Config, Layers };
    }
    catch (error) {
        throw unreadable(`manifest.json: ${(0,errors/* messageOf */.bD)(error)}`, error);
    }
    throw unreadable('manifest.json lists no image');
}
function unreadable(found, cause) {
    return new errors/* ActionError */.lZ('content-mismatch', `Cannot read the image that Docker saved: ${found}`, { cause });
}

;// CONCATENATED MODULE: ./src/engine/buildx/save-image.ts




/** Milliseconds without a byte of the image. The classic store writes all of it to a file of its own first. */
const save_image_silence = 600_000;
/**
 * Takes an image out of the daemon's store. What Docker says for a failed save comes before what is wrong with the
 * archive that it broke off.
 *
 * @throws ActionError `engine-failed` with what Docker says, `daemon-unreachable` when it went away or nothing comes any more,
 * `content-mismatch`
 */
async function saveImage(reference, { dir, host, env, platform, ...options }) {
    const read = {};
    const saved = await host.exec('docker', ['image', 'save', reference], {
        env,
        silence: save_image_silence,
        stdout: async (stream) => {
            try {
                read.archive = await readDockerArchive(stream, dir, options);
            }
            catch (error) {
                read.error = error;
            }
        },
    });
    if (saved.ok && read.archive)
        return read.archive;
    if (saved.ok)
        throw read.error;
    const what = `take the image for ${platform} out of Docker`;
    if (saved.timedOut)
        throw (0,hanging_daemon/* hangingDaemon */.V5)(what, saved);
    if (goneHow(saved.stderr) !== undefined || /unexpected EOF|connection reset/.test(saved.stderr)) {
        throw new errors/* ActionError */.lZ('daemon-unreachable', `Cannot ${what}: ${saved.stderr.trim()}`, { hint: hanging_daemon/* deadDaemonHint */.Cz });
    }
    const details = { platform, cause: read.error };
    throw new errors/* ActionError */.lZ('engine-failed', `Cannot ${what}: ${saved.stderr.trim()}`, details);
}

;// CONCATENATED MODULE: ./src/engine/buildx/join.ts












/**
 * Builds platform after platform on a daemon that cannot build several, takes each image out of its store, and joins
 * them to one OCI layout here: no builder image to pull, no staging tags in the registry.
 */
async function joinPlatforms(plan, builder, { session, checked }) {
    const dir = (0,external_node_path_.join)(session.host.tempDir, 'layout');
    const forVerification = !plan.push && plan.outputs.length === 0;
    const saving = forVerification
        ? { compression: 'uncompressed', leaveOut: plan.verify === 'full' ? new Set() : await contentsOfBases(checked) }
        : { compression: plan.build.compression, leaveOut: new Set() };
    const parts = [];
    // One at a time: their steps would run side by side on the same processors, and the log stays readable.
    for (const platform of plan.build.platforms)
        parts.push(await buildPart(plan, { platform, builder, dir, saving, session }));
    const [first] = parts;
    if (first === undefined)
        throw new errors/* ActionError */.lZ('internal', 'The plan has no platform');
    const manifests = parts.map(({ manifest }) => manifest);
    const root = await (0,write_image/* writeRoot */.a)(dir, manifests, plan.build.annotations);
    await (0,layout/* writeIndexJson */.YY)(dir, root);
    const tree = await (0,image_tree/* walkImage */.v)(root, (descriptor) => (0,layout/* readBlob */.gm)(dir, descriptor));
    const { metadata, imageId } = first;
    const names = new Map(parts.map(({ platform, reference }) => [(0,oci_platform/* formatPlatform */.Bq)(platform), reference]));
    return {
        content: { kind: 'layout', dir, tree, ...(forVerification ? { forVerification } : {}) },
        metadata: forVerification ? metadata : { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
        imageId: undefined,
        steps: parts.flatMap(({ steps }) => steps),
        findings: parts.flatMap(({ findings }) => findings),
        nameInStore: async (platform) => names.get((0,oci_platform/* formatPlatform */.Bq)(platform)),
        ...(plan.load ? loadFromStore(first.reference, plan, { server: requireServer(plan), session, imageId }) : {}),
    };
}
/** What is in the layers of the base images that preflight has found: Docker saves layers without their compression. */
async function contentsOfBases({ bases }) {
    const contents = bases.map(async ({ image }) => (0,parse/* parseConfig */.o4)(await image.config(), 'Cannot read a base image').rootfs.diff_ids);
    return new Set((await Promise.all(contents)).flat());
}
async function buildPart(plan, part) {
    const { platform, builder, dir, saving, session } = part;
    const { host, env, name, retries } = session;
    const text = (0,oci_platform/* formatPlatform */.Bq)(platform);
    const reference = `${name}:${text.replaceAll('/', '-')}`;
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference, env });
    // The tags of the plan come after verification.
    const outputs = [{ kind: 'store', names: [reference] }];
    // The daemon would drop annotations, or refuse those of an index: they are put on here.
    const bare = { ...plan, build: { ...plan.build, annotations: {} } };
    const { steps, findings, metadata } = await callBuildx(host, bare, {
        builder,
        platforms: [platform],
        outputs,
        env,
        retries,
    });
    const image = await retryBuild(() => saveImage(reference, { dir, host, env, platform: text, ...saving }), retries, host);
    const manifest = await (0,write_image/* writeManifest */.H)(dir, { platform, ...image }, plan.build.annotations);
    return {
        platform,
        reference,
        manifest,
        steps: steps.map((step) => ({ ...step, platform: text })),
        findings,
        imageId: image.config.digest,
        metadata,
    };
}

;// CONCATENATED MODULE: ./src/engine/buildx/secret-files.ts



/**
 * The plan with the values of build secrets in files of their own, which no other user may read, in the step's folder: they go when it is
 * removed, and with those who BuildKit is to be at the hosts it fetches from. Of environment variables only those are written that children
 * do not get.
 */
function withSecretFiles(plan, { tempDir, env }) {
    const folder = (0,external_node_path_.join)(tempDir, 'secrets');
    const secrets = plan.build.secrets.map((secret, index) => {
        const value = contentOf(secret.source, env);
        if (value === undefined)
            return secret;
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        // By number: an id may hold what no name of a file may.
        const path = (0,external_node_path_.join)(folder, String(index));
        (0,external_node_fs_.writeFileSync)(path, value, { mode: 0o600, flag: 'wx' });
        return { ...secret, source: { kind: 'file', path } };
    });
    const given = new Set(plan.build.secrets.map(({ id }) => id));
    const logins = plan.build.urlLogins.flatMap((login, index) => {
        const id = secretId(login);
        if (isGiven(login, id, given))
            return [];
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        const path = (0,external_node_path_.join)(folder, `login-${index}`);
        const sent = Buffer.from(`${login.username.reveal()}:${login.password.reveal()}`).toString('base64');
        (0,external_node_fs_.writeFileSync)(path, `Basic ${sent}`, { mode: 0o600, flag: 'wx' });
        return [{ id, source: { kind: 'file', path }, line: 0 }];
    });
    return { ...plan, build: { ...plan.build, secrets: [...secrets, ...logins] } };
}
/**
 * What BuildKit asks for before it fetches from a host: https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts,
 * for files since BuildKit 0.23 (Docker 28.3).
 */
function secretId({ kind, host }) {
    return kind === 'git'
        ? `GIT_AUTH_HEADER.${host}`
        : `HTTP_AUTH_HEADER_${host.replace(/:\d*$/, '').replace(/^\[|\]$/g, '')}`;
}
/** Whether the user's own build secrets say who to be there. The job's token gives way to any that is for Git. */
function isGiven({ kind, host, ofJob }, id, given) {
    if (given.has(id))
        return true;
    if (kind === 'git' && given.has(`GIT_AUTH_TOKEN.${host}`))
        return true;
    return ofJob === true && (given.has('GIT_AUTH_TOKEN') || given.has('GIT_AUTH_HEADER'));
}
function contentOf(source, env) {
    if (source.kind === 'value')
        return source.value.reveal();
    return source.kind === 'env' && (0,child_environment/* isWithheld */.Ys)(source.name) ? env[source.name] : undefined;
}

;// CONCATENATED MODULE: ./src/engine/buildx/engine.ts
















/**
 * Builds with buildx by the export method of the plan. `login` has the environment of the private configuration and a registry
 * client with the same credentials.
 *
 * @throws ActionError what the build failed from
 */
async function build(given, host, { login, checked }) {
    await refuseRedirects(gitUrls(given), given.build.urlLogins, host);
    const plan = withSecretFiles(await withSentDockerfile(given, host), host);
    const planned = plan.engine.builder;
    const retries = {
        ...login.retries,
        ownNetwork: ['docker-container', 'kubernetes'].includes(planned.driver),
        // The daemon answered when it was asked for its version, an existing builder when it was asked for its platforms.
        met: plan.engine.ofDaemon || plan.engine.natives.length > 0,
    };
    const session = {
        host,
        env: { ...plan.engine.env, ...login.env },
        registry: login.registry,
        name: (0,session_name/* sessionName */.C)(host.tempDir),
        retries,
    };
    if (plan.fresh)
        await freshen(plan, host, login.env);
    const builder = planned.kind === 'create' ? await createBuilder(planned, plan, session) : planned.name;
    const booted = { ...retries, met: retries.met || planned.kind === 'create' };
    const target = { builder, platforms: plan.build.platforms, env: session.env, retries: booted };
    switch (plan.engine.method.name) {
        case 'join':
            return joinPlatforms(plan, builder, { session, checked });
        case 'layout': {
            // The docker driver of another context builds in another daemon than the one that is loaded into.
            const inDaemon = planned.driver === 'docker' && plan.engine.ofDaemon;
            const leaveOut = needsOnlyOwnLayers(plan, inDaemon) ? layersOfBases(checked) : new Map();
            const layout = await exportLayout(plan, (0,external_node_path_.join)(host.tempDir, 'layout'), { session, target, leaveOut });
            const built = { ...layout, imageId: undefined };
            if (inDaemon && (plan.load || plan.smokeTest)) {
                return { ...built, ...loadFromCache(layout.content, plan, { session, target, server: requireServer(plan) }) };
            }
            return plan.load
                ? { ...built, ...loadFromBuilder(layout.content, plan, { session, target, server: requireServer(plan) }) }
                : built;
        }
        case 'digest': {
            const outputs = [{ kind: 'digest', references: plan.references }];
            const built = await pushed(await callBuildx(host, plan, { ...target, outputs }), plan, session);
            return plan.load
                ? { ...built, ...loadFromBuilder(built.content, plan, { session, target, server: requireServer(plan) }) }
                : built;
        }
        case 'load': {
            const outputs = [{ kind: 'store', names: storeNames(plan.references) }];
            const result = await callBuildx(host, plan, { ...target, outputs });
            return { ...result, content: { kind: 'loaded' }, imageId: storeId(plan, result) };
        }
        case 'cache':
            return {
                ...(await callBuildx(host, plan, { ...target, outputs: [{ kind: 'cache' }] })),
                content: { kind: 'loaded' },
                imageId: undefined,
            };
    }
}
/**
 * Whether verification alone reads the layout, and not the layers of base images in it: then these need not be exported. The daemon
 * that has built the image loads it from its own cache, unless there are attestations.
 */
function needsOnlyOwnLayers(plan, inDaemon) {
    const { push, load, outputs, verify, smokeTest } = plan;
    if (push || outputs.length > 0 || verify === 'full')
        return false;
    return (!load && !smokeTest) || (inDaemon && loadsFromCache(plan));
}
/** The layers of the base images that preflight has found, and the repositories that have them. */
function layersOfBases({ bases }) {
    const found = bases.flatMap(({ image }) => image.manifest.layers.map((layer) => [layer.digest, { layer, image }]));
    return new Map([...new Map(found).values()].map(({ layer, image }) => [layer, image.repository]));
}
function gitUrls({ build }) {
    const named = build.contexts.flatMap(({ source }) => (source.kind === 'git' ? [source.url] : []));
    return build.contextIsFolder ? named : [build.context, ...named];
}
/** What `docker image inspect` calls the image: the containerd store goes by manifests, the classic one by configs. */
function storeId(plan, { metadata, imageId }) {
    const digest = metadata['containerimage.digest'];
    return plan.engine.store === 'containerd' && typeof digest === 'string' ? digest : imageId;
}
async function pushed(result, plan, { host, registry }) {
    const digest = result.metadata['containerimage.digest'];
    const [repository] = (0,repositories/* repositoriesOf */.U)(plan.references);
    if (repository === undefined)
        throw new errors/* ActionError */.lZ('internal', 'There is no repository to read the image from');
    if (typeof digest === 'string' && (0,oci_digest/* isDigest */.Bc)(digest)) {
        const tree = await readImage(registry, repository, { digest, signal: host.signal });
        return { ...result, content: { kind: 'pushed', repository, tree }, imageId: undefined };
    }
    throw new errors/* ActionError */.lZ('engine-failed', 'buildx pushed the image but did not say under which digest', {
        hint: 'Update buildx to 0.8 or newer.',
    });
}


/***/ }),

/***/ 99:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cz: () => (/* binding */ deadDaemonHint),
/* harmony export */   V5: () => (/* binding */ hangingDaemon),
/* harmony export */   fz: () => (/* binding */ shortCall)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3916);

const deadDaemonHint = 'Look at the log of the daemon or builder, and whether its machine ran out of memory or disk space.';
/** Milliseconds for a call of docker that has little to do. A daemon that is busy may take some seconds. */
const shortCall = 60_000;
/** The error for a call of docker, made to do `what`, that was ended because no more came of it. */
function hangingDaemon(what, { stderr }) {
    const said = stderr.trim();
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('daemon-unreachable', `Cannot ${what}, the daemon hangs: ${said}`, { hint: deadDaemonHint });
}


/***/ })

};
