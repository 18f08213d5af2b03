export const id = 68;
export const ids = [68];
export const modules = {

/***/ 72068:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fetchBuildx: () => (/* binding */ fetchBuildx)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(46466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_5___default = /*#__PURE__*/__webpack_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_5__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(76525);
/* harmony import */ var _bounds_paced_js__WEBPACK_IMPORTED_MODULE_16__ = __webpack_require__(82420);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(22714);
/* harmony import */ var _registry_answers_errors_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(23496);
/* harmony import */ var _registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(99216);
/* harmony import */ var _registry_transport_follow_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(19052);
/* harmony import */ var _registry_transport_retry_request_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(11979);
/* harmony import */ var _retry_backoff_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(68974);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_15__ = __webpack_require__(1080);
/* harmony import */ var _buildx_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(83671);
/* harmony import */ var _buildx_program_js__WEBPACK_IMPORTED_MODULE_14__ = __webpack_require__(89782);

















/**
 * Returns the buildx binary of a release: the installed one if its version matches, else that of the tool cache, else it is downloaded, checked against the
 * checksums of the release and stored in the tool cache for later jobs. Binaries that other steps use are left untouched.
 *
 * @throws ActionError `download-failed`, `download-refused`, `content-mismatch`, `timed-out`
 */
async function fetchBuildx({ version: asked, source, retries }, installed, host) {
    const limit = AbortSignal.timeout(_bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.buildxTime);
    const reach = {
        ...host,
        signal: AbortSignal.any([host.signal, limit]),
        policy: (0,_retry_backoff_js__WEBPACK_IMPORTED_MODULE_12__/* .retryPolicy */ .Jb)(retries),
    };
    try {
        // The checksum list contains the version, which saves a request: GitHub allows few without a token.
        const latest = asked === 'latest' ? await readChecksums(`${source}/latest/download`, reach) : undefined;
        const version = latest === undefined ? asked : versionIn(latest, source);
        const found = await findRelease(version, installed, host);
        if (found !== undefined)
            return found;
        const folder = `${source}/download/${version}`;
        const checksums = latest ?? (await readChecksums(folder, reach));
        return await download({ version, folder, checksums }, reach);
    }
    catch (error) {
        if (!limit.aborted || host.signal.aborted)
            throw error;
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('timed-out', `Cannot download buildx from ${source} within ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.buildxTime / 60_000} min`, {
            hint: 'Check the connection, or name a nearer server in `buildx-mirror`.',
            cause: error,
        });
    }
}
async function findRelease(version, installed, host) {
    if (installed !== undefined && (await (0,_buildx_js__WEBPACK_IMPORTED_MODULE_13__/* .installedVersion */ .n)(host, installed)) === version)
        return installed;
    if (!host.env['RUNNER_TOOL_CACHE'])
        return undefined;
    const { find } = await Promise.all(/* import() */[__webpack_require__.e(58), __webpack_require__.e(805)]).then(__webpack_require__.bind(__webpack_require__, 59805));
    const folder = find(_buildx_program_js__WEBPACK_IMPORTED_MODULE_14__/* .toolOfReleases */ .Oi, version.slice(1), cacheKey(host));
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(folder, (0,_buildx_program_js__WEBPACK_IMPORTED_MODULE_14__/* .buildxProgram */ .T8)(host.os));
    return folder !== '' && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(path) ? path : undefined;
}
/** The system before the architecture, as in Docker's actions. */
function cacheKey({ os }) {
    return `${os}-${(0,node_os__WEBPACK_IMPORTED_MODULE_3__.arch)()}`;
}
/** Parses `<sha256> *<file>` lines, the format of `shasum`; the asterisk is optional. */
async function readChecksums(folder, reach) {
    const url = `${folder}/checksums.txt`;
    const what = `Cannot read the checksums of buildx at ${url}`;
    const { clock } = reach;
    const read = (response) => (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_9__/* .readBody */ .x8)(response, { what, by: 'the server', limit: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.checksums, clock });
    const text = (await get(url, reach, read)).toString('utf8');
    const entries = text.split(/\r?\n/).flatMap((line) => {
        const [, digest, name] = /^([0-9a-f]{64}) [ *]?(\S{1,200})$/i.exec(line) ?? [];
        return digest === undefined || name === undefined ? [] : [[name, digest.toLowerCase()]];
    });
    if (entries.length > 0)
        return new Map(entries);
    throw refused(what, `the answer is not a list of checksums${pageIn(text)}`);
}
function pageIn(text) {
    return /^\s*</.test(text) ? ' but a web page' : '';
}
function versionIn(checksums, source) {
    const [version] = [...checksums.keys()].flatMap((name) => /^buildx-(v\d{1,9}\.\d{1,9}\.\d{1,9}(?:-\w{1,40})?)\.[a-z]{1,20}-/.exec(name)?.[1] ?? []);
    if (version !== undefined)
        return version;
    throw refused(`Cannot find the latest version of buildx at ${source}`, 'its checksums name no file of buildx');
}
async function download({ version, folder, checksums }, reach) {
    const name = fileOf(version, reach.os);
    const url = `${folder}/${name}`;
    const expected = checksums.get(name);
    if (expected === undefined) {
        throw refused(`Cannot download ${url}`, `the release has no file of this name, for ${reach.os} on ${(0,node_os__WEBPACK_IMPORTED_MODULE_3__.arch)()}`);
    }
    const own = (0,_buildx_program_js__WEBPACK_IMPORTED_MODULE_14__/* .ownBuildxFolder */ .nQ)(reach.tempDir);
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)(own, { recursive: true });
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(own, (0,_buildx_program_js__WEBPACK_IMPORTED_MODULE_14__/* .buildxProgram */ .T8)(reach.os));
    const { log } = reach;
    const begun = reach.clock.now().getTime();
    for (let again = false;; again = true) {
        const { digest, size } = await get(url, reach, (response) => save(response, path, reach));
        if (digest === expected) {
            const took = (reach.clock.now().getTime() - begun) / 1000;
            log.info(`buildx ${version}: downloaded ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_15__/* .formatBytes */ .z)(size)} from ${new URL(url).host} in ${took.toFixed(1)} s`);
            break;
        }
        const found = `its SHA-256 is ${digest}, and the release says ${expected}`;
        if (again) {
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `Cannot use ${url}: ${found}`, {
                hint: 'A proxy or mirror changes or shortens the file. Name another server in `buildx-mirror`, or leave `buildx-version` empty.',
            });
        }
        log.info(`${url}: ${found}; perhaps transient, attempt 2 of 2`);
    }
    await keep(path, version, reach);
    // Not the copy in the tool cache, which another job may replace.
    return path;
}
/** `buildx-v1.2.3.linux-amd64`: https://github.com/docker/buildx/releases */
function fileOf(version, os) {
    const architectures = { x64: 'amd64', arm: 'arm-v7', ppc64: 'ppc64le' };
    const system = os === 'win32' ? 'windows' : os;
    return `buildx-${version}.${system}-${architectures[(0,node_os__WEBPACK_IMPORTED_MODULE_3__.arch)()] ?? (0,node_os__WEBPACK_IMPORTED_MODULE_3__.arch)()}${os === 'win32' ? '.exe' : ''}`;
}
async function save({ body }, path, { signal, clock }) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    let size = 0;
    const now = () => clock.now().getTime();
    async function* measured(content) {
        for await (const chunk of (0,_bounds_paced_js__WEBPACK_IMPORTED_MODULE_16__/* .paced */ .y)(content, { bytes: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.blobProgress, time: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.blobTime, now })) {
            size += chunk.length;
            if (size > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.buildxProgram) {
                throw refused('Cannot download buildx', `the file is larger than ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_15__/* .formatBytes */ .z)(_bounds_limits_js__WEBPACK_IMPORTED_MODULE_6__/* .limits */ .F.buildxProgram)}`);
            }
            hash.update(chunk);
            yield chunk;
        }
    }
    await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_5__.pipeline)(body, measured, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createWriteStream)(path, { mode: 0o700 }), { signal });
    return { digest: hash.digest('hex'), size };
}
/** Stores the binary for later jobs. Only they are affected if it fails. */
async function keep(path, version, { env, os, log }) {
    if (!env['RUNNER_TOOL_CACHE'])
        return;
    const { cacheFile } = await Promise.all(/* import() */[__webpack_require__.e(58), __webpack_require__.e(805)]).then(__webpack_require__.bind(__webpack_require__, 59805));
    try {
        await cacheFile(path, (0,_buildx_program_js__WEBPACK_IMPORTED_MODULE_14__/* .buildxProgram */ .T8)(os), _buildx_program_js__WEBPACK_IMPORTED_MODULE_14__/* .toolOfReleases */ .Oi, version.slice(1), cacheKey({ os }));
    }
    catch (error) {
        log.info(`Cannot keep buildx ${version} in the tool cache: ${(0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .messageOf */ .bD)(error)}`);
    }
}
/** Downloads a URL and returns the result of `read`; transient failures are retried. */
async function get(url, reach, read) {
    const { http, signal, clock, log, policy } = reach;
    const what = `Cannot download ${url}`;
    const { host } = new URL(url);
    const attempt = async () => {
        const headers = () => ({ 'accept-encoding': 'identity' });
        const sent = await (0,_registry_transport_follow_js__WEBPACK_IMPORTED_MODULE_10__/* .follow */ .e)(new URL(url), { http, signal, headers, refused: (found) => refused(what, found) });
        if (!sent.ok)
            return sent;
        if (sent.value.status !== 200)
            return { ok: false, failure: await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_9__/* .toAnswerFailure */ .mK)(sent.value, clock) };
        try {
            return { ok: true, value: await read(sent.value) };
        }
        catch (error) {
            sent.value.body.destroy();
            return { ok: false, failure: (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_9__/* .toConnectionFailure */ .Qq)(error, signal) };
        }
    };
    return await (0,_registry_transport_retry_request_js__WEBPACK_IMPORTED_MODULE_11__/* .retryRequest */ .q)({ what, by: host, attempt, toError: (failure) => toError(failure, what, host) }, { clock, log, signal, policy });
}
function toError(failure, what, host) {
    const found = (0,_registry_answers_errors_js__WEBPACK_IMPORTED_MODULE_8__/* .describeFailure */ .Ic)(failure, host);
    const passes = failure.kind === 'connection' || failure.status >= 500 || [408, 425, 429].includes(failure.status);
    if (!passes)
        return refused(what, found);
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('download-failed', `${what}: ${found}`, {
        hint: `Run the job again when ${host} answers, or name another server in \`buildx-mirror\`. A proxy is taken from HTTPS_PROXY.`,
    });
}
function refused(what, found) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('download-refused', `${what}: ${found}`, {
        hint: 'Check `buildx-version` against https://github.com/docker/buildx/releases, and `buildx-mirror`.',
    });
}


/***/ }),

/***/ 19052:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ follow)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _exchange_once_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(99216);


/**
 * The answer to GET at the end of all redirects, of whatever status. From https none leads to http.
 *
 * @throws ActionError of `refused` for a redirect that leads in a circle, or where it must not
 */
async function follow(start, { http, signal, headers, refused }) {
    let url = start;
    for (let redirects = 0;; redirects += 1) {
        const sent = await (0,_exchange_once_js__WEBPACK_IMPORTED_MODULE_1__/* .exchangeOnce */ .z$)(http, { method: 'GET', url: url.href, headers: headers(url), signal });
        const location = sent.ok ? sent.value.headers['location'] : undefined;
        if (!sent.ok || location === undefined || ![301, 302, 303, 307, 308].includes(sent.value.status))
            return sent;
        sent.value.body.resume();
        if (redirects === _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.redirects)
            throw refused(`it redirects more than ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.redirects} times`);
        url = redirected(location, url, refused);
    }
}
function redirected(location, from, refused) {
    if (!URL.canParse(location, from.href))
        throw refused('it redirects to an invalid URL');
    const next = new URL(location, from);
    next.username = '';
    next.password = '';
    if (next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:'))
        return next;
    throw refused(`it redirects from ${from.protocol}// to ${next.protocol}//`);
}


/***/ })

};
