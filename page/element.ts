export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>
export type Child = Node | string | undefined

const SVG = 'http://www.w3.org/2000/svg'

/** An HTML element. Children are nodes or text, never markup: data cannot become code here. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return dress(document.createElement(tag), attributes, children)
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return dress(document.createElementNS(SVG, tag), attributes, children)
}

function dress<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  setAttributes(element, attributes)
  for (const child of children) if (child !== undefined) element.append(child)
  return element
}

/** `false` and `undefined` take an attribute away, `true` sets it empty. Styles and handlers do not pass here. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style' || name.startsWith('on')) throw new Error(`attribute ${name} is not allowed`)
    if (value === undefined || value === false) element.removeAttribute(name)
    else {
      const text = value === true ? '' : String(value)
      if (element.getAttribute(name) !== text) element.setAttribute(name, text)
    }
  }
}

/** Writes only what changed, so that a screen reader and the layout are left alone. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, label)
  element.addEventListener('click', press)
  return element
}

/** Rebuilds an element's children only when `key`, which must name all that they show, has changed. */
export function createSlot(element: Element): (key: unknown, build: () => readonly Child[]) => void {
  let shown: string | undefined
  return (key, build) => {
    const text = JSON.stringify(key)
    if (text === shown) return
    shown = text
    element.replaceChildren(...build().filter((child) => child !== undefined))
  }
}

/**
 * Keeps a list of elements in step with a list of items, by key: an element lives as long as its item,
 * so focus, selection and animations survive.
 */
export function createKeyedList<T>(
  parent: Element,
  keyOf: (item: T) => string,
  make: (item: T) => { readonly element: Element; update(item: T): void },
): (items: readonly T[]) => void {
  const parts = new Map<string, { readonly element: Element; update(item: T): void }>()
  return (items) => {
    const wanted = new Set(items.map(keyOf))
    for (const [key, part] of parts) {
      if (wanted.has(key)) continue
      part.element.remove()
      parts.delete(key)
    }
    let before: Element | null = parent.firstElementChild
    for (const item of items) {
      const key = keyOf(item)
      let part = parts.get(key)
      if (part === undefined) {
        part = make(item)
        parts.set(key, part)
      }
      part.update(item)
      if (part.element === before) before = before.nextElementSibling
      else parent.insertBefore(part.element, before)
    }
  }
}
