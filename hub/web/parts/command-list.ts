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

/** The commands of one edge, newest first: those asked for once, overlaid by what the stream has told since. */
export function createCommandList(context: Context, edge: string, options: CommandListOptions = {}) {
  const { zone = DEFAULT_ZONE, shows = () => true } = options
  const { voice, api } = context
  const { say, language, format } = voice
  const list = h('ol', { class: 'commands' })
  const empty = h('p', { class: 'quiet' }, say('noOrders'))
  let before: readonly CommandView[] = []
  let scene: Scene | undefined
  const item = (): { readonly element: HTMLElement; update(command: CommandView): void } => {
    const element = h('li', { class: 'command' })
    const slot = createSlot(element)
    return {
      element,
      update(command) {
        slot([command, scene?.now === undefined], () => {
          const time = format.time(command.issuedAt, zone, scene?.now ?? command.issuedAt)
          const open = command.state === 'open' || command.state === 'sent'
          return [
            h(
              'p',
              { class: 'command-head' },
              h('b', {}, options.words?.(command) ?? orderWords(command, voice)),
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
    const told = new Map(before.map((command) => [command.id, command]))
    for (const command of scene?.model.commands ?? []) {
      if (command.edge === edge) told.set(command.id, command)
    }
    const all = [...told.values()]
      .filter(shows)
      .toSorted((a, b) => b.issuedAt - a.issuedAt || b.id.localeCompare(a.id))
    setAttributes(empty, { hidden: all.length > 0 })
    show(all)
  }
  const take = (answer: Awaited<ReturnType<typeof api.cancelCommand>>) => {
    if (!answer.ok) return
    before = [answer.value, ...before.filter(({ id }) => id !== answer.value.id)]
    draw()
  }
  void api.commands(edge).then((answer) => {
    if (answer.ok && Array.isArray(answer.value)) before = answer.value
    draw()
  })
  return {
    element: h('div', { class: 'commands-box' }, h('h3', {}, say('orders')), empty, list),
    /** One that was just given, before the stream tells of it. */
    add(command: CommandView) {
      before = [command, ...before]
      draw()
    },
    update(next: Scene) {
      const changed = next.model.commands !== scene?.model.commands
      scene = next
      if (changed) draw()
    },
  }
}
