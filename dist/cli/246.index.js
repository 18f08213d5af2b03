export const id = 246;
export const ids = [246];
export const modules = {

/***/ 80246:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  resolveIdentities: () => (/* binding */ resolveIdentities)
});

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
;// CONCATENATED MODULE: ./src/login/identity/id-token.ts



/** Requests the OIDC token of the job from GitHub through @actions/core, which is loaded on demand. */
function createGetIdToken({ env, signal, mask }) {
    return async (audience, what) => {
        if (!env['ACTIONS_ID_TOKEN_REQUEST_URL'] || !env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
            throw new action_error/* ActionError */.lZ('registry-unauthorized', `${what}: the job has no permission to ask for an OIDC token`, {
                hint: 'Add `id-token: write` to the permissions of the job, beside `contents: read`. GitHub does not give it to pull requests from forks.',
            });
        }
        const over = AbortSignal.any([signal, AbortSignal.timeout(limits/* limits */.F.idTokenTime)]);
        try {
            const { getIDToken } = await __webpack_require__.e(/* import() */ 58).then(__webpack_require__.bind(__webpack_require__, 46058));
            const stopped = new Promise((_, reject) => {
                over.addEventListener('abort', () => reject(new Error(`no answer within ${limits/* limits */.F.idTokenTime / 1000} s`)));
            });
            const token = await Promise.race([getIDToken(audience), stopped]);
            mask(token);
            return token;
        }
        catch (error) {
            if (signal.aborted)
                throw (0,cancelled/* cancelled */.K)(undefined, error);
            const found = (0,action_error/* messageOf */.bD)(error).replace(/\s+/g, ' ').trim().slice(0, 300);
            throw new action_error/* ActionError */.lZ('registry-unavailable', `${what}: GitHub gave no OIDC token: ${found}`, {
                hint: 'Run the job again. If it fails each time, check `id-token: write` in the permissions of the job.',
                cause: error,
            });
        }
    };
}

;// CONCATENATED MODULE: ./src/login/identity/resolve-identities.ts


/**
 * Fetches cloud credentials in parallel. Missing credentials are a warning if nothing is pushed or if they were not
 * requested: pull requests from forks have no identity.
 *
 * @throws ActionError, the first failure
 */
async function resolveIdentities(plan, host, policy) {
    const { http, log, clock, signal, env, runner } = host;
    const asking = { http, log, clock, signal, env, policy, mask: runner.mask };
    const found = await Promise.all(plan.identities.map(async (login) => {
        if (login.unasked && !(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']))
            return [];
        try {
            const logins = await fetchLogins(login, plan, asking);
            log.info(`Logged in to ${logins.map(({ registry }) => registry).join(', ')}`);
            const { scope, unlessKnown = false } = login;
            return logins.map((one) => ({ ...one, scope, unlessKnown }));
        }
        catch (error) {
            const isMissing = error instanceof action_error/* ActionError */.lZ && error.code === 'registry-unauthorized';
            if (!isMissing || (plan.push && login.unasked === undefined))
                throw error;
            log.warning(`${error.message}. The step goes on without these credentials`);
            return [];
        }
    }));
    return found.flat();
}
/** The code of each cloud, loaded on demand. */
async function fetchLogins({ registry, identity, unasked }, { push, references }, asking) {
    const idToken = createGetIdToken(asking);
    switch (identity.kind) {
        case 'aws': {
            const { logInToAws } = await __webpack_require__.e(/* import() */ 885).then(__webpack_require__.bind(__webpack_require__, 79885));
            const isCreated = push && unasked === undefined && identity.createRepository;
            const targets = references.filter((one) => one.registry === registry);
            const create = isCreated ? [...new Map(targets.map((one) => [one.repository, one])).values()] : [];
            return await logInToAws(asking, { registry, identity, create, idToken });
        }
        case 'google': {
            const { logInToGoogle } = await __webpack_require__.e(/* import() */ 673).then(__webpack_require__.bind(__webpack_require__, 28673));
            return [await logInToGoogle(asking, { registry, identity, idToken })];
        }
        case 'azure': {
            const { logInToAzure } = await __webpack_require__.e(/* import() */ 199).then(__webpack_require__.bind(__webpack_require__, 57199));
            return [await logInToAzure(asking, { registry, identity, idToken })];
        }
        case 'docker-hub': {
            const { logInToHub } = await __webpack_require__.e(/* import() */ 604).then(__webpack_require__.bind(__webpack_require__, 90604));
            return [await logInToHub(asking, { registry, identity, idToken })];
        }
    }
}


/***/ })

};
