export const id = 628;
export const ids = [628];
export const modules = {

/***/ 53799:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   q: () => (/* binding */ parseGlob),
/* harmony export */   s: () => (/* binding */ matchGlob)
/* harmony export */ });
/* harmony import */ var _problem_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(53989);

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
    return (0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .textError */ .MZ)(`syntax error in pattern ${(0,_problem_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteFound */ .F6)(pattern)}`);
}


/***/ }),

/***/ 52538:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  dZ: () => (/* binding */ canPrune),
  qU: () => (/* binding */ createJudge),
  kZ: () => (/* binding */ excludeRules),
  cO: () => (/* binding */ ignoringLine),
  wo: () => (/* binding */ parseIgnore)
});

// UNUSED EXPORTS: judgePath

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(53989);
// EXTERNAL MODULE: ./src/dockerfile/read/space.ts
var space = __webpack_require__(55073);
;// CONCATENATED MODULE: ./src/dockerfile/ignore/expression.ts
const folders = '(.*/)?';
const digits = /\d/;
const word = /\w/;
const expression_space = /[\t\n\f\r ]/;
const most = 1000;
/**
 * Reads a regular expression without groups (but the one for folders), in Go's syntax; undefined if it is invalid.
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
/** Whether some part of `text` matches. All alternatives are followed in parallel, so that no pattern takes long. */
function matchExpression(expression, text) {
    const characters = [...text];
    return expression.some((steps) => search(steps, characters));
}
/** The steps between `^` and `$` of an expression that has these two alone to look around; undefined for any other. */
function wholeSteps(expression) {
    const [steps = [], ...alternatives] = expression;
    const [first, last] = [steps[0], steps.at(-1)];
    if (alternatives.length > 0 || first?.kind !== 'look' || last?.kind !== 'look')
        return undefined;
    const between = steps.slice(1, -1);
    const isWhole = first.written === '^' && last.written === '$' && !between.some(({ kind }) => kind === 'look');
    return isWhole ? between : undefined;
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
    if (character === '^') {
        return { step: { kind: 'look', written: '^', holds: (before) => before === '' }, end: at + 1 };
    }
    if (character === '$')
        return { step: { kind: 'look', written: '$', holds: (_, after) => after === '' }, end: at + 1 };
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
    const set = /[dw]/i.test(letter) ? (/d/i.test(letter) ? digits : word) : /s/i.test(letter) ? expression_space : undefined;
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

// EXTERNAL MODULE: ./src/dockerfile/ignore/glob.ts
var glob = __webpack_require__(53799);
;// CONCATENATED MODULE: ./src/dockerfile/ignore/path-pattern.ts



/**
 * Compiles a cleaned pattern by the rules of moby's patternmatcher: Go's filepath.Match and `**`.
 * https://docs.docker.com/build/concepts/context/#syntax
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function compilePathPattern(text, exception) {
    (0,glob/* parseGlob */.q)(text);
    const doubled = text.startsWith('**');
    const { expression, kind } = translate(text);
    const of = (form, matches) => ({ text, exception, matches, form });
    if (kind === 'exact')
        return of({ kind: 'name', text }, (path) => path === text);
    if (kind === 'suffix' && doubled) {
        const suffix = text.slice(2);
        const form = { kind: 'ending', text: suffix };
        return of(form, (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1)));
    }
    if (kind === 'prefix') {
        const beginning = text.slice(0, -2);
        return of({ kind: 'beginning', text: beginning }, (path) => path.startsWith(beginning));
    }
    const parsed = parseExpression(`^${expression}$`);
    if (parsed === undefined)
        throw (0,problem/* textError */.MZ)(`syntax error in pattern ${(0,problem/* quoteFound */.F6)(text)}`);
    const steps = wholeSteps(parsed);
    return of(steps ? { kind: 'steps', steps } : { kind: 'expression' }, (path) => matchExpression(parsed, path));
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

;// CONCATENATED MODULE: ./src/dockerfile/ignore/automaton.ts
/** Places that are held in memory for all states together: 4 MB. */
const mostPlaces = 1_000_000;
/**
 * Returns a function that gives the numbers, ascending, of all rows that match a whole path. All rows are followed at once by a
 * deterministic automaton that is built as paths ask for it and is dropped when it becomes large, so the time for a path depends on its
 * length and hardly on the number of rows.
 */
function createAutomaton(rows) {
    // The steps of all rows one behind the other, with an undefined one for the end of each.
    const steps = rows.flatMap((row) => [...row.steps, undefined]);
    const starts = [];
    const owners = new Map();
    let first = 0;
    for (const row of rows) {
        starts.push(2 * first);
        first += row.steps.length + 1;
        owners.set(2 * (first - 1), row.number);
    }
    let states = new Map();
    let start;
    let held = 0;
    const add = (found, from) => {
        for (let place = from; !found.has(place); place += 2) {
            found.add(place);
            const step = steps[place / 2];
            if (step === undefined || !(step.kind === 'folders' || (step.kind === 'read' && step.optional)))
                return;
        }
    };
    const stateOf = (found) => {
        const places = Int32Array.from(found).sort();
        const key = Buffer.from(places.buffer).toString('latin1');
        const known = states.get(key);
        if (known !== undefined)
            return known;
        held += places.length + 16;
        if (held > mostPlaces) {
            states = new Map();
            held = places.length;
            start = undefined;
        }
        const state = { places, next: new Map() };
        states.set(key, state);
        return state;
    };
    const startState = () => {
        if (start !== undefined)
            return start;
        const found = new Set();
        for (const place of starts)
            add(found, place);
        const made = stateOf(found);
        start = made;
        return made;
    };
    const advance = ({ places }, character) => {
        const found = new Set();
        for (const place of places) {
            const step = steps[place >> 1];
            if (step === undefined)
                continue;
            if (step.kind === 'folders') {
                if (character !== '\n')
                    found.add(place | 1);
                if (character === '/')
                    add(found, (place | 1) + 1);
            }
            else if (step.kind === 'read' && step.test(character))
                add(found, step.repeats ? place : place + 2);
        }
        return stateOf(found);
    };
    return (path) => {
        let state = startState();
        for (const character of path) {
            if (state.places.length === 0)
                return [];
            let next = state.next.get(character);
            if (next === undefined) {
                next = advance(state, character);
                held += 8;
                state.next.set(character, next);
            }
            state = next;
        }
        state.accepted ??= [...state.places].flatMap((place) => owners.get(place) ?? []).sort((one, other) => one - other);
        return state.accepted;
    };
}

;// CONCATENATED MODULE: ./src/dockerfile/ignore/pattern-index.ts

/**
 * Makes an index of patterns, so that a path is not compared with each of them: names, beginnings and endings are looked up in tables by
 * their length, wildcards are followed by one automaton.
 */
function indexPatterns(patterns) {
    const names = new Map();
    const beginnings = createTable((path, length) => path.slice(0, length));
    const endings = createTable((path, length) => path.slice(path.length - length));
    const rows = [];
    const others = [];
    for (const [number, { form }] of patterns.entries()) {
        switch (form.kind) {
            case 'name':
                push(names, form.text, number);
                break;
            case 'beginning':
                beginnings.add(form.text, number);
                break;
            case 'ending':
                endings.add(form.text, number);
                if (form.text.startsWith('/'))
                    push(names, form.text.slice(1), number);
                break;
            case 'steps':
                rows.push({ number, steps: form.steps });
                break;
            case 'expression':
                others.push(number);
        }
    }
    const follow = rows.length === 0 ? () => [] : createAutomaton(rows);
    return (path) => {
        const found = [
            ...(names.get(path) ?? []),
            ...beginnings.find(path),
            ...endings.find(path),
            ...follow(path),
            ...others.filter((number) => patterns[number]?.matches(path)),
        ];
        // A number may be in it twice, which changes nothing for a reader that goes through them in order.
        return found.length < 2 ? found : found.sort((one, other) => one - other);
    };
}
/** Texts by their length, and what the part of a path of that length finds. */
function createTable(part) {
    const byLength = new Map();
    return {
        add: (text, number) => {
            const texts = byLength.get(text.length) ?? new Map();
            byLength.set(text.length, texts);
            push(texts, text, number);
        },
        find: (path) => {
            const found = [];
            for (const [length, texts] of byLength) {
                if (length <= path.length)
                    found.push(...(texts.get(part(path, length)) ?? []));
            }
            return found;
        },
    };
}
function push(into, text, number) {
    const numbers = into.get(text);
    if (numbers)
        numbers.push(number);
    else
        into.set(text, [number]);
}

;// CONCATENATED MODULE: ./src/dockerfile/ignore/ignore.ts





/**
 * Reads a `.dockerignore` or `Dockerfile.dockerignore`. `file` is its name in messages.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 * @throws ActionError `dockerfile-invalid` with all problems, placed at the first
 */
function parseIgnore(text, file) {
    const problems = [];
    const lines = [];
    const patterns = text
        .replace(/^\ufeff/, '')
        .split('\n')
        .flatMap((line, index) => {
        const pattern = line.startsWith('#') ? '' : (0,space/* trim */.Bq)(line);
        const exception = pattern.startsWith('!');
        const path = cleanRelative(exception ? (0,space/* trim */.Bq)(pattern.slice(1)) : pattern);
        const cleaned = (0,space/* trim */.Bq)(exception ? `!${path}` : path);
        if (cleaned === '')
            return [];
        const compiled = (0,problem/* attempt */.CD)(index + 1, (at, message) => problems.push({ line: at, message }), () => compile(cleaned));
        if (compiled !== undefined)
            lines.push(index + 1);
        return compiled ?? [];
    });
    if (problems.length > 0)
        throw (0,problem/* dockerfileError */.lL)(file, problems);
    return toRules(patterns, lines);
}
/**
 * The rules that the `--exclude` flags of COPY and ADD make, for paths relative to a source.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function excludeRules(patterns) {
    return toRules(patterns
        .map(space/* trim */.Bq)
        .filter((pattern) => pattern !== '')
        .map(compile));
}
/**
 * Decides on `path`, relative with "/", given the decision on its folder (`parent`; undefined at the top). Patterns
 * count in order, the last that changes something wins, and what holds for a folder holds for all in it: but only a
 * pattern that was evaluated for the folder is remembered, so that "!d" after "d/x" does not re-include "d/x".
 */
function judgePath({ patterns, find }, path, parent) {
    const inherited = parent?.matched ?? [];
    const own = find(path);
    let ignored = false;
    let by;
    const matched = [];
    // Only patterns that match here or above can change something, so the two rows of numbers are merged.
    for (let [above, here] = [0, 0]; above < inherited.length || here < own.length;) {
        const next = Math.min(inherited[above] ?? Number.POSITIVE_INFINITY, own[here] ?? Number.POSITIVE_INFINITY);
        const isInherited = inherited[above] === next;
        if (isInherited)
            above += 1;
        while (own[here] === next)
            here += 1;
        const exception = patterns[next]?.exception ?? false;
        if (!isInherited && exception !== ignored)
            continue;
        if (ignored === exception)
            by = next;
        ignored = !exception;
        matched.push(next);
    }
    return { ignored, matched, by };
}
/** Decides on the paths of one tree, each folder once. */
function createJudge(rules) {
    const folders = new Map();
    const ofFolder = (path) => {
        if (path === '')
            return undefined;
        const known = folders.get(path);
        if (known !== undefined)
            return known;
        // A deep path is not a reason for a deep stack.
        let verdict;
        for (let end = path.indexOf('/');; end = path.indexOf('/', end + 1)) {
            const folder = end < 0 ? path : path.slice(0, end);
            verdict = folders.get(folder) ?? judgePath(rules, folder, verdict);
            folders.set(folder, verdict);
            if (end < 0)
                return verdict;
        }
    };
    return (path) => judgePath(rules, path, ofFolder(path.slice(0, Math.max(0, path.lastIndexOf('/')))));
}
/** The line of the pattern that leaves a path out, from 1; undefined if none does. */
function ignoringLine(rules, path) {
    const { ignored, by } = createJudge(rules)(path);
    return ignored && by !== undefined ? rules.lines[by] : undefined;
}
/** Whether an ignored folder need not be looked into: nothing in it can be taken back. */
function canPrune({ exceptions }, folder) {
    return exceptions !== undefined && !exceptions.has(folder);
}
function toRules(patterns, lines = []) {
    const paths = patterns
        .filter(({ exception }) => exception)
        .map(({ text }) => text.replace(/\/\*\*$/, '').replace(/\/\*$/, ''));
    const exceptions = paths.some((path) => /[*[\]?^\\]/.test(path)) ? undefined : new Set(paths.flatMap(withFolders));
    return { patterns, find: indexPatterns(patterns), exceptions, lines };
}
/** A path and all folders above it. */
function withFolders(path) {
    const parts = path.split('/');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
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

/***/ 71835:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ tellContext)
/* harmony export */ });
/* unused harmony export largeContextNotice */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76525);
/* harmony import */ var _text_bytes_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1080);




/** Bytes from which a context is worth a remark. */
const large = 50 * 1000 * 1000;
/** Directories of tools that hardly any image needs from a context: history, caches, dependencies and results of builds on the host. */
const unneeded = [
    ...['node_modules', '.git', 'target', '.venv', 'venv', '__pycache__', '.tox', '.gradle', '.next', '.nuxt', '.cache'],
    ...['.terraform', 'coverage'],
];
/**
 * Tells how many bytes of the context were read, and gives a hint where a .dockerignore would save much, which it also returns for the summary.
 * `what` says what has `bytes`.
 */
function tellContext({ log, runner }, bytes, { what, spec }) {
    if (bytes > 0)
        log.info(`${what}: ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_3__/* .formatBytes */ .z)(bytes)}`);
    const notice = largeContextNotice(bytes, what, spec);
    if (notice === undefined)
        return {};
    runner.notice(notice);
    return { contextAdvice: notice };
}
/**
 * What to tell of a context that is a large directory without a .dockerignore; undefined of any other. `what` says what has `bytes`.
 * Only directories at its top are looked up.
 */
function largeContextNotice(bytes, what, { context, contextIsFolder, file }) {
    if (bytes < large || !contextIsFolder)
        return undefined;
    const dockerfile = file ?? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, 'Dockerfile');
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, '.dockerignore')) || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(`${dockerfile}.dockerignore`))
        return undefined;
    const found = measure(context, unneeded);
    const advice = found.length === 0
        ? 'what the build does not need'
        : found
            .map(({ name, size, isWhole }) => `\`${name}\` (${isWhole ? '' : 'more than '}${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_3__/* .formatBytes */ .z)(size)})`)
            .join(', ');
    return `${what}: ${(0,_text_bytes_js__WEBPACK_IMPORTED_MODULE_3__/* .formatBytes */ .z)(bytes)}, and there is no .dockerignore in \`${context}\`. Add one that lists ${advice}.`;
}
/** The bytes in those of the directories that exist, the largest first; of as many files as the limit allows. */
function measure(context, names) {
    let room = _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .limits */ .F.contextFiles;
    const found = names.flatMap((name) => {
        const open = [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, name)];
        if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(context, name)))
            return [];
        let size = 0;
        for (let folder = open.pop(); folder !== undefined && room > 0; folder = open.pop()) {
            for (const entry of entriesOf(folder)) {
                room -= 1;
                if (entry.isDirectory())
                    open.push((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, entry.name));
                else
                    size += (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, entry.name), { throwIfNoEntry: false })?.size ?? 0;
            }
        }
        return [{ name, size, isWhole: open.length === 0 && room > 0 }];
    });
    return found.sort((a, b) => b.size - a.size);
}
/** None of what cannot be read. */
function entriesOf(folder) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder, { withFileTypes: true }).slice(0, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .limits */ .F.contextFiles);
    }
    catch {
        return [];
    }
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

/***/ 88888:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   jn: () => (/* binding */ gitTable),
/* harmony export */   mk: () => (/* binding */ gitFailures),
/* harmony export */   th: () => (/* binding */ gitReason)
/* harmony export */ });
/* harmony import */ var _retry_classify_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58206);

/** The server has a transient fault, or the connection broke. Texts of Git 2.30 to 2.50 with curl's, OpenSSL's and GnuTLS's words. */
const transient = /returned error: (?:408|425|429|5\d\d)\b|Connection (?:reset|timed out)|(?:Operation|Connection|Resolving) timed out|Timeout was reached|Empty reply from server|early EOF|RPC failed|unexpected disconnect|hung up unexpectedly|Recv failure|Send failure|transfer closed with|HTTP\/2 stream \d+ was|non-properly terminated|SSL_ERROR_SYSCALL|GnuTLS recv error|gnutls_handshake\(\) failed|Temporary failure in name resolution|remote end closed|kex_exchange_identification|Connection closed by/i;
/** Nobody answers under this name: an outage, or a name that is wrong. */
const unreachable = /Could not resolve host|Name or service not known|nodename nor servname|Couldn't connect to server|Failed to connect|Connection refused|No route to host|Network is unreachable/i;
/** A certificate that is not trusted, or a server that does not speak TLS: a permanent error. */
const misconfigured = /certificate problem|certificate verification failed|certificate subject name|unable to get local issuer|unexpected TLS packet|wrong version number|packet length too long|Received HTTP code \d+ from proxy|CONNECT tunnel failed/i;
/** What Git says of a repository that it could not fetch, whichever engine called it. First match wins. */
const gitFailures = [
    {
        code: 'context-unreadable',
        // GitHub and GitLab ask for a user also where the repository does not exist.
        pattern: /could not read (?:Username|Password)|Authentication failed|returned error: (?:401|403)\b|Permission denied \(|Host key verification failed|Invalid username or (?:password|token)|HTTP Basic: Access denied|Permission to \S+ denied/i,
        hint: 'Check the address of the repository, and give credentials that may read it: for a private repository on the server of the job, `github-token`; elsewhere a user and password in the URL, or ssh. Or check it out in a step before this one.',
    },
    {
        code: 'context-not-found',
        pattern: /repository '[^'\n]{0,4096}' not found|Repository not found|does not appear to be a git repository|returned error: 404\b|couldn't find remote ref|does not contain ref|not our ref|unadvertised object|reference is not a tree|invalid subdir/i,
        hint: 'Check the address of the repository and what follows its `#`: the branch, tag or whole commit, then the directory.',
    },
    {
        code: 'download-failed',
        pattern: misconfigured,
        hint: 'Check the address, the certificates that the builder trusts and its proxy: the server does not speak TLS there, its certificate is not trusted, or the proxy refuses.',
    },
    {
        code: 'download-failed',
        pattern: transient,
        hint: 'Run the job again when the Git server answers.',
    },
    {
        code: 'download-failed',
        pattern: unreachable,
        hint: 'Check the name of the Git server, and the network and proxy of the machine that fetches: with buildx, that of the builder. If both are right, run the job again when the server answers.',
    },
];
/** What a fetch that failed is, by what Git says. docs/retries.md */
const gitTable = [
    {
        pattern: [...gitFailures.slice(0, 2).map(({ pattern }) => pattern), misconfigured],
        verdict: 'permanent',
        learnedFrom: 'Git 2.30 to 2.50 with GitHub, GitLab and servers that are set up wrong',
    },
    { pattern: transient, verdict: 'transient', learnedFrom: 'Git 2.30 to 2.50 behind a proxy that injects faults' },
    {
        pattern: unreachable,
        verdict: 'transient',
        attempts: _retry_classify_js__WEBPACK_IMPORTED_MODULE_0__/* .fewAttempts */ .X,
        learnedFrom: 'Git 2.30 to 2.50, for misspelt names and servers that are away',
    },
];
/** Why Git ended, without `fatal: ` and the address; undefined if it does not say. */
function gitReason(text) {
    const line = text.split('\n').findLast((one) => /^(?:fatal|error): /.test(one));
    return line?.replace(/^(?:fatal|error): (?:unable to access '[^']*': )?/, '').trim();
}


/***/ }),

/***/ 7547:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ explainMissing)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(76525);
/* harmony import */ var _bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(29362);
/* harmony import */ var _dockerfile_ignore_ignore_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(52538);





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
    const text = (0,_bounds_read_limited_js__WEBPACK_IMPORTED_MODULE_3__/* .readFileLimitedSync */ .Ex)(file, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .limits */ .F.configFile);
    const line = (0,_dockerfile_ignore_ignore_js__WEBPACK_IMPORTED_MODULE_4__/* .ignoringLine */ .cO)((0,_dockerfile_ignore_ignore_js__WEBPACK_IMPORTED_MODULE_4__/* .parseIgnore */ .wo)(text, file), path);
    if (line === undefined)
        return undefined;
    const pattern = text.split('\n')[line - 1]?.trim();
    return `${path} exists, but line ${line} of ${file} excludes it from the build context: ${pattern}. Add a line !${path} below it to include the file.`;
}


/***/ })

};
