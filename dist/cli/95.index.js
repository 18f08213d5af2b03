export const id = 95;
export const ids = [95];
export const modules = {

/***/ 79095:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  migrateCommand: () => (/* binding */ migrateCommand)
});

// EXTERNAL MODULE: ./src/bounds/yaml.ts
var yaml = __webpack_require__(53514);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/inputs/expressions.ts
var expressions = __webpack_require__(18602);
// EXTERNAL MODULE: ./src/inputs/parse.ts + 26 modules
var parse = __webpack_require__(80988);
// EXTERNAL MODULE: ./src/inputs/schema.ts
var schema = __webpack_require__(82898);
;// CONCATENATED MODULE: ./src/migrate/expressions.ts
/** Finds the expressions `${{ … }}` of a text; the ranges are those of what is between the braces. */
function findExpressions(text) {
    const found = [];
    let at = text.indexOf('${{');
    while (at >= 0) {
        const start = at + 3;
        const end = endOfExpression(text, start);
        if (end < 0)
            break;
        found.push({ start, end });
        at = text.indexOf('${{', end + 2);
    }
    return found;
}
function endOfExpression(text, start) {
    let isText = false;
    for (let at = start; at < text.length; at += 1) {
        if (text[at] === "'")
            isText = !isText;
        else if (!isText && text.startsWith('}}', at))
            return at;
    }
    return -1;
}
/** Returns the expression that is the whole text; undefined if the text is something else. */
function wholeExpression(text) {
    const trimmed = text.trim();
    const [only] = findExpressions(trimmed);
    if (only === undefined || only.start !== 3 || only.end + 2 !== trimmed.length)
        return undefined;
    return trimmed.slice(only.start, only.end).trim();
}
/** Returns the text with `replace` in place of each expression. */
function replaceExpressions(text, replace) {
    let result = '';
    let at = 0;
    for (const { start, end } of findExpressions(text)) {
        result += text.slice(at, start - 3);
        result += replace(text.slice(start, end).trim(), result);
        at = end + 2;
    }
    return result + text.slice(at);
}
/** Finds what an expression, without its braces, reads of the context `steps`. */
function findStepReferences(expression) {
    const found = [];
    const word = /[A-Za-z_][\w-]*|'/g;
    for (let match = word.exec(expression); match !== null; match = word.exec(expression)) {
        if (match[0] === "'") {
            const close = expression.indexOf("'", word.lastIndex);
            if (close < 0)
                break;
            word.lastIndex = close + 1;
            continue;
        }
        const isProperty = expression.slice(0, match.index).trimEnd().endsWith('.');
        if (match[0].toLowerCase() !== 'steps' || isProperty)
            continue;
        const { parts, end } = readAccessors(expression, word.lastIndex);
        word.lastIndex = Math.max(end, word.lastIndex);
        const [id, ...path] = parts;
        found.push({
            start: match.index,
            end,
            id: id?.name,
            idRange: id?.name === undefined ? undefined : { start: id.start, end: id.end },
            path: path.map(({ name }) => name?.toLowerCase() ?? '*'),
        });
    }
    return found;
}
/** Reads `.name` and `['name']`; a computed or wildcard part has no name and is the last. */
function readAccessors(text, from) {
    const accessor = /\s*(?:\.\s*([A-Za-z_][\w-]*|\*)|\[\s*'([^']*)'\s*\]|(\[))/y;
    const parts = [];
    let end = from;
    for (;;) {
        accessor.lastIndex = end;
        const match = accessor.exec(text);
        if (match === null)
            return { parts, end };
        const [all, dotted, quoted] = match;
        const name = dotted === '*' ? undefined : (dotted ?? quoted);
        const start = name === undefined ? end : match.index + all.lastIndexOf(name);
        parts.push({ name, start, end: start + (name?.length ?? 0) });
        end = accessor.lastIndex;
        if (name === undefined)
            return { parts, end };
    }
}
/** Returns a condition of `if:` without braces and superfluous white space, to compare it with others. */
function normalizeCondition(text) {
    return (wholeExpression(text) ?? text).trim().replace(/\s+/g, ' ');
}
/** Whether two steps run in the same cases. */
function isSameCondition(a, b) {
    return normalizeCondition(a.condition ?? '') === normalizeCondition(b.condition ?? '');
}
/** Replaces the variables of a text that are known before the run. `env` has their names in lower case. */
function resolveVariables(text, env) {
    return replaceExpressions(text, (expression) => {
        const [context = '', name = '', ...rest] = expression.toLowerCase().split('.');
        const known = context === 'env' && rest.length === 0 ? env.get(name) : undefined;
        return known ?? `\${{ ${expression} }}`;
    });
}

;// CONCATENATED MODULE: ./src/migrate/check-inputs.ts






const check_inputs_event = {
    name: 'push',
    ref: 'refs/heads/main',
    sha: '0123456789abcdef0123456789abcdef01234567',
    defaultBranch: 'main',
    commitDate: '2026-01-01T00:00:00Z',
};
/**
 * Reads the inputs of a step as the step itself does, with texts in place of expressions.
 *
 * @returns what is wrong with them, one problem a line; nothing depends on the values of expressions
 */
async function checkInputs(given) {
    const texts = new Map([...given].map(([name, text]) => [name, plainText(name, text)]));
    const all = [...texts.values()].join('\n');
    const [libraries, parseYaml, parsePlacedYaml, parseYamlPairs] = await Promise.all([
        (0,expressions/* loadLibraries */.k5)(all),
        (0,yaml/* loadYaml */.yv)(),
        (0,yaml/* loadPlacedYaml */.zy)(),
        (0,yaml/* loadYamlPairs */.F$)(),
    ]);
    try {
        const names = [...texts].filter(([, text]) => text !== '').map(([name]) => name);
        (0,parse/* parseInputs */.T)((name) => texts.get(name) ?? '', names, {
            libraries,
            parseYaml,
            parsePlacedYaml,
            parseYamlPairs,
            event: check_inputs_event,
        });
        return [];
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ))
            throw error;
        // One problem is in the first line, several are in the lines after it.
        const [first = '', ...rest] = error.message.split('\n');
        return rest.length > 0 ? rest : [first.replace('Invalid input: ', '')];
    }
}
/** The text of an input without its expressions: placeholders in names, nothing where a whole entry is one. */
function plainText(name, text) {
    // Without names nothing can be pushed, and names may be what is not known.
    if (name === 'push')
        return 'false';
    if (!text.includes('${{'))
        return text;
    if (name === 'username' || name === 'password')
        return 'x';
    const kind = Object.hasOwn(schema/* inputRows */.k, name) ? schema/* inputRows */.k[name].kind : 'text';
    // Registries that are not known yet differ.
    if (name === 'registries' || name === 'registry-auth')
        return replaceExpressions(text, (_, before) => `x${before.length}.example`);
    if (!['list', 'lines', 'options', 'verbatim'].includes(kind))
        return '';
    const isNamed = ['tags', 'images', 'flavor', 'labels', 'annotations', 'build-args'].includes(name);
    // An expression may have several lines, so it goes first.
    return replaceExpressions(text, (_, before) => placeholder(before))
        .split('\n')
        .filter((line) => !line.includes(mark) || (isNamed && line.replaceAll(mark, '').trim() !== ''))
        .map((line) => line.replaceAll(mark, 'x'))
        .join('\n');
}
/** Stands for an expression until its line is judged; no input holds it. */
const mark = '\u0001';
function placeholder(before) {
    if (/\b(?:enable|latest|onlatest|moving)=\s{0,10}$/i.test(before.slice(-40)))
        return 'true';
    return /\bpriority=\s{0,10}$/i.test(before.slice(-40)) ? '100' : mark;
}

;// CONCATENATED MODULE: ./src/migrate/docker-action.ts
/** The actions that this program rewrites, and the one that keeps them in use. */
const kinds = {
    'build-push-action': 'build',
    'metadata-action': 'metadata',
    'login-action': 'login',
    'setup-buildx-action': 'buildx',
    'setup-qemu-action': 'qemu',
    'bake-action': 'bake',
};
/** Recognizes an action of Docker in `uses`, with any version, and with the URL of a server as Gitea has it. */
function readDockerAction(uses) {
    const [path = ''] = uses.trim().split('@');
    const parts = path.split('/');
    const [owner = '', name = ''] = parts.slice(-2);
    const before = parts.slice(0, -2).join('/');
    const server = before === '' ? '' : `${before}/`;
    const isPlain = owner.toLowerCase() === 'docker' && (server === '' || /^https?:\/\/[^/]+\/$/.test(server));
    const known = isPlain ? name.toLowerCase() : '';
    if (!Object.hasOwn(kinds, known))
        return undefined;
    return { kind: kinds[known], name: `docker/${known}`, server };
}
/** Whether `uses` names the action of this project, with any server and version. */
function isPolyarch(uses) {
    return /(?:^|\/)polyarch\/build@/i.test(uses);
}
/** Returns the `uses` of the step that replaces docker/build-push-action. */
function replacementOf({ server }) {
    return `${server === '' ? '' : 'https://github.com/'}polyarch/build@v1`;
}

;// CONCATENATED MODULE: ./src/migrate/plan.ts
/** Quotes a name of the workflow in a message. */
function code(text) {
    return `\`${text.slice(0, 100).replace(/\s+/g, ' ')}\``;
}
/** `line 12`, counted from 1. */
function lineName(line) {
    return `line ${line + 1}`;
}

// EXTERNAL MODULE: ./src/engine/drivers.ts
var drivers = __webpack_require__(4469);
;// CONCATENATED MODULE: ./src/migrate/source-text.ts
/** Indexes the lines of a text, and completes its last line. */
function createSourceText(given) {
    const eol = (given.match(/\r\n/g)?.length ?? 0) * 2 > (given.match(/\n/g)?.length ?? 0) ? '\r\n' : '\n';
    const text = given.endsWith('\n') ? given : `${given}${eol}`;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0 && at + 1 < text.length; at = text.indexOf('\n', at + 1))
        starts.push(at + 1);
    return { text, eol, starts };
}
/** Returns the line that holds an offset. */
function lineOf({ starts }, offset) {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}
/** Returns the offset of a line; the end of the text for the line after the last one. */
function startOf({ starts, text }, line) {
    return starts[line] ?? text.length;
}
/** Returns a line without its end; undefined if it does not exist. */
function lineText(source, line) {
    if (line < 0 || line >= source.starts.length)
        return undefined;
    return source.text.slice(startOf(source, line), startOf(source, line + 1)).replace(/\r?\n$/, '');
}
/** Returns the column of an offset, from 0. */
function columnOf(source, offset) {
    return offset - startOf(source, lineOf(source, offset));
}
/** Replaces whole lines, from `first` to before `after`; `[]` deletes them. */
function replaceLines(source, first, after, lines) {
    const text = lines.map((line) => `${line}${source.eol}`).join('');
    return { start: startOf(source, first), end: startOf(source, after), text };
}
/** Applies edits. Of two at one place, the earlier one comes first. Undefined if two overlap. */
function applyEdits(text, edits) {
    let at = 0;
    let result = '';
    for (const edit of sortEdits(edits)) {
        if (edit.start < at)
            return undefined;
        result += text.slice(at, edit.start) + edit.text;
        at = edit.end;
    }
    return result + text.slice(at);
}
/** Returns the edits in the order of their places. */
function sortEdits(edits) {
    return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

;// CONCATENATED MODULE: ./src/migrate/input-lines.ts

/**
 * Copies an input as it is written, with the comments directly above it, so that its key is in the first column. Undefined if the input
 * cannot be moved: it is in a mapping in braces and has several lines.
 */
function copyInput(source, field, { isBlock, key = field.key }) {
    if (!isBlock) {
        const text = field.range === undefined ? "''" : source.text.slice(field.range.start, field.range.end);
        return /[\r\n]/.test(text) ? undefined : [`${key}: ${text}`];
    }
    let first = field.line;
    while (isCommentAt(source, first - 1, field.column))
        first -= 1;
    const lines = [];
    for (let line = first; line <= field.lastLine; line += 1) {
        const text = lineText(source, line) ?? '';
        const indent = /^ */.exec(text)?.[0].length ?? 0;
        const dedented = text.slice(Math.min(indent, field.column));
        lines.push(line === field.line ? `${key}${dedented.slice(field.key.length)}` : dedented);
    }
    return lines;
}
/** Whether a line is a comment that begins in the column. */
function isCommentAt(source, line, column) {
    const text = lineText(source, line) ?? '';
    return text[column] === '#' && text.slice(0, column).trim() === '';
}
/** Indents lines; empty ones stay empty. */
function indentLines(lines, column) {
    return lines.map((line) => (line === '' ? '' : `${' '.repeat(column)}${line}`));
}

;// CONCATENATED MODULE: ./src/migrate/step-needs.ts
/** Programs that read the credentials of `docker login`. */
const programs = /(?<![\w./-])(?:docker|docker-compose|podman|buildah|skopeo|crane|regctl|oras|cosign|notation|helm|helmfile|trivy|grype|syft|ko|kaniko|flux|dive|container-structure-test)(?![\w/-])/;
/** Commands that start what cannot be read here. */
const scripts = /(?:^|[\s;&|(])(?:\.{1,2}\/|(?:make|just|task|mage|tox|npm|pnpm|yarn|bash|sh|python3?|go run)\s)/m;
/** Actions by their names that use the credentials, or may. */
const credentialActions = /attest|cosign|scout|trivy|grype|anchore|syft|sbom|oras|helm|crane|regctl|skopeo|notation|docker|container|image|registry|manifest|kaniko|buildah|podman|push/i;
/** Actions that are named as if they did, and do not. */
const harmlessActions = new Set([
    'ad-m/github-push-action',
    'anchore/sbom-action/download-syft',
    'azure/setup-helm',
    'docker/setup-docker-action',
    'hadolint/hadolint-action',
    'imjasonh/setup-crane',
    'oras-project/setup-oras',
    'peter-evans/dockerhub-description',
    'sigstore/cosign-installer',
]);
/** Whether a step runs a program that reads Docker's credentials. */
function readsCredentials(step) {
    if (step.uses !== '')
        return isCredentialAction(step);
    return programs.test(commandsOf(step));
}
/** Whether a step may use Docker's credentials: it does, or it starts a script. */
function mayReadCredentials(step) {
    return readsCredentials(step) || (step.uses === '' && scripts.test(commandsOf(step)));
}
function isCredentialAction({ uses, inputs, action }) {
    if (action !== undefined)
        return action.kind === 'bake';
    if (/^(?:docker:\/\/|\.\/)/.test(uses))
        return true;
    if (/^actions\/attest/i.test(uses))
        return inputs.get('push-to-registry')?.value === 'true';
    const [name = ''] = uses.toLowerCase().split('@');
    const isHarmless = name.startsWith('actions/') || harmlessActions.has(name);
    return !isHarmless && credentialActions.test(name);
}
/** Whether a step builds with the builder that docker/setup-buildx-action made. */
function usesBuilder(step) {
    if (step.action?.kind === 'bake')
        return true;
    if (/^\.\/|buildx|bake|devcontainers\/ci/i.test(step.uses) && step.action === undefined)
        return true;
    const commands = commandsOf(step).replace(/\bbuildx\s(?:imagetools|version|ls)\b/g, '');
    return /\bbuildx\b|BUILDX_BUILDER/.test(commands);
}
/** Whether a step runs or builds something for another platform. */
function usesEmulators(step) {
    if (usesBuilder(step))
        return true;
    return /--platform\b|--arch\b|DOCKER_DEFAULT_PLATFORM/.test(`${commandsOf(step)}${step.inputs.get('args')?.value ?? ''}`);
}
/** Whether a step builds an image with a command. */
function buildsImages(step) {
    return /\b(?:docker|podman|compose|buildah)\s(?:image\s)?(?:build|bud)\b/.test(commandsOf(step).replace(/\s+/g, ' '));
}
/** Whether a step starts containers. */
function runsImages(step) {
    const commands = commandsOf(step);
    return (step.uses.startsWith('docker://') ||
        (/\b(?:docker|podman|compose)\b/.test(commands) && /\b(?:run|up)\b/.test(commands)));
}
/** Whether a step joins images of several platforms that other jobs pushed. */
function joinsImages(step) {
    const commands = commandsOf(step);
    const words = commands.replace(/\s+/g, ' ');
    const joins = ['imagetools create', 'manifest create', 'manifest push', 'manifest add', 'manifest-tool '];
    if (joins.some((one) => words.includes(one)))
        return true;
    return /manifest-(?:create-)?action|docker-manifest/i.test(step.uses);
}
/** The commands of a step, without comments. */
function commandsOf({ fields }) {
    return (fields.get('run')?.value ?? '')
        .split('\n')
        .filter((line) => !/^\s*#/.test(line))
        .join('\n');
}

;// CONCATENATED MODULE: ./src/migrate/plan-builder.ts






/** Names of the inputs of docker/setup-buildx-action in Polyarch; null for those that are not needed. */
const buildxInputs = {
    version: 'buildx-version',
    driver: 'driver',
    'driver-opts': 'driver-opts',
    'buildkitd-flags': 'buildkitd-flags',
    'buildkitd-config': 'buildkitd-config',
    'buildkitd-config-inline': 'buildkitd-config-inline',
    config: 'buildkitd-config',
    'config-inline': 'buildkitd-config-inline',
    endpoint: 'endpoint',
    platforms: 'node-platforms',
    append: 'append',
    'keep-state': 'keep-state',
    name: 'builder',
    use: null,
    install: null,
    cleanup: null,
    'cache-binary': null,
};
const defaults = {
    driver: 'docker-container',
    'buildkitd-flags': '--allow-insecure-entitlement security.insecure --allow-insecure-entitlement network.host',
};
/** Plans the migration of a docker/setup-buildx-action step. `isOnly`: the job has one such step. */
function planBuildx(step, { source, job, builds }, isOnly) {
    const users = builds.filter(({ index }) => index > step.index);
    const asBuilder = new Set(users.filter((build) => isNameOf(build.inputs.get('builder')?.value ?? '', step)).map(({ index }) => index));
    const reason = whyKept(step, { job, users, asBuilder }) ?? (isOnly ? undefined : 'the job sets up several builders');
    if (reason !== undefined)
        return isOnly ? keepBuilder(step, reason, { source, job, users }) : { kind: 'kept', reason };
    const isBlock = step.withBlock?.isBlock ?? true;
    // Here these two need a driver.
    const isManaged = step.inputs.has('append') || step.inputs.has('keep-state');
    const lines = isManaged && !step.inputs.has('driver') ? [`driver: ${defaults['driver']}`] : [];
    const notes = [];
    for (const [name, field] of step.inputs) {
        const key = Object.hasOwn(buildxInputs, name) ? buildxInputs[name] : undefined;
        if (key === undefined)
            notes.push({ line: field.line, text: `${code(name)} is dropped: docker/setup-buildx-action does not have it` });
        if (!key || (field.value?.trim() === '' && field.range === undefined))
            continue;
        // What it is there without being said; here the step chooses what the build needs.
        if (!isManaged && defaults[name] === field.value?.trim())
            continue;
        const copied = copyInput(source, field, { isBlock, key });
        if (copied === undefined)
            return keepBuilder(step, 'its inputs are in braces over several lines', { source, job, users });
        lines.push(...copied);
    }
    const contributions = users.flatMap(({ index }) => [
        ...(asBuilder.has(index) ? [{ build: index, place: { replaces: 'builder' }, lines: [] }] : []),
        ...(lines.length > 0 ? [{ build: index, place: 'last', lines }] : []),
    ]);
    return { kind: 'removed', contributions, edits: [], notes };
}
/** `${{ steps.buildx.outputs.name }}`. */
function isNameOf(text, { id }) {
    const expression = wholeExpression(text)?.replace(/\s+/g, '').toLowerCase();
    return id !== undefined && expression === `steps.${id.toLowerCase()}.outputs.name`;
}
function whyKept(step, { job, users, asBuilder }) {
    const { fields, inputs, condition, id } = step;
    const said = (name) => resolveVariables(inputs.get(name)?.value?.trim() ?? '', job.env);
    for (const key of ['env', 'continue-on-error'])
        if (fields.has(key))
            return `it has ${code(key)}`;
    const reader = job.steps.find((one) => one.index > step.index && one.action?.kind !== 'build' && usesBuilder(one));
    if (reader !== undefined)
        return `${lineName(reader.line)} uses the builder`;
    const reference = job.references.find((one) => id !== undefined &&
        one.id?.toLowerCase() === id.toLowerCase() &&
        !(one.input === 'builder' && one.step !== undefined && asBuilder.has(one.step)));
    if (reference !== undefined)
        return `${lineName(reference.line)} reads its outputs`;
    const other = users.find((build) => build.inputs.has('builder') && !asBuilder.has(build.index));
    if (other !== undefined)
        return `the build step in ${lineName(other.line)} names another builder`;
    if (said('name') && said('keep-state') !== 'true')
        return '`name` may be a builder that exists on the machine';
    if (!['', 'true'].includes(said('use')))
        return `${code(`use: ${said('use')}`)} leaves the build step another builder`;
    if (!['', 'false'].includes(said('install')))
        return '`install` changes what `docker build` does in later steps';
    if (!['', 'true'].includes(said('cleanup')))
        return '`cleanup: false` leaves the builder on the machine';
    const kind = said('driver');
    if (kind && !kind.includes('${{') && !drivers/* driverChoices */.tU.includes(kind)) {
        return `Polyarch cannot create a builder with the driver ${code(kind)}`;
    }
    const version = said('version');
    if (!['', 'latest'].includes(version) && !version.includes('${{') && !/^v?\d+\.\d+\.\d+(?:-|$)/.test(version)) {
        return `${code(`version: ${version}`)} is not a release of buildx`;
    }
    const differs = inputs.size > 0 && condition !== undefined && users.some((build) => !isSameCondition(step, build));
    if (differs)
        return 'its `if` is not that of the build step';
    return undefined;
}
/** Keeps the step, and has the build steps use its builder. */
function keepBuilder(step, reason, { source, job, users }) {
    const without = users.filter((build) => !build.inputs.has('builder'));
    const isUsed = step.inputs.get('use')?.value?.trim().toLowerCase() !== 'false';
    if (without.length === 0 || !isUsed)
        return { kind: 'kept', reason };
    const id = step.id ?? freeId(job);
    const contributions = without.map(({ index }) => ({
        build: index,
        place: 'last',
        lines: [`builder: \${{ steps.${id}.outputs.name }}`],
    }));
    const named = step.id === undefined ? idEdit(source, step, id) : undefined;
    if (step.id === undefined && named === undefined)
        return { kind: 'kept', reason };
    return { kind: 'kept', reason, contributions, edits: named === undefined ? [] : [named] };
}
function freeId({ steps }) {
    const taken = new Set(steps.map(({ id }) => id?.toLowerCase()));
    for (let count = 1;; count += 1) {
        const id = count === 1 ? 'buildx' : `buildx-${count}`;
        if (!taken.has(id))
            return id;
    }
}
/** Gives a step an ID: after its name, else after `uses`. Undefined for a step in braces. */
function idEdit(source, step, id) {
    const after = step.fields.get('name') ?? step.fields.get('uses');
    if (after === undefined || step.dash === undefined || after.column !== step.column)
        return undefined;
    return replaceLines(source, after.lastLine + 1, after.lastLine + 1, [`${' '.repeat(step.column)}id: ${id}`]);
}
/** Plans the migration of a docker/setup-qemu-action step. */
function planQemu(step, { source, job, builds }) {
    const said = (name) => step.inputs.get(name)?.value?.trim() ?? '';
    const { id } = step;
    if (!/^(?:false)?$/i.test(said('reset')))
        return { kind: 'kept', reason: '`reset` removes emulators that Polyarch leaves alone' };
    const reference = job.references.find((one) => id !== undefined && one.id?.toLowerCase() === id.toLowerCase());
    if (reference !== undefined)
        return { kind: 'kept', reason: `${lineName(reference.line)} reads its outputs` };
    const reader = job.steps.find((one) => one.index > step.index && one.action?.kind !== 'build' && usesEmulators(one));
    if (reader !== undefined)
        return { kind: 'kept', reason: `${lineName(reader.line)} may run programs of another platform` };
    const runner = runsForeignImage(job, builds);
    if (runner !== undefined)
        return { kind: 'kept', reason: `${lineName(runner.line)} may run an image of another platform` };
    const image = step.inputs.get('image');
    const lines = image === undefined || said('image') === ''
        ? []
        : copyInput(source, image, { isBlock: step.withBlock?.isBlock ?? true, key: 'emulator-image' });
    if (lines === undefined)
        return { kind: 'kept', reason: 'its inputs are in braces over several lines' };
    const users = lines.length === 0 ? [] : builds.filter(({ index }) => index > step.index);
    return {
        kind: 'removed',
        contributions: users.map(({ index }) => ({ build: index, place: 'last', lines })),
        edits: [],
        notes: [],
    };
}
/** A step that runs an image which a build step loads, if that can be one of another platform. */
function runsForeignImage({ steps }, builds) {
    const loads = builds.find(({ inputs }) => {
        const platforms = inputs.get('platforms')?.value ?? '';
        return inputs.has('load') && platforms !== '' && !/^(?:linux\/)?amd64$/.test(platforms.trim());
    });
    return steps.find((step) => loads !== undefined && step.index > loads.index && runsImages(step));
}

;// CONCATENATED MODULE: ./src/migrate/escape-braces.ts
/** Braces that Polyarch may read as an expression, and docker/build-push-action as text. */
const braces = /(?<![$\\{])\{\{([^{}]*)\}\}/g;
/** Escapes the braces in an input that Polyarch would read as an expression. */
function escapeEdits(source, { range }) {
    if (range === undefined)
        return [];
    const text = source.text.slice(range.start, range.end);
    const backslash = text.startsWith('"') ? '\\\\' : '\\';
    return [...text.matchAll(braces)]
        .filter(([, inner = '']) => isWord(inner))
        .map(({ index }) => ({ start: range.start + index, end: range.start + index, text: backslash }));
}
/** As `escapeEdits`, for one line of a value. */
function escapeBraces(line) {
    return line.replace(braces, (found, inner) => (isWord(inner) ? `\\${found}` : found));
}
function isWord(inner) {
    return /^[A-Za-z_]\w*$/.test(inner.trim());
}

;// CONCATENATED MODULE: ./src/migrate/plan-metadata.ts






/** The outputs that this step has under the same names. */
const sameOutputs = ['version', 'tags', 'tag-names', 'labels', 'annotations', 'json'];
/** The rules of docker/metadata-action without `tags`. */
const defaultRules = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr'];
/** The expression of this step for one that reads an output of docker/metadata-action, given without white space in lower case. */
function ownExpression(expression, id) {
    const outputs = `steps.${id.toLowerCase()}.outputs`;
    const label = (name) => `fromjson(${outputs}.json).labels['org.opencontainers.image.${name}']`;
    const values = new Map([
        [`${outputs}.version`, '{{version}}'],
        [label('version'), '{{version}}'],
        [label('created'), '{{created}}'],
        [label('revision'), `\${{ github.sha }}`],
    ]);
    return values.get(expression);
}
/** Plans the migration of a docker/metadata-action step. */
async function planMetadata(step, planning) {
    const { source, job, builds } = planning;
    const own = job.references.filter((one) => step.id !== undefined && one.id?.toLowerCase() === step.id.toLowerCase());
    const users = builds.filter((build) => build.index > step.index && own.some((one) => one.step === build.index && one.input !== undefined));
    if (users.length === 0)
        return kept('no build step has its outputs as inputs');
    const reason = plan_metadata_whyKept(step, users) ?? variableReader(planning, step, users);
    if (reason !== undefined)
        return kept(reason);
    const contributions = [];
    const edits = [];
    const notes = [];
    const handled = new Set();
    /** Build steps that make the same tags as the step. */
    const heirs = [];
    for (const build of users) {
        const taken = takeLists(step, build, { planning, own });
        if ('problem' in taken)
            return kept(taken.problem);
        contributions.push(...taken.contributions);
        const variables = moveVariables(source, step, build);
        if (variables === undefined)
            return kept('its `env` cannot be moved to the build step');
        edits.push(...variables);
        for (const reference of taken.handled)
            handled.add(reference);
        if (taken.hasTags)
            heirs.push(build);
        if (taken.hasTags && !taken.hasLabels) {
            notes.push({
                line: build.line,
                text: 'the image also gets the labels of docker/metadata-action; `default-labels: false` switches them off',
            });
        }
        if (taken.hasLabels && !taken.hasTags) {
            notes.push({
                line: build.line,
                text: 'the label `org.opencontainers.image.version` is now the main tag of this build step',
            });
        }
        const dropped = ['labels', 'annotations'].filter((name) => step.inputs.has(name) && !taken.inputs.has(name));
        for (const name of dropped) {
            notes.push({
                line: step.inputs.get(name)?.line ?? step.line,
                text: `${code(name)} is dropped, because no build step used it`,
            });
        }
        for (const reference of own.filter((one) => one.step === build.index && !handled.has(one))) {
            const edit = taken.hasTags ? takeValue(source, build, reference) : undefined;
            if (edit === undefined)
                continue;
            edits.push(edit);
            handled.add(reference);
        }
    }
    const rest = own.filter((reference) => !handled.has(reference));
    const rewired = rewire(step, rest, { job, heirs });
    if ('problem' in rewired)
        return kept(rewired.problem);
    if (rest.length > 0 && ['sep-tags', 'sep-labels', 'sep-annotations'].some((name) => step.inputs.has(name))) {
        return kept(`its outputs have separators, and ${lineName(rest[0]?.line ?? 0)} reads them`);
    }
    const [problem] = await checkInputs(new Map([...step.inputs].flatMap(([name, { value }]) => (moved.includes(name) ? [[name, value ?? '']] : []))));
    if (problem !== undefined)
        return kept(`Polyarch does not accept its inputs: ${problem}`);
    notes.push(...notesOf(step, rest, { job, heirs }));
    return { kind: 'removed', contributions, edits: [...edits, ...rewired.edits], notes, ids: rewired.ids };
}
/** Inputs that become inputs of the same name. */
const moved = ['images', 'tags', 'flavor', 'labels', 'annotations'];
const known = [...moved, 'context', 'github-token', 'bake-target', 'sep-tags', 'sep-labels', 'sep-annotations'];
function kept(reason) {
    return { kind: 'kept', reason };
}
function plan_metadata_whyKept(step, users) {
    const { fields, inputs, condition } = step;
    if (fields.has('continue-on-error'))
        return 'it has `continue-on-error`';
    const differs = users.find((build) => condition !== undefined && !isSameCondition(step, build));
    if (differs !== undefined)
        return `its \`if\` is not the one of the build step in ${lineName(differs.line)}`;
    const unknown = [...inputs.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined)
        return `${code(unknown)} is not an input of its current version`;
    const context = inputs.get('context')?.value ?? 'workflow';
    if (context.trim() !== 'workflow')
        return `${code(`context: ${context}`)} takes tags from the repository, not from the event`;
    if (!inputs.has('images'))
        return 'it has no images';
    return undefined;
}
/** A step that reads the variables of docker/metadata-action before the image is built. */
function variableReader({ source, job }, step, users) {
    const last = Math.max(...users.map((build) => build.index));
    const reader = job.steps.find((one) => one.index > step.index &&
        one.index <= last &&
        /DOCKER_METADATA_OUTPUT_/.test(source.text.slice(one.start, one.end)));
    return reader && `${lineName(reader.line)} reads its variables before the image is built`;
}
/** Moves the lists that a build step has from the outputs of the step: `tags`, `labels` and `annotations`. */
function takeLists(step, build, { planning, own }) {
    const { source } = planning;
    const contributions = [];
    const handled = [];
    const inputs = new Set();
    let hasTags = false;
    let hasLabels = false;
    for (const name of ['tags', 'labels', 'annotations']) {
        const field = build.inputs.get(name);
        const references = own.filter((one) => one.step === build.index && one.input === name);
        const [reference] = references;
        if (field === undefined || reference === undefined)
            continue;
        const isWhole = isOutput(field.value ?? '', step, name);
        const lines = (field.value ?? '').split('\n').map((line) => line.trim());
        const at = lines.findIndex((line) => isOutput(line, step, name));
        // Where a tag is made of an output, an earlier build step may give it.
        if (!isWhole && at < 0)
            continue;
        if (references.length > 1)
            return { problem: `${lineName(reference.line)} uses its outputs twice in ${code(name)}` };
        handled.push(reference);
        const isBlock = step.withBlock?.isBlock ?? true;
        const copy = (key) => {
            const input = step.inputs.get(key);
            return input === undefined ? [] : copyInput(source, input, { isBlock });
        };
        const others = name === 'tags' ? ['images', 'flavor'] : [];
        const moved = [...others, name].filter((key) => step.inputs.has(key));
        for (const key of moved)
            inputs.add(key);
        let list = copy(name);
        if (!isWhole) {
            if (field.style !== 'literal')
                return { problem: `${lineName(field.line)} mixes its outputs with other ${name}` };
            const own = (step.inputs.get(name)?.value ?? (name === 'tags' ? defaultRules.join('\n') : '')).trim();
            const added = own === '' ? [] : own.split('\n');
            const escaped = name === 'tags' ? lines : lines.map(escapeBraces);
            list = composed(name, [...escaped.slice(0, at), ...added, ...escaped.slice(at + 1)]);
        }
        const before = name === 'tags' ? copy('images') : [];
        const after = name === 'tags' ? copy('flavor') : [];
        if (list === undefined || before === undefined || after === undefined) {
            return { problem: 'its inputs are in braces over several lines' };
        }
        if (name === 'tags')
            hasTags = true;
        if (name === 'labels')
            hasLabels = true;
        contributions.push({ build: build.index, place: { replaces: name }, lines: [...before, ...list, ...after] });
    }
    return { contributions, handled, inputs, hasTags, hasLabels };
}
function composed(name, lines) {
    const kept = lines.map((line) => line.trim()).filter((line) => line !== '');
    return kept.length === 0 ? [] : [`${name}: |`, ...kept.map((line) => `  ${line}`)];
}
/** Whether a text is the output of the step, and nothing else. */
function isOutput(text, step, output) {
    const expression = wholeExpression(text);
    if (expression === undefined)
        return false;
    const [only] = findStepReferences(expression);
    return (only !== undefined &&
        only.start === 0 &&
        only.end === expression.length &&
        only.id?.toLowerCase() === step.id?.toLowerCase() &&
        only.path.join('.') === `outputs.${output}`);
}
/** Gives a build step the variables of the step, which Polyarch reads too. Undefined for other ones, and where both have one. */
function moveVariables(source, step, build) {
    if (!step.fields.has('env'))
        return [];
    const names = [...(step.env?.keys() ?? [])];
    if (names.length === 0 || !names.every((name) => name.startsWith('DOCKER_METADATA_')))
        return undefined;
    const lines = [...(step.env?.values() ?? [])].flatMap((field) => copyInput(source, field, { isBlock: true }) ?? []);
    if (build.fields.has('env')) {
        const own = [...(build.env?.values() ?? [])];
        const [first] = own;
        if (first === undefined || names.some((name) => build.env?.has(name)))
            return undefined;
        const after = Math.max(...own.map(({ lastLine }) => lastLine)) + 1;
        return [replaceLines(source, after, after, indentLines(lines, first.column))];
    }
    const at = build.fields.get('with')?.line;
    // Before the first key is the dash of the step.
    if (at === undefined || at === build.line)
        return undefined;
    return [replaceLines(source, at, at, indentLines(['env:', ...indentLines(lines, 2)], build.column))];
}
/** Replaces the expression around a reference, in a value of a build argument, label or annotation. */
function takeValue(source, build, reference) {
    const field = build.inputs.get(reference.input ?? '');
    if (field?.range === undefined || !['build-args', 'labels', 'annotations'].includes(field.key))
        return undefined;
    const { start, end } = field.range;
    const text = source.text.slice(start, end);
    const around = findExpressions(text).find((one) => start + one.start <= reference.start && reference.end <= start + one.end);
    if (around === undefined)
        return undefined;
    const expression = text.slice(around.start, around.end).replace(/\s+/g, '').toLowerCase();
    const becomes = ownExpression(expression, reference.id ?? '');
    // Only a value is replaced by this step: something is before it in its line.
    const line = text.slice(text.lastIndexOf('\n', around.start) + 1, around.start - 3);
    if (becomes === undefined || !line.includes('='))
        return undefined;
    return { start: start + around.start - 3, end: start + around.end + 2, text: becomes };
}
/** Points what other steps read of the step to the build step that takes its place. */
function rewire(step, references, { job, heirs }) {
    const edits = [];
    const ids = new Map();
    for (const reference of references) {
        const { line, path } = reference;
        const [outputs, name = ''] = path;
        if (outputs !== 'outputs' || path.length < 2 || reference.idRange === undefined) {
            return { problem: `${lineName(line)} reads more of it than one output` };
        }
        if (!sameOutputs.includes(name))
            return { problem: `${lineName(line)} reads its output ${code(name)}, which Polyarch does not have` };
        const heir = heirs.findLast((build) => reference.step === undefined || build.index < reference.step);
        if (heir === undefined)
            return { problem: `${lineName(line)} reads its output ${code(name)} before the image is built` };
        const reader = job.steps.find(({ index }) => index === reference.step);
        if (heir.condition !== undefined && (reader === undefined || !isSameCondition(reader, heir))) {
            return { problem: `${lineName(line)} reads its output ${code(name)} also when the build step does not run` };
        }
        if (heir.id === undefined)
            ids.set(heir.index, step.id ?? '');
        else
            edits.push({ start: reference.idRange.start, end: reference.idRange.end, text: heir.id });
    }
    if (ids.size > 1)
        return { problem: `several build steps without an \`id\` would take its place` };
    return { edits, ids };
}
function notesOf(step, rest, { job, heirs }) {
    const notes = [];
    const isPushed = (reference) => {
        const condition = job.steps.find(({ index }) => index === reference.step)?.condition ?? 'true';
        return heirs.every((build) => {
            const push = build.inputs.get('push')?.value ?? '';
            return push.trim().toLowerCase() === 'true' || normalizeCondition(push) === normalizeCondition(condition);
        });
    };
    const json = rest.find((one) => one.path[1] === 'json');
    if (json !== undefined) {
        notes.push({
            line: json.line,
            text: 'the tags in `json` are in the order in which they are written: `latest` is the last one',
        });
    }
    const reader = rest.find((one) => ['tags', 'json', 'tag-names'].includes(one.path[1] ?? '') && !isPushed(one));
    if (reader !== undefined) {
        notes.push({
            line: reader.line,
            text: `${code(reader.path[1] ?? '')} has only tags that were written: it is empty if the image is neither pushed nor loaded`,
        });
    }
    for (const [name, field] of step.inputs) {
        if (name === 'github-token' && !isJobToken(field))
            notes.push({
                line: field.line,
                text: '`github-token` is dropped: the token of the job reads the description of the repository',
            });
    }
    return notes;
}
/** Whether a value is the token of the job. */
function isJobToken({ value = '' }) {
    return /^(?:secrets\.github_token|github\.token)$/i.test(wholeExpression(value) ?? '');
}

;// CONCATENATED MODULE: ./src/migrate/plan-login.ts






/** Inputs of docker/login-action that credentials consist of. */
const parts = ['registry', 'username', 'password', 'scope', 'ecr'];
/** Plans the migration of the docker/login-action steps that precede a build step. */
async function planLogins(logins, planning) {
    const plans = new Map();
    const taken = [];
    for (const login of logins) {
        const reason = plan_login_whyKept(login, logins, planning);
        if (reason === undefined)
            taken.push(login);
        else
            plans.set(login, { kind: 'kept', reason });
    }
    const contributions = [];
    for (const build of planning.builds) {
        const before = taken.filter(({ index }) => index < build.index);
        const written = before.filter((login) => !isJobLogin(login, build, planning.job));
        const lines = credentialLines(written, build, planning);
        if ('problem' in lines) {
            for (const login of taken)
                plans.set(login, { kind: 'kept', reason: lines.problem });
            return plans;
        }
        if (lines.lines.length > 0)
            contributions.push({ build: build.index, place: 'last', lines: lines.lines });
    }
    for (const login of taken) {
        const [problem] = await problemsOf(login);
        if (problem === undefined)
            continue;
        for (const one of taken)
            plans.set(one, {
                kind: 'kept',
                reason: `Polyarch does not accept the inputs of ${lineName(login.line)}: ${problem}`,
            });
        return plans;
    }
    const readers = taken.length === 0 ? [] : keepers(taken, planning);
    for (const login of taken) {
        const isFirst = login === taken[0];
        plans.set(login, {
            kind: 'removed',
            contributions: isFirst
                ? [
                    ...contributions,
                    ...readers.map(({ build }) => ({ build: build.index, place: 'last', lines: ['keep-login: true'] })),
                ]
                : [],
            edits: [],
            notes: [...(isFirst ? readers.map(({ note }) => note) : []), ...plan_login_notesOf(login, planning)],
        });
    }
    return plans;
}
async function problemsOf({ inputs }) {
    return await checkInputs(new Map([...inputs].flatMap(([name, { value }]) => name === 'registry-auth' ||
        name === 'scope' ||
        name === 'ecr' ||
        name === 'registry' ||
        name === 'username' ||
        name === 'password'
        ? [[name, value ?? '']]
        : [])));
}
function plan_login_whyKept(login, logins, { job, builds }) {
    const { fields, inputs } = login;
    for (const key of ['env', 'continue-on-error'])
        if (fields.has(key))
            return `it has ${code(key)}`;
    if (inputs.get('logout')?.value?.trim() === 'false')
        return '`logout: false` leaves the login on the machine';
    const next = builds.find((build) => build.index > login.index);
    const between = job.steps.find((one) => one.index > login.index && one.index < (next?.index ?? 0) && readsCredentials(one));
    if (between !== undefined)
        return `${lineName(between.line)} may use the login before the image is built`;
    if (inputs.has('registry-auth') && logins.length > 1)
        return '`registry-auth` and a second login step cannot be joined';
    const after = builds.filter((build) => build.index > login.index);
    if (login.condition !== undefined && !reduces(login, after, logins)) {
        return `its ${code(`if: ${login.condition}`)} is not that of the build step or of \`push\``;
    }
    for (const build of after) {
        const reader = readersAfter(build, { job, builds }).find((one) => build.condition !== undefined && !isSameCondition(one, build));
        if (reader !== undefined)
            return `${lineName(reader.line)} may use the login also when the build step does not run`;
    }
    return undefined;
}
/** Whether the build step works in the same way if it always has the credentials. Without a push they are not needed, and may be missing. */
function reduces(login, builds, logins) {
    const condition = normalizeCondition(login.condition ?? '');
    if (/\b(?:always|failure|cancelled)\s{0,10}\(|\bsteps\s{0,10}[.[]/i.test(condition))
        return false;
    // Whenever it does not run, nobody is logged in: then a push would fail there, too.
    if (logins.every((other) => isSameCondition(other, login)))
        return true;
    return builds.every((build) => {
        const push = build.inputs.get('push')?.value ?? '';
        if (normalizeCondition(push) === condition || isSameCondition(login, build))
            return true;
        return isNotPullRequest(condition) && /pull_request/.test(`${push} ${build.condition ?? ''}`);
    });
}
function isNotPullRequest(condition) {
    return /^(?:github\.event_name ?!= ?'pull_request'|'pull_request' ?!= ?github\.event_name|github\.event_name ?== ?'(?:push|release|schedule|workflow_dispatch)'|!github\.event\.pull_request|github\.event\.pull_request ?== ?null)$/.test(condition);
}
function readersAfter(build, { job, builds }) {
    const next = builds.find(({ index }) => index > build.index)?.index ?? job.steps.length;
    return job.steps.filter((one) => one.index > build.index && one.index < next && mayReadCredentials(one));
}
/** Build steps that must keep their logins for later steps. */
function keepers(logins, planning) {
    return planning.builds.flatMap((build) => {
        const [reader] = readersAfter(build, planning);
        if (reader === undefined || !logins.some(({ index }) => index < build.index))
            return [];
        const why = readsCredentials(reader) ? 'uses' : 'runs a script that may use';
        return [
            {
                build,
                note: { line: reader.line, text: `this step ${why} the login, so the build step gets \`keep-login: true\`` },
            },
        ];
    });
}
/** The registry of a login, with variables of the workflow replaced. */
function registryOf({ inputs }, { env }) {
    const text = inputs.get('registry')?.value?.trim() ?? '';
    return resolveVariables(text, env);
}
/** A login to ghcr.io with the token of the job. A step that pushes there needs no input for it. */
function isJobLogin(login, build, job) {
    const { inputs } = login;
    const password = inputs.get('password');
    const isPlain = [...inputs.keys()].every((name) => ['registry', 'username', 'password', 'logout'].includes(name));
    const token = build.inputs.get('github-token');
    return (isPlain &&
        ['ghcr.io', 'https://ghcr.io', 'ghcr.io/', 'https://ghcr.io/'].includes(registryOf(login, job).toLowerCase()) &&
        password !== undefined &&
        isJobToken(password) &&
        (token === undefined || isJobToken(token)) &&
        imageNames(build, job).some((name) => name.toLowerCase().startsWith('ghcr.io/')));
}
const hubNames = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io', 'https://index.docker.io/v1/'];
/** The inputs of a build step for the logins that precede it. */
function credentialLines(logins, build, { source, job }) {
    const [only] = logins;
    if (only === undefined)
        return { lines: [] };
    const clash = [...parts, 'registries', 'registry-auth', 'keep-login'].find((name) => build.inputs.has(name));
    if (clash !== undefined)
        return { problem: `the build step in ${lineName(build.line)} has ${code(clash)} already` };
    const isBlock = only.withBlock?.isBlock ?? true;
    const auth = only.inputs.get('registry-auth');
    const isHub = hubNames.includes(registryOf(only, job));
    if (logins.length === 1 && (auth !== undefined || isHub || hasHosts(build, only, job))) {
        const fields = ['registry', 'username', 'password', 'scope', 'ecr', 'registry-auth'].flatMap((name) => only.inputs.get(name) ?? []);
        const copies = fields.map((field) => copyInput(source, field, { isBlock }));
        if (copies.includes(undefined))
            return { problem: 'its inputs are in braces over several lines' };
        // Credentials for Docker Hub without a registry are an error if no image is there.
        const hub = auth === undefined && !only.inputs.has('registry') ? ['registry: docker.io'] : [];
        return { lines: [...hub, ...copies.flatMap((lines) => lines ?? [])] };
    }
    const entries = logins.flatMap((login) => {
        const values = parts.flatMap((name) => {
            const value = login.inputs.get(name)?.value?.trim() ?? '';
            return value === '' ? [] : [`${name}: ${toYaml(value)}`];
        });
        return values.map((line, at) => `  ${at === 0 ? '- ' : '  '}${line}`);
    });
    return { lines: ['registries: |', ...entries] };
}
/** Whether every name of the image has a registry: `registry` goes before names that have none. */
function hasHosts(build, login, job) {
    const names = imageNames(build, job);
    const registry = registryOf(login, job);
    return (names.length > 0 &&
        names.every((name) => {
            const [host = '', ...rest] = name.split('/');
            if (name.startsWith(`${registry}/`))
                return true;
            return rest.length > 0 && !host.includes('${{') && (/[.:]/.test(host) || host === 'localhost');
        }));
}
/** The names that a build step gives the image, with variables of the workflow replaced; a conditional one as the whole line. */
function imageNames(build, job) {
    const lists = [build.inputs.get('tags')?.value ?? '', ...metadataImages(build, job)];
    return (lists
        .flatMap((text) => text.split('\n'))
        .flatMap((line) => (line.includes('enable=') ? [line] : line.split(',')))
        .map((name) => resolveVariables(name.trim(), job.env))
        .map((name) => (name.includes('enable=') ? name : name.replace(/^name=/i, '')))
        .filter((name) => name !== '' && !name.startsWith('#'))
        // The outputs of docker/metadata-action: its images are in the list.
        .filter((name) => !/^steps\.[\w-]+\.outputs\.tags$/.test(wholeExpression(name) ?? '')));
}
function metadataImages({ index }, { steps, references }) {
    const ids = references.filter((one) => one.step === index && one.input === 'tags').map(({ id }) => id?.toLowerCase());
    return steps
        .filter((step) => step.action?.kind === 'metadata' && step.id !== undefined && ids.includes(step.id.toLowerCase()))
        .map((step) => step.inputs.get('images')?.value ?? '');
}
/** A value as YAML in an expression's text: `toJSON` quotes what is known only in the run. */
function toYaml(value) {
    const expression = wholeExpression(value);
    if (expression !== undefined)
        return /^github\.[\w.]+$/.test(expression) ? value : `\${{ toJSON(${expression}) }}`;
    if (!value.includes('${{'))
        return /^[A-Za-z0-9_][\w./@-]*$/.test(value) ? value : JSON.stringify(value);
    const found = [];
    const marked = replaceExpressions(value, (one) => {
        found.push(one);
        return `\u0001${found.length - 1}\u0002`;
    });
    const template = marked
        .replace(/[{}]/g, '$&$&')
        .replaceAll("'", "''")
        .replaceAll('\u0001', '{')
        .replaceAll('\u0002', '}');
    return `\${{ toJSON(format('${template}', ${found.join(', ')})) }}`;
}
function plan_login_notesOf(login, { job, builds }) {
    const notes = [];
    if (builds.every((build) => build.index < login.index || isJobLogin(login, build, job)))
        notes.push({ line: login.line, text: 'Polyarch logs in to ghcr.io with the token of the job' });
    const isOfBuild = builds.every((build) => build.index < login.index || isSameCondition(build, login));
    if (login.condition !== undefined && !isOfBuild) {
        notes.push({
            line: login.line,
            text: `${code(`if: ${login.condition}`)} is dropped: without a push, missing credentials are not an error`,
        });
    }
    for (const [name, field] of login.inputs) {
        const isKnown = [...parts, 'registry-auth', 'logout'].includes(name);
        if (!isKnown)
            notes.push({ line: field.line, text: `${code(name)} is dropped: docker/login-action does not have it` });
    }
    return notes;
}

;// CONCATENATED MODULE: ./src/migrate/rewrite-build.ts






/** The inputs of docker/build-push-action. Other ones it ignores, and Polyarch may not. */
const rewrite_build_known = new Set([
    'add-hosts allow annotations attests build-args build-contexts builder cache-from cache-to call cgroup-parent context file',
    'github-token labels load network no-cache no-cache-filters outputs platforms provenance pull push sbom secret-envs',
    'secret-files secrets shm-size ssh tags target ulimit',
].flatMap((names) => names.split(' ')));
/** Why a build step cannot be rewritten; undefined if it can. */
function whyNotBuild(build, source) {
    if (build.oddity !== undefined)
        return build.oddity;
    if (build.dash === undefined || source.text[build.start] === '{')
        return 'the step is written in braces';
    const unknown = [...build.inputs.keys()].find((name) => !rewrite_build_known.has(name));
    if (unknown !== undefined)
        return `${code(unknown)} is not an input of its current version`;
    const outputs = build.inputs.get('outputs')?.value ?? '';
    if (/push-by-digest/.test(outputs)) {
        return 'it pushes by digest for a later job that joins the platforms, which is not supported yet. Use one step with all `platforms` instead of both jobs';
    }
    if (/type=(?:image|registry)\b/.test(outputs)) {
        return '`outputs` pushes with `type=image` or `type=registry`. Write `push`, `tags`, `compression` and `annotations` instead';
    }
    return undefined;
}
/** Inputs that the build step gets because the defaults of the two actions differ. */
function missingDefaults(build, { runsOn = '' }) {
    const lines = [];
    const notes = [];
    if (isEmpty(build.inputs.get('context'))) {
        lines.push("context: '{{defaultContext}}'");
        notes.push({
            line: build.line,
            text: 'the context stays the commit of the event; `context: .` would be the checked out files',
        });
    }
    if (isEmpty(build.inputs.get('platforms'))) {
        // The default there is the platform of the runner, here it is linux/amd64.
        if (/-arm(?:64)?$/.test(runsOn))
            lines.push('platforms: linux/arm64');
        else if (!/^ubuntu-(?:latest|slim|\d\d\.\d\d)$/.test(runsOn)) {
            lines.push(`platforms: \${{ runner.arch == 'ARM64' && 'linux/arm64' || 'linux/amd64' }}`);
        }
    }
    return { contributions: lines.length === 0 ? [] : [{ build: build.index, place: 'first', lines }], notes };
}
function isEmpty(field) {
    return field === undefined || field.value?.trim() === '';
}
/** Returns the notes about a build step that is rewritten. */
function notesOfBuild(build, source) {
    const { inputs, line, uses } = build;
    const said = (name) => inputs.get(name)?.value?.trim() ?? '';
    const notes = [];
    if (said('provenance') === '' && said('attests') === '' && !/^(?:false)?$/i.test(said('push'))) {
        notes.push({
            line,
            text: 'docker/build-push-action attaches provenance by default; for it, add `provenance: true`',
        });
    }
    const [, version = ''] = uses.split('@');
    if (version.length === 40 && /^[0-9a-f]+$/i.test(version))
        notes.push({ line, text: 'the replaced actions were pinned to commits; pin polyarch/build too' });
    const secrets = ['secrets', 'secret-envs'].some((name) => said(name) !== '');
    if (secrets && said('push') !== '' && /\bpull_request\b/.test(source.text)) {
        notes.push({
            line,
            text: 'a build secret that is empty is an error, also in pull requests from forks; `push: auto` allows it there',
        });
    }
    return notes;
}
/** Rewrites one build step: its action, its inputs and its ID. */
function rewriteBuild(source, build, { contributions, id }) {
    const own = contributions.filter((one) => one.build === build.index);
    const named = id === undefined ? undefined : idEdit(source, build, id);
    if (id !== undefined && named === undefined)
        return { problem: 'it cannot get an `id`' };
    const inputs = inputEdits(source, build, own);
    if ('problem' in inputs)
        return inputs;
    return [...usesEdits(source, build), ...(named === undefined ? [] : [named]), ...inputs.edits];
}
/** Replaces the action, and drops a comment that only says the version of the old one. */
function usesEdits(source, build) {
    const field = build.fields.get('uses');
    if (field?.range === undefined || build.action === undefined)
        return [];
    const { start, end } = field.range;
    const quote = /^['"]/.exec(source.text.slice(start, end))?.[0] ?? '';
    const edits = [{ start, end, text: `${quote}${replacementOf(build.action)}${quote}` }];
    const lineEnd = startOf(source, field.line) + (lineText(source, field.line)?.length ?? 0);
    const comment = source.text.slice(end, lineEnd);
    const said = comment.trim().replace(/^#\s*/, '');
    const isVersion = comment.trim().startsWith('#') && /^(?:pin@|tag=|ratchet:docker\/[\w-]+@)?v?\d[\w.-]*$/.test(said);
    return isVersion ? [...edits, { start: end, end: lineEnd, text: '' }] : edits;
}
function inputEdits(source, build, own) {
    const at = (place) => own.filter((one) => one.place === place).flatMap(({ lines }) => lines);
    const replaced = new Map(own.flatMap(({ place, lines }) => (typeof place === 'string' ? [] : [[place.replaces, lines]])));
    const { withBlock } = build;
    if (withBlock === undefined) {
        const field = build.fields.get('with');
        const lines = indentLines([...at('first'), ...at('last')], build.column + 2);
        if (lines.length === 0)
            return { edits: [] };
        if (field !== undefined)
            return { edits: [replaceLines(source, field.lastLine + 1, field.lastLine + 1, lines)] };
        const head = `${' '.repeat(build.column)}with:`;
        return { edits: [replaceLines(source, build.lastLine + 1, build.lastLine + 1, [head, ...lines])] };
    }
    const { field } = withBlock;
    if (!withBlock.isBlock) {
        const copies = [...build.inputs.values()].map((input) => replaced.get(input.key) ?? copyInput(source, input, { isBlock: false }));
        if (copies.includes(undefined))
            return { problem: 'its inputs are in braces over several lines' };
        const lines = indentLines([...at('first'), ...copies.flatMap((one) => one ?? []), ...at('last')], build.column + 2);
        return {
            edits: [replaceLines(source, field.line, field.lastLine + 1, [`${' '.repeat(build.column)}with:`, ...lines])],
        };
    }
    const { column } = withBlock;
    const last = Math.max(...[...build.inputs.values()].map(({ lastLine }) => lastLine));
    const edits = [...replaced].flatMap(([name, lines]) => {
        const input = build.inputs.get(name);
        return input === undefined ? [] : [replaceLines(source, input.line, input.lastLine + 1, indentLines(lines, column))];
    });
    const first = indentLines(at('first'), column);
    const end = indentLines(at('last'), column);
    if (first.length > 0)
        edits.push(replaceLines(source, field.line + 1, field.line + 1, first));
    if (end.length > 0)
        edits.push(replaceLines(source, last + 1, last + 1, end));
    // What Polyarch would take for an expression of its own.
    for (const name of ['build-args', 'labels', 'annotations']) {
        const input = build.inputs.get(name);
        if (input !== undefined && !replaced.has(name))
            edits.push(...escapeEdits(source, input));
    }
    return { edits };
}
/** Deletes a step with the comments that belong to it. */
function removeStep(source, step) {
    const dash = step.dash ?? { line: step.line, column: 0 };
    const isBlank = (line) => lineText(source, line)?.trim() === '';
    const commentColumn = (line) => {
        const text = lineText(source, line) ?? '';
        return /^\s*#/.test(text) ? text.indexOf('#') : -1;
    };
    let first = dash.line;
    while (commentColumn(first - 1) === dash.column)
        first -= 1;
    const above = Array.from({ length: dash.line - first }, (_, at) => lineText(source, first + at)?.trim() ?? '');
    // A step that somebody has commented out is not about this one.
    const isCode = (line) => /^#\s*-\s+(?:name|uses|run|id|if)\b/.test(line) || /^#\s*(?:uses|with|run|name|if|id|env):/.test(line);
    if (above.some(isCode))
        first = dash.line;
    let after = step.lastLine + 1;
    while (commentColumn(after) > dash.column)
        after += 1;
    const before = lineText(source, first - 1)?.trim() ?? '';
    if (before === '' || /^steps\s*:/.test(before))
        while (isBlank(after))
            after += 1;
    return replaceLines(source, first, after, []);
}

;// CONCATENATED MODULE: ./src/migrate/migrate-job.ts







/** Plans the migration of one job, and changes nothing. `others` are all jobs of the file. */
async function migrateJob(source, job, others) {
    const docker = job.steps.filter(({ action }) => action !== undefined);
    if (job.oddity !== undefined && (docker.length > 0 || job.steps.length === 0))
        return refused(job.oddity);
    if (docker.length === 0)
        return { kind: 'unrelated' };
    const builds = docker.filter(({ action }) => action?.kind === 'build');
    if (builds.length === 0)
        return whyNoBuild(job);
    const problems = builds.flatMap((build) => {
        const reason = whyNotBuild(build, source);
        return reason === undefined ? [] : [{ line: build.line, message: `docker/build-push-action: ${reason}` }];
    });
    const odd = docker.find(({ oddity, action }) => oddity !== undefined && action?.kind !== 'build');
    if (odd?.oddity !== undefined)
        problems.push({ line: odd.line, message: `${odd.action?.name}: ${odd.oddity}` });
    const unclear = job.references.find(({ id }) => id === undefined);
    if (unclear !== undefined) {
        problems.push({
            line: unclear.line,
            message: 'an expression reads all steps, or a step that is known only in the run; it may be one that is removed',
        });
    }
    const joining = others.find((other) => other.needs.includes(job.name) && other.steps.some(joinsImages));
    if (joining !== undefined && !problems.some(({ message }) => message.includes('by digest'))) {
        problems.push({
            line: job.line,
            message: `the job ${joining.name} (${lineName(joining.line)}) joins the images of this job, which is not supported yet. Use one step with all \`platforms\` instead of both jobs`,
        });
    }
    if (problems.length > 0)
        return { kind: 'refused', problems };
    return await moveJob(source, job, { docker, builds });
}
function refused(...problems) {
    return { kind: 'refused', problems };
}
function whyNoBuild(job) {
    if (job.steps.some(({ uses }) => isPolyarch(uses)))
        return { kind: 'unrelated' };
    const bake = job.steps.find(({ action }) => action?.kind === 'bake');
    if (bake !== undefined)
        return refused({
            line: bake.line,
            message: 'docker/bake-action is not supported',
        });
    const joining = job.steps.find(joinsImages);
    if (joining !== undefined) {
        return refused({
            line: joining.line,
            message: 'this step joins images of other jobs, which is not supported yet. Use one step with all `platforms` instead',
        });
    }
    const building = job.steps.find((step) => step.action === undefined && (buildsImages(step) || usesBuilder(step)));
    if (building === undefined)
        return { kind: 'unrelated' };
    return refused({
        line: building.line,
        message: 'this step builds with a command; only docker/build-push-action is migrated',
    });
}
async function moveJob(source, job, { docker, builds }) {
    const planning = { source, job, builds };
    const last = builds.at(-1)?.index ?? 0;
    const early = docker.filter(({ index }) => index < last);
    const ofKind = (kind) => early.filter(({ action }) => action?.kind === kind);
    const plans = new Map();
    for (const step of ofKind('metadata'))
        plans.set(step, await planMetadata(step, planning));
    for (const [step, plan] of await planLogins(ofKind('login'), planning))
        plans.set(step, plan);
    for (const step of ofKind('buildx'))
        plans.set(step, planBuildx(step, planning, ofKind('buildx').length === 1));
    for (const step of ofKind('qemu'))
        plans.set(step, planQemu(step, planning));
    keepTogether(plans);
    for (const step of docker.filter(({ index }) => index > last))
        plans.set(step, { kind: 'kept', reason: 'it comes after the last build step' });
    for (const step of early.filter(({ action }) => action?.kind === 'bake')) {
        plans.set(step, { kind: 'kept', reason: 'docker/bake-action is not supported' });
    }
    for (const [step, plan] of plans) {
        if (plan.kind === 'removed' && step.dash === undefined)
            return refused({ line: step.line, message: `${step.action?.name}: the text around the step cannot be edited` });
    }
    const defaults = builds.map((build) => missingDefaults(build, job));
    const contributions = [
        ...defaults.flatMap((one) => one.contributions),
        ...[...plans.values()].flatMap((plan) => plan.contributions ?? []),
    ];
    const ids = new Map([...plans.values()].flatMap((plan) => (plan.kind === 'removed' ? [...(plan.ids ?? [])] : [])));
    const edits = [];
    for (const build of builds) {
        const rewritten = rewriteBuild(source, build, { contributions, id: ids.get(build.index) });
        if ('problem' in rewritten)
            return refused({ line: build.line, message: `docker/build-push-action: ${rewritten.problem}` });
        edits.push(...rewritten);
    }
    const removed = [];
    const kept = [];
    const notes = defaults.flatMap((one) => one.notes);
    for (const [step, plan] of plans) {
        const named = { line: step.line, action: step.action?.name ?? '' };
        edits.push(...(plan.edits ?? []));
        if (plan.kind === 'kept')
            kept.push({ ...named, reason: plan.reason });
        else {
            edits.push(removeStep(source, step));
            removed.push(named);
            notes.push(...plan.notes);
        }
    }
    notes.push(...builds.flatMap((build) => notesOfBuild(build, source)));
    const inOrder = (all) => all.toSorted((a, b) => a.line - b.line);
    return {
        kind: 'moved',
        edits,
        builds: builds.map(({ line }) => line),
        removed: inOrder(removed),
        kept: inOrder(kept),
        notes: onePerText(inOrder(notes)),
    };
}
/** The notes without those that repeat the text of an earlier one. */
function onePerText(notes) {
    return notes.filter((note, at) => notes.findIndex(({ text }) => text === note.text) === at);
}
/** Two steps of docker/metadata-action that one build step uses stay together: it has one list of images. */
function keepTogether(plans) {
    const owners = new Map();
    for (const [step, plan] of plans) {
        if (step.action?.kind !== 'metadata' || plan.kind !== 'removed')
            continue;
        for (const { build, place } of plan.contributions) {
            if (typeof place === 'string')
                continue;
            const key = `${build} ${place.replaces}`;
            owners.set(key, [...(owners.get(key) ?? []), step]);
        }
    }
    for (const steps of owners.values()) {
        if (steps.length < 2)
            continue;
        for (const step of steps)
            plans.set(step, { kind: 'kept', reason: 'a build step joins its outputs with those of another step' });
    }
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(38815);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
;// CONCATENATED MODULE: ./src/migrate/read-workflow.ts





/** Reads the jobs of a workflow file, or says why it cannot be read. Nothing is executed or expanded. */
function readWorkflow(source) {
    const { text } = source;
    if (text.length > limits/* limits */.F.workflow)
        return problemAt(0, `the file is larger than ${limits/* limits */.F.workflow / 1024} KiB`);
    try {
        return readDocument(source);
    }
    catch (error) {
        if (error instanceof CannotMigrate)
            return problemAt(error.line, error.message);
        // The parser calls itself for each level.
        if (error instanceof RangeError)
            return problemAt(0, `it is nested deeper than ${limits/* limits */.F.yamlDepth} levels`);
        throw error;
    }
}
class CannotMigrate extends Error {
    name = 'CannotMigrate';
    line;
    constructor(line, message) {
        super(message);
        this.line = line;
    }
}
function problemAt(line, message) {
    return { problem: { line, message } };
}
function readDocument(source) {
    // The parser's own search for duplicate keys compares each with each.
    const documents = (0,dist/* parseAllDocuments */.hR)(source.text, { uniqueKeys: false, logLevel: 'error' });
    if (!Array.isArray(documents))
        return problemAt(0, 'the file is empty');
    const [document, second] = documents;
    if (document === undefined)
        return problemAt(0, 'the file is empty');
    const [error] = document.errors;
    if (error !== undefined) {
        const [message = ''] = error.message.split('\n');
        if (/^Maximum call stack/.test(message))
            throw new RangeError(message);
        return problemAt(lineOf(source, error.pos[0]), `this is not valid YAML: ${message.replace(/ at line \d+, column \d+:?$/, '')}`);
    }
    if (second !== undefined)
        return problemAt(lineOf(source, second.range[0]), 'the file has several YAML documents');
    const { contents } = document;
    if (!(0,dist.isMap)(contents))
        return problemAt(0, 'the file is not a mapping');
    const anchors = checkNodes(contents, source);
    const reading = { source, anchors };
    const top = fieldsOf(contents, reading);
    if (top.has('runs')) {
        return problemAt(top.get('runs')?.line ?? 0, 'this is an action, not a workflow: a step of a composite action is not migrated');
    }
    const jobs = pairOf(contents, 'jobs');
    if (jobs === undefined)
        return problemAt(0, 'the file has no jobs');
    if (!(0,dist.isMap)(jobs.value))
        return problemAt(top.get('jobs')?.line ?? 0, 'jobs is not a mapping');
    const env = variablesOf(contents, reading);
    return { jobs: jobs.value.items.flatMap((pair) => readJob(pair, env, reading) ?? []) };
}
/**
 * Checks every node once: depth, number, keys. Aliases are looked up, and never followed.
 *
 * @returns the node of each alias
 */
function checkNodes(root, source) {
    const named = new Map();
    const anchors = new Map();
    let count = 0;
    const visit = (node, depth) => {
        if (!(0,dist.isNode)(node))
            return;
        count += 1;
        const line = lineOf(source, node.range?.[0] ?? 0);
        if (depth > limits/* limits */.F.yamlDepth)
            throw new CannotMigrate(line, `it is nested deeper than ${limits/* limits */.F.yamlDepth} levels`);
        if (count > limits/* limits */.F.workflowValues)
            throw new CannotMigrate(line, `the file has more than ${limits/* limits */.F.workflowValues} values`);
        if ((0,dist/* isAlias */.Vj)(node)) {
            const target = named.get(node.source);
            if (target === undefined)
                throw new CannotMigrate(line, `the alias *${node.source.slice(0, 80)} has no anchor`);
            anchors.set(node, target);
            return;
        }
        if ('anchor' in node && node.anchor !== undefined)
            named.set(node.anchor, node);
        if ((0,dist.isSeq)(node))
            for (const item of node.items)
                visit(item, depth + 1);
        if (!(0,dist.isMap)(node))
            return;
        const seen = new Set();
        for (const { key, value } of node.items) {
            if ((0,dist.isScalar)(key)) {
                const name = String(key.value);
                const at = lineOf(source, key.range?.[0] ?? 0);
                if (seen.has(name))
                    throw new CannotMigrate(at, `the key ${JSON.stringify(name.slice(0, 80))} exists twice`);
                seen.add(name);
            }
            visit(key, depth + 1);
            visit(value, depth + 1);
        }
    };
    visit(root, 0);
    return anchors;
}
function pairOf(map, key) {
    return map.items.find((pair) => (0,dist.isScalar)(pair.key) && String(pair.key.value) === key);
}
function scalarText(node, anchors) {
    const found = (0,dist/* isAlias */.Vj)(node) ? anchors.get(node) : node;
    if (found === null || found === undefined)
        return '';
    if (!(0,dist.isScalar)(found))
        return undefined;
    const { value, source } = found;
    return typeof value === 'string' ? value : (source ?? String(value ?? ''));
}
function fieldsOf(map, { source, anchors }) {
    const fields = new Map();
    for (const { key, value } of map.items) {
        if (!(0,dist.isScalar)(key) || !key.range)
            continue;
        const name = String(key.value);
        const start = key.range[0];
        const range = (0,dist.isNode)(value) && value.range && value.range[1] > value.range[0] ? value.range : undefined;
        fields.set(name, {
            key: name,
            start,
            line: lineOf(source, start),
            column: columnOf(source, start),
            lastLine: lineOf(source, Math.max(start, endOf(source, range?.[1] ?? key.range[1]) - 1)),
            value: scalarText(value, anchors),
            range: range && { start: range[0], end: endOf(source, range[1]) },
            style: (0,dist.isMap)(value) || (0,dist.isSeq)(value)
                ? value.flow
                    ? 'flow'
                    : 'other'
                : (0,dist.isScalar)(value) && value.type === dist/* Scalar */.X5.BLOCK_LITERAL
                    ? 'literal'
                    : 'other',
        });
    }
    return fields;
}
/** The offset behind the last character that is not white space: the range of a block ends with the line ends after it. */
function endOf({ text }, end) {
    let at = end;
    while (at > 0 && /\s/.test(text[at - 1] ?? ''))
        at -= 1;
    return at;
}
/** The variables of `env` by their names in lower case; undefined for those that are known only in the run. */
function variablesOf(map, { anchors }) {
    const env = pairOf(map, 'env')?.value;
    if (!(0,dist.isMap)(env))
        return new Map();
    return new Map(env.items.map(({ key, value }) => {
        const text = scalarText(value, anchors);
        return [String((0,dist.isScalar)(key) ? key.value : '').toLowerCase(), text?.includes('${{') ? undefined : text];
    }));
}
function readJob({ key, value }, workflowEnv, reading) {
    const { source, anchors } = reading;
    if (!(0,dist.isScalar)(key) || !key.range)
        return undefined;
    const name = String(key.value);
    const line = lineOf(source, key.range[0]);
    const empty = {
        name,
        line,
        start: key.range[0],
        end: key.range[1],
        steps: [],
        needs: [],
        references: [],
        env: new Map(),
    };
    if ((0,dist/* isAlias */.Vj)(value))
        return { ...empty, runsOn: undefined, oddity: { line, message: 'the job is an alias' } };
    if (!(0,dist.isMap)(value) || !value.range)
        return undefined;
    const steps = pairOf(value, 'steps')?.value;
    if ((0,dist/* isAlias */.Vj)(steps))
        return { ...empty, runsOn: undefined, oddity: { line, message: 'the steps are an alias' } };
    if (!(0,dist.isSeq)(steps))
        return undefined;
    const fields = fieldsOf(value, reading);
    const read = steps.items.map((step, index) => readStep(step, index, reading));
    const found = read.flatMap((step) => ('problem' in step ? [] : [step]));
    return {
        name,
        line,
        start: key.range[0],
        end: value.range[1],
        steps: found,
        runsOn: fields.get('runs-on')?.value,
        needs: needsOf(pairOf(value, 'needs')?.value, anchors),
        references: referencesIn(value, steps, reading),
        env: new Map([...workflowEnv, ...variablesOf(value, reading)]),
        oddity: read.flatMap((step) => ('problem' in step ? [step.problem] : []))[0] ?? sharedAnchor(value, found, reading),
    };
}
function needsOf(node, anchors) {
    if ((0,dist.isSeq)(node))
        return node.items.flatMap((item) => scalarText(item, anchors) ?? []);
    const text = scalarText(node, anchors);
    return text === undefined || text === '' ? [] : [text];
}
/** A step, or what keeps the whole job from being edited. */
function readStep(node, index, reading) {
    const { source, anchors } = reading;
    if ((0,dist/* isAlias */.Vj)(node)) {
        const target = anchors.get(node);
        const line = lineOf(source, node.range?.[0] ?? 0);
        if ((0,dist.isMap)(target) && readDockerAction(scalarText(pairOf(target, 'uses')?.value, anchors) ?? '') === undefined) {
            const fields = fieldsOf(target, reading);
            return {
                ...emptyStep(index, line, node),
                fields,
                uses: fields.get('uses')?.value ?? '',
                condition: fields.get('if')?.value,
            };
        }
        return { problem: { line, message: `step ${index + 1} is an alias of a step that would change` } };
    }
    const at = (0,dist.isNode)(node) && node.range ? node.range[0] : 0;
    if (!(0,dist.isMap)(node) || !node.range)
        return { problem: { line: lineOf(source, at), message: `step ${index + 1} is not a mapping` } };
    const fields = fieldsOf(node, reading);
    const uses = fields.get('uses')?.value ?? '';
    const action = readDockerAction(uses);
    const withNode = pairOf(node, 'with')?.value;
    // The runner reads names of inputs in any case.
    const inputs = new Map((0,dist.isMap)(withNode)
        ? [...fieldsOf(withNode, reading)].map(([name, field]) => [name.toLowerCase(), field])
        : []);
    const withField = fields.get('with');
    const envNode = pairOf(node, 'env')?.value;
    const [firstInput] = [...inputs.values()];
    const lastLine = Math.max(...[...fields.values()].map((field) => field.lastLine), lineOf(source, at));
    return {
        index,
        dash: dashOf(source, node, at),
        line: lineOf(source, at),
        lastLine,
        column: columnOf(source, at),
        start: at,
        end: node.range[1],
        fields,
        action,
        uses,
        id: fields.get('id')?.value,
        condition: fields.get('if')?.value,
        inputs,
        env: (0,dist.isMap)(envNode) && !envNode.flow ? fieldsOf(envNode, reading) : undefined,
        withBlock: withField === undefined || !(0,dist.isMap)(withNode)
            ? undefined
            : { isBlock: !withNode.flow && withNode.items.length > 0, column: firstInput?.column ?? 0, field: withField },
        oddity: action && oddityOf(node, withNode),
    };
}
function emptyStep(index, line, { range }) {
    const none = new Map();
    const at = { index, line, lastLine: line, column: 0, start: range?.[0] ?? 0, end: range?.[1] ?? 0, dash: undefined };
    return {
        ...at,
        fields: none,
        inputs: none,
        action: undefined,
        uses: '',
        id: undefined,
        condition: undefined,
        env: undefined,
        withBlock: undefined,
        oddity: undefined,
    };
}
function oddityOf(node, withNode) {
    if ((0,dist/* isAlias */.Vj)(withNode))
        return 'its inputs are an alias';
    if ((0,dist.isMap)(withNode) && pairOf(withNode, '<<') !== undefined)
        return 'its inputs have a merge key';
    if (pairOf(node, '<<') !== undefined)
        return 'it has a merge key';
    if ((0,dist/* isAlias */.Vj)(pairOf(node, 'uses')?.value))
        return '`uses` is an alias';
    return undefined;
}
/** The `-` before the first key, if only white space is between them. */
function dashOf(source, { flow }, start) {
    let at = start - 1;
    while (at >= 0 && /\s/.test(source.text[at] ?? ''))
        at -= 1;
    if (source.text[at] !== '-' || (flow && lineOf(source, at) !== lineOf(source, start)))
        return undefined;
    const line = lineOf(source, at);
    const column = columnOf(source, at);
    const isFirst = source.text.slice(at - column, at).trim() === '';
    return isFirst ? { line, column } : undefined;
}
/** An alias that repeats a part of the job which would change. */
function sharedAnchor({ range }, steps, { source, anchors }) {
    const docker = steps.filter(({ action }) => action !== undefined);
    if (docker.length === 0 || !range)
        return undefined;
    const known = new Map();
    const readsSteps = (target) => {
        const [from = 0, to = 0] = target.range ?? [];
        const found = known.get(target) ?? /\bsteps\s*[.[]/i.test(source.text.slice(from, to));
        known.set(target, found);
        return found;
    };
    for (const [alias, target] of anchors) {
        const [start, end] = target.range ?? [0, 0];
        const from = alias.range?.[0] ?? 0;
        const touched = docker.find((step) => start < step.end && end > step.start && !(from >= step.start && from < step.end));
        if (touched === undefined) {
            const isInside = from >= range[0] && from < range[1];
            const isElsewhere = start < range[0] || start >= range[1];
            if (!isInside || !isElsewhere || !readsSteps(target))
                continue;
            return {
                line: lineOf(source, from),
                message: `the alias *${alias.source} repeats references to steps from another place`,
            };
        }
        return {
            line: lineOf(source, from),
            message: `the alias *${alias.source} repeats a step that would change (line ${touched.line + 1})`,
        };
    }
    return undefined;
}
/** Every reference to the context `steps` in the values of a job, in order. */
function referencesIn(job, steps, { source }) {
    const found = [];
    const visit = (node, place, parent) => {
        if ((0,dist.isSeq)(node)) {
            node.items.forEach((item, index) => {
                visit(item, node === steps ? { ...place, step: index } : { ...place, isCondition: false }, node === steps ? 'step' : '');
            });
        }
        else if ((0,dist.isMap)(node)) {
            for (const { key, value } of node.items) {
                const name = (0,dist.isScalar)(key) ? String(key.value) : '';
                const input = parent === 'with' ? name.toLowerCase() : place.input;
                visit(value, { ...place, input, isCondition: name === 'if' && parent !== 'with' && parent !== 'env' }, name);
            }
        }
        else if ((0,dist.isScalar)(node) && node.range) {
            found.push(...referencesOf(source, node, place.isCondition).map((one) => ({
                ...one,
                step: place.step,
                input: place.input,
            })));
        }
    };
    visit(job, { step: undefined, input: undefined, isCondition: false }, '');
    return found.toSorted((a, b) => a.start - b.start);
}
function referencesOf(source, node, isCondition) {
    const [start = 0, end = 0] = node.range ?? [];
    const isSingle = node.type === dist/* Scalar */.X5.QUOTE_SINGLE;
    const raw = source.text.slice(start + (isSingle ? 1 : 0), end - (isSingle ? 1 : 0));
    // A quote in a quoted text is written twice; the length must stay.
    const text = isSingle ? raw.replaceAll("''", "' ") : raw;
    const offset = start + (isSingle ? 1 : 0);
    const expressions = findExpressions(text);
    const ranges = isCondition && expressions.length === 0 ? [{ start: 0, end: text.length }] : expressions;
    return ranges.flatMap((range) => findStepReferences(text.slice(range.start, range.end)).map((reference) => {
        const by = offset + range.start;
        const { idRange } = reference;
        return {
            ...reference,
            start: reference.start + by,
            end: reference.end + by,
            idRange: idRange && { start: idRange.start + by, end: idRange.end + by },
            line: lineOf(source, reference.start + by),
        };
    }));
}

;// CONCATENATED MODULE: ./src/migrate/migrate-workflow.ts






const byteOrderMark = '\ufeff';
/** Rewrites a workflow file: each job that can be, and the others stay as they are. */
async function migrateWorkflow(given) {
    const head = given.startsWith(byteOrderMark) ? byteOrderMark : '';
    const body = given.slice(head.length);
    const source = createSourceText(body);
    const read = readWorkflow(source);
    if ('problem' in read)
        return { kind: 'unreadable', problem: read.problem };
    const migrations = new Map();
    for (const job of read.jobs)
        migrations.set(job, await migrateJob(source, job, read.jobs));
    for (const [job, problems] of await findInvalid(source, migrations))
        migrations.set(job, { kind: 'refused', problems });
    const edits = editsOf(migrations);
    const text = withEndOf(body, applyEdits(source.text, edits) ?? body);
    return { kind: 'read', text: `${head}${text}`, edits, jobs: reportsOf(migrations) };
}
function editsOf(migrations) {
    return [...migrations.values()].flatMap((migration) => (migration.kind === 'moved' ? migration.edits : []));
}
/** The text without an end of the last line, if the file had none. */
function withEndOf(given, text) {
    return given.endsWith('\n') ? text : text.replace(/\r?\n$/, '');
}
/** Reads what would be written as the step itself reads it, and finds what it would not accept. */
async function findInvalid(source, migrations) {
    const edits = editsOf(migrations);
    const invalid = new Map();
    if (edits.length === 0)
        return invalid;
    const text = applyEdits(source.text, edits);
    const now = text === undefined ? undefined : readWorkflow(createSourceText(text));
    if (now === undefined || 'problem' in now) {
        const message = 'the migrated workflow would not be valid. This is a bug in Polyarch; please open an issue';
        for (const [job, { kind }] of migrations)
            if (kind === 'moved')
                invalid.set(job, [{ line: job.line, message }]);
        return invalid;
    }
    for (const [job, migration] of migrations) {
        if (migration.kind !== 'moved')
            continue;
        const steps = now.jobs.find(({ name }) => name === job.name)?.steps.filter(({ uses }) => isPolyarch(uses)) ?? [];
        const own = steps.slice(-migration.builds.length);
        const problems = await Promise.all(own.map(async ({ inputs }, at) => {
            const found = await checkInputs(new Map([...inputs].map(([name, { value }]) => [name, resolveVariables(value ?? '', job.env)])));
            return found.map((message) => ({
                line: migration.builds[at] ?? job.line,
                message: `Polyarch does not accept the inputs of this build: ${message}`,
            }));
        }));
        if (problems.flat().length > 0)
            invalid.set(job, problems.flat());
    }
    return invalid;
}
function reportsOf(migrations) {
    return [...migrations].flatMap(([{ name, line }, migration]) => {
        if (migration.kind === 'unrelated')
            return [];
        if (migration.kind === 'refused')
            return [{ job: name, line, kind: 'refused', problems: migration.problems }];
        const { builds, removed, kept, notes } = migration;
        return [{ job: name, line, kind: 'moved', builds, removed, kept, notes }];
    });
}

;// CONCATENATED MODULE: ./src/migrate/render-report.ts

/** Renders the report on a workflow file, as lines of text. */
function renderReport(path, migration) {
    if (migration.kind === 'unreadable') {
        return [`${path}: cannot be migrated`, `  ${lineName(migration.problem.line)}: ${migration.problem.message}`];
    }
    if (migration.jobs.length === 0)
        return [`${path}: nothing to migrate`];
    return [`${path}:`, ...migration.jobs.flatMap(renderJob).map((line) => `  ${line}`)];
}
function renderJob(report) {
    if (report.kind === 'refused') {
        const problems = report.problems.map(({ line, message }) => `  ${lineName(line)}: ${message}`);
        return [`job ${report.job}: not migrated`, ...problems];
    }
    const { job, builds, removed, kept, notes } = report;
    return [
        `job ${job}: migrated, ${builds.length === 1 ? '1 build step' : `${builds.length} build steps`}`,
        ...removed.map(({ line, action }) => `  removed ${action} (${lineName(line)})`),
        ...kept.map(({ line, action, reason }) => `  kept ${action} (${lineName(line)}): ${reason}`),
        ...notes.map(({ line, text }) => `  note, ${lineName(line)}: ${text}`),
    ];
}

;// CONCATENATED MODULE: ./src/migrate/unified-diff.ts
/** Unchanged lines around a change. */
const context = 3;
/** Lines of each side that are compared at once; a longer stretch is one change. */
const longest = 2000;
/**
 * Renders the difference of two texts in the unified format.
 *
 * @see https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
 * @returns the lines; none if the texts are equal
 */
function unifiedDiff(path, before, after) {
    const old = linesOf(before);
    const changes = compare(old, linesOf(after));
    if (changes.length === 0)
        return [];
    // An absolute path begins with the slash that is there already.
    const name = path.replace(/^\//, '');
    const lines = [`--- a/${name}`, `+++ b/${name}`];
    let shift = 0;
    for (const group of groupsOf(changes)) {
        const [first] = group;
        const last = group.at(-1);
        if (first === undefined || last === undefined)
            continue;
        const start = Math.max(0, first.first - context);
        const end = Math.min(old.length, last.first + last.removed.length + context);
        const body = [];
        let at = start;
        for (const { first: from, removed, added } of group) {
            body.push(...old.slice(at, from).map((line) => ` ${line}`));
            body.push(...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`));
            at = from + removed.length;
        }
        body.push(...old.slice(at, end).map((line) => ` ${line}`));
        const grown = group.reduce((sum, { removed, added }) => sum + added.length - removed.length, 0);
        lines.push(`@@ -${range(start, end - start)} +${range(start + shift, end - start + grown)} @@`);
        lines.push(...body.flatMap(withoutEnd));
        shift += grown;
    }
    return lines;
}
function range(start, count) {
    return `${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`;
}
/** The lines with their ends, so that a missing end is a difference. */
function linesOf(text) {
    return text.split(/(?<=\n)/).filter((line) => line !== '');
}
function withoutEnd(line) {
    return line.endsWith('\n') ? [line.slice(0, -1)] : [line, '\\ No newline at end of file'];
}
function groupsOf(changes) {
    const groups = [];
    for (const change of changes) {
        const before = groups.at(-1)?.at(-1);
        const isNear = before !== undefined && change.first - (before.first + before.removed.length) <= 2 * context;
        if (isNear)
            groups.at(-1)?.push(change);
        else
            groups.push([change]);
    }
    return groups;
}
/** The changes by a longest common subsequence, of the part between the equal beginning and the equal end. */
function compare(old, now) {
    let head = 0;
    while (head < old.length && head < now.length && old[head] === now[head])
        head += 1;
    let tail = 0;
    while (tail < old.length - head &&
        tail < now.length - head &&
        old[old.length - 1 - tail] === now[now.length - 1 - tail]) {
        tail += 1;
    }
    const a = old.slice(head, old.length - tail);
    const b = now.slice(head, now.length - tail);
    if (a.length + b.length === 0)
        return [];
    if (a.length > longest || b.length > longest)
        return [{ first: head, removed: a, added: b }];
    const width = b.length + 1;
    const common = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i -= 1) {
        for (let j = b.length - 1; j >= 0; j -= 1) {
            common[i * width + j] =
                a[i] === b[j]
                    ? (common[(i + 1) * width + j + 1] ?? 0) + 1
                    : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
        }
    }
    const changes = [];
    let open;
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
        if (i < a.length && j < b.length && a[i] === b[j]) {
            open = undefined;
            i += 1;
            j += 1;
            continue;
        }
        if (open === undefined) {
            open = { first: head + i, removed: [], added: [] };
            changes.push(open);
        }
        const takesOld = j >= b.length || (i < a.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0));
        if (takesOld) {
            open.removed.push(a[i] ?? '');
            i += 1;
        }
        else {
            open.added.push(b[j] ?? '');
            j += 1;
        }
    }
    return changes;
}

// EXTERNAL MODULE: ./src/cli/display-flags.ts
var display_flags = __webpack_require__(56094);
// EXTERNAL MODULE: ./src/cli/help.ts
var help = __webpack_require__(87911);
// EXTERNAL MODULE: ./src/cli/read-flags.ts
var read_flags = __webpack_require__(97174);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/errors/gather.ts
var gather = __webpack_require__(59532);
;// CONCATENATED MODULE: ./src/cli/workflow-files.ts






/** The workflow directories of GitHub, Gitea and Forgejo. */
const directories = ['.github/workflows', '.gitea/workflows', '.forgejo/workflows'];
/**
 * Reads the workflow files at the given paths, which are files or directories. Default: those of the repository in the working directory.
 *
 * @throws ActionError that lists all files that cannot be read
 */
async function readWorkflowFiles(paths) {
    const errors = [];
    const found = new Set();
    for (const path of paths.length > 0 ? paths : directories.filter(isDirectory)) {
        try {
            for (const one of isDirectory(path) ? filesOf(path) : [path])
                found.add(one);
        }
        catch (error) {
            errors.push(unreadable(path, error));
        }
    }
    if (found.size === 0 && errors.length === 0) {
        throw new action_error/* ActionError */.lZ('context-not-found', `Cannot find workflow files in ${(paths.length > 0 ? paths : directories).join(', ')}`, {
            hint: 'Run the command in the root of the repository, or name the files.',
        });
    }
    if (found.size > limits/* limits */.F.workflowFiles) {
        throw new action_error/* ActionError */.lZ('context-unreadable', `Cannot migrate more than ${limits/* limits */.F.workflowFiles} files at once, found ${found.size}`, {
            hint: 'Name fewer files.',
        });
    }
    const files = [];
    for (const path of found) {
        try {
            files.push({ path, text: await readText(path) });
        }
        catch (error) {
            errors.push(unreadable(path, error));
        }
    }
    if (errors.length > 0)
        throw (0,gather/* combine */.kg)('Reading the workflow files', errors);
    return files;
}
/**
 * Replaces a workflow file atomically. Its permissions are kept.
 *
 * @throws ActionError if it has changed since it was read, or cannot be written
 */
async function writeWorkflowFile({ path, text }, now) {
    let partial;
    try {
        // A symbolic link is kept.
        const real = (0,external_node_fs_.realpathSync)(path);
        if ((await readText(real)) !== text) {
            throw new action_error/* ActionError */.lZ('context-changed', `Cannot write ${path}: it was changed in the meantime`, {
                hint: 'Run the command again.',
            });
        }
        partial = `${real}.polyarch-${process.pid}`;
        (0,external_node_fs_.writeFileSync)(partial, now, { flag: 'wx' });
        (0,external_node_fs_.chmodSync)(partial, (0,external_node_fs_.statSync)(real).mode);
        (0,external_node_fs_.renameSync)(partial, real);
    }
    catch (error) {
        if (partial !== undefined)
            (0,external_node_fs_.rmSync)(partial, { force: true });
        if (error instanceof action_error/* ActionError */.lZ)
            throw error;
        throw new action_error/* ActionError */.lZ('output-unwritable', `Cannot write ${path}: ${(0,action_error/* messageOf */.bD)(error)}`, { cause: error });
    }
}
async function readText(path) {
    // A character has at most four bytes.
    const bytes = await (0,read_limited/* readBytesLimited */.mj)(path, limits/* limits */.F.workflow * 4);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
function isDirectory(path) {
    return (0,external_node_fs_.statSync)(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
function filesOf(directory) {
    const names = (0,external_node_fs_.readdirSync)(directory).filter((name) => /\.ya?ml$/i.test(name));
    return names
        .toSorted()
        .map((name) => (0,external_node_path_.join)(directory, name))
        .filter((path) => !isDirectory(path));
}
function unreadable(path, error) {
    const { code } = Object(error);
    if (code === 'ENOENT') {
        return new action_error/* ActionError */.lZ('context-not-found', `Cannot read ${path}: it does not exist`, {
            hint: 'Paths are relative to the working directory.',
        });
    }
    const reason = error instanceof read_limited/* LimitError */.oC
        ? error.message
        : code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
            ? 'it is not UTF-8 text'
            : (0,action_error/* messageOf */.bD)(error);
    return new action_error/* ActionError */.lZ('context-unreadable', `Cannot read ${path}: ${reason}`, { cause: error });
}

;// CONCATENATED MODULE: ./src/cli/migrate.ts







const ownFlags = {
    write: { kind: 'switch', short: 'w', doc: 'Write the files. Without it, only the changes are shown.' },
    check: {
        kind: 'switch',
        doc: 'Exit with status 1 if a job can be migrated, for CI. Jobs that cannot be migrated are allowed.',
    },
};
/** Rewrites workflow files that use Docker's five actions. */
const migrateCommand = {
    help: () => (0,help/* renderHelp */.W)({
        usage: 'migrate [FILE…] [FLAGS]',
        about: 'Rewrite workflows that use docker/setup-qemu-action, docker/setup-buildx-action, docker/login-action, docker/metadata-action and docker/build-push-action into one step. Comments, formatting and everything else in the files are left untouched. What cannot be migrated is left unchanged, with line and reason.',
        examples: [
            { does: 'Show the changes to all workflows of the repository.', line: 'polyarch migrate' },
            { does: 'Write the changes to one of them.', line: 'polyarch migrate .github/workflows/image.yml --write' },
            {
                does: 'Print the line and reason of each problem.',
                line: 'polyarch migrate --json | jq ".files[].jobs[].problems[]?"',
            },
        ],
        sections: [{ title: 'Flags', flags: { ...ownFlags, ...display_flags/* displayFlags */.u } }],
        notes: [
            'FILE is a workflow file or a directory of workflow files. Default: .github/workflows, .gitea/workflows and .forgejo/workflows.',
            'A job is migrated as a whole or not at all. A step that other steps of the job depend on is kept beside the new one, with the reason. docs/migrating.md describes what each input becomes.',
            'Exit status: 0 success, 1 a job cannot be migrated (with --check: a job can be), 66 a file does not exist.',
        ],
    }),
    read: (args) => {
        const given = (0,read_flags/* readFlags */.uW)(args, { command: 'migrate', rows: { ...ownFlags, ...display_flags/* displayFlags */.u } });
        const write = (0,read_flags/* isOn */.Mp)(given, 'write');
        const check = (0,read_flags/* isOn */.Mp)(given, 'check');
        if (write && check)
            throw (0,read_flags/* usageError */.Wp)('migrate', ['--write and --check exclude each other']);
        const display = (0,display_flags/* readDisplay */.x)(given);
        return {
            display,
            run: (context) => migrateFiles({ paths: given.others, write, check, json: display.json }, context),
        };
    },
};
async function migrateFiles({ paths, write, check, json }, { outlet }) {
    const found = [];
    for (const file of await readWorkflowFiles(paths))
        found.push({ file, migration: await migrateWorkflow(file.text) });
    if (write) {
        for (const { file, migration } of found) {
            if (migration.kind === 'read' && migration.text !== file.text)
                await writeWorkflowFile(file, migration.text);
        }
    }
    const jobs = found.flatMap(({ migration }) => (migration.kind === 'read' ? migration.jobs : []));
    const moved = jobs.filter(({ kind }) => kind === 'moved').length;
    const refused = jobs.length - moved + found.filter(({ migration }) => migration.kind === 'unreadable').length;
    if (json) {
        outlet.printJson({ files: found.map((one) => documentOf(one, write)), migrated: moved, refused });
    }
    else {
        for (const one of found)
            print(one, outlet);
        outlet.print(summaryOf({ moved, refused, write }));
    }
    return (check ? moved : refused) > 0 ? 1 : 0;
}
function print({ file: { path, text }, migration }, outlet) {
    if (migration.kind === 'read') {
        const diff = unifiedDiff(path, text, migration.text);
        if (diff.length > 0)
            outlet.print(diff.join('\n').replaceAll('\r', ''));
    }
    outlet.print(renderReport(path, migration).join('\n'));
}
function summaryOf({ moved, refused, write, }) {
    const count = (number) => `${number} ${number === 1 ? 'job' : 'jobs'}`;
    const left = refused === 0 ? '' : `, ${refused} cannot be migrated`;
    if (moved === 0)
        return `No job can be migrated${left}`;
    if (write)
        return `Migrated ${count(moved)}${left}`;
    return `${count(moved)} can be migrated${left}. Write the changes with --write`;
}
/** Returns the migration of a file as JSON. Lines count from 1. */
function documentOf({ file: { path, text }, migration }, write) {
    if (migration.kind === 'unreadable') {
        const { line, message } = migration.problem;
        return { path, changed: false, written: false, diff: '', jobs: [], problem: { line: line + 1, message } };
    }
    const changed = migration.text !== text;
    const diff = unifiedDiff(path, text, migration.text).map((line) => `${line}\n`);
    return { path, changed, written: changed && write, diff: diff.join(''), jobs: migration.jobs.map(jobDocument) };
}
function jobDocument(report) {
    const placed = (all) => all.map((one) => ({ ...one, line: one.line + 1 }));
    const { job, line } = report;
    if (report.kind === 'refused')
        return { job, line: line + 1, migrated: false, problems: placed(report.problems) };
    const { builds, removed, kept, notes } = report;
    return {
        job,
        line: line + 1,
        migrated: true,
        builds: builds.map((build) => build + 1),
        removed: placed(removed),
        kept: placed(kept),
        notes: placed(notes),
    };
}


/***/ })

};
