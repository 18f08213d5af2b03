import { expect, test } from 'vitest'
import { parseDockerfile } from '../../../../src/dockerfile/read/parse.ts'
import { describeInstruction } from '../../../../src/engine/embedded/history.ts'

// The expected texts were read from images of BuildKit 0.25.
test.each([
  { line: 'ENV A=b C=d', is: 'ENV A=b C=d' },
  { line: 'COPY --chmod=0640 --chown=1:2 a b /c', is: 'COPY --chown=1:2 --chmod=0640 a b /c # buildkit' },
  { line: 'CMD ["a", "b c"]', is: 'CMD ["a" "b c"]' },
  { line: 'ENTRYPOINT run it', is: 'ENTRYPOINT ["/bin/sh" "-c" "run it"]' },
  { line: 'EXPOSE 80/tcp 53/udp', is: 'EXPOSE [53/udp 80/tcp]' },
  { line: 'SHELL ["/bin/bash", "-c"]', is: 'SHELL [/bin/bash -c]' },
  {
    line: 'HEALTHCHECK --interval=5s CMD curl x',
    is: `HEALTHCHECK &{["CMD-SHELL" "curl x"] "5s" "0s" "0s" "0s" '\\x00'}`,
  },
  {
    line: 'HEALTHCHECK --interval=1h --timeout=1m30s --start-period=1500ms --retries=3 CMD ["a"]',
    is: `HEALTHCHECK &{["CMD" "a"] "1h0m0s" "1m30s" "1.5s" "0s" '\\x03'}`,
  },
  {
    line: 'HEALTHCHECK --start-interval=250ms --retries=10 CMD ["a"]',
    is: `HEALTHCHECK &{["CMD" "a"] "0s" "0s" "0s" "250ms" '\\n'}`,
  },
  {
    line: 'HEALTHCHECK --interval=1h1ns --timeout=61s --retries=1200000 CMD ["a"]',
    is: `HEALTHCHECK &{["CMD" "a"] "1h0m0.000000001s" "1m1s" "0s" "0s" '\ufffd'}`,
  },
  { line: 'CMD ["\\u0007\\u200b", "\\"é"]', is: 'CMD ["\\a\\u200b" "\\"é"]' },
])('describeInstruction() describes $line as BuildKit does', ({ line, is }) => {
  const [stage] = parseDockerfile(`FROM scratch\n${line}\n`, 'Dockerfile').stages
  const [instruction] = stage?.instructions ?? []
  expect(instruction && describeInstruction(instruction, ['/bin/sh', '-c'])).toBe(is)
})
