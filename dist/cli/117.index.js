export const id = 117;
export const ids = [117];
export const modules = {

/***/ 83248:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  ask: () => (/* binding */ ask),
  build: () => (/* binding */ build)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/dockerfile/expand/arguments.ts
var expand_arguments = __webpack_require__(74995);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/host/platform.ts
var platform = __webpack_require__(95607);
// EXTERNAL MODULE: ./src/host/within.ts
var within = __webpack_require__(30367);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(25823);
// EXTERNAL MODULE: ./src/oci/make-image.ts
var make_image = __webpack_require__(21811);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/oci/store.ts
var oci_store = __webpack_require__(49800);
// EXTERNAL MODULE: ./src/source/epoch.ts
var source_epoch = __webpack_require__(57100);
// EXTERNAL MODULE: ./src/text/bytes.ts
var text_bytes = __webpack_require__(1080);
// EXTERNAL MODULE: ./src/engine/large-context.ts
var large_context = __webpack_require__(71835);
// EXTERNAL MODULE: ./src/dockerfile/problem.ts
var problem = __webpack_require__(53989);
;// CONCATENATED MODULE: ./src/dockerfile/lint/check-options.ts

/**
 * Reads `skip=A,B;error=true`.
 * @throws ActionError `dockerfile-invalid`, without a place
 */
function parseCheckOptions(text) {
    let options = { skip: new Set(), experimental: new Set(), error: false };
    if (text.trim() === '')
        return options;
    for (const part of text.split(';')) {
        const equals = part.indexOf('=');
        const key = (equals < 0 ? '' : part.slice(0, equals)).trim();
        const value = part.slice(equals + 1).trim();
        if (key === 'skip' || key === 'experimental')
            options = { ...options, [key]: readRules(value) };
        else if (key === 'error')
            options = { ...options, error: readBoolean(value, part) };
        else
            throw (0,problem/* textError */.MZ)(`invalid check option ${(0,problem/* quoteFound */.F6)(part)}: expected skip=, experimental= or error=`);
    }
    return options;
}
function readRules(value) {
    return value === 'all' ? 'all' : new Set(value.split(',').map((rule) => rule.trim()));
}
function readBoolean(value, part) {
    if (/^(?:1|t|T|TRUE|true|True)$/.test(value))
        return true;
    if (/^(?:0|f|F|FALSE|false|False)$/.test(value))
        return false;
    throw (0,problem/* textError */.MZ)(`invalid check option ${(0,problem/* quoteFound */.F6)(part)}: expected true or false`);
}
function includes(rules, rule) {
    return rules === 'all' || rules.has(rule);
}

// EXTERNAL MODULE: ./src/dockerfile/read/statements.ts + 2 modules
var read_statements = __webpack_require__(4360);
// EXTERNAL MODULE: ./src/oci/reference.ts
var reference = __webpack_require__(62148);
// EXTERNAL MODULE: ./src/dockerfile/expand/expand.ts + 1 modules
var expand = __webpack_require__(34470);
// EXTERNAL MODULE: ./src/text/nearest.ts
var nearest = __webpack_require__(60613);
;// CONCATENATED MODULE: ./src/dockerfile/lint/guess.ts

// Every finding may ask, and a Dockerfile may have thousands of each.
const mostNames = 200;
/** ` (did you mean NAME?)` for the end of a message, where one of the names that are known is near. */
function guess(name, known, sign = '') {
    const near = known.size > mostNames ? undefined : (0,nearest/* nearest */.p)(name, known.keys());
    return near === undefined ? '' : ` (did you mean ${sign}${near}?)`;
}

;// CONCATENATED MODULE: ./src/dockerfile/lint/lint-from.ts






/** What FROM says with variables. */
function lintFrom(dockerfile, { globals, inputs }) {
    const declared = new Set([
        ...globals.keys(),
        ...dockerfile.globalArguments.flatMap(({ arguments: given }) => given.map(({ name }) => name)),
    ]);
    const { escape: escapeMark } = dockerfile.directives;
    const read = (text) => {
        const used = new Set();
        const lookup = (name) => {
            used.add(name);
            return globals.get(name);
        };
        const result = (0,expand/* expandWord */.Vo)(text, lookup, { escapeMark });
        return { result, used: [...used] };
    };
    return [
        ...lintDefaults(dockerfile, inputs),
        ...dockerfile.stages.flatMap((stage) => {
            const platform = stage.platform === undefined ? undefined : read(stage.platform);
            const used = new Set([...read(stage.base).used, ...(platform?.used ?? [])]);
            return [
                ...[...used].filter((name) => !declared.has(name)).map((name) => undefinedArgument(name, stage, declared)),
                ...(platform === undefined ? [] : lintPlatform(stage, platform, globals)),
            ];
        }),
    ];
}
function undefinedArgument(name, { line }, declared) {
    return {
        rule: 'UndefinedArgInFrom',
        line,
        message: `FROM argument '${name}' is not declared${guess(name, declared)}`,
    };
}
function lintPlatform(stage, { result, used }, globals) {
    const { line, name = '', platform: written = '' } = stage;
    if (used.length === 0) {
        const { os, architecture } = (0,oci_platform/* parsePlatform */.FL)(result);
        // A stage that is named for its platform is meant so.
        if (name.includes(os) || name.includes(architecture))
            return [];
        const message = `FROM --platform flag should not use constant value "${result}"`;
        return [{ rule: 'FromPlatformFlagConstDisallowed', line, message }];
    }
    if (used.join() !== 'TARGETPLATFORM' || result !== globals.get('TARGETPLATFORM'))
        return [];
    const message = `Setting platform to predefined ${written} in FROM is redundant as this is the default behavior`;
    return [{ rule: 'RedundantTargetPlatform', line, message }];
}
/** Whether FROM names an image when no argument is given. */
function lintDefaults(dockerfile, inputs) {
    const { escape: escapeMark } = dockerfile.directives;
    try {
        const defaults = (0,expand_arguments/* globalValues */.wX)(dockerfile, { ...inputs, buildArguments: new Map() });
        return dockerfile.stages
            .filter(({ base }) => !isReference((0,expand/* expandWord */.Vo)(base, (name) => defaults.get(name), { escapeMark })))
            .map(({ line, base }) => ({
            rule: 'InvalidDefaultArgInFrom',
            line,
            message: `Default value for ARG ${base} results in empty or invalid base image name`,
        }));
    }
    catch (thrown) {
        // Without the arguments the variables cannot be replaced: `ARG A=${B:?}`.
        if (thrown instanceof action_error/* ActionError */.lZ)
            return [];
        throw thrown;
    }
}
function isReference(name) {
    try {
        (0,reference/* parseReference */.F2)(name);
        return true;
    }
    catch (thrown) {
        if (thrown instanceof action_error/* ActionError */.lZ)
            return false;
        throw thrown;
    }
}

;// CONCATENATED MODULE: ./src/dockerfile/lint/lint-names.ts
/** How keywords and the names of stages are written. */
function lintNames(dockerfile) {
    return [...lintCasing(dockerfile), ...lintStageNames(dockerfile), ...lintMaintainers(dockerfile)];
}
/** The keyword of an instruction, as it is written; of one that a trigger is, its own. */
function keywordOf({ text, kind }) {
    const [, first = '', second = ''] = /^([a-z]+)(?:\s+([a-z]+))?/i.exec(text) ?? [];
    return kind !== 'onbuild' && first.toLowerCase() === 'onbuild' ? second : first;
}
/** Those in the minority are wrong; mixed case always is. ARG before FROM does not count. */
function lintCasing({ stages }) {
    const all = stages.flatMap((stage) => [stage, ...stage.instructions]);
    const keywords = all.map((placed) => ({ line: placed.line, keyword: keywordOf(placed) }));
    const lower = keywords.filter(({ keyword }) => keyword === keyword.toLowerCase()).length;
    const upper = keywords.filter(({ keyword }) => keyword === keyword.toUpperCase()).length;
    const usual = lower > upper ? 'lowercase' : 'uppercase';
    const right = (keyword) => (usual === 'lowercase' ? keyword.toLowerCase() : keyword.toUpperCase());
    return keywords
        .filter(({ keyword }) => keyword !== right(keyword))
        .map(({ keyword, line }) => ({
        rule: 'ConsistentInstructionCasing',
        line,
        message: `Command '${keyword}' should match the case of the command majority (${usual})`,
    }));
}
const reserved = new Set(['scratch', 'context']);
function lintStageNames({ stages }) {
    const seen = new Set();
    return stages.flatMap((stage) => {
        const [, from = '', as, name = ''] = /^\s*(from)\b.*\s(as)\s+(\S+)\s*$/is.exec(stage.text) ?? [];
        if (stage.name === undefined || as === undefined)
            return [];
        const { line } = stage;
        const findings = [];
        if (reserved.has(stage.name)) {
            findings.push({
                rule: 'ReservedStageName',
                line,
                message: `Stage name should not use the same name as reserved stage "${stage.name}"`,
            });
        }
        if (seen.has(stage.name)) {
            findings.push({
                rule: 'DuplicateStageName',
                line,
                message: `Duplicate stage name "${stage.name}", stage names should be unique`,
            });
        }
        seen.add(stage.name);
        if (name !== stage.name) {
            findings.push({ rule: 'StageNameCasing', line, message: `Stage name '${name}' should be lowercase` });
        }
        // A FROM of mixed case is found by its own rule.
        if ((isLower(from) && !isLower(as)) || (isUpper(from) && !isUpper(as))) {
            findings.push({ rule: 'FromAsCasing', line, message: `'${as}' and '${from}' keywords' casing do not match` });
        }
        return findings;
    });
}
function isLower(text) {
    return text === text.toLowerCase();
}
function isUpper(text) {
    return text === text.toUpperCase();
}
function lintMaintainers({ stages }) {
    return stages.flatMap(({ instructions }) => instructions
        .filter(({ kind }) => kind === 'maintainer')
        .map(({ line }) => ({
        rule: 'MaintainerDeprecated',
        line,
        message: 'Maintainer instruction is deprecated in favor of using label',
    })));
}

// EXTERNAL MODULE: ./src/dockerfile/stages/resolve.ts + 2 modules
var resolve = __webpack_require__(60581);
;// CONCATENATED MODULE: ./src/dockerfile/lint/lint-stages.ts






/** What the instructions of the stages of `indexes` say, in ascending order; stages that one is based on are among them. */
function lintStages({ stages }, indexes, given) {
    const { withShell } = given;
    const states = new Map();
    return indexes.flatMap((index) => {
        const stage = stages[index];
        if (stage === undefined)
            return [];
        const { base } = stage;
        const begun = (base.kind === 'stage' ? states.get(base.index) : undefined) ??
            begin(base.kind === 'scratch', withShell.has(index));
        const { state, findings } = lintStage(stage, begun, given);
        states.set(index, state);
        return [...lintOnce(stage), ...findings];
    });
}
function begin(isComplete, hasShell) {
    const values = (0,expand_arguments/* stageValues */.dX)(undefined, (0,expand_arguments/* completeEnvironment */.pv)([], 'linux'));
    return { values, declared: new Set(), isComplete, hasShell, hasWorkdir: false };
}
const once = new Set(['cmd', 'entrypoint', 'healthcheck']);
function lintOnce({ instructions }) {
    const last = new Map(instructions.map(({ kind }, index) => [kind, index]));
    return instructions
        .filter(({ kind }, index) => once.has(kind) && last.get(kind) !== index)
        .map((instruction) => ({
        rule: 'MultipleInstructionsDisallowed',
        line: instruction.line,
        message: `Multiple ${keywordOf(instruction)} instructions should not be used in the same stage because only the last one will be used`,
    }));
}
function lintStage(stage, begun, given) {
    const declared = new Set(begun.declared);
    let { hasShell, hasWorkdir } = begun;
    let unset;
    const resolver = (0,resolve/* createResolver */.Tw)({ ...given, values: begun.values }, (name) => {
        if (!resolver.values.has(name))
            unset.add(name);
    });
    const findings = stage.instructions.flatMap(oneByOne).flatMap((instruction) => {
        unset = new Set();
        const seen = resolver.values;
        const { isComplete } = begun;
        const ports = instruction.kind === 'expose' ? lintPorts(instruction, seen, given) : [];
        const resolved = (0,problem/* tryReading */.cI)(() => resolver.resolve(instruction));
        const isKnown = isComplete || unset.size === 0;
        const found = [
            ...ports,
            ...(isComplete && instruction.kind !== 'expose' ? lintVariables(instruction, unset, { seen, declared }) : []),
            ...(resolved === undefined ? [] : lintInstruction(resolved, { hasShell, hasWorkdir: hasWorkdir || !isKnown })),
        ];
        hasShell ||= instruction.kind === 'shell';
        hasWorkdir ||= instruction.kind === 'workdir';
        if (instruction.kind === 'arg')
            for (const { name } of instruction.arguments)
                declared.add(name);
        return found;
    });
    const state = { values: resolver.values, declared, isComplete: begun.isComplete, hasShell, hasWorkdir };
    return { state, findings };
}
/** An argument sees those before it in its line. */
function oneByOne(instruction) {
    if (instruction.kind !== 'arg')
        return [instruction];
    return instruction.arguments.map((argument) => ({ ...instruction, arguments: [argument] }));
}
function lintInstruction(instruction, { hasShell, hasWorkdir }) {
    const { line, kind } = instruction;
    const keyword = keywordOf(instruction);
    const findings = [];
    const find = (rule, message) => findings.push({ rule, line, message });
    if ((kind === 'cmd' || kind === 'entrypoint') && instruction.command.form === 'shell' && !hasShell) {
        find('JSONArgsRecommended', `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`);
    }
    if (kind === 'workdir' && !hasWorkdir && !instruction.path.startsWith('/')) {
        find('WorkdirRelativePath', `Relative workdir ${JSON.stringify(instruction.path)} can have unexpected results if the base image changes`);
    }
    if ((kind === 'env' || kind === 'label') && instruction.isLegacy) {
        find('LegacyKeyValueFormat', `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`);
    }
    for (const name of settableNames(instruction).filter(isSecret)) {
        find('SecretsUsedInArgOrEnv', `Do not use ARG or ENV instructions for sensitive data (${kind.toUpperCase()} "${name}")`);
    }
    return findings;
}
function settableNames(instruction) {
    if (instruction.kind === 'env')
        return instruction.pairs.map(({ key }) => key);
    return instruction.kind === 'arg' ? instruction.arguments.map(({ name }) => name) : [];
}
function isSecret(name) {
    const words = name.toLowerCase().split('_');
    const has = (some) => words.some((word) => some.includes(word));
    return has(secretWords) && !has(['public', 'file', 'version']);
}
const secretWords = [
    ...['apikey', 'auth', 'credential', 'credentials', 'key', 'passwd', 'password', 'pword', 'secret', 'token'],
];
function lintVariables({ line }, unset, { seen, declared }) {
    return [...unset]
        .filter((name) => !declared.has(name) && !resolve/* hiddenArguments */.RP.has(name))
        .map((name) => {
        const meant = guess(name, seen, '$');
        return { rule: 'UndefinedVar', line, message: `Usage of undefined variable '$${name}'${meant}` };
    });
}
function lintPorts(expose, seen, { escapeMark }) {
    const ports = (0,problem/* tryReading */.cI)(() => expose.ports.flatMap((port) => (0,expand/* expandWords */.AK)(port, (name) => seen.get(name), { escapeMark })));
    return (ports ?? []).flatMap((port) => {
        const [container = '', ...host] = port.split(':').reverse();
        const protocol = container.replace(/^[^/]*\/?/, '');
        const findings = [];
        const find = (rule, message) => findings.push({ rule, line: expose.line, message });
        if (protocol !== protocol.toLowerCase()) {
            find('ExposeProtoCasing', `Defined protocol '${port}' in EXPOSE instruction should be lowercase`);
        }
        if (host.some((part) => part !== '')) {
            find('ExposeInvalidFormat', `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`);
        }
        return findings;
    });
}

;// CONCATENATED MODULE: ./src/dockerfile/lint/remarks.ts


/** The rules that a comment `check=skip=…` right above an instruction takes off it, by its line. */
function skipsOf(statements) {
    return new Map(statements.flatMap(({ line, comments }) => comments.flatMap(readSkip).map((rules) => [line, rules])));
}
function readSkip(comment) {
    const [, text] = /^check\s*=\s*(\S+)/i.exec(comment) ?? [];
    // One that cannot be read says nothing.
    const options = text === undefined ? undefined : (0,problem/* tryReading */.cI)(() => parseCheckOptions(text));
    return options === undefined ? [] : [options.skip];
}
/** The one experimental rule: what a comment above ARG and FROM should begin with. */
function lintComments(statements) {
    return statements.flatMap(({ line, keyword, arguments: given, comments }) => {
        const instruction = keyword.toUpperCase();
        const words = 'words' in given ? given.words : [];
        const names = instruction === 'ARG' ? words.map((word) => word.replace(/=.*/s, '')) : nameOf(instruction, words);
        const [first, ...others] = names;
        const described = comments.at(-1)?.split(' ')[0];
        if (first === undefined || described === undefined || names.includes(described))
            return [];
        const name = others.length > 0 ? '<arg_key>' : first;
        const message = `Comment for ${instruction} should follow the format: \`# ${name} <description>\``;
        return [{ rule: 'InvalidDefinitionDescription', line, message }];
    });
}
function nameOf(instruction, words) {
    const [, , name] = words;
    return instruction === 'FROM' && name !== undefined ? [name.toLowerCase()] : [];
}

;// CONCATENATED MODULE: ./src/dockerfile/lint/lint.ts






/**
 * The checks of BuildKit that the text of a Dockerfile and the arguments decide, by line, without those that are to be
 * skipped. What depends on the environment of an image in FROM is taken to be right.
 * https://docs.docker.com/reference/build-checks/
 */
function lint(dockerfile, inputs) {
    const { text, options, globals, stages, looked, withShell, buildArguments } = inputs;
    const { statements, emptyContinuations } = (0,read_statements/* readStatements */.b)(text, () => { });
    const found = [
        ...emptyContinuations.map(emptyContinuation),
        ...lintNames(dockerfile),
        ...lintFrom(dockerfile, { globals, inputs }),
        ...lintStages(stages, looked, { globals, escapeMark: dockerfile.directives.escape, buildArguments, withShell }),
    ];
    const isWanted = ({ rule }) => !includes(options.skip, rule);
    return [
        ...withoutSkipped(found, statements).filter(isWanted),
        ...lintComments(statements).filter(({ rule }) => includes(options.experimental, rule)),
    ].sort((a, b) => a.line - b.line);
}
function emptyContinuation(line) {
    return { rule: 'NoEmptyContinuation', line, message: 'Empty continuation line' };
}
// BuildKit checks these before the single instructions.
const ofFile = new Set([
    'NoEmptyContinuation',
    'ReservedStageName',
    'DuplicateStageName',
    'ConsistentInstructionCasing',
    'InvalidDefaultArgInFrom',
]);
function withoutSkipped(found, statements) {
    const skips = skipsOf(statements);
    return found.filter(({ rule, line }) => ofFile.has(rule) || !includes(skips.get(line) ?? new Set(), rule));
}

// EXTERNAL MODULE: ./src/dockerfile/read/directives.ts
var read_directives = __webpack_require__(99017);
// EXTERNAL MODULE: ./src/dockerfile/read/inline.ts
var inline = __webpack_require__(57370);
;// CONCATENATED MODULE: ./src/engine/embedded/advice.ts







/**
 * Logs what BuildKit would warn of: a frontend that is not asked, build arguments that nothing takes, build checks.
 *
 * @throws ActionError `dockerfile-invalid` for findings of the checks where they are to be errors, and for options of the
 * checks that are wrong; `input-invalid` where the build argument has them
 */
function giveAdvice(dockerfile, inputs, log) {
    const { file, directives } = dockerfile;
    const { platform: targetPlatform, stages, buildArguments } = inputs;
    const [syntax] = (buildArguments.get('BUILDKIT_SYNTAX')?.trim() || directives.syntax || '').split(' ');
    if (syntax && !(0,read_directives/* isDockersFrontend */.Ov)(syntax)) {
        const who = buildArguments.get('BUILDKIT_SYNTAX') ? 'The build argument BUILDKIT_SYNTAX' : file;
        log.warning(`${who} asks for the frontend ${syntax}, which the embedded engine does not run: it reads the file as a Dockerfile`);
    }
    const unused = (0,expand_arguments/* unusedBuildArguments */.TQ)(dockerfile, buildArguments);
    if (unused.length > 0)
        log.warning(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed`);
    const options = readCheckOptions(dockerfile, buildArguments.get('BUILDKIT_DOCKERFILE_CHECK'));
    const findings = lint(dockerfile, { ...inputs, targetPlatform, options, stages, looked: stages.needed }).map(({ rule, line, message }) => ({
        line,
        message: `${rule}: ${message}`,
    }));
    if (findings.length > 0 && options.error)
        throw (0,problem/* dockerfileError */.lL)(file, findings);
    for (const { line, message } of findings) {
        // A Dockerfile of the workflow is no file that an annotation could stand beside.
        const place = file === inline/* inlineDockerfile */.W ? undefined : { file, line };
        log.warning(`${file}:${line}: ${message}`, place ? { title: 'Polyarch: build check', place } : {});
    }
}
/**
 * The options of the build checks: the argument takes the place of all that the directive says.
 *
 * @throws ActionError `dockerfile-invalid`, `input-invalid` for options that are wrong
 */
function readCheckOptions({ file, directives }, given) {
    try {
        return parseCheckOptions(given ?? directives.check ?? '');
    }
    catch (thrown) {
        if (!(thrown instanceof action_error/* ActionError */.lZ))
            throw thrown;
        if (given === undefined)
            throw (0,problem/* dockerfileError */.lL)(file, [{ line: 1, message: `in "# check=": ${thrown.message}` }]);
        throw new action_error/* ActionError */.lZ('input-invalid', `Cannot read the build argument BUILDKIT_DOCKERFILE_CHECK: ${thrown.message}`, {
            hint: 'It is written as the directive `# check=` is: skip=RuleName,OtherRule;error=true.',
        });
    }
}

;// CONCATENATED MODULE: ./src/dockerfile/outline/comments.ts
/** What a comment right above an instruction says of `name`: the rest of the first line that begins with it. "" for none. */
function commentOf(statements, line, name) {
    const comments = statements.find((statement) => statement.line === line)?.comments ?? [];
    return comments.find((comment) => name !== '' && comment.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
}
/** The place of an instruction. */
function locate({ line, endLine }) {
    return { ranges: [{ start: { line }, end: { line: endLine } }] };
}

;// CONCATENATED MODULE: ./src/dockerfile/outline/describe-target.ts






/**
 * The build arguments, secrets and SSH agents that the target and the stages that it needs take, as BuildKit outlines them, in the order of
 * their lines. Variables of an image in FROM are not known, and count as empty.
 */
function describeTarget(dockerfile, inputs) {
    const { text, stages: plan } = inputs;
    const { statements } = (0,read_statements/* readStatements */.b)(text, () => { });
    const declared = declaredIn(dockerfile, inputs);
    const args = [...new Map(declared.map((one) => [`${one.line} ${one.name}`, one])).values()]
        .sort((a, b) => a.line - b.line)
        .map(({ name, value, line, endLine }) => {
        const description = commentOf(statements, line, name);
        return {
            name,
            ...(description === '' ? {} : { description }),
            ...(value === undefined ? {} : { value }),
            location: locate({ line, endLine }),
        };
    });
    const mounts = neededInstructions(inputs).flatMap((instruction) => instruction.kind === 'run' ? instruction.secrets.map((mount) => ({ ...mount, ...placeOf(instruction) })) : []);
    const mountsOf = (kind) => {
        const rows = mounts.filter((mount) => mount.kind === kind);
        return [...new Map(rows.map((mount) => [mount.id, mount])).values()]
            .sort((a, b) => a.line - b.line)
            .map(({ id, required, line, endLine }) => ({
            name: id,
            ...(required ? { required: true } : {}),
            location: locate({ line, endLine }),
        }));
    };
    const [secrets, ssh] = [mountsOf('secret'), mountsOf('ssh')];
    const target = plan.stages[plan.target];
    const description = target?.name === undefined ? '' : commentOf(statements, target.line, target.name);
    return {
        ...(target?.name === undefined ? {} : { name: target.name }),
        ...(description === '' ? {} : { description }),
        ...(args.length === 0 ? {} : { args }),
        ...(secrets.length === 0 ? {} : { secrets }),
        ...(ssh.length === 0 ? {} : { ssh }),
    };
}
/** Each ARG of the needed stages, and those before the first FROM that these, or their FROM, take the value of. */
function declaredIn(dockerfile, inputs) {
    const { stages: plan, globals, buildArguments } = inputs;
    const escapeMark = dockerfile.directives.escape;
    const ofFile = new Map(dockerfile.globalArguments.flatMap((instruction) => instruction.arguments.map((argument) => [argument.name, { argument, place: placeOf(instruction) }])));
    const found = [];
    const seen = new Set();
    const take = (name) => {
        const given = ofFile.get(name);
        if (given === undefined || seen.has(name))
            return;
        seen.add(name);
        const value = globals.get(name);
        found.push({ name, ...(value === undefined ? {} : { value }), ...given.place });
        lookInto(given.argument.value ?? '');
    };
    const lookInto = (word) => {
        (0,problem/* tryReading */.cI)(() => (0,expand/* expandWord */.Vo)(word, (name) => {
            take(name);
            return globals.get(name);
        }, { escapeMark }));
    };
    const valuesOf = new Map();
    for (const index of plan.needed) {
        const stage = plan.stages[index];
        if (stage === undefined)
            continue;
        lookInto(dockerfile.stages[index]?.base ?? '');
        const begun = stage.base.kind === 'stage' ? valuesOf.get(stage.base.index) : undefined;
        const values = begun ?? (0,expand_arguments/* stageValues */.dX)(undefined, (0,expand_arguments/* completeEnvironment */.pv)([], 'linux'));
        const resolver = (0,resolve/* createResolver */.Tw)({ escapeMark, values, globals, buildArguments });
        for (const instruction of stage.instructions) {
            const resolved = (0,problem/* tryReading */.cI)(() => resolver.resolve(instruction)) ?? instruction;
            if (instruction.kind !== 'arg' || resolved.kind !== 'arg')
                continue;
            for (const [at, argument] of resolved.arguments.entries()) {
                const written = instruction.arguments[at];
                // Without a value of its own it is the one before FROM; those of platforms are nobody's to give.
                if (written?.value === undefined && ofFile.has(argument.name))
                    take(argument.name);
                else if (written?.value !== undefined || !globals.has(argument.name)) {
                    found.push({ ...argument, ...placeOf(instruction) });
                }
            }
        }
        valuesOf.set(index, resolver.values);
    }
    return found;
}
function neededInstructions({ stages: { stages, needed } }) {
    return needed.flatMap((index) => stages[index]?.instructions ?? []);
}
function placeOf({ line, endLine }) {
    return { line, endLine };
}

;// CONCATENATED MODULE: ./src/dockerfile/outline/list-targets.ts


/** The stages of a Dockerfile as BuildKit lists its targets. `text` is what `dockerfile` was read from. */
function listTargets({ stages }, text) {
    const { statements } = (0,read_statements/* readStatements */.b)(text, () => { });
    return stages.map((stage, index) => {
        const { name, base, platform, line } = stage;
        const description = name === undefined ? '' : commentOf(statements, line, name);
        return {
            ...(name === undefined ? {} : { name }),
            ...(index === stages.length - 1 ? { default: true } : {}),
            ...(description === '' ? {} : { description }),
            base,
            ...(platform === undefined ? {} : { platform }),
            location: locate(stage),
        };
    });
}

;// CONCATENATED MODULE: ./src/engine/embedded/stages-with-shell.ts
/** The stages of `indexes` that begin with an image that has a SHELL: nobody is told there that theirs is the usual one. */
async function stagesWithShell({ platform, stages }, indexes, { baseOf }) {
    const looked = stages.stages.filter(({ index }) => indexes.includes(index));
    const found = await Promise.all(looked.map(async ({ index, base, platform: own }) => {
        const image = await baseOf(base, own ?? platform);
        return image?.config.config.Shell === undefined ? [] : [index];
    }));
    return new Set(found.flat());
}

;// CONCATENATED MODULE: ./src/engine/embedded/ask-embedded.ts








/**
 * Answers a question about the Dockerfile by reading it, in BuildKit's form. RUN is no obstacle: nothing is built.
 *
 * @throws ActionError what is wrong with the Dockerfile, or a base image that the build checks need and that is not found
 */
async function askEmbedded({ plan, host, source }, question) {
    const { build } = plan;
    const [given, reading] = await Promise.all([source.dockerfile(), source.reading()]);
    // As BuildKit does, for the first platform alone.
    const first = reading?.platforms[0];
    if (given === undefined || reading === undefined || first === undefined) {
        throw new action_error/* ActionError */.lZ('internal', 'Nobody has read the Dockerfile');
    }
    const { dockerfile } = reading;
    const buildArguments = (0,expand_arguments/* givenArguments */.Cj)(build.buildArgs, host.env);
    switch (question) {
        case 'targets':
            return { targets: listTargets(dockerfile, given.text) };
        case 'outline':
            return describeTarget(dockerfile, { ...first, text: given.text, buildArguments });
        case 'check': {
            const { target } = build;
            const { stages, globals, platform: targetPlatform } = first;
            // Without a target all stages are looked at.
            const looked = target === undefined ? stages.stages.map(({ index }) => index) : stages.needed;
            const withShell = await stagesWithShell(first, looked, await source.own());
            const findings = lint(dockerfile, {
                text: given.text,
                options: readCheckOptions(dockerfile, buildArguments.get('BUILDKIT_DOCKERFILE_CHECK')),
                buildPlatform: (0,platform/* hostPlatform */.o)(host),
                targetPlatform,
                buildArguments,
                ...(target === undefined ? {} : { target }),
                globals,
                stages,
                looked,
                withShell,
            });
            return {
                warnings: findings.map(({ rule, line, message }) => ({
                    ruleName: rule,
                    url: ruleUrl(rule),
                    detail: message,
                    location: { ranges: [{ start: { line }, end: { line } }] },
                })),
            };
        }
    }
}
/** https://docs.docker.com/reference/build-checks/ */
function ruleUrl(rule) {
    const words = rule.replaceAll(/([a-z])([A-Z])/g, '$1-$2').replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2');
    return `https://docs.docker.com/go/dockerfile/rule/${words.toLowerCase()}/`;
}

// EXTERNAL MODULE: ./src/tree/layers.ts
var tree_layers = __webpack_require__(43540);
// EXTERNAL MODULE: ./src/tree/tree.ts
var tree_tree = __webpack_require__(15942);
;// CONCATENATED MODULE: ./src/engine/embedded/base-trees.ts






/**
 * The files of images. Layers are read when something in them is first asked for, each once, however many stages and
 * platforms begin with it.
 */
function createBaseTrees({ host, signal, }) {
    const indexes = new Map();
    const trees = new Map();
    // Read for headers, and again for content, by each platform: downloaded once.
    const kept = (0,layout/* layoutStore */.i4)((0,external_node_path_.join)(host.tempDir, 'layers'));
    const readerOf = ({ place, blobs }, { digest }, isCopied) => {
        if (!(0,oci_store/* isRemote */.Vx)(blobs, digest))
            return (0,oci_store/* checked */.KD)(blobs, `Cannot read the OCI layout in ${place}`);
        return isCopied ? (0,oci_store/* cached */.PO)(blobs, kept) : blobs;
    };
    const index = (layer) => {
        const reading = indexes.get(layer.name) ?? (0,tree_layers/* indexLayer */.U)(layer);
        indexes.set(layer.name, reading);
        return reading;
    };
    const read = (base, isCopied) => {
        host.log.info(describe(base));
        const sources = base.layers.map((layer) => ({
            name: layer.digest,
            open: () => readerOf(base, layer, isCopied).open(layer, { signal }),
        }));
        return (0,tree_layers/* layersTree */.d)(sources, host.tempDir, { index });
    };
    return (base, isCopied) => {
        if (base.layers.length === 0)
            return tree_tree/* emptyTree */["in"];
        const key = JSON.stringify([base.place, isCopied, base.layers.map(({ digest }) => digest)]);
        const tree = trees.get(key) ?? (0,tree_tree/* lazyTree */.nI)(() => read(base, isCopied));
        trees.set(key, tree);
        return tree;
    };
}
/** Why a build of a few files may take the time of a download. */
function describe({ layers, place }) {
    const size = (0,text_bytes/* formatBytes */.z)(layers.reduce((sum, layer) => sum + layer.size, 0));
    return `Reading ${layers.length === 1 ? 'the layer' : `${layers.length} layers`} of ${place} (${size}): an instruction depends on what is in ${layers.length === 1 ? 'it' : 'them'}`;
}

;// CONCATENATED MODULE: ./src/engine/embedded/go-quote.ts
/** A text as Go prints it with %q. https://pkg.go.dev/strconv#Quote */
function quoteText(text) {
    return `"${[...text].map((character) => escapeFor('"', character)).join('')}"`;
}
/** A number as Go prints it with %q: the character that it is the code of, or U+FFFD. https://pkg.go.dev/strconv#QuoteRune */
function quoteCharacter(code) {
    const character = isCharacter(code) ? String.fromCodePoint(code) : '\ufffd';
    return `'${escapeFor("'", character)}'`;
}
const named = new Map([
    ['\x07', '\\a'],
    ['\b', '\\b'],
    ['\t', '\\t'],
    ['\n', '\\n'],
    ['\v', '\\v'],
    ['\f', '\\f'],
    ['\r', '\\r'],
]);
function escapeFor(quote, character) {
    if (character === quote || character === '\\')
        return `\\${character}`;
    // Of white space, only the blank is printable to Go. It knows the characters of Unicode 15; Node some newer ones.
    if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character))
        return character;
    const code = character.codePointAt(0) ?? 0;
    const digits = (length) => code.toString(16).padStart(length, '0');
    if (code < 0x20 || code === 0x7f)
        return named.get(character) ?? `\\x${digits(2)}`;
    return code < 0x1_0000 ? `\\u${digits(4)}` : `\\U${digits(8)}`;
}
function isCharacter(code) {
    return code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff);
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
            const parents = instruction.kind === 'copy' && instruction.parents ? ['--parents'] : [];
            const flags = [...parents, ...(chown ? [`--chown=${chown}`] : []), ...(chmod ? [`--chmod=${chmod}`] : [])];
            const words = [...flags, ...sources, ...files.map(({ name }) => `<<${name}`), destination];
            return `${instruction.kind.toUpperCase()} ${words.join(' ')} # buildkit`;
        }
        case 'cmd':
        case 'entrypoint':
            return `${instruction.kind.toUpperCase()} ${quoteWords(commandWords(instruction.command, shell))}`;
        case 'expose':
            return `EXPOSE [${instruction.ports.join(' ')}]`;
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
    return `&{${quoteWords(test)} ${durations.join(' ')} ${quoteCharacter(retries)}}`;
}
function quoteWords(words) {
    return `[${words.map(quoteText).join(' ')}]`;
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
    // Digits alone, also where there are few: 1e-9 is 0.000000001.
    const seconds = ((nanoseconds % 6e10) / 1e9).toFixed(9).replace(/\.?0+$/, '');
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
/**
 * The configuration of the image for `platform`, whatever its base is for: `FROM --platform` may name another one. What
 * the platform does not say of its variant and version is the base's, where it is for the same processor; `v8` of arm64 goes without saying.
 */
function forPlatform(config, { os, architecture, ...platform }) {
    const { variant, 'os.version': version, ...rest } = config;
    const isSame = config.os === os && config.architecture === architecture;
    const own = {
        ...(isSame && variant !== undefined ? { variant } : {}),
        ...(isSame && version !== undefined ? { 'os.version': version } : {}),
    };
    return { ...rest, ...(0,oci_platform/* normalisePlatform */.WN)({ os, architecture, ...own, ...platform }) };
}
/**
 * The configuration a stage begins with: that of its base without the triggers, which have done their work. A working
 * folder that is relative, as other tools may write it, counts from the root.
 */
function inherit(base) {
    const { OnBuild: _, ...config } = base.config;
    const { WorkingDir } = config;
    return { ...base, config: WorkingDir ? { ...config, WorkingDir: absolute(WorkingDir) } : config };
}
function absolute(path) {
    return path.startsWith('/') ? path : external_node_path_.posix.resolve('/', path);
}
/** Begins to change a configuration; `config` itself stays as it is. */
function draftConfig(config) {
    const { Env, Labels, ExposedPorts, Volumes, OnBuild } = config.config;
    let { author, config: execution } = config;
    let hasCmd = false;
    const history = [...config.history];
    const environment = createEnvironment(Env ?? []);
    const labels = new Map(Object.entries(Labels ?? {}));
    const ports = new Set(Object.keys(ExposedPorts ?? {}));
    const volumes = new Set(Object.keys(Volumes ?? {}));
    const triggers = [...(OnBuild ?? [])];
    const set = (change) => {
        execution = { ...execution, ...change };
    };
    const change = (instruction) => {
        switch (instruction.kind) {
            case 'env':
                for (const { key, value } of instruction.pairs)
                    environment.set(key, value);
                return;
            case 'label':
                for (const { key, value } of instruction.pairs)
                    labels.set(key, value);
                return;
            case 'workdir':
                set({ WorkingDir: instruction.path });
                return;
            case 'user':
                set({ User: instruction.user });
                return;
            case 'expose':
                for (const port of instruction.ports)
                    ports.add(port);
                return;
            case 'volume':
                for (const path of instruction.paths)
                    volumes.add(path);
                return;
            case 'stopsignal':
                set({ StopSignal: instruction.signal });
                return;
            case 'shell':
                set({ Shell: instruction.shell });
                return;
            case 'onbuild':
                triggers.push(instruction.expression);
                return;
            case 'healthcheck':
                set({ Healthcheck: healthOf(instruction.healthcheck) });
                return;
            case 'cmd':
                hasCmd = true;
                set({ Cmd: commandWords(instruction.command, execution.Shell ?? defaultShell), ArgsEscaped: true });
                return;
            case 'entrypoint': {
                set({ Entrypoint: commandWords(instruction.command, execution.Shell ?? defaultShell) });
                if (hasCmd)
                    return;
                // The base's arguments were for the base's program.
                const { Cmd: _, ...rest } = execution;
                execution = rest;
                return;
            }
            case 'maintainer':
                author = instruction.name;
        }
    };
    return {
        workingDir: () => execution.WorkingDir,
        user: () => execution.User,
        apply: (instruction, { created, hasLayer }) => {
            change(instruction);
            // BuildKit has no line for triggers, which do nothing in this image.
            if (instruction.kind === 'onbuild')
                return;
            history.push({
                created,
                created_by: describeInstruction(instruction, execution.Shell ?? defaultShell),
                comment: 'buildkit.dockerfile.v0',
                ...(hasLayer ? {} : { empty_layer: true }),
            });
        },
        finish: () => ({
            ...config,
            ...(author === undefined ? {} : { author }),
            config: {
                ...execution,
                Env: environment.entries(),
                Labels: Object.fromEntries(labels),
                ExposedPorts: empties([...ports]),
                Volumes: empties([...volumes]),
                OnBuild: [...triggers],
            },
            history: [...history],
        }),
    };
}
/**
 * The configuration as the JSON document that its digest is of: keys in the order of the specification's structure. What
 * a base has besides is dropped, as BuildKit does.
 */
function encodeConfig(config) {
    const { architecture, author, config: execution, created, history, os, rootfs, variant } = config;
    const document = {
        architecture,
        author,
        config: encodeExecution(execution),
        created,
        history: history.map((line) => only(line, ['created', 'created_by', 'author', 'comment', 'empty_layer'])),
        os,
        'os.version': config['os.version'],
        'os.features': config['os.features'],
        rootfs,
        variant,
    };
    return Buffer.from(JSON.stringify(document));
}
function encodeExecution(execution) {
    const { ExposedPorts, Volumes, Labels, Healthcheck } = execution;
    const ordered = {
        ...execution,
        ExposedPorts: empties(Object.keys(ExposedPorts ?? {}).toSorted()),
        Volumes: empties(Object.keys(Volumes ?? {}).toSorted()),
        Labels: Object.fromEntries(Object.entries(Labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))),
        ...(Healthcheck === undefined ? {} : { Healthcheck: only(Healthcheck, healthFields) }),
    };
    return only(ordered, [
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
    ]);
}
const healthFields = ['Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'];
/** The fields that are named, in that order, without those that Go leaves out of JSON: `CMD []` is no command. */
function only(given, fields) {
    return Object.fromEntries(fields.filter((key) => !isNothing(given[key])).map((key) => [key, given[key]]));
}
function isNothing(value) {
    if (typeof value === 'object' && value !== null)
        return Object.keys(value).length === 0;
    return !value;
}
/** The variables of `Env` in their order; one that is set again keeps its place. */
function createEnvironment(given) {
    const entries = [...given];
    const places = new Map();
    for (const [index, entry] of entries.entries()) {
        // A base of another tool may have one without "=".
        const [name = ''] = entry.split('=', 1);
        if (!places.has(name))
            places.set(name, index);
    }
    return {
        set: (key, value) => {
            const place = places.get(key) ?? entries.length;
            places.set(key, place);
            entries[place] = `${key}=${value}`;
        },
        entries: () => [...entries],
    };
}
function healthOf({ test, interval, timeout, startPeriod, startInterval, retries }) {
    const durations = { Interval: interval, Timeout: timeout, StartPeriod: startPeriod, StartInterval: startInterval };
    const given = Object.entries({ ...durations, Retries: retries }).filter(([, value]) => value !== 0);
    return { Test: test, ...Object.fromEntries(given) };
}
function empties(names) {
    return Object.fromEntries(names.map((name) => [name, {}]));
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(57975);
// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(45898);
// EXTERNAL MODULE: ./src/tree/file-entry.ts
var file_entry = __webpack_require__(73221);
// EXTERNAL MODULE: ./src/tree/path.ts
var tree_path = __webpack_require__(56805);
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
        const node = layerNode(addition.node);
        if (path !== '')
            entries.push(node === addition.node ? addition : { ...addition, node });
        for (const folder of (0,tree_path/* ancestorsOf */.Gw)(path))
            if (!additions.has(folder))
                folders.add(folder);
    }
    for (const path of folders)
        entries.push({ path, node: layerNode((await base.lstat(path)) ?? tree_tree/* rootNode */.bP) });
    for (const path of cut) {
        if (additions.get(path)?.node.type === 'directory')
            entries.push(opaqueMarker(path));
    }
    return (0,file_entry/* linkNames */.J)(entries.sort((left, right) => (0,tree_path/* compareBytes */.Xo)(left.path, right.path)));
}
/** BuildKit writes one extended attribute into layers, the capabilities of files; all others stay in its own store. */
function layerNode(full) {
    if (full.xattrs === undefined)
        return full;
    const { xattrs, ...node } = full;
    const capability = xattrs.get('security.capability');
    return capability === undefined ? node : { ...node, xattrs: new Map([['security.capability', capability]]) };
}
/** Hides what lower layers have in a folder. https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#opaque-whiteout */
function opaqueMarker(folder) {
    return {
        path: (0,tree_path/* joinPath */.uJ)(folder, '.wh..wh..opq'),
        node: { ...tree_tree/* rootNode */.bP, type: 'file', mode: 0o644 },
        open: async () => nothing(),
    };
}
async function* nothing() { }

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
// EXTERNAL MODULE: ./src/tree/archive/write-tar.ts + 1 modules
var write_tar = __webpack_require__(804);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(38522);
var external_node_zlib_default = /*#__PURE__*/__webpack_require__.n(external_node_zlib_);
// EXTERNAL MODULE: ./src/tree/archive/through.ts
var through = __webpack_require__(29124);
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
/** How large the first block is to begin with: thousands of layers of one small file would each take a block's memory. */
const firstSize = 64 * 1024;
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
        if (block.buffer.byteLength >= blockSize)
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
    let block = Buffer.allocUnsafe(firstSize);
    let filled = 0;
    for await (const chunk of source) {
        for (let start = 0; start < chunk.length;) {
            if (filled === block.length)
                block = grown(block, newBlock());
            const part = chunk.subarray(start, start + block.length - filled);
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
function grown(block, into) {
    into.set(block);
    return into;
}
function whole(block) {
    return Buffer.from(block.buffer, block.byteOffset, blockSize);
}
function zstd(source, level) {
    // Node.js has zstd from 22.15 and 23.8 on.
    if (typeof (external_node_zlib_default()).createZstdCompress !== 'function') {
        throw new action_error/* ActionError */.lZ('feature-missing', 'Cannot compress with zstd: this Node.js does not have it', {
            hint: 'Use gzip, or run on Node.js 24.',
        });
    }
    const params = { [(external_node_zlib_default()).constants.ZSTD_c_compressionLevel]: level, [(external_node_zlib_default()).constants.ZSTD_c_checksumFlag]: 1 };
    return (0,through/* through */.s)(source, external_node_zlib_default().createZstdCompress({ chunkSize: 256 * 1024, params }));
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/write.ts







const types = { none: media_type/* mediaType */.JL.ociLayer, gzip: media_type/* mediaType */.JL.ociLayerGzip, zstd: media_type/* mediaType */.JL.ociLayerZstd };
/**
 * Writes entries as a layer into the OCI layout `dir`: each file is read once and goes through archive, digest and compression
 * into the blob, a few megabytes at a time. Throws what reading the files throws; nothing is then left in the layout.
 */
async function writeLayer(dir, entries, options) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let size = 0;
    const archive = async function* () {
        for await (const piece of (0,write_tar/* writeTar */.F)(entries, options)) {
            if (options.signal?.aborted) {
                throw (0,cancelled/* cancelled */.K)('writing a layer');
            }
            hash.update(piece);
            size += piece.length;
            options.onProgress?.(piece.length);
            yield piece;
        }
    };
    const compressed = compress(archive(), options.compression, options.threads);
    const stream = external_node_stream_.Readable.from(compressed, { objectMode: false, highWaterMark: 1024 * 1024 });
    const descriptor = await (0,layout/* writeBlob */.Zh)(dir, stream, types[options.compression.kind]);
    return { descriptor, diffId: `sha256:${hash.digest('hex')}`, size };
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer-writer.ts








/** Layers of a platform that are written at a time: each has blocks of a megabyte and open files, and one is enough for all cores. */
const layersAtOnce = 4;
/**
 * Writes the layers of stages into the OCI layout `dir`. One that is the same for several platforms is made once: files
 * of the build context are the same for all of them, so the instruction and the entries tell.
 */
function createLayerWriter(dir, options) {
    const store = (0,layout/* layoutStore */.i4)(dir);
    const compression = compressions[options.compression];
    const ofOverlays = new Map();
    const ofInstructions = new Map();
    /** The layer of an overlay, which another platform may have made of another base. */
    const layerOf = async ({ overlay, instruction }) => {
        const entries = await layerEntries(overlay);
        // A hard link of an archive of ADD may lead to a file of the base, whose content is then the layer's too.
        const isOfBase = instruction?.kind === 'add' && entries.some(({ linkTo }) => linkTo !== undefined);
        const words = isOfBase ? undefined : wordsOf(instruction);
        const others = words === undefined ? undefined : (ofInstructions.get(words) ?? []);
        const same = others?.find((other) => sameEntries(other.entries, entries));
        if (same)
            return same.layer;
        const layer = writeLayer(dir, entries, { ...options, compression });
        if (words !== undefined && others)
            ofInstructions.set(words, [...others, { entries, layer }]);
        return layer;
    };
    const writeOne = async (layer) => {
        if (layer.kind === 'base') {
            const { descriptor, diffId, from } = layer;
            const stays = (0,oci_store/* isRemote */.Vx)(from.blobs, descriptor.digest);
            if (!stays)
                await takeOver(descriptor, from, store);
            return { descriptor: toOci(descriptor), diffId, from: stays ? from.blobs : undefined };
        }
        const made = ofOverlays.get(layer.overlay) ?? layerOf(layer);
        ofOverlays.set(layer.overlay, made);
        const { descriptor, diffId } = await made;
        return { descriptor, diffId, from: undefined };
    };
    return { write: (layers) => (0,parallel/* parallel */._)(layersAtOnce, layers, writeOne) };
}
/** Level 4 of gzip: 3 % larger than 6 and a third faster. Level 3 of zstd is its default, and BuildKit's. */
const compressions = {
    gzip: { kind: 'gzip', level: 4 },
    zstd: { kind: 'zstd', level: 3 },
    uncompressed: { kind: 'none' },
};
async function takeOver(layer, { place, blobs }, store) {
    await store.put(layer, blobs).catch((error) => {
        if (error.code !== 'ENOENT' && error.code !== 'content-mismatch')
            throw error;
        throw new action_error/* ActionError */.lZ('content-mismatch', `Cannot use the OCI layout in ${place}: ${layer.digest} is missing, or its content has another digest`);
    });
}
/** What an instruction copies the same files by, if by anything: undefined where they may come from a stage of one platform. */
function wordsOf(instruction) {
    const fromStage = instruction?.kind === 'copy' && instruction.from !== undefined;
    return instruction === undefined || fromStage ? undefined : JSON.stringify(instruction);
}
function sameEntries(some, others) {
    return some.length === others.length && some.every((entry, index) => sameEntry(entry, others[index]));
}
function sameEntry(one, other) {
    if (other === undefined || one.path !== other.path || one.linkTo !== other.linkTo)
        return false;
    const [a, b] = [one.node, other.node];
    return (a.type === b.type &&
        a.mode === b.mode &&
        a.uid === b.uid &&
        a.gid === b.gid &&
        a.mtime === b.mtime &&
        a.size === b.size &&
        a.target === b.target &&
        (0,external_node_util_.isDeepStrictEqual)(a.device, b.device) &&
        (0,external_node_util_.isDeepStrictEqual)(a.xattrs, b.xattrs));
}
/** A base in Docker's own types becomes a part of an OCI image; the content is the same. */
function toOci(layer) {
    return layer.mediaType === media_type/* mediaType */.JL.dockerLayerGzip ? { ...layer, mediaType: media_type/* mediaType */.JL.ociLayerGzip } : layer;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./src/dockerfile/instructions/source-kind.ts
var source_kind = __webpack_require__(31128);
// EXTERNAL MODULE: ./src/tree/children.ts
var tree_children = __webpack_require__(88253);
;// CONCATENATED MODULE: ./src/tree/overlay.ts



/** Begins an overlay over `base`, which is not changed, and is not to be changed from now on: overlays over overlays are looked up in as one. */
function createOverlay(base) {
    const below = runsOf(base);
    const additions = new Map();
    const children = (0,tree_children/* createChildren */.A)(() => additions.keys());
    const cut = new Set();
    const own = { additions, children, cut };
    const remove = (path) => {
        for (const name of children.of(path) ?? [])
            remove((0,tree_path/* joinPath */.uJ)(path, name));
        children.remove(path);
        additions.delete(path);
        cut.delete(path);
    };
    const lstat = async (path) => {
        const added = additions.get(path);
        if (added)
            return added.node;
        return hides(own, path) ? undefined : lstatBelow(path);
    };
    const lstatBelow = async (path) => {
        const found = find(below.runs, path);
        if (found === 'hidden')
            return undefined;
        return found?.node ?? (await below.tree.lstat(path)) ?? (path === '' ? tree_tree/* rootNode */.bP : undefined);
    };
    const overlay = {
        base,
        additions,
        cut,
        lstat,
        list: async (path) => {
            const runs = [own, ...below.runs];
            const more = [];
            let shows = true;
            for (const run of runs) {
                const added = run.additions.get(path);
                if (added && added.node.type !== 'directory')
                    shows = false;
                else
                    more.push(...(run.children.of(path) ?? []));
                if (!shows || run.cut.has(path) || hides(run, path)) {
                    shows = false;
                    break;
                }
            }
            const names = shows ? await below.tree.list(path) : [];
            return more.length > 0 ? [...new Set([...names, ...more])].sort(tree_path/* compareBytes */.Xo) : names;
        },
        open: async (path) => {
            const added = find([own, ...below.runs], path);
            if (added === undefined || added === 'hidden')
                return below.tree.open(path);
            if (added.open === undefined)
                throw new Error(`${path} has no content`);
            return added.open(added);
        },
        put: async (path, addition) => {
            const before = await lstat(path);
            if (before && (before.type === 'directory') !== (addition.node.type === 'directory')) {
                const inBase = hides(own, path) ? undefined : await lstatBelow(path);
                if (before.type === 'directory')
                    remove(path);
                if (inBase?.type === 'directory')
                    cut.add(path);
            }
            additions.set(path, entryOf(path, addition));
            children.add(path);
        },
    };
    stacks.set(overlay, { own, below });
    return overlay;
}
/** Written out by kind: V8 gives an object that is spread into another room for properties that never come, in each of a hundred thousand. */
function entryOf(path, { node, open, at }) {
    if (open === undefined)
        return { path, node };
    return at === undefined ? { path, node, open } : { path, node, open, at };
}
/** What overlays consist of, which only overlays on top of them ask. */
const stacks = new WeakMap();
/**
 * The runs below an overlay that begins over `base`. Runs of like sizes are made one, so that thousands of instructions come to some ten of
 * them, and each entry is moved as rarely: a lookup that went down through all overlays made 4,000 lines of COPY take a quarter of a minute.
 */
function runsOf(base) {
    const stack = stacks.get(base);
    if (stack === undefined)
        return { runs: [], tree: base };
    if (stack.runs)
        return stack.runs;
    const { tree, runs } = stack.below;
    let top = stack.own;
    let merged = 0;
    for (const run of runs) {
        if (run.additions.size > 2 * top.additions.size)
            break;
        top = merge(top, run);
        merged += 1;
    }
    stack.runs = { tree, runs: [top, ...runs.slice(merged)] };
    return stack.runs;
}
function merge(upper, lower) {
    const additions = new Map(upper.additions);
    const cut = new Set(upper.cut);
    for (const [path, entry] of lower.additions) {
        if (!additions.has(path) && !hides(upper, path))
            additions.set(path, entry);
    }
    for (const path of lower.cut)
        if (!hides(upper, path))
            cut.add(path);
    return { additions, cut, children: (0,tree_children/* createChildren */.A)(() => additions.keys()) };
}
/** Whether nothing below a run shows through at `path`: something above the path was cut or is no directory any more. */
function hides({ additions, cut }, path) {
    if (additions.size === 0)
        return false;
    for (const folder of (0,tree_path/* ancestorsOf */.Gw)(path)) {
        const above = additions.get(folder);
        if (cut.has(folder) || (above && above.node.type !== 'directory'))
            return true;
    }
    return false;
}
/** The topmost entry at `path`; `hidden` where one of the runs hides what is below it. */
function find(runs, path) {
    for (const run of runs) {
        const added = run.additions.get(path);
        if (added)
            return added;
        if (hides(run, path))
            return 'hidden';
    }
    return undefined;
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/inputs/url-credentials.ts
var url_credentials = __webpack_require__(55915);
// EXTERNAL MODULE: ./src/registry/answers/errors.ts
var errors = __webpack_require__(23496);
// EXTERNAL MODULE: ./src/registry/transport/exchange-once.ts
var exchange_once = __webpack_require__(99216);
// EXTERNAL MODULE: ./src/registry/transport/follow.ts
var follow = __webpack_require__(19052);
// EXTERNAL MODULE: ./src/registry/transport/retry-request.ts
var retry_request = __webpack_require__(11979);
// EXTERNAL MODULE: ./src/tree/archive/write-failure.ts
var write_failure = __webpack_require__(92337);
;// CONCATENATED MODULE: ./src/engine/embedded/remote/download.ts














/**
 * A function that downloads a URL to the step's folder, each URL once however often it is asked for. A transient failure is
 * retried from the beginning. Redirects are followed; a user and password in the URL go to its own server only.
 *
 * The function throws ActionError `download-failed` when there is no whole answer, or one that may pass; `download-refused` for
 * any other that is not 2xx.
 */
function createDownload(host, logins = []) {
    const begun = new Map();
    return async (url) => {
        const known = begun.get(url);
        if (known)
            return await known;
        const started = download(url, { ...host, logins });
        begun.set(url, started);
        return await started;
    };
}
async function download(text, host) {
    const { url: address, credentials } = (0,url_credentials/* cutCredentials */.v)(text);
    if (!URL.canParse(address))
        throw new action_error/* ActionError */.lZ('dockerfile-invalid', `Cannot download ${address}: it is not a valid URL`);
    const url = new URL(address);
    const login = credentials ?? host.logins.find(({ kind, origin }) => kind === 'http' && origin === url.origin);
    const what = `Cannot download ${shown(url)}`;
    const attempt = async () => {
        const sent = await (0,follow/* follow */.e)(bare(url), {
            http: host.http,
            signal: host.signal,
            // Another host than the one that was named is shown nothing.
            headers: ({ origin }) => ({
                'accept-encoding': 'gzip',
                ...(login && origin === url.origin ? { authorization: basic(login) } : {}),
            }),
            refused: (found) => refused(what, found),
        });
        if (!sent.ok)
            return sent;
        const { status, body, headers } = sent.value;
        if (status < 200 || status > 299)
            return { ok: false, failure: await (0,exchange_once/* toAnswerFailure */.mK)(sent.value, host.clock) };
        try {
            return {
                ok: true,
                value: { ...(await save(sent.value, what, host)), mtime: parseTime(headers['last-modified']) },
            };
        }
        catch (error) {
            body.destroy();
            if (error instanceof action_error/* ActionError */.lZ)
                throw error;
            if ((0,action_error/* isDiskFull */.b$)(error))
                throw (0,write_failure/* diskFull */.x)(`${what}: no space is left in ${host.tempDir}`, error);
            return { ok: false, failure: (0,exchange_once/* toConnectionFailure */.Qq)(error, host.signal) };
        }
    };
    const { clock, log, signal, retries } = host;
    return await (0,retry_request/* retryRequest */.q)({ what, by: url.host, attempt, toError: (failure) => toError(failure, what, url) }, { ...retries, clock, log, signal });
}
async function save({ body, headers }, what, { tempDir, signal }) {
    const folder = (0,external_node_path_.join)(tempDir, 'downloads');
    await (0,promises_.mkdir)(folder, { recursive: true });
    const file = (0,external_node_path_.join)(folder, (0,external_node_crypto_.randomUUID)());
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let size = 0;
    async function* measured(content) {
        for await (const chunk of content) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
        }
    }
    let received = 0;
    async function* counted(content) {
        for await (const chunk of content) {
            received += chunk.length;
            yield chunk;
        }
    }
    async function* bounded(content) {
        for await (const chunk of measured(content)) {
            if (size > limits/* limits */.F.unpackedFreely && size > received * limits/* limits */.F.unpackRatio) {
                throw refused(what, `its Content-Encoding unpacks to more than ${limits/* limits */.F.unpackRatio} times what was sent`);
            }
            yield chunk;
        }
    }
    const output = (0,external_node_fs_.createWriteStream)(file, { flags: 'wx' });
    // As in BuildKit, gzip that is the transfer's own is taken off; that of a file which is an archive stays.
    if (headers['content-encoding']?.toLowerCase() === 'gzip')
        await (0,external_node_stream_promises_.pipeline)(body, counted, (0,external_node_zlib_.createGunzip)(), bounded, output, { signal });
    else
        await (0,external_node_stream_promises_.pipeline)(body, measured, output, { signal });
    return { file, digest: `sha256:${hash.digest('hex')}`, size };
}
/** The three forms of an HTTP date, of which the last does not say that it is GMT. https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats */
function parseTime(text = '') {
    if (/^\w+, .* GMT$/.test(text))
        return Date.parse(text) || 0;
    return /^\w+ \w+ +\d+ [\d:]+ \d+$/.test(text) ? Date.parse(`${text} GMT`) || 0 : 0;
}
function toError(failure, what, { host }) {
    const found = `${what}: ${(0,errors/* describeFailure */.Ic)(failure, host)}`;
    if (failure.kind === 'connection') {
        return new action_error/* ActionError */.lZ('download-failed', found, {
            hint: `See that the runner reaches ${host}, directly or by the proxy in HTTPS_PROXY or HTTP_PROXY.`,
            cause: failure.cause,
        });
    }
    if (failure.status >= 500 || [408, 425, 429].includes(failure.status)) {
        return new action_error/* ActionError */.lZ('download-failed', found, { hint: `Run the job again when ${host} answers.` });
    }
    return new action_error/* ActionError */.lZ('download-refused', found, {
        hint: 'Check the URL. If the server requires a login, add user and password to the URL.',
    });
}
function refused(what, found) {
    return new action_error/* ActionError */.lZ('download-refused', `${what}: ${found}`, {
        hint: 'Write the address where the file really is into the Dockerfile.',
    });
}
function basic({ username, password }) {
    return `Basic ${Buffer.from(`${username.reveal()}:${password.reveal()}`).toString('base64')}`;
}
function bare(url) {
    const copy = new URL(url);
    copy.username = '';
    copy.password = '';
    return copy;
}
/** For messages: no password, and no query, which may hold a signature. */
function shown({ origin, pathname }) {
    return `${origin}${pathname}`;
}

// EXTERNAL MODULE: ./src/source/git/fetch-git.ts + 2 modules
var fetch_git = __webpack_require__(24932);
// EXTERNAL MODULE: ./src/source/git/git-modes.ts
var git_modes = __webpack_require__(75583);
// EXTERNAL MODULE: ./src/source/git/git-source.ts
var git_source = __webpack_require__(23886);
// EXTERNAL MODULE: ./src/tree/context.ts
var context = __webpack_require__(33155);
;// CONCATENATED MODULE: ./src/engine/embedded/remote/repository.ts







/**
 * A function that fetches what a Git URL of ADD names, each once however often it is asked for, and gives its files. `--checksum` is
 * the commit or its beginning, as `checksum` in the URL is.
 *
 * The function throws what `parseGitSource` and `fetchGit` throw, and ActionError `dockerfile-invalid` for flags that contradict the URL.
 */
function createFetchRepository(reached) {
    const begun = new Map();
    return async (source, flags) => {
        const key = JSON.stringify([source, flags.checksum, flags.keepGitDir]);
        const known = begun.get(key);
        if (known)
            return await known;
        const started = fetchRepository(source, flags, reached);
        begun.set(key, started);
        return await started;
    };
}
async function fetchRepository(text, flags, { logins, retries, ...host }) {
    const source = (0,git_source/* parseGitSource */.R)(text);
    if (source === undefined)
        throw new action_error/* ActionError */.lZ('internal', `Cannot ADD ${(0,git_source/* redactUrl */.B)(text)}: it is not a Git URL`);
    const asked = withFlags(source, flags);
    const { dir } = await (0,fetch_git/* fetchGit */.N)(asked, {
        host,
        logins,
        retries,
        dir: (0,external_node_path_.join)(host.tempDir, `repository-${(0,external_node_crypto_.randomUUID)()}`),
    });
    return (0,git_modes/* withGitModes */.n)((0,context/* contextTree */.M)(dir, (0,context/* diskOf */.F)(host)), { dir, host });
}
function withFlags(source, { checksum, keepGitDir }) {
    if (checksum !== undefined && !/^[0-9a-f]{7,64}$/.test(checksum)) {
        throw new action_error/* ActionError */.lZ('dockerfile-invalid', `Cannot compare with --checksum=${checksum}`, {
            hint: 'For a Git repository it is the commit, or its first seven digits or more.',
        });
    }
    const commit = agreed('--checksum', source.commit, checksum);
    const kept = agreed('--keep-git-dir', source.keepGitDir, keepGitDir);
    return { ...source, commit, keepGitDir: kept };
}
/** What the URL or the flag says. */
function agreed(flag, inUrl, given) {
    if (inUrl === undefined || given === undefined || inUrl === given)
        return given ?? inUrl;
    throw new action_error/* ActionError */.lZ('dockerfile-invalid', `Cannot ADD a repository: its URL says ${inUrl}, and ${flag}=${given}`, {
        hint: 'Leave one of the two out.',
    });
}

;// CONCATENATED MODULE: ./src/engine/embedded/remote/url-name.ts


/**
 * The name that ADD gives to what is behind a URL: the last part of its path, without escapes, as it is written. BuildKit asks
 * neither `Content-Disposition` nor the address that the URL redirects to, and calls a file without a name `__unnamed__`.
 *
 * @throws ActionError `dockerfile-invalid` for a path with escapes that are no UTF-8, or with control characters
 */
function urlName(url) {
    const [, path = ''] = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url) ?? [];
    const decoded = decode(path);
    if (decoded === undefined || /\p{Cc}/u.test(decoded)) {
        throw new action_error/* ActionError */.lZ('dockerfile-invalid', `Cannot name a file after the URL path ${path}`, {
            hint: 'A percent sign stands for the beginning of an escape; itself it is written %25.',
        });
    }
    const name = external_node_path_.posix.basename(decoded);
    return name === '' || name === '.' ? '__unnamed__' : name;
}
function decode(path) {
    try {
        return decodeURIComponent(path);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/engine/embedded/remote/fetch.ts








/**
 * How the sources of one build are got, each once for all its platforms and stages. Of a repository all files are copied, of a
 * URL its one file, whose SHA-256 `--checksum` is compared with.
 *
 * @throws ActionError of `createDownload` and `fetchGit`; `content-mismatch` for another checksum, `dockerfile-invalid` for one that
 * is none
 */
function createFetch(host, logins = []) {
    const download = createDownload(host, logins);
    const fetchRepository = createFetchRepository({ ...host, logins });
    return async (source, flags) => {
        if ((0,source_kind/* sourceKind */.u)(source) === 'git')
            return { tree: await fetchRepository(source, flags), path: '', unpack: false };
        const { checksum, unpack = false } = flags;
        if (checksum !== undefined)
            assertChecksum(checksum);
        const name = urlName(source);
        const downloaded = await download(source);
        if (checksum !== undefined && downloaded.digest !== checksum) {
            throw new action_error/* ActionError */.lZ('content-mismatch', `Cannot ADD ${name}: its digest is ${downloaded.digest} where --checksum expects ${checksum}`, { hint: 'See whether the file was meant to change before the new digest goes into the Dockerfile.' });
        }
        return { tree: await urlTree(name, downloaded), path: name, unpack };
    };
}
/**
 * What was downloaded as BuildKit shows it: a file that only its owner may read and write. It calls `download` what would be called
 * `..`, and then copies the folder it is in.
 */
async function urlTree(name, { file, size, mtime }) {
    const tree = createOverlay(tree_tree/* emptyTree */["in"]);
    const node = { ...tree_tree/* rootNode */.bP, type: 'file', mode: 0o600, size, mtime };
    await tree.put(name === '..' ? 'download' : name, { node, open: async () => (0,external_node_fs_.createReadStream)(file) });
    return tree;
}
function assertChecksum(checksum) {
    if (/^sha256:[0-9a-f]{64}$/.test(checksum))
        return;
    throw new action_error/* ActionError */.lZ('dockerfile-invalid', `Cannot compare with --checksum=${checksum}`, {
        hint: 'For a URL it is "sha256:" and 64 lower-case hexadecimal digits.',
    });
}

// EXTERNAL MODULE: ./src/dockerfile/stages/stages.ts
var stages = __webpack_require__(44065);
// EXTERNAL MODULE: ./src/source/base.ts
var base = __webpack_require__(1292);
// EXTERNAL MODULE: ./src/dockerfile/ignore/glob.ts
var glob = __webpack_require__(53799);
// EXTERNAL MODULE: ./src/dockerfile/ignore/ignore.ts + 4 modules
var ignore = __webpack_require__(52538);
// EXTERNAL MODULE: ./src/dockerfile/instructions/chmod.ts
var chmod = __webpack_require__(37487);
;// CONCATENATED MODULE: ./src/engine/embedded/drop-layers.ts

/**
 * A base without its `count` topmost layers: their digests and their lines of history are left out, what instructions
 * without a layer said (ENV, CMD) stays. No layer is read.
 *
 * @throws ActionError `input-invalid` when the base has fewer
 */
function dropLayers(base, count) {
    if (count === 0)
        return base;
    const { config, layers } = base;
    if (count > layers.length) {
        throw new action_error/* ActionError */.lZ('input-invalid', `Cannot drop ${count} layers of the base image: it has ${layers.length} for ${config.os}/${config.architecture}`, { hint: 'Lower `drop-layers`.' });
    }
    const diffIds = config.rootfs.diff_ids.slice(0, layers.length - count);
    const dropped = {
        ...config,
        history: withoutTop(config.history, count),
        rootfs: { ...config.rootfs, diff_ids: diffIds },
    };
    return { ...base, config: dropped, layers: layers.slice(0, -count) };
}
/** Without the last `count` lines that made a layer. */
function withoutTop(history, count) {
    const made = history.flatMap(({ empty_layer }, index) => (empty_layer ? [] : [index]));
    const gone = new Set(made.slice(-count));
    return history.filter((_, index) => !gone.has(index));
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
        return node && copyFile(node, { source, target, walk, open: copy_tree_opener(copy.from, (0,tree_path/* parentOf */.gN)(source)) });
    const existing = await copy.into.lstat(target);
    if (existing && existing.type !== 'directory')
        throw notDirectory(target);
    walk.folders.push({ source: node, target, made: true });
    await copyChildren({ source, target, relative: '', walk });
    // BuildKit makes the directory before it copies, so it is never "new" here; only its time follows the source.
    if (existing)
        await copy.into.put(target, { node: { ...existing, mtime: source === '' ? copy.time : node.mtime } });
}
/** Opens the files of a folder by their names: the path of each would be one more text in memory for each of them. */
function copy_tree_opener(from, folder) {
    return ({ at }) => from.open((0,tree_path/* joinPath */.uJ)(folder, String(at)));
}
async function copyChildren({ source, target, relative, walk }) {
    const open = copy_tree_opener(walk.from, source);
    for (const name of await walk.from.list(source)) {
        await copyBelow({
            source: (0,tree_path/* joinPath */.uJ)(source, name),
            target: (0,tree_path/* joinPath */.uJ)(target, name),
            relative: (0,tree_path/* joinPath */.uJ)(relative, name),
            walk,
            open,
        });
    }
}
async function copyBelow(step) {
    const { source, target, relative, walk, open } = step;
    const node = await walk.from.lstat(source);
    if (node === undefined)
        throw new action_error/* ActionError */.lZ('context-changed', `Cannot copy ${source}: it was removed during the build`);
    // What an archive's name becomes that is no UTF-8: another name than the file has.
    if (source.includes('\ufffd')) {
        throw new action_error/* ActionError */.lZ('build-failed', `Cannot copy ${source}: its name is not valid UTF-8`);
    }
    const wanted = walk.included(relative) && !walk.excluded(relative);
    if (wanted)
        await makeFolders(walk);
    if (node.type !== 'directory') {
        if (wanted)
            await copyFile(node, { source, target, walk, open });
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
    await walk.into.put(target, { node: { ...changed(node, walk), ...(xattrs.size > 0 ? { xattrs } : {}) } });
}
async function copyFile(node, { source, target, walk, open }) {
    if ((await walk.into.lstat(target))?.type === 'directory') {
        throw new action_error/* ActionError */.lZ('build-failed', `Cannot copy ${source} to /${target}: a directory exists at the destination`, {
            hint: 'End the destination with a slash to copy into the directory.',
        });
    }
    if ((0,tree_path/* nameOf */.Vb)(target).startsWith('.wh.')) {
        throw new action_error/* ActionError */.lZ('build-failed', `Cannot copy ${source} to /${target}: in an image layer the name stands for a deletion`);
    }
    const copied = changed(node, walk);
    if (node.type !== 'file')
        return walk.into.put(target, { node: copied });
    const inode = sharedInode(node, walk);
    const own = inode === undefined ? copied : { ...copied, inode };
    await walk.into.put(target, { node: own, open, at: (0,tree_path/* nameOf */.Vb)(source) });
}
function sharedInode({ inode }, { inodes }) {
    if (inode === undefined)
        return undefined;
    const shared = inodes.get(inode) ?? Symbol('hard link');
    inodes.set(inode, shared);
    return shared;
}
/** The node with what `--chown` and `--chmod` say. */
function changed(node, { owner, mode }) {
    if (owner === undefined && mode === undefined)
        return node;
    const bits = mode && node.type !== 'symlink' ? mode.apply(node.mode, node.type === 'directory') : node.mode;
    return { ...node, ...owner, mode: bits };
}
function notDirectory(target) {
    return new action_error/* ActionError */.lZ('build-failed', `Cannot copy a directory to /${target}: the destination exists and is not a directory`);
}

;// CONCATENATED MODULE: ./src/engine/embedded/begin-stage.ts







/**
 * What FROM gives a stage: nothing, another stage, an image, or the files of a named context.
 *
 * @throws ActionError `input-invalid` for layers to drop where there are none, and what opens the base throws
 */
async function beginStage(base, context) {
    switch (base.kind) {
        case 'scratch':
            assertNothingToDrop(context);
            return { config: emptyConfig(context.platform), layers: [], tree: tree_tree/* emptyTree */["in"], values: undefined };
        case 'stage': {
            const stage = await context.stageOf(base.index);
            return { ...stage, config: inherit(stage.config) };
        }
        case 'image':
            return beginWithImage(await context.baseOf(base.reference), context);
        case 'context': {
            const opened = await context.contextOf(base.name);
            if (opened.kind === 'image')
                return beginWithImage(opened.base, context);
            assertNothingToDrop(context);
            return beginWithFiles(opened.tree, base.name, context);
        }
    }
}
function assertNothingToDrop({ file, dropLayers: count }) {
    if (count === 0)
        return;
    throw new action_error/* ActionError */.lZ('input-invalid', `Cannot drop layers of the base image: the image of ${file} does not begin with one`, { hint: 'Leave `drop-layers` out: `FROM scratch` has no layers.' });
}
function beginWithImage(image, context) {
    const found = dropLayers(image, context.dropLayers);
    const { config, layers } = found;
    const Env = (0,expand_arguments/* completeEnvironment */.pv)(config.config.Env ?? [], config.os);
    return {
        config: inherit({ ...config, config: { ...config.config, Env } }),
        layers: layers.map((descriptor, index) => ({
            kind: 'base',
            descriptor,
            diffId: diffIdOf(config, index),
            from: found,
        })),
        tree: context.treeOf(found, false),
        values: undefined,
    };
}
function diffIdOf(config, index) {
    const diffId = config.rootfs.diff_ids[index];
    if (diffId === undefined)
        throw new action_error/* ActionError */.lZ('content-mismatch', 'A base image has more layers than its configuration');
    return diffId;
}
/** The files are one layer of the image. BuildKit's history has a line for it too, but behind the others and about one of them. */
async function beginWithFiles(from, name, { platform, time }) {
    if (from === tree_tree/* emptyTree */["in"])
        return { config: emptyConfig(platform), layers: [], tree: tree_tree/* emptyTree */["in"], values: undefined };
    const overlay = createOverlay(tree_tree/* emptyTree */["in"]);
    const everything = { included: () => true, excluded: () => false };
    await copyTree('', '', { from, into: overlay, owner: undefined, mode: undefined, time, ...everything });
    const created = new Date(time).toISOString().replace('.000Z', 'Z');
    const history = [{ created, created_by: `FROM ${name}`, comment: 'buildkit.dockerfile.v0' }];
    return {
        config: { ...emptyConfig(platform), history },
        layers: [{ kind: 'new', overlay, instruction: undefined }],
        tree: overlay,
        values: undefined,
    };
}

;// CONCATENATED MODULE: ./src/tree/document.ts



/** A tree of one file with mode 0644 that holds `data`: the source that BuildKit makes of a here-document. */
async function documentTree(name, data, mtime) {
    const tree = createOverlay(tree_tree/* emptyTree */["in"]);
    await tree.put((0,tree_path/* cleanPath */.ts)(name), {
        node: { ...tree_tree/* rootNode */.bP, type: 'file', mode: 0o644, mtime, size: data.length },
        open: async () => document_once(data),
    });
    return tree;
}
async function* document_once(data) {
    yield data;
}

// EXTERNAL MODULE: ./src/tree/resolve.ts
var tree_resolve = __webpack_require__(86900);
;// CONCATENATED MODULE: ./src/engine/embedded/layer/directory.ts




const setgid = 0o2000;
/**
 * Makes the directory `path` and those above it that are missing; what exists is left as it is. `path` has no links in it.
 * As on Linux, what is made in a setgid directory is one too, and has its group unless there is an owner.
 * Throws `build-failed` when something on the way is no directory.
 */
async function makeDirectories(into, path, options) {
    if (path === '')
        return;
    const { mode, owner, time, exact = false } = options;
    for (const folder of [...(0,tree_path/* ancestorsOf */.Gw)(path), path]) {
        const node = await into.lstat(folder);
        if (node?.type === 'directory')
            continue;
        if (node)
            throw new action_error/* ActionError */.lZ('build-failed', `Cannot make the directory /${path}: /${folder} exists and is a ${node.type}`);
        const above = (await into.lstat((0,tree_path/* parentOf */.gN)(folder))) ?? tree_tree/* rootNode */.bP;
        const inherited = above.mode & setgid;
        const bits = (mode & 0o777) | (exact ? 0 : inherited);
        const gid = inherited === 0 ? 0 : above.gid;
        await into.put(folder, { node: { ...tree_tree/* rootNode */.bP, gid, mode: bits, mtime: time, ...owner } });
    }
}
/** What WORKDIR does: the folder is made if it is missing, 0755 and owned by the USER in force. `path` is absolute. */
async function makeWorkdir(into, path, options) {
    await makeDirectories(into, await (0,tree_resolve/* resolvePath */.o)(into, (0,tree_path/* cleanPath */.ts)(path)), { mode: 0o755, ...options });
}

// EXTERNAL MODULE: ./src/tree/archive/decompress.ts
var decompress = __webpack_require__(80762);
// EXTERNAL MODULE: ./src/tree/archive/read-tar.ts + 2 modules
var read_tar = __webpack_require__(73948);
// EXTERNAL MODULE: ./src/tree/spool.ts
var spool = __webpack_require__(10231);
;// CONCATENATED MODULE: ./src/engine/embedded/layer/unpack.ts







/**
 * Whether ADD unpacks a file: one that is a tar archive, compressed or not, whatever its name. As in BuildKit, one whose first entry is
 * damaged is none; what is wrong further on is an error.
 * Throws `archive-unsupported` for an archive that begins with a sparse file, and for xz of a rare kind, where only unpacking could tell.
 */
async function isArchive({ open, name }) {
    const entries = (0,read_tar/* readTar */.sB)((0,decompress/* decompressed */.j)(await open(), `Cannot unpack ${name}`), `Cannot unpack ${name}`);
    try {
        return !(await entries.next()).done;
    }
    catch (error) {
        if (error instanceof action_error/* ActionError */.lZ && error.code === 'archive-invalid')
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
    let size = 0;
    const content = (0,spool/* spool */.k)(archive.open, { folder: temporary, what, size: () => size });
    const open = ({ node, at }) => content(Number(at), node.size);
    const below = { lstat: (path) => into.lstat((0,tree_path/* joinPath */.uJ)(directory, path)) };
    const place = async (written) => {
        const name = inside(written, what);
        return (0,tree_path/* joinPath */.uJ)(directory, (0,tree_path/* joinPath */.uJ)(await (0,tree_resolve/* resolvePath */.o)(below, (0,tree_path/* parentOf */.gN)(name)), (0,tree_path/* nameOf */.Vb)(name)));
    };
    for await (const entry of (0,read_tar/* readTar */.sB)((0,decompress/* decompressed */.j)(await archive.open(), what), what)) {
        size = (0,read_tar/* endOf */.pJ)(entry);
        if (inside(entry.name, what) === '')
            continue;
        const path = await place(entry.name);
        if ((0,tree_path/* nameOf */.Vb)(path).startsWith('.wh.')) {
            throw new action_error/* ActionError */.lZ('archive-invalid', `${what}: ${entry.name} would be taken for a deletion in an image layer`);
        }
        await makeDirectories(into, (0,tree_path/* parentOf */.gN)(path), { mode: 0o755, time, exact: true });
        // No system keeps a mode for symbolic links: one that was made has all bits, whatever the archive says.
        const mode = entry.node.type === 'symlink' ? 0o777 : entry.node.mode;
        const node = { ...entry.node, mode, ...owner };
        if (entry.linkTo === undefined)
            await into.put(path, node.type === 'file' ? { node, open, at: entry.offset } : { node });
        else
            await unpack_link(into, path, { target: await place(entry.linkTo), entry, owner, what });
    }
}
/** A further name of a file. What its entry says of mode, owner and time holds for the file then, as in BuildKit. */
async function unpack_link(into, path, { target, entry, owner, what }) {
    const node = await into.lstat(target);
    if (node?.type !== 'file')
        throw new action_error/* ActionError */.lZ('archive-invalid', `${what}: ${path} is a hard link to ${target}, which is not a file before it`);
    const { mode, uid, gid, mtime } = { ...entry.node, ...owner };
    const shared = { ...node, mode, uid, gid, mtime, inode: node.inode ?? Symbol(target) };
    const { open = () => into.base.open(target), at } = into.additions.get(target) ?? {};
    const linked = { node: shared, open, ...(at === undefined ? {} : { at }) };
    // Archivers write the same for all names, so that there is nothing to do for the others.
    if (mode !== node.mode || uid !== node.uid || gid !== node.gid || mtime !== node.mtime) {
        for (const [name, other] of into.additions) {
            if (other.node.inode === shared.inode)
                await into.put(name, linked);
        }
    }
    await into.put(target, linked);
    await into.put(path, linked);
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
            throw new action_error/* ActionError */.lZ('archive-invalid', `${what}: its entry ${name} leads out of the archive`);
    }
    return (0,tree_path/* cleanPath */.ts)(name);
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
    const start = await (0,tree_resolve/* resolvePath */.o)(tree, parts.slice(0, first).join('/'));
    const found = [];
    const walk = async (relative, level) => {
        for (const name of await tree.list((0,tree_path/* joinPath */.uJ)(start, relative))) {
            const path = (0,tree_path/* joinPath */.uJ)(relative, name);
            if (glob(pattern, path))
                found.push((0,tree_path/* joinPath */.uJ)(start, path));
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
    for (const source of request.sources) {
        if (typeof source === 'string')
            await copySource(into, source, request);
        else
            await copyFetched(into, source, request);
    }
    for (const { name, data } of request.documents ?? []) {
        const from = await documentTree(name, data, request.time);
        await copyPath(into, (0,tree_path/* cleanPath */.ts)(name), { ...request, from, include: undefined });
    }
}
async function copySource(into, source, request) {
    const { path, include } = request.parents ? splitPivot(source) : { path: source, include: undefined };
    if (include === '')
        throw notFound((0,tree_path/* cleanPath */.ts)(path) || '/', request);
    if (include !== undefined && ![path, include].some(hasWildcard)) {
        await assertThere((0,tree_path/* joinPath */.uJ)((0,tree_path/* cleanPath */.ts)(path), include), request);
    }
    const paths = await expandWildcards(request.from, (0,tree_path/* cleanPath */.ts)(path), request.patterns.glob);
    for (const found of paths) {
        // What a pattern before the pivot matches beside folders has nothing below it.
        if (include !== undefined && hasWildcard(path) && !(await isDirectory(request.from, found)))
            continue;
        const unpacked = request.unpack && (await unpackPath(into, found, request));
        if (!unpacked)
            await copyPath(into, found, { ...request, include });
    }
}
async function copyFetched(into, { tree, path, unpack }, request) {
    const fetched = { ...request, from: tree, include: undefined };
    const unpacked = unpack && (await unpackPath(into, path, fetched));
    if (!unpacked)
        await copyPath(into, path, fetched);
}
/** `--parents` keeps what follows `/./`, or the whole path. */
function splitPivot(source) {
    const pivot = source.indexOf('/./');
    if (pivot === -1)
        return { path: '', include: (0,tree_path/* cleanPath */.ts)(source) };
    return { path: source.slice(0, pivot), include: (0,tree_path/* cleanPath */.ts)(source.slice(pivot + 3)) };
}
async function unpackPath(into, source, request) {
    const { from, owner, time, temporary } = request;
    const path = await (0,tree_resolve/* resolvePath */.o)(from, source);
    const node = await from.lstat(path);
    if (node?.type !== 'file')
        return false;
    const archive = { open: () => from.open(path), name: source };
    if (!(await isArchive(archive)))
        return false;
    const directory = await (0,tree_resolve/* resolvePath */.o)(into, destinationOf(request).path);
    await makeDirectories(into, directory, { mode: 0o755, owner, time });
    await unpack(archive, directory, { into, owner, time, temporary });
    return true;
}
async function copyPath(into, source, copy) {
    const { from, owner, time, mode } = copy;
    const created = { mode: mode?.octal ?? 0o755, owner, time };
    const destination = destinationOf(copy);
    const ensured = destination.isDirectory ? destination.path : (0,tree_path/* parentOf */.gN)(destination.path);
    const path = await (0,tree_resolve/* resolvePath */.o)(from, source);
    const node = await from.lstat(path);
    if (node === undefined)
        throw notFound(source, copy);
    await makeDirectories(into, await (0,tree_resolve/* resolvePath */.o)(into, ensured), created);
    const resolved = await (0,tree_resolve/* resolvePath */.o)(into, destination.path);
    const existing = await into.lstat(resolved);
    const target = node.type !== 'directory' && existing?.type === 'directory' ? (0,tree_path/* joinPath */.uJ)(resolved, (0,tree_path/* nameOf */.Vb)(source)) : resolved;
    await makeDirectories(into, node.type === 'directory' && !existing ? target : (0,tree_path/* parentOf */.gN)(target), created);
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
    return { path: (0,tree_path/* cleanPath */.ts)(destination.startsWith('/') ? destination : `${workdir}/${destination}`), isDirectory };
}
/** With `--parents` the source is a pattern; one without wildcards must match something. */
async function assertThere(path, request) {
    if ((await request.from.lstat(path)) === undefined)
        throw notFound(path, request);
}
async function isDirectory(tree, path) {
    return (await tree.lstat(await (0,tree_resolve/* resolvePath */.o)(tree, path)))?.type === 'directory';
}
function notFound(source, { whyMissing }) {
    return new action_error/* ActionError */.lZ('build-failed', `Cannot copy ${source}: it does not exist`, {
        hint: whyMissing?.(source) ??
            'Paths are relative to the build context, or to the root of the stage or image that --from names.',
    });
}

;// CONCATENATED MODULE: ./src/engine/embedded/layer/link.ts


/**
 * A stage after `COPY --link`: `layer`, which was made over nothing, put on `stage` as an unpacker does it.
 * Folders on the way are what the layer says, also where the stage has a link or other permissions.
 */
async function stackLinked(stage, layer) {
    const stacked = createOverlay(stage);
    const added = [...layer.additions].sort(([left], [right]) => (0,tree_path/* compareBytes */.Xo)(left, right));
    for (const [path, addition] of added)
        await stacked.put(path, addition);
    return stacked;
}

// EXTERNAL MODULE: external "node:stream/consumers"
var consumers_ = __webpack_require__(38321);
;// CONCATENATED MODULE: ./src/engine/embedded/layer/owner.ts




/** More than any real user database; it is held in memory. */
const mostBytes = 10 * 1024 * 1024;
/**
 * The owner that `--chown` or USER names: `user`, `user:group`, each a number or a name in /etc/passwd or /etc/group of `root`.
 * `root` is read only when there is a name. As in BuildKit a number alone is the group too, a user's name brings its group,
 * a name that is not there is 0, and so are `root` and nothing at all: `app:` is of group 0. Throws `build-failed` for a name when the root is that of `FROM scratch`, before anything was put in it, or of `--link`.
 */
async function resolveOwner(text, root) {
    const colon = text.indexOf(':');
    const user = colon === -1 ? text : text.slice(0, colon);
    const group = colon === -1 ? undefined : text.slice(colon + 1);
    if (root === tree_tree/* emptyTree */["in"] && [user, group ?? ''].some((part) => idOf(part) === undefined)) {
        throw new action_error/* ActionError */.lZ('build-failed', `Cannot find the owner ${text}: there is no /etc/passwd to look into`, {
            hint: 'Write the owner as numbers, uid:gid: a stage that begins with scratch has no names, and --link looks into none.',
        });
    }
    const owner = await userOf(user, root);
    return group === undefined ? owner : { uid: owner.uid, gid: (await groupOf(group, root)) ?? owner.gid };
}
async function userOf(user, root) {
    const id = idOf(user);
    if (id !== undefined)
        return { uid: id, gid: id };
    const [, , uid = '', gid = ''] = (await lineOf(user, root, 'etc/passwd')) ?? [];
    return { uid: integer(uid) ?? 0, gid: integer(gid) ?? 0 };
}
async function groupOf(group, root) {
    return idOf(group) ?? integer((await lineOf(group, root, 'etc/group'))?.[2] ?? '');
}
/** The number of a part without a look into files: of 32 bits with a sign, which goes round below 0. */
function idOf(part) {
    if (part === '' || part === 'root')
        return 0;
    const id = integer(part);
    if (id === undefined || id < -(2 ** 31) || id >= 2 ** 31)
        return undefined;
    // chown(2) takes -1 for "leave it", and what BuildKit has just made is root's.
    return id === -1 ? 0 : id >>> 0;
}
function integer(text) {
    return /^[-+]?\d+$/.test(text) ? Number(text) : undefined;
}
async function lineOf(name, root, path) {
    const file = await (0,tree_resolve/* follow */.e)(root, path);
    if (file?.node.type !== 'file' || file.node.size > mostBytes)
        return undefined;
    const text = (await (0,consumers_.buffer)(await root.open(file.path))).toString('utf8');
    return text
        .split('\n')
        .map((line) => line.trim().split(':'))
        .find(([first]) => first === name);
}

;// CONCATENATED MODULE: ./src/engine/embedded/run-stage.ts
















/**
 * Does the instructions of a stage in order. Base layers are looked into only when an instruction depends on them.
 *
 * @throws ActionError of the Dockerfile, the trees and the registry, placed at the instruction
 */
async function runStage(stage, context) {
    const others = [...stage.from.values()].flatMap((source) => (source.kind === 'stage' ? [source.index] : []));
    letBegin(others.map(context.stageOf));
    const begun = await beginStage(stage.base, context);
    const { instructions, values } = (0,resolve/* resolveInstructions */._5)(stage.instructions, {
        file: context.file,
        escapeMark: context.escapeMark,
        values: (0,expand_arguments/* stageValues */.dX)(begun.values, begun.config.config.Env ?? []),
        globals: context.globals,
        buildArguments: context.buildArguments,
    });
    const adds = instructions.filter((instruction) => instruction.kind === 'add');
    letBegin(adds.map((add) => sourcesOf(add, context.fetch)));
    let { tree } = begun;
    const layers = [...begun.layers];
    const config = draftConfig(begun.config);
    const created = new Date(context.time).toISOString().replace('.000Z', 'Z');
    for (const instruction of instructions) {
        const overlay = await placed(instruction, context.file, () => fileSystemOf(instruction, { stage, config, tree, context }));
        const changed = instruction.kind === 'workdir' ? { ...instruction, path: workdirOf(config, instruction.path) } : instruction;
        config.apply(changed, { created, hasLayer: overlay !== undefined });
        if (overlay === undefined)
            continue;
        layers.push({ kind: 'new', overlay: overlay.layer, instruction });
        tree = overlay.tree;
    }
    return { config: config.finish(), layers, tree, values };
}
/** What instructions further down will wait for goes on meanwhile; who waits for it then meets its error. */
function letBegin(work) {
    for (const one of work)
        one.catch(() => { });
}
/** What the instruction does to the file system; undefined when it makes no layer. The same on the same tree is done once. */
async function fileSystemOf(instruction, moment) {
    const { config, tree, context } = moment;
    switch (instruction.kind) {
        case 'workdir': {
            const path = workdirOf(config, instruction.path);
            const user = config.user();
            return path === '/'
                ? undefined
                : context.share([tree], ['workdir', path, user], () => enter(path, { user, tree, context }));
        }
        case 'copy':
        case 'add': {
            const from = await treeToCopy(instruction, moment);
            const workdir = config.workingDir() || '/';
            return context.share([tree, from], [instruction, workdir], () => transfer(instruction, { from, workdir, tree, context }));
        }
        case 'run':
            throw new action_error/* ActionError */.lZ('feature-missing', 'The embedded engine does not support RUN');
        default:
            return undefined;
    }
}
async function enter(path, { user, tree, context }) {
    const layer = createOverlay(tree);
    const owner = user ? await resolveOwner(user, tree) : undefined;
    await makeWorkdir(layer, path, { owner, time: context.time });
    return { layer, tree: layer };
}
async function transfer(instruction, { from, workdir, tree, context }) {
    // BuildKit takes --link back where there is --chmod.
    const linked = instruction.link && !instruction.chmod;
    const layer = createOverlay(linked ? tree_tree/* emptyTree */["in"] : tree);
    await copyInto(layer, {
        from,
        sources: await sourcesOf(instruction, context.fetch),
        documents: instruction.files.map(({ name, content }) => ({ name, data: Buffer.from(content) })),
        destination: instruction.destination,
        workdir,
        unpack: instruction.kind === 'add' && instruction.unpack !== false,
        owner: instruction.chown ? await resolveOwner(instruction.chown, linked ? tree_tree/* emptyTree */["in"] : tree) : undefined,
        mode: instruction.chmod ? (0,chmod/* parseMode */.Z)(instruction.chmod) : undefined,
        parents: instruction.kind === 'copy' && instruction.parents,
        exclude: instruction.exclude,
        patterns,
        time: context.time,
        temporary: context.temporary,
        whyMissing: from === context.context ? context.whyMissing : undefined,
    });
    return { layer, tree: linked ? (0,tree_tree/* lazyTree */.nI)(() => stackLinked(tree, layer)) : layer };
}
/** The tree that is copied from: the build context, or what `--from` names. */
async function treeToCopy(instruction, { stage, context }) {
    if (instruction.kind === 'add' || instruction.from === undefined)
        return context.context;
    const from = stage.from.get(instruction.from);
    if (from === undefined)
        throw new action_error/* ActionError */.lZ('internal', `Nobody looked up what --from=${instruction.from} names`);
    return sourceTree(from, context);
}
/** The sources in their order, with those that are not in the build context fetched side by side. */
async function sourcesOf(instruction, fetch) {
    if (instruction.kind === 'copy')
        return instruction.sources;
    return await Promise.all(instruction.sources.map(async (source) => (0,source_kind/* sourceKind */.u)(source) === 'path' ? source : await fetch(source, instruction)));
}
async function sourceTree(source, context) {
    switch (source.kind) {
        case 'stage':
            return (await context.stageOf(source.index)).tree;
        case 'image':
            return context.treeOf(await context.baseOf(source.reference), true);
        case 'scratch':
            return tree_tree/* emptyTree */["in"];
        case 'context': {
            const opened = await context.contextOf(source.name);
            return opened.kind === 'image' ? context.treeOf(opened.base, true) : opened.tree;
        }
    }
}
const patterns = {
    glob: (pattern, path) => (0,glob/* matchGlob */.s)((0,glob/* parseGlob */.q)(pattern), path),
    rules: (given) => {
        const judgeOf = (0,ignore/* createJudge */.qU)((0,ignore/* excludeRules */.kZ)(given));
        return (path) => judgeOf(path).ignored;
    },
};
function workdirOf(config, path) {
    const current = config.workingDir() || '/';
    if (path === '')
        return current;
    // BuildKit cleans only what it joins: `WORKDIR /a//b/` stays as it is written.
    return path.startsWith('/') ? path : external_node_path_.posix.resolve(current, path);
}
/** Gives an error without a place that of the instruction. */
async function placed(instruction, file, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof action_error/* ActionError */.lZ) || error.place)
            throw error;
        const place = { file, line: instruction.line };
        throw error.with({ message: `${file}:${instruction.line}: ${error.message}`, place, cause: error });
    }
}

;// CONCATENATED MODULE: ./src/engine/embedded/run-stages.ts




/**
 * The target's stage for a platform. Each stage that it needs is run once, side by side where they do not wait for each
 * other.
 *
 * @throws what `runStage` throws
 */
async function runStages({ platform: target, globals, stages: plan }, { findImage, openNamed, dropLayers, ...common }) {
    const bottom = (0,stages/* bottomStage */.UL)(plan);
    const running = new Map();
    const run = async (index) => {
        // One turn of the event loop for each stage: a chain of thousands is no reason for a deep stack.
        await undefined;
        const stage = plan.stages[index];
        if (stage === undefined)
            throw new action_error/* ActionError */.lZ('internal', `There is no stage ${index}`);
        const platform = stage.platform ?? target;
        return runStage(stage, {
            ...common,
            platform,
            globals,
            stageOf,
            baseOf: (reference) => (0,base/* findBase */.l)(findImage, reference, platform),
            contextOf: (name) => openNamed(name, platform),
            // Stages that the target is not made on are there to be copied from.
            treeOf: (base, isCopied) => common.treeOf(base, isCopied || index !== bottom),
            dropLayers: index === bottom ? dropLayers : 0,
        });
    };
    const stageOf = (index) => {
        const stage = running.get(index) ?? run(index);
        running.set(index, stage);
        return stage;
    };
    return stageOf(plan.target);
}

;// CONCATENATED MODULE: ./src/engine/embedded/share.ts
/** For one build: what was done is kept as long as the share itself. */
function createShare() {
    const numbers = new WeakMap();
    const done = new Map();
    let next = 0;
    const numberOf = (object) => {
        const known = numbers.get(object);
        if (known !== undefined)
            return known;
        numbers.set(object, next);
        next += 1;
        return next - 1;
    };
    return (objects, words, work) => {
        const key = JSON.stringify([objects.map(numberOf), words]);
        const known = done.get(key);
        if (known !== undefined)
            return known;
        const begun = work();
        done.set(key, begun);
        return begun;
    };
}

;// CONCATENATED MODULE: ./src/engine/embedded/engine.ts























/**
 * Puts the image together from the Dockerfile without any daemon: nothing is run, base layers stay in their registry
 * unless an instruction depends on what is in them.
 *
 * @throws ActionError what is wrong with the Dockerfile, its bases or the context
 */
async function build(_, run, { reading }) {
    const { plan, host, access, source } = run;
    const { build: spec } = plan;
    const { findImage } = access;
    const buildArguments = (0,expand_arguments/* givenArguments */.Cj)(spec.buildArgs, host.env);
    const [own, given] = await Promise.all([source.own(), source.dockerfile()]);
    if (reading === undefined || given === undefined)
        throw new action_error/* ActionError */.lZ('internal', 'Nobody has read the Dockerfile');
    const { tree: context } = own.context;
    const { dockerfile } = reading;
    const { file } = dockerfile;
    const buildPlatform = (0,platform/* hostPlatform */.o)(host);
    const [first] = reading.platforms;
    // BuildKit too checks for the first platform alone.
    if (first !== undefined) {
        const target = spec.target === undefined ? {} : { target: spec.target };
        const withShell = await stagesWithShell(first, first.stages.needed, own);
        const inputs = { ...first, text: given.text, buildPlatform, buildArguments, withShell, ...target };
        giveAdvice(dockerfile, inputs, host.log);
    }
    const epoch = await (0,source_epoch/* readEpoch */.u)(buildArguments.get('SOURCE_DATE_EPOCH'), own.context.time);
    const time = epoch === undefined ? host.clock.now().getTime() : epoch * 1000;
    // What is still on its way when the build fails ends with it.
    const over = new AbortController();
    const building = (0,within/* within */.u)(host, over.signal);
    const { signal } = building;
    const fetch = createFetch({ ...building, retries: access.retries }, given.urlLogins);
    const share = createShare();
    const dir = (0,external_node_path_.join)(host.tempDir, 'layout');
    const { compression } = spec;
    let archived = 0;
    const onProgress = (bytes) => {
        archived += bytes;
        host.log.progress(`Writing layers: ${(0,text_bytes/* formatBytes */.z)(archived)} of files`);
    };
    const threads = (0,external_node_os_.availableParallelism)();
    const writer = createLayerWriter(dir, { epoch, compression, threads, signal, onProgress });
    const treeOf = createBaseTrees({ host, signal });
    const imageFor = async (stages) => {
        const started = host.clock.now().getTime();
        const stage = await runStages(stages, {
            file,
            escapeMark: dockerfile.directives.escape,
            buildArguments,
            findImage,
            openNamed: own.openNamed,
            treeOf,
            dropLayers: spec.dropLayers,
            context,
            whyMissing: own.context.whyMissing,
            fetch,
            share,
            time,
            temporary: host.tempDir,
        });
        const layers = await writer.write(stage.layers);
        return { platform: stages.platform, stage, layers, milliseconds: host.clock.now().getTime() - started };
    };
    const images = await host.log.group(`Build ${spec.platforms.map(oci_platform/* formatPlatform */.Bq).join(', ')}`, async () => {
        const done = await Promise.all(reading.platforms.map(imageFor)).finally(() => over.abort());
        for (const { platform, layers } of done)
            host.log.info(engine_describe(platform, layers));
        return done;
    });
    (0,large_context/* tellContext */.P)(host, archived, { what: 'Files of the new layers', spec });
    const parts = await Promise.all(images.map((image) => writeConfig(dir, image, { plan, time })));
    const tree = (0,make_image/* makeImage */.Gs)(parts, spec.annotations);
    const { root } = tree;
    return {
        content: { tree, ...contentOf(dir, images) },
        metadata: { 'containerimage.descriptor': root, 'containerimage.digest': root.digest },
        imageId: undefined,
        steps: images.map(stepOf),
    };
}
/**
 * Answers a question about the Dockerfile.
 *
 * @throws ActionError as `askEmbedded` does
 */
async function ask(_, run, question) {
    return askEmbedded(run, question);
}
/** Base layers are in their registries, all else is in the layout. */
function contentOf(dir, images) {
    const remote = new Map();
    const inherited = new Map();
    for (const { platform, layers } of images) {
        for (const { descriptor, from } of layers) {
            if (from === undefined)
                continue;
            remote.set(descriptor.digest, from);
            inherited.set(descriptor.digest, [...(inherited.get(descriptor.digest) ?? []), (0,oci_platform/* formatPlatform */.Bq)(platform)]);
        }
    }
    return { blobs: (0,oci_store/* firstOf */.Ku)((0,oci_store/* byDigest */._W)(remote), (0,layout/* layoutStore */.i4)(dir)), inherited };
}
async function writeConfig(dir, { platform, stage, layers }, { plan, time }) {
    const { labels } = plan.build;
    const execution = stage.config.config;
    const withLabels = Object.keys(labels).length === 0 ? execution : { ...execution, Labels: { ...execution.Labels, ...labels } };
    const config = {
        ...forPlatform(stage.config, platform),
        created: new Date(time).toISOString(),
        config: withLabels,
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    };
    const descriptor = await (0,layout/* writeBlob */.Zh)(dir, encodeConfig(config), media_type/* mediaType */.JL.ociConfig);
    return { platform, config: descriptor, layers: layers.map((layer) => layer.descriptor) };
}
function engine_describe(platform, layers) {
    const own = layers.filter(({ from }) => from === undefined).length;
    const based = layers.length - own;
    return `${(0,oci_platform/* formatPlatform */.Bq)(platform)}: ${own} new ${nounOf(own)}, ${based} base ${nounOf(based)}`;
}
function nounOf(count) {
    return count === 1 ? 'layer' : 'layers';
}
function stepOf({ platform, milliseconds }) {
    return { name: 'assembled', platform: (0,oci_platform/* formatPlatform */.Bq)(platform), cached: false, milliseconds };
}


/***/ }),

/***/ 19052:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ follow)
/* harmony export */ });
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76525);
/* harmony import */ var _exchange_once_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(99216);


/**
 * The answer to GET at the end of all redirects, of whatever status. From https none leads to http.
 *
 * @throws ActionError of `refused` for a redirect that leads in a circle, or where it must not
 */
async function follow(start, { http, signal, headers, refused }) {
    let url = start;
    for (let redirects = 0;; redirects += 1) {
        const sent = await (0,_exchange_once_js__WEBPACK_IMPORTED_MODULE_1__/* .exchangeOnce */ .z$)(http, { method: 'GET', url: url.href, headers: headers(url), signal });
        const location = sent.ok ? sent.value.headers['location'] : undefined;
        if (!sent.ok || location === undefined || ![301, 302, 303, 307, 308].includes(sent.value.status))
            return sent;
        sent.value.body.resume();
        if (redirects === _bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.redirects)
            throw refused(`it redirects more than ${_bounds_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .limits */ .F.redirects} times`);
        url = redirected(location, url, refused);
    }
}
function redirected(location, from, refused) {
    if (!URL.canParse(location, from.href))
        throw refused('it redirects to an invalid URL');
    const next = new URL(location, from);
    next.username = '';
    next.password = '';
    if (next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:'))
        return next;
    throw refused(`it redirects from ${from.protocol}// to ${next.protocol}//`);
}


/***/ }),

/***/ 1292:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ toBase),
/* harmony export */   l: () => (/* binding */ findBase)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _oci_parse_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(82614);
/* harmony import */ var _oci_reference_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(62148);



/** @throws ActionError what `toBase` and `find` throw */
async function findBase(find, reference, platform) {
    const found = await find(reference, platform);
    return await toBase(found, reference, { place: (0,_oci_reference_js__WEBPACK_IMPORTED_MODULE_2__/* .formatRepository */ .Sh)(found.repository), blobs: found.blobs });
}
/**
 * An image that was found as a base.
 *
 * @throws ActionError `content-mismatch` for a configuration that does not go with the manifest, and what reading it throws
 */
async function toBase({ manifest, config }, reference, where) {
    return { ...where, config: readConfig(await config(), reference, manifest.layers.length), layers: manifest.layers };
}
/**
 * A configuration as other tools write it, with all that an image of ours has. Go writes null for an empty list, and
 * only `architecture`, `os` and `rootfs` are required.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties
 */
function readConfig(bytes, reference, layers) {
    const what = `Cannot read the configuration of the base image ${reference}`;
    const { config, history, rootfs, ...rest } = withoutNulls((0,_oci_parse_js__WEBPACK_IMPORTED_MODULE_1__/* .parseConfig */ .o4)(bytes, what));
    const diffIds = rootfs?.diff_ids ?? [];
    if (!Array.isArray(diffIds) || diffIds.length !== layers) {
        const found = Array.isArray(diffIds) ? diffIds.length : 'no list of';
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('content-mismatch', `${what}: it has ${found} diff_ids, and the manifest ${layers} layers`);
    }
    return {
        ...rest,
        config: withoutNulls(config ?? {}),
        history: completeHistory((history ?? []).filter((line) => line !== null), layers),
        rootfs: { type: 'layers', diff_ids: diffIds },
    };
}
/**
 * With a line for every layer, since lines and layers go together by their order: those of the instructions that follow
 * would be taken for lines of the base. BuildKit adds what is missing behind them.
 */
function completeHistory(history, layers) {
    const missing = layers - history.filter(({ empty_layer }) => !empty_layer).length;
    return missing <= 0 ? history : [...history, ...Array.from({ length: missing }, () => ({ created_by: 'base image' }))];
}
function withoutNulls(value) {
    return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}


/***/ }),

/***/ 57100:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ commitTime),
/* harmony export */   u: () => (/* binding */ readEpoch)
/* harmony export */ });
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);

// The years 0 to 9999, which the dates of a configuration can say.
const earliest = -62_167_219_200;
const end = 253_402_300_800;
/**
 * The time, in seconds since 1970, that no file of the image is newer than: `given`, the value of SOURCE_DATE_EPOCH, else
 * the time of the commit that is checked out in the context; undefined without either.
 * https://reproducible-builds.org/specs/source-date-epoch/
 *
 * @throws ActionError `input-invalid` for an epoch that is not a number, or outside the years that a configuration can express
 */
async function readEpoch(given, commit) {
    if (!given)
        return commit();
    const seconds = /^[-+]?\d+$/.test(given) ? Number(given) : Number.NaN;
    if (seconds >= earliest && seconds < end)
        return seconds;
    throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('input-invalid', `Cannot read SOURCE_DATE_EPOCH: expected seconds since 1970, up to the year 9999, found "${given}"`);
}
/** The time of the commit that is checked out in a folder, in seconds since 1970; undefined without a commit or without Git. */
async function commitTime(host, folder) {
    const git = await host.exec('git', ['-C', folder, 'log', '-1', '--format=%ct'], { timeout: 30_000 });
    return git.ok && /^\d+\s*$/.test(git.stdout) ? Number(git.stdout) : undefined;
}


/***/ }),

/***/ 24932:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ fetchGit)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/errors/known-failure.ts
var known_failure = __webpack_require__(16051);
// EXTERNAL MODULE: ./src/retry/retry.ts
var retry = __webpack_require__(3144);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./src/source/git/credential-file.ts




/**
 * Writes user and password for each server into a file of its own in `folder`, which no other user may read: Git gets its path alone, and
 * asks for what is in it only where that very server asks for a login. https://git-scm.com/docs/git-credential#IOFMT
 *
 * @throws ActionError `input-invalid` for a line break, which Git's form cannot hold
 */
function writeCredentialFiles(logins, folder) {
    return logins.map(({ origin, host, username, password }) => {
        const [user, word] = [username.reveal(), password.reveal()];
        if (/[\n\0]/.test(user + word)) {
            throw new action_error/* ActionError */.lZ('input-invalid', `Cannot log in to ${host}: its user or password has a line break`);
        }
        const path = (0,external_node_path_.join)(folder, `git-credentials-${(0,external_node_crypto_.randomUUID)()}`);
        (0,external_node_fs_.writeFileSync)(path, `username=${user}\npassword=${word}\n`, { mode: 0o600, flag: 'wx' });
        return { origin, path };
    });
}

;// CONCATENATED MODULE: ./src/source/git/git-environment.ts
/**
 * What Git's environment is set to, over that of this process. What decides the content of files is fixed; the user's
 * proxies, certificates and ssh settings stay. Of secrets only the paths of their files go in here. https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
 */
function gitEnvironment(credentials, env) {
    const before = Number(env['GIT_CONFIG_COUNT'] ?? 0) || 0;
    const settings = [
        ['core.autocrlf', 'false'],
        ['core.eol', 'lf'],
        // The logs of a `.git` that is kept would name the user of this machine.
        ['core.logAllRefUpdates', 'false'],
        ['core.hooksPath', '/dev/null'],
        ['core.attributesFile', '/dev/null'],
        ['advice.detachedHead', 'false'],
        ...credentials.flatMap(helper),
    ];
    return {
        ...Object.fromEntries(settings.flatMap(([name, value], index) => [
            [`GIT_CONFIG_KEY_${before + index}`, name],
            [`GIT_CONFIG_VALUE_${before + index}`, value],
        ])),
        GIT_CONFIG_COUNT: String(before + settings.length),
        GIT_TERMINAL_PROMPT: '0',
        GIT_LFS_SKIP_SMUDGE: '1',
        GIT_SSH_COMMAND: env['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
        LC_ALL: 'C',
        // A hook that runs this program would point Git at another repository.
        GIT_DIR: undefined,
        GIT_WORK_TREE: undefined,
        GIT_INDEX_FILE: undefined,
        // These print request headers.
        GIT_TRACE_CURL: undefined,
        GIT_CURL_VERBOSE: undefined,
    };
}
/**
 * Instead of any other helper there may be, for this server alone: after a redirect to another one, Git asks for that one's. A header would go
 * along. https://git-scm.com/docs/gitcredentials#_custom_helpers
 */
function helper({ origin, path }) {
    const name = `credential.${origin}.helper`;
    const quoted = `'${path.replaceAll('\\', '/').replaceAll("'", "'\\''")}'`;
    return [
        [name, ''],
        [name, `!f() { test "$1" = get && cat ${quoted}; }; f`],
    ];
}

// EXTERNAL MODULE: ./src/source/git/git-failures.ts
var git_failures = __webpack_require__(88888);
// EXTERNAL MODULE: ./src/source/git/git-source.ts
var git_source = __webpack_require__(23886);
;// CONCATENATED MODULE: ./src/source/git/fetch-git.ts









/** Milliseconds for one call of Git, which waits for ever for a server that says nothing. */
const fetchTimeout = 30 * 60_000;
/**
 * Fetches one commit of a repository with the `git` program of this machine, no more of its history than that, with its
 * submodules.
 *
 * @throws ActionError `feature-missing` without a `git` program, `context-not-found` for a ref or folder that is not
 * there or a ref that is not at the commit asked for, `download-failed` for a server that does not answer, `context-unreadable`
 * for what else Git says
 */
async function fetchGit(source, options) {
    const { dir } = options;
    const git = createGit(source, options);
    await (0,promises_.mkdir)(dir);
    await git('init', '--quiet', '--template=', dir);
    await git('-C', dir, 'remote', 'add', '--', 'origin', source.remote);
    await fetchCommit(source, git, dir);
    const commit = (await git('-C', dir, 'rev-parse', 'FETCH_HEAD^{commit}')).trim();
    if (source.commit !== undefined && !commit.startsWith(source.commit)) {
        throw new action_error/* ActionError */.lZ('context-not-found', `Cannot build from ${(0,git_source/* redactUrl */.B)(source.remote)}: ${source.ref ?? 'HEAD'} is at the commit ${commit}, not at ${source.commit}`, { hint: 'The branch or tag was moved since the commit was written down.' });
    }
    await git('-C', dir, 'checkout', '--quiet', '--detach', commit);
    if (source.submodules) {
        await git('-C', dir, 'submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1');
    }
    const time = Number(await git('-C', dir, 'show', '--no-patch', '--format=%ct', commit));
    const keep = (source.keepGitDir ?? options.keepGitDir ?? false) && source.subdir === '';
    if (!keep)
        await removeGitDirs(dir);
    return { dir: await findSubdir(source, dir), commit, time };
}
/** Its own, and the files of that name that point submodules at it. Git lets no file of a repository have this name. */
async function removeGitDirs(dir) {
    await (0,promises_.rm)((0,external_node_path_.join)(dir, '.git'), { recursive: true, force: true });
    const entries = await (0,promises_.readdir)(dir, { recursive: true, withFileTypes: true });
    const links = entries.filter(({ name }) => name === '.git');
    await Promise.all(links.map(({ parentPath, name }) => (0,promises_.rm)((0,external_node_path_.join)(parentPath, name), { recursive: true, force: true })));
}
const wholeCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** Leaves the commit in FETCH_HEAD. */
async function fetchCommit(source, git, dir) {
    const fetch = (...refs) => git('-C', dir, 'fetch', '--quiet', '--depth=1', '--no-tags', '--update-head-ok', 'origin', ...refs);
    if (source.ref === undefined) {
        await fetch('HEAD');
        return;
    }
    if (!wholeCommit.test(source.ref)) {
        const name = await findRef(source, source.ref, git);
        await fetch(`+${name}:${name}`);
        return;
    }
    try {
        await fetch(source.ref);
    }
    catch (thrown) {
        // Old servers give only what a branch or tag points at: "Server does not allow request for unadvertised object".
        if (!(thrown instanceof action_error/* ActionError */.lZ) || !/unadvertised object|not our ref/.test(thrown.message))
            throw thrown;
        await git('-C', dir, 'fetch', '--quiet', '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*');
        await git('-C', dir, 'fetch', '--quiet', '.', source.ref);
    }
}
/** The whole name of a ref; a branch goes before a tag of its name. */
async function findRef({ remote }, ref, git) {
    const listed = await git('ls-remote', '--', remote, ref);
    const names = new Set(listed.split('\n').map((line) => line.split('\t')[1]));
    const found = [`refs/heads/${ref}`, `refs/tags/${ref}`, ref, `refs/${ref}`].find((name) => names.has(name));
    if (found !== undefined)
        return found;
    throw new action_error/* ActionError */.lZ('context-not-found', `Cannot build from ${(0,git_source/* redactUrl */.B)(remote)}: it has no branch or tag ${ref}`, {
        hint: 'A commit must be given whole, with its 40 digits.',
    });
}
async function findSubdir({ remote, subdir }, dir) {
    if (subdir === '')
        return dir;
    const root = await (0,promises_.realpath)(dir);
    // Of links only those are followed that stay in the repository.
    const found = await (0,promises_.realpath)((0,external_node_path_.join)(root, (0,external_node_path_.join)(external_node_path_.sep, subdir))).catch(() => undefined);
    const inside = found !== undefined && `${found}${external_node_path_.sep}`.startsWith(`${root}${external_node_path_.sep}`);
    if (inside && (await (0,promises_.stat)(found)).isDirectory())
        return found;
    throw new action_error/* ActionError */.lZ('context-not-found', `Cannot build from ${(0,git_source/* redactUrl */.B)(remote)}: it has no folder ${subdir}`);
}
function createGit(source, { host, retries, logins, dir }) {
    const { credentials } = source;
    const others = logins.filter(({ kind, origin }) => kind === 'git' && origin !== credentials?.origin);
    const files = writeCredentialFiles([...(credentials === undefined ? [] : [credentials]), ...others], (0,external_node_path_.dirname)(dir));
    const env = gitEnvironment(files, host.env);
    return async (...args) => {
        const attempt = async () => {
            const result = await host.exec('git', args, { env, timeout: fetchTimeout });
            if (result.ok)
                return { ok: true, value: result.stdout };
            return { ok: false, failure: { kind: 'text', text: result.stderr, result } };
        };
        const describe = () => `${(0,git_source/* redactUrl */.B)(source.remote)} cannot be reached`;
        const { log, clock, signal } = host;
        const outcome = await (0,retry/* retry */.L)({ attempt, table: git_failures/* gitTable */.jn, describe }, { ...retries, log, clock, signal });
        if (outcome.ok)
            return outcome.value;
        throw gitError(source, outcome.failure.result);
    };
}
function gitError({ remote }, { status, stderr }) {
    if (status === 127) {
        return new action_error/* ActionError */.lZ('feature-missing', `Cannot fetch ${(0,git_source/* redactUrl */.B)(remote)}: there is no git program`, {
            hint: 'The embedded engine fetches repositories with git: install it, check the repository out in a step before this one, or take the engine buildx.',
        });
    }
    const lines = stderr.split('\n').filter((line) => line.trim() !== '');
    const said = (0,git_failures/* gitReason */.th)(stderr) ?? lines.at(-1) ?? `git exited with ${status}`;
    const known = (0,known_failure/* recognise */.G)(git_failures/* gitFailures */.mk, said) ?? (0,known_failure/* recognise */.G)(git_failures/* gitFailures */.mk, stderr);
    return new action_error/* ActionError */.lZ(known?.code ?? 'context-unreadable', `Cannot fetch ${(0,git_source/* redactUrl */.B)(remote)}: ${said}`, {
        hint: known?.hint ?? 'Check the address and the credentials, or check the repository out in a step before this one.',
    });
}


/***/ }),

/***/ 75583:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R: () => (/* binding */ withIndexModes),
/* harmony export */   n: () => (/* binding */ withGitModes)
/* harmony export */ });
/**
 * A repository that was fetched to `dir`, with the permissions that Git keeps: whether a file can be run. The rest is what
 * this process' umask left.
 */
async function withGitModes(tree, circumstances) {
    if (circumstances.host.os === 'win32')
        return withIndexModes(tree, circumstances);
    return changeModes(tree, (path, { type, mode }) => {
        if (path.startsWith('.git/'))
            return mode;
        return type === 'directory' || (mode & 0o100) !== 0 ? 0o755 : 0o644;
    });
}
/**
 * A folder on Windows, whose disk has no permissions: what Git's index has as a file that is not run is 0644, as in a
 * checkout elsewhere. All else stays 0755, as BuildKit's client has it.
 */
async function withIndexModes(tree, { dir, host }) {
    const { ok, stdout } = await host.exec('git', ['-C', dir, 'ls-files', '--stage', '-z'], { timeout: 60_000 });
    if (!ok)
        return tree;
    // https://git-scm.com/docs/git-ls-files#_output: mode, object and stage; NUL after each name
    const entries = stdout.split('\0').flatMap((entry) => /^100644 \S+ 0\t(.+)$/s.exec(entry)?.[1] ?? []);
    const plain = new Set(entries);
    return changeModes(tree, (path, { mode }) => (plain.has(path) ? 0o644 : mode));
}
function changeModes(tree, modeOf) {
    return {
        ...tree,
        lstat: async (path) => {
            const node = await tree.lstat(path);
            return node === undefined || node.type === 'symlink' ? node : { ...node, mode: modeOf(path, node) };
        },
    };
}


/***/ }),

/***/ 23886:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ redactUrl),
/* harmony export */   R: () => (/* binding */ parseGitSource)
/* harmony export */ });
/* harmony import */ var _dockerfile_instructions_source_kind_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(31128);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(22714);
/* harmony import */ var _inputs_url_credentials_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(55915);
/* harmony import */ var _text_trim_end_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(14011);




const booleans = {
    ...{ '': true, 1: true, t: true, T: true, true: true, TRUE: true, True: true },
    ...{ 0: false, f: false, F: false, false: false, FALSE: false, False: false },
};
/**
 * Reads a Git URL as BuildKit does, in both its forms: `…#ref:subdir` and `…?branch=…&tag=…&commit=…&subdir=…`.
 * Undefined if it is not a Git URL. https://docs.docker.com/build/concepts/context/#git-repositories
 *
 * @throws ActionError `input-invalid` for a query that is unknown or contradicts itself
 */
function parseGitSource(text) {
    const { url: bare, credentials } = (0,_inputs_url_credentials_js__WEBPACK_IMPORTED_MODULE_1__/* .cutCredentials */ .v)(text);
    const url = bare.startsWith('github.com/') ? `https://${bare}` : bare;
    const [address = '', fragment = ''] = splitAt(url, '#');
    const [location = '', query = ''] = splitAt(address, '?');
    if (!text.startsWith('github.com/') && (0,_dockerfile_instructions_source_kind_js__WEBPACK_IMPORTED_MODULE_2__/* .sourceKind */ .u)(location) !== 'git')
        return undefined;
    const [ref = '', subdir = ''] = splitAt(decode(fragment), ':');
    const asked = readQuery(text, query);
    const wanted = agree(text, 'ref', [ref, ...asked.refs]);
    return {
        remote: location,
        credentials,
        ref: wanted ?? asked.commit,
        commit: asked.commit,
        subdir: (0,_text_trim_end_js__WEBPACK_IMPORTED_MODULE_3__/* .trimEnd */ .s)((agree(text, 'subdir', [subdir, ...asked.subdirs]) ?? '').replace(/^\/+/, ''), '/'),
        keepGitDir: asked.keepGitDir,
        submodules: asked.submodules ?? true,
    };
}
function readQuery(text, query) {
    const found = { refs: [], subdirs: [], commit: undefined, keepGitDir: undefined, submodules: undefined };
    const parameters = new URLSearchParams(query);
    for (const [name, value] of parameters) {
        if (parameters.getAll(name).length > 1)
            throw invalid(text, `${name} is given more than once`);
        if (value === '' && !/^(?:keep-git-dir|submodules)$/.test(name))
            throw invalid(text, `${name} has no value`);
        switch (name) {
            case 'ref':
                found.refs.push(value);
                break;
            case 'tag':
                found.refs.push(prefixed('refs/tags/', value));
                break;
            case 'branch':
                found.refs.push(prefixed('refs/heads/', value));
                break;
            case 'subdir':
                found.subdirs.push(value);
                break;
            case 'commit':
            case 'checksum':
                found.commit = value;
                break;
            case 'keep-git-dir':
                found.keepGitDir = readBoolean(text, name, value);
                break;
            case 'submodules':
                found.submodules = readBoolean(text, name, value);
                break;
            default:
                throw invalid(text, `${name} is unknown in its query`);
        }
    }
    return found;
}
/** The single distinct value of a parameter that may be repeated. */
function agree(text, what, given) {
    const [first, second] = new Set(given.filter((value) => value !== ''));
    if (second !== undefined)
        throw invalid(text, `it gives two for ${what}, ${first} and ${second}`);
    return first;
}
function readBoolean(text, name, value) {
    const read = booleans[value];
    if (read === undefined)
        throw invalid(text, `${name} must be true or false, found ${value}`);
    return read;
}
function prefixed(prefix, name) {
    return name.startsWith(prefix) ? name : `${prefix}${name}`;
}
function splitAt(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
function decode(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
function invalid(text, found) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('input-invalid', `Cannot read the Git URL ${redactUrl(text)}: ${found}`, {
        hint: 'A Git URL ends in .git and is followed by #ref:subdir, or by ?branch=…, ?tag=…, ?commit=…, ?subdir=… https://docs.docker.com/build/concepts/context/#git-repositories',
    });
}
/** The URL for a message or a log: its password is left out. */
function redactUrl(text) {
    return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}


/***/ }),

/***/ 85301:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openOwnSource: () => (/* binding */ openOwnSource)
});

// EXTERNAL MODULE: ./src/dockerfile/expand/arguments.ts
var expand_arguments = __webpack_require__(74995);
// EXTERNAL MODULE: ./src/source/base.ts
var base = __webpack_require__(1292);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/tree/tree.ts
var tree = __webpack_require__(15942);
// EXTERNAL MODULE: ./src/bounds/limits.ts
var limits = __webpack_require__(76525);
// EXTERNAL MODULE: ./src/bounds/read-limited.ts
var read_limited = __webpack_require__(29362);
// EXTERNAL MODULE: ./src/oci/choose-image.ts
var choose_image = __webpack_require__(23696);
// EXTERNAL MODULE: ./src/oci/layout.ts
var layout = __webpack_require__(25823);
// EXTERNAL MODULE: ./src/oci/parse.ts
var parse = __webpack_require__(82614);
;// CONCATENATED MODULE: ./src/source/layout-base.ts








/**
 * The image that the layout has for a platform.
 *
 * @throws ActionError `image-not-found`, `platform-unsupported`, `content-mismatch` for a layout that is broken
 */
async function findLayoutBase(image, platform) {
    const { path } = image;
    const root = await findRoot(image);
    const text = image.text ?? `oci-layout@${root.digest}`;
    const read = (descriptor) => (0,layout/* readBlob */.gm)(path, descriptor);
    const { manifest } = await (0,choose_image/* chooseImage */.N)({ descriptor: root, bytes: await read(root) }, { text, platform }, { document: read, config: read });
    return await (0,base/* toBase */.F)({ manifest, config: () => read(manifest.config) }, text, {
        place: image.text ?? path,
        blobs: (0,layout/* layoutStore */.i4)(path),
    });
}
const refName = 'org.opencontainers.image.ref.name';
async function findRoot({ path, tag, digest }) {
    const { manifests } = (0,parse/* parseIndex */.A1)(await (0,read_limited/* readBytesLimited */.mj)((0,external_node_path_.join)(path, 'index.json'), limits/* limits */.F.manifest), `Cannot read the OCI layout in ${path}: index.json`);
    const named = manifests.find(({ annotations }) => annotations?.[refName] === (tag ?? 'latest'));
    const only = tag === undefined && new Set(manifests.map((manifest) => manifest.digest)).size === 1 ? manifests[0] : undefined;
    const found = digest === undefined ? (named ?? only) : manifests.find((manifest) => manifest.digest === digest);
    if (found !== undefined)
        return found;
    throw new action_error/* ActionError */.lZ('image-not-found', `Cannot find ${digest ?? tag ?? 'latest'} in the OCI layout in ${path}`, {
        hint: `It has ${manifests.map((manifest) => manifest.annotations?.[refName] ?? manifest.digest).join(', ')}.`,
    });
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: ./src/dockerfile/ignore/ignore.ts + 4 modules
var ignore = __webpack_require__(52538);
// EXTERNAL MODULE: ./src/dockerfile/read/inline.ts
var read_inline = __webpack_require__(57370);
// EXTERNAL MODULE: ./src/tree/context.ts
var context = __webpack_require__(33155);
// EXTERNAL MODULE: ./src/tree/named-file.ts
var named_file = __webpack_require__(51324);
// EXTERNAL MODULE: ./src/source/epoch.ts
var epoch = __webpack_require__(57100);
// EXTERNAL MODULE: ./src/source/git/fetch-git.ts + 2 modules
var fetch_git = __webpack_require__(24932);
// EXTERNAL MODULE: ./src/source/git/git-modes.ts
var git_modes = __webpack_require__(75583);
// EXTERNAL MODULE: ./src/source/git/git-source.ts
var git_source = __webpack_require__(23886);
// EXTERNAL MODULE: ./src/source/missing-source.ts
var missing_source = __webpack_require__(7547);
;// CONCATENATED MODULE: ./src/source/open-context.ts














/**
 * Opens the build context of the plan: a folder without what is ignored, or a repository, which is fetched. A Git context has
 * no ignore file, since BuildKit asks none there.
 *
 * @throws ActionError `dockerfile-invalid` for an ignore file that is wrong, and those of a fetch; by `path` `dockerfile-not-found`
 */
async function openMainContext(spec, git) {
    const inline = spec.dockerfileInline;
    if (spec.contextIsFolder) {
        const file = spec.file ?? (await defaultFile(spec.context));
        return {
            tree: await openFolder(spec.context, git.host, inline === undefined ? file : undefined),
            file: inline === undefined ? file : read_inline/* inlineDockerfile */.W,
            path: async () => file,
            time: () => (0,epoch/* commitTime */.b)(git.host, spec.context),
            whyMissing: (path) => (0,missing_source/* explainMissing */.C)(path, spec.context, file),
        };
    }
    const { tree, fetched } = await openGit(spec.context, { ...git, dir: (0,external_node_path_.join)(git.host.tempDir, 'context') });
    return {
        tree,
        file: inline === undefined ? (spec.file ?? 'Dockerfile') : read_inline/* inlineDockerfile */.W,
        path: () => fileOfGit(spec, fetched),
        time: async () => fetched.time,
        whyMissing: () => undefined,
    };
}
/**
 * A folder as a tree, without what is ignored: `<Dockerfile>.dockerignore` beside the Dockerfile counts, else
 * `.dockerignore` in the folder. https://docs.docker.com/build/concepts/context/#dockerignore-files
 *
 * @throws ActionError `dockerfile-invalid` for a pattern that is wrong, `context-unreadable`
 */
async function openFolder(folder, host, dockerfile) {
    const ignore = await readIgnore(folder, dockerfile);
    // The context itself may be a link; what is in it may lead nowhere else.
    const root = await (0,promises_.realpath)(folder).catch(() => folder);
    const tree = (0,context/* contextTree */.M)(root, { ...(ignore === undefined ? {} : { ignore }), ...(0,context/* diskOf */.F)(host) });
    return host.os === 'win32' ? (0,git_modes/* withIndexModes */.R)(tree, { dir: folder, host }) : tree;
}
async function readIgnore(folder, dockerfile) {
    const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
    for (const path of [...own, (0,external_node_path_.join)(folder, '.dockerignore')]) {
        const text = await readIfThere(path);
        if (text === undefined)
            continue;
        const rules = (0,ignore/* parseIgnore */.wo)(text, path);
        const judgeOf = (0,ignore/* createJudge */.qU)(rules);
        return (name, isDirectory) => {
            if (!judgeOf(name).ignored)
                return 'keep';
            return isDirectory && !(0,ignore/* canPrune */.dZ)(rules, name) ? 'drop' : 'prune';
        };
    }
    return undefined;
}
/** One that cannot be read must not mean that nothing is ignored. A link out of its directory leads to none, as in BuildKit. */
async function readIfThere(path) {
    try {
        const found = await (0,named_file/* findNamedFile */.$)(path);
        return found === undefined ? undefined : await (0,read_limited/* readFileLimited */.lB)(found, limits/* limits */.F.configFile);
    }
    catch (cause) {
        if (['ENOENT', 'ENOTDIR'].includes(cause.code ?? ''))
            return undefined;
        // BuildKit too passes over a directory of this name.
        if (cause instanceof read_limited/* LimitError */.oC && (await (0,promises_.stat)(path)).isDirectory())
            return undefined;
        throw new action_error/* ActionError */.lZ('context-unreadable', `Cannot read ${path}: ${(0,action_error/* messageOf */.bD)(cause)}`, {
            hint: 'Give the user of this job the right to read it: without it, files would be copied that it leaves out.',
            cause,
        });
    }
}
/** Fetches the content of a Git URL to `dir`, which must not exist yet. Throws what `fetchGit` throws. */
async function openGit(url, { host, logins, retries, keepGitDir, dir }) {
    const source = (0,git_source/* parseGitSource */.R)(url);
    if (source === undefined)
        throw new action_error/* ActionError */.lZ('internal', `${(0,git_source/* redactUrl */.B)(url)} is not a Git URL`);
    const fetched = await host.log.group(`Fetch ${(0,git_source/* redactUrl */.B)(url)}`, async () => {
        const done = await (0,fetch_git/* fetchGit */.N)(source, { host, dir, logins, retries, keepGitDir });
        host.log.info(`Commit ${done.commit}`);
        return done;
    });
    return { tree: await (0,git_modes/* withGitModes */.n)((0,context/* contextTree */.M)(fetched.dir, (0,context/* diskOf */.F)(host)), { dir: fetched.dir, host }), fetched };
}
/** BuildKit falls back to `dockerfile` if `Dockerfile` does not exist. */
async function defaultFile(folder) {
    const usual = (0,external_node_path_.join)(folder, 'Dockerfile');
    const other = (0,external_node_path_.join)(folder, 'dockerfile');
    const isThere = (path) => (0,promises_.realpath)(path).then(Boolean, () => false);
    return !(await isThere(usual)) && (await isThere(other)) ? other : usual;
}
/** `file` is a path in the repository, unless it is absolute. A link may lead to nothing outside of it. */
async function fileOfGit({ file, context }, { dir }) {
    if (file !== undefined && (0,external_node_path_.isAbsolute)(file))
        return file;
    const path = file === undefined ? await defaultFile(dir) : (0,external_node_path_.join)(dir, (0,external_node_path_.join)(external_node_path_.sep, file));
    const found = await (0,promises_.realpath)(path).catch(() => undefined);
    if (found?.startsWith(`${await (0,promises_.realpath)(dir)}${external_node_path_.sep}`))
        return found;
    throw new action_error/* ActionError */.lZ('dockerfile-not-found', `Cannot build: there is no ${file ?? 'Dockerfile'} in ${(0,git_source/* redactUrl */.B)(context)}`, { hint: 'With a Git context, the path in `file` starts from the context.' });
}

;// CONCATENATED MODULE: ./src/source/named-context.ts






/** @throws by its result, ActionError of the folder, repository, layout or registry */
function createOpenNamed(contexts, { findImage, archive, ...git }) {
    const trees = new Map();
    const once = (name, open) => {
        const opening = trees.get(name) ?? open();
        trees.set(name, opening);
        return opening;
    };
    return async (wanted, platform) => {
        const index = contexts.findIndex(({ name }) => name === wanted);
        const source = contexts[index]?.source;
        switch (source?.kind) {
            case 'path':
                return { kind: 'tree', tree: await once(wanted, () => openFolder(source.path, git.host)) };
            case 'git': {
                const dir = (0,external_node_path_.join)(git.host.tempDir, `context-${index}`);
                return { kind: 'tree', tree: await once(wanted, async () => (await openGit(source.url, { ...git, dir })).tree) };
            }
            case 'image':
                if (source.reference === 'scratch')
                    return { kind: 'tree', tree: tree/* emptyTree */["in"] };
                return { kind: 'image', base: await (0,base/* findBase */.l)(findImage, source.reference, platform) };
            case 'layout':
                return { kind: 'image', base: await findLayoutBase(source, platform) };
            case 'archive':
                return { kind: 'image', base: await findLayoutBase(await (await archive(wanted)).layout(), platform) };
            case undefined:
                throw new action_error/* ActionError */.lZ('internal', `There is no context ${wanted}`);
        }
    };
}

;// CONCATENATED MODULE: ./src/source/own-source.ts




/**
 * Opens the context of the plan, fetching it if it is a repository, and gives access to its named contexts.
 *
 * @throws ActionError of the folder, and of the fetch
 */
async function openOwnSource({ plan, host, access }, archive) {
    const { build } = plan;
    const git = { host, logins: build.urlLogins, retries: access.retries };
    const keepGitDir = /^(?:1|t|true)$/i.test((0,expand_arguments/* givenArguments */.Cj)(build.buildArgs, host.env).get('BUILDKIT_CONTEXT_KEEP_GIT_DIR') ?? '');
    const openNamed = createOpenNamed(build.contexts, { ...git, keepGitDir: false, findImage: access.findImage, archive });
    return {
        context: await openMainContext(build, { ...git, keepGitDir }),
        openNamed,
        baseOf: async (source, platform) => {
            if (source.kind === 'image')
                return (0,base/* findBase */.l)(access.findImage, source.reference, platform);
            const opened = source.kind === 'context' ? await openNamed(source.name, platform) : undefined;
            return opened?.kind === 'image' ? opened.base : undefined;
        },
    };
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
