export const id = 665;
export const ids = [665];
export const modules = {

/***/ 8665:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  build: () => (/* binding */ build)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/oci/digest.ts
var oci_digest = __webpack_require__(8825);
// EXTERNAL MODULE: ./src/oci/repositories.ts
var repositories = __webpack_require__(1745);
// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
// EXTERNAL MODULE: ./src/oci/image-tree.ts
var image_tree = __webpack_require__(8409);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(1994);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(2148);
;// CONCATENATED MODULE: ./src/registry/read-image.ts





/**
 * All documents of an image that was pushed a moment ago; no layer is read.
 *
 * @throws ActionError `image-not-found`, and those of the registry
 */
async function readImage(client, repository, { digest, signal }) {
    const documentOf = async (name) => {
        const found = await client.getManifest(repository, name, { signal, justPushed: true });
        if (found)
            return found;
        throw new errors/* ActionError */.lZ('image-not-found', `Cannot read ${name} of ${(0,reference/* formatRepository */.Sh)(repository)} back: the registry does not have it`, { hint: 'The builder said that it pushed it; run the job again.' });
    };
    const root = await documentOf(digest);
    return (0,image_tree/* walkImage */.v)(root.descriptor, async (descriptor) => {
        if (descriptor.digest === digest)
            return root.bytes;
        const { mediaType } = descriptor;
        if ((0,media_type/* isIndexType */.$U)(mediaType) || (0,media_type/* isManifestType */.Q3)(mediaType))
            return (await documentOf(descriptor.digest)).bytes;
        return (0,consumers_.buffer)(await client.getBlob(repository, descriptor, { signal }));
    });
}

// EXTERNAL MODULE: ./src/engine/session-name.ts
var session_name = __webpack_require__(1444);
// EXTERNAL MODULE: ./src/inputs/build-contexts.ts
var build_contexts = __webpack_require__(5694);
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
        ...spec.contexts.flatMap(({ name, source }) => ['--build-context', `${name}=${(0,build_contexts/* formatContextSource */.M)(source)}`]),
        ...(spec.file === undefined ? [] : ['--file', spec.file]),
        ...(spec.target === undefined ? [] : ['--target', spec.target]),
        ...Object.entries(spec.buildArgs).flatMap(([name, value]) => [
            '--build-arg',
            value === null ? name : `${name}=${value}`,
        ]),
        ...spec.secrets.flatMap((secret) => ['--secret', secretAttributes(secret)]),
        ...spec.ssh.flatMap(({ id, paths }) => ['--ssh', paths.length === 0 ? id : `${id}=${paths.join(',')}`]),
        ...pairs('--label', spec.labels),
        ...pairs('--annotation', spec.annotations),
        ...spec.addHosts.flatMap((host) => ['--add-host', host]),
        ...(spec.noCache ? ['--no-cache'] : []),
        ...(spec.pull ? ['--pull'] : []),
        spec.context,
    ];
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
            const repositories = [...new Set(output.references.map(reference/* formatRepository */.Sh))];
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
        case 'store':
            return csv(['type=docker', ...(output.names.length === 0 ? [] : [`name=${output.names.join(',')}`])]);
    }
}
/** The names of an image in the engine's store. */
function storeNames(references) {
    return references.map(reference/* formatReference */.FH);
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
function pairs(flag, values) {
    return Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
}

// EXTERNAL MODULE: ./src/dockerfile/inline.ts
var inline = __webpack_require__(4157);
// EXTERNAL MODULE: ./src/facts/builder.ts
var facts_builder = __webpack_require__(8060);
// EXTERNAL MODULE: ./src/engine/missing-source.ts
var missing_source = __webpack_require__(10);
// EXTERNAL MODULE: ./src/known-failure.ts
var known_failure = __webpack_require__(7879);
// EXTERNAL MODULE: ./src/registry/known-answers.ts
var known_answers = __webpack_require__(822);
// EXTERNAL MODULE: ./src/registry/network-faults.ts
var network_faults = __webpack_require__(8511);
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
    {
        code: 'daemon-unreachable',
        pattern: /Cannot connect to the Docker daemon|permission denied while trying to connect|error during connect|connection refused.*buildkit|listing workers|failed to receive status|^context deadline exceeded$/i,
        hint: 'The daemon or builder went away. Look at its log, and whether the machine ran out of memory.',
    },
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
        hint: 'The base image has no such platform: build for fewer platforms or take another base image.',
    },
    noEmulator,
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
/** What comes before the reason where a RUN could not be run to its end; the command is the user's. */
const commandOfRun = /^process ".*"(?= did not complete successfully: )|^executor failed running \[.*\]/s;
/**
 * The error behind a failed build: what failed, on which platform and line, with the last lines of that step.
 * Pure; the texts it knows are those of BuildKit 0.8 to 0.25.
 */
function toBuildError(failure) {
    const { failed, messages } = failure;
    const summary = summaryOf(messages) ?? failed?.error ?? `buildx exited with ${failure.status}`;
    const [, exitCode] = ranCommand.exec(summary) ?? [];
    const place = placeOf(messages, failure.dockerfile);
    const platform = failed && (failed.platform ?? failure.platform);
    // A RUN that failed may have printed anything; little of it counts.
    const known = exitCode === undefined
        ? (0,known_failure/* recognise */.G)(knownFailures, summary.replace(commandOfRun, ''))
        : (0,known_failure/* recognise */.G)(platform !== undefined && failure.isEmulated?.(platform) ? emulated : runFailures, [...(failed?.output ?? []), `exit code: ${exitCode}`].join('\n'));
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
;// CONCATENATED MODULE: ./src/engine/buildx/progress.ts

/** Lines of a step's output kept for the error. */
const keptOutput = 15;
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
    };
    const addLine = (step, line) => {
        const shown = line.replace(/\r$/, '').split('\r').at(-1) ?? '';
        step.output = [...step.output.slice(1 - keptOutput), shown];
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
                print(`#${step?.number ?? 0} WARNING: ${Buffer.from(warning.short, 'base64').toString('utf8')}`);
            }
        },
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
            isList(event.warnings, ['vertex', 'short']);
        return known ? event : undefined;
    }
    catch {
        return undefined;
    }
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
;// CONCATENATED MODULE: ./src/engine/buildx/retry-build.ts




/** Registries that lag behind themselves right after a push, and gateways whose page stands for an answer. */
const lagging = /unknown blob|blob unknown|failed to push .*: unknown: |manifest (?:blob )?unknown|unexpected status from \w+ request.* 404 /;
/**
 * Runs a build, or the boot of a builder, again when it failed for a reason that passes: BuildKit gives up a push after some
 * seconds, and the lookup of a base image after fractions of one. Its cache makes the second time cheap. A failed RUN or a
 * bad input is never tried again, nor is a network that is set up wrong; a denial is, once.
 *
 * @throws what the last try threw
 */
async function retryBuild(once, { policy, onRetry, ownNetwork }, { log, clock, signal }) {
    for (let attempt = 1;; attempt++) {
        try {
            return await once();
        }
        catch (error) {
            if (!(error instanceof errors/* ActionError */.lZ))
                throw error;
            const worth = mostAttempts(error, ownNetwork);
            const most = Math.min(policy.attempts, worth);
            if (attempt >= most)
                throw error;
            const wait = (0,retry/* backOff */.fu)(policy, attempt, Math.random);
            const how = worth === 2 ? 'perhaps transient' : 'transient';
            const [what = ''] = error.message.split('\n');
            await (0,try_again/* tryAgain */.Q)({ what, how, attempt: attempt + 1, most, wait }, { log, clock, signal, onRetry });
        }
    }
}
/** How many tries an error is worth, the policy aside. */
function mostAttempts({ code, message }, ownNetwork) {
    // What the command of a RUN printed is part of the message, and may hold any words.
    if (/did not complete successfully: exit code|executor failed running/.test(message))
        return 1;
    switch (code) {
        case 'registry-unavailable':
        case 'download-failed':
            return Number.POSITIVE_INFINITY;
        case 'registry-full':
            return retry/* doubtfulAttempts */.Cz;
        case 'registry-unreachable':
            if ((0,network_faults/* isMisconfigured */.AX)(message))
                return 1;
            return /no such host/.test(message) || (ownNetwork && /dial tcp (?:127\.|\[::1\])/.test(message))
                ? retry/* doubtfulAttempts */.Cz
                : Number.POSITIVE_INFINITY;
        // The boot of a builder, whose image the daemon pulls, or whose machine is not there.
        case 'engine-failed':
            return (0,network_faults/* attemptsToStart */.Gf)(message);
        case 'daemon-unreachable':
            return network_faults/* passing */.qO.test(message) ? retry/* doubtfulAttempts */.Cz : 1;
        // BuildKit fetches a context, and the frontend that reads the Dockerfile.
        case 'dockerfile-not-found':
            return network_faults/* passing */.qO.test(message) && !(0,network_faults/* isMisconfigured */.AX)(message) ? Number.POSITIVE_INFINITY : 1;
        // GHCR and others deny those who may, now and then; and preflight has just found what is not there.
        case 'registry-denied':
        case 'image-not-found':
            return 2;
        case 'build-failed':
            return lagging.test(message) ? retry/* doubtfulAttempts */.Cz : 1;
        default:
            return 1;
    }
}

// EXTERNAL MODULE: ./src/duration.ts
var duration = __webpack_require__(7607);
// EXTERNAL MODULE: ./src/engine/hanging-daemon.ts
var hanging_daemon = __webpack_require__(99);
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
                lost.abort(gone(quiet()));
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
function gone(quiet) {
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
    return retryBuild(() => callOnce(host, plan, target), target.retries, host);
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
        const args = buildArguments(plan.build, { ...call, progress: progressMode });
        host.log.debug(`docker-buildx ${withoutValues(args).join(' ')}`);
        // Without this buildx works out a provenance for the metadata file too, asked for or not.
        const env = { ...target.env, BUILDX_METADATA_PROVENANCE: 'disabled' };
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
    if (!result.ok) {
        const error = toBuildError({
            status: result.status,
            messages: progress.messages(),
            failed: progress.failed(),
            dockerfile: dockerfileName(plan.build),
            platform: target.platforms.length === 1 ? platforms : undefined,
            isEmulated: (platform) => isEmulated(platform, plan.engine.natives),
            explainMissing: (path) => whyMissing(path, plan.build),
        });
        if (error.code !== 'platform-unsupported')
            throw error;
        const { builder, env } = target;
        throw (0,errors/* withHint */.mu)(error, (await (0,facts_builder/* describeOffer */.qN)(host, { buildx: plan.engine.program, builder, env })) ?? '');
    }
    const imageId = readIfThere(call.imageIdFile);
    return {
        metadata: JSON.parse(readIfThere(call.metadataFile) ?? '{}'),
        imageId,
        steps: progress.steps(),
    };
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
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'builder', name, buildx: plan.engine.program, env });
    const args = [
        'create',
        ...['--name', name],
        ...['--driver', planned.driver],
        ...planned.driverOpts.flatMap((option) => ['--driver-opt', option]),
        ...configArguments(planned.config, host.tempDir),
        '--bootstrap',
        ...(planned.endpoint === undefined ? [] : [planned.endpoint]),
    ];
    const once = async () => {
        const result = await host.log.group(`Create a ${planned.driver} builder`, () => host.exec(plan.engine.program, args, { env, timeout: bootTimeout, onStderrLine: host.log.info }));
        if (result.ok)
            return name;
        // One that did not boot is there all the same, and its name taken.
        await host.exec(plan.engine.program, ['rm', '--force', name], { env, timeout: hanging_daemon/* shortCall */.fz });
        const found = result.stderr.trim().split('\n').at(-1) ?? '';
        throw bootFailure(planned.driver, found);
    };
    return retryBuild(once, retries, host);
}
/** What buildx said last of a builder that did not boot, as an error. */
function bootFailure(driver, found) {
    const known = (0,known_failure/* recognise */.G)(knownFailures, found);
    const ofNetwork = known && ['registry-unreachable', 'registry-unavailable'].includes(known.code);
    return new errors/* ActionError */.lZ('engine-failed', `Cannot boot a ${driver} builder: ${found}`, {
        hint: [
            'Its image comes from Docker Hub unless driver-opts says `image=…`; leave `driver` empty to need no builder where the daemon can build by itself.',
            ...(ofNetwork ? [known.hint] : []),
        ].join(' '),
    });
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

// EXTERNAL MODULE: ./src/bytes.ts
var src_bytes = __webpack_require__(6136);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(5823);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
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
        const elsewhere = others.map((found) => new Set(found.map(({ digest }) => digest)));
        for (const layer of first.filter(({ digest }) => elsewhere.every((found) => found.has(digest)))) {
            if (signal.aborted)
                break;
            if (await writePlaceholder(dir, layer))
                seeded.push(layer);
        }
    }
    catch (error) {
        log.debug(`No more is taken over from the registry: ${(0,errors/* messageOf */.bD)(error)}`);
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
            if (!(0,media_type/* isIndexType */.$U)(descriptor.mediaType) && !(0,media_type/* isManifestType */.Q3)(descriptor.mediaType))
                return noConfig;
            const found = await registry.getManifest(repository, descriptor.digest, { signal });
            if (found === undefined)
                throw new Error(`${descriptor.digest} is not in ${repository.repository}`);
            return found.bytes;
        });
        return tree.blobs.filter(({ size }) => size >= worthwhile);
    }
    return [];
}
/** Configs are only read for the platform of a manifest that stands alone, which is of no interest here. */
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
async function exportLayout(plan, dir, { session, target }) {
    const { host, registry } = session;
    const call = () => callBuildx(host, plan, { ...target, outputs: [{ kind: 'layout', dir }] });
    (0,external_node_fs_.mkdirSync)(dir);
    // Placeholders of the seed could not be written to an output.
    if (!plan.push || plan.outputs.length > 0)
        return { ...(await call()), content: { kind: 'layout', dir, tree: await readTree(dir) } };
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
        return { ...first, content: { kind: 'layout', dir, tree, elsewhere } };
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
        for (const name of plan.references.map(reference/* formatReference */.FH)) {
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
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
var external_node_zlib_default = /*#__PURE__*/__webpack_require__.n(external_node_zlib_);
;// CONCATENATED MODULE: ./src/engine/buildx/docker-archive.ts







/** Entries up to this many bytes are kept until it is known what they are; a bigger one can only be a layer. */
const smallEntry = 4 * 1024 * 1024;
/**
 * Reads what `docker image save` writes and puts config and layers, these compressed, into the OCI layout at `dir`.
 * Streams: memory stays flat in the image's size.
 *
 * @throws ActionError `content-mismatch` when the archive is not what Docker writes
 */
async function readDockerArchive(archive, dir, compression = 'gzip') {
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
 * @throws ActionError `engine-failed` with what Docker says, `daemon-unreachable` when nothing comes any more,
 * `content-mismatch`
 */
async function saveImage(reference, { dir, host, env, platform, compression }) {
    const read = {};
    const saved = await host.exec('docker', ['image', 'save', reference], {
        env,
        silence: save_image_silence,
        stdout: async (stream) => {
            try {
                read.archive = await readDockerArchive(stream, dir, compression);
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
    const details = { platform, cause: read.error };
    throw new errors/* ActionError */.lZ('engine-failed', `Cannot ${what}: ${saved.stderr.trim()}`, details);
}

;// CONCATENATED MODULE: ./src/engine/buildx/join.ts










/**
 * Builds platform after platform on a daemon that cannot build several, takes each image out of its store, and joins
 * them to one OCI layout here: no builder image to pull, no staging tags in the registry.
 */
async function joinPlatforms(plan, builder, session) {
    const dir = (0,external_node_path_.join)(session.host.tempDir, 'layout');
    const parts = [];
    // One at a time: their steps would run side by side on the same processors, and the log stays readable.
    for (const platform of plan.build.platforms)
        parts.push(await buildPart(plan, { platform, builder, dir, session }));
    const [first] = parts;
    if (first === undefined)
        throw new errors/* ActionError */.lZ('internal', 'The plan has no platform');
    const manifests = parts.map(({ manifest }) => manifest);
    const root = await (0,write_image/* writeRoot */.a)(dir, manifests, plan.build.annotations);
    await (0,layout/* writeIndexJson */.YY)(dir, root);
    return {
        content: { kind: 'layout', dir, tree: await (0,image_tree/* walkImage */.v)(root, (descriptor) => (0,layout/* readBlob */.gm)(dir, descriptor)) },
        metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
        imageId: plan.load ? first.imageId : undefined,
        steps: parts.flatMap(({ steps }) => steps),
    };
}
async function buildPart(plan, part) {
    const { platform, builder, dir, session } = part;
    const { host, env, name, retries } = session;
    const text = (0,oci_platform/* formatPlatform */.Bq)(platform);
    const reference = `${name}:${text.replaceAll('/', '-')}`;
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference, env });
    const names = [reference, ...(plan.load ? storeNames(plan.references) : [])];
    const outputs = [{ kind: 'store', names }];
    // The daemon would drop annotations, or refuse those of an index: they are put on here.
    const bare = { ...plan, build: { ...plan.build, annotations: {} } };
    const { steps, imageId } = await callBuildx(host, bare, { builder, platforms: [platform], outputs, env, retries });
    const { compression } = plan.build;
    const image = await saveImage(reference, { dir, host, env, platform: text, compression });
    const manifest = await (0,write_image/* writeManifest */.H)(dir, { platform, ...image }, plan.build.annotations);
    return { manifest, steps: steps.map((step) => ({ ...step, platform: text })), imageId };
}

;// CONCATENATED MODULE: ./src/engine/buildx/secret-files.ts


/**
 * The plan with the values of build secrets in files of their own, which no other user may read, in the step's folder
 * `tempDir`: they go when it is removed.
 */
function withSecretFiles(plan, tempDir) {
    const folder = (0,external_node_path_.join)(tempDir, 'secrets');
    const secrets = plan.build.secrets.map((secret, index) => {
        if (secret.source.kind !== 'value')
            return secret;
        (0,external_node_fs_.mkdirSync)(folder, { recursive: true, mode: 0o700 });
        // By number: an id may hold what no name of a file may.
        const path = (0,external_node_path_.join)(folder, String(index));
        (0,external_node_fs_.writeFileSync)(path, secret.source.value.reveal(), { mode: 0o600, flag: 'wx' });
        return { ...secret, source: { kind: 'file', path } };
    });
    return { ...plan, build: { ...plan.build, secrets } };
}

;// CONCATENATED MODULE: ./src/engine/buildx/engine.ts














/**
 * Builds with buildx in the way the plan chose. `login` has the environment of the private configuration and a registry
 * client with the same credentials.
 *
 * @throws ActionError what the build failed from
 */
async function build(given, host, login) {
    const plan = withSecretFiles(withInlineFile(given, host.tempDir), host.tempDir);
    const planned = plan.engine.builder;
    const retries = { ...login.retries, ownNetwork: ['docker-container', 'kubernetes'].includes(planned.driver) };
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
    const target = { builder, platforms: plan.build.platforms, env: session.env, retries };
    const store = { kind: 'store', names: storeNames(plan.references) };
    const image = async () => {
        switch (plan.engine.method.name) {
            case 'join':
                return joinPlatforms(plan, builder, session);
            case 'layout':
                return { ...(await exportLayout(plan, (0,external_node_path_.join)(host.tempDir, 'layout'), { session, target })), imageId: undefined };
            case 'digest': {
                const outputs = [{ kind: 'digest', references: plan.references }];
                return pushed(await callBuildx(host, plan, { ...target, outputs }), plan, session);
            }
            case 'load': {
                const result = await callBuildx(host, plan, { ...target, outputs: [store] });
                return { ...result, content: { kind: 'loaded' }, imageId: storeId(plan, result) };
            }
        }
    };
    const built = await image();
    if (!plan.load || plan.engine.method.name === 'load' || plan.engine.method.name === 'join')
        return built;
    // A second call, all from the cache: with two outputs in one call BuildKit mixes up their manifests (seen with 0.25).
    const again = { ...plan, build: { ...plan.build, noCache: false, pull: false } };
    return { ...built, imageId: storeId(plan, await callBuildx(host, again, { ...target, outputs: [store] })) };
}
/** With a Dockerfile of the workflow in a file, alone in a folder, so that the context's .dockerignore counts. */
function withInlineFile(plan, tempDir) {
    const { dockerfileInline } = plan.build;
    if (dockerfileInline === undefined)
        return plan;
    const folder = (0,external_node_path_.join)(tempDir, 'inline');
    (0,external_node_fs_.mkdirSync)(folder);
    const file = (0,external_node_path_.join)(folder, 'Dockerfile');
    (0,external_node_fs_.writeFileSync)(file, dockerfileInline);
    return { ...plan, build: { ...plan.build, file } };
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


/***/ }),

/***/ 1444:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ sessionName)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/** A name of this run alone, fit for builders, images and containers, after the step's folder. */
function sessionName(tempDir) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(tempDir)
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-');
}


/***/ })

};
