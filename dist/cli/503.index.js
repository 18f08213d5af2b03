export const id = 503;
export const ids = [503];
export const modules = {

/***/ 25823:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T4: () => (/* binding */ readLayout),
/* harmony export */   Zh: () => (/* binding */ writeBlob),
/* harmony export */   gm: () => (/* binding */ readBlob),
/* harmony export */   i4: () => (/* binding */ layoutStore),
/* harmony export */   nD: () => (/* binding */ blobPath)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(46466);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_stream_promises__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(29362);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(22714);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(1080);
/* harmony import */ var _tree_archive_write_failure_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(92337);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(68825);
/* harmony import */ var _parse_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(82614);












// An OCI image layout: oci-layout, index.json and blobs/<algorithm>/<hex>.
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
/**
 * The one image (or index) that the layout in `dir` holds. Several entries for the same content, one for each name, count as one.
 * Throws `content-mismatch` when there is no layout, or none or several images in it.
 */
async function readLayout(dir) {
    const what = `Cannot read the OCI layout in ${dir}`;
    await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .readBytesLimited */ .mj)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(dir, 'oci-layout'), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.answer).catch((cause) => {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `${what}: it has no oci-layout file`, { cause });
    });
    const bytes = await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .readBytesLimited */ .mj)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(dir, 'index.json'), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.manifest).catch((cause) => {
        const found = cause instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .LimitError */ .oC ? `index.json: ${(0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .messageOf */ .bD)(cause)}` : 'it has no index.json';
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `${what}: ${found}`, { cause });
    });
    const { manifests } = (0,_parse_js__WEBPACK_IMPORTED_MODULE_10__/* .parseIndex */ .A1)(bytes, `${what}: index.json`);
    const [root] = manifests;
    if (root === undefined)
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `${what}: index.json lists no image`);
    const others = manifests.filter(({ digest }) => digest !== root.digest);
    if (others.length > 0) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `${what}: index.json lists ${others.length + 1} images where one is expected`);
    }
    return root;
}
/** The file of a blob in the layout. */
function blobPath(dir, digest) {
    // The digest may come from a document: nothing but a well-formed one may become a path.
    if (!(0,_digest_js__WEBPACK_IMPORTED_MODULE_9__/* .isDigest */ .Bc)(digest))
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `Cannot find a blob in ${dir}: "${digest}" is not a digest`);
    const { algorithm, hex } = (0,_digest_js__WEBPACK_IMPORTED_MODULE_9__/* .splitDigest */ .vo)(digest);
    return (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(dir, 'blobs', algorithm, hex);
}
/** A small blob (a manifest, an index, a config) as a whole. Throws `content-mismatch` when it is missing or not what `descriptor` says. */
async function readBlob(dir, descriptor) {
    const what = `Cannot read blob ${descriptor.digest} of the OCI layout in ${dir}`;
    if (descriptor.size > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.config) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `${what}: it has ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_11__/* .formatBytes */ .z)(descriptor.size)}, and at most ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_11__/* .formatBytes */ .z)(_bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.config)} are read`);
    }
    const bytes = await (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .readBytesLimited */ .mj)(blobPath(dir, descriptor.digest), _bounds_limits_js__WEBPACK_IMPORTED_MODULE_5__/* .limits */ .F.config).catch((cause) => {
        const found = cause instanceof _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_6__/* .LimitError */ .oC ? (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .messageOf */ .bD)(cause) : 'it does not exist';
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .ActionError */ .lZ('content-mismatch', `${what}: ${found}`, { cause });
    });
    (0,_digest_js__WEBPACK_IMPORTED_MODULE_9__/* .verify */ .MX)(bytes, descriptor, what);
    return bytes;
}
/**
 * The blobs of the OCI layout in `dir`. Content is not verified when it is read, but when it is sent or unpacked. Written content is
 * verified while it is written, and concurrent writes of one blob are combined.
 *
 * @throws by its results, the errors of the file system, and what reading what is written throws
 */
function layoutStore(dir) {
    const arriving = new Map();
    const has = async ({ digest, size }) => (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.stat)(blobPath(dir, digest)).catch(() => undefined))?.size === size;
    const take = async (blob, from, options) => {
        if (await has(blob))
            return 'exists';
        const content = (0,_digest_js__WEBPACK_IMPORTED_MODULE_9__/* .verified */ .zr)(await from.open(blob, options), blob, `Cannot copy blob ${blob.digest}`);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.dirname)(blobPath(dir, blob.digest)), { recursive: true });
        await writeNamed(dir, async (file) => {
            await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(content, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createWriteStream)(file, { flags: 'wx' }));
            return blob.digest;
        });
        return 'pushed';
    };
    return {
        // Opened when it is read: a stream that nobody reads would keep its file open, and fail unheard.
        open: async ({ digest }, { start = 0 } = {}) => {
            const path = blobPath(dir, digest);
            const open = () => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createReadStream)(path, { start, highWaterMark: 256 * 1024 });
            return { [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator]() };
        },
        has,
        put: async (blob, from, options = {}) => {
            const known = arriving.get(blob.digest);
            if (known !== undefined)
                return await known;
            const taking = take(blob, from, options).finally(() => arriving.delete(blob.digest));
            arriving.set(blob.digest, taking);
            return await taking;
        },
    };
}
/** Adds a blob and gives its descriptor. A stream is written as it comes, and takes its name when its digest is known. */
async function writeBlob(dir, content, type) {
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(dir, 'blobs', 'sha256'), { recursive: true });
    if (content instanceof Uint8Array) {
        const digest = (0,_digest_js__WEBPACK_IMPORTED_MODULE_9__/* .digestOf */ .ol)(content);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.writeFile)(blobPath(dir, digest), content);
        return { mediaType: type, digest, size: content.length };
    }
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    let size = 0;
    const measure = async function* (source) {
        for await (const chunk of source) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
        }
    };
    const digest = await writeNamed(dir, async (file) => {
        await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(content, measure, (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.createWriteStream)(file, { flags: 'wx' }));
        return `sha256:${hash.digest('hex')}`;
    });
    return { mediaType: type, digest, size };
}
/** Has `write` fill a file, which becomes the blob of the digest that it gives. Nothing is left of one that fails. */
async function writeNamed(dir, write) {
    const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(dir, 'blobs', `${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.part`);
    try {
        const digest = await write(temporary);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rename)(temporary, blobPath(dir, digest));
        return digest;
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_2__.rm)(temporary, { force: true });
        throw (0,_errors_action_error_js__WEBPACK_IMPORTED_MODULE_7__/* .isDiskFull */ .b$)(error) ? (0,_tree_archive_write_failure_js__WEBPACK_IMPORTED_MODULE_8__/* .diskFull */ .x)(`Cannot write an image to ${dir}: no space is left on its disk`, error) : error;
    }
}


/***/ }),

/***/ 21811:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $V: () => (/* binding */ manifestOf),
/* harmony export */   Gs: () => (/* binding */ makeImage),
/* harmony export */   qh: () => (/* binding */ indexOf)
/* harmony export */ });
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62427);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68825);
/* harmony import */ var _media_type_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(51994);
/* harmony import */ var _platform_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1890);




/**
 * The image of these platforms with all its documents, in their order: one manifest alone, or an index; also an index of one, where
 * annotations need it. `annotations` are all of the build, prefixes included. Nothing is written.
 */
function makeImage(parts, annotations) {
    const made = parts.map((part) => ({ part, document: manifestOf(part, annotations) }));
    const [only] = made;
    const isAlone = made.length === 1 && only !== undefined && !(0,_annotations_js__WEBPACK_IMPORTED_MODULE_0__/* .needsIndex */ .A)(annotations);
    const manifests = isAlone
        ? made
        : made.map(({ part, document }) => ({
            part,
            document: { ...document, descriptor: entryOf(document, annotations) },
        }));
    const top = isAlone
        ? only.document
        : indexOf(manifests.map(({ document }) => document.descriptor), annotations);
    const blobs = parts.flatMap(({ config, layers }) => [config, ...layers]);
    return {
        root: top.descriptor,
        blobs: onlyOnce(blobs.filter((blob) => !(0,_media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .isForeignLayerType */ .mi)(blob.mediaType)), ({ digest }) => digest),
        documents: onlyOnce([...manifests.map(({ document }) => document), top], ({ descriptor }) => descriptor.digest),
        images: manifests.map(({ part, document }) => imageOf(part, document)),
    };
}
/** The manifest of one platform's image. */
function manifestOf({ platform, config, layers }, annotations) {
    const manifest = {
        schemaVersion: 2,
        mediaType: _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociManifest,
        config,
        layers,
        ...some(annotations, { level: 'manifest', platform: (0,_platform_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPlatform */ .Bq)(platform) }),
    };
    const { descriptor, bytes } = documentOf(manifest, _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociManifest);
    return { descriptor: { ...descriptor, platform }, bytes };
}
/** An index of manifests as they are to be listed. */
function indexOf(manifests, annotations) {
    const index = {
        schemaVersion: 2,
        mediaType: _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociIndex,
        manifests,
        ...some(annotations, { level: 'index', platform: undefined }),
    };
    return documentOf(index, _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociIndex);
}
/** How an index lists a manifest. */
function entryOf({ descriptor }, annotations) {
    const platform = descriptor.platform && (0,_platform_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPlatform */ .Bq)(descriptor.platform);
    return { ...descriptor, ...some(annotations, { level: 'manifest-descriptor', platform }) };
}
function imageOf({ platform, config, layers }, { descriptor }) {
    const size = [config, ...layers].reduce((sum, part) => sum + part.size, descriptor.size);
    return { platform, manifest: descriptor, config, layers, size };
}
function documentOf(content, type) {
    const bytes = Buffer.from(JSON.stringify(content));
    return { descriptor: { mediaType: type, digest: (0,_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .digestOf */ .ol)(bytes), size: bytes.length }, bytes };
}
function some(annotations, target) {
    const chosen = (0,_annotations_js__WEBPACK_IMPORTED_MODULE_0__/* .annotationsFor */ .gX)(annotations, target);
    return Object.keys(chosen).length === 0 ? {} : { annotations: chosen };
}
function onlyOnce(all, key) {
    return [...new Map(all.map((one) => [key(one), one])).values()];
}


/***/ }),

/***/ 79891:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openImageArchive: () => (/* binding */ openImageArchive)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(45898);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
// EXTERNAL MODULE: ./src/oci/choose-image.ts
var choose_image = __webpack_require__(23696);
// EXTERNAL MODULE: ./src/oci/digest.ts
var oci_digest = __webpack_require__(68825);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(25823);
// EXTERNAL MODULE: ./src/oci/make-image.ts
var make_image = __webpack_require__(21811);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
// EXTERNAL MODULE: ./src/text/bytes.ts
var text_bytes = __webpack_require__(1080);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/tree/archive/decompress.ts
var decompress = __webpack_require__(80762);
// EXTERNAL MODULE: ./src/tree/archive/read-tar.ts + 2 modules
var read_tar = __webpack_require__(73948);
// EXTERNAL MODULE: ./src/tree/spool.ts
var spool = __webpack_require__(10231);
;// CONCATENATED MODULE: ./src/source/archive/archived-files.ts








/** An archive of images has a handful of files for each layer. */
const archiveLimits = { ...read_tar/* tarLimits */.Gk, entries: 100_000, names: 16 * 2 ** 20 };
/** Links from one link to the next. */
const mostHops = 8;
/**
 * The files of the archive at `path`, which may be compressed. One that is compressed is unpacked to `folder` when the first of its files is
 * opened.
 *
 * @throws ActionError `archive-invalid`, `archive-unsupported`; what `fail` makes of a file that is larger than it may be; the errors of the file
 * system
 */
async function openArchivedFiles(path, { folder, what, fail, }) {
    const files = new Map();
    const links = new Map();
    let end = 0;
    for await (const { name, node, linkTo, offset } of (0,read_tar/* readTar */.sB)((0,decompress/* decompressed */.j)((0,external_node_fs_.createReadStream)(path), what), what, archiveLimits)) {
        const clean = cleaned(name);
        // The last entry of a name counts, as for tar.
        files.delete(clean);
        links.delete(clean);
        if (linkTo !== undefined)
            links.set(clean, cleaned(linkTo));
        else if (node.type === 'symlink')
            links.set(clean, cleaned(external_node_path_.posix.join(external_node_path_.posix.dirname(clean), node.target ?? '')));
        else if (node.type === 'file') {
            files.set(clean, { offset, size: node.size });
            end = Math.max(end, offset + node.size);
        }
    }
    const openRange = (await startsCompressed(path))
        ? (0,spool/* spool */.k)(async () => (0,external_node_fs_.createReadStream)(path), { folder, what, size: () => end })
        : async (offset, size) => size === 0 ? external_node_stream_.Readable.from([]) : (0,external_node_fs_.createReadStream)(path, { start: offset, end: offset + size - 1 });
    const realName = (name) => {
        let real = cleaned(name);
        for (let hops = 0; hops < mostHops && !files.has(real); hops += 1)
            real = links.get(real) ?? real;
        return real;
    };
    const find = (name) => files.get(realName(name));
    const openFile = async (name) => {
        const file = find(name);
        if (file === undefined)
            throw fail(`it has no ${name}`);
        return await openRange(file.offset, file.size);
    };
    return {
        sizeOf: (name) => find(name)?.size,
        realName,
        open: openFile,
        read: async (name, most) => {
            const size = find(name)?.size;
            if (size === undefined)
                return undefined;
            if (size > most)
                throw fail(`${name} has ${size} bytes, and at most ${most} are read`);
            return await (0,read_limited/* readLimited */.tk)(await openFile(name), most);
        },
    };
}
async function startsCompressed(path) {
    const file = await (0,promises_.open)(path);
    try {
        const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(6) });
        return (0,decompress/* isCompressed */.c)(buffer.subarray(0, bytesRead));
    }
    finally {
        await file.close();
    }
}
function cleaned(name) {
    return external_node_path_.posix.normalize(`/${name}`).slice(1);
}

// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/oci/image-tree.ts
var image_tree = __webpack_require__(78409);
// EXTERNAL MODULE: ./src/oci/platform.ts
var platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(62148);
// EXTERNAL MODULE: ./src/source/archive/saved-manifest.ts
var saved_manifest = __webpack_require__(88977);
;// CONCATENATED MODULE: ./src/source/archive/archived-images.ts









/**
 * The images of one name in what `docker image save` wrote, one for each platform that is whole. An archive of the old form, and one of an image
 * store without indexes, has one. Docker 25 and newer also write an OCI index, in which the other platforms are listed.
 *
 * @throws ActionError `image-not-found`, and what `fail` makes of an archive that is not one
 */
async function findSavedImages(reading, wanted) {
    const { files, text, fail } = reading;
    const manifest = await files.read('manifest.json', limits/* limits */.F.manifest);
    if (manifest === undefined) {
        const hint = files.sizeOf('index.json') === undefined
            ? 'Save the image again with `docker image save`, Docker 1.10 or newer.'
            : 'It is an OCI archive: write `oci-archive:` instead of `docker-archive:`.';
        throw fail('it has no manifest.json', hint);
    }
    const images = (0,saved_manifest/* parseSavedManifest */.m)(manifest, fail);
    const saved = choose(images, wanted, { text, keyOf: ({ config }) => config, isNamed: isSavedAs, show: showSaved });
    const config = await files.read(saved.config, limits/* limits */.F.config);
    if (config === undefined)
        throw fail(`it has no ${saved.config}`);
    const missing = saved.layers.find((layer) => files.sizeOf(layer) === undefined);
    if (missing !== undefined)
        throw fail(`it has no ${missing}`);
    const digest = (0,oci_digest/* digestOf */.ol)(config);
    const listed = await imagesOfIndex(reading, saved);
    return (listed.find((one) => one.some((image) => (0,oci_digest/* digestOf */.ol)(image.config) === digest)) ?? [
        { platform: platformOf(config, fail), config, layers: saved.layers },
    ]);
}
/**
 * The images of one name in an OCI archive, one for each platform that is whole.
 *
 * @throws ActionError `image-not-found`, and what `fail` makes of an archive that is not one
 */
async function findOciImages(reading, wanted) {
    const { files, text, fail } = reading;
    const index = await files.read('index.json', limits/* limits */.F.manifest);
    if (index === undefined) {
        const hint = files.sizeOf('manifest.json') === undefined
            ? 'An OCI archive is a tar archive with index.json at its top, such as `outputs: type=oci` writes.'
            : 'It was saved by Docker: write `docker-archive:` instead of `oci-archive:`.';
        throw fail('it has no index.json', hint);
    }
    const { manifests } = (0,parse/* parseIndex */.A1)(index, `Cannot read ${text}: index.json`);
    const chosen = choose(manifests, wanted, {
        text,
        keyOf: ({ digest }) => digest,
        isNamed: (one, name) => namesOf(one).some((own) => own === name || isSameName(own, name)),
        show: (one) => namesOf(one)[0] ?? one.digest,
    });
    const images = await imagesUnder(chosen, reading);
    if (images.length === 0)
        throw fail(`${chosen.digest} has no image whose files are all in the archive`);
    return images;
}
/** The images of each entry of the archive's own index, those of the saved image's names first; none for an archive without an index. */
async function imagesOfIndex(reading, saved) {
    const index = await reading.files.read('index.json', limits/* limits */.F.manifest);
    if (index === undefined)
        return [];
    const { manifests } = (0,parse/* parseIndex */.A1)(index, `Cannot read ${reading.text}: index.json`);
    const isNamed = (one) => namesOf(one).some((name) => isSavedAs(saved, name));
    const ordered = [...manifests.filter(isNamed), ...manifests.filter((one) => !isNamed(one))];
    const found = [];
    for (const one of ordered)
        found.push(await imagesUnder(one, reading));
    return found;
}
/** The images that a descriptor leads to, as far as their files are in the archive: Docker lists the platforms that it lacks too. */
async function imagesUnder(root, { files, text, fail }) {
    const images = [];
    let documents = 0;
    const visit = async (descriptor, depth) => {
        documents += 1;
        if (depth > limits/* limits */.F.indexDepth || documents > limits/* limits */.F.indexEntries) {
            throw fail(`it has more than ${limits/* limits */.F.indexDepth} indexes inside each other, or ${limits/* limits */.F.indexEntries} documents`);
        }
        const { mediaType, digest } = descriptor;
        if ((0,image_tree/* isAttestation */.H)(descriptor) || files.sizeOf((0,oci_digest/* blobName */.PF)(digest)) === undefined)
            return;
        if ((0,media_type/* isIndexType */.$U)(mediaType)) {
            const { manifests } = (0,parse/* parseIndex */.A1)(await read(descriptor, limits/* limits */.F.manifest), `Cannot read ${text}: ${digest}`);
            for (const child of manifests)
                await visit(child, depth + 1);
        }
        else if ((0,media_type/* isManifestType */.Q3)(mediaType)) {
            const manifest = (0,parse/* parseManifest */.Ng)(await read(descriptor, limits/* limits */.F.manifest), `Cannot read ${text}: ${digest}`);
            const layers = manifest.layers.map((layer) => (0,oci_digest/* blobName */.PF)(layer.digest));
            const isWhole = [(0,oci_digest/* blobName */.PF)(manifest.config.digest), ...layers].every((name) => files.sizeOf(name) !== undefined);
            if (!isWhole || !(0,media_type/* isConfigType */.lJ)(manifest.config.mediaType))
                return;
            const config = await read(manifest.config, limits/* limits */.F.config);
            images.push({ platform: platformOf(config, fail), config, layers });
        }
    };
    const read = async (descriptor, most) => {
        const name = (0,oci_digest/* blobName */.PF)(descriptor.digest);
        const bytes = await files.read(name, most);
        if (bytes === undefined)
            throw fail(`it has no ${name}`);
        (0,oci_digest/* verify */.MX)(bytes, descriptor, `Cannot read ${text}: ${name}`);
        return bytes;
    };
    await visit(root, 0);
    return images;
}
function platformOf(config, fail) {
    const { os, architecture, variant, 'os.version': version } = (0,parse/* parseConfig */.o4)(config, fail('its configuration').message);
    return (0,platform/* normalisePlatform */.WN)({
        os,
        architecture,
        ...(variant === undefined ? {} : { variant }),
        ...(version === undefined ? {} : { 'os.version': version }),
    });
}
/** https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md; containerd puts the tag there, and the full name into its own. */
function namesOf({ annotations = {} }) {
    const names = [annotations['io.containerd.image.name'], annotations['org.opencontainers.image.ref.name']];
    return names.filter((name) => name !== undefined);
}
function isSavedAs({ names }, name) {
    return names.some((own) => isSameName(own, name));
}
function showSaved({ names: [name], config }) {
    return name ?? config;
}
/** Whether two names are one in full, or the second is the tag of the first. */
function isSameName(own, wanted) {
    const [full, other] = [fullName(own), fullName(wanted)];
    return full !== undefined && (full === other || ((0,reference/* isTag */.dz)(wanted) && full.endsWith(`:${wanted}`)));
}
function fullName(text) {
    try {
        const { registry, repository, tag = 'latest' } = (0,reference/* parseReference */.F2)(text);
        return (0,reference/* formatReference */.FH)({ registry, repository, tag });
    }
    catch {
        return undefined;
    }
}
/** Throws ActionError `image-not-found`, with what the archive has. */
function choose(all, wanted, { text, keyOf, isNamed, show }) {
    const [, position] = /^@([0-9]{1,6})$/.exec(wanted ?? '') ?? [];
    const fitting = wanted === undefined
        ? all
        : position === undefined
            ? all.filter((one) => isNamed(one, wanted))
            : all.slice(Number(position), Number(position) + 1);
    const [found] = fitting;
    if (found !== undefined && new Set(fitting.map(keyOf)).size === 1)
        return found;
    const listed = all.slice(0, 20).map((one, index) => `${show(one)} (@${index})`);
    const more = all.length > listed.length ? ', …' : '';
    const problem = found === undefined
        ? `it has no ${wanted ?? 'image'}`
        : `it has ${new Set(fitting.map(keyOf)).size} images${wanted === undefined ? '' : ` of the name ${wanted}`}`;
    throw new action_error/* ActionError */.lZ('image-not-found', `Cannot find the base image in ${text}: ${problem}`, {
        hint: `Name one of its images after the file, by name or position: ${listed.join(', ')}${more}.`,
    });
}

// EXTERNAL MODULE: ./src/source/archive/write-layer.ts
var write_layer = __webpack_require__(71923);
;// CONCATENATED MODULE: ./src/source/archive/image-archive.ts

















/** Compressed at a time: each takes a processor. */
const layersAtOnce = 2;
/**
 * Opens an archive of images, from `docker image save` or an OCI one.
 *
 * @throws ActionError `archive-invalid`, `image-not-found`
 */
async function openImageArchive(archive, { dir, host }) {
    const { form, path, image } = archive;
    const text = `${form}-archive:${path}`;
    const what = `Cannot read ${text}`;
    const fail = (found, hint) => new action_error/* ActionError */.lZ('archive-invalid', `${what}: ${found}`, { hint });
    const spooled = `${dir}-unpacked`;
    const files = await openArchivedFiles(path, { folder: spooled, what, fail });
    const find = form === 'docker' ? findSavedImages : findOciImages;
    const images = await find({ files, text, fail }, image);
    const configs = new Map(images.map(({ config }) => [(0,oci_digest/* digestOf */.ol)(config), config]));
    const planned = documentsOf(images.map((one) => ({ ...one, layers: [] })));
    return {
        check: async (platform) => {
            const read = (descriptor) => {
                const bytes = planned.documents.get(descriptor.digest) ?? configs.get(descriptor.digest);
                if (bytes === undefined)
                    throw new action_error/* ActionError */.lZ('internal', `There is no ${descriptor.digest}`);
                return bytes;
            };
            await (0,choose_image/* chooseImage */.N)(planned.root, { text, platform }, { document: async (one) => read(one), config: async (one) => read(one) });
        },
        unpack: async () => {
            const begun = host.clock.now().getTime();
            const layers = await unpackLayers(images, { files, dir, fail, signal: host.signal });
            for (const config of configs.values())
                await (0,layout/* writeBlob */.Zh)(dir, config, media_type/* mediaType */.JL.ociConfig);
            const { root, documents } = documentsOf(images.map((one) => ({
                ...one,
                layers: one.layers.map((name) => layers.get(files.realName(name))).filter((layer) => layer !== undefined),
            })));
            for (const bytes of documents.values())
                await (0,layout/* writeBlob */.Zh)(dir, bytes, media_type/* mediaType */.JL.ociManifest);
            await (0,promises_.writeFile)((0,external_node_path_.join)(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
            const { bytes } = (0,make_image/* indexOf */.qh)([root.descriptor], {});
            await (0,promises_.writeFile)((0,external_node_path_.join)(dir, 'index.json'), bytes);
            await (0,promises_.rm)(spooled, { recursive: true, force: true });
            const size = [...layers.values()].reduce((sum, layer) => sum + layer.size, 0);
            const took = host.clock.now().getTime() - begun;
            host.log.info(`Unpacked ${text}: ${layers.size} layers, ${(0,text_bytes/* formatBytes */.z)(size)}, in ${took} ms`);
            return { path: dir, tag: undefined, digest: root.descriptor.digest, text };
        },
    };
}
/** The documents of an index: one of a single image too says which platform it is for. */
function documentsOf(images) {
    const manifests = images.map(({ platform, config, layers }) => {
        const descriptor = { mediaType: media_type/* mediaType */.JL.ociConfig, digest: (0,oci_digest/* digestOf */.ol)(config), size: config.length };
        return (0,make_image/* manifestOf */.$V)({ platform, config: descriptor, layers }, {});
    });
    const root = (0,make_image/* indexOf */.qh)(manifests.map(({ descriptor }) => descriptor), {});
    return {
        root,
        documents: new Map([...manifests, root].map(({ descriptor, bytes }) => [descriptor.digest, bytes])),
    };
}
/** The layers of all images, each file once, by its name. */
async function unpackLayers(images, { files, dir, fail, signal }) {
    await (0,promises_.mkdir)(dir, { recursive: true });
    const wanted = new Map();
    for (const { config, layers } of images) {
        const { diff_ids: ids = [] } = (0,parse/* parseConfig */.o4)(config, fail('its configuration').message).rootfs ?? {};
        if (ids.length !== layers.length) {
            throw fail(`its configuration names ${ids.length} layers, and its manifest ${layers.length}`);
        }
        for (const [index, layer] of layers.entries())
            wanted.set(files.realName(layer), ids[index] ?? '');
    }
    const written = await (0,parallel/* parallel */._)(layersAtOnce, [...wanted], async ([name, id]) => [name, await unpackLayer(name, id)], { signal });
    return new Map(written);
    async function unpackLayer(name, id) {
        const type = typeOf(await startOf(await files.open(name)));
        if (type === undefined) {
            const hash = (0,external_node_crypto_.createHash)('sha256');
            const layer = await (0,write_layer/* writeLayer */.B)(dir, external_node_stream_.Readable.from(watched(await files.open(name), hash.update.bind(hash))), 'gzip');
            if (`sha256:${hash.digest('hex')}` !== id)
                throw fail(`${name} is not the layer that its configuration names`);
            return layer;
        }
        const layer = await (0,layout/* writeBlob */.Zh)(dir, external_node_stream_.Readable.from(watched(await files.open(name))), type);
        const digest = (0,oci_digest/* digestIn */.s)(name);
        if (digest !== undefined && layer.digest !== digest)
            throw fail(`the digest of ${name} is ${layer.digest}`);
        return layer;
    }
    async function* watched(content, look = () => undefined) {
        for await (const chunk of content) {
            if (signal.aborted)
                throw (0,cancelled/* cancelled */.K)('unpacking an archive of images');
            look(chunk);
            yield chunk;
        }
    }
}
/** The media type of a layer that is compressed; undefined for any other. */
function typeOf(start) {
    const begins = (...bytes) => bytes.every((byte, index) => start[index] === byte);
    if (begins(0x1f, 0x8b))
        return media_type/* mediaType */.JL.ociLayerGzip;
    return begins(0x28, 0xb5, 0x2f, 0xfd) ? media_type/* mediaType */.JL.ociLayerZstd : undefined;
}
async function startOf(content) {
    const parts = [];
    let size = 0;
    for await (const chunk of content) {
        parts.push(chunk);
        size += chunk.length;
        if (size >= 4)
            break;
    }
    return Buffer.concat(parts).subarray(0, 4);
}


/***/ }),

/***/ 88977:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ parseSavedManifest)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);


/**
 * The images of a `manifest.json`.
 *
 * @throws what `fail` makes of what is wrong with it
 */
function parseSavedManifest(bytes, fail) {
    const images = parse(bytes, fail);
    if (!Array.isArray(images) || images.length === 0)
        throw fail('manifest.json lists no image');
    return images.map((image) => {
        const { Config: config, RepoTags: names, Layers: layers } = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(image) ? image : {};
        // Go writes null for an empty list.
        if (typeof config !== 'string' || !isTexts(names) || !isTexts(layers)) {
            throw fail('manifest.json lists an image without "Config", "RepoTags" or "Layers" in the expected form');
        }
        if ((layers ?? []).length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.layers) {
            throw fail(`manifest.json lists an image of more than ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.layers} layers`);
        }
        return { config, names: names ?? [], layers: layers ?? [] };
    });
}
function parse(bytes, fail) {
    try {
        return (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(new TextDecoder().decode(bytes));
    }
    catch (error) {
        if (error instanceof _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .JsonError */ .N3)
            throw fail(`manifest.json: ${error.message}`);
        throw error;
    }
}
function isTexts(value) {
    return (value === null || value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string')));
}


/***/ }),

/***/ 71923:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ writeLayer)
/* harmony export */ });
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(38522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _oci_layout_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(25823);
/* harmony import */ var _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(51994);




/**
 * Writes an uncompressed layer to the OCI layout in `dir`, compressed: a saved image has its layers uncompressed, those of its base too.
 *
 * @throws ActionError `feature-missing` for zstd on a Node.js without it, and what `tar` and the file system throw
 */
function writeLayer(dir, tar, compression) {
    if (compression === 'uncompressed')
        return (0,_oci_layout_js__WEBPACK_IMPORTED_MODULE_2__/* .writeBlob */ .Zh)(dir, tar, _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .mediaType */ .JL.ociLayer);
    const compressor = compression === 'gzip' ? node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createGzip() : createZstd();
    // writeBlob starts to listen once its folder exists, and reports the error then.
    compressor.on('error', () => undefined);
    tar.once('error', (error) => compressor.destroy(error));
    return (0,_oci_layout_js__WEBPACK_IMPORTED_MODULE_2__/* .writeBlob */ .Zh)(dir, tar.pipe(compressor), compression === 'gzip' ? _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .mediaType */ .JL.ociLayerGzip : _oci_media_type_js__WEBPACK_IMPORTED_MODULE_3__/* .mediaType */ .JL.ociLayerZstd);
}
function createZstd() {
    if (typeof (node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createZstdCompress) === 'function')
        return node_zlib__WEBPACK_IMPORTED_MODULE_0___default().createZstdCompress();
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
        hint: 'Use gzip, or run on Node.js 24.',
    });
}


/***/ })

};
