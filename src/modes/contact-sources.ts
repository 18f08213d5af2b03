import type { Host, Http } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { plainRegistries } from '../inputs/logins.ts'
import { isPublishing } from '../inputs/mode.ts'
import { contactEarly } from '../registry/transport/early-contact.ts'
import { isInsecure } from '../registry/transport/insecure.ts'

/** Contacts the registries from which existing images are read, and returns an HTTP client that uses their answers. */
export function contactSources({ http, signal }: Host, inputs: Inputs): Http {
  const { mode, images, digests, from } = inputs
  if (!isPublishing(mode)) return http
  const sources = [from, ...digests.flatMap(({ repository }) => repository ?? images)]
  const registries = sources.flatMap((source) => (source === undefined ? [] : [source.registry]))
  const plain = plainRegistries(inputs)
  return contactEarly(http, registries.slice(0, contactsAtMost), {
    plainHttp: (name) => isInsecure(name, plain),
    signal,
  })
}

/** Maximum number of registries that are contacted early. */
const contactsAtMost = 4
