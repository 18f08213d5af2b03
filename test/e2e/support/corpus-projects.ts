import type { CorpusBases, CorpusCase } from './corpus-case.ts'
import type { FileSpec } from './write-files.ts'

type Files = Readonly<Record<string, FileSpec>>

const node: Files = {
  'package.json': '{"name":"app"}\n',
  'package-lock.json': '{}\n',
  'server.js': 'listen()\n',
  'lib/db.js': 'db\n',
  'test/db.test.js': 'test\n',
  'node_modules/express/index.js': 'express\n',
  'node_modules/express/package.json': '{}\n',
  'node_modules/.bin/tool': { link: '../tool/cli.js' },
  'node_modules/tool/cli.js': { data: '#!/usr/bin/env node\n', mode: 0o755 },
  'node_modules/@scope/pkg/index.js': 'scoped\n',
  '.git/HEAD': 'ref\n',
  '.env': 'SECRET=1\n',
  'npm-debug.log': 'log\n',
  '.dockerignore': '.git\n.env*\n*.log\ntest\n**/*.md\n!README.md\nDockerfile*\n',
  'README.md': 'readme\n',
}

/** Dockerfiles of many kinds of projects, which execute nothing on the target platform. */
export function projectCases({ base, nonroot }: CorpusBases): readonly CorpusCase[] {
  return [
    {
      name: 'project: a static Go program with certificates of another stage',
      dockerfile: `FROM ${base} AS certs\nCOPY certs /etc/ssl/certs/\n\nFROM scratch\nARG TARGETOS TARGETARCH\nCOPY --from=certs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nCOPY --from=certs /etc/passwd /etc/passwd\nCOPY dist/app_\${TARGETOS}_\${TARGETARCH}/app /usr/local/bin/app\nUSER 65534:65534\nEXPOSE 8080\nENTRYPOINT ["/usr/local/bin/app"]\nCMD ["serve"]\n`,
      files: {
        'certs/ca-certificates.crt': '-----BEGIN CERTIFICATE-----\n',
        'certs/0a1b2c3d.0': { link: 'ca-certificates.crt' },
        'dist/app_linux_amd64/app': { data: 'ELF amd64', mode: 0o755 },
        'dist/app_linux_arm64/app': { data: 'ELF arm64', mode: 0o755 },
      },
    },
    {
      name: 'project: a static site on a web server',
      dockerfile: `FROM ${base}\nENV NGINX_VERSION=1.27 PKG_RELEASE=1\nCOPY nginx.conf /etc/nginx/nginx.conf\nCOPY conf.d/ /etc/nginx/conf.d/\nCOPY --chown=app:app public/ /usr/share/nginx/html/\nCOPY --chmod=0755 docker-entrypoint.sh /\nCOPY <<EOF /usr/share/nginx/html/version.txt\n$NGINX_VERSION-\${PKG_RELEASE}\nEOF\nEXPOSE 80/tcp 443/tcp\nSTOPSIGNAL SIGQUIT\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["nginx", "-g", "daemon off;"]\n`,
      files: {
        'nginx.conf': 'events {}\n',
        'conf.d/default.conf': 'server {}\n',
        'public/index.html': '<html>\n',
        'public/assets/app.4f3a.js': 'js\n',
        'public/assets/logo.svg': '<svg>\n',
        'docker-entrypoint.sh': '#!/bin/sh\nexec "$@"\n',
        '.dockerignore': '*\n!nginx.conf\n!conf.d\n!public\n!docker-entrypoint.sh\n',
      },
    },
    {
      name: 'project: a Node app with its modules',
      dockerfile: `ARG BASE=${base}\nFROM \${BASE} AS deps\nWORKDIR /app\nCOPY package*.json ./\nCOPY node_modules ./node_modules\n\nFROM \${BASE}\nENV NODE_ENV=production\nWORKDIR /app\nCOPY --from=deps --chown=app:app /app/node_modules ./node_modules\nCOPY --chown=app:app . .\nUSER app\nHEALTHCHECK --interval=30s --timeout=3s CMD node healthcheck.js || exit 1\nCMD ["node", "server.js"]\n`,
      files: node,
    },
    {
      name: 'project: Python wheels and a virtual environment',
      dockerfile: `FROM ${base} AS venv\nCOPY venv /opt/venv\nFROM ${base}\nENV VIRTUAL_ENV=/opt/venv PYTHONUNBUFFERED=1\nENV PATH="$VIRTUAL_ENV/bin:$PATH"\nCOPY --from=venv $VIRTUAL_ENV $VIRTUAL_ENV\nCOPY wheels/*.whl /tmp/wheels/\nWORKDIR /srv\nCOPY --exclude=**/__pycache__ --exclude=*.pyc src ./src\nCMD ["gunicorn", "app:app"]\n`,
      files: {
        'venv/bin/python3.12': { data: 'python', mode: 0o755 },
        'venv/bin/python3': { link: 'python3.12' },
        'venv/bin/python': { link: 'python3' },
        'venv/bin/gunicorn': { data: '#!/opt/venv/bin/python\n', mode: 0o755 },
        'venv/lib64': { link: 'lib' },
        'venv/lib/python3.12/site-packages/app.py': 'app\n',
        'venv/pyvenv.cfg': 'home = /usr/bin\n',
        'wheels/one-1.0-py3-none-any.whl': 'PK\n',
        'wheels/two-2.0-cp312-manylinux_2_17_x86_64.whl': 'PK\n',
        'src/app.py': 'app\n',
        'src/__pycache__/app.cpython-312.pyc': 'pyc\n',
        'src/pkg/__pycache__/m.pyc': 'pyc\n',
        'src/pkg/m.py': 'm\n',
      },
    },
    {
      name: 'project: a JVM app in layers',
      dockerfile: `FROM ${base}\nWORKDIR /application\nCOPY build/dependencies/ ./\nCOPY build/spring-boot-loader/ ./\nCOPY build/snapshot-dependencies/ ./\nCOPY build/application/ ./\nENV JAVA_OPTS="-Xmx512m -XX:+UseG1GC"\nENTRYPOINT ["sh", "-c", "java $JAVA_OPTS -cp @classpath Main"]\n`,
      files: {
        'build/dependencies/BOOT-INF/lib/a-1.jar': 'jar a\n',
        'build/dependencies/BOOT-INF/lib/b-2.jar': 'jar b\n',
        'build/spring-boot-loader/org/springframework/boot/loader/Launcher.class': 'class\n',
        'build/snapshot-dependencies': { folder: 0o755 },
        'build/application/BOOT-INF/classes/Main.class': 'main\n',
        'build/application/META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n',
      },
    },
    {
      name: 'project: a program on a base without a shell and without root',
      dockerfile: `FROM ${nonroot}\nCOPY --chown=nonroot:nonroot app ./\nCOPY --link --chmod=555 --chown=65532 app /app\nCOPY --chown=nonroot:tty config /etc/app/\nUSER nonroot:nonroot\nENTRYPOINT ["/app"]\n`,
      files: { app: { data: 'ELF', mode: 0o755 }, 'config/app.toml': 'x = 1\n' },
    },
    {
      name: 'project: a binary for each platform, by COPY of a folder',
      dockerfile: `FROM --platform=$BUILDPLATFORM scratch AS bin\nARG TARGETARCH\nARG TARGETVARIANT\nCOPY bin/app-$TARGETARCH$TARGETVARIANT /out/app\nCOPY share /out/share\nFROM scratch\nCOPY --from=bin --chmod=755 /out/ /\nENTRYPOINT ["/app"]\nLABEL org.opencontainers.image.title="app"\n`,
      files: { 'bin/app-amd64': 'x86', 'bin/app-arm64': 'arm', 'share/man/app.1': '.TH\n' },
    },
    {
      name: 'project: a web server as its own maintainers build it',
      dockerfile: `FROM ${base} AS builder\nWORKDIR /usr/bin\nCOPY caddy /usr/bin/caddy\n\nFROM ${base}\nUSER root\nENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data\nCOPY Caddyfile /etc/caddy/Caddyfile\nCOPY index.html /usr/share/caddy/\nCOPY --from=builder /usr/bin/caddy /usr/bin/caddy\nVOLUME /config\nVOLUME /data\nLABEL org.opencontainers.image.title=Caddy\nLABEL org.opencontainers.image.description="a powerful, \\\nenterprise-ready server"\nEXPOSE 80\nEXPOSE 443\nEXPOSE 443/udp\nEXPOSE 2019\nWORKDIR /srv\nCMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]\n`,
      files: { caddy: { data: 'ELF', mode: 0o755 }, Caddyfile: ':80\n', 'index.html': '<html>\n' },
    },
    {
      name: 'project: a site generator with content and themes',
      dockerfile: `FROM ${base} AS hugo\nARG HUGO_VERSION=0.140\nCOPY --chmod=755 hugo /usr/local/bin/hugo-\${HUGO_VERSION}\nFROM hugo AS site\nWORKDIR /src\nCOPY --parents config.toml content/**/*.md themes/*/theme.toml ./\nONBUILD COPY . /site\nEXPOSE 1313\nENTRYPOINT ["/usr/local/bin/hugo-0.140"]\nCMD ["server", "--bind", "0.0.0.0"]\n`,
      files: {
        hugo: 'ELF',
        'config.toml': 'title = "x"\n',
        'content/_index.md': '# x\n',
        'content/post/one/index.md': 'one\n',
        'content/post/one/image.png': 'png\n',
        'themes/t/theme.toml': 'name = "t"\n',
        'themes/t/layouts/index.html': '<html>\n',
      },
      newest: true,
    },
    {
      name: 'project: scripts, crontab and a plain root file system',
      dockerfile: `FROM ${base}\nCOPY rootfs/ /\nADD --chmod=644 crontab /etc/crontabs/root\nUSER root\nENTRYPOINT ["/init"]\n`,
      files: {
        'rootfs/init': { data: '#!/bin/sh\n', mode: 0o755 },
        'rootfs/etc/app/app.conf': 'a=1\n',
        'rootfs/etc/app/enabled/one': { link: '../available/one' },
        'rootfs/etc/app/available/one': '1\n',
        'rootfs/tmp/keep': '',
        'rootfs/usr/local/bin/tool': { data: 't', mode: 0o755 },
        'rootfs/var/empty': { folder: 0o555 },
        crontab: '* * * * * x\n',
      },
    },
  ]
}
