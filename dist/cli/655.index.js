export const id = 655;
export const ids = [655];
export const modules = {

/***/ 88508:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ excerptOf)
/* harmony export */ });
/* harmony import */ var _limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);

/** Replaces the omitted part. */
const gap = '…';
/**
 * Returns the part of an external text that patterns are matched with: all of it up to `most` characters, else its beginning and, three times
 * as much, its end. A pattern may take time that grows with the square of a text, and a build can print a line of megabytes.
 */
function excerptOf(text, most = _limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.excerpt) {
    if (text.length <= most)
        return text;
    const head = Math.floor(most / 4);
    return `${text.slice(0, head)}${gap}${text.slice(text.length - (most - head - gap.length))}`;
}


/***/ }),

/***/ 82420:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ paced)
/* harmony export */ });
/**
 * Yields `source` as long as it is fast enough. Only the time spent waiting for the source counts: a slow reader is not
 * the server's fault. A silent source is not detected here, because connections have their own timeout.
 *
 * @throws Error with the code `ETIMEDOUT`, like a connection
 */
async function* paced(source, { bytes, time, now }) {
    let waited = 0;
    let received = 0;
    let before = now();
    for await (const chunk of source) {
        waited += now() - before;
        received += chunk.length;
        if (waited > time) {
            if (received < bytes)
                throw tooSlow(time);
            waited = 0;
            received = 0;
        }
        yield chunk;
        before = now();
    }
}
function tooSlow(time) {
    return Object.assign(new Error(`the answer comes too slowly: it is not complete after ${time / 1000} s`), {
        code: 'ETIMEDOUT',
    });
}


/***/ }),

/***/ 16051:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ recognise)
/* harmony export */ });
/* harmony import */ var _bounds_excerpt_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(88508);

/** Returns the first of `failures` that matches an excerpt of `text`, with its hint filled in. */
function recognise(failures, text) {
    const excerpt = (0,_bounds_excerpt_js__WEBPACK_IMPORTED_MODULE_0__/* .excerptOf */ .z)(text);
    for (const { code, pattern, hint } of failures) {
        const match = pattern.exec(excerpt);
        if (match)
            return { code, hint: hint.replaceAll('$1', () => match[1] ?? '') };
    }
    return undefined;
}


/***/ }),

/***/ 59536:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   v: () => (/* binding */ pause)
/* harmony export */ });
/* harmony import */ var _errors_cancelled_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38448);

/**
 * Waits so many milliseconds.
 *
 * @throws ActionError `cancelled` when the run is cancelled meanwhile
 */
async function pause(milliseconds, { clock, signal }) {
    try {
        await clock.sleep(milliseconds, signal);
    }
    catch (cause) {
        throw (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_0__/* .cancelled */ .K)(undefined, cause);
    }
}


/***/ }),

/***/ 78409:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ isAttestation),
/* harmony export */   v: () => (/* binding */ walkImage)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _media_type_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51994);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(82614);
/* harmony import */ var _platform_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1890);





/**
 * Walks from `root` (an index or a manifest) down. `read` gives the bytes of a manifest, an index or a config and checks their digest.
 * Throws `content-mismatch` for a document that is none of these, and what `read` throws.
 */
async function walkImage(root, read) {
    const blobs = new Map();
    const documents = new Map();
    const images = [];
    async function visit(descriptor, depth) {
        if (depth > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexDepth || documents.size >= _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexEntries) {
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('content-mismatch', `Cannot read ${root.digest}: it has more than ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexDepth} indexes inside each other, or ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.indexEntries} documents`);
        }
        if ((0,_media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .isIndexType */ .$U)(descriptor.mediaType)) {
            const bytes = await read(descriptor);
            for (const child of (0,_parse_js__WEBPACK_IMPORTED_MODULE_3__/* .parseIndex */ .A1)(bytes, `Cannot read index ${descriptor.digest}`).manifests)
                await visit(child, depth + 1);
            documents.set(descriptor.digest, { descriptor, bytes });
        }
        else if ((0,_media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .isManifestType */ .Q3)(descriptor.mediaType)) {
            const bytes = await read(descriptor);
            const manifest = (0,_parse_js__WEBPACK_IMPORTED_MODULE_3__/* .parseManifest */ .Ng)(bytes, `Cannot read manifest ${descriptor.digest}`);
            for (const blob of [manifest.config, ...manifest.layers]) {
                if (!(0,_media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .isForeignLayerType */ .mi)(blob.mediaType))
                    blobs.set(blob.digest, blob);
            }
            documents.set(descriptor.digest, { descriptor, bytes });
            if (isImage(descriptor, manifest))
                images.push(await imageOf(descriptor, manifest, read));
        }
        else {
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('content-mismatch', `Cannot read ${descriptor.digest}: "${descriptor.mediaType}" is neither an image nor an index`);
        }
    }
    await visit(root, 0);
    return { root, blobs: [...blobs.values()], documents: [...documents.values()], images };
}
/** Whether an index's entry is an attestation, which BuildKit gives the platform unknown/unknown. */
function isAttestation({ platform, annotations }) {
    return platform?.os === 'unknown' || annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}
function isImage(descriptor, manifest) {
    return !isAttestation(descriptor) && (0,_media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .isConfigType */ .lJ)(manifest.config.mediaType);
}
async function imageOf(manifest, { config, layers }, read) {
    const size = [config, ...layers].reduce((sum, part) => sum + part.size, manifest.size);
    return { platform: manifest.platform ?? (await platformOf(config, read)), manifest, config, layers, size };
}
/** A manifest that stands alone has no platform in its descriptor: its config has. */
async function platformOf(config, read) {
    const { os, architecture, variant, 'os.version': version, } = (0,_parse_js__WEBPACK_IMPORTED_MODULE_3__/* .parseConfig */ .o4)(await read(config), `Cannot read config ${config.digest}`);
    return (0,_platform_js__WEBPACK_IMPORTED_MODULE_4__/* .normalisePlatform */ .WN)({
        os,
        architecture,
        ...(variant === undefined ? {} : { variant }),
        ...(version === undefined ? {} : { 'os.version': version }),
    });
}


/***/ }),

/***/ 23496:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ic: () => (/* binding */ describeFailure),
/* harmony export */   Rh: () => (/* binding */ isTypeRefusal),
/* harmony export */   Xv: () => (/* binding */ failureError),
/* harmony export */   j2: () => (/* binding */ manifestFailureOf)
/* harmony export */ });
/* unused harmony export FailureCause */
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _errors_known_failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(16051);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(62148);
/* harmony import */ var _retry_failure_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(53472);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1080);
/* harmony import */ var _fault_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(26987);
/* harmony import */ var _known_answers_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(54762);








/** Why a request failed, behind the error that says so: what an answer means to the caller is read from here, not from the message. */
class FailureCause extends Error {
    name = 'FailureCause';
    failure;
    writesManifest;
    constructor(failure, { writesManifest = false }) {
        super(describeFailure(failure));
        this.failure = failure;
        this.writesManifest = writesManifest;
    }
}
/** Why a manifest or an index could not be written, or undefined for any other error. */
function manifestFailureOf(error) {
    const cause = error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ ? error.cause : undefined;
    return cause instanceof FailureCause && cause.writesManifest ? cause.failure : undefined;
}
/**
 * Whether a registry refused a manifest for its media type, or may have: old versions of Artifactory, Nexus, Quay and Portus know Docker's alone.
 * distribution before 2.7 answers 400 MANIFEST_INVALID (https://github.com/oracle/smith/issues/25), others 415.
 */
function isTypeRefusal(error) {
    const failure = manifestFailureOf(error);
    if (failure?.kind !== 'answer' || ![400, 404, 405, 406, 415, 422, 501].includes(failure.status))
        return false;
    const { status, faults, text } = failure;
    const typed = faults.some(({ code }) => ['MANIFEST_INVALID', 'UNSUPPORTED', 'MANIFEST_UNVERIFIED'].includes(code));
    return status === 415 || typed || /media[ _-]?type|schema version/i.test(text);
}
/** The error for a failure that is not, or no longer, retried. `by` names who answered. */
function failureError(failure, request, by = 'the registry') {
    return failure.kind === 'connection' ? connectionError(failure, request) : answerError(failure, request, by);
}
/** One line about a failure for the log: "the registry answered 503", "ECONNRESET: socket hang up". */
function describeFailure(failure, by = 'the registry') {
    if (failure.kind === 'connection') {
        if (failure.code === 'HPE_HEADER_OVERFLOW')
            return `${by} answered with headers of more than ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_7__/* .formatBytes */ .z)(_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.headers)}`;
        return failure.message.includes(failure.code) ? failure.message : `${failure.code}: ${failure.message}`;
    }
    const details = (0,_fault_js__WEBPACK_IMPORTED_MODULE_5__/* .describeFaults */ .Z)(failure.faults, failure.text);
    return `${by} answered ${failure.status}${details === '' ? '' : ` ${details}`}`;
}
function answerError(failure, request, by) {
    const known = (0,_retry_failure_js__WEBPACK_IMPORTED_MODULE_4__/* .isFull */ .u)(failure) ? undefined : (0,_errors_known_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .recognise */ .G)(_known_answers_js__WEBPACK_IMPORTED_MODULE_6__/* .knownAnswers */ .b, (0,_fault_js__WEBPACK_IMPORTED_MODULE_5__/* .describeFaults */ .Z)(failure.faults, failure.text));
    const code = known?.code ?? codeOf(failure, request);
    // Where nobody is logged in, that comes first, whatever the registry calls it.
    const mustLogIn = !request.authenticated && (code === 'registry-unauthorized' || code === 'registry-denied');
    const hint = mustLogIn ? unauthorizedHint(request) : (known?.hint ?? hintOf(code, failure, request));
    const asked = failure.retryAfter === undefined ? '' : ` (and asks to wait ${Math.ceil(failure.retryAfter / 1000)} s)`;
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(code, `${request.what}: ${describeFailure(failure, by)}${asked}`, {
        ...(hint === undefined ? {} : { hint }),
        cause: new FailureCause(failure, request),
    });
}
function codeOf(failure, { action, authenticated }) {
    const { status, faults, insufficientScope = false } = failure;
    if ((0,_retry_failure_js__WEBPACK_IMPORTED_MODULE_4__/* .isFull */ .u)(failure))
        return 'registry-full';
    // distribution and Docker Hub answer 401 also to a known user who may not; the challenge tells the two apart.
    if (status === 401 && authenticated && insufficientScope)
        return 'registry-denied';
    if (status === 401)
        return 'registry-unauthorized';
    if (status === 403 || faults.some(({ code }) => code === 'DENIED'))
        return 'registry-denied';
    if (status === 404 && action === 'pull')
        return 'image-not-found';
    // Of content that this step, or its builder, has pushed: only a manifest refers to any.
    if (faults.some(({ code }) => lostContent.has(code)) || isLostUpload(failure))
        return 'registry-unavailable';
    if (status >= 500 || status === 408 || status === 425 || status === 429)
        return 'registry-unavailable';
    return 'registry-refused';
}
/** What registries answer to a manifest whose blobs or manifests they do not have. */
const lostContent = new Set(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']);
/** Whether the registry does not know an upload that it began itself: its machines share no storage, or it was started again. */
function isLostUpload({ status, faults }) {
    return status === 404 && faults.some(({ code }) => code === 'BLOB_UPLOAD_UNKNOWN' || code === 'BLOB_UPLOAD_INVALID');
}
function hintOf(code, failure, request) {
    const name = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatRepository */ .Sh)(request.target);
    const host = request.target.registry;
    if (code === 'registry-unauthorized')
        return unauthorizedHint(request);
    if (code === 'registry-denied')
        return deniedHint(request);
    if (code === 'registry-full')
        return `Delete images, or raise the quota, then run the job again. The storage of ${host} is full, or your quota is exceeded.`;
    if (code === 'image-not-found')
        return `Check the name and the tag. If the image is private, log in: registries give the same answer without credentials.`;
    if (failure.faults.some((fault) => lostContent.has(fault.code)))
        return `The storage of ${host} lost content that was pushed a moment ago. Check its storage and its clean-up jobs, and run the job again.`;
    if (isLostUpload(failure))
        return `${host} does not know an upload that it started. If several machines answer there, check that they share their storage and their HTTP secret; else run the job again.`;
    if (failure.status === 405 && request.action === 'push')
        return `Check whether ${host} is read-only, in maintenance mode or a pull-through cache: it accepts no pushes now.`;
    if (code === 'registry-unavailable') {
        return failure.status === 429 && host === 'docker.io' && !request.authenticated
            ? 'Docker Hub limits anonymous clients. Log in to docker.io, or use a mirror.'
            : `Check whether ${host} has an outage or a rate limit, and run the job again later.`;
    }
    if (failure.status === 404 && request.action === 'push') {
        return isEcr(host)
            ? `Create the repository, which ECR does not do on push: \`aws ecr create-repository --repository-name ${request.target.repository}\`.`
            : `Check that ${name} exists; some registries do not create a repository at the first push.`;
    }
    return undefined;
}
function unauthorizedHint({ target: { registry }, authenticated }) {
    if (!authenticated) {
        return `Set \`username\` and \`password\`, or run \`docker login ${registry}\` before this step. No credentials for ${registry} were found.`;
    }
    if (registry === 'docker.io')
        return 'The user name or the access token for Docker Hub is wrong or has expired. Check username and password.';
    if (isEcr(registry))
        return 'An ECR password is good for 12 hours. Log in to AWS again right before this step.';
    return `Check \`username\` and \`password\`, or run \`docker login ${registry}\` again. The credentials for ${registry} are wrong or have expired.`;
}
function deniedHint({ target, action }) {
    const { registry } = target;
    if (registry === 'ghcr.io') {
        return action === 'push'
            ? `The workflow needs "permissions: packages: write". If the package was first pushed by hand or from another repository, give this repository the role Write under "Manage Actions access" in the settings of the package ${target.repository}.`
            : `The workflow needs "permissions: packages: read", and this repository access to the package ${target.repository} ("Manage Actions access" in its settings).`;
    }
    if (registry === 'docker.io') {
        return `Use a Docker Hub access token with ${action === 'push' ? 'read and write' : 'read'} scope, of a user with ${action} access to ${target.repository}.`;
    }
    if (isEcr(registry)) {
        return `Check that the repository ${target.repository} exists in this account and region, and that the role has ecr:${action === 'push' ? 'PutImage and ecr:InitiateLayerUpload' : 'BatchGetImage'} on it.`;
    }
    if (registry.endsWith('.pkg.dev') || registry.endsWith('gcr.io')) {
        return `The account needs the role Artifact Registry ${action === 'push' ? 'Writer' : 'Reader'} on the repository.`;
    }
    return `The user of these credentials may not ${action} ${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatRepository */ .Sh)(target)}, or their token lacks the scope for it.`;
}
function isEcr(registry) {
    return /(?:\.dkr[.-]ecr[.-].*\.(?:amazonaws\.com(?:\.cn)?|on\.aws)|^public\.ecr\.aws)$/.test(registry);
}
function connectionError(failure, { what, target: { registry } }) {
    // A proxy that refuses does so the next time too; so does a server with endless headers.
    const code = permanentCodes.has(failure.code) ? 'registry-refused' : 'registry-unreachable';
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(code, `${what}: ${describeFailure(failure)}`, {
        hint: connectionHint(failure, registry),
        cause: failure.cause,
    });
}
const permanentCodes = new Set(['ERR_PROXY_REFUSED', 'HPE_HEADER_OVERFLOW']);
function connectionHint({ code, message, proxy }, registry) {
    if (code === 'ERR_PROXY_REFUSED') {
        return `The proxy ${proxy ?? ''} refuses the connection, not ${registry}. Allow ${registry} in the proxy, put its user and password into the address in HTTPS_PROXY or HTTP_PROXY, or add ${registry} to NO_PROXY.`;
    }
    if (proxy !== undefined) {
        return `Check the proxy ${proxy} that HTTPS_PROXY or HTTP_PROXY names, or add ${registry} to NO_PROXY.`;
    }
    if (code === 'HPE_HEADER_OVERFLOW')
        return `Check the address of ${registry}, and what is between here and it: no registry sends that much.`;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
        return `The name ${registry} cannot be resolved here. Check its spelling and the DNS of the runner; behind a proxy, set HTTPS_PROXY.`;
    }
    if (code === 'ECONNREFUSED') {
        // "connect ECONNREFUSED 127.0.0.1:5000": a redirect, an upload or a token server may be at another port than the registry.
        const [, address, port] = /ECONNREFUSED (\S+:(\d+))/.exec(message) ?? [];
        const own = /:(\d+)$/.exec(registry)?.[1];
        return address === undefined || port === own || (own === undefined && (port === '443' || port === '80'))
            ? `Nothing listens at ${registry}. Check host and port, and that the registry is running.`
            : `Nothing listens at ${address}, where ${registry} sends its clients. Check the address that the registry has for itself, its storage and its token server.`;
    }
    if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
        return `${registry} seems to speak plain HTTP. If that is meant, give it as http://${registry} in the input registry, or make it an insecure-registry of the Docker daemon.`;
    }
    if (/SELF_SIGNED|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/.test(code)) {
        return `The certificate of ${registry} is signed by an authority that is not known here. Put the authority's certificate into /etc/docker/certs.d/${registry}/ca.crt, or name its file in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.`;
    }
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
        return `The certificate is not for ${registry}. Use the name it was made for.`;
    if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
        return `The certificate of ${registry} is not valid at this time. Renew it, or set the clock of the runner.`;
    }
    return `The connection to ${registry} breaks. Check the network and the proxy of the runner, and run again.`;
}


/***/ }),

/***/ 26987:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ describeFaults),
/* harmony export */   b: () => (/* binding */ parseFaults)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);

/**
 * The faults in the body of an answer, as far as it has any: `{"errors":[…]}` of registries, `{"error":…}` and `{"details":…}` of
 * token servers. A proxy's HTML page has none.
 */
function parseFaults(text) {
    let body;
    try {
        body = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text);
    }
    catch {
        return [];
    }
    if (!(0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(body))
        return [];
    if (Array.isArray(body['errors']))
        return body['errors'].filter(_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv).slice(0, mostFaults).map(toFault);
    // OAuth2: {"error":"invalid_grant","error_description":"…"}; Docker Hub's token server: {"details":"incorrect username or password"}.
    const { error, error_description: description, details, message } = body;
    if ([error, details, message].every((value) => value === undefined))
        return [];
    return [{ code: asText(error), message: asText(description ?? details ?? message), detail: '' }];
}
/** Faults of one answer that are read. */
const mostFaults = 16;
/** Characters of a message of the registry's, and of a page in place of one. */
const longestText = 1_000;
const longestPage = 200;
/** The faults, or else the beginning of the text, on one line for a message; empty when there is nothing to say. */
function describeFaults(faults, text) {
    if (faults.length > 0)
        return cut(faults.map(describeFault).join('; '), longestText);
    return cut(withoutTags(text).replace(/\s+/g, ' ').trim(), longestPage);
}
function cut(text, most) {
    return text.length > most ? `${text.slice(0, most)}…` : text;
}
/** What a page shows: without its tags, and without what stands in head, script and style. Takes one pass, whatever the page. */
function withoutTags(page) {
    const pieces = [];
    let hidden;
    let at = 0;
    for (const { 0: tag, 1: slash = '', 2: name = '', index } of page.matchAll(/<(\/?)([a-z]{0,16})[^<>]*>?/gi)) {
        if (hidden === undefined)
            pieces.push(page.slice(at, index), ' ');
        at = index + tag.length;
        const lower = name.toLowerCase();
        if (hidden === undefined && slash === '' && ['script', 'style', 'head'].includes(lower))
            hidden = lower;
        else if (slash === '/' && lower === hidden)
            hidden = undefined;
    }
    if (hidden === undefined)
        pieces.push(page.slice(at));
    return pieces.join('');
}
/** `DENIED: requested access to the resource is denied`; the detail only where the message does not say it. */
function describeFault({ code, message, detail }) {
    const parts = [code, message === code ? '' : message, code === 'UNKNOWN' || message === '' ? detail : ''];
    return parts.filter((part) => part !== '').join(': ');
}
function toFault(value) {
    return {
        code: asText(value['code']).toUpperCase(),
        message: asText(value['message']),
        detail: asText(value['detail']),
    };
}
function asText(value) {
    if (value === undefined || value === null)
        return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
}


/***/ }),

/***/ 54762:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ knownAnswers),
/* harmony export */   p: () => (/* binding */ saysReadOnly)
/* harmony export */ });
/* harmony import */ var _retry_network_faults_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5404);

/** The registry takes no writes for now. */
const saysReadOnly = /\bread[- _]?only\b|\bmaintenance mode\b/i;
/**
 * What registries and their token servers say in words of their own, first match wins: read in an answer to ourselves, and
 * in the error of a builder that quotes one.
 */
const knownAnswers = [
    {
        code: 'registry-denied',
        pattern: /permission_denied: (?:write|create)_package/,
        hint: 'Add `packages: write` to the permissions of the job. If the package was first pushed by hand or from another repository, give this repository the role Write under "Manage Actions access" in the settings of the package.',
    },
    {
        code: 'registry-denied',
        pattern: /permission_denied: read_package/,
        hint: 'Add `packages: read` to the permissions of the job, and this repository under "Manage Actions access" in the settings of the package.',
    },
    {
        code: 'registry-denied',
        pattern: /installation not allowed to (?:Create|Write) organization package/i,
        hint: 'Add `packages: write` to the permissions of the job. The organization must also allow its members to create packages. If the package exists, give this repository the role Write under "Manage Actions access" in the settings of the package.',
    },
    {
        code: 'registry-denied',
        pattern: /The requested installation does not exist/i,
        hint: "GitHub: the job's token is good for packages of this repository's owner only, while the job runs. Check the owner in the image's name; for another owner's package give a personal access token with write:packages.",
    },
    {
        code: 'registry-denied',
        pattern: /token provided does not match expected scopes/i,
        hint: 'GitHub: the personal access token lacks the scope write:packages (read:packages to pull).',
    },
    {
        code: 'registry-denied',
        // Docker Hub, as a 401: it knows the user.
        pattern: /access token has insufficient scopes/i,
        hint: 'Docker Hub: the access token may not do this. Make one with the scope Read & Write; the scope of a token cannot be changed afterwards.',
    },
    {
        code: 'registry-unauthorized',
        // Amazon's registries; the second by Docker 20.10, when it has no credentials.
        pattern: /authorization token has expired|no basic auth credentials|ExpiredToken/i,
        hint: 'The session with the registry is missing or has expired; that of Amazon ECR lasts 12 hours. Log in right before this step, or give `username` and `password`.',
    },
    {
        code: 'registry-refused',
        // "name unknown: The repository with name 'a/b' does not exist in the registry with id '123456789012'".
        pattern: /The repository with name '([^']*)' does not exist in the registry/i,
        hint: 'Create the repository, which Amazon ECR does not do on push: `aws ecr create-repository --repository-name $1`.',
    },
    {
        code: 'tag-exists',
        // Amazon ECR: "The image tag '1' already exists in the 'a/b' repository and cannot be overwritten because the tag is
        // immutable", or "because the repository is immutable". Harbor, 412: "Failed to process request due to 'b:1' configured
        // as immutable". Google: "cannot update tag 1. The repository has enabled tag immutability".
        pattern: /\b(?:tag|image|manifest|repository)\b.{0,160} is immutable|configured as immutable|has enabled tag immutability/i,
        hint: 'Choose another tag, or make tags mutable in the settings of the registry. Set `if-exists: skip` to leave an existing fixed tag untouched.',
    },
    {
        code: 'registry-refused',
        // Azure, for what is locked and for a registry at its limit.
        pattern: /operation is disallowed on this registry, repository or image/i,
        hint: 'Azure: the tag, its image or the repository is locked, or the registry is full. `az acr repository show --name REGISTRY --image NAME:TAG` says so in writeEnabled, `az acr show-usage` in its size.',
    },
    {
        code: 'registry-refused',
        // distribution before 2.7: "manifest invalid"; BuildKit quotes it with the manifest's address or its digest.
        pattern: /\bMANIFEST_INVALID\b|\bmanifest invalid\b|unsupported manifest media type/i,
        hint: 'The registry may accept Docker media types only. The docker driver and `engine: embedded` push those; a remote or container builder pushes OCI media types.',
    },
    {
        code: 'registry-unavailable',
        // Harbor, 403: "The system is in read only mode. Any modification is prohibited." Quay, 405: "System is currently read-only. Pulls
        // will succeed but all write operations are currently suspended." GitLab, 503, and Artifactory: "maintenance mode". Nexus, 503:
        // "Nexus Repository Manager is in read-only mode". Azure, while a region fails over: "registry is read-only".
        pattern: saysReadOnly,
        hint: 'The registry accepts no pushes now: it is read-only or in maintenance. Run the job again when its administrators have ended that.',
    },
    {
        code: 'registry-unavailable',
        pattern: _retry_network_faults_js__WEBPACK_IMPORTED_MODULE_0__/* .limited */ .TJ,
        hint: 'The registry limits how much its clients may do in a time. A login to Docker Hub raises the limit; a mirror avoids it. Else run the job again later.',
    },
];


/***/ }),

/***/ 5281:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $W: () => (/* binding */ matchingCredential),
/* harmony export */   ET: () => (/* binding */ toAuthFile),
/* harmony export */   M9: () => (/* binding */ parseAuthFile),
/* harmony export */   w4: () => (/* binding */ hostOf)
/* harmony export */ });
/* unused harmony export credentialOf */
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _inputs_secret_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53373);
/* harmony import */ var _text_trim_end_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(14011);



/**
 * Reads the text of a credentials file; the old `.dockercfg`, which is `auths` alone, too. Throws JsonError, which quotes nothing.
 * https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
function parseAuthFile(text) {
    return toAuthFile(record((0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text)));
}
/** The credentials in the value of such a file. What is of another type than it should be is left out. */
function toAuthFile(file) {
    const { credsStore } = file;
    const modern = 'auths' in file || 'credHelpers' in file || 'credsStore' in file;
    const auths = modern ? record(file['auths']) : file;
    const helpers = Object.entries(record(file['credHelpers'])).filter(([, helper]) => typeof helper === 'string');
    return {
        auths: Object.entries(auths).flatMap(([key, value]) => {
            const credential = credentialOf(toEntry(record(value)));
            return credential === undefined ? [] : [{ key, credential }];
        }),
        credHelpers: Object.fromEntries(helpers.map(([key, helper]) => [hostOf(key), String(helper)])),
        ...(typeof credsStore === 'string' && credsStore !== '' ? { credsStore } : {}),
    };
}
/**
 * The credential for a repository whose key is the longest: podman allows `quay.io/team/app` and `quay.io/team` beside `quay.io`. Entries
 * without one, which `docker login` leaves beside a credentials store, do not count.
 */
function matchingCredential({ auths }, { registry, repository }) {
    const full = `${registry}/${repository}`;
    const matches = auths
        .map(({ key, credential }) => ({ name: nameOf(key), credential }))
        .filter(({ name }) => full === name || full.startsWith(`${name}/`));
    return matches.sort((a, b) => b.name.length - a.name.length)[0]?.credential;
}
/** The credential in an entry; none in an empty one. */
function credentialOf(entry) {
    const { auth = '', identitytoken, registrytoken } = entry;
    if (identitytoken)
        return { kind: 'identity-token', token: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(identitytoken) };
    if (registrytoken)
        return { kind: 'registry-token', token: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(registrytoken) };
    const decoded = Buffer.from(auth, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    const username = colon > 0 ? decoded.slice(0, colon) : entry.username;
    // Old versions of docker pad the text with zero bytes.
    const password = colon > 0 ? (0,_text_trim_end_js__WEBPACK_IMPORTED_MODULE_2__/* .trimEnd */ .s)(decoded.slice(colon + 1), '\0') : entry.password;
    if (!username || !password)
        return undefined;
    return username === '<token>'
        ? { kind: 'identity-token', token: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(password) }
        : { kind: 'basic', username, password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(password) };
}
/** The registry of a key, without scheme and path. */
function hostOf(key) {
    return nameOf(key).replace(/\/.*$/s, '');
}
/** A key as `host[:port][/path]`. Those with a scheme are docker's, where a path (`/v1/`, `/v2/`) means nothing. */
function nameOf(key) {
    const bare = /^https?:\/\//.test(key)
        ? key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')
        : key.replace(/\/(?:v[12]\/?)?$/, '');
    return bare.replace(/^(?:index|registry-1)\.docker\.io(?=\/|$)/, 'docker.io');
}
function toEntry(value) {
    const names = ['auth', 'username', 'password', 'identitytoken', 'registrytoken'];
    return Object.fromEntries(names.map((name) => [name, value[name]]).filter(([, field]) => typeof field === 'string'));
}
function record(value) {
    return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(value) ? value : {};
}


/***/ }),

/***/ 22072:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ createCredentialLookup)
/* harmony export */ });
/* unused harmony export podmanFilePaths */
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(48161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(29362);
/* harmony import */ var _inputs_secret_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(53373);
/* harmony import */ var _auth_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5281);
/* harmony import */ var _scope_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(87490);








/**
 * Looks for credentials where the engines look: first in the inputs, then in Docker's configuration and podman's files, there by
 * `credHelpers`, `credsStore` and `auths`. Files are read at the first question, helpers asked once for each registry. What is unreadable is
 * a warning, not an error: it may not be needed.
 */
function createCredentialLookup(options) {
    const { env, given = [], docker, mask } = options;
    const inputs = {
        auths: given.flatMap(({ registry, username, password, scope }) => scope === undefined ? [{ key: registry, credential: { kind: 'basic', username, password } }] : []),
        credHelpers: {},
    };
    const scoped = given.flatMap((one) => (one.scope === undefined ? [] : [{ ...one, scope: one.scope }]));
    let read;
    const asked = new Map();
    return async (target, action) => {
        const own = (0,_scope_js__WEBPACK_IMPORTED_MODULE_6__/* .mostSpecific */ .e)(scoped.filter(({ registry }) => registry === target.registry), target, action);
        if (own !== undefined) {
            const found = { kind: 'basic', username: own.username, password: own.password };
            for (const form of formsOf(found))
                mask(form);
            return found;
        }
        read ??= readAuthFiles(podmanFilePaths(env), options.log);
        for (const file of [inputs, docker, ...(await read)]) {
            const found = (await fromHelpers(file, target.registry)) ?? (0,_auth_file_js__WEBPACK_IMPORTED_MODULE_5__/* .matchingCredential */ .$W)(file, target);
            if (found === undefined)
                continue;
            for (const form of formsOf(found))
                mask(form);
            return found;
        }
        return undefined;
    };
    async function fromHelpers(file, registry) {
        const own = file.credHelpers[registry];
        // As the Docker CLI has it; the configuration that a login of ours makes relies on it.
        if (own === '')
            return undefined;
        for (const helper of [own, file.credsStore]) {
            if (helper === undefined)
                continue;
            const key = `${helper} ${registry}`;
            const answer = asked.get(key) ?? askHelper(options, helper, registry);
            asked.set(key, answer);
            const credential = await answer;
            if (credential !== undefined)
                return credential;
        }
        return undefined;
    }
}
/** What must not be in the log: the password, and the header that it is sent in. */
function formsOf(credential) {
    if (credential.kind !== 'basic')
        return [credential.token.reveal()];
    const password = credential.password.reveal();
    return [password, Buffer.from(`${credential.username}:${password}`).toString('base64')];
}
/** Where podman keeps credentials. */
function podmanFilePaths(env) {
    const home = env['HOME'] ?? env['USERPROFILE'] ?? (0,node_os__WEBPACK_IMPORTED_MODULE_0__.homedir)();
    const runtime = env['XDG_RUNTIME_DIR'];
    const podman = env['REGISTRY_AUTH_FILE'];
    return [
        ...(podman ? [podman] : []),
        ...(runtime ? [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(runtime, 'containers', 'auth.json')] : podmanRuntimeFile()),
        (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(env['XDG_CONFIG_HOME'] ?? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(home, '.config'), 'containers', 'auth.json'),
    ];
}
/** Where podman keeps credentials in a session without XDG_RUNTIME_DIR, as root has in containers. */
function podmanRuntimeFile() {
    try {
        return [`/run/containers/${(0,node_os__WEBPACK_IMPORTED_MODULE_0__.userInfo)().uid}/auth.json`];
    }
    catch {
        // A user without an entry in the password file.
        return [];
    }
}
async function readAuthFiles(paths, log) {
    const files = [];
    for (const path of paths) {
        try {
            files.push((0,_auth_file_js__WEBPACK_IMPORTED_MODULE_5__/* .parseAuthFile */ .M9)(await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_4__/* .readFileLimited */ .lB)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_3__/* .limits */ .F.configFile)));
        }
        catch (error) {
            const code = error instanceof Error && 'code' in error ? String(error.code) : '';
            if (code === 'ENOENT' || code === 'ENOTDIR')
                continue;
            const known = error instanceof _bounds_json_js__WEBPACK_IMPORTED_MODULE_2__/* .JsonError */ .N3 || error instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_4__/* .LimitError */ .oC;
            log.warning(`Cannot read credentials in ${path}: ${known ? error.message : `it cannot be opened (${code})`}`);
        }
    }
    return files;
}
/** Asks `docker-credential-<helper> get`. https://github.com/docker/docker-credential-helpers#development */
async function askHelper({ exec, log }, helper, registry) {
    const command = `docker-credential-${helper}`;
    const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
    const { ok, status, stdout, stderr } = await exec(command, ['get'], { input: server, timeout: 60_000 });
    if (ok)
        return parseHelperAnswer(stdout, (found) => log.warning(`Cannot use credentials from ${command}: ${found}`));
    // Helpers print errors where they print credentials: what looks like an answer is not shown.
    const answer = stdout.trim();
    const said = ((answer.includes('{') ? '' : answer) || stderr.trim()).slice(0, 300);
    // "credentials not found in native keychain" is how every helper says that it has none.
    if (!/credentials not found/i.test(said)) {
        const found = said || `it exited with ${status}`;
        log.warning(`Cannot get credentials for ${registry} from ${command}: ${found}`);
    }
    return undefined;
}
function parseHelperAnswer(stdout, complain) {
    let answer;
    try {
        answer = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_2__/* .parseJson */ .qF)(stdout);
    }
    catch {
        complain('its answer is not JSON');
        return undefined;
    }
    const { Username: username, Secret: password } = toFields(answer);
    if (typeof username !== 'string' || typeof password !== 'string' || password === '')
        return undefined;
    return username === '<token>'
        ? { kind: 'identity-token', token: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_7__/* .secret */ .r)(password) }
        : { kind: 'basic', username, password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_7__/* .secret */ .r)(password) };
}
function toFields(value) {
    return typeof value === 'object' && value !== null ? { ...value } : {};
}


/***/ }),

/***/ 87490:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ mostSpecific),
/* harmony export */   h: () => (/* binding */ covers)
/* harmony export */ });
/** Whether a token for `wider` is good for `scope`. */
function covers(wider, scope) {
    if (wider === scope)
        return true;
    const [one, other] = [wider.lastIndexOf(':'), scope.lastIndexOf(':')];
    if (wider.slice(0, one) !== scope.slice(0, other))
        return false;
    const actions = wider.slice(one + 1).split(',');
    return scope
        .slice(other + 1)
        .split(',')
        .every((action) => actions.includes(action));
}
/**
 * The one of several credentials with scopes that is for a request: one for the repository rather than for all, then the one with the most
 * actions, as buildx chooses. https://github.com/docker/buildx/blob/v0.31.0/util/dockerutil/dockerconfig/configprovider.go
 */
function mostSpecific(credentials, { repository }, action) {
    // Who pushes asks for a token to pull too.
    const done = action === 'push' ? ['pull', 'push'] : ['pull'];
    return credentials
        .filter(({ scope }) => scope.repository === '' || scope.repository === repository)
        .filter(({ scope }) => scope.actions.every((one) => done.includes(one)))
        .toSorted((a, b) => Number(b.scope.repository !== '') - Number(a.scope.repository !== '') ||
        b.scope.actions.length - a.scope.actions.length)[0];
}


/***/ }),

/***/ 10946:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  H: () => (/* binding */ createRegistryClient)
});

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/oci/digest.ts
var oci_digest = __webpack_require__(68825);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
// EXTERNAL MODULE: ./src/retry/backoff.ts
var backoff = __webpack_require__(68974);
// EXTERNAL MODULE: ./src/retry/retry-work.ts
var retry_work = __webpack_require__(3192);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(62148);
;// CONCATENATED MODULE: ./src/registry/endpoint.ts



/** The first contact: is there a registry, and how does it want to be spoken to? */
function pingEndpoint(target) {
    const what = `Cannot reach the registry ${target.registry}`;
    return { method: 'GET', target, at: '/v2/', action: 'pull', scopes: [], ok: [200], what };
}
function blobHeadEndpoint(target, digest, action) {
    const what = `Cannot look for blob ${digest} in ${(0,reference/* formatRepository */.Sh)(target)}`;
    // 400, 405 and 501: a registry or gateway that knows no HEAD here. Then the blob is sent.
    return { ...to(target, 'HEAD', `blobs/${digest}`, action), ok: [200, 400, 404, 405, 501], what };
}
function blobGetEndpoint(target, digest, start) {
    const what = `Cannot read blob ${digest} of ${(0,reference/* formatRepository */.Sh)(target)}`;
    const range = start > 0 ? { headers: { range: `bytes=${start}-` } } : {};
    return { ...to(target, 'GET', `blobs/${digest}`, 'pull'), ...range, ok: start > 0 ? [200, 206] : [200], what };
}
/** Asks for `digest` to be taken over from another repository of the registry; 202 means: no, but here is an upload. */
function mountEndpoint(target, digest, from) {
    const query = new URLSearchParams({ mount: digest, from });
    const what = `Cannot mount blob ${digest} from ${from} in ${(0,reference/* formatRepository */.Sh)(target)}`;
    const base = to(target, 'POST', `blobs/uploads/?${query}`, 'push');
    return { ...base, scopes: [...base.scopes, `repository:${from}:pull`], headers: empty, ok: [201, 202], what };
}
function uploadStartEndpoint(target, blob) {
    return {
        ...to(target, 'POST', 'blobs/uploads/', 'push'),
        headers: empty,
        // 202 by the specification; the others are what containerd takes as well.
        ok: [200, 201, 202, 204],
        what: pushBlobWhat(target, blob),
    };
}
/** May we push there? Answered by opening an upload. 405 and 501 say that this cannot be asked, not that we may not; so do some 404. */
function probePushEndpoint(target) {
    const what = `Cannot push to ${(0,reference/* formatRepository */.Sh)(target)}`;
    return { ...to(target, 'POST', 'blobs/uploads/', 'push'), headers: empty, ok: [200, 201, 202, 204, 405, 501], what };
}
/** How far has an upload come? 204 with `Range` (distribution), 202 at some others. */
function uploadStatusEndpoint(target, blob, location) {
    return { ...to(target, 'GET', location, 'push'), ok: [200, 202, 204], what: pushBlobWhat(target, blob) };
}
/** A part of the content, from byte `start`, `length` bytes long. */
function uploadPatchEndpoint(target, blob, location, { start, length }) {
    const headers = {
        'content-type': 'application/octet-stream',
        'content-length': String(length),
        'content-range': `${start}-${start + length - 1}`,
    };
    return { ...to(target, 'PATCH', location, 'push'), headers, ok: uploaded, what: pushBlobWhat(target, blob) };
}
/** Ends an upload, with the last `length` bytes of the content (all of it, or none). */
function uploadPutEndpoint(target, blob, location, length) {
    const at = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`;
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(length) };
    return { ...to(target, 'PUT', at, 'push'), headers, ok: uploaded, what: pushBlobWhat(target, blob) };
}
/** Closes an upload that will not be finished; `actions` are those to ask a token for. */
function uploadCancelEndpoint(target, location, actions) {
    const what = `Cannot cancel an upload to ${(0,reference/* formatRepository */.Sh)(target)}`;
    const scopes = [`repository:${target.repository}:${actions}`];
    return { ...to(target, 'DELETE', location, 'push'), scopes, ok: [200, 202, 204, 404], what };
}
function manifestGetEndpoint(target, name) {
    const what = `Cannot read ${manifestName(target, name)}`;
    const base = to(target, 'GET', `manifests/${name}`, 'pull');
    return { ...base, headers: accept, ok: [200, 404], limit: limits/* limits */.F.manifest, what };
}
/**
 * A refusal is an answer too, because GET may work where HEAD does not: 403 at registry.centos.org
 * (https://github.com/containerd/containerd/pull/6684), 405 at gateways (https://github.com/distribution/distribution/issues/1485),
 * 404 at others (https://github.com/nicholas-fedor/watchtower/pull/669).
 */
function manifestHeadEndpoint(target, name) {
    const what = `Cannot look for ${manifestName(target, name)}`;
    return {
        ...to(target, 'HEAD', `manifests/${name}`, 'pull'),
        headers: accept,
        ok: [200, 400, 403, 404, 405, 406, 501],
        what,
    };
}
function manifestPutEndpoint(target, name, type) {
    const what = `Cannot push ${manifestName(target, name)}`;
    return {
        ...to(target, 'PUT', `manifests/${name}`, 'push'),
        headers: { 'content-type': type },
        ok: [200, 201, 202, 204],
        writesManifest: true,
        what,
    };
}
/**
 * What registries answer to a part of an upload, or to its end. The specification has 202 and 201. Nexus and gateways answer 200, Pulp 204
 * (https://github.com/pulp/pulp_container/issues/2199), and ECR 201 to a PATCH (https://github.com/regclient/regclient/issues/81).
 */
const uploaded = [200, 201, 202, 204];
const accept = { accept: media_type/* manifestTypes */.Fm.join(', ') };
// Some registries want to be told that a POST has no body (411 otherwise).
const empty = { 'content-length': '0' };
function to(target, method, rest, action) {
    const at = /^https?:/.test(rest) ? rest : `/v2/${target.repository}/${rest}`;
    const scope = `repository:${target.repository}:${action === 'push' ? 'pull,push' : 'pull'}`;
    return { method, target, at, action, scopes: [scope] };
}
function pushBlobWhat(target, { digest }) {
    return `Cannot push blob ${digest} to ${(0,reference/* formatRepository */.Sh)(target)}`;
}
/** `ghcr.io/acme/app:1.2` or `ghcr.io/acme/app@sha256:…`. */
function manifestName(target, name) {
    return `${(0,reference/* formatRepository */.Sh)(target)}${name.includes(':') ? '@' : ':'}${name}`;
}

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./src/bounds/paced.ts
var paced = __webpack_require__(82420);
// EXTERNAL MODULE: ./src/registry/transport/exchange-once.ts
var exchange_once = __webpack_require__(99216);
;// CONCATENATED MODULE: ./src/registry/pull/download.ts








/** Transfers in a row that bring nothing new, or next to nothing. */
const mostStalls = 4;
/** Bytes. */
const leastProgress = 4096;
const breakOff = {
    kind: 'connection',
    code: 'ECONNRESET',
    message: 'the transfer ended early',
    cause: undefined,
};
/**
 * A blob's content, checked against its descriptor as it passes: the stream fails with `content-mismatch` at its end if it is another.
 * A transfer that breaks off is taken up where it stopped. Rejects when the blob cannot be opened.
 */
async function downloadBlob(exchange, target, blob, { signal, now }) {
    const pace = { bytes: limits/* limits */.F.blobProgress, time: limits/* limits */.F.blobTime, now };
    let stalls = 0;
    const what = `Cannot read blob ${blob.digest} of ${(0,reference/* formatRepository */.Sh)(target)}`;
    const opened = await exchange.retry(blobGetEndpoint(target, blob.digest, 0), async () => await request(0), { signal });
    const stream = external_node_stream_.Readable.from((0,oci_digest/* verified */.zr)(content(opened), blob, what), { objectMode: false });
    // A stream that is destroyed before it was read never enters the generator.
    stream.once('close', () => opened.body.destroy());
    return stream;
    async function request(start) {
        return await exchange.send(blobGetEndpoint(target, blob.digest, start), { signal });
    }
    async function* content(first) {
        let position = 0;
        let answer = first;
        for (;;) {
            // A registry without ranges begins at the beginning again.
            let skip = answer.status === 200 ? position : 0;
            const before = position;
            let failure = breakOff;
            try {
                for await (const chunk of (0,paced/* paced */.y)(answer.body, pace)) {
                    const rest = chunk.subarray(Math.min(skip, chunk.length));
                    skip -= chunk.length - rest.length;
                    if (rest.length === 0)
                        continue;
                    position += rest.length;
                    yield rest;
                }
                // Storage that closes early ends the body without an error when it gave no length.
                if (position >= blob.size)
                    return;
            }
            catch (error) {
                failure = (0,exchange_once/* toConnectionFailure */.Qq)(error, signal);
            }
            // A few bytes at each attempt would go on for ever.
            const enough = Math.min(leastProgress, blob.size - before);
            answer = await takeUp(position, failure, position - before >= enough);
        }
    }
    /** The rest from `start` on. The break itself counts as the first attempt when nothing at all had come. */
    async function takeUp(start, failure, progress) {
        stalls = progress ? 0 : stalls + 1;
        if (stalls > mostStalls)
            throw new action_error/* ActionError */.lZ('registry-unavailable', `${what}: it breaks off at byte ${start} again and again`);
        return await exchange.retry(blobGetEndpoint(target, blob.digest, start), async (attempt) => (attempt === 1 ? { ok: false, failure } : await request(start)), { signal });
    }
}

;// CONCATENATED MODULE: ./src/registry/transport/deliver.ts



/**
 * Sends an endpoint's request and follows redirects, as blobs are mostly behind one, to storage that takes no credentials of the registry.
 * The answer's status is not judged here.
 */
async function deliver(http, endpoint, { base, authorization, body, signal }) {
    let url = locate(endpoint.at, `${base}/`);
    for (let redirects = 0;; redirects++) {
        const own = url.origin === new URL(base).origin;
        const sent = await (0,exchange_once/* exchangeOnce */.z$)(http, {
            method: endpoint.method,
            url: url.href,
            headers: own
                ? { ...identity, ...endpoint.headers, ...(authorization === undefined ? {} : { authorization }) }
                : withoutCookie({ ...identity, ...endpoint.headers }),
            ...(body === undefined ? {} : { body: body() }),
            ...(signal === undefined ? {} : { signal }),
        });
        if (!sent.ok)
            return sent;
        const { status, headers } = sent.value;
        const location = headers['location'];
        if (location === undefined || !isRedirect(status, endpoint))
            return { ok: true, value: { ...sent.value, url: url.href } };
        discard(sent.value.body);
        const next = locate(location, url.href);
        if (redirects === limits/* limits */.F.redirects) {
            throw new action_error/* ActionError */.lZ('registry-refused', `${endpoint.what}: the registry redirects more than ${limits/* limits */.F.redirects} times`);
        }
        // Content is checked by its digest, but a private layer must not pass a network in the clear.
        if (url.protocol === 'https:' && next.protocol !== 'https:') {
            throw new action_error/* ActionError */.lZ('registry-refused', `${endpoint.what}: the registry redirects from https to plain http (${next.host})`, { hint: 'Have the registry redirect to an https address, or serve blobs itself.' });
        }
        url = next;
    }
}
/** Compressed by a gateway, the content would not be what its digest is of: https://github.com/quay/quay/pull/1310 */
const identity = { 'accept-encoding': 'identity' };
function withoutCookie({ cookie: _, ...headers }) {
    return headers;
}
/**
 * The URL of a `Location`, relative or absolute. A registry behind a proxy that ends TLS often does not know of it and
 * names itself with http: it is the same registry, spoken to as before.
 */
function locate(location, from) {
    const source = new URL(from);
    if (!URL.canParse(location, from)) {
        throw new action_error/* ActionError */.lZ('registry-refused', `Cannot follow the registry to "${location}": that is not an address`);
    }
    const url = new URL(location, source);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw new action_error/* ActionError */.lZ('registry-refused', `Cannot follow the registry at ${source.host} to "${location}": it is not an http or https address`, { hint: 'Check the address of the registry, and the proxy or gateway in front of it.' });
    }
    if (source.protocol === 'https:' && url.protocol === 'http:' && url.hostname === source.hostname) {
        url.protocol = 'https:';
        url.port = source.port;
    }
    return url;
}
/** Reads a body that says nothing to its end, so that the connection is free again. */
function discard(body) {
    body.resume();
}
function isRedirect(status, { method }) {
    if (status === 307 || status === 308)
        return true;
    return (method === 'GET' || method === 'HEAD') && (status === 301 || status === 302 || status === 303);
}

;// CONCATENATED MODULE: ./src/registry/push/cancel-upload.ts


const refusals = new Set(['registry-unauthorized', 'registry-denied']);
/** Attempts altogether: a registry that does not know how to cancel must not hold up anything. */
const mostAttempts = 4;
/** Milliseconds for the cancel in a run that is itself cancelled: the runner grants 7.5 s, and the clean up has to go in there too. */
const lastMoment = 1_500;
/**
 * Closes the upload at `location`, so that nothing is left in the registry. Never throws: registries drop abandoned uploads
 * by themselves, in a week or so, and some cannot cancel.
 */
async function cancelUpload(exchange, target, { location, signal: given }) {
    const hurried = given?.aborted === true;
    const signal = hurried ? AbortSignal.timeout(lastMoment) : given;
    const attempts = hurried ? 1 : mostAttempts;
    // distribution wants `delete` in the token, and GHCR gives no token at all to those who may not delete.
    for (const actions of ['pull,push', 'pull,push,delete']) {
        try {
            await exchange.call(uploadCancelEndpoint(target, location, actions), { signal, attempts });
            return;
        }
        catch (error) {
            if (!(error instanceof action_error/* ActionError */.lZ && refusals.has(error.code)))
                return;
        }
    }
}

;// CONCATENATED MODULE: ./src/registry/push/mount.ts




/**
 * Takes blobs over from other repositories of the same registry, which needs a token for both. A refusal is no error, only a reason to upload:
 * token servers refuse the pair when one of the two is not the user's (https://github.com/docker/buildx/issues/2364). It is remembered,
 * so that a push of many layers asks once. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#mounting-a-blob-from-another-repository
 */
function createMount(exchange) {
    const refused = new Set();
    return async (target, blob, sources, { signal }) => {
        let location;
        for (const source of sources) {
            const pair = `${target.registry} ${target.repository} ${source.repository}`;
            const possible = source.registry === target.registry && source.repository !== target.repository;
            if (!possible || refused.has(pair))
                continue;
            const answer = await ask(target, blob, source.repository, signal);
            if (answer === 'refused')
                refused.add(pair);
            if (typeof answer === 'string')
                continue;
            if (location !== undefined)
                await cancelUpload(exchange, target, { location, signal });
            if (answer.status === 201)
                return { mounted: true };
            const given = answer.headers['location'];
            location = given === undefined ? undefined : locate(given, answer.url).href;
        }
        return { mounted: false, ...(location === undefined ? {} : { location }) };
    };
    async function ask(target, blob, from, signal) {
        try {
            const sent = await exchange.sendWhole(mountEndpoint(target, blob.digest, from), { signal });
            if (sent.ok)
                return sent.value;
            return sent.failure.kind === 'answer' && sent.failure.status < 500 ? 'refused' : 'failed';
        }
        catch (error) {
            if (error instanceof action_error/* ActionError */.lZ && error.code !== 'cancelled')
                return 'refused';
            throw error;
        }
    }
}

// EXTERNAL MODULE: ./src/retry/classify.ts
var classify = __webpack_require__(58206);
// EXTERNAL MODULE: ./src/retry/http-table.ts
var http_table = __webpack_require__(56021);
// EXTERNAL MODULE: ./src/registry/answers/fault.ts
var fault = __webpack_require__(26987);
// EXTERNAL MODULE: ./src/registry/answers/known-answers.ts
var known_answers = __webpack_require__(54762);
;// CONCATENATED MODULE: ./src/registry/push/probe-push.ts








/** Opens an upload and cancels it. False when the registry does not let itself be asked so. */
async function probePush(exchange, target, { policy, signal }) {
    const endpoint = probePushEndpoint(target);
    const probeOnce = async (attempt) => {
        const sent = await exchange.sendWhole(endpoint, { signal });
        const failure = sent.ok ? readOnly(sent.value) : sent.failure;
        if (failure === undefined || !isNoWay(failure))
            return failure === undefined ? sent : { ok: false, failure };
        // A gateway in front of the registry may know it the next time.
        const another = attempt === 1 && policy.attempts > 1 && (0,classify/* classify */.L)(failure, http_table/* httpTable */.Z).verdict !== 'permanent';
        return another ? { ok: false, failure } : { ok: true, value: undefined };
    };
    const answer = await exchange.retry(endpoint, probeOnce, { signal });
    if (answer === undefined || answer.status >= 400)
        return false;
    const { headers, url } = answer;
    if (headers['location'] === undefined)
        return true;
    await cancelUpload(exchange, target, { location: locate(headers['location'], url).href, signal });
    return true;
}
/**
 * The failure in a 405 that is about the registry and not about the question: distribution answers UNSUPPORTED to every write while it is
 * read-only, or a pull-through cache; others say it in words.
 */
function readOnly({ status, bytes }) {
    if (status !== 405)
        return undefined;
    const text = bytes.subarray(0, limits/* limits */.F.errorBody).toString();
    const faults = (0,fault/* parseFaults */.b)(text);
    const says = faults.some(({ code }) => code === 'UNSUPPORTED') || known_answers/* saysReadOnly */.p.test(text);
    return says ? { kind: 'answer', status, faults, text } : undefined;
}
/** Whether it is the 404 of someone who does not know the request; one who does not know the repository says so. */
function isNoWay(failure) {
    if (failure.kind === 'connection' || failure.status !== 404)
        return false;
    return failure.faults.every(({ code }) => code === 'UNSUPPORTED');
}

;// CONCATENATED MODULE: ./src/registry/push/upload-course.ts
/** Bytes; what gateways with a limit take: Cloudflare 100 MB, many an nginx 10 MB. */
const smallPiece = 8 * 1024 * 1024;
/** Bytes; GHCR's, which says so with 416: "exceeds the maximum permissible limit of 4.00MiB" (https://github.com/ocx-sh/ocx/pull/237). */
const smallestPiece = 4 * 1024 * 1024;
/** What registries say of an upload they lost track of, or of content that came damaged. */
const lostCodes = new Set([
    'BLOB_UPLOAD_UNKNOWN',
    'BLOB_UPLOAD_INVALID',
    'DIGEST_INVALID',
    'SIZE_INVALID',
    'RANGE_INVALID',
]);
/**
 * The course for a new upload after a part of one was refused, or undefined when the refusal is not about the course: whether it is
 * transient or permanent is for the table to say.
 */
function courseAfter(failure, course, { size, resumed, patching }) {
    if (failure.kind === 'connection')
        return undefined;
    // A new upload that a gateway knows no PATCH for: 501, or a 404 that says nothing.
    const noPatch = patching && !resumed && failure.faults.length === 0 && [404, 501].includes(failure.status);
    if (noPatch)
        return { ...course, patch: false };
    if (failure.status >= 500)
        return undefined;
    const { status, faults } = failure;
    if ([401, 403, 408, 425, 429].includes(status))
        return undefined;
    const sent = Math.min(size, course.pieceSize);
    if (status === 413 || (status === 416 && /too large|exceeds the maximum/i.test(failure.text))) {
        const pieceSize = [smallPiece, smallestPiece].find((smaller) => smaller < sent);
        return pieceSize === undefined ? undefined : { pieceSize, patch: true };
    }
    const gone = status === 404 && !faults.some(({ code }) => code === 'NAME_UNKNOWN');
    const lost = status === 416 || faults.some(({ code }) => lostCodes.has(code));
    if (gone || lost)
        return course;
    return resumed || patching ? { ...course, patch: false } : undefined;
}

;// CONCATENATED MODULE: ./src/registry/push/upload.ts







/**
 * Uploads a blob: with one PUT, or in pieces when it is larger than `chunkSize`. When that breaks off, asks how far the registry has come
 * and goes on from there, or begins again. `open` gives the content from a byte on.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
async function uploadBlob(exchange, target, blob, open, { location, chunkSize, onProgress, signal }) {
    const startEndpoint = uploadStartEndpoint(target, blob);
    const task = { exchange, target, blob, open, what: startEndpoint.what, onProgress, signal };
    const course = { pieceSize: chunkSize, patch: true };
    let state = location === undefined
        ? { next: 'start', course }
        : { next: 'send', course, upload: { location, offset: 0, leastPiece: 0, resumed: false } };
    const attempt = async () => {
        while (state.next !== 'done') {
            const stepped = await step(task, state);
            state = stepped.state;
            if (stepped.failure !== undefined)
                return { ok: false, failure: stepped.failure };
        }
        return { ok: true, value: undefined };
    };
    try {
        await exchange.retry(startEndpoint, attempt, { signal });
    }
    catch (error) {
        // The error that led here is the one to report.
        if (state.upload !== undefined)
            await cancelUpload(exchange, target, { location: state.upload.location, signal });
        throw error;
    }
}
/** Makes the request that a state asks for. */
async function step(task, state) {
    switch (state.next) {
        case 'look':
            return await look(task, state);
        case 'resume':
            return await resume(task, state);
        case 'start':
            return await start(task, state);
        case 'send':
            return await send(task, state);
    }
}
/** It may have been the answer that was lost, not the content. */
async function look({ exchange, target, blob, signal }, state) {
    const { course, upload } = state;
    const head = await exchange.sendWhole(blobHeadEndpoint(target, blob.digest, 'push'), { signal });
    if (!head.ok)
        return { state, failure: head.failure };
    if (head.value.status === 200)
        return { state: { next: 'done', course } };
    return { state: upload === undefined ? { next: 'start', course } : { next: 'resume', course, upload } };
}
/**
 * Takes the upload up where the registry has it, or starts another when it is gone. It is with distribution (2.8.3), which answers
 * 404 BLOB_UPLOAD_INVALID once the file on its disk is longer than the offset in our `_state`, be it a PUT or a PATCH that broke off.
 */
async function resume({ exchange, target, blob, signal }, { course, upload }) {
    const endpoint = sticking(uploadStatusEndpoint(target, blob, upload.location), upload);
    const sent = await exchange.sendWhole(endpoint, { signal });
    if (!sent.ok) {
        // Given up, unless it is gone already.
        const gone = sent.failure.kind === 'answer' && sent.failure.status === 404;
        if (!gone)
            await cancelUpload(exchange, target, { location: upload.location, signal });
        return { state: { next: 'start', course } };
    }
    const offset = received(sent.value.headers['range']);
    if (offset === undefined || offset > blob.size)
        return { state: { next: 'start', course } };
    // The answer's Location counts: distribution keeps the offset in its `_state`.
    const location = nextLocation(sent.value, upload.location);
    return { state: { next: 'send', course, upload: { ...upload, location, offset, resumed: true } } };
}
async function start({ exchange, target, blob, signal }, { course }) {
    const sent = await exchange.sendWhole(uploadStartEndpoint(target, blob), { signal });
    if (!sent.ok)
        return { state: { next: 'look', course }, failure: sent.failure };
    const least = Number(sent.value.headers['oci-chunk-min-length'] ?? 0);
    const leastPiece = Number.isSafeInteger(least) ? least : 0;
    const cookie = cookieOf(sent.value.headers['set-cookie']);
    const sticky = cookie === '' ? {} : { cookie };
    const upload = { location: nextLocation(sent.value), offset: 0, leastPiece, resumed: false, ...sticky };
    return { state: { next: 'send', course, upload } };
}
/** All of the content with the request that ends the upload, or the next piece, or the end after the last piece. */
async function send(task, state) {
    const { blob, what } = task;
    const { course, upload } = state;
    const { offset } = upload;
    const pieceSize = Math.max(course.pieceSize, upload.leastPiece);
    if (offset === 0 && (!course.patch || blob.size <= pieceSize)) {
        // Checked on its way: a layer damaged on this disk must not be taken for a fault of the network.
        const whole = () => stream((0,oci_digest/* verified */.zr)(content(task, 0, Number.POSITIVE_INFINITY), blob, what));
        return await finish(task, state, { length: blob.size, body: whole });
    }
    if (offset >= blob.size)
        return await finish(task, state, { length: 0, body: () => '' });
    const length = Math.min(pieceSize, blob.size - offset);
    const { exchange, target, signal } = task;
    const endpoint = sticking(uploadPatchEndpoint(target, blob, upload.location, { start: offset, length }), upload);
    const sent = await exchange.sendWhole(endpoint, { body: () => stream(content(task, offset, length)), signal });
    if (!sent.ok)
        return await refused(task, state, { failure: sent.failure, patching: true });
    const location = nextLocation(sent.value, upload.location);
    return { state: { ...state, upload: { ...upload, location, offset: offset + length } } };
}
/** Ends the upload, with all of the content or with none. */
async function finish(task, state, { length, body }) {
    const { exchange, target, blob, what, signal } = task;
    const { course, upload } = state;
    const endpoint = sticking(uploadPutEndpoint(target, blob, upload.location, length), upload);
    const sent = await exchange.sendWhole(endpoint, { body, signal });
    if (!sent.ok)
        return await refused(task, state, { failure: sent.failure, patching: false });
    const digest = sent.value.headers['docker-content-digest']?.toLowerCase();
    if (digest !== undefined && digest !== blob.digest && digest.split(':')[0] === blob.digest.split(':')[0]) {
        throw new action_error/* ActionError */.lZ('content-mismatch', `${what}: the registry took it for ${digest}`);
    }
    return { state: { next: 'done', course } };
}
/** A refusal that another course may avoid becomes a transient failure, for a new upload; the attempts are counted all the same. */
async function refused({ exchange, target, blob, signal }, { course, upload }, { failure, patching }) {
    const other = courseAfter(failure, course, { size: blob.size, resumed: upload.resumed, patching });
    if (other === undefined || failure.kind === 'connection')
        return { state: { next: 'look', course, upload }, failure };
    await cancelUpload(exchange, target, { location: upload.location, signal });
    return { state: { next: 'look', course: other }, failure: { ...failure, transient: true } };
}
/** `length` bytes of the content from `begin` on, counted. What cannot be read here is not the network's fault. */
async function* content({ open, what, onProgress }, begin, length) {
    let sent = 0;
    try {
        for await (const chunk of open(begin)) {
            const part = chunk.subarray(0, length - sent);
            yield part;
            sent += part.length;
            onProgress?.(begin + sent);
            if (sent >= length)
                return;
        }
    }
    catch (cause) {
        throw new action_error/* ActionError */.lZ('content-mismatch', `${what}: it cannot be read here: ${(0,action_error/* messageOf */.bD)(cause)}`, { cause });
    }
}
function sticking(endpoint, { cookie }) {
    return cookie === undefined ? endpoint : { ...endpoint, headers: { ...endpoint.headers, cookie } };
}
/**
 * The cookies of `Set-Cookie`, joined with commas or not, as they go back: names and values alone.
 * https://www.rfc-editor.org/rfc/rfc6265#section-4.2
 */
function cookieOf(header = '') {
    const pairs = header.slice(0, 4096).matchAll(/(?:^|,)\s*([^\s=;,"]+=[^\s;,]*)/g);
    return [...pairs].map(([, pair = '']) => pair).join('; ');
}
/** Where the next request of an upload goes, the query kept as it is. */
function nextLocation({ headers, url }, before) {
    const location = headers['location'] ?? before;
    if (location === undefined)
        throw new action_error/* ActionError */.lZ('registry-refused', 'Cannot upload: the registry gave no Location');
    return locate(location, url).href;
}
/**
 * The bytes that `Range: 0-<last>` says were received. distribution answers `0-0` for none as for one byte: none is the safe reading,
 * since a registry that has the byte refuses the piece (416) and the upload begins again.
 */
function received(range) {
    const last = /^(?:bytes[= ])?0-(\d+)$/i.exec(range?.trim() ?? '')?.[1];
    if (last === undefined)
        return undefined;
    return last === '0' ? 0 : Number(last) + 1;
}
function stream(source) {
    return external_node_stream_.Readable.from(source, { objectMode: false });
}

// EXTERNAL MODULE: ./src/registry/answers/errors.ts
var errors = __webpack_require__(23496);
// EXTERNAL MODULE: ./src/bounds/json.ts
var json = __webpack_require__(43487);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
// EXTERNAL MODULE: ./src/registry/transport/retry-request.ts
var retry_request = __webpack_require__(11979);
;// CONCATENATED MODULE: ./src/registry/auth/challenge.ts
/**
 * The challenges in the values of `WWW-Authenticate`, joined with commas or not. Never throws: what is malformed is passed over.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
function parseChallenges(header) {
    const challenges = [];
    // A word alone begins a challenge; `name=value` belongs to the challenge begun last. Commas separate both, so they say nothing.
    const words = /([\w!#$%&'*+.^`|~-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;
    for (const [, word = '', quoted, plain] of rejoined(header).matchAll(words)) {
        const name = word.toLowerCase();
        const value = quoted?.replace(/\\(.)/g, '$1') ?? plain?.replace(/^'(.*)'$/, '$1');
        if (value === undefined)
            challenges.push({ scheme: name, parameters: {} });
        else
            Object.defineProperty(challenges.at(-1)?.parameters ?? {}, name, { value, enumerable: true, configurable: true });
    }
    return challenges;
}
/** A scope without quotes ends at its first comma: `scope=repository:a/b:pull,push`. It gets its quotes back. */
function rejoined(header) {
    const actions = '(?:pull|push|delete|\\*)';
    return header.replace(new RegExp(`(^|[\\s,])(scope=)(\\w+:[^\\s,"]{1,512}:${actions}(?:,${actions})*)(?=[\\s,]|$)`, 'gi'), '$1$2"$3"');
}
/** The most scopes of a challenge that are asked for. */
const mostScopes = 8;
/**
 * The scopes that a challenge names, as far as they are well-formed. Gateways that rewrite paths name the repository as the
 * registry behind them knows it: https://github.com/oras-project/oras-go/issues/650
 */
function scopesOf({ parameters }) {
    const wellFormed = /^[a-z]{1,64}(?:\([a-z0-9-]{1,64}\))?:[\w./:-]{1,512}:(?:[a-z]{1,32}|\*)(?:,(?:[a-z]{1,32}|\*)){0,8}$/;
    const words = (parameters['scope'] ?? '').split(' ', 64);
    return words.filter((scope) => wellFormed.test(scope)).slice(0, mostScopes);
}
/** The first challenge of a scheme. */
function findChallenge(challenges, scheme) {
    return challenges.find((challenge) => challenge.scheme === scheme);
}

// EXTERNAL MODULE: ./src/registry/auth/scope.ts
var auth_scope = __webpack_require__(87490);
;// CONCATENATED MODULE: ./src/registry/auth/auth.ts









/**
 * Answers challenges: Basic, and Bearer with tokens kept for their life time, one for each registry and set of scopes; a token with
 * wider scopes serves for narrower ones. https://distribution.github.io/distribution/spec/auth/token/
 * The result throws `registry-unauthorized` or `registry-denied` when the token server refuses, `registry-refused` when a token
 * would have to be fetched over plain HTTP for a registry that is reached over TLS.
 */
function createAuthorize(options) {
    const cached = new Map();
    let masked = 0;
    /**
     * The server chooses what a token is, and could have any word hidden in the log, and outputs that hold it withheld. What anybody gets is
     * no secret.
     */
    const maskToken = (value, credential) => {
        if (credential === undefined || value.length < shortestToken || masked >= limits/* limits */.F.maskedTokens)
            return;
        masked += 1;
        options.mask?.(value);
    };
    const authorize = async (request) => {
        const { registry, target, scopes, action, refused, signal } = request;
        const bearer = findChallenge(registry.challenges, 'bearer');
        if (bearer === undefined && findChallenge(registry.challenges, 'basic') === undefined)
            return undefined;
        const credential = await options.credentialFor(target, action);
        if (credential?.kind === 'registry-token')
            return `Bearer ${credential.token.reveal()}`;
        if (bearer === undefined)
            return credential?.kind === 'basic' ? basic(credential) : undefined;
        const tokens = (cached.get(registry.base) ?? []).filter(({ value }) => refused === undefined || value !== refused);
        const now = options.clock.now().getTime();
        const found = tokens.find((token) => token.expires > now && serves(token, scopes));
        if (found !== undefined) {
            try {
                return await found.header;
            }
            catch (error) {
                if (!(0,cancelled/* isCancelOfOther */.y)(error, signal))
                    throw error;
                return await authorize(request);
            }
        }
        // Kept from the moment it is asked for, so that requests side by side share it; a failure is not kept.
        const token = {
            scopes,
            expires: Number.POSITIVE_INFINITY,
            value: undefined,
            header: Promise.resolve(''),
        };
        token.header = fetchToken(options, { ...request, bearer, credential }).then(({ value, expires }) => {
            maskToken(value, credential);
            token.expires = expires;
            token.value = `Bearer ${value}`;
            return token.value;
        });
        cached.set(registry.base, [...tokens.filter(({ expires }) => expires > now), token]);
        try {
            return await token.header;
        }
        catch (error) {
            cached.set(registry.base, (cached.get(registry.base) ?? []).filter((other) => other !== token));
            throw error;
        }
    };
    return authorize;
}
/** Characters that a token has which is hidden: those of real servers have 32 and more. */
const shortestToken = 24;
/** One that is still on its way serves only for exactly the same: what is wider may be refused where what is asked for would not. */
function serves(token, scopes) {
    if (token.value === undefined)
        return token.scopes.join(' ') === scopes.join(' ');
    return scopes.every((scope) => token.scopes.some((wider) => (0,auth_scope/* covers */.h)(wider, scope)));
}
async function fetchToken(options, request) {
    const { what, target, action, credential, signal } = request;
    const failed = { what, target, action, authenticated: credential !== undefined };
    return await (0,retry_request/* retryRequest */.q)({
        what,
        attempt: async (attempt) => await tokenOnce(options, tokenHttpRequest(request), { attempt, what }),
        toError: (failure) => (0,errors/* failureError */.Xv)(failure, failed, 'the token server'),
        // A registry that answers has named it: if it cannot be reached, that is an outage.
        context: { answeredBefore: true },
    }, { ...options, signal });
}
async function tokenOnce({ http, clock }, request, { attempt, what }) {
    const sent = await (0,exchange_once/* exchangeOnce */.z$)(http, request);
    if (!sent.ok)
        return sent;
    const { status, headers } = sent.value;
    if (status !== 200)
        return { ok: false, failure: await (0,exchange_once/* toAnswerFailure */.mK)(sent.value, clock) };
    try {
        const bytes = await (0,exchange_once/* readBody */.x8)(sent.value, { what, by: 'the token server', limit: limits/* limits */.F.answer, clock });
        const token = parseToken(bytes.toString(), headers['date'], clock);
        if (token !== undefined)
            return { ok: true, value: token };
    }
    catch (error) {
        return { ok: false, failure: (0,exchange_once/* toConnectionFailure */.Qq)(error, request.signal) };
    }
    const text = 'an answer without a token';
    // The body may have been cut off without a trace.
    return { ok: false, failure: { kind: 'answer', status, faults: [], text, transient: attempt === 1 } };
}
function tokenHttpRequest({ registry, what, bearer, scopes, credential, signal }) {
    const { realm = '', service } = bearer.parameters;
    const url = URL.canParse(realm) ? new URL(realm) : undefined;
    const allowed = registry.base.startsWith('http:') ? ['https:', 'http:'] : ['https:'];
    if (url === undefined || !allowed.includes(url.protocol)) {
        throw new action_error/* ActionError */.lZ('registry-refused', `${what}: the registry names "${realm}" as its token server`, {
            hint: 'A token server must be an https address. Credentials are not sent to it.',
        });
    }
    const common = { ...(signal === undefined ? {} : { signal }) };
    if (credential?.kind === 'identity-token') {
        // https://distribution.github.io/distribution/spec/auth/oauth/
        const form = new URLSearchParams({
            grant_type: 'refresh_token',
            client_id: 'polyarch',
            ...(service === undefined ? {} : { service }),
            refresh_token: credential.token.reveal(),
            scope: scopes.join(' '),
        });
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        return { method: 'POST', url: url.href, headers, body: form.toString(), ...common };
    }
    if (service !== undefined)
        url.searchParams.set('service', service);
    for (const scope of scopes)
        url.searchParams.append('scope', scope);
    const headers = credential?.kind === 'basic' ? { authorization: basic(credential) } : {};
    return { method: 'GET', url: url.href, headers, ...common };
}
function parseToken(text, date, clock) {
    let answer;
    try {
        answer = Object((0,json/* parseJson */.qF)(text));
    }
    catch {
        return undefined;
    }
    // OAuth 2 servers name it access_token alone, some leave the other empty.
    const value = [answer['token'], answer['access_token']].find((one) => typeof one === 'string' && one !== '');
    // What is no header value must not become one.
    if (typeof value !== 'string' || value.length > limits/* limits */.F.token || !/^[\x21-\x7e]+$/.test(value))
        return undefined;
    return { value, expires: clock.now().getTime() + lifetime(answer, date) };
}
/**
 * Milliseconds a token is good for from now on, less a margin. It is 60 s when the server says nothing, which is what the specification says.
 * `issued_at` counts relative to the answer's `Date`: a runner's clock that is wrong must not make every token look expired.
 */
function lifetime(answer, date) {
    const seconds = Number(answer['expires_in']);
    const whole = (seconds > 0 ? seconds : 60) * 1000;
    const age = Date.parse(date ?? '') - Date.parse(String(answer['issued_at'] ?? ''));
    const left = age > 0 ? whole - age : whole;
    return left - Math.min(10_000, whole / 4);
}
function basic({ username, password }) {
    return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString('base64')}`;
}

;// CONCATENATED MODULE: ./src/registry/transport/known-registries.ts







function createKnownRegistries(options) {
    const found = new Map();
    const open = async (target, signal) => {
        const known = found.get(target.registry);
        if (known === undefined) {
            const contact = discover(options, target, signal);
            found.set(target.registry, contact);
            // The next caller makes another attempt, with a signal of its own.
            contact.catch(() => found.delete(target.registry));
            return await contact;
        }
        try {
            return await known;
        }
        catch (error) {
            if (!(0,cancelled/* isCancelOfOther */.y)(error, signal))
                throw error;
            return await open(target, signal);
        }
    };
    return {
        open,
        learn: (target, registry, challenges) => {
            const learned = { ...registry, challenges };
            found.set(target.registry, Promise.resolve(learned));
            return learned;
        },
    };
}
/** Where the API of a registry is. Docker Hub's is not at the host in its names. */
function apiHost(registry) {
    return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}
async function discover(options, target, signal) {
    // Where both are allowed plain HTTP goes first: it is what such registries speak, and its failure costs nothing.
    const schemes = options.plainHttp(target.registry) ? ['http', 'https'] : ['https'];
    const { what, action } = pingEndpoint(target);
    return await (0,retry_request/* retryRequest */.q)({
        what,
        attempt: async () => await discoverOnce(options, target, schemes, signal),
        toError: (failure) => (0,errors/* failureError */.Xv)(failure, { what, target, action, authenticated: false }),
    }, { ...options, signal });
}
async function discoverOnce(options, target, schemes, signal) {
    const [scheme, ...others] = schemes;
    const base = `${scheme}://${apiHost(target.registry)}`;
    const attempt = await ping(options, target, base, signal);
    if (attempt.ok || others.length === 0)
        return attempt;
    const { failure } = attempt;
    // Go's TLS servers answer 400 "Client sent an HTTP request to an HTTPS server", others just hang up.
    if (failure.kind === 'answer' && failure.status !== 400)
        return attempt;
    const second = await discoverOnce(options, target, others, signal);
    return second.ok || !speaksPlain(second.failure) ? second : attempt;
}
/** Whether a TLS handshake failed because the other side does not know TLS, or is not there: then the first failure is the one to tell. */
function speaksPlain(failure) {
    return (failure.kind === 'connection' &&
        /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|EPROTO|ECONN\w+)$/.test(failure.code));
}
async function ping({ http, clock }, target, base, signal) {
    const sent = await deliver(http, pingEndpoint(target), { base, authorization: undefined, signal });
    if (!sent.ok)
        return sent;
    const { status, headers } = sent.value;
    // 404: a registry in a path of some other server, which does not know /v2/ itself. Whether it is one, the first real request says.
    // 405, 406 and the like: a gateway that knows the paths of images alone.
    const speaks = status < 300 || (status >= 401 && status < 500 && ![407, 408, 413, 425, 429].includes(status));
    if (!speaks)
        return { ok: false, failure: await (0,exchange_once/* toAnswerFailure */.mK)(sent.value, clock) };
    discard(sent.value.body);
    return { ok: true, value: { base, challenges: parseChallenges(headers['www-authenticate'] ?? '') } };
}

;// CONCATENATED MODULE: ./src/registry/transport/exchange.ts










function createExchange(options) {
    const { http, credentialFor, clock } = options;
    const authorize = createAuthorize(options);
    const registries = createKnownRegistries(options);
    // What to ask for where a challenge has named scopes other than ours, by registry and our scopes.
    const named = new Map();
    async function send(endpoint, { body, signal } = {}) {
        const { target, what, action } = endpoint;
        const key = `${target.registry} ${endpoint.scopes.join(' ')}`;
        const scopes = named.get(key) ?? endpoint.scopes;
        const request = { target, scopes, what, action, signal };
        let registry = await registries.open(target, signal);
        const authorization = await authorize({ ...request, registry }).catch(async (error) => {
            const judged = error instanceof action_error/* ActionError */.lZ && error.code !== 'registry-refused' && isDenial(error);
            if (!judged || named.has(key) || body !== undefined)
                throw error;
            return await authorizeByChallenge({ ...request, registry }, { endpoint, key, error });
        });
        const first = await deliver(http, endpoint, { base: registry.base, authorization, body, signal });
        if (!first.ok || isAnswer(endpoint, first.value, registry.base))
            return first;
        const { status, headers, url } = first.value;
        const failure = await (0,exchange_once/* toAnswerFailure */.mK)(first.value, clock);
        // ECR Public answers 400 to a token that has expired: https://github.com/aws/containers-roadmap/issues/2835
        const expired = status === 400 && authorization !== undefined && /token.{0,80}(?:expired|invalid)/i.test(failure.text);
        if (status !== 401 && status !== 403 && !expired)
            return { ok: false, failure };
        // A stray 401, an expired token, a token that lacks a scope, GHCR's random 403: all end with a fresh token, or are permanent.
        // Where there are no tokens there is one more attempt.
        // A challenge counts only from the registry itself: storage it redirects to must not name the server that credentials go to.
        const own = status === 401 && isOwn(url, registry.base);
        const challenges = own ? parseChallenges(headers['www-authenticate'] ?? '') : [];
        if (challenges.length > 0)
            registry = registries.learn(target, registry, challenges);
        const fresh = await authorizeAnew({ ...request, registry, refused: authorization }, { challenges, key });
        if (fresh === undefined)
            return { ok: false, failure: { ...failure, finalDenial: challenges.length > 0 } };
        if (fresh === authorization)
            return { ok: false, failure };
        const second = await deliver(http, endpoint, { base: registry.base, authorization: fresh, body, signal });
        if (!second.ok || isAnswer(endpoint, second.value, registry.base))
            return second;
        return { ok: false, failure: { ...(await (0,exchange_once/* toAnswerFailure */.mK)(second.value, clock)), finalDenial: true } };
    }
    /**
     * A fresh authorization, for the scopes that the challenge names too: behind a gateway that rewrites paths they are those of another
     * repository. A token server that refuses the two together gets the question for the named ones alone.
     */
    async function authorizeAnew(request, { challenges, key }) {
        const others = othersIn(challenges, request.scopes);
        if (others.length === 0)
            return await authorize(request);
        const asked = [...request.scopes, ...others];
        try {
            const authorization = await authorize({ ...request, scopes: asked });
            named.set(key, asked);
            return authorization;
        }
        catch (error) {
            if (!isDenial(error))
                throw error;
            const authorization = await authorize({ ...request, scopes: others });
            named.set(key, others);
            return authorization;
        }
    }
    /**
     * The authorization for the scopes that the registry's challenge names, where the token server has refused ours before the registry
     * itself was asked. Throws `error`, the refusal, when the challenge names no others.
     */
    async function authorizeByChallenge(request, { endpoint, key, error }) {
        const { registry, signal } = request;
        const asked = await deliver(http, endpoint, { base: registry.base, authorization: undefined, signal });
        if (!asked.ok)
            throw error;
        const { status, headers, url, body } = asked.value;
        body.destroy();
        const own = status === 401 && isOwn(url, registry.base);
        const others = own ? othersIn(parseChallenges(headers['www-authenticate'] ?? ''), request.scopes) : [];
        if (others.length === 0)
            throw error;
        const authorization = await authorize({ ...request, scopes: others });
        named.set(key, others);
        return authorization;
    }
    async function sendWhole(endpoint, requestOptions = {}) {
        const sent = await send(endpoint, requestOptions);
        if (!sent.ok)
            return sent;
        const { body, ...rest } = sent.value;
        const { what, limit = limits/* limits */.F.answer } = endpoint;
        try {
            const empty = endpoint.method === 'HEAD';
            if (empty)
                body.resume();
            const bytes = empty ? Buffer.alloc(0) : await (0,exchange_once/* readBody */.x8)({ body, ...rest }, { what, limit, clock });
            return { ok: true, value: { ...rest, bytes } };
        }
        catch (error) {
            return { ok: false, failure: (0,exchange_once/* toConnectionFailure */.Qq)(error, requestOptions.signal) };
        }
    }
    async function retry(endpoint, attempt, { attempts = Number.POSITIVE_INFINITY, signal, ...context } = {}) {
        const { what, target, action, writesManifest = false } = endpoint;
        const toError = async (failure) => {
            const authenticated = (await credentialFor(target, action)) !== undefined;
            return (0,errors/* failureError */.Xv)(failure, { what, target, action, authenticated, writesManifest });
        };
        const policy = { ...options.policy, attempts: Math.min(options.policy.attempts, attempts) };
        // The first contact is retried in its own way: the registry of any other request has answered.
        return await (0,retry_request/* retryRequest */.q)({ what, attempt, toError, context: { ...context, answeredBefore: true } }, { ...options, policy, signal });
    }
    return {
        open: registries.open,
        send,
        sendWhole,
        retry,
        call: async (endpoint, { body, ...retries } = {}) => {
            const { signal } = retries;
            const requestOptions = { signal, ...(body === undefined ? {} : { body }) };
            return await retry(endpoint, async () => await sendWhole(endpoint, requestOptions), retries);
        },
    };
}
const denials = new Set(['registry-unauthorized', 'registry-denied', 'registry-refused']);
function isDenial(error) {
    return error instanceof action_error/* ActionError */.lZ && denials.has(error.code);
}
/** The scopes that a challenge names beside ours. */
function othersIn(challenges, scopes) {
    const bearer = findChallenge(challenges, 'bearer');
    if (bearer === undefined)
        return [];
    return scopesOf(bearer).filter((scope) => !scopes.some((ours) => (0,auth_scope/* covers */.h)(ours, scope)));
}
/**
 * Whether an answer is one that the caller judges. A HEAD that is redirected to storage is answered by someone whose refusal says
 * nothing: the address is mostly signed for GET alone.
 */
function isAnswer({ ok, method }, { status, url }, base) {
    return ok.includes(status) || (method === 'HEAD' && status >= 400 && !isOwn(url, base));
}
function isOwn(url, base) {
    return new URL(url).origin === new URL(base).origin;
}

// EXTERNAL MODULE: ./src/registry/transport/insecure.ts
var insecure = __webpack_require__(28151);
;// CONCATENATED MODULE: ./src/registry/client.ts












/** A manifest that came, and is not what it should be. */
const manifestTable = [
    {
        // Without a length, a body that was cut off looks like a whole one of other content.
        code: 'content-mismatch',
        verdict: 'maybe',
        attempts: 2,
        immediately: true,
        learnedFrom: 'registries and proxies whose answers have no Content-Length',
    },
];
function createRegistryClient(options) {
    const { random = Math.random, plainHttp = insecure/* isLoopback */.U, retryPolicy = backoff/* defaultRetryPolicy */.ur, chunkSize = Infinity, } = options;
    const exchange = createExchange({ ...options, random, plainHttp, policy: retryPolicy });
    const mount = createMount(exchange);
    // Whether HEAD of a manifest tells the truth, by registry. As long as that is not known, GET is asked after a HEAD that finds nothing.
    const heads = new Map();
    async function find(endpoint, { justPushed = false, signal }) {
        if (!justPushed) {
            const answer = await exchange.call(endpoint, { signal });
            return answer.status === 404 ? undefined : answer;
        }
        try {
            return await exchange.call({ ...endpoint, ok: [200] }, { signal, justPushed });
        }
        catch (error) {
            if (error instanceof action_error/* ActionError */.lZ && error.code === 'image-not-found')
                return undefined;
            throw error;
        }
    }
    async function getManifest(target, name, call = {}) {
        const endpoint = manifestGetEndpoint(target, name);
        const work = async () => {
            const answer = await find(endpoint, call);
            return answer && toManifest(answer, name, endpoint.what);
        };
        return await (0,retry_work/* retryWork */.U)({ work, table: manifestTable }, { ...options, policy: retryPolicy, signal: call.signal });
    }
    async function headManifest(target, name, call = {}) {
        const get = async () => (await getManifest(target, name, call))?.descriptor;
        const known = heads.get(target.registry);
        if (known === 'fails')
            return await get();
        const endpoint = manifestHeadEndpoint(target, name);
        const answer = known === 'works' ? await find(endpoint, call) : await exchange.call(endpoint, { signal: call.signal });
        if (answer === undefined)
            return undefined;
        if (answer.status !== 200) {
            const found = await get();
            if (found !== undefined && known === undefined)
                heads.set(target.registry, 'fails');
            return found;
        }
        heads.set(target.registry, 'works');
        const { 'content-length': size = '0', 'content-type': type } = answer.headers;
        const digest = (answer.headers['docker-content-digest'] ?? '').toLowerCase();
        // Not every registry says it all in a HEAD, and a digest of another algorithm cannot be compared with ours.
        const comparable = (0,oci_digest/* isDigest */.Bc)(digest) && (digest.startsWith('sha256:') || digest === name);
        if (!comparable || !(Number(size) > 0) || type === undefined)
            return await get();
        return { mediaType: bareType(type), digest, size: Number(size) };
    }
    return {
        probePush: async (target, { signal } = {}) => await probePush(exchange, target, { policy: retryPolicy, signal }),
        hasBlob: async (target, digest, { signal } = {}) => {
            const { status } = await exchange.call(blobHeadEndpoint(target, digest, 'pull'), { signal });
            return status === 200;
        },
        pushBlob: async (target, blob, open, { mountFrom = [], unasked = false, onProgress, signal } = {}) => {
            const head = unasked ? undefined : await exchange.call(blobHeadEndpoint(target, blob.digest, 'push'), { signal });
            if (head?.status === 200)
                return 'exists';
            const { mounted, location } = await mount(target, blob, mountFrom, { signal });
            if (mounted)
                return 'mounted';
            await uploadBlob(exchange, target, blob, open, { location, chunkSize, onProgress, signal });
            return 'pushed';
        },
        getBlob: async (target, blob, { signal } = {}) => await downloadBlob(exchange, target, blob, { signal, now: () => options.clock.now().getTime() }),
        getManifest,
        headManifest,
        putManifest: async (target, name, bytes, type, { laggingAttempts, signal } = {}) => {
            const endpoint = manifestPutEndpoint(target, name, type);
            // What it refers to was mostly pushed just now.
            const answer = await exchange.call(endpoint, {
                body: () => bytes,
                justPushed: true,
                laggingAttempts,
                signal,
            });
            const digest = (0,oci_digest/* digestOf */.ol)(bytes);
            assertConfirmed(answer.headers['docker-content-digest'], digest, endpoint.what);
            return digest;
        },
    };
}
function toManifest({ headers, bytes }, name, what) {
    const said = headers['docker-content-digest'];
    const digest = (0,oci_digest/* isDigest */.Bc)(name) ? name : (0,oci_digest/* digestOf */.ol)(bytes);
    if ((0,oci_digest/* isDigest */.Bc)(name))
        (0,oci_digest/* verify */.MX)(bytes, { digest: name, size: bytes.length }, what);
    else
        assertConfirmed(said, digest, what);
    const mediaType = (0,parse/* documentType */.e)(bytes, bareType(headers['content-type'] ?? ''), what);
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}
/** A digest that the registry says, where it says one of ours' algorithm, must be ours. */
function assertConfirmed(said, digest, what) {
    // Hex digits in capitals are not valid, and the same digest.
    const lower = said?.toLowerCase();
    if (lower === undefined || lower === digest || !lower.startsWith('sha256:'))
        return;
    throw new action_error/* ActionError */.lZ('content-mismatch', `${what}: the registry has ${said} where it should have ${digest}`, {
        hint: 'Something between here and the registry changes content. Look at the proxy or the mirror.',
    });
}
function bareType(type) {
    return type.replace(/;.*$/s, '').trim().toLowerCase();
}


/***/ }),

/***/ 70814:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ readConfig)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22714);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(62148);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1080);





/**
 * The bytes of an image's configuration. One over `limits.config` is refused before it is asked for.
 *
 * @throws ActionError `registry-refused`, and those of the registry
 */
async function readConfig(client, repository, { config, signal }) {
    if (config.size > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.config) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('registry-refused', `Cannot read configuration ${config.digest} of ${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .formatRepository */ .Sh)(repository)}: it has ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_4__/* .formatBytes */ .z)(config.size)}, and at most ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_4__/* .formatBytes */ .z)(_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.config)} are read`, { hint: 'Use another image: a valid configuration has a few kB.' });
    }
    return await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_1__/* .readLimited */ .tk)(await client.getBlob(repository, config, { signal }), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.config);
}


/***/ }),

/***/ 92852:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   X: () => (/* binding */ registryStore),
/* harmony export */   x: () => (/* binding */ registryReader)
/* harmony export */ });
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_0__);

/**
 * Reads the blobs of a repository. What is read is checked on its way, and fails at its end when it is not what its descriptor says.
 *
 * @throws by its results, the errors of the registry
 */
function registryReader(client, repository) {
    return {
        open: async (blob, { start = 0, signal } = {}) => {
            const content = await client.getBlob(repository, blob, { signal });
            return start === 0 ? content : withoutStart(content, start);
        },
        locate: () => [repository],
    };
}
/**
 * The blobs of a repository, read and written. What is sent is checked on its way too. A blob is mounted from where its reader says that
 * it is.
 *
 * @throws by its results, the errors of the registry, and what reading what is sent throws
 */
function registryStore(client, repository) {
    return {
        ...registryReader(client, repository),
        repository,
        has: async ({ digest }, options) => await client.hasBlob(repository, digest, options),
        put: async (blob, from, options = {}) => await client.pushBlob(repository, blob, (start) => node_stream__WEBPACK_IMPORTED_MODULE_0__.Readable.from(opened(() => from.open(blob, { start, signal: options.signal }))), { ...options, mountFrom: options.unasked === true ? [] : (from.locate?.(blob.digest) ?? []) }),
        putDocument: async ({ descriptor, bytes }, options) => {
            await client.putManifest(repository, descriptor.digest, bytes, descriptor.mediaType, options);
        },
    };
}
async function* opened(open) {
    yield* await open();
}
/** Without the first bytes. They are read all the same: without them the content cannot be checked. */
async function* withoutStart(content, start) {
    let left = start;
    for await (const chunk of content) {
        if (chunk.length > left)
            yield chunk.subarray(left);
        left = Math.max(0, left - chunk.length);
    }
}


/***/ }),

/***/ 99216:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Qq: () => (/* binding */ toConnectionFailure),
/* harmony export */   mK: () => (/* binding */ toAnswerFailure),
/* harmony export */   x8: () => (/* binding */ readBody),
/* harmony export */   z$: () => (/* binding */ exchangeOnce)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);
/* harmony import */ var _bounds_paced_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(82420);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(22714);
/* harmony import */ var _errors_cancelled_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(38448);
/* harmony import */ var _retry_backoff_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(68974);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(1080);
/* harmony import */ var _answers_fault_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(26987);









/** One HTTP exchange as an attempt: an answer of whatever status, or a failure of the connection. Throws only what is final. */
async function exchangeOnce(http, request) {
    try {
        return { ok: true, value: await http(request) };
    }
    catch (error) {
        return { ok: false, failure: toConnectionFailure(error, request.signal) };
    }
}
/** The connection failure in what was thrown. Throws on what is no such thing: a cancelled run, an error of ours (bad content). */
function toConnectionFailure(error, signal) {
    if (signal?.aborted === true)
        throw (0,_errors_cancelled_js__WEBPACK_IMPORTED_MODULE_4__/* .cancelled */ .K)(undefined, error);
    if (error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ)
        throw error;
    const code = codeOf(error);
    if (code === undefined)
        throw error;
    // Several addresses that all fail come as one error without a message.
    const first = error instanceof AggregateError ? error.errors[0] : error;
    const proxy = first instanceof Error && 'proxy' in first ? String(first.proxy) : undefined;
    return {
        kind: 'connection',
        code,
        message: (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .messageOf */ .bD)(first) || code,
        cause: error,
        ...(proxy === undefined ? {} : { proxy }),
    };
}
/**
 * The whole body of an answer. What is compressed although nobody asked for it (https://github.com/quay/quay/pull/1310) is unpacked.
 *
 * @throws ActionError `registry-refused` for a body over the limit, or what breaks it off, with a code
 */
async function readBody({ headers, body }, { what, by = 'the registry', limit, clock }) {
    const tooLong = () => new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ('registry-refused', `${what}: the answer of ${by} is larger than ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_7__/* .formatBytes */ .z)(limit)}`, {
        hint: 'No valid answer is that large. Check the address, and what is between here and the registry.',
    });
    if (Number(headers['content-length'] ?? 0) > limit) {
        body.destroy();
        throw tooLong();
    }
    try {
        const now = () => clock.now().getTime();
        const bytes = await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__/* .readLimited */ .tk)((0,_bounds_paced_js__WEBPACK_IMPORTED_MODULE_8__/* .paced */ .y)(body, { bytes: Infinity, time: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.documentTime, now }), limit);
        return isGzip(headers['content-encoding'], bytes) ? await unpack(bytes, limit) : bytes;
    }
    catch (error) {
        if (error instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__/* .LimitError */ .oC || Object(error).code === 'ERR_BUFFER_TOO_LARGE')
            throw tooLong();
        throw error;
    }
}
function isGzip(encoding, bytes) {
    return /^\s*(?:x-)?gzip\s*$/i.test(encoding ?? '') && bytes[0] === 0x1f && bytes[1] === 0x8b;
}
async function unpack(bytes, limit) {
    return await new Promise((resolve, reject) => {
        (0,node_zlib__WEBPACK_IMPORTED_MODULE_0__.gunzip)(bytes, { maxOutputLength: limit }, (error, unpacked) => (error ? reject(error) : resolve(unpacked)));
    });
}
/** The failure in an answer that was not wanted; reads the answer's body. */
async function toAnswerFailure(response, clock) {
    // The rest of a body that breaks or goes on for ever says nothing more.
    const pace = { bytes: Infinity, time: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.documentTime, now: () => clock.now().getTime() };
    const text = new TextDecoder().decode(await readSome((0,_bounds_paced_js__WEBPACK_IMPORTED_MODULE_8__/* .paced */ .y)(response.body, pace), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.errorBody));
    const retryAfter = (0,_retry_backoff_js__WEBPACK_IMPORTED_MODULE_5__/* .parseRetryAfter */ .mu)(response.headers['retry-after'], response.headers['date'], clock.now());
    return {
        kind: 'answer',
        status: response.status,
        faults: (0,_answers_fault_js__WEBPACK_IMPORTED_MODULE_6__/* .parseFaults */ .b)(text),
        text,
        ...(retryAfter === undefined ? {} : { retryAfter }),
        insufficientScope: /insufficient_scope/.test(response.headers['www-authenticate'] ?? ''),
    };
}
async function readSome(body, limit) {
    const chunks = [];
    let size = 0;
    try {
        for await (const chunk of body) {
            chunks.push(chunk);
            size += chunk.length;
            if (size > limit)
                break;
        }
    }
    catch {
        // What came before it broke is all there is to report.
    }
    return Buffer.concat(chunks).subarray(0, limit);
}
function codeOf(error) {
    if (!(error instanceof Error))
        return undefined;
    if ('code' in error && typeof error.code === 'string')
        return error.code;
    return codeOf(error.cause);
}


/***/ }),

/***/ 28151:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback),
/* harmony export */   f: () => (/* binding */ isInsecure)
/* harmony export */ });
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77030);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_net__WEBPACK_IMPORTED_MODULE_0__);

/** Whether a registry's host, with or without port, is this machine: the engines speak plain HTTP to it unasked, and so do we. */
function isLoopback(registry) {
    const host = registry.replace(/:\d+$/, '').toLowerCase();
    return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
/**
 * Whether a registry (`host[:port]`) may be spoken to in plain HTTP: this machine always, others when `allowed` names
 * them. `allowed` has hosts and networks in CIDR form, as `insecure-registries` of the Docker daemon does.
 */
function isInsecure(registry, allowed) {
    if (isLoopback(registry) || allowed.includes(registry))
        return true;
    const host = registry.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
    const family = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(host);
    if (family === 0)
        return false;
    const networks = new node_net__WEBPACK_IMPORTED_MODULE_0__.BlockList();
    for (const [network = '', bits = ''] of allowed.map((entry) => entry.split('/'))) {
        const version = (0,node_net__WEBPACK_IMPORTED_MODULE_0__.isIP)(network);
        // What is no network may be the name of a registry.
        if (version === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32))
            continue;
        networks.addSubnet(network, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
    }
    return networks.check(host, family === 6 ? 'ipv6' : 'ipv4');
}


/***/ }),

/***/ 11979:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ retryRequest)
/* harmony export */ });
/* harmony import */ var _retry_http_table_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(56021);
/* harmony import */ var _retry_retry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3144);
/* harmony import */ var _answers_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(23496);



/**
 * Makes a request, again while its failure is transient.
 *
 * @throws ActionError `toError` of the last failure; `cancelled`
 */
async function retryRequest({ what, by, attempt, toError, context }, options) {
    const describe = (failure) => `${what}: ${(0,_answers_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .describeFailure */ .Ic)(failure, by)}`;
    const outcome = await (0,_retry_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .retry */ .L)({ attempt, table: _retry_http_table_js__WEBPACK_IMPORTED_MODULE_0__/* .httpTable */ .Z, context, describe }, options);
    if (outcome.ok)
        return outcome.value;
    throw await toError(outcome.failure);
}


/***/ }),

/***/ 68974:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JN: () => (/* binding */ backoff),
/* harmony export */   Jb: () => (/* binding */ retryPolicy),
/* harmony export */   mu: () => (/* binding */ parseRetryAfter),
/* harmony export */   ur: () => (/* binding */ defaultRetryPolicy)
/* harmony export */ });
/** The policy for so many attempts after the first. With 8 of them an outage of a minute is survived, whatever the jitter. */
function retryPolicy(retries) {
    return { attempts: retries + 1, firstWait: 500, longestWait: 30_000, longestRetryAfter: 120_000 };
}
const defaultRetryPolicy = retryPolicy(8);
/** Milliseconds to wait after the attempt numbered `attempt` (from 1); `random` gives 0 ≤ n < 1. */
function backoff({ firstWait, longestWait }, attempt, random) {
    const whole = Math.min(firstWait * 2 ** (attempt - 1), longestWait);
    // Between three quarters and the whole: jobs that failed together must not come back together.
    return Math.round(whole * (0.75 + random() / 4));
}
/**
 * The milliseconds in a `Retry-After` header, seconds or a date. A date is taken relative to the answer's own `Date`, so that
 * a wrong clock on either side does no harm. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function parseRetryAfter(value, date, now) {
    if (value === undefined)
        return undefined;
    if (/^\s*\d+\s*$/.test(value))
        return Number(value) * 1000;
    const until = Date.parse(value);
    if (Number.isNaN(until))
        return undefined;
    const sent = Date.parse(date ?? '');
    return Math.max(0, until - (Number.isNaN(sent) ? now.getTime() : sent));
}


/***/ }),

/***/ 58206:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ classify),
/* harmony export */   X: () => (/* binding */ fewAttempts)
/* harmony export */ });
/* harmony import */ var _bounds_excerpt_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(88508);

/** Attempts for a failure that is mostly permanent and sometimes an outage, such as a name that nobody knows. */
const fewAttempts = 3;
const permanent = { verdict: 'permanent', attempts: 1 };
/** What a failure is, by the first row of the table that matches it. What no row knows is permanent. */
function classify(failure, table, context = {}) {
    const found = table.find((row) => matches(row, failure, context));
    if (found === undefined)
        return permanent;
    if ('table' in found)
        return classify(failure, found.table, context);
    if (found.verdict === 'permanent')
        return permanent;
    const attempts = typeof found.attempts === 'function' ? found.attempts(context) : found.attempts;
    return { ...found, attempts: attempts ?? Number.POSITIVE_INFINITY };
}
function matches({ code, status, pattern, unless, when }, failure, context) {
    return ((code === undefined || (failure.kind !== 'answer' && listOf(code).includes(failure.code ?? ''))) &&
        (status === undefined || (failure.kind === 'answer' && includes(status, failure.status))) &&
        (pattern === undefined || says(failure, pattern)) &&
        (unless === undefined || !says(failure, unless)) &&
        (when === undefined || when(failure, context)));
}
function includes(statuses, status) {
    return statuses.some((one) => (typeof one === 'number' ? one === status : one[0] <= status && status <= one[1]));
}
function says(failure, pattern) {
    const text = failure.kind === 'connection' ? failure.message : (0,_bounds_excerpt_js__WEBPACK_IMPORTED_MODULE_0__/* .excerptOf */ .z)(failure.text);
    return [pattern].flat().some((one) => one.test(text));
}
function listOf(code) {
    return typeof code === 'string' ? [code] : code;
}


/***/ }),

/***/ 53472:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ isUnknown),
/* harmony export */   u: () => (/* binding */ isFull)
/* harmony export */ });
/** What registries with lagging storage say of content that was pushed a moment ago; GHCR and Docker Hub do. */
const unknownCodes = new Set(['BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN']);
/** Whether the registry reports that the requested content, or content that a manifest refers to, does not exist. */
function isUnknown(failure) {
    if (failure.kind !== 'answer')
        return false;
    const { faults, status } = failure;
    return faults.length === 0 ? status === 404 : faults.some(({ code }) => unknownCodes.has(code));
}
/**
 * Whether the registry has no room. 507 says so; the others say it in words. distribution 2.8.3 on a full disk answers 500 UNKNOWN
 * "unknown error", with the detail "write /…/data: no space left on device" when the disk fills up during the upload, and
 * `{"DriverName":"filesystem","Enclosed":{"Op":"write","Path":"/…/startedat","Err":28}}` when it was full before: 28 is ENOSPC (122 EDQUOT).
 */
function isFull(failure) {
    if (failure.kind !== 'answer')
        return false;
    const { status, text } = failure;
    if (status === 507)
        return true;
    if (status < 400 || status === 401 || status === 429)
        return false;
    return /no space left|ENOSPC|disk quota|quota (?:has been )?exceeded|exceed\w{0,3} (?:the )?(?:configured )?(?:upper limit|quota|storage)|storage limit|insufficient storage|"Err":\s*(?:28|122)\b/i.test(text);
}


/***/ }),

/***/ 56021:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ httpTable),
/* harmony export */   u: () => (/* binding */ hasAnswered)
/* harmony export */ });
/* harmony import */ var _classify_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58206);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53472);


/** At the first contact mostly a wrong name or a server that is not running: a second and a third attempt, not a ninth. */
const unreachableCodes = ['ENOTFOUND', 'ECONNREFUSED'];
/** What failed requests to registries, their token servers and the servers of `ADD` are. docs/retries.md */
const httpTable = [
    {
        code: [
            'ECONNRESET',
            'ECONNABORTED',
            'EPIPE',
            'ETIMEDOUT',
            'EAI_AGAIN',
            'EHOSTUNREACH',
            'ENETUNREACH',
            'ENETDOWN',
            'ERR_STREAM_PREMATURE_CLOSE',
            'HPE_INVALID_CONSTANT',
            'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
        ],
        verdict: 'transient',
        learnedFrom: 'Node, behind the proxy of test/e2e/faults.test.ts',
    },
    {
        code: unreachableCodes,
        when: (_, { answeredBefore = false }) => answeredBefore,
        verdict: 'transient',
        learnedFrom: 'a registry that was restarted during a push',
    },
    {
        code: unreachableCodes,
        verdict: 'transient',
        attempts: _classify_js__WEBPACK_IMPORTED_MODULE_0__/* .fewAttempts */ .X,
        learnedFrom: 'Node, for misspelt names and for services of a job that are still starting',
    },
    {
        // Somebody may make room, but hardly within a minute.
        when: _failure_js__WEBPACK_IMPORTED_MODULE_1__/* .isFull */ .u,
        verdict: 'transient',
        attempts: _classify_js__WEBPACK_IMPORTED_MODULE_0__/* .fewAttempts */ .X,
        learnedFrom: 'distribution 2.8.3 on a full disk; RFC 4918 for 507',
    },
    {
        when: (failure) => failure.kind === 'answer' && failure.transient === true,
        verdict: 'transient',
        learnedFrom: 'the code of the attempt: the next one does something else',
    },
    {
        status: [408, 425, 429, [500, 999]],
        verdict: 'transient',
        learnedFrom: 'RFC 9110, RFC 6585 and RFC 8470',
    },
    {
        status: [401, 403],
        when: mayChange,
        verdict: 'maybe',
        attempts: 'one more',
        once: true,
        learnedFrom: 'GHCR and others, which deny access now and then to users who have it',
    },
    {
        // A web page in place of a registry's answer.
        status: [404],
        pattern: /^\s*</,
        when: mayChange,
        verdict: 'maybe',
        attempts: 'one more',
        once: true,
        learnedFrom: 'gateways in front of a registry that is being replaced',
    },
    {
        when: (failure, { justPushed = false }) => justPushed && (0,_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .isUnknown */ .t)(failure),
        verdict: 'transient',
        attempts: ({ laggingAttempts }) => laggingAttempts,
        learnedFrom: 'GHCR and Docker Hub, whose storage lags behind right after a push',
    },
];
function mayChange(failure) {
    return failure.kind === 'answer' && failure.finalDenial !== true;
}
/** Whether a server answers under the name, though not as wanted. */
function hasAnswered(failure) {
    return failure.kind === 'answer' || (failure.kind === 'connection' && !unreachableCodes.includes(failure.code));
}


/***/ }),

/***/ 5404:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AX: () => (/* binding */ isMisconfigured),
/* harmony export */   BN: () => (/* binding */ plainHttp),
/* harmony export */   HB: () => (/* binding */ unreachable),
/* harmony export */   TJ: () => (/* binding */ limited),
/* harmony export */   Te: () => (/* binding */ transientFault),
/* harmony export */   bp: () => (/* binding */ untrusted),
/* harmony export */   o7: () => (/* binding */ misconfigured),
/* harmony export */   rZ: () => (/* binding */ proxyRefused),
/* harmony export */   tW: () => (/* binding */ startTable)
/* harmony export */ });
/* harmony import */ var _bounds_excerpt_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(88508);
/* harmony import */ var _classify_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(58206);


/**
 * What the network between a builder or daemon and a registry does wrong, in the words of Go, BuildKit and registries.
 * `known-failures.ts` explains it to users; the tables of builds and of emulator images classify by it.
 */
/** The registry asks for fewer requests. Docker Hub: "toomanyrequests: You have reached your unauthenticated pull rate limit." */
const limited = /toomanyrequests|too many requests|pull rate limit|(?:unexpected status.*|: )429(?: |$)/im;
/** The certificate of the other side is not trusted, or is for another name or time. */
const untrusted = /x509: |certificate verify failed/;
/** The other side does not speak TLS. */
const plainHttp = /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/;
/** The proxy refuses, or is not one. */
const proxyRefused = /proxyconnect|Proxy Authentication Required/i;
/** A network that is set up wrong: permanent until somebody changes a setting. */
const misconfigured = [untrusted, plainHttp, proxyRefused];
/** Whether a message reports a misconfigured network. */
function isMisconfigured(message) {
    const excerpt = (0,_bounds_excerpt_js__WEBPACK_IMPORTED_MODULE_0__/* .excerptOf */ .z)(message);
    return misconfigured.some((pattern) => pattern.test(excerpt));
}
/**
 * A transient fault: statuses of servers that are down or behind a gateway (some without a word after the number, or with a page
 * in place of an answer), time-outs at every stage of a request, connections that end in the middle, uploads that a registry forgot.
 */
const transientFault = new RegExp([
    /(?:unexpected status.*|: |HTTP status: )(?:408|425|5\d\d)(?: |$)/,
    /\bpars(?:e error response|ing HTTP) (?:408|425|429|5\d\d)\b/,
    // ADD of a URL.
    /invalid response status (?:408|425|429|5\d\d)\b/,
    /\bunavailable: /,
    /TLS handshake timeout|i\/o timeout|connection timed out|Client\.Timeout exceeded|timeout awaiting response headers/,
    /context deadline exceeded|DeadlineExceeded/,
    /connection reset|broken pipe|closed (?:network|idle) connection|unexpected EOF|: EOF\b/,
    /http2: |stream error: .*(?:INTERNAL_ERROR|REFUSED_STREAM)|remote error: tls: internal error/,
    /server misbehaving|Temporary failure in name resolution/,
    /: unknown blob$|blob upload unknown/,
]
    .map(({ source }) => source)
    .join('|'), 'im');
/** Nobody answers under this name: an outage, or a name that is wrong. */
const unreachable = /dial tcp.*(?:no such host|connection refused|no route to host|network is unreachable)/i;
/** A daemon that fetches an image and starts it: the emulators, or a builder. The policy aside. */
const startTable = [
    {
        pattern: misconfigured,
        verdict: 'permanent',
        learnedFrom: 'Docker 20 to 28, for registries and proxies that are set up wrong',
    },
    {
        // Its registry may be away, or the machine still be booting; or the name is wrong.
        pattern: [unreachable, /context deadline exceeded/],
        verdict: 'transient',
        attempts: _classify_js__WEBPACK_IMPORTED_MODULE_1__/* .fewAttempts */ .X,
        learnedFrom: 'Docker 20 to 28',
    },
    {
        pattern: [transientFault, limited],
        verdict: 'transient',
        learnedFrom: 'Docker 20 to 28, and the limits of Docker Hub',
    },
];


/***/ }),

/***/ 3192:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ retryWork)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _retry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3144);


/**
 * Does the work, again while its error is transient.
 *
 * @throws what the last attempt threw
 */
async function retryWork({ work, table, context, textOf = ({ message }) => message }, options) {
    const attempt = async () => {
        try {
            return { ok: true, value: await work() };
        }
        catch (error) {
            if (!(error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ))
                throw error;
            return { ok: false, failure: { kind: 'text', code: error.code, text: textOf(error), error } };
        }
    };
    const describe = ({ error }) => error.message.split('\n', 1)[0] ?? '';
    const outcome = await (0,_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .retry */ .L)({ attempt, table, context, describe }, options);
    if (outcome.ok)
        return outcome.value;
    throw outcome.failure.error;
}


/***/ }),

/***/ 3144:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ retry)
/* harmony export */ });
/* unused harmony export nextAttempt */
/* harmony import */ var _host_pause_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59536);
/* harmony import */ var _backoff_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68974);
/* harmony import */ var _classify_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(58206);
/* harmony import */ var _http_table_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(56021);




/**
 * Makes attempts until one succeeds, its failure is permanent, or there have been as many as the policy and the table allow.
 * Before each further one it writes a line to the log, calls `onRetry` and waits. Gives the outcome of the last attempt.
 *
 * @throws ActionError `cancelled` when the run is cancelled meanwhile; what an attempt throws
 */
async function retry({ attempt: makeAttempt, table, context, describe }, { log, clock, policy, onRetry, random = Math.random, signal }) {
    let { answeredBefore = false } = context ?? {};
    let onceUsed = false;
    for (let attempt = 1;; attempt++) {
        const outcome = await makeAttempt(attempt);
        if (outcome.ok)
            return outcome;
        const { failure } = outcome;
        answeredBefore ||= (0,_http_table_js__WEBPACK_IMPORTED_MODULE_3__/* .hasAnswered */ .u)(failure);
        const found = (0,_classify_js__WEBPACK_IMPORTED_MODULE_2__/* .classify */ .L)(failure, table, { ...context, answeredBefore });
        const next = nextAttempt(failure, found, { attempt, policy, random, onceUsed });
        if (next === undefined)
            return outcome;
        onceUsed ||= found.once === true;
        const how = found.verdict === 'maybe' ? 'perhaps transient' : 'transient';
        const when = found.immediately ? '' : ` in ${(next.wait / 1000).toFixed(1)} s`;
        log.info(`${describe(failure)}; ${how}, attempt ${attempt + 1} of ${next.most}${when}`);
        onRetry?.(attempt + 1);
        if (!found.immediately)
            await (0,_host_pause_js__WEBPACK_IMPORTED_MODULE_0__/* .pause */ .v)(next.wait, { clock, signal });
    }
}
/** Milliseconds until the next attempt, and how many there will be at most; undefined to give up. */
function nextAttempt(failure, { attempts, once }, { attempt, policy, random, onceUsed = false }) {
    const most = Math.min(policy.attempts, attempts === 'one more' ? attempt + 1 : attempts);
    if (attempt >= most || (once === true && onceUsed))
        return undefined;
    const asked = failure.kind === 'answer' ? (failure.retryAfter ?? 0) : 0;
    if (asked > policy.longestRetryAfter)
        return undefined;
    return { wait: Math.max((0,_backoff_js__WEBPACK_IMPORTED_MODULE_1__/* .backoff */ .JN)(policy, attempt, random), asked), most };
}


/***/ })

};
