export const id = 443;
export const ids = [443];
export const modules = {

/***/ 39443:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  buildCommand: () => (/* binding */ buildCommand),
  planCommand: () => (/* binding */ planCommand)
});

// EXTERNAL MODULE: ./src/clean-up-step.ts
var clean_up_step = __webpack_require__(97889);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/host/node.ts + 1 modules
var node = __webpack_require__(61453);
// EXTERNAL MODULE: ./src/host/print/commands.ts
var commands = __webpack_require__(16830);
// EXTERNAL MODULE: ./src/inputs/read/problem.ts
var problem = __webpack_require__(16001);
;// CONCATENATED MODULE: ./src/report/output-rows.ts
/** Every output and what it holds: action.yml and the README's table are rendered from these rows. */
const outputRows = {
    digest: 'Digest of the image, or of its index. Never empty after a push. Empty for an image that is only in the build cache of the classic image store or with verify: off.',
    imageid: 'ID of a loaded image as docker image inspect shows it, otherwise the digest of the configuration, or of the index of several platforms. Empty in the same cases as digest.',
    metadata: 'Result of the build as JSON, in the form of docker/build-push-action.',
    image: 'First image name, without tag.',
    tags: 'References that the image got in a registry, the local image store or an archive (name:tag), one per line; not those that were skipped, not updated or failed.',
    'tag-names': 'The tags of `tags` without the image name, each once, one per line.',
    labels: 'Every label of the image (key=value), one per line.',
    annotations: 'Every annotation of the image with its level (manifest:key=value), one per line.',
    json: 'JSON object with tags, tag-names, labels and annotations, in the form of docker/metadata-action.',
    'bake-file': 'Path of a file with the planned tags and the labels for docker buildx bake, in the form of docker/metadata-action. It is deleted at the end of the job.',
    'bake-file-tags': 'The same with the tags alone.',
    'bake-file-labels': 'The same with the labels alone.',
    'bake-file-annotations': 'The same with the annotations alone.',
    version: 'Main tag: the first that is not latest.',
    digests: 'JSON object from platform to the digest of its manifest.',
    refs: 'The image by digest in every repository it was pushed to (name@digest), one per line.',
    sizes: 'JSON object from platform to the compressed size of its image, in bytes.',
    pushed: 'true if the image was pushed, and no tag failed; else false.',
    'call-result': 'Result of call: check, outline or targets as JSON, in the form of docker buildx build --call, without the text of the Dockerfile. Empty after a build.',
    files: 'Every file and folder that outputs named and that was written, one per line.',
    engine: 'Engine that built the image.',
    attempts: 'Maximum number of attempts of any request or build: 1 if nothing was retried. Set also if the step fails.',
    'error-code': 'Why the step failed, as one word such as registry-denied. Empty if it did not.',
};
const outputKinds = {
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
    sizes: 'json',
    pushed: 'boolean',
    'bake-file': 'text',
    'bake-file-tags': 'text',
    'bake-file-labels': 'text',
    'bake-file-annotations': 'text',
    'call-result': 'json',
    files: 'lines',
    engine: 'text',
    attempts: 'number',
    'error-code': 'text',
};

;// CONCATENATED MODULE: ./src/report/declared-outputs.ts

/** What an output that no stage came to is. */
const unknown = { attempts: '1', pushed: 'false' };
/**
 * Makes sure that every declared output is written, however the step ends: what a runner takes from its file counts, whatever a
 * command in the log or an earlier attempt has set.
 */
function declareOutputs(runner) {
    const written = new Set();
    return {
        runner: {
            ...runner,
            setOutput: (name, value) => {
                runner.setOutput(name, value);
                written.add(name);
            },
        },
        writeRest: () => {
            for (const name of Object.keys(outputRows)) {
                if (written.has(name))
                    continue;
                runner.setOutput(name, unknown[name] ?? '');
                written.add(name);
            }
        },
    };
}

// EXTERNAL MODULE: ./src/cleanup/cleanup.ts + 1 modules
var cleanup = __webpack_require__(75141);
// EXTERNAL MODULE: ./src/dockerfile/read/inline.ts
var inline = __webpack_require__(57370);
// EXTERNAL MODULE: ./src/errors/gather.ts
var gather = __webpack_require__(59532);
// EXTERNAL MODULE: ./src/oci/emulators.ts
var emulators = __webpack_require__(42189);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
;// CONCATENATED MODULE: ./src/plan/load.ts

/** Whether the image goes into the daemon's store: as `load` says, else when it is one platform's and would go nowhere. */
function wantsLoad(inputs, docker) {
    return inputs.load ?? (docker !== undefined && goesNowhere(inputs));
}
/**
 * The notice about an image for one platform without a destination: it would be loaded,
 * but no daemon is available.
 */
function loadNotices(inputs, docker) {
    if (inputs.load !== undefined || docker.kind === 'server' || !goesNowhere(inputs))
        return [];
    return [
        `The image is built and kept nowhere: no Docker daemon answers at ${docker.endpoint.host} to load it into. Write it to a file with outputs, set push: true, or say load: false if that is meant.`,
    ];
}
/** For the classic image store, which holds one platform under a name. */
function cannotLoadSeveral(platforms) {
    return new action_error/* ActionError */.lZ('feature-missing', `Cannot load ${platforms} platforms into Docker: its classic image store keeps one platform per name`, {
        hint: 'Set `load: false`, build one platform, or turn on the containerd image store: https://docs.docker.com/engine/storage/containerd/',
    });
}
function goesNowhere({ push, outputs, platforms }) {
    return !push && outputs.length === 0 && platforms.length === 1;
}

// EXTERNAL MODULE: ./src/engine/drivers.ts
var drivers = __webpack_require__(4469);
// EXTERNAL MODULE: ./node_modules/semver/index.js
var semver = __webpack_require__(62088);
;// CONCATENATED MODULE: ./src/engine/buildx/choose-builder.ts



/**
 * The builder asked for, else the one that is there when it can do the work, else the cheapest that can be made.
 * The docker driver can do all but attestations, and caches that are kept elsewhere, on the classic image store, caches in buckets, and security.insecure
 * unless the daemon's configuration allows it, which cannot be asked.
 *
 * @throws ActionError `feature-missing` when the builder that was asked for cannot do the work
 */
function chooseBuilder(inputs, { builder, server }) {
    const create = (driver, because) => ({
        kind: 'create',
        driver,
        driverOpts: inputs.driverOpts,
        endpoint: inputs.endpoint,
        config: inputs.buildkitdConfig,
        grants: (0,drivers/* traitsOf */.JC)(driver).takesGrants ? grantsOf(inputs) : undefined,
        flags: inputs.buildkitdFlags,
        platforms: inputs.nodePlatforms,
        tls: inputs.nodeTls,
        append: inputs.append,
        keptAs: inputs.keepState?.name,
        mirrors: inputs.mirrors,
        because,
    });
    if (inputs.driver !== undefined && (0,drivers/* traitsOf */.JC)(inputs.driver).made) {
        return create(inputs.driver, 'selected by the `driver` input');
    }
    const attests = inputs.provenance !== undefined || inputs.sbom !== undefined;
    const dropsAttestations = attests && server?.store === 'classic';
    const lacking = lackingCache(inputs, server);
    if (inputs.driver !== undefined) {
        if (dropsAttestations)
            throw noAttestations();
        if (lacking !== undefined)
            throw noCache(lacking);
        const name = server?.endpoint.context ?? 'default';
        return { kind: 'existing', name, driver: 'docker', because: 'selected by the `driver` input' };
    }
    const existing = {
        kind: 'existing',
        name: builder.name,
        driver: builder.driver,
        because: builder.because,
    };
    if ((0,drivers/* traitsOf */.JC)(builder.driver).runs !== 'in-daemon')
        return existing;
    if (dropsAttestations) {
        if (inputs.builder !== undefined)
            throw noAttestations();
        return create('docker-container', 'the classic image store does not keep attestations');
    }
    if (lacking !== undefined) {
        if (inputs.builder !== undefined)
            throw noCache(lacking);
        return create('docker-container', lacking.because);
    }
    if (inputs.builder !== undefined)
        return existing;
    const [setting] = settingsOf(inputs);
    if (setting !== undefined)
        return create('docker-container', `required by the \`${setting}\` input`);
    if (inputs.allow.includes(insecure))
        return create('docker-container', `required by \`allow: ${insecure}\``);
    return existing;
}
/** The inputs that only a builder which is made here heeds. */
function settingsOf({ driverOpts, buildkitdConfig, buildkitdFlags, nodePlatforms }) {
    return [
        ...(driverOpts.length === 0 ? [] : ['driver-opts']),
        ...(buildkitdConfig === undefined ? [] : ['buildkitd-config']),
        ...(buildkitdFlags === undefined ? [] : ['buildkitd-flags']),
        ...(nodePlatforms.length === 0 ? [] : ['node-platforms']),
    ];
}
const insecure = 'security.insecure';
/** One that is asked for takes the place of what buildx lets a builder grant, which is network.host. */
function grantsOf({ allow, buildkitdFlags = '' }) {
    if (allow.includes(insecure))
        return ['network.host', insecure];
    return buildkitdFlags.includes('allow-insecure-entitlement') && allow.includes('network.host')
        ? ['network.host']
        : undefined;
}
const ofBuckets = new Set(['s3', 'azblob']);
/**
 * What the BuildKit in the daemon cannot do with the caches that are asked for; undefined where it can do all. On the classic store it reads
 * images with a cache in them, and writes one there. On no store it knows caches in buckets (Docker 28: `unknown cache exporter: "s3"`).
 */
function lackingCache({ cache, cacheFrom, cacheTo }, server) {
    const inBucket = [...cacheFrom, ...cacheTo].find(({ type }) => ofBuckets.has(type));
    if (server !== undefined && inBucket !== undefined) {
        return {
            because: `the docker driver does not support type=${inBucket.type}`,
            message: `Cannot use a cache of type=${inBucket.type} with the docker driver`,
            hint: 'Leave `builder` and `driver` empty to have a builder made that can, or use another type of cache.',
        };
    }
    if (server?.store !== 'classic')
        return undefined;
    const isKept = cache.kind !== 'off' ||
        cacheFrom.some(({ type }) => type !== 'registry') ||
        cacheTo.some(({ type }) => type !== 'inline');
    if (!isKept)
        return undefined;
    return {
        because: 'the classic image store does not export a cache',
        message: 'Cannot keep the build cache with the docker driver on the classic image store',
        hint: 'Leave `builder` and `driver` empty to have a builder made that can, use `cache-to: type=inline`, or turn on the containerd image store: https://docs.docker.com/engine/storage/containerd/',
    };
}
function noCache({ message, hint }) {
    return new action_error/* ActionError */.lZ('feature-missing', message, { hint });
}
function noAttestations() {
    return new action_error/* ActionError */.lZ('feature-missing', 'Cannot make attestations with the docker driver on the classic image store', {
        hint: 'Leave `builder` and `driver` empty to have a builder made that can, set `provenance: false` and `sbom: false`, or turn on the containerd image store: https://docs.docker.com/engine/storage/containerd/',
    });
}
/**
 * Refuses what the builder cannot do with RUN steps, or leaves out without a word.
 *
 * @throws ActionError `feature-missing`
 */
function requireRunSettings({ addHosts, cgroupParent, shmSize, ulimit }, driver, version) {
    const inDaemon = (0,drivers/* traitsOf */.JC)(driver).runs === 'in-daemon';
    if (!inDaemon && addHosts.some((host) => /[:=]host-gateway$/.test(host))) {
        throw new action_error/* ActionError */.lZ('feature-missing', `Cannot use host-gateway in \`add-hosts\`: the driver ${driver} does not know the address`, { hint: 'Write the address itself, or build with the docker driver.' });
    }
    const server = (0,semver.coerce)(version);
    const ignored = [
        ...(cgroupParent === undefined ? [] : ['cgroup-parent']),
        ...(shmSize === undefined ? [] : ['shm-size']),
        ...(ulimit.length === 0 ? [] : ['ulimit']),
    ];
    // Docker 20.10 with BuildKit 0.8.
    if (inDaemon && server && (0,semver.satisfies)(server, '<23.0.0') && ignored.length > 0) {
        throw new action_error/* ActionError */.lZ('feature-missing', `Docker ${version} ignores ${ignored.join(', ')} in builds`, {
            hint: 'Update Docker to 23.0 or newer, set `driver: docker-container`, or leave the input empty.',
        });
    }
}
/**
 * Servers from 24.0.3 on and before 25.0.0 do not know `host.docker.internal` in builds by themselves but take it as a
 * host entry; older ones cannot derive the address, and 25.0.0 broke it: https://github.com/docker/buildx/issues/2201
 */
function hostGateway(driver, version) {
    const server = (0,semver.coerce)(version);
    return (0,drivers/* traitsOf */.JC)(driver).runs === 'in-daemon' && server && (0,semver.satisfies)(server, '>=24.0.3 <25.0.0')
        ? ['host.docker.internal:host-gateway']
        : [];
}

;// CONCATENATED MODULE: ./src/engine/buildx/choose-method.ts



/** The least that must be true for each export method, in this order; `load` is what the plan made of the input. */
function chooseMethod(inputs, found) {
    const { builder, server, load } = found;
    const several = inputs.platforms.length > 1;
    const written = inputs.outputs.some(({ kind }) => kind !== 'cacheonly');
    const onDocker = (0,drivers/* traitsOf */.JC)(builder.driver).runs === 'in-daemon';
    const classic = server?.store === 'classic';
    if (load && server === undefined) {
        throw new action_error/* ActionError */.lZ('feature-missing', 'Cannot load the image: no Docker daemon answers here', {
            hint: 'Set `load: false`, or start Docker.',
        });
    }
    if (load && several && classic)
        throw cannotLoadSeveral(inputs.platforms.length);
    // Into a daemon elsewhere BuildKit can load one platform only.
    const asLayout = load && several && !onDocker;
    const isRead = inputs.verify !== 'off' ||
        inputs.smokeTest !== undefined ||
        inputs.beforeTags !== undefined ||
        inputs.maxSize !== undefined;
    if (!inputs.push && !written && !isRead && !asLayout) {
        return load
            ? { name: 'load', because: 'the image is only loaded, and verification is disabled' }
            : { name: 'cache', because: 'the image is only cached, and verification is disabled' };
    }
    if (onDocker && classic) {
        return { name: 'join', because: 'the classic image store builds one platform at a time and exports no layout' };
    }
    if (onDocker)
        return { name: 'layout', because: 'the containerd image store exports all platforms at once' };
    if (inputs.push && !written)
        return { name: 'digest', because: `a ${builder.driver} builder pushes by digest itself` };
    return {
        name: 'layout',
        because: inputs.push ? 'the outputs need the content here' : 'the image is verified before it is used',
    };
}

// EXTERNAL MODULE: ./src/engine/buildx/require-buildx.ts
var require_buildx = __webpack_require__(82849);
;// CONCATENATED MODULE: ./src/engine/buildx/plan.ts







/**
 * Decides how buildx builds here.
 *
 * @throws ActionError when it cannot, saying what is missing
 */
function planBuildx(inputs, facts) {
    if (inputs.dropLayers > 0)
        throw cannotDropLayers();
    const base = (0,require_buildx/* requireBuildx */.En)(inputs, facts);
    const { server } = base;
    const builder = chooseBuilder(inputs, base);
    requireRunSettings(inputs, builder.driver, server?.version);
    const load = wantsLoad(inputs, server);
    const ofDaemon = isIn(server, builder);
    const inDaemon = (0,drivers/* traitsOf */.JC)(builder.driver).runs === 'in-daemon';
    const env = server?.endpoint.env ?? {};
    const local = ofDaemon ? server?.local : undefined;
    const nodes = builder.kind === 'create' ? 1 + builder.append.length : nodesOf(base.builder, builder.name);
    const method = chooseMethod(inputs, { builder, server, load });
    const traits = {
        runsSteps: true,
        readsSource: 'builder',
        bases: 'advisory',
        baseStore: inDaemon ? server : undefined,
        natives: nativesOf(builder, base.builder, server),
        kernel: local ? 'here' : ofDaemon ? 'daemon' : 'elsewhere',
        bringsEmulators: !inDaemon,
        caches: nodes > 1 ? 'by-platform' : 'whole',
        dataRoot: local?.dataRoot,
        loadsInto: undefined,
        env,
    };
    return {
        engine: {
            name: 'buildx',
            because: describe(server, builder),
            traits,
            method,
            options: builder.kind === 'create' ? [...builder.driverOpts, ...builder.append.flatMap((node) => node.driverOpts)] : [],
            secrets: keysOf(builder),
            spec: {
                program: base.buildx,
                builder,
                method,
                server,
                ofDaemon,
                minimumBuildkit: inputs.minimumVersions.buildkit,
                addHosts: hostGateway(builder.driver, server?.version).filter((entry) => !isGiven(entry, inputs.addHosts)),
            },
        },
        load,
        insecureRegistries: server?.insecureRegistries ?? [],
    };
}
/** The nodes of a builder that exists; one where another was asked about. */
function nodesOf(found, name) {
    return found.name === name ? found.nodes : 1;
}
/** The private keys with which this step is known to the nodes of a builder. */
function keysOf(builder) {
    if (builder.kind !== 'create')
        return [];
    return [builder.tls, ...builder.append.map((node) => node.tls)].flatMap((tls, number) => tls?.own === undefined ? [] : [{ role: `the private key for node ${number} of the builder`, secret: tls.own.key }]);
}
/** Options of a driver may be variables with passwords, and a configuration may hold any. */
function describeBuildx(spec) {
    const { builder } = spec;
    if (builder.kind !== 'create')
        return spec;
    const driverOpts = builder.driverOpts.map((option) => option.replace(/=.*/s, '=…'));
    const config = builder.config?.kind === 'inline' ? { kind: 'inline' } : builder.config;
    const append = builder.append.map(({ endpoint, platforms }) => ({ endpoint, platforms }));
    return { ...spec, builder: { ...builder, driverOpts, config, append, tls: builder.tls && '…' } };
}
/** Whether the user has an entry for the same host. */
function isGiven(entry, addHosts) {
    const [name = ''] = entry.split(':');
    return addHosts.some((host) => host.startsWith(`${name}:`) || host.startsWith(`${name}=`));
}
function nativesOf(planned, found, server) {
    if (planned.kind === 'create' && (planned.append.length > 0 || isElsewhere(planned, server)))
        return declaredOf(planned);
    if (planned.kind === 'existing' && planned.name === found.name && found.natives.length > 0)
        return found.natives;
    return server && (0,drivers/* traitsOf */.JC)(planned.driver).runs !== 'elsewhere' ? [`${server.os}/${server.architecture}`] : [];
}
/** The platforms that the user says the nodes are; empty where one is left to tell itself, which it does when it is made. */
function declaredOf({ platforms, append }) {
    const nodes = [platforms, ...append.map((node) => node.platforms)];
    return nodes.some((declared) => declared.length === 0) ? [] : nodes.flat().map(oci_platform/* formatPlatform */.Bq);
}
/** Whether a builder is made in another daemon than the one that answers here. */
function isElsewhere({ endpoint }, server) {
    return endpoint !== undefined && endpoint !== server?.endpoint.host && endpoint !== server?.endpoint.context;
}
/** Whether the builder is the daemon's own, or runs in it as far as is known: a builder of another context has its name. */
function isIn(server, builder) {
    const { runs } = (0,drivers/* traitsOf */.JC)(builder.driver);
    if (builder.kind === 'create' && (builder.append.length > 0 || isElsewhere(builder, server)))
        return false;
    if (runs !== 'in-daemon')
        return runs === 'on-daemon';
    return builder.kind === 'create' || builder.name === server?.endpoint.context;
}
function describe(server, builder) {
    const daemon = server
        ? `Docker ${server.version} from ${server.endpoint.because} at ${server.endpoint.host}, ${server.store} image store`
        : 'no daemon';
    const name = builder.kind === 'create' ? 'new builder' : `builder ${builder.name}`;
    return `${daemon}; ${name}, driver ${builder.driver}: ${builder.because}`;
}
function cannotDropLayers() {
    return new action_error/* ActionError */.lZ('feature-missing', 'The engine buildx cannot leave out layers of a base (drop-layers)', {
        hint: 'The engine embedded can: leave `engine` empty, or set it to embedded.',
    });
}

// EXTERNAL MODULE: ./src/dockerfile/instructions/source-kind.ts
var source_kind = __webpack_require__(31128);
// EXTERNAL MODULE: ./src/plan/unreachable.ts
var unreachable = __webpack_require__(59789);
// EXTERNAL MODULE: ./src/engine/podman.ts
var podman = __webpack_require__(27049);
;// CONCATENATED MODULE: ./src/engine/traits.ts
/** Why an engine is used, as a sentence: `because` begins with that word or goes on after a comma. */
function whyUsed(name, because) {
    return `The engine ${name} is used${because.startsWith('because ') ? '' : ','} ${because}.`;
}

;// CONCATENATED MODULE: ./src/engine/embedded/plan.ts






/**
 * Decides how the embedded engine builds here.
 *
 * @throws ActionError `feature-missing` with what it cannot do, `daemon-unreachable` where the image is to be loaded
 */
function planEmbedded(inputs, { docker }, because) {
    const archives = [inputs.context, ...inputs.buildContexts.map(({ source }) => source)].filter((source) => source.kind === 'git' && !source.url.startsWith('github.com/') && (0,source_kind/* sourceKind */.u)(source.url) !== 'git');
    const unable = [
        archives.length === 0 ? undefined : 'take an archive at a URL as a context, only Git repositories (….git)',
        /^https?:/.test(inputs.file ?? '') ? 'fetch the Dockerfile from a URL' : undefined,
        inputs.platforms.some(({ os }) => os === 'windows') ? 'put images for Windows together' : undefined,
        inputs.provenance || inputs.sbom ? 'make attestations' : undefined,
        inputs.builder === undefined && inputs.driver === undefined ? undefined : 'use a builder',
        inputs.buildxRelease === undefined ? undefined : 'use a version of buildx',
        Object.keys(inputs.minimumVersions).length === 0 ? undefined : 'have a version to compare',
        // What only RUN steps notice (network, shm-size, …) needs no word: a RUN is refused.
        inputs.extraArgs.length === 0 ? undefined : 'take options of buildx (extra-args)',
    ].filter((what) => what !== undefined);
    if (unable.length > 0) {
        throw new action_error/* ActionError */.lZ('feature-missing', `The embedded engine cannot ${unable.join(', ')}`, {
            hint: (0,podman/* isPodman */.e)(docker)
                ? `${whyUsed('embedded', because)} The engine buildx can, but not with Podman. ${podman/* podmanHint */.Z}`
                : `${whyUsed('embedded', because)} The engine buildx can: it needs Docker and its buildx plugin.`,
        });
    }
    const loadsInto = wantsLoad(inputs, docker.kind === 'server' ? docker : undefined)
        ? requireStore(docker, inputs.platforms.length)
        : undefined;
    return {
        engine: {
            name: 'embedded',
            because,
            traits: { ...traits, loadsInto },
            ...(inputs.engine === 'embedded' ? {} : whatElse(docker)),
            options: [],
            spec: undefined,
        },
        load: loadsInto !== undefined,
        insecureRegistries: [],
    };
}
const traits = {
    runsSteps: false,
    readsSource: 'us',
    bases: 'must-resolve',
    baseStore: undefined,
    natives: [],
    kernel: 'none',
    bringsEmulators: false,
    caches: 'none',
    dataRoot: undefined,
    loadsInto: undefined,
    env: {},
};
/** What to do about a Dockerfile with RUN. A daemon without a socket is not installed; any other may answer when the step is run again. */
function whatElse(docker) {
    if ((0,podman/* isPodman */.e)(docker))
        return { otherwise: { code: 'feature-missing', hint: podman/* podmanHint */.Z } };
    if (docker.kind !== 'unreachable' || docker.reason.includes('ENOENT'))
        return {};
    return { otherwise: { code: 'daemon-unreachable', hint: (0,unreachable/* reachHint */.N)(docker) } };
}
function requireStore(docker, platforms) {
    if (docker.kind === 'unreachable') {
        throw new action_error/* ActionError */.lZ('daemon-unreachable', `Cannot load the image: no Docker daemon answers at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`, {
            hint: `${(0,unreachable/* reachHint */.N)(docker)} Without a daemon, set \`load: false\`, and \`outputs\` to write the image to a file.`,
        });
    }
    if (platforms > 1 && docker.store === 'classic')
        throw cannotLoadSeveral(platforms);
    return docker;
}

;// CONCATENATED MODULE: ./src/engine/engines.ts


/** All engines, a row each. */
const engines = {
    buildx: { plan: planBuildx, describe: describeBuildx, load: () => Promise.all(/* import() */[__webpack_require__.e(628), __webpack_require__.e(814)]).then(__webpack_require__.bind(__webpack_require__, 17814)) },
    embedded: {
        plan: planEmbedded,
        describe: (spec) => spec,
        load: () => Promise.all(/* import() | embedded */[__webpack_require__.e(628), __webpack_require__.e(117)]).then(__webpack_require__.bind(__webpack_require__, 83248)),
    },
};

// EXTERNAL MODULE: ./src/engine/warn-findings.ts
var warn_findings = __webpack_require__(35663);
;// CONCATENATED MODULE: ./src/engine/build.ts



/**
 * Builds with the engine of the plan.
 *
 * @throws ActionError what the build failed from
 */
async function build(run, checked) {
    const { name, spec } = run.plan.engine;
    const code = await engines[name].load();
    const built = await code.build(spec, run, checked);
    (0,warn_findings/* warnFindings */.v)(built.findings ?? [], run.host.log);
    return built;
}
/**
 * Looks at what only the engine of the plan needs, before anything is built.
 *
 * @throws ActionError all that is wrong, in one
 */
async function checkEngine(run) {
    const { name, spec } = run.plan.engine;
    const code = await engines[name].load();
    await (0,gather/* gather */.TU)('Preflight', code.checks?.(spec, run) ?? []);
}
/** The platforms that the builder of the plan says it can build now; none where it does not say. Never throws for a builder that is away. */
async function offeredPlatforms(run) {
    const { name, spec } = run.plan.engine;
    const code = await engines[name].load();
    return (await code.offers?.(spec, run)) ?? [];
}

;// CONCATENATED MODULE: ./src/preflight/emulation/emulator-missing.ts


/** What can be done where a platform has no emulator. */
const emulatorHint = 'Build this platform on a native node or runner, cross-compile in a stage that begins with FROM --platform=$BUILDPLATFORM, or put docker/setup-qemu-action before this step.';
const smokeTestHint = 'Run the step on a runner of this platform, put docker/setup-qemu-action before it, or leave smoke-test empty.';
/** The error `emulator-missing` for a platform, at the first line that needs one; `reason` is why it is missing. */
function emulatorMissing(foreign, file, reason) {
    const name = (0,oci_platform/* formatPlatform */.Bq)(foreign.platform);
    const [first] = foreign.runs;
    const found = foreign.asked
        ? `Cannot set up the emulator for ${name}`
        : first
            ? `Cannot build for ${name}: the builder's machine has no emulator for it`
            : `Cannot run the smoke test for ${name}: the daemon's machine has no emulator for it`;
    return new action_error/* ActionError */.lZ('emulator-missing', `${found}, ${reason}. It is needed by:\n${listRuns(foreign, file)}`, {
        hint: first ? emulatorHint : smokeTestHint,
        platform: name,
        ...(first ? { place: { file, line: first.line } } : {}),
    });
}
/** What a notice says of a platform that may have no emulator. */
function emulatorDoubtful(foreign, file, reason) {
    const [first] = foreign.runs;
    const who = first ? 'builder' : 'daemon';
    return [
        `The ${who} may have no emulator for ${(0,oci_platform/* formatPlatform */.Bq)(foreign.platform)}, ${reason}. It is needed by:`,
        listRuns(foreign, file),
        first ? emulatorHint : smokeTestHint,
    ].join('\n');
}
/** One line for each instruction, with its position and its text, truncated if long; and one for the smoke test. */
function listRuns({ runs, smokeTested, asked }, file) {
    return [
        ...runs.map(({ line, text }) => `  ${file}:${line}: ${shorten(text)}`),
        ...(smokeTested ? ['  the smoke test'] : []),
        ...(asked ? ['  the input `emulators`'] : []),
    ].join('\n');
}
/** The first line of an instruction, and no more than 100 characters of it. */
function shorten(text) {
    const [first = '', ...more] = text.split('\n');
    return more.length > 0 || first.length > 100 ? `${first.slice(0, 100)}…` : first;
}

;// CONCATENATED MODULE: ./src/preflight/emulation/foreign-runs.ts

/**
 * The platforms that need an emulator, each with what needs it: RUN in a stage that the target needs and that is neither
 * for one of `natives` (`os/arch` of the builder's nodes) nor says by `--platform` that it runs on one. Copying from
 * another stage does not execute anything. Empty if the nodes are not known.
 */
function foreignRuns({ platforms }, natives) {
    if (natives.length === 0)
        return [];
    const machines = natives.map(oci_platform/* parsePlatform */.FL);
    const found = new Map();
    const add = (platform, runs) => {
        if (machines.some((machine) => (0,oci_platform/* runsNatively */.PU)(platform, machine)))
            return;
        const name = (0,oci_platform/* formatPlatform */.Bq)(platform);
        const known = found.get(name) ?? { platform, runs: new Map() };
        for (const run of runs)
            known.runs.set(run.line, run);
        found.set(name, known);
    };
    for (const { platform: target, stages: plan } of platforms) {
        for (const index of plan.needed) {
            const stage = plan.stages[index];
            const runs = stage?.instructions.filter(({ kind }) => kind === 'run') ?? [];
            if (runs.length > 0)
                add(stage?.platform ?? target, runs);
        }
    }
    return [...found.values()].map(({ platform, runs }) => ({
        platform,
        runs: [...runs.values()].sort((a, b) => a.line - b.line),
        smokeTested: false,
    }));
}
/** The images that a smoke test runs on a platform that the daemon's machine is not. */
function foreignImages(platforms, { os, architecture }) {
    return platforms
        .filter((platform) => !(0,oci_platform/* runsNatively */.PU)(platform, { os, architecture }))
        .map((platform) => ({ platform, runs: [], smokeTested: true }));
}
/** The platforms that were asked for and that none of `natives` is. */
function foreignAsked(asked, natives) {
    const machines = natives.map(oci_platform/* parsePlatform */.FL);
    return asked
        .filter((platform) => !machines.some((machine) => (0,oci_platform/* runsNatively */.PU)(platform, machine)))
        .map((platform) => ({ platform, runs: [], smokeTested: false, asked: true }));
}
/** With those that were asked for, each platform once. */
function withAsked(foreign, asked) {
    const known = new Set(foreign.map(({ platform }) => (0,oci_platform/* formatPlatform */.Bq)(platform)));
    return [...foreign, ...asked.filter(({ platform }) => !known.has((0,oci_platform/* formatPlatform */.Bq)(platform)))];
}
/** What is run on one machine by both, each platform once. */
function joinForeign(runs, images) {
    const tested = new Map(images.map((image) => [(0,oci_platform/* formatPlatform */.Bq)(image.platform), image]));
    const ran = new Set(runs.map(({ platform }) => (0,oci_platform/* formatPlatform */.Bq)(platform)));
    return [
        ...runs.map((one) => ({ ...one, smokeTested: tested.has((0,oci_platform/* formatPlatform */.Bq)(one.platform)) })),
        ...images.filter(({ platform }) => !ran.has((0,oci_platform/* formatPlatform */.Bq)(platform))),
    ];
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/oci/elf-machines.ts
var elf_machines = __webpack_require__(94203);
;// CONCATENATED MODULE: ./src/preflight/emulation/handlers.ts



/** The handlers of this machine for kinds of programs; undefined where the kernel's list cannot be read. */
async function readHandlers(folder = '/proc/sys/fs/binfmt_misc') {
    try {
        const names = await (0,promises_.readdir)(folder);
        // Without it the file system is not mounted here: what the kernel has is not known.
        if (!names.includes('status'))
            return undefined;
        const own = names.filter((name) => name !== 'status' && name !== 'register');
        const texts = await Promise.all(own.map(async (name) => [name, await (0,promises_.readFile)((0,external_node_path_.join)(folder, name), 'utf8')]));
        return texts.flatMap(([name, text]) => parseHandler(name, text) ?? []);
    }
    catch {
        return undefined;
    }
}
/** The kernel's description of a handler; undefined for one that matches by file extension. */
function parseHandler(name, text) {
    const field = (key) => new RegExp(`^${key}:? (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
    const magic = Buffer.from(field('magic'), 'hex');
    if (magic.length === 0)
        return undefined;
    const mask = field('mask') === '' ? Buffer.alloc(magic.length, 0xff) : Buffer.from(field('mask'), 'hex');
    return {
        name,
        enabled: text.startsWith('enabled'),
        reachesContainers: field('flags').includes('F'),
        offset: Number(field('offset')),
        magic,
        mask,
    };
}
/** Whether programs for `platform` are started by `handler`, in a container too. */
function emulates(handler, platform) {
    const { enabled, reachesContainers, offset, magic, mask } = handler;
    if (!enabled || !reachesContainers || platform.os !== 'linux')
        return false;
    return headsFor(platform.architecture).some((head) => magic.every((byte, at) => {
        const found = head[offset + at];
        return found === undefined || ((found ^ byte) & (mask[at] ?? 0xff)) === 0;
    }));
}
/** The first 20 bytes of a program for the architecture. */
function headsFor(architecture) {
    return Object.entries(elf_machines/* elfMachines */.C).flatMap(([machine, forms]) => Object.entries(forms)
        // x32 programs are amd64's too, but not what an image for it has.
        .filter(([form, name]) => name === architecture && !(name === 'amd64' && form === '32'))
        .map(([form]) => {
        const big = form.endsWith('-big');
        const head = Buffer.alloc(20);
        head.set([0x7f, 0x45, 0x4c, 0x46, form.startsWith('64') ? 2 : 1, big ? 2 : 1, 1]);
        for (const [value, at] of [[2, 16], [Number(machine), 18]]) {
            if (big)
                head.writeUInt16BE(value, at);
            else
                head.writeUInt16LE(value, at);
        }
        return head;
    }));
}

;// CONCATENATED MODULE: ./src/preflight/emulation/check-emulation.ts






/**
 * Determines which platforms need an emulator, and checks that it is installed: in the kernel if the daemon runs on this machine,
 * else in what the builder offers. Skipped if no platform needs one.
 *
 * @throws ActionError `emulator-missing` where one is certain to be missing and may not be set up
 */
async function checkEmulation(run, reading) {
    const { plan } = run;
    const machines = machinesOf(run, reading).filter(({ foreign }) => foreign.length > 0);
    const emulations = await Promise.all(machines.map((machine) => look(run, machine)));
    const certain = emulations.flatMap(({ missing }) => missing.filter((one) => one.certain));
    if (plan.preflight && plan.emulators === 'off' && certain.length > 0) {
        const file = dockerfileOf(reading);
        throw (0,gather/* combine */.kg)('Preflight', certain.map((one) => emulatorMissing(one, file, 'and `emulators` is off')));
    }
    return emulations;
}
/** The Dockerfile as messages name it, also where the builder alone reads it. */
function dockerfileOf(reading) {
    return reading?.dockerfile.file ?? 'Dockerfile';
}
/** The builder's and the daemon's, which are mostly one. */
function machinesOf(run, reading) {
    const machines = neededMachines(run, reading);
    const { emulators, smokeTest, engine } = run.plan;
    if (emulators === 'off')
        return machines;
    // Those of a builder elsewhere cannot be set up from here; those of the daemon that only tests can.
    const chosen = machines.find(({ env }) => env !== undefined) ?? machines[0];
    const natives = chosen?.builds === false && smokeTest ? [(0,oci_platform/* formatPlatform */.Bq)(smokeTest.daemon)] : engine.traits.natives;
    const asked = foreignAsked(emulators.asked, natives);
    return machines.map((one) => (one === chosen ? { ...one, foreign: withAsked(one.foreign, asked) } : one));
}
function neededMachines({ plan, access }, reading) {
    const { engine, smokeTest, build } = plan;
    const { natives, kernel, bringsEmulators, env } = engine.traits;
    const images = smokeTest ? foreignImages(build.platforms, smokeTest.daemon) : [];
    const runs = reading ? foreignRuns(reading, natives) : [];
    if (kernel === 'here' || kernel === 'daemon') {
        const foreign = joinForeign(runs, images);
        return [{ foreign, isHere: kernel === 'here', builds: true, bringsEmulators, env: { ...env, ...access.env } }];
    }
    const daemon = smokeTest && {
        foreign: images,
        isHere: smokeTest.daemon.local !== undefined,
        builds: false,
        bringsEmulators: false,
        env: { ...smokeTest.daemon.endpoint.env, ...access.env },
    };
    return [{ foreign: runs, isHere: false, builds: true, bringsEmulators, env: undefined }, ...(daemon ? [daemon] : [])];
}
async function look(run, { foreign, isHere, builds, bringsEmulators, env }) {
    const handlers = isHere ? await readHandlers() : undefined;
    if (handlers !== undefined) {
        const missing = foreign
            .filter(({ platform }) => !handlers.some((handler) => emulates(handler, platform)))
            .map((one) => ({ ...one, certain: !bringsEmulators || one.smokeTested }));
        return { foreign, missing, registered: handlers.map(({ name }) => name), env };
    }
    const offered = new Set(builds ? await offeredPlatforms(run) : []);
    const missing = foreign
        .filter(({ platform, smokeTested }) => !offered.has((0,oci_platform/* formatPlatform */.Bq)(platform)) || (smokeTested && bringsEmulators))
        .map((one) => ({ ...one, certain: false }));
    return { foreign, missing, registered: undefined, env };
}

// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(43487);
// EXTERNAL MODULE: ./src/docker/docker.ts
var docker = __webpack_require__(83234);
// EXTERNAL MODULE: ./src/retry/network-faults.ts
var network_faults = __webpack_require__(5404);
// EXTERNAL MODULE: ./src/retry/retry.ts
var retry = __webpack_require__(3144);
;// CONCATENATED MODULE: ./src/emulate/binfmt-image.ts




/**
 * Runs the image, privileged, on the machine of the daemon. Without `args` it only lists the handlers. `begin` is called before each attempt
 * with the reference that is run.
 */
async function runBinfmt(args, { images, env, retries, host }, begin = () => { }) {
    const runOne = async (image) => {
        begin(image);
        const command = ['run', '--rm', '--privileged', image, ...args];
        const result = await (0,docker/* docker */.T3)(host, command, { env, timeout: 300_000, onStderrLine: host.log.info });
        const answer = { ...readAnswer(result), image };
        if (result.ok)
            return { ok: true, value: answer };
        return { ok: false, failure: { kind: 'text', text: result.stderr, answer } };
    };
    const attempt = async () => {
        for (const image of images.slice(0, -1)) {
            const outcome = await runOne(image);
            if (outcome.ok || outcome.failure.answer.ran)
                return outcome;
            host.log.info(`Cannot run ${image}: ${outcome.failure.answer.said}; trying the next mirror`);
        }
        return await runOne(images.at(-1) ?? '');
    };
    const outcome = await (0,retry/* retry */.L)({ attempt, table: network_faults/* startTable */.tW, describe: ({ answer }) => `Cannot run ${answer.image}: ${answer.said}` }, { ...retries, log: host.log, clock: host.clock, signal: host.signal });
    return outcome.ok ? outcome.value : outcome.failure.answer;
}
/** The exit status is 0 even if registration failed: only the final list counts. */
function readAnswer({ ok, status, stdout, stderr }) {
    const lines = stderr.split('\n').map((line) => line.trim());
    if (!ok) {
        const said = lines.findLast((line) => /^docker: /.test(line)) ?? `docker exited with ${status}`;
        // 125 is a failure of Docker itself; 127 means that the docker binary is missing. https://docs.docker.com/engine/containers/run/#exit-status
        const ran = (status !== 125 && status !== 127) || /^installing: /m.test(stderr);
        return { ran, emulators: undefined, said: said.replace(/^docker: (?:Error response from daemon: )?/, '') };
    }
    const said = lines.filter((line) => line.startsWith('installing: ') && !line.endsWith(' OK')).join('; ');
    try {
        const { emulators } = (0,json/* parseJson */.qF)(stdout);
        const names = Array.isArray(emulators) ? emulators.filter((name) => typeof name === 'string') : [];
        return { ran: true, emulators: names, said };
    }
    catch {
        return { ran: true, emulators: undefined, said: said || 'it did not list the emulators' };
    }
}

;// CONCATENATED MODULE: ./src/emulate/emulate.ts








/**
 * Sets up the emulators that preflight found missing, in the kernel of each daemon's machine. Each is recorded first, so
 * that clean-up removes it. If the build may work without an emulator (a builder can have its own), a notice lists the
 * missing ones.
 *
 * @throws ActionError `emulator-missing` if the build or the smoke test would certainly fail
 */
async function setUpEmulators(run, { reading, emulations }) {
    const { plan, host } = run;
    const file = dockerfileOf(reading);
    const errors = [];
    // Sequential, because two endpoints may be the same machine.
    for (const emulation of emulations.filter(({ missing }) => missing.length > 0)) {
        for (const { foreign, reason } of await provide(run, emulation)) {
            if (foreign.certain && plan.preflight)
                errors.push(emulatorMissing(foreign, file, reason));
            else
                host.runner.notice(emulatorDoubtful(foreign, file, reason), annotationOf(foreign, file));
        }
    }
    if (errors.length > 0)
        throw (0,gather/* combine */.kg)('Setting up emulators', errors);
}
/** The line of the first instruction that needs the emulator, if that is in a file. */
function annotationOf({ runs: [first] }, file) {
    return first && file !== inline/* inlineDockerfile */.W ? { place: { file, line: first.line } } : {};
}
/** Installs missing emulators if allowed and possible; returns those that are still missing. */
async function provide({ plan, access, host }, emulation) {
    const { emulators } = plan;
    const { missing, env } = emulation;
    const lack = (reason) => missing.map((foreign) => ({ foreign, reason }));
    if (emulators === 'off')
        return lack('and `emulators` is off');
    if (env === undefined)
        return lack('and none can be set up there from here');
    const binfmt = { images: emulators.images, env, retries: access.retries, host };
    return host.log.group('Set up emulators', () => install(emulation, binfmt));
}
async function install({ missing, registered }, binfmt) {
    const { images, host } = binfmt;
    const before = registered ?? (await runBinfmt([], binfmt)).emulators ?? [];
    const wanted = missing.map((foreign) => ({ foreign, name: (0,emulators/* emulatorName */.f)(foreign.platform) }));
    const absent = wanted.flatMap(({ foreign, name }) => name === undefined || before.includes(name) ? [] : [{ name, architecture: foreign.platform.architecture }]);
    const architectures = [...new Set(absent.map(({ architecture }) => architecture))];
    const after = architectures.length === 0 ? undefined : await installFrom(binfmt, architectures, absent);
    const image = images.at(-1) ?? '';
    return wanted.flatMap(({ foreign, name }) => {
        if (name === undefined)
            return [{ foreign, reason: `and ${image} has none` }];
        if (before.includes(name)) {
            // If only the image could list the handlers, listed ones are registered and enabled. A disabled handler belongs to someone else and is left untouched.
            const reason = `the handler ${name} is off or does not reach containers`;
            return registered === undefined ? [] : [{ foreign, reason }];
        }
        if (!after?.emulators?.includes(name)) {
            return [{ foreign, reason: `and ${image} could not set it up: ${after?.said ?? ''}` }];
        }
        host.log.info(`${name} runs ${(0,oci_platform/* formatPlatform */.Bq)(foreign.platform)} for this step`);
        return [];
    });
}
/** Sets up emulators. Each is recorded before it is registered, with the name of the image that can remove it. */
async function installFrom(binfmt, architectures, absent) {
    const { env, host } = binfmt;
    const names = [...new Set(absent.map(({ name }) => name))];
    const tasksOf = (image) => names.map((name) => ({ kind: 'emulator', name, image, env }));
    const begun = new Set();
    const begin = (image) => {
        if (!begun.has(image))
            for (const task of tasksOf(image))
                (0,cleanup/* recordTask */.R)(host.tempDir, task);
        begun.add(image);
    };
    const answer = await runBinfmt(['--install', architectures.join(',')], binfmt, begin);
    // The image that would remove them cannot be run either.
    const idle = [...begun].filter((image) => image !== answer.image || !answer.ran);
    for (const task of idle.flatMap(tasksOf))
        (0,cleanup/* dropTask */.Fs)(host.tempDir, task);
    return answer;
}

// EXTERNAL MODULE: ./src/engine/answer.ts
var engine_answer = __webpack_require__(1590);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./src/source/context.ts




/**
 * The path of the Dockerfile, or the name of one that the workflow holds; undefined when the builder fetches it itself.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`
 */
function checkContext(build) {
    if (!build.contextIsFolder)
        return build.dockerfileInline === undefined ? undefined : inline/* inlineDockerfile */.W;
    if (!isThere(build.context, 'folder')) {
        throw new action_error/* ActionError */.lZ('context-not-found', `Cannot build: the context ${build.context} is not a directory`, {
            hint: 'Check the path, which is relative to the workspace, and that actions/checkout runs before this step.',
        });
    }
    if (build.dockerfileInline !== undefined)
        return inline/* inlineDockerfile */.W;
    const file = build.file ?? (0,external_node_path_.join)(build.context, 'Dockerfile');
    if (/^https?:\/\//.test(file))
        return undefined;
    // buildx falls back to `dockerfile` if `Dockerfile` does not exist.
    const others = build.file === undefined ? [(0,external_node_path_.join)(build.context, 'dockerfile')] : [];
    const found = [file, ...others].find((path) => isThere(path, 'file'));
    if (found !== undefined)
        return found;
    throw new action_error/* ActionError */.lZ('dockerfile-not-found', `Cannot find the Dockerfile: ${file} does not exist or is not a file`, {
        hint: 'Set `file`. Its path is relative to the workspace, not to the context.',
    });
}
/** Whether a named context exists, as far as that is known without fetching it. Throws ActionError `context-not-found`. */
async function checkNamedContext({ name, source }) {
    const [path, found, what] = source.kind === 'layout'
        ? [source.path, isThere((0,external_node_path_.join)(source.path, 'index.json'), 'file'), 'an OCI layout']
        : source.kind === 'archive'
            ? [source.path, isThere(source.path, 'file'), 'a file']
            : source.kind === 'path'
                ? [source.path, isThere(source.path, 'folder'), 'a directory']
                : ['', true, ''];
    if (found)
        return;
    throw new action_error/* ActionError */.lZ('context-not-found', `Cannot build: the context ${name}, ${path}, is not ${what}`, {
        hint: 'Check the path, which is relative to the workspace. For an image, use docker-image://reference, for a saved one docker-archive:file.',
    });
}
function isThere(path, kind) {
    const found = (0,external_node_fs_.statSync)(path, { throwIfNoEntry: false });
    return (kind === 'folder' ? found?.isDirectory() : found?.isFile()) ?? false;
}

;// CONCATENATED MODULE: ./src/engine/ask.ts





/**
 * Asks the engine of the plan about the Dockerfile. Nothing is built.
 *
 * @throws ActionError what is wrong with context or Dockerfile, or why the engine cannot answer
 */
async function askEngine(run, question) {
    const { name, spec } = run.plan.engine;
    const [dockerfile] = await (0,gather/* gather */.TU)('Reading the Dockerfile', [
        run.source.dockerfile(),
        // Its mistakes are reported with their lines where this program reads it for the engine.
        run.source.reading().then(() => undefined),
        ...run.plan.build.contexts.map(checkNamedContext),
        checkEngine(run),
    ]);
    const code = await engines[name].load();
    const document = await code.ask(spec, run, question);
    const file = dockerfile?.file ?? run.plan.build.file ?? 'Dockerfile';
    return { question, file, document: withoutGivenValues(document, run) };
}
/** People put into build arguments what they should not: those that were given are in the answer by name only. */
function withoutGivenValues({ sources: _, ...document }, { plan }) {
    const { args } = document;
    if (!Array.isArray(args))
        return document;
    return {
        ...document,
        args: args.map((one) => {
            const name = (0,json/* member */.Dc)(one, 'name');
            const isGiven = typeof name === 'string' && Object.hasOwn(plan.build.buildArgs, name);
            if (!isGiven || typeof one !== 'object')
                return one;
            const { value: __, ...rest } = one;
            return rest;
        }),
    };
}

// EXTERNAL MODULE: ./src/docker/load-image.ts
var load_image = __webpack_require__(15294);
// EXTERNAL MODULE: ./src/oci/reference.ts
var oci_reference = __webpack_require__(62148);
;// CONCATENATED MODULE: ./src/export/export.ts



/**
 * Exports the image to the destinations of the plan other than registries: files and folders, and the daemon's store if the engine does not have its own.
 *
 * @throws ActionError of the file system, the registry of a base image's layers, and the daemon
 */
async function exportImage({ plan, host }, built) {
    const server = plan.engine.traits.loadsInto;
    const { content, load } = built;
    if (plan.outputs.length === 0 && server === undefined)
        return { outputs: [], imageId: load && (await loaded(load)) };
    if (content === undefined)
        throw new action_error/* ActionError */.lZ('internal', 'What was built is not here to be written');
    // The code that writes files and archives is loaded on demand.
    const { writeOutputs } = await __webpack_require__.e(/* import() */ 357).then(__webpack_require__.bind(__webpack_require__, 8357));
    const here = await writeOutputs({ plan, host }, content);
    const loadHere = server && (() => (0,load_image/* loadImage */.y)(here, server, { references: plan.references, host }));
    const work = loadHere ?? load;
    return { outputs: plan.outputs, imageId: work && (await loaded(work)) };
    async function loaded(work) {
        const imageId = await work();
        host.log.info(`Loaded ${plan.references.map(oci_reference/* showReference */.nj).join(', ') || imageId} into Docker`);
        return imageId;
    }
}

// EXTERNAL MODULE: ./src/engine/engine-names.ts
var engine_names = __webpack_require__(86087);
// EXTERNAL MODULE: ./src/facts/builder.ts
var facts_builder = __webpack_require__(58060);
// EXTERNAL MODULE: ./src/facts/buildx.ts
var facts_buildx = __webpack_require__(83671);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./src/docker/call-daemon.ts + 2 modules
var call_daemon = __webpack_require__(30411);
// EXTERNAL MODULE: ./src/docker/server.ts
var server = __webpack_require__(21065);
;// CONCATENATED MODULE: ./src/facts/docker.ts





/**
 * Reads the daemon's version and image store, without the Docker CLI. Does not throw if the daemon does not respond: the result says so.
 */
async function probeDocker(host, endpoint) {
    const ask = async (path) => {
        const answer = await (0,call_daemon/* askDaemon */.Ii)({ endpoint }, { method: 'GET', path, timeout: probeTimeout }, host);
        if (answer.status !== 200)
            throw new Error(`${path} answered ${answer.status}: ${(0,call_daemon/* messageIn */.v6)(answer)}`);
        return (0,json/* parseJson */.qF)(answer.text);
    };
    try {
        const [version, info] = await Promise.all([ask('/version'), ask('/info')]);
        return toServer(endpoint, { version, info, kernel: host.os === 'linux' ? (0,external_node_os_.release)() : undefined });
    }
    catch (error) {
        // A cancelled run ends with its next operation.
        return { kind: 'unreachable', endpoint, reason: (0,action_error/* messageOf */.bD)(error) };
    }
}
/** Milliseconds. */
const probeTimeout = 20_000;
/**
 * Returns the API version for requests. Podman and Docker 20.10 support up to 1.41; Docker 29 requires at least 1.44.
 *
 * @throws Error if there is no common version
 */
function apiVersion({ ApiVersion: newest = '1.41', MinAPIVersion: oldest = '1.12' }, asked) {
    const ours = asked ?? newestApi;
    const both = compareApi(ours, newest) <= 0 || asked !== undefined ? ours : newest;
    if (compareApi(both, oldest) >= 0 && compareApi(both, newest) <= 0)
        return both;
    const whose = asked === undefined ? 'this program speaks it up to' : 'DOCKER_API_VERSION is';
    throw new Error(`the daemon speaks version ${oldest} to ${newest} of the API, and ${whose} ${ours}`);
}
/** The newest API version that this program supports. */
const newestApi = '1.51';
/** Compares two versions: negative if `a` is older. */
function compareApi(a, b) {
    const [one, other] = [a, b].map((text) => text.split('.').map(Number));
    return (one?.[0] ?? 0) - (other?.[0] ?? 0) || (one?.[1] ?? 0) - (other?.[1] ?? 0);
}
/** Converts the daemon's responses to facts. Pure. */
function toServer(endpoint, { version, info, kernel }) {
    const registries = info.RegistryConfig ?? {};
    return {
        kind: 'server',
        endpoint,
        api: apiVersion(version, endpoint.api),
        version: version.Version ?? '',
        product: version.Components?.[0]?.Name === 'Podman Engine' ? 'podman' : 'docker',
        os: version.Os ?? 'linux',
        architecture: version.Arch ?? '',
        store: info.DriverStatus?.some(([, value]) => value === 'io.containerd.snapshotter.v1') ? 'containerd' : 'classic',
        insecureRegistries: [
            ...(registries.InsecureRegistryCIDRs ?? []),
            ...Object.entries(registries.IndexConfigs ?? {})
                .filter(([, index]) => index.Secure === false)
                .map(([name]) => name),
        ],
        // A local socket may lead to a virtual machine (Colima, Docker Desktop), which has its own kernel.
        local: (0,server/* socketPath */.X)(endpoint) !== undefined && kernel !== undefined && info.KernelVersion === kernel
            ? { dataRoot: info.DockerRootDir ?? '' }
            : undefined,
    };
}

// EXTERNAL MODULE: ./src/facts/docker-endpoint.ts
var docker_endpoint = __webpack_require__(8369);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
// EXTERNAL MODULE: ./src/host/within.ts
var within = __webpack_require__(30367);
// EXTERNAL MODULE: ./src/oci/annotations.ts
var oci_annotations = __webpack_require__(62427);
;// CONCATENATED MODULE: ./src/facts/about-repository.ts


/**
 * Reads the `repository` object of an event, or the API's response, which has the same fields; other values give no fields.
 * https://docs.github.com/rest/repos/repos#get-a-repository
 */
function readAbout(repository) {
    const name = textOf((0,json/* member */.Dc)(repository, 'name'), /^[\w.-]{1,100}$/);
    const url = textOf((0,json/* member */.Dc)(repository, 'html_url'), /^https?:\/\/[\w.:[\]-]{1,255}(?:\/[\w.-]{1,100}){2,9}$/);
    const description = toDescription((0,json/* member */.Dc)(repository, 'description'));
    const license = toLicense((0,json/* member */.Dc)(repository, 'license'));
    return {
        ...(name === undefined ? {} : { name }),
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(license === undefined ? {} : { license }),
    };
}
function textOf(value, pattern) {
    return typeof value === 'string' && value.length < limits/* limits */.F.excerpt && pattern.test(value) ? value : undefined;
}
function toDescription(value) {
    if (value === null)
        return '';
    if (typeof value !== 'string')
        return undefined;
    // One line, because a second line in the output `labels` would be read as another label.
    const line = value
        .slice(0, 2 * limits/* limits */.F.description)
        .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
        .trim();
    const characters = [...line.toWellFormed()];
    return characters.length <= limits/* limits */.F.description
        ? characters.join('')
        : `${characters.slice(0, limits/* limits */.F.description - 1).join('')}…`;
}
function toLicense(value) {
    if (value === null)
        return '';
    const spdx = (0,json/* member */.Dc)(value, 'spdx_id');
    return spdx === null ? '' : textOf(spdx, /^[\w.+-]{1,100}$/);
}
/** Returns an ISO 8601 date up to the year 9999 in milliseconds since 1970; undefined for any other text. */
function readTime(value) {
    const text = textOf(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/);
    const time = text === undefined ? Number.NaN : Date.parse(text);
    return Number.isNaN(time) ? undefined : time;
}

// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/registry/transport/exchange-once.ts
var exchange_once = __webpack_require__(99216);
// EXTERNAL MODULE: ./src/retry/http-table.ts
var http_table = __webpack_require__(56021);
// EXTERNAL MODULE: ./src/text/trim-end.ts
var trim_end = __webpack_require__(14011);
;// CONCATENATED MODULE: ./src/facts/ask-api.ts








/** Opens GitHub's API with the token of the job; undefined if either is missing. Requests never throw: an answer may be a problem. */
function openApi(host, token) {
    const base = (0,trim_end/* trimEnd */.s)(host.env['GITHUB_API_URL'] ?? '', '/');
    if (token === undefined || !/^https?:\/\//.test(base) || !URL.canParse(base))
        return undefined;
    return async (path) => {
        try {
            return { value: (0,json/* parseJson */.qF)(await ask_api_readAnswer(host, `${base}${path}`, token)) };
        }
        catch (error) {
            const why = host.signal.aborted ? `no answer within ${limits/* limits */.F.apiTime / 1000} s` : (0,action_error/* messageOf */.bD)(error);
            return { problem: `cannot read ${path} from ${new URL(base).host}: ${why}` };
        }
    };
}
async function ask_api_readAnswer(host, url, token) {
    const { signal, clock, log } = host;
    const attempt = async () => {
        const headers = {
            accept: 'application/vnd.github+json',
            authorization: `Bearer ${token.reveal()}`,
            'x-github-api-version': '2022-11-28',
        };
        const sent = await (0,exchange_once/* exchangeOnce */.z$)(host.http, { method: 'GET', url, headers, signal });
        if (!sent.ok || sent.value.status === 200)
            return sent;
        return { ok: false, failure: await (0,exchange_once/* toAnswerFailure */.mK)(sent.value, clock) };
    };
    const describe = (failure) => `GitHub's API: ${explain(failure)}`;
    const outcome = await (0,retry/* retry */.L)({ attempt, table: http_table/* httpTable */.Z, describe }, { log, clock, policy, signal });
    if (!outcome.ok)
        throw new Error(explain(outcome.failure));
    return (await (0,read_limited/* readLimited */.tk)(outcome.value.body, limits/* limits */.F.apiAnswer)).toString('utf8');
}
/** Retries within the total time limit. A rate limit with `Retry-After` lasts longer than that. */
const policy = { attempts: 2, firstWait: 500, longestWait: 500, longestRetryAfter: 1000 };
function explain(failure) {
    return failure.kind === 'answer' ? `it answered ${failure.status}` : failure.message;
}

;// CONCATENATED MODULE: ./src/facts/origin.ts







/** Returns the time of `{{created}}` for an image without default labels. Does not use the API. */
function findOwnCreated(host, inputs, event) {
    return findCreated(host, inputs, event, undefined);
}
/**
 * Finds the origin of the image in the event, and values missing there in Git and GitHub's API, in parallel. Values for
 * labels that are not set are not requested. A missing value is reported as a problem, not thrown. Undefined if no default label is
 * set: they are disabled, or no workflow is running.
 *
 * @throws ActionError `cancelled` when the run is cancelled
 */
async function findOrigin(host, inputs, event) {
    const { repository, serverUrl, sha, headSha = sha, about = {} } = event;
    if (!inputs.defaultLabels || !/^[\w.-]+\/[\w.-]+$/.test(repository))
        return undefined;
    const api = openApi((0,within/* within */.u)(host, AbortSignal.timeout(limits/* limits */.F.apiTime)), inputs.githubToken);
    const [{ found, problems }, created] = await Promise.all([
        completeAbout(about, inputs, api && (() => api(`/repos/${repository}`))),
        findCreated(host, inputs, event, api && (() => api(`/repos/${repository}/git/commits/${sha}`))),
    ]);
    // A cancelled run ends here. An API timeout is only a problem to report.
    if (host.signal.aborted)
        throw (0,cancelled/* cancelled */.K)();
    return {
        title: found.name ?? repository.replace(/^.*\//, ''),
        url: found.url ?? `${serverUrl}/${repository}`,
        description: found.description,
        license: found.license,
        revision: headSha,
        created,
        problems,
    };
}
async function completeAbout(about, inputs, ask) {
    const missing = [
        ...(about.description === undefined && isMade('description', inputs) ? ['description'] : []),
        ...(about.license === undefined && isMade('licenses', inputs) ? ['licenses'] : []),
    ];
    if (missing.length === 0 || ask === undefined)
        return { found: about, problems: [] };
    const answer = await ask();
    // The event describes the state at the time of the event.
    if ('value' in answer)
        return { found: { ...readAbout(answer.value), ...about }, problems: [] };
    return { found: about, problems: [`The image has no default label for ${missing.join(' and ')}: ${answer.problem}`] };
}
async function findCreated(host, inputs, event, ask) {
    const now = host.clock.now();
    const { expressions } = inputs;
    if (!isMade('created', inputs) && expressions?.uses.has('created') !== true)
        return now;
    const given = inputs.buildArgs['SOURCE_DATE_EPOCH'];
    // Its value cannot depend on itself.
    const filled = given == null ? given : (expressions?.fill(given, { version: '', created: '' }) ?? given);
    const epoch = filled ?? host.env['SOURCE_DATE_EPOCH'] ?? '';
    // The builder rejects a value that is not a number or not a date.
    if (/^\d{1,12}$/.test(epoch) && Number(epoch) <= lastSecond)
        return new Date(Number(epoch) * 1000);
    const time = event.commitTime ?? (await findCommitTime(host, event)) ?? (await askCommitTime(ask));
    return time === undefined ? now : new Date(time);
}
/** The end of the year 9999, the last that RFC 3339 can represent. */
const lastSecond = 253_402_300_799;
/** Returns the date of the event's commit from Git in the workspace; undefined if it is not checked out. */
async function findCommitTime({ env, exec }, { sha }) {
    if (!/^[0-9a-f]{40,64}$/.test(sha))
        return undefined;
    const args = ['-C', env['GITHUB_WORKSPACE'] || '.', 'log', '-1', '--no-show-signature', '--format=%ct', sha, '--'];
    const git = await exec('git', args, { timeout: limits/* limits */.F.apiTime });
    return git.ok && /^\d{1,12}\s*$/.test(git.stdout) ? Math.min(Number(git.stdout), lastSecond) * 1000 : undefined;
}
/**
 * Returns the event with its commit date for `{{commit_date}}`: from the payload, else from the checked out repository, else from
 * GitHub's API. If it cannot be found, the event is returned unchanged, with a notice that quotes the API.
 *
 * @throws ActionError `cancelled` when the run is cancelled
 */
async function withCommitDate(host, event, token) {
    const { repository, sha, commitDate } = event;
    if (commitDate !== undefined || !/^[0-9a-f]{40,64}$/.test(sha))
        return event;
    const inGit = await findCommitTime(host, event);
    const api = /^[\w.-]+\/[\w.-]+$/.test(repository)
        ? openApi((0,within/* within */.u)(host, AbortSignal.timeout(limits/* limits */.F.apiTime)), token)
        : undefined;
    const answer = inGit === undefined ? await api?.(`/repos/${repository}/git/commits/${sha}`) : undefined;
    if (host.signal.aborted)
        throw (0,cancelled/* cancelled */.K)();
    if (answer !== undefined && 'problem' in answer)
        host.runner.notice(`{{commit_date}}: ${answer.problem}`);
    const time = inGit ?? readCommitTime(answer);
    return time === undefined ? event : { ...event, commitDate: new Date(time).toISOString() };
}
/** https://docs.github.com/rest/git/commits#get-a-commit-object */
async function askCommitTime(ask) {
    return readCommitTime(await ask?.());
}
function readCommitTime(answer) {
    if (answer === undefined || !('value' in answer))
        return undefined;
    return readTime((0,json/* member */.Dc)((0,json/* member */.Dc)(answer.value, 'committer'), 'date'));
}
/** Whether a default label or annotation of this name is set because the inputs do not set it. */
function isMade(name, { labels, annotations, annotationLevels = ['manifest'] }) {
    const key = `org.opencontainers.image.${name}`;
    const isAnnotated = Object.hasOwn(annotations, key);
    return !(Object.hasOwn(labels, key) &&
        annotationLevels.every((level) => isAnnotated || (0,oci_annotations/* overridesAnnotation */.l1)(annotations, { level, key })));
}

;// CONCATENATED MODULE: ./src/facts/probe.ts







/** Gathers the facts, independent ones in parallel. Read-only; facts that the selected engine does not need are skipped. */
async function probe(host, asked, event) {
    const { env } = host;
    const dockerConfigDir = (0,docker_endpoint/* dockerConfigDirOf */.v)(env);
    const findEngine = asked.engine === 'auto' || engine_names/* engineNeeds */.Q[asked.engine] === 'builder' ? probeEngine : probeStore;
    const [origin, engine] = await Promise.all([findOrigin(host, asked, event), findEngine(host, asked, dockerConfigDir)]);
    return {
        event,
        actor: env['GITHUB_ACTOR'] || 'token',
        dockerConfigDir,
        buildxConfigDir: env['BUILDX_CONFIG'] || (0,external_node_path_.join)(dockerConfigDir, 'buildx'),
        cacheService: Boolean(env['ACTIONS_RUNTIME_TOKEN'] && (env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL'])),
        cacheFolder: env['RUNNER_TOOL_CACHE'] ? (0,external_node_path_.join)(env['RUNNER_TOOL_CACHE'], 'polyarch-cache') : undefined,
        origin,
        ...(origin === undefined && asked.expressions?.uses.has('created')
            ? { created: await findOwnCreated(host, asked, event) }
            : {}),
        ...engine,
    };
}
async function probeEngine(host, asked, dockerConfigDir) {
    const endpoint = (0,docker_endpoint/* findDockerEndpoint */.P)(host, dockerConfigDir);
    const [docker, [buildx, builder]] = await Promise.all([
        probeDocker(host, endpoint),
        provideBuildx(host, asked, dockerConfigDir).then(async (found) => {
            const name = asked.builder ?? host.env['BUILDX_BUILDER'] ?? '';
            const query = { asked: name, buildx: found, endpoint, configDir: dockerConfigDir };
            return [found, await (0,facts_builder/* probeBuilder */.gH)(host, query)];
        }),
    ]);
    return { docker, buildx, builder };
}
/** Returns the buildx to use: that of the requested release, else the installed one, with its version if needed. */
async function provideBuildx(host, { buildxRelease, minimumVersions, retries }, dockerConfigDir) {
    const found = await (0,facts_buildx/* findBuildx */.a)(host, dockerConfigDir);
    const installed = 'kind' in found ? undefined : found.path;
    if (buildxRelease === undefined && minimumVersions.buildx === undefined)
        return found;
    const path = buildxRelease === undefined
        ? installed
        : await (await __webpack_require__.e(/* import() */ 68).then(__webpack_require__.bind(__webpack_require__, 72068))).fetchBuildx({ ...buildxRelease, retries }, installed, host);
    return path === undefined ? found : { path, version: (await (0,facts_buildx/* installedVersion */.n)(host, path)) ?? '' };
}
/** Whether a daemon is needed. The embedded engine needs it only to load and to run the image. */
async function probeStore(host, { load, push, smokeTest }, dockerConfigDir) {
    // `push: auto` may resolve to no push; the image is then loaded, as with `push: false`.
    if (smokeTest === undefined && !(load ?? push !== true))
        return noEngine;
    return { ...noEngine, docker: await probeDocker(host, (0,docker_endpoint/* findDockerEndpoint */.P)(host, dockerConfigDir)) };
}
const reason = 'not searched: `engine: embedded` is set';
const noEngine = {
    docker: { kind: 'unreachable', reason, endpoint: { host: '', context: 'default', because: reason, env: {} } },
    buildx: { kind: 'missing', reason },
    builder: { kind: 'missing', reason },
};

;// CONCATENATED MODULE: ./src/gate/pass-gate.ts
/** Runs the commands of `before-tags`, if any; loads the code on demand. Throws the errors of `runGate`. */
async function passGate(run, built) {
    const { beforeTags } = run.plan;
    if (beforeTags === undefined)
        return undefined;
    const { runGate } = await __webpack_require__.e(/* import() */ 951).then(__webpack_require__.bind(__webpack_require__, 45951));
    return runGate(run, built, beforeTags);
}

// EXTERNAL MODULE: ./src/text/duration.ts
var duration = __webpack_require__(49495);
;// CONCATENATED MODULE: ./src/host/time-limit.ts



/** Starts a limit of `limit` milliseconds; undefined for none. */
function limitTime(limit, host) {
    if (limit === undefined)
        return { host, lift: () => undefined, toError: (thrown) => thrown };
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(timedOut(limit)), limit);
    return {
        host: (0,within/* within */.u)(host, over.signal),
        lift: () => clearTimeout(timer),
        toError: (thrown) => {
            // What stops for the signal says `cancelled`, which is true only when the run was.
            const isOurs = over.signal.aborted && !host.signal.aborted;
            return isOurs && !(thrown instanceof action_error/* ActionError */.lZ && thrown.code === 'timed-out') ? over.signal.reason : thrown;
        },
    };
}
function timedOut(limit) {
    return new action_error/* ActionError */.lZ('timed-out', `Stopped the build at its time limit of ${(0,duration/* formatDuration */.a)(limit)}`, {
        hint: 'Run the job again, which reuses the cache of the builder if it is persistent, or raise `timeout`. Build emulated platforms on native nodes, or cross-compile with FROM --platform=$BUILDPLATFORM. No tag was written.',
    });
}

// EXTERNAL MODULE: ./src/registry/auth/auth-file.ts
var auth_file = __webpack_require__(5281);
// EXTERNAL MODULE: ./src/registry/auth/credentials.ts
var credentials = __webpack_require__(22072);
// EXTERNAL MODULE: ./src/registry/auth/docker-config-file.ts
var docker_config_file = __webpack_require__(66662);
// EXTERNAL MODULE: ./src/registry/client.ts + 12 modules
var client = __webpack_require__(10946);
// EXTERNAL MODULE: ./src/oci/choose-image.ts
var choose_image = __webpack_require__(23696);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
// EXTERNAL MODULE: ./src/registry/registry-store.ts
var registry_store = __webpack_require__(92852);
// EXTERNAL MODULE: ./src/registry/pull/read-config.ts
var read_config = __webpack_require__(70814);
;// CONCATENATED MODULE: ./src/registry/pull/find-image.ts







/**
 * @throws by its result, ActionError `input-invalid` for what is no reference, `image-not-found` for one that is not there,
 * `platform-unsupported` for one that has no image for the platform, and those of the registry
 */
function createFindImage(registry, signal) {
    const call = { signal };
    const remember = memory();
    const fetch = ({ registry: host, repository }, name) => remember(`${host}/${repository}@${name}`, () => registry.getManifest({ registry: host, repository }, name, call));
    const configOf = (repository, config) => remember(`${repository.registry}/${repository.repository} ${config.digest}`, () => (0,read_config/* readConfig */.X)(registry, repository, { config, ...call }));
    const need = async (reference, name) => {
        const found = await fetch(reference, name);
        if (found)
            return found;
        throw new action_error/* ActionError */.lZ('image-not-found', `Cannot find the base image ${(0,oci_reference/* formatReference */.FH)(reference)}: it does not exist in the registry`, {
            hint: 'Check the name and the tag in the Dockerfile. If the image is private, log in: registries give the same answer without credentials.',
        });
    };
    /** The digest of the index that holds a lone manifest, when the tag beside it (or `latest`) still leads there. */
    const indexOf = async (reference, digest) => {
        const found = await fetch(reference, reference.tag ?? 'latest').catch(() => undefined);
        if (found === undefined || !(0,media_type/* isIndexType */.$U)(found.descriptor.mediaType))
            return undefined;
        const { manifests } = (0,parse/* parseIndex */.A1)(found.bytes, `Cannot read the index of ${(0,oci_reference/* formatReference */.FH)(reference)}`);
        return manifests.some((manifest) => manifest.digest === digest) ? found.descriptor.digest : undefined;
    };
    return async (text, platform) => {
        const reference = (0,oci_reference/* parseReference */.F2)(text);
        const { registry: host, repository: path } = reference;
        const repository = { registry: host, repository: path };
        const root = await need(reference, reference.digest ?? reference.tag ?? 'latest');
        const wanted = { text, platform, indexOf: (digest) => indexOf(reference, digest) };
        const { digest, manifest } = await (0,choose_image/* chooseImage */.N)(root, wanted, {
            document: async (descriptor) => (await need(reference, descriptor.digest)).bytes,
            config: (descriptor) => configOf(repository, descriptor),
        });
        const { descriptor } = digest === root.descriptor.digest ? root : await need(reference, digest);
        const config = () => configOf(repository, manifest.config);
        return { repository, descriptor, manifest, config, blobs: (0,registry_store/* registryReader */.x)(registry, repository) };
    };
}
/** Keeps what was asked for once: the same question gets the same answer, a failure too. */
function memory() {
    const answers = new Map();
    return (key, ask) => {
        const answer = answers.get(key) ?? ask();
        answers.set(key, answer);
        return answer;
    };
}

// EXTERNAL MODULE: ./src/registry/transport/insecure.ts
var transport_insecure = __webpack_require__(28151);
// EXTERNAL MODULE: ./src/retry/backoff.ts
var backoff = __webpack_require__(68974);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
;// CONCATENATED MODULE: ./src/login/docker-config.ts





/** Returns the effective logins: without fallbacks for registries that have credentials in the user's configuration. */
function neededLogins(user, asked) {
    return asked.filter(({ registry, unlessKnown }) => !(unlessKnown && isKnown(user, registry)));
}
/**
 * Returns the user's configuration with `logins` added.
 *
 * A credential store takes precedence over `auths`, so a registry with a login gets an empty helper, which
 * makes the Docker CLI read `auths` for it: https://github.com/docker/cli/blob/v28.5.2/cli/config/configfile/file.go
 */
function composeConfig(user, userDir, all) {
    const logins = all.filter(({ scope }) => scope === undefined);
    const auths = logins.map((login) => [configKey(login.registry), entryOf(login)]);
    const helpers = user.credsStore || user.credHelpers ? logins.map(({ registry }) => [configKey(registry), '']) : [];
    return {
        ...user,
        auths: { ...user.auths, ...Object.fromEntries(auths) },
        ...(user.credHelpers || helpers.length > 0
            ? { credHelpers: { ...user.credHelpers, ...Object.fromEntries(helpers) } }
            : {}),
        cliPluginsExtraDirs: [...(user.cliPluginsExtraDirs ?? []), (0,external_node_path_.join)(userDir, 'cli-plugins')],
    };
}
/** Returns the entry of `auths` for a login. */
function entryOf({ username, password }) {
    return { auth: Buffer.from(`${username}:${password.reveal()}`).toString('base64') };
}
/**
 * The configurations that buildx 0.31 and later read for some requests only, by their folders below the one of buildx: `config/<host>/<path>@<actions>`.
 * Older ones, and the Docker CLI, do not see them. https://github.com/docker/buildx/blob/v0.31.0/util/dockerutil/dockerconfig/configprovider.go
 */
function scopedConfigs(logins) {
    return logins.flatMap((login) => {
        const { registry, scope } = login;
        if (scope === undefined)
            return [];
        // Token requests for Docker Hub use the host of its API.
        const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
        const actions = scope.actions.length === 0 ? '' : `@${scope.actions.join(',')}`;
        const name = scope.repository === '' ? `${host}${actions}` : `${host}/${scope.repository}${actions}`;
        return [{ folder: `config/${name}`, config: { auths: { [configKey(registry)]: entryOf(login) } } }];
    });
}
/** Whether the user's configuration has credentials for a registry. */
function isKnown({ auths = {}, credHelpers = {} }, registry) {
    return [...Object.keys(auths), ...Object.keys(credHelpers)].some((key) => (0,auth_file/* hostOf */.w4)(key) === registry);
}
/** Returns the key of a registry in `auths`: a URL for Docker Hub (for historical reasons), the host for all others. */
function configKey(registry) {
    return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}
/**
 * Creates a private Docker configuration folder for this step in `tempDir`: the user's settings, contexts, plugins and
 * builders are available, and changes do not affect the user's folder or other jobs.
 */
function makeDockerConfig(tempDir, userDir, { config, logins, buildxConfigDir }) {
    const dir = (0,external_node_path_.join)(tempDir, 'docker');
    const buildx = (0,external_node_path_.join)(dir, 'buildx');
    const problems = [];
    (0,external_node_fs_.mkdirSync)(buildx, { recursive: true, mode: 0o700 });
    (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(dir, 'config.json'), JSON.stringify(composeConfig(config, userDir, logins)), { mode: 0o600 });
    for (const { folder, config } of scopedConfigs(logins)) {
        (0,external_node_fs_.mkdirSync)((0,external_node_path_.join)(buildx, folder), { recursive: true, mode: 0o700 });
        (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(buildx, folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
    }
    const contexts = (0,external_node_path_.join)(userDir, 'contexts');
    // On Windows, a junction needs no privilege; other systems ignore the type.
    if ((0,external_node_fs_.existsSync)(contexts))
        (0,external_node_fs_.symlinkSync)(contexts, (0,external_node_path_.join)(dir, 'contexts'), 'junction');
    // Copied, because buildx writes to it; its changes end with the step.
    for (const entry of ['instances', 'defaults', 'current', 'certs', nodeIdFile]) {
        const source = (0,external_node_path_.join)(buildxConfigDir, entry);
        try {
            if ((0,external_node_fs_.existsSync)(source))
                (0,external_node_fs_.cpSync)(source, (0,external_node_path_.join)(buildx, entry), { recursive: true });
        }
        catch (error) {
            const code = error instanceof Error && 'code' in error ? String(error.code) : 'of an unknown kind';
            problems.push(`Cannot read ${source}: it cannot be copied (${code}). It is ignored`);
        }
    }
    if (!(0,external_node_fs_.existsSync)((0,external_node_path_.join)(buildx, nodeIdFile)))
        (0,external_node_fs_.writeFileSync)((0,external_node_path_.join)(buildx, nodeIdFile), nodeIdOf(userDir), { mode: 0o600 });
    return { env: { DOCKER_CONFIG: dir, BUILDX_CONFIG: buildx }, problems };
}
/**
 * Where buildx keeps who it is for BuildKit, which holds the last build context of each client to be sent the
 * difference only. A new identity for every step would send everything every time: 1.8 s for 200 MB.
 */
const nodeIdFile = '.buildNodeID';
/** An identity that is the same in every step of this user on this machine: 16 hex digits, as buildx makes it. */
function nodeIdOf(userDir) {
    return (0,external_node_crypto_.createHash)('sha256').update(`${(0,external_node_os_.hostname)()}\n${userDir}`).digest('hex').slice(0, 16);
}

// EXTERNAL MODULE: ./src/cleanup/session-name.ts
var session_name = __webpack_require__(68750);
// EXTERNAL MODULE: ./src/docker/credentials-file.ts
var credentials_file = __webpack_require__(56477);
;// CONCATENATED MODULE: ./src/login/keep-logins.ts






/**
 * Writes logins into the user's Docker configuration for later steps of the job. Each change is recorded first, and the post step restores the
 * previous entry, unless another step has changed it.
 *
 * @throws ActionError `output-unwritable`
 */
function keepLogins(logins, configDir, { tempDir, log, runner }) {
    const path = (0,external_node_path_.join)(configDir, 'config.json');
    const kept = logins.filter(({ scope }) => scope === undefined);
    if (kept.length < logins.length) {
        runner.notice('keep-login: credentials with a scope are not kept, because the Docker CLI cannot limit them');
    }
    if (kept.length === 0)
        return;
    try {
        const file = (0,credentials_file/* readCredentialsFile */.dJ)(path);
        const session = (0,session_name/* sessionName */.C)(tempDir);
        (0,cleanup/* recordTask */.R)(tempDir, { kind: 'temporary-file', path: (0,credentials_file/* temporaryOf */.D3)(path, session) });
        const before = (0,credentials_file/* describeBefore */.hB)(path, file.config);
        for (const [index, login] of kept.entries()) {
            // The first is restored last, when the file can return to its original content.
            const whole = index === 0 ? before : { ...before, text: undefined };
            keepLogin(login, { path, file, before: whole, tempDir, session });
        }
    }
    catch (error) {
        if (!(error instanceof credentials_file/* ConfigError */.xL))
            throw error;
        throw new action_error/* ActionError */.lZ('output-unwritable', `Cannot keep the logins in ${path}: ${error.message}`, {
            hint: 'Correct or remove the file, set DOCKER_CONFIG to another folder, or remove `keep-login`.',
        });
    }
    log.info(`Kept for later steps in ${path}: ${kept.map(({ registry }) => registry).join(', ')}`);
}
function keepLogin(login, { path, file, before: whole, tempDir, session }) {
    const { config, entryOf: entryIn } = file;
    const key = configKey(login.registry);
    const before = entryIn(key);
    // A credential store takes precedence over `auths`, see `composeConfig`.
    const hasHelpers = config?.['credsStore'] !== undefined || config?.['credHelpers'] !== undefined;
    const entry = { auth: entryOf(login), ...(hasHelpers ? { helper: '' } : {}) };
    (0,cleanup/* recordTask */.R)(tempDir, { kind: 'login', path, key, before, wrote: (0,credentials_file/* fingerprint */.Rj)(entry), file: whole, env: {} });
    (0,credentials_file/* replaceEntry */.f7)(path, key, entry, { session });
}

// EXTERNAL MODULE: ./src/inputs/schema.ts
var schema = __webpack_require__(82898);
// EXTERNAL MODULE: ./src/inputs/url-credentials.ts
var url_credentials = __webpack_require__(55915);
;// CONCATENATED MODULE: ./src/login/known-secrets.ts

/**
 * Returns the secrets that the plan and the environment hold: passwords of registries, those in URLs, proxies and options of a driver, and
 * the values of build secrets. The log hides them, and verification searches the image for them. Files are not read.
 */
function knownSecrets({ logins, identities, build, engine }, env) {
    return [
        ...logins.flatMap(({ registry, username, password }) => {
            const role = `the password for ${registry}`;
            // Also in the encodings of requests and of Docker's configuration.
            const sent = Buffer.from(`${username}:${password.reveal()}`).toString('base64');
            return [password.reveal(), sent].map((text) => ({ role, text }));
        }),
        ...identities.flatMap(({ registry, identity }) => identity.kind === 'aws' && identity.keys !== undefined
            ? [{ role: `the secret access key for ${registry}`, text: identity.keys.password.reveal() }]
            : []),
        ...buildSecretsOf(build.secrets, env),
        ...build.urlLogins.flatMap((login) => formsOf(login, login.ofJob ? "the job's token" : `the password for ${login.host}`)),
        ...engine.options.flatMap((option) => {
            const [name = ''] = option.split('=', 1);
            return urlSecrets(option.replace(/^[^=]*=["']?/, ''), `the password in driver-opts ${name}`);
        }),
        ...(engine.secrets ?? []).map(({ role, secret }) => ({ role, text: secret.reveal() })),
        ...Object.entries(env).flatMap(([name, value]) => /^(?:https?|all|ftp)_proxy$/i.test(name) && value ? urlSecrets(value, `the password in ${name}`) : []),
    ];
}
/** Returns the values of build secrets that are inputs or environment variables. */
function buildSecretsOf(secrets, env) {
    return secrets.flatMap(({ id, source }) => {
        const text = source.kind === 'value' ? source.value.reveal() : source.kind === 'env' ? env[source.name] : undefined;
        return text ? [{ role: `build secret ${id}`, text }] : [];
    });
}
/** The scheme of a proxy is optional. */
function urlSecrets(url, role) {
    const { credentials } = (0,url_credentials/* cutCredentials */.v)(/^https?:\/\//i.test(url) ? url : `http://${url}`);
    return credentials === undefined ? [] : formsOf(credentials, role);
}
function formsOf({ forms }, role) {
    return forms.map((form) => ({ role, text: form.reveal() }));
}

;// CONCATENATED MODULE: ./src/login/mask-secrets.ts


/** Inputs with a server address, which may contain a user and password even if the input does not accept them. */
const places = [
    'images',
    'tags',
    'registry',
    'context',
    'build-contexts',
    'file',
    'emulator-image',
    'outputs',
    'builder',
    'endpoint',
    'driver-opts',
    'append',
];
/**
 * Masks inputs that are a secret as a whole before any text that may contain them is printed, and passwords before the `@` of a
 * server address, because errors quote the address.
 */
function maskInputs(readInput, { env, runner }) {
    for (const [name, { kind }] of Object.entries(schema/* inputRows */.k)) {
        const value = kind === 'secret' ? readInput(name) : '';
        if (value !== '')
            runner.mask(value);
    }
    for (const text of [...places.map(readInput), env['DOCKER_HOST'] ?? '']) {
        for (const [, password = ''] of text.matchAll(passwordBeforeHost))
            runner.mask(password);
    }
}
/** `user:password@`, with or without a scheme; `name:tag@sha256:…` is none. */
const passwordBeforeHost = /(?<![^\s,="'/])[^\s:/@,="']{0,256}:([^\s/:]{1,4096})@(?!sha\d{3}:)/gi;
/**
 * Masks the secrets of the plan in the log. Files are not read: they may have any size and format, and common texts in them such as `{` or
 * `registry=` would be masked everywhere.
 */
function maskSecrets(plan, { env, runner }) {
    for (const { text } of knownSecrets(plan, env))
        runner.mask(text);
}
/** Masks the values of build secrets, like {@link maskSecrets}, before the plan exists. */
function maskBuildSecrets(secrets, { env, runner }) {
    for (const { text } of buildSecretsOf(secrets, env))
        runner.mask(text);
}
/** Masks the passwords and keys of `registries`, like {@link maskSecrets}, before the plan exists. */
function maskLogins(logins, { runner }) {
    for (const { means } of logins) {
        if (means.kind === 'password')
            runner.mask(means.password.reveal());
        if (means.kind === 'aws' && means.keys !== undefined)
            runner.mask(means.keys.password.reveal());
    }
}
/** Masks the private TLS keys of builder nodes. */
function maskNodes({ nodeTls, append }, { runner }) {
    for (const tls of [nodeTls, ...append.map((node) => node.tls)]) {
        if (tls?.own !== undefined)
            runner.mask(tls.own.key.reveal());
    }
}
/** Masks the user and password of a URL in the log. */
function maskCredentials({ forms }, { runner }) {
    for (const form of forms)
        runner.mask(form.reveal());
}
/** Masks credentials removed from a Dockerfile, with a warning, because they are still in the file. */
function tellCut({ file, line, credentials }, { runner }) {
    maskCredentials(credentials, { runner });
    runner.notice(`${file}:${line}: ADD has a password in its URL. It is sent to ${credentials.host} and kept out of the image; remove it from the Dockerfile`, { place: { file, line } });
}

;// CONCATENATED MODULE: ./src/login/login.ts










/** Writes the private Docker configuration and opens the registry client on it: one login for docker, buildx and this program. */
async function logIn(plan, facts, host) {
    maskSecrets(plan, host);
    const found = (0,docker_config_file/* readDockerConfig */.T)(facts.dockerConfigDir);
    const { config } = found;
    const policy = (0,backoff/* retryPolicy */.Jb)(plan.retries);
    // Credentials are not fetched for an unused fallback.
    const asked = plan.identities.filter(({ registry, unlessKnown }) => !(unlessKnown && isKnown(config, registry)));
    const fetched = asked.length === 0
        ? []
        : await (await __webpack_require__.e(/* import() */ 246).then(__webpack_require__.bind(__webpack_require__, 80246))).resolveIdentities({ push: plan.push && !plan.dryRun, references: plan.references, identities: asked }, host, policy);
    const logins = neededLogins(config, [...plan.logins, ...fetched]);
    const { buildxConfigDir } = facts;
    const { env, problems } = makeDockerConfig(host.tempDir, facts.dockerConfigDir, { config, logins, buildxConfigDir });
    for (const problem of [...found.problems, ...problems])
        host.log.warning(problem);
    if (plan.keepLogin && !plan.dryRun)
        keepLogins(logins, facts.dockerConfigDir, host);
    let most = 1;
    const retries = {
        policy,
        onRetry: (attempt) => {
            most = Math.max(most, attempt);
        },
    };
    const registry = (0,client/* createRegistryClient */.H)({
        http: host.http,
        clock: host.clock,
        log: host.log,
        credentialFor: (0,credentials/* createCredentialLookup */._)({
            env: host.env,
            exec: host.exec,
            log: host.log,
            mask: host.runner.mask,
            given: logins,
            docker: (0,auth_file/* toAuthFile */.ET)({ auths: {}, ...config }),
        }),
        mask: host.runner.mask,
        retryPolicy: retries.policy,
        onRetry: retries.onRetry,
        plainHttp: (name) => (0,transport_insecure/* isInsecure */.f)(name, plan.plainHttp),
    });
    return { env, registry, retries, attempts: () => most, findImage: createFindImage(registry, host.signal) };
}

;// CONCATENATED MODULE: ./src/engine/choose.ts



/**
 * The engine asked for; without one, buildx where it and a daemon (or a builder elsewhere) are there, else the embedded
 * engine. What only buildx can do is never left out in silence: it is an error that says so.
 *
 * @throws ActionError when the engine cannot do what was asked for, or is not there
 */
function planEngine(inputs, facts) {
    const { buildx, embedded } = engines;
    if (inputs.engine !== 'auto')
        return engines[inputs.engine].plan(inputs, facts, 'selected by the `engine` input');
    if (inputs.dropLayers > 0)
        return embedded.plan(inputs, facts, 'because only it supports `drop-layers`');
    const missing = needsBuildx(inputs) ? undefined : whyNoBuildx(facts);
    return missing === undefined ? buildx.plan(inputs, facts, '') : embedded.plan(inputs, facts, missing);
}
/** Inputs that name what only buildx has. */
function needsBuildx({ builder, driver, buildxRelease, minimumVersions, extraArgs }) {
    const named = [builder, driver, buildxRelease].some((one) => one !== undefined);
    return named || Object.keys(minimumVersions).length > 0 || extraArgs.length > 0;
}
function whyNoBuildx({ buildx, docker, builder }) {
    if ('kind' in buildx)
        return 'because buildx is not installed';
    if (builder.kind === 'builder' && (0,drivers/* traitsOf */.JC)(builder.driver).runs !== 'in-daemon')
        return undefined;
    if ((0,podman/* isPodman */.e)(docker))
        return `because Podman answers at ${docker.endpoint.host}, which is not supported yet`;
    if (docker.kind === 'unreachable')
        return `because no Docker daemon answers at ${docker.endpoint.host}: ${docker.reason}`;
    return undefined;
}

// EXTERNAL MODULE: ./src/inputs/read/fields.ts
var fields = __webpack_require__(96217);
// EXTERNAL MODULE: ./src/inputs/value-expressions.ts
var value_expressions = __webpack_require__(49398);
// EXTERNAL MODULE: ./src/plan/cache.ts
var plan_cache = __webpack_require__(70769);
;// CONCATENATED MODULE: ./src/plan/context.ts

function withDefaultGit(source, event) {
    return source.kind === 'default-git' ? { kind: 'git', url: defaultGitContext(event, source.subdir) } : source;
}
/**
 * The event's commit as a Git URL for the builder, `https://<server>/<owner>/<repo>.git#<commit>[:<subdir>]`: what
 * `{{defaultContext}}` means. Throws `context-not-found` outside of a workflow.
 * https://docs.docker.com/build/concepts/context/#git-repositories
 */
function defaultGitContext({ serverUrl, repository, sha }, subdir) {
    if (repository === '' || sha === '') {
        throw new action_error/* ActionError */.lZ('context-not-found', 'Cannot find the commit that {{defaultContext}} means', {
            hint: 'GITHUB_REPOSITORY and GITHUB_SHA say it in a workflow. Elsewhere, give the input context a folder or a Git URL.',
        });
    }
    return `${serverUrl}/${repository}.git#${sha}${subdir === undefined ? '' : `:${subdir}`}`;
}

;// CONCATENATED MODULE: ./src/plan/kept.ts

/**
 * What the user should know of an image that is kept nowhere, and of what the places that it goes to cannot hold. Nothing of it is an error:
 * the same workflow often pushes on one branch and only builds on another.
 */
function keptWarnings(inputs, { load, store, notPushed }) {
    const { push, outputs, platforms, provenance, sbom, annotations } = inputs;
    const kept = push === true || load || outputs.length > 0;
    if (!kept) {
        // `load: false` says that this is meant, and for one platform there is a notice of its own.
        if (inputs.load !== undefined || notPushed !== undefined || platforms.length === 1)
            return [];
        return [
            'The image is only in the build cache, and no name is given to it: several platforms are loaded only with `load: true`. Set `push: true`, `load: true` or `outputs`; `load: false` or `outputs: type=cacheonly` hides this warning',
        ];
    }
    const places = [
        ...(load && store === 'classic' ? ['the classic image store of Docker'] : []),
        ...outputs.flatMap((output) => output.kind === 'docker' || output.kind === 'files' ? [`${output.dest} (type=${typeOf(output)})`] : []),
    ];
    const attestations = [
        ...(provenance === undefined ? [] : ['provenance']),
        ...(sbom === undefined ? [] : ['sbom']),
    ].join(' and ');
    return [
        ...(attestations !== '' && places.length > 0
            ? [`${places.join(', ')}: cannot hold attestations (${attestations})`]
            : []),
        ...((0,oci_annotations/* hasAnnotationOf */.lT)(annotations, 'index-descriptor') && !outputs.some(({ kind }) => kind === 'oci')
            ? ['Annotations of index-descriptor are only in an OCI layout: add `outputs: type=oci,dest=…`, or write `index:`']
            : []),
    ];
}
/** Its name in the input; those that cannot hold attestations only. */
function typeOf({ kind, form }) {
    if (kind === 'docker')
        return 'docker';
    return form === 'folder' ? 'local' : 'tar';
}

;// CONCATENATED MODULE: ./src/plan/labels.ts

/**
 * The labels and annotations of the image: those of the inputs, and by default those that docker/metadata-action makes. An input wins over a
 * default one of its key; with an empty value it leaves the default one out. `version` is the main tag, "" without one.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
 */
function planLabels({ labels, annotations, annotationLevels }, origin, version) {
    const given = withLevels(annotations, annotationLevels);
    if (origin === undefined)
        return { labels, annotations: given, givenAnnotations: given };
    const defaults = defaultsOf(origin, version);
    const kept = Object.fromEntries(Object.entries(given).filter(([key, value]) => !isRemoval((0,oci_annotations/* generalKeyOf */.be)(key), value)));
    const added = (annotationLevels ?? ['manifest']).flatMap((level) => Object.entries(defaults)
        .filter(([key]) => !(0,oci_annotations/* overridesAnnotation */.l1)(given, { level, key }))
        .map(([key, value]) => [annotationLevels === undefined ? key : `${level}:${key}`, value]));
    const all = [...added, ...Object.entries(kept)];
    const ordered = Object.keys(annotations).some(oci_annotations/* hasLevel */.BT) ? all : inOrder(all, annotationLevels ?? []);
    return {
        labels: Object.fromEntries(sorted([
            ...Object.entries(defaults).filter(([key]) => !Object.hasOwn(labels, key)),
            ...Object.entries(labels).filter(([key, value]) => !isRemoval(key, value)),
        ])),
        annotations: Object.fromEntries(ordered),
        givenAnnotations: kept,
    };
}
const keys = {
    created: 'org.opencontainers.image.created',
    description: 'org.opencontainers.image.description',
    licenses: 'org.opencontainers.image.licenses',
    revision: 'org.opencontainers.image.revision',
    source: 'org.opencontainers.image.source',
    title: 'org.opencontainers.image.title',
    url: 'org.opencontainers.image.url',
    version: 'org.opencontainers.image.version',
};
/**
 * By key. What the repository or the run does not have is an empty text, as metadata-action makes it: else the image would have the version or
 * description of its base. What is not known is left to the Dockerfile.
 */
function defaultsOf({ title, url, description, license, revision, created }, version) {
    const all = [
        [keys.created, created.toISOString()],
        [keys.description, description],
        [keys.licenses, license],
        [keys.revision, revision],
        [keys.source, url],
        [keys.title, title],
        [keys.url, url],
        [keys.version, version],
    ];
    return Object.fromEntries(all.filter((pair) => pair[1] !== undefined));
}
/** Whether the input asks for no default. */
function isRemoval(key, value) {
    return value === '' && key !== undefined && Object.values(keys).includes(key);
}
/** Those without a prefix, on each of `levels`. */
function withLevels(annotations, levels) {
    if (levels === undefined)
        return annotations;
    return Object.fromEntries(Object.entries(annotations).flatMap(([key, value]) => (0,oci_annotations/* hasLevel */.BT)(key) ? [[key, value]] : levels.map((level) => [`${level}:${key}`, value])));
}
/** By level, then by key. Only for annotations that the user gave no level: else the later of two counts. */
function inOrder(annotations, levels) {
    const rank = (written) => levels.findIndex((level) => written.startsWith(`${level}:`));
    return sorted(annotations).toSorted(([a], [b]) => rank(a) - rank(b));
}
function sorted(pairs) {
    return pairs.toSorted(([a], [b]) => a.localeCompare(b, 'en'));
}

// EXTERNAL MODULE: ./src/registry/ecr-host.ts
var ecr_host = __webpack_require__(80072);
;// CONCATENATED MODULE: ./src/plan/logins.ts

const dockerHub = 'docker.io';
/**
 * Who to be where: `username` and `password` at `registry`, or at Docker Hub without one, as `docker login` has it; and at ghcr.io from the
 * job's own token when nothing else is known of it.
 */
function planLogins(inputs, references, actor) {
    const single = inputs.login ? [{ ...inputs.login, registry: inputs.registry?.host ?? dockerHub }] : [];
    const listed = inputs.logins.flatMap(({ registry, scope, means }) => means.kind === 'password' ? [{ registry, scope, username: means.username, password: means.password }] : []);
    const given = [...single, ...listed];
    const token = inputs.githubToken;
    const usesGhcr = references.some(({ registry }) => registry === 'ghcr.io');
    const isGiven = given.some(({ registry, scope }) => registry === 'ghcr.io' && scope === undefined);
    return usesGhcr && token && !isGiven
        ? [...given, { registry: 'ghcr.io', username: actor, password: token, unlessKnown: true }]
        : given;
}
/** The registries whose credentials come from a cloud. One of Amazon that `registry` or an image names needs no entry where the environment has keys. */
function planIdentities(inputs, references) {
    const given = inputs.logins.flatMap(({ registry, scope, means }) => means.kind === 'password' ? [] : [{ registry, scope, identity: means }]);
    const named = new Set(inputs.logins.flatMap(({ registry, scope }) => (scope === undefined ? [registry] : [])));
    const hosts = [
        ...(inputs.login === undefined && inputs.registry ? [inputs.registry.host] : []),
        ...references.map(({ registry }) => registry),
    ];
    const others = new Set(hosts.filter((host) => (0,ecr_host/* isEcrHost */.R)(host) && !named.has(host)));
    const identity = {
        kind: 'aws',
        keys: undefined,
        role: undefined,
        region: undefined,
        createRepository: false,
    };
    return [
        ...given,
        ...[...others].map((registry) => ({ registry, identity, unlessKnown: true, unasked: true })),
    ];
}
/** Whether `username` is for Docker Hub only because `registry` is empty, and no image name is on Docker Hub: then a base image must be. */
function needsHubBase(inputs, references) {
    return (inputs.login !== undefined &&
        inputs.registry === undefined &&
        !references.some(({ registry }) => registry === dockerHub));
}

;// CONCATENATED MODULE: ./src/plan/plan.ts
/** The inputs that later stages take as they are. */
const handedOn = [
    'ifExists',
    'preflight',
    'emulators',
    'verify',
    'maxSize',
    'beforeTags',
    'dryRun',
    'call',
    'retries',
    'timeout',
    'cacheTimeout',
    'fresh',
    'keepLogin',
    'separators',
    'bakeTarget',
];

;// CONCATENATED MODULE: ./src/plan/push.ts
/** The value of `push`; `auto` is true if an image name is set and the event has credentials. */
function decidePush({ push, images, tags }, { event }) {
    if (push !== 'auto')
        return { push, notPushed: undefined };
    const because = images.length === 0 && !tags.some(({ kind, enabled }) => kind === 'reference' && enabled)
        ? 'there is no name to push to'
        : tags.length > 0 && tags.every(({ enabled }) => !enabled)
            ? 'no tag is enabled'
            : event.withoutSecrets;
    return { push: because === undefined, notPushed: because };
}

;// CONCATENATED MODULE: ./src/plan/smoke-test.ts


/** @throws ActionError `feature-missing` when there is nothing to run an image with */
function planSmokeTest({ smokeTest }, { docker }) {
    if (smokeTest === undefined)
        return undefined;
    if (docker.kind === 'server')
        return { ...smokeTest, daemon: docker };
    throw new action_error/* ActionError */.lZ('feature-missing', `Cannot run the smoke test: no Docker daemon answers at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`, {
        hint: `${(0,unreachable/* reachHint */.N)(docker)} An image runs on a Docker daemon, whichever engine has built it: without one, leave smoke-test empty.`,
    });
}

// EXTERNAL MODULE: ./src/inputs/flavor.ts
var inputs_flavor = __webpack_require__(35285);
// EXTERNAL MODULE: ./src/oci/release.ts
var release = __webpack_require__(76964);
;// CONCATENATED MODULE: ./src/plan/tags.ts




/**
 * The tags of an image whose `tags` input is empty, as metadata-action chooses them without rules: `nightly` on a schedule, then the branch,
 * the Git tag or `pr-N`. The main one first, `latest` last.
 *
 * Unlike there, `latest` comes only with a Git tag that is a version without pre-release and build (`v1.2.3`, `1.2`), where
 * metadata-action moves it to any tag, `v2.0.0-beta.1` included; and what no registry would take is made a tag: at most 128 characters,
 * none of `.` and `-` first. Of what has no such character, and of an event that names nothing, the commit: `sha-0123456`.
 */
function defaultTags(event, flavor = inputs_flavor/* plainFlavor */.xF) {
    const given = namesOf(event).filter(({ tag }) => (0,oci_reference/* sanitizeTag */.iP)(tag) !== '');
    const named = withLatest(given, flavor);
    const tags = named.filter(({ tag }, at) => tag !== '' && named.findIndex((other) => other.tag === tag) === at);
    if (tags.length > 0)
        return tags;
    const commit = (0,oci_reference/* sanitizeTag */.iP)(event.sha.slice(0, 7));
    if (commit === '')
        return [];
    return withLatest([{ tag: `sha-${commit}`, moves: false, because: fallback(event), latest: false }], flavor);
}
/** The tags with what the flavor puts around them, and `latest` where it has that. */
function withLatest(given, flavor) {
    const tags = given.map(({ latest: _, ...one }) => ({
        ...one,
        tag: (0,inputs_flavor/* withFlavor */.Nq)(one.tag, flavor),
        moves: one.moves && !flavor.perCommit,
    }));
    const [first] = given;
    if (first === undefined || flavor.latest === false)
        return tags;
    const because = flavor.latest === true ? 'latest=true in the input flavor' : first.latest;
    return because ? [...tags, { tag: (0,inputs_flavor/* latestName */.LF)(flavor), moves: true, because }] : tags;
}
function namesOf({ name, ref, pullRequest }) {
    const branch = /^refs\/heads\/(.*)$/s.exec(ref)?.[1];
    const gitTag = /^refs\/tags\/(.*)$/s.exec(ref)?.[1];
    const nightly = name === 'schedule' ? [{ tag: 'nightly', moves: true, because: 'the event is a schedule' }] : [];
    if (pullRequest !== undefined) {
        return [...nightly, { tag: `pr-${pullRequest}`, moves: true, because: `named for pull request ${pullRequest}` }];
    }
    // The ref is the base branch's, which the image is not built for.
    if (name === 'pull_request_target')
        return nightly;
    if (branch !== undefined)
        return [...nightly, { tag: branch, moves: true, because: `named for the branch ${branch}` }];
    if (gitTag === undefined)
        return nightly;
    // A tag named `latest` always moves, regardless of its origin.
    const own = { tag: gitTag, moves: (0,oci_reference/* sanitizeTag */.iP)(gitTag) === 'latest', because: `named for the Git tag ${gitTag}` };
    const latest = (0,release/* isRelease */.M)(gitTag) && `the Git tag ${gitTag} is a version without pre-release`;
    return [...nightly, { ...own, latest }];
}
/**
 * Every reference of the image, with the rule that made it. None without `images` and `tags`.
 *
 * @throws ActionError `input-invalid` when a name is to be pushed, `tags` is empty, and the event gives no tag
 */
function planTags(inputs, event) {
    const { images, tags, flavor, push } = inputs;
    if (tags.length > 0) {
        const chosen = tags.filter(({ enabled }) => enabled).flatMap((tag) => givenTag(tag, images));
        const noneLeft = chosen.length === 0 ? ['No tag is enabled: the image gets no name'] : [];
        return {
            tags: tags_inOrder(chosen),
            references: byImage(chosen, images),
            version: mainOf(chosen.map(({ reference }) => reference.tag)),
            notices: noneLeft,
        };
    }
    const names = defaultTags(event, flavor);
    if (images.length > 0 && names.length === 0 && push === true) {
        throw new action_error/* ActionError */.lZ('input-invalid', `Cannot choose tags: the event ${tags_describe(event)} has no branch, tag or commit`, {
            hint: 'Set the input `tags`, or the variables GITHUB_REF and GITHUB_SHA, which a runner sets.',
        });
    }
    const chosen = names.flatMap(({ tag, ...rule }) => images.map((image) => ({ reference: { ...image, tag }, ...rule })));
    return {
        tags: tags_inOrder(chosen),
        references: byImage(chosen, images),
        version: mainOf(names.map(({ tag }) => tag)),
        notices: images.length === 0 ? [] : noticesOf(names, event),
    };
}
function noticesOf(names, event) {
    const [first] = names;
    if (first === undefined) {
        return [`The image gets no tag: the event ${tags_describe(event)} has no branch, tag or commit. Set the input tags`];
    }
    return first.because === fallback(event) ? [`The image is tagged ${first.tag}: ${first.because}`] : [];
}
function givenTag({ moving, because: rule, ...input }, images) {
    const references = input.kind === 'tag' ? images.map((image) => ({ ...image, tag: input.tag })) : [input.reference];
    return references.map((reference) => {
        const isLatest = (reference.tag ?? 'latest') === 'latest';
        const moves = moving ?? isLatest;
        const because = moving === undefined ? 'written in the input tags' : `moving=${moving} in the input tags`;
        return { reference, moves, because: rule ?? (moving === undefined && isLatest ? 'latest always moves' : because) };
    });
}
/** For the debug log: `ghcr.io/acme/app:main moves: named for the branch main`. */
function describeTag({ reference, moves, because }) {
    return `${(0,oci_reference/* showReference */.nj)(reference)} ${moves ? 'moves' : 'is fixed'}: ${because}`;
}
function mainOf(tags) {
    return tags.find((tag) => tag !== 'latest') ?? tags[0] ?? '';
}
/** Those of the first name, then those of the next; whole references of other names last. */
function byImage(chosen, images) {
    const names = images.map(oci_reference/* formatRepository */.Sh);
    const place = ({ reference }) => {
        const at = names.indexOf((0,oci_reference/* formatRepository */.Sh)(reference));
        return at < 0 ? names.length : at;
    };
    return withoutDuplicates(chosen)
        .toSorted((a, b) => place(a) - place(b))
        .map(({ reference }) => reference);
}
function withoutDuplicates(chosen) {
    const unique = new Map();
    for (const one of chosen) {
        const name = (0,oci_reference/* formatReference */.FH)(one.reference);
        if (!unique.has(name))
            unique.set(name, one);
    }
    return [...unique.values()];
}
function tags_inOrder(chosen) {
    const rank = ({ reference, moves }) => (moves ? (reference.tag === 'latest' ? 2 : 1) : 0);
    return withoutDuplicates(chosen).toSorted((a, b) => rank(a) - rank(b));
}
function fallback(event) {
    return `the event ${tags_describe(event)} gives no other tag`;
}
function tags_describe({ name, ref }) {
    return name === '' && ref === '' ? '(none)' : `${JSON.stringify(name)} on ${JSON.stringify(ref)}`;
}

;// CONCATENATED MODULE: ./src/plan/url-logins.ts


/**
 * Who to be where contexts are fetched from: the users and passwords of their URLs, each for its own host; and the job's token for the
 * GitHub server of the workflow, and no other host. With `always`, also where no context is on that server.
 *
 * @throws ActionError `input-invalid` for two passwords for one host: BuildKit takes one
 */
function planUrlLogins(sources, { token, always, event }) {
    const given = mergeUrlLogins(sources.flatMap((source) => (source.kind === 'git' && source.credentials ? [source.credentials] : [])));
    const server = URL.canParse(event.serverUrl) ? new URL(event.serverUrl) : undefined;
    if (token === undefined || server === undefined || !/^https?:$/.test(server.protocol))
        return given;
    const { origin, host } = server;
    const isThere = always || sources.some((source) => originOf(source, origin) === origin);
    if (!isThere || given.some((login) => login.kind === 'git' && login.origin === origin))
        return given;
    const own = (0,url_credentials/* namedCredentials */.C)('x-access-token', token.reveal());
    return [...given, { kind: 'git', host, origin, ...own, ofJob: true }];
}
/** Each login once. Throws ActionError `input-invalid` for two passwords for one host. */
function mergeUrlLogins(logins) {
    const merged = new Map();
    for (const login of logins) {
        const key = `${login.kind} ${login.host}`;
        const other = merged.get(key);
        if (other !== undefined && !isSame(other, login)) {
            throw new action_error/* ActionError */.lZ('input-invalid', `Cannot use two users or passwords for ${login.host}`, {
                hint: 'Give one for each host: it is used for everything that is fetched from there.',
            });
        }
        merged.set(key, other ?? login);
    }
    return [...merged.values()];
}
function isSame(one, other) {
    return one.username.reveal() === other.username.reveal() && one.password.reveal() === other.password.reveal();
}
/** `own` is the server of the workflow, which `{{defaultContext}}` is on. */
function originOf(source, own) {
    if (source.kind === 'default-git')
        return own;
    if (source.kind !== 'git')
        return undefined;
    const url = source.url.startsWith('github.com/') ? `https://${source.url}` : source.url;
    return URL.canParse(url) ? new URL(url).origin : undefined;
}

;// CONCATENATED MODULE: ./src/plan/without-result.ts
/** Returns the inputs of a run that asks about the Dockerfile and builds nothing: what concerns an image, or changes the machine, is off. */
function withoutResult(inputs) {
    return {
        ...inputs,
        push: false,
        load: false,
        outputs: [],
        verify: 'off',
        smokeTest: undefined,
        beforeTags: undefined,
        cache: { kind: 'off' },
        cacheFrom: [],
        cacheTo: [],
        provenance: undefined,
        sbom: undefined,
        // It would remove images of the daemon.
        fresh: undefined,
    };
}

;// CONCATENATED MODULE: ./src/plan/make-plan.ts















/**
 * Decides the whole run from the inputs and the environment.
 *
 * @throws ActionError when the inputs cannot be fulfilled here, with the alternatives
 */
function makePlan(given, facts) {
    const { push, notPushed } = decidePush(given, facts);
    const inputs = given.call === 'build' ? { ...given, push } : withoutResult(given);
    const { engine, load, insecureRegistries } = planEngine(inputs, facts);
    const { traits } = engine;
    const named = planTags(inputs, facts.event);
    const references = named.tags.map(({ reference }) => reference);
    const created = (facts.origin?.created ?? facts.created)?.toISOString() ?? '';
    const filled = (0,value_expressions/* fillValues */.wE)(inputs, { version: named.version, created });
    const context = withDefaultGit(inputs.context, facts.event);
    const cache = (0,plan_cache/* planCache */._)(inputs, {
        ...{ event: facts.event, references, caches: traits.caches },
        ...{ hasCacheService: facts.cacheService, folder: facts.cacheFolder },
    });
    return {
        ...pick(inputs, handedOn),
        engine,
        build: {
            ...pick(filled, fields/* buildFields */.c),
            ...planLabels(filled, facts.origin, named.version),
            context: context.kind === 'path' ? context.path : context.url,
            contextIsFolder: inputs.context.kind === 'path',
            contexts: inputs.buildContexts.map(({ name, source }) => ({ name, source: withDefaultGit(source, facts.event) })),
            urlLogins: planUrlLogins([inputs.context, ...inputs.buildContexts.map(({ source }) => source)], {
                token: inputs.githubToken,
                always: traits.readsSource === 'us',
                event: facts.event,
            }),
            cacheFrom: cache.from,
            cacheTo: cache.to,
            provenance: withBuilder(inputs.provenance, facts.event.runUrl),
        },
        load,
        outputs: inputs.outputs.filter((output) => output.kind !== 'cacheonly'),
        push,
        smokeTest: planSmokeTest(inputs, facts),
        references,
        tags: named.tags,
        version: named.version,
        logins: planLogins(inputs, references, facts.actor),
        identities: planIdentities(inputs, references),
        needsHubBase: needsHubBase(inputs, references),
        plainHttp: [
            ...(inputs.registry?.plainHttp ? [inputs.registry.host] : []),
            ...inputs.logins.flatMap(({ registry, plainHttp }) => (plainHttp ? [registry] : [])),
            ...insecureRegistries,
        ],
        notices: [
            ...(notPushed === undefined ? [] : [`Nothing is pushed: ${notPushed}`]),
            ...named.notices,
            ...(facts.origin?.problems ?? []),
            ...loadNotices(inputs, facts.docker),
            ...cache.notices,
            ...(!traits.runsSteps && inputs.call === 'build' && inputs.secrets.length + inputs.ssh.length > 0
                ? [`Build secrets and SSH agents are not used: the engine ${engine.name} does not execute RUN`]
                : []),
        ],
        warnings: keptWarnings(inputs, {
            load,
            store: facts.docker.kind === 'server' ? facts.docker.store : undefined,
            notPushed,
        }),
    };
}
function pick(from, keys) {
    return Object.fromEntries(keys.map((key) => [key, from[key]]));
}
/** With the run as the builder's identity, as docker/build-push-action says it, unless the user names another. */
function withBuilder(provenance, runUrl) {
    if (provenance === undefined || runUrl === undefined)
        return provenance;
    return { 'builder-id': runUrl, ...provenance };
}

// EXTERNAL MODULE: ./src/oci/repositories.ts
var oci_repositories = __webpack_require__(31745);
;// CONCATENATED MODULE: ./src/source/bases.ts

/** The images that the target needs, for each platform, each once; `contexts` may put others in their place. */
function baseUses({ platforms }, contexts) {
    const uses = platforms.flatMap((platform) => usesOf(platform, contexts));
    return [...new Map(uses.map((use) => [`${use.reference} ${JSON.stringify(use.platform)}`, use])).values()];
}
function usesOf(stages, contexts) {
    return sourcesOf(stages).flatMap(({ source, ...use }) => {
        const reference = referenceOf(source, contexts);
        return reference === undefined ? [] : [{ reference, ...use }];
    });
}
/** Where the target needs the named context, for each platform. */
function contextUses({ platforms }, name) {
    const uses = platforms.flatMap(sourcesOf);
    return uses.filter(({ source }) => source.kind === 'context' && source.name === name);
}
/** What the needed stages begin with, copy from and mount. */
function sourcesOf({ platform: target, stages }) {
    return stages.needed.flatMap((index) => {
        const stage = stages.stages[index];
        if (stage === undefined)
            return [];
        const platform = stage.platform ?? target;
        const others = [...stage.from].map(([name, source]) => ({ source, platform, line: lineOf(stage, name) }));
        return [{ source: stage.base, platform, line: stage.line }, ...others];
    });
}
/** The image of a source that refers to a registry; `contexts` may replace it. */
function referenceOf(source, contexts) {
    if (source.kind === 'image')
        return source.reference;
    const context = source.kind === 'context' ? contexts.find(({ name }) => name === source.name)?.source : undefined;
    return context?.kind === 'image' && context.reference !== 'scratch' ? context.reference : undefined;
}
function lineOf(stage, name) {
    const using = stage.instructions.find((one) => (one.kind === 'copy' && one.from === name) || (one.kind === 'run' && one.mountsFrom.includes(name)));
    return using?.line ?? stage.line;
}
/**
 * The image of a use.
 *
 * @throws ActionError what `find` throws, at the line of the Dockerfile
 */
async function findUsedBase(use, file, find) {
    try {
        return await find(use.reference, use.platform);
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ))
            throw error;
        const place = { file, line: use.line };
        throw error.with({ message: `${file}:${use.line}: ${error.message}`, place, cause: error });
    }
}

;// CONCATENATED MODULE: ./src/preflight/check-archives.ts



/**
 * Checks each archive of images among the named contexts: that it can be read, and has an image for every platform that the Dockerfile uses it
 * for.
 *
 * @throws ActionError `archive-invalid`, `image-not-found`, `platform-unsupported`
 */
async function checkArchives({ plan, source }) {
    const archives = plan.build.contexts.filter((context) => context.source.kind === 'archive');
    if (archives.length === 0)
        return;
    const opened = await (0,gather/* gather */.TU)('Preflight', archives.map(async ({ name }) => ({ name, archive: await source.archive(name) })));
    // What is wrong with the Dockerfile is reported by its own check.
    const reading = await source.reading().catch(() => undefined);
    if (reading === undefined)
        return;
    const { file } = reading.dockerfile;
    const checks = opened.flatMap(({ name, archive }) => contextUses(reading, name).map(async ({ platform, line }) => {
        await archive.check(platform).catch((error) => {
            if (!(error instanceof action_error/* ActionError */.lZ))
                throw error;
            throw error.with({ message: `${file}:${line}: ${error.message}`, place: { file, line }, cause: error });
        });
    }));
    await (0,gather/* gather */.TU)('Preflight', checks);
}

// EXTERNAL MODULE: ./src/text/nearest.ts
var nearest = __webpack_require__(60613);
;// CONCATENATED MODULE: ./src/preflight/check-gate.ts





/** Programs that a near name is looked for among (count). */
const mostNames = 20_000;
/**
 * Checks that the program of each command of `before-tags` exists and is executable: the commands run only after the content was pushed.
 *
 * @throws ActionError `gate-failed`, with all programs that cannot be run
 */
async function checkGate({ plan, host }) {
    const commands = plan.beforeTags?.commands ?? [];
    await (0,gather/* gather */.TU)('Preflight', commands.map(async (command) => checkProgram(command, host)));
}
function checkProgram({ words: [program = ''], line }, { env, os }) {
    const fault = (found, hint) => new action_error/* ActionError */.lZ('gate-failed', `Cannot run ${program} (before-tags, line ${line}): ${found}`, { hint });
    const isPath = program.includes('/') || (os === 'win32' && program.includes('\\'));
    // An empty entry of PATH is the working directory.
    const folders = isPath ? [(0,external_node_path_.dirname)(program)] : pathOf(env).map((folder) => folder || '.');
    const suffixes = os === 'win32' ? ['', '.exe', '.com'] : [''];
    const candidates = folders.flatMap((folder) => suffixes.map((suffix) => (0,external_node_path_.join)(folder, `${(0,external_node_path_.basename)(program)}${suffix}`)));
    const found = candidates.map(stateOf);
    if (found.includes('executable'))
        return;
    if (isPath && found.includes('directory'))
        throw fault('it is a directory', 'Name a program in it.');
    if (found.includes('file')) {
        throw fault('it is not executable', `Add a step with \`chmod +x ${program}\` before this one, or commit the file with mode 755.`);
    }
    const near = (0,nearest/* nearest */.p)((0,external_node_path_.basename)(program), namesIn(folders));
    const advice = isPath
        ? 'Its path starts from the workspace: is actions/checkout missing before this step?'
        : 'Install it in a step before this one. If a command of `before-tags` installs it, write both into one script.';
    const known = near === undefined ? '' : `Did you mean ${isPath ? (0,external_node_path_.join)((0,external_node_path_.dirname)(program), near) : near}? `;
    throw fault(isPath ? 'it does not exist' : 'it is not in PATH', `${known}${advice}`);
}
function pathOf(env) {
    // Windows writes it as Path, and finds it in every spelling.
    const [, path = ''] = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH') ?? [];
    return path.split(external_node_path_.delimiter);
}
function stateOf(path) {
    try {
        if ((0,external_node_fs_.statSync)(path).isDirectory())
            return 'directory';
    }
    catch {
        return 'missing';
    }
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.X_OK);
        return 'executable';
    }
    catch {
        return 'file';
    }
}
function* namesIn(folders) {
    let left = mostNames;
    for (const folder of folders) {
        const names = readNames(folder).slice(0, left);
        left -= names.length;
        yield* names;
    }
}
function readNames(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder);
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./src/preflight/check-hub-login.ts



/**
 * Checks that credentials without `registry`, which are for Docker Hub, have something there to be for: an image name or a base image. Most
 * likely they are for another registry then, and Docker Hub must not see them. Asked before anything is sent.
 *
 * @throws ActionError `input-invalid`, with the `registry` to write
 */
async function checkHubLogin(run) {
    const { plan, host } = run;
    if (!plan.needsHubBase)
        return;
    // Errors of the Dockerfile are reported with all other findings; a Dockerfile that only the builder reads may have any base.
    const reading = await run.source.reading().catch(() => undefined);
    if (reading === undefined)
        return;
    const registries = baseUses(reading, plan.build.contexts).map(({ reference }) => (0,oci_reference/* parseReference */.F2)(reference).registry);
    const names = [...new Set(plan.references.map(({ registry }) => registry))];
    if (registries.includes('docker.io')) {
        if (names.length > 0) {
            host.runner.notice(`username and password are used for Docker Hub, where a base image is, and not for ${names.join(', ')}: registry is empty`);
        }
        return;
    }
    const others = names.length > 0 ? names : [...new Set(registries)];
    const [only] = others;
    throw new action_error/* ActionError */.lZ('input-invalid', 'Cannot use `username` and `password`: without `registry` they are for Docker Hub, but this step uses no image from Docker Hub', {
        hint: others.length === 1
            ? `Set \`registry: ${only}\`.`
            : others.length === 0
                ? 'Set `registry` to the registry that they are for.'
                : `Set \`registry\` to the one that they are for: ${others.join(', ')}.`,
    });
}

// EXTERNAL MODULE: ./src/dockerfile/expand/arguments.ts
var expand_arguments = __webpack_require__(74995);
// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var dockerfile_problem = __webpack_require__(53989);
// EXTERNAL MODULE: ./src/dockerfile/stages/resolve.ts + 2 modules
var resolve = __webpack_require__(60581);
;// CONCATENATED MODULE: ./src/dockerfile/expand/growth.ts





/** PATH of a base image, which is longer than most variables. */
const usualPath = `PATH=${'x'.repeat(64)}`;
/**
 * Refuses a Dockerfile whose variables grow over a limit, such as an ENV that doubles itself on 30 lines: BuildKit has no limit and takes
 * all memory of its machine. Expands all stages in their order. A variable that only a base image can have counts as one character. Any
 * other mistake is left to the engine.
 *
 * @throws ActionError `dockerfile-invalid`, for which `isExcess` holds
 */
function assertBounded({ file, directives }, { plan, globals, buildArguments }) {
    const ends = new Map();
    let total = 0;
    for (const { index, base, instructions } of plan.stages) {
        const above = base.kind === 'stage' ? ends.get(base.index) : undefined;
        const values = (0,expand_arguments/* stageValues */.dX)(above, above === undefined ? [usualPath] : []);
        const surroundings = { escapeMark: directives.escape, values, globals, buildArguments, unset: 'x' };
        const resolver = (0,resolve/* createResolver */.Tw)(surroundings);
        for (const instruction of instructions) {
            const problem = excessOf(() => {
                total += sizeOf(resolver.resolve(instruction));
            });
            const message = problem ??
                (total > limits/* limits */.F.expanded ? `the texts up to here have more than ${limits/* limits */.F.expanded} characters` : undefined);
            if (message === undefined)
                continue;
            throw (0,dockerfile_problem/* dockerfileError */.lL)(file, [{ line: instruction.line, message, cause: new dockerfile_problem/* ExcessError */.G_(message) }]);
        }
        ends.set(index, resolver.values);
    }
}
/** What is over a limit in `work`, if anything is. */
function excessOf(work) {
    try {
        work();
        return undefined;
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ) || error.code !== 'dockerfile-invalid')
            throw error;
        return (0,dockerfile_problem/* isExcess */.YY)(error) ? error.message : undefined;
    }
}
/** Characters in what an instruction became. */
function sizeOf(instruction) {
    switch (instruction.kind) {
        case 'env':
        case 'label':
            return sum(instruction.pairs.flatMap(({ key, value }) => [key, value]));
        case 'arg':
            return sum(instruction.arguments.map(({ value = '' }) => value));
        case 'copy':
        case 'add':
            return sum([...instruction.sources, instruction.destination, ...instruction.files.map(({ content }) => content)]);
        case 'volume':
            return sum(instruction.paths);
        case 'expose':
            return sum(instruction.ports);
        default:
            return instruction.text.length;
    }
}
function sum(texts) {
    return texts.reduce((size, text) => size + text.length, 0);
}

// EXTERNAL MODULE: ./src/dockerfile/stages/stages.ts
var stages_stages = __webpack_require__(44065);
// EXTERNAL MODULE: ./src/dockerfile/read/parse.ts + 7 modules
var read_parse = __webpack_require__(18494);
;// CONCATENATED MODULE: ./src/dockerfile/stages/triggers.ts



/**
 * The stages with what ONBUILD of their images adds in front of each. A trigger may copy from a stage that nothing
 * else needs, whose image has triggers too. Names and numbers in it are those of this Dockerfile's stages, as in
 * BuildKit since Dockerfile syntax 1.11.
 * https://docs.docker.com/reference/dockerfile/#onbuild
 *
 * @throws ActionError `dockerfile-invalid` at the FROM of a trigger that is wrong, and what `triggersOf` throws
 */
async function withTriggers(plan, circumstances) {
    return complete(plan, new Set(), circumstances);
}
async function complete(plan, asked, circumstances) {
    const needed = new Set(plan.needed);
    const fresh = plan.stages.filter(({ index }) => needed.has(index) && !asked.has(index));
    if (fresh.length === 0)
        return plan;
    const triggers = await Promise.all(fresh.map(async (stage) => [stage.index, isReplaced(stage) ? [] : await circumstances.triggersOf(stage)]));
    return complete(addTriggers(plan, new Map(triggers), circumstances), new Set([...asked, ...plan.needed]), circumstances);
}
/** A context of the stage's own name is the stage as it is when it is finished. */
function isReplaced({ name, base }) {
    return base.kind === 'context' && base.name === name;
}
function addTriggers(plan, triggers, { file, contexts }) {
    const problems = [];
    const report = (line, message) => problems.push({ line, message });
    const sourcesOf = (0,stages_stages/* createFindSources */.EL)({ stages: plan.stages, contexts, report });
    const stages = plan.stages.map((stage) => {
        const given = triggers.get(stage.index) ?? [];
        if (given.length === 0)
            return stage;
        const added = given.map((trigger) => (0,read_parse/* parseTrigger */.u)(trigger, { file, line: stage.line }));
        const complete = { ...stage, instructions: [...added, ...stage.instructions] };
        return { ...complete, from: sourcesOf(complete) };
    });
    if (problems.length > 0)
        throw (0,dockerfile_problem/* dockerfileError */.lL)(file, problems);
    (0,stages_stages/* assertFew */.nQ)(file, stages);
    return { ...plan, stages, needed: (0,stages_stages/* findNeeded */.bG)(file, stages, plan.target) };
}

;// CONCATENATED MODULE: ./src/source/needed-stages.ts





/**
 * Reads the Dockerfile for each platform of `spec`.
 *
 * @throws ActionError `dockerfile-invalid`, `input-invalid`
 */
function planPlatforms(dockerfile, spec, { buildPlatform, env }) {
    const buildArguments = (0,expand_arguments/* givenArguments */.Cj)(spec.buildArgs, env);
    const target = spec.target === undefined ? {} : { target: spec.target };
    const platforms = spec.platforms.map((platform) => {
        const globals = (0,expand_arguments/* globalValues */.wX)(dockerfile, { buildPlatform, buildArguments, ...target, targetPlatform: platform });
        const stages = (0,stages_stages/* planStages */.VC)(dockerfile, { globals, contexts: needed_stages_namesOf(spec), ...target });
        assertBounded(dockerfile, { plan: stages, globals, buildArguments });
        return { platform, globals, stages };
    });
    return { dockerfile, platforms };
}
/**
 * Adds the ONBUILD instructions of the images, for the embedded engine. It does not support RUN in them either.
 *
 * @throws ActionError `dockerfile-invalid`, `feature-missing` for RUN
 */
async function readTriggers({ dockerfile, platforms }, { build, engine }, triggersOf) {
    const { file } = dockerfile;
    const complete = await Promise.all(platforms.map(async (one) => {
        const stages = await withTriggers(one.stages, {
            file,
            contexts: needed_stages_namesOf(build),
            triggersOf: ({ base, platform }) => triggersOf(base, platform ?? one.platform),
        });
        (0,stages_stages/* refuseRuns */.Xi)(file, (0,stages_stages/* findRuns */.sj)(stages), whyUsed(engine.name, engine.because));
        return { ...one, stages };
    }));
    return { dockerfile, platforms: complete };
}
function needed_stages_namesOf({ contexts }) {
    return contexts.map(({ name }) => name);
}

// EXTERNAL MODULE: ./src/docker/is-in-store.ts
var is_in_store = __webpack_require__(83476);
;// CONCATENATED MODULE: ./src/preflight/check-bases.ts




/**
 * Looks up every image that the target needs, for every platform. If the builder may reach an image through another route, a failed
 * lookup is logged and left to the builder.
 *
 * @throws ActionError `platform-unsupported`, `image-not-found` and others of the registry, one for all
 */
async function checkBases(run, reading) {
    const uses = baseUses(reading, run.plan.build.contexts);
    const found = await (0,gather/* gather */.TU)('Preflight', uses.map((use) => checkBase(run, use, reading.dockerfile.file)));
    return found.filter((base) => base !== undefined);
}
async function checkBase({ plan, access, host }, use, file) {
    const { bases, baseStore } = plan.engine.traits;
    try {
        return { ...use, image: await findUsedBase(use, file, access.findImage) };
    }
    catch (error) {
        if (bases === 'must-resolve' || !(error instanceof action_error/* ActionError */.lZ) || error.code === 'cancelled')
            throw error;
        // A build in the daemon begins with what that has, if it has it.
        const stored = baseStore !== undefined && (await (0,is_in_store/* isInStore */.p)(use, baseStore, host));
        if (stored === true)
            return undefined;
        if (stored === false && certain.has(error.code))
            throw error;
        // The builder may reach it through a mirror or a network of its own.
        host.log.info(`Preflight could not look at the base image ${use.reference}: ${error.message}`);
        return undefined;
    }
}
const certain = new Set(['platform-unsupported', 'image-not-found', 'registry-unauthorized', 'registry-denied']);

;// CONCATENATED MODULE: ./src/preflight/check-images.ts


/**
 * Looks up every image that the target needs, for every platform; where this program reads the Dockerfile also those that
 * ONBUILD of them names, since nobody else does.
 *
 * @throws ActionError as `checkBases` and `readTriggers` do
 */
async function checkImages(run, given) {
    if (run.plan.engine.traits.readsSource !== 'us')
        return { reading: given, bases: await checkBases(run, given) };
    const { baseOf } = await run.source.own();
    // An unavailable image has none; the check reports it with all others.
    const ifThere = (base, platform) => baseOf(base, platform).then((image) => image?.config.config.OnBuild ?? [], () => []);
    const reading = await readTriggers(given, run.plan, ifThere);
    return { reading, bases: await checkBases(run, reading) };
}

;// CONCATENATED MODULE: ./src/preflight/check-output.ts



/**
 * Looks whether an output can be written: a folder where a file is, a file where a folder is, and places that this user may not
 * write to are found before anything is built.
 *
 * @throws ActionError `output-unwritable`
 */
async function checkOutput({ form, dest }) {
    const wantsFolder = form === 'folder';
    const found = statOf(dest);
    if (found && wantsFolder && !found.isDirectory())
        throw unwritable(dest, 'it is not a directory');
    // A device is a place too, which must not be put a file over.
    if (found && !wantsFolder && !found.isFile())
        throw unwritable(dest, 'it exists and is not a regular file');
    const place = found && wantsFolder ? dest : firstFolder((0,external_node_path_.dirname)((0,external_node_path_.resolve)(dest)));
    if (!(0,external_node_fs_.statSync)(place).isDirectory())
        throw unwritable(dest, `${place} is not a directory`);
    try {
        (0,external_node_fs_.accessSync)(place, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK);
    }
    catch (error) {
        throw unwritable(dest, (0,action_error/* messageOf */.bD)(error), error);
    }
}
/** The nearest existing ancestor of `path`, or `path` itself. */
function firstFolder(path) {
    return statOf(path) ? path : firstFolder((0,external_node_path_.dirname)(path));
}
/** Also undefined if a parent is not a folder. */
function statOf(path) {
    try {
        return (0,external_node_fs_.statSync)(path);
    }
    catch {
        return undefined;
    }
}
function unwritable(dest, why, cause) {
    return new action_error/* ActionError */.lZ('output-unwritable', `Cannot write the output ${dest}: ${why}`, {
        hint: 'Use another path in `outputs`, or give the user of this job write permission.',
        cause,
    });
}

;// CONCATENATED MODULE: ./src/preflight/check-push.ts
/**
 * Opens an upload and cancels it. If the registry does not support the check, this is logged.
 *
 * @throws ActionError what the registry would refuse the push with
 */
async function checkPush({ access, host }, repository) {
    if (await access.registry.probePush(repository, { signal: host.signal }))
        return;
    host.log.info(`Preflight could not ask ${repository.registry} whether ${repository.repository} can be pushed to`);
}

// EXTERNAL MODULE: ./src/inputs/build-secrets.ts
var build_secrets = __webpack_require__(83861);
;// CONCATENATED MODULE: ./src/preflight/file-problem.ts

/** Why a file cannot be passed to the build, as text to follow its name. Undefined if it can. */
function fileProblem(path) {
    const found = file_problem_statOf(path);
    if (found === undefined)
        return 'does not exist';
    if (found.isDirectory())
        return 'is a folder';
    return isReadable(path) ? undefined : 'cannot be read by this user';
}
function file_problem_statOf(path) {
    try {
        return (0,external_node_fs_.statSync)(path);
    }
    catch {
        return undefined;
    }
}
function isReadable(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.R_OK);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./src/preflight/check-secret.ts




/**
 * Checks that the environment variable or file of a build secret exists. buildx treats a variable that is
 * not set as an empty secret. Neither name nor path is shown: people write the value itself there.
 *
 * @throws ActionError `secret-not-found`; `input-invalid` if it is too large
 */
async function checkSecret({ host }, { id, source, line }) {
    const { env } = host;
    // Anything but a plain id may be part of a value.
    const name = /^[\w.-]{1,100}$/.test(id) ? `the secret ${id}` : 'a secret';
    const fault = (code, found, hint) => new action_error/* ActionError */.lZ(code, `Cannot pass ${name} to the build (${build_secrets/* inputOfSecret */.oE[source.kind]}, line ${line}): ${found}`, {
        hint,
    });
    const what = source.kind === 'env' ? 'the environment variable' : 'the file';
    const shrink = 'Secrets are for keys and tokens; put the rest into the build context.';
    if (source.kind === 'env') {
        const value = env[source.name];
        const hint = `Set the variable with \`env\`, or pass the value with \`secrets\`. Check the name of the secret: ${build_secrets/* whyEmpty */.wi}.`;
        if (value === undefined)
            throw fault('secret-not-found', `${what} is not set`, hint);
        if (value.trim() === '')
            throw fault('secret-not-found', `${what} is empty`, hint);
        if (Buffer.byteLength(value) > build_secrets/* longestSecret */.nr)
            throw fault('input-invalid', `${what} ${build_secrets/* tooLarge */.g$}`, shrink);
    }
    if (source.kind === 'file') {
        const problem = fileProblem(source.path);
        if (problem !== undefined)
            throw fault('secret-not-found', `${what} ${problem}`, fileHint);
        if (!(0,external_node_fs_.statSync)(source.path).isFile())
            throw fault('secret-not-found', `${what} is not a regular file`, fileHint);
        if ((0,external_node_fs_.statSync)(source.path).size > build_secrets/* longestSecret */.nr)
            throw fault('input-invalid', `${what} ${build_secrets/* tooLarge */.g$}`, shrink);
    }
}
const fileHint = 'Check the path, which is relative to the workspace, and that the user of this job can read the file. Steps that write it must run before this one. To pass a value instead of a path, use `secrets`.';

// EXTERNAL MODULE: ./src/dockerfile/read/directives.ts
var read_directives = __webpack_require__(99017);
;// CONCATENATED MODULE: ./src/preflight/check-secret-mounts.ts





/** The secrets and SSH agents that the stages of the target mount, each once, by line. */
function mountedSecrets({ platforms }) {
    const found = new Map();
    const mounts = platforms
        .flatMap(({ stages: { needed, stages } }) => needed.flatMap((index) => stages[index]?.instructions ?? []))
        .flatMap((one) => (one.kind === 'run' ? one.secrets.map((mount) => ({ ...mount, line: one.line })) : []))
        .sort((a, b) => Number(b.required) - Number(a.required) || a.line - b.line);
    for (const mount of mounts) {
        const name = `${mount.kind} ${mount.id}`;
        if (!found.has(name))
            found.set(name, mount);
    }
    return [...found.values()].sort((a, b) => a.line - b.line);
}
/**
 * Looks whether every secret and SSH agent that the Dockerfile mounts was given. One that no RUN requires is reported in a notice. A file for
 * another frontend than Docker's is left to that.
 *
 * @throws ActionError `secret-not-found` at the line of the RUN that requires it, one for all
 */
async function checkSecretMounts({ plan, host }, reading) {
    const { secrets, ssh, buildArgs } = plan.build;
    const { file, directives } = reading.dockerfile;
    const syntax = Object.hasOwn(buildArgs, 'BUILDKIT_SYNTAX') ? buildArgs['BUILDKIT_SYNTAX'] : directives.syntax;
    if (syntax === null || (syntax && !(0,read_directives/* isDockersFrontend */.Ov)(syntax)))
        return;
    const given = { secret: secrets.map(({ id }) => id), ssh: ssh.map(({ id }) => id) };
    const absent = mountedSecrets(reading).filter(({ kind, id }) => !given[kind].includes(id));
    for (const { kind, id, line } of absent.filter(({ required }) => !required)) {
        const place = file === inline/* inlineDockerfile */.W ? {} : { place: { file, line } };
        const near = (0,nearest/* nearest */.p)(id, given[kind]);
        const meant = near === undefined ? '' : `; ${near} is given: did you mean that?`;
        host.runner.notice(`${file}:${line}: the ${names[kind]} ${id} is not given, and RUN goes without it${meant}`, place);
    }
    const errors = absent.filter(({ required }) => required).map((mount) => notGiven(mount, file, given[mount.kind]));
    if (errors.length > 0)
        throw (0,gather/* combine */.kg)('Preflight', errors);
}
const names = { secret: 'build secret', ssh: 'SSH agent' };
function notGiven({ kind, id, line }, file, given) {
    const near = (0,nearest/* nearest */.p)(id, given);
    const meant = near === undefined ? '' : `${near} is given: its id must be the same, letter for letter. `;
    const way = kind === 'ssh'
        ? `\`ssh\` (${id} for the agent of SSH_AUTH_SOCK, or ${id}=path of a key)`
        : `\`secrets\` (${id}=value), \`secret-envs\` (${id}=NAME) or \`secret-files\` (${id}=path)`;
    const found = `${file}:${line}: Cannot run this: the ${names[kind]} ${id} is not given`;
    return new action_error/* ActionError */.lZ('secret-not-found', found, {
        hint: `${meant}Give it with ${way}; without \`required\` in the mount, RUN would go without it.`,
        place: { file, line },
    });
}

// EXTERNAL MODULE: ./src/host/free-space.ts
var free_space = __webpack_require__(48121);
// EXTERNAL MODULE: ./src/text/bytes.ts
var text_bytes = __webpack_require__(1080);
;// CONCATENATED MODULE: ./src/preflight/check-space.ts


/** Bytes under which a disk is worth a word: a base image with a toolchain, unpacked, takes as much. */
const littleSpace = 2 * 1024 ** 3;
/** Warns of each folder that the build writes to where less than `enough` bytes are free. Never fails. */
async function checkSpace({ plan, host }, enough = littleSpace) {
    const { dataRoot } = plan.engine.traits;
    const folders = [
        { path: host.tempDir, use: 'where this step puts the image together' },
        ...(dataRoot ? [{ path: dataRoot, use: 'where Docker keeps images and build cache' }] : []),
    ];
    for (const { path, use } of folders) {
        const free = await (0,free_space/* freeSpace */.F)(path);
        if (free === undefined)
            host.log.debug(`Preflight cannot tell how much space is free in ${path}`);
        else if (free < enough) {
            host.log.warning(`Only ${(0,text_bytes/* formatBytes */.z)(free)} (${free} bytes) are free in ${path}, ${use}: the build may run out`);
        }
    }
}

;// CONCATENATED MODULE: ./src/preflight/check-ssh.ts


/**
 * Checks that the agent socket or the keys of an entry of `ssh` exist; by default those of SSH_AUTH_SOCK. No path is
 * shown: people write the key itself there.
 *
 * @throws ActionError `secret-not-found`
 */
async function checkSsh({ host }, { id, paths, line }) {
    const { env, os } = host;
    const name = /^[\w.-]{1,40}$/.test(id) ? `the SSH agent ${id}` : 'an SSH agent';
    const fault = (found, hint) => new action_error/* ActionError */.lZ('secret-not-found', `Cannot pass ${name} to the build (ssh, line ${line}): ${found}`, { hint });
    if (paths.length === 0) {
        const socket = env['SSH_AUTH_SOCK'];
        const hint = 'Start an agent in a step before this one that leaves SSH_AUTH_SOCK in the environment of the job, or name a key: id=path.';
        // On Windows agents listen on a pipe of one name.
        if (!socket && os !== 'win32')
            throw fault('SSH_AUTH_SOCK is not set', hint);
        const problem = socket && fileProblem(socket);
        if (problem)
            throw fault(`the socket that SSH_AUTH_SOCK names ${problem}`, hint);
    }
    for (const path of paths) {
        const problem = fileProblem(path);
        const hint = 'Check the path, which is relative to the workspace, and that the user of this job can read the file. Steps that write it must run before this one.';
        if (problem !== undefined)
            throw fault(`the socket or key ${problem}`, hint);
    }
}

// EXTERNAL MODULE: ./src/preflight/check-tag.ts
var check_tag = __webpack_require__(41882);
;// CONCATENATED MODULE: ./src/preflight/warn-unknown-stages.ts

/** Warns of each name in `no-cache-filters` that no stage has: BuildKit would ignore it, and the stage that is meant would come from the cache. */
function warnUnknownStages({ plan, host }, { dockerfile }) {
    const known = dockerfile.stages.flatMap(({ name }) => name ?? []);
    const { contexts, noCacheFilters } = plan.build;
    // A named context takes the place of a stage of its name.
    const all = [...known, ...contexts.map(({ name }) => name)];
    for (const name of noCacheFilters) {
        // Stages have their names in lower case, and BuildKit compares without regard to it.
        if (all.some((one) => one.toLowerCase() === name.toLowerCase()))
            continue;
        const near = (0,nearest/* nearest */.p)(name, known);
        const hint = near === undefined ? '' : `; did you mean ${near}?`;
        host.log.warning(`no-cache-filters: ${dockerfile.file} has no stage ${name}, so this changes nothing${hint}`);
    }
}

;// CONCATENATED MODULE: ./src/preflight/preflight.ts

















/**
 * Looks, before anything is built, whether the plan can work. All of it side by side, all findings in one error; what
 * cannot be determined is logged. Without `preflight`, only what is here is read, and nobody is asked.
 *
 * @throws ActionError `input-invalid`, `context-not-found`, `dockerfile-not-found`, `dockerfile-invalid`, `secret-not-found`, `feature-missing`,
 * `platform-unsupported`, `image-not-found`, `archive-invalid`, `builder-not-found`, `daemon-unreachable`, `emulator-missing`, `output-unwritable`, `gate-failed`, `tag-exists`, and those of the
 * registry
 */
async function preflight(run) {
    const { plan, host } = run;
    await checkHubLogin(run);
    const begun = host.clock.now().getTime();
    const asked = plan.preflight && plan.push;
    const repositories = asked ? (0,oci_repositories/* repositoriesOf */.U)(plan.references) : [];
    const tags = asked && plan.ifExists !== 'overwrite' ? plan.tags.filter(({ moves }) => !moves) : [];
    const [checked] = await (0,gather/* gather */.TU)('Preflight', [
        checkDockerfile(run),
        ...plan.build.contexts.map(checkNamedContext),
        checkArchives(run),
        ...plan.build.secrets.map((secret) => checkSecret(run, secret)),
        ...plan.build.ssh.map((agent) => checkSsh(run, agent)),
        ...plan.outputs.map(checkOutput),
        ...repositories.map((repository) => checkPush(run, repository)),
        ...tags.map(({ reference }) => (0,check_tag/* checkTag */.B)(run, reference)),
        checkGate(run),
        checkEngine(run),
        ...(plan.preflight ? [checkSpace(run)] : []),
    ]);
    const took = host.clock.now().getTime() - begun;
    host.log.info(plan.preflight ? `Preflight passed in ${took} ms` : 'Preflight is off');
    return checked;
}
/** Each image and secret that the Dockerfile needs, and each platform that it runs something on. */
async function checkDockerfile(run) {
    const { plan, source } = run;
    const reading = await source.reading();
    if (reading === undefined)
        return { reading, bases: [], emulations: await checkEmulation(run, reading) };
    warnUnknownStages(run, reading);
    const [emulations, images] = await (0,gather/* gather */.TU)('Preflight', [
        checkEmulation(run, reading),
        // An engine for which this program reads the Dockerfile builds with what is found here.
        plan.preflight || plan.engine.traits.readsSource === 'us'
            ? checkImages(run, reading)
            : Promise.resolve({ reading, bases: [] }),
        plan.preflight ? checkSecretMounts(run, reading) : Promise.resolve(),
    ]);
    return { ...images, emulations };
}

// EXTERNAL MODULE: ./src/publish/publish.ts + 2 modules
var publish = __webpack_require__(67944);
// EXTERNAL MODULE: ./src/bounds/yaml.ts
var yaml = __webpack_require__(53514);
;// CONCATENATED MODULE: ./src/facts/event.ts



/**
 * Reads the event from the runner's variables and the event's JSON (`payload`; invalid values are ignored).
 * https://docs.github.com/actions/reference/variables-reference
 */
function readEvent(env, payload) {
    const name = env['GITHUB_EVENT_NAME'] ?? '';
    const number = pullRequestNumber(name, env['GITHUB_REF'] ?? '', payload);
    // The ref of pull_request_target is the base branch, but the image is built for the pull request.
    const ref = number === undefined ? (env['GITHUB_REF'] ?? '') : `refs/pull/${number}/merge`;
    const head = env['GITHUB_HEAD_REF'] || undefined;
    const because = withoutSecrets(env, payload);
    const serverUrl = (0,trim_end/* trimEnd */.s)(env['GITHUB_SERVER_URL'] || 'https://github.com', '/');
    const repository = env['GITHUB_REPOSITORY'] ?? '';
    const run = env['GITHUB_RUN_ID'] || undefined;
    const defaultBranch = (0,json/* member */.Dc)((0,json/* member */.Dc)(payload, 'repository'), 'default_branch');
    const sha = env['GITHUB_SHA'] ?? '';
    const baseRef = baseOf(ref, payload);
    const date = commitDate(sha, payload);
    const shortShaLength = env['DOCKER_METADATA_SHORT_SHA_LENGTH'] || undefined;
    const about = readAbout((0,json/* member */.Dc)(payload, 'repository'));
    const commitTime = commitTimeOf((0,json/* member */.Dc)(payload, 'head_commit'), sha);
    const headSha = isTrue(env['DOCKER_METADATA_PR_HEAD_SHA']) ? headOf(payload) : undefined;
    return {
        name,
        ref,
        refName: (number === undefined ? undefined : head) ?? ref.replace(/^refs\/(?:heads\/|tags\/)?/, ''),
        sha,
        ...(baseRef === undefined ? {} : { baseRef }),
        ...(date === undefined ? {} : { commitDate: date }),
        ...(shortShaLength === undefined ? {} : { shortShaLength }),
        ...(number === undefined ? {} : { pullRequest: number }),
        ...(typeof defaultBranch === 'string' && defaultBranch !== '' ? { defaultBranch } : {}),
        ...(because === undefined ? {} : { withoutSecrets: because }),
        serverUrl,
        repository,
        ...(Object.keys(about).length === 0 ? {} : { about }),
        ...(commitTime === undefined ? {} : { commitTime }),
        ...(headSha === undefined ? {} : { headSha }),
        ...(run === undefined || repository === ''
            ? {}
            : { runUrl: `${serverUrl}/${repository}/actions/runs/${run}/attempts/${env['GITHUB_RUN_ATTEMPT'] || '1'}` }),
    };
}
// Longer than any branch name.
const longestName = 512;
function baseOf(ref, payload) {
    const base = ref.startsWith('refs/pull/')
        ? (0,json/* member */.Dc)((0,json/* member */.Dc)((0,json/* member */.Dc)(payload, 'pull_request'), 'base'), 'ref')
        : ref.startsWith('refs/tags/')
            ? (0,json/* member */.Dc)(payload, 'base_ref')
            : undefined;
    if (typeof base !== 'string' || base.length > longestName)
        return undefined;
    return base.replace(/^refs\/heads\//, '');
}
/** Returns the commit date in the payload. */
function commitDate(sha, payload) {
    const commits = (0,json/* member */.Dc)(payload, 'commits');
    const all = Array.isArray(commits) ? commits : [];
    const found = [...all, (0,json/* member */.Dc)(payload, 'head_commit')].find((commit) => (0,json/* member */.Dc)(commit, 'id') === sha);
    const date = (0,json/* member */.Dc)(found, 'timestamp');
    return typeof date === 'string' && date.length < 100 && !Number.isNaN(Date.parse(date)) ? date : undefined;
}
function pullRequestNumber(name, ref, payload) {
    const [, digits] = /^refs\/pull\/(\d+)\//.exec(ref) ?? [];
    if (digits !== undefined)
        return Number(digits);
    if (name !== 'pull_request' && name !== 'pull_request_target')
        return undefined;
    const number = (0,json/* member */.Dc)(payload, 'number') ?? (0,json/* member */.Dc)((0,json/* member */.Dc)(payload, 'pull_request'), 'number');
    return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
/** https://docs.github.com/actions/reference/events-that-trigger-workflows#workflows-in-forked-repositories */
function withoutSecrets(env, payload) {
    const { GITHUB_EVENT_NAME: name, GITHUB_REPOSITORY: base, GITHUB_ACTOR: actor } = env;
    // pull_request_target always runs with the secrets of the base repository.
    if (name !== 'pull_request')
        return undefined;
    const head = (0,json/* member */.Dc)((0,json/* member */.Dc)(payload, 'pull_request'), 'head');
    const repository = (0,json/* member */.Dc)(head, 'repo');
    const from = (0,json/* member */.Dc)(repository, 'full_name');
    if (typeof from === 'string' && from !== base)
        return `the pull request comes from the fork ${from}, which gets no secrets`;
    // The head repository is null if it was deleted, so it was a fork.
    if (head !== undefined && repository === null)
        return 'the pull request comes from a fork that was deleted';
    return actor === 'dependabot[bot]' ? "the pull request is Dependabot's, which gets no secrets" : undefined;
}
/** Returns the time of the pushed commit, if it is the commit of the run. */
function commitTimeOf(commit, sha) {
    return (0,json/* member */.Dc)(commit, 'id') === sha ? readTime((0,json/* member */.Dc)(commit, 'timestamp')) : undefined;
}
function headOf(payload) {
    const head = (0,json/* member */.Dc)((0,json/* member */.Dc)((0,json/* member */.Dc)(payload, 'pull_request'), 'head'), 'sha');
    return typeof head === 'string' && /^[0-9a-f]{40,64}$/.test(head) ? head : undefined;
}
/** Parses a boolean by Go's rules, like metadata-action. */
function isTrue(value) {
    return /^(?:1|t|T|true|True|TRUE)$/.test(value ?? '');
}

;// CONCATENATED MODULE: ./src/facts/find-event.ts




/** Reads the event of the step from the runner's variables and event file. */
function findEvent(env) {
    return readEvent(env, readPayload(env['GITHUB_EVENT_PATH']));
}
/** Returns the consequences for the inputs of an event whose runs get no secrets; undefined for other events. */
function noSecretsOf({ withoutSecrets: because }, env) {
    return because === undefined ? undefined : { because, isEmpty: (variable) => env[variable]?.trim() === '' };
}
/** Reads the event's JSON. An unreadable file counts as missing, because runners other than GitHub's may not write it. */
function readPayload(path) {
    if (!path)
        return undefined;
    try {
        return (0,json/* parseJson */.qF)((0,read_limited/* readFileLimitedSync */.Ex)(path, limits/* limits */.F.event));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/facts/offer.ts




/**
 * Runs `parse`; adds the platforms of the builder to an error about platforms. The builder is queried only then:
 * valid inputs cost no time, and invalid ones are reported before anything runs.
 */
async function withOffer(host, builder, parse) {
    try {
        return parse();
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ) || !/\bplatforms\b/.test(error.message))
            throw error;
        const buildx = await (0,facts_buildx/* findBuildx */.a)(host, (0,docker_endpoint/* dockerConfigDirOf */.v)(host.env));
        const offer = 'kind' in buildx ? undefined : await (0,facts_builder/* describeOffer */.qN)(host, { buildx: buildx.path, builder, env: {} });
        throw offer === undefined ? error : error.with({ hint: offer });
    }
}

// EXTERNAL MODULE: ./src/inputs/expressions.ts
var expressions = __webpack_require__(18602);
// EXTERNAL MODULE: ./src/inputs/nodes.ts
var nodes = __webpack_require__(27028);
// EXTERNAL MODULE: ./src/inputs/parse.ts + 26 modules
var inputs_parse = __webpack_require__(80988);
// EXTERNAL MODULE: ./src/inputs/read/list.ts
var list = __webpack_require__(48436);
// EXTERNAL MODULE: ./src/inputs/read/pair-mapping.ts
var pair_mapping = __webpack_require__(58439);
// EXTERNAL MODULE: ./src/inputs/read/pairs.ts
var read_pairs = __webpack_require__(43395);
// EXTERNAL MODULE: ./src/inputs/secret.ts
var secret = __webpack_require__(53373);
// EXTERNAL MODULE: ./src/inputs/smoke-test.ts + 2 modules
var smoke_test = __webpack_require__(35833);
;// CONCATENATED MODULE: ./src/read-inputs.ts















/**
 * Reads the inputs of the step and its event. Secrets are masked before any text that may quote them is printed.
 *
 * @throws ActionError `input-invalid` that lists all problems
 */
async function readInputs(host, readInput) {
    maskInputs(readInput, host);
    const pairs = ['labels', 'annotations', 'build-args'].map(readInput);
    const parseYaml = (0,smoke_test/* isMapping */.p)(readInput('smoke-test')) ? await (0,yaml/* loadYaml */.yv)() : undefined;
    const isListed = ['registries', 'registry-auth', 'append'].some((name) => readInput(name).trim() !== '');
    const parsePlacedYaml = isListed ? await (0,yaml/* loadPlacedYaml */.zy)() : undefined;
    const parseYamlPairs = pairs.some(pair_mapping/* isPairMapping */.N) ? await (0,yaml/* loadYamlPairs */.F$)() : undefined;
    const files = readTexts(readInput('build-args-file'));
    const texts = [
        ...['images', 'tags', 'flavor'].map(readInput),
        ...pairs,
        ...[...files.values()].map((file) => ('value' in file ? file.value : '')),
    ].join('\n');
    const token = readInput('github-token').trim();
    const found = findEvent(host.env);
    const needsDate = texts.includes('{{') && texts.includes('commit_date');
    const event = needsDate ? await withCommitDate(host, found, token === '' ? undefined : (0,secret/* secret */.r)(token)) : found;
    const libraries = await (0,expressions/* loadLibraries */.k5)(texts);
    const options = {
        parseYaml,
        parsePlacedYaml,
        hasHubConnection: Boolean(host.env['DOCKERHUB_OIDC_CONNECTIONID']),
        nodeCertificates: (0,nodes/* certificatesIn */.Yc)(host.env),
        parseYamlPairs,
        readText: (path) => files.get(path) ?? { problem: 'it was not read' },
        event,
        libraries,
        now: host.clock.now(),
        noSecrets: noSecretsOf(event, host.env),
        inheritsInputs: host.env['ACT'] === 'true' || host.env['GITEA_ACTIONS'] === 'true',
        annotationLevels: host.env[read_pairs/* levelsVariable */.yd],
    };
    const parse = () => (0,inputs_parse/* parseInputs */.T)(readInput, (0,inputs_parse/* givenInputs */.P)(host.env), options);
    const { inputs, warnings, notices } = await withOffer(host, readInput('builder'), parse);
    maskBuildSecrets(inputs.secrets, host);
    maskLogins(inputs.logins, host);
    maskNodes(inputs, host);
    for (const warning of warnings)
        host.log.warning(warning);
    for (const notice of notices)
        host.runner.notice(notice);
    return { inputs, event };
}
/** Reads each file of `build-args-file` once, up to the first that exceeds the total size limit. */
function readTexts(input) {
    const texts = new Map();
    let total = 0;
    for (const { text: path } of (0,list/* parseList */.E)('lines', input.slice(0, limits/* limits */.F.input)).items) {
        if (total > limits/* limits */.F.input || texts.size > limits/* limits */.F.inputItems)
            break;
        const read = readText(path);
        if ('value' in read)
            total += read.value.length;
        texts.set(path, read);
    }
    return texts;
}
const readText = (path) => {
    try {
        return { value: (0,read_limited/* readFileLimitedSync */.Ex)(path, limits/* limits */.F.input) };
    }
    catch (error) {
        const { code, message } = error;
        if (code === 'ENOENT')
            return { problem: 'it does not exist. Paths are relative to the workspace' };
        return { problem: code === 'EACCES' ? 'permission denied' : message };
    }
};

// EXTERNAL MODULE: ./src/text/markdown.ts
var markdown = __webpack_require__(86590);
// EXTERNAL MODULE: ./src/publish/write-tags.ts
var write_tags = __webpack_require__(37120);
;// CONCATENATED MODULE: ./src/report/outputs.ts




/** The outputs of every run that came as far as a plan. */
function lastingOutputsOf({ plan, attempts }) {
    return { version: plan.version, engine: plan.engine.name, attempts: String(attempts) };
}
/** Whether the image is anywhere but in the build cache: in a registry, in the daemon's store, or in a file. */
function isKept({ plan, published }) {
    if (plan.dryRun)
        return false;
    if (published !== undefined && published.repositories.length > 0)
        return true;
    return plan.load || plan.outputs.some(({ kind }) => kind === 'oci' || kind === 'docker');
}
/** The references that are this image now: tags in registries, else names in the daemon's store and in files; of a dry run the planned ones. */
function outputs_namesOf({ plan, published }) {
    if (plan.dryRun)
        return plan.references;
    if (published)
        return published.tags.filter(write_tags/* isThisImage */.iN).map(({ reference }) => reference);
    return isKept({ plan, published }) ? plan.references : [];
}
/** The outputs of a run, as texts; lists and objects in the forms that existing workflows read. They tell only of what was done. */
function outputsOf(result) {
    const { plan, built, exported, published, images } = result;
    const { separators } = plan;
    const references = outputs_namesOf(result);
    const names = references.map(oci_reference/* showReference */.nj);
    const tagNames = [...new Set(references.map(({ tag = 'latest' }) => tag))];
    const { labels } = plan.build;
    const annotations = annotationsOf(plan);
    const kept = isKept(result);
    // Of an image that is kept nowhere, what it was built as; of one that was to be pushed and reached no registry, nothing.
    const isKnown = kept || !(plan.push || plan.dryRun);
    const [first] = plan.references;
    const hasOwnForm = built.content?.forVerification === true;
    const known = hasOwnForm ? [] : images;
    // What a store saves for verification has other manifests, but the same configuration.
    const hasManifest = kept || !hasOwnForm;
    const digest = isKnown && hasManifest ? (published?.digest ?? digestOf(built) ?? '') : '';
    const withConfig = kept ? known : images;
    const onlyConfig = isKnown && withConfig.length === 1 ? withConfig[0]?.config.digest : undefined;
    return {
        digest,
        imageid: exported.imageId ?? built.imageId ?? onlyConfig ?? digest,
        metadata: JSON.stringify({
            ...(kept ? built.metadata : withoutImage(built.metadata, isKnown && hasManifest)),
            ...(digest === '' ? {} : { 'containerimage.digest': digest }),
            // Pushed with other media types than it was built with, it is another document.
            ...(published !== undefined &&
                published.digest !== digestOf(built) &&
                'containerimage.descriptor' in built.metadata
                ? { 'containerimage.descriptor': published.descriptor }
                : {}),
            ...(names.length === 0 || plan.dryRun ? {} : { 'image.name': names.join(',') }),
        }),
        image: first ? (0,oci_reference/* showRepository */.qW)(first) : '',
        tags: names.join(separators.tags),
        'tag-names': tagNames.join(separators.tags),
        labels: pairsOf(labels).join(separators.labels),
        annotations: annotations.join(separators.annotations),
        // https://github.com/docker/metadata-action#json-output-object
        json: JSON.stringify({
            tags: names,
            'tag-names': tagNames,
            labels,
            annotations,
        }),
        digests: JSON.stringify(isKnown ? byPlatform(known, ({ manifest }) => manifest.digest) : {}),
        refs: (published?.repositories ?? []).map((repository) => `${(0,oci_reference/* showRepository */.qW)(repository)}@${digest}`).join('\n'),
        sizes: JSON.stringify(byPlatform(known, ({ size }) => size)),
        pushed: String(published !== undefined && published.error === undefined),
        files: exported.outputs.map(({ dest }) => dest).join('\n'),
    };
}
/** What buildx says of an image that is kept nowhere: it has no name, and no documents unless they are known. */
function withoutImage(metadata, hasDocuments) {
    const left = Object.entries(metadata).filter(([key]) => key !== 'image.name' && (hasDocuments || !key.startsWith('containerimage.')));
    return Object.fromEntries(left);
}
function pairsOf(values) {
    return Object.entries(values).map(([key, value]) => `${key}=${value}`);
}
/** The annotations of the image, each with its level. */
function annotationsOf({ build }) {
    return pairsOf(build.annotations).map(withLevel);
}
/** With the level that an annotation without one has. */
function withLevel(annotation) {
    return (0,oci_annotations/* hasLevel */.BT)(annotation) ? annotation : `manifest:${annotation}`;
}
function digestOf({ content, metadata }) {
    if (content !== undefined && !content.forVerification)
        return content.tree.root.digest;
    const digest = metadata['containerimage.digest'];
    return typeof digest === 'string' ? digest : undefined;
}
function byPlatform(images, value) {
    return Object.fromEntries(images.map((image) => [(0,oci_platform/* formatPlatform */.Bq)(image.platform), value(image)]));
}

;// CONCATENATED MODULE: ./src/report/bake-files.ts







/**
 * Writes the planned tags, labels and annotations as definitions that later steps give to `docker buildx bake`, where they stay until the end
 * of the job. A file that cannot be written costs a warning.
 * https://github.com/docker/metadata-action#bake-definition
 */
function writeBakeFiles(plan, { tempDir, log }) {
    const folder = (0,external_node_path_.join)(tempDir, cleanup/* keptFolder */.H$);
    try {
        (0,external_node_fs_.mkdirSync)(folder, { mode: 0o700 });
        const paths = Object.entries(definitionsOf(plan)).map(([name, definition]) => {
            const path = (0,external_node_path_.join)(folder, `docker-metadata-action-${name.replace('-file', '')}.json`);
            const target = escapeTemplates({ [plan.bakeTarget]: definition });
            (0,external_node_fs_.writeFileSync)(path, JSON.stringify({ target }, null, 2));
            return [name, path];
        });
        return Object.fromEntries(paths);
    }
    catch (error) {
        log.warning(`Cannot write the files of the outputs bake-file…: ${(0,action_error/* messageOf */.bD)(error)}`);
        return { 'bake-file': '', 'bake-file-tags': '', 'bake-file-labels': '', 'bake-file-annotations': '' };
    }
}
function definitionsOf(plan) {
    const tags = {
        tags: plan.references.map(oci_reference/* showReference */.nj),
        args: {
            DOCKER_META_IMAGES: (0,oci_repositories/* repositoriesOf */.U)(plan.references).map(oci_reference/* showRepository */.qW).join(','),
            DOCKER_META_VERSION: plan.version,
        },
    };
    const { labels } = plan.build;
    return {
        'bake-file': { tags: tags.tags, labels, args: tags.args },
        'bake-file-tags': tags,
        'bake-file-labels': { labels },
        'bake-file-annotations': { annotations: annotationsOf(plan) },
    };
}
/**
 * Every text and key with `${` and `%{` written so that bake, which takes them for the start of an expression, reads them as they are.
 * https://github.com/hashicorp/hcl/blob/v2.24.0/json/spec.md#strings
 */
function escapeTemplates(value) {
    if (typeof value === 'string')
        return value.replace(/([$%])\{/g, '$1$1{');
    if (Array.isArray(value))
        return value.map(escapeTemplates);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [escapeTemplates(key), escapeTemplates(one)]));
}

;// CONCATENATED MODULE: ./src/report/cache-hits.ts

/**
 * How many of the Dockerfile's steps were answered from a cache, in all and by platform, and the bytes that came from it; undefined where the
 * builder reported no steps. FROM and the builder's own steps are not counted.
 */
function describeCacheHits(steps) {
    const counted = ofDockerfile(steps);
    if (counted.length === 0)
        return undefined;
    const platforms = [...new Set(counted.flatMap(({ platform }) => (platform === undefined ? [] : [platform])))];
    const each = platforms.map((name) => `${name} ${share(counted.filter(({ platform }) => platform === name))}`);
    const bytes = steps.reduce((sum, { fetched = 0 }) => sum + fetched, 0);
    return [
        `Cache: ${share(counted)} ${counted.length === 1 ? 'step' : 'steps'} reused`,
        ...(each.length > 1 ? [` (${each.join(', ')})`] : []),
        ...(bytes > 0 ? [`, ${(0,text_bytes/* formatBytes */.z)(bytes)} read`] : []),
    ].join('');
}
/** How many of the Dockerfile's steps were answered from a cache, as `2 of 5`; undefined if the builder reported no steps. */
function cacheShare(steps) {
    const counted = ofDockerfile(steps);
    return counted.length === 0 ? undefined : share(counted);
}
/** The steps of the Dockerfile other than FROM. With several platforms the builder's own are `[linux/amd64 internal] …`. */
function ofDockerfile(steps) {
    return steps.filter(({ name }) => {
        const [, place] = /^\[([^\]]+)\] (?!FROM )/.exec(name) ?? [];
        return place !== undefined && place !== 'internal' && !place.endsWith(' internal');
    });
}
function share(steps) {
    return `${steps.filter(({ cached }) => cached).length} of ${steps.length}`;
}
/** Whether a cache is read or written besides that of the builder. */
function usesCache({ build: { cacheFrom, cacheTo } }) {
    return cacheFrom.length + cacheTo.length > 0;
}

;// CONCATENATED MODULE: ./src/report/place-step.ts

/** The instruction of a step; undefined for the builder's own steps, for FROM, and if the name of the step leaves it open. */
function placeStep(step, { platforms }) {
    const place = readName(step.name);
    if (place === undefined)
        return undefined;
    // A step of one platform of several says which; it may be that of a stage, and none of the image's. Over scratch
    // BuildKit names none: then nobody can tell.
    const known = step.platform !== undefined || platforms.length === 1;
    const target = platforms.find(({ platform }) => (0,oci_platform/* formatPlatform */.Bq)(platform) === step.platform) ?? platforms[0];
    if (target === undefined || !known)
        return undefined;
    const stage = findStage(target, place.stage);
    const instruction = stage && instructionAt(stage.instructions, place);
    if (stage === undefined || instruction?.kind !== place.kind)
        return undefined;
    const platform = place.platform === undefined ? (stage.platform ?? target.platform) : (0,oci_platform/* parsePlatform */.FL)(place.platform);
    return { instruction, stage, platform };
}
/** `[linux/arm64 builder 2/5] RUN …`: platform and stage are there only where there are several. */
const stepName = /^\[(?:([a-z]+\/[a-z0-9_]+(?:\/v\d+)?)(?:->\S+)? )?(?:(\S+) )? *(\d+)\/(\d+)\] (RUN|COPY|ADD|WORKDIR) /;
function readName(name) {
    const [, platform, stage, number, count, kind] = stepName.exec(name) ?? [];
    if (kind === undefined)
        return undefined;
    return { platform, stage, number: Number(number), count: Number(count), kind: kind.toLowerCase() };
}
/**
 * BuildKit counts FROM, if it is an image, then what the image's ONBUILD adds, then these instructions; WORKDIR / is in
 * the count, but has no number.
 */
function instructionAt(instructions, { number, count }) {
    const counted = instructions.filter(({ kind }) => ['add', 'copy', 'run', 'workdir'].includes(kind));
    const numbered = counted.filter((one) => !(one.kind === 'workdir' && /^\/+$/.test(one.path)));
    const before = count - counted.length;
    return before < 0 ? undefined : numbered[number - 1 - before];
}
function findStage({ stages: { stages } }, name) {
    if (name === undefined)
        return stages.length === 1 ? stages[0] : undefined;
    return stages.find((stage) => (stage.name ?? `stage-${stage.index}`) === name);
}

;// CONCATENATED MODULE: ./src/report/emulated.ts




/**
 * The RUN instructions that were not answered from the cache and ran on a platform that is none of `natives` (`os/arch`
 * of the builder's nodes), in the order of the build. Empty where the nodes are not known.
 */
function emulatedRuns(steps, { platforms }, natives) {
    if (natives.length === 0)
        return [];
    const machines = natives.map(oci_platform/* parsePlatform */.FL);
    return steps.flatMap((step) => {
        const placed = step.cached ? undefined : placeStep(step, { platforms });
        if (placed?.instruction.kind !== 'run')
            return [];
        if (machines.some((machine) => (0,oci_platform/* runsNatively */.PU)(placed.platform, machine)))
            return [];
        const { line, text } = placed.instruction;
        const platform = (0,oci_platform/* formatPlatform */.Bq)(placed.platform);
        return [{ platform, line, text: shorten(text), milliseconds: step.milliseconds }];
    });
}
/** What was emulated, line by line, then how to avoid it; nothing where nothing was. */
function describeEmulation(runs, file) {
    if (runs.length === 0)
        return [];
    return [
        ...longest(runs).map(({ platform, line, text, milliseconds }) => {
            return `Emulated for ${platform}, ${seconds(milliseconds)}: ${file}:${line}: ${text}`;
        }),
        ...totals(runs).map(({ platform, milliseconds }) => `Emulation of ${platform} took ${seconds(milliseconds)} in all`),
        adviceFor(runs),
    ];
}
/** The same for the job summary, in Markdown; the advice only if `advises`. */
function summariseEmulation(runs, file, advises = true) {
    if (runs.length === 0)
        return [];
    const rows = longest(runs).map(({ platform, line, text, milliseconds }) => {
        return `| ${(0,markdown/* codeCell */.MZ)(platform)} | ${(0,markdown/* codeCell */.MZ)(`${file}:${line}`)} | ${(0,markdown/* codeCell */.MZ)(text)} | ${seconds(milliseconds)} |`;
    });
    return [
        '| Emulated | Line | Instruction | Time |',
        '| --- | --- | --- | --- |',
        ...rows,
        '',
        ...(advises ? [adviceFor(runs), ''] : []),
    ];
}
/** Instructions that are shown one by one; the totals are of all. */
const mostShown = 20;
/** The longest of them, in the order of the build. */
function longest(runs) {
    const kept = new Set([...runs].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, mostShown));
    return runs.filter((run) => kept.has(run));
}
function adviceFor(runs) {
    return emulationAdvice(totals(runs).map(({ platform }) => platform));
}
/** How to build the platforms without an emulator. */
function emulationAdvice(platforms) {
    const runner = platforms.some((platform) => /^linux\/arm/.test(platform)) ? ' (`runs-on: ubuntu-24.04-arm`)' : '';
    return `To run ${platforms.join(', ')} without an emulator: build on a native runner${runner} or node, or cross-compile in a stage that begins with \`FROM --platform=$BUILDPLATFORM\`.`;
}
function totals(runs) {
    const sums = new Map();
    for (const { platform, milliseconds } of runs)
        sums.set(platform, (sums.get(platform) ?? 0) + milliseconds);
    return [...sums].map(([platform, milliseconds]) => ({ platform, milliseconds }));
}
function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
}

;// CONCATENATED MODULE: ./src/report/export-outputs.ts


/** The outputs of docker/metadata-action, which later steps may read from their environment. */
const exportedNames = [
    'version',
    'tags',
    'tag-names',
    'labels',
    'annotations',
    'json',
    'bake-file-tags',
    'bake-file-labels',
    'bake-file-annotations',
    'bake-file',
];
/**
 * Sets `DOCKER_METADATA_OUTPUT_TAGS` and its like for later steps, unless DOCKER_METADATA_SET_OUTPUT_ENV is false. A value that no program
 * could be started with is left out with a notice.
 * https://github.com/docker/metadata-action#environment-variables
 */
function exportOutputs(outputs, { env, runner }) {
    if (/^(?:0|f|F|false|False|FALSE)$/.test(env['DOCKER_METADATA_SET_OUTPUT_ENV'] ?? ''))
        return;
    for (const name of exportedNames) {
        const variable = `DOCKER_METADATA_OUTPUT_${name.replaceAll('-', '_').toUpperCase()}`;
        const size = Buffer.byteLength(outputs[name]);
        if (size <= limits/* limits */.F.variable)
            runner.exportVariable(variable, outputs[name]);
        else
            runner.notice(`${variable} is not set: ${(0,text_bytes/* formatBytes */.z)(size)} are more than the ${(0,text_bytes/* formatBytes */.z)(limits/* limits */.F.variable)} of a variable`);
    }
}

// EXTERNAL MODULE: ./src/engine/buildkit/cache-mode.ts
var cache_mode = __webpack_require__(15517);
;// CONCATENATED MODULE: ./src/report/plan-rows.ts





/**
 * The plan and what preflight has found, as rows for people. Build arguments and the commands of tests are there by name only, of secrets
 * the ids.
 */
function planRows(plan, { reading, bases, emulations }) {
    const { engine, build, tags, push, load, outputs, smokeTest, beforeTags, logins, timeout } = plan;
    const foreign = emulations.flatMap((one) => one.foreign.map(({ platform }) => platform));
    const missing = emulations.flatMap((one) => one.missing.map(({ platform }) => platform));
    const emulated = [...new Set(foreign)].map((platform) => `${platform}${missing.includes(platform) ? ', not found: an emulator would be set up if it can be' : ''}`);
    const images = bases.map(({ reference, platform }) => `${reference} (${(0,oci_platform/* formatPlatform */.Bq)(platform)})`);
    const gate = beforeTags?.commands.map(({ words: [program = ''] }) => program) ?? [];
    const rows = [
        { what: 'Engine', values: [`${engine.name} (${engine.because})`] },
        { what: 'Call', values: plan.call === 'build' ? [] : [plan.call] },
        { what: 'Export method', values: engine.method ? [`${engine.method.name} (${engine.method.because})`] : [] },
        { what: 'Platforms', values: build.platforms.map(oci_platform/* formatPlatform */.Bq) },
        { what: 'Context', values: [build.context] },
        { what: 'Dockerfile', values: [build.dockerfileInline === undefined ? (build.file ?? 'Dockerfile') : 'inline'] },
        { what: 'Target', values: build.target === undefined ? [] : [build.target] },
        { what: 'Base images', values: [...new Set(images)] },
        { what: 'Emulation', values: emulated },
        { what: 'Build arguments', values: Object.keys(build.buildArgs) },
        { what: 'Build secrets', values: build.secrets.map(({ id }) => id) },
        { what: 'Cache from', values: build.cacheFrom.map(describeCache) },
        { what: 'Cache to', values: build.cacheTo.map((target) => describeTarget(target, reading)) },
        { what: 'Verify', values: [plan.verify] },
        { what: 'Smoke test', values: smokeTest ? [`on Docker ${smokeTest.daemon.version}`] : [] },
        { what: 'Before tags', values: gate },
        { what: 'Push', values: [String(push)] },
        { what: 'Load', values: [String(load)] },
        { what: 'Outputs', values: outputs.map(({ kind, dest }) => `${dest} (${kind})`) },
        {
            what: 'Tags',
            values: tags.map(({ reference, moves, because }) => `${(0,oci_reference/* showReference */.nj)(reference)} (${moves ? 'moving' : 'fixed'}: ${because})`),
        },
        { what: 'If a fixed tag exists', values: push ? [plan.ifExists] : [] },
        { what: 'Labels', values: Object.entries(build.labels).map(([key, value]) => `${key}=${value}`) },
        { what: 'Annotations', values: Object.entries(build.annotations).map(([key, value]) => `${key}=${value}`) },
        { what: 'Logins', values: logins.map(({ registry, username }) => `${registry} as ${username}`) },
        { what: 'Time limit', values: timeout === undefined ? [] : [(0,duration/* formatDuration */.a)(timeout)] },
    ];
    return rows.filter(({ values }) => values.length > 0);
}
/** Of a cache in a bucket the attributes may be credentials. */
function describeCache({ type, attributes }) {
    const shown = ['ref', 'src', 'dest', 'scope', 'mode', 'bucket', 'name'].flatMap((key) => attributes[key] === undefined ? [] : [`${key}=${attributes[key]}`]);
    return [type, ...shown].join(' ');
}
/** With the mode, and why it is that one where this step has chosen it. */
function describeTarget(target, reading) {
    const { mode, because } = (0,cache_mode/* cacheModeOf */.p)(target, reading);
    return because === undefined ? describeCache(target) : `${describeCache(target)} mode=${mode} (${because})`;
}
/** The rows as lines of a table for the log, one a value. */
function planLines(rows) {
    const width = Math.max(...rows.map(({ what }) => what.length));
    return rows.flatMap(({ what, values }) => values.map((value, at) => `${(at === 0 ? what : '').padEnd(width)}  ${value}`));
}
/** The rows as the job summary of a dry run, in GitHub's Markdown. */
function planSection(rows) {
    const cells = rows.map(({ what, values }) => `| ${what} | ${values.map(markdown/* codeCell */.MZ).filter(Boolean).join('<br>')} |`);
    return ['### Dry run: nothing was built', '', '| | Plan |', '| --- | --- |', ...cells, ''].join('\n');
}

;// CONCATENATED MODULE: ./src/text/mermaid.ts
/**
 * Text from outside in a Mermaid diagram. Its grammar has no general escape: `:` ends a task's label, `;` and `#` begin other tokens, `%` a comment,
 * and a line may begin with a keyword. https://mermaid.js.org/syntax/gantt.html
 */
/** What stands for the characters that Mermaid or the Markdown around the diagram would read: found in every font. */
const substitutes = {
    ';': ',',
    '`': "'",
    '<': '‹',
    '>': '›',
    '{': '(',
    '}': ')',
    '~': '-',
};
/** Returns the text as a label, on one line, at most `most` characters, with substitutes for the characters that have a meaning in Mermaid. */
function mermaidLabel(text, most) {
    const line = text
        .slice(0, most * 4)
        .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
        .trim();
    const characters = [...line];
    const shown = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
    return shown.replaceAll(/[:;#%`<>{}~]/g, (found) => substitutes[found] ?? '·');
}

;// CONCATENATED MODULE: ./src/report/timeline.ts



/** Milliseconds of a build that is worth a diagram. */
const shortest = 1000;
/**
 * The longest steps that were executed, in the order of their start; undefined for a build of less than a second and if the engine measured nothing.
 * `only` is the platform of a build for one, whose steps do not name it.
 */
function timelineOf(steps, { only, isEmulated }) {
    const total = totalSpan(steps);
    if (total === undefined || lengthOf(total) < shortest)
        return undefined;
    const bars = steps.flatMap((step) => {
        const { span, name, platform } = step;
        if (span === undefined || step.cached || lengthOf(span) < lengthOf(total) / 200)
            return [];
        const isNumbered = /^\[[^\]]*\d\/\d+\] /.test(name);
        const section = platform ?? (isNumbered ? only : undefined) ?? 'builder';
        const kind = isEmulated(step) ? 'emulated' : isNumbered ? 'executed' : 'other';
        return [{ section, label: shortName(name), span, kind }];
    });
    const kept = longestOfEach(bars);
    return { total, bars: kept.sort((a, b) => a.span.from - b.span.from), left: bars.length - kept.length };
}
/** From the first start to the last end of the steps; undefined if none was measured. Steps from the cache take no time. */
function totalSpan(steps) {
    return steps.reduce((sum, { span, cached }) => {
        if (span === undefined || cached)
            return sum;
        return sum ? { from: Math.min(sum.from, span.from), to: Math.max(sum.to, span.to) } : span;
    }, undefined);
}
/** Milliseconds. */
function lengthOf({ from, to }) {
    return to - from;
}
/** The longest of each section first, then the second longest of each, up to the limits of the diagram. */
function longestOfEach(bars) {
    const ranks = new Map();
    return [...bars]
        .sort((a, b) => lengthOf(b.span) - lengthOf(a.span))
        .map((bar) => {
        const rank = ranks.get(bar.section) ?? 0;
        ranks.set(bar.section, rank + 1);
        return { bar, rank };
    })
        .filter(({ rank }) => rank < limits/* limits */.F.timelineSteps)
        .sort((a, b) => a.rank - b.rank)
        .slice(0, limits/* limits */.F.timelineBars)
        .map(({ bar }) => bar);
}
/** The timeline as a Gantt diagram in Mermaid: lines of a code block, which are legible where nobody draws it. */
function ganttOf({ total, bars }) {
    const sections = [...new Set(bars.map(({ section }) => section))].sort(builderFirst);
    return [
        // The name of a platform must fit beside the bars.
        '%%{init: {"gantt": {"leftPadding": 110, "barHeight": 22, "barGap": 5}}}%%',
        'gantt',
        '  dateFormat x',
        // Not %M:%S: it would be shown in the time zone of the reader.
        '  axisFormat %s s',
        `  tickInterval ${tickOf(lengthOf(total))}`,
        '  todayMarker off',
        ...sections.flatMap((section) => [
            `  section ${mermaidLabel(section, 20)}`,
            ...bars.filter((bar) => bar.section === section).map((bar) => timeline_lineOf(bar, total)),
        ]),
    ];
}
const tags = { emulated: 'crit, ', executed: '', other: 'done, ' };
/** The label begins with a bracket, so it is no keyword. */
function timeline_lineOf({ label, span, kind }, total) {
    const length = lengthOf(span);
    const took = `${(0,duration/* formatSeconds */.X)(length)}${kind === 'emulated' ? ' emulated' : ''}`;
    const start = Math.round(span.from - total.from);
    return `  ${mermaidLabel(label, limits/* limits */.F.stepLabel)}, ${took} :${tags[kind]}${start}, ${Math.max(1, Math.round(length))}ms`;
}
/** `[linux/arm64 builder 2/5] RUN make` without its platform, which the section names; the builder's own steps in brackets of their own. */
function shortName(name) {
    const [, inside, rest = ''] = /^\[([^\]]{1,200})\] (.*)$/s.exec(name) ?? [];
    if (inside === undefined)
        return `[${name.split(' ', 1)[0]}]${name.slice(name.split(' ', 1)[0]?.length)}`;
    return `[${inside.replace(/^[a-z]+\/[a-z0-9_]+(?:\/v\d+)?(?:->\S+)? +/, '').trim()}] ${rest}`;
}
function builderFirst(a, b) {
    return Number(b === 'builder') - Number(a === 'builder');
}
/** The interval of at most ten marks on the axis, of those that do not depend on a time zone. */
function tickOf(milliseconds) {
    const seconds = [1, 2, 5, 10, 15, 30].find((one) => milliseconds / 1000 / one <= 10);
    if (seconds !== undefined)
        return `${seconds}second`;
    const minutes = [1, 2, 5, 10, 15, 30].find((one) => milliseconds / 60_000 / one <= 10);
    return minutes === undefined ? '1hour' : `${minutes}minute`;
}

;// CONCATENATED MODULE: ./src/report/slow-steps.ts








/** Milliseconds, and the share of the build, from which a step is worth advice. */
const worthAdvice = { emulated: { least: 5000, share: 0.5 }, again: { least: 5000, share: 0.2 } };
/** What took most of the time and can be avoided: a RUN under emulation, and a COPY that invalidates the cache of an installation. */
function slowSteps(result) {
    return [...slowEmulation(result), ...cacheBreaker(result)];
}
function slowEmulation({ plan, checked: { reading }, built }) {
    const total = totalSpan(built.steps);
    if (reading === undefined || total === undefined)
        return [];
    const runs = [...emulatedRuns(built.steps, reading, plan.engine.traits.natives)];
    const [slowest] = runs.sort((a, b) => b.milliseconds - a.milliseconds);
    if (slowest === undefined || !isWorth(slowest.milliseconds, lengthOf(total), worthAdvice.emulated))
        return [];
    const { platform, line, text, milliseconds } = slowest;
    return [
        {
            kind: 'emulation',
            subject: text,
            finding: `took ${shareOf(milliseconds, lengthOf(total))} under emulation for ${platform}`,
            advice: emulationAdvice([platform]),
            place: placeOf(reading.dockerfile.file, line),
        },
    ];
}
/** The COPY of a whole directory that missed the cache before packages were installed. */
function cacheBreaker({ plan, checked: { reading }, built: { steps } }) {
    const total = totalSpan(steps);
    if (reading === undefined || total === undefined)
        return [];
    const placed = steps.flatMap((step) => {
        const found = placeStep(step, reading);
        return found ? [{ step, ...found }] : [];
    });
    const hasCache = usesCache(plan) || steps.some(({ cached, name }) => cached && /\d\/\d+\] /.test(name));
    if (!hasCache)
        return [];
    const found = placed.flatMap(({ step, stage, instruction }) => {
        if (step.cached || !copiesAll(instruction))
            return [];
        const others = placed.filter((other) => other.stage === stage && other.step.platform === step.platform);
        const isFirst = others.every((other) => other.step.cached || other.instruction.line >= instruction.line);
        const after = others.filter((other) => !other.step.cached && other.instruction.line > instruction.line);
        const installs = after.flatMap(({ instruction: { kind, text }, step: { milliseconds } }) => {
            const installer = kind === 'run' ? installerOf(text) : undefined;
            return installer ? [{ text, installer, milliseconds }] : [];
        });
        const [install] = installs.sort((a, b) => b.milliseconds - a.milliseconds);
        return isFirst && install ? [{ instruction, install, again: after.length }] : [];
    });
    const [worst] = found.sort((a, b) => b.install.milliseconds - a.install.milliseconds);
    if (worst === undefined || !isWorth(worst.install.milliseconds, lengthOf(total), worthAdvice.again))
        return [];
    const { instruction, install } = worst;
    const { manifests, command } = install.installer;
    return [
        {
            kind: 'cache',
            subject: shorten(instruction.text),
            finding: `missed the cache, so the installation after it ran again: ${shareOf(install.milliseconds, lengthOf(total))}`,
            advice: `Copy only ${manifests} first, then run \`${command}\`, and copy the other files after it.`,
            place: placeOf(reading.dockerfile.file, instruction.line),
        },
    ];
}
function copiesAll(instruction) {
    if (instruction.kind !== 'copy' && instruction.kind !== 'add')
        return false;
    const isOfContext = instruction.kind === 'add' || instruction.from === undefined;
    return isOfContext && instruction.sources.some((source) => /^(?:\.\/?|\/|\*|\.\/\*)$/.test(source));
}
/** Commands that install what a few files list. */
const installers = [
    { pattern: /\bnpm (?:ci|install|i)\b/, command: 'npm ci', manifests: '`package.json` and `package-lock.json`' },
    { pattern: /\bpnpm (?:install|i)\b/, command: 'pnpm install', manifests: '`package.json` and `pnpm-lock.yaml`' },
    { pattern: /\byarn(?: install\b|\s*$)/, command: 'yarn install', manifests: '`package.json` and `yarn.lock`' },
    { pattern: /\bpip3? install\b/, command: 'pip install', manifests: '`requirements.txt`' },
    { pattern: /\bpoetry install\b/, command: 'poetry install', manifests: '`pyproject.toml` and `poetry.lock`' },
    { pattern: /\buv sync\b/, command: 'uv sync', manifests: '`pyproject.toml` and `uv.lock`' },
    { pattern: /\bbundle install\b/, command: 'bundle install', manifests: '`Gemfile` and `Gemfile.lock`' },
    { pattern: /\bcomposer install\b/, command: 'composer install', manifests: '`composer.json` and `composer.lock`' },
    { pattern: /\bgo mod download\b/, command: 'go mod download', manifests: '`go.mod` and `go.sum`' },
    { pattern: /\bdotnet restore\b/, command: 'dotnet restore', manifests: 'the project files' },
];
function installerOf(text) {
    const excerpt = text.slice(0, 2000);
    return installers.find(({ pattern }) => pattern.test(excerpt));
}
function isWorth(milliseconds, total, { least, share }) {
    return milliseconds >= least && milliseconds >= total * share;
}
function shareOf(milliseconds, total) {
    const percent = Math.min(100, Math.round((milliseconds / total) * 100));
    return `${(0,duration/* formatSeconds */.X)(milliseconds)} of ${(0,duration/* formatSeconds */.X)(total)} (${percent} %)`;
}
function placeOf(file, line) {
    return file === inline/* inlineDockerfile */.W ? undefined : { file, line };
}
/** Shows each as a notice on its line. */
function tellSlowSteps(found, { notice }) {
    for (const { subject, finding, advice, place } of found) {
        notice(`${subject} ${finding}. ${advice}`, { title: 'Polyarch: slow step', ...(place ? { place } : {}) });
    }
}
/** The section of the job summary, in Markdown; nothing if nothing was slow. `contextAdvice` is about the build context. */
function slowSection(found, contextAdvice) {
    const items = found.map(({ subject, finding, advice, place }) => {
        const where = place ? ` (${(0,markdown/* codeSpan */.SS)(`${place.file}:${place.line}`)})` : '';
        return `- ${(0,markdown/* codeSpan */.SS)(subject)}${where} ${finding}. ${advice}`;
    });
    const all = contextAdvice === undefined ? items : [...items, `- ${codeParts(contextAdvice)}`];
    return all.length === 0 ? [] : ['#### What was slow', '', ...all, ''];
}
/** A text of ours with the names of directories in it: what is in backticks, or is not our own words, is shown as code. */
function codeParts(text) {
    return text
        .split(/(`[^`]*`)/)
        .map((part) => (/^(?!.*www\.)[A-Za-z0-9 .,:()]*$/i.test(part) ? part : (0,markdown/* codeSpan */.SS)(part.replaceAll('`', ''))))
        .join('');
}

// EXTERNAL MODULE: ./src/gate/gate-section.ts
var gate_section = __webpack_require__(33122);
// EXTERNAL MODULE: ./src/smoke-test/result.ts
var smoke_test_result = __webpack_require__(73591);
// EXTERNAL MODULE: ./src/report/failure.ts
var failure = __webpack_require__(3304);
;// CONCATENATED MODULE: ./src/report/summary.ts














/** The job summary, in GitHub's Markdown. Pure: the same result gives the same text. */
function summaryOf(result, slow = slowSteps(result)) {
    const { plan, checked, built, smoked, gated, exported, published } = result;
    const names = published
        ? tableOfTags(published.tags)
        : outputs_namesOf(result).map((reference) => `- ${(0,markdown/* codeSpan */.SS)((0,oci_reference/* showReference */.nj)(reference))}`);
    const { natives } = plan.engine.traits;
    const [first] = plan.references;
    const hits = describeCacheHits(built.steps);
    return [
        `### ${titleOf(plan, published)}${first ? ` ${(0,markdown/* codeSpan */.SS)((0,oci_reference/* showRepository */.qW)(first))}` : ''}`,
        '',
        ...(published && published.repositories.length > 0 ? [`Digest ${(0,markdown/* codeSpan */.SS)(published.digest)}`, ''] : []),
        ...(names.length > 0 ? [...names, ''] : []),
        ...commandsFor(result),
        ...tableOfPlatforms(result),
        ...exported.outputs.map(({ kind, dest }) => `- Written: ${(0,markdown/* codeSpan */.SS)(dest)} (${kind})`),
        ...(exported.outputs.length > 0 ? [''] : []),
        ...slowSection(slow, built.contextAdvice),
        ...timelineSection(result),
        ...(checked.reading
            ? summariseEmulation(emulatedRuns(built.steps, checked.reading, natives), checked.reading.dockerfile.file, !slow.some(({ kind }) => kind === 'emulation'))
            : []),
        ...(0,smoke_test_result/* smokeSection */.b)(smoked),
        ...(0,gate_section/* gateSection */.T)(gated?.results ?? []),
        ...(usesCache(plan) && hits !== undefined ? [hits, ''] : []),
        ...tableOfLabels(plan.build.labels),
        `Engine: ${plan.engine.name} (${(0,markdown/* codeSpan */.SS)(plan.engine.because)})`,
        ...describeMethod(plan),
        '',
    ].join('\n');
}
/** How to pull the image and to look at it. */
function commandsFor({ plan, published }) {
    const tag = published?.tags.find(write_tags/* isThisImage */.iN);
    const [repository] = published?.repositories ?? [];
    if (plan.dryRun || published === undefined || repository === undefined)
        return [];
    const name = tag ? (0,oci_reference/* showReference */.nj)(tag.reference) : `${(0,oci_reference/* showRepository */.qW)(repository)}@${published.digest}`;
    return (0,markdown/* codeBlock */.DV)([
        `docker pull ${name}`,
        `docker buildx imagetools inspect ${name}`,
        `npx polyarch verify ${name}`,
    ]).concat('');
}
function tableOfPlatforms(result) {
    const { plan, built, verified, images } = result;
    if (images.length === 0)
        return [];
    const { natives } = plan.engine.traits;
    // The classic image store calls an image by its configuration.
    const digestOf = ({ config, manifest }) => (built.content?.forVerification ? config : manifest).digest;
    const rows = images.map((image) => {
        const platform = (0,oci_platform/* formatPlatform */.Bq)(image.platform);
        const steps = stepsOf(built.steps, platform, images.length === 1);
        const cells = [
            (0,markdown/* codeCell */.MZ)(platform),
            (0,markdown/* codeCell */.MZ)(shortDigest(digestOf(image))),
            unbroken((0,text_bytes/* formatBytes */.z)(image.size)),
            describeLayers(image, result),
            unbroken(describeTime(steps)),
            describeRuns(natives, platform, steps),
            cacheShare(steps) ?? '',
            describeVerified(verified.find((one) => one.platform === platform)),
        ];
        return `| ${cells.join(' | ')} |`;
    });
    return [
        '| Platform | Digest | Size | Layers | Time | Execution | Cached steps | Verified |',
        '| --- | --- | --- | --- | --- | --- | --- | --- |',
        ...rows,
        '',
        '<details><summary>Digests of the platforms</summary>',
        '',
        ...(0,markdown/* codeBlock */.DV)(images.map((image) => `${(0,oci_platform/* formatPlatform */.Bq)(image.platform)} ${digestOf(image)}`)),
        '',
        '</details>',
        '',
    ];
}
/** A number and its unit on one line of the cell. */
function unbroken(text) {
    return text.replaceAll(' ', '\u00a0');
}
/** As many digits as Docker shows. */
function shortDigest(digest) {
    return digest.replace(/^sha256:(.{12}).*$/s, '$1');
}
/** Layers that this build made, and those of base images or of the image that was published before; nothing where that is not known. */
function describeLayers({ layers }, { built: { content }, checked: { bases } }) {
    if (content === undefined || content.forVerification)
        return '';
    const reused = new Set([
        ...(content.inherited?.keys() ?? []),
        ...bases.flatMap(({ image }) => image.manifest.layers.map(({ digest }) => digest)),
    ]);
    const old = layers.filter(({ digest }) => reused.has(digest)).length;
    return `${layers.length - old} new, ${old} reused`;
}
function describeTime(steps) {
    const total = totalSpan(steps);
    if (total !== undefined)
        return (0,duration/* formatSeconds */.X)(lengthOf(total));
    const executed = steps.filter(({ cached }) => !cached);
    return executed.length === 0 ? '' : (0,duration/* formatSeconds */.X)(executed.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
}
function timelineSection({ plan, checked: { reading }, built, images }) {
    const { natives } = plan.engine.traits;
    const [first] = images;
    const timeline = timelineOf(built.steps, {
        only: images.length === 1 && first ? (0,oci_platform/* formatPlatform */.Bq)(first.platform) : undefined,
        isEmulated: (step) => reading !== undefined && emulatedRuns([step], reading, natives).length > 0,
    });
    if (timeline === undefined)
        return [];
    const { total, bars, left } = timeline;
    const shown = left === 0 ? '' : `, the ${bars.length} longest of ${bars.length + left} steps`;
    return [
        // Open, because a diagram that is drawn while it is hidden has no width.
        `<details open><summary>Timeline: ${(0,duration/* formatSeconds */.X)(lengthOf(total))}${shown}</summary>`,
        '',
        '```mermaid',
        ...ganttOf(timeline),
        '```',
        '',
        '</details>',
        '',
    ];
}
function titleOf({ load }, published) {
    if (published)
        return published.error ? 'Partly published:' : 'Published';
    return load ? 'Loaded' : 'Built';
}
function tableOfTags(tags) {
    const rows = tags.map((tag) => `| ${(0,markdown/* codeCell */.MZ)((0,oci_reference/* showReference */.nj)(tag.reference))} | ${summary_describeTag(tag)} |`);
    return ['| Tag | Result |', '| --- | --- |', ...rows];
}
/** Folded, since it is long; the time of creation is one of them. More than a person reads is left out. */
function tableOfLabels(labels) {
    const all = Object.entries(labels);
    if (all.length === 0)
        return [];
    const rows = all.slice(0, mostLabels).map(([key, value]) => `| ${(0,markdown/* codeCell */.MZ)(key)} | ${(0,markdown/* codeCell */.MZ)(value)} |`);
    const more = all.length > mostLabels ? [`${all.length - mostLabels} more in the output \`labels\``, ''] : [];
    const title = `<details><summary>Labels (${all.length})</summary>`;
    return [title, '', '| Label | Value |', '| --- | --- |', ...rows, '', ...more, '</details>', ''];
}
const mostLabels = 50;
function summary_describeTag(tag) {
    switch (tag.outcome) {
        case 'written':
            return 'written';
        case 'unchanged':
            return 'already up to date';
        case 'skipped':
            return `skipped: already exists with digest ${(0,markdown/* codeCell */.MZ)(tag.digest)}`;
        case 'held back':
            return 'not updated because an earlier push failed';
        case 'failed':
            return `failed: ${(0,failure/* describe */.q0)(tag.error).split('\n').map(markdown/* codeCell */.MZ).filter(Boolean).join('<br>')}`;
    }
}
function stepsOf(steps, platform, only) {
    return steps.filter((step) => step.platform === platform || (only && step.platform === undefined));
}
function describeVerified(checks) {
    if (checks === undefined)
        return 'no';
    const { programs, problems } = checks;
    if (problems.length > 0)
        return problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    return `OK (${programs === 0 ? 'no binaries' : programs === 1 ? '1 binary' : `${programs} binaries`})`;
}
/** Whether the commands of a platform's steps ran on its own kind of machine. */
function describeRuns(natives, platform, steps) {
    // A step that is built for one platform on another, `[linux/amd64->linux/arm64 …]`, runs on the first.
    if (!steps.some(({ name }) => /\] RUN /.test(name) && !name.includes('->')))
        return 'no RUN steps';
    if (natives.length === 0)
        return "on the builder's nodes";
    return natives.some((native) => (0,oci_platform/* runsNatively */.PU)((0,oci_platform/* parsePlatform */.FL)(platform), (0,oci_platform/* parsePlatform */.FL)(native))) ? 'native' : 'emulated';
}
function describeMethod({ engine }) {
    if (engine.method === undefined)
        return [];
    return ['', `Export method: ${engine.method.name} (${(0,markdown/* codeSpan */.SS)(engine.method.because)})`];
}

;// CONCATENATED MODULE: ./src/report/report.ts












/** Writes the outputs that are true however the step ends. */
function reportLasting({ plan, access, host }) {
    besides(host.log, () => {
        const outputs = lastingOutputsOf({ plan, attempts: access.attempts() });
        for (const [name, value] of Object.entries(outputs))
            host.runner.setOutput(name, value);
    });
}
/**
 * Writes the other outputs of the step and the job summary, also where publishing went wrong.
 *
 * @throws what the file system says, where that is all that went wrong
 */
function report({ plan, host }, outcome) {
    const { published, built } = outcome;
    const images = published?.images ?? built.content?.tree.images ?? [];
    const result = { plan, images, ...outcome };
    if (published?.error === undefined)
        write(result, host);
    else
        besides(host.log, () => write(result, host));
}
/** Writes the plan to the log and the summary, and the outputs that are known without a build. */
function reportDryRun({ plan, host }, checked) {
    const rows = planRows(plan, checked);
    for (const line of planLines(rows))
        host.log.info(line);
    host.log.info('Dry run: nothing was built or written');
    const nothing = {
        verified: [],
        smoked: [],
        gated: undefined,
        built: { content: undefined, metadata: {}, imageId: undefined, steps: [] },
        exported: { outputs: [], imageId: undefined },
        published: undefined,
        images: [],
    };
    const outputs = { ...outputsOf({ plan, checked, ...nothing }), ...writeBakeFiles(plan, host) };
    // Not for later steps' environment: a moving tag still names another image.
    for (const [name, value] of Object.entries(outputs))
        host.runner.setOutput(name, value);
    host.runner.writeSummary(planSection(rows));
}
/** Writes the answer about the Dockerfile to the log, an output and the job summary; findings of build checks are annotations. */
function reportAnswer({ host: { log, runner } }, answer) {
    const lines = (0,engine_answer/* answerLines */.g8)(answer);
    for (const line of lines)
        log.info(line);
    const findings = (0,engine_answer/* findingsOf */.WX)(answer);
    (0,warn_findings/* warnFindings */.v)(findings, log);
    runner.setOutput('call-result', JSON.stringify(answer.document));
    const block = (0,markdown/* codeBlock */.DV)([...lines, ...findings.map(({ message }) => message)]);
    runner.writeSummary([`### Call: ${answer.question}`, '', ...block, ''].join('\n'));
}
/** What goes wrong in telling of an error must not stand in its place. */
function besides(log, tell) {
    try {
        tell();
    }
    catch (error) {
        log.warning(`Cannot write the outputs or the job summary: ${(0,action_error/* messageOf */.bD)(error)}`);
    }
}
function write(result, host) {
    const { runner, log } = host;
    const outputs = { ...outputsOf(result), ...writeBakeFiles(result.plan, host) };
    for (const [name, value] of Object.entries(outputs))
        runner.setOutput(name, value);
    exportOutputs({ ...outputs, version: result.plan.version }, host);
    for (const line of emulation(result))
        log.info(line);
    const hits = usesCache(result.plan) ? describeCacheHits(result.built.steps) : undefined;
    if (hits !== undefined)
        log.info(hits);
    const slow = slowSteps(result);
    tellSlowSteps(slow, runner);
    if (outputs.digest !== '')
        log.info(`Digest: ${outputs.digest}`);
    runner.writeSummary(summaryOf(result, slow));
}
function emulation({ plan: { engine }, checked: { reading }, built }) {
    if (reading === undefined)
        return [];
    return describeEmulation(emulatedRuns(built.steps, reading, engine.traits.natives), reading.dockerfile.file);
}

;// CONCATENATED MODULE: ./src/plan/describe-plan.ts

/**
 * The plan as JSON for debugging: secrets print as `***`, build arguments and the smoke test's environment by name only. Of a
 * build secret there are its id and kind, of `ssh` the ids: people write the value where a name or a path should be.
 */
function describePlan(plan) {
    const buildArgs = namesOnly(plan.build.buildArgs);
    const smokeTest = plan.smokeTest && { ...plan.smokeTest, env: namesOnly(plan.smokeTest.env) };
    const secrets = plan.build.secrets.map(({ id, source }) => ({ id, source: source.kind }));
    const ssh = plan.build.ssh.map(({ id }) => id);
    const urlLogins = plan.build.urlLogins.map(({ kind, host }) => `${kind} ${host}`);
    const dockerfileInline = plan.build.dockerfileInline === undefined ? undefined : '…';
    const build = { ...plan.build, buildArgs, secrets, ssh, urlLogins, dockerfileInline };
    // Their words may be what the user would hide.
    const beforeTags = plan.beforeTags?.commands.map(({ words: [program] }) => `${program} …`);
    return JSON.stringify({ ...plan, engine: describeEngine(plan.engine), build, smokeTest, beforeTags });
}
function describeEngine(engine) {
    return {
        ...engine,
        options: engine.options.map((option) => option.replace(/=.*/s, '=…')),
        spec: engines[engine.name].describe(engine.spec),
    };
}
function namesOnly(values) {
    return Object.fromEntries(Object.keys(values).map((name) => [name, '…']));
}

;// CONCATENATED MODULE: ./src/report/tell-plan.ts


/** Says what was decided, and why, before anything is done. */
function tellPlan({ plan, host }) {
    for (const notice of plan.notices)
        host.runner.notice(notice);
    for (const warning of plan.warnings)
        host.log.warning(warning);
    host.log.info(`Using engine ${plan.engine.name} (${plan.engine.because})`);
    host.log.debug(`Plan: ${describePlan(plan)}`);
    for (const tag of plan.tags)
        host.log.debug(describeTag(tag));
}

;// CONCATENATED MODULE: ./src/smoke-test/smoke-test.ts
/** Runs the smoke test of the plan, if it has one: its code is loaded then. Throws what `tryImages` throws. */
async function smokeTest(run, built) {
    const test = run.plan.smokeTest;
    if (test === undefined)
        return [];
    const { tryImages } = await __webpack_require__.e(/* import() */ 358).then(__webpack_require__.bind(__webpack_require__, 60358));
    return tryImages(run, built, test);
}

// EXTERNAL MODULE: ./src/host/platform.ts
var platform = __webpack_require__(95607);
;// CONCATENATED MODULE: ./src/inputs/dockerfile-credentials.ts


/**
 * The Dockerfile without the users and passwords of the URLs that ADD names: BuildKit would write them into the history and the attestations
 * of the image. Lines keep their numbers. URLs with variables and files that are not Dockerfiles of this syntax are not changed.
 */
function cutDockerfile(text, file) {
    // Most Dockerfiles have none, and need not be read for it.
    if (!/https?:\/\/[^\s/]*@/i.test(text))
        return { text, found: [] };
    const found = [];
    const lines = text.split('\n');
    for (const { line, endLine, sources } of additions(text, file)) {
        for (const source of sources) {
            const { url, credentials } = (0,url_credentials/* cutCredentials */.v)(source);
            if (credentials === undefined || source.includes('$'))
                continue;
            found.push({ line, url, credentials });
            for (let at = line - 1; at < endLine; at += 1)
                lines[at] = lines[at]?.replaceAll(source, () => url) ?? '';
        }
    }
    return { text: lines.join('\n'), found };
}
function additions(text, file) {
    try {
        const { stages } = (0,read_parse/* parseDockerfile */.A)(text, file);
        return stages.flatMap(({ instructions }) => instructions.flatMap((one) => (one.kind === 'add' ? [one] : [])));
    }
    catch {
        return [];
    }
}

// EXTERNAL MODULE: ./src/tree/named-file.ts
var named_file = __webpack_require__(51324);
;// CONCATENATED MODULE: ./src/source/once.ts
/** `work` for the first who asks; all others get the same. */
function once(work) {
    let begun;
    return () => {
        begun ??= work();
        return begun;
    };
}

;// CONCATENATED MODULE: ./src/source/archive/context-archives.ts




/** The archives among the named contexts, each opened once and unpacked once. Their code is loaded with the first. */
function openArchives(contexts, host) {
    const opened = contexts.map((context, index) => once(async () => {
        const { source } = context;
        await checkNamedContext(context);
        if (source.kind !== 'archive')
            throw new action_error/* ActionError */.lZ('internal', 'The context is not an archive');
        const { openImageArchive } = await __webpack_require__.e(/* import() | archive */ 503).then(__webpack_require__.bind(__webpack_require__, 79891));
        const archive = await openImageArchive(source, { dir: (0,external_node_path_.join)(host.tempDir, `archive-${index}`), host });
        return { check: archive.check, layout: once(archive.unpack) };
    }));
    return async (name) => {
        const open = opened[contexts.findIndex((one) => one.name === name)];
        if (open === undefined)
            throw new action_error/* ActionError */.lZ('internal', `There is no context ${name}`);
        return await open();
    };
}

;// CONCATENATED MODULE: ./src/source/dockerfile-text.ts






/**
 * Returns the text of a Dockerfile.
 *
 * @throws ActionError `dockerfile-invalid`, for which `isExcess` holds, when it is too large or not a regular file; `context-unreadable`
 */
async function readDockerfileText(file) {
    try {
        return await (0,read_limited/* readFileLimited */.lB)(file, limits/* limits */.F.dockerfile);
    }
    catch (cause) {
        const what = `Cannot read the Dockerfile ${file}: ${(0,action_error/* messageOf */.bD)(cause)}`;
        if (cause instanceof read_limited/* LimitError */.oC) {
            throw new action_error/* ActionError */.lZ('dockerfile-invalid', what, {
                hint: 'Check the path in `file`.',
                cause: new dockerfile_problem/* ExcessError */.G_(cause.message),
            });
        }
        throw new action_error/* ActionError */.lZ('context-unreadable', what, {
            hint: 'Make it readable for the user of this job.',
            cause,
        });
    }
}
/**
 * Checks the ignore files of a build context, which every engine reads whole.
 *
 * @throws ActionError `context-unreadable` for a device, a pipe or a file that is too large
 */
async function checkIgnoreFiles(files) {
    for (const file of files) {
        try {
            const found = await (0,named_file/* findNamedFile */.$)(file);
            if (found !== undefined)
                await (0,read_limited/* readFileLimited */.lB)(found, limits/* limits */.F.configFile);
        }
        catch (cause) {
            if (cause instanceof action_error/* ActionError */.lZ)
                throw cause;
            if (!(cause instanceof read_limited/* LimitError */.oC) || (await isDirectory(file)))
                continue;
            throw new action_error/* ActionError */.lZ('context-unreadable', `Cannot read ${file}: ${cause.message}`, {
                hint: 'Replace it with a regular file that holds patterns.',
                cause,
            });
        }
    }
}
async function isDirectory(path) {
    return (await (0,promises_.stat)(path)).isDirectory();
}

;// CONCATENATED MODULE: ./src/source/open-source.ts

















/**
 * Context and Dockerfile of the plan. Each is opened, and a repository that this program reads is fetched, on first use, so that
 * its errors are reported together with all other findings of preflight.
 */
function openSource(opening) {
    const isOurs = opening.plan.engine.traits.readsSource === 'us';
    const archive = openArchives(opening.plan.build.contexts, opening.host);
    const own = once(async () => (await Promise.all(/* import() | embedded */[__webpack_require__.e(628), __webpack_require__.e(117)]).then(__webpack_require__.bind(__webpack_require__, 85301))).openOwnSource(opening, archive));
    const dockerfile = once(() => open_source_readText(opening, isOurs ? own : undefined));
    return { dockerfile, reading: once(() => read(opening, dockerfile)), own, archive };
}
/**
 * The text of the Dockerfile. What is over a limit would take the memory of the builder, and is refused for every engine.
 *
 * @throws ActionError `context-not-found`, `dockerfile-not-found`, `context-unreadable`, `dockerfile-invalid` for what is over a limit
 */
async function open_source_readText({ plan, host }, own) {
    const { build } = plan;
    const inline = build.dockerfileInline;
    const file = checkContext(build);
    if (file === undefined) {
        if (own === undefined)
            return undefined;
        const { file: name, path } = (await own()).context;
        return withoutCredentials(await readDockerfileText(await path()), { file: name, path: undefined });
    }
    if (inline === undefined)
        await checkLink(file);
    if (build.contextIsFolder)
        await checkIgnoreFiles([`${file}.dockerignore`, (0,external_node_path_.join)(build.context, '.dockerignore')]);
    return withoutCredentials(inline ?? (await readDockerfileText(file)), {
        file,
        path: inline === undefined ? file : undefined,
    });
    function withoutCredentials(text, { file, path }) {
        const cut = cutDockerfile(text, file);
        for (const { line, credentials } of cut.found)
            tellCut({ file, line, credentials }, host);
        const urlLogins = mergeUrlLogins([...build.urlLogins, ...cut.found.map(({ credentials }) => credentials)]);
        return { file, path, text: cut.text, cut: cut.found, urlLogins };
    }
}
/** Throws ActionError `dockerfile-not-found` for a link out of the Dockerfile's directory, which BuildKit does not follow. */
async function checkLink(file) {
    if ((await (0,named_file/* findNamedFile */.$)(file)) !== undefined)
        return;
    throw new action_error/* ActionError */.lZ('dockerfile-not-found', `Cannot build: ${file} is a symbolic link out of its directory`, {
        hint: 'Name the file that it points to with `file`. Links within the directory are followed.',
    });
}
/**
 * The Dockerfile, read for every platform.
 *
 * @throws ActionError those of its text; where the builder does not read it for the build `dockerfile-invalid`, and `feature-missing` for RUN
 */
async function read({ plan, host }, dockerfile) {
    const { engine, build } = plan;
    const { traits } = engine;
    const found = await dockerfile();
    if (found === undefined)
        return undefined;
    const [native] = traits.natives;
    const buildPlatform = native === undefined ? (0,platform/* hostPlatform */.o)(host) : (0,oci_platform/* parsePlatform */.FL)(native);
    try {
        const reading = planPlatforms((0,read_parse/* parseDockerfile */.A)(found.text, found.file), build, { buildPlatform, env: host.env });
        // Reading does not execute anything.
        if (!traits.runsSteps && plan.call === 'build') {
            for (const { stages } of reading.platforms) {
                (0,stages_stages/* refuseRuns */.Xi)(found.file, (0,stages_stages/* findRuns */.sj)(stages), whyUsed(engine.name, engine.because));
            }
        }
        return reading;
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ) || (0,dockerfile_problem/* isExcess */.YY)(error))
            throw error;
        if (traits.readsSource === 'us') {
            // The error for RUN names the reason why no engine that can execute it is available.
            throw error.code === 'feature-missing' && engine.otherwise !== undefined ? error.with(engine.otherwise) : error;
        }
        host.log.debug(`Preflight cannot read the Dockerfile, and leaves it to BuildKit: ${error.message}`);
        return undefined;
    }
}

// EXTERNAL MODULE: ./src/verify/check-files.ts + 2 modules
var check_files = __webpack_require__(69972);
// EXTERNAL MODULE: ./src/verify/configuration.ts
var verify_configuration = __webpack_require__(46351);
;// CONCATENATED MODULE: ./src/verify/origin.ts

/** For each layer of the base images, by its digest, where the Dockerfile names the image. */
function originsOfBases(bases) {
    return new Map(bases.flatMap(({ reference, platform, line, image }) => {
        const origin = { line, text: `the base image ${reference} for ${(0,oci_platform/* formatPlatform */.Bq)(platform)}` };
        return image.manifest.layers.map(({ digest }) => [digest, origin]);
    }));
}
/**
 * For each layer of an image, bottom first, the instruction of the Dockerfile that made it; undefined for those of the
 * base, and where history and Dockerfile do not go together. BuildKit writes one entry of history for each instruction,
 * which begins with its keyword; so they are matched from the last one backwards.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties (history)
 */
function originsOf(history, layers, stages) {
    const making = history.filter(({ empty_layer: empty }) => empty !== true);
    const origins = Array.from({ length: layers });
    if (making.length !== layers || stages === undefined)
        return origins;
    const instructions = instructionsOf(stages).filter(({ kind }) => makesLayer.has(kind));
    for (let layer = layers - 1; layer >= 0; layer -= 1) {
        const keyword = keywordOf(making[layer]?.created_by ?? '');
        let instruction = instructions.pop();
        // WORKDIR creates a layer only if its folder did not exist.
        while (instruction?.kind === 'workdir' && keyword !== 'workdir')
            instruction = instructions.pop();
        if (instruction === undefined || instruction.kind !== keyword)
            break;
        origins[layer] = { line: instruction.line, text: instruction.text };
    }
    return origins;
}
/**
 * The instruction of the Dockerfile that an entry of history is of: by its layer if it made one, else the last of its kind that has `word`.
 */
function originOfEntry(history, index, { layers, stages, word }) {
    const entry = history[index];
    if (entry === undefined || stages === undefined)
        return undefined;
    if (entry.empty_layer !== true) {
        const before = history.slice(0, index).filter(({ empty_layer: empty }) => empty !== true).length;
        return originsOf(history, layers, stages)[before];
    }
    return originOfWord(keywordOf(entry.created_by ?? ''), word, stages);
}
/** The last instruction of a kind whose text has `word`. */
function originOfWord(kind, word, stages) {
    const found = stages && instructionsOf(stages).findLast((one) => one.kind === kind && one.text.includes(word));
    return found && { line: found.line, text: found.text };
}
const makesLayer = new Set(['add', 'copy', 'run', 'workdir']);
/** The instructions that the target's image comes from: those of the stages it is based on, then its own. */
function instructionsOf({ stages, target }) {
    const stage = stages[target];
    if (stage === undefined)
        return [];
    const below = stage.base.kind === 'stage' ? instructionsOf({ stages, target: stage.base.index, needed: [] }) : [];
    return [...below, ...stage.instructions];
}
/** `COPY app / # buildkit`, `RUN |1 A=b /bin/sh -c make`, and the older `/bin/sh -c #(nop) COPY …` and `/bin/sh -c make`. */
function keywordOf(createdBy) {
    const text = createdBy.replace(/^\/bin\/sh -c #\(nop\)\s+/, '');
    const word = /^([A-Z]+) /.exec(text)?.[1]?.toLowerCase();
    return word ?? (text.startsWith('/bin/sh -c') ? 'run' : '');
}

;// CONCATENATED MODULE: ./src/verify/check-size.ts





/** Layers that an error names. */
const named = 5;
/**
 * An error for each platform whose configuration and layers, compressed as they are pushed, have more bytes than `max-size`. Without a
 * limit, nothing is read. What is not measurable is a warning.
 */
async function checkSizes(run, content, checked) {
    const { plan, host } = run;
    const { maxSize } = plan;
    if (maxSize === undefined)
        return [];
    if (content === undefined || content.forVerification) {
        host.log.warning('max-size is not checked: an image that is only in the image store of this Docker has no compressed size');
        return [];
    }
    const large = content.tree.images.filter((image) => check_size_sizeOf(image) > maxSize);
    return Promise.all(large.map(async (image) => tooLarge(image, maxSize, await layersOf(run, image, content, checked))));
}
function check_size_sizeOf({ config, layers }) {
    return layers.reduce((sum, { size }) => sum + size, config.size);
}
/** The largest first, each with what made it. */
async function layersOf({ host: { signal } }, image, content, { reading, bases }) {
    const platform = (0,oci_platform/* formatPlatform */.Bq)(image.platform);
    const stages = reading?.platforms.find((one) => (0,oci_platform/* formatPlatform */.Bq)(one.platform) === platform)?.stages;
    const { history = [] } = await (0,verify_configuration/* readConfiguration */.T)(image, content.blobs, { signal });
    const own = originsOf(history, image.layers.length, stages);
    const ofBases = originsOfBases(bases);
    return image.layers
        .map(({ size, digest }, index) => {
        const made = own[index];
        const file = reading?.dockerfile.file ?? 'Dockerfile';
        const from = made === undefined
            ? (ofBases.get(digest)?.text ?? 'an unknown instruction')
            : `${file}:${made.line}: ${made.text}`;
        return { size, digest, from };
    })
        .sort((a, b) => b.size - a.size);
}
function tooLarge(image, maxSize, layers) {
    const platform = (0,oci_platform/* formatPlatform */.Bq)(image.platform);
    const size = check_size_sizeOf(image);
    const list = layers
        .slice(0, named)
        .map(({ size: bytes, digest, from }) => `${(0,text_bytes/* formatBytes */.z)(bytes)} ${digest} from ${from}`);
    const more = layers.length > named ? [`and ${layers.length - named} smaller layers`] : [];
    const message = `Cannot use the image for ${platform}: it has ${(0,text_bytes/* formatBytes */.z)(size)} compressed, ${(0,text_bytes/* formatBytes */.z)(size - maxSize)} more than max-size (${(0,text_bytes/* formatBytes */.z)(maxSize)})`;
    return new action_error/* ActionError */.lZ('image-too-large', [`${message}. Its layers:`, ...list, ...more].join('\n'), {
        hint: 'Reduce the largest layers, or raise `max-size`. No tag was written.',
        platform,
    });
}

;// CONCATENATED MODULE: ./src/verify/once-per-finding.ts
/**
 * Returns the problems with those that several platforms share as one, which names all of them: an image of each platform may have the same
 * layer. The order is that of the first of each.
 */
function oncePerFinding(problems) {
    const groups = new Map();
    for (const problem of problems) {
        const { code, message, hint, place, platform } = problem;
        const found = platform === undefined ? message : message.replace(subject(platform), '');
        const key = JSON.stringify([code, found, hint, place]);
        groups.set(key, [...(groups.get(key) ?? []), problem]);
    }
    return [...groups.values()].flatMap(joined);
}
/** How every message on the image of one platform begins. */
function subject(platform) {
    return `the image for ${platform}: `;
}
function joined(problems) {
    const [first] = problems;
    const platforms = [...new Set(problems.flatMap(({ platform }) => (platform === undefined ? [] : [platform])))];
    if (first?.platform === undefined || platforms.length < 2)
        return problems;
    const named = platforms.join(', ');
    return [first.with({ message: first.message.replace(subject(first.platform), subject(named)), platform: named })];
}

;// CONCATENATED MODULE: ./src/verify/own-layers.ts


/**
 * The layers of an image that verification reads, bottom first: those this build made, or all of them. What the current image of every
 * repository of the plan has for the same platform, and what belongs to a base image, was not made by this build. A layer of another
 * platform, be it of a base (`FROM --platform=linux/amd64` for all) or of the current image (a program of amd64 that a second platform
 * got), is read all the same: its programs are the wrong ones.
 */
async function layersToRead(image, configuration, { checked, content, full }) {
    if (full)
        return image.layers;
    const wanted = (0,oci_platform/* formatPlatform */.Bq)(image.platform);
    const [bases, others] = partition(checked.bases, ({ platform }) => (0,oci_platform/* formatPlatform */.Bq)(platform) === wanted);
    const [ofBases, ofOthers] = [own_layers_layersOf(bases), own_layers_layersOf(others)];
    const isOld = ({ digest }) => content.inherited?.get(digest)?.includes(wanted) === true;
    const layers = image.layers.filter((layer) => !isOld(layer) || ofOthers.has(layer.digest));
    const own = layers.filter(({ digest }) => !ofBases.has(digest));
    if (ofBases.size === 0 || own.length < layers.length)
        return own;
    // Docker recompresses the layers of an image that it saves: only their content is the same then.
    const contents = await Promise.all(bases.map(async (base) => (0,parse/* parseConfig */.o4)(await base.image.config(), 'Cannot read a base image').rootfs.diff_ids));
    const insideBases = new Set(contents.flat());
    return own.filter((layer) => {
        const inside = configuration.rootfs.diff_ids[image.layers.indexOf(layer)];
        return inside === undefined || !insideBases.has(inside);
    });
}
function own_layers_layersOf(bases) {
    return new Set(bases.flatMap(({ image }) => image.manifest.layers.map(({ digest }) => digest)));
}
function partition(all, holds) {
    return [all.filter(holds), all.filter((one) => !holds(one))];
}

// EXTERNAL MODULE: ./src/verify/scan.ts + 1 modules
var verify_scan = __webpack_require__(10770);
// EXTERNAL MODULE: ./src/verify/secrets/secret-search.ts
var secret_search = __webpack_require__(91864);
;// CONCATENATED MODULE: ./src/verify/secrets/check-secrets.ts




/** More would only be the same again. */
const mostTold = 5;
/** One problem for each secret and place; nothing in them is the secret itself. */
function checkLayers(files, hits, search) {
    const { sizes, origins, dockerfile } = files;
    const problems = hits.slice(0, mostTold).map(({ needle, path, part, layer }) => {
        const origin = dockerfile === undefined ? undefined : origins.get(layer);
        const from = origin ? `, from ${dockerfile}:${origin.line}: ${(0,secret_search/* withoutSecrets */.cT)(search, origin.text)}` : '';
        const where = `/${(0,secret_search/* withoutSecrets */.cT)(search, path)}`;
        const found = part === 'content' ? `${where} contains` : `the name or an attribute of ${where} contains`;
        return check_secrets_problem(files, `${found} ${roleOf(search, needle)} (layer ${layer}, ${sizes.get(layer) ?? ''}${from})`, {
            hint: /(?:^|\/)\.git\//.test(path) ? gitHint : copyHint,
            origin,
        });
    });
    const more = hits.length - problems.length;
    return more > 0 ? [...problems, check_secrets_problem(files, `${more} more files contain secrets of this step`)] : problems;
}
const gitHint = 'Add `.git` to .dockerignore, or set `persist-credentials: false` for actions/checkout. If the secret has left this machine, revoke it.';
const copyHint = 'Add the file to .dockerignore, or pass the secret to the RUN that needs it with `--mount=type=secret`. Revoke the secret if the image has left this machine.';
const historyHint = 'Pass the secret to the RUN that needs it with `--mount=type=secret`: build arguments, ENV, LABEL and annotations are part of the image. If it has left this machine, revoke it.';
/** Searches the configuration of an image: environment, labels, history and all else. Reports each secret once. */
function checkTexts(image, configuration, { search, originOf }) {
    const told = new Set();
    const problems = [];
    for (const place of textsOf(configuration)) {
        for (const needle of (0,secret_search/* needlesIn */.Qb)(search, [...place.keys.slice(-1), place.text].join('='))) {
            if (told.has(needle))
                continue;
            told.add(needle);
            const origin = image.dockerfile === undefined ? undefined : originOf(place);
            const from = origin ? ` (${image.dockerfile}:${origin.line}: ${(0,secret_search/* withoutSecrets */.cT)(search, origin.text)})` : '';
            const found = `${(0,secret_search/* withoutSecrets */.cT)(search, check_secrets_describe(place))} contains ${roleOf(search, needle)}${from}`;
            problems.push(check_secrets_problem(image, found, { hint: historyHint, origin }));
        }
    }
    return problems;
}
/** Searches what belongs to no image alone: annotations of manifests and indexes, and attestations. */
async function checkDocuments({ tree: { documents, blobs, images }, blobs: from }, search, signal) {
    const problems = [];
    for (const { descriptor, bytes } of documents) {
        for (const { keys, text } of textsOf((0,json/* parseJson */.qF)(Buffer.from(bytes).toString('utf8')))) {
            for (const needle of (0,secret_search/* needlesIn */.Qb)(search, [...keys.slice(-1), text].join('='))) {
                const key = (0,secret_search/* withoutSecrets */.cT)(search, String(keys.at(-1)));
                problems.push(anyProblem(`the annotation ${key} of ${descriptor.digest} contains ${roleOf(search, needle)}`, historyHint));
            }
        }
    }
    const ofImages = new Set(images.flatMap(({ config, layers }) => [config, ...layers].map(({ digest }) => digest)));
    for (const blob of blobs.filter(({ digest }) => !ofImages.has(digest))) {
        for (const needle of await (0,secret_search/* needlesInStream */.a)(search, await from.open(blob, { signal }))) {
            problems.push(anyProblem(`the attestation ${blob.digest} contains ${roleOf(search, needle)}`, attestationHint));
        }
    }
    return problems;
}
const attestationHint = 'Provenance records build arguments and labels: pass the secret to the RUN that needs it with `--mount=type=secret`. If it has left this machine, revoke it.';
/** Every text of a JSON document, those that are easy to name first. */
function textsOf(value) {
    const found = [];
    const walk = (at, keys) => {
        if (typeof at === 'string')
            found.push({ keys, text: at });
        else if (Array.isArray(at))
            for (const [index, item] of at.entries())
                walk(item, [...keys, index]);
        else if (typeof at === 'object' && at !== null) {
            for (const [key, item] of Object.entries(at))
                walk(item, [...keys, key]);
        }
    };
    walk(value, []);
    return found.sort((one, other) => rank(one) - rank(other));
}
function rank({ keys }) {
    return keys[0] === 'config' ? 0 : keys[0] === 'history' ? 1 : 2;
}
function check_secrets_describe({ keys, text }) {
    const [first, second] = keys;
    if (first === 'config' && second === 'Env')
        return `the environment variable ${text.split('=', 1)[0]}`;
    if (first === 'config' && second === 'Labels')
        return `the label ${keys[2]}`;
    if (first === 'history')
        return 'the history';
    return `the configuration (${keys.join('.')})`;
}
function roleOf({ needles }, needle) {
    return needles[needle]?.role ?? 'a secret';
}
function check_secrets_problem({ platform, dockerfile }, found, { hint, origin } = {}) {
    const wanted = (0,oci_platform/* formatPlatform */.Bq)(platform);
    return new action_error/* ActionError */.lZ('secret-in-image', `Cannot use the image for ${wanted}: ${found}`, {
        ...(hint === undefined ? {} : { hint }),
        platform: wanted,
        ...(origin && dockerfile !== undefined ? { place: { file: dockerfile, line: origin.line } } : {}),
    });
}
function anyProblem(found, hint) {
    return new action_error/* ActionError */.lZ('secret-in-image', `Cannot use the image: ${found}`, { hint });
}

// EXTERNAL MODULE: ./src/verify/secrets/patterns-of.ts
var patterns_of = __webpack_require__(60572);
;// CONCATENATED MODULE: ./src/verify/secrets/git-credentials.ts






/** Files that one configuration may include. */
const mostIncludes = 20;
/** The most parent folders that are searched. */
const mostLevels = 64;
/** The most subfolders that are searched, and how deep: `path: src/tools` of a second actions/checkout. */
const mostBelow = 500;
const deepest = 2;
/** Characters of a line; Git takes longer ones, which hold no header. */
const longestLine = 16 * 1024;
/**
 * The credentials in the Git configuration of the working trees that hold `folders`, or that lie in them: those that actions/checkout leaves
 * there for later steps, in `.git/config` or, from v6 on, in a file of the runner's temporary folder; and those in URLs.
 */
async function gitCredentials(folders, env) {
    const configs = new Set();
    for (const folder of folders) {
        for (const config of await configsOf((0,external_node_path_.resolve)(folder)))
            configs.add(config);
        for (const config of await configsBelow((0,external_node_path_.resolve)(folder)))
            configs.add(config);
    }
    for (const config of await credentialFiles(env['RUNNER_TEMP']))
        configs.add(config);
    const found = [];
    // A set may be added to while it is walked.
    for (const config of configs) {
        const text = await git_credentials_read(config);
        for (const line of text.split('\n')) {
            if (line.length > longestLine)
                continue;
            for (const secret of secretsOf(line))
                found.push({ role: 'the credentials in the Git configuration', text: secret });
            const included = /^path\s*=\s*"?([^"]+)/i.exec(line.trim())?.[1]?.trim();
            if (included !== undefined && configs.size < mostIncludes)
                configs.add(included.startsWith('~/') ? (0,external_node_path_.join)((0,external_node_os_.homedir)(), included.slice(2)) : (0,external_node_path_.resolve)((0,external_node_path_.dirname)(config), included));
        }
    }
    return found;
}
/** The tokens of a line of Git's configuration. https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpextraHeader */
function secretsOf(line) {
    const secrets = [];
    const [, scheme = '', credentials] = /authorization:\s*(basic|bearer|token)\s+([^\s"]+)/i.exec(line) ?? [];
    if (credentials !== undefined) {
        const text = scheme.toLowerCase() === 'basic' ? Buffer.from(credentials, 'base64').toString('utf8') : credentials;
        secrets.push(text.slice(text.indexOf(':') + 1));
    }
    for (const [, user = '', password] of line.matchAll(/:\/\/([^\s/:@"]+)(?::([^\s/@"]+))?@/g)) {
        // `https://TOKEN@host` is usual too, but `ssh://git@host` has no secret.
        if (password !== undefined)
            secrets.push(decoded(password));
        else if ((0,patterns_of/* looksRandom */.EZ)(user))
            secrets.push(decoded(user));
    }
    return secrets;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
/** The configuration files of the working tree that holds `folder`. */
async function configsOf(folder) {
    let at = folder;
    for (let level = 0; level < mostLevels; level += 1) {
        const configs = await configsAt(at);
        if (configs.length > 0)
            return configs;
        const above = (0,external_node_path_.dirname)(at);
        if (above === at)
            break;
        at = above;
    }
    return [];
}
/** The configuration files of the working tree whose top is `folder`. */
async function configsAt(folder) {
    const git = (0,external_node_path_.join)(folder, '.git');
    const config = (0,external_node_path_.join)(git, 'config');
    if ((await git_credentials_read(config)) !== '')
        return [config];
    // Of a worktree or a submodule `.git` is a file.
    const [, target] = /^gitdir:(.+)$/m.exec(await git_credentials_read(git)) ?? [];
    if (target === undefined)
        return [];
    const gitDir = (0,external_node_path_.resolve)(folder, target.trim());
    const common = (await git_credentials_read((0,external_node_path_.join)(gitDir, 'commondir'))).trim();
    return [(0,external_node_path_.join)(gitDir, 'config'), ...(common === '' ? [] : [(0,external_node_path_.join)((0,external_node_path_.resolve)(gitDir, common), 'config')])];
}
/** The configuration files of working trees inside `folder`: other repositories, and submodules, are checked out there. */
async function configsBelow(folder) {
    const configs = [];
    let seen = 0;
    let level = [folder];
    for (let depth = 0; depth < deepest && seen < mostBelow; depth += 1) {
        const listed = await Promise.all(level.map(foldersIn));
        level = listed.flat().slice(0, mostBelow - seen);
        seen += level.length;
        configs.push(...(await Promise.all(level.map(configsAt))).flat());
    }
    return configs;
}
async function foldersIn(folder) {
    const entries = await (0,promises_.readdir)(folder, { withFileTypes: true }).catch(() => []);
    return entries
        .filter((entry) => entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules')
        .map(({ name }) => (0,external_node_path_.join)(folder, name));
}
async function credentialFiles(temp) {
    if (!temp)
        return [];
    const names = await (0,promises_.readdir)(temp).catch(() => []);
    return names.filter((name) => /^git-credentials-[\w-]+\.config$/.test(name)).map((name) => (0,external_node_path_.join)(temp, name));
}
async function git_credentials_read(path) {
    return (0,read_limited/* readFileLimited */.lB)(path, limits/* limits */.F.configFile).catch(() => '');
}

;// CONCATENATED MODULE: ./src/verify/secrets/gather-needles.ts








/** Bytes of a private key that is used for SSH. */
const longestKey = 64 * 1024;
/**
 * The secrets that this step knows: the job's tokens, those that the log hides, build secrets in files, private SSH keys, and the credentials
 * that the checkout of the workspace and of each context holds. What cannot be read is left out.
 */
async function gatherNeedles({ plan, access, host }) {
    const { env, log } = host;
    const read = (path, limit) => (0,read_limited/* readFileLimited */.lB)(path, limit).catch((error) => {
        log.debug(`Not searched for what is in ${path}: ${(0,action_error/* messageOf */.bD)(error)}`);
        return '';
    });
    const { build } = plan;
    const config = access.env['DOCKER_CONFIG'];
    const contexts = [
        ...(build.contextIsFolder ? [build.context] : []),
        ...build.contexts.flatMap(({ source }) => (source.kind === 'path' ? [source.path] : [])),
    ];
    const found = [
        ...tokensOf(env),
        ...knownSecrets(plan, env),
        ...(await Promise.all(build.secrets.flatMap(({ id, source }) => source.kind === 'file'
            ? [read(source.path, build_secrets/* longestSecret */.nr).then((text) => ({ role: `build secret ${id}`, text }))]
            : []))),
        ...(await Promise.all(build.ssh.flatMap(({ id, paths }) => paths.map(async (path) => {
            const text = await read(path, longestKey);
            return { role: `the SSH key ${id}`, text: text.includes('PRIVATE KEY') ? text : '' };
        })))),
        ...(await gitCredentials([...contexts, env['GITHUB_WORKSPACE'] || '.'], env)),
        ...(config === undefined ? [] : passwordsOf(await read((0,external_node_path_.join)(config, 'config.json'), limits/* limits */.F.configFile))),
    ];
    // The first that names a text is the one that people know it by.
    return [...new Map(found.toReversed().map((needle) => [needle.text, needle])).values()].reverse();
}
const tokens = {
    'INPUT_GITHUB-TOKEN': "the job's token",
    GITHUB_TOKEN: "the job's token",
    GH_TOKEN: 'GH_TOKEN',
    ACTIONS_RUNTIME_TOKEN: 'ACTIONS_RUNTIME_TOKEN',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
};
function tokensOf(env) {
    return Object.entries(tokens).flatMap(([name, role]) => {
        const text = env[name];
        return text ? [{ role, text }] : [];
    });
}
/** The credentials of a Docker configuration. https://github.com/docker/cli/blob/v28.5.2/cli/config/types/authconfig.go */
function passwordsOf(config) {
    try {
        const { auths = {} } = (0,json/* parseJson */.qF)(config);
        return Object.entries(auths).flatMap(([registry, entry]) => {
            const { auth, password, identitytoken, registrytoken } = entry;
            const basic = typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : '';
            const texts = [basic.slice(basic.indexOf(':') + 1), password, identitytoken, registrytoken];
            return texts.flatMap((text) => typeof text === 'string' && text !== '' ? [{ role: `the password for ${registry}`, text }] : []);
        });
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./src/verify/verify.ts















/**
 * Verifies the image of each platform: its configuration and the binaries in the layers that this build made are for the platform, and
 * neither these layers nor its configuration, annotations and attestations hold a secret of this step. Nothing is run. The size is checked
 * whatever `verify` is.
 *
 * @throws ActionError `platform-mismatch`, `secret-in-image` or `image-too-large`, with all that is wrong; and what reading the layers throws
 */
async function verifyImage(run, built, checked) {
    const { plan, host } = run;
    const { content } = built;
    const tooLarge = await checkSizes(run, content, checked);
    if (plan.verify === 'off' || content === undefined) {
        if (tooLarge.length > 0)
            throw (0,gather/* combine */.kg)('Verification', tooLarge);
        return [];
    }
    return host.log.group('Verify', async () => {
        const { verified, others } = await verifyContent(run, content, checked);
        for (const one of verified)
            host.log.info(verify_describe(one));
        for (const note of verified.flatMap(({ notes }) => notes))
            host.log.warning(note);
        const problems = oncePerFinding([...verified.flatMap(({ problems: found }) => found), ...others]);
        const fatal = [...tooLarge, ...(plan.verify === 'warn' ? [] : problems)];
        if (fatal.length > 0)
            throw (0,gather/* combine */.kg)('Verification', fatal);
        for (const problem of problems)
            warn(problem, host.log);
        return verified;
    });
}
async function verifyContent(run, content, checked) {
    const { plan, host } = run;
    const secrets = (0,secret_search/* prepareSearch */.MV)(await gatherNeedles(run));
    const scan = (0,verify_scan/* createScan */.e)(secrets);
    const { images } = content.tree;
    const missing = plan.build.platforms.filter((platform) => !images.some((image) => (0,oci_platform/* suits */.Fk)(platform, image.platform)));
    if (missing.length > 0)
        throw absent(missing.map(oci_platform/* formatPlatform */.Bq), images);
    const [verified, others] = await Promise.all([
        Promise.all(images.map((image) => verifyPlatform(run, image, { checked, content, scan, secrets }))),
        secrets ? checkDocuments(content, secrets, host.signal) : [],
    ]);
    return { verified, others };
}
async function verifyPlatform({ plan, host: { signal } }, image, { checked, content, scan, secrets }) {
    const platform = (0,oci_platform/* formatPlatform */.Bq)(image.platform);
    const configuration = await (0,verify_configuration/* readConfiguration */.T)(image, content.blobs, { signal });
    const read = await layersToRead(image, configuration, { checked, content, full: plan.verify === 'full' });
    const stages = checked.reading?.platforms.find((one) => (0,oci_platform/* formatPlatform */.Bq)(one.platform) === platform)?.stages;
    const files = {
        platform: image.platform,
        execution: configuration.config ?? {},
        layers: read.map((layer) => ({ name: layer.digest, open: () => content.blobs.open(layer, { signal }) })),
        complete: read.length === image.layers.length,
        sizes: new Map(read.map(({ digest, size }) => [digest, (0,text_bytes/* formatBytes */.z)(size)])),
        origins: new Map([
            ...originsOfBases(checked.bases),
            ...originsOf(configuration.history ?? [], image.layers.length, stages).flatMap((origin, index) => {
                const layer = image.layers[index];
                return origin && layer ? [[layer.digest, origin]] : [];
            }),
        ]),
        dockerfile: checked.reading?.dockerfile.file,
    };
    const { programs, problems, notes } = await (0,check_files/* checkFiles */.g)(files, await scan.treeOf(files.layers));
    const found = secrets ? await findSecrets(files, configuration, { image, stages, scan, secrets }) : [];
    return {
        platform,
        layers: { read: read.length, all: image.layers.length },
        programs,
        notes,
        problems: [...(0,verify_configuration/* checkConfiguration */.L)(image, configuration), ...problems, ...found],
    };
}
async function findSecrets(files, configuration, { image, stages, scan, secrets }) {
    const hits = await Promise.all(files.layers.map(async (layer) => (await scan.hitsIn(layer)).map((hit) => ({ ...hit, layer: layer.name }))));
    const { history = [] } = configuration;
    const originOf = ({ keys, text }) => {
        const [first, second] = keys;
        if (first === 'history') {
            const word = text.split(/[\s=]+/, 2)[1] ?? '';
            return originOfEntry(history, Number(second), { layers: image.layers.length, stages, word });
        }
        if (second === 'Env')
            return originOfWord('env', text.split('=', 1)[0] ?? '', stages);
        return second === 'Labels' ? originOfWord('label', String(keys[2]), stages) : undefined;
    };
    return [
        ...checkLayers(files, hits.flat(), secrets),
        ...checkTexts(files, configuration, { search: secrets, originOf }),
    ];
}
function absent(missing, images) {
    const found = images.map(({ platform }) => (0,oci_platform/* formatPlatform */.Bq)(platform)).join(', ');
    return new action_error/* ActionError */.lZ('platform-mismatch', `Cannot use the image: it is built for ${found || 'no platform'}, but ${missing.join(', ')} is missing`, { hint: 'Check the `--platform` options of FROM. No tag was written.' });
}
function verify_describe({ platform, layers, programs, problems }) {
    const found = programs === 0 ? 'no binaries' : `${programs} ${programs === 1 ? 'binary' : 'binaries'} checked`;
    const result = problems.length === 0 ? 'OK' : problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    return `${platform}: ${found} in ${layers.read} of ${layers.all} layers: ${result}`;
}
function warn({ code, message, place }, log) {
    // A Dockerfile inside the workflow is not a file that an annotation can refer to.
    const shown = place?.file === inline/* inlineDockerfile */.W ? undefined : place;
    log.warning(message, { title: `Polyarch: ${code}`, ...(shown ? { place: shown } : {}) });
}

;// CONCATENATED MODULE: ./src/run.ts


















/**
 * Runs the whole step. `main.ts` cleans up afterwards in every case; before that, it runs `afterReport` for work that follows the report of a failure.
 */
async function run(host, readInput, afterReport = () => undefined) {
    const { inputs, event } = await readInputs(host, readInput);
    const facts = await probe(host, inputs, event);
    const plan = makePlan(inputs, facts);
    tellPlan({ plan, host });
    // The time limit excludes the writing of tags: complete content is not discarded for one more minute.
    const limit = limitTime(plan.timeout, host);
    const access = await logIn(plan, facts, limit.host).catch((error) => {
        limit.lift();
        throw limit.toError(error);
    });
    try {
        const opening = { plan, host: limit.host, access };
        const run = { ...opening, source: openSource(opening) };
        if (plan.call !== 'build' && !plan.dryRun) {
            const answer = await askEngine(run, plan.call);
            reportAnswer(run, answer);
            (0,engine_answer/* refuseFindings */.xP)(answer);
            return;
        }
        const checked = await preflight(run);
        if (plan.dryRun) {
            reportDryRun(run, checked);
            return;
        }
        await setUpEmulators(run, checked);
        const built = await build(run, checked);
        const verified = await verifyImage(run, built, checked);
        // The cache of a verified build is kept, so that a rerun after a later failure can use it.
        if (built.keepCache)
            afterReport(built.keepCache);
        const smoked = await smokeTest(run, built);
        const gated = await passGate(run, built);
        const exported = await exportImage(run, built);
        limit.lift();
        const published = plan.push ? await (0,publish/* publish */.m)({ ...run, host }, built, gated?.content) : undefined;
        report(run, { checked, built, verified, smoked, gated, exported, published });
        if (published?.error)
            throw published.error;
    }
    catch (error) {
        throw limit.toError(error);
    }
    finally {
        limit.lift();
        reportLasting({ plan, access, host });
    }
}

// EXTERNAL MODULE: ./src/cli/display-flags.ts
var display_flags = __webpack_require__(56094);
// EXTERNAL MODULE: ./src/cli/help.ts
var help = __webpack_require__(87911);
// EXTERNAL MODULE: ./src/cli/read-flags.ts
var read_flags = __webpack_require__(97174);
;// CONCATENATED MODULE: ./src/cli/step-flags.ts

/**
 * Inputs that hold secrets, each with its environment variable. Arguments of a program are visible to every user of the machine and are kept in
 * the shell's history.
 */
const secretVariables = {
    password: 'POLYARCH_PASSWORD',
    secrets: 'POLYARCH_SECRETS',
    registries: 'POLYARCH_REGISTRIES',
    'registry-auth': 'POLYARCH_REGISTRIES',
    'github-token': 'GITHUB_TOKEN',
};
/** Inputs that have no meaning outside of a job, or that are separate commands. */
const withoutFlag = {
    'keep-login': 'there are no later steps. Use docker login',
    'dry-run': 'use polyarch plan',
};
/** The inputs that most builds need; the help lists them first. */
const common = [
    'images',
    'tags',
    'platforms',
    'file',
    'target',
    'build-args',
    'push',
    'load',
    'outputs',
    'cache',
    'engine',
];
/** List inputs with one value per line. */
const lists = ['before-tags'];
/** Inputs that are not booleans but are usually `true`. */
const optional = ['push', 'fresh', 'provenance', 'sbom'];
const shorts = { tags: 't', file: 'f', outputs: 'o' };
const kinds = {
    text: 'value',
    boolean: 'optional',
    count: 'value',
    choice: 'value',
    string: 'value',
    secret: 'value',
    list: 'list',
    lines: 'list',
    options: 'list',
    verbatim: 'list',
};
/** Returns the inputs without a flag, each with the reason. */
function inputsWithoutFlag() {
    const secrets = Object.entries(secretVariables).map(([name, variable]) => [
        name,
        `arguments are visible to other users of the machine. Set the environment variable ${variable}${name === 'password' ? ', or use --password-stdin' : ''}`,
    ]);
    return { ...withoutFlag, ...Object.fromEntries(secrets) };
}
/** Returns the flags of the inputs in two groups: those that most builds need, and all others. */
function inputFlags() {
    const without = inputsWithoutFlag();
    const rows = Object.entries(schema/* inputRows */.k).filter(([name]) => !Object.hasOwn(without, name));
    const isCommon = ([name]) => common.includes(name);
    const order = ([name]) => common.indexOf(name);
    return {
        common: flagsOf(rows.filter(isCommon).sort((a, b) => order(a) - order(b))),
        others: flagsOf(rows.filter((row) => !isCommon(row))),
    };
}
function flagsOf(rows) {
    return Object.fromEntries(rows.map(([name, row]) => {
        const short = shorts[name];
        const kind = optional.includes(name) ? 'optional' : lists.includes(name) ? 'list' : kinds[row.kind];
        return [name, { kind, doc: step_flags_describe(row), ...(short === undefined ? {} : { short }) }];
    }));
}
function step_flags_describe(row) {
    const isListed = row.kind !== 'choice' || row.choices.every((choice) => row.doc.includes(choice));
    const choices = isListed ? '' : ` One of ${row.choices.join(', ')}.`;
    const fallback = row.default === '' || /\bdefault:/i.test(row.doc)
        ? ''
        : ` Default: ${row.default}${row.default.endsWith('.') ? '' : '.'}`;
    return `${row.doc}${choices}${fallback}`;
}

;// CONCATENATED MODULE: ./src/cli/step-outputs.ts


/** The outputs shown to a person at the end. */
const shown = ['engine', 'digest', 'imageid', 'tags', 'refs', 'files'];
/** Returns every output under its name: lists as arrays, objects as objects, and null for a document that does not exist. */
function outputsAsJson(outputs) {
    return Object.fromEntries(Object.keys(outputRows).map((name) => [name, toJson(outputKinds[name], outputs.get(name) ?? '')]));
}
/** Returns the outputs as lines of a table for people. */
function outputLines(outputs) {
    const rows = shown.flatMap((name) => {
        const values = (outputs.get(name) ?? '').split('\n').filter((value) => value !== '');
        return values.map((value, at) => ({ name: at === 0 ? name : '', value }));
    });
    const width = Math.max(0, ...rows.map(({ name }) => name.length));
    return rows.map(({ name, value }) => `${name.padEnd(width)}  ${value}`);
}
function toJson(kind, text) {
    switch (kind) {
        case 'json':
            return text === '' ? null : (0,json/* parseJson */.qF)(text);
        case 'lines':
            return text === '' ? [] : text.split('\n');
        case 'boolean':
            return text === 'true';
        case 'number':
            return Number(text);
        default:
            return text;
    }
}

;// CONCATENATED MODULE: ./src/cli/build.ts












/** Builds, verifies and publishes an image, as the action does. */
const buildCommand = {
    help: () => (0,help/* renderHelp */.W)(helpOf('build')),
    read: (args) => readStep('build', args),
};
/** Shows what `build` would do with the same flags, without building. */
const planCommand = {
    help: () => (0,help/* renderHelp */.W)(helpOf('plan')),
    read: (args) => readStep('plan', args),
};
const passwordFlag = {
    'password-stdin': { kind: 'switch', doc: 'Read the password for --username from standard input.' },
};
function readStep(command, args) {
    const { common, others } = inputFlags();
    const rows = { ...common, ...others, ...passwordFlag, ...display_flags/* displayFlags */.u };
    const given = (0,read_flags/* readFlags */.uW)(args, { command, rows, notFlags: inputsWithoutFlag() });
    const [context, ...more] = given.others;
    if (more.length > 0) {
        throw (0,read_flags/* usageError */.Wp)(command, [`expected one build context, found ${given.others.slice(0, 5).join(' ')}`]);
    }
    if (context !== undefined && given.flags.has('context')) {
        throw (0,read_flags/* usageError */.Wp)(command, [`the build context is given twice, as ${context} and with --context`]);
    }
    const display = (0,display_flags/* readDisplay */.x)(given);
    return {
        display,
        run: async (found) => {
            const inputs = { ...inputsOf(given), ...(context === undefined ? {} : { context }) };
            const password = (0,read_flags/* isOn */.Mp)(given, 'password-stdin') ? await found.readStandardInput() : undefined;
            return await runStep(command, { ...inputs, ...(password === undefined ? {} : { password }) }, { display, found });
        },
    };
}
/** The inputs among the flags, as texts. */
function inputsOf({ flags }) {
    const own = new Set([...Object.keys(display_flags/* displayFlags */.u), ...Object.keys(passwordFlag)]);
    return Object.fromEntries([...flags].flatMap(([name, values]) => (own.has(name) ? [] : [[name, values.join('\n')]])));
}
async function runStep(command, given, { display, found }) {
    const { outlet, signal } = found;
    const env = stepEnvironment(found.env, command === 'plan' ? { ...given, 'dry-run': 'true' } : given);
    const outputs = new Map();
    const { runner, writeRest } = declareOutputs({
        ...outlet.runner,
        setOutput: (name, value) => void outputs.set(name, value),
    });
    let thrown;
    const host = (0,node/* createHost */.D)(env, signal, outlet);
    try {
        await run({ ...host, runner }, (name) => (0,commands/* readInput */.R)(env, name));
    }
    catch (error) {
        thrown = { error: ofCommandLine(error, command) };
    }
    finally {
        // No later step could use kept resources.
        for (const problem of await (0,clean_up_step/* cleanUpStep */.J)(host.tempDir, host))
            outlet.log.warning(problem);
        host.close();
    }
    writeRest();
    if (thrown !== undefined)
        return found.fail(thrown.error, outputsAsJson(outputs));
    if (display.json)
        outlet.printJson(outputsAsJson(outputs));
    else if (command === 'build')
        for (const line of outputLines(outputs))
            outlet.print(line);
    return 0;
}
/** Returns the environment of a step: that of this process, plus inputs as the runner sets them. Secrets become inputs, which no child inherits. */
function stepEnvironment(env, given) {
    const secrets = Object.entries(secretVariables).flatMap(([name, variable]) => {
        // Two inputs share one variable; it sets one of them.
        const value = name === 'registry-auth' ? undefined : env[variable];
        return value === undefined ? [] : [[name, value]];
    });
    const consumed = new Set(Object.values(secretVariables).filter((name) => name.startsWith('POLYARCH_')));
    const kept = Object.entries(env).filter(([name]) => !/^(?:INPUT|STATE)_/i.test(name) && !consumed.has(name));
    const inputs = Object.entries({ ...Object.fromEntries(secrets), ...given });
    return {
        ...Object.fromEntries(kept),
        ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    };
}
/** Returns an input error with a hint for the command line. */
function ofCommandLine(error, command) {
    if (!(error instanceof action_error/* ActionError */.lZ) || error.hint !== problem/* inputHint */.iX)
        return error;
    const hint = `Correct the flags of these names; nothing was run yet. Run polyarch ${command} --help for what each accepts.`;
    return new action_error/* ActionError */.lZ(error.code, error.message, { hint, cause: error.cause });
}
function helpOf(command) {
    const { common, others } = inputFlags();
    return {
        ...texts[command],
        sections: [
            { title: 'Common flags', flags: common },
            { title: 'Output', flags: display_flags/* displayFlags */.u },
            { title: 'All other flags', flags: { ...others, ...passwordFlag } },
        ],
        notes: [
            'A flag that ends in … can be given several times. Switches are on when they are given, and --NAME=false turns one off.',
            'Secrets are not flags, because arguments are visible to other users of the machine. Set POLYARCH_PASSWORD for --username (or use --password-stdin), POLYARCH_SECRETS for build secrets (id=value, one per line; or use --secret-envs and --secret-files), POLYARCH_REGISTRIES for credentials of several registries, and GITHUB_TOKEN for ghcr.io. Credentials of docker login and podman login are used as they are.',
            'Exit status: 0 success, 66 something that was named does not exist, 75 a transient failure, 1 any other failure. docs/reference/errors.md lists the error codes.',
        ],
    };
}
const texts = {
    build: {
        usage: 'build [CONTEXT] [FLAGS]',
        about: 'Build an image for one or several platforms, verify it, and push, load or export it. Every input of the action is a flag of the same name, and both do the same. Without Docker, Dockerfiles that do not need RUN are built by the embedded engine.',
        examples: [
            { does: 'Build for this Docker and load the image.', line: 'polyarch build . --tags acme/app:dev' },
            {
                does: 'Build for two platforms, verify both, and push.',
                line: 'polyarch build . --images ghcr.io/acme/app --tags 1.2.3,latest --platforms amd64,arm64 --push',
            },
            {
                does: 'Write an OCI archive and print its digest.',
                line: 'polyarch build . --platforms amd64,arm64 --outputs type=oci,dest=image.tar --json | jq -r .digest',
            },
            {
                does: 'Build with a secret that no argument shows.',
                line: 'polyarch build . --tags acme/app:dev --secret-envs npm_token=NPM_TOKEN',
            },
        ],
    },
    plan: {
        usage: 'plan [CONTEXT] [FLAGS]',
        about: 'Show what polyarch build would do with the same flags: engine, platforms, base images, tags, labels and credentials. Preflight checks run, push access included. Nothing is built or written.',
        examples: [
            {
                does: 'Show the plan of a release.',
                line: 'polyarch plan . --images ghcr.io/acme/app --tags 1.2.3,latest --platforms amd64,arm64 --push',
            },
            {
                does: 'Print the tags that it would write.',
                line: 'polyarch plan . --images ghcr.io/acme/app --tags 1.2.3 --push --json | jq -r ".tags[]"',
            },
        ],
    },
};


/***/ }),

/***/ 83476:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ isInStore)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1890);
/* harmony import */ var _call_daemon_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(30411);



/**
 * Whether the daemon has the image for the platform: an image that an earlier step built may not be in a registry. Undefined
 * if it has the image but cannot report its platforms: the containerd store keeps several, and Docker before 28
 * shows only the native one.
 */
async function isInStore({ reference, platform }, store, host) {
    const inspect = async (query = '') => {
        // https://docs.docker.com/reference/api/engine/version/v1.49/#tag/Image/operation/ImageInspect
        const path = `/images/${(0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_2__/* .pathOf */ .XM)(reference)}/json${query}`;
        try {
            return await (0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_2__/* .askDaemon */ .Ii)(store, { method: 'GET', path, timeout: 20_000 }, host);
        }
        catch {
            return undefined;
        }
    };
    const shown = await inspect();
    if (shown?.status !== 200)
        return false;
    if ((0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_1__/* .platformEquals */ .P2)(platformIn(shown.text), platform))
        return true;
    if (store.store === 'classic')
        return false;
    // A daemon before API 1.49 ignores the parameter.
    if (Number(store.api.split('.')[1]) < 49)
        return undefined;
    const asked = await inspect(`?platform=${encodeURIComponent(JSON.stringify(platform))}`);
    if (asked?.status === 200)
        return true;
    return asked !== undefined && /does not provide the specified platform/.test(asked.text) ? false : undefined;
}
function platformIn(text) {
    try {
        const { Os, Architecture, Variant } = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text);
        const variant = Variant ? { variant: Variant } : {};
        return { os: Os ?? '', architecture: Architecture ?? '', ...variant };
    }
    catch {
        return { os: '', architecture: '' };
    }
}


/***/ }),

/***/ 15294:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ loadImage)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(43487);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22714);
/* harmony import */ var _errors_cancelled_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(38448);
/* harmony import */ var _oci_image_entries_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(30321);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1080);
/* harmony import */ var _tree_archive_write_tar_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(804);
/* harmony import */ var _call_daemon_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(30411);








/** Milliseconds without output in which a daemon may unpack an image. */
const unpackTimeout = 30 * 60_000;
/**
 * Loads the image into a daemon's store under every reference, and returns the daemon's ID for it. The classic store gets Docker's own format for
 * one platform; the containerd store gets an OCI layout with all platforms.
 *
 * @throws ActionError `engine-failed` with the daemon's message, and the errors of reading the image
 */
async function loadImage(image, server, { references, host }) {
    const kind = server.store === 'containerd' ? 'oci' : 'docker';
    const entries = (0,_oci_image_entries_js__WEBPACK_IMPORTED_MODULE_4__/* .imageEntries */ .I)(image, { kind, references, annotations: {}, signal: host.signal });
    const failure = (found, cause) => new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('engine-failed', `Cannot load the image into Docker ${server.version}: ${found}`, { cause });
    try {
        const problem = await problemOfLoading(entries, server, host);
        if (problem !== undefined)
            throw failure(problem);
    }
    catch (error) {
        if (error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ)
            throw error;
        if (host.signal.aborted)
            throw (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_3__/* .cancelled */ .K)('loading the image');
        throw failure((0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .messageOf */ .bD)(error), error);
    }
    const [only] = image.tree.images;
    return kind === 'docker' && only ? only.config.digest : image.tree.root.digest;
}
/** Returns the error message, if any. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageLoad */
async function problemOfLoading(entries, server, host) {
    let sent = 0;
    const archive = async function* () {
        for await (const piece of (0,_tree_archive_write_tar_js__WEBPACK_IMPORTED_MODULE_5__/* .writeTar */ .F)(entries)) {
            sent += piece.length;
            host.log.progress(`Loading into Docker: ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_7__/* .formatBytes */ .z)(sent)}`);
            yield piece;
        }
    };
    const request = {
        method: 'POST',
        path: '/images/load?quiet=1',
        headers: { 'content-type': 'application/x-tar' },
        body: node_stream__WEBPACK_IMPORTED_MODULE_0__.Readable.from(archive(), { objectMode: false, highWaterMark: 1024 * 1024 }),
        timeout: unpackTimeout,
    };
    // The daemon answers 200 before it has read the image; the lines of the body report errors.
    const answer = await (0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_6__/* .askDaemon */ .Ii)(server, request, host);
    if (answer.status !== 200)
        return `it answered ${answer.status}: ${(0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_6__/* .messageIn */ .v6)(answer)}`;
    return answer.text.trim().split('\n').map(errorOf).find(Boolean);
}
function errorOf(line) {
    try {
        return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseJson */ .qF)(line).error;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 74995:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cj: () => (/* binding */ givenArguments),
/* harmony export */   TQ: () => (/* binding */ unusedBuildArguments),
/* harmony export */   dX: () => (/* binding */ stageValues),
/* harmony export */   pv: () => (/* binding */ completeEnvironment),
/* harmony export */   wX: () => (/* binding */ globalValues)
/* harmony export */ });
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1890);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53989);
/* harmony import */ var _expand_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(34470);



/**
 * The arguments given from outside: those without a value take that of the environment variable of their name, if any.
 * SOURCE_DATE_EPOCH of the environment is one without being named, as with buildx.
 */
function givenArguments(given, env) {
    const epoch = env['SOURCE_DATE_EPOCH'] ? { SOURCE_DATE_EPOCH: null } : {};
    return new Map(Object.entries({ ...epoch, ...given }).flatMap(([name, written]) => {
        const value = written ?? env[name];
        return value === undefined ? [] : [[name, value]];
    }));
}
/**
 * The variables that FROM may use, and what ARG without a value in a stage takes: those of the platforms, TARGETSTAGE, and
 * ARG before the first FROM, each with the value given from outside, if any.
 * https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
 * @throws ActionError `dockerfile-invalid`
 */
function globalValues(dockerfile, inputs) {
    const { file, directives, globalArguments, stages } = dockerfile;
    const { buildArguments } = inputs;
    const target = inputs.target || stages.at(-1)?.name || 'default';
    const values = new Map();
    for (const [name, value] of [...platformValues(inputs), ['TARGETSTAGE', target]]) {
        values.set(name, buildArguments.get(name) ?? value);
    }
    const problems = [];
    for (const { line, arguments: given } of globalArguments) {
        for (const { name, value: written } of given) {
            const value = (0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .attempt */ .CD)(line, (at, message, cause) => problems.push({ line: at, message, cause }), () => buildArguments.get(name) ??
                (written === undefined
                    ? undefined
                    : (0,_expand_js__WEBPACK_IMPORTED_MODULE_2__/* .expandWord */ .Vo)(written, (other) => values.get(other), { escapeMark: directives.escape })));
            if (value !== undefined)
                values.set(name, value);
        }
    }
    if (problems.length > 0)
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .dockerfileError */ .lL)(file, problems);
    return values;
}
// Usable without ARG, or read by the builder itself:
// https://docs.docker.com/reference/dockerfile/#predefined-args and #buildkit-built-in-build-args
const predefined = /^(?:(?:https?|ftp|no|all)_proxy|SOURCE_DATE_EPOCH|BUILDKIT_.*|(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/;
/** Returns the given names that no ARG of the Dockerfile declares and that are not predefined: most likely a typo. */
function unusedBuildArguments({ globalArguments, stages }, buildArguments) {
    const instructions = [...globalArguments, ...stages.flatMap((stage) => stage.instructions)];
    const declared = new Set(instructions.flatMap((one) => (one.kind === 'arg' ? one.arguments.map(({ name }) => name) : [])));
    return [...buildArguments.keys()].filter((name) => {
        // Proxy variables are accepted in uppercase and lowercase.
        return !declared.has(name) && !predefined.test(name) && !/^[A-Z]+_PROXY$/.test(name.toUpperCase());
    });
}
const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Returns the `Env` of a base image's configuration with a PATH, which BuildKit adds except on Windows. */
function completeEnvironment(environment, os) {
    if (os === 'windows' || environment.some((entry) => entry.startsWith('PATH=')))
        return environment;
    return [...environment, defaultPath];
}
/**
 * What the first instruction of a stage sees: the variables at the end of the stage it is based on, ARG among them, and
 * over them the `Env` of its configuration, completed.
 */
function stageValues(ofBase, environment) {
    const entries = environment.map((entry) => {
        const equals = entry.indexOf('=');
        return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    });
    return new Map([...(ofBase ?? []), ...entries]);
}
function platformValues({ buildPlatform, targetPlatform }) {
    const describe = (prefix, platform, formatted) => [
        [`${prefix}PLATFORM`, formatted],
        [`${prefix}OS`, platform.os],
        [`${prefix}OSVERSION`, platform['os.version'] ?? ''],
        [`${prefix}ARCH`, platform.architecture],
        [`${prefix}VARIANT`, platform.variant ?? ''],
    ];
    const version = targetPlatform['os.version'];
    const target = (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .formatPlatform */ .Bq)(targetPlatform);
    return [
        ...describe('BUILD', buildPlatform, (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .formatPlatform */ .Bq)(buildPlatform)),
        ...describe('TARGET', targetPlatform, version ? target.replace('/', `(${version})/`) : target),
    ];
}


/***/ }),

/***/ 34470:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Qk: () => (/* binding */ expandHereDocument),
  Vo: () => (/* binding */ expandWord),
  AK: () => (/* binding */ expandWords),
  CH: () => (/* binding */ shellWords)
});

// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(53989);
// EXTERNAL MODULE: ./src/dockerfile/read/space.ts
var space = __webpack_require__(55073);
;// CONCATENATED MODULE: ./src/dockerfile/expand/pattern.ts


const any = Symbol('?');
const many = Symbol('*');
/** Parts of a pattern times characters of a value: a second at most. */
const mostSteps = 100_000_000;
/** `value` without the part at its start that matches: the longest with `greedy`, else the shortest. */
function trimPrefix(value, pattern, greedy) {
    const characters = [...value];
    const end = matchEnds(readPattern(pattern), characters, greedy)[0] ?? -1;
    return end < 0 ? value : characters.slice(end).join('');
}
/** `value` without the part at its end that matches: the longest with `greedy`, else the shortest. */
function trimSuffix(value, pattern, greedy) {
    const characters = [...value].reverse();
    const end = matchEnds(readPattern(pattern).reverse(), characters, greedy)[0] ?? -1;
    return end < 0 ? value : characters.slice(end).reverse().join('');
}
/** `value` with the first part that matches replaced. */
function replaceFirst(value, pattern, replacement) {
    const characters = [...value];
    const ends = matchEnds(readPattern(pattern), characters, true);
    const start = ends.findIndex((end) => end >= 0);
    if (start < 0)
        return value;
    return characters.slice(0, start).join('') + replacement + characters.slice(ends[start]).join('');
}
/**
 * `value` with every part that matches replaced. BuildKit hands the replacement to Go's regexp.ReplaceAllString, so that
 * `$0` in it means the part found, `$$` a dollar and other names nothing. https://pkg.go.dev/regexp#Regexp.Expand
 */
function replaceAll(value, pattern, replacement) {
    const characters = [...value];
    const found = findAll(matchEnds(readPattern(pattern), characters, true));
    let result = '';
    let last = 0;
    for (const { start, end } of found) {
        result +=
            characters.slice(last, start).join('') + expandTemplate(replacement, characters.slice(start, end).join(''));
        if (result.length > limits/* limits */.F.dockerfile) {
            throw (0,problem/* excessError */._W)(`the result has more than ${limits/* limits */.F.dockerfile} characters`);
        }
        last = end;
    }
    return result + characters.slice(last).join('');
}
function readPattern(pattern) {
    const characters = [...pattern];
    const parts = [];
    for (let at = 0; at < characters.length; at++) {
        const character = characters[at] ?? '';
        if (character === '*')
            parts.push(many);
        else if (character === '?')
            parts.push(any);
        else if (character !== '\\')
            parts.push(character);
        else {
            const next = characters[at + 1] ?? '';
            // "}" and "/" would end the pattern; the escape before them is dropped, and they are read as all others.
            if (next === '}' || next === '/')
                continue;
            if (next !== '*' && next !== '?' && next !== '\\') {
                throw (0,problem/* textError */.MZ)(`invalid pattern (${pattern}) in substitution: invalid escape '\\${next}'`);
            }
            parts.push(next);
            at++;
        }
    }
    return parts;
}
/**
 * For each start the end of the match there, or -1. Follows what a backtracking matcher prefers, but in time bounded by
 * the lengths: a Dockerfile must not be able to hang the build. `*` and `?` do not match a newline, as in BuildKit.
 */
function matchEnds(parts, characters, greedy) {
    const length = characters.length;
    if (parts.length * length > mostSteps) {
        throw (0,problem/* excessError */._W)(`a pattern of ${parts.length} characters is matched with a value of ${length}: that takes too long`);
    }
    let after = Int32Array.from({ length: length + 1 }, (_, at) => at);
    for (const part of [...parts].reverse()) {
        const ends = new Int32Array(length + 1).fill(-1);
        for (let at = length; at >= 0; at--) {
            const character = at < length ? characters[at] : undefined;
            const fits = character !== undefined && (typeof part === 'string' ? character === part : character !== '\n');
            const skip = after[at] ?? -1;
            if (part === many) {
                const more = fits ? (ends[at + 1] ?? -1) : -1;
                const [preferred, other] = greedy ? [more, skip] : [skip, more];
                ends[at] = preferred >= 0 ? preferred : other;
            }
            else if (fits) {
                ends[at] = after[at + 1] ?? -1;
            }
        }
        after = ends;
    }
    return after;
}
function findAll(ends) {
    const found = [];
    let last = -1;
    for (let start = 0; start < ends.length;) {
        const end = ends[start] ?? -1;
        // An empty match right behind the last one does not count.
        if (end < 0 || (end === start && start === last)) {
            start++;
            continue;
        }
        found.push({ start, end });
        last = end;
        start = end > start ? end : start + 1;
    }
    return found;
}
function expandTemplate(template, whole) {
    return template.replace(/\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu, (match, bare, braced) => {
        if (match === '$$')
            return '$';
        return (bare ?? braced) === '0' ? whole : '';
    });
}

;// CONCATENATED MODULE: ./src/dockerfile/expand/expand.ts





const deepest = 250;
/**
 * One word, its variables replaced and its quotes and escapes taken off; white space stays. For the arguments of ENV, LABEL,
 * COPY, ADD, WORKDIR, USER, VOLUME, STOPSIGNAL, ARG and FROM.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function expandWord(word, lookup, { escapeMark }) {
    return expand(word, lookup, { ...wordMode, escapeMark }).text;
}
/** The words that `text` comes to, split where white space is not quoted, also white space from a variable. For EXPOSE. */
function expandWords(text, lookup, { escapeMark }) {
    return expand(text, lookup, { ...wordMode, escapeMark, splits: true }).words;
}
/** The body of a here-document: quotes are text, and the escape is "\" whatever the Dockerfile's is. */
function expandHereDocument(body, lookup) {
    return expand(body, lookup, { ...wordMode, escapeMark: '\\', quotes: 'ordinary' }).text;
}
/** The words of a line as a shell would split it, with variables and, where asked for, quotes and escapes left as they are. */
function shellWords(line, keep) {
    return expand(line, () => undefined, { escapeMark: '\\', unset: 'keep', splits: true, ...keep }).words;
}
const wordMode = { quotes: 'remove', escapes: 'remove', unset: 'empty', splits: false };
function expand(source, lookup, mode) {
    const characters = [...source];
    const state = { characters, at: characters[0] === '\ufeff' ? 1 : 0, word: '', depth: 0, lookup, mode };
    try {
        return readUntil(state, undefined, mode.escapes === 'keep');
    }
    catch (thrown) {
        if (!(thrown instanceof action_error/* ActionError */.lZ))
            throw thrown;
        throw (0,problem/* textError */.MZ)(`failed to process ${(0,problem/* quoteFound */.F6)(source)}: ${thrown.message}`, thrown.cause);
    }
}
/** Reads up to `stop`, which is used up, or to the end. `raw` leaves escapes in. */
function readUntil(state, stop, raw) {
    if (++state.depth > deepest)
        throw (0,problem/* textError */.MZ)(`more than ${deepest} substitutions inside each other`);
    const { mode } = state;
    const words = [];
    let text = '';
    // BuildKit has one buffer for all depths: what stands before ${x:-y} in a word is lost to the list of words, so that
    // EXPOSE 80${x:-81} exposes port 81.
    state.word = '';
    const finish = () => {
        if (state.word !== '')
            words.push(state.word);
        state.word = '';
    };
    const add = (part, split) => {
        text = joined(text, part);
        if (!mode.splits)
            return;
        if (!split)
            state.word += part;
        else {
            for (const character of part) {
                if ((0,space/* isSpace */.xC)(character))
                    finish();
                else
                    state.word += character;
            }
        }
    };
    for (;;) {
        const character = next(state);
        if (character === undefined) {
            if (stop !== undefined)
                throw (0,problem/* textError */.MZ)(`unexpected end of statement while looking for matching ${stop}`);
            break;
        }
        if (character === stop)
            break;
        if (character === '$')
            add(readDollar(state), true);
        else if (character === '<')
            add(readLess(state), false);
        else if (character === "'" && mode.quotes !== 'ordinary')
            add(readSingleQuoted(state), false);
        else if (character === '"' && mode.quotes !== 'ordinary')
            add(readDoubleQuoted(state, raw), false);
        else if (character !== mode.escapeMark)
            add(character, true);
        else {
            // The escape is dropped at the end; else the next character stands for itself.
            add((raw ? character : '') + (next(state) ?? ''), false);
        }
    }
    finish();
    state.depth--;
    return { text, words };
}
/** A value can be built from itself, doubled by each line: 30 lines would take a gigabyte. No environment takes more than the limit. */
function joined(text, part) {
    if (text.length + part.length > limits/* limits */.F.dockerfile) {
        throw (0,problem/* excessError */._W)(`the result has more than ${limits/* limits */.F.dockerfile} characters`);
    }
    return text + part;
}
function next(state) {
    const character = state.characters[state.at];
    if (character !== undefined)
        state.at++;
    return character;
}
function peek(state) {
    return state.characters[state.at];
}
function readSingleQuoted(state) {
    const end = state.characters.indexOf("'", state.at);
    if (end < 0)
        throw (0,problem/* textError */.MZ)('unexpected end of statement while looking for matching single-quote');
    const inside = state.characters.slice(state.at, end).join('');
    state.at = end + 1;
    return state.mode.quotes === 'keep' ? `'${inside}'` : inside;
}
function readDoubleQuoted(state, raw) {
    const { escapeMark, quotes } = state.mode;
    let text = quotes === 'keep' ? '"' : '';
    for (;;) {
        const character = next(state);
        if (character === undefined)
            throw (0,problem/* textError */.MZ)('unexpected end of statement while looking for matching double-quote');
        if (character === '"')
            return quotes === 'keep' ? `${text}"` : text;
        if (character === '$')
            text = joined(text, readDollar(state));
        else if (character !== escapeMark)
            text += character;
        else {
            // Only these are escaped between double quotes; before others the escape is a character like them.
            const escaped = peek(state);
            const special = escaped === '"' || escaped === '$' || escaped === escapeMark;
            // One that is left in and escapes nothing comes out twice: so it is in the patterns of BuildKit.
            text += (raw ? character : '') + (special ? next(state) : character);
        }
    }
}
/** The white space between << and the delimiter of a here-document belongs to one word. */
function readLess(state) {
    if (peek(state) !== '<')
        return '<';
    next(state);
    let text = '<<';
    for (let blank = peek(state); blank === '\t' || blank === '\r' || blank === ' '; blank = peek(state)) {
        text += next(state);
    }
    return text;
}
function readDollar(state) {
    if (peek(state) !== '{') {
        const name = readName(state);
        return name === '' ? '$' : (state.lookup(name) ?? (state.mode.unset === 'keep' ? `$${name}` : ''));
    }
    next(state);
    const first = peek(state);
    if (first === undefined)
        throw (0,problem/* textError */.MZ)("syntax error: missing '}'");
    if (first === '{' || first === '}' || first === ':')
        throw (0,problem/* textError */.MZ)('syntax error: bad substitution');
    const name = readName(state);
    const operator = next(state);
    if (operator === undefined)
        throw (0,problem/* textError */.MZ)("syntax error: missing '}'");
    const value = state.lookup(name);
    if (operator === '}')
        return value ?? (state.mode.unset === 'keep' ? `\${${name}}` : '');
    if (operator === '/')
        return readReplacement(state, name, value);
    if (!':+-?#%'.includes(operator))
        throw unsupported(operator);
    return readOperator(state, operator, { name, value });
}
function readOperator(state, first, { name, value }) {
    const colon = first === ':';
    const operator = colon ? (next(state) ?? '') : first;
    const written = colon ? `:${operator}` : operator;
    const trims = operator === '#' || operator === '%';
    if (colon && trims)
        throw unsupported(written);
    const word = readPart(state, '}', { raw: trims, missing: "syntax error: missing '}'" });
    if (value === undefined && state.mode.unset === 'keep')
        return `\${${name}${written}${word}}`;
    const given = colon && value === '' ? undefined : value;
    switch (operator) {
        case '-':
            return given ?? word;
        case '+':
            return given === undefined ? '' : word;
        case '?':
            if (given !== undefined)
                return given;
            throw (0,problem/* textError */.MZ)(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
        case '#':
        case '%': {
            const greedy = word.startsWith(operator);
            const trimmed = operator === '#' ? trimPrefix : trimSuffix;
            return trimmed(value ?? '', greedy ? word.slice(1) : word, greedy);
        }
        default:
            throw unsupported(written);
    }
}
function readReplacement(state, name, value) {
    const all = peek(state) === '/';
    if (all)
        next(state);
    const pattern = readPart(state, '/', { raw: true, missing: "syntax error: missing '/' in the substitution" });
    const replacement = readPart(state, '}', { raw: true, missing: "syntax error: missing '}'" });
    if (value === undefined && state.mode.unset === 'keep')
        return `\${${name}/${pattern}/${replacement}}`;
    return (all ? replaceAll : replaceFirst)(value ?? '', pattern, replacement);
}
function readPart(state, stop, { raw, missing }) {
    try {
        return readUntil(state, stop, raw).text;
    }
    catch (thrown) {
        if (thrown instanceof action_error/* ActionError */.lZ && peek(state) === undefined && !(0,problem/* isExcess */.YY)(thrown))
            throw (0,problem/* textError */.MZ)(missing);
        throw thrown;
    }
}
/** A name of letters, digits and "_"; a number; or one of the shell's special parameters, which never have a value. */
function readName(state) {
    const rest = state.characters;
    const start = state.at;
    const first = rest[start] ?? '';
    if ('@*#?-$!0'.includes(first) && first !== '' && first !== '0') {
        state.at++;
        return first;
    }
    const belongs = /\p{Nd}/u.test(first) ? /\p{Nd}/u : /[\p{L}\p{Nd}_]/u;
    while (belongs.test(rest[state.at] ?? ''))
        state.at++;
    return rest.slice(start, state.at).join('');
}
function unsupported(operator) {
    return (0,problem/* textError */.MZ)(`unsupported modifier (${operator}) in substitution`);
}


/***/ }),

/***/ 37487:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ parseChmod),
/* harmony export */   Z: () => (/* binding */ parseMode)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(53989);

const standard = 0o6777;
const sticky = 0o1000;
const execute = 0o111;
/**
 * Reads the value of `--chmod`: octal, or symbols as chmod(1) has them (`u=rwX,go-w`), without a umask.
 * https://docs.docker.com/reference/dockerfile/#copy---chown---chmod
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parseChmod(text) {
    if (/^\d/.test(text)) {
        const mode = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
        if (!(mode <= 0o7777)) {
            throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .textError */ .MZ)(`invalid chmod parameter: '${text}'. It should be an octal string between 0 and 07777`);
        }
        return () => mode;
    }
    const steps = text.split(',').flatMap((clause) => readClause(clause, text));
    return (mode, isFolder) => steps.reduce((changed, step) => step(changed, { mode, isFolder }), mode);
}
/** Reads the value of `--chmod`, octal or symbolic. Throws `dockerfile-invalid`, without a place. */
function parseMode(text) {
    const apply = parseChmod(text);
    return /^\d/.test(text) ? { apply, octal: apply(0, false) } : { apply };
}
const whose = { a: standard, u: 0o4700, g: 0o2070, o: 0o007 };
const shifts = { u: 6, g: 3, o: 0 };
function readClause(clause, text) {
    const [all, who = ''] = /^([augo]*)(?=[-+=])/.exec(clause) ?? [];
    if (all === undefined)
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .textError */ .MZ)(`invalid chmod parameter: ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteFound */ .F6)(text)}: invalid syntax`);
    const bits = [...who].reduce((sum, letter) => sum | (whose[letter] ?? 0), 0);
    const steps = [];
    let rest = clause.slice(who.length);
    while (rest !== '') {
        const [action, operator = '', letters = ''] = /^([-+=])([rwxXstugo]*)/.exec(rest) ?? [];
        if (action === undefined)
            throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .textError */ .MZ)(`invalid chmod parameter: ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteFound */ .F6)(text)}: invalid syntax`);
        steps.push(...readAction(operator, letters, bits));
        rest = rest.slice(action.length);
    }
    return steps;
}
/** One operator and its letters, by the order of BSD's setmode(3): copies (u, g, o) part what stands before and after. */
function readAction(operator, letters, who) {
    const steps = [];
    let whom = who;
    let bits = 0;
    let conditional = 0;
    let cleared = false;
    const onlyOthers = who !== 0 && (who & ~0o007) === 0;
    const flush = (always) => {
        const clears = operator === '=';
        if (bits !== 0 || (always && clears && !cleared)) {
            const [scope, given] = [whom === 0 ? standard : whom, whom === 0 ? bits : bits & whom];
            if (operator === '-')
                steps.push((mode) => mode & ~given);
            else
                steps.push((mode) => (clears ? mode & ~scope : mode) | given);
        }
        const extra = whom === 0 ? conditional : conditional & whom;
        if (extra !== 0) {
            steps.push((mode, before) => ((before.mode & execute) !== 0 || before.isFolder ? mode | extra : mode));
        }
        bits = 0;
        conditional = 0;
    };
    for (const letter of letters) {
        if (letter === 'r')
            bits |= 0o444;
        else if (letter === 'w')
            bits |= 0o222;
        else if (letter === 'x' || (letter === 'X' && operator === '-'))
            bits |= execute;
        else if (letter === 'X')
            conditional = execute;
        else if (letter === 's')
            bits |= onlyOthers ? 0 : 0o6000;
        else if (letter === 't') {
            if (!onlyOthers) {
                whom |= sticky;
                bits |= sticky;
            }
        }
        else {
            flush(false);
            if (operator === '=')
                cleared = true;
            steps.push(copyBits(operator, shifts[letter] ?? 0, whom));
        }
    }
    flush(true);
    return steps;
}
function copyBits(operator, from, who) {
    return (mode) => {
        const value = (mode >> from) & 0o7;
        let changed = mode;
        for (const shift of [6, 3, 0]) {
            if (who !== 0 && (who & (0o4 << shift)) === 0)
                continue;
            if (operator !== '+')
                changed &= ~((operator === '=' ? 0o7 : value) << shift);
            if (operator !== '-')
                changed |= value << shift;
        }
        return changed;
    };
}


/***/ }),

/***/ 99017:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ov: () => (/* binding */ isDockersFrontend),
/* harmony export */   cA: () => (/* binding */ readDirective),
/* harmony export */   fR: () => (/* binding */ createDirectiveReader),
/* harmony export */   i2: () => (/* binding */ findDirectives)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(53989);
/* harmony import */ var _space_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(55073);


const known = new Set(['syntax', 'escape', 'check']);
function createDirectiveReader() {
    return { seen: new Map(), done: false, escapeMark: '\\' };
}
/**
 * Reads one line, without white space in front and line end.
 * @throws ActionError `dockerfile-invalid`, without a place, for a duplicate directive and for an invalid escape
 */
function readDirective(reader, line) {
    const directive = reader.done ? undefined : parseDirective(line, '#');
    if (directive === undefined) {
        reader.done = true;
        return;
    }
    const { name, value } = directive;
    if (reader.seen.has(name))
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .textError */ .MZ)(`only one ${name} parser directive can be used`);
    reader.seen.set(name, value);
    if (name !== 'escape')
        return;
    if (value !== '`' && value !== '\\')
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .textError */ .MZ)(`invalid escape token '${value}' does not match \` or \\`);
    reader.escapeMark = value;
}
/** The frontend and the checks that a Dockerfile asks for. Both are looked up before it is parsed, below a `#!` line too. */
function findDirectives(text) {
    const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
    if (lines[0]?.startsWith('#!'))
        lines.shift();
    const syntax = find(lines, 'syntax', '#') ?? find(lines, 'syntax', '//') ?? syntaxOfJson(lines);
    const check = find(lines, 'check', '#');
    return {
        ...(syntax === undefined ? {} : { syntax: syntax.replace(/ .*/s, '') }),
        ...(check === undefined ? {} : { check }),
    };
}
function find(lines, name, comment) {
    const seen = new Set();
    for (const line of lines) {
        const directive = parseDirective(line, comment);
        if (directive === undefined || seen.has(directive.name))
            return undefined;
        if (directive.name === name)
            return directive.value;
        seen.add(directive.name);
    }
    return undefined;
}
/** `{"syntax": "…"}`: files of other formats name their frontend so. */
function syntaxOfJson(lines) {
    if (!(0,_space_js__WEBPACK_IMPORTED_MODULE_1__/* .trimStart */ .Dw)(lines.find((line) => line !== '') ?? '').startsWith('{'))
        return undefined;
    try {
        // The size of a Dockerfile is limited, and only the top level is read.
        const value = JSON.parse(lines.join('\n'));
        const syntax = typeof value === 'object' && value !== null && 'syntax' in value ? value.syntax : undefined;
        return typeof syntax === 'string' ? syntax : undefined;
    }
    catch {
        return undefined;
    }
}
function parseDirective(line, comment) {
    if (!line.startsWith(comment))
        return undefined;
    const match = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n]*)$/.exec((0,_space_js__WEBPACK_IMPORTED_MODULE_1__/* .trimStart */ .Dw)(line.slice(comment.length)));
    const name = match?.[1]?.toLowerCase() ?? '';
    const value = (0,_space_js__WEBPACK_IMPORTED_MODULE_1__/* .trimBlanks */ .I6)(match?.[2] ?? '');
    return known.has(name) && value !== '' ? { name, value } : undefined;
}
/** Whether a frontend is `docker/dockerfile`, of any version: its language is what `src/dockerfile` reads. */
function isDockersFrontend(syntax) {
    return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/.test(syntax);
}


/***/ }),

/***/ 81327:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I8: () => (/* binding */ chomp),
/* harmony export */   Q0: () => (/* binding */ findAnnouncements),
/* harmony export */   gu: () => (/* binding */ readAnnouncement)
/* harmony export */ });
/* harmony import */ var _expand_expand_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(34470);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53989);


/** The here-document that a word announces, if it does. https://docs.docker.com/reference/dockerfile/#here-documents */
function readAnnouncement(word) {
    const match = /^\d*<<(-?)([^<]+)$/.exec(word);
    const delimiter = match?.[2];
    if (delimiter === undefined)
        return undefined;
    const [name, ...others] = words(delimiter, 'remove');
    if (name === undefined || others.length > 0)
        return undefined;
    const [quoted = ''] = words(delimiter, 'keep');
    return { name, expands: quotesIn(name) === quotesIn(quoted), chomps: match?.[1] === '-' };
}
/** Those that a line announces, in order. A line whose quotes do not match announces none. */
function findAnnouncements(line) {
    const found = (0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .tryReading */ .cI)(() => (0,_expand_expand_js__WEBPACK_IMPORTED_MODULE_0__/* .shellWords */ .CH)(line, { quotes: 'keep', escapes: 'keep' }));
    return (found ?? []).map(readAnnouncement).filter((announced) => announced !== undefined);
}
/** Drops the tabs in front of each line. */
function chomp(body) {
    return body.replace(/(^|\n)\t+/g, '$1');
}
function words(delimiter, quotes) {
    return (0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .tryReading */ .cI)(() => (0,_expand_expand_js__WEBPACK_IMPORTED_MODULE_0__/* .shellWords */ .CH)(delimiter, { quotes, escapes: 'remove' })) ?? [];
}
function quotesIn(text) {
    return text.match(/['"]/g)?.length ?? 0;
}


/***/ }),

/***/ 57370:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ inlineDockerfile)
/* harmony export */ });
/** The name of a Dockerfile that the workflow itself holds: messages name it so, and no file has it. */
const inlineDockerfile = 'dockerfile-inline';


/***/ }),

/***/ 18494:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  A: () => (/* binding */ parseDockerfile),
  u: () => (/* binding */ parseTrigger)
});

// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(53989);
// EXTERNAL MODULE: ./src/dockerfile/read/directives.ts
var directives = __webpack_require__(99017);
// EXTERNAL MODULE: ./src/text/nearest.ts
var nearest = __webpack_require__(60613);
;// CONCATENATED MODULE: ./src/dockerfile/read/flags.ts


/**
 * Reads `--name`, `--name=value` by the kinds an instruction knows.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function readFlags(given, kinds) {
    const values = new Map();
    for (const flag of given) {
        const equals = flag.indexOf('=');
        const written = equals < 0 ? flag : flag.slice(0, equals);
        const name = written.slice(2);
        const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
        if (kind === undefined)
            throw unknownFlag(written, name, Object.keys(kinds));
        if (kind !== 'list' && values.has(name))
            throw (0,problem/* textError */.MZ)(`duplicate flag specified: ${written}`);
        values.set(name, [
            ...(values.get(name) ?? []),
            readValue(written, equals < 0 ? undefined : flag.slice(equals + 1), kind),
        ]);
    }
    return {
        text: (name) => values.get(name)?.[0],
        list: (name) => values.get(name) ?? [],
        switch: (name) => (values.has(name) ? values.get(name)?.[0] === 'true' : undefined),
    };
}
function readValue(written, value, kind) {
    if (kind !== 'switch') {
        if (value === undefined)
            throw (0,problem/* textError */.MZ)(`missing a value on flag: ${written}`);
        return value;
    }
    if (value === '')
        throw (0,problem/* textError */.MZ)(`missing a value on flag: ${written}`);
    const lower = value?.toLowerCase() ?? 'true';
    if (lower === 'true' || lower === 'false')
        return lower;
    throw (0,problem/* textError */.MZ)(`expecting boolean value for flag ${written}, not: ${value}`);
}
function unknownFlag(written, name, known) {
    const near = (0,nearest/* nearest */.p)(name, known);
    return (0,problem/* textError */.MZ)(`unknown flag: ${written}${near === undefined ? '' : ` (did you mean --${near}?)`}`);
}

;// CONCATENATED MODULE: ./src/dockerfile/instructions/duration.ts

const units = {
    ns: 1,
    us: 1e3,
    µs: 1e3,
    μs: 1e3,
    ms: 1e6,
    s: 1e9,
    m: 60e9,
    h: 3600e9,
};
const longest = 2 ** 63;
/**
 * Nanoseconds in a duration as Go writes it: `1m30s`, `1.5h`, `0`. https://pkg.go.dev/time#ParseDuration
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parseDuration(text) {
    const sign = text.startsWith('-') ? -1 : 1;
    const rest = text.replace(/^[-+]/, '');
    if (rest === '0')
        return 0;
    let total = 0;
    let at = 0;
    while (at < rest.length) {
        const [all = '', whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest.slice(at)) ?? [];
        if (whole === '' && fraction === '')
            throw (0,problem/* textError */.MZ)(`invalid duration ${(0,problem/* quoteFound */.F6)(text)}`);
        if (unit === '')
            throw (0,problem/* textError */.MZ)(`missing unit in duration ${(0,problem/* quoteFound */.F6)(text)}`);
        const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
        if (size === undefined)
            throw (0,problem/* textError */.MZ)(`unknown unit ${(0,problem/* quoteFound */.F6)(unit)} in duration ${(0,problem/* quoteFound */.F6)(text)}`);
        // Each part is cut to whole nanoseconds on its own, as Go does.
        total += Number(whole) * size + Math.trunc(Number(`0.${fraction}0`) * size);
        at += all.length;
    }
    if (rest === '' || !(total < longest))
        throw (0,problem/* textError */.MZ)(`invalid duration ${(0,problem/* quoteFound */.F6)(text)}`);
    return sign * total;
}

;// CONCATENATED MODULE: ./src/dockerfile/instructions/healthcheck.ts


const none = { interval: 0, timeout: 0, startPeriod: 0, startInterval: 0, retries: 0 };
const shortest = 1e6;
/** @throws ActionError `dockerfile-invalid`, without a place */
function readHealthcheck(given, readFlags) {
    if (given.form !== 'json' && given.form !== 'text')
        throw (0,problem/* textError */.MZ)('HEALTHCHECK requires at least one argument');
    const words = given.form === 'json' ? given.words : given.text === '' ? [] : [given.text];
    const type = given.type?.toUpperCase();
    if (type === 'NONE') {
        if (words.length > 0)
            throw (0,problem/* textError */.MZ)('HEALTHCHECK NONE takes no arguments');
        return { ...none, test: ['NONE'] };
    }
    const flags = readFlags();
    if (type !== 'CMD')
        throw (0,problem/* textError */.MZ)(`unknown type ${(0,problem/* quoteFound */.F6)(type ?? '')} in HEALTHCHECK (try CMD)`);
    if (words.length === 0)
        throw (0,problem/* textError */.MZ)('missing command after HEALTHCHECK CMD');
    return {
        test: [given.form === 'json' ? 'CMD' : 'CMD-SHELL', ...words],
        interval: readInterval('interval', flags),
        timeout: readInterval('timeout', flags),
        startPeriod: readInterval('start-period', flags),
        startInterval: readInterval('start-interval', flags),
        retries: readRetries(flags.text('retries') ?? ''),
    };
}
function readInterval(name, flags) {
    const text = flags.text(name) ?? '';
    const interval = text === '' ? 0 : parseDuration(text);
    if (interval !== 0 && interval < shortest)
        throw (0,problem/* textError */.MZ)(`--${name} cannot be less than 1ms, found ${(0,problem/* quoteFound */.F6)(text)}`);
    return interval;
}
function readRetries(text) {
    if (text === '')
        return 0;
    const retries = Number(text);
    if (!/^[-+]?\d+$/.test(text) || Math.abs(retries) > 2 ** 31 - 1) {
        throw (0,problem/* textError */.MZ)(`--retries is not a number: ${(0,problem/* quoteFound */.F6)(text)}`);
    }
    if (retries < 0)
        throw (0,problem/* textError */.MZ)(`--retries cannot be negative (${retries})`);
    return retries;
}

// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(25175);
// EXTERNAL MODULE: ./src/text/trim-end.ts
var trim_end = __webpack_require__(14011);
;// CONCATENATED MODULE: ./src/dockerfile/instructions/secret-mount.ts

/**
 * The secret or SSH agent that a mount of RUN asks for; `fields` are those of `--mount`. The id of a secret is `id` or
 * `source`, else the last part of the target; that of an agent is `id`, else `default`. Undefined for other mounts, and where BuildKit may read something else than what stands there, a variable
 * or a quote, or refuses it.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypesecret, …#run---mounttypessh
 */
function readSecretMount(fields) {
    const values = new Map(fields.map(readField));
    const kind = values.get('type')?.toLowerCase();
    if (kind !== 'secret' && kind !== 'ssh')
        return undefined;
    const id = values.get('id') || (kind === 'ssh' ? 'default' : otherId(values));
    const required = values.get('required');
    if (id === '' || /[$"'\\]/.test(id) || required?.includes('$'))
        return undefined;
    return { kind, id, required: required !== undefined && isTrue.test(required) };
}
function otherId(values) {
    const target = values.get('target') || values.get('dst') || values.get('destination') || '';
    return values.get('source') || values.get('src') || ((0,trim_end/* trimEnd */.s)(target, '/').split('/').at(-1) ?? '');
}
/** As Go reads booleans, and `required` alone. */
const isTrue = /^(?:|1|t|T|true|True|TRUE)$/;
function readField(field) {
    const at = field.indexOf('=');
    return at < 0 ? [field.toLowerCase(), ''] : [field.slice(0, at).toLowerCase(), field.slice(at + 1)];
}

;// CONCATENATED MODULE: ./src/dockerfile/instructions/run.ts




const kinds = { mount: 'list', network: 'text', security: 'text', device: 'list' };
const networks = ['default', 'none', 'host'];
const securities = ['sandbox', 'insecure'];
/**
 * Reads RUN: only its presence, and the stages, secrets and SSH agents that its mounts need.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function readRun({ flags: given, arguments: words, }) {
    const flags = readFlags(given, kinds);
    const network = flags.text('network') ?? 'default';
    if (!networks.includes(network))
        throw (0,problem/* textError */.MZ)(`invalid network mode ${(0,problem/* quoteFound */.F6)(network)}`);
    const security = flags.text('security') ?? 'sandbox';
    if (!securities.includes(security))
        throw (0,problem/* textError */.MZ)(`security ${(0,problem/* quoteFound */.F6)(security)} is not valid`);
    const mounts = flags.list('mount').map(readFields);
    return {
        kind: 'run',
        command: words.form === 'json'
            ? { form: 'exec', words: words.words }
            : { form: 'shell', text: words.form === 'text' ? words.text : '' },
        mountsFrom: mounts.flatMap(readMountFrom),
        secrets: mounts.map(readSecretMount).filter((secret) => secret !== undefined),
    };
}
function readMountFrom(fields) {
    const sources = fields.filter((field) => /^from=/i.test(field)).map((field) => field.slice('from='.length));
    if (sources.some((source) => /\$./s.test(source))) {
        throw (0,problem/* textError */.MZ)("'from' doesn't support variable expansion, define alias stage instead");
    }
    return sources.filter((source) => source !== '');
}
function readFields(mount) {
    try {
        const [fields = []] = (0,sync/* parse */.qg)(mount, { relax_column_count: true });
        return fields;
    }
    catch (thrown) {
        if (!(thrown instanceof sync/* CsvError */.J$))
            throw thrown;
        throw (0,problem/* textError */.MZ)(`failed to parse csv mounts: ${(0,problem/* quoteFound */.F6)(mount)}`);
    }
}

// EXTERNAL MODULE: ./src/dockerfile/read/heredoc.ts
var heredoc = __webpack_require__(81327);
;// CONCATENATED MODULE: ./src/dockerfile/instructions/transfer.ts



const shared = { chown: 'text', chmod: 'text', link: 'switch', exclude: 'list' };
const ofCopy = { ...shared, from: 'text', parents: 'switch' };
const ofAdd = { ...shared, checksum: 'text', 'keep-git-dir': 'switch', unpack: 'switch' };
/** COPY. @throws ActionError `dockerfile-invalid`, without a place */
function readCopy(statement) {
    const words = readWords('COPY', statement);
    const flags = readFlags(statement.flags, ofCopy);
    const from = flags.text('from') || undefined;
    return {
        kind: 'copy',
        ...readTransfer('COPY', words, { flags, statement }),
        ...(from === undefined ? {} : { from }),
        parents: flags.switch('parents') ?? false,
    };
}
/** ADD. @throws ActionError `dockerfile-invalid`, without a place */
function readAdd(statement) {
    const words = readWords('ADD', statement);
    const flags = readFlags(statement.flags, ofAdd);
    const checksum = flags.text('checksum') || undefined;
    const keepGitDir = flags.switch('keep-git-dir');
    const unpack = flags.switch('unpack');
    return {
        kind: 'add',
        ...readTransfer('ADD', words, { flags, statement }),
        ...(checksum === undefined ? {} : { checksum }),
        ...(keepGitDir === undefined ? {} : { keepGitDir }),
        ...(unpack === undefined ? {} : { unpack }),
    };
}
function readWords(keyword, { arguments: given }) {
    const words = 'words' in given ? given.words : [];
    if (words.length >= 2)
        return words;
    const found = words.length === 0 ? 'none' : 'only one';
    throw (0,problem/* textError */.MZ)(`${keyword} requires at least two arguments, but ${found} was provided. Destination could not be determined`);
}
function readTransfer(keyword, words, { flags, statement }) {
    const destination = words.at(-1) ?? '';
    if ((0,heredoc/* readAnnouncement */.gu)(destination) !== undefined) {
        throw (0,problem/* textError */.MZ)(`${keyword} cannot accept a heredoc as a destination`);
    }
    const sources = [];
    const files = [];
    for (const source of words.slice(0, -1)) {
        const announced = (0,heredoc/* readAnnouncement */.gu)(source);
        if (announced === undefined)
            sources.push(source);
        else {
            // The last one of a name gives the content to all.
            const body = statement.heredocs.findLast(({ name }) => name === announced.name)?.body ?? '';
            const content = announced.chomps ? (0,heredoc/* chomp */.I8)(body) : body;
            files.push({ name: announced.name, content, expands: announced.expands });
        }
    }
    const chown = flags.text('chown') || undefined;
    const chmod = flags.text('chmod') || undefined;
    return {
        sources,
        files,
        destination,
        ...(chown === undefined ? {} : { chown }),
        ...(chmod === undefined ? {} : { chmod }),
        link: flags.switch('link') ?? false,
        exclude: flags.list('exclude'),
    };
}

// EXTERNAL MODULE: ./src/dockerfile/read/space.ts
var space = __webpack_require__(55073);
;// CONCATENATED MODULE: ./src/dockerfile/read/read-instruction.ts







const keywords = words('ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR');
const healthcheckFlags = {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
};
/**
 * Makes a typed instruction of a statement that is not FROM.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function readInstruction(statement) {
    const { line, endLine, text } = statement;
    return { line, endLine, text: (0,space/* trim */.Bq)(text), ...readArguments(statement) };
}
function readArguments(statement) {
    const { arguments: given } = statement;
    const kind = statement.keyword.toLowerCase();
    const keyword = kind.toUpperCase();
    const flags = (kinds = {}) => readFlags(statement.flags, kinds);
    switch (kind) {
        case 'add':
            return readAdd(statement);
        case 'copy':
            return readCopy(statement);
        case 'run':
            return readRun(statement);
        case 'env':
        case 'label':
            flags();
            return { kind, ...readPairs(keyword, given) };
        case 'arg':
            // Flags are not looked at here and in STOPSIGNAL, as in BuildKit.
            return { kind, arguments: atLeastOne(keyword, given).map(readArgument) };
        case 'cmd':
        case 'entrypoint':
            flags();
            return { kind, command: readCommand(given) };
        case 'healthcheck':
            return { kind, healthcheck: readHealthcheck(given, () => flags(healthcheckFlags)) };
        case 'expose': {
            const ports = atLeastOne(keyword, given);
            flags();
            return { kind, ports: [...ports].sort(byBytes) };
        }
        case 'volume': {
            const paths = atLeastOne(keyword, given);
            flags();
            return { kind, paths: paths.map((path) => filled((0,space/* trim */.Bq)(path))) };
        }
        case 'shell':
            flags();
            return { kind, shell: readShell(given, (0,space/* trim */.Bq)(statement.text)) };
        case 'onbuild':
            return { kind, expression: readTrigger(statement, flags) };
        case 'stopsignal':
            return { kind, signal: exactlyOne(keyword, given) };
        case 'workdir': {
            const path = exactlyOne(keyword, given);
            flags();
            return { kind, path };
        }
        case 'user': {
            const user = exactlyOne(keyword, given);
            flags();
            return { kind, user };
        }
        case 'maintainer': {
            const name = exactlyOne(keyword, given);
            flags();
            return { kind, name };
        }
        default:
            throw unknownInstruction(statement.keyword);
    }
}
function readPairs(keyword, given) {
    if (given.form !== 'pairs')
        throw (0,problem/* textError */.MZ)(`${keyword} requires at least one argument`);
    if (given.pairs.some(({ key }) => key === ''))
        throw (0,problem/* textError */.MZ)(`${keyword} names can not be blank`);
    return { pairs: given.pairs, ...(given.isLegacy ? { isLegacy: true } : {}) };
}
function readArgument(word) {
    const equals = word.indexOf('=');
    if (equals === 0)
        throw (0,problem/* textError */.MZ)('ARG names can not be blank');
    return equals < 0 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}
/** Nothing at all is a line for the shell that does nothing. */
function readCommand(given) {
    if (given.form === 'json')
        return { form: 'exec', words: given.words };
    return { form: 'shell', text: given.form === 'text' ? given.text : '' };
}
function readShell(given, written) {
    if (given.form === 'none' || (given.form === 'json' && given.words.length === 0)) {
        throw (0,problem/* textError */.MZ)('SHELL requires at least one argument');
    }
    if (given.form !== 'json') {
        throw (0,problem/* textError */.MZ)(`SHELL requires the arguments to be in JSON form, found: ${written}`);
    }
    return given.words;
}
/** The instruction is kept as text: it is read when an image is built on this one. */
function readTrigger({ arguments: given, heredocs, text }, flags) {
    if (given.form !== 'instruction')
        throw (0,problem/* textError */.MZ)('ONBUILD requires at least one argument');
    flags();
    const trigger = given.instruction.keyword.toUpperCase();
    if (trigger === 'FROM' || trigger === 'MAINTAINER')
        throw (0,problem/* textError */.MZ)(`${trigger} isn't allowed as an ONBUILD trigger`);
    const expression = (0,space/* trimStart */.Dw)(text).replace(/^ONBUILD[\t\n\f\r ]*/i, '');
    return heredocs.reduce((all, { body, name }) => `${all}\n${body}${name}`, expression);
}
function atLeastOne(keyword, given) {
    if (!('words' in given) || given.words.length === 0)
        throw (0,problem/* textError */.MZ)(`${keyword} requires at least one argument`);
    return given.words;
}
function exactlyOne(keyword, given) {
    if (given.form !== 'text')
        throw (0,problem/* textError */.MZ)(`${keyword} requires exactly one argument`);
    return given.text;
}
function filled(path) {
    if (path === '')
        throw (0,problem/* textError */.MZ)('VOLUME specified can not be an empty string');
    return path;
}
function unknownInstruction(keyword) {
    const near = (0,nearest/* nearest */.p)(keyword, keywords);
    return (0,problem/* textError */.MZ)(`unknown instruction: ${shortWord(keyword)}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
}
function words(text) {
    return text.split(' ');
}
/** Go sorts text by its bytes, which is the order of its code points. */
function byBytes(a, b) {
    const [one, other] = [[...a], [...b]];
    const at = one.findIndex((character, index) => character !== other[index]);
    if (at < 0)
        return one.length - other.length;
    return (one[at]?.codePointAt(0) ?? -1) - (other[at]?.codePointAt(0) ?? -1);
}
/** What stands where an instruction should, as far as it looks like one: it may be of a file with secrets. */
function shortWord(keyword) {
    const [word = ''] = /^[a-z_-]{0,20}/i.exec(keyword) ?? [];
    return word === keyword ? word : `${word}…`;
}

// EXTERNAL MODULE: ./src/dockerfile/read/statements.ts + 2 modules
var read_statements = __webpack_require__(4360);
;// CONCATENATED MODULE: ./src/dockerfile/read/parse.ts






// It is not a Dockerfile then, and reading megabytes of it would take minutes.
const enoughProblems = 1000;
/**
 * Reads the text of a Dockerfile as BuildKit's frontend does, without replacing variables. `file` is its name in messages.
 * https://docs.docker.com/reference/dockerfile/
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
function parseDockerfile(text, file) {
    if (text === '')
        throw (0,problem/* dockerfileError */.lL)(file, [{ line: 1, message: 'the Dockerfile cannot be empty' }]);
    const problems = [];
    const report = (line, message) => problems.push({ line, message });
    const { escapeMark, statements } = (0,read_statements/* readStatements */.b)(text, report);
    const globalArguments = [];
    const stages = [];
    const early = [];
    for (const statement of statements) {
        if (problems.length >= enoughProblems)
            break;
        const { line, endLine, text: written } = statement;
        if (isFrom(statement)) {
            // One that is wrong begins a stage too: what follows it is not wrong for that.
            const header = (0,problem/* attempt */.CD)(line, report, () => readFrom(statement)) ?? { base: '' };
            stages.push({ line, endLine, text: (0,space/* trim */.Bq)(written), ...header, instructions: [] });
            continue;
        }
        const instruction = (0,problem/* attempt */.CD)(line, report, () => readInstruction(statement));
        const stage = stages.at(-1);
        if (instruction === undefined)
            continue;
        if (stage !== undefined)
            stage.instructions.push(instruction);
        else if (instruction.kind === 'arg')
            globalArguments.push(instruction);
        else
            early.push(instruction);
    }
    const [first] = early;
    // Once for all: the rest is no more wrong than the first.
    if (first !== undefined) {
        report(first.line, `no build stage in current context: ${first.kind.toUpperCase()} stands before the first FROM`);
    }
    if (stages.length === 0 && problems.length === 0)
        report(1, 'dockerfile contains no stages to build');
    // Without FROM it is another kind of file, and none of its lines are for a log.
    if (problems.length > 0)
        throw (0,problem/* dockerfileError */.lL)(file, stages.length === 0 ? problems.slice(0, 1) : problems);
    return { file, directives: { ...(0,directives/* findDirectives */.i2)(text), escape: escapeMark }, globalArguments, stages };
}
/**
 * Reads an instruction that ONBUILD of a base image holds. The escape is "\", whatever that of the Dockerfile was. What it
 * is placed at is the FROM that triggers it; its text says where it comes from.
 * @throws ActionError `dockerfile-invalid`
 */
function parseTrigger(expression, from) {
    const problems = [];
    const report = (_, message) => {
        problems.push({ line: from.line, message: `in the ONBUILD trigger ${(0,problem/* quoteFound */.F6)(expression)}: ${message}` });
    };
    const { statements } = (0,read_statements/* readStatements */.b)(expression, report);
    const [statement] = statements;
    const instruction = statement === undefined ? undefined : (0,problem/* attempt */.CD)(from.line, report, () => readTriggered(statement));
    if (statements.length > 1)
        report(from.line, 'it should be a single instruction');
    // The first is why there are others.
    if (problems.length > 0 || instruction === undefined)
        throw (0,problem/* dockerfileError */.lL)(from.file, problems.slice(0, 1));
    return { ...instruction, line: from.line, endLine: from.line, text: `ONBUILD ${instruction.text}` };
}
function readTriggered(statement) {
    if (isFrom(statement))
        throw (0,problem/* textError */.MZ)("FROM isn't allowed as an ONBUILD trigger");
    return readInstruction(statement);
}
function isFrom({ keyword }) {
    return keyword.toLowerCase() === 'from';
}
function readFrom(statement) {
    const words = 'words' in statement.arguments ? statement.arguments.words : [];
    const [base = '', as = '', given = ''] = words;
    const named = words.length === 3 && as.toLowerCase() === 'as';
    if (!named && words.length !== 1)
        throw (0,problem/* textError */.MZ)('FROM requires either one or three arguments');
    const name = given.toLowerCase();
    if (named && !/^[a-z][a-z0-9-_.]*$/.test(name)) {
        throw (0,problem/* textError */.MZ)(`invalid name for build stage: ${(0,problem/* quoteFound */.F6)(given)}, name can't start with a number or contain symbols`);
    }
    const platform = readFlags(statement.flags, { platform: 'text' }).text('platform') || undefined;
    return { base, ...(named ? { name } : {}), ...(platform === undefined ? {} : { platform }) };
}


/***/ }),

/***/ 55073:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bq: () => (/* binding */ trim),
/* harmony export */   Dw: () => (/* binding */ trimStart),
/* harmony export */   I6: () => (/* binding */ trimBlanks),
/* harmony export */   xC: () => (/* binding */ isSpace)
/* harmony export */ });
// Go's unicode.IsSpace, by which BuildKit reads a Dockerfile. JavaScript's \s lacks U+0085 and has U+FEFF.
const spaces = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const one = new RegExp(`^[${spaces}]$`);
const leading = new RegExp(`^[${spaces}]+`);
/** Whether a character is white space, as Go sees it. */
function isSpace(character) {
    return one.test(character);
}
/** Without the `[\t\n\f\r ]` at both ends, which is white space in Go's regular expressions. */
function trimBlanks(text) {
    let [start, end] = [0, text.length];
    while (start < end && blanks.includes(text.charAt(start)))
        start += 1;
    while (end > start && blanks.includes(text.charAt(end - 1)))
        end -= 1;
    return text.slice(start, end);
}
const blanks = '\t\n\f\r ';
/** Without the white space in front. */
function trimStart(text) {
    return text.replace(leading, '');
}
/** Without the white space at both ends. */
function trim(text) {
    let end = text.length;
    // A pattern that ends in `+$` would take quadratic time on a long run of spaces.
    while (end > 0 && isSpace(text.charAt(end - 1)))
        end--;
    return trimStart(text.slice(0, end));
}


/***/ }),

/***/ 4360:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  b: () => (/* binding */ readStatements)
});

// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(53989);
// EXTERNAL MODULE: ./src/dockerfile/read/directives.ts
var read_directives = __webpack_require__(99017);
// EXTERNAL MODULE: ./src/dockerfile/read/heredoc.ts
var heredoc = __webpack_require__(81327);
// EXTERNAL MODULE: ./src/dockerfile/read/space.ts
var space = __webpack_require__(55073);
;// CONCATENATED MODULE: ./src/dockerfile/read/words.ts

const blanks = /[\t\v\f\r ]+/;
/** Splits a logical line into keyword, flags and the rest. */
function splitInstruction(line, escapeMark) {
    const trimmed = (0,space/* trim */.Bq)(line);
    const blank = blanks.exec(trimmed);
    if (blank === null)
        return { keyword: trimmed, flags: [], rest: '' };
    const { flags, rest } = splitFlags(trimmed.slice(blank.index + blank[0].length), escapeMark);
    return { keyword: trimmed.slice(0, blank.index), flags, rest: (0,space/* trim */.Bq)(rest) };
}
/** The words between blanks; quotes mean nothing here. */
function splitBlanks(text) {
    return text === '' ? [] : text.split(/[\t\v\f\r ]+/);
}
/** What comes before the first blanks and after them; undefined without any. */
function splitOnce(text) {
    const blank = blanks.exec(text);
    return blank === null ? undefined : [text.slice(0, blank.index), text.slice(blank.index + blank[0].length)];
}
/** The words between white space, where quotes and escapes hold a word together. They stay in it for the expansion. */
function splitQuoted(text, escapeMark) {
    const words = [];
    const characters = [...text];
    let word = '';
    let quoted = false;
    let quote = '';
    const finish = () => {
        if (quoted || word !== '')
            words.push(word);
        word = '';
        quoted = false;
    };
    for (let at = 0; at < characters.length; at++) {
        const character = characters[at] ?? '';
        if (quote === '' && (0,space/* isSpace */.xC)(character)) {
            finish();
        }
        else if (character === escapeMark && quote !== "'") {
            // An escape that ends the line is dropped.
            if (at + 1 < characters.length)
                word += character + characters[++at];
        }
        else {
            if (quote === '' && (character === "'" || character === '"')) {
                quote = character;
                quoted = true;
            }
            else if (character === quote) {
                quote = '';
            }
            word += character;
        }
    }
    finish();
    return words;
}
/** Flags are the first words that begin with `--`, up to a lone `--`; their quotes and escapes are taken off. */
function splitFlags(text, escapeMark) {
    const flags = [];
    let at = 0;
    while (at < text.length) {
        while (at < text.length && (0,space/* isSpace */.xC)(text.charAt(at)))
            at++;
        if (!text.startsWith('--', at))
            return { flags, rest: text.slice(at) };
        const flag = readFlag(text, at, escapeMark);
        at = flag.end;
        if (flag.word === '--')
            return { flags, rest: text.slice(at) };
        flags.push(flag.word);
    }
    return { flags, rest: '' };
}
function readFlag(text, start, escapeMark) {
    let word = '';
    let quote = '';
    let at = start;
    for (; at < text.length; at++) {
        const character = text.charAt(at);
        if (quote === '' && (0,space/* isSpace */.xC)(character))
            break;
        // Unlike in a word, the escape has its meaning between single quotes too.
        if (character === escapeMark)
            word += text.charAt(++at);
        else if (character === quote)
            quote = '';
        else if (quote === '' && (character === "'" || character === '"'))
            quote = character;
        else
            word += character;
    }
    return { word, end: Math.min(at, text.length) };
}

;// CONCATENATED MODULE: ./src/dockerfile/read/statement.ts



/**
 * Splits a logical line.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function readStatement(line, escapeMark) {
    const { keyword, flags, rest } = splitInstruction(line, escapeMark);
    return { keyword, flags, arguments: splitArguments(keyword, rest, escapeMark) };
}
function splitArguments(keyword, rest, escapeMark) {
    switch (keyword.toLowerCase()) {
        case 'add':
        case 'copy':
        case 'volume':
            return readJson(rest) ?? words(splitBlanks(rest));
        case 'cmd':
        case 'entrypoint':
        case 'run':
        case 'shell':
            return readJson(rest) ?? statement_text(rest);
        case 'expose':
        case 'from':
            return words(splitBlanks(rest));
        case 'env':
        case 'label':
            return readPairs(keyword.toUpperCase(), rest, escapeMark);
        case 'arg':
            return words(splitQuoted(rest, escapeMark));
        case 'healthcheck':
            return readHealthcheck(rest);
        case 'onbuild':
            if (rest === '')
                return { form: 'none' };
            // Before it is read: a line full of them would be read to any depth.
            if (/^onbuild\b/i.test(rest))
                throw (0,problem/* textError */.MZ)("chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            return { form: 'instruction', instruction: readStatement(rest, escapeMark) };
        case 'maintainer':
        case 'stopsignal':
        case 'user':
        case 'workdir':
            return statement_text(rest);
        default:
            return { form: 'none' };
    }
}
function words(given) {
    return given.length === 0 ? { form: 'none' } : { form: 'words', words: given };
}
function statement_text(given) {
    return given === '' ? { form: 'none' } : { form: 'text', text: given };
}
/** Text that is not valid JSON, such as `['a']`, is read as plain text, as BuildKit does; a JSON list of other values than strings is an error. */
function readJson(rest) {
    const array = (0,space/* trimStart */.Dw)(rest);
    if (!array.startsWith('['))
        return undefined;
    let given;
    try {
        // The size of a Dockerfile is limited, and only the top level is read.
        given = JSON.parse(array);
    }
    catch {
        return undefined;
    }
    if (!Array.isArray(given))
        return undefined;
    const found = given;
    if (!found.every((item) => typeof item === 'string')) {
        throw (0,problem/* textError */.MZ)('when using JSON array syntax, arrays must be comprised of strings only');
    }
    return { form: 'json', words: found.map((word) => word.toWellFormed()) };
}
/** `key=value …`, or the old form `key value`, which runs to the end of the line. */
function readPairs(keyword, rest, escapeMark) {
    const given = splitQuoted(rest, escapeMark);
    const [first] = given;
    if (first === undefined)
        return { form: 'none' };
    if (!first.includes('=')) {
        const parts = splitOnce(rest);
        if (parts === undefined)
            throw (0,problem/* textError */.MZ)(`${keyword} must have two arguments`);
        return { form: 'pairs', pairs: [{ key: parts[0], value: parts[1] }], isLegacy: true };
    }
    const pairs = given.map((word) => {
        const equals = word.indexOf('=');
        if (equals < 0) {
            throw (0,problem/* textError */.MZ)(`Syntax error - can't find = in ${(0,problem/* quoteFound */.F6)(word)}. Must be of the form: name=value`);
        }
        return { key: word.slice(0, equals), value: word.slice(equals + 1) };
    });
    return { form: 'pairs', pairs };
}
function readHealthcheck(rest) {
    if (rest === '')
        return { form: 'none' };
    const characters = [...rest];
    const blank = characters.findIndex(space/* isSpace */.xC);
    const type = blank < 0 ? rest : characters.slice(0, blank).join('');
    const command = blank < 0 ? '' : (0,space/* trimStart */.Dw)(characters.slice(blank).join(''));
    return { ...(readJson(command) ?? { form: 'text', text: command }), type };
}

;// CONCATENATED MODULE: ./src/dockerfile/read/statements.ts





// What BuildKit reads at once; a longer line ends its reading.
const longestLine = 65_535;
/**
 * Splits a Dockerfile into its instructions: joins continued lines, drops comments, takes here-documents out. Goes on after
 * a problem, so that all of them are reported.
 */
function readStatements(text, report) {
    const lines = splitLines(text.replace(/^\ufeff/, ''));
    const directives = (0,read_directives/* createDirectiveReader */.fR)();
    const statements = [];
    const emptyContinuations = [];
    let comments = [];
    let at = 0;
    while (at < lines.length) {
        const line = at + 1;
        const raw = lines[at++] ?? '';
        const first = (0,space/* trimStart */.Dw)(trimNewline(raw));
        (0,problem/* attempt */.CD)(line, report, () => (0,read_directives/* readDirective */.cA)(directives, first));
        if (directives.done && isComment(first)) {
            // An indented one keeps its "#", as in BuildKit.
            const comment = (0,space/* trim */.Bq)(raw.slice(1));
            if (comment === '')
                comments = [];
            else
                comments.push(comment);
        }
        const { escapeMark } = directives;
        let { part, continues } = splitContinuation(isComment(first) ? '' : first, escapeMark);
        if (!continues && part === '')
            continue;
        let joined = part;
        let hasEmpty = false;
        while (continues && at < lines.length) {
            const more = trimNewline(lines[at++] ?? '');
            hasEmpty ||= (0,space/* trimStart */.Dw)(more) === '';
            if (isComment(more) || (0,space/* trimStart */.Dw)(more) === '')
                continue;
            ({ part, continues } = splitContinuation(more, escapeMark));
            joined += part;
        }
        if (hasEmpty)
            emptyContinuations.push(at);
        const statement = (0,problem/* attempt */.CD)(line, report, () => readStatement(joined, escapeMark));
        if (statement === undefined)
            continue;
        const heredocs = [];
        for (const announced of takesHeredocs(statement) ? (0,heredoc/* findAnnouncements */.Q0)(joined) : []) {
            const { body, end } = readBody(lines, at, announced);
            at = end;
            if (body === undefined)
                report(line, `unterminated heredoc ${announced.name}`);
            else
                heredocs.push({ ...announced, body });
        }
        statements.push({ line, endLine: at, text: joined, ...statement, heredocs, comments });
        comments = [];
    }
    lines.forEach((line, index) => {
        if (line.length * 3 > longestLine && new TextEncoder().encode(trimNewline(line)).length > longestLine) {
            report(index + 1, `dockerfile line greater than max allowed size of ${longestLine}`);
        }
    });
    if (statements.length === 0)
        report(Math.max(1, lines.length), 'file with no instructions');
    return { escapeMark: directives.escapeMark, statements, emptyContinuations };
}
function takesHeredocs({ keyword, arguments: given }) {
    if (given.form === 'instruction')
        return takesHeredocs(given.instruction);
    return /^(?:add|copy|run)$/i.test(keyword) && given.form !== 'json';
}
function readBody(lines, start, { name, chomps }) {
    for (let at = start; at < lines.length; at++) {
        const line = trimNewline(lines[at] ?? '');
        if ((chomps ? line.replace(/^\t+/, '') : line) !== name)
            continue;
        return { body: lines.slice(start, at).join(''), end: at + 1 };
    }
    return { body: undefined, end: lines.length };
}
/** Returns the lines with their line endings; no empty line follows the last newline. */
function splitLines(text) {
    return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
function trimNewline(line) {
    let end = line.length;
    while (end > 0 && (line[end - 1] === '\n' || line[end - 1] === '\r'))
        end--;
    return line.slice(0, end);
}
function isComment(line) {
    return (0,space/* trimStart */.Dw)(line).startsWith('#');
}
/**
 * A line is continued by an escape at its end, with blanks behind it or not. Two in a row do not continue it, also not
 * three: BuildKit looks at one character before the last.
 */
function splitContinuation(line, escapeMark) {
    let end = line.length;
    while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t'))
        end--;
    const continues = line[end - 1] === escapeMark && line[end - 2] !== escapeMark;
    return continues ? { part: line.slice(0, end - 1), continues } : { part: line, continues };
}


/***/ }),

/***/ 60581:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Tw: () => (/* binding */ createResolver),
  RP: () => (/* binding */ hiddenArguments),
  _5: () => (/* binding */ resolveInstructions)
});

// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/dockerfile/expand/expand.ts + 1 modules
var expand = __webpack_require__(34470);
// EXTERNAL MODULE: ./src/dockerfile/instructions/chmod.ts
var instructions_chmod = __webpack_require__(37487);
// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(53989);
;// CONCATENATED MODULE: ./src/dockerfile/instructions/ports.ts

const protocols = new Set(['tcp', 'udp', 'sctp']);
/**
 * What EXPOSE adds to the configuration: `80` gives `80/tcp`, `8000-8002/udp` three. The addresses and ports of a host,
 * `127.0.0.1:8080:80`, are read and dropped.
 * https://docs.docker.com/reference/dockerfile/#expose
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parsePort(text) {
    const [container = '', host = '', ...address] = text.split(':').reverse();
    const slash = container.indexOf('/');
    const range = slash < 0 ? container : container.slice(0, slash);
    const protocol = slash < 0 ? '' : container.slice(slash + 1);
    if (range === '')
        throw (0,problem/* textError */.MZ)(`invalid port: ${(0,problem/* quoteFound */.F6)(text)}: no port specified`);
    const lower = protocol.toLowerCase() || 'tcp';
    if (!protocols.has(lower))
        throw (0,problem/* textError */.MZ)(`invalid port: ${(0,problem/* quoteFound */.F6)(text)}: invalid proto: ${protocol}`);
    assertAddress(address.reverse().join(':'));
    const ports = readRange(range);
    if (ports === undefined)
        throw (0,problem/* textError */.MZ)(`invalid containerPort: ${range}`);
    if (host !== '')
        assertHost(host, range, ports);
    return Array.from({ length: ports.last - ports.first + 1 }, (_, index) => `${ports.first + index}/${lower}`);
}
function assertHost(host, container, { first, last }) {
    const ports = readRange(host);
    if (ports === undefined)
        throw (0,problem/* textError */.MZ)(`invalid hostPort: ${host}`);
    if (first !== last && ports.last - ports.first !== last - first) {
        throw (0,problem/* textError */.MZ)(`invalid ranges specified for container and host Ports: ${container} and ${host}`);
    }
}
function readRange(text) {
    const dash = text.indexOf('-');
    const start = dash < 0 ? text : text.slice(0, dash);
    const end = dash < 0 ? start : text.slice(dash + 1);
    const [first, last] = [readPort(start), start === end ? readPort(start) : readPort(end)];
    return first === undefined || last === undefined || last < first ? undefined : { first, last };
}
function readPort(text) {
    // A sign is read too, as Go does.
    const port = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN;
    return port >= 0 && port <= 65_535 ? port : undefined;
}
function assertAddress(address) {
    if (address === '')
        return;
    const plain = /^\[(.*)\]$/.exec(address)?.[1] ?? address;
    const four = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain) && plain.split('.').every((part) => Number(part) <= 255);
    const six = plain.includes(':') && URL.canParse(`http://[${plain}]/`);
    if (!four && !six)
        throw (0,problem/* textError */.MZ)(`invalid IP address: ${plain}`);
}

;// CONCATENATED MODULE: ./src/dockerfile/instructions/signal.ts

const names = new Set([
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP',
    'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX',
    ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
    ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
].flatMap((list) => list.split(' ')));
/**
 * Checks the signal of STOPSIGNAL: a number but 0, or a name of Linux with or without "SIG".
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function assertSignal(signal) {
    const isNumber = /^[-+]?\d+$/.test(signal);
    if (isNumber ? Number(signal) !== 0 : names.has(signal.toUpperCase().replace(/^SIG/, '')))
        return;
    throw (0,problem/* textError */.MZ)(`invalid signal: ${signal}`);
}

// EXTERNAL MODULE: ./src/dockerfile/instructions/source-kind.ts
var source_kind = __webpack_require__(31128);
;// CONCATENATED MODULE: ./src/dockerfile/stages/resolve.ts







/**
 * Replaces the variables of a stage's instructions, in order, and checks what can be wrong only then. A line sees what
 * the lines before it set; ARG hides ENV of the same name from there on, as in BuildKit. CMD, ENTRYPOINT, HEALTHCHECK,
 * RUN, SHELL, ONBUILD, `--from` and `--exclude` are not changed.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
function resolveInstructions(instructions, surroundings) {
    const problems = [];
    const resolver = createResolver(surroundings);
    const resolved = instructions.map((instruction) => (0,problem/* attempt */.CD)(instruction.line, (line, message, cause) => problems.push({ line, message, cause }), () => resolver.resolve(instruction)) ?? instruction);
    if (problems.length > 0)
        throw (0,problem/* dockerfileError */.lL)(surroundings.file, problems);
    return { instructions: resolved, values: resolver.values };
}
/** Resolves instructions one by one, in order. `onLookup` is called for each variable that is looked up. */
function createResolver(surroundings, onLookup = () => { }) {
    const values = new Map(surroundings.values);
    let size = 0;
    const lookup = (name) => {
        onLookup(name);
        const value = values.get(name) ?? surroundings.unset;
        // Each text has its limit, but a line may hold thousands of them.
        size += value?.length ?? 0;
        if (size > limits/* limits */.F.expanded)
            throw (0,problem/* excessError */._W)(`the variables used up to here have more than ${limits/* limits */.F.expanded} characters`);
        return value;
    };
    return {
        values,
        resolve: (instruction) => {
            const done = resolve(instruction, lookup, { values, surroundings });
            if (done.kind === 'env')
                for (const { key, value } of done.pairs)
                    values.set(key, value);
            return done;
        },
    };
}
/** What these say is for the builder and not seen by instructions. */
const hiddenArguments = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);
function resolve(instruction, lookup, declaring) {
    const { escapeMark } = declaring.surroundings;
    const word = (text) => (0,expand/* expandWord */.Vo)(text, lookup, { escapeMark });
    switch (instruction.kind) {
        case 'env':
        case 'label':
            return {
                ...instruction,
                pairs: instruction.pairs.map(({ key, value }) => ({ key: word(key), value: word(value) })),
            };
        case 'arg':
            return {
                ...instruction,
                arguments: instruction.arguments.map((argument) => declare(argument, word, declaring)),
            };
        case 'workdir':
            return { ...instruction, path: word(instruction.path) };
        case 'user':
            return { ...instruction, user: word(instruction.user) };
        case 'volume':
            return { ...instruction, paths: instruction.paths.map(word).map(filled) };
        case 'stopsignal': {
            const signal = word(instruction.signal);
            assertSignal(signal);
            return { ...instruction, signal };
        }
        case 'expose':
            return {
                ...instruction,
                ports: instruction.ports.flatMap((port) => (0,expand/* expandWords */.AK)(port, lookup, { escapeMark })).flatMap(parsePort),
            };
        case 'copy':
            return assertCopy({ ...instruction, ...transfer(instruction, word, lookup) });
        case 'add': {
            const checksum = word(instruction.checksum ?? '') || undefined;
            const { checksum: _, ...rest } = instruction;
            return assertAdd({
                ...rest,
                ...transfer(instruction, word, lookup),
                ...(checksum === undefined ? {} : { checksum }),
            });
        }
        default:
            return instruction;
    }
}
/** What was given from outside counts, then the default, then ARG before FROM. */
function declare(argument, word, { values, surroundings }) {
    const { name, value: written } = argument;
    const { buildArguments, globals } = surroundings;
    const value = buildArguments.get(name) ?? (written === undefined ? globals.get(name) : word(written));
    if (value === undefined)
        return { name };
    if (!hiddenArguments.has(name))
        values.set(name, value);
    return { name, value };
}
function transfer(given, word, lookup) {
    const [chown, chmod] = [word(given.chown ?? ''), word(given.chmod ?? '')];
    if (chmod !== '')
        (0,instructions_chmod/* parseChmod */.V)(chmod);
    return {
        sources: given.sources.map(word),
        files: given.files.map((file) => file.expands ? { ...file, content: (0,expand/* expandHereDocument */.Qk)(file.content, lookup) } : file),
        destination: word(given.destination),
        ...(given.chown === undefined ? {} : { chown }),
        ...(given.chmod === undefined ? {} : { chmod }),
    };
}
function assertCopy(copy) {
    const kinds = copy.sources.map(source_kind/* sourceKind */.u);
    if (kinds.includes('git'))
        throw (0,problem/* textError */.MZ)("source can't be a git ref for COPY");
    if (kinds.includes('url'))
        throw (0,problem/* textError */.MZ)("source can't be a URL for COPY");
    return copy;
}
function assertAdd(add) {
    if (add.checksum === undefined)
        return add;
    const [source = '', ...others] = add.sources;
    if (source === '' || others.length > 0)
        throw (0,problem/* textError */.MZ)("checksum can't be specified for multiple sources");
    if ((0,source_kind/* sourceKind */.u)(source) === 'path')
        throw (0,problem/* textError */.MZ)('checksum requires HTTP(S) or Git sources');
    return add;
}
function filled(path) {
    if (path === '')
        throw (0,problem/* textError */.MZ)('VOLUME specified can not be an empty string');
    return path;
}


/***/ }),

/***/ 44065:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EL: () => (/* binding */ createFindSources),
/* harmony export */   UL: () => (/* binding */ bottomStage),
/* harmony export */   VC: () => (/* binding */ planStages),
/* harmony export */   Xi: () => (/* binding */ refuseRuns),
/* harmony export */   bG: () => (/* binding */ findNeeded),
/* harmony export */   nQ: () => (/* binding */ assertFew),
/* harmony export */   sj: () => (/* binding */ findRuns)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1890);
/* harmony import */ var _text_nearest_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(60613);
/* harmony import */ var _expand_expand_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(34470);
/* harmony import */ var _instructions_source_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(39189);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(53989);
/* harmony import */ var _read_parse_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(18494);








/**
 * Finds out what each stage is based on and copies from, and which stages the target needs.
 * https://docs.docker.com/reference/dockerfile/#from
 * @throws ActionError `dockerfile-invalid`; `input-invalid` for a target that does not exist
 */
function planStages(dockerfile, wanted) {
    const problems = [];
    const report = (line, message, cause) => problems.push({ line, message, cause });
    const excess = dockerfile.stages[_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.stages];
    if (excess !== undefined) {
        throw tooMany(dockerfile.file, excess.line, `${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.stages} build stages`);
    }
    const names = new Map();
    const contexts = new Set(wanted.contexts.map(_instructions_source_js__WEBPACK_IMPORTED_MODULE_4__/* .contextName */ .fW));
    const stages = [];
    let count = 0;
    for (const [index, stage] of dockerfile.stages.entries()) {
        const planned = (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .attempt */ .CD)(stage.line, report, () => {
            return planBase(stage, { index, names, contexts, dockerfile, globals: wanted.globals, stages });
        });
        // One that is wrong still has its place, so that the numbers of the others hold.
        stages.push(planned ?? { ...withoutBase(stage), index, base: { kind: 'scratch' }, from: new Map() });
        if (stage.name !== undefined)
            names.set(stage.name, index);
        count += (planned ?? stage).instructions.length;
        if (count > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.instructions)
            throw tooMany(dockerfile.file, stage.line, `${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.instructions} instructions`);
    }
    const sourcesOf = createFindSources({ stages, contexts: wanted.contexts, report });
    const complete = stages.map((stage) => ({ ...stage, from: sourcesOf(stage) }));
    if (problems.length > 0)
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .dockerfileError */ .lL)(dockerfile.file, problems);
    const target = findTarget(dockerfile, wanted.target, names);
    return { stages: complete, target, needed: findNeeded(dockerfile.file, complete, target) };
}
/** @throws ActionError `dockerfile-invalid` at the stage with which the Dockerfile has too many instructions: ONBUILD multiplies them */
function assertFew(file, stages) {
    let count = 0;
    for (const { line, instructions } of stages) {
        count += instructions.length;
        if (count > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.instructions) {
            throw tooMany(file, line, `${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.instructions} instructions`);
        }
    }
}
function tooMany(file, line, what) {
    const message = `more than ${what}`;
    return (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .dockerfileError */ .lL)(file, [{ line, message, cause: new _problem_js__WEBPACK_IMPORTED_MODULE_5__/* .ExcessError */ .G_(message) }]);
}
/** Returns the first stage of the target's FROM chain, whose base is not a stage. */
function bottomStage({ stages, target }) {
    let index = target;
    for (let base = stages[index]?.base; base?.kind === 'stage'; base = stages[index]?.base)
        index = base.index;
    return index;
}
/** The RUN instructions that the target needs, in order. */
function findRuns({ stages, needed }) {
    return needed.flatMap((index) => stages[index]?.instructions.filter(({ kind }) => kind === 'run') ?? []);
}
/** @throws ActionError `feature-missing` where the target needs RUN, naming each with its line; `why` says why the engine is used */
function refuseRuns(file, runs, why) {
    const [first] = runs;
    if (first === undefined)
        return;
    const lines = runs.map(({ line, text }) => `${file}:${line}: ${text.length > 120 ? `${text.slice(0, 120)}…` : text}`);
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('feature-missing', `Cannot build with the embedded engine, which does not support RUN:\n${lines.join('\n')}`, {
        hint: `Use the engine buildx, which requires Docker, or build the files in an earlier step and COPY them. ${why}`,
        place: { file, line: first.line },
    });
}
function planBase(stage, { index, names, contexts, dockerfile, globals, stages }) {
    const word = (text) => (0,_expand_expand_js__WEBPACK_IMPORTED_MODULE_3__/* .expandWord */ .Vo)(text, (name) => globals.get(name), { escapeMark: dockerfile.directives.escape });
    const name = word(stage.base);
    if (name === '')
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .textError */ .MZ)(`base name (${stage.base}) should not be blank`);
    const platform = stage.platform === undefined ? undefined : readPlatform(stage.platform, word(stage.platform));
    const planned = {
        ...withoutBase(stage),
        index,
        from: new Map(),
        ...(platform === undefined ? {} : { platform }),
    };
    // A context of the stage's own name takes the place of all that the stage says.
    if (stage.name !== undefined && (0,_instructions_source_js__WEBPACK_IMPORTED_MODULE_4__/* .isContext */ .aE)(stage.name, contexts)) {
        return { ...planned, instructions: [], base: { kind: 'context', name: stage.name } };
    }
    // The name counts as it is written, while names of stages are in small letters: FROM Build is an image.
    const base = names.get(name);
    if (base === undefined)
        return { ...planned, base: (0,_instructions_source_js__WEBPACK_IMPORTED_MODULE_4__/* .readSource */ .o$)(name, contexts) };
    const triggers = (stages[base]?.instructions ?? [])
        .filter((instruction) => instruction.kind === 'onbuild')
        .map(({ expression }) => (0,_read_parse_js__WEBPACK_IMPORTED_MODULE_6__/* .parseTrigger */ .u)(expression, { file: dockerfile.file, line: stage.line }));
    return { ...planned, base: { kind: 'stage', index: base }, instructions: [...triggers, ...stage.instructions] };
}
function withoutBase({ base: _, platform: __, ...rest }) {
    return rest;
}
function readPlatform(written, text) {
    if (text === '')
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .textError */ .MZ)(`empty platform value from expression ${written}`);
    try {
        return (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_2__/* .parsePlatform */ .FL)(text);
    }
    catch (thrown) {
        if (!(thrown instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ))
            throw thrown;
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .textError */ .MZ)(`failed to parse platform ${written}: ${thrown.message}`);
    }
}
/** Returns a function that finds what each `--from` of a stage names. One that names nothing is reported, at its line. */
function createFindSources({ stages, contexts, report, }) {
    const names = new Map(stages.flatMap(({ name, index }) => (name === undefined ? [] : [[name, index]])));
    const context = { names, contexts: new Set(contexts.map(_instructions_source_js__WEBPACK_IMPORTED_MODULE_4__/* .contextName */ .fW)), stages };
    return (stage) => {
        const found = new Map();
        for (const instruction of stage.instructions) {
            const given = instruction.kind === 'copy' && instruction.from !== undefined ? [instruction.from] : [];
            for (const from of instruction.kind === 'run' ? instruction.mountsFrom : given) {
                const source = (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .attempt */ .CD)(instruction.line, report, () => findSource(from, stage.index, context));
                if (source !== undefined)
                    found.set(from, source);
            }
        }
        return found;
    };
}
function findSource(from, current, { names, contexts, stages }) {
    if ((0,_expand_expand_js__WEBPACK_IMPORTED_MODULE_3__/* .expandWord */ .Vo)(from, () => undefined, { escapeMark: '\\' }) !== from) {
        const hint = 'define a new stage with FROM using ARG from global scope as a workaround';
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .textError */ .MZ)(`variable expansion is not supported for --from, ${hint}`);
    }
    const isNumber = /^[-+]?\d+$/.test(from);
    const index = isNumber ? Number(from) : names.get(from.toLowerCase());
    if (index === undefined)
        return (0,_instructions_source_js__WEBPACK_IMPORTED_MODULE_4__/* .readSource */ .o$)(from, contexts);
    if (stages[index] === undefined)
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .textError */ .MZ)(`invalid stage index ${from}`);
    if (index === current)
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .textError */ .MZ)(`circular dependency: a stage cannot copy from itself (--from=${from})`);
    return { kind: 'stage', index };
}
function findTarget(dockerfile, target, names) {
    if (!target)
        return dockerfile.stages.length - 1;
    const index = names.get(target.toLowerCase());
    if (index !== undefined)
        return index;
    const near = (0,_text_nearest_js__WEBPACK_IMPORTED_MODULE_7__/* .nearest */ .p)(target, names.keys());
    const known = names.size === 0 ? 'No stage has a name.' : `Stages with a name: ${[...names.keys()].join(', ')}.`;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('input-invalid', `Target stage ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteFound */ .F6)(target)} could not be found in ${dockerfile.file}${near === undefined ? '' : ` (did you mean ${near}?)`}`, { hint: `${known} A stage is named by AS, not by its number.` });
}
/**
 * The indexes of the stages that the target needs, in order.
 * @throws ActionError `dockerfile-invalid` where one copies from a stage behind it
 */
function findNeeded(file, stages, target) {
    const problems = [];
    const needed = new Set([target]);
    // A set gives what is added while it is walked.
    for (const index of needed) {
        const stage = stages[index];
        if (stage === undefined)
            continue;
        for (const source of [stage.base, ...stage.from.values()])
            if (source.kind === 'stage')
                needed.add(source.index);
        for (const instruction of stage.instructions) {
            const from = instruction.kind === 'copy' ? instruction.from : undefined;
            const source = from === undefined ? undefined : stage.from.get(from);
            if (source?.kind !== 'stage' || source.index < index)
                continue;
            const message = `cannot copy from stage ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteFound */ .F6)(from ?? '')}, it needs to be defined before current stage`;
            problems.push({ line: instruction.line, message: `${message} ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .quoteFound */ .F6)(stage.name ?? `stage-${index}`)}` });
        }
    }
    if (problems.length > 0)
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_5__/* .dockerfileError */ .lL)(file, problems);
    return [...needed].sort((a, b) => a - b);
}


/***/ }),

/***/ 1590:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WX: () => (/* binding */ findingsOf),
/* harmony export */   g8: () => (/* binding */ answerLines),
/* harmony export */   xP: () => (/* binding */ refuseFindings)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);


/** The findings of build checks, in the order of their lines; none in other answers. */
function findingsOf({ question, file, document }) {
    if (question !== 'check')
        return [];
    return listOf(document, 'warnings')
        .map((warning) => ({ line: lineOf(warning), message: describeWarning(warning) }))
        .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
        .map(({ line, message }) => ({
        message: `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
        place: line === undefined ? undefined : { file, line },
    }));
}
/** @throws ActionError `dockerfile-invalid` where build checks have found something, as buildx does not exit with 0 then */
function refuseFindings(answer) {
    const { length } = findingsOf(answer);
    if (length === 0)
        return;
    const count = length === 1 ? '1 problem' : `${length} problems`;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('dockerfile-invalid', `Build checks found ${count} in ${answer.file}`, {
        hint: 'Correct the lines of the annotations. `# check=skip=RuleName` at the top of the Dockerfile switches a rule off: https://docs.docker.com/build/checks/',
    });
}
/** The answer as lines of text for the log. */
function answerLines({ question, file, document }) {
    switch (question) {
        case 'check': {
            const { length } = listOf(document, 'warnings');
            return [length === 0 ? `Build checks passed: no problems in ${file}` : `Build checks: ${length} found in ${file}`];
        }
        case 'targets':
            return table(['Target', 'Base', 'Description'], listOf(document, 'targets').map((one) => [
                `${textOf(one, 'name') || '(no name)'}${(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(one, 'default') === true ? ' (default)' : ''}`,
                textOf(one, 'base'),
                textOf(one, 'description'),
            ]));
        case 'outline':
            return outlineLines(document);
    }
}
function outlineLines(document) {
    const [name, description] = [textOf(document, 'name'), textOf(document, 'description')];
    const named = (key) => listOf(document, key).map((one) => [textOf(one, 'name'), (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(one, 'required') === true ? 'yes' : '']);
    return [
        `Target: ${name || '(no name)'}${description === '' ? '' : ` (${description})`}`,
        ...table(['Build argument', 'Value', 'Description'], listOf(document, 'args').map((one) => [textOf(one, 'name'), textOf(one, 'value'), textOf(one, 'description')])),
        ...table(['Secret', 'Required'], named('secrets')),
        ...table(['SSH agent', 'Required'], named('ssh')),
    ];
}
/** Nothing where there are no rows. */
function table(head, rows) {
    if (rows.length === 0)
        return [];
    const all = [head, ...rows];
    const widths = head.map((_, at) => all.reduce((most, row) => Math.max(most, Math.min(row[at]?.length ?? 0, 60)), 0));
    return all.map((row) => row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd());
}
function describeWarning(warning) {
    const [rule, detail, url] = ['ruleName', 'detail', 'url'].map((key) => textOf(warning, key));
    return `${rule}: ${detail || textOf(warning, 'description')}${url ? ` (${url})` : ''}`;
}
function lineOf(one) {
    const [range] = listOf((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(one, 'location'), 'ranges');
    const line = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(range, 'start'), 'line');
    return typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? line : undefined;
}
function listOf(object, key) {
    const value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(object, key);
    return Array.isArray(value) ? value : [];
}
function textOf(object, key) {
    const value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .member */ .Dc)(object, key);
    return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ') : '';
}


/***/ }),

/***/ 15517:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ withCacheMode),
/* harmony export */   p: () => (/* binding */ cacheModeOf)
/* harmony export */ });
/**
 * The mode of a cache that is written: that of its attributes, else BuildKit's own, `min`. For the word `cache` it is `max`, unless the target
 * is a single stage: then every step is one of the image, and `max` adds nothing (measured with BuildKit 0.32: the same layers).
 * `reading` is undefined where the builder alone reads the Dockerfile.
 */
function cacheModeOf({ attributes, byWord }, reading) {
    const given = attributes['mode'];
    if (given !== undefined || byWord === undefined)
        return { mode: given ?? 'min' };
    if (reading === undefined)
        return { mode: 'max', because: 'the builder reads the Dockerfile' };
    const stages = Math.max(...reading.platforms.map((one) => one.stages.needed.length));
    return stages === 1
        ? { mode: 'min', because: 'the target is one stage' }
        : { mode: 'max', because: `the target needs ${stages} stages` };
}
/** The cache with its mode among the attributes, where this step chooses it. */
function withCacheMode(target, reading) {
    if (target.byWord === undefined || target.attributes['mode'] !== undefined)
        return target;
    return { ...target, attributes: { ...target.attributes, mode: cacheModeOf(target, reading).mode } };
}


/***/ }),

/***/ 82849:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   En: () => (/* binding */ requireBuildx),
/* harmony export */   eU: () => (/* binding */ requireVersion)
/* harmony export */ });
/* unused harmony export isOlder */
/* harmony import */ var semver__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62088);
/* harmony import */ var semver__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(semver__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _plan_unreachable_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(59789);
/* harmony import */ var _drivers_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4469);
/* harmony import */ var _podman_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(27049);





/**
 * Takes from the facts what a build needs, or says what is missing.
 *
 * @throws ActionError `buildx-missing`, `builder-not-found`, `daemon-unreachable`, `engine-too-old`, `feature-missing`
 */
function requireBuildx(inputs, facts) {
    if ('kind' in facts.buildx) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('buildx-missing', `Cannot build: ${facts.buildx.reason}`, {
            hint: 'Set `buildx-version`, or install the package docker-buildx-plugin on the runner.',
        });
    }
    if (facts.builder.kind === 'missing') {
        const asked = inputs.builder ?? 'the current one';
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('builder-not-found', `Cannot use the builder ${asked}: ${facts.builder.reason.replace(/^ERROR: /, '')}`, {
            hint: 'List the builders of this machine with `docker buildx ls`, or leave `builder` empty to use the default.',
        });
    }
    const driver = inputs.driver ?? facts.builder.driver;
    const server = requireServer(driver, facts.docker);
    const { docker, buildx } = inputs.minimumVersions;
    if (docker !== undefined)
        requireVersion('docker', server?.version ?? '', docker);
    if (buildx !== undefined)
        requireVersion('buildx', facts.buildx.version ?? '', buildx);
    return { buildx: facts.buildx.path, builder: facts.builder, server };
}
function requireServer(driver, docker) {
    if (docker.kind === 'unreachable') {
        if ((0,_drivers_js__WEBPACK_IMPORTED_MODULE_2__/* .traitsOf */ .JC)(driver).runs === 'elsewhere')
            return undefined;
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('daemon-unreachable', `Cannot reach Docker at ${docker.endpoint.host} (from ${docker.endpoint.because}): ${docker.reason}`, { hint: (0,_plan_unreachable_js__WEBPACK_IMPORTED_MODULE_3__/* .reachHint */ .N)(docker) });
    }
    if ((0,_podman_js__WEBPACK_IMPORTED_MODULE_4__/* .isPodman */ .e)(docker) && (0,_drivers_js__WEBPACK_IMPORTED_MODULE_2__/* .traitsOf */ .JC)(driver).runs === 'in-daemon') {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('feature-missing', `Cannot build with buildx: Podman answers at ${docker.endpoint.host}, which is not supported yet`, { hint: _podman_js__WEBPACK_IMPORTED_MODULE_4__/* .podmanHint */ .Z });
    }
    return docker;
}
/**
 * Versions as distributions write them (`20.10.24+dfsg1`, `19.03.15-ce`, `3.0.11+azure-2`) are compared by their
 * three numbers: the suffix names a package, not an older version as a semver pre-release would.
 */
function isOlder(version, minimum) {
    const [found, wanted] = [numbersOf(version), numbersOf(minimum)];
    return found && wanted ? (0,semver__WEBPACK_IMPORTED_MODULE_0__.lt)(found, wanted) : undefined;
}
/** semver takes no number with a leading zero, which Docker's had until 20.10. A version has 64 characters at most. */
function numbersOf(version) {
    return (0,semver__WEBPACK_IMPORTED_MODULE_0__.coerce)(version.slice(0, 64).replace(/(?<=\.)0+(?=\d)/g, ''));
}
/** What has a version, by its name in `minimum-engine-version`: how it is called, and where a newer one is. */
const programs = {
    docker: { title: 'Docker', update: 'Update Docker (https://docs.docker.com/engine/install/)' },
    buildx: {
        title: 'buildx',
        update: 'Set `buildx-version: latest`, update buildx (https://github.com/docker/buildx/releases)',
    },
    buildkit: {
        title: 'BuildKit',
        update: 'Update the builder: Docker for its own, the image (`image=…` in `driver-opts`) for one in a container (https://github.com/moby/buildkit/releases)',
    },
};
/**
 * Checks the version of a program against the minimum that was asked for; "" is one that it does not tell.
 *
 * @throws ActionError `engine-too-old`, with both versions
 */
function requireVersion(program, version, minimum) {
    const older = isOlder(version, minimum);
    if (older === false)
        return;
    const { title, update } = programs[program];
    const found = older === undefined
        ? `Cannot use ${title}: its version is unknown (${version || 'none given'})`
        : `Cannot use ${title} ${version}: it is too old`;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('engine-too-old', `${found}, ${minimum} or newer is required`, {
        hint: `${update} or lower \`minimum-engine-version\`.`,
    });
}


/***/ }),

/***/ 27049:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ podmanHint),
/* harmony export */   e: () => (/* binding */ isPodman)
/* harmony export */ });
/** What can be done where Podman answers. */
const podmanHint = 'Point DOCKER_HOST at a Docker daemon, name a BuildKit builder in `builder`, or set `driver: remote` with `endpoint`. A Dockerfile without RUN is built by `engine: embedded`.';
/** Whether it is Podman that answers at Docker's socket. */
function isPodman(docker) {
    return docker.kind === 'server' && docker.product === 'podman';
}


/***/ }),

/***/ 35663:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ warnFindings)
/* harmony export */ });
/* harmony import */ var _dockerfile_read_inline_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(57370);

/** Logs each finding of the build checks once, as an annotation on its line. */
function warnFindings(findings, log) {
    // A build of each platform finds the same.
    const once = new Map(findings.map((one) => [`${one.place?.line} ${one.message}`, one]));
    for (const { message, place } of once.values()) {
        // A Dockerfile of the workflow is no file that an annotation could stand beside.
        const isFile = place !== undefined && place.file !== _dockerfile_read_inline_js__WEBPACK_IMPORTED_MODULE_0__/* .inlineDockerfile */ .W;
        log.warning(message, isFile ? { title: 'Polyarch: build check', place } : {});
    }
}


/***/ }),

/***/ 58060:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E7: () => (/* binding */ parseInspect),
/* harmony export */   b4: () => (/* binding */ builderAnswers),
/* harmony export */   gH: () => (/* binding */ probeBuilder),
/* harmony export */   qN: () => (/* binding */ describeOffer)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(29362);
/* harmony import */ var _host_exec_positional_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(31862);





/**
 * Returns the builder that buildx would use. If none was ever selected, it is the docker driver of the current
 * context, which needs no process; otherwise `buildx inspect` resolves it by its own rules.
 */
async function probeBuilder(host, query) {
    const stateDir = host.env['BUILDX_CONFIG'] || (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(query.configDir, 'buildx');
    if (query.asked === '' && !hasSelection(stateDir)) {
        return {
            kind: 'builder',
            name: query.endpoint.context,
            driver: 'docker',
            because: 'default builder',
            platforms: [],
            natives: [],
            nodes: 1,
        };
    }
    if ('kind' in query.buildx)
        return query.buildx;
    const args = ['inspect', ...(query.asked === '' ? [] : (0,_host_exec_positional_js__WEBPACK_IMPORTED_MODULE_4__/* .positional */ .n)(query.asked))];
    const result = await host.exec(query.buildx.path, args, { env: query.endpoint.env, timeout: 60_000 });
    if (!result.ok)
        return { kind: 'missing', reason: lastLine(result.stderr) };
    const because = query.asked === '' ? 'current builder' : 'selected by name';
    return { kind: 'builder', because, ...parseInspect(result.stdout) };
}
/**
 * Returns a sentence about the platforms of a builder, for an error about an unsupported one; undefined if
 * buildx does not report them.
 */
async function describeOffer(host, query) {
    const args = ['inspect', ...(query.builder === '' ? [] : (0,_host_exec_positional_js__WEBPACK_IMPORTED_MODULE_4__/* .positional */ .n)(query.builder))];
    const result = await host.exec(query.buildx, args, { env: query.env, timeout: 20_000 });
    if (!result.ok)
        return undefined;
    const { name, platforms } = parseInspect(result.stdout);
    return platforms.length === 0 ? undefined : `The builder ${name} offers ${platforms.join(', ')}.`;
}
/**
 * Whether at least one node of a builder is running. buildx waits 20 s for each node and then prints `Status: inactive`,
 * or `Error: Get "http://…/_ping": context deadline exceeded` for a daemon, both with exit status 0 (observed with 0.29).
 */
async function builderAnswers(host, query) {
    const args = ['inspect', ...(query.builder === '' ? [] : (0,_host_exec_positional_js__WEBPACK_IMPORTED_MODULE_4__/* .positional */ .n)(query.builder))];
    const result = await host.exec(query.buildx, args, { env: query.env, timeout: 40_000 });
    return result.ok && /^Status:[ \t]*running$/m.test(result.stdout);
}
/**
 * Parses name, driver and platforms from `buildx inspect`, which has no JSON output: `Name: x`, `Driver: y` first, then per
 * node a `Platforms:` line, with `*` after a platform that the user configured. A node's native platform is the first;
 * emulated platforms follow.
 */
function parseInspect(output) {
    const field = (name) => new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
    const nodes = [...output.matchAll(/^Platforms:[ \t]*(\S.*)$/gm)].map(([, list = '']) => list
        .split(',')
        .map((platform) => platform.trim().replace('*', ''))
        .filter((platform) => platform !== ''));
    return {
        name: field('Name'),
        driver: field('Driver'),
        platforms: [...new Set(nodes.flat())],
        natives: [...new Set(nodes.flatMap(([first]) => first ?? []))],
        // A node that is not running has no platforms, unless the user configured them.
        nodes: [...output.matchAll(/^Endpoint:/gm)].length,
    };
}
/**
 * Whether the user has ever selected a builder. buildx stores it in `current`, or per endpoint under `defaults/`; both
 * may contain an empty name.
 */
function hasSelection(stateDir) {
    const files = [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(stateDir, 'current'), ...filesIn((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(stateDir, 'defaults'))];
    return files.map(readText).some((text) => text !== '' && !/"Name":""/.test(text));
}
function filesIn(folder) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder).map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, name));
    }
    catch {
        return [];
    }
}
function readText(path) {
    try {
        return (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__/* .readFileLimitedSync */ .Ex)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .limits */ .F.configFile).trim();
    }
    catch {
        return '';
    }
}
function lastLine(text) {
    return text.trim().split('\n').at(-1) ?? '';
}


/***/ }),

/***/ 83671:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ findBuildx),
/* harmony export */   n: () => (/* binding */ installedVersion)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _buildx_program_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(89782);
/* harmony import */ var _plugin_folders_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3396);





/**
 * Finds the buildx binary. Calling it directly instead of through `docker` saves the start of the CLI and its scan of all
 * plugins (0.19 s against 0.13 s for a cached build); it reads the same configuration and contexts.
 *
 * Searches in the CLI's order: the user's plugin folder, the folders of the configuration, the system's folders.
 * https://github.com/docker/cli/blob/v28.5.2/cli-plugins/manager/manager.go
 * Then PATH, then the runner's tool cache, which docker/setup-buildx-action uses.
 */
async function findBuildx({ env, os }, configDir) {
    const program = (0,_buildx_program_js__WEBPACK_IMPORTED_MODULE_3__/* .buildxProgram */ .T8)(os);
    const plugins = (0,_plugin_folders_js__WEBPACK_IMPORTED_MODULE_4__/* .pluginFolders */ .D)(env, os, configDir);
    const onPath = (env['PATH'] ?? '').split(node_path__WEBPACK_IMPORTED_MODULE_2__.delimiter).filter((folder) => folder !== '');
    const path = [...plugins, ...onPath].map((folder) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, program)).find((candidate) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(candidate)) ??
        (await inToolCache({ env, os }, program));
    if (path !== undefined)
        return { path };
    return { kind: 'missing', reason: `${program} is not in ${plugins.join(', ')}, on PATH or in the tool cache` };
}
/** Returns the version that a buildx binary reports (`v0.29.1`; Debian: `0.29.1+ds1`); undefined if it reports none. */
async function installedVersion({ exec }, path) {
    const { ok, stdout } = await exec(path, ['version'], { timeout: 20_000 });
    return ok ? /^\S+ (v?\d\S{0,63})/.exec(stdout)?.[1] : undefined;
}
async function inToolCache({ env, os }, program) {
    if (!env['RUNNER_TOOL_CACHE'])
        return undefined;
    const { find } = await Promise.all(/* import() */[__webpack_require__.e(58), __webpack_require__.e(805)]).then(__webpack_require__.bind(__webpack_require__, 59805));
    // Docker's actions put the system before the architecture: https://github.com/docker/actions-toolkit/blob/main/src/cache.ts
    return [_buildx_program_js__WEBPACK_IMPORTED_MODULE_3__/* .toolOfReleases */ .Oi, 'buildx-build-bin']
        .map((tool) => find(tool, '*', `${os}-${(0,node_os__WEBPACK_IMPORTED_MODULE_1__.arch)()}`))
        .filter((folder) => folder !== '')
        .map((folder) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, program))
        .find((candidate) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(candidate));
}


/***/ }),

/***/ 33122:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ gateSection),
/* harmony export */   s: () => (/* binding */ shownCharacters)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _text_markdown_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(86590);


/** Maximum length of a line in the summary and in an error (characters). */
const shownCharacters = 1000;
/** Renders the section of the job summary about `before-tags`, in GitHub's Markdown. */
function gateSection(results) {
    return results.flatMap(({ program, milliseconds, log, passed }) => {
        const ended = `${passed ? 'passed' : 'failed'} (${(milliseconds / 1000).toFixed(1)} s)`;
        if (log.length === 0)
            return [`Before tags, ${(0,_text_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .codeSpan */ .SS)((0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(program))}: ${ended}`, ''];
        return [
            `<details><summary>Before tags, ${(0,_text_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .codeElement */ .Gg)((0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(program))}: ${ended}</summary>`,
            '',
            ...(0,_text_markdown_js__WEBPACK_IMPORTED_MODULE_1__/* .codeBlock */ .DV)(log),
            '',
            '</details>',
            '',
        ];
    });
}


/***/ }),

/***/ 31862:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ pathArgument),
/* harmony export */   n: () => (/* binding */ positional)
/* harmony export */ });
/** A positional argument of a program whose options begin with `-`: a value that begins with it too is none. */
function positional(value) {
    return value.startsWith('-') ? ['--', value] : [value];
}
/** A path as an argument: one that begins with `-` would be an option, or `-` alone standard input. */
function pathArgument(path) {
    return path.startsWith('-') ? `./${path}` : path;
}


/***/ }),

/***/ 95607:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ hostPlatform)
/* harmony export */ });
/** Returns the platform of this process. Systems other than Linux and Windows count as Linux, because they build Linux images. */
function hostPlatform({ os }) {
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    return { os: os === 'win32' ? 'windows' : 'linux', architecture };
}


/***/ }),

/***/ 30367:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ within)
/* harmony export */ });
/** The same host for work that ends with `signal` too: its own signal is aborted then, and programs that it has started are ended. */
function within(host, signal) {
    return {
        ...host,
        signal: AbortSignal.any([host.signal, signal]),
        exec: (command, args, options = {}) => {
            const both = options.signal ? AbortSignal.any([options.signal, signal]) : signal;
            return host.exec(command, args, { ...options, signal: both });
        },
    };
}


/***/ }),

/***/ 62427:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ needsIndex),
/* harmony export */   B: () => (/* binding */ normalizeAnnotation),
/* harmony export */   BT: () => (/* binding */ hasLevel),
/* harmony export */   be: () => (/* binding */ generalKeyOf),
/* harmony export */   gX: () => (/* binding */ annotationsFor),
/* harmony export */   l1: () => (/* binding */ overridesAnnotation),
/* harmony export */   lT: () => (/* binding */ hasAnnotationOf)
/* harmony export */ });
/* harmony import */ var _platform_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1890);

/** `index:key`, `manifest[linux/amd64]:key`, several levels with commas; without a prefix it is the manifest's. */
const prefix = /^((?:(?:manifest|index)(?:-descriptor)?(?:\[[^\]]+\])?,?)+):(.+)$/s;
/**
 * Those of `annotations` that belong on `target`, without their prefix. As in BuildKit one for a platform wins over one for all, else the
 * later one.
 * https://docs.docker.com/build/metadata/annotations/#specify-annotation-level
 */
function annotationsFor(annotations, target) {
    const found = Object.entries(annotations).flatMap(([written, value]) => {
        const { levels, key } = splitLevels(written);
        return levels.flatMap(readLevel).flatMap((level) => (matches(level, target) ? [{ level, key, value }] : []));
    });
    const general = found.filter(({ level }) => level.platform === undefined);
    const special = found.filter(({ level }) => level.platform !== undefined);
    return Object.fromEntries([...general, ...special].map(({ key, value }) => [key, value]));
}
/** Whether an annotation says on what it goes. */
function hasLevel(written) {
    return prefix.test(written);
}
/** Whether one of `annotations` is for that level. */
function hasAnnotationOf(annotations, level) {
    return Object.keys(annotations).some((written) => splitLevels(written).levels.some((one) => readLevel(one).name === level));
}
/** Whether one of `annotations` is for all manifests (or the index) at that level, with that key, so that a default is not needed. */
function overridesAnnotation(annotations, { level, key }) {
    return Object.keys(annotations).some((written) => {
        const own = splitLevels(written);
        return (own.key === key &&
            own.levels.map(readLevel).some(({ name, platform }) => name === level && platform === undefined));
    });
}
/** The key of an annotation that is for all platforms; undefined for one that is not. */
function generalKeyOf(written) {
    const { levels, key } = splitLevels(written);
    return levels.map(readLevel).every(({ platform }) => platform === undefined) ? key : undefined;
}
/** Whether `annotations` can stand in an index only, so that an image of one platform needs one too. */
function needsIndex(annotations) {
    return ['index', 'index-descriptor', 'manifest-descriptor'].some((level) => hasAnnotationOf(annotations, level));
}
/** An annotation's key with platforms as BuildKit names them: `manifest[linux/arm/v7]:a` for `manifest[arm32]:a`. */
function normalizeAnnotation(written) {
    if (!hasLevel(written))
        return written;
    const { levels, key } = splitLevels(written);
    const normal = levels
        .map(readLevel)
        .map(({ name, platform }) => (platform === undefined ? name : `${name}[${platform}]`));
    return `${normal.join(',')}:${key}`;
}
function splitLevels(written) {
    const [, levels = 'manifest', key = written] = prefix.exec(written) ?? [];
    return { levels: levels.split(','), key };
}
function readLevel(level) {
    const [, name = level, platform] = /^([a-z-]+)(?:\[(.+)\])?$/.exec(level) ?? [];
    return { name, platform: platform === undefined ? undefined : (0,_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .formatPlatform */ .Bq)((0,_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .parsePlatform */ .FL)(platform)) };
}
function matches({ name, platform }, target) {
    return name === target.level && (platform === undefined || platform === target.platform);
}


/***/ }),

/***/ 23696:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ chooseImage)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _image_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(78409);
/* harmony import */ var _media_type_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51994);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(82614);
/* harmony import */ var _platform_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1890);






/** Entries of one index that do not say their platform, and whose configuration is read to learn it. */
const mostSilent = 64;
/**
 * The image for a platform of an index, or of a manifest that stands alone. As containerd chooses: the platform itself, else the nearest
 * that its machines run too. An index may hold further indexes, and entries that do not say their platform: those are read only when no
 * other entry fits.
 *
 * @throws ActionError `platform-unsupported` when no image fits, `content-mismatch`, and what `read` throws
 */
async function chooseImage(root, wanted, read) {
    const { text, platform } = wanted;
    if ((0,_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isIndexType */ .$U)(root.descriptor.mediaType)) {
        const offered = await entriesOf(root.bytes, 0);
        const found = best(platform, offered);
        if (found === undefined)
            throw lacking(text, platform, offered);
        const { descriptor } = found;
        const manifest = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseManifest */ .Ng)(await read.document(descriptor), `Cannot read the manifest of ${text}`);
        return { digest: descriptor.digest, manifest };
    }
    const { digest } = root.descriptor;
    const manifest = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseManifest */ .Ng)(root.bytes, `Cannot read the manifest of ${text}`);
    // BuildKit takes a manifest that stands alone for every platform, and labels the result wrongly.
    const own = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseConfig */ .o4)(await read.config(manifest.config), `Cannot read the configuration of ${text}`);
    if ((0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .suits */ .Fk)(platform, own))
        return { digest, manifest };
    const index = await wanted.indexOf?.(digest);
    throw lonely(text, platform, { own: (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .formatPlatform */ .Bq)(own), index });
    /** The images of an index with their platforms, also of the indexes inside. */
    async function entriesOf(bytes, depth) {
        const { manifests } = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseIndex */ .A1)(bytes, `Cannot read the index of ${text}`);
        const images = manifests.filter((entry) => !(0,_image_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .isAttestation */ .H)(entry));
        const plain = images.flatMap((entry) => entry.platform !== undefined && !(0,_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isIndexType */ .$U)(entry.mediaType)
            ? [{ descriptor: entry, platform: entry.platform }]
            : []);
        if (best(platform, plain) !== undefined)
            return plain;
        const further = [];
        const fits = (inner) => inner.platform === undefined || (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .suits */ .Fk)(platform, inner.platform);
        for (const inner of images.filter((one) => (0,_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isIndexType */ .$U)(one.mediaType) && fits(one))) {
            if (depth === _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexDepth)
                throw tooDeep(text);
            further.push(...(await entriesOf(await read.document(inner), depth + 1)));
            if (best(platform, further) !== undefined)
                return further;
        }
        const silent = images.filter((one) => one.platform === undefined && (0,_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isManifestType */ .Q3)(one.mediaType));
        for (const descriptor of silent.slice(0, mostSilent)) {
            const said = await platformOf(descriptor);
            if (said !== undefined)
                further.push({ descriptor, platform: said });
        }
        return [...plain, ...further];
    }
    /** The platform that the configuration of a manifest says; undefined for an artifact, which has none. */
    async function platformOf(descriptor) {
        const { config } = (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseManifest */ .Ng)(await read.document(descriptor), `Cannot read the manifest of ${text}`);
        if (!(0,_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isConfigType */ .lJ)(config.mediaType))
            return undefined;
        return (0,_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseConfig */ .o4)(await read.config(config), `Cannot read the configuration of ${text}`);
    }
}
function best(wanted, offered) {
    for (const candidate of [wanted, ...(0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .fallbacks */ .au)(wanted)]) {
        const same = offered.filter(({ platform }) => (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .formatPlatform */ .Bq)(platform) === (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .formatPlatform */ .Bq)(candidate));
        const found = same.find(({ platform }) => (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .platformEquals */ .P2)(platform, candidate)) ?? same.find(isBuildOf(candidate));
        if (found)
            return found;
    }
    return undefined;
}
/** Windows runs images of its own build, whatever their last number: `10.0.20348.1` and `10.0.20348.2340` go together. */
function isBuildOf(wanted) {
    const buildOf = (platform) => (platform['os.version'] ?? '').split('.').slice(0, 3).join('.');
    return ({ platform }) => buildOf(platform) === buildOf(wanted);
}
function lacking(text, platform, offered) {
    const wanted = describe(platform);
    const names = [...new Set(offered.map((one) => describe(one.platform)))];
    const hint = names.length === 0
        ? 'Its index names no platform at all. Use another base image.'
        : `It has ${names.slice(0, 32).join(', ')}${names.length > 32 ? ', …' : ''}. Use another base image, or remove ${wanted} from \`platforms\`.`;
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('platform-unsupported', `Cannot build for ${wanted}: the base image ${text} does not have this platform`, { hint, platform: wanted });
}
/** `linux/arm64`, `windows(10.0.20348)/amd64`. */
function describe(platform) {
    const version = platform['os.version'];
    return version === undefined ? (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .formatPlatform */ .Bq)(platform) : (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .formatPlatform */ .Bq)(platform).replace('/', `(${version})/`);
}
function tooDeep(text) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('content-mismatch', `Cannot read the index of ${text}: it has more than ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexDepth} indexes inside each other`);
}
function lonely(text, platform, { own, index }) {
    const wanted = (0,_platform_js__WEBPACK_IMPORTED_MODULE_5__/* .formatPlatform */ .Bq)(platform);
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('platform-unsupported', `Cannot build for ${wanted}: ${text} is the image of one platform, ${own}`, {
        hint: index === undefined
            ? 'Name the digest of its index instead: the one that `docker buildx imagetools inspect` prints first.'
            : `The digest of the index that holds it is ${index}: name that instead.`,
        platform: wanted,
    });
}


/***/ }),

/***/ 30321:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ imageEntries)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _tree_path_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(56805);
/* harmony import */ var _tree_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(15942);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(62427);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(68825);
/* harmony import */ var _media_type_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(51994);
/* harmony import */ var _reference_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(62148);







/**
 * The files of an OCI layout that holds the image under its names, as BuildKit names them: the same files for the same image. Blobs are
 * checked when they are read.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
function imageEntries({ tree, blobs: source }, form) {
    const image = form.kind === 'docker' ? onlyImage(tree.images) : undefined;
    const blobs = image
        ? [image.manifest, image.config, ...image.layers]
        : [...tree.blobs, ...tree.documents.map(({ descriptor }) => descriptor)];
    const files = new Map(blobs.map((blob) => [(0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .blobName */ .PF)(blob.digest), blob]));
    const documents = new Map(tree.documents.map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
    const folders = new Set(['blobs', ...blobs.map(({ digest }) => `blobs/${(0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .splitDigest */ .vo)(digest).algorithm}`)]);
    return [
        ...[...folders].map((path) => ({ path, node: _tree_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .rootNode */ .bP })),
        ...[...files]
            .toSorted(([left], [right]) => (0,_tree_path_js__WEBPACK_IMPORTED_MODULE_1__/* .compareBytes */ .Xo)(left, right))
            .map(([path, blob]) => ({
            path,
            node: { ..._tree_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .rootNode */ .bP, type: 'file', mode: 0o444, size: blob.size },
            open: async () => {
                const bytes = documents.get(blob.digest);
                if (bytes)
                    return once(bytes);
                const content = await source.open(blob, { signal: form.signal });
                return (0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .verified */ .zr)(content, blob, `Cannot copy blob ${blob.digest}`);
            },
        })),
        document('index.json', listOf(image?.manifest ?? tree.root, form)),
        ...(image ? [document('manifest.json', dockerManifest(image, form.references))] : []),
        document('oci-layout', { imageLayoutVersion: '1.0.0' }),
    ];
}
/** One entry for each name. The first annotation is containerd's, which Docker reads; the second the specification's, with the tag alone. */
function listOf(root, { references, annotations, listed = [] }) {
    const { digest, size, platform } = root;
    const level = (0,_media_type_js__WEBPACK_IMPORTED_MODULE_5__/* .isIndexType */ .$U)(root.mediaType) ? 'index-descriptor' : 'manifest-descriptor';
    const own = (0,_annotations_js__WEBPACK_IMPORTED_MODULE_3__/* .annotationsFor */ .gX)(annotations, { level, platform: undefined });
    const names = references.map((reference) => ({
        [nameKey]: (0,_reference_js__WEBPACK_IMPORTED_MODULE_6__/* .formatReference */ .FH)(reference),
        'org.opencontainers.image.ref.name': reference.tag ?? 'latest',
    }));
    const manifests = (names.length === 0 ? [{}] : names).map((name) => ({
        mediaType: root.mediaType,
        digest,
        size,
        ...(platform === undefined ? {} : { platform }),
        ...(Object.keys({ ...own, ...name }).length === 0 ? {} : { annotations: { ...own, ...name } }),
    }));
    const nameOf = (descriptor) => descriptor.annotations?.[nameKey];
    const taken = new Set(manifests.map((manifest) => nameOf(manifest) ?? manifest.digest));
    const kept = listed.filter((descriptor) => !taken.has(nameOf(descriptor) ?? descriptor.digest));
    return { schemaVersion: 2, mediaType: _media_type_js__WEBPACK_IMPORTED_MODULE_5__/* .mediaType */ .JL.ociIndex, manifests: [...kept, ...manifests] };
}
const nameKey = 'io.containerd.image.name';
/** What `docker load` reads on the classic image store. https://github.com/moby/docker-image-spec/blob/v1.3.1/v1.2.md#combined-image-json--filesystem-changeset-format */
function dockerManifest({ config, layers }, references) {
    const names = references.map(_reference_js__WEBPACK_IMPORTED_MODULE_6__/* .formatReference */ .FH);
    return [
        {
            Config: (0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .blobName */ .PF)(config.digest),
            RepoTags: names.length === 0 ? null : names,
            Layers: layers.map(({ digest }) => (0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .blobName */ .PF)(digest)),
        },
    ];
}
function onlyImage(images) {
    const [image] = images;
    if (image && images.length === 1)
        return image;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('internal', `An archive for docker load cannot hold ${images.length} images`);
}
function document(path, value) {
    const bytes = Buffer.from(JSON.stringify(value));
    return { path, node: { ..._tree_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .rootNode */ .bP, type: 'file', mode: 0o644, size: bytes.length }, open: async () => once(bytes) };
}
async function* once(bytes) {
    yield bytes;
}


/***/ }),

/***/ 31745:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ repositoriesOf)
/* harmony export */ });
/* harmony import */ var _reference_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62148);

/** The repositories of `references`, each once, in the order of their first occurrence. */
function repositoriesOf(references) {
    const unique = references.map(({ registry, repository, written }) => ({
        registry,
        repository,
        ...(written === undefined ? {} : { written }),
    }));
    return [...new Map(unique.map((repository) => [(0,_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .formatRepository */ .Sh)(repository), repository])).values()];
}


/***/ }),

/***/ 70769:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ planCache),
/* harmony export */   l: () => (/* binding */ cacheFolderPrefix)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1890);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(62148);



/** What the names of folders with a cache begin with: no others are ever removed to make room. */
const cacheFolderPrefix = 'polyarch-cache-';
/**
 * The caches that the build reads and writes: those of `cache-from` and `cache-to`, and those that the word `cache` stands for. A cache costs
 * or saves time only, so whatever is wrong with writing it does not fail the build (`ignore-error`), unless the input says otherwise; and a
 * pull request of a fork, which anybody may open, writes none.
 */
function planCache(inputs, places) {
    const word = byWord(inputs, places);
    const from = [...inputs.cacheFrom, ...word.from];
    const to = [...inputs.cacheTo, ...word.to];
    if (from.length + to.length === 0)
        return { from, to, notices: word.notices };
    if (places.caches === 'none') {
        const notice = 'Caches are not used: this engine runs no steps, so there is nothing to cache';
        return { from: [], to: [], notices: [notice] };
    }
    const isThere = ({ type }) => type !== 'gha' || places.hasCacheService;
    const { withoutSecrets } = places.event;
    const written = withoutSecrets === undefined ? to.filter(isThere).map(withIgnoredErrors) : [];
    const isShared = written.some(({ type, byWord }) => byWord === undefined && type !== 'inline');
    return {
        from: from.filter(isThere),
        to: written,
        notices: [
            ...word.notices,
            ...([...from, ...to].every(isThere)
                ? []
                : ['The cache type=gha is not used: the runner offers no cache service to this step']),
            ...(withoutSecrets !== undefined && to.length > 0 ? [`The cache is not written: ${withoutSecrets}`] : []),
            ...(isShared && isSplit(inputs, places)
                ? [
                    'The builder has several nodes, and each writes the caches of `cache-to`: the last one overwrites the others. `cache` keeps one cache per platform',
                ]
                : []),
        ],
    };
}
/** Whether each platform has a cache of its own: a node writes what it has itself, over what another has written under the same name. */
function isSplit({ platforms }, { caches }) {
    return caches === 'by-platform' && platforms.length > 1;
}
/** The cache of one word: read from the branch and from the default branch, written to the branch. */
function byWord(inputs, places) {
    const { cache, target, platforms } = inputs;
    const { event, references } = places;
    const [first] = references;
    const place = placeOf(cache, first, places.folder);
    if ('notice' in place)
        return { from: [], to: [], notices: place.notice === undefined ? [] : [place.notice] };
    const branch = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .sanitizeTag */ .iP)(event.refName) || 'none';
    const branches = [...new Set([branch, (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .sanitizeTag */ .iP)(event.defaultBranch ?? 'main')])];
    const nameOf = (built, ofBranch) => [target, ...built.map(_oci_platform_js__WEBPACK_IMPORTED_MODULE_1__/* .formatPlatform */ .Bq), ofBranch].filter((part) => part !== undefined).join('-');
    const parts = isSplit(inputs, places) ? platforms.map((platform) => [platform]) : [platforms];
    const isWhole = parts.length === 1;
    return {
        from: parts.flatMap((part) => branches.map((name) => place.from(nameOf(part, name)))),
        to: parts.map((part) => ({
            ...place.to(nameOf(part, branch)),
            byWord: true,
            ...(isWhole || part[0] === undefined ? {} : { platform: part[0] }),
        })),
        notices: [],
    };
}
function placeOf(cache, first, usual) {
    // Under a name of the image, so that a runner or a repository can keep the caches of several.
    const named = (name) => [first ? first.repository : 'image', name].join('-').replaceAll('/', '-');
    switch (cache.kind) {
        case 'off':
            return { notice: undefined };
        case 'gha': {
            const entry = (name) => entryOf('gha', { scope: named(name) });
            return { from: entry, to: entry };
        }
        case 'registry': {
            if (first === undefined)
                return { notice: 'The cache is not used: cache=registry needs a name in images' };
            const ref = (name) => `${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .formatRepository */ .Sh)(first)}:${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .sanitizeTag */ .iP)(`cache-${name}`.replaceAll('/', '-'))}`;
            const form = { 'image-manifest': 'true', 'oci-mediatypes': 'true' };
            return {
                from: (name) => entryOf('registry', { ref: ref(name) }),
                to: (name) => entryOf('registry', { ref: ref(name), ...form }),
            };
        }
        case 'local': {
            const folder = cache.folder ?? usual;
            if (folder === undefined) {
                return {
                    notice: 'The cache is not used: RUNNER_TOOL_CACHE is not set. Name a folder: `cache: local:FOLDER`',
                };
            }
            const path = (name) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, `${cacheFolderPrefix}${named(name)}`);
            return {
                from: (name) => entryOf('local', { src: path(name) }),
                to: (name) => entryOf('local', { dest: path(name) }),
            };
        }
    }
}
function entryOf(type, attributes) {
    return { type, attributes: { type, ...attributes } };
}
/** Those that know the attribute: https://docs.docker.com/build/cache/backends/ */
function withIgnoredErrors(entry) {
    if (entry.type === 'inline' || 'ignore-error' in entry.attributes)
        return entry;
    return { ...entry, attributes: { ...entry.attributes, 'ignore-error': 'true' } };
}


/***/ }),

/***/ 59789:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ reachHint)
/* harmony export */ });
/** How to fix a daemon that does not answer, by the kind of its address and the error. */
function reachHint({ endpoint: { host }, reason }) {
    if (/no ssh program/.test(reason)) {
        return 'Install the OpenSSH client on this machine, which leads to ssh:// addresses.';
    }
    if (host.startsWith('ssh://') && /host key verification failed|known_hosts/i.test(reason)) {
        return `Add the key of that machine to the known hosts of this user before the step: ssh-keyscan ${machineOf(host)} >> ~/.ssh/known_hosts, and compare it with the machine's own.`;
    }
    if (host.startsWith('ssh://') && /permission denied/i.test(reason)) {
        return 'Give this user a key that the machine accepts, in an SSH agent (SSH_AUTH_SOCK) or in ~/.ssh: the step cannot answer a question for a password.';
    }
    if (/EACCES|permission denied/i.test(reason) && !host.startsWith('ssh://')) {
        return 'Add the user of this job to the `docker` group, or point DOCKER_HOST at a daemon that it may use.';
    }
    if (host.startsWith('ssh://')) {
        return `Check that \`ssh ${host.slice('ssh://'.length).split('/', 1)[0]} docker system dial-stdio\` works without a question: keys, known hosts and Docker on that machine.`;
    }
    if (/HTTP request to an HTTPS server/.test(reason)) {
        return 'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem: the daemon speaks TLS.';
    }
    if (/ of the API, and /.test(reason)) {
        return reason.includes('DOCKER_API_VERSION')
            ? 'Unset DOCKER_API_VERSION: the newest version that both sides know is used then.'
            : 'Use a newer release of this action.';
    }
    if (host.startsWith('tcp://') || !host.includes('://')) {
        return 'Check that the daemon listens at this address, and that DOCKER_TLS_VERIFY and DOCKER_CERT_PATH suit it.';
    }
    return 'Start Docker (https://docs.docker.com/engine/daemon/start/), or set DOCKER_HOST to the address of a running daemon.';
}
/** The arguments of `ssh-keyscan` for `ssh://[user@]host[:port]`. */
function machineOf(host) {
    const [, name = '', port] = /^ssh:\/\/(?:[^@/]*@)?([^:/]+)(?::(\d+))?/.exec(host) ?? [];
    return port === undefined ? name : `-p ${port} ${name}`;
}


/***/ }),

/***/ 41882:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ checkTag),
/* harmony export */   L: () => (/* binding */ tagExists)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(62148);
/* harmony import */ var _registry_pull_revision_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22994);



/**
 * Looks whether a fixed tag exists that may not be written over. In a re-run it may be what an earlier attempt wrote,
 * which only the digest shows: then it is logged, and publishing decides.
 *
 * @throws ActionError `tag-exists`
 */
async function checkTag(run, reference) {
    const { plan, access, host } = run;
    const { ifExists } = plan;
    const name = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .showReference */ .nj)(reference);
    const digest = await find(run, reference);
    if (digest === undefined)
        return;
    const attempt = attemptOf(host.env);
    if (ifExists === 'skip') {
        host.log.info(`${name} already exists with digest ${digest}: it will be skipped`);
    }
    else if (attempt > 1) {
        host.log.info(`${name} already exists with digest ${digest}. This is attempt ${attempt} of the run: the same image is accepted`);
    }
    else {
        throw await tagExists(reference, digest, { registry: access.registry, host });
    }
}
/** Which attempt of the run this is, from 1. */
function attemptOf(env) {
    return Number(env['GITHUB_RUN_ATTEMPT'] ?? 1);
}
async function find({ access, host }, reference) {
    try {
        const found = await access.registry.headManifest(reference, reference.tag ?? 'latest', { signal: host.signal });
        return found?.digest;
    }
    catch (error) {
        if (!(error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ) || error.code === 'cancelled')
            throw error;
        // A registry may grant push without pull access; push access is checked separately.
        host.log.info(`Preflight could not check whether ${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .showReference */ .nj)(reference)} exists: ${error.message}`);
        return undefined;
    }
}
/**
 * The error for a fixed tag that is another image, `digest`, which `if-exists: fail` leaves alone. It looks whether that
 * says to be made from the commit of this run: then it is most likely what an earlier attempt wrote.
 */
async function tagExists(reference, digest, { registry, host: { env, signal }, }) {
    const commit = env['GITHUB_SHA'] ?? '';
    const revision = commit === '' ? undefined : await (0,_registry_pull_revision_js__WEBPACK_IMPORTED_MODULE_2__/* .findRevision */ .p)(registry, reference, { digest, signal });
    const hint = revision === undefined || revision !== commit
        ? 'Choose another tag, or set `if-exists` to `skip` or `overwrite`.'
        : `It was made from the commit of this run, ${commit.slice(0, 7)}${attemptOf(env) > 1 ? ', most likely by an earlier attempt: without a cache a build comes out differently each time' : ''}. Delete the tag and run the job again; or keep it and have the other tags written, with \`if-exists: skip\`, or replace it with \`overwrite\`. A re-run takes the workflow as it was, so another \`if-exists\` needs a new run.`;
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('tag-exists', `Cannot write ${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .showReference */ .nj)(reference)}: the tag already exists with digest ${digest}`, { hint });
}


/***/ }),

/***/ 67944:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  m: () => (/* binding */ publish),
  g: () => (/* binding */ pushContent)
});

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/errors/gather.ts
var gather = __webpack_require__(59532);
// EXTERNAL MODULE: ./src/oci/digest.ts
var digest = __webpack_require__(68825);
// EXTERNAL MODULE: ./src/oci/image-tree.ts
var image_tree = __webpack_require__(78409);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
;// CONCATENATED MODULE: ./src/oci/docker-types.ts




/** OCI media type to Docker's. https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md#compatibility-matrix */
const dockerTypes = {
    [media_type/* mediaType */.JL.ociIndex]: media_type/* mediaType */.JL.dockerIndex,
    [media_type/* mediaType */.JL.ociManifest]: media_type/* mediaType */.JL.dockerManifest,
    [media_type/* mediaType */.JL.ociConfig]: media_type/* mediaType */.JL.dockerConfig,
    [media_type/* mediaType */.JL.ociLayer]: media_type/* mediaType */.JL.dockerLayer,
    [media_type/* mediaType */.JL.ociLayerGzip]: media_type/* mediaType */.JL.dockerLayerGzip,
};
/**
 * The same image with Docker's media types, for registries that accept no others. Blobs are unchanged; manifests and the index get
 * other bytes, and so other digests. Attestations and zstd layers have no such type.
 */
function toDockerTypes({ root, blobs, documents, images }) {
    const converted = new Map();
    const result = [];
    for (const { descriptor, bytes } of documents) {
        const document = (0,media_type/* isIndexType */.$U)(descriptor.mediaType) ? convertIndex(bytes) : convertManifest(bytes);
        if (typeof document === 'string')
            return { ok: false, why: document };
        const encoded = Buffer.from(JSON.stringify(document));
        const made = { mediaType: document.mediaType, digest: (0,digest/* digestOf */.ol)(encoded), size: encoded.length };
        converted.set(descriptor.digest, made);
        result.push({ descriptor: withRest(made, descriptor), bytes: encoded });
    }
    const top = converted.get(root.digest);
    if (top === undefined)
        return { ok: false, why: 'it has no manifest' };
    const tree = {
        root: withRest(top, root),
        blobs: blobs.map(convertDescriptor),
        documents: result,
        images: images.map((image) => convertImage(image, converted)),
    };
    return { ok: true, tree };
    function convertIndex(bytes) {
        const { manifests, annotations, subject } = (0,parse/* parseIndex */.A1)(bytes, 'Cannot convert an index');
        if (subject !== undefined)
            return 'it refers to another image as its subject';
        if (manifests.some(image_tree/* isAttestation */.H))
            return 'it has attestations';
        const entries = manifests.map((entry) => withRest(converted.get(entry.digest) ?? entry, entry));
        return { schemaVersion: 2, mediaType: media_type/* mediaType */.JL.dockerIndex, manifests: entries, ...some(annotations) };
    }
    function convertManifest(bytes) {
        const { config, layers, annotations, subject } = (0,parse/* parseManifest */.Ng)(bytes, 'Cannot convert a manifest');
        if (subject !== undefined)
            return 'it refers to another image as its subject';
        const parts = [config, ...layers].map(convertDescriptor);
        const foreign = parts.find((part) => !part.mediaType.startsWith('application/vnd.docker.'));
        if (foreign !== undefined)
            return `it has content of the type ${foreign.mediaType}`;
        const [first, ...rest] = parts;
        return { schemaVersion: 2, mediaType: media_type/* mediaType */.JL.dockerManifest, config: first, layers: rest, ...some(annotations) };
    }
}
function convertDescriptor(descriptor) {
    return { ...descriptor, mediaType: dockerTypes[descriptor.mediaType] ?? descriptor.mediaType };
}
function convertImage(image, converted) {
    const manifest = withRest(converted.get(image.manifest.digest) ?? image.manifest, image.manifest);
    return {
        ...image,
        manifest,
        config: convertDescriptor(image.config),
        layers: image.layers.map(convertDescriptor),
        size: image.size - image.manifest.size + manifest.size,
    };
}
/** A new descriptor with the platform and the annotations of the old one. */
function withRest({ mediaType: type, digest, size }, old) {
    return { ...old, mediaType: type, digest, size };
}
function some(annotations) {
    return annotations === undefined ? {} : { annotations };
}

// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(62148);
// EXTERNAL MODULE: ./src/oci/repositories.ts
var oci_repositories = __webpack_require__(31745);
// EXTERNAL MODULE: ./src/registry/answers/errors.ts
var errors = __webpack_require__(23496);
// EXTERNAL MODULE: ./src/registry/registry-store.ts
var registry_store = __webpack_require__(92852);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(45898);
// EXTERNAL MODULE: ./src/oci/store.ts
var oci_store = __webpack_require__(49800);
// EXTERNAL MODULE: ./src/retry/failure.ts
var retry_failure = __webpack_require__(53472);
// EXTERNAL MODULE: ./src/text/bytes.ts
var text_bytes = __webpack_require__(1080);
;// CONCATENATED MODULE: ./src/publish/push-tree.ts











/** Manifests that one repository takes at a time. */
const documentsAtOnce = 4;
/** Milliseconds between two lines about a push that takes long. */
const progressEvery = 5_000;
/**
 * Puts all of `tree` into every repository by digest: blobs, then manifests, then the index, so that nothing in the
 * registry ever names what is not there. Registries go side by side; repositories of one registry one after the other,
 * because the second can take its blobs from the first without a transfer. One that fails does not stop the others.
 *
 * @throws ActionError `cancelled`
 */
async function pushTree(tree, options) {
    const registries = [...new Set(options.to.map(({ repository }) => repository.registry))];
    const ofRegistry = (name) => options.to.filter(({ repository }) => repository.registry === name);
    const pushed = await Promise.all(registries.map((name) => pushInTurn(tree, ofRegistry(name), options)));
    const errors = pushed.flatMap((one) => one.errors);
    const cancelled = errors.find(({ code }) => code === 'cancelled');
    if (cancelled)
        throw cancelled;
    return { repositories: pushed.flatMap((one) => one.repositories), errors };
}
async function pushInTurn(tree, stores, { from, host }) {
    const complete = [];
    const errors = [];
    for (const store of stores) {
        try {
            await pushToRepository(tree, { from, mountFrom: [...complete], store, host });
            complete.push(store.repository);
        }
        catch (thrown) {
            errors.push(...(0,gather/* problemsOf */.GW)(thrown));
        }
    }
    return { repositories: complete, errors };
}
async function pushToRepository(tree, { mountFrom, ...push }) {
    const { from, store, host } = push;
    const { signal } = host;
    const progress = createPushProgress((0,reference/* formatRepository */.Sh)(store.repository), tree.blobs, host);
    const put = async (blob, reader, options) => {
        const onProgress = (bytes) => progress.sent(blob, bytes);
        const outcome = await store.put(blob, reader, { ...options, onProgress });
        progress.done(blob, outcome);
        return outcome;
    };
    await (0,oci_store/* copyBlobs */.wT)(tree.blobs, (0,oci_store/* alsoIn */.T$)(from, mountFrom), { put }, { signal });
    host.log.info(progress.line());
    // Children before parents. What stands on the same level goes up together.
    const parents = tree.documents.slice(-1);
    const children = tree.documents.slice(0, -1);
    for (const documents of [children, parents]) {
        await (0,parallel/* parallel */._)(documentsAtOnce, documents, (document, documentSignal) => putDocument(document, tree, { ...push, signal: documentSignal }), { signal });
    }
}
/** Attempts for "unknown" content, before it is sent again and after each time. Lagging storage catches up; lost content does not come back. */
const lagging = [3, 5];
/**
 * Puts a manifest or an index under its digest. A registry that does not know what it refers to gets that again: the storage may have been
 * emptied meanwhile, or a clean-up job removed what no manifest named yet. The second time everything is sent without asking.
 */
async function putDocument(document, tree, push) {
    const { store, host, signal } = push;
    for (let round = 0;; round++) {
        const attempts = lagging[round];
        try {
            const patience = attempts === undefined ? {} : { laggingAttempts: attempts };
            return await store.putDocument(document, { signal, ...patience });
        }
        catch (error) {
            if (!isLost(error) || round >= limits/* limits */.F.resends)
                throw error;
            const name = (0,reference/* formatRepository */.Sh)(store.repository);
            host.log.info(`${name}: content of ${document.descriptor.digest} is missing in the registry and is sent again, ${round + 1} of ${limits/* limits */.F.resends}`);
            await sendAgain(document, tree, { ...push, unasked: round > 0 });
        }
    }
}
/** Sends what a document refers to: the blobs of a manifest, the documents of an index. */
async function sendAgain({ descriptor, bytes }, tree, { unasked, ...push }) {
    const { from, store, signal } = push;
    const what = `Cannot read ${descriptor.digest}`;
    if ((0,media_type/* isIndexType */.$U)(descriptor.mediaType)) {
        const children = new Set((0,parse/* parseIndex */.A1)(bytes, what).manifests.map(({ digest }) => digest));
        for (const child of tree.documents.filter((one) => children.has(one.descriptor.digest)))
            await putDocument(child, tree, push);
        return;
    }
    const { config, layers } = (0,parse/* parseManifest */.Ng)(bytes, what);
    const parts = new Set([config, ...layers].map(({ digest }) => digest));
    const blobs = tree.blobs.filter(({ digest }) => parts.has(digest));
    const put = (blob, reader, options) => store.put(blob, reader, { ...options, unasked });
    await (0,oci_store/* copyBlobs */.wT)(blobs, from, { put }, { signal });
}
/** Whether a registry does not have what was pushed to it. */
function isLost(error) {
    const failure = (0,errors/* manifestFailureOf */.j2)(error);
    return failure !== undefined && (0,retry_failure/* isUnknown */.t)(failure);
}
/**
 * The client, for writing tags of `tree`: where the registry does not have the content any more, all of it is pushed there again,
 * once, and then the tag.
 */
function repairing(client, tree, { from, host }) {
    return {
        ...client,
        putManifest: async (repository, name, bytes, type, options = {}) => {
            try {
                return await client.putManifest(repository, name, bytes, type, { ...options, laggingAttempts: lagging[0] ?? 1 });
            }
            catch (error) {
                if (!isLost(error))
                    throw error;
                host.log.info(`${(0,reference/* formatRepository */.Sh)(repository)}: content is missing in the registry and is sent again`);
                await pushToRepository(tree, { from, mountFrom: [], store: (0,registry_store/* registryStore */.X)(client, repository), host });
                return await client.putManifest(repository, name, bytes, type, options);
            }
        },
    };
}
/** Tells how far a push is, at most every few seconds, and what became of the blobs. */
function createPushProgress(name, blobs, { log, clock }) {
    const total = blobs.reduce((sum, { size }) => sum + size, 0);
    const sent = new Map();
    const outcomes = { exists: 0, mounted: 0, pushed: 0 };
    let last = clock.now().getTime();
    const tell = () => {
        const bytes = [...sent.values()].reduce((sum, part) => sum + part, 0);
        const share = total === 0 ? 100 : Math.floor((bytes / total) * 100);
        const line = `Pushing to ${name}: ${(0,text_bytes/* formatBytes */.z)(bytes)} of ${(0,text_bytes/* formatBytes */.z)(total)}, ${share} %`;
        log.progress(line);
        const now = clock.now().getTime();
        if (now - last < progressEvery)
            return;
        last = now;
        log.info(line);
    };
    return {
        sent: (blob, bytes) => {
            sent.set(blob.digest, bytes);
            tell();
        },
        done: (blob, outcome) => {
            sent.set(blob.digest, blob.size);
            outcomes[outcome] += 1;
            tell();
        },
        line: () => {
            const { exists, mounted, pushed } = outcomes;
            return `${name}: ${blobs.length} blobs, ${(0,text_bytes/* formatBytes */.z)(total)}: ${pushed} pushed, ${mounted} mounted, ${exists} already there`;
        },
    };
}

// EXTERNAL MODULE: ./src/publish/write-tags.ts
var write_tags = __webpack_require__(37120);
;// CONCATENATED MODULE: ./src/publish/publish.ts









/**
 * Puts the image into every repository of the plan: all content first, then the fixed tags, then the moving ones, each
 * read back. Whatever goes wrong with the content, no tag has moved; a fixed tag that cannot be written keeps the moving
 * ones where they are. Every registry is attempted before the step fails.
 *
 * The error in the result is that of the registry; `tag-moved` when a tag reads back as something else, `tag-exists` when a
 * fixed one is another image and may not be written over; one for all when it is several. `content` is what was pushed already.
 *
 * @throws ActionError `cancelled`
 */
async function publish(run, built, content) {
    const { plan, access, host } = run;
    const client = access.registry;
    return host.log.group('Publish', async () => {
        const fixedTags = plan.tags.filter(({ moves }) => !moves).map(({ reference }) => reference);
        const movingTags = plan.tags.filter(({ moves }) => moves).map(({ reference }) => reference);
        // Beside the content: what a tag was before tells a registry that lags from another run that writes the same tag.
        const [{ tree, repositories, errors, client: writer }, before] = await Promise.all([
            content ?? pushContent(run, built),
            // Where fixed tags are protected, each is checked immediately before it is written.
            (0,write_tags/* lookAtTags */.Mk)(plan.ifExists === 'overwrite' ? plan.references : movingTags, client, host),
        ]);
        const writing = { tree, ifExists: plan.ifExists, before, client: writer, host };
        const fixed = errors.length > 0 ? (0,write_tags/* holdBack */.d5)(fixedTags, host) : await (0,write_tags/* writeTags */.p)(fixedTags, writing);
        const moving = errors.length > 0 || fixed.some(({ outcome }) => outcome === 'failed')
            ? (0,write_tags/* holdBack */.d5)(movingTags, host)
            : await (0,write_tags/* writeTags */.p)(movingTags, { ...writing, ifExists: 'overwrite' });
        const tags = [...fixed, ...moving];
        const all = [...errors, ...tags.flatMap((tag) => (tag.outcome === 'failed' ? tag.error : []))];
        return {
            digest: tree.root.digest,
            descriptor: tree.root,
            images: tree.images,
            repositories,
            tags,
            error: all.length === 0 ? undefined : (0,gather/* combine */.kg)('Publishing', all),
        };
    });
}
/**
 * Pushes the content by digest to every repository of the plan, without tags. Content that the builder has pushed is skipped.
 *
 * @throws ActionError `cancelled`; all other errors are in the result
 */
async function pushContent({ plan, access, host }, { content }) {
    const client = access.registry;
    const repositories = (0,oci_repositories/* repositoriesOf */.U)(plan.references);
    if (content === undefined)
        throw new action_error/* ActionError */.lZ('internal', 'An image that was only loaded cannot be published');
    const { tree, blobs, isPushed } = content;
    if (isPushed)
        return { tree, repositories, errors: [], client };
    const options = { from: blobs, to: repositories.map((repository) => (0,registry_store/* registryStore */.X)(client, repository)), host };
    const pushed = await pushAcceptedTypes(tree, options);
    return { ...pushed, client: repairing(client, pushed.tree, options) };
}
/**
 * Pushes the image; where a registry accepts Docker's media types only, once more with those, to all repositories: one image has one
 * digest, whatever registry it is in. No tag has been written then.
 */
async function pushAcceptedTypes(tree, options) {
    const pushed = { tree, ...(await pushTree(tree, options)) };
    const refused = pushed.errors.find(errors/* isTypeRefusal */.Rh);
    if (refused === undefined)
        return pushed;
    const docker = toDockerTypes(tree);
    if (!docker.ok) {
        const hint = `This image cannot have Docker media types: ${docker.why}.`;
        return { ...pushed, errors: pushed.errors.map((error) => (error === refused ? error.with({ hint }) : error)) };
    }
    options.host.log.info(`${refused.message}; trying Docker media types`);
    const again = { tree: docker.tree, ...(await pushTree(docker.tree, options)) };
    // It was not the types: what the registry said first is what is wrong.
    if (again.errors.length > 0)
        return pushed;
    const names = options.to.map(({ repository }) => (0,reference/* formatRepository */.Sh)(repository)).join(', ');
    options.host.runner.notice(`A registry does not accept OCI media types, so the image was pushed with Docker media types to ${names}. Its digest is ${docker.tree.root.digest}; it would be ${tree.root.digest} with OCI media types.`);
    return again;
}


/***/ }),

/***/ 37120:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mk: () => (/* binding */ lookAtTags),
/* harmony export */   d5: () => (/* binding */ holdBack),
/* harmony export */   iN: () => (/* binding */ isThisImage),
/* harmony export */   p: () => (/* binding */ writeTags)
/* harmony export */ });
/* harmony import */ var _bounds_parallel_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(45898);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _host_pause_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(59536);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(62148);
/* harmony import */ var _preflight_check_tag_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(41882);
/* harmony import */ var _registry_pull_revision_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(22994);






/** Whether the tag is this image now. */
function isThisImage({ outcome }) {
    return outcome === 'written' || outcome === 'unchanged';
}
/** Milliseconds before each further look at a tag that does not read back yet: registries lag behind themselves. */
const patience = [250, 500, 1000, 2000, 4000, 8000];
/** Tags looked at at a time. */
const looksAtOnce = 4;
/**
 * Returns what each tag is now. One that cannot be read is left out: the registry may allow pushes only.
 *
 * @throws ActionError `cancelled`
 */
async function lookAtTags(references, client, { signal }) {
    const found = new Map();
    await (0,_bounds_parallel_js__WEBPACK_IMPORTED_MODULE_0__/* .parallel */ ._)(looksAtOnce, references, async (reference) => {
        try {
            const tag = await client.headManifest(reference, reference.tag ?? 'latest', { signal });
            found.set((0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(reference), tag?.digest);
        }
        catch (error) {
            if ((0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .toActionError */ .ie)(error).code === 'cancelled')
                throw error;
        }
    });
    return found;
}
/**
 * Writes the tags one after the other and reads each back. One that fails does not keep the others from being tried: the
 * error is in its result. Only a cancelled run stops.
 *
 * @throws ActionError `cancelled`
 */
async function writeTags(references, writing) {
    const results = [];
    for (const reference of references) {
        const result = await attempt(reference, writing);
        writing.host.log.info(describe(result, writing.tree.root.digest));
        results.push(result);
    }
    return results;
}
/** The tags that are not attempted, and the log lines about them. */
function holdBack(references, { log }) {
    return references.map((reference) => {
        log.info(`${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .showReference */ .nj)(reference)}: not updated because an earlier push failed`);
        return { reference, outcome: 'held back' };
    });
}
function describe(result, digest) {
    const name = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .showReference */ .nj)(result.reference);
    switch (result.outcome) {
        case 'written':
            return `${name} → ${digest}`;
        case 'unchanged':
            return `${name}: already up to date (${digest})`;
        case 'skipped':
            return `${name}: skipped: already exists with digest ${result.digest}`;
        case 'failed': {
            const { message } = result.error;
            // Most messages name the tag.
            const isNamed = [name, (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(result.reference)].some((text) => message.includes(text));
            return isNamed ? message : `${name}: ${message}`;
        }
    }
}
async function attempt(reference, writing) {
    try {
        return await writeTag(reference, writing);
    }
    catch (thrown) {
        const error = (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .toActionError */ .ie)(thrown);
        if (error.code === 'cancelled')
            throw error;
        return { reference, outcome: 'failed', error };
    }
}
async function writeTag(reference, writing) {
    const { tree, ifExists, client, host } = writing;
    const { signal } = host;
    const tag = reference.tag ?? 'latest';
    const root = tree.documents.at(-1);
    if (root === undefined)
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('internal', 'The image has no manifest');
    const look = async () => (await client.headManifest(reference, tag, { signal }))?.digest;
    let { before } = writing;
    if (ifExists !== 'overwrite') {
        const found = await look();
        const settled = settle(reference, found, writing);
        if (settled)
            return settled;
        if (found)
            throw await (0,_preflight_check_tag_js__WEBPACK_IMPORTED_MODULE_4__/* .tagExists */ .L)(reference, found, { registry: client, host });
        before = new Map([[(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(reference), found]]);
    }
    try {
        await client.putManifest(reference, tag, root.bytes, root.descriptor.mediaType, { signal });
    }
    catch (thrown) {
        const error = (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .toActionError */ .ie)(thrown);
        if (!refusals.has(error.code))
            throw error;
        // Where tags are immutable the registry refuses also what would change nothing: what an earlier attempt of the run has
        // written, or this one, when the answer was lost.
        const found = await look().catch((second) => {
            if ((0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .toActionError */ .ie)(second).code === 'cancelled')
                throw second;
            return undefined;
        });
        const settled = settle(reference, found, writing);
        if (settled)
            return settled;
        throw found === undefined ? error : error.with({ hint: `The tag exists: it is ${found}.` });
    }
    await readBack(reference, tree.root.digest, { before, client, host });
    return { reference, outcome: 'written' };
}
/** The result where a tag that is `found` need not be written, or must not. */
function settle(reference, found, { tree, ifExists }) {
    if (found === undefined)
        return undefined;
    if (found === tree.root.digest)
        return { reference, outcome: 'unchanged' };
    return ifExists === 'skip' ? { reference, outcome: 'skipped', digest: found } : undefined;
}
/** What a registry that guards a tag may answer to writing it. */
const refusals = new Set(['tag-exists', 'registry-denied', 'registry-refused']);
/**
 * Registries with caches may answer with the old digest for some seconds after the new one was written. A digest that is neither the
 * old one nor ours is another run's: waiting does not bring ours back.
 */
async function readBack(reference, digest, { before, client, host }) {
    const { clock, signal } = host;
    const name = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(reference);
    const look = async () => (await client.headManifest(reference, reference.tag ?? 'latest', { signal, justPushed: true }))?.digest;
    const isForeign = (found) => found !== undefined && before.has(name) && found !== before.get(name);
    let found = await look();
    for (const wait of patience) {
        if (found === digest || isForeign(found))
            break;
        await (0,_host_pause_js__WEBPACK_IMPORTED_MODULE_2__/* .pause */ .v)(wait, { clock, signal });
        found = await look();
    }
    if (found !== digest)
        throw await tagMoved(reference, { digest, found, foreign: isForeign(found) }, { client, host });
}
/** The error for a tag that is not what was written. The image there may say which commit it was built from. */
async function tagMoved(reference, { digest, found, foreign, }, { client, host: { env, signal } }) {
    const revision = found && (await (0,_registry_pull_revision_js__WEBPACK_IMPORTED_MODULE_5__/* .findRevision */ .p)(client, reference, { digest: found, signal }));
    const commit = revision === env['GITHUB_SHA'] ? 'the same commit' : `commit ${revision?.slice(0, 40)}`;
    const origin = revision === undefined ? '' : `, built from ${commit}`;
    const message = `Cannot verify ${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatReference */ .FH)(reference)}: ${digest} was written, but the registry returns ${found ?? 'no image'}${origin}`;
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('tag-moved', message, {
        hint: foreign
            ? 'Allow one run at a time with `concurrency`, then run the job again. Another run wrote the same tag at the same time.'
            : 'Run the job again. If another run writes the same tag, allow one run at a time with `concurrency`.',
    });
}


/***/ }),

/***/ 22994:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ findRevision)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _oci_image_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(78409);
/* harmony import */ var _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51994);
/* harmony import */ var _oci_parse_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(82614);
/* harmony import */ var _read_config_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(70814);






/** https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys */
const key = 'org.opencontainers.image.revision';
/**
 * The commit that an image says it was made from: an annotation of its index or of its first manifest, or a label there.
 * Undefined where it says none, or cannot be read.
 *
 * @throws ActionError `cancelled`
 */
async function findRevision(client, repository, { digest, signal }) {
    try {
        return await read(client, repository, { digest, signal });
    }
    catch (error) {
        if (error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ && error.code !== 'cancelled')
            return undefined;
        throw error;
    }
}
async function read(client, repository, { digest, signal, depth = 0 }) {
    if (depth > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexDepth)
        return undefined;
    const found = await client.getManifest(repository, digest, { signal });
    if (found === undefined)
        return undefined;
    const what = `Cannot read ${digest}`;
    if ((0,_oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isIndexType */ .$U)(found.descriptor.mediaType)) {
        const { annotations, manifests } = (0,_oci_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseIndex */ .A1)(found.bytes, what);
        const first = manifests.find((one) => !(0,_oci_image_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .isAttestation */ .H)(one));
        const own = annotations?.[key];
        return own ?? (first && (await read(client, repository, { digest: first.digest, signal, depth: depth + 1 })));
    }
    const { annotations, config } = (0,_oci_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseManifest */ .Ng)(found.bytes, what);
    const own = annotations?.[key];
    if (own !== undefined)
        return own;
    const bytes = await (0,_read_config_js__WEBPACK_IMPORTED_MODULE_5__/* .readConfig */ .X)(client, repository, { config, signal });
    return (0,_oci_parse_js__WEBPACK_IMPORTED_MODULE_4__/* .parseConfig */ .o4)(bytes, what).config?.Labels?.[key];
}


/***/ }),

/***/ 73591:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ smokeSection)
/* harmony export */ });
/* harmony import */ var _text_markdown_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(86590);

/** Lines of a log that the summary shows. */
const shownLines = 30;
/** Characters of such a line. */
const shownCharacters = 1000;
/** The smoke test's part of the job summary, in GitHub's Markdown. */
function smokeSection(results) {
    return results.flatMap(({ platform, milliseconds, emulated, log, problem }) => {
        const how = `${(milliseconds / 1000).toFixed(1)} s${emulated ? ', emulated' : ''}`;
        const ended = `${problem ? 'failed' : 'passed'} (${how})`;
        if (log.length === 0)
            return [`Smoke test of ${(0,_text_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .codeSpan */ .SS)(platform)}: ${ended}`, ''];
        const title = `Smoke test of ${(0,_text_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .codeElement */ .Gg)(platform)}: ${ended}`;
        return [
            `<details><summary>${title}</summary>`,
            '',
            ...(0,_text_markdown_js__WEBPACK_IMPORTED_MODULE_0__/* .codeBlock */ .DV)(log.slice(-shownLines).map((line) => line.slice(0, shownCharacters))),
            '',
            '</details>',
            '',
        ];
    });
}


/***/ }),

/***/ 86590:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DV: () => (/* binding */ codeBlock),
/* harmony export */   Gg: () => (/* binding */ codeElement),
/* harmony export */   MZ: () => (/* binding */ codeCell),
/* harmony export */   SS: () => (/* binding */ codeSpan)
/* harmony export */ });
/**
 * Text from outside in GitHub's Markdown. What stands in code is not read: no link, image, heading, mention, reference or HTML element
 * comes of it. https://github.github.com/gfm/#code-spans
 */
/** Characters of one code span. */
const mostInSpan = 1000;
/** Returns the text as a code span: on one line, at most 1000 characters. "" for no text, which cannot be one. */
function codeSpan(text) {
    // Control and format characters, and what ends a line.
    const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
    if (line === '')
        return '';
    const shown = line.length > mostInSpan ? `${line.slice(0, mostInSpan)}…` : line;
    const fence = '`'.repeat(longestRun(shown) + 1);
    // One space at each end is taken away again.
    const space = /^`|`$/.test(shown) ? ' ' : '';
    return `${fence}${space}${shown}${space}${fence}`;
}
/** Returns the text as a code span in a cell of a table, where a bar ends the cell in code too. */
function codeCell(text) {
    // A backslash before a bar would be taken for the escape of a backslash, so it gets a space.
    return codeSpan(text)
        .replaceAll(/\\(?=\|)/g, '\\ ')
        .replaceAll('|', '\\|');
}
/** Returns the text as a code element of HTML, for places where Markdown is not read: on a line that begins with a tag. */
function codeElement(text) {
    const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
    return `<code>${line.replaceAll(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)}</code>`;
}
/** Returns the lines as a code block. */
function codeBlock(lines) {
    const shown = lines.map((line) => line.replaceAll(/[^\P{Cc}\t]|[\p{Cf}\u2028\u2029]/gu, ' '));
    const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
    return [`${fence}text`, ...shown, fence];
}
function longestRun(text) {
    return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}


/***/ }),

/***/ 804:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  F: () => (/* binding */ writeTar)
});

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/tree/path.ts
var path = __webpack_require__(56805);
;// CONCATENATED MODULE: ./src/tree/archive/tar-header.ts

// Headers are written here and not by a library: they are what digests are made of, so their bytes must not change with a dependency,
// and file capabilities are binary PAX values, which the usual library writes as text.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
const blockSize = 512;
const flags = {
    file: '0',
    symlink: '2',
    'character-device': '3',
    'block-device': '4',
    directory: '5',
    fifo: '6',
};
/** The largest values of the octal fields of 8 and 12 bytes. */
const [most8, most12] = [0o7777777, 0o77777777777];
/** The header blocks of an entry: one, with a PAX header before it when a value does not fit. `seconds` is the entry's time since 1970. */
function tarHeader(entry, seconds) {
    const { node, linkTo } = entry;
    const name = node.type === 'directory' ? `${entry.path}/` : entry.path;
    const target = linkTo ?? node.target ?? '';
    const size = linkTo === undefined ? node.size : 0;
    const place = splitName(name);
    const records = [];
    if (place === undefined)
        records.push(['path', name]);
    if (!fits(target, 100))
        records.push(['linkpath', target]);
    if (node.uid > most8)
        records.push(['uid', String(node.uid)]);
    if (node.gid > most8)
        records.push(['gid', String(node.gid)]);
    if (size > most12)
        records.push(['size', String(size)]);
    if (seconds < 0 || seconds > most12)
        records.push(['mtime', String(seconds)]);
    for (const [key, value] of node.xattrs ?? [])
        records.push([`SCHILY.xattr.${key}`, value]);
    const header = ustar({
        name: place?.name ?? asciiOf(name),
        prefix: place?.prefix ?? '',
        mode: node.mode,
        uid: node.uid > most8 ? 0 : node.uid,
        gid: node.gid > most8 ? 0 : node.gid,
        size: size > most12 ? 0 : size,
        mtime: seconds < 0 || seconds > most12 ? 0 : seconds,
        flag: linkTo === undefined ? flags[node.type] : '1',
        target: asciiOf(target),
        device: node.device,
    });
    return records.length === 0 ? header : Buffer.concat([paxHeader(records), header]);
}
function paxHeader(records) {
    const body = Buffer.concat(records.toSorted(([left], [right]) => (0,path/* compareBytes */.Xo)(left, right)).map(paxRecord));
    const header = ustar({
        name: 'PaxHeaders.0',
        prefix: '',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: body.length,
        mtime: 0,
        flag: 'x',
        target: '',
        device: undefined,
    });
    return Buffer.concat([header, body, paddingFor(body.length)]);
}
/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord([key, value]) {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length)
        length = String(length).length + rest.length;
    return Buffer.concat([Buffer.from(String(length)), rest]);
}
function ustar(fields) {
    const text = (value, length) => value.padEnd(length, '\0');
    const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
    const start = [
        text(fields.name, 100),
        octal(fields.mode, 8),
        octal(fields.uid, 8),
        octal(fields.gid, 8),
        octal(fields.size, 12),
        octal(fields.mtime, 12),
    ].join('');
    const end = [
        fields.flag,
        text(fields.target, 100),
        'ustar\x0000',
        text('', 64),
        octal(fields.device?.major ?? 0, 8),
        octal(fields.device?.minor ?? 0, 8),
        text(fields.prefix, 167),
    ].join('');
    // The sum of all bytes, taken as if its own field held blanks.
    const header = Buffer.from(`${start}        ${end}`, 'latin1');
    let sum = 0;
    for (let index = 0; index < blockSize; index += 1)
        sum += header[index] ?? 0;
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return header;
}
const zeros = Buffer.alloc(blockSize);
/** Zeros up to the next full block. */
function paddingFor(size) {
    return zeros.subarray(0, (blockSize - (size % blockSize)) % blockSize);
}
/** A name as the header's two fields, cut at a slash; undefined when it does not fit. */
function splitName(name) {
    if (fits(name, 100))
        return { prefix: '', name };
    if (!fits(name, 256))
        return undefined;
    const slash = name.lastIndexOf('/', Math.min(155, name.length - 2));
    return slash > 0 && name.length - slash - 1 <= 100
        ? { prefix: name.slice(0, slash), name: name.slice(slash + 1) }
        : undefined;
}
function fits(text, length) {
    return text.length <= length && isAscii(text);
}
function isAscii(text) {
    for (let index = 0; index < text.length; index += 1)
        if (text.charCodeAt(index) > 0x7f)
            return false;
    return true;
}
/** What a reader without PAX sees of a name that needs it. */
function asciiOf(text) {
    return isAscii(text) ? text.slice(0, 100) : text.replace(/[^\0-\x7f]/gu, '_').slice(0, 100);
}

;// CONCATENATED MODULE: ./src/tree/archive/write-tar.ts


/** Small files are read together, so many and so many bytes of them at most, so that thousands do not wait for each other. */
const batchLimit = { files: 64, bytes: 256 * 1024 };
/**
 * The entries as a tar archive: the same bytes for the same entries, on every system. Times are whole seconds, as BuildKit writes them;
 * names of owners are left out. Throws `context-changed` when a file has not the size that its entry says.
 */
async function* writeTar(entries, options = {}) {
    for (const batch of batches(entries)) {
        const [first] = batch;
        if (first && first.node.size > batchLimit.bytes)
            yield* streamed(first, options);
        // One piece for many files: each costs less to hash and to compress than to pass on by itself.
        else
            yield Buffer.concat((await Promise.all(batch.map((entry) => whole(entry, options)))).flat());
    }
    yield Buffer.alloc(2 * blockSize);
}
/** The entries in order: one that is larger than a batch by itself, what is small together with its neighbours. */
function* batches(entries) {
    let batch = [];
    let bytes = 0;
    for (const entry of entries) {
        const { size } = entry.node;
        if (batch.length > 0 && (bytes + size > batchLimit.bytes || batch.length === batchLimit.files)) {
            yield batch;
            batch = [];
            bytes = 0;
        }
        batch.push(entry);
        bytes += size;
    }
    if (batch.length > 0)
        yield batch;
}
/** A small entry: its header, its content and the padding. */
async function whole(entry, options) {
    const parts = [headerOf(entry, options)];
    if (entry.open === undefined)
        return parts;
    let size = 0;
    for await (const chunk of await entry.open(entry)) {
        size = grown(entry, size + chunk.length);
        parts.push(chunk);
    }
    parts.push(endOf(entry, size));
    return parts;
}
/** The same of a large one, as it comes. */
async function* streamed(entry, options) {
    yield headerOf(entry, options);
    if (entry.open === undefined)
        return;
    let size = 0;
    for await (const chunk of await entry.open(entry)) {
        size = grown(entry, size + chunk.length);
        yield chunk;
    }
    yield endOf(entry, size);
}
function headerOf(entry, { epoch }) {
    const seconds = Math.floor(entry.node.mtime / 1000);
    return tarHeader(entry, epoch === undefined ? seconds : Math.min(seconds, epoch));
}
/** How much of a file has come, which is never more than its header says. */
function grown(entry, size) {
    if (size > entry.node.size)
        throw resized(entry, `more than ${entry.node.size}`);
    return size;
}
function endOf(entry, size) {
    if (size < entry.node.size)
        throw resized(entry, `${size} instead of ${entry.node.size}`);
    return paddingFor(size);
}
function resized({ path }, found) {
    return new action_error/* ActionError */.lZ('context-changed', `Cannot put ${path} into an archive: it gave ${found} bytes`, {
        hint: 'Make sure that nothing writes to the file during this step, then run the job again.',
    });
}


/***/ }),

/***/ 33155:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ diskOf),
/* harmony export */   M: () => (/* binding */ contextTree)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22714);
/* harmony import */ var _path_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(56805);




/** What the disks of a system are usually like. */
function diskOf({ os }) {
    return { windows: os === 'win32', caseBlind: os === 'win32' || os === 'darwin' };
}
const chunkSize = 256 * 1024;
// What is small is asked of the system directly: a call takes some microseconds, where one through the thread pool takes tens, and there it
// waits behind blocks that are being compressed. With 20,000 files that is the difference between half a second and five.
const smallFile = 64 * 1024;
/**
 * The folder `root` on disk as BuildKit's local source shows it: everything owned by 0:0, permissions and times kept, sockets left out.
 * Nothing outside `root` is ever read: links are given as links, and a path through a link is not there.
 * Extended attributes are not read (Node.js cannot).
 * Throws `context-unreadable` for what cannot be read or is a device or FIFO, `context-changed` when a file is not what it was listed as.
 */
function contextTree(root, options = {}) {
    const ignore = options.ignore ?? (() => 'keep');
    const { windows = false, caseBlind = false } = options;
    const onDisk = (path) => (path === '' ? root : `${root}/${path}`);
    // Each path is looked at once, so that one build sees one state of it; a tree lives as long as one build. None of this waits for anything:
    // a promise for each question took as long as the answers.
    // By folder, and there by name: a hundred thousand paths take as much memory as what is known of the files.
    const nodes = new Map();
    const lists = new Map();
    const names = new Map();
    const read = (path) => {
        // There a backslash separates and a colon names a drive or a stream: what is one name in the tree could lead anywhere.
        if (windows && /[\\:]/.test(path))
            return undefined;
        if (path !== '' && node((0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .parentOf */ .gN)(path))?.type !== 'directory')
            return undefined;
        if (caseBlind && path !== '' && !namesOf((0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .parentOf */ .gN)(path)).has((0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(path)))
            return undefined;
        const stats = statsOf(path, onDisk(path));
        if (stats === undefined || stats.isSocket())
            return undefined;
        return describe(path, stats, { windows, onDisk });
    };
    const node = (path) => {
        // The root has the name '' in itself, which nothing else has.
        const inFolder = memoized(nodes, (0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .parentOf */ .gN)(path), () => new Map());
        return memoized(inFolder, (0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .nameOf */ .Vb)(path), () => read(path));
    };
    /** As they are written, so that nothing is found by a name that the ignore rules do not know. */
    const namesOf = (folder) => memoized(names, folder, () => new Set(readFolder(folder, onDisk(folder)).map(({ name }) => name)));
    // Each folder is judged once, not once for each file below it.
    const pruned = new Map();
    const isPruned = (folder) => folder !== '' && memoized(pruned, folder, () => isPruned((0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .parentOf */ .gN)(folder)) || ignore(folder, true) === 'prune');
    const verdict = (path, isDirectory) => {
        if (path === '')
            return 'keep';
        // Something below a pruned directory is not there, whatever the rules would say of itself.
        return isPruned((0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .parentOf */ .gN)(path)) ? 'prune' : ignore(path, isDirectory);
    };
    const visible = (path, isDirectory) => {
        const found = verdict(path, isDirectory);
        if (found !== 'drop' || !isDirectory)
            return found === 'keep';
        return list(path).length > 0;
    };
    const readList = (path) => {
        if (node(path)?.type !== 'directory' || verdict(path, true) === 'prune')
            return [];
        const entries = readFolder(path, onDisk(path));
        const shown = [];
        for (const entry of entries) {
            const below = (0,_path_js__WEBPACK_IMPORTED_MODULE_3__/* .joinPath */ .uJ)(path, entry.name);
            if (entry.isSocket() || !visible(below, entry.isDirectory()))
                continue;
            // Node reads what is no UTF-8 as U+FFFD, and nothing has that name; BuildKit fails on such names too.
            if (entry.name.includes('\ufffd') && statsOf(below, onDisk(below)) === undefined)
                throw unnameable(below);
            shown.push(entry.name);
        }
        return shown.sort(_path_js__WEBPACK_IMPORTED_MODULE_3__/* .compareBytes */ .Xo);
    };
    const list = (path) => memoized(lists, path, readList);
    return {
        list: async (path) => list(path),
        lstat: async (path) => {
            const found = node(path);
            return found && visible(path, found.type === 'directory') ? found : undefined;
        },
        open: async (path) => {
            const found = node(path);
            if (found?.type !== 'file')
                throw changed(path, 'it is no longer a file');
            return found.size <= smallFile
                ? readSmall(path, onDisk(path), found.size)
                : readLarge(path, onDisk(path), found.size);
        },
    };
}
function memoized(memo, path, make) {
    const known = memo.get(path);
    if (known !== undefined || memo.has(path))
        return known;
    const made = make(path);
    memo.set(path, made);
    return made;
}
function describe(path, stats, { windows, onDisk }) {
    const type = stats.isFile()
        ? 'file'
        : stats.isDirectory()
            ? 'directory'
            : stats.isSymbolicLink()
                ? 'symlink'
                : undefined;
    if (type === undefined) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('context-unreadable', `Cannot read ${path} in the build context: it is a device or a FIFO`, {
            hint: 'Add it to .dockerignore, or remove it.',
        });
    }
    const mode = type === 'symlink' ? 0o777 : windows ? 0o755 : stats.mode & 0o7777;
    const mtime = Math.floor(stats.mtimeMs);
    // Nothing is spread into it: the objects would be larger, and there may be a hundred thousand.
    const node = { type, mode, uid: 0, gid: 0, mtime, size: type === 'file' ? stats.size : 0 };
    if (type === 'symlink') {
        const target = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)(onDisk(path));
        return { ...node, target: windows ? target.replaceAll('\\', '/') : target };
    }
    return type === 'file' && stats.nlink > 1 && !windows ? { ...node, inode: `${stats.dev}:${stats.ino}` } : node;
}
function statsOf(path, file) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(file, { throwIfNoEntry: false });
    }
    catch (cause) {
        if (cause.code === 'ENOTDIR')
            return undefined;
        throw unreadable(path, cause);
    }
}
function readFolder(path, folder) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder, { withFileTypes: true });
    }
    catch (cause) {
        throw unreadable(path, cause);
    }
}
/** O_NOFOLLOW: between lstat and now the file may have become a link out of the context. Windows has no such flag. */
const readOnly = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | (node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW ?? 0);
async function* readSmall(path, file, size) {
    let handle;
    try {
        handle = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.openSync)(file, readOnly);
        assertUnchanged(path, (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(handle), size);
        // One byte more than expected tells a file that grew.
        const content = Buffer.allocUnsafe(size + 1);
        const length = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readSync)(handle, content, 0, size + 1, 0);
        if (length !== size)
            throw changed(path, `its size was ${size} bytes, but ${length} were read`);
        if (size > 0)
            yield content.subarray(0, size);
    }
    catch (cause) {
        throw cause instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ ? cause : unreadable(path, cause);
    }
    finally {
        if (handle !== undefined)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.closeSync)(handle);
    }
}
async function* readLarge(path, file, size) {
    const handle = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(file, readOnly).catch((cause) => {
        throw unreadable(path, cause);
    });
    try {
        assertUnchanged(path, await handle.stat(), size);
        yield* readExactly(handle, path, size);
    }
    finally {
        await handle.close();
    }
}
function assertUnchanged(path, stats, size) {
    if (!stats.isFile() || stats.size !== size)
        throw changed(path, `its size was ${size} bytes and is now ${stats.size}`);
}
async function* readExactly(handle, path, size) {
    let done = 0;
    while (done < size) {
        const wanted = Math.min(chunkSize, size - done);
        const { bytesRead, buffer } = await handle
            .read(Buffer.allocUnsafe(wanted), 0, wanted, done)
            .catch((cause) => {
            throw unreadable(path, cause);
        });
        if (bytesRead === 0)
            throw changed(path, `it ended after ${done} of ${size} bytes`);
        done += bytesRead;
        yield buffer.subarray(0, bytesRead);
    }
    const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size);
    if (bytesRead > 0)
        throw changed(path, `it is now longer than ${size} bytes`);
}
function unreadable(path, cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('context-unreadable', `Cannot read ${path || '.'} in the build context: ${message}`, {
        hint: 'Add it to .dockerignore if the build does not need it, or make it readable for the user of this job.',
        cause,
    });
}
function unnameable(path) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('context-unreadable', `Cannot read ${path} in the build context: its name is not valid UTF-8`, {
        hint: 'Rename it, or exclude it with a pattern in .dockerignore.',
    });
}
function changed(path, what) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('context-changed', `Cannot copy ${path} from the build context: ${what}`, {
        hint: 'Make sure that nothing writes to the file during this step, then run the job again.',
    });
}


/***/ }),

/***/ 51324:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ findNamedFile)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(33155);
/* harmony import */ var _resolve_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(86900);




/**
 * Where a file is that an input names, after its links; undefined when no regular file is there. As in BuildKit, which is sent the file's
 * directory alone, a link leads to nothing outside of that directory, and an absolute one starts there: a repository must not point the step at
 * files of the machine. How the directory itself is reached is up to whoever names it.
 *
 * @throws ActionError `path-invalid` for links in a circle, `context-unreadable` for a device or what this user may not look at
 */
async function findNamedFile(path) {
    const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.realpath)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path)).catch(() => undefined);
    if (folder === undefined)
        return undefined;
    const found = await (0,_resolve_js__WEBPACK_IMPORTED_MODULE_3__/* .follow */ .e)((0,_context_js__WEBPACK_IMPORTED_MODULE_2__/* .contextTree */ .M)(folder), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(path));
    return found?.node.type === 'file' ? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, found.path) : undefined;
}


/***/ })

};
