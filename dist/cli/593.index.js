export const id = 593;
export const ids = [593];
export const modules = {

/***/ 80593:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  verifyCommand: () => (/* binding */ verifyCommand)
});

// EXTERNAL MODULE: ./src/clean-up-step.ts
var clean_up_step = __webpack_require__(97889);
// EXTERNAL MODULE: ./src/errors/action-error.ts
var action_error = __webpack_require__(22714);
// EXTERNAL MODULE: ./src/errors/gather.ts
var gather = __webpack_require__(59532);
// EXTERNAL MODULE: ./src/host/node.ts + 1 modules
var node = __webpack_require__(61453);
// EXTERNAL MODULE: ./src/inputs/platforms.ts
var inputs_platforms = __webpack_require__(69625);
// EXTERNAL MODULE: ./src/inputs/read/list.ts
var list = __webpack_require__(48436);
// EXTERNAL MODULE: ./src/inputs/read/value.ts
var value = __webpack_require__(87991);
// EXTERNAL MODULE: ./src/inputs/schema.ts
var schema = __webpack_require__(82898);
// EXTERNAL MODULE: ./src/oci/platform.ts
var oci_platform = __webpack_require__(1890);
// EXTERNAL MODULE: ./src/text/bytes.ts
var bytes = __webpack_require__(1080);
// EXTERNAL MODULE: ./src/bounds/parallel.ts
var parallel = __webpack_require__(45898);
// EXTERNAL MODULE: ./src/errors/cancelled.ts
var cancelled = __webpack_require__(38448);
// EXTERNAL MODULE: ./src/oci/media-type.ts
var media_type = __webpack_require__(51994);
// EXTERNAL MODULE: ./src/verify/check-files.ts + 2 modules
var check_files = __webpack_require__(69972);
// EXTERNAL MODULE: ./src/verify/configuration.ts
var verify_configuration = __webpack_require__(46351);
// EXTERNAL MODULE: ./src/verify/scan.ts + 1 modules
var verify_scan = __webpack_require__(10770);
;// CONCATENATED MODULE: ./src/verify/verify-published.ts








/** Layers that are read at a time, as many as are pushed. */
const layersAtOnce = 4;
/**
 * Checks an image that was built elsewhere: whether the configuration of each platform and all binaries in all its layers are for the
 * platform. Nothing is run. A layer that several platforms share is read once. What cannot be read is the outcome of its platform.
 *
 * @throws ActionError `cancelled`
 */
async function verifyPublished({ tree: { images }, blobs }, { signal }) {
    const scan = (0,verify_scan/* createScan */.e)();
    const sourceOf = (layer) => ({
        name: layer.digest,
        open: () => blobs.open(layer, { signal }),
    });
    const layers = new Map(images.flatMap((image) => ownLayers(image).map((one) => [one.digest, one])));
    // The scan remembers each, a failure too: that is the outcome of every platform with the layer.
    const read = (layer) => scan.hitsIn(sourceOf(layer)).catch(() => undefined);
    await (0,parallel/* parallel */._)(layersAtOnce, [...layers.values()], read, { signal });
    const results = await (0,parallel/* parallel */._)(layersAtOnce, images, (image) => verifyOne(image, ownLayers(image).map(sourceOf), { blobs, scan, signal }), { signal });
    if (signal.aborted)
        throw (0,cancelled/* cancelled */.K)();
    return results;
}
/** The layers that a registry has: those of Windows base images are elsewhere. */
function ownLayers({ layers }) {
    return layers.filter(({ mediaType }) => !(0,media_type/* isForeignLayerType */.mi)(mediaType));
}
async function verifyOne(image, layers, { blobs, scan, signal }) {
    const { platform } = image;
    try {
        const configuration = await (0,verify_configuration/* readConfiguration */.T)(image, blobs, { signal });
        const files = {
            platform,
            layers,
            execution: configuration.config ?? {},
            complete: layers.length === image.layers.length,
        };
        const findings = await (0,check_files/* findMismatches */.U)(files, await scan.treeOf(layers));
        const declares = (0,oci_platform/* suits */.Fk)(platform, configuration) ? undefined : (0,oci_platform/* formatPlatform */.Bq)(configuration);
        return { image, outcome: { ...findings, read: layers.length, declares } };
    }
    catch (thrown) {
        return { image, outcome: { error: (0,action_error/* toActionError */.ie)(thrown) } };
    }
}

// EXTERNAL MODULE: ./src/cli/display-flags.ts
var display_flags = __webpack_require__(56094);
// EXTERNAL MODULE: ./src/cli/help.ts
var help = __webpack_require__(87911);
// EXTERNAL MODULE: ./src/cli/read-flags.ts
var read_flags = __webpack_require__(97174);
;// CONCATENATED MODULE: ./src/cli/verify-report.ts


/** Maximum number of mismatches per platform in the log. */
const mostShown = 20;
/** Maximum number of mismatches per platform in the JSON document. */
const mostListed = 1000;
/** Renders a table with one row per platform, followed by the mismatches. */
function verificationLines({ reference, digest, images, missing }) {
    const rows = [
        ['PLATFORM', 'RESULT', 'BINARIES', 'LAYERS', 'SIZE', 'DIGEST'],
        ...images.map((one) => {
            const { outcome, image } = one;
            const counts = 'error' in outcome ? ['-', '-'] : [String(outcome.programs), String(outcome.read)];
            return [platformOf(one), resultOf(one), ...counts, (0,bytes/* formatBytes */.z)(image.size), image.manifest.digest];
        }),
        ...missing.map((platform) => [platform, 'missing', '-', '-', '-', '-']),
    ];
    const details = images.flatMap(detailsOf);
    return [`${reference} (${digest})`, '', ...table(rows), ...(details.length === 0 ? [] : ['', ...details])];
}
/** Returns the findings as a JSON document. */
function verificationDocument({ reference, digest, images, missing, }) {
    return {
        reference,
        digest,
        ok: missing.length === 0 && images.every(isGood),
        platforms: images.map((one) => ({
            platform: platformOf(one),
            ok: isGood(one),
            digest: one.image.manifest.digest,
            size: one.image.size,
            ...outcomeDocument(one),
        })),
        missing,
    };
}
/** Whether an image was read and matches its platform. */
function isGood({ outcome }) {
    return !('error' in outcome) && outcome.mismatches.length === 0 && outcome.declares === undefined;
}
function outcomeDocument({ outcome, image }) {
    if ('error' in outcome)
        return { error: { code: outcome.error.code, message: outcome.error.message } };
    const { programs, read, mismatches, missing, declares } = outcome;
    return {
        layers: read,
        binaries: programs,
        ...(declares === undefined ? {} : { declares }),
        mismatches: mismatches.slice(0, mostListed).map((mismatch) => ({
            path: `/${mismatch.path}`,
            expected: image.platform.architecture,
            found: architecturesOf(mismatch),
            started: mismatch.because ?? null,
            layer: mismatch.found.layer,
        })),
        notes: missing.map(({ path, because }) => describeMissing(path, because)),
    };
}
function detailsOf(one) {
    const { outcome, image } = one;
    const platform = platformOf(one);
    if ('error' in outcome)
        return [`${platform}: ${outcome.error.message.replaceAll(/\s+/g, ' ')}`];
    const { mismatches, declares, missing } = outcome;
    const expected = image.platform.architecture;
    const lines = mismatches.slice(0, mostShown).map((mismatch) => {
        const { path, because, found } = mismatch;
        return `${platform}: /${path}${because === undefined ? '' : ` (${because})`}: expected ${expected}, found ${formatOf(mismatch)} for ${architecturesOf(mismatch).join(', ')} (layer ${found.layer})`;
    });
    const more = mismatches.length - lines.length;
    return [
        ...(declares === undefined ? [] : [`${platform}: the configuration ${image.config.digest} declares ${declares}`]),
        ...lines,
        ...(more > 0 ? [`${platform}: and ${more} more binaries of another architecture`] : []),
        ...missing.map(({ path, because }) => `${platform}: ${describeMissing(path, because)}`),
    ];
}
function describeMissing(path, because) {
    return `note: the image starts ${path} (${because}), which does not exist in it`;
}
function resultOf({ outcome }) {
    if ('error' in outcome)
        return `not read (${outcome.error.code})`;
    const count = outcome.mismatches.length + (outcome.declares === undefined ? 0 : 1);
    return count === 0 ? 'OK' : count === 1 ? '1 mismatch' : `${count} mismatches`;
}
function architecturesOf({ found: { binary } }) {
    return binary.kind === 'program' ? binary.architectures : [];
}
function formatOf({ found: { binary } }) {
    return binary.kind === 'program' ? binary.format : 'a script';
}
/** Maximum width of a platform (characters). Longer names would misalign the other columns. */
const longestCell = 80;
function platformOf({ image }) {
    return (0,oci_platform/* formatPlatform */.Bq)(image.platform).replaceAll(/\s+/g, ' ').slice(0, longestCell);
}
function table(rows) {
    const widths = rows.reduce((sofar, row) => row.map((cell, column) => Math.max(sofar[column] ?? 0, cell.length)), []);
    return rows.map((row) => row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd());
}

;// CONCATENATED MODULE: ./src/cli/verify.ts















const ownFlags = {
    platforms: {
        kind: 'list',
        doc: 'Platforms that the image must have, as os/arch[/variant] or by a usual name (amd64, arm64). A missing one is a failure. Default: those that it has.',
    },
    insecure: {
        kind: 'switch',
        doc: 'Allow plain HTTP to the registry. A registry on this machine is always spoken to in this form if it does not answer in TLS.',
    },
    retries: { kind: 'value', doc: `${schema/* inputRows */.k.retries.doc} Default: ${schema/* inputRows */.k.retries.default}.` },
};
/** Checks a published image, platform by platform. */
const verifyCommand = {
    help: () => (0,help/* renderHelp */.W)({
        usage: 'verify REFERENCE [FLAGS]',
        about: 'Check an image in a registry, or in an OCI layout, without Docker: whether it has the expected platforms, and whether the configuration and all binaries of each platform are for that platform. All layers are read, each once; nothing is run or stored.',
        examples: [
            { does: 'Check every platform of an image.', line: 'polyarch verify ghcr.io/acme/app:1.2.3' },
            {
                does: 'Fail also if one of two platforms is missing.',
                line: 'polyarch verify ghcr.io/acme/app:1.2.3 --platforms linux/amd64,linux/arm64',
            },
            { does: 'Check an OCI archive before it is published.', line: 'polyarch verify oci:image.tar' },
            {
                does: 'Print the digest of each platform that passed.',
                line: 'polyarch verify acme/app --json | jq -r ".platforms[] | select(.ok) | .digest"',
            },
        ],
        sections: [{ title: 'Flags', flags: { ...ownFlags, ...display_flags/* displayFlags */.u } }],
        notes: [
            'REFERENCE is an image name with a tag or digest (default: latest), or oci: and the path of an OCI layout, a directory or a .tar file, with :TAG to select one of several images in it.',
            'The credentials of docker login and podman login are used, credential helpers included.',
            'Binaries of another architecture are accepted in the cases that docs/verification.md lists, such as emulators and directories named after an architecture.',
            'Exit status: 0 all platforms passed, 1 a mismatch, a missing platform or no access, 66 the image does not exist, 75 a transient failure such as a registry outage or damaged content.',
        ],
    }),
    read: (args) => {
        const given = (0,read_flags/* readFlags */.uW)(args, { command: 'verify', rows: { ...ownFlags, ...display_flags/* displayFlags */.u } });
        const [reference, ...more] = given.others;
        if (reference === undefined || more.length > 0) {
            throw (0,read_flags/* usageError */.Wp)('verify', [
                reference === undefined
                    ? 'the reference of an image is missing'
                    : `expected one reference, found ${given.others.slice(0, 5).join(' ')}`,
            ]);
        }
        const problems = [];
        const { items } = (0,list/* parseList */.E)('list', (given.flags.get('platforms') ?? []).join('\n'));
        const platforms = (0,inputs_platforms/* readPlatforms */.t)(items, (message) => void problems.push(`--platforms: ${message}`));
        const retries = (0,value/* readRetries */.Fq)(given.flags.get('retries')?.[0] ?? schema/* inputRows */.k.retries.default);
        if ('problem' in retries)
            problems.push(`--retries: ${retries.problem}`);
        if (problems.length > 0 || 'problem' in retries)
            throw (0,read_flags/* usageError */.Wp)('verify', problems);
        const insecure = (0,read_flags/* isOn */.Mp)(given, 'insecure');
        const display = (0,display_flags/* readDisplay */.x)(given);
        return {
            display,
            run: (context) => verifyImage({ reference, platforms, insecure, retries: retries.value, json: display.json }, context),
        };
    },
};
async function verifyImage(asked, { env, signal, outlet, fail }) {
    const { reference, platforms, json } = asked;
    const host = (0,node/* createHost */.D)(env, signal, outlet);
    try {
        const { tree, blobs } = await verify_open(asked, host);
        if (tree.images.length === 0) {
            throw new action_error/* ActionError */.lZ('platform-mismatch', `Cannot verify ${reference}: it has no image for any platform`, {
                hint: 'Charts, signatures and other artifacts have no binaries to check.',
            });
        }
        const images = await verifyPublished({ tree, blobs: counted({ tree, blobs }, outlet.log) }, { signal });
        const missing = platforms
            .filter((platform) => !tree.images.some((image) => (0,oci_platform/* suits */.Fk)(platform, image.platform)))
            .map(oci_platform/* formatPlatform */.Bq);
        const found = { reference, digest: tree.root.digest, images, missing };
        if (!json)
            for (const line of verificationLines(found))
                outlet.print(line);
        const errors = errorsOf(found);
        if (errors.length > 0)
            return fail((0,gather/* combine */.kg)('Verification', errors), verificationDocument(found));
        if (json)
            outlet.printJson(verificationDocument(found));
        return 0;
    }
    finally {
        for (const problem of await (0,clean_up_step/* cleanUpStep */.J)(host.tempDir, host))
            outlet.log.warning(problem);
        host.close();
    }
}
const layoutPrefix = 'oci:';
async function verify_open({ reference, insecure, retries }, host) {
    if (reference.startsWith(layoutPrefix)) {
        return await (await __webpack_require__.e(/* import() */ 39).then(__webpack_require__.bind(__webpack_require__, 34039))).openLayout(reference.slice(layoutPrefix.length));
    }
    return await (await Promise.all(/* import() */[__webpack_require__.e(655), __webpack_require__.e(75)]).then(__webpack_require__.bind(__webpack_require__, 76075))).openPublished(reference, { insecure, retries }, host);
}
/** Wraps the blobs to show how much was read. */
function counted({ tree, blobs }, log) {
    const layers = new Map(tree.images.flatMap((image) => image.layers).map(({ digest, size }) => [digest, size]));
    const total = [...layers.values()].reduce((sum, size) => sum + size, 0);
    let read = 0;
    async function* count(content) {
        for await (const piece of content) {
            read += piece.length;
            log.progress(`Reading layers: ${(0,bytes/* formatBytes */.z)(read)} of ${(0,bytes/* formatBytes */.z)(total)}`);
            yield piece;
        }
    }
    return {
        ...blobs,
        open: async (blob, options) => {
            const content = await blobs.open(blob, options);
            return layers.has(blob.digest) ? count(content) : content;
        },
    };
}
function errorsOf({ reference, images, missing }) {
    const unread = images.flatMap(({ outcome }) => ('error' in outcome ? [outcome.error] : []));
    const wrong = images.filter((one) => !isGood(one) && !('error' in one.outcome));
    const found = [
        ...(wrong.length === 0 ? [] : [`${nameAll(wrong.map(({ image }) => (0,oci_platform/* formatPlatform */.Bq)(image.platform)))}: mismatches`]),
        ...(missing.length === 0 ? [] : [`${nameAll(missing)}: missing`]),
    ];
    if (found.length === 0)
        return unread;
    return [
        new action_error/* ActionError */.lZ('platform-mismatch', `Verification of ${reference} failed: ${found.join('; ')}`, {
            hint: wrong.length === 0
                ? 'Build the image for every expected platform, and publish it again.'
                : 'Compile for TARGETARCH, or copy the file of the platform, and publish the image again.',
        }),
        ...unread,
    ];
}
/** Maximum number of platforms that an error names. */
const mostNamed = 10;
function nameAll(platforms) {
    const more = platforms.length - mostNamed;
    return `${platforms.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}


/***/ })

};
