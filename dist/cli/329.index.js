export const id = 329;
export const ids = [329];
export const modules = {

/***/ 69329:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   mirroredImages: () => (/* binding */ mirroredImages),
/* harmony export */   mirroredReferences: () => (/* binding */ mirroredReferences),
/* harmony export */   readMirrors: () => (/* binding */ readMirrors)
/* harmony export */ });
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62148);
/* harmony import */ var _read_list_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(48436);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(16001);
/* harmony import */ var _registry_address_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(13007);




/** Reads `mirrors`: `registry=host[:port][/path]` each, `http://` before the host for plain HTTP; without a registry it is Docker Hub's. */
function readMirrors(items, report) {
    const mirrors = [];
    for (const { text, line } of items) {
        const at = text.indexOf('=');
        const registry = at < 0 ? { value: { host: 'docker.io', namespace: '' } } : (0,_registry_address_js__WEBPACK_IMPORTED_MODULE_3__/* .readRegistry */ ._)(text.slice(0, at).trim());
        const mirror = (0,_registry_address_js__WEBPACK_IMPORTED_MODULE_3__/* .readRegistry */ ._)(text.slice(at + 1).trim());
        if (text.slice(at + 1).trim() === '')
            report('there is no mirror after "="', line);
        else if ('problem' in registry)
            report(registry.problem, line);
        else if ('problem' in mirror)
            report(mirror.problem, line);
        else if (registry.value.namespace !== '') {
            report(`expected a registry before "=", without a path, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text.slice(0, at))}`, line);
        }
        else {
            const { host, namespace, plainHttp } = mirror.value;
            const of = registry.value.host;
            if (host === of)
                report(`${host} cannot be a mirror of itself`, line);
            else
                mirrors.push({ of, host, path: namespace, plainHttp });
        }
    }
    return mirrors;
}
/** The references that an image is pulled by, one after the other: those of the mirrors of its registry, then its own. */
function mirroredReferences(reference, mirrors) {
    const parsed = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .readWith */ .$5)(reference, _oci_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .parseReference */ .F2);
    if ('problem' in parsed)
        return [reference];
    const at = ({ host, path }) => ({
        ...parsed.value,
        registry: host,
        repository: path === '' ? parsed.value.repository : `${path}/${parsed.value.repository}`,
    });
    const own = mirrors.filter(({ of }) => of === parsed.value.registry);
    return [...own.map((mirror) => (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .formatReference */ .FH)(at(mirror))), reference];
}
/** The same from the text of `mirrors`, of which what is wrong is left out. */
function mirroredImages(reference, text) {
    return mirroredReferences(reference, readMirrors((0,_read_list_js__WEBPACK_IMPORTED_MODULE_1__/* .parseList */ .E)('list', text).items, () => undefined));
}


/***/ }),

/***/ 13007:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ readRegistry)
/* harmony export */ });
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62148);
/* harmony import */ var _text_trim_end_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(14011);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16001);



// Docker Hub's names for itself, from https://github.com/distribution/reference and what docker's own documents say to log in to.
const hubHosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.com'];
/** `[http[s]://]host[:port][/namespace]`; the API path that Docker Hub is sometimes given with (`/v1/`) is dropped. */
function readRegistry(text) {
    // Not shown: what is before it may be a password.
    if (text.includes('@'))
        return { problem: 'expected a registry without "@"; username and password are inputs of their own' };
    const [, scheme = '', rest = ''] = /^(?:(https?):\/\/)?(.*)$/s.exec(text.slice(0, 512).toLowerCase()) ?? [];
    const address = (0,_text_trim_end_js__WEBPACK_IMPORTED_MODULE_2__/* .trimEnd */ .s)(rest, '/');
    const [given = '', ...path] = address.split('/');
    const isHub = hubHosts.includes(given);
    const namespace = isHub ? path.filter((part) => !/^v[12]$/.test(part)).join('/') : path.join('/');
    const host = isHub ? 'docker.io' : given;
    const name = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .readWith */ .$5)([host, namespace, 'name'].filter((part) => part !== '').join('/'), _oci_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .parseReference */ .F2);
    if ('problem' in name || name.value.registry !== host || name.value.tag !== undefined) {
        return {
            problem: `expected a registry such as ghcr.io, localhost:5000 or registry.acme.dev/team, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(text)}`,
        };
    }
    return { value: { host, namespace, plainHttp: scheme === 'http' } };
}


/***/ })

};
