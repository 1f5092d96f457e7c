import type { Theme } from './preferences.ts'

/** Shows the page by day or by night as was chosen, or as the device does, also when that changes: `data-theme`. */
export function createTheme(root: HTMLElement): (theme: Theme) => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  let chosen: Theme = 'auto'
  const show = () => {
    const theme = chosen === 'auto' ? (dark.matches ? 'dark' : 'light') : chosen
    if (root.dataset.theme !== theme) root.dataset.theme = theme
  }
  dark.addEventListener('change', show)
  return (theme) => {
    chosen = theme
    show()
  }
}
