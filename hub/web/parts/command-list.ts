import type { CommandAction, LightTarget } from '../../../core/wire/commands.ts'
import { button, createKeyedList, createSlot, h, setAttributes } from '../../../page/element.ts'
import { DEFAULT_ZONE } from '../../../page/format.ts'
import type { CommandView } from '../../api/schema.ts'
import type { Context, Scene } from '../context.ts'
import type { Voice } from '../wording.ts'
import type { WordKey } from '../words.ts'

export const STATE_WORDS = {
  open: 'stateOpen',
  sent: 'stateSent',
  accepted: 'stateAccepted',
  done: 'stateDone',
  refused: 'stateRefused',
  failed: 'stateFailed',
  expired: 'stateExpired',
  cancelled: 'stateCancelled',
  unanswered: 'stateUnanswered',
} as const satisfies Record<CommandView['state'], WordKey>

export const STATE_TONES = {
  open: 'busy',
  sent: 'busy',
  accepted: 'busy',
  done: 'good',
  refused: 'bad',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'quiet',
  unanswered: 'bad',
} as const satisfies Record<CommandView['state'], string>

export function durationWords(seconds: number, { say }: Pick<Voice, 'say'>): string {
  if (seconds > 3_600 && seconds % 3_600 === 0) return say('hours', { count: seconds / 3_600 })
  return seconds % 60 === 0 ? say('minutes', { count: seconds / 60 }) : say('seconds', { count: seconds })
}

/** What a command asks, in a few words: an emergency, and one that goes over people's hands, say so. */
export function orderWords({ class: how, action }: CommandView, voice: Voice): string {
  const { say } = voice
  const plain = actionWords(action, voice)
  const order =
    'override' in action && action.override === true ? say('orderOverride', { order: plain }) : plain
  return how === 'emergency' ? say('orderEmergency', { order }) : order
}

function actionWords(action: CommandAction, voice: Voice): string {
  const { say, format } = voice
  switch (action.type) {
    case 'silence':
      return say('orderFor', {
        order: say('orderSilence'),
        amount: durationWords(action.for_min * 60, voice),
      })
    case 'unsilence':
      return say('orderUnsilence')
    case 'self-test':
      return say('orderSelfTest')
    case 'drive': {
      const value = format.number(action.value, Number.isInteger(action.value) ? 0 : 2)
      const order = say('orderDrive', { output: `${action.device}/${action.output}`, value })
      return say('orderFor', { order, amount: durationWords(action.for_s, voice) })
    }
    case 'hold': {
      const output = `${action.device}/${action.output}`
      if (action.value === null) return say('orderRelease', { output })
      const value = format.number(action.value, Number.isInteger(action.value) ? 0 : 2)
      return say('orderHold', { output, value })
    }
    case 'water': {
      const { station: greenhouse, zone, amount } = action
      const words =
        'minutes' in amount
          ? durationWords(amount.minutes * 60, voice)
          : format.amount(amount.litres, { unit: 'L', resolution: 1 })
      return say('orderFor', { order: say('orderWater', { greenhouse, zone }), amount: words })
    }
    case 'water-stop': {
      const { station: greenhouse, zone } = action
      return zone === undefined
        ? say('orderWaterStopAll', { greenhouse })
        : say('orderWaterStop', { greenhouse, zone })
    }
    case 'water-resume':
      return say('orderWaterResume', { greenhouse: action.station })
    case 'interlock-reset':
      return say('orderInterlockReset', { output: `${action.device}/${action.output}` })
    case 'light': {
      const { station: street, target, level, for_s } = action
      const values = { street, lamps: lampsWords(target, voice), level: format.number(level) }
      const order = say(level === 0 ? 'orderLightsOut' : 'orderLight', values)
      return for_s === undefined ? order : say('orderFor', { order, amount: durationWords(for_s, voice) })
    }
    case 'light-release': {
      const { station: street, target, command } = action
      if (command !== undefined) return say('orderLightUndo', { street })
      return say('orderLightRelease', { street, lamps: lampsWords(target ?? { all: true }, voice) })
    }
  }
}

function lampsWords(target: LightTarget, { say, format }: Voice): string {
  if ('group' in target) return say('lampsGroup', { group: target.group })
  if ('feeder' in target) return say('lampsFeeder', { feeder: target.feeder })
  return 'lamps' in target ? say('lampsSome', { count: format.count(target.lamps.length) }) : say('lampsAll')
}

export interface CommandListOptions {
  readonly zone?: string
  /** Which of the edge's commands are shown; left out, all. */
  readonly shows?: (command: CommandView) => boolean
  /** What one asks, for who knows the names of what it is about. */
  readonly words?: (command: CommandView) => string
}

/** The oldest are let go of beyond so many. */
const KEPT_MAX = 120

/** The commands of one edge, newest first: those asked for with each picture of the hub, and what is told since. */
export function createCommandList(context: Context, edge: string, options: CommandListOptions = {}) {
  const { zone = DEFAULT_ZONE, shows = () => true } = options
  const { voice, api } = context
  const { say, language, format } = voice
  const list = h('ol', { class: 'commands' })
  const empty = h('p', { class: 'quiet' }, say('noOrders'))
  let known: readonly CommandView[] = []
  let answered = false
  /** Ids told since the list was asked for last: its answer may be older than they. */
  let told = new Set<string>()
  let scene: Scene | undefined
  const item = (): { readonly element: HTMLElement; update(command: CommandView): void } => {
    const element = h('li', { class: 'command' })
    const slot = createSlot(element)
    return {
      element,
      update(command) {
        const time = format.time(command.issuedAt, zone, scene?.now ?? command.issuedAt)
        const words = options.words?.(command) ?? orderWords(command, voice)
        slot([command, words, time], () => {
          const open = command.state === 'open' || command.state === 'sent'
          return [
            h(
              'p',
              { class: 'command-head' },
              h('b', {}, words),
              h(
                'span',
                { class: `status status-${STATE_TONES[command.state]}` },
                say(STATE_WORDS[command.state]),
              ),
            ),
            h('p', { class: 'command-meta' }, `${time} · ${command.who}: ${command.why}`),
            command.problem === null
              ? undefined
              : h(
                  'p',
                  { class: 'command-why' },
                  `${command.problem.what[language]} ${command.problem.next[language]}`,
                ),
            command.cancelledBy === null || command.state === 'cancelled'
              ? undefined
              : h('p', { class: 'command-why' }, say('cancelAsked')),
            open && command.cancelledBy === null
              ? button(say('cancelOrder'), () => void api.cancelCommand(command).then(take), {
                  class: 'command-cancel',
                })
              : undefined,
          ]
        })
      },
    }
  }
  const show = createKeyedList<CommandView>(list, ({ id }) => id, item)
  const draw = () => {
    const all = known.filter(shows)
    setAttributes(empty, { hidden: all.length > 0 || !answered })
    show(all)
  }
  const keep = (commands: readonly CommandView[]) => {
    const all = new Map([...known, ...commands].map((command) => [command.id, command]))
    known = [...all.values()]
      .toSorted((a, b) => b.issuedAt - a.issuedAt || b.id.localeCompare(a.id))
      .slice(0, KEPT_MAX)
  }
  const add = (command: CommandView) => {
    told.add(command.id)
    keep([command])
    draw()
  }
  const take = (answer: Awaited<ReturnType<typeof api.cancelCommand>>) => {
    if (answer.ok) add(answer.value)
  }
  const ask = async () => {
    const since = new Set<string>()
    told = since
    const answer = await api.commands(edge)
    if (told !== since || !answer.ok || !Array.isArray(answer.value)) return
    answered = true
    keep(answer.value.filter(({ id }) => !since.has(id)))
    draw()
  }
  return {
    element: h('div', { class: 'commands-box' }, h('h3', {}, say('orders')), empty, list),
    /** One that was just given, before the stream tells of it. */
    add,
    update(next: Scene) {
      const before = scene?.model
      scene = next
      const news = next.model.commands.filter(
        (command) => command.edge === edge && before?.commands.includes(command) !== true,
      )
      for (const { id } of news) told.add(id)
      if (news.length > 0) keep(news)
      if (next.model.pictures !== before?.pictures) void ask()
      draw()
    },
  }
}
