export const id = 288;
export const ids = [288];
export const modules = {

/***/ 72699:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ eachLine)
/* harmony export */ });
/* harmony import */ var _limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);

/**
 * Calls `onLine` with each line of a text stream, without its line ending: `\n`, `\r\n`, or the lone `\r` of progress displays.
 * A line without an end is passed in pieces of `limits.openLine` characters.
 */
function eachLine(stream, onLine) {
    let open = '';
    stream.on('data', (part) => {
        const lines = `${open}${part}`.split(/\r\n|\n|\r(?=[^\n])/);
        // A trailing carriage return may be the first half of `\r\n`.
        open = lines.pop() ?? '';
        for (const line of lines)
            onLine(line);
        while (open.length > _limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.openLine) {
            onLine(open.slice(0, _limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.openLine));
            open = open.slice(_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.openLine);
        }
    });
    stream.once('close', () => {
        if (open !== '')
            onLine(open.replace(/\r$/, ''));
    });
}


/***/ }),

/***/ 45898:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ parallel)
/* harmony export */ });
/* harmony import */ var _errors_cancelled_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38448);

/**
 * Runs `work` on every item, at most `limit` at a time, and returns the results in the order of the items. At the first failure
 * it aborts the signal of the other calls, starts no further ones, and throws the failure once all calls have settled.
 */
async function parallel(limit, items, work, { signal } = {}) {
    const stop = new AbortController();
    const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const results = [];
    const failures = [];
    const queue = items.entries();
    async function worker() {
        for (const [index, item] of queue) {
            if (combined.aborted)
                return;
            try {
                results[index] = await work(item, combined);
            }
            catch (error) {
                failures.push(error);
                stop.abort();
            }
        }
    }
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
    if (failures.length > 0)
        throw failures[0];
    if (combined.aborted)
        throw (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_0__/* .cancelled */ .K)();
    return results;
}


/***/ }),

/***/ 97889:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ cleanUpStep)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _cleanup_cleanup_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(75141);
/* harmony import */ var _cleanup_session_name_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(68750);
/* harmony import */ var _docker_remove_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4478);
/* harmony import */ var _facts_buildx_program_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(89782);
/* harmony import */ var _facts_docker_endpoint_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8369);
/* harmony import */ var _facts_plugin_folders_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3396);
/* harmony import */ var _host_exec_exec_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(15189);
/* harmony import */ var _host_http_http_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(73053);
/* harmony import */ var _host_print_commands_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(16830);
/* harmony import */ var _inputs_schema_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(82898);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(62148);













/**
 * Undoes the tasks of the step with the folder `folder`; with `forLaterSteps`, resources that later steps use are kept. A cancellation of the step does not stop it.
 *
 * @returns one sentence for each task that could not be undone; never throws
 */
async function cleanUpStep(folder, { env, os }, { forLaterSteps = false } = {}) {
    const { signal } = new AbortController();
    const exec = (0,_host_exec_exec_js__WEBPACK_IMPORTED_MODULE_8__/* .createExec */ .k)({ env, signal });
    const { http, close } = (0,_host_http_http_js__WEBPACK_IMPORTED_MODULE_9__/* .createHttp */ .V)({ env });
    const host = { exec, http, signal };
    // Resolved on demand, because the endpoint may be invalid.
    const daemon = () => ({ endpoint: (0,_facts_docker_endpoint_js__WEBPACK_IMPORTED_MODULE_6__/* .findDockerEndpoint */ .P)({ env, os }, (0,_facts_docker_endpoint_js__WEBPACK_IMPORTED_MODULE_6__/* .dockerConfigDirOf */ .v)(env)) });
    try {
        return await (0,_cleanup_cleanup_js__WEBPACK_IMPORTED_MODULE_2__/* .cleanUp */ .nY)(folder, {
            exec,
            removeImage: async (reference) => await (0,_docker_remove_js__WEBPACK_IMPORTED_MODULE_4__/* .removeImage */ .a)(reference, daemon(), host),
            removeContainer: async (name) => await (0,_docker_remove_js__WEBPACK_IMPORTED_MODULE_4__/* .removeContainer */ .o)(name, daemon(), host),
            parent: env['RUNNER_TEMP'] || (0,node_os__WEBPACK_IMPORTED_MODULE_0__.tmpdir)(),
            rules: await rulesOf(folder, { env, os }),
            forLaterSteps,
        });
    }
    finally {
        close();
    }
}
/** Returns what the step in `folder` can have recorded, given its environment and inputs. */
async function rulesOf(folder, { env, os }) {
    const own = {
        DOCKER_CONFIG: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'docker'),
        BUILDX_CONFIG: (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, 'docker', 'buildx'),
    };
    return {
        session: (0,_cleanup_session_name_js__WEBPACK_IMPORTED_MODULE_3__/* .sessionName */ .C)(folder),
        isBuildx: (path) => path === (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)((0,_facts_buildx_program_js__WEBPACK_IMPORTED_MODULE_5__/* .ownBuildxFolder */ .nQ)(folder), (0,_facts_buildx_program_js__WEBPACK_IMPORTED_MODULE_5__/* .buildxProgram */ .T8)(os)) || isBuildx(path, { env, os }),
        keptBuilder: /^true$/i.test((0,_host_print_commands_js__WEBPACK_IMPORTED_MODULE_10__/* .readInput */ .R)(env, 'keep-state')) ? (0,_host_print_commands_js__WEBPACK_IMPORTED_MODULE_10__/* .readInput */ .R)(env, 'builder') : undefined,
        emulatorImages: await emulatorImages(env),
        // This program sets DOCKER_HOST only to Colima's socket.
        maySet: (name, value) => own[name] === value || (name === 'DOCKER_HOST' && /^unix:\/\/\/[^\0\n]*$/.test(value)),
    };
}
/** Whether `findBuildx` can return the path. */
function isBuildx(path, { env, os }) {
    const program = (0,_facts_buildx_program_js__WEBPACK_IMPORTED_MODULE_5__/* .buildxProgram */ .T8)(os);
    const folders = [
        ...(0,_facts_plugin_folders_js__WEBPACK_IMPORTED_MODULE_7__/* .pluginFolders */ .D)(env, os, (0,_facts_docker_endpoint_js__WEBPACK_IMPORTED_MODULE_6__/* .dockerConfigDirOf */ .v)(env)),
        ...(env['PATH'] ?? '').split(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter).filter((folder) => folder !== ''),
    ];
    if (folders.some((folder) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, program) === path))
        return true;
    const cache = env['RUNNER_TOOL_CACHE'];
    const inCache = cache !== undefined && (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(path) === path && path.startsWith(`${(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(cache), 'buildx-')}`);
    return inCache && path.endsWith(`${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}${program}`);
}
async function emulatorImages(env) {
    try {
        const image = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_12__/* .formatReference */ .FH)((0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_12__/* .parseReference */ .F2)((0,_host_print_commands_js__WEBPACK_IMPORTED_MODULE_10__/* .readInput */ .R)(env, 'emulator-image') || _inputs_schema_js__WEBPACK_IMPORTED_MODULE_11__/* .inputRows */ .k['emulator-image'].default));
        const mirrors = (0,_host_print_commands_js__WEBPACK_IMPORTED_MODULE_10__/* .readInput */ .R)(env, 'mirrors');
        // Most steps have none and do not need the list parser.
        return mirrors === '' ? [image] : (await __webpack_require__.e(/* import() */ 329).then(__webpack_require__.bind(__webpack_require__, 69329))).mirroredImages(image, mirrors);
    }
    catch {
        return [];
    }
}


/***/ }),

/***/ 75141:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  nY: () => (/* binding */ cleanUp),
  Fs: () => (/* binding */ dropTask),
  H$: () => (/* binding */ keptFolder),
  R: () => (/* binding */ recordTask)
});

// UNUSED EXPORTS: isOwnFolder

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/docker/credentials-file.ts
var credentials_file = __webpack_require__(56477);
// EXTERNAL MODULE: ./src/docker/docker.ts
var docker = __webpack_require__(83234);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(43487);
;// CONCATENATED MODULE: ./src/cleanup/task.ts



/** Version of the file format: the post step of a newer release may read a file of an older one. */
const version = 1;
/** A line that withdraws a task because its resource was not created. */
function encodeUndone(task) {
    return `${JSON.stringify({ version, undone: encodeTask(task) })}\n`;
}
/** One line of the clean-up file. */
function encodeTask(task) {
    return `${JSON.stringify({ version, ...task })}\n`;
}
/**
 * Returns the tasks of a clean-up file that were not withdrawn. A line that was truncated by a crash or is of another version is ignored; a line that names something
 * that does not belong to this step is rejected, because someone else may have created the file.
 */
function decodeTasks(file, rules) {
    const tasks = [];
    const undone = new Set();
    let refused = 0;
    const lines = file.split('\n');
    // Text after the last line break was truncated.
    for (const line of lines.slice(0, -1)) {
        const value = (0,json/* parseJsonObject */.dw)(line);
        if (value?.['version'] !== version)
            continue;
        if (value['undone'] !== undefined) {
            undone.add(value['undone']);
            continue;
        }
        const task = readTask(value, rules);
        if (task === undefined)
            refused += 1;
        else
            tasks.push(task);
    }
    return { tasks: tasks.filter((task) => !undone.has(encodeTask(task))).reverse(), refused };
}
function readTask(value, rules) {
    const { kind, name, reference, image, buildx } = value;
    const own = (text) => typeof text === 'string' && text.startsWith(rules.session) && /^[a-z0-9][a-z0-9_.:-]*$/.test(text);
    if (kind === 'container' && own(name))
        return { kind, name };
    if (kind === 'image' && own(reference))
        return { kind, reference };
    const { path } = value;
    const isTemporary = typeof path === 'string' && (0,external_node_path_.isAbsolute)(path) && (0,external_node_path_.normalize)(path) === path;
    if (kind === 'temporary-file')
        return isTemporary && path.endsWith(`.${rules.session}`) ? { kind, path } : undefined;
    if (kind === 'folder')
        return readFolder(value['path'], rules);
    const env = readEnvironment(value['env'], rules);
    if (env === undefined)
        return undefined;
    const isKept = typeof name === 'string' && name === rules.keptBuilder && value['keepState'] === true;
    if (kind === 'builder' && (isKept || own(name)) && typeof buildx === 'string' && rules.isBuildx(buildx)) {
        const { byHand, forgotten } = value;
        return {
            kind,
            name,
            buildx,
            env,
            ...(typeof byHand === 'string' && /^[ -~]{1,500}$/.test(byHand) ? { byHand } : {}),
            ...(forgotten === true ? { forgotten } : {}),
            ...(isKept ? { keepState: true } : {}),
        };
    }
    if (kind === 'login')
        return readLogin(value, env);
    const isEmulator = kind === 'emulator' && typeof name === 'string' && /^qemu-[a-z0-9_]+$/.test(name);
    if (isEmulator && typeof image === 'string' && rules.emulatorImages.includes(image))
        return { kind, name, image, env };
    return undefined;
}
/** Only a folder with the run's name is removed. */
function readFolder(path, { session }) {
    if (typeof path !== 'string' || (0,external_node_path_.resolve)(path) !== path)
        return undefined;
    return (0,external_node_path_.basename)(path) === session ? { kind: 'folder', path } : undefined;
}
/** Only an entry with this fingerprint is changed, so the path may differ from the environment, which later steps may change. */
function readLogin(value, env) {
    const { path, key, before, wrote, file } = value;
    if (typeof path !== 'string' || typeof key !== 'string' || typeof wrote !== 'string')
        return undefined;
    if (!(0,external_node_path_.isAbsolute)(path) || (0,external_node_path_.normalize)(path) !== path || (0,external_node_path_.basename)(path) !== 'config.json')
        return undefined;
    if (!/^[\w.:/[\]-]{1,300}$/.test(key) || typeof before !== 'object' || before === null)
        return undefined;
    const { auth, helper } = before;
    if (auth !== undefined && (typeof auth !== 'object' || auth === null))
        return undefined;
    if (helper !== undefined && typeof helper !== 'string')
        return undefined;
    const entry = { ...(auth === undefined ? {} : { auth: { ...auth } }), ...(helper === undefined ? {} : { helper }) };
    return { kind: 'login', path, key, before: entry, wrote, file: readBefore(file), env };
}
/** The text is written only if it is equivalent to the file without this step's entries. */
function readBefore(file) {
    const { isMade, hadNoAuths, text } = (0,json/* isObject */.Gv)(file) ? file : {};
    return {
        isMade: isMade === true,
        hadNoAuths: hadNoAuths === true,
        text: typeof text === 'string' && text.length <= limits/* limits */.F.keptConfig ? text : undefined,
    };
}
function readEnvironment(value, { maySet }) {
    if (typeof value !== 'object' || value === null)
        return undefined;
    const entries = Object.entries(value);
    return entries.every((entry) => typeof entry[1] === 'string' && maySet(...entry))
        ? Object.fromEntries(entries)
        : undefined;
}

;// CONCATENATED MODULE: ./src/cleanup/cleanup.ts








const fileName = 'clean-up.jsonl';
/** The folder, below the step's folder, whose files later steps of the job read. */
const keptFolder = 'kept';
/** Records `task` in the step's folder. Must be called before the resource is created. */
function recordTask(tempDir, task) {
    (0,external_node_fs_.appendFileSync)((0,external_node_path_.join)(tempDir, fileName), encodeTask(task), { mode: 0o600 });
}
/** Withdraws a recorded task whose resource was certainly not created. */
function dropTask(tempDir, task) {
    (0,external_node_fs_.appendFileSync)((0,external_node_path_.join)(tempDir, fileName), encodeUndone(task), { mode: 0o600 });
}
/**
 * Undoes all recorded tasks, newest first, then removes the step's folder with its credentials.
 * Resources that no longer exist count as undone, so it is idempotent. A folder that was not created by a step of this user is left untouched: its
 * name comes from the environment of the post step.
 *
 * @returns one sentence for each task that could not be undone; never throws
 */
async function cleanUp(tempDir, options) {
    const { parent, rules, forLaterSteps = false } = options;
    const foreign = whyForeign(tempDir, parent);
    if (foreign === 'missing')
        return [];
    if (foreign !== undefined)
        return [`Cannot clean up ${JSON.stringify(tempDir.slice(0, 200))}: ${foreign}`];
    const problems = [];
    const { tasks, refused } = readTasks(tempDir, rules, problems);
    if (refused > 0) {
        problems.push(`Cannot clean up ${refused} entries of ${(0,external_node_path_.join)(tempDir, fileName)}: they name what no step of Polyarch makes`);
    }
    const later = tasks.filter(({ kind }) => forLaterSteps && (kind === 'login' || kind === 'temporary-file'));
    for (const task of tasks.filter((task) => !later.includes(task))) {
        try {
            await undo(task, options);
        }
        catch (error) {
            problems.push(`Cannot remove the ${task.kind} ${nameOf(task)}: ${(0,action_error/* messageOf */.bD)(error)}${byHand(task)}`);
        }
    }
    try {
        if (later.length > 0 || (forLaterSteps && (0,external_node_fs_.existsSync)((0,external_node_path_.join)(tempDir, keptFolder))))
            keepTasks(tempDir, later);
        else
            (0,external_node_fs_.rmSync)(tempDir, { recursive: true, force: true, maxRetries: 3 });
    }
    catch (error) {
        problems.push(`Cannot remove the folder ${tempDir}: ${(0,action_error/* messageOf */.bD)(error)}`);
    }
    return problems;
}
/** Removes everything from the folder except pending tasks and the files that later steps read. */
function keepTasks(tempDir, tasks) {
    const kept = (0,external_node_path_.join)(tempDir, `${fileName}.new`);
    (0,external_node_fs_.writeFileSync)(kept, tasks.toReversed().map(encodeTask).join(''), { mode: 0o600 });
    (0,external_node_fs_.renameSync)(kept, (0,external_node_path_.join)(tempDir, fileName));
    for (const name of (0,external_node_fs_.readdirSync)(tempDir)) {
        if (name !== fileName && name !== keptFolder)
            (0,external_node_fs_.rmSync)((0,external_node_path_.join)(tempDir, name), { recursive: true, force: true, maxRetries: 3 });
    }
}
/** Whether a folder was created in `parent` by a step of this user. */
function isOwnFolder(folder, parent) {
    return whyForeign(folder, parent) === undefined;
}
/** Returns why a folder was not created by a step of this user; `missing` if it does not exist. */
function whyForeign(folder, parent) {
    if ((0,external_node_path_.resolve)(folder) !== folder || (0,external_node_path_.dirname)(folder) !== (0,external_node_path_.resolve)(parent) || !isStepFolder((0,external_node_path_.basename)(folder))) {
        return `it is not a folder of a step in ${(0,external_node_path_.resolve)(parent)}`;
    }
    const found = (0,external_node_fs_.lstatSync)(folder, { throwIfNoEntry: false });
    if (found === undefined)
        return 'missing';
    if (!found.isDirectory())
        return 'it is not a directory';
    // Windows has no owner and no mode.
    if (process.getuid === undefined)
        return undefined;
    if (found.uid !== process.getuid())
        return 'it belongs to another user';
    return (found.mode & 0o077) === 0 ? undefined : 'other users have access to it';
}
/** The name format of `mkdtemp`: the prefix, then letters and digits. */
function isStepFolder(name) {
    return /^polyarch-[A-Za-z0-9]{6}$/.test(name);
}
function readTasks(tempDir, rules, problems) {
    const file = (0,external_node_path_.join)(tempDir, fileName);
    try {
        if ((0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false })?.isFile()) {
            return decodeTasks((0,read_limited/* readFileLimitedSync */.Ex)(file, limits/* limits */.F.configFile), rules);
        }
    }
    catch (error) {
        problems.push(`Cannot read ${file}: ${error instanceof read_limited/* LimitError */.oC ? error.message : (0,action_error/* messageOf */.bD)(error)}`);
    }
    return { tasks: [], refused: 0 };
}
async function undo(task, options) {
    switch (task.kind) {
        case 'image':
            return options.removeImage(task.reference);
        case 'container':
            return options.removeContainer(task.name);
        case 'builder':
            return removeBuilder(task, options.exec);
        case 'emulator':
            return removeEmulator(task, options.exec);
        case 'folder':
            return (0,external_node_fs_.rmSync)(task.path, { recursive: true, force: true, maxRetries: 3 });
        case 'login':
            return restoreLogin(task, options.rules);
        case 'temporary-file':
            return (0,external_node_fs_.rmSync)(task.path, { force: true });
    }
}
async function removeBuilder({ buildx, name, env, forgotten, keepState }, exec) {
    const result = await exec(buildx, ['rm', '--force', ...(keepState ? ['--keep-state'] : []), name], { env, timeout });
    if (result.ok || (forgotten !== true && /no builder|not found/i.test(result.stderr)))
        return;
    if (forgotten)
        throw new Error('an earlier attempt failed, and what it is made of may be left');
    throw new Error(result.stderr.trim() || `${buildx} exited with ${result.status}`);
}
/** The program in the image ignores emulators that are not registered. */
async function removeEmulator({ image, name, env }, exec) {
    const args = ['run', '--rm', '--privileged', image, '--uninstall', name];
    const result = await exec(docker/* dockerProgram */.px, args, { env, timeout });
    if (!result.ok)
        throw new Error(result.stderr.trim() || `${docker/* dockerProgram */.px} exited with ${result.status}`);
}
/** Timeout for a program (milliseconds). */
const timeout = 30_000;
/** Restores an entry. An entry that has changed since belongs to another step and is left untouched. */
function restoreLogin({ path, key, before, wrote, file }, { session }) {
    if ((0,credentials_file/* fingerprint */.Rj)((0,credentials_file/* readCredentialsFile */.dJ)(path).entryOf(key)) !== wrote)
        return;
    (0,credentials_file/* replaceEntry */.f7)(path, key, before, { session, before: file });
}
function byHand(task) {
    return task.kind === 'builder' && task.byHand !== undefined ? `. Remove it by hand: ${task.byHand}` : '';
}
function nameOf(task) {
    if (task.kind === 'login')
        return `for ${task.key} from ${task.path}`;
    if (task.kind === 'temporary-file')
        return task.path;
    if (task.kind === 'folder')
        return task.path;
    return task.kind === 'image' ? task.reference : task.name;
}


/***/ }),

/***/ 68750:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ sessionName)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/** Returns a name that is unique to this run and valid for builders, images and containers, derived from the step's folder. */
function sessionName(tempDir) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(tempDir)
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-');
}


/***/ }),

/***/ 30411:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Ii: () => (/* binding */ askDaemon),
  d: () => (/* binding */ callDaemon),
  v6: () => (/* binding */ messageIn),
  XM: () => (/* binding */ pathOf),
  Yv: () => (/* binding */ tcpAddress)
});

// UNUSED EXPORTS: sshArguments

// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(43487);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./src/host/http/connect.ts
var connect = __webpack_require__(4929);
;// CONCATENATED MODULE: ./src/host/exec/connect-program.ts


/**
 * Starts a program and gives its standard input and output as one connection. It fails with the program's own words when that exits with
 * another status than 0, and the program is ended when the connection is destroyed.
 */
function connectProgram(exec, command, args) {
    const ended = new AbortController();
    const input = new external_node_stream_.PassThrough();
    const idle = { milliseconds: 0 };
    /** Goes on with the output when the reader wants more. */
    let more;
    const touch = () => {
        clearTimeout(idle.timer);
        if (idle.milliseconds > 0)
            idle.timer = setTimeout(() => connection.emit('timeout'), idle.milliseconds);
    };
    const connection = Object.assign(new external_node_stream_.Duplex({
        read: () => more?.(),
        write: (chunk, encoding, callback) => {
            touch();
            input.write(chunk, encoding, callback);
        },
        final: (callback) => void input.end(callback),
        destroy: (error, callback) => {
            clearTimeout(idle.timer);
            ended.abort();
            input.destroy();
            more?.();
            callback(error);
        },
    }), {
        setTimeout: (milliseconds, onTimeout) => {
            idle.milliseconds = milliseconds;
            touch();
            if (onTimeout !== undefined)
                connection.once('timeout', onTimeout);
            return connection;
        },
    });
    const stdout = async (stream) => {
        for await (const chunk of stream) {
            touch();
            if (connection.destroyed)
                return;
            if (!connection.push(chunk))
                await new Promise((resolve) => (more = resolve));
        }
    };
    exec(command, args, { input, stdout, signal: ended.signal }).then(({ ok, status, stderr }) => {
        // Its last words say more than an end of the stream, so they are waited for.
        if (ok)
            connection.push(null);
        else
            connection.destroy((0,connect/* withCode */.SM)(lastWords(command, status, stderr), `EXIT${status}`));
    }, (error) => connection.destroy(error));
    return connection;
}
function lastWords(command, status, stderr) {
    const said = stderr.trim();
    if (said !== '')
        return said;
    return status === 127 ? `there is no ${command} program on PATH` : `${command} exited with ${status}`;
}

// EXTERNAL MODULE: ./src/text/trim-end.ts
var trim_end = __webpack_require__(14011);
// EXTERNAL MODULE: ./src/docker/docker.ts
var docker = __webpack_require__(83234);
// EXTERNAL MODULE: ./src/docker/hanging-daemon.ts
var hanging_daemon = __webpack_require__(17489);
// EXTERNAL MODULE: ./src/docker/server.ts
var server = __webpack_require__(21065);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
;// CONCATENATED MODULE: ./src/docker/tls.ts




/**
 * Reads the certificates for a connection to a daemon.
 *
 * @throws Error that names the file that is missing, unreadable, expired or not a certificate
 */
async function readTls({ ca, own, verify }) {
    const [authorities, cert, key] = await Promise.all([
        ca === undefined ? undefined : read(ca),
        own && read(own.cert),
        own && read(own.key),
    ]);
    if (own && cert !== undefined && key !== undefined) {
        checkCertificate(own.cert, cert);
        return { ca: authorities, own: { cert, key }, verify };
    }
    return { ca: authorities, own: undefined, verify };
}
async function read(file) {
    try {
        return await (0,read_limited/* readFileLimited */.lB)(file, limits/* limits */.F.configFile);
    }
    catch (error) {
        const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        throw new Error(missing ? `the file ${file} does not exist` : `${file} cannot be read: ${(0,action_error/* messageOf */.bD)(error)}`);
    }
}
function checkCertificate(file, text) {
    const certificate = parse(file, text);
    const ends = new Date(certificate.validTo);
    if (ends.getTime() < Date.now()) {
        throw new Error(`the client certificate ${file} expired on ${ends.toISOString().slice(0, 10)}`);
    }
}
function parse(file, text) {
    try {
        return new external_node_crypto_.X509Certificate(text);
    }
    catch {
        throw new Error(`${file} is not a certificate in PEM`);
    }
}
/** Describes the failure of a TLS connection to a daemon: which side rejects which certificate. */
function explainTls(error, { ca, own }) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const found = (0,action_error/* messageOf */.bD)(error);
    const said = explanation(`${code} ${found}`, { ca, own });
    if (said === undefined)
        return error instanceof Error ? error : new Error(found);
    return Object.assign(new Error(`${said} (${code || found})`, { cause: error }), { code });
}
function explanation(found, { ca, own }) {
    const authorities = ca === undefined ? 'an authority that this machine trusts' : `an authority in ${ca}`;
    if (/CERT_HAS_EXPIRED/.test(found))
        return "the daemon's certificate has expired";
    if (/CERT_NOT_YET_VALID/.test(found))
        return "the daemon's certificate is not valid yet";
    if (/ERR_TLS_CERT_ALTNAME_INVALID/.test(found))
        return `the daemon's certificate is for another name: ${found}`;
    if (/SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_SIGNATURE_FAILURE/.test(found)) {
        return `the daemon's certificate is not signed by ${authorities}`;
    }
    if (/KEY_VALUES_MISMATCH/.test(found) && own)
        return `${own.key} is not the key of ${own.cert}`;
    if (/WRONG_VERSION_NUMBER|packet length too long|HTTP_REQUEST/i.test(found)) {
        return 'the daemon does not speak TLS at this address';
    }
    if (/alert (?:number )?(?:42|43|44|45|46|48|116)\b|ALERT_(?:BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA)|bad certificate|certificate required|unknown ca/i.test(found)) {
        return own === undefined
            ? 'the daemon requires a client certificate: put cert.pem and key.pem into DOCKER_CERT_PATH'
            : `the daemon does not accept the client certificate ${own.cert}`;
    }
    // Some servers close the connection without a reason.
    if (/ECONNRESET|EPIPE/.test(found)) {
        const whose = own === undefined ? 'a client without a certificate' : `the client certificate ${own.cert}`;
        return `the daemon ended the connection, as one does that does not accept ${whose}`;
    }
    return /ERR_OSSL_PEM|PEM routines/i.test(found) ? `${ca ?? own?.key} is not in PEM` : undefined;
}

;// CONCATENATED MODULE: ./src/docker/call-daemon.ts









/**
 * Sends one Engine API request to a daemon over a socket, a pipe, TCP with or without TLS, or SSH. It is aborted when the run ends.
 * https://docs.docker.com/reference/api/engine/
 *
 * @throws Error if the daemon does not respond, with Node's `code` if known
 */
async function callDaemon({ endpoint, api }, { path, ...request }, { http, exec, signal }) {
    const versioned = api === undefined ? path : `/v${api}${path}`;
    const call = (base, way) => http({ timeout: hanging_daemon/* shortCall */.fz, ...request, url: `${base}${versioned}`, signal, ...way });
    const socket = (0,server/* socketPath */.X)(endpoint);
    if (socket !== undefined)
        return call('http://docker', { socket });
    if (endpoint.host.startsWith('ssh://')) {
        return call('http://docker', { connect: () => connectBySsh(exec, endpoint.host) });
    }
    if (endpoint.tls === undefined)
        return call(tcpAddress(endpoint.host, 'http'), {});
    try {
        return await call(tcpAddress(endpoint.host, 'https'), { tls: await readTls(endpoint.tls) });
    }
    catch (error) {
        throw explainTls(error, endpoint.tls);
    }
}
/** As `callDaemon`, but reads the whole response. Throws also if the response is too large. */
async function askDaemon(daemon, request, host) {
    const response = await callDaemon(daemon, request, host);
    try {
        return { status: response.status, text: (await (0,read_limited/* readLimited */.tk)(response.body, limits/* limits */.F.answer)).toString('utf8') };
    }
    catch (error) {
        // With TLS 1.3, a daemon rejects a client after the handshake.
        throw daemon.endpoint.tls === undefined ? error : explainTls(error, daemon.endpoint.tls);
    }
}
/** Returns a daemon's error message: the `message` of its JSON, else the response body. */
function messageIn({ status, text }) {
    try {
        const { message } = (0,json/* parseJson */.qF)(text);
        if (typeof message === 'string' && message !== '')
            return message.trim();
    }
    catch {
        // A proxy may answer with an HTML page.
    }
    return text.trim() || `it answered ${status}`;
}
/** Returns an image reference or container name, encoded for a URL path. */
function pathOf(name) {
    return name.split('/').map(encodeURIComponent).join('/');
}
/** Returns `tcp://host:port/path` as a URL. Defaults: Docker's ports, and localhost. */
function tcpAddress(host, scheme) {
    const [, name = '', port = scheme === 'http' ? '2375' : '2376', path = ''] = /^(?:tcp:\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(host) ?? [];
    return `${scheme}://${name || 'localhost'}:${port}${(0,trim_end/* trimEnd */.s)(path, '/')}`;
}
/**
 * Connects to the daemon of another machine through its Docker CLI over SSH. Non-interactive: keys and known hosts must be set up.
 * https://docs.docker.com/engine/security/protect-access/#use-ssh-to-protect-the-docker-daemon-socket
 */
function connectBySsh(exec, host) {
    return connectProgram(exec, 'ssh', sshArguments(host));
}
/** Returns the arguments of `ssh` for `ssh://[user@]host[:port][/path/of/the.sock]`. */
function sshArguments(host) {
    const [, user, name = '', port, path] = /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(host) ?? [];
    return [
        ...['-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30'],
        ...(user === undefined ? [] : ['-l', user]),
        ...(port === undefined ? [] : ['-p', port]),
        ...['--', name.replace(/^\[(.*)\]$/, '$1')],
        // ssh joins the following arguments into one line for the remote shell.
        ...(0,docker/* dialCommand */.aG)(path === '/' ? undefined : path),
    ];
}


/***/ }),

/***/ 56477:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D3: () => (/* binding */ temporaryOf),
/* harmony export */   Rj: () => (/* binding */ fingerprint),
/* harmony export */   dJ: () => (/* binding */ readCredentialsFile),
/* harmony export */   f7: () => (/* binding */ replaceEntry),
/* harmony export */   hB: () => (/* binding */ describeBefore),
/* harmony export */   xL: () => (/* binding */ ConfigError)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(57975);
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_util__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(29362);







/** Thrown for an unusable Docker configuration; does not quote it. */
class ConfigError extends Error {
    name = 'ConfigError';
}
/**
 * Reads the Docker configuration at `path`.
 *
 * @throws ConfigError with the problem
 */
function readCredentialsFile(path) {
    const config = readConfig(path);
    const auths = member(config, 'auths');
    const helpers = member(config, 'credHelpers');
    return {
        config,
        entryOf: (key) => {
            const [auth, helper] = [auths[key], helpers[key]];
            return {
                ...((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(auth) ? { auth } : {}),
                ...(typeof helper === 'string' ? { helper } : {}),
            };
        },
    };
}
/**
 * Replaces the entry of a registry with `entry` and keeps all others. A symbolic link is followed, and the file is replaced
 * atomically. A file whose content is again equivalent to the one before the step is restored byte for byte.
 *
 * @throws ConfigError
 */
function replaceEntry(path, key, entry, { session, before }) {
    const config = readConfig(path);
    if (config === undefined && entry.auth === undefined && entry.helper === undefined)
        return;
    const auths = withMember(member(config, 'auths'), key, entry.auth);
    const helpers = withMember(member(config, 'credHelpers'), key, entry.helper);
    const isEmpty = before?.hadNoAuths === true && Object.keys(auths).length === 0;
    const changed = {
        ...config,
        auths: isEmpty ? undefined : auths,
        credHelpers: Object.keys(helpers).length > 0 ? helpers : undefined,
    };
    const kept = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
    if (before?.isMade && Object.keys(kept).length === 0) {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, { force: true });
        return;
    }
    const isRestored = before?.text !== undefined && saysSame(before.text, kept);
    writeConfig(path, isRestored ? (before?.text ?? '') : `${JSON.stringify(kept, undefined, '\t')}\n`, session);
}
/** Returns the file at `path` before this step changes it. */
function describeBefore(path, config) {
    const text = config === undefined ? '' : (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .readFileLimitedSync */ .Ex)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.configFile);
    return {
        isMade: config === undefined,
        hadNoAuths: config?.['auths'] === undefined,
        text: config === undefined || text.length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.keptConfig ? undefined : text,
    };
}
/** Returns the path of the temporary file with which `replaceEntry` replaces `path`. */
function temporaryOf(path, session) {
    const exists = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false }) !== undefined;
    try {
        return `${exists ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync)(path) : path}.${session}`;
    }
    catch (error) {
        throw toConfigError(error, 'read');
    }
}
/** Whether a text and a configuration are equivalent. An empty list is equivalent to a missing one. */
function saysSame(text, config) {
    const plain = (value) => (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(value)
        ? Object.fromEntries(Object.entries(value).filter(([name, one]) => !['auths', 'credHelpers'].includes(name) || ((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(one) && Object.keys(one).length > 0)))
        : value;
    try {
        return (0,node_util__WEBPACK_IMPORTED_MODULE_3__.isDeepStrictEqual)(plain((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseJson */ .qF)(text)), plain((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseJson */ .qF)(JSON.stringify(config))));
    }
    catch {
        return false;
    }
}
/** Returns a fingerprint that shows whether an entry has changed. */
function fingerprint(entry) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256')
        .update(JSON.stringify([entry.auth, entry.helper]))
        .digest('hex');
}
function readConfig(path) {
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false }) === undefined)
        return undefined;
    try {
        const value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .parseJson */ .qF)((0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .readFileLimitedSync */ .Ex)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.configFile));
        if (!(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(value))
            throw new ConfigError('it is not a JSON object');
        for (const name of ['auths', 'credHelpers']) {
            // Docker treats null like a missing entry.
            if (value[name] != null && !(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(value[name]))
                throw new ConfigError(`its ${name} is not an object`);
        }
        return value;
    }
    catch (error) {
        if (error instanceof ConfigError)
            throw error;
        if (error instanceof _bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .JsonError */ .N3 || error instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .LimitError */ .oC)
            throw new ConfigError(error.message);
        throw toConfigError(error, 'read');
    }
}
function writeConfig(path, text, session) {
    try {
        const exists = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false }) !== undefined;
        if (!exists)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), { recursive: true, mode: 0o700 });
        const file = exists ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync)(path) : path;
        const mode = exists ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(file).mode & 0o777 : 0o600;
        const written = `${file}.${session}`;
        try {
            // Left by a killed process of this step: no other process uses its name.
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(written, { force: true });
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(written, text, { mode, flag: 'wx' });
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(written, mode);
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(written, file);
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(written, { force: true });
        }
    }
    catch (error) {
        throw toConfigError(error, 'written');
    }
}
function toConfigError(error, done) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'of an unknown kind';
    return new ConfigError(code === 'ENOENT' ? 'it is a link to nowhere' : `it cannot be ${done} (${code})`);
}
function withMember(object, key, value) {
    const { [key]: _, ...others } = object;
    return value === undefined ? others : { ...others, [key]: value };
}
function member(config, name) {
    const value = config?.[name];
    return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_4__/* .isObject */ .Gv)(value) ? value : {};
}


/***/ }),

/***/ 83234:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T3: () => (/* binding */ docker),
/* harmony export */   aG: () => (/* binding */ dialCommand),
/* harmony export */   px: () => (/* binding */ dockerProgram)
/* harmony export */ });
/** The Docker CLI binary, started by {@link docker} and by clean-up. */
const dockerProgram = 'docker';
/** Runs the Docker CLI. Results and errors are those of `host.exec`. */
function docker({ exec }, args, options) {
    return exec(dockerProgram, args, options);
}
/**
 * Returns the shell command that connects its standard input and output to the daemon of the machine that it runs on, or to the one behind
 * a socket of that machine.
 */
function dialCommand(socket) {
    const host = socket === undefined ? [] : ['--host', quoted(`unix://${socket}`)];
    return [dockerProgram, ...host, 'system', 'dial-stdio'];
}
function quoted(word) {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}


/***/ }),

/***/ 17489:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cz: () => (/* binding */ deadDaemonHint),
/* harmony export */   bj: () => (/* binding */ unanswered),
/* harmony export */   fz: () => (/* binding */ shortCall)
/* harmony export */ });
/* unused harmony export hangingDaemon */
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);

const deadDaemonHint = 'Check the log of the daemon or builder, and whether its machine ran out of memory or disk space.';
/** Timeout for a short docker command (milliseconds). A busy daemon may take some seconds. */
const shortCall = 60_000;
/** Returns the error for a docker command, made to do `what`, that was ended because it hung. */
function hangingDaemon(what, { stderr }) {
    const said = stderr.trim();
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('daemon-unreachable', `Cannot ${what}, the daemon hangs: ${said}`, { hint: deadDaemonHint });
}
/** Returns the error for a request to a daemon, made to do `what`, that got no response. */
function unanswered(what, error) {
    const said = (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .bD)(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ETIMEDOUT')
        return hangingDaemon(what, { stderr: said });
    const found = `Cannot ${what}: ${inDockersWords(code)}${said}`;
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('daemon-unreachable', found, { hint: deadDaemonHint, cause: error });
}
/** The message of Docker's own client, which users and the retry tables recognize. */
function inDockersWords(code) {
    if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'EACCES')
        return 'Cannot connect to the Docker daemon: ';
    return code === 'ECONNRESET' || code === 'EPIPE' ? 'error during connect: connection reset: ' : '';
}


/***/ }),

/***/ 4478:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ removeImage),
/* harmony export */   o: () => (/* binding */ removeContainer)
/* harmony export */ });
/* harmony import */ var _call_daemon_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(30411);

/** Timeout for a removal (milliseconds). */
const removalTime = 30_000;
/**
 * Removes a name of an image from a daemon's store, and the image with its last name.
 *
 * @throws Error with the daemon's message, or if it does not respond; an image that no longer exists is not an error
 */
function removeImage(reference, daemon, host) {
    return remove(`/images/${(0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_0__/* .pathOf */ .XM)(reference)}?force=true`, daemon, host);
}
/** Stops a container and removes it with its anonymous volumes. Throws the errors of `removeImage`. */
function removeContainer(name, daemon, host) {
    return remove(`/containers/${(0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_0__/* .pathOf */ .XM)(name)}?force=true&v=true`, daemon, host);
}
async function remove(path, daemon, host) {
    const answer = await (0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_0__/* .askDaemon */ .Ii)(daemon, { method: 'DELETE', path, timeout: removalTime }, host);
    // 409: a removal is already in progress, such as one that a cancelled step started.
    const gone = answer.status === 404 || /removal of container \S+ is already in progress/.test(answer.text);
    if (!gone && answer.status >= 300)
        throw new Error((0,_call_daemon_js__WEBPACK_IMPORTED_MODULE_0__/* .messageIn */ .v6)(answer));
}


/***/ }),

/***/ 21065:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ socketPath)
/* harmony export */ });
/** Returns the path of the socket or pipe of an endpoint; undefined if it is reached over a network. */
function socketPath(endpoint) {
    const { host } = endpoint;
    if (host.startsWith('unix://'))
        return host.slice('unix://'.length);
    if (host.startsWith('npipe://'))
        return host.slice('npipe://'.length).replaceAll('/', '\\');
    return undefined;
}


/***/ }),

/***/ 38448:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ cancelled),
/* harmony export */   y: () => (/* binding */ isCancelOfOther)
/* harmony export */ });
/* harmony import */ var _action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);

/** Returns the error for a cancelled run. `stopped` names the interrupted operation: "writing a layer". */
function cancelled(stopped, cause) {
    const message = stopped === undefined ? 'The run was cancelled' : `Stopped ${stopped} because the run was cancelled`;
    return new _action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('cancelled', message, { cause });
}
/** Whether shared work was cancelled by the signal of another caller, not by `signal`, and can be repeated. */
function isCancelOfOther(error, signal) {
    return error instanceof _action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ && error.code === 'cancelled' && signal?.aborted !== true;
}


/***/ }),

/***/ 89782:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Oi: () => (/* binding */ toolOfReleases),
/* harmony export */   T8: () => (/* binding */ buildxProgram),
/* harmony export */   nQ: () => (/* binding */ ownBuildxFolder)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

/** Returns the file name of the buildx binary on a system. */
function buildxProgram(os) {
    return os === 'win32' ? 'docker-buildx.exe' : 'docker-buildx';
}
/** The name of buildx releases in the runner's tool cache, defined by docker/setup-buildx-action. */
const toolOfReleases = 'buildx-dl-bin';
/** The folder, below the step's folder, of a buildx that the step downloads. */
function ownBuildxFolder(tempDir) {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(tempDir, 'buildx-program');
}


/***/ }),

/***/ 8369:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ findDockerEndpoint),
/* harmony export */   v: () => (/* binding */ dockerConfigDirOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(22714);
/* harmony import */ var _registry_auth_docker_config_file_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(66662);








/**
 * Returns the Docker endpoint by the rules of the Docker CLI: `DOCKER_HOST`, then `DOCKER_CONTEXT`, then the current
 * context of the configuration, then the default socket; after that Colima's socket, which the CLI does not search for.
 * https://docs.docker.com/engine/manage-resources/contexts/
 *
 * @throws ActionError `input-invalid` for a context that does not exist, an address that Docker cannot use, or an invalid
 * `DOCKER_API_VERSION`
 */
function findDockerEndpoint({ env, os }, configDir, exists = node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync) {
    const api = readApiVersion(env);
    return { ...findEndpoint({ env, os }, configDir, exists), ...(api === undefined ? {} : { api }) };
}
function findEndpoint({ env, os }, configDir, exists) {
    const dockerHost = env['DOCKER_HOST'];
    if (dockerHost) {
        const host = checkHost(dockerHost, os, 'DOCKER_HOST');
        const tls = isTcp(host) ? environmentTls(env, configDir) : undefined;
        return { host, context: 'default', because: 'DOCKER_HOST', env: {}, ...(tls === undefined ? {} : { tls }) };
    }
    const named = env['DOCKER_CONTEXT'] || (0,_registry_auth_docker_config_file_js__WEBPACK_IMPORTED_MODULE_7__/* .readDockerConfig */ .T)(configDir).config.currentContext;
    if (named && named !== 'default')
        return contextEndpoint(named, configDir, os);
    const socket = '/var/run/docker.sock';
    const standard = {
        host: os === 'win32' ? 'npipe:////./pipe/docker_engine' : `unix://${socket}`,
        context: 'default',
        because: 'the default socket',
        env: {},
    };
    const home = env['HOME'];
    if (os === 'win32' || exists(socket) || !home)
        return standard;
    const colima = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(env['COLIMA_HOME'] || (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(home, '.colima'), env['COLIMA_PROFILE'] || 'default', 'docker.sock');
    if (!exists(colima))
        return standard;
    const host = `unix://${colima}`;
    return { host, context: 'default', because: "Colima's socket", env: { DOCKER_HOST: host } };
}
/**
 * Checks an address against the forms that the Docker CLI supports; without a scheme it is TCP. `fd://` is for daemons only.
 * https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option
 */
function checkHost(text, os, from) {
    const invalid = (found) => new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ('input-invalid', `Cannot use ${from}: ${found}`, {
        // Without the user, because the log hides the part before @ of an address.
        hint: 'Set it to unix:///path/to/docker.sock, tcp://host:port, ssh://host or, on Windows, npipe:////./pipe/name.',
    });
    const trimmed = text.trim();
    // An address without a scheme may contain a password too.
    const shown = trimmed.replace(/^((?:\w+:\/\/)?)[^/@]*@/, '$1');
    const [, scheme, rest = ''] = /^([\w+.-]+):\/\/(.*)$/s.exec(trimmed) ?? [undefined, undefined, trimmed];
    switch (scheme) {
        case 'unix':
            if (rest.startsWith('/'))
                return trimmed;
            throw invalid(`${shown} is not an absolute path to a socket`);
        case 'npipe':
            if (os === 'win32')
                return trimmed;
            throw invalid(`${shown} is a pipe, which only Windows has`);
        case 'ssh':
            if (/^(?:[^@/\s-][^@/\s]*@)?[^@/\s-][^@/\s]*(?:\/\S*)?$/.test(rest))
                return trimmed;
            throw invalid(`${shown} has no host`);
        case 'tcp':
        case undefined:
            if (isAddress(rest))
                return trimmed;
            throw invalid(`${shown} is not host:port`);
        case 'fd':
            throw invalid(`${shown} has the scheme fd, which is for a daemon that systemd starts, not for its clients`);
        case 'http':
        case 'https':
            throw invalid(`${shown} has the scheme ${scheme}, which Docker's client does not connect to: write tcp://, and set DOCKER_TLS_VERIFY=1 for TLS`);
        default:
            throw invalid(`${shown} has the scheme ${scheme}, which Docker's client does not connect to`);
    }
}
/** Whether a checked address is a TCP port. */
function isTcp(host) {
    return host.startsWith('tcp://') || !host.includes('://');
}
/**
 * Reads the TLS settings from the environment like the Docker CLI: any non-empty `DOCKER_TLS_VERIFY` enables TLS with verification of the daemon,
 * `DOCKER_TLS` enables it without; the files are in `DOCKER_CERT_PATH`, else in Docker's configuration folder.
 * https://docs.docker.com/engine/security/protect-access/#secure-by-default
 */
function environmentTls(env, configDir) {
    const verify = Boolean(env['DOCKER_TLS_VERIFY']);
    if (!verify && !env['DOCKER_TLS'])
        return undefined;
    const folder = env['DOCKER_CERT_PATH'] || configDir;
    // The CLI requires the certificate authorities, but not a client certificate.
    return { ...ownFiles(folder), ca: verify ? (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'ca.pem') : undefined, verify };
}
/** Returns the client certificate of a folder, if it exists. */
function ownFiles(folder) {
    const [cert, key] = [(0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'cert.pem'), (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'key.pem')];
    return { own: (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(cert) || (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(key) ? { cert, key } : undefined };
}
function contextTls(configDir, id, verify) {
    const folder = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(configDir, 'contexts', 'tls', id, 'docker');
    const { own } = ownFiles(folder);
    const ca = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, 'ca.pem');
    const hasCa = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(ca);
    return own === undefined && !hasCa && verify ? undefined : { own, ca: hasCa ? ca : undefined, verify };
}
function readApiVersion(env) {
    const asked = env['DOCKER_API_VERSION'];
    if (!asked)
        return undefined;
    const [, version] = /^v?(\d{1,3}\.\d{1,4})$/.exec(asked.trim()) ?? [];
    if (version !== undefined)
        return version;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ('input-invalid', `Cannot use DOCKER_API_VERSION: ${asked} is not a version such as 1.44`, {
        hint: 'Unset DOCKER_API_VERSION: the newest version that the daemon knows is used then.',
    });
}
/** `host:port`, `[::1]:port`, `:port` or only a host, with an optional path. */
function isAddress(text) {
    return /^(?:(?:\[[\da-f:.]+\]|\w[\w.-]*)(?::\d{1,5})?|:\d{1,5})(?:\/\S*)?$/i.test(text);
}
/** Returns the user's Docker configuration folder: `DOCKER_CONFIG`, else `.docker` in the home folder. */
function dockerConfigDirOf(env) {
    return env['DOCKER_CONFIG'] || (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(env['HOME'] || env['USERPROFILE'] || '', '.docker');
}
function contextEndpoint(name, configDir, os) {
    // The CLI stores a context under the SHA-256 of its name.
    const id = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(name).digest('hex');
    const meta = readJson((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(configDir, 'contexts', 'meta', id, 'meta.json'));
    const host = ['Endpoints', 'docker', 'Host'].reduce(_bounds_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc, meta);
    if (typeof host !== 'string' || host === '') {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_6__/* .ActionError */ .lZ('input-invalid', `Cannot use the Docker context ${name}: it is not in ${configDir}/contexts`, {
            hint: 'Create it with `docker context create`, or unset DOCKER_CONTEXT.',
        });
    }
    checkHost(host, os, `the Docker context ${name}`);
    const skips = ['Endpoints', 'docker', 'SkipTLSVerify'].reduce(_bounds_json_js__WEBPACK_IMPORTED_MODULE_3__/* .member */ .Dc, meta) === true;
    const tls = isTcp(host) ? contextTls(configDir, id, !skips) : undefined;
    const because = `Docker context ${name}`;
    return { host, context: name, because, env: {}, ...(tls === undefined ? {} : { tls }) };
}
function readJson(path) {
    try {
        return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_3__/* .parseJson */ .qF)((0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_5__/* .readFileLimitedSync */ .Ex)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_4__/* .limits */ .F.configFile));
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 3396:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ pluginFolders)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _registry_auth_docker_config_file_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(66662);


/** Returns the folders in which the Docker CLI searches for plugins, in its order. */
function pluginFolders(env, os, configDir) {
    const system = os === 'win32'
        ? [env['ProgramData'], env['ProgramFiles']].flatMap((root) => (root ? [(0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(root, 'Docker', 'cli-plugins')] : []))
        : ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map((root) => `${root}/docker/cli-plugins`);
    const extra = (0,_registry_auth_docker_config_file_js__WEBPACK_IMPORTED_MODULE_1__/* .readDockerConfig */ .T)(configDir).config.cliPluginsExtraDirs ?? [];
    return [(0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(configDir, 'cli-plugins'), ...extra, ...system];
}


/***/ }),

/***/ 55440:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BN: () => (/* binding */ withheldVariables),
/* harmony export */   Qc: () => (/* binding */ childEnvironment),
/* harmony export */   Ys: () => (/* binding */ isWithheld)
/* harmony export */ });
/**
 * Variables that the runner sets for this step alone (its inputs, its state, and the tokens of the job's services), and keys that only this
 * step uses. Names of variables are case-insensitive on Windows.
 */
const withheld = /^(?:INPUT_.*|STATE_.*|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_(?:TOKEN|URL)|ACTIONS_CACHE_SERVICE_TOKEN|BUILDER_NODE_\d+_AUTH_TLS_\w+)$/is;
/** Whether children do not get the variable unless they are given it by name. */
function isWithheld(name) {
    return withheld.test(name);
}
/**
 * The environment of a child: that of this process without what is for this step alone, and `own` over it. Variables that the user set
 * (GITHUB_TOKEN among them), proxies and credentials of cloud providers stay: Docker and credential helpers need them.
 */
function childEnvironment(env, own = {}) {
    const inherited = Object.entries(env).filter(([name]) => !isWithheld(name));
    return { ...Object.fromEntries(inherited), ...own };
}
/** The variables among `names` that children would not get, for a call that the user named them for. */
function withheldVariables(names, env) {
    return Object.fromEntries(names.flatMap((name) => {
        const value = env[name];
        return isWithheld(name) && value !== undefined ? [[name, value]] : [];
    }));
}


/***/ }),

/***/ 15189:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ createExec)
/* harmony export */ });
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31421);
/* harmony import */ var node_child_process__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_child_process__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(46466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var _bounds_each_line_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(72699);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(76525);
/* harmony import */ var _errors_cancelled_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(38448);
/* harmony import */ var _text_duration_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(49495);
/* harmony import */ var _child_environment_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(55440);










/** The status a shell gives a command that it may not run or cannot find. */
const shellStatus = { EACCES: 126, ENOENT: 127 };
/**
 * Runs programs without a shell, each in a process group of its own, so that a cancel reaches what the program
 * itself has started (`docker` starts its plugins, `ssh` and credential helpers). No child inherits the step's inputs or the job's
 * tokens.
 */
function createExec(settings) {
    return (command, args, options = {}) => execute(command, args, options, settings);
}
async function execute(command, args, options, { env, signal, grace = 2_000 }) {
    if (signal.aborted)
        throw (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_7__/* .cancelled */ .K)(command);
    options.signal?.throwIfAborted();
    const ownGroup = process.platform !== 'win32';
    const child = (0,node_child_process__WEBPACK_IMPORTED_MODULE_0__.spawn)(command, args, {
        cwd: options.cwd,
        env: (0,_child_environment_js__WEBPACK_IMPORTED_MODULE_8__/* .childEnvironment */ .Qc)(env, options.env),
        stdio: 'pipe',
        detached: ownGroup,
        windowsHide: true,
    });
    const end = (signalName) => {
        if (child.pid === undefined)
            return;
        try {
            if (ownGroup)
                process.kill(-child.pid, signalName);
            else
                child.kill(signalName);
        }
        catch {
            // The group is gone already.
        }
    };
    let killTimer;
    const endGroup = () => {
        end('SIGTERM');
        killTimer ??= setTimeout(() => {
            end('SIGKILL');
            // What left the group (the master connection of ssh does) holds them open, and would be waited for.
            child.stdout.destroy();
            child.stderr.destroy();
        }, grace);
    };
    let late;
    const endFor = (reason) => {
        late ??= `${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(command)}: stopped after ${reason}`;
        endGroup();
    };
    const stopLimits = limit(child, options, endFor);
    let exitTimer;
    if (options.leavesNoChildren) {
        child.once('exit', () => {
            exitTimer = setTimeout(endGroup, lastWords);
        });
    }
    const signals = [signal, ...(options.signal ? [options.signal] : [])];
    for (const each of signals)
        each.addEventListener('abort', endGroup, { once: true });
    // A child that ends without reading its input closes the pipe; its exit status says what that meant.
    child.stdin.on('error', () => undefined);
    if (options.input instanceof node_stream__WEBPACK_IMPORTED_MODULE_3__.Readable)
        (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(options.input, child.stdin).catch(() => undefined);
    else
        child.stdin.end(options.input ?? '');
    try {
        const exited = new Promise((resolve, reject) => {
            child.once('error', (error) => {
                const status = shellStatus[error.code ?? ''];
                if (status === undefined)
                    reject(error);
                else
                    resolve(status);
            });
            child.once('close', (code, name) => resolve(code ?? 128 + (name === null ? 0 : node_os__WEBPACK_IMPORTED_MODULE_1__.constants.signals[name])));
        });
        const stderr = collect(child.stderr, options.onStderrLine, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.standardError);
        const stdout = options.stdout
            ? options.stdout(child.stdout).then(() => {
                // What the consumer left over is nobody's; the child waits until it is read.
                child.stdout.resume();
                return '';
            }, async (error) => {
                // If the consumer fails, the child must not be left behind, blocked on a full pipe.
                endGroup();
                child.stdout.destroy();
                await exited;
                throw error;
            })
            : collect(child.stdout, options.onStdoutLine);
        const [status, out, err] = await Promise.all([exited, stdout, stderr]);
        if (signal.aborted)
            throw (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_7__/* .cancelled */ .K)(command);
        options.signal?.throwIfAborted();
        if (late === undefined || status === 0)
            return { ok: status === 0, status, stdout: out, stderr: err };
        return { ok: false, status, stdout: out, stderr: [err.trimEnd(), late].join('\n').trimStart(), timedOut: true };
    }
    finally {
        stopLimits();
        clearTimeout(exitTimer);
        clearTimeout(killTimer);
        for (const each of signals)
            each.removeEventListener('abort', endGroup);
    }
}
/** Milliseconds to wait for pending output after a program has exited. */
const lastWords = 500;
/** Calls `end` with the limit that was exceeded. Returns a function that stops the watch. */
function limit({ stdout, stderr }, { timeout, silence }, end) {
    const timer = timeout === undefined ? undefined : setTimeout(() => end(`${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_9__/* .formatDuration */ .a)(timeout)}, its time limit`), timeout);
    // Counts bytes, because a data listener would take them from the consumer.
    const received = () => [stdout, stderr].reduce((sum, pipe) => sum + ('bytesRead' in pipe ? Number(pipe.bytesRead) : 0), 0);
    let before = 0;
    const watcher = silence === undefined
        ? undefined
        : setInterval(() => {
            if (received() === before)
                end(`${(0,_text_duration_js__WEBPACK_IMPORTED_MODULE_9__/* .formatDuration */ .a)(silence)} without a word`);
            before = received();
        }, silence);
    return () => {
        clearTimeout(timer);
        clearInterval(watcher);
    };
}
/** The text of a stream. With `most`, its end: up to twice as many characters. */
async function collect(stream, onLine, most) {
    stream.setEncoding('utf8');
    if (onLine)
        (0,_bounds_each_line_js__WEBPACK_IMPORTED_MODULE_5__/* .eachLine */ .I)(stream, onLine);
    let parts = [];
    let size = 0;
    stream.on('data', (part) => {
        parts.push(part);
        size += part.length;
        if (most === undefined || size <= 2 * most)
            return;
        parts = [parts.join('').slice(-most)];
        size = most;
    });
    await new Promise((resolve) => stream.once('close', resolve));
    return parts.join('');
}


/***/ }),

/***/ 48121:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ freeSpace)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/** Bytes that this user may still write in the folder `path`; undefined where that is not known. */
async function freeSpace(path) {
    try {
        const { bavail, bsize } = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.statfs)(path);
        return bavail * bsize;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 4929:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EU: () => (/* binding */ throughProxy),
/* harmony export */   Nc: () => (/* binding */ createConnect),
/* harmony export */   SM: () => (/* binding */ withCode),
/* harmony export */   US: () => (/* binding */ proxyCode),
/* harmony export */   sK: () => (/* binding */ proxyTarget)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(44708);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(41692);
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_tls__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _proxy_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(15687);




/** Milliseconds a connection may take to be made, each of its parts. */
const connectTimeout = 30_000;
/** Makes TLS connections, through a proxy where the environment names one; takes the wider trust only when the usual one fails. */
function createConnect({ env, trust, verify = true, }) {
    return (options, callback) => {
        const host = String(options.host ?? options.hostname ?? '');
        const port = Number(options.port ?? 443);
        const servername = 'servername' in options && typeof options.servername === 'string' ? options.servername : '';
        establish({ host, port, servername, env, trust, verify }).then((socket) => callback?.(null, socket), (error) => callback?.(error, undefined));
        return undefined;
    };
}
async function establish(target) {
    const { host, port, trust } = target;
    // Docker names the folders of certs.d like registries in references: the port only if it is not 443.
    const name = port === 443 ? host : `${host}:${port}`;
    try {
        return await secure(target, await trust.usual(name));
    }
    catch (error) {
        if (!(error instanceof Error && 'code' in error && untrusted.has(String(error.code))))
            throw error;
        return await secure(target, await trust.wide(name));
    }
}
/** Node's names for "signed by an authority that is not known". */
const untrusted = new Set([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
async function secure({ host, port, servername, env, verify }, secureContext) {
    const proxy = (0,_proxy_js__WEBPACK_IMPORTED_MODULE_3__/* .proxyFor */ .i)(new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`), env);
    const socket = proxy === undefined ? undefined : await tunnel(proxy, host, port);
    return await new Promise((resolve, reject) => {
        const tls = (0,node_tls__WEBPACK_IMPORTED_MODULE_2__.connect)({
            ...(socket === undefined ? { host, port } : { socket }),
            // The certificate is verified for IP addresses too, although they are not allowed as server name (SNI).
            ...(servername === '' ? {} : { servername }),
            ...(socket === undefined ? {} : { host }),
            secureContext,
            rejectUnauthorized: verify,
            ALPNProtocols: ['http/1.1'],
        });
        tls.setTimeout(connectTimeout, () => tls.destroy(timedOut(`${host}:${port}`)));
        tls.once('error', reject);
        tls.once('secureConnect', () => {
            tls.setTimeout(0);
            tls.removeListener('error', reject);
            resolve(tls);
        });
    });
}
/** A connection to `host:port` through the proxy. https://www.rfc-editor.org/rfc/rfc9110#name-connect */
async function tunnel(proxy, host, port) {
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const authorization = (0,_proxy_js__WEBPACK_IMPORTED_MODULE_3__/* .proxyAuthorization */ .Y)(proxy);
    const headers = {
        host: authority,
        ...(authorization ? { 'proxy-authorization': authorization } : {}),
    };
    const request = proxy.protocol === 'https:' ? node_https__WEBPACK_IMPORTED_MODULE_1__.request : node_http__WEBPACK_IMPORTED_MODULE_0__.request;
    return await new Promise((resolve, reject) => {
        const outgoing = request(proxyTarget(proxy), { method: 'CONNECT', path: authority, headers, agent: false });
        outgoing.setTimeout(connectTimeout, () => outgoing.destroy(timedOut(`the proxy ${proxy.host}`)));
        outgoing.once('error', (error) => reject(throughProxy(error, proxy)));
        outgoing.once('connect', ({ statusCode = 0 }, socket) => {
            socket.setTimeout(0);
            // Some answer 201 or 204: any of 2xx opens the tunnel, says RFC 9110.
            if (statusCode >= 200 && statusCode < 300)
                return resolve(socket);
            socket.destroy();
            const message = `the proxy ${proxy.host} answered ${statusCode} when asked for ${authority}`;
            reject(Object.assign(withCode(message, proxyCode(statusCode)), { proxy: proxy.host }));
        });
        outgoing.end();
    });
}
/** The proxy's address without its user and password, which go into a header. */
function proxyTarget(proxy) {
    return `${proxy.protocol}//${proxy.host}`;
}
/** Returns the error for a failed connection to a proxy, so that it is not mistaken for a registry error. */
function throughProxy(error, proxy) {
    const code = 'code' in error ? String(error.code) : 'ECONNRESET';
    return Object.assign(withCode(`the proxy ${proxy.host} cannot be reached: ${error.message || code}`, code), {
        proxy: proxy.host,
        cause: error,
    });
}
/** A proxy that cannot reach the other side is a network fault like any other; one that refuses is not. */
function proxyCode(status) {
    return status >= 500 ? 'EHOSTUNREACH' : 'ERR_PROXY_REFUSED';
}
function timedOut(what) {
    return withCode(`no connection to ${what} within ${connectTimeout / 1000} s`, 'ETIMEDOUT');
}
/** An error that looks like one of Node's own. */
function withCode(message, code) {
    return Object.assign(new Error(message), { code });
}


/***/ }),

/***/ 73053:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ createHttp)
});

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(44708);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/promises"
var promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/host/http/connect.ts
var http_connect = __webpack_require__(4929);
// EXTERNAL MODULE: ./src/host/http/proxy.ts
var http_proxy = __webpack_require__(15687);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(41692);
var external_node_tls_default = /*#__PURE__*/__webpack_require__.n(external_node_tls_);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
;// CONCATENATED MODULE: ./src/host/http/trust.ts






/** Folders with `<host[:port]>/*.crt` (authorities) and `*.cert` with `*.key` (a client's own), as docker and podman have them. */
function certificateFolders(env) {
    const home = env['HOME'] ?? (0,external_node_os_.homedir)();
    return [
        '/etc/docker/certs.d',
        '/etc/containers/certs.d',
        (0,external_node_path_.join)(home, '.docker', 'certs.d'),
        (0,external_node_path_.join)(home, '.config', 'containers', 'certs.d'),
    ];
}
function createTrust(env, folders = certificateFolders(env)) {
    const contexts = new Map();
    const context = (host, system) => {
        const key = `${system} ${host}`;
        const made = contexts.get(key) ?? makeContext(host, system, env, folders);
        contexts.set(key, made);
        return made;
    };
    return { usual: (host) => context(host, false), wide: (host) => context(host, true) };
}
/** Trust that is the same for every host: the certificates that are given. */
function trustOf({ ca, own }) {
    const context = async () => (0,external_node_tls_.createSecureContext)({ ...own, ...(ca === undefined ? {} : { ca }) });
    return { usual: context, wide: context };
}
/** The authorities of Node or of the system. Node before 22.15 knows its own only. */
function authorities(of) {
    if (typeof (external_node_tls_default()).getCACertificates === 'function')
        return external_node_tls_default().getCACertificates(of);
    return of === 'default' ? external_node_tls_.rootCertificates : [];
}
async function makeContext(host, system, env, folders) {
    const files = (await Promise.all(folders.map((folder) => filesFor((0,external_node_path_.join)(folder, host))))).flat();
    const read = (suffix) => Promise.all(files.filter((file) => file.endsWith(suffix)).map((file) => (0,read_limited/* readFileLimited */.lB)(file, limits/* limits */.F.configFile)));
    const named = env['SSL_CERT_FILE'];
    const extra = [
        ...(await read('.crt')),
        ...(named ? [await (0,read_limited/* readFileLimited */.lB)(named, limits/* limits */.F.configFile).catch(() => '')] : []),
    ];
    const [cert, key] = [await read('.cert'), await read('.key')];
    const own = cert.length > 0 && key.length > 0 ? { cert, key } : {};
    // Without `ca` Node takes its own authorities, already parsed; a list is parsed again for each context.
    if (extra.length === 0 && !system)
        return (0,external_node_tls_.createSecureContext)(own);
    const ca = [...authorities('default'), ...(system ? authorities('system') : []), ...extra];
    return (0,external_node_tls_.createSecureContext)({ ...own, ca });
}
async function filesFor(folder) {
    const names = await (0,external_node_fs_promises_.readdir)(folder).catch(() => []);
    return names.sort().map((name) => (0,external_node_path_.join)(folder, name));
}

;// CONCATENATED MODULE: ./src/host/http/http.ts








/** Milliseconds. */
const defaultTimeout = 60_000;
/** An unused connection is given up after this, before a gateway in between forgets it without a word. */
const idleTimeout = 15_000;
/**
 * HTTP over kept connections, through the proxies of the environment, trusting private authorities. It is made of node:http,
 * which is in the binary: loading undici costs 120 ms (measured), more than many a run here takes for all its requests.
 */
function createHttp({ env, certificateFolders }) {
    const plain = new external_node_http_.Agent({ keepAlive: true, timeout: idleTimeout });
    const secure = new external_node_https_.Agent({ keepAlive: true, timeout: idleTimeout });
    secure.createConnection = (0,http_connect/* createConnect */.Nc)({ env, trust: createTrust(env, certificateFolders) });
    return {
        http: async (request) => await exchange(request, { env, plain, secure }),
        close: () => {
            plain.destroy();
            secure.destroy();
        },
    };
}
async function exchange(request, connections) {
    const { method, headers, body, signal, timeout = defaultTimeout } = request;
    const url = new URL(request.url);
    const proxy = plainProxy(url, request, connections);
    const outgoing = begin(url, request, connections, {
        method,
        maxHeaderSize: limits/* limits */.F.headers,
        headers: { host: url.host, 'user-agent': 'polyarch', ...headers },
        ...(signal === undefined ? {} : { signal }),
    });
    return await new Promise((resolve, reject) => {
        let incoming;
        // Stays for the life of the request: what fails after the answer has begun also fails the answer's body.
        outgoing.on('error', (error) => reject(proxy !== undefined && isBeforeAnswer(error) ? (0,http_connect/* throughProxy */.EU)(error, proxy) : error));
        // An answer that never ends its headers, or that says "processing" for ever, is not silent: it needs a deadline of its own. It begins
        // when the request is out, however long that took.
        let overdue;
        outgoing.once('finish', () => {
            if (incoming !== undefined)
                return;
            overdue = setTimeout(() => outgoing.destroy(tooLate(url, 2 * timeout)), 2 * timeout);
        });
        outgoing.once('close', () => clearTimeout(overdue));
        outgoing.on('timeout', () => {
            // Bytes that nobody has taken yet mean that the reader is slow, not the server.
            if ((incoming?.readableLength ?? 0) > 0)
                return;
            const what = incoming === undefined ? 'no answer' : 'no more of the answer';
            const error = (0,http_connect/* withCode */.SM)(`${what} from ${url.host} for ${timeout / 1000} s`, 'ETIMEDOUT');
            incoming?.destroy(error);
            outgoing.destroy(error);
        });
        outgoing.once('response', (response) => {
            incoming = response;
            clearTimeout(overdue);
            const refusal = proxy === undefined ? undefined : proxyRefusal(response, proxy, url);
            if (refusal !== undefined) {
                response.resume();
                reject(refusal);
                return;
            }
            // A body may fail before it is read; the reader gets the error then.
            response.on('error', () => { });
            // A response before the end of the request is a rejection: the rest is not sent.
            response.once('end', () => {
                if (!outgoing.writableFinished)
                    outgoing.destroy();
            });
            resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body: response });
        });
        outgoing.setTimeout(timeout);
        if (body instanceof external_node_stream_.Readable)
            (0,promises_.pipeline)(body, outgoing).catch(reject);
        else
            outgoing.end(body);
    });
}
function tooLate({ host }, milliseconds) {
    return (0,http_connect/* withCode */.SM)(`no complete answer from ${host} within ${milliseconds / 1000} s`, 'ETIMEDOUT');
}
/** The proxy that a plain HTTP request goes to; the one of a TLS connection is `createConnect`'s. */
function plainProxy(url, { socket, connect }, { env }) {
    const direct = socket !== undefined || connect !== undefined;
    return !direct && url.protocol === 'http:' ? (0,http_proxy/* proxyFor */.i)(url, env) : undefined;
}
/** Whether nothing has come from the other side yet, so that it is the proxy that cannot be reached. */
function isBeforeAnswer(error) {
    if (error instanceof AggregateError)
        return true;
    return 'syscall' in error && /^(?:connect|getaddrinfo)$/.test(String(error.syscall));
}
/**
 * Returns the error of a proxy that answers instead of the server: only proxies send 407, and Squid marks its own pages.
 * https://www.squid-cache.org/Doc/config/error_map/
 */
function proxyRefusal({ statusCode = 0, headers }, proxy, { host }) {
    if (statusCode !== 407 && !(statusCode >= 400 && headers['x-squid-error'] !== undefined))
        return undefined;
    const message = `the proxy ${proxy.host} answered ${statusCode} when asked for ${host}`;
    return Object.assign((0,http_connect/* withCode */.SM)(message, (0,http_connect/* proxyCode */.US)(statusCode)), { proxy: proxy.host });
}
function begin(url, { socket: socketPath, connect, tls }, { env, plain, secure }, options) {
    const path = url.pathname + url.search;
    if (socketPath !== undefined)
        return (0,external_node_http_.request)({ ...options, socketPath, path, agent: plain });
    if (connect !== undefined)
        return (0,external_node_http_.request)({ ...options, path, createConnection: connect });
    if (tls !== undefined) {
        const agent = new external_node_https_.Agent();
        agent.createConnection = (0,http_connect/* createConnect */.Nc)({ env, trust: trustOf(tls), verify: tls.verify });
        return (0,external_node_https_.request)(url, { ...options, agent });
    }
    if (url.protocol === 'https:')
        return (0,external_node_https_.request)(url, { ...options, agent: secure });
    const proxy = (0,http_proxy/* proxyFor */.i)(url, env);
    if (proxy === undefined)
        return (0,external_node_http_.request)(url, { ...options, agent: plain });
    // A proxy takes plain HTTP with the whole address in the request line.
    const authorization = (0,http_proxy/* proxyAuthorization */.Y)(proxy);
    const headers = {
        ...options.headers,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    };
    const request = proxy.protocol === 'https:' ? external_node_https_.request : external_node_http_.request;
    return request((0,http_connect/* proxyTarget */.sK)(proxy), { ...options, headers, path: url.href });
}
function flat(headers) {
    const joined = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
    return Object.fromEntries(joined);
}


/***/ }),

/***/ 15687:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ proxyAuthorization),
/* harmony export */   i: () => (/* binding */ proxyFor)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);

/**
 * The proxy for a URL by the environment, or undefined for none: HTTPS_PROXY or HTTP_PROXY by the URL's scheme, else ALL_PROXY, each
 * in lower or upper case, and NO_PROXY: names with their subdomains, `*`, addresses, networks (`10.0.0.0/8`, `fd00::/8`), each with or without
 * a port. This machine is never reached through a proxy.
 */
function proxyFor(url, env) {
    const host = url.hostname.toLowerCase();
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    if (isLocal(host) || isExcepted(host, port, variable(env, 'NO_PROXY')))
        return undefined;
    const text = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || variable(env, 'ALL_PROXY');
    if (text === '')
        return undefined;
    const address = text.includes('://') ? text : `http://${text}`;
    return URL.canParse(address) ? new URL(address) : undefined;
}
/** `Basic …` for the user and password in a proxy's address, or undefined. */
function proxyAuthorization({ username, password }) {
    if (username === '' && password === '')
        return undefined;
    return `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
}
function variable(env, name) {
    return (env[name.toLowerCase()] || env[name] || '').trim();
}
function isLocal(host) {
    return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
}
function isExcepted(host, port, exceptions) {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    return exceptions
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((entry) => entry !== '')
        .some((entry) => {
        if (entry === '*')
            return true;
        const { name, only } = splitPort(entry);
        if (only !== undefined && only !== port)
            return false;
        if ((0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(bare) !== 0)
            return isSameAddress(bare, name);
        const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
        return domain !== '' && (bare === domain || bare.endsWith(`.${domain}`));
    });
}
/** `host:port`, `[::1]:port`, or without a port; an IPv6 address without brackets has none. */
function splitPort(entry) {
    const [, address, network = '', last] = /^\[([^\]]*)\](\/\d+)?(?::(\d+))?$/.exec(entry) ?? [];
    if (address !== undefined)
        return { name: address + network, only: last };
    if ((0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(entry.split('/', 1)[0] ?? '') === 6)
        return { name: entry, only: undefined };
    const [, name = entry, only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    return { name, only };
}
/** Whether an address is another, in whatever spelling, or is in a network in CIDR form. */
function isSameAddress(address, entry) {
    const [network = '', bits] = entry.split('/');
    const version = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(network);
    const most = version === 6 ? 128 : 32;
    if (version === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
        return false;
    const family = version === 6 ? 'ipv6' : 'ipv4';
    const list = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
    if (bits === undefined)
        list.addAddress(network, family);
    else
        list.addSubnet(network, Number(bits), family);
    return list.check(address, (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(address) === 6 ? 'ipv6' : 'ipv4');
}


/***/ }),

/***/ 61453:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  D: () => (/* binding */ createHost)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/host/clock.ts + 1 modules
var clock = __webpack_require__(74443);
// EXTERNAL MODULE: ./src/host/exec/exec.ts
var exec = __webpack_require__(15189);
;// CONCATENATED MODULE: ./src/host/exec/step-processes.ts


/** The variable by which the processes of a step are known: they and all that they start inherit it. Its value is the step's folder. */
const stepVariable = 'POLYARCH_STEP';
/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 2_000;
const pollEvery = 50;
/**
 * Ends the processes that a step started and left behind because it was killed: `docker buildx` would go on building, with credentials
 * in its environment. Linux only: elsewhere the environment of a process cannot be read.
 */
async function endStepProcesses(folder, proc = '/proc') {
    const end = (name) => {
        const found = processesOf(folder, proc);
        for (const pid of found)
            signal(pid, name);
        return found.length;
    };
    if (end('SIGTERM') === 0)
        return;
    for (let waited = 0; waited < grace; waited += pollEvery) {
        await systemClock.sleep(pollEvery);
        if (processesOf(folder, proc).length === 0)
            return;
    }
    // A process may start another one between the look and the signal.
    for (let round = 0; round < 20 && end('SIGKILL') > 0; round += 1)
        await systemClock.sleep(pollEvery);
}
function processesOf(folder, proc) {
    const entry = `${stepVariable}=${folder}`;
    return list(proc)
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .filter((pid) => environmentOf(`${proc}/${pid}/environ`).includes(entry))
        .map(Number);
}
function list(folder) {
    try {
        return readdirSync(folder);
    }
    catch {
        return []; // Not Linux.
    }
}
function environmentOf(file) {
    try {
        return readFileSync(file, 'utf8').split('\0');
    }
    catch {
        return []; // It has ended meanwhile, or belongs to another user.
    }
}
function signal(pid, name) {
    try {
        process.kill(pid, name);
    }
    catch {
        // It has ended meanwhile.
    }
}

// EXTERNAL MODULE: ./src/host/http/http.ts + 1 modules
var http_http = __webpack_require__(73053);
;// CONCATENATED MODULE: ./src/host/node.ts







/** The real host: this process, its environment, and a folder made for the step. */
function createHost(env, signal, { log, runner, saveState }) {
    const tempDir = makeFolder(env['RUNNER_TEMP'] || (0,external_node_os_.tmpdir)());
    // For the post step, should this process be killed before it can clean up itself.
    saveState('folder', tempDir);
    const { http, close } = (0,http_http/* createHttp */.V)({ env });
    return {
        env,
        os: process.platform,
        tempDir,
        signal,
        log,
        runner,
        // Inherited by all that a child starts, so that the post step finds what a killed step left behind.
        exec: (0,exec/* createExec */.k)({ env: { ...env, [stepVariable]: tempDir }, signal }),
        http,
        clock: clock/* systemClock */.m,
        close,
    };
}
function makeFolder(parent) {
    (0,external_node_fs_.mkdirSync)(parent, { recursive: true });
    // Made with mode 0700.
    return (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_path_.resolve)(parent), 'polyarch-'));
}


/***/ }),

/***/ 94203:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ elfMachines)
/* harmony export */ });
/**
 * The architectures of platforms by their number in the head of an ELF file, then by word size and byte order.
 * https://gabi.xinuos.com/elf/02-eheader.html; the numbers of machines are in its appendix.
 */
const elfMachines = {
    3: { '32': '386' },
    8: { '32': 'mipsle', '32-big': 'mips', '64': 'mips64le', '64-big': 'mips64' },
    21: { '64': 'ppc64le', '64-big': 'ppc64' },
    22: { '64-big': 's390x' },
    40: { '32': 'arm' },
    // 32 bits on this machine is the x32 interface.
    62: { '32': 'amd64', '64': 'amd64' },
    183: { '64': 'arm64' },
    243: { '64': 'riscv64' },
    258: { '64': 'loong64' },
};


/***/ }),

/***/ 51994:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $U: () => (/* binding */ isIndexType),
/* harmony export */   Fm: () => (/* binding */ manifestTypes),
/* harmony export */   JL: () => (/* binding */ mediaType),
/* harmony export */   Q3: () => (/* binding */ isManifestType),
/* harmony export */   lJ: () => (/* binding */ isConfigType),
/* harmony export */   mi: () => (/* binding */ isForeignLayerType)
/* harmony export */ });
/** Media types of the OCI image specification and of Docker's schema 2. https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
const mediaType = {
    ociIndex: 'application/vnd.oci.image.index.v1+json',
    ociManifest: 'application/vnd.oci.image.manifest.v1+json',
    ociConfig: 'application/vnd.oci.image.config.v1+json',
    ociLayer: 'application/vnd.oci.image.layer.v1.tar',
    ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    ociEmpty: 'application/vnd.oci.empty.v1+json',
    dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
    dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
    dockerConfig: 'application/vnd.docker.container.image.v1+json',
    dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
    dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
};
/** What a client that reads images accepts, to be sent as `Accept`; registries answer schema 1, or 404, without it. */
const manifestTypes = [
    mediaType.ociIndex,
    mediaType.dockerIndex,
    mediaType.ociManifest,
    mediaType.dockerManifest,
];
/** Whether the type is an OCI index or a Docker manifest list. */
function isIndexType(type) {
    return type === mediaType.ociIndex || type === mediaType.dockerIndex;
}
/** Whether the type is the manifest of one image (or artifact), OCI or Docker schema 2. */
function isManifestType(type) {
    return type === mediaType.ociManifest || type === mediaType.dockerManifest;
}
/** Whether the type is an image's configuration, so that its platform can be read from it. */
function isConfigType(type) {
    return type === mediaType.ociConfig || type === mediaType.dockerConfig;
}
/** Whether layers of the type must not be pushed: they are fetched from their `urls` (base layers of old Windows images). */
function isForeignLayerType(type) {
    return type.startsWith('application/vnd.oci.image.layer.nondistributable.') || type.includes('.rootfs.foreign.');
}


/***/ }),

/***/ 82614:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A1: () => (/* binding */ parseIndex),
/* harmony export */   Ng: () => (/* binding */ parseManifest),
/* harmony export */   e: () => (/* binding */ documentType),
/* harmony export */   o4: () => (/* binding */ parseConfig)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22714);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(68825);
/* harmony import */ var _media_type_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(51994);





/** The index in `bytes`. Throws `content-mismatch` when it is not one; `what` begins the message: "Cannot read index sha256:…". */
function parseIndex(bytes, what) {
    const value = parseObject(bytes, what);
    assertKind(value, 'index', what);
    if (!Array.isArray(value['manifests']) || !value['manifests'].every(isDescriptor)) {
        throw malformed(what, '"manifests" is not a list of descriptors');
    }
    if (value['manifests'].length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.indexEntries) {
        throw malformed(what, `it has ${value['manifests'].length} entries where at most ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.indexEntries} are read`);
    }
    return { ...value, manifests: value['manifests'].map(withoutEmptyPlatform) };
}
/** A platform of nulls or empty texts says as much as none. */
function withoutEmptyPlatform(entry) {
    const { platform, ...rest } = entry;
    const given = platform;
    const named = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(given) && [given['os'], given['architecture']].every((one) => typeof one === 'string' && one !== '');
    return platform === undefined || named ? entry : rest;
}
/** The manifest in `bytes`. Throws `content-mismatch` when it is not one. */
function parseManifest(bytes, what) {
    const value = parseObject(bytes, what);
    assertKind(value, 'manifest', what);
    if (!isDescriptor(value['config']))
        throw malformed(what, '"config" is not a descriptor');
    // BuildKit writes null for an image that is all configuration.
    const layers = value['layers'] ?? [];
    if (!Array.isArray(layers) || !layers.every(isDescriptor)) {
        throw malformed(what, '"layers" is not a list of descriptors');
    }
    if (layers.length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.layers) {
        throw malformed(what, `it has ${layers.length} layers where at most ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.layers} are read`);
    }
    return { ...value, layers };
}
/** The image configuration in `bytes`. Throws `content-mismatch` when it is not one. */
function parseConfig(bytes, what) {
    const value = parseObject(bytes, what);
    if (typeof value['os'] !== 'string' || typeof value['architecture'] !== 'string') {
        throw malformed(what, '"os" or "architecture" is missing');
    }
    const { config, history } = value;
    const wrong = Object.entries((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(config) ? config : {}).find(([key, one]) => fields.get(key)?.(one) === false);
    if (wrong !== undefined)
        throw malformed(what, `"${wrong[0]}" has the wrong type`);
    if (!isAbsent(config) && !(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(config))
        throw malformed(what, '"config" is not an object');
    if (!isAbsent(history) && !Array.isArray(history))
        throw malformed(what, '"history" is not a list');
    return value;
}
/** What `config` of an image's configuration may have. Go writes null for what is empty. */
const fields = new Map([
    ...['User', 'WorkingDir', 'StopSignal'].map((name) => [name, isText]),
    ...['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'].map((name) => [name, isTexts]),
    ...['ExposedPorts', 'Volumes'].map((name) => [name, (value) => isAbsent(value) || (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value)]),
    ['Labels', isTextMap],
]);
function isTextMap(value) {
    return isAbsent(value) || ((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) && Object.values(value).every((one) => typeof one === 'string'));
}
function isAbsent(value) {
    return value === null || value === undefined;
}
function isText(value) {
    return isAbsent(value) || typeof value === 'string';
}
function isTexts(value) {
    return isAbsent(value) || (Array.isArray(value) && value.every((one) => typeof one === 'string'));
}
/** Whether the value has what every descriptor must have. */
function isDescriptor(value) {
    if (!(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        return false;
    const { mediaType, digest, size } = value;
    return (typeof mediaType === 'string' &&
        typeof digest === 'string' &&
        (0,_digest_js__WEBPACK_IMPORTED_MODULE_3__/* .isDigest */ .Bc)(digest) &&
        Number.isSafeInteger(size) &&
        Number(size) >= 0);
}
function parseObject(bytes, what) {
    let value;
    try {
        value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(new TextDecoder().decode(bytes));
    }
    catch (cause) {
        if (cause instanceof _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .JsonError */ .N3)
            throw malformed(what, cause.message, cause);
        throw cause;
    }
    if (!(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value))
        throw malformed(what, 'it is not a JSON object');
    return value;
}
/**
 * The media type of a manifest or an index: its own, else that of its descriptor or header, else the one of its form. Registries serve
 * everything as JSON or as bytes (https://github.com/openshift/cincinnati/pull/155), and the document need not say what it is
 * (https://github.com/spegel-org/spegel/issues/172).
 *
 * @throws ActionError `content-mismatch` when `given` and the document disagree about index or manifest, or it is both
 */
function documentType(bytes, given, what) {
    const said = kindOf(given);
    let value;
    try {
        value = parseObject(bytes, what);
    }
    catch (error) {
        // The reader of the content reports the error.
        if (said !== undefined)
            return given;
        throw error;
    }
    const own = typeof value['mediaType'] === 'string' ? value['mediaType'] : '';
    const kind = kindOf(own) ?? said ?? formOf(value);
    if (kind === undefined)
        return own === '' ? given : own;
    assertKind(value, kind, what);
    if (said !== undefined && said !== kind)
        throw ambiguous(what, `it is an ${kind} and is served as "${given}"`);
    if (kindOf(own) !== undefined)
        return own;
    if (said !== undefined)
        return given;
    return kind === 'index' ? _media_type_js__WEBPACK_IMPORTED_MODULE_4__/* .mediaType */ .JL.ociIndex : _media_type_js__WEBPACK_IMPORTED_MODULE_4__/* .mediaType */ .JL.ociManifest;
}
function kindOf(type) {
    return (0,_media_type_js__WEBPACK_IMPORTED_MODULE_4__/* .isIndexType */ .$U)(type) ? 'index' : (0,_media_type_js__WEBPACK_IMPORTED_MODULE_4__/* .isManifestType */ .Q3)(type) ? 'manifest' : undefined;
}
function formOf(value) {
    return isAbsent(value['manifests']) ? (isAbsent(value['config']) ? undefined : 'manifest') : 'index';
}
/**
 * Refuses what can be read as an index and as a manifest: two programs would see two images under one digest.
 * https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
 */
function assertKind(value, kind, what) {
    const own = typeof value['mediaType'] === 'string' ? kindOf(value['mediaType']) : undefined;
    if (own !== undefined && own !== kind)
        throw ambiguous(what, `it is read as an ${kind} and says to be an ${own}`);
    const foreign = (kind === 'index' ? ['config', 'layers', 'fsLayers'] : ['manifests', 'fsLayers']).find((name) => !isAbsent(value[name]));
    if (foreign !== undefined)
        throw ambiguous(what, `it is an ${kind} and has "${foreign}"`);
}
function ambiguous(what, found) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('content-mismatch', `${what}: ${found.replace(/\ban manifest/g, 'a manifest')}`, {
        hint: 'Do not use this image: tools disagree about what it is. Have its publisher push it again.',
    });
}
function malformed(what, found, cause) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('content-mismatch', `${what}: ${found}`, { cause });
}


/***/ }),

/***/ 49800:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   KD: () => (/* binding */ checked),
/* harmony export */   Ku: () => (/* binding */ firstOf),
/* harmony export */   PO: () => (/* binding */ cached),
/* harmony export */   T$: () => (/* binding */ alsoIn),
/* harmony export */   Vx: () => (/* binding */ isRemote),
/* harmony export */   _W: () => (/* binding */ byDigest),
/* harmony export */   o5: () => (/* binding */ readSmall),
/* harmony export */   wT: () => (/* binding */ copyBlobs)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _bounds_parallel_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(45898);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(22714);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1080);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(68825);






/** Blobs copied at a time, as docker push and crane have it. */
const blobsAtOnce = 4;
/**
 * Copies blobs. At the first that fails nothing more is begun.
 *
 * @throws what reading and writing throw, ActionError `cancelled`
 */
async function copyBlobs(blobs, from, to, options = {}) {
    await (0,_bounds_parallel_js__WEBPACK_IMPORTED_MODULE_1__/* .parallel */ ._)(blobsAtOnce, blobs, (blob, signal) => to.put(blob, from, { signal }), options);
}
/**
 * A small blob as a whole, a configuration, checked against its digest.
 *
 * @throws ActionError `content-mismatch`, also when it is larger than one may be
 */
async function readSmall(blob, from, options = {}) {
    const what = `Cannot read configuration ${blob.digest}`;
    if (blob.size > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.config) {
        const found = `it has ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_5__/* .formatBytes */ .z)(blob.size)}, and at most ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_5__/* .formatBytes */ .z)(_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.config)} are read`;
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ('content-mismatch', `${what}: ${found}`);
    }
    const bytes = await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__/* .readLimited */ .tk)(await from.open(blob, options), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.config);
    (0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .verify */ .MX)(bytes, blob, what);
    return bytes;
}
/** Reads each blob by the first reader that holds it. Opening one that none holds is an `internal` error. */
function firstOf(...readers) {
    return choosing((digest) => readers.find((reader) => reader.holds?.(digest) ?? true));
}
/** Reads each blob by the reader that is named for its digest, and holds no other. */
function byDigest(readers) {
    return choosing((digest) => readers.get(digest));
}
/** The same content, which can be mounted from `repositories` as well. */
function alsoIn(reader, repositories) {
    return { ...reader, locate: (digest) => [...locate(reader, digest), ...repositories] };
}
/** The same content, checked while it is read: fails with `content-mismatch` if it does not match its descriptor. `what` begins the message. */
function checked(reader, what) {
    return { ...reader, open: async (blob, options) => (0,_digest_js__WEBPACK_IMPORTED_MODULE_4__/* .verified */ .zr)(await reader.open(blob, options), blob, what) };
}
/** Reads each blob once from `reader`, and from then on from `store`. */
function cached(reader, store) {
    return {
        ...reader,
        open: async (blob, options = {}) => {
            await store.put(blob, reader, { signal: options.signal });
            return await store.open(blob, options);
        },
    };
}
/** Whether a blob is not here but in a repository, from which others of its registry can mount it. */
function isRemote(reader, digest) {
    return locate(reader, digest).length > 0;
}
function choosing(readerOf) {
    return {
        open: async (blob, options) => {
            const reader = readerOf(blob.digest);
            if (reader === undefined)
                throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ('internal', `Nobody knows where ${blob.digest} is`);
            return await reader.open(blob, options);
        },
        holds: (digest) => readerOf(digest) !== undefined,
        locate: (digest) => locate(readerOf(digest), digest),
    };
}
function locate(reader, digest) {
    return reader?.locate?.(digest) ?? [];
}


/***/ }),

/***/ 66662:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ readDockerConfig)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(29362);




/**
 * Reads the user's Docker configuration in `folder`. Without a `config.json` it is the older `.dockercfg` beside the folder `.docker`, which
 * Docker itself has not read since version 23. What cannot be read or is of another type than Docker expects is left out and told: a build
 * may not need it. https://github.com/docker/cli/blob/v28.5.2/cli/config/configfile/file.go
 */
function readDockerConfig(folder) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(folder, 'config.json');
    const found = readObject(path);
    if (found !== undefined)
        return 'problem' in found ? cannotRead(path, found.problem) : checked(path, found.value);
    if ((0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(folder) !== '.docker')
        return { config: {}, problems: [] };
    const old = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(folder), '.dockercfg');
    const legacy = readObject(old);
    if (legacy === undefined)
        return { config: {}, problems: [] };
    return 'problem' in legacy ? cannotRead(old, legacy.problem) : checked(old, { auths: legacy.value });
}
/** Undefined when there is no such file. */
function readObject(path) {
    try {
        const value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .parseJson */ .qF)((0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__/* .readFileLimitedSync */ .Ex)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .limits */ .F.configFile));
        return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) ? { value } : { problem: 'it is not a JSON object' };
    }
    catch (error) {
        if (error instanceof _bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .JsonError */ .N3 || error instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__/* .LimitError */ .oC)
            return { problem: error.message };
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (code === 'ENOENT' || code === 'ENOTDIR')
            return undefined;
        return { problem: code === 'EACCES' ? 'this user is not allowed to read it' : `it cannot be opened (${code})` };
    }
}
function cannotRead(path, problem) {
    return { config: {}, problems: [`Cannot read ${path}: ${problem}. It is ignored`] };
}
function checked(path, file) {
    const problems = [];
    const kept = Object.entries(file).flatMap(([name, value]) => {
        if (value === null)
            return [];
        const problem = types[name]?.(value);
        if (problem === undefined)
            return [[name, name === 'auths' ? usable(value) : value]];
        problems.push(`Cannot use ${name} of ${path}: ${problem}. It is ignored`);
        return [];
    });
    const dropped = unusable(file['auths']);
    if (dropped > 0)
        problems.push(`Cannot use ${dropped} of the entries in auths of ${path}: they are not of Docker's form`);
    return { config: Object.fromEntries(kept), problems };
}
const isText = (value) => typeof value === 'string';
const text = (value) => (isText(value) ? undefined : 'it is not a string');
const texts = (value) => Array.isArray(value) && value.every(isText) ? undefined : 'it is not a list of strings';
const object = (value) => ((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) ? undefined : 'it is not an object');
const objectOf = (check, what) => (value) => (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(value) && Object.values(value).every((member) => check(member) === undefined)
    ? undefined
    : `it is not an object of ${what}`;
const textObject = objectOf(text, 'strings');
/** Docker refuses the whole file for one member of another type. */
const types = {
    auths: object,
    credsStore: text,
    credHelpers: textObject,
    currentContext: text,
    cliPluginsExtraDirs: texts,
    HttpHeaders: textObject,
    proxies: objectOf(textObject, 'objects of strings'),
    plugins: objectOf(textObject, 'objects of strings'),
    aliases: textObject,
    features: textObject,
    detachKeys: text,
    psFormat: text,
    imagesFormat: text,
    networksFormat: text,
    pluginsFormat: text,
    volumesFormat: text,
    statsFormat: text,
    serviceInspectFormat: text,
    servicesFormat: text,
    tasksFormat: text,
    secretFormat: text,
    configFormat: text,
    nodesFormat: text,
};
/** The entries of `auths` that Docker can read. */
function usable(auths) {
    return Object.fromEntries(Object.entries((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(auths) ? auths : {}).filter(([, entry]) => isEntry(entry)));
}
function unusable(auths) {
    return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(auths) ? Object.values(auths).filter((entry) => !isEntry(entry)).length : 0;
}
function isEntry(entry) {
    if (textObject(entry) !== undefined || !(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_1__/* .isObject */ .Gv)(entry))
        return false;
    const { auth } = entry;
    // "Invalid auth configuration file" is what Docker says of the whole file for one that has no colon in it.
    return !isText(auth) || auth === '' || Buffer.from(auth, 'base64').includes(':');
}


/***/ }),

/***/ 49495:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ formatSeconds),
/* harmony export */   a: () => (/* binding */ formatDuration)
/* harmony export */ });
/** Milliseconds for people: `8 s`, `4 min 30 s`, `2 h 5 min`. */
function formatDuration(milliseconds) {
    const seconds = Math.round(milliseconds / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const parts = hours > 0
        ? [
            [hours, 'h'],
            [minutes, 'min'],
        ]
        : [
            [minutes, 'min'],
            [seconds % 60, 's'],
        ];
    const told = parts.filter(([count]) => count !== 0);
    return told.length === 0 ? '0 s' : told.map((part) => part.join(' ')).join(' ');
}
/** Milliseconds of a step for people: tenths of a second up to 100 seconds, then as `formatDuration`. */
function formatSeconds(milliseconds) {
    return milliseconds < 99_950 ? `${(milliseconds / 1000).toFixed(1)} s` : formatDuration(milliseconds);
}


/***/ }),

/***/ 80762:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ isCompressed),
/* harmony export */   j: () => (/* binding */ decompressed)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _through_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(29124);



const magics = [
    { kind: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
    { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
    { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
    { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];
/** Whether content that begins with `start`, 6 bytes at least, is compressed. */
function isCompressed(start) {
    return compressionOf(start) !== 'none';
}
/** How content that begins with `start` is compressed; 6 bytes decide. */
function compressionOf(start) {
    return magics.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))?.kind ?? 'none';
}
/**
 * `source` without its compression, which its first bytes tell; other content passes through.
 * Throws `archive-invalid` for damaged content, `archive-unsupported` for xz of a rare kind. `what` begins the message.
 */
async function* decompressed(source, what) {
    const iterator = source[Symbol.asyncIterator]();
    try {
        const { head, start } = await begin(iterator);
        yield* decoded(compressionOf(start), concat(head, iterator), what);
    }
    finally {
        await iterator.return?.();
    }
}
/** An error of the source passes as it is. */
async function* decoded(compression, source, what) {
    let failed;
    async function* watched() {
        try {
            yield* source;
        }
        catch (error) {
            failed = { error };
            throw error;
        }
    }
    try {
        yield* decoders[compression](watched(), what);
    }
    catch (cause) {
        if (failed !== undefined)
            throw failed.error;
        if (cause instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ)
            throw cause;
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('archive-invalid', `${what}: ${(0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(cause)}`, { cause });
    }
}
/** The first chunks of a source until they have 6 bytes. */
async function begin(iterator) {
    const head = [];
    let length = 0;
    while (length < 6) {
        const { value, done } = await iterator.next();
        if (done)
            break;
        head.push(value);
        length += value.length;
    }
    return { head, start: Buffer.concat(head).subarray(0, 6) };
}
async function* concat(head, rest) {
    yield* head;
    for (let next = await rest.next(); !next.done; next = await rest.next())
        yield next.value;
}
/** The last two are loaded when they are needed. */
const decoders = {
    none: (source) => source,
    gzip: (source) => (0,_through_js__WEBPACK_IMPORTED_MODULE_2__/* .through */ .s)(source, node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createGunzip({ chunkSize: 128 * 1024 })),
    zstd: (source, what) => (0,_through_js__WEBPACK_IMPORTED_MODULE_2__/* .through */ .s)(source, createUnzstd(what)),
    bzip2: async function* (source) {
        const { bunzip2 } = await __webpack_require__.e(/* import() */ 440).then(__webpack_require__.bind(__webpack_require__, 85440));
        yield* bunzip2(source);
    },
    xz: async function* (source, what) {
        const { unxz } = await __webpack_require__.e(/* import() */ 507).then(__webpack_require__.bind(__webpack_require__, 42507));
        yield* unxz(source, what);
    },
};
/** Node.js has zstd from 22.15 and 23.8 on. */
function createUnzstd(what) {
    if (typeof (node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createZstdDecompress) === 'function')
        return node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createZstdDecompress();
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('archive-unsupported', `${what}: it is compressed with zstd, which this Node.js does not have`, {
        hint: 'Compress it with gzip, or unpack it before the build and COPY the folder.',
    });
}


/***/ }),

/***/ 73948:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  pJ: () => (/* binding */ endOf),
  sB: () => (/* binding */ readTar),
  Gk: () => (/* binding */ tarLimits)
});

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
;// CONCATENATED MODULE: ./src/tree/archive/block-reader.ts
/** Reads `source`, of which there may be `most` bytes. Throws `fail` of one that is longer or is cut short. */
function blockReader(source, fail, most) {
    const iterator = source[Symbol.asyncIterator]();
    let chunk = new Uint8Array();
    let position = 0;
    const more = async () => {
        while (chunk.length === 0) {
            const next = await iterator.next();
            if (next.done)
                return false;
            chunk = next.value;
        }
        return true;
    };
    const consume = (size) => {
        const part = chunk.subarray(0, size);
        chunk = chunk.subarray(part.length);
        position += part.length;
        if (position > most)
            throw fail(`it unpacks to more than ${most} bytes`);
        return part;
    };
    return {
        position: () => position,
        close: async () => {
            await iterator.return?.();
        },
        take: async (size) => {
            if (chunk.length >= size) {
                const part = consume(size);
                return Buffer.from(part.buffer, part.byteOffset, part.length);
            }
            const parts = [];
            for (let left = size; left > 0;) {
                if (!(await more())) {
                    if (left === size)
                        return undefined;
                    throw fail('it is cut short');
                }
                const part = consume(left);
                parts.push(part);
                left -= part.length;
            }
            return Buffer.concat(parts);
        },
        skip: async (size) => {
            for (let left = size; left > 0;) {
                if (!(await more()))
                    throw fail('it is cut short');
                left -= consume(left).length;
            }
        },
    };
}

;// CONCATENATED MODULE: ./src/tree/archive/tar-entry.ts
/** The records of an extended header; those of GNU are for one long name each. */
function recordsOf(flag, data, fail) {
    return flag === 'x' || flag === 'g'
        ? parseRecords(data, fail)
        : new Map([[flag === 'L' ? 'path' : 'linkpath', upToNul(data)]]);
}
/** PAX records: `<length> <key>=<value>\n`, the value being any bytes. */
function parseRecords(data, fail) {
    const records = new Map();
    for (let start = 0; start < data.length;) {
        const space = data.indexOf(0x20, start);
        const length = space === -1 || space - start > 10 ? Number.NaN : Number(data.toString('latin1', start, space));
        const equals = data.indexOf(0x3d, space);
        const end = start + length;
        if (!(Number.isInteger(length) && equals > space && equals < end && end <= data.length && data[end - 1] === 0x0a)) {
            throw fail('it has a damaged PAX header');
        }
        records.set(data.toString('utf8', space + 1, equals), data.subarray(equals + 1, end - 1));
        start = end;
    }
    return records;
}
const types = {
    '0': 'file',
    '1': 'link',
    '2': 'symlink',
    '3': 'character-device',
    '4': 'block-device',
    '5': 'directory',
    '6': 'fifo',
    '7': 'file',
};
/** What a header of type `flag` says, with `records` of extended headers in place of its own fields; undefined for what is no file. */
function toEntry(header, flag, { records, offset, fail, }) {
    const text = (key) => records.get(key)?.toString('utf8');
    const number = (key) => {
        const value = text(key);
        return value === undefined ? undefined : Number(value);
    };
    const ustar = header.toString('latin1', 257, 263) === 'ustar\0';
    const prefix = ustar ? textAt(header, 345, 155) : '';
    const plain = textAt(header, 0, 100);
    const name = text('path') ?? (prefix === '' ? plain : `${prefix}/${plain}`);
    if (flag === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.')))
        throw fail(`${text('GNU.sparse.name') ?? name} is stored as a sparse file`, 'Create the archive without `--sparse` (`-S`). Compressed, it is as small.');
    const written = types[flag];
    // Other flags are comments of some vendor (V: volume label, D: directory list).
    if (written === undefined)
        return undefined;
    // Old archives have no flag for directories, only the slash.
    const type = written === 'file' && name.endsWith('/') ? 'directory' : written;
    const linkTo = text('linkpath') ?? textAt(header, 157, 100);
    const node = {
        type: type === 'link' ? 'file' : type,
        mode: numberAt(header, 100, 8) & 0o7777,
        uid: number('uid') ?? numberAt(header, 108, 8),
        gid: number('gid') ?? numberAt(header, 116, 8),
        mtime: Math.floor((number('mtime') ?? numberAt(header, 136, 12)) * 1000),
        size: type === 'file' ? (number('size') ?? numberAt(header, 124, 12)) : 0,
        ...(type === 'symlink' ? { target: linkTo } : {}),
        ...(type.endsWith('-device')
            ? { device: { major: numberAt(header, 329, 8), minor: numberAt(header, 337, 8) } }
            : {}),
        ...xattrsOf(records),
    };
    if (![node.uid, node.gid, node.size].every((value) => Number.isSafeInteger(value) && value >= 0) ||
        Number.isNaN(node.mtime)) {
        throw fail(`the header of ${name} has a number that is none`);
    }
    return { name, node, offset, ...(type === 'link' ? { linkTo } : {}) };
}
function xattrsOf(records) {
    const prefix = 'SCHILY.xattr.';
    const found = [...records].filter(([key]) => key.startsWith(prefix));
    // Copied, so that nothing of the archive around them is kept.
    return found.length === 0
        ? {}
        : { xattrs: new Map(found.map(([key, value]) => [key.slice(prefix.length), Buffer.from(value)])) };
}
/** The bytes that follow the header. Links and devices have none, whatever their size says; old tars gave links the size of their file. */
function contentSize(entry, flag, size, fail) {
    const stored = entry === undefined ? size : entry.node.type === 'file' && flag !== '1' ? entry.node.size : 0;
    if (!Number.isSafeInteger(stored) || stored < 0)
        throw fail('an entry has an impossible size');
    return stored;
}
/** Throws `fail` of a header that is none. */
function assertChecksum(header, fail) {
    let sum = 8 * 0x20;
    for (const byte of header)
        sum += byte;
    for (const byte of header.subarray(148, 156))
        sum -= byte;
    if (sum !== numberAt(header, 148, 8))
        throw fail('it is damaged or not a tar archive (wrong header checksum)');
}
/** A number in octal text or, with the first bit set, in binary (GNU, for what octal cannot hold). */
function numberAt(header, start, length) {
    const first = header[start] ?? 0;
    if (first < 0x80)
        return octalAt(header, start, start + length);
    let value = first === 0xff ? -1 : first & 0x3f;
    for (const byte of header.subarray(start + 1, start + length))
        value = value * 256 + byte;
    return value;
}
/** Octal digits with blanks before them, up to the first other byte; 0 where there are none, and NaN for what is no number. */
function octalAt(header, start, end) {
    let at = start;
    while (at < end && header[at] === 0x20)
        at += 1;
    const begun = at;
    let value = 0;
    for (let digit = digitAt(header, at); at < end && digit !== undefined; digit = digitAt(header, at)) {
        value = value * 8 + digit;
        at += 1;
    }
    return at > begun || at === end || header[at] === 0 ? value : Number.NaN;
}
function digitAt(header, at) {
    const digit = (header[at] ?? 0) - 0x30;
    return digit >= 0 && digit < 8 ? digit : undefined;
}
function textAt(header, start, length) {
    return upToNul(header.subarray(start, start + length)).toString('utf8');
}
function upToNul(data) {
    const end = data.indexOf(0);
    return end === -1 ? data : data.subarray(0, end);
}

;// CONCATENATED MODULE: ./src/tree/archive/read-tar.ts



/** Far more than any real image has; a small file that unpacks to more is an attack or a mistake. */
const tarLimits = {
    entries: 1_000_000,
    bytes: 256 * 2 ** 30,
    names: 256 * 2 ** 20,
    attributes: 16 * 2 ** 20,
};
/** Bytes of all headers that say more of one entry, and of all that say more of every entry. */
const mostExtended = 1024 * 1024;
const block = 512;
/** Where the content of an entry ends in the uncompressed archive, in bytes; 0 for no entry. */
function endOf(entry) {
    return entry === undefined ? 0 : entry.offset + entry.node.size;
}
const nothing = { records: new Map(), size: 0 };
/**
 * The entries of an uncompressed tar archive in order; the content of each is passed over.
 * Throws `archive-invalid` for what is damaged, cut short, or over the limits, `archive-unsupported` for sparse files. `what` begins
 * the message.
 */
async function* readTar(source, what, limits = tarLimits) {
    const fail = (found, hint) => new action_error/* ActionError */.lZ(hint === undefined ? 'archive-invalid' : 'archive-unsupported', `${what}: ${found}`, {
        hint: hint ?? 'Create the archive again, or check how it was downloaded.',
    });
    const reader = blockReader(source, fail, limits.bytes);
    const budget = createBudget(limits, fail);
    let extended = nothing;
    let global = nothing;
    try {
        for (;;) {
            const header = await reader.take(block);
            // An archive ends with two blocks of zeros; like others we take one, and the end of the file, for the end.
            if (header === undefined || header.every((byte) => byte === 0))
                break;
            assertChecksum(header, fail);
            const flag = String.fromCharCode(header[156] || 0x30);
            const size = numberAt(header, 124, 12);
            if ('xgLK'.includes(flag)) {
                const { records, size: before } = flag === 'g' ? global : extended;
                if (!(size >= 0))
                    throw fail('a header has an impossible size');
                if (before + size > mostExtended)
                    throw fail(`it has extended headers of ${before + size} bytes`);
                const data = await reader.take(size);
                await reader.skip(padding(size));
                if (data === undefined)
                    throw fail('it ends inside a header');
                const more = { records: new Map([...records, ...recordsOf(flag, data, fail)]), size: before + size };
                if (flag === 'g')
                    global = more;
                else
                    extended = more;
                continue;
            }
            const entry = toEntry(header, flag, {
                records: global.size === 0 ? extended.records : new Map([...global.records, ...extended.records]),
                offset: reader.position(),
                fail,
            });
            extended = nothing;
            if (entry)
                budget(entry);
            const stored = contentSize(entry, flag, size, fail);
            const taken = Math.min(stored, limits.head ?? 0);
            const head = taken === 0 ? undefined : await reader.take(taken);
            if (taken > 0 && head === undefined)
                throw fail('it is cut short');
            if (entry)
                yield head === undefined ? entry : { ...entry, head };
            await reader.skip(stored - taken + padding(stored));
        }
    }
    finally {
        await reader.close();
    }
}
/** Throws when the entries that it is called with are more than the limits, or have together more. */
function createBudget(limits, fail) {
    let entries = 0;
    let names = 0;
    let attributes = 0;
    return ({ name, linkTo, node }) => {
        entries += 1;
        if (entries > limits.entries)
            throw fail(`it has more than ${limits.entries} entries`);
        names += name.length + (linkTo ?? node.target ?? '').length;
        if (names > limits.names)
            throw fail(`its names take more than ${limits.names} bytes`);
        for (const [key, value] of node.xattrs ?? [])
            attributes += key.length + value.length;
        if (attributes > limits.attributes)
            throw fail(`it has more than ${limits.attributes} bytes of extended attributes`);
    };
}
function padding(size) {
    return (block - (size % block)) % block;
}


/***/ }),

/***/ 29124:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ through)
/* harmony export */ });
/**
 * `source` after a Node transform (zlib). Errors of both pass as they are.
 * Written by hand, since `pipeline` and `compose` wrap or lose the source's error when the consumer stops early.
 */
async function* through(source, stream) {
    let failed;
    const feed = async () => {
        for await (const chunk of source) {
            if (stream.destroyed)
                return;
            if (!stream.write(chunk))
                await drained(stream);
        }
        stream.end();
    };
    const fed = feed().catch((error) => {
        failed = error;
        stream.destroy();
    });
    try {
        yield* stream;
    }
    catch (cause) {
        if (failed !== undefined)
            throw failed;
        throw cause;
    }
    finally {
        stream.destroy();
        await fed;
    }
}
function drained(stream) {
    return new Promise((done) => {
        const stop = () => {
            stream.off('drain', stop);
            stream.off('close', stop);
            done();
        };
        stream.once('drain', stop);
        stream.once('close', stop);
        if (stream.destroyed)
            stop();
    });
}


/***/ }),

/***/ 55595:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ toItsEnd)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);

/**
 * Does `work` with `source`, and then reads what that left of it, because a source that checks a digest can do so only at its end:
 * an archive may end before its file does. So is a broken archive told from one that was changed on its way, whose error the source has.
 */
async function toItsEnd(source, work) {
    const iterator = source[Symbol.asyncIterator]();
    // Without `return`, so that nobody below closes it.
    const left = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
    try {
        const done = await work(left);
        await passOver(left);
        return done;
    }
    catch (error) {
        if (error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ && error.code === 'archive-invalid')
            await passOver(left);
        throw error;
    }
    finally {
        await iterator.return?.();
    }
}
async function passOver(source) {
    for await (const _ of source) {
        // Whoever sent it looks at it as it passes.
    }
}


/***/ }),

/***/ 92337:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ toWriteError),
/* harmony export */   x: () => (/* binding */ diskFull)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _errors_cancelled_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38448);


/**
 * What went wrong while `dest` was written: errors of the file system as `disk-full` or `output-unwritable`, a stop as `cancelled`;
 * others, of the content and the registry, stay as they are.
 */
function toWriteError(thrown, dest) {
    if (thrown instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ || !(thrown instanceof Error))
        return thrown;
    if (thrown.name === 'AbortError') {
        return (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_1__/* .cancelled */ .K)(`writing ${dest}`, thrown);
    }
    const { code, syscall } = thrown;
    if (code === undefined || syscall === undefined)
        return thrown;
    if ((0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .isDiskFull */ .b$)(thrown))
        return diskFull(`Cannot write ${dest}: no space is left on its disk`, thrown);
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('output-unwritable', `Cannot write ${dest}: ${(0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .messageOf */ .bD)(thrown)}`, {
        hint: 'Give the user of this job the right to write there, or name another place in `outputs`.',
        cause: thrown,
    });
}
/** `disk-full`, with `message`. */
function diskFull(message, cause) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('disk-full', message, {
        hint: 'Free some space there, or write to another disk.',
        ...(cause === undefined ? {} : { cause }),
    });
}


/***/ }),

/***/ 88253:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ createChildren)
/* harmony export */ });
/* harmony import */ var _path_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(56805);

/** Found out from all `paths` when it is first asked for: most trees are only looked up in, and it takes as much memory as they do. */
function createChildren(paths) {
    let folders;
    const insert = (into, path) => {
        if (path === '')
            return;
        const parent = (0,_path_js__WEBPACK_IMPORTED_MODULE_0__/* .parentOf */ .gN)(path);
        const names = into.get(parent);
        if (names)
            names.add((0,_path_js__WEBPACK_IMPORTED_MODULE_0__/* .nameOf */ .Vb)(path));
        else
            into.set(parent, new Set([(0,_path_js__WEBPACK_IMPORTED_MODULE_0__/* .nameOf */ .Vb)(path)]));
    };
    return {
        of: (folder) => {
            if (folders === undefined) {
                folders = new Map();
                for (const path of paths())
                    insert(folders, path);
            }
            return folders.get(folder);
        },
        add: (path) => folders && insert(folders, path),
        remove: (path) => {
            folders?.delete(path);
            folders?.get((0,_path_js__WEBPACK_IMPORTED_MODULE_0__/* .parentOf */ .gN)(path))?.delete((0,_path_js__WEBPACK_IMPORTED_MODULE_0__/* .nameOf */ .Vb)(path));
        },
    };
}


/***/ }),

/***/ 43540:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ indexLayer),
/* harmony export */   d: () => (/* binding */ layersTree)
/* harmony export */ });
/* harmony import */ var _archive_decompress_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(80762);
/* harmony import */ var _archive_read_tar_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73948);
/* harmony import */ var _archive_to_its_end_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(55595);
/* harmony import */ var _children_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(88253);
/* harmony import */ var _path_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(56805);
/* harmony import */ var _resolve_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(86900);
/* harmony import */ var _spool_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(10231);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(15942);








/** Reads the headers of a layer in one pass; of its content nothing is kept, but what `keep` makes of the heads. */
async function indexLayer(layer, { limits = _archive_read_tar_js__WEBPACK_IMPORTED_MODULE_1__/* .tarLimits */ .Gk, keep = (entry) => entry, onContent } = {}) {
    const what = `Cannot read layer ${layer.name}`;
    return (0,_archive_to_its_end_js__WEBPACK_IMPORTED_MODULE_2__/* .toItsEnd */ .l)(await layer.open(), async (source) => {
        const entries = [];
        const content = (0,_archive_decompress_js__WEBPACK_IMPORTED_MODULE_0__/* .decompressed */ .j)(source, what);
        for await (const entry of (0,_archive_read_tar_js__WEBPACK_IMPORTED_MODULE_1__/* .readTar */ .sB)(onContent ? seen(content, onContent) : content, what, limits)) {
            const { name, node, offset, linkTo } = keep(entry);
            const own = { name, node, offset, layer: layer.name };
            entries.push(linkTo === undefined ? own : { ...own, linkTo });
        }
        return entries;
    });
}
async function* seen(source, onPiece) {
    for await (const piece of source) {
        onPiece(piece);
        yield piece;
    }
}
/**
 * The file system that `layers` make, applied in order with their whiteouts. Reading headers is all it does at first; when the content of
 * a file is wanted, the layer that has it is unpacked once to `temporary`.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets
 */
async function layersTree(layers, temporary, options = {}) {
    const indexes = await Promise.all(layers.map(options.index ?? ((layer) => indexLayer(layer))));
    const merged = createMerge();
    for (const index of indexes)
        await merged.apply(index);
    const spools = new Map();
    for (const [number, { open, name }] of layers.entries()) {
        const size = (0,_archive_read_tar_js__WEBPACK_IMPORTED_MODULE_1__/* .endOf */ .pJ)(indexes[number]?.at(-1));
        spools.set(name, (0,_spool_js__WEBPACK_IMPORTED_MODULE_6__/* .spool */ .k)(open, { folder: temporary, what: `Cannot read layer ${name}`, size: () => size }));
    }
    return {
        lstat: async (path) => merged.nodes.get(path)?.node,
        list: async (path) => [...(merged.children.of(path) ?? [])].sort(_path_js__WEBPACK_IMPORTED_MODULE_4__/* .compareBytes */ .Xo),
        open: async (path) => {
            const { node, layer = '', offset } = merged.nodes.get(path) ?? {};
            const open = spools.get(layer);
            if (node?.type !== 'file' || open === undefined || offset === undefined)
                throw new Error(`The image has no file ${path}`);
            return open(offset, node.size);
        },
        nodes: function* () {
            for (const [path, { node }] of merged.nodes)
                yield [path, node];
        },
    };
}
const whiteout = '.wh.';
const opaque = '.wh..wh..opq';
function createMerge() {
    const nodes = new Map([['', { node: _tree_js__WEBPACK_IMPORTED_MODULE_7__/* .rootNode */ .bP }]]);
    const children = (0,_children_js__WEBPACK_IMPORTED_MODULE_3__/* .createChildren */ .A)(() => nodes.keys());
    const remove = (path) => {
        if (nodes.get(path)?.node.type === 'directory') {
            for (const name of children.of(path) ?? [])
                remove((0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .joinPath */ .uJ)(path, name));
        }
        children.remove(path);
        nodes.delete(path);
    };
    const put = (path, stored) => {
        const before = nodes.get(path);
        if (before && !(before.node.type === 'directory' && stored.node.type === 'directory'))
            remove(path);
        nodes.set(path, stored);
        children.add(path);
    };
    const lookup = { lstat: async (path) => nodes.get(path)?.node };
    const apply = async (index) => {
        const own = new Set();
        // Files of a folder follow each other: its path is resolved once, until something that could change it.
        let last;
        for (const entry of index) {
            const written = (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .cleanPath */ .ts)(entry.name);
            const name = (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .nameOf */ .Vb)(written);
            const parent = (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .parentOf */ .gN)(written);
            if (last?.written !== parent)
                last = { written: parent, folder: await (0,_resolve_js__WEBPACK_IMPORTED_MODULE_5__/* .resolvePath */ .o)(lookup, parent) };
            const { folder } = last;
            const path = folder === parent ? written : (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .joinPath */ .uJ)(folder, name);
            const isPlain = entry.node.type === 'file' && entry.linkTo === undefined && !name.startsWith(whiteout);
            if (!isPlain || nodes.get(path)?.node.type === 'symlink')
                last = undefined;
            if (name === opaque) {
                // Hides what lower layers have in the folder, not what this one put there.
                for (const child of [...(children.of(folder) ?? [])])
                    hide((0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .joinPath */ .uJ)(folder, child), own);
                continue;
            }
            if (name.startsWith(whiteout)) {
                if (name.startsWith('.wh..wh.'))
                    continue;
                const hidden = (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .joinPath */ .uJ)(folder, name.slice(whiteout.length));
                if (!own.has(hidden))
                    remove(hidden);
                continue;
            }
            const isBelowOwn = own.has(folder) && nodes.get(folder)?.node.type === 'directory';
            for (const above of isBelowOwn ? [] : (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .ancestorsOf */ .Gw)(path)) {
                if (nodes.get(above)?.node.type !== 'directory')
                    put(above, { node: _tree_js__WEBPACK_IMPORTED_MODULE_7__/* .rootNode */ .bP });
                own.add(above);
            }
            own.add(path);
            put(path, entry.linkTo === undefined ? entry : linked(entry.linkTo, entry));
        }
    };
    const hide = (path, own) => {
        if (!own.has(path))
            remove(path);
        else
            for (const child of [...(children.of(path) ?? [])])
                hide((0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .joinPath */ .uJ)(path, child), own);
    };
    /** A hard link is one more name of what is there already; both names get the same inode. */
    const linked = (linkTo, entry) => {
        const target = (0,_path_js__WEBPACK_IMPORTED_MODULE_4__/* .cleanPath */ .ts)(linkTo);
        const first = nodes.get(target);
        if (first === undefined)
            return entry;
        const inode = first.node.inode ?? Symbol(target);
        const shared = { ...first, node: { ...first.node, inode } };
        nodes.set(target, shared);
        return shared;
    };
    return { nodes, children, apply };
}


/***/ }),

/***/ 56805:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gw: () => (/* binding */ ancestorsOf),
/* harmony export */   Vb: () => (/* binding */ nameOf),
/* harmony export */   Xo: () => (/* binding */ compareBytes),
/* harmony export */   gN: () => (/* binding */ parentOf),
/* harmony export */   ts: () => (/* binding */ cleanPath),
/* harmony export */   uJ: () => (/* binding */ joinPath)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);

// Paths inside a tree: `/`-separated, relative to the tree's root, without `.`, `..` and empty parts; the root is ''.
/** The longest name and path that Linux takes, in bytes (NAME_MAX, PATH_MAX). */
const longest = { name: 255, path: 4096 };
/**
 * `text` as a path inside a tree. `..` stops at the root, as in a chroot, so that no text leads out of it.
 * Throws `path-invalid` for a NUL character and for what no Linux file system can hold.
 */
function cleanPath(text) {
    const parts = [];
    for (const part of text.split('/')) {
        if (part === '' || part === '.')
            continue;
        if (part === '..')
            parts.pop();
        else
            parts.push(part);
    }
    const joined = parts.join('/');
    // Most are clean already, and the same text need not be there twice.
    const path = joined === text ? text : joined;
    if (path.includes('\0'))
        throw invalid(path.replaceAll('\0', '\\0'), 'it has a NUL character');
    if (path.length * 3 > longest.name)
        assertLengths(path, parts);
    return path;
}
/** `name`, itself cleaned, below `folder`. */
function joinPath(folder, name) {
    return folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
}
/** The path of the folder that holds `path`; the root holds itself. */
function parentOf(path) {
    return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
/** The last name of `path`. */
function nameOf(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}
/** The folders above `path`, outermost first, without the root. */
function ancestorsOf(path) {
    const found = [];
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
        found.push(path.slice(0, slash));
    }
    return found;
}
/** Orders text by its UTF-8 bytes, as Go and the file systems do: JavaScript's own order puts U+E000…U+FFFF after the planes above. */
function compareBytes(left, right) {
    const length = Math.min(left.length, right.length);
    for (let index = 0; index < length; index += 1) {
        const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
        if (a !== b)
            return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
    }
    return left.length - right.length;
}
function isSurrogate(unit) {
    return unit >= 0xd800 && unit <= 0xdfff;
}
function assertLengths(path, parts) {
    if (Buffer.byteLength(path) >= longest.path)
        throw invalid(path, `it is longer than ${longest.path - 1} bytes`);
    const part = parts.find((name) => Buffer.byteLength(name) > longest.name);
    if (part !== undefined)
        throw invalid(path, `"${shorten(part)}" is longer than ${longest.name} bytes`);
}
function invalid(path, why) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('path-invalid', `Cannot use the path "${shorten(path)}": ${why}`);
}
function shorten(text) {
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}


/***/ }),

/***/ 86900:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ follow),
/* harmony export */   o: () => (/* binding */ resolvePath)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _path_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(56805);


/** As many links as Linux follows would be 40; Go's RootPath, which BuildKit uses, gives up after 255. */
const mostLinks = 255;
/**
 * The path that `path` is after all symbolic links, those of its last name too, each resolved inside the root: an absolute target
 * starts at the root, `..` stops there. Names that do not exist are kept, so the result may be something to create.
 * Throws `path-invalid` when links lead in a circle.
 */
async function resolvePath(tree, path) {
    const rest = split(path);
    let resolved = '';
    let links = 0;
    for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
        if (part === '..') {
            resolved = (0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .parentOf */ .gN)(resolved);
            continue;
        }
        const next = (0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .joinPath */ .uJ)(resolved, part);
        const node = await tree.lstat(next);
        if (node?.type !== 'symlink') {
            resolved = next;
            continue;
        }
        links += 1;
        if (links > mostLinks)
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('path-invalid', `Cannot follow ${path}: its symbolic links form a loop`, {
                hint: 'Remove the loop, or use another path.',
            });
        const target = node.target ?? '';
        if (target.startsWith('/'))
            resolved = '';
        rest.push(...split(target));
    }
    return (0,_path_js__WEBPACK_IMPORTED_MODULE_1__/* .cleanPath */ .ts)(resolved);
}
/** What `path` is with all links followed, and where; undefined when there is nothing. */
async function follow(tree, path) {
    const resolved = await resolvePath(tree, path);
    const node = await tree.lstat(resolved);
    return node && { path: resolved, node };
}
/** The parts of a path, last first; `..` is kept since what it means depends on the links before it. */
function split(path) {
    return path
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .reverse();
}


/***/ }),

/***/ 10231:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ spool)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(46466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(22714);
/* harmony import */ var _host_free_space_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(48121);
/* harmony import */ var _archive_decompress_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(80762);
/* harmony import */ var _archive_to_its_end_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(55595);
/* harmony import */ var _archive_write_failure_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(92337);










/**
 * Access to any part of a compressed archive: at the first request it is unpacked once to a file. Nothing is read before.
 * Throws `disk-full` where there is no room for it, before anything is written if the system can tell.
 */
function spool(open, options) {
    const { folder, what, size: needed, free = _host_free_space_js__WEBPACK_IMPORTED_MODULE_6__/* .freeSpace */ .F } = options;
    let spooled;
    const unpack = async () => {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)(folder, { recursive: true });
        const size = needed();
        const room = await free(folder);
        if (room !== undefined && size > room) {
            throw (0,_archive_write_failure_js__WEBPACK_IMPORTED_MODULE_9__/* .diskFull */ .x)(`${what}: it unpacks to ${size} bytes, and ${room} are free in ${folder}`);
        }
        const file = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(folder, `${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.tar`);
        // Opened first: a stream that fails before its file is open would make the file after it was removed.
        const target = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.open)(file, 'wx');
        try {
            await (0,_archive_to_its_end_js__WEBPACK_IMPORTED_MODULE_8__/* .toItsEnd */ .l)(await open(), (source) => (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(first(size, (0,_archive_decompress_js__WEBPACK_IMPORTED_MODULE_7__/* .decompressed */ .j)(source, what)), target.createWriteStream()));
        }
        catch (error) {
            // Closed already, unless no stream was made of it.
            await target.close().catch(() => undefined);
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(file, { force: true });
            throw (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .isDiskFull */ .b$)(error) ? (0,_archive_write_failure_js__WEBPACK_IMPORTED_MODULE_9__/* .diskFull */ .x)(`${what}: no space is left in ${folder}`, error) : error;
        }
        return file;
    };
    return async (offset, size) => {
        spooled ??= unpack();
        const file = await spooled;
        if (size === 0)
            return none();
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createReadStream)(file, { start: offset, end: offset + size - 1, highWaterMark: 256 * 1024 });
    };
}
/** The first `size` bytes of `source`, which is read to its end: the checksum of its compression is there. */
async function* first(size, source) {
    let left = size;
    for await (const chunk of source) {
        if (left > 0)
            yield chunk.subarray(0, left);
        left -= chunk.length;
    }
}
async function* none() { }


/***/ }),

/***/ 15942:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bP: () => (/* binding */ rootNode),
/* harmony export */   "in": () => (/* binding */ emptyTree),
/* harmony export */   nI: () => (/* binding */ lazyTree)
/* harmony export */ });
/** The tree of `FROM scratch`. */
const emptyTree = {
    lstat: async (path) => (path === '' ? rootNode : undefined),
    list: async () => [],
    open: async (path) => {
        throw new Error(`An empty tree has no file ${path}`);
    },
};
/** What stands for a root that nobody described. */
const rootNode = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0 };
/** A tree that is made when something in it is first asked for: the layers of a base are read only when a decision needs them. */
function lazyTree(make) {
    let made;
    const tree = () => {
        made ??= make();
        return made;
    };
    return {
        lstat: async (path) => (await tree()).lstat(path),
        list: async (path) => (await tree()).list(path),
        open: async (path) => (await tree()).open(path),
    };
}


/***/ }),

/***/ 69972:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  g: () => (/* binding */ checkFiles),
  U: () => (/* binding */ findMismatches)
});

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
;// CONCATENATED MODULE: ./src/verify/foreign.ts
/** Architectures that a machine executes natively besides its own. Not every arm64 machine runs arm binaries. */
const alsoRuns = { amd64: ['386'], mips64: ['mips'], mips64le: ['mipsle'] };
/** Whether the platform's machines start the program. */
function runsOn(program, { os, architecture }) {
    const format = os === 'windows' ? 'PE' : os === 'darwin' ? 'Mach-O' : 'ELF';
    const accepted = [architecture, ...(alsoRuns[architecture] ?? [])];
    return program.format === format && program.architectures.some((one) => accepted.includes(one));
}
/**
 * Whether a program that lies in an image, and is not what it starts, looks like a mistake. Not when it is of another
 * system's format (wheels and npm packages bring those along), when its path says what it is for, and when it is an
 * emulator.
 */
function isForeign(path, program, platform) {
    if (runsOn(program, platform))
        return false;
    const elsewhere = platform.os === 'windows' ? 'PE' : platform.os === 'darwin' ? 'Mach-O' : 'ELF';
    if (program.format !== elsewhere)
        return false;
    // 32-bit libraries beside 64-bit ones are usual there too.
    if (platform.architecture === 'arm64' && program.architectures.includes('arm'))
        return false;
    return !isByDesign(path, program);
}
const names = {
    '386': /^(?:386|i[3-6]86|ia32|x86|x32)$/,
    amd64: /^(?:amd64|x86_64|x64|linux64|win64|x86-64)$/,
    arm: /^(?:arm|arm32|armhf|armel|armv[5-7][a-z]*|arm32v[5-7]|arm6|arm7|armeabi|gnueabihf|gnueabi|musleabihf)$/,
    arm64: /^(?:arm64|aarch64|armv8|arm64v8)$/,
    loong64: /^(?:loong64|loongarch64)$/,
    mips: /^mips(?:32)?$/,
    mips64: /^mips64$/,
    mips64le: /^mips64(?:le|el)$/,
    mipsle: /^mips(?:le|el)$/,
    ppc64: /^(?:ppc64|powerpc64)$/,
    ppc64le: /^(?:ppc64le|ppc64el|powerpc64le)$/,
    riscv64: /^riscv64$/,
    s390x: /^s390x$/,
};
/** Folders that hold what is not meant to be run here. */
const kept = new Set(['testdata', 'fixtures', 'prebuilds', 'prebuilt', 'sysroot', 'firmware', 'grub', 'syslinux']);
function isByDesign(path, { architectures }) {
    const parts = path.toLowerCase().split('/');
    const name = parts.at(-1) ?? '';
    if (/^qemu-[a-z0-9_]+(?:-static)?$/.test(name) || name === '.buildkit_qemu_emulator')
        return true;
    if (parts.some((part) => kept.has(part)))
        return true;
    // `x86_64-linux-gnu`, `linux-x64`, `app.arm64`, `linux_amd64`: the words of a path, with and without "_" as a letter.
    const words = new Set(parts.flatMap((part) => [part, ...part.split(/[^a-z0-9_]+/), ...part.split(/[^a-z0-9]+/)]));
    return architectures.some((architecture) => [...words].some((word) => names[architecture]?.test(word)));
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/tree/resolve.ts
var resolve = __webpack_require__(86900);
// EXTERNAL MODULE: ./src/verify/scan.ts + 1 modules
var scan = __webpack_require__(10770);
;// CONCATENATED MODULE: ./src/verify/starts.ts



const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Scripts may be run by scripts, but not without end. */
const longestChain = 8;
/**
 * What the image would start, as far as its files are known: the first word of entrypoint and command, the files that
 * their other words name, and of each the interpreter or the loader.
 */
async function findStarts(tree, execution) {
    const [first, ...others] = commandOf(execution);
    if (first === undefined)
        return [];
    const program = await locate(tree, first, execution);
    const starts = await chain(tree, program ?? first, 'the entrypoint');
    for (const word of others.filter((one) => /^\.{0,2}\//.test(one))) {
        const path = await locate(tree, word, execution);
        if (path !== undefined)
            starts.push(...(await chain(tree, path, `an argument of ${first}`)));
    }
    return starts;
}
/** The words that are run. A command line of the shell counts as its first word, after `exec`. */
function commandOf({ Entrypoint, Cmd }) {
    const words = [...(Entrypoint ?? []), ...(Cmd ?? [])];
    const [shell = '', option, line = ''] = words;
    if (!/(?:^|\/)(?:ba|da|a)?sh$/.test(shell) || option !== '-c')
        return words;
    const [command = ''] = line
        .trim()
        .replace(/^exec\s+/, '')
        .split(/\s+/, 1);
    return [shell, ...(/^[\w./-]+$/.test(command) && command.includes('/') ? [command] : [])];
}
async function locate(tree, word, { Env, WorkingDir }) {
    const path = (Env ?? []).find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? defaultPath;
    const folders = word.includes('/') ? [WorkingDir || '/'] : path.split(':');
    for (const folder of folders) {
        const found = await (0,resolve/* follow */.e)(tree, external_node_path_.posix.resolve('/', folder, word));
        if (found && found.node.type !== 'directory')
            return found.path;
    }
    return undefined;
}
async function chain(tree, first, because) {
    const starts = [];
    let next = { path: first, because };
    while (next !== undefined && starts.length < longestChain) {
        const { path, because: reason } = next;
        const file = await (0,resolve/* follow */.e)(tree, path);
        const found = (0,scan/* foundIn */.Q)(file?.node);
        next = undefined;
        if (file === undefined)
            starts.push({ path, because: reason, found: undefined });
        if (file === undefined || found === undefined)
            break;
        starts.push({ path: file.path, because: reason, found });
        const { binary } = found;
        if (binary.kind === 'script')
            next = { path: binary.interpreter, because: `the interpreter of /${file.path}` };
        else if (binary.loader)
            next = { path: binary.loader, because: `the loader of /${file.path}` };
    }
    return starts;
}

;// CONCATENATED MODULE: ./src/verify/check-files.ts




/**
 * Finds the programs in the layers that are not for the platform: those that the image would start, and those that no name
 * and no place explains.
 */
async function findMismatches({ layers, complete, platform, execution }, { tree, files: all }) {
    if (layers.length === 0)
        return { programs: 0, mismatches: [], missing: [] };
    // Windows has drives, backslashes and its files below `Files`: for it the binaries are checked, but not the entrypoint.
    const starts = platform.os === 'windows' ? [] : await findStarts(tree, execution);
    const started = starts.flatMap(({ path, found, because }) => found?.binary.kind !== 'program' || runsOn(found.binary, platform) ? [] : [{ path, found, because }]);
    const told = new Set(started.map(({ path }) => path));
    const programs = all.filter(({ found }) => found.binary.kind === 'program');
    const others = programs.flatMap(({ path, found }) => found.binary.kind !== 'program' || told.has(path) || !isForeign(path, found.binary, platform)
        ? []
        : [{ path, found, because: undefined }]);
    const missing = starts.flatMap(({ path, found, because }) => found === undefined && complete ? [{ path, because }] : []);
    return { programs: programs.length, mismatches: [...started, ...others], missing };
}
/** More would only be the same again. */
const mostTold = 5;
/** Returns what {@link findMismatches} finds, as errors and notes. */
async function checkFiles(files, scanned) {
    const { programs, mismatches, missing: absent } = await findMismatches(files, scanned);
    const started = mismatches.filter(({ because }) => because !== undefined).length;
    const told = Math.max(started, mostTold);
    const more = mismatches.length - told;
    return {
        programs,
        problems: [
            ...mismatches.slice(0, told).map((one) => mismatch(files, one)),
            ...(more > 0 ? [andMore(more, files.platform)] : []),
        ],
        notes: absent.map((start) => missing(files, start)),
    };
}
function mismatch({ platform, sizes, origins, dockerfile }, { path, found, because }) {
    const { binary, layer } = found;
    const wanted = (0,oci_platform/* formatPlatform */.Bq)(platform);
    const origin = origins.get(layer);
    const what = binary.kind === 'program' ? `${binary.format} for ${binary.architectures.join(', ')}` : 'a script';
    const made = origin && dockerfile !== undefined ? `, from ${dockerfile}:${origin.line}: ${origin.text}` : '';
    return new action_error/* ActionError */.lZ('platform-mismatch', `Cannot use the image for ${wanted}: /${path}${because ? ` (${because})` : ''} is ${what}, expected ${platform.architecture} (layer ${layer}, ${sizes.get(layer) ?? ''}${made})`, {
        hint: 'Compile it for TARGETARCH, which requires `ARG TARGETARCH` in its stage, or copy the file of this platform. If the file is intended for another platform, put it in a directory named after its architecture, or set `verify: warn`.',
        platform: wanted,
        ...(origin && dockerfile !== undefined ? { place: { file: dockerfile, line: origin.line } } : {}),
    });
}
function missing({ platform }, start) {
    return `The image for ${(0,oci_platform/* formatPlatform */.Bq)(platform)} starts ${start.path} (${start.because}), which does not exist in it`;
}
function andMore(count, platform) {
    const wanted = (0,oci_platform/* formatPlatform */.Bq)(platform);
    return new action_error/* ActionError */.lZ('platform-mismatch', `Cannot use the image for ${wanted}: it contains ${count} more binaries of other platforms`, {
        platform: wanted,
    });
}


/***/ }),

/***/ 46351:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ checkConfiguration),
/* harmony export */   T: () => (/* binding */ readConfiguration)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _oci_parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(82614);
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1890);
/* harmony import */ var _oci_store_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(49800);




/** @throws ActionError `content-mismatch` for what is none */
async function readConfiguration({ config }, blobs, options) {
    return (0,_oci_parse_js__WEBPACK_IMPORTED_MODULE_1__/* .parseConfig */ .o4)(await (0,_oci_store_js__WEBPACK_IMPORTED_MODULE_3__/* .readSmall */ .o5)(config, blobs, options), `Cannot read the configuration ${config.digest}`);
}
/** What is wrong when the configuration says another platform than the index does. */
function checkConfiguration({ platform, config }, found) {
    if ((0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_2__/* .suits */ .Fk)(platform, found))
        return [];
    const wanted = (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_2__/* .formatPlatform */ .Bq)(platform);
    return [
        new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('platform-mismatch', `Cannot use the image for ${wanted}: its configuration (${config.digest}) declares ${(0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_2__/* .formatPlatform */ .Bq)(found)}`, {
            hint: 'Check the last FROM of the Dockerfile: a base image pinned to the digest of one platform, or a fixed `--platform`, produces such an image.',
            platform: wanted,
        }),
    ];
}


/***/ }),

/***/ 10770:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  e: () => (/* binding */ createScan),
  Q: () => (/* binding */ foundIn)
});

// EXTERNAL MODULE: ./src/tree/archive/read-tar.ts + 2 modules
var read_tar = __webpack_require__(73948);
// EXTERNAL MODULE: ./src/tree/layers.ts
var tree_layers = __webpack_require__(43540);
// EXTERNAL MODULE: ./src/tree/path.ts
var path = __webpack_require__(56805);
// EXTERNAL MODULE: ./src/tree/tree.ts
var tree = __webpack_require__(15942);
// EXTERNAL MODULE: ./src/oci/elf-machines.ts
var elf_machines = __webpack_require__(94203);
;// CONCATENATED MODULE: ./src/verify/binary.ts

/** Bytes from the start of a file that are enough for `readBinary`. */
const headSize = 4096;
/**
 * Recognizes programs and libraries by their header. Undefined for everything else: object files to be linked, bytecode
 * for any machine (.NET, BPF), machines that no platform names (GPUs, firmware).
 */
function readBinary(head) {
    if (head.length < 4)
        return undefined;
    if (head[0] === 0x23 && head[1] === 0x21)
        return readScript(head);
    if (head.readUInt32BE(0) === 0x7f454c46)
        return readElf(head);
    if (head[0] === 0x4d && head[1] === 0x5a)
        return readPe(head);
    return readMachO(head);
}
function readScript(head) {
    const line = head.toString('latin1', 2, 256).split('\n', 1)[0] ?? '';
    const interpreter = line.trim().split(/\s/, 1)[0] ?? '';
    return interpreter.startsWith('/') ? { kind: 'script', interpreter } : undefined;
}
const relocatable = 1;
const core = 4;
function readElf(head) {
    if (head.length < 52)
        return undefined;
    const [bits, big] = [head[4] === 2 ? '64' : '32', head[5] === 2];
    const short = (at) => (big ? head.readUInt16BE(at) : head.readUInt16LE(at));
    const type = short(16);
    if (type === relocatable || type === core)
        return undefined;
    const architecture = elf_machines/* elfMachines */.C[short(18)]?.[big ? `${bits}-big` : bits];
    if (architecture === undefined)
        return undefined;
    const loader = readLoader(head, { wide: bits === '64', big });
    return { kind: 'program', format: 'ELF', architectures: [architecture], ...(loader === undefined ? {} : { loader }) };
}
const interpreterSegment = 3;
/** The text of the segment PT_INTERP. https://gabi.xinuos.com/elf/07-pheader.html */
function readLoader(head, { wide, big }) {
    const short = (at) => (big ? head.readUInt16BE(at) : head.readUInt16LE(at));
    const word = (at) => (big ? head.readUInt32BE(at) : head.readUInt32LE(at));
    const long = (at) => Number(big ? head.readBigUInt64BE(at) : head.readBigUInt64LE(at));
    if (wide && head.length < 64)
        return undefined;
    const table = wide ? long(32) : word(28);
    const [size, count] = [short(wide ? 54 : 42), short(wide ? 56 : 44)];
    for (let index = 0; index < count; index += 1) {
        const at = table + index * size;
        if (at + (wide ? 56 : 32) > head.length)
            return undefined;
        if (word(at) !== interpreterSegment)
            continue;
        const start = wide ? long(at + 8) : word(at + 4);
        const length = wide ? long(at + 32) : word(at + 16);
        if (start + length > head.length)
            return undefined;
        return head.toString('utf8', start, start + length).replace(/\0.*$/s, '');
    }
    return undefined;
}
// https://learn.microsoft.com/en-us/windows/win32/debug/pe-format
const peMachines = {
    332: '386',
    448: 'arm',
    452: 'arm',
    34404: 'amd64',
    43620: 'arm64',
};
function readPe(head) {
    if (head.length < 64)
        return undefined;
    const at = head.readUInt32LE(0x3c);
    if (at + 26 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0')
        return undefined;
    const architecture = peMachines[head.readUInt16LE(at + 4)];
    if (architecture === undefined || isManaged(head, at + 24))
        return undefined;
    return { kind: 'program', format: 'PE', architectures: [architecture] };
}
/** Whether the file has a CLR header, the 15th data directory: .NET runs it on any machine, whatever the file says. */
function isManaged(head, optional) {
    const directory = optional + (head.readUInt16LE(optional) === 0x20b ? 224 : 208);
    return directory + 8 <= head.length && head.readUInt32LE(directory) !== 0;
}
// <mach-o/loader.h>, <mach-o/fat.h>, <mach/machine.h>
const machMachines = {
    7: '386',
    12: 'arm',
    16777223: 'amd64',
    16777228: 'arm64',
};
function readMachO(head) {
    if (head.length < 8)
        return undefined;
    const magic = head.readUInt32BE(0);
    if (magic === 0xcffaedfe || magic === 0xcefaedfe)
        return machO([head.readUInt32LE(4)]);
    // Java's class files begin with the same word; what follows is their version, 45 at least.
    const count = head.readUInt32BE(4);
    if (magic !== 0xcafebabe || count === 0 || count > 20 || 8 + count * 20 > head.length)
        return undefined;
    return machO(Array.from({ length: count }, (_, index) => head.readUInt32BE(8 + index * 20)));
}
function machO(types) {
    const architectures = types.flatMap((type) => machMachines[type] ?? []);
    return architectures.length === 0 ? undefined : { kind: 'program', format: 'Mach-O', architectures };
}

// EXTERNAL MODULE: ./src/verify/secrets/secret-search.ts
var secret_search = __webpack_require__(91864);
;// CONCATENATED MODULE: ./src/verify/scan.ts






/** Reads a layer in one pass; of each file only its head is kept. `name` of the source is what `Found.layer` says. */
async function scanLayer(layer, secrets) {
    const search = secrets && (0,secret_search/* searchLayer */.qH)(secrets);
    const index = await (0,tree_layers/* indexLayer */.U)(layer, {
        limits: { ...read_tar/* tarLimits */.Gk, head: headSize },
        onContent: search?.onContent,
        keep: (given) => {
            search?.onEntry(given);
            const { head, ...entry } = given;
            const binary = head && readBinary(head);
            return { ...entry, node: binary ? { ...bare.file, found: { binary, layer: layer.name } } : bareNode(entry.node) };
        },
    });
    return { index, hits: search?.hits() ?? [] };
}
const bare = {
    file: { ...tree/* rootNode */.bP, type: 'file' },
    directory: tree/* rootNode */.bP,
    symlink: { ...tree/* rootNode */.bP, type: 'symlink' },
    fifo: { ...tree/* rootNode */.bP, type: 'fifo' },
    'character-device': { ...tree/* rootNode */.bP, type: 'character-device' },
    'block-device': { ...tree/* rootNode */.bP, type: 'block-device' },
};
/** Verification asks of a file only what it is. So thousands can have one node, and take a fraction of the memory. */
function bareNode({ type, target }) {
    return target === undefined ? bare[type] : { ...bare[type], target };
}
/** What the file of a scanned tree is; undefined for what no machine runs. */
function foundIn(node) {
    return node?.found;
}
function createScan(secrets) {
    const scans = new Map();
    const scan = (layer) => once(scans, layer.name, () => scanLayer(layer, secrets));
    const trees = new Map();
    return {
        hitsIn: async (layer) => (await scan(layer)).hits,
        treeOf: (layers) => once(trees, layers.map(({ name }) => name).join(), async () => {
            const tree = await (0,tree_layers/* layersTree */.d)(layers, '', { index: async (layer) => (await scan(layer)).index });
            const files = [];
            for (const [path, node] of tree.nodes()) {
                const found = foundIn(node);
                if (found)
                    files.push({ path, found });
            }
            return { tree, files: files.sort((one, other) => (0,path/* compareBytes */.Xo)(one.path, other.path)) };
        }),
    };
}
function once(known, key, work) {
    const made = known.get(key) ?? work();
    known.set(key, made);
    return made;
}


/***/ }),

/***/ 67453:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R$: () => (/* binding */ preparePatterns),
/* harmony export */   Xx: () => (/* binding */ longestPattern),
/* harmony export */   pW: () => (/* binding */ createFinder),
/* harmony export */   zc: () => (/* binding */ shortestPattern)
/* harmony export */ });
/** Bytes. */
const shortestPattern = 8;
/** Bytes: a longer pattern is recognized by a part of it. Also the memory that is kept between two chunks. */
const longestPattern = 256;
/** One is enough to refuse an image; a file full of them must not fill the memory. */
const mostMatches = 1000;
const wordSize = 4;
/** Words, a line of the processor's cache: a longer step saves nothing. */
const longestStride = 16;
/** Multiplier of a hash after Knuth: 2 ** 32 divided by the golden ratio. */
const multiplier = 0x9e3779b1;
/**
 * Prepares a search for many patterns at once: the text is examined in steps that no pattern fits between, one aligned word of four bytes
 * each. One bit shows whether any pattern contains the word; if not, the search moves on. The steps do not depend on each other, so the processor takes
 * several at a time, and the cost hardly depends on the number of patterns.
 *
 * @throws RangeError for a pattern that is too short or too long
 */
function preparePatterns(all) {
    const lengths = all.map(({ length }) => length);
    for (const length of lengths) {
        if (length < shortestPattern || length > longestPattern)
            throw new RangeError(`A pattern of ${length} bytes`);
    }
    // Of `stride` words and the three bytes more that its alignment may cost, a pattern has one place that is examined.
    const stride = Math.min(longestStride, ...lengths.map((length) => Math.floor((length - wordSize + 1) / wordSize)));
    const perPattern = stride * wordSize;
    const count = all.length * perPattern;
    const headBits = bitsFor(count * 2);
    const filterBits = bitsFor(count * 64);
    const patterns = {
        all,
        longest: Math.max(0, ...lengths),
        stride,
        filter: new Uint32Array(2 ** (filterBits - 5)),
        filterShift: 32 - filterBits,
        heads: new Int32Array(2 ** headBits),
        headShift: 32 - headBits,
        links: new Int32Array(count),
        words: new Uint32Array(count),
        owners: new Int32Array(count),
        places: new Int32Array(count),
    };
    for (const [number, pattern] of all.entries()) {
        for (let place = 0; place < perPattern; place += 1) {
            addWord(patterns, number * perPattern + place, { word: wordAt(pattern, place), owner: number, place });
        }
    }
    return patterns;
}
function addWord({ filter, filterShift, heads, headShift, links, words, owners, places }, index, { word, owner, place }) {
    const hash = hashOf(word);
    const bit = hash >>> filterShift;
    filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    const head = hash >>> headShift;
    links[index] = heads[head] ?? 0;
    heads[head] = index + 1;
    words[index] = word;
    owners[index] = owner;
    places[index] = place;
}
/** Bits of a hash that has at least `count` values: few enough for the cache of a processor, and for memory. */
function bitsFor(count) {
    return Math.min(22, Math.max(10, Math.ceil(Math.log2(count + 1))));
}
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
/** In the order of bytes that this machine has. */
function wordAt({ buffer, byteOffset }, at) {
    return new DataView(buffer, byteOffset + at, wordSize).getUint32(0, littleEndian);
}
/** A search through one stream, from its start. */
function createFinder(patterns) {
    const { all, longest } = patterns;
    const found = [];
    if (all.length === 0)
        return { next: () => undefined, matches: () => found };
    /** The last bytes of what came before, one less than the longest pattern has; and where they begin. */
    const kept = new Uint8Array(2 * (longest - 1));
    let keptLength = 0;
    let position = 0;
    const add = (pattern, offset) => {
        if (found.length < mostMatches)
            found.push({ pattern, offset });
    };
    return {
        next: (piece) => {
            if (piece.length === 0)
                return;
            const head = piece.subarray(0, longest - 1);
            if (keptLength > 0) {
                // Across the border: the end of what came before, and the start of this.
                kept.set(head, keptLength);
                const border = keptLength;
                const start = position - keptLength;
                search(kept.subarray(0, keptLength + head.length), patterns, (pattern, at) => {
                    if (at < border && at + lengthOf(all, pattern) > border)
                        add(pattern, start + at);
                });
            }
            search(piece, patterns, (pattern, at) => add(pattern, position + at));
            position += piece.length;
            if (piece.length >= longest - 1) {
                keptLength = longest - 1;
                kept.set(piece.subarray(piece.length - keptLength));
            }
            else {
                // The head is behind what was kept already, where there was something.
                if (keptLength === 0)
                    kept.set(piece);
                const length = keptLength + piece.length;
                keptLength = Math.min(length, longest - 1);
                kept.copyWithin(0, length - keptLength, length);
            }
        },
        matches: () => found,
    };
}
function lengthOf(all, pattern) {
    return all[pattern]?.length ?? 0;
}
/** Calls `report` for every place at which a pattern stands in `text` as a whole. */
function search(text, patterns, report) {
    const { stride, filter, filterShift } = patterns;
    // The first aligned word is three bytes from the start at most, and every pattern that begins before it has it.
    const before = (wordSize - (text.byteOffset % wordSize)) % wordSize;
    const length = (text.length - before) >> 2;
    if (length <= 0)
        return;
    const aligned = new Uint32Array(text.buffer, text.byteOffset + before, length);
    const look = (at) => {
        const word = aligned[at];
        if (bitOf(filter, hashOf(word) >>> filterShift) !== 0) {
            compare(text, patterns, { word, at: before + at * wordSize, report });
        }
    };
    let at = 0;
    // Four steps for one branch: this loop is where the time goes.
    const [two, three, four] = [2 * stride, 3 * stride, 4 * stride];
    for (; at + three < length; at += four) {
        const any = bitOf(filter, hashOf(aligned[at]) >>> filterShift) |
            bitOf(filter, hashOf(aligned[at + stride]) >>> filterShift) |
            bitOf(filter, hashOf(aligned[at + two]) >>> filterShift) |
            bitOf(filter, hashOf(aligned[at + three]) >>> filterShift);
        if (any === 0)
            continue;
        for (let step = at; step < at + four; step += stride)
            look(step);
    }
    for (; at < length; at += stride)
        look(at);
}
function hashOf(word) {
    return Math.imul(word, multiplier);
}
function bitOf(filter, bit) {
    return (filter[bit >>> 5] >>> (bit & 31)) & 1;
}
/** Compares the patterns that have the word with the text around it. */
function compare(text, { all, heads, headShift, links, words, owners, places }, { word, at, report }) {
    let next = heads[hashOf(word) >>> headShift];
    for (; next !== 0; next = links[next - 1]) {
        if (words[next - 1] !== word)
            continue;
        const pattern = owners[next - 1];
        const start = at - places[next - 1];
        if (start >= 0 && standsAt(text, start, all[pattern]))
            report(pattern, start);
    }
}
function standsAt(text, start, pattern) {
    if (start + pattern.length > text.length)
        return false;
    for (let at = 0; at < pattern.length; at += 1) {
        if (text[start + at] !== pattern[at])
            return false;
    }
    return true;
}


/***/ }),

/***/ 60572:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D4: () => (/* binding */ patternsOf),
/* harmony export */   EZ: () => (/* binding */ looksRandom)
/* harmony export */ });
/* unused harmony export isOrdinary */
/* harmony import */ var _find_patterns_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(67453);

/** Lines of a secret of several lines that are looked for one by one. */
const mostParts = 64;
/**
 * The byte sequences that tell that `text` is in an image: itself, without white space around it, as JSON has it, and its Base64 at each of
 * the three places that it can have in a group. Of a text of several lines, also each part that looks like a key or a token. Nothing for a text that
 * is too short, or that `isOrdinary`.
 */
function patternsOf(text) {
    const value = text.trim();
    const lines = value.split(/\r?\n/);
    if (lines.length === 1)
        return isOrdinary(value) ? [] : encodingsOf(value);
    const parts = lines.flatMap((line) => line.split(/[\s"'`,;=:\\]+/)).filter(looksRandom);
    const [first] = parts;
    // A text of several lines is longer than a pattern may be, and may begin with a comment: the reported pattern is the part with a token.
    const start = first === undefined ? 0 : Math.max(0, Math.min(value.indexOf(first), value.length - _find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .longestPattern */ .Xx));
    const whole = value.slice(start);
    return [
        ...(first === undefined && isProse(value) ? [] : encodingsOf(whole)),
        ...parts.slice(0, mostParts).map((part) => cut(Buffer.from(part))),
    ];
}
function encodingsOf(text) {
    const bytes = Buffer.from(text);
    if (bytes.length < _find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .shortestPattern */ .zc)
        return [];
    const forms = new Set([text, ...jsonOf(text)]);
    return [
        ...[...forms].map((form) => cut(Buffer.from(form))),
        ...[0, 1, 2].flatMap((before) => base64Of(bytes, before)),
    ];
}
/** A text as it stands in JSON documents: as JavaScript writes them, and as Go does (BuildKit's attestations). */
function jsonOf(text) {
    const plain = JSON.stringify(text).slice(1, -1);
    const escapes = { '&': '\\u0026', '<': '\\u003c', '>': '\\u003e' };
    return [plain, plain.replaceAll(/[&<>]/g, (character) => escapes[character] ?? character)];
}
/**
 * The part of the Base64 of a longer text that `bytes` alone decide, where `before` bytes of their first group of three are others; in both
 * alphabets where these differ.
 */
function base64Of(bytes, before) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 4) / 3);
    const text = encoded.slice(start, Math.floor(((before + bytes.length) * 4) / 3));
    const urlSafe = text.replaceAll('+', '-').replaceAll('/', '_');
    return (text === urlSafe ? [text] : [text, urlSafe]).map((one) => cut(Buffer.from(one)));
}
function cut(bytes) {
    return bytes.subarray(0, _find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .longestPattern */ .Xx);
}
/**
 * Whether a text is found in images that hold no secret: words, a number, a version, a host name, a path or a URL without credentials.
 * People pass such values as secrets too, and an image may well have them.
 */
function isOrdinary(text) {
    return (text.length < _find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .shortestPattern */ .zc ||
        (text.length < 24 && /^(?:(?:\p{L}+|\d{1,4}[a-z]?)(?:[\s._,:/@-]+|$))+$/u.test(text)) ||
        /^[\d\s.,:+-]*$/.test(text) ||
        /^v?\d+\.\d+[\w.+-]{0,12}$/.test(text) ||
        isPath(text) ||
        isAddress(text));
}
function isPath(text) {
    return (/^(?:\.{0,2}|~|[A-Za-z]:)[/\\][\w.@ /\\-]*$/.test(text) &&
        /[/\\].*[/\\]|\.\w{1,5}$/.test(text) &&
        !/[A-Za-z0-9+]{32}/.test(text));
}
/** A host name, an e-mail address or a URL: not one with credentials, or with a part that looks like a token. */
function isAddress(text) {
    const [, credentials = '', rest = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^@/\s]*@)?(.*)$/i.exec(text) ?? [];
    if (credentials.includes(':'))
        return false;
    if (!/^(?:[a-z0-9_-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]\S*)?$|^localhost(?::\d+)?(?:[/?#]\S*)?$/i.test(rest))
        return false;
    return !rest.split(/[/?#&=.]/).some(looksRandom);
}
/** Text in which nothing looks like a key: it may be a license, or a list of words. */
function isProse(text) {
    return text.split(/\s+/).every((word) => isOrdinary(word));
}
/** Whether a word is one that a machine made: 16 characters at least, of several kinds, none of them often. */
function looksRandom(word) {
    if (!/^[A-Za-z0-9+/_.~=-]{16,}$/.test(word))
        return false;
    if (/^[0-9a-f]{32,}$|^[0-9A-F]{32,}$/.test(word))
        return distinct(word) >= 8;
    const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(word)).length;
    if (/^(?:[a-z0-9-]+\.)+[a-z]{2,}/.test(word))
        return false;
    return ((kinds === 3 && distinct(word) >= 10) ||
        (kinds === 2 && /^[a-z0-9]{24,}$|^[A-Z0-9]{24,}$/.test(word) && distinct(word) >= 12));
}
function distinct(word) {
    return new Set(word).size;
}


/***/ }),

/***/ 91864:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   MV: () => (/* binding */ prepareSearch),
/* harmony export */   Qb: () => (/* binding */ needlesIn),
/* harmony export */   a: () => (/* binding */ needlesInStream),
/* harmony export */   cT: () => (/* binding */ withoutSecrets),
/* harmony export */   qH: () => (/* binding */ searchLayer)
/* harmony export */ });
/* harmony import */ var _find_patterns_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(67453);
/* harmony import */ var _patterns_of_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(60572);


/** Prepares the search; undefined when there is nothing to look for. */
function prepareSearch(needles) {
    const owned = needles.flatMap(({ text }, number) => (0,_patterns_of_js__WEBPACK_IMPORTED_MODULE_1__/* .patternsOf */ .D4)(text).map((pattern) => ({ pattern, number })));
    if (owned.length === 0)
        return undefined;
    return {
        needles,
        patterns: (0,_find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .preparePatterns */ .R$)(owned.map(({ pattern }) => pattern)),
        owners: owned.map(({ number }) => number),
    };
}
/** The numbers of the needles in a text. */
function needlesIn({ patterns, owners }, text) {
    const finder = (0,_find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .createFinder */ .pW)(patterns);
    finder.next(Buffer.from(text));
    return new Set(finder.matches().map(({ pattern }) => owners[pattern] ?? 0));
}
/** The numbers of the needles in a stream. */
async function needlesInStream({ patterns, owners }, source) {
    const finder = (0,_find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .createFinder */ .pW)(patterns);
    for await (const piece of source)
        finder.next(piece);
    return new Set(finder.matches().map(({ pattern }) => owners[pattern] ?? 0));
}
/** The text without anything that is looked for: a path, a key or an instruction may hold it. */
function withoutSecrets({ needles, patterns }, text) {
    const shown = needles.map((needle) => needle.text.trim());
    const encoded = patterns.all.map((pattern) => Buffer.from(pattern).toString('utf8'));
    return [...shown, ...encoded].reduce((left, part) => (part === '' ? left : left.replaceAll(part, '***')), text);
}
function searchLayer(search) {
    const { patterns, owners } = search;
    const finder = (0,_find_patterns_js__WEBPACK_IMPORTED_MODULE_0__/* .createFinder */ .pW)(patterns);
    const hits = new Map();
    let current;
    let taken = 0;
    // A piece is searched before its entries are known: there may be matches of entries to come, in no order.
    let pending = [];
    const add = (needle, path, part) => {
        const key = `${needle} ${path}`;
        if (!hits.has(key))
            hits.set(key, { needle, path, part });
    };
    /** Those before `limit` belong to the current entry, or stand before the content of the next one: in its header. */
    const place = (limit, next) => {
        const open = [...pending, ...finder.matches().slice(taken)];
        taken = finder.matches().length;
        pending = open.filter(({ offset }) => offset >= limit);
        for (const { pattern, offset } of open) {
            if (offset >= limit)
                continue;
            const needle = owners[pattern] ?? 0;
            if (current && offset < current.end)
                add(needle, current.path, offset < current.start ? 'header' : 'content');
            else
                add(needle, next, 'header');
        }
    };
    return {
        onContent: finder.next,
        onEntry: (entry) => {
            const { name, linkTo, node, offset } = entry;
            if (pending.length > 0 || finder.matches().length > taken)
                place(offset, name);
            // A long name is in two fields of the header.
            for (const text of [name, linkTo, node.target]) {
                if (text !== undefined && text.length > 100)
                    for (const needle of needlesIn(search, text))
                        add(needle, name, 'header');
            }
            current = { path: name, start: offset, end: offset + node.size };
        },
        hits: () => {
            place(Number.POSITIVE_INFINITY, current?.path ?? '');
            return [...hits.values()];
        },
    };
}


/***/ })

};
