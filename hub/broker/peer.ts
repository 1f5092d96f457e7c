/** Who stands at the other end of a connection. */
export interface Peer {
  readonly address: string
  /** CN of its client certificate, where our CA signed it. */
  readonly certificateName: string | undefined
  /** When the certificate that it showed ran out: nothing is proven by it, but its owner should have a new one. */
  readonly lapsed?: string | undefined
}
