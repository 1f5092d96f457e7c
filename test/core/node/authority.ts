import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Issued {
  /** Subject alternative names, such as `IP:127.0.0.1`; none where left out. */
  readonly san?: string
  /** From when to when, as `20260101000000Z`; today and a day more where left out. */
  readonly from?: string
  readonly to?: string
  readonly ca?: boolean
  readonly pathLength?: number
  /** Extended key usage. */
  readonly usage?: string
  /** Further extension lines. */
  readonly more?: readonly string[]
  readonly digest?: string
}

/** Certificates made by openssl in a folder, with any dates. */
export function authority(folder: string) {
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = (name: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`)

  return {
    file,
    pem: (name: string) => readFileSync(file(name), 'utf8'),
    /** Makes `{name}.key` and `{name}.crt`, signed by `by` or by itself. */
    issue(name: string, subject: string, by: string, issued: Issued = {}) {
      key(name)
      openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${subject}`, '-out', `${name}.csr`)
      const length = issued.pathLength === undefined ? '' : `,pathlen:${issued.pathLength}`
      const lines = [
        '[own]',
        `basicConstraints=critical,CA:${issued.ca === true ? `TRUE${length}` : 'FALSE'}`,
        ...(issued.san === undefined ? [] : [`subjectAltName=${issued.san}`]),
        ...(issued.usage === undefined ? [] : [`extendedKeyUsage=${issued.usage}`]),
        ...(issued.more ?? []),
        '[ca]',
        'default_ca=this',
        '[this]',
        'database=index.txt',
        'new_certs_dir=.',
        'serial=serial.txt',
        'unique_subject=no',
        'policy=any',
        '[any]',
        'commonName=supplied',
      ]
      writeFileSync(file('index.txt'), '')
      writeFileSync(file(`${name}.cnf`), `${lines.join('\n')}\n`)
      const signer = by === name ? ['-selfsign'] : ['-cert', `${by}.crt`]
      const dates = [
        ...(issued.from === undefined ? [] : ['-startdate', issued.from]),
        ...(issued.to === undefined ? ['-days', '2'] : ['-enddate', issued.to]),
      ]
      const common = ['-batch', '-notext', '-rand_serial', '-config', `${name}.cnf`, '-extensions', 'own']
      const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-keyfile', `${by}.key`]
      openssl('ca', ...common, ...files, '-md', issued.digest ?? 'sha256', ...signer, ...dates)
    },
  }
}

export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}
