export const id = 698;
export const ids = [698];
export const modules = {

/***/ 1698:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  build: () => (/* binding */ build)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./src/dockerfile/arguments.ts
var dockerfile_arguments = __webpack_require__(8270);
// EXTERNAL MODULE: ./src/dockerfile/parse.ts + 11 modules
var parse = __webpack_require__(9354);
// EXTERNAL MODULE: ./src/dockerfile/stages.ts + 1 modules
var dockerfile_stages = __webpack_require__(4695);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(3916);
// EXTERNAL MODULE: ./src/host/platform.ts
var platform = __webpack_require__(5607);
// EXTERNAL MODULE: ./src/oci/image-tree.ts
var image_tree = __webpack_require__(8409);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(5823);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(1994);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/oci/write-image.ts + 1 modules
var write_image = __webpack_require__(6725);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
var external_node_zlib_default = /*#__PURE__*/__webpack_require__.n(external_node_zlib_);
;// CONCATENATED MODULE: ./src/tree/through.ts
/**
 * `source` after a Node transform (zlib). An error of the source passes as it is, one of the transform through `explain`.
 * Written by hand, since `pipeline` and `compose` wrap or lose the source's error when the consumer stops early.
 */
async function* through(source, stream, explain = (cause) => cause) {
    let failed;
    const feed = async () => {
        for await (const chunk of source) {
            if (stream.destroyed)
                return;
            if (!stream.write(chunk))
                await drained(stream);
        }
        stream.end();
    };
    const fed = feed().catch((error) => {
        failed = error;
        stream.destroy();
    });
    try {
        yield* stream;
    }
    catch (cause) {
        if (failed !== undefined)
            throw failed;
        throw explain(cause);
    }
    finally {
        stream.destroy();
        await fed;
    }
}
function drained(stream) {
    return new Promise((done) => {
        const stop = () => {
            stream.off('drain', stop);
            stream.off('close', stop);
            done();
        };
        stream.once('drain', stop);
        stream.once('close', stop);
        if (stream.destroyed)
            stop();
    });
}

;// CONCATENATED MODULE: ./src/tree/decompress.ts



const magics = [
    { kind: 'gzip', bytes: [0x1f, 0x8b, 0x08] },
    { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
    { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
    { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];
/** How content that begins with `start` is compressed; 6 bytes decide. */
function compressionOf(start) {
    return magics.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))?.kind ?? 'none';
}
/**
 * `source` without its gzip or zstd compression, which its first bytes tell; other content passes through.
 * Throws `archive-unsupported` for bzip2 and xz, which Node.js does not have, `archive-invalid` for damaged content. `what` begins the message.
 */
async function* decompressed(source, what) {
    const iterator = source[Symbol.asyncIterator]();
    try {
        const { head, start } = await begin(iterator);
        const compression = compressionOf(start);
        const whole = concat(head, iterator);
        if (compression === 'none')
            yield* whole;
        else
            yield* through(whole, decompressor(compression, what), damaged(what));
    }
    finally {
        await iterator.return?.();
    }
}
/** The first chunks of a source until they have 6 bytes. */
async function begin(iterator) {
    const head = [];
    let length = 0;
    while (length < 6) {
        const { value, done } = await iterator.next();
        if (done)
            break;
        head.push(value);
        length += value.length;
    }
    return { head, start: Buffer.concat(head).subarray(0, 6) };
}
async function* concat(head, rest) {
    yield* head;
    for (let next = await rest.next(); !next.done; next = await rest.next())
        yield next.value;
}
function decompressor(compression, what) {
    if (compression === 'gzip')
        return external_node_zlib_default().createGunzip({ chunkSize: 128 * 1024 });
    // Node.js has zstd from 22.15 and 23.8 on.
    if (compression === 'zstd' && typeof (external_node_zlib_default()).createZstdDecompress === 'function')
        return external_node_zlib_default().createZstdDecompress();
    throw new errors/* ActionError */.lZ('archive-unsupported', `${what}: it is compressed with ${compression}`, {
        hint: 'Compress it with gzip or zstd, or unpack it before the build and COPY the folder.',
    });
}
function damaged(what) {
    return (cause) => new errors/* ActionError */.lZ('archive-invalid', `${what}: ${(0,errors/* messageOf */.bD)(cause)}`, { cause });
}

;// CONCATENATED MODULE: ./src/tree/path.ts

// Paths inside a tree: `/`-separated, relative to the tree's root, without `.`, `..` and empty parts; the root is ''.
/** The longest name and path that Linux takes, in bytes (NAME_MAX, PATH_MAX). */
const longest = { name: 255, path: 4096 };
/**
 * `text` as a path inside a tree. `..` stops at the root, as in a chroot, so that no text leads out of it.
 * Throws `path-invalid` for a NUL character and for what no Linux file system can hold.
 */
function cleanPath(text) {
    const parts = [];
    for (const part of text.split('/')) {
        if (part === '' || part === '.')
            continue;
        if (part === '..')
            parts.pop();
        else
            parts.push(part);
    }
    const path = parts.join('/');
    if (path.includes('\0'))
        throw invalid(path.replaceAll('\0', '\\0'), 'it has a NUL character');
    if (path.length * 3 > longest.name)
        assertLengths(path, parts);
    return path;
}
/** `name`, itself cleaned, below `folder`. */
function joinPath(folder, name) {
    return folder === '' ? name : name === '' ? folder : `${folder}/${name}`;
}
/** The path of the folder that holds `path`; the root holds itself. */
function parentOf(path) {
    return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
/** The last name of `path`. */
function nameOf(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}
/** The folders above `path`, outermost first, without the root. */
function ancestorsOf(path) {
    const found = [];
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
        found.push(path.slice(0, slash));
    }
    return found;
}
/** Orders text by its UTF-8 bytes, as Go and the file systems do: JavaScript's own order puts U+E000…U+FFFF after the planes above. */
function compareBytes(left, right) {
    const length = Math.min(left.length, right.length);
    for (let index = 0; index < length; index += 1) {
        const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
        if (a !== b)
            return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
    }
    return left.length - right.length;
}
function isSurrogate(unit) {
    return unit >= 0xd800 && unit <= 0xdfff;
}
function assertLengths(path, parts) {
    if (Buffer.byteLength(path) >= longest.path)
        throw invalid(path, `it is longer than ${longest.path - 1} bytes`);
    const part = parts.find((name) => Buffer.byteLength(name) > longest.name);
    if (part !== undefined)
        throw invalid(path, `"${shorten(part)}" is longer than ${longest.name} bytes`);
}
function invalid(path, why) {
    return new errors/* ActionError */.lZ('path-invalid', `Cannot use the path "${shorten(path)}": ${why}`);
}
function shorten(text) {
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

;// CONCATENATED MODULE: ./src/tree/read-tar.ts

/** Far more than any real image has; a small file that unpacks to more is an attack or a mistake. */
const tarLimits = { entries: 2_000_000, bytes: 256 * 2 ** 30 };
/** Long names and attributes are held in memory: this much of them, in bytes, for one entry. */
const mostExtended = 1024 * 1024;
const block = 512;
/**
 * The entries of an uncompressed tar archive in order; the content of each is passed over.
 * Throws `archive-invalid` for what is damaged, cut short, or over the limits. `what` begins the message.
 */
async function* readTar(source, what, limits = tarLimits) {
    const fail = (found, cause) => new errors/* ActionError */.lZ('archive-invalid', `${what}: ${found}`, cause === undefined ? {} : { cause });
    const reader = blockReader(source, fail, limits.bytes);
    let extended = { records: new Map() };
    let global = new Map();
    try {
        for (let count = 0;; count += 1) {
            const header = await reader.take(block);
            // An archive ends with two blocks of zeros; like others we take one, and the end of the file, for the end.
            if (header === undefined || header.every((byte) => byte === 0))
                break;
            if (count > limits.entries)
                throw fail(`it has more than ${limits.entries} entries`);
            assertChecksum(header, fail);
            const flag = String.fromCharCode(header[156] || 0x30);
            const size = numberAt(header, 124, 12);
            if ('xgLK'.includes(flag)) {
                if (size > mostExtended)
                    throw fail(`it has an extended header of ${size} bytes`);
                const data = await reader.take(size);
                await reader.skip(padding(size));
                if (data === undefined)
                    throw fail('it ends inside a header');
                if (flag === 'g')
                    global = new Map([...global, ...parseRecords(data, fail)]);
                else
                    extended = extend(extended, flag, data, fail);
                continue;
            }
            const entry = toEntry(header, flag, new Map([...global, ...extended.records]), reader.position(), fail);
            extended = { records: new Map() };
            const stored = contentSize(entry, flag, size, fail);
            if (entry)
                yield entry;
            await reader.skip(stored + padding(stored));
        }
    }
    finally {
        await reader.close();
    }
}
function extend(before, flag, data, fail) {
    const records = new Map(before.records);
    if (flag === 'x')
        for (const [key, value] of parseRecords(data, fail))
            records.set(key, value);
    else
        records.set(flag === 'L' ? 'path' : 'linkpath', upToNul(data));
    return { records };
}
/** PAX records: `<length> <key>=<value>\n`, the value being any bytes. */
function parseRecords(data, fail) {
    const records = new Map();
    for (let start = 0; start < data.length;) {
        const space = data.indexOf(0x20, start);
        const length = space === -1 || space - start > 10 ? Number.NaN : Number(data.toString('latin1', start, space));
        const equals = data.indexOf(0x3d, space);
        const end = start + length;
        if (!(Number.isInteger(length) && equals > space && equals < end && end <= data.length && data[end - 1] === 0x0a)) {
            throw fail('it has a damaged PAX header');
        }
        records.set(data.toString('utf8', space + 1, equals), data.subarray(equals + 1, end - 1));
        start = end;
    }
    return records;
}
const types = {
    '0': 'file',
    '1': 'link',
    '2': 'symlink',
    '3': 'character-device',
    '4': 'block-device',
    '5': 'directory',
    '6': 'fifo',
    '7': 'file',
};
function toEntry(header, flag, records, offset, fail) {
    const text = (key) => records.get(key)?.toString('utf8');
    const number = (key) => {
        const value = text(key);
        return value === undefined ? undefined : Number(value);
    };
    const ustar = header.toString('latin1', 257, 263) === 'ustar\0';
    const prefix = ustar ? textAt(header, 345, 155) : '';
    const plain = textAt(header, 0, 100);
    const name = text('path') ?? (prefix === '' ? plain : `${prefix}/${plain}`);
    if (flag === 'S' || [...records.keys()].some((key) => key.startsWith('GNU.sparse.')))
        throw fail(`${name} is a sparse file, which is not supported`);
    const written = types[flag];
    // Other flags are comments of some vendor (V: volume label, D: directory list).
    if (written === undefined)
        return undefined;
    // Old archives have no flag for directories, only the slash.
    const type = written === 'file' && name.endsWith('/') ? 'directory' : written;
    const linkTo = text('linkpath') ?? textAt(header, 157, 100);
    const node = {
        type: type === 'link' ? 'file' : type,
        mode: numberAt(header, 100, 8) & 0o7777,
        uid: number('uid') ?? numberAt(header, 108, 8),
        gid: number('gid') ?? numberAt(header, 116, 8),
        mtime: Math.floor((number('mtime') ?? numberAt(header, 136, 12)) * 1000),
        size: type === 'file' ? (number('size') ?? numberAt(header, 124, 12)) : 0,
        ...(type === 'symlink' ? { target: linkTo } : {}),
        ...(type.endsWith('-device')
            ? { device: { major: numberAt(header, 329, 8), minor: numberAt(header, 337, 8) } }
            : {}),
        ...xattrsOf(records),
    };
    if (![node.uid, node.gid, node.size].every((value) => Number.isSafeInteger(value) && value >= 0) ||
        Number.isNaN(node.mtime)) {
        throw fail(`the header of ${name} has a number that is none`);
    }
    return { name, node, offset, ...(type === 'link' ? { linkTo } : {}) };
}
function xattrsOf(records) {
    const prefix = 'SCHILY.xattr.';
    const found = [...records].filter(([key]) => key.startsWith(prefix));
    return found.length === 0 ? {} : { xattrs: new Map(found.map(([key, value]) => [key.slice(prefix.length), value])) };
}
/** The bytes that follow the header. Links and devices have none, whatever their size says; old tars gave links the size of their file. */
function contentSize(entry, flag, size, fail) {
    const stored = entry === undefined ? size : entry.node.type === 'file' && flag !== '1' ? entry.node.size : 0;
    if (!Number.isSafeInteger(stored) || stored < 0)
        throw fail('an entry has an impossible size');
    return stored;
}
function assertChecksum(header, fail) {
    let sum = 8 * 0x20;
    for (let index = 0; index < block; index += 1)
        if (index < 148 || index >= 156)
            sum += header[index] ?? 0;
    if (sum !== numberAt(header, 148, 8))
        throw fail('it is damaged or no tar archive: a header has a wrong checksum');
}
/** A number in octal text or, with the first bit set, in binary (GNU, for what octal cannot hold). */
function numberAt(header, start, length) {
    const field = header.subarray(start, start + length);
    const first = field[0] ?? 0;
    if (first < 0x80)
        return Number.parseInt(field.toString('latin1').replace(/\0.*$/s, '').trim() || '0', 8);
    let value = first === 0xff ? -1 : first & 0x3f;
    for (const byte of field.subarray(1))
        value = value * 256 + byte;
    return value;
}
function textAt(header, start, length) {
    return upToNul(header.subarray(start, start + length)).toString('utf8');
}
function upToNul(data) {
    const end = data.indexOf(0);
    return end === -1 ? data : data.subarray(0, end);
}
function padding(size) {
    return (block - (size % block)) % block;
}
function blockReader(source, fail, most) {
    const iterator = source[Symbol.asyncIterator]();
    let chunk = new Uint8Array();
    let position = 0;
    const more = async () => {
        while (chunk.length === 0) {
            const next = await iterator.next();
            if (next.done)
                return false;
            chunk = next.value;
        }
        return true;
    };
    const consume = (size) => {
        const part = chunk.subarray(0, size);
        chunk = chunk.subarray(part.length);
        position += part.length;
        if (position > most)
            throw fail(`it unpacks to more than ${most} bytes`);
        return part;
    };
    return {
        position: () => position,
        close: async () => {
            await iterator.return?.();
        },
        take: async (size) => {
            if (chunk.length >= size) {
                const part = consume(size);
                return Buffer.from(part.buffer, part.byteOffset, part.length);
            }
            const parts = [];
            for (let left = size; left > 0;) {
                if (!(await more())) {
                    if (left === size)
                        return undefined;
                    throw fail('it is cut short');
                }
                const part = consume(left);
                parts.push(part);
                left -= part.length;
            }
            return Buffer.concat(parts);
        },
        skip: async (size) => {
            for (let left = size; left > 0;) {
                if (!(await more()))
                    throw fail('it is cut short');
                left -= consume(left).length;
            }
        },
    };
}

;// CONCATENATED MODULE: ./src/tree/resolve.ts


/** As many links as Linux follows would be 40; Go's RootPath, which BuildKit uses, gives up after 255. */
const mostLinks = 255;
/**
 * The path that `path` is after all symbolic links, those of its last name too, each resolved inside the root: an absolute target
 * starts at the root, `..` stops there. Names that do not exist are kept, so the result may be something to create.
 * Throws `path-invalid` when links lead in a circle.
 */
async function resolvePath(tree, path) {
    const rest = split(path);
    let resolved = '';
    let links = 0;
    for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
        if (part === '..') {
            resolved = parentOf(resolved);
            continue;
        }
        const next = joinPath(resolved, part);
        const node = await tree.lstat(next);
        if (node?.type !== 'symlink') {
            resolved = next;
            continue;
        }
        links += 1;
        if (links > mostLinks)
            throw new errors/* ActionError */.lZ('path-invalid', `Cannot follow ${path}: its links lead in a circle`);
        const target = node.target ?? '';
        if (target.startsWith('/'))
            resolved = '';
        rest.push(...split(target));
    }
    return cleanPath(resolved);
}
/** What `path` is with all links followed, and where; undefined when there is nothing. */
async function follow(tree, path) {
    const resolved = await resolvePath(tree, path);
    const node = await tree.lstat(resolved);
    return node && { path: resolved, node };
}
/** The parts of a path, last first; `..` is kept since what it means depends on the links before it. */
function split(path) {
    return path
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .reverse();
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
;// CONCATENATED MODULE: ./src/tree/spool.ts






/**
 * Access to any part of a compressed archive: at the first request the whole of it is unpacked once to a file in `folder`,
 * which the caller removes with the folder. Nothing is read before.
 */
function spool(open, folder, what) {
    let spooled;
    const unpack = async () => {
        await (0,promises_.mkdir)(folder, { recursive: true });
        const file = (0,external_node_path_.join)(folder, `${(0,external_node_crypto_.randomUUID)()}.tar`);
        await (0,external_node_stream_promises_.pipeline)(decompressed(await open(), what), (0,external_node_fs_.createWriteStream)(file, { flags: 'wx' }));
        return file;
    };
    return async (offset, size) => {
        spooled ??= unpack();
        const file = await spooled;
        if (size === 0)
            return none();
        return (0,external_node_fs_.createReadStream)(file, { start: offset, end: offset + size - 1, highWaterMark: 256 * 1024 });
    };
}
async function* none() { }

;// CONCATENATED MODULE: ./src/tree/tree.ts
/** The tree of `FROM scratch`. */
const emptyTree = {
    lstat: async (path) => (path === '' ? rootNode : undefined),
    list: async () => [],
    open: async (path) => {
        throw new Error(`An empty tree has no file ${path}`);
    },
};
/** What stands for a root that nobody described. */
const rootNode = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0 };
/** A tree that is made when something in it is first asked for: the layers of a base are read only when a decision needs them. */
function lazyTree(make) {
    let made;
    const tree = () => {
        made ??= make();
        return made;
    };
    return {
        lstat: async (path) => (await tree()).lstat(path),
        list: async (path) => (await tree()).list(path),
        open: async (path) => (await tree()).open(path),
    };
}

;// CONCATENATED MODULE: ./src/tree/layers.ts






/** Reads the headers of a layer in one pass; nothing is kept of its content. */
async function indexLayer(layer) {
    const what = `Cannot read layer ${layer.name}`;
    const entries = [];
    for await (const entry of readTar(decompressed(await layer.open(), what), what))
        entries.push(entry);
    return entries;
}
/**
 * The file system that `layers` make, applied in order with their whiteouts. Reading headers is all it does at first; when the content of
 * a file is wanted, the layer that has it is unpacked once to `temporary`.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets
 */
async function layersTree(layers, temporary, options = {}) {
    const indexes = await Promise.all(layers.map(options.index ?? indexLayer));
    const merged = createMerge();
    for (const [layer, index] of indexes.entries())
        await merged.apply(index, layer);
    const spools = layers.map(({ open, name }) => spool(open, temporary, `Cannot read layer ${name}`));
    return {
        lstat: async (path) => merged.nodes.get(path)?.node,
        list: async (path) => [...(merged.children.get(path) ?? [])].sort(compareBytes),
        open: async (path) => {
            const stored = merged.nodes.get(path);
            const open = stored && spools[stored.layer];
            if (stored?.node.type !== 'file' || open === undefined)
                throw new Error(`The image has no file ${path}`);
            return open(stored.offset, stored.node.size);
        },
    };
}
const whiteout = '.wh.';
const opaque = '.wh..wh..opq';
function createMerge() {
    const nodes = new Map([['', { node: rootNode, layer: -1, offset: 0 }]]);
    const children = new Map();
    const remove = (path) => {
        for (const name of children.get(path) ?? [])
            remove(joinPath(path, name));
        children.delete(path);
        nodes.delete(path);
        children.get(parentOf(path))?.delete(nameOf(path));
    };
    const put = (path, stored) => {
        const before = nodes.get(path);
        if (before && !(before.node.type === 'directory' && stored.node.type === 'directory'))
            remove(path);
        nodes.set(path, stored);
        if (path === '')
            return;
        const siblings = children.get(parentOf(path));
        if (siblings)
            siblings.add(nameOf(path));
        else
            children.set(parentOf(path), new Set([nameOf(path)]));
    };
    const lookup = { lstat: async (path) => nodes.get(path)?.node };
    const apply = async (index, layer) => {
        const own = new Set();
        for (const entry of index) {
            const written = cleanPath(entry.name);
            const name = nameOf(written);
            const path = joinPath(await resolvePath(lookup, parentOf(written)), name);
            if (name === opaque) {
                // Hides what lower layers have in the folder, not what this one put there.
                const folder = parentOf(path);
                for (const child of [...(children.get(folder) ?? [])])
                    hide(joinPath(folder, child), own);
                continue;
            }
            if (name.startsWith(whiteout)) {
                if (name.startsWith('.wh..wh.'))
                    continue;
                const hidden = joinPath(parentOf(path), name.slice(whiteout.length));
                if (!own.has(hidden))
                    remove(hidden);
                continue;
            }
            for (const folder of ancestorsOf(path)) {
                if (nodes.get(folder)?.node.type !== 'directory')
                    put(folder, { node: rootNode, layer, offset: 0 });
                own.add(folder);
            }
            own.add(path);
            put(path, entry.linkTo === undefined
                ? { node: entry.node, layer, offset: entry.offset }
                : linked(entry.linkTo, layer, entry));
        }
    };
    const hide = (path, own) => {
        if (!own.has(path))
            remove(path);
        else
            for (const child of [...(children.get(path) ?? [])])
                hide(joinPath(path, child), own);
    };
    /** A hard link is one more name of what is there already; both names get the same inode. */
    const linked = (linkTo, layer, entry) => {
        const target = cleanPath(linkTo);
        const first = nodes.get(target);
        if (first === undefined)
            return { node: entry.node, layer, offset: entry.offset };
        const inode = first.node.inode ?? Symbol(target);
        const shared = { ...first, node: { ...first.node, inode } };
        nodes.set(target, shared);
        return shared;
    };
    return { nodes, children, apply };
}

;// CONCATENATED MODULE: ./src/engine/embedded/base.ts
/** @throws what `find` throws */
async function findBase(find, reference, platform) {
    const { repository, manifest, config } = await find(reference, platform);
    const bytes = await config();
    return { repository, config: JSON.parse(bytes.toString('utf8')), layers: manifest.layers };
}

;// CONCATENATED MODULE: ./src/engine/embedded/epoch.ts

/**
 * The time, in seconds since 1970, that no file of the image is newer than: SOURCE_DATE_EPOCH as a build argument or in
 * the environment, else that of the commit that the context is at; undefined where there is none of these.
 * https://reproducible-builds.org/specs/source-date-epoch/
 *
 * @throws ActionError `input-invalid` for an epoch that is no number
 */
async function readEpoch(host, { context, given }) {
    const text = given || host.env['SOURCE_DATE_EPOCH'];
    if (text) {
        if (/^\d{1,12}$/.test(text))
            return Number(text);
        throw new errors/* ActionError */.lZ('input-invalid', `Cannot read SOURCE_DATE_EPOCH: expected seconds since 1970, found "${text}"`);
    }
    const git = await host.exec('git', ['-C', context, 'log', '-1', '--format=%ct']);
    return git.ok && /^\d+\s*$/.test(git.stdout) ? Number(git.stdout) : undefined;
}

;// CONCATENATED MODULE: ./src/engine/embedded/history.ts
/** What a command line runs: its words, or the shell with the line. */
function commandWords(command, shell) {
    return command.form === 'exec' ? command.words : [...shell, command.text];
}
/**
 * `created_by` of an instruction's history as BuildKit words it, Go's way of printing lists and structures included:
 * people read the histories of both side by side, and tools take them apart.
 */
function describeInstruction(instruction, shell) {
    switch (instruction.kind) {
        case 'env':
        case 'label':
            return `${instruction.kind.toUpperCase()} ${instruction.pairs.map(({ key, value }) => `${key}=${value}`).join(' ')}`;
        case 'arg':
            return `ARG ${instruction.arguments.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ')}`;
        case 'copy':
        case 'add': {
            const { chown, chmod, sources, files, destination } = instruction;
            const flags = [...(chown ? [`--chown=${chown}`] : []), ...(chmod ? [`--chmod=${chmod}`] : [])];
            const words = [...flags, ...sources, ...files.map(({ name }) => `<<${name}`), destination];
            return `${instruction.kind.toUpperCase()} ${words.join(' ')} # buildkit`;
        }
        case 'cmd':
        case 'entrypoint':
            return `${instruction.kind.toUpperCase()} ${quoteWords(commandWords(instruction.command, shell))}`;
        case 'expose':
            return `EXPOSE [${[...instruction.ports].toSorted().join(' ')}]`;
        case 'volume':
            return `VOLUME [${instruction.paths.join(' ')}]`;
        case 'shell':
            return `SHELL [${instruction.shell.join(' ')}]`;
        case 'workdir':
            return `WORKDIR ${instruction.path}`;
        case 'user':
            return `USER ${instruction.user}`;
        case 'stopsignal':
            return `STOPSIGNAL ${instruction.signal}`;
        case 'maintainer':
            return `MAINTAINER ${instruction.name}`;
        case 'healthcheck':
            return `HEALTHCHECK ${describeHealthcheck(instruction.healthcheck)}`;
        default:
            return instruction.text;
    }
}
/** `&{["CMD-SHELL" "curl x"] "5s" "0s" "0s" "0s" '\x00'}`: a structure printed with %q, a number as the character it is. */
function describeHealthcheck({ test, interval, timeout, startPeriod, startInterval, retries }) {
    const durations = [interval, timeout, startPeriod, startInterval].map((one) => `"${formatDuration(one)}"`);
    return `&{${quoteWords(test)} ${durations.join(' ')} '${quoteCharacter(retries)}'}`;
}
function quoteWords(words) {
    return `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
}
const escapes = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    39: "\\'",
    92: '\\\\',
};
function quoteCharacter(code) {
    const plain = code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : String.fromCodePoint(code);
    return escapes[code] ?? plain;
}
/** Nanoseconds as Go's time.Duration prints them: `1h0m0s`, `1m30s`, `1.5s`, `200ms`. */
function formatDuration(nanoseconds) {
    if (nanoseconds === 0)
        return '0s';
    for (const [unit, size] of [
        ['ns', 1],
        ['µs', 1e3],
        ['ms', 1e6],
    ]) {
        if (nanoseconds < size * 1000)
            return `${nanoseconds / size}${unit}`;
    }
    const hours = Math.floor(nanoseconds / 3.6e12);
    const minutes = Math.floor((nanoseconds % 3.6e12) / 6e10);
    const seconds = (nanoseconds % 6e10) / 1e9;
    return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}

;// CONCATENATED MODULE: ./src/engine/embedded/image-config.ts

const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The shell of a Linux image that names none. */
const defaultShell = ['/bin/sh', '-c'];
/** The configuration of `FROM scratch`. */
function emptyConfig(platform) {
    return {
        ...platform,
        config: { Env: [defaultPath], WorkingDir: '/' },
        history: [],
        rootfs: { type: 'layers', diff_ids: [] },
    };
}
/** The configuration a stage begins with: that of its base without the triggers, which have done their work. */
function inherit(base) {
    const { OnBuild: _, ...config } = base.config;
    return { ...base, config };
}
/** What an instruction that makes no layer does to the configuration. Variables in it are replaced already. Pure. */
function configure(config, instruction, stage) {
    const execution = config.config;
    const set = (change) => ({ ...config, config: { ...execution, ...change } });
    switch (instruction.kind) {
        case 'env':
            return set({ Env: instruction.pairs.reduce(setVariable, execution.Env ?? []) });
        case 'label':
            return set({
                Labels: { ...execution.Labels, ...Object.fromEntries(instruction.pairs.map(({ key, value }) => [key, value])) },
            });
        case 'workdir':
            return set({ WorkingDir: instruction.path });
        case 'user':
            return set({ User: instruction.user });
        case 'expose':
            return set({ ExposedPorts: { ...execution.ExposedPorts, ...empties(instruction.ports) } });
        case 'volume':
            return set({ Volumes: { ...execution.Volumes, ...empties(instruction.paths) } });
        case 'stopsignal':
            return set({ StopSignal: instruction.signal });
        case 'shell':
            return set({ Shell: instruction.shell });
        case 'onbuild':
            return set({ OnBuild: [...(execution.OnBuild ?? []), instruction.expression] });
        case 'healthcheck':
            return set({ Healthcheck: healthOf(instruction.healthcheck) });
        case 'cmd':
            return set({ Cmd: commandWords(instruction.command, execution.Shell ?? defaultShell), ArgsEscaped: true });
        case 'entrypoint': {
            const changed = set({ Entrypoint: commandWords(instruction.command, execution.Shell ?? defaultShell) });
            if (stage.hasCmd)
                return changed;
            // The base's arguments were for the base's program.
            const { Cmd: _, ...rest } = changed.config;
            return { ...changed, config: rest };
        }
        case 'maintainer':
            return { ...config, author: instruction.name };
        default:
            return config;
    }
}
/** Adds the line of history that BuildKit would write for an instruction. */
function recordHistory(config, instruction, { created, hasLayer }) {
    // BuildKit has no line for triggers, which do nothing in this image.
    if (instruction.kind === 'onbuild')
        return config;
    const entry = {
        created,
        created_by: describeInstruction(instruction, config.config.Shell ?? defaultShell),
        comment: 'buildkit.dockerfile.v0',
        ...(hasLayer ? {} : { empty_layer: true }),
    };
    return { ...config, history: [...config.history, entry] };
}
/** The configuration as the JSON document that its digest is of: keys in the order of the specification's structure. */
function encodeConfig(config) {
    const { architecture, author, config: execution, created, history, os, rootfs, variant } = config;
    const document = {
        architecture,
        author,
        config: orderExecution(execution),
        created,
        history,
        os,
        'os.version': config['os.version'],
        'os.features': config['os.features'],
        rootfs,
        variant,
    };
    return Buffer.from(JSON.stringify(document));
}
function orderExecution(execution) {
    const order = [
        'User',
        'ExposedPorts',
        'Env',
        'Entrypoint',
        'Cmd',
        'Volumes',
        'WorkingDir',
        'Labels',
        'StopSignal',
        'ArgsEscaped',
        'Healthcheck',
        'OnBuild',
        'Shell',
    ];
    const known = order.flatMap((key) => (execution[key] === undefined ? [] : [[key, execution[key]]]));
    // What a base of another builder has besides is carried over.
    const others = Object.entries(execution).filter(([key]) => !order.includes(key));
    return Object.fromEntries([...known.map(sorted), ...others]);
}
/** Go writes maps with their keys in order. */
function sorted([key, value]) {
    const isMap = key === 'Labels' || key === 'ExposedPorts' || key === 'Volumes';
    if (!isMap)
        return [String(key), value];
    return [String(key), Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))];
}
function setVariable(env, { key, value }) {
    const entry = `${key}=${value}`;
    const index = env.findIndex((one) => one.startsWith(`${key}=`));
    return index < 0 ? [...env, entry] : env.with(index, entry);
}
function healthOf({ test, interval, timeout, startPeriod, startInterval, retries }) {
    const durations = { Interval: interval, Timeout: timeout, StartPeriod: startPeriod, StartInterval: startInterval };
    const given = Object.entries({ ...durations, Retries: retries }).filter(([, value]) => value !== 0);
    return { Test: test, ...Object.fromEntries(given) };
}
function empties(names) {
    return Object.fromEntries(names.map((name) => [name, {}]));
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/entry.ts


/**
 * What `overlay` changes in its base, as the entries of a layer, ordered by the bytes of their paths, so that folders come before what is in them.
 * Folders above a change are in it with what the base has for them: every unpacker that was tried (Docker 20 to 28, containerd) makes a folder
 * that a layer leaves out anew, over a link of the same name, and the classic store as 0755 over whatever mode it had.
 */
async function layerEntries(overlay) {
    const { additions, cut, base } = overlay;
    const entries = [];
    const folders = new Set();
    for (const [path, addition] of additions) {
        if (path !== '')
            entries.push({ path, ...addition });
        for (const folder of ancestorsOf(path))
            if (!additions.has(folder))
                folders.add(folder);
    }
    for (const path of folders)
        entries.push({ path, node: (await base.lstat(path)) ?? rootNode });
    for (const path of cut) {
        if (additions.get(path)?.node.type === 'directory')
            entries.push(opaqueMarker(path));
    }
    const kept = entries.map((entry) => ({ ...entry, node: layerNode(entry.node) }));
    return linkNames(kept.sort((left, right) => compareBytes(left.path, right.path)));
}
/** BuildKit writes one extended attribute into layers, the capabilities of files; all others stay in its own store. */
function layerNode({ xattrs, ...node }) {
    const capability = xattrs?.get('security.capability');
    return capability === undefined ? node : { ...node, xattrs: new Map([['security.capability', capability]]) };
}
/** Hides what lower layers have in a folder. https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#opaque-whiteout */
function opaqueMarker(folder) {
    return {
        path: joinPath(folder, '.wh..wh..opq'),
        node: { ...rootNode, type: 'file', mode: 0o644 },
        open: async () => nothing(),
    };
}
/** The first of several names of a file gets the content, whichever was copied first, and the others become links to it. */
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
async function* nothing() { }

// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./src/engine/embedded/layer/compress.ts




/**
 * `source` compressed. The bytes depend on the source, the kind and the level, and on the zlib that Node.js has; not on `threads`,
 * the number of blocks that are compressed at a time, nor on how the source is cut into chunks.
 */
function compress(source, compression, threads) {
    switch (compression.kind) {
        case 'none':
            return source;
        case 'gzip':
            return gzip(source, compression.level, threads);
        case 'zstd':
            return zstd(source, compression.level);
    }
}
const blockSize = 1024 * 1024;
/** What zlib allocates at a time for its output. */
const chunkSize = 128 * 1024;
/** How far back deflate can point. */
const windowSize = 32 * 1024;
/** Deflate, no flags, no time, no extra flags, unknown system. https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty last block of deflate, which ends the stream wherever it stands. https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6 */
const lastBlock = Buffer.from([0x03, 0x00]);
const deflate = (0,external_node_util_.promisify)((external_node_zlib_default()).deflateRaw);
/**
 * One gzip stream whose blocks are compressed side by side on the thread pool. Each may point into the 32 KiB before it, so little is lost,
 * and each ends on a byte (a sync flush), so that they can be joined. This is what pigz does.
 */
async function* gzip(source, level, threads) {
    const running = [];
    // Blocks are used again when they are compressed: left to the garbage collector they would pile up to hundreds of megabytes.
    const free = [];
    let dictionary;
    let checksum = 0;
    let size = 0;
    yield gzipHeader;
    for await (const block of inBlocks(source, () => free.pop() ?? Buffer.allocUnsafe(blockSize))) {
        checksum = external_node_zlib_default().crc32(block, checksum);
        size += block.length;
        const finishFlush = (external_node_zlib_default()).constants.Z_SYNC_FLUSH;
        const compressed = deflate(block, { level, finishFlush, chunkSize, ...(dictionary ? { dictionary } : {}) });
        // The error is thrown where the block is awaited.
        compressed.catch(() => undefined);
        compressed.finally(() => free.push(whole(block))).catch(() => undefined);
        running.push(compressed);
        dictionary = Buffer.from(block.subarray(-windowSize));
        // One more than the threads, so that none waits for the next block to be read.
        if (running.length > threads)
            yield (await running.shift()) ?? gzipHeader;
    }
    for (const compressed of running)
        yield await compressed;
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(checksum, 0);
    trailer.writeUInt32LE(size % 2 ** 32, 4);
    yield Buffer.concat([lastBlock, trailer]);
}
/** The source in blocks of one size, the last one shorter, however it comes. */
async function* inBlocks(source, newBlock) {
    let block = newBlock();
    let filled = 0;
    for await (const chunk of source) {
        for (let start = 0; start < chunk.length;) {
            const part = chunk.subarray(start, start + blockSize - filled);
            block.set(part, filled);
            filled += part.length;
            start += part.length;
            if (filled < blockSize)
                continue;
            yield block;
            block = newBlock();
            filled = 0;
        }
    }
    if (filled > 0)
        yield block.subarray(0, filled);
}
function whole(block) {
    return Buffer.from(block.buffer, block.byteOffset, blockSize);
}
function zstd(source, level) {
    // Node.js has zstd from 22.15 and 23.8 on.
    if (typeof (external_node_zlib_default()).createZstdCompress !== 'function') {
        throw new errors/* ActionError */.lZ('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
            hint: 'Use gzip, or run on Node.js 24.',
        });
    }
    const params = { [(external_node_zlib_default()).constants.ZSTD_c_compressionLevel]: level, [(external_node_zlib_default()).constants.ZSTD_c_checksumFlag]: 1 };
    return through(source, external_node_zlib_default().createZstdCompress({ chunkSize: 256 * 1024, params }));
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/tar-header.ts

// Headers are written here and not by a library: they are what digests are made of, so their bytes must not change with a dependency,
// and file capabilities are binary PAX values, which the usual library writes as text.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html
const tar_header_blockSize = 512;
const flags = {
    file: '0',
    symlink: '2',
    'character-device': '3',
    'block-device': '4',
    directory: '5',
    fifo: '6',
};
/** The largest values of the octal fields of 8 and 12 bytes. */
const [most8, most12] = [0o7777777, 0o77777777777];
/** The header blocks of an entry: one, with a PAX header before it when a value does not fit. `seconds` is the entry's time since 1970. */
function tarHeader(entry, seconds) {
    const { node, linkTo } = entry;
    const name = node.type === 'directory' ? `${entry.path}/` : entry.path;
    const target = linkTo ?? node.target ?? '';
    const size = linkTo === undefined ? node.size : 0;
    const place = splitName(name);
    const records = [];
    if (place === undefined)
        records.push(['path', name]);
    if (!fits(target, 100))
        records.push(['linkpath', target]);
    if (node.uid > most8)
        records.push(['uid', String(node.uid)]);
    if (node.gid > most8)
        records.push(['gid', String(node.gid)]);
    if (size > most12)
        records.push(['size', String(size)]);
    if (seconds < 0 || seconds > most12)
        records.push(['mtime', String(seconds)]);
    for (const [key, value] of node.xattrs ?? [])
        records.push([`SCHILY.xattr.${key}`, value]);
    const header = ustar({
        name: place?.name ?? asciiOf(name),
        prefix: place?.prefix ?? '',
        mode: node.mode,
        uid: node.uid > most8 ? 0 : node.uid,
        gid: node.gid > most8 ? 0 : node.gid,
        size: size > most12 ? 0 : size,
        mtime: seconds < 0 || seconds > most12 ? 0 : seconds,
        flag: linkTo === undefined ? flags[node.type] : '1',
        target: asciiOf(target),
        device: node.device,
    });
    return records.length === 0 ? header : Buffer.concat([paxHeader(records), header]);
}
function paxHeader(records) {
    const body = Buffer.concat(records.toSorted(([left], [right]) => compareBytes(left, right)).map(paxRecord));
    const header = ustar({
        name: 'PaxHeaders.0',
        prefix: '',
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: body.length,
        mtime: 0,
        flag: 'x',
        target: '',
        device: undefined,
    });
    return Buffer.concat([header, body, paddingFor(body.length)]);
}
/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord([key, value]) {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length)
        length = String(length).length + rest.length;
    return Buffer.concat([Buffer.from(String(length)), rest]);
}
function ustar(fields) {
    const header = Buffer.alloc(tar_header_blockSize);
    const octal = (value, start, length) => {
        header.write(value.toString(8).padStart(length - 1, '0'), start, length - 1, 'latin1');
    };
    header.write(fields.name, 0, 100, 'latin1');
    octal(fields.mode, 100, 8);
    octal(fields.uid, 108, 8);
    octal(fields.gid, 116, 8);
    octal(fields.size, 124, 12);
    octal(fields.mtime, 136, 12);
    header.write(fields.flag, 156, 'latin1');
    header.write(fields.target, 157, 100, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    octal(fields.device?.major ?? 0, 329, 8);
    octal(fields.device?.minor ?? 0, 337, 8);
    header.write(fields.prefix, 345, 155, 'latin1');
    header.fill(0x20, 148, 156);
    let sum = 0;
    for (const byte of header)
        sum += byte;
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return header;
}
/** Zeros up to the next full block. */
function paddingFor(size) {
    return Buffer.alloc((tar_header_blockSize - (size % tar_header_blockSize)) % tar_header_blockSize);
}
/** A name as the header's two fields, cut at a slash; undefined when it does not fit. */
function splitName(name) {
    if (fits(name, 100))
        return { prefix: '', name };
    if (!fits(name, 256))
        return undefined;
    const slash = name.lastIndexOf('/', Math.min(155, name.length - 2));
    return slash > 0 && name.length - slash - 1 <= 100
        ? { prefix: name.slice(0, slash), name: name.slice(slash + 1) }
        : undefined;
}
function fits(text, length) {
    return text.length <= length && isAscii(text);
}
function isAscii(text) {
    for (let index = 0; index < text.length; index += 1)
        if (text.charCodeAt(index) > 0x7f)
            return false;
    return true;
}
/** What a reader without PAX sees of a name that needs it. */
function asciiOf(text) {
    return isAscii(text) ? text.slice(0, 100) : text.replace(/[^\0-\x7f]/gu, '_').slice(0, 100);
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/tar.ts


/** Files up to this size are read ahead, so that thousands of small ones do not wait for each other. */
const smallFile = 128 * 1024;
const readAhead = 16;
/** What is yielded at a time at least: fewer, larger pieces cost less to hash and to compress. */
const pieceSize = 256 * 1024;
/**
 * The entries as a tar archive: the same bytes for the same entries, on every system. Times are whole seconds, as BuildKit writes them;
 * names of owners are left out. Throws `context-changed` when a file has not the size that its entry says.
 */
async function* writeTar(entries, options = {}) {
    yield* inPieces(blocks(entries, options));
}
async function* blocks(entries, { epoch }) {
    for await (const { entry, content } of withContent(entries)) {
        const seconds = Math.floor(entry.node.mtime / 1000);
        yield tarHeader(entry, epoch === undefined ? seconds : Math.min(seconds, epoch));
        if (content === undefined)
            continue;
        let size = 0;
        for await (const chunk of content) {
            size += chunk.length;
            if (size > entry.node.size)
                throw resized(entry, `more than ${entry.node.size}`);
            yield chunk;
        }
        if (size < entry.node.size)
            throw resized(entry, `${size} instead of ${entry.node.size}`);
        yield paddingFor(size);
    }
    yield Buffer.alloc(2 * tar_header_blockSize);
}
/** Each entry with its content, in order. */
async function* withContent(entries) {
    const ahead = new Map();
    let next = 0;
    for (const [index, entry] of entries.entries()) {
        for (; next < entries.length && next < index + readAhead; next += 1) {
            const upcoming = entries[next];
            if (upcoming?.open === undefined || upcoming.node.size > smallFile)
                continue;
            const reading = upcoming.open().then((content) => readAll(content));
            // The error is thrown where the entry is written, or by an earlier entry.
            reading.catch(() => undefined);
            ahead.set(upcoming, reading);
        }
        const read = ahead.get(entry);
        ahead.delete(entry);
        yield { entry, content: read ? await read : await entry.open?.() };
    }
}
/** `buffer()` of node:stream/consumers goes through a Blob, which costs more than opening and reading the file. */
async function readAll(content) {
    const chunks = [];
    for await (const chunk of content)
        chunks.push(chunk);
    return chunks;
}
/** Small chunks joined, large ones passed on. */
async function* inPieces(source) {
    let parts = [];
    let length = 0;
    for await (const chunk of source) {
        parts.push(chunk);
        length += chunk.length;
        if (length < pieceSize)
            continue;
        yield parts.length === 1 ? chunk : Buffer.concat(parts, length);
        parts = [];
        length = 0;
    }
    if (length > 0)
        yield Buffer.concat(parts, length);
}
function resized({ path }, found) {
    return new errors/* ActionError */.lZ('context-changed', `Cannot put ${path} into a layer: it gave ${found} bytes`, {
        hint: 'Something wrote to the file while it was read. Let it finish before this step, and run again.',
    });
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/write.ts







const write_types = { none: media_type/* mediaType */.JL.ociLayer, gzip: media_type/* mediaType */.JL.ociLayerGzip, zstd: media_type/* mediaType */.JL.ociLayerZstd };
/**
 * Writes entries as a layer into the OCI layout `dir`: each file is read once and goes through archive, digest and compression
 * into the blob, a few megabytes at a time. Throws what reading the files throws; nothing is then left in the layout.
 */
async function writeLayer(dir, entries, options) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let size = 0;
    const archive = async function* () {
        for await (const piece of writeTar(entries, options)) {
            if (options.signal?.aborted) {
                throw new errors/* ActionError */.lZ('cancelled', 'Stopped writing a layer because the run was cancelled');
            }
            hash.update(piece);
            size += piece.length;
            yield piece;
        }
    };
    const compressed = compress(archive(), options.compression, options.threads);
    const stream = external_node_stream_.Readable.from(compressed, { objectMode: false, highWaterMark: 1024 * 1024 });
    const descriptor = await (0,layout/* writeBlob */.Zh)(dir, stream, write_types[options.compression.kind]);
    return { descriptor, diffId: `sha256:${hash.digest('hex')}`, size };
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer-writer.ts



/**
 * Writes the layers of stages into the OCI layout `dir`. One that is the same for several platforms is made once: files
 * of the build context are the same for all of them, so the instruction and the entries tell.
 */
function createLayerWriter(dir, options) {
    const written = new Map();
    // Level 4: 3 % larger than 6 and a third faster.
    const compression = { kind: 'gzip', level: 4 };
    const writeOne = async (layer) => {
        if (layer.kind === 'base') {
            return { descriptor: toOci(layer.descriptor), diffId: layer.diffId, from: layer.repository };
        }
        const entries = await layerEntries(layer.overlay);
        const key = keyOf(layer, entries);
        const made = (key === undefined ? undefined : written.get(key)) ?? writeLayer(dir, entries, { ...options, compression });
        if (key !== undefined)
            written.set(key, made);
        const { descriptor, diffId } = await made;
        return { descriptor, diffId, from: undefined };
    };
    return { write: (layers) => Promise.all(layers.map(writeOne)) };
}
/** What two layers with the same content have in common; undefined where files may come from a stage of one platform. */
function keyOf({ instruction }, entries) {
    if (instruction.kind === 'copy' && instruction.from !== undefined)
        return undefined;
    const shapes = entries.map(({ path, node, linkTo }) => {
        const { inode: _, xattrs, ...rest } = node;
        return [path, rest, linkTo, [...(xattrs ?? [])].map(([name, value]) => [name, value.toString('base64')])];
    });
    return JSON.stringify([instruction, shapes]);
}
/** A base in Docker's own types becomes a part of an OCI image; the content is the same. */
function toOci(layer) {
    return layer.mediaType === media_type/* mediaType */.JL.dockerLayerGzip ? { ...layer, mediaType: media_type/* mediaType */.JL.ociLayerGzip } : layer;
}

;// CONCATENATED MODULE: ./src/dockerfile/expression.ts
const folders = '(.*/)?';
const digits = /\d/;
const word = /\w/;
const space = /[\t\n\f\r ]/;
const most = 1000;
/**
 * Reads a regular expression without groups (but the one for folders), by the syntax of Go; undefined where it is wrong.
 * https://pkg.go.dev/regexp/syntax
 */
function parseExpression(text) {
    const characters = [...text];
    const alternatives = [[]];
    for (let at = 0; at < characters.length;) {
        const steps = alternatives.at(-1) ?? [];
        if (characters[at] === '|') {
            alternatives.push([]);
            at++;
            continue;
        }
        if (readCount(characters, at) !== undefined)
            return undefined;
        const read = readStep(characters, at);
        if (read === undefined)
            return undefined;
        at = read.end;
        const { step } = read;
        const count = readCount(characters, at);
        if (count === undefined)
            steps.push(step);
        else {
            const repeated = repeat(step, count);
            if (repeated === undefined || readCount(characters, count.end) !== undefined)
                return undefined;
            steps.push(...repeated);
            at = count.end;
        }
    }
    return alternatives;
}
/** Whether some part of `text` matches. All ways are followed at once, so that no pattern takes long. */
function matchExpression(expression, text) {
    const characters = [...text];
    return expression.some((steps) => search(steps, characters));
}
function search(steps, characters) {
    // A number n is the place before step n; n + 0.5 is within the folders of step n.
    let places = new Set();
    for (let at = 0; at <= characters.length; at++) {
        const character = characters[at] ?? '';
        places.add(0);
        // A set gives what is added while it is walked.
        for (const place of places) {
            const step = steps[place];
            if (step === undefined)
                continue;
            const passes = step.kind === 'look'
                ? step.holds(characters[at - 1] ?? '', character)
                : step.kind === 'folders' || step.optional;
            if (passes)
                places.add(place + 1);
        }
        if (places.has(steps.length))
            return true;
        places = advance(steps, places, character);
    }
    return false;
}
function advance(steps, places, character) {
    const next = new Set();
    for (const place of places) {
        const step = steps[Math.floor(place)];
        if (step?.kind === 'folders') {
            if (character !== '\n')
                next.add(Math.floor(place) + 0.5);
            if (character === '/')
                next.add(Math.floor(place) + 1);
        }
        else if (step?.kind === 'read' && character !== '' && step.test(character)) {
            next.add(step.repeats ? place : place + 1);
        }
    }
    return next;
}
/** `{2}`, `{2,}`, `{2,3}`; anything else in braces is text. */
function readCount(characters, at) {
    if (characters[at] !== '{')
        return undefined;
    const close = characters.indexOf('}', at);
    const inside = /^(\d+)(?:(,)(\d*))?$/.exec(characters.slice(at + 1, close).join(''));
    if (close < 0 || inside === null)
        return undefined;
    const [, least = '', comma, greatest = ''] = inside;
    const given = comma === undefined ? Number(least) : greatest === '' ? undefined : Number(greatest);
    return { least: Number(least), most: given, end: close + 1 };
}
function repeat(step, { least, most: greatest }) {
    if (least > most || (greatest !== undefined && (greatest > most || greatest < least)))
        return undefined;
    if (step.kind === 'look')
        return least === 0 ? [] : [step];
    if (step.kind === 'folders' || step.optional)
        return undefined;
    const optional = Array.from({ length: (greatest ?? least) - least }, () => ({ ...step, optional: true }));
    return [
        ...Array.from({ length: least }, () => step),
        ...(greatest === undefined ? [{ ...step, optional: true, repeats: true }] : optional),
    ];
}
function readStep(characters, at) {
    const character = characters[at] ?? '';
    if (character === '(')
        return { step: { kind: 'folders' }, end: at + folders.length };
    if (character === '^')
        return { step: { kind: 'look', holds: (before) => before === '' }, end: at + 1 };
    if (character === '$')
        return { step: { kind: 'look', holds: (_, after) => after === '' }, end: at + 1 };
    if (character === '\\' && /^[AbBz]$/.test(characters[at + 1] ?? '')) {
        return { step: { kind: 'look', holds: readLook(characters[at + 1] ?? '') }, end: at + 2 };
    }
    const read = readTest(characters, at);
    if (read === undefined)
        return undefined;
    const repeats = characters[read.end] === '*';
    const end = read.end + (repeats ? 1 : 0);
    return { step: { kind: 'read', test: read.test, optional: repeats, repeats }, end };
}
function readLook(letter) {
    if (letter === 'A')
        return (before) => before === '';
    if (letter === 'z')
        return (_, after) => after === '';
    return (before, after) => (word.test(before) !== word.test(after)) === (letter === 'b');
}
function readTest(characters, at) {
    const character = characters[at] ?? '';
    if (character === '[')
        return readClass(characters, at + 1);
    if (character === '.')
        return { test: (other) => other !== '\n', end: at + 1 };
    if (character !== '\\')
        return { test: (other) => other === character, end: at + 1 };
    const test = readEscape(characters[at + 1]);
    return test && { test: test.test, end: at + 2 };
}
function readEscape(letter) {
    if (letter === undefined || letter > '\x7f')
        return undefined;
    const literal = /[a-z0-9]/i.test(letter) ? controls(letter) : letter;
    if (literal !== undefined)
        return { literal, test: (other) => other === literal };
    const set = /[dw]/i.test(letter) ? (/d/i.test(letter) ? digits : word) : /s/i.test(letter) ? space : undefined;
    return set && { test: (other) => set.test(other) === (letter === letter.toLowerCase()) };
}
function controls(letter) {
    const at = 'aftnrv'.indexOf(letter);
    return at < 0 ? undefined : '\x07\f\t\n\r\v'[at];
}
function readClass(characters, start) {
    const tests = [];
    const negated = characters[start] === '^';
    let at = start + (negated ? 1 : 0);
    const readOne = () => {
        const character = characters[at++];
        if (character === undefined)
            return undefined;
        return character === '\\'
            ? readEscape(characters[at++])
            : { literal: character, test: (other) => other === character };
    };
    while (characters[at] !== ']' || tests.length === 0) {
        const low = readOne();
        if (low === undefined)
            return undefined;
        if (low.literal === undefined || characters[at] !== '-' || characters[at + 1] === ']') {
            tests.push(low.test);
            continue;
        }
        at++;
        const [from, to] = [code(low.literal), code(readOne()?.literal)];
        if (to < from)
            return undefined;
        tests.push((other) => from <= code(other) && code(other) <= to);
    }
    return { test: (character) => tests.some((one) => one(character)) !== negated, end: at + 1 };
}
function code(character) {
    return character?.codePointAt(0) ?? -1;
}

// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(3989);
;// CONCATENATED MODULE: ./src/dockerfile/glob.ts


/**
 * Reads a pattern of COPY and ADD: `*` and `?` are any characters but "/", `[a-z]` and `[^a-z]` one of a class, "\" takes
 * the meaning away. `**` is `*` here. https://pkg.go.dev/path/filepath#Match
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parseGlob(pattern) {
    const characters = [...pattern];
    const chunks = [{ star: false, tests: [] }];
    for (let at = 0; at < characters.length; at++) {
        const character = characters[at] ?? '';
        if (character === '*') {
            chunks.push({ star: true, tests: [] });
            continue;
        }
        const tests = chunks.at(-1)?.tests;
        if (character === '?')
            tests?.push((other) => other !== '/');
        else if (character === '[') {
            const read = glob_readClass(characters, at + 1, pattern);
            tests?.push(read.test);
            at = read.end;
        }
        else {
            const literal = character === '\\' ? characters[++at] : character;
            if (literal === undefined)
                throw badPattern(pattern);
            tests?.push((other) => other === literal);
        }
    }
    return { chunks: chunks.filter(({ star, tests }, index) => index === 0 || star || tests.length > 0) };
}
/** Whether all of `path` matches. Takes the first place where each part fits and does not look back, as Go does. */
function matchGlob({ chunks }, path) {
    const characters = [...path];
    let at = 0;
    for (const [index, chunk] of chunks.entries()) {
        const last = index === chunks.length - 1;
        const next = place(chunk, characters, { at, last });
        if (next === undefined)
            return false;
        at = next;
    }
    return at === characters.length;
}
/**
 * The part of a source up to its first wildcard, and the pattern from there on; no pattern where there is no wildcard.
 * The path is cleaned. An escape stays in the first part as it is, which BuildKit takes for a character of the name.
 */
function splitWildcards(source) {
    const parts = posix.join('/', source).replace(/\/$/, '').slice(1).split('/');
    const first = parts.findIndex((part) => /[*?[]/.test(part.replace(/\\./gsu, '')));
    if (first < 0)
        return { directory: parts.join('/') };
    return { directory: parts.slice(0, first).join('/'), pattern: parts.slice(first).join('/') };
}
function place({ star, tests }, characters, { at, last }) {
    for (let start = at; start <= characters.length; start++) {
        const end = start + tests.length;
        const fits = end <= characters.length && tests.every((test, index) => test(characters[start + index] ?? ''));
        if (fits && (!last || end === characters.length))
            return end;
        if (!star || characters[start] === '/')
            return undefined;
    }
    return undefined;
}
function glob_readClass(characters, start, pattern) {
    let at = start;
    const negated = characters[at] === '^';
    if (negated)
        at++;
    const readOne = () => {
        const first = characters[at];
        if (first === '-' || first === ']')
            throw badPattern(pattern);
        if (first === '\\')
            at++;
        const character = characters[at++];
        // A class must be closed, so that something follows.
        if (character === undefined || at >= characters.length)
            throw badPattern(pattern);
        return character.codePointAt(0) ?? 0;
    };
    const ranges = [];
    while (characters[at] !== ']' || ranges.length === 0) {
        const low = readOne();
        let high = low;
        if (characters[at] === '-') {
            at++;
            high = readOne();
        }
        ranges.push({ low, high });
    }
    const test = (character) => {
        const code = character.codePointAt(0) ?? 0;
        return ranges.some(({ low, high }) => low <= code && code <= high) !== negated;
    };
    return { test, end: at };
}
function badPattern(pattern) {
    return (0,problem/* textError */.MZ)(`syntax error in pattern ${(0,problem/* quote */.hD)(pattern)}`);
}

;// CONCATENATED MODULE: ./src/dockerfile/path-pattern.ts



/**
 * Compiles a cleaned pattern by the rules of moby's patternmatcher: Go's filepath.Match and `**`.
 * https://docs.docker.com/build/concepts/context/#syntax
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function compilePathPattern(text, exception) {
    parseGlob(text);
    const doubled = text.startsWith('**');
    const { expression, kind } = translate(text);
    const of = (matches) => ({ text, exception, matches });
    if (kind === 'exact')
        return of((path) => path === text);
    if (kind === 'suffix' && doubled) {
        const suffix = text.slice(2);
        return of((path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1)));
    }
    if (kind === 'prefix')
        return of((path) => path.startsWith(text.slice(0, -2)));
    const parsed = parseExpression(`^${expression}$`);
    if (parsed === undefined)
        throw (0,problem/* textError */.MZ)(`syntax error in pattern ${(0,problem/* quote */.hD)(text)}`);
    return of((path) => matchExpression(parsed, path));
}
/**
 * moby makes a regular expression of a pattern, character by character, also within a class, and takes short cuts where
 * there is nothing but `**` at one end. So it is odd, and users' files are written to what it does: `**foo` matches "afoo"
 * and `**foo*` does not; "|", "{" and "}" are not escaped, so that `file[0-9]{2}` counts and `a*|b` matches any path.
 */
function translate(text) {
    const characters = [...text];
    let expression = '';
    let kind = 'exact';
    for (let at = 0; at < characters.length; at++) {
        const character = characters[at] ?? '';
        if (character === '*' && characters[at + 1] === '*') {
            const first = at === 0;
            at += characters[at + 2] === '/' ? 2 : 1;
            if (at + 1 < characters.length) {
                expression += '(.*/)?';
                kind = 'expression';
            }
            else if (kind === 'exact') {
                kind = 'prefix';
            }
            else {
                expression += '.*';
                kind = 'expression';
            }
            if (first)
                kind = 'suffix';
        }
        else if (character === '*' || character === '?') {
            expression += character === '*' ? '[^/]*' : '[^/]';
            kind = 'expression';
        }
        else if ('.+()$'.includes(character)) {
            expression += `\\${character}`;
        }
        else if (character === '\\') {
            expression += `\\${characters[++at] ?? ''}`;
            kind = 'expression';
        }
        else {
            expression += character;
            if (character === '[' || character === ']')
                kind = 'expression';
        }
    }
    return { expression, kind };
}

// EXTERNAL MODULE: ./src/dockerfile/space.ts
var dockerfile_space = __webpack_require__(2244);
;// CONCATENATED MODULE: ./src/dockerfile/ignore.ts




/**
 * Reads a `.dockerignore` or `Dockerfile.dockerignore`. `file` is its name in messages.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
function parseIgnore(text, file) {
    const problems = [];
    const patterns = text
        .replace(/^\ufeff/, '')
        .split('\n')
        .flatMap((line, index) => {
        const pattern = line.startsWith('#') ? '' : (0,dockerfile_space/* trim */.Bq)(line);
        const exception = pattern.startsWith('!');
        const path = cleanRelative(exception ? (0,dockerfile_space/* trim */.Bq)(pattern.slice(1)) : pattern);
        const cleaned = (0,dockerfile_space/* trim */.Bq)(exception ? `!${path}` : path);
        if (cleaned === '')
            return [];
        const compiled = (0,problem/* attempt */.CD)(index + 1, (at, message) => problems.push({ line: at, message }), () => compile(cleaned));
        return compiled ?? [];
    });
    if (problems.length > 0)
        throw (0,problem/* dockerfileError */.lL)(file, problems);
    return toRules(patterns);
}
/**
 * The rules that the `--exclude` flags of COPY and ADD make, for paths relative to a source.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function excludeRules(patterns) {
    return toRules(patterns
        .map(dockerfile_space/* trim */.Bq)
        .filter((pattern) => pattern !== '')
        .map(compile));
}
/**
 * Judges `path`, relative with "/", by what was said of the folder it is in (`parent`; undefined at the top). Patterns
 * count in order, the last that changes something wins, and what holds for a folder holds for all in it: but only a
 * pattern that was looked at for the folder is remembered, so that "!d" after "d/x" does not take "d/x" back.
 */
function judge({ patterns }, path, parent) {
    let ignored = false;
    const matched = patterns.map((pattern, index) => {
        const inherited = parent?.matched[index] ?? false;
        const found = inherited || (pattern.exception === ignored && pattern.matches(path));
        if (found)
            ignored = !pattern.exception;
        return found;
    });
    return { ignored, matched };
}
/** Whether a path is ignored, looking at each folder above it first. For many paths of a tree `judge` is faster. */
function isIgnored(rules, path) {
    const parts = path.split('/');
    let verdict;
    for (let depth = 1; depth <= parts.length; depth++) {
        verdict = judge(rules, parts.slice(0, depth).join('/'), verdict);
    }
    return verdict?.ignored ?? false;
}
/** Whether an ignored folder need not be looked into: nothing in it can be taken back. */
function canPrune({ exceptions }, folder) {
    return exceptions?.every((path) => !`${path}/`.startsWith(`${folder}/`)) ?? false;
}
function toRules(patterns) {
    const paths = patterns
        .filter(({ exception }) => exception)
        .map(({ text }) => text.replace(/\/\*\*$/, '').replace(/\/\*$/, ''));
    return { patterns, exceptions: paths.some((path) => /[*[\]?^\\]/.test(path)) ? undefined : paths };
}
function compile(pattern) {
    const cleaned = clean(pattern);
    if (cleaned === '!')
        throw (0,problem/* textError */.MZ)('illegal exclusion pattern: "!"');
    const exception = cleaned.startsWith('!');
    return compilePathPattern(exception ? cleaned.slice(1) : cleaned, exception);
}
function cleanRelative(pattern) {
    if (pattern === '')
        return '';
    const path = clean(pattern);
    return path.length > 1 && path.startsWith('/') ? path.slice(1) : path;
}
/** Go's path.Clean: no "." and empty parts, ".." resolved, no "/" at the end. */
function clean(path) {
    const normal = external_node_path_.posix.normalize(path);
    return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

;// CONCATENATED MODULE: ./src/tree/context.ts





const context_chunkSize = 256 * 1024;
// What is small is asked of the system directly: a call takes some microseconds, where one through the thread pool takes tens, and there it
// waits behind blocks that are being compressed. With 20,000 files that is the difference between half a second and five.
const context_smallFile = 64 * 1024;
/**
 * The folder `root` on disk as BuildKit's local source shows it: everything owned by 0:0, permissions and times kept, sockets left out.
 * Nothing outside `root` is ever read: links are given as links, and a path through a link is not there.
 * Extended attributes are not read (Node.js cannot).
 * Throws `context-unreadable` for what cannot be read or is a device or FIFO, `context-changed` when a file is not what it was listed as.
 */
function contextTree(root, options = {}) {
    const ignore = options.ignore ?? (() => 'keep');
    const windows = options.windows ?? false;
    const onDisk = (path) => (0,external_node_path_.join)(root, ...path.split('/'));
    // Each path is looked at once, so that one build sees one state of it; a tree lives as long as one build.
    const nodes = new Map();
    const lists = new Map();
    const read = async (path) => {
        // There a backslash separates and a colon names a drive or a stream: what is one name in the tree could lead anywhere.
        if (windows && /[\\:]/.test(path))
            return undefined;
        if (path !== '' && (await node(parentOf(path)))?.type !== 'directory')
            return undefined;
        const stats = statsOf(path, onDisk(path));
        if (stats === undefined || stats.isSocket())
            return undefined;
        return describe(path, stats, { windows, onDisk });
    };
    const node = (path) => memoized(nodes, path, read);
    const verdict = (path, isDirectory) => {
        if (path === '')
            return 'keep';
        // Something below a pruned directory is not there, whatever the rules would say of itself.
        return isPruned(parentOf(path), ignore) ? 'prune' : ignore(path, isDirectory);
    };
    const visible = async (path, isDirectory) => {
        const found = verdict(path, isDirectory);
        if (found !== 'drop' || !isDirectory)
            return found === 'keep';
        return (await list(path)).length > 0;
    };
    const readList = async (path) => {
        if ((await node(path))?.type !== 'directory' || verdict(path, true) === 'prune')
            return [];
        const entries = readFolder(path, onDisk(path));
        const names = [];
        for (const entry of entries) {
            if (!entry.isSocket() && (await visible(joinPath(path, entry.name), entry.isDirectory())))
                names.push(entry.name);
        }
        return names.sort(compareBytes);
    };
    const list = (path) => memoized(lists, path, readList);
    return {
        list,
        lstat: async (path) => {
            const found = await node(path);
            return found && (await visible(path, found.type === 'directory')) ? found : undefined;
        },
        open: async (path) => {
            const found = await node(path);
            if (found?.type !== 'file')
                throw changed(path, 'it is no longer a file');
            return found.size <= context_smallFile
                ? readSmall(path, onDisk(path), found.size)
                : readLarge(path, onDisk(path), found.size);
        },
    };
}
function isPruned(path, ignore) {
    if (path === '')
        return false;
    return ignore(path, true) === 'prune' || isPruned(parentOf(path), ignore);
}
function memoized(memo, path, make) {
    const known = memo.get(path);
    if (known)
        return known;
    const made = make(path);
    memo.set(path, made);
    return made;
}
function describe(path, stats, { windows, onDisk }) {
    const type = stats.isFile()
        ? 'file'
        : stats.isDirectory()
            ? 'directory'
            : stats.isSymbolicLink()
                ? 'symlink'
                : undefined;
    if (type === undefined) {
        throw new errors/* ActionError */.lZ('context-unreadable', `Cannot use ${path} of the build context: it is a device or a FIFO`, {
            hint: 'Name it in .dockerignore, or remove it.',
        });
    }
    const target = type === 'symlink' ? (0,external_node_fs_.readlinkSync)(onDisk(path)) : undefined;
    return {
        type,
        mode: type === 'symlink' ? 0o777 : windows ? 0o755 : stats.mode & 0o7777,
        uid: 0,
        gid: 0,
        mtime: Math.floor(stats.mtimeMs),
        size: type === 'file' ? stats.size : 0,
        ...(target === undefined ? {} : { target: windows ? target.replaceAll('\\', '/') : target }),
        ...(type === 'file' && stats.nlink > 1 && !windows ? { inode: `${stats.dev}:${stats.ino}` } : {}),
    };
}
function statsOf(path, file) {
    try {
        return (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false });
    }
    catch (cause) {
        if (cause.code === 'ENOTDIR')
            return undefined;
        throw unreadable(path, cause);
    }
}
function readFolder(path, folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder, { withFileTypes: true });
    }
    catch (cause) {
        throw unreadable(path, cause);
    }
}
/** O_NOFOLLOW: between lstat and now the file may have become a link out of the context. Windows has no such flag. */
const readOnly = external_node_fs_.constants.O_RDONLY | (external_node_fs_.constants.O_NOFOLLOW ?? 0);
async function* readSmall(path, file, size) {
    let handle;
    try {
        handle = (0,external_node_fs_.openSync)(file, readOnly);
        assertUnchanged(path, (0,external_node_fs_.fstatSync)(handle), size);
        // One byte more than expected tells a file that grew.
        const content = Buffer.allocUnsafe(size + 1);
        const length = (0,external_node_fs_.readSync)(handle, content, 0, size + 1, 0);
        if (length !== size)
            throw changed(path, `it had ${size} bytes, and now ${length} were read`);
        if (size > 0)
            yield content.subarray(0, size);
    }
    catch (cause) {
        throw cause instanceof errors/* ActionError */.lZ ? cause : unreadable(path, cause);
    }
    finally {
        if (handle !== undefined)
            (0,external_node_fs_.closeSync)(handle);
    }
}
async function* readLarge(path, file, size) {
    const handle = await (0,promises_.open)(file, readOnly).catch((cause) => {
        throw unreadable(path, cause);
    });
    try {
        assertUnchanged(path, await handle.stat(), size);
        yield* readExactly(handle, path, size);
    }
    finally {
        await handle.close();
    }
}
function assertUnchanged(path, stats, size) {
    if (!stats.isFile() || stats.size !== size)
        throw changed(path, `it had ${size} bytes and now has ${stats.size}`);
}
async function* readExactly(handle, path, size) {
    let done = 0;
    while (done < size) {
        const wanted = Math.min(context_chunkSize, size - done);
        const { bytesRead, buffer } = await handle
            .read(Buffer.allocUnsafe(wanted), 0, wanted, done)
            .catch((cause) => {
            throw unreadable(path, cause);
        });
        if (bytesRead === 0)
            throw changed(path, `it ended after ${done} of ${size} bytes`);
        done += bytesRead;
        yield buffer.subarray(0, bytesRead);
    }
    const { bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size);
    if (bytesRead > 0)
        throw changed(path, `it is now longer than ${size} bytes`);
}
function unreadable(path, cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new errors/* ActionError */.lZ('context-unreadable', `Cannot read ${path || '.'} of the build context: ${message}`, {
        hint: 'Name it in .dockerignore if the build does not need it, or make it readable.',
        cause,
    });
}
function changed(path, what) {
    return new errors/* ActionError */.lZ('context-changed', `Cannot copy ${path} of the build context: ${what}`, {
        hint: 'Something wrote to the file while it was read. Let it finish before this step, and run again.',
    });
}

;// CONCATENATED MODULE: ./src/engine/embedded/open-context.ts




/**
 * The build context as a tree, without what is ignored: `<Dockerfile>.dockerignore` beside the Dockerfile counts, else
 * `.dockerignore` in the context. https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws ActionError `dockerfile-invalid` for a pattern that is wrong
 */
async function openContext(context, dockerfile) {
    for (const path of [`${dockerfile}.dockerignore`, (0,external_node_path_.join)(context, '.dockerignore')]) {
        const text = await (0,promises_.readFile)(path, 'utf8').catch(() => undefined);
        if (text === undefined)
            continue;
        const rules = parseIgnore(text, path);
        return contextTree(context, {
            ignore: (name, isDirectory) => {
                if (!isIgnored(rules, name))
                    return 'keep';
                return isDirectory && !canPrune(rules, name) ? 'drop' : 'prune';
            },
            windows: process.platform === 'win32',
        });
    }
    return contextTree(context, { windows: process.platform === 'win32' });
}

;// CONCATENATED MODULE: ./src/dockerfile/chmod.ts

const standard = 0o6777;
const sticky = 0o1000;
const execute = 0o111;
/**
 * Reads the value of `--chmod`: octal, or symbols as chmod(1) has them (`u=rwX,go-w`), without a umask.
 * https://docs.docker.com/reference/dockerfile/#copy---chown---chmod
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parseChmod(text) {
    if (/^\d/.test(text)) {
        const mode = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
        if (!(mode <= 0o7777)) {
            throw (0,problem/* textError */.MZ)(`invalid chmod parameter: '${text}'. It should be an octal string between 0 and 07777`);
        }
        return () => mode;
    }
    const steps = text.split(',').flatMap((clause) => readClause(clause, text));
    return (mode, isFolder) => steps.reduce((changed, step) => step(changed, { mode, isFolder }), mode);
}
const whose = { a: standard, u: 0o4700, g: 0o2070, o: 0o007 };
const shifts = { u: 6, g: 3, o: 0 };
function readClause(clause, text) {
    const [all, who = ''] = /^([augo]*)(?=[-+=])/.exec(clause) ?? [];
    if (all === undefined)
        throw (0,problem/* textError */.MZ)(`invalid chmod parameter: ${(0,problem/* quote */.hD)(text)}: invalid syntax`);
    const bits = [...who].reduce((sum, letter) => sum | (whose[letter] ?? 0), 0);
    const steps = [];
    let rest = clause.slice(who.length);
    while (rest !== '') {
        const [action, operator = '', letters = ''] = /^([-+=])([rwxXstugo]*)/.exec(rest) ?? [];
        if (action === undefined)
            throw (0,problem/* textError */.MZ)(`invalid chmod parameter: ${(0,problem/* quote */.hD)(text)}: invalid syntax`);
        steps.push(...readAction(operator, letters, bits));
        rest = rest.slice(action.length);
    }
    return steps;
}
/** One operator and its letters, by the order of BSD's setmode(3): copies (u, g, o) part what stands before and after. */
function readAction(operator, letters, who) {
    const steps = [];
    let whom = who;
    let bits = 0;
    let conditional = 0;
    let cleared = false;
    const onlyOthers = who !== 0 && (who & ~0o007) === 0;
    const flush = (always) => {
        const clears = operator === '=';
        if (bits !== 0 || (always && clears && !cleared)) {
            const [scope, given] = [whom === 0 ? standard : whom, whom === 0 ? bits : bits & whom];
            if (operator === '-')
                steps.push((mode) => mode & ~given);
            else
                steps.push((mode) => (clears ? mode & ~scope : mode) | given);
        }
        const extra = whom === 0 ? conditional : conditional & whom;
        if (extra !== 0) {
            steps.push((mode, before) => ((before.mode & execute) !== 0 || before.isFolder ? mode | extra : mode));
        }
        bits = 0;
        conditional = 0;
    };
    for (const letter of letters) {
        if (letter === 'r')
            bits |= 0o444;
        else if (letter === 'w')
            bits |= 0o222;
        else if (letter === 'x' || (letter === 'X' && operator === '-'))
            bits |= execute;
        else if (letter === 'X')
            conditional = execute;
        else if (letter === 's')
            bits |= onlyOthers ? 0 : 0o6000;
        else if (letter === 't') {
            if (!onlyOthers) {
                whom |= sticky;
                bits |= sticky;
            }
        }
        else {
            flush(false);
            if (operator === '=')
                cleared = true;
            steps.push(copyBits(operator, shifts[letter] ?? 0, whom));
        }
    }
    flush(true);
    return steps;
}
function copyBits(operator, from, who) {
    return (mode) => {
        const value = (mode >> from) & 0o7;
        let changed = mode;
        for (const shift of [6, 3, 0]) {
            if (who !== 0 && (who & (0o4 << shift)) === 0)
                continue;
            if (operator !== '+')
                changed &= ~((operator === '=' ? 0o7 : value) << shift);
            if (operator !== '-')
                changed |= value << shift;
        }
        return changed;
    };
}

// EXTERNAL MODULE: ./src/dockerfile/expand.ts + 1 modules
var expand = __webpack_require__(2819);
;// CONCATENATED MODULE: ./src/dockerfile/ports.ts

const protocols = new Set(['tcp', 'udp', 'sctp']);
/**
 * What EXPOSE adds to the configuration: `80` gives `80/tcp`, `8000-8002/udp` three. The addresses and ports of a host,
 * `127.0.0.1:8080:80`, are read and dropped.
 * https://docs.docker.com/reference/dockerfile/#expose
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parsePort(text) {
    const [container = '', host = '', ...address] = text.split(':').reverse();
    const slash = container.indexOf('/');
    const range = slash < 0 ? container : container.slice(0, slash);
    const protocol = slash < 0 ? '' : container.slice(slash + 1);
    if (range === '')
        throw (0,problem/* textError */.MZ)(`invalid port: ${(0,problem/* quote */.hD)(text)}: no port specified`);
    const lower = protocol.toLowerCase() || 'tcp';
    if (!protocols.has(lower))
        throw (0,problem/* textError */.MZ)(`invalid port: ${(0,problem/* quote */.hD)(text)}: invalid proto: ${protocol}`);
    assertAddress(address.reverse().join(':'));
    const ports = readRange(range);
    if (ports === undefined)
        throw (0,problem/* textError */.MZ)(`invalid containerPort: ${range}`);
    if (host !== '')
        assertHost(host, range, ports);
    return Array.from({ length: ports.last - ports.first + 1 }, (_, index) => `${ports.first + index}/${lower}`);
}
function assertHost(host, container, { first, last }) {
    const ports = readRange(host);
    if (ports === undefined)
        throw (0,problem/* textError */.MZ)(`invalid hostPort: ${host}`);
    if (first !== last && ports.last - ports.first !== last - first) {
        throw (0,problem/* textError */.MZ)(`invalid ranges specified for container and host Ports: ${container} and ${host}`);
    }
}
function readRange(text) {
    const dash = text.indexOf('-');
    const start = dash < 0 ? text : text.slice(0, dash);
    const end = dash < 0 ? start : text.slice(dash + 1);
    const [first, last] = [readPort(start), start === end ? readPort(start) : readPort(end)];
    return first === undefined || last === undefined || last < first ? undefined : { first, last };
}
function readPort(text) {
    // A sign is read too, as Go does.
    const port = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN;
    return port >= 0 && port <= 65_535 ? port : undefined;
}
function assertAddress(address) {
    if (address === '')
        return;
    const plain = /^\[(.*)\]$/.exec(address)?.[1] ?? address;
    const four = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(plain) && plain.split('.').every((part) => Number(part) <= 255);
    const six = plain.includes(':') && URL.canParse(`http://[${plain}]/`);
    if (!four && !six)
        throw (0,problem/* textError */.MZ)(`invalid IP address: ${plain}`);
}

;// CONCATENATED MODULE: ./src/dockerfile/signal.ts

const names = new Set([
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP',
    'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX',
    ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
    ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
].flatMap((list) => list.split(' ')));
/**
 * Checks the signal of STOPSIGNAL: a number but 0, or a name of Linux with or without "SIG".
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function assertSignal(signal) {
    const isNumber = /^[-+]?\d+$/.test(signal);
    if (isNumber ? Number(signal) !== 0 : names.has(signal.toUpperCase().replace(/^SIG/, '')))
        return;
    throw (0,problem/* textError */.MZ)(`invalid signal: ${signal}`);
}

;// CONCATENATED MODULE: ./src/dockerfile/source-kind.ts
/**
 * What a source of COPY and ADD names: a path of the context, a URL to download, or a Git repository. The URL of a
 * repository ends in `.git` before its query and fragment. https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository
 */
function sourceKind(source) {
    const [, scheme = ''] = /^([a-z0-9]+):\/\//i.exec(source) ?? [];
    const lower = scheme.toLowerCase();
    if (lower === 'ssh' || lower === 'git')
        return 'git';
    if (lower === 'http' || lower === 'https') {
        if (URL.canParse(source) && new URL(source).pathname.endsWith('.git'))
            return 'git';
        return source.startsWith(`${lower}://`) ? 'url' : 'path';
    }
    return /^[\w-]+@[a-zA-Z0-9-.]+:/.test(source) ? 'git' : 'path';
}

;// CONCATENATED MODULE: ./src/dockerfile/resolve.ts






/**
 * Replaces the variables of a stage's instructions, in order, and checks what can be wrong only then. A line sees what
 * the lines before it set; ARG hides ENV of the same name from there on, as in BuildKit. CMD, ENTRYPOINT, HEALTHCHECK,
 * RUN, SHELL, ONBUILD, `--from` and `--exclude` stay as they are.
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
function resolveInstructions(instructions, surroundings) {
    const problems = [];
    const values = new Map(surroundings.values);
    const resolved = instructions.map((instruction) => {
        const done = (0,problem/* attempt */.CD)(instruction.line, (line, message) => problems.push({ line, message }), () => resolve(instruction, values, surroundings));
        if (done?.kind === 'env')
            for (const { key, value } of done.pairs)
                values.set(key, value);
        return done ?? instruction;
    });
    if (problems.length > 0)
        throw (0,problem/* dockerfileError */.lL)(surroundings.file, problems);
    return { instructions: resolved, values };
}
// What these say is for the builder and not seen by instructions.
const resolve_hidden = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);
function resolve(instruction, values, surroundings) {
    const lookup = (name) => values.get(name);
    const { escapeMark } = surroundings;
    const word = (text) => (0,expand/* expandWord */.Vo)(text, lookup, { escapeMark });
    switch (instruction.kind) {
        case 'env':
        case 'label':
            return {
                ...instruction,
                pairs: instruction.pairs.map(({ key, value }) => ({ key: word(key), value: word(value) })),
            };
        case 'arg':
            return {
                ...instruction,
                arguments: instruction.arguments.map((argument) => declare(argument, word, { values, surroundings })),
            };
        case 'workdir':
            return { ...instruction, path: word(instruction.path) };
        case 'user':
            return { ...instruction, user: word(instruction.user) };
        case 'volume':
            return { ...instruction, paths: instruction.paths.map(word).map(filled) };
        case 'stopsignal': {
            const signal = word(instruction.signal);
            assertSignal(signal);
            return { ...instruction, signal };
        }
        case 'expose':
            return {
                ...instruction,
                ports: instruction.ports.flatMap((port) => (0,expand/* expandWords */.AK)(port, lookup, { escapeMark })).flatMap(parsePort),
            };
        case 'copy':
            return assertCopy({ ...instruction, ...transfer(instruction, word, lookup) });
        case 'add': {
            const checksum = word(instruction.checksum ?? '') || undefined;
            const { checksum: _, ...rest } = instruction;
            return assertAdd({
                ...rest,
                ...transfer(instruction, word, lookup),
                ...(checksum === undefined ? {} : { checksum }),
            });
        }
        default:
            return instruction;
    }
}
/** What was given from outside counts, then the default, then ARG before FROM. */
function declare(argument, word, { values, surroundings }) {
    const { name, value: written } = argument;
    const { buildArguments, globals } = surroundings;
    const value = buildArguments.get(name) ?? (written === undefined ? globals.get(name) : word(written));
    if (value === undefined)
        return { name };
    if (!resolve_hidden.has(name))
        values.set(name, value);
    return { name, value };
}
function transfer(given, word, lookup) {
    const [chown, chmod] = [word(given.chown ?? ''), word(given.chmod ?? '')];
    if (chmod !== '')
        parseChmod(chmod);
    return {
        sources: given.sources.map(word),
        files: given.files.map((file) => file.expands ? { ...file, content: (0,expand/* expandHereDocument */.Qk)(file.content, lookup) } : file),
        destination: word(given.destination),
        ...(given.chown === undefined ? {} : { chown }),
        ...(given.chmod === undefined ? {} : { chmod }),
    };
}
function assertCopy(copy) {
    const kinds = copy.sources.map(sourceKind);
    if (kinds.includes('git'))
        throw (0,problem/* textError */.MZ)("source can't be a git ref for COPY");
    if (kinds.includes('url'))
        throw (0,problem/* textError */.MZ)("source can't be a URL for COPY");
    return copy;
}
function assertAdd(add) {
    if (add.checksum === undefined)
        return add;
    const [source = '', ...others] = add.sources;
    if (source === '' || others.length > 0)
        throw (0,problem/* textError */.MZ)("checksum can't be specified for multiple sources");
    if (sourceKind(source) === 'path')
        throw (0,problem/* textError */.MZ)('checksum requires HTTP(S) or Git sources');
    return add;
}
function filled(path) {
    if (path === '')
        throw (0,problem/* textError */.MZ)('VOLUME specified can not be an empty string');
    return path;
}

;// CONCATENATED MODULE: ./src/tree/overlay.ts


/** Begins an overlay over `base`, which is not changed. */
function createOverlay(base) {
    const additions = new Map();
    const children = new Map();
    const cut = new Set();
    /** Whether the base may show through at `path`: nothing above it was cut or is no directory any more. */
    const shows = (path) => {
        if (additions.size === 0)
            return true;
        for (const folder of ancestorsOf(path)) {
            const above = additions.get(folder);
            if (cut.has(folder) || (above && above.node.type !== 'directory'))
                return false;
        }
        return true;
    };
    const remove = (path) => {
        for (const name of children.get(path) ?? [])
            remove(joinPath(path, name));
        children.delete(path);
        additions.delete(path);
        cut.delete(path);
    };
    const lstat = async (path) => {
        const added = additions.get(path);
        if (added)
            return added.node;
        if (shows(path))
            return (await base.lstat(path)) ?? (path === '' ? rootNode : undefined);
        return undefined;
    };
    return {
        base,
        additions,
        cut,
        lstat,
        list: async (path) => {
            const added = additions.get(path);
            if (added && added.node.type !== 'directory')
                return [];
            const names = shows(path) && !cut.has(path) ? await base.list(path) : [];
            const more = children.get(path);
            return more ? [...new Set([...names, ...more])].sort(compareBytes) : names;
        },
        open: async (path) => {
            const added = additions.get(path);
            if (added === undefined)
                return base.open(path);
            if (added.open === undefined)
                throw new Error(`${path} has no content`);
            return added.open();
        },
        put: async (path, addition) => {
            const before = await lstat(path);
            if (before && (before.type === 'directory') !== (addition.node.type === 'directory')) {
                const inBase = shows(path) ? await base.lstat(path) : undefined;
                remove(path);
                if (inBase?.type === 'directory')
                    cut.add(path);
            }
            additions.set(path, addition);
            if (path === '')
                return;
            const parent = parentOf(path);
            const siblings = children.get(parent);
            if (siblings)
                siblings.add(nameOf(path));
            else
                children.set(parent, new Set([nameOf(path)]));
        },
    };
}

;// CONCATENATED MODULE: ./src/tree/document.ts



/** A tree of one file with mode 0644 that holds `data`: the source that BuildKit makes of a here-document. */
async function documentTree(name, data, mtime) {
    const tree = createOverlay(emptyTree);
    await tree.put(cleanPath(name), {
        node: { ...rootNode, type: 'file', mode: 0o644, mtime, size: data.length },
        open: async () => once(data),
    });
    return tree;
}
async function* once(data) {
    yield data;
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/copy-tree.ts


/**
 * Copies `source`, a file or a directory's content, to exactly `target`, as BuildKit's copier does:
 * the target directory of the first level keeps its mode and owner, directories further down take those of the source.
 * Throws `build-failed` where a file would replace a directory or the reverse.
 */
async function copyTree(source, target, copy) {
    const walk = { ...copy, folders: [], inodes: new Map() };
    const node = await copy.from.lstat(source);
    if (node?.type !== 'directory')
        return node && copyFile(node, { source, target, walk });
    const existing = await copy.into.lstat(target);
    if (existing && existing.type !== 'directory')
        throw notDirectory(target);
    walk.folders.push({ source: node, target, made: true });
    await copyChildren({ source, target, relative: '', walk });
    // BuildKit makes the directory before it copies, so it is never "new" here; only its time follows the source.
    if (existing)
        await copy.into.put(target, { node: { ...existing, mtime: source === '' ? copy.time : node.mtime } });
}
async function copyChildren({ source, target, relative, walk }) {
    for (const name of await walk.from.list(source)) {
        await copyBelow({
            source: joinPath(source, name),
            target: joinPath(target, name),
            relative: joinPath(relative, name),
            walk,
        });
    }
}
async function copyBelow(step) {
    const { source, target, relative, walk } = step;
    const node = await walk.from.lstat(source);
    if (node === undefined)
        throw new errors/* ActionError */.lZ('context-changed', `Cannot copy ${source}: it was there and is gone`);
    const wanted = walk.included(relative) && !walk.excluded(relative);
    if (wanted)
        await makeFolders(walk);
    if (node.type !== 'directory') {
        if (wanted)
            await copyFile(node, { source, target, walk });
        return;
    }
    if (wanted)
        await putDirectory(node, target, walk);
    walk.folders.push({ source: node, target, made: wanted });
    await copyChildren(step);
    walk.folders.pop();
}
/** Makes the folders above something included. One that exists takes the mode of its source, but not the owner: BuildKit's `chmod`. */
async function makeFolders(walk) {
    for (const folder of walk.folders) {
        if (folder.made)
            continue;
        const existing = await walk.into.lstat(folder.target);
        if (existing === undefined)
            await putDirectory(folder.source, folder.target, walk);
        else if (existing.type !== 'directory')
            throw notDirectory(folder.target);
        else
            await walk.into.put(folder.target, { node: { ...existing, mode: folder.source.mode } });
        folder.made = true;
    }
}
async function putDirectory(node, target, walk) {
    const existing = await walk.into.lstat(target);
    if (existing && existing.type !== 'directory')
        throw notDirectory(target);
    const xattrs = new Map([...(existing?.xattrs ?? []), ...(node.xattrs ?? [])]);
    await walk.into.put(target, { node: { ...copy_tree_changed(node, walk), ...(xattrs.size > 0 ? { xattrs } : {}) } });
}
async function copyFile(node, { source, target, walk }) {
    if ((await walk.into.lstat(target))?.type === 'directory') {
        throw new errors/* ActionError */.lZ('build-failed', `Cannot copy ${source} to /${target}: a directory is there`, {
            hint: 'End the destination with a slash to copy into the directory.',
        });
    }
    if (nameOf(target).startsWith('.wh.')) {
        throw new errors/* ActionError */.lZ('build-failed', `Cannot copy ${source} to /${target}: in an image layer the name stands for a deletion`);
    }
    const copied = copy_tree_changed(node, walk);
    if (node.type !== 'file')
        return walk.into.put(target, { node: copied });
    const open = () => walk.from.open(source);
    await walk.into.put(target, { node: { ...copied, ...sharedInode(node, walk) }, open });
}
function sharedInode({ inode }, { inodes }) {
    if (inode === undefined)
        return {};
    const shared = inodes.get(inode) ?? Symbol('hard link');
    inodes.set(inode, shared);
    return { inode: shared };
}
/** The node with what `--chown` and `--chmod` say. */
function copy_tree_changed(node, { owner, mode }) {
    const bits = mode && node.type !== 'symlink' ? mode.apply(node.mode, node.type === 'directory') : node.mode;
    return { ...node, ...owner, mode: bits };
}
function notDirectory(target) {
    return new errors/* ActionError */.lZ('build-failed', `Cannot copy a directory to /${target}: something that is no directory is there`);
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/directory.ts




/**
 * Makes the directory `path` and those above it that are missing; what exists is left as it is. `path` has no links in it.
 * Throws `build-failed` when something on the way is no directory.
 */
async function makeDirectories(into, path, { mode, owner, time }) {
    if (path === '')
        return;
    for (const folder of [...ancestorsOf(path), path]) {
        const node = await into.lstat(folder);
        if (node?.type === 'directory')
            continue;
        if (node)
            throw new errors/* ActionError */.lZ('build-failed', `Cannot make the directory /${path}: /${folder} is there and is a ${node.type}`);
        await into.put(folder, { node: { ...rootNode, mode: mode & 0o777, mtime: time, ...owner } });
    }
}
/** What WORKDIR does: the folder is made if it is missing, 0755 and owned by the USER in force. `path` is absolute. */
async function makeWorkdir(into, path, options) {
    await makeDirectories(into, await resolvePath(into, cleanPath(path)), { mode: 0o755, ...options });
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/unpack.ts







/**
 * Whether ADD unpacks a file: one that is a tar archive, compressed or not, whatever its name.
 * Throws `archive-unsupported` for bzip2 and xz, where only unpacking could tell.
 */
async function isArchive({ open, name }) {
    const entries = readTar(decompressed(await open(), `Cannot unpack ${name}`), `Cannot unpack ${name}`);
    try {
        return !(await entries.next()).done;
    }
    catch (error) {
        if (error instanceof errors/* ActionError */.lZ && error.code === 'archive-invalid')
            return false;
        throw error;
    }
    finally {
        await entries.return(undefined);
    }
}
/**
 * Unpacks an archive into the directory `into` as ADD does: that directory is the root that links and `..` cannot leave,
 * parents that the archive does not have are 0755 and root's, owners are the archive's unless `owner` is given.
 * Content is unpacked to the folder `temporary` when it is read. Throws `archive-invalid` for names that lead out.
 */
async function unpack(archive, directory, { into, owner, time, temporary, }) {
    const what = `Cannot unpack ${archive.name}`;
    const content = spool(archive.open, temporary, what);
    const below = { lstat: (path) => into.lstat(joinPath(directory, path)) };
    const place = async (written) => {
        const name = inside(written, what);
        return joinPath(directory, joinPath(await resolvePath(below, parentOf(name)), nameOf(name)));
    };
    for await (const entry of readTar(decompressed(await archive.open(), what), what, tarLimits)) {
        if (inside(entry.name, what) === '')
            continue;
        const path = await place(entry.name);
        if (nameOf(path).startsWith('.wh.')) {
            throw new errors/* ActionError */.lZ('archive-invalid', `${what}: ${entry.name} would be taken for a deletion in an image layer`);
        }
        await makeDirectories(into, parentOf(path), { mode: 0o755, time });
        if (entry.linkTo === undefined)
            await into.put(path, { node: { ...entry.node, ...owner }, ...contentOf(entry, content) });
        else
            await unpack_link(into, path, { target: await place(entry.linkTo), what });
    }
}
function contentOf({ node, offset }, content) {
    return node.type === 'file' ? { open: () => content(offset, node.size) } : {};
}
async function unpack_link(into, path, { target, what }) {
    const node = await into.lstat(target);
    if (node?.type !== 'file')
        throw new errors/* ActionError */.lZ('archive-invalid', `${what}: ${path} is a hard link to ${target}, which is no file before it`);
    const shared = { ...node, inode: node.inode ?? Symbol(target) };
    const open = into.additions.get(target)?.open ?? (() => into.base.open(target));
    await into.put(target, { node: shared, open });
    await into.put(path, { node: shared, open });
}
/** A name of the archive relative to its root; an absolute one is meant below it, but one that leads out is no accident. */
function inside(name, what) {
    let depth = 0;
    for (const part of name.split('/')) {
        if (part === '..')
            depth -= 1;
        else if (part !== '' && part !== '.')
            depth += 1;
        if (depth < 0)
            throw new errors/* ActionError */.lZ('archive-invalid', `${what}: its entry ${name} leads out of the archive`);
    }
    return cleanPath(name);
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/wildcard.ts


/**
 * The paths in `tree` that a source with `*`, `?` or `[…]` means, in byte order; a source without them means itself, whether it exists or not.
 * As in BuildKit, links above the first wildcard are followed, those below are not.
 */
async function expandWildcards(tree, source, glob) {
    const parts = source.split('/');
    const first = parts.findIndex(hasWildcard);
    if (first === -1)
        return [source];
    const pattern = parts.slice(first).join('/');
    const depth = parts.length - first;
    const start = await resolvePath(tree, parts.slice(0, first).join('/'));
    const found = [];
    const walk = async (relative, level) => {
        for (const name of await tree.list(joinPath(start, relative))) {
            const path = joinPath(relative, name);
            if (glob(pattern, path))
                found.push(joinPath(start, path));
            // A wildcard never matches a slash, so matches are as deep as the pattern and no deeper.
            else if (level < depth)
                await walk(path, level + 1);
        }
    };
    await walk('', 1);
    return found;
}
/** Whether text has a `*`, `?` or `[` that no backslash precedes. */
function hasWildcard(part) {
    return /[*?[]/.test(part.replace(/\\./gs, ''));
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/copy.ts








/**
 * Does to `into` what BuildKit does to the file system of a stage for a COPY or ADD; what is copied is opened later, when a layer is written.
 * Throws `build-failed` with BuildKit's reason when it refuses, and what the trees throw.
 */
async function copyInto(into, request) {
    for (const source of request.sources)
        await copySource(into, source, request);
    for (const { name, data } of request.documents ?? []) {
        const from = await documentTree(name, data, request.time);
        await copyPath(into, cleanPath(name), { ...request, from, include: undefined });
    }
}
async function copySource(into, source, request) {
    const { path, include } = request.parents ? splitPivot(source) : { path: source, include: undefined };
    if (include !== undefined && !hasWildcard(include))
        await assertThere(request.from, joinPath(cleanPath(path), include));
    const paths = await expandWildcards(request.from, cleanPath(path), request.patterns.glob);
    for (const found of paths) {
        const unpacked = request.unpack && (await unpackPath(into, found, request));
        if (!unpacked)
            await copyPath(into, found, { ...request, include });
    }
}
/** `--parents` keeps what follows `/./`, or the whole path. */
function splitPivot(source) {
    const pivot = source.indexOf('/./');
    if (pivot === -1)
        return { path: '', include: cleanPath(source) };
    return { path: source.slice(0, pivot), include: cleanPath(source.slice(pivot + 3)) };
}
async function unpackPath(into, source, request) {
    const { from, owner, time, temporary } = request;
    const path = await resolvePath(from, source);
    const node = await from.lstat(path);
    if (node?.type !== 'file')
        return false;
    const archive = { open: () => from.open(path), name: source };
    if (!(await isArchive(archive)))
        return false;
    const directory = await resolvePath(into, destinationOf(request).path);
    await makeDirectories(into, directory, { mode: 0o755, owner, time });
    await unpack(archive, directory, { into, owner, time, temporary });
    return true;
}
async function copyPath(into, source, copy) {
    const { from, owner, time, mode } = copy;
    const created = { mode: mode?.octal ?? 0o755, owner, time };
    const destination = destinationOf(copy);
    const ensured = destination.isDirectory ? destination.path : parentOf(destination.path);
    const path = await resolvePath(from, source);
    const node = await from.lstat(path);
    if (node === undefined)
        throw notFound(source);
    await makeDirectories(into, await resolvePath(into, ensured), created);
    const resolved = await resolvePath(into, destination.path);
    const existing = await into.lstat(resolved);
    const target = node.type !== 'directory' && existing?.type === 'directory' ? joinPath(resolved, nameOf(source)) : resolved;
    await makeDirectories(into, node.type === 'directory' && !existing ? target : parentOf(target), created);
    await copyTree(path, target, {
        from,
        into,
        owner,
        mode,
        time,
        included: copy.include === undefined ? () => true : copy.patterns.rules([copy.include]),
        excluded: copy.exclude?.length ? copy.patterns.rules(copy.exclude) : () => false,
    });
}
/** The destination as a path, and whether it was written as a directory: with a slash or a dot at its end. */
function destinationOf({ destination, workdir }) {
    const isDirectory = destination === '' || destination === '.' || /\/\.?$/.test(destination);
    return { path: cleanPath(destination.startsWith('/') ? destination : `${workdir}/${destination}`), isDirectory };
}
/** With `--parents` the source is a pattern; one without wildcards must match something. */
async function assertThere(from, path) {
    if ((await from.lstat(path)) === undefined)
        throw notFound(path);
}
function notFound(source) {
    return new errors/* ActionError */.lZ('build-failed', `Cannot copy ${source}: it was not found`, {
        hint: 'Paths are relative to the build context, or to the root of the stage or image that --from names; .dockerignore may leave it out.',
    });
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/link.ts


/**
 * A stage after `COPY --link`: `layer`, which was made over nothing, put on `stage` as an unpacker does it.
 * Folders on the way are what the layer says, also where the stage has a link or other permissions.
 */
async function stackLinked(stage, layer) {
    const stacked = createOverlay(stage);
    const added = [...layer.additions].sort(([left], [right]) => compareBytes(left, right));
    for (const [path, addition] of added)
        await stacked.put(path, addition);
    return stacked;
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/mode.ts

/** Reads the value of `--chmod`, octal or symbolic. Throws `dockerfile-invalid`, without a place. */
function parseMode(text) {
    const apply = parseChmod(text);
    return /^\d/.test(text) ? { apply, octal: apply(0, false) } : { apply };
}

// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(8321);
;// CONCATENATED MODULE: ./src/engine/embedded/layer/owner.ts




/** More than any real user database; it is held in memory. */
const mostBytes = 10 * 1024 * 1024;
/**
 * The owner that `--chown` or USER names: `user`, `user:group`, each a number or a name in /etc/passwd or /etc/group of `root`.
 * `root` is read only when there is a name. As in BuildKit a number alone is the group too, a user's name brings its group,
 * and a name that is not there is 0. Throws `build-failed` for a name when the root is that of `FROM scratch`, before anything was put in it.
 */
async function resolveOwner(text, root) {
    const colon = text.indexOf(':');
    const user = colon === -1 ? text : text.slice(0, colon);
    const group = colon === -1 ? undefined : text.slice(colon + 1);
    if (root === emptyTree && [user, group ?? '0'].some((name) => numeric(name) === undefined)) {
        throw new errors/* ActionError */.lZ('build-failed', `Cannot find the owner ${text}: the stage begins with scratch and has no /etc/passwd`, {
            hint: 'Write the owner as numbers: uid:gid.',
        });
    }
    const owner = await userOf(user, root);
    return group === undefined ? owner : { uid: owner.uid, gid: (await groupOf(group, root)) ?? owner.gid };
}
async function userOf(user, root) {
    const id = numeric(user);
    if (id !== undefined)
        return { uid: id, gid: id };
    const [, , uid = '', gid = ''] = (await lineOf(user, root, 'etc/passwd')) ?? [];
    return { uid: numeric(uid) ?? 0, gid: numeric(gid) ?? 0 };
}
async function groupOf(group, root) {
    return numeric(group) ?? numeric((await lineOf(group, root, 'etc/group'))?.[2] ?? '');
}
function numeric(text) {
    return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined;
}
async function lineOf(name, root, path) {
    const file = await follow(root, path);
    if (file?.node.type !== 'file' || file.node.size > mostBytes)
        return undefined;
    const text = (await (0,consumers_.buffer)(await root.open(file.path))).toString('utf8');
    return text
        .split('\n')
        .map((line) => line.trim().split(':'))
        .find(([first]) => name !== '' && first === name);
}

;// CONCATENATED MODULE: ./src/engine/embedded/stage.ts
















/**
 * Does the instructions of a stage in order. Base layers are looked into only when an instruction depends on them.
 *
 * @throws ActionError of the Dockerfile, the trees and the registry, placed at the instruction
 */
async function runStage(stage, context) {
    const begun = await beginStage(stage.base, context);
    const triggers = (begun.triggers ?? []).map((trigger) => (0,parse/* parseTrigger */.u)(trigger, { file: context.file, line: stage.line }));
    const { instructions, values } = resolveInstructions([...triggers, ...stage.instructions], {
        file: context.file,
        escapeMark: context.escapeMark,
        values: (0,dockerfile_arguments/* stageValues */.dX)(begun.values, begun.config.config.Env ?? []),
        globals: context.globals,
        buildArguments: context.buildArguments,
    });
    let { config, tree } = begun;
    const layers = [...begun.layers];
    let hasCmd = false;
    const created = new Date(context.time).toISOString().replace('.000Z', 'Z');
    for (const instruction of instructions) {
        const overlay = await placed(instruction, context.file, () => fileSystemOf(instruction, { stage, config, tree, context }));
        const changed = instruction.kind === 'workdir' ? { ...instruction, path: workdirOf(config, instruction.path) } : instruction;
        config = configure(config, changed, { hasCmd });
        hasCmd ||= instruction.kind === 'cmd';
        config = recordHistory(config, changed, { created, hasLayer: overlay !== undefined });
        if (overlay === undefined)
            continue;
        layers.push({ kind: 'new', overlay: overlay.layer, instruction });
        tree = overlay.tree;
    }
    return { config, layers, tree, values };
}
async function beginStage(base, context) {
    switch (base.kind) {
        case 'scratch':
            return { config: emptyConfig(context.platform), layers: [], tree: emptyTree, values: undefined };
        case 'stage': {
            const stage = await context.stageOf(base.index);
            return { ...stage, config: inherit(stage.config) };
        }
        case 'image': {
            const found = await context.baseOf(base.reference);
            const { config, layers, repository } = found;
            const Env = (0,dockerfile_arguments/* completeEnvironment */.pv)(config.config.Env ?? [], config.os);
            return {
                config: inherit({ ...config, config: { ...config.config, Env } }),
                layers: layers.map((descriptor, index) => ({
                    kind: 'base',
                    descriptor,
                    diffId: diffIdOf(config, index),
                    repository,
                })),
                tree: context.treeOf(found),
                values: undefined,
                triggers: config.config.OnBuild ?? [],
            };
        }
        case 'context':
            throw new errors/* ActionError */.lZ('feature-missing', `The embedded engine cannot begin a stage with the context ${base.name} yet`);
    }
}
function diffIdOf(config, index) {
    const diffId = config.rootfs.diff_ids[index];
    if (diffId === undefined)
        throw new errors/* ActionError */.lZ('content-mismatch', 'A base image has more layers than its configuration');
    return diffId;
}
/** What the instruction does to the file system: the layer, and the tree after it; undefined when it makes none. */
async function fileSystemOf(instruction, moment) {
    const { config, tree, context } = moment;
    switch (instruction.kind) {
        case 'workdir': {
            const path = workdirOf(config, instruction.path);
            if (path === '/')
                return undefined;
            const layer = createOverlay(tree);
            const user = config.config.User;
            const owner = user ? await resolveOwner(user, tree) : undefined;
            await makeWorkdir(layer, path, { owner, time: context.time });
            return { layer, tree: layer };
        }
        case 'copy':
        case 'add':
            return stage_transfer(instruction, moment);
        case 'run':
            throw new errors/* ActionError */.lZ('feature-missing', 'The embedded engine runs nothing on the target');
        default:
            return undefined;
    }
}
async function stage_transfer(instruction, { stage, config, tree, context }) {
    const unsupported = instruction.sources.find((source) => sourceKind(source) !== 'path');
    if (unsupported !== undefined) {
        throw new errors/* ActionError */.lZ('feature-missing', `The embedded engine cannot ADD ${unsupported} yet`, {
            hint: 'Fetch it in a step before this one, or take the engine buildx.',
        });
    }
    const from = instruction.kind === 'copy' && instruction.from !== undefined ? stage.from.get(instruction.from) : undefined;
    // BuildKit takes --link back where there is --chmod.
    const linked = instruction.link && !instruction.chmod;
    const layer = createOverlay(linked ? emptyTree : tree);
    await copyInto(layer, {
        from: from === undefined ? context.context : await sourceTree(from, context),
        sources: instruction.sources,
        documents: instruction.files.map(({ name, content }) => ({ name, data: Buffer.from(content) })),
        destination: instruction.destination,
        workdir: config.config.WorkingDir || '/',
        unpack: instruction.kind === 'add' && instruction.unpack !== false,
        owner: instruction.chown ? await resolveOwner(instruction.chown, tree) : undefined,
        mode: instruction.chmod ? parseMode(instruction.chmod) : undefined,
        parents: instruction.kind === 'copy' && instruction.parents,
        exclude: instruction.exclude,
        patterns,
        time: context.time,
        temporary: context.temporary,
    });
    return { layer, tree: linked ? lazyTree(() => stackLinked(tree, layer)) : layer };
}
async function sourceTree(source, context) {
    switch (source.kind) {
        case 'stage':
            return (await context.stageOf(source.index)).tree;
        case 'image':
            return context.treeOf(await context.baseOf(source.reference));
        case 'scratch':
            return emptyTree;
        case 'context':
            throw new errors/* ActionError */.lZ('feature-missing', `The embedded engine cannot copy from the context ${source.name} yet`);
    }
}
const patterns = {
    glob: (pattern, path) => matchGlob(parseGlob(pattern), path),
    rules: (given) => {
        const rules = excludeRules(given);
        return (path) => isIgnored(rules, path);
    },
};
function workdirOf(config, path) {
    return external_node_path_.posix.resolve('/', config.config.WorkingDir || '/', path);
}
/** Gives an error without a place that of the instruction. */
async function placed(instruction, file, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof errors/* ActionError */.lZ) || error.place)
            throw error;
        throw new errors/* ActionError */.lZ(error.code, `${file}:${instruction.line}: ${error.message}`, {
            ...(error.hint === undefined ? {} : { hint: error.hint }),
            place: { file, line: instruction.line },
            cause: error,
        });
    }
}

;// CONCATENATED MODULE: ./src/engine/embedded/engine.ts





















/**
 * Puts the image together from the Dockerfile without any daemon: nothing is run, base layers stay in their registry
 * unless an instruction depends on what is in them.
 *
 * @throws ActionError what is wrong with the Dockerfile, its bases or the context
 */
async function build(plan, host, { registry, findImage }) {
    const { build: spec } = plan;
    const file = spec.file ?? (0,external_node_path_.join)(spec.context, 'Dockerfile');
    const dockerfile = (0,parse/* parseDockerfile */.A)(await (0,promises_.readFile)(file, 'utf8'), file);
    const buildArguments = (0,dockerfile_arguments/* givenArguments */.Cj)(spec.buildArgs, host.env);
    const epoch = await readEpoch(host, { context: spec.context, given: buildArguments.get('SOURCE_DATE_EPOCH') });
    const time = epoch === undefined ? host.clock.now().getTime() : epoch * 1000;
    const context = await openContext(spec.context, file);
    const dir = (0,external_node_path_.join)(host.tempDir, 'layout');
    const writer = createLayerWriter(dir, { epoch, threads: (0,external_node_os_.availableParallelism)(), signal: host.signal });
    const buildPlatform = (0,platform/* hostPlatform */.o)(host);
    const imageFor = async (targetPlatform) => {
        const started = host.clock.now().getTime();
        const target = spec.target === undefined ? {} : { target: spec.target };
        const globals = (0,dockerfile_arguments/* globalValues */.wX)(dockerfile, { buildPlatform, targetPlatform, buildArguments, ...target });
        const stages = (0,dockerfile_stages/* planStages */.VC)(dockerfile, { globals, contexts: [], ...target });
        const finished = new Map();
        const stageOf = (index) => {
            const known = finished.get(index);
            if (known)
                return known;
            const stage = stages.stages[index];
            if (stage === undefined)
                throw new errors/* ActionError */.lZ('internal', `There is no stage ${index}`);
            const platform = stage.platform ?? targetPlatform;
            const running = runStage(stage, {
                file,
                escapeMark: dockerfile.directives.escape,
                platform,
                globals,
                buildArguments,
                stageOf,
                baseOf: (reference) => findBase(findImage, reference, platform),
                treeOf: ({ layers, repository }) => lazyTree(() => layersTree(layers.map((layer) => ({ name: layer.digest, open: () => registry.getBlob(repository, layer) })), host.tempDir)),
                context,
                time,
                temporary: host.tempDir,
            });
            finished.set(index, running);
            return running;
        };
        const stage = await stageOf(stages.target);
        const layers = await writer.write(stage.layers);
        const milliseconds = host.clock.now().getTime() - started;
        return { platform: targetPlatform, stage, layers, milliseconds };
    };
    const images = await host.log.group(`Put together ${spec.platforms.map(oci_platform/* formatPlatform */.Bq).join(', ')}`, async () => {
        const done = await Promise.all(spec.platforms.map(imageFor));
        for (const { platform, layers } of done)
            host.log.info(engine_describe(platform, layers));
        return done;
    });
    const manifests = [];
    for (const image of images)
        manifests.push(await writeImage(dir, image, { plan, time }));
    const root = await (0,write_image/* writeRoot */.a)(dir, manifests, spec.annotations);
    await (0,layout/* writeIndexJson */.YY)(dir, root);
    const elsewhere = new Map(images.flatMap(({ layers }) => layers.flatMap(({ descriptor, from }) => (from ? [[descriptor.digest, from]] : []))));
    return {
        content: { kind: 'layout', dir, tree: await (0,image_tree/* walkImage */.v)(root, (descriptor) => (0,layout/* readBlob */.gm)(dir, descriptor)), elsewhere },
        metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
        imageId: undefined,
        steps: images.map(stepOf),
    };
}
async function writeImage(dir, { platform, stage, layers }, { plan, time }) {
    const { labels } = plan.build;
    const execution = stage.config.config;
    const withLabels = Object.keys(labels).length === 0 ? execution : { ...execution, Labels: { ...execution.Labels, ...labels } };
    const config = {
        ...stage.config,
        created: new Date(time).toISOString(),
        config: withLabels,
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    };
    const descriptor = await (0,layout/* writeBlob */.Zh)(dir, encodeConfig(config), media_type/* mediaType */.JL.ociConfig);
    const image = { platform, config: descriptor, layers: layers.map((layer) => layer.descriptor) };
    return (0,write_image/* writeManifest */.H)(dir, image, plan.build.annotations);
}
function engine_describe(platform, layers) {
    const own = layers.filter(({ from }) => from === undefined).length;
    return `${(0,oci_platform/* formatPlatform */.Bq)(platform)}: ${own} layers made, ${layers.length - own} of the base`;
}
function stepOf({ platform, milliseconds }) {
    return { name: 'put together', platform: (0,oci_platform/* formatPlatform */.Bq)(platform), cached: false, milliseconds };
}


/***/ }),

/***/ 6725:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  H: () => (/* binding */ writeManifest),
  a: () => (/* binding */ writeRoot)
});

// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
;// CONCATENATED MODULE: ./src/oci/annotations.ts

/** `index:key`, `manifest[linux/amd64]:key`, several levels with commas; without a prefix it is the manifest's. */
const prefix = /^((?:(?:manifest|index)(?:-descriptor)?(?:\[[^\]]+\])?,?)+):(.+)$/;
/**
 * Those of `annotations` that belong on `target`, without their prefix.
 * https://docs.docker.com/build/metadata/annotations/#specify-annotation-level
 */
function annotationsFor(annotations, target) {
    return Object.fromEntries(Object.entries(annotations).flatMap(([written, value]) => {
        const [, levels = 'manifest', key = written] = prefix.exec(written) ?? [];
        return levels.split(',').some((level) => matches(level, target)) ? [[key, value]] : [];
    }));
}
function matches(level, target) {
    const [, name, platform] = /^([a-z-]+)(?:\[(.+)\])?$/.exec(level) ?? [];
    if (name !== target.level)
        return false;
    return platform === undefined || (0,oci_platform/* formatPlatform */.Bq)((0,oci_platform/* parsePlatform */.FL)(platform)) === target.platform;
}

// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(5823);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(1994);
;// CONCATENATED MODULE: ./src/oci/write-image.ts




/** Writes the manifest of one platform's image into the layout `dir`. `annotations` are all of the build, prefixes included. */
async function writeManifest(dir, image, annotations) {
    const { platform, config, layers } = image;
    const manifest = {
        schemaVersion: 2,
        mediaType: media_type/* mediaType */.JL.ociManifest,
        config,
        layers,
        ...some(annotations, { level: 'manifest', platform: (0,oci_platform/* formatPlatform */.Bq)(platform) }),
    };
    return { ...(await (0,layout/* writeBlob */.Zh)(dir, encode(manifest), media_type/* mediaType */.JL.ociManifest)), platform };
}
/** What stands for the whole image: the one manifest, or an index of several, in their order. */
async function writeRoot(dir, manifests, annotations) {
    const [only] = manifests;
    if (manifests.length === 1 && only)
        return only;
    const index = {
        schemaVersion: 2,
        mediaType: media_type/* mediaType */.JL.ociIndex,
        manifests: manifests.map((manifest) => ({
            ...manifest,
            ...some(annotations, {
                level: 'manifest-descriptor',
                platform: manifest.platform && (0,oci_platform/* formatPlatform */.Bq)(manifest.platform),
            }),
        })),
        ...some(annotations, { level: 'index', platform: undefined }),
    };
    return (0,layout/* writeBlob */.Zh)(dir, encode(index), media_type/* mediaType */.JL.ociIndex);
}
function some(annotations, target) {
    const chosen = annotationsFor(annotations, target);
    return Object.keys(chosen).length === 0 ? {} : { annotations: chosen };
}
function encode(document) {
    return Buffer.from(JSON.stringify(document));
}


/***/ })

};
