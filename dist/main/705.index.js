export const id = 705;
export const ids = [705];
export const modules = {

/***/ 4882:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   qF: () => (/* binding */ parseGlob),
/* harmony export */   sB: () => (/* binding */ matchGlob)
/* harmony export */ });
/* unused harmony export splitWildcards */
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3989);


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
            const read = readClass(characters, at + 1, pattern);
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
function readClass(characters, start, pattern) {
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
    return (0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .textError */ .MZ)(`syntax error in pattern ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_1__/* .quote */ .hD)(pattern)}`);
}


/***/ }),

/***/ 6018:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  dZ: () => (/* binding */ canPrune),
  kZ: () => (/* binding */ excludeRules),
  pi: () => (/* binding */ isIgnored),
  wo: () => (/* binding */ parseIgnore)
});

// UNUSED EXPORTS: judge

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
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

// EXTERNAL MODULE: ./src/dockerfile/glob.ts
var glob = __webpack_require__(4882);
// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(3989);
;// CONCATENATED MODULE: ./src/dockerfile/path-pattern.ts



/**
 * Compiles a cleaned pattern by the rules of moby's patternmatcher: Go's filepath.Match and `**`.
 * https://docs.docker.com/build/concepts/context/#syntax
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function compilePathPattern(text, exception) {
    (0,glob/* parseGlob */.qF)(text);
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


/***/ }),

/***/ 10:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ explainMissing)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _dockerfile_ignore_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6018);



/**
 * Why a file that the Dockerfile copies is not in the context, as far as the folder on disk tells: a pattern of
 * `.dockerignore` leaves it out, or the folder is empty. `path` is relative to the context; undefined when it is simply not there.
 */
function explainMissing(path, context, dockerfile) {
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, path)))
        return explainIgnored(path, [`${dockerfile}.dockerignore`, (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, '.dockerignore')]);
    const names = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(context) ? (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(context).filter((name) => name !== '.git') : [];
    const others = names.filter((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, name) !== dockerfile);
    if (others.length > 0)
        return undefined;
    return `There is nothing in the build context ${context} to copy. Put actions/checkout before this step, or set \`context\`.`;
}
function explainIgnored(path, files) {
    const file = files.find((name) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(name));
    if (file === undefined)
        return undefined;
    const lines = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file, 'utf8').split('\n');
    // The last line that changes something wins: the first one up to which the path is ignored, and stays so.
    const kept = lines.findLastIndex((_, index) => !(0,_dockerfile_ignore_js__WEBPACK_IMPORTED_MODULE_2__/* .isIgnored */ .pi)((0,_dockerfile_ignore_js__WEBPACK_IMPORTED_MODULE_2__/* .parseIgnore */ .wo)(lines.slice(0, index + 1).join('\n'), file), path));
    const line = lines[kept + 1];
    if (line === undefined)
        return undefined;
    return `${path} is there, but line ${kept + 2} of ${file} leaves it out of the build context: ${line.trim()}. Take it back with a line !${path} below.`;
}


/***/ }),

/***/ 3170:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ writeManifest),
/* harmony export */   a: () => (/* binding */ writeRoot)
/* harmony export */ });
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2427);
/* harmony import */ var _layout_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5823);
/* harmony import */ var _media_type_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1994);
/* harmony import */ var _platform_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1890);




/** Writes the manifest of one platform's image into the layout `dir`. `annotations` are all of the build, prefixes included. */
async function writeManifest(dir, image, annotations) {
    const { platform, config, layers } = image;
    const manifest = {
        schemaVersion: 2,
        mediaType: _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociManifest,
        config,
        layers,
        ...some(annotations, { level: 'manifest', platform: (0,_platform_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPlatform */ .Bq)(platform) }),
    };
    return { ...(await (0,_layout_js__WEBPACK_IMPORTED_MODULE_1__/* .writeBlob */ .Zh)(dir, encode(manifest), _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociManifest)), platform };
}
/** What stands for the whole image: the one manifest, or an index of several, in their order. */
async function writeRoot(dir, manifests, annotations) {
    const [only] = manifests;
    if (manifests.length === 1 && only)
        return only;
    const index = {
        schemaVersion: 2,
        mediaType: _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociIndex,
        manifests: manifests.map((manifest) => ({
            ...manifest,
            ...some(annotations, {
                level: 'manifest-descriptor',
                platform: manifest.platform && (0,_platform_js__WEBPACK_IMPORTED_MODULE_3__/* .formatPlatform */ .Bq)(manifest.platform),
            }),
        })),
        ...some(annotations, { level: 'index', platform: undefined }),
    };
    return (0,_layout_js__WEBPACK_IMPORTED_MODULE_1__/* .writeBlob */ .Zh)(dir, encode(index), _media_type_js__WEBPACK_IMPORTED_MODULE_2__/* .mediaType */ .JL.ociIndex);
}
function some(annotations, target) {
    const chosen = (0,_annotations_js__WEBPACK_IMPORTED_MODULE_0__/* .annotationsFor */ .g)(annotations, target);
    return Object.keys(chosen).length === 0 ? {} : { annotations: chosen };
}
function encode(document) {
    return Buffer.from(JSON.stringify(document));
}


/***/ })

};
