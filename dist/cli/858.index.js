export const id = 858;
export const ids = [858];
export const modules = {

/***/ 56094:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ displayFlags),
/* harmony export */   x: () => (/* binding */ readDisplay)
/* harmony export */ });
/* harmony import */ var _read_flags_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97174);

/** The flags of every command. */
const displayFlags = {
    json: { kind: 'switch', doc: 'Print the result as JSON on standard output, and the log on standard error.' },
    plain: { kind: 'switch', doc: 'Print every line of the log, also on a terminal. Default when the output is piped.' },
    debug: { kind: 'switch', doc: 'Print debug messages too.' },
    help: { kind: 'switch', short: 'h', doc: 'Print this text.' },
};
/** Returns the output format that the flags select. */
function readDisplay(given) {
    return { json: (0,_read_flags_js__WEBPACK_IMPORTED_MODULE_0__/* .isOn */ .Mp)(given, 'json'), plain: (0,_read_flags_js__WEBPACK_IMPORTED_MODULE_0__/* .isOn */ .Mp)(given, 'plain'), debug: (0,_read_flags_js__WEBPACK_IMPORTED_MODULE_0__/* .isOn */ .Mp)(given, 'debug') };
}


/***/ }),

/***/ 31128:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   u: () => (/* binding */ sourceKind)
/* harmony export */ });
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


/***/ }),

/***/ 69625:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ readPlatforms)
/* harmony export */ });
/* harmony import */ var _oci_platform_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1890);
/* harmony import */ var _read_problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(16001);


/** The messages for one list of platforms. */
const mostProblems = 100;
/** Reads platforms, in the order given, without duplicates. */
function readPlatforms(items, report) {
    const platforms = new Map();
    let problems = 0;
    for (const { text, line } of items) {
        const platform = (0,_read_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .readWith */ .$5)(text, _oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .parsePlatform */ .FL);
        if ('problem' in platform) {
            report(platform.problem, line);
            problems += 1;
            // To look for what each was meant to be takes a while, and nobody reads that many.
            if (problems === mostProblems)
                break;
        }
        else
            platforms.set(`${(0,_oci_platform_js__WEBPACK_IMPORTED_MODULE_0__/* .formatPlatform */ .Bq)(platform.value)} ${platform.value['os.version'] ?? ''}`, platform.value);
    }
    return [...platforms.values()];
}


/***/ }),

/***/ 48436:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ parseList)
/* harmony export */ });
/* harmony import */ var csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(25175);

/**
 * Splits the text of an input into its items, as Docker's actions do:
 *
 * - `list`: a newline or a comma separates; a quoted field keeps its comma if another field is on its line.
 * - `lines`: a newline separates, commas stay. Quotes around a whole line let it hold newlines (`""` is one `"`),
 *   quotes around a part after a comma are dropped, quotes elsewhere stay.
 * - `options`: a newline separates, every quote stays.
 * - `verbatim`: a newline separates, all else stays. Quotes around a whole entry let it hold newlines (`""` is one `"`).
 *
 * Unlike there, a line of white space gives no item, and a line that begins with `#`, indented or not, is a comment
 * in all kinds: no tag, platform, key or option can begin with that character. Inside quotes it is text.
 */
function parseList(kind, text) {
    if (kind === 'verbatim')
        return parseVerbatim(text);
    const records = readRecords(text.replace(/\r\n?/g, '\n'), kind !== 'options');
    if (typeof records === 'number')
        return { items: [], unclosedQuote: records };
    const items = records
        .flatMap(({ fields, line }) => split(kind, fields).map((item) => ({ text: item.trim(), line })))
        .filter((item) => item.text !== '');
    return { items };
}
function split(kind, fields) {
    if (kind !== 'list')
        return [fields.join(',')];
    // Docker's rule, odd as it is: a quoted field alone on its line is split at its commas nevertheless.
    return fields.length === 1 ? fields.flatMap((field) => field.split(',')) : fields;
}
/** The records of `text`, or the line of a quote that is not closed. */
function readRecords(text, quotes) {
    const source = text.split('\n');
    const records = [];
    let end = 0;
    try {
        (0,csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__/* .parse */ .qg)(text, {
            record_delimiter: '\n',
            relax_quotes: true,
            relax_column_count: true,
            skip_empty_lines: true,
            comment: '#',
            comment_no_infix: true,
            quote: quotes ? '"' : null,
            on_record: (fields, { lines }) => {
                end = lines;
                // `lines` is the last line of the record; quoted fields may have begun it on an earlier one.
                const line = lines - (fields.join().split('\n').length - 1);
                // The parser knows a comment in the first column only; this is for the indented ones.
                if (!/^\s*#/.test(source[line - 1] ?? ''))
                    records.push({ fields, line });
                return null;
            },
        });
        return records;
    }
    catch (thrown) {
        if (!(thrown instanceof csv_parse_sync__WEBPACK_IMPORTED_MODULE_0__/* .CsvError */ .J$ && thrown.code === 'CSV_QUOTE_NOT_CLOSED'))
            throw thrown;
        return source.findIndex((line, index) => index >= end && line.includes('"') && !line.startsWith('#')) + 1;
    }
}
// White space within a line; what may end one.
const blank = '[^\\S\\r\\n]*';
const end = '(?:\\r\\n?|\\n|$)';
// Inside quotes, two quotes are one. The closing quote is not half of a pair.
const quoted = `${blank}"([^"]*(?:""[^"]*)*)"(?!")`;
const patterns = {
    nothing: new RegExp(`${blank}(?:#[^\\r\\n]*)?${end}`, 'y'),
    quoted: new RegExp(`${quoted}${blank}${end}`, 'y'),
    quotedAndMore: new RegExp(quoted, 'y'),
    plain: new RegExp(`${blank}([^\\r\\n]*)${end}`, 'y'),
};
/**
 * Splits a text into verbatim entries: a line each, with trailing white space, or the text between a
 * quote before the entry and the quote that ends a line, with newlines as they are and `""` for one quote. Blank lines and
 * comments give nothing.
 *
 * Docker's actions read the same entries, with two differences: they take the quotes off a part between commas
 * (`A=1,"b",2`), which stay here, and guess on where a quote stands that can mean nothing, which is refused here.
 */
function parseVerbatim(text) {
    const items = [];
    let line = 1;
    let at = 0;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const match = pattern.exec(text);
        if (match === null)
            return undefined;
        at = pattern.lastIndex;
        line += lineEnds(match[0]);
        return match[1] ?? '';
    };
    while (at < text.length) {
        const begin = line;
        if (take(patterns.nothing) !== undefined)
            continue;
        const inQuotes = take(patterns.quoted)?.replaceAll('""', '"');
        if (inQuotes === undefined && startsWithQuote(text, at)) {
            return take(patterns.quotedAndMore) === undefined
                ? { items: [], unclosedQuote: begin }
                : { items: [], strayQuote: line };
        }
        const entry = inQuotes ?? take(patterns.plain) ?? '';
        if (entry.trim() !== '')
            items.push({ text: entry, line: begin });
    }
    return { items };
}
function startsWithQuote(text, at) {
    const first = /\S/g;
    first.lastIndex = at;
    return first.exec(text)?.[0] === '"';
}
function lineEnds(text) {
    return text.match(/\r\n?|\n/g)?.length ?? 0;
}


/***/ }),

/***/ 87991:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $4: () => (/* binding */ readVersion),
/* harmony export */   $7: () => (/* binding */ readDuration),
/* harmony export */   Fq: () => (/* binding */ readRetries),
/* harmony export */   Kf: () => (/* binding */ readChoice),
/* harmony export */   T6: () => (/* binding */ splitPair),
/* harmony export */   TA: () => (/* binding */ readFile),
/* harmony export */   V6: () => (/* binding */ readAttestation),
/* harmony export */   Vf: () => (/* binding */ readBoolean),
/* harmony export */   _0: () => (/* binding */ readCount),
/* harmony export */   j1: () => (/* binding */ readPush),
/* harmony export */   yI: () => (/* binding */ readContext)
/* harmony export */ });
/* harmony import */ var semver__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(62088);
/* harmony import */ var semver__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(semver__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _url_credentials_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(55915);
/* harmony import */ var _list_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(48436);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(16001);




/** The words of YAML 1.2's core schema, as `core.getBooleanInput` has them: true, True, TRUE, false, False, FALSE. */
function readBoolean(text) {
    if (/^(?:true|True|TRUE)$/.test(text))
        return { value: true };
    if (/^(?:false|False|FALSE)$/.test(text))
        return { value: false };
    return { problem: `expected true or false, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(text, ['true', 'false'])}` };
}
/** `true`, `false`, or `auto`. */
function readPush(text) {
    if (text === 'auto')
        return { value: 'auto' };
    const read = readBoolean(text);
    if ('value' in read)
        return read;
    return { problem: `expected true, false or auto, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(text, ['true', 'false', 'auto'])}` };
}
/** A count; `false` is none. */
function readRetries(text) {
    if (/^(?:false|False|FALSE)$/.test(text))
        return { value: 0 };
    if (/^\d{1,2}$/.test(text))
        return { value: Number(text) };
    return { problem: `expected a number from 0 to 99, or false, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}` };
}
const units = { h: 3_600_000, m: 60_000, s: 1000 };
/** Milliseconds in a time such as `45m`, `1h30m` or `90s`. */
function readDuration(text) {
    const parts = [...text.slice(0, 100).matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
    const total = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
    if (parts.map(([all]) => all).join('') === text && total > 0)
        return { value: total };
    return { problem: `expected a time such as 45m, 1h30m or 90s, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}` };
}
/** One of a few words. */
function readChoice(text, choices) {
    const value = choices.find((choice) => choice === text);
    if (value !== undefined)
        return { value };
    return { problem: `expected one of ${choices.join(', ')}, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(text, choices)}` };
}
/** A whole number from 0 on. */
function readCount(text) {
    if (/^\d{1,4}$/.test(text))
        return { value: Number(text) };
    return { problem: `expected a whole number from 0 on, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}` };
}
/** A version of one to three parts, with or without `v`, completed to `major.minor.patch`. */
function readVersion(text) {
    const plain = /^v?\d{1,9}(?:\.\d{1,9}){0,2}$/.test(text) ? (0,semver__WEBPACK_IMPORTED_MODULE_0__.coerce)(text)?.version : (0,semver__WEBPACK_IMPORTED_MODULE_0__.valid)(text);
    if (plain)
        return { value: plain };
    return { problem: `expected a version such as 24, 24.0 or 24.0.7, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}` };
}
/**
 * `false`, `true`, or attributes as CSV (`mode=max,version=v1`), as docker/build-push-action takes them, and with `modes` one of
 * these alone. `disabled=true` is `false`.
 */
function readAttestation(text, modes) {
    const { items, unclosedQuote } = (0,_list_js__WEBPACK_IMPORTED_MODULE_1__/* .parseList */ .E)('list', text);
    if (unclosedQuote !== undefined)
        return { problem: 'a quote is not closed' };
    const [only = ''] = items.map((item) => item.text);
    if (items.length === 1 && !only.includes('=')) {
        if (modes.includes(only))
            return { value: { mode: only } };
        const on = readBoolean(only);
        if ('value' in on)
            return { value: on.value ? {} : undefined };
    }
    const accepted = ['true', 'false', ...modes];
    const pairs = [];
    for (const { text: item } of items) {
        const { key, value } = splitPair(item);
        if (!key || value === null) {
            return {
                problem: `expected ${accepted.join(', ')} or key=value attributes, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(item)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(item, accepted)}`,
            };
        }
        pairs.push([key, value]);
    }
    const { disabled = 'false', ...attributes } = Object.fromEntries(pairs);
    const { mode } = attributes;
    if (mode !== undefined && modes.length > 0 && !modes.includes(mode)) {
        return { problem: `expected the mode ${modes.join(' or ')}, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(mode)}${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .didYouMean */ .au)(mode, modes)}` };
    }
    const off = readBoolean(disabled);
    if ('problem' in off)
        return { problem: `disabled: ${off.problem}` };
    return { value: off.value ? undefined : attributes };
}
/** A folder, a URL for the builder to fetch, or `{{defaultContext}}[:folder]`. */
function readContext(given) {
    const { url: text, credentials } = (0,_url_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .cutCredentials */ .v)(given);
    const template = /^\{\{\s*defaultContext\s*\}\}(?::(.*))?$/.exec(text);
    if (template !== null)
        return { value: { kind: 'default-git', subdir: template[1] || undefined } };
    if (text.includes('{{')) {
        return {
            problem: `the only template is {{defaultContext}}, with nothing but :folder after it, found ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(text)}`,
        };
    }
    if (text === '-')
        return { problem: 'expected a folder or a URL; a step has no standard input for "-" to mean' };
    // What buildx takes for remote: https://docs.docker.com/build/concepts/context/#remote-context
    const remote = /^(?:https?|git|ssh):\/\/|^git@|^github\.com\//.test(text);
    if (!remote)
        return { value: { kind: 'path', path: text } };
    if (/^(?:ssh|git):\/\/[^/:]*:[^/]*@/.test(text)) {
        return { problem: 'expected a URL without a password: only http and https take one; use the input ssh for keys' };
    }
    return { value: { kind: 'git', url: text, ...(credentials === undefined ? {} : { credentials }) } };
}
/** Path of a Dockerfile. */
function readFile(text) {
    if (text === '-')
        return { problem: 'expected a path; a step has no standard input for "-" to mean' };
    if ((0,_url_credentials_js__WEBPACK_IMPORTED_MODULE_3__/* .cutCredentials */ .v)(text).credentials !== undefined) {
        return { problem: 'expected a URL without user and password; download the Dockerfile in an earlier step' };
    }
    return { value: text };
}
/** Splits at the first `=`. The value is verbatim, `null` when there is no `=`. */
function splitPair(text) {
    const at = text.indexOf('=');
    return at < 0 ? { key: text, value: null } : { key: text.slice(0, at), value: text.slice(at + 1) };
}


/***/ }),

/***/ 82898:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ inputRows)
/* harmony export */ });
/** Every input: action.yml and the README's block are rendered from these rows, and `parseInputs` reads each. */
const inputRows = {
    images: {
        kind: 'list',
        default: '',
        doc: 'Image names without tags; each name gets every tag. A line can be name=acme/app,enable=true. Names are lowercased. Default: none; the image has a name only if tags contains full references.',
        example: 'ghcr.io/acme/app',
    },
    tags: {
        kind: 'list',
        default: '',
        doc: 'Short tags (1.2, latest) for every name of images, full references (ghcr.io/acme/app:1.2), or rules as in docker/metadata-action (type=semver,pattern={{version}}). Tags given here are fixed, except latest. moving=true in a line (stable,moving=true) makes its tags moving; enable=false disables the line. Default: depends on the event: the branch, the Git tag (with latest, for a version that is not a pre-release), pr-N, nightly, otherwise sha-<commit>.',
        example: '1.2.3, latest',
    },
    flavor: {
        kind: 'list',
        default: '',
        doc: 'Settings for all short tags and rules: latest=auto, true or false; prefix=… and suffix=…, which onlatest=true after one of them adds to latest too.',
        example: 'latest=auto',
    },
    platforms: {
        kind: 'list',
        build: true,
        default: 'linux/amd64',
        doc: 'Platforms to build, as os/arch[/variant] or by a common alias (amd64, arm64, arm32, x86_64, aarch64). The order is kept; duplicates are removed.',
        example: 'amd64, arm64',
    },
    context: {
        kind: 'string',
        default: '.',
        doc: 'Build context: a folder, a Git URL, or {{defaultContext}} (optionally with :folder) for the commit of the event without a checkout.',
    },
    'build-contexts': {
        kind: 'lines',
        default: '',
        doc: 'Additional contexts, name=value, one per line. Each replaces the stage or image of that name with a folder, docker-image://reference, oci-layout://folder[:tag][@digest], docker-archive:file[:tag], oci-archive:file[:tag], or a Git URL.',
        example: 'assets=./assets',
    },
    file: {
        kind: 'string',
        build: true,
        default: '',
        doc: 'Path of the Dockerfile. Default: Dockerfile in the context.',
    },
    'dockerfile-inline': {
        kind: 'text',
        build: true,
        default: '',
        doc: 'Content of the Dockerfile, instead of file.',
    },
    target: { kind: 'text', build: true, default: '', doc: 'Stage to build. Default: the last stage.' },
    'build-args': {
        kind: 'lines',
        build: true,
        default: '',
        doc: 'Build arguments, KEY=value, one per line, with the value verbatim, or a YAML mapping. KEY alone takes the value of the environment variable with that name.',
        example: 'VERSION=1.2.3',
    },
    'build-args-file': {
        kind: 'lines',
        default: '',
        doc: 'Files with build arguments, one path per line. Each file has KEY=value lines, like an env file. Later files override earlier ones; build-args overrides all files.',
        example: 'versions.env',
    },
    secrets: {
        kind: 'verbatim',
        build: true,
        default: '',
        doc: 'Build secrets for RUN --mount=type=secret, id=value, one per line, with the value verbatim. Quote an entry to give it a multi-line value; double each quote inside it.',
        example: `npm_token=\${{ secrets.NPM_TOKEN }}`,
    },
    'secret-envs': {
        kind: 'list',
        default: '',
        doc: 'Build secrets from environment variables of the step, id=NAME.',
        example: 'sentry_token=SENTRY_TOKEN',
    },
    'secret-files': {
        kind: 'lines',
        default: '',
        doc: 'Build secrets from files, id=path one per line.',
        example: 'npmrc=./.npmrc',
    },
    ssh: {
        kind: 'list',
        build: true,
        default: '',
        doc: 'SSH agents and keys for RUN --mount=type=ssh: default for the agent at SSH_AUTH_SOCK, or id=path of a socket or key.',
        example: 'default',
    },
    labels: {
        kind: 'lines',
        build: true,
        default: '',
        doc: 'Labels of the image, key=value, one per line, or a YAML mapping. They override the default labels; an empty value (org.opencontainers.image.url=) removes a default label.',
        example: 'org.opencontainers.image.licenses=Apache-2.0',
    },
    annotations: {
        kind: 'lines',
        build: true,
        default: '',
        doc: 'Annotations, key=value, one per line, or a YAML mapping. A prefix selects the level: index:, manifest:, index-descriptor: or manifest-descriptor:, the latter three optionally with a platform in brackets. They override the default annotations, as labels do.',
        example: 'index:org.opencontainers.image.title=app',
    },
    'default-labels': {
        kind: 'boolean',
        default: 'true',
        doc: 'Set labels and annotations that describe the image: title, description, url, source, version, created, revision and licenses of org.opencontainers.image. See docs/labels.md.',
    },
    push: {
        kind: 'string',
        default: 'false',
        doc: 'Push the image. Tags are written after verification. auto: true, except for pull requests from forks and Dependabot, which have no credentials and are only built and verified.',
    },
    'if-exists': {
        kind: 'choice',
        choices: ['overwrite', 'skip', 'fail'],
        default: 'overwrite',
        doc: 'Behavior for a fixed tag that already exists with another digest: overwrite, skip (leave it, write the others) or fail (before the build). Moving tags are always written: latest, tags with moving=true, and tags that the event gives for a branch, a pull request or a schedule.',
    },
    preflight: {
        kind: 'boolean',
        default: 'true',
        doc: 'Check before the build: credentials, base images for every platform, build secrets, tags, emulators, disk space.',
    },
    emulators: {
        kind: 'string',
        default: 'auto',
        doc: 'Set up missing emulators for RUN steps on other platforms, and remove them after the step: auto or off. A list of platforms, or all, sets up these too, even if the Dockerfile does not need them.',
    },
    'emulator-image': {
        kind: 'string',
        default: 'docker.io/tonistiigi/binfmt:qemu-v10.2.3-68',
        doc: 'Image that sets up emulators: tonistiigi/binfmt, a mirror of it, or a compatible image. It runs privileged on the host of the Docker daemon, only if an emulator is missing.',
    },
    verify: {
        kind: 'choice',
        choices: ['error', 'warn', 'off', 'full'],
        default: 'error',
        doc: 'Verify each image before it is tagged or loaded: its configuration and the binaries in its new layers match its platform, and it contains no secret of this step. error, warn, off, or full (base image layers too).',
    },
    'max-size': {
        kind: 'string',
        default: '',
        doc: 'Maximum compressed size of the image of each platform, configuration and layers as pushed, such as 200m or 1g (powers of 1024). A larger image fails the step before any tag is written. Default: none.',
        example: '200m',
    },
    'smoke-test': {
        kind: 'string',
        default: '',
        doc: "Start each platform's image before any tag is written: a command line that must exit with 0, or YAML: command, entrypoint, env, user, workdir, ports, volumes, add-hosts, expect (output, status, http), timeout. See docs/smoke-test.md.",
        example: 'app --version',
    },
    call: {
        kind: 'choice',
        choices: ['build', 'check', 'outline', 'targets'],
        default: 'build',
        doc: 'Operation on the Dockerfile: build, check (run the build checks; a finding fails the step), outline (list build arguments, secrets and SSH agents) or targets (list the targets). Only build produces an image.',
        example: 'check',
    },
    'dry-run': {
        kind: 'boolean',
        default: 'false',
        doc: 'Run preflight and show the plan in the log and the job summary, without building or writing anything. The outputs tags, labels, json and version are set.',
    },
    'before-tags': {
        kind: 'string',
        default: '',
        doc: 'Commands that must exit with 0 before any tag is written, one per line. They run on the runner without a shell, after verification and smoke test. Variables such as POLYARCH_REFERENCES identify the image. See docs/before-tags.md.',
        example: './scan.sh',
    },
    'before-tags-env': {
        kind: 'list',
        default: '',
        doc: 'Names of additional environment variables of the step for the commands of before-tags.',
        example: 'TRIVY_SEVERITY',
    },
    retries: {
        kind: 'string',
        default: '8',
        doc: 'Maximum number of retries for transient failures. 0 or false disables retries.',
    },
    timeout: {
        kind: 'string',
        default: '',
        doc: 'Time limit from preflight to the end of the build, verification and export, such as 45m or 1h30m. No tag is written after it. Default: none.',
        example: '45m',
    },
    compression: {
        kind: 'choice',
        choices: ['gzip', 'zstd', 'uncompressed'],
        build: true,
        default: 'gzip',
        doc: 'Compression of new layers: gzip, zstd or uncompressed. Layers of the base image are not recompressed.',
    },
    'drop-layers': {
        kind: 'count',
        build: true,
        default: '0',
        doc: 'Number of topmost layers of the base image to remove, without downloading any. Embedded engine only.',
        example: '1',
    },
    load: {
        kind: 'boolean',
        default: '',
        doc: 'Load the image into the local image store. Default: true for one platform without push and outputs, otherwise false.',
    },
    outputs: {
        kind: 'options',
        default: '',
        doc: 'Destinations of the image besides a registry, one per line: a folder for its files, or attributes as in docker buildx build --output: type=oci, docker, local, tar or cacheonly, and dest. type=image and type=registry set the inputs of the image.',
        example: 'type=oci,dest=image.tar',
    },
    'bake-target': {
        kind: 'string',
        default: 'docker-metadata-action',
        doc: 'Target in the files of the outputs bake-file, bake-file-tags, bake-file-labels and bake-file-annotations, for docker buildx bake in a later step.',
    },
    'sep-tags': {
        kind: 'string',
        default: '',
        doc: 'Separator of the outputs tags and tag-names; white space in it counts. Default: a newline.',
        example: "','",
    },
    'sep-labels': {
        kind: 'string',
        default: '',
        doc: 'Separator of the output labels. Default: a newline.',
        example: "','",
    },
    'sep-annotations': {
        kind: 'string',
        default: '',
        doc: 'Separator of the output annotations. Default: a newline.',
        example: "','",
    },
    cache: {
        kind: 'string',
        default: 'off',
        doc: 'Keep the build cache between runs: gha in the GitHub Actions cache, registry next to the image, local (or local:FOLDER) in a folder of the runner. It is read from the branch and the default branch and written to the branch. Cache errors never fail the build.',
        example: 'gha',
    },
    'cache-from': {
        kind: 'lines',
        default: '',
        doc: 'Caches to read, one per line, with the attributes of buildx: type=gha, type=registry,ref=…, type=local,src=…, s3, azblob, or only a reference.',
        example: 'type=registry,ref=ghcr.io/acme/app:cache',
    },
    'cache-to': {
        kind: 'lines',
        default: '',
        doc: 'Caches to write, one per line, with the attributes of buildx. Write errors do not fail the build unless the line has ignore-error=false. Pull requests from forks do not write caches.',
        example: 'type=registry,ref=ghcr.io/acme/app:cache,mode=max',
    },
    'cache-timeout': {
        kind: 'string',
        default: '10m',
        doc: 'Time limit for writing the build cache, after all tags are written. A timeout is a warning.',
        example: '5m',
    },
    'no-cache': { kind: 'boolean', build: true, default: 'false', doc: 'Do not use the cache when building the image.' },
    pull: {
        kind: 'boolean',
        build: true,
        default: 'false',
        doc: 'Always check the registry for newer base images.',
    },
    fresh: {
        kind: 'list',
        default: 'false',
        doc: 'Build from scratch: disable the cache, remove leftovers of earlier runs of this image, and prune stopped containers and dangling images of the whole Docker host. true, false, or filters for pruning: until=24h, label=key=value, label!=key.',
        example: 'until=24h',
    },
    registry: {
        kind: 'string',
        default: '',
        doc: 'Registry that username and password are for. Also the default registry for image names without one. An http:// prefix selects plain HTTP. Default: Docker Hub.',
        example: 'ghcr.io',
    },
    username: {
        kind: 'string',
        default: '',
        doc: 'User name for the registry. Requires password. Without registry, it is for Docker Hub.',
    },
    password: { kind: 'secret', default: '', doc: 'Password or access token for username.' },
    scope: {
        kind: 'string',
        default: '',
        doc: 'Limits username and password to a repository, to actions (pull, push), or both.',
        example: 'acme/app@push',
    },
    ecr: {
        kind: 'choice',
        choices: ['auto', 'true', 'false'],
        default: 'auto',
        doc: 'Whether registry is Amazon ECR, so that username and password are access keys. auto detects ECR by the host name.',
    },
    registries: {
        kind: 'string',
        default: '',
        doc: 'Credentials for several registries, as a YAML list of mappings: registry, username, password, scope, ecr, or the keys of an OIDC login. See docs/credentials.md.',
    },
    'registry-auth': {
        kind: 'string',
        default: '',
        doc: 'Alias of registries, for compatibility with docker/login-action.',
    },
    'keep-login': {
        kind: 'boolean',
        default: 'false',
        doc: "Keep the logins for later steps of the job (docker, cosign, attest) in the user's Docker configuration, which is restored at the end of the job.",
    },
    'github-token': {
        kind: 'secret',
        default: `\${{ github.token }}`,
        doc: 'Token of the job. Used for ghcr.io unless other credentials are given, for Git contexts on the GitHub server of the workflow, and to read labels from its API.',
    },
    engine: {
        kind: 'string',
        default: 'auto',
        doc: 'Build engine: buildx, embedded (no daemon; for Dockerfiles without RUN), or auto: buildx if it is available, otherwise embedded.',
    },
    builder: {
        kind: 'text',
        default: '',
        doc: 'Name of the builder to use. Default: a suitable existing builder, otherwise one that is created for this step and removed afterwards.',
    },
    driver: {
        kind: 'string',
        default: '',
        doc: 'Driver of the builder this step creates: docker, docker-container, remote or kubernetes. Default: the simplest driver that supports the build.',
    },
    'driver-opts': {
        kind: 'options',
        default: '',
        doc: 'Driver options, key=value, one per line, for a builder this step creates.',
        example: 'network=host',
    },
    endpoint: {
        kind: 'text',
        default: '',
        doc: 'Endpoint of the builder this step creates: tcp://host:port of a buildkitd (driver remote), or a Docker context.',
        example: 'tcp://buildkitd:1234',
    },
    'buildkitd-config': {
        kind: 'string',
        default: '',
        doc: 'Path of a BuildKit daemon configuration file (buildkitd.toml), for a builder this step creates.',
    },
    'buildkitd-config-inline': {
        kind: 'string',
        default: '',
        doc: 'Content of the BuildKit daemon configuration, instead of buildkitd-config.',
    },
    'buildkitd-flags': {
        kind: 'text',
        default: '',
        doc: 'Flags of the BuildKit daemon, for a builder this step creates.',
        example: '--debug',
    },
    'node-platforms': {
        kind: 'list',
        default: '',
        doc: 'Platforms of the first node of a builder this step creates. Default: the platforms that the node reports.',
        example: 'linux/amd64',
    },
    append: {
        kind: 'string',
        default: '',
        doc: 'Additional nodes of a builder this step creates, as a YAML list of mappings: endpoint, name, platforms, driver-opts, buildkitd-flags. See docs/engines/remote-and-nodes.md.',
    },
    'keep-state': {
        kind: 'boolean',
        default: 'false',
        doc: 'Keep the build cache of a docker-container builder this step creates on the host, for the next builder with the same name (see builder).',
    },
    mirrors: {
        kind: 'list',
        default: '',
        doc: 'Registry mirrors, registry=host[:port][/path], one per line, tried in this order before the registry itself: for the BuildKit and emulator images, and for images that a builder this step creates pulls.',
        example: 'docker.io=mirror.gcr.io',
    },
    provenance: {
        kind: 'string',
        build: true,
        default: '',
        doc: 'Provenance attestation: false, true, min, max, or its attributes (mode=max,version=v1). Default: false, unless set in attests.',
        example: 'max',
    },
    sbom: {
        kind: 'string',
        build: true,
        default: '',
        doc: 'SBOM attestation: false, true, or its attributes (generator=image). Default: false, unless set in attests.',
        example: 'true',
    },
    attests: {
        kind: 'lines',
        default: '',
        doc: 'Attestations, one per line: type=provenance or type=sbom, with their attributes. An entry is used only if the input of its type (provenance, sbom) is empty.',
        example: 'type=sbom,generator=docker/scout-sbom-indexer',
    },
    'add-hosts': {
        kind: 'list',
        build: true,
        default: '',
        doc: 'Custom host-to-IP mappings for RUN steps, name:address. The address host-gateway is the host of the daemon (docker driver only).',
        example: 'db.internal:10.0.0.5',
    },
    allow: {
        kind: 'list',
        build: true,
        default: '',
        doc: 'Entitlements for RUN steps: network.host, security.insecure, device or device=name. A builder that this step creates grants them.',
        example: 'network.host',
    },
    'cgroup-parent': {
        kind: 'text',
        build: true,
        default: '',
        doc: 'Parent cgroup of the containers of RUN steps.',
        example: '/builds',
    },
    network: {
        kind: 'string',
        build: true,
        default: '',
        doc: 'Network of RUN steps: default, none or host.',
        example: 'none',
    },
    'no-cache-filters': {
        kind: 'list',
        build: true,
        default: '',
        doc: 'Stages to build without the cache.',
        example: 'test, final',
    },
    'shm-size': {
        kind: 'string',
        build: true,
        default: '',
        doc: 'Size of /dev/shm in RUN steps, such as 512m or 1g.',
        example: '512m',
    },
    ulimit: {
        kind: 'lines',
        build: true,
        default: '',
        doc: 'Resource limits of RUN steps, name=soft:hard, one per line; -1 means unlimited.',
        example: 'nofile=1024:65536',
    },
    'extra-args': {
        kind: 'options',
        build: true,
        default: '',
        doc: 'Additional options for docker buildx build: --option or --option=value, split like in a shell. Options that have an input, or that the step sets, are rejected.',
        example: '--resource=memory=2g',
    },
    'buildx-version': {
        kind: 'string',
        default: '',
        doc: 'Version of buildx to download from its releases: latest, or a version such as v0.29.1. The download is verified against the checksums of the release, kept in the tool cache of the runner and used by this step only. Default: the installed version.',
        example: 'v0.29.1',
    },
    'buildx-mirror': {
        kind: 'string',
        default: 'https://github.com/docker/buildx/releases',
        doc: 'Base URL of the buildx releases. It must serve download/<version>/checksums.txt and the files next to it, and latest/download/checksums.txt for latest.',
    },
    'minimum-engine-version': {
        kind: 'list',
        default: '',
        doc: 'Fail before the build if the engine is older: a version of Docker, or docker=24.0, buildx=0.13 and buildkit=0.12, one per line.',
        example: '24.0.0',
    },
};


/***/ }),

/***/ 53373:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ secret)
/* harmony export */ });
/** Wraps `text` so that it cannot end up in a log, an error or a JSON document by accident. */
function secret(text) {
    const hidden = () => '***';
    const value = {
        reveal: () => text,
        toString: hidden,
        toJSON: hidden,
        // What console.log and util.inspect of Node ask for, at any depth.
        [Symbol.for('nodejs.util.inspect.custom')]: hidden,
    };
    return Object.freeze(value);
}


/***/ }),

/***/ 55915:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ namedCredentials),
/* harmony export */   v: () => (/* binding */ cutCredentials)
/* harmony export */ });
/* harmony import */ var _dockerfile_instructions_source_kind_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(31128);
/* harmony import */ var _secret_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(53373);


/** Scheme, `user:password`, host, and the rest. What stands before the last `@` of the authority is the user information. */
const pattern = /^(https?:\/\/)([^/?#\\]*)@([^/?#\\@]+)(.*)$/is;
/** Splits a URL into the URL without credentials, and the credentials. Other texts are returned unchanged. */
function cutCredentials(text) {
    const [, scheme = '', information = '', host = '', rest = ''] = pattern.exec(text) ?? [];
    const url = `${scheme}${host}${rest}`;
    if (host === '' || !URL.canParse(url))
        return { url: text, credentials: undefined };
    if (information === '')
        return { url, credentials: undefined };
    const colon = information.indexOf(':');
    const written = colon < 0 ? [information, ''] : [information.slice(0, colon), information.slice(colon + 1)];
    const [username = '', password = ''] = written.map(decoded);
    return {
        url,
        credentials: {
            kind: (0,_dockerfile_instructions_source_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .sourceKind */ .u)(url.replace(/[?#].*$/s, '')) === 'git' ? 'git' : 'http',
            host,
            origin: new URL(url).origin,
            ...userAndPassword(username, password),
            forms: [...formsOf(username, password), ...written.filter((_, index) => isSecret(index, username, password))].map(_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r),
        },
    };
}
/** User and password, and all texts that give the password away. */
function namedCredentials(username, password) {
    return { ...userAndPassword(username, password), forms: formsOf(username, password).map(_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r) };
}
function userAndPassword(username, password) {
    return { username: (0,_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(username), password: (0,_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .secret */ .r)(password) };
}
function formsOf(username, password) {
    const open = [username, password].filter((text, index) => text !== '' && isSecret(index, username, password));
    const sent = Buffer.from(`${username}:${password}`).toString('base64');
    return [...new Set([...open.flatMap((text) => [text, encodeURIComponent(text)]), sent])];
}
/** A token is often the user's name, with no password or one that says nothing. */
function isSecret(index, username, password) {
    return index === 1 || password === '' || password === 'x-oauth-basic' || username.length >= 20;
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}


/***/ }),

/***/ 68825:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bc: () => (/* binding */ isDigest),
/* harmony export */   MX: () => (/* binding */ verify),
/* harmony export */   PF: () => (/* binding */ blobName),
/* harmony export */   ol: () => (/* binding */ digestOf),
/* harmony export */   s: () => (/* binding */ digestIn),
/* harmony export */   vo: () => (/* binding */ splitDigest),
/* harmony export */   zr: () => (/* binding */ verified)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);


/** The registered algorithms this program can check, with the length of their hex text. https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms */
const hexLengths = { sha256: 64, sha512: 128 };
/** The SHA-256 digest of `bytes`. */
function digestOf(bytes) {
    return `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(bytes).digest('hex')}`;
}
/** Whether `text` is a digest with a registered algorithm and lower-case hex of its length, so that it is safe as a file name too. */
function isDigest(text) {
    const [, algorithm = '', hex = ''] = /^([a-z0-9]+):([0-9a-f]+)$/.exec(text) ?? [];
    return hexLengths[algorithm] === hex.length;
}
/** The algorithm and the hex text of a digest. */
function splitDigest(digest) {
    const colon = digest.indexOf(':');
    return { algorithm: digest.slice(0, colon), hex: digest.slice(colon + 1) };
}
/** The name of a blob's file in an OCI layout: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs */
function blobName(digest) {
    const { algorithm, hex } = splitDigest(digest);
    return `blobs/${algorithm}/${hex}`;
}
/** The digest that the name of a file in an OCI layout gives; undefined for any other name. Docker 25 and newer name layers so too. */
function digestIn(name) {
    const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? [];
    return hex === undefined ? undefined : `sha256:${hex}`;
}
/**
 * Passes `source` on and throws `content-mismatch` when it is longer than `expected.size`, or, at its end, shorter or of another digest.
 * `what` begins the message: "Cannot read blob sha256:… of ghcr.io/a/b".
 */
async function* verified(source, expected, what) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(splitDigest(expected.digest).algorithm);
    let size = 0;
    for await (const chunk of source) {
        size += chunk.length;
        if (size > expected.size)
            throw mismatch(what, `it is longer than the ${expected.size} bytes expected`);
        hash.update(chunk);
        yield chunk;
    }
    assertContent(expected, size, hash.digest('hex'), what);
}
/** Throws `content-mismatch` when `bytes` are not what `expected` describes. */
function verify(bytes, expected, what) {
    const { algorithm } = splitDigest(expected.digest);
    assertContent(expected, bytes.length, (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(algorithm).update(bytes).digest('hex'), what);
}
function assertContent(expected, size, hex, what) {
    if (size !== expected.size)
        throw mismatch(what, `it has ${size} bytes where ${expected.size} were expected`);
    const { algorithm } = splitDigest(expected.digest);
    const digest = `${algorithm}:${hex}`;
    if (digest !== expected.digest)
        throw mismatch(what, `its digest is ${digest}, expected ${expected.digest}`);
}
function mismatch(what, found) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('content-mismatch', `${what}: ${found}`, {
        hint: 'Run the job again. If the error persists, check the proxy and the storage between the step and the registry.',
    });
}


/***/ }),

/***/ 1890:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bq: () => (/* binding */ formatPlatform),
/* harmony export */   FL: () => (/* binding */ parsePlatform),
/* harmony export */   Fk: () => (/* binding */ suits),
/* harmony export */   P2: () => (/* binding */ platformEquals),
/* harmony export */   PU: () => (/* binding */ runsNatively),
/* harmony export */   WN: () => (/* binding */ normalisePlatform),
/* harmony export */   au: () => (/* binding */ fallbacks)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _text_nearest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(60613);


// What Go can build for (`go tool dist list`), which is what `platform` may hold:
// https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md#image-index-property-descriptions
const systems = words('aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasi wasip1 windows');
const architectures = words('386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64 wasm');
/** Other names for an architecture, as uname, Debian, Node, Rust and users write them. */
const aliases = {
    x86_64: { architecture: 'amd64' },
    'x86-64': { architecture: 'amd64' },
    x64: { architecture: 'amd64' },
    i386: { architecture: '386' },
    i486: { architecture: '386' },
    i586: { architecture: '386' },
    i686: { architecture: '386' },
    ia32: { architecture: '386' },
    x86: { architecture: '386' },
    aarch64: { architecture: 'arm64' },
    armv8: { architecture: 'arm64' },
    arm32: { architecture: 'arm', variant: 'v7' },
    armhf: { architecture: 'arm', variant: 'v7' },
    armv7: { architecture: 'arm', variant: 'v7' },
    armv7l: { architecture: 'arm', variant: 'v7' },
    armel: { architecture: 'arm', variant: 'v6' },
    armv6: { architecture: 'arm', variant: 'v6' },
    armv6l: { architecture: 'arm', variant: 'v6' },
    armv5: { architecture: 'arm', variant: 'v5' },
    arm32v5: { architecture: 'arm', variant: 'v5' },
    arm32v6: { architecture: 'arm', variant: 'v6' },
    arm32v7: { architecture: 'arm', variant: 'v7' },
    arm64v8: { architecture: 'arm64' },
    ppc64el: { architecture: 'ppc64le' },
    powerpc64le: { architecture: 'ppc64le' },
    mipsel: { architecture: 'mipsle' },
    mips64el: { architecture: 'mips64le' },
    loongarch64: { architecture: 'loong64' },
};
const variants = {
    amd64: /^v[1-4]$/,
    arm: /^v[5-8]$/,
    arm64: /^v[89](\.[0-9]+)?$/,
};
/**
 * Reads `os/arch[/variant]`, `arch` or `arch/variant` (Linux then), with the aliases in use (`x86_64`, `aarch64`, `armhf`, `arm32`, …),
 * and `windows(10.0.20348)/amd64`. The result is normalized. Throws `input-invalid`, with the nearest known name.
 */
function parsePlatform(text) {
    const parts = text.trim().toLowerCase().split('/');
    const [first = '', ...others] = parts;
    const [, name = '', version] = /^([^()]*)(?:\(([^()]*)\))?$/.exec(first) ?? [];
    const os = name === 'macos' ? 'darwin' : name;
    if (parts.length > 3 || parts.includes(''))
        throw invalid(text, 'it is not os/architecture or os/architecture/variant');
    if (!systems.has(os)) {
        if (parts.length === 3)
            throw unknown(text, 'operating system', os, systems);
        // One or two parts: `arm64`, `arm/v7`; or an operating system with a slip.
        if (parts.length === 2 && isArchitecture(others[0] ?? ''))
            throw unknown(text, 'operating system', os, systems);
        return platform(text, 'linux', parts);
    }
    if (others.length === 0)
        throw invalid(text, 'it lacks an architecture', `Write ${os}/amd64 or ${os}/arm64, for example.`);
    return { ...platform(text, os, others), ...(version ? { 'os.version': version } : {}) };
}
/** `os/arch[/variant]`, normalized: `linux/arm64`, `linux/arm/v7`. */
function formatPlatform(value) {
    const { os, architecture, variant } = normalisePlatform(value);
    return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
/**
 * One spelling for each platform, by containerd's rules: lower case, no `v1` on amd64, no `v8` on arm64, `v7` where arm has none.
 * https://pkg.go.dev/github.com/containerd/platforms#Normalize
 */
function normalisePlatform(value) {
    const { variant: given = '', ...rest } = value;
    const system = value.os.toLowerCase();
    const named = value.architecture.toLowerCase();
    const alias = Object.hasOwn(aliases, named) ? aliases[named] : undefined;
    const architecture = alias?.architecture ?? named;
    const variant = normaliseVariant(architecture, given === '' ? (alias?.variant ?? '') : given.toLowerCase());
    return { ...rest, os: system === 'macos' ? 'darwin' : system, architecture, ...(variant === '' ? {} : { variant }) };
}
/** Whether both mean the same os, architecture and variant; `os.version` counts where both have one. */
function platformEquals(a, b) {
    const [one, other] = [a['os.version'], b['os.version']];
    return formatPlatform(a) === formatPlatform(b) && (!one || !other || one === other);
}
/** Whether an image for `offered` is one for `wanted`: of the same platform, or of an older variant of it. */
function suits(wanted, offered) {
    return [wanted, ...fallbacks(wanted)].some((platform) => platformEquals(platform, offered));
}
/**
 * The platforms whose images this one runs as well, best first: older variants of the same architecture.
 * containerd goes further, from arm64 to arm and from amd64 to 386; an image of those would be under a wrong name.
 * https://pkg.go.dev/github.com/containerd/platforms#Only
 */
function fallbacks(value) {
    const { variant, ...rest } = normalisePlatform(value);
    const oldest = { amd64: 1, arm: 5, arm64: 8 }[rest.architecture];
    const version = /^v(\d+)/.exec(variant ?? '')?.[1];
    if (oldest === undefined || version === undefined)
        return [];
    const count = Math.max(0, Number(version) - oldest);
    return Array.from({ length: count }, (_, index) => normalisePlatform({ ...rest, variant: `v${Number(version) - 1 - index}` }));
}
/**
 * Whether a machine of one platform executes the binaries of another without emulation. Variants are ignored, as by the kernel.
 * Not every 64-bit ARM machine still runs 32-bit binaries, but most that builders run on do.
 */
function runsNatively(program, machine) {
    const [wanted, own] = [normalisePlatform(program), normalisePlatform(machine)];
    if (wanted.os !== own.os)
        return false;
    return wanted.architecture === own.architecture || wanted.architecture === narrower[own.architecture];
}
const narrower = { amd64: '386', arm64: 'arm' };
function platform(text, os, [architecture = '', variant]) {
    if (!isArchitecture(architecture))
        throw unknown(text, 'architecture', architecture, architectures);
    const result = normalisePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
    const pattern = variants[result.architecture] ?? /^[a-z0-9._-]+$/;
    if (result.variant !== undefined && !pattern.test(result.variant)) {
        throw invalid(text, `${result.architecture} has no variant "${variant}"`);
    }
    return result;
}
function isArchitecture(name) {
    return architectures.has(name) || Object.hasOwn(aliases, name);
}
function normaliseVariant(architecture, variant) {
    const prefixed = /^[0-9]/.test(variant) && Object.hasOwn(variants, architecture) ? `v${variant}` : variant;
    if (architecture === 'arm64')
        return prefixed === 'v8' || prefixed === 'v8.0' ? '' : prefixed.replace(/\.0$/, '');
    if (architecture === 'amd64')
        return prefixed === 'v1' ? '' : prefixed;
    if (architecture === 'arm')
        return prefixed === '' ? 'v7' : prefixed;
    return prefixed;
}
function words(text) {
    return new Set(text.split(' '));
}
function unknown(text, kind, name, known) {
    const letters = (word) => [...word].sort().join('');
    // Where two are as near, the one with the same letters is meant: amr64 is arm64, not amd64.
    const rank = (word) => (0,_text_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .distance */ .I)(name, word) + (letters(word) === letters(name) ? 0 : 0.5);
    const [nearest = ''] = [...known].sort((a, b) => rank(a) - rank(b));
    const hint = (0,_text_nearest_js__WEBPACK_IMPORTED_MODULE_1__/* .distance */ .I)(name, nearest) <= 2
        ? `Did you mean ${text.trim().toLowerCase().replace(name, nearest)}?`
        : `Known: ${[...known].join(', ')}.`;
    return invalid(text, `the ${kind} "${name}" is not known`, hint);
}
function invalid(text, found, hint) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('input-invalid', `"${text}" is not a platform: ${found}`, hint === undefined ? {} : { hint });
}


/***/ }),

/***/ 62148:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F2: () => (/* binding */ parseReference),
/* harmony export */   FH: () => (/* binding */ formatReference),
/* harmony export */   Sh: () => (/* binding */ formatRepository),
/* harmony export */   dz: () => (/* binding */ isTag),
/* harmony export */   iP: () => (/* binding */ sanitizeTag),
/* harmony export */   nj: () => (/* binding */ showReference),
/* harmony export */   qW: () => (/* binding */ showRepository)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _digest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68825);


// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests and the grammar of
// https://pkg.go.dev/github.com/distribution/reference, which every engine uses.
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[a-f0-9:]+\])(?::[0-9]+)?$/i;
const componentPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const longestName = 255;
/**
 * Reads `[host[:port]/]path[:tag][@digest]` and completes it as docker does: no host means `docker.io`, one path component
 * there means `library/`. Throws `input-invalid` that says which part is wrong.
 */
function parseReference(text) {
    if (text === '')
        throw invalid(text, 'it is empty');
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
        throw invalid(text, 'it begins with a scheme', `Write it without one: ${text.replace(/^.*?:\/\//, '')}.`);
    }
    const at = text.indexOf('@');
    const digest = at < 0 ? undefined : text.slice(at + 1);
    const { registry, rest } = splitHost(at < 0 ? text : text.slice(0, at));
    const colon = rest.lastIndexOf(':');
    const path = colon < 0 ? rest : rest.slice(0, colon);
    const tag = colon < 0 ? undefined : rest.slice(colon + 1);
    assertHost(text, registry);
    assertPath(text, path);
    if (tag !== undefined && !tagPattern.test(tag))
        throw invalid(text, `the tag "${tag}" is not one`, tagHint);
    if (digest !== undefined && !(0,_digest_js__WEBPACK_IMPORTED_MODULE_1__/* .isDigest */ .Bc)(digest))
        throw invalid(text, `the digest "${digest}" is not one`, digestHint);
    const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
    if (`${registry}/${repository}`.length > longestName) {
        throw invalid(text, `the name has more than ${longestName} characters`);
    }
    return {
        registry,
        repository,
        ...(tag === undefined ? {} : { tag }),
        ...(digest === undefined ? {} : { digest }),
    };
}
/** `ghcr.io/acme/app`; Docker Hub's in full: `docker.io/library/alpine`. */
function formatRepository({ registry, repository }) {
    return `${registry}/${repository}`;
}
/** The name as the user wrote it: `acme/app` where `formatRepository` gives `docker.io/acme/app`. */
function showRepository(repository) {
    return repository.written ?? formatRepository(repository);
}
/** The reference with the name as the user wrote it: `acme/app:1.0`. */
function showReference(reference) {
    return formatReference(reference).replace(formatRepository(reference), showRepository(reference));
}
/** The full text of a reference; `parseReference` of it gives an equal one. */
function formatReference({ registry, repository, tag, digest }) {
    return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
/** Whether `text` can be a tag. */
function isTag(text) {
    return tagPattern.test(text);
}
/**
 * `text` as a tag: runs of other characters become one `-` each, `.` and `-` at the start are dropped, 128 characters are kept. "" if
 * nothing is left.
 */
function sanitizeTag(text) {
    return text
        .replace(/[^a-zA-Z0-9._-]+/g, '-')
        .replace(/^[.-]+/, '')
        .slice(0, 128);
}
const tagHint = 'A tag has at most 128 letters, digits, "_", "." and "-", and does not begin with "." or "-".';
const digestHint = 'A digest is "sha256:" and 64 lower-case hex digits.';
/** The first part is a host when it cannot be the first component of a path: it has a dot or a port, or is `localhost`. */
function splitHost(name) {
    const slash = name.indexOf('/');
    const first = name.slice(0, Math.max(slash, 0));
    if (!/[.:]/.test(first) && first !== 'localhost')
        return { registry: 'docker.io', rest: name };
    return { registry: first === 'index.docker.io' ? 'docker.io' : first, rest: name.slice(slash + 1) };
}
function assertHost(text, registry) {
    // The grammar lets pass what no URL can hold, such as 1.2.3.400 and port 70000.
    if (!hostPattern.test(registry) || !URL.canParse(`https://${registry}`)) {
        throw invalid(text, `the registry "${registry}" is not a host name with an optional port`);
    }
}
function assertPath(text, path) {
    if (/^[0-9a-f]{64}$/.test(path))
        throw invalid(text, 'a name of 64 hex digits would be taken for an image ID');
    for (const component of path.split('/')) {
        if (componentPattern.test(component))
            continue;
        if (component === '')
            throw invalid(text, 'the name has an empty part');
        // Docker treats a first component with uppercase letters as a host; that is rarely intended, and fails as a DNS error.
        if (componentPattern.test(component.toLowerCase())) {
            throw invalid(text, `"${component}" has capital letters`, `Names are lower case: ${text.replace(path, path.toLowerCase())}.`);
        }
        throw invalid(text, `"${component}" is not a part of a name`, 'Parts are lower-case letters and digits, joined by ".", "_", "__" or "-".');
    }
}
function invalid(text, found, hint) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('input-invalid', `Invalid image reference "${text}": ${found}`, hint === undefined ? {} : { hint });
}


/***/ }),

/***/ 14011:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ trimEnd)
/* harmony export */ });
/** `text` without the `character` at its end, however often it stands there. A pattern that ends in `+$` takes quadratic time. */
function trimEnd(text, character) {
    let end = text.length;
    while (end > 0 && text.charAt(end - 1) === character)
        end -= 1;
    return text.slice(0, end);
}


/***/ })

};
