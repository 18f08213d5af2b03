export const id = 988;
export const ids = [988,329];
export const modules = {

/***/ 53514:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $6: () => (/* binding */ SilentYamlError),
/* harmony export */   F$: () => (/* binding */ loadYamlPairs),
/* harmony export */   yv: () => (/* binding */ loadYaml),
/* harmony export */   zy: () => (/* binding */ loadPlacedYaml)
/* harmony export */ });
/* harmony import */ var _limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);

/** Thrown for a text that is not YAML; does not quote the text. */
class SilentYamlError extends Error {
    name = 'SilentYamlError';
    /** The line, from 1, if the parser reports it. */
    line;
    constructor(message, line) {
        super(message);
        this.line = line;
    }
}
/** Loads the parser for documents with secrets, only when a run needs it. The limits are those of `loadYaml`. */
async function loadPlacedYaml() {
    const { read, isMap, isScalar, isSeq, YAMLParseError } = await loadReader();
    const parse = (text) => {
        const { document, value, lineAt } = read(text, { schema: 'failsafe' }, (reading) => ({
            Alias: (_, alias) => {
                if (alias.resolve(reading.document) === undefined) {
                    throw new SilentYamlError('a value begins with "*", and no quotes around it', reading.lineAt(alias));
                }
            },
        }));
        const lineOf = (path) => {
            let node = document.contents;
            let line = lineAt(node);
            for (const part of path) {
                if (isSeq(node))
                    node = node.items[Number(part)];
                else if (isMap(node)) {
                    const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
                    line = lineAt(pair?.key) ?? line;
                    node = pair?.value;
                    continue;
                }
                else
                    return line;
                line = lineAt(node) ?? line;
            }
            return line;
        };
        return { value, lineOf };
    };
    return (text) => {
        try {
            return parse(text);
        }
        catch (error) {
            if (error instanceof SilentYamlError)
                throw error;
            if (error instanceof DuplicateKey)
                throw new SilentYamlError('a mapping has the same key twice', error.line);
            if (error instanceof YAMLParseError)
                throw new SilentYamlError(describe(error.code), error.linePos?.[0].line);
            // Our own limit errors are safe to show. Messages of the parser may quote the text.
            throw new SilentYamlError(error instanceof OutOfBounds ? error.message : 'it is not valid YAML');
        }
    };
}
function describe(code) {
    const known = {
        BAD_INDENT: 'the indentation is wrong',
        BAD_SCALAR_START: 'a value begins with a character that only a quoted text may begin with',
        MISSING_CHAR: 'a quote or a bracket is not closed',
        MULTILINE_IMPLICIT_KEY: 'a key spans several lines',
        TAB_AS_INDENT: 'tabs are not allowed as indentation',
        BLOCK_AS_IMPLICIT_KEY: 'a value that contains ": " is not quoted',
        UNEXPECTED_TOKEN: 'unexpected character',
    };
    return known[code] ?? `it is not valid YAML (${code})`;
}
/** Thrown when a document exceeds a limit. */
class OutOfBounds extends Error {
    name = 'OutOfBounds';
}
/** Thrown for a duplicate key in a mapping. */
class DuplicateKey extends Error {
    name = 'DuplicateKey';
    /** From 1. */
    line;
    constructor(key, { line, col }) {
        super(`Map keys must be unique: ${JSON.stringify(key).slice(0, 100)} at line ${line}, column ${col}`);
        this.line = line;
    }
}
/** Loads the YAML parser, only when a run needs it. Size, depth and number of values of a document are limited. */
async function loadYaml() {
    const { read } = await loadReader();
    return (text) => read(text).value;
}
/** As `loadYaml`, for the pairs of a mapping. */
async function loadYamlPairs() {
    const { read, isMap, isScalar } = await loadReader();
    // `1.10` is a version, not a number.
    const asWritten = {
        Scalar: (key, node) => {
            const isTyped = typeof node.value === 'number' || typeof node.value === 'boolean';
            if (key !== 'key' && isTyped && node.source !== undefined)
                node.value = node.source;
        },
    };
    return (text) => {
        const { document, value, lineAt } = read(text, {}, () => asWritten);
        const { contents } = document;
        if (!isMap(contents))
            return undefined;
        const values = new Map(Object.entries(Object(value)));
        return contents.items.flatMap(({ key }) => {
            if (!isScalar(key))
                return [];
            const name = String(key.value);
            return [{ key: name, value: values.get(name), line: lineAt(key) ?? 1 }];
        });
    };
}
/** Reads a document within the limits; `look` returns an additional check for each node. */
async function loadReader() {
    const { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, YAMLParseError } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 38815, 19));
    const read = (text, options = {}, look = () => ({})) => {
        if (text.length > _limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.yaml)
            throw new OutOfBounds(`it is larger than ${_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.yaml / 1024} KiB`);
        const lineCounter = new LineCounter();
        // The parser's own check for duplicate keys takes quadratic time.
        const own = { logLevel: 'error', uniqueKeys: false, lineCounter };
        const document = withoutOverflow(() => parseDocument(text, { ...options, ...own }));
        const [error] = document.errors;
        if (error)
            throw /^Maximum call stack/.test(error.message) ? tooDeep() : error;
        const placeAt = (node) => (isNode(node) && node.range ? lineCounter.linePos(node.range[0]) : undefined);
        const lineAt = (node) => placeAt(node)?.line;
        withoutOverflow(() => visit(document, {
            Map: (_, { items }) => {
                const seen = new Set();
                for (const { key } of items) {
                    const name = isScalar(key) ? String(key.value) : key;
                    if (seen.has(name))
                        throw new DuplicateKey(name, placeAt(key) ?? { line: 1, col: 1 });
                    seen.add(name);
                }
            },
            ...look({ document, lineAt }),
        }));
        const value = withoutOverflow(() => document.toJS({ maxAliasCount: 100 }));
        assertPlain(value);
        return { document, value, lineAt };
    };
    return { read, isMap, isScalar, isSeq, YAMLParseError };
}
/** Runs `work`, and reports a stack overflow of the recursive parser as too deep nesting. */
function withoutOverflow(work) {
    try {
        return work();
    }
    catch (error) {
        throw error instanceof RangeError ? tooDeep() : error;
    }
}
/** Throws if a document exceeds the limits with its aliases expanded: an anchor that contains itself nests endlessly, and nested aliases multiply values. */
function assertPlain(root) {
    let values = 0;
    let level = [root];
    for (let depth = 0; level.length > 0; depth += 1) {
        if (depth > _limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.yamlDepth)
            throw tooDeep();
        values += level.length;
        if (values > _limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.yamlValues)
            throw new OutOfBounds(`it has more than ${_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.yamlValues} values`);
        level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
    }
}
function tooDeep() {
    return new OutOfBounds(`it is nested deeper than ${_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.yamlDepth} levels, or an anchor contains itself`);
}


/***/ }),

/***/ 39189:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   aE: () => (/* binding */ isContext),
/* harmony export */   fW: () => (/* binding */ contextName),
/* harmony export */   o$: () => (/* binding */ readSource)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(62148);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(53989);



/**
 * Resolves a name that does not belong to a stage; `contexts` are the names of `build-contexts`, as `contextName` returns them.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function readSource(name, contexts) {
    if (name === 'scratch')
        return { kind: 'scratch' };
    try {
        const reference = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .parseReference */ .F2)(name);
        const familiar = contextName(name);
        if (isContext(familiar, contexts))
            return { kind: 'context', name: familiar };
        const tag = reference.tag === undefined && reference.digest === undefined ? { tag: 'latest' } : {};
        return { kind: 'image', reference: (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .formatReference */ .FH)({ ...reference, ...tag }) };
    }
    catch (thrown) {
        if (!(thrown instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ))
            throw thrown;
        throw (0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .textError */ .MZ)(`failed to parse stage name ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quoteFound */ .F6)(name)}: ${thrown.message}`);
    }
}
/** The name of a context, and of an image that may be one, in one form: `docker.io/library/alpine:latest` is `alpine`. */
function contextName(name) {
    try {
        const full = (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .formatReference */ .FH)((0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_1__/* .parseReference */ .F2)(name));
        return full.replace(/^docker\.io\/(?:library\/(?=[^/]*$))?/, '').replace(/:latest$/, '');
    }
    catch {
        return name;
    }
}
/** Whether a context of that name takes its place; "scratch" and "context" are what they are. */
function isContext(name, contexts) {
    return !/^(?:scratch|context)$/i.test(name) && contexts.has(contextName(name));
}


/***/ }),

/***/ 53989:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CD: () => (/* binding */ attempt),
/* harmony export */   F6: () => (/* binding */ quoteFound),
/* harmony export */   G_: () => (/* binding */ ExcessError),
/* harmony export */   MZ: () => (/* binding */ textError),
/* harmony export */   YY: () => (/* binding */ isExcess),
/* harmony export */   _W: () => (/* binding */ excessError),
/* harmony export */   cI: () => (/* binding */ tryReading),
/* harmony export */   lL: () => (/* binding */ dockerfileError)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);

/** The cause of a problem that is not left to BuildKit: a text grows over a limit of ours, and would take the memory of the builder. */
class ExcessError extends Error {
    name = 'ExcessError';
}
// The runner cuts what is longer, and nobody reads it.
const mostShown = 50;
/** The one `dockerfile-invalid` error for all problems of `file`, by line; it points at the first. */
function dockerfileError(file, problems) {
    const sorted = [...problems].sort((a, b) => a.line - b.line);
    const lines = sorted.slice(0, mostShown).map(({ line, message }) => `${file}:${line}: ${oneLine(message)}`);
    if (problems.length > mostShown)
        lines.push(`and ${problems.length - mostShown} more`);
    const title = problems.length === 1 ? 'Invalid Dockerfile: ' : `${problems.length} problems in the Dockerfile:\n`;
    const [first] = sorted;
    const excess = problems.find(({ cause }) => cause instanceof ExcessError)?.cause;
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('dockerfile-invalid', title + lines.join('\n'), {
        hint: 'Correct the Dockerfile. Nothing has been built yet.',
        ...(first === undefined ? {} : { place: { file, line: first.line } }),
        ...(excess === undefined ? {} : { cause: excess }),
    });
}
/** What is wrong with a text whose place the caller knows: `message` alone, without file and line. */
function textError(message, cause) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('dockerfile-invalid', message, cause === undefined ? {} : { cause });
}
/** What is over a limit, in a text whose place the caller knows. */
function excessError(message) {
    return textError(message, new ExcessError(message));
}
/** Whether an error says that a Dockerfile is over a limit. */
function isExcess(error) {
    return error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ && error.cause instanceof ExcessError;
}
/** Runs `read`, and takes down under `line` what it throws about the text. Gives undefined then. */
function attempt(line, report, read) {
    try {
        return read();
    }
    catch (thrown) {
        if (!(thrown instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ) || thrown.code !== 'dockerfile-invalid')
            throw thrown;
        report(line, thrown.message, thrown.cause);
        return undefined;
    }
}
/** What `read` gives; undefined where the text is wrong, for readers that leave this to others. */
function tryReading(read) {
    return attempt(0, () => { }, read);
}
/** `found` in double quotes, shortened: it may be anything, and may be long. */
function quoteFound(found) {
    return JSON.stringify(found.length > 120 ? `${found.slice(0, 120)}…` : found);
}
function oneLine(message) {
    // It may quote what was found, and that may be a file of one line.
    const short = message.length > 500 ? `${message.slice(0, 500)}…` : message;
    return short.replace(/[\r\n]+/g, ' ');
}


/***/ }),

/***/ 4469:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JC: () => (/* binding */ traitsOf),
/* harmony export */   ak: () => (/* binding */ drivers),
/* harmony export */   tU: () => (/* binding */ driverChoices)
/* harmony export */ });
/** The drivers of buildx, a row each. https://docs.docker.com/build/builders/drivers/ */
const drivers = {
    docker: { runs: 'in-daemon', made: false, ownNetwork: false, needsEndpoint: false, takesGrants: false },
    'docker-container': {
        runs: 'on-daemon',
        made: true,
        ownNetwork: true,
        needsEndpoint: false,
        takesGrants: true,
        keepsState: true,
        options: /^(?:image|network|memory|memory-swap|cpu-(?:quota|period|shares)|cpuset-(?:cpus|mems)|cgroup-parent|restart-policy|default-load|provenance-add-gha|gpus|env\.[^=]+)=/,
    },
    remote: {
        runs: 'elsewhere',
        made: true,
        ownNetwork: false,
        needsEndpoint: true,
        takesGrants: false,
        options: /^(?:key|cert|cacert|servername|default-load|provenance-add-gha)=/,
    },
    kubernetes: {
        runs: 'elsewhere',
        made: true,
        ownNetwork: true,
        needsEndpoint: false,
        takesGrants: true,
        options: /^(?:image|namespace|default-load|provenance-add-gha|replicas|(?:requests|limits)\.[\w-]+|buildkit-root-volume-memory|nodeselector|annotations|labels|tolerations|serviceaccount|schedulername|rootless|loadbalance|qemu\.\w+|timeout|env\.[^=]+)=/,
    },
    cloud: { runs: 'elsewhere', made: false, ownNetwork: false, needsEndpoint: false, takesGrants: false },
};
/** Those that the input `driver` may name: a builder that this step makes, or the daemon's own. */
const driverChoices = Object.keys(drivers).filter((name) => {
    const { made, runs } = traitsOf(name);
    return made || runs === 'in-daemon';
});
/** What is known of a driver; one that a newer buildx has brought runs elsewhere, as far as anybody here can tell. */
function traitsOf(driver) {
    return Object.hasOwn(drivers, driver) ? drivers[driver] : drivers.cloud;
}


/***/ }),

/***/ 86087:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ engineNeeds),
/* harmony export */   R: () => (/* binding */ engineNames)
/* harmony export */ });
/** The engines there are, and what must be known of the machine to plan each: a builder, or no more than a daemon to load into. */
const engineNeeds = {
    buildx: 'builder',
    embedded: 'nothing',
};
const engineNames = Object.keys(engineNeeds);


/***/ }),

/***/ 15694:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ formatContextSource),
/* harmony export */   x: () => (/* binding */ readBuildContexts)
/* harmony export */ });
/* harmony import */ var _dockerfile_instructions_source_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(39189);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _oci_digest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(68825);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(62148);
/* harmony import */ var _text_nearest_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(60613);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(16001);
/* harmony import */ var _read_value_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(87991);







/**
 * Reads named contexts, `name=value`, one per line. Names are normalized, so that `docker.io/library/alpine` and
 * `alpine:latest` are both `alpine`, as buildx has it.
 * https://docs.docker.com/reference/cli/docker/buildx/build/#build-context
 */
function readBuildContexts(items, report) {
    const contexts = new Map();
    for (const { text, line } of items) {
        const read = readBuildContext(text);
        if ('problem' in read)
            report(read.problem, line);
        else if (contexts.has(read.value.name))
            report(`${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(read.value.name)} is given a second time`, line);
        else
            contexts.set(read.value.name, read.value);
    }
    return [...contexts.values()];
}
function readBuildContext(text) {
    const { key, value } = (0,_read_value_js__WEBPACK_IMPORTED_MODULE_5__/* .splitPair */ .T6)(text);
    if (key === '')
        return { problem: 'expected name=value, found nothing before "="' };
    if (!value)
        return { problem: `expected name=value, found no value for ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(key)}` };
    const name = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .readWith */ .$5)(key, _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .parseReference */ .F2);
    if ('problem' in name)
        return { problem: `expected a name in the form of an image's: ${name.problem}` };
    const source = readSource(value);
    return 'problem' in source ? source : { value: { name: (0,_dockerfile_instructions_source_js__WEBPACK_IMPORTED_MODULE_0__/* .contextName */ .fW)(key), source: source.value } };
}
function readSource(value) {
    const [, scheme, rest = ''] = /^(docker-image:\/\/|oci-layout:\/\/|target:)(.*)$/.exec(value) ?? [];
    if (scheme === 'target:') {
        return { problem: `${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(value)} names a target of docker buildx bake; a step has one build and no others` };
    }
    if (scheme === 'docker-image://') {
        const reference = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .readWith */ .$5)(rest, _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .parseReference */ .F2);
        return 'problem' in reference ? reference : { value: { kind: 'image', reference: rest } };
    }
    if (scheme === undefined)
        return readArchive(value) ?? (0,_read_value_js__WEBPACK_IMPORTED_MODULE_5__/* .readContext */ .yI)(value);
    const [, path = '', tag, digest] = /^(.+?)(?::([^:/\\@]+))?(?:@(.+))?$/.exec(rest.slice(0, 4096)) ?? [];
    if (path === '')
        return { problem: `expected oci-layout://folder[:tag][@digest], found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(value)}` };
    if (digest !== undefined && !(0,_oci_digest_js__WEBPACK_IMPORTED_MODULE_2__/* .isDigest */ .Bc)(digest))
        return { problem: `${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(digest)} is not a digest` };
    return { value: { kind: 'layout', path, tag, digest } };
}
const archiveForms = { 'docker-archive': 'docker', 'oci-archive': 'oci' };
const schemes = ['docker-image', 'oci-layout', ...Object.keys(archiveForms)];
/**
 * A tar archive of images in the syntax of containers/image, `docker-archive:file[:name | :@position]`; undefined for what is none.
 * https://github.com/containers/image/blob/main/docs/containers-transports.5.md
 */
function readArchive(value) {
    const [, scheme = '', rest = ''] = /^([a-z]+-[a-z]+):(.*)$/.exec(value.slice(0, 4096)) ?? [];
    const [, form] = Object.entries(archiveForms).find(([name]) => name === scheme) ?? [];
    if (form === undefined) {
        const near = (0,_text_nearest_js__WEBPACK_IMPORTED_MODULE_6__/* .nearest */ .p)(scheme, schemes);
        return near === undefined
            ? undefined
            : { problem: `${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(scheme)} is not a kind of context. Did you mean ${near}?` };
    }
    // The drive of a Windows path has a colon of its own.
    const [, path = '', image] = /^((?:[A-Za-z]:(?=[\\/]))?[^:]+)(?::(.+))?$/.exec(rest) ?? [];
    if (path === '' || path.startsWith('//')) {
        return { problem: `expected ${scheme}:file[:tag], found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(value)}` };
    }
    if (image !== undefined && form === 'docker' && !/^@[0-9]{1,6}$/.test(image) && !(0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .isTag */ .dz)(image)) {
        const reference = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_4__/* .readWith */ .$5)(image, _oci_reference_js__WEBPACK_IMPORTED_MODULE_3__/* .parseReference */ .F2);
        if ('problem' in reference)
            return { problem: `expected a tag or name of an image after the file: ${reference.problem}` };
    }
    return { value: { kind: 'archive', form, path, image } };
}
/** A named context as buildx takes it. Archives are unpacked to layouts before. */
function formatContextSource(source) {
    switch (source.kind) {
        case 'path':
            return source.path;
        case 'git':
            return source.url;
        case 'image':
            return `docker-image://${source.reference}`;
        case 'archive':
            throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('internal', `The archive ${source.path} was not unpacked for buildx`);
        case 'layout': {
            const tag = source.tag === undefined ? '' : `:${source.tag}`;
            return `oci-layout://${source.path}${tag}${source.digest === undefined ? '' : `@${source.digest}`}`;
        }
    }
}


/***/ }),

/***/ 83861:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U7: () => (/* binding */ readBuildSecrets),
/* harmony export */   g$: () => (/* binding */ tooLarge),
/* harmony export */   nr: () => (/* binding */ longestSecret),
/* harmony export */   oE: () => (/* binding */ inputOfSecret),
/* harmony export */   wi: () => (/* binding */ whyEmpty)
/* harmony export */ });
/* harmony import */ var _read_value_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(87991);
/* harmony import */ var _secret_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53373);


/** Bytes of a secret that BuildKit takes at most. */
const longestSecret = 500 * 1024;
/** The input that a secret came from. */
const inputOfSecret = {
    value: 'secrets',
    env: 'secret-envs',
    file: 'secret-files',
};
/** Whence an empty value comes, for messages. */
const whyEmpty = 'a secret of the workflow is empty when its name is wrong, and in pull requests of forks';
const inQuotes = '; a value of several lines is put in quotes, from before its id to its end';
/**
 * Reads the build secrets, `id=…` each, of all three inputs; a duplicate id is a problem. No message quotes an
 * entry: what looks like an id or a path may be a line of a value that was not quoted.
 */
function readBuildSecrets(given, { report, noSecrets, notice }) {
    const secrets = new Map();
    for (const input of Object.values(inputOfSecret)) {
        for (const item of given[input]) {
            const read = readers[input](item.text);
            if (noSecrets && isEmpty(item.text, read, noSecrets)) {
                notice(`${input}, line ${item.line}: the secret is empty and counts as not given: ${noSecrets.because}`);
                continue;
            }
            if ('problem' in read) {
                report(input, read.problem, item.line);
                continue;
            }
            const { id, source } = read.value;
            const first = secrets.get(id);
            if (first === undefined)
                secrets.set(id, { id, source, line: item.line });
            else
                report(input, `has the same id as ${inputOfSecret[first.source.kind]}, line ${first.line}`, item.line);
        }
    }
    return [...secrets.values()];
}
function isEmpty(text, read, noSecrets) {
    if ('problem' in read)
        return /^\s*[^\s=]+\s*=\s*$/.test(text);
    const { source } = read.value;
    return source.kind === 'env' && noSecrets.isEmpty(source.name);
}
const readers = {
    secrets: (text) => {
        const pair = readPair(text, { form: 'id=value', empty: `; ${whyEmpty}`, lines: inQuotes });
        if ('problem' in pair)
            return pair;
        const { id, value } = pair.value;
        // The padding of Base64: it is the last line of a value that was not quoted.
        if (/^=+\s*$/.test(value))
            return { problem: `expected id=value, found nothing but "=" for a value${inQuotes}` };
        if (Buffer.byteLength(value) > longestSecret)
            return { problem: tooLarge };
        return { value: { id, source: { kind: 'value', value: (0,_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(value) } } };
    },
    'secret-envs': (text) => {
        const form = 'id=NAME, the name of an environment variable';
        const pair = readPair(text, { form });
        if ('problem' in pair)
            return pair;
        const { id, value } = pair.value;
        if (/[=\s]/.test(value))
            return { problem: `expected ${form}, found no name; a value goes into secrets` };
        return { value: { id, source: { kind: 'env', name: value } } };
    },
    'secret-files': (text) => {
        const pair = readPair(text, { form: 'id=path' });
        if ('problem' in pair)
            return pair;
        return { value: { id: pair.value.id, source: { kind: 'file', path: pair.value.value } } };
    },
};
/** Returns the message for a secret that exceeds BuildKit's limit. */
const tooLarge = 'is larger than 500 KiB, the most that BuildKit takes for a secret';
/** `form` is the expected format; `empty` and `lines` are hints for a missing value and for a text that looks like a line of a value. */
function readPair(text, { form, empty = '', lines = '' }) {
    const { key, value } = (0,_read_value_js__WEBPACK_IMPORTED_MODULE_0__/* .splitPair */ .T6)(text);
    const id = key.trim();
    if (value === null)
        return { problem: `expected ${form}, found no "="${lines}` };
    if (id === '')
        return { problem: `expected ${form}, found nothing before "="` };
    if (/[\s\p{Cc}]/u.test(id))
        return { problem: `expected ${form}, found white space in the id${lines}` };
    if (value.trim() === '')
        return { problem: `expected ${form}, found nothing after "="${empty}` };
    return { value: { id, value } };
}


/***/ }),

/***/ 18602:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Tt: () => (/* binding */ readShortLength),
/* harmony export */   dM: () => (/* binding */ globalExpressions),
/* harmony export */   k5: () => (/* binding */ loadLibraries),
/* harmony export */   nn: () => (/* binding */ createExpand)
/* harmony export */ });
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(16001);

/**
 * Loads the libraries that reading `text` needs: Handlebars for `{{`, Moment for dates, the abbreviations of time zones for `z` in their
 * format, pep440 for its rule.
 */
async function loadLibraries(text) {
    const hasExpressions = text.includes('{{');
    return {
        ...(hasExpressions ? { handlebars: (await __webpack_require__.e(/* import() */ 508).then(__webpack_require__.t.bind(__webpack_require__, 66127, 23))).default } : {}),
        ...(hasExpressions && text.includes('date') ? { moment: (await __webpack_require__.e(/* import() */ 350).then(__webpack_require__.t.bind(__webpack_require__, 93350, 23))).default } : {}),
        ...(hasExpressions && namesZone(text) ? { zones: (await Promise.all(/* import() */[__webpack_require__.e(350), __webpack_require__.e(856)]).then(__webpack_require__.t.bind(__webpack_require__, 79856, 23))).default } : {}),
        ...(/pep440/i.test(text) ? { pep440: await __webpack_require__.e(/* import() */ 898).then(__webpack_require__.t.bind(__webpack_require__, 68898, 23)) } : {}),
    };
}
/** Whether the format of a date has the abbreviation of its time zone (`z`, `zz`), as far as the text alone shows. */
function namesZone(text) {
    return text.split('date').some((after) => {
        const format = after.trimStart();
        const mark = format[0] ?? '';
        return `'"`.includes(mark) && format.slice(1, format.indexOf(mark, 1)).includes('z');
    });
}
// Longer than any tag may be.
const longest = 1024;
/** The names that every expression may have, besides dates. */
const globalExpressions = [
    'branch',
    'tag',
    'sha',
    'base_ref',
    'is_default_branch',
    'is_not_default_branch',
];
/** The global expressions of docker/metadata-action for one event, `now` being the date of `{{date}}`. */
function createExpand({ event, now, libraries: { handlebars, moment, zones } }) {
    const globals = globalNames(event);
    return (text, names = {}) => {
        if (!text.includes('{{'))
            return { value: { text, uses: new Set() } };
        if (text.length > longest) {
            return { problem: `expected at most ${longest} characters with expressions, found ${text.length}` };
        }
        if (handlebars === undefined)
            return { problem: 'expressions ("{{…}}") are not supported here' };
        const uses = new Set();
        const known = { ...globals, ...names };
        try {
            const found = checkNodes(handlebars.parseWithoutProcessing(text).body, { known: Object.keys(known), uses });
            if (found !== undefined)
                return { problem: `${found}, in ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}` };
        }
        catch {
            return { problem: `expected an expression such as {{branch}}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}` };
        }
        if (uses.has('sha')) {
            const length = readShortLength(event);
            if ('problem' in length)
                return length;
        }
        if (uses.has('commit_date') && event.commitDate === undefined) {
            return {
                problem: "the date of the commit is unknown, which {{commit_date}} needs: the event has none, the commit is not checked out, and GitHub's API did not give it",
            };
        }
        const formatter = (date) => (format, options) => {
            const zone = options.hash['tz'] ?? 'UTC';
            // Only its data has abbreviations such as CET: the runtime's Intl says GMT+1.
            if (zones?.tz.zone(zone))
                return zones.tz(date, zone).format(format);
            // Asked for above: `date` in a text loads the library.
            return moment === undefined ? '' : moment(date).utcOffset(offsetOf(date, zone)).format(format);
        };
        const context = {
            ...Object.fromEntries(Object.entries(known).map(([name, value]) => [name, () => value])),
            date: formatter(now),
            commit_date: formatter(new Date(event.commitDate ?? 0)),
        };
        return { value: { text: handlebars.compile(text, { noEscape: true })(context), uses } };
    };
}
/** The number of digits of a short commit, 7 or as metadata-action's variable says. */
function readShortLength({ shortShaLength = '7' }) {
    if (/^\d{1,2}$/.test(shortShaLength) && Number(shortShaLength) > 0)
        return { value: Number(shortShaLength) };
    return { problem: `expected a number in DOCKER_METADATA_SHORT_SHA_LENGTH, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(shortShaLength)}` };
}
function globalNames(event) {
    const { ref, sha, name } = event;
    const branch = /^refs\/heads\/(.*)$/s.exec(ref)?.[1] ?? '';
    const isDefault = ref !== '' &&
        (branch === event.defaultBranch ||
            // Events that run for the default branch, as metadata-action has them.
            /create|discussion|issues|schedule/.test(name));
    const length = readShortLength(event);
    return {
        branch,
        tag: /^refs\/tags\/(.*)$/s.exec(ref)?.[1] ?? '',
        sha: sha.slice(0, 'value' in length ? length.value : 7),
        base_ref: event.baseRef ?? '',
        is_default_branch: String(isDefault),
        is_not_default_branch: String(!isDefault),
    };
}
/** What is wrong with the nodes of a template. Of Handlebars' own helpers `if` and `unless` are taken, and nothing that calls code. */
function checkNodes(given, check) {
    const nodes = given;
    for (const { type, path, params = [], hash, program, inverse } of nodes) {
        if (type === 'ContentStatement' || type === 'CommentStatement')
            continue;
        const name = String(path?.original ?? '');
        if (type === 'BlockStatement') {
            if (name !== 'if' && name !== 'unless')
                return `expected if or unless, found "#${name.slice(0, 80)}"`;
            const found = params.map((param) => checkName(param, check)).find((problem) => problem !== undefined);
            if (found !== undefined)
                return found;
            const inner = checkNodes([...(program?.body ?? []), ...(inverse?.body ?? [])], check);
            if (inner !== undefined)
                return inner;
            continue;
        }
        if (type !== 'MustacheStatement' || path === undefined)
            return 'expected an expression such as {{branch}}';
        const found = isDate(name) ? checkDate(name, params, hash?.pairs ?? []) : checkName(path, check);
        if (found !== undefined)
            return found;
        check.uses.add(name);
    }
    return undefined;
}
function isDate(name) {
    return name === 'date' || name === 'commit_date';
}
function checkName(node, { known, uses }) {
    const name = String(node.original ?? node.value ?? '');
    if (node.type === 'PathExpression' && known.includes(name)) {
        uses.add(name);
        return undefined;
    }
    const accepted = [...known, 'date', 'commit_date'];
    return `expected an expression of ${accepted.join(', ')}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(name)}${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .au)(name, accepted)}`;
}
function checkDate(name, params, pairs) {
    if (params.length !== 1 || params[0]?.type !== 'StringLiteral') {
        return `expected a format, such as {{${name} 'YYYYMMDD'}}`;
    }
    for (const { key, value } of pairs) {
        if (key !== 'tz')
            return `expected tz='Area/City', found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(key)}`;
        const zone = String(value.value ?? value.original ?? '');
        if (!isZone(zone))
            return `expected a time zone such as Europe/Berlin, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(zone)}`;
    }
    return undefined;
}
function isZone(zone) {
    try {
        return zone !== '' && zone.length < 100 && new Intl.DateTimeFormat('en-US', { timeZone: zone }) !== undefined;
    }
    catch {
        return false;
    }
}
/** How far `zone` is ahead of UTC at `date`, in minutes. */
function offsetOf(date, zone) {
    const format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
    });
    const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const local = Date.UTC(year, month - 1, day, hour, minute, second);
    return Math.round((local - date.getTime()) / 60_000);
}


/***/ }),

/***/ 35285:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   LF: () => (/* binding */ latestName),
/* harmony export */   Nq: () => (/* binding */ withFlavor),
/* harmony export */   fX: () => (/* binding */ readFlavor),
/* harmony export */   xF: () => (/* binding */ plainFlavor)
/* harmony export */ });
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62148);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16001);
/* harmony import */ var _read_value_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(87991);



/** The flavor of an input that is empty. */
const plainFlavor = {
    latest: 'auto',
    prefix: '',
    suffix: '',
    prefixOnLatest: false,
    suffixOnLatest: false,
    perCommit: false,
};
const names = ['latest', 'prefix', 'suffix', 'onlatest'];
/** The entries of `flavor`: `latest=auto`, `prefix=a-`, `suffix=-b,onlatest=true`, in lines as docker/metadata-action has them. */
function readFlavor(items, expand, report) {
    let flavor = plainFlavor;
    let last;
    for (const { text, line } of items) {
        const { key, value } = (0,_read_value_js__WEBPACK_IMPORTED_MODULE_2__/* .splitPair */ .T6)(text);
        const name = key.trim().toLowerCase();
        if (value === null || !names.includes(name)) {
            report(`expected an attribute of ${names.join(', ')}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(text)}${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .didYouMean */ .au)(name, names)}`, line);
            continue;
        }
        const expanded = expand(value.trim());
        if ('problem' in expanded) {
            report(`${name}: ${expanded.problem}`, line);
            continue;
        }
        const given = expanded.value.text;
        if (name === 'prefix' || name === 'suffix') {
            last = { line, name };
            flavor = { ...flavor, [name]: given, perCommit: flavor.perCommit || expanded.value.uses.has('sha') };
            continue;
        }
        const word = given.toLowerCase();
        if (name === 'latest') {
            if (word !== 'auto' && word !== 'true' && word !== 'false') {
                report(`latest: expected auto, true or false, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(given)}`, line);
            }
            else
                flavor = { ...flavor, latest: word === 'auto' ? 'auto' : word === 'true' };
        }
        else if (word !== 'true' && word !== 'false') {
            report(`onlatest: expected true or false, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(given)}`, line);
        }
        else if (last?.line !== line) {
            report('onlatest needs a prefix or suffix before it, such as suffix=-alpine,onlatest=true', line);
        }
        else
            flavor = { ...flavor, [`${last.name}OnLatest`]: word === 'true' };
    }
    return flavor;
}
/** A tag with the flavor's prefix and suffix, or with those that are given; "" if no character of it may be in a tag. */
function withFlavor(tag, { prefix, suffix }) {
    return (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_0__/* .sanitizeTag */ .iP)(`${prefix}${tag}${suffix}`);
}
/** What `latest` is called. */
function latestName({ prefix, suffix, prefixOnLatest, suffixOnLatest }) {
    return withFlavor('latest', { prefix: prefixOnLatest ? prefix : '', suffix: suffixOnLatest ? suffix : '' });
}


/***/ }),

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

/***/ 27028:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yc: () => (/* binding */ certificatesIn),
/* harmony export */   g0: () => (/* binding */ readNodes),
/* harmony export */   qr: () => (/* binding */ readNodeTls)
/* harmony export */ });
/* harmony import */ var _bounds_yaml_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(53514);
/* harmony import */ var _platforms_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(69625);
/* harmony import */ var _read_list_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(48436);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(16001);
/* harmony import */ var _secret_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(53373);





/** `BUILDER_NODE_<number>_AUTH_TLS_CACERT`, `…_CERT`, `…_KEY`, as docker/setup-buildx-action reads them. */
function certificatesIn(env) {
    const found = new Map();
    for (const [name, text] of Object.entries(env)) {
        const [, number, kind = ''] = /^BUILDER_NODE_(\d{1,4})_AUTH_TLS_(CACERT|CERT|KEY)$/.exec(name) ?? [];
        if (number === undefined || text === undefined || text.trim() === '')
            continue;
        found.set(Number(number), { ...found.get(Number(number)), [kind.toLowerCase()]: text });
    }
    return found;
}
/** Reads the certificates of one node, which count for buildkitd over TCP alone. */
function readNodeTls(number, certificates, node) {
    const found = certificates.get(number);
    if (found === undefined)
        return undefined;
    const { endpoint = '', takesTls, report } = node;
    const name = (kind) => `BUILDER_NODE_${number}_AUTH_TLS_${kind}`;
    const given = Object.keys(found).map((kind) => name(kind.toUpperCase()));
    const problem = (message) => {
        report(message);
        return undefined;
    };
    if (!takesTls || !endpoint.startsWith('tcp://')) {
        return problem(`${given.join(', ')} is for driver remote with an endpoint tcp://host:port`);
    }
    for (const [kind, text] of Object.entries(found)) {
        if (!text.includes('-----BEGIN '))
            return problem(`${name(kind.toUpperCase())} is not in PEM form`);
    }
    const { cacert: ca, cert, key } = found;
    if (ca === undefined)
        return problem(`${name('CACERT')} is needed with ${given.join(' and ')}`);
    if ((cert === undefined) !== (key === undefined)) {
        return problem(`${name('CERT')} and ${name('KEY')} are needed together, and only one is set`);
    }
    return { ca, own: cert === undefined || key === undefined ? undefined : { cert, key: (0,_secret_js__WEBPACK_IMPORTED_MODULE_4__/* .secret */ .r)(key) } };
}
const keys = ['name', 'endpoint', 'platforms', 'driver-opts', 'buildkitd-flags'];
/** Reads `append`, a YAML list of the further nodes of a builder. */
function readNodes(text, options) {
    const { parsePlacedYaml, report } = options;
    if (text === undefined || parsePlacedYaml === undefined)
        return [];
    try {
        const { value, lineOf } = parsePlacedYaml(text);
        if (!Array.isArray(value)) {
            report('expected a YAML list, each entry "- endpoint: …"');
            return [];
        }
        return value.flatMap((entry, index) => {
            const tell = (message, key) => report(message, lineOf(key === undefined ? [index] : [index, key]) ?? lineOf([index]) ?? 1);
            return readNode(entry, index + 1, { ...options, tell }) ?? [];
        });
    }
    catch (error) {
        if (!(error instanceof _bounds_yaml_js__WEBPACK_IMPORTED_MODULE_0__/* .SilentYamlError */ .$6))
            throw error;
        report(error.message, error.line);
        return [];
    }
}
function readNode(found, number, { certificates, takesTls, tell }) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) {
        tell(`expected a mapping with ${keys.join(', ')}`);
        return undefined;
    }
    const given = {};
    for (const [written, value] of Object.entries(found)) {
        const name = keys.find((key) => key === written);
        const texts = listOf(value);
        if (name === undefined)
            tell(`there is no ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(written)}; there is ${keys.join(', ')}${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_3__/* .didYouMean */ .au)(written, keys)}`, written);
        else if (texts === undefined)
            tell(`${name}: expected a text or a list of texts`, written);
        else if (texts.length > 1 && name !== 'platforms' && name !== 'driver-opts')
            tell(`${name}: expected one text`, written);
        else
            given[name] = texts;
    }
    const one = (name) => given[name]?.[0]?.trim() || undefined;
    const endpoint = one('endpoint');
    if (endpoint === undefined)
        tell('endpoint is needed: the address of the node', 'endpoint');
    const options = (given['driver-opts'] ?? []).flatMap((text) => (0,_read_list_js__WEBPACK_IMPORTED_MODULE_2__/* .parseList */ .E)('options', text).items);
    for (const { text } of options) {
        if (!/^[^=]+=/.test(text))
            tell(`driver-opts: expected key=value, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(text)}`, 'driver-opts');
    }
    const platforms = (given.platforms ?? []).flatMap((text) => (0,_read_list_js__WEBPACK_IMPORTED_MODULE_2__/* .parseList */ .E)('list', text).items);
    return {
        name: one('name'),
        endpoint,
        platforms: (0,_platforms_js__WEBPACK_IMPORTED_MODULE_1__/* .readPlatforms */ .t)(platforms, (message) => tell(`platforms: ${message}`, 'platforms')),
        driverOpts: options.map(({ text }) => text),
        buildkitdFlags: one('buildkitd-flags'),
        tls: readNodeTls(number, certificates, { endpoint, takesTls, report: (message) => tell(message) }),
    };
}
function listOf(value) {
    if (typeof value === 'string')
        return [value];
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}


/***/ }),

/***/ 80988:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  P: () => (/* binding */ givenInputs),
  T: () => (/* binding */ parseInputs)
});

// EXTERNAL MODULE: ./src/engine/drivers.ts
var drivers = __webpack_require__(4469);
// EXTERNAL MODULE: ./src/engine/engine-names.ts
var engine_names = __webpack_require__(86087);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(62148);
// EXTERNAL MODULE: ./src/inputs/read/list.ts
var list = __webpack_require__(48436);
// EXTERNAL MODULE: ./src/inputs/read/problem.ts
var read_problem = __webpack_require__(16001);
// EXTERNAL MODULE: ./src/inputs/read/value.ts
var read_value = __webpack_require__(87991);
;// CONCATENATED MODULE: ./src/inputs/attests.ts



const types = ['provenance', 'sbom'];
/** Modes of provenance. https://docs.docker.com/build/metadata/attestations/slsa-provenance/#mode */
const provenanceModes = ['min', 'max'];
/** The attestations of `attests`, `type=provenance,…` or `type=sbom,…`, one per line, each type once. */
function readAttests(items, report) {
    const found = new Map();
    for (const { text, line } of items) {
        const fields = (0,list/* parseList */.E)('list', text).items.map((item) => item.text);
        const named = fields.filter((field) => (0,read_value/* splitPair */.T6)(field).key === 'type').map((field) => (0,read_value/* splitPair */.T6)(field).value ?? '');
        const type = types.find((known) => known === named[0]);
        if (named.length !== 1)
            report(`expected one type= (${types.join(' or ')}), found ${(0,read_problem/* quote */.hD)(text)}`, line);
        else if (type === undefined) {
            report(`expected type=${types.join(' or type=')}, found ${(0,read_problem/* quote */.hD)(named[0] ?? '')}${(0,read_problem/* didYouMean */.au)(named[0] ?? '', types)}`, line);
        }
        else if (found.has(type))
            report(`has a second entry of type=${type}`, line);
        else {
            const attributes = fields.filter((field) => (0,read_value/* splitPair */.T6)(field).key !== 'type');
            const bare = attributes.find((field) => !field.includes('='));
            if (bare !== undefined) {
                report(`expected key=value attributes, found ${(0,read_problem/* quote */.hD)(bare)}`, line);
                continue;
            }
            const read = (0,read_value/* readAttestation */.V6)(attributes.length === 0 ? 'true' : attributes.map(quoteField).join(','), type === 'provenance' ? provenanceModes : []);
            if ('problem' in read)
                report(read.problem, line);
            else
                found.set(type, read.value);
        }
    }
    return found;
}
function quoteField(field) {
    return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/text/bytes.ts
var bytes = __webpack_require__(1080);
;// CONCATENATED MODULE: ./src/inputs/build-args-files.ts



/** Reads the files that `build-args-file` names, in order. A problem names the file and its line, and no value. */
function readBuildArgsFiles(files, readText, report) {
    const sources = [];
    let total = 0;
    for (const { text: path, line } of files) {
        const read = readText(path);
        if ('problem' in read) {
            report(`cannot read ${(0,read_problem/* quote */.hD)(path)}: ${read.problem}`, line);
            continue;
        }
        total += read.value.length;
        if (total > limits/* limits */.F.input) {
            report(`the files are together larger than ${(0,bytes/* formatBytes */.z)(limits/* limits */.F.input)}`, line);
            return sources;
        }
        const problem = textProblem(read.value);
        if (problem !== undefined)
            report(`cannot read ${(0,read_problem/* quote */.hD)(path)}: ${problem}`, line);
        else {
            sources.push({
                items: parseEnvFile(read.value),
                report: (message, at) => report(`${(0,read_problem/* quote */.hD)(path)}, line ${at}: ${message}`, line),
            });
        }
    }
    return sources;
}
/**
 * The lines of an env file: `KEY=value`, or `KEY` alone. Blank lines and lines that begin with `#` are left out. Quotes around a whole value
 * are dropped if the value holds no other quote of their kind; all else is verbatim: `#`, `$`, backslashes and other quotes.
 */
function parseEnvFile(text) {
    return text
        .replace(/^\uFEFF/, '')
        .split(/\r\n?|\n/)
        .map((line, index) => ({ text: unquoted(line.trim()), line: index + 1 }))
        .filter((item) => item.text !== '' && !item.text.startsWith('#'));
}
function unquoted(line) {
    const [, key, value] = /^([^=]*=)(?:"([^"]*)"|'[^']*')$/.exec(line) ?? [];
    return key === undefined ? line : key + (value ?? line.slice(key.length + 1, -1));
}
function textProblem(text) {
    if (/[\0\uFFFD]/.test(text))
        return 'it is not a text file in UTF-8';
    const lines = text.split('\n').length;
    return lines > limits/* limits */.F.inputItems ? `it has more than ${limits/* limits */.F.inputItems} lines` : undefined;
}

// EXTERNAL MODULE: ./src/inputs/build-contexts.ts
var build_contexts = __webpack_require__(15694);
// EXTERNAL MODULE: ./src/inputs/build-secrets.ts
var build_secrets = __webpack_require__(83861);
// EXTERNAL MODULE: ./src/inputs/read/record.ts
var record = __webpack_require__(5857);
;// CONCATENATED MODULE: ./src/inputs/cache.ts



const cache_types = ['gha', 'registry', 'local', 'inline', 's3', 'azblob'];
/** Required attributes of an imported and of an exported cache. */
const needed = {
    gha: { from: [], to: [] },
    registry: { from: ['ref'], to: ['ref'] },
    local: { from: ['src'], to: ['dest'] },
    inline: { from: [], to: [] },
    s3: { from: ['region', 'bucket'], to: ['region', 'bucket'] },
    azblob: { from: ['account_url'], to: ['account_url'] },
};
/** Attributes that would stand in the arguments of a program, which other users of the machine can read; and where they go instead. */
const secret = {
    token: "the runner's own token is used",
    ghtoken: "the runner's own token is used",
    access_key_id: 'set AWS_ACCESS_KEY_ID in the environment of the step',
    secret_access_key: 'set AWS_SECRET_ACCESS_KEY in the environment of the step, or give the builder an identity',
    session_token: 'set AWS_SESSION_TOKEN in the environment of the step',
};
/** Reads `cache`: one word, `local` with a folder behind a colon if wanted. */
function readCacheWord(text) {
    const [, folder] = /^local:(.*)$/s.exec(text) ?? [];
    if (folder?.trim() === '')
        return { problem: `expected a folder after local:, found ${(0,read_problem/* quote */.hD)(text)}` };
    if (folder !== undefined)
        return { value: { kind: 'local', folder: folder.trim() } };
    const read = (0,read_value/* readChoice */.Kf)(text, ['off', 'gha', 'registry', 'local']);
    if ('problem' in read)
        return read;
    return { value: read.value === 'local' ? { kind: 'local', folder: undefined } : { kind: read.value } };
}
/**
 * Reads caches, one per line: attributes as a CSV record in buildx's format, or only a reference, which means `type=registry`.
 * https://docs.docker.com/reference/cli/docker/buildx/build/#cache-from
 */
function readCaches(items, direction, report) {
    return items.flatMap(({ text, line }) => {
        const read = readCache(text, direction);
        if ('value' in read)
            return [read.value];
        report(read.problem, line);
        return [];
    });
}
function readCache(text, direction) {
    const fields = (0,record/* readRecord */.a)(text);
    if (fields === undefined)
        return { problem: `expected attributes as CSV, found ${(0,read_problem/* quote */.hD)(text)}` };
    const [only = ''] = fields;
    if (fields.length === 1 && !only.includes('=')) {
        return { value: { type: 'registry', attributes: { type: 'registry', ref: only } } };
    }
    const attributes = new Map();
    for (const field of fields) {
        const { key, value } = (0,read_value/* splitPair */.T6)(field);
        if (value === null)
            return { problem: `expected key=value, found ${(0,read_problem/* quote */.hD)(field)}` };
        const name = key.trim().toLowerCase();
        if (Object.hasOwn(secret, name))
            return { problem: `${name} is not taken here: ${secret[name]}` };
        attributes.set(name, value.trim());
    }
    const found = attributes.get('type') ?? '';
    const type = cache_types.find((one) => one === found);
    if (type === undefined || (type === 'inline' && direction === 'from')) {
        const accepted = cache_types.filter((one) => one !== 'inline' || direction === 'to');
        const hint = type === 'inline' ? '; the cache inside an image is read with type=registry' : (0,read_problem/* didYouMean */.au)(found, accepted);
        return { problem: `type: expected one of ${accepted.join(', ')}, found ${(0,read_problem/* quote */.hD)(found)}${hint}` };
    }
    const missing = needed[type][direction].find((name) => !attributes.get(name));
    if (missing !== undefined)
        return { problem: `type=${type} needs ${missing}${(0,read_problem/* didYouMean */.au)(missing, [...attributes.keys()])}` };
    return { value: { type, attributes: Object.fromEntries(attributes) } };
}

// EXTERNAL MODULE: ./src/inputs/expressions.ts
var expressions = __webpack_require__(18602);
// EXTERNAL MODULE: ./src/inputs/read/command-line.ts
var command_line = __webpack_require__(89834);
// EXTERNAL MODULE: ./src/inputs/schema.ts
var schema = __webpack_require__(82898);
;// CONCATENATED MODULE: ./src/inputs/extra-args.ts



/** Options of `docker buildx build` that the step sets itself, or that would keep it from building an image, each with why. */
const decided = {
    check: 'it builds no image. Use the input call',
    debug: 'it mixes with the progress that the step reads. Turn on debug logging of the job for more output',
    detach: 'the build must end before the step does',
    help: 'it builds no image',
    iidfile: 'the step reads the file that it names itself. The image ID is the output imageid',
    invoke: 'a step has no terminal',
    'metadata-file': 'the step reads the file that it names itself. See the outputs digest and metadata',
    print: 'it builds no image. Use the input call',
    progress: 'the step reads the progress of the build',
    quiet: 'the step reads the progress of the build',
    root: 'it names another server than the builder of the step',
    'server-config': 'it names another server than the builder of the step. Use buildkitd-config',
};
const shorthands = {
    D: 'debug',
    f: 'file',
    h: 'help',
    o: 'output',
    q: 'quiet',
    t: 'tag',
};
/**
 * Options for `docker buildx build` that no input has: `--option` or `--option=value` each, split as a shell does. The value never
 * stands alone, so that no entry is taken for a value, or for the context. Values are never put into a message.
 */
function readExtraArgs(items, report) {
    return items.flatMap(({ text, line }) => {
        const words = (0,command_line/* splitCommand */.G)(text);
        if ('problem' in words) {
            report(words.problem, line);
            return [];
        }
        return words.value.filter((word) => {
            const problem = problemOf(word);
            if (problem !== undefined)
                report(problem, line);
            return problem === undefined;
        });
    });
}
function problemOf(word) {
    const [, dashes = '', rest = ''] = /^(-*)([^=]*)/.exec(word) ?? [];
    const name = dashes === '-' ? (shorthands[rest.slice(0, 1)] ?? rest) : rest;
    const shown = (0,read_problem/* quote */.hD)(`${dashes}${rest}`);
    if (dashes !== '' && name !== '') {
        const input = inputOf(name);
        if (input !== undefined)
            return `${shown} has an input of its own: use ${input}`;
        const reason = Object.hasOwn(decided, name) ? decided[name] : undefined;
        if (reason !== undefined)
            return `${shown} cannot be set: ${reason}`;
    }
    if (dashes === '--' && /^[a-z][a-z\d-]*$/.test(name))
        return undefined;
    return `expected --option or --option=value, found ${shown}${dashes === '' ? '. Write the value of an option behind "="' : ''}`;
}
/** The input that an option is set with: mostly its name, or the plural of it. */
function inputOf(option) {
    const names = Object.keys(schema/* inputRows */.k);
    return names.find((name) => name === option || name === `${option}s`);
}

// EXTERNAL MODULE: ./src/inputs/flavor.ts
var inputs_flavor = __webpack_require__(35285);
;// CONCATENATED MODULE: ./src/inputs/foreign-inputs.ts
const always = () => 'changes';
const unlessFalse = (text) => (/^(?:false|)$/i.test(text) ? 'same' : 'changes');
const unlessTrue = (text) => (/^(?:true|)$/i.test(text) ? 'same' : 'changes');
const ifTrue = (text) => (/^true$/i.test(text) ? 'slower' : 'same');
const never = () => 'same';
const foreign = {
    version: { judge: always, instead: 'of docker/setup-buildx-action it is `buildx-version` here' },
    name: { judge: always, instead: 'of docker/setup-buildx-action it is `builder` here' },
    cleanup: {
        judge: unlessTrue,
        instead: 'a builder that this step makes ends with it. For later steps, make one before it and name it in `builder`',
    },
    use: { judge: never, instead: '' },
    install: {
        judge: unlessFalse,
        instead: 'this step makes no alias of `docker build`: later steps that need it call `docker buildx install`',
    },
    'cache-binary': {
        judge: ifTrue,
        instead: 'buildx is kept in the tool cache of the runner, not in the cache of GitHub',
    },
    config: { judge: always, instead: 'of docker/setup-buildx-action it is `buildkitd-config` here' },
    'config-inline': { judge: always, instead: 'of docker/setup-buildx-action it is `buildkitd-config-inline` here' },
    image: { judge: always, instead: 'of docker/setup-qemu-action it is `emulator-image` here' },
    reset: {
        judge: unlessFalse,
        instead: 'existing emulators are left untouched. Remove them in a step before this one: docker run --privileged --rm tonistiigi/binfmt --uninstall "qemu-*"',
    },
    'cache-image': {
        judge: ifTrue,
        instead: 'the image of the emulators is pulled only when one is missing, and is not cached',
    },
};
/** Returns the message for an input that one of the five actions has but this step does not; undefined for other names. */
function judgeForeign(name, text) {
    const known = Object.hasOwn(foreign, name) ? foreign[name] : undefined;
    return known && { verdict: known.judge(text.trim()), message: known.instead };
}

;// CONCATENATED MODULE: ./src/inputs/fresh.ts


// Those that both `docker container prune` and `docker image prune` have, besides `dangling`:
// https://docs.docker.com/reference/cli/docker/container/prune/#filter
const keys = ['until', 'label', 'label!'];
/** `true`, `false`, or filters of what is pruned. Undefined: nothing is removed. */
function readFresh(items, report) {
    const [only] = items;
    if (only === undefined)
        return undefined;
    if (items.length === 1 && !only.text.includes('=')) {
        const on = (0,read_value/* readBoolean */.Vf)(only.text);
        if ('value' in on)
            return on.value ? { filters: [] } : undefined;
        report(`expected true, false, or filters (until=24h, label=key), found ${(0,read_problem/* quote */.hD)(only.text)}${(0,read_problem/* didYouMean */.au)(only.text, ['true', 'false', 'until', 'label'])}`, only.line);
        return undefined;
    }
    const untils = items.filter(({ text }) => text.startsWith('until='));
    if (untils[1] !== undefined)
        report('expected one until, found a second one', untils[1].line);
    for (const { text, line } of items) {
        const problem = filterProblem(text);
        if (problem !== undefined)
            report(problem, line);
    }
    return { filters: items.map(({ text }) => text) };
}
function filterProblem(text) {
    const { key, value } = (0,read_value/* splitPair */.T6)(text);
    if (value === null || !keys.includes(key)) {
        return `expected a filter of until=time, label=key[=value] or label!=key[=value], found ${(0,read_problem/* quote */.hD)(text)}${(0,read_problem/* didYouMean */.au)(key, keys)}`;
    }
    if (key !== 'until')
        return value === '' ? `expected a label after ${(0,read_problem/* quote */.hD)(`${key}=`)}` : undefined;
    const isDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(value);
    if (isDate && !Number.isNaN(Date.parse(value)))
        return undefined;
    return 'problem' in (0,read_value/* readDuration */.$7)(value)
        ? `expected a time such as 24h or 2026-01-31 after "until=", found ${(0,read_problem/* quote */.hD)(value)}`
        : undefined;
}

;// CONCATENATED MODULE: ./src/inputs/gate.ts


/** Variables of this step alone, which no command gets. Names of variables have no case on Windows. */
const gate_never = /^(?:INPUT_.*|STATE_.*|POLYARCH_.*|ACTIONS_RUNTIME_TOKEN|ACTIONS_CACHE_SERVICE_TOKEN)$/is;
/** The inputs `before-tags` and `before-tags-env`. What is wrong is reported. */
function readGate(text, variables, report) {
    for (const { text: name, line } of variables) {
        if (!/^[a-z_][\w]*$/i.test(name)) {
            report('before-tags-env', 'expected the name of a variable; its value is that of the step', line);
        }
        else if (gate_never.test(name))
            report('before-tags-env', `${(0,read_problem/* quote */.hD)(name)} is for this step alone`, line);
    }
    if (text === undefined) {
        const [first] = variables;
        if (first)
            report('before-tags-env', 'it is given without before-tags, which it is for', first.line);
        return undefined;
    }
    const read = (0,command_line/* splitCommands */.t)(text);
    if ('problem' in read) {
        report('before-tags', read.problem, read.line);
        return undefined;
    }
    return { commands: read.value, variables: variables.map(({ text: name }) => name) };
}

;// CONCATENATED MODULE: ./src/inputs/image-output.ts



const compressions = ['gzip', 'zstd', 'uncompressed'];
/** Attributes that this step honors as they are with one value only, and what to do about the other. */
const fixed = {
    'push-by-digest': {
        value: false,
        instead: 'content is always pushed by digest first, and then gets its tags; list all platforms in one step, and jobs that push digests and merge them are not needed',
    },
    'force-compression': { value: false, instead: 'layers of the base image are not compressed again' },
    'oci-mediatypes': {
        value: true,
        instead: 'images have OCI media types, and those of Docker only in a registry that accepts no others',
    },
    'rewrite-timestamp': { value: false, instead: 'it is not supported; set the times of files in the Dockerfile' },
    'registry.insecure': { value: false, instead: 'give `registry` with http:// for plain HTTP' },
    store: { value: true, instead: 'set `load: false`' },
};
/** Attributes that change nothing of an image that is pushed. */
const withoutEffect = ['name-canonical', 'unpack'];
const known = [
    ...['type', 'push', 'name', 'compression'],
    ...['annotation.KEY', 'annotation-index.KEY'],
    ...Object.keys(fixed),
    ...withoutEffect,
];
/**
 * Reads the attributes of an output of type `image` or `registry`.
 * https://docs.docker.com/build/exporters/image-registry/
 */
function readImageOutput(type, values, line) {
    const flags = new Map();
    const annotations = [];
    for (const [key, value] of values) {
        if (['type', 'name', 'compression'].includes(key))
            continue;
        const annotation = annotationOf(key, value);
        if (annotation !== undefined) {
            annotations.push(annotation);
            continue;
        }
        if (key !== 'push' && !Object.hasOwn(fixed, key) && !withoutEffect.includes(key)) {
            const why = Object.hasOwn(refused, key) ? `: ${refused[key]}` : (0,read_problem/* didYouMean */.au)(key, known);
            return { problem: `type=${type} takes no ${(0,read_problem/* quote */.hD)(key)} here${why}` };
        }
        const flag = (0,read_value/* readBoolean */.Vf)(value);
        if ('problem' in flag)
            return { problem: `${key}: ${flag.problem}` };
        flags.set(key, flag.value);
        const only = Object.hasOwn(fixed, key) ? fixed[key] : undefined;
        if (only !== undefined && only.value !== flag.value) {
            return { problem: `type=${type} takes no ${key}=${value} here: ${only.instead}` };
        }
    }
    const push = flags.get('push');
    if (type === 'registry' && push === false) {
        return { problem: 'type=registry is pushed, and push=false contradicts it; write type=image,push=false' };
    }
    const compression = values.has('compression') ? (0,read_value/* readChoice */.Kf)(values.get('compression') ?? '', compressions) : undefined;
    if (compression !== undefined && 'problem' in compression) {
        return { problem: `compression: ${compression.problem}` };
    }
    const names = (values.get('name') ?? '').split(',').flatMap((name) => name.trim() || []);
    for (const name of names) {
        const read = (0,read_problem/* readWith */.$5)(name, (text) => (0,reference/* parseReference */.F2)(text.toLowerCase()));
        if ('problem' in read)
            return { problem: `name: ${read.problem}` };
        if (read.value.digest !== undefined) {
            return { problem: `name: expected a name without a digest, found ${(0,read_problem/* quote */.hD)(name)}` };
        }
    }
    return {
        value: { push: type === 'registry' ? true : push, names, annotations, compression: compression?.value, line },
    };
}
const refused = {
    'dangling-name-prefix': 'an image without a name gets none; give images or tags',
    'compression-level': 'the level of each compression is fixed; the input compression selects it',
    dest: 'the image goes to a registry; type=oci,dest=… writes a file',
};
/** `annotation-index.key`, or for a platform `annotation-manifest-descriptor[linux/amd64].key`, as the input `annotations` has it. */
function annotationOf(key, value) {
    const [, level = 'manifest', platform = '', name] = /^annotation(?:-([a-z-]+))?(\[[^\]]*\])?\.(.+)$/s.exec(key) ?? [];
    return name === undefined ? undefined : `${level}${platform}:${name}=${value}`;
}
/** Lays what image outputs say over the inputs of the same meaning; a contradiction is reported. */
function applyImageOutputs(images, given, report) {
    let { push, compression } = given;
    let first;
    for (const image of images) {
        const { line } = image;
        if (first !== undefined && first.push !== image.push) {
            report('one output of type image is pushed and another is not; write one, with all names', line);
        }
        else if (image.push === false && given.push !== false) {
            report(`push=false contradicts the input push, which is ${given.push}; remove one of them`, line);
        }
        else if (image.push && push === false)
            push = true;
        if (image.compression !== undefined && image.compression !== compression) {
            if (compression === 'gzip' && first === undefined)
                compression = image.compression;
            else
                report(`compression=${image.compression} contradicts compression ${compression}; remove one of them`, line);
        }
        if (image.names.length > 0 && (given.hasImages || given.tags.length > 0)) {
            report('name contradicts the inputs images and tags, which name the image; remove one of them', line);
        }
        first ??= image;
    }
    const names = images.flatMap((image) => image.names.map((text) => ({ text, line: image.line })));
    return {
        push,
        compression,
        tags: given.tags.length > 0 || given.hasImages ? given.tags : names,
        annotations: images.flatMap((image) => image.annotations.map((text) => ({ text, line: image.line }))),
    };
}

// EXTERNAL MODULE: ./src/bounds/yaml.ts
var yaml = __webpack_require__(53514);
// EXTERNAL MODULE: ./src/registry/ecr-host.ts
var ecr_host = __webpack_require__(80072);
// EXTERNAL MODULE: ./src/inputs/registry-address.ts
var registry_address = __webpack_require__(13007);
// EXTERNAL MODULE: ./src/inputs/secret.ts
var inputs_secret = __webpack_require__(53373);
;// CONCATENATED MODULE: ./src/inputs/logins.ts






const logins_keys = [
    'registry',
    'username',
    'password',
    'scope',
    'ecr',
    'create-repository',
    'role-to-assume',
    'region',
    'workload-identity-provider',
    'service-account',
    'client-id',
    'tenant-id',
    'connection-id',
];
/** Reads who to be where: `username` and `password` for `registry`, and the entries of `registries`. */
function readLogins(texts, options) {
    const single = readSingle(texts, options);
    const listed = readList(texts, options);
    const plain = single.login === undefined ? [] : [{ registry: texts.registry?.host ?? hub, scope: undefined }];
    const taken = new Set([...plain, ...single.logins].map(keyOf));
    for (const { login, line, input } of listed) {
        const key = keyOf(login);
        if (taken.has(key))
            options.report(input, `there are two for ${key}: give one for each registry and scope`, line);
        taken.add(key);
    }
    return { login: single.login, logins: [...single.logins, ...listed.map(({ login }) => login)] };
}
const hub = 'docker.io';
function keyOf({ registry, scope }) {
    return `${registry}${scope === undefined ? '' : ` with the scope ${formatScope(scope)}`}`;
}
/** `acme/app@pull,push`. */
function formatScope({ repository, actions }) {
    return `${repository}${actions.length === 0 ? '' : `@${actions.join(',')}`}`;
}
/** Both of `username` and `password`, or none. A user alone is allowed where nothing is pushed: pull requests of forks have no secrets. */
function readSingle({ registry, username, password, scope: scopeText, ecr }, options) {
    const none = { login: undefined, logins: [] };
    const { report } = options;
    const host = registry?.host ?? hub;
    const at = { registry: host, plainHttp: registry?.plainHttp ?? false };
    const scope = scopeText === undefined ? undefined : readScope(scopeText);
    if (scope !== undefined && 'problem' in scope)
        report('scope', scope.problem);
    const scoped = scope !== undefined && 'value' in scope ? scope.value : undefined;
    const isAws = ecr === 'true' || (ecr === 'auto' && registry !== undefined && (0,ecr_host/* isEcrHost */.R)(host));
    if (username === undefined && password !== undefined)
        report('username', 'is needed with password');
    if (username !== undefined && password === undefined) {
        if (!isAws && options.hasHubConnection && isHubBacked(host)) {
            return { ...none, logins: [{ ...at, scope: scoped, means: hubIdentity(username, undefined) }] };
        }
        if (options.push)
            report('password', `is needed with username; ${emptySecret}`);
        else
            options.warn(`There is a username without password, nothing is logged in to: ${emptySecret}`);
        return none;
    }
    const given = username !== undefined && password !== undefined ? { username, password: (0,inputs_secret/* secret */.r)(password) } : undefined;
    if (isAws) {
        // An entry may have only names; without keys or a role, credentials come from the environment.
        const means = { kind: 'aws', keys: given, role: undefined, region: undefined, createRepository: false };
        return given === undefined && ecr === 'auto' ? none : { ...none, logins: [{ ...at, scope: scoped, means }] };
    }
    if (given === undefined) {
        if (scopeText !== undefined)
            report('scope', 'is for username and password, which are missing');
        return none;
    }
    if (scopeText === undefined)
        return { ...none, login: given };
    return { ...none, logins: [{ ...at, scope: scoped, means: { kind: 'password', ...given } }] };
}
const emptySecret = 'a secret is empty when its name is wrong, and in pull requests of forks';
function readList(texts, options) {
    const { report, parsePlacedYaml } = options;
    if (texts.registries !== undefined && texts['registry-auth'] !== undefined) {
        report('registry-auth', 'cannot be given together with registries: both are the same');
        return [];
    }
    const name = texts.registries === undefined ? 'registry-auth' : 'registries';
    const text = texts[name];
    if (text === undefined || parsePlacedYaml === undefined)
        return [];
    try {
        const { value, lineOf } = parsePlacedYaml(text);
        if (!Array.isArray(value)) {
            report(name, 'expected a YAML list, each entry "- registry: …" with username and password');
            return [];
        }
        return value.flatMap((entry, index) => {
            const tell = (message, key) => report(name, message, lineOf(key === undefined ? [index] : [index, key]) ?? 1);
            const warn = (message) => options.warn(`${name}, line ${lineOf([index]) ?? 1}: ${message}`);
            const login = readEntry(entry, { ...options, tell, warn });
            return login === undefined ? [] : [{ login, line: lineOf([index]) ?? 1, input: name }];
        });
    }
    catch (error) {
        if (!(error instanceof yaml/* SilentYamlError */.$6))
            throw error;
        report(name, `${error.message}. A secret is safe in YAML as \${{ toJSON(secrets.NAME) }}, which quotes it`, error.line);
        return [];
    }
}
function readEntry(found, options) {
    const { tell } = options;
    if (typeof found !== 'object' || found === null || Array.isArray(found)) {
        tell('expected a mapping with registry, username and password');
        return undefined;
    }
    const entry = {};
    let isWrong = false;
    const wrong = (message, key) => {
        isWrong = true;
        tell(message, key);
    };
    for (const [written, value] of Object.entries(found)) {
        const name = logins_keys.find((key) => key === written.replaceAll('_', '-'));
        if (name === undefined) {
            // Not shown unless it is nearly a key: it may be a part of a secret that has several lines.
            const near = (0,read_problem/* didYouMean */.au)(written, logins_keys);
            wrong(near === '' ? `there is an unknown key; there is ${logins_keys.join(', ')}` : `there is no ${(0,read_problem/* quote */.hD)(written)}${near}`, written);
        }
        else if (entry[name] !== undefined) {
            wrong(`${name} is given twice`, written);
        }
        else if (typeof value !== 'string') {
            wrong(`${name}: expected one text. Write a secret as \${{ toJSON(secrets.NAME) }}, which quotes it`, written);
        }
        else if (value.trim() !== '')
            entry[name] = name === 'password' ? value : value.trim();
    }
    if (isWrong)
        return undefined;
    const registry = (0,registry_address/* readRegistry */._)(entry.registry ?? hub);
    const scope = entry.scope === undefined ? undefined : readScope(entry.scope);
    if ('problem' in registry)
        wrong(registry.problem, 'registry');
    if (scope !== undefined && 'problem' in scope)
        wrong(scope.problem, 'scope');
    if ('problem' in registry || (scope !== undefined && 'problem' in scope))
        return undefined;
    const { host, plainHttp } = registry.value;
    const means = readMeans(entry, host, { ...options, tell: wrong });
    if (means === undefined || isWrong)
        return undefined;
    return { registry: host, plainHttp, scope: scope?.value, means };
}
function readMeans(entry, host, { push, tell, warn, hasHubConnection }) {
    const { username, password } = entry;
    const kind = kindOf(entry, host, hasHubConnection, tell);
    const stray = Object.keys(entry).find((key) => !logins_always.includes(key) && !own[kind].includes(key));
    if (stray !== undefined) {
        const choices = own[kind].join(', ');
        tell(`${stray} is not used for ${names[kind]} (${host}), which has ${choices}`, stray);
        return undefined;
    }
    const both = username !== undefined && password !== undefined ? { username, password: (0,inputs_secret/* secret */.r)(password) } : undefined;
    switch (kind) {
        case 'aws':
            return readAws(entry, both, tell);
        case 'google':
            if (entry['workload-identity-provider'] === undefined && entry['service-account'] !== undefined) {
                tell('service-account needs workload-identity-provider', 'service-account');
            }
            return { kind, provider: entry['workload-identity-provider'], serviceAccount: entry['service-account'] };
        case 'azure':
            return { kind, clientId: entry['client-id'], tenantId: entry['tenant-id'] };
        case 'docker-hub':
            if (username === undefined)
                tell('username is missing: the name of the organization that has the connection');
            return hubIdentity(username ?? '', entry['connection-id']);
        case 'password': {
            if (both !== undefined)
                return { kind, ...both };
            const missing = [...(username ? [] : ['username']), ...(password ? [] : ['password'])].join(' and ');
            const problem = `${missing} for ${host} ${missing.includes(' ') ? 'are' : 'is'} missing; ${emptySecret}`;
            if (push)
                tell(problem);
            else
                warn(`${problem}. It is not logged in to`);
            return undefined;
        }
    }
}
const logins_always = ['registry', 'scope', 'ecr'];
const own = {
    password: ['username', 'password'],
    aws: ['username', 'password', 'role-to-assume', 'region', 'create-repository'],
    google: ['workload-identity-provider', 'service-account'],
    azure: ['client-id', 'tenant-id'],
    'docker-hub': ['username', 'connection-id'],
};
const names = {
    password: 'a registry with username and password',
    aws: 'Amazon ECR',
    google: 'Google',
    azure: 'Azure',
    'docker-hub': 'Docker Hub by OIDC',
};
/** By what is given, else by the host: a registry of a cloud needs no more than its name where the environment has the rest. */
function kindOf(entry, host, hasHubConnection, tell) {
    const ecr = (0,read_value/* readChoice */.Kf)(entry.ecr ?? 'auto', ['auto', 'true', 'false']);
    if ('problem' in ecr)
        tell(`ecr: ${ecr.problem}`, 'ecr');
    else if (ecr.value === 'true' || (ecr.value === 'auto' && (0,ecr_host/* isEcrHost */.R)(host)))
        return 'aws';
    const named = ['google', 'azure'].find((kind) => own[kind].some((key) => entry[key] !== undefined));
    if (named !== undefined)
        return named;
    if (entry['connection-id'] !== undefined)
        return 'docker-hub';
    if (entry.password !== undefined)
        return 'password';
    if (entry.username !== undefined)
        return hasHubConnection && isHubBacked(host) ? 'docker-hub' : 'password';
    if (/(?:^|[.-])pkg\.dev$|(?:^|\.)gcr\.io$/.test(host))
        return 'google';
    return /\.azurecr\.(?:io|cn|us)$/.test(host) ? 'azure' : 'password';
}
function readAws(entry, keys, tell) {
    const { username, password, region, 'role-to-assume': role } = entry;
    if (keys === undefined && (username ?? password) !== undefined) {
        tell('expected both username (the access key ID) and password (the secret access key), or none of them');
    }
    if (keys !== undefined && role !== undefined) {
        tell('role-to-assume is assumed with the OIDC token of the job: remove username and password', 'role-to-assume');
    }
    if (role !== undefined && !/^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(role)) {
        tell(`role-to-assume: expected arn:aws:iam::<account>:role/<name>, found ${(0,read_problem/* quote */.hD)(role)}`, 'role-to-assume');
    }
    if (region !== undefined && !/^[a-z]{2,6}(?:-[a-z0-9]{1,20}){1,4}$/.test(region)) {
        tell(`region: expected a region such as eu-central-1, found ${(0,read_problem/* quote */.hD)(region)}`, 'region');
    }
    const create = (0,read_value/* readBoolean */.Vf)(entry['create-repository'] ?? 'false');
    if ('problem' in create)
        tell(`create-repository: ${create.problem}`, 'create-repository');
    return { kind: 'aws', keys, role, region, createRepository: 'value' in create && create.value };
}
function hubIdentity(username, connection) {
    return { kind: 'docker-hub', username, connection };
}
/** The registries that take the tokens of Docker Hub. */
function isHubBacked(host) {
    return host === hub || host === 'dhi.io';
}
/** `acme/app`, `acme/app@push` or `@pull,push`: a repository, actions, or both. */
function readScope(text) {
    const [repository = '', actions, ...rest] = text.split('@');
    const words = (actions ?? '').split(',').flatMap((word) => word.trim() || []);
    const isPath = repository === '' || /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(repository);
    const unknown = words.find((word) => !logins_known.includes(word));
    if (unknown !== undefined) {
        return {
            problem: `expected the actions pull and push behind "@", found ${(0,read_problem/* quote */.hD)(unknown)}${(0,read_problem/* didYouMean */.au)(unknown, logins_known)}`,
        };
    }
    // A path that escapes its folder is none.
    const isPlain = isPath && !/\.\.|\/\//.test(repository) && repository.length <= 255;
    if (!isPlain || rest.length > 0 || (repository === '' && words.length === 0)) {
        return { problem: `expected a scope such as acme/app, acme/app@push or @push, found ${(0,read_problem/* quote */.hD)(text)}` };
    }
    return { value: { repository, actions: [...new Set(words)] } };
}
const logins_known = ['pull', 'push'];

;// CONCATENATED MODULE: ./src/inputs/metadata-outputs.ts

const separators = ['sep-tags', 'sep-labels', 'sep-annotations'];
/** Longer than any separator (characters). */
const longest = 100;
/** Whether white space around the text of the input belongs to it. */
function isVerbatimInput(name) {
    return separators.includes(name);
}
/** Reads what separates the entries of the outputs `tags`, `labels` and `annotations`; a newline by default, as in docker/metadata-action. */
function readSeparators(read, report) {
    const [tags, labels, annotations] = separators.map((name) => {
        const text = read(name);
        if (text.length > longest)
            report(name, `expected at most ${longest} characters, found ${text.length}`);
        return text === '' ? '\n' : text.slice(0, longest);
    });
    return { tags, labels, annotations };
}
/**
 * Reads the name of the target in bake files.
 * https://github.com/docker/buildx/blob/v0.30.1/bake/bake.go (`targetNamePattern`)
 */
function readBakeTarget(text) {
    if (/^[A-Za-z0-9_-]{1,256}$/.test(text))
        return { value: text };
    return { problem: `expected a name of letters, digits, "_" and "-", found ${(0,read_problem/* quote */.hD)(text)}` };
}

// EXTERNAL MODULE: ./src/inputs/mirrors.ts
var inputs_mirrors = __webpack_require__(69329);
;// CONCATENATED MODULE: ./src/inputs/tag-rules/edge.ts
/** `edge` for the newest commit of a branch, the default one unless `branch` names another. */
const edgeRule = {
    attributes: ['branch'],
    priority: 700,
    expand: ({ attributes }, { event, expand }) => {
        const branch = expand(attributes.get('branch') ?? '');
        if ('problem' in branch)
            return branch;
        const name = branch.value.text || event.defaultBranch;
        if (name === undefined || event.ref !== `refs/heads/${name}`)
            return { value: [] };
        return { value: [{ tag: 'edge', moving: true, because: `the branch is ${name}` }] };
    },
};

;// CONCATENATED MODULE: ./src/inputs/tag-rules/versioned.ts


/** Returns the text for a version rule: `value`, else the Git tag. Undefined if neither is set; the rule then gives no tag. */
function readSource({ values }, { event, expand }) {
    if (values.length > 1)
        return { problem: `expected one value, found ${values.length}` };
    const [value = ''] = values;
    if (value !== '') {
        const expanded = expand(value);
        return 'problem' in expanded ? expanded : { value: expanded.value.text };
    }
    return { value: /^refs\/tags\/(.*)$/s.exec(event.ref)?.[1] };
}
/** `pattern` as a regular expression, on its own or as `/pattern/flags`. */
function readPattern(pattern) {
    if (pattern.length > limits/* limits */.F.pattern)
        return { problem: tooLong('a regular expression', pattern) };
    const [, body = pattern, flags = ''] = /^\/(.+)\/(.*)$/s.exec(pattern) ?? [];
    try {
        // Where a group is: flag d. Flag g would give no groups.
        return { value: new RegExp(body, `${flags.replace(/[dg]/g, '')}d`) };
    }
    catch {
        return { problem: `expected a regular expression, found ${(0,read_problem/* quote */.hD)(pattern)}` };
    }
}
/** What `regex`, a pattern of the user, finds in `text`. A longer text than a name of Git is a problem: a pattern may take exponential time. */
function matchPattern(regex, text) {
    if (text.length > limits/* limits */.F.patternText)
        return { problem: tooLong('a text to match', text, limits/* limits */.F.patternText) };
    return { value: regex.exec(text) };
}
function tooLong(what, { length }, most = limits/* limits */.F.pattern) {
    return `expected ${what} of at most ${most} characters, found ${length}`;
}
/** As `readSource`, of which `match` takes its first group; `/` becomes `-`. */
function readVersionText(given, context) {
    const pattern = given.attributes.get('match') ?? '';
    const regex = readPattern(pattern);
    if ('problem' in regex)
        return { problem: `match: ${regex.problem}` };
    const source = readSource(given, context);
    if ('problem' in source || source.value === undefined)
        return source;
    if (pattern === '')
        return { value: source.value.replaceAll('/', '-') };
    const matched = matchPattern(regex.value, source.value);
    if ('problem' in matched)
        return { problem: `match: ${matched.problem}` };
    const found = matched.value;
    if (found === null)
        context.warn(`match: ${(0,read_problem/* quote */.hD)(pattern)} finds nothing in ${(0,read_problem/* quote */.hD)(source.value)}, which is taken as a whole`);
    else if (found.length < 2)
        return { problem: `match: expected a group, such as "match=v(.*)", found ${(0,read_problem/* quote */.hD)(pattern)}` };
    return { value: (found === null ? source.value : (found[1] ?? '')).replaceAll('/', '-') };
}
/** Whether a later version gives the same tag again: what is named is less than the whole version. */
function movesWith(uses) {
    if (['version', 'raw', 'sha', 'date', 'commit_date'].some((name) => uses.has(name)))
        return false;
    return !(uses.has('major') && uses.has('minor') && uses.has('patch'));
}

;// CONCATENATED MODULE: ./src/inputs/tag-rules/match.ts


/** What a regular expression finds in the Git tag, or one of its groups. */
const matchRule = {
    attributes: ['pattern', 'group', 'value'],
    priority: 800,
    expand: (given, context) => {
        const pattern = given.attributes.get('pattern');
        if (pattern === undefined || pattern === '')
            return { problem: 'type=match needs a pattern, such as pattern=v(.*)' };
        const regex = readPattern(pattern);
        if ('problem' in regex)
            return { problem: `pattern: ${regex.problem}` };
        const group = given.attributes.get('group') ?? '0';
        if (!/^-?\d{1,4}$/.test(group))
            return { problem: `group: expected a number, found ${(0,read_problem/* quote */.hD)(group)}` };
        const source = readSource(given, context);
        if ('problem' in source)
            return source;
        if (source.value === undefined)
            return { value: [] };
        const text = source.value;
        const matched = matchPattern(regex.value, text);
        if ('problem' in matched)
            return { problem: `pattern: ${matched.problem}` };
        const found = matched.value;
        if (found === null)
            context.warn(`type=match gives no tag: ${(0,read_problem/* quote */.hD)(pattern)} finds nothing in ${(0,read_problem/* quote */.hD)(text)}`);
        const tag = found?.[Number(group)];
        if (found !== null && tag === undefined)
            context.warn(`type=match gives no tag: ${(0,read_problem/* quote */.hD)(pattern)} has no group ${group} in ${(0,read_problem/* quote */.hD)(text)}`);
        if (tag === undefined || tag === '')
            return { value: [] };
        const end = found?.indices?.[Number(group)]?.[1] ?? text.length;
        return {
            value: [
                {
                    tag,
                    // What is left out tells versions apart: v1.2.3 and v1.2.4 both give 1.2.
                    moving: /[0-9a-z]/i.test(text.slice(end)),
                    latest: !isPreRelease(tag),
                    because: `found in ${source.value}`,
                },
            ],
        };
    },
};
function isPreRelease(version) {
    return /^v?\d[\d.]*[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev|snapshot)(?![a-z])/i.test(version);
}

;// CONCATENATED MODULE: ./src/inputs/tag-rules/pep440.ts


/** Parts of a version of Python, by `pattern`. Of a pre-, post- or development release nothing but the whole version is a tag. */
const pep440Rule = {
    attributes: ['pattern', 'value', 'match'],
    priority: 900,
    expand: (given, context) => {
        const { pep440 } = context.libraries;
        const pattern = given.attributes.get('pattern');
        if (pattern === undefined)
            return { problem: 'type=pep440 needs a pattern, such as pattern={{version}}' };
        if (pep440 === undefined)
            return { problem: 'type=pep440 is not supported here' };
        const text = readVersionText(given, context);
        if ('problem' in text)
            return text;
        const isValid = text.value === undefined || pep440.valid(text.value) !== null;
        const version = isValid ? (text.value ?? '0') : '0';
        const clean = pep440.clean(version) ?? version;
        const names = {
            raw: version,
            version: clean,
            major: String(pep440.major(version)),
            minor: String(pep440.minor(version)),
            patch: String(pep440.patch(version)),
        };
        // A pattern is checked whatever the event is.
        const checked = context.expand(pattern, names);
        if ('problem' in checked)
            return { problem: `pattern: ${checked.problem}` };
        if (text.value === undefined)
            return { value: [] };
        if (!isValid) {
            context.warn(`type=pep440 gives no tag: ${(0,read_problem/* quote */.hD)(text.value ?? '')} is not a Python version (https://packaging.python.org/specifications/version-specifiers)`);
            return { value: [] };
        }
        const because = `of the version ${clean}`;
        const parts = pep440.explain(version);
        if (parts?.is_prerelease || parts?.is_postrelease || parts?.is_devrelease) {
            const tag = /^\{\{\{?\s*raw\s*\}?\}\}$/.test(pattern) ? version : clean;
            return { value: [{ tag, moving: false, latest: false, because }] };
        }
        const { text: tag, uses } = checked.value;
        return { value: tag === '' ? [] : [{ tag, moving: movesWith(uses), latest: true, because }] };
    },
};

;// CONCATENATED MODULE: ./src/inputs/tag-rules/raw.ts


/** The tag itself. Characters that no tag may have are replaced as docker/metadata-action does. */
const rawRule = {
    attributes: ['value'],
    priority: 200,
    expand: ({ values }, { expand }) => {
        const [value = ''] = values;
        if (values.length !== 1) {
            return { problem: `type=raw needs one value, such as type=raw,value=stable, and has ${values.length}` };
        }
        const expanded = expand(value);
        if ('problem' in expanded)
            return expanded;
        const { text, uses } = expanded.value;
        // An expression with an empty result gives no tag, as in docker/metadata-action.
        if (text === '')
            return { value: [] };
        const tag = (0,reference/* sanitizeTag */.iP)(text);
        if (tag === '') {
            if (uses.size > 0)
                return { value: [] };
            return { problem: `expected a value with a letter, a digit or "_", found ${(0,read_problem/* quote */.hD)(value)}` };
        }
        if (uses.size === 0)
            return { value: [{ tag }] };
        const moving = uses.has('branch') && !['sha', 'date', 'commit_date'].some((name) => uses.has(name));
        return { value: [{ tag, because: `made of ${value}`, ...(tag === 'latest' ? {} : { moving }) }] };
    },
};

// EXTERNAL MODULE: ./src/oci/release.ts
var release = __webpack_require__(76964);
;// CONCATENATED MODULE: ./src/inputs/tag-rules/ref.ts


const choices = ['branch', 'tag', 'pr'];
/** The name of the branch, the Git tag or the number of the pull request, when the event is for one. */
const refRule = {
    attributes: ['event'],
    priority: 600,
    prefix: ({ attributes }) => (attributes.get('event') === 'pr' ? 'pr-' : undefined),
    expand: ({ attributes }, { event: { ref } }) => {
        const given = attributes.get('event');
        if (given === undefined)
            return { problem: 'type=ref needs event=branch, event=tag or event=pr' };
        const event = (0,read_value/* readChoice */.Kf)(given, choices);
        if ('problem' in event)
            return { problem: `event: ${event.problem}` };
        const [, kind, name = ''] = /^refs\/(heads|tags|pull)\/(.*)$/s.exec(ref) ?? [];
        if (kind === 'heads' && event.value === 'branch') {
            return { value: [{ tag: name, moving: true, because: `named for the branch ${name}` }] };
        }
        if (kind === 'tags' && event.value === 'tag') {
            // No `latest` on a pre-release, as without rules.
            return {
                value: [{ tag: name, moving: false, latest: (0,release/* isRelease */.M)(name), because: `named for the Git tag ${name}` }],
            };
        }
        if (kind === 'pull' && event.value === 'pr') {
            const number = name.replace(/\/merge$/, '');
            return { value: [{ tag: number, moving: true, because: `named for pull request ${number}` }] };
        }
        return { value: [] };
    },
};

;// CONCATENATED MODULE: ./src/inputs/tag-rules/schedule.ts
/** A tag for scheduled runs: `nightly`, or its pattern. */
const scheduleRule = {
    attributes: ['pattern'],
    priority: 1000,
    expand: ({ attributes }, { event, expand }) => {
        const expanded = expand(attributes.get('pattern') ?? 'nightly');
        if ('problem' in expanded)
            return expanded;
        const { text } = expanded.value;
        if (event.name !== 'schedule' || text === '')
            return { value: [] };
        return { value: [{ tag: text, moving: true, because: 'the event is a schedule' }] };
    },
};

// EXTERNAL MODULE: ./node_modules/semver/index.js
var semver = __webpack_require__(62088);
;// CONCATENATED MODULE: ./src/inputs/tag-rules/semver.ts



/** Parts of a semantic version, by `pattern`. Of a pre-release nothing but the whole version is a tag. */
const semverRule = {
    attributes: ['pattern', 'value', 'match'],
    priority: 900,
    expand: (given, context) => {
        const pattern = given.attributes.get('pattern');
        if (pattern === undefined)
            return { problem: 'type=semver needs a pattern, such as pattern={{version}}' };
        const text = readVersionText(given, context);
        if ('problem' in text)
            return text;
        const version = (0,semver.parse)(text.value ?? '0.0.0');
        // A pattern is checked whatever the event is.
        const isPre = (version?.prerelease.length ?? 0) > 0;
        const whole = /^\{\{\{?\s*raw\s*\}?\}\}$/.test(pattern) ? pattern : '{{version}}';
        const names = {
            raw: version?.raw ?? '',
            version: version?.version ?? '',
            major: String(version?.major ?? ''),
            minor: String(version?.minor ?? ''),
            patch: String(version?.patch ?? ''),
            prerelease: version?.prerelease.join(',') ?? '',
            build: version?.build.join(',') ?? '',
        };
        const checked = context.expand(pattern, names);
        if ('problem' in checked)
            return { problem: `pattern: ${checked.problem}` };
        if (text.value === undefined)
            return { value: [] };
        if (version === null) {
            context.warn(`type=semver gives no tag: ${(0,read_problem/* quote */.hD)(text.value)} is not a semantic version (https://semver.org)`);
            return { value: [] };
        }
        const expanded = isPre ? context.expand(whole, names) : checked;
        if ('problem' in expanded)
            return expanded;
        if (expanded.value.text === '')
            return { value: [] };
        const because = `of the version ${version.version}`;
        return { value: [{ tag: expanded.value.text, moving: movesWith(expanded.value.uses), latest: !isPre, because }] };
    },
};

;// CONCATENATED MODULE: ./src/inputs/tag-rules/sha.ts


/** The commit: `sha-0123456`. */
const shaRule = {
    attributes: ['format'],
    priority: 100,
    prefix: () => 'sha-',
    expand: ({ attributes }, { event }) => {
        const format = (0,read_value/* readChoice */.Kf)(attributes.get('format') ?? 'short', ['short', 'long']);
        if ('problem' in format)
            return { problem: `format: ${format.problem}` };
        const length = (0,expressions/* readShortLength */.Tt)(event);
        if ('problem' in length)
            return length;
        if (event.sha === '')
            return { value: [] };
        const tag = format.value === 'long' ? event.sha : event.sha.slice(0, length.value);
        return { value: [{ tag, moving: false, because: 'named for the commit' }] };
    },
};

;// CONCATENATED MODULE: ./src/inputs/tag-rules/read-line.ts











/** The types of rules. */
const rules = new Map([
    ['schedule', scheduleRule],
    ['semver', semverRule],
    ['pep440', pep440Rule],
    ['match', matchRule],
    ['edge', edgeRule],
    ['ref', refRule],
    ['raw', rawRule],
    ['sha', shaRule],
]);
/** Attributes of every line. */
const common = ['enable', 'moving', 'priority'];
/** Attributes of every rule. */
const around = ['prefix', 'suffix'];
/** The priority of tags without a rule. */
const writtenPriority = rawRule.priority;
/** Whether a field of the line is an attribute or an expression: no tag and no reference has a `=` or `{{`. */
function hasAttributes(fields) {
    return fields.some((field) => field.includes('=') || field.includes('{{'));
}
/**
 * Reads the fields of one line: `type=raw,value=stable,moving=true`, or without a type `stable, moving=true`, where the attributes are for
 * each tag of the line. As in docker/metadata-action, keys are in any case and a rule's value may stand alone; a tag with an expression is
 * a value of `type=raw`.
 */
function readLine(fields, context) {
    const alone = [];
    const attributes = new Map();
    for (const field of fields) {
        const { key, value } = (0,read_value/* splitPair */.T6)(field);
        if (value === null || key.includes('{{'))
            alone.push(field);
        else
            attributes.set(key.trim().toLowerCase(), value.trim());
    }
    const type = attributes.get('type') ?? (alone.some((field) => field.includes('{{')) ? 'raw' : undefined);
    const rule = type === undefined ? undefined : rules.get(type);
    if (type !== undefined && rule === undefined)
        return { problem: typeProblem(type) };
    const own = rule === undefined ? [] : [...rule.attributes, ...around];
    for (const name of attributes.keys()) {
        if (!['type', ...own, ...common].includes(name))
            return { problem: attributeProblem(name, own) };
    }
    const names = rule === undefined ? written(alone) : expanded(rule, { alone, attributes, context });
    if ('problem' in names)
        return names;
    const enabled = readFlag(attributes, 'enable', context);
    if ('problem' in enabled)
        return enabled;
    const moving = readFlag(attributes, 'moving', context);
    if ('problem' in moving)
        return moving;
    const priority = attributes.get('priority') ?? String(rule?.priority ?? writtenPriority);
    if (!/^-?\d{1,9}(?:\.\d{1,9})?$/.test(priority)) {
        return { problem: `priority: expected a number, found ${(0,read_problem/* quote */.hD)(priority)}` };
    }
    return {
        value: {
            names: names.value,
            moving: moving.value,
            enabled: enabled.value ?? true,
            priority: Number(priority),
        },
    };
}
function written(texts) {
    if (texts.length > 0)
        return { value: { kind: 'written', texts } };
    return { problem: 'expected a tag before the attributes, such as stable,moving=true' };
}
/** The tags of a rule with what is put around them. */
function expanded(rule, { alone, attributes, context }) {
    const value = attributes.get('value');
    const given = { values: value === undefined ? alone : [value, ...alone], attributes };
    const tags = rule.expand(given, context);
    if ('problem' in tags)
        return tags;
    const { flavor } = context;
    const ownPrefix = attributes.get('prefix') ?? rule.prefix?.(given);
    const ownSuffix = attributes.get('suffix');
    const prefix = context.expand(ownPrefix ?? '');
    if ('problem' in prefix)
        return { problem: `prefix: ${prefix.problem}` };
    const suffix = context.expand(ownSuffix ?? '');
    if ('problem' in suffix)
        return { problem: `suffix: ${suffix.problem}` };
    const before = ownPrefix === undefined ? flavor.prefix : prefix.value.text;
    const after = ownSuffix === undefined ? flavor.suffix : suffix.value.text;
    const perCommit = prefix.value.uses.has('sha') ||
        suffix.value.uses.has('sha') ||
        (flavor.perCommit && (ownPrefix === undefined || ownSuffix === undefined));
    const around = tags.value.map((one) => {
        const tag = (0,reference/* sanitizeTag */.iP)(`${before}${one.tag}${after}`);
        return { ...one, tag, ...(perCommit ? { moving: false } : {}) };
    });
    return { value: { kind: 'rule', tags: around.filter(({ tag }) => tag !== '') } };
}
function readFlag(attributes, name, { expand }) {
    const text = attributes.get(name);
    if (text === undefined)
        return { value: undefined };
    const expanded = expand(text);
    if ('problem' in expanded)
        return { problem: `${name}: ${expanded.problem}` };
    const read = (0,read_value/* readBoolean */.Vf)(expanded.value.text);
    return 'problem' in read ? { problem: `${name}: ${read.problem}` } : read;
}
function typeProblem(type) {
    const accepted = [...rules.keys()];
    return `expected type=${accepted.join(', ')}, found ${(0,read_problem/* quote */.hD)(type)}${(0,read_problem/* didYouMean */.au)(type, accepted)}`;
}
function attributeProblem(name, own) {
    const accepted = [...own, ...common];
    return `expected an attribute of ${accepted.join(', ')}, found ${(0,read_problem/* quote */.hD)(name)}${(0,read_problem/* didYouMean */.au)(name, accepted)}`;
}

;// CONCATENATED MODULE: ./src/inputs/names.ts





const tagRule = 'at most 128 letters, digits, "_", "." and "-", and neither "." nor "-" first';
/** The entries of `images`: names without tag and digest, or `name=acme/app,enable=true`. Duplicates are dropped. */
function readImages(items, expand, options) {
    const images = new Map();
    const add = (text, line, enabled) => {
        const { name, tag, digest } = splitName(text);
        if (digest !== undefined) {
            options.report(`expected a name without a digest, found ${(0,read_problem/* quote */.hD)(text)}`, line);
        }
        else if (tag !== undefined) {
            options.report(`expected a name without a tag, found ${(0,read_problem/* quote */.hD)(text)}; move ${(0,read_problem/* quote */.hD)(tag)} to the input tags`, line);
        }
        else {
            const image = (0,read_problem/* readWith */.$5)(name, (given) => withWritten(given, options, reference/* parseReference */.F2));
            if ('problem' in image)
                options.report(image.problem, line);
            else if (enabled)
                images.set((0,reference/* formatRepository */.Sh)(image.value), image.value);
        }
    };
    for (const { texts, line } of linesOf(items)) {
        if (!texts.some((text) => text.includes('='))) {
            for (const text of texts)
                add(text, line, true);
            continue;
        }
        const read = readImageLine(texts, expand);
        if ('problem' in read)
            options.report(read.problem, line);
        else
            for (const name of read.value.names)
                add(name, line, read.value.enabled);
    }
    return [...images.values()];
}
const imageAttributes = ['name', 'enable'];
function readImageLine(fields, expand) {
    const names = [];
    let enabled = true;
    for (const field of fields) {
        const { key, value } = (0,read_value/* splitPair */.T6)(field);
        const name = key.trim().toLowerCase();
        if (value === null)
            names.push(field);
        else if (name === 'name')
            names.push(value.trim());
        else if (name === 'enable') {
            const expanded = expand(value.trim());
            if ('problem' in expanded)
                return { problem: `enable: ${expanded.problem}` };
            const read = (0,read_value/* readBoolean */.Vf)(expanded.value.text);
            if ('problem' in read)
                return { problem: `enable: ${read.problem}` };
            enabled = read.value;
        }
        else {
            const near = (0,read_problem/* didYouMean */.au)(name, imageAttributes);
            return { problem: `expected an attribute of ${imageAttributes.join(', ')}, found ${(0,read_problem/* quote */.hD)(name)}${near}` };
        }
    }
    if (names.length === 1 && names[0] !== '')
        return { value: { names, enabled } };
    return { problem: `expected one name, such as name=acme/app,enable=true, found ${names.filter(Boolean).length}` };
}
/**
 * The entries of `tags`. One with a `/` or `:` is a whole reference, `latest` if it has no tag, as with docker/build-push-action;
 * without `images` every one is. The others are short tags. A line with a `=` is a rule, or has attributes for its tags. Duplicates are
 * dropped; of two, the one that says whether it moves counts.
 */
function readTags(items, { hasImages, ...context }, options) {
    const { flavor } = context;
    const tags = new Map();
    const add = (tag) => {
        const key = tag.kind === 'tag' ? tag.tag : (0,reference/* formatReference */.FH)(tag.reference);
        const before = tags.get(key);
        if (before?.enabled && !tag.enabled)
            return;
        const moving = tag.moving ?? (before?.enabled ? before.moving : undefined);
        const first = before?.enabled && before.priority >= tag.priority ? before : tag;
        tags.set(key, { ...tag, priority: first.priority, latest: first.latest, moving });
    };
    const addWritten = (text, line, said) => {
        const read = readTag(text, hasImages, options);
        if ('problem' in read)
            options.report(read.problem, line);
        else if (read.value.kind === 'tag')
            add({ kind: 'tag', tag: (0,inputs_flavor/* withFlavor */.Nq)(read.value.tag, flavor), ...said });
        else
            add({ ...read.value, ...said });
    };
    for (const { texts, line } of linesOf(items)) {
        if (!hasAttributes(texts)) {
            const said = { moving: undefined, enabled: true, priority: writtenPriority, latest: false };
            for (const text of texts)
                addWritten(text, line, said);
            continue;
        }
        const read = readLine(texts, context);
        if ('problem' in read) {
            options.report(read.problem, line);
            continue;
        }
        const { names, moving, enabled, priority } = read.value;
        const said = { moving, enabled, priority, latest: false };
        if (names.kind === 'written')
            for (const text of names.texts)
                addWritten(text, line, said);
        // An input of which nothing is left is not an empty one, for which the event chooses.
        else if (names.tags.length === 0)
            add({ kind: 'tag', tag: '', ...said, enabled: false });
        else {
            for (const { latest = false, ...tag } of names.tags) {
                add({ kind: 'tag', ...tag, ...said, latest, moving: moving ?? tag.moving });
            }
        }
    }
    const inOrder = [...tags.values()].toSorted((a, b) => b.priority - a.priority);
    const latest = hasImages ? latestOf(inOrder, context) : undefined;
    return [...inOrder.map(({ priority, latest: _, ...tag }) => tag), ...(latest === undefined ? [] : [latest])];
}
/** `latest`, where the flavor has it: with `auto`, the rule of the first tag decides, as in docker/metadata-action. */
function latestOf(entries, { flavor }) {
    const enabled = entries.filter((entry) => entry.enabled);
    const [first] = enabled;
    if (first === undefined || !(flavor.latest === 'auto' ? first.latest : flavor.latest))
        return undefined;
    const tag = (0,inputs_flavor/* latestName */.LF)(flavor);
    if (tag === '' || enabled.some((entry) => entry.kind === 'tag' && entry.tag === tag))
        return undefined;
    const because = flavor.latest === true ? 'latest=true in the input flavor' : `it goes with a version: ${first.because}`;
    return { kind: 'tag', tag, moving: true, because, enabled: true };
}
function readTag(text, hasImages, options) {
    if (hasImages && !/[/:@]/.test(text)) {
        if ((0,reference/* isTag */.dz)(text))
            return { value: { kind: 'tag', tag: text } };
        return { problem: `expected a tag, ${tagRule}, found ${(0,read_problem/* quote */.hD)(text)}` };
    }
    const read = readWholeReference(text, options);
    return 'problem' in read ? read : { value: { kind: 'reference', reference: read.value } };
}
/** The items of each line together: the fields of one CSV record. */
function linesOf(items) {
    const lines = new Map();
    for (const { text, line } of items) {
        const texts = lines.get(line);
        if (texts)
            texts.push(text);
        else
            lines.set(line, [text]);
    }
    return [...lines].map(([line, texts]) => ({ texts, line }));
}
function readWholeReference(text, options) {
    const { name, tag = 'latest', digest } = splitName(text);
    if (digest !== undefined)
        return { problem: `expected a tag or name:tag, found a digest in ${(0,read_problem/* quote */.hD)(text)}` };
    return (0,read_problem/* readWith */.$5)(name, (given) => withWritten(given, options, (full) => (0,reference/* parseReference */.F2)(`${full}:${tag}`)));
}
/** What `parse` makes of the whole name, with the name as it was written where that is shorter: Docker Hub's go without their host. */
function withWritten(name, options, parse) {
    const full = qualify(name, options);
    const read = parse(full);
    const { registry } = options;
    const onHub = read.registry === 'docker.io' && registry !== undefined && full.startsWith('docker.io/');
    const written = onHub && full !== name.toLowerCase() ? full.slice('docker.io/'.length) : full;
    return written === (0,reference/* formatRepository */.Sh)(read) ? read : { ...read, written };
}
/** Returns the name lowercased, prefixed with `registry` if its first part is not a host. */
function qualify(name, { registry, notice }) {
    const lower = name.toLowerCase();
    if (lower !== name)
        notice(`${(0,read_problem/* quote */.hD)(name)} is used in lower case, ${(0,read_problem/* quote */.hD)(lower)}: registries do not accept uppercase letters`);
    const [first = '', ...rest] = lower.split('/');
    if (registry === undefined || (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')))
        return lower;
    return [registry.host, registry.namespace, lower].filter((part) => part !== '').join('/');
}
/** The text parts of a reference: the tag is after the last `:` that no `/` follows. */
function splitName(text) {
    const [rest = '', ...digest] = text.split('@');
    const colon = rest.lastIndexOf(':');
    const tagged = colon > rest.lastIndexOf('/');
    return {
        name: tagged ? rest.slice(0, colon) : rest,
        tag: tagged ? rest.slice(colon + 1) : undefined,
        digest: digest.length > 0 ? digest.join('@') : undefined,
    };
}

// EXTERNAL MODULE: ./src/inputs/nodes.ts
var nodes = __webpack_require__(27028);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./src/inputs/outputs.ts





const fileTypes = ['oci', 'docker', 'local', 'tar', 'cacheonly'];
const outputs_types = [...fileTypes, 'image', 'registry'];
/** The attributes that a type takes besides `type` and `dest`. */
const attributes = {
    oci: ['tar'],
    docker: ['tar'],
    local: ['platform-split'],
    tar: ['platform-split'],
    cacheonly: [],
};
/** Attributes of buildx that other inputs stand for here. */
const instead = {
    name: 'images and tags say it',
    push: 'the input push says it',
};
/**
 * Reads outputs, one per line: a path, which is a folder for the files, or attributes as one CSV record (`type=oci,dest=image.tar`), as buildx
 * reads them. Two that go to the same place are a problem.
 * https://docs.docker.com/build/exporters/
 */
function readOutputs(items, platforms, report) {
    const outputs = new Map();
    const images = [];
    for (const { text, line } of items) {
        const read = readOutput(text, line);
        if ('problem' in read) {
            report(read.problem, line);
            continue;
        }
        const output = read.value;
        if ('names' in output) {
            images.push(output);
            continue;
        }
        if (output.kind === 'docker' && platforms > 1) {
            report('an archive for docker load holds one platform; type=oci holds several', line);
        }
        const place = output.kind === 'cacheonly' ? '' : (0,external_node_path_.normalize)(output.dest).replace(/(?<=.)[/\\]$/, '');
        if (place !== '' && outputs.has(place))
            report(`there is another output to ${(0,read_problem/* quote */.hD)(place)}`, line);
        outputs.set(place, output);
    }
    return { outputs: [...outputs.values()], images };
}
function readOutput(text, line) {
    const fields = (0,record/* readRecord */.a)(text);
    if (fields === undefined)
        return { problem: `expected a path or attributes as CSV, found ${(0,read_problem/* quote */.hD)(text)}` };
    const [only] = fields;
    if (fields.length === 1 && only === text && !text.startsWith('type=')) {
        if (text === '-')
            return { problem: 'expected a path; a step has no standard output for "-" to mean' };
        return { value: { kind: 'files', form: 'folder', dest: text, platformSplit: undefined } };
    }
    const values = new Map();
    for (const field of fields) {
        const { key, value } = (0,read_value/* splitPair */.T6)(field);
        if (value === null)
            return { problem: `expected key=value, found ${(0,read_problem/* quote */.hD)(field)}` };
        // Keys of annotations are the user's.
        const name = key.trim();
        values.set(/^annotation[-.[]/.test(name) ? name : name.toLowerCase(), value);
    }
    const type = values.get('type');
    if (type === undefined)
        return { problem: `expected a type, one of ${outputs_types.join(', ')}, found ${(0,read_problem/* quote */.hD)(text)}` };
    const kind = (0,read_value/* readChoice */.Kf)(type, outputs_types);
    if ('problem' in kind)
        return { problem: `type: ${kind.problem}` };
    return kind.value === 'image' || kind.value === 'registry'
        ? readImageOutput(kind.value, values, line)
        : readAttributes(kind.value, values);
}
function readAttributes(kind, values) {
    const known = ['type', 'dest', ...attributes[kind]];
    for (const key of values.keys()) {
        if (known.includes(key))
            continue;
        const hint = Object.hasOwn(instead, key) ? `: ${instead[key]}` : (0,read_problem/* didYouMean */.au)(key, known);
        return { problem: `type=${kind} takes no ${(0,read_problem/* quote */.hD)(key)} here${hint}` };
    }
    if (kind === 'cacheonly')
        return { value: { kind } };
    const dest = values.get('dest') ?? '';
    if (dest === '') {
        const load = kind === 'docker' ? '; to load the image into Docker, set load: true' : '';
        return { problem: `type=${kind} needs dest, the path to write to${load}` };
    }
    if (dest === '-')
        return { problem: 'dest: expected a path; a step has no standard output for "-" to mean' };
    const [name] = attributes[kind];
    const text = name === undefined ? undefined : values.get(name);
    const flag = text === undefined ? { value: undefined } : (0,read_value/* readBoolean */.Vf)(text);
    if ('problem' in flag)
        return { problem: `${name}: ${flag.problem}` };
    return kind === 'oci' || kind === 'docker'
        ? { value: { kind, form: flag.value === false ? 'folder' : 'archive', dest } }
        : { value: { kind: 'files', form: kind === 'local' ? 'folder' : 'archive', dest, platformSplit: flag.value } };
}

// EXTERNAL MODULE: ./src/inputs/platforms.ts
var inputs_platforms = __webpack_require__(69625);
// EXTERNAL MODULE: ./src/inputs/read/fields.ts
var fields = __webpack_require__(96217);
// EXTERNAL MODULE: ./src/inputs/read/pair-mapping.ts
var pair_mapping = __webpack_require__(58439);
// EXTERNAL MODULE: ./src/inputs/read/pairs.ts
var read_pairs = __webpack_require__(43395);
;// CONCATENATED MODULE: ./src/inputs/read/reader.ts




/** A reader of the inputs that `read` gives. */
function inputReader(given, report) {
    const refused = new Set();
    const read = (name) => {
        const found = given(name);
        if (found.length <= limits/* limits */.F.input)
            return found;
        if (!refused.has(name))
            report(name, `it is larger than ${(0,bytes/* formatBytes */.z)(limits/* limits */.F.input)}`);
        refused.add(name);
        return '';
    };
    const text = (name) => read(name).trim() || undefined;
    return {
        text,
        value: (name, parse) => {
            const found = text(name) ?? schema/* inputRows */.k[name].default;
            if (found === '')
                return undefined;
            const result = parse(found);
            if ('value' in result)
                return result.value;
            report(name, result.problem);
            return undefined;
        },
        items: (name) => {
            const { kind, default: fallback } = schema/* inputRows */.k[name];
            const { items, unclosedQuote, strayQuote } = (0,list/* parseList */.E)(kind, read(name));
            if (unclosedQuote !== undefined)
                report(name, 'a quote is opened here and never closed', unclosedQuote);
            if (strayQuote !== undefined) {
                report(name, 'a quote inside of a quoted entry is written twice, and none but white space follows its last', strayQuote);
            }
            if (items.length > limits/* limits */.F.inputItems) {
                report(name, `it has more than ${limits/* limits */.F.inputItems} entries`, items[limits/* limits */.F.inputItems]?.line);
                return [];
            }
            return items.length > 0 ? items : (0,list/* parseList */.E)(kind, fallback).items;
        },
    };
}

// EXTERNAL MODULE: ./src/oci/emulators.ts
var emulators = __webpack_require__(42189);
;// CONCATENATED MODULE: ./src/inputs/rules.ts







/** One of both, or none. */
function readBuildkitdConfig(path, text, report) {
    if (path !== undefined && text !== undefined) {
        report('buildkitd-config-inline', 'cannot be given together with buildkitd-config');
    }
    if (path !== undefined)
        return { kind: 'file', path };
    return text === undefined ? undefined : { kind: 'inline', text };
}
/** The image counts only where emulators may be set up. It is missing only where it was wrong. */
function readEmulators(asked, image, mirrors) {
    if (asked === 'off' || image === undefined)
        return 'off';
    return { images: (0,inputs_mirrors.mirroredReferences)(image, mirrors), asked: asked ?? [] };
}
/** `auto` is none besides those that are found to be needed, `all` all that there are; else a list of platforms. */
function readAskedEmulators(text) {
    if (text === 'off')
        return { value: 'off' };
    if (text === 'auto')
        return { value: [] };
    if (text === 'all')
        return { value: emulators/* emulatedPlatforms */.g };
    const problems = [];
    const platforms = (0,inputs_platforms/* readPlatforms */.t)((0,list/* parseList */.E)('list', text).items, (problem) => problems.push(problem));
    const [problem] = problems;
    if (problem === undefined)
        return { value: platforms };
    return { problem: `expected auto, off, all or platforms; ${problem}${(0,read_problem/* didYouMean */.au)(text, ['auto', 'off', 'all'])}` };
}
/** A push has a name to go to, and each name has a tag. `tagItems` are the entries that `tags` was read from. */
function checkNames({ images, tags, push: asked }, tagItems, report) {
    // An automatic push is skipped if there is no name.
    const push = asked === true;
    if (push && tags.length > 0 && tags.every(({ enabled }) => !enabled)) {
        const ofRule = tags.some((tag) => tag.kind === 'tag' && tag.tag === '');
        report('tags', `there is no tag to push: ${ofRule ? 'no rule gives one for this event' : 'none is enabled'}`);
    }
    const wholes = tags.flatMap((tag) => (tag.kind === 'reference' ? [(0,reference/* formatRepository */.Sh)(tag.reference)] : []));
    const named = new Set(wholes);
    if (images.length === 0) {
        if (push && tags.length === 0)
            report('push', 'there is no name to push to: give images');
        for (const tag of push ? tags : []) {
            // Of a rule; without images all others were read as whole references.
            if (tag.kind === 'tag' && tag.enabled)
                report('tags', `${(0,read_problem/* quote */.hD)(tag.tag)} has no name to go with: give images`);
        }
        for (const { text, line } of push ? tagItems : []) {
            // Docker would read it as the name of an official image, to which hardly anyone has push access.
            if (named.has(`docker.io/library/${text.toLowerCase()}`)) {
                report('tags', `${(0,read_problem/* quote */.hD)(text)} has no name to go with: give images, or write name:tag`, line);
            }
        }
        return;
    }
    if (tags.length === 0 || wholes.length < tags.length)
        return;
    for (const name of images.map(reference/* formatRepository */.Sh)) {
        if (!named.has(name))
            report('tags', `no tag is for ${name} of images, all are for other names`);
    }
}
/** What describes a builder to be made is of no use with one that exists, or with the daemon's own. */
function checkBuilder({ builder, driver, driverOpts, endpoint, buildkitdConfig, buildkitdFlags, nodePlatforms, append, keepState }, report) {
    const config = buildkitdConfig && (buildkitdConfig.kind === 'file' ? 'buildkitd-config' : 'buildkitd-config-inline');
    const flags = buildkitdFlags === undefined ? undefined : 'buildkitd-flags';
    const given = [
        driver === undefined ? undefined : 'driver',
        driverOpts.length === 0 ? undefined : 'driver-opts',
        endpoint === undefined ? undefined : 'endpoint',
        config,
        flags,
        nodePlatforms.length === 0 ? undefined : 'node-platforms',
        append.length === 0 ? undefined : 'append',
    ];
    for (const name of given) {
        if (name === undefined)
            continue;
        if (builder !== undefined)
            report(name, 'is for a builder that this step makes, and builder names one that exists');
        else if (driver !== undefined && !drivers/* drivers */.ak[driver].made && name !== 'driver')
            report(name, `has no effect on the ${driver} driver, the daemon's own`);
    }
    if (driver === undefined && builder === undefined && append.length > 0) {
        report('append', 'adds nodes to a builder, but not of which kind: give driver too');
    }
    if (driver !== undefined && drivers/* drivers */.ak[driver].made && !drivers/* drivers */.ak[driver].takesGrants) {
        const nodeFlags = append.some((node) => node.buildkitdFlags !== undefined) ? 'append' : undefined;
        for (const name of [config, flags, nodeFlags]) {
            if (name !== undefined)
                report(name, `the driver ${driver} starts no BuildKit that flags or a configuration could be given to`);
        }
    }
    checkNodes({ endpoint, append }, report);
    if (keepState !== undefined)
        checkKeepState(keepState, driver, report);
    if (driver === undefined && builder === undefined && endpoint !== undefined) {
        report('endpoint', 'says where a builder is, but not of which kind: give driver too');
    }
    if (driver !== undefined && drivers/* drivers */.ak[driver].needsEndpoint && endpoint === undefined) {
        report('endpoint', `is needed for the driver ${driver}: the address of a buildkitd, such as tcp://host:1234`);
    }
}
/** Two nodes of one address, or name, are one node for buildx, and an error of its own. */
function checkNodes({ endpoint, append }, report) {
    const seen = new Set(endpoint === undefined ? [] : [endpoint]);
    for (const node of append) {
        if (node.endpoint === undefined)
            continue;
        if (seen.has(node.endpoint))
            report('append', `there are two nodes at ${(0,read_problem/* quote */.hD)(node.endpoint)}`);
        seen.add(node.endpoint);
    }
}
function checkKeepState({ name }, driver, report) {
    const keeping = Object.entries(drivers/* drivers */.ak).flatMap(([kind, { keepsState }]) => (keepsState ? [kind] : []));
    if (driver === undefined || !keeping.includes(driver))
        report('keep-state', `needs driver: ${keeping.join(' or ')}`);
    if (name === '')
        report('keep-state', 'needs builder: a name that is the same in each run');
    else if (!/^[a-z0-9][a-z0-9_-]{0,60}$/.test(name)) {
        report('builder', `expected lower-case letters, digits, "-" and "_" in the name of a builder that is made, found ${(0,read_problem/* quote */.hD)(name)}`);
    }
}

// EXTERNAL MODULE: ./src/inputs/run-settings.ts
var run_settings = __webpack_require__(86444);
// EXTERNAL MODULE: ./src/inputs/smoke-test.ts + 2 modules
var smoke_test = __webpack_require__(35833);
;// CONCATENATED MODULE: ./src/inputs/ssh.ts

/**
 * The agents and keys of `ssh`: `id`, or `id=path` with the path of a socket or key. No message has anything of an entry:
 * people write the key itself there.
 */
function readSsh(items, report) {
    const key = items.find(({ text }) => /PRIVATE KEY/.test(text));
    if (key !== undefined) {
        report('has a key itself; write it to a file and give its path, id=path', key.line);
        return [];
    }
    const agents = new Map();
    for (const { text, line } of items) {
        const { key: id, value } = (0,read_value/* splitPair */.T6)(text);
        const paths = value === null ? [] : value.split(',');
        const first = agents.get(id);
        if (id === '' || /\s/.test(id))
            report(`expected default or id=path, found ${id === '' ? 'no id' : 'white space in the id'}`, line);
        else if (paths.some((path) => path.trim() === ''))
            report('expected id=path, found nothing after "="; the agent of SSH_AUTH_SOCK is the id alone', line);
        else if (first !== undefined)
            report(`has the same id as line ${first.line}`, line);
        else
            agents.set(id, { id, paths, line });
    }
    return [...agents.values()];
}

// EXTERNAL MODULE: ./src/inputs/value-expressions.ts
var value_expressions = __webpack_require__(49398);
;// CONCATENATED MODULE: ./src/inputs/versions.ts



/** The components whose versions are checked. */
const programs = ['buildx', 'buildkit', 'docker'];
/** Reads `minimum-engine-version`: one version, which is Docker's, or `docker=…`, `buildx=…` and `buildkit=…`. */
function readMinimumVersions(items, report) {
    const found = {};
    for (const { text, line } of items) {
        const at = text.indexOf('=');
        const name = at < 0 ? 'docker' : text.slice(0, at);
        const given = text.slice(at + 1);
        const program = programs.find((one) => one === name.trim());
        const version = (0,read_value/* readVersion */.$4)(given.trim());
        if (program === undefined) {
            report(`expected one of ${programs.join(', ')} before "=", found ${(0,read_problem/* quote */.hD)(name)}${(0,read_problem/* didYouMean */.au)(name, programs)}`, line);
        }
        else if ('problem' in version)
            report(version.problem, line);
        else if (found[program] !== undefined)
            report(`${program} is given twice`, line);
        else
            found[program] = version.value;
    }
    return found;
}
/** Reads `buildx-version`. Ranges would need a list of all releases, and a source needs a build: neither is supported. */
function readBuildxVersion(text) {
    if (text === 'latest')
        return { value: text };
    if (/^v?\d/.test(text) && text.length <= 64 && (0,semver.valid)(text) !== null) {
        return { value: text.startsWith('v') ? text : `v${text}` };
    }
    const hint = /^(?:cloud|lab)(?::|$)/.test(text)
        ? '; the driver cloud is not supported'
        : /^(?:https?:|git@|refs\/)|[#]/.test(text)
            ? '; building buildx from its source is not supported'
            : (0,read_problem/* didYouMean */.au)(text, ['latest']);
    return { problem: `expected latest or one version such as v0.29.1, found ${(0,read_problem/* quote */.hD)(text)}${hint}` };
}
/** Reads `buildx-mirror`, a URL that has what is below https://github.com/docker/buildx/releases. */
function readBuildxMirror(text) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
        return { problem: `expected a URL that begins with https://, found ${(0,read_problem/* quote */.hD)(text)}` };
    }
    if (url.username !== '' || url.password !== '')
        return { problem: 'expected a URL without user and password' };
    if (url.search !== '' || url.hash !== '')
        return { problem: 'expected a URL without "?" and "#"' };
    return { value: url.href.replace(/\/$/, '') };
}

;// CONCATENATED MODULE: ./src/inputs/parse.ts





































const noEvent = { name: '', ref: '', sha: '' };
/**
 * Reads and checks every input. `given` are the names that have a text in the `with:` block (see `givenInputs`). Throws one `input-invalid` that lists all problems of all inputs, one per line.
 */
function parseInputs(read, given = [], { parseYaml, parsePlacedYaml, hasHubConnection = false, parseYamlPairs, readText = () => ({ problem: 'nothing here reads files' }), noSecrets, nodeCertificates = new Map(), event = noEvent, libraries = {}, now = new Date(0), inheritsInputs = false, annotationLevels = '', } = {}) {
    const problems = [];
    const unknown = readUnknown(given, read, inheritsInputs);
    const warnings = [...unknown.warnings];
    const notices = [];
    const report = (input, message, line) => {
        problems.push({ input, message, ...(line === undefined ? {} : { line }) });
    };
    const reportIn = (input) => {
        return (message, line) => report(input, message, line);
    };
    const { text, value, items } = inputReader(read, report);
    const registry = value('registry', registry_address/* readRegistry */._);
    const naming = (input) => ({
        registry,
        report: reportIn(input),
        notice: (message) => void notices.push(`${input}: ${message}`),
    });
    const imageItems = items('images');
    const expand = (0,expressions/* createExpand */.nn)({ event, now, libraries });
    const flavor = (0,inputs_flavor/* readFlavor */.fX)(items('flavor'), expand, reportIn('flavor'));
    const platforms = (0,inputs_platforms/* readPlatforms */.t)(items('platforms'), reportIn('platforms'));
    const plainFields = (0,fields/* readPlainFields */.g)({ value });
    const { outputs, images: imageOutputs } = readOutputs(items('outputs'), platforms.length, reportIn('outputs'));
    const said = applyImageOutputs(imageOutputs, {
        push: value('push', read_value/* readPush */.j1) ?? false,
        compression: plainFields.compression,
        hasImages: imageItems.length > 0,
        tags: items('tags'),
    }, reportIn('outputs'));
    const plain = { ...plainFields, compression: said.compression };
    const asked = said.push;
    const tagItems = said.tags;
    // Without a build there is nothing to push, and neither names nor credentials are needed for it.
    const push = plain.call === 'build' ? asked : false;
    const token = text('github-token');
    const smoke = text('smoke-test');
    const provenance = value('provenance', (found) => (0,read_value/* readAttestation */.V6)(found, provenanceModes));
    const sbom = value('sbom', (found) => (0,read_value/* readAttestation */.V6)(found, []));
    const attests = readAttests(items('attests'), reportIn('attests'));
    for (const name of ['provenance', 'sbom']) {
        if (attests.has(name) && text(name) !== undefined) {
            notices.push(`attests: type=${name} is ignored, because the input ${name} is given too`);
        }
    }
    const pairs = (input) => {
        const found = text(input) ?? '';
        if (!(0,pair_mapping/* isPairMapping */.N)(found))
            return items(input);
        // Not `found`: its lines are counted from the first one of the input.
        return (0,pair_mapping/* readPairMapping */.P)(read(input), parseYamlPairs, {
            emptyValues: input !== 'build-args',
            report: reportIn(input),
        });
    };
    const pairItems = { 'build-args': pairs('build-args'), labels: pairs('labels'), annotations: pairs('annotations') };
    const argsFiles = readBuildArgsFiles(items('build-args-file'), readText, reportIn('build-args-file'));
    const readValueExpressions = () => {
        const own = Object.entries(pairItems);
        const lists = [...argsFiles, ...own.map(([name, list]) => ({ items: list, report: reportIn(name) }))];
        if (!lists.some(({ items: list }) => list.some((item) => item.text.includes('{{'))))
            return undefined;
        return {
            uses: new Set(lists.flatMap((list) => [...(0,value_expressions/* checkValues */.Xj)(list.items, expand, list.report)])),
            fill: (found, names) => {
                const filled = (0,value_expressions/* expandValue */.eb)(found, expand, names);
                return 'problem' in filled ? found : filled.value.text;
            },
        };
    };
    const buildxVersion = value('buildx-version', readBuildxVersion);
    const buildxMirror = value('buildx-mirror', readBuildxMirror);
    const fresh = readFresh(items('fresh'), reportIn('fresh'));
    const { login, logins } = readLogins({
        registry,
        username: text('username'),
        password: text('password'),
        scope: text('scope'),
        ecr: plain.ecr,
        registries: text('registries'),
        'registry-auth': text('registry-auth'),
    }, { push: push === true, parsePlacedYaml, hasHubConnection, report, warn: (message) => warnings.push(message) });
    const driver = value('driver', (found) => (0,read_value/* readChoice */.Kf)(found, drivers/* driverChoices */.tU));
    const takesTls = driver !== undefined && drivers/* drivers */.ak[driver].needsEndpoint;
    const mirrors = (0,inputs_mirrors.readMirrors)(items('mirrors'), reportIn('mirrors'));
    const append = (0,nodes/* readNodes */.g0)(text('append'), {
        ...{ parsePlacedYaml, certificates: nodeCertificates, takesTls },
        report: (message, line) => report('append', message, line),
    });
    for (const number of takesTls ? nodeCertificates.keys() : []) {
        if (number > append.length)
            warnings.push(`BUILDER_NODE_${number}_AUTH_TLS_… is ignored: there is no node ${number}`);
    }
    const inputs = {
        ...plain,
        // It names the builder that is made then.
        builder: plain.keepState ? undefined : plain.builder,
        keepState: plain.keepState ? { name: plain.builder ?? '' } : undefined,
        images: readImages(imageItems, expand, naming('images')),
        tags: readTags(tagItems, {
            hasImages: imageItems.length > 0,
            event,
            libraries,
            expand,
            flavor,
            warn: (message) => void (warnings.includes(`tags: ${message}`) || warnings.push(`tags: ${message}`)),
        }, naming('tags')),
        flavor,
        platforms,
        context: value('context', read_value/* readContext */.yI) ?? { kind: 'path', path: '.' },
        buildContexts: (0,build_contexts/* readBuildContexts */.x)(items('build-contexts'), reportIn('build-contexts')),
        file: value('file', read_value/* readFile */.TA),
        buildArgs: Object.assign({}, ...argsFiles.map((file) => (0,read_pairs/* readBuildArgs */.EE)(file.items, file.report)), (0,read_pairs/* readBuildArgs */.EE)(pairItems['build-args'], reportIn('build-args'))),
        secrets: (0,build_secrets/* readBuildSecrets */.U7)({ secrets: items('secrets'), 'secret-envs': items('secret-envs'), 'secret-files': items('secret-files') }, {
            report,
            noSecrets: push === 'auto' ? noSecrets : undefined,
            notice: (message) => void notices.push(message),
        }),
        ssh: readSsh(items('ssh'), reportIn('ssh')),
        cache: value('cache', readCacheWord) ?? { kind: 'off' },
        cacheFrom: readCaches(items('cache-from'), 'from', reportIn('cache-from')),
        cacheTo: readCaches(items('cache-to'), 'to', reportIn('cache-to')),
        expressions: readValueExpressions(),
        labels: (0,read_pairs/* readLabels */.k2)(pairItems.labels, reportIn('labels')),
        annotations: {
            ...(0,read_pairs/* readAnnotations */.ti)(said.annotations, platforms, reportIn('outputs')),
            ...(0,read_pairs/* readAnnotations */.ti)(pairItems.annotations, platforms, reportIn('annotations')),
        },
        annotationLevels: (0,read_pairs/* readAnnotationLevels */.fq)(annotationLevels, (message) => report('annotations', message)),
        push,
        emulators: readEmulators(value('emulators', readAskedEmulators), value('emulator-image', (found) => (0,read_problem/* readWith */.$5)(found, readReference)), mirrors),
        maxSize: value('max-size', run_settings/* readByteCount */.ws),
        smokeTest: smoke === undefined ? undefined : (0,smoke_test/* readSmokeTest */.M)(smoke, parseYaml, (message) => report('smoke-test', message)),
        beforeTags: readGate(text('before-tags'), items('before-tags-env'), report),
        retries: value('retries', read_value/* readRetries */.Fq) ?? 0,
        timeout: value('timeout', read_value/* readDuration */.$7),
        cacheTimeout: value('cache-timeout', read_value/* readDuration */.$7) ?? 600_000,
        separators: readSeparators(read, report),
        bakeTarget: value('bake-target', readBakeTarget) ?? '',
        outputs,
        noCache: plain.noCache || fresh !== undefined,
        fresh,
        registry,
        login,
        logins,
        githubToken: token === undefined ? undefined : (0,inputs_secret/* secret */.r)(token),
        engine: value('engine', (found) => (0,read_value/* readChoice */.Kf)(found, ['auto', ...engine_names/* engineNames */.R])) ?? 'auto',
        driver,
        driverOpts: readOptions(items('driver-opts'), reportIn('driver-opts')),
        nodePlatforms: (0,inputs_platforms/* readPlatforms */.t)(items('node-platforms'), reportIn('node-platforms')),
        nodeTls: (0,nodes/* readNodeTls */.qr)(0, nodeCertificates, {
            endpoint: plain.endpoint,
            takesTls,
            report: (message) => takesTls && report('endpoint', message),
        }),
        append,
        mirrors,
        buildkitdConfig: readBuildkitdConfig(text('buildkitd-config'), text('buildkitd-config-inline'), report),
        provenance: text('provenance') === undefined ? attests.get('provenance') : provenance,
        sbom: text('sbom') === undefined ? attests.get('sbom') : sbom,
        addHosts: (0,run_settings/* readAddHosts */.fS)(items('add-hosts'), reportIn('add-hosts')),
        allow: (0,run_settings/* readAllow */.MW)(items('allow'), reportIn('allow')),
        network: value('network', run_settings/* readNetwork */.Lp),
        noCacheFilters: (0,run_settings/* readNoCacheFilters */.tn)(items('no-cache-filters'), reportIn('no-cache-filters')),
        shmSize: value('shm-size', run_settings/* readSize */.ik),
        ulimit: (0,run_settings/* readUlimits */.wN)(items('ulimit'), reportIn('ulimit')),
        extraArgs: readExtraArgs(items('extra-args'), reportIn('extra-args')),
        buildxRelease: buildxVersion === undefined ? undefined : { version: buildxVersion, source: buildxMirror ?? '' },
        minimumVersions: readMinimumVersions(items('minimum-engine-version'), reportIn('minimum-engine-version')),
    };
    // In the order of action.yml, whichever was read first.
    problems.sort((a, b) => inputNames.indexOf(a.input) - inputNames.indexOf(b.input));
    // What is wrong in itself is not judged together with others: the second problem would only be the first again.
    if (!problems.some(({ input }) => ['images', 'tags', 'registry', 'push'].includes(input))) {
        checkNames(inputs, tagItems, report);
    }
    checkBuilder(inputs, report);
    if (inputs.file !== undefined && inputs.dockerfileInline !== undefined) {
        report('dockerfile-inline', 'cannot be given together with file');
    }
    if (problems.length + unknown.problems.length > 0)
        throw (0,read_problem/* inputError */.Xu)([...unknown.problems, ...problems]);
    return { inputs, warnings, notices };
}
/** The inputs that have a text in the environment, where the runner puts all of a `with:` block, declared or not. */
function givenInputs(env) {
    return Object.entries(env)
        .filter(([name, text]) => /^INPUT_./.test(name) && text)
        .map(([name]) => name.slice('INPUT_'.length).toLowerCase());
}
const inputNames = Object.keys(schema/* inputRows */.k);
/**
 * What is wrong with inputs that this step does not have: an error for each, but for those of the actions that it
 * replaces which change nothing or cost time only. act passes the inputs of an enclosing composite action to its
 * steps, so there (`inherits`) all of them are warnings.
 */
function readUnknown(given, read, inherits) {
    const problems = [];
    const warnings = [];
    for (const name of given.filter((one) => !inputNames.includes(one))) {
        const known = judgeForeign(name, read(name));
        if (known?.verdict === 'same')
            continue;
        const message = `is not an input of this action${known ? `: ${known.message}` : (0,read_problem/* didYouMean */.au)(name, inputNames)}`;
        if (inherits || known?.verdict === 'slower')
            warnings.push(`Input ignored: ${name} ${message}`);
        else
            problems.push({ input: name, message });
    }
    return { problems, warnings };
}
/** A reference in its whole form: what docker makes of a short one is not left to its settings. */
function readReference(text) {
    return (0,reference/* formatReference */.FH)((0,reference/* parseReference */.F2)(text));
}
function readOptions(items, report) {
    for (const { text, line } of items) {
        if (!/^[^=]+=/.test(text))
            report(`expected key=value, found ${(0,read_problem/* quote */.hD)(text)}`, line);
    }
    return items.map(({ text }) => text);
}


/***/ }),

/***/ 89834:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ splitCommand),
/* harmony export */   t: () => (/* binding */ splitCommands)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(16001);

/**
 * Splits a command line into words as a shell does: white space divides, quotes and backslashes keep together. Nothing
 * is expanded, since no shell runs it; what only a shell could do (`&&`, `|`, `>`) is a problem.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
function splitCommand(text) {
    const read = splitCommands(text);
    if ('problem' in read)
        return { problem: read.problem };
    const [only, ...others] = read.value;
    if (only === undefined)
        return { problem: 'expected a command' };
    return others.length > 0
        ? { problem: `expected one command, found several lines. ${shellHint}` }
        : { value: only.words };
}
/** Splits commands, one per line, each as `splitCommand` does; a backslash at its end or an open quote goes on with the next line. */
function splitCommands(text) {
    const commands = [];
    let words = [];
    let line = 1;
    let begin = 1;
    let word;
    // One at a time: a backslash that joins lines, white space, an escape, a quoted part, an operator, plain text.
    const parts = /\\\n|(\s+)|\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([;&|<>()])|([^\s\\'";&|<>()]+)|([\s\S])/g;
    for (const [all, space, escaped, single, double, operator, plain, rest] of text.trimEnd().matchAll(parts)) {
        const at = line;
        line += all.split('\n').length - 1;
        if (operator !== undefined)
            return { problem: `${(0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(operator)} needs a shell. ${shellHint}`, line: at };
        if (rest !== undefined)
            return { problem: rest === '\\' ? 'nothing follows the backslash' : 'a quote is not closed', line: at };
        if (all === '\\\n')
            continue;
        if (space !== undefined) {
            if (word !== undefined)
                words.push(word);
            word = undefined;
            if (space.includes('\n') && words.length > 0) {
                commands.push({ words, line: begin });
                words = [];
            }
            continue;
        }
        if (words.length === 0 && word === undefined)
            begin = at;
        word = (word ?? '') + (escaped ?? single ?? double?.replaceAll(/\\(?:\n|([$`"\\]))/g, '$1') ?? plain ?? '');
    }
    if (word !== undefined)
        words.push(word);
    if (words.length > 0)
        commands.push({ words, line: begin });
    return { value: commands };
}
const shellHint = "Quote it if it is meant literally; to have a shell run it, write sh -c '…'";


/***/ }),

/***/ 96217:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ buildFields),
/* harmony export */   g: () => (/* binding */ readPlainFields)
/* harmony export */ });
/* harmony import */ var _schema_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(82898);
/* harmony import */ var _value_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(87991);


const rows = Object.entries(_schema_js__WEBPACK_IMPORTED_MODULE_0__/* .inputRows */ .k);
/** Reads the inputs whose row says all. What cannot be read is reported, and is undefined here. */
function readPlainFields({ value }) {
    const fields = rows.flatMap(([name, row]) => {
        const read = readerOf(row);
        return read === undefined ? [] : [[fieldOf(name), value(name, read)]];
    });
    return Object.fromEntries(fields);
}
function readerOf(row) {
    switch (row.kind) {
        case 'text':
            return (text) => ({ value: text });
        case 'boolean':
            return _value_js__WEBPACK_IMPORTED_MODULE_1__/* .readBoolean */ .Vf;
        case 'count':
            return _value_js__WEBPACK_IMPORTED_MODULE_1__/* .readCount */ ._0;
        case 'choice':
            return (text) => (0,_value_js__WEBPACK_IMPORTED_MODULE_1__/* .readChoice */ .Kf)(text, row.choices);
        default:
            return undefined;
    }
}
/** The fields that are passed to the engine unchanged. */
const buildFields = rows.flatMap(([name, { build }]) => (build ? [fieldOf(name)] : []));
/** `noCache` of `no-cache`. */
function fieldOf(name) {
    return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}


/***/ }),

/***/ 58439:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ isPairMapping),
/* harmony export */   P: () => (/* binding */ readPairMapping)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16001);


/**
 * Whether a list of `KEY=value` is written as a YAML mapping: its first line that says anything is `key: value`, `key:` or begins a mapping
 * in braces, as JSON does.
 */
function isPairMapping(text) {
    const first = text.split(/\r\n?|\n/).find((line) => !/^\s*(?:#|$|---\s*$)/.test(line)) ?? '';
    const start = first.trim().slice(0, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.excerpt);
    return /^(?:"[^"=]*"|'[^'=]*'|[^\s"'#={}][^\s=]*)\s*:(?:\s|$)/.test(start) || /^\{\s*(?:$|["'])/.test(start);
}
/**
 * The pairs of a YAML mapping as `key=value` items. A key without a value is the item `key`, or `key=` with `emptyValues`. No problem repeats
 * a value.
 */
function readPairMapping(text, parsePairs, { emptyValues, report }) {
    const pairs = parsed(text, parsePairs);
    if (typeof pairs === 'string') {
        report(pairs);
        return [];
    }
    return pairs.flatMap(({ key, value, line }) => {
        if (key.includes('='))
            report(`expected "key: value" or key=value in all lines, found "=" in the key ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(key)}`, line);
        else if (value === null)
            return [{ text: emptyValues ? `${key}=` : key, line }];
        else if (typeof value === 'string')
            return [{ text: `${key}=${value}`, line }];
        else
            report(`${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(key)}: expected a text, found a ${Array.isArray(value) ? 'list' : 'mapping'}`, line);
        return [];
    });
}
function parsed(text, parsePairs) {
    try {
        return parsePairs?.(text) ?? 'expected a YAML mapping or key=value lines';
    }
    catch (error) {
        // The lines after the first show the place.
        const [message] = (error instanceof Error ? error.message : String(error)).split('\n');
        // It repeats the value.
        if (message?.startsWith('Unresolved alias'))
            return 'a value that begins with "*" is an alias; put it in quotes';
        return `invalid YAML: ${message?.replace(/:$/, '')}`;
    }
}


/***/ }),

/***/ 43395:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EE: () => (/* binding */ readBuildArgs),
/* harmony export */   fq: () => (/* binding */ readAnnotationLevels),
/* harmony export */   k2: () => (/* binding */ readLabels),
/* harmony export */   ti: () => (/* binding */ readAnnotations),
/* harmony export */   yd: () => (/* binding */ levelsVariable)
/* harmony export */ });
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1890);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16001);
/* harmony import */ var _value_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(87991);



/** Build arguments: `KEY=value`, or `KEY` alone (`null`). Later wins, as with docker. Values are never put into a message. */
function readBuildArgs(items, report) {
    const pairs = [];
    for (const { text, line } of items) {
        const { key, value } = (0,_value_js__WEBPACK_IMPORTED_MODULE_2__/* .splitPair */ .T6)(text);
        if (key === '')
            report('expected KEY=value or KEY, found nothing before "="', line);
        else if (/\s/.test(key)) {
            const multiline = value === null ? '; put a value of several lines in quotes, from before its key to its end' : '';
            report(`expected KEY=value or KEY, found white space in the key${multiline}`, line);
        }
        else
            pairs.push([key, value]);
    }
    return Object.fromEntries(pairs);
}
/** `key=value` with a key that is not empty. Later wins, as with docker. */
function readLabels(items, report) {
    return Object.fromEntries(items.flatMap((item) => readPair(item, report)));
}
/** As labels, and a prefix of a key must be one that buildx knows, for one of `platforms`. */
function readAnnotations(items, platforms, report) {
    const pairs = new Map();
    for (const item of items) {
        for (const [key, value] of readPair(item, report)) {
            const problem = prefixProblem(key, platforms.map(_oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .formatPlatform */ .Bq));
            if (problem === undefined) {
                // The later of two moves to the end, because it may have another prefix.
                pairs.delete(key);
                pairs.set(key, value);
            }
            else
                report(problem, item.line);
        }
    }
    return Object.fromEntries(pairs);
}
/** The variable that sets the annotation levels of docker/metadata-action. */
const levelsVariable = 'DOCKER_METADATA_ANNOTATIONS_LEVELS';
/** Returns the levels in a text such as `manifest,index`, without duplicates; undefined if it has none. */
function readAnnotationLevels(text, report) {
    const found = [...new Set(text.split(',').map((level) => level.trim()))].filter((level) => level !== '');
    const unknown = found.find((level) => !levels.includes(level));
    if (unknown === undefined)
        return found.length === 0 ? undefined : found;
    report(`${levelsVariable}: expected levels of ${levels.join(', ')}, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(unknown)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .didYouMean */ .au)(unknown, levels)}`);
    return undefined;
}
function readPair({ text, line }, report) {
    const { key, value } = (0,_value_js__WEBPACK_IMPORTED_MODULE_2__/* .splitPair */ .T6)(text);
    if (key === '')
        report('expected key=value, found nothing before "="', line);
    else if (value === null)
        report(`expected key=value, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(text)} without "="`, line);
    else
        return [[key, value]];
    return [];
}
// https://docs.docker.com/build/metadata/annotations/#specify-annotation-level
const levels = ['index', 'manifest', 'index-descriptor', 'manifest-descriptor'];
function prefixProblem(annotation, platforms) {
    const colon = annotation.indexOf(':');
    if (colon < 0)
        return undefined;
    if (colon === annotation.length - 1)
        return `expected a key after ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(annotation)}`;
    for (const prefix of annotation.slice(0, colon).split(',')) {
        const [, level = prefix, platform] = /^([^[]*)\[([^\]]*)\]$/.exec(prefix) ?? [];
        if (!levels.includes(level)) {
            return `expected a prefix of ${levels.join(', ')}, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(prefix)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .didYouMean */ .au)(level, levels)}`;
        }
        if (platform === undefined)
            continue;
        if (level.startsWith('index'))
            return `an index is for no platform: write ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(level)} without ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(`[${platform}]`)}`;
        const read = (0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .readWith */ .$5)(platform, _oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .parsePlatform */ .FL);
        if ('problem' in read)
            return read.problem;
        const name = (0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .formatPlatform */ .Bq)(read.value);
        if (platforms.length > 0 && !platforms.includes(name)) {
            return `${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(prefix)} is for ${name}, which is not one of platforms (${platforms.join(', ')})`;
        }
    }
    return undefined;
}


/***/ }),

/***/ 5857:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ readRecord),
/* harmony export */   r: () => (/* binding */ writeRecord)
/* harmony export */ });
/* harmony import */ var csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(25175);

/** Returns the fields of one CSV record; undefined if a quote is misplaced. */
function readRecord(text) {
    try {
        const [record] = (0,csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text, { relax_column_count: true });
        return record;
    }
    catch (thrown) {
        if (thrown instanceof csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__/* .CsvError */ .J$)
            return undefined;
        throw thrown;
    }
}
/** The fields as one CSV record, which `readRecord` and buildx read as the same fields. */
function writeRecord(fields) {
    return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
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


/***/ }),

/***/ 86444:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Lp: () => (/* binding */ readNetwork),
/* harmony export */   MW: () => (/* binding */ readAllow),
/* harmony export */   et: () => (/* binding */ ulimitProblem),
/* harmony export */   fS: () => (/* binding */ readAddHosts),
/* harmony export */   ik: () => (/* binding */ readSize),
/* harmony export */   tn: () => (/* binding */ readNoCacheFilters),
/* harmony export */   wN: () => (/* binding */ readUlimits),
/* harmony export */   ws: () => (/* binding */ readByteCount)
/* harmony export */ });
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(16001);
/* harmony import */ var _read_value_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(87991);


// What RUN steps are given besides their command. Each text goes to buildx as it was written, once it is known to be one that buildx takes.
/** Entries of the hosts file: `name:address`, or with `=`; the address may be `host-gateway`, or IPv6 in brackets. */
function readAddHosts(items, report) {
    return items.flatMap(({ text, line }) => {
        // As buildx does: the first `=` separates if there is one, else the first colon.
        const [, name = '', address = ''] = (text.includes('=') ? /^([^=]*)=(.*)$/ : /^([^:]*):(.*)$/).exec(text) ?? [];
        if (name === '' || name.startsWith('-') || /[\s,"]/.test(name)) {
            report(`expected name:address, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}`, line);
        }
        else if (!isAddress(address)) {
            report(`expected an IP address or host-gateway after ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(name)}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(address)}${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .au)(address, ['host-gateway'])}`, line);
        }
        else
            return [text];
        return [];
    });
}
function isAddress(address) {
    if (address === 'host-gateway')
        return true;
    const bare = /^\[(.+)\]$/.exec(address)?.[1] ?? address;
    const parts = bare.split('.');
    if (parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
        return true;
    return bare.length < 50 && /^[\da-f:.]+$/i.test(bare) && URL.canParse(`http://[${bare}]/`);
}
const entitlements = ['network.host', 'security.insecure', 'device'];
/** Entitlements of BuildKit: https://docs.docker.com/reference/cli/docker/buildx/build/#allow */
function readAllow(items, report) {
    return items.flatMap(({ text, line }) => {
        if (entitlements.includes(text) || /^device=[^\s=-]/.test(text))
            return [text];
        report(`expected ${entitlements.join(', ')} or device=name, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .au)(text, entitlements)}`, line);
        return [];
    });
}
const networks = ['default', 'host', 'none'];
/** The network of RUN. */
function readNetwork(text) {
    const value = networks.find((network) => network === text);
    if (value !== undefined)
        return { value };
    const near = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .au)(text, networks);
    return {
        problem: `expected one of ${networks.join(', ')}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}${near || '. For another network, let the step make a builder in it: driver: docker-container and driver-opts: network=name'}`,
    };
}
/** Stages that are built without cache. BuildKit knows them by name alone. */
function readNoCacheFilters(items, report) {
    return items.flatMap(({ text, line }) => {
        if (/^[a-z][\w.-]*$/i.test(text))
            return [text];
        report(`expected the name of a stage, as in FROM … AS name, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}`, line);
        return [];
    });
}
/** A size of memory as Docker takes it: bytes, or with a unit of b, k, m, g, t or p. */
function readSize(text) {
    if (/^\d{1,15}(?:\.\d{1,9})? ?(?:[kmgtp]i?b?|b)?$/i.test(text))
        return { value: text };
    return { problem: `expected a size such as 512m, 1g or a number of bytes, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}` };
}
/** Bytes in a size as Docker takes it, with powers of 1024; at least 1. */
function readByteCount(text) {
    const read = readSize(text);
    if ('problem' in read)
        return read;
    const [, count, unit = ''] = /^([\d.]+) ?([kmgtp]?)/i.exec(text) ?? [];
    const bytes = Math.floor(Number(count) * 1024 ** ' kmgtp'.indexOf(unit.toLowerCase() || ' '));
    return bytes > 0 ? { value: bytes } : { problem: `expected a size of at least one byte, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}` };
}
// https://docs.docker.com/reference/cli/docker/container/run/#ulimit
const limitNames = [
    ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio'],
    ...['rttime', 'sigpending', 'stack'],
];
/** `name=soft[:hard]` each, -1 for no limit. */
function readUlimits(items, report) {
    return items.flatMap(({ text, line }) => {
        const problem = ulimitProblem(text);
        if (problem === undefined)
            return [text];
        report(problem, line);
        return [];
    });
}
/** What is wrong with `name=soft[:hard]`, if anything is. */
function ulimitProblem(text) {
    const { key, value } = (0,_read_value_js__WEBPACK_IMPORTED_MODULE_1__/* .splitPair */ .T6)(text);
    if (value === null)
        return `expected name=soft:hard, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(text)}`;
    if (!limitNames.includes(key)) {
        return `expected one of ${limitNames.join(', ')}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(key)}${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .didYouMean */ .au)(key, limitNames)}`;
    }
    const [, soft, hard = soft] = /^(-1|\d{1,18})(?::(-1|\d{1,18}))?$/.exec(value) ?? [];
    if (soft === undefined)
        return `expected soft or soft:hard, in whole numbers, after ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(`${key}=`)}, found ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(value)}`;
    if (hard !== '-1' && (soft === '-1' || Number(soft) > Number(hard))) {
        return `the soft limit of ${key} is above its hard limit: ${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quote */ .hD)(value)}`;
    }
    return undefined;
}


/***/ }),

/***/ 35833:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  p: () => (/* binding */ isMapping),
  M: () => (/* binding */ readSmokeTest)
});

// EXTERNAL MODULE: ./src/inputs/read/problem.ts
var problem = __webpack_require__(16001);
// EXTERNAL MODULE: ./src/inputs/read/value.ts
var read_value = __webpack_require__(87991);
// EXTERNAL MODULE: ./src/inputs/run-settings.ts
var run_settings = __webpack_require__(86444);
// EXTERNAL MODULE: ./src/inputs/read/command-line.ts
var command_line = __webpack_require__(89834);
;// CONCATENATED MODULE: ./src/inputs/smoke-values.ts



// Values as YAML gives them: a text may have been read as a number or a boolean.
function readText(value) {
    if (['string', 'number', 'boolean'].includes(typeof value))
        return { value: String(value) };
    return { problem: `expected a text, found ${shown(value)}` };
}
/** A list, of which each is a word, or a command line that is split as a shell does. */
function readWords(value) {
    return typeof value === 'string' ? (0,command_line/* splitCommand */.G)(value) : eachOf(readText)(value);
}
/** Reads a list; one alone stands for a list of one. */
function eachOf(read) {
    return (value) => {
        const values = [];
        for (const item of Array.isArray(value) ? value : [value]) {
            const result = read(item);
            if ('problem' in result)
                return result;
            values.push(result.value);
        }
        return { value: values };
    };
}
/** A mapping, or a list of `NAME=value`. A name alone takes the value of the step's own environment, and is `null`. */
function readEnvironment(value) {
    const pairs = [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
        pairs.push(...Object.entries(value));
    else {
        const list = eachOf(readText)(value);
        if ('problem' in list)
            return list;
        for (const { key, value: text } of list.value.map(read_value/* splitPair */.T6))
            pairs.push([key, text]);
    }
    const result = [];
    for (const [name, found] of pairs) {
        if (name === '' || name.includes('='))
            return { problem: `expected NAME=value, found ${(0,problem/* quote */.hD)(name)}` };
        const text = found === null ? { value: null } : readText(found);
        if ('problem' in text)
            return { problem: `${name}: ${text.problem}` };
        result.push([name, text.value]);
    }
    return { value: Object.fromEntries(result) };
}
/** `container` or `host:container`, each with `/udp` if it is not TCP. */
function readPort(value) {
    const [, host, container, protocol = 'tcp'] = /^(?:(\d+):)?(\d+)(?:\/(tcp|udp))?$/.exec(String(value)) ?? [];
    const ports = [Number(host ?? 1), Number(container ?? 0)];
    if (container === undefined || ports.some((port) => port < 1 || port > 65_535)) {
        return { problem: `expected a port of the container, or host:container, from 1 to 65535, found ${shown(value)}` };
    }
    return {
        value: {
            host: host === undefined ? undefined : Number(host),
            container: Number(container),
            protocol: protocol === 'udp' ? 'udp' : 'tcp',
        },
    };
}
/**
 * `path:/folder[:ro]`, or `/folder` alone for an empty one. A volume by name is refused: the step would leave it behind.
 */
function readVolume(value) {
    const [, source, target, mode] = /^(?:(.+?):)?(\/[^:]*)(?::(ro|rw))?$/.exec(String(value)) ?? [];
    if (target === undefined)
        return { problem: `expected path:/folder, path:/folder:ro or /folder, found ${shown(value)}` };
    if (source !== undefined && !/[./\\]/.test(source)) {
        return { problem: `${(0,problem/* quote */.hD)(source)} names a volume, which would stay behind; write ./${source} for a folder` };
    }
    return { value: { source, target, readOnly: mode === 'ro' } };
}
/** `name:address`, or with `=` as Docker takes it too. */
function readHost(value) {
    const text = String(value);
    if (/^[^\s:=]+[:=]\S+$/.test(text))
        return { value: text.replace('=', ':') };
    return { problem: `expected name:address, found ${shown(value)}` };
}
/** `/pattern/flags`, or a text that is contained. */
function readPattern(value) {
    const text = readText(value);
    if ('problem' in text)
        return text;
    const [, source, flags = ''] = /^\/(.+)\/([imsu]*)$/s.exec(text.value) ?? [];
    if (source === undefined)
        return { value: text.value };
    try {
        return { value: new RegExp(source, flags) };
    }
    catch (error) {
        return { problem: error instanceof Error ? error.message : String(error) };
    }
}
function readPath(value) {
    const text = String(value);
    return text.startsWith('/')
        ? { value: text }
        : { problem: `expected a path that begins with /, found ${shown(value)}` };
}
/** A whole number from `least` to `most`. */
function readNumber(least, most) {
    return (value) => {
        const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
        if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) {
            return { value: number };
        }
        return { problem: `expected a number from ${least} to ${most}, found ${shown(value)}` };
    };
}
/** A value of YAML in an error. */
function shown(value) {
    return (0,problem/* quote */.hD)(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

;// CONCATENATED MODULE: ./src/inputs/container-values.ts




// What a smoke test's container may use and do, in the words of `docker run`. Values as YAML gives them.
function readTruth(value) {
    if (value === true || value === 'true')
        return { value: true };
    if (value === false || value === 'false')
        return { value: false };
    return { problem: `expected true or false, found ${shown(value)}` };
}
function readNetworkName(value) {
    const text = String(value);
    if (typeof value === 'string' && /^(?:container:)?[A-Za-z0-9][\w.-]{0,254}$/.test(text))
        return { value: text };
    return { problem: `expected bridge, host, none, or the name of a network, found ${shown(value)}` };
}
function readHostname(value) {
    const text = String(value);
    if (/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i.test(text))
        return { value: text };
    return { problem: `expected a host name of letters, digits, "-" and ".", found ${shown(value)}` };
}
/** A mapping, or a list of `name=value`. */
function readLabels(value) {
    const pairs = readEnvironment(value);
    if ('problem' in pairs)
        return pairs;
    return { value: Object.fromEntries(Object.entries(pairs.value).map(([name, text]) => [name, text ?? ''])) };
}
const units = ['b', 'k', 'm', 'g', 't'];
/** Docker makes no container with less memory. */
const leastMemory = 6 * 1024 * 1024;
/** Reads bytes, or a text such as `512m`, in powers of 1024 as Docker counts memory. */
function readBytes(least) {
    return (value) => {
        const [, number, unit = 'b'] = /^(\d{1,15}(?:\.\d{1,6})?) ?(?:([bkmgt])(?:i?b)?)?$/i.exec(String(value)) ?? [];
        if (number === undefined)
            return { problem: `expected a size such as 512m or 1g, found ${shown(value)}` };
        const bytes = Math.round(Number(number) * 1024 ** units.indexOf(unit.toLowerCase()));
        if (bytes >= least && bytes <= Number.MAX_SAFE_INTEGER)
            return { value: bytes };
        const fewest = least === leastMemory ? '6m' : '1';
        return { problem: `expected ${fewest} or more, found ${shown(value)}${unit.toLowerCase() === 'b' ? ' bytes' : ''}` };
    };
}
/** How many processors, such as 0.5. */
function readProcessors(value) {
    const text = String(value);
    const number = Number(text);
    if (/^\d{1,4}(?:\.\d{1,9})?$/.test(text) && number >= 0.01)
        return { value: number };
    return { problem: `expected a number of processors such as 0.5 or 2, from 0.01 on, found ${shown(value)}` };
}
/** A mapping of names to `soft[:hard]`, or a list of `name=soft[:hard]`. */
function readLimits(value) {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    const texts = isMapping ? Object.entries(value).map(([name, limit]) => `${name}=${String(limit)}`) : value;
    return eachOf(readLimit)(texts);
}
function readLimit(value) {
    const text = String(value);
    const problem = (0,run_settings/* ulimitProblem */.et)(text);
    if (problem !== undefined)
        return { problem };
    const { key, value: limits } = (0,read_value/* splitPair */.T6)(text);
    const [soft = '', hard = soft] = (limits ?? '').split(':');
    return { value: { name: key, soft: Number(soft), hard: Number(hard) } };
}
// https://man7.org/linux/man-pages/man7/capabilities.7.html
const capabilities = [
    ...['ALL', 'AUDIT_CONTROL', 'AUDIT_READ', 'AUDIT_WRITE', 'BLOCK_SUSPEND', 'BPF', 'CHECKPOINT_RESTORE', 'CHOWN'],
    ...['DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'IPC_LOCK', 'IPC_OWNER', 'KILL', 'LEASE'],
    ...['LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE', 'MKNOD', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_BROADCAST'],
    ...['NET_RAW', 'PERFMON', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYSLOG', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_CHROOT'],
    ...['SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_RESOURCE', 'SYS_TIME'],
    ...['SYS_TTY_CONFIG', 'WAKE_ALARM'],
];
/** The name of a capability, with or without `CAP_`, or `ALL`. */
function readCapability(value) {
    const name = String(value).toUpperCase().replace(/^CAP_/, '');
    if (capabilities.includes(name))
        return { value: name };
    return { problem: `expected a capability of Linux, or ALL, found ${shown(value)}${(0,problem/* didYouMean */.au)(name, capabilities)}` };
}
const securityNames = ['apparmor', 'label', 'no-new-privileges', 'seccomp', 'systempaths', 'writable-cgroups'];
/** `no-new-privileges`, `seccomp=unconfined`, `apparmor=name` and so on. Profiles of seccomp are read by the Docker CLI, which is not used here. */
function readSecurityOption(value) {
    const text = String(value);
    const [name = '', setting] = text.split(/[=:](.*)/s);
    if (!securityNames.includes(name)) {
        return {
            problem: `expected one of ${securityNames.join(', ')}, found ${shown(value)}${(0,problem/* didYouMean */.au)(name, securityNames)}`,
        };
    }
    if (name === 'seccomp' && setting !== 'unconfined' && setting !== 'builtin') {
        return { problem: `expected seccomp=unconfined or seccomp=builtin, found ${(0,problem/* quote */.hD)(text)}` };
    }
    if (name !== 'no-new-privileges' && !setting)
        return { problem: `expected ${name}=value, found ${(0,problem/* quote */.hD)(text)}` };
    return { value: setting === undefined ? name : `${name}=${setting}` };
}
/** `/folder`, or with options of mount: `/folder:size=64m,mode=1777`. */
function readTmpfs(value) {
    const [, folder, options = ''] = /^(\/[^:]+)(?::([\w=,.%-]+))?$/.exec(String(value)) ?? [];
    if (folder !== undefined)
        return { value: [folder, options] };
    return { problem: `expected /folder or /folder:size=64m, found ${shown(value)}` };
}
/** `/dev/x`, `/dev/x:/dev/y`, or either with `:rwm`. */
function readDevice(value) {
    const text = readText(value);
    if ('problem' in text)
        return text;
    const [, source, target = source, access = 'rwm'] = /^(\/[^:]+)(?::(\/[^:]+))?(?::([rwm]{1,3}))?$/.exec(text.value) ?? [];
    if (source !== undefined && target !== undefined)
        return { value: { source, target, access } };
    return { problem: `expected /dev/name, /dev/name:/dev/other or one of them with :rwm, found ${shown(value)}` };
}

;// CONCATENATED MODULE: ./src/inputs/smoke-test.ts





const keys = [
    'command',
    'entrypoint',
    'env',
    'user',
    'workdir',
    'ports',
    'volumes',
    'add-hosts',
    'network',
    'hostname',
    'labels',
    'memory',
    'cpus',
    'pids-limit',
    'shm-size',
    'ulimits',
    'read-only',
    'privileged',
    'init',
    'cap-add',
    'cap-drop',
    'security-opt',
    'tmpfs',
    'devices',
    'expect',
    'timeout',
];
const expectKeys = ['output', 'status', 'http'];
const httpKeys = ['path', 'port', 'status', 'contains'];
/** Default timeout (milliseconds). */
const defaultTimeout = 60_000;
/** Whether the text is a YAML mapping: its first line that says anything begins with a key. Else it is a command line. */
function isMapping(text) {
    const [first = ''] = text.split('\n').filter((line) => !/^\s*(?:#|$|---)/.test(line));
    return /^\s*(?:[\w-]+\s*:(?:\s|$)|\{)/.test(first);
}
/** Reads a command line, which is all that runs, or a YAML mapping. What is wrong is reported, all of it. */
function readSmokeTest(text, parseYaml, report) {
    if (isMapping(text)) {
        const found = parsed(text, parseYaml);
        if ('value' in found)
            return readMapping(found.value, report);
        report(found.problem);
        return undefined;
    }
    const words = (0,command_line/* splitCommand */.G)(text);
    if ('value' in words)
        return { ...readMapping({}, report), entrypoint: words.value };
    report(words.problem);
    return undefined;
}
function parsed(text, parseYaml) {
    if (parseYaml === undefined)
        return { problem: 'nothing here reads YAML' };
    try {
        return { value: parseYaml(text) };
    }
    catch (error) {
        // The lines after the first show the place.
        const [message] = (error instanceof Error ? error.message : String(error)).split('\n');
        return { problem: `invalid YAML: ${message?.replace(/:$/, '')}` };
    }
}
function readMapping(found, report) {
    const field = fieldsOf(found, { path: '', keys, report });
    const expected = fieldsOf(field('expect', asIs), { path: 'expect.', keys: expectKeys, report });
    const ports = field('ports', eachOf(readPort)) ?? [];
    const status = expected('status', readNumber(0, 255));
    const http = readHttp(expected('http', asIs), ports.find(({ protocol }) => protocol === 'tcp')?.container, report);
    if (http !== undefined && status !== undefined) {
        report('expect.status: with http the container is stopped when it has answered, and has no exit status');
    }
    const container = readContainer(field);
    const { network } = container;
    if (network === 'host' && ports.length > 0)
        report('ports: with network: host the container has the ports of the machine');
    if (network === 'none' && (ports.length > 0 || http !== undefined)) {
        report(`${http ? 'expect.http' : 'ports'}: with network: none the container has no ports`);
    }
    return {
        entrypoint: field('entrypoint', readWords),
        command: field('command', readWords),
        env: field('env', readEnvironment) ?? {},
        user: field('user', readText),
        workdir: field('workdir', readPath),
        ports,
        volumes: field('volumes', eachOf(readVolume)) ?? [],
        addHosts: field('add-hosts', eachOf(readHost)) ?? [],
        container,
        output: expected('output', readPattern),
        status: status ?? 0,
        http,
        timeout: field('timeout', (value) => (0,read_value/* readDuration */.$7)(String(value))) ?? defaultTimeout,
    };
}
function readContainer(field) {
    return {
        network: field('network', readNetworkName),
        hostname: field('hostname', readHostname),
        labels: field('labels', readLabels) ?? {},
        memory: field('memory', readBytes(leastMemory)),
        cpus: field('cpus', readProcessors),
        pidsLimit: field('pids-limit', readNumber(1, 4_194_304)),
        shmSize: field('shm-size', readBytes(1)),
        ulimits: field('ulimits', readLimits) ?? [],
        readOnly: field('read-only', readTruth),
        privileged: field('privileged', readTruth),
        init: field('init', readTruth),
        capAdd: field('cap-add', eachOf(readCapability)) ?? [],
        capDrop: field('cap-drop', eachOf(readCapability)) ?? [],
        securityOpt: field('security-opt', eachOf(readSecurityOption)) ?? [],
        tmpfs: Object.fromEntries(field('tmpfs', eachOf(readTmpfs)) ?? []),
        devices: field('devices', eachOf(readDevice)) ?? [],
    };
}
/** A path alone, or a mapping. `firstPort` is the one of `ports` that is asked when none is named. */
function readHttp(found, firstPort, report) {
    if (found === undefined)
        return undefined;
    const mapping = typeof found === 'string' ? { path: found } : found;
    const field = fieldsOf(mapping, { path: 'expect.http.', keys: httpKeys, report });
    const port = field('port', readNumber(1, 65_535)) ?? firstPort;
    if (port === undefined)
        report('expect.http: it needs a port, in port or in ports');
    return {
        path: field('path', readPath) ?? '/',
        port: port ?? 0,
        status: field('status', readNumber(100, 599)),
        contains: field('contains', readPattern),
    };
}
/** Returns a reader for the values of a mapping; unknown keys are reported at once. */
function fieldsOf(found, { path, keys, report }) {
    if (found !== undefined && (typeof found !== 'object' || found === null || Array.isArray(found))) {
        report(`${path.slice(0, -1) || 'it'}: expected a mapping with ${keys.join(', ')}`);
        return () => undefined;
    }
    const entries = new Map(Object.entries(found ?? {}));
    for (const key of entries.keys()) {
        if (keys.some((known) => known === key))
            continue;
        const near = (0,problem/* didYouMean */.au)(key, keys);
        report(`there is no ${(0,problem/* quote */.hD)(path + key)}${near || `; there is ${keys.join(', ')}`}`);
    }
    return (key, read) => {
        const value = entries.get(key);
        if (value === undefined || value === null)
            return undefined;
        const result = read(value);
        if ('value' in result)
            return result.value;
        report(`${path}${key}: ${result.problem}`);
        return undefined;
    };
}
function asIs(value) {
    return { value };
}


/***/ }),

/***/ 49398:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Xj: () => (/* binding */ checkValues),
/* harmony export */   eb: () => (/* binding */ expandValue),
/* harmony export */   wE: () => (/* binding */ fillValues)
/* harmony export */ });
/* harmony import */ var _expressions_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18602);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16001);
/* harmony import */ var _read_value_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(87991);



const names = [..._expressions_js__WEBPACK_IMPORTED_MODULE_0__/* .globalExpressions */ .dM, 'version', 'created'];
// `{{…}}` or `{{{…}}}`, with the backslash that takes its meaning.
const braces = /\\?\{\{\{?([^{}]*)\}\}\}?/g;
/** Words of Go's templates that stand alone: `{{end}}`. */
const foreignWords = ['else', 'end', 'break', 'continue'];
/**
 * What `value` becomes. Replaced are the names of expressions, dates, and `{{#if name}}…{{/if}}`. Braces that hold anything but one word are
 * of another template language (`{{.Version}}`, `{{ item.name }}`, `{{ x | upper }}`) and are not changed; one word that is not a name is a
 * problem. A backslash before an expression keeps its text: `\{{version}}`. No problem repeats the value, which may be a secret.
 */
function expandValue(value, expand, given) {
    if (!value.includes('{{'))
        return { value: plain(value) };
    // Only the expressions become a template: all other text is a variable of it, so no character of it has a meaning there.
    const texts = {};
    let template = '';
    let kept = '';
    let depth = 0;
    let last = 0;
    const closeText = () => {
        if (kept === '')
            return;
        const name = `text${Object.keys(texts).length}`;
        texts[name] = kept;
        template += `{{${name}}}`;
        kept = '';
    };
    for (const { 0: found, 1: inner = '', index } of value.matchAll(braces)) {
        kept += value.slice(last, index);
        last = index + found.length;
        const isEscaped = found.startsWith('\\');
        const part = readPart(inner.trim(), depth);
        if (part.kind === 'text')
            kept += found;
        else if (isEscaped)
            kept += found.slice(1);
        else if (part.kind === 'unknown')
            return { problem: unknownProblem(part.word) };
        else {
            depth += part.opens;
            closeText();
            template += found;
        }
    }
    kept += value.slice(last);
    if (template === '')
        return { value: plain(kept) };
    closeText();
    const read = expand(template, { ...given, ...texts });
    return 'problem' in read ? { problem: read.problem.replace(/, in ".*$/s, '') } : { value: read.value };
}
function plain(text) {
    return { text, uses: new Set() };
}
const text = { kind: 'text' };
/** What the braces hold, `depth` being the number of blocks that are open. */
function readPart(inner, depth) {
    const [, block, subject = ''] = /^#(if|unless)\s+([\w-]+)$/.exec(inner) ?? [];
    if (block !== undefined) {
        return names.includes(subject) ? { kind: 'expression', opens: 1 } : { kind: 'unknown', word: subject };
    }
    if (inner === '/if' || inner === '/unless')
        return depth > 0 ? { kind: 'expression', opens: -1 } : text;
    if (inner === 'else' && depth > 0)
        return { kind: 'expression', opens: 0 };
    if (/^(?:commit_)?date(?:\s+['"].*)?$/s.test(inner))
        return { kind: 'expression', opens: 0 };
    if (!/^[A-Za-z_]\w*$/.test(inner) || foreignWords.includes(inner))
        return text;
    return names.includes(inner) ? { kind: 'expression', opens: 0 } : { kind: 'unknown', word: inner };
}
function unknownProblem(word) {
    const accepted = [...names, 'date', 'commit_date'];
    const near = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .didYouMean */ .au)(word, accepted);
    // What resembles no expression may be a part of a secret.
    const found = near === '' ? 'another word in {{ }}' : (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(`{{${word}}}`);
    return `expected an expression of ${accepted.join(', ')}, found ${found}${near}. To keep the text, write a backslash before it`;
}
/** Checks the values of a list of `key=value`, and says which expressions they use. */
function checkValues(items, expand, report) {
    const uses = new Set();
    for (const { text: item, line } of items) {
        const { key, value } = (0,_read_value_js__WEBPACK_IMPORTED_MODULE_2__/* .splitPair */ .T6)(item);
        const read = expandValue(value ?? '', expand, { version: '', created: '' });
        if ('problem' in read)
            report(`${(0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(key)}: ${read.problem}`, line);
        else
            for (const name of read.value.uses)
                uses.add(name);
    }
    return uses;
}
/** The inputs with every expression of their values replaced. */
function fillValues(inputs, given) {
    const { labels, annotations, buildArgs, expressions } = inputs;
    if (expressions === undefined)
        return inputs;
    const fill = (pairs) => Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, value === null ? value : expressions.fill(value, given)]));
    return {
        ...inputs,
        labels: fill(labels),
        annotations: fill(annotations),
        buildArgs: fill(buildArgs),
    };
}


/***/ }),

/***/ 42189:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ emulatorName),
/* harmony export */   g: () => (/* binding */ emulatedPlatforms)
/* harmony export */ });
/**
 * What an image like tonistiigi/binfmt calls the emulator of an architecture:
 * https://github.com/tonistiigi/binfmt/blob/master/cmd/binfmt/config.go
 */
const emulatorNames = {
    386: 'qemu-i386',
    amd64: 'qemu-x86_64',
    arm: 'qemu-arm',
    arm64: 'qemu-aarch64',
    loong64: 'qemu-loongarch64',
    mips64: 'qemu-mips64',
    mips64le: 'qemu-mips64el',
    ppc64le: 'qemu-ppc64le',
    riscv64: 'qemu-riscv64',
    s390x: 'qemu-s390x',
};
/** The handler that the image registers for a platform; undefined where it has none. */
function emulatorName({ os, architecture }) {
    return os === 'linux' ? emulatorNames[architecture] : undefined;
}
/** All platforms that an image like tonistiigi/binfmt has an emulator for. */
const emulatedPlatforms = Object.keys(emulatorNames).map((architecture) => ({
    os: 'linux',
    architecture,
}));


/***/ }),

/***/ 76964:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ isRelease)
/* harmony export */ });
/** Whether a Git tag is a version without pre-release and build (`v1.2.3`, `1.2`), which `latest` goes with. */
function isRelease(tag) {
    return /^v?\d+(?:\.\d+){0,3}$/.test(tag);
}


/***/ }),

/***/ 80072:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ isEcrHost),
/* harmony export */   w: () => (/* binding */ parseEcrHost)
/* harmony export */ });
/** Whether a registry is Amazon ECR, private or public, by its name. */
function isEcrHost(host) {
    return parseEcrHost(host) !== undefined;
}
/**
 * Reads the name of a registry of Amazon ECR; undefined for another.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html and https://docs.aws.amazon.com/general/latest/gr/ecr.html
 */
function parseEcrHost(host) {
    if (host === 'public.ecr.aws' || host === 'ecr-public.aws.com') {
        return { account: undefined, region: undefined, fips: false, dualStack: false, suffix: 'amazonaws.com' };
    }
    const [, account, service = '', region, suffix = ''] = /^(\d{12})\.(dkr[.-]ecr(?:-fips)?)\.([a-z0-9-]{3,40})\.(amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)$/.exec(host) ?? [];
    if (account === undefined)
        return undefined;
    return {
        account,
        region,
        fips: service.endsWith('-fips'),
        dualStack: suffix.startsWith('on.'),
        suffix: suffix === 'on.aws' ? 'amazonaws.com' : suffix.replace('on.amazonwebservices', 'amazonaws'),
    };
}


/***/ })

};
