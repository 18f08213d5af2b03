export const id = 885;
export const ids = [885];
export const modules = {

/***/ 88832:
/***/ ((__unused_webpack_module, exports, __webpack_require__) => {

var aws4 = exports,
    url = __webpack_require__(87016),
    querystring = __webpack_require__(83480),
    crypto = __webpack_require__(76982),
    lru = __webpack_require__(22638),
    credentialsCache = lru(1000)

// http://docs.amazonwebservices.com/general/latest/gr/signature-version-4.html

function hmac(key, string, encoding) {
  return crypto.createHmac('sha256', key).update(string, 'utf8').digest(encoding)
}

function hash(string, encoding) {
  return crypto.createHash('sha256').update(string, 'utf8').digest(encoding)
}

// This function assumes the string has already been percent encoded
function encodeRfc3986(urlEncodedString) {
  return urlEncodedString.replace(/[!'()*]/g, function(c) {
    return '%' + c.charCodeAt(0).toString(16).toUpperCase()
  })
}

function encodeRfc3986Full(str) {
  return encodeRfc3986(encodeURIComponent(str))
}

// A bit of a combination of:
// https://github.com/aws/aws-sdk-java-v2/blob/dc695de6ab49ad03934e1b02e7263abbd2354be0/core/auth/src/main/java/software/amazon/awssdk/auth/signer/internal/AbstractAws4Signer.java#L59
// https://github.com/aws/aws-sdk-js/blob/18cb7e5b463b46239f9fdd4a65e2ff8c81831e8f/lib/signers/v4.js#L191-L199
// https://github.com/mhart/aws4fetch/blob/b3aed16b6f17384cf36ea33bcba3c1e9f3bdfefd/src/main.js#L25-L34
var HEADERS_TO_IGNORE = {
  'authorization': true,
  'connection': true,
  'x-amzn-trace-id': true,
  'user-agent': true,
  'expect': true,
  'presigned-expires': true,
  'range': true,
}

// request: { path | body, [host], [method], [headers], [service], [region] }
// credentials: { accessKeyId, secretAccessKey, [sessionToken] }
function RequestSigner(request, credentials) {

  if (typeof request === 'string') request = url.parse(request)

  var headers = request.headers = Object.assign({}, (request.headers || {})),
      hostParts = (!this.service || !this.region) && this.matchHost(request.hostname || request.host || headers.Host || headers.host)

  this.request = request
  this.credentials = credentials || this.defaultCredentials()

  this.service = request.service || hostParts[0] || ''
  this.region = request.region || hostParts[1] || 'us-east-1'

  // SES uses a different domain from the service name
  if (this.service === 'email') this.service = 'ses'

  if (!request.method && request.body)
    request.method = 'POST'

  if (!headers.Host && !headers.host) {
    headers.Host = request.hostname || request.host || this.createHost()

    // If a port is specified explicitly, use it as is
    if (request.port)
      headers.Host += ':' + request.port
  }
  if (!request.hostname && !request.host)
    request.hostname = headers.Host || headers.host

  this.isCodeCommitGit = this.service === 'codecommit' && request.method === 'GIT'

  this.extraHeadersToIgnore = request.extraHeadersToIgnore || Object.create(null)
  this.extraHeadersToInclude = request.extraHeadersToInclude || Object.create(null)
}

RequestSigner.prototype.matchHost = function(host) {
  var match = (host || '').match(/([^\.]{1,63})\.(?:([^\.]{0,63})\.)?amazonaws\.com(\.cn)?$/)
  var hostParts = (match || []).slice(1, 3)

  // ES's hostParts are sometimes the other way round, if the value that is expected
  // to be region equals ‘es’ switch them back
  // e.g. search-cluster-name-aaaa00aaaa0aaa0aaaaaaa0aaa.us-east-1.es.amazonaws.com
  if (hostParts[1] === 'es' || hostParts[1] === 'aoss')
    hostParts = hostParts.reverse()

  if (hostParts[1] == 's3') {
    hostParts[0] = 's3'
    hostParts[1] = 'us-east-1'
  } else {
    for (var i = 0; i < 2; i++) {
      if (/^s3-/.test(hostParts[i])) {
        hostParts[1] = hostParts[i].slice(3)
        hostParts[0] = 's3'
        break
      }
    }
  }

  return hostParts
}

// http://docs.aws.amazon.com/general/latest/gr/rande.html
RequestSigner.prototype.isSingleRegion = function() {
  // Special case for S3 and SimpleDB in us-east-1
  if (['s3', 'sdb'].indexOf(this.service) >= 0 && this.region === 'us-east-1') return true

  return ['cloudfront', 'ls', 'route53', 'iam', 'importexport', 'sts']
    .indexOf(this.service) >= 0
}

RequestSigner.prototype.createHost = function() {
  var region = this.isSingleRegion() ? '' : '.' + this.region,
      subdomain = this.service === 'ses' ? 'email' : this.service
  return subdomain + region + '.amazonaws.com'
}

RequestSigner.prototype.prepareRequest = function() {
  this.parsePath()

  var request = this.request, headers = request.headers, query

  if (request.signQuery) {

    this.parsedPath.query = query = this.parsedPath.query || {}

    if (this.credentials.sessionToken)
      query['X-Amz-Security-Token'] = this.credentials.sessionToken

    if (this.service === 's3' && !query['X-Amz-Expires'])
      query['X-Amz-Expires'] = 86400

    if (query['X-Amz-Date'])
      this.datetime = query['X-Amz-Date']
    else
      query['X-Amz-Date'] = this.getDateTime()

    query['X-Amz-Algorithm'] = 'AWS4-HMAC-SHA256'
    query['X-Amz-Credential'] = this.credentials.accessKeyId + '/' + this.credentialString()
    query['X-Amz-SignedHeaders'] = this.signedHeaders()

  } else {

    if (!request.doNotModifyHeaders && !this.isCodeCommitGit) {
      if (request.body && !headers['Content-Type'] && !headers['content-type'])
        headers['Content-Type'] = 'application/x-www-form-urlencoded; charset=utf-8'

      if (request.body && !headers['Content-Length'] && !headers['content-length'])
        headers['Content-Length'] = Buffer.byteLength(request.body)

      if (this.credentials.sessionToken && !headers['X-Amz-Security-Token'] && !headers['x-amz-security-token'])
        headers['X-Amz-Security-Token'] = this.credentials.sessionToken

      if (this.service === 's3' && !headers['X-Amz-Content-Sha256'] && !headers['x-amz-content-sha256'])
        headers['X-Amz-Content-Sha256'] = hash(this.request.body || '', 'hex')

      if (headers['X-Amz-Date'] || headers['x-amz-date'])
        this.datetime = headers['X-Amz-Date'] || headers['x-amz-date']
      else
        headers['X-Amz-Date'] = this.getDateTime()
    }

    delete headers.Authorization
    delete headers.authorization
  }
}

RequestSigner.prototype.sign = function() {
  if (!this.parsedPath) this.prepareRequest()

  if (this.request.signQuery) {
    this.parsedPath.query['X-Amz-Signature'] = this.signature()
  } else {
    this.request.headers.Authorization = this.authHeader()
  }

  this.request.path = this.formatPath()

  return this.request
}

RequestSigner.prototype.getDateTime = function() {
  if (!this.datetime) {
    var headers = this.request.headers,
      date = new Date(headers.Date || headers.date || new Date)

    this.datetime = date.toISOString().replace(/[:\-]|\.\d{3}/g, '')

    // Remove the trailing 'Z' on the timestamp string for CodeCommit git access
    if (this.isCodeCommitGit) this.datetime = this.datetime.slice(0, -1)
  }
  return this.datetime
}

RequestSigner.prototype.getDate = function() {
  return this.getDateTime().substr(0, 8)
}

RequestSigner.prototype.authHeader = function() {
  return [
    'AWS4-HMAC-SHA256 Credential=' + this.credentials.accessKeyId + '/' + this.credentialString(),
    'SignedHeaders=' + this.signedHeaders(),
    'Signature=' + this.signature(),
  ].join(', ')
}

RequestSigner.prototype.signature = function() {
  var date = this.getDate(),
      cacheKey = [this.credentials.secretAccessKey, date, this.region, this.service].join(),
      kDate, kRegion, kService, kCredentials = credentialsCache.get(cacheKey)
  if (!kCredentials) {
    kDate = hmac('AWS4' + this.credentials.secretAccessKey, date)
    kRegion = hmac(kDate, this.region)
    kService = hmac(kRegion, this.service)
    kCredentials = hmac(kService, 'aws4_request')
    credentialsCache.set(cacheKey, kCredentials)
  }
  return hmac(kCredentials, this.stringToSign(), 'hex')
}

RequestSigner.prototype.stringToSign = function() {
  return [
    'AWS4-HMAC-SHA256',
    this.getDateTime(),
    this.credentialString(),
    hash(this.canonicalString(), 'hex'),
  ].join('\n')
}

RequestSigner.prototype.canonicalString = function() {
  if (!this.parsedPath) this.prepareRequest()

  var pathStr = this.parsedPath.path,
      query = this.parsedPath.query,
      headers = this.request.headers,
      queryStr = '',
      normalizePath = this.service !== 's3',
      decodePath = this.service === 's3' || this.request.doNotEncodePath,
      decodeSlashesInPath = this.service === 's3',
      firstValOnly = this.service === 's3',
      bodyHash

  if (this.service === 's3' && this.request.signQuery) {
    bodyHash = 'UNSIGNED-PAYLOAD'
  } else if (this.isCodeCommitGit) {
    bodyHash = ''
  } else {
    bodyHash = headers['X-Amz-Content-Sha256'] || headers['x-amz-content-sha256'] ||
      hash(this.request.body || '', 'hex')
  }

  if (query) {
    var reducedQuery = Object.keys(query).reduce(function(obj, key) {
      if (!key) return obj
      obj[encodeRfc3986Full(key)] = !Array.isArray(query[key]) ? query[key] :
        (firstValOnly ? query[key][0] : query[key])
      return obj
    }, {})
    var encodedQueryPieces = []
    Object.keys(reducedQuery).sort().forEach(function(key) {
      if (!Array.isArray(reducedQuery[key])) {
        encodedQueryPieces.push(key + '=' + encodeRfc3986Full(reducedQuery[key]))
      } else {
        reducedQuery[key].map(encodeRfc3986Full).sort()
          .forEach(function(val) { encodedQueryPieces.push(key + '=' + val) })
      }
    })
    queryStr = encodedQueryPieces.join('&')
  }
  if (pathStr !== '/') {
    if (normalizePath) pathStr = pathStr.replace(/\/{2,}/g, '/')
    pathStr = pathStr.split('/').reduce(function(path, piece) {
      if (normalizePath && piece === '..') {
        path.pop()
      } else if (!normalizePath || piece !== '.') {
        if (decodePath) piece = decodeURIComponent(piece.replace(/\+/g, ' '))
        path.push(encodeRfc3986Full(piece))
      }
      return path
    }, []).join('/')
    if (pathStr[0] !== '/') pathStr = '/' + pathStr
    if (decodeSlashesInPath) pathStr = pathStr.replace(/%2F/g, '/')
  }

  return [
    this.request.method || 'GET',
    pathStr,
    queryStr,
    this.canonicalHeaders() + '\n',
    this.signedHeaders(),
    bodyHash,
  ].join('\n')
}

RequestSigner.prototype.filterHeaders = function() {
  var headers = this.request.headers,
      extraHeadersToInclude = this.extraHeadersToInclude,
      extraHeadersToIgnore = this.extraHeadersToIgnore
  this.filteredHeaders = Object.keys(headers)
    .map(function(key) { return [key.toLowerCase(), headers[key]] })
    .filter(function(entry) {
      return extraHeadersToInclude[entry[0]] ||
        (HEADERS_TO_IGNORE[entry[0]] == null && !extraHeadersToIgnore[entry[0]])
    })
    .sort(function(a, b) { return a[0] < b[0] ? -1 : 1 })
}

RequestSigner.prototype.canonicalHeaders = function() {
  if (!this.filteredHeaders) this.filterHeaders()

  return this.filteredHeaders.map(function(entry) {
    return entry[0] + ':' + entry[1].toString().trim().replace(/\s+/g, ' ')
  }).join('\n')
}

RequestSigner.prototype.signedHeaders = function() {
  if (!this.filteredHeaders) this.filterHeaders()

  return this.filteredHeaders.map(function(entry) { return entry[0] }).join(';')
}

RequestSigner.prototype.credentialString = function() {
  return [
    this.getDate(),
    this.region,
    this.service,
    'aws4_request',
  ].join('/')
}

RequestSigner.prototype.defaultCredentials = function() {
  var env = process.env
  return {
    accessKeyId: env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  }
}

RequestSigner.prototype.parsePath = function() {
  var path = this.request.path || '/'

  // S3 doesn't always encode characters > 127 correctly and
  // all services don't encode characters > 255 correctly
  // So if there are non-reserved chars (and it's not already all % encoded), just encode them all
  if (/[^0-9A-Za-z;,/?:@&=+$\-_.!~*'()#%]/.test(path)) {
    path = encodeURI(decodeURI(path))
  }

  var queryIx = path.indexOf('?'),
      query = null

  if (queryIx >= 0) {
    query = querystring.parse(path.slice(queryIx + 1))
    path = path.slice(0, queryIx)
  }

  this.parsedPath = {
    path: path,
    query: query,
  }
}

RequestSigner.prototype.formatPath = function() {
  var path = this.parsedPath.path,
      query = this.parsedPath.query

  if (!query) return path

  // Services don't support empty query string keys
  if (query[''] != null) delete query['']

  return path + '?' + encodeRfc3986(querystring.stringify(query))
}

aws4.RequestSigner = RequestSigner

aws4.sign = function(request, credentials) {
  return new RequestSigner(request, credentials).sign()
}


/***/ }),

/***/ 22638:
/***/ ((module) => {

module.exports = function(size) {
  return new LruCache(size)
}

function LruCache(size) {
  this.capacity = size | 0
  this.map = Object.create(null)
  this.list = new DoublyLinkedList()
}

LruCache.prototype.get = function(key) {
  var node = this.map[key]
  if (node == null) return undefined
  this.used(node)
  return node.val
}

LruCache.prototype.set = function(key, val) {
  var node = this.map[key]
  if (node != null) {
    node.val = val
  } else {
    if (!this.capacity) this.prune()
    if (!this.capacity) return false
    node = new DoublyLinkedNode(key, val)
    this.map[key] = node
    this.capacity--
  }
  this.used(node)
  return true
}

LruCache.prototype.used = function(node) {
  this.list.moveToFront(node)
}

LruCache.prototype.prune = function() {
  var node = this.list.pop()
  if (node != null) {
    delete this.map[node.key]
    this.capacity++
  }
}


function DoublyLinkedList() {
  this.firstNode = null
  this.lastNode = null
}

DoublyLinkedList.prototype.moveToFront = function(node) {
  if (this.firstNode == node) return

  this.remove(node)

  if (this.firstNode == null) {
    this.firstNode = node
    this.lastNode = node
    node.prev = null
    node.next = null
  } else {
    node.prev = null
    node.next = this.firstNode
    node.next.prev = node
    this.firstNode = node
  }
}

DoublyLinkedList.prototype.pop = function() {
  var lastNode = this.lastNode
  if (lastNode != null) {
    this.remove(lastNode)
  }
  return lastNode
}

DoublyLinkedList.prototype.remove = function(node) {
  if (this.firstNode == node) {
    this.firstNode = node.next
  } else if (node.prev != null) {
    node.prev.next = node.next
  }
  if (this.lastNode == node) {
    this.lastNode = node.prev
  } else if (node.next != null) {
    node.next.prev = node.prev
  }
}


function DoublyLinkedNode(key, val) {
  this.key = key
  this.val = val
  this.prev = null
  this.next = null
}


/***/ }),

/***/ 60771:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bb: () => (/* binding */ isRefusedWith),
/* harmony export */   OM: () => (/* binding */ secretOf),
/* harmony export */   QU: () => (/* binding */ formOf),
/* harmony export */   TO: () => (/* binding */ askForJson),
/* harmony export */   _P: () => (/* binding */ unusable),
/* harmony export */   xE: () => (/* binding */ askService)
/* harmony export */ });
/* harmony import */ var _bounds_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(43487);
/* harmony import */ var _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76525);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(22714);
/* harmony import */ var _registry_answers_errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(23496);
/* harmony import */ var _registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(99216);
/* harmony import */ var _registry_transport_retry_request_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(11979);






/**
 * Requests credentials from a service, retries transient failures, and returns the text of the response.
 *
 * @throws ActionError `registry-unauthorized` if the service rejects the request, `registry-unreachable` and `registry-unavailable`
 */
async function askService(asking, { what, by, request, explain }) {
    const { http, clock, signal } = asking;
    const attempt = async () => {
        const sent = await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__/* .exchangeOnce */ .z$)(http, { ...(await request()), signal });
        if (!sent.ok || sent.value.status === 200)
            return sent;
        const failure = await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__/* .toAnswerFailure */ .mK)(sent.value, clock);
        return { ok: false, failure: isSlowDown(failure) ? { ...failure, status: 429 } : failure };
    };
    const answer = await (0,_registry_transport_retry_request_js__WEBPACK_IMPORTED_MODULE_5__/* .retryRequest */ .q)({
        what,
        by,
        attempt,
        toError: (failure) => {
            const described = (0,_registry_answers_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .describeFailure */ .Ic)(failure, by);
            const name = failure.kind === 'answer' ? nameOf(failure) : undefined;
            const message = `${what}: ${described}${name === undefined || described.includes(name) ? '' : ` (${name})`}`;
            if (failure.kind === 'connection') {
                return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('registry-unreachable', message, {
                    hint: `Check that ${by} can be reached from this machine, and its proxy settings.`,
                    cause: failure.cause,
                });
            }
            const isOutage = failure.status === 429 || failure.status >= 500;
            const hint = explain(failure) ?? (isOutage ? 'Run the job again later.' : undefined);
            return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(isOutage ? 'registry-unavailable' : 'registry-unauthorized', message, {
                hint,
                cause: new ServiceRefusal(name ?? ''),
            });
        },
        context: { answeredBefore: true },
    }, asking);
    return (await (0,_registry_transport_exchange_once_js__WEBPACK_IMPORTED_MODULE_4__/* .readBody */ .x8)(answer, { what, by, limit: _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.answer, clock })).toString('utf8');
}
/** The response of a service that rejected a request, as the cause of the error. */
class ServiceRefusal extends Error {
    name = 'ServiceRefusal';
}
/** Whether a service rejected the request with one of the given error codes. */
function isRefusedWith(error, ...names) {
    const cause = error instanceof _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ ? error.cause : undefined;
    return cause instanceof ServiceRefusal && names.includes(cause.message);
}
/** AWS returns 400 where others return 429 or 503. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
function isSlowDown(failure) {
    const slow = /^(?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|IDPCommunicationError)$/;
    return failure.status === 400 && slow.test(nameOf(failure) ?? '');
}
/** The name of an error: of AWS in JSON and XML, of OAuth 2 in JSON. */
function nameOf({ text }) {
    const start = text.slice(0, _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.excerpt);
    return /(?:"__type"\s?:\s?"(?:[\w.]{0,100}#)?|<Code>|"error"\s?:\s?")(\w{1,100})/.exec(start)?.[1];
}
/** As {@link askService}; returns the texts of a JSON object. */
async function askForJson(asking, request) {
    const text = await askService(asking, request);
    try {
        const value = (0,_bounds_json_js__WEBPACK_IMPORTED_MODULE_0__/* .parseJson */ .qF)(text);
        if (typeof value === 'object' && value !== null)
            return { ...value };
    }
    catch {
        // Not quoted, because it may contain a token.
    }
    throw unusable(request, 'its answer is not a JSON object');
}
/** Returns a required text of a response and hides it in the log. Throws ActionError `registry-refused`. */
function secretOf(asking, request, value) {
    if (typeof value !== 'string' || value === '' || value.length > _bounds_limits_js__WEBPACK_IMPORTED_MODULE_1__/* .limits */ .F.token) {
        throw unusable(request, 'its answer has no token');
    }
    asking.mask(value);
    return value;
}
/** Returns the error for an invalid response. */
function unusable({ what, by }, found) {
    return new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ('registry-refused', `${what}: ${by}: ${found}`, {
        hint: 'Check whether a proxy answers in place of the service.',
    });
}
/** The body and headers of a form. */
function formOf(fields) {
    return {
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams(fields).toString(),
    };
}


/***/ }),

/***/ 79885:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   logInToAws: () => (/* binding */ logInToAws)
/* harmony export */ });
/* harmony import */ var aws4__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(88832);
/* harmony import */ var aws4__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(aws4__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(22714);
/* harmony import */ var _inputs_secret_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(53373);
/* harmony import */ var _registry_ecr_host_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(80072);
/* harmony import */ var _text_trim_end_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(14011);
/* harmony import */ var _ask_service_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(60771);






/**
 * Returns the credentials for a registry of Amazon ECR, and for the same registry of the accounts in AWS_ACCOUNT_IDS, good for 12 hours.
 *
 * @throws ActionError `registry-unauthorized`, with AWS's message and a hint
 */
async function logInToAws(asking, request) {
    const { registry, create } = request;
    const service = serviceOf(request, asking);
    const keys = await keysOf(asking, request, service);
    const call = (action, body) => askEcr(asking, { registry, service, keys, action, body });
    for (const repository of create)
        await ensureRepository(call, repository, service);
    const { account } = service;
    const accounts = account === undefined ? [] : [...new Set([account, ...accountsOf(asking.env)])];
    const answer = await call('GetAuthorizationToken', accounts.length === 0 ? {} : { registryIds: accounts });
    const found = answer['authorizationData'];
    const from = { what: `Cannot log in to ${registry}`, by: 'AWS' };
    const entries = (Array.isArray(found) ? found : [found]).filter((one) => typeof one === 'object' && !!one);
    const logins = entries.map((entry, index) => {
        const { authorizationToken: token, proxyEndpoint } = { ...entry };
        const decoded = Buffer.from((0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .secretOf */ .OM)(asking, from, token), 'base64').toString('utf8');
        const colon = decoded.indexOf(':');
        const password = (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .secretOf */ .OM)(asking, from, colon < 0 ? '' : decoded.slice(colon + 1));
        const id = typeof proxyEndpoint === 'string' ? /\b(\d{12})\.dkr/.exec(proxyEndpoint)?.[1] : undefined;
        const isOwn = id === undefined ? index === 0 : account === undefined || id === account;
        const host = isOwn ? registry : registry.replace(/^\d{12}/, id ?? '');
        return { registry: host, username: decoded.slice(0, colon), password: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .secret */ .r)(password) };
    });
    if (logins.length === 0)
        throw (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .unusable */ ._P)(from, 'its answer has no token');
    return logins;
}
/** Throws ActionError `input-invalid` if the region is unknown. */
function serviceOf({ registry, identity }, { env }) {
    const known = (0,_registry_ecr_host_js__WEBPACK_IMPORTED_MODULE_4__/* .parseEcrHost */ .w)(registry);
    const isPublic = known !== undefined && known.account === undefined;
    const ofEnvironment = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
    // ECR Public is only available in this region: https://docs.aws.amazon.com/general/latest/gr/ecr-public.html
    const region = isPublic ? 'us-east-1' : (identity.region ?? known?.region ?? ofEnvironment);
    if (region === undefined) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('input-invalid', `Cannot log in to ${registry}: its name has no region of AWS`, {
            hint: 'Add `region` to its entry in `registries`, or set AWS_REGION in the environment of the step.',
        });
    }
    const other = { account: undefined, region, fips: false, dualStack: false, suffix: suffixOf(region) };
    return { ...(known ?? other), region, isPublic };
}
/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function suffixOf(region) {
    if (region.startsWith('cn-'))
        return 'amazonaws.com.cn';
    return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}
function ecrUrl({ isPublic, region, fips, dualStack, suffix }, env) {
    const own = env[isPublic ? 'AWS_ENDPOINT_URL_ECR_PUBLIC' : 'AWS_ENDPOINT_URL_ECR'] || env['AWS_ENDPOINT_URL'];
    if (own)
        return own;
    if (isPublic)
        return `https://api.ecr-public.${region}.amazonaws.com`;
    const api = suffix === 'amazonaws.com' ? 'api.aws' : `api.${suffix.replace('amazonaws', 'amazonwebservices')}`;
    if (dualStack)
        return `https://${fips ? 'ecr-fips' : 'ecr'}.${region}.${api}`;
    return fips ? `https://ecr-fips.${region}.${suffix}` : `https://api.ecr.${region}.${suffix}`;
}
async function keysOf(asking, request, service) {
    const { env } = asking;
    const { registry, identity } = request;
    if (identity.keys !== undefined) {
        const { username, password } = identity.keys;
        return { id: username, key: password, session: undefined };
    }
    if (identity.role !== undefined)
        return await assumeRole(asking, { ...request, role: identity.role }, service);
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: session } = env;
    if (!id || !key) {
        throw new _errors_action_error_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('registry-unauthorized', `Cannot log in to ${registry}: there are no credentials for AWS`, {
            hint: 'Add `role-to-assume` to its entry in `registries`, or give access keys as username and password, or run aws-actions/configure-aws-credentials before this step.',
        });
    }
    for (const text of [key, session])
        if (text)
            asking.mask(text);
    return { id, key: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .secret */ .r)(key), session: session ? (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .secret */ .r)(session) : undefined };
}
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
async function assumeRole(asking, { registry, role, idToken }, { region, fips, suffix }) {
    const { env } = asking;
    const what = `Cannot assume the role ${role} for ${registry}`;
    const token = await idToken('sts.amazonaws.com', what);
    const url = env['AWS_ENDPOINT_URL_STS'] || env['AWS_ENDPOINT_URL'] || `https://${fips ? 'sts-fips' : 'sts'}.${region}.${suffix}`;
    const asked = {
        what,
        by: 'AWS STS',
        request: () => ({
            method: 'POST',
            url: `${(0,_text_trim_end_js__WEBPACK_IMPORTED_MODULE_5__/* .trimEnd */ .s)(url, '/')}/`,
            ...(0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .formOf */ .QU)({
                Action: 'AssumeRoleWithWebIdentity',
                Version: '2011-06-15',
                RoleArn: role,
                RoleSessionName: `polyarch-${env['GITHUB_RUN_ID'] ?? 'run'}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64),
                WebIdentityToken: token,
            }),
        }),
        explain: explainAws,
    };
    const answer = await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .askService */ .xE)(asking, asked);
    // XML is the documented response format; the values are ASCII without entities.
    const field = (name) => new RegExp(`<${name}>([^<]{1,16384})</${name}>`).exec(answer)?.[1];
    return {
        id: (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .secretOf */ .OM)(asking, asked, field('AccessKeyId')),
        key: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .secret */ .r)((0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .secretOf */ .OM)(asking, asked, field('SecretAccessKey'))),
        session: (0,_inputs_secret_js__WEBPACK_IMPORTED_MODULE_3__/* .secret */ .r)((0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .secretOf */ .OM)(asking, asked, field('SessionToken'))),
    };
}
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html */
async function askEcr(asking, { registry, service, keys, action, body, }) {
    const target = service.isPublic ? 'SpencerFrontendService' : 'AmazonEC2ContainerRegistry_V20150921';
    const { region, isPublic } = service;
    return await (0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .askForJson */ .TO)(asking, {
        what: `Cannot log in to ${registry}: ${action} of Amazon ECR in ${region}`,
        by: 'AWS',
        request: () => {
            const url = ecrUrl(service, asking.env);
            return sign(asking, { url, region, name: isPublic ? 'ecr-public' : 'ecr', keys }, `${target}.${action}`, body);
        },
        explain: explainAws,
    });
}
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
function sign({ clock }, { url, region, name, keys, }, target, body) {
    const { host, pathname } = new URL(url);
    const text = JSON.stringify(body);
    const { headers } = aws4__WEBPACK_IMPORTED_MODULE_0___default().sign({
        host,
        path: pathname,
        method: 'POST',
        service: name,
        region,
        body: text,
        headers: {
            'Content-Type': 'application/x-amz-json-1.1',
            'X-Amz-Target': target,
            'X-Amz-Date': clock
                .now()
                .toISOString()
                .replace(/[:-]|\.\d{3}/g, ''),
        },
    }, {
        accessKeyId: keys.id,
        secretAccessKey: keys.key.reveal(),
        ...(keys.session === undefined ? {} : { sessionToken: keys.session.reveal() }),
    });
    const sent = Object.entries(headers ?? {}).map(([header, value]) => [header.toLowerCase(), String(value)]);
    return {
        method: 'POST',
        url: (0,_text_trim_end_js__WEBPACK_IMPORTED_MODULE_5__/* .trimEnd */ .s)(url, '/') + (pathname === '/' ? '/' : ''),
        headers: Object.fromEntries(sent),
        body: text,
    };
}
/** Creates a repository if it does not exist; a concurrent creation by another run is not an error. */
async function ensureRepository(call, { repository }, { isPublic }) {
    // The first part of a public name is the alias of the registry.
    const name = isPublic ? repository.replace(/^[^/]*\//, '') : repository;
    try {
        await call('DescribeRepositories', { repositoryNames: [name] });
        return;
    }
    catch (error) {
        // Permission to create a repository does not imply permission to describe it.
        if (!(0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .isRefusedWith */ .Bb)(error, 'RepositoryNotFoundException', 'AccessDeniedException'))
            throw error;
    }
    try {
        await call('CreateRepository', { repositoryName: name });
    }
    catch (error) {
        if (!(0,_ask_service_js__WEBPACK_IMPORTED_MODULE_2__/* .isRefusedWith */ .Bb)(error, 'RepositoryAlreadyExistsException'))
            throw error;
    }
}
function accountsOf(env) {
    return (env['AWS_ACCOUNT_IDS'] ?? '')
        .split(',')
        .map((id) => id.trim())
        .filter((id) => /^\d{12}$/.test(id))
        .slice(0, 100);
}
/** What the errors of AWS mean for a workflow. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
function explainAws({ text }) {
    return hints.find(([pattern]) => pattern.test(text))?.[1];
}
const hints = [
    [
        /ExpiredToken|RequestExpired/,
        'The credentials for AWS have expired. Run aws-actions/configure-aws-credentials right before this step, or use `role-to-assume`.',
    ],
    [
        /InvalidIdentityToken/,
        "AWS does not trust the job's OIDC token. Add token.actions.githubusercontent.com as an identity provider of the account, with the audience sts.amazonaws.com.",
    ],
    [
        /sts:AssumeRoleWithWebIdentity/,
        'The trust policy of the role does not allow this repository, branch or environment. Compare its condition on `sub` with the claims of the job.',
    ],
    [
        /AccessDenied|not authorized to perform/i,
        'Allow the action that AWS names in the policy of the user or role: ecr:GetAuthorizationToken to log in, ecr:DescribeRepositories and ecr:CreateRepository for `create-repository`.',
    ],
    [
        /UnrecognizedClient|InvalidClientTokenId|security token included in the request is invalid/,
        'AWS does not know the access key. Check its ID, and AWS_SESSION_TOKEN if it is a temporary one.',
    ],
    [
        /InvalidSignature|SignatureDoesNotMatch/,
        'Check the secret access key for missing or added characters, and the clock of the machine.',
    ],
];


/***/ })

};
