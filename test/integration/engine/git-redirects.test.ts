import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { refuseRedirects } from '../../../src/engine/buildkit/git-redirects.ts'
import { cutCredentials } from '../../../src/inputs/url-credentials.ts'
import { createTestHost } from '../../support/host.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Checks a repository whose server answers like this. */
async function ask(listener: RequestListener, suffix = '/app.git#main') {
  const address = await serve(listener)
  const { url, credentials } = cutCredentials(`http://me:hunter2@${address}${suffix}`)
  const host = createTestHost()
  onTestFinished(host.close)
  return { address, done: refuseRedirects([url], credentials ? [credentials] : [], host) }
}

describe('refuseRedirects()', () => {
  it.each([301, 302, 307, 308])('rejects a redirect to another host (%i), and sends it nothing', async (status) => {
    const seen: (string | undefined)[] = []
    const other = await serve((request, response) => {
      seen.push(request.url)
      response.end()
    })
    const location = `http://${other}/moved.git/info/refs?service=git-upload-pack`
    const { address, done } = await ask((_, response) => void response.writeHead(status, { location }).end())
    await expect(done).rejects.toMatchObject({
      code: 'context-unreadable',
      message: `Cannot fetch http://${address}/app.git with credentials: it redirects to ${other}`,
    })
    expect(seen).toEqual([])
  })

  it('sends the request of Git', async () => {
    const seen: unknown[] = []
    const { done } = await ask((request, response) => {
      seen.push(request.url, request.headers.authorization, request.headers['user-agent'])
      response.end()
    }, '/a/app.git?branch=main')
    await done
    const authorization = `Basic ${Buffer.from('me:hunter2').toString('base64')}`
    expect(seen).toEqual(['/a/app.git/info/refs?service=git-upload-pack', authorization, 'git/2.47.0'])
  })

  it.each<[string, RequestListener]>([
    ['on its own host', (_, response) => void response.writeHead(301, { location: '/renamed.git/info/refs' }).end()],
    ['to nowhere', (_, response) => void response.writeHead(302).end()],
    ['to what is no address', (_, response) => void response.writeHead(302, { location: 'http://[' }).end()],
    ['not at all', (_, response) => void response.writeHead(401).end()],
    ['and breaks off', (request) => void request.socket.destroy()],
  ])('leaves a server to BuildKit that redirects %s', async (_, listener) => {
    await expect((await ask(listener)).done).resolves.toBeUndefined()
  })

  it('sends no request to a server that gets no credentials', async () => {
    let asked = 0
    const address = await serve((_, response) => {
      asked += 1
      response.end()
    })
    const { credentials } = cutCredentials('http://me:hunter2@127.0.0.1:1/app.git')
    const host = createTestHost()
    onTestFinished(host.close)
    const urls = [`http://${address}/app.git`, 'git@github.com:a/b.git', 'github.com/a/b']
    await refuseRedirects(urls, credentials ? [credentials] : [], host)
    expect(asked).toBe(0)
  })
})
