export const id = 357;
export const ids = [357];
export const modules = {

/***/ 8357:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  w: () => (/* binding */ writeLayout),
  writeOutputs: () => (/* binding */ writeOutputs)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/oci/image-entries.ts
var image_entries = __webpack_require__(30321);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(25823);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
// EXTERNAL MODULE: ./src/oci/store.ts
var oci_store = __webpack_require__(49800);
// EXTERNAL MODULE: ./src/text/bytes.ts
var text_bytes = __webpack_require__(1080);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./src/tree/archive/write-failure.ts
var write_failure = __webpack_require__(92337);
// EXTERNAL MODULE: ./src/tree/archive/write-tar.ts + 1 modules
var write_tar = __webpack_require__(804);
;// CONCATENATED MODULE: ./src/tree/archive/write-archive.ts








/**
 * Writes entries as a tar archive to the file `dest`, which appears when it is whole: an older one stays until then. Gives its bytes.
 *
 * @throws ActionError `disk-full`, `output-unwritable`, `cancelled`, and what reading the entries throws
 */
async function writeArchive(dest, entries, { signal, onProgress }) {
    const part = `${dest}.${(0,external_node_crypto_.randomUUID)()}.part`;
    let size = 0;
    const counted = async function* () {
        for await (const piece of (0,write_tar/* writeTar */.F)(entries)) {
            size += piece.length;
            onProgress?.(size);
            yield piece;
        }
    };
    try {
        await (0,promises_.mkdir)((0,external_node_path_.dirname)(dest), { recursive: true });
        const source = external_node_stream_.Readable.from(counted(), { objectMode: false, highWaterMark: 1024 * 1024 });
        await (0,external_node_stream_promises_.pipeline)(source, (0,external_node_fs_.createWriteStream)(part, { flags: 'wx' }), { signal });
        await (0,promises_.rename)(part, dest);
        return size;
    }
    catch (error) {
        await (0,promises_.rm)(part, { force: true }).catch(() => undefined);
        throw (0,write_failure/* toWriteError */.h)(error, dest);
    }
}

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/oci/platform.ts
var platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/tree/file-entry.ts
var file_entry = __webpack_require__(73221);
// EXTERNAL MODULE: ./src/tree/layers.ts
var tree_layers = __webpack_require__(43540);
// EXTERNAL MODULE: ./src/tree/path.ts
var tree_path = __webpack_require__(56805);
// EXTERNAL MODULE: ./src/tree/tree.ts
var tree = __webpack_require__(15942);
;// CONCATENATED MODULE: ./src/export/root-entries.ts






/**
 * Returns the files of the image with all layers applied, folders before their content.
 *
 * @throws ActionError `input-invalid` if platforms that are not split have files of the same name
 */
async function rootEntries(content, { platformSplit, ...options }) {
    const { images } = content.tree;
    const split = platformSplit ?? images.length > 1;
    const roots = [];
    for (const image of images) {
        roots.push({ platform: (0,platform/* formatPlatform */.Bq)(image.platform), files: await filesOf(image, content, options) });
    }
    return split ? roots.flatMap(inFolder) : merged(roots);
}
function inFolder({ platform, files }) {
    const folder = platform.replaceAll('/', '_');
    return [{ path: folder, node: tree/* rootNode */.bP }, ...files.map((entry) => below(folder, entry))];
}
/** Merges all platforms into one folder. A directory that several platforms have is taken from the first. */
function merged(roots) {
    const [only] = roots;
    if (only && roots.length === 1)
        return only.files;
    const found = new Map();
    for (const { platform, files } of roots) {
        for (const entry of files) {
            const other = found.get(entry.path);
            if (other === undefined)
                found.set(entry.path, { entry, platform });
            else if (entry.node.type !== 'directory' || other.entry.node.type !== 'directory') {
                throw bothHave(entry.path, other.platform, platform);
            }
        }
    }
    // Sorted by path segments, in the order of a walk: the content of a folder follows it directly.
    const parts = ({ path }) => path.replaceAll('/', '\0');
    return [...found.values()].map(({ entry }) => entry).sort((a, b) => (0,tree_path/* compareBytes */.Xo)(parts(a), parts(b)));
}
async function filesOf({ layers }, { blobs }, { temporary, signal }) {
    const sources = layers.map((layer) => ({ name: layer.digest, open: () => blobs.open(layer, { signal }) }));
    const root = await (0,tree_layers/* layersTree */.d)(sources, temporary);
    const found = [];
    for await (const entry of walk(root, ''))
        found.push(entry);
    return (0,file_entry/* linkNames */.J)(found);
}
async function* walk(tree, folder) {
    for (const name of await tree.list(folder)) {
        const path = (0,tree_path/* joinPath */.uJ)(folder, name);
        const node = await tree.lstat(path);
        if (node === undefined)
            continue;
        yield { path, node, ...(node.type === 'file' ? { open: () => tree.open(path) } : {}) };
        if (node.type === 'directory')
            yield* walk(tree, path);
    }
}
function below(folder, { path, linkTo, ...entry }) {
    return {
        ...entry,
        path: (0,tree_path/* joinPath */.uJ)(folder, path),
        ...(linkTo === undefined ? {} : { linkTo: (0,tree_path/* joinPath */.uJ)(folder, linkTo) }),
    };
}
function bothHave(path, one, other) {
    return new action_error/* ActionError */.lZ('input-invalid', `Cannot put ${one} and ${other} into one folder: both have ${path}`, {
        hint: 'Leave out platform-split=false, so that each platform gets a folder of its own.',
    });
}

// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
;// CONCATENATED MODULE: ./src/export/write-folder.ts





/**
 * Writes entries into the folder `dest` over existing files, like BuildKit's local exporter: modes and times are kept, owners and
 * extended attributes are not, and files that are not in the image are left untouched. Links are never followed: a link or file at the path of a
 * folder is replaced with the folder. So nothing is written outside of `dest`, whatever this image or an earlier one contains.
 * Devices and FIFOs are skipped and returned.
 *
 * @throws ActionError `disk-full`, `output-unwritable`, `cancelled`, and the errors of reading the entries
 */
async function writeFolder(dest, entries, { signal, onProgress }) {
    const leftOut = [];
    let size = 0;
    // Modes and times of folders are set last: their modes may forbid writing, and writing changes their times.
    const open = [];
    const closeTo = (path) => {
        for (let last = open.at(-1); last && !path.startsWith(`${last.path}/`); last = open.at(-1)) {
            finishFolder(placeOf(dest, last), last);
            open.pop();
        }
    };
    try {
        (0,external_node_fs_.mkdirSync)(dest, { recursive: true });
        for (const entry of entries) {
            if (signal.aborted)
                throw (0,cancelled/* cancelled */.K)(`writing ${dest}`);
            closeTo(entry.path);
            const place = placeOf(dest, entry);
            const { type, target = '' } = entry.node;
            if (type === 'directory') {
                makeFolder(place);
                open.push(entry);
            }
            else if (type !== 'file' && type !== 'symlink') {
                leftOut.push(entry);
            }
            else if (entry.linkTo !== undefined) {
                const first = placeOf(dest, { path: entry.linkTo });
                replacing(place, () => (0,external_node_fs_.linkSync)(first, place));
            }
            else if (type === 'symlink') {
                replacing(place, () => (0,external_node_fs_.symlinkSync)(target, place));
                (0,external_node_fs_.lutimesSync)(place, seconds(entry), seconds(entry));
            }
            else {
                size += await writeFile(place, entry);
                onProgress?.(size);
            }
        }
        closeTo('');
    }
    catch (error) {
        throw (0,write_failure/* toWriteError */.h)(error, dest);
    }
    return leftOut;
}
async function writeFile(place, entry) {
    // "wx" never opens an existing file, not even through a link.
    const file = replacing(place, () => (0,external_node_fs_.openSync)(place, 'wx', 0o600));
    let size = 0;
    try {
        for await (const chunk of (await entry.open?.(entry)) ?? []) {
            for (let start = 0; start < chunk.length;)
                start += (0,external_node_fs_.writeSync)(file, chunk, start);
            size += chunk.length;
        }
        (0,external_node_fs_.fchmodSync)(file, entry.node.mode);
        (0,external_node_fs_.futimesSync)(file, seconds(entry), seconds(entry));
    }
    finally {
        (0,external_node_fs_.closeSync)(file);
    }
    return size;
}
/** Creates a new entry at `place` and replaces an existing one. */
function replacing(place, make) {
    try {
        return make();
    }
    catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
            throw error;
        (0,external_node_fs_.rmSync)(place, { recursive: true, force: true });
        return make();
    }
}
function makeFolder(place) {
    if ((0,external_node_fs_.lstatSync)(place, { throwIfNoEntry: false })?.isDirectory())
        (0,external_node_fs_.chmodSync)(place, 0o700);
    else
        replacing(place, () => (0,external_node_fs_.mkdirSync)(place, 0o700));
}
function finishFolder(place, entry) {
    (0,external_node_fs_.chmodSync)(place, entry.node.mode);
    (0,external_node_fs_.utimesSync)(place, seconds(entry), seconds(entry));
}
function seconds({ node }) {
    return node.mtime / 1000;
}
/** Returns the path of an entry. Names come from an image, where only `/` is a separator; Windows has others, and a colon names a drive or a stream. */
function placeOf(dest, { path }) {
    if (process.platform === 'win32' && /[\\:]/.test(path)) {
        throw new action_error/* ActionError */.lZ('output-unwritable', `Cannot write ${dest}: Windows has no file named ${path}`, {
            hint: 'Write an archive with type=tar instead.',
        });
    }
    return (0,external_node_path_.join)(dest, path);
}

;// CONCATENATED MODULE: ./src/export/write-outputs.ts












/**
 * Writes the outputs of the plan, and returns the image with all its blobs on this machine.
 *
 * @throws ActionError of the file system, and of the registry of a base image's layers
 */
async function writeOutputs({ plan, host }, content) {
    return host.log.group('Write outputs', async () => {
        const here = await fetchRemote(content, host);
        for (const output of plan.outputs) {
            const temporary = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(host.tempDir, 'unpacked-'));
            await writeOutput(output, here, { plan, host, temporary });
            // It holds unpacked layers, which may be large.
            (0,external_node_fs_.rmSync)(temporary, { recursive: true });
        }
        return here;
    });
}
/**
 * Writes the image with all its blobs as an OCI layout to the folder `dir`.
 *
 * @throws ActionError, those of `writeOutputs`
 */
async function writeLayout({ plan, host }, content, dir) {
    const here = await fetchRemote(content, host);
    const { references, build } = plan;
    const form = { kind: 'oci', references, annotations: build.annotations, signal: host.signal };
    await writeFolder(dir, (0,image_entries/* imageEntries */.I)(here, form), { signal: host.signal, onProgress: () => undefined });
}
async function writeOutput(output, content, work) {
    const { host } = work;
    const { kind, form, dest } = output;
    const onProgress = (bytes) => host.log.progress(`Writing ${dest}: ${(0,text_bytes/* formatBytes */.z)(bytes)}`);
    const options = { signal: host.signal, onProgress };
    const entries = await entriesOf(output, content, work);
    if (form === 'archive') {
        const size = await writeArchive(dest, entries, options);
        host.log.info(`Wrote ${dest} (${kind}, ${(0,text_bytes/* formatBytes */.z)(size)})`);
        return;
    }
    const leftOut = await writeFolder(dest, entries, options);
    host.log.info(`Wrote ${dest} (${kind}, ${entries.length - leftOut.length} entries)`);
    if (leftOut.length > 0) {
        const names = leftOut.slice(0, 5).map(({ path }) => path);
        host.log.warning(`${dest} lacks ${leftOut.length} devices and FIFOs of the image (${names.join(', ')}): type=tar has them`);
    }
}
async function entriesOf(output, content, { plan, host: { signal }, temporary }) {
    if (output.kind === 'files') {
        return rootEntries(content, { platformSplit: output.platformSplit, temporary, signal });
    }
    const { annotations } = plan.build;
    const listed = output.kind === 'oci' && output.form === 'folder' ? await listedIn(output.dest) : [];
    return (0,image_entries/* imageEntries */.I)(content, { kind: output.kind, references: plan.references, annotations, listed, signal });
}
/**
 * Returns the image with the base layers, which a build leaves in their registries, downloaded to this machine: once, however many
 * outputs use them.
 */
async function fetchRemote({ tree, blobs }, { log, signal, tempDir }) {
    const remote = tree.blobs.filter(({ digest }) => (0,oci_store/* isRemote */.Vx)(blobs, digest));
    if (remote.length === 0)
        return { tree, blobs };
    const total = remote.reduce((sum, { size }) => sum + size, 0);
    log.info(`Fetching ${remote.length} layers of the base, ${(0,text_bytes/* formatBytes */.z)(total)}`);
    const store = (0,layout/* layoutStore */.i4)((0,external_node_path_.join)(tempDir, 'fetched'));
    await (0,oci_store/* copyBlobs */.wT)(remote, blobs, store, { signal });
    return { tree, blobs: (0,oci_store/* firstOf */.Ku)((0,oci_store/* byDigest */._W)(new Map(remote.map(({ digest }) => [digest, store]))), blobs) };
}
/** Returns the entries in the index.json of an existing layout. */
async function listedIn(dest) {
    const bytes = await (0,read_limited/* readBytesLimited */.mj)((0,external_node_path_.join)(dest, 'index.json'), limits/* limits */.F.manifest).catch(() => undefined);
    return bytes === undefined ? [] : (0,parse/* parseIndex */.A1)(bytes, `Cannot add to the OCI layout in ${dest}: index.json`).manifests;
}


/***/ }),

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

/***/ 73221:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ linkNames)
/* harmony export */ });
/** The first of several names of a file keeps the content, and the others become links to it. */
function linkNames(entries) {
    const firsts = new Map();
    return entries.map((entry) => {
        const { inode } = entry.node;
        const first = inode === undefined ? undefined : firsts.get(inode);
        if (first !== undefined)
            return { path: entry.path, node: { ...entry.node, size: 0 }, linkTo: first };
        if (inode !== undefined)
            firsts.set(inode, entry.path);
        return entry;
    });
}


/***/ })

};
