export const id = 507;
export const ids = [507];
export const modules = {

/***/ 42507:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   unxz: () => (/* binding */ unxz)
/* harmony export */ });
/* harmony import */ var node_stream_web__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37830);
/* harmony import */ var node_stream_web__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_stream_web__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);


/**
 * `source` without its xz compression. Memory grows to the dictionary that the archive was made with, 64 MiB with `xz -9`.
 * Throws an Error that says what is damaged, or `archive-unsupported`, begun with `what`, for what the decoder does not have.
 */
async function* unxz(source, what) {
    const { XzReadableStream } = await load();
    const reader = new XzReadableStream(node_stream_web__WEBPACK_IMPORTED_MODULE_0__.ReadableStream.from(source)).getReader();
    try {
        for (let next = await reader.read(); !next.done; next = await reader.read())
            yield next.value;
    }
    catch (cause) {
        throw explain(cause, what);
    }
    finally {
        // The decoder's own cancel fails where it has come to the end and not all was read; nothing is left to do then.
        await reader.cancel().catch(() => { });
    }
}
/** Its 26 kB are loaded when there is an xz archive. */
async function load() {
    const loaded = await __webpack_require__.e(/* import() */ 642).then(__webpack_require__.t.bind(__webpack_require__, 36642, 23));
    return 'default' in loaded ? loaded.default : loaded;
}
/** The numbers are `enum xz_ret` of xz-embedded. https://github.com/tukaani-project/xz-embedded/blob/master/linux/include/linux/xz.h */
function explain(cause, what) {
    const code = Number(/error code (\d+)/.exec((0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .messageOf */ .bD)(cause))?.[1]);
    if (code === 4 || code === 6) {
        const needs = code === 4 ? 'needs a dictionary of more than 64 MiB' : 'has a filter or a checksum other than CRC';
        return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('archive-unsupported', `${what}: it ${needs}`, {
            hint: 'Compress it with `xz` as it is without options, with gzip or with zstd, or take the engine buildx.',
            cause,
        });
    }
    return new Error(code === 8 ? 'it is cut short' : 'its xz stream is damaged', { cause });
}


/***/ })

};
