export const id = 673;
export const ids = [673];
export const modules = {

/***/ 60771:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bb: () => (/* binding */ isRefusedWith),
/* harmony export */   OM: () => (/* binding */ secretOf),
/* harmony export */   QU: () => (/* binding */ formOf),
/* harmony export */   TO: () => (/* binding */ askForJson),
/* harmony export */   _P: () => (/* binding */ unusable),
/* harmony export */   xE: () => (/* binding */ askService)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22714);
/* harmony import */ var _registry_answers_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(23496);
/* harmony import */ var _registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(99216);
/* harmony import */ var _registry_transport_retry_request_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(11979);






/**
 * Requests credentials from a service, retries transient failures, and returns the text of the response.
 *
 * @throws ActionError `registry-unauthorized` if the service rejects the request, `registry-unreachable` and `registry-unavailable`
 */
async function askService(asking, { what, by, request, explain }) {
    const { http, clock, signal } = asking;
    const attempt = async () => {
        const sent = await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__/* .exchangeOnce */ .z$)(http, { ...(await request()), signal });
        if (!sent.ok || sent.value.status === 200)
            return sent;
        const failure = await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__/* .toAnswerFailure */ .mK)(sent.value, clock);
        return { ok: false, failure: isSlowDown(failure) ? { ...failure, status: 429 } : failure };
    };
    const answer = await (0,_registry_transport_retry_request_js__WEBPACK_IMPORTED_MODULE_5__/* .retryRequest */ .q)({
        what,
        by,
        attempt,
        toError: (failure) => {
            const described = (0,_registry_answers_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .describeFailure */ .Ic)(failure, by);
            const name = failure.kind === 'answer' ? nameOf(failure) : undefined;
            const message = `${what}: ${described}${name === undefined || described.includes(name) ? '' : ` (${name})`}`;
            if (failure.kind === 'connection') {
                return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('registry-unreachable', message, {
                    hint: `Check that ${by} can be reached from this machine, and its proxy settings.`,
                    cause: failure.cause,
                });
            }
            const isOutage = failure.status === 429 || failure.status >= 500;
            const hint = explain(failure) ?? (isOutage ? 'Run the job again later.' : undefined);
            return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(isOutage ? 'registry-unavailable' : 'registry-unauthorized', message, {
                hint,
                cause: new ServiceRefusal(name ?? ''),
            });
        },
        context: { answeredBefore: true },
    }, asking);
    return (await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__/* .readBody */ .x8)(answer, { what, by, limit: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.answer, clock })).toString('utf8');
}
/** The response of a service that rejected a request, as the cause of the error. */
class ServiceRefusal extends Error {
    name = 'ServiceRefusal';
}
/** Whether a service rejected the request with one of the given error codes. */
function isRefusedWith(error, ...names) {
    const cause = error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ ? error.cause : undefined;
    return cause instanceof ServiceRefusal && names.includes(cause.message);
}
/** AWS returns 400 where others return 429 or 503. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function isSlowDown(failure) {
    const slow = /^(?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|IDPCommunicationError)$/;
    return failure.status === 400 && slow.test(nameOf(failure) ?? '');
}
/** The name of an error: of AWS in JSON and XML, of OAuth 2 in JSON. */
function nameOf({ text }) {
    const start = text.slice(0, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.excerpt);
    return /(?:"__type"\s?:\s?"(?:[\w.]{0,100}#)?|<Code>|"error"\s?:\s?")(\w{1,100})/.exec(start)?.[1];
}
/** As {@link askService}; returns the texts of a JSON object. */
async function askForJson(asking, request) {
    const text = await askService(asking, request);
    try {
        const value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text);
        if (typeof value === 'object' && value !== null)
            return { ...value };
    }
    catch {
        // Not quoted, because it may contain a token.
    }
    throw unusable(request, 'its answer is not a JSON object');
}
/** Returns a required text of a response and hides it in the log. Throws ActionError `registry-refused`. */
function secretOf(asking, request, value) {
    if (typeof value !== 'string' || value === '' || value.length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.token) {
        throw unusable(request, 'its answer has no token');
    }
    asking.mask(value);
    return value;
}
/** Returns the error for an invalid response. */
function unusable({ what, by }, found) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('registry-refused', `${what}: ${by}: ${found}`, {
        hint: 'Check whether a proxy answers in place of the service.',
    });
}
/** The body and headers of a form. */
function formOf(fields) {
    return {
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(fields).toString(),
    };
}


/***/ }),

/***/ 28673:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   logInToGoogle: () => (/* binding */ logInToGoogle)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(22714);
/* harmony import */ var _inputs_secret_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(53373);
/* harmony import */ var _ask_service_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(60771);






/**
 * Returns the credentials for Artifact Registry: an access token for the job's OIDC token, good for an hour, or the key of a service account
 * that google-github-actions/auth has left. https://cloud.google.com/artifact-registry/docs/docker/authentication
 *
 * @throws ActionError `registry-unauthorized`
 */
async function logInToGoogle(asking, { registry, identity, idToken }) {
    const what = `Cannot log in to ${registry}`;
    const left = identity.provider === undefined ? await readLeft(asking, what) : undefined;
    if (left?.kind === 'key') {
        asking.mask(left.key);
        return { registry, username: '_json_key', password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .secret */ .r)(left.key) };
    }
    const { provider, serviceAccount } = left ?? {
        provider: identity.provider ?? '',
        serviceAccount: identity.serviceAccount,
    };
    const name = provider.replace(/^(?:https:)?\/\/iam\.googleapis\.com\//, '');
    const token = await idToken(`https://iam.googleapis.com/${name}`, what);
    // https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
    const exchange = {
        what,
        by: "Google's token service",
        request: () => ({
            method: 'POST',
            url: 'https://sts.googleapis.com/v1/token',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
                audience: `//iam.googleapis.com/${name}`,
                grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
                requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
                scope: cloudScope,
                subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
                subjectToken: token,
            }),
        }),
        explain: () => 'Check `workload-identity-provider` (projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>) and its attribute condition.',
    };
    const federated = (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_4__/* .secretOf */ .OM)(asking, exchange, (await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_4__/* .askForJson */ .TO)(asking, exchange))['access_token']);
    if (serviceAccount === undefined)
        return { registry, username, password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .secret */ .r)(federated) };
    // https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
    const account = encodeURIComponent(serviceAccount);
    const impersonate = {
        what: `${what} as ${serviceAccount}`,
        by: "Google's IAM",
        request: () => ({
            method: 'POST',
            url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
            headers: { 'content-type': 'application/json', authorization: `Bearer ${federated}` },
            body: JSON.stringify({ scope: [cloudScope], lifetime: '3600s' }),
        }),
        explain: () => 'Give the principal of the workload identity pool the role roles/iam.workloadIdentityUser on the service account.',
    };
    const answer = await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_4__/* .askForJson */ .TO)(asking, impersonate);
    return { registry, username, password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_5__/* .secret */ .r)((0,_ask_service_js__WEBPACK_IMPORTED_MODULE_4__/* .secretOf */ .OM)(asking, impersonate, answer['accessToken'])) };
}
const username = 'oauth2accesstoken';
const cloudScope = 'https://www.googleapis.com/auth/cloud-platform';
/** The credentials file of google-github-actions/auth. Only its names are used, not its URLs. */
async function readLeft({ env }, what) {
    const path = env['GOOGLE_APPLICATION_CREDENTIALS'];
    if (!path) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ('registry-unauthorized', `${what}: there are no credentials for Google`, {
            hint: 'Add `workload-identity-provider` to its entry in `registries`, or run google-github-actions/auth before this step.',
        });
    }
    const text = await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_2__/* .readFileLimited */ .lB)(path, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.configFile).catch(() => undefined);
    const file = text === undefined ? undefined : (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJsonObject */ .dw)(text);
    if (file?.['type'] === 'service_account' && text !== undefined)
        return { kind: 'key', key: text.trim() };
    const { audience, service_account_impersonation_url: url } = file ?? {};
    if (file?.['type'] === 'external_account' && typeof audience === 'string') {
        const account = typeof url === 'string' ? /\/serviceAccounts\/([^/:]+):/.exec(url.slice(0, 1000))?.[1] : undefined;
        return { kind: 'federation', provider: audience, serviceAccount: account && decodeURIComponent(account) };
    }
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_3__/* .ActionError */ .lZ('registry-unauthorized', `${what}: the file of GOOGLE_APPLICATION_CREDENTIALS is neither a service account nor a workload identity`, { hint: 'Run google-github-actions/auth before this step, or add `workload-identity-provider`.' });
}


/***/ })

};
