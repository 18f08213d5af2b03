export const id = 387;
export const ids = [387];
export const modules = {

/***/ 7489:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cz: () => (/* binding */ deadDaemonHint),
/* harmony export */   V5: () => (/* binding */ hangingDaemon),
/* harmony export */   fz: () => (/* binding */ shortCall)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2714);

const deadDaemonHint = 'Look at the log of the daemon or builder, and whether its machine ran out of memory or disk space.';
/** Milliseconds for a call of docker that has little to do. A daemon that is busy may take some seconds. */
const shortCall = 60_000;
/** The error for a call of docker, made to do `what`, that was ended because no more came of it. */
function hangingDaemon(what, { stderr }) {
    const said = stderr.trim();
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('daemon-unreachable', `Cannot ${what}, the daemon hangs: ${said}`, { hint: deadDaemonHint });
}


/***/ }),

/***/ 6387:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  tryImages: () => (/* binding */ tryImages)
});

// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(5898);
// EXTERNAL MODULE: ./src/cleanup/session-name.ts
var session_name = __webpack_require__(8750);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(2714);
// EXTERNAL MODULE: ./src/errors/gather.ts
var gather = __webpack_require__(9532);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(2148);
// EXTERNAL MODULE: ./src/cleanup/cleanup.ts + 1 modules
var cleanup = __webpack_require__(5141);
// EXTERNAL MODULE: ./src/docker/docker.ts
var docker = __webpack_require__(3234);
// EXTERNAL MODULE: ./src/docker/hanging-daemon.ts
var hanging_daemon = __webpack_require__(7489);
// EXTERNAL MODULE: ./src/docker/load-image.ts
var load_image = __webpack_require__(5294);
;// CONCATENATED MODULE: ./src/smoke-test/interim-image.ts





/**
 * Has the image of one platform in the daemon's store under a name of this run while `work` lasts.
 *
 * @throws ActionError what loading throws, and what `work` throws
 */
async function withInterimImage(image, daemon, { name, content, host, env, work }) {
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'image', reference: name, env });
    try {
        const own = { ...content, tree: onlyImage(content.tree, image) };
        await (0,load_image/* loadImage */.y)(own, daemon, { references: [(0,reference/* parseReference */.F2)(name)], host, env });
        return await work();
    }
    finally {
        if (!host.signal.aborted)
            await (0,docker/* docker */.T)(host, ['image', 'rm', '--force', name], { env, timeout: hanging_daemon/* shortCall */.fz });
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
/** For what `docker run` says when it does not come to start the container. */
function notStarted(stderr, subject, holder) {
    const found = stderr
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^(?:WARNING: |Run 'docker |See 'docker )/.test(line))
        .map((line) => line.replace(/^docker: /, '').replace(/^Error response from daemon: /, ''))
        .join('\n');
    if (/exec format error/i.test(found))
        return cannotStart(subject, found);
    if (/Cannot connect to the Docker daemon|error during connect/i.test(found)) {
        const message = `Cannot run the smoke test of ${subject.platform}: ${found}`;
        return failure('daemon-unreachable', message, { subject, hint: hanging_daemon/* deadDaemonHint */.Cz });
    }
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
/** The port that somebody else has, by what `docker run` says. */
function busyPort(stderr) {
    if (!/address already in use|port is already allocated/.test(stderr))
        return undefined;
    const [, port] = /(?:for|listen tcp4?|port) \S*?:(\d+)/.exec(stderr) ?? [];
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
    return 'A service does not end by itself: say in `expect: http:` what it must answer, or raise `timeout`.';
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
var result = __webpack_require__(3591);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./src/docker/server.ts
var server = __webpack_require__(1065);
// EXTERNAL MODULE: ./src/host/exec/child-environment.ts
var child_environment = __webpack_require__(5440);
// EXTERNAL MODULE: ./src/host/within.ts
var within = __webpack_require__(367);
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
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./src/smoke-test/port-holder.ts

/**
 * The program of this machine that listens on a TCP port, for a message; undefined when it cannot be told: on other
 * systems than Linux, or when it is another user's.
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

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./src/smoke-test/run-args.ts


/** The arguments of `docker` that start a container in the background. Paths of volumes start from the working folder. */
function runArgs(test, { name, image, platform, publishOn }) {
    const { entrypoint = [], command = [] } = test;
    const [program, ...more] = entrypoint;
    return [
        'run',
        '--detach',
        `--name=${name}`,
        `--platform=${(0,oci_platform/* formatPlatform */.Bq)(platform)}`,
        // The image is there under a name of this run: nobody else may answer for it.
        '--pull=never',
        // Whatever the daemon logs to, `docker logs` can read this.
        '--log-driver=json-file',
        '--log-opt=max-size=10m',
        ...(program === undefined ? [] : [`--entrypoint=${program}`]),
        ...Object.entries(test.env).map(([key, value]) => `--env=${value === null ? key : `${key}=${value}`}`),
        ...(test.user === undefined ? [] : [`--user=${test.user}`]),
        ...(test.workdir === undefined ? [] : [`--workdir=${test.workdir}`]),
        ...publishedPorts(test).map(({ host, container, protocol }) => {
            // An empty part between address and container is a free port.
            const parts = publishOn === undefined ? [host, container] : [publishOn, host ?? '', container];
            return `--publish=${parts.filter((part) => part !== undefined).join(':')}/${protocol}`;
        }),
        ...test.volumes.map(({ source, target, readOnly }) => source === undefined ? `--volume=${target}` : `--volume=${(0,external_node_path_.resolve)(source)}:${target}${readOnly ? ':ro' : ''}`),
        ...test.addHosts.map((host) => `--add-host=${host}`),
        image,
        ...more,
        ...command,
    ];
}
/** The ports of the test, and the one that is asked over HTTP, which need not be among them. */
function publishedPorts({ ports, http }) {
    const has = ports.some(({ container, protocol }) => container === http?.port && protocol === 'tcp');
    return http === undefined || has ? ports : [...ports, { host: undefined, container: http.port, protocol: 'tcp' }];
}

;// CONCATENATED MODULE: ./src/smoke-test/run-container.ts












/** Milliseconds for a container to start: the daemon may unpack the image for it first. */
const startTimeout = 600_000;
/**
 * Runs one container until it ends, answers as expected, or its time is over; then removes it, whatever has happened.
 *
 * @throws ActionError when it cannot be started
 */
async function runContainer(test, { name, image, platform, subject, host, env }) {
    const named = (0,child_environment/* withheldVariables */.BN)(Object.keys(test.env).filter((variable) => test.env[variable] === null), host.env);
    const run = (args, options) => (0,docker/* docker */.T)(host, args, { timeout: hanging_daemon/* shortCall */.fz, ...options, env: { ...named, ...env } });
    const checked = async (args, options) => {
        const result = await run(args, options);
        if (result.timedOut)
            throw (0,hanging_daemon/* hangingDaemon */.V5)(`run the smoke test (docker ${args[0]})`, result);
        return result;
    };
    const publishOn = isHere(test) ? '127.0.0.1' : undefined;
    (0,cleanup/* recordTask */.R)(host.tempDir, { kind: 'container', name, env });
    try {
        const started = await checked(runArgs(test, { name, image, platform, publishOn }), { timeout: startTimeout });
        if (!started.ok)
            throw notStarted(started.stderr, subject, await holderOf(busyPort(started.stderr), test, checked));
        const end = await endOf(test, { name, exit: run(['wait', name], { timeout: test.timeout }), docker: checked, host });
        return { end, log: await readLog(name, checked) };
    }
    finally {
        // A cancelled run runs nothing more: the clean-up removes the container then.
        if (!host.signal.aborted)
            await run(['rm', '--force', '--volumes', name]);
    }
}
async function endOf({ http, ...test }, { name, exit, docker, host }) {
    const ended = new AbortController();
    // Also when nobody waits for it any more: it ends when the container is removed.
    exit.then(() => ended.abort(), () => ended.abort());
    let problem;
    if (http !== undefined) {
        const address = await publishedAddress(name, http.port, docker);
        if (address !== undefined) {
            problem = await pollHttp(`http://${hostOf(test)}:${address}${http.path}`, http, (0,within/* within */.u)(host, ended.signal));
            if (problem === undefined)
                return { kind: 'answered' };
        }
    }
    const { ok, timedOut, stdout, stderr } = await exit;
    if (ok)
        return { kind: 'exited', status: Number(stdout) };
    if (timedOut)
        return { kind: 'late', problem };
    throw new action_error/* ActionError */.lZ('engine-failed', `Cannot watch the smoke test's container: ${stderr.trim()}`);
}
/** The port of the daemon's machine that leads to one of the container; undefined when it has ended already. */
async function publishedAddress(name, port, docker) {
    const { stdout } = await docker(['port', name, `${port}/tcp`]);
    return /:(\d+)$/m.exec(stdout)?.[1];
}
async function readLog(name, docker) {
    const lines = [];
    const onLine = (line) => void lines.push((0,external_node_util_.stripVTControlCharacters)(line));
    const { ok } = await docker(['logs', name], { onStdoutLine: onLine, onStderrLine: onLine });
    if (ok)
        return lines;
    throw new action_error/* ActionError */.lZ('engine-failed', `Cannot read the log of the smoke test's container: ${lines.at(-1) ?? ''}`);
}
/** Who has a port: a container of the daemon, or a program of this machine. */
async function holderOf(port, test, docker) {
    if (port === undefined)
        return undefined;
    const { stdout } = await docker(['ps', '--filter', `publish=${port}`, '--format', '{{.Names}} ({{.Image}})']);
    const [container = ''] = stdout.split('\n');
    if (container !== '')
        return `container ${container}`;
    return isHere(test) ? portHolder(port) : undefined;
}
/** Whether the daemon runs on this machine. */
function isHere({ daemon }) {
    return (0,server/* socketPath */.X)(daemon.endpoint) !== undefined;
}
function hostOf(test) {
    return isHere(test) ? '127.0.0.1' : new URL(test.daemon.endpoint.host).hostname;
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
function sharesNothing({ ports, volumes }) {
    return ports.every(({ host }) => host === undefined) && volumes.every(({ source }) => source === undefined);
}
function trialsOf({ plan, access, host }, built, test) {
    const { content, imageId } = built;
    const env = { ...test.daemon.endpoint.env, ...access.env };
    const prefix = `${(0,session_name/* sessionName */.C)(host.tempDir)}-smoke`;
    const container = (platform, image) => {
        const name = `${prefix}-${tagOf(platform)}`;
        return runContainer(test, { name, image, platform, subject: try_images_subjectOf(platform, test), host, env });
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
                return withInterimImage(image, test.daemon, { name, content, host, env, work });
            },
        };
    });
}
async function runTrial({ subject, run }, test, { clock, log }) {
    const started = clock.now().getTime();
    const outcome = await run().then((ran) => ({ log: ran.log, problem: judge(ran, test, subject) }), (thrown) => ({ log: [], problem: findingOf(thrown) }));
    const milliseconds = clock.now().getTime() - started;
    // A prefix: what a container prints is no command to the runner.
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
