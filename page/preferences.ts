import type { Language } from '../core/text.ts'

export type Theme = 'auto' | 'light' | 'dark'

export interface Preferences {
  readonly language: Language
  readonly theme: Theme
  readonly sound: boolean
}

/** The part of the browser's Storage that is used; reading and writing may throw where storage is forbidden. */
export interface Shelf {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

const KEY = 'tram.preferences'
const FIRST: Preferences = { language: 'vi', theme: 'auto', sound: false }

/** Remembered choices; whatever cannot be read back is Vietnamese, the device's own theme, and silent. */
export function loadPreferences(shelf: Shelf): Preferences {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(KEY) ?? '{}')
    if (typeof kept !== 'object' || kept === null) return FIRST
    return {
      language: 'language' in kept && kept.language === 'en' ? 'en' : 'vi',
      theme: 'theme' in kept && (kept.theme === 'light' || kept.theme === 'dark') ? kept.theme : 'auto',
      sound: 'sound' in kept && kept.sound === true,
    }
  } catch {
    return FIRST
  }
}

export function savePreferences(shelf: Shelf, preferences: Preferences): void {
  try {
    shelf.setItem(KEY, JSON.stringify(preferences))
  } catch {
    // Private windows may forbid it: the choice then lasts as long as the page.
  }
}

export const nextTheme = (theme: Theme): Theme =>
  theme === 'auto' ? 'light' : theme === 'light' ? 'dark' : 'auto'
