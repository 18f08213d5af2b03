import { tarHeader } from '../../../src/tree/archive/tar-header.ts'
import { rootNode } from '../../../src/tree/tree.ts'
import type { CorpusBases } from './corpus-case.ts'
import type { PushedImage } from './push-base.ts'

/** The repository of the corpus's bases in `registry`. */
export function corpusBases(registry: string | undefined): CorpusBases {
  const at = (name: string) => `${registry}/e2e/corpus-${name}:1`
  return {
    base: at('base'),
    trigger: at('trigger'),
    layered: at('layered'),
    nonroot: at('nonroot'),
    copier: at('copier'),
    odd: at('odd'),
  }
}

/** The Dockerfiles of the bases, in the order of building; `shell` is an image that has one. */
export function baseDockerfiles(bases: CorpusBases, shell: string): readonly (readonly [tag: string, text: string])[] {
  return [
    [
      bases.base,
      `FROM ${shell}
RUN mkdir -p /srv/app /usr/tools && chmod 1777 /srv/app && echo old > /srv/app/old && ln -s old /srv/app/link \\
 && cp /bin/busybox /usr/tools/tool && mkdir -p /etc /tmp && chmod 1777 /tmp \\
 && echo 'root:x:0:0::/:/bin/sh' > /etc/passwd && echo 'app:x:1001:1002::/home/app:/bin/sh' >> /etc/passwd \\
 && echo 'app:x:1002:' > /etc/group && echo 'staff:x:50:' >> /etc/group
ENV BASE=1
LABEL base=yes
EXPOSE 80
VOLUME /data
WORKDIR /srv/app
USER app
ENTRYPOINT ["/bin/tool"]
CMD ["base"]
`,
    ],
    [bases.trigger, `FROM ${bases.base}\nONBUILD COPY LICENSE /triggered\nONBUILD ENV FROM_TRIGGER=yes\n`],
    [
      bases.copier,
      `FROM ${bases.base}\nONBUILD COPY --from=lib /app /of-lib\nONBUILD COPY --from=${bases.base} /etc/passwd /of-base\n`,
    ],
    [
      bases.layered,
      `FROM ${bases.base}
USER root
RUN rm /srv/app/old && rm -r /usr/tools && mkdir /usr/tools && echo new > /usr/tools/new && mkdir -m 2775 /opt && cd /opt \\
 && mkdir a owned && echo 1 > a/1 && ln a/1 a/hard && ln a/1 b && ln -s /opt/a abs && ln -s a rel && ln -s abs chain \\
 && ln -s /opt/not/yet dangling && ln -s two one && ln -s one two && ln -s a/1 to-file && chown 1001:1002 owned && chmod 2750 owned \\
 && mkdir gone && echo x > gone/x && cp /bin/busybox suid && chmod 4755 suid && mkdir -p /usr/lib && ln -s usr/lib /lib \\
 && mkfifo pipe && mkdir -p fullfolder/sub && echo 1 > fullfolder/sub/1 && echo 2 > fullfolder/2
RUN rm /opt/a/1 && rm -r /opt/gone && echo again > /opt/again && rm -r /opt/fullfolder && echo file > /opt/fullfolder
USER app
`,
    ],
    [
      bases.nonroot,
      `FROM scratch
COPY passwd group /etc/
COPY --chown=65532:65532 --chmod=700 empty /home/nonroot/
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532
WORKDIR /home/nonroot
`,
    ],
  ]
}

/** The images of the base that is pushed without a build. */
export const oddBase: readonly PushedImage[] = ['amd64', 'arm64'].map((architecture) => ({
  config: {
    os: 'linux',
    architecture,
    variant: architecture === 'arm64' ? 'v8' : 'v3',
    'os.version': '7',
    author: 'somebody',
    created: '2020-01-01T00:00:00Z',
    docker_version: '1.2',
    container: 'c',
    container_config: { Env: ['NOT=this'] },
    config: {
      Hostname: 'h',
      Domainname: '',
      Tty: true,
      Image: 'sha256:0',
      Env: ['LONE', 'A=1', 'A=2', '=odd', 'B'],
      WorkingDir: '/work//dir/',
      Labels: { z: '1', a: '2' },
      Cmd: null,
      Entrypoint: [],
      MacAddress: 'm',
      StopTimeout: 5,
      Healthcheck: { Test: ['CMD', 'a'], Retries: 3, Interval: 0, Other: 1 },
      ExposedPorts: { '80/tcp': { x: 1 } },
      Volumes: { '/v': { y: 2 } },
    },
    history: [{ created: '2020-01-01T00:00:00Z', created_by: 'by hand', author: 'me', other: 1 }],
  },
  layers: [
    Buffer.concat([tarHeader({ path: 'f', node: { ...rootNode, type: 'file', mode: 0o644 } }, 0), Buffer.alloc(1024)]),
  ],
}))

/** The context of the bases. */
export const baseFiles: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  group: 'root:x:0:\nnonroot:x:65532:\ntty:x:5:\n',
  empty: '',
}
