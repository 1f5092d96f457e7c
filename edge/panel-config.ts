import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const

/** The farmer's panel: where it listens. Left out of edge.yaml, there is none. */
export const PanelConfig = Type.Object(
  {
    /** `0.0.0.0` for the farm's Wi-Fi. */
    host: Type.String({ default: '127.0.0.1' }),
    /** 0 picks a free port. */
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8088 }),
    /** PEM files; a page can be installed on a phone only over TLS (or on this machine). */
    tls: Type.Optional(Type.Object({ cert: Type.String(), key: Type.String() }, strict)),
    /** Names beside `*.local` and addresses by which phones call it. */
    names: Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 16, default: [] }),
    /** What the sign-in speaks until somebody chooses. */
    language: Type.Enum(['vi', 'en'], { default: 'vi' }),
    /** The first owner, where there is none yet; left out, `tram panel code` makes one. */
    owner: Type.Optional(
      Type.Object(
        { name: Type.String({ minLength: 1, maxLength: 40 }), pinHash: Type.String({ maxLength: 200 }) },
        strict,
      ),
    ),
  },
  strict,
)
export type PanelConfig = Static<typeof PanelConfig>
