export const id = 358;
export const ids = [358];
export const modules = {

/***/ 60358:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  tryImages: () => (/* binding */ tryImages)
});

// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(45898);
// EXTERNAL MODULE: ./src/cleanup/session-name.ts
var session_name = __webpack_require__(68750);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/errors/gather.ts
var gather = __webpack_require__(59532);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(62148);
// EXTERNAL MODULE: ./src/cleanup/cleanup.ts + 1 modules
var cleanup = __webpack_require__(75141);
// EXTERNAL MODULE: ./src/docker/load-image.ts
var load_image = __webpack_require__(15294);
// EXTERNAL MODULE: ./src/docker/remove.ts
var remove = __webpack_require__(4478);
;// CONCATENATED MODULE: ./src/smoke-test/interim-image.ts




/**
 * Has the image of one platform in the daemon's store under a name of this run while `work` lasts.
 *
 * @throws ActionError what loading throws, and what `work` throws
 */
async function withInterimImage(image, daemon, { name, content, host, work }) {
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference: name });
    try {
        const own = { ...content, tree: onlyImage(content.tree, image) };
        await (0,load_image/* loadImage */.y)(own, daemon, { references: [(0,reference/* parseReference */.F2)(name)], host });
        return await work();
    }
    finally {
        // What fails here, and what a cancelled run leaves, is the clean-up's.
        if (!host.signal.aborted)
            await (0,remove/* removeImage */.a)(name, daemon, host).catch(() => undefined);
    }
}
/** The part of a tree that is one platform's image. */
function onlyImage(tree, image) {
    const { manifest, config, layers } = image;
    const own = new Set([config, ...layers].map(({ digest }) => digest));
    return {
        root: manifest,
        blobs: tree.blobs.filter(({ digest }) => own.has(digest)),
        documents: tree.documents.filter(({ descriptor }) => descriptor.digest === manifest.digest),
        images: [image],
    };
}

;// CONCATENATED MODULE: ./src/smoke-test/pattern.ts
/** Whether the text has what is expected of it. */
function matches(pattern, text) {
    return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}
/** The pattern as it was written, for messages. */
function shownPattern(pattern) {
    return typeof pattern === 'string' ? JSON.stringify(pattern) : String(pattern);
}

;// CONCATENATED MODULE: ./src/smoke-test/judge.ts


/** Lines of a log that an error shows. */
const shownLines = 30;
/** What is wrong with how the image ran, or undefined when it passed. */
function judge(ran, test, subject) {
    const text = ran.log.join('\n');
    if (ran.end.kind === 'exited' && ran.end.status !== 0 && /exec format error/i.test(text)) {
        return cannotStart(subject, text);
    }
    const problem = problemOf(ran, test, text);
    if (problem === undefined)
        return undefined;
    const shown = ran.log.slice(-shownLines);
    const log = shown.length === 0 ? 'It printed nothing' : `The end of its log:\n${shown.map((line) => `  ${line}`).join('\n')}`;
    return failure('smoke-failed', `${subjectOf(subject)} does not pass the smoke test: ${problem}. ${log}`, {
        subject,
        hint: hintFor(ran, test, { ...subject, text }),
    });
}
/** For what the daemon says when it does not come to start the container. */
function notStarted(found, subject, holder) {
    if (/exec format error/i.test(found))
        return cannotStart(subject, found);
    const port = busyPort(found);
    if (port === undefined) {
        const hint = 'Check `entrypoint`, `command`, `user`, `workdir` and `volumes` of `smoke-test` against the image.';
        return failure('smoke-failed', `${subjectOf(subject)} does not start: ${found}`, { subject, hint });
    }
    const whose = holder === undefined ? 'something else' : holder;
    return failure('smoke-failed', `${subjectOf(subject)} does not start: port ${port} is in use by ${whose}`, {
        subject,
        hint: 'Leave out the port before the colon in `ports`, and a free one is taken.',
    });
}
/** The port that somebody else has, by what the daemon says. */
function busyPort(said) {
    if (!/address already in use|port is already allocated/.test(said))
        return undefined;
    const [, port] = /(?:for|listen tcp4?|port) \S*?:(\d+)/.exec(said) ?? [];
    return port === undefined ? undefined : Number(port);
}
function problemOf({ end }, { output, status, http, timeout }, text) {
    const missing = output === undefined || matches(output, text) ? undefined : `did not print ${shownPattern(output)}`;
    const asked = http && `GET ${http.path} on port ${http.port}`;
    switch (end.kind) {
        case 'late':
            if (asked === undefined)
                return `it still runs after ${timeout / 1000} s`;
            return `${asked} was not answered as expected within ${timeout / 1000} s (${end.problem ?? 'no answer'})`;
        case 'answered':
            return missing && `it answered, but ${missing}`;
        case 'exited':
            if (asked !== undefined)
                return `it exited with ${end.status} before ${asked} was answered`;
            if (end.status !== status)
                return `it exited with ${end.status}, expected ${status}`;
            return missing && `it ${missing}`;
    }
}
function hintFor({ end }, { http }, { emulated, text }) {
    const crashed = (end.kind === 'exited' && end.status === 139) || /uncaught target signal/.test(text);
    if (crashed && emulated) {
        return 'It ran under an emulator, and crashed as programs do when the emulator fails, not the program: try a newer QEMU, or a machine of this platform.';
    }
    if (end.kind === 'exited' && end.status === 137)
        return '137 is the status of what was killed, most often for want of memory.';
    if (http !== undefined) {
        return end.kind === 'exited'
            ? 'Check in the log why the service ended, and that `smoke-test` gives it the `env`, `volumes` and `command` it needs.'
            : 'Check that the service listens on 0.0.0.0 and on the port that `expect: http:` names, or raise `timeout`.';
    }
    if (end.kind !== 'late') {
        return 'Compare the log of the container with what `smoke-test` expects (`expect: status:`, `expect: output:`), or start the image with the same command on your machine.';
    }
    return 'A service does not exit. Set the expected answer in `expect: http:`, or raise `timeout`.';
}
function cannotStart(subject, found) {
    const line = found
        .split('\n')
        .find((one) => /exec format error/i.test(one))
        ?.trim();
    const hint = subject.emulated
        ? 'There is no emulator for this platform where Docker runs: set one up with docker/setup-qemu-action, or run the step on a machine of this platform.'
        : 'The file that is started is for another platform, or a script without a #! line.';
    return failure('platform-unsupported', `${subjectOf(subject)} cannot be run here: ${line}`, { subject, hint });
}
function subjectOf({ platform }) {
    return `The image for ${platform}`;
}
function failure(code, message, { subject, hint }) {
    return new action_error/* ActionError */.lZ(code, message, { platform: subject.platform, hint });
}

// EXTERNAL MODULE: ./src/smoke-test/result.ts
var result = __webpack_require__(73591);
// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(43487);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/docker/call-daemon.ts + 2 modules
var call_daemon = __webpack_require__(30411);
// EXTERNAL MODULE: ./src/docker/hanging-daemon.ts
var hanging_daemon = __webpack_require__(17489);
// EXTERNAL MODULE: ./src/docker/server.ts
var server = __webpack_require__(21065);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
// EXTERNAL MODULE: ./src/host/within.ts
var within = __webpack_require__(30367);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./src/smoke-test/container-config.ts

/**
 * The body of the request that makes the container of a smoke test. Paths of volumes start from the working folder.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate
 */
function containerConfig(test, { image, publishOn, env }) {
    const { entrypoint, command, user, workdir, container } = test;
    const ports = publishedPorts(test);
    const { hostname, labels } = container;
    return {
        Image: image,
        ...given({ Entrypoint: entrypoint, Cmd: command, User: user, WorkingDir: workdir, Hostname: hostname }),
        // With an entrypoint of the test's own the image's command is not added by the daemon either.
        Env: Object.entries(test.env).flatMap(([key, value]) => {
            const text = value ?? env[key];
            return text === undefined ? [] : [`${key}=${text}`];
        }),
        Labels: labels,
        ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
        Volumes: Object.fromEntries(test.volumes.flatMap(({ source, target }) => (source === undefined ? [[target, {}]] : []))),
        HostConfig: {
            Binds: test.volumes.flatMap(bind),
            // An empty text is a free port.
            PortBindings: Object.fromEntries(ports.map((port) => [portKey(port), [{ HostIp: publishOn ?? '', HostPort: String(port.host ?? '') }]])),
            ExtraHosts: test.addHosts,
            // Whatever the daemon logs to, its API can read this.
            LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
            ...hostOptions(container),
        },
    };
}
function hostOptions({ cpus, ...container }) {
    return {
        ...given({
            NetworkMode: container.network,
            Memory: container.memory,
            NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
            PidsLimit: container.pidsLimit,
            ShmSize: container.shmSize,
            ReadonlyRootfs: container.readOnly,
            Privileged: container.privileged,
            Init: container.init,
        }),
        CapAdd: container.capAdd,
        CapDrop: container.capDrop,
        SecurityOpt: container.securityOpt,
        Tmpfs: container.tmpfs,
        Ulimits: container.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
        Devices: container.devices.map(({ source, target, access }) => ({
            PathOnHost: source,
            PathInContainer: target,
            CgroupPermissions: access,
        })),
    };
}
/** What is not undefined. */
function given(fields) {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
function bind({ source, target, readOnly }) {
    return source === undefined ? [] : [`${(0,external_node_path_.resolve)(source)}:${target}${readOnly ? ':ro' : ''}`];
}
function portKey({ container, protocol }) {
    return `${container}/${protocol}`;
}
/** The ports of the test, and the one that is asked over HTTP, which need not be among them. Without a network of its own it has none. */
function publishedPorts({ ports, http, container: { network } }) {
    if (network === 'host')
        return [];
    const has = ports.some(({ container, protocol }) => container === http?.port && protocol === 'tcp');
    return http === undefined || has ? ports : [...ports, { host: undefined, container: http.port, protocol: 'tcp' }];
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
;// CONCATENATED MODULE: ./src/smoke-test/container-log.ts

/** What begins a frame: the number of the stream, three zeros, the size. */
const headerSize = 8;
/**
 * The lines of a container's log, in the order in which they were ended: Docker sends both outputs in frames of one stream.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
function linesOf(log) {
    const lines = [];
    /** By the number of the stream. */
    const open = new Map();
    for (let at = 0; at + headerSize <= log.length;) {
        const stream = log[at] ?? 0;
        const end = at + headerSize + log.readUInt32BE(at + 4);
        const part = Buffer.concat([open.get(stream) ?? Buffer.alloc(0), log.subarray(at + headerSize, end)]);
        // Bytes and not text: a character may be in two frames.
        const whole = part.lastIndexOf('\n') + 1;
        if (whole > 0)
            lines.push(...split(part.subarray(0, whole - 1)));
        open.set(stream, part.subarray(whole));
        at = end;
    }
    for (const rest of open.values())
        if (rest.length > 0)
            lines.push(...split(rest));
    return lines;
}
function split(text) {
    return text
        .toString('utf8')
        .split(/\r?\n|\r(?!$)/)
        .map((line) => (0,external_node_util_.stripVTControlCharacters)(line.replace(/\r$/, '')));
}

;// CONCATENATED MODULE: ./src/smoke-test/poll-http.ts


/** Milliseconds. */
const firstPause = 100;
const longestPause = 2_000;
const answerTimeout = 10_000;
/** Bytes of an answer that are read. */
const mostRead = 1024 * 1024;
/**
 * Asks `url` until it answers as expected, then gives undefined; or until `signal` is aborted, then gives what was wrong
 * with the last answer. A service that starts may refuse connections, hang up and answer 503 first.
 */
async function pollHttp(url, expected, { http, clock, signal }) {
    let problem = 'nothing was asked';
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 1.5, longestPause)) {
        try {
            const headers = { connection: 'close' };
            const response = await http({ method: 'GET', url, headers, signal, timeout: answerTimeout });
            const found = judgeAnswer(expected, response.status, await readText(response.body));
            if (found === undefined)
                return undefined;
            problem = found;
        }
        catch (error) {
            if (!signal.aborted)
                problem = (0,action_error/* messageOf */.bD)(error) || 'no answer';
        }
        await clock.sleep(pause, signal).catch(() => undefined);
    }
    return problem;
}
function judgeAnswer(expected, status, body) {
    const right = expected.status === undefined ? status < 400 : status === expected.status;
    if (!right)
        return `it answered ${status}, expected ${expected.status ?? 'less than 400'}`;
    if (expected.contains === undefined || matches(expected.contains, body))
        return undefined;
    return `it answered ${status}, without ${shownPattern(expected.contains)}`;
}
async function readText(body) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        chunks.push(chunk);
        size += chunk.length;
        // Leaving the loop destroys the stream.
        if (size >= mostRead)
            break;
    }
    return Buffer.concat(chunks).toString('utf8');
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./src/smoke-test/port-holder.ts

/**
 * The local process that listens on a TCP port, for a message; undefined when it cannot be determined: on
 * systems other than Linux, or when the process belongs to another user.
 */
function portHolder(port) {
    const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(port_holder_readText(`/proc/net/${table}`), port)));
    if (inodes.size === 0)
        return undefined;
    for (const pid of readFolder('/proc').filter((name) => /^\d+$/.test(name))) {
        for (const file of readFolder(`/proc/${pid}/fd`)) {
            const [, inode] = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${file}`)) ?? [];
            if (inode === undefined || !inodes.has(inode))
                continue;
            const command = port_holder_readText(`/proc/${pid}/comm`).trim();
            return `process ${pid}${command === '' ? '' : ` (${command})`}`;
        }
    }
    return undefined;
}
/** The inodes of the sockets that listen on a port, in the kernel's table. https://docs.kernel.org/networking/proc_net_tcp.html */
function listeningInodes(table, port) {
    const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    return table
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = '', , state]) => local.endsWith(suffix) && state === '0A')
        .flatMap((fields) => fields[9] ?? []);
}
// What ends meanwhile, or is another user's, cannot be read, and is passed over.
function port_holder_readText(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8');
    }
    catch {
        return '';
    }
}
function readFolder(path) {
    try {
        return (0,external_node_fs_.readdirSync)(path);
    }
    catch {
        return [];
    }
}
function readLink(path) {
    try {
        return (0,external_node_fs_.readlinkSync)(path);
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./src/smoke-test/run-container.ts

















/** Milliseconds for a container to start: the daemon may unpack the image for it first. */
const startTimeout = 600_000;
/**
 * Runs one container until it ends, answers as expected, or its time is over; then removes it, whatever has happened.
 *
 * @throws ActionError when it cannot be started
 */
async function runContainer(test, { name, image, platform, subject, host }) {
    const ask = async (what, request) => {
        try {
            return await (0,call_daemon/* askDaemon */.Ii)(test.daemon, request, host);
        }
        catch (error) {
            if (host.signal.aborted)
                throw (0,cancelled/* cancelled */.K)('the smoke test');
            throw (0,hanging_daemon/* unanswered */.bj)(`run the smoke test (${what})`, error);
        }
    };
    const publishOn = isHere(test) ? '127.0.0.1' : undefined;
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'container', name });
    try {
        const said = await start(name, { platform, ask, body: containerConfig(test, { image, publishOn, env: host.env }) });
        if (said !== undefined)
            throw notStarted(said, subject, await holderOf(busyPort(said), test, ask));
        const end = await endOf(test, { name, exit: exitOf(name, test, host), ask, host });
        return { end, log: await readLog(name, test, host) };
    }
    finally {
        // What fails here, and what a cancelled run leaves, is the clean-up's.
        if (!host.signal.aborted)
            await (0,remove/* removeContainer */.o)(name, test.daemon, host).catch(() => undefined);
    }
}
/** Makes and starts the container. Gives what the daemon says where it does not. */
async function start(name, { platform, ask, body }) {
    const query = new URLSearchParams({ name, platform: (0,oci_platform/* formatPlatform */.Bq)(platform) });
    const made = await ask('create', {
        method: 'POST',
        path: `/containers/create?${query}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeout: startTimeout,
    });
    if (made.status !== 201)
        return (0,call_daemon/* messageIn */.v6)(made);
    const started = await ask('start', { method: 'POST', path: `/containers/${name}/start`, timeout: startTimeout });
    return started.status < 300 ? undefined : (0,call_daemon/* messageIn */.v6)(started);
}
/** Waits for the container's end. https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerWait */
async function exitOf(name, { daemon, timeout }, host) {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), timeout);
    try {
        // The daemon may say nothing for all of the time.
        const patient = { method: 'POST', path: `/containers/${name}/wait`, timeout: 2 * timeout };
        const response = await (0,call_daemon/* callDaemon */.d)(daemon, patient, (0,within/* within */.u)(host, over.signal));
        const text = (await (0,read_limited/* readLimited */.tk)(response.body, limits/* limits */.F.answer)).toString('utf8');
        const answer = { status: response.status, text };
        if (answer.status !== 200)
            throw new Error((0,call_daemon/* messageIn */.v6)(answer));
        return { kind: 'exited', status: Number((0,json/* member */.Dc)((0,json/* parseJson */.qF)(text), 'StatusCode')) };
    }
    catch (error) {
        if (over.signal.aborted && !host.signal.aborted)
            return { kind: 'late' };
        throw error;
    }
    finally {
        clearTimeout(timer);
    }
}
async function endOf({ http, ...test }, { name, exit, ask, host }) {
    const ended = new AbortController();
    // Also when nobody waits for it any more: it ends when the container is removed.
    exit.then(() => ended.abort(), () => ended.abort());
    let problem;
    if (http !== undefined) {
        const port = test.container.network === 'host' ? String(http.port) : await publishedPort(name, http.port, ask);
        if (port !== undefined) {
            problem = await pollHttp(`http://${hostOf(test)}:${port}${http.path}`, http, (0,within/* within */.u)(host, ended.signal));
            if (problem === undefined)
                return { kind: 'answered' };
        }
    }
    try {
        const end = await exit;
        return end.kind === 'late' ? { kind: 'late', problem } : end;
    }
    catch (error) {
        if (host.signal.aborted)
            throw (0,cancelled/* cancelled */.K)('the smoke test');
        throw new action_error/* ActionError */.lZ('engine-failed', `Cannot watch the smoke test's container: ${(0,action_error/* messageOf */.bD)(error)}`);
    }
}
/** The port of the daemon's machine that leads to one of the container; undefined when it has ended already. */
async function publishedPort(name, port, ask) {
    const { text } = await ask('inspect', { method: 'GET', path: `/containers/${name}/json` });
    const bindings = ['NetworkSettings', 'Ports', `${port}/tcp`].reduce(json/* member */.Dc, parsed(text));
    const found = Array.isArray(bindings) ? (0,json/* member */.Dc)(bindings[0], 'HostPort') : undefined;
    return typeof found === 'string' && /^\d+$/.test(found) ? found : undefined;
}
async function readLog(name, { daemon }, host) {
    const path = `/containers/${name}/logs?stdout=1&stderr=1`;
    try {
        const { status, body } = await (0,call_daemon/* callDaemon */.d)(daemon, { method: 'GET', path }, host);
        if (status === 200)
            return linesOf(await (0,read_limited/* readLimited */.tk)(body, limits/* limits */.F.containerLog));
        const text = (await (0,read_limited/* readLimited */.tk)(body, limits/* limits */.F.answer)).toString('utf8');
        const found = (0,call_daemon/* messageIn */.v6)({ status, text });
        throw new action_error/* ActionError */.lZ('engine-failed', `Cannot read the log of the smoke test's container: ${found}`);
    }
    catch (error) {
        if (host.signal.aborted)
            throw (0,cancelled/* cancelled */.K)('the smoke test');
        if (error instanceof action_error/* ActionError */.lZ)
            throw error;
        throw (0,hanging_daemon/* unanswered */.bj)('run the smoke test (logs)', error);
    }
}
/** Who has a port: a container of the daemon, or a program of this machine. */
async function holderOf(port, test, ask) {
    if (port === undefined)
        return undefined;
    const filters = new URLSearchParams({ filters: JSON.stringify({ publish: [String(port)] }) });
    const { text } = await ask('list', { method: 'GET', path: `/containers/json?${filters}` });
    const containers = parsed(text);
    const [first] = Array.isArray(containers) ? containers : [];
    const [name] = [(0,json/* member */.Dc)(first, 'Names')].flat();
    if (typeof name === 'string')
        return `container ${name.replace(/^\//, '')} (${String((0,json/* member */.Dc)(first, 'Image'))})`;
    return isHere(test) ? portHolder(port) : undefined;
}
function parsed(text) {
    try {
        return (0,json/* parseJson */.qF)(text);
    }
    catch {
        return undefined;
    }
}
/** Whether the daemon runs on this machine. */
function isHere({ daemon }) {
    return (0,server/* socketPath */.X)(daemon.endpoint) !== undefined;
}
function hostOf(test) {
    const { host } = test.daemon.endpoint;
    if (isHere(test))
        return '127.0.0.1';
    return new URL(host.startsWith('ssh://') ? host : (0,call_daemon/* tcpAddress */.Yv)(host, 'http')).hostname;
}

;// CONCATENATED MODULE: ./src/smoke-test/try-images.ts










/** Platforms at a time, where they have nothing to share. */
const platformsAtOnce = 4;
/**
 * Starts each platform's image on the daemon of the plan, and holds what it does against what the test expects. Images
 * and containers have names of this run, and are removed.
 *
 * @throws ActionError `smoke-failed`, `platform-unsupported`, with all that is wrong; and what loading the images throws
 */
async function tryImages(run, built, test) {
    const { host } = run;
    return host.log.group('Smoke test', async () => {
        const trials = trialsOf(run, built, test);
        const atOnce = sharesNothing(test) ? platformsAtOnce : 1;
        const results = await (0,parallel/* parallel */._)(atOnce, trials, (trial) => runTrial(trial, test, host), { signal: host.signal });
        const problems = results.flatMap(({ problem }) => problem ?? []);
        if (problems.length === 0)
            return results;
        // No report follows a failure.
        host.runner.writeSummary((0,result/* smokeSection */.b)(results).join('\n'));
        throw (0,gather/* combine */.kg)('The smoke test', problems);
    });
}
/** Whether two of its containers can run side by side. */
function sharesNothing({ ports, volumes, container: { network } }) {
    return (network !== 'host' &&
        ports.every(({ host }) => host === undefined) &&
        volumes.every(({ source }) => source === undefined));
}
function trialsOf({ plan, host }, built, test) {
    const { content, imageId } = built;
    const prefix = `${(0,session_name/* sessionName */.C)(host.tempDir)}-smoke`;
    const container = (platform, image) => {
        const name = `${prefix}-${tagOf(platform)}`;
        return runContainer(test, { name, image, platform, subject: try_images_subjectOf(platform, test), host });
    };
    if (content === undefined) {
        const [first] = plan.references;
        const image = imageId ?? (first === undefined ? '' : (0,reference/* formatReference */.FH)(first));
        return plan.build.platforms.map((platform) => ({
            subject: try_images_subjectOf(platform, test),
            run: () => container(platform, image),
        }));
    }
    return content.tree.images.map((image) => {
        const { platform } = image;
        const name = `${prefix}:${tagOf(platform)}`;
        const work = () => container(platform, name);
        return {
            subject: try_images_subjectOf(platform, test),
            run: async () => {
                const stored = await built.nameInStore?.(platform);
                if (stored !== undefined)
                    return container(platform, stored);
                return withInterimImage(image, test.daemon, { name, content, host, work });
            },
        };
    });
}
async function runTrial({ subject, run }, test, { clock, log }) {
    const started = clock.now().getTime();
    const outcome = await run().then((ran) => ({ log: ran.log, problem: judge(ran, test, subject) }), (thrown) => ({ log: [], problem: findingOf(thrown) }));
    const milliseconds = clock.now().getTime() - started;
    // A prefix: the runner must not interpret a container's output as workflow commands.
    for (const line of outcome.log)
        log.info(`${subject.platform} | ${line}`);
    const how = `${outcome.problem ? 'failed' : 'passed'} in ${(milliseconds / 1000).toFixed(1)} s`;
    log.info(`${subject.platform}: ${how}${subject.emulated ? ', emulated' : ''}`);
    return { ...subject, milliseconds, ...outcome };
}
/** What says something of the image; anything else is thrown on. */
function findingOf(thrown) {
    const error = (0,action_error/* toActionError */.ie)(thrown);
    if (error.code === 'smoke-failed' || error.code === 'platform-unsupported')
        return error;
    throw thrown;
}
function try_images_subjectOf(platform, { daemon }) {
    return { platform: (0,oci_platform/* formatPlatform */.Bq)(platform), emulated: !(0,oci_platform/* runsNatively */.PU)(platform, daemon) };
}
function tagOf(platform) {
    return (0,oci_platform/* formatPlatform */.Bq)(platform).replaceAll('/', '-');
}


/***/ })

};
