import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import type { FarmView, FarmZone } from '../../../api/farm-schema.ts'
import type { Order } from '../../command-order.ts'
import type { FarmContext } from './context.ts'
import { waterOrder } from './farm-order.ts'

type Unit = 'minutes' | 'litres'

const USUAL = { minutes: [5, 10, 15, 30], litres: [50, 100, 200, 400] } as const satisfies Record<
  Unit,
  readonly number[]
>

/** A reason that a refusal gives, or undefined when the order was sent. */
export type SendOrder = (order: Order) => Promise<string | undefined>

/** How much, with what, and why; sent with one press. */
export function openWaterDialog(
  context: FarmContext,
  house: FarmView,
  zone: FarmZone,
  send: SendOrder,
): void {
  const { voice, farm } = context
  const { language } = voice
  let unit: Unit = 'minutes'
  const name = zone.name[language]
  const most = { minutes: Math.min(240, zone.longest_min), litres: Math.max(1, zone.daily_L) }
  const amount = h('input', {
    ...{ type: 'text', inputmode: 'decimal', id: 'water-amount', class: 'water-amount' },
    ...{ autocomplete: 'off', value: '10', 'aria-label': farm('howMuch') },
  })
  const choices = h('div', { class: 'choices' })
  const units = (['minutes', 'litres'] as const).map((one) => ({
    one,
    press: button(farm(one === 'minutes' ? 'inMinutes' : 'inLitres'), () => take(one), { class: 'choice' }),
  }))
  const recipe = h(
    'select',
    { id: 'water-recipe' },
    h('option', { value: '' }, farm('plainWater')),
    ...house.recipes.map(({ id, name: words }) => h('option', { value: id }, words)),
  )
  const why = h('input', {
    ...{ type: 'text', id: 'water-why', maxlength: 200, autocomplete: 'off', value: farm('whyWater') },
  })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const press = h('button', { type: 'submit', class: 'order-send' }, farm('send'))
  const take = (next: Unit) => {
    unit = next
    for (const { one, press: key } of units) setAttributes(key, { 'aria-pressed': String(one === unit) })
    const usual = USUAL[unit].filter((value) => value <= most[unit])
    choices.replaceChildren(
      ...usual.map((value) =>
        button(
          voice.format.number(value),
          () => {
            amount.value = String(value)
          },
          { class: 'choice' },
        ),
      ),
    )
    amount.value = String(usual[1] ?? usual[0] ?? 1)
  }
  const form = h(
    'form',
    { class: 'order-form', novalidate: true },
    h('h2', { id: 'water-title' }, farm('waterOf', { zone: name })),
    h('p', { class: 'control-warning', hidden: house.online }, farm('offlineOrder')),
    h('label', { for: 'water-amount' }, farm('howMuch')),
    h('div', { class: 'water-line' }, amount, ...units.map(({ press: key }) => key)),
    choices,
    ...(house.recipes.length === 0 ? [] : [h('label', { for: 'water-recipe' }, farm('feedWith')), recipe]),
    h('label', { for: 'water-why' }, farm('why')),
    why,
    trouble,
    h(
      'div',
      { class: 'order-buttons' },
      press,
      button(farm('cancel'), () => dialog.close()),
    ),
  )
  const dialog = h('dialog', { class: 'order-dialog', 'aria-labelledby': 'water-title' }, form)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const value = readAmount(amount.value)
    const least = unit === 'minutes' ? 0.5 : 1
    if (value === undefined || value < least || value > most[unit]) {
      const numbers = { least: voice.format.number(least, unit === 'minutes' ? 1 : 0) }
      const words = farm(unit === 'minutes' ? 'inMinutes' : 'inLitres')
      setText(
        trouble,
        farm('amountWrong', { ...numbers, most: voice.format.number(most[unit]), unit: words }),
      )
      return amount.focus()
    }
    press.disabled = true
    setText(press, farm('sending'))
    const asked = unit === 'minutes' ? { minutes: value } : { litres: value }
    const reason = why.value.trim() || farm('whyWater')
    const order = waterOrder(house.id, { zone: zone.id, amount: asked, recipe: recipe.value }, reason)
    void send(order).then((refusal) => {
      if (refusal === undefined) return dialog.close()
      press.disabled = false
      setText(press, farm('send'))
      setText(trouble, farm('notSent', { reason: refusal }))
    })
  })
  dialog.addEventListener('close', () => dialog.remove())
  take('minutes')
  document.body.append(dialog)
  dialog.showModal()
  press.focus()
}

/** Written with a comma or a point, whichever the thumb finds. */
function readAmount(text: string): number | undefined {
  const plain = text.trim().replace(',', '.')
  return /^[0-9]{1,7}(\.[0-9]{1,2})?$/.test(plain) ? Number(plain) : undefined
}
