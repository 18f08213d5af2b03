export const id = 376;
export const ids = [376];
export const modules = {

/***/ 376:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  mirroredImages: () => (/* binding */ mirroredImages),
  mirroredReferences: () => (/* binding */ mirroredReferences),
  readMirrors: () => (/* binding */ readMirrors)
});

// EXTERNAL MODULE: ./src/oci/reference.ts + 1 modules
var oci_reference = __webpack_require__(845);
// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(175);
;// CONCATENATED MODULE: ./src/inputs/read/list.ts

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
        (0,sync/* parse */.qg)(text, {
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
        if (!(thrown instanceof sync/* CsvError */.J$ && thrown.code === 'CSV_QUOTE_NOT_CLOSED'))
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

// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(714);
;// CONCATENATED MODULE: ./src/inputs/read/problem.ts


// The runner cuts what is longer, and nobody reads it.
const mostShown = 100;
/** What to do about inputs of a workflow step. */
const inputHint = 'Correct the `with` block of this step. Nothing has been built yet.';
/** Returns one error for all problems, one per line. */
function inputError(problems) {
    const lines = problems.slice(0, mostShown).map(({ input, line, message }) => {
        return `${input}${line === undefined ? '' : `, line ${line}`}: ${message.replace(/[\r\n]+/g, ' ')}`;
    });
    if (problems.length > mostShown)
        lines.push(`and ${problems.length - mostShown} more`);
    const title = problems.length === 1 ? 'Invalid input: ' : `${problems.length} problems in the inputs:\n`;
    return new ActionError('input-invalid', title + lines.join('\n'), {
        hint: inputHint,
    });
}
/** `found` in quotes on one line, shortened: it may be anything, and may be long. */
function quote(found) {
    return JSON.stringify(found.length > 80 ? `${found.slice(0, 80)}…` : found);
}
/** "; did you mean …?" when one of `known` is near to `found`, else nothing. */
function didYouMean(found, known) {
    const near = nearest(found, known);
    return near === undefined ? '' : `; did you mean ${near}?`;
}
// Longer than any name or platform: what is longer is not worth reading, or showing.
const longest = 512;
/** What `parse`, which throws ActionError, makes of `text`. */
function readWith(text, parse) {
    if (text.length > longest)
        return { problem: `expected at most ${longest} characters, found ${text.length}` };
    try {
        return { value: parse(text) };
    }
    catch (thrown) {
        if (!(thrown instanceof action_error/* ActionError */.lZ))
            throw thrown;
        return { problem: thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}` };
    }
}

// EXTERNAL MODULE: ./src/text/trim-end.ts
var trim_end = __webpack_require__(11);
;// CONCATENATED MODULE: ./src/inputs/registry-address.ts



// Docker Hub's names for itself, from https://github.com/distribution/reference and what docker's own documents say to log in to.
const hubHosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com', 'hub.docker.com'];
/** `[http[s]://]host[:port][/namespace]`; the API path that Docker Hub is sometimes given with (`/v1/`) is dropped. */
function readRegistry(text) {
    // Not shown: what is before it may be a password.
    if (text.includes('@'))
        return { problem: 'expected a registry without "@"; username and password are inputs of their own' };
    const [, scheme = '', rest = ''] = /^(?:(https?):\/\/)?(.*)$/s.exec(text.slice(0, 512).toLowerCase()) ?? [];
    const address = (0,trim_end/* trimEnd */.s)(rest, '/');
    const [given = '', ...path] = address.split('/');
    const isHub = hubHosts.includes(given);
    const namespace = isHub ? path.filter((part) => !/^v[12]$/.test(part)).join('/') : path.join('/');
    const host = isHub ? 'docker.io' : given;
    const name = readWith([host, namespace, 'name'].filter((part) => part !== '').join('/'), oci_reference/* parseReference */.F2);
    if ('problem' in name || name.value.registry !== host || name.value.tag !== undefined) {
        return {
            problem: `expected a registry such as ghcr.io, localhost:5000 or registry.acme.dev/team, found ${quote(text)}`,
        };
    }
    return { value: { host, namespace, plainHttp: scheme === 'http' } };
}

;// CONCATENATED MODULE: ./src/inputs/mirrors.ts




/** Reads `mirrors`: `registry=host[:port][/path]` each, `http://` before the host for plain HTTP; without a registry it is Docker Hub's. */
function readMirrors(items, report) {
    const mirrors = [];
    for (const { text, line } of items) {
        const at = text.indexOf('=');
        const registry = at < 0 ? { value: { host: 'docker.io', namespace: '' } } : readRegistry(text.slice(0, at).trim());
        const mirror = readRegistry(text.slice(at + 1).trim());
        if (text.slice(at + 1).trim() === '')
            report('there is no mirror after "="', line);
        else if ('problem' in registry)
            report(registry.problem, line);
        else if ('problem' in mirror)
            report(mirror.problem, line);
        else if (registry.value.namespace !== '') {
            report(`expected a registry before "=", without a path, found ${quote(text.slice(0, at))}`, line);
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
    const parsed = readWith(reference, oci_reference/* parseReference */.F2);
    if ('problem' in parsed)
        return [reference];
    const at = ({ host, path }) => ({
        ...parsed.value,
        registry: host,
        repository: path === '' ? parsed.value.repository : `${path}/${parsed.value.repository}`,
    });
    const own = mirrors.filter(({ of }) => of === parsed.value.registry);
    return [...own.map((mirror) => (0,oci_reference/* formatReference */.FH)(at(mirror))), reference];
}
/** The same from the text of `mirrors`, of which what is wrong is left out. */
function mirroredImages(reference, text) {
    return mirroredReferences(reference, readMirrors(parseList('list', text).items, () => undefined));
}


/***/ })

};
