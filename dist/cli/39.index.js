export const id = 39;
export const ids = [39];
export const modules = {

/***/ 34039:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openLayout: () => (/* binding */ openLayout)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(22714);
/* harmony import */ var _oci_digest_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(68825);
/* harmony import */ var _oci_image_tree_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(78409);
/* harmony import */ var _oci_media_type_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(51994);
/* harmony import */ var _oci_parse_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(82614);
/* harmony import */ var _tree_archive_read_tar_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(73948);
/* harmony import */ var _tree_path_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(56805);












/**
 * Opens an image of an OCI layout (a directory or an uncompressed archive): the one of a tag (`directory:tag`), else all images of the layout.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 *
 * @throws ActionError `image-not-found`, `content-mismatch` or `archive-invalid` for an invalid layout
 */
async function openLayout(text) {
    const { path, tag } = split(text);
    const what = `Cannot read the OCI layout ${path}`;
    const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.stat)(path).catch(() => undefined);
    if (found === undefined) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ('image-not-found', `${what}: it does not exist`, {
            hint: 'Write oci: and the path of a directory or a .tar file, with :TAG behind it to select one of several images.',
        });
    }
    const open = found.isDirectory() ? openDirectory(path) : await openArchive(path, what);
    const small = async (name, limit) => {
        const content = open(name);
        if (content === undefined)
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ('content-mismatch', `${what}: it has no ${name}`);
        return await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_4__/* .readLimited */ .tk)(content, limit).catch((cause) => {
            const problem = cause instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_4__/* .LimitError */ .oC ? cause.message : 'it cannot be read';
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ('content-mismatch', `${what}: ${name}: ${problem}`, { cause });
        });
    };
    const index = await small('index.json', _bounds_limits_js__WEBPACK_IMPORTED_MODULE_3__/* .limits */ .F.manifest);
    const root = chooseRoot(index, tag, what);
    const blobs = {
        open: async (blob) => {
            const content = open((0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .blobName */ .PF)(blob.digest));
            if (content === undefined)
                throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ('content-mismatch', `${what}: it has no ${(0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .blobName */ .PF)(blob.digest)}`);
            return (0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .verified */ .zr)(content, blob, `${what}: ${(0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .blobName */ .PF)(blob.digest)}`);
        },
    };
    const tree = await (0,_oci_image_tree_js__WEBPACK_IMPORTED_MODULE_7__/* .walkImage */ .v)(root, async (descriptor) => {
        if (descriptor === root && root.digest === (0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .digestOf */ .ol)(index))
            return index;
        const bytes = await small((0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .blobName */ .PF)(descriptor.digest), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_3__/* .limits */ .F.config);
        (0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .verify */ .MX)(bytes, descriptor, `${what}: ${(0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .blobName */ .PF)(descriptor.digest)}`);
        return bytes;
    });
    return { tree, blobs };
}
const refName = 'org.opencontainers.image.ref.name';
function chooseRoot(index, tag, what) {
    const { manifests } = (0,_oci_parse_js__WEBPACK_IMPORTED_MODULE_9__/* .parseIndex */ .A1)(index, `${what}: index.json`);
    const [first] = manifests;
    if (first === undefined)
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ('content-mismatch', `${what}: index.json lists no image`);
    if (tag === undefined) {
        const isOne = manifests.every(({ digest }) => digest === first.digest);
        return isOne ? first : { mediaType: _oci_media_type_js__WEBPACK_IMPORTED_MODULE_8__/* .mediaType */ .JL.ociIndex, digest: (0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_6__/* .digestOf */ .ol)(index), size: index.length };
    }
    const tags = manifests.flatMap(({ annotations }) => annotations?.[refName] ?? []);
    const named = manifests.find(({ annotations }) => annotations?.[refName] === tag);
    if (named !== undefined)
        return named;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_5__/* .ActionError */ .lZ('image-not-found', `${what}: it has no image ${tag}`, {
        hint: tags.length === 0 ? 'Its images have no names.' : `It has ${tags.slice(0, 20).join(', ')}.`,
    });
}
/** An existing path is used as a whole, because file names can contain colons. */
function split(text) {
    const colon = text.lastIndexOf(':');
    if (colon <= 0 || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(text))
        return { path: text, tag: undefined };
    return { path: text.slice(0, colon), tag: text.slice(colon + 1) };
}
function openDirectory(dir) {
    return (name) => {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(dir, name);
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path) ? reading(path) : undefined;
    };
}
/** Reads the headers of the archive once; files are then read at their offsets. */
async function openArchive(path, what) {
    const places = new Map();
    for await (const { name, node, offset } of (0,_tree_archive_read_tar_js__WEBPACK_IMPORTED_MODULE_10__/* .readTar */ .sB)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(path), what)) {
        if (node.type === 'file')
            places.set((0,_tree_path_js__WEBPACK_IMPORTED_MODULE_11__/* .cleanPath */ .ts)(name), { start: offset, size: node.size });
    }
    return (name) => {
        const place = places.get(name);
        if (place === undefined)
            return undefined;
        const { start, size } = place;
        return size === 0 ? empty() : reading(path, { start, end: start + size - 1 });
    };
}
/** Opened on first read: an unread stream would keep its file open. */
async function* reading(path, range = {}) {
    yield* (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(path, range);
}
async function* empty() { }


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


/***/ })

};
