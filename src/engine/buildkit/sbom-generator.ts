import type { Attributes } from '../../inputs/inputs.ts'

/** The image that BuildKit takes when none is named. https://docs.docker.com/build/metadata/attestations/sbom/ */
const usual = 'docker/buildkit-syft-scanner:stable-1'

/** The reference of the image that makes the SBOM, by the attributes of the input `sbom`. */
export function generatorOf(sbom: Attributes): string {
  return sbom['generator'] || usual
}
