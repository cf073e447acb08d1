/** By the begin of the names of regions: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const SUFFIXES: readonly [region: string, suffix: string][] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
]

/** The address of a service of AWS in a region, whichever partition the region is in. */
export function awsOrigin(service: string, region: string): string {
  const [, suffix] = SUFFIXES.find(([begin]) => region.startsWith(begin)) ?? ['', 'amazonaws.com']
  return `https://${service}.${region}.${suffix}`
}
