export const id = 75;
export const ids = [75];
export const modules = {

/***/ 76075:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openPublished: () => (/* binding */ openPublished)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _facts_docker_endpoint_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8369);
/* harmony import */ var _oci_image_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(78409);
/* harmony import */ var _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51994);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(62148);
/* harmony import */ var _registry_auth_auth_file_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5281);
/* harmony import */ var _registry_auth_credentials_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(22072);
/* harmony import */ var _registry_auth_docker_config_file_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(66662);
/* harmony import */ var _registry_client_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(10946);
/* harmony import */ var _registry_pull_read_config_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(70814);
/* harmony import */ var _registry_registry_store_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(92852);
/* harmony import */ var _registry_transport_insecure_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(28151);
/* harmony import */ var _retry_backoff_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(68974);













/**
 * Opens an image of a registry with the credentials of the user's Docker and Podman configuration. Layers are read later.
 *
 * @throws ActionError `input-invalid` for an invalid reference, `image-not-found`, and the errors of the registry
 */
async function openPublished(text, { insecure, retries }, host) {
    const reference = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_4__/* .parseReference */ .F2)(text);
    const { env, exec, log, http, clock, runner, signal } = host;
    const { config, problems } = (0,_registry_auth_docker_config_file_js__WEBPACK_IMPORTED_MODULE_7__/* .readDockerConfig */ .T)((0,_facts_docker_endpoint_js__WEBPACK_IMPORTED_MODULE_1__/* .dockerConfigDirOf */ .v)(env));
    for (const problem of problems)
        log.warning(problem);
    const { mask } = runner;
    const client = (0,_registry_client_js__WEBPACK_IMPORTED_MODULE_8__/* .createRegistryClient */ .H)({
        ...{ http, clock, log, mask },
        credentialFor: (0,_registry_auth_credentials_js__WEBPACK_IMPORTED_MODULE_6__/* .createCredentialLookup */ ._)({ env, exec, log, mask, docker: (0,_registry_auth_auth_file_js__WEBPACK_IMPORTED_MODULE_5__/* .toAuthFile */ .ET)({ auths: {}, ...config }) }),
        retryPolicy: (0,_retry_backoff_js__WEBPACK_IMPORTED_MODULE_12__/* .retryPolicy */ .Jb)(retries),
        plainHttp: (registry) => (0,_registry_transport_insecure_js__WEBPACK_IMPORTED_MODULE_11__/* .isLoopback */ .U)(registry) || (insecure && registry === reference.registry),
    });
    const documentOf = async (name) => {
        const found = await client.getManifest(reference, name, { signal });
        if (found !== undefined)
            return found;
        const what = name.includes(':') && name !== reference.digest
            ? `${name} of ${(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_4__/* .formatReference */ .FH)(reference)}`
            : (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_4__/* .formatReference */ .FH)(reference);
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('image-not-found', `Cannot find ${what}: the registry does not have it`, {
            hint: 'Check name and tag. A private image also looks like this without credentials: run docker login first.',
        });
    };
    const root = await documentOf(reference.digest ?? reference.tag ?? 'latest');
    const tree = await (0,_oci_image_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .walkImage */ .v)(root.descriptor, async (descriptor) => {
        if (descriptor.digest === root.descriptor.digest)
            return root.bytes;
        const { mediaType, digest } = descriptor;
        if ((0,_oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isIndexType */ .$U)(mediaType) || (0,_oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .isManifestType */ .Q3)(mediaType))
            return (await documentOf(digest)).bytes;
        return await (0,_registry_pull_read_config_js__WEBPACK_IMPORTED_MODULE_9__/* .readConfig */ .X)(client, reference, { config: descriptor, signal });
    });
    return { tree, blobs: (0,_registry_registry_store_js__WEBPACK_IMPORTED_MODULE_10__/* .registryReader */ .x)(client, reference) };
}


/***/ })

};
