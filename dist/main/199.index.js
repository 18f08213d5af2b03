export const id = 199;
export const ids = [199];
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

/***/ 57199:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   logInToAzure: () => (/* binding */ logInToAzure)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _inputs_secret_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(53373);
/* harmony import */ var _ask_service_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(60771);



/**
 * Returns the credentials for Azure Container Registry: a refresh token of the registry for the job's OIDC token, good for three hours.
 * https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 *
 * @throws ActionError `registry-unauthorized`
 */
async function logInToAzure(asking, { registry, identity, idToken }) {
    const { env } = asking;
    const what = `Cannot log in to ${registry}`;
    const client = identity.clientId ?? env['AZURE_CLIENT_ID'];
    const tenant = identity.tenantId ?? env['AZURE_TENANT_ID'];
    if (!client || !tenant) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('registry-unauthorized', `${what}: there are no credentials for Azure`, {
            hint: 'Add `client-id` and `tenant-id` to its entry in `registries`, or run `az acr login` before this step and remove the entry.',
        });
    }
    const assertion = await idToken('api://AzureADTokenExchange', what);
    // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
    const federated = {
        what,
        by: 'Microsoft Entra ID',
        request: () => ({
            method: 'POST',
            url: `https://${authorityOf(registry)}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
            ...(0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .formOf */ .QU)({
                client_id: client,
                scope: 'https://containerregistry.azure.net/.default',
                client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
                client_assertion: assertion,
                grant_type: 'client_credentials',
            }),
        }),
        explain: ({ text }) => text.includes('AADSTS7002')
            ? 'Add a federated credential to the application whose subject is that of the job (repo:<owner>/<name>:ref:… or :environment:…).'
            : 'Check `client-id`, `tenant-id` and the federated credential of the application.',
    };
    const access = (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .secretOf */ .OM)(asking, federated, (await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .askForJson */ .TO)(asking, federated))['access_token']);
    const exchange = {
        what,
        by: registry,
        request: () => ({
            method: 'POST',
            url: `https://${registry}/oauth2/exchange`,
            ...(0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .formOf */ .QU)({ grant_type: 'access_token', service: registry, tenant, access_token: access }),
        }),
        explain: () => 'Give the application the role AcrPush on the registry.',
    };
    const refresh = (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .secretOf */ .OM)(asking, exchange, (await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_1__/* .askForJson */ .TO)(asking, exchange))['refresh_token']);
    // The user name that stands for a refresh token.
    return { registry, username: '00000000-0000-0000-0000-000000000000', password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_2__/* .secret */ .r)(refresh) };
}
/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
function authorityOf(registry) {
    if (registry.endsWith('.azurecr.cn'))
        return 'login.partner.microsoftonline.cn';
    return registry.endsWith('.azurecr.us') ? 'login.microsoftonline.us' : 'login.microsoftonline.com';
}


/***/ })

};
