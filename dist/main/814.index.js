export const id = 814;
export const ids = [814];
export const modules = {

/***/ 17814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ask: () => (/* binding */ ask),
  build: () => (/* binding */ build),
  checks: () => (/* binding */ checks),
  offers: () => (/* binding */ offers)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/cleanup/session-name.ts
var session_name = __webpack_require__(68750);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/facts/builder.ts
var facts_builder = __webpack_require__(58060);
// EXTERNAL MODULE: ./src/host/exec/positional.ts
var positional = __webpack_require__(31862);
// EXTERNAL MODULE: ./src/oci/digest.ts
var oci_digest = __webpack_require__(68825);
// EXTERNAL MODULE: ./src/oci/repositories.ts
var repositories = __webpack_require__(31745);
// EXTERNAL MODULE: ./src/oci/image-tree.ts
var image_tree = __webpack_require__(78409);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/oci/reference.ts
var oci_reference = __webpack_require__(62148);
// EXTERNAL MODULE: ./src/registry/pull/read-config.ts
var read_config = __webpack_require__(70814);
;// CONCATENATED MODULE: ./src/registry/pull/read-image.ts





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
        throw new action_error/* ActionError */.lZ('registry-unavailable', `Cannot read back ${name} of ${(0,oci_reference/* formatRepository */.Sh)(repository)}: the registry does not have it, although the builder pushed it`, {
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

// EXTERNAL MODULE: ./src/registry/registry-store.ts
var registry_store = __webpack_require__(92852);
;// CONCATENATED MODULE: ./src/engine/buildkit/git-redirects.ts

/** Milliseconds that a Git server is waited for: BuildKit waits longer, and tells what is wrong with it. */
const patience = 10_000;
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
        throw new action_error/* ActionError */.lZ('context-unreadable', `Cannot fetch ${remote} with credentials: it redirects to ${target.host}`, {
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
            timeout: patience,
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

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./src/host/exec/child-environment.ts
var child_environment = __webpack_require__(55440);
;// CONCATENATED MODULE: ./src/engine/buildkit/secret-files.ts



/**
 * What is to be built, with the values of build secrets in files of their own, which no other user may read, in the step's folder: they go when it is
 * removed, and with those who BuildKit is to be at the hosts it fetches from. Of environment variables only those are written that children
 * do not get.
 */
function withSecretFiles(build, { tempDir, env }) {
    const folder = (0,external_node_path_.join)(tempDir, 'secrets');
    const secrets = build.secrets.map((secret, index) => {
        const value = contentOf(secret.source, env);
        if (value === undefined)
            return secret;
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        // By number: an id may hold what no name of a file may.
        const path = (0,external_node_path_.join)(folder, String(index));
        (0,external_node_fs_.writeFileSync)(path, value, { mode: 0o600, flag: 'wx' });
        return { ...secret, source: { kind: 'file', path } };
    });
    const given = new Set(build.secrets.map(({ id }) => id));
    const logins = build.urlLogins.flatMap((login, index) => {
        const id = secretId(login);
        if (isGiven(login, id, given))
            return [];
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        const path = (0,external_node_path_.join)(folder, `login-${index}`);
        const sent = Buffer.from(`${login.username.reveal()}:${login.password.reveal()}`).toString('base64');
        (0,external_node_fs_.writeFileSync)(path, `Basic ${sent}`, { mode: 0o600, flag: 'wx' });
        return [{ id, source: { kind: 'file', path }, line: 0 }];
    });
    return { ...build, secrets: [...secrets, ...logins] };
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

// EXTERNAL MODULE: ./src/tree/named-file.ts
var named_file = __webpack_require__(51324);
;// CONCATENATED MODULE: ./src/engine/buildkit/sent-dockerfile.ts




/**
 * What is to be built, with the Dockerfile as BuildKit is to be given it, where that is not the user's own file: one of the workflow, and one
 * that has passwords in URLs, without these. It stands alone in a folder, with the ignore file that belongs to it, so that the context's counts
 * else.
 *
 * @throws ActionError `input-invalid` for two passwords for one host, `context-unreadable` for a server that would send them on
 */
async function withSentDockerfile({ plan, host, source }) {
    const { build } = plan;
    // BuildKit says what is wrong with one that cannot be read here.
    const dockerfile = await source.dockerfile().catch(() => undefined);
    if (dockerfile === undefined)
        return build;
    const { text, path, cut, urlLogins } = dockerfile;
    if (path !== undefined && cut.length === 0)
        return build;
    await refuseRedirects(cut.map(({ url }) => url), urlLogins, host);
    const folder = (0,external_node_path_.join)(host.tempDir, 'inline');
    (0,external_node_fs_.mkdirSync)(folder);
    const sentFile = (0,external_node_path_.join)(folder, 'Dockerfile');
    (0,external_node_fs_.writeFileSync)(sentFile, text, { mode: 0o600 });
    const ignore = path === undefined ? undefined : await (0,named_file/* findNamedFile */.$)(`${path}.dockerignore`);
    if (ignore !== undefined)
        (0,external_node_fs_.copyFileSync)(ignore, `${sentFile}.dockerignore`);
    return { ...build, sentFile, urlLogins };
}

// EXTERNAL MODULE: ./src/engine/drivers.ts
var drivers = __webpack_require__(4469);
// EXTERNAL MODULE: ./src/inputs/build-contexts.ts
var build_contexts = __webpack_require__(15694);
// EXTERNAL MODULE: ./src/inputs/read/record.ts
var record = __webpack_require__(5857);
// EXTERNAL MODULE: ./src/oci/annotations.ts
var oci_annotations = __webpack_require__(62427);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
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
        ...sourceArguments(spec),
        ...caches('--cache-from', spec.cacheFrom),
        ...caches('--cache-to', spec.cacheTo),
        ...secretArguments(spec),
        ...pairs('--label', spec.labels),
        ...pairs('--annotation', normalized(spec.annotations)),
        // Without it BuildKit makes an index of several platforms only, and refuses annotations for one after the build.
        ...(call.platforms.length === 1 && (0,oci_annotations/* needsIndex */.A)(spec.annotations)
            ? ['--build-arg', 'BUILDKIT_MULTI_PLATFORM=1']
            : []),
        ...each('--add-host', [...spec.addHosts, ...call.addHosts]),
        ...each('--allow', spec.allow),
        ...(spec.cgroupParent === undefined ? [] : ['--cgroup-parent', spec.cgroupParent]),
        ...(spec.network === undefined ? [] : ['--network', spec.network]),
        ...(spec.shmSize === undefined ? [] : ['--shm-size', spec.shmSize]),
        ...each('--ulimit', spec.ulimit),
        // buildx refuses both together, and the first includes the second.
        ...(spec.noCache ? ['--no-cache'] : each('--no-cache-filter', spec.noCacheFilters)),
        ...(spec.pull ? ['--pull'] : []),
        // Last: one that lacks its value takes the context for it, and buildx refuses what is left.
        ...spec.extraArgs,
        contextArgument(spec),
    ];
}
/** The arguments of `docker-buildx` for a question about the Dockerfile: only those that the answer can depend on. */
function questionArguments(spec, call) {
    return [
        'build',
        ...['--call', `${call.question},format=json`],
        ...['--builder', call.builder],
        ...['--progress', 'plain'],
        ...['--platform', call.platforms.map(oci_platform/* formatPlatform */.Bq).join(',')],
        ...sourceArguments(spec),
        ...secretArguments(spec),
        ...spec.extraArgs,
        contextArgument(spec),
    ];
}
function sourceArguments(spec) {
    return [
        ...spec.contexts.flatMap(({ name, source }) => ['--build-context', `${name}=${(0,build_contexts/* formatContextSource */.M)(source)}`]),
        ...dockerfileArguments(spec),
        ...(spec.target === undefined ? [] : ['--target', spec.target]),
        ...Object.entries(spec.buildArgs).flatMap(([name, value]) => [
            '--build-arg',
            value === null ? name : `${name}=${value}`,
        ]),
    ];
}
function secretArguments({ secrets, ssh }) {
    return [
        ...secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
        ...ssh.flatMap(({ id, paths }) => ['--ssh', paths.length === 0 ? id : `${id}=${paths.join(',')}`]),
    ];
}
function contextArgument({ contextIsFolder, context }) {
    return contextIsFolder ? (0,positional/* pathArgument */.d)(context) : context;
}
function dockerfileArguments({ sentFile, file }) {
    const path = sentFile ?? file;
    return path === undefined ? [] : ['--file', (0,positional/* pathArgument */.d)(path)];
}
/** https://docs.docker.com/reference/cli/docker/buildx/build/#secret */
function secretAttributes({ id, source }) {
    switch (source.kind) {
        case 'env':
            return (0,record/* writeRecord */.r)([`id=${id}`, `env=${source.name}`]);
        case 'file':
            return (0,record/* writeRecord */.r)([`id=${id}`, `src=${source.path}`]);
        case 'value':
            throw new action_error/* ActionError */.lZ('internal', 'The value of a build secret is in no file');
    }
}
/** https://docs.docker.com/build/exporters/ */
function outputAttributes(output, compression) {
    // gzip is what BuildKit does by itself. Without force, what is compressed already stays so: base images, and its cache.
    const compressed = compression === 'gzip' ? [] : [`compression=${compression}`, 'force-compression=false'];
    switch (output.kind) {
        case 'layout':
            return (0,record/* writeRecord */.r)(['type=oci', 'tar=false', `dest=${output.dir}`, ...compressed]);
        case 'digest': {
            const repositories = [...new Set(output.references.map(oci_reference/* formatRepository */.Sh))];
            return (0,record/* writeRecord */.r)([
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
            return (0,record/* writeRecord */.r)(['type=image', `name=${output.name}`, 'oci-mediatypes=true', ...compressed]);
        case 'cache':
            return 'type=cacheonly';
        case 'store':
            return (0,record/* writeRecord */.r)(['type=docker', ...(output.names.length === 0 ? [] : [`name=${output.names.join(',')}`])]);
    }
}
function caches(flag, entries) {
    return entries.flatMap(({ attributes }) => [
        flag,
        (0,record/* writeRecord */.r)(Object.entries(attributes).map(([key, value]) => `${key}=${value}`)),
    ]);
}
/** The names of an image in the engine's store. */
function storeNames(references) {
    return references.map(oci_reference/* formatReference */.FH);
}
function attestation(type, attributes) {
    // Said even when off: buildx adds provenance by itself, and with it an entry for unknown/unknown.
    if (attributes === undefined)
        return [`--${type}=false`];
    const fields = Object.entries(attributes).map(([key, value]) => `${key}=${value}`);
    return [`--${type}=${fields.length === 0 ? 'true' : (0,record/* writeRecord */.r)(fields)}`];
}
function normalized(annotations) {
    return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [(0,oci_annotations/* normalizeAnnotation */.B)(key), value]));
}
function each(flag, values) {
    return values.flatMap((value) => [flag, value]);
}
function pairs(flag, values) {
    return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}

// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(43487);
// EXTERNAL MODULE: ./src/engine/answer.ts
var answer = __webpack_require__(1590);
// EXTERNAL MODULE: ./src/bounds/excerpt.ts
var excerpt = __webpack_require__(88508);
// EXTERNAL MODULE: ./src/errors/known-failure.ts
var known_failure = __webpack_require__(16051);
// EXTERNAL MODULE: ./src/source/git/git-failures.ts
var git_failures = __webpack_require__(88888);
;// CONCATENATED MODULE: ./src/engine/buildkit/gone.ts
/** Nothing answers: the daemon, its containerd or the builder is down or restarting. Nothing was begun. */
const absent = /Cannot connect to the Docker daemon|Error while dialing|connect: connection refused|connect: no such file or directory|waiting for connection: |^(?:Cannot build: )?context deadline exceeded$/im;
/** A connection to the daemon or builder that was there ended: it was killed, restarted or drained. Words of gRPC and Docker's client. */
const lost = /the connection to the builder was lost during |code = Unavailable|error reading from server|transport is closing|connection is draining|closing transport due to|graceful_stop|client connection is closing|error during connect: .{0,200}(?:EOF|connection reset|broken pipe)|failed to receive status: .{0,200}(?:EOF|connection reset|broken pipe|DeadlineExceeded)|listing workers/i;
/** What an error says of a step that was running when the daemon or builder went away. */
const wentAwayDuring = 'the connection to the builder was lost during ';
/** Whether an error tells of a daemon or builder that went away: before anything began, or in the middle of a build. */
function goneHow(message) {
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

// EXTERNAL MODULE: ./src/retry/classify.ts
var classify = __webpack_require__(58206);
;// CONCATENATED MODULE: ./src/engine/buildkit/internal-failures.ts

const buildkit = (number) => `https://github.com/moby/buildkit/issues/${number}`;
/**
 * Races and lost state inside BuildKit, mostly between builds side by side and the removal of old cache. The same build succeeds
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
/** The same failures as rows of the table of builds. */
const internalRows = rows.map(({ pattern, seen }) => ({
    code: 'engine-failed',
    pattern,
    verdict: 'transient',
    attempts: classify/* fewAttempts */.X,
    learnedFrom: seen,
}));
/** Whether an error tells of a failure inside BuildKit that is transient. */
function isInternal(message) {
    return rows.some(({ pattern }) => pattern.test(message));
}

// EXTERNAL MODULE: ./src/docker/hanging-daemon.ts
var hanging_daemon = __webpack_require__(17489);
// EXTERNAL MODULE: ./src/registry/answers/known-answers.ts
var known_answers = __webpack_require__(54762);
// EXTERNAL MODULE: ./src/retry/network-faults.ts
var network_faults = __webpack_require__(5404);
;// CONCATENATED MODULE: ./src/engine/buildkit/known-failures.ts





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
        hint: 'Build this platform on a native node, cross-compile with FROM --platform=$BUILDPLATFORM, or set up a newer QEMU. The emulator crashed, not your program.',
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
        hint: 'Use a larger runner, run fewer compiler jobs at once, or build fewer platforms at once. Most often, Linux kills a command because memory ran out.',
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
        hint: 'List the builders of this machine with `docker buildx ls`.',
    },
    {
        code: 'feature-missing',
        pattern: /(?:Multi-platform build|Attestation|Cache export|\w+ exporter) is not supported for the docker driver|docker exporter does not (?:currently )?support exporting manifest lists|push-by-digest is currently not implemented for docker driver/,
        hint: "The docker driver cannot do this with the classic image store. Turn on the daemon's containerd image store, or set `driver: docker-container`.",
    },
    {
        code: 'feature-missing',
        pattern: /granting entitlement \S+ is not allowed by build daemon configuration/,
        hint: 'The builder grants no such entitlement. For a daemon, set `"builder": {"entitlements": {"security-insecure": true}}` (or `network-host`) in daemon.json; for buildkitd, `insecure-entitlements` in its configuration. A builder that the step makes with `driver: docker-container` grants what `allow` names.',
    },
    {
        code: 'input-invalid',
        pattern: /(?:network\.host|security\.insecure) is not allowed$|requested by the build but not allowed/m,
        hint: 'A RUN needs an entitlement that this build was not given: give it with `allow`.',
    },
    {
        code: 'feature-missing',
        pattern: /unable to derive the IP value for host-gateway/,
        hint: 'This builder does not know the address that host-gateway in `add-hosts` is for: write the address itself, or update Docker.',
    },
    {
        code: 'engine-too-old',
        pattern: /unknown entitlement \w+$/m,
        hint: 'The BuildKit of this builder does not know that entitlement of `allow`. Update Docker or the builder.',
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
        hint: 'Correct that line. See https://docs.docker.com/reference/dockerfile/.',
    },
    {
        code: 'dockerfile-invalid',
        pattern: /invalid reference format/,
        hint: 'A name of an image is `registry/repository:tag`, the repository in lower case. An ARG in it that has no value gives this too.',
    },
    ...known_answers/* knownAnswers */.b,
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
        hint: 'Use a base image that has this platform, or remove the platform from `platforms`.',
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
        hint: 'Delete images, or raise the quota, then run the job again. The storage of the registry is full, or your quota is exceeded.',
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
        hint: 'Run the job again. If it fails again, check the log of the registry: its storage may be full.',
    },
    {
        code: 'registry-unavailable',
        pattern: network_faults/* transientFault */.Te,
        hint: 'Run the job again: the registry had a transient error.',
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

;// CONCATENATED MODULE: ./src/engine/buildkit/failure.ts







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
        return new action_error/* ActionError */.lZ(known.code, `Cannot build: ${during}${summary}`, { hint: known.hint });
    }
    const where = [
        platform && `for ${platform}`,
        place && `at ${place.file}:${place.line}`,
        failed && failed.name !== '' && `in ${failed.name}`,
    ].filter(Boolean);
    return new action_error/* ActionError */.lZ(known?.code ?? 'build-failed', [
        `Cannot build${where.length === 0 ? '' : ` ${where.join(' ')}`}: ${failed && failed.name !== '' ? withoutCommand(summary) : summary}`,
        ...(failed && failed.output.length > 0
            ? ['Last lines of that step:', ...failed.output.map((line) => `  ${line}`)]
            : []),
    ].join('\n'), {
        hint: known?.hint ?? hintFor(summary, exitCode, failure),
        ...(place ? { place } : {}),
        ...(platform ? { platform } : {}),
    });
}
/** What BuildKit says of a RUN without its command, which the name of the step has. */
function withoutCommand(summary) {
    return summary.replace(/^process ".*"(?= did not complete successfully: )/s, 'the command');
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
    // The last word is the reason: a step prints what Git says of each attempt.
    const reason = (0,git_failures/* gitReason */.th)(summary) ??
        (0,git_failures/* gitReason */.th)(output.join('\n')) ??
        (summary.split('\n')[0] ?? '').replace(/^(?:failed to [\w .]+: )+(?=\S)/, '').replace(/, output: ""$/, '');
    const known = (0,known_failure/* recognise */.G)(git_failures/* gitFailures */.mk, reason) ?? (0,known_failure/* recognise */.G)(git_failures/* gitFailures */.mk, text);
    return new action_error/* ActionError */.lZ(known?.code ?? 'context-unreadable', `Cannot fetch ${remoteOf(text, failure)}: ${reason}`, {
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
        return new action_error/* ActionError */.lZ('dockerfile-not-found', `Cannot build: there is no ${remote.file} in ${url}`, {
            hint: remote.kind === 'git'
                ? 'Set `file` to a path in the repository, or in the directory that the URL names after `#ref:`. It does not start from the workspace.'
                : 'Set `file` to a path in the archive. It does not start from the workspace.',
        });
    }
    if (remote.kind !== 'archive' || !/failed to (?:read downloaded context|stat policy file)/.test(summary))
        return undefined;
    const [, status] = /invalid response status (\d{3})/.exec(summary) ?? [];
    if (status === '404' || status === '410') {
        return new action_error/* ActionError */.lZ('context-not-found', `Cannot fetch ${url}: the server answered ${status}`, {
            hint: 'Check the URL in `context`.',
        });
    }
    if (status === '401' || status === '403') {
        return new action_error/* ActionError */.lZ('context-unreadable', `Cannot fetch ${url}: the server answered ${status}`, {
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
    return new action_error/* ActionError */.lZ(known?.code ?? 'image-not-found', `Cannot attach an SBOM: ${summary}`, {
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
        return 'Read the output of the command above for the cause.';
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
var external_node_string_decoder_ = __webpack_require__(46193);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
;// CONCATENATED MODULE: ./src/engine/buildkit/progress.ts




/** How BuildKit names the reading of a cache's list of steps. */
const importing = 'importing cache manifest from ';
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
            span: undefined,
            cached: false,
            error: undefined,
            output: [],
            fetched: new Map(),
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
        const ended = Date.parse(vertex.completed);
        const begun = step.started ?? ended;
        step.spent += Math.max(0, ended - begun);
        step.span = spanOf(step.span?.from ?? begun, ended);
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
                if (typeof current !== 'number')
                    continue;
                if (id === 'transferring context:')
                    sent.set(vertex, current);
                if (id.startsWith('sha256:'))
                    stepOf(vertex, '').fetched.set(id, current);
            }
        },
        findings: () => [...findings.values()],
        sent: () => sumOf(sent),
        steps: () => [...seen.values()].map(({ name, cached, spent, span, fetched }) => {
            // What FROM fetches is the base image.
            const bytes = cached && !/\] FROM /.test(name) ? sumOf(fetched) : 0;
            const step = { name, platform: platformOf(name), cached, milliseconds: spent, ...(span ? { span } : {}) };
            return bytes > 0 ? { ...step, fetched: bytes } : step;
        }),
        running: () => [...seen.values()]
            .flatMap(({ name, started }) => (started === undefined ? [] : [{ name, since: started }]))
            .sort((a, b) => a.since - b.since),
        readsCache: () => {
            const running = [...seen.values()].filter(({ started }) => started !== undefined);
            return running.length > 0 && running.every(({ name, cached }) => cached || name.startsWith(importing));
        },
        exportsFromCache: () => {
            const steps = [...seen.values()];
            const running = steps.filter(({ started }) => started !== undefined);
            const isRead = steps.some(({ name }) => name.startsWith(importing)) && steps.some(({ cached }) => cached);
            return isRead && running.length > 0 && running.every(({ name }) => name.startsWith('exporting to '));
        },
        failed: () => failed && {
            name: failed.name,
            platform: platformOf(failed.name),
            error: failed.error ?? '',
            output: failed.output,
        },
        failures: () => [...seen.values()].flatMap(({ name, error }) => (error === undefined ? [] : [{ name, error }])),
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
        const event = (0,json/* parseJson */.qF)(line);
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
/** Undefined for times that are no dates. */
function spanOf(from, to) {
    return Number.isFinite(from) && to >= from ? { from, to } : undefined;
}
function sumOf(bytes) {
    return [...bytes.values()].reduce((sum, one) => sum + one, 0);
}
function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)}s`;
}

// EXTERNAL MODULE: ./src/retry/retry-work.ts
var retry_work = __webpack_require__(3192);
;// CONCATENATED MODULE: ./src/engine/buildkit/retry-table.ts





/** A RUN that ended with a status of its own. */
const failedRun = /did not complete successfully: exit code|executor failed running/;
/** Registries that lag behind right after a push, and gateways whose page stands for an answer. */
const lagging = /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /;
const answeredBefore = (_, context) => context.answeredBefore === true;
const ownNetwork = (_, context) => context.ownNetwork === true;
const faults = 'registries and token servers behind test/e2e/faults.test.ts';
const outages = 'dockerd, its containerd and buildkitd, killed and started again during builds';
const servers = 'Git servers and those of `ADD`, on Docker 20 to 28 and BuildKit 0.32';
/** What a failed build, or boot of a builder, is: by the code of its error and by words. docs/retries.md */
const buildTable = [
    { pattern: failedRun, verdict: 'permanent', learnedFrom: 'BuildKit, and the one in Docker 20.10' },
    { code: 'registry-unavailable', verdict: 'transient', learnedFrom: faults },
    { code: 'registry-full', verdict: 'transient', attempts: classify/* fewAttempts */.X, learnedFrom: faults },
    { code: 'registry-unreachable', pattern: network_faults/* misconfigured */.o7, verdict: 'permanent', learnedFrom: faults },
    {
        code: 'registry-unreachable',
        pattern: /no such host/,
        verdict: 'transient',
        attempts: classify/* fewAttempts */.X,
        learnedFrom: faults,
    },
    {
        code: 'registry-unreachable',
        pattern: /dial tcp (?:127\.|\[::1\])/,
        when: ownNetwork,
        verdict: 'transient',
        attempts: classify/* fewAttempts */.X,
        learnedFrom: 'builders in a container, where this address is the container',
    },
    { code: 'registry-unreachable', verdict: 'transient', learnedFrom: faults },
    {
        code: 'registry-denied',
        verdict: 'maybe',
        attempts: 2,
        learnedFrom: 'GHCR and others, which deny access now and then to users who have it',
    },
    {
        // Preflight has just found the base image.
        code: 'image-not-found',
        unless: /^Cannot (?:attach an SBOM|start a )/,
        verdict: 'maybe',
        attempts: 2,
        learnedFrom: faults,
    },
    { code: 'build-failed', pattern: lagging, verdict: 'transient', attempts: classify/* fewAttempts */.X, learnedFrom: faults },
    { code: 'download-failed', pattern: /^Cannot fetch /, table: git_failures/* gitTable */.jn },
    { code: 'download-failed', pattern: network_faults/* misconfigured */.o7, verdict: 'permanent', learnedFrom: servers },
    {
        code: 'download-failed',
        pattern: network_faults/* unreachable */.HB,
        verdict: 'transient',
        attempts: classify/* fewAttempts */.X,
        learnedFrom: servers,
    },
    { code: 'download-failed', pattern: network_faults/* transientFault */.Te, verdict: 'transient', learnedFrom: servers },
    {
        code: 'dockerfile-not-found',
        pattern: network_faults/* transientFault */.Te,
        unless: network_faults/* misconfigured */.o7,
        verdict: 'transient',
        learnedFrom: 'BuildKit, which fetches the frontend that reads the Dockerfile from a registry',
    },
    { code: 'daemon-unreachable', pattern: network_faults/* misconfigured */.o7, verdict: 'permanent', learnedFrom: outages },
    // The build may be what the daemon did not survive: it is run again once.
    {
        code: 'daemon-unreachable',
        pattern: lost,
        when: answeredBefore,
        verdict: 'transient',
        once: true,
        learnedFrom: outages,
    },
    { code: 'daemon-unreachable', pattern: absent, when: answeredBefore, verdict: 'transient', learnedFrom: outages },
    {
        code: 'daemon-unreachable',
        pattern: lost,
        verdict: 'transient',
        attempts: classify/* fewAttempts */.X,
        once: true,
        learnedFrom: outages,
    },
    {
        code: 'daemon-unreachable',
        pattern: [absent, network_faults/* transientFault */.Te],
        verdict: 'transient',
        attempts: classify/* fewAttempts */.X,
        learnedFrom: outages,
    },
    // Races inside BuildKit, each with its issues.
    ...internalRows,
    {
        code: 'engine-failed',
        pattern: /Cannot connect to the Docker daemon/,
        when: answeredBefore,
        verdict: 'transient',
        learnedFrom: outages,
    },
    // The boot of a builder, whose image the daemon pulls, or whose machine is not there.
    { code: 'engine-failed', table: network_faults/* startTable */.tW },
];
/** The part of an error that the table reads. */
function tableText({ message }) {
    // What the command of a RUN printed is part of the message, and may hold any words.
    const [said = ''] = failedRun.exec(message) ?? message.split('\nLast lines of that step:', 1);
    return said;
}

;// CONCATENATED MODULE: ./src/engine/buildkit/retry-build.ts


/**
 * Runs a build, or the boot of a builder, again when its failure is transient: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after fractions of one. Its cache makes the second time cheap. A daemon or builder
 * that has answered before is waited for as long as the policy says. A failed RUN, a bad input and a network that is set up
 * wrong are not retried; a denial is, once.
 *
 * @throws what the last attempt threw
 */
async function retryBuild(build, { policy, onRetry, ...context }, { log, clock, signal }) {
    return await (0,retry_work/* retryWork */.U)({ work: build, table: buildTable, context, textOf: tableText }, { policy, onRetry, log, clock, signal });
}

// EXTERNAL MODULE: ./src/engine/warn-findings.ts
var warn_findings = __webpack_require__(35663);
// EXTERNAL MODULE: ./src/dockerfile/instructions/source-kind.ts
var source_kind = __webpack_require__(31128);
// EXTERNAL MODULE: ./src/dockerfile/read/inline.ts
var inline = __webpack_require__(57370);
// EXTERNAL MODULE: ./src/source/missing-source.ts
var missing_source = __webpack_require__(7547);
;// CONCATENATED MODULE: ./src/engine/buildkit/cache-failure.ts


/**
 * Content that is not what a cache said of it. BuildKit ignores a cache whose list of steps it cannot read, and takes the steps on trust: it
 * fetches their layers only when another step or the export needs them, and fails then (0.32: wrong bytes, too few of them, none in a registry).
 */
const wrongContent = /unexpected commit digest|short read: expected |failed commit on ref|unexpected EOF|missing descriptor handlers|could not fetch content descriptor sha256:|The cache import stalled/;
/** Whether a build may have failed from the content of a cache that it read, or waited for one that does not answer. */
function isCacheFailure(error) {
    return wrongContent.test((0,excerpt/* excerptOf */.z)((0,action_error/* messageOf */.bD)(error)));
}

;// CONCATENATED MODULE: ./src/engine/buildkit/sbom-generator.ts
/** The image that BuildKit takes when none is named. https://docs.docker.com/build/metadata/attestations/sbom/ */
const usual = 'docker/buildkit-syft-scanner:stable-1';
/** The reference of the image that makes the SBOM, by the attributes of the input `sbom`. */
function generatorOf(sbom) {
    return sbom['generator'] || usual;
}

;// CONCATENATED MODULE: ./src/engine/buildkit/to-activity.ts


/** Returns a running step for people: its platform, number and text, `linux/arm64 3/7 RUN make`. `platforms` are those of the build. */
function toActivity({ name, since }, platforms) {
    const [, where = '', text = name] = /^\[([^\]]{1,256})\] (.*)$/s.exec(name) ?? [];
    if (where === '' || where === 'internal')
        return { text, since };
    const only = platforms.length === 1 && platforms[0] ? (0,oci_platform/* formatPlatform */.Bq)(platforms[0]) : undefined;
    const number = where.split(' ').findLast((word) => /^\d+\/\d+$/.test(word));
    const parts = [platformOf(name) ?? only, number, text.replaceAll(/\s+/g, ' ')];
    return { text: parts.filter((part) => part !== undefined).join(' '), since };
}

// EXTERNAL MODULE: ./src/engine/large-context.ts
var large_context = __webpack_require__(71835);
// EXTERNAL MODULE: ./src/text/duration.ts
var duration = __webpack_require__(49495);
;// CONCATENATED MODULE: ./src/engine/buildx/watch.ts




/** Milliseconds without a line after which the builder is asked whether it is there, and again each time they have passed. */
const silence = 60_000;
/** So many times in a row the builder may leave that question open. */
const watch_patience = 3;
/** Milliseconds without a line after which the log says what is waited for. */
const longSilence = 600_000;
/**
 * Watches over one call of buildx, which waits for ever where a builder or a daemon hangs: `work` hands each line to
 * `onLine` and ends when `signal` is aborted. A step may well be silent, so silence alone is only told.
 *
 * @throws ActionError `daemon-unreachable` when nothing comes and the builder no longer answers, `engine-failed` when a cache that it reads does not
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
            // An export is silent while it compresses a layer, so it has longer.
            if (progress.readsCache() || (quiet() >= longSilence && progress.exportsFromCache())) {
                lost.abort(cacheStalled(quiet()));
                return;
            }
            if (quiet() >= longSilence && !warned) {
                warned = true;
                log.warning(`Nothing came from the builder for ${(0,duration/* formatDuration */.a)(quiet())}: ${describeRunning(progress, clock)}`);
            }
            unanswered = (await answers()) || quiet() < silence ? 0 : unanswered + 1;
            if (unanswered === watch_patience)
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
        if (!(error instanceof action_error/* ActionError */.lZ) || interrupted === undefined)
            throw error;
        throw error.with({ message: `${error.message}; ${interrupted.running}`, platform: interrupted.platform });
    }
    finally {
        stop.removeEventListener('abort', note);
        over.abort();
        await looking;
    }
}
function watch_gone(quiet) {
    return new action_error/* ActionError */.lZ('daemon-unreachable', `Stopped the build: nothing came from the builder for ${(0,duration/* formatDuration */.a)(quiet)}, and it no longer answers`, { hint: hanging_daemon/* deadDaemonHint */.Cz });
}
function cacheStalled(quiet) {
    return new action_error/* ActionError */.lZ('engine-failed', `The cache import stalled: nothing came for ${(0,duration/* formatDuration */.a)(quiet)}`);
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
 * Runs `docker-buildx build`, again after a transient failure, and streams its progress to the log.
 *
 * @throws ActionError what the build failed from
 */
async function callBuildx(buildx, target) {
    const { host } = buildx.run;
    let found = [];
    const onFailed = (findings) => {
        found = findings;
    };
    try {
        const call = (by) => callOnce(by, { ...target, onFailed });
        return await retryBuild(sparingBadCache(call, buildx), buildx.retries, host);
    }
    catch (error) {
        // Of a build that succeeds the caller says them, once for all its calls.
        if (!host.signal.aborted)
            (0,warn_findings/* warnFindings */.v)(found, host.log);
        throw error;
    }
}
/** The build; from when a cache that it read may be what it failed from, without such caches and from scratch. */
function sparingBadCache(call, buildx) {
    const { host } = buildx.run;
    let current = buildx;
    return async () => {
        try {
            return await call(current);
        }
        catch (error) {
            if (current.build.cacheFrom.length === 0 || host.signal.aborted || !isCacheFailure(error))
                throw error;
            host.log.warning(`Building again without the build cache, which may be damaged: ${(0,action_error/* messageOf */.bD)(error)}`);
            // From scratch, because what the builder has learned of the steps leads to the same content.
            current = { ...buildx, build: { ...buildx.build, cacheFrom: [], noCache: true } };
            return await call(current);
        }
    };
}
async function callOnce(buildx, target) {
    const { run: { plan, host }, spec, build, builder, env, } = buildx;
    const { natives } = plan.engine.traits;
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(host.tempDir, 'call-'));
    const call = {
        ...target,
        builder,
        addHosts: spec.addHosts,
        metadataFile: (0,external_node_path_.join)(folder, 'metadata.json'),
        imageIdFile: (0,external_node_path_.join)(folder, 'image-id'),
    };
    const run = async (progressMode, asked = specFor(buildx, target.outputs)) => {
        const progress = createProgress(target.quiet ? () => undefined : host.log.detail);
        const args = buildArguments(asked, { ...call, progress: progressMode });
        // Without this buildx works out a provenance for the metadata file too, asked for or not.
        const own = { ...cacheService(build, host.env), ...env, BUILDX_METADATA_PROVENANCE: 'disabled' };
        const stopWatch = host.log.watch(() => progress.running().map((step) => toActivity(step, target.platforms)));
        const result = await runBuildx(buildx, args, { progress, env: own }).finally(stopWatch);
        return { progress, result };
    };
    const platforms = target.platforms.map(oci_platform/* formatPlatform */.Bq).join(', ');
    const grouped = (work) => (target.quiet ? work() : host.log.group(`Build ${platforms}`, work));
    const { progress, result } = await grouped(async () => {
        const first = await run('rawjson');
        if (first.result.ok)
            return first;
        // buildx before 0.12, which knows no rawjson either: the default annotations are none that anybody asked for.
        if (/unknown flag: --annotation/.test(first.result.stderr) && defaultsAlone(build)) {
            return run('plain', { ...build, annotations: {} });
        }
        return /invalid progress mode/.test(first.result.stderr) ? run('plain') : first;
    });
    const findings = progress.findings().map(({ message, line }) => ({
        message,
        place: line === undefined ? undefined : { file: dockerfileName(build), line },
    }));
    if (!result.ok) {
        target.onFailed(findings);
        const error = toBuildError({
            status: result.status,
            messages: progress.messages(),
            failed: progress.failed(),
            dockerfile: dockerfileName(build),
            platform: target.platforms.length === 1 ? platforms : undefined,
            isEmulated: (platform) => isEmulated(platform, natives),
            explainMissing: (path) => whyMissing(path, build),
            ...remoteContext(build),
            ...sbomGenerator(build),
        });
        if (error.code !== 'platform-unsupported')
            throw error;
        throw error.with({ hint: await (0,facts_builder/* describeOffer */.qN)(host, { buildx: spec.program, builder, env }) });
    }
    const context = (0,large_context/* tellContext */.P)(host, progress.sent(), { what: 'Build context sent to the builder', spec: build });
    const imageId = readIfThere(call.imageIdFile);
    return {
        metadata: (0,json/* parseJson */.qF)(readIfThere(call.metadataFile) ?? '{}'),
        imageId,
        steps: progress.steps(),
        findings,
        ...context,
        cacheErrors: progress
            .failures()
            .flatMap(({ name, error }) => (/^exporting (?:cache|to GitHub)/.test(name) ? [error] : [])),
    };
}
/** Runs a call of buildx under watch; its lines go to `progress`. Variables that build arguments name are in its environment. */
function runBuildx({ run: { host }, spec, build, builder, env }, args, call) {
    host.log.debug(`docker-buildx ${withoutValues(args).join(' ')}`);
    const named = (0,child_environment/* withheldVariables */.BN)(Object.keys(build.buildArgs).filter((name) => build.buildArgs[name] === null), host.env);
    const answers = () => (0,facts_builder/* builderAnswers */.b4)(host, { buildx: spec.program, builder, env });
    return watch({ progress: call.progress, answers }, host, (onStderrLine, signal) => host.exec(spec.program, args, { env: { ...named, ...call.env }, onStderrLine, signal }));
}
/** The token of the runner's cache service, for a build that uses that: buildx hands it on to the builder, and nothing else gets it. */
function cacheService({ cacheFrom, cacheTo }, env) {
    const isUsed = [...cacheFrom, ...cacheTo].some(({ type }) => type === 'gha');
    return isUsed ? (0,child_environment/* withheldVariables */.BN)(['ACTIONS_RUNTIME_TOKEN'], env) : {};
}
/** The classic image store holds no annotations, and refuses those of an index after the build; the cache holds no image. */
function specFor({ build, spec }, outputs) {
    const holdsNone = outputs.every(({ kind }) => kind === 'store' ? spec.server?.store === 'classic' : kind === 'cache' && defaultsAlone(build));
    return holdsNone ? { ...build, annotations: {} } : build;
}
function defaultsAlone({ givenAnnotations }) {
    return Object.keys(givenAnnotations).length === 0;
}
function remoteContext({ contextIsFolder, context, file }) {
    if (contextIsFolder)
        return {};
    const isGit = context.startsWith('github.com/') || (0,source_kind/* sourceKind */.u)(context) === 'git';
    return { remote: { kind: isGit ? 'git' : 'archive', url: context, file: file ?? 'Dockerfile' } };
}
function sbomGenerator({ sbom }) {
    return sbom === undefined ? {} : { sbomGenerator: generatorOf(sbom) };
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
/** Returns the arguments for the log: build arguments by name only, since people put into them what they should not. */
function withoutValues(args) {
    return args.map((arg, index) => (args[index - 1] === '--build-arg' ? arg.replace(/=.*/s, '=…') : arg));
}

;// CONCATENATED MODULE: ./src/engine/buildx/ask-buildx.ts









/**
 * Asks the builder about the Dockerfile, again after a transient failure.
 *
 * @throws ActionError `engine-too-old` for a buildx or a builder that cannot be asked, else what is wrong with the Dockerfile
 */
async function askBuildx(buildx, question) {
    return await retryBuild(() => askOnce(buildx, question), buildx.retries, buildx.run.host);
}
async function askOnce(buildx, question) {
    const { run: { host }, builder, env, } = buildx;
    const build = withNeededSecrets(buildx.build);
    const args = questionArguments(build, { builder, platforms: build.platforms, question });
    const progress = createProgress(host.log.detail);
    const { ok, status, stdout, stderr } = await host.log.group(`Call ${question}`, () => runBuildx(buildx, args, { progress, env }));
    const document = (0,json/* parseJsonObject */.dw)(stdout);
    const file = dockerfileName(build);
    const findings = document === undefined ? [] : (0,answer/* findingsOf */.WX)({ question, file, document });
    // Findings are no failure of the call, although buildx 0.16 and newer exit with 1 then.
    if (document !== undefined && (ok || (findings.length > 0 && !hasBuildError(document))))
        return document;
    const tooOld = whyTooOld(stderr, question);
    if (tooOld !== undefined)
        throw tooOld;
    if (ok) {
        throw new action_error/* ActionError */.lZ('engine-failed', `Cannot read what buildx answers to --call=${question}: it is not JSON`, {
            hint: 'Update buildx (package docker-buildx-plugin).',
        });
    }
    (0,warn_findings/* warnFindings */.v)(findings, host.log);
    throw toBuildError({
        status,
        messages: progress.messages(),
        failed: progress.failed(),
        dockerfile: file,
        platform: undefined,
        ...remoteContext(build),
    });
}
/** Nothing is run: of secrets only those count with which BuildKit fetches contexts, and of SSH agents those for Git. */
function withNeededSecrets(build) {
    const isRemote = !build.contextIsFolder || build.contexts.some(({ source }) => source.kind === 'git');
    return {
        ...build,
        secrets: build.secrets.filter(({ id }) => /^(?:GIT|HTTP)_AUTH_/.test(id)),
        ssh: isRemote ? build.ssh : [],
    };
}
/** Whether there is more than findings: with `# check=error=true` they are an error too. */
function hasBuildError(document) {
    const message = (0,json/* member */.Dc)(document['buildError'], 'message');
    return typeof message === 'string' && !message.startsWith('lint violation found');
}
/** `--call` came with buildx 0.15, checks with BuildKit 0.15 and Dockerfile frontend 1.8, which buildx takes for an older builder. */
function whyTooOld(stderr, question) {
    const error = (what, hint) => new action_error/* ActionError */.lZ('engine-too-old', `Cannot call ${question}: ${what}`, {
        hint: `${hint}, or set \`engine: embedded\`, which needs no builder.`,
    });
    if (/unknown flag: --call/.test(stderr)) {
        return error('this buildx has no --call', 'Update buildx to 0.15 or newer');
    }
    if (/unsupported request frontend\.|unsupported frontend capability|does not support subrequests/.test(stderr)) {
        return error('the builder does not know it, and buildx cannot make it use a newer Dockerfile frontend', 'Update Docker to 27 (BuildKit 0.15) or newer, let the builder pull docker.io/docker/dockerfile');
    }
    return undefined;
}

// EXTERNAL MODULE: ./src/engine/buildx/require-buildx.ts
var require_buildx = __webpack_require__(82849);
;// CONCATENATED MODULE: ./src/engine/buildx/check-buildkit.ts



/** Milliseconds for the nodes to answer, which are started where they are not running. */
const timeout = 120_000;
/**
 * Checks the version of BuildKit on each node of a builder, where a minimum was asked for.
 *
 * @throws ActionError `engine-too-old`, `builder-not-found`
 */
async function checkBuildkit({ program, builder, env, minimum }, host) {
    if (minimum === undefined)
        return;
    const result = await host.exec(program, ['inspect', '--bootstrap', ...(0,positional/* positional */.n)(builder)], { env, timeout });
    if (!result.ok) {
        const found = result.stderr.trim().split('\n').at(-1) ?? '';
        throw new action_error/* ActionError */.lZ('builder-not-found', `Cannot read the version of BuildKit in the builder ${builder}: ${found}`);
    }
    const versions = buildkitVersions(result.stdout);
    for (const version of versions.length === 0 ? [''] : versions)
        (0,require_buildx/* requireVersion */.eU)('buildkit', version, minimum);
}
/**
 * The version of each node in what `buildx inspect` prints, "" where it is not known: buildx before 0.13 writes `Buildkit:`, and a BuildKit
 * that Debian has compiled is `v0.0.0+unknown`.
 */
function buildkitVersions(output) {
    return [...output.matchAll(/^Build[kK]it(?: version)?:[ \t]*(\S{1,64})/gm)].map(([, version = '']) => /^v?0\.0\.0\b/.test(version) ? '' : version);
}

// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
;// CONCATENATED MODULE: ./src/engine/buildx/check-buildkitd-config.ts



/**
 * Checks that the configuration of a builder that this step creates is a regular file of at most `limits.configFile` bytes: buildx reads it whole.
 *
 * @throws ActionError `input-invalid`
 */
async function checkBuildkitdConfig({ builder }) {
    if (builder.kind !== 'create' || builder.config?.kind !== 'file')
        return;
    const { path } = builder.config;
    try {
        await (0,read_limited/* readFileLimited */.lB)(path, limits/* limits */.F.configFile);
    }
    catch (cause) {
        throw new action_error/* ActionError */.lZ('input-invalid', `Cannot read buildkitd-config ${path}: ${found(cause)}`, {
            hint: 'Set `buildkitd-config` to the path of a TOML file, or pass its text in `buildkitd-config-inline`.',
            cause,
        });
    }
}
function found(cause) {
    if (cause instanceof read_limited/* LimitError */.oC)
        return cause.message;
    return cause.code === 'ENOENT' ? 'it does not exist' : 'this user cannot read it';
}

// EXTERNAL MODULE: ./src/bounds/yaml.ts
var yaml = __webpack_require__(53514);
// EXTERNAL MODULE: ./src/retry/retry.ts
var retry = __webpack_require__(3144);
;// CONCATENATED MODULE: ./src/engine/buildx/check-kubernetes.ts









/** A pod finds its cluster by these. https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** Milliseconds without an answer of the API. */
const check_kubernetes_patience = 10_000;
/** Connections to which nobody answered; every other failure, such as of a certificate, is an answer. */
const kubernetesTable = [
    {
        code: [
            ...[
                'ECONNREFUSED',
                'ECONNRESET',
                'ENOTFOUND',
                'EAI_AGAIN',
                'ETIMEDOUT',
                'EHOSTUNREACH',
                'ENETUNREACH',
                'ENETDOWN',
            ],
        ],
        verdict: 'transient',
        attempts: classify/* fewAttempts */.X,
        learnedFrom: 'clusters that are started by a step before this one',
    },
];
/**
 * Checks that a Kubernetes builder which this step creates has a cluster to go to: a kubeconfig with a current context (or the service
 * account of a pod), and an API that answers at its address.
 *
 * @throws ActionError `builder-not-found`, `daemon-unreachable`
 */
async function checkKubernetes(run, { builder }) {
    if (builder.kind !== 'create' || builder.driver !== 'kubernetes')
        return;
    const { plan, host } = run;
    // Another endpoint is a context of Docker's, which only buildx reads.
    if (builder.endpoint !== undefined)
        return;
    const paths = kubeconfigs(host.env);
    const found = paths.filter((path) => (0,external_node_fs_.existsSync)(path));
    if (found.length === 0) {
        if (host.env['KUBERNETES_SERVICE_HOST'] && (0,external_node_fs_.existsSync)(serviceAccount))
            return;
        throw missing(`there is no kubeconfig at ${paths.join(', ')}`);
    }
    const server = await serverOf(found);
    if (plan.preflight && server !== undefined)
        await checkServer(server, run);
}
/** As Kubernetes' own clients look for it. https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ */
function kubeconfigs(env) {
    const named = (env['KUBECONFIG'] ?? '').split(external_node_path_.delimiter).filter((path) => path !== '');
    return named.length > 0 ? named : [(0,external_node_path_.join)(env['HOME'] || env['USERPROFILE'] || '', '.kube', 'config')];
}
/** Address of the API in the current context; undefined where it is reached in a way of its own. */
async function serverOf(paths) {
    const parse = await (0,yaml/* loadYaml */.yv)();
    const documents = await Promise.all(paths.map(async (path) => {
        try {
            return parse(await (0,read_limited/* readFileLimited */.lB)(path, limits/* limits */.F.configFile));
        }
        catch (error) {
            // A message of the parser may quote the file, which holds credentials.
            const reason = error instanceof Error && /^E[A-Z]+:/.test(error.message) ? (0,action_error/* messageOf */.bD)(error) : 'it is not YAML';
            throw missing(`the kubeconfig ${path} cannot be read: ${reason}`);
        }
    }));
    // Of several files the first that says something counts.
    const current = documents.map((one) => textOf(one, 'current-context')).find((name) => name !== '');
    const context = named(documents, 'contexts', current);
    const cluster = named(documents, 'clusters', textOf((0,json/* member */.Dc)(context, 'context'), 'cluster'));
    const server = textOf((0,json/* member */.Dc)(cluster, 'cluster'), 'server');
    if (server === '' || !URL.canParse(server)) {
        throw missing(`the kubeconfig ${paths.join(', ')} has no current context with the address of a cluster`);
    }
    return textOf((0,json/* member */.Dc)(cluster, 'cluster'), 'proxy-url') === '' ? server : undefined;
}
function named(documents, list, name) {
    const entries = documents.flatMap((one) => {
        const found = (0,json/* member */.Dc)(one, list);
        return Array.isArray(found) ? found : [];
    });
    return entries.find((entry) => name !== undefined && textOf(entry, 'name') === name);
}
async function checkServer(server, { access, host }) {
    const describe = ({ message }) => `Cannot create a kubernetes builder: the Kubernetes API at ${server} does not answer: ${message}`;
    const { log, clock, signal } = host;
    const outcome = await (0,retry/* retry */.L)({ attempt: () => reach(server, host), table: kubernetesTable, describe }, { ...access.retries, log, clock, signal });
    if (outcome.ok)
        return;
    throw new action_error/* ActionError */.lZ('daemon-unreachable', describe(outcome.failure), {
        hint: 'Check the address in the kubeconfig, and that this machine reaches it: `kubectl version` asks the same.',
    });
}
/** Succeeds where somebody answers, in whatever words: credentials are buildx's affair. */
async function reach(server, { http, signal }) {
    try {
        const { body } = await http({ method: 'GET', url: new URL('/version', server).href, timeout: check_kubernetes_patience, signal });
        body.destroy();
    }
    catch (cause) {
        if (signal.aborted)
            throw cause;
        const { code = '' } = Object(cause);
        const failure = { kind: 'connection', code, message: (0,action_error/* messageOf */.bD)(cause), cause };
        if ((0,classify/* classify */.L)(failure, kubernetesTable).verdict !== 'permanent')
            return { ok: false, failure };
    }
    return { ok: true, value: undefined };
}
function missing(found) {
    return new action_error/* ActionError */.lZ('builder-not-found', `Cannot create a kubernetes builder: ${found}`, {
        hint: 'Write a kubeconfig with a current context in a step before this one, and set KUBECONFIG to its path.',
    });
}
function textOf(value, key) {
    const found = (0,json/* member */.Dc)(value, key);
    return typeof found === 'string' ? found : '';
}

// EXTERNAL MODULE: ./src/docker/is-in-store.ts
var is_in_store = __webpack_require__(83476);
;// CONCATENATED MODULE: ./src/engine/buildx/check-sbom-generator.ts



/**
 * Checks that the image that makes the SBOM can be pulled: BuildKit asks for it when everything else is built.
 *
 * @throws ActionError `image-not-found`, `registry-unauthorized`, `registry-denied`, `platform-unsupported`
 */
async function checkSbomGenerator({ plan, access, host }) {
    const { baseStore, natives } = plan.engine.traits;
    const { sbom } = plan.build;
    if (sbom === undefined)
        return;
    const reference = generatorOf(sbom);
    // It runs on the builder, which is of its own platform.
    const platform = check_sbom_generator_platformOf(natives[0]);
    try {
        await access.findImage(reference, platform);
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ) || error.code === 'cancelled')
            throw error;
        const stored = baseStore !== undefined && (await (0,is_in_store/* isInStore */.p)({ reference, platform }, baseStore, host));
        if (stored !== false)
            return;
        if (certain.has(error.code)) {
            throw new action_error/* ActionError */.lZ(error.code, `Cannot attach an SBOM with ${reference}: ${error.message}`, {
                hint: 'Name a generator that the builder can pull, `sbom: generator=…`, or set `sbom: false`.',
                cause: error,
            });
        }
        // The builder may have another way there: a mirror, a network of its own.
        host.log.info(`Preflight could not check the SBOM generator ${reference}: ${error.message}`);
    }
}
const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied']);
function check_sbom_generator_platformOf(native) {
    const [os = 'linux', architecture = 'amd64'] = (native ?? 'linux/amd64').split('/');
    return { os, architecture };
}

// EXTERNAL MODULE: ./src/cleanup/cleanup.ts + 1 modules
var cleanup = __webpack_require__(75141);
// EXTERNAL MODULE: ./src/docker/call-daemon.ts + 2 modules
var call_daemon = __webpack_require__(30411);
// EXTERNAL MODULE: ./src/inputs/mirrors.ts
var inputs_mirrors = __webpack_require__(69329);
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
        hint: 'Grant the user of the kubeconfig these permissions in the namespace: deployments (get, create, delete), configmaps (create, update, delete), pods (list), pods/exec (create, get).',
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
    ? 'Check that the daemon can pull the builder image, moby/buildkit from Docker Hub, or set `image=…` in `driver-opts`. Remove `driver` to build without a builder if the daemon supports the build.'
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
    const fail = (code, hint) => new action_error/* ActionError */.lZ(code, `Cannot start a ${driver} builder: ${found.replace(/^ERROR: /, '')}`, { hint });
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
            : 'Check that buildkitd runs at `endpoint` and that this machine reaches it. One that speaks TLS needs certificates: docs/engines/remote-and-nodes.md.');
    }
    const known = (0,known_failure/* recognise */.G)(knownFailures, found);
    const image = options.find((option) => option.startsWith('image='))?.slice('image='.length);
    if (known?.code === 'daemon-unreachable' || gone.test(found))
        return fail('daemon-unreachable', known?.hint ?? '');
    if (lacksImage(found))
        return fail('image-not-found', imageHint(image));
    const ofNetwork = known !== undefined && ofImage.includes(known.code);
    const more = ofNetwork || network_faults/* transientFault */.Te.test(found) ? [known?.hint ?? ''] : [];
    return fail('engine-failed', [imageHint(image), ...more].join(' ').trim());
}

;// CONCATENATED MODULE: ./src/engine/buildx/driver-options.ts

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
            if (last === undefined || quoted || (0,drivers/* traitsOf */.JC)(driver).options?.test(text))
                options.push(text);
            else
                options[options.length - 1] = `${last},${text}`;
        }
        return options;
    });
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

;// CONCATENATED MODULE: ./src/engine/buildx/mirrored-config.ts
/**
 * A configuration of BuildKit with mirrors behind what the user has written; undefined where that names registries itself, because TOML takes
 * no table twice. https://docs.docker.com/build/buildkit/toml-configuration/
 */
function mirroredConfig(given, mirrors) {
    if (mirrors.length === 0)
        return given;
    if (/^[ \t]*(?:\[[ \t]*)?["']?registry["']?[ \t]*[.=\]]/m.test(given))
        return undefined;
    const registries = [...new Set(mirrors.map(({ of }) => of))];
    const tables = registries.map((of) => {
        const own = mirrors.filter((mirror) => mirror.of === of);
        return `[registry.${mirrored_config_text(of)}]\n  mirrors = [${own.map(({ host, path }) => mirrored_config_text(path === '' ? host : `${host}/${path}`)).join(', ')}]\n`;
    });
    const plain = [...new Set(mirrors.filter(({ plainHttp }) => plainHttp).map(({ host }) => host))];
    const hosts = plain
        .filter((host) => !registries.includes(host))
        .map((host) => `[registry.${mirrored_config_text(host)}]\n  http = true\n`);
    return [given, ...tables, ...hosts].filter((part) => part !== '').join('\n');
}
/** A string of TOML. Hosts and paths have no character that JSON would write in another way. */
function mirrored_config_text(value) {
    return JSON.stringify(value);
}

;// CONCATENATED MODULE: ./src/engine/buildx/node-certificates.ts


/** Writes the certificates of a node to files of the step, and returns the options of the driver that name them. */
function writeCertificates(tls, { number, tempDir }) {
    if (tls === undefined)
        return [];
    const write = (kind, text) => {
        const path = (0,external_node_path_.join)(tempDir, `node-${number}-${kind}.pem`);
        (0,external_node_fs_.writeFileSync)(path, text, { mode: 0o600 });
        return `${kind}=${path}`;
    };
    const { ca, own } = tls;
    return [write('cacert', ca), ...(own === undefined ? [] : [write('cert', own.cert), write('key', own.key.reveal())])];
}

;// CONCATENATED MODULE: ./src/engine/buildx/create-builder.ts


















/** Milliseconds for the boot of a builder, whose image is pulled first. */
const bootTimeout = 600_000;
/** What buildx pulls for a builder in a container where nothing else is said. */
const defaultImage = 'docker.io/moby/buildkit:buildx-stable-1';
/**
 * Makes and boots a builder for this step alone, again after a transient failure, and writes down that it must go. Its image is pulled from
 * the mirrors of its registry first, each in its turn.
 *
 * @returns its name
 * @throws ActionError `engine-failed` when it does not boot
 */
async function createBuilder(making, planned) {
    const { run: { host }, spec: { program }, env, retries, } = making;
    const keptAs = planned.keptAs !== undefined && !(await isTaken(making, planned)) ? planned.keptAs : undefined;
    const name = keptAs ?? making.name;
    const nodes = nodesOf(planned, host.tempDir);
    const options = nodes[0]?.options ?? [];
    const keep = keptAs === undefined ? {} : { keepState: true };
    const task = {
        kind: 'builder',
        ...{ name, buildx: program, env, ...keep },
        byHand: removalByHand(planned.driver, name, { options, ...keep }),
    };
    (0,cleanup/* recordTask */.R)(host.tempDir, task);
    const config = configArguments(planned, host);
    const removal = ['rm', '--force', ...(keptAs === undefined ? [] : ['--keep-state']), name];
    /** All nodes, of which the last call boots all. */
    const createWith = async (image) => {
        for (const [index, node] of nodes.entries()) {
            const isLast = index === nodes.length - 1;
            const args = createArguments(planned.driver, withImage(node, image, optionOf(options, 'image')), {
                name,
                config,
                isFirst: index === 0,
                isLast,
            });
            const result = await host.exec(program, args, { env, timeout: bootTimeout, onStderrLine: host.log.info });
            if (!result.ok || isLast)
                return result;
        }
        throw new action_error/* ActionError */.lZ('internal', 'A builder without nodes cannot be made');
    };
    const attempt = async (image) => {
        const result = await host.log.group(`Create a ${planned.driver} builder`, () => createWith(image));
        if (result.ok)
            return name;
        // One that did not boot is there all the same, and its name taken.
        const removed = await host.exec(program, removal, { env, timeout: hanging_daemon/* shortCall */.fz });
        // buildx forgets a builder also when it could not remove it: asked again, it would say that there is none.
        if (!removed.ok && !/no builder/i.test(removed.stderr))
            (0,cleanup/* recordTask */.R)(host.tempDir, { ...task, forgotten: true });
        const found = result.stderr.trim().split('\n').at(-1) ?? '';
        throw bootFailure(planned.driver, found, image === undefined ? options : [`image=${image}`, ...options]);
    };
    const images = imagesOf(planned, options);
    return retryBuild(() => firstOf(images, attempt, host.log), retries, host);
}
/** What the next mirror may be better at: that this one is down, denies or lacks the image. */
const create_builder_ofImage = [
    'engine-failed',
    'image-not-found',
    'registry-unreachable',
    'registry-unavailable',
    'registry-denied',
];
async function firstOf(images, attempt, log) {
    const [image, ...others] = images;
    if (others.length === 0)
        return await attempt(image);
    try {
        return await attempt(image);
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ) || !create_builder_ofImage.includes(error.code))
            throw error;
        log.info(`${error.message}; trying the next mirror`);
        return await firstOf(others, attempt, log);
    }
}
/** The images that the daemon is asked for one after the other; undefined is the one that the options or buildx name. */
function imagesOf({ driver, mirrors }, options) {
    // The nodes of a cluster pull for themselves.
    if ((0,drivers/* traitsOf */.JC)(driver).runs !== 'on-daemon')
        return [undefined];
    const all = (0,inputs_mirrors.mirroredReferences)(optionOf(options, 'image') ?? defaultImage, mirrors);
    return [...all.slice(0, -1), undefined];
}
function nodesOf(planned, tempDir) {
    const { driver, driverOpts, endpoint, platforms, tls, flags, grants } = planned;
    const first = { name: undefined, endpoint, platforms, driverOpts, tls, buildkitdFlags: flags };
    return [first, ...planned.append].map((node, number) => {
        const options = driverOptions(driver, node.driverOpts);
        const certificates = writeCertificates(node.tls, { number, tempDir });
        const isNew = (option) => optionOf(options, option.split('=', 1)[0] ?? '') === undefined;
        return {
            name: node.name,
            endpoint: node.endpoint,
            platforms: node.platforms,
            options: [...options, ...certificates.filter(isNew)],
            flags: flagsOf(node.buildkitdFlags, grants),
        };
    });
}
function flagsOf(given = '', grants = []) {
    const added = grants.filter((grant) => !given.includes(grant)).map((grant) => `--allow-insecure-entitlement=${grant}`);
    return [...(given === '' ? [] : [given]), ...added].join(' ');
}
/** A node whose image, if it is that of the first, comes from a mirror. */
function withImage(node, image, first) {
    if (image === undefined || optionOf(node.options, 'image') !== first)
        return node;
    return { ...node, options: [...node.options.filter((option) => !option.startsWith('image=')), `image=${image}`] };
}
/** The arguments of `docker-buildx` that make a builder or add a node to it, and boot all of it with the last. */
function createArguments(driver, { name: node, endpoint, platforms, options, flags }, call) {
    const { name, config, isFirst, isLast } = call;
    return [
        'create',
        ...['--name', name],
        ...['--driver', driver],
        ...(isFirst ? [] : ['--append']),
        ...(node === undefined ? [] : ['--node', node]),
        ...(platforms.length === 0 ? [] : ['--platform', platforms.map(oci_platform/* formatPlatform */.Bq).join(',')]),
        ...options.flatMap((option) => ['--driver-opt', (0,record/* writeRecord */.r)([option])]),
        ...config,
        ...(flags === '' ? [] : ['--buildkitd-flags', flags]),
        ...(isLast ? ['--bootstrap'] : []),
        ...(endpoint === undefined ? [] : (0,positional/* positional */.n)(endpoint)),
    ];
}
/**
 * Whether a container of a builder that is to be kept runs already: another job uses it, and would lose it when this step ends. Two BuildKits
 * cannot share the volume either.
 */
async function isTaken({ spec: { server }, run: { host } }, { keptAs = '', endpoint }) {
    if (server === undefined || endpoint !== undefined)
        return false;
    const container = `buildx_buildkit_${keptAs}0`;
    const path = `/containers/${(0,call_daemon/* pathOf */.XM)(container)}/json`;
    // A daemon that does not answer is buildx's to tell of.
    const answer = await (0,call_daemon/* askDaemon */.Ii)(server, { method: 'GET', path }, host).catch(() => undefined);
    if (answer?.status !== 200 || !/"Running":\s*true/.test(answer.text))
        return false;
    host.log.warning(`The builder ${keptAs} is in use: its container ${container} runs. This step makes one without its build cache. If no other job uses it, remove it: docker rm --force ${container}`);
    return true;
}
/** The command with which a user removes what a builder is made of, when buildx could not; undefined where nothing is made. */
function removalByHand(driver, name, { options, keepState = false }) {
    if (driver === 'docker-container') {
        const volume = keepState ? '' : ` && docker volume rm --force buildx_buildkit_${name}0_state`;
        return `docker rm --force buildx_buildkit_${name}0${volume}`;
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
/** The configuration of BuildKit: the user's, with the mirrors in it. */
function configArguments({ driver, config, mirrors }, { tempDir, runner }) {
    const ours = (0,drivers/* traitsOf */.JC)(driver).takesGrants ? mirrors : [];
    if (config === undefined && ours.length === 0)
        return [];
    const given = config?.kind === 'inline' ? config.text : '';
    if (config?.kind === 'file' && ours.length === 0)
        return ['--buildkitd-config', config.path];
    const text = config?.kind === 'file' ? (0,read_limited/* readFileLimitedSync */.Ex)(config.path, limits/* limits */.F.configFile) : given;
    const mirrored = mirroredConfig(text, ours);
    if (mirrored === undefined) {
        runner.notice('`mirrors` is not added to the configuration of BuildKit, which has registries of its own: add the mirrors there');
    }
    const path = (0,external_node_path_.join)(tempDir, 'buildkitd.toml');
    (0,external_node_fs_.writeFileSync)(path, mirrored ?? text, { mode: 0o600 });
    return ['--buildkitd-config', path];
}

// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(25823);
// EXTERNAL MODULE: ./src/oci/store.ts
var store = __webpack_require__(49800);
// EXTERNAL MODULE: ./src/text/bytes.ts
var text_bytes = __webpack_require__(1080);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(45898);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
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
        const inOthers = others.map((found) => new Map(found.map((layer) => [layer.digest, layer.publishedFor])));
        for (const layer of first.filter(({ digest }) => inOthers.every((found) => found.has(digest)))) {
            if (signal.aborted)
                break;
            const everywhere = (platform) => inOthers.every((found) => found.get(layer.digest)?.includes(platform));
            const publishedFor = layer.publishedFor.filter(everywhere);
            if (await writePlaceholder(dir, layer))
                seeded.push({ ...layer, publishedFor });
        }
    }
    catch (error) {
        log.debug(`No more is taken over from the registry: ${(0,action_error/* messageOf */.bD)(error)}`);
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
async function seedHolds(seed, references, { registry, signal }) {
    const stores = (0,repositories/* repositoriesOf */.U)(references).map((repository) => (0,registry_store/* registryStore */.X)(registry, repository));
    const checks = seed.flatMap((blob) => stores.map((store) => ({ store, blob })));
    const found = await (0,parallel/* parallel */._)(requestsAtOnce, checks, ({ store, blob }) => store.has(blob, { signal }), { signal });
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
            .map((layer) => ({ ...layer, publishedFor: platformsOf(layer.digest, tree) }));
    }
    return [];
}
/** The platforms, `os/arch[/variant]`, whose images have a layer. */
function platformsOf(digest, { images }) {
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
 * Builds all platforms in one call into the OCI layout folder `dir`. Should a repository have lost meanwhile what was left out because it had
 * it, everything is exported by a second call, which the cache answers.
 */
async function exportLayout(buildx, dir, leftOut) {
    const { plan, host, access: { registry }, } = buildx.run;
    const { platforms } = buildx.build;
    const call = (by = buildx) => callBuildx(by, { platforms, outputs: [{ kind: 'layout', dir }] });
    (0,external_node_fs_.mkdirSync)(dir);
    if (leftOut !== 'published') {
        const seed = await writeSeed(dir, [...leftOut.keys()]);
        const result = await call();
        const tree = await readTree(dir);
        const remote = new Map(usedSeed(seed, tree).flatMap((layer) => {
            const reader = leftOut.get(layer);
            return reader ? [[layer.digest, reader]] : [];
        }));
        const inherited = new Map([...remote.keys()].map((digest) => [digest, platformsOf(digest, tree)]));
        return { ...result, content: { tree, blobs: readerOf(dir, remote), inherited } };
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
    if (await seedHolds(seed, plan.references, { registry, signal: host.signal })) {
        const bytes = seed.reduce((sum, { size }) => sum + size, 0);
        if (bytes > 0)
            host.log.info(`${(0,text_bytes/* formatBytes */.z)(bytes)} are in the registry already and stayed on the daemon`);
        const [repository] = (0,repositories/* repositoriesOf */.U)(plan.references);
        const store = repository && (0,registry_store/* registryStore */.X)(registry, repository);
        const remote = new Map(store ? seed.map(({ digest }) => [digest, store]) : []);
        const inherited = new Map(seed.map((layer) => [layer.digest, layer.publishedFor]));
        return { ...first, content: { tree, blobs: readerOf(dir, remote), inherited } };
    }
    host.log.info('The registry has lost layers of the image before: exporting all of them');
    (0,external_node_fs_.rmSync)(dir, { recursive: true });
    (0,external_node_fs_.mkdirSync)(dir);
    const again = { ...buildx, build: { ...buildx.build, cacheTo: [] } };
    return { ...(await call(again)), content: { tree: await readTree(dir), blobs: (0,layout/* layoutStore */.i4)(dir) } };
}
/** Placeholders have no content: what they stand for is read where it is. */
function readerOf(dir, remote) {
    return (0,store/* firstOf */.Ku)((0,store/* byDigest */._W)(remote), (0,layout/* layoutStore */.i4)(dir));
}
async function readTree(dir) {
    return (0,image_tree/* walkImage */.v)(await (0,layout/* readLayout */.T4)(dir), (descriptor) => (0,layout/* readBlob */.gm)(dir, descriptor));
}

// EXTERNAL MODULE: ./src/docker/docker.ts
var docker = __webpack_require__(83234);
;// CONCATENATED MODULE: ./src/engine/buildx/fresh.ts


/**
 * Removes from the engine what earlier runs left of this image: its containers (stopped first) and the image itself
 * under every reference, then the stopped containers and dangling images of the machine that pass the filters. What is not there, or
 * cannot be removed, does not stop the build.
 */
async function freshen({ run: { plan, host }, env }) {
    const run = async (...args) => {
        const result = await (0,docker/* docker */.T3)(host, args, { env, timeout: 60_000 });
        if (!result.ok)
            host.log.debug(`docker ${args.join(' ')}: ${result.stderr.trim()}`);
        return result;
    };
    await host.log.group('Remove what earlier runs left', async () => {
        for (const name of plan.references.map(oci_reference/* formatReference */.FH)) {
            const containers = (await run('ps', '--all', '--quiet', '--filter', `ancestor=${name}`)).stdout
                .split('\n')
                .filter((id) => id !== '');
            if (containers.length > 0) {
                await run('stop', '--time', '10', ...containers);
                await run('rm', '--force', ...containers);
            }
            const removed = await run('image', 'rm', '--force', name);
            if (removed.ok)
                host.log.info(`Removed ${name} and ${containers.length} of its containers`);
        }
        const filters = (plan.fresh?.filters ?? []).flatMap((filter) => ['--filter', filter]);
        await run('container', 'prune', '--force', ...filters);
        await run('image', 'prune', '--force', ...filters);
    });
}

// EXTERNAL MODULE: ./src/oci/make-image.ts
var make_image = __webpack_require__(21811);
// EXTERNAL MODULE: ./src/docker/load-image.ts
var load_image = __webpack_require__(15294);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
;// CONCATENATED MODULE: ./src/docker/tag-image.ts




/**
 * Adds a name to the image `image` in a daemon's store. The name is moved from any image that had it.
 *
 * @throws ActionError `engine-failed` with the daemon's message
 */
async function tagImage(image, server, { reference, host }) {
    const problem = await problemOfTagging(image, server, { reference, host });
    if (problem === undefined)
        return;
    throw new action_error/* ActionError */.lZ('engine-failed', `Cannot tag the image ${(0,oci_reference/* formatReference */.FH)(reference)} in Docker ${server.version}: ${problem}`);
}
/** Returns the error message, if any. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageTag */
async function problemOfTagging(image, server, { reference, host }) {
    const query = new URLSearchParams({ repo: (0,oci_reference/* formatRepository */.Sh)(reference), tag: reference.tag ?? 'latest' });
    try {
        const answer = await (0,call_daemon/* askDaemon */.Ii)(server, { method: 'POST', path: `/images/${(0,call_daemon/* pathOf */.XM)(image)}/tag?${query}` }, host);
        return answer.status === 201 ? undefined : `it answered ${answer.status}: ${(0,call_daemon/* messageIn */.v6)(answer)}`;
    }
    catch (error) {
        if (host.signal.aborted)
            throw (0,cancelled/* cancelled */.K)('loading the image');
        return (0,action_error/* messageOf */.bD)(error);
    }
}

;// CONCATENATED MODULE: ./src/engine/buildx/load.ts








/**
 * For a builder that is part of the daemon, with the containerd store: a second call, all from the cache, puts the image into the
 * store under a name of this run, where it has the digest of the layout. Then its tags need no copy of it. Where that
 * is not possible, or when the cache has lost something meanwhile and the digest is another one, the layout itself is loaded.
 */
function loadFromCache(buildx, content) {
    const { run: { plan, host }, build, name, } = buildx;
    const reference = `${name}:image`;
    const put = async () => {
        if (!loadsFromCache(plan))
            return undefined;
        (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference });
        const outputs = [{ kind: 'image', name: reference }];
        const { metadata } = await callBuildx(fromCache(buildx), { platforms: build.platforms, outputs });
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
            return loadContent(buildx, content);
        await tagAll(buildx, image);
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
function loadFromStore(buildx, image, imageId) {
    return {
        load: async () => {
            await tagAll(buildx, image);
            return imageId;
        },
    };
}
/** For a builder elsewhere: the daemon gets exactly the documents that were verified, and so the same digest. */
function loadFromBuilder(buildx, content) {
    return { load: () => loadContent(buildx, content) };
}
async function loadContent(buildx, content) {
    const { plan, host } = buildx.run;
    const options = { references: plan.references, host };
    if (!content.isPushed)
        return (0,load_image/* loadImage */.y)(content, load_serverOf(buildx), options);
    // The builder has the layers at hand, and the registry may be far away.
    const exported = await exportLayout(fromCache(buildx), (0,external_node_path_.join)(host.tempDir, 'layout'), new Map());
    const { tree, blobs } = exported.content;
    const here = (0,store/* byDigest */._W)(new Map(tree.blobs.map(({ digest }) => [digest, blobs])));
    return (0,load_image/* loadImage */.y)({ tree: content.tree, blobs: (0,store/* firstOf */.Ku)(here, content.blobs) }, load_serverOf(buildx), options);
}
async function tagAll(buildx, image) {
    const { plan, host } = buildx.run;
    for (const reference of plan.references)
        await tagImage(image, load_serverOf(buildx), { reference, host });
}
/** The build as the builder answers it from its own cache. */
function fromCache(buildx) {
    return { ...buildx, build: { ...buildx.build, noCache: false, noCacheFilters: [], pull: false, cacheTo: [] } };
}
/** The daemon that the image is in, or is loaded into. */
function load_serverOf({ spec }) {
    if (spec.server)
        return spec.server;
    throw new action_error/* ActionError */.lZ('internal', 'The plan needs a daemon, but no daemon is known');
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
// EXTERNAL MODULE: ./src/source/archive/saved-manifest.ts
var saved_manifest = __webpack_require__(88977);
// EXTERNAL MODULE: ./src/source/archive/write-layer.ts
var write_layer = __webpack_require__(71923);
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
    const { extract } = await __webpack_require__.e(/* import() */ 118).then(__webpack_require__.t.bind(__webpack_require__, 56118, 19));
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
            const digest = (0,oci_digest/* digestIn */.s)(name);
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
                layers.set(name, await (0,write_layer/* writeLayer */.B)(dir, bytes ? external_node_stream_.Readable.from([bytes]) : external_node_stream_.Readable.from(entry), compression));
        }
    }
    catch (error) {
        // One that names a system call is about our disk.
        if (error instanceof Error && 'syscall' in error)
            throw error;
        throw unreadable((0,action_error/* messageOf */.bD)(error), error);
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
        return (0,write_layer/* writeLayer */.B)(dir, external_node_stream_.Readable.from([bytes]), compression);
    };
    const manifest = small.get('manifest.json');
    if (manifest === undefined)
        throw unreadable('it has no manifest.json');
    const [image] = (0,saved_manifest/* parseSavedManifest */.m)(manifest, unreadable);
    if (image === undefined)
        throw unreadable('manifest.json lists no image');
    const config = small.get(resolve(image.config));
    if (config === undefined)
        throw unreadable(`it has no ${image.config}`);
    const ordered = [];
    for (const path of image.layers)
        ordered.push(await layer(path));
    return { config: await (0,layout/* writeBlob */.Zh)(dir, config, media_type/* mediaType */.JL.ociConfig), layers: ordered };
}
/** Whether an entry has the form of a layer: whole blocks, and no document, which begins with a brace or a bracket. */
function mayBeTar(bytes) {
    return bytes.length > 0 && bytes.length % 512 === 0 && !/^[[{]/.test(String.fromCharCode(bytes[0] ?? 0));
}
function unreadable(found, cause) {
    return new action_error/* ActionError */.lZ('content-mismatch', `Cannot read the image that Docker saved: ${found}`, { cause });
}

;// CONCATENATED MODULE: ./src/engine/buildx/save-image.ts







/** Milliseconds without a byte of the image. The classic store writes all of it to a file of its own first. */
const save_image_silence = 600_000;
/**
 * Takes an image out of the daemon's store. What becomes of the connection comes before what is wrong with the archive that it broke off.
 *
 * @throws ActionError `engine-failed` with what Docker says, `daemon-unreachable` when it went away or nothing comes any more,
 * `content-mismatch`
 */
async function saveImage(reference, { dir, host, server, platform, ...options }) {
    const what = `take the image for ${platform} out of Docker`;
    const broken = (error) => host.signal.aborted ? (0,cancelled/* cancelled */.K)('taking the image out of Docker') : (0,hanging_daemon/* unanswered */.bj)(what, error);
    const path = `/images/${(0,call_daemon/* pathOf */.XM)(reference)}/get`;
    const { status, body } = await (0,call_daemon/* callDaemon */.d)(server, { method: 'GET', path, timeout: save_image_silence }, host).catch((error) => {
        throw broken(error);
    });
    const failed = {};
    body.once('error', (error) => {
        failed.error = error;
    });
    try {
        if (status === 200)
            return await readDockerArchive(body, dir, options);
        const text = (await (0,read_limited/* readLimited */.tk)(body, limits/* limits */.F.answer)).toString('utf8');
        throw new action_error/* ActionError */.lZ('engine-failed', `Cannot ${what}: ${(0,call_daemon/* messageIn */.v6)({ status, text })}`, { platform });
    }
    catch (error) {
        if (failed.error !== undefined)
            throw broken(failed.error);
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/engine/buildx/join.ts











/**
 * Builds platform after platform on a daemon that cannot build several, takes each image out of its store, and joins
 * them to one image here: no builder image to pull, no staging tags in the registry.
 */
async function joinPlatforms(buildx, checked) {
    const { run: { plan, host }, build, } = buildx;
    const dir = (0,external_node_path_.join)(host.tempDir, 'layout');
    const forVerification = !plan.push && plan.outputs.length === 0 && plan.beforeTags === undefined;
    const saving = forVerification
        ? { compression: 'uncompressed', leaveOut: plan.verify === 'full' ? new Set() : await contentsOfBases(checked) }
        : { compression: build.compression, leaveOut: new Set() };
    const parts = [];
    // One at a time: their steps would run side by side on the same processors, and the log stays readable.
    for (const platform of build.platforms)
        parts.push(await buildPart(buildx, { platform, dir, saving }));
    const [first] = parts;
    if (first === undefined)
        throw new action_error/* ActionError */.lZ('internal', 'The plan has no platform');
    const images = parts.map(({ image }) => image);
    const tree = (0,make_image/* makeImage */.Gs)(images, build.annotations);
    const { root } = tree;
    const { metadata, imageId } = first;
    const contextAdvice = parts.find((part) => part.contextAdvice !== undefined)?.contextAdvice;
    const names = new Map(parts.map(({ image, reference }) => [(0,oci_platform/* formatPlatform */.Bq)(image.platform), reference]));
    return {
        content: { tree, blobs: (0,layout/* layoutStore */.i4)(dir), ...(forVerification ? { forVerification } : {}) },
        metadata: forVerification ? metadata : { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
        imageId: undefined,
        steps: parts.flatMap(({ steps }) => steps),
        findings: parts.flatMap(({ findings }) => findings),
        ...(contextAdvice === undefined ? {} : { contextAdvice }),
        nameInStore: async (platform) => names.get((0,oci_platform/* formatPlatform */.Bq)(platform)),
        ...(plan.load ? loadFromStore(buildx, first.reference, imageId) : {}),
    };
}
/** What is in the layers of the base images that preflight has found: Docker saves layers without their compression. */
async function contentsOfBases({ bases }) {
    const contents = bases.map(async ({ image }) => (0,parse/* parseConfig */.o4)(await image.config(), 'Cannot read a base image').rootfs.diff_ids);
    return new Set((await Promise.all(contents)).flat());
}
async function buildPart(buildx, { platform, dir, saving }) {
    const { run: { host }, build, name, retries, } = buildx;
    const text = (0,oci_platform/* formatPlatform */.Bq)(platform);
    const reference = `${name}:${text.replaceAll('/', '-')}`;
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference });
    // The tags of the plan come after verification.
    const outputs = [{ kind: 'store', names: [reference] }];
    // The daemon would drop annotations, or refuse those of an index: they are put on here.
    const bare = { ...buildx, build: { ...build, annotations: {} } };
    const { metadata, ...called } = await callBuildx(bare, { platforms: [platform], outputs });
    const image = await retryBuild(() => saveImage(reference, { dir, host, server: load_serverOf(buildx), platform: text, ...saving }), retries, host);
    return {
        image: { platform, ...image },
        reference,
        ...called,
        steps: called.steps.map((step) => ({ ...step, platform: text })),
        imageId: image.config.digest,
        metadata,
    };
}

// EXTERNAL MODULE: ./src/host/within.ts
var within = __webpack_require__(30367);
// EXTERNAL MODULE: ./src/retry/backoff.ts
var backoff = __webpack_require__(68974);
// EXTERNAL MODULE: ./src/engine/buildkit/cache-mode.ts
var cache_mode = __webpack_require__(15517);
// EXTERNAL MODULE: ./src/plan/cache.ts
var cache = __webpack_require__(70769);
;// CONCATENATED MODULE: ./src/engine/buildx/cache-folder.ts







/**
 * Begins to replace the cache in `folder`. BuildKit adds to a folder and removes nothing from it, so one that is written again and again
 * grows without end. What is written stands in a folder of this run beside it, which clean-up removes.
 */
async function replaceCacheFolder(folder, { tempDir, clock }) {
    const place = (0,external_node_path_.resolve)(folder);
    const own = (0,external_node_path_.join)((0,external_node_path_.dirname)(place), (0,session_name/* sessionName */.C)(tempDir));
    (0,cleanup/* recordTask */.R)(tempDir, { kind: 'folder', path: own });
    const path = (0,external_node_path_.join)(own, 'new', (0,external_node_path_.basename)(place));
    await (0,promises_.mkdir)(path, { recursive: true });
    const swap = async () => {
        const old = (0,external_node_path_.join)(own, 'old', (0,external_node_path_.basename)(place));
        await (0,promises_.mkdir)((0,external_node_path_.dirname)(old), { recursive: true });
        await (0,promises_.rename)(place, old).catch(ignore('ENOENT'));
        // Another job on this machine may have put its own there meanwhile, which is as good.
        await (0,promises_.rename)(path, place).catch(ignore('ENOTEMPTY', 'EEXIST'));
        await (0,promises_.rm)(own, { recursive: true, force: true });
        await makeRoom((0,external_node_path_.dirname)(place), (0,external_node_path_.basename)(place), clock);
    };
    return { path, swap };
}
/** Whether a cache has been written to the folder. */
function hasCache(folder) {
    return (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, 'index.json'));
}
/** Removes caches of this program from a folder until they are within the limit, those first that were used the longest time ago; and what crashed runs left. */
async function makeRoom(parent, kept, clock) {
    const found = await Promise.all((await (0,promises_.readdir)(parent)).map(async (name) => ({ name, ...(await timeOf((0,external_node_path_.join)(parent, name))) })));
    const isOld = (used) => clock.now().getTime() - used > staleAfter;
    for (const { name, used } of found) {
        if (/^polyarch-[a-z0-9-]{6}$/.test(name) && used !== undefined && isOld(used))
            await remove((0,external_node_path_.join)(parent, name));
    }
    const caches = found.flatMap(({ name, used }) => name.startsWith(cache/* cacheFolderPrefix */.l) && used !== undefined && name !== kept ? [{ name, used }] : []);
    let bytes = await sizeOf((0,external_node_path_.join)(parent, kept));
    for (const { name } of caches.sort((a, b) => b.used - a.used)) {
        bytes += await sizeOf((0,external_node_path_.join)(parent, name));
        if (bytes > limits/* limits */.F.cacheFolder)
            await remove((0,external_node_path_.join)(parent, name));
    }
}
/** Milliseconds after which a folder of a run is one that crashed: no job takes longer on a runner of GitHub, and `cache-timeout` is shorter. */
const staleAfter = 7 * 24 * 3600 * 1000;
/** When a folder was last changed, which BuildKit does by reading it too: it locks the index. Undefined for what is not a folder. */
async function timeOf(path) {
    const found = await (0,promises_.lstat)(path).catch(() => undefined);
    return found?.isDirectory() ? { used: found.mtimeMs } : {};
}
/** The bytes of the blobs in a folder with a cache. */
async function sizeOf(folder) {
    const blobs = (0,external_node_path_.join)(folder, 'blobs', 'sha256');
    const names = await (0,promises_.readdir)(blobs).catch(() => []);
    let sum = 0;
    for (const name of names)
        sum += (await (0,promises_.stat)((0,external_node_path_.join)(blobs, name)).catch(() => undefined))?.size ?? 0;
    return sum;
}
async function remove(path) {
    await (0,promises_.rm)(path, { recursive: true, force: true });
}
function ignore(...codes) {
    return (error) => {
        if (!codes.includes(String(Object(error).code)))
            throw error;
    };
}

;// CONCATENATED MODULE: ./src/engine/buildx/keep-cache.ts








/**
 * The build without the caches that are written after the tags. BuildKit answers a build only when its caches are written too, and a cache
 * that stalls would hold the image up. A cache inside the image, and one whose failure is to fail the step (`ignore-error=false`), are part
 * of the build.
 */
function withoutLaterCaches(buildx) {
    return { ...buildx, build: { ...buildx.build, cacheTo: buildx.build.cacheTo.filter((entry) => !isLater(entry)) } };
}
/** The build without folders to read that have no cache yet, of which buildx warns. */
function withoutMissingCaches(buildx) {
    const cacheFrom = buildx.build.cacheFrom.filter(({ type, attributes: { src = '' } }) => {
        const isThere = type !== 'local' || hasCache(src);
        if (!isThere)
            buildx.run.host.log.info(`No build cache found at ${src}`);
        return isThere;
    });
    return { ...buildx, build: { ...buildx.build, cacheFrom } };
}
/**
 * Writes the caches of the plan that the build has left: by a second call, which the builder answers from its own cache, or one for each
 * platform that has a cache of its own. Undefined where there are none. What goes wrong, what takes longer than `cache-timeout`, and a
 * cancel is a warning: the image is published by then.
 */
function keepCache(buildx, reading) {
    const later = buildx.build.cacheTo.filter(isLater);
    if (later.length === 0)
        return undefined;
    return async () => {
        const { host, plan } = buildx.run;
        // At its time limit the step is over, as after a cancel.
        if (host.signal.aborted)
            return host.log.info('Build cache not written: the step was stopped');
        const over = new AbortController();
        const timer = setTimeout(() => over.abort(), plan.cacheTimeout);
        const begun = host.clock.now().getTime();
        const limited = { ...buildx, run: { ...buildx.run, host: (0,within/* within */.u)(host, over.signal) } };
        const warn = (reason) => host.log.warning(`Cannot write the build cache: ${reason}. The image is not affected; the next build may be slower.`);
        try {
            const errors = [];
            for (const targets of callsFor(later)) {
                errors.push(...(await writeCaches(limited, targets.map((target) => (0,cache_mode/* withCacheMode */.A)(target, reading)))));
            }
            const taken = (0,duration/* formatDuration */.a)(host.clock.now().getTime() - begun);
            if (errors.length > 0)
                warn([...new Set(errors)].join('; '));
            else
                host.log.info(`Build cache written after the image, in ${taken} (${describeCaches(later, reading)})`);
        }
        catch (error) {
            warn(host.signal.aborted
                ? 'the run was cancelled while it was written'
                : over.signal.aborted
                    ? `stopped at ${(0,duration/* formatDuration */.a)(plan.cacheTimeout)}, the limit of \`cache-timeout\``
                    : (0,action_error/* messageOf */.bD)(error).replace(/^Cannot build: /, ''));
        }
        finally {
            clearTimeout(timer);
        }
    };
}
/** Writes some caches by one call of the builder; returns what went wrong with them. */
async function writeCaches(buildx, targets) {
    const replaced = [];
    const cacheTo = [];
    for (const target of targets) {
        const { dest } = target.attributes;
        if (target.type !== 'local' || target.byWord === undefined || dest === undefined) {
            cacheTo.push(target);
            continue;
        }
        const replacement = await replaceCacheFolder(dest, buildx.run.host);
        replaced.push(replacement);
        cacheTo.push({ ...target, attributes: { ...target.attributes, dest: replacement.path } });
    }
    const build = { ...fromCache(buildx).build, cacheTo };
    const only = targets[0]?.platform;
    const { cacheErrors } = await callBuildx({ ...buildx, build, retries: { ...buildx.retries, policy: (0,backoff/* retryPolicy */.Jb)(0) } }, { platforms: only === undefined ? build.platforms : [only], outputs: [{ kind: 'cache' }], quiet: true });
    for (const { path, swap } of replaced)
        if (hasCache(path))
            await swap();
    return cacheErrors;
}
/** The caches that one call of the builder writes together: those of all platforms, then those of one each. */
function callsFor(later) {
    const whole = later.filter(({ platform }) => platform === undefined);
    const single = later.filter(({ platform }) => platform !== undefined);
    return [...(whole.length === 0 ? [] : [whole]), ...single.map((target) => [target])];
}
function isLater({ type, attributes }) {
    return type !== 'inline' && attributes['ignore-error'] !== 'false';
}
/** Types and modes, each once. */
function describeCaches(targets, reading) {
    const texts = targets.map((target) => {
        const { mode, because } = (0,cache_mode/* cacheModeOf */.p)(target, reading);
        return `${target.type}, mode=${mode}${because === undefined ? '' : `: ${because}`}`;
    });
    return [...new Set(texts)].join('; ');
}

;// CONCATENATED MODULE: ./src/engine/buildx/engine.ts


























/** What buildx alone needs: a cluster for a builder in it, the configuration of a new builder, the generator of an SBOM. */
function checks(spec, run) {
    return [
        checkKubernetes(run, spec),
        checkBuildkitdConfig(spec),
        ...(spec.builder.kind === 'existing' ? [checkBuildkit(askedBuildkit(spec, spec.builder.name, run), run.host)] : []),
        ...(run.plan.preflight ? [checkSbomGenerator(run)] : []),
    ];
}
function askedBuildkit({ program, minimumBuildkit: minimum }, builder, { plan, access }) {
    return { program, builder, env: { ...plan.engine.traits.env, ...access.env }, minimum };
}
/** The platforms that the builder says it can build now; none of one that is not made yet, or that does not answer. */
async function offers({ builder, program }, { plan, access, host }) {
    if (builder.kind === 'create')
        return [];
    const result = await host.exec(program, ['inspect', ...(0,positional/* positional */.n)(builder.name)], {
        env: { ...plan.engine.traits.env, ...access.env },
        timeout: 20_000,
    });
    return result.ok ? (0,facts_builder/* parseInspect */.E7)(result.stdout).platforms : [];
}
/**
 * Builds with buildx by the export method of the plan.
 *
 * @throws ActionError what the build failed from
 */
async function build(spec, run, checked) {
    const buildx = withoutMissingCaches(await prepare(spec, run));
    const built = await buildImage(withoutLaterCaches(buildx), checked);
    const keep = keepCache(buildx, checked.reading);
    return keep === undefined ? built : { ...built, keepCache: keep };
}
async function buildImage(buildx, checked) {
    const { spec, run } = buildx;
    const { plan, host, access } = run;
    const { platforms } = buildx.build;
    const only = (output) => callBuildx(buildx, { platforms, outputs: [output] });
    switch (spec.method.name) {
        case 'join':
            return joinPlatforms(buildx, checked);
        case 'layout': {
            // The docker driver of another context builds in another daemon than the one that is loaded into.
            const inDaemon = (0,drivers/* traitsOf */.JC)(spec.builder.driver).runs === 'in-daemon' && spec.ofDaemon;
            const layout = await exportLayout(buildx, (0,external_node_path_.join)(host.tempDir, 'layout'), leftOut(plan, inDaemon, checked));
            const built = { ...layout, imageId: undefined };
            if (inDaemon && (plan.load || plan.smokeTest))
                return { ...built, ...loadFromCache(buildx, layout.content) };
            return plan.load ? { ...built, ...loadFromBuilder(buildx, layout.content) } : built;
        }
        case 'digest': {
            const result = await only({ kind: 'digest', references: plan.references });
            const content = await pushedImage(result, { plan, host, access });
            const built = { ...result, content, imageId: undefined };
            return plan.load ? { ...built, ...loadFromBuilder(buildx, content) } : built;
        }
        case 'load': {
            const result = await only({ kind: 'store', names: storeNames(plan.references) });
            return { ...result, content: undefined, imageId: storeId(spec, result) };
        }
        case 'cache':
            return { ...(await only({ kind: 'cache' })), content: undefined, imageId: undefined };
    }
}
/**
 * Asks the builder of the plan about the Dockerfile.
 *
 * @throws ActionError as `askBuildx` does
 */
async function ask(spec, run, question) {
    return askBuildx(await prepare(spec, run), question);
}
/** Buildx with a builder that is there, and with what it is to be given in files. */
async function prepare(spec, run) {
    const { plan, host, access } = run;
    const { traits } = plan.engine;
    const planned = spec.builder;
    await refuseRedirects(gitUrls(plan), plan.build.urlLogins, host);
    // The daemon answered when it was asked for its version, an existing builder when it was asked for its platforms.
    const answeredBefore = spec.ofDaemon || traits.natives.length > 0;
    const { ownNetwork } = (0,drivers/* traitsOf */.JC)(planned.driver);
    const buildx = {
        run,
        spec,
        build: withSecretFiles(await withLayouts(await withSentDockerfile(run), run.source), host),
        name: (0,session_name/* sessionName */.C)(host.tempDir),
        env: { ...traits.env, ...access.env },
        retries: { ...access.retries, ownNetwork, answeredBefore },
    };
    if (plan.fresh !== undefined)
        await freshen(buildx);
    if (planned.kind === 'existing')
        return { ...buildx, builder: planned.name };
    const builder = await createBuilder(buildx, planned);
    await checkBuildkit(askedBuildkit(spec, builder, run), host);
    return { ...buildx, builder, retries: { ...buildx.retries, answeredBefore: true } };
}
/** The same build with archives of images unpacked: buildx reads OCI layouts. */
async function withLayouts(build, { archive }) {
    const contexts = await Promise.all(build.contexts.map(async (context) => {
        if (context.source.kind !== 'archive')
            return context;
        return { ...context, source: { kind: 'layout', ...(await (await archive(context.name)).layout()) } };
    }));
    return { ...build, contexts };
}
/** What need not leave the builder. Placeholders could not be written to an output. */
function leftOut(plan, inDaemon, checked) {
    if (plan.push && plan.outputs.length === 0)
        return 'published';
    return needsOnlyOwnLayers(plan, inDaemon) ? layersOfBases(checked) : new Map();
}
/**
 * Whether verification alone reads the layout, and not the layers of base images in it: then these need not be exported. The daemon
 * that has built the image loads it from its own cache, unless there are attestations.
 */
function needsOnlyOwnLayers(plan, inDaemon) {
    const { push, load, outputs, verify, smokeTest, beforeTags } = plan;
    if (push || outputs.length > 0 || verify === 'full' || beforeTags)
        return false;
    return (!load && !smokeTest) || (inDaemon && loadsFromCache(plan));
}
/** The layers of the base images that preflight has found, and where they are read. */
function layersOfBases({ bases }) {
    const found = bases.flatMap(({ image }) => image.manifest.layers.map((layer) => [layer.digest, { layer, image }]));
    return new Map([...new Map(found).values()].map(({ layer, image }) => [layer, image.blobs]));
}
function gitUrls({ build }) {
    const named = build.contexts.flatMap(({ source }) => (source.kind === 'git' ? [source.url] : []));
    return build.contextIsFolder ? named : [build.context, ...named];
}
/** What `docker image inspect` calls the image: the containerd store goes by manifests, the classic one by configs. */
function storeId({ server }, { metadata, imageId }) {
    const digest = metadata['containerimage.digest'];
    return server?.store === 'containerd' && typeof digest === 'string' ? digest : imageId;
}
/** The image that the builder has pushed by digest to every repository. */
async function pushedImage({ metadata }, { plan, host, access: { registry } }) {
    const digest = metadata['containerimage.digest'];
    const [repository] = (0,repositories/* repositoriesOf */.U)(plan.references);
    if (repository === undefined)
        throw new action_error/* ActionError */.lZ('internal', 'There is no repository to read the image from');
    if (typeof digest === 'string' && (0,oci_digest/* isDigest */.Bc)(digest)) {
        const tree = await readImage(registry, repository, { digest, signal: host.signal });
        return { tree, blobs: (0,registry_store/* registryStore */.X)(registry, repository), isPushed: true };
    }
    throw new action_error/* ActionError */.lZ('engine-failed', 'buildx pushed the image but did not say under which digest', {
        hint: 'Update buildx to 0.8 or newer.',
    });
}


/***/ }),

/***/ 88977:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ parseSavedManifest)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);


/**
 * The images of a `manifest.json`.
 *
 * @throws what `fail` makes of what is wrong with it
 */
function parseSavedManifest(bytes, fail) {
    const images = parse(bytes, fail);
    if (!Array.isArray(images) || images.length === 0)
        throw fail('manifest.json lists no image');
    return images.map((image) => {
        const { Config: config, RepoTags: names, Layers: layers } = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(image) ? image : {};
        // Go writes null for an empty list.
        if (typeof config !== 'string' || !isTexts(names) || !isTexts(layers)) {
            throw fail('manifest.json lists an image without "Config", "RepoTags" or "Layers" in the expected form');
        }
        if ((layers ?? []).length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.layers) {
            throw fail(`manifest.json lists an image of more than ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.layers} layers`);
        }
        return { config, names: names ?? [], layers: layers ?? [] };
    });
}
function parse(bytes, fail) {
    try {
        return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(new TextDecoder().decode(bytes));
    }
    catch (error) {
        if (error instanceof _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .JsonError */ .N3)
            throw fail(`manifest.json: ${error.message}`);
        throw error;
    }
}
function isTexts(value) {
    return (value === null || value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string')));
}


/***/ }),

/***/ 71923:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ writeLayer)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _oci_layout_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(25823);
/* harmony import */ var _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51994);




/**
 * Writes an uncompressed layer to the OCI layout in `dir`, compressed: a saved image has its layers uncompressed, those of its base too.
 *
 * @throws ActionError `feature-missing` for zstd on a Node.js without it, and what `tar` and the file system throw
 */
function writeLayer(dir, tar, compression) {
    if (compression === 'uncompressed')
        return (0,_oci_layout_js__WEBPACK_IMPORTED_MODULE_2__/* .writeBlob */ .Zh)(dir, tar, _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .mediaType */ .JL.ociLayer);
    const compressor = compression === 'gzip' ? node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createGzip() : createZstd();
    // writeBlob starts to listen once its folder exists, and reports the error then.
    compressor.on('error', () => undefined);
    tar.once('error', (error) => compressor.destroy(error));
    return (0,_oci_layout_js__WEBPACK_IMPORTED_MODULE_2__/* .writeBlob */ .Zh)(dir, tar.pipe(compressor), compression === 'gzip' ? _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .mediaType */ .JL.ociLayerGzip : _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .mediaType */ .JL.ociLayerZstd);
}
function createZstd() {
    if (typeof (node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createZstdCompress) === 'function')
        return node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createZstdCompress();
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
        hint: 'Use gzip, or run on Node.js 24.',
    });
}


/***/ })

};
