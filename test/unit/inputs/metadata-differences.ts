/** Why Polyarch differs. */
export const reasons = {
  release: 'latest only goes with a version without pre-release and build',
  valid: 'a tag is always valid: at most 128 characters, neither "." nor "-" first',
  escape: 'expressions are text, not HTML: no character becomes an entity',
  unknown: 'an unknown expression, attribute or zone is an error, not an empty text',
  images: 'an image is a valid name without digest, each once; a comma separates names',
  expr: 'expressions work in every value: in the flavor on latest, in branch, in the pattern of a schedule, in enable of images',
  whole: 'a value is what follows the first "=", further "=" too',
  pattern: 'a pattern is checked whatever the event is',
  quoted: 'a quoted field keeps its comma',
} as const

type Difference = {
  readonly because: keyof typeof reasons
  /** `error`, or the version and the references, one per line. */
  readonly ours: string
}

/** Cases in which the tags intentionally differ from those of docker/metadata-action. docs/migrating.md lists them. */
export const decided: Readonly<Record<string, Difference>> = {
  'default-040': { because: 'valid', ours: 'version sha-860c190\nghcr.io/acme/app:sha-860c190' },
  'default-057': { because: 'release', ours: 'version p1-v1.0.0\nghcr.io/acme/app:p1-v1.0.0' },
  'default-059': { because: 'release', ours: 'version docs-fix\nghcr.io/acme/app:docs-fix' },
  'default-070': { because: 'release', ours: 'version v1.2.3-\nghcr.io/acme/app:v1.2.3-' },
  'default-071': { because: 'release', ours: 'version v1.x\nghcr.io/acme/app:v1.x' },
  'edge-017': { because: 'expr', ours: 'version edge\nghcr.io/acme/app:edge' },
  'escape-002': {
    because: 'escape',
    ours: 'version it-s\nghcr.io/acme/app:it-s\nghcr.io/acme/app:r-it-s\nghcr.io/acme/app:t-it-s',
  },
  'escape-007': {
    because: 'escape',
    ours: 'version v1.2.3-a-b\nghcr.io/acme/app:v1.2.3-a-b\nghcr.io/acme/app:r-v1.2.3-a-b',
  },
  'flavor-022': {
    because: 'valid',
    ours: 'version v1.2.3\nghcr.io/acme/app:v1.2.3\nghcr.io/acme/app:sha-860c190\nghcr.io/acme/app:latest',
  },
  'flavor-023': {
    because: 'expr',
    ours: 'version main-860c190\nghcr.io/acme/app:main-860c190\nghcr.io/acme/app:sha-860c190-860c190\nghcr.io/acme/app:latest-860c190',
  },
  'flavor-024': {
    because: 'expr',
    ours: 'version v1.2.3-860c190\nghcr.io/acme/app:v1.2.3-860c190\nghcr.io/acme/app:sha-860c190-860c190\nghcr.io/acme/app:latest-860c190',
  },
  'flavor-043': { because: 'unknown', ours: 'error' },
  'flavor-053': { because: 'whole', ours: 'version a-bmain\nghcr.io/acme/app:a-bmain\nghcr.io/acme/app:sha-860c190' },
  'flavor-054': {
    because: 'whole',
    ours: 'version a-bv1.2.3\nghcr.io/acme/app:a-bv1.2.3\nghcr.io/acme/app:sha-860c190\nghcr.io/acme/app:latest',
  },
  'global-040': { because: 'unknown', ours: 'error' },
  'global-056': { because: 'unknown', ours: 'error' },
  'global-061': { because: 'unknown', ours: 'error' },
  'global-071': { because: 'unknown', ours: 'error' },
  'global-076': { because: 'unknown', ours: 'error' },
  'images-019': { because: 'images', ours: 'error' },
  'images-023': { because: 'images', ours: 'version main\nacme/app:main\nacme/app:sha-860c190' },
  'images-024': {
    because: 'images',
    ours: 'version main\nacme/app:main\nacme/app:sha-860c190\nacme/b:main\nacme/b:sha-860c190\nacme/c:main\nacme/c:sha-860c190',
  },
  'images-025': { because: 'images', ours: 'error' },
  'images-028': { because: 'expr', ours: 'version main\nacme/app:main\nacme/app:sha-860c190' },
  'images-033': { because: 'images', ours: 'version main\nacme/app:main\nacme/app:sha-860c190' },
  'invalid-012': { because: 'pattern', ours: 'error' },
  'match-005': { because: 'release', ours: 'version 2.0.8-beta.67\nghcr.io/acme/app:2.0.8-beta.67' },
  'match-015': { because: 'quoted', ours: 'version 1\nghcr.io/acme/app:1\nghcr.io/acme/app:latest' },
  'pep440-031': { because: 'unknown', ours: 'error' },
  'pep440-032': { because: 'unknown', ours: 'error' },
  'raw-013': { because: 'valid', ours: 'version lead\nghcr.io/acme/app:lead' },
  'raw-015': {
    because: 'valid',
    ours: 'version yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\nghcr.io/acme/app:yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy',
  },
  'raw-021': { because: 'unknown', ours: 'error' },
  'raw-022': { because: 'unknown', ours: 'error' },
  'readme-033': {
    because: 'release',
    ours: 'version v1.2.3-rc.1\nacme/app:v1.2.3-rc.1\nacme/app:sha-860c190\nacme/app:sha-860c1904a1ce19322e91ac35af1ab07466440c37\nghcr.io/acme/app:v1.2.3-rc.1\nghcr.io/acme/app:sha-860c190\nghcr.io/acme/app:sha-860c1904a1ce19322e91ac35af1ab07466440c37',
  },
  'schedule-009': { because: 'expr', ours: 'version main\nghcr.io/acme/app:main' },
}

/** Cases in which the labels or annotations intentionally differ. */
export const decidedLabels: Readonly<Record<string, { readonly because: string; readonly in: string }>> = {
  'escape-002': { because: reasons.escape, in: 'labels' },
  'labels-007': { because: 'a line without "=" is an error', in: 'error' },
  'labels-031': { because: 'a description of several lines becomes one', in: 'labels and annotations' },
}
