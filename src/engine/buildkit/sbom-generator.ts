import type { Attributes } from '../../inputs/inputs.ts'

/** The default image of BuildKit. https://docs.docker.com/build/metadata/attestations/sbom/ */
const usual = 'docker/buildkit-syft-scanner:stable-1'

/** Returns the reference of the image that generates the SBOM, from the attributes of the input `sbom`. */
export function generatorOf(sbom: Attributes): string {
  return sbom['generator'] || usual
}
