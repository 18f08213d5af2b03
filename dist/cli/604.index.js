export const id = 604;
export const ids = [604];
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

/***/ 90604:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   logInToHub: () => (/* binding */ logInToHub)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _inputs_secret_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(53373);
/* harmony import */ var _ask_service_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(60771);



/** Seconds. An OIDC connection allows 300 to 3600; a build may well take longer than the 300 that docker/login-action asks for. */
const lifetime = 3600;
/**
 * Returns the credentials for Docker Hub through an OIDC connection of the organization.
 * https://docs.docker.com/enterprise/security/oidc-connections/
 *
 * @throws ActionError `registry-unauthorized`, `input-invalid`
 */
async function logInToHub(asking, { registry, identity, idToken }) {
    const { env } = asking;
    const what = `Cannot log in to ${registry}`;
    const connection = identity.connection ?? env['DOCKERHUB_OIDC_CONNECTIONID']?.trim() ?? '';
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(connection)) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('input-invalid', `${what}: the ID of the OIDC connection is not a UUID`, {
            hint: 'Copy the ID from OIDC connections in Docker Home into `connection-id` or DOCKERHUB_OIDC_CONNECTIONID.',
        });
    }
    const seconds = Number(env['DOCKERHUB_OIDC_EXPIREIN']?.trim() || lifetime);
    if (!(seconds >= 300 && seconds <= 3600)) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('input-invalid', `${what}: DOCKERHUB_OIDC_EXPIREIN is not a number from 300 to 3600`, {
            hint: 'Set it to a number of seconds, or remove it: the default is 3600.',
        });
    }
    const token = await idToken('https://identity.docker.com', what);
    const exchange = {
        what,
        by: 'identity.docker.com',
        request: () => ({
            method: 'POST',
            url: 'https://identity.docker.com/oauth/token',
            ...(0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .formOf */ .QU)({
                grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
                subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
                subject_token: token,
                connection_id: connection,
                expires_in: String(seconds),
            }),
        }),
        explain: () => 'Check the ID of the OIDC connection, and that one of its rulesets has the subject of this job (repo:<owner>/<name>:ref:…).',
    };
    const answer = await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .askForJson */ .TO)(asking, exchange);
    return { registry, username: identity.username, password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_2__/* .secret */ .r)((0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .secretOf */ .OM)(asking, exchange, answer['access_token'])) };
}


/***/ })

};
